#include "domain/room/room_sql.h"
#include "domain/registry.h"
#include "domain/sql.h"
#include "domain/tongues.h"

SHAPE_TABLE(room_row, ROOM_ROW)
SHAPE_TABLE(room_dead_row, ROOM_DEAD_ROW)

/* The same as a lost race: the whole statement is run again. */
#define AGAIN "SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, MESSAGE_TEXT = 'the room has gone meanwhile'"

/* A seat s of a gateway that beats, or one that is kept. */
#define KEPT(s) "COALESCE(" s ".left_at > NOW(3) - INTERVAL 10 SECOND, FALSE)"
#define CONNECTED(s, g) "(" s ".left_at IS NULL AND COALESCE(" BEATS(g) ", FALSE))"
#define TAKEN(s, g) "(" CONNECTED(s, g) " OR " KEPT(s) ")"
#define SEATS_OF(room, s, g)                                                                       \
	"room_seats " s " LEFT JOIN gateways " g " ON " g ".id = " s ".gateway WHERE " s ".room_id = " room
#define USED(r) "(" r ".expires_at IS NULL OR " r ".expires_at > NOW(3))"

/* ---- a room and who is in it -------------------------------------------------------------- */

#define ROOM                                                                                       \
	"r.id AS room_key, r.public_id, r.type, r.max_participants, r.metadata, r.settings,"       \
	" JSON_VALUE(r.settings, '$.allowRecording') = 1 AND"                                      \
	" JSON_VALUE(r.settings, '$.recordingSettings.enabled') = 1 AS recording,"                 \
	" r.total_participants, r.peak_participants, r.messages, r.errors, r.person_ms, r.created_at," \
	" r.last_activity_at"

/* en: 1 for names in English. A seat without an account has no more than its name. */
#define PERSON(en)                                                                                 \
	"s.user_id AS userId, s.name AS userName, s.audio AS audioEnabled, s.video AS videoEnabled," \
	" s.screen AS isScreenSharing, s.joined_at AS joinedAt, u.profile_image AS avatar,"        \
	" " IN_LANG(en, "o.name") " AS level, " IN_LANG(en, "n.name") " AS nativeLanguage,"                  \
	" " IN_LANG(en, "l.name") " AS learningLanguage"
#define PERSON_JOINS " LEFT JOIN users u ON u.id = s.account_id" TONGUES("u")

#define ROOM_PEOPLE(en, more)                                                                      \
	"SELECT " ROOM ", " PERSON(en) more " FROM rooms r"                                        \
	" LEFT JOIN (room_seats s JOIN gateways g ON g.id = s.gateway AND " BEATS("g") ")"         \
	"  ON s.room_id = r.id AND s.left_at IS NULL" PERSON_JOINS
#define IN_ORDER " ORDER BY s.joined_at, s.user_id LIMIT 20"

READ(ROOM_FIND, room_row,
     ROOM_PEOPLE("?", ", (SELECT w.id FROM users w WHERE w.id = r.created_by AND w.status = 'ACTIVE') AS creator")
     " WHERE r.public_id = ? AND " USED("r") IN_ORDER)
READ(ROOM_EXISTS, room_row,
     "SELECT r.id AS room_key, EXISTS (SELECT 1 FROM room_kicks k WHERE k.room_id = r.id"
     "  AND (k.user_id = ? OR k.address = ?)) AS kicked"
     " FROM rooms r WHERE r.public_id = ? AND " USED("r"))

WRITE(ROOM_CREATE,
      "INSERT INTO rooms (public_id, type, max_participants, metadata, settings, listed, created_by, planned_until,"
      " expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?,"
      "  GREATEST(SYSDATE(3) + INTERVAL 1 HOUR, COALESCE(planned_until, SYSDATE(3))))")

/* The room pid, made if there is none; an expired one does not count, cleared away or not. It is looked for without a
 * lock: locking what does not exist would put all who make rooms into each other's way. It is deleted by its id, since
 * by any other key the optimizer may prefer the index of all that expire, and lock all of them. */
