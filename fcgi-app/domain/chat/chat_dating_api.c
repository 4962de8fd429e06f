/* The DIRECT rooms as the dating app's clients see them: /chats. */
#include "domain/chat/chat_sql.h"
#include "domain/registry.h"

#define DATING_PARTNER(F, S)                                                                       \
	F(S, ID, user_id, .as_number = true)                                                       \
	F(S, STR, name)                                                                            \
	F(S, STR, profile_img_url)
SHAPE(dating_partner, DATING_PARTNER)

#define DATING_CHAT(F, S)                                                                          \
	F(S, INT, chat_id)                                                                         \
	F(S, OBJ(dating_partner), partner)                                                         \
	F(S, STR, last_message)                                                                    \
	F(S, INT, unread_count)
SHAPE(dating_chat, DATING_CHAT)

#define DATING_CHATS(F, S) F(S, LIST(dating_chat), items, .bare = true)
SHAPE(dating_chats, DATING_CHATS)

#define DATING_MESSAGE(F, S)                                                                       \
	F(S, INT, message_id)                                                                      \
	F(S, ID, sender_id, .as_number = true)                                                     \
	F(S, STR, content, .doc = "of a picture, recording or file without words: its URL")        \
	F(S, TIME, sent_at)
SHAPE(dating_message, DATING_MESSAGE)

#define DATING_MESSAGES(F, S) F(S, LIST(dating_message), items, .bare = true)
SHAPE(dating_messages, DATING_MESSAGES)

#define DATING_MESSAGES_IN(F, S)                                                                   \
	F(S, ID, chat_id, .from = FROM_PATH)                                                       \
	F(S, INT, limit, .from = FROM_QUERY, .min = 1, .max = 100, .dflt = "30")                   \
	F(S, INT, offset, .from = FROM_QUERY, .max = 1000000000, .dflt = "0",                      \
	  .doc = "how many of the newest to leave out")
SHAPE(dating_messages_in, DATING_MESSAGES_IN)

#define DATING_SEND_IN(F, S)                                                                       \
	F(S, ID, chat_id, .from = FROM_PATH)                                                       \
	F(S, STR, content, .aka = "message", .max = CHAT_TEXT_MAX, .trim = true, .lines = true)
SHAPE(dating_send_in, DATING_SEND_IN)

HANDLER(dating_chats_get, struct nothing, struct dating_chats)
{
	struct ctx *c = &r->ctx;
	struct list rows;
	enum status st = chat_sql_dating(c, &rows);

	if (st != OK)
		return st;
	const struct chat_dating_row *row = rows.v;
	struct dating_chat *items = arena_array(c->arena, struct dating_chat, rows.n);

	for (size_t i = 0; i < rows.n; i++) {
		struct dating_partner *p = arena_new_of(c->arena, struct dating_partner);

		p->user_id = row[i].partner_id;
		p->name = row[i].partner_name;
		p->profile_img_url = row[i].partner_image;
		items[i].chat_id = row[i].chat_id;
		items[i].partner = p;
		items[i].last_message = chat_preview(c, row[i].last_message, row[i].last_type);
		items[i].unread_count = row[i].unread_count;
	}
	out->items.v = items;
	out->items.n = rows.n;
	return OK;
}

static struct dating_message as_dating(const struct chat_message_out *m)
{
	return (struct dating_message){
		.message_id = m->messageId,
		.sender_id = m->senderId,
		.content = *m->message || !m->files.n ? m->message : m->files.v[0].url,
		.sent_at = m->sentAt,
	};
}

HANDLER(dating_messages_get, struct dating_messages_in, struct dating_messages)
{
	struct chat_window w = {.skip = in->offset, .size = in->limit, .before = -1, .after = -1};
	struct chat_messages_out page = {0};
	struct chat_read_out read;
	int64_t next, last;
	enum status st = chat_messages(&r->ctx, in->chat_id, &w, &page, &next, &last);

	/* the app has nothing else to say that they were read */
	if (st == OK && page.items.n && !in->offset)
		st = chat_read(&r->ctx, in->chat_id, page.items.v[page.items.n - 1].seq, 0, &read);
	struct dating_message *items = arena_array(r->ctx.arena, struct dating_message, page.items.n);

	for (size_t i = 0; i < page.items.n; i++)
		items[i] = as_dating(&page.items.v[i]);
	out->items.v = items;
	out->items.n = page.items.n;
	return st;
}

HANDLER(dating_message_post, struct dating_send_in, struct dating_message)
{
	struct chat_draft d = {
		.room_id = in->chat_id,
		.text = in->content,
		.request_key = r->idempotency_key,
	};
	struct chat_message_out m = {0};
	bool again = false;
	enum status st = chat_send(&r->ctx, &d, &m, &again);

	if (st != OK)
		return st;
	if (again)
		req_header(r, "Idempotent-Replay", "true");
	*out = as_dating(&m);
	return OK;
}

static const struct route routes[] = {
	ROUTE(dating_chats_get, nothing, dating_chats, .on = {"GET /chats"}, .auth = AUTH_USER,
	      .rate = RATE_READ, .envelope = BARE, .statements = 1,
	      .doc = "My conversations with one other person, the one with news first; at most 100."),
	ROUTE(dating_messages_get, dating_messages_in, dating_messages,
	      .on = {"GET /chats/{chat_id}/messages"}, .auth = AUTH_USER, .rate = RATE_READ,
	      .envelope = BARE, .statements = 3,
	      .doc = "The newest messages but offset, oldest first. Without an offset they count as read.",
	      .fails = {E_CHAT_NO_ROOM}),
	ROUTE(dating_message_post, dating_send_in, dating_message, .on = {"POST /chats/{chat_id}/messages"},
	      .auth = AUTH_USER, .rate = RATE_CHAT, .envelope = BARE, .ok = 201, .own_once = true,
	      .statements = 2, .doc = "Send a message.",
	      .fails = {E_CHAT_NO_ROOM, E_CHAT_EMPTY, E_CHAT_CLOSED, E_KEY_REUSED}),
};

const struct domain chat_dating_domain = {
	.name = "dating chats",
	.doc = "Conversations of the dating app",
	.routes = routes,
	.n_routes = COUNT(routes),
};
