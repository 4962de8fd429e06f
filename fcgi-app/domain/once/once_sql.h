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
#endif
