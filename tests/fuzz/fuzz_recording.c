/* The first byte says which format the rest is taken for. Nothing outside of the file is written, and what is good comes
 * out of a second cleaning as it went in. */
#include "media/media.h"

struct file {
	uint8_t *data;
	size_t size;
};

static void check(const struct file *f, uint64_t at, size_t n)
{
	if (at > f->size || n > f->size - at)
		abort();
}

static bool read_at(void *arg, uint64_t at, void *p, size_t n)
{
	const struct file *f = arg;

	check(f, at, n);
	memcpy(p, f->data + at, n);
	return true;
}

static bool write_at(void *arg, uint64_t at, const void *p, size_t n)
{
	const struct file *f = arg;

	check(f, at, n);
	memcpy(f->data + at, p, n);
	return true;
}

static enum media_fault clean(struct file *f, const char *type)
{
	struct media_io io = {.read = read_at, .write = write_at, .arg = f, .size = f->size};
	const char *why = NULL;
	enum media_fault fault = media_clean(&io, type, &why);

	if ((fault == MEDIA_BROKEN) != (why != NULL))
		abort();
	return fault;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const char *const types[] = {"video/mp4", "video/webm", "audio/ogg", "audio/mpeg", "audio/wav",
					   "application/vnd.openxmlformats-officedocument.wordprocessingml.document"};

	if (!size--)
		return 0;
	const char *type = types[bytes[0] % COUNT(types)];
	struct file once = {malloc(size + 1), size}, twice = {malloc(size + 1), size};

	memcpy(once.data, bytes + 1, size);
	if (clean(&once, type) == MEDIA_GOOD) {
		memcpy(twice.data, once.data, size);
		if (clean(&twice, type) != MEDIA_GOOD || memcmp(once.data, twice.data, size) != 0)
			abort();
		/* of the first box, where no other can hide it */
		if (bytes[0] % COUNT(types) == 0 && size >= 8 &&
		    (!memcmp(once.data + 4, "udta", 4) || !memcmp(once.data + 4, "uuid", 4)))
			abort();
	}
	free(once.data);
	free(twice.data);
	return 0;
}
