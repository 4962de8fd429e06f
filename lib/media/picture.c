#include "media/picture.h"
#include "media/walk.h"

static const struct {
	const char *type;
	bool (*walk)(struct walk *w);
} formats[] = {
	{"image/jpeg", jpeg_walk}, {"image/png", png_walk},   {"image/gif", gif_walk},
	{"image/webp", webp_walk}, {"image/avif", avif_walk},
};

/* ---- reading ------------------------------------------------------------------------------ */

static bool away(struct walk *w)
{
	w->fault = PICTURE_AWAY;
	return false;
}

bool walk_broken(struct walk *w, const char *why)
{
	if (w->fault == PICTURE_GOOD) {
		w->fault = PICTURE_BROKEN;
		w->picture->why = why;
	}
	return false;
}

static bool fill(struct walk *w, uint64_t at)
{
	size_t n = (size_t)MIN((uint64_t)WALK_WINDOW, w->io->size - at);

	w->from = at;
	w->held = n;
	return w->io->read(w->io->arg, at, w->window, n) || away(w);
}

const unsigned char *walk_look(struct walk *w, uint64_t at, size_t *n)
{
	if (w->fault != PICTURE_GOOD || at >= w->io->size) {
		(void)walk_broken(w, "it ends too early");
		return NULL;
	}
	if ((at < w->from || at >= w->from + w->held) && !fill(w, at))
		return NULL;
	*n = (size_t)(w->from + w->held - at);
	return w->window + (at - w->from);
}

const unsigned char *walk_peek(struct walk *w, uint64_t at, size_t n)
{
	assert(n && n <= WALK_PEEK_MAX);
	if (w->fault != PICTURE_GOOD || at > w->io->size || n > w->io->size - at) {
		(void)walk_broken(w, "it ends too early");
		return NULL;
	}
	if ((at < w->from || at + n > w->from + w->held) && !fill(w, at))
		return NULL;
	return w->window + (at - w->from);
}

bool walk_is(struct walk *w, uint64_t at, const char *bytes, size_t n)
{
	if (at > w->io->size || n > w->io->size - at)
		return false;
	const unsigned char *p = walk_peek(w, at, n);

	return p && !memcmp(p, bytes, n);
}

bool four_in(const char *list, const unsigned char *type)
{
	for (; *list; list += list[4] ? 5 : 4)
		if (!memcmp(list, type, 4))
			return true;
	return false;
}

/* ---- writing ------------------------------------------------------------------------------ */

bool walk_put(struct walk *w, const void *p, size_t n)
{
	if (w->fault != PICTURE_GOOD)
		return false;
	w->kept += n;
	return !w->writing || !n || w->io->write(w->io->arg, p, n) || away(w);
}

bool walk_keep(struct walk *w, uint64_t at, uint64_t n)
{
	if (w->fault != PICTURE_GOOD || at > w->io->size || n > w->io->size - at)
		return walk_broken(w, "it ends too early");
	if (!w->writing) {
		w->kept += n;
		return true;
	}
	for (size_t some = 0; n; at += some, n -= some) {
		const unsigned char *p = walk_look(w, at, &some);

		some = (size_t)MIN((uint64_t)some, n);
		if (!p || !walk_put(w, p, some))
			return false;
	}
	return true;
}

bool walk_zeros(struct walk *w, uint64_t n)
{
	static const unsigned char zeros[4096];

	for (; n > sizeof(zeros); n -= sizeof(zeros))
		if (!walk_put(w, zeros, sizeof(zeros)))
			return false;
	return walk_put(w, zeros, (size_t)n);
}

/* ---- what it is --------------------------------------------------------------------------- */

bool walk_size(struct walk *w, uint64_t width, uint64_t height)
{
	if (!width || !height)
		return walk_broken(w, "it has no size");
	w->picture->width = MAX(w->picture->width, width);
	w->picture->height = MAX(w->picture->height, height);
	/* both fit into 32 bits */
	if (w->picture->width * w->picture->height <= PICTURE_PIXELS_MAX)
		return true;
	if (w->fault == PICTURE_GOOD)
		w->fault = PICTURE_TOO_BIG;
	return false;
}

/* ---- Exif --------------------------------------------------------------------------------- */

static uint64_t number(bool big, const unsigned char *p, size_t n)
{
	if (n == 2)
		return big ? be16(p) : le16(p);
	return big ? be32(p) : le32(p);
}

/* Nonsense in it is nobody's loss: it is left out either way. */
static unsigned orientation(struct walk *w, uint64_t at, uint64_t n)
{
	const unsigned char *p;

	if (n < 14 || !(p = walk_peek(w, at, 8)))
		return 0;
	bool big = !memcmp(p, "MM\0*", 4);

	if (!big && memcmp(p, "II*\0", 4) != 0)
		return 0;
	uint64_t ifd = number(big, p + 4, 4);

	if (ifd < 8 || ifd > n - 2 || !(p = walk_peek(w, at + ifd, 2)))
		return 0;
	uint64_t entries = MIN(number(big, p, 2), (n - 2 - ifd) / 12);

	for (uint64_t i = 0; i < entries; i++) {
		p = walk_peek(w, at + ifd + 2 + 12 * i, 12);
		if (!p)
			return 0;
		if (number(big, p, 2) != 0x112 || number(big, p + 2, 2) != 3)
			continue;
		uint64_t value = number(big, p + 8, 2);

		return value >= 2 && value <= 8 ? (unsigned)value : 0;
	}
	return 0;
}

bool walk_turned(struct walk *w, uint64_t at, uint64_t n)
{
	if (w->picture->orientation)
		return false;
	w->picture->orientation = orientation(w, at, n);
	return w->picture->orientation;
}

void exif_block(unsigned turned, unsigned char out[EXIF_BLOCK])
{
	/* big-endian, one directory with one entry: 0x112, a SHORT */
	static const unsigned char block[EXIF_BLOCK] = {'M', 'M', 0, '*', 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1};

	memcpy(out, block, EXIF_BLOCK);
	out[19] = (unsigned char)turned;
}

/* ------------------------------------------------------------------------------------------- */

enum picture_fault picture_clean(const struct picture_io *io, const char *type, struct picture *out)
{
	struct walk w = {.io = io, .picture = out};
	bool (*walk)(struct walk *) = NULL;

	for (size_t i = 0; i < COUNT(formats); i++)
		if (!strcmp(formats[i].type, type))
			walk = formats[i].walk;
	for (int pass = 0; pass < 2; pass++) {
		*out = (struct picture){0};
		w.at = w.kept = 0;
		w.writing = pass == 1;
		if (!walk)
			(void)walk_broken(&w, "no format that is known");
		else if (!walk(&w))
			assert(w.fault != PICTURE_GOOD);
		if (w.fault != PICTURE_GOOD)
			return w.fault;
		w.total = w.kept;
		w.turned = out->orientation;
	}
	return PICTURE_GOOD;
}
