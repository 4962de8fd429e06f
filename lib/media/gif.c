/* GIF89a: blocks up to the trailer. */
#include "media/walk.h"

enum { EXTENSION = 0x21, IMAGE = 0x2c, TRAILER = 0x3b, PLAIN_TEXT = 0x01, CONTROL = 0xf9, APPLICATION = 0xff };

/* Past a colour table that a byte of flags announces. */
static uint64_t table(unsigned flags)
{
	return flags & 0x80 ? (uint64_t)3 << ((flags & 7) + 1) : 0;
}

/* Past sub-blocks and the empty one that ends them. */
static bool blocks(struct walk *w)
{
	const unsigned char *p;

	while ((p = walk_peek(w, w->at, 1))) {
		w->at += (uint64_t)p[0] + 1;
		if (!p[0])
			return true;
	}
	return false;
}

/* How often it repeats, and its colour profile. */
static bool wanted(struct walk *w)
{
	return walk_is(w, w->at + 2, "\vNETSCAPE2.0", 12) || walk_is(w, w->at + 2, "\vANIMEXTS1.0", 12) ||
	       walk_is(w, w->at + 2, "\vICCRGBG1012", 12);
}

static bool extension(struct walk *w)
{
	const unsigned char *p = walk_peek(w, w->at, 2);
	uint64_t start = w->at;

	if (!p)
		return false;
	bool keep = p[1] == CONTROL || p[1] == PLAIN_TEXT || (p[1] == APPLICATION && wanted(w));

	w->at += 2;
	return blocks(w) && (!keep || walk_keep(w, start, w->at - start));
}

static bool image(struct walk *w)
{
	const unsigned char *p = walk_peek(w, w->at, 10);
	uint64_t start = w->at;

	if (!p)
		return false;
	if (!le16(p + 5) || !le16(p + 7))
		return walk_broken(w, "an image has no size");
	w->at += 10 + table(p[9]) + 1; /* and a byte that says how long codes are */
	/* readers make the picture as large as what lies in it */
	return walk_size(w, le16(p + 1) + le16(p + 5), le16(p + 3) + le16(p + 7)) && blocks(w) &&
	       walk_keep(w, start, w->at - start);
}

bool gif_walk(struct walk *w)
{
	const unsigned char *p;
	bool images = false;

	if (!walk_is(w, 0, "GIF87a", 6) && !walk_is(w, 0, "GIF89a", 6))
		return walk_broken(w, "it does not begin as one");
	p = walk_peek(w, 0, 13);
	if (!p)
		return false;
	w->at = 13 + table(p[10]);
	if (!walk_size(w, MAX(le16(p + 6), 1), MAX(le16(p + 8), 1)) || !walk_keep(w, 0, w->at))
		return false;
	while ((p = walk_peek(w, w->at, 1)))
		switch (p[0]) {
		case EXTENSION:
			if (!extension(w))
				return false;
			break;
		case IMAGE:
			if (!image(w))
				return false;
			images = true;
			break;
		case TRAILER:
			return images ? walk_keep(w, w->at, 1) : walk_broken(w, "it holds no image");
		default:
			return walk_broken(w, "a block that does not belong there");
		}
	return false;
}
