/*
 * Idempotency-Key: a POST that creates something is carried out once; the same key and body gives
 * the first answer again (requirement: a retry after a lost answer must not do it twice).
 */
#ifndef DOMAIN_ONCE_H
#define DOMAIN_ONCE_H

#include "http/route.h"

/* Runs the handler inside one transaction with the key's row. On OK the answer stands in r->out and
 * r->http_status: the handler's own, or the first one again. E_KEY_REUSED: another body. */
MUST_USE enum status once_run(struct req *r, const void *in, void *out);

/* 32 bytes that stand for a client's key. scope keeps the keys of different endpoints apart. */
void once_hash(const char *scope, const char *key, unsigned char out[32]);
#endif
