#ifndef DOMAIN_STUDY_CHAT_SQL_H
#define DOMAIN_STUDY_CHAT_SQL_H

#include "db/db.h"
#include "domain/study/study_chat.h"

#define STUDY_MESSAGE_ROW(F, S)                                                                    \
	F(S, ID, id)                                                                               \
	F(S, INT, seq)                                                                             \
	F(S, ID, studyId)                                                                          \
	F(S, ID, userId)                                                                           \
	F(S, STR, content)                                                                         \
	F(S, STR, readers)                                                                         \
	F(S, TIME, createdAt)                                                                      \
	F(S, TIME, updatedAt)                                                                      \
	F(S, STR, name)                                                                            \
	F(S, STR, avatar)                                                                          \
	F(S, ID, fileId)                                                                           \
	F(S, STR, fileName)                                                                        \
	F(S, STR, fileUrl)                                                                         \
	F(S, STR, fileType)                                                                        \
	F(S, INT, fileSize)                                                                        \
	F(S, BOOL, fresh)                                                                          \
	F(S, BOOL, same)
SHAPE_STRUCT(study_message_row, STUDY_MESSAGE_ROW)

#define STUDY_READ_ROW(F, S)                                                                       \
	F(S, ID, studyId)                                                                          \
	F(S, STR, readers)                                                                         \
	F(S, BOOL, moved)
SHAPE_STRUCT(study_read_row, STUDY_READ_ROW)

#define STUDY_NUMBER_ROW(F, S) F(S, INT, n)
SHAPE_STRUCT(study_number_row, STUDY_NUMBER_ROW)

MUST_USE enum status study_sql_messages(struct ctx *c, uint64_t study_id, uint64_t before, int64_t n,
					struct list *out);
MUST_USE enum status study_sql_missed(struct ctx *c, uint64_t study_id, int64_t after, int64_t n, struct list *out);

/* bottom: messages up to this id are too old for a search that names no days. Also the way to ask whether the caller
 * is a member. */
MUST_USE enum status study_sql_bottom(struct ctx *c, uint64_t study_id, int64_t *bottom);
MUST_USE enum status study_sql_count_found(struct ctx *c, uint64_t study_id, const struct study_query *q,
					   int64_t bottom, int64_t *n);
MUST_USE enum status study_sql_found(struct ctx *c, uint64_t study_id, const struct study_query *q, int64_t bottom,
				     struct list *out);

/* key: 32 bytes or NULL. */
MUST_USE enum status study_sql_say(struct ctx *c, const struct study_draft *d, const char *text,
				   const unsigned char *key, struct study_message_row *out);
MUST_USE enum status study_sql_edit(struct ctx *c, uint64_t study_id, uint64_t message_id, const char *text,
				    struct study_message_row *out);
MUST_USE enum status study_sql_delete_message(struct ctx *c, uint64_t study_id, uint64_t message_id);
/* Whoever's it is: whose and where it was. E_STUDY_NO_MESSAGE */
#define STUDY_TAKEN_ROW(F, S)                                                                      \
	F(S, ID, studyId)                                                                          \
	F(S, ID, userId)
SHAPE_STRUCT(study_taken_row, STUDY_TAKEN_ROW)
MUST_USE enum status study_sql_take_message(struct ctx *c, uint64_t message_id, struct study_taken_row *out);
MUST_USE enum status study_sql_read(struct ctx *c, uint64_t study_id, uint64_t message_id, struct study_read_row *out);
#endif
