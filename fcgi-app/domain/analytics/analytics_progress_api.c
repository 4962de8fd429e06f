/* How far I am: by my level tests and sessions, in one language and in each. */
#include "base/clock.h"
#include "domain/ai/ai.h"
#include "domain/analytics/analytics_standing.h"
#include "domain/registry.h"

/* ---- summary ------------------------------------------------------------------------------ */

#define LEVEL_PROGRESS(F, S)                                                                       \
	F(S, STR, current)                                                                         \
	F(S, STR, nextMilestone, .doc = "the next level; of C2 itself")                            \
	F(S, INT, progressPercentage,                                                              \
	  .doc = "%: where the score of the newest test is between the ends of its level; 0 without a test")
SHAPE(level_progress, LEVEL_PROGRESS)
#define SKILL_OUT(F, S)                                                                            \
	F(S, STR, name)                                                                            \
	F(S, INT, current)                                                                         \
	F(S, INT, target, .doc = "where the next level begins: 45, 55, 65, 75, 85 or 100")         \
	F(S, INT, improvement, .doc = "points since the oldest of the last ten tests")
SHAPE(skill_out, SKILL_OUT)
#define MILESTONE_OUT(F, S)                                                                        \
	F(S, STR, date, .doc = "where they live")                                                  \
	F(S, STR, achievement)
SHAPE(milestone_out, MILESTONE_OUT)

#define SUMMARY_OUT(F, S)                                                                          \
	F(S, STR, currentLevel, .doc = "of the newest level test; A1 without one")                 \
	F(S, STR, startingLevel, .doc = "of the oldest of the last ten in that language")          \
	F(S, OBJ(level_progress), levelProgress)                                                   \
	F(S, LIST(skill_out), skills, .doc = "empty without a test")                               \
	F(S, LIST(milestone_out), milestones, .doc = "when a level was reached first, by the last ten tests") \
	F(S, NUM, totalHours, .doc = "one decimal")                                                \
	F(S, INT, totalSessions)                                                                   \
	F(S, INT, sessionsThisWeek)                                                                \
	F(S, NUM, consistency, .doc = "days with a session among the last thirty, of thirty")      \
	F(S, STR, nextMilestone, .doc = "as in levelProgress")                                     \
	F(S, STR, topStrength, .doc = "the best skill, if it has 70")                              \
	F(S, STR, topWeakness, .doc = "the weakest one, if it has less")                           \
	F(S, BOOL, fallback, .doc = "true: no model was asked")                                    \
	F(S, STR, model)
SHAPE(summary_out, SUMMARY_OUT)

static void show_skills(struct ctx *c, const struct standing *s, struct list *out)
{
	struct skill_out *k = arena_array(c->arena, struct skill_out, SKILLS);

	for (size_t i = 0; s->n && i < SKILLS; i++) {
		int64_t now = skill_score(i, s->test[0]);

		k[i] = (struct skill_out){.name = skills[i].name,
					  .current = now,
					  .target = standing_target(now),
					  .improvement = now - skill_score(i, s->test[s->n - 1])};
	}
	*out = (struct list){k, s->n ? SKILLS : 0};
}

static void show_milestones(struct ctx *c, const struct standing *s, const char *zone, struct list *out)
{
	struct milestone_out *m = arena_array(c->arena, struct milestone_out, STANDING_TESTS);
	int64_t highest = -1;
	size_t n = 0;

	for (size_t i = s->n; i > 0; i--) {
		const struct leveltest_result *t = s->test[i - 1];

		if (analytics_level(t->level) <= highest)
			continue;
		highest = analytics_level(t->level);
		m[n++] = (struct milestone_out){
			.date = meeting_date(c, meeting_local(zone, t->completed_at) / DAY_MS),
			.achievement = SAID(c, "레벨 %s 도달", "Reached level %s", t->level)};
	}
	*out = (struct list){m, n};
}

