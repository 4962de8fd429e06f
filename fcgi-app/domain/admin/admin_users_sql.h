#ifndef DOMAIN_ADMIN_USERS_SQL_H
#define DOMAIN_ADMIN_USERS_SQL_H

#include "db/db.h"
#include "domain/admin/admin_users.h"

/* restricted: comma-separated. */
#define ADMIN_USER_ROW(F, S)                                                                       \
	ADMIN_USER_PLAIN(F, S)                                                                     \
	ADMIN_USER_COUNTS(F, S)                                                                    \
	F(S, STR, restricted)                                                                      \
	F(S, ID, warning)                                                                          \
	F(S, STR, severity)                                                                        \
	F(S, TIME, warnedAt)                                                                       \
	F(S, ID, sanction)                                                                         \
	F(S, STR, sanctionType)                                                                    \
	F(S, TIME, sanctionEnds)                                                                   \
	F(S, INT, reports)                                                                         \
	F(S, INT, notifications)                                                                   \
	F(S, STR, adminRole)                                                                       \
	F(S, ID, grantedBy)                                                                        \
	F(S, TIME, grantedAt)                                                                      \
	F(S, TIME, roleEnds)                                                                       \
	F(S, INT, total)
SHAPE_STRUCT(admin_user_row, ADMIN_USER_ROW)

/* Rows say how many there are in all; without rows nobody does. */
MUST_USE enum status admin_users_sql_list(struct ctx *c, const struct admin_user_filter *f, struct list *rows);
MUST_USE enum status admin_users_sql_get(struct ctx *c, uint64_t id, struct admin_user_row *out);
MUST_USE enum status admin_users_sql_sanctions(struct ctx *c, uint64_t id, struct list *rows);
MUST_USE enum status admin_users_sql_warnings(struct ctx *c, uint64_t id, struct list *rows);

/* Inside db_tx(), all of them. Locks the account and says what it was; admin: or was once. */
#define ADMIN_HELD_ROW(F, S)                                                                       \
	F(S, STR, name)                                                                            \
	F(S, STR, email)                                                                           \
	F(S, STR, role)                                                                            \
	F(S, STR, status)                                                                          \
	F(S, TIME, until)                                                                          \
	F(S, STR, restricted)                                                                      \
	F(S, TIME, restrictedUntil)                                                                \
	F(S, BOOL, admin)
SHAPE_STRUCT(admin_held_row, ADMIN_HELD_ROW)
MUST_USE enum status admin_users_sql_hold(struct ctx *c, uint64_t id, struct admin_held_row *out);
/* NULL: as it is. E_DUPLICATE */
MUST_USE enum status admin_users_sql_rename(struct ctx *c, uint64_t id, const char *name, const char *email);
/* Once auth_change_account() has suspended it: until when, why, and the sanction. */
MUST_USE enum status admin_users_sql_suspended(struct ctx *c, const struct admin_suspension *s);
/* The account was locked before; total: how many there are now that have not expired. */
#define ADMIN_WARNED_ROW(F, S)                                                                     \
	ADMIN_WARNING(F, S)                                                                        \
	F(S, INT, total)
SHAPE_STRUCT(admin_warned_row, ADMIN_WARNED_ROW)
MUST_USE enum status admin_users_sql_warn(struct ctx *c, const struct admin_warning_draft *w,
					  struct admin_warned_row *out);
MUST_USE enum status admin_users_sql_restrict(struct ctx *c, const struct admin_restriction *r, const char *metadata);
MUST_USE enum status admin_users_sql_unrestrict(struct ctx *c, uint64_t id, const char *reason);
/* Once auth_change_account() has suspended it. E_ADMIN_OWNER */
MUST_USE enum status admin_users_sql_delete(struct ctx *c, uint64_t id);
/* Before it restores it. */
MUST_USE enum status admin_users_sql_restore(struct ctx *c, uint64_t id, const char *reason);
#endif
