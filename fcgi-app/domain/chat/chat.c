#include "domain/chat/chat.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "domain/chat/chat_media.h"
#include "domain/chat/chat_sql.h"
#include "domain/contact/contact.h"
#include "domain/file/file.h"
#include "domain/live/live.h"
#include "domain/once/once.h"
#include "domain/presence/presence.h"

SHAPE_TABLE(chat_person_out, CHAT_PERSON_OUT)
SHAPE_TABLE(chat_room_out, CHAT_ROOM_OUT)
SHAPE_TABLE(chat_rooms_out, CHAT_ROOMS_OUT)
SHAPE_TABLE(chat_member_out, CHAT_MEMBER_OUT)
SHAPE_TABLE(chat_members_out, CHAT_MEMBERS_OUT)
SHAPE_TABLE(chat_message_out, CHAT_MESSAGE_OUT)
SHAPE_TABLE(chat_messages_out, CHAT_MESSAGES_OUT)
SHAPE_TABLE(chat_found_out, CHAT_FOUND_OUT)
SHAPE_TABLE(chat_read_out, CHAT_READ_OUT)
SHAPE_TABLE(chat_read_told, CHAT_READ_TOLD)
SHAPE_TABLE(chat_delivered_told, CHAT_DELIVERED_TOLD)
SHAPE_TABLE(chat_receipt, CHAT_RECEIPT)
SHAPE_TABLE(chat_room_told, CHAT_ROOM_TOLD)
SHAPE_TABLE(chat_seated, CHAT_SEATED)
SHAPE_TABLE(chat_seats_out, CHAT_SEATS_OUT)
SHAPE_TABLE(chat_count_out, CHAT_COUNT_OUT)
SHAPE_TABLE(chat_left_out, CHAT_LEFT_OUT)

/* What a statement that found no membership means. */
static enum status in_room(struct ctx *c, uint64_t room_id, enum status st)
{
	return st == E_NO_ROW ? fail(c, E_CHAT_NO_ROOM, "not in room %llu", (unsigned long long)room_id)
			      : st;
}

/* ---- rooms -------------------------------------------------------------------------------- */

const char *chat_preview(struct ctx *c, const char *body, const char *type)
{
	if (!body || *body)
		return body;
	if (!strcmp(type, "IMAGE"))
		return say(c, "사진", "Photo");
	return !strcmp(type, "AUDIO") ? say(c, "음성 메시지", "Voice message") : say(c, "파일", "File");
}

/* Puts the members into n rooms, in one statement for all of them. */
static enum status fill_rooms(struct ctx *c, struct chat_room_out *rooms, size_t n)
{
	struct list rows;

	if (!n)
		return OK;
	for (size_t i = 0; i < n; i++)
		rooms[i].lastMessage = chat_preview(c, rooms[i].lastMessage, rooms[i].lastMessageType);
	enum status st = chat_sql_seats(c, buf_ids(c->arena, &rooms->roomId, n, sizeof(*rooms)), &rows);

	if (st != OK)
		return st;
	const struct chat_seat_row *seat = rows.v;
	struct chat_person_out *people = arena_alloc(c->arena, rows.n * sizeof(*people));

	for (size_t i = 0; i < rows.n; i++) { /* rows of a room stand together */
		struct chat_room_out *room = &rooms[seat[i].room_no - 1];

		people[i].userId = seat[i].userId;
		people[i].name = seat[i].name;
		people[i].profileImage = seat[i].profileImage;
		if (!room->participants.n++)
			room->participants.v = &people[i];
	}
	return OK;
}

enum status chat_rooms(struct ctx *c, bool mine, struct chat_rooms_out *out)
{
	struct list rows;
	enum status st = chat_sql_rooms(c, mine, &rows);

	if (st != OK)
		return st;
	struct chat_room_out *rooms = arena_alloc(c->arena, rows.n * sizeof(*rooms));
	int64_t people = 0;
	size_t n = 0;

	if (rows.n)
		memcpy(rooms, rows.v, rows.n * sizeof(*rooms));
	/* many rooms or large ones, but not both: all people of each have to fit into the answer */
	while (n < rows.n && (people += rooms[n].participantCount) <= CHAT_SEATS_LISTED)
		n++;
	out->items.v = rooms;
	out->items.n = n;
	return fill_rooms(c, rooms, n);
}

