/* Accounts: /admin/users of the administrators' pages. */
#include "domain/admin/admin_users.h"
#include "domain/registry.h"

#define USERS_IN(F, S)                                                                             \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = 1, .max = ADMIN_SEEN_MAX)          \
	F(S, INT, limit, .from = FROM_QUERY, .dflt = "20", .min = 1, .max = ADMIN_PAGE_MAX)        \
	F(S, STR, search, .from = FROM_QUERY, .max = 100, .trim = true,                            \
	  .doc = "a number, or the beginning of an e-mail address or name")                        \
	F(S, STR, status, .from = FROM_QUERY, .one_of = "ALL ACTIVE SUSPENDED DELETED", .dflt = "ALL") \
	F(S, STR, provider, .from = FROM_QUERY, .one_of = "ALL CREDENTIALS GOOGLE NAVER KAKAO GITHUB", .dflt = "ALL")\
	F(S, BOOL, hasWarnings, .from = FROM_QUERY)                                                \
	F(S, BOOL, isSuspended, .from = FROM_QUERY)                                                \
	F(S, STR, createdFrom, .from = FROM_QUERY, .fmt = FMT_DATE, .doc = "first day, UTC")       \
	F(S, STR, createdTo, .from = FROM_QUERY, .fmt = FMT_DATE, .doc = "last day")               \
	F(S, STR, lastLoginFrom, .from = FROM_QUERY, .fmt = FMT_DATE)                              \
	F(S, STR, lastLoginTo, .from = FROM_QUERY, .fmt = FMT_DATE)                                \
	F(S, STR, sortBy, .from = FROM_QUERY, .one_of = "createdAt lastLoginAt email name status", .dflt = "createdAt",\
	  .doc = "createdAt, lastLoginAt, email, name or status")                                  \
	F(S, STR, sortOrder, .from = FROM_QUERY, .one_of = "ASC DESC", .dflt = "DESC")
SHAPE(admin_users_in, USERS_IN)

#define USERS_FILTERS(F, S)                                                                        \
	F(S, STR, search)                                                                          \
	F(S, STR, status)                                                                          \
	F(S, STR, provider)                                                                        \
	F(S, STR, hasWarnings)                                                                     \
	F(S, STR, isSuspended)                                                                     \
	F(S, STR, createdFrom)                                                                     \
	F(S, STR, createdTo)                                                                       \
	F(S, STR, lastLoginFrom)                                                                   \
	F(S, STR, lastLoginTo)                                                                     \
	F(S, STR, sortBy)                                                                          \
	F(S, STR, sortOrder)
SHAPE(admin_users_filters, USERS_FILTERS)
#define USERS_OUT(F, S)                                                                            \
	F(S, BOOL, success)                                                                        \
	F(S, LIST(admin_user_item), data)                                                          \
	F(S, OBJ(coup_pages), pagination)                                                          \
	F(S, OBJ(admin_users_filters), filters, .doc = "what was asked for")                       \
	F(S, TIME, timestamp)
SHAPE(admin_users_out, USERS_OUT)

#define USER_IN(F, S) F(S, ID, id, .from = FROM_PATH)
SHAPE(admin_user_in, USER_IN)
#define USER_OUT(F, S)                                                                             \
	F(S, BOOL, success)                                                                        \
	F(S, OBJ(admin_user_detail), data)                                                         \
	F(S, TIME, timestamp)
SHAPE(admin_user_out, USER_OUT)

#define SUSPEND_IN(F, S)                                                                           \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, STR, reason, .required = true, .keep_empty = true, .min = 1, .max = 500, .trim = true, \
	  .lines = true)                                                                           \
	F(S, STR, duration, .lax = true, .nullable = true, .max = 20, .trim = true,                \
	  .doc = "1 to 365 days, as a number or 7d; absent, null or permanent: until it is undone")
SHAPE(admin_suspend_in, SUSPEND_IN)
#define RESTORE_IN(F, S)                                                                           \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, STR, reason, .max = 500, .trim = true, .lines = true)
SHAPE(admin_restore_in, RESTORE_IN)
#define EDIT_IN(F, S)                                                                              \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, STR, name, .keep_empty = true, .min = 1, .max = 100, .trim = true)                    \
	F(S, STR, email, .keep_empty = true, .min = 1, .max = 255, .trim = true, .lower = true,    \
	  .fmt = FMT_EMAIL)                                                                        \
	F(S, STR, role, .one_of = "USER ADMIN")                                                    \
	F(S, STR, status, .one_of = "ACTIVE SUSPENDED DELETED")                                    \
	F(S, STR, reason, .max = ADMIN_REASON_MAX, .trim = true, .lines = true)
