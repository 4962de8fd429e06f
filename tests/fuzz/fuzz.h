/*
 * What fuzz targets share. A target is one file, fuzz_NAME.c, with its inputs in corpus/NAME and perhaps words of its
 * language in dict/NAME. It defines LLVMFuzzerTestOneInput() and says by HOLDS() what must be true of any input.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include "base/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define HOLDS(x)                                                                                   \
	do {                                                                                       \
		if (!(x)) {                                                                        \
			fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #x);      \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* A block of exactly n bytes, so that the sanitizer sees whoever reads past them. To be freed. */
static inline char *exact_copy(const void *p, size_t n)
{
	char *copy = must(malloc(n ? n : 1));

	if (n)
		memcpy(copy, p, n);
	return copy;
}

/* The same with a NUL behind them. */
static inline char *text_copy(const void *p, size_t n)
{
	char *copy = must(malloc(n + 1));

	if (n)
		memcpy(copy, p, n);
	copy[n] = '\0';
	return copy;
}

/* Whether n bytes at p lie within size bytes at data. */
static inline bool lies_in(const void *p, size_t n, const void *data, size_t size)
{
	uintptr_t a = (uintptr_t)p, b = (uintptr_t)data;

	return a >= b && n <= size && a - b <= size - n;
}
#endif
