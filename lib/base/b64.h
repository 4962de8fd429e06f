/* Base64 (RFC 4648). */
#ifndef BASE_B64_H
#define BASE_B64_H

#include "base/arena.h"

/* With padding and the usual alphabet. */
char *b64(struct arena *a, const void *p, size_t n);

/* base64url, without padding. */
char *b64_url(struct arena *a, const void *p, size_t n);

/* Reads exactly n bytes. Takes both alphabets, with padding or without. */
bool b64_read(const char *s, void *out, size_t n);
#endif
