#ifndef DOMAIN_ADMIN_CASES_SQL_H
#define DOMAIN_ADMIN_CASES_SQL_H

#include "db/db.h"
#include "domain/admin/admin_cases.h"

/* handler…: of processedBy. */
#define ADMIN_CASE_ROW(F, S)                                                                       \
	ADMIN_CASE_PLAIN(F, S)                                                                     \
	F(S, STR, reporterName)                                                                    \
	F(S, STR, reporterEmail)                                                                   \
	F(S, STR, reporterAvatar)                                                                  \
	F(S, STR, reporterStatus)                                                                  \
	F(S, STR, handlerName)                                                                     \
	F(S, STR, handlerEmail)                                                                    \
	F(S, STR, handlerRole)                                                                     \
	F(S, INT, totalReports)                                                                    \
	F(S, INT, targetReportCount)                                                               \
	F(S, INT, total)
SHAPE_STRUCT(admin_case_row, ADMIN_CASE_ROW)

/* who: the owner of a group, or the author of a message. */
#define ADMIN_CASE_TARGET_ROW(F, S)                                                                \
	ADMIN_CASE_TARGET_PLAIN(F, S)                                                              \
	ADMIN_CASE_COUNTS(F, S)                                                                    \
	F(S, STR, studyName)                                                                       \
	F(S, STR, studyEmoji)                                                                      \
	F(S, STR, whoName)                                                                         \
	F(S, STR, whoEmail)                                                                        \
	F(S, STR, whoAvatar)                                                                       \
	F(S, STR, whoStatus)
SHAPE_STRUCT(admin_case_target_row, ADMIN_CASE_TARGET_ROW)

/* Rows say how many there are in all; without rows nobody does. */
MUST_USE enum status admin_cases_sql_list(struct ctx *c, const struct admin_case_filter *f, struct list *rows);
/* All but the total. */
MUST_USE enum status admin_cases_sql_sums(struct ctx *c, struct admin_case_sums *out);
MUST_USE enum status admin_cases_sql_get(struct ctx *c, uint64_t id, struct admin_case_row *out);
MUST_USE enum status admin_cases_sql_related(struct ctx *c, const struct admin_case_row *of, struct list *rows);
/* E_NO_ROW: it is gone. */
MUST_USE enum status admin_cases_sql_target(struct ctx *c, const char *type, uint64_t id,
					    struct admin_case_target_row *out);

/* Inside db_tx(), all that follow. Locks it. */
#define ADMIN_CASE_HELD(F, S)                                                                      \
	F(S, ID, reporter)                                                                         \
	F(S, STR, targetType)                                                                      \
	F(S, ID, targetId)                                                                         \
	F(S, STR, targetName)                                                                      \
	F(S, STR, status)                                                                          \
	F(S, ID, handler)
SHAPE_STRUCT(admin_case_held, ADMIN_CASE_HELD)
MUST_USE enum status admin_cases_sql_hold(struct ctx *c, uint64_t id, struct admin_case_held *out);
/* Of those who may answer reports the one who has the fewest in hand. */
#define ADMIN_CASE_LEAST(F, S) F(S, ID, id)
SHAPE_STRUCT(admin_case_least, ADMIN_CASE_LEAST)
MUST_USE enum status admin_cases_sql_least(struct ctx *c, struct admin_case_least *out);
/* to: 0 for nobody. */
MUST_USE enum status admin_cases_sql_assign(struct ctx *c, uint64_t id, uint64_t to);
MUST_USE enum status admin_cases_sql_close(struct ctx *c, uint64_t id, const char *status, const char *resolution);
#endif
