/* What is said in a study group, as its clients see it. */
#ifndef DOMAIN_STUDY_CHAT_SHAPES_H
#define DOMAIN_STUDY_CHAT_SHAPES_H

#include "base/shape.h"

#define STUDY_PERSON(F, S)                                                                         \
	F(S, ID, id)                                                                               \
	F(S, STR, name)                                                                            \
	F(S, STR, avatar)
SHAPE_STRUCT(study_person, STUDY_PERSON)

#define STUDY_SHOWN_FILE(F, S)                                                                     \
	F(S, ID, id)                                                                               \
	F(S, STR, name)                                                                            \
	F(S, STR, url)                                                                             \
	F(S, STR, type, .doc = "its content type")                                                 \
	F(S, INT, size)
SHAPE_STRUCT(study_shown_file, STUDY_SHOWN_FILE)

#define STUDY_MESSAGE(F, S)                                                                        \
	F(S, ID, id)                                                                               \
	F(S, INT, seq, .doc = "number within the group, from 1; of a deleted message it is missing") \
	F(S, ID, studyId)                                                                          \
	F(S, ID, userId)                                                                           \
	F(S, STR, content)                                                                         \
	F(S, ID, fileId)                                                                           \
	F(S, STRS, readers, .doc = "ids of who has read it, its author first")                     \
	F(S, TIME, createdAt)                                                                      \
	F(S, TIME, updatedAt)                                                                      \
	F(S, OBJ(study_person), user)                                                              \
	F(S, OBJ(study_shown_file), file)
SHAPE_STRUCT(study_message, STUDY_MESSAGE)

/* What open sockets are told. */
#define STUDY_MESSAGE_TOLD(F, S)                                                                   \
	STUDY_MESSAGE(F, S)                                                                        \
	F(S, STR, socketId, .skip_null = true)
SHAPE_STRUCT(study_message_told, STUDY_MESSAGE_TOLD)

#define STUDY_MESSAGE_READ(F, S)                                                                   \
	F(S, ID, messageId)                                                                        \
	F(S, ID, userId)                                                                           \
	F(S, STRS, readers)
SHAPE_STRUCT(study_message_read, STUDY_MESSAGE_READ)

#define STUDY_MESSAGE_GONE(F, S)                                                                   \
	F(S, ID, studyId)                                                                          \
	F(S, ID, messageId)
SHAPE_STRUCT(study_message_gone, STUDY_MESSAGE_GONE)
#endif
