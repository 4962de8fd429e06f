/* My sessions in figures: all of them counted from the rows. */
#include "base/clock.h"
#include "domain/meeting/meeting_stats_sql.h"
#include "domain/onboarding/onboarding.h"
#include "domain/registry.h"

/* Without an answer in onboarding: twenty minutes a day. */
enum { DAILY_DEFAULT = 20, GOAL_DAYS = 30, WEEKLY_TARGET = 7, WEEKS_MAX = 53, DAYS_MAX = 367 };
#define HOUR_MS INT64_C(3600000)
#define FORTNIGHT_MS (14 * DAY_MS)

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
	F(S, NUM, speaking)                                                                        \
	F(S, NUM, listening)                                                                       \
	F(S, NUM, reading)                                                                         \
	F(S, NUM, writing)
SHAPE(meeting_skills, SKILLS_OUT)
#define PROGRESS_OUT(F, S)                                                                         \
	F(S, STR, language)                                                                        \
	F(S, STR, languageCode)                                                                    \
	F(S, STR, level, .aka = "currentLevel")                                                    \
	F(S, STR, nextLevel, .doc = "where they want to get")                                      \
	F(S, NUM, progress, .doc = "null: nothing measures it yet")                                \
	F(S, INT, sessions)                                                                        \
	F(S, OBJ(meeting_skills), skills)
SHAPE(meeting_progress, PROGRESS_OUT)
#define DAY_OUT(F, S)                                                                              \
	F(S, STR, date, .doc = "where they live")                                                  \
	F(S, STR, day)                                                                             \
	F(S, STR, dayLabel)                                                                        \
	F(S, INT, minutes, .aka = "totalMinutes")                                                  \
	F(S, INT, sessions, .aka = "totalSessions count")
SHAPE(meeting_day, DAY_OUT)
#define SHARE_OUT(F, S)                                                                            \
	F(S, STR, name)                                                                            \
	F(S, INT, value, .doc = "%")                                                               \
	F(S, STR, color)
SHAPE(meeting_share, SHARE_OUT)
#define GOALS_OUT(F, S)                                                                            \
	F(S, INT, current, .doc = "sessions since Monday")                                         \
	F(S, INT, target)                                                                          \
	F(S, INT, streak)
SHAPE(meeting_goals, GOALS_OUT)

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

/* ---- days where they live ----------------------------------------------------------------- */

/* Asking for the offset of a zone is slow, and two years of sessions need it two thousand times: where it is the same
 * at both ends of a fortnight, it is the same in between. */
struct zone {
	const char *name;
	int64_t fortnight, first, last;
};

static int64_t local_of(struct zone *z, int64_t at)
{
	int64_t k = at / FORTNIGHT_MS;

	if (k != z->fortnight) {
		z->fortnight = k;
		z->first = clock_zone_offset(z->name, k * FORTNIGHT_MS);
		z->last = clock_zone_offset(z->name, (k + 1) * FORTNIGHT_MS);
	}
	return at + (z->first == z->last ? z->first : clock_zone_offset(z->name, at));
}

struct figures {
	struct ctx *c;
	struct meeting_totals_row totals;
	const struct meeting_over_row *over;
	size_t n;
	int64_t *local; /* of each of them */
	int64_t today, first_day; /* days since 1970, of the period */
	int64_t streak, this_week, last7, before7, last30_minutes;
	const char *preferred;
};

static void count_streak(struct figures *f)
{
	int64_t day = f->today + 1;

	for (size_t i = 0; i < f->n; i++) {
		int64_t its = MIN(f->local[i] / DAY_MS, f->today);

		if (its < day - 1 && !(f->streak == 0 && its == f->today - 1))
			break;
		if (its != day) {
			f->streak++;
			day = its;
		}
	}
}

static void count_times(struct figures *f)
{
	static const char *const names[][2] = {{"새벽", "Night"}, {"오전", "Morning"}, {"오후", "Afternoon"},
					       {"저녁", "Evening"}};
	int64_t monday = f->today - (f->today + 3) % 7; /* 1970-01-01 was a Thursday */
	size_t quarter[COUNT(names)] = {0}, most = 0;

	for (size_t i = 0; i < f->n; i++) {
		int64_t age = f->c->now - f->over[i].starts_at;

		quarter[f->local[i] % DAY_MS / (6 * HOUR_MS)]++;
		f->this_week += f->local[i] / DAY_MS >= monday;
		f->last7 += age <= 7 * DAY_MS;
		f->before7 += age > 7 * DAY_MS && age <= 14 * DAY_MS;
		f->last30_minutes += age <= GOAL_DAYS * DAY_MS ? f->over[i].minutes : 0;
	}
	for (size_t i = 1; i < COUNT(names); i++)
		most = quarter[i] > quarter[most] ? i : most;
	f->preferred = f->n ? say(f->c, names[most][LANG_KO], names[most][LANG_EN]) : NULL;
}

/* ---- lists -------------------------------------------------------------------------------- */

static void by_week(const struct figures *f, struct list *out)
{
	struct meeting_week *week = arena_array(f->c->arena, struct meeting_week, WEEKS_MAX);
	size_t weeks = MIN((size_t)((f->c->now - f->totals.since + 7 * DAY_MS - 1) / (7 * DAY_MS)), (size_t)WEEKS_MAX);

	for (size_t i = 0; i < weeks; i++)
		week[i].week = (int64_t)i + 1;
	for (size_t i = 0; i < f->n && f->over[i].starts_at >= f->totals.since; i++) {
		size_t k = MIN((size_t)((f->over[i].starts_at - f->totals.since) / (7 * DAY_MS)), weeks - 1);

		week[k].count++;
		week[k].minutes += f->over[i].minutes;
	}
	*out = (struct list){week, weeks};
}

