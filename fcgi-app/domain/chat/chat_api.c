/* Rooms, their members and messages. */
#include "domain/chat/chat.h"
#include "domain/registry.h"

#define CHAT_ROOM_IN(F, S) F(S, ID, roomId, .from = FROM_PATH)
SHAPE(chat_room_in, CHAT_ROOM_IN)

#define CHAT_CREATE_IN(F, S)                                                                       \
	F(S, STR, roomName, .aka = "name", .max = 50, .trim = true,                                \
	  .doc = "required, except for a DIRECT room: that is named after the other person")       \
	F(S, INTS, participantIds, .max = CHAT_SEATS_MAX, .lax = true,                             \
	  .doc = "whom to bring along; a DIRECT room takes exactly one")                           \
	F(S, STR, roomType, .one_of = "GROUP DIRECT ONE_TO_ONE>DIRECT PUBLIC>GROUP", .dflt = "GROUP") \
	F(S, BOOL, isPublic, .lax = true, .dflt = "true", .doc = "whether anyone may see and join it") \
	F(S, INT, maxParticipants, .lax = true, .min = 2, .max = CHAT_SEATS_MAX,                   \
	  .doc = "4 when absent, or as many as are in it from the start")
SHAPE(chat_create_in, CHAT_CREATE_IN)

#define CHAT_MESSAGES_IN(F, S)                                                                     \
	F(S, ID, roomId, .from = FROM_PATH)                                                        \
	F(S, INT, page, .from = FROM_QUERY, .max = 1000000000, .dflt = "0",                        \
	  .doc = "0 is the newest page; ignored with before or after")                             \
	F(S, INT, size, .aka = "limit", .from = FROM_QUERY, .min = 1, .max = CHAT_PAGE_MAX, .dflt = "50") \
	F(S, INT, before, .aka = "cursor", .from = FROM_QUERY, .min = 1, .max = INT64_MAX / 2,     \
	  .doc = "only messages with a smaller seq: X-Next-Cursor of the page before")             \
	F(S, INT, after, .from = FROM_QUERY, .max = INT64_MAX / 2,                                 \
	  .doc = "only messages with a greater seq, the oldest of them first: what was missed")
SHAPE(chat_messages_in, CHAT_MESSAGES_IN)

enum { CHAT_AUDIO_MAX = 16 << 20 };

#define CHAT_ATTACH_IN(F, S)                                                                       \
	F(S, STR, url, .aka = "fileUrl storageKey downloadUrl key", .required = true, .scalar = true, \
	  .max = 300)
SHAPE(chat_attach_in, CHAT_ATTACH_IN)

#define CHAT_SEND_IN(F, S)                                                                         \
	F(S, ID, roomId, .from = FROM_PATH)                                                        \
	F(S, STR, message, .aka = "content", .max = CHAT_TEXT_MAX, .trim = true, .lines = true,    \
	  .doc = "1 to 5000 characters besides white space around them; required without attachments") \
	F(S, STR, messageType, .one_of = "TEXT IMAGE AUDIO FILE MIXED",                            \
	  .doc = "not used: a message is IMAGE if it has a picture, AUDIO if it has a recording, FILE if " \
		 "it has another file, else TEXT")                                                 \
	F(S, STRS, imageUrls, .max = CHAT_FILES_MAX,                                               \
	  .doc = "of pictures the sender uploaded to this room (or to none), each for one message") \
	F(S, LIST(chat_attach_in), files, .max = CHAT_FILES_MAX, .doc = "the same for files of any kind") \
	F(S, STR, audioData, .ascii = true, .max = CHAT_AUDIO_MAX,                                 \
	  .doc = "a recording as a data URL: data:audio/webm;codecs=opus;base64,...")              \
	F(S, INT, audioDuration, .lax = true, .min = 0, .max = 86400, .doc = "of audioData, s")    \
	F(S, STR, clientMessageId, .min = 1, .max = 128,                                           \
	  .doc = "the sender's own name for the message: sending it again gives the first one back; " \
		 "wins over Idempotency-Key")
SHAPE(chat_send_in, CHAT_SEND_IN)

