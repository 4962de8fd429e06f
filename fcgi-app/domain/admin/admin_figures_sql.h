#ifndef DOMAIN_ADMIN_FIGURES_SQL_H
#define DOMAIN_ADMIN_FIGURES_SQL_H

#include "db/db.h"
#include "domain/admin/admin_figures.h"

/* now and before: that were made in the last seven days, and in the seven before. */
#define FIGURES_ALL_ROW(F, S)                                                                      \
	F(S, INT, active)                                                                          \
	F(S, INT, suspended)                                                                       \
	F(S, INT, deleted)                                                                         \
	F(S, INT, users_now)                                                                       \
	F(S, INT, users_before)                                                                    \
	F(S, INT, studies)                                                                         \
	F(S, INT, public)                                                                          \
	F(S, INT, recruiting)                                                                      \
	F(S, INT, studies_now)                                                                     \
	F(S, INT, studies_before)                                                                  \
	F(S, INT, pending)                                                                         \
	F(S, INT, in_progress)                                                                     \
	F(S, INT, resolved)                                                                        \
	F(S, INT, rejected)
SHAPE_STRUCT(figures_all_row, FIGURES_ALL_ROW)

#define FIGURES_PEOPLE_ROW(F, S)                                                                   \
	F(S, INT, active)                                                                          \
	F(S, INT, suspended)                                                                       \
	F(S, INT, deleted)                                                                         \
	F(S, INT, google)                                                                          \
	F(S, INT, naver)                                                                           \
	F(S, INT, kakao)                                                                           \
	F(S, INT, dau)                                                                             \
	F(S, INT, wau)                                                                             \
	F(S, INT, mau)                                                                             \
	F(S, INT, warnings)                                                                        \
	F(S, INT, suspensions)                                                                     \
	F(S, INT, bans)
SHAPE_STRUCT(figures_people_row, FIGURES_PEOPLE_ROW)

#define FIGURES_GROUPS_ROW(F, S)                                                                   \
	F(S, INT, total)                                                                           \
	F(S, INT, members)                                                                         \
	F(S, INT, fewest)                                                                          \
	F(S, INT, most)                                                                            \
	F(S, INT, public)                                                                          \
	F(S, INT, recruiting)                                                                      \
	F(S, INT, active)
SHAPE_STRUCT(figures_groups_row, FIGURES_GROUPS_ROW)

#define FIGURES_CATEGORY_ROW(F, S)                                                                 \
	F(S, STR, category)                                                                        \
	F(S, INT, count)
SHAPE_STRUCT(figures_category_row, FIGURES_CATEGORY_ROW)

/* How many were made on a day in Korea, counted since 1970. */
#define FIGURES_DAY_ROW(F, S)                                                                      \
	F(S, INT, day)                                                                             \
	F(S, INT, count)
SHAPE_STRUCT(figures_day_row, FIGURES_DAY_ROW)
enum figures_kind { FIGURES_OF_USERS, FIGURES_OF_STUDIES, FIGURES_OF_REPORTS, FIGURES_KINDS };

/* since: ms */
MUST_USE enum status admin_figures_sql_all(struct ctx *c, struct figures_all_row *out);
MUST_USE enum status admin_figures_sql_people(struct ctx *c, int64_t since, struct figures_people_row *out);
MUST_USE enum status admin_figures_sql_groups(struct ctx *c, struct figures_groups_row *out);
MUST_USE enum status admin_figures_sql_categories(struct ctx *c, struct list *rows);
/* The first FIGURES_DAYS_MAX days that have any. */
MUST_USE enum status admin_figures_sql_days(struct ctx *c, enum figures_kind of, int64_t since, struct list *rows);
#endif
