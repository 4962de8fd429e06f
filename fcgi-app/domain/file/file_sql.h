#ifndef DOMAIN_FILE_SQL_H
#define DOMAIN_FILE_SQL_H

#include "db/db.h"
#include "domain/file/file.h"

/* What a job takes at once. */
enum { FILE_PIECE = 100 };

#define FILE_KEY_ROW(F, S)                                                                         \
	F(S, ID, id)                                                                               \
	F(S, STR, storage_key)
SHAPE_STRUCT(file_key_row, FILE_KEY_ROW)

#define FILE_SERVED_ROW(F, S)                                                                      \
	F(S, STR, name)                                                                            \
	F(S, STR, content_type)                                                                    \
	F(S, STR, kind)
SHAPE_STRUCT(file_served_row, FILE_SERVED_ROW)

/* owner: NULL for nobody. files: a JSON array of {key, name, type, kind, purpose, size, sha, duration}. once: 32 bytes
 * of a key that may not have been used (E_DUPLICATE), or NULL. */
MUST_USE enum status file_sql_add(struct ctx *c, const uint64_t *owner, uint64_t room_id, const char *files,
				  const unsigned char *once, struct list *rows);
MUST_USE enum status file_sql_mine(struct ctx *c, const struct file_page *p, struct list *rows);
MUST_USE enum status file_sql_room(struct ctx *c, uint64_t room_id, const struct file_page *p,
				   struct list *rows);
MUST_USE enum status file_sql_messages(struct ctx *c, uint64_t room_id, const char *seqs,
				       struct list *rows);

#define FILE_SHARED_ROW(F, S)                                                                      \
	F(S, ID, id)                                                                               \
	F(S, INT, used)
SHAPE_STRUCT(file_shared_row, FILE_SHARED_ROW)

/* As file_sql_add(), of one; the first statement of its transaction. */
MUST_USE enum status file_sql_add_study(struct ctx *c, const struct file_share *s, const char *files,
					struct file_shared_row *out);
MUST_USE enum status file_sql_take_study(struct ctx *c, uint64_t study_id, uint64_t id, struct file_sent *out);
MUST_USE enum status file_sql_delete_study(struct ctx *c, uint64_t study_id, uint64_t id, bool any,
					   struct file_key_row *out);

/* The key of what was deleted; E_NO_FILE. */
MUST_USE enum status file_sql_delete_id(struct ctx *c, uint64_t id, const char *purpose, struct file_key_row *out);
MUST_USE enum status file_sql_delete_key(struct ctx *c, uint64_t owner, const char *key, const char *purpose,
					 struct file_key_row *out);


MUST_USE enum status file_sql_served(struct ctx *c, const char *key, struct file_served_row *out);

/* For the jobs; FILE_PIECE rows at most, a file_key_row each. Files whose message went with its room; pictures
 * of people uploaded between two times (ms) that are nobody's picture; files deleted before a time. */
MUST_USE enum status file_sql_unshown(struct ctx *c, struct list *rows);
MUST_USE enum status file_sql_of_study(struct ctx *c, uint64_t study_id, struct list *rows);
MUST_USE enum status file_sql_of_user(struct ctx *c, uint64_t user_id, struct list *rows);
MUST_USE enum status file_sql_unused(struct ctx *c, int64_t from, int64_t to, struct list *rows);
MUST_USE enum status file_sql_deleted(struct ctx *c, int64_t before, struct list *rows);

/* ids: a JSON array. The first marks rows as deleted, the second takes them away. */
MUST_USE enum status file_sql_delete_all(struct ctx *c, const char *ids);
MUST_USE enum status file_sql_purge(struct ctx *c, const char *ids);
#endif
