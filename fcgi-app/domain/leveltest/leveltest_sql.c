#include "domain/leveltest/leveltest_sql.h"
#include "domain/registry.h"
#include "domain/sql.h"

SHAPE_TABLE(leveltest_result, LEVELTEST_RESULT)

/* ---- for others --------------------------------------------------------------------------- */

READ(LEVELTEST_NEWEST, leveltest_result,
     "SELECT r.test_id AS id, r.language, r.level, r.overall, r.pronunciation, r.fluency, r.grammar, r.vocabulary,"
     " r.coherence, r.interaction, r.completed_at FROM level_test_results r STRAIGHT_JOIN level_tests t"
     " ON t.id = r.test_id AND t.expires_at > NOW(3) WHERE r.user_id = ? AND r.judge <> 'nobody'"
     " ORDER BY r.completed_at DESC, r.test_id DESC LIMIT ?")

const struct stmt *const leveltest_stmts[] = {&LEVELTEST_NEWEST, NULL};

enum status leveltest_sql_newest(struct ctx *c, uint64_t user_id, int64_t most, struct list *out)
{
	return db_list(c, &LEVELTEST_NEWEST, out, LEVELTEST_KEPT, ARGS(P(user_id), P(most)));
}
