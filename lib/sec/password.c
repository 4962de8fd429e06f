#include "sec/password.h"
#include "sec/random.h"

#include <argon2.h>

enum { SALT = 16, HASH = 32, LANES = 1, ENCODED = 128 };

static bool make(const struct conf *conf, const char *password, const void *salt, char *out)
{
	return argon2id_hash_encoded((uint32_t)conf->argon2_passes, (uint32_t)conf->argon2_memory,
				     LANES, password, strlen(password), salt, SALT, HASH, out,
				     ENCODED) == ARGON2_OK;
}

const char *password_hash(struct arena *a, const struct conf *conf, const char *password)
{
	unsigned char salt[SALT];
	char *out = arena_alloc(a, ENCODED);

	random_bytes(salt, sizeof(salt));
	return make(conf, password, salt, out) ? out : NULL;
}

/* Of nobody, made with the present settings, once a process: what is unknown takes the very steps of what is known. */
static const char *hash_of_nobody(const struct conf *conf)
{
	static const unsigned char salt[SALT] = "no such account";
	static char hash[ENCODED];

	if (!*hash && !make(conf, "", salt, hash))
		return NULL;
	return hash;
}

bool password_verify(const struct conf *conf, const char *hash, const char *password)
{
	const char *held = hash ? hash : hash_of_nobody(conf);
	bool same = held && argon2id_verify(held, password, strlen(password)) == ARGON2_OK;

	return same && hash;
}

bool password_outdated(const struct conf *conf, const char *hash)
{
	char want[64];

	(void)snprintf(want, sizeof(want), "$argon2id$v=19$m=%u,t=%u,p=%d$",
		       (unsigned)conf->argon2_memory, (unsigned)conf->argon2_passes, LANES);
	return strncmp(hash, want, strlen(want)) != 0;
}
