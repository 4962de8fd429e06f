/* Ogg: pages with pieces of packets of several streams. Of each stream the packet of comments (who plays what, made
 * with what, its cover) keeps its length and says nothing. RFC 3533; RFC 7845 (Opus), the Vorbis I, Theora and Speex
 * specifications, RFC 9639 section 10.1 (FLAC). */
#include "media/patch.h"
#include "media/walk.h"

enum {
	PAGE_HEADER = 27,
	SEGMENTS_MAX = 255,
	GOES_ON = 1, /* flags: with a packet of the page before; */
	BEGINS = 2,  /* the first of its stream */
	STREAMS_MAX = 64,
	FLAC_PADDING = 1,
	FLAC_SEEKTABLE = 3,
};

/* By what a stream begins with. Its second packet is comments: `said`, lengths of a vendor and of a list, and for
 * Vorbis a bit that is set. Zeros may follow. */
static const struct codec {
	const char *begins;
	size_t n;
	const char *said;
	size_t n_said;
	bool bit;
} codecs[] = {
	{"OpusHead", 8, "OpusTags", 8, false},
	{"\1vorbis", 7, "\3vorbis", 7, true},
	{"\x80theora", 7, "\x81theora", 7, false},
	{"Speex   ", 8, "", 0, false},
	{"\x7f" "FLAC", 5, "", 4, false}, /* after the header of a block, of any kind */
};

struct stream {
	unsigned char serial[4];
	const struct codec *codec;
	uint64_t packets;   /* that have ended */
	uint64_t come;	    /* bytes of the one that is open, so far */
	unsigned char type; /* its first byte */
};

struct ogg {
	struct patch *p;
	struct stream streams[STREAMS_MAX];
	size_t n;
	uint32_t crc[256];
};

static bool is_flac(const struct stream *s)
{
	return s->codec->begins[0] == '\x7f';
}

/* ---- pages -------------------------------------------------------------------------------- */

struct page {
	uint64_t at, data, end;
	unsigned char head[PAGE_HEADER], lacing[SEGMENTS_MAX];
	bool changed;
};

static bool page_at(struct ogg *o, uint64_t at, struct page *g)
{
	struct patch *p = o->p;

	*g = (struct page){.at = at, .data = at + PAGE_HEADER};
	if (!patch_get(p, at, p->size, g->head, PAGE_HEADER))
		return false;
	if (memcmp(g->head, "OggS", 5) != 0) /* and version 0 */
		return patch_broken(p, "no page where one begins");
	g->data += g->head[26];
	if (!patch_get(p, at + PAGE_HEADER, p->size, g->lacing, g->head[26]))
		return false;
	g->end = g->data;
	for (size_t i = 0; i < g->head[26]; i++)
		g->end += g->lacing[i];
	return g->end <= p->size || patch_broken(p, "it ends too early");
}

static void begin_crc(struct ogg *o)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t r = i << 24;

		for (int bit = 0; bit < 8; bit++)
			r = r << 1 ^ (r >> 31 ? 0x04c11db7 : 0);
		o->crc[i] = r;
	}
}

/* Of the whole page, with zeros in its own place. */
static bool sum_page(struct ogg *o, const struct page *g)
{
	unsigned char some[PATCH_WINDOW];
	uint32_t sum = 0;

	if (!patch_blank(o->p, g->at + 22, 4))
		return false;
	for (uint64_t at = g->at, n; at < g->end; at += n) {
		n = MIN(g->end - at, (uint64_t)sizeof(some));
		if (!patch_get(o->p, at, g->end, some, (size_t)n))
			return false;
		for (size_t i = 0; i < n; i++)
			sum = sum << 8 ^ o->crc[sum >> 24 ^ some[i]];
	}
	for (size_t i = 0; i < 4; i++)
		some[i] = sum >> 8 * i & 0xff;
	return patch_put(o->p, g->at + 22, some, 4);
}

/* ---- comments ----------------------------------------------------------------------------- */

/* n bytes of the packet of comments, from its byte `from` on, which lie at `at`. */
static bool drop_comments(struct ogg *o, const struct codec *c, uint64_t from, uint64_t at, uint64_t n)
{
	uint64_t empty = c->n_said + 8;

	if (from < c->n_said) {
		uint64_t kept = MIN(n, c->n_said - from);
		unsigned char said[8];

		if (!patch_get(o->p, at, at + kept, said, (size_t)kept))
			return false;
		if (*c->said && memcmp(said, c->said + from, kept) != 0)
			return patch_broken(o->p, "no comments where they belong");
		from += kept;
		at += kept;
		n -= kept;
	}
	return patch_blank(o->p, at, n) &&
	       (!c->bit || from > empty || empty >= from + n || patch_put(o->p, at + (empty - from), "\1", 1));
}

