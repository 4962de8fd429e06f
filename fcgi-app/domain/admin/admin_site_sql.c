#include "domain/admin/admin_site_sql.h"

SHAPE_TABLE(site_row, SITE_ROW)

enum { ROWS_MAX = 100 };

#define ALL                                                                                        \
	"SELECT s.name, s.value, s.updated_by AS updatedBy, s.updated_at AS updatedAt FROM site_settings s" \
	" WHERE s.name > ''"
READ(SITE_ALL, site_row, ALL)
READ(SITE_HOLD, site_row, ALL " FOR UPDATE")
WRITE(SITE_SET,
      "INSERT INTO site_settings (name, value, updated_by, updated_at)"
      " SELECT j.name, j.value, ?, SYSDATE(3) FROM JSON_TABLE(?, '$[*]' COLUMNS (n FOR ORDINALITY,"
      "  name VARCHAR(40) CHARACTER SET ascii PATH '$.key', value VARCHAR(500) CHARACTER SET utf8mb4 PATH '$.value')) j"
      " ORDER BY j.n ON DUPLICATE KEY UPDATE value = VALUES(value), updated_by = VALUES(updated_by),"
      " updated_at = VALUES(updated_at)")

const struct stmt *const admin_site_stmts[] = {&SITE_ALL, &SITE_HOLD, &SITE_SET, NULL};

enum status site_sql_all(struct ctx *c, bool hold, struct list *rows)
{
	return db_list(c, hold ? &SITE_HOLD : &SITE_ALL, rows, ROWS_MAX, NO_ARGS);
}

enum status site_sql_set(struct ctx *c, const char *changes)
{
	return db_exec(c, &SITE_SET, NULL, ARGS(P(c->me.user_id), P(changes)));
}
