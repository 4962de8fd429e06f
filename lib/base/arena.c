#include "base/arena.h"
#include "base/memory.h"

/* Of a usual request, its answer included; pages nobody touched take no memory. */
enum { FIRST_BLOCK = 256 * 1024 };

/* Under the sanitizer every allocation is a block of its own, so that it sees each overrun. */
#ifdef __SANITIZE_ADDRESS__
enum { BLOCK = 1 };
#else
enum { BLOCK = 64 * 1024 };
#endif

struct block {
	struct block *next;
	size_t size, used;
	alignas(max_align_t) unsigned char data[];
};

struct defer {
	struct defer *next;
	void (*fn)(void *);
	void *arg;
};

struct arena {
	struct block *first, *current;
	struct defer *defers;
	size_t used, cap;
};

static struct block *block_new(size_t size)
{
	struct block *b = malloc(sizeof(*b) + size);

	if (!b)
		out_of_memory("malloc failed");
	b->next = NULL;
	b->size = size;
	b->used = 0;
	return b;
}

struct arena *arena_new(size_t cap)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (!a)
		out_of_memory("malloc failed");
	a->first = a->current = block_new(FIRST_BLOCK);
	a->cap = cap;
	return a;
}

void arena_reset(struct arena *a)
{
	while (a->defers) {
		struct defer *d = a->defers;

		a->defers = d->next;
		d->fn(d->arg);
	}
	for (struct block *b = a->first->next, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	a->first->next = NULL;
	a->first->used = 0;
	a->current = a->first;
	a->used = 0;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	arena_reset(a);
	free(a->first);
	free(a);
}

void *arena_alloc_raw(struct arena *a, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct block *b = a->current;

	size = (MAX(size, (size_t)1) + align - 1) & ~(align - 1);
#ifdef __SANITIZE_ADDRESS__
	b->used = b->size;
#endif
	if (size > a->cap - MIN(a->used, a->cap))
		out_of_memory("one request passed the arena's cap");
	if (size > b->size - b->used) {
		b->next = block_new(MAX(size, (size_t)BLOCK));
		a->current = b = b->next;
	}
	void *p = b->data + b->used;

	b->used += size;
	a->used += size;
	return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
	return memset(arena_alloc_raw(a, size), 0, size);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc_raw(a, n + 1);

	memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;

	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);

	va_end(again);
	assert(n >= 0);
	char *p = arena_alloc_raw(a, (size_t)n + 1);

	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it loses sight of ap in a call through arena_printf() */
	(void)vsnprintf(p, (size_t)n + 1, fmt, ap);
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	char *p = arena_vprintf(a, fmt, ap);

	va_end(ap);
	return p;
}

void arena_defer(struct arena *a, void (*fn)(void *), void *arg)
{
	struct defer *d = arena_new_of(a, struct defer);

	d->fn = fn;
	d->arg = arg;
	d->next = a->defers;
	a->defers = d;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}
