/*
 * Effects outside SQL, written in the transaction of their cause and carried out later by the jobs.
 * The table is its own queue: a row is taken by moving its due time into the future, and deleted when
 * all its jobs are done, so that neither a killed process nor a lost Redis loses one.
 */
#ifndef DOMAIN_OUTBOX_H
#define DOMAIN_OUTBOX_H

#include "base/ctx.h"
#include "base/shape.h"

enum { OUTBOX_BATCH = 100, OUTBOX_LEASE_S = 20 };

/* event: "match.requested" and the like, at most 40 characters. payload: JSON text. To be called
 * inside db_tx(); statements that write their own outbox row use the same columns. */
MUST_USE enum status outbox_add(struct ctx *c, const char *event, uint64_t subject_id,
				const char *payload);

#define OUTBOX_ROW(F, S)                                                                           \
	F(S, ID, id)                                                                               \
	F(S, STR, event)                                                                           \
	F(S, ID, subject_id)                                                                       \
	F(S, ID, actor_id)                                                                         \
	F(S, STR, payload)                                                                         \
	F(S, TIME, created_at)                                                                     \
	F(S, INT, tries)                                                                           \
	F(S, INT, progress)
SHAPE_STRUCT(outbox_row, OUTBOX_ROW)

/* Takes up to OUTBOX_BATCH rows that are due, oldest first, for OUTBOX_LEASE_S; nobody else gets them
 * meanwhile. tries counts this one. */
MUST_USE enum status outbox_take(struct ctx *c, struct list *rows);

/* Done: gone. ids: a JSON array. */
MUST_USE enum status outbox_done(struct ctx *c, const char *ids);

/* Due again in wait_s, as if for the first time. */
MUST_USE enum status outbox_again(struct ctx *c, const char *ids, unsigned wait_s);

/* A piece is done: due again at once, behind the others. */
MUST_USE enum status outbox_continue(struct ctx *c, uint64_t id, uint64_t progress);

/* Given back untouched: due at once, and this try does not count. */
MUST_USE enum status outbox_give_back(struct ctx *c, uint64_t id);

/* Due again in wait_s; negative: a dead letter. why: for the operator, cut to fit. */
MUST_USE enum status outbox_failed(struct ctx *c, uint64_t id, int64_t wait_s, const char *why);

/* Makes dead letters due again, one or (id 0) all. */
MUST_USE enum status outbox_requeue(struct ctx *c, uint64_t id, int64_t *n);

#define OUTBOX_STATE(F, S)                                                                         \
	F(S, INT, waiting, .doc = "not done yet, also those somebody works on")                    \
	F(S, INT, retrying, .doc = "that failed at least once, of the first 10,000")               \
	F(S, INT, dead)                                                                            \
	F(S, INT, lag_ms, .doc = "age of the oldest that is due")
SHAPE_STRUCT(outbox_state, OUTBOX_STATE)
MUST_USE enum status outbox_state(struct ctx *c, struct outbox_state *out);

#define OUTBOX_DEAD(F, S)                                                                          \
	F(S, ID, id)                                                                               \
	F(S, STR, event)                                                                           \
	F(S, INT, tries)                                                                           \
	F(S, TIME, created_at)                                                                     \
	F(S, STR, error)
SHAPE_STRUCT(outbox_dead, OUTBOX_DEAD)

/* The newest 20 dead letters. */
MUST_USE enum status outbox_dead(struct ctx *c, struct list *rows);

/* Makes the schedule known, due at once; nothing if it is. */
MUST_USE enum status outbox_schedule(struct ctx *c, const char *name);

/* Whether it is due and this process's turn to run it; nobody else's then for every_s. */
MUST_USE enum status outbox_turn(struct ctx *c, const char *name, unsigned every_s, bool *mine);
#endif
