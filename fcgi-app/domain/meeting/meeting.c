#include "domain/meeting/meeting.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "domain/contact/contact.h"
#include "domain/live/live.h"
#include "domain/meeting/meeting_sql.h"
#include "sec/digest.h"
#include "sec/random.h"

SHAPE_TABLE(meeting_started, MEETING_STARTED)
SHAPE_TABLE(meeting_card, MEETING_CARD)

#define PLANNED_AHEAD_MS (2 * 366 * DAY_MS)
enum { STARTS_BYTES = MEETING_COPIES_MAX * 64, WORD_MAX = 40, WORD_BYTES = WORD_MAX * 12, ID_DIGITS = 18 };

/* ---- making one --------------------------------------------------------------------------- */

static enum status refuse(struct ctx *c, const char *field, const char *rule, const char *ko, const char *en)
{
	fail_field(c, field, rule, say(c, ko, en));
	return E_VALIDATION;
}

static enum status check_time(struct ctx *c, int64_t at)
{
	if (at <= c->now)
		return refuse(c, "scheduledAt", "min", "지난 시각입니다", "is in the past");
	if (at > c->now + PLANNED_AHEAD_MS)
		return refuse(c, "scheduledAt", "max", "2년 이내여야 합니다", "must be within two years");
	return OK;
}

static enum status check(struct ctx *c, const struct meeting_plan *p)
{
	if (p->partner_id == c->me.user_id)
		return refuse(c, "partnerId", "other", "자신과는 할 수 없습니다", "must be somebody else");
	if (p->partner_id && p->seats != 2)
		return refuse(c, "maxParticipants", "max", "파트너와의 세션은 두 명입니다",
			      "a session with a partner is for two");
	if (p->recurrence && !p->recurrence_until)
		return refuse(c, "recurrenceEndDate", "required", "반복 종료일이 필요합니다",
			      "is required for what recurs");
	return check_time(c, p->starts_at);
}

/* The days between one and the next; 0: months. */
static int64_t step_of(const char *recurrence)
{
	if (!strcmp(recurrence, "MONTHLY"))
		return 0;
	return !strcmp(recurrence, "DAILY") ? 1 : !strcmp(recurrence, "WEEKLY") ? 7 : 14;
}

uint64_t meeting_new_id(uint64_t first)
{
	return first | (random_u64() & (first - 1));
}

/* The first one and its copies, at the same time of the day where the host lives: their ids and times. */
static enum status starts_of(struct ctx *c, const struct meeting_plan *p, const char *zone, const char **out)
{
	struct buf b = buf_new(c->arena, 64, STARTS_BYTES);
	int64_t local = p->starts_at + clock_zone_offset(zone, p->starts_at), first = local / DAY_MS, at = p->starts_at;
	int64_t step = p->recurrence ? step_of(p->recurrence) : 0;

	buf_char(&b, '[');
	for (int64_t k = 0; k == 0 || (p->recurrence && at <= p->recurrence_until);) {
		if (k > MEETING_COPIES_MAX - 1)
			return refuse(c, "recurrenceEndDate", "max", "반복은 52회까지 할 수 있습니다",
				      "leads to more than 52 sessions");
		if (k)
			buf_char(&b, ',');
		buf_printf(&b, "{\"id\":%llu,\"at\":%lld}", (unsigned long long)meeting_new_id(MEETING_IDS),
			   (long long)at);
		k++;
		int64_t day = step ? first + k * step : clock_add_months(first, k);

		at = clock_utc(zone, day * DAY_MS + local % DAY_MS);
	}
	buf_char(&b, ']');
	*out = b.data;
	return OK;
}

enum status meeting_words(struct ctx *c, const char *field, const char *const *word, size_t n, const char **out)
{
	struct buf b = buf_new(c->arena, 64, MEETING_WORDS_MAX * WORD_BYTES);

	for (size_t i = 0; i < n; i++) {
		const char *s = word[i] ? word[i] : "";

		if (utf8_count(s) > WORD_MAX)
			return refuse(c, arena_printf(c->arena, "%s[%zu]", field, i), "max", "40자까지 쓸 수 있습니다",
				      "may have 40 characters");
		buf_char(&b, i ? ',' : '[');
		buf_json(&b, s, strlen(s));
	}
	buf_char(&b, ']');
	*out = n ? b.data : NULL;
	return OK;
}

struct creation {
	const struct meeting_plan *plan;
	struct meeting_item *out;
};

static enum status create(struct ctx *c, void *arg)
{
	const struct creation *w = arg;
	const char *zone, *starts;
	uint64_t id;
	enum status st = meeting_sql_zone(c, &zone);

	if (st == OK)
		st = starts_of(c, w->plan, zone, &starts);
	if (st == OK)
		st = meeting_sql_create(c, w->plan, starts, &id);
	return st == OK ? meeting_sql_item(c, id, w->out) : st;
}

enum status meeting_create(struct ctx *c, const struct meeting_plan *p, struct meeting_item *out)
{
	enum status st = check(c, p);

	if (st == OK && p->partner_id)
		st = contact_first(c, &(int64_t){(int64_t)p->partner_id}, 1);
	return st == OK ? db_tx(c, create, &(struct creation){p, out}) : st;
}

/* ---- what becomes of it ------------------------------------------------------------------- */

