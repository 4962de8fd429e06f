#include "sec/seal.h"
#include "base/hex.h"
#include "sec/aes.h"
#include "sec/random.h"
#include "sec/token.h"

enum { TEXT_MAX = 1000 };
static_assert((int)TOKEN_STORE_KEY == (int)AES_KEY, "a key of the ring's is one of the cipher's");

/* nonce, text, tag */
const char *seal_text(struct arena *a, const char *purpose, const char *text)
{
	unsigned char key[TOKEN_STORE_KEY];
	size_t n = strlen(text), all = AES_NONCE + n + AES_TAG;
	unsigned char *out = arena_alloc(a, all);
	char *hex = arena_alloc(a, 2 * all + 1);

	(void)token_store_key(purpose, 0, key);
	random_bytes(out, AES_NONCE);
	aes_seal(key, out, NULL, 0, text, n, out + AES_NONCE, out + AES_NONCE + n);
	hex_encode(hex, out, all);
	return hex;
}

const char *seal_open(struct arena *a, const char *purpose, const char *hex)
{
	size_t digits = strlen(hex), n = digits / 2;
	unsigned char key[TOKEN_STORE_KEY], *in = arena_alloc(a, n + 1);

	if (digits % 2 || n < AES_NONCE + AES_TAG || n > TEXT_MAX || hex[strspn(hex, "0123456789abcdef")])
		return NULL;
	for (size_t i = 0; i < n; i++)
		in[i] = (unsigned char)strtoul((char[]){hex[2 * i], hex[2 * i + 1], '\0'}, NULL, 16);
	n -= AES_NONCE + AES_TAG;
	char *text = arena_alloc(a, n + 1);

	for (size_t i = 0; token_store_key(purpose, i, key); i++)
		if (aes_open(key, in, NULL, 0, in + AES_NONCE, n, text, in + AES_NONCE + n)) {
			text[n] = '\0';
			return text;
		}
	return NULL;
}