/* Blocks of FLAC behind the comments: a cover, marks, what programs left. A byte of all ones begins what is heard. */
static bool drop_block(struct ogg *o, const struct stream *s, uint64_t from, uint64_t at, uint64_t n)
{
	unsigned char kind = s->type & 0x7f;

	if (!n || s->type == 0xff || kind == FLAC_SEEKTABLE)
		return true;
	if (!from && !patch_put(o->p, at, (unsigned char[]){(s->type & 0x80) | FLAC_PADDING}, 1))
		return false;
	uint64_t kept = from < 4 ? MIN(n, 4 - from) : 0;

	return patch_blank(o->p, at + kept, n - kept);
}

/* ---- packets ------------------------------------------------------------------------------ */

static bool is_new(struct ogg *o, struct stream *s, uint64_t at, uint64_t n)
{
	unsigned char begins[8];

	for (size_t i = 0; i < COUNT(codecs) && !s->codec; i++) {
		if (codecs[i].n > n)
			continue;
		if (!patch_get(o->p, at, at + n, begins, codecs[i].n))
			return false;
		if (!memcmp(begins, codecs[i].begins, codecs[i].n))
			s->codec = &codecs[i];
	}
	return s->codec || patch_broken(o->p, "a stream of a kind that is not taken");
}

/* n bytes at `at`, which go on with the open packet; more says whether it goes on after them. */
static bool piece(struct ogg *o, struct stream *s, struct page *g, uint64_t at, uint64_t n, bool more)
{
	if (!s->codec && !is_new(o, s, at, n))
		return false;
	if (n && !s->come && !patch_get(o->p, at, at + n, &s->type, 1))
		return false;
	if (s->packets == 1) {
		if (!drop_comments(o, s->codec, s->come, at, n))
			return false;
		g->changed = true;
	} else if (s->packets > 1 && is_flac(s) && s->type != 0xff) {
		if (!drop_block(o, s, s->come, at, n))
			return false;
		g->changed = true;
	}
	s->come += n;
	if (more)
		return true;
	if (s->packets == 1 && s->come < s->codec->n_said + 8 + s->codec->bit)
		return patch_broken(o->p, "comments are too short");
	s->packets++;
	s->come = 0;
	return true;
}

static struct stream *stream_of(struct ogg *o, const struct page *g)
{
	struct stream *s = NULL;

	for (size_t i = 0; i < o->n && !s; i++)
		if (!memcmp(o->streams[i].serial, g->head + 14, 4))
			s = &o->streams[i];
	if (!(g->head[5] & BEGINS) && !s) {
		(void)patch_broken(o->p, "a page of no stream");
		return NULL;
	}
	if (g->head[5] & BEGINS) {
		if (!s && o->n == STREAMS_MAX) {
			(void)patch_broken(o->p, "too many streams");
			return NULL;
		}
		s = s ? s : &o->streams[o->n++];
		*s = (struct stream){0};
		memcpy(s->serial, g->head + 14, 4);
	}
	return s;
}

static bool clean_page(struct ogg *o, struct page *g)
{
	struct stream *s = stream_of(o, g);
	uint64_t at = g->data, n = 0;

	if (!s)
		return false;
	if (s->packets < 2 && !(g->head[5] & GOES_ON) != !s->come)
		return patch_broken(o->p, "a packet that goes on nowhere");
	for (size_t i = 0; i < g->head[26]; i++) {
		n += g->lacing[i];
		if (g->lacing[i] == 255 && i + 1 < g->head[26])
			continue;
		if (!piece(o, s, g, at, n, g->lacing[i] == 255))
			return false;
		at += n;
		n = 0;
	}
	return !g->changed || sum_page(o, g);
}

bool ogg_clean(struct patch *p)
{
	struct ogg o = {.p = p};
	struct page g;

	begin_crc(&o);
	for (uint64_t at = 0; at < p->size; at = g.end)
		if (!page_at(&o, at, &g) || !clean_page(&o, &g))
			return false;
	return true;
}
