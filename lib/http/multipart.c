#include "http/multipart.h"
#include "base/utf8.h"

#include <strings.h>

static bool wrong(struct multipart *m, const char *why)
{
	m->why = why;
	m->state = MP_FAILED;
	return false;
}

static bool stopped(struct multipart *m)
{
	m->state = MP_FAILED;
	return false;
}

/* ---- parameters of a header: ; name="value" ------------------------------------------------ */

static char *skip_space(char *p)
{
	while (*p == ' ' || *p == '\t')
		p++;
	return p;
}

/* Reads name=value at *at, in place, and goes past the semicolon behind it. 0: there is none, -1: it
 * is malformed. */
static int next_param(char **at, char **name, char **value)
{
	char *p = skip_space(*at), *end, *rest;

	if (!*p)
		return 0;
	*name = p;
	p += strcspn(p, "=; \t\"");
	if (*p != '=' || p == *name)
		return -1;
	*p++ = '\0';
	*value = p;
	if (*p != '"') {
		end = p + strcspn(p, "; \t\"");
		rest = skip_space(end);
		if (end == p)
			return -1;
	} else {
		/* browsers write a quote as %22, older clients as \"; a path of Windows has other backslashes */
		for (*value = end = ++p; *p && *p != '"'; p++) {
			if (!strncmp(p, "%22", 3)) {
				*end++ = '"';
				p += 2;
				continue;
			}
			if (*p == '\\' && (p[1] == '"' || p[1] == '\\'))
				p++;
			*end++ = *p;
		}
		if (*p != '"')
			return -1;
		rest = skip_space(p + 1);
	}
	if (*rest && *rest != ';')
		return -1;
	*at = *rest ? rest + 1 : rest;
	*end = '\0';
	return 1;
}

bool multipart_is(const char *content_type)
{
	static const char type[] = "multipart/form-data";
	size_t n = sizeof(type) - 1;

	return content_type && !strncasecmp(content_type, type, n) &&
	       (!content_type[n] || strchr("; \t", content_type[n]));
}

