/* Words of what people say or write, in any language. */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include "base/arena.h"

struct word {
	const char *s; /* ASCII letters small */
	size_t n, characters; /* bytes; code points */
	bool hangul;
	bool joined; /* of a language without spaces: Chinese, Japanese, Thai */
	bool ends;   /* a sentence ends behind it */
};
struct words {
	struct word *v;
	size_t n;
};

/* Runs of letters and digits of s, which is valid UTF-8; where there are no spaces, runs of `pair` characters. An
 * apostrophe or hyphen between letters is one of them. Sentences end with . ! ? … or their wide forms; a dot between
 * letters ends none. */
void words_split(struct arena *a, const char *s, size_t pair, struct words *out);

/* Where the first word begins; NULL: there is none. */
const char *words_begin(const char *s);
#endif
