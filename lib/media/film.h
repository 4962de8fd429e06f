/*
 * Films and recordings in MP4 and QuickTime files without where, when, with what and by whom they were made. Nothing
 * moves: what is not on the list of what is kept is overwritten with zeros, and its box is called "free"; of tracks
 * that are neither seen nor heard (a camera's positions) the samples go as well. ISO/IEC 14496-12; QuickTime File
 * Format.
 *
 * Not looked into: the samples that are kept, and fragments (moof) of tracks that go.
 */
#ifndef MEDIA_FILM_H
#define MEDIA_FILM_H

#include "base/base.h"

enum film_fault {
	FILM_GOOD,
	FILM_BROKEN, /* not built as it should be: why */
	FILM_AWAY,   /* read() or write() failed */
};

/* The file. Exactly n bytes from `at` on, all of which lie within size. */
struct film_io {
	bool (*read)(void *arg, uint64_t at, void *p, size_t n);
	bool (*write)(void *arg, uint64_t at, const void *p, size_t n);
	void *arg;
	uint64_t size;
};

/* *why: a text that lasts, for the log. A broken file may have been changed already. */
MUST_USE enum film_fault film_clean(const struct film_io *io, const char **why);
#endif