#define PLAN                                                                                       \
	" DECLARE en BOOL DEFAULT ?;"                                                              \
	" DECLARE pid VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin DEFAULT ?;"               \
	" DECLARE who VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT ?;"      \
	" DECLARE login VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT ?;"    \
	" DECLARE addr VARCHAR(46) CHARACTER SET ascii COLLATE ascii_bin DEFAULT ?;"               \
	" DECLARE kind VARCHAR(5) CHARACTER SET ascii DEFAULT ?;"                                  \
	" DECLARE chairs INT DEFAULT ?;"                                                           \
	" DECLARE about LONGTEXT CHARACTER SET utf8mb4 DEFAULT ?;"                                 \
	" DECLARE rules LONGTEXT CHARACTER SET utf8mb4 DEFAULT ?;"                                 \
	" DECLARE host BIGINT UNSIGNED DEFAULT ?;"                                                 \
	" DECLARE room BIGINT UNSIGNED;"                                                           \
	" DECLARE used, kicked BOOL;"                                                              \
	" DECLARE others INT UNSIGNED;"
#define FIND_OR_MAKE                                                                               \
	" SELECT r.id, " USED("r") " INTO room, used FROM rooms r WHERE r.public_id = pid;"        \
	" IF NOT COALESCE(used, FALSE) THEN"                                                       \
	"  DELETE FROM rooms WHERE id = room AND expires_at <= NOW(3);"                            \
	"  INSERT INTO rooms (public_id, type, max_participants, metadata, settings, created_by, expires_at)" \
	"   VALUES (pid, kind, chairs, about, rules, host, SYSDATE(3) + INTERVAL 1 HOUR)"          \
	"   ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id);"                                      \
	"  SET room = LAST_INSERT_ID();"                                                           \
	" END IF;"
/* SELECT INTO and not IF (SELECT), here and below: that one would lock what it reads, and the gap behind it, which is
 * where those who enter the next room write. Names are whatever guests say, so of theirs the address counts as well;
 * who shows a token is known by it. */
#define REFUSE_KICKED                                                                              \
	" SELECT EXISTS (SELECT 1 FROM room_kicks k WHERE k.room_id = room AND (k.user_id = who OR" \
	"   k.user_id = login OR (login IS NULL AND k.address = addr))) INTO kicked;"              \
	" IF kicked THEN " REFUSE("ROOM_KICKED") "; END IF;"
#define SEATED(more) " SELECT COUNT(*) INTO others FROM " SEATS_OF("room", "s", "g") " AND " more ";"
#define COUNT_OTHERS SEATED("s.user_id <> who AND " TAKEN("s", "g"))
#define COUNT_CONNECTED SEATED(CONNECTED("s", "g"))

WRITE_ROW(ROOM_JOIN, room_row,
	  "BEGIN NOT ATOMIC" PLAN
	  FIND_OR_MAKE REFUSE_KICKED
	  COUNT_OTHERS
	  " SELECT r.max_participants INTO chairs FROM rooms r WHERE r.id = room;"
	  " IF others >= chairs THEN " REFUSE("ROOM_FULL") "; END IF;"
	  " " ROOM_PEOPLE("en", "") " WHERE r.id = room" IN_ORDER ";"
	  " END")

#define ACTIVE(where)                                                                              \
	"SELECT r.public_id AS roomId, r.type AS roomType, r.max_participants AS maxParticipants," \
	" (SELECT COUNT(*) FROM " SEATS_OF("r.id", "s", "g") " AND " CONNECTED("s", "g") ") AS currentParticipants," \
	" r.created_at AS createdAt, r.updated_at AS updatedAt, r.metadata"                        \
	" FROM rooms r WHERE " where USED("r") " ORDER BY r.updated_at DESC LIMIT 100"
READ(ROOMS_LISTED, room_active_out, ACTIVE("r.listed = TRUE AND "))
READ(ROOMS_ALL, room_active_out, ACTIVE(""))

