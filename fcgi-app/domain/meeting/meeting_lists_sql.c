/* Calendar, bookings, and sessions that are open to everybody. */
#include "domain/meeting/meeting_item.h"
#include "domain/meeting/meeting_sql.h"
#include "domain/registry.h"

SHAPE_TABLE(meeting_event, MEETING_EVENT)
SHAPE_TABLE(meeting_booking, MEETING_BOOKING)

READ(MEETING_EVENTS, meeting_event,
     "SELECT s.id AS sessionId, s.title, s.description, s.starts_at AS startTime, s.ends_at AS endTime,"
     " 'SESSION' AS eventType, s.status, x.role = 'HOST' AS isHost, IF(x.role = 'HOST', '#4CAF50', '#2196F3') AS color"
     " FROM " MINE " WHERE s.starts_at < ? AND s.ends_at > ? ORDER BY s.starts_at, s.id LIMIT ?")

/* ---- bookings ----------------------------------------------------------------------------- */

#define BOOKING                                                                                    \
	"SELECT x.id AS bookingId, s.id AS sessionId, s.title AS sessionTitle,"                    \
	" s.starts_at AS sessionScheduledAt, s.minutes AS sessionDurationMinutes,"                 \
	" s.language AS sessionLanguageCode, s.host_id AS hostUserId, " NAME_OF("h") " AS hostUserName," \
	" h.profile_image AS hostUserProfileImage,"                                                \
	" IF(x.left_at IS NULL AND s.status <> 'CANCELLED', 'CONFIRMED', 'CANCELLED') AS status,"  \
	" x.message AS bookingMessage, x.booked_at AS bookedAt,"                                   \
	" COALESCE(x.left_at, s.cancelled_at) AS cancelledAt,"                                     \
	" IF(x.left_at IS NULL, s.cancel_reason, x.left_reason) AS cancellationReason,"            \
	" x.left_at IS NULL AND s.status = 'COMPLETED' AS attended, f.rating AS feedbackRating,"   \
	" f.comment AS feedbackComment, x.reminded_at IS NOT NULL AS reminderSent,"                \
	" x.left_at IS NULL AND s.status = 'SCHEDULED' AND s.starts_at > NOW(3) + INTERVAL 1 HOUR AS canCancel" \
	" FROM session_seats x STRAIGHT_JOIN learning_sessions s ON s.id = x.session_id"           \
	" STRAIGHT_JOIN users h ON h.id = s.host_id"                                               \
	" LEFT JOIN session_feedback f ON f.session_id = s.id AND f.user_id = x.user_id"           \
	" WHERE x.user_id = ? AND x.role <> 'HOST'"
READ(MEETING_BOOKINGS, meeting_booking, BOOKING " ORDER BY x.booked_at DESC, x.id DESC LIMIT ? OFFSET ?")
READ(MEETING_BOOKING_OF, meeting_booking, BOOKING " AND x.session_id = ?")
READ(MEETING_BOOKINGS_COUNT, meeting_count_row,
     "SELECT COUNT(*) AS n FROM session_seats x WHERE x.user_id = ? AND x.role <> 'HOST'")
READ(MEETING_BOOKED, meeting_id_row,
     "SELECT x.session_id AS id FROM session_seats x WHERE x.id = ? AND x.user_id = ? AND x.role <> 'HOST'"
     " AND x.left_at IS NULL")

/* ---- open to everybody -------------------------------------------------------------------- */

/* The next thousand, whatever the number of all: that many entries of an index are read. */
#define OPEN(index, only)                                                                          \
	CALLER " STRAIGHT_JOIN (SELECT w.id FROM learning_sessions w FORCE INDEX (" index ")"      \
	" WHERE w.is_public = 1 AND w.status = 'SCHEDULED'" only " AND w.starts_at > NOW(3)"       \
	" ORDER BY w.starts_at, w.id LIMIT 1000) k STRAIGHT_JOIN learning_sessions s ON s.id = k.id" MY_SEAT
#define FOR_ME                                                                                     \
	" WHERE h.status = 'ACTIVE' AND NOT " BLOCKED("v.me", "s.host_id")                         \
	" AND (NOT ? OR (x.id IS NULL AND s.taken < s.seats))"
