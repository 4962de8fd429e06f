/*
 * Log-in as the study groups' pages do it, which speak to a NextAuth.js server (v4): a form with a token against
 * forged requests, a session in a cookie, and an address with an error in it where others answer with a code.
 */
#include "base/buf.h"
#include "base/clock.h"
#include "domain/admin/admin.h"
#include "domain/auth/auth.h"
#include "domain/file/file.h"
#include "domain/registry.h"
#include "domain/user/user.h"
#include "http/validate.h"
#include "sec/digest.h"
#include "sec/random.h"
#include "sec/token.h"

#include <time.h>

#define CSRF_COOKIE "next-auth.csrf-token"
enum { SESSION_S = 86400, CSRF_BYTES = 32, CSRF_HEX = 2 * CSRF_BYTES, URL_LIMIT = 2048 };

/* ---- shapes ------------------------------------------------------------------------------- */

#define CSRF_IN(F, S) F(S, STR, csrfCookie, .aka = CSRF_COOKIE, .from = FROM_COOKIE, .max = 200)
SHAPE(csrf_in, CSRF_IN)
#define CSRF_OUT(F, S) F(S, STR, csrfToken)
SHAPE(csrf_out, CSRF_OUT)

#define WEB_FORM_IN(F, S)                                                                          \
	CSRF_IN(F, S)                                                                              \
	F(S, STR, csrfToken, .max = 200)                                                           \
	F(S, STR, callbackUrl, .max = URL_LIMIT, .doc = "where to go then: a path, or an address of ours")
SHAPE(web_form_in, WEB_FORM_IN)
#define WEB_UPDATE_IN(F, S)                                                                        \
	CSRF_IN(F, S)                                                                              \
	F(S, STR, csrfToken, .max = 200)
SHAPE(web_update_in, WEB_UPDATE_IN)
#define WEB_LOGIN_IN(F, S)                                                                         \
	WEB_FORM_IN(F, S)                                                                          \
	F(S, STR, email, .max = 255, .trim = true, .lower = true)                                  \
	F(S, STR, password, .max = 128, .secret = true)                                            \
	F(S, STR, code, .aka = "twoFactorCode otp", .max = 20, .trim = true, .secret = true)
SHAPE(web_login_in, WEB_LOGIN_IN)
#define WEB_ACTION_IN(F, S) F(S, STR, nextauth, .from = FROM_PATH, .max = 100, .doc = "an action of NextAuth's")
SHAPE(web_action_in, WEB_ACTION_IN)
#define WEB_URL_OUT(F, S) F(S, STR, url, .doc = "absolute; what failed is its parameter error")
SHAPE(web_url_out, WEB_URL_OUT)

#define WEB_PROVIDER(F, S)                                                                         \
	F(S, STR, id)                                                                              \
	F(S, STR, name)                                                                            \
	F(S, STR, type)                                                                            \
	F(S, STR, signinUrl)                                                                       \
	F(S, STR, callbackUrl)
SHAPE(web_provider, WEB_PROVIDER)
#define WEB_PROVIDERS(F, S) F(S, OBJ(web_provider), credentials)
SHAPE(web_providers, WEB_PROVIDERS)

#define WEB_USER(F, S)                                                                             \
	F(S, ID, id)                                                                               \
	F(S, STR, email)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, STR, image)                                                                           \
	F(S, STR, status)                                                                          \
	F(S, STR, role)                                                                            \
	F(S, STR, provider)                                                                        \
	F(S, BOOL, isAdmin)                                                                        \
	F(S, STR, adminRole)                                                                       \
	F(S, STRS, restrictedActions)                                                              \
	F(S, TIME, restrictedUntil)
SHAPE(web_user, WEB_USER)
#define WEB_SESSION(F, S)                                                                          \
	F(S, OBJ(web_user), user, .skip_null = true)                                               \
	F(S, TIME, expires, .skip_null = true)
SHAPE(web_session, WEB_SESSION)

