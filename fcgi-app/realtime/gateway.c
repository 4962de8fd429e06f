#include "realtime/gateway.h"
#include "base/clock.h"
#include "base/log.h"
#include "json/jin.h"
#include "kv/bus.h"
#include "kv/keys.h"
#include "realtime/circle.h"
#include "realtime/holder.h"
#include "realtime/hub.h"
#include "realtime/pool.h"
#include "realtime/presence.h"
#include "realtime/receipts.h"
#include "realtime/sock.h"
#include "realtime/wire.h"
#include "sec/random.h"
#include "sec/token.h"

#include <signal.h>

enum {
	ARENA_CAP = 128 << 20,
	LOGINS_MS =
		400, /* how often ended logins are asked for: their sockets end within a second */
	ASKING_MAX = 4,
	OVERLAP_MS = 10 * 1000, /* an end may commit this long after its own time stamp */
	DRAIN_TICK_MS = 50,
	DRAIN_MS =
		5000, /* over which sockets are sent away, so that they do not all come back at once */
};

extern const struct skin stomp_chat, stomp_notifications, stomp_any, socketio, call_room, metrics_stream;
const struct skin *const skins[] = {&stomp_chat, &stomp_notifications, &stomp_any,     &socketio,
				    &call_room,	 &metrics_stream,      NULL};

/* What only the loop itself needs. */
static struct {
	uv_timer_t second, logins, drain;
	uv_signal_t term, interrupt;
	uv_prepare_t prepare;
	int64_t seen;	/* ended logins before this are known, ms; 0: none yet */
	uint64_t after; /* those of that very ms as well, up to this id; there are more. 0: there are none */
	size_t asking;	/* questions under way */
	size_t per_tick;
	int64_t drain_end;
} loop;

/* ---- ended logins ------------------------------------------------------------------------- */

/* How long after its end a login has access tokens that would still be good, s. */
static int64_t outlived_by(const struct gateway *gw)
{
	return gw->conf->access_ttl + TOKEN_AHEAD_S;
}

static void ask_logins(uv_timer_t *t);

static void on_logins(void *arg, int status, const char *body, size_t n)
{
	struct gateway *gw = arg;
	const struct jval *doc, *data, *ended = NULL, *v;
	const char *why;
	size_t at;

	loop.asking--;
	doc = status == 200 ? jin_parse(gw->arena, body, n, &why, &at) : NULL;
	if (doc && jin_get(doc, "data", &data) && jin_get(data, "ended", &ended)) {
		for (size_t i = 0; i < jin_len(ended); i++) {
			uint64_t id = strtoull(jin_str(jin_at(ended, i), &at), NULL, 10);

			if (gate_is_revoked(gw->gate, id, clock_ms() / 1000))
				continue;
			gate_revoke(gw->gate, id, clock_ms() / 1000 + outlived_by(gw));
			hub_login_ended(gw->hub, id);
		}
		if (jin_get(data, "upTo", &v))
			loop.seen = jin_int(v);
		loop.after = jin_get(data, "after", &v) ? jin_id(v) : 0;
		if (loop.after)
			ask_logins(&loop.logins);
	}
	arena_reset(gw->arena);
}

static void ask_logins(uv_timer_t *t)
{
	struct gateway *gw = t->data;
	/* the clock may have been set back meanwhile */
	int64_t since = loop.after  ? loop.seen
			: loop.seen ? MIN(loop.seen, clock_ms()) - OVERLAP_MS
				    : clock_ms() - outlived_by(gw) * 1000;
	char uri[120];

	/* one that takes long does not keep the next waiting: each answer stands for itself, whatever their order */
	if (loop.asking == ASKING_MAX)
		return;
	loop.asking++;
	int n = snprintf(uri, sizeof(uri), "/internal/ended-logins?since=%lld", (long long)since);

	if (loop.after)
		(void)snprintf(uri + n, sizeof(uri) - (size_t)n, "&after=%llu", (unsigned long long)loop.after);
	(void)pool_ask(gw->pool, &(struct ask){.method = "GET",
					       .uri = uri,
					       .client_ip = "",
					       .first = true,
					       .done = on_logins,
					       .arg = gw});
}

/* ---- the end ------------------------------------------------------------------------------ */

static void on_drain(uv_timer_t *t)
{
	struct gateway *gw = t->data;

	sock_drain(gw, loop.per_tick);
	if ((gw->n_socks || !presence_settled(gw->presence)) && clock_mono() / 1000 < loop.drain_end)
		return;
	uv_stop(&gw->loop);
}

static void on_stop(uv_signal_t *h, int signal)
{
	struct gateway *gw = h->data;

	(void)signal;
	if (gw->draining)
		return;
	gw->draining = true;
	loop.drain_end = clock_mono() / 1000 + DRAIN_MS + 1000;
	loop.per_tick = gw->n_socks * DRAIN_TICK_MS / DRAIN_MS + 1;
	LOG(LOG_INFO, "sockets are sent away", LOG_NUM("sockets", gw->n_socks));
	if (uv_timer_start(&loop.drain, on_drain, 0, DRAIN_TICK_MS) != 0)
		abort();
}

