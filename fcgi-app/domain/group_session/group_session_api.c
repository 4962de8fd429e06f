/* Group sessions: making them, finding them, taking part, what their host does. */
#include "domain/group_session/group_session.h"
#include "domain/registry.h"

SHAPE_TABLE(group_pages, GROUP_PAGES)
SHAPE_TABLE(group_items, GROUP_ITEMS)
SHAPE_TABLE(group_host, GROUP_HOST)
SHAPE_TABLE(group_session, GROUP_SESSION)
SHAPE_TABLE(group_door, GROUP_DOOR)
SHAPE_TABLE(group_entry, GROUP_ENTRY)
SHAPE_TABLE(group_started, GROUP_STARTED)
SHAPE_TABLE(group_figures, GROUP_FIGURES)
SHAPE_TABLE(group_ended, GROUP_ENDED)

#define LEVELS "BEGINNER INTERMEDIATE ADVANCED"
#define STATES "SCHEDULED ONGOING COMPLETED CANCELLED ALL ACTIVE>ONGOING IN_PROGRESS>ONGOING"

/* Both spellings of the guide. */
#define PLAN_IN(F, S, needed)                                                                      \
	F(S, STR, title, .required = needed, .max = 200, .trim = true)                             \
	F(S, STR, description, .required = needed, .max = 2000, .trim = true, .lines = true)       \
	F(S, STR, type, .aka = "sessionType", .one_of = "VIDEO AUDIO TEXT", .upper = true)         \
	F(S, STR, language, .aka = "targetLanguage", .required = needed, .max = 40, .trim = true,  \
	  .doc = "code or name")                                                                   \
	F(S, STR, level, .aka = "languageLevel targetLevel", .required = needed, .one_of = LEVELS, .upper = true) \
	F(S, STR, topic, .aka = "topicCategory", .required = needed, .max = 200, .trim = true)     \
	F(S, INT, maxParticipants, .lax = true, .min = 2, .max = GROUP_SEATS_MAX, .doc = "with the host; absent: 6") \
	F(S, TIME, scheduledAt, .aka = "scheduledStartTime", .required = needed, .doc = "ten minutes ahead, or more") \
	F(S, INT, duration, .aka = "sessionDuration durationMinutes", .lax = true, .min = GROUP_MINUTES_MIN, \
	  .max = GROUP_MINUTES_MAX, .doc = "minutes; absent: 60")                                  \
	F(S, BOOL, isPublic, .lax = true, .doc = "absent: true")                                   \
	F(S, STRS, tags, .aka = "sessionTags", .lax = true, .keep_empty = true, .max = MEETING_WORDS_MAX,              \
	  .doc = "each of 40 characters at most")
#define CREATE_IN(F, S) PLAN_IN(F, S, true)
SHAPE(group_create_in, CREATE_IN)
#define UPDATE_IN(F, S) GROUP_ID_IN(F, S) PLAN_IN(F, S, false)
SHAPE(group_update_in, UPDATE_IN)

#define PAGE_IN(F, S)                                                                              \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = 0, .max = 10000, .doc = "from 1; 0 is the first, too") \
	F(S, INT, size, .aka = "limit", .from = FROM_QUERY, .dflt = "20", .min = 1, .max = 100)
#define LIST_IN(F, S)                                                                              \
	PAGE_IN(F, S)                                                                              \
	F(S, STR, language, .aka = "targetLanguage", .from = FROM_QUERY, .max = 40, .trim = true)  \
	F(S, STR, level, .aka = "languageLevel", .from = FROM_QUERY, .one_of = LEVELS, .upper = true) \
	F(S, STR, category, .aka = "topicCategory topic", .from = FROM_QUERY, .max = 200, .trim = true) \
	F(S, STR, tags, .from = FROM_QUERY, .max = 450, .trim = true, .doc = "with commas between; any of them") \
	F(S, STR, keyword, .from = FROM_QUERY, .max = 100, .trim = true, .doc = "in title, description or topic")
SHAPE(group_list_in, LIST_IN)
#define MINE_IN(F, S)                                                                              \
	PAGE_IN(F, S)                                                                              \
	F(S, STR, status, .from = FROM_QUERY, .one_of = STATES, .upper = true, .dflt = "ALL")      \
	F(S, STR, role, .from = FROM_QUERY, .one_of = "HOST PARTICIPANT", .upper = true)
SHAPE(group_mine_in, MINE_IN)

