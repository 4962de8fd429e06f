#include "domain/leveltest/speech.h"
#include "base/shape.h"
#include "base/utf8.h"
#include "base/words.h"

#include <ctype.h>
#include <math.h>
#include <strings.h>

#define KOREAN 1.5
enum { RUN_ON = 40, RUN_ON_IS = 12, LONG_LETTERS = 7, LONG_SYLLABLES = 4 };

/*
 * What is counted, at 0, where A2, B1, B2, C1 and C2 begin, and at 100; straight between. All but the first were set on
 * graded texts (tests/README.md, Level tests). Pace is a rule of thumb: whoever reads aloud without haste says 150
 * words a minute.
 */
enum scale { PACE, UNIT, LETTERS, VARIETY, LINKS, SCALES };
static const double scales[SCALES][CEFR_LEVELS + 1] = {
	[PACE] = {0, 55, 80, 105, 125, 145, 180},
	[UNIT] = {1, 7, 11, 15, 17.5, 19.5, 35},
	[LETTERS] = {2.8, 3.95, 4.3, 4.6, 4.75, 4.9, 5.8},
	[VARIETY] = {8, 45, 65, 85, 100, 115, 230},
	[LINKS] = {0, .22, .43, .57, .65, .73, 1.5},
};

const char *const skill_names[SKILLS] = {"pronunciation", "fluency",   "grammar",
					 "vocabulary",	  "coherence", "interaction"};
const char *const cefr_names[CEFR_LEVELS] = {"A1", "A2", "B1", "B2", "C1", "C2"};
static const int cefr_lowest[CEFR_LEVELS + 1] = {0, 45, 55, 65, 75, 85, 101};

int cefr_of(int score)
{
	int level = 0;

	while (score >= cefr_lowest[level + 1])
		level++;
	return level;
}

int cefr_from(int level)
{
	return cefr_lowest[level];
}

int cefr_called(const char *name)
{
	for (int i = 0; name && i < CEFR_LEVELS; i++)
		if (!strcasecmp(cefr_names[i], name))
			return i;
	return -1;
}

/* ---- languages ---------------------------------------------------------------------------- */

/* links: with | between. Where there are no spaces they are looked for anywhere. */
static const struct tongue {
	const char *code, *english, *korean, *fillers, *links;
	bool unspaced;
} tongues[] = {
	{"en", "English", "영어", "|um|uh|er|erm|uhm|hmm|umm|uhh|",
	 "because|so|but|however|although|though|therefore|while|since|also|then|if|when|finally|instead|moreover|"
	 "furthermore|first|firstly|second|secondly|for example|for instance|on the other hand|in addition|as a result|"
	 "in conclusion|which|unless|whereas|besides|after|before|until|who|that", false},
	{"ko", "Korean", "한국어", "|음|어|에|흠|",
	 "그래서|하지만|그리고|그러나|그런데|왜냐하면|때문에|또한|그러면|그러므로|따라서|먼저|우선|마지막으로|만약|"
	 "만일|예를 들어|예를 들면|반면에|게다가|특히|그래도|비록|그리고나서|결국", false},
	{"ja", "Japanese", "일본어", "",
	 "だから|しかし|そして|でも|なぜなら|たとえば|例えば|まず|それから|けれど|ので|また|"
	 "さらに|一方|つまり|もし|ところが",
	 true},
	{"zh", "Chinese", "중국어", "",
	 "因为|所以|但是|然后|而且|虽然|如果|首先|其次|例如|比如|最后|因此|不过|另外|总之", true},
	{"fr", "French", "프랑스어", "|euh|",
	 "parce que|donc|mais|cependant|ensuite|puis|enfin|si|quand|aussi|par exemple|d'abord|"
	 "alors|pourtant|car", false},
	{"de", "German", "독일어", "|äh|ähm|",
	 "weil|also|aber|jedoch|dann|danach|wenn|obwohl|deshalb|außerdem|zuerst|schließlich|zum beispiel|"
	 "denn|dass", false},
	{"es", "Spanish", "스페인어", "|eh|este|",
	 "porque|entonces|pero|sin embargo|después|luego|si|cuando|aunque|además|por ejemplo|primero|"
	 "finalmente|pues", false},
	{"ru", "Russian", "러시아어", "", "", false},
	{"vi", "Vietnamese", "베트남어", "", "", false},
	{"th", "Thai", "태국어", "", "", false},
	{"ar", "Arabic", "아랍어", "", "", false},
	{"pt", "Portuguese", "포르투갈어", "", "", false},
};

