#include "kv/kv.h"
#include "base/clock.h"

#include <hiredis/hiredis.h>
#include <poll.h>

enum { CONNECT_MS = 100, COMMAND_MS = 100, BREAKER_US = 200 * 1000, ARGS_MAX = 16 };

struct kv {
	redisContext *redis; /* NULL: not connected */
	const struct conf *conf;
	pid_t owner;
	int64_t next_try; /* monotonic µs */
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

static bool connect_now(struct kv *kv)
{
	const struct conf *conf = kv->conf;
	struct timeval t = {.tv_usec = CONNECT_MS * 1000};

	kv->redis = *conf->redis_socket
			    ? redisConnectUnixWithTimeout(conf->redis_socket, t)
			    : redisConnectWithTimeout(conf->redis_host, (int)conf->redis_port, t);
	t.tv_usec = COMMAND_MS * 1000;
	if (!kv->redis || kv->redis->err || redisSetTimeout(kv->redis, t) != REDIS_OK) {
		disconnect(kv);
		return false;
	}
	if (*conf->redis_password) {
		AUTO(free_reply) redisReply *r =
			command(kv, 2, (const char *[]){"AUTH", conf->redis_password});

		if (!r)
			return false;
		if (r->type == REDIS_REPLY_ERROR) {
			disconnect(kv);
			return false;
		}
	}
	return true;
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
	if (kv->redis)
		redisFree(kv->redis);
	free(kv);
}

bool kv_ready(struct ctx *c)
{
	struct kv *kv = c->kv;

	if (kv->owner != getpid())
		abort();
	if (kv->redis) {
		struct pollfd p = {.fd = kv->redis->fd, .events = POLLIN | POLLRDHUP};

		if (poll(&p, 1, 0) == 0)
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
		if (r->type != REDIS_REPLY_ARRAY || r->elements != max)
			return E_UNAVAILABLE; /* out of memory, read-only, loading, … */
		for (size_t i = 0; i < max; i++)
			out[i] = r->element[i]->integer;
		return OK;
	}
	return E_UNAVAILABLE;
}
