#include "domain/file/file.h"
#include "base/buf.h"
#include "base/hex.h"
#include "domain/file/file_sql.h"

SHAPE_TABLE(file_out, FILE_OUT)
SHAPE_TABLE(files_out, FILES_OUT)

static void describe(struct buf *b, const struct store_file *f, const char *purpose, int64_t duration)
{
	char sha[2 * SHA256_BYTES + 1];

	hex_encode(sha, f->sha256, SHA256_BYTES);
	buf_printf(b, "{\"key\":\"%s\",\"type\":\"%s\",\"kind\":\"%s\",\"sha\":\"%s\",", f->key, f->content_type,
		   store_kind_name(f->kind), sha);
	buf_printf(b, "\"purpose\":\"%s\",\"size\":%lld,\"duration\":%lld,\"name\":", purpose, (long long)f->size,
		   (long long)duration);
	buf_json(b, f->name, strlen(f->name));
	buf_char(b, '}');
}

/* What the files of one request have in common. */
struct adding {
	uint64_t owner; /* 0: the caller */
	bool newcomer;	/* nobody's */
	uint64_t room_id;
	const char *purpose;
	unsigned kinds;
	int64_t duration;
	const unsigned char *once; /* NULL: as often as one likes */
};

static enum status add(struct ctx *c, const struct adding *a, struct store_file *const *v, size_t n, struct list *rows)
{
	const uint64_t owner = a->owner ? a->owner : c->me.user_id;
	struct buf b = buf_new(c->arena, 1024, (size_t)1 << 17);
	enum status st = OK;

	*rows = (struct list){0};
	if (!n)
		return OK;
	for (size_t i = 0; i < n && st == OK; i++)
		st = store_accept(c, v[i], a->kinds);
	for (size_t i = 0; i < n && st == OK; i++)
		st = store_place(c, v[i]);
	if (st != OK)
		return st;
	for (size_t i = 0; i < n; i++) {
		buf_char(&b, i ? ',' : '[');
		describe(&b, v[i], a->purpose, a->duration);
	}
	buf_char(&b, ']');
	st = file_sql_add(c, a->newcomer ? NULL : &owner, a->room_id, b.data, a->once, rows);
	/* if nobody knows whether the rows are there, the files had better be */
	for (size_t i = 0; i < n && (st == OK || st == E_UNCERTAIN); i++)
		store_keep(v[i]);
	return st;
}

enum status file_add(struct ctx *c, uint64_t room_id, struct store_file *const *v, size_t n, unsigned kinds,
		     int64_t duration, struct list *rows)
{
	const struct adding a = {.room_id = room_id, .purpose = "CHAT", .kinds = kinds, .duration = duration};

	return add(c, &a, v, n, rows);
}

enum status file_add_for(struct ctx *c, uint64_t owner, struct store_file *f, unsigned kinds, int64_t duration,
			 struct list *rows)
{
	const struct adding a = {.owner = owner, .purpose = "CHAT", .kinds = kinds, .duration = duration};

	return add(c, &a, &f, 1, rows);
}

enum status file_add_once(struct ctx *c, struct store_file *f, const unsigned char *key, struct list *rows)
{
	const struct adding a = {.purpose = "CHAT", .kinds = STORE_ANY, .once = key};
	enum status st = add(c, &a, &f, 1, rows);

	return st == E_DUPLICATE ? E_UPLOAD_USED : st;
}

static enum status add_picture(struct ctx *c, struct store_file *f, bool newcomer, const char **url)
{
	const struct adding a = {.purpose = "PROFILE", .kinds = STORE_IMAGE, .newcomer = newcomer};
	struct list rows;
	enum status st = add(c, &a, &f, 1, &rows);

	if (st == OK)
		*url = ((const struct file_out *)rows.v)->url;
	return st;
}

enum status file_add_picture(struct ctx *c, struct store_file *f, const char **url)
{
	return add_picture(c, f, false, url);
}

enum status file_add_newcomer(struct ctx *c, struct store_file *f, const char **url)
{
	enum status st = add_picture(c, f, true, url);

	if (st != E_FILE_QUOTA)
		return st;
	c->retry_after = 3600; /* they go after a day, one by one */
	return E_UPLOADS_FULL;
}

enum status file_check_avatar(struct ctx *c, const struct store_file *f)
{
	static const struct {
		const char *type, *ext;
	} types[] = {
		{"image/jpeg", "jpg"}, {"image/jpeg", "jpeg"}, {"image/jpg", "jpg"}, {"image/jpg", "jpeg"},
		{"image/png", "png"},  {"image/gif", "gif"},   {"image/webp", "webp"},
	};
	const char *dot = strrchr(f->name, '.'), *rule = "type";

	for (size_t i = 0; f->said_type && i < COUNT(types); i++) {
		if (strcasecmp(types[i].type, f->said_type) != 0)
			continue;
		if (!dot || !strcasecmp(types[i].ext, dot + 1))
			return OK;
		rule = "extension";
	}
	fail_field(c, f->field ? f->field : "file", rule,
		   say(c, "JPEG, PNG, GIF, WebP 이미지만 올릴 수 있습니다",
		       "must be a JPEG, PNG, GIF or WebP picture"));
	return E_FILE_TYPE;
}

