#include "domain/leveltest/leveltest.h"
#include "base/buf.h"
#include "base/clock.h"
#include "domain/ai/ai.h"
#include "domain/leveltest/leveltest_rules.h"
#include "domain/onboarding/onboarding.h"

#include <math.h>

SHAPE_TABLE(leveltest_scores, LEVELTEST_SCORES)
SHAPE_TABLE(leveltest_question, LEVELTEST_QUESTION)
SHAPE_TABLE(leveltest_evidence, LEVELTEST_EVIDENCE)
SHAPE_TABLE(leveltest_verdict, LEVELTEST_VERDICT)
SHAPE_TABLE(leveltest_evaluation, LEVELTEST_EVALUATION)
SHAPE_TABLE(leveltest_head, LEVELTEST_HEAD)
SHAPE_TABLE(leveltest_result_out, LEVELTEST_RESULT_OUT)
SHAPE_TABLE(leveltest_begun, LEVELTEST_BEGUN)
SHAPE_TABLE(leveltest_answered, LEVELTEST_ANSWERED)

/* Of nobody's judgement: the contract's, not ours. */
enum { NOBODY_SCORE = 70 };
static const char nobody_level[] = "B1";

enum status leveltest_newest(struct ctx *c, uint64_t user_id, int64_t most, struct list *out)
{
	return leveltest_sql_newest(c, user_id, MIN(most, (int64_t)LEVELTEST_KEPT), out);
}

enum status leveltest_levels(struct ctx *c, uint64_t user_id, struct list *out)
{
	return leveltest_sql_levels(c, user_id, out);
}

const char *leveltest_language_name(const struct ctx *c, const char *code)
{
	return speech_language_name(code, c->lang == LANG_EN);
}

const char *leveltest_language(struct ctx *c, const char *language)
{
	const char *code = speech_language(language);

	if (!code)
		fail_field(c, "languageCode", "one_of",
			   say(c, "지원하지 않는 언어입니다", "is none of the languages we have"));
	return code;
}

/* ---- judging ------------------------------------------------------------------------------ */

static const char *names_of(struct ctx *c, unsigned skills)
{
	struct buf b = buf_new(c->arena, 32, 200);

	for (unsigned k = 0; k < SKILLS; k++)
		if (skills & 1u << k)
			buf_printf(&b, "%s%s", b.len ? "," : "", skill_names[k]);
	return b.len ? b.data : "";
}

void leveltest_judge(struct ctx *c, const struct leveltest_row *t, const struct list *answers,
		     struct leveltest_judged *out)
{
	const struct leveltest_answer *a = answers->v;
	struct speech *v = arena_array(c->arena, struct speech, answers->n + 1);
	struct judgement j;
	size_t n = 0;

	for (size_t i = 0; i < answers->n; i++)
		if (a[i].transcript)
			v[n++] = leveltest_speech(t, &a[i]);
	*out = (struct leveltest_judged){.model = AI_BUILTIN, .at = c->now, .estimated = ""};
	speech_judge(c->arena, v, n, &j);
	for (size_t k = 0; k < SKILLS; k++)
		out->scores[k] = n ? j.scores[k] : NOBODY_SCORE;
	out->judge = n ? "rules" : "nobody";
	out->overall = n ? j.overall : NOBODY_SCORE;
	out->level = n ? cefr_names[cefr_of(j.overall)] : nobody_level;
	out->estimated = n ? names_of(c, j.estimated) : "";
}

/* ---- results ------------------------------------------------------------------------------ */

#define COPY_SCORE(S, k, nm, ...) scores->nm = row->nm;

static const struct leveltest_scores *scores_of(struct ctx *c, const struct leveltest_row *row)
{
	struct leveltest_scores *scores = arena_new_of(c->arena, struct leveltest_scores);

	LEVELTEST_SCORES(COPY_SCORE, scores)
	return scores;
}

static void split_names(struct ctx *c, const char *names, struct list *out)
{
	const char **v = arena_array(c->arena, const char *, SKILLS);

	*out = (struct list){v, 0};
	for (size_t k = 0; k < SKILLS; k++)
		if (strstr(names, skill_names[k]))
			v[out->n++] = skill_names[k];
}

