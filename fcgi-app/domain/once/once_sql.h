#ifndef DOMAIN_ONCE_SQL_H
#define DOMAIN_ONCE_SQL_H

#include "db/db.h"

#define ONCE_ROW(F, S)                                                                             \
	F(S, BOOL, same_body)                                                                      \
	F(S, INT, status)                                                                          \
	F(S, RAW, answer)
SHAPE_STRUCT(once_row, ONCE_ROW)

/* E_DUPLICATE: the key has been used. */
MUST_USE enum status once_sql_claim(struct ctx *c, const unsigned char key[32],
				    const unsigned char body[32]);
MUST_USE enum status once_sql_find(struct ctx *c, const unsigned char key[32],
				   const unsigned char body[32], struct once_row *out);
MUST_USE enum status once_sql_answer(struct ctx *c, const unsigned char key[32], int status,
				     const char *answer);

/* Deletes the oldest keys from before that time (ms), at most `most`; n: how many. */
MUST_USE enum status once_sql_forget(struct ctx *c, int64_t before, int64_t most, int64_t *n);
#endif