SHAPE(group_id_in, GROUP_ID_IN)
#define ENTER_IN(F, S)                                                                             \
	F(S, STR, message, .max = 500, .trim = true, .lines = true)                                \
	F(S, BOOL, micEnabled, .lax = true, .dflt = "true")                                        \
	F(S, BOOL, cameraEnabled, .lax = true, .dflt = "true")
#define JOIN_IN(F, S) GROUP_ID_IN(F, S) ENTER_IN(F, S)
SHAPE(group_join_in, JOIN_IN)
#define CODE_IN(F, S)                                                                              \
	F(S, STR, joinCode, .from = FROM_PATH, .min = GROUP_CODE, .max = GROUP_CODE, .fmt = FMT_WORD, .upper = true, \
	  .fail = E_GROUP_BAD_CODE)                                                                \
	ENTER_IN(F, S)
SHAPE(group_code_in, CODE_IN)
#define RESPOND_IN(F, S)                                                                           \
	GROUP_ID_IN(F, S)                                                                          \
	F(S, BOOL, accept, .from = FROM_QUERY, .dflt = "true")
SHAPE(group_respond_in, RESPOND_IN)

#define REASON_IN(F, S) F(S, STR, reason, .from = FROM_QUERY, .max = GROUP_REASON_MAX, .trim = true)
#define CANCEL_IN(F, S) GROUP_ID_IN(F, S) REASON_IN(F, S)
SHAPE(group_cancel_in, CANCEL_IN)
#define KICK_IN(F, S)                                                                              \
	GROUP_ID_IN(F, S)                                                                          \
	F(S, ID, participantUserId, .from = FROM_PATH)                                             \
	REASON_IN(F, S)
SHAPE(group_kick_in, KICK_IN)
#define RATE_IN(F, S)                                                                              \
	GROUP_ID_IN(F, S)                                                                          \
	F(S, INT, rating, .from = FROM_QUERY, .required = true, .min = 1, .max = 5)                \
	F(S, STR, feedback, .from = FROM_QUERY, .max = 500, .trim = true, .lines = true)
SHAPE(group_rate_in, RATE_IN)
#define INVITE_IN(F, S)                                                                            \
	GROUP_ID_IN(F, S)                                                                          \
	F(S, INTS, userIds, .aka = "ids", .bare = true, .required = true, .lax = true, .max = 20)
SHAPE(group_invite_in, INVITE_IN)
#define ASKED_OUT(F, S) F(S, ID, id, .aka = "userId")
SHAPE(group_asked_out, ASKED_OUT)
#define INVITE_OUT(F, S)                                                                           \
	F(S, ID, sessionId)                                                                        \
	F(S, LIST(group_asked_out), invited, .doc = "whose invitation waits for them, three days at most") \
	F(S, INT, invitedCount)
SHAPE(group_invite_out, INVITE_OUT)
#define RESPOND_OUT(F, S)                                                                          \
	F(S, ID, sessionId)                                                                        \
	F(S, BOOL, accepted)                                                                       \
	F(S, OBJ(group_entry), entry, .doc = "as of joining; null: declined")
SHAPE(group_respond_out, RESPOND_OUT)

/* ---- making one --------------------------------------------------------------------------- */

#define PLAN_OF(in)                                                                                \
	{                                                                                          \
		.title = (in)->title, .description = (in)->description, .type = (in)->type,        \
		.language = (in)->language, .level = (in)->level, .topic = (in)->topic,            \
		.starts_at = (in)->scheduledAt, .minutes = (in)->duration, .seats = (in)->maxParticipants, \
		.is_public = (in)->has.isPublic ? (in)->isPublic : -1,                             \
	}

HANDLER(group_post, struct group_create_in, struct group_session)
{
	struct group_plan p = PLAN_OF(in);
	enum status st = meeting_words(&r->ctx, "tags", in->tags.v, in->tags.n, &p.tags);

	p.type = p.type ? p.type : "VIDEO";
	p.minutes = p.minutes ? p.minutes : 60;
	p.seats = p.seats ? p.seats : 6;
	p.is_public = p.is_public != 0;
	p.tags = p.tags ? p.tags : "[]";
	return st == OK ? group_create(&r->ctx, &p, out) : st;
}

HANDLER(group_put, struct group_update_in, struct group_session)
{
	struct group_plan p = PLAN_OF(in);
	enum status st = meeting_words(&r->ctx, "tags", in->tags.v, in->tags.n, &p.tags);

	if (in->has.tags && !in->tags.n)
		p.tags = "[]";
	if (st == OK)
		st = group_update(&r->ctx, in->sessionId, &p, out);
	r->message = say(&r->ctx, "세션 정보가 업데이트되었습니다. 참가자들에게 알림이 전송되었습니다.",
			 "The session was updated. Those who take part are told.");
	return st;
}

