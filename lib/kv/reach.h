/*
 * How Redis is reached: where the settings say it stands, or where a Sentinel says its master stands. Blocking; it
 * writes no log and keeps nothing of its own, so any thread may ask.
 */
#ifndef KV_REACH_H
#define KV_REACH_H

#include "base/conf.h"

struct redisContext;
struct redisReply;

/* All zero at first, and the same one each time. */
struct reach {
	char host[1025]; /* where Redis was found, as a number; or the path of its socket, and port 0 */
	int port;
	size_t first;  /* of the Sentinels, who is asked first: the one that answered last */
	char why[200]; /* who did not help, and why, when nobody did */
};

/*
 * A connection that is logged in, or NULL. Whom a Sentinel names must call itself a master on that very connection:
 * the Sentinel may be late or cut off, and what is written to a replica is refused or lost. Each step may take 100 ms;
 * after 300 nobody else is asked, since a request may wait for it, and the next call goes on with who was not.
 */
struct redisContext *reach_redis(const struct conf *conf, struct reach *r);

/* Whether it is a master's answer to ROLE; NULL is none. */
bool reach_is_master(const struct redisReply *role);
#endif
