#include "domain/study/study_tasks_sql.h"
#include "domain/registry.h"
#include "domain/sql.h"

SHAPE_TABLE(study_task_row, STUDY_TASK_ROW)
SHAPE_TABLE(study_assignee_row, STUDY_ASSIGNEE_ROW)

#define COLUMNS                                                                                    \
	"SELECT t.id, t.study_id AS studyId, t.created_by AS createdById, t.title, t.description,"  \
	" t.status, t.priority, t.due_date AS dueDate, t.created_at AS createdAt,"                 \
	" t.updated_at AS updatedAt, u.name,"                                                      \
	" u.profile_image AS avatar FROM study_tasks t STRAIGHT_JOIN users u ON u.id = t.created_by"
#define PAGE                                                                                       \
	" WHERE t.study_id = ? AND t.status = COALESCE(?, t.status) AND (? IS NULL OR EXISTS"      \
	" (SELECT 1 FROM study_task_assignees a WHERE a.task_id = t.id AND a.user_id = ?))"

READ(STUDY_TASKS, study_task_row,
     COLUMNS PAGE " ORDER BY t.status, t.priority DESC, t.due, t.created_at DESC, t.id DESC LIMIT ? OFFSET ?")
READ(STUDY_TASKS_N, study_task_row, "SELECT COUNT(*) AS n FROM study_tasks t" PAGE)
READ(STUDY_TASK_ONE, study_task_row, COLUMNS " WHERE t.id = ? AND t.study_id = ?")
READ(STUDY_ASSIGNEES, study_assignee_row,
     "SELECT a.task_id AS task, u.id, u.name, u.profile_image AS avatar FROM " IDS_OF("?") " j"
     " STRAIGHT_JOIN study_task_assignees a ON a.task_id = j.id STRAIGHT_JOIN users u ON u.id = a.user_id"
     " ORDER BY a.task_id, a.assigned_at, a.user_id LIMIT ?")

#define ME                                                                                         \
	"BEGIN NOT ATOMIC"                                                                         \
	" DECLARE study BIGINT UNSIGNED DEFAULT ?;"                                                \
	" DECLARE which BIGINT UNSIGNED DEFAULT ?;"                                                \
	" DECLARE me BIGINT UNSIGNED DEFAULT ?;"
#define PEOPLE                                                                                     \
	" DECLARE people TEXT DEFAULT ?;"                                                          \
	" DECLARE strangers INT;"
/* Whom it is given to now are told, as study_tell() would have it, but all at once. Members are locked: who leaves at
 * that moment has gone before, or takes it away again. */
#define GIVE                                                                                       \
	" IF people IS NOT NULL THEN"                                                              \
	"  SELECT COUNT(*) INTO strangers FROM " IDS_OF("people") " j WHERE NOT EXISTS (SELECT 1 FROM study_members m" \
	"   WHERE m.study_id = study AND m.user_id = j.id AND m.status = 'ACTIVE' LOCK IN SHARE MODE);" \
	"  IF strangers > 0 THEN " REFUSE("STUDY_TASK_PEOPLE") "; END IF;"                         \
	"  DELETE a FROM study_task_assignees a WHERE a.task_id = which"                           \
	"   AND a.user_id NOT IN (SELECT j.id FROM " IDS_OF("people") " j);"                       \
	"  INSERT INTO outbox (event, subject_id, actor_id, payload)"                              \
	"   SELECT DISTINCT 'study.news', study, me,"                                              \
	"    JSON_OBJECT('to', j.id, 'template', 'study_task', 'title', t.title)"                  \
	"    FROM " IDS_OF("people") " j STRAIGHT_JOIN study_tasks t ON t.id = which"              \
	"    WHERE j.id <> me AND NOT EXISTS (SELECT 1 FROM study_task_assignees a"                \
	"     WHERE a.task_id = which AND a.user_id = j.id);"                                      \
	"  INSERT IGNORE INTO study_task_assignees (task_id, user_id, assigned_at)"                \
	"   SELECT which, j.id, SYSDATE(3) FROM " IDS_OF("people") " j;"                           \
	" END IF;"
#define ANSWER " " COLUMNS " WHERE t.id = which;"

WRITE_ROW(STUDY_TASK_ADD, study_task_row,
	  ME PEOPLE
	  " INSERT INTO study_tasks"
	  "  (study_id, created_by, title, description, status, priority, due_date, created_at, updated_at)"
	  "  VALUES (study, me, ?, ?, COALESCE(?, DEFAULT(status)), COALESCE(?, DEFAULT(priority)), ?, SYSDATE(3),"
	  "  created_at);"
	  " SET which = LAST_INSERT_ID();" GIVE ANSWER
	  " END")

