/*
 * Web push (OpenSSL): a message that only the browser can read (RFC 8291, aes128gcm of RFC 8188), and
 * the proof of who sends it (VAPID, RFC 8292). Keys are of the curve P-256.
 */
#ifndef SEC_WEBPUSH_H
#define SEC_WEBPUSH_H

#include "base/arena.h"

enum {
	WEBPUSH_PRIVATE = 32,
	WEBPUSH_PUBLIC = 65, /* uncompressed */
	WEBPUSH_AUTH = 16,
	WEBPUSH_SALT = 16,
	WEBPUSH_BODY_MAX = 4096, /* what every push service must take */
	WEBPUSH_TEXT_MAX = WEBPUSH_BODY_MAX - (WEBPUSH_SALT + 4 + 1 + WEBPUSH_PUBLIC) - 1 - 16,
};

struct webpush_keys {
	unsigned char private[WEBPUSH_PRIVATE], public[WEBPUSH_PUBLIC];
};

/* The browser's, from its subscription. */
struct webpush_to {
	unsigned char p256dh[WEBPUSH_PUBLIC], auth[WEBPUSH_AUTH];
};

void webpush_new_keys(struct webpush_keys *out);

/* Whether the public key is that of the private one. */
bool webpush_is_pair(const struct webpush_keys *k);

/* Whether these bytes are a point of the curve. */
bool webpush_is_point(const unsigned char p[WEBPUSH_PUBLIC]);

/* The body for a text of n bytes, at most WEBPUSH_TEXT_MAX; returns its size. `to` must be a point. */
size_t webpush_body(const struct webpush_to *to, const void *text, size_t n, unsigned char out[WEBPUSH_BODY_MAX]);

/* The same with a key pair and salt that were chosen; otherwise they are new for each message. */
size_t webpush_seal(const struct webpush_to *to, const struct webpush_keys *own,
		    const unsigned char salt[WEBPUSH_SALT], const void *text, size_t n,
		    unsigned char out[WEBPUSH_BODY_MAX]);

/* "vapid t=…, k=…" for the Authorization header. audience: scheme and host of the push service;
 * expires: s since 1970, at most a day ahead. */
const char *webpush_vapid(struct arena *a, const struct webpush_keys *k, const char *audience,
			  const char *subject, int64_t expires);
#endif
