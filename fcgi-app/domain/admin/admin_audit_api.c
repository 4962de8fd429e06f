/* The record: /admin/audit-logs of the administrators' pages. */
#include "base/clock.h"
#include "domain/admin/admin_audit_sql.h"
#include "domain/admin/admin_shapes.h"
#include "domain/registry.h"

SHAPE_TABLE(audit_pages, AUDIT_PAGES)

enum { LINES = 1000, CSV_MAX = 4 << 20 };
#define MORE "행이 더 있을 수 있습니다. 기간이나 조건을 좁혀 다시 내보내세요."

/* action: a whole one, or with * behind it how it begins. */
#define AUDIT_FILTERS(F, S)                                                                        \
	F(S, ID, adminId, .from = FROM_QUERY)                                                      \
	F(S, STR, action, .from = FROM_QUERY, .max = 24, .trim = true, .upper = true,              \
	  .doc = "USER_SUSPEND and the like, or what they begin with: USER_*")                     \
	F(S, STR, targetType, .from = FROM_QUERY, .max = 12, .trim = true, .upper = true)          \
	F(S, STR, startDate, .from = FROM_QUERY, .fmt = FMT_DATE, .doc = "first day, UTC")         \
	F(S, STR, endDate, .from = FROM_QUERY, .fmt = FMT_DATE, .doc = "last day")
#define AUDIT_IN(F, S)                                                                             \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = 1, .max = AUDIT_SEEN_MAX)          \
	F(S, INT, limit, .from = FROM_QUERY, .dflt = "20", .min = 1, .max = AUDIT_PAGE_MAX)        \
	AUDIT_FILTERS(F, S)
SHAPE(audit_in, AUDIT_IN)
SHAPE(audit_export_in, AUDIT_FILTERS)

#define AUDIT_ITEM(F, S)                                                                           \
	F(S, ID, id)                                                                               \
	F(S, ID, adminId)                                                                          \
	F(S, STR, action)                                                                          \
	F(S, STR, targetType)                                                                      \
	F(S, ID, targetId, .zero_null = true)                                                      \
	F(S, RAW, before)                                                                          \
	F(S, RAW, after)                                                                           \
	F(S, STR, reason)                                                                          \
	F(S, STR, ipAddress)                                                                       \
	F(S, STR, userAgent)                                                                       \
	F(S, TIME, createdAt)                                                                      \
	F(S, OBJ(audit_admin), admin)
SHAPE(audit_item, AUDIT_ITEM)
#define AUDIT_DATA(F, S)                                                                           \
	F(S, LIST(audit_item), logs)                                                               \
	F(S, LIST(audit_admin), admins, .doc = "who has a role now")                               \
	F(S, OBJ(audit_pages), pagination)
SHAPE(audit_data, AUDIT_DATA)
#define AUDIT_OUT(F, S)                                                                            \
	F(S, BOOL, success)                                                                        \
	F(S, OBJ(audit_data), data)                                                                \
	F(S, TIME, timestamp)
SHAPE(audit_out, AUDIT_OUT)

const struct audit_admin *audit_admin_of(struct ctx *c, const struct audit_row *row)
{
	struct audit_admin *a = arena_new_of(c->arena, struct audit_admin);

	*a = (struct audit_admin){row->adminId, row->name, row->email, row->avatar};
	return a;
}

const struct audit_pages *audit_pages(struct ctx *c, int64_t page, int64_t limit, int64_t total)
{
	struct audit_pages *p = arena_new_of(c->arena, struct audit_pages);

	*p = (struct audit_pages){total, page, limit, (total + limit - 1) / limit, page * limit < total};
	return p;
}

enum status audit_list(struct ctx *c, const struct audit_filter *f, struct list *rows, int64_t *total)
{
	enum status st = audit_sql_list(c, f, rows);
	const struct audit_row *first = rows->v;

	if (st != OK)
		return st;
	*total = rows->n ? first->total : 0;
	/* past the end: only a page with rows says how many there are */
	return !rows->n && f->page > 1 ? audit_sql_total(c, f, total) : OK;
}

/* The action splits into a whole one and how it begins. */
#define FILTER_OF(in)                                                                           \
	{.admin_id = (in)->adminId, .target_type = (in)->targetType, .from = (in)->startDate, .to = (in)->endDate}
static void split(struct ctx *c, const char *action, struct audit_filter *f)
{
	const char *star = action ? strchr(action, '*') : NULL;

	if (star)
		f->begins = arena_strndup(c->arena, action, (size_t)(star - action));
	else
		f->action = action;
}

