#ifndef DOMAIN_STUDY_TASKS_SQL_H
#define DOMAIN_STUDY_TASKS_SQL_H

#include "db/db.h"
#include "domain/study/study_tasks.h"

#define STUDY_TASK_ROW(F, S)                                                                       \
	STUDY_TASK_FIELDS(F, S)                                                                    \
	F(S, STR, name)                                                                            \
	F(S, STR, avatar)                                                                          \
	F(S, INT, n)
SHAPE_STRUCT(study_task_row, STUDY_TASK_ROW)

#define STUDY_ASSIGNEE_ROW(F, S)                                                                   \
	F(S, ID, task)                                                                             \
	STUDY_PERSON(F, S)
SHAPE_STRUCT(study_assignee_row, STUDY_ASSIGNEE_ROW)

MUST_USE enum status study_sql_tasks(struct ctx *c, const struct study_tasks_page *p, struct list *rows);
MUST_USE enum status study_sql_tasks_n(struct ctx *c, const struct study_tasks_page *p, int64_t *n);
MUST_USE enum status study_sql_task(struct ctx *c, uint64_t study_id, uint64_t id, struct study_task_row *out);

/* Of the tasks with those ids (a JSON array), in the order of ids. */
MUST_USE enum status study_sql_assignees(struct ctx *c, const char *ids, struct list *rows);

/* people: a JSON array, or NULL. */
MUST_USE enum status study_sql_add_task(struct ctx *c, const struct study_task_draft *d, const char *people,
					struct study_task_row *out);

/* any: also who neither made nor has it. */
MUST_USE enum status study_sql_change_task(struct ctx *c, const struct study_task_draft *d, const char *people,
					   bool any, struct study_task_row *out);
MUST_USE enum status study_sql_delete_task(struct ctx *c, uint64_t study_id, uint64_t id, bool any);
#endif
