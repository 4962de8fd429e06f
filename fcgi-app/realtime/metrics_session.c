/* Figures as they are now: raw JSON on /api/v1/analytics/stream, for whoever is logged in. They are this gateway's own,
 * so nobody is asked for them. */
#include "base/buf.h"
#include "base/clock.h"
#include "json/jin.h"
#include "realtime/gateway.h"
#include "realtime/hub.h"
#include "realtime/sock.h"
#include "realtime/wire.h"

#include <utlist.h>

enum {
	FRAME_MAX = 8 << 10, /* a token */
	FRAMES_MAX = 10,     /* a second */
	BEAT_S = 25,
	SILENT_S = 65,
	LOGIN_MS = 10 * 1000, /* how long it may take to say who it is */
	EVERY_MS = 5000,
};

struct watcher {
	struct sock *sock;
	struct later *timer; /* until it has logged in, its end; then the next figures */
	struct sub sub;
};

/* ---- out ---------------------------------------------------------------------------------- */

static void send_buf(struct sock *s, const struct buf *b, enum weight w)
{
	sock_send(s, w, (struct iovec[]){PART(b->data, b->len)}, 1);
}

static void refuse_login(struct sock *s)
{
	static const char text[] = "{\"type\":\"error\",\"message\":\"Unauthorized\"}";

	sock_send(s, MUST_ARRIVE, (struct iovec[]){PART(text, sizeof(text) - 1)}, 1);
	sock_close(s, CLOSE_POLICY);
}

static void send_figures(struct sock *s)
{
	const struct {
		const char *name;
		size_t n;
	} figures[] = {
		{"active_users", hub_n_users(s->gw->hub)},
		{"connections", s->gw->n_socks},
		{"active_rooms", hub_n_rooms(s->gw->hub)},
	};
	struct buf all = buf_new(s->gw->arena, 256, 1024);
	char now[32];

	clock_iso(clock_ms(), now);
	for (size_t i = 0; i < COUNT(figures); i++) {
		struct buf one = buf_new(s->gw->arena, 256, 1024);

		buf_printf(&one, "{\"type\":\"metric_update\",\"metric\":\"%s\",\"value\":%zu,\"timestamp\":\"%s\"}",
			   figures[i].name, figures[i].n, now);
		send_buf(s, &one, MAY_DROP);
		buf_printf(&all, "%s\"%s\":%zu", i ? "," : "", figures[i].name, figures[i].n);
	}
	struct buf b = buf_new(s->gw->arena, 256, 2048);

	buf_printf(&b, "{\"type\":\"metrics_update\",\"timestamp\":\"%s\",\"data\":{%s}}", now, all.data);
	send_buf(s, &b, MAY_DROP);
}

static void on_tick(void *arg)
{
	struct watcher *w = arg;

	w->timer = gateway_later(w->sock->gw, EVERY_MS, on_tick, w);
	send_figures(w->sock);
}

/* A session of theirs began: what the pool says of it has the members of ours. */
static void tell(struct sub *sub, const struct said *what)
{
	static const char head[] = "{\"type\":\"session_started\",";

	if (what->n > 2 && *what->data == '{')
		sock_send(sub->sock, MUST_ARRIVE,
			  (struct iovec[]){PART(head, sizeof(head) - 1), PART(what->data + 1, what->n - 1)}, 2);
}

static void settled(struct sub *sub, bool granted)
{
	(void)sub;
	(void)granted;
}

/* ---- logging in --------------------------------------------------------------------------- */

static void on_late(void *arg)
{
	struct watcher *w = arg;

	w->timer = NULL;
	refuse_login(w->sock);
}

static void admit(struct sock *s, const char *token)
{
	struct watcher *w = s->own;

	if (hub_admit(s, token, NULL) != ADMITTED) {
		refuse_login(s);
		return;
	}
	later_forget(w->timer);
	w->timer = gateway_later(s->gw, EVERY_MS, on_tick, w);
	w->sub = (struct sub){.sock = s, .topic = T_STARTED, .after = -1};
	LL_PREPEND(s->subs, &w->sub);
	hub_subscribe(&w->sub);
	send_figures(s);
}

static void opened(struct sock *s, const struct wire *asking)
{
	struct watcher *w = must(calloc(1, sizeof(*w)));
	char token[TOKEN_MAX + 1];

	s->own = w;
	w->sock = s;
	if (wire_query(asking, "token=", token, sizeof(token)) || wire_authorization(asking, token, sizeof(token)))
		admit(s, token);
	else
		w->timer = gateway_later(s->gw, LOGIN_MS, on_late, w);
}

/* {"type":"auth","token":"…"}: nothing else is understood, nor answered. */
static void handle(struct sock *s, const char *text, size_t n)
{
	const struct jval *doc, *type = NULL, *token = NULL;
	const char *why;
	size_t at, len;

	doc = jin_parse(s->gw->arena, text, n, &why, &at);
	(void)jin_get(doc, "type", &type);
	(void)jin_get(doc, "token", &token);
	if (s->user || s->closing || jin_type(type) != J_STR || strcmp(jin_str(type, &len), "auth") != 0)
		return;
	const char *value = jin_type(token) == J_STR ? jin_str(token, &len) : NULL;

	admit(s, value && !strncasecmp(value, "Bearer ", 7) ? value + 7 : value);
}

static size_t read_messages(struct sock *s, char *data, size_t n)
{
	size_t done = 0;
	const char *end;

	while ((end = memchr(data + done, MESSAGE_END, n - done)) && sock_takes(s)) {
		handle(s, data + done, (size_t)(end - data) - done);
		arena_reset(s->gw->arena);
		done = (size_t)(end - data) + 1;
	}
	return done;
}

static bool beat(struct sock *s)
{
	(void)s;
	return false;
}

static void closed(struct sock *s)
{
	struct watcher *w = s->own;

	later_forget(w->timer);
	if (s->subs) {
		hub_unsubscribe(&w->sub);
		s->subs = NULL;
	}
	hub_leave(s);
	free(w);
}

const struct skin metrics_stream = {
    .path = "/api/v1/analytics/stream",
    .frame_max = FRAME_MAX,
    .login = true,
    .frames_max = FRAMES_MAX,
    .beat_s = BEAT_S,
    .silent_s = SILENT_S,
    .opened = opened,
    .marked = true,
    .read = read_messages,
    .beat = beat,
    .tell = tell,
    .settled = settled,
    .closed = closed,
};
