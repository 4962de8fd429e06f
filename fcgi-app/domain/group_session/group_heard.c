/* What counting shows of a conversation. */
#include "domain/group_session/group_talk.h"
#include "base/utf8.h"

#include <ctype.h>
#include <math.h>
#include <strings.h>

enum { NAME_BYTES = 120, KEYWORD_BYTES = 4, BUCKETS = 4096, FULL_VARIETY = 5, FULL_TURN = 20 };

/* A word somebody said, and how often; speaker 0: all of them. */
struct word {
	struct word *next; /* of its bucket */
	const char *text;
	size_t n, speaker;
	int64_t times;
};

struct counter {
	struct ctx *c;
	struct heard *out;
	struct word *buckets[BUCKETS], *most[TALK_KEYWORDS];
	int64_t different[TALK_SPEAKERS + 1];
};

/* By the first byte of a character: letters are ASCII's, those of U+00C0 to U+1FFF and Hangul; not signs. */
static bool is_letter(unsigned char b)
{
	return isalnum(b) || (b >= 0xc3 && b <= 0xe1) || (b >= 0xea && b <= 0xed);
}

/* Bytes of the word at s, valid UTF-8. Chinese and Japanese (U+3040 to U+9FFF) put no blanks between words: there each
 * character is one. 0: none begins here. */
static size_t word_at(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t n = 0;

	if ((p[0] > 0xe3 && p[0] <= 0xe9) || (p[0] == 0xe3 && p[1] >= 0x81))
		return 3;
	while (is_letter(p[n]) || (n && (p[n] == '\'' || p[n] == '-')))
		n += utf8_next(s + n, 4);
	return n;
}

static void add(struct counter *k, const char *s, size_t n, size_t speaker)
{
	uint32_t hash = 2166136261U + (uint32_t)speaker;
	struct word *w, **at;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (uint32_t)tolower((unsigned char)s[i])) * 16777619U;
	at = &k->buckets[hash % BUCKETS];
	for (w = *at; w; w = w->next)
		if (w->n == n && w->speaker == speaker && !strncasecmp(w->text, s, n))
			break;
	if (!w) {
		w = arena_new_of(k->c->arena, struct word);
		*w = (struct word){.next = *at, .text = s, .n = n, .speaker = speaker};
		*at = w;
		k->different[speaker]++;
	}
	w->times++;
}

static void count_words(struct counter *k, const char *s, const char *end, size_t speaker, struct speaker *who)
{
	while (s < end) {
		size_t n = word_at(s);

		if (n) {
			add(k, s, n, 0);
			if (speaker)
				add(k, s, n, speaker);
			who->words++;
		} else if (*s == '?' || !strncmp(s, "？", 3)) {
			who->questions++;
		}
		s += n ? n : utf8_next(s, 4);
	}
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
		for (struct word *w = k->buckets[b]; w; w = w->next) {
			size_t at = k->out->n_keywords;

			if (w->speaker || w->times < 2 || w->n < KEYWORD_BYTES)
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
		k->out->keywords[i] = arena_strndup(k->c->arena, k->most[i]->text, k->most[i]->n);
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
