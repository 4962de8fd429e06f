/* Who is there: what people choose and ask, and the beat of gateways. */
#include "domain/presence/presence.h"
#include "domain/registry.h"

#define COUNT_IN(F, S, name) F(S, INT, name, .min = 0, .max = INT64_MAX / 2, .dflt = "0")
#define BEAT_IN(F, S)                                                                              \
	F(S, STR, gateway, .from = FROM_PATH, .min = 16, .max = 16, .fmt = FMT_HEX)                \
	COUNT_IN(F, S, sockets)                                                                    \
	COUNT_IN(F, S, users)                                                                      \
	COUNT_IN(F, S, queuedBytes)                                                                \
	COUNT_IN(F, S, inBytes)                                                                    \
	COUNT_IN(F, S, rooms)                                                                      \
	COUNT_IN(F, S, calls)                                                                      \
	COUNT_IN(F, S, poolWaiting)                                                                \
	F(S, BOOL, draining, .dflt = "false")                                                      \
	F(S, INTS, online, .max = PRESENCE_BATCH, .doc = "who has a first socket there since the last beat") \
	F(S, INTS, offline, .max = PRESENCE_BATCH, .doc = "who has none left")
SHAPE(beat_in, BEAT_IN)

#define BEAT_OUT(F, S)                                                                             \
	F(S, BOOL, success)                                                                        \
	F(S, BOOL, known, .doc = "false: everybody who is connected must be reported again")
SHAPE(beat_out, BEAT_OUT)

#define CHOICE_IN(F, S)                                                                            \
	F(S, STR, deviceInfo, .max = 200)                                                          \
	F(S, STR, sessionId, .aka = "currentSessionId", .max = 128)
SHAPE(choice_in, CHOICE_IN)

#define STATUS_IN(F, S)                                                                            \
	F(S, STR, status, .required = true, .one_of = "ONLINE OFFLINE AWAY STUDYING")              \
	CHOICE_IN(F, S)
SHAPE(status_in, STATUS_IN)

#define STATUS_OF_IN(F, S) F(S, ID, userId, .from = FROM_PATH)
SHAPE(status_of_in, STATUS_OF_IN)

#define STATUS_BATCH_IN(F, S)                                                                      \
	F(S, INTS, userIds, .aka = "ids", .bare = true, .required = true, .lax = true, .max = 100)
SHAPE(status_batch_in, STATUS_BATCH_IN)

#define STATUS_CITY_IN(F, S) F(S, STR, city, .from = FROM_PATH, .min = 1, .max = 40)
SHAPE(status_city_in, STATUS_CITY_IN)

HANDLER(gateway_beat, struct beat_in, struct beat_out)
{
	const struct presence_beat b = {
		.gateway = in->gateway,
		.sockets = in->sockets,
		.users = in->users,
		.queued_bytes = in->queuedBytes,
		.in_bytes = in->inBytes,
		.rooms = in->rooms,
		.calls = in->calls,
		.pool_waiting = in->poolWaiting,
		.draining = in->draining,
		.online = {in->online.v, in->online.n},
		.offline = {in->offline.v, in->offline.n},
	};

	out->success = true;
	return presence_beat(&r->ctx, &b, &out->known);
}

HANDLER(presence_status_post, struct status_in, struct presence_out)
{
	const struct presence_choice p = {in->status, in->deviceInfo, in->sessionId};

	return presence_choose(&r->ctx, &p, out);
}

/* arg: the status the address stands for; none: just here. */
HANDLER(presence_choice_post, struct choice_in, struct presence_out)
{
	const struct presence_choice p = {r->route->arg, in->deviceInfo, in->sessionId};

	return presence_choose(&r->ctx, &p, out);
}

HANDLER(presence_me_get, struct nothing, struct presence_out)
{
	return presence_one(&r->ctx, r->ctx.me.user_id, out);
}

HANDLER(presence_of_get, struct status_of_in, struct presence_out)
{
	return presence_one(&r->ctx, in->userId, out);
}

HANDLER(presence_batch_post, struct status_batch_in, struct presences_out)
{
	return presence_of(&r->ctx, in->userIds.v, in->userIds.n, AS_LIST(&out->items));
}

/* arg: the status of those to list; none: whoever is not offline. */
HANDLER(presence_list_get, struct nothing, struct presences_out)
{
	return presence_list(&r->ctx, r->route->arg, NULL, AS_LIST(&out->items));
}

