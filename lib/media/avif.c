/*
 * AVIF, a still picture in an ISO base media file (ISO/IEC 14496-12, 23008-12). Its parts refer to
 * each other by places in the file, so nothing is moved: what goes is overwritten with zeros.
 */
#include "media/walk.h"

enum { ITEMS_MAX = 256, BLANKS_MAX = 512, DATA_MAX = 16, HDLR_BYTES = 24 };

struct box {
	char type[5];
	uint64_t start, at, end; /* of the box, of its content, and past it */
};

/* What is overwritten: zeros, behind the head of a box without meaning if it is a whole box. */
struct blank {
	uint64_t start, end;
	bool box;
};

struct avif {
	struct walk *w;
	struct box meta, iinf, iloc, iprp, idat, iref, data[DATA_MAX];
	struct {
		uint64_t id;
		bool keep;
	} items[ITEMS_MAX];
	size_t n_items, n_blanks, n_data;
	struct blank blanks[BLANKS_MAX];
};

static bool blank(struct avif *a, uint64_t start, uint64_t end, bool box)
{
	if (a->n_blanks == BLANKS_MAX)
		return walk_broken(a->w, "too many parts");
	a->blanks[a->n_blanks++] = (struct blank){start, end, box};
	return true;
}

static bool next_box(struct walk *w, uint64_t at, uint64_t end, struct box *b)
{
	const unsigned char *p = end - at >= 8 ? walk_peek(w, at, 8) : NULL;

	if (!p)
		return walk_broken(w, "a box is cut short");
	uint64_t n = be32(p), head = 8;

	memcpy(b->type, p + 4, 4);
	if (n == 1) { /* the size is a larger number */
		p = end - at >= 16 ? walk_peek(w, at + 8, 8) : NULL;
		if (!p)
			return walk_broken(w, "a box is cut short");
		n = be32(p) << 32 | be32(p + 4);
		head = 16;
	} else if (n == 0) { /* to the end */
		n = end - at;
	}
	if (n < head || n > end - at)
		return walk_broken(w, "a box is longer than what it lies in");
	b->start = at;
	b->at = at + head;
	b->end = at + n;
	return true;
}

static bool is(const struct box *b, const char *type)
{
	return !memcmp(b->type, type, 4);
}

/* A big-endian number of 0, 2, 4 or 8 bytes; moves *at on. */
static bool number(struct walk *w, uint64_t *at, uint64_t end, size_t n, uint64_t *out)
{
	const unsigned char *p = NULL;

	*out = 0;
	if (!n)
		return true;
	if (n > end - *at || !(p = walk_peek(w, *at, n)))
		return walk_broken(w, "a table is cut short");
	for (size_t i = 0; i < n; i++)
		*out = *out << 8 | p[i];
	*at += n;
	return true;
}

/* ---- items: the picture, its parts, and what is said about it ----------------------------- */

static bool item_info(struct avif *a, const struct box *b)
{
	struct walk *w = a->w;
	uint64_t version, id, skip, at = b->at;
	const unsigned char *p;

	if (!number(w, &at, b->end, 4, &version))
		return false;
	version >>= 24;
	if (!is(b, "infe") || version < 2 || version > 3)
		return walk_broken(w, "an item says nothing about itself");
	if (!number(w, &at, b->end, version == 2 ? 2 : 4, &id) || !number(w, &at, b->end, 2, &skip))
		return false;
	if (b->end - at < 4 || !(p = walk_peek(w, at, 4)))
		return walk_broken(w, "an item is cut short");
	if (a->n_items == ITEMS_MAX)
		return walk_broken(w, "too many items");
	a->items[a->n_items].id = id;
	a->items[a->n_items++].keep = four_in("av01 grid iovl iden tmap", p);
	return at + 4 == b->end || blank(a, at + 4, b->end, false); /* a name */
}

static bool items(struct avif *a)
{
	uint64_t at = a->iinf.at, version, n;
	struct box b;

	if (!number(a->w, &at, a->iinf.end, 4, &version) ||
	    !number(a->w, &at, a->iinf.end, version >> 24 ? 4 : 2, &n))
		return false;
	for (; n && at < a->iinf.end; n--, at = b.end)
		if (!next_box(a->w, at, a->iinf.end, &b) || !item_info(a, &b))
			return false;
	return true;
}

