/*
 * Tokens: nothing that is not ours is one. The bytes are given as they are; and, behind a line break, a header and a
 * payload of anybody's are signed with our key, so that what stands behind the signature is read as well.
 */
#include "fuzz.h"
#include "sec/token.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

enum { ARENA = 1 << 20, NOW = 1500, PART_MAX = 700 };

static const unsigned char key[32] = "0123456789abcdef0123456789abcdef";
static const struct conf conf = {
	.token_keys = "a1:3031323334353637383961626364656630313233343536373839616263646566",
	.session_secret = "",
	.token_issuer = "studymate",
};

/* Appends base64url without padding. */
static char *put(char *to, const void *data, size_t n)
{
	int len = EVP_EncodeBlock((unsigned char *)to, data, (int)n);

	while (len && to[len - 1] == '=')
		len--;
	to[len] = '\0';
	for (char *p = to; *p; p++)
		*p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
	return to + len;
}

static char *sign(const char *head, size_t n_head, const char *body, size_t n_body)
{
	unsigned char sum[32];
	unsigned n_sum = sizeof(sum);
	char *out = must(malloc(2 * (n_head + n_body) + 200)), *p = put(out, head, n_head);

	*p++ = '.';
	p = put(p, body, n_body);
	HOLDS(HMAC(EVP_sha256(), key, sizeof(key), (unsigned char *)out, (size_t)(p - out), sum, &n_sum));
	*p++ = '.';
	(void)put(p, sum, n_sum);
	return out;
}

static bool check(struct arena *a, const char *token)
{
	struct claims got, again;
	const char *why = NULL;
	enum status st = token_check(token, TOKEN_ACCESS, NOW, &got, &why);

	HOLDS(st == OK || st == E_TOKEN_INVALID || st == E_TOKEN_EXPIRED);
	HOLDS((st == OK) == (why == NULL));
	if (st != OK)
		return false;
	HOLDS(got.type == TOKEN_ACCESS && got.user_id && got.session_id);
	HOLDS(got.issued > 0 && got.issued <= NOW + TOKEN_AHEAD_S && got.expires > NOW);
	HOLDS(got.role == ROLE_USER || got.role == ROLE_ADMIN);
	HOLDS(token_check(token_make(a, &got), TOKEN_ACCESS, NOW, &again, &why) == OK);
	HOLDS(got.user_id == again.user_id && got.session_id == again.session_id && got.role == again.role &&
	      got.expires == again.expires);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct arena *a;
	char *text = text_copy(bytes, size);
	const char *lf = memchr(text, '\n', size);

	if (!a) {
		a = arena_new(ARENA);
		token_init(&conf);
	}
	/* whoever has no key makes no token; the corpus holds none that was signed with this one */
	HOLDS(!check(a, text));
	if (lf && size < PART_MAX) {
		char *token = sign(text, (size_t)(lf - text), lf + 1, size - (size_t)(lf + 1 - text));

		(void)check(a, token);
		free(token);
	}
	free(text);
	arena_reset(a);
	return 0;
}
