/* Brings the schema to a version: sql/migrations/NNNN_name.sql, each with an up and a down part. */
#ifndef API_MIGRATE_H
#define API_MIGRATE_H

#include "base/conf.h"

/*
 * command: "up" (to the newest, then the reference data of sql/seed/reference.sql), "down" (the
 * newest one back), "to N", or "status". Reports every step on stdout and what to do on stderr.
 * One migrator at a time; a killed one is simply run again, since every statement can be repeated.
 * Returns the exit code.
 */
int migrate_run(const struct conf *conf, int argc, char **argv);
#endif
