/* How I learn, and what to do next. No model is asked: all of it follows from rules and sums. */
#include "base/clock.h"
#include "domain/ai/ai.h"
#include "domain/analytics/analytics_learning.h"
#include "domain/analytics/analytics_sql.h"
#include "domain/matching/matching.h"
#include "domain/matching/matching_shapes.h"
#include "domain/registry.h"

#include <math.h>

enum { MOTIVATED_DAYS = 3, MOTIVATED_PARTNERS = 3, FOCUS_BELOW = 75, URGENT_BELOW = 55, SOON_BELOW = 65 };
enum { PARTNERS_BEST = 3, MINUTES_DEFAULT = 30, TIMES_LEAST = 3, TIMES_MOST = 7, TEXTS = 4, ACTIVITIES = 5 };

/* ---- pattern ------------------------------------------------------------------------------ */

#define PATTERN_IN(F, S)                                                                           \
	F(S, INT, monthsBack, .from = FROM_QUERY, .dflt = "3", .min = 1, .max = 12, .fail = E_MONTHS_BACK)
SHAPE(pattern_in, PATTERN_IN)

#define HOUR_OUT(F, S)                                                                             \
	F(S, INT, hour, .doc = "0 to 23, where they live")                                         \
	F(S, INT, frequency, .doc = "sessions")
SHAPE(pattern_hour, HOUR_OUT)
#define DAY_OUT(F, S)                                                                              \
	F(S, STR, day, .doc = "Monday to Sunday")                                                  \
	F(S, INT, frequency, .doc = "sessions")
SHAPE(pattern_day, DAY_OUT)

struct pattern_shares {
	int64_t share[PATTERN_LENGTHS];
	unsigned char has[PATTERN_LENGTHS];
};
#define SHARE(i, text)                                                                             \
	{FIELD_NAME(text), .offset = offsetof(struct pattern_shares, share[i]),                    \
	 .has = offsetof(struct pattern_shares, has[i]), SHAPE_K_INT, .doc = "%, rounded"}
static const struct field pattern_shares_fields[] = {SHARE(0, "0-15"),  SHARE(1, "15-20"), SHARE(2, "20-30"),
						     SHARE(3, "30-45"), SHARE(4, "45-60"), SHARE(5, "60+")};
static const struct shape pattern_shares_shape = {"pattern_shares", pattern_shares_fields,
						  COUNT(pattern_shares_fields), sizeof(struct pattern_shares)};

#define DURATION_OUT(F, S)                                                                         \
	F(S, INT, avg, .doc = "minutes")                                                           \
	F(S, INT, median)                                                                          \
	F(S, INT, mode, .doc = "the shortest of several")                                          \
	F(S, OBJ(pattern_shares), distribution)
SHAPE(pattern_duration, DURATION_OUT)
#define CONSISTENCY_OUT(F, S)                                                                      \
	F(S, NUM, weeklyAverage, .doc = "sessions a week from Monday on, since the first of them")  \
	F(S, INT, missedWeeks, .doc = "whole weeks without one, since the first")                  \
	F(S, INT, longestStreak, .doc = "days in a row")
SHAPE(pattern_consistency, CONSISTENCY_OUT)
#define HABITS_OUT(F, S)                                                                           \
	F(S, STRS, preferredTimeSlots, .doc = "the three hours with the most sessions")            \
	F(S, INT, averageSessionDuration)                                                          \
	F(S, NUM, sessionsPerWeek, .doc = "sessions / weeks since the first, which are rounded up") \
	F(S, NUM, consistency, .doc = "days with a session among the last thirty, of thirty")      \
	F(S, STR, mostProductiveTime, .doc = "with the most minutes: morning (6 to 12), afternoon, evening or night")
SHAPE(pattern_habits, HABITS_OUT)
#define PROJECTION_OUT(F, S)                                                                       \
	F(S, STR, nextLevel)                                                                       \
	F(S, INT, estimatedMonths,                                                                 \
	  .doc = "points until the next level / improvementRate, rounded up; 0: nobody can tell") \
	F(S, INT, confidence, .doc = "%: of the steps from one test to the next those that went up; 0 with one test")
