/* Health, metrics and the API's own description. */
#include "base/clock.h"
#include "base/score.h"
#include "domain/outbox/outbox.h"
#include "domain/presence/presence.h"
#include "domain/registry.h"
#include "domain/system/system_sql.h"
#include "http/openapi.h"
#include "http/postman.h"
#include "kv/kv.h"

#define SERVICE_OUT(F, S)                                                                          \
	F(S, STR, name)                                                                            \
	F(S, STR, status, .doc = "up or down")                                                     \
	F(S, NUM, latencyMs)
SHAPE(service_out, SERVICE_OUT)

#define HEALTH_OUT(F, S)                                                                           \
	F(S, STR, status, .doc = "ok, or degraded without Redis")                                  \
	F(S, STR, environment)                                                                     \
	F(S, STR, version)                                                                         \
	F(S, LIST(service_out), services)
SHAPE(health_out, HEALTH_OUT)

#define LIVE_OUT(F, S) F(S, STR, status)
SHAPE(live_out, LIVE_OUT)

#ifndef VERSION
#define VERSION "unknown"
#endif

enum { MARIADB, REDIS, SERVICES };

static enum status probe(struct ctx *c, struct service_out s[SERVICES])
{
	int64_t start = clock_mono(), version;
	enum status db = db_ready(c);

	if (db == OK)
		db = system_sql_schema(c, &version);
	s[MARIADB] = (struct service_out){.name = "mariadb",
					  .status = db == OK ? "up" : "down",
					  .latencyMs = (double)(clock_mono() - start) / 1000.0};
	start = clock_mono();
	bool redis = kv_ping(c) == OK;

	s[REDIS] = (struct service_out){.name = "redis",
					.status = redis ? "up" : "down",
					.latencyMs = (double)(clock_mono() - start) / 1000.0};
	return db;
}

static void fill(struct req *r, const struct service_out *s, struct health_out *out)
{
	out->status = strcmp(s[REDIS].status, "up") ? "degraded" : "ok";
	out->environment = r->ctx.conf->environment;
	out->version = VERSION;
	out->services.v = s;
	out->services.n = SERVICES;
}

/* The client polls this; any failure shows a banner over its whole page. */
HANDLER(health, struct nothing, struct health_out)
{
	struct service_out *s = arena_array(r->ctx.arena, struct service_out, SERVICES);

	if (probe(&r->ctx, s) != OK)
		return E_UNAVAILABLE;
	fill(r, s, out);
	return OK;
}

HANDLER(health_live, struct nothing, struct live_out)
{
	out->status = "ok";
	return OK;
}

HANDLER(openapi_json, struct nothing, struct nothing)
{
	openapi_write(&r->out, VERSION);
	return OK;
}

HANDLER(postman_json, struct nothing, struct nothing)
{
	postman_write(&r->out, VERSION);
	return OK;
}

/* ---- metrics ------------------------------------------------------------------------------ */