enum status meeting_get(struct ctx *c, uint64_t id, struct meeting_item *out)
{
	return meeting_sql_item(c, id, out);
}

/* The account a client calls itself by, which shows its number as we do; 0: none. */
static uint64_t claimed(struct ctx *c, const char *user_id)
{
	uint64_t id = user_id ? strtoull(user_id, NULL, 10) : 0;

	return id && !strcmp(user_id, arena_printf(c->arena, "%llu", (unsigned long long)id)) ? id : 0;
}

enum status meeting_call(struct ctx *c, const char *room_id, const struct meeting_caller *who, struct meeting_call *out)
{
	size_t digits = strspn(room_id, "0123456789");

	if (room_id[digits] || digits > ID_DIGITS)
		return E_SESSION_NONE;
	return meeting_sql_call(c, strtoull(room_id, NULL, 10), who->account, claimed(c, who->user_id), out);
}

/* One change of a session, and the session as it is then where somebody wants it. */
struct change {
	enum status (*make)(struct ctx *c, const struct change *w);
	uint64_t id;
	const char *text;
	const void *more;
	struct meeting_item *out;
};

static enum status change(struct ctx *c, void *arg)
{
	const struct change *w = arg;
	enum status st = w->make(c, w);

	return st == OK && w->out ? meeting_sql_item(c, w->id, w->out) : st;
}

static enum status join(struct ctx *c, const struct change *w)
{
	return meeting_sql_join(c, w->id, w->text);
}

static enum status leave(struct ctx *c, const struct change *w)
{
	return meeting_sql_leave(c, w->id, w->text);
}

static enum status cancel(struct ctx *c, const struct change *w)
{
	return meeting_sql_cancel(c, w->id, w->text);
}

static enum status start(struct ctx *c, const struct change *w)
{
	return meeting_sql_start(c, w->id);
}

static enum status end(struct ctx *c, const struct change *w)
{
	return meeting_sql_end(c, w->id, w->more);
}

static enum status move(struct ctx *c, const struct change *w)
{
	return meeting_sql_move(c, w->id, w->more);
}

enum status meeting_join(struct ctx *c, uint64_t id, const char *message, struct meeting_item *out)
{
	return db_tx(c, change, &(struct change){.make = join, .id = id, .text = message, .out = out});
}

enum status meeting_leave(struct ctx *c, uint64_t id, const char *reason)
{
	return db_tx(c, change, &(struct change){.make = leave, .id = id, .text = reason});
}

enum status meeting_cancel(struct ctx *c, uint64_t id, const char *reason)
{
	return db_tx(c, change, &(struct change){.make = cancel, .id = id, .text = reason});
}

void meeting_tell_started(struct ctx *c, uint64_t id, uint64_t to)
{
	live_post(c, (struct live){.to = LIVE_USER, .id = to, .event = "session.started"}, &meeting_started_shape,
		  &(struct meeting_started){.sessionId = id, .userId = c->me.user_id, .timestamp = c->now});
}

enum status meeting_start(struct ctx *c, uint64_t id)
{
	struct list people;
	enum status st = db_tx(c, change, &(struct change){.make = start, .id = id});

	if (st != OK || meeting_sql_people(c, id, 0, &people) != OK)
		return st;
	const struct meeting_told_row *to = people.v;

	for (size_t i = 0; i < people.n; i++)
		meeting_tell_started(c, id, to[i].user_id);
	return OK;
}

enum status meeting_end(struct ctx *c, uint64_t id, const struct meeting_end *e)
{
	return db_tx(c, change, &(struct change){.make = end, .id = id, .more = e});
}

enum status meeting_move(struct ctx *c, uint64_t id, const struct meeting_move *m, struct meeting_item *out)
{
	enum status st = check_time(c, m->starts_at);

	return st == OK ? db_tx(c, change, &(struct change){.make = move, .id = id, .more = m, .out = out}) : st;
}

/* ---- invitations and feedback ------------------------------------------------------------- */

struct invitation {
	uint64_t id;
	unsigned char hash[SHA256_BYTES];
	int64_t expires_at;
	struct meeting_item *out;
};

static enum status invite(struct ctx *c, void *arg)
{
	const struct invitation *w = arg;

	return meeting_sql_invite(c, w->id, w->hash, w->expires_at);
}

enum status meeting_invite(struct ctx *c, uint64_t id, int64_t expires_at, char token[MEETING_TOKEN + 1])
{
	struct invitation w = {.id = id, .expires_at = expires_at};

	random_hex(token, MEETING_TOKEN / 2);
	sha256(token, MEETING_TOKEN, w.hash);
	return db_tx(c, invite, &w);
}

static enum status accept(struct ctx *c, void *arg)
{
	struct invitation *w = arg;
	enum status st = meeting_sql_accept(c, w->hash, &w->id);

	return st == OK ? meeting_sql_item(c, w->id, w->out) : st;
}

enum status meeting_accept(struct ctx *c, const char *token, struct meeting_item *out)
{
	struct invitation w = {.out = out};

	sha256(token, strlen(token), w.hash);
	return db_tx(c, accept, &w);
}

static enum status remember(struct ctx *c, const struct change *w)
{
	return meeting_sql_feedback(c, w->id, w->more);
}

enum status meeting_feedback(struct ctx *c, uint64_t id, const struct meeting_opinion *o)
{
	return db_tx(c, change, &(struct change){.make = remember, .id = id, .more = o});
}
