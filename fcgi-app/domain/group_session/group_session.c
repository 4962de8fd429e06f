#include "domain/group_session/group_session.h"
#include "base/buf.h"
#include "domain/contact/contact.h"
#include "domain/group_session/group_session_sql.h"
#include "kv/gate.h"
#include "sec/random.h"

#define AHEAD_MS (366 * INT64_C(86400000))
#define NOTICE_MS (GROUP_NOTICE_MINUTES * INT64_C(60000))
enum { ID_DIGITS = 18, CODE_TRIES = 5 };

static enum status check_time(struct ctx *c, int64_t at)
{
	if (at < c->now + NOTICE_MS) {
		fail_field(c, "scheduledAt", "min",
			   say(c, "10분 뒤부터 예약할 수 있습니다", "must be ten minutes ahead, or more"));
		return E_VALIDATION;
	}
	if (at > c->now + AHEAD_MS) {
		fail_field(c, "scheduledAt", "max", say(c, "1년 이내여야 합니다", "must be within a year"));
		return E_VALIDATION;
	}
	return OK;
}

/* ---- one, as its caller sees it ----------------------------------------------------------- */

/* Why joining would not work, by the words of WHY_NOT. */
static const char *why_not(const struct ctx *c, const char *word)
{
	static const struct {
		const char *word, *ko, *en;
	} rows[] = {
		{"JOINED", "이미 참여 중인 세션입니다", "You take part already"},
		{"KICKED", "이 세션에는 다시 참가할 수 없습니다", "The host has put you out of this session"},
		{"CANCELLED", "취소된 세션입니다", "The session was cancelled"},
		{"COMPLETED", "종료된 세션입니다", "The session is over"},
		{"OVER", "이미 지난 세션입니다", "The time of the session is over"},
		{"FULL", "세션 정원이 가득 찼습니다", "The session is full"},
	};

	for (size_t i = 0; word && i < COUNT(rows); i++)
		if (!strcmp(word, rows[i].word))
			return say(c, rows[i].ko, rows[i].en);
	return NULL;
}

#define COPY(S, k, nm, ...) out->nm = row.nm;

static enum status item(struct ctx *c, uint64_t id, struct group_session *out)
{
	struct group_host *host = arena_new_of(c->arena, struct group_host);
	struct group_item row;
	enum status st = group_sql_item(c, id, &row);

	if (st != OK)
		return st;
	GROUP_FIELDS(COPY, out)
	out->joinMessage = why_not(c, row.joinMessage);
	*host = (struct group_host){
		.userId = row.hostId,
		.userName = row.hostName,
		.profileImage = row.hostProfileImage,
		.level = row.hostLevel,
		.rating = row.hostRating,
	};
	out->host = host;
	return group_sql_people(c, id, false, AS_LIST(&out->participants));
}

enum status group_get(struct ctx *c, uint64_t id, struct group_session *out)
{
	return item(c, id, out);
}

static enum status worded(struct ctx *c, enum status st, struct list *out)
{
	struct group_item *rows = st == OK ? arena_array(c->arena, struct group_item, out->n) : NULL;

	if (!rows || !out->n)
		return st;
	memcpy(rows, out->v, sizeof(*rows) * out->n);
	for (size_t i = 0; i < out->n; i++)
		rows[i].joinMessage = why_not(c, rows[i].joinMessage);
	out->v = rows;
	return OK;
}

enum status group_list(struct ctx *c, const struct group_filter *f, struct list *out, int64_t *total)
{
	return worded(c, group_sql_list(c, f, out, total), out);
}

enum status group_mine(struct ctx *c, const char *states, const char *roles, int64_t offset, int64_t n,
		       struct list *out, int64_t *total)
{
	return worded(c, group_sql_mine(c, states, roles, offset, n, out, total), out);
}

static uint64_t id_of(const char *room_id)
{
	size_t digits = strspn(room_id, "0123456789");

	return room_id[digits] || digits > ID_DIGITS ? 0 : strtoull(room_id, NULL, 10);
}

bool group_is(const char *room_id)
{
	uint64_t id = id_of(room_id);

	return id >= GROUP_IDS || (id >= GROUP_IDS_COUNTED && id < MEETING_IDS);
}

enum status group_call(struct ctx *c, const char *room_id, const struct meeting_caller *who, struct meeting_call *out)
{
	return group_sql_call(c, id_of(room_id), who->account, out);
}

/* ---- making one --------------------------------------------------------------------------- */

