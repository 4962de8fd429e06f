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
	F(S, ID, password_id)                                                                      \
	F(S, STR, hash)                                                                            \
	F(S, STR, factor)                                                                          \
	F(S, STR, created_by_key)                                                                  \
	F(S, TIME, suspended_until)                                                                \
	F(S, STR, suspend_reason)                                                                  \
	F(S, TIME, restricted_until)
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

#define PASSWORD_ROW(F, S)                                                                         \
	F(S, ID, id)                                                                               \
	F(S, STR, hash)                                                                            \
	F(S, STR, email)
SHAPE_STRUCT(password_row, PASSWORD_ROW)
enum { PASSWORDS_KEPT = 3 };

struct new_session {
	uint64_t id, user_id, password_id; /* what was right, 0: none was asked for */
	int64_t now, expires;		   /* ms */
	const char *method; /* as in the table */
	struct device device;
};

#define LOGIN_ROW(F, S)                                                                            \
	F(S, ID, id)                                                                               \
	F(S, TIME, at)                                                                             \
	F(S, STR, user_agent)                                                                      \
	F(S, STR, ip)                                                                              \
	F(S, STR, method)                                                                          \
	F(S, STR, reason)
SHAPE_STRUCT(login_row, LOGIN_ROW)
enum { LOGINS_SHOWN = 100 };

/* Of the last three months, newest first, at most LOGINS_SHOWN; reason: why it failed, NULL: it did not. */
MUST_USE enum status auth_sql_logins(struct ctx *c, uint64_t user_id, struct list *out);
/* reason: as in the table. */
MUST_USE enum status auth_sql_failed(struct ctx *c, uint64_t user_id, int64_t at, const char *reason,
				     const struct device *d);
MUST_USE enum status auth_sql_forget_failed(struct ctx *c, int64_t before, int64_t most, int64_t *n);

/* secret: sealed, NULL: there is none; codes: how many are left. */
#define FACTOR_ROW(F, S)                                                                           \
	F(S, STR, secret)                                                                          \
	F(S, TIME, enabled_at)                                                                     \
	F(S, TIME, last_used_at)                                                                   \
	F(S, INT, codes)                                                                           \
	F(S, STR, email)
SHAPE_STRUCT(factor_row, FACTOR_ROW)

/* E_NO_ROW: no such active account. */
MUST_USE enum status auth_sql_factor(struct ctx *c, uint64_t user_id, struct factor_row *out);
/* hashes: a JSON array. E_FACTOR_ON, E_USER_NOT_FOUND */
MUST_USE enum status auth_sql_factor_new(struct ctx *c, uint64_t user_id, const char *secret, const char *hashes);
/* Uses a code up: that of a step, or with step 0 the backup code of one of those hashes. toggle: a factor that waits
 * is on then, one that is on is gone. E_CODE_WRONG: it was used, or there is none; E_FACTOR_OFF. */
MUST_USE enum status auth_sql_factor_use(struct ctx *c, uint64_t user_id, int64_t step, const char *hashes,
					 bool toggle);

/* The account of who a provider vouches for, made if there is none; its e-mail is NULL if another account has that.
 * E_DUPLICATE: it was made just now; again. */
#define VOUCHED_ROW(F, S)                                                                          \
	F(S, ID, id)                                                                               \
	F(S, STR, email)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, STR, status)                                                                          \
	F(S, STR, role)                                                                            \
	F(S, TIME, suspended_until)                                                                \
	F(S, TIME, restricted_until)                                                               \
	F(S, BOOL, created)
SHAPE_STRUCT(vouched_row, VOUCHED_ROW)
MUST_USE enum status auth_sql_vouched(struct ctx *c, const struct vouched *who, struct vouched_row *out);

MUST_USE enum status auth_sql_account(struct ctx *c, const char *email, struct account_row *out);
/* Account, password and first login in one transaction; E_DUPLICATE: the e-mail is taken. */
MUST_USE enum status auth_sql_signup(struct ctx *c, const struct new_account *in, const char *hash,
				     const unsigned char *key, const struct new_session *s,
				     uint64_t *user_id);
/* new_hash: replaces the password's hash (other parameters), or NULL. E_ACCOUNT_SUSPENDED,
 * E_BAD_CREDENTIALS: since it was looked up. */
MUST_USE enum status auth_sql_start(struct ctx *c, const struct new_session *s, const char *new_hash);
/* The newest PASSWORDS_KEPT, newest first; one row with id 0: there are none. No row: no such account. */
MUST_USE enum status auth_sql_passwords(struct ctx *c, uint64_t user_id, struct list *out);
/* An event of that name for the jobs, whoever has that address: one of nobody if there is none. */
MUST_USE enum status auth_sql_of_address(struct ctx *c, const char *event, const char *email);
/* newest: what it replaces, 0 for none; E_PASSWORD_WRONG: there is another by now. Ends the logins but `keep`.
 * proved: the address is theirs; if nobody had confirmed it, they alone can log in from now on. */
MUST_USE enum status auth_sql_password(struct ctx *c, uint64_t user_id, uint64_t newest, const char *hash,
				       uint64_t keep, bool proved);

/* Active, with an address that nobody has confirmed. */
#define UNCONFIRMED_ROW(F, S) F(S, ID, id)
SHAPE_STRUCT(unconfirmed_row, UNCONFIRMED_ROW)
/* ids: a JSON array. due: those alone who are to be asked by now. */
MUST_USE enum status auth_sql_unconfirmed(struct ctx *c, const char *ids, bool due, struct list *out, size_t max);
/* They were asked. */
MUST_USE enum status auth_sql_asked(struct ctx *c, uint64_t user_id);
/* E_NO_ROW: it has another address by now. */
MUST_USE enum status auth_sql_confirmed(struct ctx *c, uint64_t user_id, const char *email);
MUST_USE enum status auth_sql_address_new(struct ctx *c, uint64_t user_id);
/* Replaces generation by the next, and notes that its account is active if that is news of five minutes.
 * *rotated is false when it is not the current one of a live login, or its account has another role by now. */
MUST_USE enum status auth_sql_rotate(struct ctx *c, uint64_t id, int64_t generation, const char *role, int64_t now,
				     int64_t expires, bool *rotated);
/* E_NO_ROW, too, when its account is not active. */
MUST_USE enum status auth_sql_session(struct ctx *c, uint64_t id, struct session_row *out);
MUST_USE enum status auth_sql_revoke(struct ctx *c, uint64_t id, int64_t now, const char *why);
/* In db_tx(). status, role: the account's from now on, or NULL; why: its logins end, or NULL. E_NO_ROW: there is
 * none. */
MUST_USE enum status auth_sql_change(struct ctx *c, uint64_t user_id, const char *status, const char *role,
				     const char *why, struct changed_row *out);
/* Ends the suspension and the restrictions of an account whose time was over by now. */
MUST_USE enum status auth_sql_lift(struct ctx *c, uint64_t user_id, int64_t now);
/* Of logins whose time was over before now, ms; *n: how many there were, `most` at most. */
MUST_USE enum status auth_sql_expire(struct ctx *c, int64_t now, int64_t most, int64_t *n);
MUST_USE enum status auth_sql_forget(struct ctx *c, int64_t before, int64_t most, int64_t *n);
/* The oldest behind `from`. */
MUST_USE enum status auth_sql_revoked_since(struct ctx *c, struct ended from, struct list *out, size_t max);
#endif
