/* Learning sessions: making them, taking part, what becomes of them. */
#include "domain/meeting/meeting.h"
#include "domain/meeting/meeting_sql.h"
#include "domain/registry.h"

SHAPE_TABLE(meeting_item, MEETING_ITEM)
SHAPE_TABLE(meeting_items, MEETING_ITEMS)
SHAPE_TABLE(meeting_done, MEETING_DONE)

#define CREATE_IN(F, S)                                                                            \
	F(S, ID, partnerId, .aka = "guestUserId", .lax = true, .doc = "nobody yet: others may book it")  \
	F(S, STR, sessionType, .aka = "type", .one_of = "VIDEO AUDIO", .upper = true, .dflt = "VIDEO") \
	F(S, TIME, scheduledAt, .aka = "scheduledStartTime", .required = true)                     \
	F(S, INT, duration, .aka = "durationMinutes", .lax = true, .min = MEETING_MINUTES_MIN,      \
	  .max = MEETING_MINUTES_MAX, .dflt = "30")                                                \
	F(S, STR, topic, .aka = "title", .max = 200, .trim = true)                                 \
	F(S, STR, description, .max = 2000, .trim = true, .lines = true)                           \
	F(S, STR, language, .aka = "languageCode", .max = 40, .trim = true, .doc = "code or name")  \
	F(S, STR, targetLanguage, .aka = "skillFocus", .max = 40, .trim = true)                    \
	F(S, STR, levelRequirement, .max = 40, .trim = true)                                       \
	F(S, INT, maxParticipants, .lax = true, .min = 2, .max = MEETING_SEATS_MAX, .dflt = "2",        \
	  .doc = "with the host")                                                                  \
	F(S, BOOL, isPublic, .lax = true, .doc = "absent: when there is no partner")               \
	F(S, BOOL, isRecurring, .lax = true, .doc = "absent: when there is a pattern")             \
	F(S, STR, recurrencePattern, .one_of = "DAILY WEEKLY BIWEEKLY MONTHLY", .upper = true)     \
	F(S, STR, recurrenceEndDate, .max = 40, .doc = "a time, or a day in UTC; 52 sessions at most") \
	F(S, STRS, tags, .lax = true, .max = MEETING_WORDS_MAX, .doc = "each of 40 characters at most")     \
	F(S, STR, preparationNotes, .max = 2000, .trim = true, .lines = true)                      \
	F(S, STR, meetingUrl, .max = 500, .fmt = FMT_URL)                                          \
	F(S, STR, webRtcRoomId, .max = 128, .fmt = FMT_WORD, .doc = "the call room it takes place in") \
	F(S, STR, webRtcRoomType, .one_of = "audio video", .lower = true)
SHAPE(meeting_create_in, CREATE_IN)

#define LIST_IN(F, S)                                                                              \
	MEETING_PAGE_IN(F, S)                                                                      \
	F(S, STR, status, .from = FROM_QUERY, .upper = true,                                       \
	  .one_of = "SCHEDULED IN_PROGRESS COMPLETED CANCELLED ALL")
SHAPE(meeting_list_in, LIST_IN)
#define HISTORY_IN(F, S)                                                                           \
	MEETING_PAGE_IN(F, S)                                                                      \
	F(S, ID, partnerId, .from = FROM_QUERY)
SHAPE(meeting_history_in, HISTORY_IN)
#define UPCOMING_IN(F, S) F(S, INT, limit, .from = FROM_QUERY, .min = 1, .max = 20, .dflt = "5")
SHAPE(meeting_upcoming_in, UPCOMING_IN)

SHAPE(meeting_id_in, MEETING_ID_IN)
#define JOIN_IN(F, S)                                                                              \
	MEETING_ID_IN(F, S)                                                                        \
	F(S, STR, bookingMessage, .aka = "message", .max = 500, .trim = true, .lines = true)
SHAPE(meeting_join_in, JOIN_IN)
#define REASON_IN(F, S, where)                                                                     \
	MEETING_ID_IN(F, S)                                                                        \
	F(S, STR, reason, .from = where, .max = MEETING_REASON_MAX, .trim = true, .lines = true)
#define REASON_SAID_IN(F, S) REASON_IN(F, S, FROM_BODY)
SHAPE(meeting_reason_in, REASON_SAID_IN)
#define REASON_ASKED_IN(F, S) REASON_IN(F, S, FROM_QUERY)
SHAPE(meeting_delete_in, REASON_ASKED_IN)
#define END_IN(F, S)                                                                               \
	MEETING_ID_IN(F, S)                                                                        \
	F(S, INT, duration, .lax = true, .min = 1, .max = MEETING_MINUTES_MAX,                     \
	  .doc = "minutes; no more count than went by since the start")                            \
	F(S, STR, notes, .max = 4000, .trim = true, .lines = true)                                 \
	F(S, INT, rating, .lax = true, .min = 1, .max = 5)