enum status chat_room(struct ctx *c, uint64_t room_id, struct chat_room_out *out)
{
	enum status st = chat_sql_room(c, room_id, out);

	return st == OK ? fill_rooms(c, out, 1) : in_room(c, room_id, st);
}

enum status chat_members(struct ctx *c, uint64_t room_id, struct chat_members_out *out)
{
	struct list rows, there;
	enum status st = chat_sql_members(c, room_id, &rows);

	if (st == OK && !rows.n)
		st = in_room(c, room_id, E_NO_ROW);
	if (st != OK)
		return st;
	struct chat_member_out *m = arena_array(c->arena, struct chat_member_out, rows.n);
	int64_t *ids = arena_array(c->arena, int64_t, rows.n);

	memcpy(m, rows.v, rows.n * sizeof(*m));
	for (size_t i = 0; i < rows.n; i++)
		ids[i] = (int64_t)m[i].userId;
	st = presence_of(c, ids, rows.n, &there);
	if (st != OK)
		return st;
	/* in the same order, without those whose account is gone */
	const struct presence_out *p = there.v, *end = p + there.n;

	for (size_t i = 0; i < rows.n; i++) {
		bool known = p < end && p->userId == m[i].userId;

		m[i].status = known ? p->status : "OFFLINE";
		m[i].lastSeenAt = known ? p->lastSeenAt : 0;
		p += known;
	}
	out->items.v = m;
	out->items.n = rows.n;
	return OK;
}

struct opening {
	uint64_t other, room_id;
};

static enum status open_direct(struct ctx *c, void *arg)
{
	struct opening *o = arg;

	return chat_sql_open_direct(c, o->other, &o->room_id);
}

enum status chat_open_direct(struct ctx *c, uint64_t other, uint64_t *room_id)
{
	struct opening o = {.other = other};
	enum status st = db_tx(c, open_direct, &o);

	*room_id = o.room_id;
	return st;
}

struct creation {
	struct chat_new_room *room;
	const char *ids;
	uint64_t room_id;
};

static enum status create(struct ctx *c, void *arg)
{
	struct creation *w = arg;

	return chat_sql_create(c, w->room, w->ids, &w->room_id);
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Replaces the guests by a sorted copy without repetitions and without the caller. */
static enum status invite(struct ctx *c, struct chat_new_room *n)
{
	int64_t *all = arena_alloc(c->arena, n->n_guests * sizeof(*all));
	size_t kept = 0;

	if (!n->n_guests)
		return OK;
	memcpy(all, n->guests, n->n_guests * sizeof(*all));
	qsort(all, n->n_guests, sizeof(*all), by_value);
	if (all[0] <= 0)
		return fail(c, E_CHAT_NO_PEER, "user %lld", (long long)all[0]);
	for (size_t i = 0; i < n->n_guests; i++)
		if ((uint64_t)all[i] != c->me.user_id && (!kept || all[kept - 1] != all[i]))
			all[kept++] = all[i];
	n->guests = all;
	n->n_guests = kept;
	return OK;
}

static enum status refuse(struct ctx *c, const char *field, const char *rule, const char *ko,
			  const char *en)
{
	fail_field(c, field, rule, say(c, ko, en));
	return E_VALIDATION;
}

static enum status create_group(struct ctx *c, struct chat_new_room *n, uint64_t *room_id)
{
	struct creation w = {
		.room = n,
		.ids = buf_ids(c->arena, n->guests, n->n_guests, sizeof(*n->guests)),
	};
	int64_t people = (int64_t)n->n_guests + 1;

	if (!n->name || utf8_blank(n->name))
		return refuse(c, "roomName", "required", "필수 항목입니다", "is required");
	if (!n->seats)
		n->seats = MIN(MAX(people, (int64_t)CHAT_SEATS_DEFAULT), (int64_t)CHAT_SEATS_MAX);
	if (people > n->seats)
		return fail(c, E_CHAT_ROOM_FULL, "%lld people, %lld seats", (long long)people,
			    (long long)n->seats);
	enum status st = db_tx(c, create, &w);

