/*
 * Who hears what. Knows the users that are connected here, the rooms and study groups they sit in and the newest
 * number of each; hands on what comes over the bus, messages of a room in order and without a gap.
 */
#ifndef REALTIME_HUB_H
#define REALTIME_HUB_H

#include "realtime/gateway.h"
#include "realtime/presence.h"
#include "realtime/sock.h"

#include <uthash.h>

struct room;
struct seat;

/* Rooms with numbered messages. */
enum room_kind {
	OF_CHAT,
	OF_STUDY, /* what is said in a study group: to the places of its circle, but for sockets that subscribe */
	ROOM_KINDS,
};

/* Somebody with at least one socket here. */
struct user {
	uint64_t id;
	struct gateway *gw;
	struct sock *socks;
	unsigned n_socks, n_all; /* n_all: subscriptions to T_ALL_MESSAGES */
	struct seat *seats; /* rooms they sit in; known once `loaded` */
	bool loaded, ask_again;
	enum told told; /* of presence.c */
	uint64_t loading; /* number of the question for their seats that is under way; 0: none */
	bool answered;	  /* it told of them */
	bool queued;	  /* for the next one */
	struct user *prev_queued, *next_queued;
	int64_t load_second; /* when they were asked for last, and how often in that second */
	unsigned loads;
	char *name, *picture, *email; /* known once `loaded` */
	UT_hash_handle hh;
};

/* What a subscription is about. */
enum topic {
	/* of a room; only for those who sit in it */
	T_MESSAGES, T_TYPING, T_READS, T_DELIVERIES,
	/* of a user */
	T_ALL_MESSAGES, /* of all rooms they sit in, where the same socket has no subscription of its own */
	T_ROOMS, T_LEFT, T_ERRORS, T_MATCHES, T_NOTES, T_MATCHING, T_SESSIONS, T_CHATS,
	T_STARTED, /* a session of theirs */
	/* of all */
	T_PUBLIC_ROOMS, T_SYSTEM, T_URGENT,
	TOPICS,
};

enum sub_state {
	SUB_WAITS,	/* whether they sit in the room is being asked */
	SUB_DENIED,	/* they do not */
	SUB_CATCHES_UP, /* what they missed is being fetched */
	SUB_LIVE,
};

/* Made and freed by the skin. */
struct sub {
	struct sock *sock;
	enum topic topic;
	enum room_kind kind;
	uint64_t room_id; /* 0: not of a room */
	int64_t after;	  /* the last number it has seen; -1: it asks for nothing that is past */

	/* of the hub */
	enum sub_state state;
	struct room *room;
	struct call *call;
	struct sub *prev_of_room, *next_of_room;

	/* of the socket and the skin */
	struct sub *next; /* of the socket */
	char *id, *head, *receipt; /* of the protocol */
};

/* Everyone who is connected here: the rest by ->hh.next. */
struct user *hub_users(const struct hub *h);
struct user *hub_user(const struct hub *h, uint64_t id); /* NULL: not here */
size_t hub_n_users(const struct hub *h);
size_t hub_n_rooms(const struct hub *h);

struct hub *hub_open(struct gateway *gw);
void hub_close(struct hub *h);

enum { TOKEN_MAX = 2000 };

enum admission { ADMITTED, NO_LOGIN, NOT_THAT_USER, TOO_MANY };

/* The socket says who it is, by an access token (NULL: it has none). claimed: whose it says that is, or NULL. */
enum admission hub_admit(struct sock *s, const char *token, const uint64_t *claimed);

/* The socket has said who it is (s->who). False: that user has too many. */
bool hub_enter(struct sock *s);
void hub_leave(struct sock *s);

/* sub stands in its socket's list. A subscription to a room one does not sit in stays silent. */
void hub_subscribe(struct sub *sub);
void hub_unsubscribe(struct sub *sub);

/* Whether the user is known to sit in the room; an active member of a study group does. */
bool hub_sits_in(const struct user *u, enum room_kind kind, uint64_t room_id);

/* Asks for the rooms the user sits in (again). */
void hub_load(struct user *u);

/* What an event is to those who listen; TOPICS: to nobody. */
enum topic topic_of(const char *event);
void sub_tell(struct sub *sub, const struct said *what);

/* The bus is down: who answered must tell those here. */
bool hub_is_blind(const struct hub *h);

/* A message over the bus (see domain/live/live.c), or the same from the pool's answer while the bus is down. */
void hub_hear(struct hub *h, const char *text, size_t n);
void hub_bus_changed(struct hub *h, bool up);

/* The sending of a message was answered: while the bus is down, that is how others here hear of it. */
void hub_sent(struct hub *h, enum room_kind kind, uint64_t room_id, int64_t seq, const char *data, size_t n);

/* Closes the sockets of ended logins. */
void hub_login_ended(struct hub *h, uint64_t session_id);
void hub_second(struct hub *h);
#endif
