#include "realtime/pool.h"
#include "base/clock.h"

#include <utlist.h>

/* FastCGI 1.0 (fastcgi-archives.github.io/FastCGI_Specification.html), as one responder request a connection */
enum {
	FCGI_BEGIN = 1,
	FCGI_END = 3,
	FCGI_PARAMS = 4,
	FCGI_STDIN = 5,
	FCGI_STDOUT = 6,
	RECORD_HEAD = 8,
	RECORD_MAX = 65528, /* of content; a multiple of 8 */
};

enum {
	AT_ONCE = 48, /* calls under way; the pool queues what it cannot take */
	ANSWER_MAX = 8 << 20,
	TRY_MS = 20,        /* the first pause before a call is made again; doubled each time */
	PATIENCE_MS = 6000, /* for all tries together */
	TICK_MS = 20,
};

enum state { WAITING, PAUSING, RUNNING };

struct call {
	struct call *prev, *next; /* in the list of its state */
	struct pool *pool;
	enum state state;
	bool repeatable, ended;
	unsigned tries;
	int64_t born, due; /* monotonic µs; due: of a pausing call */
	void (*done)(void *arg, int status, const char *body, size_t n);
	void *arg;

	uv_pipe_t pipe;
	uv_connect_t connect;
	uv_write_t write;
	char *out; /* the whole request, as records */
	size_t n_out;
	char *in; /* what was read, and how much of it was understood */
	size_t n_in, size_in, seen;
	char *answer; /* STDOUT without its frames */
	size_t n_answer, size_answer;
};

struct pool {
	const struct conf *conf;
	uv_loop_t *loop;
	uv_timer_t tick;
	struct call *list[RUNNING + 1];
	size_t n[RUNNING + 1];
	bool closing;
};

static void move(struct call *c, enum state to)
{
	struct pool *p = c->pool;

	DL_DELETE(p->list[c->state], c);
	p->n[c->state]--;
	c->state = to;
	DL_APPEND(p->list[to], c);
	p->n[to]++;
}

/* ---- the request as records --------------------------------------------------------------- */

static void add_record(struct call *c, int type, const char *data, size_t n)
{
	unsigned char head[RECORD_HEAD] = {1, (unsigned char)type,     0,
					   1, (unsigned char)(n >> 8), (unsigned char)n};

	memcpy(c->out + c->n_out, head, sizeof(head));
	if (n)
		memcpy(c->out + c->n_out + RECORD_HEAD, data, n);
	c->n_out += RECORD_HEAD + n;
}

static size_t put_length(char *to, size_t n)
{
	if (n < 128) {
		*to = (char)n;
		return 1;
	}
	for (int i = 0; i < 4; i++)
		to[i] = (char)(n >> (24 - 8 * i));
	*to = (char)((unsigned char)*to | 0x80);
	return 4;
}

struct params {
	char *text;
	size_t n, size;
};

static void add_param(struct params *p, const char *name, const char *value)
{
	if (!value)
		return;
	size_t n_name = strlen(name), n_value = strlen(value);

	if (p->size - p->n < n_name + n_value + 8) {
		p->size = p->size * 2 + n_name + n_value + 8;
		p->text = must(realloc(p->text, p->size));
	}
	p->n += put_length(p->text + p->n, n_name);
	p->n += put_length(p->text + p->n, n_value);
	memcpy(p->text + p->n, name, n_name);
	memcpy(p->text + p->n + n_name, value, n_value);
	p->n += n_name + n_value;
}

static void write_request(struct call *c, const struct ask *a)
{
	static const char begin[8] = {0, 1}; /* responder, connection ends with the request */
	struct params p = {0};
	char length[24], *bearer = NULL;
	const char *query = strchr(a->uri, '?');

	(void)snprintf(length, sizeof(length), "%zu", a->n);
	if (a->token && asprintf(&bearer, "Bearer %s", a->token) < 0)
		abort();
	add_param(&p, "REQUEST_METHOD", a->method);
	add_param(&p, "REQUEST_URI", a->uri);
	add_param(&p, "QUERY_STRING", query ? query + 1 : "");
	add_param(&p, "CONTENT_LENGTH", length);
	add_param(&p, "CONTENT_TYPE", a->n ? "application/json" : NULL);
	add_param(&p, "REMOTE_ADDR", a->client_ip);
	add_param(&p, "HTTP_AUTHORIZATION", bearer);
	add_param(&p, "HTTP_IDEMPOTENCY_KEY", a->key);
	free(bearer);
	assert(p.n <= RECORD_MAX);
	c->out = must(
		malloc(p.n + a->n + (5 + a->n / RECORD_MAX + 1) * RECORD_HEAD + sizeof(begin)));
	add_record(c, FCGI_BEGIN, begin, sizeof(begin));
	add_record(c, FCGI_PARAMS, p.text, p.n);
	add_record(c, FCGI_PARAMS, NULL, 0);
	for (size_t at = 0; at < a->n; at += RECORD_MAX)
		add_record(c, FCGI_STDIN, a->body + at, MIN(a->n - at, (size_t)RECORD_MAX));
	add_record(c, FCGI_STDIN, NULL, 0);
	free(p.text);
}

