#include "domain/group_session/group_session_sql.h"
#include "domain/group_session/group_session_item.h"
#include "domain/registry.h"

SHAPE_TABLE(group_id_row, GROUP_ID_ROW)
SHAPE_TABLE(group_entry_row, GROUP_ENTRY_ROW)
SHAPE_TABLE(group_ended_row, GROUP_ENDED_ROW)
SHAPE_TABLE(group_told_row, GROUP_TOLD_ROW)

/* ---- making one --------------------------------------------------------------------------- */

/*
 * Whoever changes a session or its seats has its row locked, and then the row of the person whose sessions are counted;
 * nothing is read in the transaction before. So neither seats nor limits are miscounted in any race.
 */
#define LOCK_ME " SELECT u.id INTO me FROM users u WHERE u.id = me FOR UPDATE;"
#define MY_OWN(as)                                                                                 \
	" SELECT COUNT(*) INTO others FROM group_seats x STRAIGHT_JOIN group_sessions s ON s.id = x.session_id" \
	"  WHERE x.user_id = me AND x.status = 'JOINED' AND x.role = '" as "'"                      \
	"   AND s.status IN ('SCHEDULED', 'ONGOING') AND s.ends_at > NOW(3);"

WRITE(GROUP_CREATE,
      "BEGIN NOT ATOMIC"
      " DECLARE sid BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE door CHAR(6) CHARACTER SET ascii COLLATE ascii_bin DEFAULT ?;"
      " DECLARE kind VARCHAR(5) DEFAULT ?;"
      " DECLARE name VARCHAR(200) DEFAULT ?;"
      " DECLARE about VARCHAR(2000) DEFAULT ?;"
      " DECLARE lang VARCHAR(40) DEFAULT ?;"
      " DECLARE skill VARCHAR(12) DEFAULT ?;"
      " DECLARE theme VARCHAR(200) DEFAULT ?;"
      " DECLARE words TEXT DEFAULT ?;"
      " DECLARE at DATETIME(3) DEFAULT ?;"
      " DECLARE length INT DEFAULT ?;"
      " DECLARE chairs INT DEFAULT ?;"
      " DECLARE open BOOL DEFAULT ?;"
      " DECLARE most INT DEFAULT ?;"
      " DECLARE others INT;"
      LOCK_ME MY_OWN("HOST")
      " IF others >= most THEN " REFUSE("GROUP_HOSTED") "; END IF;"
      CODE_OF("lang")
      " INSERT INTO group_sessions (id, host_id, join_code, type, title, description, language, level, topic, tags,"
      "  starts_at, minutes, seats, is_public)"
      "  VALUES (sid, me, door, kind, name, about, lang, skill, theme, words, at, length, chairs, open);"
      " INSERT INTO group_seats (session_id, user_id, role, status, joined_at)"
      "  VALUES (sid, me, 'HOST', 'JOINED', SYSDATE(3));"
      " END")

/* ---- coming and going --------------------------------------------------------------------- */

#define GROUP_AND_ME                                                                               \
	" DECLARE sid BIGINT UNSIGNED DEFAULT ?;"                                                  \
	" DECLARE me BIGINT UNSIGNED DEFAULT ?;"                                                   \
	" DECLARE host BIGINT UNSIGNED;"                                                           \
	" DECLARE state VARCHAR(9);"                                                               \
	" DECLARE seat VARCHAR(7) DEFAULT '';"                                                     \
	" DECLARE past, open, full, hidden, asked BOOL;"
#define LOCK_ROW                                                                                   \
	" SELECT s.host_id, s.status, s.ends_at <= SYSDATE(3), s.is_public, s.taken >= s.seats"    \
	"  INTO host, state, past, open, full FROM group_sessions s WHERE s.id = sid FOR UPDATE;"
#define LOOK                                                                                       \
	" SELECT x.status, x.status = 'INVITED' AND x.invited_until > SYSDATE(3) INTO seat, asked FROM group_seats x" \
	"  WHERE x.session_id = sid AND x.user_id = me;"                                           \
	" SELECT host IS NULL OR (seat <> 'JOINED' AND ((NOT open AND NOT COALESCE(asked, FALSE))" \
	"  OR " BLOCKED("me", "host") ")) INTO hidden;"
