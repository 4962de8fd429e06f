/*
 * A ZIP that grows in steps: a step adds entries and leaves a note of where the next one goes on. Its entries and its
 * note change together or not at all, since the file is replaced by another one; what a killed process leaves beside it
 * is nobody's. The only user of libzip.
 */
#ifndef ZIP_ARCHIVE_H
#define ZIP_ARCHIVE_H

#include "base/arena.h"

struct archive;

/* The ZIP at path, or one that begins there; one that cannot be read begins anew. NULL: neither can be; errno says
 * why. Ends with the arena. */
struct archive *archive_open(struct arena *a, const char *path);

/* How many entries it had when it was opened, and its note then: NULL if it had none. */
size_t archive_entries(const struct archive *z);
const char *archive_note(const struct archive *z);

/* data is read by archive_close(), and must be there until then. */
MUST_USE bool archive_add(struct archive *z, const char *name, const void *data, size_t n);

/* Writes it with that note; NULL: without one. False: as if nothing had been added; archive_why() says why. */
MUST_USE bool archive_close(struct archive *z, const char *note);
const char *archive_why(const struct archive *z);
#endif
