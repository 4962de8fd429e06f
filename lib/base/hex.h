/* Bytes as lower-case hex digits. */
#ifndef BASE_HEX_H
#define BASE_HEX_H

#include "base/base.h"

/* out holds 2n + 1. */
static inline void hex_encode(char *out, const void *p, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *b = p;

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[b[i] >> 4];
		out[2 * i + 1] = digits[b[i] & 15];
	}
	out[2 * n] = '\0';
}
#endif
