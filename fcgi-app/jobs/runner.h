/* Takes events from the outbox and runs their jobs; runs the schedules. */
#ifndef JOBS_RUNNER_H
#define JOBS_RUNNER_H

#include "base/conf.h"

/* Until SIGTERM or SIGINT; returns the exit code. Any number of these may run, on any machines. */
int runner_run(const struct conf *conf);
#endif