#define CHAT_READ_IN(F, S)                                                                         \
	F(S, ID, roomId, .from = FROM_PATH)                                                        \
	F(S, ID, messageId, .lax = true, .doc = "read up to this message")                         \
	F(S, INT, seq, .aka = "lastReadSeq", .lax = true, .min = 1, .max = INT64_MAX / 2,          \
	  .doc = "or up to this number; with neither, all of the room")
SHAPE(chat_read_in, CHAT_READ_IN)

#define CHAT_SEATS_IN(F, S) F(S, INTS, users, .required = true, .min = 1, .max = CHAT_SEATED_MAX)
SHAPE(chat_seats_in, CHAT_SEATS_IN)

#define CHAT_RECEIPT_IN(F, S)                                                                      \
	F(S, ID, roomId, .required = true)                                                         \
	F(S, ID, userId, .required = true)                                                         \
	F(S, INT, seq, .required = true, .min = 1, .max = INT64_MAX / 2)
SHAPE(chat_receipt_in, CHAT_RECEIPT_IN)

#define CHAT_DELIVERED_IN(F, S)                                                                    \
	F(S, LIST(chat_receipt_in), receipts, .required = true, .min = 1, .max = CHAT_DELIVERED_MAX)
SHAPE(chat_delivered_in, CHAT_DELIVERED_IN)

HANDLER(chat_rooms_get, struct nothing, struct chat_rooms_out)
{
	return chat_rooms(&r->ctx, true, out);
}

HANDLER(chat_rooms_public_get, struct nothing, struct chat_rooms_out)
{
	return chat_rooms(&r->ctx, false, out);
}

HANDLER(chat_room_post, struct chat_create_in, struct chat_room_out)
{
	struct chat_new_room n = {
		.name = in->roomName,
		.direct = !strcmp(in->roomType, "DIRECT"),
		.is_public = in->isPublic,
		.seats = in->maxParticipants,
		.guests = in->participantIds.v,
		.n_guests = in->participantIds.n,
	};

	r->message = say(&r->ctx, "채팅방이 준비되었습니다", "The room is ready");
	return chat_create(&r->ctx, &n, out);
}

HANDLER(chat_room_get, struct chat_room_in, struct chat_room_out)
{
	return chat_room(&r->ctx, in->roomId, out);
}

HANDLER(chat_room_join, struct chat_room_in, struct chat_room_out)
{
	return chat_join(&r->ctx, in->roomId, out);
}

HANDLER(chat_room_leave, struct chat_room_in, struct chat_left_out)
{
	return chat_leave(&r->ctx, in->roomId, out);
}

HANDLER(chat_messages_get, struct chat_messages_in, struct chat_messages_out)
{
	struct chat_window w = {
		.skip = in->page * in->size,
		.size = in->size,
		.before = in->has.before ? in->before : -1,
		.after = in->has.after ? in->after : -1,
	};
	int64_t next = 0, total = 0;
	enum status st = chat_messages(&r->ctx, in->roomId, &w, out, &next, &total);

	if (st != OK)
		return st;
	r->paging = (struct paging){.page = in->page, .limit = in->size, .total = total, .set = true};
	if (next)
		req_header(r, "X-Next-Cursor", arena_printf(r->ctx.arena, "%lld", (long long)next));
	return OK;
}

HANDLER(chat_message_post, struct chat_send_in, struct chat_message_out)
{
	struct chat_draft d = {
		.room_id = in->roomId,
		.text = in->message,
		.client_message_id = in->clientMessageId,
		.request_key = r->idempotency_key,
		.audio = in->audioData,
		.duration = in->audioDuration,
	};
	bool again = false;

	if (in->imageUrls.n + in->files.n > CHAT_FILES_MAX)
		return fail(&r->ctx, E_CHAT_BAD_FILE, "more than %d attachments", (int)CHAT_FILES_MAX);
	for (size_t i = 0; i < in->imageUrls.n; i++)
		d.urls[d.n_urls++] = in->imageUrls.v[i];
	for (size_t i = 0; i < in->files.n; i++)
		d.urls[d.n_urls++] = in->files.v[i].url;
	enum status st = chat_send(&r->ctx, &d, out, &again);

	if (st == OK && again)
		req_header(r, "Idempotent-Replay", "true");
	return st;
}