struct sharing {
	struct file_share *share;
	const char *file; /* described */
};

static enum status share(struct ctx *c, void *arg)
{
	struct sharing *w = arg;
	struct file_shared_row row;
	enum status st = file_sql_add_study(c, w->share, w->file, &row);

	if (st != OK)
		return st;
	w->share->id = row.id;
	w->share->used = row.used;
	return w->share->then(c, w->share);
}

enum status file_add_study(struct ctx *c, struct file_share *s)
{
	struct buf b = buf_new(c->arena, 1024, (size_t)1 << 14);
	enum status st = store_accept_shared(c, s->file, s->category, STORE_MIB(FILE_STUDY_MIB));

	if (st == OK)
		st = store_place(c, s->file);
	if (st != OK)
		return st;
	buf_char(&b, '[');
	describe(&b, s->file, "STUDY", 0);
	buf_char(&b, ']');
	st = db_tx(c, share, &(struct sharing){s, b.data});
	if (st == OK || st == E_UNCERTAIN) /* as above */
		store_keep(s->file);
	return st;
}

enum status file_take_study(struct ctx *c, uint64_t study_id, uint64_t id, struct file_sent *out)
{
	return file_sql_take_study(c, study_id, id, out);
}

enum status file_find(struct ctx *c, const char *key, struct file_sent *out)
{
	struct file_served_row f;
	enum status st = file_sql_served(c, key, &f);

	if (st == OK)
		*out = (struct file_sent){.storage_key = key, .name = f.name, .content_type = f.content_type};
	return st == E_NO_ROW ? E_NO_FILE : st;
}

enum status file_delete_study(struct ctx *c, uint64_t study_id, uint64_t id, bool any)
{
	struct file_key_row row;
	enum status st = file_sql_delete_study(c, study_id, id, any, &row);

	if (st == OK)
		store_remove(c, row.storage_key);
	return st;
}

#define KEPT "/api/v1/upload/file/"

const char *file_upload_url(struct ctx *c, const char *url, const char *folder)
{
	return url && !strncmp(url, KEPT, strlen(KEPT))
		       ? arena_printf(c->arena, "/uploads/%s/%s", folder, url + strlen(KEPT))
		       : url;
}

const char *file_kept_url(struct ctx *c, const char *url)
{
	enum { HEX = 32 }; /* digits of a key, before its ending */
	const char *key = url && !strncmp(url, "/uploads/", 9) ? file_key_of(c, url) : NULL;

	return key && strspn(key, "0123456789abcdef") == HEX && key[HEX] == '.' ? arena_printf(c->arena, KEPT "%s", key)
										: url;
}

const char *file_key_of(struct ctx *c, const char *url)
{
	static const char *const before[] = {KEPT, "/api/upload/file/", "/uploads/avatars/", "/uploads/avatar/",
					     "/uploads/general/"};
	const char *path = strstr(url, "://");

	/* an address of ours may come back absolute, as a client made it */
	path = path ? strchr(path + 3, '/') : url;
	for (size_t i = 0; path && i < COUNT(before); i++)
		if (!strncmp(path, before[i], strlen(before[i]))) {
			path += strlen(before[i]);
			break;
		}
	size_t n = path ? strcspn(path, "?#") : 0;

	return n && n <= 40 && strspn(path, "0123456789abcdefghijklmnopqrstuvwxyz.") == n
		       ? arena_strndup(c->arena, path, n)
		       : NULL;
}

enum status file_list_mine(struct ctx *c, const struct file_page *p, struct list *rows)
{
	return file_sql_mine(c, p, rows);
}

enum status file_list_room(struct ctx *c, uint64_t room_id, const struct file_page *p, struct list *rows)
{
	return file_sql_room(c, room_id, p, rows);
}

enum status file_of_messages(struct ctx *c, uint64_t room_id, const char *seqs, struct list *rows)
{
	return file_sql_messages(c, room_id, seqs, rows);
}

enum status file_delete_id(struct ctx *c, uint64_t id)
{
	struct file_key_row row;
	enum status st = file_sql_delete_id(c, id, "CHAT", &row);

	if (st == OK)
		store_remove(c, row.storage_key);
	return st;
}

static enum status delete_key(struct ctx *c, uint64_t owner, const char *key, const char *purpose)
{
	struct file_key_row row;
	enum status st = file_sql_delete_key(c, owner, key, purpose, &row);

	if (st == OK)
		store_remove(c, row.storage_key);
	return st;
}

enum status file_delete_key(struct ctx *c, const char *key)
{
	return delete_key(c, c->me.user_id, key, "CHAT");
}

enum status file_delete_of(struct ctx *c, uint64_t owner, const char *key)
{
	return delete_key(c, owner, key, "CHAT");
}

enum status file_delete_picture(struct ctx *c, const char *key)
{
	return delete_key(c, c->me.user_id, key, "PROFILE");
}
