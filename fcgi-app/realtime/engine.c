#include "realtime/engine.h"
#include "realtime/gateway.h"
#include "realtime/wire.h"
#include "sec/random.h"

#include <uthash.h>

enum {
	SID = 20,
	PROBE_S = 10, /* what a move to a WebSocket may take */
};

struct engine {
	char sid[SID + 1];
	struct sock *sock;
	struct wire *get;   /* waits for packets */
	struct wire *post;  /* its packets are being taken */
	struct wire *probe; /* where it may move to */
	bool moving;        /* it has been heard there */
	UT_hash_handle hh;
};

/* Why a request is refused, as the reference server says it. */
enum refusal { TRANSPORT_UNKNOWN, SID_UNKNOWN, BAD_METHOD, BAD_REQUEST, FORBIDDEN, OLD_VERSION };
static const char *const refusals[] = {
    [TRANSPORT_UNKNOWN] = "{\"code\":0,\"message\":\"Transport unknown\"}",
    [SID_UNKNOWN] = "{\"code\":1,\"message\":\"Session ID unknown\"}",
    [BAD_METHOD] = "{\"code\":2,\"message\":\"Bad handshake method\"}",
    [BAD_REQUEST] = "{\"code\":3,\"message\":\"Bad request\"}",
    [FORBIDDEN] = "{\"code\":4,\"message\":\"Forbidden\"}",
    [OLD_VERSION] = "{\"code\":5,\"message\":\"Unsupported protocol version\"}",
};

static void refuse(struct wire *w, int status, enum refusal why)
{
	wire_answer(w, status, refusals[why], strlen(refusals[why]));
}

static bool query_is(const struct wire *w, const char *name, const char *value)
{
	char got[32];

	return wire_query(w, name, got, sizeof(got)) && !strcmp(got, value);
}

bool engine_has_name(const struct wire *asking)
{
	char sid[256];

	return wire_query(asking, "sid=", sid, sizeof(sid));
}

/* NULL: there is none of that name. */
static struct engine *find(const struct wire *w)
{
	char sid[SID + 1];
	struct engine *e = NULL;

	if (wire_query(w, "sid=", sid, sizeof(sid)))
		HASH_FIND_STR(w->gw->engines, sid, e);
	return e;
}

/* ---- packets out -------------------------------------------------------------------------- */

size_t engine_greeting(const struct sock *s, char out[256])
{
	char sid[SID + 1];

	if (!s->engine)
		random_hex(sid, SID / 2); /* it came by WebSocket: nobody will ask for it */
	return (size_t)snprintf(out, 256,
				"0{\"sid\":\"%s\",\"upgrades\":[%s],\"pingInterval\":%d,\"pingTimeout\":%d,"
				"\"maxPayload\":%d}",
				s->engine ? s->engine->sid : sid, s->engine ? "\"websocket\"" : "",
				ENGINE_PING_S * 1000, ENGINE_PATIENCE_S * 1000, (int)ENGINE_PAYLOAD);
}

/* What is queued, as one answer. */
static void answer_get(struct sock *s)
{
	struct engine *e = s->engine;
	struct wire *w = e->get;
	size_t n = 0, count = 0;
	char *body;

	for (const struct item *i = s->first; i; i = i->next)
		count++;
	body = must(malloc(s->queued + count + 2));
	for (struct item *i; (i = sock_next(s));) {
		if (n)
			body[n++] = MESSAGE_END;
		memcpy(body + n, i->data + WIRE_ROOM, i->n);
		n += i->n;
		sock_sent(s, i, true);
	}
	if (s->closing || !n) { /* the end, or a word that lets it stop polling and move */
		if (n)
			body[n++] = MESSAGE_END;
		body[n++] = s->closing ? '1' : '6';
	}
	e->get = NULL;
	wire_answer(w, 200, body, n);
	free(body);
}

void engine_flush(struct sock *s)
{
	struct engine *e = s->engine;

	if (e->get && (s->first || s->closing || e->moving))
		answer_get(s);
}

void engine_drained(struct sock *s)
{
	struct engine *e = s->engine;
	struct wire *w = e->post;

	if (!w || (s->n_in && !s->closing))
		return;
	e->post = NULL;
	wire_answer(w, 200, "ok", 2);
}

/* ---- requests ----------------------------------------------------------------------------- */

