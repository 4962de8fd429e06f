#include "domain/matching/score.h"

#include <math.h>

enum {
	UNKNOWN = 50,
	EXCHANGE = 92, /* of two who teach each other, at least */
	LEVEL_SIMILAR = 203, /* "about my level" among the wishes */
	FULL_SLOTS = 8,      /* common half hours that are enough */
	DAY_MS = 86400000,
	STALE_DAYS = 60,
	STYLE_LISTENING = 1 << 1,
	STYLE_SPEAKING = 1 << 2,
	STYLE_BOTH = 1 << 3,
	GROUP_ANY = 1 << 4,
};

static const double LANGUAGE = 0.60, INTERESTS = 0.12, SCHEDULE = 0.12, PERSONALITY = 0.08, GOALS = 0.05,
	ACTIVITY = 0.03, MOTIVATIONS = 0.6, EXPECTATIONS = 0.4;

/* Compiled once more for processors that count bits in one instruction, which is most of what is done here. */
#if defined(__x86_64__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define FOR_EACH_PROCESSOR __attribute__((flatten, target_clones("popcnt", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

/* In each two bits, four and eight how many are set, then the sum of the bytes: the builtin is a call and a
 * table for processors that may not have the instruction. */
static inline unsigned bits(uint64_t v)
{
	v -= v >> 1 & 0x5555555555555555;
	v = (v & 0x3333333333333333) + (v >> 2 & 0x3333333333333333);
	v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0f;
	return (unsigned)(v * 0x0101010101010101 >> 56);
}

/* fmin() is a call. */
static double least(double a, double b)
{
	return a < b ? a : b;
}

enum said score_said(const char *word)
{
	static const char *const words[] = {
		[UNSAID] = "",
		[SAID_MALE] = "MALE",
		[SAID_FEMALE] = "FEMALE",
		[SAID_OTHER] = "OTHER",
		[SAID_NONE] = "NONE",
		[SAID_ANY] = "ANY",
		[SAID_TEXT] = "TEXT",
		[SAID_VOICE] = "VOICE",
		[SAID_VIDEO] = "VIDEO",
		[SAID_HYBRID] = "HYBRID",
	};
	size_t i = COUNT(words);

	while (word && i > 1 && strcmp(words[i - 1], word) != 0)
		i--;
	return word ? (enum said)(i - 1) : UNSAID;
}

const struct tongue *score_tongue(const struct person *p, unsigned language)
{
	for (size_t i = 0; language && i < p->tongues; i++)
		if (p->tongue[i].id == language)
			return &p->tongue[i];
	return NULL;
}

static const struct tongue *learns(const struct person *p, unsigned language)
{
	const struct tongue *t = score_tongue(p, language);

	return t && t->learning ? t : NULL;
}

static uint64_t targets(const struct person *p)
{
	uint64_t mask = 0;

	for (size_t i = 0; i < p->tongues; i++)
		if (p->tongue[i].learning)
			mask |= (uint64_t)1 << (p->tongue[i].id & 63);
	return mask;
}

unsigned score_overlap(const uint64_t a[WEEK_WORDS], const uint64_t b[WEEK_WORDS])
{
	unsigned n = 0;

	for (size_t i = 0; i < WEEK_WORDS; i++)
		n += bits(a[i] & b[i]);
	return n;
}

void score_mark(uint64_t week[WEEK_WORDS], int slot, int n)
{
	unsigned char *bytes = (unsigned char *)week;

	for (int i = 0; i < n; i++) {
		int s = (slot + i) % WEEK_SLOTS;

		s += s < 0 ? WEEK_SLOTS : 0;
		bytes[s / 8] |= (unsigned char)(1 << s % 8);
	}
}

/* 0..1: two who practise with each other get on best at similar levels. */
static double level_balance(const struct tongue *mine, const struct tongue *theirs)
{
	if (!mine->level || !theirs->level)
		return 0.5;
	unsigned gap = mine->level > theirs->level ? mine->level - theirs->level
						   : theirs->level - mine->level;
	double fit = gap <= 1 ? 1 : gap == 2 ? 0.67 : 0.33;

	if (gap > 1 && (mine->wish == LEVEL_SIMILAR || theirs->wish == LEVEL_SIMILAR))
		fit /= 2;
	return fit;
}

static double exchange(const struct tongue *mine, const struct tongue *theirs)
{
	return EXCHANGE + (100 - EXCHANGE) * level_balance(mine, theirs);
}

static double language(const struct person *me, const struct person *other, struct fit *f)
{
	const struct tongue *mine = learns(me, other->native), *theirs = learns(other, me->native);

	f->they_teach = mine;
	f->i_teach = theirs;
	f->shared_targets = targets(me) & targets(other);
	if (mine && theirs)
		return exchange(mine, theirs);
	if (mine || theirs)
		return f->shared_targets ? SCORE_ONE_WAY : 20;
	if (f->shared_targets || !me->native || !other->native || !targets(me) || !targets(other))
		return 15;
	return 0;
}