static void new_code(char *out)
{
	static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	uint64_t x = random_u64();

	for (size_t i = 0; i < GROUP_CODE; i++, x /= sizeof(signs) - 1)
		out[i] = signs[x % (sizeof(signs) - 1)];
	out[GROUP_CODE] = '\0';
}

struct creation {
	const struct group_plan *plan;
	const char *code;
	struct group_session *out;
};

static enum status create(struct ctx *c, void *arg)
{
	const struct creation *w = arg;
	uint64_t id = meeting_new_id(GROUP_IDS);
	enum status st = group_sql_create(c, id, w->plan, w->code);

	return st == OK ? item(c, id, w->out) : st;
}

enum status group_create(struct ctx *c, const struct group_plan *p, struct group_session *out)
{
	char code[GROUP_CODE + 1];
	enum status st = check_time(c, p->starts_at);

	for (unsigned i = 0; i < CODE_TRIES && (st == OK || st == E_DUPLICATE); i++) {
		new_code(code);
		st = db_tx(c, create, &(struct creation){p, code, out});
		if (st == OK)
			break;
	}
	return st;
}

/* ---- what becomes of it ------------------------------------------------------------------- */

/* One change of a session, and what is answered then. */
struct change {
	enum status (*make)(struct ctx *c, struct change *w);
	uint64_t id, user_id;
	const char *text;
	int64_t number;
	const void *more;
	void *out;
};

static enum status change(struct ctx *c, void *arg)
{
	struct change w = *(const struct change *)arg; /* may run twice */

	return w.make(c, &w);
}

static enum status enter(struct ctx *c, struct change *w)
{
	struct group_entry *out = w->out;
	struct group_door *door = arena_new_of(c->arena, struct group_door);
	struct group_entry_row row;
	enum status st = group_sql_join(c, &w->id, w->more);

	if (st == OK)
		st = group_sql_entry(c, w->id, &row);
	if (st != OK)
		return st;
	*door = (struct group_door){
		.title = row.title,
		.joinCode = row.joinCode,
		.hostId = row.hostId,
		.currentParticipants = row.currentParticipants,
		.maxParticipants = row.maxParticipants,
		.status = row.status,
	};
	*out = (struct group_entry){
		.sessionId = w->id,
		.participantId = row.participantId,
		.userId = row.userId,
		.userName = row.userName,
		.role = row.role,
		.joinedAt = row.joinedAt,
		.micEnabled = row.micEnabled,
		.cameraEnabled = row.cameraEnabled,
		.message = row.message,
		.session = door,
	};
	return OK;
}

enum status group_join(struct ctx *c, uint64_t id, const struct group_entrance *e, struct group_entry *out)
{
	const char *who = arena_printf(c->arena, "g%llu", (unsigned long long)c->me.user_id);
	struct gate_answer limit;

	if (e->code && !gate_take(c, RATE_CODE, who, &limit)) {
		c->retry_after = (int)(limit.retry_ms / 1000 + 1);
		return fail(c, E_RATE_LIMITED, "codes of group sessions");
	}
	return db_tx(c, change, &(struct change){.make = enter, .id = id, .more = e, .out = out});
}

static enum status decline(struct ctx *c, struct change *w)
{
	return group_sql_decline(c, w->id);
}

enum status group_decline(struct ctx *c, uint64_t id)
{
	return db_tx(c, change, &(struct change){.make = decline, .id = id});
}

static enum status leave(struct ctx *c, struct change *w)
{
	enum status st = group_sql_leave(c, w->id, c->me.user_id);

	return st == OK ? group_sql_left(c, w->id, w->out) : st;
}

enum status group_leave(struct ctx *c, uint64_t id, struct group_left *out)
{
	return db_tx(c, change, &(struct change){.make = leave, .id = id, .out = out});
}

static enum status quit(struct ctx *c, void *arg)
{
	const uint64_t *seat = arg;

	return group_sql_leave(c, seat[0], seat[1]);
}

enum status group_quit(struct ctx *c, uint64_t user_id, int64_t *n)
{
	uint64_t seat[2] = {0, user_id};
	enum status st = group_sql_open_of(c, user_id, &seat[0]);

	*n = st != E_NO_ROW;
	if (st == OK)
		st = db_tx(c, quit, seat);
	return st == E_NO_ROW || st == E_SESSION_STATE ? OK : st; /* it ended meanwhile: there may be others */
}

static enum status start(struct ctx *c, struct change *w)
{
	struct group_started *out = w->out;
	struct group_item row;
	enum status st = group_sql_start(c, w->id);

