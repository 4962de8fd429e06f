/* Preloaded into the pool: while the file named by NOMEM is armed, each place that wants memory (a call stack of
 * DEPTH frames) gets none, once. The file is shared by all children of the master; the runner arms it and
 * reads how many places were refused. Stands where glibc's allocator would: lib/base/memory.c calls it. */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* PAUSE_US: between two refusals, so that those who died of one are back. */
enum { DEPTH = 6, OURS = 3, PLACES = 1 << 14, PAUSE_US = 200 * 1000 };

struct orders {
	_Atomic uint32_t armed;
	_Atomic uint32_t refused;
	_Atomic int64_t next; /* monotonic µs: not before */
	_Atomic uint64_t place[PLACES];
};

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);

static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static struct orders *orders;
static pid_t master;
static _Thread_local bool busy; /* looking at the stack may want memory itself */

static void find_real(void)
{
	real_malloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "__libc_malloc");
	real_calloc = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "__libc_calloc");
	real_realloc = (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "__libc_realloc");
}

__attribute__((constructor)) static void nomem_start(void)
{
	const char *path = getenv("NOMEM");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *p = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(*orders), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (fd >= 0)
		(void)close(fd);
	master = getpid();
	if (p != MAP_FAILED)
		orders = p;
}

static bool is_new(uint64_t place)
{
	for (size_t i = 0; i < PLACES; i++) {
		uint64_t found = 0;

		if (atomic_compare_exchange_strong(&orders->place[(place + i) % PLACES], &found, place))
			return true;
		if (found == place)
			return false;
	}
	return false;
}

static bool refuse(void)
{
	void *frame[DEPTH + OURS];
	struct timespec t;

	if (!orders || busy || !atomic_load(&orders->armed) || getpid() == master)
		return false;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	int64_t next = atomic_load(&orders->next), now = (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;

	if (now < next || !atomic_compare_exchange_strong(&orders->next, &next, now + PAUSE_US))
		return false;
	busy = true;
	uint64_t place = 0xcbf29ce484222325U; /* FNV-1a */
	int n = backtrace(frame, DEPTH + OURS);

	for (int i = OURS; i < n; i++)
		place = (place ^ (uintptr_t)frame[i]) * 0x100000001b3U;
	busy = false;
	if (!is_new(place | 1)) {
		atomic_store(&orders->next, now);
		return false;
	}
	atomic_fetch_add(&orders->refused, 1);
	errno = ENOMEM;
	return true;
}

void *__libc_malloc(size_t n)
{
	if (!real_malloc)
		find_real();
	return refuse() ? NULL : real_malloc(n);
}

void *__libc_calloc(size_t n, size_t size)
{
	if (!real_calloc)
		find_real();
	return refuse() ? NULL : real_calloc(n, size);
}

void *__libc_realloc(void *p, size_t n)
{
	if (!real_realloc)
		find_real();
	return refuse() ? NULL : real_realloc(p, n);
}
