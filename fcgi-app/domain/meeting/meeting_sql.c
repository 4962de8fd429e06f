#include "domain/meeting/meeting_sql.h"
#include "domain/meeting/meeting_item.h"
#include "domain/registry.h"
#include "domain/tongues.h"
#include "sec/digest.h"

SHAPE_TABLE(meeting_id_row, MEETING_ID_ROW)
SHAPE_TABLE(meeting_count_row, MEETING_COUNT_ROW)
SHAPE_TABLE(meeting_zone_row, MEETING_ZONE_ROW)
SHAPE_TABLE(meeting_told_row, MEETING_TOLD_ROW)
SHAPE_TABLE(meeting_call, MEETING_CALL)
SHAPE_TABLE(meeting_summary_row, MEETING_SUMMARY_ROW)

READ(MEETING_ZONE, meeting_zone_row, "SELECT u.time_zone AS zone FROM users u WHERE u.id = ?")

/* ---- making one --------------------------------------------------------------------------- */

/* When to remind the holder of the seat x of the session s: not at once of what was planned too late for that. */
#define REMIND_AT                                                                                  \
	"IF(x.remind_push AND s.starts_at - INTERVAL x.remind_before MINUTE > SYSDATE(3),"         \
	" s.starts_at - INTERVAL x.remind_before MINUTE, NULL)"
#define SET_REMINDERS                                                                              \
	" UPDATE session_seats x STRAIGHT_JOIN learning_sessions s ON s.id = x.session_id"         \
	"  SET x.remind_at = " REMIND_AT ", x.reminded_at = NULL WHERE x.session_id = sid AND x.left_at IS NULL;"

#define ADD_SESSIONS(no, at, of)                                                                       \
	" INSERT INTO learning_sessions (id, host_id, type, title, description, language, target_language, level," \
	"  minutes, seats, is_public, recurrence, recurrence_until, tags, preparation, meeting_url, room_id," \
	"  room_type, taken, series_id, starts_at) SELECT " no ", me, kind, name, about, lang, target, skill, length," \
	"  chairs, open, rhythm, until, words, ready, url, room, room_kind, 1 + (partner IS NOT NULL), sid," \
	"  TIMESTAMP('1970-01-01') + INTERVAL CAST(" at " AS UNSIGNED) * 1000 MICROSECOND" of ";"

#define COPIES                                                                                     \
	" FROM JSON_TABLE(starts, '$[*]' COLUMNS (n FOR ORDINALITY, id BIGINT UNSIGNED PATH '$.id'," \
	" at BIGINT PATH '$.at')) j WHERE j.n > 1"

