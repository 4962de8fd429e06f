#include "domain/study/study_calendar_sql.h"
#include "domain/registry.h"
#include "domain/sql.h"

SHAPE_TABLE(event_row, EVENT_ROW)

#define COLUMNS(meets)                                                                             \
	"SELECT e.id, e.study_id AS studyId, e.created_by AS createdById, e.title,"                \
	" CAST(e.date AS DATETIME(3)) AS date, e.start_time AS startTime,"                         \
	" e.end_time AS endTime, e.location, e.color, e.created_at AS createdAt," \
	" u.name, u.profile_image AS avatar, " meets " AS meets FROM study_events e"               \
	" STRAIGHT_JOIN users u ON u.id = e.created_by"

READ(EVENT_LIST, event_row,
     COLUMNS("0") " WHERE e.study_id = ? AND e.date BETWEEN ? AND ? ORDER BY e.date, e.start_time, e.id LIMIT ?")
READ(EVENT_ONE, event_row, COLUMNS("0") " WHERE e.id = ? AND e.study_id = ?")

#define ME                                                                                         \
	"BEGIN NOT ATOMIC"                                                                         \
	" DECLARE study BIGINT UNSIGNED DEFAULT ?;"                                                \
	" DECLARE which BIGINT UNSIGNED DEFAULT ?;"                                                \
	" DECLARE me BIGINT UNSIGNED DEFAULT ?;"
#define ANSWER                                                                                     \
	" " COLUMNS("(SELECT COUNT(*) FROM study_events o WHERE o.study_id = study AND o.date = e.date" \
	" AND o.id <> e.id AND o.start_time < e.end_time AND o.end_time > e.start_time)") " WHERE e.id = which;"
#define AUTHOR                                                                                     \
	" SELECT e.created_by INTO author FROM study_events e WHERE e.id = which AND e.study_id = study;" \
	" IF author IS NULL THEN " REFUSE("STUDY_NO_EVENT") "; END IF;"                            \
	" IF author <> me AND NOT ? THEN " REFUSE("STUDY_ROLE") "; END IF;"

WRITE_ROW(EVENT_ADD, event_row,
	  ME
	  " INSERT INTO study_events"
	  "  (study_id, created_by, title, date, start_time, end_time, location, color, created_at)"
	  "  VALUES (study, me, ?, ?, ?, ?, ?, COALESCE(?, DEFAULT(color)), SYSDATE(3));"
	  " SET which = LAST_INSERT_ID();" ANSWER
	  " END")
WRITE_ROW(EVENT_CHANGE, event_row,
	  ME
	  " DECLARE author BIGINT UNSIGNED;"
	  " DECLARE EXIT HANDLER FOR 4025 " REFUSE("STUDY_EVENT_ORDER") ";"
	  AUTHOR
	  " UPDATE study_events SET title = COALESCE(?, title), date = COALESCE(?, date),"
	  "  start_time = COALESCE(?, start_time), end_time = COALESCE(?, end_time),"
	  "  location = IF(?, NULL, COALESCE(?, location)), color = COALESCE(?, color) WHERE id = which;" ANSWER
	  " END")
WRITE(EVENT_DELETE,
      ME
      " DECLARE author BIGINT UNSIGNED;"
      AUTHOR
      " DELETE FROM study_events WHERE id = which; END")

const struct stmt *const study_calendar_stmts[] = {
	&EVENT_LIST, &EVENT_ONE, &EVENT_ADD, &EVENT_CHANGE, &EVENT_DELETE, NULL,
};

enum status event_sql_list(struct ctx *c, uint64_t study_id, const char *from, const char *to, struct list *rows)
{
	return db_list(c, &EVENT_LIST, rows, CALENDAR_MAX + 1,
		       ARGS(P(study_id), P(from), P(to), P((int)CALENDAR_MAX + 1)));
}

enum status event_sql_one(struct ctx *c, uint64_t study_id, uint64_t id, struct event_row *out)
{
	return db_one(c, &EVENT_ONE, out, ARGS(P(id), P(study_id)));
}

enum status event_sql_add(struct ctx *c, const struct event_draft *d, struct event_row *out)
{
	return db_one(c, &EVENT_ADD, out,
		      ARGS(P(d->study_id), db_id(0), P(c->me.user_id), P(d->title), P(d->date), P(d->start), P(d->end),
			   P(d->place), P(d->color)));
}

enum status event_sql_change(struct ctx *c, const struct event_draft *d, bool any, struct event_row *out)
{
	return db_one(c, &EVENT_CHANGE, out,
		      ARGS(P(d->study_id), P(d->id), P(c->me.user_id), P(any), P(d->title), P(d->date), P(d->start),
			   P(d->end), P(d->no_place), P(d->place), P(d->color)));
}

enum status event_sql_delete(struct ctx *c, uint64_t study_id, uint64_t id, bool any)
{
	return db_exec(c, &EVENT_DELETE, NULL, ARGS(P(study_id), P(id), P(c->me.user_id), P(any)));
}
