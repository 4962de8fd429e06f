/* Preloaded into the stack by the self-test of fault.mjs: a process of ours keeps what it does not need, once, when the
 * file LEAK-<program>-<what> is there; the first process of that program to look takes it away. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_S = 1, BYTES = 20 << 20 };

static int ordered(const char *what)
{
	const char *path = getenv("LEAK");
	char file[300];

	if (!path)
		return 0;
	(void)snprintf(file, sizeof(file), "%s-%s-%s", path, program_invocation_short_name, what);
	return unlink(file) == 0;
}

static void look(void)
{
	int pair[2];

	if (ordered("file"))
		(void)!open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (ordered("socket"))
		(void)!socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	if (ordered("memory")) {
		void *p = malloc(BYTES);

		if (p)
			memset(p, 1, BYTES);
		__asm__ volatile("" : : "r"(p) : "memory"); /* or the compiler sees that nobody reads it */
	}
}

/* What each of them calls all the time. */
int clock_gettime(clockid_t clock, struct timespec *t)
{
	static int (*real)(clockid_t, struct timespec *);
	static _Thread_local time_t looked;

	if (!real)
		real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	int rc = real(clock, t);
	int saved = errno;

	if (clock == CLOCK_MONOTONIC && t->tv_sec >= looked + LOOK_S) {
		looked = t->tv_sec;
		look();
	}
	errno = saved;
	return rc;
}