SHAPE(pattern_projection, PROJECTION_OUT)
#define PATTERN_PROGRESS(F, S)                                                                     \
	F(S, STR, currentLevel, .doc = "of the newest level test; A1 without one")                 \
	F(S, STR, startingLevel, .doc = "of the oldest of the last ten in that language")          \
	F(S, INT, monthsLearning, .doc = "of thirty days, since the first of the sessions; 1 without one") \
	F(S, NUM, improvementRate,                                                                 \
	  .doc = "points a month: (newest overall - oldest) / months between (at least one); 0 with one test or none") \
	F(S, OBJ(pattern_projection), projection)
SHAPE(pattern_progress, PATTERN_PROGRESS)
#define KINDS_OUT(F, S)                                                                            \
	F(S, INT, videoSessions)                                                                   \
	F(S, INT, audioSessions)                                                                   \
	F(S, INT, textSessions)
SHAPE(pattern_kinds, KINDS_OUT)
#define STYLE_OUT(F, S)                                                                            \
	F(S, STRS, primary, .doc = "the kind most sessions were of")                               \
	F(S, OBJ(pattern_kinds), engagement, .doc = "group sessions, too")                         \
	F(S, STRS, preferredActivities, .doc = "all kinds there were, the most frequent first")
SHAPE(pattern_style, STYLE_OUT)
#define ENGAGEMENT_OUT(F, S)                                                                       \
	F(S, INT, overallScore, .doc = "consistency in %")                                         \
	F(S, INT, activeParticipation, .doc = "sessionsPerWeek x 10, 100 at most")                 \
	F(S, INT, initiativeLevel, .doc = "%: sessions they were the host of")                     \
	F(S, STRS, motivationFactors)                                                              \
	F(S, STRS, riskFactors)
SHAPE(pattern_engagement, ENGAGEMENT_OUT)
#define AIM_OUT(F, S)                                                                              \
	F(S, STR, title)                                                                           \
	F(S, STR, description)                                                                     \
	F(S, TIME, targetDate, .doc = "one point a session, at the sessions a week of now (one at least)") \
	F(S, STR, priority, .doc = "high, medium or low")
SHAPE(pattern_aim, AIM_OUT)
#define FINDINGS_OUT(F, S)                                                                         \
	F(S, STRS, keyFindings)                                                                    \
	F(S, STRS, recommendations)                                                                \
	F(S, LIST(pattern_aim), milestones)
SHAPE(pattern_insights, FINDINGS_OUT)

#define PATTERN_OUT(F, S)                                                                          \
	F(S, LIST(pattern_hour), preferredTimes, .doc = "hours with a session, the most frequent first") \
	F(S, LIST(pattern_day), preferredDays, .doc = "the same of days")                          \
	F(S, OBJ(pattern_duration), sessionDurationPattern)                                        \
	F(S, OBJ(pattern_consistency), consistency)                                                \
	F(S, OBJ(pattern_habits), studyHabits)                                                     \
	F(S, OBJ(pattern_progress), progress)                                                      \
	F(S, LIST(learning_strength), strengths, .doc = "three skills at most, of 70 or more")     \
	F(S, LIST(learning_weakness), weaknesses, .doc = "three at most, below 70")                \
	F(S, OBJ(pattern_style), learningStyle)                                                    \
	F(S, OBJ(pattern_engagement), engagement)                                                  \
	F(S, OBJ(pattern_insights), insights)                                                      \
	F(S, STRS, insightMessages, .doc = "insights.keyFindings")                                 \
	F(S, OBJ(learning_path), personalizedPath)                                                 \
	F(S, BOOL, fallback, .doc = "true: no model was asked")                                    \
	F(S, STR, model)
SHAPE(pattern_out, PATTERN_OUT)

static int more_hours(const void *a, const void *b)
{
	const struct pattern_hour *x = a, *y = b;

	if (x->frequency != y->frequency)
		return x->frequency > y->frequency ? -1 : 1;
	return x->hour < y->hour ? -1 : 1;
}

