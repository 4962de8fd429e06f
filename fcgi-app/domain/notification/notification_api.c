/* What people were told: lists, numbers, reading, deleting; notes for later. */
#include "base/buf.h"
#include "base/clock.h"
#include "domain/notification/notification_rules.h"
#include "domain/notification/template_rules.h"
#include "domain/outbox/outbox.h"
#include "domain/registry.h"
#include "http/validate.h"

SHAPE_TABLE(notification_out, NOTIFICATION_OUT)
SHAPE_TABLE(notification_pages_out, NOTIFICATION_PAGES_OUT)
SHAPE_TABLE(notifications_out, NOTIFICATIONS_OUT)
SHAPE_TABLE(notification_history_out, NOTIFICATION_HISTORY_OUT)
SHAPE_TABLE(unread_count_out, UNREAD_COUNT_OUT)
SHAPE_TABLE(category_count_out, CATEGORY_COUNT_OUT)
SHAPE_TABLE(category_counts_out, CATEGORY_COUNTS_OUT)
SHAPE_TABLE(notification_stats_out, NOTIFICATION_STATS_OUT)
SHAPE_TABLE(notification_done_out, NOTIFICATION_DONE_OUT)
SHAPE_TABLE(notification_in, NOTIFICATION_IN)
SHAPE_TABLE(recurring_in, RECURRING_IN)
SHAPE_TABLE(schedule_in, SCHEDULE_IN)

#define PAGE_IN(F, S, dflt_)                                                                       \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = -10000, .max = 10000,                \
	  .doc = "from 1; less is the first")                                                \
	F(S, INT, size, .aka = "limit", .from = FROM_QUERY, .dflt = dflt_, .min = 1, .max = 100)
#define FILTER_IN(F, S, where)                                                                     \
	F(S, STR, category, .from = where, .max = 20, .lower = true)                               \
	F(S, STR, type, .from = FROM_QUERY, .max = 40)                                             \
	F(S, BOOL, isRead, .from = FROM_QUERY)                                                     \
	F(S, BOOL, unreadOnly, .from = FROM_QUERY)                                                 \
	F(S, STR, cursor, .from = FROM_QUERY, .max = 40,                                           \
	  .doc = "X-Next-Cursor of the page before; wins over page")
#define LIST_IN(F, S) PAGE_IN(F, S, "20") FILTER_IN(F, S, FROM_QUERY)
SHAPE(notifications_in, LIST_IN)
#define OF_CATEGORY_IN(F, S) PAGE_IN(F, S, "20") FILTER_IN(F, S, FROM_PATH)
SHAPE(notifications_of_category_in, OF_CATEGORY_IN)
#define HISTORY_IN(F, S) PAGE_IN(F, S, "50") FILTER_IN(F, S, FROM_QUERY)
SHAPE(notification_history_in, HISTORY_IN)
#define SCHEDULED_IN(F, S) PAGE_IN(F, S, "20")
SHAPE(scheduled_in, SCHEDULED_IN)

#define ID_IN(F, S) F(S, ID, notificationId, .aka = "id", .from = FROM_PATH)
SHAPE(notification_id_in, ID_IN)
#define IDS_IN(F, S)                                                                               \
	F(S, INTS, notificationIds, .aka = "ids", .bare = true, .required = true, .keep_empty = true, .lax = true, \
	  .max = 500)
SHAPE(notification_ids_in, IDS_IN)
#define TEST_IN(F, S)                                                                              \
	F(S, STR, type, .one_of = NOTIFICATION_TYPES, .dflt = "test")                              \
	F(S, STR, title, .max = 200, .trim = true)                                                 \
	F(S, STR, message, .aka = "content", .max = 1000, .trim = true, .lines = true)
SHAPE(notification_test_in, TEST_IN)

#define URGENT_IN(F, S)                                                                            \
	RECIPIENTS_IN(F, S)                                                                        \
	F(S, STR, title, .required = true, .min = 1, .max = 200, .trim = true)                               \
	F(S, STR, message, .aka = "content", .required = true, .min = 1, .max = 1000, .trim = true, \
	  .lines = true)                                                                           \
	F(S, STR, type, .one_of = NOTIFICATION_TYPES, .dflt = "urgent")                            \
	F(S, STR, priority, .lax = true, .one_of = PRIORITIES, .dflt = "4")                        \
	F(S, STR, clickUrl, .aka = "actionUrl", .max = 500)                                        \
	F(S, TIME, expiresAt)