WRITE_ROW(MEETING_CREATE, meeting_id_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE partner BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE starts TEXT DEFAULT ?;"
	  " DECLARE kind VARCHAR(5) DEFAULT ?;"
	  " DECLARE name VARCHAR(200) DEFAULT ?;"
	  " DECLARE about VARCHAR(2000) DEFAULT ?;"
	  " DECLARE lang VARCHAR(40) DEFAULT ?;"
	  " DECLARE target VARCHAR(40) DEFAULT ?;"
	  " DECLARE skill VARCHAR(40) DEFAULT ?;"
	  " DECLARE length INT DEFAULT ?;"
	  " DECLARE chairs INT DEFAULT ?;"
	  " DECLARE open BOOL DEFAULT ?;"
	  " DECLARE rhythm VARCHAR(8) DEFAULT ?;"
	  " DECLARE until DATETIME(3) DEFAULT ?;"
	  " DECLARE words TEXT DEFAULT ?;"
	  " DECLARE ready VARCHAR(2000) DEFAULT ?;"
	  " DECLARE url VARCHAR(500) DEFAULT ?;"
	  " DECLARE room VARCHAR(128) DEFAULT ?;"
	  " DECLARE room_kind VARCHAR(5) DEFAULT ?;"
	  " DECLARE most INT DEFAULT ?;"
	  " DECLARE planned INT;"
	  " DECLARE sid BIGINT UNSIGNED;"
	  " DECLARE made TEXT;"
	  " DECLARE known BOOL;"
	  " IF partner IS NOT NULL THEN"
	  "  SELECT EXISTS (SELECT 1 FROM users u LEFT JOIN user_privacy w ON w.user_id = u.id"
	  "   WHERE u.id = partner AND u.status = 'ACTIVE' AND NOT " CONCEALED("u.id", "me", "w") ") INTO known;"
	  "  IF NOT known THEN " REFUSE("USER_NOT_FOUND") "; END IF;"
	  " END IF;"
	  " SELECT COUNT(*) INTO planned FROM learning_sessions s"
	  "  WHERE s.host_id = me AND s.status = 'SCHEDULED' AND s.ends_at > NOW(3);"
	  " IF planned + JSON_LENGTH(starts) > most THEN " REFUSE("SESSION_MANY") "; END IF;"
	  CODE_OF("lang")
	  ADD_SESSIONS("JSON_VALUE(starts, '$[0].id')", "JSON_VALUE(starts, '$[0].at')", "")
	  " SET sid = JSON_VALUE(starts, '$[0].id');"
	  " SET made = JSON_ARRAY(sid);"
	  " IF rhythm IS NOT NULL THEN"
	  "  UPDATE learning_sessions SET series_id = sid WHERE id = sid;"
	  ADD_SESSIONS("j.id", "j.at", COPIES)
	  "  SELECT JSON_ARRAYAGG(s.id) INTO made FROM learning_sessions s WHERE s.series_id = sid;"
	  " END IF;"
	  " INSERT INTO session_seats (session_id, user_id, role, joined_at, remind_at)"
	  "  SELECT s.id, x.user_id, x.role, IF(x.role = 'HOST', SYSDATE(3), NULL), " REMIND_AT
	  "  FROM " IDS_OF("made") " i STRAIGHT_JOIN learning_sessions s ON s.id = i.id"
	  "  JOIN (SELECT me AS user_id, 'HOST' AS role, 30 AS remind_before, TRUE AS remind_push"
	  "   UNION ALL SELECT partner, 'GUEST', 30, TRUE FROM DUAL WHERE partner IS NOT NULL) x;"
	  " IF partner IS NOT NULL THEN"
	  "  INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES ('session.created', sid, me, '{}');"
	  " END IF;"
	  " SELECT sid AS id;"
	  " END")

/* ---- one session, and what becomes of it -------------------------------------------------- */

READ(MEETING_GET, meeting_item,
     "SELECT " ITEM " FROM " CALLER " STRAIGHT_JOIN learning_sessions s" MY_SEAT ITS_PEOPLE
     " WHERE s.id = ? AND (x.id IS NOT NULL OR (s.is_public AND NOT " BLOCKED("v.me", "s.host_id") "))")

/*
 * Whoever changes a session or its seats has its row locked, and nothing is read in the transaction before: so seats
 * are counted right in any race. For who neither takes part nor could, there is no session.
 */
#define SESSION_AND_ME                                                                             \
	" DECLARE sid BIGINT UNSIGNED DEFAULT ?;"                                                  \
	" DECLARE me BIGINT UNSIGNED DEFAULT ?;"                                                   \
	" DECLARE host BIGINT UNSIGNED;"                                                           \
	" DECLARE state VARCHAR(11);"                                                              \
	" DECLARE sits VARCHAR(6);"                                                                \
	" DECLARE came, past, open, full, hidden BOOL;"
#define LOOK                                                                                       \
	" SELECT s.host_id, s.status, s.ends_at <= SYSDATE(3), s.is_public, s.taken >= s.seats"    \
	"  INTO host, state, past, open, full FROM learning_sessions s WHERE s.id = sid FOR UPDATE;" \
	" SELECT x.role, x.joined_at IS NOT NULL INTO sits, came FROM session_seats x"             \
	"  WHERE x.session_id = sid AND x.user_id = me AND x.left_at IS NULL;"
#define SHOWN                                                                                      \
	" SELECT host IS NULL OR (sits IS NULL AND (NOT open OR " BLOCKED("me", "host") ")) INTO hidden;" \
	" IF hidden THEN " REFUSE("SESSION_NONE") "; END IF;"
#define LOCK_SESSION LOOK SHOWN
#define BY_HOST LOCK_SESSION " IF host <> me THEN " REFUSE("SESSION_NOT_HOST") "; END IF;"
#define NO_REMINDERS " UPDATE session_seats SET remind_at = NULL WHERE session_id = sid;"

