#include "domain/matching/partners.h"
#include "base/buf.h"
#include "base/clock.h"
#include "domain/matching/cards.h"
#include "domain/matching/facts.h"
#include "domain/matching/matching.h"
#include "domain/matching/names.h"
#include "domain/matching/windows.h"

#include <math.h>

enum {
	FOUND_MAX = 1000, /* a list ends after that many */
	WINDOW_ASKED = 500, /* people looked at where the database is asked for each of them */
	WINDOW_MORE = 1000, /* of them may turn out to be excluded */
	CHUNK = 128,	    /* looked at between two looks at who is the last of the best */
	AHEAD = 16,
	LOOKS = 4,
	SLOTS_A_DAY = 48,
	SLOT_MS = 1800000,
	SIEVE = 1024,
};

/* Somebody among the best. */
struct found {
	uint64_t id;
	int64_t active_at;
	bool other; /* has no language for the caller: comes after all who have */
	long tenths; /* by which they are ordered, as a number that can be equal to another */
	struct fit fit;
};

/* The first `max` of all that were added, in order. */
struct best {
	struct found **v, *place;
	size_t n, max;
};

struct finding {
	const struct partner_filter *filter;
	struct person me;
	uint64_t native, target; /* languages named in the filter */
	enum said gender;
	uint64_t times[WEEK_WORDS]; /* the wanted ones, UTC */
	const char *others; /* blocked, matched or asked: ids, separated by commas */
	const uint64_t *excluded; /* whom not to recommend, ascending */
	size_t excluded_n;
	uint64_t sieve[SIEVE / 64]; /* id % SIEVE of the excluded: most others need not be looked for among them */
	bool each; /* the total does not tell who comes first, or not all count */
	int64_t window; /* people looked at in each direction */
	struct best best;
	size_t n; /* found, also those who are not among the best; counted to FOUND_MAX at least */
};

/* ---- filters ------------------------------------------------------------------------------ */

static const struct {
	const char *word;
	unsigned from, to;
} levels[] = {
	{"beginner", 100, 101}, {"intermediate", 102, 103}, {"advanced", 104, 105}, {"native", 106, 106},
};

/* method: of communication, or HYBRID; groups: option ids of group_size as a mask. */
static const struct {
	const char *word;
	enum said method;
	uint64_t groups;
} sessions[] = {
	{"1on1", UNSAID, 1 << 1 | 1 << 4}, {"group", UNSAID, 1 << 2 | 1 << 3 | 1 << 4},
	{"text_only", SAID_TEXT, 0},	   {"voice_only", SAID_VOICE, 0},
	{"video", SAID_VIDEO, 0},
};

/* Hours of the day and days of the week a word of `availability` means, as its page labels them. */
static const struct {
	const char *word;
	int from, to;         /* hours */
	int first, last;      /* days, 0 = Monday; -1: the word speaks of hours */
} times[] = {
	{"morning", 6, 12, -1, -1},  {"afternoon", 12, 18, -1, -1}, {"evening", 18, 24, -1, -1},
	{"night", 0, 6, -1, -1},     {"weekdays", 0, 0, 0, 4},	    {"weekends", 0, 0, 5, 6},
};

static void wanted_times(const struct list *words, int64_t offset_ms, uint64_t out[WEEK_WORDS])
{
	bool hour[24] = {0}, day[7] = {0}, hours = false, days = false;

	for (size_t i = 0; i < words->n; i++)
		for (size_t k = 0; k < COUNT(times); k++) {
			if (strcasecmp(((const char *const *)words->v)[i], times[k].word) != 0)
				continue;
			for (int h = times[k].from; h < times[k].to; h++)
				hours = hour[h] = true;
			for (int d = times[k].first; d >= 0 && d <= times[k].last; d++)
				days = day[d] = true;
		}
	for (int slot = 0; slot < WEEK_SLOTS; slot++)
		if ((!days || day[slot / SLOTS_A_DAY]) && (!hours || hour[slot % SLOTS_A_DAY / 2]))
			score_mark(out, slot - (int)(offset_ms / SLOT_MS), 1);
}

