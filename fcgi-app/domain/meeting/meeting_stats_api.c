/* My sessions in figures: all of them counted from the rows. */
#include "base/clock.h"
#include "domain/analytics/analytics.h"
#include "domain/meeting/meeting_stats_sql.h"
#include "domain/registry.h"

/* Without an answer in onboarding: twenty minutes a day. */
enum { DAILY_DEFAULT = 20, GOAL_DAYS = 30, WEEKS_MAX = 53 };

#define STATS_IN(F, S)                                                                             \
	F(S, STR, period, .from = FROM_QUERY, .max = 20, .lower = true,                            \
	  .doc = "week, month (any other word, too), year")
SHAPE(meeting_stats_in, STATS_IN)

#define WEEK_OUT(F, S)                                                                             \
	F(S, INT, week, .doc = "of the period, from 1")                                            \
	F(S, INT, count)                                                                           \
	F(S, INT, minutes)
SHAPE(meeting_week, WEEK_OUT)
#define TYPES_OUT(F, S)                                                                            \
	F(S, INT, video)                                                                           \
	F(S, INT, audio)
SHAPE(meeting_types, TYPES_OUT)
#define SKILLS_OUT(F, S)                                                                           \
	F(S, NUM, speaking, .doc = "the score of the newest level test; null without one")         \
	F(S, NUM, listening, .doc = "null, as the next two: no test is of them")                   \
	F(S, NUM, reading)                                                                         \
	F(S, NUM, writing)
SHAPE(meeting_skills, SKILLS_OUT)
#define PROGRESS_OUT(F, S)                                                                         \
	F(S, STR, language)                                                                        \
	F(S, STR, languageCode)                                                                    \
	F(S, STR, level, .aka = "currentLevel", .doc = "as in GET /analytics/language-progress, like the next two") \
	F(S, STR, nextLevel)                                                                       \
	F(S, INT, progress, .doc = "%; 0 without a test")                                          \
	F(S, INT, sessions)                                                                        \
	F(S, OBJ(meeting_skills), skills)
SHAPE(meeting_progress, PROGRESS_OUT)
#define SHARE_OUT(F, S)                                                                            \
	F(S, STR, name)                                                                            \
	F(S, INT, value, .doc = "%")                                                               \
	F(S, STR, color)
SHAPE(meeting_share, SHARE_OUT)

#define METRICS_OUT(F, S)                                                                          \
	F(S, INT, totalSessions, .doc = "of the period")                                           \
	F(S, INT, totalMinutes, .doc = "of the period")                                            \
	F(S, INT, weeklyGrowth, .doc = "%, the last seven days against the seven before")          \
	F(S, INT, currentStreak)                                                                   \
	F(S, INT, averageSessionTime)                                                              \
	F(S, INT, partnersCount)                                                                   \
	F(S, LIST(meeting_progress), languageProgress)                                             \
	F(S, LIST(meeting_share), sessionTypes)                                                    \
	F(S, OBJ(meeting_goals), weeklyGoals)                                                      \
	F(S, LIST(meeting_partner_out), topPartners)                                               \
	F(S, LIST(meeting_day), dailyStats)
SHAPE(meeting_metrics, METRICS_OUT)

#define D .place = IN_DATA
#define STATS_OUT(F, S)                                                                            \
	F(S, STR, period, D)                                                                       \
	F(S, INT, totalSessions, D, .doc = "completed, in the period")                             \
	F(S, INT, completedSessions, D, .doc = "of all time, as the next three")                   \
	F(S, INT, cancelledSessions, D)                                                            \
	F(S, INT, upcomingSessions, D)                                                             \
	F(S, INT, totalMinutes, D)                                                                 \
	F(S, INT, monthlyMinutes, D, .doc = "in the period")                                       \
	F(S, INT, averageSessionLength, D, .aka = "averageDuration", .doc = "in the period")       \
	F(S, LIST(meeting_week), sessionsByWeek, D)                                                \
	F(S, OBJ(meeting_types), sessionsByType, D)                                                \
	F(S, INT, partnerCount, D, .aka = "partnersCount")                                         \
	F(S, INT, streakDays, D, .aka = "currentStreak")                                           \
	F(S, TIME, lastSessionAt, D)                                                               \
	F(S, INT, monthlyGoal, D, .doc = "minutes: thirty times those chosen in onboarding, else 600") \
	F(S, INT, monthlyProgress, D, .doc = "% of that in the last thirty days, 100 at most")     \
	F(S, STR, preferredTime, D, .doc = "when most sessions were; null: there are none")        \
	F(S, LIST(meeting_progress), languageProgress, D)                                          \
	F(S, LIST(meeting_day), dailyStats, D)                                                     \
	F(S, OBJ(meeting_metrics), metrics, .place = AT_TOP)
SHAPE(meeting_stats_out, STATS_OUT)

/* ---- lists -------------------------------------------------------------------------------- */

static void by_week(const struct meeting_figures *f, struct list *out)
{
	struct meeting_week *week = arena_array(f->c->arena, struct meeting_week, WEEKS_MAX);
	size_t weeks = MIN((size_t)((f->c->now - f->totals.since + 7 * DAY_MS - 1) / (7 * DAY_MS)), (size_t)WEEKS_MAX);

	for (size_t i = 0; i < weeks; i++)
		week[i].week = (int64_t)i + 1;
	for (size_t i = 0; i < f->past.n && f->past.over[i].starts_at >= f->totals.since; i++) {
		size_t k = MIN((size_t)((f->past.over[i].starts_at - f->totals.since) / (7 * DAY_MS)), weeks - 1);

		week[k].count++;
		week[k].minutes += f->past.over[i].minutes;
	}
	*out = (struct list){week, weeks};
}

