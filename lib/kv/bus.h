/*
 * Redis' publish and subscribe on a libuv loop: messages between processes, each at most once. It connects
 * again by itself, also when Redis is silent for 3 s or refuses; what is said meanwhile is lost, and both sides are
 * told. An empty message is a ping. Where Sentinels know the master, they are asked in libuv's thread pool.
 */
#ifndef KV_BUS_H
#define KV_BUS_H

#include "base/conf.h"

#include <uv.h>

struct bus;

struct bus_ears {
	/* text is NUL-terminated, and gone afterwards */
	void (*message)(void *arg, const char *text, size_t n);
	/* subscribed (true): nothing from now on is missed; or not any more */
	void (*change)(void *arg, bool up);
	void *arg;
};

/* channel: one of keys.h, without the prefix. */
struct bus *bus_open(const struct conf *conf, uv_loop_t *loop, const char *channel, struct bus_ears ears);

/* To everyone on the channel, ourselves too; not empty. False: there is no connection now, or too much waits for it. */
bool bus_say(struct bus *b, const char *text, size_t n);

/* The loop has to run until nothing is left in it: perhaps a Sentinel is being asked. */
void bus_close(struct bus *b);
#endif
