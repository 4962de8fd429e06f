/* A password and, behind a line break, a stored hash of any form. A hash of our own fits its password, and no other
 * hash does that differs from it in one character. */
#include "fuzz.h"
#include "sec/password.h"

enum { ARENA = 1 << 20, COST_MAX = 64 };

static const struct conf conf = {.argon2_memory = 8, .argon2_passes = 1};

/* What a stored hash may cost is decided by who stores it: dear ones say nothing new here. */
static bool is_dear(const char *hash)
{
	for (const char *p = hash; (p = strchr(p, '=')); p++) {
		unsigned long v = strtoul(p + 1, NULL, 10);

		if (v > COST_MAX || (p > hash && p[-1] == 'p' && v > 1))
			return true;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct arena *a;
	const uint8_t *lf = memchr(bytes, '\n', size);
	size_t n = lf ? (size_t)(lf - bytes) : size;

	if (!a)
		a = arena_new(ARENA);
	if (memchr(bytes, '\0', n))
		return 0;
	char *password = text_copy(bytes, n), *hash = text_copy(lf ? lf + 1 : bytes, lf ? size - n - 1 : 0);
	char *own = arena_strdup(a, password_hash(a, &conf, password));

	HOLDS(own && password_verify(&conf, own, password) && !password_outdated(&conf, own));
	(void)password_outdated(&conf, hash);
	if (!is_dear(hash))
		(void)password_verify(&conf, hash, password);
	size_t at = size ? (bytes[size - 1] * 131U + size) % strlen(own) : 0;

	own[at] = own[at] == '1' ? '2' : '1';
	HOLDS(is_dear(own) || !password_verify(&conf, own, password));
	free(password);
	free(hash);
	arena_reset(a);
	return 0;
}
