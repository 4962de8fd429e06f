#include "domain/group_session/group_ai.h"
#include <strings.h>

static const char *code_of(const char *language)
{
	static const char *const rows[][3] = {
		{"ko", "Korean", "한국어"},  {"en", "English", "영어"}, {"ja", "Japanese", "일본어"},
		{"zh", "Chinese", "중국어"}, {"es", "Spanish", "스페인어"}, {"fr", "French", "프랑스어"},
		{"de", "German", "독일어"},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t k = 0; k < COUNT(rows[i]); k++)
			if (!strcasecmp(language, rows[i][k]))
				return rows[i][0];
	return language;
}

bool group_same_language(const char *a, const char *b)
{
	return a && b && !strcasecmp(code_of(a), code_of(b));
}

static int step_of(const char *level)
{
	static const char *const steps[] = {"BEGINNER", "INTERMEDIATE", "ADVANCED"};

	for (size_t i = 0; level && i < COUNT(steps); i++)
		if (!strcasecmp(level, steps[i]))
			return (int)i;
	return -1;
}

static void add(struct group_fit *f, int64_t points, const char *reason)
{
	f->score += points;
	if (f->n < FIT_REASONS)
		f->reasons[f->n++] = reason;
}

static void fit_language(struct ctx *c, const struct group_wish *w, const struct group_offer *o, struct group_fit *out)
{
	for (size_t i = 0; i < w->n_learning; i++)
		if (group_same_language(w->learning[i], o->language)) {
			add(out, FIT_LANGUAGE, arena_printf(c->arena, "%s: %s", say(c, "배우고 있는 언어",
				"A language you learn"), o->language));
			return;
		}
	if (group_same_language(w->native_language, o->language))
		add(out, FIT_NATIVE, arena_printf(c->arena, "%s: %s", say(c, "모국어", "Your native language"),
						  o->language));
}

static void fit_level(struct ctx *c, const struct group_wish *w, const struct group_offer *o, struct group_fit *out)
{
	int mine = step_of(w->level), its = step_of(o->level);

	if (mine < 0 || its < 0)
		return;
	out->above = its > mine;
	if (mine == its)
		add(out, FIT_LEVEL, arena_printf(c->arena, "%s (%s)", say(c, "레벨이 같습니다",
			"Matches your language level"), o->level));
	else if (its == mine + 1)
		add(out, FIT_LEVEL / 2, say(c, "현재 레벨보다 조금 높습니다 (성장에 좋아요)",
					    "Slightly above your current level (good for growth)"));
	else if (its == mine - 1)
		add(out, FIT_LEVEL / 2, say(c, "현재 레벨보다 조금 낮습니다", "Slightly below your current level"));
}

void group_fit(struct ctx *c, const struct group_wish *w, const struct group_offer *o, struct group_fit *out)
{
	size_t shared = 0;

	*out = (struct group_fit){0};
	fit_language(c, w, o, out);
	fit_level(c, w, o, out);
	for (size_t i = 0; i < o->n_tags && shared < 2; i++)
		for (size_t k = 0; k < w->n_interests; k++)
			if (!strcasecmp(o->tags[i], w->interests[k])) {
				add(out, shared++ ? FIT_MORE : FIT_INTEREST,
				    arena_printf(c->arena, "%s: %s", say(c, "관심사 포함", "Includes your interest"),
						 o->tags[i]));
				break;
			}
}
