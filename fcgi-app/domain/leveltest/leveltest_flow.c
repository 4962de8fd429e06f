/* Tests that are answered question by question. */
#include "base/utf8.h"
#include "domain/ai/ai.h"
#include "domain/file/file.h"
#include "domain/leveltest/leveltest_rules.h"

#include <math.h>

enum { STANDARD_MINUTES = 8, VOICE_MINUTES = 10 };

static enum status unknown(enum status st)
{
	return st == E_NO_ROW ? E_LT_NONE : st;
}

/* ---- beginning ---------------------------------------------------------------------------- */

static void show_begun(struct ctx *c, const struct leveltest_row *t, struct leveltest_begun *out)
{
	bool voice = !strcmp(t->mode, "voice");
	struct list questions;

	leveltest_questions(c, t, &questions);
	const struct leveltest_question *q = questions.v;
	const char **prompts = arena_array(c->arena, const char *, questions.n);

	for (size_t i = 0; i < questions.n; i++)
		prompts[i] = q[i].text;
	*out = (struct leveltest_begun){
		.testId = t->id,
		.testType = t->type,
		.mode = t->mode,
		.languageCode = t->language,
		.testLevel = t->aim,
		.status = t->status,
		.instructions = voice ? q->text
				      : say(c, "질문을 읽고 정해진 시간 안에 소리 내어 답해 주세요.",
					    "Read each question and answer it aloud within its time."),
		.estimatedDurationMinutes = voice ? VOICE_MINUTES : STANDARD_MINUTES,
		.totalQuestions = t->questions,
		.startedAt = t->started_at,
	};
	out->prompts.v = prompts;
	out->prompts.n = out->questions.n = questions.n;
	out->questions.v = q;
}

enum status leveltest_start(struct ctx *c, const struct leveltest_begin *b, struct leveltest_begun *out)
{
	const struct leveltest_new t = {
		.language = b->language,
		.type = b->type,
		.mode = b->mode,
		.source = "GUIDED",
		.aim = b->aim,
		.questions = b->questions,
	};
	struct leveltest_id id;
	struct leveltest_row row;
	enum status st = leveltest_sql_start(c, &t, b->over, false, &id);

	if (st == OK)
		st = leveltest_sql_one(c, id.id, &row);
	if (st == OK)
		show_begun(c, &row, out);
	return st;
}

enum status leveltest_look(struct ctx *c, uint64_t id, bool *done, struct leveltest_result_out *out,
			   struct leveltest_begun *begun)
{
	struct leveltest_row row;
	enum status st = unknown(leveltest_sql_one(c, id, &row));

	*done = st == OK && row.level;
	if (*done)
		return leveltest_show(c, &row, out);
	if (st == OK)
		show_begun(c, &row, begun);
	return st;
}

/* ---- answers ------------------------------------------------------------------------------ */

static enum status may_answer(const struct leveltest_row *t, int64_t question)
{
	if (strcmp(t->status, "in-progress") != 0)
		return E_LT_OVER;
	return question >= 1 && question <= t->questions ? OK : E_LT_QUESTION;
}

struct answering {
	const struct leveltest_said *said;
	struct leveltest_answer *answer;
	uint64_t id; /* set: of the test */
	const char *gone;
};

/* Of an answer that names no test. It begins with its first answer, in the same transaction: a refused one leaves
 * none. */
static enum status begin_for(struct ctx *c, uint64_t *id)
{
	const struct leveltest_new t = {
		.language = "en",
		.type = "SPEAKING",
		.mode = "standard",
		.source = "GUIDED",
		.aim = "INTERMEDIATE",
		.questions = LEVELTEST_QUESTIONS,
	};
	struct leveltest_id begun = {0};
	enum status st = leveltest_sql_start(c, &t, false, true, &begun);

	*id = begun.id;
	return st;
}

static enum status answer(struct ctx *c, void *arg)
{
	struct answering *w = arg;
	struct leveltest_row t;
	enum status st = OK;

	w->id = w->said->id;
	if (!w->id)
		st = begin_for(c, &w->id);
	if (st == OK)
		st = unknown(leveltest_sql_lock(c, w->id, &t));
	if (st == OK)
		st = may_answer(&t, w->said->question);
	return st == OK ? leveltest_sql_answer(c, w->id, w->answer, &w->gone) : st;
}

/* The test it is for, as far as there is one already. */
static enum status meant(struct ctx *c, const struct leveltest_said *s, struct leveltest_row *t)
{
	enum status st = s->id ? leveltest_sql_one(c, s->id, t) : leveltest_sql_open(c, t);

	if (s->id || st != E_NO_ROW)
		return unknown(st);
	*t = (struct leveltest_row){.language = "en", .status = "in-progress", .questions = LEVELTEST_QUESTIONS};
	return OK;
}

/* What a row has room for: more than anybody says in the time of a question. */
static const char *cut(struct ctx *c, const char *text)
{
	size_t all = strlen(text), n = 0;

	for (size_t i = 0; i < LEVELTEST_TEXT_MAX && n < all; i++)
		n += MAX(utf8_next(text + n, all - n), (size_t)1);
	return arena_strndup(c->arena, text, n);
}

