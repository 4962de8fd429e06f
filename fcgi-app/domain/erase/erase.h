/*
 * An account is deleted at once and for good: nobody can log in, find or write to it from the commit on, and its name
 * is that of all deleted ones. What may be much (messages, files, notifications) goes in pieces by the jobs.
 */
#ifndef DOMAIN_ERASE_H
#define DOMAIN_ERASE_H

#include "base/ctx.h"

/* The caller's, here and below; E_USER_NOT_FOUND: it is gone already. password: of an account that has one. Its study
 * groups go to others, or go with it. E_PASSWORD_WRONG, E_RATE_LIMITED. */
MUST_USE enum status erase_me(struct ctx *c, const char *password);

/* words: the account's e-mail address or "DELETE", NULL: nobody asked for them. E_ERASE_MISMATCH; E_ERASE_OWNER: of a
 * study group. */
MUST_USE enum status erase_member(struct ctx *c, const char *words);
#endif
