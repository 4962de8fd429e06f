/* Uploads, my files and downloads: what belongs to no room. */
#include "domain/file/file_sql.h"
#include "domain/once/once.h"
#include "domain/registry.h"
#include "http/validate.h"
#include "sec/random.h"
#include "sec/token.h"

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

static void tell_uploaded(struct req *r, const struct store_file *stored, const struct file_out *f,
			  struct upload_out *out)
{
	struct ctx *c = &r->ctx;
	const char **urls = arena_array(c->arena, const char *, 1);

	urls[0] = f->url;
	out->key = stored->key;
	out->url = f->url;
	out->urls.v = urls;
	out->urls.n = 1;
	out->size = f->fileSize;
	out->type = f->contentType;
	out->metadata = f;
	if (stored->kind == STORE_IMAGE) {
		struct upload_variants *v = arena_new_of(c->arena, struct upload_variants);

		v->thumbnail = v->medium = v->large = f->url;
		out->variants = v;
	}
	req_header(r, "Location", f->url);
}

HANDLER(upload_post, struct upload_in, struct upload_out)
{
	struct ctx *c = &r->ctx;
	struct list rows;
	enum status st = file_add(c, 0, in->file.v, in->file.n, *(const unsigned *)r->route->arg, 0, &rows);

	if (st != OK)
		return st;
	tell_uploaded(r, in->file.v[0], rows.v, out);
	return OK;
}

static const char unreserved[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-_";

static void percent(struct buf *b, const char *s)
{
	for (; *s; s++)
		if (strchr(unreserved, *s))
			buf_char(b, *s);
		else
			buf_printf(b, "%%%02X", (unsigned)(unsigned char)*s);
}

/* attachment; filename="a_.png"; filename*=UTF-8''a%20%EA%B0%80.png (RFC 6266, RFC 8187) */
static const char *disposition(struct ctx *c, const char *how, const char *name)
{
	struct buf b = buf_new(c->arena, 256, 3000);

	buf_str(&b, how);
	buf_str(&b, "; filename=\"");
	for (const char *p = name; *p; p++)
		buf_char(&b, strchr(unreserved, *p) ? *p : '_');
	buf_str(&b, "\"; filename*=UTF-8''");
	percent(&b, name);
	return b.data;
}

/* nginx sends the bytes, and knows Range and If-None-Match. */
void file_send(struct req *r, const struct file_sent *f, const char *how)
{
	struct ctx *c = &r->ctx;
	const char *key = f->storage_key;

	r->content_type_out = f->content_type;
	req_header(r, "Content-Disposition", disposition(c, how, f->name));
	req_header(r, "X-Accel-Redirect", arena_printf(c->arena, "/studymate-files/%.2s/%s", key, key));
}

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
	const struct file_sent sent = {.storage_key = key, .name = f.name, .content_type = f.content_type};

	file_send(r, &sent, shown ? "inline" : "attachment");
	return OK;
}

/* ---- addresses to upload to, without a token ---------------------------------------------- */

/* FORM_BYTES: what a form may have around the file. */
enum { SIGNED_S = 900, ONCE_BYTES = 16, FORM_BYTES = 64 * 1024 };

#define PRESIGN_IN(F, S)                                                                           \
	F(S, STR, fileName, .aka = "filename originalFilename originalFileName name", .max = 255)  \
	F(S, STR, contentType, .aka = "type mimeType", .required = true, .max = 100, .lower = true) \
	F(S, INT, fileSize, .aka = "size contentLength", .required = true, .lax = true, .min = 1,  \
	  .max = STORE_MIB(STORE_VIDEO_MIB))
SHAPE(presign_in, PRESIGN_IN)

#define PRESIGN_OUT(F, S)                                                                          \
	F(S, STR, url, .aka = "uploadUrl presignedUrl", .doc = "takes the bytes once, by PUT or POST, or a form") \
	F(S, STR, method)                                                                          \
	F(S, STR, contentType)                                                                     \
	F(S, INT, maxSize)                                                                         \
	F(S, INT, expiresIn, .doc = "s")                                                           \
	F(S, TIME, expiresAt)
SHAPE(presign_out, PRESIGN_OUT)

#define SIGNED_FIELDS(F, S)                                                                        \
	F(S, ID, user, .from = FROM_QUERY, .required = true)                                       \
	F(S, ID, login, .from = FROM_QUERY, .required = true)                                      \
	F(S, INT, size, .from = FROM_QUERY, .required = true, .min = 1, .max = STORE_MIB(STORE_VIDEO_MIB)) \
	F(S, INT, expires, .from = FROM_QUERY, .required = true, .max = INT64_MAX / 2)             \
	F(S, STR, once, .from = FROM_QUERY, .required = true, .max = 2 * ONCE_BYTES)               \
	F(S, STR, type, .from = FROM_QUERY, .required = true, .max = 100)                          \
	F(S, STR, name, .from = FROM_QUERY, .required = true, .max = 255)                          \
	F(S, STR, signature, .from = FROM_QUERY, .required = true, .max = SIGNATURE_HEX, .secret = true)
SHAPE(signed_in, SIGNED_FIELDS)

#define SIGNED_UPLOAD_IN(F, S)                                                                     \
	SIGNED_FIELDS(F, S)                                                                        \
	F(S, FILES, file, .aka = "files image audio video", .required = true, .max = 1)
SHAPE(signed_upload_in, SIGNED_UPLOAD_IN)

/* No text in it holds a line break but the name, which is the last. */
static const char *text_to_sign(struct ctx *c, const struct signed_in *in)
{
	return arena_printf(c->arena, "upload\n%llu\n%llu\n%lld\n%lld\n%s\n%s\n%s", (unsigned long long)in->user,
			    (unsigned long long)in->login, (long long)in->size, (long long)in->expires, in->once,
			    in->type, in->name);
}

