/* Links in mails: for a password that was forgotten, and to say that an address is theirs. */
#include "domain/auth/auth_sql.h"
#include "domain/notification/notification.h"
#include "kv/gate.h"
#include "sec/password.h"
#include "sec/token.h"

/* The first line of what is signed: a link is good for one thing. */
#define FOR_PASSWORD "password reset"
#define FOR_ADDRESS "address"

/* Whoever asks learns nothing of whether there is such an account. */
static enum status ask(struct ctx *c, const char *event, const char *email)
{
	struct gate_answer limit;

	if (!notification_mails(c))
		return E_MAIL_OFF;
	if (!gate_take(c, RATE_FORGOT, email, &limit)) {
		c->retry_after = (int)(limit.retry_ms / 1000 + 1);
		return fail(c, E_RATE_LIMITED, "too many mails to one address");
	}
	return auth_sql_of_address(c, event, email);
}

enum status auth_forgot(struct ctx *c, const char *email)
{
	return ask(c, "auth.password_forgotten", email);
}

enum status auth_ask_address(struct ctx *c, const char *email)
{
	return ask(c, "auth.address_asked", email);
}

static const char *page(struct ctx *c, const char *theirs, const char *ours)
{
	return *theirs ? theirs : conf_on_site(c->arena, c->conf, ours);
}

const char *auth_reset_page(struct ctx *c)
{
	return page(c, c->conf->reset_url, "/reset-password/");
}

/* claim: the token without its signature. */
static const char *signed_text(struct ctx *c, const char *use, const char *claim, const char *email)
{
	return arena_printf(c->arena, "%s\n%s\n%s", use, claim, email);
}

static const char *url(struct ctx *c, const char *at, const char *use, const char *claim, const char *email)
{
	char hex[SIGNATURE_HEX + 1];

	token_sign_text(signed_text(c, use, claim, email), hex);
	return arena_printf(c->arena, "%s#token=%s.%s", at, claim, hex);
}

const char *auth_reset_url(struct ctx *c, const struct reset *r, const char *email)
{
	const char *claim = arena_printf(c->arena, "%llu.%llu.%lld.%d", (unsigned long long)r->user_id,
					 (unsigned long long)r->password_id, (long long)r->until, r->mailed);

	return url(c, auth_reset_page(c), FOR_PASSWORD, claim, email);
}

const char *auth_confirm_url(struct ctx *c, uint64_t user_id, int64_t until, const char *email)
{
	const char *claim = arena_printf(c->arena, "%llu.%lld", (unsigned long long)user_id, (long long)until);

	return url(c, page(c, c->conf->confirm_url, "/confirm-email/"), FOR_ADDRESS, claim, email);
}

enum status auth_reset_link(struct ctx *c, uint64_t user_id, const char **link)
{
	struct list rows = {0};
	enum status st = auth_sql_passwords(c, user_id, &rows);
	const struct password_row *p = rows.v;

	if (st == OK && (!rows.n || !p->email))
		st = E_USER_NOT_FOUND;
	if (st == OK)
		*link = auth_reset_url(c, &(struct reset){user_id, p->id, c->now + RESET_TTL_MS, false}, p->email);
	return st;
}

/* The n numbers before the signature. Read with care: they are believed only once their account has said which address
 * they must be signed with. */
static bool read_token(const char *token, int64_t *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *end;

		v[i] = strtoll(token, &end, 10);
		if (*end != '.')
			return false;
		token = end + 1;
	}
	return true;
}

static bool is_ours(struct ctx *c, const char *use, const char *token, const char *email)
{
	const char *dot = strrchr(token, '.');
	const char *claim = arena_strndup(c->arena, token, (size_t)(dot - token));

	return email && token_signed_text(signed_text(c, use, claim, email), dot + 1);
}

enum status auth_reset(struct ctx *c, const char *token, const char *fresh)
{
	int64_t v[4] = {0};
	struct list rows = {0};
	enum status st = read_token(token, v, COUNT(v)) ? auth_sql_passwords(c, (uint64_t)v[0], &rows) : OK;
	const struct password_row *p = rows.v;
	const struct reset r = {(uint64_t)v[0], (uint64_t)v[1], v[2], v[3]};

	if (st != OK)
		return st;
	if (!rows.n || !is_ours(c, FOR_PASSWORD, token, p->email))
		return fail(c, E_LINK, "not signed by us");
	if (r.until <= c->now || r.password_id != p->id)
		return fail(c, E_LINK, r.until <= c->now ? "too late" : "another password by now");
	for (size_t i = 0; p->id && i < rows.n; i++)
		if (password_verify(c->conf, p[i].hash, fresh))
			return E_PASSWORD_REUSED;
	const char *hash = password_hash(c->arena, c->conf, fresh);

	st = hash ? auth_sql_password(c, r.user_id, p->id, hash, 0, r.mailed)
		  : fail(c, E_OVERLOADED, "no memory to hash a password");
	return st == E_PASSWORD_WRONG || st == E_USER_NOT_FOUND ? E_LINK : st;
}

enum status auth_confirm_address(struct ctx *c, const char *token, const char **email)
{
	int64_t v[2] = {0};
	struct list rows = {0};
	enum status st = read_token(token, v, COUNT(v)) ? auth_sql_passwords(c, (uint64_t)v[0], &rows) : OK;

	if (st != OK)
		return st;
	*email = rows.n ? ((const struct password_row *)rows.v)->email : NULL;
	if (!rows.n || !is_ours(c, FOR_ADDRESS, token, *email))
		return fail(c, E_LINK, "not signed by us");
	if (v[1] <= c->now)
		return fail(c, E_LINK, "too late");
	st = auth_sql_confirmed(c, (uint64_t)v[0], *email);
	return st == E_NO_ROW ? E_LINK : st;
}

enum status auth_address_new(struct ctx *c, uint64_t user_id)
{
	return auth_sql_address_new(c, user_id);
}
