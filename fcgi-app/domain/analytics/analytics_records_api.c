/* What clients report, and what the server knows of itself: events, sessions that are over, requests, calls of AI. */
#include "base/buf.h"
#include "base/clock.h"
#include "domain/achievement/achievement.h"
#include "domain/ai/ai.h"
#include "domain/analytics/analytics_records_sql.h"
#include "domain/registry.h"

#include <math.h>

#define HOUR_MS INT64_C(3600000)
enum { USAGE_DAYS = 30, USAGE_DAYS_MAX = 366 };

/* ---- a session is over -------------------------------------------------------------------- */

#define COMPLETE_IN(F, S)                                                                          \
	F(S, ID, sessionId, .required = true, .lax = true, .doc = "of two, or of a group")         \
	F(S, INT, durationMinutes, .aka = "duration", .lax = true, .min = 1, .max = 480,           \
	  .doc = "of the host that ends it: as POST /sessions/{sessionId}/end takes it; else the session's own") \
	F(S, STR, type, .max = 20, .doc = "the session's own counts, as the next two")             \
	F(S, ID, partnerId, .lax = true)                                                           \
	F(S, STR, language, .max = 40)                                                             \
	F(S, INT, rating, .lax = true, .min = 1, .max = 5, .doc = "unless they rated it before")   \
	F(S, STR, notes, .max = 2000, .trim = true, .lines = true)
SHAPE(complete_in, COMPLETE_IN)

#define RECORD_STATS(F, S)                                                                         \
	F(S, INT, totalSessions)                                                                   \
	F(S, INT, totalMinutes)                                                                    \
	F(S, INT, currentStreak)                                                                   \
	F(S, INT, sessionsThisWeek)                                                                \
	F(S, INT, weeklyGrowth)
SHAPE(record_stats, RECORD_STATS)
#define RECORD_EARNED(F, S)                                                                        \
	F(S, LIST(my_achievement), newlyCompleted,                                                 \
	  .doc = "since it was last asked; what this session completes follows with its notification")
SHAPE(record_earned, RECORD_EARNED)
#define COMPLETE_OUT(F, S)                                                                         \
	F(S, BOOL, recorded)                                                                       \
	F(S, BOOL, repeated, .doc = "true: it was said before, and nothing changed")               \
	F(S, ID, sessionId)                                                                        \
	F(S, INT, durationMinutes, .doc = "how long it was, for everybody")                        \
	F(S, TIME, recordedAt)                                                                     \
	F(S, OBJ(record_stats), stats, .doc = "as GET /sessions/stats")                            \
	F(S, OBJ(record_earned), achievements)
SHAPE(complete_out, COMPLETE_OUT)

HANDLER(analytics_session_complete, struct complete_in, struct complete_out)
{
	struct ctx *c = &r->ctx;
	const struct analytics_record what = {in->sessionId, in->durationMinutes, in->rating, in->notes};
	struct record_stats *stats = arena_new_of(c->arena, struct record_stats);
	struct record_earned *earned = arena_new_of(c->arena, struct record_earned);
	struct analytics_recorded done = {0};
	struct meeting_figures f = {0};
	enum status st = analytics_complete(c, &what, &done);

	if (st == OK)
		st = meeting_figures(c, 1, 0, &f);
	if (st == OK)
		st = achievement_check(c, AS_LIST(&earned->newlyCompleted));
	if (st != OK)
		return st;
	*stats = (struct record_stats){.totalSessions = f.totals.completed,
				       .totalMinutes = f.totals.minutes,
				       .currentStreak = f.streak,
				       .sessionsThisWeek = f.this_week,
				       .weeklyGrowth = meeting_growth(&f)};
	*out = (struct complete_out){.recorded = true,
				     .repeated = !done.fresh,
				     .sessionId = in->sessionId,
				     .durationMinutes = done.minutes,
				     .recordedAt = done.recorded_at,
				     .stats = stats,
				     .achievements = earned};
	return OK;
}

