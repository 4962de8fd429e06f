#ifndef DOMAIN_ADMIN_SITE_SQL_H
#define DOMAIN_ADMIN_SITE_SQL_H

#include "db/db.h"
#include "domain/admin/admin_site.h"

#define SITE_ROW(F, S)                                                                             \
	F(S, STR, name)                                                                            \
	F(S, STR, value)                                                                           \
	F(S, ID, updatedBy)                                                                        \
	F(S, TIME, updatedAt)
SHAPE_STRUCT(site_row, SITE_ROW)

/* list: of struct site_row, those that were ever set. hold: until the transaction ends nobody else sets any. */
MUST_USE enum status site_sql_all(struct ctx *c, bool hold, struct list *rows);
/* changes: [{"key": name, "value": text}], of names that there are. By the caller. */
MUST_USE enum status site_sql_set(struct ctx *c, const char *changes);
#endif
