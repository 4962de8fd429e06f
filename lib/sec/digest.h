/* SHA-256 (OpenSSL), and comparing secrets without telling by time. */
#ifndef SEC_DIGEST_H
#define SEC_DIGEST_H

#include "base/base.h"

enum { SHA256_BYTES = 32 };

void sha256(const void *data, size_t n, unsigned char out[SHA256_BYTES]);
bool equal_secret(const void *a, const void *b, size_t n);
#endif