#define SHOWN " IF hidden THEN " REFUSE("SESSION_NONE") "; END IF;"
#define LOCK_GROUP LOCK_ROW LOOK SHOWN
#define BY_HOST LOCK_GROUP " IF host <> me THEN " REFUSE("GROUP_NOT_HOST") "; END IF;"
#define ALIVE ONLY_WHEN("'SCHEDULED', 'ONGOING'")

WRITE_ROW(GROUP_JOIN, group_id_row,
	  "BEGIN NOT ATOMIC" GROUP_AND_ME
	  " DECLARE door CHAR(6) CHARACTER SET ascii COLLATE ascii_bin DEFAULT ?;"
	  " DECLARE words VARCHAR(500) DEFAULT ?;"
	  " DECLARE heard BOOL DEFAULT ?;"
	  " DECLARE seen BOOL DEFAULT ?;"
	  " DECLARE bidden BOOL DEFAULT ?;"
	  " DECLARE most INT DEFAULT ?;"
	  " DECLARE others INT;"
	  " IF door IS NOT NULL THEN"
	  "  SELECT s.id INTO sid FROM group_sessions s WHERE s.join_code = door FOR UPDATE;"
	  " END IF;"
	  LOCK_ROW LOCK_ME " SET open = open OR door IS NOT NULL;" LOOK
	  " IF hidden AND door IS NOT NULL THEN " REFUSE("GROUP_BAD_CODE") "; END IF;" SHOWN
	  " IF bidden AND seat <> 'JOINED' AND NOT COALESCE(asked, FALSE) THEN " REFUSE("GROUP_NO_INVITE") "; END IF;"
	  " IF seat = 'JOINED' THEN " REFUSE("SESSION_BOOKED") "; END IF;"
	  " IF seat = 'KICKED' THEN " REFUSE("GROUP_KICKED") "; END IF;"
	  ALIVE
	  " IF state = 'SCHEDULED' THEN" NOT_OVER " END IF;"
	  " IF full THEN " REFUSE("SESSION_FULL") "; END IF;"
	  MY_OWN("PARTICIPANT")
	  " IF others >= most THEN " REFUSE("GROUP_JOINED") "; END IF;"
	  " INSERT INTO group_seats (session_id, user_id, role, status, message, mic, camera, joined_at)"
	  "  VALUES (sid, me, 'PARTICIPANT', 'JOINED', words, heard, seen, SYSDATE(3)) ON DUPLICATE KEY UPDATE"
	  "  status = 'JOINED', message = words, mic = heard, camera = seen, joined_at = SYSDATE(3), left_at = NULL,"
	  "  invited_until = NULL;"
	  " UPDATE group_sessions SET taken = taken + 1 WHERE id = sid;" SAY("group_session.joined")
	  " SELECT sid AS id;"
	  " END")

WRITE(GROUP_DECLINE,
      "BEGIN NOT ATOMIC" GROUP_AND_ME
      LOCK_GROUP
      " IF NOT COALESCE(asked, FALSE) THEN " REFUSE("GROUP_NO_INVITE") "; END IF;"
      " DELETE FROM group_seats WHERE session_id = sid AND user_id = me;"
      " END")

#define CANCEL                                                                                     \
	" UPDATE group_sessions SET status = 'CANCELLED', cancelled_at = SYSDATE(3), cancel_reason = why" \
	"  WHERE id = sid;" SAY("group_session.cancelled")
#define FINISH                                                                                     \
	" UPDATE group_sessions SET status = 'COMPLETED', ended_at = SYSDATE(3),"                  \
	"  actual_minutes = LEAST(1440, GREATEST(1, CEIL(TIMESTAMPDIFF(SECOND, started_at, SYSDATE(3)) / 60)))" \
	"  WHERE id = sid;" SAY_COMPLETED("group_sessions", "group_seats", "x.status = 'JOINED'")

