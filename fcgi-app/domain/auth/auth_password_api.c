/* Another password: as the learners' settings and the study groups' page have it, and for who has forgotten theirs. */
#include "domain/auth/auth.h"
#include "domain/registry.h"

#include <ctype.h>

enum { PASSWORD_MIN = 8, PASSWORD_MAX = 128 };

#define PASSWORD_IN(F, S)                                                                          \
	F(S, STR, currentPassword, .max = PASSWORD_MAX, .secret = true, .doc = "of an account that has one") \
	F(S, STR, newPassword, .required = true, .min = PASSWORD_MIN, .max = PASSWORD_MAX, .secret = true, \
	  .fail = E_PASSWORD_SHORT, .doc = "letters, digits and other characters")
SHAPE(password_in, PASSWORD_IN)
#define PASSWORD_OUT(F, S) F(S, TIME, changedAt)
SHAPE(password_out, PASSWORD_OUT)

#define COUP_PASSWORD_IN(F, S)                                                                     \
	F(S, STR, currentPassword, .required = true, .max = 1000, .secret = true)                  \
	F(S, STR, newPassword, .required = true, .max = 1000, .secret = true)                      \
	F(S, STR, confirmPassword, .max = 1000, .secret = true)
SHAPE(coup_password_in, COUP_PASSWORD_IN)
#define COUP_PASSWORD_OUT(F, S)                                                                    \
	F(S, BOOL, success)                                                                        \
	F(S, STR, message)
SHAPE(coup_password_out, COUP_PASSWORD_OUT)

/* Which kinds of characters there are; letters of other scripts are letters. */
struct kinds {
	bool lower, upper, digit, other;
};

static struct kinds kinds_of(const char *s)
{
	struct kinds k = {0};

	for (; *s; s++) {
		if (isdigit((unsigned char)*s))
			k.digit = true;
		else if (isupper((unsigned char)*s))
			k.upper = true;
		else if (islower((unsigned char)*s) || (unsigned char)*s >= 0x80)
			k.lower = true;
		else
			k.other = true;
	}
	return k;
}

static bool is_common(const char *s)
{
	static const char *const starts[] = {"123456", "password", "qwerty", "abc123", "admin"};
	size_t run = 1;

	for (size_t i = 0; i < COUNT(starts); i++)
		if (!strncasecmp(s, starts[i], strlen(starts[i])))
			return true;
	for (; *s && run < 3; s++)
		run = s[0] == s[1] ? run + 1 : 1;
	return run >= 3;
}

/* As the study groups' client counts. */
static bool is_strong(const char *s)
{
	size_t n = strlen(s);
	struct kinds k = kinds_of(s);
	int kinds = k.lower + k.upper + k.digit + k.other;

	if (n < PASSWORD_MIN || n > PASSWORD_MAX || kinds < 2)
		return false;
	return 1 + (n >= 12) + (kinds >= 3) + (kinds == 4) - is_common(s) >= 2;
}

HANDLER(settings_password_patch, struct password_in, struct password_out)
{
	struct kinds k = kinds_of(in->newPassword);

	if (!(k.lower || k.upper) || !k.digit || !k.other)
		return E_PASSWORD_WEAK;
	out->changedAt = r->ctx.now;
	r->message = say(&r->ctx, "비밀번호가 성공적으로 변경되었습니다", "Your password was changed");
	return auth_change_password(&r->ctx, in->currentPassword, in->newPassword, true);
}

HANDLER(coup_password_patch, struct coup_password_in, struct coup_password_out)
{
	struct ctx *c = &r->ctx;

	if (in->confirmPassword && strcmp(in->confirmPassword, in->newPassword) != 0)
		return E_PASSWORD_MISMATCH;
	if (!is_strong(in->newPassword))
		return E_PASSWORD_WEAK;
	enum status st = auth_change_password(c, in->currentPassword, in->newPassword, false);

	out->success = true;
	out->message = say(c, "비밀번호가 변경되었습니다", "Your password was changed");
	return st == E_PASSWORD_WRONG ? E_PASSWORD_WRONG_401 : st;
}

#define RESET_IN(F, S)                                                                             \
	F(S, STR, token, .required = true, .max = 200, .secret = true, .doc = "what the link has behind `#token=`") \
	F(S, STR, newPassword, .aka = "password", .required = true, .min = PASSWORD_MIN, .max = PASSWORD_MAX,   \
	  .secret = true, .fail = E_PASSWORD_SHORT)
SHAPE(reset_in, RESET_IN)

HANDLER(password_reset, struct reset_in, struct password_out)
{
	if (!is_strong(in->newPassword))
		return E_PASSWORD_WEAK;
	out->changedAt = r->ctx.now;
	r->message = say(&r->ctx, "비밀번호가 변경되었습니다. 새 비밀번호로 로그인해 주세요",
			 "Your password was changed. Log in with the new one");
	return auth_reset(&r->ctx, in->token, in->newPassword);
}

static const struct code_row codes[] = {
	{E_NO_TOKEN, NULL, "AUTH_006"},
	{E_TOKEN_EXPIRED, NULL, "AUTH_007"},
	{E_TOKEN_INVALID, NULL, "AUTH_008"},
	{E_RATE_LIMITED, NULL, "AUTH_010"},
	{E_VALIDATION, NULL, "PROFILE-036"},
	{E_PASSWORD_WEAK, NULL, "PROFILE-039"},
	{E_PASSWORD_REUSED, NULL, "PROFILE-049"},
	{E_USER_NOT_FOUND, NULL, "PROFILE-015"},
	{0},
};

static const struct route routes[] = {
	ROUTE(settings_password_patch, password_in, password_out, .on = {"PATCH,PUT /settings/password"},
	      .auth = AUTH_USER, .rate = RATE_WRITE, .envelope = FLAT, .statements = 2,
	      .doc = "Change my password, or set the first one. All my other logins end.",
	      .fails = {E_PASSWORD_SHORT, E_PASSWORD_WEAK, E_PASSWORD_WRONG, E_PASSWORD_REUSED, E_USER_NOT_FOUND}),
	ROUTE(coup_password_patch, coup_password_in, coup_password_out,
	      .on = {"PATCH /coup/users/me/password", "PATCH /users/me/password", "PUT /coup/user/password"},
	      .auth = AUTH_SESSION, .rate = RATE_WRITE, .envelope = COUP_E2, .codes = codes, .statements = 2,
	      .doc = "Change my password (study groups). All my other logins end.",
	      .fails = {E_PASSWORD_WEAK, E_PASSWORD_MISMATCH, E_PASSWORD_WRONG_401, E_PASSWORD_REUSED, E_PASSWORD_NONE,
			E_USER_NOT_FOUND}),
	ROUTE(password_reset, reset_in, password_out, .on = {"POST /auth/password/reset"}, .rate = RATE_LOGIN,
	      .envelope = FLAT, .statements = 2,
	      .doc = "Set another password by the link of that mail. All my logins end; log in with it then.",
	      .fails = {E_PASSWORD_SHORT, E_PASSWORD_WEAK, E_PASSWORD_REUSED, E_LINK}),
};

const struct domain auth_password_domain = {
	.name = "auth",
	.doc = "Accounts and logins",
	.routes = routes,
	.n_routes = COUNT(routes),
};
