/* Partners by weights of the caller's own, with why and what to begin with. Rules say it; no model is asked. */
#include "domain/matching/matching.h"
#include "domain/matching/names.h"
#include "domain/matching/partners.h"
#include "domain/registry.h"

enum { STARTERS = 3 };

#define WEIGHT(F, S, name, given) F(S, NUM, name, .lax = true, .min = 0, .max = 100, .dflt = given)
#define WEIGHTS(F, S)                                                                              \
	WEIGHT(F, S, languageWeight, "0.25")                                                       \
	WEIGHT(F, S, levelWeight, "0.15")                                                          \
	WEIGHT(F, S, semanticWeight, "0.15")                                                       \
	WEIGHT(F, S, scheduleWeight, "0.15")                                                       \
	WEIGHT(F, S, goalsWeight, "0.10")                                                          \
	WEIGHT(F, S, personalityWeight, "0.10")                                                    \
	WEIGHT(F, S, topicsWeight, "0.10")
#define BEST_IN(F, S)                                                                              \
	WEIGHTS(F, S)                                                                              \
	F(S, INT, limit, .lax = true, .min = 1, .max = 50, .dflt = "10")
SHAPE(best_in, BEST_IN)
#define PAIR_IN(F, S)                                                                              \
	F(S, ID, partnerId, .from = FROM_PATH, .required = true)                                   \
	WEIGHTS(F, S)
SHAPE(best_pair_in, PAIR_IN)

#define SCORES_OUT(F, S)                                                                           \
	F(S, NUM, languageCompatibility)                                                           \
	F(S, NUM, levelCompatibility, .doc = "50 where not both can teach the other")              \
	F(S, NUM, semanticSimilarity, .doc = "the mean of goals and topics")                       \
	F(S, NUM, scheduleCompatibility)                                                           \
	F(S, NUM, goalAlignment)                                                                   \
	F(S, NUM, personalityMatch)                                                                \
	F(S, NUM, topicOverlap)
SHAPE(best_scores_out, SCORES_OUT)
#define BEST_ONE_OUT(F, S)                                                                         \
	F(S, OBJ(partner_out), partner)                                                            \
	F(S, OBJ(best_scores_out), scores)                                                         \
	F(S, NUM, overallScore, .doc = "the mean of the scores by the weights")                    \
	F(S, STR, matchReason)                                                                     \
	F(S, STRS, conversationStarters)
SHAPE(best_one_out, BEST_ONE_OUT)
#define BEST_OUT(F, S)                                                                             \
	F(S, LIST(best_one_out), matches)                                                          \
	F(S, INT, totalCandidates)                                                                 \
	F(S, INT, analyzedCandidates)                                                              \
	F(S, STR, message, .place = IN_DATA, .doc = "when there is nobody")
SHAPE(best_out, BEST_OUT)
#define BEST_FIT_OUT(F, S)                                                                         \
	F(S, ID, userId)                                                                           \
	F(S, NUM, overallScore)                                                                    \
	F(S, OBJ(best_scores_out), breakdown)                                                      \
	F(S, STRS, aiReasons)                                                                      \
	F(S, STRS, suggestedTopics)                                                                \
	F(S, STR, compatibilityInsights)
SHAPE(best_fit_out, BEST_FIT_OUT)
#define BEST_PAIR_OUT(F, S)                                                                        \
	F(S, ID, partnerId)                                                                        \
	F(S, OBJ(best_fit_out), compatibility)
SHAPE(best_pair_out, BEST_PAIR_OUT)

/* In the order of score_parts(). */
#define WEIGHTS_OF(in)                                                                             \
	{(in)->languageWeight, (in)->levelWeight, (in)->semanticWeight, (in)->scheduleWeight,      \
	 (in)->goalsWeight, (in)->personalityWeight, (in)->topicsWeight}

static enum status check(struct ctx *c, const double weights[PARTS])
{
	for (size_t i = 0; i < PARTS; i++)
		if (weights[i] > 0)
			return OK;
	fail_field(c, "languageWeight", "min",
		   say(c, "가중치가 모두 0일 수 없습니다", "the weights must not all be 0"));
	return E_VALIDATION;
}

