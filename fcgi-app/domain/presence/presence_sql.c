#include "domain/presence/presence_sql.h"
#include "domain/registry.h"
#include "domain/sql.h"

SHAPE_TABLE(presence_row, PRESENCE_ROW)
SHAPE_TABLE(presence_known_row, PRESENCE_KNOWN_ROW)

/* ---- gateways ----------------------------------------------------------------------------- */

/* The gateway's row is locked first, here and where the dead are cleared away: so a gateway that comes
 * back either finds itself known, or is told to report everybody again, and none of those is cleared.
 * Ids are written in order, or two gateways would wait for each other; IGNORE: for people who are gone. */
WRITE_ROW(PRESENCE_BEAT, presence_known_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE gw CHAR(16) CHARACTER SET ascii COLLATE ascii_bin DEFAULT ?;"
	  " DECLARE came LONGTEXT DEFAULT ?;"
	  " DECLARE went LONGTEXT DEFAULT ?;"
	  " DECLARE known BOOL DEFAULT FALSE;"
	  " START TRANSACTION;"
	  " INSERT INTO gateways (id, beat_at) VALUES (gw, SYSDATE(3)) ON DUPLICATE KEY UPDATE id = gw;"
	  " SELECT g.started_at IS NOT NULL INTO known FROM gateways g WHERE g.id = gw FOR UPDATE;"
	  " IF NOT known THEN DELETE FROM presence WHERE gateway = gw; END IF;"
	  " UPDATE gateways SET started_at = COALESCE(started_at, SYSDATE(3)), beat_at = SYSDATE(3),"
	  "  draining = ?, sockets = ?, users = ?, queued_bytes = ?, in_bytes = ?, rooms = ?, calls = ?,"
	  "  poll_waiting = ? WHERE id = gw;"
	  " IF went <> '[]' THEN"
	  "  DELETE p FROM " IDS_OF("went") " j STRAIGHT_JOIN presence p ON p.user_id = j.id AND p.gateway = gw;"
	  "  INSERT IGNORE INTO user_status (user_id, last_seen_at)"
	  "   SELECT j.id, SYSDATE(3) FROM " IDS_OF("went") " j"
	  "   ORDER BY j.id ON DUPLICATE KEY UPDATE last_seen_at = SYSDATE(3);"
	  " END IF;"
	  " IF came <> '[]' THEN"
	  "  INSERT IGNORE INTO presence (user_id, gateway, since)"
	  "   SELECT j.id, gw, SYSDATE(3) FROM " IDS_OF("came") " j"
	  "   ORDER BY j.id;"
	  " END IF;"
	  " COMMIT;"
	  " SELECT known;"
	  " END")

READ(PRESENCE_GATEWAYS, gateway_row,
     "SELECT g.id, g.draining, g.sockets, g.users, g.queued_bytes, g.in_bytes, g.rooms, g.calls,"
     " g.poll_waiting AS pool_waiting FROM gateways g"
     " WHERE " BEATS("g") " AND g.started_at IS NOT NULL ORDER BY g.id LIMIT 200")
READ(PRESENCE_DEAD, gateway_row,
     "SELECT g.id FROM gateways g WHERE NOT " BEATS("g") " LIMIT 20")

WRITE_ROW(PRESENCE_CLEAR, presence_known_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE gw CHAR(16) CHARACTER SET ascii COLLATE ascii_bin DEFAULT ?;"
	  " DECLARE n INT DEFAULT ?;"
	  " DECLARE seen DATETIME(3);"
	  " DECLARE gone INT DEFAULT 0;"
	  " START TRANSACTION;"
	  " SELECT g.beat_at INTO seen FROM gateways g"
	  "  WHERE g.id = gw AND NOT " BEATS("g") " FOR UPDATE;"
	  " IF seen IS NOT NULL THEN"
	  "  UPDATE gateways SET started_at = NULL WHERE id = gw;"
	  "  INSERT INTO user_status (user_id, last_seen_at) SELECT p.user_id, seen FROM presence p"
	  "   WHERE p.gateway = gw ORDER BY p.user_id LIMIT n"
	  "   ON DUPLICATE KEY UPDATE last_seen_at = GREATEST(COALESCE(last_seen_at, seen), seen);"
	  "  DELETE FROM presence WHERE gateway = gw ORDER BY user_id LIMIT n;"
	  "  SET gone = ROW_COUNT();"
	  "  IF gone = 0 THEN DELETE FROM gateways WHERE id = gw; END IF;"
	  " END IF;"
	  " COMMIT;"
	  " SELECT gone;"
	  " END")

