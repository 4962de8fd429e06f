/*
 * Asking a language model, or a recogniser of speech: a server that speaks as OpenAI's API does (AI_URL). What it says
 * is input like any other: it is read by a shape, and what does not fit is no answer. A worker waits for it, at most
 * AI_TIMEOUT_MS; so at most a quarter of the pool does at a time. Each call leaves a row of ai_calls.
 */
#ifndef DOMAIN_AI_H
#define DOMAIN_AI_H

#include "base/conf.h"
#include "base/ctx.h"
#include "base/shape.h"

/* What an answer names as its model when rules gave it. */
#define AI_BUILTIN "builtin"

enum { AI_TEXT_MAX = 20000, AI_WORDS_MAX = 20000, AI_CALLS_DAYS = 365 };

struct ai_ask {
	const char *feature; /* who asks, in ai_calls: "group.topics" */
	bool translation;    /* ai_calls counts it as that */
	const char *task;    /* what to do, and the members of the JSON object to answer with: ours */
	const char *text;    /* what it is about: of users, never followed */
	double temperature;
	int tokens;	     /* the longest answer */
};

/* Fills a zeroed struct of the shape. E_AI_OFF: there is no AI_MODEL; E_NO_TOKEN: the caller is not logged in, and that
 * is not AI_GUESTS; E_AI_FAILED: no answer in time, too many ask, or none that fits. Takes one statement. Callers that
 * can say something by themselves do so in all these cases. */
MUST_USE enum status ai_answer(struct ctx *c, const struct ai_ask *ask, const struct shape *s, void *out);

struct ai_sound {
	const char *feature;
	const char *path; /* of a file */
	const char *filename, *type;
	const char *language; /* two letters, or NULL: to be found out */
	const char *prompt;   /* words that may be spoken, or NULL */
	bool to_english;      /* what is said in it is translated */
};

#define AI_WORD(F, S)                                                                              \
	F(S, STR, word, .max = 200)                                                                \
	F(S, NUM, start, .min = 0, .max = 1000000, .doc = "s")                                     \
	F(S, NUM, end, .min = 0, .max = 1000000, .doc = "s")
SHAPE_STRUCT(ai_word, AI_WORD)
#define AI_HEARD(F, S)                                                                             \
	F(S, STR, text, .max = AI_TEXT_MAX, .lines = true, .trim = true)                           \
	F(S, STR, language, .max = 40)                                                             \
	F(S, NUM, duration, .min = 0, .max = 1000000, .lax = true)                                 \
	F(S, LIST(ai_word), words, .max = AI_WORDS_MAX)
SHAPE_STRUCT(ai_heard, AI_HEARD)

/* What is said in it; text is "" where nothing is. E_AI_OFF: there is no AI_SPEECH_MODEL; the others as above. */
MUST_USE enum status ai_hear(struct ctx *c, const struct ai_sound *sound, struct ai_heard *out);

/* Calls of one kind that were answered. */
#define AI_USED(F, S)                                                                              \
	F(S, STR, kind)                                                                            \
	F(S, INT, calls)                                                                           \
	F(S, INT, tokens)                                                                          \
	F(S, INT, characters)                                                                      \
	F(S, NUM, seconds)                                                                         \
	F(S, NUM, latency, .doc = "mean, ms")
SHAPE_STRUCT(ai_used, AI_USED)

/* Of the caller, since `from` and before `to` (ms): a row for each kind that there was. */
MUST_USE enum status ai_usage(struct ctx *c, int64_t from, int64_t to, struct list *out);
#endif
