#ifndef DOMAIN_STUDY_GROUP_SQL_H
#define DOMAIN_STUDY_GROUP_SQL_H

#include "db/db.h"
#include "domain/study/study.h"
#include "domain/study/study_group.h"

#define STUDY_ROW(F, S)                                                                            \
	STUDY_PLAIN(F, S)                                                                          \
	F(S, STR, tags)                                                                            \
	F(S, INT, members)                                                                         \
	F(S, STR, ownerName)                                                                       \
	F(S, STR, ownerAvatar)                                                                     \
	F(S, STR, myRole)                                                                          \
	F(S, STR, myStatus)                                                                        \
	F(S, TIME, myJoinedAt)
SHAPE_STRUCT(study_row, STUDY_ROW)

#define STUDY_SEAT_ROW(F, S)                                                                       \
	F(S, ID, id)                                                                               \
	F(S, ID, userId)                                                                           \
	F(S, STR, role)                                                                            \
	F(S, STR, status)                                                                          \
	F(S, TIME, joinedAt)                                                                       \
	F(S, STR, name)                                                                            \
	F(S, STR, email)                                                                           \
	F(S, STR, avatar)
SHAPE_STRUCT(study_seat_row, STUDY_SEAT_ROW)

#define STUDY_TOTAL_ROW(F, S) F(S, INT, total)
SHAPE_STRUCT(study_total_row, STUDY_TOTAL_ROW)

#define STUDY_HELD_ROW(F, S)                                                                       \
	F(S, BOOL, changed)                                                                        \
	F(S, BOOL, wasPublic)                                                                      \
	F(S, BOOL, wasRecruiting)                                                                  \
	F(S, ID, owner)                                                                            \
	F(S, INT, members)
SHAPE_STRUCT(study_held_row, STUDY_HELD_ROW)
#define STUDY_GONE_ROW(F, S) F(S, STR, members)
SHAPE_STRUCT(study_gone_row, STUDY_GONE_ROW)

MUST_USE enum status study_sql_list(struct ctx *c, const struct study_filter *f, struct list *rows);
MUST_USE enum status study_sql_total(struct ctx *c, const struct study_filter *f, int64_t *total);
MUST_USE enum status study_sql_get(struct ctx *c, uint64_t study_id, struct study_row *out);
MUST_USE enum status study_sql_seats(struct ctx *c, uint64_t study_id, struct list *rows);

/* Inside db_tx(), all that follow. */
MUST_USE enum status study_sql_hold(struct ctx *c, uint64_t study_id, enum study_hold what, bool on,
				    struct study_held_row *out);
MUST_USE enum status study_sql_create(struct ctx *c, const struct study_plan *p, const char *invite_code,
				      struct study_row *out);
MUST_USE enum status study_sql_change(struct ctx *c, uint64_t study_id, const struct study_plan *p,
				      struct study_row *out);

/* members: the ids of those who were, as a JSON array. */
MUST_USE enum status study_sql_delete(struct ctx *c, uint64_t study_id, struct study_gone_row *out);

/* The same, whoever's it is. E_STUDY_NONE. */
MUST_USE enum status study_sql_remove(struct ctx *c, uint64_t study_id);

/* The oldest messages of a group that is gone, and who was there; n: how many. Then the group itself. */
enum { STUDY_PIECE = 200 };
MUST_USE enum status study_sql_clear_messages(struct ctx *c, uint64_t study_id, int64_t *n);
MUST_USE enum status study_sql_clear_attendance(struct ctx *c, uint64_t study_id, int64_t *n);
MUST_USE enum status study_sql_clear(struct ctx *c, uint64_t study_id);
#endif
