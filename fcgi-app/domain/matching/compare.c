/* How two people fit, and why. */
#include "domain/matching/cards.h"
#include "domain/matching/facts.h"
#include "domain/matching/matching.h"
#include "domain/matching/names.h"
#include "domain/matching/partners.h"

#include <math.h>

static const struct {
	const char *level, *ko, *en;
} advice[] = {
	{"HIGH", "아주 잘 맞는 파트너예요. 먼저 인사를 건네 보세요!", "A great fit. Say hello!"},
	{"MEDIUM", "함께 공부하기 좋은 파트너예요.", "A good partner to study with."},
	{"LOW", "공통점이 많지는 않지만 새로운 대화를 시도해 볼 수 있어요.",
	 "Not much in common yet, but worth a conversation."},
};

static const struct {
	const char *name;
	size_t at; /* in struct fit */
	const char *ko, *en;
} categories[] = {
	{"language", offsetof(struct fit, language), "서로의 언어와 수준", "languages and levels"},
	{"personality", offsetof(struct fit, personality), "원하는 파트너와 학습 방식", "wishes and ways of learning"},
	{"goals", offsetof(struct fit, goals), "학습 동기와 기대", "motivations and expectations"},
	{"interests", offsetof(struct fit, interests), "공통 관심사", "shared interests"},
	{"schedule", offsetof(struct fit, schedule), "겹치는 시간", "free times in common"},
	{"activity", offsetof(struct fit, activity), "최근 활동", "recent activity"},
};

static double one_decimal(double v)
{
	return round(v * 10) / 10;
}

static void fill_scores(struct ctx *c, const struct fit *fit, struct compatibility_out *out)
{
	struct category_scores_out *s = arena_new_of(c->arena, struct category_scores_out);
	struct category_detail_out *d = arena_array(c->arena, struct category_detail_out, COUNT(categories));

	for (size_t i = 0; i < COUNT(categories); i++) {
		d[i].category = categories[i].name;
		d[i].score = one_decimal(*(const double *)(const void *)((const char *)fit + categories[i].at));
		d[i].description = say(c, categories[i].ko, categories[i].en);
	}
	s->language = d[0].score;
	s->personality = d[1].score;
	s->goals = d[2].score;
	s->interests = d[3].score;
	s->schedule = d[4].score;
	s->activity = d[5].score;
	out->categoryScores = s;
	out->categoryDetails.v = d;
	out->categoryDetails.n = COUNT(categories);
	out->overallScore = fit->total;
	out->compatibilityLevel = score_level(fit->total);
	for (size_t i = 0; i < COUNT(advice); i++)
		if (!strcmp(advice[i].level, out->compatibilityLevel))
			out->recommendation = say(c, advice[i].ko, advice[i].en);
}

static enum status fill_insights(struct ctx *c, const struct person *me, const struct person *other,
				 const struct fit *fit, struct compatibility_out *out)
{
	bool exchange = fit->they_teach && fit->i_teach;
	uint64_t spoken = (uint64_t)1 << (me->native & 63) | (uint64_t)1 << (other->native & 63);
	struct insights_out *s = arena_new_of(c->arena, struct insights_out);
	enum status st = names_load(c);

	if (st != OK)
		return st;
	*AS_LIST(&s->sharedInterests) = names_of_mask(c, NAME_TOPIC, fit->shared_topics);
	*AS_LIST(&s->sharedGoals) = names_of_mask(c, NAME_MOTIVATION, fit->shared_motivations);
	*AS_LIST(&s->personalityOverlap) = names_of_mask(c, NAME_PERSONALITY, fit->shared_personalities);
	*AS_LIST(&s->sharedTargetLanguages) = names_of_mask(c, NAME_LANGUAGE, fit->shared_targets);
	*AS_LIST(&s->mutualExchangeLanguages) = names_of_mask(c, NAME_LANGUAGE, exchange ? spoken : 0);
	s->sharedHours = fit->shared_slots / 2.0;
	out->sharedInsights = s;
	*AS_LIST(&out->reasons) = cards_reasons(c, fit, *AS_LIST(&s->sharedInterests));
	return OK;
}

enum status partners_pair(struct ctx *c, uint64_t other, struct partner_pair *out)
{
	struct list rows;
	enum status st = matching_sql_pair(c, c->me.user_id, other, &rows);
	const struct pair_row *p = rows.v;

	if (st != OK)
		return st;
	if (rows.n != 2 || p[1].hidden)
		return fail(c, E_MATCH_NO_USER, "user %llu", (unsigned long long)other);
	facts_read(p[0].id, p[0].active_at, p[0].facts, &out->me);
	facts_read(p[1].id, p[1].active_at, p[1].facts, &out->other);
	out->private = p[1].private;
	out->closed = p[1].private || !p[1].open;
	score_pair(&out->me, &out->other, c->now, &out->fit);
	return OK;
}

enum status matching_fit(struct ctx *c, uint64_t other, double *score)
{
	struct partner_pair p = {0};
	enum status st = partners_pair(c, other, &p);

	if (st == OK && p.private)
		return fail(c, E_MATCH_NO_USER, "user %llu is private", (unsigned long long)other);
	*score = p.fit.total;
	return st;
}

enum status partners_compare(struct ctx *c, uint64_t other, struct compatibility_out *out, struct fit *fit)
{
	struct partner_pair p = {0};

	if (other == c->me.user_id)
		return E_MATCH_SELF_SCORE;
	enum status st = partners_pair(c, other, &p);

	if (st == OK && p.private)
		return fail(c, E_MATCH_NO_USER, "user %llu is private", (unsigned long long)other);
	if (st != OK)
		return st;
	out->partnerId = other;
	if (fit)
		*fit = p.fit;
	fill_scores(c, &p.fit, out);
	return fill_insights(c, &p.me, &p.other, &p.fit, out);
}
