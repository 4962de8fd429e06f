#include "domain/group_session/group_ai_sql.h"
#include "domain/registry.h"
#include "domain/sql.h"

SHAPE_TABLE(group_stats, GROUP_STATS)

WRITE(GROUP_TRACK,
      "BEGIN NOT ATOMIC"
      " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE sid BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE there BOOL DEFAULT FALSE;"
      " DECLARE old TEXT;"
      " SELECT TRUE INTO there FROM group_seats x WHERE x.session_id = sid AND x.user_id = me"
      "  AND x.joined_at IS NOT NULL;"
      " IF NOT there THEN " REFUSE("SESSION_NONE") "; END IF;"
      " REPLACE INTO group_progress (user_id, session_id, speaking_time, messages, words, participation, vocabulary,"
      "  grammar, more, updated_at) VALUES (me, sid, ?, ?, ?, ?, ?, ?, ?, SYSDATE(3));"
      " SELECT JSON_ARRAYAGG(q.session_id) INTO old FROM (SELECT p.session_id FROM group_progress p"
      "  WHERE p.user_id = me ORDER BY p.updated_at DESC, p.session_id DESC LIMIT 100 OFFSET 50) q;"
      " IF old IS NOT NULL THEN"
      "  DELETE p FROM " IDS_OF("old") " i STRAIGHT_JOIN group_progress p ON p.user_id = me AND p.session_id = i.id;"
      " END IF;"
      " END")

READ(GROUP_STATS_OF, group_stats,
     "SELECT COUNT(*) AS totalSessions, COALESCE(SUM(p.speaking_time), 0) AS totalSpeakingTime,"
     " COALESCE(SUM(p.words), 0) AS totalWordsSpoken, (SELECT COUNT(DISTINCT LOWER(w.word)) FROM group_progress q"
     "  STRAIGHT_JOIN JSON_TABLE(q.vocabulary, '$[*]' COLUMNS (word VARCHAR(40) PATH '$')) w WHERE q.user_id = ?)"
     "  AS vocabularySize, CAST(ROUND(AVG(p.participation), 1) AS DOUBLE) AS averageParticipation"
     " FROM group_progress p WHERE p.user_id = ?")

WRITE(GROUP_FORGET_PROGRESS, "DELETE FROM group_progress WHERE updated_at <= ? LIMIT ?")

const struct stmt *const group_ai_stmts[] = {&GROUP_TRACK, &GROUP_STATS_OF, &GROUP_FORGET_PROGRESS, NULL};

enum status group_ai_sql_track(struct ctx *c, const struct group_progress *p)
{
	struct db_val part = p->participation < 0 ? (struct db_val){0} : db_int(p->participation);

	return db_exec(c, &GROUP_TRACK, NULL,
		       ARGS(P(c->me.user_id), P(p->session_id), P(p->speaking_time), P(p->messages), P(p->words), part,
			    P(p->vocabulary), P(p->grammar), P(p->more)));
}

enum status group_ai_sql_stats(struct ctx *c, struct group_stats *out)
{
	return db_one(c, &GROUP_STATS_OF, out, ARGS(P(c->me.user_id), P(c->me.user_id)));
}

enum status group_ai_sql_forget(struct ctx *c, int64_t before, int64_t piece, int64_t *n)
{
	return db_exec(c, &GROUP_FORGET_PROGRESS, n, ARGS(db_time(before), P(piece)));
}
