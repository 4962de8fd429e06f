/* The first byte says which format the rest is taken for. What comes out must be as large as the first walk found, no
 * larger than what went in but for an orientation, and come out of a second cleaning as it went in. */
#include "media/picture.h"

struct file {
	uint8_t *data;
	size_t size, room;
};

struct copying {
	const struct file *from;
	struct file *to;
};

static bool read_at(void *arg, uint64_t at, void *p, size_t n)
{
	const struct file *f = ((struct copying *)arg)->from;

	if (at > f->size || n > f->size - at)
		abort();
	memcpy(p, f->data + at, n);
	return true;
}

static bool write_on(void *arg, const void *p, size_t n)
{
	struct file *f = ((struct copying *)arg)->to;

	if (n > f->room - f->size)
		abort();
	memcpy(f->data + f->size, p, n);
	f->size += n;
	return true;
}

static enum picture_fault clean(const char *type, const struct file *from, struct file *to, struct picture *p)
{
	struct copying g = {from, to};
	struct picture_io io = {.read = read_at, .write = write_on, .arg = &g, .size = from->size};

	to->size = 0;
	return picture_clean(&io, type, p);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const char *const types[] = {"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"};
	struct picture first, second;

	if (!size)
		return 0;
	const char *type = types[bytes[0] % COUNT(types)];
	struct file in = {.data = malloc(size), .size = size - 1};
	struct file once = {.data = malloc(size + 64), .room = size + 64};
	struct file twice = {.data = malloc(size + 64), .room = size + 64};

	memcpy(in.data, bytes + 1, size - 1);
	if (clean(type, &in, &once, &first) != PICTURE_GOOD) {
		if (once.size)
			abort();
	} else if (clean(type, &once, &twice, &second) != PICTURE_GOOD || once.size != twice.size ||
		   memcmp(once.data, twice.data, once.size) != 0 || first.width != second.width ||
		   first.height != second.height || first.orientation != second.orientation ||
		   first.width * first.height > PICTURE_PIXELS_MAX) {
		abort();
	}
	free(in.data);
	free(once.data);
	free(twice.data);
	return 0;
}
