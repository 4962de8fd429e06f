/* Preloaded into the pool: the n-th allocation of each child of the master gives nothing, once. The file named by
 * NOMEM holds three numbers that the runner and all children share: round, n, and how many allocations were
 * refused. A new round starts each child's count again. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct orders {
	_Atomic uint32_t round;
	_Atomic uint32_t nth; /* 0: none */
	_Atomic uint32_t refused;
};

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);

static struct orders *orders;
static pid_t master;
static uint32_t round_seen;
static uint32_t count;

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

static bool refuse(void)
{
	if (!orders || !atomic_load(&orders->nth) || getpid() == master)
		return false;
	uint32_t now = atomic_load(&orders->round);

	if (now != round_seen) {
		round_seen = now;
		count = 0;
	}
	if (++count != atomic_load(&orders->nth))
		return false;
	atomic_fetch_add(&orders->refused, 1);
	errno = ENOMEM;
	return true;
}

void *malloc(size_t n)
{
	return refuse() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	return refuse() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
	return refuse() ? NULL : __libc_realloc(p, n);
}
