/*
 * Exports are put together in pieces of a third of a second. A piece adds files to the ZIP and notes where the next one
 * goes on; both change at once (zip/archive.h), so a killed process costs a piece, whoever goes on. A file holds about
 * FILE_BYTES at most, then follows another (chats/room_001_2.json), so that neither somebody's messages nor a room of
 * millions are ever in memory.
 */
#include "base/clock.h"
#include "base/log.h"
#include "domain/export/export_parts.h"
#include "domain/export/export_rules.h"
#include "domain/export/export_sql.h"
#include "domain/job.h"
#include "domain/notification/notification.h"
#include "http/render.h"
#include "sec/random.h"
#include "store/store.h"
#include "zip/archive.h"

#include <sys/stat.h>

enum { PIECE_US = 300 * 1000, FILE_BYTES = 2 << 20, PIECE_BYTES = 4 << 20, FILE_MAX = 32 << 20, NOTE_MAX = 128 };
enum { HOURLY_S = 3600, DAYS_REMEMBERED = 90 };
#define ARCHIVE_MAX ((int64_t)5 << 30)

/* Where to go on; the note of the archive. */
struct spot {
	size_t part;
	uint64_t file;	 /* how many files the part, or the room, has so far */
	uint64_t rooms;	 /* that were begun */
	uint64_t room;	 /* the last of them */
	uint64_t cursor; /* after which row */
};

struct work {
	struct archive *zip;
	struct spot at;
	struct list rooms; /* of the part, from the next one on */
	size_t next_room;
	size_t bytes;
};

static const char *note_of(struct ctx *c, const struct spot *p)
{
	return arena_printf(c->arena, "%zu %llu %llu %llu %llu", p->part, (unsigned long long)p->file,
			    (unsigned long long)p->rooms, (unsigned long long)p->room, (unsigned long long)p->cursor);
}

static struct spot spot_of(const struct archive *zip)
{
	const char *note = archive_note(zip);
	struct spot p = {0};
	uint64_t *const numbers[] = {&p.file, &p.rooms, &p.room, &p.cursor};
	char *end;

	if (!note) /* one that is whole has none */
		return (struct spot){.part = archive_entries(zip) ? export_parts_n : 0};
	p.part = strtoul(note, &end, 10);
	for (size_t i = 0; i < COUNT(numbers); i++)
		*numbers[i] = strtoull(end, &end, 10);
	return p;
}

/* ---- one file ----------------------------------------------------------------------------- */

static enum status away(struct ctx *c, const struct archive *zip)
{
	return fail(c, E_UNAVAILABLE, "export: %s", zip ? archive_why(zip) : strerror(errno));
}

/* "chats/room.json" of the first room: chats/room_001.json, its second file chats/room_001_2.json */
static const char *name_of(struct ctx *c, const struct export_part *part, const struct spot *p)
{
	int stem = (int)strcspn(part->name, ".");
	const char *room = part->of ? arena_printf(c->arena, "_%03llu", (unsigned long long)p->rooms) : "";
	const char *more = p->file ? arena_printf(c->arena, "_%llu", (unsigned long long)p->file + 1) : "";

	return arena_printf(c->arena, "%.*s%s%s%s", stem, part->name, room, more, part->name + stem);
}

static enum status add(struct ctx *c, struct work *w, const char *name, const struct buf *b)
{
	if (b->over)
		return fail(c, E_INTERNAL, "%s is too large", name);
	w->bytes += b->len;
	return archive_add(w->zip, name, b->data, b->len) ? OK : away(c, w->zip);
}

/* Rows until there are no more (*last), or enough for one file; n: how many. */
static enum status add_rows(struct ctx *c, struct work *w, const struct export_part *part, struct buf *b, size_t *n,
			    bool *last)
{
	size_t most = part->page ? part->page : EXPORT_PAGE;
	const struct shape *s = part->rows->row;
	struct list rows;

	*n = 0;
	do {
		enum status st = export_page(c, part->rows, part->args, w->at.cursor, w->at.room, most, &rows);

		if (st != OK)
			return st;
		for (size_t i = 0; i < rows.n; i++) {
			const char *row = (const char *)rows.v + i * s->size;

			buf_str(b, (*n)++ ? ",\n" : "\n");
			render_value(b, s, row);
			w->at.cursor = *(const uint64_t *)(const void *)(row + s->fields[0].offset);
		}
		*last = rows.n < most;
	} while (!*last && b->len < FILE_BYTES);
	buf_str(b, "\n]");
	return OK;
}

static void next_part(struct work *w)
{
	w->at = (struct spot){.part = w->at.part + 1};
	w->rooms = (struct list){0};
	w->next_room = 0;
}

static enum status add_list(struct ctx *c, struct work *w, const struct export_part *part)
{
	struct buf b = buf_new(c->arena, 1 << 16, FILE_MAX);
	const char *name = name_of(c, part, &w->at);
	size_t n;
	bool last;

