#ifndef DOMAIN_GROUP_SESSION_SQL_H
#define DOMAIN_GROUP_SESSION_SQL_H

#include "db/db.h"
#include "domain/group_session/group_session.h"

#define GROUP_ID_ROW(F, S) F(S, ID, id)
SHAPE_STRUCT(group_id_row, GROUP_ID_ROW)
#define GROUP_COUNT_ROW(F, S) F(S, INT, n)
SHAPE_STRUCT(group_count_row, GROUP_COUNT_ROW)

#define GROUP_ENTRY_ROW(F, S)                                                                      \
	F(S, ID, participantId)                                                                    \
	F(S, ID, userId)                                                                           \
	F(S, STR, userName)                                                                        \
	F(S, STR, role)                                                                            \
	F(S, TIME, joinedAt)                                                                       \
	F(S, BOOL, micEnabled)                                                                     \
	F(S, BOOL, cameraEnabled)                                                                  \
	F(S, STR, message)                                                                         \
	F(S, STR, title)                                                                           \
	F(S, STR, joinCode)                                                                        \
	F(S, ID, hostId)                                                                           \
	F(S, INT, currentParticipants)                                                             \
	F(S, INT, maxParticipants)                                                                 \
	F(S, STR, status)
SHAPE_STRUCT(group_entry_row, GROUP_ENTRY_ROW)

#define GROUP_ENDED_ROW(F, S)                                                                      \
	F(S, STR, status)                                                                          \
	F(S, TIME, startedAt)                                                                      \
	F(S, TIME, endedAt)                                                                        \
	F(S, INT, duration)                                                                        \
	F(S, INT, participants)                                                                    \
	F(S, INT, spoken)                                                                          \
	F(S, NUM, average)                                                                         \
	F(S, INT, messages)
SHAPE_STRUCT(group_ended_row, GROUP_ENDED_ROW)

#define GROUP_TOLD_ROW(F, S)                                                                       \
	F(S, ID, user_id)                                                                          \
	F(S, STR, role)                                                                            \
	F(S, STR, status)                                                                          \
	F(S, STR, title)                                                                           \
	F(S, STR, actor)
SHAPE_STRUCT(group_told_row, GROUP_TOLD_ROW)

/* E_DUPLICATE: that code is taken. */
MUST_USE enum status group_sql_create(struct ctx *c, uint64_t id, const struct group_plan *p, const char *code);
MUST_USE enum status group_sql_item(struct ctx *c, uint64_t id, struct group_item *out);
/* Who holds a seat, as far as the caller may know. */
MUST_USE enum status group_sql_people(struct ctx *c, uint64_t id, bool with_host, struct list *out);

/* To be called inside db_tx(): none of them begins a transaction. */
MUST_USE enum status group_sql_join(struct ctx *c, uint64_t *id, const struct group_entrance *e);
MUST_USE enum status group_sql_decline(struct ctx *c, uint64_t id);
MUST_USE enum status group_sql_leave(struct ctx *c, uint64_t id, uint64_t user_id);
/* One that they are in and that is not over; E_NO_ROW. */
MUST_USE enum status group_sql_open_of(struct ctx *c, uint64_t user_id, uint64_t *id);
MUST_USE enum status group_sql_start(struct ctx *c, uint64_t id);
MUST_USE enum status group_sql_end(struct ctx *c, uint64_t id);
MUST_USE enum status group_sql_cancel(struct ctx *c, uint64_t id, const char *reason);
MUST_USE enum status group_sql_kick(struct ctx *c, uint64_t id, uint64_t user_id, const char *reason);
MUST_USE enum status group_sql_update(struct ctx *c, uint64_t id, const struct group_plan *p);
MUST_USE enum status group_sql_rate(struct ctx *c, uint64_t id, int64_t rating, const char *feedback);
MUST_USE enum status group_sql_invite(struct ctx *c, uint64_t id, const char *people);

MUST_USE enum status group_sql_entry(struct ctx *c, uint64_t id, struct group_entry_row *out);
MUST_USE enum status group_sql_left(struct ctx *c, uint64_t id, struct group_left *out);
MUST_USE enum status group_sql_ended(struct ctx *c, uint64_t id, struct group_ended_row *out);
MUST_USE enum status group_sql_cancelled(struct ctx *c, uint64_t id, struct group_cancelled *out);
MUST_USE enum status group_sql_kicked(struct ctx *c, uint64_t id, uint64_t user_id, struct group_kicked *out);
MUST_USE enum status group_sql_rated(struct ctx *c, uint64_t id, struct group_rated *out);
/* Of these people those whose invitation waits. */
MUST_USE enum status group_sql_invited(struct ctx *c, uint64_t id, const char *people, struct list *out);

MUST_USE enum status group_sql_list(struct ctx *c, const struct group_filter *f, struct list *out, int64_t *total);
MUST_USE enum status group_sql_mine(struct ctx *c, const char *states, const char *roles, int64_t offset, int64_t n,
				    struct list *out, int64_t *total);
MUST_USE enum status group_sql_call(struct ctx *c, uint64_t id, uint64_t account, struct meeting_call *out);

/* Who has a seat or an invitation. actor_id: who did something, by name. */
MUST_USE enum status group_sql_told(struct ctx *c, uint64_t id, uint64_t actor_id, struct list *out);
/* Invitations that are over. */
MUST_USE enum status group_sql_forget(struct ctx *c, int64_t before, int64_t piece, int64_t *n);
#endif
