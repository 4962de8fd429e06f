/* Partners, requests and matches. */
#include "domain/matching/cards.h"
#include "domain/matching/matching.h"
#include "domain/matching/partners.h"
#include "domain/registry.h"
#include "domain/user/user_shapes.h"

#include <math.h>

SHAPE_TABLE(target_language_out, TARGET_LANGUAGE_OUT)
SHAPE_TABLE(partner_out, PARTNER_OUT)
SHAPE_TABLE(partners_out, PARTNERS_OUT)
SHAPE_TABLE(partners_in, PARTNERS_IN)
SHAPE_TABLE(age_range_in, AGE_RANGE_IN)
SHAPE_TABLE(partners_advanced_in, PARTNERS_ADVANCED_IN)
SHAPE_TABLE(match_out, MATCH_OUT)
SHAPE_TABLE(matches_out, MATCHES_OUT)
SHAPE_TABLE(matches_page_out, MATCHES_PAGE_OUT)
SHAPE_TABLE(my_matches_out, MY_MATCHES_OUT)
SHAPE_TABLE(request_person_out, REQUEST_PERSON_OUT)
SHAPE_TABLE(request_out, REQUEST_OUT)
SHAPE_TABLE(category_scores_out, CATEGORY_SCORES_OUT)
SHAPE_TABLE(category_detail_out, CATEGORY_DETAIL_OUT)
SHAPE_TABLE(insights_out, INSIGHTS_OUT)
SHAPE_TABLE(compatibility_out, COMPATIBILITY_OUT)

#define PARTNER_ID_IN(F, S) F(S, ID, userId, .aka = "partnerId", .from = FROM_PATH, .required = true)
SHAPE(partner_id_in, PARTNER_ID_IN)

#define PARTNER_PROFILE_OUT(F, S)                                                                  \
	PROFILE_OUT(F, S)                                                                          \
	PROFILE_FIGURES(F, S)                                                                      \
	F(S, NUM, compatibilityScore, .aka = "matchScore")                                         \
	F(S, STR, compatibilityLevel)                                                              \
	F(S, OBJ(compatibility_out), compatibility, .doc = "null on one's own profile")
SHAPE(partner_profile_out, PARTNER_PROFILE_OUT)

#define REQUEST_IN(F, S)                                                                           \
	F(S, ID, targetUserId, .aka = "receiverId partnerId userId", .required = true)             \
	F(S, STR, message, .max = 500, .trim = true, .lines = true)
SHAPE(request_in, REQUEST_IN)

#define REQUESTED_OUT(F, S)                                                                        \
	F(S, ID, requestId, .aka = "id")                                                           \
	F(S, ID, senderId)                                                                         \
	F(S, ID, receiverId, .aka = "targetUserId partnerId")                                      \
	F(S, STR, status, .doc = "pending; accepted when the other one had asked before")          \
	F(S, STR, message)                                                                         \
	F(S, NUM, compatibilityScore)                                                              \
	F(S, TIME, createdAt)                                                                      \
	F(S, TIME, expiresAt)                                                                      \
	F(S, ID, matchId)                                                                          \
	F(S, ID, roomId, .as_number = true)
SHAPE(requested_out, REQUESTED_OUT)

#define ANSWER_AT_IN(F, S)                                                                         \
	F(S, ID, requestId, .from = FROM_PATH, .required = true,                                   \
	  .doc = "the request, or the user who sent it")                                           \
	F(S, STR, responseMessage, .aka = "message", .max = 500, .trim = true, .lines = true)
SHAPE(answer_at_in, ANSWER_AT_IN)

#define ANSWER_IN(F, S)                                                                            \
	F(S, ID, requestId, .aka = "matchId id userId senderId partnerId", .required = true,       \
	  .doc = "the request, or the user who sent it")                                           \
	F(S, STR, responseMessage, .aka = "message", .max = 500, .trim = true, .lines = true)
SHAPE(answer_in, ANSWER_IN)

