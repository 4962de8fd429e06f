/* Signing up, logging in and out, tokens: by the paths of all three products. */
#include "domain/auth/auth.h"
#include "domain/file/file.h"
#include "domain/registry.h"
#include "domain/user/user.h"

#define SIGNUP_IN(F, S)                                                                            \
	F(S, STR, name, .required = true, .min = 2, .max = 50, .trim = true)                       \
	F(S, STR, email, .required = true, .max = 255, .trim = true, .lower = true,                \
	  .fmt = FMT_EMAIL, .fail = E_EMAIL_FORMAT)                                                \
	F(S, STR, password, .required = true, .min = 8, .max = 128, .secret = true,                \
	  .fail = E_PASSWORD_SHORT)                                                                \
	F(S, STR, avatar, .max = 2048, .fmt = FMT_URL)                                             \
	F(S, STR, gender, .one_of = "MALE FEMALE OTHER NONE")                                      \
	F(S, STR, birth_date, .aka = "birthDate", .fmt = FMT_DATE)
SHAPE(signup_in, SIGNUP_IN)

#define REGISTER_IN(F, S)                                                                          \
	F(S, STR, email, .required = true, .max = 255, .trim = true, .lower = true,                \
	  .fmt = FMT_EMAIL)                                                                        \
	F(S, STR, password, .required = true, .min = 8, .max = 128, .secret = true)                \
	F(S, STR, name, .required = true, .min = 1, .max = 100, .trim = true)                      \
	F(S, STR, birth_date, .aka = "birthDate", .required = true, .fmt = FMT_DATE)               \
	F(S, STR, gender, .required = true, .one_of = "MALE FEMALE OTHER")
SHAPE(register_in, REGISTER_IN)

#define LOGIN_IN(F, S)                                                                             \
	F(S, STR, email, .required = true, .max = 255, .trim = true, .lower = true)                \
	F(S, STR, password, .required = true, .max = 128, .secret = true)                          \
	F(S, STR, code, .aka = "twoFactorCode otp", .lax = true, .max = 20, .trim = true, .secret = true, \
	  .doc = "of an account with a second factor: six digits of its app, or a backup code")
SHAPE(login_in, LOGIN_IN)

#define REFRESH_IN(F, S)                                                                           \
	F(S, STR, bearer, .from = FROM_HEADER, .max = 2048, .secret = true,                        \
	  .doc = "the refresh token as `Authorization: Bearer`; wins over the body")               \
	F(S, STR, refreshToken, .aka = "refresh_token", .max = 2048, .secret = true)
SHAPE(refresh_in, REFRESH_IN)

#define ACCOUNT_OUT(F, S)                                                                          \
	F(S, ID, id)                                                                               \
	F(S, STR, email)                                                                           \
	F(S, STR, name)
SHAPE(account_out, ACCOUNT_OUT)

/* The dating app reads snake_case, at the top only. */
#define LOGIN_OUT(F, S)                                                                            \
	F(S, STR, accessToken)                                                                     \
	F(S, STR, refreshToken)                                                                    \
	F(S, STR, access_token, .aka = "token", .place = AT_TOP)                                   \
	F(S, STR, refresh_token, .place = AT_TOP)                                                  \
	F(S, INT, expiresIn, .doc = "life of the access token, s")                                 \
	F(S, STR, tokenType)                                                                       \
	F(S, ID, userId)                                                                           \
	F(S, OBJ(account_out), user)
SHAPE(login_out, LOGIN_OUT)

#define TOKENS_OUT(F, S)                                                                           \
	F(S, STR, accessToken)                                                                     \
	F(S, STR, refreshToken)                                                                    \
	F(S, STR, access_token, .place = AT_TOP)                                                   \
	F(S, STR, refresh_token, .place = AT_TOP)                                                  \
	F(S, INT, expiresIn, .doc = "life of the access token, s")                                 \
	F(S, STR, tokenType)
