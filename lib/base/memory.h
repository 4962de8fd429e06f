/*
 * Memory that cannot be had ends the process, whoever asked for it: json-c, libmariadb, hiredis and libjwt each have
 * places that go on without (fcgi-app/README.md).
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include "base/base.h"

/* Writes a line of the log without needing memory, and ends the process. */
NORETURN void out_of_memory(const char *why);
#endif
