/*
 * Call rooms: who is in a room, and what everybody knows of it. The sockets themselves are held by
 * gateways, which take and give back seats here; the media goes between the browsers.
 *
 * A seat is taken while its gateway is alive and its socket open, and for ROOM_GRACE_S after a
 * connection was lost: then it is kept for the same userId. Rooms that nobody uses vanish by themselves.
 */
#ifndef DOMAIN_ROOM_H
#define DOMAIN_ROOM_H

#include "base/ctx.h"
#include "domain/room/room_shapes.h"

enum { ROOM_SEATS_MIN = 2, ROOM_SEATS_MAX = 10, ROOMS_MAX = 100 };

/* ---- for clients -------------------------------------------------------------------------- */

struct room_plan {
	const char *type; /* audio, video */
	int64_t seats;
	const char *metadata; /* JSON */
	bool listed, recording;
	const char *ends; /* when a planned call ends, as the client wrote it; NULL: it is not planned */

	/* of a room whose id is that of a session */
	uint64_t host;	  /* who planned it; 0: nobody did, or whoever creates the room */
	const char *card; /* what the session says of itself to the caller, JSON; NULL: no session is to come */
	bool shut;	  /* the caller is none of its people */
};

MUST_USE enum status room_create(struct ctx *c, const struct room_plan *p, struct room_created_out *out);

/* Of an id nobody has used yet: what it would be. */
MUST_USE enum status room_info(struct ctx *c, const char *room_id, struct room_out *out);

/* Whether user_id may enter; makes the room if there is none. E_ROOM_FULL, E_ROOM_KICKED, and of a session that is not
 * public E_SESSION_NONE for accounts of others. Takes no seat. address: of the client, as in room_relays(). */
MUST_USE enum status room_join(struct ctx *c, const char *room_id, const char *user_id, const char *address,
			       struct room_joined_out *out);

/* Gives user_id's seat back, and has its socket closed. Of an account only by that account. */
MUST_USE enum status room_part(struct ctx *c, const char *room_id, const char *user_id);

/*
 * For the account that created the room, or planned its session: gives user_id's seat back, has its sockets closed, and
 * keeps it out while the room is there, as well as all guests of its address. Once more is no failure: it is only told
 * again. E_ROOM_NONE, E_ROOM_NOT_HOST, E_ROOM_NOBODY, E_ROOM_KICK_SELF.
 */
MUST_USE enum status room_kick(struct ctx *c, const char *room_id, const char *user_id);

/* Rooms in use or waiting, the one used last first; all: those that are not listed too. */
MUST_USE enum status room_list(struct ctx *c, bool all, struct list *out);

/* E_ROOM_NONE; of a room that an account created, for everybody else too. */
MUST_USE enum status room_set(struct ctx *c, const struct room_settings_in *in);

/* E_ROOM_NONE. */
MUST_USE enum status room_metrics(struct ctx *c, const char *room_id, struct room_metrics_out *out);

/* OK, E_ROOM_NONE, or E_ROOM_NO_RECORDING. owner: whose file a recording is, the caller's or else that of the
 * account which created the room; nobody's is not stored. */
MUST_USE enum status room_may_record(struct ctx *c, const char *room_id, uint64_t *owner);

/* ---- relays ------------------------------------------------------------------------------- */

struct room_relays {
	struct list stun, turn; /* addresses, const char * */
	const char *username, *credential; /* NULL: no relays for this caller */
	int64_t ttl; /* s */
};

/* E_ROOM_KICKED. address: of the client, by its owner; credentials of guests are tied to it. */
MUST_USE enum status room_relays(struct ctx *c, const char *room_id, const char *address,
				 struct room_relays *out);

/* ---- for gateways ------------------------------------------------------------------------- */

struct room_seat {
	const char *room_id, *gateway, *socket, *user_id;
};

struct room_visitor {
	const char *name;
	uint64_t account;    /* whose token came with the socket; 0: none */
	const char *address; /* as in room_relays(), or NULL */
};

/* E_ROOM_FULL, E_ROOM_SEAT_HELD, E_ROOM_KICKED, E_SESSION_NONE as of joining. */
MUST_USE enum status room_enter(struct ctx *c, const struct room_seat *s, const struct room_visitor *who,
				struct room_entered_out *out);

struct room_exit {
	struct room_seat seat;
	bool dropped; /* the connection was lost: the seat is kept for a while */
	bool dead;    /* only if its gateway still does not beat */
	int64_t messages, errors;
};

/* *left: it had the seat. */
MUST_USE enum status room_leave(struct ctx *c, const struct room_exit *x, bool *left);

/* What changed, or -1. */
struct room_state {
	int audio, video, screen;
};

/* E_ROOM_NO_SEAT. */
MUST_USE enum status room_change(struct ctx *c, const struct room_seat *s, const struct room_state *now,
				 struct room_person_out *out);
#endif
