#include "sec/aes.h"

#include "base/memory.h"

#include <openssl/evp.h>

static EVP_CIPHER_CTX *cipher(const unsigned char *key, const unsigned char *nonce, const void *about, size_t n_about,
			      bool seals)
{
	EVP_CIPHER_CTX *x = EVP_CIPHER_CTX_new();
	int n;

	if (!x || !EVP_CipherInit_ex(x, EVP_aes_256_gcm(), NULL, key, nonce, seals) ||
	    (n_about && !EVP_CipherUpdate(x, NULL, &n, about, (int)n_about)))
		out_of_memory("AES-GCM failed");
	return x;
}

void aes_seal(const unsigned char key[AES_KEY], const unsigned char nonce[AES_NONCE], const void *about, size_t n_about,
	      const void *in, size_t n, void *out, unsigned char tag[AES_TAG])
{
	EVP_CIPHER_CTX *x = cipher(key, nonce, about, n_about, true);
	int len = 0;

	if (!EVP_CipherUpdate(x, out, &len, in, (int)n) ||
	    !EVP_CipherFinal_ex(x, (unsigned char *)out + len, &len) ||
	    !EVP_CIPHER_CTX_ctrl(x, EVP_CTRL_GCM_GET_TAG, AES_TAG, tag))
		out_of_memory("AES-GCM failed");
	EVP_CIPHER_CTX_free(x);
}

bool aes_open(const unsigned char key[AES_KEY], const unsigned char nonce[AES_NONCE], const void *about, size_t n_about,
	      const void *in, size_t n, void *out, const unsigned char tag[AES_TAG])
{
	EVP_CIPHER_CTX *x = cipher(key, nonce, about, n_about, false);
	unsigned char copy[AES_TAG];
	int len = 0;

	memcpy(copy, tag, AES_TAG);
	bool good = EVP_CIPHER_CTX_ctrl(x, EVP_CTRL_GCM_SET_TAG, AES_TAG, copy) &&
		    EVP_CipherUpdate(x, out, &len, in, (int)n) &&
		    EVP_CipherFinal_ex(x, (unsigned char *)out + len, &len);

	EVP_CIPHER_CTX_free(x);
	return good;
}
