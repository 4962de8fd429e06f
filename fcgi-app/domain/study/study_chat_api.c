/* What is said in study groups: /studies/{id}/chat of their client. */
#include "domain/registry.h"
#include "domain/study/study_chat.h"

#define STUDY_CHAT_IN(F, S)                                                                        \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, ID, cursor, .from = FROM_QUERY, .doc = "only messages before this one: nextCursor of the page before") \
	F(S, INT, after, .from = FROM_QUERY, .max = INT64_MAX / 2,                                  \
	  .doc = "only messages with a greater seq, the oldest of them first: what was missed; wins over cursor") \
	F(S, INT, limit, .from = FROM_QUERY, .min = 1, .max = STUDY_PAGE_MAX, .dflt = "50")
SHAPE(study_chat_in, STUDY_CHAT_IN)

#define STUDY_CHAT_OUT(F, S)                                                                       \
	F(S, BOOL, success)                                                                        \
	F(S, LIST(study_message), data, .doc = "oldest first")                                     \
	F(S, BOOL, hasMore, .doc = "the page is full")                                             \
	F(S, ID, nextCursor, .doc = "the oldest of the page; null if it is empty")
SHAPE(study_chat_out, STUDY_CHAT_OUT)

#define STUDY_SAY_IN(F, S)                                                                         \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, STR, content, .max = STUDY_TEXT_MAX, .trim = true, .lines = true,                     \
	  .doc = "required without a file; tags are cut out")                                      \
	F(S, ID, fileId, .lax = true, .doc = "a file of this group")                               \
	F(S, STR, socketId, .min = 20, .max = 20, .fmt = FMT_HEX,                                  \
	  .doc = "the Socket.IO socket that says it, for the others")
SHAPE(study_say_in, STUDY_SAY_IN)

#define STUDY_EDIT_IN(F, S)                                                                        \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, ID, messageId, .from = FROM_PATH)                                                     \
	F(S, STR, content, .max = STUDY_TEXT_MAX, .trim = true, .lines = true, .doc = "tags are cut out")
SHAPE(study_edit_in, STUDY_EDIT_IN)

#define STUDY_MESSAGE_IN(F, S)                                                                     \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, ID, messageId, .from = FROM_PATH)
SHAPE(study_message_in, STUDY_MESSAGE_IN)

#define STUDY_ANY_MESSAGE_IN(F, S) F(S, ID, messageId, .from = FROM_PATH)
SHAPE(study_any_message_in, STUDY_ANY_MESSAGE_IN)

#define STUDY_DONE_OUT(F, S)                                                                       \
	F(S, BOOL, success)                                                                        \
	F(S, STR, message)
SHAPE(study_done_out, STUDY_DONE_OUT)
#define STUDY_MESSAGE_OUT(F, S)                                                                    \
	STUDY_DONE_OUT(F, S)                                                                       \
	F(S, OBJ(study_message), data)
SHAPE(study_message_out, STUDY_MESSAGE_OUT)
#define STUDY_READ_OUT(F, S)                                                                       \
	STUDY_DONE_OUT(F, S)                                                                       \
	F(S, OBJ(study_message_read), data)
SHAPE(study_read_out, STUDY_READ_OUT)

#define STUDY_SEARCH_IN(F, S)                                                                      \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, STR, q, .aka = "query", .from = FROM_QUERY, .max = 100, .trim = true)                 \
	F(S, STR, startDate, .from = FROM_QUERY, .fmt = FMT_DATE, .doc = "first day, in Korea")    \
	F(S, STR, endDate, .from = FROM_QUERY, .fmt = FMT_DATE, .doc = "last day, in Korea")       \
	F(S, ID, userId, .from = FROM_QUERY)                                                       \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = 1, .max = 20000)                   \
	F(S, INT, limit, .from = FROM_QUERY, .dflt = "20", .min = 1, .max = STUDY_PAGE_MAX)
SHAPE(study_search_in, STUDY_SEARCH_IN)

#define STUDY_PAGES(F, S)                                                                          \
	F(S, INT, page)                                                                            \
	F(S, INT, limit)                                                                           \
	F(S, INT, total)                                                                           \
	F(S, INT, totalPages)
SHAPE(study_pages, STUDY_PAGES)
#define STUDY_SEARCH_OUT(F, S)                                                                     \
	F(S, BOOL, success)                                                                        \
	F(S, LIST(study_message), data, .doc = "newest first")                                     \
	F(S, OBJ(study_pages), pagination)                                                         \
	F(S, STR, query)
SHAPE(study_search_out, STUDY_SEARCH_OUT)

HANDLER(study_chat_get, struct study_chat_in, struct study_chat_out)
{
	struct list *page = AS_LIST(&out->data);
	enum status st = in->has.after ? study_missed(&r->ctx, in->id, in->after, in->limit, page)
				       : study_messages(&r->ctx, in->id, in->cursor, in->limit, page);

	out->success = true;
	out->hasMore = (int64_t)out->data.n == in->limit;
	out->nextCursor = out->data.n ? out->data.v[0].id : 0;
	return st;
}

HANDLER(study_chat_post, struct study_say_in, struct study_message_out)
{
	const struct study_draft d = {
		.study_id = in->id,
		.text = in->content,
		.file_id = in->fileId,
		.socket_id = in->socketId,
		.key = r->idempotency_key,
	};
	struct study_message *m = arena_new_of(r->ctx.arena, struct study_message);
	bool again = false;
	enum status st = study_say(&r->ctx, &d, m, &again);

	out->success = true;
	out->message = say(&r->ctx, "메시지를 보냈습니다", "The message is sent");
	out->data = m;
	if (st == OK && again)
		req_header(r, "Idempotent-Replay", "true");
	return st;
}

