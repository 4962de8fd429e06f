/* The caller's profile as the study groups' pages show and change it. */
#include "base/utf8.h"
#include "domain/file/file.h"
#include "domain/registry.h"
#include "domain/user/user_shapes.h"
#include "domain/user/user_sql.h"
#include "http/validate.h"

#include <ctype.h>

/* JSON_MIB: a picture in base64, and what is around it. */
enum { NAME_MIN = 2, AVATAR_LEAST = 1024, URL_LIMIT = 2048, JSON_MIB = 7 };

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

#define COUP_AVATAR_IN(F, S) F(S, FILES, file, .required = true, .max = 1)
SHAPE(coup_avatar_in, COUP_AVATAR_IN)

#define COUP_PROFILE_IN(F, S)                                                                      \
	F(S, STR, name, .min = NAME_MIN, .max = 50, .trim = true, .keep_empty = true)              \
	F(S, STR, bio, .max = 200, .nullable = true, .keep_empty = true, .lines = true)            \
	F(S, STR, avatar, .max = STORE_MIB(JSON_MIB), .nullable = true, .ascii = true,             \
	  .doc = "an address, or the picture itself as a data: URL in base64; null takes it away")
SHAPE(coup_profile_in, COUP_PROFILE_IN)
#define COUP_PROFILE_OUT(F, S)                                                                     \
	F(S, BOOL, success)                                                                        \
	F(S, STR, message)                                                                         \
	F(S, OBJ(study_user_out), user)
SHAPE(coup_profile_out, COUP_PROFILE_OUT)

#define COUP_SELF_COUNTS(F, S)                                                                     \
	F(S, INT, studyMembers, .doc = "groups I am in, or have asked to join")                    \
	F(S, INT, tasks)                                                                           \
	F(S, INT, notifications, .doc = "of groups")
SHAPE(coup_self_counts, COUP_SELF_COUNTS)
#define COUP_SELF_STATS(F, S)                                                                      \
	F(S, INT, studyCount)                                                                      \
	F(S, INT, taskCount)                                                                       \
	F(S, INT, unreadNotifications)
SHAPE(coup_self_stats, COUP_SELF_STATS)
#define COUP_SELF(F, S)                                                                            \
	STUDY_USER_OUT(F, S)                                                                       \
	F(S, OBJ(coup_self_counts), _count)                                                        \
	F(S, OBJ(coup_self_stats), stats)
SHAPE(coup_self, COUP_SELF)
#define COUP_SELF_OUT(F, S)                                                                        \
	F(S, BOOL, success)                                                                        \
	F(S, OBJ(coup_self), user)
SHAPE(coup_self_out, COUP_SELF_OUT)

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

static enum status show_me(struct ctx *c, const char *message, struct coup_me_out *out)
{
	struct coup_me_user *u = arena_new_of(c->arena, struct coup_me_user);
	struct user_brief now;
	enum status st = user_brief(c, c->me.user_id, &now);

	if (st != OK)
		return st;
	*u = (struct coup_me_user){now.id, now.email, now.name, file_upload_url(c, now.image, "avatars"), now.bio,
				   .has = {0}};
	out->success = true;
	out->message = message;
	out->user = u;
	return OK;
}

#define COPY(S, k, nm, ...) (S)->nm = row->nm;

HANDLER(coup_me_get, struct nothing, struct coup_self_out)
{
	struct ctx *c = &r->ctx;
	struct all {
		struct coup_self user;
		struct coup_self_counts counts;
		struct coup_self_stats stats;
	} *a = arena_new_of(c->arena, struct all);
	struct user_numbers_row n = {0};
	struct user_row u;
	enum status st = user_sql_find(c, c->me.user_id, c->me.user_id, &u);

	if (st == OK)
		st = user_sql_numbers(c, &n);
	if (st != OK)
		return st == E_NO_ROW ? E_USER_NOT_FOUND : st;
	const struct study_user_out *row = user_of_studies(c, &u);

	STUDY_USER_OUT(COPY, &a->user)
	a->counts = (struct coup_self_counts){.studyMembers = n.seats, .tasks = n.tasks, .notifications = n.told};
	a->stats = (struct coup_self_stats){
		.studyCount = n.studies, .taskCount = n.tasks, .unreadNotifications = n.unread};
	a->user._count = &a->counts;
	a->user.stats = &a->stats;
	out->success = true;
	out->user = &a->user;
	return OK;
}