static void open_session(struct wire *w, const struct skin *skin, const char *ip)
{
	struct engine *e;

	if (w->post) {
		refuse(w, 400, BAD_METHOD);
	} else if (!sock_may_open(w->gw, ip)) {
		refuse(w, 429, FORBIDDEN);
	} else if (w->gw->draining) {
		refuse(w, 503, FORBIDDEN);
	} else {
		e = must(calloc(1, sizeof(*e)));
		random_hex(e->sid, SID / 2);
		HASH_ADD_STR(w->gw->engines, sid, e);
		e->get = w;
		e->sock = sock_open(skin, w, e, ip); /* whose greeting is the answer */
	}
}

/* Of a request with a body when that is there. */
static void serve(struct wire *w, const struct skin *skin, const char *ip)
{
	struct engine *e = find(w);

	if (!query_is(w, "EIO=", "4")) {
		refuse(w, 400, OLD_VERSION);
	} else if (!query_is(w, "transport=", "polling")) {
		refuse(w, 400, TRANSPORT_UNKNOWN);
	} else if (!e && engine_has_name(w)) {
		refuse(w, 400, SID_UNKNOWN);
	} else if (!e) {
		open_session(w, skin, ip);
	} else if (w->post ? e->post : e->get) { /* two at once: which came first? */
		refuse(w, 400, BAD_REQUEST);
		sock_close(e->sock, CLOSE_POLICY);
	} else if (w->post) {
		w->sock = e->sock;
		e->post = w;
		sock_receive(e->sock, w->in, w->n_in, true);
		engine_drained(e->sock);
	} else {
		w->sock = e->sock;
		e->get = w;
		e->sock->heard = w->gw->second;
		wire_park(w);
		engine_flush(e->sock);
	}
}

void engine_request(struct wire *w, const struct skin *skin, const char *ip)
{
	if (!w->post)
		serve(w, skin, ip);
}

size_t engine_body_max(const struct wire *w)
{
	const struct engine *e = find(w);

	return e ? sock_frame_max(e->sock) : (size_t)FIRST_MAX;
}

void engine_posted(struct wire *w, const struct skin *skin, const char *ip)
{
	serve(w, skin, ip);
}

void engine_lost(struct sock *s, const struct wire *w)
{
	struct engine *e = s->engine;

	if (e->get == w)
		e->get = NULL;
	if (e->post == w)
		e->post = NULL;
	if (e->probe == w) {
		e->probe = NULL;
		e->moving = false;
	}
}

/* ---- moving to a WebSocket ---------------------------------------------------------------- */

bool engine_may_upgrade(const struct wire *asking)
{
	const struct engine *e = find(asking);

	return e && !e->probe && !e->sock->closing && query_is(asking, "EIO=", "4") &&
	       query_is(asking, "transport=", "websocket");
}

void engine_probed(struct wire *w)
{
	struct engine *e = find(w);

	w->kind = WIRE_PROBE;
	if (!e || e->probe) {
		wire_kill(w);
		return;
	}
	w->sock = e->sock;
	e->probe = w;
	wire_end_in(w, PROBE_S);
}

static void free_engine(struct engine *e)
{
	e->sock->engine = NULL;
	HASH_DEL(e->sock->gw->engines, e);
	free(e);
}

static void move(struct wire *w)
{
	struct sock *s = w->sock;
	struct engine *e = s->engine;

	if (e->get) /* it should have waited for that one's answer */
		answer_get(s);
	if (e->post)
		wire_answer(e->post, 200, "ok", 2);
	free_engine(e);
	w->kind = WIRE_SOCKET;
	s->wire = w;
	wire_park(w);
	if (s->first || s->closing)
		wire_wake(w);
}

void engine_probe(struct wire *w, const char *data, size_t n, bool whole)
{
	struct engine *e = w->sock ? w->sock->engine : NULL;

	if (e && whole && !e->moving && n == strlen(ENGINE_PROBE) && !memcmp(data, ENGINE_PROBE, n)) {
		e->moving = true;
		wire_wake(w);
		engine_flush(e->sock);
	} else if (e && whole && e->moving && n == 1 && *data == *ENGINE_UPGRADE) {
		move(w);
	} else {
		wire_kill(w);
	}
}

void engine_gone(struct sock *s)
{
	struct engine *e = s->engine;

	if (e->get)
		answer_get(s);
	if (e->post)
		refuse(e->post, 400, SID_UNKNOWN);
	if (e->probe) {
		e->probe->sock = NULL;
		wire_kill(e->probe);
	}
	free_engine(e);
}
