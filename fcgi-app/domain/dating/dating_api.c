/* /matches and /fortune of the dating app's clients: bare bodies, snake_case, ids that are numbers. */
#include "domain/dating/dating.h"
#include "domain/registry.h"

#define DATING_CARDS(F, S) F(S, LIST(dating_card), items, .bare = true)
SHAPE(dating_cards, DATING_CARDS)

#define DATING_FIT_IN(F, S) F(S, ID, user_id, .from = FROM_PATH)
SHAPE(dating_fit_in, DATING_FIT_IN)
#define DATING_FIT_OUT(F, S)                                                                       \
	F(S, ID, user_id, .as_number = true)                                                       \
	F(S, INT, compatibility_score, .doc = "0 to 100")
SHAPE(dating_fit_out, DATING_FIT_OUT)

#define DATING_ASK_IN(F, S) F(S, ID, receiver_id, .aka = "receiverId", .required = true, .lax = true)
SHAPE(dating_ask_in, DATING_ASK_IN)
#define DATING_ACCEPT_IN(F, S) F(S, ID, match_id, .from = FROM_PATH)
SHAPE(dating_accept_in, DATING_ACCEPT_IN)
#define DATING_MATCH_OUT(F, S)                                                                     \
	F(S, ID, match_id, .as_number = true)                                                      \
	F(S, STR, status, .doc = "requested or matched")                                           \
	F(S, ID, chat_id, .as_number = true, .skip_null = true)
SHAPE(dating_match_out, DATING_MATCH_OUT)

#define FORTUNE_OUT(F, S)                                                                          \
	F(S, STR, date, .doc = "today in Korea")                                                   \
	F(S, STR, day_pillar, .doc = "of today")                                                   \
	F(S, STR, day_master, .doc = "the stem of my day of birth")                                \
	F(S, STR, ten_god, .doc = "what the one is to the other")                                  \
	F(S, STR, overall)                                                                         \
	F(S, STR, relationship_tip)                                                                \
	F(S, STR, fortune, .doc = "both texts in one")
SHAPE(fortune_out, FORTUNE_OUT)

HANDLER(dating_recommendations, struct nothing, struct dating_cards)
{
	return dating_recommend(&r->ctx, AS_LIST(&out->items));
}

HANDLER(dating_compatibility, struct dating_fit_in, struct dating_fit_out)
{
	out->user_id = in->user_id;
	return dating_fit(&r->ctx, in->user_id, &out->compatibility_score);
}

/* One id names the request and the match that comes of it. */
static void show_match(const struct match_state *s, struct dating_match_out *out)
{
	out->match_id = s->request_id;
	out->status = s->room_id ? "matched" : "requested";
	out->chat_id = s->room_id;
}

HANDLER(dating_request, struct dating_ask_in, struct dating_match_out)
{
	struct match_state s = {0};
	enum status st = dating_ask(&r->ctx, in->receiver_id, &s);

	show_match(&s, out);
	return st;
}

HANDLER(dating_request_at, struct dating_fit_in, struct dating_match_out)
{
	struct match_state s = {0};
	enum status st = dating_ask(&r->ctx, in->user_id, &s);

	show_match(&s, out);
	return st;
}

HANDLER(dating_accept, struct dating_accept_in, struct dating_match_out)
{
	struct match_state s = {0};
	enum status st = matching_answer(&r->ctx, in->match_id, true, NULL, &s);

	show_match(&s, out);
	return st;
}

HANDLER(dating_fortune_today, struct nothing, struct fortune_out)
{
	struct fortune f = {0};
	enum status st = dating_fortune(&r->ctx, &f);

	if (st != OK)
		return st;
	out->date = f.date;
	out->day_pillar = f.day_pillar;
	out->day_master = f.day_master;
	out->ten_god = f.ten_god;
	out->overall = f.overall;
	out->relationship_tip = f.tip;
	out->fortune = arena_printf(r->ctx.arena, "%s %s", f.overall, f.tip);
	return OK;
}

#define DATING .auth = AUTH_USER, .envelope = BARE
#define ME_FAILS E_USER_NOT_FOUND, E_DATING_PROFILE, E_DATING_ADULTS
#define ASK                                                                                        \
	DATING, .rate = RATE_CONTACT, .ok = 201, .once = true, .statements = 17,                   \
	.fails = {ME_FAILS, E_MATCH_SELF, E_MATCH_NO_USER, E_DATING_ASKED}
static const struct route routes[] = {
	ROUTE(dating_recommendations, nothing, dating_cards, .on = {"GET /matches/recommendations", "GET /matches"},
	      DATING, .rate = RATE_SEARCH, .cache = CACHE_PRIVATE, .statements = 11,
	      .doc = "My people of the day, at most five, the best fit first: the same all day in Korea but for "
		     "those who hide, were blocked or asked.",
	      .fails = {ME_FAILS}),
	ROUTE(dating_compatibility, dating_fit_in, dating_fit_out, .on = {"GET /matches/{user_id}/compatibility"},
	      DATING, .rate = RATE_READ, .cache = CACHE_PRIVATE, .statements = 2,
	      .doc = "How somebody and I fit by our pillars.",
	      .fails = {ME_FAILS, E_MATCH_SELF_SCORE, E_MATCH_NO_USER}),
	ROUTE(dating_request, dating_ask_in, dating_match_out, .on = {"POST /matches/request"}, ASK,
	      .doc = "Ask somebody for a conversation. If they asked me before, that is accepted."),
	ROUTE(dating_request_at, dating_fit_in, dating_match_out, .on = {"POST /chat/request/{user_id}"}, ASK,
	      .doc = "The same, with the person in the path."),
	ROUTE(dating_accept, dating_accept_in, dating_match_out, .on = {"POST /matches/{match_id}/accept"}, DATING,
	      .rate = RATE_WRITE, .statements = 10,
	      .doc = "Accept a request; opens our chat. Accepting again gives the same answer.",
	      .fails = {E_MATCH_NO_REQUEST, E_MATCH_ANSWERED, E_MATCH_EXPIRED}),
	ROUTE(dating_fortune_today, nothing, fortune_out, .on = {"GET /fortune/today"}, DATING, .rate = RATE_READ,
	      .cache = CACHE_PRIVATE, .statements = 2, .doc = "What today holds for me, by my day of birth.",
	      .fails = {ME_FAILS}),
};

extern const struct stmt *const dating_stmts[];
const struct domain dating_domain = {
	.name = "dating",
	.doc = "The people of the day, requests and today's fortune of the dating app",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = dating_stmts,
};
