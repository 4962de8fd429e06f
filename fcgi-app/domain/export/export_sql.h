#ifndef DOMAIN_EXPORT_SQL_H
#define DOMAIN_EXPORT_SQL_H

#include "db/db.h"
#include "domain/export/export.h"

enum { EXPORT_PIECE = 100, EXPORT_LINK_BYTES = 16 };
enum { EXPORT_HEX = 2 * EXPORT_LINK_BYTES };

#define EXPORT_ASKED_ROW(F, S)                                                                     \
	F(S, STR, email)                                                                           \
	F(S, TIME, asked_at, .doc = "when they asked before, not long enough ago: nothing was written") \
	F(S, TIME, requested_at)
SHAPE_STRUCT(export_asked_row, EXPORT_ASKED_ROW)

#define EXPORT_ROW(F, S)                                                                           \
	F(S, STR, code)                                                                            \
	F(S, STR, status)                                                                          \
	F(S, STR, email)                                                                           \
	F(S, STR, link)                                                                            \
	F(S, INT, size)                                                                            \
	F(S, TIME, requested_at)                                                                   \
	F(S, TIME, ready_at)                                                                       \
	F(S, TIME, expires_at)
SHAPE_STRUCT(export_row, EXPORT_ROW)

#define EXPORT_FILE_ROW(F, S)                                                                      \
	F(S, ID, id)                                                                               \
	F(S, STR, code)                                                                            \
	F(S, STR, storage_key)                                                                     \
	F(S, TIME, requested_at)                                                                   \
	F(S, BOOL, ended)
SHAPE_STRUCT(export_file_row, EXPORT_FILE_ROW)

#define EXPORT_WORK_ROW(F, S)                                                                      \
	F(S, ID, id)                                                                               \
	F(S, ID, user_id)                                                                          \
	F(S, STR, code)
SHAPE_STRUCT(export_work_row, EXPORT_WORK_ROW)

#define EXPORT_TOLD_ROW(F, S)                                                                      \
	F(S, STR, code)                                                                            \
	F(S, ID, user_id)                                                                          \
	F(S, STR, zone)                                                                            \
	F(S, STR, link)                                                                            \
	F(S, INT, size)                                                                            \
	F(S, TIME, expires_at)
SHAPE_STRUCT(export_told_row, EXPORT_TOLD_ROW)

/* In the caller's transaction. */
MUST_USE enum status export_sql_ask(struct ctx *c, const char *code, struct export_asked_row *out);
MUST_USE enum status export_sql_newest(struct ctx *c, struct export_row *out);
/* E_NO_ROW: no such link, or nobody's any more. */
MUST_USE enum status export_sql_linked(struct ctx *c, const char *link, struct export_file_row *out);

MUST_USE enum status export_sql_new_link(struct ctx *c, uint64_t user_id, const char *link);

/* For the jobs. E_NO_ROW: nobody waits for it any more. */
MUST_USE enum status export_sql_work(struct ctx *c, uint64_t id, struct export_work_row *out);
/* E_NO_EXPORT: the same. */
MUST_USE enum status export_sql_ready(struct ctx *c, uint64_t id, const char *link, const char *key, int64_t size);
MUST_USE enum status export_sql_failed(struct ctx *c, uint64_t id);
MUST_USE enum status export_sql_told(struct ctx *c, uint64_t id, struct export_told_row *out);

/* EXPORT_PIECE at most; rows of export_file_row. ids: a JSON array. */
MUST_USE enum status export_sql_expired(struct ctx *c, struct list *rows);
MUST_USE enum status export_sql_expire(struct ctx *c, const char *ids);
MUST_USE enum status export_sql_of_user(struct ctx *c, uint64_t user_id, struct list *rows);
MUST_USE enum status export_sql_delete(struct ctx *c, const char *ids);
MUST_USE enum status export_sql_give_up(struct ctx *c, int64_t before, int64_t *n);
MUST_USE enum status export_sql_forget(struct ctx *c, int64_t before, int64_t *n);
#endif