#define ANSWER_OUT(F, S)                                                                           \
	F(S, BOOL, success)                                                                        \
	F(S, ID, requestId)                                                                        \
	F(S, ID, matchId)                                                                          \
	F(S, ID, partnerId)                                                                        \
	F(S, ID, roomId, .as_number = true)                                                        \
	F(S, STR, status)
SHAPE(answer_out, ANSWER_OUT)

#define STATES "pending accepted rejected cancelled expired all"
#define REQUESTS_IN(F, S)                                                                          \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = -1, .max = 10000)                  \
	F(S, INT, size, .aka = "limit", .from = FROM_QUERY, .dflt = "20", .min = 1, .max = 100)    \
	F(S, STR, status, .from = FROM_QUERY, .dflt = "pending", .one_of = STATES)                 \
	F(S, STR, type, .from = FROM_QUERY, .dflt = "all", .one_of = "received sent all")
SHAPE(requests_in, REQUESTS_IN)

#define REQUESTS_OUT(F, S) F(S, LIST(request_out), items, .bare = true)
SHAPE(requests_out, REQUESTS_OUT)
#define BOTH_REQUESTS_OUT(F, S)                                                                    \
	F(S, LIST(request_out), received)                                                          \
	F(S, LIST(request_out), sent)
SHAPE(both_requests_out, BOTH_REQUESTS_OUT)

#define PAGE_IN(F, S)                                                                              \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = -1, .max = 10000)                  \
	F(S, INT, size, .aka = "limit", .from = FROM_QUERY, .dflt = "20", .min = 1, .max = 100)
SHAPE(match_page_in, PAGE_IN)

#define MATCH_ID_IN(F, S) F(S, ID, matchId, .from = FROM_PATH, .required = true)
SHAPE(match_id_in, MATCH_ID_IN)
#define ENDED_OUT(F, S)                                                                            \
	F(S, BOOL, success)                                                                        \
	F(S, ID, matchId)
SHAPE(match_ended_out, ENDED_OUT)

#define STATS_OUT(F, S)                                                                            \
	F(S, INT, totalMatches)                                                                    \
	F(S, INT, activeMatches)                                                                   \
	F(S, LIST(match_out), recentMatches)                                                       \
	F(S, BOOL, activeRequest, .doc = "a request of mine waits for its answer")                 \
	F(S, STR, queueStatus, .doc = "null: there is no queue")                                   \
	F(S, INT, pendingSent)                                                                     \
	F(S, INT, pendingReceived)                                                                 \
	F(S, NUM, matchSuccessRate, .doc = "accepted of those of my requests that were answered, %")
SHAPE(matching_stats_out, STATS_OUT)

enum { RECENT_MATCHES = 5, FIRST_SCREEN = 4 };

static int64_t set_paging(struct req *r, int64_t page, int64_t size)
{
	r->paging = (struct paging){.page = MAX(page, (int64_t)1), .limit = size, .set = true};
	return r->paging.page;
}

/* A failure has no pages. */
static enum status paged(struct req *r, enum status st)
{
	r->paging.set = st == OK;
	return st;
}

/* ---- recommendations ---------------------------------------------------------------------- */

static const char *unless_any(const char *word)
{
	return word && !strcmp(word, "any") ? NULL : word;
}

HANDLER(matching_partners, struct partners_in, struct partners_out)
{
	struct partner_filter f = {
		.native = in->nativeLanguage,
		.target = in->targetLanguage,
		.level = unless_any(in->languageLevel),
		.gender = in->gender,
		.min_age = lround(in->minAge),
		.max_age = lround(in->maxAge),
	};

	return paged(r, partners_find(&r->ctx, &f, set_paging(r, in->page, in->size), in->size, out,
				      &r->paging.total));
}

