#include "domain/task/task_sql.h"
#include "domain/registry.h"
#include "domain/sql.h"

enum { RECENT = 5 };

SHAPE_TABLE(task_row, TASK_ROW)

#define COLUMNS                                                                                    \
	"SELECT t.id, t.study_id AS studyId, t.user_id AS userId, t.title, t.description, t.status, t.priority," \
	" t.due_date AS dueDate, t.completed, t.completed_at AS completedAt, t.created_at AS createdAt," \
	" s.name AS studyName, s.emoji AS studyEmoji FROM tasks t LEFT JOIN studies s ON s.id = t.study_id"

#define MINE                                                                                       \
	" WHERE t.user_id = ? AND t.study_id <=> COALESCE(?, t.study_id) AND t.status = COALESCE(?, t.status)" \
	" AND t.completed = COALESCE(?, t.completed)"
#define PAGE " LIMIT ? OFFSET ?"
/* those without a day last */
READ(TASK_DUE, task_row, COLUMNS MINE " ORDER BY t.completed, t.due, t.created_at DESC, t.id DESC" PAGE)
READ(TASK_PRIORITY, task_row, COLUMNS MINE " ORDER BY t.priority DESC, t.due, t.id DESC" PAGE)
READ(TASK_CREATED, task_row, COLUMNS MINE " ORDER BY t.created_at DESC, t.id DESC" PAGE)
READ(TASK_TOTAL, task_counts, "SELECT COUNT(*) AS total FROM tasks t" MINE)
READ(TASK_ONE, task_row, COLUMNS " WHERE t.id = ? AND t.user_id = ?")

#define IF_OPEN(what) " COALESCE(SUM(NOT t.completed AND " what "), 0) AS "
#define OF_STATE(state) " COALESCE(SUM(t.status = '" state "'), 0) AS "
#define DUE "t.due_date >= ? AND t.due_date < ?"
READ(TASK_COUNTS_OF, task_counts,
     "SELECT COUNT(*) AS total, COALESCE(SUM(t.completed), 0) AS completed,"
     IF_OPEN(DUE) "today," IF_OPEN(DUE) "thisWeek," IF_OPEN(DUE) "thisMonth," IF_OPEN("t.due_date < ?") "overdue,"
     IF_OPEN("t.priority = 'URGENT'") "urgent," IF_OPEN("t.priority = 'HIGH'") "high,"
     IF_OPEN("t.priority = 'MEDIUM'") "medium," IF_OPEN("t.priority = 'LOW'") "low,"
     OF_STATE("TODO") "todo," OF_STATE("IN_PROGRESS") "inProgress," OF_STATE("REVIEW") "review," OF_STATE("DONE") "done"
     " FROM tasks t WHERE t.user_id = ?")
READ(TASK_RECENT, task_done,
     "SELECT t.id, t.title, t.completed_at AS completedAt, t.priority FROM tasks t"
     " WHERE t.user_id = ? AND t.completed ORDER BY t.completed_at DESC, t.id DESC LIMIT ?")

#define WHICH                                                                                      \
	"BEGIN NOT ATOMIC"                                                                         \
	" DECLARE me BIGINT UNSIGNED DEFAULT ?;"                                                   \
	" DECLARE which BIGINT UNSIGNED DEFAULT ?;"
#define FOUND                                                                                      \
	" IF NOT EXISTS (SELECT 1 FROM tasks t WHERE t.id = which AND t.user_id = me) THEN"        \
	"  " REFUSE("TASK_NONE") "; END IF;"
#define ANSWER " " COLUMNS " WHERE t.id = which;"

WRITE_ROW(TASK_ADD, task_row,
	  WHICH
	  " INSERT INTO tasks (user_id, study_id, title, description, status, priority, due_date, created_at)"
	  "  VALUES (me, ?, ?, ?, COALESCE(?, DEFAULT(status)), COALESCE(?, DEFAULT(priority)), ?, SYSDATE(3));"
	  " SET which = LAST_INSERT_ID();" ANSWER
	  " END")