#define VALID_USER(F, S)                                                                           \
	F(S, ID, id)                                                                               \
	F(S, STR, email)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, STR, status)                                                                          \
	F(S, STR, avatar)
SHAPE(valid_user, VALID_USER)
#define VALID_OUT(F, S)                                                                            \
	F(S, BOOL, valid)                                                                          \
	F(S, OBJ(valid_user), user, .skip_null = true)                                             \
	F(S, STR, error, .skip_null = true)                                                        \
	F(S, STR, message, .skip_null = true)                                                      \
	F(S, BOOL, shouldLogout)
SHAPE(valid_out, VALID_OUT)

/* ---- addresses ---------------------------------------------------------------------------- */

/* Never to another site. */
static const char *go_on(struct req *r, const char *wanted)
{
	const char *own = req_site(r), *path = wanted ? strstr(wanted, "://") : NULL;
	struct arena *a = r->ctx.arena;

	if (wanted && *wanted == '/' && wanted[1] != '/' && wanted[1] != '\\')
		return arena_printf(a, "%s%s", own, wanted);
	if (!path)
		return own;
	path += 3 + strcspn(path + 3, "/?#");
	const char *origin = arena_strndup(a, wanted, (size_t)(path - wanted));

	return !strcasecmp(origin, own) || conf_lists_origin(r->ctx.conf, origin) ? wanted : own;
}

/* NextAuth's client takes the address apart whatever the status, so a refusal has one, too. */
static enum status refused(struct req *r, const char *text, enum status as)
{
	r->failed_url = arena_printf(r->ctx.arena, "%s/api/auth/error?error=%s&provider=credentials", req_site(r),
				     url_encode(r->ctx.arena, text));
	return as;
}

/* Until when, and why: their pages show this text and nothing else. */
static const char *suspended_text(struct ctx *c, const struct login *l)
{
	const char *text = error_row(E_ACCOUNT_SUSPENDED)->text[c->lang];
	char day[sizeof("2026-01-01")];
	time_t until = (time_t)(l->suspended_until / 1000);
	struct tm tm;

	if (until && gmtime_r(&until, &tm) && strftime(day, sizeof(day), "%Y-%m-%d", &tm))
		text = arena_printf(c->arena, "%s (%s: %s)", text, say(c, "해제일", "until"), day);
	if (l->suspend_reason)
		text = arena_printf(c->arena, "%s (%s: %s)", text, say(c, "사유", "reason"), l->suspend_reason);
	return text;
}

/* ---- forged requests ---------------------------------------------------------------------- */

/* token|signature; the bar came percent-encoded. */
static const char *signed_token(struct req *r, const char *token)
{
	char hex[SIGNATURE_HEX + 1];

	token_sign_text(arena_printf(r->ctx.arena, "csrf\n%s", token), hex);
	return arena_printf(r->ctx.arena, "%s%%7C%s", token, hex);
}

/* The token of a cookie of ours; NULL: it is none. */
static const char *token_of(struct req *r, const char *cookie)
{
	const char *bar = cookie ? strchr(cookie, '|') : NULL;

	if (!bar || bar - cookie != CSRF_HEX)
		return NULL;
	const char *token = arena_strndup(r->ctx.arena, cookie, CSRF_HEX);

	return token_signed_text(arena_printf(r->ctx.arena, "csrf\n%s", token), bar + 1) ? token : NULL;
}

static bool not_forged(struct req *r, const char *cookie, const char *token)
{
	const char *want = token_of(r, cookie);

	return want && token && strlen(token) == CSRF_HEX && equal_secret(want, token, CSRF_HEX);
}

/* ---- handlers ----------------------------------------------------------------------------- */

HANDLER(web_csrf, struct csrf_in, struct csrf_out)
{
	const char *token = token_of(r, in->csrfCookie);
	char fresh[CSRF_HEX + 1];

	if (!token) {
		random_hex(fresh, CSRF_BYTES);
		token = arena_strdup(r->ctx.arena, fresh);
	}
	req_set_cookie(r, CSRF_COOKIE, signed_token(r, token), -1);
	out->csrfToken = token;
	return OK;
}