WRITE_ROW(ROOM_SET, room_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE pid VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin DEFAULT ?;"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " UPDATE rooms r SET r.settings = JSON_MERGE_PATCH(r.settings, ?), r.updated_at = SYSDATE(3)"
	  "  WHERE r.public_id = pid AND " USED("r") " AND (r.created_by IS NULL OR r.created_by = me);"
	  " IF ROW_COUNT() = 0 THEN " REFUSE("ROOM_NONE") "; END IF;"
	  " SELECT r.id AS room_key, r.settings FROM rooms r WHERE r.public_id = pid;"
	  " END")

/* ---- seats -------------------------------------------------------------------------------- */

/*
 * Whoever changes the seats of a room has its row locked, so the count holds in any race. Nothing is
 * read in the transaction before that lock: what is read then is as new as the lock.
 * A seat that is still taken is the same person's: on a new socket, or back after a loss.
 * The list is read before the lock goes: of two that come at once only the later one has the other on its list.
 */
WRITE_ROW(ROOM_ENTER, room_row,
	  "BEGIN NOT ATOMIC" PLAN
	  " DECLARE gw CHAR(16) CHARACTER SET ascii COLLATE ascii_bin DEFAULT ?;"
	  " DECLARE sock VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT ?;"
	  " DECLARE called VARCHAR(100) CHARACTER SET utf8mb4 DEFAULT ?;"
	  " DECLARE account BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE holder BIGINT UNSIGNED;"
	  " DECLARE known, back, sits BOOL DEFAULT FALSE;"
	  FIND_OR_MAKE
	  " SELECT EXISTS (SELECT 1 FROM gateways g WHERE g.id = gw) INTO known;"
	  " IF NOT known THEN"
	  "  INSERT IGNORE INTO gateways (id, beat_at) VALUES (gw, SYSDATE(3));"
	  " END IF;"
	  " START TRANSACTION;"
	  " SET kind = NULL;"
	  " SELECT r.type, r.max_participants INTO kind, chairs FROM rooms r"
	  "  WHERE r.id = room AND " USED("r") " FOR UPDATE;"
	  " IF kind IS NULL THEN " AGAIN "; END IF;"
	  REFUSE_KICKED
	  " SELECT " TAKEN("s", "g") ", " CONNECTED("s", "g") ", s.account_id"
	  "  INTO back, sits, holder FROM " SEATS_OF("room", "s", "g") " AND s.user_id = who;"
	  " IF back AND holder IS NOT NULL AND NOT holder <=> account THEN " REFUSE("ROOM_SEAT_HELD") "; END IF;"
	  COUNT_OTHERS
	  " IF NOT back AND others >= chairs THEN " REFUSE("ROOM_FULL") "; END IF;"
	  " INSERT INTO room_seats (room_id, user_id, account_id, address, gateway, socket, name, audio, video, screen,"
	  "   joined_at) VALUES (room, who, account, addr, gw, sock, called, TRUE, kind = 'video', FALSE, SYSDATE(3))"
	  "  ON DUPLICATE KEY UPDATE account_id = account, address = addr, gateway = gw, socket = sock, name = called,"
	  "   audio = TRUE, video = kind = 'video', screen = FALSE, left_at = NULL,"
	  "   joined_at = IF(sits, joined_at, SYSDATE(3));"
	  COUNT_CONNECTED
	  " UPDATE rooms SET expires_at = NULL, updated_at = SYSDATE(3), last_activity_at = SYSDATE(3),"
	  "  total_participants = total_participants + (NOT back),"
	  "  peak_participants = GREATEST(peak_participants, others) WHERE id = room;"
	  " " ROOM_PEOPLE("en", ", back AS resumed") " WHERE r.id = room" IN_ORDER ";"
	  " COMMIT;"
	  " END")

/* The seat of one socket, or (no gw) of whichever has it; somebody's account only by a gateway or itself. */
#define MINE                                                                                       \
	" s.room_id = room AND s.user_id = who AND s.gateway = COALESCE(gw, s.gateway)"            \
	" AND s.socket = COALESCE(sock, s.socket)"                                                 \
	" AND (gw IS NOT NULL OR s.account_id IS NULL OR s.account_id = me)"
