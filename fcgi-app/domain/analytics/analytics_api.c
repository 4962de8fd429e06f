/* What I did: by weeks and months, by hours and days, and all of it at a glance. */
#include "base/clock.h"
#include "domain/analytics/analytics_sql.h"
#include "domain/leveltest/leveltest.h"
#include "domain/registry.h"

enum { METRIC_DAYS_MAX = 400, METRIC_HOURS_DAYS_MAX = 31, METRIC_DAYS = 30, WEEKS_MAX = 26, TESTS_MAX = 20 };
#define HOUR_MS INT64_C(3600000)

/* ---- weeks and months --------------------------------------------------------------------- */

#define WEEKLY_IN(F, S)                                                                            \
	F(S, INT, weeks, .from = FROM_QUERY, .dflt = "1", .min = 1, .max = WEEKS_MAX,              \
	  .doc = "how many, with this one")
SHAPE(weekly_in, WEEKLY_IN)
#define MONTHLY_IN(F, S)                                                                           \
	F(S, INT, months, .from = FROM_QUERY, .dflt = "1", .min = 1, .max = 12, .doc = "how many, with this one")
SHAPE(monthly_in, MONTHLY_IN)

#define SUMS(F, S)                                                                                 \
	F(S, INT, totalSessions)                                                                   \
	F(S, INT, totalMinutes)                                                                    \
	F(S, INT, averageMinutes, .doc = "of a session; 0: there was none")
#define WEEK_SUMS(F, S)                                                                            \
	F(S, STR, weekStart, .doc = "Monday, where they live")                                     \
	F(S, STR, weekEnd, .doc = "Sunday")                                                        \
	SUMS(F, S)
SHAPE(analytics_week, WEEK_SUMS)
#define MONTH_SUMS(F, S)                                                                           \
	F(S, STR, monthStart, .doc = "where they live")                                            \
	F(S, STR, monthEnd)                                                                        \
	SUMS(F, S)
SHAPE(analytics_month, MONTH_SUMS)
#define GOAL_OUT(F, S)                                                                             \
	F(S, INT, current, .doc = "sessions since Monday")                                         \
	F(S, INT, target)
SHAPE(analytics_goal, GOAL_OUT)

#define WEEKLY_OUT(F, S)                                                                           \
	WEEK_SUMS(F, S)                                                                            \
	F(S, INT, streakDays)                                                                      \
	F(S, INT, weeklyGrowth,                                                                    \
	  .doc = "%: (sessions of the last 7 days - those of the 7 before) / max(the latter, 1)")  \
	F(S, LIST(meeting_day), dailyStats, .doc = "Monday to Sunday")                             \
	F(S, OBJ(analytics_goal), goal)                                                            \
	F(S, LIST(analytics_week), weeks, .doc = "the newest first; the first is this one")
SHAPE(weekly_out, WEEKLY_OUT)
#define MONTHLY_OUT(F, S)                                                                          \
	MONTH_SUMS(F, S)                                                                           \
	F(S, INT, streakDays)                                                                      \
	F(S, INT, monthlyGrowth,                                                                   \
	  .doc = "%: (sessions of the last 30 days - those of the 30 before) / max(the latter, 1)") \
	F(S, LIST(meeting_day), dailyStats, .doc = "of this month")                                \
	F(S, LIST(analytics_month), months, .doc = "the newest first; the first is this one")
SHAPE(monthly_out, MONTHLY_OUT)

struct sums {
	int64_t n, minutes, average;
};

static int64_t mean(int64_t sum, int64_t n)
{
	return n ? (sum + n / 2) / n : 0;
}

static struct sums sums_of(const struct meeting_past *p, int64_t first, int64_t last)
{
	struct sums s = {0};

	for (size_t i = 0; i < p->n; i++)
		if (p->local[i] / DAY_MS >= first && p->local[i] / DAY_MS <= last) {
			s.n++;
			s.minutes += p->over[i].minutes;
		}
	s.average = mean(s.minutes, s.n);
	return s;
}

