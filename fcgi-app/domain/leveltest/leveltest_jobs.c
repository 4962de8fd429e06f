/* Tests that nobody needs any more go, with their recordings: unfinished ones after 14 days, results after 90, and all
 * but the newest 20. */
#include "base/buf.h"
#include "domain/file/file.h"
#include "domain/job.h"
#include "domain/leveltest/leveltest_sql.h"

enum { FORGET_EVERY_S = 600 };

/* Recordings first: whatever is killed in between is found again. Their owner may have deleted one. */
static enum status forget(struct ctx *c, int64_t *n)
{
	struct list rows;
	size_t tests = 0;
	enum status st = leveltest_sql_over(c, c->now, &rows);

	if (st != OK)
		return st;
	const struct leveltest_over *t = rows.v;
	int64_t *ids = arena_array(c->arena, int64_t, rows.n + 1);

	for (size_t i = 0; i < rows.n && st == OK; i++) {
		if (!i || t[i].id != t[i - 1].id)
			ids[tests++] = (int64_t)t[i].id;
		if (t[i].storage_key)
			st = file_delete_of(c, t[i].user_id, t[i].storage_key);
		st = st == E_NO_FILE ? OK : st;
	}
	*n = (int64_t)tests;
	return st == OK && tests ? leveltest_sql_forget(c, buf_ids(c->arena, ids, tests, sizeof(*ids))) : st;
}

const struct schedule leveltest_schedules[] = {
	{"leveltest.forget", FORGET_EVERY_S, .piece = forget, .full = LEVELTEST_PIECE},
	{0},
};