/* Without its host a session is over: one that had not begun did not take place. */
WRITE(GROUP_LEAVE,
      "BEGIN NOT ATOMIC" GROUP_AND_ME
      " DECLARE about TEXT;"
      " DECLARE why VARCHAR(500) DEFAULT 'HOST_LEFT';"
      LOCK_GROUP
      " IF seat <> 'JOINED' THEN " REFUSE("GROUP_NOBODY") "; END IF;"
      ALIVE
      " UPDATE group_seats SET left_at = SYSDATE(3) WHERE session_id = sid AND user_id = me;"
      " IF host <> me THEN"
      "  UPDATE group_seats SET status = 'LEFT' WHERE session_id = sid AND user_id = me;"
      "  UPDATE group_sessions SET taken = taken - 1 WHERE id = sid;"
      " ELSEIF state = 'SCHEDULED' THEN" CANCEL
      " ELSE" FINISH
      " END IF;"
      " END")

/* ---- what the host does ------------------------------------------------------------------- */

WRITE(GROUP_START,
      "BEGIN NOT ATOMIC" GROUP_AND_ME
      BY_HOST ONLY_WHEN("'SCHEDULED'") NOT_OVER
      " UPDATE group_sessions SET status = 'ONGOING', started_at = SYSDATE(3) WHERE id = sid;"
      SAY("group_session.started")
      " END")

WRITE(GROUP_END,
      "BEGIN NOT ATOMIC" GROUP_AND_ME
      " DECLARE about TEXT;"
      BY_HOST ONLY_WHEN("'ONGOING'") FINISH
      " END")

WRITE(GROUP_CANCEL,
      "BEGIN NOT ATOMIC" GROUP_AND_ME
      " DECLARE why VARCHAR(500) DEFAULT ?;"
      BY_HOST ALIVE CANCEL
      " END")

WRITE(GROUP_KICK,
      "BEGIN NOT ATOMIC" GROUP_AND_ME
      " DECLARE whom BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE why VARCHAR(500) DEFAULT ?;"
      " DECLARE sits VARCHAR(7) DEFAULT '';"
      BY_HOST
      " IF whom = me THEN " REFUSE("ROOM_KICK_SELF") "; END IF;"
      ALIVE
      " SELECT x.status INTO sits FROM group_seats x WHERE x.session_id = sid AND x.user_id = whom;"
      " IF sits <> 'JOINED' THEN " REFUSE("GROUP_NOBODY") "; END IF;"
      " UPDATE group_seats SET status = 'KICKED', left_at = SYSDATE(3), kick_reason = why"
      "  WHERE session_id = sid AND user_id = whom;"
      " UPDATE group_sessions SET taken = taken - 1 WHERE id = sid;"
      " END")

/* What of it is the same is no news: nobody is told of that. */
#define PLAN                                                                                       \
	"JSON_ARRAY(s.title, s.description, s.type, s.language, s.level, s.topic, s.tags, s.starts_at, s.minutes," \
	" s.seats, s.is_public)"
WRITE(GROUP_UPDATE,
      "BEGIN NOT ATOMIC" GROUP_AND_ME
      " DECLARE lang VARCHAR(40) DEFAULT ?;"
      " DECLARE chairs INT DEFAULT ?;"
      " DECLARE small BOOL;"
      " DECLARE was, becomes MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;"
      BY_HOST ONLY_WHEN("'SCHEDULED'")
      " SELECT s.taken > chairs, " PLAN " INTO small, was FROM group_sessions s WHERE s.id = sid FOR UPDATE;"
      " IF small THEN " REFUSE("GROUP_TOO_SMALL") "; END IF;"
      CODE_OF("lang")
      " UPDATE group_sessions SET title = COALESCE(?, title), description = COALESCE(?, description),"
      "  type = COALESCE(?, type), language = COALESCE(lang, language), level = COALESCE(?, level),"
      "  topic = COALESCE(?, topic), tags = COALESCE(?, tags), starts_at = COALESCE(?, starts_at),"
      "  minutes = COALESCE(?, minutes), seats = COALESCE(chairs, seats), is_public = COALESCE(?, is_public)"
      "  WHERE id = sid;"
      " SELECT " PLAN " INTO becomes FROM group_sessions s WHERE s.id = sid;"
      " IF was <> becomes THEN"
      "  UPDATE group_sessions SET updated_at = SYSDATE(3) WHERE id = sid;" SAY("group_session.updated")
      " END IF;"
      " END")

