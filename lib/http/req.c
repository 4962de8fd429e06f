#include "http/req.h"

#include <ctype.h>

const char *req_site(const struct req *r)
{
	const char *host = r->host ? r->host : "";
	bool good = *host;

	for (const char *p = host; *p; p++)
		good = good && (isalnum((unsigned char)*p) || strchr(".-:[]", *p));

	return arena_printf(r->ctx.arena, "%s://%s", r->https ? "https" : "http", good ? host : "localhost");
}

const char *req_cookie(const struct req *r, const char *name)
{
	size_t n = strlen(name), skip;

	for (const char *p = r->cookie; p && *p; p += skip + (p[skip] == ';')) {
		p += strspn(p, " ");
		skip = strcspn(p, ";");
		if (skip > n && !strncmp(p, name, n) && p[n] == '=')
			return arena_strndup(r->ctx.arena, p + n + 1, skip - n - 1);
	}
	return NULL;
}

void req_set_cookie(struct req *r, const char *name, const char *value, int64_t s)
{
	struct arena *a = r->ctx.arena;

	req_header(r, "Set-Cookie",
		   arena_printf(a, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s%s", name, value, r->https ? "; Secure" : "",
				s < 0 ? "" : arena_printf(a, "; Max-Age=%lld", (long long)s)));
}

void req_header(struct req *r, const char *name, const char *value)
{
	assert(!strpbrk(value, "\r\n"));
	buf_str(&r->headers, name);
	buf_str(&r->headers, ": ");
	buf_str(&r->headers, value);
	buf_str(&r->headers, "\r\n");
}