#define LIST_AND_COUNT(name, index, only)                                                          \
	READ(name, meeting_item, "SELECT " ITEM " FROM " OPEN(index, only) ITS_PEOPLE FOR_ME       \
	     " ORDER BY s.starts_at, s.id LIMIT ? OFFSET ?")                                       \
	READ(name##_COUNT, meeting_count_row, "SELECT COUNT(*) AS n FROM " OPEN(index, only)       \
	     " STRAIGHT_JOIN users h ON h.id = s.host_id" FOR_ME)

LIST_AND_COUNT(MEETINGS_OPEN, "learning_sessions_public", "")
LIST_AND_COUNT(MEETINGS_OF_LANGUAGE, "learning_sessions_language", " AND w.language = ?")
LIST_AND_COUNT(MEETINGS_OF_TYPE, "learning_sessions_type", " AND w.type = ?")

const struct stmt *const meeting_lists_stmts[] = {
	&MEETING_EVENTS, &MEETING_BOOKINGS, &MEETING_BOOKING_OF, &MEETING_BOOKINGS_COUNT, &MEETING_BOOKED,
	&MEETINGS_OPEN, &MEETINGS_OPEN_COUNT, &MEETINGS_OF_LANGUAGE, &MEETINGS_OF_LANGUAGE_COUNT, &MEETINGS_OF_TYPE,
	&MEETINGS_OF_TYPE_COUNT, NULL,
};

/* ---- functions ---------------------------------------------------------------------------- */

enum status meeting_sql_events(struct ctx *c, int64_t from, int64_t to, struct list *out)
{
	return db_list(c, &MEETING_EVENTS, out, MEETING_EVENTS_MAX,
		       ARGS(P(c->me.user_id), db_time(to), db_time(from), P((int64_t)MEETING_EVENTS_MAX)));
}

enum status meeting_sql_bookings(struct ctx *c, int64_t offset, int64_t n, struct list *out, int64_t *total)
{
	struct meeting_count_row row = {0};
	enum status st = db_one(c, &MEETING_BOOKINGS_COUNT, &row, ARGS(P(c->me.user_id)));

	*total = row.n;
	return st != OK ? st : db_list(c, &MEETING_BOOKINGS, out, (size_t)n, ARGS(P(c->me.user_id), P(n), P(offset)));
}

enum status meeting_sql_booking(struct ctx *c, uint64_t session_id, struct meeting_booking *out)
{
	return db_one(c, &MEETING_BOOKING_OF, out, ARGS(P(c->me.user_id), P(session_id)));
}

enum status meeting_sql_booked(struct ctx *c, uint64_t booking_id, uint64_t *session_id)
{
	struct meeting_id_row row = {0};
	enum status st = db_one(c, &MEETING_BOOKED, &row, ARGS(P(booking_id), P(c->me.user_id)));

	*session_id = row.id;
	return st == E_NO_ROW ? E_SESSION_NO_BOOKING : st;
}

static enum status open_list(struct ctx *c, const struct stmt *list, const struct stmt *count,
			     const struct meeting_open *o, struct list *out, int64_t *total)
{
	const struct db_val only[] = {db_uint(c->me.user_id), db_str(o->word), db_int(o->available), db_int(o->n),
				      db_int(o->offset)};
	const struct db_val all[] = {only[0], only[2], only[3], only[4]};
	struct meeting_count_row row = {0};
	size_t n = o->word ? COUNT(only) : COUNT(all);
	enum status st = db_one(c, count, &row, o->word ? only : all, n - 2);

	*total = row.n;
	return st == OK ? db_list(c, list, out, (size_t)o->n, o->word ? only : all, n) : st;
}

enum status meeting_sql_open(struct ctx *c, const struct meeting_open *o, struct list *out, int64_t *total)
{
	if (!o->word)
		return open_list(c, &MEETINGS_OPEN, &MEETINGS_OPEN_COUNT, o, out, total);
	if (o->by_type)
		return open_list(c, &MEETINGS_OF_TYPE, &MEETINGS_OF_TYPE_COUNT, o, out, total);
	return open_list(c, &MEETINGS_OF_LANGUAGE, &MEETINGS_OF_LANGUAGE_COUNT, o, out, total);
}
