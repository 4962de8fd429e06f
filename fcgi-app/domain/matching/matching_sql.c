#include "domain/matching/matching_sql.h"
#include "domain/matching/score.h"
#include "domain/meeting/meeting.h"
#include "domain/onboarding/onboarding.h"
#include "domain/presence/presence.h"
#include "domain/registry.h"
#include "domain/sql.h"

SHAPE_TABLE(candidate_row, CANDIDATE_ROW)
SHAPE_TABLE(viewer_row, VIEWER_ROW)
SHAPE_TABLE(pair_row, PAIR_ROW)
SHAPE_TABLE(card_row, CARD_ROW)
SHAPE_TABLE(request_row, REQUEST_ROW)
SHAPE_TABLE(match_row, MATCH_ROW)
SHAPE_TABLE(stats_row, STATS_ROW)
SHAPE_TABLE(name_row, NAME_ROW)
SHAPE_TABLE(created_row, CREATED_ROW)
SHAPE_TABLE(answered_row, ANSWERED_ROW)
SHAPE_TABLE(times_row, TIMES_ROW)
SHAPE_TABLE(rebuilt_row, REBUILT_ROW)

/* ---- rebuilding --------------------------------------------------------------------------- */

READ(TIMES, times_row,
     "SELECT u.time_zone, (SELECT GROUP_CONCAT(s.day * 1440 + s.minute) FROM user_schedules s"
     " WHERE s.user_id = u.id) AS slots FROM users u WHERE u.id = ? FOR UPDATE")

#define IDS(kind)                                                                                  \
	"COALESCE(GROUP_CONCAT(IF(o.kind = '" kind "', o.option_id, NULL)"                         \
	" ORDER BY o.position, o.option_id SEPARATOR ' '), '')"
#define MASK(kind) "BIT_OR(IF(o.kind = '" kind "', 1 << (o.option_id & 63), 0))"

#define PAIRS_OF(i) "GROUP_CONCAT(" i ".learns, ' ', " i ".speaks SEPARATOR ' ')"

/* Without START and COMMIT: it is part of the caller's transaction. What LEFT cuts off lies beyond
 * TONGUES_MAX. */
WRITE_ROW(REBUILD, rebuilt_row,
      "BEGIN NOT ATOMIC"
      " DECLARE who BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE free_times BINARY(42) DEFAULT ?;"
      " DECLARE gone, found_by TEXT;"
      " REPLACE INTO matching_profiles (user_id, native_language_id, spoken_level, tongues, topics,"
      "  motivations, styles, expectations, personalities, group_sizes, week, gender, partner_gender,"
      "  communication, birth_year, birth_monthday, show_age, show_online, card)"
      "  SELECT u.id, u.native_language_id,"
      "   COALESCE((SELECT MAX(l.current_level_id) FROM user_languages l WHERE l.user_id = u.id"
      "    AND l.current_level_id BETWEEN 100 AND 199), 0),"
      "   LEFT((SELECT GROUP_CONCAT(CONCAT_WS(':', t.language_id, t.learning,"
      "    COALESCE(t.current_level_id, 0), COALESCE(t.partner_level_id, 0))"
      "    ORDER BY t.learning DESC, t.language_id SEPARATOR ' ')"
      "    FROM user_languages t WHERE t.user_id = u.id), 500),"
      "   k.topics, k.motivations, k.styles, k.expectations, k.personalities, k.group_sizes, free_times,"
      "   u.gender, u.partner_gender, u.communication_method, u.birth_year, u.birth_monthday,"
      "   COALESCE(p.show_age, TRUE), COALESCE(p.show_online_status, TRUE),"
      "   CONCAT_WS('\\t', COALESCE((SELECT GROUP_CONCAT(CONCAT_WS(':', t.language_id,"
      "    COALESCE(t.current_level_id, 0), COALESCE(" ONBOARDING_TARGET("t") ", 0))"
      "    ORDER BY t.language_id SEPARATOR ' ')"
      "    FROM user_languages t WHERE t.user_id = u.id AND t.learning), ''), k.card)"
      "  FROM users u LEFT JOIN user_privacy p ON p.user_id = u.id"
      "  JOIN (SELECT " MASK("topic") " AS topics, " MASK("motivation") " AS motivations,"
      "   " MASK("learning_style") " AS styles, " MASK("learning_expectation") " AS expectations,"
      "   " MASK("personality") " AS personalities, " MASK("group_size") " AS group_sizes,"
      "   CONCAT_WS('\\t', " IDS("topic") ", " IDS("personality") ", " IDS("motivation") ") AS card"
      "   FROM user_options o WHERE o.user_id = who) k WHERE u.id = who;"
      /* by whole keys: a range with nothing in it is a gap, and newcomers would lock each other's */
      " SELECT JSON_ARRAYAGG(i.learns), " PAIRS_OF("i") " INTO gone, found_by FROM matching_index i"
      "  WHERE i.user_id = who;"
      " IF gone IS NOT NULL THEN"
      "  DELETE i FROM JSON_TABLE(gone, '$[*]' COLUMNS (learns INT UNSIGNED PATH '$')) g"
      "   STRAIGHT_JOIN matching_index i ON i.user_id = who AND i.learns = g.learns;"
      " END IF;"
      " INSERT INTO matching_index (user_id, learns, speaks, visible, active_at, facts)"
      "  SELECT u.id, COALESCE(l.language_id, 0), COALESCE(u.native_language_id, 0),"
      "   u.status = 'ACTIVE' AND u.native_language_id IS NOT NULL AND COALESCE(p.allow_matching, TRUE)"
      "   AND COALESCE(p.show_in_search, TRUE) AND COALESCE(p.profile_visibility, 'public') = 'public',"
      "   u.active_at, m.facts"
      "  FROM users u JOIN matching_profiles m ON m.user_id = u.id"
      "  LEFT JOIN user_languages l ON l.user_id = u.id AND l.learning"
      "  LEFT JOIN user_privacy p ON p.user_id = u.id WHERE u.id = who;"
      " SELECT who AS id, found_by AS before_pairs, GROUP_CONCAT(IF(i.visible, CONCAT(i.learns, ' ', i.speaks), NULL)"
      "  SEPARATOR ' ') AS now_pairs, MAX(i.active_at) AS active_at, MAX(i.facts) AS facts FROM matching_index i"
      "  WHERE i.user_id = who;"
      " END")