/* A small picture of another one may show what was cut away from it. */
static bool references(struct avif *a)
{
	uint64_t at = a->iref.at, end = a->iref.end, version, in, id;
	struct box b;

	if (!end)
		return true;
	if (!number(a->w, &at, end, 4, &version))
		return false;
	for (; at < end; at = b.end) {
		if (!next_box(a->w, at, end, &b))
			return false;
		in = b.at;
		if (!is(&b, "thmb"))
			continue;
		if (!number(a->w, &in, b.end, version >> 24 ? 4 : 2, &id))
			return false;
		for (size_t i = 0; i < a->n_items; i++)
			if (a->items[i].id == id)
				a->items[i].keep = false;
	}
	return true;
}

static bool kept_item(const struct avif *a, uint64_t id)
{
	for (size_t i = 0; i < a->n_items; i++)
		if (a->items[i].id == id)
			return a->items[i].keep;
	return false;
}

/* Only data is overwritten, nothing that says how the file is built. */
static bool holds_data(const struct avif *a, uint64_t start, uint64_t end)
{
	for (size_t i = 0; i < a->n_data; i++)
		if (start >= a->data[i].at && end <= a->data[i].end)
			return true;
	return start >= a->idat.at && end <= a->idat.end;
}

/* Sizes of the numbers in the table of places. */
struct sizes {
	unsigned version;
	size_t offset, length, base, index;
};

static bool extents(struct avif *a, uint64_t *at, const struct sizes *s, uint64_t inside, uint64_t base, bool keep)
{
	struct walk *w = a->w;
	uint64_t n, index, offset, length, end = a->iloc.end;

	if (!number(w, at, end, 2, &n))
		return false;
	if (n > 1 && !s->offset && !s->length) /* nothing of the file would bound them */
		return walk_broken(w, "one place more than once");
	for (; n; n--) {
		if (!number(w, at, end, s->index, &index) || !number(w, at, end, s->offset, &offset) ||
		    !number(w, at, end, s->length, &length))
			return false;
		uint64_t size = w->io->size;

		if (base > size || offset > size || length > size)
			return walk_broken(w, "an item lies outside the file");
		if (keep)
			continue;
		uint64_t start = inside + base + offset;

		if (!length || !holds_data(a, start, start + length))
			return walk_broken(w, "an item lies where no data is");
		if (!blank(a, start, start + length, false))
			return false;
	}
	return true;
}

static bool place(struct avif *a, uint64_t *at, const struct sizes *s)
{
	struct walk *w = a->w;
	uint64_t id, method = 0, reference, base, end = a->iloc.end;

	if (!number(w, at, end, s->version < 2 ? 2 : 4, &id) ||
	    (s->version && !number(w, at, end, 2, &method)) || !number(w, at, end, 2, &reference) ||
	    !number(w, at, end, s->base, &base))
		return false;
	method &= 15;
	if (reference || method > 1 || (method && !a->idat.end))
		return walk_broken(w, "an item lies in another place");
	return extents(a, at, s, method ? a->idat.at : 0, base, kept_item(a, id));
}

static bool whole(size_t n)
{
	return n == 0 || n == 4 || n == 8;
}

static bool places(struct avif *a)
{
	struct walk *w = a->w;
	uint64_t at = a->iloc.at, version, packed, n, end = a->iloc.end;

	if (!number(w, &at, end, 4, &version) || !number(w, &at, end, 2, &packed))
		return false;
	struct sizes s = {
		.version = (unsigned)(version >> 24),
		.offset = packed >> 12 & 15,
		.length = packed >> 8 & 15,
		.base = packed >> 4 & 15,
	};

	s.index = s.version ? packed & 15 : 0;
	if (s.version > 2 || !whole(s.offset) || !whole(s.length) || !whole(s.base) || !whole(s.index))
		return walk_broken(w, "a table of places of another kind");
	if (!number(w, &at, end, s.version < 2 ? 2 : 4, &n))
		return false;
	for (; n; n--)
		if (!place(a, &at, &s))
			return false;
	return true;
}

/* ---- properties: the size, and how the picture is shown ----------------------------------- */

static bool property(struct avif *a, const struct box *b)
{
	static const char kept[] = "ispe pixi av1C colr irot imir clap pasp auxC a1op a1lx lsel clli mdcv cclv amve";
	const unsigned char *p;

	if (!four_in(kept, (const unsigned char *)b->type))
		return blank(a, b->start, b->end, true);
	if (!is(b, "ispe"))
		return true;
	p = b->end - b->at >= 12 ? walk_peek(a->w, b->at, 12) : NULL;
	return p ? walk_size(a->w, be32(p + 4), be32(p + 8)) : walk_broken(a->w, "a size is cut short");
}

