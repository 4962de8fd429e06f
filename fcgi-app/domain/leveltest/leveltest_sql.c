#include "domain/leveltest/leveltest_sql.h"
#include "domain/registry.h"
#include "domain/sql.h"

SHAPE_TABLE(leveltest_result, LEVELTEST_RESULT)
SHAPE_TABLE(leveltest_row, LEVELTEST_ROW)
SHAPE_TABLE(leveltest_answer, LEVELTEST_ANSWER)
SHAPE_TABLE(leveltest_id, LEVELTEST_ID)
SHAPE_TABLE(leveltest_total, LEVELTEST_TOTAL)
SHAPE_TABLE(leveltest_level, LEVELTEST_LEVEL)
SHAPE_TABLE(leveltest_gone, LEVELTEST_GONE)
SHAPE_TABLE(leveltest_over, LEVELTEST_OVER_ROW)

#define KEPT "t.expires_at > NOW(3)"
#define SCORES "r.pronunciation, r.fluency, r.grammar, r.vocabulary, r.coherence, r.interaction"
#define COLUMNS                                                                                    \
	"SELECT t.id, t.language, t.type, t.mode, t.source, t.aim, t.questions, t.status, t.started_at," \
	" r.judge, r.model, r.level, r.overall, " SCORES ", r.estimated, r.texts, r.completed_at"

/* ---- for others --------------------------------------------------------------------------- */

READ(LEVELTEST_NEWEST, leveltest_result,
     "SELECT r.test_id AS id, r.language, r.level, r.overall, " SCORES ", r.completed_at FROM level_test_results r"
     " STRAIGHT_JOIN level_tests t ON t.id = r.test_id AND " KEPT " WHERE r.user_id = ? AND r.judge <> 'nobody'"
     " ORDER BY r.completed_at DESC, r.test_id DESC LIMIT ?")

/* ---- tests -------------------------------------------------------------------------------- */

#define RESULTS                                                                                    \
	" FROM level_test_results r STRAIGHT_JOIN level_tests t ON t.id = r.test_id AND " KEPT " WHERE r.user_id = ?"
#define NEWEST_FIRST " ORDER BY r.completed_at DESC, r.test_id DESC"
READ(LEVELTEST_ONE, leveltest_row,
     COLUMNS " FROM level_tests t LEFT JOIN level_test_results r ON r.test_id = t.id"
     " WHERE t.id = ? AND t.user_id = ? AND " KEPT)
READ(LEVELTEST_LATEST, leveltest_row, COLUMNS RESULTS NEWEST_FIRST " LIMIT 1")
READ(LEVELTEST_HISTORY, leveltest_row, COLUMNS RESULTS NEWEST_FIRST " LIMIT ? OFFSET ?")
READ(LEVELTEST_RESULTS, leveltest_total, "SELECT COUNT(*) AS total" RESULTS)
READ(LEVELTEST_ANSWERS, leveltest_answer,
     "SELECT a.question, a.transcript, a.seconds, a.storage_key, a.answered_at FROM level_test_answers a"
     " WHERE a.test_id = ? ORDER BY a.question")

#define TESTS " FROM level_tests t LEFT JOIN level_test_results r ON r.test_id = t.id WHERE t.user_id = ? AND " KEPT
READ(LEVELTEST_MINE, leveltest_row, COLUMNS TESTS " ORDER BY t.id DESC LIMIT ? OFFSET ?")
READ(LEVELTEST_TESTS, leveltest_total, "SELECT COUNT(*) AS total FROM level_tests t WHERE t.user_id = ? AND " KEPT)
READ(LEVELTEST_OPEN, leveltest_row,
     COLUMNS TESTS " AND t.status = 'in-progress' AND t.mode = 'standard' ORDER BY t.id DESC LIMIT 1")

READ(LEVELTEST_STANDARD, leveltest_row,
     COLUMNS TESTS " AND t.source = 'GUIDED' AND t.mode = 'standard' ORDER BY t.id DESC LIMIT 1")

/* ---- results ------------------------------------------------------------------------------ */

/* The account's row is the lock of all its results: of the newest 20, and of the level that follows. */
#define JUDGED                                                                                     \
	" DECLARE me BIGINT UNSIGNED DEFAULT ?;"                                                   \
	" DECLARE lang VARCHAR(40) DEFAULT ?;"                                                     \
	" DECLARE verdict VARCHAR(6) CHARACTER SET ascii DEFAULT ?;"                               \
	" DECLARE reached CHAR(2) CHARACTER SET ascii DEFAULT ?;"                                  \
	" DECLARE points INT DEFAULT ?;"                                                           \
	" DECLARE at DATETIME(3) DEFAULT ?;"                                                       \
	" DECLARE test, found BIGINT UNSIGNED;"                                                    \
	" DECLARE fresh BOOL DEFAULT FALSE;"                                                       \
	" DECLARE old TEXT;"
