/* One process of the pool: takes a connection, answers it, takes the next. */
#ifndef API_WORKER_H
#define API_WORKER_H

#include "base/conf.h"
#include "kv/gate.h"

/* The index of this process in the scoreboard. */
extern unsigned worker_index;

/* Serves listen_fd until SIGTERM (or, in a pool, until it has answered its share); returns the
 * exit code. Signals must be blocked. born: monotonic µs when this process was made, for the log. */
int worker_run(const struct conf *conf, struct gate *gate, int listen_fd, unsigned index, int64_t born);
#endif
