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

/* In each two bits, four and eight how many are set, then the sum of the bytes: the builtin is a call and a
 * table for processors that may not have the instruction. */
static unsigned bits(uint64_t v)
{
	v -= v >> 1 & 0x5555555555555555;
	v = (v & 0x3333333333333333) + (v >> 2 & 0x3333333333333333);
	v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0f;
	return (unsigned)(v * 0x0101010101010101 >> 56);
}

static bool is(const char *a, const char *b)
{
	return a && !strcmp(a, b);
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

static uint64_t load(const unsigned char *p, size_t n)
{
	uint64_t v = 0;

	memcpy(&v, p, n);
	return v;
}

unsigned score_overlap(const unsigned char *a, const unsigned char *b)
{
	const size_t rest = WEEK_BYTES % 8, whole = WEEK_BYTES - rest;
	unsigned n = 0;

	if (!a || !b)
		return 0;
	for (size_t at = 0; at < whole; at += 8)
		n += bits(load(a + at, 8) & load(b + at, 8));
	return n + bits(load(a + whole, rest) & load(b + whole, rest));
}

void score_mark(unsigned char week[WEEK_BYTES], int slot, int n)
{
	for (int i = 0; i < n; i++) {
		int s = (slot + i) % WEEK_SLOTS;

		s += s < 0 ? WEEK_SLOTS : 0;
		week[s / 8] |= (unsigned char)(1 << s % 8);
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

static double language(const struct person *me, const struct person *other, struct fit *f)
{
	const struct tongue *mine = learns(me, other->native), *theirs = learns(other, me->native);

	f->they_teach = mine;
	f->i_teach = theirs;
	f->shared_targets = targets(me) & targets(other);
	if (mine && theirs)
		return EXCHANGE + (100 - EXCHANGE) * level_balance(mine, theirs);
	if (mine || theirs)
		return f->shared_targets ? 25 : 20;
	if (f->shared_targets || !me->native || !other->native || !targets(me) || !targets(other))
		return 15;
	return 0;
}

static double overlap(uint64_t a, uint64_t b)
{
	if (!a || !b)
		return UNKNOWN;
	return fmin(100, 200.0 * bits(a & b) / bits(a | b));
}

static double schedule(const struct person *me, const struct person *other, unsigned shared)
{
	if (shared >= FULL_SLOTS) /* without counting what each has */
		return 100;
	unsigned mine = score_overlap(me->week, me->week);
	unsigned theirs = score_overlap(other->week, other->week);

	if (!mine || !theirs)
		return UNKNOWN;
	return fmin(100, 100.0 * shared / MIN(MIN(mine, theirs), (unsigned)FULL_SLOTS));
}

/* How p's wish for a partner's gender takes other. */
static double gender_wish(const struct person *p, const struct person *other)
{
	if (!p->partner_gender || is(p->partner_gender, "ANY"))
		return 100;
	if (!other->gender || is(other->gender, "NONE"))
		return UNKNOWN;
	return is(p->partner_gender, other->gender) ? 100 : 0;
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

static double communication(const char *a, const char *b)
{
	if (!a || !b)
		return UNKNOWN;
	if (!strcmp(a, b))
		return 100;
	return is(a, "HYBRID") || is(b, "HYBRID") ? 85 : 40;
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

	return fmax(0, fmin(100, 100 * (STALE_DAYS - days) / (STALE_DAYS - 1)));
}

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
	f->goals = 0.6 * overlap(me->motivations, other->motivations) +
		   0.4 * overlap(me->expectations, other->expectations);
	f->activity = activity(now - other->active_at);
	f->total = round(10 * (0.60 * f->language + 0.12 * f->interests + 0.12 * f->schedule +
			       0.08 * f->personality + 0.05 * f->goals + 0.03 * f->activity)) / 10;
	if (f->total <= 1) /* clients take 0..1 for a fraction */
		f->total = 0;
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
