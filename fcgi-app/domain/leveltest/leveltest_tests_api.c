/* My level tests: lists and sums of them, and standard tests that are answered question by question. */
#include "base/buf.h"
#include "domain/leveltest/leveltest_rules.h"
#include "domain/registry.h"
#include "store/store.h"

#include <math.h>

enum { SOUND_MIB = 25, RECENT = 5, LEAST_ANSWERS = 2 };

#define PAGE_IN(F, S)                                                                              \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "0", .min = 0, .max = 10000, .doc = "from 1; 0 is the first, too") \
	F(S, INT, size, .aka = "limit", .from = FROM_QUERY, .dflt = "10", .min = 1, .max = LEVELTEST_KEPT)
SHAPE(leveltest_mine_in, PAGE_IN)
#define BRIEF_OUT(F, S)                                                                            \
	F(S, ID, testId, .aka = "id", .as_number = true)                                           \
	F(S, STR, languageCode)                                                                    \
	F(S, STR, testType)                                                                        \
	F(S, STR, status)                                                                          \
	F(S, STR, level)                                                                           \
	F(S, NUM, overallScore, .doc = "null: it has no result")                                   \
	F(S, BOOL, fallback, .doc = "nobody could judge it: its scores say nothing")                                 \
	F(S, TIME, completedAt)                                                                    \
	F(S, TIME, startedAt)
SHAPE(leveltest_brief, BRIEF_OUT)
#define MINE_OUT(F, S) F(S, LIST(leveltest_brief), items, .bare = true)
SHAPE(leveltest_mine_out, MINE_OUT)

#define SUMMARY_OUT(F, S)                                                                          \
	F(S, INT, totalTests, .doc = "that are kept, in whatever state")                           \
	F(S, INT, completedTests, .aka = "totalCompletedTests", .doc = "that were judged; so of all of these") \
	F(S, NUM, averageScore, .doc = "one decimal; null: there is none")                         \
	F(S, STR, latestLevel)                                                                     \
	F(S, TIME, latestCompletedAt)                                                              \
	F(S, STRS, testedLanguages)                                                                \
	F(S, RAW, latestLevels, .doc = "{language: level}")                                        \
	F(S, RAW, averageAccuracies, .doc = "{language: mean score}")                              \
	F(S, LIST(leveltest_brief), recentTests, .doc = "the newest five results")
SHAPE(leveltest_summary_out, SUMMARY_OUT)

#define SETTINGS_OUT(F, S)                                                                         \
	F(S, INT, questionCount)                                                                   \
	F(S, INTS, timeLimits, .doc = "s, question by question")                                   \
	F(S, STRS, languages)                                                                      \
	F(S, STRS, levels)
SHAPE(leveltest_settings_out, SETTINGS_OUT)

#define AIM                                                                                        \
	"BEGINNER INTERMEDIATE ADVANCED A1>BEGINNER A2>BEGINNER B1>INTERMEDIATE B2>INTERMEDIATE C1>ADVANCED C2>ADVANCED"
#define START_IN(F, S)                                                                             \
	F(S, STR, languageCode, .aka = "targetLanguage language", .max = 40, .trim = true, .dflt = "en", \
	  .doc = "by code or name")                                                                \
	F(S, STR, testType, .max = 40, .fmt = FMT_WORD, .dflt = "SPEAKING")                        \
	F(S, STR, testLevel, .aka = "currentLevel", .one_of = AIM, .upper = true, .dflt = "INTERMEDIATE") \
	F(S, INT, totalQuestions, .lax = true, .min = 1, .max = LEVELTEST_QUESTIONS_MAX, .dflt = "4",  \
	  .doc = "there are four: more are those")
SHAPE(leveltest_start_in, START_IN)

#define SUBMIT_IN(F, S)                                                                            \
	F(S, ID, testId, .lax = true, .doc = "absent: the newest standard test under way, or a new one") \
	F(S, INT, questionNumber, .aka = "questionId", .lax = true, .required = true)              \
	F(S, FILES, audio, .aka = "file recording", .max = 1)                                      \
	F(S, STR, userAnswer, .aka = "transcript transcription", .max = LEVELTEST_TEXT_MAX, .trim = true, \
	  .lines = true, .doc = "what was said; needed without a recording")                                      \
	F(S, STR, userAudioUrl, .max = 500, .doc = "not looked at")                                \
	F(S, STR, userId, .max = 40, .lax = true, .doc = "not looked at: it is the caller's")      \
	F(S, NUM, responseTimeSeconds, .aka = "duration", .lax = true, .min = 0, .max = LEVELTEST_SECONDS_MAX)
