#include "api/worker.h"
#include "api/pipeline.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/score.h"
#include "db/db.h"
#include "domain/live/live.h"
#include "domain/registry.h"
#include "http/fcgi.h"
#include "kv/kv.h"
#include "sec/random.h"
#include "sec/token.h"

#include <signal.h>

enum { ARENA_CAP = 32 << 20, OUT_MAX = 16 << 20 };

unsigned worker_index;
/* Signals are blocked all the time, see http/fcgi.h. */
static bool told_to_stop(void)
{
	sigset_t pending;

	(void)sigpending(&pending);
	return sigismember(&pending, SIGTERM) || sigismember(&pending, SIGINT);
}

static void mark(enum score_state state)
{
	struct score_worker *w = &score()->worker[worker_index];

	atomic_store_explicit(&w->since, clock_mono(), memory_order_relaxed);
	if (state == SCORE_BUSY)
		atomic_store_explicit(&w->route, -1, memory_order_relaxed);
	atomic_store_explicit(&w->state, (int)state, memory_order_release);
}

static void count(const struct req *r, int64_t us)
{
	struct score *s = score();
	size_t route = r->route ? registry_route_index(r->route) : SCORE_ROUTES;

	score_answer(route, r->http_status, us);
	atomic_fetch_add_explicit(&s->db_trips, r->ctx.db_trips, memory_order_relaxed);
	atomic_fetch_add_explicit(&s->db_us, (uint64_t)r->ctx.db_us, memory_order_relaxed);
	atomic_fetch_add_explicit(&s->kv_trips, r->ctx.kv_trips, memory_order_relaxed);
	atomic_fetch_add_explicit(&s->kv_us, (uint64_t)r->ctx.kv_us, memory_order_relaxed);
	atomic_fetch_add_explicit(&s->worker[worker_index].requests, 1, memory_order_relaxed);
}

/* The path without its query: queries may hold what people search for. */
static const char *path_of(const struct req *r)
{
	return arena_strndup(r->ctx.arena, r->uri, MIN(strcspn(r->uri, "?"), (size_t)200));
}

static void write_log(const struct req *r, enum status st, int64_t us)
{
	const struct error_row *row = error_row(st);

	LOG(row->level, "request", LOG_TEXT("rid", r->ctx.request_id), LOG_TEXT("method", r->method),
	    LOG_TEXT("route", r->route ? r->route->name : "none"), LOG_TEXT("path", path_of(r)),
	    LOG_NUM("status", r->http_status), LOG_TEXT("code", row->name),
	    LOG_NUM("uid", (int64_t)r->ctx.me.user_id), LOG_TEXT("ip", r->client_ip), LOG_NUM("us", us),
	    LOG_NUM("db_n", r->ctx.db_trips), LOG_NUM("db_us", r->ctx.db_us), LOG_NUM("retries", r->ctx.retries),
	    LOG_NUM("login_n", r->ctx.login_trips), LOG_NUM("once", r->idempotency_key && r->route && r->route->once),
	    LOG_NUM("kv_n", r->ctx.kv_trips), LOG_NUM("kv_us", r->ctx.kv_us),
	    LOG_NUM("bytes", (int64_t)r->out.len), LOG_TEXT("why", st == OK ? "" : r->ctx.why));
}

static const char *new_request_id(struct arena *a)
{
	char hex[33];

	random_hex(hex, 16);
	return arena_strdup(a, hex);
}

/* Ids from nginx are hex; anything else is replaced, since it comes back in a header. */
static bool good_request_id(const char *id)
{
	size_t n = id ? strlen(id) : 0;

	return n >= 8 && n <= 64 && strspn(id, "0123456789abcdefABCDEF-") == n;
}

static void serve(struct ctx *base)
{
	int64_t start = clock_mono();
	struct req *r = arena_new_of(base->arena, struct req);
	enum status st;

	mark(SCORE_BUSY);
	r->ctx = *base;
	r->ctx.now = clock_ms();
	r->ctx.deadline = start + base->conf->request_timeout * 1000;
	r->method = r->uri = r->client_ip = r->query = "";
	fcgi_describe(r);
	if (!good_request_id(r->ctx.request_id))
		r->ctx.request_id = new_request_id(base->arena);
	r->headers = buf_new(base->arena, 1024, HEADERS_MAX_BYTES);
	r->out = buf_new(base->arena, (size_t)64 * 1024, OUT_MAX);
	st = pipeline_run(r);
	fcgi_answer(r);
	fcgi_finish();
	live_flush(&r->ctx);
	if (r->ctx.later)
		r->ctx.later(&r->ctx, r->ctx.later_arg);
	int64_t us = clock_mono() - start;

	count(r, us);
	write_log(r, st, us);
	arena_reset(base->arena);
	mark(SCORE_IDLE);
}

int worker_run(const struct conf *conf, struct gate *gate, int listen_fd, unsigned index, int64_t born)
{
	struct ctx base = {.conf = conf, .gate = gate};
	uint64_t served = 0, share = 0;

	worker_index = index;
	score()->worker[index].pid = getpid();
	mark(SCORE_STARTING);
	(void)signal(SIGPIPE, SIG_IGN);
	fcgi_init(listen_fd);
	token_init(conf);
	base.arena = arena_new(ARENA_CAP);
	base.db = db_open(conf);
	base.kv = kv_open(conf);
	/* replaced one by one, not all at the same moment */
	if (conf->max_requests)
		share = (uint64_t)conf->max_requests + random_u64() % ((uint64_t)conf->max_requests / 4 + 1);
	mark(SCORE_IDLE);
	LOG(LOG_INFO, "worker ready", LOG_NUM("us", clock_mono() - born));
	while (!told_to_stop() && (!share || served < share))
		if (fcgi_accept()) {
			serve(&base);
			served++;
		} else {
			mark(SCORE_IDLE); /* still here, see kill_hung() of the master */
		}
	db_close(base.db);
	kv_close(base.kv);
	arena_free(base.arena);
	return 0;
}