#define LOCK_ACCOUNT " SELECT u.id INTO found FROM users u WHERE u.id = me FOR UPDATE;"

/* What nobody judged is no event and no level. An event's level is the step that achievements count: theirs are ten,
 * "5" is intermediate, "10" advanced. */
#define KEEP_RESULT                                                                                \
	" INSERT INTO level_test_results (test_id, user_id, language, judge, model, level, overall, pronunciation," \
	"  fluency, grammar, vocabulary, coherence, interaction, estimated, texts, completed_at)"  \
	"  VALUES (test, me, lang, verdict, ?, reached, points, ?, ?, ?, ?, ?, ?, ?, ?, at);"      \
	" IF verdict <> 'nobody' THEN"                                                             \
	"  INSERT INTO language_levels (user_id, language, level, score, tested_at)"               \
	"   VALUES (me, lang, reached, points, at) ON DUPLICATE KEY UPDATE"                        \
	"   level = IF(VALUES(tested_at) >= tested_at, VALUES(level), level),"                     \
	"   score = IF(VALUES(tested_at) >= tested_at, VALUES(score), score),"                     \
	"   tested_at = GREATEST(VALUES(tested_at), tested_at);"                                   \
	"  INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES ('leveltest.completed', test, me,"      \
	"   JSON_OBJECT('level', ELT(FIELD(reached, 'A1', 'A2', 'B1', 'B2', 'C1', 'C2'), 1, 2, 5, 7, 10, 10)));"    \
	" END IF;"                                                                                 \
	" SELECT JSON_ARRAYAGG(q.test_id) INTO old FROM (SELECT r.test_id FROM level_test_results r" \
	"  WHERE r.user_id = me ORDER BY r.completed_at DESC, r.test_id DESC LIMIT 100 OFFSET 20) q;" \
	" IF old IS NOT NULL THEN"                                                                 \
	"  UPDATE " IDS_OF("old") " i STRAIGHT_JOIN level_tests t ON t.id = i.id SET t.expires_at = SYSDATE(3)"     \
	"   WHERE t.expires_at > SYSDATE(3);"                                                      \
	" END IF;"
#define SHOW_ID(newest) " SELECT t.id, t.status, " newest " AS newest FROM level_tests t WHERE t.id = test;"

/* One that comes judged. What was saved before is known by its id there, or by ours. */
WRITE_ROW(LEVELTEST_ADD, leveltest_id,
	  "BEGIN NOT ATOMIC" JUDGED
	  " DECLARE outside VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT ?;"
	  LOCK_ACCOUNT
	  " IF outside IS NOT NULL THEN"
	  "  SELECT MIN(t.id) INTO test FROM level_tests t WHERE t.user_id = me AND t.outside_id = outside;"
	  "  IF test IS NULL AND outside RLIKE '^[0-9]{1,18}$' THEN"
	  "   SELECT MIN(t.id) INTO test FROM level_tests t WHERE t.id = CAST(outside AS UNSIGNED) AND t.user_id = me;"
	  "  END IF;"
	  " END IF;"
	  " IF test IS NULL THEN"
	  "  SET fresh = TRUE;"
	  "  INSERT INTO level_tests (user_id, language, type, mode, source, aim, questions, status, outside_id,"
	  "   started_at, expires_at) VALUES (me, lang, ?, ?, ?, ?, ?, 'completed', outside, at, at + INTERVAL 90 DAY);"
	  "  SET test = LAST_INSERT_ID();"
	  "  INSERT INTO level_test_answers (test_id, question, transcript, seconds, answered_at)"
	  "   SELECT test, j.q, j.t, j.s, at FROM JSON_TABLE(?, '$[*]' COLUMNS (q INT PATH '$.q',"
	  "    t TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci PATH '$.t', s INT PATH '$.s')) j;"
	  KEEP_RESULT
	  " END IF;"
	  SHOW_ID("fresh AND EXISTS (SELECT 1 FROM language_levels l WHERE l.user_id = me AND l.language = lang"
		  " AND l.tested_at = at)")
	  " END")

/* One that was answered here. */
WRITE(LEVELTEST_FINISH,
      "BEGIN NOT ATOMIC" JUDGED
      " SET test = ?;"
      " UPDATE level_tests SET status = 'completed', expires_at = at + INTERVAL 90 DAY WHERE id = test;"
      KEEP_RESULT
      " END")

/* ---- under way ---------------------------------------------------------------------------- */

