#include "realtime/pool.h"
#include "base/clock.h"
#include "realtime/records.h"

#include <utlist.h>

enum {
	AT_ONCE = 48, /* calls under way; the pool queues what it cannot take */
	TRY_MS = 20,        /* the first pause before a call is made again; doubled each time */
	PATIENCE_MS = 6000, /* for all tries together */
	TICK_MS = 20,
	WAITING_MAX = 8192,
	BYTES_MAX = 256 << 20, /* of all requests */
};

enum state { WAITING, PAUSING, RUNNING, REFUSED, STATES };

struct call {
	struct call *prev, *next; /* in the list of its state */
	struct pool *pool;
	enum state state;
	bool repeatable, reads, first;
	unsigned tries;
	int64_t born, due; /* monotonic µs; due: of a pausing call */
	void (*done)(void *arg, int status, const char *body, size_t n);
	void *arg;

	uv_pipe_t pipe;
	uv_connect_t connect;
	uv_write_t write;
	char *out; /* the whole request, as records */
	size_t n_out;
	struct answer answer;
};

struct pool {
	const struct conf *conf;
	uv_loop_t *loop;
	uv_timer_t tick;
	struct call *list[STATES];
	size_t n[STATES], bytes;
	bool closing;
};

static void enlist(struct call *c)
{
	struct pool *p = c->pool;

	if (c->first)
		DL_PREPEND(p->list[c->state], c);
	else
		DL_APPEND(p->list[c->state], c);
	p->n[c->state]++;
}

static void move(struct call *c, enum state to)
{
	struct pool *p = c->pool;

	DL_DELETE(p->list[c->state], c);
	p->n[c->state]--;
	c->state = to;
	enlist(c);
}

/* ---- a call's life ------------------------------------------------------------------------ */

static void run_next(struct pool *p);

static void free_call(struct call *c)
{
	DL_DELETE(c->pool->list[c->state], c);
	c->pool->n[c->state]--;
	c->pool->bytes -= c->n_out;
	free(c->out);
	answer_free(&c->answer);
	free(c);
}

static bool is_late(const struct call *c, int64_t now)
{
	return now - c->born > PATIENCE_MS * 1000;
}

static void finish(struct call *c, int status, const char *body, size_t n)
{
	if (c->done && !c->pool->closing)
		c->done(c->arg, status, body, n);
	free_call(c);
}

static void again_later(struct call *c, int64_t now)
{
	c->due = now + ((int64_t)TRY_MS * 1000 << MIN(c->tries, 6U));
	c->tries++;
	answer_reset(&c->answer);
	move(c, PAUSING);
}

/* The connection is closed: the answer goes to whoever asked, or the call is made again. */
static void on_closed(uv_handle_t *h)
{
	struct call *c = h->data;
	struct pool *p = c->pool;
	const char *body = "";
	size_t n = 0;
	int status = answer_split(&c->answer, &body, &n);
	int64_t now = clock_mono();

	if (!p->closing && (status == 0 || status == 503) && c->repeatable && !is_late(c, now))
		again_later(c, now);
	else
		finish(c, status, body, n);
	if (!p->closing)
		run_next(p);
}

static void hang_up(struct call *c)
{
	if (!uv_is_closing((uv_handle_t *)&c->pipe))
		uv_close((uv_handle_t *)&c->pipe, on_closed);
}

static void give_room(uv_handle_t *h, size_t suggested, uv_buf_t *buf)
{
	struct call *c = h->data;
	size_t n = 0;
	char *room = answer_room(&c->answer, &n);

	(void)suggested;
	*buf = uv_buf_init(room, (unsigned)n);
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct call *c = s->data;

	(void)buf;
	if (n > 0) {
		c->answer.n_in += (size_t)n;
		if (answer_take(&c->answer) && !c->answer.ended)
			return;
	} else if (n == 0) {
		return;
	}
	hang_up(c);
}