HANDLER(matching_partners_advanced, struct partners_advanced_in, struct partners_out)
{
	const struct age_range_in any = {0}, *ages = in->ageRange ? in->ageRange : &any;
	bool abroad = in->location && !strcmp(in->location, ELSEWHERE);
	struct partner_filter f = {
		.native = in->nativeLanguage,
		.target = in->targetLanguage,
		.level = unless_any(in->proficiencyLevel),
		.gender = in->gender,
		.query = in->query,
		.place = abroad ? NULL : in->location,
		.abroad = abroad,
		.session = unless_any(in->sessionType),
		.min_age = lround(in->minAge > 0 ? in->minAge : ages->min),
		.max_age = lround(in->maxAge > 0 ? in->maxAge : ages->max),
		.nations = {in->nationalities.v, in->nationalities.n},
		.interests = {in->interests.v, in->interests.n},
		.availability = {in->availability.v, in->availability.n},
		.online = in->onlineOnly,
		.newest_first = in->sortBy && !strcmp(in->sortBy, "lastActive"),
		.min_score = in->minCompatibilityScore,
	};

	return paged(r, partners_find(&r->ctx, &f, set_paging(r, in->page, in->size), in->size, out,
				      &r->paging.total));
}

HANDLER(matching_compatibility, struct partner_id_in, struct compatibility_out)
{
	return partners_compare(&r->ctx, in->userId, out, NULL);
}

HANDLER(matching_profile, struct partner_id_in, struct partner_profile_out)
{
	struct profile_out profile = {0};
	struct profile_figures figures = {0};
	struct compatibility_out *fit = arena_new_of(r->ctx.arena, struct compatibility_out);
	enum status st = user_profile_show(&r->ctx, in->userId, &profile);

	if (st == OK)
		st = user_figures(&r->ctx, in->userId, &figures);

	static_assert(offsetof(struct partner_profile_out, updatedAt) ==
			      offsetof(struct profile_out, updatedAt),
		      "a partner's profile is a profile and more");
	memcpy(out, &profile, offsetof(struct profile_out, has));
	out->completedSessions = figures.completedSessions;
	out->rating = figures.rating;
	out->responseRate = figures.responseRate;
	out->compatibilityScore = __builtin_nan("");
	if (st != OK || in->userId == r->ctx.me.user_id)
		return st;
	st = partners_compare(&r->ctx, in->userId, fit, NULL);
	out->compatibility = fit;
	out->compatibilityScore = fit->overallScore;
	out->compatibilityLevel = fit->compatibilityLevel;
	return st == E_MATCH_NO_USER ? E_USER_NOT_FOUND : st;
}

/* ---- requests ----------------------------------------------------------------------------- */

HANDLER(matching_request_post, struct request_in, struct requested_out)
{
	struct match_state s;
	const char *message = in->message ? in->message : "";
	enum status st = matching_request(&r->ctx, in->targetUserId, message, NULL, &s);

	if (st != OK)
		return st;
	bool mine = !strcmp(s.status, "pending");

	r->message = mine ? say(&r->ctx, "매칭을 요청했습니다", "Request sent")
			  : say(&r->ctx, "서로 요청하여 매칭되었습니다", "You both asked: it is a match");
	out->requestId = s.request_id;
	out->senderId = mine ? r->ctx.me.user_id : s.partner_id;
	out->receiverId = in->targetUserId;
	out->status = s.status;
	out->message = message;
	out->compatibilityScore = s.score;
	out->createdAt = mine ? s.created_at : r->ctx.now;
	out->expiresAt = s.expires_at;
	out->matchId = s.match_id;
	out->roomId = s.room_id;
	return OK;
}

static enum status answer(struct req *r, uint64_t ref, bool accept, const char *message,
			  struct answer_out *out)
{
	struct match_state s;
	enum status st = matching_answer(&r->ctx, ref, accept, message, &s);

	if (st != OK)
		return st;
	out->success = true;
	out->requestId = s.request_id;
	out->matchId = s.match_id;
	out->partnerId = s.partner_id;
	out->roomId = s.room_id;
	out->status = s.status;
	return OK;
}

HANDLER(matching_accept_at, struct answer_at_in, struct answer_out)
{
	return answer(r, in->requestId, true, in->responseMessage, out);
}