WRITE_ROW(LEVELTEST_START, leveltest_id,
	  "BEGIN NOT ATOMIC"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE lang VARCHAR(40) DEFAULT ?;"
	  " DECLARE anew BOOL DEFAULT ?;"
	  " DECLARE reuse BOOL DEFAULT ?;"
	  " DECLARE test, found BIGINT UNSIGNED;"
	  " DECLARE old TEXT;"
	  LOCK_ACCOUNT
	  " IF anew THEN"
	  "  UPDATE level_tests SET status = 'cancelled' WHERE user_id = me AND status = 'in-progress'"
	  "   AND language = lang;"
	  " END IF;"
	  " IF reuse THEN"
	  "  SELECT MAX(t.id) INTO test FROM level_tests t WHERE t.user_id = me AND t.status = 'in-progress'"
	  "   AND t.mode = 'standard' AND " KEPT ";"
	  " END IF;"
	  " IF test IS NULL THEN"
	  "  INSERT INTO level_tests (user_id, language, type, mode, source, aim, questions, started_at, expires_at)"
	  "   VALUES (me, lang, ?, ?, ?, ?, ?, SYSDATE(3), SYSDATE(3) + INTERVAL 14 DAY);"
	  "  SET test = LAST_INSERT_ID();"
	  " END IF;"
	  " SELECT JSON_ARRAYAGG(q.id) INTO old FROM (SELECT t.id FROM level_tests t WHERE t.user_id = me"
	  "  AND t.status = 'in-progress' ORDER BY t.id DESC LIMIT 100 OFFSET 5) q;"
	  " IF old IS NOT NULL THEN"
	  "  UPDATE " IDS_OF("old") " i STRAIGHT_JOIN level_tests t ON t.id = i.id SET t.status = 'cancelled';"
	  " END IF;"
	  SHOW_ID("FALSE")
	  " END")

WRITE_ROW(LEVELTEST_LOCK, leveltest_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE test BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE found BIGINT UNSIGNED;"
	  LOCK_ACCOUNT
	  " " COLUMNS " FROM level_tests t LEFT JOIN level_test_results r ON r.test_id = t.id"
	  "  WHERE t.id = test AND t.user_id = me AND " KEPT ";"
	  " END")

WRITE_ROW(LEVELTEST_PUT, leveltest_gone,
	  "BEGIN NOT ATOMIC"
	  " DECLARE test BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE number INT DEFAULT ?;"
	  " DECLARE gone VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin;"
	  " SELECT MIN(a.storage_key) INTO gone FROM level_test_answers a"
	  "  WHERE a.test_id = test AND a.question = number;"
	  " REPLACE INTO level_test_answers (test_id, question, storage_key, transcript, seconds, answered_at)"
	  "  VALUES (test, number, ?, ?, NULLIF(?, 0), SYSDATE(3));"
	  " SELECT gone;"
	  " END")

READ(LEVELTEST_OVER, leveltest_over,
     "SELECT t.id, t.user_id, a.storage_key FROM (SELECT o.id, o.user_id FROM level_tests o"
     "  WHERE o.expires_at <= ? ORDER BY o.expires_at LIMIT ?) t"
     " LEFT JOIN level_test_answers a ON a.test_id = t.id AND a.storage_key IS NOT NULL ORDER BY t.id")
WRITE(LEVELTEST_FORGET, "DELETE t FROM " IDS_OF("?") " i STRAIGHT_JOIN level_tests t ON t.id = i.id")

READ(LEVELTEST_LEVELS, leveltest_level,
     "SELECT l.language, l.level, l.score, l.tested_at FROM language_levels l WHERE l.user_id = ?"
     " ORDER BY l.tested_at DESC, l.language LIMIT 20")

const struct stmt *const leveltest_stmts[] = {
	&LEVELTEST_NEWEST,  &LEVELTEST_ONE,	&LEVELTEST_LATEST, &LEVELTEST_HISTORY,
	&LEVELTEST_RESULTS, &LEVELTEST_ANSWERS, &LEVELTEST_ADD,	   &LEVELTEST_FORGET,
	&LEVELTEST_LEVELS,  &LEVELTEST_FINISH,	&LEVELTEST_START,  &LEVELTEST_LOCK,
	&LEVELTEST_PUT,	    &LEVELTEST_OVER,	&LEVELTEST_MINE,
	&LEVELTEST_TESTS,   &LEVELTEST_OPEN,	&LEVELTEST_STANDARD, NULL,
};

/* ---- functions ---------------------------------------------------------------------------- */

enum status leveltest_sql_newest(struct ctx *c, uint64_t user_id, int64_t most, struct list *out)
{
	return db_list(c, &LEVELTEST_NEWEST, out, LEVELTEST_KEPT, ARGS(P(user_id), P(most)));
}

enum status leveltest_sql_one(struct ctx *c, uint64_t id, struct leveltest_row *out)
{
	return db_one(c, &LEVELTEST_ONE, out, ARGS(P(id), P(c->me.user_id)));
}

enum status leveltest_sql_latest(struct ctx *c, struct leveltest_row *out)
{
	return db_one(c, &LEVELTEST_LATEST, out, ARGS(P(c->me.user_id)));
}

