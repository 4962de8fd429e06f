/* FastCGI 1.0 (fastcgi-archives.github.io/FastCGI_Specification.html), one responder request a connection:
 * the request as records, and the answer out of them. No I/O. */
#ifndef REALTIME_RECORDS_H
#define REALTIME_RECORDS_H

#include "realtime/pool.h"

/* The whole request: *n bytes, to be freed. */
char *records_write(const struct ask *a, size_t *n);

/* An answer on its way; zero at first. */
struct answer {
	char *in; /* what was read, and how much of it was understood */
	size_t n_in, size_in, seen;
	char *text; /* STDOUT without its frames */
	size_t n, size;
	bool ended;
};

/* Where more may be read to, and how much; NULL: it is too long. What was read is added to n_in. */
char *answer_room(struct answer *a, size_t *n);

/* Takes the complete records out of what was read. False: too much, or nonsense. */
bool answer_take(struct answer *a);

/* The status, and the body (NUL-terminated) until the next call; 0: it did not end, or is no answer. */
int answer_split(struct answer *a, const char **body, size_t *n);

/* For the next try; keeps the memory. */
void answer_reset(struct answer *a);
void answer_free(struct answer *a);
#endif
