/* Shapes of rooms and messages as the clients see them. */
#ifndef DOMAIN_CHAT_SHAPES_H
#define DOMAIN_CHAT_SHAPES_H

#include "domain/file/file_shapes.h"

#define CHAT_PERSON_OUT(F, S)                                                                      \
	F(S, ID, userId)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, STR, profileImage)
SHAPE_STRUCT(chat_person_out, CHAT_PERSON_OUT)

/* Also the row of the statements that read rooms, which leave out the participants. */
#define CHAT_ROOM_OUT(F, S)                                                                        \
	F(S, INT, roomId, .aka = "id")                                                             \
	F(S, STR, roomName, .doc = "of a DIRECT room: the other person's name")                    \
	F(S, STR, roomType, .doc = "GROUP or DIRECT")                                              \
	F(S, BOOL, isPublic)                                                                       \
	F(S, INT, maxParticipants)                                                                 \
	F(S, INT, participantCount)                                                                \
	F(S, LIST(chat_person_out), participants)                              \
	F(S, ID, createdBy)                                                                        \
	F(S, BOOL, isOwner, .doc = "always false in a DIRECT room: nobody owns it")                \
	F(S, BOOL, isMember)                                                                       \
	F(S, STR, lastMessage,                                                                     \
	  .doc = "its first 200 characters, or what was sent without a word; null for those who are not in") \
	F(S, STR, lastMessageType, .doc = "TEXT, IMAGE, AUDIO or FILE")                            \
	F(S, TIME, lastMessageAt)                                                                  \
	F(S, INT, lastSeq, .doc = "number of the newest message")                                  \
	F(S, INT, unreadCount)                                                                     \
	F(S, BOOL, isLastMessageRead, .doc = "whether I have read the newest message")             \
	F(S, TIME, createdAt)                                                                      \
	F(S, TIME, updatedAt)
SHAPE_STRUCT(chat_room_out, CHAT_ROOM_OUT)

#define CHAT_ROOMS_OUT(F, S) F(S, LIST(chat_room_out), items, .bare = true)
SHAPE_STRUCT(chat_rooms_out, CHAT_ROOMS_OUT)

#define CHAT_MEMBER_OUT(F, S)                                                                      \
	F(S, ID, userId)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, STR, profileImage)                                                                    \
	F(S, BOOL, isOwner)                                                                        \
	F(S, STR, status, .doc = "ONLINE, OFFLINE, AWAY or STUDYING, as GET /users/status/{userId} has it") \
	F(S, TIME, lastSeenAt)                                                                     \
	F(S, INT, lastDeliveredSeq,                                                                \
	  .doc = "up to this message, all have reached a device of theirs; of who hides whether they are " \
		 "online, those they have read")                                                   \
	F(S, INT, lastReadSeq)                                                                     \
	F(S, TIME, joinedAt)
SHAPE_STRUCT(chat_member_out, CHAT_MEMBER_OUT)

#define CHAT_MEMBERS_OUT(F, S) F(S, LIST(chat_member_out), items, .bare = true)
SHAPE_STRUCT(chat_members_out, CHAT_MEMBERS_OUT)

#define CHAT_MESSAGE_OUT(F, S)                                                                     \
	F(S, INT, messageId, .aka = "id")                                                          \
	F(S, INT, roomId)                                                                          \
	F(S, INT, seq, .doc = "number within the room, from 1, without a gap")                     \
	F(S, OBJ(chat_person_out), sender)                                                         \
	F(S, ID, senderId)                                                                         \
	F(S, STR, message, .aka = "content", .doc = "may be empty when there are attachments")     \
	F(S, STRS, imageUrls)                                                                      \
	F(S, STR, audioUrl)                                                                        \
	F(S, INT, audioDuration, .zero_null = true, .doc = "s")                                    \
	F(S, LIST(file_out), files, .doc = "all attachments, those of imageUrls and audioUrl too") \
	F(S, STR, messageType, .doc = "TEXT, IMAGE, AUDIO or FILE")                                \
	F(S, STR, clientMessageId, .skip_null = true, .doc = "as it was sent; to its sender only") \
	F(S, TIME, sentAt, .aka = "createdAt")