HANDLER(web_provider_list, struct nothing, struct web_providers)
{
	struct web_provider *p = arena_new_of(r->ctx.arena, struct web_provider);
	const char *own = req_site(r);

	*p = (struct web_provider){
		.id = "credentials",
		.name = "Credentials",
		.type = "credentials",
		.signinUrl = arena_printf(r->ctx.arena, "%s/api/auth/signin/credentials", own),
		.callbackUrl = arena_printf(r->ctx.arena, "%s/api/auth/callback/credentials", own),
	};
	out->credentials = p;
	return OK;
}

static void add_restrictions(struct ctx *c, struct buf *b, const struct user_brief *u)
{
	const struct list words = admin_words_of(c, u->restricted);
	const char *const *w = words.v;
	char until[32];

	buf_str(b, ",\"restrictedActions\":[");
	for (size_t i = 0; i < words.n; i++)
		buf_printf(b, "%s\"%s\"", i ? "," : "", w[i]);
	buf_char(b, ']');
	if (u->restricted_until)
		clock_iso(u->restricted_until, until);
	buf_member(b, "restrictedUntil", u->restricted_until ? until : NULL);
}

/* What a Next.js server in front of the pages reads of a session (their middleware). */
static const char *session_cookie(struct ctx *c, const struct login *l, const struct user_brief *u)
{
	const int64_t now = c->now / 1000;
	const struct claims claims = {
		.user_id = l->user_id,
		.session_id = l->session_id,
		.role = l->role,
		.issued = now,
		.expires = MIN(now + SESSION_S, l->ends),
	};
	struct buf b = buf_new(c->arena, 512, 2000);

	buf_printf(&b, "\"sub\":\"%llu\",\"id\":\"%llu\"", (unsigned long long)l->user_id,
		   (unsigned long long)l->user_id);
	buf_member(&b, "email", l->email);
	buf_member(&b, "name", l->name);
	buf_printf(&b, ",\"role\":\"%s\",\"status\":\"ACTIVE\",\"provider\":\"CREDENTIALS\",\"isAdmin\":%s", u->role,
		   u->admin_role ? "true" : "false");
	buf_member(&b, "adminRole", u->admin_role);
	add_restrictions(c, &b, u);
	return token_seal(c->arena, &claims, b.data);
}

static enum status log_in(struct req *r, const struct web_login_in *in, struct login *l)
{
	struct device d = auth_device(&r->ctx, r->user_agent, r->client_ip);

	if (!in->email || !in->password)
		return E_LOGIN_EMPTY;
	if (!fmt_matches(FMT_EMAIL, in->email))
		return E_EMAIL_FORMAT;
	return auth_login(&r->ctx, in->email, in->password, in->code, &d, l);
}

HANDLER(web_login, struct web_login_in, struct web_url_out)
{
	struct login l = {0};
	struct user_brief u = {0};

	if (!not_forged(r, in->csrfCookie, in->csrfToken)) {
		out->url = arena_printf(r->ctx.arena, "%s/api/auth/signin?csrf=true", req_site(r));
		return OK;
	}
	enum status st = log_in(r, in, &l);

	if (st == OK)
		st = user_brief(&r->ctx, l.user_id, &u);

	if (st != OK)
		return refused(r,
			       st == E_ACCOUNT_SUSPENDED ? suspended_text(&r->ctx, &l)
							 : error_row(st)->text[r->ctx.lang],
			       error_row(st)->http < 429 ? E_BAD_CREDENTIALS_401 : st);
	req_set_cookie(r, SESSION_COOKIE, session_cookie(&r->ctx, &l, &u), MIN(SESSION_S, l.ends - r->ctx.now / 1000));
	out->url = go_on(r, in->callbackUrl);
	return OK;
}

