/*
 * How well somebody speaks, from what was written down of it: sums alone, the same words give the same scores. All
 * numbers are 0 to 100. This is the one place where the rules stand.
 *
 * A word is a run of letters and digits, whatever its case; in Chinese, Japanese and Thai, which have no spaces, two
 * characters. A sentence ends with . ! ? or their wide forms, or with the text; one of more than 40 words counts as
 * several of 12, since whoever wrote it down left out the stops. A unit is a sentence, or in English what follows
 * "and", "but", "so", "or" or "then" with a subject behind it. "um" and the like are no words. Korean words, which hold
 * more, count one and a half each where words are held against time or units.
 *
 * What is counted is held against a scale, which says where each level begins (speech.c); straight lines between.
 * Of an answer to a question:
 *   fluency      words a minute, when it is known how long they spoke, else words for each minute that the question
 *                gives; less two for each percent of the words that was "um", or the word before once more
 *   grammar      words in a unit; less ten for each slip in twenty words (speech.c has the list, for English alone)
 *   vocabulary   of English for three quarters the letters in a word, for one variety: how many words it takes until
 *                only 72 % of them are different ones (MTLD), whatever the length of the text; elsewhere variety alone
 *   coherence    in thirds: linking words in a unit (speech.c lists them for some languages), grammar, vocabulary
 *   interaction  words for each minute that the question gives, and grammar, in halves
 * Of a text that was read aloud, with the top of its difficulty for 100 (54, 74, 100: a beginner's shows A2 at most):
 *   pronunciation  the share of its words that came through, in their order
 *   fluency        those a minute against 110, when it is known how long they spoke
 *
 * Of several answers each skill is the mean of those that show it. A skill that none shows (pronunciation, unless
 * something was read aloud) is the mean of the others, and is said to be estimated. Overall: the mean of all six.
 */
#ifndef DOMAIN_LEVELTEST_SPEECH_H
#define DOMAIN_LEVELTEST_SPEECH_H

#include "base/arena.h"
#include "domain/leveltest/leveltest.h"

enum skill { PRONUNCIATION, FLUENCY, GRAMMAR, VOCABULARY, COHERENCE, INTERACTION, SKILLS };
extern const char *const skill_names[SKILLS];

int cefr_of(int score); /* the level of a result: leveltest.h */

/* Its code, by code or English or Korean name; NULL: none of ours. */
const char *speech_language(const char *name);

/* In English or Korean; of none of ours: what was asked for. */
const char *speech_language_name(const char *code, bool english);

/* All codes. */
struct list;
void speech_languages(struct arena *a, struct list *out);

/* One answer. */
struct speech {
	const char *language; /* a code */
	const char *text;
	const char *passage; /* what was to be read aloud; NULL: they spoke freely */
	int64_t seconds;     /* that they spoke; 0: unknown */
	int64_t given;	     /* s that the question gives; 0: nothing is said of that */
	int top;	     /* of a passage: what reading it can show */
};

enum { FOUND_MAX = 10 };
struct slip {
	const char *said, *better;
};
/* What is counted in it. */
struct measures {
	int64_t words, letters, sentences, units, distinct, fillers, repeats, slips, links, came_through;
	double variety; /* words until too many come again */
	double weighed; /* words, or those that came through; see Korean */
	double minute;	/* the same for each minute; 0: unknown */
	bool english, linkable; /* linking words of its language are listed */
	const char *link_words[FOUND_MAX], *long_words[FOUND_MAX];
	struct slip slip[FOUND_MAX];
	size_t n_links, n_long, n_slips; /* of these lists */
	int64_t length; /* words of the passage */
};
/* Whether there is a word in it. text may be NULL. */
bool speech_says_something(const char *text);
int64_t speech_words(struct arena *a, const char *text);
void speech_measure(struct arena *a, const struct speech *s, struct measures *out);

/* How often graded English texts of so many words came out within one level of theirs (tests/README.md, Level tests);
 * NAN below 20. */
double speech_confidence(int64_t words);

struct judgement {
	int scores[SKILLS], overall;
	unsigned estimated; /* bits of skills */
};
void speech_judge(struct arena *a, const struct speech *v, size_t n, struct judgement *out);
#endif