static void by_language(const struct meeting_figures *f, const struct list *languages, struct list *out)
{
	const struct analytics_language *l = languages->v;
	struct meeting_progress *p = arena_array(f->c->arena, struct meeting_progress, languages->n);
	struct meeting_skills *skills = arena_array(f->c->arena, struct meeting_skills, languages->n);
	const double none = __builtin_nan("");

	for (size_t i = 0; i < languages->n; i++) {
		skills[i] = (struct meeting_skills){.speaking = l[i].test ? (double)l[i].test->overall : none,
						    .listening = none,
						    .reading = none,
						    .writing = none};
		p[i] = (struct meeting_progress){.language = l[i].name,
						 .languageCode = l[i].code,
						 .level = l[i].level,
						 .nextLevel = l[i].next,
						 .progress = MAX(l[i].progress, INT64_C(0)),
						 .sessions = l[i].sessions,
						 .skills = &skills[i]};
	}
	*out = (struct list){p, languages->n};
}

/* Percentages that add up to a hundred. */
static void by_type(const struct meeting_figures *f, struct list *out)
{
	const struct meeting_totals_row *t = &f->totals;
	struct meeting_share *s = arena_array(f->c->arena, struct meeting_share, 2);
	int64_t video = t->period_count ? (100 * t->period_video + t->period_count / 2) / t->period_count : 0;

	s[0] = (struct meeting_share){.name = say(f->c, "영상", "Video"), .value = video, .color = "#4CAF50"};
	s[1] = (struct meeting_share){.name = say(f->c, "음성", "Audio"), .value = 100 - video, .color = "#2196F3"};
	*out = (struct list){s, t->period_count ? 2 : 0};
}

/* ---- the answer --------------------------------------------------------------------------- */

static int64_t daily_of(const char *choice)
{
	return choice && !strncmp(choice, "MINUTES_", 8) ? strtol(choice + 8, NULL, 10) : DAILY_DEFAULT;
}

static void fill(const struct meeting_figures *f, struct meeting_stats_out *out, struct meeting_metrics *m)
{
	const struct meeting_totals_row *t = &f->totals;
	struct meeting_types *types = arena_new_of(f->c->arena, struct meeting_types);
	struct meeting_goals *goals = arena_new_of(f->c->arena, struct meeting_goals);

	*types = (struct meeting_types){.video = t->period_video, .audio = t->period_count - t->period_video};
	*goals = (struct meeting_goals){.current = f->this_week, .target = MEETING_WEEKLY_TARGET, .streak = f->streak};
	out->totalSessions = m->totalSessions = t->period_count;
	out->completedSessions = t->completed;
	out->cancelledSessions = t->cancelled;
	out->upcomingSessions = t->upcoming;
	out->totalMinutes = t->minutes;
	out->monthlyMinutes = m->totalMinutes = t->period_minutes;
	if (t->period_count)
		out->averageSessionLength = (t->period_minutes + t->period_count / 2) / t->period_count;
	m->averageSessionTime = out->averageSessionLength;
	by_week(f, AS_LIST(&out->sessionsByWeek));
	meeting_by_day(f->c, &f->past, f->first_day, f->today, AS_LIST(&out->dailyStats));
	out->sessionsByType = types;
	out->partnerCount = m->partnersCount = t->partners;
	out->streakDays = m->currentStreak = f->streak;
	out->lastSessionAt = t->last_at;
	out->monthlyGoal = daily_of(t->daily) * GOAL_DAYS;
	out->monthlyProgress = MIN(100 * f->last30_minutes / out->monthlyGoal, INT64_C(100));
	out->preferredTime = f->preferred;
	m->weeklyGrowth = meeting_growth(f);
	m->weeklyGoals = goals;
	m->languageProgress.v = out->languageProgress.v;
	m->languageProgress.n = out->languageProgress.n;
	m->dailyStats.v = out->dailyStats.v;
	m->dailyStats.n = out->dailyStats.n;
	by_type(f, AS_LIST(&m->sessionTypes));
}

HANDLER(meeting_stats, struct meeting_stats_in, struct meeting_stats_out)
{
	struct meeting_metrics *m = arena_new_of(r->ctx.arena, struct meeting_metrics);
	bool known = in->period && (!strcmp(in->period, "week") || !strcmp(in->period, "year"));
	struct meeting_figures f = {0};
	struct list languages;

	out->period = known ? in->period : "month";
	out->metrics = m;
	bool week = !strcmp(out->period, "week"), year = !strcmp(out->period, "year");
	enum status st = meeting_figures(&r->ctx, year ? 12 : !week, week ? 7 : 0, &f);

	if (st == OK)
		st = meeting_sql_partners(&r->ctx, AS_LIST(&m->topPartners));
	if (st == OK)
		st = analytics_by_language(&f, &languages);
	if (st != OK)
		return st;
	by_language(&f, &languages, AS_LIST(&out->languageProgress));
	fill(&f, out, m);
	return OK;
}

static const struct route routes[] = {
	ROUTE(meeting_stats, meeting_stats_in, meeting_stats_out, .on = {"GET /sessions/stats"}, .auth = AUTH_USER,
	      .rate = RATE_READ, .envelope = FLAT, .statements = 5,
	      .doc = "My sessions in figures: by the time they were planned for, and by days where I live. Streaks, "
		     "days and weeks look at the latest two thousand."),
};

extern const struct stmt *const meeting_stats_stmts[];
const struct domain meeting_stats_domain = {
	.name = "sessions",
	.doc = "Sessions in figures",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = meeting_stats_stmts,
};
