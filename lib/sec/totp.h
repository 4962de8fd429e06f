/* Codes of authenticator apps (RFC 6238: six digits, 30 s, SHA-1). The only user of liboath. */
#ifndef SEC_TOTP_H
#define SEC_TOTP_H

#include "base/base.h"

enum { TOTP_SECRET = 32, TOTP_DIGITS = 6 }; /* base32 digits of 20 bytes */

/* A new secret. */
void totp_secret(char out[TOTP_SECRET + 1]);

/* The step whose code it is: that of now (s since 1970), of the one before or after; 0: none of them. */
int64_t totp_step(const char *secret, const char *code, int64_t now);
#endif
