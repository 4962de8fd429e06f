#ifndef DOMAIN_CHAT_SQL_H
#define DOMAIN_CHAT_SQL_H

#include "db/db.h"
#include "domain/chat/chat.h"

#define CHAT_SEAT_ROW(F, S)                                                                        \
	F(S, INT, room_no)                                                                         \
	F(S, ID, userId)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, STR, profileImage)
SHAPE_STRUCT(chat_seat_row, CHAT_SEAT_ROW)

#define CHAT_MESSAGE_ROW(F, S)                                                                     \
	F(S, INT, lastSeq)                                                                         \
	F(S, INT, messageId)                                                                       \
	F(S, INT, seq)                                                                             \
	F(S, ID, senderId)                                                                         \
	F(S, STR, name)                                                                            \
	F(S, STR, profileImage)                                                                    \
	F(S, STR, message)                                                                         \
	F(S, STR, messageType)                                                                     \
	F(S, TIME, sentAt)
SHAPE_STRUCT(chat_message_row, CHAT_MESSAGE_ROW)

#define CHAT_SENT_ROW(F, S)                                                                        \
	F(S, INT, messageId)                                                                       \
	F(S, INT, seq)                                                                             \
	F(S, STR, name)                                                                            \
	F(S, STR, profileImage)                                                                    \
	F(S, TIME, sentAt)                                                                         \
	F(S, STR, messageType)                                                                     \
	F(S, BOOL, fresh)                                                                          \
	F(S, BOOL, same)
SHAPE_STRUCT(chat_sent_row, CHAT_SENT_ROW)

#define CHAT_READ_ROW(F, S)                                                                        \
	F(S, INT, roomId)                                                                          \
	F(S, INT, lastReadSeq)                                                                     \
	F(S, INT, lastReadMessageId)                                                               \
	F(S, INT, unreadCount)                                                                     \
	F(S, BOOL, moved)
SHAPE_STRUCT(chat_read_row, CHAT_READ_ROW)

/* A DIRECT room as the dating app lists it. */
#define CHAT_DATING_ROW(F, S)                                                                      \
	F(S, INT, chat_id)                                                                         \
	F(S, ID, partner_id)                                                                       \
	F(S, STR, partner_name)                                                                    \
	F(S, STR, partner_image)                                                                   \
	F(S, STR, last_message)                                                                    \
	F(S, STR, last_type)                                                                       \
	F(S, INT, unread_count)
SHAPE_STRUCT(chat_dating_row, CHAT_DATING_ROW)

#define CHAT_ID_ROW(F, S) F(S, ID, id)
SHAPE_STRUCT(chat_id_row, CHAT_ID_ROW)

/* Rows of chat_member_out without what is known of their presence; none: the caller is not in. */
MUST_USE enum status chat_sql_members(struct ctx *c, uint64_t room_id, struct list *out);
/* receipts: a JSON array of [room, user, seq]. Those that say more than is known, sorted. */
MUST_USE enum status chat_sql_undelivered(struct ctx *c, const char *receipts, struct list *out);
/* The same, sorted: or those of two gateways would wait for each other. */
MUST_USE enum status chat_sql_delivered(struct ctx *c, const char *receipts);
MUST_USE enum status chat_sql_open_direct(struct ctx *c, uint64_t other, uint64_t *room_id);

/* ids: the guests as a JSON array. */
MUST_USE enum status chat_sql_create(struct ctx *c, const struct chat_new_room *n, const char *ids,
				     uint64_t *room_id);

MUST_USE enum status chat_sql_rooms(struct ctx *c, bool mine, struct list *out);
MUST_USE enum status chat_sql_room(struct ctx *c, uint64_t room_id, struct chat_room_out *out);

/* Members of the rooms (JSON array of ids), in the order of the array; room_no counts from 1. */
MUST_USE enum status chat_sql_seats(struct ctx *c, const char *rooms, struct list *out);

MUST_USE enum status chat_sql_join(struct ctx *c, uint64_t room_id);
MUST_USE enum status chat_sql_leave(struct ctx *c, uint64_t room_id, struct chat_left_out *out);

/* No rows: nothing in the window, or not a member. */
MUST_USE enum status chat_sql_messages(struct ctx *c, uint64_t room_id, const struct chat_window *w,
				       struct list *out);
/* files: keys of n files to attach, as a JSON array, or NULL. */
MUST_USE enum status chat_sql_send(struct ctx *c, const struct chat_draft *d, const char *files, size_t n,
				   const unsigned char *key, struct chat_sent_row *out);

/* Messages numbered above bottom, up to top. */
MUST_USE enum status chat_sql_count_found(struct ctx *c, uint64_t room_id, const struct chat_query *q,
					  int64_t bottom, int64_t top, int64_t *out);
MUST_USE enum status chat_sql_found(struct ctx *c, uint64_t room_id, const struct chat_query *q,
				    int64_t bottom, int64_t top, struct list *out);
MUST_USE enum status chat_sql_dating(struct ctx *c, struct list *out);

/* E_NO_ROW: no such message in the room. */
MUST_USE enum status chat_sql_read(struct ctx *c, uint64_t room_id, int64_t seq, uint64_t message_id,
				   struct chat_read_row *out);

/* E_NO_ROW: not a member. */
MUST_USE enum status chat_sql_last_seq(struct ctx *c, uint64_t room_id, int64_t *out);
MUST_USE enum status chat_sql_unread(struct ctx *c, uint64_t room_id, int64_t *out);
MUST_USE enum status chat_sql_unread_total(struct ctx *c, int64_t *out);

/* At least one row, without a room if there is none. */
MUST_USE enum status chat_sql_seated(struct ctx *c, const char *ids, struct list *out);
MUST_USE enum status chat_sql_room_told(struct ctx *c, uint64_t room_id, struct chat_room_told *out);

/* A piece of an emptied room's messages; *left: some remain. The room goes with the last of them. */
MUST_USE enum status chat_sql_clear(struct ctx *c, uint64_t room_id, bool *left);
#endif
