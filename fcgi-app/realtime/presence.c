#include "realtime/presence.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "json/cut.h"
#include "realtime/call.h"
#include "realtime/circle.h"
#include "realtime/gateway.h"
#include "realtime/hub.h"
#include "realtime/pool.h"

enum {
	TICK_MS = 250,
	ALIVE_TICKS = 40, /* between two beats without news: 10 s */
	BATCH = 1000,     /* ids in one beat, of those who came and of those who went */
	BODY_MAX = 64 << 10,
	DEAD_S = 30, /* after the last beat, to the pool */
};

struct presence {
	struct gateway *gw;
	uv_timer_t tick;
	unsigned ticks; /* since the last beat */
	bool news, asking;
	int64_t asked_at, alive_at; /* monotonic µs: this beat; the last one that was taken */
	uint64_t *gone; /* who went, the first n_telling of them being told */
	size_t n_gone, n_telling, size_gone;
};

static void add_ids(struct buf *b, const char *name, const uint64_t *ids, size_t n)
{
	buf_printf(b, ",\"%s\":[", name);
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "%s%llu", i ? "," : "", (unsigned long long)ids[i]);
	buf_char(b, ']');
}

/* The next of those who came and were not told of yet. */
static size_t newcomers(struct presence *p, uint64_t ids[BATCH])
{
	size_t n = 0;

	for (struct user *u = hub_users(p->gw->hub); u && n < BATCH; u = u->hh.next)
		if (u->told == UNTOLD) {
			u->told = TELLING;
			ids[n++] = u->id;
		}
	return n;
}

static void set_all(struct presence *p, enum told from, enum told to)
{
	for (struct user *u = hub_users(p->gw->hub); u; u = u->hh.next)
		if (u->told == from)
			u->told = to;
}

/* Who is here again has not gone. */
static void drop_returned(struct presence *p)
{
	size_t to = 0;

	for (size_t i = 0; i < p->n_gone; i++)
		if (!hub_user(p->gw->hub, p->gone[i]))
			p->gone[to++] = p->gone[i];
	p->n_gone = to;
}

static void on_beat(void *arg, int status, const char *body, size_t n)
{
	struct presence *p = arg;
	struct cut known = cut_member(cut_member((struct cut){body, n}, "data"), "known");

	p->asking = false;
	if (status != 200) {
		LOG(LOG_INFO, "the pool was not told who is here; it will be again", LOG_NUM("status", status));
		set_all(p, TELLING, UNTOLD);
		p->n_telling = 0;
		drop_returned(p);
		p->news = true;
		return;
	}
	set_all(p, TELLING, TOLD);
	p->n_gone -= p->n_telling;
	if (p->n_gone)
		memmove(p->gone, p->gone + p->n_telling, p->n_gone * sizeof(*p->gone));
	p->n_telling = 0;
	if (p->alive_at && ((known.s && *known.s == 'f') || clock_mono() - p->alive_at > DEAD_S * 1000000LL)) {
		LOG(LOG_WARN, "the pool may have taken this gateway for dead; seats in calls are looked for");
		calls_doubt(p->gw);
	}
	p->alive_at = p->asked_at;
	if (known.s && *known.s == 'f') { /* what was told before is forgotten */
		set_all(p, TOLD, UNTOLD);
		p->news = true;
	}
	p->news |= p->n_gone > 0;
}

static void beat(struct presence *p)
{
	struct gateway *gw = p->gw;
	uint64_t ids[BATCH];
	char uri[64];
	size_t n = newcomers(p, ids);
	struct buf b = buf_new(gw->arena, 1024, BODY_MAX);

	p->n_telling = MIN(p->n_gone, (size_t)BATCH);
	p->ticks = 0;
	p->news = n == BATCH;
	p->asking = true;
	p->asked_at = clock_mono();
	buf_printf(&b,
		   "{\"sockets\":%zu,\"users\":%zu,\"queuedBytes\":%zu,\"inBytes\":%zu,\"rooms\":%zu,\"calls\":%zu,"
		   "\"poolWaiting\":%zu,\"draining\":%s",
		   gw->n_socks, hub_n_users(gw->hub), gw->out_bytes, gw->in_bytes, hub_n_rooms(gw->hub),
		   circles_calls(gw->circles), pool_waiting(gw->pool), gw->draining ? "true" : "false");
	add_ids(&b, "online", ids, n);
	add_ids(&b, "offline", p->gone, p->n_telling);
	buf_char(&b, '}');
	(void)snprintf(uri, sizeof(uri), "/internal/gateways/%s/beat", gw->id);
	(void)pool_ask(gw->pool, &(struct ask){.method = "POST",
					       .uri = uri,
					       .client_ip = "",
					       .repeatable = true,
					       .body = b.data,
					       .n = b.len,
					       .done = on_beat,
					       .arg = p});
}

static void on_tick(uv_timer_t *t)
{
	struct presence *p = t->data;

	calls_tick(p->gw);
	p->ticks++;
	if (!p->asking && (p->news || p->ticks >= ALIVE_TICKS))
		beat(p);
}

void presence_came(struct presence *p, struct user *u)
{
	size_t to = p->n_telling;

	/* back before it was told that it had gone */
	for (size_t i = p->n_telling; i < p->n_gone; i++)
		if (p->gone[i] != u->id)
			p->gone[to++] = p->gone[i];
	/* it may be the beat under way that said it was here */
	u->told = to == p->n_gone ? UNTOLD : p->asking ? TELLING : TOLD;
	p->n_gone = to;
	p->news = true;
}

void presence_went(struct presence *p, const struct user *u)
{
	if (u->told == UNTOLD)
		return;
	if (p->n_gone == p->size_gone) {
		p->size_gone = p->size_gone * 2 + 64;
		p->gone = must(realloc(p->gone, p->size_gone * sizeof(*p->gone)));
	}
	p->gone[p->n_gone++] = u->id;
	p->news = true;
}

bool presence_settled(const struct presence *p)
{
	return !p->news && !p->asking && calls_settled();
}

struct presence *presence_open(struct gateway *gw)
{
	struct presence *p = must(calloc(1, sizeof(*p)));

	p->gw = gw;
	p->tick.data = p;
	p->news = true; /* that it is here */
	if (uv_timer_init(&gw->loop, &p->tick) != 0 || uv_timer_start(&p->tick, on_tick, TICK_MS, TICK_MS) != 0)
		abort();
	return p;
}

static void on_closed(uv_handle_t *t)
{
	struct presence *p = t->data;

	free(p->gone);
	free(p);
}

void presence_close(struct presence *p)
{
	uv_close((uv_handle_t *)&p->tick, on_closed);
}
