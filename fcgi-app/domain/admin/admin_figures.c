#include "domain/admin/admin_figures.h"
#include "base/clock.h"
#include "domain/admin/admin_figures_sql.h"
#include "domain/meeting/meeting.h"

#include <math.h>

SHAPE_TABLE(figures_point, FIGURES_POINT)
SHAPE_TABLE(figures_users, FIGURES_USERS)
SHAPE_TABLE(figures_studies, FIGURES_STUDIES)
SHAPE_TABLE(figures_reports, FIGURES_REPORTS)
SHAPE_TABLE(figures_summary, FIGURES_SUMMARY)
SHAPE_TABLE(figures_trends, FIGURES_TRENDS)
SHAPE_TABLE(figures_overview, FIGURES_OVERVIEW)
SHAPE_TABLE(figures_by_provider, FIGURES_BY_PROVIDER)
SHAPE_TABLE(figures_by_status, FIGURES_BY_STATUS)
SHAPE_TABLE(figures_by_category, FIGURES_BY_CATEGORY)
SHAPE_TABLE(figures_by_type, FIGURES_BY_TYPE)
SHAPE_TABLE(figures_activity, FIGURES_ACTIVITY)
SHAPE_TABLE(figures_sanctions, FIGURES_SANCTIONS)
SHAPE_TABLE(figures_people, FIGURES_PEOPLE)
SHAPE_TABLE(figures_members, FIGURES_MEMBERS)
SHAPE_TABLE(figures_alive, FIGURES_ALIVE)
SHAPE_TABLE(figures_groups, FIGURES_GROUPS)

/* ---- figures ------------------------------------------------------------------------------ */

static double one_decimal(double v)
{
	return round(v * 10) / 10;
}

static double percent(int64_t part, int64_t whole)
{
	return whole ? one_decimal(100.0 * (double)part / (double)whole) : 0;
}

static double growth(int64_t now, int64_t before)
{
	return before ? percent(now - before, before) : now ? 100 : 0;
}

/* ---- days, weeks and months --------------------------------------------------------------- */

static int64_t begin_of(enum figures_period p, int64_t day)
{
	int64_t year;
	unsigned month, of_month;

	clock_civil(day, &year, &month, &of_month);
	return p == FIGURES_WEEKLY ? meeting_monday(day) : p == FIGURES_MONTHLY ? day - of_month + 1 : day;
}

static int64_t after(enum figures_period p, int64_t begin)
{
	return p == FIGURES_WEEKLY ? begin + 7 : p == FIGURES_MONTHLY ? clock_add_months(begin, 1) : begin + 1;
}

static int64_t today(const struct ctx *c)
{
	return clock_korea_day(c->now);
}

static int64_t first_day(const struct ctx *c, const struct figures_ask *ask)
{
	return today(c) - ask->range + 1;
}

/* When a day begins there, ms. */
static int64_t begins(int64_t day)
{
	return day * DAY_MS - KOREA_MS;
}

static const char *period_name(struct ctx *c, enum figures_period p, const char *date)
{
	return p == FIGURES_MONTHLY ? arena_strndup(c->arena, date, strlen("2026-01")) : date;
}

/* Weeks and months are whole ones: the first begins before the days that were asked for. */
static enum status trend(struct ctx *c, const struct figures_ask *ask, enum figures_kind of, struct list *out)
{
	const int64_t first = begin_of(ask->period, first_day(c, ask)), last = today(c);
	int64_t per_day[FIGURES_DAYS_MAX] = {0};
	struct figures_point *point = arena_array(c->arena, struct figures_point, FIGURES_DAYS_MAX);
	size_t n = 0;
	struct list rows;
	enum status st = admin_figures_sql_days(c, of, begins(first), &rows);

	if (st != OK)
		return st;
	const struct figures_day_row *row = rows.v;