	buf_char(&b, '[');
	enum status st = add_rows(c, w, part, &b, &n, &last);

	if (st != OK)
		return st;
	buf_char(&b, '\n');
	if (n || !w->at.file) /* one without rows is nothing to go on with */
		st = add(c, w, name, &b);
	w->at.file++;
	if (last)
		next_part(w);
	return st;
}

/* *room: NULL when there is no other one. In the middle of one it is that one again. */
static enum status find_room(struct ctx *c, struct work *w, const struct export_part *part, const void **room)
{
	enum status st = OK;

	if (w->next_room == w->rooms.n) {
		w->next_room = 0;
		st = export_page(c, part->of, part->of_args, w->at.file ? w->at.room - 1 : w->at.room, 0, EXPORT_ROOMS,
				 &w->rooms);
	}
	*room = st == OK && w->rooms.n ? (const char *)w->rooms.v + w->next_room * part->of->row->size : NULL;
	return st;
}

static enum status add_room(struct ctx *c, struct work *w, const struct export_part *part)
{
	struct buf b = buf_new(c->arena, 1 << 16, FILE_MAX);
	const struct shape *s = part->of->row;
	const char *room;
	size_t n;
	bool last;
	enum status st = find_room(c, w, part, (const void **)&room);

	if (st != OK)
		return st;
	if (!room) {
		next_part(w);
		return OK;
	}
	uint64_t id = *(const uint64_t *)(const void *)(room + s->fields[0].offset);

	if (w->at.file && id != w->at.room) { /* the one under way is not theirs any more */
		w->at = (struct spot){.part = w->at.part, .rooms = w->at.rooms, .room = w->at.room};
		return OK;
	}
	if (!w->at.file)
		w->at.rooms++;
	w->at.room = id;
	buf_char(&b, '{');
	(void)render_fields(&b, s, room, IN_DATA);
	buf_printf(&b, ",\"%s\":[", part->items);
	const char *name = name_of(c, part, &w->at);

	st = add_rows(c, w, part, &b, &n, &last);
	if (st != OK)
		return st;
	buf_str(&b, "}\n");
	if (n || !w->at.file)
		st = add(c, w, name, &b);
	w->at.file++;
	if (last) {
		w->next_room++;
		w->at.file = w->at.cursor = 0;
	}
	return st;
}

static enum status add_one(struct ctx *c, struct work *w, const struct export_part *part)
{
	struct buf b = buf_new(c->arena, 1 << 14, FILE_MAX);
	struct list rows = {0};
	enum status st = part->write ? part->write(c, &b)
				     : export_page(c, part->rows, part->args, 0, 0, 1, &rows);

	if (st != OK)
		return st;
	if (rows.n)
		render_value(&b, part->rows->row, rows.v);
	else if (!part->write)
		buf_str(&b, "{}");
	buf_char(&b, '\n');
	const char *name = part->name;

	next_part(w);
	return add(c, w, name, &b);
}

static enum status add_next(struct ctx *c, struct work *w)
{
	const struct export_part *part = &export_parts[w->at.part];

	return part->write || part->one ? add_one(c, w, part) : part->of ? add_room(c, w, part) : add_list(c, w, part);
}

/* ---- a piece ------------------------------------------------------------------------------ */

static const char *draft_of(struct ctx *c, const char *code)
{
	return arena_printf(c->arena, "export-%s.zip", code);
}

static enum status ready(struct ctx *c, const struct export_work_row *x)
{
	char link[EXPORT_HEX + 1];
	struct store_file *f;
	enum status st = store_adopt(c, draft_of(c, x->code), "zip", &f);

	if (st == OK)
		st = store_place(c, f);
	if (st != OK)
		return st;
	random_hex(link, EXPORT_LINK_BYTES);
	st = export_sql_ready(c, x->id, link, f->key, f->size);
	/* if nobody knows whether the row says so, the file had better be there */
	if (st == OK || st == E_UNCERTAIN)
		store_keep(f);
	return st == E_NO_EXPORT ? OK : st;
}

static enum status add_piece(struct ctx *c, const char *path, bool *whole)
{
	struct work w = {.zip = archive_open(c->arena, path)};
	int64_t end = clock_mono() + PIECE_US;
	enum status st = OK;

	if (!w.zip)
		return away(c, NULL);
	w.at = spot_of(w.zip);
	*whole = w.at.part >= export_parts_n;
	if (*whole)
		return OK;
	do
		st = add_next(c, &w);
	while (st == OK && w.at.part < export_parts_n && w.bytes < PIECE_BYTES && clock_mono() < end);
	if (st != OK)
		return st;
	*whole = w.at.part >= export_parts_n;
	return archive_close(w.zip, *whole ? NULL : note_of(c, &w.at)) ? OK : away(c, w.zip);
}

