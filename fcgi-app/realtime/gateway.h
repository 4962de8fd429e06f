/*
 * studymate-realtime: holds sockets, owns no data. What clients say becomes requests to the API pool
 * (pool.h); what happens comes over Redis (kv/bus.h) and is handed on by the hub (hub.h). One loop, one
 * thread; any number of these may run, on any machines.
 */
#ifndef REALTIME_GATEWAY_H
#define REALTIME_GATEWAY_H

#include "base/conf.h"
#include "kv/gate.h"

#include <uv.h>

enum { WHEEL = 32 }; /* seconds; the longest pause between two looks at a socket */

struct address;
struct bus;
struct circles;
struct engine;
struct hub;
struct later;
struct lws_context;
struct pool;
struct presence;
struct receipts;
struct sock;

struct gateway {
	const struct conf *conf;
	uv_loop_t loop;
	char id[17]; /* of this run, random */
	struct lws_context *lws;
	struct holder *holder;
	struct pool *pool;
	struct bus *bus;
	struct hub *hub;
	struct circles *circles;
	struct presence *presence;
	struct receipts *receipts;
	struct gate *gate;	   /* this process's own: its set of ended logins */
	struct arena *arena;	   /* emptied before the loop waits, and by readers between two frames */
	struct sock *wheel[WHEEL]; /* sockets by the second in which they are looked at */
	struct engine *engines;	   /* sockets that poll, by their names */
	struct address *addresses; /* how many sockets each client address has */
	size_t n_socks;
	size_t in_bytes, out_bytes; /* held of what sockets sent; of all that waits to be sent */
	int64_t second;	 /* monotonic */
	bool draining;
};

/* Calls fn once, in ms from now. */
struct later *gateway_later(struct gateway *gw, uint64_t ms, void (*fn)(void *arg), void *arg);
void later_forget(struct later *l); /* NULL: nothing. Not after fn was called. */

/* Until SIGTERM; returns the exit code. */
int gateway_run(const struct conf *conf);

/* Of sock.c: */
void sock_second(struct gateway *gw, int64_t now); /* once a second; now: monotonic s */
void sock_drain(struct gateway *gw, size_t n); /* closes up to n of them */

/* The protocols; ends with NULL. */
extern const struct skin *const skins[];
#endif