	for (size_t i = 0; i < rows.n; i++)
		if (row[i].day >= first && row[i].day <= last)
			per_day[row[i].day - first] = row[i].count;
	for (int64_t day = first; day <= last; n++) {
		const int64_t next = MIN(after(ask->period, day), last + 1);

		point[n].date = meeting_date(c, day);
		point[n].period = period_name(c, ask->period, point[n].date);
		for (; day < next; day++)
			point[n].count += per_day[day - first];
	}
	*out = (struct list){point, n};
	return OK;
}

static enum status note(struct ctx *c, const struct figures_ask *ask)
{
	return admin_record(c, &(struct admin_act){.action = "ANALYTICS_VIEW", .place = ask->place});
}

/* ---- all of it ---------------------------------------------------------------------------- */

static const struct figures_summary *summary(struct ctx *c, const struct figures_all_row *n)
{
	const int64_t reports = n->pending + n->in_progress + n->resolved + n->rejected;

	return NEW(c, figures_summary,
		   .users = NEW(c, figures_users, .total = n->active + n->suspended + n->deleted, .active = n->active,
				.suspended = n->suspended, .deleted = n->deleted,
				.growth = growth(n->users_now, n->users_before)),
		   .studies = NEW(c, figures_studies, .total = n->studies, .public = n->public,
				  .recruiting = n->recruiting, .growth = growth(n->studies_now, n->studies_before)),
		   .reports = NEW(c, figures_reports, .total = reports, .pending = n->pending,
				  .in_progress = n->in_progress, .resolved = n->resolved, .rejected = n->rejected,
				  .resolution_rate = percent(n->resolved, reports)));
}

enum status admin_figures_overview(struct ctx *c, const struct figures_ask *ask, struct figures_overview *out)
{
	struct figures_trends *t = arena_new_of(c->arena, struct figures_trends);
	struct figures_all_row n = {0};
	enum status st = admin_figures_sql_all(c, &n);

	if (st == OK)
		st = trend(c, ask, FIGURES_OF_USERS, AS_LIST(&t->dailySignups));
	if (st == OK)
		st = trend(c, ask, FIGURES_OF_STUDIES, AS_LIST(&t->dailyStudies));
	if (st == OK)
		st = trend(c, ask, FIGURES_OF_REPORTS, AS_LIST(&t->dailyReports));
	out->summary = summary(c, &n);
	out->trends = t;
	return st == OK ? note(c, ask) : st;
}

/* ---- shares ------------------------------------------------------------------------------- */

struct word {
	const char *word, *ko, *en;
};

/* A list of these words with their counts; key: where the shape has the word. */
#define SHARES(c, into, shape, key, words, counts)                                                 \
	do {                                                                                       \
		struct shape *v = arena_array((c)->arena, struct shape, COUNT(words));             \
                                                                                                   \
		for (size_t i = 0; i < COUNT(words); i++)                                          \
			v[i] = (struct shape){.key = (words)[i].word,                              \
					      .count = (counts)[i],                                \
					      .name = say(c, (words)[i].ko, (words)[i].en)};       \
		*AS_LIST(into) = (struct list){v, COUNT(words)};                                   \
	} while (0)

/* ---- people ------------------------------------------------------------------------------- */

static const struct word providers[] = {
	{"CREDENTIALS", "이메일", "E-mail"},
	{"GOOGLE", "구글", "Google"},
	{"NAVER", "네이버", "Naver"},
	{"KAKAO", "카카오", "Kakao"},
};
static const struct word statuses[] = {
	{"ACTIVE", "활성", "Active"},
	{"SUSPENDED", "정지", "Suspended"},
	{"DELETED", "탈퇴", "Deleted"},
};

enum status admin_figures_people(struct ctx *c, const struct figures_ask *ask, struct figures_people *out)
{
	struct figures_people_row n = {0};
	enum status st = admin_figures_sql_people(c, begins(first_day(c, ask)), &n);

