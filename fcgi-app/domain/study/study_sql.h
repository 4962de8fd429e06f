#ifndef DOMAIN_STUDY_SQL_H
#define DOMAIN_STUDY_SQL_H

#include "db/db.h"
#include "domain/study/study.h"

#define STUDY_ROLE_ROW(F, S) F(S, INT, role)
SHAPE_STRUCT(study_role_row, STUDY_ROLE_ROW)

/* The caller's, as enum study_role; E_NO_ROW: no active member. */
MUST_USE enum status study_sql_role(struct ctx *c, uint64_t study_id, struct study_role_row *out);

#define STUDY_BRIEF_ROW(F, S)                                                                      \
	F(S, STR, name)                                                                            \
	F(S, STR, emoji)
SHAPE_STRUCT(study_brief_row, STUDY_BRIEF_ROW)
MUST_USE enum status study_sql_brief(struct ctx *c, uint64_t study_id, struct study_brief_row *out);

/* Active members of at least a role (enum study_role) with greater ids than after, but those two; NOTIFY_BATCH of
 * them, as rows of notify_id. */
struct study_audience {
	uint64_t study_id, but, nor, after, least;
};
MUST_USE enum status study_sql_audience(struct ctx *c, const struct study_audience *a, struct list *ids);
#endif