/* ---- events ------------------------------------------------------------------------------- */

#define EVENT_IN(F, S)                                                                             \
	F(S, STR, type, .aka = "event", .max = 100, .trim = true, .doc = "without one it fails")   \
	F(S, STR, path, .max = 500)                                                                \
	F(S, STR, feature, .max = 100)                                                             \
	F(S, STR, sessionId, .max = 128)                                                           \
	F(S, STR, timestamp, .max = 40,                                                            \
	  .doc = "ISO 8601; absent: now. It fails when that is more than 90 days ago, or a day to come") \
	F(S, RAW, metadata, .aka = "properties", .max = 65536, .doc = "more than 4096 bytes: it fails")
SHAPE(client_event_in, EVENT_IN)
#define EVENTS_IN(F, S)                                                                            \
	F(S, LIST(client_event_in), events, .required = true, .keep_empty = true, .apart = true, .max = EVENTS_MAX, \
	  .fail = E_EVENTS, .doc = "one that does not fit fails, the others are taken")
SHAPE(client_events_in, EVENTS_IN)
#define EVENTS_OUT(F, S)                                                                           \
	F(S, INT, processed, .place = IN_DATA)                                                     \
	F(S, INT, failed, .place = IN_DATA)                                                        \
	F(S, INT, count, .place = AT_TOP, .doc = "processed")
SHAPE(client_events_out, EVENTS_OUT)

static bool good_event(const struct ctx *c, const struct client_event_in *e, int64_t *at)
{
	*at = c->now;
	if (!e->type || !*e->type || (e->metadata && strlen(e->metadata) > EVENT_BYTES))
		return false;
	if (e->timestamp && !clock_parse(e->timestamp, at))
		return false;
	return *at > c->now - EVENTS_DAYS * DAY_MS && *at <= c->now + DAY_MS;
}

static void add_text(struct buf *b, const char *text)
{
	buf_char(b, ',');
	if (text)
		buf_json(b, text, strlen(text));
	else
		buf_str(b, "null");
}

HANDLER(analytics_events_post, struct client_events_in, struct client_events_out)
{
	struct ctx *c = &r->ctx;
	struct buf b = buf_new(c->arena, 4096, BODY_MAX * 4);
	int64_t at;

	buf_char(&b, '[');
	for (size_t i = 0; i < in->events.n; i++) {
		const struct client_event_in *e = &in->events.v[i];

		if (!good_event(c, e, &at)) {
			out->failed++;
			continue;
		}
		buf_str(&b, out->processed++ ? ",[" : "[");
		buf_json(&b, e->type, strlen(e->type));
		add_text(&b, e->path);
		add_text(&b, e->feature);
		add_text(&b, e->sessionId);
		buf_printf(&b, ",%lld", (long long)at);
		add_text(&b, e->metadata);
		buf_char(&b, ']');
	}
	buf_char(&b, ']');
	out->count = out->processed;
	r->message = say(c, "이벤트를 받았습니다", "Events received");
	return out->processed ? analytics_sql_events(c, b.data) : OK;
}

/* ---- performance -------------------------------------------------------------------------- */

#define TIMES_IN(F, S)                                                                             \
	F(S, TIME, start, .from = FROM_QUERY, .doc = "absent: a day before the end")               \
	F(S, TIME, end, .from = FROM_QUERY, .doc = "absent: now; 31 days later at most")
#define PERFORMANCE_IN(F, S)                                                                       \
	TIMES_IN(F, S)                                                                             \
	F(S, STR, groupBy, .from = FROM_QUERY, .dflt = "path", .one_of = "path")
SHAPE(performance_in, PERFORMANCE_IN)

#define TIMING(F, S)                                                                               \
	F(S, NUM, avgResponseTime, .doc = "ms, in the API's worker")                               \
	F(S, NUM, p95ResponseTime,                                                                 \
	  .doc = "ms: between the bounds of its bucket of /metrics in proportion; 5000 for what took longer") \
	F(S, NUM, errorRate, .doc = "answers of 5xx, of all")
