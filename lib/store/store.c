#include "store/store.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/shape.h"
#include "base/utf8.h"
#include "media/media.h"
#include "media/picture.h"
#include "sec/random.h"

#include <dirent.h>
#include <fcntl.h>
#include <magic.h>
#include <strings.h>
#include <sys/stat.h>

/* nginx, in the group, may read but not write. */
enum { FOLDER_MODE = 0750, FILE_MODE = 0640 };
enum { HEAD = 64 * 1024, NAME_MAX_CHARS = 200, STALE_S = 24 * 3600, SWEPT_MAX = 1000, KEY_BYTES = 16 };

/* What is taken: the first extension and declared type are those given out again. webm and mp4 hold
 * sound or pictures alike; what was declared decides, and sound is what is usually recorded. */
static const struct type {
	enum store_kind kind;
	const char *ext, *said, *magic;
} types[] = {
	{STORE_IMAGE, "jpg jpeg jpe jfif", "image/jpeg image/jpg image/pjpeg", "image/jpeg"},
	{STORE_IMAGE, "png", "image/png image/x-png", "image/png"},
	{STORE_IMAGE, "gif", "image/gif", "image/gif"},
	{STORE_IMAGE, "webp", "image/webp", "image/webp"},
	{STORE_IMAGE, "avif", "image/avif", "image/avif"},
	{STORE_AUDIO, "webm weba", "audio/webm", "video/webm"},
	{STORE_AUDIO, "mp3", "audio/mpeg audio/mp3", "audio/mpeg"},
	{STORE_AUDIO, "wav", "audio/wav audio/x-wav audio/wave audio/vnd.wave", "audio/x-wav"},
	{STORE_AUDIO, "ogg oga opus", "audio/ogg application/ogg audio/opus", "audio/ogg application/ogg"},
	{STORE_AUDIO, "m4a mp4", "audio/mp4 audio/x-m4a audio/m4a", "audio/x-m4a video/mp4"},
	{STORE_VIDEO, "mp4 m4v", "video/mp4 video/x-m4v", "video/mp4 video/x-m4v"},
	{STORE_VIDEO, "webm", "video/webm", "video/webm"},
	{STORE_VIDEO, "mov qt", "video/quicktime", "video/quicktime"},
	{STORE_DOCUMENT, "pdf", "application/pdf", "application/pdf"},
	{STORE_DOCUMENT, "doc", "application/msword",
	 "application/msword application/x-ole-storage application/CDFV2"},
	{STORE_DOCUMENT, "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	 "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
};

/* Taken as well where nobody shows them. magic NULL: as above; "text": whatever is one. Pages are handed out as plain
 * texts. */
static const struct shared {
	const char *category;
	enum store_kind kind;
	const char *ext, *type, *magic;
} shared[] = {
	{"IMAGE", STORE_IMAGE, "jpg jpeg png gif webp", NULL, NULL},
	{"IMAGE", STORE_IMAGE, "svg", "image/svg+xml", "image/svg+xml text/xml application/xml"},
	{"IMAGE", STORE_IMAGE, "bmp", "image/bmp", "image/bmp image/x-ms-bmp"},
	{"IMAGE", STORE_IMAGE, "ico", "image/vnd.microsoft.icon", "image/vnd.microsoft.icon image/x-icon"},
	{"IMAGE", STORE_IMAGE, "tiff tif", "image/tiff", "image/tiff"},
	{"IMAGE", STORE_IMAGE, "heic heif", "image/heic", "image/heic image/heif"},
	{"DOCUMENT", STORE_DOCUMENT, "pdf doc docx", NULL, NULL},
	{"DOCUMENT", STORE_DOCUMENT, "xls", "application/vnd.ms-excel",
	 "application/vnd.ms-excel application/x-ole-storage application/CDFV2"},
	{"DOCUMENT", STORE_DOCUMENT, "ppt", "application/vnd.ms-powerpoint",
	 "application/vnd.ms-powerpoint application/x-ole-storage application/CDFV2"},
	{"DOCUMENT", STORE_DOCUMENT, "hwp", "application/x-hwp",
	 "application/x-hwp application/x-ole-storage application/CDFV2"},
	{"DOCUMENT", STORE_DOCUMENT, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	 "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet application/zip"},
	{"DOCUMENT", STORE_DOCUMENT, "pptx",
	 "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	 "application/vnd.openxmlformats-officedocument.presentationml.presentation application/zip"},
	{"DOCUMENT", STORE_DOCUMENT, "txt md", "text/plain", "text"},
	{"DOCUMENT", STORE_DOCUMENT, "csv", "text/csv", "text"},
	{"ARCHIVE", STORE_DOCUMENT, "zip", "application/zip", "application/zip"},
	{"ARCHIVE", STORE_DOCUMENT, "rar", "application/vnd.rar", "application/x-rar application/vnd.rar"},
	{"ARCHIVE", STORE_DOCUMENT, "7z", "application/x-7z-compressed", "application/x-7z-compressed"},
	{"ARCHIVE", STORE_DOCUMENT, "tar", "application/x-tar", "application/x-tar"},
	{"ARCHIVE", STORE_DOCUMENT, "gz", "application/gzip", "application/gzip application/x-gzip"},
	{"VIDEO", STORE_VIDEO, "mp4 mov webm", NULL, NULL},
	{"VIDEO", STORE_VIDEO, "avi", "video/x-msvideo", "video/x-msvideo"},
	{"VIDEO", STORE_VIDEO, "wmv", "video/x-ms-wmv", "video/x-ms-asf"},
	{"VIDEO", STORE_VIDEO, "flv", "video/x-flv", "video/x-flv"},
	{"AUDIO", STORE_AUDIO, "mp3 wav ogg m4a", NULL, NULL},
	{"AUDIO", STORE_AUDIO, "flac", "audio/flac", "audio/flac audio/x-flac"},
	{"CODE", STORE_DOCUMENT, "jsx ts tsx py java cpp c html css xml", "text/plain", "text"},
	{"CODE", STORE_DOCUMENT, "json", "application/json", "text"},
};

const char *store_kind_name(enum store_kind k)
{
	return k == STORE_IMAGE	  ? "IMAGE"
	       : k == STORE_AUDIO ? "AUDIO"
	       : k == STORE_VIDEO ? "VIDEO"
				  : "DOCUMENT";
}

static int64_t limit_of(enum store_kind k)
{
	return STORE_MIB(k == STORE_IMAGE   ? STORE_IMAGE_MIB
			 : k == STORE_AUDIO ? STORE_AUDIO_MIB
			 : k == STORE_VIDEO ? STORE_VIDEO_MIB
					    : STORE_DOCUMENT_MIB);
}

static enum status away(struct ctx *c, const char *what)
{
	return fail(c, E_UNAVAILABLE, "storage, %s: %s", what, strerror(errno));
}

/* ---- folders ------------------------------------------------------------------------------ */

/* Its mode is set whatever the umask. */
static bool make_folder(const char *path)
{
	return mkdir(path, FOLDER_MODE) == 0 ? chmod(path, FOLDER_MODE) == 0 : errno == EEXIST;
}

static bool sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		(void)close(fd);
	return good;
}

/* Not all at once, if there are many. */
static void sweep(const char *tmp)
{
	DIR *d = opendir(tmp);
	struct stat st;
	int swept = 0;

	for (struct dirent *e; d && swept < SWEPT_MAX && (e = readdir(d));)
		if (fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
		    time(NULL) - st.st_mtime > STALE_S)
			swept += unlinkat(dirfd(d), e->d_name, 0) == 0;
	if (d)
		(void)closedir(d);
}

void store_sweep(const struct conf *conf)
{
	char tmp[512];

	(void)snprintf(tmp, sizeof(tmp), "%s/tmp", conf->storage_dir);
	sweep(tmp);
}

bool store_open(const char *dir, FILE *err)
{
	char tmp[512];

	(void)snprintf(tmp, sizeof(tmp), "%s/tmp", dir);
	if (!make_folder(dir) || !make_folder(tmp) || access(tmp, W_OK | X_OK) != 0) {
		conf_wrong(err, "STORAGE_DIR", dir, strerror(errno), "Make it a folder of this user");
		return false;
	}
	sweep(tmp);
	return true;
}

/* ---- writing ------------------------------------------------------------------------------ */

/* The last part of a path of any system, without control characters; too long a one loses its start. */
const char *store_plain_name(struct arena *a, const char *s)
{
	const char *from = s ? s : "";

	for (const char *p = from; *p; p++)
		if (*p == '/' || *p == '\\')
			from = p + 1;
	char *name = arena_strdup(a, utf8_nfc(a, from)), *out = name;

	for (const char *p = name; *p; p++)
		if ((unsigned char)*p >= 0x20 && *p != 0x7f)
			*out++ = *p;
	*out = '\0';
	for (size_t n = utf8_count(name); n > NAME_MAX_CHARS; n--)
		name += utf8_next(name, strlen(name));
	return name;
}

static void clear(void *arg)
{
	struct store_file *f = arg;

	if (f->fd >= 0)
		(void)close(f->fd);
	if (!f->keep)
		(void)unlink(f->path);
}

enum status store_begin(struct ctx *c, struct store_writer *w, const char *name, const char *type)
{
	struct store_file *f = arena_new_of(c->arena, struct store_file);
	char hex[2 * KEY_BYTES + 1];

	random_hex(hex, KEY_BYTES);
	f->name = store_plain_name(c->arena, name);
	f->said_type = type ? arena_strndup(c->arena, type, strcspn(type, "; \t")) : NULL;
	f->path = arena_printf(c->arena, "%s/tmp/%s", c->conf->storage_dir, hex);
	f->fd = open(f->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
	w->file = f;
	w->held = 0;
	if (f->fd < 0)
		return away(c, "open");
	arena_defer(c->arena, clear, f);
	return fchmod(f->fd, FILE_MODE) == 0 ? OK : away(c, "chmod");
}

static enum status flush(struct ctx *c, struct store_writer *w)
{
	for (size_t done = 0; done < w->held;) {
		ssize_t n = write(w->file->fd, w->buffer + done, w->held - done);

		if (n <= 0)
			return away(c, "write");
		done += (size_t)n;
	}
	w->file->size += (int64_t)w->held;
	w->held = 0;
	return OK;
}

enum status store_write(struct ctx *c, struct store_writer *w, const void *p, size_t n)
{
	while (n) {
		size_t some = MIN(n, sizeof(w->buffer) - w->held);

		memcpy(w->buffer + w->held, p, some);
		w->held += some;
		p = (const char *)p + some;
		n -= some;
		if (w->held == sizeof(w->buffer)) {
			enum status st = flush(c, w);

			if (st != OK)
				return st;
		}
	}
	return OK;
}

enum status store_end(struct ctx *c, struct store_writer *w)
{
	return flush(c, w);
}

/* ---- what it is --------------------------------------------------------------------------- */

static bool has_word(const char *words, const char *w)
{
	size_t n = strlen(w), len;
	const char *p;

	while ((p = next_word(&words, &len)))
		if (len == n && !strncasecmp(p, w, n))
			return true;
	return false;
}

int64_t store_limit(const char *name, const char *type)
{
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; i < COUNT(types); i++)
		if (has_word(types[i].said, type) && (!dot || has_word(types[i].ext, dot + 1)))
			return limit_of(types[i].kind);
	return 0;
}

/* By its first bytes: libmagic is not let loose on more of a stranger's file than it needs. */
static const char *look_inside(struct ctx *c, const struct store_file *f)
{
	static magic_t magic;
	unsigned char *head = arena_alloc_raw(c->arena, HEAD);
	ssize_t n = pread(f->fd, head, HEAD, 0);

	if (n >= MEDIA_TAG_HEADER && media_tag_size(head)) /* with a cover it is larger than that */
		n = pread(f->fd, head, HEAD, (off_t)media_tag_size(head));
	if (!magic) {
		magic = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS);
		if (!magic || magic_load(magic, NULL) != 0) {
			LOG(LOG_ERROR, "libmagic has no database",
			    LOG_TEXT("err", magic ? magic_error(magic) : "out of memory"));
			abort();
		}
	}
	const char *type = n > 0 ? magic_buffer(magic, head, (size_t)n) : NULL;

	return type ? type : "nothing";
}