/* sat: somebody did. */
#define ONE_LESS                                                                                   \
	" IF sat THEN" COUNT_CONNECTED                                                             \
	"  UPDATE rooms SET updated_at = SYSDATE(3), last_activity_at = SYSDATE(3), expires_at ="  \
	"    IF(others, NULL, GREATEST(SYSDATE(3) + INTERVAL 60 SECOND, COALESCE(planned_until, SYSDATE(3))))" \
	"   WHERE id = room;"                                                                      \
	" END IF;"
/* What a socket says in the end is counted while the seat's row names it: once, however often it is said. So a seat
 * that was given back by REST keeps its row until the socket closes. */
WRITE_ROW(ROOM_LEAVE, room_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE pid VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin DEFAULT ?;"
	  " DECLARE who VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT ?;"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE gw CHAR(16) CHARACTER SET ascii COLLATE ascii_bin DEFAULT ?;"
	  " DECLARE sock VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT ?;"
	  " DECLARE lost BOOL DEFAULT ?;"
	  " DECLARE said INT UNSIGNED DEFAULT ?;"
	  " DECLARE failed INT UNSIGNED DEFAULT ?;"
	  " DECLARE dead BOOL DEFAULT ?;"
	  " DECLARE sat BOOL;"
	  " DECLARE others INT UNSIGNED;"
	  " DECLARE room BIGINT UNSIGNED;"
	  " START TRANSACTION;"
	  " SELECT r.id INTO room FROM rooms r WHERE r.public_id = pid FOR UPDATE;"
	  " IF dead AND EXISTS (SELECT 1 FROM gateways g WHERE g.id = gw AND " BEATS("g") " FOR UPDATE) THEN"
	  "  SET sock = ''; END IF;"
	  " SELECT EXISTS (SELECT 1 FROM room_seats s WHERE" MINE " AND s.left_at IS NULL) INTO sat;"
	  " SELECT s.room_id AS room_key, s.user_id AS userId, s.gateway, s.socket FROM room_seats s"
	  "  WHERE" MINE " AND s.left_at IS NULL;"
	  " UPDATE rooms r JOIN room_seats s ON" MINE " SET r.messages = r.messages + said,"
	  "   r.errors = r.errors + failed, r.person_ms = r.person_ms +"
	  "   IF(s.left_at IS NULL, TIMESTAMPDIFF(MICROSECOND, s.joined_at, SYSDATE(3)) DIV 1000, 0)"
	  "  WHERE r.id = room;"
	  " IF gw IS NULL THEN"
	  "  UPDATE room_seats s SET s.left_at = SYSDATE(3) - INTERVAL 10 SECOND WHERE" MINE ";"
	  " ELSEIF lost THEN"
	  "  UPDATE room_seats s SET s.left_at = COALESCE(s.left_at, SYSDATE(3)), s.socket = '' WHERE" MINE ";"
	  " ELSE"
	  "  DELETE s FROM room_seats s WHERE" MINE ";"
	  " END IF;"
	  ONE_LESS
	  " COMMIT;"
	  " END")

/* Under the same lock as entering, so who enters at that moment is seated before, or refused. The seat keeps its row as
 * in leaving by REST. What was done already is not done again: the one who is out may be told once more. */
