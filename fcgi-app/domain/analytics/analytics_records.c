#include "domain/analytics/analytics_records.h"
#include "base/buf.h"
#include "domain/analytics/analytics_records_sql.h"
#include "domain/group_session/group_session.h"
#include "domain/registry.h"

/* ---- a session is over -------------------------------------------------------------------- */

struct completion {
	const struct analytics_record *record;
	struct analytics_recorded *out;
};

static enum status look(struct ctx *c, const struct analytics_record *r, bool of_group, struct analytics_ended_row *row)
{
	enum status st = analytics_sql_ended(c, r->session_id, of_group, row);

	return st == E_NO_ROW ? E_SESSION_NONE : st;
}

static enum status end(struct ctx *c, const struct analytics_record *r, bool of_group)
{
	const struct meeting_end how = {.minutes = r->minutes, .rating = r->rating, .notes = r->notes};

	return of_group ? group_end(c, r->session_id, &(struct group_ended){0}) : meeting_end(c, r->session_id, &how);
}

static enum status rate_group(struct ctx *c, const struct analytics_record *r, const struct analytics_ended_row *row)
{
	if (!r->rating || row->hosted) /* a host does not rate */
		return OK;
	return group_rate(c, r->session_id, r->rating, NULL, &(struct group_rated){0});
}

static enum status complete(struct ctx *c, void *arg)
{
	const struct completion *w = arg;
	char digits[24];
	struct analytics_ended_row row;

	(void)snprintf(digits, sizeof(digits), "%llu", (unsigned long long)w->record->session_id);
	const bool of_group = group_is(digits);
	enum status st = look(c, w->record, of_group, &row);

	if (st == OK && row.hosted && !strcmp(row.status, of_group ? "ONGOING" : "IN_PROGRESS"))
		st = end(c, w->record, of_group);
	else if (st == OK && strcmp(row.status, "COMPLETED") != 0)
		st = E_SESSION_STATE;
	if (st == OK)
		st = analytics_sql_record(c, of_group, w->record, &w->out->fresh);
	if (st == OK && of_group && w->out->fresh)
		st = rate_group(c, w->record, &row);
	if (st == OK)
		st = look(c, w->record, of_group, &row);
	w->out->minutes = row.minutes;
	w->out->recorded_at = row.recorded_at;
	return st;
}

enum status analytics_complete(struct ctx *c, const struct analytics_record *r, struct analytics_recorded *out)
{
	return db_tx(c, complete, &(struct completion){r, out});
}

/* ---- how long requests took --------------------------------------------------------------- */

enum { ROUTE_BYTES = 400 };

static uint64_t load(const _Atomic uint64_t *n)
{
	return atomic_load_explicit(n, memory_order_relaxed);
}

/* What is new since it was saved, as one row; nothing: false. */
static bool add_route(struct buf *b, const char *name, const struct score_route *r, struct score_saved *s)
{
	uint64_t n = 0, now, us = load(&r->us), errors = load(&r->answers[5]);
	struct buf hist = buf_new(b->arena, ROUTE_BYTES, ROUTE_BYTES);

	for (size_t i = 0; i <= SCORE_BUCKETS; i++) {
		now = load(&r->bucket[i]);
		buf_printf(&hist, "%s%llu", i ? "," : "", (unsigned long long)(now - s->bucket[i]));
		n += now - s->bucket[i];
		s->bucket[i] = now;
	}
	if (n)
		buf_printf(b, "%s[\"%s\",%llu,%llu,%llu,[%s]]", b->len > 1 ? "," : "", name, (unsigned long long)n,
			   (unsigned long long)(errors - s->errors), (unsigned long long)(us - s->us), hist.data);
	if (n) {
		s->errors = errors;
		s->us = us;
	}
	return n != 0;
}

enum status requests_save(struct ctx *c)
{
	struct score *s = score();
	size_t routes = MIN(registry_route_count(), (size_t)SCORE_ROUTES);
	struct score_saved *saved = arena_array(c->arena, struct score_saved, routes + 1);
	struct buf b = buf_new(c->arena, 1024, (routes + 1) * (ROUTE_BYTES + 200));
	bool some = false;

	memcpy(saved, s->saved, routes * sizeof(*saved));
	buf_char(&b, '[');
	for (size_t i = 0; i < routes; i++)
		some |= add_route(&b, registry_route(i, NULL)->name, &s->route[i], &saved[i]);
	buf_char(&b, ']');
	enum status st = some ? analytics_sql_add_requests(c, b.data) : OK;

	/* what may have been written is not written again */
	if (st == OK || st == E_UNCERTAIN)
		memcpy(s->saved, saved, routes * sizeof(*saved));
	return st;
}