static const struct tongue *tongue_called(const char *name)
{
	for (size_t i = 0; i < COUNT(tongues); i++)
		if (!strcasecmp(name, tongues[i].code) || !strcasecmp(name, tongues[i].english) ||
		    !strcmp(name, tongues[i].korean))
			return &tongues[i];
	return NULL;
}

const char *speech_language(const char *name)
{
	const struct tongue *t = tongue_called(name);

	return t ? t->code : NULL;
}

const char *speech_language_name(const char *code, bool english)
{
	const struct tongue *t = tongue_called(code);

	return !t ? code : english ? t->english : t->korean;
}

void speech_languages(struct arena *a, struct list *out)
{
	const char **v = arena_array(a, const char *, COUNT(tongues));

	for (size_t i = 0; i < COUNT(tongues); i++)
		v[i] = tongues[i].code;
	*out = (struct list){v, COUNT(tongues)};
}

static bool is_english(const struct tongue *g)
{
	return g && !strcmp(g->code, "en");
}

/* One of them and one of those begin a sentence of their own in English. */
static const char joining[] = "|and|but|so|or|then|", subjects[] = "|i|you|he|she|it|we|they|there|";

/* What English cannot have. ask: unless an auxiliary stands before it ("does he have"). */
static const struct {
	struct slip slip;
	bool ask;
} slips[] = {
	{{"he don't", "he doesn't"}, false}, {{"she don't", "she doesn't"}, false}, {{"it don't", "it doesn't"}, false},
	{{"he have", "he has"}, true}, {{"she have", "she has"}, true}, {{"it have", "it has"}, true},
	{{"he go", "he goes"}, true}, {{"she go", "she goes"}, true},
	{{"i is", "I am"}, false}, {{"i has", "I have"}, false}, {{"i am agree", "I agree"}, false},
	{{"you is", "you are"}, false}, {{"you was", "you were"}, false}, {{"we is", "we are"}, false},
	{{"we was", "we were"}, false}, {{"they is", "they are"}, false}, {{"they was", "they were"}, false},
	{{"they has", "they have"}, false}, {{"he are", "he is"}, false}, {{"she are", "she is"}, false},
	{{"people is", "people are"}, false}, {{"peoples is", "people are"}, false}, {{"more better", "better"}, false},
	{{"more easier", "easier"}, false}, {{"can to", "can"}, false}, {{"must to", "must"}, false},
	{{"should to", "should"}, false}, {{"didn't went", "didn't go"}, false}, {{"did went", "went"}, false},
	{{"informations", "information"}, false}, {{"advices", "advice"}, false}, {{"childs", "children"}, false},
	{{"a lot of time ago", "a long time ago"}, false},
};
static const char auxiliaries[] =
	"|do|does|did|can|could|will|would|shall|should|may|might|must|let|make|makes|made|and|";
/* Words that sound otherwise than they are spelt. */
static const char *const like_a[] = {"univers", "unique", "unit", "unif", "union", "use", "usu", "euro", "one", "once"};
static const char *const like_an[] = {"hour", "honest", "honor", "honour", "heir"};

/* ---- words -------------------------------------------------------------------------------- */

bool speech_says_something(const char *text)
{
	return text && words_begin(text);
}

/* A sentence of many words stands for several: whoever wrote it down left out the stops. */
static int64_t stretch(size_t words)
{
	return words > RUN_ON ? (int64_t)(words / RUN_ON_IS) : 1;
}

/* ’ is how phones write it. */
static const char *plain_quotes(struct arena *a, const char *s)
{
	static const char curly[] = "\u2019";
	char *out = arena_strdup(a, s), *to = out;

	while (*s)
		if (!strncmp(s, curly, sizeof(curly) - 1)) {
			*to++ = '\'';
			s += sizeof(curly) - 1;
		} else {
			*to++ = *s++;
		}
	*to = '\0';
	return out;
}