	if (st == OK)
		st = trend(c, ask, FIGURES_OF_USERS, AS_LIST(&out->signupTrend));
	if (st != OK)
		return st;
	const int64_t with_password = n.active + n.suspended - n.google - n.naver - n.kakao;
	const int64_t by_provider[COUNT(providers)] = {with_password, n.google, n.naver, n.kakao};
	const int64_t by_status[COUNT(statuses)] = {n.active, n.suspended, n.deleted};

	SHARES(c, &out->providerDistribution, figures_by_provider, provider, providers, by_provider);
	SHARES(c, &out->statusDistribution, figures_by_status, status, statuses, by_status);
	out->activityMetrics = NEW(c, figures_activity, .dau = n.dau, .wau = n.wau, .mau = n.mau);
	out->sanctions = NEW(c, figures_sanctions, .warnings = n.warnings, .suspensions = n.suspensions,
			     .bans = n.bans);
	out->avgSessionTime = __builtin_nan("");
	return note(c, ask);
}

/* ---- groups ------------------------------------------------------------------------------- */

static const struct word visibilities[] = {
	{"public", "공개", "Public"},
	{"private", "비공개", "Private"},
};
static const struct word recruitments[] = {
	{"recruiting", "모집 중", "Recruiting"},
	{"closed", "모집 마감", "Closed"},
};

/* Categories are what owners wrote; these are the ones the pages offer. */
static const struct {
	const char *ko, *en;
} categories[] = {
	{"프로그래밍", "Programming"},
	{"어학", "Languages"},
	{"자격증", "Certificates"},
	{"취미", "Hobbies"},
	{"독서", "Reading"},
	{"재테크", "Personal finance"},
	{"개발", "Development"},
	{"언어", "Language"},
	{"취업/자격증", "Jobs and certificates"},
	{"교양/취미", "Culture and hobbies"},
	{"학업", "School"},
	{"취업", "Jobs"},
	{"운동", "Sports"},
	{"기타", "Other"},
};

static const char *category_name(struct ctx *c, const char *category)
{
	for (size_t i = 0; i < COUNT(categories); i++)
		if (!strcmp(categories[i].ko, category))
			return say(c, category, categories[i].en);
	return category;
}

static enum status show_categories(struct ctx *c, struct list *out)
{
	struct list rows;
	enum status st = admin_figures_sql_categories(c, &rows);

	if (st != OK)
		return st;
	const struct figures_category_row *row = rows.v;
	struct figures_by_category *v = arena_array(c->arena, struct figures_by_category, rows.n);

	for (size_t i = 0; i < rows.n; i++)
		v[i] = (struct figures_by_category){.category = row[i].category,
						    .count = row[i].count,
						    .name = category_name(c, row[i].category)};
	*out = (struct list){v, rows.n};
	return OK;
}

enum status admin_figures_groups(struct ctx *c, const struct figures_ask *ask, struct figures_groups *out)
{
	struct figures_groups_row n = {0};
	enum status st = admin_figures_sql_groups(c, &n);

	if (st == OK)
		st = trend(c, ask, FIGURES_OF_STUDIES, AS_LIST(&out->creationTrend));
	if (st == OK)
		st = show_categories(c, AS_LIST(&out->categoryDistribution));
	if (st != OK)
		return st;
	const int64_t by_sight[COUNT(visibilities)] = {n.public, n.total - n.public};
	const int64_t by_seats[COUNT(recruitments)] = {n.recruiting, n.total - n.recruiting};

	SHARES(c, &out->visibilityDistribution, figures_by_type, type, visibilities, by_sight);
	SHARES(c, &out->recruitmentStatus, figures_by_type, type, recruitments, by_seats);
	out->membershipStats = NEW(c, figures_members,
				   .avg = n.total ? one_decimal((double)n.members / (double)n.total) : 0,
				   .min = n.fewest, .max = n.most, .total = n.members);
	out->activeRatio = NEW(c, figures_alive, .total = n.total, .active = n.active, .inactive = n.total - n.active,
			       .ratio = percent(n.active, n.total));
	return note(c, ask);
}