static void on_written(uv_write_t *w, int error)
{
	struct call *c = w->data;

	/* a worker may answer before it has read all; what it says is read then */
	if (error && error != UV_EPIPE)
		hang_up(c);
}

static void on_connected(uv_connect_t *r, int error)
{
	struct call *c = r->data;
	uv_buf_t buf = uv_buf_init(c->out, (unsigned)c->n_out);

	if (error || uv_read_start((uv_stream_t *)&c->pipe, give_room, on_read) != 0 ||
	    uv_write(&c->write, (uv_stream_t *)&c->pipe, &buf, 1, on_written) != 0)
		hang_up(c);
}

static void start(struct call *c)
{
	struct pool *p = c->pool;

	move(c, RUNNING);
	if (uv_pipe_init(p->loop, &c->pipe, 0) != 0)
		abort();
	c->pipe.data = c->connect.data = c->write.data = c;
	uv_pipe_connect(&c->connect, &c->pipe, p->conf->listen, on_connected);
}

static void run_next(struct pool *p)
{
	while (p->list[WAITING] && p->n[RUNNING] < AT_ONCE)
		start(p->list[WAITING]);
}

static void on_tick(uv_timer_t *t)
{
	struct pool *p = t->data;
	struct call *c, *next;
	int64_t now = clock_mono(), limit = (p->conf->request_timeout + 2000) * 1000;

	DL_FOREACH_SAFE(p->list[PAUSING], c, next)
		if (c->due <= now)
			move(c, WAITING);
	DL_FOREACH_SAFE(p->list[RUNNING], c, next)
		if (now - c->born > limit + PATIENCE_MS * 1000)
			hang_up(c); /* the master ends workers before that */
	DL_FOREACH_SAFE(p->list[WAITING], c, next)
		if (is_late(c, now))
			move(c, REFUSED);
	/* done() may ask, for the next tick, and forget others of these */
	for (size_t n = p->n[REFUSED]; n && p->list[REFUSED]; n--)
		finish(p->list[REFUSED], 0, "", 0);
	run_next(p);
}

struct pool *pool_open(const struct conf *conf, uv_loop_t *loop)
{
	struct pool *p = must(calloc(1, sizeof(*p)));

	p->conf = conf;
	p->loop = loop;
	p->tick.data = p;
	if (uv_timer_init(loop, &p->tick) != 0 ||
	    uv_timer_start(&p->tick, on_tick, TICK_MS, TICK_MS) != 0)
		abort();
	return p;
}

struct call *pool_ask(struct pool *p, const struct ask *a)
{
	struct call *c = must(calloc(1, sizeof(*c)));

	c->pool = p;
	c->done = a->done;
	c->arg = a->arg;
	c->reads = !strcmp(a->method, "GET");
	c->first = a->first;
	c->repeatable = a->repeatable || a->key || c->reads;
	c->born = clock_mono();
	if (!a->first && (p->n[WAITING] + p->n[PAUSING] >= WAITING_MAX || p->bytes + a->n > BYTES_MAX))
		c->state = REFUSED; /* told by the next tick */
	else
		c->out = records_write(a, &c->n_out);
	p->bytes += c->n_out;
	enlist(c);
	run_next(p);
	return c;
}

void pool_forget(struct call *c)
{
	c->done = NULL;
	if (c->reads && c->state != RUNNING)
		free_call(c);
}

size_t pool_waiting(const struct pool *p)
{
	return p->n[WAITING] + p->n[PAUSING];
}

void pool_close(struct pool *p)
{
	struct call *c, *next;

	p->closing = true;
	uv_close((uv_handle_t *)&p->tick, NULL);
	for (enum state s = WAITING; s < STATES; s++)
		DL_FOREACH_SAFE(p->list[s], c, next)
			s == RUNNING ? hang_up(c) : free_call(c);
}

void pool_free(struct pool *p)
{
	free(p);
}
