#ifndef DOMAIN_ACHIEVEMENT_SQL_H
#define DOMAIN_ACHIEVEMENT_SQL_H

#include "db/db.h"
#include "domain/achievement/achievement.h"

#define KIND_ROW(F, S)                                                                             \
	F(S, ID, kind)                                                                             \
	F(S, STR, code)                                                                            \
	F(S, STR, name)                                                                            \
	F(S, STR, description)                                                                     \
	F(S, STR, category)                                                                        \
	F(S, STR, type)                                                                            \
	F(S, STR, tier)                                                                            \
	F(S, STR, icon)                                                                            \
	F(S, STR, badge)                                                                           \
	F(S, INT, target)                                                                          \
	F(S, STR, unit)                                                                            \
	F(S, INT, points)                                                                          \
	F(S, BOOL, hidden)                                                                         \
	F(S, INT, place)                                                                           \
	F(S, STR, needs)                                                                           \
	F(S, TIME, created_at)
SHAPE_STRUCT(kind_row, KIND_ROW)

#define MINE_ROW(F, S)                                                                             \
	KIND_ROW(F, S)                                                                             \
	F(S, ID, id)                                                                               \
	F(S, INT, progress)                                                                        \
	F(S, INT, earned)                                                                          \
	F(S, TIME, started_at)                                                                     \
	F(S, TIME, completed_at)                                                                   \
	F(S, TIME, claimed_at)                                                                     \
	F(S, TIME, updated_at)                                                                     \
	F(S, INT, made)
SHAPE_STRUCT(mine_row, MINE_ROW)

#define STEP_ROW(F, S)                                                                             \
	F(S, ID, id)                                                                               \
	F(S, STR, name)                                                                            \
	F(S, INT, was)                                                                             \
	F(S, INT, progress)                                                                        \
	F(S, INT, target)                                                                          \
	F(S, INT, points)                                                                          \
	F(S, TIME, completed_at)                                                                   \
	F(S, TIME, updated_at)
SHAPE_STRUCT(step_row, STEP_ROW)

#define CLAIM_ROW(F, S)                                                                            \
	F(S, STR, code)                                                                            \
	F(S, STR, name)                                                                            \
	F(S, INT, progress)                                                                        \
	F(S, INT, target)                                                                          \
	F(S, INT, points)                                                                          \
	F(S, TIME, completed_at)                                                                   \
	F(S, TIME, claimed_at)                                                                     \
	F(S, BOOL, fresh)                                                                          \
	F(S, INT, total)
SHAPE_STRUCT(claim_row, CLAIM_ROW)

#define EARNED_ROW(F, S)                                                                           \
	F(S, ID, user_id)                                                                          \
	F(S, ID, kind)                                                                             \
	F(S, STR, code)                                                                            \
	F(S, STR, name_ko)                                                                         \
	F(S, STR, name_en)
SHAPE_STRUCT(earned_row, EARNED_ROW)

#define EARNED_ID(F, S) F(S, ID, id)
SHAPE_STRUCT(earned_id, EARNED_ID)

#define RIPE_ROW(F, S) F(S, INT, ripe)
SHAPE_STRUCT(ripe_row, RIPE_ROW)

#define USER_ZONE(F, S)                                                                            \
	F(S, ID, id)                                                                               \
	F(S, STR, zone)
SHAPE_STRUCT(user_zone, USER_ZONE)

MUST_USE enum status achievement_sql_catalogue(struct ctx *c, const char *category, struct list *out);

/* Makes what is missing of the caller's. */
MUST_USE enum status achievement_sql_mine(struct ctx *c, struct list *out);

/* The row stays locked until the transaction ends. */
MUST_USE enum status achievement_sql_step(struct ctx *c, const struct achievement_step *s, struct step_row *out);
MUST_USE enum status achievement_sql_claim(struct ctx *c, uint64_t id, struct claim_row *out);

/* entries: a JSON array of {u, w, s, n, d}; users: of ids; sources: words with commas between. ripe: how many have
 * reached their end and are not completed. */
MUST_USE enum status achievement_sql_raise(struct ctx *c, const char *entries, const char *users, const char *sources,
					   bool exact, int64_t *ripe);

/* Completes what these users have reached and nothing stands before; an event of each. Ids of what it was. */
MUST_USE enum status achievement_sql_complete(struct ctx *c, const char *users, struct list *out);

/* The caller's completed ones that were not asked for before. */
MUST_USE enum status achievement_sql_report(struct ctx *c, struct list *out);

MUST_USE enum status achievement_sql_earned(struct ctx *c, uint64_t id, struct earned_row *out);
MUST_USE enum status achievement_sql_zones(struct ctx *c, const char *users, size_t n, struct list *out);
MUST_USE enum status achievement_sql_forget(struct ctx *c, const char *before, int64_t most, int64_t *n);
#endif