/* ---- people ------------------------------------------------------------------------------- */

WRITE(PRESENCE_CHOOSE,
      "BEGIN NOT ATOMIC"
      " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE wish VARCHAR(10) CHARACTER SET ascii DEFAULT ?;"
      " DECLARE device VARCHAR(200) CHARACTER SET utf8mb4 DEFAULT ?;"
      " DECLARE meeting VARCHAR(128) CHARACTER SET utf8mb4 DEFAULT ?;"
      " INSERT INTO user_status (user_id, status, device_info, session_id, last_seen_at, touched_at)"
      "  VALUES (me, COALESCE(wish, 'ONLINE'), device, meeting, SYSDATE(3), SYSDATE(3))"
      "  ON DUPLICATE KEY UPDATE status = COALESCE(wish, IF(status = 'OFFLINE', 'ONLINE', status)),"
      "   device_info = COALESCE(device, device_info), session_id = IF(wish IS NULL, session_id, meeting),"
      "   last_seen_at = SYSDATE(3), touched_at = SYSDATE(3);"
      " END")

/* First placeholders: the caller, and twice 1 for names in English. */
#define PEOPLE(from)                                                                               \
	"SELECT u.id AS userId, COALESCE(NULLIF(u.english_name, ''), u.name) AS englishName,"      \
	" u.profile_image AS profileImageUrl, " PRESENCE_STATUS("u.id") " AS status,"              \
	" GREATEST(COALESCE(s.last_seen_at, s.touched_at), COALESCE(s.touched_at, s.last_seen_at)) AS lastSeenAt," \
	" s.device_info AS deviceInfo, s.session_id AS currentSessionId,"                          \
	" IF(COALESCE(w.show_location, TRUE), IF(v.en, l.city_en, l.city_ko), NULL) AS location,"  \
	" IF(v.en, n.name_en, n.name_ko) AS nativeLanguage,"                                       \
	" COALESCE(w.show_online_status, TRUE) AS shows,"                                          \
	" COALESCE(w.show_last_seen, TRUE) AS shows_last,"                                         \
	" u.id <> v.id AND " CONCEALED("u.id", "v.id", "w") " AS hidden"                           \
	" FROM (SELECT CAST(? AS UNSIGNED) AS id, ? AS en) v JOIN " from                           \
	" STRAIGHT_JOIN users u ON u.id = j.id LEFT JOIN user_status s ON s.user_id = u.id"        \
	" LEFT JOIN user_privacy w ON w.user_id = u.id LEFT JOIN locations l ON l.id = u.location_id" \
	" LEFT JOIN languages n ON n.id = u.native_language_id"

READ(PRESENCE_OF, presence_row,
     PEOPLE("JSON_TABLE(?, '$[*]' COLUMNS (k FOR ORDINALITY, id BIGINT UNSIGNED PATH '$')) j")
     " WHERE u.status <> 'DELETED' ORDER BY j.k LIMIT 1000")

/* Two short stretches of indexes, so that a list costs the same however many there are. */
#define RECENT                                                                                     \
	"(SELECT x.id, MAX(x.at) AS at FROM ((SELECT p.user_id AS id, p.since AS at FROM presence p" \
	" WHERE p.since <= NOW(3) ORDER BY p.since DESC LIMIT 2000) UNION ALL"                 \
	" (SELECT t.user_id AS id, t.touched_at AS at FROM user_status t WHERE " PRESENCE_TOUCHED("t") \
	" ORDER BY t.touched_at DESC LIMIT 2000)) x GROUP BY x.id) j"
