/* Who takes part in a session: inviting, reminders, and what is said of it afterwards. */
#include "domain/meeting/meeting.h"
#include "domain/meeting/meeting_sql.h"
#include "domain/registry.h"

SHAPE_TABLE(meeting_participant, MEETING_PARTICIPANT)
SHAPE_TABLE(meeting_reminders, MEETING_REMINDERS)
SHAPE_TABLE(meeting_reminders_in, MEETING_REMINDERS_IN)

#define HOUR_MS INT64_C(3600000)

SHAPE(meeting_of_in, MEETING_ID_IN)
#define PARTICIPANTS_OUT(F, S) F(S, LIST(meeting_participant), items, .bare = true)
SHAPE(meeting_participants_out, PARTICIPANTS_OUT)

#define INVITE_IN(F, S)                                                                            \
	MEETING_ID_IN(F, S)                                                                        \
	F(S, INT, expiresInHours, .lax = true, .min = 1, .max = 168, .dflt = "24")
SHAPE(meeting_invite_in, INVITE_IN)
#define INVITE_OUT(F, S)                                                                           \
	F(S, ID, sessionId, .as_number = true)                                                     \
	F(S, STR, inviteToken)                                                                     \
	F(S, TIME, expiresAt)                                                                      \
	F(S, STR, joinUrl)
SHAPE(meeting_invite_out, INVITE_OUT)
#define ACCEPT_IN(F, S)                                                                            \
	F(S, STR, token, .aka = "inviteToken", .required = true, .min = MEETING_TOKEN, .max = MEETING_TOKEN,  \
	  .fmt = FMT_HEX, .fail = E_SESSION_BAD_INVITE)
SHAPE(meeting_accept_in, ACCEPT_IN)

#define FEEDBACK_IN(F, S)                                                                          \
	MEETING_ID_IN(F, S)                                                                        \
	F(S, INT, rating, .required = true, .lax = true, .min = 1, .max = 5)                       \
	F(S, STR, comment, .max = 2000, .trim = true, .lines = true)                               \
	F(S, INT, partnerRating, .lax = true, .min = 1, .max = 5)                                  \
	F(S, STR, partnerComment, .max = 2000, .trim = true, .lines = true)                        \
	F(S, STRS, tags, .max = MEETING_WORDS_MAX)                                                 \
	F(S, STRS, improvementAreas, .max = MEETING_WORDS_MAX)                                     \
	F(S, BOOL, wouldRecommend, .lax = true)
SHAPE(meeting_feedback_in, FEEDBACK_IN)
#define FEEDBACK_OUT(F, S)                                                                         \
	F(S, STR, comment)                                                                         \
	F(S, INT, partnerRating, .zero_null = true)                                                \
	F(S, STR, partnerComment)                                                                  \
	F(S, RAW, tags, .doc = "a list of texts")                                                  \
	F(S, RAW, improvementAreas, .doc = "a list of texts")                                      \
	F(S, RAW, wouldRecommend, .doc = "true, false, or null: not said")
SHAPE(meeting_feedback_out, FEEDBACK_OUT)
#define SUMMARY_OUT(F, S)                                                                          \
	F(S, ID, sessionId, .as_number = true)                                                     \
	F(S, STR, notes)                                                                           \
	F(S, INT, durationMinutes, .doc = "as it was, or as planned")                              \
	F(S, INT, rating, .zero_null = true, .doc = "my own, as is the feedback")                  \
	F(S, STRS, highlights, .doc = "nothing finds any yet")                                     \
	F(S, STRS, actionItems, .doc = "nothing finds any yet")                                    \
	F(S, OBJ(meeting_feedback_out), feedback)                                                  \
	F(S, TIME, updatedAt)
SHAPE(meeting_summary_out, SUMMARY_OUT)

HANDLER(meeting_participants, struct meeting_of_in, struct meeting_participants_out)
{
	return meeting_sql_participants(&r->ctx, in->sessionId, AS_LIST(&out->items));
}

/* ---- reminders ---------------------------------------------------------------------------- */

HANDLER(meeting_reminders_get, struct meeting_of_in, struct meeting_reminders)
{
	return meeting_sql_settings(&r->ctx, in->sessionId, out);
}

static enum status remind_so(struct ctx *c, void *arg)
{
	const struct meeting_reminders_in *in = arg;

	return meeting_sql_remind_so(c, in->sessionId, in);
}

HANDLER(meeting_reminders_patch, struct meeting_reminders_in, struct meeting_reminders)
{
	struct meeting_reminders_in so = *in;
	enum status st = db_tx(&r->ctx, remind_so, &so);

	return st == OK ? meeting_sql_settings(&r->ctx, in->sessionId, out) : st;
}

/* ---- invitations -------------------------------------------------------------------------- */

HANDLER(meeting_invite_post, struct meeting_invite_in, struct meeting_invite_out)
{
	struct arena *a = r->ctx.arena;
	char *token = arena_alloc(a, MEETING_TOKEN + 1);

	out->sessionId = in->sessionId;
	out->inviteToken = token;
	out->expiresAt = r->ctx.now + in->expiresInHours * HOUR_MS;
	enum status st = meeting_invite(&r->ctx, in->sessionId, out->expiresAt, token);

	out->joinUrl = arena_printf(a, "/sessions/join?token=%s", token);
	return st;
}

