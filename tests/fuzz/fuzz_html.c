/* People's HTML: of any bytes nothing is left but the tags that may be, closed in order; a second time changes nothing. */
#include "base/html.h"
#include "fuzz.h"

enum { ARENA = 64 << 20 };

static const char *const tags[] = {"p",	 "br", "hr", "b",  "strong", "i",  "em", "u", "s",   "h1",   "h2",
				   "h3", "h4", "h5", "h6", "ul",     "ol", "li", "a", "pre", "code", "blockquote"};

static size_t tag_at(const char *s)
{
	for (size_t i = 0; i < COUNT(tags); i++) {
		size_t n = strlen(tags[i]);

		if (!strncmp(s, tags[i], n) && (s[n] == '>' || s[n] == ' '))
			return i;
	}
	HOLDS(!"a tag that may be");
	return 0;
}

/* Behind the address of an <a>. */
static const char *link_end(const char *s)
{
	HOLDS(!strncmp(s, " href=\"", 7));
	s += 7;
	HOLDS(!strncasecmp(s, "http://", 7) || !strncasecmp(s, "https://", 8));
	for (; *s != '"'; s++)
		HOLDS((unsigned char)*s > ' ' && *s != '<' && *s != '>');
	HOLDS(!strncmp(s, "\" rel=\"nofollow noopener\">", 26));
	return s + 25;
}

static void check_rich(const char *s)
{
	size_t open[HTML_DEPTH], depth = 0;

	for (; *s; s++) {
		if (*s == '>')
			HOLDS(!"a bracket in the text");
		if (*s == '&')
			HOLDS(strchr(s, ';'));
		if (*s != '<')
			continue;
		bool closes = s[1] == '/';
		size_t t = tag_at(s + 1 + closes);

		s += 1 + closes + strlen(tags[t]);
		if (closes) {
			HOLDS(depth && open[--depth] == t);
		} else if (strcmp(tags[t], "br") != 0 && strcmp(tags[t], "hr") != 0) {
			HOLDS(depth < HTML_DEPTH);
			open[depth++] = t;
			s = strcmp(tags[t], "a") ? s : link_end(s);
		}
		HOLDS(*s == '>');
	}
	HOLDS(!depth);
}

/* The character at *s as a browser reads it in an attribute; *s: behind it. */
static int read_char(const char **s)
{
	static const struct {
		const char *name;
		int is;
	} named[] = {{"&Tab;", '\t'}, {"&NewLine;", '\n'}, {"&colon;", ':'}};
	const char *p = *s;
	char *end;

	for (size_t i = 0; i < COUNT(named); i++)
		if (!strncmp(p, named[i].name, strlen(named[i].name))) {
			*s += strlen(named[i].name);
			return named[i].is;
		}
	if (strncmp(p, "&#", 2) != 0) {
		++*s;
		return (unsigned char)*p;
	}
	long code = (p[2] | 32) == 'x' ? strtol(p + 3, &end, 16) : strtol(p + 2, &end, 10);

	*s = end + (*end == ';');
	return code > 0 && code < 256 ? (int)code : '?';
}

/* No script is behind it: browsers skip control characters, and blanks before it. */
static void check_scheme(const char *s, const char *end)
{
	static const char *const bad[] = {"javascript:", "vbscript:", "data:"};
	char scheme[16] = "";
	size_t n = 0;

	while (s < end && n < sizeof(scheme) - 1) {
		int c = read_char(&s);

		if (c > ' ' || (c == ' ' && n))
			scheme[n++] = (char)c;
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		HOLDS(strncasecmp(scheme, bad[i], strlen(bad[i])) != 0);
}

/* As pages look for links and pictures: s is at a "[", behind a "!" where it is a picture. */
static void check_link(const char *s, bool picture)
{
	const char *label_end = s + 1 + strcspn(s + 1, "]"), *end;

	if (strncmp(label_end, "](", 2) != 0 || !(end = strchr(label_end, ')')) || end == label_end + 2)
		return;
	for (const char *p = s + 1; picture && p < label_end; p++)
		HOLDS(!strchr("\"'`<[", *p));
	for (const char *p = label_end + 2; p < end; p++)
		HOLDS(!strchr("\"'`<>[](\\", *p));
	check_scheme(label_end + 2, end);
}

static void check_markdown(const char *s)
{
	for (const char *p = s; (p = strchr(p, '[')); p++)
		check_link(p, p > s && p[-1] == '!');
}

static void check_plain(const char *s)
{
	for (const char *p = s; (p = strchr(p, '<')); p++)
		HOLDS(!(p[1] == '/' || p[1] == '!' || p[1] == '?' || ((p[1] | 32) >= 'a' && (p[1] | 32) <= 'z')) ||
		      !strchr(p, '>'));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct arena *a;

	if (!a)
		a = arena_new(ARENA);
	if (size > (size_t)1 << 16)
		return 0;
	char *text = text_copy(bytes, size);
	const char *rich = html_rich(a, text), *plain = html_plain(a, text);

	check_rich(rich);
	check_markdown(rich);
	HOLDS(strlen(rich) <= HTML_GROWTH * size + HTML_DEPTH * 16);
	HOLDS(!strcmp(html_rich(a, rich), rich));
	check_plain(plain);
	HOLDS(strlen(plain) <= size && !strcmp(html_plain(a, plain), plain));
	free(text);
	arena_reset(a);
	return 0;
}
