#include "domain/study/study_chat.h"
#include "base/html.h"
#include "base/utf8.h"
#include "domain/live/live.h"
#include "domain/once/once.h"
#include "domain/study/study.h"
#include "domain/study/study_chat_sql.h"

SHAPE_TABLE(study_person, STUDY_PERSON)
SHAPE_TABLE(study_shown_file, STUDY_SHOWN_FILE)
SHAPE_TABLE(study_message, STUDY_MESSAGE)
SHAPE_TABLE(study_message_told, STUDY_MESSAGE_TOLD)
SHAPE_TABLE(study_message_read, STUDY_MESSAGE_READ)
SHAPE_TABLE(study_message_gone, STUDY_MESSAGE_GONE)

/* ---- rows as the clients see them ---------------------------------------------------------- */

/* "3,5" as a list of texts. */
static void split(struct ctx *c, const char *ids, struct list *out)
{
	size_t n = ids && *ids;

	for (const char *p = ids; p && *p; p++)
		n += *p == ',';
	const char **v = arena_array(c->arena, const char *, n);

	for (size_t i = 0; i < n; i++) {
		size_t len = strcspn(ids, ",");

		v[i] = arena_strndup(c->arena, ids, len);
		ids += len + 1;
	}
	*out = (struct list){v, n};
}

static void show(struct ctx *c, const struct study_message_row *row, struct study_message *out)
{
	struct study_person *who = arena_new_of(c->arena, struct study_person);

	*who = (struct study_person){.id = row->userId, .name = row->name, .avatar = row->avatar};
	*out = (struct study_message){
		.id = row->id,
		.seq = row->seq,
		.studyId = row->studyId,
		.userId = row->userId,
		.content = row->content,
		.fileId = row->fileId,
		.createdAt = row->createdAt,
		.updatedAt = row->updatedAt,
		.user = who,
	};
	split(c, row->readers, AS_LIST(&out->readers));
	if (!row->fileId)
		return;
	struct study_shown_file *f = arena_new_of(c->arena, struct study_shown_file);

	*f = (struct study_shown_file){.id = row->fileId, .name = row->fileName, .url = row->fileUrl,
				       .type = row->fileType, .size = row->fileSize};
	out->file = f;
}

static void show_all(struct ctx *c, const struct list *rows, bool turn, struct list *out)
{
	const struct study_message_row *row = rows->v;
	struct study_message *items = arena_array(c->arena, struct study_message, rows->n);

	for (size_t i = 0; i < rows->n; i++)
		show(c, &row[i], &items[turn ? rows->n - 1 - i : i]);
	*out = (struct list){items, rows->n};
}

/* ---- reading ------------------------------------------------------------------------------ */

static enum status bottom_of(struct ctx *c, uint64_t study_id, int64_t *bottom)
{
	enum status st = study_sql_bottom(c, study_id, bottom);

	return st == E_NO_ROW ? fail(c, E_STUDY_NOT_MEMBER, "study %llu", (unsigned long long)study_id) : st;
}

static enum status show_page(struct ctx *c, uint64_t study_id, const struct list *rows, bool turn, struct list *out)
{
	int64_t bottom;

	show_all(c, rows, turn, out);
	return rows->n ? OK : bottom_of(c, study_id, &bottom); /* no messages, or no member */
}

enum status study_messages(struct ctx *c, uint64_t study_id, uint64_t before, int64_t n, struct list *out)
{
	struct list rows;
	enum status st = study_sql_messages(c, study_id, before, n, &rows);

	return st == OK ? show_page(c, study_id, &rows, true, out) : st;
}

enum status study_missed(struct ctx *c, uint64_t study_id, int64_t after, int64_t n, struct list *out)
{
	struct list rows;
	enum status st = study_sql_missed(c, study_id, after, n, &rows);

	return st == OK ? show_page(c, study_id, &rows, false, out) : st;
}

enum status study_search(struct ctx *c, uint64_t study_id, const struct study_query *q, struct list *out,
			 int64_t *total)
{
	struct list rows;
	int64_t bottom;
	enum status st = bottom_of(c, study_id, &bottom);

	if (st == OK)
		st = study_sql_count_found(c, study_id, q, bottom, total);
	if (st == OK)
		st = study_sql_found(c, study_id, q, bottom, &rows);
	if (st == OK)
		show_all(c, &rows, false, out);
	return st;
}

