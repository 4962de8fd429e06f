#include "api/pipeline.h"
#include "api/router.h"
#include "api/worker.h"
#include "base/address.h"
#include "base/score.h"
#include "domain/admin/admin.h"
#include "domain/auth/auth.h"
#include "domain/once/once.h"
#include "domain/registry.h"
#include "http/fcgi.h"
#include "http/resp.h"
#include "http/upload.h"
#include "http/validate.h"
#include "json/jin.h"
#include "kv/gate.h"
#include "sec/digest.h"
#include "sec/token.h"

#include <ctype.h>

enum { URI_MAX = 8000, KEY_MIN = 8, KEY_MAX = 128 };

/* ---- before the route --------------------------------------------------------------------- */

/* Requests that waited longer than anyone would are answered at once: the work they would cause
 * goes to those who still wait. */
static bool waited_too_long(const struct req *r)
{
	int64_t limit = r->ctx.conf->shed_after;

	return limit && r->received && r->ctx.now - r->received > limit &&
	       r->ctx.now - r->received < 3600 * 1000;
}

/* Origins on the list may call us, with credentials; others get no CORS headers at all, and the
 * browser keeps the answer from them. */
static void cors_headers(struct req *r)
{
	if (!r->origin || strlen(r->origin) > 300 || !conf_lists_origin(r->ctx.conf, r->origin))
		return;
	req_header(r, "Access-Control-Allow-Origin", r->origin);
	req_header(r, "Access-Control-Allow-Credentials", "true");
	req_header(r, "Access-Control-Expose-Headers",
		   "X-Request-ID, ETag, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, "
		   "X-RateLimit-Reset, Idempotent-Replay, X-Next-Cursor");
	req_header(r, "Vary", "Origin");
}

static enum status preflight(struct req *r)
{
	if (r->origin && conf_lists_origin(r->ctx.conf, r->origin)) {
		req_header(r, "Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS");
		req_header(r, "Access-Control-Allow-Headers",
			   "Authorization, Content-Type, X-Request-ID, X-User-Id, Idempotency-Key, "
			   "If-None-Match, Accept-Language");
		req_header(r, "Access-Control-Max-Age", "86400");
	}
	r->http_status = 204;
	return OK;
}

/*
 * The path after /api/v1 or /api; bare paths are what the spawn-fcgi and health locations send.
 * The study groups' client shares paths with the others, but not their meaning. It alone calls /api
 * without a version and without a token in a header: what stands below /coup comes first for it.
 */
static enum status find_route(struct req *r)
{
	const char *path = r->uri;
	size_t n = strcspn(path, "?#");
	size_t common = r->headers.len; /* a refusal adds Allow */
	bool plain = false;

	if (n > URI_MAX)
		return E_TOO_LARGE;
	if (n >= 13 && !strncmp(path, "/workers/api/", 13)) { /* how development servers call it */
		path += 8;
		n -= 8;
	}
	if (n >= 7 && !strncmp(path, "/api/v1", 7) && (n == 7 || path[7] == '/')) {
		path += 7;
		n -= 7;
	} else if (n >= 4 && !strncmp(path, "/api", 4) && (n == 4 || path[4] == '/')) {
		path += 4;
		n -= 4;
		plain = !r->authorization;
	}
	if (plain) {
		const char *own = arena_printf(r->ctx.arena, "/coup%.*s", (int)n, path);

		if (router_find(r, own, strlen(own)) == OK)
			return OK;
		r->headers.len = common;
	}
	return router_find(r, path, n);
}

/* ---- the gate ----------------------------------------------------------------------------- */

static enum status take(struct req *r, enum rate rate, const char *who, bool tell)
{
	struct gate_answer a;
	bool good = gate_take(&r->ctx, rate, who, &a);
	int64_t window = rate_row(rate)->window / 1000;

	if (tell || !good) {
		req_header(r, "X-RateLimit-Limit", arena_printf(r->ctx.arena, "%lld", (long long)a.limit));
		req_header(r, "X-RateLimit-Remaining",
			   arena_printf(r->ctx.arena, "%lld", (long long)a.remaining));
		req_header(r, "X-RateLimit-Reset",
			   arena_printf(r->ctx.arena, "%lld", (long long)(r->ctx.now / 1000 + window)));
	}
	if (good)
		return OK;
	r->ctx.retry_after = (int)(a.retry_ms / 1000 + 1);
	atomic_fetch_add(&score()->limited, 1);
	return fail(&r->ctx, E_RATE_LIMITED, "limit %s", rate_row(rate)->name);
}

static enum status limit_caller(struct req *r)
{
	enum rate rate = r->route->rate;
	const char *who = address_owner(r->ctx.arena, r->client_ip);

	if (rate == RATE_NONE)
		return OK;
	if (rate_row(rate)->by == BY_USER && r->ctx.me.user_id)
		who = arena_printf(r->ctx.arena, "u%llu", (unsigned long long)r->ctx.me.user_id);
	return take(r, rate, who, rate_row(rate)->strict);
}

