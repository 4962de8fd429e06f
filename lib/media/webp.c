/* WebP (RFC 9649): chunks of a RIFF file. */
#include "media/walk.h"

enum { FLAG_EXIF = 0x08, FLAG_XMP = 0x04, HEAD = 8, FRAME_HEAD = 16 };

static uint64_t even(uint64_t n)
{
	return n + (n & 1);
}

/* The size in the picture data itself. */
static bool lossy(struct walk *w, uint64_t at, uint64_t n)
{
	const unsigned char *p = n >= 10 ? walk_peek(w, at, 10) : NULL;

	if (!p || memcmp(p + 3, "\x9d\x01\x2a", 3) != 0)
		return walk_broken(w, "VP8 data has no header");
	return walk_size(w, le16(p + 6) & 0x3fff, le16(p + 8) & 0x3fff);
}

static bool lossless(struct walk *w, uint64_t at, uint64_t n)
{
	const unsigned char *p = n >= 5 ? walk_peek(w, at, 5) : NULL;

	if (!p || p[0] != 0x2f)
		return walk_broken(w, "VP8L data has no header");
	return walk_size(w, (le32(p + 1) & 0x3fff) + 1, (le32(p + 1) >> 14 & 0x3fff) + 1);
}

static bool picture(struct walk *w, const unsigned char *type, uint64_t at, uint64_t n)
{
	return !memcmp(type, "VP8 ", 4) ? lossy(w, at, n) : !memcmp(type, "VP8L", 4) ? lossless(w, at, n) : true;
}

/* A frame of an animation: nothing but picture data may lie in it. */
static bool frame(struct walk *w, uint64_t at, uint64_t n)
{
	uint64_t end = at + n;

	for (at += FRAME_HEAD; at < end;) {
		const unsigned char *p = end - at >= HEAD ? walk_peek(w, at, HEAD) : NULL;
		unsigned char type[4];

		if (!p || le32(p + 4) > end - at - HEAD)
			return walk_broken(w, "a frame is cut short");
		uint64_t len = le32(p + 4);

		memcpy(type, p, 4);
		if (!four_in("ALPH VP8  VP8L", type))
			return walk_broken(w, "a frame holds something else");
		if (!picture(w, type, at + HEAD, len))
			return false;
		at += HEAD + even(len);
	}
	return n >= FRAME_HEAD || walk_broken(w, "a frame is cut short");
}

static bool extended(struct walk *w, uint64_t at, uint64_t n)
{
	const unsigned char *p = n == 10 ? walk_peek(w, at, 10) : NULL;
	unsigned char chunk[HEAD + 10] = {'V', 'P', '8', 'X', 10};

	if (!p || at != 20)
		return walk_broken(w, "VP8X is wrong or stands in the wrong place");
	memcpy(chunk + HEAD, p, 10);
	chunk[HEAD] &= (unsigned char)~(FLAG_EXIF | FLAG_XMP);
	/* Exif stands behind the picture: the first pass has seen it */
	if (w->turned)
		chunk[HEAD] |= FLAG_EXIF;
	return walk_size(w, le24(p + 4) + 1, le24(p + 7) + 1) && walk_put(w, chunk, sizeof(chunk));
}

static bool exif(struct walk *w, uint64_t at, uint64_t n)
{
	unsigned char chunk[HEAD + EXIF_BLOCK] = {'E', 'X', 'I', 'F', EXIF_BLOCK};
	unsigned skip = n > 6 && walk_is(w, at, "Exif\0", 6) ? 6 : 0;

	if (!walk_turned(w, at + skip, n - skip))
		return true;
	exif_block(w->picture->orientation, chunk + HEAD);
	return walk_put(w, chunk, sizeof(chunk));
}

/* Of a file that begins with VP8X; others hold one picture and nothing else. */
static bool chunk(struct walk *w, const unsigned char *type, uint64_t at, uint64_t n, bool *shown)
{
	if (!memcmp(type, "VP8X", 4))
		return extended(w, at, n);
	if (!memcmp(type, "EXIF", 4))
		return exif(w, at, n);
	if (!four_in("ICCP ANIM ANMF ALPH VP8  VP8L", type))
		return true;
	bool animated = !memcmp(type, "ANMF", 4);

	*shown = *shown || animated || !memcmp(type, "VP8", 3);
	if (!(animated ? frame(w, at, n) : picture(w, type, at, n)) || !walk_keep(w, at - HEAD, HEAD + n))
		return false;
	return !(n & 1) || walk_zeros(w, 1);
}

static bool head(struct walk *w, uint64_t *end)
{
	const unsigned char *p = walk_peek(w, 0, 16);
	unsigned char riff[12] = {'R', 'I', 'F', 'F', 0, 0, 0, 0, 'W', 'E', 'B', 'P'};

	if (!p)
		return false;
	if (memcmp(p, "RIFF", 4) != 0 || memcmp(p + 8, "WEBP", 4) != 0 || !four_in("VP8  VP8L VP8X", p + 12))
		return walk_broken(w, "it does not begin as one");
	*end = HEAD + le32(p + 4);
	if (*end > w->io->size + 1) /* some leave out the last byte of padding */
		return walk_broken(w, "it ends too early");
	*end = MIN(*end, w->io->size);
	for (int i = 0; i < 4; i++)
		riff[4 + i] = (unsigned char)((w->total - HEAD) >> 8 * i);
	w->at = sizeof(riff);
	return walk_put(w, riff, sizeof(riff));
}

bool webp_walk(struct walk *w)
{
	uint64_t end = 0;
	bool simple, shown = false;

	if (!head(w, &end))
		return false;
	simple = !walk_is(w, w->at, "VP8X", 4);
	while (w->at < end) {
		const unsigned char *p = end - w->at >= HEAD ? walk_peek(w, w->at, HEAD) : NULL;
		unsigned char type[4];

		if (!p || le32(p + 4) > end - w->at - HEAD)
			return walk_broken(w, "a chunk is longer than the file");
		uint64_t n = le32(p + 4), at = w->at + HEAD;

		memcpy(type, p, 4);
		w->at = at + even(n);
		if (simple && shown)
			break; /* whatever follows, no reader looks at it */
		if (!chunk(w, type, at, n, &shown))
			return false;
	}
	return shown || walk_broken(w, "it holds no picture");
}
