/*
 * Circles: sockets that hear each other, whichever gateway holds them. A study group's room and a call are
 * one each. Nothing of a circle is kept anywhere: it is there while somebody is in it.
 */
#ifndef REALTIME_CIRCLE_H
#define REALTIME_CIRCLE_H

#include "realtime/sock.h"

enum { CIRCLE_NAME_MAX = 160, PEER_MAX = 64 };

struct circle;
struct circles;

/* A socket's place in a circle. */
struct place {
	struct sock *sock;
	struct circle *circle;
	struct place *prev, *next; /* in the circle */
	struct place *next_of_sock;
	char peer[PEER_MAX + 1]; /* what the others call it; no control characters */
};

/* To whom: one of them by its name, or these. */
#define TO_OTHERS ""
#define TO_ALL "*"

struct circles *circles_open(void);
void circles_close(struct circles *all);
size_t circles_calls(const struct circles *all); /* how many are calls, of whichever kind */

/* name: kind and id, "study:5". The place is given up with circle_leave(), at the latest in closed(). */
struct place *circle_enter(struct sock *s, const char *name, const char *peer);
void circle_leave(struct place *p);
struct place *circle_place(const struct sock *s, const char *name);
const char *circle_name(const struct place *p);
struct place *circle_first(const struct place *p); /* of those here; the rest by ->next */

/* Everyone it goes to, here and elsewhere, gets its skin's heard() in the order of what one peer says. to may
 * name one peer. False: it is too large, nobody gets it. */
bool circle_say(struct gateway *gw, const char *circle, const char *from, const char *to, const char *event,
		const char *json, size_t n);

/* For the hub: what another gateway's circle_say() sent; what the pool tells to a circle. */
void circles_hear(struct circles *all, const char *text, size_t n);
void circles_told(struct circles *all, const char *name, const struct said *what);
bool circles_has(const struct circles *all, const char *name); /* somebody here is in it */
#endif
