#ifndef DOMAIN_LEVELTEST_SQL_H
#define DOMAIN_LEVELTEST_SQL_H

#include "db/db.h"
#include "domain/leveltest/leveltest.h"

/* A test, with its result once there is one (level is NULL before). */
#define LEVELTEST_ROW(F, S)                                                                        \
	F(S, ID, id)                                                                               \
	F(S, STR, language)                                                                        \
	F(S, STR, type)                                                                            \
	F(S, STR, mode)                                                                            \
	F(S, STR, source)                                                                          \
	F(S, STR, aim)                                                                             \
	F(S, INT, questions)                                                                       \
	F(S, STR, status)                                                                          \
	F(S, TIME, started_at)                                                                     \
	F(S, STR, judge)                                                                           \
	F(S, STR, model)                                                                           \
	F(S, STR, level)                                                                           \
	F(S, INT, overall)                                                                         \
	LEVELTEST_SCORES(F, S)                                                                     \
	F(S, STR, estimated)                                                                       \
	F(S, STR, texts)                                                                           \
	F(S, TIME, completed_at)
SHAPE_STRUCT(leveltest_row, LEVELTEST_ROW)

#define LEVELTEST_ANSWER(F, S)                                                                     \
	F(S, INT, question)                                                                        \
	F(S, STR, transcript)                                                                      \
	F(S, INT, seconds)                                                                         \
	F(S, STR, storage_key)                                                                     \
	F(S, TIME, answered_at)
SHAPE_STRUCT(leveltest_answer, LEVELTEST_ANSWER)
enum { LEVELTEST_QUESTIONS_MAX = 10 };

#define LEVELTEST_ID(F, S)                                                                         \
	F(S, ID, id)                                                                               \
	F(S, STR, status)                                                                          \
	F(S, BOOL, newest, .doc = "its result was added, and is the newest of its language")
SHAPE_STRUCT(leveltest_id, LEVELTEST_ID)

#define LEVELTEST_TOTAL(F, S) F(S, INT, total)
SHAPE_STRUCT(leveltest_total, LEVELTEST_TOTAL)

/* What is written of a test that is judged; scores in the order of enum skill. */
struct leveltest_judged {
	const char *judge, *model, *level, *estimated, *texts; /* estimated: skills with commas between */
	int64_t overall, scores[6];
	int64_t at; /* ms */
};
struct leveltest_new {
	const char *language, *type, *mode, *source, *aim, *outside_id; /* outside_id: may be NULL */
	int64_t questions;
	const char *answers; /* JSON: [{q, t, s}], or NULL */
};

/* Inside db_tx(). Of what has that outside_id already nothing is changed. */
MUST_USE enum status leveltest_sql_add(struct ctx *c, const struct leveltest_new *t, const struct leveltest_judged *j,
				       struct leveltest_id *out);

/* Begins one, and cancels all but the newest five of the caller's that are under way; over: before that, those of its
 * language; reuse: none, if a standard one is under way. */
MUST_USE enum status leveltest_sql_start(struct ctx *c, const struct leveltest_new *t, bool over, bool reuse,
					 struct leveltest_id *out);

/* Inside db_tx(), first of all: the caller's tests and answers stay as they are until it ends. Then as
 * leveltest_sql_one(). */
MUST_USE enum status leveltest_sql_lock(struct ctx *c, uint64_t id, struct leveltest_row *out);

/* After leveltest_sql_lock(). gone: the key of a recording that this one takes the place of, or NULL. */
#define LEVELTEST_GONE(F, S) F(S, STR, gone)
SHAPE_STRUCT(leveltest_gone, LEVELTEST_GONE)
MUST_USE enum status leveltest_sql_answer(struct ctx *c, uint64_t id, const struct leveltest_answer *a,
					  const char **gone);
MUST_USE enum status leveltest_sql_finish(struct ctx *c, const struct leveltest_row *t,
					  const struct leveltest_judged *j);

/* The caller's; E_NO_ROW. */
MUST_USE enum status leveltest_sql_one(struct ctx *c, uint64_t id, struct leveltest_row *out);
MUST_USE enum status leveltest_sql_latest(struct ctx *c, struct leveltest_row *out);
MUST_USE enum status leveltest_sql_answers(struct ctx *c, uint64_t id, struct list *out);

/* The caller's results, the newest first: rows of leveltest_row; how many there are. */
MUST_USE enum status leveltest_sql_history(struct ctx *c, int64_t offset, int64_t most, struct list *out);
MUST_USE enum status leveltest_sql_results(struct ctx *c, int64_t *n);

/* The caller's tests in whatever state, the newest first; how many. The newest standard one under way: E_NO_ROW. */
MUST_USE enum status leveltest_sql_mine(struct ctx *c, int64_t offset, int64_t most, struct list *out);
MUST_USE enum status leveltest_sql_tests(struct ctx *c, int64_t *n);
MUST_USE enum status leveltest_sql_open(struct ctx *c, struct leveltest_row *out);
MUST_USE enum status leveltest_sql_standard(struct ctx *c, struct leveltest_row *out); /* under way or not */

MUST_USE enum status leveltest_sql_levels(struct ctx *c, uint64_t user_id, struct list *out);

/* For the jobs: tests that are over before a time (ms), LEVELTEST_PIECE at most, in their order: a row for each of
 * their recordings, or one. Then they go; ids: a JSON array. */
enum { LEVELTEST_PIECE = 50 };
#define LEVELTEST_OVER_ROW(F, S)                                                                   \
	F(S, ID, id)                                                                               \
	F(S, ID, user_id)                                                                          \
	F(S, STR, storage_key)
SHAPE_STRUCT(leveltest_over, LEVELTEST_OVER_ROW)
MUST_USE enum status leveltest_sql_over(struct ctx *c, int64_t before, struct list *out);
MUST_USE enum status leveltest_sql_forget(struct ctx *c, const char *ids);

MUST_USE enum status leveltest_sql_newest(struct ctx *c, uint64_t user_id, int64_t most, struct list *out);
#endif
