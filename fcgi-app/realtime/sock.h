/*
 * Sockets: one WebSocket each, with a bounded queue out, a bounded buffer in, and a skin, which is the
 * protocol spoken on it. sock.c is the only user of libwebsockets.
 */
#ifndef REALTIME_SOCK_H
#define REALTIME_SOCK_H

#include "base/conf.h"
#include "base/ctx.h"

#include <sys/uio.h>

struct gateway;
struct item;
struct lws;
struct sock;
struct sub;
struct user;

/* Close codes (RFC 6455 §7.4.1). */
enum close_code {
	CLOSE_NORMAL = 1000,
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
	uint64_t room;	   /* or 0 */
	const char *data;  /* JSON */
	size_t n;
};

/* A protocol. */
struct skin {
	const char *path;    /* of the upgrade request; "/ws/" at its end stands for anything below */
	size_t frame_max;    /* bytes of one frame in */
	unsigned frames_max; /* a second; more are left unread until the next one */
	void (*opened)(struct sock *s);
	/* Takes what is complete in what came, always whole messages of the WebSocket; returns the bytes
	 * that are done with. Called again with the rest. */
	size_t (*read)(struct sock *s, char *data, size_t n);
	/* Its own heart-beat is due; false: it has none, a ping of the WebSocket is sent. */
	bool (*beat)(struct sock *s);
	/* For a subscription of this socket. */
	void (*tell)(struct sub *sub, const struct said *what);
	/* Whether it will be told anything is known now; not granted: it does not sit in the room. */
	void (*settled)(struct sub *sub, bool granted);
	void (*closed)(struct sock *s);
};

struct sock {
	struct gateway *gw;
	struct lws *wsi;
	const struct skin *skin;
	void *own; /* of the skin */

	struct user *user; /* NULL until it has said who it is */
	struct identity who;
	struct sock *prev_of_user, *next_of_user;
	struct sub *subs;

	char ip[46];
	bool closing; /* nothing is read or queued any more */
	bool said_bye;
	bool busy;    /* the skin takes no frames now */
	bool held;    /* it has sent too much for this second */
	enum close_code code;

	struct item *first, *last; /* to be sent */
	size_t queued;		   /* bytes of them */
	char *in;		   /* what came and is not done with */
	size_t n_in, size_in;
	bool whole; /* it ends with a complete message */

	struct sock *prev_beat, *next_beat; /* in the wheel's slot */
	unsigned slot;
	int64_t beat_at, heard; /* monotonic s: when to beat; when anything came in */
	int64_t counted;	/* the second that `frames` counts */
	unsigned frames;
};

/* Queues one text message, put together from its parts. */
void sock_send(struct sock *s, enum weight w, const struct iovec *parts, size_t n);
#define PART(text, len) {(void *)(uintptr_t)(const void *)(text), (len)}

/* Closes when what is queued has been sent. s stays until its skin's closed(). */
void sock_close(struct sock *s, enum close_code code);

/* Stops or resumes the reading of frames. Resuming may call the skin's read(). */
void sock_busy(struct sock *s, bool busy);

/* An access token of the socket's login, good for a while. A socket lives as long as its login, longer
 * than the token it came with. */
const char *sock_token(const struct sock *s, struct arena *a);

/* A parameter of the upgrade request's query, asked for as "name="; in opened() only. */
bool sock_query(const struct sock *s, const char *name, char *out, size_t size);
#endif
