/*
 * Pictures without what does not belong to the picture: where it was taken, by whom, with what, and
 * what it looked like before it was cut. Nothing is decoded: the file is copied piece by piece, and
 * what is kept (pixels, colours, profile, animation) is copied byte by byte; of Exif only the
 * orientation stays, since without it a photograph would lie on its side.
 *
 * Kept is what a format's list names, not what no list forbids. No memory but a window of the file,
 * no input or output but the caller's, so that it can be fuzzed.
 */
#ifndef MEDIA_PICTURE_H
#define MEDIA_PICTURE_H

#include "base/base.h"

/* What a reader would have to hold in memory for one picture. */
enum { PICTURE_PIXELS_MAX = 40 * 1000 * 1000 };

enum picture_fault {
	PICTURE_GOOD,
	PICTURE_BROKEN, /* not built as its format says, or a kind of it that is not taken: why */
	PICTURE_TOO_BIG,
	PICTURE_AWAY, /* read() or write() failed */
};

/* The file. read() gives exactly n bytes from `at` on, all of which lie within size. */
struct picture_io {
	bool (*read)(void *arg, uint64_t at, void *p, size_t n);
	bool (*write)(void *arg, const void *p, size_t n);
	void *arg;
	uint64_t size;
};

struct picture {
	uint64_t width, height; /* as stored, not turned */
	unsigned orientation;	/* of Exif, 2 to 8; 0: as it is */
	const char *why;	/* when broken, for the log */
};

/* type: "image/jpeg", "image/png", "image/gif", "image/webp" or "image/avif"; others are broken. All
 * of the file is looked at before anything is written. */
MUST_USE enum picture_fault picture_clean(const struct picture_io *io, const char *type, struct picture *out);
#endif