static const char *first_word(struct arena *a, const char *words)
{
	return arena_strndup(a, words, strcspn(words, " "));
}

/* Names the field beside the public error. */
static enum status refuse(struct ctx *c, const struct store_file *f, enum status st, const char *rule,
			  const char *text)
{
	fail_field(c, f->field ? f->field : "file", rule, text);
	return st;
}

/* ---- pictures ----------------------------------------------------------------------------- */

struct copying {
	struct ctx *c;
	struct store_file *from;
	struct store_writer *to;
	enum status st;
};

static bool read_at(void *arg, uint64_t at, void *p, size_t n)
{
	struct copying *g = arg;

	for (size_t done = 0; done < n;) {
		ssize_t got = pread(g->from->fd, (char *)p + done, n - done, (off_t)(at + done));

		if (got <= 0) {
			g->st = away(g->c, "read");
			return false;
		}
		done += (size_t)got;
	}
	return true;
}

static bool write_on(void *arg, const void *p, size_t n)
{
	struct copying *g = arg;

	g->st = store_write(g->c, g->to, p, n);
	return g->st == OK;
}

/* The other file takes the place of this one, which goes at the end of the request. */
static void swap(struct store_file *f, struct store_file *other)
{
	struct store_file was = *f;

	f->fd = other->fd;
	f->path = other->path;
	f->size = other->size;
	other->fd = was.fd;
	other->path = was.path;
}

