#include "domain/achievement/achievement_sql.h"
#include "domain/registry.h"
#include "domain/sql.h"

SHAPE_TABLE(kind_row, KIND_ROW)
SHAPE_TABLE(mine_row, MINE_ROW)
SHAPE_TABLE(step_row, STEP_ROW)
SHAPE_TABLE(claim_row, CLAIM_ROW)
SHAPE_TABLE(earned_row, EARNED_ROW)
SHAPE_TABLE(earned_id, EARNED_ID)
SHAPE_TABLE(ripe_row, RIPE_ROW)
SHAPE_TABLE(user_zone, USER_ZONE)

enum { KINDS_MAX = 200, FRESH_MAX = 20000 };

/* ---- reading ------------------------------------------------------------------------------ */

#define KIND(en)                                                                                   \
	"a.id AS kind, a.code, " IN_LANG(en, "a.name") " AS name, " IN_LANG(en, "a.description") " AS description," \
	" a.category, a.type, a.tier, a.icon, a.badge_icon_url AS badge, a.target, " IN_LANG(en, "a.unit") " AS unit," \
	" a.points, a.hidden, a.sort_order AS place, p.code AS needs, a.created_at"
#define NEEDED " LEFT JOIN achievements p ON p.id = a.prerequisite_id"
#define IN_ORDER " ORDER BY a.sort_order, a.id LIMIT 200"

READ(CATALOGUE, kind_row,
     "SELECT " KIND("v.en") " FROM (SELECT ? AS en, CAST(? AS UNSIGNED) AS me) v JOIN achievements a" NEEDED
     " WHERE a.active AND a.category = COALESCE(?, a.category) AND (NOT a.hidden OR EXISTS"
     "  (SELECT 1 FROM user_achievements x WHERE x.user_id = v.me AND x.achievement_id = a.id"
     "   AND x.completed_at IS NOT NULL))" IN_ORDER)

#define MINE                                                                                       \
	"SELECT " KIND("en") ", x.id, LEAST(x.progress, a.target) AS progress, COALESCE(x.points, 0) AS earned," \
	" x.started_at, x.completed_at, x.claimed_at, x.updated_at"

/* Looked up without locks first: nearly always nothing is missing. */
WRITE_ROW(MY_LIST, mine_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE en BOOL DEFAULT ?;"
	  " DECLARE missing TEXT CHARACTER SET utf8mb4;"
	  " DECLARE made INT DEFAULT 0;"
	  " SELECT JSON_ARRAYAGG(a.id) INTO missing FROM achievements a"
	  "  LEFT JOIN user_achievements x ON x.user_id = me AND x.achievement_id = a.id"
	  "  WHERE a.active AND x.id IS NULL;"
	  " IF missing IS NOT NULL THEN"
	  "  INSERT IGNORE INTO user_achievements (user_id, achievement_id)"
	  "   SELECT me, j.id FROM " IDS_OF("missing") " j ORDER BY j.id;"
	  "  SET made = ROW_COUNT();"
	  " END IF;"
	  " " MINE ", made FROM user_achievements x STRAIGHT_JOIN achievements a ON a.id = x.achievement_id" NEEDED
	  "  WHERE x.user_id = me AND a.active AND (NOT a.hidden OR x.completed_at IS NOT NULL)" IN_ORDER ";"
	  " END")

READ(EARNED, earned_row,
     "SELECT x.user_id, a.id AS kind, a.code, a.name_ko, a.name_en FROM user_achievements x"
     " STRAIGHT_JOIN achievements a ON a.id = x.achievement_id WHERE x.id = ?")

READ(USER_ZONES, user_zone,
     "SELECT u.id, COALESCE(s.time_zone, u.time_zone) AS zone FROM (SELECT DISTINCT j.id FROM " IDS_OF("?") " j) d"
     " STRAIGHT_JOIN users u ON u.id = d.id LEFT JOIN notification_settings s ON s.user_id = u.id")

