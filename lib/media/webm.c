/* WebM: elements of EBML. What is dropped is called Void. RFC 8794 (EBML), RFC 9559 (Matroska). */
#include "media/patch.h"

enum {
	ELEMENTS_MAX = 8 << 20,
	DEPTH = 3, /* of elements with elements in them: Segment, Tracks, TrackEntry */
	HEADER_MAX = 12,
	VOID = 0xec,
};

enum {
	TOP = 0,
	EBML = 0x1a45dfa3,
	SEGMENT = 0x18538067,
	SEEK_HEAD = 0x114d9b74,
	INFO = 0x1549a966,
	TRACKS = 0x1654ae6b,
	TRACK_ENTRY = 0xae,
	CUES = 0x1c53bb6b,
	CLUSTER = 0x1f43b675,
	CHAPTERS = 0x1043a770,
	TAGS = 0x1254c367,
	ATTACHMENTS = 0x1941a469,
	CODEC_PRIVATE = 0x63a2,
	MUXING_APP = 0x4d80,
	WRITING_APP = 0x5741,
};

/* What an element may have in it. What else is there goes: check sums too, which would not be right any more. */
static const struct level {
	uint32_t id, kept[24];
} levels[] = {
	{TOP, {EBML, SEGMENT}},
	{SEGMENT, {SEEK_HEAD, INFO, TRACKS, CUES, CLUSTER}},
	{INFO, {0x2ad7b1 /* TimestampScale */, 0x4489 /* Duration */, MUXING_APP, WRITING_APP}},
	{TRACKS, {TRACK_ENTRY}},
	/* number, uid, type, enabled, default, forced, lacing; durations; additions; languages; codec, its
	 * private data and delays; video, audio, encodings, operation */
	{TRACK_ENTRY,
	 {0xd7,	    0x73c5,  0x83,   0xb9, 0x88,   0x55aa, 0x9c,   0x23e383,	  0x234e7a, 0x55ee, 0x41e4,
	  0x22b59c, 0x22b59d, 0x86, CODEC_PRIVATE, 0x56aa, 0x56bb, 0xe0, 0xe1, 0x6d80, 0xe2}},
	/* Timestamp, Position, PrevSize, SimpleBlock, BlockGroup */
	{CLUSTER, {0xe7, 0xa7, 0xab, 0xa3, 0xa0}},
};

/* Where one of unknown size ends: at what cannot be in it. */
static const uint32_t outside_cluster[] = {EBML, SEGMENT,  SEEK_HEAD, INFO, TRACKS, CUES, CLUSTER, CHAPTERS,
					   TAGS, ATTACHMENTS};
enum { N_OUTSIDE_SEGMENT = 2, N_OUTSIDE_CLUSTER = COUNT(outside_cluster) };

struct element {
	uint32_t id;
	uint64_t at, data, end;
	bool unknown; /* its size: it reaches to the end of what it lies in, or less far */
};

