/*
 * Log-in with Google and Naver: the browser goes to the provider and comes back with a code, which only the browser
 * that went can use. It holds a cookie, and the state that makes the round is our signature of that.
 */
#include "base/buf.h"
#include "domain/auth/auth_oauth.h"
#include "domain/registry.h"
#include "http/validate.h"
#include "sec/random.h"
#include "sec/token.h"

enum { ROUND_S = 600, VERIFIER_BYTES = 32, VERIFIER_HEX = 2 * VERIFIER_BYTES, URL_LIMIT = 300 };

#define START_IN(F, S)                                                                             \
	F(S, STR, provider, .from = FROM_PATH, .max = 20, .one_of = "google naver")                \
	F(S, STR, target, .aka = "redirect_uri", .from = FROM_QUERY, .max = URL_LIMIT,             \
	  .doc = "origin of the web client: the server's own, SITE_URL or one of CORS_ORIGINS")
SHAPE(oauth_start_in, START_IN)
#define START_OUT(F, S)                                                                            \
	F(S, STR, url)                                                                             \
	F(S, STR, state)
SHAPE(oauth_start_out, START_OUT)

#define BACK_IN(F, S)                                                                              \
	F(S, STR, code, .from = FROM_QUERY, .max = 2048, .secret = true)                           \
	F(S, STR, state, .from = FROM_QUERY, .max = 200)                                           \
	F(S, STR, error, .from = FROM_QUERY, .max = 200)                                           \
	F(S, STR, google, .aka = "oauth-google", .from = FROM_COOKIE, .max = 1200, .secret = true) \
	F(S, STR, naver, .aka = "oauth-naver", .from = FROM_COOKIE, .max = 1200, .secret = true)
SHAPE(oauth_back_in, BACK_IN)
#define OAUTH_USER(F, S)                                                                           \
	F(S, ID, id)                                                                               \
	F(S, STR, email)                                                                           \
	F(S, STR, role)
SHAPE(oauth_user, OAUTH_USER)
#define BACK_OUT(F, S)                                                                             \
	F(S, STR, accessToken)                                                                     \
	F(S, STR, refreshToken)                                                                    \
	F(S, STR, name)                                                                            \
	F(S, BOOL, isNewUser)                                                                      \
	F(S, INT, expiresIn, .doc = "life of the access token, s")                                 \
	F(S, STR, tokenType)                                                                       \
	F(S, ID, userId)                                                                           \
	F(S, OBJ(oauth_user), user)                                                                \
	F(S, STR, redirectUri)                                                                     \
	F(S, STR, callbackUrl)
SHAPE(oauth_back_out, BACK_OUT)

/* axios says so, a browser that goes somewhere does not. */
static bool by_script(const struct req *r)
{
	return r->accept && strstr(r->accept, "application/json");
}

/* scheme://host[:port] of an address */
static const char *origin_of(struct arena *a, const char *url)
{
	const char *host = strstr(url, "://");

	return host ? arena_strndup(a, url, (size_t)(host + 3 - url) + strcspn(host + 3, "/?#")) : "";
}

/* Tokens go there: NULL for any site that the operator did not name. */
static const char *target_of(struct req *r, const char *wanted)
{
	struct arena *a = r->ctx.arena;
	const char *own = req_site(r), *site = origin_of(a, r->ctx.conf->site_url);
	const char *origin = wanted && *wanted ? origin_of(a, wanted) : *site ? site : own;

	return !strcasecmp(origin, own) || (*site && !strcasecmp(origin, site)) ||
			       conf_lists_origin(r->ctx.conf, origin)
		       ? origin
		       : NULL;
}

static const char *return_to(struct req *r, enum provider p)
{
	const char *to = r->ctx.conf->login_return;

	if (!*to)
		to = arena_printf(r->ctx.arena, "%s/api/v1/auth/callback/", req_site(r));
	return arena_printf(r->ctx.arena, "%s%s", to, provider_names[p]);
}

static const char *page_of(struct req *r, const char *target, enum provider p)
{
	return arena_printf(r->ctx.arena, "%s/login/oauth2/code/%s", target, provider_names[p]);
}

