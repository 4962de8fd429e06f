#include "sec/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

void sha256(const void *data, size_t n, unsigned char out[SHA256_BYTES])
{
	static EVP_MD *md; /* fetched once: a fetch a call costs three times the hash */
	unsigned int len = 0;

	if (!md)
		md = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (!md || !EVP_Digest(data, n, out, &len, md, NULL) || len != SHA256_BYTES)
		abort();
}

bool equal_secret(const void *a, const void *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}