HANDLER(study_chat_patch, struct study_edit_in, struct study_message_out)
{
	struct study_message *m = arena_new_of(r->ctx.arena, struct study_message);

	out->success = true;
	out->message = say(&r->ctx, "메시지를 수정했습니다", "The message is changed");
	out->data = m;
	return study_edit(&r->ctx, in->id, in->messageId, in->content, m);
}

HANDLER(study_chat_delete, struct study_message_in, struct study_done_out)
{
	out->success = true;
	out->message = say(&r->ctx, "메시지를 삭제했습니다", "The message is deleted");
	return study_delete_message(&r->ctx, in->id, in->messageId);
}

static enum status mark_read(struct req *r, uint64_t study_id, uint64_t message_id, struct study_read_out *out)
{
	struct study_message_read *m = arena_new_of(r->ctx.arena, struct study_message_read);

	out->success = true;
	out->message = say(&r->ctx, "메시지를 읽음 처리했습니다", "The message is read");
	out->data = m;
	return study_read(&r->ctx, study_id, message_id, m);
}

HANDLER(study_chat_read, struct study_message_in, struct study_read_out)
{
	return mark_read(r, in->id, in->messageId, out);
}

HANDLER(study_message_read_post, struct study_any_message_in, struct study_read_out)
{
	return mark_read(r, 0, in->messageId, out);
}

HANDLER(study_chat_search, struct study_search_in, struct study_search_out)
{
	const struct study_query q = {
		.words = in->q,
		.from = in->startDate,
		.to = in->endDate,
		.author = in->userId,
		.page = in->page,
		.size = in->limit,
	};
	struct study_pages *p = arena_new_of(r->ctx.arena, struct study_pages);

	out->success = true;
	out->query = in->q ? in->q : "";
	out->pagination = p;
	enum status st = study_search(&r->ctx, in->id, &q, AS_LIST(&out->data), &p->total);

	p->page = in->page;
	p->limit = in->limit;
	p->totalPages = (p->total + in->limit - 1) / in->limit;
	return st;
}

static const struct code_row codes[] = {
	{E_CHAT_EMPTY, NULL, "CHAT-MSG-003"},
	{E_VALIDATION, "content", "CHAT-MSG-004"},
	{E_VALIDATION, "limit", "INVALID_LIMIT"},
	{0},
};

#define STUDY .auth = AUTH_SESSION, .envelope = COUP, .codes = codes
static const struct route routes[] = {
	ROUTE(study_chat_get, study_chat_in, study_chat_out, .on = {"GET /studies/{id}/chat"}, STUDY,
	      .rate = RATE_READ, .statements = 2,
	      .doc = "A page of a group's messages; with after, what came since: on from the seq of the last.",
	      .fails = {E_STUDY_NOT_MEMBER}),
	ROUTE(study_chat_post, study_say_in, study_message_out, .on = {"POST /studies/{id}/chat"}, STUDY,
	      .rate = RATE_CHAT, .ok = 201, .own_once = true, .statements = 1,
	      .doc = "Say something, or show a file. Five messages in ten seconds at most.",
	      .fails = {E_STUDY_NOT_MEMBER, E_CHAT_EMPTY, E_STUDY_FILE, E_STUDY_CHAT_FAST, E_KEY_REUSED,
		E_RESTRICTED}),
	ROUTE(study_chat_search, study_search_in, study_search_out, .on = {"GET /studies/{id}/chat/search"}, STUDY,
	      .rate = RATE_SEARCH, .statements = 3,
	      .doc = "Messages with a word in them, of a time or of a member. Of the newest 20,000.",
	      .fails = {E_STUDY_NOT_MEMBER}),
	ROUTE(study_chat_patch, study_edit_in, study_message_out, .on = {"PATCH /studies/{id}/chat/{messageId}"},
	      STUDY, .rate = RATE_WRITE, .statements = 1, .doc = "Change a message of mine.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_NO_MESSAGE, E_STUDY_NOT_AUTHOR, E_CHAT_EMPTY, E_RESTRICTED}),
	ROUTE(study_chat_delete, study_message_in, study_done_out, .on = {"DELETE /studies/{id}/chat/{messageId}"},
	      STUDY, .rate = RATE_WRITE, .statements = 1,
	      .doc = "Delete a message: mine, or as an admin or the owner of the group anyone's.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_NO_MESSAGE, E_STUDY_MAY_NOT_DELETE}),
	ROUTE(study_chat_read, study_message_in, study_read_out,
	      .on = {"POST /studies/{id}/chat/{messageId}/read"}, STUDY, .rate = RATE_READ,
	      .statements = 1, .doc = "I have read it; again changes nothing.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_NO_MESSAGE}),
	ROUTE(study_message_read_post, study_any_message_in, study_read_out,
	      .on = {"POST /studies/messages/{messageId}/read"}, STUDY, .rate = RATE_READ, .statements = 1,
	      .doc = "The same for those who do not know the group: the event chat:read has no name for it.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_NO_MESSAGE}),
};

extern const struct stmt *const study_chat_stmts[];
extern const struct job study_chat_jobs[];
const struct domain study_chat_domain = {
	.name = "study group chat",
	.doc = "What is said in study groups, as their client calls it: /api/studies/{id}/chat, with its session "
	       "cookie and no Authorization header",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = study_chat_stmts,
	.jobs = study_chat_jobs,
};
