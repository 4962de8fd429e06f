#include "kv/bus.h"
#include "base/log.h"
#include "kv/reach.h"

#include <hiredis/async.h>
#include <hiredis/hiredis.h>
#include <hiredis/sds.h>

enum {
	TICK_MS = 200,	/* until a connection is made again */
	PING_TICKS = 5,
	PINGS_MAX = 3,	/* without a word of Redis */
	OUT_MAX = 32 << 20, /* bytes that Redis has not taken */
	CHANNEL_MAX = 80,
};

/* One connection listens, the other speaks: a subscribed one may do nothing else. */
enum side { EAR, MOUTH, SIDES };

struct link {
	struct bus *bus;
	enum side side;
	redisAsyncContext *redis; /* NULL: none */
	uv_poll_t poll;
	int events;
	bool polling, up;
	int pings; /* sent since anything came */
};

struct bus {
	const struct conf *conf;
	uv_loop_t *loop;
	uv_timer_t tick;
	unsigned ticks;
	struct link *link[SIDES];
	bool refused[SIDES]; /* and that was said */
	uv_work_t look;
	struct reach reach; /* while looking, the other thread's, as is found */
	bool looking, found, lost /* and that was said */;
	char host[sizeof(((struct reach *)NULL)->host)]; /* where the links lead to; empty: as the settings say */
	int port;
	char channel[CHANNEL_MAX];
	struct bus_ears ears;
	bool closing, closed;
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

static void say_refused(const struct link *l, const char *why)
{
	if (!l->bus->refused[l->side])
		LOG(LOG_WARN, "Redis refuses messages between processes", LOG_TEXT("why", why));
	l->bus->refused[l->side] = true;
}

/* hiredis lets go of the connection: the link goes with it. */
static void cleanup(void *p)
{
	struct link *l = p;
	struct bus *b = l->bus;

	if (l->redis->err == REDIS_ERR_OTHER) /* what it makes of an error while subscribed */
		say_refused(l, l->redis->errstr);
	l->redis = NULL;
	l->polling = false;
	b->link[l->side] = NULL;
	if (l->up && l->side == EAR && !b->closing)
		b->ears.change(b->ears.arg, false);
	uv_close((uv_handle_t *)&l->poll, on_closed);
}

/* ---- connections -------------------------------------------------------------------------- */

static void set_up(struct link *l)
{
	if (l->up)
		return;
	l->up = true;
	l->bus->refused[l->side] = false;
	if (l->side == EAR)
		l->bus->ears.change(l->bus->ears.arg, true);
}

/* To AUTH, ROLE and PUBLISH. */
static void on_reply(redisAsyncContext *redis, void *reply, void *arg)
{
	struct link *l = arg;
	const redisReply *r = reply;

	if (!r) /* the connection ends */
		return;
	l->pings = 0;
	if (r->type == REDIS_REPLY_ERROR) {
		say_refused(l, r->str);
		redisAsyncFree(redis);
	} else if (r->type == REDIS_REPLY_ARRAY) {
		if (!reach_is_master(r))
			redisAsyncFree(redis);
	} else if (r->type == REDIS_REPLY_INTEGER) {
		set_up(l);
	}
}

static void on_message(redisAsyncContext *redis, void *reply, void *arg)
{
	struct link *l = arg;
	const redisReply *r = reply;

	(void)redis;
	if (!r || r->type != REDIS_REPLY_ARRAY || r->elements != 3)
		return;
	l->pings = 0;
	if (!strcmp(r->element[0]->str, "subscribe")) {
		set_up(l);
	} else if (!strcmp(r->element[0]->str, "message") && r->element[2]->len) {
		l->bus->ears.message(l->bus->ears.arg, r->element[2]->str,
				     (size_t)r->element[2]->len);
	}
}

/* With what it is for, so that not being allowed to is seen, too. (hiredis could not take the answer to a
 * PING while it is subscribed.) */
static void ping(struct link *l)
{
	l->pings++;
	if (l->side == EAR)
		(void)redisAsyncCommand(l->redis, on_message, l, "SUBSCRIBE %s", l->bus->channel);
	else
		(void)redisAsyncCommand(l->redis, on_reply, l, "PUBLISH %s %b", l->bus->channel, "", (size_t)0);
}

/*
 * ROLE comes first where a Sentinel named it: between that and now it may have been demoted, and what is published on
 * a replica reaches only who listens there. From then on the Sentinels see to it: in the transaction that demotes a
 * master they send it CLIENT KILL. One that is silent is left by the pings.
 */
static void connect_side(struct bus *b, enum side side)
{
	const struct conf *conf = b->conf;
	redisAsyncContext *redis;

	if (*b->host)
		redis = redisAsyncConnect(b->host, b->port);
	else if (*conf->redis_socket)
		redis = redisAsyncConnectUnix(conf->redis_socket);
	else
		redis = redisAsyncConnect(conf->redis_host, (int)conf->redis_port);
	if (!redis || redis->err) {
		if (redis)
			redisAsyncFree(redis);
		return;
	}
	struct link *l = must(calloc(1, sizeof(*l)));

	if (uv_poll_init(b->loop, &l->poll, redis->c.fd) != 0)
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
	if (*conf->redis_password)
		(void)redisAsyncCommand(redis, on_reply, l, "AUTH %s", conf->redis_password);
	if (*b->host)
		(void)redisAsyncCommand(redis, on_reply, l, "ROLE");
	ping(l);
}

static void connect_missing(struct bus *b)
{
	for (enum side s = EAR; s < SIDES; s++)
		if (!b->link[s])
			connect_side(b, s);
}

/* ---- the master, which Sentinels are asked for in another thread: that blocks --------------- */

static void look(uv_work_t *w)
{
	struct bus *b = w->data;
	redisContext *redis = reach_redis(b->conf, &b->reach);

	b->found = redis;
	if (redis)
		redisFree(redis);
}

static void looked(uv_work_t *w, int status)
{
	struct bus *b = w->data;

	(void)status; /* it is cancelled by bus_close() alone */
	b->looking = false;
	if (b->closing) {
		if (b->closed)
			free(b);
		return;
	}
	if (!b->found) {
		if (!b->lost)
			LOG(LOG_WARN, "no master of Redis is found", LOG_TEXT("why", b->reach.why));
		b->lost = true;
		return;
	}
	b->lost = false;
	if (b->port != b->reach.port || strcmp(b->host, b->reach.host) != 0) {
		LOG(LOG_INFO, "the master of Redis is found", LOG_TEXT("host", b->reach.host),
		    LOG_NUM("port", b->reach.port));
		memcpy(b->host, b->reach.host, sizeof(b->host));
		b->port = b->reach.port;
		for (enum side s = EAR; s < SIDES; s++) /* who is somewhere else hears and reaches nobody */
			if (b->link[s])
				redisAsyncFree(b->link[s]->redis);
	}
	connect_missing(b);
}

static void connect_again(struct bus *b)
{
	if (!*b->conf->redis_sentinels)
		connect_missing(b);
	else if (!b->looking)
		b->looking = uv_queue_work(b->loop, &b->look, look, looked) == 0;
}

/* Pings are counted, not the time: a loop that was late is not taken for a Redis that is silent. */
static void on_tick(uv_timer_t *t)
{
	struct bus *b = t->data;
	bool due = b->ticks++ % PING_TICKS == 0, missing = false;

	for (enum side s = EAR; s < SIDES; s++) {
		if (!b->link[s])
			missing = true;
		else if (due && b->link[s]->pings == PINGS_MAX)
			redisAsyncFree(b->link[s]->redis);
		else if (due)
			ping(b->link[s]);
	}
	if (missing)
		connect_again(b);
}

struct bus *bus_open(const struct conf *conf, uv_loop_t *loop, const char *channel,
		     struct bus_ears ears)
{
	struct bus *b = must(calloc(1, sizeof(*b)));

