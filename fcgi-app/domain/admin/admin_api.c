/* What administrators see first: numbers and what happened lately. */
#include "domain/admin/admin_shapes.h"
#include "domain/admin/admin_sql.h"
#include "domain/registry.h"

SHAPE_TABLE(admin_person, ADMIN_PERSON)
SHAPE_TABLE(admin_name, ADMIN_NAME)

#define STATS_USERS(F, S)                                                                          \
	F(S, INT, total)                                                                           \
	F(S, INT, active)                                                                          \
	F(S, INT, suspended)                                                                       \
	F(S, INT, newToday)                                                                        \
	F(S, INT, newThisWeek, .doc = "of the last seven days, as they begin in Korea")
SHAPE(stats_users, STATS_USERS)
#define STATS_STUDIES(F, S)                                                                        \
	F(S, INT, total)                                                                           \
	F(S, INT, active, .doc = "that take new members")                                          \
	F(S, INT, newToday)                                                                        \
	F(S, INT, newThisWeek)
SHAPE(stats_studies, STATS_STUDIES)
#define STATS_REPORTS(F, S)                                                                        \
	F(S, INT, total)                                                                           \
	F(S, INT, pending)                                                                         \
	F(S, INT, urgent, .doc = "of the pending ones")                                            \
	F(S, INT, newToday)
SHAPE(stats_reports, STATS_REPORTS)
#define STATS_MODERATION(F, S)                                                                     \
	F(S, INT, totalWarnings)                                                                   \
	F(S, INT, warningsToday)                                                                   \
	F(S, INT, activeSanctions)
SHAPE(stats_moderation, STATS_MODERATION)
#define STATS_SUMMARY(F, S)                                                                        \
	F(S, OBJ(stats_users), users)                                                              \
	F(S, OBJ(stats_studies), studies)                                                          \
	F(S, OBJ(stats_reports), reports)                                                          \
	F(S, OBJ(stats_moderation), moderation)
SHAPE(stats_summary, STATS_SUMMARY)

#define RECENT_USER(F, S)                                                                          \
	F(S, ID, id)                                                                               \
	F(S, STR, name)                                                                            \
	F(S, STR, email)                                                                           \
	F(S, STR, avatar)                                                                          \
	F(S, TIME, createdAt)
SHAPE(recent_user, RECENT_USER)
#define RECENT_REPORT(F, S)                                                                        \
	F(S, ID, id)                                                                               \
	F(S, STR, type)                                                                            \
	F(S, STR, targetType)                                                                      \
	F(S, STR, priority)                                                                        \
	F(S, TIME, createdAt)                                                                      \
	F(S, OBJ(admin_name), reporter)
SHAPE(recent_report, RECENT_REPORT)
#define RECENT_WARNING(F, S)                                                                       \
	F(S, ID, id)                                                                               \
	F(S, STR, reason)                                                                          \
	F(S, STR, severity)                                                                        \
	F(S, TIME, createdAt)                                                                      \
	F(S, OBJ(admin_name), user)
SHAPE(recent_warning, RECENT_WARNING)
#define STATS_RECENT(F, S)                                                                         \
	F(S, LIST(recent_user), users)                                                             \
	F(S, LIST(recent_report), reports)                                                         \
	F(S, LIST(recent_warning), warnings)
SHAPE(stats_recent, STATS_RECENT)

#define STATS_DAY(F, S)                                                                            \
	F(S, STR, date)                                                                            \
	F(S, INT, count)
SHAPE(stats_day, STATS_DAY)
#define STATS_CHARTS(F, S)                                                                         \
	F(S, LIST(stats_day), userGrowth)                                                          \
	F(S, LIST(stats_day), reportTrends)
SHAPE(stats_charts, STATS_CHARTS)

#define STATS_DATA(F, S)                                                                           \
	F(S, OBJ(stats_summary), summary)                                                          \
	F(S, OBJ(stats_recent), recentActivity)                                                    \
	F(S, OBJ(stats_charts), charts)
SHAPE(stats_data, STATS_DATA)
#define STATS_OUT(F, S)                                                                            \
	F(S, BOOL, success)                                                                        \
	F(S, OBJ(stats_data), data)                                                                \
	F(S, TIME, timestamp)
SHAPE(stats_out, STATS_OUT)