static bool properties(struct avif *a)
{
	struct box list, b;

	if (!next_box(a->w, a->iprp.at, a->iprp.end, &list) || !is(&list, "ipco"))
		return walk_broken(a->w, "it has no properties");
	for (uint64_t at = list.at; at < list.end; at = b.end)
		if (!next_box(a->w, at, list.end, &b) || !property(a, &b))
			return false;
	return a->w->picture->width || walk_broken(a->w, "it has no size");
}

/* ---- boxes -------------------------------------------------------------------------------- */

static bool meta(struct avif *a)
{
	static const char kept[] = "pitm grpl dinf";
	const struct {
		const char *type;
		struct box *to;
	} read[] = {{"iinf", &a->iinf}, {"iloc", &a->iloc}, {"iprp", &a->iprp}, {"idat", &a->idat},
		    {"iref", &a->iref}};
	struct walk *w = a->w;
	struct box b = {0};

	for (uint64_t at = a->meta.at + 4; at < a->meta.end; at = b.end) {
		size_t i = 0;

		if (!next_box(w, at, a->meta.end, &b))
			return false;
		while (i < COUNT(read) && !is(&b, read[i].type))
			i++;
		if (i < COUNT(read) && read[i].to->end)
			return walk_broken(w, "two tables of one kind");
		if (i < COUNT(read))
			*read[i].to = b;
		else if (is(&b, "hdlr")) { /* with a name at its end */
			if (b.end - b.at > HDLR_BYTES && !blank(a, b.at + HDLR_BYTES, b.end, false))
				return false;
		} else if (!four_in(kept, (const unsigned char *)b.type) && !blank(a, b.start, b.end, true))
			return false;
	}
	if (!a->iinf.end || !a->iloc.end || !a->iprp.end)
		return walk_broken(w, "a table is missing");
	return items(a) && references(a) && places(a) && properties(a);
}

static bool boxes(struct avif *a)
{
	struct walk *w = a->w;
	struct box b = {0};

	for (uint64_t at = 0; at < w->io->size; at = b.end) {
		if (!next_box(w, at, w->io->size, &b))
			return false;
		if (is(&b, "moov"))
			return walk_broken(w, "it is a film");
		if (is(&b, "ftyp") != (at == 0) || (is(&b, "meta") && a->meta.end))
			return walk_broken(w, "a box stands in the wrong place");
		if (is(&b, "mdat") && a->n_data == DATA_MAX)
			return walk_broken(w, "too many parts");
		if (is(&b, "meta"))
			a->meta = b;
		else if (is(&b, "mdat"))
			a->data[a->n_data++] = b;
		else if (!is(&b, "ftyp") && !blank(a, b.start, b.end, true))
			return false;
	}
	return a->meta.end ? meta(a) : walk_broken(w, "it holds no picture");
}

/* ---- output ------------------------------------------------------------------------------- */

static int by_start(const void *x, const void *y)
{
	const struct blank *a = x, *b = y;

	return (a->start > b->start) - (a->start < b->start);
}

static bool put_blank(struct walk *w, const struct blank *b)
{
	uint64_t n = b->end - b->start;
	unsigned char head[8] = {(unsigned char)(n >> 24), (unsigned char)(n >> 16), (unsigned char)(n >> 8),
				 (unsigned char)n, 'f', 'r', 'e', 'e'};

	if (!b->box)
		return walk_zeros(w, n);
	if (n > UINT32_MAX)
		return walk_broken(w, "a box is too large");
	return walk_put(w, head, sizeof(head)) && walk_zeros(w, n - sizeof(head));
}

bool avif_walk(struct walk *w)
{
	struct avif a = {.w = w};
	uint64_t at = 0;

	if (!boxes(&a))
		return false;
	qsort(a.blanks, a.n_blanks, sizeof(a.blanks[0]), by_start);
	for (size_t i = 0; i < a.n_blanks; i++) {
		const struct blank *b = &a.blanks[i];

		if (b->start < at)
			return walk_broken(w, "parts lie in one another");
		if (!walk_keep(w, at, b->start - at) || !put_blank(w, b))
			return false;
		at = b->end;
	}
	return walk_keep(w, at, w->io->size - at);
}
