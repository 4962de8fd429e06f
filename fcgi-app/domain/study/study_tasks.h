/* Tasks of a study group: members read, admins and the owner make them, whoever made or has one changes it. */
#ifndef DOMAIN_STUDY_TASKS_H
#define DOMAIN_STUDY_TASKS_H

#include "base/ctx.h"
#include "domain/study/study_chat_shapes.h"

enum {
	STUDY_TASK_TITLE_MIN = 2,
	STUDY_TASK_TITLE_MAX = 100,
	STUDY_TASK_TEXT_MAX = 1000,
	STUDY_TASK_PEOPLE_MAX = 50,
	STUDY_TASK_PAGE_MAX = 100,
};

#define STUDY_TASK_STATES "TODO IN_PROGRESS REVIEW DONE CANCELLED"

#define STUDY_TASK_FIELDS(F, S)                                                                    \
	F(S, ID, id)                                                                               \
	F(S, ID, studyId)                                                                          \
	F(S, ID, createdById)                                                                      \
	F(S, STR, title)                                                                           \
	F(S, STR, description)                                                                     \
	F(S, STR, status)                                                                          \
	F(S, STR, priority)                                                                        \
	F(S, TIME, dueDate)                                                                        \
	F(S, TIME, createdAt)                                                                      \
	F(S, TIME, updatedAt)
#define STUDY_TASK(F, S)                                                                           \
	STUDY_TASK_FIELDS(F, S)                                                                    \
	F(S, OBJ(study_person), createdBy)                                                         \
	F(S, LIST(study_person), assignees)
SHAPE_STRUCT(study_task, STUDY_TASK)

struct study_tasks_page {
	uint64_t study_id, assignee; /* assignee 0: whoever */
	const char *status;	     /* NULL: any */
	int64_t page, limit;	     /* page: from 1 */
};
MUST_USE enum status study_tasks(struct ctx *c, const struct study_tasks_page *p, struct list *out, int64_t *total);

/* E_STUDY_NO_TASK, as of those below. */
MUST_USE enum status study_task_get(struct ctx *c, uint64_t study_id, uint64_t id, struct study_task *out);

struct study_task_draft {
	uint64_t study_id, id; /* id 0: a new one */
	const char *title, *text, *status, *priority; /* NULL: as they are */
	int64_t due;	       /* ms; 0: as it is */
	bool no_text, no_due;
	const int64_t *people; /* NULL: as they are */
	size_t n_people;
};

/* Whoever it is given to is told. E_STUDY_ROLE, E_STUDY_TASK_PAST, E_STUDY_TASK_PEOPLE, E_STUDY_TASK_STEP. */
MUST_USE enum status study_task_write(struct ctx *c, const struct study_task_draft *d, struct study_task *out);
MUST_USE enum status study_task_delete(struct ctx *c, uint64_t study_id, uint64_t id);
#endif
