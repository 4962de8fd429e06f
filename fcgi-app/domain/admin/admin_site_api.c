/* Settings of the site: /admin/settings of the administrators' pages. */
#include "domain/admin/admin_audit.h"
#include "domain/admin/admin_shapes.h"
#include "domain/admin/admin_site.h"
#include "domain/admin/admin_users.h"
#include "domain/registry.h"

enum { CHANGES_MAX = 50 };

#define SITE_IN(F, S) F(S, BOOL, cache, .from = FROM_QUERY, .doc = "nothing is kept: no matter")
SHAPE(site_in, SITE_IN)
#define SITE_OUT(F, S)                                                                             \
	F(S, BOOL, success)                                                                        \
	F(S, OBJ(site_data), data)                                                                 \
	F(S, BOOL, cached, .doc = "never")                                                         \
	F(S, TIME, timestamp)
SHAPE(site_out, SITE_OUT)

#define SITE_SET_IN(F, S)                                                                          \
	F(S, LIST(site_change), settings, .required = true, .min = 1, .max = CHANGES_MAX)          \
	F(S, STR, reason, .max = ADMIN_REASON_MAX, .trim = true, .lines = true)
SHAPE(site_set_in, SITE_SET_IN)
#define SITE_SET_OUT(F, S)                                                                         \
	COUP_DONE(F, S)                                                                            \
	F(S, INT, updated, .doc = "how many")                                                      \
	F(S, TIME, timestamp)
SHAPE(site_set_out, SITE_SET_OUT)

#define HISTORY_IN(F, S)                                                                           \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = 1, .max = AUDIT_SEEN_MAX)          \
	F(S, INT, limit, .from = FROM_QUERY, .dflt = "20", .min = 1, .max = AUDIT_PAGE_MAX)
SHAPE(site_history_in, HISTORY_IN)
#define HISTORY_ITEM(F, S)                                                                         \
	F(S, ID, id)                                                                               \
	F(S, OBJ(audit_admin), admin)                                                              \
	F(S, RAW, settings, .doc = "[{key, value, oldValue}]")                                     \
	F(S, STR, reason)                                                                          \
	F(S, STR, ipAddress)                                                                       \
	F(S, TIME, createdAt)
SHAPE(site_history_item, HISTORY_ITEM)
#define HISTORY_DATA(F, S)                                                                         \
	F(S, LIST(site_history_item), logs)                                                        \
	F(S, OBJ(audit_pages), pagination)
SHAPE(site_history_data, HISTORY_DATA)
#define HISTORY_OUT(F, S)                                                                          \
	F(S, BOOL, success)                                                                        \
	F(S, OBJ(site_history_data), data)                                                         \
	F(S, TIME, timestamp)
SHAPE(site_history_out, HISTORY_OUT)

#define CLEAR_OUT(F, S)                                                                            \
	COUP_DONE(F, S)                                                                            \
	F(S, TIME, timestamp)
SHAPE(site_clear_out, CLEAR_OUT)

HANDLER(site_settings_get, struct site_in, struct site_out)
{
	struct site_data *data = arena_new_of(r->ctx.arena, struct site_data);

	out->success = true;
	out->data = data;
	out->timestamp = r->ctx.now;
	return site_get(&r->ctx, data);
}

HANDLER(site_settings_put, struct site_set_in, struct site_set_out)
{
	const struct admin_place at = admin_place(r);

	out->success = true;
	out->message = say(&r->ctx, "설정을 저장했습니다", "The settings are saved");
	out->updated = (int64_t)in->settings.n;
	out->timestamp = r->ctx.now;
	return site_set(&r->ctx, &(const struct list){in->settings.v, in->settings.n}, in->reason, &at);
}

HANDLER(site_settings_history, struct site_history_in, struct site_history_out)
{
	struct ctx *c = &r->ctx;
	struct site_history_data *data = arena_new_of(c->arena, struct site_history_data);
	const struct audit_filter f = {.action = "SETTINGS_UPDATE", .page = in->page, .size = in->limit};
	struct list rows;
	int64_t total = 0;
	enum status st = audit_list(c, &f, &rows, &total);

	if (st != OK)
		return st;
	struct site_history_item *items = arena_array(c->arena, struct site_history_item, rows.n);
	const struct audit_row *row = rows.v;

	for (size_t i = 0; i < rows.n; i++, row++)
		items[i] = (struct site_history_item){
			.id = row->id,
			.admin = audit_admin_of(c, row),
			.settings = row->became,
			.reason = row->reason,
			.ipAddress = row->ip,
			.createdAt = row->createdAt,
		};
	*AS_LIST(&data->logs) = (struct list){items, rows.n};
	data->pagination = audit_pages(c, in->page, in->limit, total);
	out->success = true;
	out->data = data;
	out->timestamp = c->now;
	return OK;
}

/* Each answer comes from MariaDB. The button is there, and that somebody pressed it is recorded. */
HANDLER(site_settings_clear, struct nothing, struct site_clear_out)
{
	out->success = true;
	out->message = say(&r->ctx, "설정 캐시를 비웠습니다", "No setting is cached");
	out->timestamp = r->ctx.now;
	return admin_record(&r->ctx, &(struct admin_act){.action = "SETTINGS_CACHE_CLEAR",
							 .target_type = "SETTINGS",
							 .place = admin_place(r)});
}

static const struct code_row codes[] = {ADMIN_CODES, {0}};

#define STAFF(what) .auth = AUTH_STAFF, .need = (what), .envelope = COUP, .codes = codes
static const struct route routes[] = {
	ROUTE(site_settings_get, site_in, site_out, .on = {"GET /admin/settings"}, STAFF(MAY_SETTINGS_VIEW),
	      .rate = RATE_READ, .statements = 2, .doc = "All settings of the site, by category."),
	ROUTE(site_settings_put, site_set_in, site_set_out, .on = {"PUT /admin/settings"}, STAFF(MAY_SETTINGS_UPDATE),
	      .rate = RATE_WRITE, .statements = 6, .doc = "Set some, all or none. They hold from the next request on.",
	      .fails = {E_SITE_UNKNOWN}),
	ROUTE(site_settings_history, site_history_in, site_history_out, .on = {"GET /admin/settings/history"},
	      STAFF(MAY_SETTINGS_VIEW), .rate = RATE_READ, .statements = 3,
	      .doc = "Who set what, the newest first, of the newest 10,000."),
	ROUTE(site_settings_clear, nothing, site_clear_out, .on = {"POST /admin/settings/cache/clear"},
	      STAFF(MAY_SETTINGS_UPDATE), .rate = RATE_WRITE, .statements = 2,
	      .doc = "For the page that has a button for it: nothing is cached."),
};

extern const struct stmt *const admin_site_stmts[];
const struct domain admin_site_domain = {
	.name = "administration",
	.doc = "For those who run the study groups' site",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = admin_site_stmts,
};
