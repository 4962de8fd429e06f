#include "media/media.h"
#include "media/patch.h"

static bool as_it_is(struct patch *p)
{
	return p->fault == MEDIA_GOOD;
}

static const struct {
	const char *type;
	bool (*clean)(struct patch *p);
} formats[] = {
	{"audio/mp4", mp4_clean},   {"video/mp4", mp4_clean},	{"video/quicktime", mp4_clean},
	{"audio/webm", webm_clean}, {"video/webm", webm_clean}, {"audio/ogg", ogg_clean},
	{"audio/mpeg", mp3_clean},  {"audio/wav", wav_clean},	{"application/pdf", as_it_is},
	{"application/msword", as_it_is},
	{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx_clean},
};

bool patch_broken(struct patch *p, const char *why)
{
	if (p->fault == MEDIA_GOOD) {
		p->fault = MEDIA_BROKEN;
		p->why = why;
	}
	return false;
}

static bool away(struct patch *p)
{
	p->fault = MEDIA_AWAY;
	return false;
}

bool patch_get(struct patch *p, uint64_t at, uint64_t end, void *out, size_t n)
{
	assert(end <= p->size && n <= PATCH_WINDOW);
	if (p->fault != MEDIA_GOOD)
		return false;
	if (at > end || n > end - at)
		return patch_broken(p, "it ends too early");
	if (at < p->from || at + n > p->from + p->held) {
		p->from = at;
		p->held = (size_t)MIN((uint64_t)PATCH_WINDOW, p->size - at);
		if (!p->io->read(p->io->arg, at, p->window, p->held))
			return away(p);
	}
	memcpy(out, p->window + (at - p->from), n);
	return true;
}

bool patch_put(struct patch *p, uint64_t at, const void *bytes, size_t n)
{
	if (p->fault != MEDIA_GOOD)
		return false;
	if (at < p->from + p->held && at + n > p->from)
		p->held = 0;
	return p->io->write(p->io->arg, at, bytes, n) || away(p);
}

bool patch_blank(struct patch *p, uint64_t at, uint64_t n)
{
	static const unsigned char zeros[PATCH_WINDOW];

	p->blanked += n;
	if (p->blanked > 2 * p->size)
		return patch_broken(p, "pieces lie in each other");
	for (size_t some; n; at += some, n -= some) {
		some = (size_t)MIN(n, (uint64_t)sizeof(zeros));
		if (!patch_put(p, at, zeros, some))
			return false;
	}
	return p->fault == MEDIA_GOOD;
}

enum media_fault media_clean(const struct media_io *io, const char *type, const char **why)
{
	struct patch p = {.io = io, .size = io->size};
	bool (*clean)(struct patch *) = NULL;

	for (size_t i = 0; i < COUNT(formats); i++)
		if (!strcmp(formats[i].type, type))
			clean = formats[i].clean;
	if (!clean)
		(void)patch_broken(&p, "no format that is known");
	else if (!clean(&p))
		assert(p.fault != MEDIA_GOOD);
	*why = p.why;
	return p.fault;
}