/* ---- people ------------------------------------------------------------------------------- */

#define PERSON "u.id, u.active_at, m.facts"

#define OTHERS(column, from) "(SELECT GROUP_CONCAT(" column ") FROM " from ")"

READ(VIEWER, viewer_row,
     "SELECT " PERSON ", u.time_zone, CONCAT_WS(',',"
     "  " OTHERS("x.other_id", "matching_taken x WHERE x.user_id = u.id AND x.until > CURRENT_TIMESTAMP(3)") ","
     "  " OTHERS("x.blocked_id", "blocks x WHERE x.user_id = u.id") ","
     "  " OTHERS("x.user_id", "blocks x WHERE x.blocked_id = u.id") ") AS excluded"
     " FROM users u LEFT JOIN matching_profiles m ON m.user_id = u.id WHERE u.id = ?")

READ(PAIR, pair_row,
     "SELECT " PERSON ","
     " u.id <> v.id AND (u.status <> 'ACTIVE' OR " BLOCKED("u.id", "v.id") ") AS hidden,"
     " COALESCE(p.profile_visibility, 'public') = 'private' OR (p.profile_visibility = 'friends'"
     "  AND NOT " MATCHED("u.id", "v.id") ") AS private,"
     " COALESCE(p.allow_matching, TRUE) AS open"
     " FROM (SELECT CAST(? AS UNSIGNED) AS id) v JOIN users u"
     " LEFT JOIN matching_profiles m ON m.user_id = u.id LEFT JOIN user_privacy p ON p.user_id = u.id"
     " WHERE u.id IN (?, ?) ORDER BY u.id <> v.id")

/*
 * A part takes the most recently active entries of one stretch of an index. Its cost is that of the
 * window, whatever the number of users. Who must not be recommended is left out in C: asking for
 * each entry took as long as all the rest. The parts of a search are sent as they are found: a
 * table in between took longer than reading it.
 */
#define PART(columns, where)                                                                       \
	"(SELECT " columns " FROM matching_index i WHERE " where " i.visible = 1"                  \
	" ORDER BY i.active_at DESC, i.user_id DESC LIMIT ?)"
#define FIVE(part) part " UNION ALL " part " UNION ALL " part " UNION ALL " part " UNION ALL " part

#define BOTH_WAYS(columns) PART(columns, "i.learns = ? AND i.speaks = ? AND")
#define ONE_WAY(columns) PART(columns, "i.speaks = ? AND")
#define LEARNS(columns) PART(columns, "i.learns = ? AND")
#define RECENT(columns) PART(columns, "")
#define MUTUAL(columns) FIVE(BOTH_WAYS(columns))
#define TEACHES(columns) FIVE(ONE_WAY(columns))