static enum status clean_picture(struct ctx *c, struct store_file *f)
{
	struct store_writer *w = arena_alloc_raw(c->arena, sizeof(*w));
	struct copying g = {.c = c, .from = f, .to = w};
	struct picture_io io = {.read = read_at, .write = write_on, .arg = &g, .size = (uint64_t)f->size};
	struct picture p;
	enum status st = store_begin(c, w, f->name, f->said_type);

	if (st != OK)
		return st;
	switch (picture_clean(&io, f->content_type, &p)) {
	case PICTURE_GOOD:
		break;
	case PICTURE_AWAY:
		return g.st;
	case PICTURE_TOO_BIG:
		(void)fail(c, E_FILE_TOO_LARGE, "%llu x %llu pixels", (unsigned long long)p.width,
			   (unsigned long long)p.height);
		return refuse(c, f, E_FILE_TOO_LARGE, "pixels",
			      say(c, "최대 4천만 화소까지 올릴 수 있습니다", "at most 40 megapixels"));
	case PICTURE_BROKEN:
		(void)fail(c, E_FILE_TYPE, "%s: %s", f->content_type, p.why);
		return refuse(c, f, E_FILE_TYPE, "structure",
			      say(c, "손상되었거나 지원하지 않는 이미지입니다",
				  "the picture is damaged, or of a kind that is not taken"));
	}
	st = store_end(c, w);
	if (st == OK)
		swap(f, w->file);
	return st;
}