	if (st == OK)
		st = group_sql_item(c, w->id, &row);
	if (st == OK)
		st = group_sql_people(c, w->id, true, AS_LIST(&out->participants));
	if (st != OK)
		return st;
	out->sessionId = w->id;
	out->status = row.status;
	out->startedAt = row.startedAt;
	out->hostId = row.hostId;
	out->totalParticipants = row.currentParticipants;
	return OK;
}

enum status group_start(struct ctx *c, uint64_t id, struct group_started *out)
{
	struct list people;
	enum status st = db_tx(c, change, &(struct change){.make = start, .id = id, .out = out});

	if (st != OK || group_sql_told(c, id, 0, &people) != OK)
		return st;
	const struct group_told_row *to = people.v;

	for (size_t i = 0; i < people.n; i++)
		if (!strcmp(to[i].status, "JOINED"))
			meeting_tell_started(c, id, to[i].user_id);
	return OK;
}

static enum status end(struct ctx *c, struct change *w)
{
	struct group_figures *figures = arena_new_of(c->arena, struct group_figures);
	struct group_ended *out = w->out;
	struct group_ended_row row;
	enum status st = group_sql_end(c, w->id);

	if (st == OK)
		st = group_sql_ended(c, w->id, &row);
	if (st != OK)
		return st;
	*figures = (struct group_figures){
		.totalSpeakingTime = row.spoken,
		.averageSpeakingTime = row.average,
		.messagesExchanged = row.messages,
	};
	*out = (struct group_ended){
		.sessionId = w->id,
		.status = row.status,
		.startedAt = row.startedAt,
		.endedAt = row.endedAt,
		.duration = row.duration,
		.participants = row.participants,
		.statistics = figures,
	};
	return OK;
}

enum status group_end(struct ctx *c, uint64_t id, struct group_ended *out)
{
	return db_tx(c, change, &(struct change){.make = end, .id = id, .out = out});
}

static enum status cancel(struct ctx *c, struct change *w)
{
	enum status st = group_sql_cancel(c, w->id, w->text);

	return st == OK ? group_sql_cancelled(c, w->id, w->out) : st;
}

enum status group_cancel(struct ctx *c, uint64_t id, const char *reason, struct group_cancelled *out)
{
	return db_tx(c, change, &(struct change){.make = cancel, .id = id, .text = reason, .out = out});
}

static enum status kick(struct ctx *c, struct change *w)
{
	enum status st = group_sql_kick(c, w->id, w->user_id, w->text);

	return st == OK ? group_sql_kicked(c, w->id, w->user_id, w->out) : st;
}

enum status group_kick(struct ctx *c, uint64_t id, uint64_t user_id, const char *reason, struct group_kicked *out)
{
	return db_tx(c, change,
		     &(struct change){.make = kick, .id = id, .user_id = user_id, .text = reason, .out = out});
}

static enum status update(struct ctx *c, struct change *w)
{
	struct group_session *out = w->out;
	enum status st = group_sql_update(c, w->id, w->more);

	if (st == OK)
		st = item(c, w->id, out);
	out->updatedBy = c->me.user_id;
	return st;
}

enum status group_update(struct ctx *c, uint64_t id, const struct group_plan *p, struct group_session *out)
{
	enum status st = p->starts_at ? check_time(c, p->starts_at) : OK;

	return st == OK ? db_tx(c, change, &(struct change){.make = update, .id = id, .more = p, .out = out}) : st;
}

static enum status invite(struct ctx *c, struct change *w)
{
	enum status st = group_sql_invite(c, w->id, w->text);

	return st == OK ? group_sql_invited(c, w->id, w->text, w->out) : st;
}

enum status group_invite(struct ctx *c, uint64_t id, const int64_t *people, size_t n, struct list *out)
{
	const char *ids = buf_ids(c->arena, people, n, sizeof(*people));
	enum status st = contact_first(c, people, n);

	return st == OK ? db_tx(c, change, &(struct change){.make = invite, .id = id, .text = ids, .out = out}) : st;
}

static enum status rate(struct ctx *c, struct change *w)
{
	enum status st = group_sql_rate(c, w->id, w->number, w->text);

	return st == OK ? group_sql_rated(c, w->id, w->out) : st;
}

enum status group_rate(struct ctx *c, uint64_t id, int64_t rating, const char *feedback, struct group_rated *out)
{
	return db_tx(c, change,
		     &(struct change){.make = rate, .id = id, .number = rating, .text = feedback, .out = out});
}