/* ---- later -------------------------------------------------------------------------------- */

struct later {
	uv_timer_t timer;
	void (*fn)(void *arg);
	void *arg;
};

static void free_later(uv_handle_t *h)
{
	free(h->data);
}

static void on_later(uv_timer_t *t)
{
	struct later *l = t->data;

	l->fn(l->arg);
	later_forget(l);
}

struct later *gateway_later(struct gateway *gw, uint64_t ms, void (*fn)(void *arg), void *arg)
{
	struct later *l = must(malloc(sizeof(*l)));

	*l = (struct later){.fn = fn, .arg = arg};
	l->timer.data = l;
	if (uv_timer_init(&gw->loop, &l->timer) != 0 || uv_timer_start(&l->timer, on_later, ms, 0) != 0)
		abort();
	return l;
}

void later_forget(struct later *l)
{
	if (l)
		uv_close((uv_handle_t *)&l->timer, free_later);
}

/* ---- the loop ----------------------------------------------------------------------------- */

static void on_second(uv_timer_t *t)
{
	struct gateway *gw = t->data;

	sock_second(gw, clock_mono() / 1000000);
	hub_second(gw->hub);
	receipts_second(gw->receipts);
}

/* What callbacks put together is gone when all of them have run. */
static void on_prepare(uv_prepare_t *p)
{
	struct gateway *gw = p->data;

	arena_reset(gw->arena);
	holder_flush(gw->holder);
}

static void on_message(void *arg, const char *text, size_t n)
{
	struct gateway *gw = arg;

	hub_hear(gw->hub, text, n);
}

static void on_bus(void *arg, bool up)
{
	struct gateway *gw = arg;

	hub_bus_changed(gw->hub, up);
}

static void start_timer(struct gateway *gw, uv_timer_t *t, void (*fn)(uv_timer_t *), uint64_t ms)
{
	t->data = gw;
	if (uv_timer_init(&gw->loop, t) != 0 || (fn && uv_timer_start(t, fn, ms, ms) != 0))
		abort();
}

static void start_signal(struct gateway *gw, uv_signal_t *h, int signal)
{
	h->data = gw;
	if (uv_signal_init(&gw->loop, h) != 0 || uv_signal_start(h, on_stop, signal) != 0)
		abort();
}

int gateway_run(const struct conf *conf)
{
	static struct gateway gw;

	(void)signal(SIGPIPE, SIG_IGN);
	gw.holder = holder_start();
	token_init(conf);
	token_share();
	gw.conf = conf;
	random_hex(gw.id, 8);
	gw.arena = arena_new(ARENA_CAP);
	gw.gate = gate_new(conf);
	gw.second = clock_mono() / 1000000;
	if (uv_loop_init(&gw.loop) != 0)
		abort();
	if (!wire_listen(&gw))
		return 2;
	gw.pool = pool_open(conf, &gw.loop);
	gw.hub = hub_open(&gw);
	gw.circles = circles_open();
	gw.presence = presence_open(&gw);
	gw.receipts = receipts_open(&gw);
	gw.bus = bus_open(conf, &gw.loop, CHANNEL_LIVE, (struct bus_ears){on_message, on_bus, &gw});
	start_timer(&gw, &loop.second, on_second, 1000);
	start_timer(&gw, &loop.logins, ask_logins, LOGINS_MS);
	start_timer(&gw, &loop.drain, NULL, 0);
	loop.prepare.data = &gw;
	if (uv_prepare_init(&gw.loop, &loop.prepare) != 0 || uv_prepare_start(&loop.prepare, on_prepare) != 0)
		abort();
	start_signal(&gw, &loop.term, SIGTERM);
	start_signal(&gw, &loop.interrupt, SIGINT);
	LOG(LOG_INFO, "gateway started", LOG_TEXT("version", VERSION));
	(void)uv_run(&gw.loop, UV_RUN_DEFAULT);
	LOG(LOG_INFO, "gateway stopped", LOG_NUM("sockets", gw.n_socks));
	wire_stop(&gw);
	bus_close(gw.bus);
	hub_close(gw.hub);
	circles_close(gw.circles);
	presence_close(gw.presence);
	pool_close(gw.pool);
	uv_handle_t *const ours[] = {(uv_handle_t *)&loop.second, (uv_handle_t *)&loop.logins,
				     (uv_handle_t *)&loop.drain, (uv_handle_t *)&loop.term,
				     (uv_handle_t *)&loop.interrupt,
				     (uv_handle_t *)&loop.prepare};

	for (size_t i = 0; i < COUNT(ours); i++)
		uv_close(ours[i], NULL);
	(void)uv_run(&gw.loop, UV_RUN_DEFAULT);
	pool_free(gw.pool);
	receipts_close(gw.receipts);
	arena_free(gw.arena);
	holder_close(gw.holder);
	return uv_loop_close(&gw.loop) != 0;
}
