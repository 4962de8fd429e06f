#include "domain/study/study_sql.h"

SHAPE_TABLE(study_role_row, STUDY_ROLE_ROW)
SHAPE_TABLE(study_brief_row, STUDY_BRIEF_ROW)

READ(STUDY_ROLE, study_role_row,
     "SELECT FIELD(m.role, 'MEMBER', 'ADMIN', 'OWNER') AS role FROM study_members m"
     " WHERE m.study_id = ? AND m.user_id = ? AND m.status = 'ACTIVE'")
READ(STUDY_BRIEF, study_brief_row, "SELECT s.name, s.emoji FROM studies s WHERE s.id = ?")
READ(STUDY_AUDIENCE, notify_id,
     "SELECT m.user_id AS id FROM study_members m"
     " WHERE m.study_id = ? AND m.user_id > ? AND m.status = 'ACTIVE' AND m.user_id NOT IN (?, ?)"
     " AND FIELD(m.role, 'MEMBER', 'ADMIN', 'OWNER') >= ? ORDER BY m.user_id LIMIT ?")

const struct stmt *const study_stmts[] = {&STUDY_ROLE, &STUDY_BRIEF, &STUDY_AUDIENCE, NULL};

enum status study_sql_role(struct ctx *c, uint64_t study_id, struct study_role_row *out)
{
	return db_one(c, &STUDY_ROLE, out, ARGS(P(study_id), P(c->me.user_id)));
}

enum status study_sql_brief(struct ctx *c, uint64_t study_id, struct study_brief_row *out)
{
	return db_one(c, &STUDY_BRIEF, out, ARGS(P(study_id)));
}

enum status study_sql_audience(struct ctx *c, const struct study_audience *a, struct list *ids)
{
	return db_list(c, &STUDY_AUDIENCE, ids, NOTIFY_BATCH,
		       ARGS(P(a->study_id), P(a->after), P(a->but), P(a->nor), P(a->least), P((int)NOTIFY_BATCH)));
}
