/* A file in memory that is cleaned in place, for the tests of formats of recordings. */
#ifndef UNIT_IN_PLACE_H
#define UNIT_IN_PLACE_H

#include "base/base.h"
#include "media/media.h"

#include <setjmp.h>
#include <cmocka.h>

static unsigned char file[200 * 1000];
static size_t n_file, writes, fail_after;
static const char *why;

static bool read_at(void *arg, uint64_t at, void *p, size_t n)
{
	(void)arg;
	assert_true(at + n <= n_file);
	memcpy(p, file + at, n);
	return true;
}

static bool write_at(void *arg, uint64_t at, const void *p, size_t n)
{
	(void)arg;
	if (fail_after && ++writes == fail_after)
		return false;
	assert_true(at + n <= n_file);
	memcpy(file + at, p, n);
	return true;
}

static enum media_fault clean(const char *type)
{
	struct media_io io = {.read = read_at, .write = write_at, .size = n_file};

	why = "";
	return media_clean(&io, type, &why);
}

#define ADD(text) add((text), sizeof(text) - 1)
static void add(const char *p, size_t n)
{
	assert_true(n_file + n <= sizeof(file));
	memcpy(file + n_file, p, n);
	n_file += n;
}

#define HAS(text) has((text), sizeof(text) - 1)
static bool has(const char *text, size_t n)
{
	return memmem(file, n_file, text, n);
}
#endif