/* Of two who chose that many, `both` of them the same. */
static inline double shared_part(unsigned both, unsigned mine, unsigned theirs)
{
	return mine && theirs ? least(100, 200.0 * both / (mine + theirs - both)) : UNKNOWN;
}

static inline double overlap(uint64_t a, uint64_t b)
{
	return shared_part(bits(a & b), bits(a), bits(b));
}

static double slots(unsigned shared, unsigned mine, unsigned theirs)
{
	return mine && theirs ? least(100, 100.0 * shared / MIN(MIN(mine, theirs), (unsigned)FULL_SLOTS)) : UNKNOWN;
}

static double schedule(const struct person *me, const struct person *other, unsigned shared)
{
	if (shared >= FULL_SLOTS) /* without counting what each has */
		return 100;
	return slots(shared, score_overlap(me->week, me->week), score_overlap(other->week, other->week));
}

/* How p's wish for a partner's gender takes other. */
static double gender_wish(const struct person *p, const struct person *other)
{
	if (p->partner_gender == UNSAID || p->partner_gender == SAID_ANY)
		return 100;
	if (other->gender == UNSAID || other->gender == SAID_NONE)
		return UNKNOWN;
	return p->partner_gender == other->gender ? 100 : 0;
}

static double style(uint64_t a, uint64_t b)
{
	if (!a || !b)
		return UNKNOWN;
	if ((a | b) & STYLE_BOTH)
		return 80;
	return ((a | b) & (STYLE_LISTENING | STYLE_SPEAKING)) == (STYLE_LISTENING | STYLE_SPEAKING)
		       ? 100
		       : UNKNOWN;
}

static double communication(unsigned a, unsigned b)
{
	if (a == UNSAID || b == UNSAID)
		return UNKNOWN;
	if (a == b)
		return 100;
	return a == SAID_HYBRID || b == SAID_HYBRID ? 85 : 40;
}

static double group(uint64_t a, uint64_t b)
{
	if (!a || !b)
		return UNKNOWN;
	return (a & b) || ((a | b) & GROUP_ANY) ? 100 : 30;
}

static double personality(const struct person *me, const struct person *other)
{
	double wishes = sqrt(gender_wish(me, other) * gender_wish(other, me));

	return 0.35 * wishes + 0.25 * overlap(me->personalities, other->personalities) +
	       0.15 * style(me->styles, other->styles) +
	       0.15 * communication(me->communication, other->communication) +
	       0.10 * group(me->group_sizes, other->group_sizes);
}

static double activity(int64_t idle_ms)
{
	double days = (double)idle_ms / DAY_MS;

	return days > STALE_DAYS ? 0 : least(100, 100 * (STALE_DAYS - days) / (STALE_DAYS - 1));
}

FOR_EACH_PROCESSOR
void score_pair(const struct person *me, const struct person *other, int64_t now, struct fit *f)
{
	*f = (struct fit){
		.shared_slots = score_overlap(me->week, other->week),
		.shared_topics = me->topics & other->topics,
		.shared_motivations = me->motivations & other->motivations,
		.shared_personalities = me->personalities & other->personalities,
	};
	f->language = language(me, other, f);
	f->interests = overlap(me->topics, other->topics);
	f->schedule = schedule(me, other, f->shared_slots);
	f->personality = personality(me, other);
	f->goals = MOTIVATIONS * overlap(me->motivations, other->motivations) +
		   EXPECTATIONS * overlap(me->expectations, other->expectations);
	f->activity = activity(now - other->active_at);
	f->total = round(10 * (LANGUAGE * f->language + INTERESTS * f->interests + SCHEDULE * f->schedule +
			       PERSONALITY * f->personality + GOALS * f->goals + ACTIVITY * f->activity)) / 10;
}

void score_parts(const struct fit *f, double out[PARTS])
{
	const bool both = f->they_teach && f->i_teach;

	out[0] = f->language;
	out[1] = both ? (f->language - EXCHANGE) * 100 / (100 - EXCHANGE) : UNKNOWN;
	out[2] = (f->goals + f->interests) / 2;
	out[3] = f->schedule;
	out[4] = f->goals;
	out[5] = f->personality;
	out[6] = f->interests;
}

double score_weigh(const struct fit *f, const double weights[PARTS])
{
	double parts[PARTS], sum = 0, all = 0;

	score_parts(f, parts);
	for (size_t i = 0; i < PARTS; i++) {
		sum += weights[i] * parts[i];
		all += weights[i];
	}
	return round(10 * sum / all) / 10;
}

const char *score_level(double total)
{
	return total >= 80 ? "HIGH" : total >= 60 ? "MEDIUM" : "LOW";
}

/* ---- at a glance -------------------------------------------------------------------------- */

