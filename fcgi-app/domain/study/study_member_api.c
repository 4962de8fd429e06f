/* Who is in a study group, and who would like to be: /studies/{id}/members and the like of their client. */
#include "domain/coup.h"
#include "domain/registry.h"
#include "domain/study/study_member.h"

#define HERE_IN(F, S) F(S, ID, id, .from = FROM_PATH)
SHAPE(study_here_in, HERE_IN)
#define PERSON_IN(F, S)                                                                            \
	HERE_IN(F, S)                                                                              \
	F(S, ID, userId, .from = FROM_PATH)
SHAPE(study_person_in, PERSON_IN)
#define REQUEST_IN(F, S)                                                                           \
	HERE_IN(F, S)                                                                              \
	F(S, ID, requestId, .from = FROM_PATH)
SHAPE(study_request_in, REQUEST_IN)

#define JOIN_IN(F, S)                                                                              \
	HERE_IN(F, S)                                                                              \
	F(S, STR, introduction, .aka = "message", .max = STUDY_WORDS_MAX, .trim = true, .lines = true) \
	F(S, STR, purpose, .aka = "motivation", .max = STUDY_WORDS_MAX, .trim = true, .lines = true) \
	F(S, STR, level, .max = STUDY_LEVEL_MAX, .trim = true)                                     \
	F(S, STR, inviteCode, .aka = "code", .max = 8, .trim = true, .upper = true, .fmt = FMT_WORD, \
	  .doc = "what a private group asks for")
SHAPE(study_join_in, JOIN_IN)
#define JOIN_OUT(F, S)                                                                             \
	COUP_DONE(F, S)                                                                            \
	F(S, OBJ(study_joined_out), data)
SHAPE(study_join_out, JOIN_OUT)

#define PAGE_IN(F, S)                                                                              \
	HERE_IN(F, S)                                                                              \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = 1, .max = 10000)                   \
	F(S, INT, limit, .from = FROM_QUERY, .dflt = "50", .min = 1, .max = 50)
SHAPE(study_page_in, PAGE_IN)
#define MEMBERS_IN(F, S)                                                                           \
	PAGE_IN(F, S)                                                                              \
	F(S, STR, role, .from = FROM_QUERY, .one_of = "OWNER ADMIN MEMBER")                        \
	F(S, STR, status, .from = FROM_QUERY, .one_of = "ACTIVE PENDING LEFT KICKED", .dflt = "ACTIVE", \
	  .doc = "others than ACTIVE for admins and the owner")
SHAPE(study_members_in, MEMBERS_IN)
#define MEMBERS_OUT(F, S)                                                                          \
	F(S, BOOL, success)                                                                        \
	F(S, LIST(study_member_out), data)                                                         \
	F(S, OBJ(coup_pages), pagination)
SHAPE(study_members_out, MEMBERS_OUT)
#define REQUESTS_OUT(F, S)                                                                         \
	F(S, BOOL, success)                                                                        \
	F(S, LIST(study_request_out), data)                                                        \
	F(S, OBJ(coup_pages), pagination)
SHAPE(study_requests_out, REQUESTS_OUT)

#define MEMBER_DONE(F, S)                                                                          \
	COUP_DONE(F, S)                                                                            \
	F(S, OBJ(study_member_out), data)
SHAPE(study_member_done, MEMBER_DONE)

#define REJECT_REASON(F, S)                                                                        \
	F(S, STR, reason, .max = STUDY_REASON_MAX, .trim = true, .doc = "told to nobody")
#define REJECT_REQUEST_IN(F, S) REQUEST_IN(F, S) REJECT_REASON(F, S)
SHAPE(study_reject_request_in, REJECT_REQUEST_IN)
#define REJECT_PERSON_IN(F, S) PERSON_IN(F, S) REJECT_REASON(F, S)
SHAPE(study_reject_person_in, REJECT_PERSON_IN)

