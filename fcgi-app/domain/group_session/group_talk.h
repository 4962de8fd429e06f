/* What to talk about in a group session, and what can be seen in what was said there, by rules: for when no language
 * model is there to say more. The shapes are those a model fills as well. */
#ifndef DOMAIN_GROUP_SESSION_GROUP_TALK_H
#define DOMAIN_GROUP_SESSION_GROUP_TALK_H

#include "base/ctx.h"
#include "base/shape.h"

enum { TALK_TRANSCRIPT_MAX = 20000, TALK_TOPICS = 5, TALK_LIST_MAX = 30, TALK_TEXT_MAX = 2000 };

#define TEXT_FIELD .max = TALK_TEXT_MAX, .lines = true
#define TEXTS_FIELD .lax = true, .max = TALK_LIST_MAX

/* ---- topics ------------------------------------------------------------------------------- */

#define GROUP_TOPIC(F, S)                                                                          \
	F(S, STR, title, .required = true, TEXT_FIELD)                                             \
	F(S, STR, description, TEXT_FIELD)                                                         \
	F(S, STR, difficulty, .one_of = "BEGINNER INTERMEDIATE ADVANCED")                          \
	F(S, INT, estimatedDuration, .aka = "estimatedDurationMinutes", .lax = true, .min = 1, .max = 600, \
	  .zero_null = true, .doc = "minutes")                                                                        \
	F(S, STRS, tags, TEXTS_FIELD)                                                              \
	F(S, STRS, icebreakers, .aka = "followUpQuestions", TEXTS_FIELD)                           \
	F(S, STRS, culturalTips, TEXTS_FIELD)
SHAPE_STRUCT(group_topic, GROUP_TOPIC)

#define GROUP_QUESTION(F, S)                                                                       \
	F(S, STR, question, .required = true, TEXT_FIELD)                                          \
	F(S, STR, type, .max = 40)                                                                 \
	F(S, STR, difficulty, .one_of = "BEGINNER INTERMEDIATE ADVANCED")                          \
	F(S, STR, targetGrammar, .max = 200)                                                       \
	F(S, INT, expectedDuration, .lax = true, .min = 1, .max = 600, .zero_null = true, .doc = "minutes")
SHAPE_STRUCT(group_question, GROUP_QUESTION)

/* What somebody practises: a language by its two letters, and a level. Questions and phrases are in that language if it
 * is Korean or English, else in the caller's; all about them is in the caller's. */
struct talk {
	const char *language, *level;
};

/* Those of interests that are known, then others, until there are TALK_TOPICS. */
size_t talk_topics(struct ctx *c, const struct talk *t, const char *const *interests, size_t n,
		   struct group_topic out[TALK_TOPICS]);
/* Five, about anything. */
enum { TALK_QUESTIONS = 5 };
void talk_questions(struct ctx *c, const struct talk *t, const char *about, struct group_question out[TALK_QUESTIONS]);

/* ---- a scene to play ---------------------------------------------------------------------- */

#define GROUP_SCENARIO(F, S)                                                                       \
	F(S, STR, title, .required = true, TEXT_FIELD)                                             \
	F(S, STR, description, TEXT_FIELD)                                                         \
	F(S, STR, difficulty, .one_of = "BEGINNER INTERMEDIATE ADVANCED")                          \
	F(S, INT, estimatedDuration, .lax = true, .min = 1, .max = 600, .zero_null = true, .doc = "minutes") \
	F(S, INT, participants, .lax = true, .min = 1, .max = 10, .zero_null = true)
SHAPE_STRUCT(group_scenario, GROUP_SCENARIO)
#define GROUP_ROLE(F, S)                                                                           \
	F(S, STR, role, .required = true, .max = 200)                                              \
	F(S, STR, description, TEXT_FIELD)                                                         \
	F(S, STRS, objectives, TEXTS_FIELD)                                                        \
	F(S, STRS, keyPhrases, TEXTS_FIELD)
SHAPE_STRUCT(group_role, GROUP_ROLE)

struct scene {
	struct group_scenario scenario;
	struct group_role roles[2];
	const char *const *words; /* n_words */
	size_t n_words;
};
void talk_scene(struct ctx *c, const struct talk *t, const char *situation, struct scene *out);

/* ---- what was said ------------------------------------------------------------------------ */

enum { TALK_SPEAKERS = 20, TALK_KEYWORDS = 5 };
struct speaker {
	const char *name; /* NULL: of lines without one */
	int64_t turns, words, questions;
	double variety; /* different words by the root of twice all (Carroll's corrected type-token ratio) */
};
struct heard {
	struct speaker all, each[TALK_SPEAKERS]; /* in the order they first spoke; each counts its own */
	size_t n;
	const char *keywords[TALK_KEYWORDS]; /* said twice or more, the most often first */
	size_t n_keywords;
};

/* Lines of "Name: text", or of text. Names after the twentieth are nobody's. */
void talk_count(struct ctx *c, const char *transcript, struct heard *out);

/* 0 to 100: variety of 5 and more is 100; 20 words a turn and more are 100. */
int64_t talk_vocabulary(const struct speaker *s);
int64_t talk_fluency(const struct speaker *s);
#endif
