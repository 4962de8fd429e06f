/* Rooms and messages. */
#ifndef DOMAIN_CHAT_H
#define DOMAIN_CHAT_H

#include "base/ctx.h"
#include "domain/chat/chat_shapes.h"
#include "store/store.h"

enum {
	CHAT_ROOMS_MAX = 1000,  /* in one list … */
	CHAT_SEATS_LISTED = 10000, /* … with no more people than that */
	CHAT_DATING_MAX = 100,  /* DIRECT rooms in the dating app's list */
	CHAT_SEATS_MAX = 100,   /* in one room */
	CHAT_SEATED_MAX = 64,   /* users in one question for their seats: gateways take 8 MiB of answer */
	CHAT_SEATS_DEFAULT = 4,
	CHAT_DELIVERED_MAX = 256, /* receipts a gateway gives at once */
	CHAT_PAGE_MAX = 200,
	CHAT_TEXT_MAX = 5000,
	CHAT_FILES_MAX = 10,	   /* of one message */
	CHAT_SEARCH_SPAN = 20000, /* messages one search looks at */
};

/* The DIRECT room of the caller and other, made if there is none; both are members afterwards.
 * Joins the caller's transaction. E_CHAT_NO_PEER: no such person, one blocked the other, or it is somebody who is not
 * shown to everybody, and neither a partner nor in a DIRECT room with the caller. */
MUST_USE enum status chat_open_direct(struct ctx *c, uint64_t other, uint64_t *room_id);

struct chat_new_room {
	const char *name;
	bool direct, is_public;
	int64_t seats; /* 0: the default, or as many as there are people */
	const int64_t *guests; /* in any order; the caller and repeated ids do not count */
	size_t n_guests;
};

MUST_USE enum status chat_create(struct ctx *c, const struct chat_new_room *n, struct chat_room_out *out);

/* What a list of rooms shows of a message: its text, or what it is without one. body NULL: NULL. */
const char *chat_preview(struct ctx *c, const char *body, const char *type);

/* Mine, newest first, then those anyone may join (100 at most); without mine, only the latter. */
MUST_USE enum status chat_rooms(struct ctx *c, bool mine, struct chat_rooms_out *out);
MUST_USE enum status chat_room(struct ctx *c, uint64_t room_id, struct chat_room_out *out);
/* Everybody in a room the caller is in, the owner first: who is there, and how far each has got. */
MUST_USE enum status chat_members(struct ctx *c, uint64_t room_id, struct chat_members_out *out);
MUST_USE enum status chat_join(struct ctx *c, uint64_t room_id, struct chat_room_out *out);
MUST_USE enum status chat_leave(struct ctx *c, uint64_t room_id, struct chat_left_out *out);

/* What part of a room's messages: size of the newest but skip, or of those next to a seq. */
struct chat_window {
	int64_t skip, size;
	int64_t before, after; /* seq, exclusive; -1: none; after wins */
};

/* Oldest first. next: pass it on in the same direction (before, or after if that was given); 0: no
 * more. last_seq: how many messages the room has. */
MUST_USE enum status chat_messages(struct ctx *c, uint64_t room_id, const struct chat_window *w,
				   struct chat_messages_out *out, int64_t *next, int64_t *last_seq);

struct chat_query {
	const char *keyword;
	const char *type, *from, *to; /* NULL: any; days YYYY-MM-DD in Korea */
	uint64_t sender;	      /* 0: any */
	int64_t page, size;
	int64_t before; /* seq, exclusive; -1: from the newest on */
};

/* Looks at no more than CHAT_SEARCH_SPAN messages. next: the `before` that goes on; 0: all was seen. */
MUST_USE enum status chat_search(struct ctx *c, uint64_t room_id, const struct chat_query *q,
				 struct chat_found_out *out, int64_t *next);

struct chat_draft {
	uint64_t room_id;
	const char *text;
	/* attachments: URLs of files the sender has uploaded, new uploads, a recording as a data URL */
	const char *urls[CHAT_FILES_MAX];
	size_t n_urls;
	struct store_file *const *files;
	size_t n_files;
	const char *audio;
	int64_t duration; /* s, of the recording or the upload */
	const char *client_message_id, *request_key; /* what makes it the same message again, or NULL */
};

/* again: it had been sent before, and out is the first one. All attachments go with the message or
 * none do. E_CHAT_BAD_FILE, E_CHAT_BAD_AUDIO, and what file_add() gives. */
MUST_USE enum status chat_send(struct ctx *c, const struct chat_draft *d, struct chat_message_out *out,
			       bool *again);

/* Read up to a message of the room by seq or by id; with neither, all. */
MUST_USE enum status chat_read(struct ctx *c, uint64_t room_id, int64_t seq, uint64_t message_id,
			       struct chat_read_out *out);
MUST_USE enum status chat_unread(struct ctx *c, uint64_t room_id, int64_t *count);
MUST_USE enum status chat_unread_total(struct ctx *c, int64_t *count);

/* Who those users are and where they sit: what a gateway needs to know. */
MUST_USE enum status chat_seats(struct ctx *c, const int64_t *users, size_t n, struct chat_seats_out *out);

/* What says more than is known is kept, and told to the rooms. Of who is in no such room, or hides whether they are
 * online, it means nothing. */
MUST_USE enum status chat_delivered(struct ctx *c, const struct chat_receipt *r, size_t n);

/* What sockets are told when an event of the outbox is carried out. */
MUST_USE enum status chat_tell_opened(struct ctx *c, uint64_t room_id);
MUST_USE enum status chat_tell_joined(struct ctx *c, uint64_t room_id, uint64_t user_id);
void chat_tell_left(struct ctx *c, uint64_t room_id, uint64_t user_id);
void chat_tell_newest(struct ctx *c, uint64_t room_id, int64_t seq);

/* Deletes a piece of what an emptied room held; *left: call again. */
MUST_USE enum status chat_clear(struct ctx *c, uint64_t room_id, bool *left);
#endif
