/* What gateways ask for the sockets of call rooms: only of this machine, and nginx hides it. */
#include "base/address.h"
#include "domain/registry.h"
#include "domain/room/room.h"
#include "kv/gate.h"

#define SEAT_IN(F, S)                                                                              \
	F(S, STR, roomId, .from = FROM_PATH, .min = 1, .max = 128, .fmt = FMT_WORD)                \
	F(S, STR, gateway, .required = true, .min = 16, .max = 16, .fmt = FMT_HEX)                 \
	F(S, STR, socket, .required = true, .min = 1, .max = 32)                                   \
	F(S, STR, userId, .required = true, .min = 1, .max = 64)

#define ROOM_ENTER_IN(F, S)                                                                        \
	SEAT_IN(F, S)                                                                              \
	F(S, STR, userName, .max = 100, .trim = true, .dflt = "Anonymous")                         \
	F(S, ID, loginId, .lax = true, .doc = "the account whose token came with the socket; userId must be it") \
	F(S, STR, address, .max = 46, .doc = "of the client")                                      \
	F(S, BOOL, again, .dflt = "false", .doc = "the socket had a seat: not counted for the limit of calls")
SHAPE(room_enter_in, ROOM_ENTER_IN)

#define ROOM_LEAVE_IN(F, S)                                                                        \
	SEAT_IN(F, S)                                                                              \
	F(S, BOOL, dropped, .dflt = "false", .doc = "the connection was lost: the seat is kept for 10 s") \
	F(S, INT, messages, .max = 1000000000, .dflt = "0")                                        \
	F(S, INT, errors, .max = 1000000000, .dflt = "0")
SHAPE(room_leave_in, ROOM_LEAVE_IN)

#define ROOM_STATE_IN(F, S)                                                                        \
	SEAT_IN(F, S)                                                                              \
	F(S, BOOL, audioEnabled)                                                                   \
	F(S, BOOL, videoEnabled)                                                                   \
	F(S, BOOL, isScreenSharing)
SHAPE(room_state_in, ROOM_STATE_IN)

#define ROOM_SEAT_LEFT_OUT(F, S)                                                                   \
	F(S, BOOL, success)                                                                        \
	F(S, BOOL, left, .doc = "that socket had the seat")
SHAPE(room_seat_left_out, ROOM_SEAT_LEFT_OUT)

#define ROOM_STATE_OUT(F, S) F(S, OBJ(room_person_out), participant)
SHAPE(room_state_out, ROOM_STATE_OUT)

#define SEAT(in)                                                                                   \
	(struct room_seat)                                                                         \
	{                                                                                          \
		.room_id = (in)->roomId, .gateway = (in)->gateway, .socket = (in)->socket,         \
		.user_id = (in)->userId                                                            \
	}

/* As joining by REST, but for itself: the shipped client does both. */
static enum status may_open(struct ctx *c, const struct room_enter_in *in, const char *address)
{
	const char *who = in->loginId ? arena_printf(c->arena, "ws:u%llu", (unsigned long long)in->loginId)
				      : arena_printf(c->arena, "ws:%s", address);
	struct gate_answer limit;

	if (gate_take(c, RATE_CALL, who, &limit))
		return OK;
	c->retry_after = (int)(limit.retry_ms / 1000 + 1);
	return fail(c, E_RATE_LIMITED, "too many sockets of calls");
}

/* Who shows a token is who it says; everybody else is a guest, whatever they call themselves. */
HANDLER(room_enter_post, struct room_enter_in, struct room_entered_out)
{
	struct ctx *c = &r->ctx;
	const struct room_seat seat = SEAT(in);

	if (in->loginId &&
	    strcmp(in->userId, arena_printf(c->arena, "%llu", (unsigned long long)in->loginId)) != 0) {
		fail_field(c, "userId", "login", say(c, "로그인한 사용자와 다릅니다", "is not whose token it is"));
		return E_VALIDATION;
	}
	const struct room_visitor who = {
		.name = in->userName,
		.account = in->loginId,
		.address = in->address ? address_owner(c->arena, in->address) : NULL,
	};
	enum status st = who.address && !in->again ? may_open(c, in, who.address) : OK;

	return st == OK ? room_enter(c, &seat, &who, out) : st;
}

HANDLER(room_leave_internal, struct room_leave_in, struct room_seat_left_out)
{
	const struct room_exit x = {
		.seat = SEAT(in),
		.dropped = in->dropped,
		.messages = in->messages,
		.errors = in->errors,
	};

	out->success = true;
	return room_leave(&r->ctx, &x, &out->left);
}

static int change(bool to, unsigned char has)
{
	return has == GIVEN ? to : -1;
}

HANDLER(room_state_post, struct room_state_in, struct room_state_out)
{
	const struct room_seat seat = SEAT(in);
	const struct room_state now = {
		.audio = change(in->audioEnabled, in->has.audioEnabled),
		.video = change(in->videoEnabled, in->has.videoEnabled),
		.screen = change(in->isScreenSharing, in->has.isScreenSharing),
	};
	struct room_person_out *who = arena_new_of(r->ctx.arena, struct room_person_out);

	out->participant = who;
	return room_change(&r->ctx, &seat, &now, who);
}

static const struct route routes[] = {
	ROUTE(room_enter_post, room_enter_in, room_entered_out, .on = {"POST /internal/rooms/{roomId}/enter"},
	      .auth = AUTH_OPERATOR, .statements = 2,
	      .doc = "Take a seat for a socket; the room is made if there is none.",
	      .fails = {E_ROOM_FULL, E_ROOM_SEAT_HELD, E_ROOM_KICKED, E_SESSION_NONE}),
	ROUTE(room_leave_internal, room_leave_in, room_seat_left_out,
	      .on = {"POST /internal/rooms/{roomId}/leave"}, .auth = AUTH_OPERATOR, .statements = 1,
	      .doc = "Give the seat of a socket back; nothing if it has none (any more)."),
	ROUTE(room_state_post, room_state_in, room_state_out, .on = {"POST /internal/rooms/{roomId}/state"},
	      .auth = AUTH_OPERATOR, .statements = 1, .doc = "What a socket sends: sound, picture, its screen.",
	      .fails = {E_ROOM_NO_SEAT}),
};

extern const struct stmt *const room_stmts[];
const struct domain room_internal_domain = {
	.name = "rooms of gateways",
	.doc = "Seats of sockets in call rooms; for the gateways of this machine",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = room_stmts,
};
