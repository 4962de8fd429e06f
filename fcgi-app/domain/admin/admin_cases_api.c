/* Reports: /admin/reports of the administrators' pages. */
#include "base/utf8.h"
#include "domain/admin/admin_cases.h"
#include "domain/registry.h"

#define CASES_IN(F, S)                                                                             \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = 1, .max = CASES_SEEN_MAX)          \
	F(S, INT, limit, .from = FROM_QUERY, .dflt = "20", .min = 1, .max = CASES_PAGE_MAX)        \
	F(S, STR, search, .from = FROM_QUERY, .max = 100, .trim = true,                            \
	  .doc = "part of the reason, of the target's name, or of the reporter's name or e-mail address") \
	F(S, STR, status, .from = FROM_QUERY, .one_of = "ALL PENDING IN_PROGRESS RESOLVED REJECTED", .dflt = "ALL") \
	F(S, STR, type, .from = FROM_QUERY, .one_of = "ALL SPAM HARASSMENT INAPPROPRIATE COPYRIGHT OTHER", \
	  .dflt = "ALL")                                                                           \
	F(S, STR, priority, .from = FROM_QUERY, .one_of = "ALL LOW MEDIUM HIGH URGENT", .dflt = "ALL") \
	F(S, STR, targetType, .from = FROM_QUERY, .one_of = "ALL USER STUDY MESSAGE", .dflt = "ALL") \
	F(S, STR, assignedTo, .from = FROM_QUERY, .max = 20, .dflt = "all",                        \
	  .doc = "me, unassigned, all, or an administrator's number")                              \
	F(S, STR, createdFrom, .from = FROM_QUERY, .fmt = FMT_DATE, .doc = "first day, UTC")       \
	F(S, STR, createdTo, .from = FROM_QUERY, .fmt = FMT_DATE, .doc = "last day")               \
	F(S, STR, sortBy, .from = FROM_QUERY, .one_of = "createdAt priority status", .dflt = "createdAt",\
	  .doc = "createdAt, priority or status")                                                  \
	F(S, STR, sortOrder, .from = FROM_QUERY, .one_of = "ASC DESC", .dflt = "DESC")
SHAPE(admin_cases_in, CASES_IN)

#define CASES_DATA(F, S)                                                                           \
	F(S, LIST(admin_case_item), reports)                                                       \
	F(S, OBJ(coup_pages), pagination)                                                          \
	F(S, OBJ(admin_case_sums), stats)
SHAPE(admin_cases_data, CASES_DATA)
#define CASES_OUT(F, S)                                                                            \
	F(S, BOOL, success)                                                                        \
	F(S, OBJ(admin_cases_data), data)                                                          \
	F(S, OBJ(coup_pages), pagination)                                                          \
	F(S, OBJ(admin_case_sums), stats)                                                          \
	F(S, TIME, timestamp)
SHAPE(admin_cases_out, CASES_OUT)

#define CASE_IN(F, S) F(S, ID, id, .from = FROM_PATH)
SHAPE(admin_case_in, CASE_IN)
#define CASE_DATA(F, S)                                                                            \
	F(S, OBJ(admin_case_detail), report)                                                       \
	F(S, LIST(admin_case_item), relatedReports, .doc = "others about the same, the newest five")
SHAPE(admin_case_data, CASE_DATA)
#define CASE_OUT(F, S)                                                                             \
	F(S, BOOL, success)                                                                        \
	F(S, OBJ(admin_case_data), data)                                                           \
	F(S, TIME, timestamp)
SHAPE(admin_case_out, CASE_OUT)

#define ASSIGN_IN(F, S)                                                                            \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, ID, adminId, .nullable = true, .doc = "absent: me, null: nobody any more")            \
	F(S, BOOL, autoAssign, .doc = "to who has the fewest reports in hand")
SHAPE(admin_assign_in, ASSIGN_IN)
#define ASSIGN_OUT(F, S)                                                                           \
	COUP_DONE(F, S)                                                                            \
	F(S, OBJ(admin_case_item), data)                                                           \
	F(S, TIME, timestamp)
SHAPE(admin_assign_out, ASSIGN_OUT)

#define MEASURE_IN(F, S)                                                                           \
	F(S, STR, reason, .max = ADMIN_REASON_MAX, .trim = true, .lines = true, .doc = "absent: the resolution") \
	F(S, STR, severity, .one_of = ADMIN_SEVERITIES, .dflt = "NORMAL") \
	F(S, TIME, expiresAt, .doc = "of a warning; absent: it stays")                             \
	F(S, STR, duration, .lax = true, .max = 20, .trim = true,                                  \
	  .doc = "1d, 3d, 7d, 14d, 30d, 90d or permanent; anything else is 7d")                    \
	F(S, STR, restrictType, .max = 20, .trim = true, .doc = "all: the three of them, as without any") \
	F(S, BOOL, restrictStudyCreate)                                                            \
	F(S, BOOL, restrictStudyJoin)                                                              \
	F(S, BOOL, restrictMessage)
