/* STOMP 1.2 frames (stomp.github.io/stomp-specification-1.2.html): reading and writing, no I/O. */
#ifndef REALTIME_STOMP_H
#define REALTIME_STOMP_H

#include "base/base.h"

enum { STOMP_HEADERS = 32, STOMP_HEAD_MAX = 16 * 1024 };

struct stomp_header {
	const char *name, *value;
};

/* Texts point into the parsed buffer and are NUL-terminated there; so is the body, behind its n bytes. */
struct stomp_frame {
	const char *command;
	struct stomp_header header[STOMP_HEADERS];
	size_t n_headers;
	const char *body;
	size_t n_body;
};

enum stomp_result {
	STOMP_FRAME, /* one was read */
	STOMP_MORE,  /* not complete yet */
	STOMP_BAD,   /* *why says what */
};

/* Reads one frame from data, in place: escapes are undone there, so a frame is given once only. *used:
 * bytes to drop afterwards, also for STOMP_MORE (heart-beats before a frame). max: of the body. *looked: 0 at
 * first, the reader's own from call to call: behind *used, how far there is no end of a body that does not say its
 * length. Without it each further byte of a large body would cost a look at all of it. */
enum stomp_result stomp_read(char *data, size_t n, size_t max, struct stomp_frame *out, size_t *used,
			     size_t *looked, const char **why);

/* The first of that name (the rest are history, says the specification), or NULL. */
const char *stomp_header(const struct stomp_frame *f, const char *name);

/* Room that a header's value needs at most when it is written. */
#define STOMP_ESCAPED(n) (2 * (n))

/* Writes value with its escapes to out; returns what it took. */
size_t stomp_escape(char *out, const char *value);
#endif