HANDLER(matching_accept, struct answer_in, struct answer_out)
{
	return answer(r, in->requestId, true, in->responseMessage, out);
}

HANDLER(matching_reject_at, struct answer_at_in, struct answer_out)
{
	return answer(r, in->requestId, false, in->responseMessage, out);
}

HANDLER(matching_reject, struct answer_in, struct answer_out)
{
	return answer(r, in->requestId, false, in->responseMessage, out);
}

static const struct request_person_out *person(struct ctx *c, uint64_t id, const char *name,
					       const char *image)
{
	struct request_person_out *p = arena_new_of(c->arena, struct request_person_out);

	*p = (struct request_person_out){.userId = id, .name = name, .profileImageUrl = image};
	return p;
}

static void fill_request(struct ctx *c, const struct request_row *q, struct request_out *o)
{
	o->requestId = q->id;
	o->senderId = q->sender_id;
	o->receiverId = q->receiver_id;
	o->status = q->status;
	o->message = q->message;
	o->responseMessage = q->response_message;
	o->respondedAt = q->responded_at;
	o->expiresAt = q->expires_at;
	o->createdAt = q->created_at;
	o->sender = person(c, q->sender_id, q->sender_name, q->sender_image);
	o->receiver = person(c, q->receiver_id, q->receiver_name, q->receiver_image);
	o->partner = q->sender_id == c->me.user_id ? o->receiver : o->sender;
	o->senderName = q->sender_name;
	o->senderProfileImage = q->sender_image;
	o->receiverName = q->receiver_name;
	o->receiverProfileImage = q->receiver_image;
	o->compatibilityScore = q->score;
}

/* One direction's page; the totals add up. */
static enum status list_requests(struct req *r, const struct requests_in *in, enum direction d,
				 struct list *out)
{
	struct ctx *c = &r->ctx;
	int64_t before = r->paging.total, page = set_paging(r, in->page, in->size);
	const char *status = strcmp(in->status, "all") != 0 ? in->status : NULL;
	struct list rows;
	enum status st = matching_sql_requests(c, d, status, (page - 1) * in->size, in->size, &rows);
	const struct request_row *q = rows.v;
	struct request_out *items = arena_array(c->arena, struct request_out, rows.n);

	for (size_t i = 0; i < rows.n; i++)
		fill_request(c, &q[i], &items[i]);
	*out = (struct list){items, rows.n};
	if (st == OK && !rows.n && page > 1) { /* past the end the rows do not tell how many there are */
		st = matching_sql_requests(c, d, status, 0, 1, &rows);
		q = rows.v;
	}
	r->paging.total = before + (rows.n ? q[0].total : 0);
	return paged(r, st);
}

HANDLER(matching_requests_received, struct requests_in, struct requests_out)
{
	return list_requests(r, in, RECEIVED, AS_LIST(&out->items));
}

HANDLER(matching_requests_sent, struct requests_in, struct requests_out)
{
	return list_requests(r, in, SENT, AS_LIST(&out->items));
}

HANDLER(matching_requests, struct requests_in, struct both_requests_out)
{
	enum status st = OK;

	if (strcmp(in->type, "sent") != 0)
		st = list_requests(r, in, RECEIVED, AS_LIST(&out->received));
	if (st == OK && strcmp(in->type, "received") != 0)
		st = list_requests(r, in, SENT, AS_LIST(&out->sent));
	return st;
}

/* ---- matches ------------------------------------------------------------------------------ */

/* The first screen of the client reads a page object, another of its screens takes nothing but an
 * array, and both ask here: only the size tells them apart. */
static const struct matches_page_out *page_object(struct req *r, const struct list *items)
{
	struct matches_page_out *p = arena_new_of(r->ctx.arena, struct matches_page_out);
	const struct paging *at = &r->paging;

	*AS_LIST(&p->content) = *items;
	p->totalElements = at->total;
	p->totalPages = (at->total + at->limit - 1) / at->limit;
	p->number = at->page - 1;
	p->currentPage = at->page;
	p->limit = at->limit;
	p->last = at->page >= p->totalPages;
	return p;
}

