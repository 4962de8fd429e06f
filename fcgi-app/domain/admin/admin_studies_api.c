/* Study groups: /admin/studies of the administrators' pages. */
#include "domain/admin/admin_studies.h"
#include "domain/registry.h"

#define STUDIES_IN(F, S)                                                                           \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = 1, .max = STUDIES_SEEN_MAX)        \
	F(S, INT, limit, .from = FROM_QUERY, .dflt = "20", .min = 1, .max = STUDIES_PAGE_MAX)      \
	F(S, STR, search, .from = FROM_QUERY, .max = 100, .trim = true,                            \
	  .doc = "part of the name or description, or a number; of the newest 2,000 groups")       \
	F(S, STR, category, .from = FROM_QUERY, .max = 50, .trim = true)                           \
	F(S, BOOL, isPublic, .from = FROM_QUERY)                                                   \
	F(S, BOOL, isRecruiting, .from = FROM_QUERY)                                               \
	F(S, INT, minMembers, .from = FROM_QUERY, .dflt = "0", .min = 0, .max = 1000)              \
	F(S, INT, maxMembers, .from = FROM_QUERY, .dflt = "1000", .min = 0, .max = 1000)           \
	F(S, STR, createdFrom, .from = FROM_QUERY, .fmt = FMT_DATE, .doc = "first day, UTC")       \
	F(S, STR, createdTo, .from = FROM_QUERY, .fmt = FMT_DATE, .doc = "last day")               \
	F(S, STR, sortBy, .from = FROM_QUERY, \
	  .one_of = "createdAt updatedAt name memberCount rating", .dflt = "createdAt",         \
	  .doc = "createdAt, updatedAt, name, memberCount or rating")                              \
	F(S, STR, sortOrder, .from = FROM_QUERY, .one_of = "ASC DESC", .dflt = "DESC")
SHAPE(admin_studies_in, STUDIES_IN)
#define STUDIES_OUT(F, S)                                                                          \
	F(S, BOOL, success)                                                                        \
	F(S, LIST(admin_study_item), data)                                                         \
	F(S, OBJ(coup_pages), pagination)                                                          \
	F(S, OBJ(admin_study_sums), stats, .doc = "of all groups")                                 \
	F(S, TIME, timestamp)
SHAPE(admin_studies_out, STUDIES_OUT)

#define STUDY_IN(F, S) F(S, ID, id, .from = FROM_PATH)
SHAPE(admin_study_in, STUDY_IN)
#define STUDY_OUT(F, S)                                                                            \
	F(S, BOOL, success)                                                                        \
	F(S, OBJ(admin_study_detail), data)                                                        \
	F(S, TIME, timestamp)
SHAPE(admin_study_out, STUDY_OUT)
#define STUDY_DELETE_IN(F, S)                                                                      \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, STR, reason, .from = FROM_QUERY, .min = STUDIES_REASON_MIN, .max = 500, .trim = true, \
	  .doc = "may be absent: the shipped page drops it")
SHAPE(admin_study_delete_in, STUDY_DELETE_IN)
#define STUDY_HOLD_IN(F, S)                                                                        \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, STR, reason, .required = true, .min = STUDIES_REASON_MIN, .max = 500, .trim = true, .lines = true) \
	F(S, BOOL, notifyOwner, .dflt = "true")                                                    \
	F(S, BOOL, notifyMembers)
SHAPE(admin_study_hold_in, STUDY_HOLD_IN)
#define STUDY_HELD_DATA(F, S)                                                                      \
	F(S, OBJ(admin_study_item), study)                                                         \
	F(S, INT, notificationsSent)
SHAPE(admin_study_held_data, STUDY_HELD_DATA)
#define STUDY_HELD_OUT(F, S)                                                                       \
	COUP_DONE(F, S)                                                                            \
	F(S, OBJ(admin_study_held_data), data)                                                     \
	F(S, TIME, timestamp)
