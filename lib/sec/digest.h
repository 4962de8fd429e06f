/* SHA-256, HMAC-SHA-1 and base64 (OpenSSL), and comparing secrets without telling by time. */
#ifndef SEC_DIGEST_H
#define SEC_DIGEST_H

#include "base/arena.h"

enum { SHA256_BYTES = 32, HMAC_SHA1_BYTES = 20 };

void sha256(const void *data, size_t n, unsigned char out[SHA256_BYTES]);
/* The same piece by piece; sha256_end() must come. */
struct sha256;
struct sha256 *sha256_begin(void);
void sha256_add(struct sha256 *s, const void *data, size_t n);
void sha256_end(struct sha256 *s, unsigned char out[SHA256_BYTES]);

/* For protocols that want it. */
void hmac_sha1(const void *key, size_t key_n, const void *data, size_t n, unsigned char out[HMAC_SHA1_BYTES]);

/* With padding, in the arena. */
const char *base64(struct arena *a, const void *p, size_t n);

bool equal_secret(const void *a, const void *b, size_t n);
#endif
