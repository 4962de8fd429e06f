/* Level tests that a language model judges. */
#include "base/buf.h"
#include "domain/ai/ai.h"
#include "domain/leveltest/leveltest_rules.h"

#include <math.h>

enum { TEXTS = 6, FEEDBACK = 2000, TOKENS = 1000, MATERIAL = 1 << 18 };

/* What it is to answer with; how it sounded is not in a transcript. All texts together are what a row keeps at most. */
#define SCORE(F, S, name) F(S, NUM, name, .lax = true, .required = true, .min = 0, .max = 100)
#define VERDICT(F, S)                                                                              \
	SCORE(F, S, fluency)                                                                       \
	SCORE(F, S, grammar)                                                                       \
	SCORE(F, S, vocabulary)                                                                    \
	SCORE(F, S, coherence)                                                                     \
	SCORE(F, S, interaction)                                                                   \
	F(S, STRS, strengths, .lax = true, .max = TEXTS)                                           \
	F(S, STRS, improvements, .lax = true, .max = TEXTS)                                        \
	F(S, STRS, suggestions, .lax = true, .max = TEXTS)                                         \
	F(S, STR, feedback, .required = true, .min = 1, .max = FEEDBACK, .lines = true)
SHAPE(leveltest_by_model, VERDICT)

/* {answers: [{question, transcript, seconds}]}; NULL: there is nothing to judge, or a text was read aloud. */
static const char *material(struct ctx *c, const struct leveltest_row *t, const struct list *answers)
{
	const struct leveltest_answer *a = answers->v;
	struct buf b = buf_new(c->arena, 4096, MATERIAL);
	struct list questions;
	size_t n = 0;

	leveltest_questions(c, t, &questions);
	for (size_t i = 0; i < answers->n; i++) {
		if (!a[i].transcript)
			continue;
		if (leveltest_speech(t, &a[i]).passage)
			return NULL;
		buf_str(&b, n++ ? ",{" : "{\"answers\":[{");
		buf_printf(&b, "\"seconds\":%lld", (long long)a[i].seconds);
		buf_member(&b, "question", leveltest_question_text(&questions, a[i].question));
		buf_member(&b, "transcript", a[i].transcript);
		buf_char(&b, '}');
	}
	buf_str(&b, "]}");
	return n && !b.over ? b.data : NULL;
}

static void take(struct ctx *c, const struct leveltest_by_model *v, struct leveltest_judged *out)
{
	const double given[] = {v->fluency, v->grammar, v->vocabulary, v->coherence, v->interaction};
	const size_t n = COUNT(given);
	double mean = 0;

	for (size_t k = 0; k < n; k++)
		mean += given[k] / (double)n;
	*out = (struct leveltest_judged){
		.judge = "model",
		.model = c->conf->ai_model,
		.level = cefr_names[cefr_of((int)lround(mean))],
		.estimated = skill_names[PRONUNCIATION],
		.texts = leveltest_texts(c, &(const struct leveltest_words){
						    .strengths = {v->strengths.v, v->strengths.n},
						    .improvements = {v->improvements.v, v->improvements.n},
						    .suggestions = {v->suggestions.v, v->suggestions.n},
						    .feedback = v->feedback,
					    }),
		.overall = lround(mean),
		.scores[PRONUNCIATION] = lround(mean),
		.at = c->now,
	};
	for (size_t k = 0; k < n; k++)
		out->scores[FLUENCY + k] = lround(given[k]);
}

bool leveltest_ask(struct ctx *c, const struct leveltest_row *t, const struct list *answers,
		   struct leveltest_judged *out)
{
	static_assert(PRONUNCIATION == 0 && INTERACTION == SKILLS - 1, "what is given follows what is not");
	struct leveltest_by_model v = {0};
	const struct ai_ask ask = {
		.feature = "leveltest.judge",
		.task = arena_printf(
			c->arena,
			"Judge by the CEFR how well somebody speaks the language \"%s\", from transcripts of what they "
			"answered (seconds: how long they spoke, 0 where nobody knows). Members: fluency, grammar, "
			"vocabulary, coherence, interaction (0 to 100 each; below 45 is A1, from 45 A2, from 55 B1, "
			"from 65 B2, from 75 C1, from 85 C2; short answers show little), strengths, improvements, "
			"suggestions (up to 4 short texts each) and feedback (2 to 4 sentences), these in %s.",
			t->language, say(c, "Korean", "English")),
		.text = *c->conf->ai_model ? material(c, t, answers) : NULL,
		.temperature = 0,
		.tokens = TOKENS,
	};

	if (!ask.text || ai_answer(c, &ask, &leveltest_by_model_shape, &v) != OK)
		return false;
	take(c, &v, out);
	return out->texts != NULL;
}
