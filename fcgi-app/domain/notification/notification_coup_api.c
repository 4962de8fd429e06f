/* The study groups' notifications: those of the category study, as their client knows them. */
#include "base/buf.h"
#include "domain/coup.h"
#include "domain/notification/notification_rules.h"
#include "domain/registry.h"

SHAPE_TABLE(coup_notification, COUP_NOTIFICATION)

#define COUP_TYPES "JOIN_APPROVED NOTICE FILE EVENT TASK MEMBER KICK CHAT"
#define COUP_LIST_IN(F, S)                                                                         \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = 1, .max = 10000)                   \
	F(S, INT, limit, .from = FROM_QUERY, .dflt = "20", .min = 1, .max = 100)                   \
	F(S, BOOL, isRead, .from = FROM_QUERY)                                                     \
	F(S, STR, type, .from = FROM_QUERY, .one_of = COUP_TYPES)
SHAPE(coup_list_in, COUP_LIST_IN)

#define COUP_LIST_OUT(F, S)                                                                        \
	F(S, BOOL, success)                                                                        \
	F(S, LIST(coup_notification), data)                                                        \
	F(S, OBJ(coup_pages), pagination)
SHAPE(coup_list_out, COUP_LIST_OUT)
#define COUP_ONE_OUT(F, S)                                                                         \
	F(S, BOOL, success)                                                                        \
	F(S, OBJ(coup_notification), data)
SHAPE(coup_one_out, COUP_ONE_OUT)
#define COUP_COUNT_OUT(F, S)                                                                       \
	COUP_DONE(F, S)                                                                        \
	F(S, INT, count)
SHAPE(coup_count_out, COUP_COUNT_OUT)

#define COUP_ID_IN(F, S) F(S, ID, id, .from = FROM_PATH)
SHAPE(coup_id_in, COUP_ID_IN)
#define COUP_IDS_IN(F, S) F(S, INTS, ids, .required = true, .lax = true, .min = 1, .max = 500)
SHAPE(coup_ids_in, COUP_IDS_IN)
#define COUP_BULK_OUT(F, S)                                                                        \
	F(S, INT, success, .doc = "how many were deleted")                                         \
	F(S, INT, failed)                                                                          \
	F(S, INT, total)
SHAPE(coup_bulk_out, COUP_BULK_OUT)

static const char category[] = "study";

static enum status found(struct ctx *c, uint64_t id, enum status st, bool some)
{
	if (st == E_NO_ROW || (st == OK && !some))
		return fail(c, E_NOTIFICATION_NONE, "notification %llu", (unsigned long long)id);
	return st;
}

HANDLER(coup_notifications, struct coup_list_in, struct coup_list_out)
{
	struct ctx *c = &r->ctx;
	const struct notification_filter f = {
		.category = category,
		.type = in->type,
		.unread = in->has.isRead && !in->isRead,
		.read = in->has.isRead && in->isRead,
	};
	struct notification_totals_row totals;
	enum status st = notification_sql_coup_list(c, &f, in->limit, (in->page - 1) * in->limit, AS_LIST(&out->data));

	if (st == OK)
		st = notification_sql_totals(c, &f, &totals);
	if (st != OK)
		return st;
	out->success = true;
	out->pagination = coup_pages(c, in->page, in->limit, totals.total);
	return OK;
}

HANDLER(coup_notification_count, struct nothing, struct coup_count_out)
{
	const struct notification_filter f = {.category = category, .unread = true};
	struct notification_totals_row totals = {0};
	enum status st = notification_sql_totals(&r->ctx, &f, &totals);

	out->success = true;
	out->count = totals.total;
	out->message = say(&r->ctx, "읽지 않은 알림 수입니다", "Notifications not read yet");
	return st;
}

HANDLER(coup_notification_get, struct coup_id_in, struct coup_one_out)
{
	struct coup_notification *n = arena_new_of(r->ctx.arena, struct coup_notification);

	out->success = true;
	out->data = n;
	return found(&r->ctx, in->id, notification_sql_coup_one(&r->ctx, in->id, n), true);
}

HANDLER(coup_notification_read, struct coup_id_in, struct coup_done)
{
	int64_t n = 0;
	enum status st = notification_sql_read(&r->ctx, in->id, &n);

	out->success = true;
	out->message = say(&r->ctx, "알림을 읽음 처리했습니다", "The notification is read");
	return found(&r->ctx, in->id, st, n > 0);
}