/* ---- the caller's own --------------------------------------------------------------------- */

/* LAST_INSERT_ID() stays 0 when there is no such achievement. Nothing is read without a lock before the row is held, so
 * that whoever waited for it sees what the other did. */
WRITE_ROW(STEP, step_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE en BOOL DEFAULT ?;"
	  " DECLARE word VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci DEFAULT ?;"
	  " DECLARE wish, plus BIGINT;"
	  " DECLARE at DATETIME(3);"
	  " DECLARE item BIGINT UNSIGNED;"
	  " DECLARE was, goal BIGINT;"
	  " DECLARE done DATETIME(3);"
	  " SET wish = ?, plus = ?, at = ?, item = LAST_INSERT_ID(0);"
	  " INSERT INTO user_achievements (user_id, achievement_id)"
	  "  SELECT me, a.id FROM achievements a WHERE a.code = word AND a.active"
	  "  ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(user_achievements.id);"
	  " SET item = LAST_INSERT_ID();"
	  " IF item = 0 THEN " REFUSE("ACHIEVEMENT_NONE") "; END IF;"
	  " SELECT x.progress, x.completed_at INTO was, done FROM user_achievements x WHERE x.id = item FOR UPDATE;"
	  " SELECT a.target INTO goal FROM achievements a WHERE a.code = word;"
	  " IF done IS NULL THEN"
	  "  UPDATE user_achievements SET progress = LEAST(goal, COALESCE(wish, was + plus)), updated_at = at,"
	  "   started_at = IF(progress = 0, NULL, COALESCE(started_at, at)) WHERE id = item;"
	  " END IF;"
	  " SELECT x.id, " IN_LANG("en", "a.name") " AS name, was, x.progress, a.target, a.points, x.completed_at,"
	  "  x.updated_at"
	  "  FROM user_achievements x STRAIGHT_JOIN achievements a ON a.id = x.achievement_id WHERE x.id = item;"
	  " END")

WRITE_ROW(CLAIM, claim_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE item, me BIGINT UNSIGNED;"
	  " DECLARE en, fresh BOOL;"
	  " SET item = ?, me = ?, en = ?;"
	  " UPDATE user_achievements x STRAIGHT_JOIN achievements a ON a.id = x.achievement_id"
	  "  SET x.claimed_at = ?, x.points = a.points"
	  "  WHERE x.id = item AND x.user_id = me AND x.completed_at IS NOT NULL AND x.claimed_at IS NULL;"
	  " SET fresh = ROW_COUNT() = 1;"
	  " SELECT a.code, " IN_LANG("en", "a.name") " AS name, x.progress, a.target,"
	  "  COALESCE(x.points, a.points) AS points, x.completed_at, x.claimed_at, fresh,"
	  "  (SELECT CAST(COALESCE(SUM(y.points), 0) AS SIGNED)"
	  "   FROM user_achievements y WHERE y.user_id = x.user_id) AS total"
	  "  FROM user_achievements x STRAIGHT_JOIN achievements a ON a.id = x.achievement_id"
	  "  WHERE x.id = item AND x.user_id = me;"
	  " END")

#define ALL_OF(list) IDS_OF(list) " j STRAIGHT_JOIN user_achievements x ON x.id = j.id"

/* Locked, so that of two who ask at once one is told. The LIMIT keeps the inner SELECT by itself, here and below: see
 * DELIVER in notification_wants.h. */
WRITE_ROW(REPORT, mine_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE en BOOL DEFAULT ?;"
	  " DECLARE made INT DEFAULT 0;"
	  " DECLARE some TEXT CHARACTER SET utf8mb4;"
	  " START TRANSACTION;"
	  " SELECT COALESCE(JSON_ARRAYAGG(q.id), '[]') INTO some FROM (SELECT x.id FROM user_achievements x"
	  "  WHERE x.user_id = me AND x.completed_at IS NOT NULL AND x.reported_at IS NULL LIMIT 200 FOR UPDATE) q;"
	  " UPDATE " ALL_OF("some") " SET x.reported_at = SYSDATE(3);"
	  " COMMIT;"
	  " " MINE ", made FROM " ALL_OF("some") " STRAIGHT_JOIN achievements a ON a.id = x.achievement_id" NEEDED
	  IN_ORDER ";"
	  " END")