SHAPE(meeting_end_in, END_IN)
#define MOVE_IN(F, S)                                                                              \
	MEETING_ID_IN(F, S)                                                                        \
	F(S, TIME, scheduledAt, .aka = "scheduledStartTime", .required = true)                     \
	F(S, INT, duration, .aka = "durationMinutes", .lax = true, .min = MEETING_MINUTES_MIN,      \
	  .max = MEETING_MINUTES_MAX)                                                              \
	F(S, STR, reason, .max = MEETING_REASON_MAX, .trim = true, .lines = true)
SHAPE(meeting_move_in, MOVE_IN)

/* ---- making one --------------------------------------------------------------------------- */

HANDLER(meeting_post, struct meeting_create_in, struct meeting_item)
{
	bool recurs = in->has.isRecurring ? in->isRecurring : in->recurrencePattern != NULL;
	struct meeting_plan p = {
		.partner_id = in->partnerId,
		.type = in->sessionType,
		.title = in->topic,
		.description = in->description,
		.language = in->language,
		.target_language = in->targetLanguage,
		.level = in->levelRequirement,
		.starts_at = in->scheduledAt,
		.minutes = in->duration,
		.seats = in->maxParticipants,
		.is_public = in->has.isPublic ? in->isPublic : !in->partnerId,
		.preparation = in->preparationNotes,
		.meeting_url = in->meetingUrl,
		.room_id = in->webRtcRoomId,
		.room_type = in->webRtcRoomType,
	};
	enum status st = meeting_words(&r->ctx, "tags", in->tags.v, in->tags.n, &p.tags);

	const struct meeting_said until = {.field = "recurrenceEndDate", .text = in->recurrenceEndDate, .ends = true};
	int64_t last = 0;

	if (st == OK)
		st = meeting_moment(&r->ctx, &until, &last);
	if (recurs) {
		p.recurrence = in->recurrencePattern ? in->recurrencePattern : "WEEKLY";
		p.recurrence_until = meeting_is_day(until.text) ? last - 1 : last;
	}
	return st == OK ? meeting_create(&r->ctx, &p, out) : st;
}

/* ---- lists -------------------------------------------------------------------------------- */

static enum status mine(struct req *r, int64_t page, int64_t size, const struct meeting_filter *f, struct list *out)
{
	struct paging p = {.page = MAX(page, (int64_t)1), .limit = size, .set = true};
	enum status st = meeting_sql_mine(&r->ctx, f, (p.page - 1) * size, size, out, &p.total);

	if (st == OK)
		r->paging = p;
	return st;
}

HANDLER(meeting_list, struct meeting_list_in, struct meeting_items)
{
	bool all = !in->status || !strcmp(in->status, "ALL");

	return mine(r, in->page, in->size,
		    &(struct meeting_filter){.states = all ? "SCHEDULED,IN_PROGRESS,COMPLETED,CANCELLED" : in->status},
		    AS_LIST(&out->items));
}

HANDLER(meeting_history, struct meeting_history_in, struct meeting_items)
{
	return mine(r, in->page, in->size,
		    &(struct meeting_filter){.states = "COMPLETED,CANCELLED", .partner_id = in->partnerId},
		    AS_LIST(&out->items));
}

HANDLER(meeting_upcoming, struct meeting_upcoming_in, struct meeting_items)
{
	return meeting_sql_upcoming(&r->ctx, in->limit, AS_LIST(&out->items));
}

HANDLER(meeting_one, struct meeting_id_in, struct meeting_item)
{
	return meeting_get(&r->ctx, in->sessionId, out);
}

/* ---- what becomes of it ------------------------------------------------------------------- */

HANDLER(meeting_join_post, struct meeting_join_in, struct meeting_item)
{
	return meeting_join(&r->ctx, in->sessionId, in->bookingMessage, out);
}

HANDLER(meeting_leave_post, struct meeting_reason_in, struct meeting_done)
{
	out->success = true;
	return meeting_leave(&r->ctx, in->sessionId, in->reason);
}

HANDLER(meeting_cancel_post, struct meeting_reason_in, struct meeting_done)
{
	out->success = true;
	return meeting_cancel(&r->ctx, in->sessionId, in->reason);
}

HANDLER(meeting_delete, struct meeting_delete_in, struct meeting_done)
{
	out->success = true;
	return meeting_cancel(&r->ctx, in->sessionId, in->reason);
}

HANDLER(meeting_start_post, struct meeting_id_in, struct meeting_done)
{
	out->success = true;
	return meeting_start(&r->ctx, in->sessionId);
}

HANDLER(meeting_end_post, struct meeting_end_in, struct meeting_done)
{
	out->success = true;
	return meeting_end(&r->ctx, in->sessionId,
			   &(struct meeting_end){.minutes = in->duration, .rating = in->rating, .notes = in->notes});
}