/* Whoever was put out is not asked again; others who had left are. Who was asked before and may still answer is given
 * more time, and not told again. */
WRITE(GROUP_INVITE,
      "BEGIN NOT ATOMIC" GROUP_AND_ME
      " DECLARE ids TEXT DEFAULT ?;"
      " DECLARE most INT DEFAULT ?;"
      " DECLARE waiting INT;"
      " DECLARE told TEXT;"
      BY_HOST ALIVE
      " IF state = 'SCHEDULED' THEN" NOT_OVER " END IF;"
      " SELECT COUNT(*) INTO waiting FROM group_seats x WHERE x.session_id = sid AND x.status = 'INVITED';"
      " IF waiting + JSON_LENGTH(ids) > most THEN " REFUSE("GROUP_INVITED") "; END IF;"
      " SELECT JSON_ARRAYAGG(x.user_id) INTO told FROM group_seats x"
      "  WHERE x.session_id = sid AND x.status = 'INVITED' AND x.invited_until > SYSDATE(3);"
      " INSERT INTO group_seats (session_id, user_id, role, status, invited_until)"
      "  SELECT sid, u.id, 'PARTICIPANT', 'INVITED', SYSDATE(3) + INTERVAL 3 DAY FROM " IDS_OF("ids") " i"
      "   STRAIGHT_JOIN users u ON u.id = i.id AND u.status = 'ACTIVE' LEFT JOIN user_privacy w ON w.user_id = u.id"
      "   WHERE NOT " CONCEALED("u.id", "me", "w")
      "  ON DUPLICATE KEY UPDATE"
      "   invited_until = IF(group_seats.status IN ('INVITED', 'LEFT'), SYSDATE(3) + INTERVAL 3 DAY, NULL),"
      "   status = IF(group_seats.status = 'LEFT', 'INVITED', group_seats.status);"
      " INSERT INTO outbox (event, subject_id, actor_id, payload)"
      "  SELECT DISTINCT 'group_session.invited', sid, me, JSON_OBJECT('userId', x.user_id) FROM " IDS_OF("ids") " i"
      "   STRAIGHT_JOIN group_seats x ON x.session_id = sid AND x.user_id = i.id"
      "   WHERE x.status = 'INVITED' AND NOT COALESCE(JSON_CONTAINS(told, CAST(x.user_id AS CHAR)), FALSE);"
      " END")

/* ---- afterwards --------------------------------------------------------------------------- */

/* Who went before it began has nothing to say of it. */
WRITE(GROUP_RATE,
      "BEGIN NOT ATOMIC" GROUP_AND_ME
      " DECLARE stars INT DEFAULT ?;"
      " DECLARE words VARCHAR(500) DEFAULT ?;"
      " DECLARE said INT;"
      " DECLARE there BOOL DEFAULT FALSE;"
      LOCK_ROW LOOK
      " SELECT x.rating, x.status = 'JOINED' OR (x.status = 'LEFT' AND x.left_at >= s.started_at) INTO said, there"
      "  FROM group_seats x STRAIGHT_JOIN group_sessions s ON s.id = x.session_id"
      "  WHERE x.session_id = sid AND x.user_id = me;"
      " IF NOT COALESCE(there, FALSE) THEN" SHOWN " " REFUSE("GROUP_NOBODY") "; END IF;"
      " IF host = me THEN " REFUSE("GROUP_OWN") "; END IF;"
      ONLY_WHEN("'ONGOING', 'COMPLETED'")
      " UPDATE group_seats SET rating = stars, feedback = words, rated_at = SYSDATE(3)"
      "  WHERE session_id = sid AND user_id = me;"
      " UPDATE group_sessions SET rating_sum = rating_sum + stars - COALESCE(said, 0),"
      "  rating_count = rating_count + (said IS NULL) WHERE id = sid;"
      " INSERT INTO group_hosts (user_id, rating_sum, rating_count) VALUES (host, stars, 1) ON DUPLICATE KEY UPDATE"
      "  rating_sum = rating_sum + stars - COALESCE(said, 0), rating_count = rating_count + (said IS NULL);"
      " INSERT INTO outbox (event, subject_id, actor_id, payload)"
      "  SELECT 'session.rated', sid, me, JSON_OBJECT('stars', stars, 'seat', 2 * x.id + 1, 'people', JSON_ARRAY(host))"
      "   FROM group_seats x WHERE x.session_id = sid AND x.user_id = me;"
      " END")

