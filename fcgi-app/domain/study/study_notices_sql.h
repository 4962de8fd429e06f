#ifndef DOMAIN_STUDY_NOTICES_SQL_H
#define DOMAIN_STUDY_NOTICES_SQL_H

#include "db/db.h"
#include "domain/study/study_notices.h"

#define NOTICE_ROW(F, S)                                                                           \
	NOTICE_FIELDS(F, S)                                                                        \
	F(S, STR, name)                                                                            \
	F(S, STR, avatar)
SHAPE_STRUCT(notice_row, NOTICE_ROW)

#define NOTICE_COUNT_ROW(F, S) F(S, INT, n)
SHAPE_STRUCT(notice_count_row, NOTICE_COUNT_ROW)

MUST_USE enum status notice_sql_list(struct ctx *c, const struct notice_page *p, struct list *rows);
MUST_USE enum status notice_sql_count(struct ctx *c, const struct notice_page *p, int64_t *n);
MUST_USE enum status notice_sql_open(struct ctx *c, uint64_t study_id, uint64_t id, struct notice_row *out);

/* Whoever pins in that group waits for the others. To be called before anything is read in the transaction. */
MUST_USE enum status notice_sql_lock(struct ctx *c, uint64_t study_id);
MUST_USE enum status notice_sql_add(struct ctx *c, const struct notice_draft *d, struct notice_row *out);
MUST_USE enum status notice_sql_change(struct ctx *c, const struct notice_draft *d, struct notice_row *out);
MUST_USE enum status notice_sql_turn(struct ctx *c, uint64_t study_id, uint64_t id, struct notice_row *out);
MUST_USE enum status notice_sql_delete(struct ctx *c, uint64_t study_id, uint64_t id);
#endif