HANDLER(web_logout, struct web_form_in, struct web_url_out)
{
	if (!not_forged(r, in->csrfCookie, in->csrfToken)) {
		out->url = arena_printf(r->ctx.arena, "%s/api/auth/signout?csrf=true", req_site(r));
		return OK;
	}
	enum status st = r->ctx.me.session_id ? auth_logout(&r->ctx) : OK;

	req_set_cookie(r, SESSION_COOKIE, "", 0);
	out->url = go_on(r, in->callbackUrl);
	return st;
}

/* The pages show pictures by their address; one that is its own address would not fit into a cookie of theirs. */
static const char *picture_of(struct ctx *c, const struct user_brief *u)
{
	return u->image && strncmp(u->image, "data:", 5) != 0 ? file_upload_url(c, u->image, "avatars") : NULL;
}

static enum status show_session(struct req *r, struct web_session *out)
{
	struct ctx *c = &r->ctx;
	struct web_user *u = arena_new_of(c->arena, struct web_user);
	struct user_brief b;
	enum status st = c->me.user_id ? user_brief(c, c->me.user_id, &b) : E_USER_NOT_FOUND;

	if (st != OK)
		return st == E_USER_NOT_FOUND ? OK : st; /* {}: nobody is logged in */
	*u = (struct web_user){
		.id = b.id,
		.email = b.email,
		.name = b.name,
		.image = picture_of(c, &b),
		.status = "ACTIVE",
		.role = b.role,
		.provider = "CREDENTIALS",
		.isAdmin = b.admin_role != NULL,
		.adminRole = b.admin_role,
		.restrictedUntil = b.restricted_until,
	};
	*AS_LIST(&u->restrictedActions) = admin_words_of(c, b.restricted);
	out->user = u;
	out->expires = c->me.expires * 1000;
	return OK;
}

HANDLER(web_session_get, struct nothing, struct web_session)
{
	return show_session(r, out);
}

/* NextAuth's update(). What it sends of the session is no source of it, so all it gets is what there is. */
HANDLER(web_session_post, struct web_update_in, struct web_session)
{
	if (not_forged(r, in->csrfCookie, in->csrfToken))
		return show_session(r, out);
	fail_field(&r->ctx, "csrfToken", "format", say(&r->ctx, "쿠키와 맞지 않습니다", "is not that of the cookie"));
	return E_VALIDATION;
}

static void not_valid(struct ctx *c, struct valid_out *out, const char *code, enum status as)
{
	out->error = code;
	out->message = error_row(as)->text[c->lang];
	out->shouldLogout = as != E_NO_TOKEN;
}

/* A login that has ended tells whoever has its cookie what became of the account: that was theirs. E_TOKEN_INVALID: a
 * cookie that nobody here has sealed. */
static enum status whose_cookie(struct req *r, uint64_t *user_id)
{
	const char *cookie = req_cookie(r, SESSION_COOKIE), *why = NULL;
	struct claims was = {0};

	*user_id = r->ctx.me.user_id;
	if (*user_id || !cookie || !*cookie)
		return OK;
	if (token_check(cookie, TOKEN_ACCESS, r->ctx.now / 1000, &was, &why) == E_TOKEN_INVALID)
		return fail(&r->ctx, E_TOKEN_INVALID, "session cookie: %s", why);
	*user_id = was.user_id;
	return OK;
}

HANDLER(web_validate, struct nothing, struct valid_out)
{
	struct ctx *c = &r->ctx;
	struct valid_user *u = arena_new_of(c->arena, struct valid_user);
	struct user_brief b = {0};
	uint64_t user_id = 0;
	enum status st = whose_cookie(r, &user_id);

	if (st == OK && user_id)
		st = user_brief(c, user_id, &b);
	if (st != OK && st != E_USER_NOT_FOUND)
		return st;
	if (st != OK) {
		not_valid(c, out, "AUTH_004", st);
		return OK;
	}
	if (b.status && strcmp(b.status, "SUSPENDED") == 0) {
		not_valid(c, out, "AUTH_005", E_ACCOUNT_SUSPENDED);
		return OK;
	}
	if (!c->me.user_id) {
		not_valid(c, out, "AUTH_006", E_NO_TOKEN);
		return OK;
	}
	*u = (struct valid_user){
		.id = b.id,
		.email = b.email,
		.name = b.name,
		.status = "ACTIVE",
		.avatar = picture_of(c, &b),
	};
	out->valid = true;
	out->user = u;
	return OK;
}