/* A partner may come late; others need a seat that is free before it starts. */
#define TAKE_SEAT                                                                                  \
	" IF sits IS NOT NULL AND (sits <> 'GUEST' OR came) THEN " REFUSE("SESSION_BOOKED") "; END IF;" \
	" IF state <> 'SCHEDULED' AND (sits IS NULL OR state <> 'IN_PROGRESS') THEN "              \
	REFUSE("SESSION_STATE") "; END IF;"                                                        \
	" IF past AND state = 'SCHEDULED' THEN " REFUSE("SESSION_OVER") "; END IF;"                \
	" IF sits IS NULL AND full THEN " REFUSE("SESSION_FULL") "; END IF;"                       \
	" INSERT INTO session_seats (session_id, user_id, role, message, joined_at)"               \
	"  VALUES (sid, me, 'BOOKED', words, SYSDATE(3)) ON DUPLICATE KEY UPDATE"                  \
	"  message = words, joined_at = SYSDATE(3), booked_at = IF(left_at IS NULL, booked_at, SYSDATE(3))," \
	"  left_at = NULL, left_reason = NULL;"                                                    \
	" IF sits IS NULL THEN"                                                                    \
	"  UPDATE learning_sessions SET taken = taken + 1 WHERE id = sid;"                         \
	"  UPDATE session_seats x STRAIGHT_JOIN learning_sessions s ON s.id = x.session_id"        \
	"   SET x.remind_at = " REMIND_AT " WHERE x.session_id = sid AND x.user_id = me;"          \
	" END IF;" SAY("session.booked")

WRITE(MEETING_JOIN,
      "BEGIN NOT ATOMIC" SESSION_AND_ME
      " DECLARE words VARCHAR(500) DEFAULT ?;"
      LOCK_SESSION TAKE_SEAT
      " END")

#define CANCEL                                                                                     \
	ONLY_WHEN("'SCHEDULED', 'IN_PROGRESS'")                                                    \
	" UPDATE learning_sessions SET status = 'CANCELLED', cancelled_at = SYSDATE(3), cancel_reason = why" \
	"  WHERE id = sid;" NO_REMINDERS SAY("session.cancelled")

WRITE(MEETING_CANCEL,
      "BEGIN NOT ATOMIC" SESSION_AND_ME
      " DECLARE why VARCHAR(500) DEFAULT ?;"
      BY_HOST CANCEL
      " END")

#define GIVE_BACK                                                                                  \
	" IF sits = 'HOST' THEN" CANCEL                                                            \
	" ELSE"                                                                                    \
	ONLY_WHEN("'SCHEDULED', 'IN_PROGRESS'")                                                    \
	"  UPDATE session_seats SET left_at = SYSDATE(3), left_reason = why, remind_at = NULL"     \
	"   WHERE session_id = sid AND user_id = me;"                                              \
	"  UPDATE learning_sessions SET taken = taken - 1 WHERE id = sid;" SAY("session.left")     \
	" END IF;"

WRITE(MEETING_LEAVE,
      "BEGIN NOT ATOMIC" SESSION_AND_ME
      " DECLARE why VARCHAR(500) DEFAULT ?;"
      LOCK_SESSION
      " IF sits IS NULL THEN " REFUSE("SESSION_NO_BOOKING") "; END IF;"
      GIVE_BACK
      " END")

WRITE(MEETING_START,
      "BEGIN NOT ATOMIC" SESSION_AND_ME
      BY_HOST ONLY_WHEN("'SCHEDULED'") NOT_OVER
      " UPDATE learning_sessions SET status = 'IN_PROGRESS', started_at = SYSDATE(3) WHERE id = sid;" NO_REMINDERS
      " END")

/* No longer than it can have been, whatever the client says. What follows from it is for those who read the event. */
WRITE(MEETING_END,
      "BEGIN NOT ATOMIC" SESSION_AND_ME
      " DECLARE said INT DEFAULT ?;"
      " DECLARE stars INT DEFAULT ?;"
      " DECLARE words VARCHAR(4000) DEFAULT ?;"
      " DECLARE most INT DEFAULT ?;"
      " DECLARE about TEXT;"
      BY_HOST ONLY_WHEN("'IN_PROGRESS'")
      " UPDATE learning_sessions SET status = 'COMPLETED', ended_at = SYSDATE(3), notes = words,"
      "  actual_minutes = LEAST(most, GREATEST(1, CEIL(TIMESTAMPDIFF(SECOND, started_at, SYSDATE(3)) / 60)),"
      "   COALESCE(said, most)) WHERE id = sid;"
      " IF stars IS NOT NULL THEN"
      "  INSERT INTO session_feedback (session_id, user_id, rating, updated_at) VALUES (sid, me, stars, SYSDATE(3))"
      "   ON DUPLICATE KEY UPDATE rating = stars, updated_at = SYSDATE(3);"
      " END IF;"
      SAY_COMPLETED("learning_sessions", "session_seats", "x.left_at IS NULL")
      " END")

