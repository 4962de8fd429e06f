#include "sec/jwe.h"

#include "base/b64.h"
#include "base/memory.h"
#include "sec/random.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

enum { KEY = 32, NONCE = 12, TAG = 16, TOKEN_KEY_HEX = 64 };

/* {"alg":"dir","enc":"A256GCM"}, and no key behind it */
static const char head[] = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0";

static unsigned char keys[TOKEN_KEYS_MAX][KEY];
static size_t n_keys;

static void hmac(const void *key, size_t key_n, const void *p, size_t n, unsigned char out[KEY])
{
	if (!HMAC(EVP_sha256(), key, (int)key_n, p, n, out, NULL))
		out_of_memory("HMAC failed");
}

/* HKDF (RFC 5869) without salt; the label is NextAuth's, and one block is all it takes. */
static void derive(const char *secret, size_t n, unsigned char out[KEY])
{
	static const char label[] = "NextAuth.js Generated Encryption Key\x01";
	static const unsigned char no_salt[KEY];
	unsigned char key[KEY];

	hmac(no_salt, sizeof(no_salt), secret, n, key);
	hmac(key, sizeof(key), label, sizeof(label) - 1, out);
}

void jwe_init(const struct conf *conf)
{
	n_keys = 0;
	if (*conf->session_secret) {
		derive(conf->session_secret, strlen(conf->session_secret), keys[n_keys++]);
		return;
	}
	for (const char *p = conf->token_keys; *p && n_keys < TOKEN_KEYS_MAX; p += *p == ',') {
		p += strcspn(p, ":") + 1;
		derive(p, TOKEN_KEY_HEX, keys[n_keys++]);
		p += TOKEN_KEY_HEX;
	}
}

static EVP_CIPHER_CTX *cipher(const unsigned char key[KEY], const unsigned char nonce[NONCE], bool seals)
{
	EVP_CIPHER_CTX *x = EVP_CIPHER_CTX_new();
	int n;

	if (!x || !EVP_CipherInit_ex(x, EVP_aes_256_gcm(), NULL, key, nonce, seals) ||
	    !EVP_CipherUpdate(x, NULL, &n, (const unsigned char *)head, sizeof(head) - 1))
		out_of_memory("AES-GCM failed");
	return x;
}

const char *jwe_seal(struct arena *a, const char *text)
{
	unsigned char nonce[NONCE], tag[TAG], sealed[JWE_TEXT];
	size_t size = strlen(text);
	int n, end;

	if (size > JWE_TEXT)
		return NULL;
	random_bytes(nonce, sizeof(nonce));
	EVP_CIPHER_CTX *x = cipher(keys[0], nonce, true);

	if (!EVP_CipherUpdate(x, sealed, &n, (const unsigned char *)text, (int)size) ||
	    !EVP_CipherFinal_ex(x, sealed + n, &end) || !EVP_CIPHER_CTX_ctrl(x, EVP_CTRL_GCM_GET_TAG, TAG, tag))
		out_of_memory("AES-GCM failed");
	EVP_CIPHER_CTX_free(x);
	return arena_printf(a, "%s..%s.%s.%s", head, b64_url(a, nonce, NONCE), b64_url(a, sealed, size),
			    b64_url(a, tag, TAG));
}

static bool unseal(const unsigned char key[KEY], const unsigned char nonce[NONCE], unsigned char tag[TAG],
		   const unsigned char *sealed, size_t size, char *text)
{
	EVP_CIPHER_CTX *x = cipher(key, nonce, false);
	int n = 0, end = 0;
	bool good = EVP_CIPHER_CTX_ctrl(x, EVP_CTRL_GCM_SET_TAG, TAG, tag) &&
		    EVP_CipherUpdate(x, (unsigned char *)text, &n, sealed, (int)size) &&
		    EVP_CipherFinal_ex(x, (unsigned char *)text + n, &end);

	EVP_CIPHER_CTX_free(x);
	text[size] = '\0';
	return good;
}

bool jwe_is(const char *s)
{
	int dots = 0;

	for (; *s; s++)
		dots += *s == '.';
	return dots == 4;
}

bool jwe_open(const char *s, char text[JWE_TEXT + 1])
{
	unsigned char nonce[NONCE], tag[TAG], sealed[JWE_TEXT];
	char parts[JWE_MAX + 1], *part[5], *rest = parts;

	if (strlen(s) > JWE_MAX || !jwe_is(s))
		return false;
	(void)snprintf(parts, sizeof(parts), "%s", s);
	for (size_t i = 0; i < COUNT(part); i++) {
		part[i] = rest;
		rest += strcspn(rest, ".");
		*rest++ = '\0';
	}
	size_t size = strlen(part[3]) * 6 / 8;

	if (strcmp(part[0], head) != 0 || *part[1] || size > JWE_TEXT || !b64_read(part[2], nonce, NONCE) ||
	    !b64_read(part[3], sealed, size) || !b64_read(part[4], tag, TAG))
		return false;
	for (size_t i = 0; i < n_keys; i++)
		if (unseal(keys[i], nonce, tag, sealed, size, text))
			return !memchr(text, '\0', size);
	return false;
}
