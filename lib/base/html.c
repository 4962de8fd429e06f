#include "base/html.h"
#include "base/buf.h"

#include <ctype.h>

/* ---- without tags ------------------------------------------------------------------------- */

static bool is_letter(char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

/* Where a tag may begin: "<" and a letter, "/", "!" or "?". Other angle brackets are words: "a < b". */
static bool opens(const char *s)
{
	return *s == '<' && (s[1] == '/' || s[1] == '!' || s[1] == '?' || is_letter(s[1]));
}

static char *tag_in(char *s, const char *end)
{
	for (; s < end; s++)
		if (opens(s))
			return s;
	return NULL;
}

/* Also where cutting one makes another: each ">" is looked at with what is left of the text before it. */
const char *html_plain(struct arena *a, const char *s)
{
	char *out = arena_strdup(a, s), *to = out, *from = out; /* no tag begins before from */

	for (; *s; s++) {
		char *tag = NULL;

		*to = *s;
		if (*s == '>') {
			tag = tag_in(from, to);
			from = tag ? from : to;
		}
		to = tag ? tag : to + 1;
	}
	*to = '\0';
	return out;
}

/* ---- with a few --------------------------------------------------------------------------- */

enum form {
	PAIR,
	ALONE, /* has no end tag */
	ROW,   /* ends where the next begins */
};

static const struct known {
	const char *name;
	enum form form;
} known[] = {
	{"p", ROW},    {"br", ALONE}, {"hr", ALONE}, {"b", PAIR},	   {"strong", PAIR}, {"i", PAIR},
	{"em", PAIR},  {"u", PAIR},   {"s", PAIR},   {"h1", PAIR},	   {"h2", PAIR},     {"h3", PAIR},
	{"h4", PAIR},  {"h5", PAIR},  {"h6", PAIR},  {"ul", PAIR},	   {"ol", PAIR},     {"li", ROW},
	{"a", PAIR},   {"pre", PAIR}, {"code", PAIR}, {"blockquote", PAIR},
};

struct writer {
	struct buf out;
	const struct known *open[HTML_DEPTH];
	size_t depth;
};

static const struct known *find(const char *name, size_t n)
{
	for (size_t i = 0; i < COUNT(known); i++)
		if (strlen(known[i].name) == n && !strncasecmp(known[i].name, name, n))
			return &known[i];
	return NULL;
}

/* Bytes of the character reference at s, 0 if none stands there. */
static size_t reference(const char *s)
{
	size_t at = 1, n;

	if (s[1] == '#' && (s[2] | 32) == 'x') {
		n = strspn(s + 3, "0123456789abcdefABCDEF");
		at = 3;
	} else if (s[1] == '#') {
		n = strspn(s + 2, "0123456789");
		at = 2;
	} else {
		for (n = 0; is_letter(s[at + n]) || isdigit((unsigned char)s[at + n]); n++)
			;
	}
	return n && n <= 32 && s[at + n] == ';' ? at + n + 1 : 0;
}

/* One character of text, or one reference; → how much of s it was. */
static size_t write_text(struct buf *b, const char *s)
{
	size_t n = *s == '&' ? reference(s) : 1;

	switch (*s) {
	case '<':
		buf_str(b, "&lt;");
		break;
	case '>':
		buf_str(b, "&gt;");
		break;
	case '&':
		if (n) {
			buf_add(b, s, n);
			break;
		}
		buf_str(b, "&amp;");
		return 1;
	default:
		buf_char(b, *s);
	}
	return n;
}

/* The next attribute between s and end; → what follows it, NULL if there is none. */
static const char *attribute(const char *s, const char *end, const char **name, size_t *name_n, const char **value,
			     size_t *value_n)
{
	while (s < end && (isspace((unsigned char)*s) || *s == '/'))
		s++;
	*name = s;
	while (s < end && !isspace((unsigned char)*s) && *s != '/' && *s != '=')
		s++;
	*name_n = (size_t)(s - *name);
	*value = s;
	*value_n = 0;
	while (s < end && isspace((unsigned char)*s))
		s++;
	if (s >= end || *s != '=')
		return *name_n ? s : NULL;
	for (s++; s < end && isspace((unsigned char)*s);)
		s++;
	char quote = s < end && (*s == '"' || *s == '\'') ? *s++ : '\0';

	*value = s;
	while (s < end && (quote ? *s != quote : !isspace((unsigned char)*s)))
		s++;
	*value_n = (size_t)(s - *value);
	return s < end && quote ? s + 1 : s;
}

/* An address that stays one in quotes, wherever it leads on the web. */
static bool is_link(const char *s, size_t n)
{
	size_t scheme = !strncasecmp(s, "https://", 8) ? 8 : 7;

	if (n <= scheme || (scheme == 7 && strncasecmp(s, "http://", 7) != 0))
		return false;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] <= ' ' || strchr("\"'<>`\\", s[i]))
			return false;
	return true;
}

