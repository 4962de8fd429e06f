/*
 * Redis: one connection a process, commands as argument vectors. The only user of hiredis.
 * Redis may be away at any time: every caller says what it then does. After a failure no attempt is
 * made for a moment (circuit breaker), so that a dead Redis costs nothing.
 */
#ifndef KV_KV_H
#define KV_KV_H

#include "base/conf.h"
#include "base/ctx.h"

struct kv *kv_open(const struct conf *conf);
void kv_close(struct kv *kv);

/* Whether the connection is up, trying to make it so when the breaker allows. */
bool kv_ready(struct ctx *c);

/* PING; E_UNAVAILABLE if it is not answered. */
MUST_USE enum status kv_ping(struct ctx *c);

/* PUBLISH without waiting for an answer, over a connection of its own that gets none: collected by
 * kv_post(), sent by kv_post_flush(). What Redis does not take is lost. */
void kv_post(struct ctx *c, const char *channel, const char *text, size_t n);
void kv_post_flush(struct ctx *c);

/* Runs a script that returns up to max integers. keys and args are NUL-terminated texts. */
struct kv_script {
	const char *text;
	char sha[41]; /* filled on first use */
};
MUST_USE enum status kv_script(struct ctx *c, struct kv_script *s, const char *key,
			       const char *const *args, size_t n, int64_t *out, size_t max);
#endif