/* ---- what is answered --------------------------------------------------------------------- */

#define MINE_IN                                                                                    \
	" FROM group_sessions s STRAIGHT_JOIN group_seats x ON x.session_id = s.id"                \
	" STRAIGHT_JOIN users u ON u.id = x.user_id WHERE s.id = ? AND x.user_id = ?"

READ(GROUP_ENTRY_OF, group_entry_row,
     "SELECT x.id AS participantId, x.user_id AS userId, " NAME_OF("u") " AS userName, x.role, x.joined_at AS joinedAt,"
     " x.mic AS micEnabled, x.camera AS cameraEnabled, x.message, s.title, s.join_code AS joinCode,"
     " s.host_id AS hostId, s.taken AS currentParticipants, s.seats AS maxParticipants, s.status" MINE_IN)
READ(GROUP_LEFT_OF, group_left,
     "SELECT s.id AS sessionId, x.user_id AS userId, IF(x.role = 'HOST', s.host_id, NULL) AS hostId,"
     " x.left_at AS leftAt, IF(s.started_at IS NULL, 0,"
     "  GREATEST(0, TIMESTAMPDIFF(MINUTE, GREATEST(s.started_at, x.joined_at), x.left_at))) AS sessionDuration,"
     " s.taken - (x.role = 'HOST') AS remainingParticipants, x.role = 'HOST' AS sessionEnded,"
     " IF(x.role = 'HOST', 'HOST_LEFT', NULL) AS reason" MINE_IN)
READ(GROUP_KICKED_OF, group_kicked,
     "SELECT s.id AS sessionId, x.user_id AS kickedUserId, " NAME_OF("u") " AS kickedUserName, s.host_id AS kickedBy,"
     " x.left_at AS kickedAt, x.kick_reason AS reason, TRUE AS bannedFromSession" MINE_IN)
READ(GROUP_RATED_OF, group_rated,
     "SELECT s.id AS sessionId, x.user_id AS userId, x.rating, x.feedback, x.rated_at AS submittedAt" MINE_IN)
#define REPORTED(what) "(SELECT " what " FROM group_progress p WHERE p.session_id = s.id)"
READ(GROUP_ENDED_OF, group_ended_row,
     "SELECT s.status, s.started_at AS startedAt, s.ended_at AS endedAt, s.actual_minutes AS duration,"
     " s.taken AS participants, " REPORTED("COALESCE(SUM(p.speaking_time), 0)") " AS spoken,"
     " " REPORTED("CAST(AVG(p.speaking_time) AS DOUBLE)") " AS average,"
     " " REPORTED("COALESCE(SUM(p.messages), 0)") " AS messages FROM group_sessions s WHERE s.id = ?")
READ(GROUP_CANCELLED_OF, group_cancelled,
     "SELECT s.id AS sessionId, s.status, s.cancelled_at AS cancelledAt, s.host_id AS cancelledBy,"
     " s.cancel_reason AS reason, s.starts_at AS scheduledAt, s.taken - 1 AS notifiedParticipants"
     " FROM group_sessions s WHERE s.id = ?")
READ(GROUP_INVITED_OF, group_id_row,
     "SELECT DISTINCT x.user_id AS id FROM " IDS_OF("?") " i"
     " STRAIGHT_JOIN group_seats x ON x.session_id = ? AND x.user_id = i.id WHERE x.status = 'INVITED'"
     " ORDER BY x.user_id")

READ(GROUP_OPEN_OF, group_id_row,
     "SELECT x.session_id AS id FROM group_seats x STRAIGHT_JOIN group_sessions s ON s.id = x.session_id"
     " WHERE x.user_id = ? AND x.status = 'JOINED' AND s.status IN ('SCHEDULED', 'ONGOING') LIMIT 1")

/* ---- for others --------------------------------------------------------------------------- */

