/* First contact with people one does not know. */
#ifndef DOMAIN_CONTACT_H
#define DOMAIN_CONTACT_H

#include "base/ctx.h"

/*
 * Before the caller asks those people for a match, or opens a room with them. Who is neither a partner, nor shares a
 * DIRECT room with the caller, nor has an open request with them, is a stranger: in the first week of an account so
 * many are enough a day (RATE_NEWCOMER). E_RATE_LIMITED. Not in db_tx(): those may run twice.
 */
MUST_USE enum status contact_first(struct ctx *c, const int64_t *people, size_t n);
#endif
