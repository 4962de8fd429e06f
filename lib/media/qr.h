/* A text as a picture that phones read. The only user of libqrencode and libpng. */
#ifndef MEDIA_QR_H
#define MEDIA_QR_H

#include "base/arena.h"

/* A PNG, in the arena, *n bytes; NULL: the text is too long. */
const void *qr_png(struct arena *a, const char *text, size_t *n);
#endif
