/* MP4 and QuickTime: boxes. What is dropped is called "free"; of tracks that are neither seen nor heard (a camera's
 * positions) the samples go as well. ISO/IEC 14496-12; QuickTime File Format. */
#include "media/patch.h"
#include "media/walk.h"

enum {
	BOXES_MAX = 200 * 1000,
	ENTRIES_MAX = 3 << 20, /* of tables, in all tracks that go */
	DEPTH = 4,	       /* of boxes with boxes in them: moov, trak, mdia, minf */
	GONE_MAX = 64,	       /* tracks */
};

struct box {
	uint64_t at, data, end;
	unsigned char type[4];
};

struct film {
	struct patch *p;
	uint64_t boxes, entries;
	struct box data;	  /* the mdat that was found last */
	unsigned char handler[4]; /* of the track that is open */
	uint64_t gone[GONE_MAX];  /* ids of tracks */
	size_t n_gone;
};

/* What a box may have in it. What else is there goes. */
static const struct level {
	const char *type, *kept;
} levels[] = {
    {"", "ftyp styp moov moof mdat sidx ssix mfra pdin wide"},
    {"moov", "mvhd trak mvex iods"},
    {"trak", "tkhd tref edts mdia tapt trgr load"},
    {"mdia", "mdhd hdlr elng minf"},
    {"minf", "vmhd smhd hmhd nmhd sthd gmhd hdlr dinf stbl"},
    {"moof", "mfhd traf"},
    {"traf", "tfhd tfdt trun sdtp subs sbgp sgpd saiz saio senc"},
};

/* Of tracks: seen, heard, read. */
static const char handlers[] = "vide soun auxv text sbtl subt clcp";

/* ---- boxes -------------------------------------------------------------------------------- */

static bool is(const struct box *b, const char *type)
{
	return !memcmp(b->type, type, 4);
}

static const struct level *level_of(const struct box *b)
{
	for (size_t i = 1; i < COUNT(levels); i++)
		if (is(b, levels[i].type))
			return &levels[i];
	return NULL;
}

/* The one there, of what lies before end. False at the end, or when broken: what is too short to be one is blanked. */
static bool box_at(struct film *f, uint64_t at, uint64_t end, struct box *out)
{
	unsigned char head[16] = {0};
	uint64_t size;

	*out = (struct box){.at = at, .data = at + 8};
	if (end - at < 8) {
		(void)patch_blank(f->p, at, end - at);
		return false;
	}
	if (++f->boxes > BOXES_MAX)
		return patch_broken(f->p, "too many boxes");
	if (!patch_get(f->p, at, end, head, 8))
		return false;
	memcpy(out->type, head + 4, 4);
	size = be32(head);
	if (size == 1) {
		if (!patch_get(f->p, at, end, head, 16))
			return false;
		size = be32(head + 8) << 32 | be32(head + 12);
		out->data = at + 16;
	} else if (size == 0 && end == f->p->size) {
		size = end - at; /* the last of all */
	}
	if (size < out->data - at || size > end - at)
		return patch_broken(f->p, "a box is larger than what it lies in");
	out->end = at + size;
	return true;
}

static bool find(struct film *f, const struct box *in, const char *type, struct box *out)
{
	for (uint64_t at = in->data; box_at(f, at, in->end, out); at = out->end)
		if (is(out, type))
			return true;
	return false;
}

static bool drop(struct film *f, const struct box *b)
{
	return patch_put(f->p, b->at + 4, "free", 4) && patch_blank(f->p, b->data, b->end - b->data);
}

/* When it was made and changed: two numbers after version and flags. */
static bool forget_times(struct film *f, const struct box *b)
{
	unsigned char version = 0;

	if (!patch_get(f->p, b->data, b->end, &version, 1))
		return false;
	uint64_t n = version == 1 ? 16 : 8;

	return b->end - b->data >= 4 + n ? patch_blank(f->p, b->data + 4, n)
					 : patch_broken(f->p, "a header is too short");
}

/* ---- tracks that go ----------------------------------------------------------------------- */

/* Entries of fixed size, read a block at a time. */
struct table {
	uint64_t at, end; /* of what is not read yet */
	uint64_t n;	  /* entries */
	size_t size, used, held;
	unsigned char block[PATCH_WINDOW];
};