SHAPE(leveltest_submit_in, SUBMIT_IN)

#define COMPLETE_IN(F, S) F(S, STR, userId, .max = 40, .lax = true, .required = true)
SHAPE(leveltest_complete_in, COMPLETE_IN)

#define OF_IN(F, S) F(S, ID, userId, .from = FROM_PATH)
SHAPE(leveltest_progress_in, OF_IN)
#define STEP_OUT(F, S)                                                                             \
	F(S, INT, questionNumber)                                                                  \
	F(S, STR, audioKey, .doc = "null: there is no recording")                                  \
	F(S, STR, transcription)                                                                   \
	F(S, TIME, timestamp)
SHAPE(leveltest_step_out, STEP_OUT)
#define PROGRESS_OUT(F, S)                                                                         \
	F(S, ID, userId)                                                                           \
	F(S, ID, testId, .as_number = true, .doc = "null: none is under way")                      \
	F(S, INT, completedQuestions)                                                              \
	F(S, INT, totalQuestions)                                                                  \
	F(S, LIST(leveltest_step_out), answers)
SHAPE(leveltest_progress_out, PROGRESS_OUT)

/* ---- lists -------------------------------------------------------------------------------- */

static struct leveltest_brief brief_of(const struct leveltest_row *t)
{
	return (struct leveltest_brief){
		.testId = t->id,
		.languageCode = t->language,
		.testType = t->type,
		.status = t->status,
		.level = t->level,
		.overallScore = t->level ? (double)t->overall : __builtin_nan(""),
		.fallback = t->level && !strcmp(t->judge, "nobody"),
		.completedAt = t->completed_at,
		.startedAt = t->started_at,
	};
}

static void briefs(struct ctx *c, const struct leveltest_row *t, size_t n, struct list *out)
{
	struct leveltest_brief *v = arena_array(c->arena, struct leveltest_brief, n);

	for (size_t i = 0; i < n; i++)
		v[i] = brief_of(&t[i]);
	*out = (struct list){v, n};
}

HANDLER(leveltest_mine, struct leveltest_mine_in, struct leveltest_mine_out)
{
	struct paging p = {.page = MAX(in->page, (int64_t)1), .limit = in->size, .set = true};
	struct list rows;
	enum status st = leveltest_sql_tests(&r->ctx, &p.total);

	if (st == OK)
		st = leveltest_sql_mine(&r->ctx, (p.page - 1) * p.limit, p.limit, &rows);
	if (st != OK)
		return st;
	briefs(&r->ctx, rows.v, rows.n, AS_LIST(&out->items));
	r->paging = p;
	return OK;
}

/* Means of what was judged, language by language, in the order of the newest. */
struct sums {
	const char *language[LEVELTEST_KEPT], *level[LEVELTEST_KEPT];
	int64_t score[LEVELTEST_KEPT], tests[LEVELTEST_KEPT], all, n_all;
	size_t n;
};

static void sum_up(const struct leveltest_row *t, size_t n, struct sums *s)
{
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		if (!strcmp(t[i].judge, "nobody"))
			continue;
		while (k < s->n && strcmp(s->language[k], t[i].language) != 0)
			k++;
		if (k == s->n) {
			s->language[s->n] = t[i].language;
			s->level[s->n++] = t[i].level;
		}
		s->score[k] += t[i].overall;
		s->tests[k]++;
		s->all += t[i].overall;
		s->n_all++;
	}
}

static double mean(int64_t sum, int64_t n)
{
	return n ? round(10 * (double)sum / (double)n) / 10 : __builtin_nan("");
}

static const char *by_language(struct ctx *c, const struct sums *s, bool levels)
{
	struct buf b = buf_new(c->arena, 128, 4096);

	buf_char(&b, '{');
	for (size_t k = 0; k < s->n; k++) {
		buf_printf(&b, "%s\"%s\":", k ? "," : "", s->language[k]);
		if (levels)
			buf_printf(&b, "\"%s\"", s->level[k]);
		else
			buf_printf(&b, "%g", mean(s->score[k], s->tests[k]));
	}
	buf_char(&b, '}');
	return b.data;
}