static const char *signed_url(struct ctx *c, const struct signed_in *in)
{
	struct buf b = buf_new(c->arena, 512, 4096);
	char signature[SIGNATURE_HEX + 1];

	token_sign_text(text_to_sign(c, in), signature);
	buf_printf(&b, "/api/v1/upload/signed?user=%llu&login=%llu&size=%lld&expires=%lld&once=%s&type=",
		   (unsigned long long)in->user, (unsigned long long)in->login, (long long)in->size,
		   (long long)in->expires, in->once);
	percent(&b, in->type);
	buf_str(&b, "&name=");
	percent(&b, in->name);
	buf_printf(&b, "&signature=%s", signature);
	return b.data;
}

HANDLER(upload_presign, struct presign_in, struct presign_out)
{
	struct ctx *c = &r->ctx;
	const char *name = store_plain_name(c->arena, in->fileName ? in->fileName : "");
	int64_t limit = store_limit(name, in->contentType);
	char once[2 * ONCE_BYTES + 1];

	if (!limit)
		return fail(c, E_FILE_TYPE, "name \"%.60s\", declared \"%.60s\"", name, in->contentType);
	if (in->fileSize > limit)
		return fail(c, E_FILE_TOO_LARGE, "%lld bytes of %s", (long long)in->fileSize, in->contentType);
	random_hex(once, ONCE_BYTES);
	const struct signed_in s = {
		.user = c->me.user_id,
		.login = c->me.session_id,
		.size = in->fileSize,
		.expires = c->now / 1000 + SIGNED_S,
		.once = once,
		.type = in->contentType,
		.name = *name ? name : "file",
	};

	out->url = signed_url(c, &s);
	out->method = "PUT";
	out->contentType = in->contentType;
	out->maxSize = in->fileSize;
	out->expiresIn = SIGNED_S;
	out->expiresAt = s.expires * 1000;
	return OK;
}

static enum status admit_signed(struct req *r)
{
	struct ctx *c = &r->ctx;
	struct signed_in in = {0};
	enum status st = shape_read(r, &signed_in_shape, &in);

	if (st != OK)
		return st;
	if (!token_signed_text(text_to_sign(c, &in), in.signature))
		return fail(c, E_UPLOAD_URL, "not signed by us");
	if (in.expires <= c->now / 1000)
		return fail(c, E_UPLOAD_URL, "expired");
	if (r->content_length > in.size + FORM_BYTES)
		return fail(c, E_FILE_TOO_LARGE, "more than %lld bytes", (long long)in.size);
	c->me = (struct identity){in.user, in.login, ROLE_USER, 0};
	return OK;
}

HANDLER(upload_signed, struct signed_upload_in, struct upload_out)
{
	struct ctx *c = &r->ctx;
	struct store_file *f = in->file.v[0];
	unsigned char key[SHA256_BYTES];
	struct list rows;

	if (f->size != in->size) {
		fail_field(c, "size", "exact",
			   say(c, "업로드 주소를 받을 때의 크기와 다릅니다", "not the size the address was made for"));
		return E_VALIDATION;
	}
	f->name = in->name;
	f->said_type = in->type;
	once_hash("upload", in->once, key);
	enum status st = file_add_once(c, f, key, &rows);

	if (st == OK)
		tell_uploaded(r, f, rows.v, out);
	return st;
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
	ROUTE(upload_presign, presign_in, presign_out, .on = {"POST /upload/presigned-url"}, .auth = AUTH_USER,
	      .rate = RATE_UPLOAD, .envelope = FLAT,
	      .doc = "An address that takes one file of this type and size for me, for a quarter of an hour, once, "
		     "without a token; it ends with my login.",
	      .fails = {E_FILE_TYPE, E_FILE_TOO_LARGE}),
	ROUTE(upload_signed, signed_upload_in, upload_out, .on = {"PUT,POST /upload/signed"}, .auth = AUTH_SIGNED,
	      .admit = admit_signed, .rate = RATE_UPLOAD, .envelope = FLAT, .ok = 201, .statements = 1,
	      .file_max = STORE_MIB(STORE_VIDEO_MIB), .body_max = STORE_MIB(STORE_VIDEO_MIB + 1), .file_raw = "",
	      .doc = "Upload to a signed address: the bytes themselves, or a form. A refused file does not use it up.",
	      .fails = {E_UPLOAD_URL, E_UPLOAD_USED, E_FILE_TOO_LARGE, E_FILE_TYPE, E_FILE_QUOTA, E_BAD_FORM}),
	ROUTE(file_get, file_key_in, nothing,
	      .on = {"GET /upload/file/{key}", "GET /uploads/avatars/{key}", "GET /uploads/avatar/{key}",
		     "GET /uploads/general/{key}"},
	      .raw = true,
	      .media = "application/octet-stream", .cache = CACHE_FILE, .statements = 1,
	      .unlimited = "a page shows many pictures at once, and <img> sends no token that says whose they are",
	      .doc = "A file's bytes. Whoever knows its key may read it; pictures, sound and films are "
		     "shown, documents saved. Range is served. Unknown parameters are ignored.",
	      .fails = {E_NO_FILE}),
	ROUTE(file_delete, file_key_in, nothing, .on = {"DELETE /upload/file/{key}"}, .auth = AUTH_USER,
	      .rate = RATE_WRITE, .statements = 1, .doc = "Delete a file of mine by its key.",
	      .fails = {E_NO_FILE}),
	ROUTE(my_files_get, file_page_in, files_out, .on = {"GET /chat/files/my-files"}, .auth = AUTH_USER,
	      .rate = RATE_READ, .statements = 1, .doc = "My files, newest first; not my profile pictures."),
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
