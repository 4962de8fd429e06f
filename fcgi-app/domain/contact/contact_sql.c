#include "domain/contact/contact_sql.h"
#include "domain/registry.h"
#include "domain/sql.h"

SHAPE_TABLE(contact_row, CONTACT_ROW)

#define PAIR "CONVERT(CONCAT(LEAST(j.id, u.id), '-', GREATEST(j.id, u.id)) USING ascii)"

READ(CONTACT_STRANGERS, contact_row,
     "SELECT u.created_at > NOW(3) - INTERVAL 7 DAY AS newcomer, (SELECT COUNT(*) FROM " IDS_OF("?") " j"
     "  WHERE j.id <> u.id AND NOT " MATCHED("j.id", "u.id")
     "  AND NOT EXISTS (SELECT 1 FROM chat_rooms d WHERE d.pair = " PAIR ")"
     "  AND NOT EXISTS (SELECT 1 FROM matching_requests q WHERE q.open_pair = " PAIR ")) AS strangers"
     " FROM users u WHERE u.id = ?")

static const struct stmt *const stmts[] = {&CONTACT_STRANGERS, NULL};
const struct domain contact_domain = {.name = "contact", .stmts = stmts};

enum status contact_sql_strangers(struct ctx *c, const char *people, struct contact_row *out)
{
	return db_one(c, &CONTACT_STRANGERS, out, ARGS(P(people), P(c->me.user_id)));
}
