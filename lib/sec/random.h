/* Randomness of the kernel. */
#ifndef SEC_RANDOM_H
#define SEC_RANDOM_H

#include "base/base.h"

/* Fills p; the process ends if the kernel gives none. */
void random_bytes(void *p, size_t n);
uint64_t random_u64(void);

/* n (at most 64) random bytes as lower-case hex; out holds 2n + 1. */
void random_hex(char *out, size_t n);
#endif