SHAPE(admin_study_held_out, STUDY_HELD_OUT)
#define STUDY_GONE_DATA(F, S) F(S, OBJ(admin_study_gone), deletedStudy)
SHAPE(admin_study_gone_data, STUDY_GONE_DATA)
#define STUDY_GONE_OUT(F, S)                                                                       \
	COUP_DONE(F, S)                                                                            \
	F(S, OBJ(admin_study_gone_data), data)                                                     \
	F(S, TIME, timestamp)
SHAPE(admin_study_gone_out, STUDY_GONE_OUT)

#define IF_GIVEN(field) (in->has.field ? (int)in->field : -1)
HANDLER(admin_studies_get, struct admin_studies_in, struct admin_studies_out)
{
	static const char *const words[] = {"createdAt", "updatedAt", "name", "memberCount", "rating"};
	struct ctx *c = &r->ctx;
	struct admin_study_sums *sums = arena_new_of(c->arena, struct admin_study_sums);
	const struct admin_study_filter f = {
		.words = in->search,
		.category = in->category,
		.created_from = in->createdFrom,
		.created_to = in->createdTo,
		.is_public = IF_GIVEN(isPublic),
		.is_recruiting = IF_GIVEN(isRecruiting),
		.min_members = in->minMembers,
		.max_members = in->maxMembers,
		.order = (enum admin_study_order)admin_word(in->sortBy, words, COUNT(words)),
		.ascending = *in->sortOrder == 'A',
		.page = in->page,
		.size = in->limit,
	};
	int64_t total = 0;
	enum status st = admin_studies_list(c, &f, AS_LIST(&out->data), &total, sums);

	out->success = true;
	out->pagination = coup_pages(c, in->page, in->limit, total);
	out->stats = sums;
	out->timestamp = c->now;
	return st;
}

HANDLER(admin_study_get_one, struct admin_study_in, struct admin_study_out)
{
	struct admin_study_detail *d = arena_new_of(r->ctx.arena, struct admin_study_detail);
	const struct admin_place at = admin_place(r);

	out->success = true;
	out->data = d;
	out->timestamp = r->ctx.now;
	return admin_study_get(&r->ctx, in->id, &at, d);
}

static enum status put_hold(struct req *r, const struct admin_holding *h, const char *message,
			    struct admin_study_held_out *out)
{
	struct ctx *c = &r->ctx;
	struct admin_study_held_data *data = arena_new_of(c->arena, struct admin_study_held_data);
	struct admin_study_item *now = arena_new_of(c->arena, struct admin_study_item);

	data->study = now;
	out->success = true;
	out->message = message;
	out->data = data;
	out->timestamp = c->now;
	return admin_study_hold(c, h, now, &data->notificationsSent);
}

#define HOLD(what_)                                                                                \
	(&(const struct admin_holding){.id = in->id, .what = (what_), .on = true, .reason = in->reason, \
				       .tell_owner = in->notifyOwner, .tell_members = in->notifyMembers, \
				       .place = admin_place(r)})
#define RELEASE(what_)                                                                             \
	(&(const struct admin_holding){.id = in->id, .what = (what_), .tell_owner = true, .place = admin_place(r)})
HANDLER(admin_study_hide, struct admin_study_hold_in, struct admin_study_held_out)
{
	return put_hold(r, HOLD(STUDY_HOLD_HIDDEN), say(&r->ctx, "스터디를 숨겼습니다", "The study is hidden"), out);
}

HANDLER(admin_study_unhide, struct admin_study_in, struct admin_study_held_out)
{
	return put_hold(r, RELEASE(STUDY_HOLD_HIDDEN),
			say(&r->ctx, "스터디를 다시 공개했습니다", "The study is shown again"), out);
}

HANDLER(admin_study_close, struct admin_study_hold_in, struct admin_study_held_out)
{
	return put_hold(r, HOLD(STUDY_HOLD_CLOSED), say(&r->ctx, "스터디를 종료했습니다", "The study is closed"), out);
}

