/* Searching a room, and its files. */
#include "domain/chat/chat.h"
#include "domain/file/file.h"
#include "domain/registry.h"

enum { UPLOAD_FILES = 5 };

#define CHAT_IMAGES_IN(F, S)                                                                       \
	F(S, ID, roomId, .from = FROM_PATH)                                                        \
	F(S, FILES, files, .aka = "file image images", .max = CHAT_FILES_MAX)
SHAPE(chat_images_in, CHAT_IMAGES_IN)

#define CHAT_AUDIO_IN(F, S)                                                                        \
	F(S, ID, roomId, .from = FROM_PATH)                                                        \
	F(S, FILES, file, .aka = "files audio", .required = true, .max = 1)
SHAPE(chat_audio_in, CHAT_AUDIO_IN)

#define CHAT_UPLOAD_IN(F, S)                                                                       \
	F(S, ID, roomId, .from = FROM_PATH)                                                        \
	F(S, FILES, files, .aka = "file", .max = UPLOAD_FILES)                                     \
	F(S, STR, fileUrl, .aka = "url storageKey key", .max = 300,                                \
	  .doc = "in JSON: of a file that was uploaded before")                                    \
	F(S, STR, message, .aka = "content", .max = CHAT_TEXT_MAX, .trim = true, .lines = true)    \
	F(S, INT, duration, .lax = true, .min = 0, .max = 86400, .doc = "s")
SHAPE(chat_upload_in, CHAT_UPLOAD_IN)

#define CHAT_FILES_IN(F, S)                                                                        \
	F(S, ID, roomId, .from = FROM_PATH)                                                        \
	F(S, INT, page, .from = FROM_QUERY, .max = 100000, .dflt = "0")                            \
	F(S, INT, size, .aka = "limit", .from = FROM_QUERY, .min = 1, .max = FILE_PAGE_MAX, .dflt = "50") \
	F(S, STR, type, .from = FROM_QUERY, .one_of = "IMAGE AUDIO VIDEO DOCUMENT ARCHIVE OTHER")
SHAPE(chat_files_in, CHAT_FILES_IN)

#define CHAT_SEARCH_IN(F, S)                                                                       \
	F(S, ID, roomId, .from = FROM_PATH)                                                        \
	F(S, STR, keyword, .aka = "q query", .from = FROM_QUERY, .required = true, .min = 1, .max = 100, \
	  .trim = true)                                                                            \
	F(S, INT, page, .from = FROM_QUERY, .max = 20000, .dflt = "0")                             \
	F(S, INT, size, .aka = "limit", .from = FROM_QUERY, .min = 1, .max = 100, .dflt = "20")    \
	F(S, STR, type, .aka = "messageType", .from = FROM_QUERY, .one_of = "TEXT IMAGE AUDIO FILE") \
	F(S, ID, senderId, .aka = "sender", .from = FROM_QUERY)                                    \
	F(S, STR, from, .aka = "startDate", .from = FROM_QUERY, .fmt = FMT_DATE,                   \
	  .doc = "first day, in Korea")                                                            \
	F(S, STR, to, .aka = "endDate", .from = FROM_QUERY, .fmt = FMT_DATE,                       \
	  .doc = "last day, in Korea")                                                             \
	F(S, INT, before, .aka = "cursor", .from = FROM_QUERY, .min = 1, .max = INT64_MAX / 2,     \
	  .doc = "X-Next-Cursor of the search before: goes on with older messages")
SHAPE(chat_search_in, CHAT_SEARCH_IN)

#define CHAT_URLS_OUT(F, S) F(S, STRS, urls, .bare = true)
SHAPE(chat_urls_out, CHAT_URLS_OUT)

#define CHAT_URL_OUT(F, S) F(S, STR, url, .bare = true)
SHAPE(chat_url_out, CHAT_URL_OUT)

/* Nothing to read, only whether the caller may. */
static enum status check_member(struct ctx *c, uint64_t room_id)
{
	int64_t unread;

	return chat_unread(c, room_id, &unread);
}

HANDLER(chat_images_post, struct chat_images_in, struct chat_urls_out)
{
	struct ctx *c = &r->ctx;
	struct list rows = {0};
	enum status st = !in->files.n ? check_member(c, in->roomId)
				      : file_add(c, in->roomId, in->files.v, in->files.n,
						 STORE_IMAGE, 0, &rows);
	const struct file_out *f = rows.v;
	const char **urls = arena_array(c->arena, const char *, rows.n);

	for (size_t i = 0; i < rows.n; i++)
		urls[i] = f[i].url;
	out->urls.v = urls;
	out->urls.n = rows.n;
	return st;
}

HANDLER(chat_audio_post, struct chat_audio_in, struct chat_url_out)
{
	struct list rows;
	enum status st = file_add(&r->ctx, in->roomId, in->file.v, in->file.n, STORE_AUDIO, 0, &rows);

	if (st == OK)
		out->url = ((const struct file_out *)rows.v)->url;
	return st;
}