static const char *cookie_name(struct req *r, enum provider p)
{
	return arena_printf(r->ctx.arena, "oauth-%s", provider_names[p]);
}

/* provider_signature of the cookie: one text that cannot be had without the other. */
static const char *state_of(struct req *r, enum provider p, const char *cookie)
{
	char hex[SIGNATURE_HEX + 1];

	token_sign_text(arena_printf(r->ctx.arena, "oauth %s\n%s", provider_names[p], cookie), hex);
	return arena_printf(r->ctx.arena, "%s_%s", provider_names[p], hex);
}

/* An answer to a script; a browser goes on to the page that shows what was wrong. */
static enum status failed(struct req *r, const char *target, enum provider p, enum status st)
{
	struct arena *a = r->ctx.arena;

	if (by_script(r))
		return st;
	r->go_to = arena_printf(a, "%s?error=%s&error_description=%s", page_of(r, target, p),
				url_encode(a, error_row(st)->code), url_encode(a, error_row(st)->text[r->ctx.lang]));
	return OK;
}

HANDLER(oauth_start, struct oauth_start_in, struct oauth_start_out)
{
	const bool naver = !strcmp(in->provider, provider_names[PROVIDER_NAVER]);
	const enum provider p = naver ? PROVIDER_NAVER : PROVIDER_GOOGLE;
	const char *target = target_of(r, in->target);
	char verifier[VERIFIER_HEX + 1];

	if (!target) {
		fail_field(&r->ctx, "target", "origin", say(&r->ctx, "허용되지 않은 주소입니다", "is no site of ours"));
		return E_VALIDATION;
	}
	random_hex(verifier, VERIFIER_BYTES);
	const char *cookie = arena_printf(r->ctx.arena, "%s.%lld.%s", verifier, (long long)r->ctx.now / 1000 + ROUND_S,
					  target);
	const struct oauth o = {p, verifier, return_to(r, p), state_of(r, p, cookie)};
	const char *url = oauth_begin(&r->ctx, &o);

	if (!url)
		return failed(r, target, p, E_PROVIDER_OFF);
	req_set_cookie(r, cookie_name(r, p), url_encode(r->ctx.arena, cookie), ROUND_S);
	out->url = url;
	out->state = o.state;
	if (!by_script(r))
		r->go_to = url;
	return OK;
}

/* Takes apart what oauth_start() gave to this browser; o->state must be the one that came back. */
static bool take_up(struct req *r, const char *cookie, struct oauth *o, const char **target)
{
	struct arena *a = r->ctx.arena;
	const char *end = cookie ? strchr(cookie, '.') : NULL, *to = end ? strchr(end + 1, '.') : NULL;
	const size_t head = strlen(provider_names[o->provider]) + 1;

	if (!to || end - cookie != VERIFIER_HEX || !o->state || strlen(o->state) <= head)
		return false;
	if (!token_signed_text(arena_printf(a, "oauth %s\n%s", provider_names[o->provider], cookie), o->state + head) ||
	    strtoll(end + 1, NULL, 10) <= r->ctx.now / 1000)
		return false;
	o->verifier = arena_strndup(a, cookie, VERIFIER_HEX);
	*target = to + 1;
	return true;
}

/*
 * The web client needs to know in localStorage who it is, and only its own origin can say so there: by a page, whose
 * script knows nothing but what stands in its element. It then goes on as a redirect would.
 */
static void say_who_and_go(struct req *r, uint64_t user_id, const char *url)
{
	static const char script[] = "const d=document.currentScript.dataset;"
				     "try{localStorage.setItem('userId',d.user)}catch{}location.replace(d.to)";

	r->policy = arena_printf(r->ctx.arena, "default-src 'none'; frame-ancestors 'none'; script-src 'nonce-%s'",
				 r->ctx.request_id);
	r->content_type_out = "text/html; charset=utf-8";
	buf_printf(&r->out, "<!doctype html><meta charset=utf-8><title>StudyMate</title>"
			    "<script nonce=\"%s\" data-user=\"%llu\" data-to=\"",
		   r->ctx.request_id, (unsigned long long)user_id);
	for (const char *p = url; *p; p++)
		if (*p == '&')
			buf_str(&r->out, "&amp;");
		else
			buf_char(&r->out, *p);
	buf_printf(&r->out, "\">%s</script>", script);
}