#define NAMED_BY(column, index)                                                                    \
	"(SELECT i.user_id, i.active_at FROM users n FORCE INDEX (" index ")"                      \
	" STRAIGHT_JOIN matching_index i ON i.user_id = n.id AND i.visible = 1 WHERE n." column " LIKE ? LIMIT ?)"
#define NAMED(columns) NAMED_BY("name", "users_name") " UNION ALL " NAMED_BY("english_name", "users_english_name")

#define CANDIDATE "i.user_id AS id, i.active_at, i.facts, i.speaks"

#define TEXT "CAST(? AS CHAR(200)) COLLATE utf8mb4_unicode_ci"
/* The window is cut before it is filtered, and who learns several languages counts once in it. */
#define FILTER(parts)                                                                              \
	"SELECT m.user_id AS id, w.active_at, m.facts FROM (SELECT DISTINCT q.user_id, q.active_at" \
	"  FROM (" parts("i.user_id, i.active_at") ") q"                                           \
	"  ORDER BY q.active_at DESC, q.user_id DESC LIMIT ?) w"                                   \
	" STRAIGHT_JOIN matching_profiles m ON m.user_id = w.user_id"                              \
	" STRAIGHT_JOIN (SELECT " TEXT " AS words, " TEXT " AS place, CAST(? AS UNSIGNED) AS abroad," \
	"  " TEXT " AS nations, CAST(? AS UNSIGNED) AS by_topic,"                                  \
	"  (SELECT BIT_OR(1 << (o.id & 63))"                                                       \
	"   FROM JSON_TABLE(?, '$[*]' COLUMNS (word VARCHAR(60) PATH '$')) j JOIN options o"       \
	"   ON o.kind = 'topic' AND LOCATE(j.word COLLATE utf8mb4_unicode_ci,"                     \
	"    CONCAT_WS(' ', o.name_ko, o.name_en, o.code))) AS topics) f"                          \
	" STRAIGHT_JOIN users u ON u.id = w.user_id"                                               \
	" LEFT JOIN user_privacy p ON p.user_id = u.id"                                            \
	" LEFT JOIN locations l ON l.id = u.location_id"                                           \
	" WHERE (f.words IS NULL"                                                                  \
	"  OR LOCATE(f.words, CONCAT_WS(' ', u.name, u.english_name, u.bio, u.job)))"              \
	" AND (f.place IS NULL OR (COALESCE(p.show_location, TRUE) AND LOCATE(f.place,"            \
	"  CONCAT_WS(' ', u.residence, l.city_ko, l.city_en, l.country_ko, l.country_en))))"       \
	" AND (NOT f.abroad OR (COALESCE(p.show_location, TRUE) AND l.country_en <> 'South Korea'))" \
	" AND (f.nations IS NULL OR (COALESCE(p.show_location, TRUE)"                              \
	"  AND (FIND_IN_SET(l.country_ko, f.nations) OR FIND_IN_SET(l.country_en, f.nations))))"   \
	" AND (NOT f.by_topic OR m.topics & f.topics)"

READ(SEARCH_MUTUAL, candidate_row, MUTUAL(CANDIDATE))
READ(SEARCH_TEACHES, candidate_row, TEACHES(CANDIDATE))
READ(SEARCH_LEARNS, candidate_row, LEARNS(CANDIDATE))
READ(SEARCH_RECENT, candidate_row, RECENT(CANDIDATE))
READ(FILTER_NAMED, candidate_row, FILTER(NAMED))
READ(FILTER_MUTUAL, candidate_row, FILTER(MUTUAL))
READ(FILTER_TEACHES, candidate_row, FILTER(TEACHES))
READ(FILTER_LEARNS, candidate_row, FILTER(LEARNS))
READ(FILTER_RECENT, candidate_row, FILTER(RECENT))

/* ---- cards -------------------------------------------------------------------------------- */

READ(CARDS, card_row,
     "SELECT u.id, COALESCE(NULLIF(u.english_name, ''), u.name) AS name, u.profile_image, u.bio,"
     " IF(COALESCE(p.show_location, TRUE), u.residence, NULL) AS residence,"
     " IF(COALESCE(p.show_location, TRUE), u.location_id, NULL) AS location,"
     " u.native_language_id AS native, m.card, m.topics, u.gender, u.birth_year, u.birth_monthday,"
     " COALESCE(p.show_age, TRUE) AS show_age, COALESCE(p.show_online_status, TRUE) AS show_online,"
     " COALESCE(p.show_online_status, TRUE) AND COALESCE(p.show_last_seen, TRUE) AS show_last,"
     " " PRESENCE_AMONG("u.id", "?") " AS status, " PRESENCE_LAST("u.active_at") " AS active_at,"
     " u.status = 'ACTIVE' AND COALESCE(p.allow_matching, TRUE) AND COALESCE(p.show_in_search, TRUE)"
     "  AND COALESCE(p.profile_visibility, 'public') = 'public' AS listed"
     " FROM " IDS_OF("?") " w STRAIGHT_JOIN users u ON u.id = w.id"
     " LEFT JOIN user_privacy p ON p.user_id = u.id LEFT JOIN matching_profiles m ON m.user_id = u.id"
     " LEFT JOIN user_status s ON s.user_id = u.id WHERE u.status <> 'DELETED'")

