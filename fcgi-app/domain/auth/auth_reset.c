/* A forgotten password, and the link in a mail that stands in for it. */
#include "domain/auth/auth_sql.h"
#include "domain/notification/notification.h"
#include "kv/gate.h"
#include "sec/password.h"
#include "sec/token.h"

enum status auth_forgot(struct ctx *c, const char *email)
{
	struct gate_answer limit;

	if (!notification_mails(c))
		return E_MAIL_OFF;
	if (!gate_take(c, RATE_FORGOT, email, &limit)) {
		c->retry_after = (int)(limit.retry_ms / 1000 + 1);
		return fail(c, E_RATE_LIMITED, "too many mails to one address");
	}
	return auth_sql_forgot(c, email);
}

/* claim: the token without its signature. */
static const char *signed_text(struct ctx *c, const char *claim, const char *email)
{
	return arena_printf(c->arena, "password reset\n%s\n%s", claim, email);
}

const char *auth_reset_url(struct ctx *c, const struct reset *r, const char *email)
{
	const char *page = *c->conf->reset_url ? c->conf->reset_url
					       : conf_on_site(c->arena, c->conf, "/reset-password/");
	char hex[SIGNATURE_HEX + 1];
	const char *claim = arena_printf(c->arena, "%llu.%llu.%lld", (unsigned long long)r->user_id,
					 (unsigned long long)r->password_id, (long long)r->until);

	token_sign_text(signed_text(c, claim, email), hex);
	return arena_printf(c->arena, "%s#token=%s.%s", page, claim, hex);
}

enum status auth_reset_link(struct ctx *c, uint64_t user_id, const char **link)
{
	struct list rows = {0};
	enum status st = auth_sql_passwords(c, user_id, &rows);
	const struct password_row *p = rows.v;

	if (st == OK && (!rows.n || !p->email))
		st = E_USER_NOT_FOUND;
	if (st == OK)
		*link = auth_reset_url(c, &(struct reset){user_id, p->id, c->now + RESET_TTL_MS}, p->email);
	return st;
}

static bool read_token(const char *token, struct reset *r)
{
	char *end;

	r->user_id = strtoull(token, &end, 10);
	if (*end != '.')
		return false;
	r->password_id = strtoull(end + 1, &end, 10);
	if (*end != '.')
		return false;
	r->until = strtoll(end + 1, &end, 10);
	return *end == '.';
}

/* Read with care, it is believed only once its account has said which address it must be signed with. */
static bool is_ours(struct ctx *c, const char *token, const char *email)
{
	const char *dot = strrchr(token, '.');
	const char *claim = arena_strndup(c->arena, token, (size_t)(dot - token));

	return email && token_signed_text(signed_text(c, claim, email), dot + 1);
}

enum status auth_reset(struct ctx *c, const char *token, const char *fresh)
{
	struct reset r = {0};
	struct list rows = {0};
	enum status st = read_token(token, &r) ? auth_sql_passwords(c, r.user_id, &rows) : OK;
	const struct password_row *p = rows.v;

	if (st != OK)
		return st;
	if (!rows.n || !is_ours(c, token, p->email))
		return fail(c, E_RESET_LINK, "not signed by us");
	if (r.until <= c->now || r.password_id != p->id)
		return fail(c, E_RESET_LINK, r.until <= c->now ? "too late" : "another password by now");
	for (size_t i = 0; p->id && i < rows.n; i++)
		if (password_verify(c->conf, p[i].hash, fresh))
			return E_PASSWORD_REUSED;
	const char *hash = password_hash(c->arena, c->conf, fresh);

	st = hash ? auth_sql_password(c, r.user_id, p->id, hash, 0)
		  : fail(c, E_OVERLOADED, "no memory to hash a password");
	return st == E_PASSWORD_WRONG || st == E_USER_NOT_FOUND ? E_RESET_LINK : st;
}
