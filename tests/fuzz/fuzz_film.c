/* Nothing outside of the file is written, what is good comes out of a second cleaning as it went in, and what may be
 * named nowhere in it is not there. */
#include "media/film.h"

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

static enum film_fault clean(struct file *f)
{
	struct film_io io = {.read = read_at, .write = write_at, .arg = f, .size = f->size};
	const char *why = NULL;
	enum film_fault fault = film_clean(&io, &why);

	if ((fault == FILM_BROKEN) != (why != NULL))
		abort();
	return fault;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct file once = {malloc(size + 1), size}, twice = {malloc(size + 1), size};

	memcpy(once.data, bytes, size);
	if (clean(&once) == FILM_GOOD) {
		memcpy(twice.data, once.data, size);
		if (clean(&twice) != FILM_GOOD || memcmp(once.data, twice.data, size) != 0)
			abort();
		/* of the first box, where no other can hide it */
		if (size >= 8 && (!memcmp(once.data + 4, "udta", 4) || !memcmp(once.data + 4, "uuid", 4)))
			abort();
	}
	free(once.data);
	free(twice.data);
	return 0;
}
