#include "realtime/wire.h"
#include "base/claim.h"
#include "base/log.h"
#include "realtime/engine.h"
#include "realtime/gateway.h"
#include "realtime/holder.h"
#include "realtime/sock.h"

#include <libwebsockets.h>
#include <sys/stat.h>

enum {
	PIECE = 256,	   /* of a message, at a time: each WebSocket has a buffer of that size for good */
	PACKET = 64 << 10, /* of what is sent, at a time */
	BUFFER = 4096,      /* of lws, for the whole process */
	REQUESTS = 8192,    /* handshakes and polls under way; each holds up to 6 KB of headers */
	HEADERS_MAX = 1024, /* of an answer */
	QUERY_MAX = 2100,   /* one parameter: a token */
};

void wire_wake(struct wire *w)
{
	(void)lws_callback_on_writable(w->wsi);
}

void wire_flow(struct wire *w, bool on)
{
	(void)lws_rx_flow_control(w->wsi, on);
}

void wire_kill(struct wire *w)
{
	lws_set_timeout(w->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

void wire_park(struct wire *w)
{
	lws_set_timeout(w->wsi, NO_PENDING_TIMEOUT, 0);
}

void wire_end_in(struct wire *w, int seconds)
{
	lws_set_timeout(w->wsi, PENDING_TIMEOUT_USER_OK, seconds);
}

/* ---- WebSockets --------------------------------------------------------------------------- */

/* Not by returning -1: Debian's lws is a debug build, which on libuv closes twice then, and the second time
 * cuts the connection before the close frame is sent. */
static void say_bye(struct wire *w, enum close_code code)
{
	lws_close_reason(w->wsi, (enum lws_close_status)code, NULL, 0);
	lws_set_timeout(w->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
}

static int write_text(struct wire *w, char *text, size_t n)
{
	return lws_write(w->wsi, (unsigned char *)text, n, LWS_WRITE_TEXT) < 0 ? -1 : 0;
}

/* One message a call, says lws. -1 ends the connection. */
static int write_one(struct wire *w)
{
	struct sock *s = w->sock;
	unsigned char ping[LWS_PRE + 1] = {0};
	struct item *i;
	int result;

	if (w->kind == WIRE_PROBE) {
		char pong[LWS_PRE + sizeof(ENGINE_PROBED)] = "";

		memcpy(pong + LWS_PRE, ENGINE_PROBED, sizeof(ENGINE_PROBED));
		return s ? write_text(w, pong + LWS_PRE, strlen(ENGINE_PROBED)) : -1;
	}
	i = sock_next(s);
	if (i) {
		result = write_text(w, i->data + WIRE_ROOM, i->n);
		sock_sent(s, i, result == 0);
		if (s->first || s->closing || s->ping)
			wire_wake(w);
		return result;
	}
	s->ping = false;
	/* Asked for by nobody who had something to say: the heart-beat. A byte comes back with the pong; of an empty
	 * one lws 4.1 does not tell, so that quiet calls would end. */
	if (!s->closing)
		return lws_write(w->wsi, ping + LWS_PRE, 1, LWS_WRITE_PING) < 0 ? -1 : 0;
	if (!s->said_bye) {
		s->said_bye = true;
		say_bye(w, s->code);
	}
	return 0;
}

static void receive(struct wire *w, const char *data, size_t n)
{
	bool whole = lws_is_final_fragment(w->wsi) && !lws_remaining_packet_payload(w->wsi);

	if (w->kind == WIRE_PROBE)
		engine_probe(w, data, n, whole);
	else if (w->sock)
		sock_receive(w->sock, data, n, whole);
}

/* ---- the request that opens it ------------------------------------------------------------ */

bool wire_path(const struct wire *w, char *out, size_t size)
{
	return lws_hdr_copy(w->wsi, out, (int)size, WSI_TOKEN_GET_URI) > 0 ||
	       lws_hdr_copy(w->wsi, out, (int)size, WSI_TOKEN_POST_URI) > 0;
}

bool wire_query(const struct wire *w, const char *name, char *out, size_t size)
{
	char arg[QUERY_MAX]; /* with its name */
	const char *value = lws_get_urlarg_by_name(w->wsi, name, arg, sizeof(arg));

	return value && (size_t)snprintf(out, size, "%s", value) < size;
}

bool wire_authorization(const struct wire *w, char *out, size_t size)
{
	if (lws_hdr_copy(w->wsi, out, (int)size, WSI_TOKEN_HTTP_AUTHORIZATION) <= 0)
		return false;
	if (!strncasecmp(out, "Bearer ", 7))
		memmove(out, out + 7, strlen(out + 7) + 1);
	return true;
}

enum lang wire_language(const struct wire *w)
{
	char accept[200];
	int n = lws_hdr_copy(w->wsi, accept, sizeof(accept), WSI_TOKEN_HTTP_ACCEPT_LANGUAGE);

	return lang_of(n > 0 ? accept : NULL);
}

bool wire_cookie(const struct wire *w, const char *name, char *out, size_t size)
{
	return lws_http_cookie_get(w->wsi, name, out, &size) == 0;
}

/* nginx says who it is; without nginx (tests, benchmarks) they share one. */
static void client_ip(const struct wire *w, char out[46])
{
	if (lws_hdr_copy(w->wsi, out, 46, WSI_TOKEN_HTTP_X_REAL_IP) <= 0)
		(void)snprintf(out, 46, "local");
}

/* "*" in a pattern is one segment of the path. */
static bool fits(const char *pattern, const char *path)
{
	for (; *pattern; pattern++) {
		if (*pattern != '*') {
			if (*pattern != *path++)
				return false;
		} else if (*path == '/' || !*path) {
			return false;
		} else {
			path += strcspn(path, "/");
		}
	}
	return !strcmp(path, "") || !strcmp(path, "/");
}

static const struct skin *skin_of(const struct wire *w)
{
	char path[300];

	if (!wire_path(w, path, sizeof(path)))
		return NULL;
	for (const struct skin *const *s = skins; *s; s++)
		if (fits((*s)->path, path))
			return *s;
	return NULL;
}

/* Browsers say where a page came from, and only pages of ours may connect; programs say nothing. */
static bool origin_allowed(struct wire *w)
{
	char origin[300], host[300];
	int n = lws_hdr_total_length(w->wsi, WSI_TOKEN_ORIGIN);

	if (n <= 0)
		return true;
	if (lws_hdr_copy(w->wsi, origin, sizeof(origin), WSI_TOKEN_ORIGIN) <= 0)
		return false;
	const char *name = strstr(origin, "://");

	if (name && lws_hdr_copy(w->wsi, host, sizeof(host), WSI_TOKEN_HOST) > 0 && !strcmp(name + 3, host))
		return true; /* the page of this very host */
	if (!conf_lists_origin(w->gw->conf, origin))
		return false;
	if (w->kind == WIRE_REQUEST)
		w->origin = must(strdup(origin));
	return true;
}

/* Why there will be no WebSocket, or OK. */
static enum status refuse(struct wire *w)
{
	const struct skin *skin = skin_of(w);
	char ip[46];

	if (!skin)
		return E_NO_ROUTE;
	if (!origin_allowed(w))
		return E_FORBIDDEN;
	if (skin->engine && engine_has_name(w))
		return engine_may_upgrade(w) ? OK : E_VALIDATION;
	client_ip(w, ip);
	if (!sock_may_open(w->gw, ip))
		return E_RATE_LIMITED;
	if (w->gw->draining)
		return E_OVERLOADED;
	return skin->refuse ? skin->refuse(w) : OK;
}

static void opened(struct gateway *gw, struct lws *wsi, struct wire *w)
{
	const struct skin *skin;
	char ip[46];

	*w = (struct wire){.gw = gw, .wsi = wsi};
	skin = skin_of(w);
	if (!skin) { /* refused before */
		wire_kill(w);
		return;
	}
	if (skin->engine && engine_has_name(w)) {
		engine_probed(w);
		return;
	}
	client_ip(w, ip);
	(void)sock_open(skin, w, NULL, ip);
}

/* ---- requests ----------------------------------------------------------------------------- */

void wire_answer(struct wire *w, int status, const char *body, size_t n)
{
	if (w->status)
		return;
	w->status = status;
	w->out = must(malloc(LWS_PRE + n));
	memcpy(w->out + LWS_PRE, body, n);
	w->n_out = n;
	w->sock = NULL;
	wire_wake(w);
}

static void drop_request(struct wire *w)
{
	w->gw->in_bytes -= w->n_in;
	free(w->in);
	free(w->out);
	free(w->origin);
	*w = (struct wire){.gw = w->gw, .wsi = w->wsi, .kind = WIRE_REQUEST};
}

static bool add_header(struct wire *w, const char *name, const char *value, unsigned char **p, unsigned char *end)
{
	return !lws_add_http_header_by_name(w->wsi, (const unsigned char *)name, (const unsigned char *)value,
					    (int)strlen(value), p, end);
}

/* The answer at once; body has LWS_PRE bytes before it. */
static bool write_all(struct wire *w, int status, const char *type, char *body, size_t n)
{
	unsigned char head[LWS_PRE + HEADERS_MAX], *p = head + LWS_PRE, *end = head + sizeof(head) - 1;

	return !lws_add_http_common_headers(w->wsi, (unsigned)status, type, n, &p, end) &&
	       add_header(w, "cache-control:", "no-store", &p, end) &&
	       (status != 426 || add_header(w, "upgrade:", "websocket", &p, end)) &&
	       ((status != 429 && status != 503) || add_header(w, "retry-after:", "1", &p, end)) &&
	       (!w->origin || (add_header(w, "access-control-allow-origin:", w->origin, &p, end) &&
			       add_header(w, "access-control-allow-credentials:", "true", &p, end) &&
			       add_header(w, "vary:", "Origin", &p, end))) &&
	       !lws_finalize_write_http_header(w->wsi, head + LWS_PRE, &p, end) &&
	       lws_write(w->wsi, (unsigned char *)body, n, LWS_WRITE_HTTP_FINAL) >= 0;
}

static int write_answer(struct wire *w)
{
	bool fine;

	if (!w->status)
		return 0;
	fine = write_all(w, w->status, w->status == 200 ? "text/plain; charset=UTF-8" : "application/json",
			 w->out + LWS_PRE, w->n_out);
	drop_request(w);
	return fine && !lws_http_transaction_completed(w->wsi) ? 0 : -1;
}

/* As the pool refuses (http/resp.c), in JSON. The texts of the table need no escaping. */
static int refuse_request(struct wire *w, enum status why)
{
	const struct error_row *row = error_row(why);
	const char *text = row->text[wire_language(w)];
	char body[LWS_PRE + 600];
	int n = snprintf(body + LWS_PRE, sizeof(body) - LWS_PRE,
			 "{\"success\":false,\"message\":\"%s\",\"code\":\"%s\",\"error\":{\"code\":\"%s\","
			 "\"message\":\"%s\",\"details\":{}}}",
			 text, row->code, row->code, text);

	(void)write_all(w, row->http, "application/json", body + LWS_PRE, (size_t)n);
	return -1;
}

/* 0: it is taken, to be answered now or later. */
static int request(struct gateway *gw, struct lws *wsi, struct wire *w)
{
	const struct skin *skin;
	char ip[46];

	*w = (struct wire){.gw = gw, .wsi = wsi, .kind = WIRE_REQUEST};
	skin = skin_of(w);
	if (!skin)
		return refuse_request(w, E_NO_ROUTE);
	if (!skin->engine)
		return refuse_request(w, E_UPGRADE);
	if (!origin_allowed(w))
		return refuse_request(w, E_FORBIDDEN);
	w->post = lws_hdr_total_length(wsi, WSI_TOKEN_POST_URI) > 0;
	client_ip(w, ip);
	w->in_max = engine_body_max(w);
	engine_request(w, skin, ip);
	return 0;
}

/* A refusal comes after all of it: a proxy that is still writing would not read it. */
static void request_body(struct wire *w, const char *data, size_t n)
{
	if (w->status || w->refused)
		return;
	if (w->n_in + n > w->in_max)
		w->refused = E_TOO_LARGE;
	else if (!sock_make_room(w->gw, n))
		w->refused = E_OVERLOADED;
	if (w->refused)
		return;
	w->in = must(realloc(w->in, w->n_in + n));
	memcpy(w->in + w->n_in, data, n);
	w->n_in += n;
	w->gw->in_bytes += n;
}

/* Without a code, or with one that says it meant to. */
static void peer_closes(struct wire *w, const unsigned char *code, size_t n)
{
	unsigned why = n < 2 ? CLOSE_NORMAL : (unsigned)code[0] << 8 | code[1];

	if (w->sock && w->kind == WIRE_SOCKET)
		w->sock->left = why == CLOSE_NORMAL || why == CLOSE_AWAY || why >= 3000;
}

/* ---- lws ---------------------------------------------------------------------------------- */

static void closed(struct wire *w)
{
	struct sock *s = w->sock;

	w->sock = NULL;
	if (w->kind == WIRE_SOCKET) {
		if (s)
			sock_gone(s);
		return;
	}
	if (s)
		engine_lost(s, w);
	if (w->kind == WIRE_REQUEST)
		drop_request(w);
}

static int callback(struct lws *wsi, enum lws_callback_reasons why, void *user, void *in, size_t n)
{
	struct gateway *gw = lws_context_user(lws_get_context(wsi));
	struct wire *w = user, asking = {.gw = gw, .wsi = wsi};
	char ip[46];

	switch (why) {
	case LWS_CALLBACK_HTTP:
		return request(gw, wsi, w);
	case LWS_CALLBACK_HTTP_BODY:
		request_body(w, in, n);
		return 0;
	case LWS_CALLBACK_HTTP_BODY_COMPLETION:
		if (w->refused)
			return refuse_request(w, w->refused);
		client_ip(w, ip);
		engine_posted(w, skin_of(w), ip);
		return 0;
	case LWS_CALLBACK_HTTP_WRITEABLE:
		return write_answer(w);
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
		asking.refused = refuse(&asking);
		return asking.refused ? refuse_request(&asking, asking.refused) : 0;
	case LWS_CALLBACK_ESTABLISHED:
		holder_keep(gw->holder, lws_get_socket_fd(wsi));
		opened(gw, wsi, w);
		return 0;
	case LWS_CALLBACK_RECEIVE:
		receive(w, in, n);
		return 0;
	case LWS_CALLBACK_RECEIVE_PONG:
		if (w->sock)
			w->sock->heard = gw->second;
		return 0;
	case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
		peer_closes(w, in, n);
		return 0;
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return write_one(w);
	case LWS_CALLBACK_CLOSED:
		holder_let_go(gw->holder, lws_get_socket_fd(wsi));
		__attribute__((fallthrough));
	case LWS_CALLBACK_CLOSED_HTTP:
		if (w && w->gw) /* also called for a handshake that was refused */
			closed(w);
		return 0;
	default:
		return 0;
	}
}

#define PROTOCOL(called)                                                                           \
	{.name = (called),                                                                         \
	 .callback = callback,                                                                     \
	 .per_session_data_size = sizeof(struct wire),                                             \
	 .rx_buffer_size = PIECE,                                                                  \
	 .tx_packet_size = PACKET}

/* Clients that name a STOMP version get one; those that name none get no header back. */
static const struct lws_protocols protocols[] = {
    PROTOCOL("studymate"),
    PROTOCOL("v12.stomp"),
    PROTOCOL("v11.stomp"),
    PROTOCOL("v10.stomp"),
    {0},
};

/* What it calls an error is mostly a client's: a handshake that is none, a frame that breaks the rules. */
static void lws_says(int level, const char *line)
{
	if (level & LLL_ERR)
		LOG(LOG_INFO, "libwebsockets", LOG_TEXT("says", line));
}

bool wire_listen(struct gateway *gw)
{
	static const lws_retry_bo_t no_timers = {0}; /* the wheel is ours: lws' list of timers is sorted */
	void *loops[] = {&gw->loop};
	struct lws_context_creation_info info = {
	    .options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_UNIX_SOCK | LWS_SERVER_OPTION_DISABLE_IPV6,
	    .iface = gw->conf->realtime_listen,
	    .protocols = protocols,
	    .foreign_loops = loops,
	    .gid = -1,
	    .uid = -1,
	    .user = gw,
	    .pt_serv_buf_size = BUFFER,
	    .max_http_header_pool = REQUESTS,
	    .retry_and_idle_policy = &no_timers,
	    .timeout_secs = 10,
	};

	static_assert(WIRE_ROOM == LWS_PRE, "the room before an item's text");
	lws_set_log_level(LLL_ERR, lws_says);
	if (!claim(gw->conf->realtime_listen, "REALTIME_LISTEN"))
		return false;
	if (unlink(gw->conf->realtime_listen) != 0 && errno != ENOENT) {
		conf_wrong(stderr, "REALTIME_LISTEN", gw->conf->realtime_listen, strerror(errno),
			   "Remove what is there, or set it to another path");
		return false;
	}
	mode_t mask = umask(0117); /* 0660: nginx is of our group */

	gw->lws = lws_create_context(&info);
	(void)umask(mask);
	if (!gw->lws)
		conf_wrong(stderr, "REALTIME_LISTEN", gw->conf->realtime_listen, strerror(errno),
			   "Check that its folder exists and is writable");
	return gw->lws;
}

void wire_stop(struct gateway *gw)
{
	lws_context_destroy(gw->lws);
	(void)unlink(gw->conf->realtime_listen);
}
