/* What bench/swarm.c, which counts, and bench/swarm_wire.c, which speaks, know of each other. */
#ifndef BENCH_SWARM_H
#define BENCH_SWARM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum { ROOM_MAX = 64 };

enum state { AWAY, DIALS, UPGRADES, GREETS, JOINS, LIVE, CLOSES };

struct client {
	union {
		uv_handle_t handle;
		uv_stream_t stream;
		uv_tcp_t tcp;
		uv_pipe_t pipe;
	} u;
	uv_connect_t connect;
	uv_timer_t timer; /* deadline, heart-beat or pause, as the state has it */
	enum state state;
	unsigned tries;
	uint64_t since; /* µs: of the first try, or of being lost */
	char *token;
	uint64_t room, seq;
	unsigned place; /* in its room */
	char *rest;	/* of a frame that is not complete */
	size_t n_rest;
};

struct room {
	struct client *first;
	unsigned n;
};

/* One of the messages of `send`. */
struct message {
	uint64_t sent, taken; /* µs */
	unsigned sender;      /* place */
	uint64_t came[ROOM_MAX];
};

struct times {
	double *v; /* µs */
	size_t n, size;
};

struct protocol {
	const char *name, *path;
	void (*opened)(struct client *c);
	void (*text)(struct client *c, char *data, size_t n);
	void (*say)(struct client *c, size_t number);
	const char *beat; /* NULL: only answers */
	bool echo;	  /* what is said is answered, and nobody else hears it */
};

struct swarm {
	uv_loop_t loop;
	const struct protocol *protocol;
	char *addresses[8];
	size_t n_addresses;
	struct client *clients;
	struct room *rooms;
	size_t n_clients, n_rooms;

	size_t live, opening, next, at_once;
	size_t dials, refused, lost, errors;
	size_t heard, again, gaps; /* messages of rooms, by their numbers */
	uint64_t first_lost;
	struct times way; /* of those who came (back) */

	struct message *messages;
	size_t first, n_messages, n_sent, n_taken, n_came, n_again, rate;
	uint64_t started;
	uv_timer_t clock, deadline;
	void (*done)(void); /* answers the command under way */
};
extern struct swarm s;

/* Of swarm.c: */
void *must(void *p);
uint64_t now(void); /* µs */
void add_time(struct times *t, double us);
void came(struct client *c, const char *data, size_t n); /* JSON of a message in the client's room */
void taken(size_t number);				  /* the server has it */
void complain(const char *data, size_t n);

/* Of swarm_wire.c: */
extern const struct protocol protocols[]; /* until one without a name */
void dial_more(void); /* those who were not there yet, as many at once as may be */
#endif