SHAPE(tokens_out, TOKENS_OUT)

#define DATING_USER_OUT(F, S)                                                                      \
	F(S, ID, user_id, .as_number = true)                                                       \
	F(S, STR, name)                                                                            \
	F(S, STR, email)
SHAPE(dating_user_out, DATING_USER_OUT)

#define REGISTER_OUT(F, S)                                                                         \
	F(S, ID, user_id, .aka = "userId", .as_number = true)                                      \
	F(S, STR, name)                                                                            \
	F(S, STR, email)                                                                           \
	F(S, STR, access_token, .aka = "accessToken")                                              \
	F(S, STR, refresh_token, .aka = "refreshToken")
SHAPE(register_out, REGISTER_OUT)

#define DATING_LOGIN_OUT(F, S)                                                                     \
	F(S, STR, access_token, .aka = "accessToken token")                                        \
	F(S, STR, refresh_token, .aka = "refreshToken")                                            \
	F(S, INT, expires_in)                                                                      \
	F(S, OBJ(dating_user_out), user)
SHAPE(dating_login_out, DATING_LOGIN_OUT)

#define VERIFY_OUT(F, S)                                                                           \
	F(S, BOOL, valid)                                                                          \
	F(S, OBJ(account_out), user)
SHAPE(verify_out, VERIFY_OUT)

#define SUCCESS_OUT(F, S) F(S, BOOL, done)
SHAPE(success_out, SUCCESS_OUT)

static struct device device_of(struct req *r)
{
	return auth_device(&r->ctx, r->user_agent, r->client_ip);
}

static const struct account_out *account_of(struct req *r, const struct login *l)
{
	struct account_out *a = arena_new_of(r->ctx.arena, struct account_out);

	a->id = l->user_id;
	a->email = l->email;
	a->name = l->name;
	return a;
}

static void fill_login(struct req *r, const struct login *l, struct login_out *out)
{
	out->accessToken = out->access_token = l->access;
	out->refreshToken = out->refresh_token = l->refresh;
	out->expiresIn = l->expires_in;
	out->tokenType = "Bearer";
	out->userId = l->user_id;
	out->user = account_of(r, l);
}

#define COUP_SIGNUP_OUT(F, S)                                                                      \
	F(S, BOOL, success)                                                                        \
	F(S, STR, message)                                                                         \
	F(S, OBJ(account_out), user)
SHAPE(coup_signup_out, COUP_SIGNUP_OUT)

static enum status sign_up(struct req *r, const struct signup_in *in, struct login *l)
{
	struct device d = device_of(r);
	struct new_account a = {
		.email = in->email,
		.password = in->password,
		.name = in->name,
		.gender = in->gender,
		.birth_date = in->birth_date,
		.avatar = file_kept_url(&r->ctx, in->avatar),
		.request_key = r->idempotency_key,
	};
	enum status st = user_check_birth(&r->ctx, "birth_date", in->birth_date, 0);

	r->message = say(&r->ctx, "회원가입이 완료되었습니다", "Signed up");
	return st == OK ? auth_signup(&r->ctx, &a, &d, l) : st;
}

HANDLER(auth_signup_post, struct signup_in, struct login_out)
{
	struct login l;
	enum status st = sign_up(r, in, &l);

	if (st == OK)
		fill_login(r, &l, out);
	return st;
}

/* Their page logs in with its own form then. */
HANDLER(coup_signup_post, struct signup_in, struct coup_signup_out)
{
	struct login l;
	enum status st = sign_up(r, in, &l);

	if (st != OK)
		return st;
	out->success = true;
	out->message = r->message;
	out->user = account_of(r, &l);
	return OK;
}

