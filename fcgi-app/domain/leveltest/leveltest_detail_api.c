/* One answer, looked at closely: what was counted in it, and what to do next. */
#include "domain/leveltest/leveltest_rules.h"
#include "domain/registry.h"

#include <math.h>

enum { STRONG = 75, PRIORITIES = 3, STEP = 20, POINTS_A_MONTH = 2 };

#define DETAIL_IN(F, S)                                                                            \
	F(S, ID, testId, .aka = "id", .from = FROM_PATH)                                           \
	F(S, INT, questionId, .from = FROM_PATH, .min = 1, .max = LEVELTEST_QUESTIONS_MAX)
SHAPE(leveltest_detail_in, DETAIL_IN)

#define SLIP_OUT(F, S)                                                                             \
	F(S, STR, type)                                                                            \
	F(S, STR, description, .aka = "example", .doc = "what was said")                           \
	F(S, STR, correction)
SHAPE(leveltest_slip, SLIP_OUT)
#define SOUNDS_OUT(F, S)                                                                           \
	F(S, INT, overallScore)                                                                    \
	F(S, STRS, strengths)                                                                      \
	F(S, STRS, improvements)
SHAPE(leveltest_sounds, SOUNDS_OUT)
#define GRAMMAR_OUT(F, S)                                                                          \
	F(S, INT, overallScore)                                                                    \
	F(S, STRS, strengths)                                                                      \
	F(S, LIST(leveltest_slip), errors, .aka = "commonErrors", .doc = "of a list of usual ones, for English alone")
SHAPE(leveltest_grammar, GRAMMAR_OUT)
#define WORDS_OUT(F, S)                                                                            \
	F(S, INT, overallScore)                                                                    \
	F(S, STRS, advancedWords, .aka = "keyVocabulary", .doc = "long ones, ten at most")         \
	F(S, STRS, improvements)
SHAPE(leveltest_vocabulary, WORDS_OUT)
#define FLUENCY_OUT(F, S)                                                                          \
	F(S, INT, overallScore)                                                                    \
	F(S, NUM, speakingRate, .doc = "words a minute; null: nobody knows how long they spoke")   \
	F(S, INT, pauseCount, .zero_null = true, .doc = "null: a text does not tell")              \
	F(S, STR, analysis)
SHAPE(leveltest_fluency, FLUENCY_OUT)
#define COHERENCE_OUT(F, S)                                                                        \
	F(S, INT, overallScore)                                                                    \
	F(S, STR, structure)                                                                       \
	F(S, STRS, linkingWords, .aka = "linkingDevices")
SHAPE(leveltest_coherence, COHERENCE_OUT)
#define PRIORITY_OUT(F, S)                                                                         \
	F(S, STR, area)                                                                            \
	F(S, INT, currentLevel, .doc = "its score")                                                \
	F(S, INT, targetLevel, .doc = "twenty more, 100 at most")                                  \
	F(S, STRS, actionItems)
SHAPE(leveltest_priority, PRIORITY_OUT)
#define PLAN_OUT(F, S)                                                                             \
	F(S, STRS, shortTerm)                                                                      \
	F(S, STRS, mediumTerm)                                                                     \
	F(S, STRS, longTerm)
SHAPE(leveltest_plan, PLAN_OUT)
#define NEXT_OUT(F, S)                                                                             \
	F(S, STR, targetLevel)                                                                     \
	F(S, INT, estimatedTimeMonths, .doc = "points that are missing / 2, rounded up: a rule of thumb") \
	F(S, STRS, keyMilestones)                                                                  \
	F(S, STRS, recommendedResources)
SHAPE(leveltest_next, NEXT_OUT)