WRITE(MEETING_MOVE,
      "BEGIN NOT ATOMIC" SESSION_AND_ME
      " DECLARE at DATETIME(3) DEFAULT ?;"
      " DECLARE length INT DEFAULT ?;"
      " DECLARE why VARCHAR(500) DEFAULT ?;"
      BY_HOST ONLY_WHEN("'SCHEDULED'")
      " UPDATE learning_sessions SET starts_at = at, minutes = COALESCE(length, minutes) WHERE id = sid;"
      SET_REMINDERS
      " INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES ('session.moved', sid, me,"
      "  JSON_OBJECT('reason', why));"
      " END")

/* Somebody goes for good: from one session a time that is still to come. */
WRITE_ROW(MEETING_QUIT, meeting_count_row,
	  "BEGIN NOT ATOMIC" SESSION_AND_ME
	  " DECLARE why VARCHAR(500);"
	  " SELECT x.session_id INTO sid FROM session_seats x STRAIGHT_JOIN learning_sessions s ON s.id = x.session_id"
	  "  WHERE x.user_id = me AND x.left_at IS NULL AND (s.status = 'IN_PROGRESS'"
	  "   OR (s.status = 'SCHEDULED' AND s.ends_at > NOW(3))) LIMIT 1;"
	  " IF sid IS NOT NULL THEN"
	  "  START TRANSACTION;"
	  LOOK
	  "  IF sits IS NOT NULL THEN" GIVE_BACK " END IF;"
	  "  COMMIT;"
	  " END IF;"
	  " SELECT sid IS NOT NULL AS n;"
	  " END")

/* ---- invitations, feedback, settings ------------------------------------------------------ */

WRITE(MEETING_INVITE,
      "BEGIN NOT ATOMIC" SESSION_AND_ME
      " DECLARE h BINARY(32) DEFAULT ?;"
      " DECLARE at DATETIME(3) DEFAULT ?;"
      BY_HOST ONLY_WHEN("'SCHEDULED'") NOT_OVER
      " INSERT INTO session_invites (token_hash, session_id, expires_at) VALUES (h, sid, at);"
      " END")

/* Whoever uses it has its row locked until it is used. */
WRITE_ROW(MEETING_ACCEPT, meeting_id_row,
	  "BEGIN NOT ATOMIC" SESSION_AND_ME
	  " DECLARE h BINARY(32) DEFAULT ?;"
	  " DECLARE words VARCHAR(500);"
	  " DECLARE at DATETIME(3);"
	  " SELECT i.session_id, i.expires_at INTO sid, at FROM session_invites i"
	  "  WHERE i.token_hash = h AND i.used_at IS NULL FOR UPDATE;"
	  " IF sid IS NULL THEN " REFUSE("SESSION_BAD_INVITE") "; END IF;"
	  " IF at <= SYSDATE(3) THEN " REFUSE("SESSION_INVITE_OVER") "; END IF;"
	  LOOK " SET open = TRUE;" SHOWN TAKE_SEAT
	  " UPDATE session_invites SET used_at = SYSDATE(3), used_by = me WHERE token_hash = h;"
	  " SELECT sid AS id;"
	  " END")

