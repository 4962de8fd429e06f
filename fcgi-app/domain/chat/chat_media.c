#include "domain/chat/chat_media.h"
#include "base/buf.h"
#include "domain/file/file.h"

enum { KEY_TEXT = 48, SEQ_TEXT = 24 };

/* ---- sending ------------------------------------------------------------------------------ */

static enum status add_new(struct ctx *c, const struct chat_draft *d, struct chat_attached *a)
{
	struct store_file *sound = NULL;
	enum status st;

	if (!d->audio)
		return file_add(c, d->room_id, d->files, d->n_files, STORE_ANY, d->duration, &a->added);
	st = store_inline(c, d->audio, NULL, &sound);
	if (st == OK)
		st = file_add(c, d->room_id, &sound, 1, STORE_AUDIO, d->duration, &a->added);
	return st == E_FILE_TYPE ? E_CHAT_BAD_AUDIO : st;
}

enum status chat_attach(struct ctx *c, const struct chat_draft *d, struct chat_attached *a)
{
	struct buf b = buf_new(c->arena, 256, (size_t)(2 * CHAT_FILES_MAX + 1) * KEY_TEXT);

	*a = (struct chat_attached){0};
	for (size_t i = 0; i < d->n_urls; i++) {
		const char *key = file_key_of(c, d->urls[i]);

		if (!key)
			return fail(c, E_CHAT_BAD_FILE, "%.100s is no file of ours", d->urls[i]);
		buf_printf(&b, "%c\"%s\"", a->n++ ? ',' : '[', key);
	}
	enum status st = add_new(c, d, a);
	const struct file_out *f = a->added.v;

	for (size_t i = 0; i < a->added.n; i++)
		buf_printf(&b, "%c\"%s\"", a->n++ ? ',' : '[', file_key_of(c, f[i].url));
	if (a->n) {
		buf_char(&b, ']');
		a->keys = b.data;
	}
	return st;
}

void chat_detach(struct ctx *c, const struct chat_attached *a)
{
	const struct file_out *f = a->added.v;

	/* a failure here leaves the sender a file they can see and delete */
	for (size_t i = 0; i < a->added.n; i++)
		(void)!file_delete_id(c, (uint64_t)f[i].fileId);
}

/* ---- showing ------------------------------------------------------------------------------ */

static bool has_files(const struct chat_message_out *m)
{
	return strcmp(m->messageType, "TEXT") != 0;
}

static void put_files(struct ctx *c, struct chat_message_out *m, const struct file_out *f, size_t n)
{
	const char **urls = arena_array(c->arena, const char *, n);

	m->files.v = f;
	m->files.n = n;
	m->imageUrls.v = urls;
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(f[i].fileType, "IMAGE"))
			urls[m->imageUrls.n++] = f[i].url;
		if (!strcmp(f[i].fileType, "AUDIO") && !m->audioUrl) {
			m->audioUrl = f[i].url;
			m->audioDuration = f[i].duration;
		}
	}
}

enum status chat_show_files(struct ctx *c, uint64_t room_id, struct chat_message_out *m, size_t n)
{
	struct buf b = buf_new(c->arena, 256, (n + 1) * SEQ_TEXT);
	struct list rows;

	for (size_t i = 0; i < n; i++)
		if (has_files(&m[i])) {
			buf_char(&b, b.len ? ',' : '[');
			buf_int(&b, m[i].seq);
		}
	if (!b.len)
		return OK;
	buf_char(&b, ']');
	enum status st = file_of_messages(c, room_id, b.data, &rows);
	const struct file_out *f = rows.v;

	/* both are in the same order */
	for (size_t i = 0, at = 0; i < n && st == OK; i++) {
		size_t from = at;

		while (has_files(&m[i]) && at < rows.n && f[at].messageSeq == m[i].seq)
			at++;
		if (at > from)
			put_files(c, &m[i], f + from, at - from);
	}
	return st;
}