static void by_day(const struct figures *f, struct list *out)
{
	static const char *const names[][2] = {{"목", "Thu"}, {"금", "Fri"}, {"토", "Sat"}, {"일", "Sun"},
					       {"월", "Mon"}, {"화", "Tue"}, {"수", "Wed"}};
	struct meeting_day *day = arena_array(f->c->arena, struct meeting_day, DAYS_MAX);
	size_t days = (size_t)(f->today - f->first_day + 1);

	for (size_t i = 0; i < days; i++) {
		int64_t at = f->first_day + (int64_t)i, year;
		unsigned month, of_month;

		clock_civil(at, &year, &month, &of_month);
		day[i].date = arena_printf(f->c->arena, "%04lld-%02u-%02u", (long long)year, month, of_month);
		day[i].day = names[at % 7][LANG_EN];
		day[i].dayLabel = say(f->c, names[at % 7][LANG_KO], names[at % 7][LANG_EN]);
	}
	for (size_t i = 0; i < f->n && f->local[i] / DAY_MS >= f->first_day; i++) {
		size_t k = (size_t)(MIN(f->local[i] / DAY_MS, f->today) - f->first_day);

		day[k].sessions++;
		day[k].minutes += f->over[i].minutes;
	}
	*out = (struct list){day, days};
}

static void by_language(const struct figures *f, const struct list *languages, struct list *out)
{
	const struct language_choice *l = languages->v;
	struct meeting_progress *p = arena_array(f->c->arena, struct meeting_progress, languages->n);
	struct meeting_skills *unknown = arena_new_of(f->c->arena, struct meeting_skills);
	double none = __builtin_nan("");
	size_t n = 0;

	*unknown = (struct meeting_skills){.speaking = none, .listening = none, .reading = none, .writing = none};
	for (size_t i = 0; i < languages->n; i++) {
		if (!l[i].learning)
			continue;
		p[n] = (struct meeting_progress){.language = l[i].languageName,
						 .languageCode = l[i].languageCode,
						 .level = l[i].currentLevelName,
						 .nextLevel = l[i].targetLevelName,
						 .progress = none,
						 .skills = unknown};
		for (size_t k = 0; k < f->n; k++)
			p[n].sessions += f->over[k].language && !strcmp(f->over[k].language, l[i].languageCode);
		n++;
	}
	*out = (struct list){p, n};
}

/* Percentages that add up to a hundred. */
static void by_type(const struct figures *f, struct list *out)
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

static enum status gather(struct ctx *c, const char *period, struct figures *f)
{
	bool week = !strcmp(period, "week"), year = !strcmp(period, "year");
	struct list rows;
	enum status st = meeting_sql_totals(c, year ? 12 : !week, week ? 7 : 0, &f->totals);

	if (st == OK)
		st = meeting_sql_over(c, &rows);
	if (st != OK)
		return st;
	struct zone z = {.name = f->totals.zone, .fortnight = -1};

	f->c = c;
	f->over = rows.v;
	f->n = rows.n;
	f->local = arena_array(c->arena, int64_t, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		f->local[i] = local_of(&z, f->over[i].starts_at);
	f->today = local_of(&z, c->now) / DAY_MS;
	f->first_day = local_of(&z, f->totals.since) / DAY_MS;
	count_streak(f);
	count_times(f);
	return OK;
}

static void fill(const struct figures *f, struct meeting_stats_out *out, struct meeting_metrics *m)
{
	const struct meeting_totals_row *t = &f->totals;
	struct meeting_types *types = arena_new_of(f->c->arena, struct meeting_types);
	struct meeting_goals *goals = arena_new_of(f->c->arena, struct meeting_goals);

	*types = (struct meeting_types){.video = t->period_video, .audio = t->period_count - t->period_video};
	*goals = (struct meeting_goals){.current = f->this_week, .target = WEEKLY_TARGET, .streak = f->streak};
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
	by_day(f, AS_LIST(&out->dailyStats));
	out->sessionsByType = types;
	out->partnerCount = m->partnersCount = t->partners;
	out->streakDays = m->currentStreak = f->streak;
	out->lastSessionAt = t->last_at;
	out->monthlyGoal = daily_of(t->daily) * GOAL_DAYS;
	out->monthlyProgress = MIN(100 * f->last30_minutes / out->monthlyGoal, INT64_C(100));
	out->preferredTime = f->preferred;
	m->weeklyGrowth = 100 * (f->last7 - f->before7) / MAX(f->before7, INT64_C(1));
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
	struct figures f = {0};
	struct list languages;

	out->period = known ? in->period : "month";
	out->metrics = m;
	enum status st = gather(&r->ctx, out->period, &f);

	if (st == OK)
		st = meeting_sql_partners(&r->ctx, AS_LIST(&m->topPartners));
	if (st == OK)
		st = onboarding_languages(&r->ctx, r->ctx.me.user_id, &languages);
	if (st != OK)
		return st;
	by_language(&f, &languages, AS_LIST(&out->languageProgress));
	fill(&f, out, m);
	return OK;
}

static const struct route routes[] = {
	ROUTE(meeting_stats, meeting_stats_in, meeting_stats_out, .on = {"GET /sessions/stats"}, .auth = AUTH_USER,
	      .rate = RATE_READ, .envelope = FLAT, .statements = 4,
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
