/* AES-256-GCM (OpenSSL), for what is sealed. */
#ifndef SEC_AES_H
#define SEC_AES_H

#include "base/base.h"

enum { AES_KEY = 32, AES_NONCE = 12, AES_TAG = 16 };

/* out: n bytes, as long as in. about: n_about bytes that are not in it but bound to it; may be NULL. A nonce must never
 * be used twice with a key. */
void aes_seal(const unsigned char key[AES_KEY], const unsigned char nonce[AES_NONCE], const void *about, size_t n_about,
	      const void *in, size_t n, void *out, unsigned char tag[AES_TAG]);

/* False: it is not what that key sealed. */
bool aes_open(const unsigned char key[AES_KEY], const unsigned char nonce[AES_NONCE], const void *about, size_t n_about,
	      const void *in, size_t n, void *out, const unsigned char tag[AES_TAG]);
#endif