static bool learns(const struct person *p, unsigned language)
{
	const struct tongue *t = score_tongue(p, language);

	return t && t->learning;
}

static bool level_fits(const struct finding *f, const struct person *p)
{
	size_t k = 0;

	while (k < COUNT(levels) && strcmp(levels[k].word, f->filter->level) != 0)
		k++;
	for (size_t i = 0; k < COUNT(levels) && i < p->tongues; i++) {
		const struct tongue *t = &p->tongue[i];

		if (t->level >= levels[k].from && t->level <= levels[k].to &&
		    (f->target ? t->id == f->target : t->learning))
			return true;
	}
	return k == COUNT(levels);
}

static bool session_fits(const char *word, const struct person *p)
{
	for (size_t k = 0; k < COUNT(sessions); k++) {
		if (strcmp(sessions[k].word, word) != 0)
			continue;
		if (sessions[k].groups)
			return p->group_sizes & sessions[k].groups;
		return p->communication == sessions[k].method || p->communication == SAID_HYBRID;
	}
	return true;
}

/* What the index and the statement did not decide. */
static bool passes(struct ctx *c, const struct finding *f, const struct person *p, const struct fit *fit)
{
	const struct partner_filter *want = f->filter;

	if (want->min_age || want->max_age) {
		int64_t age = cards_age(c, p->show_age, p->birth_year, *p->birth_monthday ? p->birth_monthday : NULL);

		if (!age || age < want->min_age || (want->max_age && age > want->max_age))
			return false;
	}
	if (f->native && p->native != f->native)
		return false;
	if (f->target && !learns(p, (unsigned)f->target))
		return false;
	if (want->gender && f->gender != SAID_ANY && (p->gender == UNSAID || p->gender != f->gender))
		return false;
	if (want->online && !p->show_online) /* whether they are, keep_online() asks */
		return false;
	if (want->availability.n && score_overlap(p->week, f->times) < 2)
		return false;
	return (!want->level || level_fits(f, p)) && (!want->session || session_fits(want->session, p)) &&
	       fit->total >= want->min_score;
}

static bool narrows(const struct partner_filter *f)
{
	return f->level || f->gender || f->query || f->place || f->abroad || f->session || f->min_age || f->max_age ||
	       f->nations.n || f->interests.n || f->availability.n || f->online || f->min_score > 0;
}

/* ---- finding ------------------------------------------------------------------------------ */

static const char *json_texts(struct ctx *c, const struct list *l)
{
	struct buf b = buf_new(c->arena, 256, 16384);

	for (size_t i = 0; i < l->n; i++) {
		const char *s = ((const char *const *)l->v)[i];

		buf_char(&b, i ? ',' : '[');
		buf_json(&b, s, strlen(s));
	}
	buf_char(&b, ']');
	return l->n ? b.data : NULL;
}

static const char *commas(struct ctx *c, const struct list *l)
{
	struct buf b = buf_new(c->arena, 256, 4096);

	for (size_t i = 0; i < l->n; i++) {
		if (i)
			buf_char(&b, ',');
		buf_str(&b, ((const char *const *)l->v)[i]);
	}
	return l->n ? b.data : NULL;
}

static int ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The caller and everybody blocked, matched or asked; `more`: who was looked at already. */
static void exclude(struct ctx *c, struct finding *f, const struct crowd *more)
{
	size_t n = 1;
	char *end;

	for (const char *s = f->others; *s; s++)
		n += *s == ',';
	uint64_t *v = arena_array(c->arena, uint64_t, n + more->n + 1);

	n = 0;
	v[n++] = c->me.user_id;
	for (const char *s = f->others; *s; s = *end ? end + 1 : end)
		v[n++] = strtoull(s, &end, 10);
	for (size_t i = 0; i < more->n; i++)
		v[n++] = more->person[i].id;
	qsort(v, n, sizeof(*v), ascending);
	f->excluded = v;
	f->excluded_n = n;
	for (size_t i = 0; i < n; i++)
		f->sieve[v[i] % SIEVE / 64] |= (uint64_t)1 << v[i] % 64;
}

static bool excluded(const struct finding *f, uint64_t id)
{
	return f->sieve[id % SIEVE / 64] >> id % 64 & 1 &&
	       bsearch(&id, f->excluded, f->excluded_n, sizeof(id), ascending);
}