SHAPE(urgent_in, URGENT_IN)
SHAPE(urgent_out, TOLD_OUT)

enum { ID_BASE = 10 };

/* ---- lists -------------------------------------------------------------------------------- */

struct paged {
	struct notification_filter filter;
	int64_t page, size;
	const char *cursor;
};

/* "<ms>-<id>" of the last one seen. */
static bool read_cursor(const char *s, struct notification_window *w)
{
	char *end;

	w->at = strtoll(s, &end, ID_BASE);
	if (w->at <= 0 || w->at > INT64_MAX / 100000 || *end != '-')
		return false;
	w->id = strtoull(end + 1, &end, ID_BASE);
	return w->id && !*end;
}

static const struct notification_pages_out *pages(struct req *r, int64_t page, int64_t size, int64_t total,
						  bool more)
{
	struct notification_pages_out *p = arena_new_of(r->ctx.arena, struct notification_pages_out);

	r->paging = (struct paging){.page = page, .limit = size, .total = total, .set = true};
	*p = (struct notification_pages_out){
		.page = page,
		.size = size,
		.totalPages = (total + size - 1) / size,
		.totalElements = total,
		.hasNext = more,
	};
	return p;
}

/* One row more than asked for tells whether there is a next page. */
static enum status list(struct req *r, const struct paged *p, struct notifications_out *out)
{
	struct ctx *c = &r->ctx;
	int64_t page = MAX(p->page, (int64_t)1);
	struct notification_window w = {.size = p->size, .offset = (page - 1) * p->size};
	struct notification_totals_row totals;
	struct list rows;

	if (p->cursor) {
		w.offset = 0;
		if (!read_cursor(p->cursor, &w))
			return notification_refuse(c, "cursor", "format", "형식이 올바르지 않습니다",
						   "is no cursor of ours");
	}
	enum status st = notification_sql_list(c, &p->filter, &w, &rows);

	if (st == OK)
		st = notification_sql_totals(c, &p->filter, &totals);
	if (st != OK)
		return st;
	const struct notification_out *n = rows.v;
	bool more = p->cursor ? (int64_t)rows.n == p->size : page * p->size < totals.total;

	out->notifications.v = n;
	out->notifications.n = rows.n;
	out->unreadCount = totals.unread;
	out->pagination = pages(r, page, p->size, totals.total, more);
	if (more && rows.n)
		req_header(r, "X-Next-Cursor",
			   arena_printf(c->arena, "%lld-%llu", (long long)n[rows.n - 1].createdAt,
					(unsigned long long)n[rows.n - 1].notificationId));
	return OK;
}

static const char *unless_all(const char *word)
{
	return word && !strcasecmp(word, "all") ? NULL : word;
}

#define PAGED(in)                                                                                  \
	{                                                                                          \
		.filter = {.category = unless_all((in)->category), .type = unless_all((in)->type), \
			   .unread = (in)->unreadOnly || ((in)->has.isRead && !(in)->isRead),      \
			   .read = (in)->has.isRead && (in)->isRead},                              \
		.page = (in)->page, .size = (in)->size, .cursor = (in)->cursor,                    \
	}

HANDLER(notification_list, struct notifications_in, struct notifications_out)
{
	struct paged p = PAGED(in);

	return list(r, &p, out);
}

HANDLER(notification_unread, struct notifications_in, struct notifications_out)
{
	struct paged p = PAGED(in);

	p.filter.unread = true;
	p.filter.read = false;
	return list(r, &p, out);
}

HANDLER(notification_of_category, struct notifications_of_category_in, struct notifications_out)
{
	struct paged p = PAGED(in);

	return list(r, &p, out);
}

