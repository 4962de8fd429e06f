#include "zip/archive.h"

#include <unistd.h>
#include <zip.h>

struct archive {
	struct arena *arena;
	zip_t *zip; /* NULL: closed */
	const char *note;
	size_t entries;
	char why[128];
};

static void discard(void *arg)
{
	struct archive *z = arg;

	if (z->zip)
		zip_discard(z->zip);
}

struct archive *archive_open(struct arena *a, const char *path)
{
	struct archive *z = arena_new_of(a, struct archive);
	int n = 0;

	z->arena = a;
	z->zip = zip_open(path, ZIP_CREATE | ZIP_CHECKCONS, NULL);
	if (!z->zip && unlink(path) == 0)
		z->zip = zip_open(path, ZIP_CREATE, NULL);
	if (!z->zip)
		return NULL;
	arena_defer(a, discard, z);
	z->entries = (size_t)zip_get_num_entries(z->zip, 0);
	const char *note = zip_get_archive_comment(z->zip, &n, ZIP_FL_ENC_RAW);

	z->note = note && n > 0 ? arena_strndup(a, note, (size_t)n) : NULL;
	return z;
}

size_t archive_entries(const struct archive *z)
{
	return z->entries;
}

const char *archive_note(const struct archive *z)
{
	return z->note;
}

static bool failed(struct archive *z)
{
	(void)snprintf(z->why, sizeof(z->why), "%s", zip_strerror(z->zip));
	zip_discard(z->zip);
	z->zip = NULL;
	return false;
}

bool archive_add(struct archive *z, const char *name, const void *data, size_t n)
{
	zip_source_t *s = zip_source_buffer(z->zip, data, n, 0);

	if (s && zip_file_add(z->zip, name, s, ZIP_FL_OVERWRITE | ZIP_FL_ENC_UTF_8) >= 0)
		return true;
	if (s)
		zip_source_free(s);
	return failed(z);
}

bool archive_close(struct archive *z, const char *note)
{
	if (zip_set_archive_comment(z->zip, note, (zip_uint16_t)(note ? strlen(note) : 0)) != 0 ||
	    zip_close(z->zip) != 0)
		return failed(z);
	z->zip = NULL;
	return true;
}

const char *archive_why(const struct archive *z)
{
	return z->why;
}