/* Its entries begin `head` bytes into the box, their number stands in the last four of these. */
static bool table_open(struct film *f, const struct box *b, size_t head, size_t size, struct table *t)
{
	unsigned char n[4] = {0};

	*t = (struct table){.at = b->data + head, .end = b->end, .size = size};
	if (!patch_get(f->p, t->at - 4, b->end, n, 4))
		return false;
	t->n = be32(n);
	f->entries += t->n;
	return f->entries <= ENTRIES_MAX || patch_broken(f->p, "too many samples");
}

static const unsigned char *table_next(struct film *f, struct table *t)
{
	const unsigned char *entry;

	if (t->used == t->held) {
		t->held = (size_t)MIN(t->end - t->at, (uint64_t)(PATCH_WINDOW / t->size * t->size));
		t->held -= t->held % t->size;
		t->used = 0;
		if (!t->held) {
			(void)patch_broken(f->p, "a table ends too early");
			return NULL;
		}
		if (!patch_get(f->p, t->at, t->end, t->block, t->held))
			return NULL;
		t->at += t->held;
	}
	entry = t->block + t->used;
	t->used += t->size;
	return entry;
}

/* How large the next n samples are together. False: broken. */
static bool size_of(struct film *f, struct table *sizes, uint64_t same, uint64_t n, uint64_t *bytes)
{
	n = MIN(n, sizes->n);
	sizes->n -= n;
	*bytes = same * n;
	for (; !same && n; n--) {
		const unsigned char *p = table_next(f, sizes);

		if (!p)
			return false;
		*bytes += be32(p);
	}
	return true;
}

/* So many samples are in each chunk, from that one on. */
struct run {
	uint64_t first, each;
};

/* When there is none any more it begins nowhere. */
static bool next_run(struct film *f, struct table *runs, struct run *out)
{
	const unsigned char *p;

	*out = (struct run){.first = UINT64_MAX};
	if (!runs->n)
		return true;
	runs->n--;
	p = table_next(f, runs);
	if (p)
		*out = (struct run){.first = be32(p), .each = be32(p + 4)};
	return p;
}

/* Nothing but what a sample may lie in: a table that names other places is wrong, or speaks of another file. The places
 * ascend, so it is looked for behind the last. */
static bool blank_samples(struct film *f, uint64_t at, uint64_t n)
{
	uint64_t next = at >= f->data.end ? f->data.end : 0;

	while (at < f->data.data || at >= f->data.end) {
		if (!box_at(f, next, f->p->size, &f->data))
			return f->p->fault == MEDIA_GOOD;
		next = f->data.end;
		if (!is(&f->data, "mdat"))
			f->data.data = f->data.end;
	}
	return patch_blank(f->p, at, MIN(n, f->data.end - at));
}

/* stsz: the size of each sample, or one of all. stsc: from which chunk on how many samples are in one. stco, co64:
 * where chunks begin. */
static bool blank_chunks(struct film *f, const struct box *stsz, const struct box *stsc, const struct box *chunks)
{
	struct table sizes, runs, at;
	struct run run = {0}, next;
	size_t wide = is(chunks, "co64") ? 8 : 4;
	unsigned char same[4] = {0};
	uint64_t bytes;

	if (!patch_get(f->p, stsz->data + 4, stsz->end, same, 4) || !table_open(f, stsz, 12, 4, &sizes) ||
	    !table_open(f, stsc, 8, 12, &runs) || !table_open(f, chunks, 8, wide, &at) || !next_run(f, &runs, &next))
		return false;
	for (uint64_t i = 1; i <= at.n && sizes.n; i++) {
		const unsigned char *p = table_next(f, &at);

		if (!p)
			return false;
		uint64_t from = wide == 8 ? be32(p) << 32 | be32(p + 4) : be32(p);

		while (i >= next.first) {
			run = next;
			if (!next_run(f, &runs, &next))
				return false;
		}
		if (!size_of(f, &sizes, be32(same), run.each, &bytes) || !blank_samples(f, from, bytes))
			return false;
	}
	return true;
}

/* Its id follows version, flags, and two times. */
static bool note_gone(struct film *f, const struct box *trak)
{
	unsigned char version = 0, id[4] = {0};
	struct box tkhd;

	if (!find(f, trak, "tkhd", &tkhd))
		return f->p->fault == MEDIA_GOOD;
	if (!patch_get(f->p, tkhd.data, tkhd.end, &version, 1) ||
	    !patch_get(f->p, tkhd.data + (version == 1 ? 20 : 12), tkhd.end, id, 4))
		return false;
	if (f->n_gone == GONE_MAX)
		return patch_broken(f->p, "too many tracks");
	f->gone[f->n_gone++] = be32(id);
	return true;
}