static bool is_in(const uint32_t *ids, size_t n, uint32_t id)
{
	for (size_t i = 0; i < n && ids[i]; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static const struct level *level_of(uint32_t id)
{
	for (size_t i = 1; i < COUNT(levels); i++)
		if (levels[i].id == id)
			return &levels[i];
	return NULL;
}

/* ---- elements ----------------------------------------------------------------------------- */

/* A number that says by its first set bit how many bytes it has. 0: more than max. */
static size_t length_of(unsigned char first, size_t max)
{
	size_t n = first ? (size_t)__builtin_clz(first) - 23 : 9;

	return n <= max ? n : 0;
}

/* What lies there, before end. A file that was cut off ends within one. */
static bool element_at(struct patch *p, uint64_t at, uint64_t end, struct element *e)
{
	unsigned char head[HEADER_MAX] = {0};
	size_t held = (size_t)MIN(end - at, (uint64_t)HEADER_MAX), n_id, n_size;
	uint64_t size;

	*e = (struct element){.at = at, .end = end};
	if (!patch_get(p, at, end, head, held))
		return false;
	n_id = length_of(head[0], 4);
	n_size = n_id && n_id < held ? length_of(head[n_id], 8) : 1;
	if (!n_id || !n_size)
		return patch_broken(p, "no element where one begins");
	if (n_id + n_size > held) {
		e->data = end;
		return end == p->size || patch_broken(p, "an element is larger than what it lies in");
	}
	for (size_t i = 0; i < n_id; i++)
		e->id = e->id << 8 | head[i];
	size = head[n_id] & (0xffu >> n_size);
	for (size_t i = 1; i < n_size; i++)
		size = size << 8 | head[n_id + i];
	e->data = at + n_id + n_size;
	e->unknown = size == (1ull << 7 * n_size) - 1;
	if (e->unknown)
		return e->id == SEGMENT || e->id == CLUSTER || patch_broken(p, "an element without a size");
	if (size <= end - e->data)
		e->end = e->data + size;
	else if (end != p->size)
		return patch_broken(p, "an element is larger than what it lies in");
	return true;
}

static bool drop(struct patch *p, const struct element *e)
{
	size_t n_size = (size_t)MIN(e->end - e->at - 1, 8ull);
	uint64_t n = e->end - e->at - 1 - n_size;
	unsigned char head[9] = {VOID, (unsigned char)(1u << (8 - n_size))};

	for (size_t i = n_size; n_size == 8 && i > 1; i--, n >>= 8)
		head[i] = n & 0xff;
	return patch_put(p, e->at, head, 1 + n_size) && patch_blank(p, e->at + 1 + n_size, e->end - e->at - 1 - n_size);
}

/* ---- Vorbis ------------------------------------------------------------------------------- */

/* A size in bytes of 255 and a last one that is less. */
static bool laced(struct patch *p, uint64_t *at, uint64_t end, uint64_t *n)
{
	unsigned char some = 255;

	for (*n = 0; some == 255; *n += some)
		if (*at == end || !patch_get(p, (*at)++, end, &some, 1))
			return false;
	return true;
}

/* Three packets in one, of which the second is comments: see ogg.c. */
static bool forget_comments(struct patch *p, const struct element *e)
{
	unsigned char some[7];
	uint64_t at = e->data, first, second;

	if (e->end - at < 16)
		return true;
	if (!patch_get(p, at++, e->end, some, 1))
		return false;
	if (some[0] != 2) /* that is how many sizes follow */
		return true;
	if (!laced(p, &at, e->end, &first) || !laced(p, &at, e->end, &second) || e->end - at < 7 ||
	    first > e->end - at - 7)
		return p->fault == MEDIA_GOOD;
	at += first;
	if (!patch_get(p, at, e->end, some, sizeof(some)))
		return false;
	if (memcmp(some, "\3vorbis", 7) != 0)
		return true;
	if (second < 16 || second > e->end - at)
		return patch_broken(p, "comments are too short");
	return patch_blank(p, at + 7, second - 7) && patch_put(p, at + 15, "\1", 1);
}

/* ------------------------------------------------------------------------------------------- */

/* *in: what is to be gone into, or NULL. */
static bool clean_element(struct patch *p, const struct level *here, const struct element *e, const struct level **in)
{
	*in = NULL;
	if (!is_in(here->kept, COUNT(here->kept), e->id))
		return drop(p, e);
	if (e->id == MUXING_APP || e->id == WRITING_APP)
		return patch_blank(p, e->data, e->end - e->data);
	if (e->id == CODEC_PRIVATE)
		return forget_comments(p, e);
	*in = level_of(e->id);
	return true;
}

bool webm_clean(struct patch *p)
{
	struct {
		const struct level *level;
		uint64_t end;
		size_t n_outside; /* ids that end it */
	} open[DEPTH + 1] = {{.level = &levels[0], .end = p->size}};
	size_t depth = 0, elements = 0;
	uint64_t at = 0;

	while (p->fault == MEDIA_GOOD) {
		const struct level *in;
		struct element e;

		if (at == open[depth].end) {
			if (depth-- == 0)
				break;
			continue;
		}
		if (++elements > ELEMENTS_MAX)
			return patch_broken(p, "too many elements");
		if (!element_at(p, at, open[depth].end, &e))
			return false;
		if (!e.id)
			break; /* cut off */
		while (is_in(outside_cluster, open[depth].n_outside, e.id))
			depth--;
		at = e.end;
		if (!clean_element(p, open[depth].level, &e, &in) || !in)
			continue;
		at = e.data;
		open[++depth].level = in;
		open[depth].end = e.end;
		open[depth].n_outside = !e.unknown ? 0 : e.id == SEGMENT ? N_OUTSIDE_SEGMENT : N_OUTSIDE_CLUSTER;
	}
	return p->fault == MEDIA_GOOD;
}
