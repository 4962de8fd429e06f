#include "domain/matching/windows.h"
#include "base/clock.h"
#include "domain/matching/matching.h"
#include "domain/matching/score.h"

#include <stdatomic.h>
#include <sys/mman.h>

enum {
	WINDOWS = 509,	  /* a prime: pairs of languages fall apart */
	ROWS = 256,	  /* of a window at most */
	ROWS_STEP = 64,	  /* limits are rounded up to it, so that those of several callers are the same */
	TEXT = 48 * 1024, /* of all facts of a window, 28 kB among the seeded; what does not fit is not kept */
	FRESH_US = 5000000,
};

/*
 * Written by whoever gets seq from even to odd; a reader that finds it odd, or another one afterwards, has read
 * nothing. A worker killed while it writes leaves its window odd: that pair is read from the database until the pool
 * is started again. Untouched windows take no memory.
 */
struct window {
	_Atomic uint32_t seq, changed;
	uint32_t learns, speaks; /* 0: any */
	uint32_t read_after; /* `changed` before it was read */
	uint32_t n, limit, used;
	int64_t read_at; /* monotonic µs */
	struct {
		uint64_t id;
		int64_t active_at;
		uint32_t facts; /* where in text */
	} row[ROWS];
	char text[TEXT];
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
	return &windows[(learns * 61 + speaks) % WINDOWS];
}

/* Adds the first `limit` of a window to v. false: it is not kept, or not as many. */
static bool recall(struct ctx *c, uint32_t learns, uint32_t speaks, uint32_t limit, struct candidate_row *v, size_t *n)
{
	struct window *w = window_of(learns, speaks);
	uint32_t seq = atomic_load_explicit(&w->seq, memory_order_acquire);
	uint32_t rows = MIN(w->n, ROWS), used = MIN(w->used, TEXT), taken = MIN(rows, limit);

	if ((seq & 1) || !seq || w->learns != learns || w->speaks != speaks ||
	    w->read_after != atomic_load(&w->changed) || clock_mono() - w->read_at > FRESH_US ||
	    (limit > w->limit && w->n >= w->limit))
		return false;
	char *text = arena_alloc_raw(c->arena, used);

	memcpy(text, w->text, used);
	for (uint32_t i = 0; i < taken; i++)
		v[*n + i] = (struct candidate_row){
			.id = w->row[i].id,
			.active_at = w->row[i].active_at,
			.facts = text + MIN(w->row[i].facts, used),
		};
	atomic_thread_fence(memory_order_acquire);
	if (atomic_load_explicit(&w->seq, memory_order_relaxed) != seq)
		return false;
	*n += taken;
	return true;
}

static void keep(uint32_t learns, uint32_t speaks, uint32_t read_after, uint32_t limit, const struct candidate_row *v,
		 size_t n)
{
	struct window *w = window_of(learns, speaks);
	uint32_t seq = atomic_load(&w->seq);

	if (n > ROWS || (seq & 1) || !atomic_compare_exchange_strong(&w->seq, &seq, seq + 1))
		return; /* somebody else writes here */
	w->learns = learns;
	w->speaks = speaks;
	w->read_after = read_after;
	w->limit = limit;
	w->read_at = clock_mono();
	w->n = w->used = 0;
	for (size_t i = 0; i < n; i++) {
		size_t size = WEEK_BYTES + strlen(v[i].facts + WEEK_BYTES) + 1;

		if (w->used + size > TEXT) {
			w->read_at = 0; /* never fresh */
			break;
		}
		w->row[i].id = v[i].id;
		w->row[i].active_at = v[i].active_at;
		w->row[i].facts = w->used;
		memcpy(w->text + w->used, v[i].facts, size);
		w->used += (uint32_t)size;
		w->n++;
	}
	atomic_store_explicit(&w->seq, seq + 2, memory_order_release);
}

static void forget(uint32_t learns, uint32_t speaks)
{
	atomic_fetch_add(&window_of(learns, speaks)->changed, 1);
}

void windows_forget(const void *pairs)
{
	char *end;

	for (const char *s = pairs; windows && s && *s; s = end) {
		uint32_t learns = (uint32_t)strtoul(s, &end, 10);
		uint32_t speaks = (uint32_t)strtoul(end, &end, 10);

		forget(learns, speaks);
		forget(0, speaks);
		forget(learns, 0);
		forget(0, 0);
	}
}

/* What is kept of a search: one window for each language of `speaks`, or a single one. */
struct parts {
	bool by_speaker;
	uint32_t learns, speaks[PARTNER_TONGUES];
	size_t n;
};

static struct parts parts_of(enum partner_tier tier, const struct partner_search *s)
{
	struct parts p = {
		.by_speaker = tier == TIER_MUTUAL || tier == TIER_TEACHES,
		.learns = tier == TIER_MUTUAL || tier == TIER_LEARNS ? (uint32_t)s->learns : 0,
		.n = 1,
	};

	p.speaks[0] = p.by_speaker ? (uint32_t)s->speaks[0] : 0;
	for (; p.by_speaker && p.n < PARTNER_TONGUES && s->speaks[p.n]; p.n++)
		p.speaks[p.n] = (uint32_t)s->speaks[p.n];
	return p;
}

/* Reads `limit` of each part, keeps them, and adds the first `share` of each to v. */
static enum status read_and_keep(struct ctx *c, enum partner_tier tier, const struct partner_search *s,
				 const struct parts *p, uint32_t share, uint32_t limit, struct candidate_row *v,
				 size_t *n)
{
	uint32_t changed[PARTNER_TONGUES];
	struct list rows;

	for (size_t i = 0; i < p->n; i++)
		changed[i] = atomic_load(&window_of(p->learns, p->speaks[i])->changed);
	enum status st = matching_sql_search(c, tier, s, limit, &rows);
	const struct candidate_row *row = rows.v;
	size_t from = 0, to = 0;

	for (size_t i = 0; st == OK && i < p->n; i++, from = to) {
		while (to < rows.n && (!p->by_speaker || row[to].speaks == p->speaks[i]))
			to++;
		keep(p->learns, p->speaks[i], changed[i], limit, row + from, to - from);
		for (size_t k = from; k < MIN(to, from + share); k++)
			v[(*n)++] = row[k];
	}
	return st;
}

enum status windows_search(struct ctx *c, enum partner_tier tier, const struct partner_search *s, struct list *out)
{
	const struct parts p = parts_of(tier, s);
	/* each language its share, so that the people of a rare one are among them */
	uint32_t share = (uint32_t)((s->window + (int64_t)p.n - 1) / (int64_t)p.n + s->more);
	uint32_t limit = (share + ROWS_STEP - 1) / ROWS_STEP * ROWS_STEP;

	if (!windows || limit > ROWS || matching_sql_filters(s))
		return matching_sql_search(c, tier, s, share, out);
	struct candidate_row *v = arena_alloc_raw(c->arena, sizeof(*v) * p.n * share);
	enum status st = OK;
	bool kept = true;
	size_t n = 0;

	for (size_t i = 0; kept && i < p.n; i++)
		kept = recall(c, p.learns, p.speaks[i], share, v, &n);
	if (!kept) {
		n = 0;
		st = read_and_keep(c, tier, s, &p, share, limit, v, &n);
	}
	*out = (struct list){v, n};
	return st;
}
