/* What the formats share: reading through a window, and keeping pieces. Inside of lib/media. */
#ifndef MEDIA_WALK_H
#define MEDIA_WALK_H

#include "media/picture.h"

enum { WALK_WINDOW = 16 * 1024, WALK_PEEK_MAX = 256, EXIF_BLOCK = 26 };

/* A file is walked twice: first to see whether all of it is right and what will be left, then to
 * write that. */
struct walk {
	const struct picture_io *io;
	struct picture *picture;
	enum picture_fault fault;
	bool writing;
	uint64_t at;	/* where the walk has come to */
	uint64_t kept;	/* bytes of output so far */
	uint64_t total; /* what the first walk found: bytes of output in all, */
	unsigned turned; /* and the orientation */
	uint64_t from;	/* of the window */
	size_t held;
	unsigned char window[WALK_WINDOW];
};

/* n bytes at a place (n <= WALK_PEEK_MAX), until the next call; NULL, and broken, if they are not there. */
const unsigned char *walk_peek(struct walk *w, uint64_t at, size_t n);

/* As much of the file from there on as the window holds, *n bytes; NULL, and broken, at its end. */
const unsigned char *walk_look(struct walk *w, uint64_t at, size_t *n);

/* Output: n bytes of the file, or of memory. False when the walk is over. */
bool walk_keep(struct walk *w, uint64_t at, uint64_t n);
bool walk_put(struct walk *w, const void *p, size_t n);
bool walk_zeros(struct walk *w, uint64_t n);

/* Both return false. */
bool walk_broken(struct walk *w, const char *why);
/* Takes note of a width and height; false if they are none, or too large. */
bool walk_size(struct walk *w, uint64_t width, uint64_t height);

/* Whether the bytes there are these; false, and not broken, if the file ends before. */
bool walk_is(struct walk *w, uint64_t at, const char *bytes, size_t n);

/* Orientation out of a TIFF structure of n bytes: 2 to 8, or 0 when it is 1, missing or nonsense. Notes
 * it, and gives true, the first time there is one. */
bool walk_turned(struct walk *w, uint64_t at, uint64_t n);
/* The smallest TIFF structure that says it. */
void exif_block(unsigned orientation, unsigned char out[EXIF_BLOCK]);

/* Whether a type of four letters is on a list of such, separated by spaces. */
bool four_in(const char *list, const unsigned char *type);

static inline uint64_t be16(const unsigned char *p)
{
	return (uint64_t)p[0] << 8 | p[1];
}
static inline uint64_t be32(const unsigned char *p)
{
	return be16(p) << 16 | be16(p + 2);
}
static inline uint64_t le16(const unsigned char *p)
{
	return (uint64_t)p[1] << 8 | p[0];
}
static inline uint64_t le24(const unsigned char *p)
{
	return (uint64_t)p[2] << 16 | le16(p);
}
static inline uint64_t le32(const unsigned char *p)
{
	return le16(p + 2) << 16 | le16(p);
}

bool jpeg_walk(struct walk *w);
bool png_walk(struct walk *w);
bool gif_walk(struct walk *w);
bool webp_walk(struct walk *w);
bool avif_walk(struct walk *w);
#endif
