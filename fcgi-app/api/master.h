/* Binds the socket, keeps the workers running, and replaces or ends them on signals. */
#ifndef API_MASTER_H
#define API_MASTER_H

#include "base/conf.h"
#include "kv/gate.h"

/*
 * Serves until SIGTERM or SIGINT (drains: every request taken is answered); SIGHUP replaces the
 * workers one after another, so that the pool serves all the while. A worker that holds one request
 * longer than its deadline is killed and named. Returns the exit code: 0, or 2 for what a restart
 * cannot mend.
 */
int master_run(const struct conf *conf, struct gate *gate);
#endif