HANDLER(notification_history, struct notification_history_in, struct notification_history_out)
{
	struct paged p = PAGED(in);
	struct notifications_out l = {0};
	enum status st = list(r, &p, &l);

	if (st != OK)
		return st;
	assert(l.pagination); /* comes with every list */
	out->notifications.v = l.notifications.v;
	out->notifications.n = l.notifications.n;
	out->unreadCount = l.unreadCount;
	out->pagination = l.pagination;
	out->page = l.pagination->page;
	out->size = l.pagination->size;
	out->total = l.pagination->totalElements;
	return OK;
}

HANDLER(notification_unread_count, struct nothing, struct unread_count_out)
{
	return notification_sql_unread(&r->ctx, &out->unreadCount);
}

HANDLER(notification_categories, struct nothing, struct category_counts_out)
{
	return notification_sql_categories(&r->ctx, AS_LIST(&out->items));
}

HANDLER(notification_stats, struct nothing, struct notification_stats_out)
{
	const char *zone;
	enum status st = notification_sql_zone(&r->ctx, &zone);

	if (st != OK)
		return st;
	int64_t offset = clock_zone_offset(zone, r->ctx.now), day = 86400000;

	return notification_sql_stats(&r->ctx, (r->ctx.now + offset) / day * day - offset, out);
}

static enum status mine(struct ctx *c, uint64_t id, enum status st)
{
	if (st == E_NO_ROW)
		return fail(c, E_NOTIFICATION_NONE, "notification %llu", (unsigned long long)id);
	return st;
}

HANDLER(notification_get, struct notification_id_in, struct notification_out)
{
	return mine(&r->ctx, in->notificationId, notification_sql_one(&r->ctx, in->notificationId, out));
}

/* ---- reading and deleting ----------------------------------------------------------------- */

HANDLER(notification_read, struct notification_id_in, struct notification_done_out)
{
	enum status st = notification_sql_read(&r->ctx, in->notificationId, &out->count);

	out->success = true;
	return mine(&r->ctx, in->notificationId, st == OK && !out->count ? E_NO_ROW : st);
}

HANDLER(notification_read_all, struct nothing, struct notification_done_out)
{
	out->success = true;
	return notification_sql_read_all(&r->ctx, NULL, &out->count);
}

HANDLER(notification_delete, struct notification_id_in, struct notification_done_out)
{
	out->success = true;
	return notification_sql_delete(&r->ctx, in->notificationId, &out->count);
}

HANDLER(notification_delete_batch, struct notification_ids_in, struct notification_done_out)
{
	const char *ids = buf_ids(r->ctx.arena, in->notificationIds.v, in->notificationIds.n, sizeof(int64_t));

	out->success = true;
	return notification_sql_delete_batch(&r->ctx, ids, &out->count);
}

HANDLER(notification_delete_all, struct nothing, struct notification_done_out)
{
	out->success = true;
	return notification_sql_delete_all(&r->ctx, &out->count);
}

/* ---- making one --------------------------------------------------------------------------- */

#define NEW_NOTIFICATION(in)                                                                       \
	{                                                                                          \
		.type = (in)->type, .category = (in)->category, .title = (in)->title,              \
		.message = (in)->message, .data = (in)->data, .click_url = (in)->clickUrl,         \
		.image_url = (in)->imageUrl, .icon_url = (in)->iconUrl,                            \
		.priority = notification_priority((in)->priority), .expires_at = (in)->expiresAt,            \
	}

HANDLER(notification_post, struct notification_in, struct notification_out)
{
	struct new_notification n = NEW_NOTIFICATION(in);

	return notification_create(&r->ctx, &n, out);
}

HANDLER(notification_test, struct notification_test_in, struct notification_out)
{
	struct template t;
	enum status st = template_one(&r->ctx, notify_templates[NOTIFY_TEST].id, false, &t);

	if (st != OK)
		return st;
	struct new_notification n = {
		.type = in->type,
		.category = t.now.category,
		.title = in->title ? in->title : t.now.title[r->ctx.lang],
		.message = in->message ? in->message : t.now.message[r->ctx.lang],
		.click_url = t.now.page,
		.priority = t.now.priority,
	};

	return notification_create(&r->ctx, &n, out);
}

