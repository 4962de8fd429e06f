#include "base/utf8.h"

#include <utf8proc.h>

size_t utf8_next(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t len = !n || p[0] < 0x80 ? MIN(n, (size_t)1)
		     : p[0] >= 0xc2 && p[0] < 0xe0 ? 2
		     : p[0] >= 0xe0 && p[0] < 0xf0 ? 3
		     : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
						   : 0;

	if (len > n)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	/* overlong forms, surrogates, and what is past the last character */
	if ((len == 3 && ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f))) ||
	    (len == 4 && ((p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))))
		return 0;
	return len;
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

bool utf8_blank(const char *s)
{
	static const char *const spaces[] = {
		" ", "\t", "\r", "\n", "\u00A0", "\u2003", "\u200B", "\u200C", "\u200D", "\u2060", "\u3000",
		"\u3164", "\uFEFF",
	};
	size_t i = 0;

	while (*s && i < COUNT(spaces)) {
		size_t n = strlen(spaces[i++]);

		if (!strncmp(s, spaces[i - 1], n)) {
			s += n;
			i = 0;
		}
	}
	return !*s;
}

const char *utf8_start(struct arena *a, const char *s, size_t characters)
{
	const char *end = s;

	for (; *end; end++)
		if (((unsigned char)*end & 0xc0) != 0x80 && !characters--)
			break;
	return arena_strndup(a, s, (size_t)(end - s));
}

size_t utf8_ascii(const char *s)
{
	size_t n = 0;

	while (s[n] && (unsigned char)s[n] < 0x80)
		n++;
	return n;
}

const char *utf8_nfc(struct arena *a, const char *s)
{
	if (!s[utf8_ascii(s)])
		return s;
	utf8proc_uint8_t *nfc = utf8proc_NFC((const utf8proc_uint8_t *)s);

	if (!nfc)
		return s;
	const char *copy = arena_strdup(a, (const char *)nfc);

	free(nfc);
	return copy;
}