#define PATH_OUT(F, S)                                                                             \
	F(S, STR, path, .doc = "as in this description, whatever its ids and methods")             \
	TIMING(F, S)                                                                               \
	F(S, INT, requestCount)
SHAPE(performance_path, PATH_OUT)
#define OVERALL_OUT(F, S)                                                                          \
	TIMING(F, S)                                                                               \
	F(S, NUM, p99ResponseTime)                                                                 \
	F(S, INT, totalRequests)
SHAPE(performance_overall, OVERALL_OUT)
#define PERFORMANCE_OUT(F, S)                                                                      \
	F(S, LIST(performance_path), byPath, .doc = "the most frequent first")                     \
	F(S, OBJ(performance_overall), overall)
SHAPE(performance_out, PERFORMANCE_OUT)

struct times {
	const char *path;
	int64_t answers, errors, us, bucket[SCORE_BUCKETS + 1];
};

static void add_times(struct times *t, const struct analytics_requests *row)
{
	const int64_t *b = &row->b0;

	static_assert(offsetof(struct analytics_requests, b14) - offsetof(struct analytics_requests, b0) ==
			      SCORE_BUCKETS * sizeof(int64_t), "the buckets are one after the other");
	t->answers += row->answers;
	t->errors += row->errors;
	t->us += row->us;
	for (size_t i = 0; i <= SCORE_BUCKETS; i++)
		t->bucket[i] += b[i];
}

/* One decimal. */
static double ms(double us)
{
	return round(us / 100) / 10;
}

static double quantile(const struct times *t, double q)
{
	double rank = q * (double)t->answers, below = 0;

	for (size_t i = 0; i < SCORE_BUCKETS; i++) {
		double from = i ? (double)score_bounds[i - 1] : 0, n = (double)t->bucket[i];

		if (n > 0 && below + n >= rank)
			return ms(from + ((double)score_bounds[i] - from) * (rank - below) / n);
		below += n;
	}
	return t->answers ? ms((double)score_bounds[SCORE_BUCKETS - 1]) : 0;
}

static double mean_of(const struct times *t)
{
	return t->answers ? ms((double)t->us / (double)t->answers) : 0;
}

static double errors_of(const struct times *t)
{
	return t->answers ? round((double)t->errors / (double)t->answers * 1e4) / 1e4 : 0;
}

/* Of a route by its name: its first path; NULL for what clients do not ask, and for what there is no more. */
static const char *path_of(const char *name)
{
	const struct route *r;

	for (size_t i = 0; (r = registry_route(i, NULL)); i++)
		if (!strcmp(r->name, name)) {
			const char *path = strchr(r->on[0], ' ') + 1;

			return strncmp(path, "/internal/", 10) != 0 ? path : NULL;
		}
	return NULL;
}

static int busiest_first(const void *a, const void *b)
{
	const struct times *x = a, *y = b;

	if (x->answers != y->answers)
		return x->answers > y->answers ? -1 : 1;
	return strcmp(x->path, y->path);
}

static void show_times(struct ctx *c, const struct list *rows, struct performance_out *out)
{
	const struct analytics_requests *row = rows->v;
	struct performance_overall *all = arena_new_of(c->arena, struct performance_overall);
	struct performance_path *p = arena_array(c->arena, struct performance_path, rows->n);
	struct times *t = arena_array(c->arena, struct times, rows->n + 1), sum = {0};
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++) {
		const char *path = path_of(row[i].route);
		size_t k = 0;

		if (!path)
			continue;
		while (k < n && strcmp(t[k].path, path) != 0)
			k++;
		n = MAX(n, k + 1);
		t[k].path = path;
		add_times(&t[k], &row[i]);
		add_times(&sum, &row[i]);
	}
	qsort(t, n, sizeof(*t), busiest_first);
	for (size_t i = 0; i < n; i++)
		p[i] = (struct performance_path){.path = t[i].path,
						 .avgResponseTime = mean_of(&t[i]),
						 .p95ResponseTime = quantile(&t[i], .95),
						 .errorRate = errors_of(&t[i]),
						 .requestCount = t[i].answers};
	*all = (struct performance_overall){.avgResponseTime = mean_of(&sum),
					    .p95ResponseTime = quantile(&sum, .95),
					    .p99ResponseTime = quantile(&sum, .99),
					    .errorRate = errors_of(&sum),
					    .totalRequests = sum.answers};
	*AS_LIST(&out->byPath) = (struct list){p, n};
	out->overall = all;
}

