/* Endpoints of §8.3 of the core contract that belong to no room. */
#include "domain/file/file_sql.h"
#include "domain/registry.h"

#define UPLOAD_IN(F, S) F(S, FILES, file, .aka = "files image audio video", .required = true, .max = 1)
SHAPE(upload_in, UPLOAD_IN)

#define FILE_KEY_IN(F, S)                                                                          \
	F(S, STR, key, .from = FROM_PATH, .max = 200)                                              \
	F(S, BOOL, download, .from = FROM_QUERY, .dflt = "false", .doc = "to be saved, not shown")
SHAPE(file_key_in, FILE_KEY_IN)

#define FILE_ID_IN(F, S) F(S, ID, fileId, .from = FROM_PATH)
SHAPE(file_id_in, FILE_ID_IN)

#define FILE_PAGE_IN(F, S)                                                                         \
	F(S, INT, page, .from = FROM_QUERY, .max = 100000, .dflt = "0")                            \
	F(S, INT, size, .aka = "limit", .from = FROM_QUERY, .min = 1, .max = FILE_PAGE_MAX, .dflt = "100")
SHAPE(file_page_in, FILE_PAGE_IN)

/* No smaller copies are made: all variants are the image itself. */
#define UPLOAD_VARIANTS(F, S)                                                                      \
	F(S, STR, thumbnail)                                                                       \
	F(S, STR, medium)                                                                          \
	F(S, STR, large)
SHAPE(upload_variants, UPLOAD_VARIANTS)

#define UPLOAD_OUT(F, S)                                                                           \
	F(S, STR, key)                                                                             \
	F(S, STR, url)                                                                             \
	F(S, STRS, urls)                                                                           \
	F(S, INT, size)                                                                            \
	F(S, STR, type)                                                                            \
	F(S, OBJ(upload_variants), variants, .doc = "of an image; null for others")                \
	F(S, OBJ(file_out), metadata)
SHAPE(upload_out, UPLOAD_OUT)

static const unsigned images = STORE_IMAGE, recordings = STORE_AUDIO, videos = STORE_VIDEO;

HANDLER(upload_post, struct upload_in, struct upload_out)
{
	struct ctx *c = &r->ctx;
	struct list rows;
	enum status st = file_add(c, 0, in->file.v, in->file.n, *(const unsigned *)r->route->arg, 0, &rows);

	if (st != OK)
		return st;
	const struct file_out *f = rows.v;
	const char **urls = arena_array(c->arena, const char *, 1);

	urls[0] = f->url;
	out->key = in->file.v[0]->key;
	out->url = f->url;
	out->urls.v = urls;
	out->urls.n = 1;
	out->size = f->fileSize;
	out->type = f->contentType;
	out->metadata = f;
	if (in->file.v[0]->kind == STORE_IMAGE) {
		struct upload_variants *v = arena_new_of(c->arena, struct upload_variants);

		v->thumbnail = v->medium = v->large = f->url;
		out->variants = v;
	}
	req_header(r, "Location", f->url);
	return OK;
}

