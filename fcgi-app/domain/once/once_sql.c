#include "domain/once/once_sql.h"
#include "domain/registry.h"

SHAPE_TABLE(once_row, ONCE_ROW)

WRITE(ONCE_CLAIM, "INSERT INTO request_keys (user_id, key_hash, body_hash) VALUES (?, ?, ?)")
READ(ONCE_FIND, once_row,
     "SELECT body_hash = ? AS same_body, status, answer FROM request_keys"
     " WHERE user_id = ? AND key_hash = ?")
WRITE(ONCE_ANSWER,
      "UPDATE request_keys SET status = ?, answer = ? WHERE user_id = ? AND key_hash = ?")

WRITE(ONCE_FORGET, "DELETE FROM request_keys WHERE created_at < ? ORDER BY created_at LIMIT ?")

static const struct stmt *const stmts[] = {&ONCE_CLAIM, &ONCE_FIND, &ONCE_ANSWER, &ONCE_FORGET, NULL};
extern const struct schedule once_schedules[];
const struct domain once_domain = {.name = "once", .stmts = stmts, .schedules = once_schedules};

enum status once_sql_claim(struct ctx *c, const unsigned char key[32], const unsigned char body[32])
{
	return db_exec(c, &ONCE_CLAIM, NULL,
		       ARGS(P(c->me.user_id), db_bin(key, 32), db_bin(body, 32)));
}

enum status once_sql_find(struct ctx *c, const unsigned char key[32], const unsigned char body[32],
			  struct once_row *out)
{
	return db_one(c, &ONCE_FIND, out, ARGS(db_bin(body, 32), P(c->me.user_id), db_bin(key, 32)));
}

enum status once_sql_answer(struct ctx *c, const unsigned char key[32], int status, const char *answer)
{
	return db_exec(c, &ONCE_ANSWER, NULL,
		       ARGS(P(status), P(answer), P(c->me.user_id), db_bin(key, 32)));
}

enum status once_sql_forget(struct ctx *c, int64_t before, int64_t most, int64_t *n)
{
	return db_exec(c, &ONCE_FORGET, n, ARGS(db_time(before), P(most)));
}