SHAPE(admin_measure_in, MEASURE_IN)
#define PROCESS_IN(F, S)                                                                           \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, STR, action, .required = true, .one_of = "APPROVE REJECT HOLD")                       \
	F(S, STR, resolution, .required = true, .keep_empty = true, .min = 1, .max = REPORT_REASON_MAX, \
	  .trim = true, .lines = true)                                                             \
	F(S, STR, linkedAction, .one_of = "NONE WARN_USER SUSPEND_USER RESTRICT_USER DELETE_CONTENT", \
	  .dflt = "NONE", .doc = "of an approval alone")                                                           \
	F(S, OBJ(admin_measure_in), linkedActionDetails)
SHAPE(admin_process_in, PROCESS_IN)
#define PROCESS_DATA(F, S)                                                                         \
	F(S, OBJ(admin_case_item), report)                                                         \
	F(S, OBJ(admin_case_result), actionResult)
SHAPE(admin_process_data, PROCESS_DATA)
#define PROCESS_OUT(F, S)                                                                          \
	COUP_DONE(F, S)                                                                            \
	F(S, OBJ(admin_process_data), data)                                                        \
	F(S, TIME, timestamp)
SHAPE(admin_process_out, PROCESS_OUT)

/* ---- looking ------------------------------------------------------------------------------- */

static enum status assignee_of(struct ctx *c, const char *word, int64_t *out)
{
	char *end;
	const bool all = !strcasecmp(word, "all"), me = !strcasecmp(word, "me");

	*out = all ? -1 : me ? (int64_t)c->me.user_id : strtoll(word, &end, 10);
	if (all || me || !strcasecmp(word, "unassigned") || (*out > 0 && !*end))
		return OK;
	fail_field(c, "assignedTo", "one_of",
		   say(c, "me, unassigned, all 또는 관리자 번호여야 합니다",
		       "must be me, unassigned, all or a number"));
	return E_VALIDATION;
}

HANDLER(admin_cases_get, struct admin_cases_in, struct admin_cases_out)
{
	static const char *const orders[] = {"createdAt", "priority", "status"};
	struct ctx *c = &r->ctx;
	struct admin_cases_data *data = arena_new_of(c->arena, struct admin_cases_data);
	struct admin_case_sums *sums = arena_new_of(c->arena, struct admin_case_sums);
	struct admin_case_filter f = {
		.words = in->search,
		.status = unless_all(in->status),
		.type = unless_all(in->type),
		.priority = unless_all(in->priority),
		.target_type = unless_all(in->targetType),
		.created_from = in->createdFrom,
		.created_to = in->createdTo,
		.order = (enum admin_case_order)admin_word(in->sortBy, orders, COUNT(orders)),
		.ascending = *in->sortOrder == 'A',
		.page = in->page,
		.size = in->limit,
	};
	enum status st = assignee_of(c, in->assignedTo, &f.assigned);

	if (st == OK)
		st = admin_cases_list(c, &f, AS_LIST(&data->reports), sums);
	data->pagination = out->pagination = coup_pages(c, in->page, in->limit, sums->total);
	data->stats = out->stats = sums;
	out->success = true;
	out->data = data;
	out->timestamp = c->now;
	return st;
}

HANDLER(admin_case_get_one, struct admin_case_in, struct admin_case_out)
{
	struct admin_case_data *data = arena_new_of(r->ctx.arena, struct admin_case_data);
	struct admin_case_detail *report = arena_new_of(r->ctx.arena, struct admin_case_detail);
	const struct admin_place at = admin_place(r);

	data->report = report;
	out->success = true;
	out->data = data;
	out->timestamp = r->ctx.now;
	return admin_case_get(&r->ctx, in->id, &at, report, AS_LIST(&data->relatedReports));
}

/* ---- answering ----------------------------------------------------------------------------- */

HANDLER(admin_case_assign_post, struct admin_assign_in, struct admin_assign_out)
{
	struct ctx *c = &r->ctx;
	struct admin_case_item *now = arena_new_of(c->arena, struct admin_case_item);
	const struct admin_place at = admin_place(r);
	const int64_t to = in->autoAssign		      ? ASSIGN_TO_LEAST_LOADED
			   : in->has.adminId == GIVEN_NULL ? ASSIGN_TO_NOBODY
			   : in->adminId		      ? (int64_t)in->adminId
							      : (int64_t)c->me.user_id;

	out->success = true;
	out->message = to ? say(c, "신고 담당자를 지정했습니다", "The report is assigned")
			  : say(c, "신고 담당을 해제했습니다", "The report is nobody's any more");
	out->data = now;
	out->timestamp = c->now;
	return admin_case_assign(c, in->id, to, &at, now);
}

static int64_t days_of(const char *duration)
{
	static const int64_t all[] = {1, 3, 7, 14, 30, 90};
	char *end;

	if (duration && !strcasecmp(duration, "permanent"))
		return 0;
	const long long n = duration ? strtoll(duration, &end, 10) : 0;

	for (size_t i = 0; duration && i < COUNT(all); i++)
		if (n == all[i] && (!*end || !strcmp(end, "d")))
			return n;
	return 7;
}

