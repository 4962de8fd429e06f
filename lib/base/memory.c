#include "base/memory.h"

enum { OUT_OF_MEMORY = 72 };

void out_of_memory(const char *why)
{
	static const char text[] = "{\"lvl\":\"error\",\"msg\":\"out of memory\",\"err\":\"";
	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	(void)!write(STDERR_FILENO, why, strlen(why));
	(void)!write(STDERR_FILENO, "\"}\n", 3);
	_exit(OUT_OF_MEMORY);
}

/* A sanitizer brings an allocator of its own, which ends the process as well. */
#ifndef __SANITIZE_ADDRESS__
/* glibc's own under their other names: what a program defines takes the place of malloc() in all its libraries
 * ("Replacing malloc" in glibc's manual). */
void *glibc_malloc(size_t n) __asm__("__libc_malloc");
void *glibc_calloc(size_t n, size_t size) __asm__("__libc_calloc");
void *glibc_realloc(void *p, size_t n) __asm__("__libc_realloc");

void *malloc(size_t n)
{
	void *p = glibc_malloc(n);

	if (!p)
		out_of_memory("malloc failed");
	return p;
}

void *calloc(size_t n, size_t size)
{
	void *p = glibc_calloc(n, size);

	if (!p)
		out_of_memory("calloc failed");
	return p;
}

void *realloc(void *p, size_t n)
{
	void *q = glibc_realloc(p, n);

	if (!q && n) /* realloc(p, 0) frees */
		out_of_memory("realloc failed");
	return q;
}
#endif
