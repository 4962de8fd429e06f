/* Deleting one's account: as the learners' settings and as the study groups' page have it. */
#include "domain/coup.h"
#include "domain/erase/erase.h"
#include "domain/registry.h"
#include "sec/token.h"

#define ERASE_IN(F, S)                                                                             \
	F(S, STR, password, .max = 128, .keep_empty = true, .secret = true, .doc = "of an account that has one")
SHAPE(erase_in, ERASE_IN)
#define ERASE_OUT(F, S) F(S, TIME, deletedAt)
SHAPE(erase_out, ERASE_OUT)

#define ERASE_COUP_IN(F, S)                                                                        \
	F(S, STR, confirmation, .max = 255, .trim = true,                                          \
	  .doc = "my e-mail address, or DELETE; two of the three pages send no body at all")
SHAPE(erase_coup_in, ERASE_COUP_IN)

HANDLER(settings_account_delete, struct erase_in, struct erase_out)
{
	out->deletedAt = r->ctx.now;
	r->message = say(&r->ctx, "계정이 성공적으로 삭제되었습니다.", "Your account was deleted");
	return erase_me(&r->ctx, in->password);
}

HANDLER(coup_me_delete, struct erase_coup_in, struct coup_done)
{
	struct ctx *c = &r->ctx;

	if ((!in->confirmation || !*in->confirmation) && r->content_length > 0) {
		fail_field(c, "confirmation", "required", say(c, "필수 항목입니다", "is required"));
		return E_VALIDATION;
	}
	enum status st = erase_member(c, in->confirmation);

	if (st != OK)
		return st;
	req_set_cookie(r, SESSION_COOKIE, "", 0);
	out->success = true;
	out->message = say(c, "계정이 삭제되었습니다", "Your account was deleted");
	return OK;
}

static const struct code_row codes[] = {
	{E_NO_TOKEN, NULL, "AUTH_006"},
	{E_TOKEN_EXPIRED, NULL, "AUTH_007"},
	{E_TOKEN_INVALID, NULL, "AUTH_008"},
	{E_USER_NOT_FOUND, NULL, "PROFILE-015"},
	{E_VALIDATION, NULL, "PROFILE-001"},
	{0},
};

static const struct route routes[] = {
	ROUTE(settings_account_delete, erase_in, erase_out, .on = {"DELETE /settings/account", "DELETE /users/account"},
	      .auth = AUTH_USER, .rate = RATE_WRITE, .envelope = FLAT, .statements = 2,
	      .doc = "Delete my account, at once and for good. Study groups of mine go to their eldest admin or "
		     "member, or with me.",
	      .fails = {E_PASSWORD_WRONG, E_USER_NOT_FOUND}),
	ROUTE(coup_me_delete, erase_coup_in, coup_done, .on = {"DELETE /coup/users/me"}, .auth = AUTH_SESSION,
	      .rate = RATE_WRITE, .envelope = COUP_E2, .codes = codes, .statements = 2,
	      .doc = "Delete my account, at once and for good (study groups). Owners hand over or delete their groups "
		     "first.",
	      .fails = {E_ERASE_MISMATCH, E_ERASE_OWNER, E_USER_NOT_FOUND}),
};

extern const struct stmt *const erase_stmts[];
extern const struct job erase_jobs[];
const struct domain erase_domain = {
	.name = "user",
	.doc = "My account and profile",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = erase_stmts,
	.jobs = erase_jobs,
};