static const struct best_scores_out *scores_of(struct ctx *c, const struct fit *f)
{
	struct best_scores_out *s = arena_new_of(c->arena, struct best_scores_out);
	double v[PARTS];

	score_parts(f, v);
	*s = (struct best_scores_out){
		.languageCompatibility = v[0],
		.levelCompatibility = v[1],
		.semanticSimilarity = v[2],
		.scheduleCompatibility = v[3],
		.goalAlignment = v[4],
		.personalityMatch = v[5],
		.topicOverlap = v[6],
	};
	return s;
}

static struct list starters(struct ctx *c, const char *const *shared, size_t n)
{
	const char **v = arena_array(c->arena, const char *, STARTERS);
	size_t k = 0;

	for (; k < n && k < STARTERS; k++)
		v[k] = c->lang == LANG_EN ? arena_printf(c->arena, "How did you get into %s?", shared[k])
					  : arena_printf(c->arena, "%s, 어떻게 좋아하게 됐어요?", shared[k]);
	if (!k)
		v[k++] = say(c, "왜 이 언어를 배우기 시작했어요?", "Why did you start to learn this language?");
	return (struct list){v, k};
}

HANDLER(matching_best_post, struct best_in, struct best_out)
{
	struct ctx *c = &r->ctx;
	const double weights[PARTS] = WEIGHTS_OF(in);
	const struct partner_filter f = {.weights = weights};
	struct partners_out people = {0};
	struct fit *fits = arena_array(c->arena, struct fit, (size_t)in->limit);
	enum status st = check(c, weights);

	if (st == OK)
		st = partners_best(c, &f, in->limit, &people, fits, &out->totalCandidates);
	struct best_one_out *v = arena_array(c->arena, struct best_one_out, people.items.n);

	for (size_t i = 0; st == OK && i < people.items.n; i++) {
		const struct partner_out *p = &people.items.v[i];

		v[i].partner = p;
		v[i].scores = scores_of(c, &fits[i]);
		v[i].overallScore = score_weigh(&fits[i], weights);
		v[i].matchReason = p->reasons.n ? p->reasons.v[0]
						: say(c, "새로운 대화를 시작해 볼 수 있어요", "Worth a conversation");
		*AS_LIST(&v[i].conversationStarters) = starters(c, p->commonInterests.v, p->commonInterests.n);
	}
	out->matches.v = v;
	out->matches.n = people.items.n;
	out->analyzedCandidates = out->totalCandidates;
	if (!people.items.n)
		out->message = say(c, "추천할 파트너가 아직 없습니다", "There is nobody to recommend yet");
	return st;
}

HANDLER(matching_best_pair, struct best_pair_in, struct best_pair_out)
{
	struct ctx *c = &r->ctx;
	const double weights[PARTS] = WEIGHTS_OF(in);
	struct compatibility_out *fit = arena_new_of(c->arena, struct compatibility_out);
	struct best_fit_out *b = arena_new_of(c->arena, struct best_fit_out);
	struct fit parts;
	enum status st = check(c, weights);

	if (st == OK)
		st = partners_compare(c, in->partnerId, fit, &parts);
	if (st != OK)
		return st;
	out->partnerId = b->userId = in->partnerId;
	b->overallScore = score_weigh(&parts, weights);
	b->breakdown = scores_of(c, &parts);
	b->aiReasons.v = fit->reasons.v;
	b->aiReasons.n = fit->reasons.n;
	b->suggestedTopics.v = fit->sharedInsights->sharedInterests.v;
	b->suggestedTopics.n = fit->sharedInsights->sharedInterests.n;
	b->compatibilityInsights = fit->recommendation;
	out->compatibility = b;
	return OK;
}

#define ASKS .auth = AUTH_USER, .rate = RATE_SEARCH
static const struct route routes[] = {
	ROUTE(matching_best_post, best_in, best_out, .on = {"POST /matching/ai/best-matches"}, ASKS, .statements = 7,
	      .doc = "Partners by my own weights of what counts, best first, of those GET /matching/partners "
		     "looks at.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(matching_best_pair, best_pair_in, best_pair_out, .on = {"POST /matching/ai/compatibility/{partnerId}"},
	      ASKS, .statements = 3, .doc = "How one partner fits me by those weights.",
	      .fails = {E_MATCH_NO_USER, E_MATCH_SELF_SCORE}),
};

const struct domain matching_best_domain = {
	.name = "matching",
	.doc = "Partners, requests and matches",
	.routes = routes,
	.n_routes = COUNT(routes),
};
