/* What the files of the call rooms' skin share. */
#ifndef REALTIME_CALL_H
#define REALTIME_CALL_H

#include "base/buf.h"
#include "json/cut.h"
#include "json/jin.h"
#include "realtime/circle.h"
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

struct session {
	char room[CALL_ROOM_MAX + 1], socket[17];
	char user[PEER_MAX + 1], name[CALL_NAME_MAX * 4 + 1];
	struct place *place; /* NULL: no seat (yet) */
	struct entry *entry;
	struct call *call;
	const char *toggled; /* the type of the toggle that is being answered */
	bool listed, again;  /* it has asked who is there; it asks once more */
	bool may_record;
	struct newcomer *newcomers;
	struct pair *pairs; /* with whom it has exchanged offers */
	unsigned messages, errors;
};

/* ---- messages out: begun with a type, finished and sent ---- */
struct buf call_buf(const struct sock *s);
struct buf call_message(const struct sock *s, const char *type);
void call_add(struct buf *b, const char *name, const char *text);
void call_add_cut(struct buf *b, const char *name, struct cut v);
void call_send(struct sock *s, struct buf *b);
void call_complain(struct sock *s, const char *ko, const char *en);

/* Finishes it, and what every peer that is meant gets as it stands, or does something with: see heard(). */
void call_tell(struct sock *s, const char *to, const char *event, struct buf *b);

/* ---- asking the pool ---- */
/* The beginning of every question's body. */
struct buf call_seat(const struct sock *s);
struct call *call_ask(struct gateway *gw, const char *room, const char *verb, enum lang lang, struct buf *body,
		      void (*fn)(void *, int, const char *, size_t), void *arg);

/* The text of a JSON string that is a peer's name; false: it is none. */
bool call_peer(const struct sock *s, struct cut v, char out[PEER_MAX + 1]);

/*
 * Offers that cross. Of two, exactly one must arrive: the other side then takes its own back by itself (as
 * setRemoteDescription() does) and answers. False: this one is not sent, or not handed on.
 */
bool call_may_offer(struct sock *s, const char *to);
bool call_may_hear_offer(struct sock *s, const char *from);
void call_answered(struct sock *s, const char *peer); /* by whichever side */
void call_forget_pair(struct session *x, const char *peer); /* NULL: all */

/* ---- call_messages.c ---- */
size_t call_read(struct sock *s, char *data, size_t n);
#endif
