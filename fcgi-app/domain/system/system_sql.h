#ifndef DOMAIN_SYSTEM_SQL_H
#define DOMAIN_SYSTEM_SQL_H

#include "db/db.h"

#define SCHEMA_ROW(F, S) F(S, INT, version)
SHAPE_STRUCT(schema_row, SCHEMA_ROW)

MUST_USE enum status system_sql_schema(struct ctx *c, int64_t *version);
#endif
