#ifndef DOMAIN_ADMIN_STUDIES_SQL_H
#define DOMAIN_ADMIN_STUDIES_SQL_H

#include "db/db.h"
#include "domain/admin/admin_studies.h"

#define ADMIN_STUDY_ROW(F, S)                                                                      \
	ADMIN_STUDY_PLAIN(F, S)                                                                    \
	ADMIN_STUDY_SETTINGS(F, S)                                                                 \
	ADMIN_STUDY_STATS(F, S)                                                                    \
	F(S, STR, tags)                                                                            \
	F(S, STR, inviteCode)                                                                      \
	F(S, ID, ownerId)                                                                          \
	F(S, STR, ownerName)                                                                       \
	F(S, STR, ownerEmail)                                                                      \
	F(S, STR, ownerAvatar)                                                                     \
	F(S, STR, ownerStatus)                                                                     \
	F(S, INT, total)
SHAPE_STRUCT(admin_study_row, ADMIN_STUDY_ROW)

#define ADMIN_STUDY_SEAT_ROW(F, S)                                                                 \
	F(S, ID, id)                                                                               \
	F(S, ID, userId)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, STR, email)                                                                           \
	F(S, STR, avatar)                                                                          \
	F(S, STR, userStatus)                                                                      \
	F(S, STR, role)                                                                            \
	F(S, STR, status)                                                                          \
	F(S, TIME, joinedAt)                                                                       \
	F(S, TIME, approvedAt)
SHAPE_STRUCT(admin_study_seat_row, ADMIN_STUDY_SEAT_ROW)

/* Rows say how many there are in all. */
MUST_USE enum status admin_studies_sql_list(struct ctx *c, const struct admin_study_filter *f, struct list *rows);
MUST_USE enum status admin_studies_sql_sums(struct ctx *c, struct admin_study_sums *out);
MUST_USE enum status admin_studies_sql_get(struct ctx *c, uint64_t id, struct admin_study_row *out);
MUST_USE enum status admin_studies_sql_members(struct ctx *c, uint64_t id, struct list *rows);
MUST_USE enum status admin_studies_sql_seats(struct ctx *c, uint64_t id, struct admin_study_seats *out);
MUST_USE enum status admin_studies_sql_activity(struct ctx *c, uint64_t id, struct admin_study_activity *out);
#endif