SHAPE_STRUCT(chat_message_out, CHAT_MESSAGE_OUT)

#define CHAT_MESSAGES_OUT(F, S) F(S, LIST(chat_message_out), items, .bare = true)
SHAPE_STRUCT(chat_messages_out, CHAT_MESSAGES_OUT)

#define CHAT_FOUND_OUT(F, S)                                                                       \
	F(S, LIST(chat_message_out), content, .doc = "newest first")                               \
	F(S, INT, totalElements, .doc = "in the part of the room that was searched")               \
	F(S, INT, totalPages)                                                                      \
	F(S, INT, page)                                                                            \
	F(S, INT, size)
SHAPE_STRUCT(chat_found_out, CHAT_FOUND_OUT)

#define CHAT_READ_OUT(F, S)                                                                        \
	F(S, INT, roomId)                                                                          \
	F(S, INT, lastReadSeq)                                                                     \
	F(S, INT, lastReadMessageId, .zero_null = true)                                            \
	F(S, INT, unreadCount)
SHAPE_STRUCT(chat_read_out, CHAT_READ_OUT)

/* What others are told of it. */
#define CHAT_READ_TOLD(F, S)                                                                       \
	F(S, INT, roomId)                                                                          \
	F(S, ID, userId)                                                                           \
	F(S, INT, lastReadSeq)                                                                     \
	F(S, INT, lastReadMessageId)                                                               \
	F(S, TIME, readAt)
SHAPE_STRUCT(chat_read_told, CHAT_READ_TOLD)

/* Messages of a room, up to that number, are on a device of the member. Also the row of the statement. */
#define CHAT_RECEIPT(F, S)                                                                         \
	F(S, ID, room_id)                                                                          \
	F(S, ID, user_id)                                                                          \
	F(S, INT, seq)
SHAPE_STRUCT(chat_receipt, CHAT_RECEIPT)

#define CHAT_DELIVERED_TOLD(F, S)                                                                  \
	F(S, INT, roomId)                                                                          \
	F(S, ID, userId)                                                                           \
	F(S, INT, lastDeliveredSeq)                                                                \
	F(S, TIME, deliveredAt)
SHAPE_STRUCT(chat_delivered_told, CHAT_DELIVERED_TOLD)

/* A room as its members are told of it; of a DIRECT room the name is the other person's. */
#define CHAT_ROOM_TOLD(F, S)                                                                       \
	F(S, INT, roomId, .aka = "id")                                                             \
	F(S, STR, roomName)                                                                        \
	F(S, STR, roomType)                                                                        \
	F(S, BOOL, isPublic)                                                                       \
	F(S, INT, maxParticipants)                                                                 \
	F(S, LIST(chat_person_out), participants)                                                  \
	F(S, TIME, createdAt)
SHAPE_STRUCT(chat_room_told, CHAT_ROOM_TOLD)

/* Also the row of the statement. */
#define CHAT_SEATED(F, S)                                                                          \
	F(S, ID, userId)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, STR, profileImage)                                                                    \
	F(S, STR, email)                                                                           \
	F(S, RAW, studies, .doc = "[{studyId, lastSeq}], the groups they are an active member of")  \
	F(S, RAW, rooms, .doc = "[{roomId, lastSeq}], where they sit, with the number of the newest message")
SHAPE_STRUCT(chat_seated, CHAT_SEATED)

#define CHAT_SEATS_OUT(F, S) F(S, LIST(chat_seated), users, .doc = "those who have an account")
SHAPE_STRUCT(chat_seats_out, CHAT_SEATS_OUT)

#define CHAT_COUNT_OUT(F, S) F(S, INT, count, .bare = true)
SHAPE_STRUCT(chat_count_out, CHAT_COUNT_OUT)

#define CHAT_LEFT_OUT(F, S)                                                                        \
	F(S, INT, roomId)                                                                          \
	F(S, BOOL, deleted, .doc = "the last one left, and the room is gone")
SHAPE_STRUCT(chat_left_out, CHAT_LEFT_OUT)
#endif
