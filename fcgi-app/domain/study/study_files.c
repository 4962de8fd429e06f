#include "domain/study/study_files.h"
#include "domain/admin/admin.h"
#include "domain/study/study.h"
#include "domain/study/study_files_sql.h"
#include "domain/study/study_shapes.h"

SHAPE_TABLE(study_file, STUDY_FILE)
SHAPE_TABLE(study_storage, STUDY_STORAGE)
SHAPE_TABLE(study_file_added, STUDY_FILE_ADDED)

static const struct study_person *uploader(struct ctx *c, const struct study_file_row *row)
{
	struct study_person *who = arena_new_of(c->arena, struct study_person);

	*who = (struct study_person){.id = row->uploaderId, .name = row->person, .avatar = row->avatar};
	return who;
}

static void show(struct ctx *c, const struct study_file_row *from, struct study_file *to)
{
	STUDY_FILE_FIELDS(COPY_FIELD, to)
	to->uploader = uploader(c, from);
}

enum status study_files(struct ctx *c, const struct study_files_page *p, struct list *out, int64_t *total)
{
	struct list rows;
	enum status st = study_need(c, p->study_id, STUDY_MEMBER, NULL);

	if (st == OK)
		st = study_sql_files_n(c, p, total);
	if (st == OK)
		st = study_sql_files(c, p, &rows);
	if (st != OK)
		return st;
	struct study_file *items = arena_array(c->arena, struct study_file, rows.n);

	for (size_t i = 0; i < rows.n; i++)
		show(c, (const struct study_file_row *)rows.v + i, &items[i]);
	*out = (struct list){items, rows.n};
	return OK;
}

enum status study_file_known(struct ctx *c, uint64_t study_id, uint64_t id, struct study_file *out)
{
	struct study_file_row row;
	enum status st = study_need(c, study_id, STUDY_MEMBER, NULL);

	if (st == OK)
		st = study_sql_file(c, id, &row);
	if (st == E_NO_ROW || (st == OK && (row.studyId != study_id || row.deleted)))
		st = E_STUDY_NO_FILE;
	if (st == OK)
		show(c, &row, out);
	return st;
}

static enum status tell(struct ctx *c, const struct file_share *s)
{
	return study_tell(c, s->study_id, NOTIFY_STUDY_FILE, 0, s->file->name);
}

enum status study_file_add(struct ctx *c, uint64_t study_id, const char *folder, const char *category,
			   struct store_file *f, struct study_file_added *to)
{
	struct file_share s = {.study_id = study_id, .folder = folder, .category = category, .file = f, .then = tell};
	struct study_storage *storage = arena_new_of(c->arena, struct study_storage);
	struct study_file_row row, *from = &row;
	enum status st = study_need(c, study_id, STUDY_MEMBER, NULL);

	if (st == OK)
		st = admin_may_upload(c);
	if (st == OK)
		st = file_add_study(c, &s);
	if (st == OK)
		st = study_sql_file(c, s.id, &row);
	if (st != OK)
		return st;
	STUDY_FILE_FIELDS(COPY_FIELD, to)
	to->uploader = uploader(c, from);
	storage->used = s.used;
	storage->quota = STORE_MIB(FILE_STUDY_QUOTA_MIB);
	storage->usagePercentage = 100 * s.used / storage->quota;
	to->storage = storage;
	return OK;
}

enum status study_file_take(struct ctx *c, uint64_t study_id, uint64_t id, struct file_sent *out)
{
	enum status st = study_need(c, study_id, STUDY_MEMBER, NULL);

	return st == OK ? file_take_study(c, study_id, id, out) : st;
}

enum status study_file_delete(struct ctx *c, uint64_t study_id, uint64_t id)
{
	enum study_role role;
	enum status st = study_need(c, study_id, STUDY_MEMBER, &role);

	return st == OK ? file_delete_study(c, study_id, id, role >= STUDY_ADMIN) : st;
}