/* ---- counting ----------------------------------------------------------------------------- */

#define ENTRIES                                                                                    \
	"JSON_TABLE(entries, '$[*]' COLUMNS (u BIGINT UNSIGNED PATH '$.u', w VARCHAR(10) PATH '$.w'," \
	" s BIGINT UNSIGNED PATH '$.s', n INT UNSIGNED PATH '$.n', d DATE PATH '$.d')) j"
#define THEY "(SELECT DISTINCT i.id FROM " IDS_OF("they") " i) d"
#define THEIRS                                                                                     \
	THEY " STRAIGHT_JOIN user_achievements x ON x.user_id = d.id AND x.completed_at IS NULL"   \
	" STRAIGHT_JOIN achievements a ON a.id = x.achievement_id AND a.active AND FIND_IN_SET(a.counts, sources)"
#define COUNTED                                                                                    \
	"JSON_TABLE(counted, '$[*]' COLUMNS (i BIGINT UNSIGNED PATH '$.i', n INT UNSIGNED PATH '$.n'," \
	" r INT PATH '$.r')) j"                                                                    \
	" STRAIGHT_JOIN user_achievements x ON x.id = j.i"

/* No achievement needs more messages, and no more are counted: first whether there are that many. */
#define SENT(user) " FROM chat_messages c FORCE INDEX (chat_messages_once) WHERE c.sender_id = " user
#define MESSAGES(user) "COALESCE((SELECT 1000" SENT(user) " LIMIT 999, 1), (SELECT COUNT(*)" SENT(user) "))"
#define OF_KIND(e, user, kind) e ".user_id = " user " AND " e ".what = '" kind "'"
#define KEPT(what, user, kind) "(SELECT " what " FROM achievement_events e WHERE " OF_KIND("e", user, kind) ")"

/* Days in a row up to the last one: from the last one that has none before it. */
#define RUN(user, kind)                                                                            \
	"(SELECT DATEDIFF((SELECT MAX(l.day) FROM achievement_events l WHERE " OF_KIND("l", user, kind) ")," \
	" MAX(e.day)) + 1 FROM achievement_events e WHERE " OF_KIND("e", user, kind) " AND NOT EXISTS" \
	" (SELECT 1 FROM achievement_events b WHERE " OF_KIND("b", user, kind) " AND b.day = e.day - INTERVAL 1 DAY))"

/*
 * Counted anew each time from what is there, so that an event may come twice or late. Nothing goes back, since clients
 * may have said more, but for days in a row when `exact`.
 */