#define ROLE_IN(F, S)                                                                              \
	PERSON_IN(F, S)                                                                            \
	F(S, STR, role, .required = true, .one_of = "OWNER ADMIN MEMBER")
SHAPE(study_role_in, ROLE_IN)
#define KICK_IN(F, S)                                                                              \
	PERSON_IN(F, S)                                                                            \
	F(S, STR, reason, .max = STUDY_REASON_MAX, .trim = true, .doc = "told to them")
SHAPE(study_kick_in, KICK_IN)

#define TRANSFER_IN(F, S)                                                                          \
	HERE_IN(F, S)                                                                              \
	F(S, ID, targetUserId, .required = true, .doc = "an admin of the group")
SHAPE(study_transfer_in, TRANSFER_IN)
#define TRANSFER_OUT(F, S)                                                                         \
	COUP_DONE(F, S)                                                                            \
	F(S, OBJ(study_transfer), data)
SHAPE(study_transfer_out, TRANSFER_OUT)

#define INVITE_IN(F, S)                                                                            \
	HERE_IN(F, S)                                                                              \
	F(S, INT, expiresIn, .lax = true, .dflt = "168", .min = 1, .max = 720, .doc = "hours")      \
	F(S, INT, maxUses, .lax = true, .dflt = "10", .min = 1, .max = 100)
SHAPE(study_invite_in, INVITE_IN)
#define INVITE_OUT(F, S)                                                                           \
	F(S, BOOL, success)                                                                        \
	F(S, OBJ(study_invite), data)
SHAPE(study_invite_out, INVITE_OUT)

/* ---- joining ------------------------------------------------------------------------------ */

HANDLER(study_join_post, struct study_join_in, struct study_join_out)
{
	const struct study_wish w = {.introduction = in->introduction,
				     .motivation = in->purpose,
				     .level = in->level,
				     .code = in->inviteCode};
	struct study_joined_out *m = arena_new_of(r->ctx.arena, struct study_joined_out);
	enum status st = study_join(&r->ctx, in->id, &w, m);

	out->success = true;
	out->data = m;
	out->message = m->autoApproved ? say(&r->ctx, "스터디에 가입했습니다", "You are a member now")
				       : say(&r->ctx, "가입 신청을 보냈습니다", "Your request is sent");
	return st;
}

HANDLER(study_requests_get, struct study_page_in, struct study_requests_out)
{
	int64_t total = 0;
	enum status st = study_requests(&r->ctx, in->id, in->page, in->limit, AS_LIST(&out->data), &total);

	out->success = true;
	out->pagination = coup_pages(&r->ctx, in->page, in->limit, total);
	return st;
}

static enum status approved(struct req *r, uint64_t study_id, uint64_t request_id, uint64_t user_id,
			    struct study_member_done *out)
{
	struct study_member_out *m = arena_new_of(r->ctx.arena, struct study_member_out);

	out->success = true;
	out->message = say(&r->ctx, "가입을 승인했습니다", "The request is approved");
	out->data = m;
	return study_approve(&r->ctx, study_id, request_id, user_id, m);
}

HANDLER(study_request_approve, struct study_request_in, struct study_member_done)
{
	return approved(r, in->id, in->requestId, 0, out);
}

HANDLER(study_member_approve, struct study_person_in, struct study_member_done)
{
	return approved(r, in->id, 0, in->userId, out);
}

static enum status rejected(struct req *r, uint64_t study_id, uint64_t request_id, uint64_t user_id,
			    struct coup_done *out)
{
	out->success = true;
	out->message = say(&r->ctx, "가입을 거절했습니다", "The request is rejected");
	return study_reject(&r->ctx, study_id, request_id, user_id);
}

HANDLER(study_request_reject, struct study_reject_request_in, struct coup_done)
{
	return rejected(r, in->id, in->requestId, 0, out);
}

HANDLER(study_member_reject, struct study_reject_person_in, struct coup_done)
{
	return rejected(r, in->id, 0, in->userId, out);
}

