/*
 * Uploaded files on disk. A file is first written to STORAGE_DIR/tmp under a random name, hashed on
 * its way; it is taken for what its bytes are; then it moves to STORAGE_DIR/<2 digits>/<key>, where
 * nginx serves it. What is not kept by the end of the request is removed by the arena's reset; what a
 * killed worker left in tmp is swept a day later. A death between the move and the commit of the row
 * that names the file leaves its bytes. The only user of libmagic, and of lib/media.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/ctx.h"
#include "sec/digest.h"

enum store_kind { STORE_IMAGE = 1, STORE_AUDIO = 2, STORE_VIDEO = 4, STORE_DOCUMENT = 8, STORE_ANY = 15 };
/* Beside kinds of sound and films: a page recorded it, and called it what it thought it would be. */
enum { STORE_RECORDED = 16 };

#define STORE_MIB(n) ((int64_t)(n) << 20)
enum { STORE_IMAGE_MIB = 10, STORE_AUDIO_MIB = 50, STORE_VIDEO_MIB = 100, STORE_DOCUMENT_MIB = 20 };

struct store_file {
	const char *name;      /* as its sender calls it, without folders and control characters */
	const char *said_type; /* the Content-Type it came with, or NULL */
	const char *field;     /* of the request it came in, which a refusal names; NULL: "file" */
	int64_t size;
	/* from store_accept() on */
	unsigned char sha256[SHA256_BYTES];
	enum store_kind kind;
	const char *content_type;
	const char *key; /* 32 random hex digits and an extension */
	/* its own */
	char *path;
	int fd;
	bool keep;
};

/* Writes one file after the other. */
struct store_writer {
	struct store_file *file;
	size_t held;
	char buffer[64 * 1024];
};

/* Makes the folder and clears away what killed workers left in tmp. One line to err if it cannot. */
bool store_open(const char *dir, FILE *err);

/* Clears away what is left in tmp since yesterday; store_open() does so, too. */
void store_sweep(const struct conf *conf);

/* E_UNAVAILABLE when the disk does not take it. name and type may be NULL. */
MUST_USE enum status store_begin(struct ctx *c, struct store_writer *w, const char *name, const char *type);
MUST_USE enum status store_write(struct ctx *c, struct store_writer *w, const void *p, size_t n);
MUST_USE enum status store_end(struct ctx *c, struct store_writer *w);

/* The same for a file inside a text: a data URL in base64, or base64 alone of the given type (NULL: only a data URL
 * will do). E_FILE_TYPE when it is neither. */
MUST_USE enum status store_inline(struct ctx *c, const char *text, const char *type, struct store_file **out);

/* Bytes, extension and declared type must agree on a type of one of these kinds (E_FILE_TYPE), and
 * its size be within that kind's limit (E_FILE_TOO_LARGE). Gives the file its key. Of a picture only
 * what media/picture.h keeps is left, so that its size is another afterwards, and of others what media/media.h
 * keeps; one that is damaged (E_FILE_TYPE) or has too many pixels (E_FILE_TOO_LARGE) is refused.
 * With STORE_RECORDED the bytes alone decide, as long as name and declared type are not those of something else than
 * sound and films; the file is called what it is. A refusal names the field. */
MUST_USE enum status store_accept(struct ctx *c, struct store_file *f, unsigned kinds);

/* The same for a file that is only ever saved by whoever gets it, of more types, max bytes at most: extension and bytes
 * must agree. Those that store_accept() takes are cleaned likewise, of others the bytes stay. category: what it has to
 * be (STORE_CATEGORIES), NULL for any. Programs and scripts of shells are none of them. */
#define STORE_CATEGORIES "IMAGE DOCUMENT ARCHIVE VIDEO AUDIO CODE"
MUST_USE enum status store_accept_shared(struct ctx *c, struct store_file *f, const char *category, int64_t max);

/* A name as a file bears it: see store_file. */
const char *store_plain_name(struct arena *a, const char *s);

/* The most bytes a file declared as that type may have, with that name; 0: such are not taken. */
int64_t store_limit(const char *name, const char *type);

/* Where a file of ours that others write is put together; what stands there for a day without a change is cleared
 * away. */
char *store_draft(const struct ctx *c, const char *name);

/* That file, whole now and with a key of that extension; E_NO_FILE: there is none. */
MUST_USE enum status store_adopt(struct ctx *c, const char *name, const char *ext, struct store_file **out);

/* Moves it to its place, safely on disk. It still goes at the end of the request, unless kept. */
MUST_USE enum status store_place(struct ctx *c, struct store_file *f);
void store_keep(struct store_file *f);

void store_remove(const struct ctx *c, const char *key);
const char *store_kind_name(enum store_kind k); /* "IMAGE" */
#endif