HANDLER(web_log, struct nothing, struct nothing)
{
	return OK;
}

/* Those with a row of their own have it; without a provider nobody logs in. */
HANDLER(web_action, struct web_action_in, struct web_url_out)
{
	if (strcmp(in->nextauth, "signin") != 0)
		return fail(&r->ctx, E_LOGIN_ACTION, "%s", in->nextauth);
	out->url = arena_printf(r->ctx.arena, "%s/api/auth/signin?csrf=true", req_site(r));
	return OK;
}

static const struct code_row codes[] = {{E_TOKEN_INVALID, NULL, "AUTH_008"}, {0}};
#define WEB .envelope = COUP
#define AT(method, action) .on = {method " /coup/auth/" action, method " /auth/" action}
#define SAME .unlimited = "nothing of the database is touched"
static const struct route routes[] = {
	ROUTE(web_provider_list, nothing, web_providers, AT("GET", "providers"), WEB, SAME,
	      .doc = "How one may log in."),
	ROUTE(web_csrf, csrf_in, csrf_out, AT("GET", "csrf"), WEB, SAME,
	      .doc = "The token that the forms below need, and its cookie."),
	ROUTE(web_login, web_login_in, web_url_out, AT("POST", "callback/credentials"), WEB, .form = true,
	      .rate = RATE_LOGIN, .statements = 9,
	      .doc = "Log in: the session cookie, for a day. The answer, a refusal as well, is where to go.",
	      .fails = {E_BAD_CREDENTIALS_401}),
	ROUTE(web_session_get, nothing, web_session, AT("GET", "session"), WEB, .auth = AUTH_VISITOR,
	      .rate = RATE_READ, .statements = 1, .doc = "Who is logged in; {}: nobody."),
	ROUTE(web_session_post, web_update_in, web_session, AT("POST", "session"), WEB,
	      .auth = AUTH_VISITOR, .form = true, .rate = RATE_WRITE, .statements = 1,
	      .doc = "The same, for NextAuth's update(); nothing is changed by it."),
	ROUTE(web_logout, web_form_in, web_url_out, AT("POST", "signout"), WEB, .auth = AUTH_VISITOR,
	      .form = true, .rate = RATE_WRITE, .statements = 1, .doc = "End the login and take the cookie away."),
	ROUTE(web_validate, nothing, valid_out, .on = {"GET /coup/auth/validate-session"}, WEB, .auth = AUTH_VISITOR,
	      .rate = RATE_READ, .codes = codes, .statements = 1,
	      .doc = "Whether somebody is logged in, and whom it was. Whose account is suspended or deleted is to log "
		     "out; a cookie that is none of ours is refused.",
	      .fails = {E_TOKEN_INVALID}),
	ROUTE(web_log, nothing, nothing, AT("POST", "_log"), WEB, SAME, .form = true,
	      .doc = "Takes what NextAuth's client has to say of errors, and forgets it."),
	ROUTE(web_action, web_action_in, web_url_out, AT("POST", "{nextauth}"), WEB, SAME, .form = true,
	      .doc = "Any other action of NextAuth's: signin says where its page is, others there are none.",
	      .fails = {E_LOGIN_ACTION}),
};

const struct domain auth_web_domain = {
	.name = "web log-in",
	.doc = "Log-in as the study groups' pages do it: NextAuth.js' protocol, at /api/auth without "
	       "Authorization, or at /api/v1/auth",
	.routes = routes,
	.n_routes = COUNT(routes),
};