WRITE_ROW(ROOM_KICK, room_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE pid VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin DEFAULT ?;"
	  " DECLARE who VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT ?;"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE addr VARCHAR(46) CHARACTER SET ascii COLLATE ascii_bin;"
	  " DECLARE there, sat, kicked BOOL DEFAULT FALSE;"
	  " DECLARE others INT UNSIGNED;"
	  " DECLARE room, host BIGINT UNSIGNED;"
	  " START TRANSACTION;"
	  " SELECT r.id, r.created_by INTO room, host FROM rooms r"
	  "  WHERE r.public_id = pid AND " USED("r") " FOR UPDATE;"
	  " IF room IS NULL THEN " REFUSE("ROOM_NONE") "; END IF;"
	  " IF NOT host <=> me THEN " REFUSE("ROOM_NOT_HOST") "; END IF;"
	  " SELECT TRUE, s.address INTO there, addr FROM " SEATS_OF("room", "s", "g") " AND s.user_id = who AND"
	  "  " TAKEN("s", "g") ";"
	  " SELECT EXISTS (SELECT 1 FROM room_kicks k WHERE k.room_id = room AND k.user_id = who) INTO kicked;"
	  " SELECT EXISTS (SELECT 1 FROM room_seats s"
	  "  WHERE s.room_id = room AND s.user_id = who AND s.left_at IS NULL) INTO sat;"
	  " IF there THEN"
	  "  INSERT IGNORE INTO room_kicks (room_id, user_id, address, kicked_at) VALUES (room, who, addr, SYSDATE(3));"
	  " ELSEIF NOT kicked THEN " REFUSE("ROOM_NOBODY") "; END IF;"
	  " UPDATE rooms r JOIN room_seats s ON s.room_id = room AND s.user_id = who AND s.left_at IS NULL"
	  "  SET r.person_ms = r.person_ms + TIMESTAMPDIFF(MICROSECOND, s.joined_at, SYSDATE(3)) DIV 1000"
	  "  WHERE r.id = room;"
	  " UPDATE room_seats s SET s.left_at = SYSDATE(3) - INTERVAL 10 SECOND"
	  "  WHERE s.room_id = room AND s.user_id = who;"
	  ONE_LESS
	  " SELECT room AS room_key, sat;"
	  " COMMIT;"
	  " END")

WRITE_ROW(ROOM_CHANGE, room_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE en BOOL DEFAULT ?;"
	  " DECLARE who VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT ?;"
	  " DECLARE gw CHAR(16) CHARACTER SET ascii COLLATE ascii_bin DEFAULT ?;"
	  " DECLARE sock VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT ?;"
	  " DECLARE room, me BIGINT UNSIGNED;"
	  " SELECT r.id INTO room FROM rooms r WHERE r.public_id = ?;"
	  " UPDATE room_seats s SET s.audio = COALESCE(?, s.audio), s.video = COALESCE(?, s.video),"
	  "  s.screen = COALESCE(?, s.screen) WHERE" MINE " AND s.left_at IS NULL;"
	  " IF ROW_COUNT() = 0 THEN " REFUSE("ROOM_NO_SEAT") "; END IF;"
	  " SELECT s.room_id AS room_key, " PERSON("en") " FROM room_seats s" PERSON_JOINS " WHERE" MINE ";"
	  " END")

/* ---- for jobs ----------------------------------------------------------------------------- */

READ(ROOM_DEAD_SEATS, room_dead_row,
     "SELECT r.public_id, s.user_id, s.gateway, s.socket FROM room_seats s"
     " LEFT JOIN gateways g ON g.id = s.gateway AND " BEATS("g")
     " STRAIGHT_JOIN rooms r ON r.id = s.room_id"
     " WHERE s.left_at IS NULL AND g.id IS NULL LIMIT 200")
WRITE(ROOM_CLEAR_SEATS, "DELETE FROM room_seats WHERE left_at <= NOW(3) - INTERVAL 60 SECOND LIMIT 1000")
WRITE(ROOM_CLEAR, "DELETE FROM rooms WHERE expires_at <= NOW(3) ORDER BY expires_at LIMIT 500")

const struct stmt *const room_stmts[] = {
	&ROOM_FIND,  &ROOM_EXISTS, &ROOM_CREATE,     &ROOM_JOIN,	&ROOMS_LISTED, &ROOMS_ALL, &ROOM_SET,
	&ROOM_ENTER, &ROOM_LEAVE,  &ROOM_KICK, &ROOM_CHANGE, &ROOM_DEAD_SEATS, &ROOM_CLEAR_SEATS, &ROOM_CLEAR, NULL,
};

static int english(const struct ctx *c)
{
	return c->lang == LANG_EN;
}

enum status room_sql_create(struct ctx *c, const char *room_id, const struct room_plan *p, const char *settings,
			    int64_t planned_until)
{
	return db_exec(c, &ROOM_CREATE, NULL,
		       ARGS(P(room_id), P(p->type), P(p->seats), P(p->metadata), P(settings), P(p->listed),
			    db_id(c->me.user_id), db_time(planned_until)));
}

