#ifndef DOMAIN_ERASE_SQL_H
#define DOMAIN_ERASE_SQL_H

#include "db/db.h"

/* pairs: for matching_forget(). */
#define ERASED_ROW(F, S) F(S, STR, pairs)
SHAPE_STRUCT(erased_row, ERASED_ROW)

#define ERASE_COUNT_ROW(F, S) F(S, INT, n)
SHAPE_STRUCT(erase_count_row, ERASE_COUNT_ROW)

struct erase_terms {
	bool owners_too;      /* otherwise E_ERASE_OWNER */
	bool by_password;     /* that one was right, 0: there is none; E_PASSWORD_WRONG: there is another by now */
	uint64_t password_id;
};

/* The caller's: all that others see, and its logins, in one transaction. E_USER_NOT_FOUND: it is gone already. */
MUST_USE enum status erase_sql_account(struct ctx *c, const struct erase_terms *t, struct erased_row *out);

/* For the job, each again until *n is less than was asked for (one, where a piece is a transaction of its own): that
 * account leaves a room, leaves a study group; has its messages emptied; and loses what the table of pieces names. */
enum { ERASE_PIECE = 500, ERASE_PIECES = 30 };
MUST_USE enum status erase_sql_room(struct ctx *c, uint64_t user_id, int64_t *n);
MUST_USE enum status erase_sql_study(struct ctx *c, uint64_t user_id, int64_t *n);
MUST_USE enum status erase_sql_piece(struct ctx *c, size_t which, uint64_t user_id, int64_t *n);

/* What was written by requests that were under way. */
MUST_USE enum status erase_sql_rest(struct ctx *c, uint64_t user_id, struct erased_row *out);
#endif
