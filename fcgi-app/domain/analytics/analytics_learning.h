/* What follows from somebody's sessions and level tests, by rules: what they are good at, what helps, when to learn. */
#ifndef DOMAIN_ANALYTICS_LEARNING_H
#define DOMAIN_ANALYTICS_LEARNING_H

#include "domain/analytics/analytics_pattern.h"
#include "domain/analytics/analytics_standing.h"

#define AREA(F, S)                                                                                 \
	F(S, STR, area, .doc = "a skill of level tests")                                           \
	F(S, INT, score)                                                                           \
	F(S, STR, trend, .doc = "improving or declining: three points or more since the test before; else stable") \
	F(S, STR, details)
#define STRENGTH_OUT(F, S) AREA(F, S)
SHAPE_STRUCT(learning_strength, STRENGTH_OUT)
#define WEAKNESS_OUT(F, S)                                                                         \
	AREA(F, S)                                                                                 \
	F(S, STRS, recommendations, .aka = "solutions")
SHAPE_STRUCT(learning_weakness, WEAKNESS_OUT)

#define STEP(F, S)                                                                                 \
	F(S, STR, goal)                                                                            \
	F(S, STRS, activities)
#define SHORT_STEP(F, S)                                                                           \
	STEP(F, S)                                                                                 \
	F(S, INT, estimatedWeeks, .doc = "one point a session, at the sessions a week of now (one at least)")
SHAPE_STRUCT(learning_weeks, SHORT_STEP)
#define LONG_STEP(F, S)                                                                            \
	STEP(F, S)                                                                                 \
	F(S, INT, estimatedMonths, .doc = "the same, four weeks a month")
SHAPE_STRUCT(learning_months, LONG_STEP)
#define PATH_OUT(F, S)                                                                             \
	F(S, LIST(learning_weeks), shortTerm, .doc = "the weakest skills, up to where the next level begins") \
	F(S, LIST(learning_months), mediumTerm, .doc = "the next level")                           \
	F(S, LIST(learning_months), longTerm, .doc = "the one after it")
SHAPE_STRUCT(learning_path, PATH_OUT)

/* All that the rules look at, of the caller. */
struct learner {
	struct ctx *c;
	struct meeting_figures f;
	struct list tests;
	struct standing s;
	struct pattern p;
	int64_t since;
};

/* Sessions of so many months. Takes three statements. */
MUST_USE enum status learner_read(struct ctx *c, int64_t months, struct learner *out);

void learner_strengths(const struct learner *l, struct list *out);
void learner_weaknesses(const struct learner *l, struct list *out);
const struct learning_path *learner_path(const struct learner *l);

/* "20:00-21:00": the hours with the most sessions. */
void learner_slots(const struct learner *l, struct list *out);

/* What strikes one in it: in the caller's language. */
void learner_findings(const struct learner *l, struct list *out);
void learner_advice(const struct learner *l, struct list *out);
#endif
