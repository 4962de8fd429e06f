#ifndef DOMAIN_ROOM_SQL_H
#define DOMAIN_ROOM_SQL_H

#include "db/db.h"
#include "domain/room/room.h"

/* A room and one of those who are connected: a row each, and one without anybody for an empty room. */
#define ROOM_ROW(F, S)                                                                             \
	F(S, INT, room_key)                                                                        \
	F(S, STR, public_id)                                                                       \
	F(S, STR, type)                                                                            \
	F(S, INT, max_participants)                                                                \
	F(S, RAW, metadata)                                                                        \
	F(S, RAW, settings)                                                                        \
	F(S, BOOL, recording)                                                                      \
	F(S, INT, total_participants)                                                              \
	F(S, INT, peak_participants)                                                               \
	F(S, INT, messages)                                                                        \
	F(S, INT, errors)                                                                          \
	F(S, INT, person_ms)                                                                       \
	F(S, TIME, created_at)                                                                     \
	F(S, TIME, last_activity_at)                                                               \
	F(S, STR, userId)                                                                          \
	F(S, STR, userName)                                                                        \
	F(S, STR, avatar)                                                                          \
	F(S, STR, level)                                                                           \
	F(S, STR, nativeLanguage)                                                                  \
	F(S, STR, learningLanguage)                                                                \
	F(S, BOOL, audioEnabled)                                                                   \
	F(S, BOOL, videoEnabled)                                                                   \
	F(S, BOOL, isScreenSharing)                                                                \
	F(S, TIME, joinedAt)                                                                       \
	/* of finding: the account that created it, if it still is one */                          \
	F(S, ID, creator)                                                                          \
	/* of entering */                                                                          \
	F(S, BOOL, resumed)                                                                        \
	/* of leaving: whose seat it was */                                                        \
	F(S, STR, gateway)                                                                         \
	F(S, STR, socket)                                                                          \
	/* of kicking: that there was one */                                                       \
	F(S, BOOL, sat)                                                                            \
	/* of asking for relays: that the caller is */                                             \
	F(S, BOOL, kicked)
SHAPE_STRUCT(room_row, ROOM_ROW)

#define ROOM_DEAD_ROW(F, S)                                                                        \
	F(S, STR, public_id)                                                                       \
	F(S, STR, user_id)                                                                         \
	F(S, STR, gateway)                                                                         \
	F(S, STR, socket)
SHAPE_STRUCT(room_dead_row, ROOM_DEAD_ROW)

enum { ROOM_ROWS = 2 * ROOM_SEATS_MAX, ROOM_DEAD_AT_ONCE = 200 };

/* planned_until: ms, or 0. */
MUST_USE enum status room_sql_create(struct ctx *c, const char *room_id, const struct room_plan *p,
				     const char *settings, int64_t planned_until);
/* No rows: there is none. */
MUST_USE enum status room_sql_find(struct ctx *c, const char *room_id, struct list *rows);
/* E_ROOM_KICKED: the caller, or a guest of that address. */
MUST_USE enum status room_sql_exists(struct ctx *c, const char *room_id, const char *address, bool *out);
MUST_USE enum status room_sql_join(struct ctx *c, const char *room_id, const char *user_id, const char *address,
				   const struct room_plan *p, const char *settings, struct list *rows);
MUST_USE enum status room_sql_list(struct ctx *c, bool all, struct list *out);
/* patch: JSON; the row has the settings as they are now. */
MUST_USE enum status room_sql_set(struct ctx *c, const char *room_id, const char *patch, struct room_row *out);

MUST_USE enum status room_sql_enter(struct ctx *c, const struct room_seat *s, const struct room_visitor *who,
				    const struct room_plan *p, const char *settings, struct list *rows);
/* At most one row: who left. Without a gateway: whichever socket of user_id has the seat. */
MUST_USE enum status room_sql_leave(struct ctx *c, const struct room_exit *x, struct list *rows);
/* The row has the room's key, and whether somebody sat there. */
MUST_USE enum status room_sql_kick(struct ctx *c, const char *room_id, const char *user_id, struct room_row *out);
MUST_USE enum status room_sql_change(struct ctx *c, const struct room_seat *s, const struct room_state *now,
				     struct room_row *out);

MUST_USE enum status room_sql_dead(struct ctx *c, struct list *rows);
MUST_USE enum status room_sql_clear(struct ctx *c);
#endif