static void show_times(const struct learner *l, struct pattern_out *out)
{
	static const char *const names[] = {"Sunday",	"Monday", "Tuesday", "Wednesday",
					    "Thursday", "Friday", "Saturday"};
	struct pattern_hour *h = arena_array(l->c->arena, struct pattern_hour, COUNT(l->p.hour));
	struct pattern_hour order[COUNT(names)] = {0};
	struct pattern_day *d = arena_array(l->c->arena, struct pattern_day, COUNT(names));
	size_t n = 0, days = 0;

	for (size_t i = 0; i < COUNT(l->p.hour); i++)
		if (l->p.hour[i])
			h[n++] = (struct pattern_hour){.hour = (int64_t)i, .frequency = l->p.hour[i]};
	qsort(h, n, sizeof(*h), more_hours);
	*AS_LIST(&out->preferredTimes) = (struct list){h, n};
	for (size_t i = 0; i < COUNT(names); i++)
		if (l->p.day[i])
			order[days++] = (struct pattern_hour){.hour = (int64_t)i, .frequency = l->p.day[i]};
	qsort(order, days, sizeof(*order), more_hours);
	for (size_t i = 0; i < days; i++)
		d[i] = (struct pattern_day){.day = names[order[i].hour], .frequency = order[i].frequency};
	*AS_LIST(&out->preferredDays) = (struct list){d, days};
}

static void show_habits(const struct learner *l, struct pattern_out *out)
{
	struct pattern_shares *shares = arena_new_of(l->c->arena, struct pattern_shares);
	struct pattern_duration *d = arena_new_of(l->c->arena, struct pattern_duration);
	struct pattern_consistency *k = arena_new_of(l->c->arena, struct pattern_consistency);
	struct pattern_habits *h = arena_new_of(l->c->arena, struct pattern_habits);
	const struct pattern *p = &l->p;
	int64_t n = (int64_t)p->n;

	for (size_t i = 0; n && i < PATTERN_LENGTHS; i++)
		shares->share[i] = (100 * p->length[i] + n / 2) / n;
	*d = (struct pattern_duration){
		.avg = p->average, .median = p->median, .mode = p->mode, .distribution = shares};
	*k = (struct pattern_consistency){.weeklyAverage = p->weekly_average,
					  .missedWeeks = p->missed_weeks,
					  .longestStreak = p->longest_streak};
	*h = (struct pattern_habits){.averageSessionDuration = p->average,
				     .sessionsPerWeek = p->per_week,
				     .consistency = analytics_consistency(&l->f),
				     .mostProductiveTime = p->productive};
	learner_slots(l, AS_LIST(&h->preferredTimeSlots));
	out->sessionDurationPattern = d;
	out->consistency = k;
	out->studyHabits = h;
}

static int64_t confidence(const struct standing *s)
{
	int64_t up = 0;

	for (size_t i = 1; i < s->n; i++)
		up += s->test[i - 1]->overall > s->test[i]->overall;
	return s->n > 1 ? 100 * up / ((int64_t)s->n - 1) : 0;
}

static const struct pattern_progress *progress_of(const struct learner *l)
{
	struct pattern_projection *next = arena_new_of(l->c->arena, struct pattern_projection);
	struct pattern_progress *p = arena_new_of(l->c->arena, struct pattern_progress);
	double rate = standing_rate(&l->s);

	*next = (struct pattern_projection){.nextLevel = standing_next(&l->s), .confidence = confidence(&l->s)};
	if (rate > 0)
		next->estimatedMonths = (int64_t)ceil((double)standing_missing(&l->s, 1) / rate);
	*p = (struct pattern_progress){.currentLevel = standing_level(&l->s),
				       .startingLevel = standing_first(&l->s),
				       .monthsLearning = l->p.months,
				       .improvementRate = rate,
				       .projection = next};
	return p;
}

struct kind_of {
	const char *name[2];
	int64_t n;
};

static int more_of(const void *a, const void *b)
{
	const struct kind_of *x = a, *y = b;

	return x->n > y->n ? -1 : x->n < y->n;
}

