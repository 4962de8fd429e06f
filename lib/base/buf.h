/* A growing byte buffer inside an arena, with a hard maximum; what does not fit sets `over`. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/arena.h"

struct buf {
	struct arena *arena;
	char *data; /* always NUL-terminated once something was added */
	size_t len, size, max;
	bool over;
};

/* size: bytes it has at first; max: bytes it may grow to. */
struct buf buf_new(struct arena *a, size_t size, size_t max);
void buf_add(struct buf *b, const void *data, size_t n);
void buf_str(struct buf *b, const char *s);
void buf_char(struct buf *b, char c);
void buf_int(struct buf *b, int64_t v);
/* Adds once more what stands from `from` to `to`. */
void buf_again(struct buf *b, size_t from, size_t to);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);

/* Adds "[1,2]": n numbers that stand stride bytes apart. */
void buf_ints(struct buf *b, const int64_t *first, size_t n, size_t stride);

/* The same as a text of its own, in the arena: how statements take many ids. */
const char *buf_ids(struct arena *a, const int64_t *first, size_t n, size_t stride);

/* Adds s as a JSON string with its quotes; bytes that are no UTF-8 become U+FFFD. */
void buf_json(struct buf *b, const char *s, size_t n);

/* Adds one more member of an object, with the comma before it: ,"name":"text", or null without a text. */
void buf_member(struct buf *b, const char *name, const char *text);
#endif
