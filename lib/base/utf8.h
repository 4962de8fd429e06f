/* UTF-8: strict decoding, counting and normalising. The only user of utf8proc. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/arena.h"

/* Bytes of the character at s (1..4), 0 when it is not valid UTF-8 (RFC 3629: no surrogates, no
 * overlong forms, nothing past U+10FFFF). n: bytes left. */
size_t utf8_next(const char *s, size_t n);
bool utf8_valid(const char *s, size_t n);

/* Characters (code points) in valid UTF-8. */
size_t utf8_count(const char *s);

/* Nothing in it leaves a mark: spaces of all kinds that keyboards and web pages make. */
bool utf8_blank(const char *s);

/* The first characters of s, in the arena; s must be valid. */
const char *utf8_start(struct arena *a, const char *s, size_t characters);

/* How many bytes it begins with are ASCII. */
size_t utf8_ascii(const char *s);

/* s in Unicode NFC, in the arena; s itself when it is ASCII. s must be valid. */
const char *utf8_nfc(struct arena *a, const char *s);
#endif
