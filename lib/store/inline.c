/* Files inside JSON: data:audio/webm;codecs=opus;base64,… */
#include "store/store.h"

enum { PIECE = 48 * 1024 };

static int digit_of(char ch)
{
	return ch >= 'A' && ch <= 'Z'	? ch - 'A'
	       : ch >= 'a' && ch <= 'z' ? ch - 'a' + 26
	       : ch >= '0' && ch <= '9' ? ch - '0' + 52
	       : ch == '+'		? 62
	       : ch == '/'		? 63
					: -1;
}

/* Decodes s to its end into the file, piece by piece. */
static enum status decode(struct ctx *c, struct store_writer *w, const char *s)
{
	unsigned char *piece = arena_alloc_raw(c->arena, PIECE);
	size_t held = 0;
	unsigned bits = 0, n = 0;
	enum status st = OK;

	for (; *s && *s != '=' && st == OK; s++) {
		int d = digit_of(*s);

		if (d < 0)
			return fail(c, E_FILE_TYPE, "no base64");
		bits = bits << 6 | (unsigned)d;
		if (++n % 4)
			continue;
		piece[held++] = (unsigned char)(bits >> 16);
		piece[held++] = (unsigned char)(bits >> 8);
		piece[held++] = (unsigned char)bits;
		if (held == PIECE) {
			st = store_write(c, w, piece, held);
			held = 0;
		}
	}
	/* two digits more are a byte, three are two; the padding makes them four */
	size_t rest = n % 4, padding = strlen(s);

	if (rest == 1 || padding != (rest ? 4 - rest : 0) || strspn(s, "=") != padding)
		return fail(c, E_FILE_TYPE, "base64 ends badly");
	if (rest)
		piece[held++] = (unsigned char)(rest == 2 ? bits >> 4 : bits >> 10);
	if (rest == 3)
		piece[held++] = (unsigned char)(bits >> 2);
	return st == OK ? store_write(c, w, piece, held) : st;
}

enum status store_inline(struct ctx *c, const char *text, const char *type, struct store_file **out)
{
	static const char ending[] = ";base64";
	struct store_writer *w = arena_alloc_raw(c->arena, sizeof(*w));
	const char *comma = strncmp(text, "data:", 5) ? NULL : strchr(text, ',');

	if (comma || !type) {
		const char *end = comma ? comma - (sizeof(ending) - 1) : NULL;

		if (!comma || end <= text + 5 || strncmp(end, ending, sizeof(ending) - 1) != 0)
			return fail(c, E_FILE_TYPE, "no base64 data URL");
		type = arena_strndup(c->arena, text + 5, (size_t)(end - (text + 5)));
		text = comma + 1;
	}
	enum status st = store_begin(c, w, "recording", type);

	if (st == OK)
		st = decode(c, w, text);
	if (st == OK)
		st = store_end(c, w);
	*out = w->file;
	return st;
}