	if (uv_timer_init(loop, &b->tick) != 0)
		abort();
	b->conf = conf;
	b->loop = loop;
	b->ears = ears;
	b->tick.data = b->look.data = b;
	(void)snprintf(b->channel, sizeof(b->channel), "%s%s", conf->redis_prefix, channel);
	on_tick(&b->tick);
	if (uv_timer_start(&b->tick, on_tick, TICK_MS, TICK_MS) != 0)
		abort();
	return b;
}

bool bus_say(struct bus *b, const char *text, size_t n)
{
	struct link *l = b->link[MOUTH];

	return l && l->up && sdslen(l->redis->c.obuf) + n < OUT_MAX &&
	       redisAsyncCommand(l->redis, on_reply, l, "PUBLISH %s %b", b->channel, text, n) ==
		       REDIS_OK;
}

static void on_bus_closed(uv_handle_t *h)
{
	struct bus *b = h->data;

	b->closed = true;
	if (!b->looking)
		free(b);
}

void bus_close(struct bus *b)
{
	b->closing = true;
	for (enum side s = EAR; s < SIDES; s++)
		if (b->link[s])
			redisAsyncFree(b->link[s]->redis);
	if (b->looking)
		(void)uv_cancel((uv_req_t *)&b->look); /* looked() comes all the same */
	uv_close((uv_handle_t *)&b->tick, on_bus_closed);
}