/* ---- the best of them --------------------------------------------------------------------- */

static int newest_first(const struct found *x, const struct found *y)
{
	if (x->active_at != y->active_at)
		return x->active_at < y->active_at ? 1 : -1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static int best_first(const struct found *x, const struct found *y)
{
	if (x->other != y->other)
		return x->other ? 1 : -1;
	return x->tenths != y->tenths ? (x->tenths < y->tenths ? 1 : -1) : newest_first(x, y);
}

static struct best best_of(struct ctx *c, size_t max)
{
	return (struct best){
		.v = arena_alloc_raw(c->arena, sizeof(struct found *) * max),
		.place = arena_alloc_raw(c->arena, sizeof(struct found) * max),
		.max = max,
	};
}

/* To sort all of them took several times as long. */
static void add(const struct finding *f, struct best *b, const struct found *x)
{
	int (*compare)(const struct found *, const struct found *) =
		f->filter->newest_first ? newest_first : best_first;
	size_t low = 0, high;

	if (b->n == b->max && compare(x, b->v[b->n - 1]) >= 0)
		return;
	/* whoever leaves makes place */
	struct found *place = b->n == b->max ? b->v[--b->n] : &b->place[b->n];

	high = b->n++;
	*place = *x;
	while (low < high) {
		size_t mid = (low + high) / 2;

		if (compare(x, b->v[mid]) < 0)
			high = mid;
		else
			low = mid + 1;
	}
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are what is moved */
	memmove(&b->v[low + 1], &b->v[low], (b->n - 1 - low) * sizeof(*b->v));
	b->v[low] = place;
}

/* What it takes to get into both. */
static double enough(const struct best *a, const struct best *b)
{
	long least = 0;

	if (a->n == a->max)
		least = a->v[a->n - 1]->tenths;
	if (b->n == b->max)
		least = MAX(least, b->v[b->n - 1]->tenths);
	return (double)least / 10;
}

/* ---- looking ------------------------------------------------------------------------------ */

static bool among(const int64_t *languages, unsigned id)
{
	size_t i = 0;

	while (i < PARTNER_TONGUES && languages[i] != (int64_t)id)
		i++;
	return id && i < PARTNER_TONGUES;
}

/* Whether a tier before this one asked for them. */
static bool asked_before(enum partner_tier tier, const struct partner_search *s, const struct person *p)
{
	if (tier == TIER_NAMED || tier == TIER_MUTUAL)
		return false;
	return (tier != TIER_LEARNS && learns(p, (unsigned)s->learns)) ||
	       (tier != TIER_TEACHES && among(s->speaks, p->native));
}

static long tenths_of(const struct finding *f, const struct fit *fit)
{
	return lround(10 * (f->filter->weights ? score_weigh(fit, f->filter->weights) : fit->total));
}

/* Who is looked at next lies far away: a tenth of all, here and there. */
static void fetch(const struct person *p)
{
	for (size_t at = 0; at < sizeof(*p); at += 64)
		__builtin_prefetch((const char *)p + at);
}

/* Adds to b whom of a crowd the filter lets through; how many they are, up to FOUND_MAX or more. */
static size_t look_at(struct ctx *c, const struct finding *f, enum partner_tier tier, const struct partner_search *s,
		      const struct crowd *crowd, struct best *b)
{
	bool all = !f->filter->native && !f->filter->target && !s->speaks[PARTNER_TONGUES - 1];
	bool one_way = all && (tier == TIER_TEACHES || tier == TIER_LEARNS); /* the others were asked before */
	bool mutual = tier == TIER_MUTUAL && s->learns == f->me.native;
	struct viewer viewer;
	struct found x;
	size_t n = 0;

	score_viewer(&f->me, mutual ? (unsigned)crowd->speaks : 0, one_way ? SCORE_ONE_WAY : 100, c->now, &viewer);
	for (size_t from = 0, size; from < crowd->n; from += size) {
		uint32_t place[CHUNK];
		size_t places = size = MIN(crowd->n - from, (size_t)CHUNK);

		for (uint32_t i = 0; f->each && i < size; i++)
			place[i] = i;
		if (!f->each)
			places = score_promising(&viewer, crowd->glance + from, size, enough(&f->best, b), place);
		for (size_t i = 0; i < MIN(places, (size_t)AHEAD); i++)
			fetch(&crowd->person[from + place[i]]);
		for (size_t i = from; !f->each && n < FOUND_MAX && i < from + size; i++)
			n += !excluded(f, crowd->glance[i].id) && !asked_before(tier, s, &crowd->person[i]);
		for (size_t i = 0; i < places; i++) {
			const struct person *p = &crowd->person[from + place[i]];

			if (i + AHEAD < places)
				fetch(&crowd->person[from + place[i + AHEAD]]);
			x.id = p->id;
			x.active_at = p->active_at;
			if (excluded(f, x.id) || asked_before(tier, s, p))
				continue;
			score_pair(&f->me, p, c->now, &x.fit);
			if (f->each && !passes(c, f, p, &x.fit))
				continue;
			n += f->each;
			x.other = (tier == TIER_NAMED || tier == TIER_RECENT) && !f->filter->weights &&
				  !asked_before(TIER_RECENT, s, p);
			x.tenths = tenths_of(f, &x.fit);
			add(f, b, &x);
		}
	}
	return n;
}

static int id_ascending(const void *id, const void *row)
{
	return ascending(id, &((const struct candidate_row *)row)->id);
}

/* Leaves out who is not there. */
static enum status keep_online(struct ctx *c, struct best *b)
{
	int64_t *ids = arena_array(c->arena, int64_t, b->n);
	struct list online;
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		ids[i] = (int64_t)b->v[i]->id;
	enum status st = b->n ? matching_sql_online(c, buf_ids(c->arena, ids, b->n, sizeof(*ids)), b->n, &online) : OK;

	for (size_t i = 0; st == OK && i < b->n; i++)
		if (online.n && bsearch(&b->v[i]->id, online.v, online.n, sizeof(struct candidate_row), id_ascending))
			b->v[n++] = b->v[i];
	b->n = n;
	return st;
}

/*
 * One direction of the search, added to what the others found. What somebody wrote to meanwhile is looked at again, but
 * not for ever: a score may be one that nobody has any more, whose it is was asked of what was scored.
 */
static enum status look(struct ctx *c, struct finding *f, enum partner_tier tier, const struct partner_search *s)
{
	struct best b = best_of(c, f->best.max);
	size_t n = 0;
	bool stood = false;

	for (int i = 0; !stood && i < LOOKS; i++) {
		struct crowd crowds[PARTNER_TONGUES] = {0};
		size_t crowds_n = 1;
		enum status st = matching_sql_filters(s)
					 ? windows_filter(c, tier, s, f->window, crowds)
					 : windows_search(c, tier, s, f->window, crowds, &crowds_n);

		if (st != OK)
			return st;
		b.n = n = 0;
		stood = true;
		for (size_t k = 0; k < crowds_n; k++) {
			n += look_at(c, f, tier, s, &crowds[k], &b);
			stood &= windows_stood(&crowds[k]);
		}
		if (tier == TIER_NAMED)
			exclude(c, f, &crowds[0]);
	}
	if (f->filter->online) {
		enum status st = keep_online(c, &b);

		if (st != OK)
			return st;
		n = b.n;
	}
	f->n += n;
	for (size_t k = 0; k < b.n; k++)
		add(f, &f->best, b.v[k]);
	return OK;
}

/*
 * Exchange partners first. The one-sided directions are asked only when those do not fill the page,
 * and then both of them, so that people keep their place from one page to the next; then anybody. Who
 * asks for words looks for somebody, whatever that one speaks, and perhaps by the name.
 */
static enum status look_everywhere(struct ctx *c, struct finding *f, const struct partner_search *s,
				   size_t needed)
{
	bool speaks = s->speaks[0], both = s->learns && speaks;
	enum status st = s->query ? look(c, f, TIER_NAMED, s) : OK;

	if (s->query)
		needed = SIZE_MAX;
	if (st == OK && both)
		st = look(c, f, TIER_MUTUAL, s);
	if (st == OK && f->n < needed && speaks && !f->filter->target)
		st = look(c, f, TIER_TEACHES, s);
	if (st == OK && f->n < needed && s->learns && !f->filter->native)
		st = look(c, f, TIER_LEARNS, s);
	/* whose own weights count has asked for the best of an exchange */
	if (st == OK && f->n < needed && !f->filter->native && !f->filter->target && !(both && f->filter->weights))
		st = look(c, f, TIER_RECENT, s);
	return st;
}

/* ---- all of it ----------------------------------------------------------------------------- */

/* Which languages to look for; false: the filter names one that does not exist. */
static bool aim(const struct partner_filter *want, struct finding *f, struct partner_search *s)
{
	f->native = want->native ? names_language(want->native) : 0;
	f->target = want->target ? names_language(want->target) : 0;
	s->learns = want->target ? (int64_t)f->target : (int64_t)f->me.native;
	s->speaks[0] = (int64_t)f->native;
	for (size_t i = 0, n = 0; !want->native && i < f->me.tongues && n < PARTNER_TONGUES; i++)
		if (f->me.tongue[i].learning)
			s->speaks[n++] = f->me.tongue[i].id;
	return !(want->native && !f->native) && !(want->target && !f->target);
}

static enum status find(struct ctx *c, const struct partner_filter *want, int64_t page, int64_t size,
			struct partners_out *out, struct fit *fits, int64_t *total)
{
	size_t from = (size_t)((page - 1) * size), to = MIN(from + (size_t)size, (size_t)FOUND_MAX);
	struct partner_search s = {
		.query = want->query,
		.place = want->place,
		.abroad = want->abroad,
		.nations = commas(c, &want->nations),
		.words = json_texts(c, &want->interests),
	};
	struct finding f = {
		.filter = want,
		.gender = score_said(want->gender),
		.each = narrows(want) || want->newest_first || want->weights,
	};
	struct viewer_row v;
	enum status st = matching_sql_viewer(c, c->me.user_id, &v);

	if (st != OK)
		return st == E_NO_ROW ? E_USER_NOT_FOUND : st;
	st = names_load(c);
	if (st != OK)
		return st;
	facts_read(v.id, c->now, v.facts, &f.me);
	f.others = v.excluded;
	exclude(c, &f, &(struct crowd){0});
	f.window = want->online || matching_sql_filters(&s)
			   ? WINDOW_ASKED + (int64_t)MIN(f.excluded_n, (size_t)WINDOW_MORE)
			   : WINDOW_ROWS;
	f.best = best_of(c, want->online ? FOUND_MAX : to);
	if (want->availability.n)
		wanted_times(&want->availability, clock_zone_offset(v.time_zone, c->now), f.times);
	if (aim(want, &f, &s))
		st = look_everywhere(c, &f, &s, to);
	*total = (int64_t)MIN(f.n, (size_t)FOUND_MAX);
	to = MIN(to, f.best.n);
	if (st != OK || from >= to)
		return st;
	uint64_t *ids = arena_array(c->arena, uint64_t, to - from);
	const struct fit **fit = arena_array(c->arena, const struct fit *, to - from);

	for (size_t i = from; i < to; i++) {
		ids[i - from] = f.best.v[i]->id;
		fit[i - from] = &f.best.v[i]->fit;
	}
	return cards_fill(c, ids, fit, to - from, f.me.topics, out, fits);
}

enum status partners_find(struct ctx *c, const struct partner_filter *f, int64_t page, int64_t size,
			  struct partners_out *out, int64_t *total)
{
	return find(c, f, page, size, out, NULL, total);
}

enum status partners_best(struct ctx *c, const struct partner_filter *f, int64_t size, struct partners_out *out,
			  struct fit *fits, int64_t *total)
{
	return find(c, f, 1, size, out, fits, total);
}

enum status matching_best(struct ctx *c, int64_t n, struct list *out)
{
	struct partners_out found = {0};
	int64_t total;
	enum status st = partners_find(c, &(struct partner_filter){0}, 1, n, &found, &total);

	*out = *AS_LIST(&found.items);
	return st;
}
