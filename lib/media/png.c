/* PNG (W3C, third edition) with its animations: chunks up to IEND. */
#include "media/walk.h"

/* iDOT, for one, is not kept: it holds places in the file. */
static const char kept[] = "IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD hIST pHYs"
			   " acTL fcTL fdAT";

static uint32_t crc_of(const unsigned char *p, size_t n)
{
	uint32_t crc = 0xffffffff;

	for (; n; n--) {
		crc ^= *p++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static bool exif(struct walk *w, uint64_t at, uint64_t n)
{
	unsigned char chunk[4 + 4 + EXIF_BLOCK + 4] = {0, 0, 0, EXIF_BLOCK, 'e', 'X', 'I', 'f'};

	if (!walk_turned(w, at, n))
		return true;
	exif_block(w->picture->orientation, chunk + 8);
	uint32_t crc = crc_of(chunk + 4, 4 + EXIF_BLOCK);

	for (int i = 0; i < 4; i++)
		chunk[8 + EXIF_BLOCK + i] = (unsigned char)(crc >> (24 - 8 * i));
	return walk_put(w, chunk, sizeof(chunk));
}

static bool header(struct walk *w)
{
	const unsigned char *p = walk_peek(w, 8, 16);

	if (!p)
		return false;
	if (memcmp(p, "\0\0\0\rIHDR", 8) != 0)
		return walk_broken(w, "it has no header");
	return walk_size(w, be32(p + 8), be32(p + 12));
}

bool png_walk(struct walk *w)
{
	bool data = false;

	if (!walk_is(w, 0, "\x89PNG\r\n\x1a\n", 8))
		return walk_broken(w, "it does not begin as one");
	if (!header(w) || !walk_keep(w, 0, 8))
		return false;
	for (w->at = 8;;) {
		const unsigned char *p = walk_peek(w, w->at, 8);

		if (!p)
			return false;
		uint64_t n = be32(p);
		unsigned char type[4];

		memcpy(type, p + 4, 4);
		if (n + 12 > w->io->size - w->at)
			return walk_broken(w, "a chunk is longer than the file");
		bool keep = four_in(kept, type);

		if (!keep && !(type[0] & 0x20)) /* a reader must know it, says its first letter */
			return walk_broken(w, "a chunk that no reader knows");
		if (!memcmp(type, "IHDR", 4) && w->at != 8)
			return walk_broken(w, "two headers");
		if (!memcmp(type, "IEND", 4))
			return data && !n ? walk_keep(w, w->at, 12) : walk_broken(w, "it ends before the picture");
		if (!memcmp(type, "eXIf", 4) && !exif(w, w->at + 8, n))
			return false;
		if (keep && !walk_keep(w, w->at, n + 12))
			return false;
		data = data || !memcmp(type, "IDAT", 4);
		w->at += n + 12;
	}
}