/* attachment; filename="a_.png"; filename*=UTF-8''a%20%EA%B0%80.png (RFC 6266, RFC 8187) */
static const char *disposition(struct ctx *c, const char *how, const char *name)
{
	static const char safe[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-_";
	struct buf b = buf_new(c->arena, 256, 3000);

	buf_str(&b, how);
	buf_str(&b, "; filename=\"");
	for (const char *p = name; *p; p++)
		buf_char(&b, strchr(safe, *p) ? *p : '_');
	buf_str(&b, "\"; filename*=UTF-8''");
	for (const char *p = name; *p; p++)
		if (strchr(safe, *p))
			buf_char(&b, *p);
		else
			buf_printf(&b, "%%%02X", (unsigned)(unsigned char)*p);
	return b.data;
}

/* nginx sends the bytes, and knows Range and If-None-Match. */
HANDLER(file_get, struct file_key_in, struct nothing)
{
	struct ctx *c = &r->ctx;
	struct file_served_row f;
	/* MariaDB takes no notice of spaces behind a key, the file system does */
	const char *key = file_key_of(c, in->key);
	enum status st = key ? file_sql_served(c, key, &f) : E_NO_ROW;

	if (st != OK)
		return st == E_NO_ROW ? E_NO_FILE : st;
	bool shown = !in->download && strcmp(f.kind, "DOCUMENT") != 0;

	r->content_type_out = f.content_type;
	req_header(r, "Content-Disposition", disposition(c, shown ? "inline" : "attachment", f.name));
	req_header(r, "X-Accel-Redirect", arena_printf(c->arena, "/studymate-files/%.2s/%s", key, key));
	return OK;
}

HANDLER(file_delete, struct file_key_in, struct nothing)
{
	return file_delete_key(&r->ctx, in->key);
}

HANDLER(my_file_delete, struct file_id_in, struct nothing)
{
	return file_delete_id(&r->ctx, in->fileId);
}

HANDLER(my_files_get, struct file_page_in, struct files_out)
{
	struct file_page p = {.page = in->page, .size = in->size};
	struct list rows;
	enum status st = file_list_mine(&r->ctx, &p, &rows);

	out->items.v = rows.v;
	out->items.n = rows.n;
	return st;
}

#define UPLOAD(path, also, what, mib)                                                              \
	{.name = "upload_" #what, .call = upload_post_call, .in = &upload_in_shape,                \
	 .out = &upload_out_shape, .on = {path, also}, .arg = &what, .auth = AUTH_USER,            \
	 .rate = RATE_UPLOAD, .envelope = FLAT, .ok = 201, .statements = 1,                        \
	 .file_max = STORE_MIB(mib), .body_max = STORE_MIB((mib) + 1),                             \
	 .doc = "Upload one file. What it is its bytes decide; name and declared type must agree.", \
	 .fails = {E_FILE_TOO_LARGE, E_FILE_TYPE, E_FILE_QUOTA, E_BAD_FORM}}

static const struct route routes[] = {
	UPLOAD("POST /upload/image", "POST /chat/upload/image", images, STORE_IMAGE_MIB),
	UPLOAD("POST /upload/audio", NULL, recordings, STORE_AUDIO_MIB),
	UPLOAD("POST /upload/video", NULL, videos, STORE_VIDEO_MIB),
	ROUTE(file_get, file_key_in, nothing, .on = {"GET /upload/file/{key}"}, .raw = true,
	      .media = "application/octet-stream", .cache = CACHE_FILE, .statements = 1,
	      .doc = "A file's bytes. Whoever knows its key may read it; pictures, sound and films are "
		     "shown, documents saved. Range is served. Unknown parameters are ignored.",
	      .fails = {E_NO_FILE}),
	ROUTE(file_delete, file_key_in, nothing, .on = {"DELETE /upload/file/{key}"}, .auth = AUTH_USER,
	      .rate = RATE_WRITE, .statements = 1, .doc = "Delete a file of mine by its key.",
	      .fails = {E_NO_FILE}),
	ROUTE(my_files_get, file_page_in, files_out, .on = {"GET /chat/files/my-files"}, .auth = AUTH_USER,
	      .rate = RATE_READ, .statements = 1, .doc = "My files, newest first."),
	ROUTE(my_file_delete, file_id_in, nothing, .on = {"DELETE /chat/files/{fileId}"}, .auth = AUTH_USER,
	      .rate = RATE_WRITE, .statements = 1, .doc = "Delete a file of mine.", .fails = {E_NO_FILE}),
};

extern const struct stmt *const file_stmts[];
extern const struct schedule file_schedules[];
const struct domain file_domain = {
	.name = "files",
	.doc = "Uploaded files",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = file_stmts,
	.schedules = file_schedules,
};
