#include "sec/seal.h"
#include "base/hex.h"
#include "sec/random.h"
#include "sec/token.h"

#include <openssl/evp.h>

enum { NONCE = 12, TAG = 16, TEXT_MAX = 1000 };

const char *seal_text(struct arena *a, const char *purpose, const char *text)
{
	unsigned char key[TOKEN_STORE_KEY];
	int n = (int)strlen(text), len = 0;
	unsigned char *out = arena_alloc(a, (size_t)n + NONCE + TAG);
	char *hex = arena_alloc(a, 2 * ((size_t)n + NONCE + TAG) + 1);
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();

	(void)token_store_key(purpose, 0, key);
	random_bytes(out, NONCE);
	if (!c || !EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, out) ||
	    !EVP_EncryptUpdate(c, out + NONCE, &len, (const unsigned char *)text, n) ||
	    !EVP_EncryptFinal_ex(c, out + NONCE + len, &len) ||
	    !EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG, out + NONCE + n))
		abort();
	EVP_CIPHER_CTX_free(c);
	hex_encode(hex, out, (size_t)n + NONCE + TAG);
	return hex;
}

static bool open_by(const unsigned char *key, unsigned char *in, int n, char *text)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int len = 0;

	if (!c)
		abort();
	bool good = EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, in) &&
		    EVP_DecryptUpdate(c, (unsigned char *)text, &len, in + NONCE, n) &&
		    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG, in + NONCE + n) &&
		    EVP_DecryptFinal_ex(c, (unsigned char *)text + len, &len);

	EVP_CIPHER_CTX_free(c);
	return good;
}

const char *seal_open(struct arena *a, const char *purpose, const char *hex)
{
	size_t digits = strlen(hex), n = digits / 2;
	unsigned char key[TOKEN_STORE_KEY], *in = arena_alloc(a, n + 1);

	if (digits % 2 || n < NONCE + TAG || n > TEXT_MAX || hex[strspn(hex, "0123456789abcdef")])
		return NULL;
	for (size_t i = 0; i < n; i++)
		in[i] = (unsigned char)strtoul((char[]){hex[2 * i], hex[2 * i + 1], '\0'}, NULL, 16);
	n -= NONCE + TAG;
	char *text = arena_alloc(a, n + 1);

	for (size_t i = 0; token_store_key(purpose, i, key); i++)
		if (open_by(key, in, (int)n, text)) {
			text[n] = '\0';
			return text;
		}
	return NULL;
}
