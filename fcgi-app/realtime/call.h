/* What the files of the call rooms' skin share. */
#ifndef REALTIME_CALL_H
#define REALTIME_CALL_H

#include "base/buf.h"
#include "json/cut.h"
#include "realtime/circle.h"
#include "realtime/pool.h"
#include "realtime/sock.h"

enum {
	CALL_FRAME_MAX = 128 << 10, /* a session description */
	CALL_ROOM_MAX = 128,
	CALL_NAME_MAX = 100, /* characters */
};

struct call;
struct entry;
struct gateway;
struct newcomer;
struct pair;
struct toggle;

/* As the pool knows it. */
struct call_seat {
	char room[CALL_ROOM_MAX + 1], socket[17], user[PEER_MAX + 1];
};

struct session {
	struct call_seat seat;
	char name[CALL_NAME_MAX * 4 + 1];
	struct place *place; /* NULL: no seat (yet) */
	bool doubtful;	     /* it may have lost that seat */
	struct entry *entry;
	struct call *call;
	const struct toggle *toggle; /* that is being answered */
	bool listed, again;  /* it has asked who is there; it asks once more */
	bool may_record;
	struct newcomer *newcomers;
	struct pair *pairs; /* to whom it has said something to connect with them */
	unsigned messages, errors;
};

/* ---- messages out: begun with a type, finished and sent ---- */
struct buf call_buf(const struct sock *s);
struct buf call_message(const struct sock *s, const char *type);
void call_add_cut(struct buf *b, const char *name, struct cut v);
void call_send(struct sock *s, struct buf *b);
void call_complain(struct sock *s, const char *ko, const char *en);

/* Finishes it; every peer that is meant gets it as it stands, or does something with it: see heard().
 * Complains when it is too large. */
void call_tell(struct sock *s, const char *to, const char *event, struct buf *b);

/* ---- call_seats.c ---- */
/* The beginning of every question's body. */
struct buf call_body(struct gateway *gw, const struct call_seat *seat);
/* more: what is not the same in all of them. */
struct call *call_ask(struct gateway *gw, const char *room, const char *verb, struct buf *body,
		      struct ask more);

struct call_exit {
	bool dropped; /* the connection was lost */
	unsigned messages, errors;
};

/* Sooner or later: nobody sits there, but the pool may think so. */
void call_give_back(struct gateway *gw, const struct call_seat *seat, const struct call_exit *how);

/* For presence.c: a few times a second. */
void calls_tick(struct gateway *gw);

/* When seats may have been taken away unheard: the pool took this gateway for dead, or Redis is away. They are looked
 * for, one after the other; who has lost one asks for it again, or is refused. */
void calls_doubt(struct gateway *gw);
bool calls_settled(void); /* no seat is left to give back */

/* For the hub: somebody was put out of a room. The socket may have no place in the room's circle yet, since the news
 * can be here before the pool's answer that it is seated. */
void calls_kicked(struct gateway *gw, struct cut told);

/* ---- call_session.c ---- */
extern const struct skin call_room;

/* Asks for its seat: at the beginning, or because the pool has taken it away. */
void call_enter(struct sock *s);

/* The text of a JSON string that may be a peer's name; false: it is none. */
bool call_peer(const struct sock *s, struct cut v, char out[PEER_MAX + 1]);

/*
 * Offers that cross. Of two, exactly one must arrive: the other side then takes its own back by itself (as
 * setRemoteDescription() does) and answers. False: this one is not sent; it complained if there were too many.
 */
bool call_may_offer(struct sock *s, const char *to);
void call_answered(struct sock *s, const char *peer); /* by whichever side */

/* ---- call_messages.c ---- */
size_t call_read(struct sock *s, char *data, size_t n);
#endif