static const struct pattern_style *style_of(const struct learner *l, const struct list *groups)
{
	struct kind_of kinds[] = {{{"영상 대화", "Video sessions"}, l->p.video},
			       {{"음성 대화", "Audio sessions"}, l->p.audio},
			       {{"문자 대화", "Text sessions"}, 0}};
	struct pattern_kinds *k = arena_new_of(l->c->arena, struct pattern_kinds);
	struct pattern_style *s = arena_new_of(l->c->arena, struct pattern_style);
	const char **names = arena_array(l->c->arena, const char *, COUNT(kinds) + 1);
	const struct meeting_over_row *g = groups->v;
	size_t n = 0;

	for (size_t i = 0; i < groups->n; i++)
		kinds[!strcmp(g[i].type, "VIDEO") ? 0 : !strcmp(g[i].type, "AUDIO") ? 1 : 2].n++;
	*k = (struct pattern_kinds){
		.videoSessions = kinds[0].n, .audioSessions = kinds[1].n, .textSessions = kinds[2].n};
	qsort(kinds, COUNT(kinds), sizeof(*kinds), more_of);
	for (size_t i = 0; i < COUNT(kinds) && kinds[i].n; i++)
		names[n++] = say(l->c, kinds[i].name[LANG_KO], kinds[i].name[LANG_EN]);
	*AS_LIST(&s->primary) = (struct list){names, MIN(n, (size_t)1)};
	if (groups->n)
		names[n++] = say(l->c, "그룹 세션", "Group sessions");
	*AS_LIST(&s->preferredActivities) = (struct list){names, n};
	s->engagement = k;
	return s;
}

static const struct pattern_engagement *engagement_of(const struct learner *l)
{
	struct pattern_engagement *e = arena_new_of(l->c->arena, struct pattern_engagement);
	const char **good = arena_array(l->c->arena, const char *, TEXTS);
	const char **bad = arena_array(l->c->arena, const char *, TEXTS);
	const struct meeting_figures *f = &l->f;
	size_t n = 0, m = 0;

	if (f->streak >= MOTIVATED_DAYS)
		good[n++] = SAID(l->c, "%lld일 연속 학습 중", "Learning for %lld days in a row",
					 (long long)f->streak);
	if (f->totals.partners >= MOTIVATED_PARTNERS)
		good[n++] = SAID(l->c, "%lld명의 파트너와 대화", "Has met %lld partners",
					 (long long)f->totals.partners);
	if (standing_rate(&l->s) > 0)
		good[n++] = say(l->c, "레벨 테스트 점수가 오르고 있음", "Level tests go up");
	if (l->p.n && f->days30 * 2 < MEETING_CONSISTENCY_DAYS)
		bad[m++] = SAID(l->c, "최근 30일 중 %lld일만 학습", "Learnt on %lld of the last 30 days",
					(long long)f->days30);
	if (standing_rate(&l->s) < 0)
		bad[m++] = say(l->c, "레벨 테스트 점수가 내려가고 있음", "Level tests go down");
	*e = (struct pattern_engagement){
		.overallScore = (100 * f->days30 + MEETING_CONSISTENCY_DAYS / 2) / MEETING_CONSISTENCY_DAYS,
		.activeParticipation = (int64_t)fmin(round(l->p.per_week * 10), 100),
		.initiativeLevel = l->p.n ? (100 * l->p.hosted + (int64_t)l->p.n / 2) / (int64_t)l->p.n : 0,
		.motivationFactors = {good, n},
		.riskFactors = {bad, m},
	};
	return e;
}

/* The next level; and a week in a row for who has begun one. */
static const struct pattern_insights *insights_of(const struct learner *l)
{
	struct pattern_insights *i = arena_new_of(l->c->arena, struct pattern_insights);
	struct pattern_aim *aim = arena_array(l->c->arena, struct pattern_aim, 2);
	int64_t points = standing_missing(&l->s, 1), left = TIMES_MOST - l->f.streak;
	size_t n = 0;

	if (points)
		aim[n++] = (struct pattern_aim){
			.title = SAID(l->c, "레벨 %s 도달", "Reach level %s", standing_next(&l->s)),
			.description = SAID(l->c, "%lld점 더 필요합니다", "%lld points to go",
						    (long long)points),
			.targetDate = l->c->now + 7 * DAY_MS * standing_weeks(points, l->p.per_week),
			.priority = "high"};
	if (l->f.streak && left > 0)
		aim[n++] = (struct pattern_aim){
			.title = say(l->c, "7일 연속 학습", "Seven days in a row"),
			.description = SAID(l->c, "%lld일 남았습니다", "%lld days to go", (long long)left),
			.targetDate = l->c->now + left * DAY_MS,
			.priority = "medium"};
	*AS_LIST(&i->milestones) = (struct list){aim, n};
	learner_findings(l, AS_LIST(&i->keyFindings));
	learner_advice(l, AS_LIST(&i->recommendations));
	return i;
}