SHAPE(admin_edit_in, EDIT_IN)
#define DELETE_IN(F, S)                                                                            \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, STR, reason, .from = FROM_QUERY, .max = ADMIN_REASON_MAX, .trim = true)
SHAPE(admin_delete_in, DELETE_IN)
#define WARN_IN(F, S)                                                                              \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, STR, reason, .required = true, .keep_empty = true, .min = 1, .max = ADMIN_REASON_MAX, .trim = true, \
	  .lines = true)                                                                           \
	F(S, STR, severity, .one_of = ADMIN_SEVERITIES, .dflt = "NORMAL")                          \
	F(S, STR, relatedContent, .max = 100, .trim = true)                                        \
	F(S, TIME, expiresAt, .doc = "absent: it stays")
SHAPE(admin_warn_in, WARN_IN)
#define WARNED_OUT(F, S)                                                                           \
	COUP_DONE(F, S)                                                                            \
	F(S, OBJ(admin_warned), data)                                                              \
	F(S, TIME, timestamp)
SHAPE(admin_warned_out, WARNED_OUT)
#define CHANGED_OUT(F, S)                                                                          \
	COUP_DONE(F, S)                                                                            \
	F(S, OBJ(admin_user_item), data)                                                           \
	F(S, TIME, timestamp)
SHAPE(admin_changed_out, CHANGED_OUT)

#define IF_GIVEN(field) (in->has.field ? (int)in->field : -1)
#define WORD_OF(field) (in->has.field ? in->field ? "true" : "false" : NULL)

HANDLER(admin_users_get, struct admin_users_in, struct admin_users_out)
{
	static const char *const orders[] = {"createdAt", "lastLoginAt", "email", "name", "status"};
	static const char *const words[] = {"createdAt", "lastLoginAt", "email", "name", "status"};
	struct ctx *c = &r->ctx;
	struct admin_users_filters *asked = arena_new_of(c->arena, struct admin_users_filters);
	const struct admin_place at = admin_place(r);
	const struct admin_user_filter f = {
		.words = in->search,
		.status = unless_all(in->status),
		.provider = unless_all(in->provider),
		.created_from = in->createdFrom,
		.created_to = in->createdTo,
		.active_from = in->lastLoginFrom,
		.active_to = in->lastLoginTo,
		.warned = IF_GIVEN(hasWarnings),
		.suspended = IF_GIVEN(isSuspended),
		.order = (enum admin_user_order)admin_word(in->sortBy, words, COUNT(words)),
		.ascending = *in->sortOrder == 'A',
		.page = in->page,
		.size = in->limit,
	};
	int64_t total = 0;
	enum status st = admin_users_list(c, &f, &at, AS_LIST(&out->data), &total);

	*asked = (struct admin_users_filters){
		.search = in->search,
		.status = unless_all(in->status),
		.provider = unless_all(in->provider),
		.hasWarnings = WORD_OF(hasWarnings),
		.isSuspended = WORD_OF(isSuspended),
		.createdFrom = in->createdFrom,
		.createdTo = in->createdTo,
		.lastLoginFrom = in->lastLoginFrom,
		.lastLoginTo = in->lastLoginTo,
		.sortBy = orders[f.order],
		.sortOrder = f.ascending ? "asc" : "desc",
	};
	out->success = true;
	out->pagination = coup_pages(c, in->page, in->limit, total);
	out->filters = asked;
	out->timestamp = c->now;
	return st;
}

HANDLER(admin_user_get_one, struct admin_user_in, struct admin_user_out)
{
	struct admin_user_detail *d = arena_new_of(r->ctx.arena, struct admin_user_detail);
	const struct admin_place at = admin_place(r);

	out->success = true;
	out->data = d;
	out->timestamp = r->ctx.now;
	return admin_user_get(&r->ctx, in->id, &at, d);
}

