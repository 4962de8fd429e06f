#ifndef DOMAIN_FILE_SQL_H
#define DOMAIN_FILE_SQL_H

#include "db/db.h"
#include "domain/file/file.h"

#define FILE_KEY_ROW(F, S) F(S, STR, storage_key)
SHAPE_STRUCT(file_key_row, FILE_KEY_ROW)

#define FILE_SERVED_ROW(F, S)                                                                      \
	F(S, STR, name)                                                                            \
	F(S, STR, content_type)                                                                    \
	F(S, STR, kind)
SHAPE_STRUCT(file_served_row, FILE_SERVED_ROW)

/* files: a JSON array of {key, name, type, kind, size, sha, duration}. */
MUST_USE enum status file_sql_add(struct ctx *c, uint64_t room_id, const char *files, struct list *rows);
MUST_USE enum status file_sql_mine(struct ctx *c, const struct file_page *p, struct list *rows);
MUST_USE enum status file_sql_room(struct ctx *c, uint64_t room_id, const struct file_page *p,
				   struct list *rows);
MUST_USE enum status file_sql_messages(struct ctx *c, uint64_t room_id, const char *seqs,
				       struct list *rows);

/* The key of what was deleted; E_NO_FILE. */
MUST_USE enum status file_sql_delete_id(struct ctx *c, uint64_t id, struct file_key_row *out);
MUST_USE enum status file_sql_delete_key(struct ctx *c, const char *key, struct file_key_row *out);

/* mine: there was such a picture of the caller, and it is deleted. */
MUST_USE enum status file_sql_drop_picture(struct ctx *c, const char *key, bool *mine);

MUST_USE enum status file_sql_served(struct ctx *c, const char *key, struct file_served_row *out);
#endif
