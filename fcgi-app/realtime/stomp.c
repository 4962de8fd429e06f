#include "realtime/stomp.h"

/* Undoes \n \c \\ \r in place. CONNECT's headers are never escaped. False: another escape. */
static bool unescape(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (*s != '\\') {
			*to++ = *s;
			continue;
		}
		switch (*++s) {
		case 'n':
			*to++ = '\n';
			break;
		case 'r':
			*to++ = '\r';
			break;
		case 'c':
			*to++ = ':';
			break;
		case '\\':
			*to++ = '\\';
			break;
		default:
			return false;
		}
	}
	*to = '\0';
	return true;
}

/* Ends the line at p with a NUL; its CR too. */
static char *end_line(char *line, char *lf)
{
	*lf = '\0';
	if (lf > line && lf[-1] == '\r')
		lf[-1] = '\0';
	return lf + 1;
}

static const char *read_header(struct stomp_frame *f, char *line, bool escaped)
{
	char *colon = strchr(line, ':');

	if (!colon)
		return "a header without a colon";
	if (f->n_headers == STOMP_HEADERS)
		return "too many headers";
	*colon = '\0';
	if (!*line)
		return "a header without a name";
	if (escaped && (!unescape(line) || !unescape(colon + 1)))
		return "an unknown escape in a header";
	f->header[f->n_headers++] = (struct stomp_header){line, colon + 1};
	return NULL;
}

const char *stomp_header(const struct stomp_frame *f, const char *name)
{
	for (size_t i = 0; i < f->n_headers; i++)
		if (!strcmp(f->header[i].name, name))
			return f->header[i].value;
	return NULL;
}

/* Where the empty line that ends the headers begins; NULL: not there yet. */
static char *find_blank(char *p, const char *end)
{
	char *lf;

	while ((lf = memchr(p, '\n', (size_t)(end - p)))) {
		if (lf == p || (lf == p + 1 && *p == '\r'))
			return p;
		p = lf + 1;
	}
	return NULL;
}

/* The first content-length among the lines of [p, end), without changing them: whether the body is all
 * there must be known first. -1: none; -2: no number. */
static int64_t peek_length(const char *p, const char *end)
{
	static const char name[] = "content-length:";
	const size_t n = sizeof(name) - 1;

	for (const char *lf; p < end; p = lf + 1) {
		lf = memchr(p, '\n', (size_t)(end - p));
		if ((size_t)(lf - p) <= n || memcmp(p, name, n) != 0)
			continue;
		size_t digits = strspn(p + n, "0123456789");

		const char *behind = p + n + digits;

		if (!digits || digits > 9 || (behind != lf && (*behind != '\r' || behind + 1 != lf)))
			return -2;
		return strtoll(p + n, NULL, 10);
	}
	return -1;
}

static enum stomp_result bad(const char **why, const char *what)
{
	*why = what;
	return STOMP_BAD;
}

enum stomp_result stomp_read(char *data, size_t n, size_t max, struct stomp_frame *out,
			     size_t *used, size_t *looked, const char **why)
{
	char *p = data, *end = data + n, *blank, *lf, *from = data + MIN(*looked, n);
	const char *wrong;

	*looked = 0;

	while (p < end && (*p == '\n' || *p == '\r'))
		p++;
	*used = (size_t)(p - data);
	if (p == end)
		return STOMP_MORE;
	blank = find_blank(p, end);
	if (!blank)
		return (size_t)(end - p) > STOMP_HEAD_MAX ? bad(why, "too long a head")
							  : STOMP_MORE;
	if ((size_t)(blank - p) > STOMP_HEAD_MAX)
		return bad(why, "too long a head");
	if (memchr(p, '\0', (size_t)(blank - p)))
		return bad(why, "a NUL in the head");

	char *body =
		(char *)memchr(blank, '\n', (size_t)(end - blank)) + 1; /* find_blank() saw it */
	int64_t length = peek_length(p, blank);

	if (length == -2)
		return bad(why, "no number in content-length");
	if (length > (int64_t)max)
		return bad(why, "too large a body");
	char *stop;

	if (length >= 0) {
		if (end - body <= length)
			return STOMP_MORE;
		stop = body + length;
		if (*stop)
			return bad(why, "no NUL behind the body");
	} else {
		from = MAX(from, body);
		stop = memchr(from, '\0', (size_t)(end - from));
		if ((size_t)((stop ? stop : end) - body) > max)
			return bad(why, "too large a body");
		if (!stop) {
			*looked = (size_t)(end - p);
			return STOMP_MORE;
		}
	}

	*out = (struct stomp_frame){.command = p, .body = body, .n_body = (size_t)(stop - body)};
	p = end_line(p, memchr(p, '\n', (size_t)(end - p)));
	bool escaped = strcmp(out->command, "CONNECT") != 0 && strcmp(out->command, "STOMP") != 0;

	while (p < blank) {
		lf = memchr(p, '\n', (size_t)(end - p));
		char *line = p;

		p = end_line(line, lf);
		if ((wrong = read_header(out, line, escaped)))
			return bad(why, wrong);
	}
	*used = (size_t)(stop + 1 - data);
	return STOMP_FRAME;
}

size_t stomp_escape(char *out, const char *value)
{
	char *to = out;

	for (; *value; value++) {
		const char *e = *value == '\n'   ? "\\n"
				: *value == '\r' ? "\\r"
				: *value == ':'  ? "\\c"
				: *value == '\\' ? "\\\\"
						 : NULL;

		if (e) {
			*to++ = e[0];
			*to++ = e[1];
		} else {
			*to++ = *value;
		}
	}
	return (size_t)(to - out);
}