static void show_head(struct ctx *c, const struct leveltest_row *row, struct leveltest_head *out)
{
	struct leveltest_words w;

	leveltest_say(c, row, &w);
	*out = (struct leveltest_head){
		.testId = row->id,
		.userId = c->me.user_id,
		.languageCode = row->language,
		.testType = row->type,
		.mode = row->mode,
		.testLevel = row->aim,
		.status = row->status,
		.level = row->level,
		.overallScore = row->overall,
		.scores = scores_of(c, row),
		.feedback = w.feedback,
		.feedbackSummary = w.summary,
		.model = row->model,
		.fallback = !strcmp(row->judge, "nobody"),
		.startedAt = row->started_at,
		.completedAt = row->completed_at,
	};
	split_names(c, row->estimated, AS_LIST(&out->estimatedSkills));
	*AS_LIST(&out->strengths) = w.strengths;
	*AS_LIST(&out->improvements) = w.improvements;
	*AS_LIST(&out->suggestions) = w.suggestions;
}

const struct leveltest_scores *leveltest_scores_of(struct ctx *c, const struct judgement *j)
{
	struct leveltest_scores *scores = arena_new_of(c->arena, struct leveltest_scores);

	*scores = (struct leveltest_scores){
		.pronunciation = j->scores[PRONUNCIATION],
		.fluency = j->scores[FLUENCY],
		.grammar = j->scores[GRAMMAR],
		.vocabulary = j->scores[VOCABULARY],
		.coherence = j->scores[COHERENCE],
		.interaction = j->scores[INTERACTION],
	};
	return scores;
}

static double tenths(double x)
{
	return round(10 * x) / 10;
}

static const struct leveltest_evidence *evidence_of(struct ctx *c, const struct measures *m)
{
	struct leveltest_evidence *e = arena_new_of(c->arena, struct leveltest_evidence);
	double words = fmax(1, (double)m->words), units = fmax(1, (double)m->units);

	*e = (struct leveltest_evidence){
		.words = m->words,
		.wordsPerMinute = m->minute > 0 ? round(m->minute) : __builtin_nan(""),
		.wordsPerUnit = tenths((double)m->words / units),
		.lettersPerWord = tenths((double)m->letters / words),
		.variety = round(m->variety),
		.linksPerUnit = tenths((double)m->links / units),
		.slips = m->slips,
		.hesitations = m->fillers + m->repeats,
	};
	return e;
}

/* Of what was said freely. */
struct said {
	int64_t words;
	bool english, read; /* whether a text was read aloud */
};

static const struct leveltest_verdict *verdict_of(struct ctx *c, const struct speech *s, struct said *all)
{
	struct leveltest_verdict *v = arena_new_of(c->arena, struct leveltest_verdict);
	struct measures m;
	struct judgement j;

	speech_measure(c->arena, s, &m);
	speech_judge(c->arena, s, 1, &j);
	all->words += s->passage ? 0 : m.words;
	all->english |= m.english;
	all->read |= s->passage != NULL;
	v->evidence = evidence_of(c, &m);
	v->scores = leveltest_scores_of(c, &j);
	v->feedback = leveltest_remark(c, &j);
	v->estimatedLevel = cefr_names[cefr_of(j.overall)];
	leveltest_suggest(c, j.scores, AS_LIST(&v->suggestions));
	return v;
}

void leveltest_names(struct ctx *c, unsigned skills, struct list *out)
{
	split_names(c, names_of(c, skills), out);
}

static const struct leveltest_question *question_of(const struct list *questions, int64_t id)
{
	const struct leveltest_question *q = questions->v;

	for (size_t i = 0; i < questions->n; i++)
		if (q[i].id == id)
			return &q[i];
	return NULL;
}

const char *leveltest_question_text(const struct list *questions, int64_t id)
{
	const struct leveltest_question *q = question_of(questions, id);

	return q ? q->text : NULL;
}

static void show_worth(struct ctx *c, const struct leveltest_row *row, const struct said *all,
		       struct leveltest_result_out *out)
{
	bool rules = !strcmp(row->judge, "rules");

	out->words = all->words;
	out->enoughText = all->read || all->words >= LEVELTEST_ENOUGH || !strcmp(row->judge, "client");
	out->confidence = rules && all->english && !all->read ? speech_confidence(all->words) : __builtin_nan("");
	if (rules && !out->enoughText)
		out->feedback = arena_printf(c->arena, "%s %s (%s: %lld)", out->feedback,
					     say(c, "말한 내용이 짧아 정확하지 않을 수 있습니다.",
						 "That was too little for more than a guess."),
					     say(c, "단어", "words"), (long long)all->words);
}