static void write_percent(struct buf *b, char c)
{
	buf_printf(b, "%%%02X", (unsigned)(unsigned char)c);
}

/* <a> without an address would be none. Brackets in it are none of Markdown's. */
static bool write_link(struct writer *w, const char *s, const char *end)
{
	const char *name, *value;
	size_t name_n, value_n;

	while ((s = attribute(s, end, &name, &name_n, &value, &value_n))) {
		if (name_n != 4 || strncasecmp(name, "href", 4) != 0)
			continue;
		if (!is_link(value, value_n))
			return false;
		buf_str(&w->out, "<a href=\"");
		for (const char *p = value; p < value + value_n;)
			if (strchr("[]()", *p))
				write_percent(&w->out, *p++);
			else
				p += write_text(&w->out, p);
		buf_str(&w->out, "\" rel=\"nofollow noopener\">");
		return true;
	}
	return false;
}

static void write_end(struct writer *w)
{
	buf_str(&w->out, "</");
	buf_str(&w->out, w->open[--w->depth]->name);
	buf_char(&w->out, '>');
}

static void end_tag(struct writer *w, const struct known *k)
{
	size_t at = w->depth;

	while (at && w->open[at - 1] != k)
		at--;
	while (at && w->depth >= at)
		write_end(w);
}

static void start_tag(struct writer *w, const struct known *k, const char *attributes, const char *end)
{
	if (k->form == ROW && w->depth && w->open[w->depth - 1] == k)
		write_end(w);
	if (k->form != ALONE && w->depth == HTML_DEPTH)
		return;
	if (!strcmp(k->name, "a")) {
		if (!write_link(w, attributes, end))
			return;
	} else {
		buf_char(&w->out, '<');
		buf_str(&w->out, k->name);
		buf_char(&w->out, '>');
	}
	if (k->form != ALONE)
		w->open[w->depth++] = k;
}

/* What a browser would not show: behind the end tag of a script or style, or the end of all. */
static const char *behind_hidden(const char *s, const char *name, size_t n)
{
	while ((s = strstr(s, "</"))) {
		s += 2;
		if (!strncasecmp(s, name, n) && !is_letter(s[n])) {
			s += strcspn(s, ">");
			return *s ? s + 1 : s;
		}
	}
	return NULL;
}

/* s: at the "<" of a tag that ends at the ">" end; → what follows. */
static const char *tag(struct writer *w, const char *s, const char *end)
{
	bool closes = s[1] == '/';
	const char *name = s + 1 + closes;
	size_t n = 0;

	while (is_letter(name[n]) || isdigit((unsigned char)name[n]))
		n++;
	/* of "<b-c>" the name is no "b" */
	bool whole = name + n == end || isspace((unsigned char)name[n]) || name[n] == '/';
	const struct known *k = whole ? find(name, n) : NULL;

	if (k && closes)
		end_tag(w, k);
	else if (k)
		start_tag(w, k, name + n, end);
	else if (!closes && ((n == 6 && !strncasecmp(name, "script", n)) || (n == 5 && !strncasecmp(name, "style", n))))
		return behind_hidden(end + 1, name, n);
	return end + 1;
}

/* ---- Markdown ----------------------------------------------------------------------------- */

/*
 * A page may make <a href="target">label</a> of [label](target) and <img src="target" alt="label"> of ![label](target)
 * by searching for brackets alone. So between "](" and the next ")" stands nothing that ends an attribute or is itself
 * such a link, nor in the label of a picture, and no address but of the web. Where a tag stands in between, there is
 * no other way than to take the bracket away: "&#91;" and "&#93;" show the same. Blanks do nothing in there; and what
 * is in the brackets may be a remark, which is to stay as it is.
 */
static bool is_web_scheme(const char *s, size_t n)
{
	static const char *const schemes[] = {"http", "https", "mailto"};

	for (size_t i = 0; i < COUNT(schemes); i++)
		if (strlen(schemes[i]) == n && !strncasecmp(s, schemes[i], n))
			return true;
	return !n || !is_letter(*s); /* none, as browsers read it */
}