WRITE(MEETING_FEEDBACK,
      "BEGIN NOT ATOMIC" SESSION_AND_ME
      " DECLARE all_in_all INT DEFAULT ?;"
      " DECLARE of_partner INT DEFAULT ?;"
      LOCK_SESSION
      " IF sits IS NULL THEN " REFUSE("SESSION_NONE") "; END IF;"
      ONLY_WHEN("'COMPLETED'")
      " REPLACE INTO session_feedback (session_id, user_id, rating, comment, partner_rating, partner_comment, tags,"
      "  improvement_areas, would_recommend, updated_at) VALUES (sid, me, all_in_all, ?, of_partner, ?, ?, ?, ?,"
      "  SYSDATE(3));"
      " INSERT INTO outbox (event, subject_id, actor_id, payload)"
      "  SELECT 'session.rated', sid, me, JSON_OBJECT('stars', COALESCE(of_partner, all_in_all), 'seat', 2 * x.id,"
      "    'people', JSON_ARRAYAGG(o.user_id))"
      "   FROM session_seats x STRAIGHT_JOIN session_seats o ON o.session_id = sid AND o.user_id <> me"
      "    AND o.left_at IS NULL"
      "   WHERE x.session_id = sid AND x.user_id = me AND COALESCE(of_partner, all_in_all) IS NOT NULL GROUP BY x.id;"
      " END")

#define MY_SEAT_OF "x.session_id = ? AND x.user_id = ? AND x.left_at IS NULL"

READ(MEETING_PARTICIPANTS, meeting_participant,
     "SELECT o.user_id AS userId, " NAME_OF("u") " AS name, o.role, o.joined_at AS joinedAt,"
     " u.profile_image AS profileImage FROM session_seats x STRAIGHT_JOIN session_seats o"
     " ON o.session_id = x.session_id AND o.left_at IS NULL STRAIGHT_JOIN users u ON u.id = o.user_id"
     " WHERE " MY_SEAT_OF " ORDER BY o.role, o.id")

READ(MEETING_SUMMARY, meeting_summary_row,
     "SELECT s.notes, COALESCE(s.actual_minutes, s.minutes) AS minutes, f.rating, f.comment, f.partner_rating,"
     " f.partner_comment, f.tags, f.improvement_areas AS areas,"
     " CASE f.would_recommend WHEN TRUE THEN 'true' WHEN FALSE THEN 'false' END AS recommends,"
     " COALESCE(f.updated_at, s.updated_at) AS updated_at"
     " FROM session_seats x STRAIGHT_JOIN learning_sessions s ON s.id = x.session_id"
     " LEFT JOIN session_feedback f ON f.session_id = x.session_id AND f.user_id = x.user_id WHERE " MY_SEAT_OF)

READ(MEETING_SETTINGS, meeting_reminders,
     "SELECT x.remind_before AS reminderBefore, x.remind_email AS enableEmailReminder,"
     " x.remind_push AS enablePushReminder, x.remind_sms AS enableSmsReminder, x.settings_at AS updatedAt"
     " FROM session_seats x WHERE " MY_SEAT_OF)

/* Who was reminded is not again, whatever they choose then. */
WRITE(MEETING_REMIND_SO,
      "BEGIN NOT ATOMIC" SESSION_AND_ME
      LOCK_SESSION
      " IF sits IS NULL THEN " REFUSE("SESSION_NONE") "; END IF;"
      " UPDATE session_seats SET remind_before = COALESCE(?, remind_before), remind_email = COALESCE(?, remind_email),"
      "  remind_push = COALESCE(?, remind_push), remind_sms = COALESCE(?, remind_sms), settings_at = SYSDATE(3)"
      "  WHERE session_id = sid AND user_id = me;"
      " UPDATE session_seats x STRAIGHT_JOIN learning_sessions s ON s.id = x.session_id"
      "  SET x.remind_at = IF(state = 'SCHEDULED' AND x.reminded_at IS NULL, " REMIND_AT ", NULL)"
      "  WHERE x.session_id = sid AND x.user_id = me;"
      " END")

WRITE(MEETING_FORGET, "DELETE FROM session_invites WHERE expires_at <= ? LIMIT ?")

/* ---- lists -------------------------------------------------------------------------------- */

#define FITS                                                                                       \
	" WHERE FIND_IN_SET(s.status, ?) AND (? = 0 OR EXISTS (SELECT 1 FROM session_seats o"      \
	"  WHERE o.session_id = s.id AND o.user_id = ? AND o.left_at IS NULL))"

READ(MEETINGS_MINE, meeting_item,
     "SELECT " ITEM " FROM " MINE ITS_PEOPLE FITS " ORDER BY s.starts_at DESC, s.id DESC LIMIT ? OFFSET ?")
READ(MEETINGS_MINE_COUNT, meeting_count_row, "SELECT COUNT(*) AS n FROM " MINE FITS)
READ(MEETINGS_UPCOMING, meeting_item,
     "SELECT " ITEM " FROM " MINE ITS_PEOPLE " WHERE s.status IN ('SCHEDULED', 'IN_PROGRESS') AND s.ends_at > NOW(3)"
     " ORDER BY s.starts_at, s.id LIMIT ?")

