#ifndef DOMAIN_TASK_SQL_H
#define DOMAIN_TASK_SQL_H

#include "db/db.h"
#include "domain/task/task.h"

#define TASK_ROW(F, S)                                                                             \
	TASK_FIELDS(F, S)                                                                          \
	F(S, STR, studyName)                                                                       \
	F(S, STR, studyEmoji)
SHAPE_STRUCT(task_row, TASK_ROW)

/* Moments between which a task is due. */
struct task_days {
	int64_t today, tomorrow, week, next_week, month, next_month;
};

MUST_USE enum status task_sql_list(struct ctx *c, const struct task_query *q, struct list *rows);
MUST_USE enum status task_sql_total(struct ctx *c, const struct task_query *q, struct task_counts *out);
MUST_USE enum status task_sql_one(struct ctx *c, uint64_t id, struct task_row *out);
MUST_USE enum status task_sql_counts(struct ctx *c, const struct task_days *d, struct task_counts *out);
MUST_USE enum status task_sql_recent(struct ctx *c, struct list *rows);
MUST_USE enum status task_sql_add(struct ctx *c, const struct task_draft *d, struct task_row *out);
MUST_USE enum status task_sql_change(struct ctx *c, const struct task_draft *d, struct task_row *out);
MUST_USE enum status task_sql_toggle(struct ctx *c, uint64_t id, struct task_row *out);
MUST_USE enum status task_sql_delete(struct ctx *c, uint64_t id);
#endif