static void show_answers(struct ctx *c, const struct leveltest_row *row, const struct list *answers,
			 struct leveltest_result_out *out)
{
	const struct leveltest_answer *a = answers->v;
	struct leveltest_evaluation *v = arena_array(c->arena, struct leveltest_evaluation, answers->n);
	struct buf text = buf_new(c->arena, 256, 1 << 18);
	struct said all = {0};

	for (size_t i = 0; i < answers->n; i++) {
		const struct leveltest_question *q = question_of(AS_LIST(&out->questions), a[i].question);
		const struct speech s = leveltest_speech(row, &a[i]);

		v[i] = (struct leveltest_evaluation){
			.questionNumber = a[i].question,
			.question = q ? q->text : NULL,
			.difficulty = q ? q->difficulty : NULL,
			.transcription = a[i].transcript,
			.evaluation = a[i].transcript ? verdict_of(c, &s, &all) : NULL,
		};
		if (a[i].transcript)
			buf_printf(&text, "%s%s", text.len ? "\n" : "", a[i].transcript);
	}
	out->evaluations.v = v;
	out->evaluations.n = answers->n;
	out->transcriptText = text.len ? text.data : NULL;
	show_worth(c, row, &all, out);
}

/* A result begins with what lists show of it. */
static_assert(offsetof(struct leveltest_result_out, completedAt) == offsetof(struct leveltest_head, completedAt),
	      "it begins with it");

enum status leveltest_show(struct ctx *c, const struct leveltest_row *row, struct leveltest_result_out *out)
{
	struct leveltest_head head;
	struct list answers;
	enum status st = leveltest_sql_answers(c, row->id, &answers);

	if (st != OK)
		return st;
	show_head(c, row, &head);
	memcpy(out, &head, offsetof(struct leveltest_head, has));
	if (strcmp(row->source, "SAVED") != 0)
		leveltest_questions(c, row, AS_LIST(&out->questions));
	show_answers(c, row, &answers, out);
	return OK;
}

enum status leveltest_latest(struct ctx *c, struct leveltest_result_out *out)
{
	struct leveltest_row row;
	enum status st = leveltest_sql_latest(c, &row);

	return st == OK ? leveltest_show(c, &row, out) : st == E_NO_ROW ? E_LT_NO_RESULT : st;
}

enum status leveltest_history(struct ctx *c, int64_t page, int64_t size, struct list *out, int64_t *total)
{
	struct list rows;
	enum status st = leveltest_sql_results(c, total);

	*total = MIN(*total, (int64_t)LEVELTEST_KEPT);
	if (st == OK)
		st = leveltest_sql_history(c, (page - 1) * size, size, &rows);
	if (st != OK)
		return st;
	const struct leveltest_row *row = rows.v;
	struct leveltest_head *v = arena_array(c->arena, struct leveltest_head, rows.n);

	for (size_t i = 0; i < rows.n; i++)
		show_head(c, &row[i], &v[i]);
	*out = (struct list){v, rows.n};
	return OK;
}

/* ---- all answers at once ------------------------------------------------------------------ */

struct adding {
	const struct leveltest_new *test;
	const struct leveltest_judged *judged;
	struct leveltest_id *id;
};

enum status leveltest_reached(struct ctx *c, const char *language, const struct leveltest_judged *j)
{
	return strcmp(j->judge, "nobody") != 0 ? onboarding_tested(c, language, cefr_called(j->level)) : OK;
}

static enum status add(struct ctx *c, void *arg)
{
	const struct adding *w = arg;
	enum status st = leveltest_sql_add(c, w->test, w->judged, w->id);

	return st == OK && w->id->newest ? leveltest_reached(c, w->test->language, w->judged) : st;
}

static const char *answers_json(struct ctx *c, const struct leveltest_sent *s)
{
	struct buf b = buf_new(c->arena, 1024, 1 << 18);

	for (size_t i = 0; i < s->n; i++) {
		const struct leveltest_answer *a = &s->answers[i];

		buf_printf(&b, "%c{\"q\":%lld", i ? ',' : '[', (long long)a->question);
		if (a->seconds)
			buf_printf(&b, ",\"s\":%lld", (long long)a->seconds);
		buf_member(&b, "t", a->transcript);
		buf_char(&b, '}');
	}
	buf_char(&b, ']');
	return b.data;
}