#define CLOSE_LOOK(F, S)                                                                           \
	F(S, STR, overallLevel)                                                                    \
	F(S, STR, subLevel, .doc = "low, mid, high: which third of its level")                     \
	F(S, NUM, confidenceScore, .doc = "0 to 1: (100 - twice the standard deviation of the six) / 100") \
	F(S, OBJ(leveltest_scores), detailedScores)                                                \
	F(S, STRS, estimatedSkills)                                                                \
	F(S, OBJ(leveltest_sounds), pronunciationAnalysis, .aka = "pronunciation")                 \
	F(S, OBJ(leveltest_grammar), grammarAnalysis, .aka = "grammar")                            \
	F(S, OBJ(leveltest_vocabulary), vocabularyAnalysis, .aka = "vocabulary")                   \
	F(S, OBJ(leveltest_fluency), fluencyAnalysis, .aka = "fluency")                            \
	F(S, OBJ(leveltest_coherence), coherenceAnalysis, .aka = "coherence")                      \
	F(S, STRS, strengths)                                                                      \
	F(S, STRS, weaknesses)                                                                     \
	F(S, LIST(leveltest_priority), priorityImprovements, .doc = "the three lowest")            \
	F(S, OBJ(leveltest_plan), studyPlan)                                                       \
	F(S, OBJ(leveltest_next), nextLevelStrategy)                                               \
	F(S, STR, model)
SHAPE(leveltest_close, CLOSE_LOOK)
#define COMPREHENSIVE(F, S)                                                                        \
	CLOSE_LOOK(F, S)                                                                           \
	F(S, OBJ(leveltest_close), comprehensiveData, .doc = "the same, where the client looks for it")
SHAPE(leveltest_comprehensive, COMPREHENSIVE)
#define DETAIL_OUT(F, S)                                                                           \
	F(S, ID, testId, .as_number = true)                                                        \
	F(S, INT, questionId)                                                                      \
	F(S, STR, question)                                                                        \
	F(S, STR, transcription)                                                                   \
	F(S, OBJ(leveltest_comprehensive), evaluation)
SHAPE(leveltest_detail_out, DETAIL_OUT)

/* What is made of an answer, step by step. */
struct close {
	struct ctx *c;
	struct measures m;
	struct judgement j;
	struct leveltest_words words;
	struct leveltest_close *out;
};

static const char *sub_level(int score)
{
	int level = cefr_of(score);
	int from = cefr_from(level), wide = cefr_from(level + 1) - from, at = 100 * (score - from) / wide;

	return at < 33 ? "low" : at < 66 ? "mid" : "high";
}

static double confidence(const struct judgement *j)
{
	double mean = 0, squares = 0;

	for (int k = 0; k < SKILLS; k++)
		mean += (double)j->scores[k] / SKILLS;
	for (int k = 0; k < SKILLS; k++)
		squares += (j->scores[k] - mean) * (j->scores[k] - mean) / SKILLS;
	return round(fmax(0, 100 - 2 * sqrt(squares))) / 100;
}

#define COPY_TEXTS(to, from)                                                                       \
	do {                                                                                       \
		(to).v = (from).v;                                                                 \
		(to).n = (from).n;                                                                 \
	} while (0)

static void look_at_words(struct close *w)
{
	struct arena *a = w->c->arena;
	struct leveltest_grammar *g = arena_new_of(a, struct leveltest_grammar);
	struct leveltest_vocabulary *v = arena_new_of(a, struct leveltest_vocabulary);
	struct leveltest_slip *slips = arena_array(a, struct leveltest_slip, FOUND_MAX);
	const char **longer = arena_array(a, const char *, FOUND_MAX);

	for (size_t i = 0; i < w->m.n_slips; i++)
		slips[i] = (struct leveltest_slip){
			.type = "grammar", .description = w->m.slip[i].said, .correction = w->m.slip[i].better};
	g->errors.v = slips;
	g->errors.n = w->m.n_slips;
	g->overallScore = w->j.scores[GRAMMAR];
	leveltest_of_skill(w->c, &w->j, GRAMMAR, AS_LIST(&g->strengths), NULL);
	memcpy(longer, w->m.long_words, sizeof(w->m.long_words));
	v->advancedWords.v = longer;
	v->advancedWords.n = w->m.n_long;
	v->overallScore = w->j.scores[VOCABULARY];
	leveltest_of_skill(w->c, &w->j, VOCABULARY, NULL, AS_LIST(&v->improvements));
	w->out->grammarAnalysis = g;
	w->out->vocabularyAnalysis = v;
}