HANDLER(chat_upload_post, struct chat_upload_in, struct files_out)
{
	struct chat_draft d = {
		.room_id = in->roomId,
		.text = in->message,
		.urls = {in->fileUrl},
		.n_urls = in->fileUrl ? 1 : 0,
		.files = in->files.v,
		.n_files = in->files.n,
		.duration = in->duration,
		.request_key = r->idempotency_key,
	};
	struct chat_message_out m = {0};
	bool again = false;

	if (!d.n_urls && !d.n_files)
		return E_CHAT_EMPTY;
	enum status st = chat_send(&r->ctx, &d, &m, &again);

	out->items.v = m.files.v;
	out->items.n = m.files.n;
	if (st == OK && again)
		req_header(r, "Idempotent-Replay", "true");
	return st;
}

HANDLER(chat_files_get, struct chat_files_in, struct files_out)
{
	struct file_page p = {.kind = in->type, .page = in->page, .size = in->size};
	struct list rows = {0};
	enum status st = check_member(&r->ctx, in->roomId);

	if (st == OK)
		st = file_list_room(&r->ctx, in->roomId, &p, &rows);
	out->items.v = rows.v;
	out->items.n = rows.n;
	return st;
}

HANDLER(chat_search_get, struct chat_search_in, struct chat_found_out)
{
	struct chat_query q = {
		.keyword = in->keyword,
		.type = in->type,
		.from = in->from,
		.to = in->to,
		.sender = in->senderId,
		.page = in->page,
		.size = in->size,
		.before = in->has.before ? in->before : -1,
	};
	int64_t next = 0;
	enum status st = chat_search(&r->ctx, in->roomId, &q, out, &next);

	if (st == OK && next)
		req_header(r, "X-Next-Cursor", arena_printf(r->ctx.arena, "%lld", (long long)next));
	return st;
}

static const struct route routes[] = {
	ROUTE(chat_images_post, chat_images_in, chat_urls_out, .on = {"POST /chat/rooms/{roomId}/images"},
	      .auth = AUTH_USER, .rate = RATE_UPLOAD, .ok = 201, .statements = 1,
	      .file_max = STORE_MIB(STORE_IMAGE_MIB),
	      .body_max = STORE_MIB(STORE_IMAGE_MIB * CHAT_FILES_MAX + 1),
	      .doc = "Upload pictures to show in messages of the room; their URLs, in their order.",
	      .fails = {E_CHAT_NO_ROOM, E_FILE_TOO_LARGE, E_FILE_TYPE, E_FILE_QUOTA, E_BAD_FORM}),
	ROUTE(chat_audio_post, chat_audio_in, chat_url_out, .on = {"POST /chat/rooms/{roomId}/audio"},
	      .auth = AUTH_USER, .rate = RATE_UPLOAD, .ok = 201, .statements = 1,
	      .file_max = STORE_MIB(STORE_AUDIO_MIB), .body_max = STORE_MIB(STORE_AUDIO_MIB + 1),
	      .doc = "Upload a recording for a message of the room; its URL.",
	      .fails = {E_CHAT_NO_ROOM, E_FILE_TOO_LARGE, E_FILE_TYPE, E_FILE_QUOTA, E_BAD_FORM}),
	ROUTE(chat_upload_post, chat_upload_in, files_out, .on = {"POST /chat/rooms/{roomId}/upload"},
	      .auth = AUTH_USER, .rate = RATE_UPLOAD, .ok = 201, .own_once = true,
	      .statements = 3 + UPLOAD_FILES, .file_max = STORE_MIB(STORE_VIDEO_MIB),
	      .body_max = STORE_MIB(STORE_VIDEO_MIB + 5),
	      .doc = "Send files as one message: new ones, or one uploaded before. Three statements; one "
		     "more for each file that is taken back because the message had been sent before.",
	      .fails = {E_CHAT_NO_ROOM, E_CHAT_EMPTY, E_CHAT_CLOSED, E_CHAT_BAD_FILE, E_FILE_TOO_LARGE,
			E_FILE_TYPE, E_FILE_QUOTA, E_BAD_FORM, E_KEY_REUSED}),
	ROUTE(chat_files_get, chat_files_in, files_out, .on = {"GET /chat/rooms/{roomId}/files"},
	      .auth = AUTH_USER, .rate = RATE_READ, .statements = 2,
	      .doc = "Files of a room, newest first.",
	      .fails = {E_CHAT_NO_ROOM}),
	ROUTE(chat_search_get, chat_search_in, chat_found_out,
	      .on = {"GET /chat/rooms/{roomId}/messages/search", "GET /chat/room/{roomId}/messages/search"},
	      .auth = AUTH_USER, .rate = RATE_SEARCH, .statements = 4,
	      .doc = "Messages that hold a word. One search looks at 20,000 messages: X-Next-Cursor, if "
		     "there are older ones, is what to pass on as before.",
	      .fails = {E_CHAT_NO_ROOM}),
};

const struct domain chat_files_domain = {
	.name = "chat files",
	.doc = "Files in rooms, and searching rooms",
	.routes = routes,
	.n_routes = COUNT(routes),
};