/* "7", "7d" → 7; none or permanent → 0; anything else -1. */
static int64_t days_of(const char *duration)
{
	char *end;

	if (!duration || !strcasecmp(duration, "permanent"))
		return 0;
	long long n = strtoll(duration, &end, 10);

	return (!*end || !strcmp(end, "d")) && n >= 1 && n <= SUSPEND_DAYS_MAX ? n : -1;
}

HANDLER(admin_user_suspend, struct admin_suspend_in, struct admin_changed_out)
{
	struct ctx *c = &r->ctx;
	struct admin_user_item *now = arena_new_of(c->arena, struct admin_user_item);
	const struct admin_suspension s = {
		.user_id = in->id, .reason = in->reason, .days = days_of(in->duration), .place = admin_place(r)};

	if (s.days < 0) {
		fail_field(c, "duration", "range",
			   say(c, "1~365일 또는 permanent여야 합니다", "must be 1 to 365 days, or permanent"));
		return E_VALIDATION;
	}
	out->success = true;
	out->message = say(c, "사용자를 정지했습니다", "The user is suspended");
	out->data = now;
	out->timestamp = c->now;
	return admin_suspend(c, &s, now);
}

typedef enum status restorer(struct ctx *c, uint64_t id, const char *reason, const struct admin_place *at,
			     struct admin_user_item *out);

static enum status restore(struct req *r, restorer *by, const struct admin_restore_in *in,
			   struct admin_changed_out *out)
{
	struct ctx *c = &r->ctx;
	struct admin_user_item *now = arena_new_of(c->arena, struct admin_user_item);
	const struct admin_place at = admin_place(r);

	out->success = true;
	out->message = say(c, "사용자를 복구했습니다", "The user is restored");
	out->data = now;
	out->timestamp = c->now;
	return by(c, in->id, in->reason, &at, now);
}

HANDLER(admin_user_restore, struct admin_restore_in, struct admin_changed_out)
{
	return restore(r, admin_restore, in, out);
}

HANDLER(admin_user_unsuspend, struct admin_restore_in, struct admin_changed_out)
{
	return restore(r, admin_unsuspend, in, out);
}

HANDLER(admin_user_delete, struct admin_delete_in, struct admin_changed_out)
{
	struct ctx *c = &r->ctx;
	struct admin_user_item *now = arena_new_of(c->arena, struct admin_user_item);
	const struct admin_place at = admin_place(r);

	out->success = true;
	out->message = say(c, "사용자를 삭제했습니다", "The user is deleted");
	out->data = now;
	out->timestamp = c->now;
	return admin_delete(c, in->id, in->reason, &at, now);
}

HANDLER(admin_user_edit, struct admin_edit_in, struct admin_changed_out)
{
	struct ctx *c = &r->ctx;
	struct admin_user_item *now = arena_new_of(c->arena, struct admin_user_item);
	const struct admin_edit e = {
		.user_id = in->id,
		.name = in->name,
		.email = in->email,
		.role = in->role,
		.status = in->status,
		.reason = in->reason,
		.place = admin_place(r),
	};

	if (!e.name && !e.email && !e.role && !e.status) {
		fail_field(c, "body", "required",
			   say(c, "name, email, role, status 중 하나는 있어야 합니다",
			       "needs a name, email, role or status"));
		return E_VALIDATION;
	}
	out->success = true;
	out->message = say(c, "사용자 정보를 변경했습니다", "The user is changed");
	out->data = now;
	out->timestamp = c->now;
	return admin_edit(c, &e, now);
}

HANDLER(admin_user_warn, struct admin_warn_in, struct admin_warned_out)
{
	struct ctx *c = &r->ctx;
	struct admin_warned *warned = arena_new_of(c->arena, struct admin_warned);
	const struct admin_warning_draft w = {
		.user_id = in->id,
		.reason = in->reason,
		.severity = in->severity,
		.related = in->relatedContent,
		.expires_at = in->expiresAt,
		.place = admin_place(r),
	};
	enum status st = admin_warning_ends(c, "expiresAt", in->expiresAt);

	out->success = true;
	out->message = say(c, "사용자에게 경고했습니다", "The user is warned");
	out->data = warned;
	out->timestamp = c->now;
	return st == OK ? admin_warn(c, &w, warned) : st;
}

static const struct code_row codes[] = {
	ADMIN_CODES,
	{E_USER_NOT_FOUND, NULL, "ADMIN-021"},
	{E_VALIDATION, "sortBy", "ADMIN-092"},
	{E_VALIDATION, "reason", "ADMIN-023"},
	{E_VALIDATION, "duration", "ADMIN-027"},
	{0},
};

