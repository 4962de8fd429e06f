#include "domain/auth/auth_oauth.h"
#include "base/b64.h"
#include "base/buf.h"
#include "base/conf.h"
#include "base/utf8.h"
#include "http/validate.h"
#include "json/jin.h"
#include "sec/digest.h"
#include "web/fetch.h"

#include <ctype.h>

enum { WAIT_MS = 3000, NAME_CHARACTERS = 50, EMAIL_MAX = 255, PICTURE_MAX = 2048, SUBJECT_MAX = 255 };
enum { FORM_MAX = 16384, TOKEN_MAX = 4096 };

const char *const provider_names[PROVIDERS] = {"google", "naver"};

static const struct rules {
	size_t client, secret, urls; /* in struct conf */
	const char *scope;	     /* NULL: as it was agreed with the provider */
	bool pkce;
	const char *inside; /* of the profile: where the rest is; NULL: at its top */
	const char *subject, *picture, *nickname;
} rules[PROVIDERS] = {
	[PROVIDER_GOOGLE] = {offsetof(struct conf, google_client), offsetof(struct conf, google_secret),
			     offsetof(struct conf, google_urls), "openid email profile", true, NULL, "sub", "picture",
			     "given_name"},
	[PROVIDER_NAVER] = {offsetof(struct conf, naver_client), offsetof(struct conf, naver_secret),
			    offsetof(struct conf, naver_urls), NULL, false, "response", "id", "profile_image",
			    "nickname"},
};

static const char *setting(const struct ctx *c, size_t offset)
{
	return *(const char *const *)((const char *)c->conf + offset);
}

enum { URL_LOGIN, URL_TOKEN, URL_PROFILE };

static const char *url_of(struct ctx *c, const struct rules *p, int which)
{
	const char *at = setting(c, p->urls);

	for (; which; which--)
		at += strcspn(at, " "), at += strspn(at, " ");
	return arena_strndup(c->arena, at, strcspn(at, " "));
}

static void add(struct ctx *c, struct buf *b, const char *name, const char *value)
{
	buf_printf(b, "&%s=%s", name, url_encode(c->arena, value));
}

const char *oauth_begin(struct ctx *c, const struct oauth *o)
{
	const struct rules *p = &rules[o->provider];
	const char *client = setting(c, p->client);
	struct buf b = buf_new(c->arena, 1024, FORM_MAX);
	unsigned char sum[SHA256_BYTES];

	if (!*client)
		return NULL;
	buf_printf(&b, "%s?response_type=code", url_of(c, p, URL_LOGIN));
	add(c, &b, "client_id", client);
	add(c, &b, "redirect_uri", o->return_to);
	add(c, &b, "state", o->state);
	if (p->scope)
		add(c, &b, "scope", p->scope);
	if (p->pkce) {
		sha256(o->verifier, strlen(o->verifier), sum);
		add(c, &b, "code_challenge", b64_url(c->arena, sum, sizeof(sum)));
		buf_str(&b, "&code_challenge_method=S256");
	}
	return b.data;
}

/* NULL: there is none, or it is no text, or longer than `most` bytes. */
static const char *text_of(struct ctx *c, const struct jval *v, const char *key, size_t most)
{
	const struct jval *m;
	size_t n;

	if (!jin_get(v, key, &m) || jin_type(m) != J_STR)
		return NULL;
	const char *s = jin_str(m, &n);

	return n && n <= most && !memchr(s, 0, n) ? arena_strndup(c->arena, s, n) : NULL;
}

/* *out: the object that was answered. refused: what a 4xx means. */
static enum status ask(struct ctx *c, const struct fetch *f, enum status refused, const struct jval **out)
{
	const char *body, *why;
	size_t at;
	const long status = web_fetch(c->arena, f, &body, &why);

	if (!status)
		return fail(c, E_PROVIDER_FAILED, "the provider: %s", why);
	if (status != 200)
		return fail(c, status >= 400 && status < 500 ? refused : E_PROVIDER_FAILED,
			    "the provider answered %ld", status);
	*out = jin_parse(c->arena, body, strlen(body), &why, &at);
	return jin_type(*out) == J_OBJ ? OK : fail(c, E_PROVIDER_FAILED, "the provider's answer is no JSON object");
}

