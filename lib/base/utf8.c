#include "base/utf8.h"

#include <utf8proc.h>

size_t utf8_next(const char *s, size_t n)
{
	utf8proc_int32_t code;

	if (!n)
		return 0;
	utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)s,
						(utf8proc_ssize_t)MIN(n, (size_t)4), &code);

	return len > 0 ? (size_t)len : 0;
}

bool utf8_valid(const char *s, size_t n)
{
	for (size_t i = 0, len; i < n; i += len) {
		len = (unsigned char)s[i] < 0x80 ? 1 : utf8_next(s + i, n - i);
		if (!len)
			return false;
	}
	return true;
}

size_t utf8_count(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

const char *utf8_nfc(struct arena *a, const char *s)
{
	const char *p = s;

	while (*p && (unsigned char)*p < 0x80)
		p++;
	if (!*p)
		return s;
	utf8proc_uint8_t *nfc = utf8proc_NFC((const utf8proc_uint8_t *)s);

	if (!nfc)
		return s;
	const char *copy = arena_strdup(a, (const char *)nfc);

	free(nfc);
	return copy;
}
