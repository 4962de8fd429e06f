#include "http/resp.h"
#include "base/hex.h"
#include "http/render.h"
#include "sec/digest.h"

enum { RETRY_BUSY_S = 1, RETRY_AWAY_S = 2 };

static void member(struct buf *b, const char *name, const char *text)
{
	buf_str(b, ",\"");
	buf_str(b, name);
	buf_str(b, "\":");
	buf_json(b, text, strlen(text));
}

bool route_lists_pages(const struct route *route)
{
	return route->paged && route->envelope == STANDARD && shape_is_value(route->out);
}

static int64_t pages_of(const struct paging *p)
{
	int64_t limit = MAX(p->limit, (int64_t)1);

	return (p->total + limit - 1) / limit;
}

/* What meta says of the page, as well, with the names the clients' lists know. */
static void pagination(struct req *r)
{
	const struct paging *p = &r->paging;
	const struct {
		const char *name;
		int64_t value;
	} members[] = {
		{"page", p->page},	 {"size", p->limit},   {"limit", p->limit},
		{"totalPages", pages_of(p)}, {"totalItems", p->total}, {"total", p->total},
	};
	struct buf *b = &r->out;

	buf_str(b, ",\"pagination\":{");
	for (size_t i = 0; i < COUNT(members); i++) {
		buf_printf(b, "%s\"%s\":", i ? "," : "", members[i].name);
		buf_int(b, members[i].value);
	}
	buf_char(b, '}');
}

static void meta(struct req *r)
{
	struct buf *b = &r->out;

	buf_str(b, ",\"meta\":{\"requestId\":");
	buf_json(b, r->ctx.request_id, strlen(r->ctx.request_id));
	buf_str(b, ",\"timestamp\":");
	render_time(b, r->ctx.now);
	if (r->paging.set) {
		buf_str(b, ",\"page\":");
		buf_int(b, r->paging.page);
		buf_str(b, ",\"limit\":");
		buf_int(b, r->paging.limit);
		buf_str(b, ",\"total\":");
		buf_int(b, r->paging.total);
		buf_str(b, ",\"totalPages\":");
		buf_int(b, pages_of(&r->paging));
	}
	buf_char(b, '}');
}

/* Names of data that the envelope itself uses are not copied to the top. */
static void flat_fields(struct req *r, const struct shape *s, const void *out)
{
	struct buf *b = &r->out;

	if (s->count == 0 || (s->count == 1 && s->fields[0].bare))
		return;
	buf_char(b, ',');
	(void)render_fields(b, s, out, AT_TOP);
}

void resp_common_headers(struct req *r)
{
	static const char always[] = "X-Content-Type-Options: nosniff\r\n"
				     "X-Frame-Options: DENY\r\n"
				     "Referrer-Policy: no-referrer\r\n";

	buf_add(&r->headers, always, sizeof(always) - 1);
	req_header(r, "X-Request-ID", r->ctx.request_id);
}

static void cache_headers(struct req *r, size_t from, size_t to)
{
	static const char *const control[] = {
		[CACHE_NO] = "no-store",
		[CACHE_PRIVATE] = "private, no-cache",
		[CACHE_FILE] = "public, max-age=3600",
		[CACHE_PUBLIC] = "public, max-age=300",
	};
	enum cache cache = r->route->cache;
	unsigned char sum[SHA256_BYTES];
	char tag[40] = "\"";

	req_header(r, "Cache-Control", control[cache]);
	if (cache == CACHE_NO || from >= to)
		return;
	sha256(r->out.data + from, to - from, sum);
	hex_encode(tag + 1, sum, 12);
	memcpy(tag + 25, "\"", 2);
	req_header(r, "ETag", tag);
	req_header(r, "Vary", "Accept-Language, Authorization");
	if (r->if_none_match && strstr(r->if_none_match, tag)) {
		r->http_status = 304;
		r->out.len = 0;
	}
}

void resp_policy(struct req *r)
{
	req_header(r, "Content-Security-Policy",
		   r->policy ? r->policy : "default-src 'none'; frame-ancestors 'none'");
}

static void redirect(struct req *r)
{
	r->http_status = 302;
	r->out.len = 0;
	req_header(r, "Location", r->go_to);
	req_header(r, "Cache-Control", "no-store");
}

void resp_success(struct req *r, const void *out)
{
	if (r->go_to) {
		redirect(r);
		return;
	}

	const struct route *route = r->route;
	struct buf *b = &r->out;
	const char *message = r->message ? r->message : error_row(OK)->text[r->ctx.lang];

	if (!r->http_status)
		r->http_status = route->ok ? route->ok : 200;
	if (!r->content_type_out)
		r->content_type_out = "application/json; charset=utf-8";
	size_t from = b->len, to;

	if (route->raw) {
		to = b->len;
		from = 0;
	} else if (route->envelope >= BARE) {
		render_value(b, route->out, out);
		to = b->len;
	} else {
		buf_str(b, "{\"success\":true,\"data\":");
		from = b->len;
		render_value(b, r->other ? route->other : route->out, r->other ? r->other : out);
		to = b->len;
		member(b, "message", message);
		if (route->envelope == FLAT)
			flat_fields(r, route->out, out);
		if (route_lists_pages(route) && r->paging.set && !r->other)
			pagination(r);
		meta(r);
		buf_char(b, '}');
	}
	req_header(r, "Content-Type", r->content_type_out);
	cache_headers(r, from, to);
}