bool multipart_init(struct multipart *m, const char *content_type, struct multipart_sink sink)
{
	static const char allowed[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "'()+_,-./:=? ";
	char text[512], *at = text, *name, *value, *boundary = NULL;
	int got;

	memset(m, 0, offsetof(struct multipart, headers));
	m->sink = sink;
	if (!multipart_is(content_type) || strlen(content_type) >= sizeof(text))
		return wrong(m, "Content-Type is not multipart/form-data");
	(void)snprintf(text, sizeof(text), "%s", content_type);
	at += strcspn(at, ";");
	at += *at == ';';
	while ((got = next_param(&at, &name, &value)) > 0)
		if (!strcasecmp(name, "boundary")) {
			if (boundary)
				return wrong(m, "two boundaries in Content-Type");
			boundary = value;
		}
	size_t n = boundary ? strlen(boundary) : 0;

	if (got < 0 || !n || n > MULTIPART_BOUNDARY_MAX || strspn(boundary, allowed) != n ||
	    boundary[n - 1] == ' ')
		return wrong(m, "no proper boundary in Content-Type");
	m->line_n = (size_t)snprintf(m->line, sizeof(m->line), "\r\n--%s", boundary);
	m->matched = 2; /* the first boundary needs no line break before it */
	return true;
}

/* ---- the headers of a part ----------------------------------------------------------------- */

static bool read_disposition(struct multipart *m, char *at, struct multipart_part *p)
{
	char *name, *value;
	int got;

	if (p->name)
		return wrong(m, "two Content-Disposition headers in a part");
	if (strncasecmp(at, "form-data", 9) != 0 || *(at = skip_space(at + 9)) != ';')
		return wrong(m, "Content-Disposition is not form-data");
	for (at++; (got = next_param(&at, &name, &value)) > 0;) {
		const char **to = !strcasecmp(name, "name")	  ? &p->name
				  : !strcasecmp(name, "filename") ? &p->filename
								  : NULL;

		if (to && *to)
			return wrong(m, "a parameter of Content-Disposition appears twice");
		if (to)
			*to = value;
	}
	if (got < 0 || !p->name || !*p->name)
		return wrong(m, "Content-Disposition is malformed or has no name");
	return true;
}

/* One part's headers, complete and NUL-terminated, each line ended by CR LF. */
static bool read_headers(struct multipart *m)
{
	struct multipart_part p = {0};

	if (!utf8_valid(m->headers, m->headers_n))
		return wrong(m, "the headers of a part are not valid UTF-8");
	for (char *line = m->headers, *next; *line; line = next) {
		next = strstr(line, "\r\n");
		*next = '\0';
		next += 2;
		char *colon = strchr(line, ':');

		if (!colon || colon == line || strcspn(line, " \t") < (size_t)(colon - line))
			return wrong(m, "a header line of a part is malformed");
		*colon = '\0';
		char *value = skip_space(colon + 1);

		for (const char *c = value; *c; c++)
			if (((unsigned char)*c < 0x20 && *c != '\t') || *c == 0x7f)
				return wrong(m, "control character in a header of a part");
		if (!strcasecmp(line, "content-disposition") && !read_disposition(m, value, &p))
			return false;
		if (!strcasecmp(line, "content-type"))
			p.content_type = value;
	}
	if (!p.name)
		return wrong(m, "a part has no Content-Disposition");
	if (++m->parts > MULTIPART_PARTS_MAX)
		return wrong(m, "too many parts");
	m->in_part = true;
	m->is_file = p.filename != NULL;
	m->value_n = 0;
	m->state = MP_DATA;
	m->matched = 0;
	return m->sink.begin(m->sink.arg, &p) || stopped(m);
}

/* One byte of the header block; at its end the part begins. */
static bool header_byte(struct multipart *m, char c)
{
	if (!c)
		return wrong(m, "NUL in the headers of a part");
	if (m->headers_n == MULTIPART_HEADERS_MAX)
		return wrong(m, "the headers of a part are too long");
	m->headers[m->headers_n++] = c;
	size_t n = m->headers_n;

	if (c != '\n')
		return true;
	if (n < 2 || m->headers[n - 2] != '\r')
		return wrong(m, "a header line of a part does not end with CR LF");
	if (n > 2 && m->headers[n - 3] != '\n')
		return true;
	m->headers_n = n - 2; /* without the empty line */
	m->headers[m->headers_n] = '\0';
	return read_headers(m);
}

/* ---- the body ------------------------------------------------------------------------------ */

static bool give(struct multipart *m, const char *s, size_t n)
{
	if (!n || !m->in_part)
		return true;
	m->value_n += n;
	if (!m->is_file && m->value_n > MULTIPART_VALUE_MAX)
		return wrong(m, "a field is too long");
	return m->sink.data(m->sink.arg, s, n) || stopped(m);
}

/* Takes some bytes of a part's content, or of what stands before the first; 0: failed. */
static size_t content(struct multipart *m, const char *s, size_t n)
{
	if (!m->matched) {
		const char *cr = memchr(s, '\r', n);
		size_t plain = cr ? (size_t)(cr - s) : n;

		if (plain)
			return give(m, s, plain) ? plain : 0;
	}
	if (*s == m->line[m->matched]) {
		if (++m->matched == m->line_n) {
			m->state = MP_TAIL;
			if (m->in_part && !m->sink.end(m->sink.arg))
				return stopped(m);
			m->in_part = false;
		}
		return 1;
	}
	/* no boundary after all. CR stands at its start alone, so nothing of what was matched can be the
	 * start of another; *s itself is looked at again. */
	size_t held = m->matched;

	m->matched = 0;
	if (!give(m, m->line, held))
		return 0;
	if (*s == '\r') {
		m->matched = 1;
		return 1;
	}
	return give(m, s, 1);
}

static bool tail_byte(struct multipart *m, char c)
{
	switch (m->state) {
	case MP_TAIL:
		if (c == '\r')
			m->state = MP_TAIL_LF;
		else if (c == '-')
			m->state = MP_TAIL_DASH;
		else if (c != ' ' && c != '\t')
			return wrong(m, "text after a boundary");
		return true;
	case MP_TAIL_LF:
		m->state = MP_HEADERS;
		m->headers_n = 0;
		return c == '\n' || wrong(m, "a boundary does not end with CR LF");
	default:
		m->state = MP_OVER;
		return c == '-' || wrong(m, "text after a boundary");
	}
}

bool multipart_feed(struct multipart *m, const char *s, size_t n)
{
	for (const char *end = s + n; s < end;) {
		size_t took = 1;

		if (m->state == MP_OVER) /* what follows the last boundary means nothing */
			return true;
		if (m->state == MP_FAILED)
			return false;
		if (m->state == MP_DATA)
			took = content(m, s, (size_t)(end - s));
		else if (m->state == MP_HEADERS)
			took = header_byte(m, *s);
		else
			took = tail_byte(m, *s);
		if (!took)
			return false;
		s += took;
	}
	return true;
}

bool multipart_finish(struct multipart *m)
{
	return m->state == MP_OVER || (m->state != MP_FAILED && wrong(m, "the last boundary is missing"));
}