#define TO_ITS_PEOPLE(what) "IF(x.id IS NULL, NULL, " what ")"
READ(GROUP_CALL_OF, meeting_call,
     "SELECT IF(s.type = 'VIDEO', 'video', 'audio') AS type, s.seats, s.host_id,"
     " s.status IN ('SCHEDULED', 'ONGOING') AS going, TRUE AS admits,"
     " LEAST(s.starts_at, COALESCE(s.started_at, s.starts_at)) AS scheduledStartTime, s.ends_at AS scheduledEndTime,"
     " " TO_ITS_PEOPLE("s.title") " AS title, " TO_ITS_PEOPLE("s.language") " AS language,"
     " " TO_ITS_PEOPLE(NAME_OF("h")) " AS hostName"
     " FROM " CALLER " STRAIGHT_JOIN group_sessions s STRAIGHT_JOIN users h ON h.id = s.host_id"
     " LEFT JOIN group_seats x ON x.session_id = s.id AND x.user_id = v.me AND x.status = 'JOINED' WHERE s.id = ?")

READ(GROUP_TOLD, group_told_row,
     "SELECT x.user_id, x.role, x.status, s.title, " NAME_OF("a") " AS actor FROM group_sessions s"
     " STRAIGHT_JOIN group_seats x ON x.session_id = s.id AND x.status IN ('INVITED', 'JOINED')"
     " LEFT JOIN users a ON a.id = ? WHERE s.id = ? ORDER BY x.id LIMIT 60")
WRITE(GROUP_FORGET, "DELETE FROM group_seats WHERE invited_until <= ? AND status = 'INVITED' LIMIT ?")

const struct stmt *const group_session_stmts[] = {
	&GROUP_CREATE, &GROUP_JOIN, &GROUP_DECLINE, &GROUP_LEAVE, &GROUP_START, &GROUP_END, &GROUP_CANCEL, &GROUP_KICK,
	&GROUP_UPDATE, &GROUP_INVITE, &GROUP_RATE, &GROUP_ENTRY_OF, &GROUP_LEFT_OF, &GROUP_KICKED_OF, &GROUP_RATED_OF,
	&GROUP_ENDED_OF, &GROUP_CANCELLED_OF, &GROUP_INVITED_OF, &GROUP_CALL_OF, &GROUP_TOLD, &GROUP_FORGET,
	&GROUP_OPEN_OF, NULL,
};

/* ---- functions ---------------------------------------------------------------------------- */

enum status group_sql_create(struct ctx *c, uint64_t id, const struct group_plan *p, const char *code)
{
	return db_exec(c, &GROUP_CREATE, NULL,
		       ARGS(P(id), P(c->me.user_id), P(code), P(p->type), P(p->title), P(p->description),
			    P(p->language), P(p->level), P(p->topic), P(p->tags), db_time(p->starts_at), P(p->minutes),
			    P(p->seats), P(p->is_public), P((int)GROUP_HOSTED_MAX)));
}

enum status group_sql_join(struct ctx *c, uint64_t *id, const struct group_entrance *e)
{
	struct group_id_row row = {0};
	enum status st = db_one(c, &GROUP_JOIN, &row,
				ARGS(db_id(*id), P(c->me.user_id), P(e->code), P(e->message), P(e->mic), P(e->camera),
				     P(e->invited), P((int)GROUP_JOINED_MAX)));

	*id = row.id;
	return st;
}

enum status group_sql_decline(struct ctx *c, uint64_t id)
{
	return db_exec(c, &GROUP_DECLINE, NULL, ARGS(P(id), P(c->me.user_id)));
}

enum status group_sql_leave(struct ctx *c, uint64_t id, uint64_t user_id)
{
	return db_exec(c, &GROUP_LEAVE, NULL, ARGS(P(id), P(user_id)));
}

enum status group_sql_open_of(struct ctx *c, uint64_t user_id, uint64_t *id)
{
	struct group_id_row row = {0};
	enum status st = db_one(c, &GROUP_OPEN_OF, &row, ARGS(P(user_id)));

	*id = row.id;
	return st;
}