	*room_id = w.room_id;
	return st;
}

enum status chat_create(struct ctx *c, const struct chat_new_room *in, struct chat_room_out *out)
{
	struct chat_new_room n = *in;
	uint64_t room_id = 0;
	enum status st = invite(c, &n);

	if (st == OK)
		st = contact_first(c, n.guests, n.n_guests);
	if (st != OK)
		return st;
	if (!n.direct)
		st = create_group(c, &n, &room_id);
	else if (n.n_guests == 1)
		st = chat_open_direct(c, (uint64_t)n.guests[0], &room_id);
	else
		st = refuse(c, "participantIds", "count", "1:1 채팅은 상대가 한 명이어야 합니다",
			    "a DIRECT room takes exactly one other person");
	return st == OK ? chat_room(c, room_id, out) : st;
}

enum status chat_join(struct ctx *c, uint64_t room_id, struct chat_room_out *out)
{
	enum status st = chat_sql_join(c, room_id);

	return st == OK ? chat_room(c, room_id, out) : st;
}

enum status chat_leave(struct ctx *c, uint64_t room_id, struct chat_left_out *out)
{
	return chat_sql_leave(c, room_id, out);
}

/* ---- messages ----------------------------------------------------------------------------- */

static const struct chat_person_out *person(struct ctx *c, uint64_t id, const char *name,
					    const char *picture)
{
	struct chat_person_out *p = arena_new_of(c->arena, struct chat_person_out);

	p->userId = id;
	p->name = name;
	p->profileImage = picture;
	return p;
}

/* Rows as the clients see them, with what is attached to them. */
static enum status show(struct ctx *c, uint64_t room_id, const struct list *rows, struct list *out)
{
	const struct chat_message_row *m = rows->v;
	struct chat_message_out *items = arena_alloc(c->arena, rows->n * sizeof(*items));

	for (size_t i = 0; i < rows->n; i++) {
		items[i].messageId = m[i].messageId;
		items[i].roomId = (int64_t)room_id;
		items[i].seq = m[i].seq;
		items[i].senderId = m[i].senderId;
		items[i].sender = person(c, m[i].senderId, m[i].name, m[i].profileImage);
		items[i].message = m[i].message;
		items[i].messageType = m[i].messageType;
		items[i].sentAt = m[i].sentAt;
	}
	*out = (struct list){items, rows->n};
	return chat_show_files(c, room_id, items, rows->n);
}

/* Where the next page starts, in the direction of this one. */
static int64_t next_of(const struct chat_window *w, const struct chat_message_row *m, size_t n)
{
	if (w->after >= 0)
		return m[n - 1].seq < m->lastSeq ? m[n - 1].seq : 0;
	return m[0].seq > 1 ? m[0].seq : 0;
}

enum status chat_messages(struct ctx *c, uint64_t room_id, const struct chat_window *w,
			  struct chat_messages_out *out, int64_t *next, int64_t *last_seq)
{
	struct list rows;
	enum status st = chat_sql_messages(c, room_id, w, &rows);

	*next = 0;
	if (st != OK)
		return st;
	if (!rows.n)
		return in_room(c, room_id, chat_sql_last_seq(c, room_id, last_seq));
	const struct chat_message_row *m = rows.v;

	*next = next_of(w, m, rows.n);
	*last_seq = m->lastSeq;
	return show(c, room_id, &rows, AS_LIST(&out->items));
}

/* Three reads: who may search and how far there is to go, how many there are, and the page. */
enum status chat_search(struct ctx *c, uint64_t room_id, const struct chat_query *q,
			struct chat_found_out *out, int64_t *next)
{
	struct list rows;
	int64_t top = 0;
	enum status st = in_room(c, room_id, chat_sql_last_seq(c, room_id, &top));

	if (st != OK)
		return st;
	if (q->before >= 0)
		top = MIN(top, q->before - 1);
	int64_t bottom = MAX(top - CHAT_SEARCH_SPAN, (int64_t)0);