static bool listed(const char *words, const char *w, size_t n)
{
	for (const char *p = words; (p = memmem(p, strlen(p), w, n)); p++)
		if (p > words && p[-1] == '|' && p[n] == '|')
			return true;
	return false;
}

/* "…, and he's": what people string together with "and" are sentences. */
static bool joins(const struct tongue *g, const struct words *t, size_t i)
{
	return is_english(g) && i + 1 < t->n && listed(joining, t->v[i].s, t->v[i].n) &&
	       listed(subjects, t->v[i + 1].s, strcspn(t->v[i + 1].s, "'"));
}

static void count_units(const struct tongue *g, const struct words *t, struct measures *m)
{
	for (size_t i = 0, sentence = 0, unit = 0; i < t->n; i++) {
		bool over = t->v[i].ends || i + 1 == t->n;

		if (over) {
			m->sentences += stretch(i + 1 - sentence);
			sentence = i + 1;
		}
		if (over || joins(g, t, i + 1)) {
			m->units += stretch(i + 1 - unit);
			unit = i + 1;
		}
	}
}

/* Whether the words from i on are those of a phrase. → how many; 0: no */
static size_t phrase_at(const struct words *t, size_t i, const char *phrase, size_t n)
{
	size_t k = i;

	for (size_t at = 0; at < n; k++) {
		size_t len = strcspn(phrase + at, " |");

		len = MIN(len, n - at);
		if (k == t->n || t->v[k].n != len || memcmp(t->v[k].s, phrase + at, len) != 0)
			return 0;
		at += len + 1;
	}
	return k - i;
}

static bool begins_with_one_of(const char *s, const char *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strncmp(s, v[i], strlen(v[i])))
			return true;
	return false;
}

/* ---- counting ----------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
	return strcmp((*(const struct word *const *)a)->s, (*(const struct word *const *)b)->s);
}

/* How many words it takes, on the average, until only 72 % of them are different ones; what is left of the last
 * stretch counts for the part of the way it went. number: of each word. (McCarthy & Jarvis 2010, one direction) */
static double stretches(const size_t *number, size_t n, int step, size_t *seen)
{
	const double enough = .72;
	double ended = 0;
	size_t words = 0, distinct = 0, which = 1;

	memset(seen, 0, n * sizeof(*seen));
	for (size_t i = 0; i < n; i++) {
		size_t w = number[step > 0 ? i : n - 1 - i];

		distinct += seen[w] != which;
		seen[w] = which;
		words++;
		if ((double)distinct >= enough * (double)words)
			continue;
		ended++;
		which++;
		words = distinct = 0;
	}
	if (words)
		ended += (1 - (double)distinct / (double)words) / (1 - enough);
	return ended > 0 ? (double)n / ended : (double)n;
}

static void count_words(struct arena *a, const struct words *t, struct measures *m)
{
	const struct word **v = arena_array(a, const struct word *, t->n + 1);
	size_t *number = arena_array(a, size_t, t->n + 1), *seen = arena_array(a, size_t, t->n + 1);

	for (size_t i = 0; i < t->n; i++) {
		v[i] = &t->v[i];
		m->letters += (int64_t)v[i]->characters;
		m->repeats += i && !v[i]->joined && !strcmp(v[i]->s, v[i - 1]->s);
	}
	qsort(v, t->n, sizeof(*v), by_text); /* NOLINT(bugprone-sizeof-expression): pointers are what is sorted */
	for (size_t i = 0; i < t->n; i++) {
		const size_t least = v[i]->hangul ? LONG_SYLLABLES : LONG_LETTERS;
		bool fresh = !i || strcmp(v[i]->s, v[i - 1]->s) != 0;

		m->distinct += fresh;
		number[v[i] - t->v] = (size_t)m->distinct - 1;
		if (!v[i]->joined && v[i]->characters >= least && fresh && m->n_long < FOUND_MAX)
			m->long_words[m->n_long++] = v[i]->s;
	}
	m->variety = (stretches(number, t->n, 1, seen) + stretches(number, t->n, -1, seen)) / 2;
}

static int64_t times_said(const struct words *t, const char *phrase, size_t n)
{
	int64_t times = 0;

	for (size_t i = 0; i < t->n; i++)
		times += phrase_at(t, i, phrase, n) > 0;
	return times;
}

