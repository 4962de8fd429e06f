/* The pool's housekeeper: one process beside the workers that keeps the gate current. */
#ifndef API_KEEPER_H
#define API_KEEPER_H

#include "base/conf.h"
#include "kv/gate.h"

/* Looks for ended logins a few times a second until SIGTERM; returns the exit code. */
int keeper_run(const struct conf *conf, struct gate *gate);
#endif