static void metric(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void single(struct buf *b, const char *name, const char *type, const char *help, uint64_t v)
{
	metric(b, name, type, help);
	buf_printf(b, "%s %llu\n", name, (unsigned long long)v);
}

static const char *route_name(size_t i)
{
	return i == SCORE_ROUTES ? "none" : registry_route(i, NULL)->name;
}

static void requests(struct buf *b, const struct score *s, size_t i)
{
	for (int class = 1; class < 6; class++)
		if (s->route[i].answers[class])
			buf_printf(b, "studymate_requests_total{route=\"%s\",status=\"%dxx\"} %llu\n",
				   route_name(i), class, (unsigned long long)s->route[i].answers[class]);
}

static void latency(struct buf *b, const struct score *s, size_t i)
{
	const struct score_route *r = &s->route[i];
	const char *name = route_name(i);
	uint64_t sum = 0;

	for (int k = 0; k < SCORE_BUCKETS; k++) {
		sum += r->bucket[k];
		buf_printf(b, "studymate_request_seconds_bucket{route=\"%s\",le=\"%g\"} %llu\n", name,
			   (double)score_bounds[k] / 1e6, (unsigned long long)sum);
	}
	sum += r->bucket[SCORE_BUCKETS];
	buf_printf(b, "studymate_request_seconds_bucket{route=\"%s\",le=\"+Inf\"} %llu\n", name,
		   (unsigned long long)sum);
	buf_printf(b, "studymate_request_seconds_sum{route=\"%s\"} %.6f\n", name, (double)r->us / 1e6);
	buf_printf(b, "studymate_request_seconds_count{route=\"%s\"} %llu\n", name,
		   (unsigned long long)sum);
}

static void each_route(struct buf *b, const struct score *s,
		       void (*fn)(struct buf *, const struct score *, size_t))
{
	for (size_t i = 0; i < registry_route_count(); i++)
		for (int class = 1; class < 6; class++)
			if (s->route[i].answers[class]) {
				fn(b, s, i);
				break;
			}
	fn(b, s, SCORE_ROUTES);
}

static void seconds(struct buf *b, const char *name, const char *help, uint64_t us)
{
	metric(b, name, "counter", help);
	buf_printf(b, "%s %.6f\n", name, (double)us / 1e6);
}

/* What all processes share stands in MariaDB; without it, the pool's own figures are told alone. */
static void shared(struct ctx *c, struct buf *b)
{
	static const struct {
		const char *name, *help;
		size_t offset;
	} figures[] = {
		{"sockets", "WebSockets open", offsetof(struct gateway_row, sockets)},
		{"users", "People with a socket there", offsetof(struct gateway_row, users)},
		{"queued_bytes", "What waits to be sent to sockets", offsetof(struct gateway_row, queued_bytes)},
		{"in_bytes", "What came in parts and is not whole yet", offsetof(struct gateway_row, in_bytes)},
		{"rooms", "Chat rooms somebody reads along", offsetof(struct gateway_row, rooms)},
		{"calls", "Calls with a socket there", offsetof(struct gateway_row, calls)},
		{"pool_waiting", "Requests that wait for the API", offsetof(struct gateway_row, pool_waiting)},
	};
	struct outbox_state jobs;
	struct list rows;

	if (presence_gateways(c, &rows) != OK || outbox_state(c, &jobs) != OK)
		return;
	for (size_t k = 0; k < COUNT(figures); k++) {
		metric(b, arena_printf(c->arena, "studymate_gateway_%s", figures[k].name), "gauge", figures[k].help);
		for (size_t i = 0; i < rows.n; i++) {
			const struct gateway_row *g = (const struct gateway_row *)rows.v + i;

			buf_printf(b, "studymate_gateway_%s{gateway=\"%s\"} %lld\n", figures[k].name, g->id,
				   *(const long long *)(const void *)((const char *)g + figures[k].offset));
		}
	}
	single(b, "studymate_jobs_waiting", "gauge", "Events that are not carried out yet", (uint64_t)jobs.waiting);
	single(b, "studymate_jobs_retrying", "gauge", "Events among them that failed before", (uint64_t)jobs.retrying);
	single(b, "studymate_jobs_dead", "gauge", "Events that were given up", (uint64_t)jobs.dead);
	metric(b, "studymate_jobs_lag_seconds", "gauge", "How late the oldest event that is due is");
	buf_printf(b, "studymate_jobs_lag_seconds %.3f\n", (double)jobs.lag_ms / 1e3);
}

HANDLER(metrics, struct nothing, struct nothing)
{
	const struct score *s = score();
	struct buf *b = &r->out;
	unsigned states[SCORE_BUSY + 1] = {0};

	for (size_t i = 0; i < SCORE_WORKERS; i++)
		states[s->worker[i].state]++;
	metric(b, "studymate_workers", "gauge", "Workers of the pool by what they do");
	buf_printf(b, "studymate_workers{state=\"starting\"} %u\nstudymate_workers{state=\"idle\"} %u\n"
		      "studymate_workers{state=\"busy\"} %u\n",
		   states[SCORE_STARTING], states[SCORE_IDLE], states[SCORE_BUSY]);
	metric(b, "studymate_requests_total", "counter", "Answers by route and class of status");
	each_route(b, s, requests);
	metric(b, "studymate_request_seconds", "histogram", "Time in the worker by route");
	each_route(b, s, latency);
	single(b, "studymate_db_trips_total", "counter", "Round trips to MariaDB", s->db_trips);
	seconds(b, "studymate_db_seconds_total", "Time spent waiting for MariaDB", s->db_us);
	single(b, "studymate_redis_trips_total", "counter", "Round trips to Redis", s->kv_trips);
	seconds(b, "studymate_redis_seconds_total", "Time spent waiting for Redis", s->kv_us);
	single(b, "studymate_shed_total", "counter", "Requests refused because they had waited too long",
	       s->shed);
	single(b, "studymate_limited_total", "counter", "Requests refused by a rate limit", s->limited);
	single(b, "studymate_worker_crashes_total", "counter", "Workers that died unasked", s->crashed);
	single(b, "studymate_worker_starts_total", "counter", "Workers started", s->restarted);
	shared(&r->ctx, b);
	r->content_type_out = "text/plain; version=0.0.4; charset=utf-8";
	return OK;
}

static const struct route routes[] = {
	ROUTE(health, nothing, health_out, .on = {"GET /health", "GET /health/ready"}, .statements = 1,
	      .unlimited = "who watches over the service must be told",
	      .doc = "Whether the service works, with each dependency and its latency.",
	      .fails = {E_UNAVAILABLE}),
	ROUTE(health_live, nothing, live_out, .on = {"GET /health/live"},
	      .unlimited = "who watches over the service must be told",
	      .doc = "Whether the process answers at all."),
	ROUTE(metrics, nothing, nothing, .on = {"GET /metrics"}, .auth = AUTH_OPERATOR, .raw = true,
	      .media = "text/plain", .envelope = BARE, .statements = 2,
	      .doc = "Counters of the pool, gateways and jobs in Prometheus' text format."),
	ROUTE(openapi_json, nothing, nothing, .on = {"GET /openapi.json"}, .raw = true, .envelope = BARE,
	      .cache = CACHE_PUBLIC, .unlimited = "the same for everybody, and kept by caches",
	      .doc = "This description (OpenAPI 3.1)."),
	ROUTE(postman_json, nothing, nothing, .on = {"GET /postman.json"}, .raw = true, .envelope = BARE,
	      .cache = CACHE_PUBLIC, .unlimited = "the same for everybody, and kept by caches",
	      .doc = "The same as a collection for Postman."),
};

extern const struct stmt *const system_stmts[];
const struct domain system_domain = {
	.name = "system",
	.doc = "Health, metrics and this description",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = system_stmts,
};