enum status room_sql_find(struct ctx *c, const char *room_id, struct list *rows)
{
	int en = english(c);

	return db_list(c, &ROOM_FIND, rows, ROOM_ROWS, ARGS(P(en), P(en), P(en), P(room_id)));
}

/* The userId of an account; NULL: of none. */
static const char *name_of(struct ctx *c, uint64_t account)
{
	return account ? arena_printf(c->arena, "%llu", (unsigned long long)account) : NULL;
}

enum status room_sql_exists(struct ctx *c, const char *room_id, const char *address, bool *out)
{
	const char *login = name_of(c, c->me.user_id);
	struct list rows;
	enum status st =
		db_list(c, &ROOM_EXISTS, &rows, 1, ARGS(P(login), P(login ? NULL : address), P(room_id)));

	*out = st == OK && rows.n;
	return *out && ((const struct room_row *)rows.v)->kicked ? E_ROOM_KICKED : st;
}

#define PLAN_ARGS(room_id, user_id, account, address)                                              \
	P(english(c)), P(room_id), P(user_id), P(name_of(c, account)), P(address), P(p->type), P(p->seats), \
	P(p->metadata), P(settings), db_id(p->host)

enum status room_sql_join(struct ctx *c, const char *room_id, const char *user_id, const char *address,
			  const struct room_plan *p, const char *settings, struct list *rows)
{
	return db_list(c, &ROOM_JOIN, rows, ROOM_ROWS, ARGS(PLAN_ARGS(room_id, user_id, c->me.user_id, address)));
}

enum status room_sql_list(struct ctx *c, bool all, struct list *out)
{
	return db_list(c, all ? &ROOMS_ALL : &ROOMS_LISTED, out, ROOMS_MAX, NO_ARGS);
}

enum status room_sql_set(struct ctx *c, const char *room_id, const char *patch, struct room_row *out)
{
	return db_one(c, &ROOM_SET, out, ARGS(P(room_id), db_id(c->me.user_id), P(patch)));
}

enum status room_sql_enter(struct ctx *c, const struct room_seat *s, const struct room_visitor *who,
			   const struct room_plan *p, const char *settings, struct list *rows)
{
	return db_list(c, &ROOM_ENTER, rows, ROOM_ROWS,
		       ARGS(PLAN_ARGS(s->room_id, s->user_id, who->account, who->address), P(s->gateway),
			    P(s->socket), P(who->name), db_id(who->account)));
}

enum status room_sql_leave(struct ctx *c, const struct room_exit *x, struct list *rows)
{
	const struct room_seat *s = &x->seat;

	return db_list(c, &ROOM_LEAVE, rows, 1,
		       ARGS(P(s->room_id), P(s->user_id), db_id(c->me.user_id), P(s->gateway), P(s->socket),
			    P(x->dropped), P(x->messages), P(x->errors), P(x->dead)));
}

enum status room_sql_kick(struct ctx *c, const char *room_id, const char *user_id, struct room_row *out)
{
	return db_one(c, &ROOM_KICK, out, ARGS(P(room_id), P(user_id), db_id(c->me.user_id)));
}

static struct db_val changed(int to)
{
	return to < 0 ? (struct db_val){0} : db_int(to);
}

enum status room_sql_change(struct ctx *c, const struct room_seat *s, const struct room_state *now,
			    struct room_row *out)
{
	return db_one(c, &ROOM_CHANGE, out,
		      ARGS(P(english(c)), P(s->user_id), P(s->gateway), P(s->socket), P(s->room_id),
			   changed(now->audio), changed(now->video), changed(now->screen)));
}

enum status room_sql_dead(struct ctx *c, struct list *rows)
{
	return db_list(c, &ROOM_DEAD_SEATS, rows, ROOM_DEAD_AT_ONCE, NO_ARGS);
}

enum status room_sql_clear(struct ctx *c)
{
	enum status st = db_exec(c, &ROOM_CLEAR_SEATS, NULL, NO_ARGS);

	return st == OK ? db_exec(c, &ROOM_CLEAR, NULL, NO_ARGS) : st;
}