HANDLER(coup_notification_read_all, struct nothing, struct coup_count_out)
{
	out->success = true;
	out->message = say(&r->ctx, "모든 알림을 읽음 처리했습니다", "All notifications are read");
	return notification_sql_read_all(&r->ctx, category, &out->count);
}

HANDLER(coup_notification_delete, struct coup_id_in, struct coup_done)
{
	int64_t n = 0;
	enum status st = notification_sql_delete(&r->ctx, in->id, &n);

	out->success = true;
	out->message = say(&r->ctx, "알림을 삭제했습니다", "The notification is deleted");
	return found(&r->ctx, in->id, st, n > 0);
}

HANDLER(coup_notification_bulk, struct coup_ids_in, struct coup_bulk_out)
{
	const char *ids = buf_ids(r->ctx.arena, in->ids.v, in->ids.n, sizeof(int64_t));

	out->total = (int64_t)in->ids.n;
	enum status st = notification_sql_delete_batch(&r->ctx, ids, &out->success);

	if (st == OK && out->success < out->total)
		return fail(&r->ctx, E_NOTIFICATION_PARTLY, "%lld of %lld", (long long)out->success,
			    (long long)out->total);
	return st;
}

static const struct code_row codes[] = {
	{E_NO_TOKEN, NULL, "NOTI-PERM-001"},
	{E_TOKEN_EXPIRED, NULL, "NOTI-PERM-001"},
	{E_TOKEN_INVALID, NULL, "NOTI-PERM-001"},
	{E_NOTIFICATION_NONE, NULL, "NOTI-BIZ-001"},
	{E_VALIDATION, "type", "NOTI-VAL-002"},
	{E_VALIDATION, "page", "NOTI-VAL-012"},
	{E_VALIDATION, "limit", "NOTI-VAL-013"},
	{E_VALIDATION, "ids", "NOTI-BIZ-023"},
	{0},
};

#define STUDY .auth = AUTH_SESSION, .envelope = COUP, .codes = codes
static const struct route routes[] = {
	ROUTE(coup_notifications, coup_list_in, coup_list_out, .on = {"GET /coup/notifications"}, STUDY,
	      .rate = RATE_READ, .statements = 2, .doc = "What I was told of my studies, newest first."),
	ROUTE(coup_notification_count, nothing, coup_count_out, .on = {"GET /coup/notifications/count"}, STUDY,
	      .rate = RATE_READ, .statements = 1, .doc = "How many of them I have not read."),
	ROUTE(coup_notification_get, coup_id_in, coup_one_out, .on = {"GET /coup/notifications/{id}"}, STUDY,
	      .rate = RATE_READ, .statements = 1, .doc = "One of them.", .fails = {E_NOTIFICATION_NONE}),
	ROUTE(coup_notification_read, coup_id_in, coup_done, .on = {"POST,PATCH /coup/notifications/{id}/read"},
	      STUDY, .rate = RATE_WRITE, .statements = 1, .doc = "Mark one as read; again changes nothing.",
	      .fails = {E_NOTIFICATION_NONE}),
	ROUTE(coup_notification_read_all, nothing, coup_count_out,
	      .on = {"POST,PATCH /coup/notifications/mark-all-read"}, STUDY, .rate = RATE_WRITE, .statements = 1,
	      .doc = "Mark all as read."),
	ROUTE(coup_notification_delete, coup_id_in, coup_done, .on = {"DELETE /coup/notifications/{id}"}, STUDY,
	      .rate = RATE_WRITE, .statements = 1, .doc = "Delete one.", .fails = {E_NOTIFICATION_NONE}),
	ROUTE(coup_notification_bulk, coup_ids_in, coup_bulk_out, .on = {"DELETE /coup/notifications/bulk"}, STUDY,
	      .rate = RATE_WRITE, .statements = 1,
	      .doc = "Delete several. Those that are mine go, also when others are not and it says so.",
	      .fails = {E_NOTIFICATION_PARTLY}),
};

const struct domain notification_coup_domain = {
	.name = "study group notifications",
	.doc = "As the study groups' client calls them: /api/notifications, with its session cookie and no "
	       "Authorization header",
	.routes = routes,
	.n_routes = COUNT(routes),
};
