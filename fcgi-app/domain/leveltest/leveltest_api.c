/* Level tests: the guide's endpoints, below both of their prefixes. */
#include "domain/leveltest/leveltest_rules.h"
#include "domain/registry.h"
#include "json/jin.h"
#include "base/buf.h"

#include <math.h>

#define QUESTIONS_OUT(F, S) F(S, LIST(leveltest_question), questions)
SHAPE(leveltest_questions_out, QUESTIONS_OUT)

#define LANGUAGE_IN(F, S)                                                                          \
	F(S, STR, languageCode, .aka = "language targetLanguage", .max = 40, .trim = true, .dflt = "en", \
	  .doc = "by code or name")
#define RESPONSE_IN(F, S)                                                                          \
	F(S, INT, questionId, .aka = "questionNumber", .lax = true, .required = true, .min = 1,    \
	  .max = LEVELTEST_QUESTIONS)                                                              \
	F(S, STR, audioUrl, .max = 500, .doc = "not looked at: transcripts count")                 \
	F(S, STR, transcript, .aka = "transcription text", .max = LEVELTEST_TEXT_MAX, .trim = true, .lines = true) \
	F(S, NUM, duration, .lax = true, .min = 0, .max = LEVELTEST_SECONDS_MAX,                   \
	  .doc = "s that they spoke; 0 or absent: unknown")
SHAPE(leveltest_response_in, RESPONSE_IN)
#define EVALUATE_IN(F, S)                                                                          \
	F(S, STR, userId, .lax = true, .max = 40, .doc = "not looked at: it is the caller's test") \
	LANGUAGE_IN(F, S)                                                                          \
	F(S, LIST(leveltest_response_in), responses, .required = true, .min = 1, .max = LEVELTEST_QUESTIONS)
SHAPE(leveltest_evaluate_in, EVALUATE_IN)

#define OF_USER_IN(F, S) F(S, ID, userId, .from = FROM_PATH)
SHAPE(leveltest_of_user_in, OF_USER_IN)

#define PAGE_IN(F, S)                                                                              \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = 0, .max = 10000, .doc = "from 1; 0 is the first, too") \
	F(S, INT, size, .aka = "limit", .from = FROM_QUERY, .dflt = "10", .min = 1, .max = LEVELTEST_KEPT)
SHAPE(leveltest_page_in, PAGE_IN)
#define HISTORY_OUT(F, S) F(S, LIST(leveltest_head), items, .bare = true)
SHAPE(leveltest_history_out, HISTORY_OUT)

enum { WORDS_MAX = 20, FEEDBACK_MAX = 4000 };
#define SCORE(F, S, name, also) F(S, NUM, name, .aka = also, .lax = true, .min = 0, .max = 100)
#define SAVED_SCORES(F, S)                                                                         \
	SCORE(F, S, pronunciation, "pronunciationScore")                                                 \
	SCORE(F, S, fluency, "fluencyScore")                                                             \
	SCORE(F, S, grammar, "grammarScore")                                                             \
	SCORE(F, S, vocabulary, "vocabularyScore")                                                       \
	SCORE(F, S, coherence, "coherenceScore")                                                         \
	SCORE(F, S, interaction, "interactionScore")