HANDLER(chat_read_all, struct chat_room_in, struct chat_read_out)
{
	return chat_read(&r->ctx, in->roomId, 0, 0, out);
}

HANDLER(chat_read_upto, struct chat_read_in, struct chat_read_out)
{
	return chat_read(&r->ctx, in->roomId, in->messageId ? 0 : in->seq, in->messageId, out);
}

HANDLER(chat_unread_get, struct chat_room_in, struct chat_count_out)
{
	return chat_unread(&r->ctx, in->roomId, &out->count);
}

HANDLER(chat_unread_total_get, struct nothing, struct chat_count_out)
{
	return chat_unread_total(&r->ctx, &out->count);
}

HANDLER(chat_seats_post, struct chat_seats_in, struct chat_seats_out)
{
	return chat_seats(&r->ctx, in->users.v, in->users.n, out);
}

HANDLER(chat_members_get, struct chat_room_in, struct chat_members_out)
{
	return chat_members(&r->ctx, in->roomId, out);
}

HANDLER(chat_delivered_post, struct chat_delivered_in, struct nothing)
{
	struct chat_receipt *got = arena_array(r->ctx.arena, struct chat_receipt, in->receipts.n);
	const struct chat_receipt_in *said = in->receipts.v;

	(void)out;
	for (size_t i = 0; i < in->receipts.n; i++)
		got[i] = (struct chat_receipt){said[i].roomId, said[i].userId, said[i].seq};
	return chat_delivered(&r->ctx, got, in->receipts.n);
}