/* Who starts early is there early: pages leave before scheduledStartTime. */
READ(MEETING_CALL_OF, meeting_call,
     "SELECT LOWER(s.type) AS type, s.seats, s.host_id, s.status IN ('SCHEDULED', 'IN_PROGRESS') AS going,"
     " s.is_public OR (v.me = 0 OR x.id IS NOT NULL) AND (v.claimed = 0 OR EXISTS (SELECT 1 FROM session_seats c"
     "  WHERE c.session_id = s.id AND c.user_id = v.claimed AND c.left_at IS NULL)) AS admits,"
     " LEAST(s.starts_at, COALESCE(s.started_at, s.starts_at)) AS scheduledStartTime, s.ends_at AS scheduledEndTime,"
     " " TO_ITS_PEOPLE("s.title") " AS title, " TO_ITS_PEOPLE("s.language") " AS language,"
     " " TO_ITS_PEOPLE(NAME_OF("h")) " AS hostName, " NAME_OF("p") " AS partnerName, p.profile_image AS partnerAvatar,"
     " " IN_LANG("v.en", "o.name") " AS partnerLevel, " IN_LANG("v.en", "n.name") " AS partnerNativeLanguage,"
     " " IN_LANG("v.en", "l.name") " AS partnerLearningLanguage"
     " FROM (SELECT CAST(? AS UNSIGNED) AS me, CAST(? AS UNSIGNED) AS claimed, CAST(? AS UNSIGNED) AS en) v"
     " STRAIGHT_JOIN learning_sessions s" MY_SEAT ITS_PEOPLE
     " LEFT JOIN users p ON p.id = " OF_THE_OTHER("s.host_id", "g.id") TONGUES("p") " WHERE s.id = ?")

/* ---- for the jobs ------------------------------------------------------------------------- */

READ(MEETING_PEOPLE, meeting_told_row,
     "SELECT x.user_id, x.role, u.time_zone AS zone, x.remind_email AS by_mail, s.title, s.starts_at,"
     " s.status = 'SCHEDULED' AND s.starts_at > NOW(3) AND x.remind_push AS expected, " NAME_OF("a") " AS actor"
     " FROM learning_sessions s STRAIGHT_JOIN session_seats x ON x.session_id = s.id AND x.left_at IS NULL"
     " STRAIGHT_JOIN users u ON u.id = x.user_id LEFT JOIN users a ON a.id = ? WHERE s.id = ? ORDER BY x.id LIMIT 10")

/* A seat has no reminder from then on, until it is moved or changed: so each comes once. Only seats are locked. */
WRITE_ROW(MEETING_REMIND, meeting_count_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE due TEXT;"
	  " START TRANSACTION;"
	  " SELECT JSON_ARRAYAGG(JSON_OBJECT('id', q.id, 's', q.session_id, 'u', q.user_id)) INTO due FROM"
	  "  (SELECT x.id, x.session_id, x.user_id FROM session_seats x WHERE x.remind_at <= NOW(3)"
	  "   ORDER BY x.remind_at LIMIT ? FOR UPDATE) q;"
	  " IF due IS NOT NULL THEN"
	  "  UPDATE JSON_TABLE(due, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$.id')) d STRAIGHT_JOIN session_seats x"
	  "   ON x.id = d.id SET x.remind_at = NULL, x.reminded_at = SYSDATE(3);"
	  "  INSERT INTO outbox (event, subject_id, actor_id, payload) SELECT 'session.reminder', d.s, 0,"
	  "   JSON_OBJECT('userId', d.u) FROM JSON_TABLE(due, '$[*]' COLUMNS (s BIGINT UNSIGNED PATH '$.s',"
	  "   u BIGINT UNSIGNED PATH '$.u')) d;"
	  " END IF;"
	  " COMMIT;"
	  " SELECT COALESCE(JSON_LENGTH(due), 0) AS n;"
	  " END")