WRITE_ROW(RAISE, ripe_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE entries, they LONGTEXT CHARACTER SET utf8mb4;"
	  " DECLARE sources VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;"
	  " DECLARE exact BOOL;"
	  " DECLARE at DATETIME(3);"
	  " DECLARE missing, counted LONGTEXT CHARACTER SET utf8mb4;"
	  " SET entries = ?, they = ?, sources = ?, exact = ?, at = ?;"
	  " IF entries <> '[]' THEN" /* IGNORE: for people who are gone, and what was kept before */
	  "  INSERT IGNORE INTO achievement_events (user_id, what, source_id, amount, day)"
	  "   SELECT j.u, j.w, j.s, j.n, j.d FROM " ENTRIES " ORDER BY j.u, j.w, j.s;"
	  " END IF;"
	  " SELECT JSON_ARRAYAGG(JSON_OBJECT('i', u.id, 'n', a.id)) INTO missing FROM " THEY
	  "  STRAIGHT_JOIN users u ON u.id = d.id"
	  "  STRAIGHT_JOIN achievements a ON a.active AND FIND_IN_SET(a.counts, sources)"
	  "  LEFT JOIN user_achievements x ON x.user_id = u.id AND x.achievement_id = a.id WHERE x.id IS NULL;"
	  " IF missing IS NOT NULL THEN"
	  "  INSERT IGNORE INTO user_achievements (user_id, achievement_id)"
	  "   SELECT j.i, j.n FROM JSON_TABLE(missing, '$[*]' COLUMNS (i BIGINT UNSIGNED PATH '$.i',"
	  "    n INT PATH '$.n')) j ORDER BY j.i, j.n;"
	  " END IF;"
	  " SELECT JSON_ARRAYAGG(JSON_OBJECT('i', q.id, 'n', q.n, 'r', q.run) ORDER BY q.id) INTO counted FROM"
	  "  (SELECT x.id, x.progress, a.counts IN ('days', 'session_run') AS run,"
	  "   LEAST(a.target, COALESCE(CASE a.counts"
	  "    WHEN 'messages' THEN " MESSAGES("x.user_id")
	  "    WHEN 'matches' THEN (SELECT COUNT(*) FROM user_matches m WHERE m.user1_id = x.user_id)"
	  "     + (SELECT COUNT(*) FROM user_matches m WHERE m.user2_id = x.user_id)"
	  "    WHEN 'profile' THEN (SELECT u.onboarded_at IS NOT NULL FROM users u WHERE u.id = x.user_id)"
	  "    WHEN 'days' THEN " RUN("x.user_id", "day")
	  "    WHEN 'sessions' THEN " KEPT("COUNT(*)", "x.user_id", "session")
	  "    WHEN 'session_days' THEN " KEPT("COUNT(DISTINCT e.day)", "x.user_id", "session")
	  "    WHEN 'session_run' THEN " RUN("x.user_id", "session")
	  "    WHEN 'minutes' THEN " KEPT("SUM(e.amount)", "x.user_id", "session")
	  "    WHEN 'tests' THEN " KEPT("COUNT(*)", "x.user_id", "test")
	  "    WHEN 'level' THEN " KEPT("MAX(e.amount)", "x.user_id", "test")
	  "    WHEN 'praises' THEN " KEPT("COUNT(*)", "x.user_id", "praise")
	  "    WHEN 'helps' THEN " KEPT("COUNT(*)", "x.user_id", "help")
	  "    END, 0)) AS n FROM " THEIRS " LIMIT 20000) q"
	  "  WHERE q.n > q.progress OR (exact AND q.run AND q.n < q.progress);"
	  " IF counted IS NOT NULL THEN"
	  "  UPDATE " COUNTED " SET x.progress = j.n, x.started_at = COALESCE(x.started_at, at), x.updated_at = at"
	  "   WHERE x.completed_at IS NULL AND (x.progress < j.n OR (exact AND j.r));"
	  " END IF;"
	  " SELECT COUNT(*) AS ripe FROM " THEIRS " WHERE x.progress >= a.target;"
	  " END")

