/* WAVE: chunks of RIFF. What is dropped is called "JUNK". Multimedia Programming Interface and Data Specifications 1.0,
 * IBM and Microsoft 1991. */
#include "media/patch.h"
#include "media/walk.h"

/* Texts, samplers' settings, marks and times of peaks are not among them. */
static const char kept[] = "fmt  fact data";

/* What recorders that cannot go back leave where a size belongs: the samples then last until the end. */
static bool unknown(uint64_t n)
{
	return n == 0 || n >= UINT32_MAX - 44;
}

/* What lies there says nothing any more, in one chunk of n bytes. */
static bool drop(struct patch *p, uint64_t at, uint64_t n)
{
	const unsigned char head[8] = {'J', 'U', 'N', 'K', n & 0xff, n >> 8 & 0xff, n >> 16 & 0xff, n >> 24 & 0xff};

	return patch_put(p, at, head, sizeof(head)) && patch_blank(p, at + sizeof(head), n);
}

bool wav_clean(struct patch *p)
{
	unsigned char head[12] = {0};
	uint64_t at = sizeof(head), riff;
	bool samples = false;

	if (!patch_get(p, 0, p->size, head, sizeof(head)))
		return false;
	if (memcmp(head, "RIFF", 4) != 0 || memcmp(head + 8, "WAVE", 4) != 0)
		return patch_broken(p, "no WAVE");
	riff = le32(head + 4);
	while (p->size - at >= 8) {
		if (!patch_get(p, at, p->size, head, 8))
			return false;
		uint64_t n = le32(head + 4), room = p->size - at - 8;
		bool data = !memcmp(head, "data", 4), good = four_in(kept, head);

		if (n > room && !samples && !data)
			return patch_broken(p, "a chunk is larger than the file");
		if (n > room || (data && unknown(n) && unknown(riff))) {
			good = data && !samples; /* behind the samples it is no chunk */
			n = room;
		}
		if (!good && !drop(p, at, n))
			return false;
		samples |= data;
		at += 8 + n + ((n & 1) && n < room);
	}
	return samples ? patch_blank(p, at, p->size - at) : patch_broken(p, "no samples");
}