/* ---- all others --------------------------------------------------------------------------- */

static bool write_at(void *arg, uint64_t at, const void *p, size_t n)
{
	struct copying *g = arg;

	for (size_t done = 0; done < n;) {
		ssize_t put = pwrite(g->from->fd, (const char *)p + done, n - done, (off_t)(at + done));

		if (put <= 0) {
			g->st = away(g->c, "write");
			return false;
		}
		done += (size_t)put;
	}
	return true;
}

static enum status clean_in_place(struct ctx *c, struct store_file *f)
{
	struct copying g = {.c = c, .from = f};
	struct media_io io = {.read = read_at, .write = write_at, .arg = &g, .size = (uint64_t)f->size};
	const char *why;

	switch (media_clean(&io, f->content_type, &why)) {
	case MEDIA_GOOD:
		return OK;
	case MEDIA_AWAY:
		return g.st;
	case MEDIA_BROKEN:
		break;
	}
	(void)fail(c, E_FILE_TYPE, "%s: %s", f->content_type, why);
	return refuse(c, f, E_FILE_TYPE, "structure",
		      say(c, "손상되었거나 지원하지 않는 파일입니다",
			  "the file is damaged, or of a kind that is not taken"));
}

/* ------------------------------------------------------------------------------------------- */

static enum status sum(struct ctx *c, struct store_file *f)
{
	char *some = arena_alloc_raw(c->arena, HEAD);
	struct sha256 *sha = sha256_begin();
	off_t at = 0;
	ssize_t n;