const struct stmt *const meeting_stmts[] = {
	&MEETING_ZONE, &MEETING_CREATE, &MEETING_GET, &MEETING_JOIN, &MEETING_CANCEL, &MEETING_LEAVE, &MEETING_QUIT,
	&MEETING_START,
	&MEETING_END, &MEETING_MOVE, &MEETINGS_MINE, &MEETINGS_MINE_COUNT, &MEETINGS_UPCOMING, &MEETING_PEOPLE,
	&MEETING_REMIND, &MEETING_INVITE, &MEETING_ACCEPT, &MEETING_FEEDBACK, &MEETING_PARTICIPANTS, &MEETING_SUMMARY,
	&MEETING_SETTINGS, &MEETING_REMIND_SO, &MEETING_FORGET, &MEETING_CALL_OF, NULL,
};

/* ---- functions ---------------------------------------------------------------------------- */

enum status meeting_sql_zone(struct ctx *c, const char **zone)
{
	struct meeting_zone_row row = {0};
	enum status st = db_one(c, &MEETING_ZONE, &row, ARGS(P(c->me.user_id)));

	*zone = row.zone;
	return st;
}

enum status meeting_sql_create(struct ctx *c, const struct meeting_plan *p, const char *starts, uint64_t *id)
{
	struct meeting_id_row row = {0};
	enum status st = db_one(c, &MEETING_CREATE, &row,
				ARGS(P(c->me.user_id), db_id(p->partner_id), P(starts), P(p->type), P(p->title),
				     P(p->description), P(p->language), P(p->target_language), P(p->level),
				     P(p->minutes), P(p->seats), P(p->is_public), P(p->recurrence),
				     db_time(p->recurrence_until), P(p->tags), P(p->preparation), P(p->meeting_url),
				     P(p->room_id), P(p->room_type), P((int64_t)MEETING_PLANNED_MAX)));

	*id = row.id;
	return st;
}

enum status meeting_sql_item(struct ctx *c, uint64_t id, struct meeting_item *out)
{
	enum status st = db_one(c, &MEETING_GET, out, ARGS(P(c->me.user_id), P(id)));

	return st == E_NO_ROW ? E_SESSION_NONE : st;
}

enum status meeting_sql_join(struct ctx *c, uint64_t id, const char *message)
{
	return db_exec(c, &MEETING_JOIN, NULL, ARGS(P(id), P(c->me.user_id), P(message)));
}

enum status meeting_sql_leave(struct ctx *c, uint64_t id, const char *reason)
{
	return db_exec(c, &MEETING_LEAVE, NULL, ARGS(P(id), P(c->me.user_id), P(reason)));
}

enum status meeting_quit(struct ctx *c, uint64_t user_id, int64_t *n)
{
	struct meeting_count_row row = {0};
	enum status st = db_one(c, &MEETING_QUIT, &row, ARGS((struct db_val){0}, P(user_id)));

	*n = st == E_SESSION_STATE ? 1 : row.n; /* it ended meanwhile: there may be others */
	return st == E_SESSION_STATE ? OK : st;
}

enum status meeting_sql_cancel(struct ctx *c, uint64_t id, const char *reason)
{
	return db_exec(c, &MEETING_CANCEL, NULL, ARGS(P(id), P(c->me.user_id), P(reason)));
}

enum status meeting_sql_start(struct ctx *c, uint64_t id)
{
	return db_exec(c, &MEETING_START, NULL, ARGS(P(id), P(c->me.user_id)));
}

enum status meeting_sql_end(struct ctx *c, uint64_t id, const struct meeting_end *e)
{
	return db_exec(c, &MEETING_END, NULL,
		       ARGS(P(id), P(c->me.user_id), db_id((uint64_t)e->minutes), db_id((uint64_t)e->rating),
			    P(e->notes), P((int64_t)MEETING_MINUTES_MAX)));
}

enum status meeting_sql_move(struct ctx *c, uint64_t id, const struct meeting_move *m)
{
	return db_exec(c, &MEETING_MOVE, NULL,
		       ARGS(P(id), P(c->me.user_id), db_time(m->starts_at), db_id((uint64_t)m->minutes), P(m->reason)));
}

enum status meeting_sql_mine(struct ctx *c, const struct meeting_filter *f, int64_t offset, int64_t n,
			     struct list *out, int64_t *total)
{
	struct meeting_count_row row = {0};
	enum status st = db_one(c, &MEETINGS_MINE_COUNT, &row,
				ARGS(P(c->me.user_id), P(f->states), P(f->partner_id), P(f->partner_id)));