HANDLER(leveltest_summary, struct nothing, struct leveltest_summary_out)
{
	struct ctx *c = &r->ctx;
	struct sums *s = arena_new_of(c->arena, struct sums);
	struct list rows;
	enum status st = leveltest_sql_tests(c, &out->totalTests);

	if (st == OK)
		st = leveltest_sql_history(c, 0, LEVELTEST_KEPT, &rows);
	if (st != OK)
		return st;
	const struct leveltest_row *t = rows.v;
	size_t newest = 0;

	sum_up(t, rows.n, s);
	while (newest < rows.n && !strcmp(t[newest].judge, "nobody"))
		newest++;
	out->completedTests = s->n_all;
	out->averageScore = mean(s->all, s->n_all);
	out->latestLevel = newest < rows.n ? t[newest].level : NULL;
	out->latestCompletedAt = newest < rows.n ? t[newest].completed_at : 0;
	out->testedLanguages.v = s->language;
	out->testedLanguages.n = s->n;
	out->latestLevels = by_language(c, s, true);
	out->averageAccuracies = by_language(c, s, false);
	briefs(c, t, MIN(rows.n, (size_t)RECENT), AS_LIST(&out->recentTests));
	return OK;
}

HANDLER(leveltest_settings, struct nothing, struct leveltest_settings_out)
{
	static const struct leveltest_row standard = {
		.language = "en", .mode = "standard", .questions = LEVELTEST_QUESTIONS};
	struct list questions, languages;

	leveltest_questions(&r->ctx, &standard, &questions);
	const struct leveltest_question *q = questions.v;
	int64_t *limits = arena_array(r->ctx.arena, int64_t, questions.n);

	for (size_t i = 0; i < questions.n; i++)
		limits[i] = q[i].duration;
	speech_languages(r->ctx.arena, &languages);
	out->questionCount = (int64_t)questions.n;
	out->timeLimits.v = limits;
	out->timeLimits.n = questions.n;
	*AS_LIST(&out->languages) = languages;
	out->levels.v = cefr_names;
	out->levels.n = CEFR_LEVELS;
	return OK;
}

/* ---- standard tests ----------------------------------------------------------------------- */

static enum status begin(struct ctx *c, const struct leveltest_start_in *in, bool over, struct leveltest_begun *out)
{
	const struct leveltest_begin b = {
		.language = leveltest_language(c, in->languageCode),
		.type = in->testType,
		.mode = "standard",
		.aim = in->testLevel,
		.questions = MIN(in->totalQuestions, (int64_t)LEVELTEST_QUESTIONS),
		.over = over,
	};

	return b.language ? leveltest_start(c, &b, out) : E_VALIDATION;
}

HANDLER(leveltest_start_post, struct leveltest_start_in, struct leveltest_begun)
{
	return begin(&r->ctx, in, false, out);
}

HANDLER(leveltest_restart_post, struct leveltest_start_in, struct leveltest_begun)
{
	return begin(&r->ctx, in, true, out);
}

HANDLER(leveltest_submit_post, struct leveltest_submit_in, struct leveltest_answered)
{
	const struct leveltest_said s = {
		.id = in->testId,
		.question = in->questionNumber,
		.seconds = lround(in->responseTimeSeconds),
		.transcript = speech_says_something(in->userAnswer) ? in->userAnswer : NULL,
		.sound = in->audio.n && in->audio.v[0]->size ? in->audio.v[0] : NULL,
	};

	if (!s.sound && !s.transcript)
		return E_LT_SUBMISSION;
	if (s.question < 1 || s.question > LEVELTEST_QUESTIONS)
		return E_LT_QUESTION;
	return leveltest_answer_one(&r->ctx, &s, out);
}

HANDLER(leveltest_complete_post, struct leveltest_complete_in, struct leveltest_result_out)
{
	struct ctx *c = &r->ctx;
	struct leveltest_row t;
	struct list answers = {0};
	enum status st = leveltest_sql_open(c, &t);

	if (st == OK)
		st = leveltest_sql_answers(c, t.id, &answers);
	if (st != OK && st != E_NO_ROW)
		return st;
	if (answers.n < LEAST_ANSWERS) {
		c->details = arena_printf(c->arena, "\"minRequired\":%d,\"submitted\":%zu", LEAST_ANSWERS, answers.n);
		return E_LT_FEW;
	}
	return leveltest_finish(c, t.id, out);
}