/* ---- the answer --------------------------------------------------------------------------- */

static bool grow(char **p, size_t *size, size_t need)
{
	if (need > ANSWER_MAX)
		return false;
	if (need > *size) {
		*size = MAX(need, *size * 2);
		*p = must(realloc(*p, *size));
	}
	return true;
}

/* Takes the complete records out of what was read. False: too much, or nonsense. */
static bool take_records(struct call *c)
{
	while (c->n_in - c->seen >= RECORD_HEAD && !c->ended) {
		const unsigned char *head = (const unsigned char *)c->in + c->seen;
		size_t n = (size_t)head[4] << 8 | head[5], all = RECORD_HEAD + n + head[6];

		if (head[0] != 1)
			return false;
		if (c->n_in - c->seen < all)
			break;
		if (head[1] == FCGI_STDOUT) {
			if (!grow(&c->answer, &c->size_answer, c->n_answer + n + 1))
				return false;
			memcpy(c->answer + c->n_answer, head + RECORD_HEAD, n);
			c->n_answer += n;
		}
		c->ended = head[1] == FCGI_END;
		c->seen += all;
	}
	if (c->seen == c->n_in)
		c->seen = c->n_in = 0;
	return true;
}

/* "Status: 201\r\n…\r\n\r\nbody": the status, or 0. */
static int split_answer(struct call *c, const char **body, size_t *n)
{
	if (!c->ended || c->n_answer < 12)
		return 0;
	c->answer[c->n_answer] = '\0';
	const char *blank = memmem(c->answer, c->n_answer, "\r\n\r\n", 4);

	if (!blank || strncmp(c->answer, "Status: ", 8) != 0)
		return 0;
	*body = blank + 4;
	*n = c->n_answer - (size_t)(*body - c->answer);
	return (int)strtol(c->answer + 8, NULL, 10);
}

/* ---- a call's life ------------------------------------------------------------------------ */

static void run_next(struct pool *p);

static void free_call(struct call *c)
{
	DL_DELETE(c->pool->list[c->state], c);
	c->pool->n[c->state]--;
	free(c->out);
	free(c->in);
	free(c->answer);
	free(c);
}

static void again_later(struct call *c, int64_t now)
{
	c->due = now + ((int64_t)TRY_MS * 1000 << MIN(c->tries, 6U));
	c->tries++;
	c->n_in = c->seen = c->n_answer = 0;
	c->ended = false;
	move(c, PAUSING);
}

/* The connection is closed: the answer goes to whoever asked, or the call is made again. */
static void on_closed(uv_handle_t *h)
{
	struct call *c = h->data;
	struct pool *p = c->pool;
	const char *body = "";
	size_t n = 0;
	int status = split_answer(c, &body, &n);
	int64_t now = clock_mono();

	if (!p->closing && (status == 0 || status == 503) && c->repeatable &&
	    now - c->born < PATIENCE_MS * 1000) {
		again_later(c, now);
	} else {
		if (c->done && !p->closing)
			c->done(c->arg, status, body, n);
		free_call(c);
	}
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

	(void)suggested;
	/* an answer is mostly one record */
	if (!grow(&c->in, &c->size_in, c->n_in + 8192)) {
		*buf = uv_buf_init(NULL, 0);
		return;
	}
	*buf = uv_buf_init(c->in + c->n_in, (unsigned)(c->size_in - c->n_in));
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct call *c = s->data;

	(void)buf;
	if (n > 0) {
		c->n_in += (size_t)n;
		if (take_records(c) && !c->ended)
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
	c->repeatable = a->key || !strcmp(a->method, "GET");
	c->born = clock_mono();
	write_request(c, a);
	DL_APPEND(p->list[WAITING], c);
	p->n[WAITING]++;
	run_next(p);
	return c;
}

void pool_forget(struct call *c)
{
	c->done = NULL;
}

size_t pool_waiting(const struct pool *p)
{
	return p->n[WAITING] + p->n[PAUSING];
}

static void on_pool_closed(uv_handle_t *h)
{
	(void)h;
}

void pool_close(struct pool *p)
{
	struct call *c, *next;

	p->closing = true;
	uv_close((uv_handle_t *)&p->tick, on_pool_closed);
	DL_FOREACH_SAFE(p->list[WAITING], c, next)
		free_call(c);
	DL_FOREACH_SAFE(p->list[PAUSING], c, next)
		free_call(c);
	DL_FOREACH_SAFE(p->list[RUNNING], c, next)
		hang_up(c);
}
