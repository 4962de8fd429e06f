#include "base/buf.h"
#include "base/utf8.h"

enum { ID_BYTES = 24 }; /* of one number in an array, with its comma */

struct buf buf_new(struct arena *a, size_t size, size_t max)
{
	size = MIN(size, max);
	struct buf b = {.arena = a, .data = arena_alloc_raw(a, size + 1), .size = size, .max = max};

	b.data[0] = '\0';
	return b;
}

static bool reserve(struct buf *b, size_t n)
{
	if (n <= b->size - b->len)
		return true;
	if (b->over || n > b->max - b->len) {
		b->over = true;
		return false;
	}
	size_t size = MIN(MAX(b->size * 2, b->len + n), b->max);
	char *data = arena_alloc_raw(b->arena, size + 1);

	memcpy(data, b->data, b->len);
	b->data = data;
	b->size = size;
	return true;
}

void buf_add(struct buf *b, const void *data, size_t n)
{
	if (!reserve(b, n))
		return;
	memcpy(b->data + b->len, data, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_char(struct buf *b, char c)
{
	if (!reserve(b, 1))
		return;
	b->data[b->len++] = c;
	b->data[b->len] = '\0';
}

void buf_int(struct buf *b, int64_t v)
{
	char text[24];
	char *p = text + sizeof(text);
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do
		*--p = (char)('0' + u % 10);
	while (u /= 10);
	if (v < 0)
		*--p = '-';
	buf_add(b, p, (size_t)(text + sizeof(text) - p));
}

void buf_again(struct buf *b, size_t from, size_t to)
{
	if (!reserve(b, to - from)) /* before the source is named: the data may move */
		return;
	memcpy(b->data + b->len, b->data + from, to - from);
	b->len += to - from;
	b->data[b->len] = '\0';
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_str(b, arena_vprintf(b->arena, fmt, ap));
	va_end(ap);
}

void buf_ints(struct buf *b, const int64_t *first, size_t n, size_t stride)
{
	buf_char(b, '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_char(b, ',');
		buf_int(b, *(const int64_t *)(const void *)((const char *)first + i * stride));
	}
	buf_char(b, ']');
}

const char *buf_ids(struct arena *a, const int64_t *first, size_t n, size_t stride)
{
	struct buf b = buf_new(a, 64, (n + 1) * ID_BYTES);

	buf_ints(&b, first, n, stride);
	return b.data;
}

/* How many characters from p on need no second look: ASCII but controls, quotes and backslashes, eight at once. */
static const char *skip_plain(const char *p, const char *end)
{
	const uint64_t ones = 0x0101010101010101, high = 0x8080808080808080;
	uint64_t v;

	for (; end - p >= 8; p += 8) {
		memcpy(&v, p, 8);
		uint64_t quote = v ^ ones * '"', slash = v ^ ones * '\\', del = v ^ ones * 0x7f;

		/* a byte less than n: its highest bit after taking n away, if it was not set before */
		if ((v | ((v - ones * 0x20) | (quote - ones) | (slash - ones) | (del - ones))) & high)
			break;
	}
	return p;
}

void buf_json(struct buf *b, const char *s, size_t n)
{
	static const char hex[] = "0123456789abcdef";
	const char *run = s, *end = s + n;

	buf_char(b, '"');
	for (const char *p = skip_plain(s, end); p < end;) {
		unsigned char c = (unsigned char)*p;
		size_t len = 1;

		if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
			p++;
			continue;
		}
		if (c > 0xe0 && c < 0xed && end - p > 2 && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80) {
			p += 3; /* most of what is not English here: no need to ask */
			continue;
		}
		if (c >= 0x80 && (len = utf8_next(p, (size_t)(end - p))) > 0) {
			p += len;
			continue;
		}
		buf_add(b, run, (size_t)(p - run));
		run = ++p;
		switch (c) {
		case '"':
		case '\\':
			buf_add(b, (char[]){'\\', (char)c}, 2);
			break;
		case '\n':
			buf_add(b, "\\n", 2);
			break;
		case '\r':
			buf_add(b, "\\r", 2);
			break;
		case '\t':
			buf_add(b, "\\t", 2);
			break;
		default:
			if (c >= 0x80)
				buf_add(b, "\xef\xbf\xbd", 3);
			else
				buf_add(b, (char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6);
		}
	}
	buf_add(b, run, (size_t)(end - run));
	buf_char(b, '"');
}

void buf_member(struct buf *b, const char *name, const char *text)
{
	buf_printf(b, ",\"%s\":", name);
	if (text)
		buf_json(b, text, strlen(text));
	else
		buf_str(b, "null");
}