READ(ONLINE, candidate_row,
     "SELECT w.id FROM " IDS_OF("?") " w LEFT JOIN user_status s ON s.user_id = w.id"
     " WHERE " PRESENCE_AMONG("w.id", "?") " IN ('ONLINE', 'STUDYING') ORDER BY w.id")

/* Kinds stand in the order of enum name_kind. */
#define CHOICES(n, kind)                                                                           \
	" UNION ALL SELECT " n ", o.id, o.code, o.name_ko, o.name_en FROM options o WHERE o.kind = '" kind "'"

READ(NAMES, name_row,
     "SELECT 0 AS kind, g.id, g.code, g.name_ko AS ko, g.name_en AS en FROM languages g"
     " UNION ALL SELECT 1, l.id, '', l.city_ko, l.city_en FROM locations l" CHOICES("2", "level_language")
     CHOICES("2", "level_partner") CHOICES("3", "topic") CHOICES("4", "personality") CHOICES("5", "motivation")
     " ORDER BY kind, id")

/* ---- requests ----------------------------------------------------------------------------- */

/* Whom not to recommend: `me` and another, in the same order whoever of them it is. */
#define TAKE(other, until)                                                                         \
	"INSERT INTO matching_taken (user_id, other_id, until) VALUES (LEAST(me, " other "),"      \
	" GREATEST(me, " other "), " until "), (GREATEST(me, " other "), LEAST(me, " other "), " until ")" \
	" ON DUPLICATE KEY UPDATE until = VALUES(until)"
#define RELEASE(other)                                                                             \
	"DELETE FROM matching_taken WHERE (user_id, other_id)"                                     \
	" IN ((LEAST(me, " other "), GREATEST(me, " other ")), (GREATEST(me, " other "), LEAST(me, " other ")))"

/*
 * No lock is taken on what is not there (that would stand in the way of strangers): the unique key
 * of the open pair decides a race, and the loser looks again.
 */
WRITE_ROW(CREATE, created_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE other BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE words VARCHAR(500) DEFAULT ?;"
	  " DECLARE fit DECIMAL(4, 1) DEFAULT ?;"
	  " DECLARE closed BOOL DEFAULT ?;"
	  " DECLARE at DATETIME(3) DEFAULT ?;"
	  " DECLARE until DATETIME(3) DEFAULT ?;"
	  " DECLARE open_id, open_sender, made BIGINT UNSIGNED;"
	  " DECLARE open_until DATETIME(3);"
	  " SELECT r.id, r.sender_id, r.expires_at INTO open_id, open_sender, open_until"
	  "  FROM matching_requests r WHERE r.open_pair ="
	  "   CONVERT(CONCAT(LEAST(me, other), '-', GREATEST(me, other)) USING ascii);"
	  " IF open_until <= at THEN"
	  "  UPDATE matching_requests FORCE INDEX (PRIMARY) SET status = 'expired'"
	  "   WHERE id = open_id AND status = 'pending';"
	  "  SET open_id = NULL;"
	  " END IF;"
	  " IF open_id IS NULL AND closed THEN"
	  "  IF " MATCHED("me", "other") " THEN " REFUSE("MATCH_DONE") "; END IF;"
	  "  " REFUSE("MATCH_NO_USER") ";"
	  " END IF;"
	  " IF open_id IS NOT NULL AND open_sender = me THEN"
	  "  " REFUSE("MATCH_DUPLICATE") ";"
	  " END IF;"
	  " IF open_id IS NULL THEN"
	  "  INSERT INTO matching_requests (sender_id, receiver_id, message, compatibility_score, expires_at,"
	  "   created_at) SELECT me, other, words, fit, until, at FROM DUAL WHERE NOT " MATCHED("me", "other") ";"
	  "  IF ROW_COUNT() = 0 THEN " REFUSE("MATCH_DONE") "; END IF;"
	  "  SET made = LAST_INSERT_ID();"
	  "  " TAKE("other", "until") ";"
	  "  INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES ('match.requested', made, me,"
	  "   JSON_OBJECT('requestId', made, 'senderId', me, 'receiverId', other));"
	  " END IF;"
	  " SELECT COALESCE(open_id, made) AS id, open_id IS NOT NULL AS must_answer;"
	  " END")