static int64_t actions_of(const struct admin_measure_in *in)
{
	const int64_t some = (in->restrictStudyCreate ? NO_STUDY_CREATE : 0) |
			     (in->restrictStudyJoin ? NO_STUDY_JOIN : 0) | (in->restrictMessage ? NO_MESSAGE : 0);

	return !some || (in->restrictType && !strcasecmp(in->restrictType, "all")) ? NO_EVERYTHING : some;
}

static enum status process(struct req *r, const struct admin_process_in *in, struct admin_process_data *data)
{
	static const char *const verdicts[] = {"APPROVE", "REJECT", "HOLD"};
	static const char *const measures[] = {"NONE", "WARN_USER", "SUSPEND_USER", "RESTRICT_USER", "DELETE_CONTENT"};
	static const struct admin_measure_in none = {.severity = "NORMAL"};
	struct ctx *c = &r->ctx;
	struct admin_case_item *report = arena_new_of(c->arena, struct admin_case_item);
	struct admin_case_result *result = NULL;
	const struct admin_measure_in *m = in->linkedActionDetails ? in->linkedActionDetails : &none;
	const struct admin_decision d = {
		.report_id = in->id,
		.verdict = (enum verdict)admin_word(in->action, verdicts, COUNT(verdicts)),
		.measure = (enum measure)admin_word(in->linkedAction, measures, COUNT(measures)),
		.resolution = in->resolution,
		.reason = m->reason ? m->reason : utf8_start(c->arena, in->resolution, ADMIN_REASON_MAX),
		.severity = m->severity,
		.warning_ends = m->expiresAt,
		.days = days_of(m->duration),
		.actions = actions_of(m),
		.place = admin_place(r),
	};
	enum status st = admin_warning_ends(c, "linkedActionDetails.expiresAt", m->expiresAt);

	if (st == OK)
		st = admin_case_decide(c, &d, report, &result);
	data->report = report;
	data->actionResult = result;
	return st;
}

HANDLER(admin_case_process, struct admin_process_in, struct admin_process_out)
{
	struct ctx *c = &r->ctx;
	struct admin_process_data *data = arena_new_of(c->arena, struct admin_process_data);

	out->success = true;
	out->message = *in->action == 'A'   ? say(c, "신고를 승인했습니다", "The report is approved")
		       : *in->action == 'R' ? say(c, "신고를 반려했습니다", "The report is rejected")
					    : say(c, "신고를 보류했습니다", "The report is put off");
	out->data = data;
	out->timestamp = c->now;
	return process(r, in, data);
}

static const struct code_row codes[] = {
	ADMIN_CODES,
	{E_USER_NOT_FOUND, NULL, "ADMIN-021"},
	{E_VALIDATION, "sortBy", "ADMIN-092"},
	{E_VALIDATION, "status", "ADMIN-044"},
	{0},
};

#define STAFF(what) .auth = AUTH_STAFF, .need = (what), .envelope = COUP, .codes = codes
static const struct route routes[] = {
	ROUTE(admin_cases_get, admin_cases_in, admin_cases_out, .on = {"GET /admin/reports"}, STAFF(MAY_REPORT_VIEW),
	      .rate = RATE_READ, .statements = 4,
	      .doc = "Reports: of the newest 10,000, or the newest 10,000 of a status (2,000 where words are looked "
		     "for), those that fit. Page and numbers stand in data and beside it."),
	ROUTE(admin_case_get_one, admin_case_in, admin_case_out, .on = {"GET /admin/reports/{id}"},
	      STAFF(MAY_REPORT_VIEW), .rate = RATE_READ, .statements = 5,
	      .doc = "One of them, with what it is about and others about the same.", .fails = {E_REPORT_NONE}),
	ROUTE(admin_case_assign_post, admin_assign_in, admin_assign_out, .on = {"POST /admin/reports/{id}/assign"},
	      STAFF(MAY_REPORT_ASSIGN), .rate = RATE_WRITE, .statements = 8,
	      .doc = "Give it to me, to another administrator who may answer reports, or to nobody.",
	      .fails = {E_REPORT_NONE, E_REPORT_CLOSED}),
	ROUTE(admin_case_process, admin_process_in, admin_process_out, .on = {"POST /admin/reports/{id}/process"},
	      STAFF(MAY_REPORT_RESOLVE), .rate = RATE_WRITE, .once = true, .statements = 24,
	      .doc = "Answer it, and with an approval do something about it, for which one needs the permission, too: "
		     "warn, suspend or restrict a person, delete a group or message. All of it or nothing.",
	      .fails = {E_REPORT_NONE, E_REPORT_CLOSED, E_USER_NOT_FOUND, E_ADMIN_SELF, E_ADMIN_PROTECTED}),
};

extern const struct stmt *const admin_cases_stmts[];
const struct domain admin_cases_domain = {
	.name = "administration",
	.doc = "For those who run the study groups' site",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = admin_cases_stmts,
};
