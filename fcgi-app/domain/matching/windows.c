#include "domain/matching/windows.h"
#include "base/clock.h"
#include "domain/matching/facts.h"
#include "domain/matching/matching.h"

#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	WINDOWS = 257,	 /* a prime: no two pairs of a dozen languages share one */
	LATE = 64,	 /* of a full window: the last places, where newcomers take turns */
	MOVES = 64,	 /* windows one person is in at most */
	FRESH_US = 10000000,
	KEPT_US = 300000000, /* longer nobody is shown it */
	READING_US = 1000000, /* reading it again takes no longer */
	WRITING_US = 1000000, /* whoever writes for longer is dead */
	WAIT_US = 100,
	WAITS = 50,
};

/*
 * Written by whoever gets seq from even to odd; a reader that finds it odd, or another one afterwards, has read
 * nothing. Untouched windows take no memory.
 */
struct window {
	_Atomic uint32_t seq, changed;
	_Atomic int64_t writing_at, reading_at; /* monotonic µs */
	uint32_t learns, speaks; /* 0: any */
	uint32_t read_after; /* `changed` when it was as in the database */
	uint32_t n, turn;
	int64_t read_at; /* monotonic µs */
	struct glance glance[WINDOW_ROWS];
	struct person person[WINDOW_ROWS];
};
static struct window *windows; /* NULL: not in this process */

void matching_share(void)
{
	windows = mmap(NULL, sizeof(*windows) * WINDOWS, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (windows == MAP_FAILED)
		abort();
}

static struct window *window_of(uint32_t learns, uint32_t speaks)
{
	return &windows[(learns * 20 + speaks) % WINDOWS];
}

static bool holds(const struct window *w, uint32_t learns, uint32_t speaks)
{
	return w->learns == learns && w->speaks == speaks && w->read_after == atomic_load(&w->changed);
}

/* The seq that write_end() gives back; 0: somebody else writes for as long as this waits. */
static uint32_t write_begin(struct window *w)
{
	for (int i = 0; i < WAITS; i++) {
		uint32_t seq = atomic_load(&w->seq);
		int64_t now = clock_mono();

		if ((seq & 1) && now - atomic_load(&w->writing_at) < WRITING_US) {
			usleep(WAIT_US);
			continue;
		}
		bool broken = seq & 1;
		uint32_t mine = seq + (broken ? 2 : 1);

		atomic_store(&w->writing_at, now); /* before seq, or it might be taken for dead at once */
		if (!atomic_compare_exchange_strong(&w->seq, &seq, mine))
			continue;
		atomic_thread_fence(memory_order_seq_cst); /* before anything that is written now */
		if (broken) { /* half of it may be written: it holds nothing */
			w->n = 0;
			w->read_after = atomic_load(&w->changed) - 1;
		}
		return mine;
	}
	return 0;
}

/* Not where another one has taken this one for dead. */
static void write_end(struct window *w, uint32_t seq)
{
	atomic_compare_exchange_strong(&w->seq, &seq, seq + 1);
}

bool windows_stood(const struct crowd *crowd)
{
	const struct window *w = crowd->window;

	atomic_thread_fence(memory_order_acquire);
	return !w || atomic_load_explicit(&w->seq, memory_order_relaxed) == crowd->seq;
}

enum recalled { RECALLED, RECALLED_OLD, NOT_KEPT };

static enum recalled recall(uint32_t learns, uint32_t speaks, struct crowd *out)
{
	struct window *w = window_of(learns, speaks);
	uint32_t seq = atomic_load_explicit(&w->seq, memory_order_acquire);

	for (int i = 0; (seq & 1) && i < WAITS; i++) {
		usleep(WAIT_US);
		seq = atomic_load_explicit(&w->seq, memory_order_acquire);
	}
	int64_t age = clock_mono() - w->read_at;

	*out = (struct crowd){w->person, w->glance, MIN(w->n, (uint32_t)WINDOW_ROWS), speaks, w, seq};
	if (!seq || (seq & 1) || !holds(w, learns, speaks) || age > KEPT_US || !windows_stood(out))
		return NOT_KEPT;
	return age > FRESH_US ? RECALLED_OLD : RECALLED;
}

/* Whether nobody else is about to read it again. */
static bool claim(uint32_t learns, uint32_t speaks)
{
	struct window *w = window_of(learns, speaks);
	int64_t now = clock_mono(), reading = atomic_load(&w->reading_at);

	return now - reading > READING_US && atomic_compare_exchange_strong(&w->reading_at, &reading, now);
}

static void keep(uint32_t learns, uint32_t speaks, uint32_t read_after, const struct crowd *v)
{
	struct window *w = window_of(learns, speaks);
	uint32_t seq = write_begin(w);

	if (!seq)
		return;
	if (atomic_load(&w->changed) == read_after) {
		w->learns = learns;
		w->speaks = speaks;
		w->read_after = read_after;
		w->read_at = clock_mono();
		w->n = (uint32_t)v->n;
		memcpy(w->person, v->person, v->n * sizeof(*v->person));
		memcpy(w->glance, v->glance, v->n * sizeof(*v->glance));
	}
	write_end(w, seq);
}

/* ---- what changes ------------------------------------------------------------------------- */

struct spot {
	uint32_t learns, speaks;
	bool in;
};

static size_t add_spot(struct spot *v, size_t n, struct spot p)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].learns == p.learns && v[i].speaks == p.speaks) {
			v[i].in |= p.in;
			return n;
		}
	if (n < MOVES)
		v[n++] = p;
	return n;
}