/* ---- writing ------------------------------------------------------------------------------ */

static void tell(struct ctx *c, const char *event, uint64_t study_id, const struct shape *s, const void *data)
{
	live_post(c, (struct live){LIVE_STUDY, study_id, event, 0}, s, data);
}

void study_tell_newest(struct ctx *c, uint64_t study_id, int64_t seq)
{
	live_post(c, (struct live){LIVE_STUDY, study_id, "study.newest", seq}, &nothing_shape, &(struct nothing){0});
}

static void tell_message(struct ctx *c, const struct study_message *m, const char *socket_id)
{
	struct study_message_told told = {
		.id = m->id,
		.seq = m->seq,
		.studyId = m->studyId,
		.userId = m->userId,
		.content = m->content,
		.fileId = m->fileId,
		.createdAt = m->createdAt,
		.updatedAt = m->updatedAt,
		.user = m->user,
		.file = m->file,
		.socketId = socket_id,
	};

	*AS_LIST(&told.readers) = (struct list){m->readers.v, m->readers.n};
	live_post(c, (struct live){LIVE_STUDY, m->studyId, "study.message", m->seq}, &study_message_told_shape, &told);
}

enum status study_say(struct ctx *c, const struct study_draft *d, struct study_message *out, bool *again)
{
	const char *text = html_plain(c->arena, d->text ? d->text : "");
	struct study_message_row row = {0};
	unsigned char key[32];

	if (utf8_blank(text) && !d->file_id)
		return E_CHAT_EMPTY;
	if (d->key)
		once_hash("study.message", d->key, key);
	enum status st = study_sql_say(c, d, text, d->key ? key : NULL, &row);

	if (st == E_STUDY_CHAT_FAST)
		c->retry_after = STUDY_PACE_S;
	if (st != OK)
		return st;
	if (!row.same)
		return fail(c, E_KEY_REUSED, "same key, other message or study");
	*again = !row.fresh;
	show(c, &row, out);
	tell_message(c, out, d->socket_id); /* also again: its worker may have died before it did */
	return OK;
}

enum status study_edit(struct ctx *c, uint64_t study_id, uint64_t message_id, const char *text,
		       struct study_message *out)
{
	struct study_message_row row;

	text = html_plain(c->arena, text ? text : "");
	if (utf8_blank(text))
		return E_CHAT_EMPTY;
	enum status st = study_sql_edit(c, study_id, message_id, text, &row);

	if (st != OK)
		return st == E_NO_ROW ? E_STUDY_NO_MESSAGE : st; /* deleted meanwhile */
	show(c, &row, out);
	tell(c, "study.message_changed", study_id, &study_message_shape, out);
	return OK;
}

static void tell_gone(struct ctx *c, uint64_t study_id, uint64_t message_id)
{
	const struct study_message_gone gone = {.studyId = study_id, .messageId = message_id};

	tell(c, "study.message_deleted", study_id, &study_message_gone_shape, &gone);
}

enum status study_delete_message(struct ctx *c, uint64_t study_id, uint64_t message_id)
{
	enum status st = study_sql_delete_message(c, study_id, message_id);

	if (st == OK)
		tell_gone(c, study_id, message_id);
	return st;
}

struct taken {
	struct ctx *c;
	uint64_t study_id, message_id;
};

static void tell_taken(const void *arg)
{
	const struct taken *t = arg;

	tell_gone(t->c, t->study_id, t->message_id);
}

enum status study_take_message(struct ctx *c, uint64_t message_id, struct study_taken *out)
{
	struct study_taken_row row = {0};
	enum status st = study_sql_take_message(c, message_id, &row);

	if (st != OK)
		return st;
	struct taken *t = arena_new_of(c->arena, struct taken);

	*t = (struct taken){c, row.studyId, message_id};
	db_after(c, tell_taken, t);
	*out = (struct study_taken){.study_id = row.studyId, .author_id = row.userId};
	return OK;
}

enum status study_read(struct ctx *c, uint64_t study_id, uint64_t message_id, struct study_message_read *out)
{
	struct study_read_row row;
	enum status st = study_sql_read(c, study_id, message_id, &row);

	if (st != OK)
		return st;
	out->messageId = message_id;
	out->userId = c->me.user_id;
	split(c, row.readers, AS_LIST(&out->readers));
	if (row.moved)
		tell(c, "study.message_read", row.studyId, &study_message_read_shape, out);
	return OK;
}
