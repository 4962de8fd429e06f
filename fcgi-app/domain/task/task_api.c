/* /tasks of the study groups' client. */
#include "domain/coup.h"
#include "domain/registry.h"
#include "domain/task/task.h"

#define TASKS_IN(F, S)                                                                             \
	F(S, ID, studyId, .from = FROM_QUERY)                                                      \
	F(S, STR, status, .from = FROM_QUERY, .one_of = TASK_STATES " all incomplete completed")   \
	F(S, BOOL, completed, .from = FROM_QUERY)                                                  \
	F(S, STR, sortBy, .from = FROM_QUERY, .dflt = "deadline",                                  \
	  .one_of = "deadline priority createdAt created>deadline study>deadline")                 \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = 1, .max = 10000)                   \
	F(S, INT, limit, .from = FROM_QUERY, .dflt = "20", .min = 1, .max = TASK_PAGE_MAX)
SHAPE(tasks_in, TASKS_IN)
#define TASKS_OUT(F, S)                                                                            \
	F(S, BOOL, success)                                                                        \
	F(S, LIST(task), data)                                                                     \
	F(S, OBJ(coup_pages), pagination)
SHAPE(tasks_out, TASKS_OUT)

#define TASK_BODY(F, S)                                                                            \
	F(S, STR, description, .max = TASK_TEXT_MAX, .trim = true, .lines = true, .nullable = true, \
	  .keep_empty = true)                                                                      \
	F(S, STR, status, .one_of = TASK_STATES)                                                   \
	F(S, STR, priority, .one_of = TASK_PRIORITIES)                                             \
	F(S, STR, dueDate, .max = 40, .trim = true, .nullable = true, .keep_empty = true,          \
	  .doc = "a moment, or a day; without a zone in UTC")
#define TASK_POST_IN(F, S)                                                                         \
	F(S, STR, title, .required = true, .min = 1, .max = TASK_TITLE_MAX, .trim = true)          \
	F(S, ID, studyId, .lax = true)                                                             \
	TASK_BODY(F, S)
SHAPE(task_post_in, TASK_POST_IN)
#define TASK_PATCH_IN(F, S)                                                                        \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, STR, title, .min = 1, .max = TASK_TITLE_MAX, .trim = true, .keep_empty = true)        \
	TASK_BODY(F, S)
SHAPE(task_patch_in, TASK_PATCH_IN)
#define TASK_ID_IN(F, S) F(S, ID, id, .from = FROM_PATH)
SHAPE(task_id_in, TASK_ID_IN)
#define TASK_OUT(F, S)                                                                             \
	COUP_DONE(F, S)                                                                            \
	F(S, OBJ(task), data)
SHAPE(task_out, TASK_OUT)

#define TASK_SUMMARY(F, S)                                                                         \
	F(S, INT, total)                                                                           \
	F(S, INT, completed)                                                                       \
	F(S, INT, pending)                                                                         \
	F(S, INT, completionRate, .doc = "%")
SHAPE(task_summary, TASK_SUMMARY)
#define TASK_TIMELINE(F, S)                                                                        \
	F(S, INT, today)                                                                           \
	F(S, INT, thisWeek, .doc = "from Sunday")                                                  \
	F(S, INT, thisMonth)                                                                       \
	F(S, INT, overdue, .doc = "due before today")
SHAPE(task_timeline, TASK_TIMELINE)
#define TASK_BY_URGENCY(F, S)                                                                      \
	F(S, INT, URGENT)                                                                          \
	F(S, INT, HIGH)                                                                            \
	F(S, INT, MEDIUM)                                                                          \
	F(S, INT, LOW)
SHAPE(task_by_urgency, TASK_BY_URGENCY)
#define TASK_BY_STATE(F, S)                                                                        \
	F(S, INT, TODO)                                                                            \
	F(S, INT, IN_PROGRESS)                                                                     \
	F(S, INT, REVIEW)                                                                          \
	F(S, INT, DONE)
SHAPE(task_by_state, TASK_BY_STATE)
#define TASK_STATS(F, S)                                                                           \
	F(S, OBJ(task_summary), summary)                                                           \
	F(S, OBJ(task_timeline), timeline, .doc = "what is to be done, by when it is due")         \
	F(S, OBJ(task_by_urgency), byPriority, .doc = "what is to be done")                        \
	F(S, OBJ(task_by_state), byStatus)                                                         \
	F(S, LIST(task_done), recentCompleted)
SHAPE(task_stats, TASK_STATS)
#define TASK_STATS_OUT(F, S)                                                                       \
	F(S, BOOL, success)                                                                        \
	F(S, OBJ(task_stats), data)
SHAPE(task_stats_out, TASK_STATS_OUT)

HANDLER(tasks_get, struct tasks_in, struct tasks_out)
{
	static const bool yes = true, no = false;
	struct task_query q = {
		.study_id = in->studyId,
		.status = in->status,
		.completed = in->has.completed ? &in->completed : NULL,
		.order = !strcmp(in->sortBy, "priority")    ? TASK_BY_PRIORITY
			 : !strcmp(in->sortBy, "createdAt") ? TASK_BY_CREATED
							    : TASK_BY_DUE,
		.page = in->page,
		.limit = in->limit,
	};
	int64_t total = 0;

	if (in->status && in->status[0] >= 'a') { /* none of the states */
		q.status = NULL;
		if (strcmp(in->status, "all") != 0)
			q.completed = !strcmp(in->status, "completed") ? &yes : &no;
	}
	enum status st = task_list(&r->ctx, &q, AS_LIST(&out->data), &total);

	out->success = true;
	out->pagination = coup_pages(&r->ctx, in->page, in->limit, total);
	return st;
}