/* ---- scheduled ---------------------------------------------------------------------------- */

/* The date at the start of endDate; NULL when there is none. */
static const char *end_day(struct ctx *c, const char *end)
{
	const char *day = arena_strndup(c->arena, end, strnlen(end, 10));

	return fmt_matches(FMT_DATE, day) && (!end[10] || end[10] == 'T') ? day : NULL;
}

HANDLER(notification_schedule, struct schedule_in, struct notification_out)
{
	const struct recurring_in *again = in->recurring;
	struct new_notification n = NEW_NOTIFICATION(in);

	if (in->scheduledAt <= r->ctx.now)
		return notification_refuse(&r->ctx, "scheduledAt", "min", "미래의 시각이어야 합니다",
					   "must be in the future");
	n.scheduled_at = in->scheduledAt;
	if (!n.type)
		n.type = "scheduled";
	if (again) {
		n.repeats = again->type;
		n.repeat_every = again->interval;
		n.repeat_time = again->time;
		n.repeat_until = again->endDate ? end_day(&r->ctx, again->endDate) : NULL;
		if (again->endDate && !n.repeat_until)
			return notification_refuse(&r->ctx, "recurring.endDate", "format",
						   "날짜 형식이 올바르지 않습니다", "must be a date");
	}
	return notification_create(&r->ctx, &n, out);
}

HANDLER(notification_scheduled, struct scheduled_in, struct notification_history_out)
{
	int64_t page = MAX(in->page, (int64_t)1);
	struct list rows;
	enum status st = notification_sql_scheduled(&r->ctx, in->size, (page - 1) * in->size, &rows);

	if (st == OK)
		st = notification_sql_scheduled_total(&r->ctx, &out->total);
	if (st == OK)
		st = notification_sql_unread(&r->ctx, &out->unreadCount);
	if (st != OK)
		return st;
	out->notifications.v = rows.v;
	out->notifications.n = rows.n;
	out->pagination = pages(r, page, in->size, out->total, page * in->size < out->total);
	out->page = page;
	out->size = in->size;
	return OK;
}

HANDLER(notification_cancel, struct notification_id_in, struct notification_done_out)
{
	enum status st = notification_sql_cancel(&r->ctx, in->notificationId, &out->count);

	out->success = true;
	if (st == OK && !out->count)
		return fail(&r->ctx, E_SCHEDULED_NONE, "scheduled %llu",
			    (unsigned long long)in->notificationId);
	return st;
}

/* ---- urgent ------------------------------------------------------------------------------- */

HANDLER(notification_urgent, struct urgent_in, struct urgent_out)
{
	struct ctx *c = &r->ctx;
	const struct notice n = {
		.type = in->type,
		.priority = notification_priority(in->priority),
		.title = {in->title, in->title},
		.message = {in->message, in->message},
		.click_url = in->clickUrl,
		.expires_at = in->expiresAt,
	};
	const char *ids;
	enum status st = notification_recipients(c, in->recipients.v, in->recipients.n, &ids, &out->delivered);

	return st == OK ? notification_broadcast(c, &n, ids) : st;
}

