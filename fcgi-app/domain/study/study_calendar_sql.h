#ifndef DOMAIN_STUDY_CALENDAR_SQL_H
#define DOMAIN_STUDY_CALENDAR_SQL_H

#include "db/db.h"
#include "domain/study/study_calendar.h"

#define EVENT_ROW(F, S)                                                                            \
	EVENT_FIELDS(F, S)                                                                         \
	F(S, STR, name)                                                                            \
	F(S, STR, avatar)                                                                          \
	F(S, INT, meets)
SHAPE_STRUCT(event_row, EVENT_ROW)

/* CALENDAR_MAX + 1 at most. */
MUST_USE enum status event_sql_list(struct ctx *c, uint64_t study_id, const char *from, const char *to,
				    struct list *rows);
MUST_USE enum status event_sql_one(struct ctx *c, uint64_t study_id, uint64_t id, struct event_row *out);
MUST_USE enum status event_sql_add(struct ctx *c, const struct event_draft *d, struct event_row *out);

/* any: also what others made. */
MUST_USE enum status event_sql_change(struct ctx *c, const struct event_draft *d, bool any, struct event_row *out);
MUST_USE enum status event_sql_delete(struct ctx *c, uint64_t study_id, uint64_t id, bool any);
#endif