HANDLER(analytics_pattern_get, struct pattern_in, struct pattern_out)
{
	struct ctx *c = &r->ctx;
	struct learner l;
	struct list groups;
	enum status st = learner_read(c, in->monthsBack, &l);

	if (st == OK)
		st = analytics_sql_groups(c, l.since, PATTERN_SESSIONS, &groups);
	if (st != OK)
		return st;
	show_times(&l, out);
	show_habits(&l, out);
	out->progress = progress_of(&l);
	learner_strengths(&l, AS_LIST(&out->strengths));
	learner_weaknesses(&l, AS_LIST(&out->weaknesses));
	out->learningStyle = style_of(&l, &groups);
	out->engagement = engagement_of(&l);
	out->insights = insights_of(&l);
	out->insightMessages.v = out->insights->keyFindings.v;
	out->insightMessages.n = out->insights->keyFindings.n;
	out->personalizedPath = learner_path(&l);
	out->fallback = true;
	out->model = AI_BUILTIN;
	return OK;
}

/* ---- recommendations ---------------------------------------------------------------------- */

#define FOCUS_OUT(F, S)                                                                            \
	F(S, STR, skill)                                                                           \
	F(S, INT, currentScore)                                                                    \
	F(S, STR, reason)                                                                          \
	F(S, STR, priority, .doc = "high below 55, medium below 65, else low")
SHAPE(focus_area, FOCUS_OUT)
#define SUGGESTED_OUT(F, S)                                                                        \
	F(S, STR, type)                                                                            \
	F(S, STR, title)                                                                           \
	F(S, STR, description)                                                                     \
	F(S, INT, estimatedDuration, .doc = "minutes: as long as one's sessions take, else 30")
SHAPE(suggested_activity, SUGGESTED_OUT)
#define SUGGESTED_PARTNER(F, S)                                                                    \
	F(S, ID, userId)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, NUM, compatibilityScore)                                                              \
	F(S, STR, reason)
SHAPE(suggested_partner, SUGGESTED_PARTNER)
#define SCHEDULE_OUT(F, S)                                                                         \
	F(S, STR, recommendedFrequency, .doc = "one session a week more than now, three to seven") \
	F(S, STR, recommendedDuration, .doc = "as long as one's sessions take, else 30 minutes")   \
	F(S, STRS, bestTimes, .doc = "the three hours with the most sessions")
SHAPE(study_schedule, SCHEDULE_OUT)
#define ADVICE_OUT(F, S)                                                                           \
	F(S, LIST(focus_area), focusAreas, .doc = "three skills at most, below 75, the weakest first") \
	F(S, LIST(suggested_activity), suggestedActivities)                                        \
	F(S, LIST(suggested_partner), partnerRecommendations, .doc = "who fits best, three at most") \
	F(S, OBJ(study_schedule), studySchedule)                                                   \
	F(S, STRS, recommendations)                                                                \
	F(S, OBJ(learning_path), personalizedPath)                                                 \
	F(S, LIST(learning_weakness), weaknessesWithSolutions)                                     \
	F(S, BOOL, fallback, .doc = "true: no model was asked")                                    \
	F(S, STR, model)
SHAPE(advice_out, ADVICE_OUT)

static int64_t minutes_of(const struct learner *l)
{
	return l->p.average ? l->p.average : MINUTES_DEFAULT;
}