static const struct route routes[] = {
	ROUTE(notification_list, notifications_in, notifications_out,
	      .on = {BOTH("GET", ""), BOTH("GET", "/list")}, READS, .paged = true, .statements = 2,
	      .doc = "What I was told, newest first, by page or on from a cursor. unreadCount "
		     "counts all of mine."),
	ROUTE(notification_unread, notifications_in, notifications_out, .on = {BOTH("GET", "/unread")}, READS,
	      .paged = true, .statements = 2, .doc = "The same, unread ones only."),
	ROUTE(notification_of_category, notifications_of_category_in, notifications_out,
	      .on = {BOTH("GET", "/category/{category}")}, READS, .paged = true, .statements = 2,
	      .doc = "The same, of one category."),
	ROUTE(notification_history, notification_history_in, notification_history_out,
	      .on = {BOTH("GET", "/history")}, READS, .paged = true, .statements = 2,
	      .doc = "The same in larger pages, also as `data`."),
	ROUTE(notification_unread_count, nothing, unread_count_out,
	      .on = {BOTH("GET", "/unread-count")}, READS, .statements = 1,
	      .doc = "How many I have not read."),
	ROUTE(notification_categories, nothing, category_counts_out, .on = {BOTH("GET", "/categories")},
	      READS, .statements = 1, .doc = "How many of each category there are."),
	ROUTE(notification_stats, nothing, notification_stats_out, .on = {BOTH("GET", "/stats")}, READS,
	      .statements = 2, .doc = "My notifications in numbers."),
	ROUTE(notification_get, notification_id_in, notification_out,
	      .on = {BOTH("GET", "/{notificationId}")}, READS, .statements = 1,
	      .doc = "One of mine.", .fails = {E_NOTIFICATION_NONE}),
	ROUTE(notification_read, notification_id_in, notification_done_out,
	      .on = {BOTH("PATCH,POST", "/{notificationId}/read"),
		     BOTH("POST,PATCH", "/read/{notificationId}")}, WRITES,
	      .statements = 1, .doc = "Mark one as read; again changes nothing.",
	      .fails = {E_NOTIFICATION_NONE}),
	ROUTE(notification_read_all, nothing, notification_done_out,
	      .on = {BOTH("PATCH,POST", "/read-all"), BOTH("POST,PATCH", "/mark-all-read")}, WRITES,
	      .statements = 1, .doc = "Mark all as read."),
	ROUTE(notification_delete, notification_id_in, notification_done_out,
	      .on = {BOTH("DELETE", "/{notificationId}")}, WRITES, .statements = 1,
	      .doc = "Delete one; again changes nothing: count is 0, as when it is not mine."),
	ROUTE(notification_delete_batch, notification_ids_in, notification_done_out,
	      .on = {BOTH("DELETE", "/batch")}, WRITES, .statements = 1,
	      .doc = "Delete several; those that are not mine are passed over."),
	ROUTE(notification_delete_all, nothing, notification_done_out, .on = {BOTH("DELETE", "/all")}, WRITES,
	      .statements = 1, .doc = "Delete all but the scheduled ones."),
	ROUTE(notification_post, notification_in, notification_out, .on = {BOTH("POST", "")}, WRITES,
	      .ok = 201, .once = true, .statements = 1, .doc = "Leave a note to myself."),
	ROUTE(notification_test, notification_test_in, notification_out, .on = {BOTH("POST", "/test")},
	      WRITES, .ok = 201, .once = true, .statements = 2,
	      .doc = "Send myself one to see what it looks like."),
	ROUTE(notification_schedule, schedule_in, notification_out, .on = {BOTH("POST", "/schedule")}, WRITES,
	      .ok = 201, .once = true, .statements = 1,
	      .doc = "Leave a note to myself for later, once or again and again. A hundred may wait.",
	      .fails = {E_SCHEDULED_MANY}),
	ROUTE(notification_scheduled, scheduled_in, notification_history_out,
	      .on = {BOTH("GET", "/scheduled")}, READS, .paged = true,
	      .statements = 3, .doc = "What waits for its time, soonest first."),
	ROUTE(notification_cancel, notification_id_in, notification_done_out,
	      .on = {BOTH("DELETE", "/scheduled/{notificationId}")}, WRITES, .statements = 1,
	      .doc = "Cancel one that waits, and its repetitions.", .fails = {E_SCHEDULED_NONE}),
	ROUTE(notification_urgent, urgent_in, urgent_out, .on = {BOTH("POST", "/urgent")}, .auth = AUTH_ADMIN,
	      .rate = RATE_WRITE, .ok = 201, .once = true, .statements = 4,
	      .doc = "Tell people at once, whatever they switched off, but a system_ type unless they take none of "
		     "those; the rows are written in the background.",
	      .fails = {E_USER_NOT_FOUND}),
};

extern const struct stmt *const notification_stmts[];
extern const struct job notification_jobs[];
extern const struct schedule notification_schedules[];
const struct domain notification_domain = {
	.name = "notifications",
	.doc = "What people were told, and what they want to be told",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = notification_stmts,
	.jobs = notification_jobs,
	.schedules = notification_schedules,
};