HANDLER(coup_me_patch, struct coup_me_in, struct coup_me_out)
{
	struct ctx *c = &r->ctx;
	struct user_patch p = {
		.name = in->name,
		.bio = in->has.bio == GIVEN_NULL ? "" : in->bio,
		.profile_image = in->has.avatar == GIVEN_NULL ? "" : in->avatar,
	};
	enum status st = check(c, in);

	if (st == OK)
		st = user_save(c, &p);
	return st == OK ? show_me(c, say(c, "프로필이 수정되었습니다", "Your profile was changed"), out) : st;
}

/* ---- the picture -------------------------------------------------------------------------- */

HANDLER(coup_avatar_post, struct coup_avatar_in, struct coup_me_out)
{
	struct ctx *c = &r->ctx;
	struct store_file *f = in->file.v[0];
	const char *url;
	enum status st = file_check_avatar(c, f);

	if (st == OK && f->size < AVATAR_LEAST)
		st = refuse(c, "file", "min", "1KB 이상의 이미지여야 합니다", "must have 1 KB at least");
	if (st == OK)
		st = user_picture_upload(c, f, &url);
	return st == OK ? show_me(c, say(c, "프로필 사진이 변경되었습니다", "Your picture was changed"), out) : st;
}

HANDLER(coup_avatar_delete, struct nothing, struct coup_me_out)
{
	struct ctx *c = &r->ctx;
	enum status st = user_picture_drop(c);

	return st == OK ? show_me(c, say(c, "프로필 사진이 삭제되었습니다", "Your picture was taken away"), out) : st;
}

/* ---- the page of one's own ---------------------------------------------------------------- */

HANDLER(coup_profile_get, struct nothing, struct coup_profile_out)
{
	struct ctx *c = &r->ctx;
	struct user_row u;
	enum status st = user_sql_find(c, c->me.user_id, c->me.user_id, &u);

	if (st != OK)
		return st == E_NO_ROW ? E_USER_NOT_FOUND : st;
	out->success = true;
	out->message = error_row(OK)->text[c->lang];
	out->user = user_of_studies(c, &u);
	return OK;
}

/* What is refused afterwards leaves a picture that is nobody's, which a job takes away. */
static enum status take_picture(struct ctx *c, const char *text, const char **url)
{
	struct store_file *f;
	enum status st;

	if (strncmp(text, "data:", 5) != 0) {
		*url = text;
		return strlen(text) <= URL_LIMIT && fmt_matches(FMT_URL, text)
			       ? OK
			       : refuse(c, "avatar", "format", "올바른 URL이 아닙니다", "is no URL");
	}
	st = store_inline(c, text, NULL, &f);
	if (st != OK)
		return st;
	f->name = f->field = "avatar";
	if (f->size > STORE_MIB(FILE_AVATAR_MIB))
		return fail(c, E_FILE_TOO_LARGE, "%lld bytes", (long long)f->size);
	st = file_check_avatar(c, f);
	return st == OK ? file_add_picture(c, f, url) : st;
}

HANDLER(coup_profile_put, struct coup_profile_in, struct coup_profile_out)
{
	struct ctx *c = &r->ctx;
	struct user_patch p = {
		.name = in->name,
		.bio = in->has.bio == GIVEN_NULL ? "" : in->bio,
		.profile_image = in->has.avatar == GIVEN_NULL ? "" : NULL,
	};
	enum status st = OK;

	if (!in->has.name && !in->has.bio && !in->has.avatar)
		return refuse(c, "body", "required", "수정할 내용을 입력해 주세요", "says nothing to change");
	if (in->avatar)
		st = take_picture(c, in->avatar, &p.profile_image);
	if (st == OK)
		st = user_save(c, &p);
	if (st == OK)
		st = coup_profile_get(r, NULL, out);
	out->message = say(c, "프로필이 수정되었습니다", "Your profile was changed");
	return st;
}

