/* MPEG audio (MP3): frames, each with its own header. What is no frame is overwritten: tags at the end (ID3v1, APE,
 * Lyrics3), and of ID3v2 tags all but their size. ISO/IEC 11172-3, 13818-3; id3.org/id3v2.4.0-structure. */
#include "media/patch.h"
#include "media/walk.h"

enum {
	HEADER = 4,
	TAG_HEADER = MEDIA_TAG_HEADER,
	TAG_FOOTER = 0x10,
	ALIKE = 3, /* frames in a row that are not there by chance */
};

/* What frames of one stream have in common: sync, version, layer, and rate of samples. */
static bool alike(const unsigned char *a, const unsigned char *b)
{
	return a[0] == b[0] && (a[1] & 0xfe) == (b[1] & 0xfe) && (a[2] & 0x0c) == (b[2] & 0x0c);
}

/* Bytes of the frame that begins so, 0 if none does. Frames that do not say their size (free format) are none. */
static uint64_t frame_size(const unsigned char *h)
{
	/* kbit/s: layers 1, 2, 3 of MPEG-1, then layer 1 and layers 2 and 3 of MPEG-2 and 2.5 */
	static const uint16_t rates[5][16] = {
		{0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
		{0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
		{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
		{0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
		{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
	};
	static const uint32_t samples[4] = {44100, 48000, 32000, 0}; /* a second, MPEG-1 */
	unsigned version = h[1] >> 3 & 3, layer = 4 - (h[1] >> 1 & 3), rate = h[2] >> 4;
	uint32_t hz = samples[h[2] >> 2 & 3];
	bool first = version == 3;

	if (h[0] != 0xff || h[1] < 0xe0 || version == 1 || layer == 4 || !hz)
		return 0;
	hz >>= version == 3 ? 0 : version == 2 ? 1 : 2;
	uint64_t bits = 1000ull * rates[first ? layer - 1 : layer == 1 ? 3 : 4][rate], padding = h[2] >> 1 & 1;

	if (!bits)
		return 0;
	return layer == 1 ? (12 * bits / hz + padding) * 4 : (!first && layer == 3 ? 72 : 144) * bits / hz + padding;
}

/* Of the frame there; 0 at the end too, and when it is not all there. */
static uint64_t frame_at(struct patch *p, uint64_t at, unsigned char h[HEADER])
{
	if (p->size - at < HEADER || !patch_get(p, at, p->size, h, HEADER))
		return 0;
	uint64_t n = frame_size(h);

	return n <= p->size - at ? n : 0;
}

/* Whether there are so many frames from there on, each like the one before. */
static bool frames_at(struct patch *p, uint64_t at, int n)
{
	unsigned char h[HEADER], last[HEADER];

	for (int i = 0; i < n && at < p->size; i++) {
		uint64_t size = frame_at(p, at, h);

		if (!size || (i && !alike(h, last)))
			return false;
		memcpy(last, h, HEADER);
		at += size;
	}
	return true;
}

/* Size is in seven bits of each of four bytes. */
uint64_t media_tag_size(const unsigned char h[TAG_HEADER])
{
	if (memcmp(h, "ID3", 3) != 0 || (h[6] | h[7] | h[8] | h[9]) & 0x80)
		return 0;
	return TAG_HEADER + ((uint64_t)h[6] << 21 | (uint64_t)h[7] << 14 | (uint64_t)h[8] << 7 | h[9]) +
	       (h[5] & TAG_FOOTER ? TAG_HEADER : 0);
}

/* Bytes of the tag there, 0 if there is none, or not all of it. */
static uint64_t tag_at(struct patch *p, uint64_t at)
{
	unsigned char h[TAG_HEADER];

	if (p->size - at < TAG_HEADER || !patch_get(p, at, p->size, h, TAG_HEADER))
		return 0;
	uint64_t n = media_tag_size(h);

	return n <= p->size - at ? n : 0;
}

/* Padding, which begins with a zero where a name would be. */
static bool drop_tag(struct patch *p, uint64_t at, uint64_t n)
{
	uint64_t in = n - TAG_HEADER;
	const unsigned char rest[5] = {0, in >> 21 & 0x7f, in >> 14 & 0x7f, in >> 7 & 0x7f, in & 0x7f};

	return patch_put(p, at + 5, rest, sizeof(rest)) && patch_blank(p, at + TAG_HEADER, in);
}

bool mp3_clean(struct patch *p)
{
	unsigned char h[HEADER], last[HEADER];
	uint64_t at = 0, junk = 0, n, frames = 0; /* junk: from where on nothing was known; at, if all is */

	while (at < p->size && p->fault == MEDIA_GOOD) {
		bool lost = junk < at;

		if (!lost && (n = tag_at(p, at))) {
			if (!drop_tag(p, at, n))
				return false;
		} else if ((n = frame_at(p, at, h)) &&
			   ((!lost && frames && alike(h, last)) || frames_at(p, at, ALIKE))) {
			if (lost && !patch_blank(p, junk, at - junk))
				return false;
			memcpy(last, h, HEADER);
			frames++;
		} else {
			at++;
			continue;
		}
		junk = at += n;
	}
	if (p->fault == MEDIA_GOOD && !frames)
		return patch_broken(p, "no frames");
	return p->fault == MEDIA_GOOD && patch_blank(p, junk, p->size - junk);
}
