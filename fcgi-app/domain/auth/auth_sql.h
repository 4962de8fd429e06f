#ifndef DOMAIN_AUTH_SQL_H
#define DOMAIN_AUTH_SQL_H

#include "db/db.h"
#include "domain/auth/auth.h"

#define ACCOUNT_ROW(F, S)                                                                          \
	F(S, ID, id)                                                                               \
	F(S, STR, email)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, STR, status)                                                                          \
	F(S, STR, role)                                                                            \
	F(S, STR, hash)                                                                            \
	F(S, STR, created_by_key)
SHAPE_STRUCT(account_row, ACCOUNT_ROW)

/* rotations: hex, 16 digits each, newest first. */
#define SESSION_ROW(F, S)                                                                          \
	F(S, ID, id)                                                                               \
	F(S, ID, user_id)                                                                          \
	F(S, INT, generation)                                                                      \
	F(S, TIME, issued_at)                                                                      \
	F(S, TIME, expires_at)                                                                     \
	F(S, TIME, revoked_at)                                                                     \
	F(S, STR, rotations)                                                                       \
	F(S, STR, role)
SHAPE_STRUCT(session_row, SESSION_ROW)

#define ROTATED_ROW(F, S) F(S, BOOL, rotated)
SHAPE_STRUCT(rotated_row, ROTATED_ROW)

#define CHANGED_ROW(F, S)                                                                          \
	F(S, STR, email)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, STR, status)                                                                          \
	F(S, STR, role)                                                                            \
	F(S, INT, logins)
SHAPE_STRUCT(changed_row, CHANGED_ROW)

struct new_session {
	uint64_t id, user_id;
	int64_t now, expires; /* ms */
	struct device device;
};

MUST_USE enum status auth_sql_account(struct ctx *c, const char *email, struct account_row *out);
/* Account, password and first login in one transaction; E_DUPLICATE: the e-mail is taken. */
MUST_USE enum status auth_sql_signup(struct ctx *c, const struct new_account *in, const char *hash,
				     const unsigned char *key, const struct new_session *s,
				     uint64_t *user_id);
/* new_hash: replaces the password's hash (other parameters), or NULL. E_ACCOUNT_SUSPENDED: since it was looked up. */
MUST_USE enum status auth_sql_start(struct ctx *c, const struct new_session *s, const char *new_hash);
/* Replaces generation by the next, and notes that its account is active if that is news of five minutes.
 * *rotated is false when it is not the current one of a live login, or its account has another role by now. */
MUST_USE enum status auth_sql_rotate(struct ctx *c, uint64_t id, int64_t generation, const char *role, int64_t now,
				     int64_t expires, bool *rotated);
/* E_NO_ROW, too, when its account is not active. */
MUST_USE enum status auth_sql_session(struct ctx *c, uint64_t id, struct session_row *out);
MUST_USE enum status auth_sql_revoke(struct ctx *c, uint64_t id, int64_t now, const char *why);
/* status, role: the account's from now on, or NULL; why: its logins end, or NULL. E_NO_ROW: there is none. */
MUST_USE enum status auth_sql_change(struct ctx *c, uint64_t user_id, const char *status, const char *role,
				     const char *why, struct changed_row *out);
/* Of logins whose time was over before now, ms; *n: how many there were, `most` at most. */
MUST_USE enum status auth_sql_expire(struct ctx *c, int64_t now, int64_t most, int64_t *n);
MUST_USE enum status auth_sql_forget(struct ctx *c, int64_t before, int64_t most, int64_t *n);
/* The oldest behind `from`. */
MUST_USE enum status auth_sql_revoked_since(struct ctx *c, struct ended from, struct list *out, size_t max);
#endif
