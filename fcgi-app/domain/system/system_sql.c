#include "domain/system/system_sql.h"
#include "domain/registry.h"

SHAPE_TABLE(schema_row, SCHEMA_ROW)

READ(SCHEMA_VERSION, schema_row, "SELECT COALESCE(MAX(version), 0) AS version FROM schema_migrations")

const struct stmt *const system_stmts[] = {&SCHEMA_VERSION, NULL};

enum status system_sql_schema(struct ctx *c, int64_t *version)
{
	struct schema_row row = {0};
	enum status st = db_one(c, &SCHEMA_VERSION, &row, NO_ARGS);

	*version = row.version;
	return st;
}