/* ---- lists -------------------------------------------------------------------------------- */

static struct paging page_of(int64_t page, int64_t size)
{
	return (struct paging){.page = MAX(page, (int64_t)1), .limit = size, .set = true};
}

static enum status paged(struct req *r, enum status st, const struct paging *p, struct group_items *out)
{
	struct group_pages *pages = arena_new_of(r->ctx.arena, struct group_pages);

	if (st != OK)
		return st;
	*pages = (struct group_pages){
		.page = p->page,
		.size = p->limit,
		.totalPages = (p->total + p->limit - 1) / p->limit,
		.totalItems = p->total,
	};
	out->pagination = pages;
	r->paging = *p;
	return OK;
}

/* "a, b" as JSON; NULL: no word in it. */
static enum status tags_of(struct ctx *c, const char *text, const char **out)
{
	const char *words[MEETING_WORDS_MAX];
	size_t n = 0;

	for (const char *p = text; p && *p && n < COUNT(words); p += strcspn(p, ","), p += *p == ',') {
		p += strspn(p, " ");
		size_t len = strcspn(p, ",");

		while (len && p[len - 1] == ' ')
			len--;
		if (len)
			words[n++] = arena_strndup(c->arena, p, len);
	}
	return meeting_words(c, "tags", words, n, out);
}

static enum status list(struct req *r, const struct group_list_in *in, bool learning, struct group_items *out)
{
	struct paging p = page_of(in->page, in->size);
	struct group_filter f = {
		.language = in->language,
		.level = in->level,
		.topic = in->category,
		.keyword = in->keyword,
		.learning = learning,
		.offset = (p.page - 1) * p.limit,
		.n = p.limit,
	};
	enum status st = tags_of(&r->ctx, in->tags, &f.tags);

	if (st == OK)
		st = group_list(&r->ctx, &f, AS_LIST(&out->items), &p.total);
	return paged(r, st, &p, out);
}

HANDLER(group_list_get, struct group_list_in, struct group_items)
{
	return list(r, in, false, out);
}

HANDLER(group_search, struct group_list_in, struct group_items)
{
	return list(r, in, false, out);
}

HANDLER(group_recommended, struct group_list_in, struct group_items)
{
	return list(r, in, true, out);
}

static enum status mine(struct req *r, const struct group_mine_in *in, const char *role, struct group_items *out)
{
	bool all = !strcmp(in->status, "ALL");
	struct paging p = page_of(in->page, in->size);
	enum status st = group_mine(&r->ctx, all ? "SCHEDULED,ONGOING,COMPLETED,CANCELLED" : in->status,
				    role ? role : "HOST,PARTICIPANT", (p.page - 1) * p.limit, p.limit,
				    AS_LIST(&out->items), &p.total);

	return paged(r, st, &p, out);
}

HANDLER(group_mine_get, struct group_mine_in, struct group_items)
{
	return mine(r, in, in->role, out);
}

HANDLER(group_hosted, struct group_mine_in, struct group_items)
{
	return mine(r, in, "HOST", out);
}

HANDLER(group_one, struct group_id_in, struct group_session)
{
	return group_get(&r->ctx, in->sessionId, out);
}

/* ---- coming and going --------------------------------------------------------------------- */

HANDLER(group_join_post, struct group_join_in, struct group_entry)
{
	const struct group_entrance e = {.message = in->message, .mic = in->micEnabled, .camera = in->cameraEnabled};

	return group_join(&r->ctx, in->sessionId, &e, out);
}

HANDLER(group_code_post, struct group_code_in, struct group_entry)
{
	const struct group_entrance e = {.code = in->joinCode,
					 .message = in->message,
					 .mic = in->micEnabled,
					 .camera = in->cameraEnabled};

	return group_join(&r->ctx, 0, &e, out);
}

HANDLER(group_respond_post, struct group_respond_in, struct group_respond_out)
{
	const struct group_entrance e = {.mic = true, .camera = true, .invited = true};
	struct group_entry *entry = arena_new_of(r->ctx.arena, struct group_entry);

	out->sessionId = in->sessionId;
	if (!in->accept)
		return group_decline(&r->ctx, in->sessionId);
	out->accepted = true;
	out->entry = entry;
	return group_join(&r->ctx, in->sessionId, &e, entry);
}

