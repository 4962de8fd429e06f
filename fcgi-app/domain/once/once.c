#include "domain/once/once.h"
#include "domain/once/once_sql.h"
#include "http/resp.h"
#include "sec/digest.h"

struct work {
	struct req *r;
	const void *in;
	void *out;
	size_t headers; /* length of those that every answer to this request has */
	unsigned char key[SHA256_BYTES], body[SHA256_BYTES];
};

void once_hash(const char *scope, const char *key, unsigned char out[32])
{
	struct sha256 *s = sha256_begin();

	sha256_add(s, scope, strlen(scope));
	sha256_add(s, "\n", 1);
	sha256_add(s, key, strlen(key));
	sha256_end(s, out);
}

static enum status replay(struct work *w)
{
	struct once_row row;
	struct req *r = w->r;
	enum status st = once_sql_find(&r->ctx, w->key, w->body, &row);

	if (st != OK)
		return st;
	if (!row.same_body)
		return fail(&r->ctx, E_KEY_REUSED, "same Idempotency-Key, other body");
	r->http_status = (int)row.status;
	r->headers.len = w->headers;
	r->out.len = 0;
	req_header(r, "Idempotent-Replay", "true");
	req_header(r, "Content-Type", "application/json; charset=utf-8");
	req_header(r, "Cache-Control", "no-store");
	buf_str(&r->out, row.answer);
	return OK;
}

static enum status attempt(struct ctx *c, void *arg)
{
	struct work *w = arg;
	struct req *r = w->r;
	enum status st = once_sql_claim(c, w->key, w->body);

	if (st == E_DUPLICATE)
		return replay(w);
	if (st != OK)
		return st;
	memset(w->out, 0, r->route->out->size);
	st = r->route->call(r, w->in, w->out);
	if (st != OK)
		return st; /* nothing is kept of a failure: the caller may mend it and try again */
	r->out.len = 0;
	r->headers.len = w->headers;
	resp_success(r, w->out);
	return once_sql_answer(c, w->key, r->http_status, r->out.data);
}

enum status once_run(struct req *r, const void *in, void *out)
{
	struct work w = {.r = r, .in = in, .out = out, .headers = r->headers.len};
	const char *what = arena_printf(r->ctx.arena, "%s\n%.*s", r->uri, (int)r->body.n,
					r->body.s ? r->body.s : "");

	once_hash(r->route->name, r->idempotency_key, w.key);
	sha256(what, strlen(what), w.body);
	return db_tx(&r->ctx, attempt, &w);
}