HANDLER(users_register, struct register_in, struct register_out)
{
	struct device d = device_of(r);
	struct new_account a = {
		.email = in->email,
		.password = in->password,
		.name = in->name,
		.gender = in->gender,
		.birth_date = in->birth_date,
		.request_key = r->idempotency_key,
	};
	struct login l;
	enum status st = user_check_birth(&r->ctx, "birth_date", in->birth_date, ADULT_YEARS);

	if (st == OK)
		st = auth_signup(&r->ctx, &a, &d, &l);
	if (st != OK)
		return st;
	out->user_id = l.user_id;
	out->name = l.name;
	out->email = l.email;
	out->access_token = l.access;
	out->refresh_token = l.refresh;
	return OK;
}

HANDLER(auth_login_post, struct login_in, struct login_out)
{
	struct device d = device_of(r);
	struct login l;
	enum status st = auth_login(&r->ctx, in->email, in->password, in->code, &d, &l);

	if (st == OK)
		fill_login(r, &l, out);
	return st;
}

HANDLER(users_login, struct login_in, struct dating_login_out)
{
	struct device d = device_of(r);
	struct dating_user_out *user = arena_new_of(r->ctx.arena, struct dating_user_out);
	struct login l;
	enum status st = auth_login(&r->ctx, in->email, in->password, in->code, &d, &l);

	/* the dating app's server answered 401 here; StudyMate's client must never see that */
	if (st == E_BAD_CREDENTIALS)
		return E_BAD_CREDENTIALS_401;
	if (st != OK)
		return st;
	user->user_id = l.user_id;
	user->name = l.name;
	user->email = l.email;
	out->access_token = l.access;
	out->refresh_token = l.refresh;
	out->expires_in = l.expires_in;
	out->user = user;
	return OK;
}

HANDLER(auth_refresh_post, struct refresh_in, struct tokens_out)
{
	const char *token = in->bearer ? in->bearer : in->refreshToken;
	struct login l;
	enum status st;

	if (!token)
		return E_NO_TOKEN;
	st = auth_refresh(&r->ctx, token, &l);
	if (st != OK)
		return st;
	out->accessToken = out->access_token = l.access;
	out->refreshToken = out->refresh_token = l.refresh;
	out->expiresIn = l.expires_in;
	out->tokenType = "Bearer";
	return OK;
}

HANDLER(auth_logout_post, struct nothing, struct success_out)
{
	out->done = true;
	r->message = say(&r->ctx, "로그아웃되었습니다", "Logged out");
	return auth_logout(&r->ctx);
}

HANDLER(auth_verify, struct nothing, struct verify_out)
{
	struct account_out *a = arena_new_of(r->ctx.arena, struct account_out);
	struct user_brief u;
	enum status st = user_brief(&r->ctx, r->ctx.me.user_id, &u);

	if (st != OK)
		return st;
	a->id = u.id;
	a->email = u.email;
	a->name = u.name;
	out->valid = true;
	out->user = a;
	return OK;
}

/* For gateways, which hold sockets and must end those of ended logins. */
#define ENDED_IN(F, S)                                                                             \
	F(S, INT, since, .from = FROM_QUERY, .max = INT64_MAX / 2, .dflt = "0", .doc = "ms since 1970")     \
	F(S, ID, after, .from = FROM_QUERY, .doc = "of those of that very ms, only ids above this one")
SHAPE(ended_in, ENDED_IN)

#define ENDED_OUT(F, S)                                                                            \
	F(S, STRS, ended, .doc = "ids of logins that ended since; those are all, or the oldest of them") \
	F(S, INT, upTo, .doc = "everything before is among them: the next since, less what clocks differ")  \
	F(S, ID, after, .doc = "not null: there are more, from upTo on and after this id")
SHAPE(ended_out, ENDED_OUT)

HANDLER(ended_logins, struct ended_in, struct ended_out)
{
	struct ended at = {in->since, in->after};
	enum status st = auth_ended(&r->ctx, &at, AS_LIST(&out->ended));

	out->upTo = at.at;
	out->after = at.id;
	return st;
}

