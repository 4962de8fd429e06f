/* People's own tasks, in the study groups' client. Nobody else sees them: E_TASK_NONE. */
#ifndef DOMAIN_TASK_H
#define DOMAIN_TASK_H

#include "base/ctx.h"
#include "base/shape.h"

enum { TASK_TITLE_MAX = 200, TASK_TEXT_MAX = 2000, TASK_PAGE_MAX = 100 };

#define TASK_STATES "TODO IN_PROGRESS REVIEW DONE"
#define TASK_PRIORITIES "LOW MEDIUM HIGH URGENT"

#define TASK_STUDY(F, S)                                                                           \
	F(S, ID, id)                                                                               \
	F(S, STR, name)                                                                            \
	F(S, STR, emoji)
SHAPE_STRUCT(task_study, TASK_STUDY)

#define TASK_FIELDS(F, S)                                                                          \
	F(S, ID, id)                                                                               \
	F(S, ID, studyId)                                                                          \
	F(S, ID, userId)                                                                           \
	F(S, STR, title)                                                                           \
	F(S, STR, description)                                                                     \
	F(S, STR, status)                                                                          \
	F(S, STR, priority)                                                                        \
	F(S, TIME, dueDate)                                                                        \
	F(S, BOOL, completed)                                                                      \
	F(S, TIME, completedAt)                                                                    \
	F(S, TIME, createdAt)
#define TASK(F, S)                                                                                 \
	TASK_FIELDS(F, S)                                                                          \
	F(S, OBJ(task_study), study, .doc = "which group it is for, if it is for one")
SHAPE_STRUCT(task, TASK)

#define TASK_COUNTS(F, S)                                                                          \
	F(S, INT, total)                                                                           \
	F(S, INT, completed)                                                                       \
	F(S, INT, today)                                                                           \
	F(S, INT, thisWeek)                                                                        \
	F(S, INT, thisMonth)                                                                       \
	F(S, INT, overdue)                                                                         \
	F(S, INT, urgent)                                                                          \
	F(S, INT, high)                                                                            \
	F(S, INT, medium)                                                                          \
	F(S, INT, low)                                                                             \
	F(S, INT, todo)                                                                            \
	F(S, INT, inProgress)                                                                      \
	F(S, INT, review)                                                                          \
	F(S, INT, done)
SHAPE_STRUCT(task_counts, TASK_COUNTS)

#define TASK_DONE(F, S)                                                                            \
	F(S, ID, id)                                                                               \
	F(S, STR, title)                                                                           \
	F(S, TIME, completedAt)                                                                    \
	F(S, STR, priority)
SHAPE_STRUCT(task_done, TASK_DONE)

enum task_order { TASK_BY_DUE, TASK_BY_PRIORITY, TASK_BY_CREATED };

struct task_query {
	uint64_t study_id;     /* 0: any */
	const char *status;    /* NULL: any */
	const bool *completed; /* NULL: both */
	enum task_order order;
	int64_t page, limit; /* page: from 1 */
};
MUST_USE enum status task_list(struct ctx *c, const struct task_query *q, struct list *out, int64_t *total);
MUST_USE enum status task_get(struct ctx *c, uint64_t id, struct task *out);

/* By days and weeks (from Sunday) where the caller lives; recent: of task_done, the last five. */
MUST_USE enum status task_stats(struct ctx *c, struct task_counts *out, struct list *recent);

struct task_draft {
	uint64_t id;	   /* 0: a new one */
	uint64_t study_id; /* of a new one; 0: none. E_STUDY_NOT_MEMBER */
	const char *title, *text, *status, *priority; /* NULL: as they are */
	int64_t due;	   /* ms; 0: as it is */
	bool no_text, no_due;
};
MUST_USE enum status task_write(struct ctx *c, const struct task_draft *d, struct task *out);

/* Done, or not any more. */
MUST_USE enum status task_toggle(struct ctx *c, uint64_t id, struct task *out);
MUST_USE enum status task_delete(struct ctx *c, uint64_t id);

/*
 * When a task is due: a moment, or a day, which is its midnight in UTC as in JavaScript. One without a zone is UTC as
 * well: pages fill their field with toISOString() less its end, and saving that again must not move it. 0 for NULL or
 * "". False: it is neither, and the field is named.
 */
MUST_USE bool task_due(struct ctx *c, const char *field, const char *text, int64_t *ms);
#endif