/* Without a recogniser, or when it does not answer, there is no transcript; how long they spoke it knows, too. */
static void hear(struct ctx *c, const struct leveltest_row *t, const struct leveltest_said *s,
		 struct leveltest_answer *a)
{
	struct ai_heard heard = {0};
	const struct ai_sound sound = {
		.feature = "leveltest.answer",
		.path = s->sound->path,
		.filename = s->sound->key,
		.type = s->sound->content_type,
		.language = t->language,
	};

	if (ai_hear(c, &sound, &heard) != OK)
		return;
	a->transcript = speech_says_something(heard.text) ? cut(c, heard.text) : NULL;
	a->seconds = a->seconds ? a->seconds : lround(fmin(heard.duration, LEVELTEST_SECONDS_MAX));
}

/* A recording that no answer names any more goes; that it did not changes nothing for the caller. */
static void drop(struct ctx *c, const char *key)
{
	if (key && file_delete_key(c, key) != OK)
		c->why = NULL;
}

enum status leveltest_answer_one(struct ctx *c, const struct leveltest_said *s, struct leveltest_answered *out)
{
	struct leveltest_answer a = {.question = s->question, .seconds = s->seconds, .transcript = s->transcript};
	struct answering w = {.said = s, .answer = &a};
	struct leveltest_row t;
	struct list files = {0};
	enum status st = meant(c, s, &t);

	if (st == OK)
		st = may_answer(&t, s->question);
	if (st == OK && s->sound)
		st = file_add(c, 0, &s->sound, 1, STORE_AUDIO | STORE_RECORDED, s->seconds, &files);
	if (st != OK)
		return st;
	if (s->sound) {
		a.storage_key = s->sound->key;
		hear(c, &t, s, &a);
	}
	st = db_tx(c, answer, &w);
	if (st != E_UNCERTAIN)
		drop(c, st == OK ? w.gone : a.storage_key);
	*out = (struct leveltest_answered){
		.testId = w.id,
		.questionId = s->question,
		.transcription = a.transcript,
		.audioUrl = files.n ? ((const struct file_out *)files.v)->url : NULL,
		.saved = true,
		.submittedAt = c->now,
	};
	return st;
}

/* ---- the end ------------------------------------------------------------------------------ */

struct finishing {
	uint64_t id;
	struct list seen; /* the answers that were judged by the model, or none */
	struct leveltest_judged judged;
};

/* One may have been replaced while the model read them. */
static bool same_answers(const struct list *x, const struct list *y)
{
	const struct leveltest_answer *a = x->v, *b = y->v;
	bool same = x->n == y->n;

	for (size_t i = 0; same && i < x->n; i++)
		same = a[i].question == b[i].question && a[i].answered_at == b[i].answered_at &&
		       !strcmp(a[i].transcript ? a[i].transcript : "", b[i].transcript ? b[i].transcript : "");
	return same;
}

static enum status finish(struct ctx *c, void *arg)
{
	struct finishing *w = arg;
	struct leveltest_row t;
	struct list answers;
	enum status st = unknown(leveltest_sql_lock(c, w->id, &t));

	if (st != OK || t.level)
		return st;
	if (strcmp(t.status, "in-progress") != 0)
		return E_LT_OVER;
	st = leveltest_sql_answers(c, t.id, &answers);
	if (st == OK && !answers.n)
		return E_LT_EMPTY;
	if (st != OK)
		return st;
	if (!w->seen.n || !same_answers(&w->seen, &answers))
		leveltest_judge(c, &t, &answers, &w->judged);
	st = leveltest_sql_finish(c, &t, &w->judged);
	return st == OK ? leveltest_reached(c, t.language, &w->judged) : st;
}

/* Before anything is locked, as it takes seconds. What is not there, or over, finish() says. */
static enum status ask(struct ctx *c, struct finishing *w)
{
	struct leveltest_row t;
	struct list answers;
	enum status st = *c->conf->ai_model ? leveltest_sql_one(c, w->id, &t) : E_NO_ROW;

	if (st != OK || strcmp(t.status, "in-progress") != 0)
		return st == E_NO_ROW ? OK : st;
	st = leveltest_sql_answers(c, t.id, &answers);
	if (st == OK && leveltest_ask(c, &t, &answers, &w->judged))
		w->seen = answers;
	return st;
}

enum status leveltest_result(struct ctx *c, uint64_t id, struct leveltest_result_out *out)
{
	struct leveltest_row row;
	enum status st = unknown(leveltest_sql_one(c, id, &row));

	if (st != OK)
		return st;
	return row.level ? leveltest_show(c, &row, out) : E_LT_NOT_READY;
}

enum status leveltest_finish(struct ctx *c, uint64_t id, struct leveltest_result_out *out)
{
	struct finishing w = {.id = id};
	enum status st = ask(c, &w);

	if (st == OK)
		st = db_tx(c, finish, &w);
	return st == OK ? leveltest_result(c, id, out) : st;
}
