/* Level tests inside their domain: what is asked, who is judged how, and what is said of it. */
#ifndef DOMAIN_LEVELTEST_RULES_H
#define DOMAIN_LEVELTEST_RULES_H

#include "domain/leveltest/leveltest_shapes.h"
#include "domain/leveltest/leveltest_sql.h"
#include "domain/leveltest/speech.h"

enum { LEVELTEST_QUESTIONS = 4, LEVELTEST_TEXT_MAX = 4000, LEVELTEST_SECONDS_MAX = 3600, LEVELTEST_ENOUGH = 80 };

/* The code of a language that a client names; NULL: it is none of ours, and languageCode is refused. */
const char *leveltest_language(struct ctx *c, const char *name);

/* What a test asks: rows of leveltest_question. Of a voice test that is the text to be read aloud, where there is
 * one of its language. */
void leveltest_questions(struct ctx *c, const struct leveltest_row *t, struct list *out);

/* An answer to it, as it is judged. */
struct speech leveltest_speech(const struct leveltest_row *t, const struct leveltest_answer *a);

/* ---- judging ------------------------------------------------------------------------------ */

/* By the rules, from what was written down; without any of that by nobody: what the contract has for it, marked. */
void leveltest_judge(struct ctx *c, const struct leveltest_row *t, const struct list *answers,
		     struct leveltest_judged *out);

/* By AI_MODEL, which judges what was said freely; how it sounded nobody tells it. false: rules have to, as there is no
 * model, it gave nothing of use, or a text was read aloud. Takes one statement. */
bool leveltest_ask(struct ctx *c, const struct leveltest_row *t, const struct list *answers,
		   struct leveltest_judged *out);

/* What is said of scores, in the caller's language. */
struct leveltest_words {
	struct list strengths, improvements, suggestions;
	const char *feedback, *summary;
};
void leveltest_say(struct ctx *c, const struct leveltest_row *t, struct leveltest_words *out);

/* Those of somebody else (summary is not among them) as a row keeps them; NULL: they are too long. */
const char *leveltest_texts(struct ctx *c, const struct leveltest_words *w);
void leveltest_suggest(struct ctx *c, const int *scores, struct list *out);
const char *leveltest_advice(const struct ctx *c, enum skill k);
void leveltest_of_skill(struct ctx *c, const struct judgement *j, enum skill which, struct list *strong,
			struct list *weak);
const struct leveltest_scores *leveltest_scores_of(struct ctx *c, const struct judgement *j);
void leveltest_names(struct ctx *c, unsigned skills, struct list *out);
const char *leveltest_question_text(const struct list *questions, int64_t id);
const char *leveltest_remark(struct ctx *c, const struct judgement *j);

/* What a result that was just added, the newest of its language, means for the caller. Inside db_tx(). */
MUST_USE enum status leveltest_reached(struct ctx *c, const char *language, const struct leveltest_judged *j);

/* ---- under way ---------------------------------------------------------------------------- */

struct leveltest_begin {
	const char *language, *type, *mode, *aim;
	int64_t questions;
	bool over; /* those of the language that are under way are cancelled */
};
MUST_USE enum status leveltest_start(struct ctx *c, const struct leveltest_begin *b, struct leveltest_begun *out);

/* An answer to one of its questions; again replaces it. E_LT_NONE, E_LT_OVER, E_LT_QUESTION, and of a recording those
 * of file_add(). A recording is transcribed where a recogniser is configured and answers. */
struct store_file;
struct leveltest_said {
	uint64_t id; /* 0: of the newest standard one under way, or a new one */
	int64_t question, seconds;
	const char *transcript;	 /* or */
	struct store_file *sound;
};
MUST_USE enum status leveltest_answer_one(struct ctx *c, const struct leveltest_said *s,
					  struct leveltest_answered *out);

/* Judges what was answered, once; again gives the same result. E_LT_NONE, E_LT_OVER (it was
 * cancelled), E_LT_EMPTY. */
MUST_USE enum status leveltest_finish(struct ctx *c, uint64_t id, struct leveltest_result_out *out);

/* E_LT_NONE; E_LT_NOT_READY. */
MUST_USE enum status leveltest_result(struct ctx *c, uint64_t id, struct leveltest_result_out *out);

/* done: it is judged, and out is its result; otherwise begun says what it asks. */
MUST_USE enum status leveltest_look(struct ctx *c, uint64_t id, bool *done, struct leveltest_result_out *out,
				    struct leveltest_begun *begun);

/* ---- tests -------------------------------------------------------------------------------- */

/* All answers at once, in transcripts: judged and kept. E_LT_QUESTION: two of one question. */
struct leveltest_sent {
	const char *language; /* a code */
	const struct leveltest_answer *answers;
	size_t n;
};
MUST_USE enum status leveltest_evaluate(struct ctx *c, const struct leveltest_sent *s,
					struct leveltest_result_out *out);

/* A result of somewhere else. id: of the test there, or one of ours, of which nothing is changed; NULL: a new one.
 * E_LT_OPEN: that test of ours is not judged yet. */
struct leveltest_saved {
	const char *id, *language, *type, *mode, *aim, *level;
	int64_t overall; /* 0 to 100, or -1 */
	int64_t scores[SKILLS]; /* the same */
	int64_t at; /* ms; 0: now */
	const char *texts; /* JSON, see leveltest_say() */
};
MUST_USE enum status leveltest_save(struct ctx *c, const struct leveltest_saved *s, uint64_t *id);

MUST_USE enum status leveltest_show(struct ctx *c, const struct leveltest_row *row, struct leveltest_result_out *out);

/* E_LT_NO_RESULT */
MUST_USE enum status leveltest_latest(struct ctx *c, struct leveltest_result_out *out);

/* A page of the caller's results: rows of leveltest_head. */
MUST_USE enum status leveltest_history(struct ctx *c, int64_t page, int64_t size, struct list *out, int64_t *total);
#endif
