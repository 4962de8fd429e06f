#include "kv/bus.h"

#include <hiredis/async.h>
#include <hiredis/hiredis.h>

enum { AGAIN_MS = 200, CHANNEL_MAX = 80 };

/* One connection listens, the other speaks: a subscribed one may do nothing else. */
enum side { EAR, MOUTH, SIDES };

struct link {
	struct bus *bus;
	enum side side;
	redisAsyncContext *redis; /* NULL: none */
	uv_poll_t poll;
	int events;
	bool polling, up;
};

struct bus {
	const struct conf *conf;
	uv_loop_t *loop;
	uv_timer_t again;
	struct link *link[SIDES];
	char channel[CHANNEL_MAX];
	struct bus_ears ears;
	bool closing;
};

/* ---- hiredis on libuv ---------------------------------------------------------------------
 * hiredis' own adapter leaves its poll handle running when a connection ends within its callback. */

static void on_ready(uv_poll_t *h, int status, int events)
{
	struct link *l = h->data;

	if (status < 0)
		events = UV_READABLE; /* the read finds out what is wrong */
	if (l->redis && (events & UV_READABLE))
		redisAsyncHandleRead(l->redis);
	if (l->redis && (events & UV_WRITABLE))
		redisAsyncHandleWrite(l->redis);
}

static void want(struct link *l, int events)
{
	if (events == l->events || !l->polling)
		return;
	l->events = events;
	if (events)
		(void)uv_poll_start(&l->poll, events, on_ready);
	else
		(void)uv_poll_stop(&l->poll);
}

static void add_read(void *p)
{
	want(p, ((struct link *)p)->events | UV_READABLE);
}

static void del_read(void *p)
{
	want(p, ((struct link *)p)->events & ~UV_READABLE);
}

static void add_write(void *p)
{
	want(p, ((struct link *)p)->events | UV_WRITABLE);
}

static void del_write(void *p)
{
	want(p, ((struct link *)p)->events & ~UV_WRITABLE);
}

static void on_closed(uv_handle_t *h)
{
	free(h->data);
}

/* hiredis lets go of the connection: the link goes with it. */
static void cleanup(void *p)
{
	struct link *l = p;
	struct bus *b = l->bus;

	l->redis = NULL;
	l->polling = false;
	b->link[l->side] = NULL;
	if (l->up && l->side == EAR && !b->closing)
		b->ears.change(b->ears.arg, false);
	uv_close((uv_handle_t *)&l->poll, on_closed);
}

/* ---- connections -------------------------------------------------------------------------- */

static void on_message(redisAsyncContext *redis, void *reply, void *arg)
{
	struct link *l = arg;
	const redisReply *r = reply;

	(void)redis;
	if (!r || r->type != REDIS_REPLY_ARRAY || r->elements != 3)
		return;
	if (!strcmp(r->element[0]->str, "subscribe")) {
		l->up = true;
		l->bus->ears.change(l->bus->ears.arg, true);
	} else if (!strcmp(r->element[0]->str, "message")) {
		l->bus->ears.message(l->bus->ears.arg, r->element[2]->str,
				     (size_t)r->element[2]->len);
	}
}

static void on_connect(const redisAsyncContext *redis, int status)
{
	struct link *l = redis->ev.data;

	if (status == REDIS_OK && l && l->side == MOUTH)
		l->up = true;
}

static void connect_side(struct bus *b, enum side side)
{
	const struct conf *conf = b->conf;
	redisAsyncContext *redis =
		*conf->redis_socket ? redisAsyncConnectUnix(conf->redis_socket)
				    : redisAsyncConnect(conf->redis_host, (int)conf->redis_port);

	if (!redis || redis->err) {
		if (redis)
			redisAsyncFree(redis);
		return;
	}
	struct link *l = calloc(1, sizeof(*l));

	if (!l || uv_poll_init(b->loop, &l->poll, redis->c.fd) != 0)
		abort();
	l->bus = b;
	l->side = side;
	l->redis = redis;
	l->polling = true;
	l->poll.data = l;
	b->link[side] = l;
	redis->ev.data = l;
	redis->ev.addRead = add_read;
	redis->ev.delRead = del_read;
	redis->ev.addWrite = add_write;
	redis->ev.delWrite = del_write;
	redis->ev.cleanup = cleanup;
	(void)redisAsyncSetConnectCallback(redis, on_connect);
	if (*conf->redis_password)
		(void)redisAsyncCommand(redis, NULL, NULL, "AUTH %s", conf->redis_password);
	if (side == EAR)
		(void)redisAsyncCommand(redis, on_message, l, "SUBSCRIBE %s", b->channel);
}

static void on_again(uv_timer_t *t)
{
	struct bus *b = t->data;

	for (enum side s = EAR; s < SIDES; s++)
		if (!b->link[s])
			connect_side(b, s);
}

struct bus *bus_open(const struct conf *conf, uv_loop_t *loop, const char *channel,
		     struct bus_ears ears)
{
	struct bus *b = calloc(1, sizeof(*b));

	if (!b || uv_timer_init(loop, &b->again) != 0)
		abort();
	b->conf = conf;
	b->loop = loop;
	b->ears = ears;
	b->again.data = b;
	(void)snprintf(b->channel, sizeof(b->channel), "%s%s", conf->redis_prefix, channel);
	on_again(&b->again);
	if (uv_timer_start(&b->again, on_again, AGAIN_MS, AGAIN_MS) != 0)
		abort();
	return b;
}

bool bus_say(struct bus *b, const char *text, size_t n)
{
	struct link *l = b->link[MOUTH];

	return l && l->up &&
	       redisAsyncCommand(l->redis, NULL, NULL, "PUBLISH %s %b", b->channel, text, n) ==
		       REDIS_OK;
}

static void on_bus_closed(uv_handle_t *h)
{
	free(h->data);
}

void bus_close(struct bus *b)
{
	b->closing = true;
	for (enum side s = EAR; s < SIDES; s++)
		if (b->link[s])
			redisAsyncFree(b->link[s]->redis);
	uv_close((uv_handle_t *)&b->again, on_bus_closed);
}