HANDLER(admin_study_reopen, struct admin_study_in, struct admin_study_held_out)
{
	return put_hold(r, RELEASE(STUDY_HOLD_CLOSED),
			say(&r->ctx, "스터디를 다시 열었습니다", "The study is open again"), out);
}

HANDLER(admin_study_remove, struct admin_study_delete_in, struct admin_study_gone_out)
{
	struct ctx *c = &r->ctx;
	struct admin_study_gone_data *data = arena_new_of(c->arena, struct admin_study_gone_data);
	struct admin_study_gone *gone = arena_new_of(c->arena, struct admin_study_gone);
	const struct admin_place at = admin_place(r);

	data->deletedStudy = gone;
	out->success = true;
	out->message = say(c, "스터디를 삭제했습니다", "The study is deleted");
	out->data = data;
	out->timestamp = c->now;
	return admin_study_delete(c, in->id, in->reason, &at, gone);
}

static const struct code_row codes[] = {
	ADMIN_CODES,
	{E_STUDY_NONE, NULL, "ADMIN-056"},
	{E_VALIDATION, "sortBy", "ADMIN-092"},
	{0},
};

#define STAFF(what) .auth = AUTH_STAFF, .need = (what), .envelope = COUP, .codes = codes
static const struct route routes[] = {
	ROUTE(admin_studies_get, admin_studies_in, admin_studies_out, .on = {"GET /admin/studies"},
	      STAFF(MAY_STUDY_VIEW), .rate = RATE_READ, .statements = 4,
	      .doc = "Study groups: of the newest 10,000 those that fit."),
	ROUTE(admin_study_get_one, admin_study_in, admin_study_out, .on = {"GET /admin/studies/{id}"},
	      STAFF(MAY_STUDY_VIEW), .rate = RATE_READ, .statements = 6, .doc = "One of them, with who is in it.",
	      .fails = {E_STUDY_NONE}),
	ROUTE(admin_study_hide, admin_study_hold_in, admin_study_held_out, .on = {"POST /admin/studies/{id}/hide"},
	      STAFF(MAY_STUDY_HIDE), .rate = RATE_WRITE, .statements = 8,
	      .doc = "Take it off the lists; its members keep it. Its owner cannot undo that.",
	      .fails = {E_STUDY_NONE, E_STUDY_HIDDEN}),
	ROUTE(admin_study_unhide, admin_study_in, admin_study_held_out, .on = {"DELETE /admin/studies/{id}/hide"},
	      STAFF(MAY_STUDY_HIDE), .rate = RATE_WRITE, .statements = 7,
	      .doc = "It is again as it was before, unless it is closed, too. Again changes nothing.",
	      .fails = {E_STUDY_NONE}),
	ROUTE(admin_study_close, admin_study_hold_in, admin_study_held_out, .on = {"POST /admin/studies/{id}/close"},
	      STAFF(MAY_STUDY_CLOSE), .rate = RATE_WRITE, .statements = 8,
	      .doc = "The same under another name, which moderators do not have.",
	      .fails = {E_STUDY_NONE, E_STUDY_SHUT}),
	ROUTE(admin_study_reopen, admin_study_in, admin_study_held_out, .on = {"DELETE /admin/studies/{id}/close"},
	      STAFF(MAY_STUDY_CLOSE), .rate = RATE_WRITE, .statements = 7,
	      .doc = "It is again as it was before, unless it is hidden, too. Again changes nothing.",
	      .fails = {E_STUDY_NONE}),
	ROUTE(admin_study_remove, admin_study_delete_in, admin_study_gone_out,
	      .on = {"DELETE /admin/studies/{id}", "DELETE /admin/studies/{id}/delete"}, STAFF(MAY_STUDY_DELETE),
	      .rate = RATE_WRITE, .statements = 6, .doc = "Delete one with all it holds.", .fails = {E_STUDY_NONE}),
};

extern const struct stmt *const admin_studies_stmts[];
const struct domain admin_studies_domain = {
	.name = "administration",
	.doc = "For those who run the study groups' site",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = admin_studies_stmts,
};
