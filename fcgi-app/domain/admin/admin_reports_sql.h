#ifndef DOMAIN_ADMIN_REPORTS_SQL_H
#define DOMAIN_ADMIN_REPORTS_SQL_H

#include "db/db.h"
#include "domain/admin/admin_reports.h"

/* Inside db_tx(). */
MUST_USE enum status report_sql_add(struct ctx *c, const struct report_draft *d, struct report *out);
#endif