static const struct stats_summary *summary(struct ctx *c, const struct admin_stats_row *n)
{
	return NEW(c, stats_summary,
		   .users = NEW(c, stats_users, .total = n->users_active + n->users_suspended + n->users_deleted,
				.active = n->users_active, .suspended = n->users_suspended,
				.newToday = n->users_today, .newThisWeek = n->users_week),
		   .studies = NEW(c, stats_studies, .total = n->studies_total, .active = n->studies_active,
				  .newToday = n->studies_today, .newThisWeek = n->studies_week),
		   .reports = NEW(c, stats_reports,
				  .total = n->reports_pending + n->reports_open + n->reports_closed,
				  .pending = n->reports_pending, .urgent = n->reports_urgent,
				  .newToday = n->reports_today),
		   .moderation = NEW(c, stats_moderation, .totalWarnings = n->warnings_total,
				     .warningsToday = n->warnings_today, .activeSanctions = n->sanctions_active));
}

static const struct stats_recent *recent(struct ctx *c, const struct list *rows)
{
	const struct admin_recent_row *row = rows->v;
	struct stats_recent *out = arena_new_of(c->arena, struct stats_recent);
	struct recent_user *users = arena_array(c->arena, struct recent_user, rows->n);
	struct recent_report *reports = arena_array(c->arena, struct recent_report, rows->n);
	struct recent_warning *warnings = arena_array(c->arena, struct recent_warning, rows->n);
	size_t n[3] = {0};

	for (size_t i = 0; i < rows->n; i++, row++) {
		const struct admin_name *who = NEW(c, admin_name, .name = row->name, .email = row->email);

		if (*row->kind == 'u')
			users[n[0]++] = (struct recent_user){.id = row->id, .name = row->name, .email = row->email,
							     .avatar = row->avatar, .createdAt = row->createdAt};
		else if (*row->kind == 'r')
			reports[n[1]++] = (struct recent_report){.id = row->id, .type = row->what,
								 .targetType = row->about, .priority = row->grade,
								 .createdAt = row->createdAt, .reporter = who};
		else
			warnings[n[2]++] = (struct recent_warning){.id = row->id, .reason = row->what,
								   .severity = row->grade,
								   .createdAt = row->createdAt, .user = who};
	}
	*AS_LIST(&out->users) = (struct list){users, n[0]};
	*AS_LIST(&out->reports) = (struct list){reports, n[1]};
	*AS_LIST(&out->warnings) = (struct list){warnings, n[2]};
	return out;
}

/* Rows of reports come before those of users. */
static const struct stats_charts *charts(struct ctx *c, const struct list *rows)
{
	const struct admin_day_row *row = rows->v;
	struct stats_charts *out = arena_new_of(c->arena, struct stats_charts);
	struct stats_day *days = arena_array(c->arena, struct stats_day, rows->n);
	size_t reports = 0;

	for (size_t i = 0; i < rows->n; i++) {
		days[i] = (struct stats_day){.date = row[i].date, .count = row[i].count};
		reports += *row[i].kind == 'r';
	}
	*AS_LIST(&out->reportTrends) = (struct list){days, reports};
	*AS_LIST(&out->userGrowth) = (struct list){days + reports, rows->n - reports};
	return out;
}

HANDLER(admin_stats, struct nothing, struct stats_out)
{
	struct ctx *c = &r->ctx;
	struct admin_stats_row n;
	struct list lately, days;
	enum status st = admin_sql_stats(c, &n);

	if (st == OK)
		st = admin_sql_recent(c, &lately);
	if (st == OK)
		st = admin_sql_days(c, &days);
	if (st != OK)
		return st;
	out->success = true;
	out->timestamp = c->now;
	out->data = NEW(c, stats_data, .summary = summary(c, &n), .recentActivity = recent(c, &lately),
			.charts = charts(c, &days));
	return OK;
}

static const struct code_row codes[] = {ADMIN_CODES, {0}};
static const struct route routes[] = {
	ROUTE(admin_stats, nothing, stats_out, .on = {"GET /admin/stats"}, .auth = AUTH_STAFF,
	      .need = MAY_ANALYTICS_VIEW, .envelope = COUP, .codes = codes, .rate = RATE_READ, .statements = 4,
	      .doc = "Numbers of the site, what happened lately, and the last seven days."),
};

extern const struct stmt *const admin_stmts[];
extern const struct job admin_jobs[];
extern const struct schedule admin_schedules[];
const struct domain admin_domain = {
	.name = "administration",
	.doc = "For those who run the study groups' site, by their roles (VIEWER, MODERATOR, ADMIN, SUPER_ADMIN): with "
	       "its session cookie, or a Bearer token",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = admin_stmts,
	.jobs = admin_jobs,
	.schedules = admin_schedules,
};