/* ---- members ------------------------------------------------------------------------------ */

HANDLER(study_members_get, struct study_members_in, struct study_members_out)
{
	const struct study_members_query q = {
		.role = in->role, .status = in->status, .page = in->page, .size = in->limit};
	int64_t total = 0;
	enum status st = study_members(&r->ctx, in->id, &q, AS_LIST(&out->data), &total);

	out->success = true;
	out->pagination = coup_pages(&r->ctx, in->page, in->limit, total);
	return st;
}

HANDLER(study_member_role, struct study_role_in, struct study_member_done)
{
	struct study_member_out *m = arena_new_of(r->ctx.arena, struct study_member_out);

	bool changed = false;
	enum status st = study_set_role(&r->ctx, in->id, in->userId, in->role, m, &changed);

	out->success = true;
	out->message = changed ? say(&r->ctx, "역할을 변경했습니다", "The role is changed")
			       : say(&r->ctx, "이미 그 역할입니다. 변경된 내용이 없습니다",
				     "They have that role: nothing is changed");
	out->data = m;
	return st;
}

HANDLER(study_member_kick, struct study_kick_in, struct coup_done)
{
	out->success = true;
	out->message = say(&r->ctx, "멤버를 내보냈습니다", "The member is removed");
	return study_kick(&r->ctx, in->id, in->userId, in->reason);
}

HANDLER(study_leave_post, struct study_here_in, struct coup_done)
{
	out->success = true;
	out->message = say(&r->ctx, "스터디에서 탈퇴했습니다", "You have left the study");
	return study_leave(&r->ctx, in->id);
}

HANDLER(study_transfer_post, struct study_transfer_in, struct study_transfer_out)
{
	struct study_transfer *t = arena_new_of(r->ctx.arena, struct study_transfer);

	out->success = true;
	out->message = say(&r->ctx, "소유권을 이전했습니다", "The ownership is transferred");
	out->data = t;
	return study_hand_over(&r->ctx, in->id, in->targetUserId, t);
}

HANDLER(study_invite_get, struct study_here_in, struct study_invite_out)
{
	struct study_invite *v = arena_new_of(r->ctx.arena, struct study_invite);

	out->success = true;
	out->data = v;
	return study_invite_show(&r->ctx, in->id, v);
}

HANDLER(study_invite_post, struct study_invite_in, struct study_invite_out)
{
	struct study_invite *v = arena_new_of(r->ctx.arena, struct study_invite);

	out->success = true;
	out->data = v;
	return study_invite_new(&r->ctx, in->id, in->expiresIn, in->maxUses, v);
}

/* ---- rows --------------------------------------------------------------------------------- */

static const struct code_row join_codes[] = {
	{E_NO_TOKEN, NULL, "UNAUTHORIZED"},
	{E_TOKEN_EXPIRED, NULL, "UNAUTHORIZED"},
	{E_TOKEN_INVALID, NULL, "UNAUTHORIZED"},
	{0},
};
static const struct code_row role_codes[] = {
	{E_STUDY_ROLE, NULL, "STUDY-029"},
	{E_STUDY_NOBODY, NULL, "STUDY-036"},
	{E_VALIDATION, "role", "STUDY-034"},
	{0},
};