static struct task *begin(struct req *r, struct task_out *out, const char *ko, const char *en)
{
	struct task *t = arena_new_of(r->ctx.arena, struct task);

	out->success = true;
	out->message = say(&r->ctx, ko, en);
	out->data = t;
	return t;
}

HANDLER(task_post, struct task_post_in, struct task_out)
{
	struct task_draft d = {
		.study_id = in->studyId,
		.title = in->title,
		.text = coup_text(in->description),
		.status = in->status,
		.priority = in->priority,
	};

	if (!task_due(&r->ctx, "dueDate", in->dueDate, &d.due))
		return E_VALIDATION;
	return task_write(&r->ctx, &d, begin(r, out, "할일을 추가했습니다", "The task is added"));
}

HANDLER(task_get_one, struct task_id_in, struct task_out)
{
	return task_get(&r->ctx, in->id, begin(r, out, "할일입니다", "The task"));
}

HANDLER(task_patch, struct task_patch_in, struct task_out)
{
	struct task_draft d = {
		.id = in->id,
		.title = in->title,
		.text = in->description,
		.no_text = coup_empty(in->has.description, in->description),
		.status = in->status,
		.priority = in->priority,
		.no_due = coup_empty(in->has.dueDate, in->dueDate),
	};

	if (!task_due(&r->ctx, "dueDate", in->dueDate, &d.due))
		return E_VALIDATION;
	return task_write(&r->ctx, &d, begin(r, out, "할일을 수정했습니다", "The task is changed"));
}

HANDLER(task_toggle_patch, struct task_id_in, struct task_out)
{
	return task_toggle(&r->ctx, in->id, begin(r, out, "할일 상태를 바꿨습니다", "The task is turned"));
}

HANDLER(task_delete_one, struct task_id_in, struct coup_done)
{
	out->success = true;
	out->message = say(&r->ctx, "할일을 삭제했습니다", "The task is deleted");
	return task_delete(&r->ctx, in->id);
}

HANDLER(task_stats_get, struct nothing, struct task_stats_out)
{
	struct all {
		struct task_stats stats;
		struct task_summary summary;
		struct task_timeline timeline;
		struct task_by_urgency urgency;
		struct task_by_state state;
	} *a = arena_new_of(r->ctx.arena, struct all);
	struct task_counts n = {0};
	enum status st = task_stats(&r->ctx, &n, AS_LIST(&a->stats.recentCompleted));

	a->summary = (struct task_summary){
		.total = n.total,
		.completed = n.completed,
		.pending = n.total - n.completed,
		.completionRate = n.total ? (200 * n.completed + n.total) / (2 * n.total) : 0,
	};
	a->timeline = (struct task_timeline){
		.today = n.today, .thisWeek = n.thisWeek, .thisMonth = n.thisMonth, .overdue = n.overdue};
	a->urgency = (struct task_by_urgency){.URGENT = n.urgent, .HIGH = n.high, .MEDIUM = n.medium, .LOW = n.low};
	a->state = (struct task_by_state){
		.TODO = n.todo, .IN_PROGRESS = n.inProgress, .REVIEW = n.review, .DONE = n.done};
	a->stats.summary = &a->summary;
	a->stats.timeline = &a->timeline;
	a->stats.byPriority = &a->urgency;
	a->stats.byStatus = &a->state;
	out->success = true;
	out->data = &a->stats;
	return st;
}

#define MINE .auth = AUTH_SESSION, .envelope = COUP
static const struct route routes[] = {
	ROUTE(tasks_get, tasks_in, tasks_out, .on = {"GET /tasks"}, MINE, .rate = RATE_READ, .statements = 2,
	      .doc = "A page of my tasks, in the order of when they are due, of priority, or the newest first."),
	ROUTE(task_post, task_post_in, task_out, .on = {"POST /tasks"}, MINE, .rate = RATE_WRITE, .ok = 201,
	      .once = true, .statements = 2, .doc = "Add a task of mine, for a group I am in or for none.",
	      .fails = {E_STUDY_NOT_MEMBER}),
	ROUTE(task_stats_get, nothing, task_stats_out, .on = {"GET /tasks/stats"}, MINE, .rate = RATE_READ,
	      .statements = 3, .doc = "How many tasks I have, by days where I live."),
	ROUTE(task_get_one, task_id_in, task_out, .on = {"GET /tasks/{id}"}, MINE, .rate = RATE_READ, .statements = 1,
	      .doc = "One of them.", .fails = {E_TASK_NONE}),
	ROUTE(task_patch, task_patch_in, task_out, .on = {"PATCH,PUT /tasks/{id}"}, MINE, .rate = RATE_WRITE,
	      .statements = 1, .doc = "Change what is given of a task. Its status says nothing of whether it is done.",
	      .fails = {E_TASK_NONE}),
	ROUTE(task_toggle_patch, task_id_in, task_out, .on = {"PATCH /tasks/{id}/toggle"}, MINE, .rate = RATE_WRITE,
	      .statements = 1, .doc = "Done, or not any more.", .fails = {E_TASK_NONE}),
	ROUTE(task_delete_one, task_id_in, coup_done, .on = {"DELETE /tasks/{id}"}, MINE, .rate = RATE_WRITE,
	      .statements = 1, .doc = "Delete a task of mine.", .fails = {E_TASK_NONE}),
};

extern const struct stmt *const task_stmts[];
const struct domain task_domain = {
	.name = "tasks",
	.doc = "One's own tasks: /api/tasks, with the session cookie of the study groups' client",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = task_stmts,
};
