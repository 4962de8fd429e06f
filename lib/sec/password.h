/* Passwords: argon2id PHC strings. The only user of argon2.h. */
#ifndef SEC_PASSWORD_H
#define SEC_PASSWORD_H

#include "base/arena.h"
#include "base/conf.h"

/* Hash of a password (PHC string, in the arena); NULL when there is no memory for it. */
const char *password_hash(struct arena *a, const struct conf *conf, const char *password);

/* Whether password belongs to hash. hash NULL (no such account) takes the same time and is false. */
bool password_verify(const struct conf *conf, const char *hash, const char *password);

/* Whether hash was made with other parameters than those configured now. */
bool password_outdated(const struct conf *conf, const char *hash);
#endif