#define STUDY .auth = AUTH_SESSION, .envelope = COUP
#define WRITES STUDY, .rate = RATE_WRITE
#define READS STUDY, .rate = RATE_READ
static const struct route routes[] = {
	ROUTE(study_join_post, study_join_in, study_join_out,
	      .on = {"POST /studies/{id}/join", "POST /studies/{id}/join-requests"}, WRITES, .codes = join_codes,
	      .ok = 201, .once = true, .statements = 5,
	      .doc = "Join a group, or ask to: it is up to the group whether I am a member at once.",
	      .fails = {E_STUDY_NONE, E_STUDY_JOINED, E_STUDY_KICKED, E_STUDY_ASKED, E_STUDY_FULL, E_STUDY_CLOSED,
		E_RESTRICTED}),
	ROUTE(study_requests_get, study_page_in, study_requests_out, .on = {"GET /studies/{id}/join-requests"}, READS,
	      .statements = 4, .doc = "Who would like to join, the newest first; for admins and the owner.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_ROLE}),
	ROUTE(study_request_approve, study_request_in, study_member_done,
	      .on = {"POST /studies/{id}/join-requests/{requestId}/approve"}, WRITES, .statements = 6,
	      .doc = "Take somebody in, as an admin or the owner.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_ROLE, E_STUDY_NO_REQUEST, E_STUDY_FULL}),
	ROUTE(study_member_approve, study_person_in, study_member_done,
	      .on = {"POST /studies/{id}/members/{userId}/approve"}, WRITES, .statements = 6,
	      .doc = "The same, by who asked.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_ROLE, E_STUDY_NO_REQUEST, E_STUDY_FULL}),
	ROUTE(study_request_reject, study_reject_request_in, coup_done,
	      .on = {"POST /studies/{id}/join-requests/{requestId}/reject"}, WRITES, .statements = 3,
	      .doc = "Say no, as an admin or the owner. They may ask again.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_ROLE, E_STUDY_NO_REQUEST}),
	ROUTE(study_member_reject, study_reject_person_in, coup_done,
	      .on = {"POST /studies/{id}/members/{userId}/reject"}, WRITES, .statements = 3,
	      .doc = "The same, by who asked.", .fails = {E_STUDY_NOT_MEMBER, E_STUDY_ROLE, E_STUDY_NO_REQUEST}),
	ROUTE(study_members_get, study_members_in, study_members_out, .on = {"GET /studies/{id}/members"}, READS,
	      .statements = 3, .doc = "Who is in it: owner, admins, others, each by when they joined.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_ROLE}),
	ROUTE(study_member_role, study_role_in, study_member_done, .on = {"PATCH /studies/{id}/members/{userId}/role"},
	      WRITES, .codes = role_codes, .statements = 4, .doc = "Make somebody an admin or a member, as the owner.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_ROLE, E_STUDY_NOBODY, E_STUDY_OWNER_ROLE}),
	ROUTE(study_member_kick, study_kick_in, coup_done, .on = {"DELETE /studies/{id}/members/{userId}"}, WRITES,
	      .statements = 5, .doc = "Put somebody out for good: a member as an admin, an admin as the owner.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_ROLE, E_STUDY_NOBODY, E_STUDY_KICK_SELF, E_STUDY_KICK_OWNER,
			E_STUDY_RANK}),
	ROUTE(study_leave_post, study_here_in, coup_done, .on = {"POST,DELETE /studies/{id}/leave"}, WRITES,
	      .statements = 5, .doc = "Leave a group. The owner hands it over first, or deletes it.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_OWNER_STAYS}),
	ROUTE(study_transfer_post, study_transfer_in, study_transfer_out,
	      .on = {"POST /studies/{id}/transfer-ownership"}, WRITES, .statements = 4,
	      .doc = "Make an admin the owner, and be an admin then.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_ROLE, E_STUDY_NOBODY, E_STUDY_NO_HEIR}),
	ROUTE(study_invite_get, study_here_in, study_invite_out, .on = {"GET /studies/{id}/invite"}, READS,
	      .statements = 2, .doc = "The group's invite code; for admins and the owner.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_ROLE}),
	ROUTE(study_invite_post, study_invite_in, study_invite_out, .on = {"POST /studies/{id}/invite"}, WRITES,
	      .ok = 201, .once = true, .statements = 3, .doc = "A new invite code; the one before is good no more.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_ROLE, E_STUDY_FULL}),
};

extern const struct stmt *const study_member_stmts[];
const struct domain study_member_domain = {
	.name = "study group members",
	.doc = "Who is in a study group, and who would like to be, with the session cookie and no Authorization header",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = study_member_stmts,
};
