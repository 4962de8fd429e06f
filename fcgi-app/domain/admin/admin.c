#include "domain/admin/admin.h"
#include "base/buf.h"
#include "domain/admin/admin_sql.h"
#include "domain/auth/auth.h"
#include "domain/export/export.h"
#include "domain/outbox/outbox.h"
#include "http/route.h"

enum { TOLD_MAX = 4000 }; /* bytes: a title of 500 characters, escaped */

#define LEAST(what, least) [MAY_##what] = ADMIN_##least,
static const enum admin_role least_role[MAY_MAX] = {PERMISSIONS(LEAST)};

bool admin_may(enum admin_role role, enum permission what)
{
	return what > MAY_NOTHING && what < MAY_MAX && least_role[what] != ADMIN_NOBODY && role >= least_role[what];
}

#define NAMED(name) [ADMIN_##name] = #name,
static enum admin_role named(const char *name)
{
	static const char *const names[] = {ADMIN_ROLES(NAMED)};

	for (size_t i = 1; name && i < COUNT(names); i++)
		if (!strcmp(names[i], name))
			return (enum admin_role)i;
	return ADMIN_NOBODY;
}

enum status admin_role_of(struct ctx *c, uint64_t user_id, enum admin_role *out)
{
	struct admin_role_row row = {0};
	enum status st = admin_sql_role(c, user_id, &row);

	*out = st == OK ? named(row.role) : ADMIN_NOBODY;
	return st == E_NO_ROW ? OK : st;
}

enum status admin_need(struct ctx *c, enum permission what)
{
	enum admin_role role;
	enum status st = admin_role_of(c, c->me.user_id, &role);

	if (st != OK || admin_may(role, what))
		return st;
	return fail(c, E_FORBIDDEN, "permission %d as role %d", (int)what, (int)role);
}

struct admin_place admin_place(struct req *r)
{
	struct device d = auth_device(&r->ctx, r->user_agent, r->client_ip);

	return (struct admin_place){d.ip, d.user_agent};
}

enum status admin_record(struct ctx *c, const struct admin_act *a)
{
	return admin_sql_record(c, a);
}

bool admin_decides(enum notify_template t)
{
	static const enum notify_template decisions[] = {
		NOTIFY_EMAIL_CHANGED,	NOTIFY_ADDRESS_CHANGED,	   NOTIFY_ADMIN_WARNED,	  NOTIFY_ADMIN_RESTRICTED,
		NOTIFY_ADMIN_UNRESTRICTED, NOTIFY_ADMIN_SUSPENDED, NOTIFY_ADMIN_DELETED_USER, NOTIFY_ADMIN_RESTORED,
	};

	for (size_t i = 0; i < COUNT(decisions); i++)
		if (decisions[i] == t)
			return true;
	return false;
}

enum status admin_tell(struct ctx *c, const struct admin_told *t)
{
	struct buf b = buf_new(c->arena, 256, TOLD_MAX);

	buf_printf(&b, "{\"template\":\"%s\"", notify_templates[t->template].id);
	buf_member(&b, "title", t->title);
	buf_member(&b, "address", t->address);
	buf_printf(&b, ",\"until\":%lld,\"warnings\":%lld,\"closed\":[", (long long)t->until, (long long)t->warnings);
	for (size_t i = 0; t->closed && i < t->closed->n; i++)
		buf_printf(&b, "%s\"%s\"", i ? "," : "", ((const char *const *)t->closed->v)[i]);
	buf_char(&b, ']');
	buf_char(&b, '}');
	return outbox_add(c, "admin.told", t->user_id, b.data);
}

enum status admin_address_left(struct ctx *c, uint64_t user_id, const char *former, enum notify_template t)
{
	enum status st = export_new_link(c, user_id);

	if (st == OK)
		st = auth_address_new(c, user_id);
	return st == OK && former
		       ? admin_tell(c, &(struct admin_told){.user_id = user_id, .template = t, .address = former})
		       : st;
}

enum status admin_may_upload(struct ctx *c)
{
	struct admin_barred_row row = {0};
	enum status st = admin_sql_barred(c, &row);

	if (st == OK && row.barred)
		return fail(c, E_RESTRICTED, "files of %llu", (unsigned long long)c->me.user_id);
	return st == OK && row.off ? fail(c, E_SITE_OFF, "allow_file_upload") : st;
}

struct list admin_words_of(struct ctx *c, const char *set)
{
	const char **v = arena_array(c->arena, const char *, 3);
	size_t n = 0;

	for (const char *p = set; p && *p && n < 3; p += *p == ',') {
		size_t len = strcspn(p, ",");

		v[n++] = arena_strndup(c->arena, p, len);
		p += len;
	}
	return (struct list){v, n};
}
