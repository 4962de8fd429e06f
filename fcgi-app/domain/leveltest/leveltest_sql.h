#ifndef DOMAIN_LEVELTEST_SQL_H
#define DOMAIN_LEVELTEST_SQL_H

#include "db/db.h"
#include "domain/leveltest/leveltest.h"

MUST_USE enum status leveltest_sql_newest(struct ctx *c, uint64_t user_id, int64_t most, struct list *out);
#endif