static int64_t times_in(const char *s, const char *piece)
{
	int64_t times = 0;

	for (; (s = strstr(s, piece)); s += strlen(piece))
		times++;
	return times;
}

static void count_links(struct arena *a, const struct tongue *g, const char *raw, const struct words *t,
			struct measures *m)
{
	for (const char *p = g->links; *p;) {
		size_t n = strcspn(p, "|");
		const char *link = arena_strndup(a, p, n);

		int64_t times = g->unspaced ? times_in(raw, link) : times_said(t, p, n);

		m->links += times;
		if (times && m->n_links < FOUND_MAX)
			m->link_words[m->n_links++] = link;
		p += n + (p[n] == '|');
	}
}

static void found_slip(struct measures *m, const char *said, const char *better)
{
	m->slips++;
	for (size_t i = 0; i < m->n_slips; i++)
		if (!strcmp(m->slip[i].said, said))
			return;
	if (m->n_slips < FOUND_MAX)
		m->slip[m->n_slips++] = (struct slip){said, better};
}

static void check_article(struct arena *a, const struct word *article, const struct word *next, struct measures *m)
{
	bool vowel = strchr("aeiou", next->s[0]) != NULL;
	bool an = vowel ? !begins_with_one_of(next->s, like_a, COUNT(like_a))
			: begins_with_one_of(next->s, like_an, COUNT(like_an));

	if (isalpha((unsigned char)next->s[0]) && next->n > 1 && an != (article->n == 2))
		found_slip(m, arena_printf(a, "%s %s", article->s, next->s),
			   arena_printf(a, "%s %s", an ? "an" : "a", next->s));
}

static void count_slips(struct arena *a, const struct words *t, struct measures *m)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct word *w = &t->v[i];
		bool asked = i && listed(auxiliaries, w[-1].s, w[-1].n);

		for (size_t k = 0; k < COUNT(slips); k++)
			if (!(slips[k].ask && asked) && phrase_at(t, i, slips[k].slip.said, strlen(slips[k].slip.said)))
				found_slip(m, slips[k].slip.said, slips[k].slip.better);
		if (i + 1 < t->n && (!strcmp(w->s, "a") || !strcmp(w->s, "an")))
			check_article(a, w, w + 1, m);
	}
}

/* The longest run of words, in order, that both have: what of the passage was heard. */
static int64_t in_common(struct arena *a, const struct words *passage, const struct words *said)
{
	size_t *row = arena_array(a, size_t, said->n + 1);

	for (size_t i = 0; i < passage->n; i++) {
		size_t corner = 0;

		for (size_t k = 0; k < said->n; k++) {
			size_t up = row[k + 1];

			row[k + 1] = !strcmp(passage->v[i].s, said->v[k].s) ? corner + 1 : MAX(up, row[k]);
			corner = up;
		}
	}
	return (int64_t)row[said->n];
}

static void compare(struct arena *a, const char *raw, const char *passage, struct measures *m)
{
	struct words should, did;

	words_split(a, passage, 1, &should);
	words_split(a, raw, 1, &did);
	m->length = (int64_t)should.n;
	m->came_through = in_common(a, &should, &did);
}

int64_t speech_words(struct arena *a, const char *text)
{
	struct words t;

	words_split(a, text, 2, &t);
	return (int64_t)t.n;
}

void speech_measure(struct arena *a, const struct speech *s, struct measures *out)
{
	const struct tongue *g = tongue_called(s->language);
	const char *raw = plain_quotes(a, s->text);
	struct words t;
	size_t n = 0;

	*out = (struct measures){0};
	words_split(a, raw, 2, &t);
	for (size_t i = 0; i < t.n; i++)
		if (g && listed(g->fillers, t.v[i].s, t.v[i].n)) {
			out->fillers++;
			if (n)
				t.v[n - 1].ends |= t.v[i].ends;
		} else {
			t.v[n++] = t.v[i];
		}
	t.n = n;
	out->words = (int64_t)n;
	out->english = is_english(g);
	out->linkable = g && *g->links;
	count_units(g, &t, out);
	count_words(a, &t, out);
	if (g)
		count_links(a, g, raw, &t, out);
	if (out->english)
		count_slips(a, &t, out);
	if (s->passage)
		compare(a, raw, s->passage, out);
	int64_t said = s->passage ? out->came_through : out->words;

	out->weighed = (double)said * (g && !strcmp(g->code, "ko") ? KOREAN : 1);
	out->minute = s->seconds ? out->weighed * 60 / (double)s->seconds : 0;
}

