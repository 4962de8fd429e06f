/* The first line is the Content-Type; what follows is fed whole and byte by byte, and both must give
 * the same. */
#include "fuzz.h"
#include "http/multipart.h"

struct seen {
	uint64_t hash;
	size_t parts;
};

static void mix(struct seen *s, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		s->hash = (s->hash ^ (unsigned char)p[i]) * 1099511628211U;
}

static bool begin(void *arg, const struct multipart_part *p)
{
	struct seen *s = arg;

	s->parts++;
	mix(s, p->name, strlen(p->name) + 1);
	if (p->filename)
		mix(s, p->filename, strlen(p->filename) + 1);
	if (p->content_type)
		mix(s, p->content_type, strlen(p->content_type) + 1);
	return true;
}

static bool data(void *arg, const char *p, size_t n)
{
	mix(arg, p, n);
	return true;
}

static bool end(void *arg)
{
	mix(arg, "]", 1);
	return true;
}

static bool run(const char *type, const char *body, size_t n, size_t chunk, struct seen *s)
{
	static struct multipart m;

	*s = (struct seen){0};
	if (!multipart_init(&m, type, (struct multipart_sink){begin, data, end, s}))
		return false;
	for (size_t i = 0; i < n; i += chunk)
		if (!multipart_feed(&m, body + i, MIN(chunk, n - i)))
			return false;
	return multipart_finish(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const uint8_t *line = memchr(bytes, '\n', size);
	char type[200];
	struct seen whole, single;

	if (!line || line - bytes >= (ptrdiff_t)sizeof(type))
		return 0;
	memcpy(type, bytes, (size_t)(line - bytes));
	type[line - bytes] = '\0';
	line++;
	size_t n = size - (size_t)(line - bytes);
	char *body = exact_copy(line, n);
	bool good = run(type, body, n, n ? n : 1, &whole);

	HOLDS(good == run(type, body, n, 1, &single) && whole.parts <= MULTIPART_PARTS_MAX);
	HOLDS(!good || whole.hash == single.hash);
	free(body);
	return 0;
}
