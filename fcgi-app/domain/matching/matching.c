#include "domain/matching/matching.h"
#include "base/clock.h"
#include "domain/chat/chat.h"
#include "domain/contact/contact.h"
#include "domain/matching/facts.h"
#include "domain/matching/partners.h"
#include "domain/matching/windows.h"

enum { SLOT_MIN = 30, SESSION_SLOTS = 2, MINUTE_MS = 60000 };
#define REQUEST_LIFE_MS ((int64_t)7 * 86400000)

/* ---- rebuilding --------------------------------------------------------------------------- */

/* Local half hours → UTC. One chosen time stands for a session of an hour. Rounds down for the few
 * zones off the half-hour grid. */
static bool week_of(const struct times_row *t, int64_t now, uint64_t week[WEEK_WORDS])
{
	int offset = (int)(clock_zone_offset(t->time_zone, now) / MINUTE_MS);
	char *end;

	for (const char *s = t->slots; s && *s; s = *end ? end + 1 : end) {
		int utc = (int)strtol(s, &end, 10) - offset;

		score_mark(week, (utc - (utc < 0 ? SLOT_MIN - 1 : 0)) / SLOT_MIN, SESSION_SLOTS);
	}
	return t->slots;
}

static enum status rebuild(struct ctx *c, void *arg)
{
	const uint64_t *id = arg;
	uint64_t week[WEEK_WORDS] = {0};
	struct times_row t;
	struct rebuilt_row now;
	enum status st = matching_sql_times(c, *id, &t);

	if (st == OK)
		st = matching_sql_rebuild(c, *id, week_of(&t, c->now, week) ? week : NULL, &now);
	if (st != OK)
		return st == E_NO_ROW ? E_USER_NOT_FOUND : st;
	struct moved *m = arena_new_of(c->arena, struct moved);

	m->before = now.before_pairs;
	m->now = now.now_pairs;
	facts_read(now.id, now.active_at, now.facts, &m->person);
	db_after(c, windows_move, m);
	return OK;
}

enum status matching_refresh(struct ctx *c, uint64_t user_id)
{
	return db_tx(c, rebuild, &user_id);
}

void matching_forget(struct ctx *c, uint64_t user_id, const char *pairs)
{
	struct moved *m = arena_new_of(c->arena, struct moved);

	m->before = pairs;
	m->person.id = user_id;
	db_after(c, windows_move, m);
}

/* ---- requests ----------------------------------------------------------------------------- */

struct answer {
	uint64_t ref;
	bool accept;
	const char *message;
	struct match_state *out;
};

static enum status answer(struct ctx *c, void *arg)
{
	const struct answer *w = arg;
	struct match_state *out = w->out;
	struct answered_row a;
	enum status st = matching_sql_answer(c, w->ref, w->accept, w->message, &a);

	if (st != OK)
		return st;
	*out = (struct match_state){
		.request_id = a.request_id,
		.partner_id = a.partner_id,
		.match_id = w->accept ? a.match_id : 0,
		.room_id = w->accept ? a.room_id : 0,
		.status = w->accept ? "accepted" : "rejected",
		.score = a.score,
	};
	if (!w->accept || !a.fresh)
		return OK;
	st = chat_open_direct(c, a.partner_id, &out->room_id);
	return st == OK ? matching_sql_room(c, &a, out->room_id) : st;
}

enum status matching_answer(struct ctx *c, uint64_t ref, bool accept, const char *message,
			    struct match_state *out)
{
	return db_tx(c, answer, &(struct answer){ref, accept, message, out});
}

struct asking {
	uint64_t other;
	const char *message;
	const double *score;
	struct match_state *out;
};

static enum status request(struct ctx *c, void *arg)
{
	const struct asking *w = arg;
	struct partner_pair p;
	struct created_row made;
	enum status st = partners_pair(c, w->other, &p);

	if (st != OK)
		return st;
	struct new_request n = {
		.me = c->me.user_id,
		.other = w->other,
		.message = w->message,
		.score = w->score ? *w->score : p.fit.total,
		.closed = p.closed,
		.now = c->now,
		.expires = c->now + REQUEST_LIFE_MS,
	};

	st = matching_sql_create(c, &n, &made);
	if (st != OK)
		return st;
	*w->out = (struct match_state){
		.request_id = made.id,
		.partner_id = w->other,
		.status = "pending",
		.created_at = n.now,
		.expires_at = n.expires,
		.score = n.score,
	};
	if (!made.must_answer)
		return OK;
	return answer(c, &(struct answer){made.id, true, w->message, w->out});
}

enum status matching_request(struct ctx *c, uint64_t other, const char *message, const double *score,
			     struct match_state *out)
{
	if (other == c->me.user_id)
		return E_MATCH_SELF;
	enum status st = contact_first(c, &(int64_t){(int64_t)other}, 1);

	return st == OK ? db_tx(c, request, &(struct asking){other, message, score, out}) : st;
}

enum status matching_end(struct ctx *c, uint64_t match_id)
{
	return matching_sql_end(c, match_id);
}
