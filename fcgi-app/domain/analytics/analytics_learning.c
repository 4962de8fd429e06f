#include "domain/analytics/analytics_learning.h"
#include "base/clock.h"

SHAPE_TABLE(learning_strength, STRENGTH_OUT)
SHAPE_TABLE(learning_weakness, WEAKNESS_OUT)
SHAPE_TABLE(learning_weeks, SHORT_STEP)
SHAPE_TABLE(learning_months, LONG_STEP)
SHAPE_TABLE(learning_path, PATH_OUT)

enum { TEXTS_MAX = 6, OFTEN = 5, WEEKS_A_MONTH = 4 };

enum status learner_read(struct ctx *c, int64_t months, struct learner *out)
{
	enum status st;

	*out = (struct learner){
		.c = c, .since = clock_add_months(c->now / DAY_MS, -months) * DAY_MS + c->now % DAY_MS};
	st = meeting_figures(c, 1, 0, &out->f);
	if (st == OK)
		st = leveltest_newest(c, c->me.user_id, LEVELTEST_KEPT, &out->tests);
	if (st != OK)
		return st;
	out->s = standing_of(&out->tests, NULL);
	pattern_of(&out->f, out->since, &out->p);
	return OK;
}

/* Texts that are put together one by one. */
struct texts {
	struct ctx *c;
	const char *text[TEXTS_MAX];
	size_t n;
};

static void add(struct texts *t, bool when, const char *text)
{
	if (when && t->n < TEXTS_MAX)
		t->text[t->n++] = text;
}

static void give(const struct texts *t, struct list *out)
{
	const char **v = arena_array(t->c->arena, const char *, t->n);

	memcpy(v, t->text, t->n * sizeof(*v));
	*out = (struct list){v, t->n};
}

static const char *in_words(const struct learner *l, const char *const text[2])
{
	return say(l->c, text[LANG_KO], text[LANG_EN]);
}

/* ---- strengths and weaknesses ------------------------------------------------------------- */

static const char *details(const struct learner *l, size_t skill)
{
	const struct leveltest_result *now = l->s.test[0];
	int64_t score = skill_score(skill, now);

	if (l->s.n < 2)
		return SAID(l->c, "%s %lld점", "%s: %lld points", in_words(l, skills[skill].title),
				    (long long)score);
	return SAID(l->c, "%s %lld점, 지난 테스트보다 %+lld점", "%s: %lld points, %+lld since the last test",
			    in_words(l, skills[skill].title), (long long)score,
			    (long long)(score - skill_score(skill, l->s.test[1])));
}

void learner_strengths(const struct learner *l, struct list *out)
{
	struct learning_strength *v = arena_array(l->c->arena, struct learning_strength, TOP_AREAS);
	size_t area[TOP_AREAS], n = standing_areas(&l->s, false, area);

	for (size_t i = 0; i < n; i++)
		v[i] = (struct learning_strength){.area = skills[area[i]].name,
						  .score = skill_score(area[i], l->s.test[0]),
						  .trend = standing_trend(&l->s, area[i]),
						  .details = details(l, area[i])};
	*out = (struct list){v, n};
}

static void activities(const struct learner *l, const size_t *area, size_t n, struct list *out)
{
	struct texts t = {.c = l->c};

	for (size_t i = 0; i < n; i++)
		add(&t, true, in_words(l, skills[area[i]].activity));
	give(&t, out);
}

void learner_weaknesses(const struct learner *l, struct list *out)
{
	struct learning_weakness *v = arena_array(l->c->arena, struct learning_weakness, TOP_AREAS);
	size_t area[TOP_AREAS], n = standing_areas(&l->s, true, area);

	for (size_t i = 0; i < n; i++) {
		struct texts t = {.c = l->c};

		add(&t, true, in_words(l, skills[area[i]].activity));
		add(&t, true, in_words(l, skills[area[i]].how));
		v[i] = (struct learning_weakness){.area = skills[area[i]].name,
						  .score = skill_score(area[i], l->s.test[0]),
						  .trend = standing_trend(&l->s, area[i]),
						  .details = details(l, area[i])};
		give(&t, AS_LIST(&v[i].recommendations));
	}
	*out = (struct list){v, n};
}

/* ---- what to do --------------------------------------------------------------------------- */

