#include "kv/reach.h"
#include "base/clock.h"

#include <hiredis/hiredis.h>
#include <netdb.h>
#include <sys/socket.h>

enum { STEP_MS = 100, ASK_US = 300 * 1000, PORT_MAX = 65535 };

static void free_reply(redisReply **r)
{
	if (*r)
		freeReplyObject(*r);
}

static void free_context(redisContext **redis)
{
	if (*redis)
		redisFree(*redis);
}

/* Out of the hands of AUTO(). */
static redisContext *keep(redisContext **redis)
{
	redisContext *kept = *redis;

	*redis = NULL;
	return kept;
}

static void say_why(struct reach *r, const char *why)
{
	(void)snprintf(r->why, sizeof(r->why), "%.80s:%d: %.100s", r->host, r->port, why);
}

/* Its answer, but no error. */
static redisReply *ask(struct reach *r, redisContext *redis, int argc, const char **argv)
{
	AUTO(free_reply) redisReply *reply = redisCommandArgv(redis, argc, argv, NULL);

	if (!reply || reply->type == REDIS_REPLY_ERROR) {
		say_why(r, reply ? reply->str : redis->errstr);
		return NULL;
	}
	redisReply *kept = reply;

	reply = NULL;
	return kept;
}

/* To where r says, and logged in. */
static redisContext *dial(struct reach *r, const char *password)
{
	const struct timeval step = {.tv_usec = STEP_MS * 1000};
	AUTO(free_context) redisContext *redis = r->port ? redisConnectWithTimeout(r->host, r->port, step)
							 : redisConnectUnixWithTimeout(r->host, step);

	if (!redis || redis->err || redisSetTimeout(redis, step) != REDIS_OK) {
		say_why(r, redis ? redis->errstr : "");
		return NULL;
	}
	if (*password) {
		AUTO(free_reply) redisReply *ok = ask(r, redis, 2, (const char *[]){"AUTH", password});

		if (!ok)
			return NULL;
	}
	return keep(&redis);
}

/*
 * A Redis that stands still is connected to all the same, and carries out later what was sent meanwhile. So
 * the first thing sent is one that does nothing: what takes tokens is sent to one that answers.
 */
static redisContext *reach_fixed(const struct conf *conf, struct reach *r)
{
	const bool tcp = !*conf->redis_socket;

	(void)snprintf(r->host, sizeof(r->host), "%s", tcp ? conf->redis_host : conf->redis_socket);
	r->port = tcp ? (int)conf->redis_port : 0;
	AUTO(free_context) redisContext *redis = dial(r, conf->redis_password);
	AUTO(free_reply) redisReply *pong = redis ? ask(r, redis, 1, (const char *[]){"PING"}) : NULL;

	return pong ? keep(&redis) : NULL;
}

/* ---- Sentinel ------------------------------------------------------------------------------- */

bool reach_is_master(const redisReply *role)
{
	return role && role->type == REDIS_REPLY_ARRAY && role->elements &&
	       role->element[0]->type == REDIS_REPLY_STRING && !strcmp(role->element[0]->str, "master");
}

static size_t count_sentinels(const char *list)
{
	size_t n = 1;

	for (; *list; list++)
		n += *list == ',';
	return n;
}

/* The i-th of the list, which conf_load() found good. */
static void go_to_sentinel(struct reach *r, const char *list, size_t i)
{
	for (; i; i--)
		list += strcspn(list, ",") + 1;
	const char *port = memrchr(list, ':', strcspn(list, ","));
	const int bracket = *list == '[';

	(void)snprintf(r->host, sizeof(r->host), "%.*s", (int)(port - list) - 2 * bracket, list + bracket);
	r->port = (int)strtol(port + 1, NULL, 10);
}

/* To where the i-th Sentinel says. */
static bool go_to_named(struct reach *r, const struct conf *conf, size_t i)
{
	const char *argv[] = {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", conf->redis_sentinel_name};

	go_to_sentinel(r, conf->redis_sentinels, i);
	AUTO(free_context) redisContext *sentinel = dial(r, conf->redis_sentinel_password);
	AUTO(free_reply) redisReply *at = sentinel ? ask(r, sentinel, (int)COUNT(argv), argv) : NULL;
	long port = 0;

	if (!at)
		return false;
	if (at->type == REDIS_REPLY_ARRAY && at->elements == 2 && at->element[0]->type == REDIS_REPLY_STRING &&
	    at->element[1]->type == REDIS_REPLY_STRING && strlen(at->element[0]->str) < sizeof(r->host))
		port = strtol(at->element[1]->str, NULL, 10);
	if (port < 1 || port > PORT_MAX) {
		say_why(r, "names no master");
		return false;
	}
	(void)snprintf(r->host, sizeof(r->host), "%s", at->element[0]->str);
	r->port = (int)port;
	return true;
}

/* So that nobody who connects once more, perhaps in a loop that may not wait, must look the name up. */
static void put_number(struct reach *r, int fd)
{
	struct sockaddr_storage a;
	socklen_t n = sizeof(a);

	if (getpeername(fd, (struct sockaddr *)&a, &n) == 0)
		(void)getnameinfo((struct sockaddr *)&a, n, r->host, sizeof(r->host), NULL, 0, NI_NUMERICHOST);
}

static redisContext *reach_master(const struct conf *conf, struct reach *r)
{
	const size_t n = count_sentinels(conf->redis_sentinels);
	const int64_t end = clock_mono() + ASK_US;
	struct reach tried = {.port = 0};
	size_t at = r->first, i = 0;

	for (; i < n && clock_mono() < end; i++, at = (at + 1) % n) {
		if (!go_to_named(r, conf, at))
			continue;
		r->first = at;
		/* a master whose machine is gone may be named by all of them: that costs 100 ms once */
		if (r->port == tried.port && !strcmp(r->host, tried.host))
			continue;
		tried = *r;
		AUTO(free_context) redisContext *redis = dial(r, conf->redis_password);
		AUTO(free_reply) redisReply *role = redis ? ask(r, redis, 1, (const char *[]){"ROLE"}) : NULL;

		if (redis && reach_is_master(role)) {
			put_number(r, redis->fd);
			return keep(&redis);
		}
		if (role)
			say_why(r, "is named, and is no master");
	}
	if (i < n)
		r->first = at;
	return NULL;
}

redisContext *reach_redis(const struct conf *conf, struct reach *r)
{
	return *conf->redis_sentinels ? reach_master(conf, r) : reach_fixed(conf, r);
}