HANDLER(analytics_weekly, struct weekly_in, struct weekly_out)
{
	struct ctx *c = &r->ctx;
	struct analytics_week *week = arena_array(c->arena, struct analytics_week, (size_t)in->weeks);
	struct analytics_goal *goal = arena_new_of(c->arena, struct analytics_goal);
	struct meeting_figures f = {0};
	enum status st = meeting_figures(c, 1, 0, &f);

	if (st != OK)
		return st;
	for (int64_t i = 0; i < in->weeks; i++) {
		int64_t monday = f.monday - 7 * i;
		struct sums s = sums_of(&f.past, monday, monday + 6);

		week[i] = (struct analytics_week){.weekStart = meeting_date(c, monday),
						  .weekEnd = meeting_date(c, monday + 6),
						  .totalSessions = s.n,
						  .totalMinutes = s.minutes,
						  .averageMinutes = s.average};
	}
	*goal = (struct analytics_goal){.current = f.this_week, .target = MEETING_WEEKLY_TARGET};
	*out = (struct weekly_out){.weekStart = week->weekStart,
				   .weekEnd = week->weekEnd,
				   .totalSessions = week->totalSessions,
				   .totalMinutes = week->totalMinutes,
				   .averageMinutes = week->averageMinutes,
				   .streakDays = f.streak,
				   .weeklyGrowth = meeting_growth(&f),
				   .goal = goal,
				   .weeks = {week, (size_t)in->weeks}};
	meeting_by_day(c, &f.past, f.monday, f.monday + 6, AS_LIST(&out->dailyStats));
	return OK;
}

static int64_t monthly_growth(const struct meeting_figures *f)
{
	int64_t now = 0, before = 0;

	for (size_t i = 0; i < f->past.n; i++) {
		int64_t age = f->c->now - f->past.over[i].starts_at;

		now += age <= METRIC_DAYS * DAY_MS;
		before += age > METRIC_DAYS * DAY_MS && age <= 2 * METRIC_DAYS * DAY_MS;
	}
	return 100 * (now - before) / MAX(before, INT64_C(1));
}

HANDLER(analytics_monthly, struct monthly_in, struct monthly_out)
{
	struct ctx *c = &r->ctx;
	struct analytics_month *month = arena_array(c->arena, struct analytics_month, (size_t)in->months);
	struct meeting_figures f = {0};
	int64_t year;
	unsigned number, day;
	enum status st = meeting_figures(c, 1, 0, &f);

	if (st != OK)
		return st;
	clock_civil(f.today, &year, &number, &day);
	int64_t first = f.today - day + 1;

	for (int64_t i = 0; i < in->months; i++) {
		int64_t from = clock_add_months(first, -i), last = clock_add_months(first, 1 - i) - 1;
		struct sums s = sums_of(&f.past, from, last);

		month[i] = (struct analytics_month){.monthStart = meeting_date(c, from),
						    .monthEnd = meeting_date(c, last),
						    .totalSessions = s.n,
						    .totalMinutes = s.minutes,
						    .averageMinutes = s.average};
	}
	*out = (struct monthly_out){.monthStart = month->monthStart,
				    .monthEnd = month->monthEnd,
				    .totalSessions = month->totalSessions,
				    .totalMinutes = month->totalMinutes,
				    .averageMinutes = month->averageMinutes,
				    .streakDays = f.streak,
				    .monthlyGrowth = monthly_growth(&f),
				    .months = {month, (size_t)in->months}};
	meeting_by_day(c, &f.past, first, clock_add_months(first, 1) - 1, AS_LIST(&out->dailyStats));
	return OK;
}

/* ---- metrics ------------------------------------------------------------------------------ */

#define METRICS_IN(F, S)                                                                           \
	F(S, STR, start, .from = FROM_QUERY, .max = 40,                                            \
	  .doc = "a time, or a day where they live; absent: thirty days before the end")           \
	F(S, STR, end, .from = FROM_QUERY, .max = 40,                                              \
	  .doc = "the same, of a day its end; absent: now; 400 days later at most, by the hour 31") \
	F(S, STR, groupBy, .from = FROM_QUERY, .max = 20, .doc = "taken for the client's sake: these are one's own") \
	F(S, STR, interval, .from = FROM_QUERY, .dflt = "1d", .one_of = "1h 1d 1m>1h 5m>1h")
SHAPE(metrics_in, METRICS_IN)

#define METRIC_OUT(F, S)                                                                           \
	F(S, STR, date, .doc = "where they live: 2026-01-31, by the hour 2026-01-31T18:00")        \
	F(S, INT, sessions)                                                                        \
	F(S, INT, uniqueUsers, .doc = "other people in them")                                      \
	F(S, INT, averageDuration, .doc = "minutes; 0: there was none")