WRITE_ROW(TASK_CHANGE, task_row,
	  WHICH FOUND
	  " UPDATE tasks SET title = COALESCE(?, title), description = IF(?, NULL, COALESCE(?, description)),"
	  "  status = COALESCE(?, status), priority = COALESCE(?, priority),"
	  "  due_date = IF(?, NULL, COALESCE(?, due_date)) WHERE id = which;" ANSWER
	  " END")
/* assigned from left to right: the later ones see what completed is now */
WRITE_ROW(TASK_TOGGLE, task_row,
	  WHICH FOUND
	  " UPDATE tasks SET completed = NOT completed, completed_at = IF(completed, SYSDATE(3), NULL),"
	  "  status = IF(completed, 'DONE', 'TODO') WHERE id = which;" ANSWER
	  " END")
WRITE(TASK_DELETE, "DELETE FROM tasks WHERE id = ? AND user_id = ?")

const struct stmt *const task_stmts[] = {
	&TASK_DUE,    &TASK_PRIORITY, &TASK_CREATED, &TASK_TOTAL,  &TASK_ONE,	 &TASK_COUNTS_OF,
	&TASK_RECENT, &TASK_ADD,      &TASK_CHANGE,  &TASK_TOGGLE, &TASK_DELETE, NULL,
};

#define MINE_ARGS                                                                                  \
	P(c->me.user_id), db_id(q->study_id), P(q->status), q->completed ? db_int(*q->completed) : db_str(NULL)

enum status task_sql_list(struct ctx *c, const struct task_query *q, struct list *rows)
{
	static const struct stmt *const by[] = {
		[TASK_BY_DUE] = &TASK_DUE, [TASK_BY_PRIORITY] = &TASK_PRIORITY, [TASK_BY_CREATED] = &TASK_CREATED};

	return db_list(c, by[q->order], rows, TASK_PAGE_MAX,
		       ARGS(MINE_ARGS, P(q->limit), P((q->page - 1) * q->limit)));
}

enum status task_sql_total(struct ctx *c, const struct task_query *q, struct task_counts *out)
{
	return db_one(c, &TASK_TOTAL, out, ARGS(MINE_ARGS));
}

enum status task_sql_one(struct ctx *c, uint64_t id, struct task_row *out)
{
	return db_one(c, &TASK_ONE, out, ARGS(P(id), P(c->me.user_id)));
}

enum status task_sql_counts(struct ctx *c, const struct task_days *d, struct task_counts *out)
{
	return db_one(c, &TASK_COUNTS_OF, out,
		      ARGS(db_time(d->today), db_time(d->tomorrow), db_time(d->week), db_time(d->next_week),
			   db_time(d->month), db_time(d->next_month), db_time(d->today), P(c->me.user_id)));
}

enum status task_sql_recent(struct ctx *c, struct list *rows)
{
	return db_list(c, &TASK_RECENT, rows, RECENT, ARGS(P(c->me.user_id), P((int)RECENT)));
}

enum status task_sql_add(struct ctx *c, const struct task_draft *d, struct task_row *out)
{
	return db_one(c, &TASK_ADD, out,
		      ARGS(P(c->me.user_id), db_id(0), db_id(d->study_id), P(d->title), P(d->text), P(d->status),
			   P(d->priority), db_time(d->due)));
}

enum status task_sql_change(struct ctx *c, const struct task_draft *d, struct task_row *out)
{
	return db_one(c, &TASK_CHANGE, out,
		      ARGS(P(c->me.user_id), P(d->id), P(d->title), P(d->no_text), P(d->text), P(d->status),
			   P(d->priority), P(d->no_due), db_time(d->due)));
}

enum status task_sql_toggle(struct ctx *c, uint64_t id, struct task_row *out)
{
	return db_one(c, &TASK_TOGGLE, out, ARGS(P(c->me.user_id), P(id)));
}

enum status task_sql_delete(struct ctx *c, uint64_t id)
{
	int64_t n = 0;
	enum status st = db_exec(c, &TASK_DELETE, &n, ARGS(P(id), P(c->me.user_id)));

	return st == OK && !n ? E_TASK_NONE : st;
}