static void show_focus(const struct learner *l, struct advice_out *out)
{
	struct focus_area *f = arena_array(l->c->arena, struct focus_area, TOP_AREAS);
	struct suggested_activity *a = arena_array(l->c->arena, struct suggested_activity, ACTIVITIES);
	size_t n = 0, m = 0;

	for (size_t i = 0; l->s.n && n < TOP_AREAS; i++) {
		const struct skill *k = &skills[l->s.by_score[i]];
		int64_t score = skill_score(l->s.by_score[i], l->s.test[0]);
		bool falls = !strcmp(standing_trend(&l->s, l->s.by_score[i]), "declining");

		if (score >= FOCUS_BELOW)
			break;
		f[n++] = (struct focus_area){
			.skill = k->name,
			.currentScore = score,
			.reason = say(l->c,
				      falls ? "지난 테스트보다 점수가 낮아졌습니다" : "다른 영역 대비 낮은 점수",
				      falls ? "Lower than in the test before" : "Lower than the other skills"),
			.priority = score < URGENT_BELOW ? "high" : score < SOON_BELOW ? "medium" : "low"};
		a[m++] = (struct suggested_activity){.type = k->type,
						     .title = say(l->c, k->activity[LANG_KO], k->activity[LANG_EN]),
						     .description = say(l->c, k->how[LANG_KO], k->how[LANG_EN]),
						     .estimatedDuration = minutes_of(l)};
	}
	if (!l->s.n)
		a[m++] = (struct suggested_activity){
			.type = "level_test",
			.title = say(l->c, "레벨 테스트", "Level test"),
			.description = say(l->c, "지금 실력을 확인하면 맞춤 추천을 받을 수 있습니다",
					   "Once it is known how good you are, there is more to recommend"),
			.estimatedDuration = MINUTES_DEFAULT};
	if (l->f.this_week < MEETING_WEEKLY_TARGET)
		a[m++] = (struct suggested_activity){
			.type = "session",
			.title = say(l->c, "파트너와 세션", "A session with a partner"),
			.description = SAID(l->c, "이번 주 목표까지 %lld회 남았습니다", "%lld to go this week",
						    (long long)(MEETING_WEEKLY_TARGET - l->f.this_week)),
			.estimatedDuration = minutes_of(l)};
	*AS_LIST(&out->focusAreas) = (struct list){f, n};
	*AS_LIST(&out->suggestedActivities) = (struct list){a, m};
}

static void show_partners(struct ctx *c, const struct list *found, struct list *out)
{
	const struct partner_out *p = found->v;
	struct suggested_partner *v = arena_array(c->arena, struct suggested_partner, found->n);

	for (size_t i = 0; i < found->n; i++)
		v[i] = (struct suggested_partner){.userId = p[i].userId,
						  .name = p[i].englishName,
						  .compatibilityScore = p[i].compatibilityScore,
						  .reason = p[i].reasons.n ? p[i].reasons.v[0] : NULL};
	*out = (struct list){v, found->n};
}

static const struct study_schedule *schedule_of(const struct learner *l)
{
	struct study_schedule *s = arena_new_of(l->c->arena, struct study_schedule);
	int64_t times = MAX(MIN((int64_t)l->p.per_week + 1, (int64_t)TIMES_MOST), (int64_t)TIMES_LEAST);

	s->recommendedFrequency = SAID(l->c, "주 %lld회", "%lld times a week", (long long)times);
	s->recommendedDuration = SAID(l->c, "%lld분", "%lld minutes", (long long)minutes_of(l));
	learner_slots(l, AS_LIST(&s->bestTimes));
	return s;
}

HANDLER(analytics_advice, struct nothing, struct advice_out)
{
	struct ctx *c = &r->ctx;
	struct learner l;
	struct list partners;
	enum status st = learner_read(c, 3, &l);

	if (st == OK)
		st = matching_best(c, PARTNERS_BEST, &partners);
	if (st != OK)
		return st;
	show_focus(&l, out);
	show_partners(c, &partners, AS_LIST(&out->partnerRecommendations));
	out->studySchedule = schedule_of(&l);
	learner_advice(&l, AS_LIST(&out->recommendations));
	out->personalizedPath = learner_path(&l);
	learner_weaknesses(&l, AS_LIST(&out->weaknessesWithSolutions));
	out->fallback = true;
	out->model = AI_BUILTIN;
	return OK;
}

static const struct route routes[] = {
	ROUTE(analytics_pattern_get, pattern_in, pattern_out, .on = {"GET /analytics/learning-pattern"},
	      .auth = AUTH_USER, .rate = RATE_READ, .statements = 4, .fails = {E_MONTHS_BACK},
	      .doc = "When and how I learn: by my last hundred sessions of those months and my last ten level tests "
		     "in the language of the newest. Sessions are those of GET /sessions/stats; group sessions count "
		     "for learningStyle alone. Texts come from rules."),
	ROUTE(analytics_advice, nothing, advice_out, .on = {"GET /analytics/recommendations"}, .auth = AUTH_USER,
	      .rate = RATE_SEARCH, .statements = 11,
	      .doc = "What to do next: by my level tests, my sessions of three months and who fits me. Texts "
		     "come from rules."),
};

const struct domain analytics_learning_domain = {
	.name = "analytics",
	.doc = "What I did, in figures",
	.routes = routes,
	.n_routes = COUNT(routes),
};