READ(PRESENCE_LIST, presence_row,
     "SELECT q.userId, q.englishName, q.profileImageUrl, q.status, q.location, q.nativeLanguage, q.shows,"
     " q.hidden FROM (" PEOPLE(RECENT) " WHERE u.status = 'ACTIVE' AND COALESCE(w.show_online_status, TRUE)"
     "  AND (? IS NULL OR (COALESCE(w.show_location, TRUE) AND ? IN (l.city_ko, l.city_en)))"
     "  ORDER BY j.at DESC LIMIT 4000) q"
     " WHERE NOT q.hidden AND q.status <> 'OFFLINE' AND q.status = COALESCE(?, q.status) LIMIT 100")

/* LIMIT 20000 keeps q a table of its own: merged into the outer query, MariaDB works out each status three
 * times, and does not find j.id when the prepared statement is carried out again. */
READ(PRESENCE_COUNT, presence_count_out,
     "SELECT COUNT(*) AS count, CAST(COALESCE(SUM(q.status = 'STUDYING'), 0) AS SIGNED) AS studying,"
     " CAST(COALESCE(SUM(q.status = 'AWAY'), 0) AS SIGNED) AS away FROM"
     " (SELECT " PRESENCE_STATUS("j.id") " AS status FROM"
     "  ((SELECT p.user_id AS id FROM gateways g JOIN presence p ON p.gateway = g.id WHERE " BEATS("g")
     "   LIMIT 10000) UNION (SELECT t.user_id AS id FROM user_status t WHERE " PRESENCE_TOUCHED("t") " LIMIT 10000)) j"
     "  LEFT JOIN user_status s ON s.user_id = j.id LIMIT 20000) q WHERE q.status <> 'OFFLINE'")

const struct stmt *const presence_stmts[] = {
	&PRESENCE_BEAT, &PRESENCE_GATEWAYS, &PRESENCE_DEAD, &PRESENCE_CLEAR, &PRESENCE_CHOOSE,
	&PRESENCE_OF,	&PRESENCE_LIST,	    &PRESENCE_COUNT, NULL,
};

enum status presence_sql_beat(struct ctx *c, const struct presence_beat *b, const char *online,
			      const char *offline, bool *known)
{
	struct presence_known_row row = {0};
	enum status st = db_one(c, &PRESENCE_BEAT, &row,
				ARGS(P(b->gateway), P(online), P(offline), P(b->draining), P(b->sockets),
				     P(b->users), P(b->queued_bytes), P(b->in_bytes), P(b->rooms), P(b->calls),
				     P(b->pool_waiting)));

	*known = row.known;
	return st;
}

enum status presence_sql_gateways(struct ctx *c, struct list *rows)
{
	return db_list(c, &PRESENCE_GATEWAYS, rows, GATEWAYS_MAX, NO_ARGS);
}

enum status presence_sql_choose(struct ctx *c, const struct presence_choice *p)
{
	return db_exec(c, &PRESENCE_CHOOSE, NULL,
		       ARGS(P(c->me.user_id), P(p->status), P(p->device_info), P(p->session_id)));
}

static int english(const struct ctx *c)
{
	return c->lang == LANG_EN;
}

enum status presence_sql_of(struct ctx *c, const char *ids, struct list *rows)
{
	return db_list(c, &PRESENCE_OF, rows, PRESENCE_BATCH, ARGS(P(c->me.user_id), P(english(c)), P(ids)));
}

enum status presence_sql_list(struct ctx *c, const char *status, const char *city, struct list *rows)
{
	return db_list(c, &PRESENCE_LIST, rows, PRESENCE_LIST_MAX,
		       ARGS(P(c->me.user_id), P(english(c)), P(city), P(city), P(status)));
}

enum status presence_sql_count(struct ctx *c, struct presence_count_out *out)
{
	return db_one(c, &PRESENCE_COUNT, out, NO_ARGS);
}

enum status presence_sql_dead(struct ctx *c, struct list *rows)
{
	return db_list(c, &PRESENCE_DEAD, rows, DEAD_AT_ONCE, NO_ARGS);
}

enum status presence_sql_clear(struct ctx *c, const char *gateway, int64_t *gone)
{
	struct presence_known_row row = {0};
	enum status st = db_one(c, &PRESENCE_CLEAR, &row, ARGS(P(gateway), P((int)CLEARED_AT_ONCE)));

	*gone = row.gone;
	return st;
}