static size_t add_spots(struct spot *v, size_t n, const char *pairs, bool in)
{
	char *end;

	for (const char *s = pairs; s && *s; s = end) {
		uint32_t learns = (uint32_t)strtoul(s, &end, 10);
		uint32_t speaks = (uint32_t)strtoul(end, &end, 10);

		n = add_spot(v, n, (struct spot){learns, speaks, in});
		n = add_spot(v, n, (struct spot){0, speaks, in});
		n = add_spot(v, n, (struct spot){learns, 0, in});
		n = add_spot(v, n, (struct spot){0, 0, in});
	}
	return n;
}

static void put(struct window *w, const struct spot *p, const struct person *who)
{
	uint32_t at = 0;

	while (at < w->n && w->glance[at].id != who->id)
		at++;
	if (!p->in) {
		if (at == w->n)
			return;
		w->n--;
		w->person[at] = w->person[w->n];
		w->glance[at] = w->glance[w->n];
		return;
	}
	if (at == WINDOW_ROWS)
		at = WINDOW_ROWS - 1 - w->turn++ % LATE;
	w->n = MAX(w->n, at + 1);
	w->person[at] = *who;
	score_glance(who, p->learns, &w->glance[at]);
}

void windows_move(const void *arg)
{
	const struct moved *m = arg;
	struct spot v[MOVES];
	size_t n = add_spots(v, add_spots(v, 0, m->before, false), m->now, true);

	for (size_t i = 0; windows && i < n; i++) {
		struct window *w = window_of(v[i].learns, v[i].speaks);
		uint32_t seq = write_begin(w);
		bool held = seq && holds(w, v[i].learns, v[i].speaks);
		uint32_t changed = atomic_fetch_add(&w->changed, 1);

		if (held && w->read_after == changed) {
			put(w, &v[i], &m->person);
			w->read_after = changed + 1;
		}
		if (seq)
			write_end(w, seq);
	}
}

/* ---- searching ---------------------------------------------------------------------------- */

static struct crowd crowd_of(struct ctx *c, const struct candidate_row *row, size_t rows, uint32_t learns)
{
	struct person *person = arena_alloc_raw(c->arena, sizeof(*person) * rows);
	struct glance *glance = arena_alloc_raw(c->arena, sizeof(*glance) * rows);
	size_t n = 0;