HANDLER(group_leave_post, struct group_id_in, struct group_left)
{
	enum status st = group_leave(&r->ctx, in->sessionId, out);

	r->message = out->sessionEnded ? say(&r->ctx, "호스트가 세션에서 나갔습니다. 세션이 종료됩니다.",
					     "The host has left; the session is over.")
				       : say(&r->ctx, "세션에서 나갔습니다.", "You have left the session.");
	return st;
}

/* ---- what the host does ------------------------------------------------------------------- */

HANDLER(group_start_post, struct group_id_in, struct group_started)
{
	return group_start(&r->ctx, in->sessionId, out);
}

HANDLER(group_end_post, struct group_id_in, struct group_ended)
{
	r->message = say(&r->ctx, "세션이 성공적으로 종료되었습니다.", "The session is over.");
	return group_end(&r->ctx, in->sessionId, out);
}

HANDLER(group_cancel_post, struct group_cancel_in, struct group_cancelled)
{
	r->message = say(&r->ctx, "세션이 취소되었습니다. 참가 신청자들에게 알림이 전송되었습니다.",
			 "The session was cancelled. Those who take part are told.");
	return group_cancel(&r->ctx, in->sessionId, in->reason, out);
}

HANDLER(group_kick_post, struct group_kick_in, struct group_kicked)
{
	r->message = say(&r->ctx, "참가자가 세션에서 강퇴되었습니다.", "They were put out of the session.");
	return group_kick(&r->ctx, in->sessionId, in->participantUserId, in->reason, out);
}

HANDLER(group_invite_post, struct group_invite_in, struct group_invite_out)
{
	enum status st = group_invite(&r->ctx, in->sessionId, in->userIds.v, in->userIds.n, AS_LIST(&out->invited));

	out->sessionId = in->sessionId;
	out->invitedCount = (int64_t)out->invited.n;
	return st;
}

HANDLER(group_rate_post, struct group_rate_in, struct group_rated)
{
	r->message = say(&r->ctx, "피드백이 제출되었습니다. 감사합니다!", "Thank you for your feedback!");
	return group_rate(&r->ctx, in->sessionId, in->rating, in->feedback, out);
}

