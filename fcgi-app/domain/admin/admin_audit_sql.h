#ifndef DOMAIN_ADMIN_AUDIT_SQL_H
#define DOMAIN_ADMIN_AUDIT_SQL_H

#include "db/db.h"
#include "domain/admin/admin_audit.h"

#define AUDIT_TOTAL(F, S) F(S, INT, total)
SHAPE_STRUCT(audit_total, AUDIT_TOTAL)

MUST_USE enum status audit_sql_list(struct ctx *c, const struct audit_filter *f, struct list *rows);
MUST_USE enum status audit_sql_total(struct ctx *c, const struct audit_filter *f, int64_t *total);
/* The same without was, became, the browser and a total. f->size: 1,000 at most. */
MUST_USE enum status audit_sql_lines(struct ctx *c, const struct audit_filter *f, struct list *rows);
/* list: of struct audit_admin, those who have a role now. */
MUST_USE enum status audit_sql_staff(struct ctx *c, struct list *rows);
#endif