	st = chat_sql_count_found(c, room_id, q, bottom, top, &out->totalElements);
	if (st == OK)
		st = chat_sql_found(c, room_id, q, bottom, top, &rows);
	if (st != OK)
		return st;
	out->page = q->page;
	out->size = q->size;
	out->totalPages = (out->totalElements + q->size - 1) / q->size;
	*next = bottom ? bottom + 1 : 0;
	return show(c, room_id, &rows, AS_LIST(&out->content));
}

/* Also when it had been sent before: the first time, its sender's worker may have died too early. */
static void tell_room(struct ctx *c, uint64_t room_id, const struct chat_message_out *m)
{
	struct chat_message_out told = *m;

	told.clientMessageId = NULL;
	live_post(c, (struct live){LIVE_ROOM, room_id, "chat.message", m->seq}, &chat_message_out_shape, &told);
}

enum status chat_send(struct ctx *c, const struct chat_draft *d, struct chat_message_out *out,
		      bool *again)
{
	/* the id of the message outlives a change of transport, the key of a request does not */
	const char *same = d->client_message_id ? d->client_message_id : d->request_key;
	unsigned char key[32];
	struct chat_sent_row row = {0};
	struct chat_attached a;

	if ((!d->text || utf8_blank(d->text)) && !d->n_urls && !d->n_files && !d->audio)
		return E_CHAT_EMPTY;
	if (same)
		once_hash("chat.message", same, key);
	enum status st = chat_attach(c, d, &a);

	if (st != OK)
		return st;
	st = chat_sql_send(c, d, a.keys, a.n, same ? key : NULL, &row);
	if (st == OK ? !row.fresh : st != E_UNCERTAIN) /* uncertain: perhaps the message has them */
		chat_detach(c, &a);
	if (st != OK)
		return st;
	if (!row.messageId)
		return fail(c, E_INTERNAL, "the message was neither stored nor found");
	if (!row.same)
		return fail(c, E_KEY_REUSED, "same key, other message or room");
	*again = !row.fresh;
	out->messageId = row.messageId;
	out->roomId = (int64_t)d->room_id;
	out->seq = row.seq;
	out->senderId = c->me.user_id;
	out->sender = person(c, c->me.user_id, row.name, row.profileImage);
	out->message = d->text ? d->text : "";
	out->messageType = row.messageType;
	out->clientMessageId = d->client_message_id;
	out->sentAt = row.sentAt;
	st = chat_show_files(c, d->room_id, out, 1);
	if (st == OK)
		tell_room(c, d->room_id, out);
	return st;
}

enum status chat_read(struct ctx *c, uint64_t room_id, int64_t seq, uint64_t message_id,
		      struct chat_read_out *out)
{
	struct chat_read_row row;
	enum status st = chat_sql_read(c, room_id, seq, message_id, &row);

	if (st == E_NO_ROW)
		return refuse(c, "messageId", "unknown", "이 채팅방의 메시지가 아닙니다", "is no message of this room");
	if (st != OK)
		return st;
	*out = (struct chat_read_out){.roomId = row.roomId, .lastReadSeq = row.lastReadSeq,
				      .lastReadMessageId = row.lastReadMessageId, .unreadCount = row.unreadCount};
	if (row.moved) {
		struct chat_read_told told = {.roomId = row.roomId, .userId = c->me.user_id,
					      .lastReadSeq = row.lastReadSeq,
					      .lastReadMessageId = row.lastReadMessageId, .readAt = c->now};

		live_post(c, (struct live){LIVE_ROOM, room_id, "chat.read", 0}, &chat_read_told_shape, &told);
	}
	return OK;
}

enum status chat_unread(struct ctx *c, uint64_t room_id, int64_t *count)
{
	return in_room(c, room_id, chat_sql_unread(c, room_id, count));
}

enum status chat_unread_total(struct ctx *c, int64_t *count)
{
	return chat_sql_unread_total(c, count);
}

/* ---- for gateways ------------------------------------------------------------------------- */

enum status chat_seats(struct ctx *c, const int64_t *users, size_t n, struct chat_seats_out *out)
{
	return chat_sql_seated(c, buf_ids(c->arena, users, n, sizeof(*users)), AS_LIST(&out->users));
}

static const char *receipts_text(struct arena *a, const struct chat_receipt *r, size_t n)
{
	struct buf b = buf_new(a, 64 * n + 16, 64 * n + 16);

	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s[%llu,%llu,%lld]", i ? "," : "[", (unsigned long long)r[i].room_id,
			   (unsigned long long)r[i].user_id, (long long)r[i].seq);
	buf_char(&b, ']');
	return b.data;
}

enum status chat_delivered(struct ctx *c, const struct chat_receipt *r, size_t n)
{
	struct list rows;
	enum status st = chat_sql_undelivered(c, receipts_text(c->arena, r, n), &rows);