static const char *bearer(const struct req *r)
{
	if (!r->authorization || strncasecmp(r->authorization, "Bearer ", 7) != 0)
		return NULL;
	const char *t = r->authorization + 7;

	while (*t == ' ')
		t++;
	return *t ? t : NULL;
}

/* Of this machine: a gateway's calls are many, and of one address. */
static bool is_own(const struct req *r)
{
	return r->route->auth == AUTH_OPERATOR &&
	       (!strncmp(r->client_ip, "127.", 4) || !strcmp(r->client_ip, "::1") || !*r->client_ip ||
		!strcmp(r->client_ip, "unix:"));
}

static enum status check_operator(struct req *r)
{
	const char *token = bearer(r), *want = r->ctx.conf->metrics_token;

	if (is_own(r))
		return OK;
	if (!token)
		return E_NO_TOKEN;
	if (*want && strlen(want) == strlen(token) && equal_secret(want, token, strlen(want)))
		return OK;
	return fail(&r->ctx, E_TOKEN_INVALID, "not the operator's token");
}

static enum status ask_for_login(struct ctx *c, uint64_t session_id)
{
	const unsigned before = c->db_trips;
	enum status st = auth_session_alive(c, session_id);

	c->login_trips = c->db_trips - before;
	return st;
}

static enum status check_login(struct ctx *c, uint64_t session_id)
{
	if (gate_is_revoked(c->gate, session_id, c->now / 1000))
		return fail(c, E_TOKEN_INVALID, "the login has ended");
	/* if nobody has looked at MariaDB for us lately, look ourselves */
	return gate_is_current(c->gate) ? OK : ask_for_login(c, session_id);
}

/* A browser sends the cookie whatever page it is on; the pages of others must not act with it. */
static bool is_own_page(const struct req *r)
{
	const char *host = r->origin ? strstr(r->origin, "://") : NULL;

	return !strcmp(r->method, "GET") || !r->origin || conf_lists_origin(r->ctx.conf, r->origin) ||
	       (host && r->host && !strcasecmp(host + 3, r->host));
}

/* page: a cookie's owner reads what became of the account, as the study groups' pages tell it (requireAuth). */
static enum status check_token(struct req *r, const char *token, bool page)
{
	struct ctx *c = &r->ctx;
	const int64_t now = c->now / 1000;
	const char *why = NULL;
	struct claims t;
	enum status st = token_check(token, TOKEN_ACCESS, now, &t, &why);
	/* a session that the gate may no longer know the end of: it is good if MariaDB has it */
	const bool old = st == E_TOKEN_EXPIRED && t.sealed && t.expires > now;

	if (st != OK && !old)
		return fail(c, st, "access token: %s", why);
	st = old ? ask_for_login(c, t.session_id) : check_login(c, t.session_id);
	if (st == E_TOKEN_INVALID && page)
		return auth_why_ended(c, t.user_id);
	if (st != OK)
		return st;
	c->me = (struct identity){t.user_id, t.session_id, t.role, t.expires};
	if (t.sealed && t.issued + c->conf->access_ttl / 2 <= now)
		req_set_cookie(r, SESSION_COOKIE, token_renew(c->arena, token, now), t.expires - now);
	return OK;
}

static enum status authenticate(struct req *r)
{
	const bool visitor = r->route->auth == AUTH_VISITOR;
	struct ctx *c = &r->ctx;
	const char *token = bearer(r);

	if (r->route->auth == AUTH_NONE || r->route->auth == AUTH_REFRESH)
		return OK;
	if (r->route->auth == AUTH_OPERATOR)
		return check_operator(r);
	if (r->route->auth == AUTH_SIGNED) {
		enum status admitted = r->route->admit(r);

		return admitted == OK ? check_login(c, c->me.session_id) : admitted;
	}
	const bool by_cookie = !token && (visitor || r->route->auth == AUTH_SESSION || r->route->auth == AUTH_STAFF);

	if (by_cookie) {
		token = req_cookie(r, SESSION_COOKIE);
		if (token && !is_own_page(r))
			return fail(c, E_FORBIDDEN, "a cookie, and a page of %.100s", r->origin);
	}
	if (!token)
		return visitor || r->route->auth == AUTH_OPTIONAL ? OK : E_NO_TOKEN;
	enum status st = check_token(r, token, by_cookie && !visitor);

	if (visitor && (st == E_TOKEN_EXPIRED || st == E_TOKEN_INVALID))
		return OK;
	if (st == OK && r->route->auth == AUTH_ADMIN && c->me.role != ROLE_ADMIN)
		return fail(c, E_FORBIDDEN, "role %d", (int)c->me.role);
	return st;
}

/* ---- the input ---------------------------------------------------------------------------- */

static bool is_json(const char *type)
{
	if (!type || strncasecmp(type, "application/json", 16) != 0)
		return false;
	type += 16;
	while (*type == ' ')
		type++;
	return !*type || *type == ';';
}

static bool is_form(const struct req *r)
{
	return r->route->file_max && multipart_is(r->content_type);
}

static bool is_file(const struct req *r)
{
	const char *kind = r->route->file_raw;

	return kind && (!*kind || (r->content_type && !strncasecmp(r->content_type, kind, strlen(kind))));
}