HANDLER(presence_city_get, struct status_city_in, struct presences_out)
{
	return presence_list(&r->ctx, NULL, in->city, AS_LIST(&out->items));
}

HANDLER(presence_count_get, struct nothing, struct presence_count_out)
{
	return presence_count(&r->ctx, out);
}

#define CHOICE(what, status, text, ...)                                                            \
	{.name = "presence_" #what, .call = presence_choice_post_call, .in = &choice_in_shape,     \
	 .out = &presence_out_shape, .on = {__VA_ARGS__}, .arg = status, .auth = AUTH_USER,        \
	 .rate = RATE_WRITE, .statements = 2, .doc = text, .fails = {E_USER_NOT_FOUND}}
#define LISTED(what, status, text, path)                                                           \
	{.name = "presence_" #what, .call = presence_list_get_call, .in = &nothing_shape,          \
	 .out = &presences_out_shape, .on = {path}, .arg = status, .auth = AUTH_USER,              \
	 .rate = RATE_READ, .statements = 1, .doc = text}
#define MOST " At most 100, of the 2,000 who came last."

static const struct route routes[] = {
	ROUTE(presence_status_post, status_in, presence_out,
	      .on = {"POST /presence/presence/status", "POST /presence/status"}, .auth = AUTH_USER,
	      .rate = RATE_WRITE, .statements = 2, .fails = {E_USER_NOT_FOUND},
	      .doc = "Say what one is. OFFLINE holds, whatever is connected, until something else is said or touched."),
	ROUTE(presence_me_get, nothing, presence_out,
	      .on = {"GET /presence/presence/status", "GET /presence/status", "GET /users/status/me"},
	      .auth = AUTH_USER, .rate = RATE_READ, .statements = 1, .doc = "What others see of me.",
	      .fails = {E_USER_NOT_FOUND}),
	CHOICE(touch, NULL, "Say that one is there: without a socket that holds for ten minutes.",
	       "POST /presence/presence/touch", "POST /presence/touch"),
	CHOICE(offline, "OFFLINE", "Be OFFLINE.", "POST /presence/presence/offline", "POST /presence/offline",
	       "POST /users/status/offline"),
	CHOICE(online, "ONLINE", "Be ONLINE.", "POST /users/status/online"),
	CHOICE(studying, "STUDYING", "Be STUDYING; so is who sits in a call.", "POST /users/status/studying"),
	CHOICE(away, "AWAY", "Be AWAY; after 15 minutes without a touch that is OFFLINE.", "POST /users/status/away"),
	ROUTE(presence_of_get, status_of_in, presence_out, .on = {"GET /users/status/{userId}"}, .auth = AUTH_USER,
	      .rate = RATE_READ, .statements = 1, .fails = {E_USER_NOT_FOUND},
	      .doc = "Whether somebody is there. Who may not be seen by the caller is OFFLINE."),
	ROUTE(presence_batch_post, status_batch_in, presences_out, .on = {"POST /users/status/batch"},
	      .auth = AUTH_USER, .rate = RATE_READ, .statements = 1,
	      .doc = "The same of up to 100, in their order, without those who do not exist."),
	LISTED(list_online, NULL, "Who is there, the last to come first." MOST, "GET /users/status/online"),
	LISTED(list_studying, "STUDYING", "Who is STUDYING." MOST, "GET /users/status/studying"),
	ROUTE(presence_city_get, status_city_in, presences_out, .on = {"GET /users/status/city/{city}"},
	      .auth = AUTH_USER, .rate = RATE_READ, .statements = 1,
	      .doc = "Who is there and shows that they live in a city, named in Korean or English." MOST),
	ROUTE(presence_count_get, nothing, presence_count_out, .on = {"GET /users/status/count"},
	      .auth = AUTH_USER, .rate = RATE_SEARCH, .statements = 1,
	      .doc = "How many are there; at most 10,000 connected and 10,000 others are counted."),
	ROUTE(gateway_beat, beat_in, beat_out, .on = {"POST /internal/gateways/{gateway}/beat"},
	      .auth = AUTH_OPERATOR, .statements = 1,
	      .doc = "A gateway is alive, and who has come and gone there since its last beat."),
};

extern const struct stmt *const presence_stmts[];
extern const struct schedule presence_schedules[];
const struct domain presence_domain = {
	.name = "presence",
	.doc = "Who is there",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = presence_stmts,
	.schedules = presence_schedules,
};
