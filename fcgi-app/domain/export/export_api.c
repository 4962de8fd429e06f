/* Asking for all one's data, and fetching it. */
#include "domain/export/export_rules.h"
#include "domain/export/export_sql.h"
#include "domain/file/file.h"
#include "domain/registry.h"

#define EXPORT_LINK_IN(F, S)                                                                       \
	F(S, STR, link, .from = FROM_QUERY, .required = true, .fmt = FMT_HEX, .min = EXPORT_HEX, .max = EXPORT_HEX, \
	  .secret = true)
SHAPE(export_link_in, EXPORT_LINK_IN)

HANDLER(settings_export, struct nothing, struct export_out)
{
	enum status st = export_ask(&r->ctx, out);

	r->message = out->message;
	return st;
}

HANDLER(settings_export_get, struct nothing, struct export_out)
{
	enum status st = export_newest(&r->ctx, out);

	r->message = out->message;
	return st;
}

HANDLER(settings_export_download, struct export_link_in, struct nothing)
{
	struct ctx *c = &r->ctx;
	struct export_file_row row;
	enum status st = export_sql_linked(c, in->link, &row);

	if (st != OK)
		return st == E_NO_ROW ? E_NO_EXPORT : st;
	if (row.ended)
		return E_EXPORT_OVER;
	const struct file_sent f = {
		.storage_key = row.storage_key,
		.name = export_name(c, row.requested_at),
		.content_type = "application/zip",
	};

	file_send(r, &f, "attachment");
	return OK;
}

static const struct route routes[] = {
	ROUTE(settings_export, nothing, export_out, .on = {"POST /settings/export"}, .auth = AUTH_USER,
	      .rate = RATE_WRITE, .envelope = FLAT, .once = true, .statements = 3,
	      .doc = "Ask for a ZIP of all that is mine, once in 30 days. Its link is mailed, stands in a "
		     "notification, and is shown by GET for seven days.",
	      .fails = {E_EXPORT_AGAIN, E_USER_NOT_FOUND}),
	ROUTE(settings_export_get, nothing, export_out, .on = {"GET /settings/export"}, .auth = AUTH_USER,
	      .rate = RATE_READ, .envelope = FLAT, .statements = 1, .doc = "What became of my newest request.",
	      .fails = {E_NO_EXPORT}),
	ROUTE(settings_export_download, export_link_in, nothing, .on = {"GET /settings/export/download"}, .raw = true,
	      .media = "application/zip", .statements = 1,
	      .unlimited = "a browser that follows the link shows no token that says whose it is",
	      .doc = "The ZIP itself, without a token: whoever has the link may fetch it. Range is served.",
	      .fails = {E_NO_EXPORT, E_EXPORT_OVER}),
};

extern const struct stmt *const export_stmts[];
extern const struct job export_jobs[];
extern const struct schedule export_schedules[];
const struct domain export_domain = {
	.name = "settings",
	.doc = "What people set for themselves",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = export_stmts,
	.jobs = export_jobs,
	.schedules = export_schedules,
};

extern const struct stmt *const export_part_stmts[];
const struct domain export_parts_domain = {.name = "exports", .stmts = export_part_stmts};
