/* Study groups: /studies of their client. */
#include "base/buf.h"
#include "base/utf8.h"
#include "domain/coup.h"
#include "domain/registry.h"
#include "domain/study/study_group.h"

#define STUDY_LIST_IN(F, S)                                                                        \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = 1, .max = STUDY_COUNTED_MAX)       \
	F(S, INT, limit, .from = FROM_QUERY, .dflt = "10", .min = 1, .max = STUDY_LIST_MAX)        \
	F(S, STR, category, .from = FROM_QUERY, .max = 50, .trim = true, .doc = "전체 is all of them") \
	F(S, STR, search, .from = FROM_QUERY, .max = 100, .trim = true,                            \
	  .doc = "part of the name or the description, or a tag; of the newest 2,000 groups")      \
	F(S, STR, recruiting, .from = FROM_QUERY, .one_of = "all recruiting closed", .dflt = "all")
SHAPE(study_list_in, STUDY_LIST_IN)
#define STUDY_LIST_OUT(F, S)                                                                       \
	F(S, BOOL, success)                                                                        \
	F(S, LIST(study_card), data)                                                               \
	F(S, OBJ(coup_pages), pagination, .doc = "of at most 10,000")
SHAPE(study_list_out, STUDY_LIST_OUT)

#define STUDY_TEXTS(F, S, need)                                                                    \
	F(S, STR, name, .required = need, .keep_empty = true, .min = 2, .max = 50, .trim = true)   \
	F(S, STR, emoji, .max = 16, .trim = true)                                                  \
	F(S, STR, description, .required = need, .keep_empty = true, .min = 10, .max = 2000, .trim = true, \
	  .lines = true)                                                                           \
	F(S, STR, category, .required = need, .keep_empty = true, .min = 1, .max = 50, .trim = true)
#define STUDY_SETTINGS(F, S)                                                                       \
	F(S, STRS, tags, .keep_empty = true, .max = STUDY_TAGS_MAX, .trim = true, .doc = "at most 20 characters each")
#define STUDY_CREATE_IN(F, S)                                                                      \
	STUDY_TEXTS(F, S, true)                                                                    \
	F(S, STR, subCategory, .max = 50, .trim = true)                                            \
	STUDY_SETTINGS(F, S)                                                                       \
	F(S, INT, maxMembers, .lax = true, .min = 2, .max = STUDY_SEATS_MAX, .dflt = "20")         \
	F(S, BOOL, isPublic, .dflt = "true")                                                       \
	F(S, BOOL, autoApprove, .dflt = "true")                                                    \
	F(S, BOOL, isRecruiting, .dflt = "true")
SHAPE(study_create_in, STUDY_CREATE_IN)
#define STUDY_CHANGE_IN(F, S)                                                                      \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	STUDY_TEXTS(F, S, false)                                                                   \
	F(S, STR, subCategory, .nullable = true, .keep_empty = true, .max = 50, .trim = true)      \
	STUDY_SETTINGS(F, S)                                                                       \
	F(S, INT, maxMembers, .lax = true, .min = 2, .max = STUDY_SEATS_MAX)                       \
	F(S, BOOL, isPublic)                                                                       \
	F(S, BOOL, autoApprove)                                                                    \
	F(S, BOOL, isRecruiting)
SHAPE(study_change_in, STUDY_CHANGE_IN)

#define STUDY_ID_IN(F, S) F(S, ID, id, .from = FROM_PATH)
SHAPE(study_id_in, STUDY_ID_IN)

#define STUDY_ONE_OUT(F, S)                                                                        \
	F(S, BOOL, success)                                                                        \
	F(S, OBJ(study_card), data)
SHAPE(study_one_out, STUDY_ONE_OUT)
#define STUDY_GET_OUT(F, S)                                                                        \
	F(S, BOOL, success)                                                                        \
	F(S, OBJ(study_detail), data)
SHAPE(study_get_out, STUDY_GET_OUT)

HANDLER(studies_get, struct study_list_in, struct study_list_out)
{
	const struct study_filter f = {
		.category = in->category && strcmp(in->category, "전체") != 0 ? in->category : NULL,
		.words = in->search,
		.recruiting = *in->recruiting == 'r'   ? STUDY_RECRUITING
			      : *in->recruiting == 'c' ? STUDY_NOT_RECRUITING
						       : STUDY_ALL,
		.page = in->page,
		.size = in->limit,
	};
	int64_t total = 0;
	enum status st = study_list(&r->ctx, &f, AS_LIST(&out->data), &total);

	out->success = true;
	out->pagination = coup_pages(&r->ctx, in->page, in->limit, total);
	return st;
}

/* As JSON, each once and none empty; *out NULL: not given. */
static enum status tags_of(struct ctx *c, bool is_given, const struct list *tags, const char **out)
{
	const char *const *v = tags->v;
	struct buf b = buf_new(c->arena, 256, 4096);