HANDLER(matching_matches, struct match_page_in, struct matches_out)
{
	struct list *items = AS_LIST(&out->items);
	enum status st = cards_matches(&r->ctx, true, set_paging(r, in->page, in->size), in->size, items,
					  &r->paging.total);

	if (in->size == FIRST_SCREEN)
		r->other = page_object(r, items);
	return paged(r, st);
}

HANDLER(matching_my_matches, struct match_page_in, struct my_matches_out)
{
	return paged(r, cards_matches(&r->ctx, true, set_paging(r, in->page, in->size), in->size,
					 AS_LIST(&out->matches), &r->paging.total));
}

HANDLER(matching_history, struct match_page_in, struct my_matches_out)
{
	return paged(r, cards_matches(&r->ctx, false, set_paging(r, in->page, in->size), in->size,
					 AS_LIST(&out->matches), &r->paging.total));
}

HANDLER(matching_match_end, struct match_id_in, struct match_ended_out)
{
	out->success = true;
	out->matchId = in->matchId;
	return matching_end(&r->ctx, in->matchId);
}

HANDLER(matching_stats, struct nothing, struct matching_stats_out)
{
	struct stats_row s;
	int64_t total;
	enum status st = matching_sql_stats(&r->ctx, &s);

	if (st != OK)
		return st;
	out->totalMatches = s.total_matches;
	out->activeMatches = s.active_matches;
	out->activeRequest = s.pending_sent > 0;
	out->pendingSent = s.pending_sent;
	out->pendingReceived = s.pending_received;
	out->matchSuccessRate = s.sent_answered ? 100.0 * (double)s.sent_accepted / (double)s.sent_answered
						: __builtin_nan("");
	return cards_matches(&r->ctx, true, 1, RECENT_MATCHES, AS_LIST(&out->recentMatches), &total);
}

#define ANSWER_FAILS .fails = {E_MATCH_NO_REQUEST, E_MATCH_ANSWERED, E_MATCH_EXPIRED}