static void look_at_speech(struct close *w)
{
	struct ctx *c = w->c;
	struct leveltest_sounds *p = arena_new_of(c->arena, struct leveltest_sounds);
	struct leveltest_fluency *f = arena_new_of(c->arena, struct leveltest_fluency);
	struct leveltest_coherence *h = arena_new_of(c->arena, struct leveltest_coherence);
	const char **links = arena_array(c->arena, const char *, FOUND_MAX);

	p->overallScore = w->j.scores[PRONUNCIATION];
	leveltest_of_skill(c, &w->j, PRONUNCIATION, AS_LIST(&p->strengths), AS_LIST(&p->improvements));
	f->overallScore = w->j.scores[FLUENCY];
	f->speakingRate = w->m.minute > 0 ? round(w->m.minute) : __builtin_nan("");
	f->analysis = arena_printf(c->arena, "%s: %lld, %s: %lld, %s: %lld", say(c, "단어", "words"),
				   (long long)w->m.words, say(c, "되풀이한 말", "said twice"),
				   (long long)w->m.repeats, say(c, "머뭇거린 소리", "um and the like"),
				   (long long)w->m.fillers);
	h->overallScore = w->j.scores[COHERENCE];
	h->structure = arena_printf(c->arena, "%s: %lld, %s: %lld", say(c, "문장", "sentences"),
				    (long long)w->m.sentences, say(c, "연결어", "linking words"),
				    (long long)w->m.links);
	memcpy(links, w->m.link_words, sizeof(w->m.link_words));
	h->linkingWords.v = links;
	h->linkingWords.n = w->m.n_links;
	w->out->pronunciationAnalysis = p;
	w->out->fluencyAnalysis = f;
	w->out->coherenceAnalysis = h;
}

/* The three lowest, the lowest first; of equal ones in the order of the skills. */
static void look_ahead(struct close *w)
{
	struct ctx *c = w->c;
	struct leveltest_priority *v = arena_array(c->arena, struct leveltest_priority, PRIORITIES);
	struct leveltest_plan *plan = arena_new_of(c->arena, struct leveltest_plan);
	const char **todo = arena_array(c->arena, const char *, PRIORITIES);
	unsigned taken = 0;

	for (size_t i = 0; i < PRIORITIES; i++) {
		unsigned low = SKILLS;

		for (unsigned k = 0; k < SKILLS; k++)
			if (!(taken & 1u << k) && (low == SKILLS || w->j.scores[k] < w->j.scores[low]))
				low = k;
		taken |= 1u << low;
		todo[i] = leveltest_advice(c, (enum skill)low);
		v[i] = (struct leveltest_priority){
			.area = skill_names[low],
			.currentLevel = w->j.scores[low],
			.targetLevel = MIN(w->j.scores[low] + STEP, 100),
			.actionItems = {&todo[i], 1},
		};
	}
	plan->shortTerm.v = &todo[0];
	plan->mediumTerm.v = &todo[1];
	plan->longTerm.v = &todo[2];
	plan->shortTerm.n = plan->mediumTerm.n = plan->longTerm.n = 1;
	w->out->priorityImprovements.v = v;
	w->out->priorityImprovements.n = PRIORITIES;
	w->out->studyPlan = plan;
}

static void look_at_next(struct close *w)
{
	struct ctx *c = w->c;
	struct leveltest_next *n = arena_new_of(c->arena, struct leveltest_next);
	const char **marks = arena_array(c->arena, const char *, 1);
	int level = cefr_of(w->j.overall), next = MIN(level + 1, CEFR_LEVELS - 1);
	int missing = level == next ? 0 : cefr_from(next) - w->j.overall;

	marks[0] = level == next ? say(c, "지금의 수준을 유지하세요", "Keep your level")
				 : arena_printf(c->arena, "%s: %d", say(c, "전체 점수", "Overall score"),
						cefr_from(next));
	n->targetLevel = cefr_names[next];
	n->estimatedTimeMonths = (missing + POINTS_A_MONTH - 1) / POINTS_A_MONTH;
	n->keyMilestones.v = marks;
	n->keyMilestones.n = 1;
	w->out->nextLevelStrategy = n;
}