/* Its samples would have to go as well, and no camera writes its positions so. */
static bool check_fragment(struct film *f, const struct box *tfhd)
{
	unsigned char id[4] = {0};

	if (!patch_get(f->p, tfhd->data + 4, tfhd->end, id, 4))
		return false;
	for (size_t i = 0; i < f->n_gone; i++)
		if (f->gone[i] == be32(id))
			return patch_broken(f->p, "fragments of a track that is neither seen nor heard");
	return true;
}

static bool drop_track(struct film *f, const struct box *trak)
{
	struct box mdia, minf, stbl, stsz, stsc, chunks;

	if (!note_gone(f, trak))
		return false;
	if (find(f, trak, "mdia", &mdia) && find(f, &mdia, "minf", &minf) && find(f, &minf, "stbl", &stbl) &&
	    find(f, &stbl, "stsz", &stsz) && find(f, &stbl, "stsc", &stsc) &&
	    (find(f, &stbl, "stco", &chunks) || find(f, &stbl, "co64", &chunks)) &&
	    !blank_chunks(f, &stsz, &stsc, &chunks))
		return false;
	return f->p->fault == MEDIA_GOOD && drop(f, trak);
}

static bool is_kept_track(struct film *f, const struct box *trak)
{
	struct box mdia, hdlr;

	return find(f, trak, "mdia", &mdia) && find(f, &mdia, "hdlr", &hdlr) &&
	       patch_get(f->p, hdlr.data + 8, hdlr.end, f->handler, 4) && four_in(handlers, f->handler);
}

/* ---- who made it -------------------------------------------------------------------------- */

/* After the type: its vendor, flags that nobody sets, a name for humans. */
static bool forget_handler(struct film *f, const struct box *b)
{
	return b->end - b->data >= 12 ? patch_blank(f->p, b->data + 12, b->end - b->data - 12)
				      : patch_broken(f->p, "a header is too short");
}

/* How samples are coded, a box for each way: a vendor, and of pictures the name of a program. */
static bool forget_coders(struct film *f, const struct box *stbl)
{
	bool seen = four_in("vide auxv", f->handler), heard = four_in("soun", f->handler);
	struct box stsd, b;

	if (!(seen || heard) || !find(f, stbl, "stsd", &stsd))
		return f->p->fault == MEDIA_GOOD;
	for (uint64_t at = stsd.data + 8; at <= stsd.end && box_at(f, at, stsd.end, &b); at = b.end)
		if ((b.end - b.at >= 24 && !patch_blank(f->p, b.at + 20, 4)) ||
		    (seen && b.end - b.at >= 82 && !patch_blank(f->p, b.at + 50, 32)))
			return false;
	return f->p->fault == MEDIA_GOOD;
}

/* ------------------------------------------------------------------------------------------- */

/* *in: what is to be gone into, or NULL. */
static bool clean_box(struct film *f, const struct level *here, const struct box *b, const struct level **in)
{
	*in = NULL;
	if (!four_in(here->kept, b->type))
		return drop(f, b);
	if (is(b, "mvhd") || is(b, "tkhd") || is(b, "mdhd"))
		return forget_times(f, b);
	if (is(b, "hdlr"))
		return forget_handler(f, b);
	if (is(b, "stbl"))
		return forget_coders(f, b);
	if (is(b, "trak") && !is_kept_track(f, b))
		return f->p->fault == MEDIA_GOOD && drop_track(f, b);
	if (is(b, "tfhd"))
		return check_fragment(f, b);
	*in = level_of(b);
	return true;
}

bool mp4_clean(struct patch *p)
{
	struct film f = {.p = p};
	struct {
		const struct level *level;
		uint64_t end;
	} open[DEPTH + 1] = {{&levels[0], p->size}};
	size_t depth = 0;
	uint64_t at = 0;

	while (p->fault == MEDIA_GOOD) {
		const struct level *in;
		struct box b;

		if (!box_at(&f, at, open[depth].end, &b)) {
			at = open[depth].end;
			if (depth-- == 0)
				break;
			continue;
		}
		at = b.end;
		if (!clean_box(&f, open[depth].level, &b, &in) || !in)
			continue;
		at = b.data;
		open[++depth].level = in;
		open[depth].end = b.end;
	}
	return p->fault == MEDIA_GOOD;
}