/* ---- scores ------------------------------------------------------------------------------- */

static double percent(double part, double whole)
{
	return whole > 0 ? fmin(100, fmax(0, 100 * part / whole)) : 0;
}

/* Sums of what answers show, and how many of them show it. */
struct sums {
	double of[SKILLS];
	int shown[SKILLS];
};

static void shows(struct sums *s, enum skill k, double score)
{
	s->of[k] += fmin(100, fmax(0, score));
	s->shown[k]++;
}

static void of_reading(const struct speech *s, const struct measures *m, struct sums *sums)
{
	double top = s->top / 100.0;

	shows(sums, PRONUNCIATION, top * percent((double)m->came_through, (double)m->length));
	if (s->seconds)
		shows(sums, FLUENCY, top * percent(m->minute, 110));
}

static double on(enum scale which, double value)
{
	const double *at = scales[which];
	int level = 0;

	while (level + 1 < CEFR_LEVELS && value >= at[level + 1])
		level++;
	double from = cefr_lowest[level], to = level + 1 < CEFR_LEVELS ? cefr_lowest[level + 1] : 100;

	return fmin(to, fmax(0, from + (value - at[level]) / (at[level + 1] - at[level]) * (to - from)));
}

/* Of a language whose words are longer or shorter than those of English their letters tell nothing. */
static double vocabulary_of(const struct measures *m)
{
	double variety = on(VARIETY, m->variety), letters = (double)m->letters / fmax(1, (double)m->words);

	return m->english ? .75 * on(LETTERS, letters) + .25 * variety : variety;
}

static void of_answer(const struct speech *s, const struct measures *m, struct sums *sums)
{
	double words = fmax(1, (double)m->words), units = fmax(1, (double)m->units);
	double halting = 2 * percent((double)(m->fillers + m->repeats), words);
	double lost = 10 * (double)m->slips / fmax(1, words / 20);
	double grammar = fmax(0, on(UNIT, m->weighed / units) - lost), vocabulary = vocabulary_of(m);

	shows(sums, GRAMMAR, grammar);
	shows(sums, VOCABULARY, vocabulary);
	if (m->linkable)
		shows(sums, COHERENCE, (on(LINKS, (double)m->links / units) + grammar + vocabulary) / 3);
	if (s->given)
		shows(sums, INTERACTION, (on(PACE, m->weighed * 60 / (double)s->given) + grammar) / 2);
	int64_t time = s->seconds ? s->seconds : s->given;

	if (time)
		shows(sums, FLUENCY, on(PACE, m->weighed * 60 / (double)time) - halting);
}

double speech_confidence(int64_t words)
{
	static const struct {
		int64_t words;
		double within;
	} measured[] = {{20, .72}, {40, .83}, {60, .85}, {100, .87}, {150, .90}, {300, .93}};
	double confidence = __builtin_nan("");

	for (size_t i = 0; i < COUNT(measured) && words >= measured[i].words; i++)
		confidence = measured[i].within;
	return confidence;
}

void speech_judge(struct arena *a, const struct speech *v, size_t n, struct judgement *out)
{
	struct sums sums = {0};
	double mean = 0, all = 0;
	int shown = 0;

	*out = (struct judgement){0};
	for (size_t i = 0; i < n; i++) {
		struct measures m;

		speech_measure(a, &v[i], &m);
		(v[i].passage ? of_reading : of_answer)(&v[i], &m, &sums);
	}
	for (int k = 0; k < SKILLS; k++)
		if (sums.shown[k]) {
			sums.of[k] /= sums.shown[k];
			mean += sums.of[k];
			shown++;
		}
	mean /= MAX(shown, 1);
	for (int k = 0; k < SKILLS; k++) {
		if (!sums.shown[k]) {
			sums.of[k] = mean;
			out->estimated |= 1u << k;
		}
		out->scores[k] = (int)lround(sums.of[k]);
		all += out->scores[k];
	}
	out->overall = (int)lround(all / SKILLS);
}
