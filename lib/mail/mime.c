#include "mail/mime.h"
#include "base/b64.h"
#include "base/clock.h"
#include "base/utf8.h"

#include <ctype.h>

enum { LINE = 76, MARKS = 12 /* of an encoded word */, ADDRESS_MAX = 254 };

#define BOUNDARY "=_part_of_two" /* no line of base64 is like it */

/* ---- addresses ---------------------------------------------------------------------------- */

static bool only(const char *s, size_t n, const char *besides)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] > 126 || (!isalnum((unsigned char)s[i]) && (!s[i] || !strchr(besides, s[i]))))
			return false;
	return n > 0 && s[0] != '.' && s[n - 1] != '.';
}

bool mime_is_address(const char *s)
{
	const char *at = strchr(s, '@');
	size_t n = strlen(s);

	return at && n <= ADDRESS_MAX && at - s <= 64 && only(s, (size_t)(at - s), ".!#$%&'*+-/=?^_`{|}~") &&
	       only(at + 1, n - (size_t)(at + 1 - s), ".-");
}

const char *mime_address(struct arena *a, const char *from)
{
	const char *open = strrchr(from, '<');
	size_t n = open ? strcspn(open + 1, ">") : 0;
	const char *bare = open ? arena_strndup(a, open + 1, n) : from;

	if (open && strcmp(open + 1 + n, ">") != 0)
		return NULL;
	return mime_is_address(bare) ? bare : NULL;
}

/* ---- headers ------------------------------------------------------------------------------ */

/* s without control characters and the spaces around it. */
static const char *one_line(struct arena *a, const char *s, size_t n)
{
	char *text;

	while (n && (unsigned char)*s <= ' ')
		s++, n--;
	while (n && (unsigned char)s[n - 1] <= ' ')
		n--;
	text = arena_strndup(a, s, n);
	for (char *p = text; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
	return text;
}

/* As it is if it can be; else as encoded words of whole characters, a line each. plain: the marks
 * that may stand in the text as it is. */
static void header(struct buf *b, const char *name, const char *s, const char *plain)
{
	size_t n = strlen(s), used = strlen(name) + 2;

	buf_printf(b, "%s: ", name);
	if (only(s, n, plain) && n + used <= LINE && !strstr(s, "=?")) {
		buf_str(b, s);
		return;
	}
	for (size_t at = 0; at < n;) {
		size_t piece = 0, next, room = (LINE - MARKS - used) / 4 * 3;

		while ((next = utf8_next(s + at + piece, n - at - piece)) && piece + next <= room)
			piece += next;
		if (!piece)
			piece = 1; /* no UTF-8: a byte by itself */
		buf_printf(b, "%s=?UTF-8?B?%s?=", at ? "\r\n " : "", b64(b->arena, s + at, piece));
		at += piece;
		used = 1; /* the space that goes on with a header */
	}
}

static void sender(struct buf *b, const char *from, const char *bare)
{
	const char *open = strrchr(from, '<');
	const char *name = open ? one_line(b->arena, from, (size_t)(open - from)) : "";

	if (!*name) {
		buf_printf(b, "From: %s\r\n", bare);
		return;
	}
	header(b, "From", name, " -_");
	buf_printf(b, "\r\n <%s>\r\n", bare);
}

static void date(struct buf *b, int64_t ms)
{
	static const char days[][4] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	int64_t day = ms / DAY_MS, s = ms % DAY_MS / 1000, year;
	unsigned month, of_month;

	clock_civil(day, &year, &month, &of_month);
	buf_printf(b, "Date: %s, %u %s %lld %02d:%02d:%02d +0000\r\n", days[day % 7], of_month, months[month - 1],
		   (long long)year, (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}

/* ---- the whole ---------------------------------------------------------------------------- */

static void part(struct buf *b, const char *type, const char *text)
{
	const char *digits = b64(b->arena, text, strlen(text));

	buf_printf(b, "--" BOUNDARY "\r\nContent-Type: %s; charset=utf-8\r\n", type);
	buf_str(b, "Content-Transfer-Encoding: base64\r\n\r\n");
	for (size_t n = strlen(digits), line; n; digits += line, n -= line) {
		line = MIN(n, (size_t)LINE);
		buf_add(b, digits, line);
		buf_str(b, "\r\n");
	}
}

bool mime_write(struct buf *b, const struct mime *m)
{
	const char *bare = mime_address(b->arena, m->from);

	if (!bare || !mime_is_address(m->to))
		return false;
	sender(b, m->from, bare);
	buf_printf(b, "To: %s\r\n", m->to);
	header(b, "Subject", one_line(b->arena, m->subject, strlen(m->subject)), " .,:;!?'\"()-_/&%+*#@=");
	buf_str(b, "\r\n");
	date(b, m->date);
	buf_printf(b, "Message-ID: <%s%s>\r\n", m->id, strchr(bare, '@'));
	if (m->unsubscribe)
		buf_printf(b, "List-Unsubscribe: <%s>\r\n", m->unsubscribe);
	buf_str(b, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
		   "Content-Type: multipart/alternative; boundary=\"" BOUNDARY "\"\r\n\r\n");
	part(b, "text/plain", m->text);
	part(b, "text/html", m->html);
	buf_str(b, "--" BOUNDARY "--\r\n");
	return true;
}
