#include "domain/ai/ai_sql.h"
#include "domain/registry.h"

SHAPE_TABLE(ai_used, AI_USED)

WRITE(AI_ADD, "INSERT INTO ai_calls (user_id, kind, feature, model, good, tokens, characters, seconds, latency_ms)"
	      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")

READ(AI_USAGE, ai_used,
     "SELECT a.kind, COUNT(*) AS calls, COALESCE(SUM(a.tokens), 0) AS tokens,"
     " COALESCE(SUM(a.characters), 0) AS characters, SUM(a.seconds) AS seconds,"
     " CAST(AVG(a.latency_ms) AS DOUBLE) AS latency"
     " FROM ai_calls a WHERE a.user_id = ? AND a.created_at >= ? AND a.created_at < ? AND a.good GROUP BY a.kind")

WRITE(AI_FORGET, "DELETE FROM ai_calls WHERE created_at < ? LIMIT ?")

const struct stmt *const ai_stmts[] = {&AI_ADD, &AI_USAGE, &AI_FORGET, NULL};

enum status ai_sql_add(struct ctx *c, const struct ai_call *a)
{
	return db_exec(c, &AI_ADD, NULL,
		       ARGS(db_id(c->me.user_id), P(a->kind), P(a->feature), P(a->model), P(a->good), P(a->tokens),
			    P(a->characters), P(a->seconds), P(a->latency_ms)));
}

enum status ai_sql_usage(struct ctx *c, int64_t from, int64_t to, struct list *out)
{
	return db_list(c, &AI_USAGE, out, 3, ARGS(P(c->me.user_id), db_time(from), db_time(to)));
}

enum status ai_sql_forget(struct ctx *c, int64_t before, int64_t piece, int64_t *n)
{
	return db_exec(c, &AI_FORGET, n, ARGS(db_time(before), P(piece)));
}
