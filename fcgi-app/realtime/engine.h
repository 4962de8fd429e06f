/*
 * Engine.IO 4 below the WebSocket: sockets that poll by HTTP requests, and that move from there to a
 * WebSocket (github.com/socketio/engine.io-protocol). The packets themselves are socketio_session.c's.
 */
#ifndef REALTIME_ENGINE_H
#define REALTIME_ENGINE_H

#include "realtime/sock.h"

#define ENGINE_PROBE "2probe"
#define ENGINE_PROBED "3probe"
#define ENGINE_UPGRADE "5"

enum {
	ENGINE_PAYLOAD = 1000000, /* bytes of one request's body, and of one message */
	ENGINE_PING_S = 25,
	ENGINE_PATIENCE_S = 20, /* for the answer to a ping */
};

struct skin;
struct wire;

/* ---- of wire.c: requests ---- */

/* Answers, or keeps, the request; ip: the client's. One with a body is served when that is there. */
void engine_request(struct wire *w, const struct skin *skin, const char *ip);
size_t engine_body_max(const struct wire *w);
void engine_posted(struct wire *w, const struct skin *skin, const char *ip);
void engine_lost(struct sock *s, const struct wire *w); /* it went away unanswered */

/* ---- of wire.c: moving to a WebSocket ---- */
bool engine_has_name(const struct wire *asking); /* it names a session that polls */
bool engine_may_upgrade(const struct wire *asking);
void engine_probed(struct wire *w); /* it is open */
void engine_probe(struct wire *w, const char *data, size_t n, bool whole);

/* ---- of sock.c, for a socket that polls ---- */
void engine_flush(struct sock *s);   /* something is queued, or it closes */
void engine_drained(struct sock *s); /* what was posted was taken, perhaps */
void engine_gone(struct sock *s);

/* The packet that opens it, for its skin to send. */
size_t engine_greeting(const struct sock *s, char out[256]);
#endif
