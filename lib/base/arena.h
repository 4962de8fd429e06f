/*
 * Memory that lives as long as one request or job.
 *
 * Allocation never fails: when the machine is out of memory, or one request passes the arena's
 * cap, the process says so on stderr and exits (72); prefork makes that safe. Memory is zeroed unless said otherwise.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/base.h"

struct arena;

/* cap: bytes one request may take in all. The first block is kept between resets. */
struct arena *arena_new(size_t cap);
void arena_free(struct arena *a);

/* Runs the deferred calls, newest first, and gives back everything but the first block. */
void arena_reset(struct arena *a);

void *arena_alloc(struct arena *a, size_t size);
/* The same, not zeroed: for what is filled at once. */
void *arena_alloc_raw(struct arena *a, size_t size);
char *arena_strdup(struct arena *a, const char *s);
/* All n bytes of s are copied, whatever they are. */
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap) PRINTF(2, 0);

/* fn(arg) will run at the next reset. For what is not memory: handles, files, foreign objects. */
void arena_defer(struct arena *a, void (*fn)(void *), void *arg);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *a);

#define arena_new_of(a, T) ((T *)arena_alloc((a), sizeof(T)))
#define arena_array(a, T, n) ((T *)arena_alloc((a), sizeof(T) * (n)))
#endif