/* Of a reference only these can be no part of a scheme. */
static bool is_harmless_reference(const char *s)
{
	return !strncmp(s, "&amp;", 5) || !strncmp(s, "&lt;", 4) || !strncmp(s, "&gt;", 4);
}

/* n bytes of s: an address of no scheme, or of one of the web. Browsers skip control characters. */
static bool leads_to_the_web(const char *s, size_t n)
{
	char scheme[16]; /* from 1; a longer one is no less unknown */
	size_t m = 0;

	for (const char *end = s + n; s < end; s++) {
		const char c = *s;

		if (c == ':')
			return is_web_scheme(scheme + 1, m);
		if (c == '&')
			return is_harmless_reference(s);
		if (is_letter(c) || isdigit((unsigned char)c) || (c && strchr("+-.", c)))
			scheme[m = MIN(m + 1, sizeof(scheme) - 1)] = c;
		else if ((unsigned char)c > ' ' || (c == ' ' && m))
			return true;
	}
	return true;
}

static void write_target(struct buf *b, const char *s, size_t n)
{
	if (!leads_to_the_web(s, n)) {
		buf_char(b, '#');
		return;
	}
	for (const char *end = s + n; s < end; s++)
		if (strchr("\"'`\\[]()", *s) || ((unsigned char)*s < ' ' && !isspace((unsigned char)*s)) || *s == 127)
			write_percent(b, *s);
		else
			buf_char(b, *s);
}

/* s, up to end: the label of a link, or of a picture from the last "![" on that no tag follows. */
static void write_label(struct buf *b, const char *s, const char *end)
{
	const char *tag = memrchr(s, '<', (size_t)(end - s));
	bool picture = false; /* begun */

	for (; s < end; s++) {
		if (s + 1 < end && s[0] == '!' && s[1] == '[') {
			const bool first = !picture && (!tag || s > tag);

			buf_str(b, first ? "![" : "!&#91;");
			picture = picture || first;
			s++;
		} else if (picture && strchr("\"'`[", *s)) {
			buf_str(b, *s == '"' ? "&quot;" : *s == '\'' ? "&#39;" : *s == '`' ? "&#96;" : "&#91;");
		} else {
			buf_char(b, *s);
		}
	}
}

static const char *harmless_markdown(struct arena *a, const char *s)
{
	const size_t most = HTML_GROWTH * strlen(s) + 1024;
	struct buf out = buf_new(a, most / HTML_GROWTH, most), label = buf_new(a, 256, most);
	const char *end = s; /* the next ")" or tag */

	buf_str(&out, "");
	for (const char *at; (at = strchr(s, ']')); s = at + 1) {
		buf_add(&label, s, (size_t)(at - s));
		const bool opens = at[1] == '(' && label.len && memchr(label.data, '[', label.len);

		if (opens && end < at + 2)
			end = at + 2 + strcspn(at + 2, ")<");
		if (opens && *end == '<') {
			buf_str(&label, "&#93;");
			continue;
		}
		if (opens && *end) {
			write_label(&out, label.data, label.data + label.len);
			buf_str(&out, "](");
			write_target(&out, at + 2, (size_t)(end - at - 2));
			at = end - 1;
		} else {
			buf_add(&out, label.data, label.len);
			buf_char(&out, ']');
		}
		label.len = 0;
	}
	buf_add(&out, label.data, label.len);
	buf_str(&out, s);
	return out.data;
}

const char *html_rich(struct arena *a, const char *s)
{
	size_t n = strlen(s);
	struct writer w = {.out = buf_new(a, n + 64, HTML_GROWTH * n + 1024)};
	bool unended = false; /* no ">" follows: looked for once only */

	buf_str(&w.out, "");
	while (s && *s) {
		const char *end = opens(s) && !unended ? strchr(s, '>') : NULL;

		if (!end) {
			unended = unended || opens(s);
			s += write_text(&w.out, s);
			continue;
		}
		if (!strncmp(s, "<!--", 4)) {
			const char *dashes = strstr(s + 4, "-->");

			s = dashes ? dashes + 3 : end + 1;
			continue;
		}
		s = tag(&w, s, end);
	}
	while (w.depth)
		write_end(&w);
	return harmless_markdown(a, w.out.data);
}
