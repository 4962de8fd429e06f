/* Who somebody is at Google or Naver: OAuth 2.0 (RFC 6749) with a code, and PKCE (RFC 7636) where it is known. */
#ifndef DOMAIN_AUTH_OAUTH_H
#define DOMAIN_AUTH_OAUTH_H

#include "domain/auth/auth.h"

enum provider { PROVIDER_GOOGLE, PROVIDER_NAVER, PROVIDERS };

extern const char *const provider_names[PROVIDERS];

/* What a log-in that was begun has to end with. */
struct oauth {
	enum provider provider;
	const char *verifier;  /* of PKCE: 43 to 128 letters and digits */
	const char *return_to; /* where the provider sends the browser to */
	const char *state;
};

/* Where the browser is sent to. NULL: there is no log-in with that provider. */
const char *oauth_begin(struct ctx *c, const struct oauth *o);

/* Asks the provider whose the code is: two requests of at most three seconds. E_PROVIDER_FAILED. A code that is none of
 * theirs is E_OAUTH_CALLBACK. */
MUST_USE enum status oauth_end(struct ctx *c, const struct oauth *o, const char *code, struct vouched *out);
#endif
