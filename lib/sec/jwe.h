/*
 * Sealed texts: JWE in the compact form (RFC 7516) with a key of our own and A256GCM, as NextAuth.js keeps its sessions
 * in a cookie. Who has the secret reads and makes them, nobody else learns or changes a bit.
 */
#ifndef SEC_JWE_H
#define SEC_JWE_H

#include "base/arena.h"
#include "base/conf.h"

/* JWE_MAX: characters of a sealed text; JWE_TEXT: bytes that fit into one. */
enum { JWE_MAX = 2000, JWE_TEXT = 1400 };

/* Once a process, by token_init(). */
void jwe_init(const struct conf *conf);

/* NULL when it does not fit. */
const char *jwe_seal(struct arena *a, const char *text);

/* Whether one of our keys has sealed it; then what is in it, with a NUL. */
bool jwe_open(const char *sealed, char text[JWE_TEXT + 1]);

/* Whether it looks like one: four dots instead of the two of a signed token. */
bool jwe_is(const char *s);
#endif
