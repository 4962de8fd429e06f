/*
 * A mail as text (RFC 5322, 2045 to 2047): a plain and an HTML part, UTF-8, base64. Whatever the texts
 * hold, they cannot become a header: what is not printable ASCII is encoded, control characters go,
 * and addresses are of a few characters only.
 */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

#include "base/buf.h"

struct mime {
	const char *from; /* "a@b.c" or "Name <a@b.c>" */
	const char *to;	  /* bare */
	const char *subject;
	const char *id;		 /* of the message: the same if it is sent again; a part of an address */
	const char *unsubscribe; /* where its reader can end these mails; NULL: no notice */
	const char *text, *html;
	int64_t date; /* ms */
};

/* Whether it may stand in a header and an envelope: ASCII, one @, letters, digits and a few marks. */
bool mime_is_address(const char *s);

/* The bare address of "a@b.c" or "Name <a@b.c>", in the arena; NULL: there is none. */
const char *mime_address(struct arena *a, const char *from);

/* False when from or to is no address. */
MUST_USE bool mime_write(struct buf *out, const struct mime *m);
#endif