enum status leveltest_sql_answers(struct ctx *c, uint64_t id, struct list *out)
{
	return db_list(c, &LEVELTEST_ANSWERS, out, LEVELTEST_QUESTIONS_MAX, ARGS(P(id)));
}

enum status leveltest_sql_history(struct ctx *c, int64_t offset, int64_t most, struct list *out)
{
	return db_list(c, &LEVELTEST_HISTORY, out, LEVELTEST_KEPT, ARGS(P(c->me.user_id), P(most), P(offset)));
}

static enum status count(struct ctx *c, const struct stmt *s, int64_t *n)
{
	struct leveltest_total row = {0};
	enum status st = db_one(c, s, &row, ARGS(P(c->me.user_id)));

	*n = row.total;
	return st;
}

enum status leveltest_sql_results(struct ctx *c, int64_t *n)
{
	return count(c, &LEVELTEST_RESULTS, n);
}

enum status leveltest_sql_tests(struct ctx *c, int64_t *n)
{
	return count(c, &LEVELTEST_TESTS, n);
}

enum status leveltest_sql_mine(struct ctx *c, int64_t offset, int64_t most, struct list *out)
{
	return db_list(c, &LEVELTEST_MINE, out, LEVELTEST_KEPT, ARGS(P(c->me.user_id), P(most), P(offset)));
}

enum status leveltest_sql_standard(struct ctx *c, struct leveltest_row *out)
{
	return db_one(c, &LEVELTEST_STANDARD, out, ARGS(P(c->me.user_id)));
}

enum status leveltest_sql_open(struct ctx *c, struct leveltest_row *out)
{
	return db_one(c, &LEVELTEST_OPEN, out, ARGS(P(c->me.user_id)));
}

/* Of JUDGED, and of KEEP_RESULT. */
#define WHO_ARGS(lang) P(c->me.user_id), P(lang), P(j->judge), P(j->level), P(j->overall), db_time(j->at)
#define RESULT_ARGS                                                                                \
	P(j->model), P(j->scores[0]), P(j->scores[1]), P(j->scores[2]), P(j->scores[3]), P(j->scores[4]), \
		P(j->scores[5]), P(j->estimated), P(j->texts)

enum status leveltest_sql_add(struct ctx *c, const struct leveltest_new *t, const struct leveltest_judged *j,
			      struct leveltest_id *out)
{
	return db_one(c, &LEVELTEST_ADD, out,
		      ARGS(WHO_ARGS(t->language), P(t->outside_id), P(t->type), P(t->mode), P(t->source), P(t->aim),
			   P(t->questions), P(t->answers ? t->answers : "[]"), RESULT_ARGS));
}

enum status leveltest_sql_levels(struct ctx *c, uint64_t user_id, struct list *out)
{
	return db_list(c, &LEVELTEST_LEVELS, out, LEVELTEST_LEVELS_MAX, ARGS(P(user_id)));
}

enum status leveltest_sql_over(struct ctx *c, int64_t before, struct list *out)
{
	return db_list(c, &LEVELTEST_OVER, out, (size_t)LEVELTEST_PIECE * LEVELTEST_QUESTIONS_MAX,
		       ARGS(db_time(before), P((int)LEVELTEST_PIECE)));
}

enum status leveltest_sql_forget(struct ctx *c, const char *ids)
{
	return db_exec(c, &LEVELTEST_FORGET, NULL, ARGS(P(ids)));
}

enum status leveltest_sql_finish(struct ctx *c, const struct leveltest_row *t, const struct leveltest_judged *j)
{
	return db_exec(c, &LEVELTEST_FINISH, NULL, ARGS(WHO_ARGS(t->language), P(t->id), RESULT_ARGS));
}

enum status leveltest_sql_start(struct ctx *c, const struct leveltest_new *t, bool over, bool reuse,
				struct leveltest_id *out)
{
	return db_one(c, &LEVELTEST_START, out,
		      ARGS(P(c->me.user_id), P(t->language), P(over), P(reuse), P(t->type), P(t->mode), P(t->source),
			   P(t->aim),
			   P(t->questions)));
}

enum status leveltest_sql_lock(struct ctx *c, uint64_t id, struct leveltest_row *out)
{
	return db_one(c, &LEVELTEST_LOCK, out, ARGS(P(c->me.user_id), P(id)));
}

enum status leveltest_sql_answer(struct ctx *c, uint64_t id, const struct leveltest_answer *a, const char **gone)
{
	struct leveltest_gone row = {0};
	enum status st = db_one(c, &LEVELTEST_PUT, &row,
				ARGS(P(id), P(a->question), P(a->storage_key), P(a->transcript), P(a->seconds)));

	*gone = row.gone;
	return st;
}
