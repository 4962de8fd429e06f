#ifndef DOMAIN_STUDY_HOME_SQL_H
#define DOMAIN_STUDY_HOME_SQL_H

#include "db/db.h"
#include "domain/study/study_group_sql.h"
#include "domain/study/study_home.h"

#define STUDY_MINE_ROW(F, S)                                                                       \
	F(S, ID, membershipId)                                                                     \
	F(S, STR, role)                                                                            \
	F(S, STR, status)                                                                          \
	F(S, TIME, joinedAt)                                                                       \
	F(S, TIME, approvedAt)                                                                     \
	F(S, ID, id)                                                                               \
	F(S, STR, name)                                                                            \
	F(S, STR, emoji)                                                                           \
	F(S, STR, description)                                                                     \
	F(S, STR, category)                                                                        \
	F(S, STR, subCategory)                                                                     \
	F(S, INT, maxMembers)                                                                      \
	F(S, INT, currentMembers)                                                                  \
	F(S, BOOL, isPublic)                                                                       \
	F(S, BOOL, isRecruiting)                                                                   \
	F(S, STR, tags)                                                                            \
	F(S, TIME, createdAt)                                                                      \
	F(S, INT, newMessages)                                                                     \
	F(S, INT, newNotices)
SHAPE_STRUCT(study_mine_row, STUDY_MINE_ROW)

MUST_USE enum status study_sql_mine(struct ctx *c, enum study_which which, int64_t page, int64_t size,
				    struct list *rows);
MUST_USE enum status study_sql_mine_total(struct ctx *c, enum study_which which, int64_t *total);
MUST_USE enum status study_sql_home_stats(struct ctx *c, struct home_stats *out);
MUST_USE enum status study_sql_home_studies(struct ctx *c, struct list *rows);
MUST_USE enum status study_sql_home_news(struct ctx *c, struct list *rows);
MUST_USE enum status study_sql_home_events(struct ctx *c, struct list *rows);
#endif