SHAPE(analytics_metric, METRIC_OUT)
#define SUMMARY_OUT(F, S)                                                                          \
	F(S, INT, totalSessions)                                                                   \
	F(S, INT, totalUniqueUsers, .doc = "other people in them")                                 \
	F(S, INT, averageDuration, .doc = "minutes; 0: there was none")
SHAPE(analytics_summary, SUMMARY_OUT)
#define CHART_OUT(F, S) F(S, LIST(meeting_day), dailyStats)
SHAPE(analytics_chart, CHART_OUT)

/* Two members of one name: where the guide has it, and where the client reads. */
#define METRICS_OUT(F, S)                                                                          \
	F(S, LIST(analytics_metric), metrics, .place = IN_DATA,                                       \
	  .doc = "only times with a session, the earliest first")                                  \
	F(S, OBJ(analytics_summary), summary, .place = IN_DATA)
struct metrics_out {
	METRICS_OUT(SHAPE_MEMBER, )
	const struct analytics_chart *chart;
	struct {
		METRICS_OUT(SHAPE_HAS, )
		unsigned char chart;
	} has;
};
static const struct field metrics_out_fields[] = {
	METRICS_OUT(SHAPE_ROW, metrics_out)
	{FIELD_NAME("metrics"),
	 .offset = offsetof(struct metrics_out, chart),
	 .has = offsetof(struct metrics_out, has.chart),
	 SHAPE_K_OBJ(analytics_chart),
	 .place = AT_TOP},
};
static const struct shape metrics_out_shape = {"metrics_out", metrics_out_fields, COUNT(metrics_out_fields),
					       sizeof(struct metrics_out)};

struct span {
	struct ctx *c;
	int64_t from, to, unit;
	const char *zone;
	struct meeting_past past;
};

static enum status read_span(struct ctx *c, const struct metrics_in *in, struct span *s)
{
	struct meeting_said start = {.field = "start", .text = in->start};
	struct meeting_said end = {.field = "end", .text = in->end, .ends = true};
	enum status st = OK;

	if (meeting_is_day(in->start) || meeting_is_day(in->end))
		st = meeting_zone(c, &start.zone);
	end.zone = start.zone;
	if (st == OK)
		st = meeting_moment(c, &start, &s->from);
	if (st == OK)
		st = meeting_moment(c, &end, &s->to);
	if (st != OK)
		return st;
	bool hours = !strcmp(in->interval, "1h");
	int64_t days = hours ? METRIC_HOURS_DAYS_MAX : METRIC_DAYS_MAX;

	s->c = c;
	s->unit = hours ? HOUR_MS : DAY_MS;
	s->to = in->end ? s->to : c->now;
	s->from = in->start ? s->from : s->to - METRIC_DAYS * DAY_MS;
	if (s->from < s->to && s->to - s->from <= days * DAY_MS)
		return OK;
	fail_field(c, "end", s->from < s->to ? "max" : "min",
		   say(c, "시작 이후, 400일(시간별 31일) 이내여야 합니다",
		       "must be after start, within 400 days (by the hour 31)"));
	return E_VALIDATION;
}

/* One who was met, in which unit of time. */
struct met {
	int64_t unit;
	uint64_t who;
};

static int by_unit(const void *a, const void *b)
{
	const struct met *x = a, *y = b;

	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return x->who < y->who ? -1 : x->who > y->who;
}

static int by_who(const void *a, const void *b)
{
	const struct met *x = a, *y = b;

	return x->who < y->who ? -1 : x->who > y->who;
}

static const char *unit_name(const struct span *s, int64_t unit)
{
	const char *date = meeting_date(s->c, unit * s->unit / DAY_MS);

	return s->unit == DAY_MS ? date : arena_printf(s->c->arena, "%sT%02lld:00", date, (long long)(unit % 24));
}

/* Different people of that unit: met is sorted by it. */
static int64_t people_of(const struct met *met, size_t n, int64_t unit, size_t *at)
{
	int64_t people = 0;

	while (*at < n && met[*at].unit < unit)
		(*at)++;
	for (; *at < n && met[*at].unit == unit; (*at)++)
		people += *at == 0 || by_unit(&met[*at - 1], &met[*at]) != 0;
	return people;
}

