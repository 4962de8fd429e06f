/* What the formats of media.h share: reading and overwriting in place. Inside of lib/media. */
#ifndef MEDIA_PATCH_H
#define MEDIA_PATCH_H

#include "media/media.h"

enum { PATCH_WINDOW = 16 * 1024 };

struct patch {
	const struct media_io *io;
	enum media_fault fault;
	const char *why;
	uint64_t size;
	uint64_t blanked; /* bytes, all in all */
	uint64_t from;	  /* of the window */
	size_t held;
	unsigned char window[PATCH_WINDOW];
};

/* False, all of them, when it is broken or away. */
bool patch_broken(struct patch *p, const char *why);

/* n bytes, which must lie before end. */
bool patch_get(struct patch *p, uint64_t at, uint64_t end, void *out, size_t n);

/* n bytes that there are. */
bool patch_put(struct patch *p, uint64_t at, const void *bytes, size_t n);

/* Zeros. Tables may name one place often: no more is written than twice what there is. */
bool patch_blank(struct patch *p, uint64_t at, uint64_t n);

bool mp4_clean(struct patch *p);
bool webm_clean(struct patch *p);
bool ogg_clean(struct patch *p);
bool mp3_clean(struct patch *p);
bool wav_clean(struct patch *p);
bool docx_clean(struct patch *p);
#endif
