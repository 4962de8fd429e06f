/* Notices: /studies/{id}/notices of the study groups' client. */
#include "domain/registry.h"
#include "domain/study/study_notices.h"
#include "domain/study/study_shapes.h"

#define NOTICES_IN(F, S)                                                                           \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, BOOL, pinned, .from = FROM_QUERY, .doc = "true: only pinned ones")                    \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = 1, .max = 10000)                   \
	F(S, INT, limit, .from = FROM_QUERY, .dflt = "10", .min = 1, .max = NOTICE_PAGE_MAX)
SHAPE(notices_in, NOTICES_IN)
#define NOTICES_OUT(F, S)                                                                          \
	F(S, BOOL, success)                                                                        \
	F(S, LIST(study_notice), data)                                                             \
	F(S, OBJ(coup_pages), pagination)
SHAPE(notices_out, NOTICES_OUT)

#define NOTICE_POST_IN(F, S)                                                                       \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, STR, title, .required = true, .min = NOTICE_TITLE_MIN, .max = NOTICE_TITLE_MAX, .trim = true) \
	F(S, STR, content, .required = true, .max = NOTICE_TEXT_MAX, .trim = true, .lines = true)  \
	F(S, BOOL, isPinned)                                                                       \
	F(S, BOOL, isImportant)
SHAPE(notice_post_in, NOTICE_POST_IN)
#define NOTICE_PATCH_IN(F, S)                                                                      \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, ID, noticeId, .from = FROM_PATH)                                                      \
	F(S, STR, title, .min = NOTICE_TITLE_MIN, .max = NOTICE_TITLE_MAX, .trim = true, .keep_empty = true) \
	F(S, STR, content, .min = 1, .max = NOTICE_TEXT_MAX, .trim = true, .lines = true, .keep_empty = true) \
	F(S, BOOL, isPinned)                                                                       \
	F(S, BOOL, isImportant)
SHAPE(notice_patch_in, NOTICE_PATCH_IN)
#define NOTICE_IN(F, S)                                                                            \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, ID, noticeId, .from = FROM_PATH)
SHAPE(notice_in, NOTICE_IN)
#define NOTICE_OUT(F, S)                                                                           \
	COUP_DONE(F, S)                                                                            \
	F(S, OBJ(study_notice), data)
SHAPE(notice_out, NOTICE_OUT)

static struct study_notice *begin(struct req *r, struct notice_out *out, const char *ko, const char *en)
{
	struct study_notice *n = arena_new_of(r->ctx.arena, struct study_notice);

	out->success = true;
	out->message = say(&r->ctx, ko, en);
	out->data = n;
	return n;
}

HANDLER(study_notices_get, struct notices_in, struct notices_out)
{
	const struct notice_page p = {
		.study_id = in->id,
		.page = in->page,
		.limit = in->limit,
		.pinned = in->pinned,
	};
	int64_t total = 0;
	enum status st = notice_list(&r->ctx, &p, AS_LIST(&out->data), &total);

	out->success = true;
	out->pagination = coup_pages(&r->ctx, in->page, in->limit, total);
	return st;
}

HANDLER(study_notices_post, struct notice_post_in, struct notice_out)
{
	const struct notice_draft d = {
		.study_id = in->id,
		.title = in->title,
		.text = in->content,
		.pinned = in->isPinned ? &in->isPinned : NULL,
		.important = &in->isImportant,
	};
	struct study_notice *n = begin(r, out, "공지사항을 작성했습니다", "The notice is posted");

	return notice_write(&r->ctx, &d, n);
}

HANDLER(study_notice_get, struct notice_in, struct notice_out)
{
	return notice_open(&r->ctx, in->id, in->noticeId, begin(r, out, "공지사항입니다", "The notice"));
}

HANDLER(study_notice_patch, struct notice_patch_in, struct notice_out)
{
	const struct notice_draft d = {
		.study_id = in->id,
		.id = in->noticeId,
		.title = in->title,
		.text = in->content,
		.pinned = in->has.isPinned ? &in->isPinned : NULL,
		.important = in->has.isImportant ? &in->isImportant : NULL,
	};
	struct study_notice *n = begin(r, out, "공지사항을 수정했습니다", "The notice is changed");

	return notice_write(&r->ctx, &d, n);
}

HANDLER(study_notice_delete, struct notice_in, struct study_gone)
{
	out->success = true;
	out->message = say(&r->ctx, "공지사항을 삭제했습니다", "The notice is deleted");
	return notice_delete(&r->ctx, in->id, in->noticeId);
}

HANDLER(study_notice_pin, struct notice_in, struct notice_out)
{
	struct study_notice *n = begin(r, out, "", "");
	enum status st = notice_turn(&r->ctx, in->id, in->noticeId, n);

	out->message = n->isPinned ? say(&r->ctx, "공지사항을 고정했습니다", "The notice is pinned")
				   : say(&r->ctx, "공지사항 고정을 해제했습니다", "The notice is pinned no more");
	return st;
}

static const struct code_row codes[] = {
	{E_VALIDATION, "title", "STUDY-116", "required"},
	{E_VALIDATION, "title", "STUDY-117"},
	{E_VALIDATION, "content", "STUDY-118"},
	{0},
};

#define STUDY .auth = AUTH_SESSION, .envelope = COUP, .codes = codes
#define NONE E_STUDY_NOT_MEMBER, E_STUDY_NO_NOTICE, E_STUDY_ELSEWHERE
static const struct route routes[] = {
	ROUTE(study_notices_get, notices_in, notices_out, .on = {"GET /studies/{id}/notices"}, STUDY,
	      .rate = RATE_READ, .statements = 3,
	      .doc = "A page of a group's notices: pinned ones first, then the newest.",
	      .fails = {E_STUDY_NOT_MEMBER}),
	ROUTE(study_notices_post, notice_post_in, notice_out, .on = {"POST /studies/{id}/notices"}, STUDY,
	      .rate = RATE_WRITE, .ok = 201, .once = true, .statements = 6,
	      .doc = "Post a notice, as an admin or the owner. Members are told. Three are pinned at most.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_ROLE, E_STUDY_PINS}),
	ROUTE(study_notice_get, notice_in, notice_out, .on = {"GET /studies/{id}/notices/{noticeId}"}, STUDY,
	      .rate = RATE_READ, .statements = 2, .doc = "One of them; counts a view.", .fails = {NONE}),
	ROUTE(study_notice_patch, notice_patch_in, notice_out, .on = {"PATCH /studies/{id}/notices/{noticeId}"}, STUDY,
	      .rate = RATE_WRITE, .statements = 5, .doc = "Change what is given of a notice.",
	      .fails = {NONE, E_STUDY_ROLE, E_STUDY_PINS}),
	ROUTE(study_notice_delete, notice_in, study_gone, .on = {"DELETE /studies/{id}/notices/{noticeId}"}, STUDY,
	      .rate = RATE_WRITE, .statements = 2, .doc = "Delete a notice.", .fails = {NONE, E_STUDY_ROLE}),
	ROUTE(study_notice_pin, notice_in, notice_out, .on = {"POST /studies/{id}/notices/{noticeId}/pin"}, STUDY,
	      .rate = RATE_WRITE, .once = true, .statements = 5, .doc = "Pin a notice, or a pinned one no more.",
	      .fails = {NONE, E_STUDY_ROLE, E_STUDY_PINS}),
};

extern const struct stmt *const study_notices_stmts[];
const struct domain study_notices_domain = {
	.name = "study group notices",
	.doc = "What a study group is told: /api/studies/{id}/notices, with the session cookie of its client",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = study_notices_stmts,
};
