#include "base/words.h"
#include "base/utf8.h"

#include <ctype.h>

static unsigned code_point(const char *s, size_t n)
{
	static const unsigned char mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	unsigned c = (unsigned char)s[0] & mask[n];

	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)s[i] & 0x3f);
	return c;
}

static bool is_hangul(unsigned c)
{
	return c >= 0xac00 && c <= 0xd7a3;
}

static bool is_joined(unsigned c)
{
	return (c >= 0x0e00 && c <= 0x0e7f) || (c >= 0x3040 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x9fff) ||
	       (c >= 0x20000 && c <= 0x3ffff);
}

static bool is_letter(unsigned c)
{
	if (c < 0x80)
		return isalnum((int)c);
	/* signs, spaces and wide punctuation */
	return c >= 0xc0 && c != 0xd7 && c != 0xf7 && !(c >= 0x2000 && c <= 0x2bff) && !(c >= 0x3000 && c <= 0x303f) &&
	       !(c >= 0xff00 && c <= 0xff20) && !(c >= 0xfe00 && c <= 0xfe0f) && c != 0xfeff &&
	       (c < 0x1f000 || is_joined(c));
}

static bool ends_sentence(unsigned c)
{
	return c == '.' || c == '!' || c == '?' || c == 0x3002 || c == 0xff01 || c == 0xff1f || c == 0x2026;
}

/* pair: characters that make a word where there are no spaces. */
struct splitter {
	struct arena *arena;
	struct words *out;
	const char *from;
	size_t bytes, characters, pair;
	bool hangul, joined;
};

static void end_word(struct splitter *w)
{
	if (!w->bytes)
		return;
	char *s = arena_strndup(w->arena, w->from, w->bytes);

	for (char *p = s; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	w->out->v[w->out->n++] = (struct word){s, w->bytes, w->characters, w->hangul, w->joined, false};
	w->bytes = w->characters = 0;
	w->hangul = w->joined = false;
}

static void end_sentence(struct splitter *w)
{
	end_word(w);
	if (w->out->n)
		w->out->v[w->out->n - 1].ends = true;
}

void words_split(struct arena *a, const char *s, size_t pair, struct words *out)
{
	size_t left = strlen(s);
	struct splitter w = {.arena = a, .out = out, .pair = pair};

	*out = (struct words){.v = arena_array(a, struct word, utf8_count(s) + 1)};
	for (size_t n; left && (n = utf8_next(s, left)); s += n, left -= n) {
		unsigned c = code_point(s, n);
		size_t next = left > n ? utf8_next(s + n, left - n) : 0;
		bool inside = w.bytes && next && is_letter(code_point(s + n, next));

		if (is_letter(c) || (inside && (c == '\'' || c == '-'))) {
			if (w.bytes && (is_joined(c) != w.joined || (w.joined && w.characters == w.pair)))
				end_word(&w);
			w.from = w.bytes ? w.from : s;
			w.bytes += n;
			w.characters++;
			w.hangul |= is_hangul(c);
			w.joined = is_joined(c);
		} else if (ends_sentence(c) && !(inside && c == '.')) {
			end_sentence(&w);
		} else {
			end_word(&w);
		}
	}
	end_sentence(&w);
}

const char *words_begin(const char *s)
{
	size_t left = strlen(s);

	for (size_t n; left && (n = utf8_next(s, left)); s += n, left -= n)
		if (is_letter(code_point(s, n)))
			return s;
	return NULL;
}
