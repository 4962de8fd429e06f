/* Texts that are stored so that the database alone does not tell them: AES-256-GCM (OpenSSL), keys from the ring. */
#ifndef SEC_SEAL_H
#define SEC_SEAL_H

#include "base/arena.h"

/* As hex, by the newest key. purpose: what it is and whose, so that it opens nowhere else. */
const char *seal_text(struct arena *a, const char *purpose, const char *text);

/* NULL: it was sealed by no key of the ring, for something else, or changed. */
const char *seal_open(struct arena *a, const char *purpose, const char *hex);
#endif
