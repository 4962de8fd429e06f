/*
 * Our tokens: JWT, HS256 only, with a ring of keys named by `kid`. The only user of jwt.h.
 *
 * libjwt believes the algorithm in a token's header and checks no claims, so both are done here.
 * All claims are ASCII words: a shipped client decodes the payload as plain base64, which fails on
 * the '-' and '_' that other characters would bring.
 */
#ifndef SEC_TOKEN_H
#define SEC_TOKEN_H

#include "base/arena.h"
#include "base/conf.h"
#include "base/ctx.h"

/* How far in the future a token may have been issued: a clock that is set back by an hour ends nobody's login. One
 * that has ended is remembered that much longer than an access token lives. */
enum { TOKEN_AHEAD_S = 3660 };

/* Where the study groups' pages keep an access token, or a sealed session. */
#define SESSION_COOKIE "next-auth.session-token"

enum token_type { TOKEN_ACCESS, TOKEN_REFRESH };

struct claims {
	enum token_type type;
	uint64_t user_id, session_id;
	enum role role;
	int64_t generation;       /* refresh tokens: which one of the login's sequence */
	int64_t issued, expires;  /* s since 1970 */
	bool sealed;              /* a session of token_seal(), as good as an access token */
};

/* Once a process; aborts on keys that conf_load() would have refused. */
void token_init(const struct conf *conf);

/* Maps the memory in which a pool remembers tokens it has verified; before fork. Without it every
 * token is verified anew. */
void token_share(void);

/* The same claims always give the same text, so a token need not be stored to be sent again. */
const char *token_make(struct arena *a, const struct claims *c);

/*
 * A session as a cookie (sec/jwe.h): the claims, and what else is said of it as members of a JSON object, without
 * braces. It lives until c->expires, but once it is older than an access token lives it counts as expired, until
 * somebody who has asked whether its login still stands renews it. NULL when that is too much for a cookie.
 */
const char *token_seal(struct arena *a, const struct claims *c, const char *members);
/* The same session, issued now (s). sealed: one that token_check() has taken apart. */
const char *token_renew(struct arena *a, const char *sealed, int64_t now);

/* What we ourselves sign that is no token, as hex: HMAC-SHA256 by the newest key. The text begins with what it
 * is for and a line break, so that none is ever another, or a token. */
enum { SIGNATURE_HEX = 64 };
void token_sign_text(const char *text, char hex[SIGNATURE_HEX + 1]);
/* Whether a key of the ring has signed it. */
bool token_signed_text(const char *text, const char *hex);

/* Keys for what is stored, one from each key of the ring, the newest first; false: there is no i-th. purpose: as above,
 * without line breaks. */
enum { TOKEN_STORE_KEY = 32 };
bool token_store_key(const char *purpose, size_t i, unsigned char key[TOKEN_STORE_KEY]);

/* Checks form, key, algorithm, signature, type, issuer, audience, issue and expiry time (now: s).
 * Returns OK, E_TOKEN_EXPIRED (everything else was right, *out is filled) or E_TOKEN_INVALID with *why for the log. */
enum status token_check(const char *token, enum token_type want, int64_t now, struct claims *out,
			const char **why);
#endif