enum {
	LEVEL_FIRST = 100,
	LEVELS = 8,	  /* not said, and seven */
	IDLE_DAYS = 64,	  /* more is as bad */
	GLANCES_AHEAD = 16, /* the processor itself does not look beyond a page */
	VAGUE_MOTIVATIONS = UINT16_MAX,
	VAGUE_EXPECTATIONS = UINT8_MAX,
};

static uint8_t level_key(const struct tongue *t)
{
	unsigned level = t && t->level >= LEVEL_FIRST ? t->level - LEVEL_FIRST + 1 : 0;

	return (uint8_t)(MIN(level, LEVELS - 1U) + (t && t->wish == LEVEL_SIMILAR ? LEVELS : 0U));
}

void score_glance(const struct person *p, unsigned language, struct glance *out)
{
	*out = (struct glance){
		.id = p->id,
		.topics = p->topics,
		.week_rest = (uint16_t)p->week[WEEK_WORDS - 1],
		.idle_from = (uint16_t)(p->active_at / DAY_MS + 1),
		.motivations = (uint16_t)MIN(p->motivations, (uint64_t)VAGUE_MOTIVATIONS),
		.expectations = (uint8_t)MIN(p->expectations, (uint64_t)VAGUE_EXPECTATIONS),
		.slots = MIN(score_overlap(p->week, p->week), (unsigned)FULL_SLOTS) & 15U,
		.level = level_key(learns(p, language)) & 15U,
	};
	memcpy(out->week, p->week, sizeof(out->week));
}

/* From `most` on more may be chosen than was counted. */
static void fill_choices(double part[SCORE_CHOICES][SCORE_CHOICES], double weight, unsigned mine, unsigned most)
{
	for (unsigned theirs = 0; theirs < SCORE_CHOICES; theirs++)
		for (unsigned both = 0; both <= theirs; both++)
			part[theirs][both] = weight * (mine >= most || theirs >= most
							       ? 100
							       : shared_part(both, mine, theirs));
}

static inline double at(const double part[SCORE_CHOICES][SCORE_CHOICES], uint64_t theirs, uint64_t mine)
{
	return part[MIN(bits(theirs), SCORE_CHOICES - 1U)][MIN(bits(theirs & mine), SCORE_CHOICES - 1U)];
}

void score_viewer(const struct person *me, unsigned speaks, double most, int64_t now, struct viewer *v)
{
	const struct tongue *mine = learns(me, speaks);

	score_glance(me, 0, &v->me);
	v->today = (int)(now / DAY_MS);
	for (unsigned i = 0; i < COUNT(v->language); i++) {
		const struct tongue theirs = {
			.level = (uint8_t)(i % LEVELS ? LEVEL_FIRST + i % LEVELS - 1 : 0),
			.wish = i >= LEVELS ? LEVEL_SIMILAR : 0,
		};

		v->language[i] = LANGUAGE * (mine ? exchange(mine, &theirs) : most);
	}
	for (unsigned n = 0; n <= FULL_SLOTS; n++)
		for (unsigned shared = 0; shared <= FULL_SLOTS; shared++)
			v->schedule[n][shared] = SCHEDULE * slots(shared, v->me.slots, n);
	fill_choices(v->interests, INTERESTS, bits(me->topics), SCORE_CHOICES - 1);
	fill_choices(v->motivations, GOALS * MOTIVATIONS, bits(v->me.motivations), bits(VAGUE_MOTIVATIONS));
	fill_choices(v->expectations, GOALS * EXPECTATIONS, bits(v->me.expectations), bits(VAGUE_EXPECTATIONS));
	/* and all that personality can be, which is dear to count, and half of what rounding may add */
	for (int days = 0; days < IDLE_DAYS; days++)
		v->rest[days] = ACTIVITY * activity((int64_t)days * DAY_MS) + PERSONALITY * 100 + 0.05 + 1e-9;
}

FOR_EACH_PROCESSOR
size_t score_promising(const struct viewer *viewer, const struct glance *v, size_t n, double least, uint32_t *out)
{
	const struct glance *me = &viewer->me;
	size_t found = 0;

	for (size_t i = 0; i < n; i++) {
		const struct glance *g = &v[i];
		unsigned shared = bits((uint64_t)(g->week_rest & me->week_rest));
		int days = viewer->today - g->idle_from;

		__builtin_prefetch(g + GLANCES_AHEAD);
		for (size_t k = 0; k < COUNT(g->week); k++)
			shared += bits(g->week[k] & me->week[k]);
		double most = viewer->language[g->level] + at(viewer->interests, g->topics, me->topics) +
			      at(viewer->motivations, g->motivations, me->motivations) +
			      at(viewer->expectations, g->expectations, me->expectations) +
			      viewer->schedule[MIN(g->slots, FULL_SLOTS)][MIN(shared, (unsigned)FULL_SLOTS)] +
			      viewer->rest[MIN(MAX(days, 0), IDLE_DAYS - 1)];

		out[found] = (uint32_t)i;
		found += most >= least;
	}
	return found;
}
