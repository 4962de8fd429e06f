/* JPEG (ITU T.81): segments up to the end of the image; what follows it (more pictures, films) is cut off. */
#include "media/walk.h"

enum { EOI = 0xd9, SOS = 0xda, DHT = 0xc4, DAC = 0xcc, DQT = 0xdb, DRI = 0xdd, COM = 0xfe };
enum { ADOBE_BYTES = 12 };
enum { SOF0 = 0xc0, SOF15 = 0xcf, JPG = 0xc8, APP0 = 0xe0, APP1, APP2, APP14 = 0xee, APP15 };

struct segment {
	unsigned marker;
	uint64_t at, n; /* of its content */
};

static bool keep_segment(struct walk *w, const struct segment *s)
{
	return walk_keep(w, s->at - 4, s->n + 4);
}

static bool put_segment(struct walk *w, unsigned marker, const void *p, size_t n)
{
	const unsigned char head[] = {0xff, (unsigned char)marker, (unsigned char)((n + 2) >> 8),
				      (unsigned char)(n + 2)};

	return walk_put(w, head, sizeof(head)) && walk_put(w, p, n);
}

/* Without the small picture that may hang on it, which may show what was cut away from the large one. */
static bool app0(struct walk *w, const struct segment *s)
{
	unsigned char jfif[14];

	if (s->n < sizeof(jfif) || !walk_is(w, s->at, "JFIF", 5))
		return true;
	const unsigned char *p = walk_peek(w, s->at, 12);

	if (!p)
		return false;
	memcpy(jfif, p, 12);
	jfif[12] = jfif[13] = 0;
	return put_segment(w, APP0, jfif, sizeof(jfif));
}

static bool app1(struct walk *w, const struct segment *s)
{
	unsigned char exif[6 + EXIF_BLOCK] = "Exif\0";

	if (s->n < 6 || !walk_is(w, s->at, "Exif\0", 6) || !walk_turned(w, s->at + 6, s->n - 6))
		return true;
	exif_block(w->picture->orientation, exif + 6);
	return put_segment(w, APP1, exif, sizeof(exif));
}

/* How the colours were transformed. */
static bool app14(struct walk *w, const struct segment *s)
{
	if (s->n < ADOBE_BYTES || !walk_is(w, s->at, "Adobe", 5))
		return true;
	const unsigned char *p = walk_peek(w, s->at, ADOBE_BYTES);

	return p && put_segment(w, APP14, p, ADOBE_BYTES);
}

static bool application(struct walk *w, const struct segment *s)
{
	switch (s->marker) {
	case APP0:
		return app0(w, s);
	case APP1:
		return app1(w, s);
	case APP2:
		return !walk_is(w, s->at, "ICC_PROFILE", 12) || s->n < 12 || keep_segment(w, s);
	case APP14:
		return app14(w, s);
	default:
		return true;
	}
}

/* Entropy-coded data ends at a marker that is no restart; FF 00 stands for a byte FF. */
static bool scan(struct walk *w)
{
	uint64_t start = w->at;

	for (;;) {
		size_t n;
		const unsigned char *p = walk_look(w, w->at, &n);
		const unsigned char *ff = p ? memchr(p, 0xff, n) : NULL;

		if (!p)
			return false;
		if (!ff) {
			w->at += n;
			continue;
		}
		w->at += (uint64_t)(ff - p);
		p = walk_peek(w, w->at, 2);
		if (!p)
			return false;
		if (p[1] != 0 && (p[1] & 0xf8) != 0xd0)
			return walk_keep(w, start, w->at - start);
		w->at += 2;
	}
}

static bool frame(struct walk *w, const struct segment *s)
{
	const unsigned char *p;

	if (w->picture->width)
		return walk_broken(w, "two pictures in one");
	if (s->n < 6 || !(p = walk_peek(w, s->at, 5)))
		return walk_broken(w, "a frame header is too short");
	return walk_size(w, be16(p + 3), be16(p + 1)) && keep_segment(w, s);
}

static bool is_frame(unsigned marker)
{
	return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
}

static bool segment(struct walk *w, const struct segment *s)
{
	if (s->marker >= APP0 && s->marker <= APP15)
		return application(w, s);
	if (s->marker == COM)
		return true;
	if (is_frame(s->marker))
		return frame(w, s);
	if (s->marker == SOS)
		return w->picture->width ? keep_segment(w, s) && scan(w)
					 : walk_broken(w, "a scan without a frame");
	if (s->marker == DHT || s->marker == DAC || s->marker == DQT || s->marker == DRI)
		return keep_segment(w, s);
	return walk_broken(w, "a marker that does not belong there");
}

bool jpeg_walk(struct walk *w)
{
	bool scans = false;

	if (!walk_is(w, 0, "\xff\xd8\xff", 3))
		return walk_broken(w, "it does not begin as one");
	if (!walk_keep(w, 0, 2))
		return false;
	w->at = 2;
	for (;;) {
		const unsigned char *p = walk_peek(w, w->at, 2);

		if (!p)
			return false;
		if (p[0] != 0xff)
			return walk_broken(w, "no marker where one must be");
		if (p[1] == 0xff) { /* padding */
			w->at++;
			continue;
		}
		struct segment s = {.marker = p[1], .at = w->at + 4};

		if (s.marker == EOI)
			return scans ? walk_keep(w, w->at, 2) : walk_broken(w, "it ends before the picture");
		p = walk_peek(w, w->at, 4);
		if (!p)
			return false;
		if (be16(p + 2) < 2 || be16(p + 2) - 2 > w->io->size - s.at)
			return walk_broken(w, "a segment is longer than the file");
		s.n = be16(p + 2) - 2;
		w->at = s.at + s.n;
		if (!segment(w, &s))
			return false;
		scans = scans || s.marker == SOS;
	}
}
