#ifndef DOMAIN_PRESENCE_SQL_H
#define DOMAIN_PRESENCE_SQL_H

#include "db/db.h"
#include "domain/presence/presence.h"

/* All that is known; what of it the caller may see, presence.c decides. */
#define PRESENCE_ROW(F, S)                                                                         \
	F(S, ID, userId)                                                                           \
	F(S, STR, englishName)                                                                     \
	F(S, STR, profileImageUrl)                                                                 \
	F(S, STR, status)                                                                          \
	F(S, TIME, lastSeenAt)                                                                     \
	F(S, STR, deviceInfo)                                                                      \
	F(S, STR, currentSessionId)                                                                \
	F(S, STR, location)                                                                        \
	F(S, STR, nativeLanguage)                                                                  \
	F(S, BOOL, shows)                                                                          \
	F(S, BOOL, shows_last)                                                                     \
	F(S, BOOL, hidden)
SHAPE_STRUCT(presence_row, PRESENCE_ROW)

#define PRESENCE_KNOWN_ROW(F, S)                                                                   \
	F(S, BOOL, known)                                                                          \
	F(S, INT, gone)
SHAPE_STRUCT(presence_known_row, PRESENCE_KNOWN_ROW)

enum { DEAD_AT_ONCE = 20, CLEARED_AT_ONCE = 1000 };

/* online, offline: JSON arrays. */
MUST_USE enum status presence_sql_beat(struct ctx *c, const struct presence_beat *b, const char *online,
				       const char *offline, bool *known);
MUST_USE enum status presence_sql_gateways(struct ctx *c, struct list *rows);
MUST_USE enum status presence_sql_choose(struct ctx *c, const struct presence_choice *p);
/* ids: a JSON array; in that order, without unknown ones. */
MUST_USE enum status presence_sql_of(struct ctx *c, const char *ids, struct list *rows);
MUST_USE enum status presence_sql_list(struct ctx *c, const char *status, const char *city, struct list *rows);
MUST_USE enum status presence_sql_count(struct ctx *c, struct presence_count_out *out);
/* Rows of gateway_row, ids alone. */
MUST_USE enum status presence_sql_dead(struct ctx *c, struct list *rows);
/* At most CLEARED_AT_ONCE of what a dead gateway had reported; the gateway goes with the last of it. */
MUST_USE enum status presence_sql_clear(struct ctx *c, const char *gateway, int64_t *gone);
#endif
