/* What counting shows of a conversation. */
#include "domain/group_session/group_talk.h"
#include "base/words.h"

#include <math.h>

enum { NAME_BYTES = 120, KEYWORD_BYTES = 4, BUCKETS = 4096, FULL_VARIETY = 5, FULL_TURN = 20 };

/* A word somebody said, and how often; speaker 0: all of them. */
struct said {
	struct said *next; /* of its bucket */
	const struct word *word;
	size_t speaker;
	int64_t times;
};

struct counter {
	struct ctx *c;
	struct heard *out;
	struct said *buckets[BUCKETS], *most[TALK_KEYWORDS];
	int64_t different[TALK_SPEAKERS + 1];
};

static void add(struct counter *k, const struct word *word, size_t speaker)
{
	uint32_t hash = 2166136261U + (uint32_t)speaker;
	struct said *w, **at;

	for (const char *p = word->s; *p; p++)
		hash = (hash ^ (unsigned char)*p) * 16777619U;
	at = &k->buckets[hash % BUCKETS];
	for (w = *at; w; w = w->next)
		if (w->speaker == speaker && !strcmp(w->word->s, word->s))
			break;
	if (!w) {
		w = arena_new_of(k->c->arena, struct said);
		*w = (struct said){.next = *at, .word = word, .speaker = speaker};
		*at = w;
		k->different[speaker]++;
	}
	w->times++;
}

static void count_words(struct counter *k, const char *text, const char *end, size_t speaker, struct speaker *who)
{
	const char *line = arena_strndup(k->c->arena, text, (size_t)(end - text));
	struct words w;

	words_split(k->c->arena, line, 1, &w);
	for (size_t i = 0; i < w.n; i++) {
		add(k, &w.v[i], 0);
		if (speaker)
			add(k, &w.v[i], speaker);
	}
	who->words += (int64_t)w.n;
	for (const char *p = line; *p; p++)
		who->questions += *p == '?' || !strncmp(p, "？", 3);
}

/* Whose line it is: 0, or one more than their place. *text is where what they say begins. */
static size_t speaker_of(struct counter *k, const char *line, const char *end, const char **text)
{
	const char *colon = memchr(line, ':', (size_t)(end - line));
	size_t n = colon ? (size_t)(colon - line) : 0, i = 0;

	*text = line;
	if (!n || n > NAME_BYTES || (colon + 1 < end && colon[1] != ' '))
		return 0;
	*text = colon + 1;
	while (i < k->out->n && (strlen(k->out->each[i].name) != n || memcmp(k->out->each[i].name, line, n) != 0))
		i++;
	if (i == TALK_SPEAKERS)
		return 0;
	if (i == k->out->n)
		k->out->each[k->out->n++].name = arena_strndup(k->c->arena, line, n);
	return i + 1;
}

static double variety(int64_t different, int64_t words)
{
	return words ? (double)different / sqrt(2.0 * (double)words) : 0;
}

static void sum_up(struct speaker *all, const struct speaker *one)
{
	all->turns += one->turns;
	all->words += one->words;
	all->questions += one->questions;
}

/* The words of more than a few letters that were said most often; of two the one found first. */
static void find_keywords(struct counter *k)
{
	for (size_t b = 0; b < BUCKETS; b++)
		for (struct said *w = k->buckets[b]; w; w = w->next) {
			size_t at = k->out->n_keywords;

			if (w->speaker || w->times < 2 || w->word->n < KEYWORD_BYTES)
				continue;
			while (at > 0 && k->most[at - 1]->times < w->times)
				at--;
			if (at == TALK_KEYWORDS)
				continue;
			k->out->n_keywords = MIN(k->out->n_keywords + 1, (size_t)TALK_KEYWORDS);
			for (size_t i = k->out->n_keywords - 1; i > at; i--)
				k->most[i] = k->most[i - 1];
			k->most[at] = w;
		}
	for (size_t i = 0; i < k->out->n_keywords; i++)
		k->out->keywords[i] = k->most[i]->word->s;
}

void talk_count(struct ctx *c, const char *transcript, struct heard *out)
{
	struct counter *k = arena_new_of(c->arena, struct counter);
	struct speaker nobody = {0};

	*out = (struct heard){0};
	k->c = c;
	k->out = out;
	for (const char *line = transcript, *text; *line; line += *line == '\n') {
		const char *end = line + strcspn(line, "\n");
		size_t speaker = speaker_of(k, line, end, &text);
		struct speaker *who = speaker ? &out->each[speaker - 1] : &nobody;

		who->turns += text < end;
		count_words(k, text, end, speaker, who);
		line = end;
	}
	sum_up(&out->all, &nobody);
	for (size_t i = 0; i < out->n; i++) {
		out->each[i].variety = variety(k->different[i + 1], out->each[i].words);
		sum_up(&out->all, &out->each[i]);
	}
	out->all.variety = variety(k->different[0], out->all.words);
	find_keywords(k);
}

static int64_t share(double of, double full)
{
	return (int64_t)lround(100 * MIN(of / full, 1.0));
}

int64_t talk_vocabulary(const struct speaker *s)
{
	return share(s->variety, FULL_VARIETY);
}

int64_t talk_fluency(const struct speaker *s)
{
	return share(s->turns ? (double)s->words / (double)s->turns : 0, FULL_TURN);
}