HANDLER(meeting_move_patch, struct meeting_move_in, struct meeting_item)
{
	const struct meeting_move m = {in->scheduledAt, in->duration, in->reason};

	return meeting_move(&r->ctx, in->sessionId, &m, out);
}

#define READS .auth = AUTH_USER, .rate = RATE_READ
#define WRITES .auth = AUTH_USER, .rate = RATE_WRITE
static const struct route routes[] = {
	ROUTE(meeting_post, meeting_create_in, meeting_item,
	      .on = {"POST /sessions", "POST /sessions/create", "POST /session/create", "POST /session/schedule"},
	      WRITES, .ok = 201, .once = true, .statements = 6,
	      .doc = "Plan a session, with a partner or for others to book. One that recurs is made at once for all "
		     "its days, 52 at most; the first is answered. The partner is told; strangers count as in a "
		     "request for a match.",
	      .fails = {E_USER_NOT_FOUND, E_SESSION_MANY}),
	ROUTE(meeting_list, meeting_list_in, meeting_items,
	      .on = {"GET /sessions", "GET /sessions/list", "GET /session/list", "GET /sessions/my-sessions"}, READS,
	      .paged = true, .statements = 2, .doc = "Sessions I take part in, the latest first."),
	ROUTE(meeting_history, meeting_history_in, meeting_items, .on = {"GET /sessions/history"}, READS, .paged = true,
	      .statements = 2, .doc = "Mine that are over or were cancelled, the latest first."),
	ROUTE(meeting_upcoming, meeting_upcoming_in, meeting_items, .on = {"GET /sessions/upcoming"}, READS,
	      .statements = 1, .doc = "Mine that are not over, the next first."),
	ROUTE(meeting_one, meeting_id_in, meeting_item, .on = {"GET /sessions/{sessionId}", "GET /session/{sessionId}"},
	      READS, .statements = 1, .doc = "A session I take part in, or a public one.", .fails = {E_SESSION_NONE}),
	ROUTE(meeting_join_post, meeting_join_in, meeting_item,
	      .on = {"POST,PUT /sessions/{sessionId}/join", "POST /session/{sessionId}/join"}, WRITES, .once = true,
	      .statements = 4, .doc = "Take a seat of a public session, or say that I come where I was invited.",
	      .fails = {E_SESSION_NONE, E_SESSION_STATE, E_SESSION_OVER, E_SESSION_FULL, E_SESSION_BOOKED}),
	ROUTE(meeting_leave_post, meeting_reason_in, meeting_done,
	      .on = {"POST,PUT /sessions/{sessionId}/leave", "POST /session/{sessionId}/leave"}, WRITES,
	      .statements = 3, .doc = "Give my seat back; of the host it cancels the session.",
	      .fails = {E_SESSION_NONE, E_SESSION_NO_BOOKING, E_SESSION_STATE}),
	ROUTE(meeting_cancel_post, meeting_reason_in, meeting_done, .on = {"POST /sessions/{sessionId}/cancel"}, WRITES,
	      .statements = 3, .doc = "Cancel a session of mine, before or while it takes place.",
	      .fails = {E_SESSION_NONE, E_SESSION_NOT_HOST, E_SESSION_STATE}),
	ROUTE(meeting_delete, meeting_delete_in, meeting_done, .on = {"DELETE /sessions/{sessionId}"}, WRITES,
	      .statements = 3, .doc = "The same.", .fails = {E_SESSION_NONE, E_SESSION_NOT_HOST, E_SESSION_STATE}),
	ROUTE(meeting_start_post, meeting_id_in, meeting_done, .on = {"POST /sessions/{sessionId}/start"}, WRITES,
	      .statements = 4, .doc = "Start a session of mine.",
	      .fails = {E_SESSION_NONE, E_SESSION_NOT_HOST, E_SESSION_STATE, E_SESSION_OVER}),
	ROUTE(meeting_end_post, meeting_end_in, meeting_done, .on = {"POST /sessions/{sessionId}/end"}, WRITES,
	      .statements = 3, .doc = "End a session of mine that was started. It counts for all who hold a seat.",
	      .fails = {E_SESSION_NONE, E_SESSION_NOT_HOST, E_SESSION_STATE}),
	ROUTE(meeting_move_patch, meeting_move_in, meeting_item, .on = {"PATCH /sessions/{sessionId}/reschedule"},
	      WRITES, .statements = 4, .doc = "Move a session of mine to another time; reminders move along.",
	      .fails = {E_SESSION_NONE, E_SESSION_NOT_HOST, E_SESSION_STATE}),
};

extern const struct stmt *const meeting_stmts[];
extern const struct job meeting_jobs[];
extern const struct schedule meeting_schedules[];
const struct domain meeting_domain = {
	.name = "sessions",
	.doc = "Learning sessions: planned with a partner, or offered to be booked",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = meeting_stmts,
	.jobs = meeting_jobs,
	.schedules = meeting_schedules,
};