static enum status read_times(struct ctx *c, int64_t *start, int64_t *end, int64_t days)
{
	*end = *end ? *end : c->now;
	*start = *start ? *start : *end - DAY_MS;
	if (*start < *end && *end - *start <= days * DAY_MS)
		return OK;
	fail_field(c, "end", *start < *end ? "max" : "min",
		   SAID(c, "시작 이후, %lld일 이내여야 합니다", "must be after start, within %lld days",
			(long long)days));
	return E_VALIDATION;
}

HANDLER(analytics_performance, struct performance_in, struct performance_out)
{
	struct ctx *c = &r->ctx;
	int64_t start = in->start, end = in->end;
	struct list rows;
	enum status st = read_times(c, &start, &end, REQUESTS_DAYS);

	if (st == OK) /* whole hours: that in which the time begins, too */
		st = analytics_sql_requests_then(c, start - start % HOUR_MS, end, &rows);
	if (st == OK)
		show_times(c, &rows, out);
	return st;
}

/* ---- calls of AI -------------------------------------------------------------------------- */

#define USAGE_IN(F, S)                                                                             \
	F(S, TIME, start, .from = FROM_QUERY, .doc = "absent: thirty days before the end")         \
	F(S, TIME, end, .from = FROM_QUERY, .doc = "absent: now; 366 days later at most")
SHAPE(usage_in, USAGE_IN)
#define SPEECH_USAGE(F, S)                                                                         \
	F(S, INT, totalRequests)                                                                   \
	F(S, NUM, totalSeconds)                                                                    \
	F(S, INT, averageLatency, .doc = "ms")
SHAPE(speech_usage, SPEECH_USAGE)
#define TEXT_USAGE(F, S)                                                                           \
	F(S, INT, totalRequests)                                                                   \
	F(S, INT, totalTokens)                                                                     \
	F(S, INT, averageLatency, .doc = "ms")
SHAPE(text_usage, TEXT_USAGE)
#define TRANSLATION_USAGE(F, S)                                                                    \
	F(S, INT, totalRequests)                                                                   \
	F(S, INT, totalCharacters)
SHAPE(translation_usage, TRANSLATION_USAGE)
#define COST_OUT(F, S)                                                                             \
	F(S, NUM, whisper)                                                                         \
	F(S, NUM, llama)                                                                           \
	F(S, NUM, translation)                                                                     \
	F(S, NUM, total)                                                                           \
	F(S, STR, currency)
SHAPE(usage_cost, COST_OUT)
#define USAGE_OUT(F, S)                                                                            \
	F(S, OBJ(speech_usage), whisperUsage)                                                      \
	F(S, OBJ(text_usage), llamaUsage)                                                          \
	F(S, OBJ(translation_usage), translationUsage)                                             \
	F(S, OBJ(usage_cost), costEstimate, .doc = "by AI_SPEECH_CENTS and AI_TEXT_CENTS; 0 where those are")
SHAPE(usage_out, USAGE_OUT)

static struct ai_used used(const struct list *rows, const char *kind)
{
	const struct ai_used *row = rows->v;

	for (size_t i = 0; i < rows->n; i++)
		if (!strcmp(row[i].kind, kind))
			return row[i];
	return (struct ai_used){0};
}

static double dollars(double v)
{
	return round(v * 1e6) / 1e6;
}