	while ((n = pread(f->fd, some, HEAD, at)) > 0) {
		sha256_add(sha, some, (size_t)n);
		at += n;
	}
	sha256_end(sha, f->sha256);
	return n == 0 ? OK : away(c, "read");
}

static enum status too_large(struct ctx *c, const struct store_file *f, const char *inside, int64_t max)
{
	(void)fail(c, E_FILE_TOO_LARGE, "%lld bytes of %s", (long long)f->size, inside);
	return refuse(c, f, E_FILE_TOO_LARGE, "max",
		      arena_printf(c->arena, "%s: %lld MiB", say(c, "최대 크기", "at most"), (long long)(max >> 20)));
}

static void name_it(struct ctx *c, struct store_file *f, const char *ext)
{
	char hex[2 * KEY_BYTES + 1];

	random_hex(hex, KEY_BYTES);
	f->key = arena_printf(c->arena, "%s.%s", hex, ext);
}

static enum status no_type(struct ctx *c, const struct store_file *f, const char *inside)
{
	(void)fail(c, E_FILE_TYPE, "name \"%.60s\", declared \"%.60s\", really %s", f->name,
		   f->said_type ? f->said_type : "", inside);
	return refuse(c, f, E_FILE_TYPE, "type",
		      say(c, "이름, 형식, 내용이 지원하는 한 가지 형식이어야 합니다",
			  "name, declared type and content must agree on a type that is taken here"));
}

static const char *said_of(const struct store_file *f)
{
	bool known = f->said_type && *f->said_type && strcasecmp(f->said_type, "application/octet-stream") != 0;

	return known ? f->said_type : NULL;
}

static const struct type *agreed(const struct store_file *f, unsigned kinds, const char *inside)
{
	const char *dot = strrchr(f->name, '.'), *said = said_of(f);

	for (size_t i = 0; i < COUNT(types); i++) {
		const struct type *t = &types[i];

		if ((t->kind & kinds) && has_word(t->magic, inside) && (!dot || has_word(t->ext, dot + 1)) &&
		    (!said || has_word(t->said, said)))
			return t;
	}
	return NULL;
}

/* Whether the name or the declared type is that of something else than sound and films. A name of no type that is
 * taken is nobody's. */
static bool said_otherwise(const struct store_file *f)
{
	const char *dot = strrchr(f->name, '.'), *said = said_of(f);
	bool other = said && strncasecmp(said, "audio/", 6) != 0 && strncasecmp(said, "video/", 6) != 0 &&
		     strcasecmp(said, "application/ogg") != 0;

	for (size_t i = 0; dot && i < COUNT(types); i++)
		other |= !(types[i].kind & (STORE_AUDIO | STORE_VIDEO)) && has_word(types[i].ext, dot + 1);
	for (size_t i = 0; dot && i < COUNT(shared); i++)
		other |= !(shared[i].kind & (STORE_AUDIO | STORE_VIDEO)) && has_word(shared[i].ext, dot + 1);
	return other;
}

/* By its bytes; of what may be sound or a film the declared type decides, if it can. */
static const struct type *recorded(const struct store_file *f, unsigned kinds, const char *inside)
{
	const unsigned film = f->said_type && !strncasecmp(f->said_type, "video/", 6) ? STORE_VIDEO : STORE_AUDIO;
	const unsigned tries[] = {kinds & film, kinds};

	if (said_otherwise(f))
		return NULL;
	for (size_t k = 0; k < COUNT(tries); k++)
		for (size_t i = 0; i < COUNT(types); i++)
			if ((types[i].kind & tries[k]) && has_word(types[i].magic, inside))
				return &types[i];
	return NULL;
}

/* max 0: the kind's own limit. */
static enum status accept(struct ctx *c, struct store_file *f, unsigned kinds, int64_t max)
{
	const char *inside = look_inside(c, f), *dot = strrchr(f->name, '.');
	const struct type *t = agreed(f, kinds, inside);

