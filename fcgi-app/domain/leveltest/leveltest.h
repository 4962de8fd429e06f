/* Level tests: what somebody says in a language, how well, and the level that follows. */
#ifndef DOMAIN_LEVELTEST_H
#define DOMAIN_LEVELTEST_H

#include "base/ctx.h"
#include "base/shape.h"

/* Of somebody's results so many are kept, for 90 days; tests that were not finished for 14. */
enum { LEVELTEST_KEPT = 20, LEVELTEST_DAYS = 90, LEVELTEST_OPEN_DAYS = 14 };

#define LEVELTEST_SKILLS "pronunciation fluency grammar vocabulary coherence interaction"

#define LEVELTEST_SCORES(F, S)                                                                     \
	F(S, INT, pronunciation)                                                                   \
	F(S, INT, fluency)                                                                         \
	F(S, INT, grammar)                                                                         \
	F(S, INT, vocabulary)                                                                      \
	F(S, INT, coherence)                                                                       \
	F(S, INT, interaction)

/* Levels of results, "A1" to "C2": from 45 A2, 55 B1, 65 B2, 75 C1, 85 C2. */
enum { CEFR_LEVELS = 6 };
extern const char *const cefr_names[CEFR_LEVELS];
int cefr_from(int level);	   /* the lowest score of a level; of CEFR_LEVELS: 101 */
int cefr_called(const char *name); /* -1: none of them */

/* In the caller's language; of no language of ours: the code. */
const char *leveltest_language_name(const struct ctx *c, const char *code);

/* A result that somebody judged, by rules, a model or elsewhere. Scores are 0 to 100. */
#define LEVELTEST_RESULT(F, S)                                                                     \
	F(S, ID, id, .doc = "of the test")                                                         \
	F(S, STR, language, .doc = "its code")                             \
	F(S, STR, level, .doc = "A1 to C2")                                                        \
	F(S, INT, overall)                                                                         \
	LEVELTEST_SCORES(F, S)                                                                     \
	F(S, TIME, completed_at)
SHAPE_STRUCT(leveltest_result, LEVELTEST_RESULT)

/* The newest results of somebody, LEVELTEST_KEPT at most: rows of leveltest_result. Those that rest on nothing, since
 * there was no transcript, are not among them. */
MUST_USE enum status leveltest_newest(struct ctx *c, uint64_t user_id, int64_t most, struct list *out);

/* What tests say somebody speaks, the newest first: rows of leveltest_level. */
#define LEVELTEST_LEVEL(F, S)                                                                      \
	F(S, STR, language, .doc = "its code")                                                     \
	F(S, STR, level)                                                                           \
	F(S, INT, score)                                                                           \
	F(S, TIME, tested_at)
SHAPE_STRUCT(leveltest_level, LEVELTEST_LEVEL)
enum { LEVELTEST_LEVELS_MAX = 20 };
MUST_USE enum status leveltest_levels(struct ctx *c, uint64_t user_id, struct list *out);
#endif
