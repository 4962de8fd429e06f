/* Tasks of groups: /studies/{id}/tasks of their client. */
#include "domain/registry.h"
#include "domain/study/study_shapes.h"
#include "domain/study/study_tasks.h"
#include "domain/task/task.h"

#define STUDY_TASKS_IN(F, S)                                                                       \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, STR, status, .from = FROM_QUERY, .one_of = STUDY_TASK_STATES " all")                  \
	F(S, ID, assignee, .from = FROM_QUERY)                                                     \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = 1, .max = 10000)                   \
	F(S, INT, limit, .from = FROM_QUERY, .dflt = "20", .min = 1, .max = STUDY_TASK_PAGE_MAX)
SHAPE(study_tasks_in, STUDY_TASKS_IN)
#define STUDY_TASKS_OUT(F, S)                                                                      \
	F(S, BOOL, success)                                                                        \
	F(S, LIST(study_task), data)                                                               \
	F(S, OBJ(coup_pages), pagination)
SHAPE(study_tasks_out, STUDY_TASKS_OUT)

#define STUDY_TASK_BODY(F, S)                                                                      \
	F(S, STR, description, .max = STUDY_TASK_TEXT_MAX, .trim = true, .lines = true, .nullable = true, \
	  .keep_empty = true)                                                                      \
	F(S, STR, status, .one_of = STUDY_TASK_STATES)                                             \
	F(S, STR, priority, .one_of = TASK_PRIORITIES)                                             \
	F(S, STR, dueDate, .max = 40, .trim = true, .nullable = true, .keep_empty = true,          \
	  .doc = "a moment, or a day, without a zone in UTC; not before today where I live")       \
	F(S, INTS, assigneeIds, .lax = true, .max = STUDY_TASK_PEOPLE_MAX, .keep_empty = true,     \
	  .doc = "members: all who have it then")
#define STUDY_TASK_POST_IN(F, S)                                                                   \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, STR, title, .required = true, .min = STUDY_TASK_TITLE_MIN, .max = STUDY_TASK_TITLE_MAX, .trim = true) \
	STUDY_TASK_BODY(F, S)
SHAPE(study_task_post_in, STUDY_TASK_POST_IN)
#define STUDY_TASK_PATCH_IN(F, S)                                                                  \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, ID, taskId, .from = FROM_PATH)                                                        \
	F(S, STR, title, .min = STUDY_TASK_TITLE_MIN, .max = STUDY_TASK_TITLE_MAX, .trim = true,   \
	  .keep_empty = true)                                                                      \
	STUDY_TASK_BODY(F, S)
SHAPE(study_task_patch_in, STUDY_TASK_PATCH_IN)
#define STUDY_TASK_IN(F, S)                                                                        \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, ID, taskId, .from = FROM_PATH)
SHAPE(study_task_in, STUDY_TASK_IN)
#define STUDY_TASK_STEP_IN(F, S)                                                                   \
	STUDY_TASK_IN(F, S)                                                                        \
	F(S, STR, status, .required = true, .one_of = STUDY_TASK_STATES)
SHAPE(study_task_step_in, STUDY_TASK_STEP_IN)
#define STUDY_TASK_OUT(F, S)                                                                       \
	COUP_DONE(F, S)                                                                            \
	F(S, OBJ(study_task), data)
SHAPE(study_task_out, STUDY_TASK_OUT)

static struct study_task *begin(struct req *r, struct study_task_out *out, const char *ko, const char *en)
{
	struct study_task *t = arena_new_of(r->ctx.arena, struct study_task);

	out->success = true;
	out->message = say(&r->ctx, ko, en);
	out->data = t;
	return t;
}

HANDLER(study_tasks_get, struct study_tasks_in, struct study_tasks_out)
{
	const struct study_tasks_page p = {
		.study_id = in->id,
		.assignee = in->assignee,
		.status = in->status && strcmp(in->status, "all") != 0 ? in->status : NULL,
		.page = in->page,
		.limit = in->limit,
	};
	int64_t total = 0;
	enum status st = study_tasks(&r->ctx, &p, AS_LIST(&out->data), &total);

	out->success = true;
	out->pagination = coup_pages(&r->ctx, in->page, in->limit, total);
	return st;
}

HANDLER(study_task_post, struct study_task_post_in, struct study_task_out)
{
	struct study_task_draft d = {
		.study_id = in->id,
		.title = in->title,
		.text = coup_text(in->description),
		.status = in->status,
		.priority = in->priority,
		.people = in->assigneeIds.n ? in->assigneeIds.v : NULL,
		.n_people = in->assigneeIds.n,
	};

	if (!task_due(&r->ctx, "dueDate", in->dueDate, &d.due))
		return E_VALIDATION;
	return study_task_write(&r->ctx, &d, begin(r, out, "할일을 추가했습니다", "The task is added"));
}