SHAPE(leveltest_saved_scores, SAVED_SCORES)
#define SAVE_IN(F, S)                                                                              \
	F(S, STR, testId, .aka = "id", .lax = true, .max = 64, .fmt = FMT_WORD,                    \
	  .doc = "of the test, here or where it was judged: saving it again changes nothing")      \
	F(S, STR, userId, .lax = true, .max = 40, .doc = "not looked at: it is the caller's")      \
	LANGUAGE_IN(F, S)                                                                          \
	F(S, STR, testType, .max = 40, .fmt = FMT_WORD, .dflt = "SPEAKING")                        \
	F(S, STR, mode, .one_of = "standard voice", .lower = true, .dflt = "standard")             \
	F(S, STR, testLevel, .one_of = "BEGINNER INTERMEDIATE ADVANCED", .upper = true, .dflt = "INTERMEDIATE") \
	F(S, STR, level, .aka = "overallLevel estimatedLevel cefrLevel", .one_of = "A1 A2 B1 B2 C1 C2", .upper = true, \
	  .doc = "absent: by overallScore")                                                        \
	SCORE(F, S, overallScore, "estimatedScore score")                                                \
	F(S, OBJ(leveltest_saved_scores), scores, .aka = "scoreBreakdown",                         \
	  .doc = "a skill that is not among them is as overallScore; that is the mean of these when absent") \
	F(S, STRS, strengths, .lax = true, .max = WORDS_MAX)                                       \
	F(S, STRS, improvements, .aka = "weaknesses", .lax = true, .max = WORDS_MAX)               \
	F(S, STRS, suggestions, .aka = "recommendations", .lax = true, .max = WORDS_MAX)           \
	F(S, STR, feedback, .aka = "feedbackSummary", .max = FEEDBACK_MAX, .trim = true, .lines = true) \
	F(S, TIME, completedAt, .aka = "analyzedAt timestamp", .doc = "absent: now; of the last 90 days")
SHAPE(leveltest_save_in, SAVE_IN)
#define SAVE_OUT(F, S)                                                                             \
	F(S, BOOL, saved)                                                                          \
	F(S, ID, id, .aka = "testId", .as_number = true)
SHAPE(leveltest_save_out, SAVE_OUT)

/* ---- handlers ----------------------------------------------------------------------------- */

HANDLER(leveltest_questions_get, struct nothing, struct leveltest_questions_out)
{
	static const struct leveltest_row standard = {
		.language = "en", .mode = "standard", .questions = LEVELTEST_QUESTIONS};

	leveltest_questions(&r->ctx, &standard, AS_LIST(&out->questions));
	return OK;
}

HANDLER(leveltest_evaluate_post, struct leveltest_evaluate_in, struct leveltest_result_out)
{
	struct leveltest_answer *v = arena_array(r->ctx.arena, struct leveltest_answer, in->responses.n);

	for (size_t i = 0; i < in->responses.n; i++) {
		const struct leveltest_response_in *a = &in->responses.v[i];

		v[i] = (struct leveltest_answer){
			.question = a->questionId,
			.transcript = speech_says_something(a->transcript) ? a->transcript : NULL,
			.seconds = lround(a->duration),
		};
	}
	const struct leveltest_sent s = {leveltest_language(&r->ctx, in->languageCode), v, in->responses.n};

	return s.language ? leveltest_evaluate(&r->ctx, &s, out) : E_VALIDATION;
}

HANDLER(leveltest_result_get, struct nothing, struct leveltest_result_out)
{
	return leveltest_latest(&r->ctx, out);
}

HANDLER(leveltest_result_of, struct leveltest_of_user_in, struct leveltest_result_out)
{
	return in->userId == r->ctx.me.user_id ? leveltest_latest(&r->ctx, out) : E_LT_NO_RESULT;
}

HANDLER(leveltest_history_get, struct leveltest_page_in, struct leveltest_history_out)
{
	struct paging p = {.page = MAX(in->page, (int64_t)1), .limit = in->size, .set = true};
	enum status st = leveltest_history(&r->ctx, p.page, p.limit, AS_LIST(&out->items), &p.total);

	if (st == OK)
		r->paging = p;
	return st;
}

static int64_t rounded(double score, unsigned given)
{
	return given == GIVEN ? lround(score) : -1;
}

