/* The account as the page of the settings has it: texts are never null there. */
#include "domain/admin/admin.h"
#include "domain/registry.h"
#include "domain/settings/settings_sql.h"
#include "domain/user/user.h"

#include <ctype.h>

#define ACCOUNT_SETTINGS_OUT(F, S)                                                                 \
	F(S, STR, email)                                                                           \
	F(S, STR, phoneNumber)                                                                     \
	F(S, STR, englishName)                                                                     \
	F(S, STR, residence)                                                                       \
	F(S, STR, profileImage)                                                                    \
	F(S, STR, bio)                                                                             \
	F(S, STR, birthDate, .doc = "YYYY-MM-DD, or empty")                                        \
	F(S, STR, gender, .doc = "male, female, other, or empty")                                  \
	F(S, ID, userId, .place = IN_DATA)                                                         \
	F(S, STR, displayName, .aka = "username", .place = IN_DATA)                                \
	F(S, BOOL, verified, .place = IN_DATA, .doc = "whether the address is confirmed") \
	F(S, TIME, createdAt, .place = IN_DATA)                                                    \
	UPDATED_OUT(F, S)
SHAPE(account_settings_out, ACCOUNT_SETTINGS_OUT)

/* The page sends back all it was given; what it may not empty counts as absent then. */
#define ACCOUNT_SETTINGS_IN(F, S)                                                                  \
	F(S, STR, displayName, .max = 100, .trim = true)                                           \
	F(S, STR, email, .max = 255, .trim = true, .lower = true, .fmt = FMT_EMAIL)                \
	F(S, STR, phoneNumber, .max = 32, .trim = true, .keep_empty = true, .doc = "digits, - + ( ) and blanks") \
	F(S, STR, englishName, .min = 2, .max = 50, .trim = true)                                  \
	F(S, STR, residence, .max = 255, .trim = true, .keep_empty = true)                         \
	F(S, STR, profileImage, .max = 2048, .fmt = FMT_URL)                                       \
	F(S, STR, bio, .max = 1000, .lines = true, .keep_empty = true)                             \
	F(S, STR, birthDate, .fmt = FMT_DATE)                                                      \
	F(S, STR, gender, .one_of = "MALE FEMALE OTHER NONE")
SHAPE(account_settings_in, ACCOUNT_SETTINGS_IN)

static const char *text(const char *s)
{
	return s ? s : "";
}

static const char *lower(struct ctx *c, const char *s)
{
	char *copy = arena_strdup(c->arena, s);

	for (char *p = copy; *p; p++)
		*p = (char)tolower(*p);
	return copy;
}

HANDLER(settings_account_get, struct nothing, struct account_settings_out)
{
	struct ctx *c = &r->ctx;
	struct account_settings_row row;
	enum status st = settings_sql_account(c, &row);

	if (st != OK)
		return st == E_NO_ROW ? E_USER_NOT_FOUND : st;
	out->email = text(row.email);
	out->phoneNumber = text(row.phone);
	out->englishName = text(row.english_name);
	out->residence = text(row.residence);
	out->profileImage = row.profile_image;
	out->bio = text(row.bio);
	out->birthDate = text(user_birth_date(c, row.birth_year, row.birth_monthday));
	out->gender = row.gender && strcmp(row.gender, "NONE") != 0 ? lower(c, row.gender) : "";
	out->userId = row.id;
	out->displayName = row.name;
	out->verified = row.email_confirmed_at != 0;
	out->createdAt = row.created_at;
	return OK;
}

struct account_change {
	const struct account_settings_in *in;
	const struct user_patch *patch;
};

static enum status save(struct ctx *c, void *arg)
{
	const struct account_change *ch = arg;
	struct account_address_row was = {0};
	enum status st = ch->in->email ? settings_sql_address(c, &was) : OK;

	if (st == OK)
		st = settings_sql_account_save(c, ch->in->email, ch->in->phoneNumber);
	if (st == OK && ch->in->email && !(was.email && !strcmp(was.email, ch->in->email)))
		st = admin_address_left(c, c->me.user_id, was.email, NOTIFY_ADDRESS_CHANGED);
	return st == OK ? user_save(c, ch->patch) : st;
}

HANDLER(settings_account_patch, struct account_settings_in, struct account_settings_out)
{
	struct ctx *c = &r->ctx;
	struct user_patch p = {
		.name = in->displayName,
		.english_name = in->englishName,
		.gender = in->gender,
		.residence = in->residence,
		.bio = in->bio,
		.birth_year = in->birthDate ? strtol(in->birthDate, NULL, 10) : 0,
		.birth_monthday = in->birthDate ? in->birthDate + 5 : NULL,
	};
	struct account_change ch = {in, &p};
	enum status st = user_check_birth(c, "birthDate", in->birthDate, 0);

	if (st != OK)
		return st;
	if (in->phoneNumber && in->phoneNumber[strspn(in->phoneNumber, "0123456789-+() ")]) {
		fail_field(c, "phoneNumber", "format",
			   say(c, "형식이 올바르지 않습니다", "is not in the right format"));
		return E_VALIDATION;
	}
	st = db_tx(c, save, &ch);
	if (st == OK && in->profileImage) /* has a transaction of its own, and nothing of it can be refused any more */
		st = user_picture(c, in->profileImage);
	if (st == OK)
		st = settings_account_get(r, NULL, out);
	out->updatedAt = c->now;
	return st;
}

static const struct route routes[] = {
	ROUTE(settings_account_get, nothing, account_settings_out, .on = {"GET /settings/account"}, .auth = AUTH_USER,
	      .rate = RATE_READ, .envelope = FLAT, .statements = 1,
	      .doc = "My account, as the page of the settings has it.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(settings_account_patch, account_settings_in, account_settings_out, .on = {"PATCH,PUT /settings/account"},
	      .auth = AUTH_USER, .rate = RATE_WRITE, .envelope = FLAT, .statements = 12,
	      .doc = "Change what is given; the answer is all of it. An empty phoneNumber, residence or bio is none, "
		     "other empty texts count as absent. The address it was before is told of another one.",
	      .fails = {E_USER_NOT_FOUND, E_EMAIL_TAKEN}),
};

const struct domain settings_account_domain = {
	.name = "settings",
	.doc = "What people set for themselves",
	.routes = routes,
	.n_routes = COUNT(routes),
};