static void fill_metrics(const struct span *s, const struct list *rows, struct metrics_out *out,
			 struct analytics_summary *sum)
{
	const struct analytics_met *row = rows->v;
	struct met *met = arena_array(s->c->arena, struct met, rows->n + 1);
	struct analytics_metric *m = arena_array(s->c->arena, struct analytics_metric, s->past.n + 1);
	size_t n = 0, at = 0;
	int64_t minutes = 0;

	for (size_t i = 0; i < rows->n; i++)
		met[i] = (struct met){meeting_local(s->zone, row[i].starts_at) / s->unit, row[i].user_id};
	qsort(met, rows->n, sizeof(*met), by_unit);
	for (size_t i = s->past.n; i > 0;) { /* the latest came first */
		int64_t unit = s->past.local[i - 1] / s->unit, sessions = 0, of_unit = 0;

		for (; i > 0 && s->past.local[i - 1] / s->unit == unit; i--, sessions++)
			of_unit += s->past.over[i - 1].minutes;
		m[n++] = (struct analytics_metric){.date = unit_name(s, unit),
						   .sessions = sessions,
						   .uniqueUsers = people_of(met, rows->n, unit, &at),
						   .averageDuration = mean(of_unit, sessions)};
		minutes += of_unit;
	}
	qsort(met, rows->n, sizeof(*met), by_who);
	for (size_t i = 0; i < rows->n; i++)
		sum->totalUniqueUsers += i == 0 || met[i - 1].who != met[i].who;
	sum->totalSessions = (int64_t)s->past.n;
	sum->averageDuration = mean(minutes, sum->totalSessions);
	*AS_LIST(&out->metrics) = (struct list){m, n};
}

HANDLER(analytics_metrics, struct metrics_in, struct metrics_out)
{
	struct ctx *c = &r->ctx;
	struct analytics_summary *sum = arena_new_of(c->arena, struct analytics_summary);
	struct analytics_chart *chart = arena_new_of(c->arena, struct analytics_chart);
	struct list met;
	struct span s;
	enum status st = read_span(c, in, &s);

	if (st == OK)
		st = meeting_between(c, s.from, s.to, &s.past, &s.zone);
	if (st == OK)
		st = analytics_sql_met(c, s.from, s.to, &met);
	if (st != OK)
		return st;
	fill_metrics(&s, &met, out, sum);
	meeting_by_day(c, &s.past, meeting_local(s.zone, s.from) / DAY_MS, meeting_local(s.zone, s.to - 1) / DAY_MS,
		       AS_LIST(&chart->dailyStats));
	out->summary = sum;
	out->chart = chart;
	return OK;
}

/* ---- dashboard ---------------------------------------------------------------------------- */

#define SCORES_OUT(F, S) LEVELTEST_SCORES(F, S)
SHAPE(analytics_scores, SCORES_OUT)
#define TEST_OUT(F, S)                                                                             \
	F(S, ID, id, .aka = "testId")                                                              \
	F(S, STR, date, .doc = "where they live")                                                  \
	F(S, TIME, completedAt, .aka = "testDate createdAt")                                       \
	F(S, STR, level, .doc = "A1 to C2")                                                        \
	F(S, INT, levelIndex, .doc = "A1 is 0, C2 is 5")                                           \
	F(S, STR, language)                                                                        \
	F(S, OBJ(analytics_scores), scores)                                                        \
	F(S, INT, overallScore)
SHAPE(analytics_test, TEST_OUT)

#define REQUEST_PROPERTIES(F, S)                                                                   \
	F(S, STR, status)                                                                          \
	F(S, STR, result, .doc = "SUCCESS, FAILED or PENDING")                                     \
	F(S, INT, waitTimeSeconds, .zero_null = true, .skip_null = true, .doc = "until it was answered") \
	F(S, INT, sessionDurationMinutes, .zero_null = true, .skip_null = true,                    \
	  .doc = "mean of the sessions with this partner")                                         \
	F(S, STR, matchType, .doc = "sent or received")                                            \
	F(S, STR, sessionType, .doc = "VIDEO or AUDIO: of the latest session with this partner, if any") \
	F(S, STR, targetLanguage, .aka = "language", .doc = "that this partner speaks")            \
	F(S, TIME, createdAt)
