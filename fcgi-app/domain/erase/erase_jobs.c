/* What an account leaves goes in pieces: it leaves its rooms and groups first, so that nothing is written there any
 * more when its messages go. */
#include "domain/erase/erase_sql.h"
#include "domain/export/export.h"
#include "domain/file/file.h"
#include "domain/group_session/group_session.h"
#include "domain/job.h"
#include "domain/matching/matching.h"
#include "domain/meeting/meeting.h"

/* Requests that were let in before may write a while after: so all is done twice, and the second time late enough. */
enum { SETTLED_S = 60, AT_ONCE = 20 };

static enum status files(struct ctx *c, uint64_t user_id, int64_t *n)
{
	bool left = false;
	enum status st = file_clear_user(c, user_id, &left);

	*n = left;
	return st;
}

static enum status exports(struct ctx *c, uint64_t user_id, int64_t *n)
{
	bool left = false;
	enum status st = export_clear_user(c, user_id, &left);

	*n = left;
	return st;
}

static enum status rest(struct ctx *c, uint64_t user_id, int64_t *n)
{
	struct erased_row row = {0};
	enum status st = erase_sql_rest(c, user_id, &row);

	if (st == OK)
		matching_forget(c, user_id, row.pairs);
	*n = 0;
	return st;
}

/* Each until there is nothing left; after them the pieces. */
static enum status (*const steps[])(struct ctx *c, uint64_t user_id, int64_t *n) = {
	rest, erase_sql_room, erase_sql_study, meeting_quit, group_quit, files, exports,
};
enum { ALL = COUNT(steps) + ERASE_PIECES };

static enum status step(struct ctx *c, uint64_t user_id, size_t i, bool *left)
{
	int64_t n = 0;
	enum status st = i < COUNT(steps) ? steps[i](c, user_id, &n)
					  : erase_sql_piece(c, i - COUNT(steps), user_id, &n);

	*left = n >= (i < COUNT(steps) ? 1 : ERASE_PIECE);
	return st;
}

static enum status deleted(struct ctx *c, struct event *e)
{
	int64_t settled = e->created_at + SETTLED_S * INT64_C(1000) - c->now;
	enum status st = OK;
	bool left = false;

	if (e->progress == ALL && settled > 0) {
		e->again_s = (unsigned)(settled / 1000 + 1);
		return OK;
	}
	for (int i = 0; i < AT_ONCE && st == OK && e->progress < 2 * ALL; i++) {
		st = step(c, e->subject_id, e->progress % ALL, &left);
		if (st == OK && !left && ++e->progress == ALL)
			break;
	}
	e->more = e->progress < 2 * ALL;
	return st;
}

const struct job erase_jobs[] = {{"account.deleted", .run = deleted}, {0}};
