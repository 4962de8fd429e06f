#include "domain/admin/admin.h"
#include "domain/admin/admin_sql.h"

#define LEAST(what, least) [MAY_##what] = ADMIN_##least,
static const enum admin_role least_role[MAY_MAX] = {PERMISSIONS(LEAST)};

bool admin_may(enum admin_role role, enum permission what)
{
	return what > MAY_NOTHING && what < MAY_MAX && least_role[what] != ADMIN_NOBODY && role >= least_role[what];
}

#define NAMED(name) [ADMIN_##name] = #name,
static enum admin_role role_of(const char *name)
{
	static const char *const names[] = {ADMIN_ROLES(NAMED)};

	for (size_t i = 1; name && i < COUNT(names); i++)
		if (!strcmp(names[i], name))
			return (enum admin_role)i;
	return ADMIN_NOBODY;
}

enum status admin_need(struct ctx *c, enum permission what)
{
	struct admin_role_row row = {0};
	enum status st = admin_sql_role(c, &row);

	if (st != OK && st != E_NO_ROW)
		return st;
	return admin_may(role_of(row.role), what)
		       ? OK
		       : fail(c, E_FORBIDDEN, "permission %d as %s", (int)what, row.role ? row.role : "nobody");
}

enum status admin_record(struct ctx *c, const struct admin_act *a)
{
	return admin_sql_record(c, a);
}