#define FIND_REQUEST(where)                                                                        \
	" SELECT r.id, r.sender_id, r.status, r.expires_at > at, r.compatibility_score"            \
	"  INTO req, who, was, live, fit FROM matching_requests r WHERE r.receiver_id = me AND " where ";"

/*
 * Request ids start where no user id will ever be, so that ref can be either. The index is named: in a
 * small table that of (status, expires_at) may look as good, and would lock strangers' requests.
 */
WRITE_ROW(ANSWER, answered_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE ref BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE verdict VARCHAR(10) DEFAULT ?;"
	  " DECLARE reply VARCHAR(500) DEFAULT ?;"
	  " DECLARE at DATETIME(3) DEFAULT ?;"
	  " DECLARE req, who BIGINT UNSIGNED;"
	  " DECLARE was VARCHAR(10);"
	  " DECLARE fit DECIMAL(4, 1);"
	  " DECLARE live, fresh BOOL DEFAULT FALSE;"
	  FIND_REQUEST("r.id = ref")
	  " IF req IS NULL THEN"
	  FIND_REQUEST("r.sender_id = ref ORDER BY r.status = 'pending' DESC, r.id DESC LIMIT 1")
	  " END IF;"
	  " IF req IS NULL OR (was = 'pending' AND (NOT EXISTS (SELECT 1 FROM users u WHERE u.id = who"
	  "   AND u.status = 'ACTIVE') OR " BLOCKED("me", "who") ")) THEN"
	  "  " REFUSE("MATCH_NO_REQUEST") ";"
	  " END IF;"
	  " IF was = 'pending' AND live THEN"
	  "  UPDATE matching_requests FORCE INDEX (PRIMARY)"
	  "   SET status = verdict, response_message = reply, responded_at = at"
	  "   WHERE id = req AND receiver_id = me AND status = 'pending' AND expires_at > at;"
	  "  IF ROW_COUNT() = 0 THEN " REFUSE("CONFLICT_RETRY") "; END IF;"
	  "  SET fresh = TRUE;"
	  " ELSEIF was IN ('pending', 'expired') THEN"
	  "  " REFUSE("MATCH_EXPIRED") ";"
	  " ELSEIF was <> verdict OR (verdict = 'accepted' AND NOT " MATCHED("me", "who") ") THEN"
	  "  " REFUSE("MATCH_ANSWERED") ";"
	  " END IF;"
	  " IF fresh AND verdict = 'accepted' THEN"
	  "  INSERT INTO user_matches (user1_id, user2_id, compatibility_score, matched_at)"
	  "   VALUES (LEAST(me, who), GREATEST(me, who), fit, at) ON DUPLICATE KEY UPDATE"
	  "   matched_at = IF(is_active, matched_at, at),"
	  "   compatibility_score = COALESCE(fit, compatibility_score),"
	  "   is_active = TRUE, deactivated_at = NULL, deactivated_by = NULL;"
	  "  " TAKE("who", "'9999-12-31'") ";"
	  " ELSEIF fresh THEN"
	  "  " RELEASE("who") ";"
	  "  INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES ('match.rejected', req, me,"
	  "   JSON_OBJECT('requestId', req, 'senderId', who, 'receiverId', me));"
	  " END IF;"
	  " SELECT req AS request_id, who AS partner_id, x.id AS match_id, x.room_id, fit AS score, fresh"
	  "  FROM (SELECT 1 AS one) o LEFT JOIN user_matches x ON x.user1_id = LEAST(me, who)"
	  "   AND x.user2_id = GREATEST(me, who);"
	  " END")

WRITE(ROOM,
      "BEGIN NOT ATOMIC"
      " DECLARE pair_id BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE room BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE req BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE who BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
      " UPDATE user_matches SET room_id = room WHERE id = pair_id;"
      " INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES ('match.accepted', pair_id, me,"
      "  JSON_OBJECT('matchId', pair_id, 'requestId', req, 'senderId', who, 'receiverId', me, 'roomId', room));"
      " END")

WRITE(END_MATCH,
      "BEGIN NOT ATOMIC"
      " DECLARE pair BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE at DATETIME(3) DEFAULT ?;"
      " DECLARE other BIGINT UNSIGNED;"
      " START TRANSACTION;"
      " SELECT IF(x.user1_id = me, x.user2_id, x.user1_id) INTO other FROM user_matches x"
      "  WHERE x.id = pair AND me IN (x.user1_id, x.user2_id) FOR UPDATE;"
      " IF other IS NULL THEN " REFUSE("MATCH_NO_MATCH") "; END IF;"
      " UPDATE user_matches SET deactivated_at = at, deactivated_by = me, is_active = FALSE"
      "  WHERE id = pair AND is_active;"
      " IF ROW_COUNT() > 0 THEN " RELEASE("other") "; END IF;"
      " COMMIT;"
      " END")