	buf_char(&b, '[');
	for (size_t i = 0; i < tags->n; i++) {
		size_t same = 0;

		if (utf8_count(v[i]) > STUDY_TAG_MAX) {
			fail_field(c, arena_printf(c->arena, "tags[%zu]", i), "max",
				   say(c, "최대 글자 수: 20", "most characters allowed: 20"));
			return E_VALIDATION;
		}
		while (strcmp(v[same], v[i]) != 0)
			same++;
		if (!*v[i] || same < i)
			continue;
		if (b.len > 1)
			buf_char(&b, ',');
		buf_json(&b, v[i], strlen(v[i]));
	}
	buf_char(&b, ']');
	*out = is_given ? b.data : NULL;
	return OK;
}

HANDLER(study_post, struct study_create_in, struct study_one_out)
{
	struct study_plan p = {
		.name = in->name,
		.emoji = in->emoji ? in->emoji : "📚",
		.description = in->description,
		.category = in->category,
		.sub_category = in->subCategory,
		.max_members = in->maxMembers,
		.is_public = in->isPublic,
		.auto_approve = in->autoApprove,
		.is_recruiting = in->isRecruiting,
	};
	struct study_card *made = arena_new_of(r->ctx.arena, struct study_card);
	enum status st = tags_of(&r->ctx, true, &(struct list){in->tags.v, in->tags.n}, &p.tags);

	out->success = true;
	out->data = made;
	return st == OK ? study_create(&r->ctx, &p, made) : st;
}

HANDLER(study_get_one, struct study_id_in, struct study_get_out)
{
	struct study_detail *d = arena_new_of(r->ctx.arena, struct study_detail);

	out->success = true;
	out->data = d;
	return study_get(&r->ctx, in->id, d);
}

#define IF_GIVEN(field) (in->has.field ? (int)in->field : -1)
HANDLER(study_patch, struct study_change_in, struct study_one_out)
{
	struct study_plan p = {
		.name = in->name,
		.emoji = in->emoji,
		.description = in->description,
		.category = in->category,
		.sub_category = in->has.subCategory == GIVEN_NULL ? "" : in->subCategory,
		.max_members = IF_GIVEN(maxMembers),
		.is_public = IF_GIVEN(isPublic),
		.auto_approve = IF_GIVEN(autoApprove),
		.is_recruiting = IF_GIVEN(isRecruiting),
	};
	struct study_card *now = arena_new_of(r->ctx.arena, struct study_card);
	enum status st = tags_of(&r->ctx, in->has.tags, &(struct list){in->tags.v, in->tags.n}, &p.tags);

	out->success = true;
	out->data = now;
	return st == OK ? study_change(&r->ctx, in->id, &p, now) : st;
}

HANDLER(study_remove, struct study_id_in, struct coup_done)
{
	out->success = true;
	out->message = say(&r->ctx, "스터디를 삭제했습니다", "The study is deleted");
	return study_delete(&r->ctx, in->id);
}

static const struct code_row codes[] = {
	{E_VALIDATION, "name", "STUDY-002"},
	{E_VALIDATION, "description", "STUDY-006"},
	{E_VALIDATION, "category", "STUDY-008"},
	{E_VALIDATION, "maxMembers", "STUDY-009"},
	{E_VALIDATION, "tags", "STUDY-012"},
	{0},
};

#define STUDY .auth = AUTH_SESSION, .envelope = COUP, .codes = codes
static const struct route routes[] = {
	ROUTE(studies_get, study_list_in, study_list_out, .on = {"GET /studies"}, .auth = AUTH_NONE, .envelope = COUP,
	      .rate = RATE_READ, .statements = 2, .doc = "Public study groups, newest first."),
	ROUTE(study_post, study_create_in, study_one_out, .on = {"POST /studies"}, STUDY, .rate = RATE_WRITE, .ok = 201,
	      .once = true, .statements = 4, .doc = "Found a study group. Its name is one I have no other group by.",
	      .fails = {E_STUDY_NAME_TAKEN, E_RESTRICTED, E_SITE_OFF}),
	ROUTE(study_get_one, study_id_in, study_get_out, .on = {"GET /studies/{id}"}, .auth = AUTH_VISITOR,
	      .envelope = COUP, .rate = RATE_READ, .statements = 2,
	      .doc = "A study group and who is in it. A private one is there for its members and who asked to join.",
	      .fails = {E_STUDY_NONE}),
	ROUTE(study_patch, study_change_in, study_one_out, .on = {"PATCH /studies/{id}"}, STUDY, .rate = RATE_WRITE,
	      .statements = 3,
	      .doc = "Change what is given, as the owner. A group that administrators have hidden stays so.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_ROLE, E_STUDY_NAME_TAKEN, E_STUDY_TOO_SMALL, E_RESTRICTED}),
	ROUTE(study_remove, study_id_in, coup_done, .on = {"DELETE /studies/{id}"}, STUDY, .rate = RATE_WRITE,
	      .statements = 3, .doc = "Delete it with all it holds, as the owner.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_ROLE}),
};

extern const struct stmt *const study_group_stmts[];
const struct domain study_group_domain = {
	.name = "study groups",
	.doc = "Groups that study together, as their client calls them: /api/studies, with its session cookie and no "
	       "Authorization header",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = study_group_stmts,
};