static const struct route routes[] = {
	ROUTE(chat_rooms_get, nothing, chat_rooms_out, .on = {"GET /chat/rooms"}, .auth = AUTH_USER,
	      .rate = RATE_READ, .statements = 2,
	      .doc = "My rooms, newest first, then public rooms I could join; at most 100."),
	ROUTE(chat_rooms_public_get, nothing, chat_rooms_out, .on = {"GET /chat/rooms/public"},
	      .auth = AUTH_USER, .rate = RATE_READ, .statements = 2,
	      .doc = "Public rooms I am not in and that have a free seat; at most 100."),
	ROUTE(chat_room_post, chat_create_in, chat_room_out,
	      .on = {"POST /chat/rooms", "POST /chat/room/create"}, .auth = AUTH_USER, .rate = RATE_WRITE,
	      .ok = 201, .once = true, .statements = 8,
	      .doc = "Open a room. A DIRECT room with the same person is the one there is already. In the first week "
		     "of an account 50 strangers a day may be brought along or asked for a match.",
	      .fails = {E_CHAT_NO_PEER, E_CHAT_ROOM_FULL, E_KEY_REUSED}),
	ROUTE(chat_room_get, chat_room_in, chat_room_out,
	      .on = {"GET /chat/rooms/{roomId}", "GET /chat/room/{roomId}"}, .auth = AUTH_USER,
	      .rate = RATE_READ, .statements = 2, .doc = "A room I am in, or a public one.",
	      .fails = {E_CHAT_NO_ROOM}),
	ROUTE(chat_members_get, chat_room_in, chat_members_out, .on = {"GET /chat/rooms/{roomId}/members"},
	      .auth = AUTH_USER, .rate = RATE_READ, .statements = 2, .fails = {E_CHAT_NO_ROOM},
	      .doc = "Who is in a room I am in: who of them is there, and how far messages have reached each and were "
		     "read. The owner first, then in the order they came."),
	ROUTE(chat_room_join, chat_room_in, chat_room_out,
	      .on = {"POST /chat/rooms/{roomId}/join", "POST /chat/room/{roomId}/join"}, .auth = AUTH_USER,
	      .rate = RATE_WRITE, .statements = 3,
	      .doc = "Join a public room; does nothing for those who are in it.",
	      .fails = {E_CHAT_NO_ROOM, E_CHAT_ROOM_FULL}),
	ROUTE(chat_room_leave, chat_room_in, chat_left_out,
	      .on = {"POST /chat/rooms/{roomId}/leave", "POST /chat/room/{roomId}/leave"},
	      .auth = AUTH_USER, .rate = RATE_WRITE, .statements = 1,
	      .doc = "Leave a room. Its owner cannot while others are in it; the last one takes it along.",
	      .fails = {E_CHAT_NO_ROOM, E_CHAT_OWNER_STAYS}),
	ROUTE(chat_messages_get, chat_messages_in, chat_messages_out,
	      .on = {"GET /chat/rooms/{roomId}/messages", "GET /chat/room/{roomId}/messages"},
	      .auth = AUTH_USER, .rate = RATE_READ, .paged = true, .statements = 2,
	      .doc = "Messages, oldest first within the page: by page (0 is the newest), or next to a seq "
		     "with before (or cursor) and after. X-Next-Cursor, as long as there is more, is "
		     "what to pass on in the same direction. meta.total counts the room's messages.",
	      .fails = {E_CHAT_NO_ROOM}),
	ROUTE(chat_message_post, chat_send_in, chat_message_out,
	      .on = {"POST /chat/rooms/{roomId}/messages", "POST /chat/room/{roomId}/messages"},
	      .auth = AUTH_USER, .rate = RATE_CHAT, .ok = 201, .own_once = true, .statements = 4,
	      .body_max = CHAT_AUDIO_MAX + BODY_MAX,
	      .doc = "Send a message. One statement for plain text; one more to read attachments back, and "
		     "one to store a recording (taken back if that message had been sent before).",
	      .fails = {E_CHAT_NO_ROOM, E_CHAT_EMPTY, E_CHAT_CLOSED, E_KEY_REUSED, E_CHAT_BAD_FILE,
			E_CHAT_BAD_AUDIO, E_FILE_QUOTA}),
	ROUTE(chat_read_all, chat_room_in, chat_read_out,
	      .on = {"POST /chat/read-status/rooms/{roomId}/read-all"}, .auth = AUTH_USER,
	      .rate = RATE_WRITE, .statements = 1, .doc = "Mark everything in a room as read.",
	      .fails = {E_CHAT_NO_ROOM}),
	ROUTE(chat_read_upto, chat_read_in, chat_read_out, .on = {"POST /chat/rooms/{roomId}/read"},
	      .auth = AUTH_USER, .rate = RATE_WRITE, .statements = 1,
	      .doc = "Mark a room as read up to a message; never moves back.", .fails = {E_CHAT_NO_ROOM}),
	ROUTE(chat_unread_get, chat_room_in, chat_count_out,
	      .on = {"GET /chat/read-status/rooms/{roomId}/unread-count"}, .auth = AUTH_USER,
	      .rate = RATE_READ, .statements = 1, .doc = "How many messages of a room I have not read.",
	      .fails = {E_CHAT_NO_ROOM}),
	ROUTE(chat_unread_total_get, nothing, chat_count_out,
	      .on = {"GET /chat/read-status/total-unread-count"}, .auth = AUTH_USER, .rate = RATE_READ,
	      .statements = 1, .doc = "How many messages of all my rooms I have not read."),
	ROUTE(chat_delivered_post, chat_delivered_in, nothing, .on = {"POST /internal/chat/delivered"},
	      .auth = AUTH_OPERATOR, .statements = 2,
	      .doc = "Up to which message a gateway has sent a room's messages to devices of its members."),
	ROUTE(chat_seats_post, chat_seats_in, chat_seats_out, .on = {"POST /internal/chat/seats"},
	      .auth = AUTH_OPERATOR, .statements = 1,
	      .doc = "Who those users are and the rooms they are in, at most 1,000 each. For the gateways of this "
		     "machine."),
};

extern const struct job chat_jobs[];

extern const struct stmt *const chat_stmts[];
const struct domain chat_domain = {
	.name = "chat",
	.doc = "Rooms and messages",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = chat_stmts,
	.jobs = chat_jobs,
};
