#include "sec/jwe.h"

#include "base/b64.h"
#include "base/memory.h"
#include "sec/aes.h"
#include "sec/random.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

enum { TOKEN_KEY_HEX = 64 };

/* {"alg":"dir","enc":"A256GCM"}, and no key behind it */
static const char head[] = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0";

static unsigned char keys[TOKEN_KEYS_MAX][AES_KEY];
static size_t n_keys;

static void hmac(const void *key, size_t key_n, const void *p, size_t n, unsigned char out[AES_KEY])
{
	if (!HMAC(EVP_sha256(), key, (int)key_n, p, n, out, NULL))
		out_of_memory("HMAC failed");
}

/* HKDF (RFC 5869) without salt; the label is NextAuth's, and one block is all it takes. */
static void derive(const char *secret, size_t n, unsigned char out[AES_KEY])
{
	static const char label[] = "NextAuth.js Generated Encryption Key\x01";
	static const unsigned char no_salt[AES_KEY];
	unsigned char key[AES_KEY];

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

const char *jwe_seal(struct arena *a, const char *text)
{
	unsigned char nonce[AES_NONCE], tag[AES_TAG], sealed[JWE_TEXT];
	size_t n = strlen(text);

	if (n > JWE_TEXT)
		return NULL;
	random_bytes(nonce, sizeof(nonce));
	aes_seal(keys[0], nonce, head, sizeof(head) - 1, text, n, sealed, tag);
	return arena_printf(a, "%s..%s.%s.%s", head, b64_url(a, nonce, AES_NONCE), b64_url(a, sealed, n),
			    b64_url(a, tag, AES_TAG));
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
	unsigned char nonce[AES_NONCE], tag[AES_TAG], sealed[JWE_TEXT];
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

	if (strcmp(part[0], head) != 0 || *part[1] || size > JWE_TEXT || !b64_read(part[2], nonce, AES_NONCE) ||
	    !b64_read(part[3], sealed, size) || !b64_read(part[4], tag, AES_TAG))
		return false;
	for (size_t i = 0; i < n_keys; i++)
		if (aes_open(keys[i], nonce, head, sizeof(head) - 1, sealed, size, text, tag)) {
			text[size] = '\0';
			return strlen(text) == size;
		}
	return false;
}