/* One event each, in the transaction that completes it; whoever was second finds it completed. */
WRITE_ROW(COMPLETE, earned_id,
	  "BEGIN NOT ATOMIC"
	  " DECLARE they LONGTEXT CHARACTER SET utf8mb4 DEFAULT ?;"
	  " DECLARE at DATETIME(3) DEFAULT ?;"
	  " DECLARE ripe, fresh LONGTEXT CHARACTER SET utf8mb4 DEFAULT '[]';"
	  " DECLARE inside BOOL DEFAULT @@in_transaction;"
	  " SELECT COALESCE(JSON_ARRAYAGG(x.id), '[]') INTO ripe FROM " THEY
	  "  STRAIGHT_JOIN user_achievements x ON x.user_id = d.id AND x.completed_at IS NULL"
	  "  STRAIGHT_JOIN achievements a ON a.id = x.achievement_id AND a.active AND x.progress >= a.target"
	  "  LEFT JOIN user_achievements b ON b.user_id = x.user_id AND b.achievement_id = a.prerequisite_id"
	  "  WHERE a.prerequisite_id IS NULL OR b.completed_at IS NOT NULL;"
	  " IF ripe <> '[]' THEN"
	  "  IF NOT inside THEN START TRANSACTION; END IF;"
	  "  SELECT COALESCE(JSON_ARRAYAGG(q.id), '[]') INTO fresh FROM (SELECT x.id FROM " ALL_OF("ripe")
	  "   WHERE x.completed_at IS NULL LIMIT 20000 FOR UPDATE) q;"
	  "  UPDATE " ALL_OF("fresh") " SET x.completed_at = at, x.updated_at = at;"
	  "  INSERT INTO outbox (event, subject_id, actor_id, payload)"
	  "   SELECT 'achievement.completed', x.id, x.user_id, '{}' FROM " ALL_OF("fresh") ";"
	  "  IF NOT inside THEN COMMIT; END IF;"
	  " END IF;"
	  " SELECT j.id FROM " IDS_OF("fresh") " j;"
	  " END")

WRITE(FORGET, "DELETE FROM achievement_events WHERE what = 'day' AND day < ? ORDER BY day LIMIT ?")

const struct stmt *const achievement_stmts[] = {
	&CATALOGUE, &MY_LIST, &EARNED, &USER_ZONES, &STEP, &CLAIM, &REPORT, &RAISE, &COMPLETE, &FORGET, NULL,
};

/* ---- functions ---------------------------------------------------------------------------- */

static bool english(const struct ctx *c)
{
	return c->lang == LANG_EN;
}

enum status achievement_sql_catalogue(struct ctx *c, const char *category, struct list *out)
{
	return db_list(c, &CATALOGUE, out, KINDS_MAX, ARGS(P(english(c)), P(c->me.user_id), P(category)));
}

enum status achievement_sql_mine(struct ctx *c, struct list *out)
{
	return db_list(c, &MY_LIST, out, KINDS_MAX, ARGS(P(c->me.user_id), P(english(c))));
}

enum status achievement_sql_step(struct ctx *c, const struct achievement_step *s, struct step_row *out)
{
	struct db_val wish = s->progress < 0 ? (struct db_val){0} : db_int(s->progress);

	return db_one(c, &STEP, out,
		      ARGS(P(c->me.user_id), P(english(c)), P(s->key), wish, P(s->plus), db_time(c->now)));
}

enum status achievement_sql_claim(struct ctx *c, uint64_t id, struct claim_row *out)
{
	return db_one(c, &CLAIM, out, ARGS(P(id), P(c->me.user_id), P(english(c)), db_time(c->now)));
}

enum status achievement_sql_raise(struct ctx *c, const char *entries, const char *users, const char *sources,
				  bool exact, int64_t *ripe)
{
	struct ripe_row row = {0};
	enum status st = db_one(c, &RAISE, &row, ARGS(P(entries), P(users), P(sources), P(exact), db_time(c->now)));

	*ripe = row.ripe;
	return st;
}

enum status achievement_sql_complete(struct ctx *c, const char *users, struct list *out)
{
	return db_list(c, &COMPLETE, out, FRESH_MAX, ARGS(P(users), db_time(c->now)));
}

enum status achievement_sql_report(struct ctx *c, struct list *out)
{
	return db_list(c, &REPORT, out, KINDS_MAX, ARGS(P(c->me.user_id), P(english(c))));
}

enum status achievement_sql_earned(struct ctx *c, uint64_t id, struct earned_row *out)
{
	return db_one(c, &EARNED, out, ARGS(P(id)));
}

enum status achievement_sql_zones(struct ctx *c, const char *users, size_t n, struct list *out)
{
	return db_list(c, &USER_ZONES, out, n, ARGS(P(users)));
}

enum status achievement_sql_forget(struct ctx *c, const char *before, int64_t most, int64_t *n)
{
	return db_exec(c, &FORGET, n, ARGS(P(before), P(most)));
}