static void answer(struct req *r, const struct oauth *o, const char *target, const struct login *l, bool created,
		   struct oauth_back_out *out)
{
	struct arena *a = r->ctx.arena;
	struct oauth_user *u = arena_new_of(a, struct oauth_user);

	*u = (struct oauth_user){l->user_id, l->email, l->role == ROLE_ADMIN ? "ADMIN" : "USER"};
	*out = (struct oauth_back_out){
		.accessToken = l->access,
		.refreshToken = l->refresh,
		.name = l->name,
		.isNewUser = created,
		.expiresIn = l->expires_in,
		.tokenType = "Bearer",
		.userId = l->user_id,
		.user = u,
		.redirectUri = target,
		.callbackUrl = page_of(r, target, o->provider),
	};
	if (by_script(r))
		return;
	const char *url = arena_printf(a, "%s?accessToken=%s&refreshToken=%s&provider=%s&state=%s", out->callbackUrl,
				       l->access, l->refresh, provider_names[o->provider], url_encode(a, o->state));

	if (!strcasecmp(target, req_site(r)))
		say_who_and_go(r, l->user_id, url);
	else
		r->go_to = url;
}

HANDLER(oauth_back, struct oauth_back_in, struct oauth_back_out)
{
	const enum provider p = *(const enum provider *)r->route->arg;
	struct oauth o = {.provider = p, .return_to = return_to(r, p), .state = in->state};
	struct device d = auth_device(&r->ctx, r->user_agent, r->client_ip);
	struct vouched who;
	struct login l;
	bool created;
	const char *target;

	if (!in->code && !in->error)
		return E_OAUTH_CALLBACK;
	if (!take_up(r, p == PROVIDER_GOOGLE ? in->google : in->naver, &o, &target))
		return failed(r, target_of(r, NULL), p, fail(&r->ctx, E_OAUTH_CALLBACK, "not begun by this browser"));
	req_set_cookie(r, cookie_name(r, p), "", 0);
	if (in->error)
		return failed(r, target, p, strcmp(in->error, "access_denied") ? E_PROVIDER_FAILED : E_LOGIN_DENIED);
	enum status st = oauth_end(&r->ctx, &o, in->code, &who);

	if (st == OK)
		st = auth_vouched(&r->ctx, &who, &d, &l, &created);
	if (st != OK)
		return failed(r, target, p, st);
	answer(r, &o, target, &l, created, out);
	return OK;
}

#define BACK_ROW(by, which)                                                                            \
	{.name = "oauth_back_" by, .call = oauth_back_call, .in = &oauth_back_in_shape,            \
	 .out = &oauth_back_out_shape,                                                             \
	 .on = {"GET /auth/callback/" by}, .rate = RATE_LOGIN, .sends_on = true, .envelope = FLAT, .statements = 8,\
	 .arg = &(const enum provider){which},                                          \
	 .doc = "Where the provider sends a browser back to: logs it in and sends it on to the web client's page for " \
		"that; a script gets the tokens.",                                                 \
	 .fails = {E_OAUTH_CALLBACK, E_LOGIN_DENIED, E_PROVIDER_FAILED, E_ACCOUNT_SUSPENDED, E_SITE_OFF}}

static const struct route routes[] = {
	ROUTE(oauth_start, oauth_start_in, oauth_start_out,
	      .on = {"GET /login/{provider}", "GET /auth/login/{provider}"},
	      .unlimited = "nothing of the database is touched", .sends_on = true,
	      .doc = "Log in with Google or Naver: sends a browser there; a script gets the address.",
	      .fails = {E_PROVIDER_OFF}),
	BACK_ROW("google", PROVIDER_GOOGLE),
	BACK_ROW("naver", PROVIDER_NAVER),
};

const struct domain auth_oauth_domain = {
	.name = "log-in by others",
	.doc = "Log-in with Google and Naver",
	.routes = routes,
	.n_routes = COUNT(routes),
};