static void look_closely(struct ctx *c, const struct speech *s, struct leveltest_close *out)
{
	struct close w = {.c = c, .out = out};
	struct list good, weak;

	speech_measure(c->arena, s, &w.m);
	speech_judge(c->arena, s, 1, &w.j);
	out->overallLevel = cefr_names[cefr_of(w.j.overall)];
	out->subLevel = sub_level(w.j.overall);
	out->confidenceScore = confidence(&w.j);
	out->detailedScores = leveltest_scores_of(c, &w.j);
	leveltest_names(c, w.j.estimated, AS_LIST(&out->estimatedSkills));
	look_at_words(&w);
	look_at_speech(&w);
	look_ahead(&w);
	look_at_next(&w);
	leveltest_of_skill(c, &w.j, SKILLS, &good, &weak);
	*AS_LIST(&out->strengths) = good;
	*AS_LIST(&out->weaknesses) = weak;
	out->model = "builtin";
}

static const struct leveltest_answer *answer_to(const struct list *answers, int64_t question)
{
	const struct leveltest_answer *a = answers->v;

	for (size_t i = 0; i < answers->n; i++)
		if (a[i].question == question)
			return &a[i];
	return NULL;
}

/* The whole begins with what it repeats. */
static_assert(offsetof(struct leveltest_comprehensive, model) == offsetof(struct leveltest_close, model),
	      "it begins with it");

HANDLER(leveltest_detail_get, struct leveltest_detail_in, struct leveltest_detail_out)
{
	struct ctx *c = &r->ctx;
	struct leveltest_close *close = arena_new_of(c->arena, struct leveltest_close);
	struct leveltest_comprehensive *all = arena_new_of(c->arena, struct leveltest_comprehensive);
	struct leveltest_row row;
	struct list answers, questions;
	enum status st = leveltest_sql_one(c, in->testId, &row);

	if (st == OK && !row.level)
		return E_LT_OPEN;
	if (st == OK)
		st = leveltest_sql_answers(c, in->testId, &answers);
	if (st != OK)
		return st == E_NO_ROW ? E_LT_NONE : st;
	const struct leveltest_answer *a = answer_to(&answers, in->questionId);

	if (!a)
		return E_LT_NO_ANSWER;
	if (!a->transcript)
		return E_LT_NO_DETAIL;
	const struct speech s = leveltest_speech(&row, a);

	leveltest_questions(c, &row, &questions);
	look_closely(c, &s, close);
	memcpy(all, close, offsetof(struct leveltest_close, has));
	all->comprehensiveData = close;
	out->testId = in->testId;
	out->questionId = in->questionId;
	out->question = leveltest_question_text(&questions, in->questionId);
	out->transcription = a->transcript;
	out->evaluation = all;
	return OK;
}

static const struct route routes[] = {
	ROUTE(leveltest_detail_get, leveltest_detail_in, leveltest_detail_out,
	      .on = {"GET /leveltest/{testId}/answer/{questionId}/detailed",
		     "GET /level-test/{testId}/answer/{questionId}/detailed"},
	      .auth = AUTH_USER, .rate = RATE_READ, .statements = 2,
	      .doc = "What was counted in an answer of a test that is judged, and what follows from it.",
	      .fails = {E_LT_NONE, E_LT_OPEN, E_LT_NO_ANSWER, E_LT_NO_DETAIL}),
};

const struct domain leveltest_detail_domain = {
	.name = "level tests",
	.doc = "How well somebody speaks a language",
	.routes = routes,
	.n_routes = COUNT(routes),
};