/* A request that was not answered in time: its people may be recommended to each other again. */
WRITE(FORGET, "DELETE FROM matching_taken WHERE until <= ? LIMIT ?")

/* ---- lists -------------------------------------------------------------------------------- */

/* Pending ones past their time read as expired before any job has marked them. The words of IN and
 * the flag come from status_filter(). */
#define REQUESTS(mine, index)                                                                      \
	"SELECT COUNT(*) OVER () AS total, r.id, r.sender_id, r.receiver_id,"                      \
	" IF(r.status = 'pending' AND r.expires_at <= n.at, 'expired', r.status) AS status,"       \
	" r.message, r.response_message, r.compatibility_score AS score, r.responded_at, r.expires_at," \
	" r.created_at, COALESCE(NULLIF(s.english_name, ''), s.name) AS sender_name,"              \
	" s.profile_image AS sender_image, COALESCE(NULLIF(t.english_name, ''), t.name) AS receiver_name," \
	" t.profile_image AS receiver_image"                                                       \
	" FROM (SELECT CURRENT_TIMESTAMP(3) AS at) n STRAIGHT_JOIN matching_requests r"            \
	" FORCE INDEX (" index ")"                                                                 \
	" STRAIGHT_JOIN users s ON s.id = r.sender_id STRAIGHT_JOIN users t ON t.id = r.receiver_id" \
	" WHERE r." mine " = ? AND r.status IN (?, ?, ?, ?, ?)"                                    \
	" AND (r.status <> 'pending' OR (r.expires_at > n.at) <> ?)"                               \
	" AND s.status = 'ACTIVE' AND t.status = 'ACTIVE'"                                         \
	" AND NOT " BLOCKED("r.sender_id", "r.receiver_id")                                        \
	" ORDER BY r.id DESC LIMIT ? OFFSET ?"

READ(REQUESTS_RECEIVED, request_row, REQUESTS("receiver_id", "matching_requests_received"))
READ(REQUESTS_SENT, request_row, REQUESTS("sender_id", "matching_requests_sent"))

#define MATCHES_AS(me, other)                                                                      \
	"SELECT x.id, x." other " AS partner_id, x.compatibility_score AS score, x.matched_at,"    \
	" x.is_active, x.deactivated_at, x.room_id FROM user_matches x"                            \
	" WHERE x." me " = ? AND x.is_active >= ?"

READ(MATCHES, match_row,
     "SELECT COUNT(*) OVER () AS total, y.*, COALESCE(t.n, 0) AS sessions FROM (" MATCHES_AS("user1_id", "user2_id")
     " UNION ALL " MATCHES_AS("user2_id", "user1_id") ") y STRAIGHT_JOIN users u ON u.id = y.partner_id"
     " LEFT JOIN " MEETINGS_WITH_PARTNERS_OF("?") " t ON t.partner_id = y.partner_id"
     " WHERE u.status = 'ACTIVE' AND NOT " BLOCKED("u.id", "?")
     " ORDER BY y.matched_at DESC, y.id DESC LIMIT ? OFFSET ?")

#define PENDING " AND x.status = 'pending' AND x.expires_at > CURRENT_TIMESTAMP(3)"
#define HOW_MANY(table, column, more) "(SELECT COUNT(*) FROM " table " x WHERE x." column " = v.id" more ")"
/* As the lists show them: not those with who is suspended. */
#define HOW_MANY_WITH(table, column, other, more)                                                  \
	"(SELECT COUNT(*) FROM " table " x STRAIGHT_JOIN users u ON u.id = x." other " AND u.status = 'ACTIVE'" \
	" WHERE x." column " = v.id" more ")"
#define MATCHES_WITH(more)                                                                         \
	HOW_MANY_WITH("user_matches", "user1_id", "user2_id", more) " + "                          \
	HOW_MANY_WITH("user_matches", "user2_id", "user1_id", more)