SHAPE(analytics_match_properties, REQUEST_PROPERTIES)
#define REQUEST_OUT(F, S)                                                                          \
	F(S, ID, partnerId)                                                                        \
	F(S, STR, status, .doc = "pending, accepted, rejected, cancelled or expired")              \
	F(S, STR, date, .doc = "where they live")                                                  \
	F(S, TIME, createdAt, .aka = "timestamp")                                                  \
	F(S, STR, matchType, .doc = "sent or received")                                            \
	F(S, STR, targetLanguage, .doc = "that this partner speaks")                               \
	F(S, OBJ(analytics_match_properties), properties)
SHAPE(analytics_match, REQUEST_OUT)

#define ACTIVITY_OUT(F, S)                                                                         \
	F(S, STR, type, .doc = "session, group_session or level_test")                             \
	F(S, ID, id)                                                                               \
	F(S, STR, date, .doc = "where they live")                                                  \
	F(S, TIME, timestamp)                                                                      \
	F(S, INT, duration, .doc = "minutes; 0: of a level test")
SHAPE(analytics_activity, ACTIVITY_OUT)

#define DASHBOARD_OUT(F, S)                                                                        \
	F(S, INT, totalSessions, .place = IN_DATA)                                                 \
	F(S, NUM, totalHours, .place = IN_DATA, .doc = "one decimal")                              \
	F(S, INT, currentStreak, .place = IN_DATA)                                                 \
	F(S, LIST(analytics_test), levelTests, .doc = "the newest first, 20 at most")              \
	F(S, LIST(analytics_match), matchingEvents, .doc = "the newest first, 100 at most")        \
	F(S, LIST(analytics_activity), recentActivity, .place = IN_DATA, .doc = "the newest first, 20 at most")
SHAPE(dashboard_out, DASHBOARD_OUT)

/* Where they live. */
static const char *date_of(struct ctx *c, const char *zone, int64_t at)
{
	return meeting_date(c, meeting_local(zone, at) / DAY_MS);
}

static void show_tests(struct ctx *c, const char *zone, const struct list *rows, struct list *out)
{
	const struct leveltest_result *row = rows->v;
	struct analytics_test *t = arena_array(c->arena, struct analytics_test, rows->n);
	struct analytics_scores *s = arena_array(c->arena, struct analytics_scores, rows->n);

	for (size_t i = 0; i < rows->n; i++) {
		s[i] = (struct analytics_scores){.pronunciation = row[i].pronunciation,
						 .fluency = row[i].fluency,
						 .grammar = row[i].grammar,
						 .vocabulary = row[i].vocabulary,
						 .coherence = row[i].coherence,
						 .interaction = row[i].interaction};
		t[i] = (struct analytics_test){.id = row[i].id,
					       .date = date_of(c, zone, row[i].completed_at),
					       .completedAt = row[i].completed_at,
					       .level = row[i].level,
					       .levelIndex = analytics_level(row[i].level),
					       .language = row[i].language,
					       .scores = &s[i],
					       .overallScore = row[i].overall};
	}
	*out = (struct list){t, rows->n};
}

static const char *result_of(const char *status)
{
	if (!strcmp(status, "accepted"))
		return "SUCCESS";
	return strcmp(status, "pending") != 0 ? "FAILED" : "PENDING";
}

static void show_requests(struct ctx *c, const char *zone, const struct list *rows, struct list *out)
{
	const struct analytics_request *row = rows->v;
	struct analytics_match *m = arena_array(c->arena, struct analytics_match, rows->n);
	struct analytics_match_properties *p = arena_array(c->arena, struct analytics_match_properties, rows->n);

	for (size_t i = 0; i < rows->n; i++) {
		const char *type = row[i].sent ? "sent" : "received";

		p[i] = (struct analytics_match_properties){
			.status = row[i].status,
			.result = result_of(row[i].status),
			.waitTimeSeconds = row[i].answered_at ? MAX((row[i].answered_at - row[i].created_at) / 1000,
								    INT64_C(1)) : 0,
			.sessionDurationMinutes = row[i].minutes,
			.matchType = type,
			.sessionType = row[i].type,
			.targetLanguage = row[i].language,
			.createdAt = row[i].created_at,
		};
		m[i] = (struct analytics_match){.partnerId = row[i].partner_id,
						.status = row[i].status,
						.date = date_of(c, zone, row[i].created_at),
						.createdAt = row[i].created_at,
						.matchType = type,
						.targetLanguage = row[i].language,
						.properties = &p[i]};
	}
	*out = (struct list){m, rows->n};
}

