#ifndef DOMAIN_CONTACT_SQL_H
#define DOMAIN_CONTACT_SQL_H

#include "db/db.h"

#define CONTACT_ROW(F, S)                                                                          \
	F(S, BOOL, newcomer)                                                                       \
	F(S, INT, strangers)
SHAPE_STRUCT(contact_row, CONTACT_ROW)

/* people: a JSON array. Whether the caller's account is young, and who of those people they do not know. */
MUST_USE enum status contact_sql_strangers(struct ctx *c, const char *people, struct contact_row *out);
#endif
