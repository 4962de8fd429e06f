/*
 * What the processes of the pool tell of themselves, in memory they share: the master reads it to
 * find a worker that hangs, /metrics to count. Only numbers, all atomic; a reader may see a worker
 * half-way between two of them.
 */
#ifndef BASE_SCORE_H
#define BASE_SCORE_H

#include "base/base.h"

#include <stdatomic.h>

enum { SCORE_WORKERS = 256, SCORE_WAITERS = 64, SCORE_ROUTES = 512, SCORE_BUCKETS = 14 };
enum score_state { SCORE_EMPTY, SCORE_STARTING, SCORE_IDLE, SCORE_BUSY };

struct score_worker {
	_Atomic pid_t pid;
	_Atomic int state;
	_Atomic int route;     /* index into the registry while busy; -1: not known yet */
	_Atomic int64_t since; /* monotonic µs of the last change of state */
	_Atomic uint64_t requests;
};

struct score_route {
	_Atomic uint64_t answers[6]; /* by hundreds of the status: [2] counts 2xx */
	_Atomic uint64_t bucket[SCORE_BUCKETS + 1];
	_Atomic uint64_t us;
};

/* What of a route the keeper has put into MariaDB. */
struct score_saved {
	uint64_t errors, us, bucket[SCORE_BUCKETS + 1];
};

struct score {
	struct score_worker worker[SCORE_WORKERS];
	struct score_route route[SCORE_ROUTES + 1]; /* the last: no route */
	_Atomic pid_t waiter[SCORE_WAITERS]; /* see score_wait_begin() */
	struct score_saved saved[SCORE_ROUTES]; /* the keeper's alone; here, so that the next keeper knows it */
	_Atomic uint64_t db_trips, db_us, kv_trips, kv_us;
	_Atomic uint64_t shed, limited, crashed, restarted;
	_Atomic int64_t started; /* wall ms */
};

/* The pool's scoreboard; made on first use, so call it before the first fork. */
struct score *score(void);

/* Upper bounds of the latency buckets, µs. */
extern const int64_t score_bounds[SCORE_BUCKETS];

/* Before a worker waits for a server that is not ours: false when `most` of the pool (at most SCORE_WAITERS) do so
 * already. Those that died while they waited do not count. */
MUST_USE bool score_wait_begin(size_t most);
void score_wait_end(void);

/* Adds one answer of route (SCORE_ROUTES: none). */
void score_answer(size_t route, int http_status, int64_t us);
#endif