static bool is_urlencoded(const struct req *r)
{
	static const char type[] = "application/x-www-form-urlencoded";

	return r->route->form && r->content_type && !strncasecmp(r->content_type, type, sizeof(type) - 1);
}

static enum status check_body(const struct req *r)
{
	bool file = is_form(r) || is_file(r);
	bool large = r->route->body_max && (file || !r->route->file_max);

	if (r->content_length < 0 || r->content_length > (large ? r->route->body_max : BODY_MAX))
		return r->route->file_max ? E_FILE_TOO_LARGE : E_TOO_LARGE;
	bool good = file || is_json(r->content_type) || is_urlencoded(r);

	return r->content_length && !good ? E_BAD_TYPE : OK;
}

/* What axios sends for no body where JSON is its default: post(url, null). A NUL stands behind it. */
static bool says_nothing(struct text body)
{
	const char *p = body.s + strspn(body.s, " \t\r\n");

	if (strncmp(p, "null", 4) != 0)
		return false;
	p += 4;
	p += strspn(p, " \t\r\n");
	return p == body.s + body.n;
}

static enum status read_body(struct req *r)
{
	const char *why = NULL;
	size_t at = 0, n = (size_t)r->content_length;

	if (!n)
		return OK;
	if (is_form(r))
		return upload_read(r);
	if (is_file(r))
		return upload_read_raw(r);
	char *p = arena_alloc_raw(r->ctx.arena, n + 1);

	p[n] = '\0';

	r->body = (struct text){p, fcgi_read(p, n)};
	if (r->body.n < n)
		return fail(&r->ctx, E_BODY_CUT, "%zu of %zu bytes", r->body.n, n);
	if (is_urlencoded(r)) {
		r->fields = p;
		return OK; /* a NUL ends it; an escaped one is refused */
	}
	if (says_nothing(r->body))
		return OK;
	r->json = jin_parse(r->ctx.arena, p, n, &why, &at);
	if (r->json)
		return OK;
	fail_field(&r->ctx, "body", "json", arena_printf(r->ctx.arena, "%s (byte %zu)", why, at));
	return fail(&r->ctx, E_BAD_JSON, "%s at byte %zu", why, at);
}

static enum status check_key(struct req *r)
{
	const char *key = r->idempotency_key;

	if (!key)
		return OK;
	size_t n = strlen(key);
	bool good = n >= KEY_MIN && n <= KEY_MAX;

	for (size_t i = 0; i < n && good; i++)
		good = key[i] > ' ' && key[i] < 0x7f;
	if (good)
		return OK;
	fail_field(&r->ctx, "Idempotency-Key", "format",
		   say(&r->ctx, "8~128자의 ASCII 문자여야 합니다", "must be 8 to 128 visible ASCII characters"));
	return E_VALIDATION;
}

/* ---- all of it ---------------------------------------------------------------------------- */

static void running(const struct req *r)
{
	struct score_worker *w = &score()->worker[worker_index];

	atomic_store_explicit(&w->route, (int)registry_route_index(r->route), memory_order_relaxed);
}

static enum status handle(struct req *r)
{
	void *in = arena_alloc(r->ctx.arena, r->route->in->size);
	void *out = arena_alloc(r->ctx.arena, r->route->out->size);
	enum status st = shape_read(r, r->route->in, in);

	if (st != OK)
		return st;
	if (r->route->once && r->idempotency_key)
		return once_run(r, in, out);
	st = r->route->call(r, in, out);
	if (st == OK)
		resp_success(r, out);
	return st;
}

/* Order is policy: nothing costs more than what was paid for before it. */
static enum status decide(struct req *r)
{
	enum status st;

	if (waited_too_long(r)) {
		atomic_fetch_add(&score()->shed, 1);
		return fail(&r->ctx, E_OVERLOADED, "waited %lld ms", (long long)(r->ctx.now - r->received));
	}
	st = find_route(r);
	if (!strcmp(r->method, "OPTIONS") && st == E_BAD_METHOD)
		return preflight(r);
	if (st == OK)
		running(r);
	if (st == OK)
		st = check_body(r);
	if (st == OK && !is_own(r))
		st = take(r, RATE_ADDRESS, address_owner(r->ctx.arena, r->client_ip), false);
	if (st == OK)
		st = authenticate(r);
	if (st == OK)
		st = limit_caller(r);
	if (st == OK && r->route->auth == AUTH_STAFF)
		st = admin_need(&r->ctx, r->route->need);
	if (st == OK)
		st = check_key(r);
	if (st == OK)
		st = read_body(r);
	return st == OK ? handle(r) : st;
}

enum status pipeline_run(struct req *r)
{
	r->ctx.lang = lang_of(r->accept_language);
	resp_common_headers(r);
	cors_headers(r);
	enum status st = decide(r);

	if (st == OK && (r->out.over || r->headers.over))
		st = fail(&r->ctx, E_INTERNAL, "the answer is larger than its buffer");
	if (st != OK)
		resp_failure(r, st);
	resp_policy(r);
	return st;
}
