/* The caller's profile as the study groups' page changes it. */
#include "base/utf8.h"
#include "domain/registry.h"
#include "domain/user/user.h"

#include <ctype.h>

enum { NAME_MIN = 2 };

#define COUP_ME_IN(F, S)                                                                           \
	F(S, STR, name, .max = 50, .keep_empty = true)                                             \
	F(S, STR, bio, .max = 200, .nullable = true, .keep_empty = true, .lines = true)            \
	F(S, STR, avatar, .max = 2048, .nullable = true, .fmt = FMT_URL)
SHAPE(coup_me_in, COUP_ME_IN)

#define COUP_ME_USER(F, S)                                                                         \
	F(S, ID, id)                                                                               \
	F(S, STR, email)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, STR, avatar)                                                                          \
	F(S, STR, bio)
SHAPE(coup_me_user, COUP_ME_USER)
#define COUP_ME_OUT(F, S)                                                                          \
	F(S, BOOL, success)                                                                        \
	F(S, STR, message)                                                                         \
	F(S, OBJ(coup_me_user), user)
SHAPE(coup_me_out, COUP_ME_OUT)

static enum status refuse(struct ctx *c, const char *field, const char *rule, const char *ko, const char *en)
{
	fail_field(c, field, rule, say(c, ko, en));
	return E_VALIDATION;
}

static bool is_letter(const char *s, size_t n)
{
	/* Hangul: syllables, and the letters they are made of; composed before */
	return (n == 1 && (isalnum((unsigned char)*s) || strchr(" -_.", *s))) ||
	       (n == 3 && ((memcmp(s, "\xea\xb0\x80", 3) >= 0 && memcmp(s, "\xed\x9e\xa3", 3) <= 0) ||
			   (memcmp(s, "\xe3\x84\xb1", 3) >= 0 && memcmp(s, "\xe3\x86\x8e", 3) <= 0)));
}

static enum status check_name(struct ctx *c, const char *s)
{
	size_t n = strlen(s), len;
	bool good = utf8_count(s) >= NAME_MIN && s[0] != ' ' && s[n - 1] != ' ' && !strstr(s, "  ");

	for (const char *p = s; good && *p; p += len) {
		len = (unsigned char)*p < 0x80 ? 1 : (unsigned char)*p < 0xe0 ? 2 : (unsigned char)*p < 0xf0 ? 3 : 4;
		good = is_letter(p, len);
	}
	return good ? OK
		    : refuse(c, "name", "format", "이름은 2~50자의 한글, 영문, 숫자, 공백, -_. 만 사용할 수 있습니다",
			     "must be 2 to 50 letters, digits, single blanks or -_.");
}

static bool is_word_char(int ch)
{
	return isalnum(ch) || ch == '_';
}

/* The word, by itself, whatever its case. */
static const char *find_word(const char *s, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = s; (p = strcasestr(p, word)); p++)
		if ((p == s || !is_word_char((unsigned char)p[-1])) && !is_word_char((unsigned char)p[n]))
			return p;
	return NULL;
}

/* " onclick =": an attribute that is a script. */
static bool has_handler(const char *s)
{
	for (const char *p = s; (p = strcasestr(p, "on")); p++) {
		const char *end = p + 2;

		if (p > s && is_word_char((unsigned char)p[-1]))
			continue;
		while (is_word_char((unsigned char)*end))
			end++;
		if (end > p + 2 && end[strspn(end, " \t\r\n")] == '=')
			return true;
	}
	return false;
}

static bool has_script(const char *s)
{
	static const char *const tags[] = {"script", "iframe", "embed", "object", "img", "link", "meta", "svg", "form",
					   "input"};
	static const char *const texts[] = {"javascript:", "eval(", "expression(", "vbscript:", "data:text/html"};

	for (const char *p = s; (p = strchr(p, '<')); p++) {
		const char *name = p + 1 + strspn(p + 1, " \t\r\n/");

		for (size_t i = 0; i < COUNT(tags); i++)
			if (!strncasecmp(name, tags[i], strlen(tags[i])) &&
			    !is_word_char((unsigned char)name[strlen(tags[i])]))
				return true;
	}
	for (size_t i = 0; i < COUNT(texts); i++)
		if (strcasestr(s, texts[i]))
			return true;
	return has_handler(s);
}