static int newest_first(const void *a, const void *b)
{
	const struct analytics_activity *x = a, *y = b;

	return x->timestamp > y->timestamp ? -1 : x->timestamp < y->timestamp;
}

static void recent(const struct meeting_figures *f, const struct list *groups, const struct list *tests,
		   struct list *out)
{
	const struct leveltest_result *test = tests->v;
	const struct meeting_over_row *group = groups->v;
	struct analytics_activity *a = arena_array(f->c->arena, struct analytics_activity, 3 * ANALYTICS_RECENT_MAX);
	size_t n = 0;

	for (size_t i = 0; i < MIN(f->past.n, (size_t)ANALYTICS_RECENT_MAX); i++)
		a[n++] = (struct analytics_activity){.type = "session",
						     .id = f->past.over[i].id,
						     .timestamp = f->past.over[i].starts_at,
						     .duration = f->past.over[i].minutes};
	for (size_t i = 0; i < groups->n; i++)
		a[n++] = (struct analytics_activity){.type = "group_session",
						     .id = group[i].id,
						     .timestamp = group[i].starts_at,
						     .duration = group[i].minutes};
	for (size_t i = 0; i < tests->n; i++)
		a[n++] = (struct analytics_activity){
			.type = "level_test", .id = test[i].id, .timestamp = test[i].completed_at};
	qsort(a, n, sizeof(*a), newest_first);
	n = MIN(n, (size_t)ANALYTICS_RECENT_MAX);
	for (size_t i = 0; i < n; i++)
		a[i].date = date_of(f->c, f->totals.zone, a[i].timestamp);
	*out = (struct list){a, n};
}

HANDLER(analytics_dashboard, struct nothing, struct dashboard_out)
{
	struct ctx *c = &r->ctx;
	struct meeting_figures f = {0};
	struct list groups, tests, requests;
	enum status st = meeting_figures(c, 1, 0, &f);

	if (st == OK)
		st = analytics_sql_groups(c, 0, ANALYTICS_RECENT_MAX, &groups);
	if (st == OK)
		st = leveltest_newest(c, c->me.user_id, TESTS_MAX, &tests);
	if (st == OK)
		st = analytics_sql_requests(c, &requests);
	if (st != OK)
		return st;
	out->totalSessions = f.totals.completed;
	out->totalHours = analytics_hours(f.totals.minutes);
	out->currentStreak = f.streak;
	show_tests(c, f.totals.zone, &tests, AS_LIST(&out->levelTests));
	show_requests(c, f.totals.zone, &requests, AS_LIST(&out->matchingEvents));
	recent(&f, &groups, &tests, AS_LIST(&out->recentActivity));
	return OK;
}

static const struct route routes[] = {
	ROUTE(analytics_dashboard, nothing, dashboard_out, .on = {"GET /analytics/dashboard"}, .auth = AUTH_USER,
	      .rate = RATE_READ, .envelope = FLAT, .statements = 5,
	      .doc = "My sessions, level tests and requests for partners at a glance. Totals and the streak are those "
		     "of GET /sessions/stats; group sessions are among recentActivity alone."),
	ROUTE(analytics_weekly, weekly_in, weekly_out, .on = {"GET /analytics/weekly-stats"}, .auth = AUTH_USER,
	      .rate = RATE_READ, .statements = 2,
	      .doc = "My sessions of this week, and of those before. Counted as GET /sessions/stats counts."),
	ROUTE(analytics_monthly, monthly_in, monthly_out, .on = {"GET /analytics/monthly-stats"}, .auth = AUTH_USER,
	      .rate = RATE_READ, .statements = 2,
	      .doc = "My sessions of this month, and of those before. Counted as GET /sessions/stats counts."),
	ROUTE(analytics_metrics, metrics_in, metrics_out, .on = {"GET /analytics/metrics"}, .auth = AUTH_USER,
	      .rate = RATE_READ, .envelope = FLAT, .statements = 4,
	      .doc = "My sessions by the day or the hour they were planned for, where I live; the latest 2,000 of the "
		     "time that is asked for."),
};

extern const struct stmt *const analytics_stmts[];
const struct domain analytics_domain = {
	.name = "analytics",
	.doc = "What I did, in figures",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = analytics_stmts,
};