/* Locked: of two steps at once the second is taken from where the first led. */
#define FOUND                                                                                      \
	" SELECT t.created_by, t.status INTO author, was FROM study_tasks t"                       \
	"  WHERE t.id = which AND t.study_id = study FOR UPDATE;"                                  \
	" IF author IS NULL THEN " REFUSE("STUDY_NO_TASK") "; END IF;"
WRITE_ROW(STUDY_TASK_CHANGE, study_task_row,
	  ME PEOPLE
	  " DECLARE author BIGINT UNSIGNED;"
	  " DECLARE was VARCHAR(20);"
	  " DECLARE step VARCHAR(20) DEFAULT ?;"
	  FOUND
	  " IF author <> me AND NOT ? AND NOT EXISTS (SELECT 1 FROM study_task_assignees a"
	  "  WHERE a.task_id = which AND a.user_id = me) THEN " REFUSE("STUDY_ROLE") "; END IF;"
	  " IF step <> was AND NOT FIND_IN_SET(CONCAT(was, '-', step),"
	  "  'TODO-IN_PROGRESS,TODO-CANCELLED,IN_PROGRESS-REVIEW,IN_PROGRESS-DONE,IN_PROGRESS-TODO,"
	  "IN_PROGRESS-CANCELLED,REVIEW-DONE,REVIEW-IN_PROGRESS,REVIEW-TODO,DONE-TODO,CANCELLED-TODO') THEN"
	  "  " REFUSE("STUDY_TASK_STEP") "; END IF;"
	  " UPDATE study_tasks SET title = COALESCE(?, title), description = IF(?, NULL, COALESCE(?, description)),"
	  "  status = COALESCE(step, status), priority = COALESCE(?, priority),"
	  "  due_date = IF(?, NULL, COALESCE(?, due_date)), updated_at = SYSDATE(3) WHERE id = which;"
	  GIVE ANSWER
	  " END")
WRITE(STUDY_TASK_DELETE,
      ME
      " DECLARE author BIGINT UNSIGNED;"
      " DECLARE was VARCHAR(20);"
      FOUND
      " IF author <> me AND NOT ? THEN " REFUSE("STUDY_ROLE") "; END IF;"
      " DELETE FROM study_tasks WHERE id = which; END")

const struct stmt *const study_tasks_stmts[] = {
	&STUDY_TASKS,	 &STUDY_TASKS_N,     &STUDY_TASK_ONE,	 &STUDY_ASSIGNEES,
	&STUDY_TASK_ADD, &STUDY_TASK_CHANGE, &STUDY_TASK_DELETE, NULL,
};

#define PAGE_ARGS P(p->study_id), P(p->status), db_id(p->assignee), db_id(p->assignee)

enum status study_sql_tasks(struct ctx *c, const struct study_tasks_page *p, struct list *rows)
{
	return db_list(c, &STUDY_TASKS, rows, STUDY_TASK_PAGE_MAX,
		       ARGS(PAGE_ARGS, P(p->limit), P((p->page - 1) * p->limit)));
}

enum status study_sql_tasks_n(struct ctx *c, const struct study_tasks_page *p, int64_t *n)
{
	struct study_task_row row = {0};
	enum status st = db_one(c, &STUDY_TASKS_N, &row, ARGS(PAGE_ARGS));

	*n = row.n;
	return st;
}

enum status study_sql_task(struct ctx *c, uint64_t study_id, uint64_t id, struct study_task_row *out)
{
	return db_one(c, &STUDY_TASK_ONE, out, ARGS(P(id), P(study_id)));
}

enum status study_sql_assignees(struct ctx *c, const char *ids, struct list *rows)
{
	const int most = STUDY_TASK_PAGE_MAX * STUDY_TASK_PEOPLE_MAX;

	return db_list(c, &STUDY_ASSIGNEES, rows, (size_t)most, ARGS(P(ids), P(most)));
}

enum status study_sql_add_task(struct ctx *c, const struct study_task_draft *d, const char *people,
			       struct study_task_row *out)
{
	return db_one(c, &STUDY_TASK_ADD, out,
		      ARGS(P(d->study_id), db_id(0), P(c->me.user_id), P(people), P(d->title), P(d->text),
			   P(d->status), P(d->priority), db_time(d->due)));
}

enum status study_sql_change_task(struct ctx *c, const struct study_task_draft *d, const char *people, bool any,
				  struct study_task_row *out)
{
	return db_one(c, &STUDY_TASK_CHANGE, out,
		      ARGS(P(d->study_id), P(d->id), P(c->me.user_id), P(people), P(d->status), P(any), P(d->title),
			   P(d->no_text), P(d->text), P(d->priority), P(d->no_due), db_time(d->due)));
}

enum status study_sql_delete_task(struct ctx *c, uint64_t study_id, uint64_t id, bool any)
{
	return db_exec(c, &STUDY_TASK_DELETE, NULL, ARGS(P(study_id), P(id), P(c->me.user_id), P(any)));
}