#define FACTOR_DOC                                                                                 \
	" With a second factor TWO_FACTOR_REQUIRED says that the same is to be sent again with its `code`."

static const struct route routes[] = {
	ROUTE(auth_signup_post, signup_in, login_out, .on = {"POST /auth/signup"}, .rate = RATE_SIGNUP,
	      .envelope = FLAT, .ok = 201, .own_once = true, .statements = 3,
	      .doc = "Open an account and log in.",
	      .fails = {E_EMAIL_TAKEN, E_EMAIL_FORMAT, E_PASSWORD_SHORT, E_KEY_REUSED, E_SITE_OFF}),
	ROUTE(coup_signup_post, signup_in, coup_signup_out, .on = {"POST /coup/auth/signup"}, .rate = RATE_SIGNUP,
	      .envelope = COUP, .ok = 201, .own_once = true, .statements = 3,
	      .doc = "Open an account (study groups), by the same rules; their page logs in then.",
	      .fails = {E_EMAIL_TAKEN, E_EMAIL_FORMAT, E_PASSWORD_SHORT, E_KEY_REUSED, E_SITE_OFF}),
	ROUTE(users_register, register_in, register_out, .on = {"POST /users/register", "POST /auth/register"},
	      .rate = RATE_SIGNUP, .envelope = BARE, .ok = 201, .own_once = true, .statements = 3,
	      .doc = "Open an account of the dating app (adults only) and log in.",
	      .fails = {E_EMAIL_TAKEN, E_KEY_REUSED, E_SITE_OFF}),
	ROUTE(auth_login_post, login_in, login_out, .on = {"POST /auth/login"}, .rate = RATE_LOGIN,
	      .envelope = FLAT, .statements = 8, .doc = "Log in with e-mail and password." FACTOR_DOC,
	      .fails = {E_BAD_CREDENTIALS, E_ACCOUNT_SUSPENDED, E_CODE_REQUIRED, E_CODE_WRONG}),
	ROUTE(users_login, login_in, dating_login_out, .on = {"POST /users/login"}, .rate = RATE_LOGIN,
	      .envelope = BARE, .statements = 8, .doc = "Log in to the dating app." FACTOR_DOC,
	      .fails = {E_BAD_CREDENTIALS_401, E_ACCOUNT_SUSPENDED, E_CODE_REQUIRED, E_CODE_WRONG}),
	ROUTE(auth_refresh_post, refresh_in, tokens_out, .on = {"POST /auth/refresh"},
	      .auth = AUTH_REFRESH, .rate = RATE_REFRESH, .envelope = FLAT, .statements = 3,
	      .doc = "Replace a refresh token. All who present one token get the same successor; a "
		     "replaced token stays good for a minute, its direct child's parent until the child "
		     "is used; reuse of anything older ends the login.",
	      .fails = {E_NO_TOKEN, E_TOKEN_EXPIRED, E_TOKEN_INVALID}),
	ROUTE(auth_logout_post, nothing, success_out, .on = {"POST /auth/logout"}, .auth = AUTH_USER,
	      .rate = RATE_WRITE, .statements = 1, .doc = "End this login; all its tokens fail from now on."),
	ROUTE(auth_verify, nothing, verify_out, .on = {"GET /auth/verify"}, .auth = AUTH_USER,
	      .rate = RATE_READ, .statements = 1, .doc = "Whether the token is good, and whose it is.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(ended_logins, ended_in, ended_out, .on = {"GET /internal/ended-logins"}, .auth = AUTH_OPERATOR,
	      .statements = 1, .doc = "Logins that ended lately, for the gateways."),
};

extern const struct stmt *const auth_stmts[];
extern const struct schedule auth_schedules[];
extern const struct job auth_jobs[];
const struct domain auth_domain = {
	.name = "auth",
	.doc = "Accounts and logins",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = auth_stmts,
	.jobs = auth_jobs,
	.schedules = auth_schedules,
};
