/*
 * Sockets: whoever is connected, with a bounded queue out, a bounded buffer in, and a skin, which is the
 * protocol spoken on it. What carries a socket is wire.h's, or engine.h's while it polls.
 */
#ifndef REALTIME_SOCK_H
#define REALTIME_SOCK_H

#include "base/conf.h"
#include "base/ctx.h"

#include <sys/uio.h>

struct engine;
struct gateway;
struct place;
struct sock;
struct sub;
struct user;
struct wire;

enum {
	MESSAGE_END = 0x1e,	/* no JSON has that byte in it */
	WIRE_ROOM = 16,		/* what libwebsockets wants before a text */
	FIRST_MAX = 32 << 10,	/* bytes of a frame before a login */
};

/* Close codes (RFC 6455 §7.4.1). */
enum close_code {
	CLOSE_NORMAL = 1000,
	CLOSE_AWAY = 1001,    /* the page is left */
	CLOSE_POLICY = 1008,  /* not authorised, or a limit */
	CLOSE_TOO_BIG = 1009,
	CLOSE_RESTART = 1012, /* come back: another process takes over */
	CLOSE_LATER = 1013,   /* it does not read what it is sent: come back and ask for what is missing */
};

/* What becomes of a message when its reader is slow. */
enum weight {
	MUST_ARRIVE, /* the socket is closed with CLOSE_LATER rather than that one is missing */
	MAY_DROP,    /* typing, presence: dropped while others wait already */
};

/* Something that happened, as it came over the bus. */
struct said {
	const char *event; /* "chat.message" */
	int64_t seq;	   /* within its room, or 0 */
	uint64_t room;	   /* or study group, or 0 */
	const char *data;  /* JSON */
	size_t n;
};

/* A protocol. */
struct skin {
	const char *path;    /* of the request that opens it; "*" is one segment */
	bool engine;	     /* Engine.IO: it may also poll */
	bool marked;	     /* what it reads has MESSAGE_END behind each message */
	size_t frame_max;    /* bytes of one frame in */
	bool login;	     /* nobody has a use for it without one: little is read before */
	unsigned frames_max; /* handled a second; more wait for the next one */
	int64_t beat_s;	     /* between two heart-beats, less than WHEEL */
	int64_t silent_s;    /* after which nobody is there any more; seen at a heart-beat */
	/* Why the request is refused, or OK; may be NULL. */
	enum status (*refuse)(const struct wire *asking);
	void (*opened)(struct sock *s, const struct wire *asking);
	/* Takes what is complete in what came, always whole messages, while sock_takes(); returns the bytes
	 * that are done with. Called again with the rest. */
	size_t (*read)(struct sock *s, char *data, size_t n);
	/* Its own heart-beat is due; false: none that is answered, so a ping of the WebSocket is sent. */
	bool (*beat)(struct sock *s);
	/* For a subscription of this socket. */
	void (*tell)(struct sub *sub, const struct said *what);
	/* Whether it will be told anything is known now; not granted: it does not sit in the room. */
	void (*settled)(struct sub *sub, bool granted);
	void (*closed)(struct sock *s);
	/* Something was said in a circle of this socket; from: the peer, "" for the pool. NULL: it is in none. */
	void (*heard)(struct place *p, const char *from, const struct said *what);
	/* What its user may hear is known, or known anew; may be NULL. */
	void (*known)(struct sock *s);
};

struct item {
	struct item *next;
	uint64_t room; /* whose message it is, and its number; 0: none */
	int64_t seq;
	size_t n;
	char data[]; /* WIRE_ROOM bytes, then the text */
};

/* How often something happened in one second. */
struct tally {
	int64_t second; /* monotonic */
	unsigned n;
};

struct sock {
	struct gateway *gw;
	struct wire *wire;     /* the WebSocket that carries it; NULL: it polls */
	struct engine *engine; /* while it polls, or may move from there */
	const struct skin *skin;
	void *own; /* of the skin */

	struct user *user; /* NULL until it has said who it is */
	struct identity who;
	struct sock *prev_of_user, *next_of_user;
	struct sub *subs;
	struct place *places; /* in circles */

	char ip[46];
	enum lang lang;
	bool closing; /* nothing is read or queued any more */
	bool said_bye;
	bool left;    /* it said goodbye itself */
	bool busy;    /* the skin takes no frames now */
	bool held;    /* what it may have handled in this second was */
	bool reading; /* its skin's read() runs */
	bool ping;    /* one of the WebSocket is to be sent, behind what is queued */
	enum close_code code;

	struct item *first, *last; /* to be sent */
	const struct said *telling; /* a message of a room, that what is queued now is of */
	size_t queued;		   /* bytes of them */
	char *in;		   /* what came; from `done` on it is not done with */
	size_t done, n_in, size_in;
	bool whole; /* it ends with a complete message */

	struct sock *prev_beat, *next_beat; /* in the wheel's slot */
	unsigned slot;
	int64_t beat_at, heard; /* monotonic s: when to beat; when anything came in */
	int64_t looked;		/* the second in which it was looked at last */
	struct tally frames, typing;
};

/* Bytes of one frame that it may send now. */
size_t sock_frame_max(const struct sock *s);

/* Whether n more may be kept of what sockets send; those that hold the most are closed to make room. */
bool sock_make_room(struct gateway *gw, size_t n);

/* Queues one text message, put together from its parts. */
void sock_send(struct sock *s, enum weight w, const struct iovec *parts, size_t n);
#define PART(text, len) {(void *)(uintptr_t)(const void *)(text), (len)}

/* Closes when what is queued has been sent. s stays until its skin's closed(). */
void sock_close(struct sock *s, enum close_code code);

/* The same, but nothing more is sent. */
void sock_cut(struct sock *s, enum close_code code);

/* For a skin's read(): whether one more message may be handled now, which uses up a part of what the second
 * allows. */
bool sock_takes(struct sock *s);

/* For a skin: whether others may be told once more in this second that somebody types. */
bool sock_may_type(struct sock *s);

/* Stops or resumes the reading of frames. Resuming may call the skin's read(). */
void sock_busy(struct sock *s, bool busy);

/* An access token of the socket's login, good for a while. A socket lives as long as its login, longer
 * than the token it came with. */
const char *sock_token(const struct sock *s, struct arena *a);

/* ---- for what carries it ---- */

/* Whether one more may come from that address. */
bool sock_may_open(const struct gateway *gw, const char *ip);

/* asking: the request that opens it, and what carries it unless it polls (engine). */
struct sock *sock_open(const struct skin *skin, struct wire *asking, struct engine *engine, const char *ip);
void sock_receive(struct sock *s, const char *data, size_t n, bool whole);

/* The next thing to send, until sock_sent(); NULL: there is none. */
struct item *sock_next(struct sock *s);
void sock_sent(struct sock *s, struct item *i, bool written); /* or it could not be */

/* It is closed, from whichever side: s is freed. */
void sock_gone(struct sock *s);
#endif