HANDLER(audit_logs, struct audit_in, struct audit_out)
{
	struct ctx *c = &r->ctx;
	struct audit_data *data = arena_new_of(c->arena, struct audit_data);
	struct audit_filter f = FILTER_OF(in);
	struct list rows;
	int64_t total = 0;

	f.page = in->page;
	f.size = in->limit;
	split(c, in->action, &f);
	enum status st = audit_list(c, &f, &rows, &total);

	if (st == OK)
		st = audit_sql_staff(c, AS_LIST(&data->admins));
	if (st != OK)
		return st;
	struct audit_item *items = arena_array(c->arena, struct audit_item, rows.n);
	const struct audit_row *row = rows.v;

	for (size_t i = 0; i < rows.n; i++, row++)
		items[i] = (struct audit_item){
			.id = row->id,
			.adminId = row->adminId,
			.action = row->action,
			.targetType = row->targetType,
			.targetId = row->targetId,
			.before = row->was,
			.after = row->became,
			.reason = row->reason,
			.ipAddress = row->ip,
			.userAgent = row->userAgent,
			.createdAt = row->createdAt,
			.admin = audit_admin_of(c, row),
		};
	*AS_LIST(&data->logs) = (struct list){items, rows.n};
	data->pagination = audit_pages(c, in->page, in->limit, total);
	out->success = true;
	out->data = data;
	out->timestamp = c->now;
	return OK;
}

/* ---- as a table ---------------------------------------------------------------------------- */

/* RFC 4180. A spreadsheet would run a text that begins like a formula (OWASP, CSV injection). */
static void add_cell(struct buf *b, const char *text, char after)
{
	buf_char(b, '"');
	if (text && *text && strchr("=+-@\t\r", *text))
		buf_char(b, '\'');
	for (const char *p = text ? text : ""; *p; p++) {
		if (*p == '"')
			buf_char(b, '"');
		buf_char(b, *p);
	}
	buf_char(b, '"');
	buf_char(b, after);
}

static void add_line(struct ctx *c, struct buf *b, const struct audit_row *row)
{
	char at[32];

	clock_iso(row->createdAt, at);
	add_cell(b, at, ',');
	add_cell(b, row->name, ',');
	add_cell(b, row->email, ',');
	add_cell(b, row->action, ',');
	add_cell(b, row->targetType, ',');
	add_cell(b, row->targetId ? arena_printf(c->arena, "%llu", (unsigned long long)row->targetId) : NULL, ',');
	add_cell(b, row->ip, ',');
	add_cell(b, row->reason, '\r');
	buf_char(b, '\n');
}

struct exporting {
	struct audit_filter f;
	struct buf *out;
	struct admin_place place;
};

/* In one transaction, whose reads are of one moment. A worker has 32 MB: it ends where CSV_MAX are full. */
static enum status export_lines(struct ctx *c, void *arg)
{
	struct exporting *w = arg;
	struct list rows = {0};
	enum status st = OK;

	w->out->len = 0; /* tried again */
	buf_str(w->out, "\xEF\xBB\xBF"); /* for Excel */
	buf_str(w->out, "\"시간\",\"관리자\",\"이메일\",\"액션\",\"대상 유형\",\"대상 ID\",\"IP\",\"사유\"\r\n");
	for (w->f.page = 1; st == OK && w->f.page <= AUDIT_SEEN_MAX / LINES && w->out->len < CSV_MAX; w->f.page++) {
		st = audit_sql_lines(c, &w->f, &rows);
		for (size_t i = 0; st == OK && i < rows.n; i++)
			add_line(c, w->out, (const struct audit_row *)rows.v + i);
		if (rows.n < LINES)
			break;
	}
	if (st == OK && rows.n == LINES)
		add_line(c, w->out, &(struct audit_row){.createdAt = c->now, .reason = MORE});
	return st == OK ? admin_record(c, &(struct admin_act){.action = "AUDIT_EXPORT", .place = w->place}) : st;
}

HANDLER(audit_export, struct audit_export_in, struct nothing)
{
	struct ctx *c = &r->ctx;
	struct exporting w = {.f = FILTER_OF(in), .out = &r->out, .place = admin_place(r)};
	char today[32];

	w.f.size = LINES;
	split(c, in->action, &w.f);
	clock_iso(c->now, today);
	enum status st = db_tx(c, export_lines, &w);

	if (st != OK)
		return st;
	r->content_type_out = "text/csv; charset=utf-8";
	req_header(r, "Content-Disposition",
		   arena_printf(c->arena, "attachment; filename=\"audit-logs-%.10s.csv\"", today));
	return OK;
}

static const struct code_row codes[] = {ADMIN_CODES, {0}};

#define STAFF(what) .auth = AUTH_STAFF, .need = (what), .envelope = COUP, .codes = codes
static const struct route routes[] = {
	ROUTE(audit_logs, audit_in, audit_out, .on = {"GET /admin/audit-logs"}, STAFF(MAY_AUDIT_VIEW),
	      .rate = RATE_READ, .statements = 4,
	      .doc = "What administrators did, the newest first: of the newest 10,000 of those days, of an "
		     "administrator or of an action the ones that fit. Kept for two years."),
	ROUTE(audit_export, audit_export_in, nothing, .on = {"GET /admin/audit-logs/export"}, STAFF(MAY_AUDIT_EXPORT),
	      .rate = RATE_SEARCH, .raw = true, .media = "text/csv", .statements = 14,
	      .doc = "The same as a table for a spreadsheet: 10,000 rows or 4 MB, whichever is less; "
		     "the last line says so then."),
};

extern const struct stmt *const admin_audit_stmts[];
const struct domain admin_audit_domain = {
	.name = "administration",
	.doc = "For those who run the study groups' site",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = admin_audit_stmts,
};