static const struct route routes[] = {
	ROUTE(matching_partners, partners_in, partners_out,
	      .on = {"GET /matching/partners", "GET /matching/list"}, .auth = AUTH_USER,
	      .rate = RATE_SEARCH, .paged = true, .statements = 8,
	      .doc = "Partners who fit me, best first, out of the most recently active. Those who can "
		     "exchange languages come before all others; others follow when there are too few. "
		     "Left out: blocked either way, matched, asked or asking, hidden.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(matching_partners_advanced, partners_advanced_in, partners_out,
	      .on = {"POST /matching/partners/advanced", "POST /matching/filter"}, .auth = AUTH_USER,
	      .rate = RATE_SEARCH, .paged = true, .statements = 12,
	      .doc = "The same with more filters; empty ones filter nothing. Words are looked for in everybody among "
		     "the most recently active, whatever they speak; whose name begins with them is found "
		     "whenever they were here.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(matching_profile, partner_id_in, partner_profile_out, .on = {"GET /matching/profile/{userId}"},
	      .auth = AUTH_USER, .rate = RATE_READ, .cache = CACHE_PRIVATE, .statements = 5,
	      .doc = "Somebody's profile and how we fit.", .fails = {E_USER_NOT_FOUND}),
	ROUTE(matching_compatibility, partner_id_in, compatibility_out,
	      .on = {"GET /matching/compatibility/{partnerId}"}, .auth = AUTH_USER, .rate = RATE_READ,
	      .statements = 2, .doc = "How somebody and I fit, and why.",
	      .fails = {E_MATCH_SELF_SCORE, E_MATCH_NO_USER}),
	ROUTE(matching_request_post, request_in, requested_out, .on = {"POST /matching/request"},
	      .auth = AUTH_USER, .rate = RATE_CONTACT, .ok = 201, .once = true, .statements = 15,
	      .doc = "Ask somebody to become my partner. If they asked me before, that is accepted. In the first week "
		     "of an account 50 strangers a day may be asked or brought into rooms.",
	      .fails = {E_MATCH_SELF, E_MATCH_NO_USER, E_MATCH_DUPLICATE, E_MATCH_DONE}),
	ROUTE(matching_accept_at, answer_at_in, answer_out, .on = {"POST /matching/accept/{requestId}"},
	      .auth = AUTH_USER, .rate = RATE_WRITE, .statements = 10,
	      .doc = "Accept a request; opens our chat room. Accepting again gives the same answer.",
	      ANSWER_FAILS),
	ROUTE(matching_accept, answer_in, answer_out, .on = {"POST /matching/accept"},
	      .auth = AUTH_USER, .rate = RATE_WRITE, .statements = 10,
	      .doc = "Accept a request named in the body.", ANSWER_FAILS),
	ROUTE(matching_reject_at, answer_at_in, answer_out, .on = {"POST /matching/reject/{requestId}"},
	      .auth = AUTH_USER, .rate = RATE_WRITE, .statements = 3,
	      .doc = "Reject a request. Rejecting again gives the same answer.", ANSWER_FAILS),
	ROUTE(matching_reject, answer_in, answer_out, .on = {"POST /matching/reject"},
	      .auth = AUTH_USER, .rate = RATE_WRITE, .statements = 3,
	      .doc = "Reject a request named in the body.", ANSWER_FAILS),
	ROUTE(matching_requests_received, requests_in, requests_out, .on = {"GET /matching/requests/received"},
	      .auth = AUTH_USER, .rate = RATE_READ, .paged = true, .statements = 2,
	      .doc = "Requests to me, newest first."),
	ROUTE(matching_requests_sent, requests_in, requests_out, .on = {"GET /matching/requests/sent"},
	      .auth = AUTH_USER, .rate = RATE_READ, .paged = true, .statements = 2,
	      .doc = "Requests of mine, newest first."),
	ROUTE(matching_requests, requests_in, both_requests_out, .on = {"GET /matching/requests"},
	      .auth = AUTH_USER, .rate = RATE_READ, .paged = true, .statements = 4,
	      .doc = "A page of each direction; total counts both."),
	ROUTE(matching_matches, match_page_in, matches_out, .on = {"GET /matching/matches"},
	      .other = &matches_page_out_shape, .auth = AUTH_USER, .rate = RATE_READ, .paged = true,
	      .statements = 4,
	      .doc = "My partners, newest first: an array, or a page object when size is 4, as the "
		     "client's first screen asks."),
	ROUTE(matching_my_matches, match_page_in, my_matches_out, .on = {"GET /matching/my-matches"},
	      .auth = AUTH_USER, .rate = RATE_READ, .paged = true, .statements = 4,
	      .doc = "My partners, in an object."),
	ROUTE(matching_history, match_page_in, my_matches_out, .on = {"GET /matching/history"},
	      .auth = AUTH_USER, .rate = RATE_READ, .paged = true, .statements = 4,
	      .doc = "All my matches, also those that ended."),
	ROUTE(matching_match_end, match_id_in, match_ended_out, .on = {"DELETE /matching/matches/{matchId}"},
	      .auth = AUTH_USER, .rate = RATE_WRITE, .statements = 1,
	      .doc = "End a match. Ending it again changes nothing.", .fails = {E_MATCH_NO_MATCH}),
	ROUTE(matching_stats, nothing, matching_stats_out, .on = {"GET /matching/stats"},
	      .auth = AUTH_USER, .rate = RATE_READ, .statements = 5, .doc = "My matches in numbers."),
};

extern const struct stmt *const matching_stmts[];
extern const struct schedule matching_schedules[];
const struct domain matching_domain = {
	.name = "matching",
	.doc = "Partners, requests and matches",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = matching_stmts,
	.schedules = matching_schedules,
};
