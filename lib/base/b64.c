#include "base/b64.h"

static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static char *encode(struct arena *a, const char *digits, const void *p, size_t n, bool pad)
{
	char *text = arena_alloc(a, (n + 2) / 3 * 4 + 1), *out = text;
	const unsigned char *b = p;

	for (size_t i = 0; i < n; i += 3) {
		size_t left = MIN(n - i, (size_t)3);
		unsigned bits = (unsigned)b[i] << 16 | (left > 1 ? (unsigned)b[i + 1] << 8 : 0) |
				(left > 2 ? b[i + 2] : 0);

		for (size_t k = 0; k < 4; k++)
			if (k <= left)
				*out++ = digits[bits >> (18 - 6 * k) & 63];
			else if (pad)
				*out++ = '=';
	}
	return text;
}

char *b64(struct arena *a, const void *p, size_t n)
{
	return encode(a, plain, p, n, true);
}

char *b64_url(struct arena *a, const void *p, size_t n)
{
	return encode(a, url, p, n, false);
}

static int digit_of(char ch)
{
	const char *p = ch ? strchr(plain, ch) : NULL;

	if (p)
		return (int)(p - plain);
	return ch == '-' ? 62 : ch == '_' ? 63 : -1;
}

bool b64_read(const char *s, void *out, size_t n)
{
	size_t digits = (n * 8 + 5) / 6, padding = (4 - digits % 4) % 4;
	unsigned char *p = out;
	unsigned bits = 0, held = 0;

	for (size_t i = 0; i < digits; i++) {
		int d = digit_of(s[i]);

		if (d < 0)
			return false;
		bits = bits << 6 | (unsigned)d;
		held += 6;
		if (held >= 8) {
			held -= 8;
			*p++ = (unsigned char)(bits >> held);
		}
	}
	s += digits;
	return !*s || (strlen(s) == padding && strspn(s, "=") == padding);
}
