/* How far somebody is in each language: what they chose, and what they did without choosing it. */
#include "domain/analytics/analytics_standing.h"
#include "domain/onboarding/onboarding.h"

enum { MOST = LANGUAGES_MAX + LEVELTEST_KEPT };

struct gathering {
	const struct meeting_figures *f;
	struct list chosen, tests;
	struct analytics_language *v;
	size_t n;
};

static const struct language_choice *choice_of(const struct gathering *g, const char *code)
{
	const struct language_choice *l = g->chosen.v;

	for (size_t i = 0; i < g->chosen.n; i++)
		if (!strcmp(l[i].languageCode, code))
			return &l[i];
	return NULL;
}

static int64_t last_in(const struct meeting_past *p, const char *code)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->over[i].language && !strcmp(p->over[i].language, code))
			return p->over[i].starts_at;
	return 0;
}

static void add(struct gathering *g, const char *code)
{
	for (size_t i = 0; i < g->n; i++)
		if (!strcmp(g->v[i].code, code))
			return;
	if (g->n == MOST)
		return;
	const struct language_choice *l = choice_of(g, code);
	const struct standing s = standing_of(&g->tests, code);
	const struct leveltest_result *t = s.n ? s.test[0] : NULL;
	struct analytics_language *out = &g->v[g->n++];

	*out = (struct analytics_language){
		.name = l ? l->languageName : leveltest_language_name(g->f->c, code),
		.code = code,
		.level = t ? t->level : l ? l->currentLevelName : NULL,
		.first = t ? standing_first(&s) : NULL,
		.next = t ? standing_next(&s) : l ? l->targetLevelName : NULL,
		.progress = t ? standing_position(&s) : -1,
		.test = t,
		.last_at = MAX(t ? t->completed_at : 0, last_in(&g->f->past, code)),
	};
	out->sessions = meeting_in_language(&g->f->past, code, &out->minutes);
}

static void gather(struct gathering *g)
{
	const struct language_choice *l = g->chosen.v;
	const struct leveltest_result *t = g->tests.v;
	const struct meeting_past *p = &g->f->past;
	const char *native = g->f->totals.native ? g->f->totals.native : "";

	for (size_t i = 0; i < g->chosen.n; i++)
		if (l[i].learning)
			add(g, l[i].languageCode);
	for (size_t i = 0; i < g->tests.n; i++)
		add(g, t[i].language);
	/* in a language they speak, and do not learn, a session is no step */
	for (size_t i = 0; i < p->n; i++) {
		const char *code = p->over[i].language;

		if (code && !choice_of(g, code) && strcmp(code, native) != 0)
			add(g, code);
	}
}

enum status analytics_by_language(const struct meeting_figures *f, struct list *out)
{
	struct ctx *c = f->c;
	struct gathering g = {.f = f, .v = arena_array(c->arena, struct analytics_language, MOST)};
	enum status st = onboarding_languages(c, c->me.user_id, &g.chosen);

	if (st == OK)
		st = leveltest_newest(c, c->me.user_id, LEVELTEST_KEPT, &g.tests);
	if (st != OK)
		return st;
	gather(&g);
	*out = (struct list){g.v, g.n};
	return OK;
}