enum status group_sql_start(struct ctx *c, uint64_t id)
{
	return db_exec(c, &GROUP_START, NULL, ARGS(P(id), P(c->me.user_id)));
}

enum status group_sql_end(struct ctx *c, uint64_t id)
{
	return db_exec(c, &GROUP_END, NULL, ARGS(P(id), P(c->me.user_id)));
}

enum status group_sql_cancel(struct ctx *c, uint64_t id, const char *reason)
{
	return db_exec(c, &GROUP_CANCEL, NULL, ARGS(P(id), P(c->me.user_id), P(reason)));
}

enum status group_sql_kick(struct ctx *c, uint64_t id, uint64_t user_id, const char *reason)
{
	return db_exec(c, &GROUP_KICK, NULL, ARGS(P(id), P(c->me.user_id), P(user_id), P(reason)));
}

enum status group_sql_update(struct ctx *c, uint64_t id, const struct group_plan *p)
{
	struct db_val open = p->is_public < 0 ? (struct db_val){0} : db_int(p->is_public);

	return db_exec(c, &GROUP_UPDATE, NULL,
		       ARGS(P(id), P(c->me.user_id), P(p->language), db_id((uint64_t)p->seats), P(p->title),
			    P(p->description), P(p->type), P(p->level), P(p->topic), P(p->tags), db_time(p->starts_at),
			    db_id((uint64_t)p->minutes), open));
}

enum status group_sql_invite(struct ctx *c, uint64_t id, const char *people)
{
	return db_exec(c, &GROUP_INVITE, NULL,
		       ARGS(P(id), P(c->me.user_id), P(people), P((int)GROUP_INVITED_MAX)));
}

enum status group_sql_rate(struct ctx *c, uint64_t id, int64_t rating, const char *feedback)
{
	return db_exec(c, &GROUP_RATE, NULL, ARGS(P(id), P(c->me.user_id), P(rating), P(feedback)));
}

enum status group_sql_entry(struct ctx *c, uint64_t id, struct group_entry_row *out)
{
	return db_one(c, &GROUP_ENTRY_OF, out, ARGS(P(id), P(c->me.user_id)));
}

enum status group_sql_left(struct ctx *c, uint64_t id, struct group_left *out)
{
	return db_one(c, &GROUP_LEFT_OF, out, ARGS(P(id), P(c->me.user_id)));
}

enum status group_sql_kicked(struct ctx *c, uint64_t id, uint64_t user_id, struct group_kicked *out)
{
	return db_one(c, &GROUP_KICKED_OF, out, ARGS(P(id), P(user_id)));
}

enum status group_sql_rated(struct ctx *c, uint64_t id, struct group_rated *out)
{
	return db_one(c, &GROUP_RATED_OF, out, ARGS(P(id), P(c->me.user_id)));
}

enum status group_sql_ended(struct ctx *c, uint64_t id, struct group_ended_row *out)
{
	return db_one(c, &GROUP_ENDED_OF, out, ARGS(P(id)));
}

enum status group_sql_cancelled(struct ctx *c, uint64_t id, struct group_cancelled *out)
{
	return db_one(c, &GROUP_CANCELLED_OF, out, ARGS(P(id)));
}

enum status group_sql_invited(struct ctx *c, uint64_t id, const char *people, struct list *out)
{
	return db_list(c, &GROUP_INVITED_OF, out, GROUP_INVITED_MAX, ARGS(P(people), P(id)));
}

enum status group_sql_call(struct ctx *c, uint64_t id, uint64_t account, struct meeting_call *out)
{
	enum status st = db_one(c, &GROUP_CALL_OF, out, ARGS(P(account), P(id)));

	return st == E_NO_ROW ? E_SESSION_NONE : st;
}

enum status group_sql_told(struct ctx *c, uint64_t id, uint64_t actor_id, struct list *out)
{
	return db_list(c, &GROUP_TOLD, out, GROUP_SEATS_MAX + GROUP_INVITED_MAX, ARGS(P(actor_id), P(id)));
}

enum status group_sql_forget(struct ctx *c, int64_t before, int64_t piece, int64_t *n)
{
	return db_exec(c, &GROUP_FORGET, n, ARGS(db_time(before), P(piece)));
}