HANDLER(analytics_summary_get, struct nothing, struct summary_out)
{
	struct ctx *c = &r->ctx;
	struct level_progress *level = arena_new_of(c->arena, struct level_progress);
	struct meeting_figures f = {0};
	struct list tests;
	enum status st = meeting_figures(c, 1, 0, &f);

	if (st == OK)
		st = leveltest_newest(c, c->me.user_id, LEVELTEST_KEPT, &tests);
	if (st != OK)
		return st;
	const struct standing s = standing_of(&tests, NULL);
	size_t strong[TOP_AREAS], weak[TOP_AREAS];

	*level = (struct level_progress){.current = standing_level(&s),
					 .nextMilestone = standing_next(&s),
					 .progressPercentage = standing_position(&s)};
	*out = (struct summary_out){
		.currentLevel = level->current,
		.startingLevel = standing_first(&s),
		.levelProgress = level,
		.totalHours = analytics_hours(f.totals.minutes),
		.totalSessions = f.totals.completed,
		.sessionsThisWeek = f.this_week,
		.consistency = analytics_consistency(&f),
		.nextMilestone = level->nextMilestone,
		.topStrength = standing_areas(&s, false, strong) ? skills[strong[0]].name : NULL,
		.topWeakness = standing_areas(&s, true, weak) ? skills[weak[0]].name : NULL,
		.fallback = true,
		.model = AI_BUILTIN,
	};
	show_skills(c, &s, AS_LIST(&out->skills));
	show_milestones(c, &s, f.totals.zone, AS_LIST(&out->milestones));
	return OK;
}

/* ---- each language ------------------------------------------------------------------------ */

#define LANGUAGE_SKILLS(F, S) LEVELTEST_SCORES(F, S)
SHAPE(language_skills, LANGUAGE_SKILLS)
#define LANGUAGE_OUT(F, S)                                                                         \
	F(S, STR, language)                                                                        \
	F(S, STR, languageCode)                                                                    \
	F(S, STR, currentLevel, .doc = "of the newest level test, else as it was chosen in onboarding") \
	F(S, STR, startingLevel, .doc = "of the oldest of the last ten tests; null: there is none") \
	F(S, STR, nextLevel, .doc = "the level after that of the test, else the one they want to get to") \
	F(S, NUM, progress, .doc = "%: where the score is between the ends of its level; null without a test") \
	F(S, INT, sessions)                                                                        \
	F(S, INT, minutes)                                                                         \
	F(S, OBJ(language_skills), skills, .doc = "of the newest test; null without one")          \
	F(S, TIME, updatedAt, .doc = "of the newest test or session; null: there is none")
SHAPE(language_progress, LANGUAGE_OUT)
#define LANGUAGES_OUT(F, S) F(S, LIST(language_progress), items, .bare = true)
SHAPE(languages_out, LANGUAGES_OUT)

static const struct language_skills *skills_of(struct ctx *c, const struct leveltest_result *t)
{
	struct language_skills *k = t ? arena_new_of(c->arena, struct language_skills) : NULL;

	if (t)
		*k = (struct language_skills){.pronunciation = t->pronunciation,
					      .fluency = t->fluency,
					      .grammar = t->grammar,
					      .vocabulary = t->vocabulary,
					      .coherence = t->coherence,
					      .interaction = t->interaction};
	return k;
}

static struct language_progress progress_in(struct ctx *c, const struct analytics_language *l)
{
	return (struct language_progress){
		.language = l->name,
		.languageCode = l->code,
		.currentLevel = l->level,
		.startingLevel = l->first,
		.nextLevel = l->next,
		.progress = l->progress >= 0 ? (double)l->progress : __builtin_nan(""),
		.sessions = l->sessions,
		.minutes = l->minutes,
		.skills = skills_of(c, l->test),
		.updatedAt = l->last_at,
	};
}

HANDLER(analytics_languages, struct nothing, struct languages_out)
{
	struct ctx *c = &r->ctx;
	struct meeting_figures f = {0};
	struct list languages;
	enum status st = meeting_figures(c, 1, 0, &f);

	if (st == OK)
		st = analytics_by_language(&f, &languages);
	if (st != OK)
		return st;
	const struct analytics_language *l = languages.v;
	struct language_progress *p = arena_array(c->arena, struct language_progress, languages.n);

	for (size_t i = 0; i < languages.n; i++)
		p[i] = progress_in(c, &l[i]);
	*AS_LIST(&out->items) = (struct list){p, languages.n};
	return OK;
}

static const struct route routes[] = {
	ROUTE(analytics_summary_get, nothing, summary_out, .on = {"GET /analytics/progress-summary"}, .auth = AUTH_USER,
	      .rate = RATE_READ, .statements = 3,
	      .doc = "How far I am: levels and skills by the last ten level tests in the language of the newest one, "
		     "sessions as GET /sessions/stats counts them."),
	ROUTE(analytics_languages, nothing, languages_out, .on = {"GET /analytics/language-progress"},
	      .auth = AUTH_USER, .rate = RATE_READ, .statements = 4,
	      .doc = "How far I am in each language I learn, was tested in or had a session in (one I speak and do "
		     "not learn only when I was tested); sessions are the latest two thousand."),
};

const struct domain analytics_progress_domain = {
	.name = "analytics",
	.doc = "What I did, in figures",
	.routes = routes,
	.n_routes = COUNT(routes),
};