HANDLER(leveltest_save_post, struct leveltest_save_in, struct leveltest_save_out)
{
	static const struct leveltest_saved_scores none = {0};
	const struct leveltest_saved_scores *v = in->scores ? in->scores : &none;
	struct leveltest_saved s = {
		.id = in->testId,
		.language = leveltest_language(&r->ctx, in->languageCode),
		.type = in->testType,
		.mode = in->mode,
		.aim = in->testLevel,
		.level = in->level,
		.overall = rounded(in->overallScore, in->has.overallScore),
		.at = in->completedAt,
		.texts = leveltest_texts(&r->ctx, &(const struct leveltest_words){
						  .strengths = {in->strengths.v, in->strengths.n},
						  .improvements = {in->improvements.v, in->improvements.n},
						  .suggestions = {in->suggestions.v, in->suggestions.n},
						  .feedback = in->feedback,
					  }),
		.scores = {rounded(v->pronunciation, v->has.pronunciation), rounded(v->fluency, v->has.fluency),
			   rounded(v->grammar, v->has.grammar), rounded(v->vocabulary, v->has.vocabulary),
			   rounded(v->coherence, v->has.coherence), rounded(v->interaction, v->has.interaction)},
	};

	if (!s.texts) {
		fail_field(&r->ctx, "strengths", "max", say(&r->ctx, "글이 너무 깁니다", "the texts are too long"));
		return E_VALIDATION;
	}
	out->saved = true;
	if (!s.language)
		return E_VALIDATION;
	return leveltest_save(&r->ctx, &s, &out->id);
}

/* ---- routes ------------------------------------------------------------------------------- */

#define BOTH(method, path) method " /leveltest" path, method " /level-test" path
#define READS .auth = AUTH_USER, .rate = RATE_READ
#define WRITES .auth = AUTH_USER, .rate = RATE_WRITE
static const struct route routes[] = {
	ROUTE(leveltest_questions_get, nothing, leveltest_questions_out, .on = {BOTH("GET", "/questions")}, READS,
	      .cache = CACHE_PRIVATE, .doc = "What a standard test asks, from easy to hard."),
	ROUTE(leveltest_evaluate_post, leveltest_evaluate_in, leveltest_result_out, .on = {BOTH("POST", "/evaluate")},
	      WRITES, .once = true, .statements = 9,
	      .doc = "Judges a standard test whose answers come all at once, in transcripts, and keeps the result: 90 "
		     "days, the newest 20. By AI_MODEL where one is set and answers; else by sums of words, sentences "
		     "and linking words, which the server documents. Without any transcript the scores are 70 and B1, "
		     "which say nothing (fallback).",
	      .fails = {E_LT_QUESTION}),
	ROUTE(leveltest_result_get, nothing, leveltest_result_out, .on = {BOTH("GET", "/result")}, READS,
	      .statements = 2, .doc = "My newest result.", .fails = {E_LT_NO_RESULT}),
	ROUTE(leveltest_result_of, leveltest_of_user_in, leveltest_result_out, .on = {BOTH("GET", "/result/{userId}")},
	      READS, .statements = 2, .doc = "The same, by my id; there is none of others.", .fails = {E_LT_NO_RESULT}),
	ROUTE(leveltest_save_post, leveltest_save_in, leveltest_save_out,
	      .on = {BOTH("POST", "/save"), BOTH("POST", "/save-result")}, WRITES, .once = true, .ok = 201,
	      .statements = 6,
	      .doc = "Keeps a result that was judged elsewhere, and my level of the language follows. One that is kept "
		     "already, or was judged here, stays as it is.",
	      .fails = {E_LT_OPEN}),
	ROUTE(leveltest_history_get, leveltest_page_in, leveltest_history_out, .on = {BOTH("GET", "/history")}, READS,
	      .paged = true, .statements = 2, .doc = "My results, the newest first."),
};

extern const struct stmt *const leveltest_stmts[];
extern const struct schedule leveltest_schedules[];
const struct domain leveltest_domain = {
	.name = "level tests",
	.doc = "How well somebody speaks a language",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = leveltest_stmts,
	.schedules = leveltest_schedules,
};