static bool asked_twice(const struct leveltest_sent *s)
{
	unsigned seen = 0;

	for (size_t i = 0; i < s->n; i++) {
		unsigned bit = 1u << s->answers[i].question;

		if (seen & bit)
			return true;
		seen |= bit;
	}
	return false;
}

enum status leveltest_evaluate(struct ctx *c, const struct leveltest_sent *s, struct leveltest_result_out *out)
{
	const struct leveltest_row about = {
		.language = s->language, .mode = "standard", .questions = LEVELTEST_QUESTIONS};
	const struct leveltest_new test = {
		.language = s->language,
		.type = "SPEAKING",
		.mode = "standard",
		.source = "SENT",
		.aim = "INTERMEDIATE",
		.questions = LEVELTEST_QUESTIONS,
		.answers = answers_json(c, s),
	};
	struct leveltest_judged judged;
	struct leveltest_id id;
	struct leveltest_row row;

	if (asked_twice(s))
		return E_LT_QUESTION;
	if (!leveltest_ask(c, &about, &(struct list){s->answers, s->n}, &judged))
		leveltest_judge(c, &about, &(struct list){s->answers, s->n}, &judged);
	enum status st = db_tx(c, add, &(struct adding){&test, &judged, &id});

	if (st == OK)
		st = leveltest_sql_one(c, id.id, &row);
	return st == OK ? leveltest_show(c, &row, out) : st;
}

/* ---- results of elsewhere ----------------------------------------------------------------- */

/* What was not said is the mean of what was, and overall that of the six. */
static void fill_scores(struct ctx *c, const struct leveltest_saved *s, struct leveltest_judged *out)
{
	int64_t sum = 0, n = 0, overall = s->overall;
	unsigned missing = 0;

	for (size_t k = 0; k < SKILLS; k++)
		if (s->scores[k] >= 0) {
			sum += s->scores[k];
			n++;
		}
	if (overall < 0)
		overall = (2 * sum + n) / (2 * n);
	for (unsigned k = 0; k < SKILLS; k++) {
		bool known = s->scores[k] >= 0;

		out->scores[k] = known ? s->scores[k] : overall;
		missing |= known ? 0 : 1u << k;
	}
	out->overall = overall;
	out->estimated = names_of(c, missing);
}

static enum status check_saved(struct ctx *c, const struct leveltest_saved *s)
{
	bool scored = s->overall >= 0;

	for (size_t k = 0; k < SKILLS; k++)
		scored |= s->scores[k] >= 0;
	if (!scored) {
		fail_field(c, "overallScore", "required", say(c, "점수를 입력해 주세요", "a score is needed"));
		return E_VALIDATION;
	}
	if (s->at && (s->at > c->now || s->at < c->now - LEVELTEST_DAYS * DAY_MS)) {
		fail_field(c, "completedAt", s->at > c->now ? "max" : "min",
			   say(c, "최근 90일 이내여야 합니다", "must be within the last 90 days"));
		return E_VALIDATION;
	}
	return OK;
}

enum status leveltest_save(struct ctx *c, const struct leveltest_saved *s, uint64_t *id)
{
	const struct leveltest_new test = {
		.language = s->language,
		.type = s->type,
		.mode = s->mode,
		.source = "SAVED",
		.aim = s->aim,
		.questions = LEVELTEST_QUESTIONS,
		.outside_id = s->id,
	};
	struct leveltest_judged judged = {
		.judge = "client",
		.model = "client",
		.level = s->level,
		.texts = s->texts,
		.at = s->at ? s->at : c->now,
	};
	struct leveltest_id made = {0};
	enum status st = check_saved(c, s);

	if (st != OK)
		return st;
	fill_scores(c, s, &judged);
	if (!judged.level)
		judged.level = cefr_names[cefr_of((int)judged.overall)];
	st = db_tx(c, add, &(struct adding){&test, &judged, &made});
	*id = made.id;
	return st == OK && strcmp(made.status, "completed") != 0 ? E_LT_OPEN : st;
}