READ(STATS, stats_row,
     "SELECT " MATCHES_WITH("") " AS total_matches, " MATCHES_WITH(" AND x.is_active") " AS active_matches,"
     " " HOW_MANY_WITH("matching_requests", "sender_id", "receiver_id", PENDING) " AS pending_sent,"
     " " HOW_MANY_WITH("matching_requests", "receiver_id", "sender_id", PENDING) " AS pending_received,"
     " " HOW_MANY("matching_requests", "sender_id", " AND x.status = 'accepted'") " AS sent_accepted,"
     " " HOW_MANY("matching_requests", "sender_id", " AND x.status IN ('accepted', 'rejected')")
     " AS sent_answered FROM (SELECT CAST(? AS UNSIGNED) AS id) v")

const struct stmt *const matching_stmts[] = {
	&TIMES, &REBUILD, &VIEWER, &PAIR, &SEARCH_MUTUAL, &SEARCH_TEACHES, &SEARCH_LEARNS, &SEARCH_RECENT,
	&FILTER_NAMED, &FILTER_MUTUAL, &FILTER_TEACHES, &FILTER_LEARNS, &FILTER_RECENT, &CARDS, &ONLINE, &NAMES,
	&CREATE, &ANSWER, &ROOM, &END_MATCH, &FORGET, &REQUESTS_RECEIVED, &REQUESTS_SENT, &MATCHES, &STATS, NULL,
};

/* ---- functions ---------------------------------------------------------------------------- */

enum status matching_sql_times(struct ctx *c, uint64_t id, struct times_row *out)
{
	return db_one(c, &TIMES, out, ARGS(P(id)));
}

enum status matching_sql_rebuild(struct ctx *c, uint64_t id, const void *week, struct rebuilt_row *out)
{
	return db_one(c, &REBUILD, out, ARGS(P(id), db_bin(week, WEEK_BYTES)));
}

enum status matching_sql_viewer(struct ctx *c, uint64_t id, struct viewer_row *out)
{
	return db_one(c, &VIEWER, out, ARGS(P(id)));
}

enum status matching_sql_pair(struct ctx *c, uint64_t me, uint64_t other, struct list *out)
{
	return db_list(c, &PAIR, out, 2, ARGS(P(me), P(me), P(other)));
}

/* Which languages the parts of a tier ask for. */
static const struct {
	const struct stmt *plain, *filter;
	bool learns, speaks;
} tiers[TIER_MAX] = {
	[TIER_NAMED] = {NULL, &FILTER_NAMED, false, false},
	[TIER_MUTUAL] = {&SEARCH_MUTUAL, &FILTER_MUTUAL, true, true},
	[TIER_TEACHES] = {&SEARCH_TEACHES, &FILTER_TEACHES, false, true},
	[TIER_LEARNS] = {&SEARCH_LEARNS, &FILTER_LEARNS, true, false},
	[TIER_RECENT] = {&SEARCH_RECENT, &FILTER_RECENT, false, false},
};

/* The languages and limits of the parts of a tier; how many values they are. */
static size_t fill_parts(enum partner_tier tier, const struct partner_search *s, const int64_t limit[PARTNER_TONGUES],
			 struct db_val *v)
{
	size_t n = 0;

	for (size_t part = 0; part < (tiers[tier].speaks ? PARTNER_TONGUES : 1); part++) {
		if (tiers[tier].learns)
			v[n++] = P(s->learns);
		if (tiers[tier].speaks)
			v[n++] = P(s->speaks[part]);
		v[n++] = P(limit[part]);
	}
	return n;
}

enum status matching_sql_search(struct ctx *c, enum partner_tier tier, const struct partner_search *s,
				const int64_t limit[PARTNER_TONGUES], struct list *out)
{
	struct db_val v[PARTNER_TONGUES * 3];
	size_t n = fill_parts(tier, s, limit, v), max = 0;

	for (size_t part = 0; part < PARTNER_TONGUES; part++)
		max += (size_t)limit[part];
	return db_list(c, tiers[tier].plain, out, max, v, n);
}

bool matching_sql_filters(const struct partner_search *s)
{
	return s->query || s->place || s->abroad || s->nations || s->words;
}

enum status matching_sql_filter(struct ctx *c, enum partner_tier tier, const struct partner_search *s, int64_t limit,
				struct list *out)
{
	struct db_val v[PARTNER_TONGUES * 3 + 7];
	int64_t share[PARTNER_TONGUES] = {limit}, parts = 0;

	while (tiers[tier].speaks && parts < PARTNER_TONGUES && s->speaks[parts])
		parts++;
	for (int64_t part = 0; part < parts; part++) /* so that the people of a rare language are among them */
		share[part] = limit / parts + 1;
	const char *begins = tier == TIER_NAMED ? db_beginning(c->arena, s->query) : NULL;
	size_t n = begins ? 0 : fill_parts(tier, s, share, v);

