#ifndef DOMAIN_STUDY_MEMBER_SQL_H
#define DOMAIN_STUDY_MEMBER_SQL_H

#include "db/db.h"
#include "domain/study/study_group_sql.h"
#include "domain/study/study_member.h"

#define STUDY_MEMBER_ROW(F, S)                                                                     \
	STUDY_MEMBER_PLAIN(F, S)                                                                   \
	F(S, STR, name)                                                                            \
	F(S, STR, email)                                                                           \
	F(S, STR, avatar)                                                                          \
	F(S, STR, bio)                                                                             \
	F(S, BOOL, changed)
SHAPE_STRUCT(study_member_row, STUDY_MEMBER_ROW)

#define STUDY_ELSEWHERE_ROW(F, S)                                                                  \
	F(S, ID, id)                                                                               \
	F(S, ID, userId)                                                                           \
	F(S, ID, studyId)                                                                          \
	F(S, STR, role)                                                                            \
	F(S, STR, status)                                                                          \
	F(S, TIME, joinedAt)                                                                       \
	F(S, STR, name)                                                                            \
	F(S, STR, emoji)                                                                           \
	F(S, STR, category)
SHAPE_STRUCT(study_elsewhere_row, STUDY_ELSEWHERE_ROW)

/* Those that change something: inside db_tx(). */
MUST_USE enum status study_sql_join(struct ctx *c, uint64_t study_id, const struct study_wish *w,
				    struct study_member_row *out);
MUST_USE enum status study_sql_approve(struct ctx *c, uint64_t study_id, uint64_t request_id, uint64_t user_id,
				       struct study_member_row *out);
MUST_USE enum status study_sql_reject(struct ctx *c, uint64_t study_id, uint64_t request_id, uint64_t user_id);
MUST_USE enum status study_sql_set_role(struct ctx *c, uint64_t study_id, uint64_t user_id, const char *role,
					struct study_member_row *out);
MUST_USE enum status study_sql_kick(struct ctx *c, uint64_t study_id, uint64_t user_id);
MUST_USE enum status study_sql_leave(struct ctx *c, uint64_t study_id);
MUST_USE enum status study_sql_hand_over(struct ctx *c, uint64_t study_id, uint64_t to, struct list *heirs);
MUST_USE enum status study_sql_invite_new(struct ctx *c, uint64_t study_id, const char *code, int64_t hours,
					  int64_t uses, struct study_invite *out);

MUST_USE enum status study_sql_invite(struct ctx *c, uint64_t study_id, struct study_invite *out);
MUST_USE enum status study_sql_members(struct ctx *c, uint64_t study_id, const struct study_members_query *q,
				       struct list *rows);
MUST_USE enum status study_sql_members_total(struct ctx *c, uint64_t study_id, const struct study_members_query *q,
					     int64_t *total);
MUST_USE enum status study_sql_requests(struct ctx *c, uint64_t study_id, int64_t page, int64_t size,
					struct list *rows);

/* Public groups of these users (a JSON array of ids), the newest STUDY_OTHERS_MAX of each, user by user. */
MUST_USE enum status study_sql_elsewhere(struct ctx *c, const char *ids, struct list *rows);
#endif
