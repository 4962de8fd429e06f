/*
 * What open sockets shall see. A rule says it after its transaction; it leaves for Redis when the
 * answer is out, without waiting, and the gateways pass it on. It may be lost: whatever must not be
 * is in MariaDB, and sockets find out by sequence numbers or ask again.
 */
#ifndef DOMAIN_LIVE_H
#define DOMAIN_LIVE_H

#include "base/ctx.h"
#include "base/shape.h"

enum live_to {
	LIVE_USER, /* every socket of a user */
	LIVE_ROOM, /* whoever has subscribed to a chat room */
	LIVE_CALL, /* whoever holds sockets of a call room */
	LIVE_STUDY, /* whoever is in a study group */
	LIVE_ALL,
};

struct live {
	enum live_to to;
	uint64_t id;	   /* of the user or room (a call room's key) */
	const char *event; /* "chat.message", at most 47 characters; the gateway knows which destination or
			      name that is */
	int64_t seq;	   /* number within the room, or 0 */
};

/* data is rendered by its shape at once. Outside any db_tx() function: those may run twice. */
void live_post(struct ctx *c, struct live l, const struct shape *s, const void *data);

/* Sends what was posted. At the end of a request or job; before the answer where news of what the same client does
 * next, through another worker, must not overtake it. */
void live_flush(struct ctx *c);
#endif