HANDLER(analytics_ai_usage, struct usage_in, struct usage_out)
{
	struct ctx *c = &r->ctx;
	int64_t end = in->end ? in->end : c->now, start = in->start ? in->start : end - USAGE_DAYS * DAY_MS;
	struct speech_usage *speech = arena_new_of(c->arena, struct speech_usage);
	struct text_usage *text = arena_new_of(c->arena, struct text_usage);
	struct translation_usage *translation = arena_new_of(c->arena, struct translation_usage);
	struct usage_cost *cost = arena_new_of(c->arena, struct usage_cost);
	struct list rows;
	enum status st = read_times(c, &start, &end, USAGE_DAYS_MAX);

	if (st == OK) /* until now: with what this very millisecond has seen */
		st = ai_usage(c, start, in->end ? end : end + 1, &rows);
	if (st != OK)
		return st;
	const struct ai_used s = used(&rows, "speech"), t = used(&rows, "text"), k = used(&rows, "translation");

	*speech = (struct speech_usage){
		.totalRequests = s.calls, .totalSeconds = s.seconds, .averageLatency = (int64_t)round(s.latency)};
	*text = (struct text_usage){
		.totalRequests = t.calls, .totalTokens = t.tokens, .averageLatency = (int64_t)round(t.latency)};
	*translation = (struct translation_usage){.totalRequests = k.calls, .totalCharacters = k.characters};
	const double second = (double)c->conf->ai_speech_cents / 3600 / 100;
	const double token = (double)c->conf->ai_text_cents / 1000000 / 100;

	*cost = (struct usage_cost){.whisper = dollars(s.seconds * second),
				    .llama = dollars((double)t.tokens * token),
				    .translation = dollars((double)k.tokens * token),
				    .currency = "USD"};
	cost->total = dollars(cost->whisper + cost->llama + cost->translation);
	*out = (struct usage_out){
		.whisperUsage = speech, .llamaUsage = text, .translationUsage = translation, .costEstimate = cost};
	return OK;
}

static const struct route routes[] = {
	ROUTE(analytics_session_complete, complete_in, complete_out, .on = {"POST /analytics/session-complete"},
	      .auth = AUTH_USER, .rate = RATE_WRITE, .once = true, .statements = 20,
	      .fails = {E_SESSION_NONE, E_SESSION_STATE},
	      .doc = "Says that a session of mine is over. Of its host that ends it; for whoever else took part it has "
		     "to have been ended. Said once for each session: again changes nothing. Nothing is counted twice: "
		     "the figures are those of the session."),
	ROUTE(analytics_events_post, client_events_in, client_events_out, .on = {"POST /analytics/events"},
	      .auth = AUTH_OPTIONAL, .rate = RATE_EVENTS, .envelope = FLAT, .statements = 1, .fails = {E_EVENTS},
	      .body_max = EVENTS_BYTES,
	      .doc = "What a client wants to be known, a hundred events at most. Guests too. They are kept for 90 "
		     "days; nothing of who has turned dataSharing.analytics off."),
	ROUTE(analytics_performance, performance_in, performance_out, .on = {"GET /analytics/performance"},
	      .auth = AUTH_USER, .rate = RATE_SEARCH, .statements = 1,
	      .doc = "How long the API's requests took, of everybody, by the hour: those the workers answered, on all "
		     "machines, from when a worker had the request until the answer was handed over; not the time in "
		     "nginx or in line, nothing of sockets, and no request that found no route. Five seconds old at "
		     "most."),
	ROUTE(analytics_ai_usage, usage_in, usage_out, .on = {"GET /analytics/ai-usage"}, .auth = AUTH_USER,
	      .rate = RATE_READ, .statements = 1, .doc = "What language models and recognisers of speech answered me."),
};

extern const struct stmt *const analytics_records_stmts[];
extern const struct schedule analytics_schedules[];
const struct domain analytics_records_domain = {
	.name = "analytics",
	.doc = "What I did, in figures",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = analytics_records_stmts,
	.schedules = analytics_schedules,
};