	for (size_t i = 0; i < rows; i++) {
		if (n && person[n - 1].id == row[i].id) /* learns several languages */
			continue;
		facts_read(row[i].id, row[i].active_at, row[i].facts, &person[n]);
		score_glance(&person[n], learns, &glance[n]);
		n++;
	}
	return (struct crowd){.person = person, .glance = glance, .n = n};
}

/* Parts of a tier to be read. */
struct reading {
	enum partner_tier tier;
	struct partner_search search;
	int64_t limit[PARTNER_TONGUES]; /* 0: not this one */
	const struct reading *next;
};

static uint32_t learns_of(const struct reading *r)
{
	return r->tier == TIER_MUTUAL || r->tier == TIER_LEARNS ? (uint32_t)r->search.learns : 0;
}

static bool by_speaker(const struct reading *r)
{
	return r->tier == TIER_MUTUAL || r->tier == TIER_TEACHES;
}

static uint32_t speaks_of(const struct reading *r, size_t part)
{
	return by_speaker(r) ? (uint32_t)r->search.speaks[part] : 0;
}

static enum status read_parts(struct ctx *c, const struct reading *r, bool keeps, struct crowd out[PARTNER_TONGUES])
{
	uint32_t changed[PARTNER_TONGUES] = {0}, learns = learns_of(r);
	struct list rows;

	for (size_t i = 0; keeps && i < PARTNER_TONGUES; i++)
		changed[i] = atomic_load(&window_of(learns, speaks_of(r, i))->changed);
	enum status st = matching_sql_search(c, r->tier, &r->search, r->limit, &rows);
	const struct candidate_row *row = rows.v;

	for (size_t i = 0, from = 0, to = 0; st == OK && i < PARTNER_TONGUES; i++, from = to) {
		uint32_t speaks = speaks_of(r, i);

		if (!r->limit[i])
			continue;
		while (to < rows.n && (!by_speaker(r) || row[to].speaks == speaks))
			to++;
		out[i] = crowd_of(c, row + from, to - from, learns);
		out[i].speaks = speaks;
		if (keeps)
			keep(learns, speaks, changed[i], &out[i]);
	}
	return st;
}

static void read_later(struct ctx *c, const void *readings)
{
	struct crowd v[PARTNER_TONGUES];

	for (const struct reading *r = readings; r; r = r->next)
		if (read_parts(c, r, true, v) != OK)
			return; /* the next who asks */
}

enum status windows_search(struct ctx *c, enum partner_tier tier, const struct partner_search *s, int64_t limit,
			   struct crowd out[PARTNER_TONGUES], size_t *n)
{
	struct reading *r = arena_new_of(c->arena, struct reading);
	bool keeps = windows && limit == WINDOW_ROWS, missing = false, old = false;
	enum recalled how[PARTNER_TONGUES];

	*r = (struct reading){.tier = tier, .search = *s};
	for (*n = 0; *n < (by_speaker(r) ? PARTNER_TONGUES : 1) && (!by_speaker(r) || s->speaks[*n]); ++*n) {
		how[*n] = keeps ? recall(learns_of(r), speaks_of(r, *n), &out[*n]) : NOT_KEPT;
		missing |= how[*n] == NOT_KEPT;
	}
	for (size_t i = 0; i < *n; i++) /* what is old can wait, where nothing else is read */
		if (how[i] == NOT_KEPT ||
		    (how[i] == RECALLED_OLD && (missing || claim(learns_of(r), speaks_of(r, i))))) {
			r->limit[i] = limit;
			old = true;
		}
	if (missing)
		return read_parts(c, r, keeps, out);
	if (old && (!c->later || c->later == read_later)) {
		r->next = c->later ? c->later_arg : NULL;
		c->later = read_later;
		c->later_arg = r;
	}
	return OK;
}

enum status windows_filter(struct ctx *c, enum partner_tier tier, const struct partner_search *s, int64_t limit,
			   struct crowd *out)
{
	struct list rows;
	enum status st = matching_sql_filter(c, tier, s, limit, &rows);

	*out = crowd_of(c, rows.v, rows.n, 0);
	return st;
}