/* What that client's documents refuse. It protects nothing here, where no statement is made of texts. */
static bool has_sql(const char *s)
{
	static const char *const words[] = {"select", "insert", "update", "delete", "drop", "create", "alter", "exec",
					    "execute", "union"};
	static const char *const either[] = {"or", "and"};

	if (strstr(s, "--") || strstr(s, "/*") || strchr(s, '#'))
		return true;
	for (size_t i = 0; i < COUNT(words); i++)
		if (find_word(s, words[i]))
			return true;
	for (size_t i = 0; i < COUNT(either); i++) {
		const char *at = find_word(s, either[i]);

		if (at && strchr(at, '='))
			return true;
	}
	return false;
}

static enum status check_text(const char *s)
{
	if (s && has_script(s))
		return E_PROFILE_SCRIPT;
	return s && has_sql(s) ? E_PROFILE_SQL : OK;
}

static enum status check(struct ctx *c, const struct coup_me_in *in)
{
	enum status st = OK;

	if ((!in->has.name && !in->has.bio && !in->has.avatar) || (in->name && !*in->name))
		return refuse(c, "body", "required", "수정할 내용을 입력해 주세요",
			      "says nothing to change, or an empty name");
	if (in->name)
		st = check_text(in->name);
	if (st == OK && in->bio)
		st = check_text(in->bio);
	return st == OK && in->name ? check_name(c, in->name) : st;
}

HANDLER(coup_me_patch, struct coup_me_in, struct coup_me_out)
{
	struct ctx *c = &r->ctx;
	struct coup_me_user *u = arena_new_of(c->arena, struct coup_me_user);
	struct user_patch p = {
		.name = in->name,
		.bio = in->has.bio == GIVEN_NULL ? "" : in->bio,
		.profile_image = in->has.avatar == GIVEN_NULL ? "" : in->avatar,
	};
	struct user_brief now;
	enum status st = check(c, in);

	if (st == OK)
		st = user_save(c, &p);
	if (st == OK)
		st = user_brief(c, c->me.user_id, &now);
	if (st != OK)
		return st;
	*u = (struct coup_me_user){now.id, now.email, now.name, now.image, now.bio, .has = {0}};
	out->success = true;
	out->message = say(c, "프로필이 수정되었습니다", "Your profile was changed");
	out->user = u;
	return OK;
}

static const struct code_row codes[] = {
	{E_NO_TOKEN, NULL, "AUTH_006"},
	{E_TOKEN_EXPIRED, NULL, "AUTH_007"},
	{E_TOKEN_INVALID, NULL, "AUTH_008"},
	{E_USER_NOT_FOUND, NULL, "PROFILE-015"},
	{E_VALIDATION, "name", "PROFILE-002"},
	{E_VALIDATION, "bio", "PROFILE-005"},
	{E_VALIDATION, "avatar", "PROFILE-034"},
	{E_VALIDATION, NULL, "PROFILE-001"},
	{0},
};

static const struct route routes[] = {
	ROUTE(coup_me_patch, coup_me_in, coup_me_out, .on = {"PATCH /coup/users/me"}, .auth = AUTH_SESSION,
	      .rate = RATE_WRITE, .envelope = COUP, .codes = codes, .statements = 3,
	      .doc = "Change my name, introduction or picture (study groups); null takes away the last two.",
	      .fails = {E_USER_NOT_FOUND, E_PROFILE_SCRIPT, E_PROFILE_SQL}),
};

const struct domain user_coup_domain = {
	.name = "user",
	.doc = "My account and profile",
	.routes = routes,
	.n_routes = COUNT(routes),
};
