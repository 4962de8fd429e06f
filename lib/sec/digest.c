#include "sec/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

/* Fetched once: a fetch a call costs three times the hash. */
static const EVP_MD *algorithm(void)
{
	static EVP_MD *md;

	if (!md)
		md = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (!md)
		abort();
	return md;
}

void sha256(const void *data, size_t n, unsigned char out[SHA256_BYTES])
{
	unsigned int len = 0;

	if (!EVP_Digest(data, n, out, &len, algorithm(), NULL) || len != SHA256_BYTES)
		abort();
}

/* EVP_MD_CTX under a name of ours, so that no other header needs OpenSSL's. */
static EVP_MD_CTX *context(struct sha256 *s)
{
	return (EVP_MD_CTX *)(void *)s;
}

struct sha256 *sha256_begin(void)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();

	if (!c || !EVP_DigestInit_ex(c, algorithm(), NULL))
		abort();
	return (struct sha256 *)(void *)c;
}

void sha256_add(struct sha256 *s, const void *data, size_t n)
{
	if (!EVP_DigestUpdate(context(s), data, n))
		abort();
}

void sha256_end(struct sha256 *s, unsigned char out[SHA256_BYTES])
{
	if (!EVP_DigestFinal_ex(context(s), out, NULL))
		abort();
	EVP_MD_CTX_free(context(s));
}

void hmac_sha1(const void *key, size_t key_n, const void *data, size_t n, unsigned char out[HMAC_SHA1_BYTES])
{
	unsigned int len = 0;

	if (!HMAC(EVP_sha1(), key, (int)key_n, data, n, out, &len) || len != HMAC_SHA1_BYTES)
		abort();
}

const char *base64(struct arena *a, const void *p, size_t n)
{
	unsigned char *out = arena_alloc(a, (n + 2) / 3 * 4 + 1);

	(void)EVP_EncodeBlock(out, p, (int)n);
	return (const char *)out;
}

bool equal_secret(const void *a, const void *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}