static void details(struct req *r)
{
	struct buf *b = &r->out;

	buf_str(b, ",\"details\":{");
	if (r->ctx.bad_fields)
		buf_str(b, "\"fields\":[");
	for (const struct bad_field *f = r->ctx.bad_fields; f; f = f->next) {
		if (f != r->ctx.bad_fields)
			buf_char(b, ',');
		buf_str(b, "{\"field\":");
		buf_json(b, f->field, strlen(f->field));
		member(b, "rule", f->rule);
		member(b, "message", f->text ? f->text : f->rule);
		buf_char(b, '}');
	}
	if (r->ctx.bad_fields)
		buf_char(b, ']');
	if (r->ctx.details) {
		if (r->ctx.bad_fields)
			buf_char(b, ',');
		buf_str(b, r->ctx.details);
	}
	buf_char(b, '}');
}

static void retry_after(struct req *r, const struct error_row *row)
{
	int s = r->ctx.retry_after;

	if (!s && row->http == 503)
		s = row->code[0] == 'S' && !strcmp(row->code, "SERVER_BUSY") ? RETRY_BUSY_S : RETRY_AWAY_S;
	if (!s)
		return;
	req_header(r, "Retry-After", arena_printf(r->ctx.arena, "%d", s));
	buf_str(&r->out, ",\"retryAfter\":");
	buf_int(&r->out, s);
}

const struct code_row *route_code(const struct route *route, enum status st, const char *field, const char *rule)
{
	size_t n = strcspn(field, "[."); /* of ids[3]: ids */

	for (const struct code_row *c = route ? route->codes : NULL; c && c->code; c++)
		if (c->st == st && (!c->field || (strlen(c->field) == n && !strncmp(c->field, field, n))) &&
		    (!c->rule || !strcmp(c->rule, rule)))
			return c;
	return NULL;
}

static const struct code_row *code_of(const struct req *r, enum status st)
{
	const struct bad_field *f = r->ctx.bad_fields;

	return route_code(r->route, st, f ? f->field : "", f ? f->rule : "");
}

/* What the study groups' pages of one's own account read of a failure. */
static void error_object(struct req *r, const struct error_row *row, const char *code, const char *text)
{
	struct buf *b = &r->out;

	buf_str(b, "{\"code\":");
	buf_json(b, code, strlen(code));
	member(b, "message", text);
	buf_str(b, ",\"retryable\":");
	buf_str(b, row->http == 429 || row->http >= 500 ? "true" : "false");
	buf_str(b, ",\"timestamp\":");
	render_time(b, r->ctx.now);
	buf_char(b, '}');
}

static void bare_failure(struct req *r, enum envelope envelope, const struct error_row *row, const char *code,
			 const char *text)
{
	/* the dating app's documents word `error` in English; `message` is for people */
	const char *error = envelope == BARE ? row->text[LANG_EN] : text;
	struct buf *b = &r->out;

	/* the study groups' pages read success here, type or field there */
	buf_str(b, envelope >= COUP ? "{\"success\":false,\"error\":" : "{\"error\":");
	if (envelope == COUP_E2)
		error_object(r, row, code, text);
	else
		buf_json(b, error, strlen(error));
	member(b, "code", code);
	if (envelope >= COUP)
		member(b, "type", code);
	member(b, "message", text);
	if (r->failed_url)
		member(b, "url", r->failed_url);
	if (envelope >= COUP && r->ctx.bad_fields)
		member(b, "field", r->ctx.bad_fields->field);
	if (r->ctx.bad_fields)
		details(r);
	retry_after(r, row);
	buf_char(b, '}');
}

void resp_failure(struct req *r, enum status st)
{
	const struct error_row *row = error_row(st);
	struct buf *b = &r->out;
	enum envelope envelope = r->route ? r->route->envelope : STANDARD;
	const struct code_row *own = code_of(r, st);
	const char *text = row->text[r->ctx.lang], *code = own ? own->code : row->code;

	/* one refused field: its own words help more than the general ones */
	if (r->ctx.bad_fields && !r->ctx.bad_fields->next && r->ctx.bad_fields->text)
		text = arena_printf(r->ctx.arena, "%s (%s: %s)", text, r->ctx.bad_fields->field,
				    r->ctx.bad_fields->text);
	b->len = 0;
	b->over = false;
	r->paging.set = false;
	r->http_status = own && own->http ? own->http : row->http;
	if (envelope >= BARE) {
		bare_failure(r, envelope, row, code, text);
	} else {
		buf_str(b, "{\"success\":false");
		member(b, "message", text);
		member(b, "code", code);
		buf_str(b, ",\"error\":{\"code\":");
		buf_json(b, code, strlen(code));
		member(b, "message", text);
		details(r);
		buf_char(b, '}');
		if (r->ctx.details) { /* the guide shows them here */
			buf_char(b, ',');
			buf_str(b, r->ctx.details);
		}
		retry_after(r, row);
		meta(r);
		buf_char(b, '}');
	}
	req_header(r, "Content-Type", "application/json; charset=utf-8");
	req_header(r, "Cache-Control", "no-store");
	if (row->http == 401)
		req_header(r, "WWW-Authenticate", "Bearer");
}
