/*
 * Files as they may be kept. Films and recordings are so without where, when, with what and by whom they were made.
 * Nothing moves, since players refer to places in the file: what is not on a format's list of what is kept is
 * overwritten with zeros, as something of that format that says nothing.
 *
 * Not looked into: what is seen and heard itself. Of documents only DOCX is looked at: an archive must not be too
 * much for whoever unpacks it.
 */
#ifndef MEDIA_MEDIA_H
#define MEDIA_MEDIA_H

#include "base/base.h"

enum { MEDIA_TAG_HEADER = 10 };

enum media_fault {
	MEDIA_GOOD,
	MEDIA_BROKEN, /* not built as its format says, or a kind of it that is not taken: why */
	MEDIA_AWAY,   /* read() or write() failed */
};

/* The file. Exactly n bytes from `at` on, all of which lie within size. */
struct media_io {
	bool (*read)(void *arg, uint64_t at, void *p, size_t n);
	bool (*write)(void *arg, uint64_t at, const void *p, size_t n);
	void *arg;
	uint64_t size;
};

/* type: one of the list in media.c; others are broken. *why: a text that lasts, for the log. A broken file may have
 * been changed already. */
MUST_USE enum media_fault media_clean(const struct media_io *io, const char *type, const char **why);

/* Bytes of the ID3v2 tag that begins so, 0 if none does: what kind of file it is shows behind it only.
 * id3.org/id3v2.4.0-structure, section 3. */
uint64_t media_tag_size(const unsigned char head[MEDIA_TAG_HEADER]);
#endif