	*total = row.n;
	return st != OK ? st
			: db_list(c, &MEETINGS_MINE, out, (size_t)n,
				  ARGS(P(c->me.user_id), P(f->states), P(f->partner_id), P(f->partner_id), P(n),
				       P(offset)));
}

enum status meeting_sql_upcoming(struct ctx *c, int64_t n, struct list *out)
{
	return db_list(c, &MEETINGS_UPCOMING, out, (size_t)n, ARGS(P(c->me.user_id), P(n)));
}

enum status meeting_sql_people(struct ctx *c, uint64_t id, uint64_t actor_id, struct list *out)
{
	return db_list(c, &MEETING_PEOPLE, out, MEETING_SEATS_MAX, ARGS(P(actor_id), P(id)));
}

enum status meeting_sql_remind(struct ctx *c, int64_t n, int64_t *done)
{
	struct meeting_count_row row = {0};
	enum status st = db_one(c, &MEETING_REMIND, &row, ARGS(P(n)));

	*done = row.n;
	return st;
}

enum status meeting_sql_invite(struct ctx *c, uint64_t id, const unsigned char *hash, int64_t expires_at)
{
	return db_exec(c, &MEETING_INVITE, NULL,
		       ARGS(P(id), P(c->me.user_id), db_bin(hash, SHA256_BYTES), db_time(expires_at)));
}

enum status meeting_sql_accept(struct ctx *c, const unsigned char *hash, uint64_t *id)
{
	struct meeting_id_row row = {0};
	enum status st = db_one(c, &MEETING_ACCEPT, &row, ARGS(db_id(0), P(c->me.user_id), db_bin(hash, SHA256_BYTES)));

	*id = row.id;
	return st;
}

static struct db_val given(bool is, int64_t value)
{
	return is ? db_int(value) : (struct db_val){0};
}

enum status meeting_sql_feedback(struct ctx *c, uint64_t id, const struct meeting_opinion *o)
{
	return db_exec(c, &MEETING_FEEDBACK, NULL,
		       ARGS(P(id), P(c->me.user_id), db_id((uint64_t)o->rating), db_id((uint64_t)o->partner_rating),
			    P(o->comment), P(o->partner_comment), P(o->tags), P(o->areas),
			    given(o->recommends >= 0, o->recommends)));
}

enum status meeting_sql_participants(struct ctx *c, uint64_t id, struct list *out)
{
	enum status st = db_list(c, &MEETING_PARTICIPANTS, out, MEETING_SEATS_MAX, ARGS(P(id), P(c->me.user_id)));

	return st == OK && !out->n ? E_SESSION_NONE : st;
}

enum status meeting_sql_summary(struct ctx *c, uint64_t id, struct meeting_summary_row *out)
{
	enum status st = db_one(c, &MEETING_SUMMARY, out, ARGS(P(id), P(c->me.user_id)));

	return st == E_NO_ROW ? E_SESSION_NONE : st;
}

enum status meeting_sql_settings(struct ctx *c, uint64_t id, struct meeting_reminders *out)
{
	enum status st = db_one(c, &MEETING_SETTINGS, out, ARGS(P(id), P(c->me.user_id)));

	return st == E_NO_ROW ? E_SESSION_NONE : st;
}

enum status meeting_sql_remind_so(struct ctx *c, uint64_t id, const struct meeting_reminders_in *in)
{
	return db_exec(c, &MEETING_REMIND_SO, NULL,
		       ARGS(P(id), P(c->me.user_id), db_id((uint64_t)in->reminderBefore),
			    given(in->has.enableEmailReminder, in->enableEmailReminder),
			    given(in->has.enablePushReminder, in->enablePushReminder),
			    given(in->has.enableSmsReminder, in->enableSmsReminder)));
}

enum status meeting_sql_forget(struct ctx *c, int64_t before, int64_t piece, int64_t *n)
{
	return db_exec(c, &MEETING_FORGET, n, ARGS(db_time(before), P(piece)));
}

enum status meeting_sql_call(struct ctx *c, uint64_t id, uint64_t account, uint64_t claimed, struct meeting_call *out)
{
	enum status st = db_one(c, &MEETING_CALL_OF, out,
				ARGS(P(account), P(claimed), P((int)(c->lang == LANG_EN)), P(id)));

	return st == E_NO_ROW ? E_SESSION_NONE : st;
}