HANDLER(leveltest_progress, struct leveltest_progress_in, struct leveltest_progress_out)
{
	struct ctx *c = &r->ctx;
	struct leveltest_row t = {0};
	struct list answers = {0};
	enum status st = in->userId == c->me.user_id ? leveltest_sql_open(c, &t) : E_LT_NONE;

	if (st == OK)
		st = leveltest_sql_answers(c, t.id, &answers);
	if (st != OK && st != E_NO_ROW)
		return st;
	const struct leveltest_answer *a = answers.v;
	struct leveltest_step_out *v = arena_array(c->arena, struct leveltest_step_out, answers.n);

	for (size_t i = 0; i < answers.n; i++)
		v[i] = (struct leveltest_step_out){
			.questionNumber = a[i].question,
			.audioKey = a[i].storage_key,
			.transcription = a[i].transcript,
			.timestamp = a[i].answered_at,
		};
	out->userId = c->me.user_id;
	out->testId = t.id;
	out->completedQuestions = (int64_t)answers.n;
	out->totalQuestions = t.id ? t.questions : LEVELTEST_QUESTIONS;
	out->answers.v = v;
	out->answers.n = answers.n;
	return OK;
}

/* ---- routes ------------------------------------------------------------------------------- */

#define BOTH(method, path) method " /leveltest" path, method " /level-test" path
#define READS .auth = AUTH_USER, .rate = RATE_READ
#define WRITES .auth = AUTH_USER, .rate = RATE_WRITE
static const struct route routes[] = {
	ROUTE(leveltest_mine, leveltest_mine_in, leveltest_mine_out, .on = {BOTH("GET", "/my-tests")}, READS,
	      .paged = true, .statements = 2, .doc = "My tests in whatever state, the newest first."),
	ROUTE(leveltest_summary, nothing, leveltest_summary_out,
	      .on = {BOTH("GET", "/summary"), BOTH("GET", "/stats")}, READS, .statements = 2,
	      .doc = "My tests in figures. Placeholders are no results."),
	ROUTE(leveltest_restart_post, leveltest_start_in, leveltest_begun, .on = {BOTH("POST", "/restart")}, WRITES,
	      .once = true, .statements = 2,
	      .doc = "Begins a standard test; those of its language that are under way are cancelled."),
	ROUTE(leveltest_settings, nothing, leveltest_settings_out, .on = {BOTH("GET", "/settings")}, READS,
	      .cache = CACHE_PRIVATE, .doc = "What there is to choose from."),
	ROUTE(leveltest_start_post, leveltest_start_in, leveltest_begun, .on = {BOTH("POST", "/start")}, WRITES,
	      .once = true, .statements = 2,
	      .doc = "Begins a standard test. It lasts 14 days; of those under way the newest five stay."),
	ROUTE(leveltest_submit_post, leveltest_submit_in, leveltest_answered, .on = {BOTH("POST", "/submit")},
	      .auth = AUTH_USER, .rate = RATE_UPLOAD, .file_max = STORE_MIB(SOUND_MIB),
	      .body_max = STORE_MIB(SOUND_MIB + 1), .statements = 10,
	      .doc = "An answer, in words or as a recording; again replaces it.",
	      .fails = {E_LT_NONE, E_LT_OVER, E_LT_QUESTION, E_LT_SUBMISSION, E_FILE_TYPE, E_FILE_TOO_LARGE,
			E_FILE_QUOTA, E_BAD_FORM}),
	ROUTE(leveltest_complete_post, leveltest_complete_in, leveltest_result_out, .on = {BOTH("POST", "/complete")},
	      WRITES, .statements = 15,
	      .doc = "Judges my newest standard test that is under way, once two questions are answered.",
	      .fails = {E_LT_FEW}),
	ROUTE(leveltest_progress, leveltest_progress_in, leveltest_progress_out,
	      .on = {BOTH("GET", "/progress/{userId}")}, READS, .statements = 2,
	      .doc = "How far my newest standard test is that is under way.", .fails = {E_LT_NONE}),
};

const struct domain leveltest_tests_domain = {
	.name = "level tests",
	.doc = "How well somebody speaks a language",
	.routes = routes,
	.n_routes = COUNT(routes),
};