HANDLER(study_task_show, struct study_task_in, struct study_task_out)
{
	return study_task_get(&r->ctx, in->id, in->taskId, begin(r, out, "할일입니다", "The task"));
}

HANDLER(study_task_patch, struct study_task_patch_in, struct study_task_out)
{
	static const int64_t nobody[1];
	struct study_task_draft d = {
		.study_id = in->id,
		.id = in->taskId,
		.title = in->title,
		.text = in->description,
		.no_text = coup_empty(in->has.description, in->description),
		.status = in->status,
		.priority = in->priority,
		.no_due = coup_empty(in->has.dueDate, in->dueDate),
		.people = in->assigneeIds.n ? in->assigneeIds.v : in->has.assigneeIds ? nobody : NULL,
		.n_people = in->assigneeIds.n,
	};

	if (!task_due(&r->ctx, "dueDate", in->dueDate, &d.due))
		return E_VALIDATION;
	return study_task_write(&r->ctx, &d, begin(r, out, "할일을 수정했습니다", "The task is changed"));
}

HANDLER(study_task_step, struct study_task_step_in, struct study_task_out)
{
	const struct study_task_draft d = {.study_id = in->id, .id = in->taskId, .status = in->status};

	return study_task_write(&r->ctx, &d, begin(r, out, "할일 상태를 바꿨습니다", "The task is in that state"));
}

HANDLER(study_task_remove, struct study_task_in, struct study_gone)
{
	out->success = true;
	out->message = say(&r->ctx, "할일을 삭제했습니다", "The task is deleted");
	return study_task_delete(&r->ctx, in->id, in->taskId);
}

static const struct code_row codes[] = {
	{E_VALIDATION, "title", "STUDY-102", "required"},
	{E_VALIDATION, "title", "STUDY-002"},
	{E_VALIDATION, "description", "STUDY-111"},
	{E_VALIDATION, "status", "STUDY-136"},
	{E_VALIDATION, "priority", "STUDY-136"},
	{E_VALIDATION, "assigneeIds", "STUDY-104"},
	{E_VALIDATION, "page", "STUDY-134"},
	{E_VALIDATION, "limit", "STUDY-047"},
	{E_STUDY_ROLE, NULL, "STUDY-028"},
	{0},
};

#define STUDY .auth = AUTH_SESSION, .envelope = COUP, .codes = codes
static const struct route routes[] = {
	ROUTE(study_tasks_get, study_tasks_in, study_tasks_out, .on = {"GET /studies/{id}/tasks"}, STUDY,
	      .rate = RATE_READ, .statements = 4,
	      .doc = "A page of a group's tasks: by state, the most urgent first, then by when they are due.",
	      .fails = {E_STUDY_NOT_MEMBER}),
	ROUTE(study_task_post, study_task_post_in, study_task_out, .on = {"POST /studies/{id}/tasks"}, STUDY,
	      .rate = RATE_WRITE, .ok = 201, .once = true, .statements = 6,
	      .doc = "Add a task, as an admin or the owner. Whoever it is given to is told.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_ROLE, E_STUDY_TASK_PAST, E_STUDY_TASK_PEOPLE}),
	ROUTE(study_task_show, study_task_in, study_task_out, .on = {"GET /studies/{id}/tasks/{taskId}"}, STUDY,
	      .rate = RATE_READ, .statements = 3, .doc = "One of them.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_NO_TASK}),
	ROUTE(study_task_patch, study_task_patch_in, study_task_out, .on = {"PATCH /studies/{id}/tasks/{taskId}"},
	      STUDY, .rate = RATE_WRITE, .statements = 6,
	      .doc = "Change what is given of a task that I made or have, or as an admin or the owner of any.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_NO_TASK, E_STUDY_ROLE, E_STUDY_TASK_PAST, E_STUDY_TASK_PEOPLE,
			E_STUDY_TASK_STEP}),
	ROUTE(study_task_step, study_task_step_in, study_task_out, .on = {"PATCH /studies/{id}/tasks/{taskId}/status"},
	      STUDY, .rate = RATE_WRITE, .statements = 5, .doc = "Its state alone, likewise.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_NO_TASK, E_STUDY_ROLE, E_STUDY_TASK_STEP}),
	ROUTE(study_task_remove, study_task_in, study_gone, .on = {"DELETE /studies/{id}/tasks/{taskId}"}, STUDY,
	      .rate = RATE_WRITE, .statements = 2, .doc = "Delete a task I made, or as an admin or the owner any.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_NO_TASK, E_STUDY_ROLE}),
};

extern const struct stmt *const study_tasks_stmts[];
const struct domain study_tasks_domain = {
	.name = "study group tasks",
	.doc = "What a study group has to do: /api/studies/{id}/tasks, with the session cookie of its client",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = study_tasks_stmts,
};
