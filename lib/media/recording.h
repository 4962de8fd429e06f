/*
 * Films and recordings without where, when, with what and by whom they were made. Nothing moves, since players refer
 * to places in the file: what is not on a format's list of what is kept is overwritten with zeros, as something of
 * that format that says nothing.
 *
 * Not looked into: what is seen and heard itself.
 */
#ifndef MEDIA_RECORDING_H
#define MEDIA_RECORDING_H

#include "base/base.h"

enum { RECORDING_TAG_HEADER = 10 };

enum recording_fault {
	RECORDING_GOOD,
	RECORDING_BROKEN, /* not built as its format says, or a kind of it that is not taken: why */
	RECORDING_AWAY,	  /* read() or write() failed */
};

/* The file. Exactly n bytes from `at` on, all of which lie within size. */
struct recording_io {
	bool (*read)(void *arg, uint64_t at, void *p, size_t n);
	bool (*write)(void *arg, uint64_t at, const void *p, size_t n);
	void *arg;
	uint64_t size;
};

/* type: "audio/mp4", "video/mp4", "video/quicktime", "audio/webm", "video/webm", "audio/ogg", "audio/mpeg" or
 * "audio/wav"; others are broken. *why: a text that lasts, for the log. A broken file may have been changed already. */
MUST_USE enum recording_fault recording_clean(const struct recording_io *io, const char *type, const char **why);

/* Bytes of the ID3v2 tag that begins so, 0 if none does: what kind of file it is shows behind it only.
 * id3.org/id3v2.4.0-structure, section 3. */
uint64_t recording_tag_size(const unsigned char head[RECORDING_TAG_HEADER]);
#endif
