/* Files that nobody can see any more. Rows are marked first, then the bytes go, at last the rows: whatever is
 * killed in between is found again. */
#include "base/buf.h"
#include "base/clock.h"
#include "domain/file/file.h"
#include "domain/file/file_sql.h"
#include "domain/job.h"

enum { SOON_S = 300, HOURLY_S = 3600 };

/* A picture may be uploaded a while before it is put to use. */
#define PICTURE_UNUSED_MS DAY_MS
#define PICTURE_LOOKED_AT_MS (8 * DAY_MS)
#define DELETED_MS (30 * DAY_MS)

static const char *ids_of(struct ctx *c, const struct list *rows)
{
	const struct file_key_row *f = rows->v;

	return buf_ids(c->arena, (const int64_t *)&f->id, rows->n, sizeof(*f));
}

static void remove_bytes(struct ctx *c, const struct list *rows)
{
	const struct file_key_row *f = rows->v;

	for (size_t i = 0; i < rows->n; i++)
		store_remove(c, f[i].storage_key);
}

static enum status delete_all(struct ctx *c, const struct list *rows, int64_t *n)
{
	enum status st = rows->n ? file_sql_delete_all(c, ids_of(c, rows)) : OK;

	if (st == OK)
		remove_bytes(c, rows);
	*n = (int64_t)rows->n;
	return st;
}

/* A message goes with its room, and what it showed with it. */
static enum status unshown(struct ctx *c, int64_t *n)
{
	struct list rows;
	enum status st = file_sql_unshown(c, &rows);

	return st == OK ? delete_all(c, &rows, n) : st;
}

enum status file_clear_study(struct ctx *c, uint64_t study_id, bool *left)
{
	struct list rows;
	int64_t n = 0;
	enum status st = file_sql_of_study(c, study_id, &rows);

	if (st == OK)
		st = delete_all(c, &rows, &n);
	*left = n == FILE_PIECE;
	return st;
}

/* Marked first, so that nobody is sent to bytes that are gone. */
enum status file_clear_user(struct ctx *c, uint64_t user_id, bool *left)
{
	struct list rows;
	int64_t n = 0;
	enum status st = file_sql_of_user(c, user_id, &rows);

	if (st == OK)
		st = delete_all(c, &rows, &n);
	if (st == OK && n)
		st = file_sql_purge(c, ids_of(c, &rows));
	*left = n == FILE_PIECE;
	return st;
}

static enum status unused(struct ctx *c, int64_t *n)
{
	struct list rows;
	enum status st = file_sql_unused(c, c->now - PICTURE_LOOKED_AT_MS, c->now - PICTURE_UNUSED_MS, &rows);

	return st == OK ? delete_all(c, &rows, n) : st;
}

static enum status purge(struct ctx *c, int64_t *n)
{
	struct list rows;
	enum status st = file_sql_deleted(c, c->now - DELETED_MS, &rows);

	if (st != OK)
		return st;
	*n = (int64_t)rows.n;
	remove_bytes(c, &rows); /* once more, in case their deletion was cut short */
	return rows.n ? file_sql_purge(c, ids_of(c, &rows)) : OK;
}

static enum status sweep(struct ctx *c)
{
	store_sweep(c->conf);
	return OK;
}

const struct schedule file_schedules[] = {
	{"file.unshown", SOON_S, .piece = unshown, .full = FILE_PIECE},
	{"file.unused_pictures", HOURLY_S, .piece = unused, .full = FILE_PIECE},
	{"file.purge", HOURLY_S, .piece = purge, .full = FILE_PIECE},
	{"file.tmp", HOURLY_S, sweep},
	{0},
};
