#include "kv/kv.h"
#include "base/clock.h"
#include "kv/reach.h"

#include <hiredis/hiredis.h>
#include <poll.h>

enum { BREAKER_US = 200 * 1000, POSTS_US = 1000 * 1000, ARGS_MAX = 16 };

struct kv {
	redisContext *redis; /* NULL: not connected */
	redisContext *posts; /* CLIENT REPLY OFF; the same */
	const struct conf *conf;
	struct reach reach;
	pid_t owner;
	int64_t next_try, next_post; /* monotonic µs */
	int64_t next_role; /* of posts */
	bool collecting;
};

static void disconnect(struct kv *kv)
{
	if (kv->redis)
		redisFree(kv->redis);
	kv->redis = NULL;
	kv->next_try = clock_mono() + BREAKER_US;
}

static void free_reply(redisReply **r)
{
	if (*r)
		freeReplyObject(*r);
}

static redisReply *command(struct kv *kv, int argc, const char **argv)
{
	redisReply *r = redisCommandArgv(kv->redis, argc, argv, NULL);

	if (!r) /* the context is dead; a late answer must never meet the next command */
		disconnect(kv);
	return r;
}

static void free_context(redisContext **r)
{
	if (*r)
		redisFree(*r);
}

static bool connect_now(struct kv *kv)
{
	kv->redis = reach_redis(kv->conf, &kv->reach);
	if (!kv->redis)
		disconnect(kv);
	return kv->redis;
}

struct kv *kv_open(const struct conf *conf)
{
	struct kv *kv = calloc(1, sizeof(*kv));

	if (!kv)
		abort();
	kv->conf = conf;
	kv->owner = getpid();
	return kv;
}

void kv_close(struct kv *kv)
{
	if (!kv)
		return;
	free_context(&kv->redis);
	free_context(&kv->posts);
	free(kv);
}

/* An idle connection that has something to read has come to its end. */
static bool is_quiet(const redisContext *redis)
{
	struct pollfd p = {.fd = redis->fd, .events = POLLIN | POLLRDHUP};

	return poll(&p, 1, 0) == 0;
}

bool kv_ready(struct ctx *c)
{
	struct kv *kv = c->kv;

	if (kv->owner != getpid())
		abort();
	if (kv->redis) {
		if (is_quiet(kv->redis))
			return true;
		disconnect(kv);
		kv->next_try = 0; /* it ended in order: try again at once */
	}
	return clock_mono() >= kv->next_try && connect_now(kv);
}

static redisReply *timed(struct ctx *c, int argc, const char **argv)
{
	int64_t start = clock_mono();
	redisReply *r = command(c->kv, argc, argv);

	c->kv_trips++;
	c->kv_us += clock_mono() - start;
	return r;
}

enum status kv_ping(struct ctx *c)
{
	if (!kv_ready(c))
		return fail(c, E_UNAVAILABLE, "Redis is away");
	AUTO(free_reply) redisReply *r = timed(c, 1, (const char *[]){"PING"});

	return r && r->type == REDIS_REPLY_STATUS ? OK : fail(c, E_UNAVAILABLE, "Redis gives no PONG");
}

static bool load(struct ctx *c, struct kv_script *s)
{
	AUTO(free_reply) redisReply *r = timed(c, 3, (const char *[]){"SCRIPT", "LOAD", s->text});

	if (!r || r->type != REDIS_REPLY_STRING || r->len != 40)
		return false;
	memcpy(s->sha, r->str, 41);
	return true;
}

enum status kv_script(struct ctx *c, struct kv_script *s, const char *key, const char *const *args,
		      size_t n, int64_t *out, size_t max)
{
	const char *argv[ARGS_MAX] = {"EVALSHA", s->sha, "1", key};

	assert(n + 4 <= ARGS_MAX);
	memcpy(argv + 4, args, n * sizeof(*args));
	for (int try = 0; try < 2; try++) {
		if (!kv_ready(c) || (!*s->sha && !load(c, s)))
			return E_UNAVAILABLE;
		AUTO(free_reply) redisReply *r = timed(c, (int)n + 4, argv);

		if (!r)
			return E_UNAVAILABLE;
		if (r->type == REDIS_REPLY_ERROR && !strncmp(r->str, "NOSCRIPT", 8)) {
			*s->sha = '\0';
			continue;
		}
		if (r->type == REDIS_REPLY_ERROR && !strncmp(r->str, "READONLY", 8))
			disconnect(c->kv); /* no master any more: another may be */
		if (r->type != REDIS_REPLY_ARRAY || r->elements != max)
			return E_UNAVAILABLE; /* out of memory, read-only, loading, … */
		for (size_t i = 0; i < max; i++)
			out[i] = r->element[i]->integer;
		return OK;
	}
	return E_UNAVAILABLE;
}

/* ---- posts -------------------------------------------------------------------------------- */

static void drop_posts(struct kv *kv)
{
	free_context(&kv->posts);
	kv->posts = NULL;
	kv->next_post = clock_mono() + BREAKER_US;
}

/*
 * Who gets no answers hears neither that its Redis stands still nor that it is no master any more, and goes on posting
 * to nobody. Where Sentinels can name another, it is asked once a second.
 */
static bool is_still_master(struct kv *kv)
{
	AUTO(free_reply) redisReply *on = NULL;
	AUTO(free_reply) redisReply *role = NULL;

	if (!*kv->conf->redis_sentinels || clock_mono() < kv->next_role)
		return true;
	kv->next_role = clock_mono() + POSTS_US;
	return redisAppendCommand(kv->posts, "CLIENT REPLY ON") == REDIS_OK &&
	       redisAppendCommand(kv->posts, "ROLE") == REDIS_OK &&
	       redisAppendCommand(kv->posts, "CLIENT REPLY OFF") == REDIS_OK &&
	       redisGetReply(kv->posts, (void **)&on) == REDIS_OK &&
	       redisGetReply(kv->posts, (void **)&role) == REDIS_OK && reach_is_master(role);
}

static bool can_post(struct kv *kv)
{
	if (kv->owner != getpid())
		abort();
	if (kv->posts && is_quiet(kv->posts) && is_still_master(kv))
		return true;
	if (kv->posts) {
		drop_posts(kv);
		kv->next_post = 0;
	}
	if (clock_mono() < kv->next_post)
		return false;
	kv->posts = reach_redis(kv->conf, &kv->reach);
	kv->next_role = clock_mono() + POSTS_US;
	if (kv->posts && redisAppendCommand(kv->posts, "CLIENT REPLY OFF") == REDIS_OK)
		return true;
	drop_posts(kv);
	return false;
}

void kv_post(struct ctx *c, const char *channel, const char *text, size_t n)
{
	struct kv *kv = c->kv;
	const char *name = arena_printf(c->arena, "%s%s", kv->conf->redis_prefix, channel);
	const char *argv[] = {"PUBLISH", name, text};

	/* asked once a flush: what is collected stands in the buffer of the connection */
	if ((!kv->collecting && !can_post(kv)) || !kv->posts)
		return;
	kv->collecting = true;
	if (redisAppendCommandArgv(kv->posts, 3, argv, (const size_t[]){7, strlen(name), n}) != REDIS_OK)
		drop_posts(kv);
}

void kv_post_flush(struct ctx *c)
{
	struct kv *kv = c->kv;
	int done = 0;

	kv->collecting = false;
	while (kv->posts && !done)
		if (redisBufferWrite(kv->posts, &done) != REDIS_OK)
			drop_posts(kv);
}