HANDLER(meeting_accept_post, struct meeting_accept_in, struct meeting_item)
{
	return meeting_accept(&r->ctx, in->token, out);
}

/* ---- afterwards --------------------------------------------------------------------------- */

static enum status summary(struct req *r, uint64_t id, struct meeting_summary_out *out)
{
	struct meeting_feedback_out *f = arena_new_of(r->ctx.arena, struct meeting_feedback_out);
	struct meeting_summary_row row;
	enum status st = meeting_sql_summary(&r->ctx, id, &row);

	if (st != OK)
		return st;
	*f = (struct meeting_feedback_out){
		.comment = row.comment,
		.partnerRating = row.partner_rating,
		.partnerComment = row.partner_comment,
		.tags = row.tags,
		.improvementAreas = row.areas,
		.wouldRecommend = row.recommends,
	};
	out->sessionId = id;
	out->notes = row.notes;
	out->durationMinutes = row.minutes;
	out->rating = row.rating;
	out->feedback = f;
	out->updatedAt = row.updated_at;
	return OK;
}

HANDLER(meeting_summary, struct meeting_of_in, struct meeting_summary_out)
{
	return summary(r, in->sessionId, out);
}

HANDLER(meeting_feedback_post, struct meeting_feedback_in, struct meeting_summary_out)
{
	struct meeting_opinion o = {
		.rating = in->rating,
		.comment = in->comment,
		.partner_rating = in->partnerRating,
		.partner_comment = in->partnerComment,
		.recommends = in->has.wouldRecommend ? in->wouldRecommend : -1,
	};
	enum status st = meeting_words(&r->ctx, "tags", in->tags.v, in->tags.n, &o.tags);

	if (st == OK)
		st = meeting_words(&r->ctx, "improvementAreas", in->improvementAreas.v, in->improvementAreas.n,
				   &o.areas);
	if (st == OK)
		st = meeting_feedback(&r->ctx, in->sessionId, &o);
	return st == OK ? summary(r, in->sessionId, out) : st;
}

#define READS .auth = AUTH_USER, .rate = RATE_READ
#define WRITES .auth = AUTH_USER, .rate = RATE_WRITE
static const struct route routes[] = {
	ROUTE(meeting_participants, meeting_of_in, meeting_participants_out,
	      .on = {"GET /sessions/{sessionId}/participants"}, READS, .statements = 1,
	      .doc = "Who takes part, for those who do.", .fails = {E_SESSION_NONE}),
	ROUTE(meeting_reminders_get, meeting_of_in, meeting_reminders,
	      .on = {"GET /sessions/{sessionId}/notifications"}, READS, .statements = 1,
	      .doc = "When and how I am reminded.", .fails = {E_SESSION_NONE}),
	ROUTE(meeting_reminders_patch, meeting_reminders_in, meeting_reminders,
	      .on = {"PATCH /sessions/{sessionId}/notifications"}, WRITES, .statements = 4,
	      .doc = "Change that. A reminder comes once; what was missed by the change does not come late.",
	      .fails = {E_SESSION_NONE}),
	ROUTE(meeting_invite_post, meeting_invite_in, meeting_invite_out, .on = {"POST /sessions/{sessionId}/invite"},
	      WRITES, .ok = 201, .statements = 3,
	      .doc = "A token that lets one person in, once. Nothing keeps it, an Idempotency-Key neither: a retry "
		     "makes another.",
	      .fails = {E_SESSION_NONE, E_SESSION_NOT_HOST, E_SESSION_STATE, E_SESSION_OVER}),
	ROUTE(meeting_accept_post, meeting_accept_in, meeting_item, .on = {"POST /sessions/invite/accept"}, WRITES,
	      .once = true, .statements = 4, .doc = "Take a seat by an invitation.",
	      .fails = {E_SESSION_BAD_INVITE, E_SESSION_INVITE_OVER, E_SESSION_NONE, E_SESSION_STATE, E_SESSION_OVER,
			E_SESSION_FULL, E_SESSION_BOOKED}),
	ROUTE(meeting_feedback_post, meeting_feedback_in, meeting_summary_out,
	      .on = {"POST /sessions/{sessionId}/feedback"}, WRITES, .statements = 4,
	      .doc = "What I say of a session that is over; again replaces it.",
	      .fails = {E_SESSION_NONE, E_SESSION_STATE}),
	ROUTE(meeting_summary, meeting_of_in, meeting_summary_out, .on = {"GET /sessions/{sessionId}/summary"}, READS,
	      .statements = 1, .doc = "What is known of a session, for those who take part.",
	      .fails = {E_SESSION_NONE}),
};

const struct domain meeting_people_domain = {
	.name = "sessions",
	.doc = "Inviting, reminders, and what is said of a session afterwards",
	.routes = routes,
	.n_routes = COUNT(routes),
};