#define OF_ALL                                                                                     \
	{E_NO_TOKEN, NULL, "AUTH_006"}, {E_TOKEN_EXPIRED, NULL, "AUTH_007"}, {E_TOKEN_INVALID, NULL, "AUTH_008"}, \
	{E_USER_NOT_FOUND, NULL, "PROFILE-015"}
static const struct code_row codes[] = {
	OF_ALL,
	{E_VALIDATION, "name", "PROFILE-002"},
	{E_VALIDATION, "bio", "PROFILE-005"},
	{E_VALIDATION, "avatar", "PROFILE-034"},
	{E_VALIDATION, NULL, "PROFILE-001"},
	{0},
};
static const struct code_row avatar_codes[] = {
	OF_ALL,
	{E_VALIDATION, "file", "PROFILE-024", .rule = "min"},
	{E_VALIDATION, NULL, "PROFILE-021"},
	{E_BAD_FORM, NULL, "PROFILE-021"},
	{E_FILE_TYPE, "file", "PROFILE-023", .rule = "type"},
	{E_FILE_TYPE, NULL, "PROFILE-024"},
	{E_FILE_TOO_LARGE, NULL, "PROFILE-022", .http = 413},
	{0},
};

#define COUP_ME .auth = AUTH_SESSION, .envelope = COUP
/* the page of the settings reads error.code, that of one's own the text */
#define COUP_SETTINGS .auth = AUTH_SESSION, .envelope = COUP_E2
static const struct route routes[] = {
	ROUTE(coup_me_get, nothing, coup_self_out, .on = {"GET /coup/users/me"}, COUP_SETTINGS, .rate = RATE_READ,
	      .codes = codes, .statements = 2, .doc = "My account (study groups), with how much is mine.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(coup_me_patch, coup_me_in, coup_me_out, .on = {"PATCH /coup/users/me", "PATCH /users/me"},
	      COUP_SETTINGS, .rate = RATE_WRITE, .codes = codes, .statements = 3,
	      .doc = "Change my name, introduction or picture (study groups); null takes away the last two.",
	      .fails = {E_USER_NOT_FOUND, E_PROFILE_SCRIPT, E_PROFILE_SQL}),
	ROUTE(coup_avatar_post, coup_avatar_in, coup_me_out, .on = {"POST /coup/users/avatar"}, COUP_SETTINGS,
	      .rate = RATE_UPLOAD, .codes = avatar_codes, .statements = 4, .file_max = STORE_MIB(FILE_AVATAR_MIB),
	      .body_max = STORE_MIB(FILE_AVATAR_MIB + 1),
	      .doc = "Give me another picture (study groups): JPEG, PNG, GIF or WebP, from 1 KB to 5 MB. The uploaded "
		     "one it replaces is deleted.",
	      .fails = {E_USER_NOT_FOUND, E_FILE_TOO_LARGE, E_FILE_TYPE, E_FILE_QUOTA, E_BAD_FORM}),
	ROUTE(coup_avatar_delete, nothing, coup_me_out, .on = {"DELETE /coup/users/avatar"},
	      COUP_SETTINGS, .rate = RATE_WRITE, .codes = avatar_codes, .statements = 2,
	      .doc = "Take my picture away (study groups), if it was uploaded here.",
	      .fails = {E_USER_NOT_FOUND, E_PROFILE_NO_PICTURE}),
	ROUTE(coup_profile_get, nothing, coup_profile_out, .on = {"GET /coup/user/profile"}, COUP_ME, .rate = RATE_READ,
	      .codes = codes, .statements = 1, .doc = "My profile, as the study groups' page of my own has it.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(coup_profile_put, coup_profile_in, coup_profile_out, .on = {"PUT /coup/user/profile"}, COUP_ME,
	      .rate = RATE_UPLOAD, .codes = codes, .statements = 4, .body_max = STORE_MIB(JSON_MIB),
	      .doc = "Change what of it is given. The picture may come inside: JPEG, PNG, GIF or WebP, 5 MB at most.",
	      .fails = {E_USER_NOT_FOUND, E_FILE_TOO_LARGE, E_FILE_TYPE, E_FILE_QUOTA}),
};

const struct domain user_coup_domain = {
	.name = "user",
	.doc = "My account and profile",
	.routes = routes,
	.n_routes = COUNT(routes),
};
