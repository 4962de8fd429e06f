/*
 * Sealed texts: JWE in the compact form (RFC 7516) with a key of our own and A256GCM, as NextAuth.js keeps its sessions
 * in a cookie. Who has the secret reads and makes them, nobody else learns or changes a bit.
 */
#ifndef SEC_SEAL_H
#define SEC_SEAL_H

#include "base/arena.h"
#include "base/conf.h"

/* SEALED_MAX: characters of a sealed text; SEALED_TEXT: bytes that fit into one. */
enum { SEALED_MAX = 2000, SEALED_TEXT = 1400 };

/* Once a process, by token_init(). */
void seal_init(const struct conf *conf);

/* NULL when it does not fit. */
const char *seal_make(struct arena *a, const char *text);

/* Whether one of our keys has sealed it; then what is in it, with a NUL. */
bool seal_open(const char *sealed, char text[SEALED_TEXT + 1]);

/* Whether it looks like one: four dots instead of the two of a signed token. */
bool seal_is(const char *s);
#endif