static enum status token_for(struct ctx *c, const struct oauth *o, const char *code, const char **token)
{
	const struct rules *p = &rules[o->provider];
	struct buf form = buf_new(c->arena, 1024, FORM_MAX);
	const struct jval *answer = NULL;

	buf_str(&form, "grant_type=authorization_code");
	add(c, &form, "client_id", setting(c, p->client));
	add(c, &form, "client_secret", setting(c, p->secret));
	add(c, &form, "redirect_uri", o->return_to);
	add(c, &form, "state", o->state);
	add(c, &form, "code", code);
	if (p->pkce)
		add(c, &form, "code_verifier", o->verifier);
	const struct fetch f = {.url = url_of(c, p, URL_TOKEN), .form = form.data, .timeout_ms = WAIT_MS};
	enum status st = ask(c, &f, E_OAUTH_CALLBACK, &answer);

	if (st != OK)
		return st;
	*token = text_of(c, answer, "access_token", TOKEN_MAX);
	/* Naver says 200 to a code that is none */
	return *token && !strpbrk(*token, "\r\n") ? OK : fail(c, E_OAUTH_CALLBACK, "the provider gave no token");
}

/* As people write it, without what surrounds it, cut where a name may not be longer. */
static const char *name_of(struct ctx *c, const char *s)
{
	const char *p = s ? utf8_nfc(c->arena, s) : "";
	size_t n = 0, left;

	while (*p && isspace((unsigned char)*p))
		p++;
	left = strlen(p);
	for (size_t i = 0; i < NAME_CHARACTERS && n < left; i++)
		n += utf8_next(p + n, left - n);
	while (n && isspace((unsigned char)p[n - 1]))
		n--;
	return n ? arena_strndup(c->arena, p, n) : NULL;
}

/* Lower case, as those who sign up write it; NULL: it is none, or Google says that it may be somebody else's. *proved:
 * it says that it is not. Naver says neither. */
static const char *email_of(struct ctx *c, const struct jval *profile, bool *proved)
{
	const char *email = text_of(c, profile, "email", EMAIL_MAX);
	const struct jval *said;
	const bool says = jin_get(profile, "email_verified", &said);

	*proved = says && jin_type(said) == J_BOOL && jin_bool(said);
	if (says && !*proved)
		email = NULL;
	if (!email)
		return NULL;
	char *lower = arena_strdup(c->arena, email);

	for (char *p = lower; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return fmt_matches(FMT_EMAIL, lower) ? lower : NULL;
}

enum status oauth_end(struct ctx *c, const struct oauth *o, const char *code, struct vouched *out)
{
	const struct rules *p = &rules[o->provider];
	const struct jval *profile = NULL;
	const char *token = NULL;
	enum status st = token_for(c, o, code, &token);

	if (st != OK)
		return st;
	const struct fetch f = {
		.url = url_of(c, p, URL_PROFILE),
		.authorization = arena_printf(c->arena, "Bearer %s", token),
		.timeout_ms = WAIT_MS,
	};

	st = ask(c, &f, E_PROVIDER_FAILED, &profile);
	if (st != OK)
		return st;
	if (p->inside && !jin_get(profile, p->inside, &profile))
		profile = NULL;
	const char *picture = jin_type(profile) == J_OBJ ? text_of(c, profile, p->picture, PICTURE_MAX) : NULL;
	const char *subject = jin_type(profile) == J_OBJ ? text_of(c, profile, p->subject, SUBJECT_MAX) : NULL;

	if (!subject || utf8_ascii(subject) != strlen(subject))
		return fail(c, E_PROVIDER_FAILED, "the provider does not say who it is");
	const char *name = name_of(c, text_of(c, profile, "name", FETCH_ANSWER_MAX));

	if (!name)
		name = name_of(c, text_of(c, profile, p->nickname, FETCH_ANSWER_MAX));
	if (picture && (strncmp(picture, "https://", 8) != 0 || !fmt_matches(FMT_URL, picture)))
		picture = NULL;
	bool proved;
	const char *email = email_of(c, profile, &proved);

	*out = (struct vouched){
		.provider = provider_names[o->provider],
		.subject = subject,
		.email = email,
		.proved = proved,
		.name = name ? name : say(c, "이름 없음", "Nameless"),
		.picture = picture,
	};
	return OK;
}