	if (!t && kinds & STORE_RECORDED)
		t = recorded(f, kinds, inside);
	if (!t)
		return no_type(c, f, inside);
	int64_t limit = max ? max : limit_of(t->kind);

	if (f->size > limit)
		return too_large(c, f, inside, limit);
	const char *ext = first_word(c->arena, t->ext);

	f->kind = t->kind;
	f->content_type = first_word(c->arena, t->said);
	name_it(c, f, ext);
	if (!dot || dot == f->name)
		f->name = arena_printf(c->arena, "%s.%s", dot || !*f->name ? "file" : f->name, ext);
	else if (!has_word(t->ext, dot + 1))
		f->name = arena_printf(c->arena, "%.*s.%s", (int)(dot - f->name), f->name, ext);
	enum status st = t->kind == STORE_IMAGE ? clean_picture(c, f) : clean_in_place(c, f);

	return st == OK ? sum(c, f) : st;
}

enum status store_accept(struct ctx *c, struct store_file *f, unsigned kinds)
{
	return accept(c, f, kinds, 0);
}

static bool is_text(const char *type)
{
	return !strncmp(type, "text/", 5) || has_word("application/json application/csv application/xml", type);
}

enum status store_accept_shared(struct ctx *c, struct store_file *f, const char *category, int64_t max)
{
	const char *dot = strrchr(f->name, '.'), *inside;
	const struct shared *s = NULL;

	for (size_t i = 0; dot && i < COUNT(shared) && !s; i++)
		if (has_word(shared[i].ext, dot + 1))
			s = &shared[i];
	if (!s || (category && strcmp(category, s->category) != 0))
		return no_type(c, f, "not looked at");
	if (!s->magic)
		return accept(c, f, s->kind, max);
	inside = look_inside(c, f);
	if (!strcmp(s->magic, "text") ? !is_text(inside) : !has_word(s->magic, inside))
		return no_type(c, f, inside);
	if (f->size > max)
		return too_large(c, f, inside, max);
	f->kind = s->kind;
	f->content_type = s->type;
	name_it(c, f, first_word(c->arena, s->ext));
	return sum(c, f);
}

/* ---- what others have written ------------------------------------------------------------- */

char *store_draft(const struct ctx *c, const char *name)
{
	return arena_printf(c->arena, "%s/tmp/%s", c->conf->storage_dir, name);
}

enum status store_adopt(struct ctx *c, const char *name, const char *ext, struct store_file **out)
{
	struct store_file *f = arena_new_of(c->arena, struct store_file);
	struct stat s;

	f->path = store_draft(c, name);
	f->fd = open(f->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (f->fd < 0)
		return errno == ENOENT ? E_NO_FILE : away(c, "open");
	arena_defer(c->arena, clear, f);
	if (fchmod(f->fd, FILE_MODE) != 0 || fstat(f->fd, &s) != 0)
		return away(c, "chmod");
	f->size = s.st_size;
	name_it(c, f, ext);
	*out = f;
	return OK;
}

/* ---- its place ---------------------------------------------------------------------------- */

static char *folder_of(const struct ctx *c, const char *key)
{
	return arena_printf(c->arena, "%s/%.2s", c->conf->storage_dir, key);
}

enum status store_place(struct ctx *c, struct store_file *f)
{
	char *folder = folder_of(c, f->key), *path = arena_printf(c->arena, "%s/%s", folder, f->key);

	if (!make_folder(folder) || !sync_folder(c->conf->storage_dir))
		return away(c, "mkdir");
	if (fsync(f->fd) != 0)
		return away(c, "fsync");
	if (rename(f->path, path) != 0)
		return away(c, "rename");
	f->path = path;
	return sync_folder(folder) ? OK : away(c, "fsync");
}

void store_keep(struct store_file *f)
{
	f->keep = true;
}

void store_remove(const struct ctx *c, const char *key)
{
	if (unlink(arena_printf(c->arena, "%s/%s", folder_of(c, key), key)) != 0 && errno != ENOENT)
		LOG(LOG_ERROR, "a file could not be removed", LOG_TEXT("key", key),
		    LOG_TEXT("err", strerror(errno)));
}