#define READS .auth = AUTH_USER, .rate = RATE_READ
#define WRITES .auth = AUTH_USER, .rate = RATE_WRITE
#define OF_HOST E_SESSION_NONE, E_GROUP_NOT_HOST, E_SESSION_STATE
#define OF_JOINING E_SESSION_STATE, E_SESSION_OVER, E_SESSION_FULL, E_SESSION_BOOKED, E_GROUP_JOINED
static const struct route routes[] = {
	ROUTE(group_post, group_create_in, group_session,
	      .on = {"POST /group-sessions"}, WRITES, .ok = 201, .once = true,
	      .statements = 5, .doc = "Plan a group session. Three of one's own may be to come at once.",
	      .fails = {E_GROUP_HOSTED}),
	ROUTE(group_list_get, group_list_in, group_items,
	      .on = {"GET /group-sessions", "GET /group-sessions/available"},
	      READS, .envelope = FLAT, .paged = true, .statements = 2,
	      .doc = "Public sessions that are to come or take place, the next first."),
	ROUTE(group_search, group_list_in, group_items, .on = {"GET /group-sessions/search"}, .auth = AUTH_USER,
	      .rate = RATE_SEARCH, .envelope = FLAT, .paged = true, .statements = 2, .doc = "The same, by a keyword."),
	ROUTE(group_recommended, group_list_in, group_items,
	      .on = {"GET /group-sessions/recommended", "GET /group-sessions/recommended/list"}, READS,
	      .envelope = FLAT, .paged = true, .statements = 2, .doc = "The same, in languages I learn."),
	ROUTE(group_mine_get, group_mine_in, group_items,
	      .on = {"GET /group-sessions/my", "GET /group-sessions/my-sessions"}, READS, .envelope = FLAT,
	      .paged = true, .statements = 2, .doc = "Those I take part in, the latest first."),
	ROUTE(group_hosted, group_mine_in, group_items, .on = {"GET /group-sessions/hosted"}, READS, .envelope = FLAT,
	      .paged = true, .statements = 2, .doc = "My own, the latest first."),
	ROUTE(group_one, group_id_in, group_session, .on = {"GET /group-sessions/{sessionId}"}, READS, .statements = 2,
	      .doc = "One that is public, that I take part in, or that I am invited to.", .fails = {E_SESSION_NONE}),
	ROUTE(group_join_post, group_join_in, group_entry, .on = {"POST /group-sessions/{sessionId}/join"}, WRITES,
	      .envelope = FLAT, .once = true, .statements = 4,
	      .doc = "Take a seat of a public session, or of one I am invited to. Two may be to come at once.",
	      .fails = {E_SESSION_NONE, E_GROUP_KICKED, OF_JOINING}),
	ROUTE(group_code_post, group_code_in, group_entry, .on = {"POST /group-sessions/join/{joinCode}"}, WRITES,
	      .envelope = FLAT, .once = true, .statements = 4,
	      .doc = "Take a seat by the session's code. Twenty tries an hour.",
	      .fails = {E_GROUP_BAD_CODE, E_GROUP_KICKED, OF_JOINING}),
	ROUTE(group_respond_post, group_respond_in, group_respond_out,
	      .on = {"POST /group-sessions/{sessionId}/invitation/respond"}, WRITES, .once = true, .statements = 4,
	      .doc = "Take a seat by an invitation, or decline it.",
	      .fails = {E_SESSION_NONE, E_GROUP_NO_INVITE, OF_JOINING}),
	ROUTE(group_leave_post, group_id_in, group_left, .on = {"POST /group-sessions/{sessionId}/leave"}, WRITES,
	      .envelope = FLAT, .statements = 4, .doc = "Give my seat back; when the host leaves, the session is over.",
	      .fails = {E_SESSION_NONE, E_GROUP_NOBODY, E_SESSION_STATE}),
	ROUTE(group_start_post, group_id_in, group_started, .on = {"POST /group-sessions/{sessionId}/start"}, WRITES,
	      .statements = 6, .doc = "Start a session of mine.", .fails = {OF_HOST, E_SESSION_OVER}),
	ROUTE(group_end_post, group_id_in, group_ended, .on = {"POST /group-sessions/{sessionId}/end"}, WRITES,
	      .statements = 4, .doc = "End a session of mine that was started. It counts for all who hold a seat.",
	      .fails = {OF_HOST}),
	ROUTE(group_cancel_post, group_cancel_in, group_cancelled,
	      .on = {"POST /group-sessions/{sessionId}/cancel"}, WRITES,
	      .statements = 4, .doc = "Cancel a session of mine, before or while it takes place.", .fails = {OF_HOST}),
	ROUTE(group_kick_post, group_kick_in, group_kicked,
	      .on = {"POST /group-sessions/{sessionId}/kick/{participantUserId}"}, WRITES, .statements = 4,
	      .doc = "Put somebody out of a session of mine, for good.",
	      .fails = {OF_HOST, E_GROUP_NOBODY, E_ROOM_KICK_SELF}),
	ROUTE(group_put, group_update_in, group_session,
	      .on = {"PUT /group-sessions/{sessionId}"}, WRITES, .statements = 5,
	      .doc = "Change a session of mine that has not begun; what is not given stays.",
	      .fails = {OF_HOST, E_GROUP_TOO_SMALL}),
	ROUTE(group_invite_post, group_invite_in, group_invite_out, .on = {"POST /group-sessions/{sessionId}/invite"},
	      WRITES, .once = true, .statements = 5,
	      .doc = "Ask people to a session of mine. Who cannot be asked is left out; strangers count as in a "
		     "request for a match.",
	      .fails = {OF_HOST, E_SESSION_OVER, E_GROUP_INVITED}),
	ROUTE(group_rate_post, group_rate_in, group_rated, .on = {"POST /group-sessions/{sessionId}/rate"}, WRITES,
	      .statements = 4, .doc = "What I say of a session I took part in, and so of its host; again replaces it.",
	      .fails = {E_SESSION_NONE, E_GROUP_NOBODY, E_GROUP_OWN, E_SESSION_STATE}),
};

extern const struct stmt *const group_session_stmts[];
extern const struct job group_session_jobs[];
extern const struct schedule group_session_schedules[];
const struct domain group_session_domain = {
	.name = "group sessions",
	.doc = "Learning sessions of groups: found in a list, by a code or by invitation",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = group_session_stmts,
	.jobs = group_session_jobs,
	.schedules = group_session_schedules,
};

extern const struct stmt *const group_lists_stmts[];
const struct domain group_lists_domain = {
	.name = "group sessions",
	.doc = "Group sessions as their caller sees them",
	.stmts = group_lists_stmts,
};