	for (int k = 0; begins && k < 2; k++) { /* the name, the English name */
		v[n++] = P(begins);
		v[n++] = P(limit);
	}
	v[n++] = P(limit);
	v[n++] = P(s->query);
	v[n++] = P(s->place);
	v[n++] = P(s->abroad);
	v[n++] = P(s->nations);
	v[n++] = P(s->words != NULL);
	v[n++] = P(s->words);
	return db_list(c, tiers[tier].filter, out, (size_t)limit, v, n);
}

enum status matching_sql_cards(struct ctx *c, const char *ids, size_t n, struct list *out)
{
	const char *gateways;
	enum status st = presence_alive(c, &gateways);

	return st == OK ? db_list(c, &CARDS, out, n, ARGS(P(gateways), P(gateways), P(ids))) : st;
}

enum status matching_sql_online(struct ctx *c, const char *ids, size_t n, struct list *out)
{
	const char *gateways;
	enum status st = presence_alive(c, &gateways);

	return st == OK ? db_list(c, &ONLINE, out, n, ARGS(P(ids), P(gateways), P(gateways))) : st;
}

enum status matching_sql_names(struct ctx *c, struct list *out)
{
	return db_list(c, &NAMES, out, NAMES_MAX, NO_ARGS);
}

enum status matching_sql_create(struct ctx *c, const struct new_request *n, struct created_row *out)
{
	enum status st = db_one(c, &CREATE, out,
				ARGS(P(n->me), P(n->other), P(n->message), P(n->score), P(n->closed),
				     db_time(n->now), db_time(n->expires)));

	return st == E_DUPLICATE ? fail(c, E_CONFLICT_RETRY, "another request of this pair came first") : st;
}

enum status matching_sql_answer(struct ctx *c, uint64_t ref, bool accept, const char *message,
				struct answered_row *out)
{
	const char *verdict = accept ? "accepted" : "rejected";

	return db_one(c, &ANSWER, out,
		      ARGS(P(c->me.user_id), P(ref), P(verdict), P(message), db_time(c->now)));
}

enum status matching_sql_room(struct ctx *c, const struct answered_row *a, uint64_t room_id)
{
	return db_exec(c, &ROOM, NULL,
		       ARGS(P(a->match_id), db_id(room_id), P(a->request_id), P(a->partner_id),
			    P(c->me.user_id)));
}

enum status matching_sql_end(struct ctx *c, uint64_t match_id)
{
	return db_exec(c, &END_MATCH, NULL, ARGS(P(match_id), P(c->me.user_id), db_time(c->now)));
}

enum status matching_sql_forget(struct ctx *c, int64_t until, int64_t limit, int64_t *n)
{
	return db_exec(c, &FORGET, n, ARGS(db_time(until), P(limit)));
}

/* The stored states a wanted one may stand in. gone: 0 leaves out pending ones past their time, 1
 * those within, 2 none. */
static const struct {
	const char *status, *stored[5];
	int gone;
} states[] = {
	{"pending", {"pending", "pending", "pending", "pending", "pending"}, 0},
	{"expired", {"expired", "pending", "pending", "pending", "pending"}, 1},
	{"accepted", {"accepted", "accepted", "accepted", "accepted", "accepted"}, 2},
	{"rejected", {"rejected", "rejected", "rejected", "rejected", "rejected"}, 2},
	{"cancelled", {"cancelled", "cancelled", "cancelled", "cancelled", "cancelled"}, 2},
	{NULL, {"pending", "accepted", "rejected", "cancelled", "expired"}, 2},
};

enum status matching_sql_requests(struct ctx *c, enum direction d, const char *status, int64_t offset,
				  int64_t limit, struct list *out)
{
	size_t i = 0;

	while (states[i].status && (!status || strcmp(states[i].status, status) != 0))
		i++;
	const char *const *s = states[i].stored;

	return db_list(c, d == RECEIVED ? &REQUESTS_RECEIVED : &REQUESTS_SENT, out, (size_t)limit,
		       ARGS(P(c->me.user_id), P(s[0]), P(s[1]), P(s[2]), P(s[3]), P(s[4]),
			    P(states[i].gone), P(limit), P(offset)));
}

enum status matching_sql_matches(struct ctx *c, bool active_only, int64_t offset, int64_t limit,
				 struct list *out)
{
	uint64_t me = c->me.user_id;

	return db_list(c, &MATCHES, out, (size_t)limit,
		       ARGS(P(me), P(active_only), P(me), P(active_only), P(me), P(me), P(me), P(limit),
			    P(offset)));
}

enum status matching_sql_stats(struct ctx *c, struct stats_row *out)
{
	return db_one(c, &STATS, out, ARGS(P(c->me.user_id)));
}