#define STAFF(what) .auth = AUTH_STAFF, .need = (what), .envelope = COUP, .codes = codes
static const struct route routes[] = {
	ROUTE(admin_users_get, admin_users_in, admin_users_out, .on = {"GET /admin/users"}, STAFF(MAY_USER_VIEW),
	      .rate = RATE_READ, .statements = 4,
	      .doc = "Accounts: the first 10,000 in their order, or the newest 10,000 of a status, or what a search "
		     "finds (2,000 names and 2,000 addresses); of those the ones that fit."),
	ROUTE(admin_user_get_one, admin_user_in, admin_user_out, .on = {"GET /admin/users/{id}"}, STAFF(MAY_USER_VIEW),
	      .rate = RATE_READ, .statements = 5, .doc = "One of them, with what was done to it.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(admin_user_suspend, admin_suspend_in, admin_changed_out, .on = {"POST /admin/users/{id}/suspend"},
	      STAFF(MAY_USER_SUSPEND), .rate = RATE_WRITE, .once = true, .statements = 11,
	      .doc = "End all logins of somebody; nobody logs in to the account until it is over.",
	      .fails = {E_USER_NOT_FOUND, E_ADMIN_SELF, E_ADMIN_PROTECTED, E_ADMIN_SUSPENDED}),
	ROUTE(admin_user_warn, admin_warn_in, admin_warned_out, .on = {"POST /admin/users/{id}/warn"},
	      STAFF(MAY_USER_WARN), .rate = RATE_WRITE, .once = true, .statements = 16,
	      .doc = "Warn somebody; the third time suspends them for a week, the fourth for two, more for a month.",
	      .fails = {E_USER_NOT_FOUND, E_ADMIN_SELF, E_ADMIN_PROTECTED}),
	ROUTE(admin_user_edit, admin_edit_in, admin_changed_out, .on = {"PATCH /admin/users/{id}"},
	      STAFF(MAY_USER_UPDATE), .rate = RATE_WRITE, .statements = 20,
	      .doc = "Change somebody's name, address, role or status; what is absent or the same stays. The old "
		     "address is told of a new one, and a link of an export that went there is good no more. "
		     "status: suspended for good, deleted or restored, as by those routes. role: USER or ADMIN; "
		     "ADMIN is SUPER_ADMIN and operator, so only who has it (in the token, and as SUPER_ADMIN) may "
		     "give it, else 403. Other roles of the administration are rows of their own and are not given "
		     "here. Another role ends all logins.",
	      .fails = {E_USER_NOT_FOUND, E_ADMIN_SELF, E_ADMIN_PROTECTED, E_EMAIL_TAKEN, E_ADMIN_OWNER}),
	ROUTE(admin_user_delete, admin_delete_in, admin_changed_out, .on = {"DELETE /admin/users/{id}"},
	      STAFF(MAY_USER_DELETE), .rate = RATE_WRITE, .statements = 11,
	      .doc = "End all logins of somebody; the account is nobody's until it is restored. What it wrote stays.",
	      .fails = {E_USER_NOT_FOUND, E_ADMIN_SELF, E_ADMIN_PROTECTED, E_ADMIN_OWNER}),
	ROUTE(admin_user_restore, admin_restore_in, admin_changed_out,
	      .on = {"POST /admin/users/{id}/restore", "POST /admin/users/{id}/activate"}, STAFF(MAY_USER_UNSUSPEND),
	      .rate = RATE_WRITE, .once = true, .statements = 11,
	      .doc = "Undo a suspension, or a deletion. What is closed to somebody stays so.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(admin_user_unsuspend, admin_restore_in, admin_changed_out, .on = {"POST /admin/users/{id}/unsuspend"},
	      STAFF(MAY_USER_UNSUSPEND), .rate = RATE_WRITE, .once = true, .statements = 11,
	      .doc = "The same; of an account that is active it ends the restrictions, if there are any.",
	      .fails = {E_USER_NOT_FOUND}),
};

extern const struct stmt *const admin_users_stmts[];
const struct domain admin_users_domain = {
	.name = "administration",
	.doc = "For those who run the study groups' site",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = admin_users_stmts,
};