static void level_step(const struct learner *l, int64_t on, const size_t *area, size_t n, struct list *out)
{
	int64_t points = standing_missing(&l->s, on), level = analytics_level(standing_level(&l->s)) + on;
	struct learning_months *m = arena_new_of(l->c->arena, struct learning_months);

	*out = (struct list){m, points ? 1 : 0};
	if (!points)
		return;
	m->goal = SAID(l->c, "레벨 %s 도달", "Reach level %s", cefr_names[level]);
	activities(l, area, n, AS_LIST(&m->activities));
	m->estimatedMonths = (standing_weeks(points, l->p.per_week) + WEEKS_A_MONTH - 1) / WEEKS_A_MONTH;
}

const struct learning_path *learner_path(const struct learner *l)
{
	struct learning_path *path = arena_new_of(l->c->arena, struct learning_path);
	struct learning_weeks *w = arena_array(l->c->arena, struct learning_weeks, TOP_AREAS);
	size_t area[TOP_AREAS], n = standing_areas(&l->s, true, area);

	for (size_t i = 0; i < n; i++) {
		int64_t score = skill_score(area[i], l->s.test[0]), target = standing_target(score);

		w[i].goal = SAID(l->c, "%s %lld점", "%s: %lld points",
					 in_words(l, skills[area[i]].title), (long long)target);
		w[i].estimatedWeeks = standing_weeks(target - score, l->p.per_week);
		activities(l, &area[i], 1, AS_LIST(&w[i].activities));
	}
	*AS_LIST(&path->shortTerm) = (struct list){w, n};
	if (!n && l->s.n) { /* nothing is weak: what is weakest */
		area[0] = l->s.by_score[0];
		n = 1;
	}
	level_step(l, 1, area, n, AS_LIST(&path->mediumTerm));
	level_step(l, 2, area, n, AS_LIST(&path->longTerm));
	return path;
}

void learner_slots(const struct learner *l, struct list *out)
{
	struct texts t = {.c = l->c};

	for (size_t i = 0; i < l->p.slots; i++)
		add(&t, true, arena_printf(l->c->arena, "%02zu:00-%02zu:00", l->p.slot[i], l->p.slot[i] + 1));
	give(&t, out);
}

void learner_findings(const struct learner *l, struct list *out)
{
	static const char *const days[][2] = {{"일요일", "Sunday"}, {"월요일", "Monday"}, {"화요일", "Tuesday"},
					      {"수요일", "Wednesday"}, {"목요일", "Thursday"}, {"금요일", "Friday"},
					      {"토요일", "Saturday"}};
	const struct pattern *p = &l->p;
	struct texts t = {.c = l->c};
	size_t day = 0;

	for (size_t i = 1; i < COUNT(days); i++)
		day = p->day[i] > p->day[day] ? i : day;
	if (p->n) {
		add(&t, true, SAID(l->c, "가장 활발한 시간대: %zu시", "The busiest hour: %zu:00", p->slot[0]));
		add(&t, true, SAID(l->c, "선호하는 요일: %s", "The favourite day: %s", in_words(l, days[day])));
		add(&t, true, SAID(l->c, "평균 세션 길이: %lld분", "A session takes %lld minutes on average",
					   (long long)p->average));
		add(&t, p->per_week >= OFTEN, say(l->c, "주 5회 이상 학습 중", "Five sessions a week or more"));
	}
	if (l->s.n > 1)
		add(&t, true, SAID(l->c, "레벨 테스트 점수 변화: %+lld점", "Level tests: %+lld points",
					   (long long)(l->s.test[0]->overall - l->s.test[l->s.n - 1]->overall)));
	give(&t, out);
}

void learner_advice(const struct learner *l, struct list *out)
{
	struct texts t = {.c = l->c};
	size_t area[TOP_AREAS], n = standing_areas(&l->s, true, area);

	for (size_t i = 0; i < n; i++)
		add(&t, true, in_words(l, skills[area[i]].how));
	add(&t, l->p.n && l->f.days30 * 2 < MEETING_CONSISTENCY_DAYS,
	    say(l->c, "짧더라도 더 자주 학습해 보세요", "Learn more often, if only for a short while"));
	add(&t, l->p.n && !l->tests.n,
	    say(l->c, "레벨 테스트로 지금 실력을 확인해 보세요", "Find out how good you are by a level test"));
	give(&t, out);
}