	if (st != OK || !rows.n)
		return st;
	r = rows.v;
	st = chat_sql_delivered(c, receipts_text(c->arena, r, rows.n));
	for (size_t i = 0; st == OK && i < rows.n; i++)
		live_post(c, (struct live){LIVE_ROOM, r[i].room_id, "chat.delivered", 0}, &chat_delivered_told_shape,
			  &(struct chat_delivered_told){.roomId = (int64_t)r[i].room_id, .userId = r[i].user_id,
							.lastDeliveredSeq = r[i].seq, .deliveredAt = c->now});
	return st;
}

static enum status room_told(struct ctx *c, uint64_t room_id, struct chat_room_told *out)
{
	int64_t id = (int64_t)room_id;
	struct list rows;
	enum status st = chat_sql_room_told(c, room_id, out);

	if (st == OK)
		st = chat_sql_seats(c, buf_ids(c->arena, &id, 1, sizeof(id)), &rows);
	if (st != OK)
		return st;
	const struct chat_seat_row *seat = rows.v;
	struct chat_person_out *people = arena_array(c->arena, struct chat_person_out, rows.n);

	for (size_t i = 0; i < rows.n; i++)
		people[i] = *person(c, seat[i].userId, seat[i].name, seat[i].profileImage);
	out->participants.v = people;
	out->participants.n = rows.n;
	return OK;
}

/* As the member sees it: a room of two is named after the other. */
static void tell_member(struct ctx *c, const struct chat_room_told *room, uint64_t user_id)
{
	const struct chat_person_out *people = room->participants.v;
	struct chat_room_told mine = *room;

	for (size_t i = 0; i < room->participants.n && !strcmp(room->roomType, "DIRECT"); i++)
		if (people[i].userId != user_id)
			mine.roomName = people[i].name;
	live_post(c, (struct live){LIVE_USER, user_id, "chat.joined", 0}, &chat_room_told_shape, &mine);
}

enum status chat_tell_opened(struct ctx *c, uint64_t room_id)
{
	struct chat_room_told room = {0};
	enum status st = room_told(c, room_id, &room);

	if (st != OK)
		return st == E_NO_ROW ? OK : st; /* it is gone again */
	const struct chat_person_out *people = room.participants.v;

	for (size_t i = 0; i < room.participants.n; i++)
		tell_member(c, &room, people[i].userId);
	if (room.isPublic)
		live_post(c, (struct live){LIVE_ALL, 0, "chat.public_room", 0}, &chat_room_told_shape, &room);
	return OK;
}

enum status chat_tell_joined(struct ctx *c, uint64_t room_id, uint64_t user_id)
{
	struct chat_room_told room = {0};
	enum status st = room_told(c, room_id, &room);

	if (st == OK)
		tell_member(c, &room, user_id);
	return st == E_NO_ROW ? OK : st;
}

void chat_tell_left(struct ctx *c, uint64_t room_id, uint64_t user_id)
{
	struct chat_left_out left = {.roomId = (int64_t)room_id};

	live_post(c, (struct live){LIVE_USER, user_id, "chat.left", 0}, &chat_left_out_shape, &left);
}

void chat_tell_newest(struct ctx *c, uint64_t room_id, int64_t seq)
{
	live_post(c, (struct live){LIVE_ROOM, room_id, "chat.newest", seq}, &nothing_shape, &(struct nothing){0});
}

enum status chat_clear(struct ctx *c, uint64_t room_id, bool *left)
{
	return chat_sql_clear(c, room_id, left);
}