static enum status too_large(struct ctx *c, const struct export_work_row *x, const char *path)
{
	LOG(LOG_INFO, "an export is too large", LOG_NUM("id", x->id));
	(void)unlink(path);
	return export_sql_failed(c, x->id);
}

static enum status on_requested(struct ctx *c, struct event *e)
{
	struct export_work_row x;
	struct stat s;
	const struct jval *code;
	size_t n;
	bool whole = false;
	enum status st = export_sql_work(c, e->subject_id, &x);

	if (st == E_NO_ROW) { /* nobody waits for it any more */
		if (jin_get(e->payload, "code", &code) && jin_type(code) == J_STR)
			(void)unlink(store_draft(c, draft_of(c, jin_str(code, &n))));
		return OK;
	}
	if (st != OK)
		return st;
	const char *path = store_draft(c, draft_of(c, x.code));

	if (stat(path, &s) == 0 && s.st_size > ARCHIVE_MAX)
		return too_large(c, &x, path);
	c->me = (struct identity){.user_id = x.user_id};
	st = add_piece(c, path, &whole);
	if (st == OK && whole)
		st = ready(c, &x);
	/* somebody else was faster: whether that is told of already is seen next time */
	e->more = st == E_NO_FILE || (st == OK && !whole);
	e->progress++;
	return st == E_NO_FILE ? OK : st;
}

/* ---- afterwards --------------------------------------------------------------------------- */

static const char *size_text(struct ctx *c, int64_t bytes)
{
	const double kib = 1024;
	double n = (double)bytes / kib;

	return n < kib ? arena_printf(c->arena, "%.1f KB", n) : arena_printf(c->arena, "%.1f MB", n / kib);
}

static const char *day_text(struct ctx *c, int64_t at, const char *zone)
{
	return arena_printf(c->arena, "%.10s", clock_local_text(c->arena, at, zone));
}

static enum status on_ready(struct ctx *c, struct event *e)
{
	struct export_told_row row;
	enum status st = export_sql_told(c, e->subject_id, &row);

	if (st != OK)
		return st == E_NO_ROW ? OK : st;
	struct notice n = notify_notice(c, NOTIFY_DATA_EXPORT,
					(const struct notify_param[]){
						{"time", day_text(c, row.expires_at, row.zone)},
						{"text", size_text(c, row.size)},
						{0},
					});
	struct buf data = buf_new(c->arena, 512, 2048);

	buf_printf(&data, "{\"exportId\":\"export_%s\",\"fileSize\":%lld,\"expiresAt\":", row.code,
		   (long long)row.size);
	render_time(&data, row.expires_at);
	buf_member(&data, "downloadUrl", export_url(c, row.link));
	buf_char(&data, '}');
	n.data = data.data;
	n.expires_at = row.expires_at;
	return notify_user(c, e->id, row.user_id, &n);
}

static const char *ids_of(struct ctx *c, const struct list *rows)
{
	const struct export_file_row *f = rows->v;

	return buf_ids(c->arena, (const int64_t *)&f->id, rows->n, sizeof(*f));
}

/* Bytes first: whatever is killed in between is found again. */
static void remove_bytes(struct ctx *c, const struct list *rows)
{
	const struct export_file_row *f = rows->v;

	for (size_t i = 0; i < rows->n; i++) {
		if (f[i].storage_key)
			store_remove(c, f[i].storage_key);
		(void)unlink(store_draft(c, draft_of(c, f[i].code)));
	}
}

static enum status expire(struct ctx *c, int64_t *n)
{
	struct list rows;
	enum status st = export_sql_expired(c, &rows);

	*n = (int64_t)rows.n;
	if (st != OK || !rows.n)
		return st;
	remove_bytes(c, &rows);
	return export_sql_expire(c, ids_of(c, &rows));
}

enum status export_clear_user(struct ctx *c, uint64_t user_id, bool *left)
{
	struct list rows;
	enum status st = export_sql_of_user(c, user_id, &rows);

	if (st != OK)
		return st;
	remove_bytes(c, &rows);
	*left = rows.n == EXPORT_PIECE;
	return rows.n ? export_sql_delete(c, ids_of(c, &rows)) : OK;
}

/* Its event became a dead letter: who asked may ask again. */
static enum status give_up(struct ctx *c, int64_t *n)
{
	return export_sql_give_up(c, c->now - DAY_MS, n);
}

static enum status forget(struct ctx *c, int64_t *n)
{
	return export_sql_forget(c, c->now - DAYS_REMEMBERED * DAY_MS, n);
}

const struct job export_jobs[] = {
	{"export.requested", .run = on_requested},
	{"export.ready", .run = on_ready},
	{0},
};

const struct schedule export_schedules[] = {
	{"export.expire", HOURLY_S, .piece = expire, .full = EXPORT_PIECE},
	{"export.give_up", HOURLY_S, .piece = give_up, .full = EXPORT_PIECE},
	{"export.forget", HOURLY_S, .piece = forget, .full = EXPORT_PIECE},
	{0},
};
