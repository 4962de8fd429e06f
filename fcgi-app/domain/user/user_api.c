/* Profiles, whole and field by field, and /users/me of all three products. */
#include "domain/file/file.h"
#include "domain/matching/matching.h"
#include "domain/onboarding/onboarding.h"
#include "domain/registry.h"
#include "domain/user/user_shapes.h"
#include "domain/user/user_sql.h"
#include "http/validate.h"

#include <ctype.h>

SHAPE_TABLE(location_out, LOCATION_OUT)
SHAPE_TABLE(locations_out, LOCATIONS_OUT)
SHAPE_TABLE(gender_out, GENDER_OUT)
SHAPE_TABLE(genders_out, GENDERS_OUT)
SHAPE_TABLE(native_out, NATIVE_OUT)
SHAPE_TABLE(profile_out, PROFILE_OUT)
SHAPE_TABLE(admin_role_out, ADMIN_ROLE_OUT)
SHAPE_TABLE(study_user_out, STUDY_USER_OUT)
SHAPE_TABLE(me_out, ME_OUT)

#define PROFILE_SEEN_OUT(F, S)                                                                     \
	PROFILE_OUT(F, S)                                                                          \
	PROFILE_FIGURES(F, S)                                                                      \
	F(S, NUM, compatibilityScore, .aka = "matchScore", .doc = "null on one's own profile")
SHAPE(profile_seen_out, PROFILE_SEEN_OUT)

#define NAME_OUT(F, S) F(S, STR, name)
SHAPE(name_out, NAME_OUT)

#define IMAGE_OUT(F, S) F(S, STR, profileImage, .aka = "url imageUrl profileImageUrl")
SHAPE(image_out, IMAGE_OUT)

#define IMAGE_IN(F, S)                                                                             \
	F(S, FILES, file, .aka = "image", .max = 1)                                                \
	F(S, STR, profileImage, .aka = "profileImageUrl imageUrl url", .max = 2048, .fmt = FMT_URL, \
	  .doc = "instead of a file")
SHAPE(image_in, IMAGE_IN)

#define USER_ID_IN(F, S) F(S, ID, userId, .from = FROM_PATH, .required = true)
SHAPE(user_id_in, USER_ID_IN)

#define GENDERS "MALE FEMALE OTHER NONE 1>MALE 2>FEMALE 3>OTHER 4>NONE"

/* Languages and places as profiles show them; the id is what counts. */
#define REF_IN(F, S)                                                                               \
	F(S, INT, id, .aka = "locationId location_id languageId", .lax = true, .min = 1, .max = 100000)
SHAPE(ref_in, REF_IN)
/* The profile page sends what stands in its field as a text. */
#define PLACE_IN(F, S) REF_IN(F, S) F(S, STR, text, .scalar = true, .max = 255, .trim = true)
SHAPE(place_in, PLACE_IN)

#define PROFILE_IN(F, S)                                                                           \
	F(S, STR, name, .aka = "koreanName displayName", .max = 100, .trim = true)                 \
	F(S, STR, englishName, .aka = "english_name", .min = 2, .max = 50, .trim = true)           \
	F(S, STR, selfBio, .max = 1000, .lines = true, .keep_empty = true)                         \
	F(S, STR, bio, .max = 1000, .lines = true, .keep_empty = true, .doc = "the same")           \
	F(S, STR, intro, .max = 1000, .lines = true, .keep_empty = true, .doc = "the same")         \
	F(S, STR, gender, .aka = "genderType genderTypeId", .lax = true, .one_of = GENDERS)        \
	F(S, STR, birthday, .max = 10)                                                             \
	F(S, INT, birthYear, .aka = "birthyear birth_year", .lax = true, .min = 1900, .max = 2100) \
	F(S, STR, residence, .max = 255, .trim = true)                                             \
	F(S, STR, job, .max = 255, .trim = true)                                                   \
	F(S, STR, profileImage, .aka = "profileImageUrl", .max = 2048, .fmt = FMT_URL)             \
	F(S, INT, locationId, .aka = "location_id", .lax = true, .min = 1, .max = 100000)          \
	F(S, OBJ(place_in), location, .doc = "the id of one of ours, or a text: the residence")    \
	F(S, INT, nativeLanguageId, .aka = "native_language_id", .lax = true, .min = 1, .max = 100000) \
	F(S, OBJ(ref_in), nativeLanguage)                                                          \
	F(S, STR, communicationMethod, .aka = "communicationMethodType", .lax = true, .max = 32)   \
	F(S, STR, dailyMinute, .aka = "dailyMinutesType", .lax = true, .max = 32)                  \
	F(S, STR, partnerGender, .aka = "partnerGenderType", .lax = true, .one_of = ONBOARDING_PARTNER_GENDERS)
SHAPE(profile_in, PROFILE_IN)

#define ENGLISH_NAME_IN(F, S)                                                                      \
	F(S, STR, englishName, .required = true, .min = 2, .max = 50, .trim = true)
SHAPE(english_name_in, ENGLISH_NAME_IN)
#define BIRTHYEAR_IN(F, S)                                                                         \
	F(S, INT, birthyear, .aka = "birthYear", .required = true, .lax = true, .min = 1900, .max = 2100)
SHAPE(birthyear_in, BIRTHYEAR_IN)
#define BIRTHDAY_IN(F, S) F(S, STR, birthday, .required = true, .max = 10, .doc = "MM-DD or YYYY-MM-DD")
SHAPE(birthday_in, BIRTHDAY_IN)
#define LOCATION_IN(F, S)                                                                          \
	F(S, INT, locationId, .aka = "location_id", .required = true, .lax = true, .min = 1, .max = 100000)
SHAPE(location_in, LOCATION_IN)
#define SELF_BIO_IN(F, S) F(S, STR, selfBio, .required = true, .max = 1000, .lines = true)
SHAPE(self_bio_in, SELF_BIO_IN)
#define GENDER_IN(F, S)                                                                            \
	F(S, STR, gender, .aka = "genderType genderTypeId", .required = true, .lax = true, .one_of = GENDERS)
SHAPE(gender_in, GENDER_IN)

#define ENGLISH_NAME_OUT(F, S) F(S, STR, englishName)
SHAPE(english_name_out, ENGLISH_NAME_OUT)
#define BIRTHYEAR_OUT(F, S) F(S, STR, birthyear) F(S, INT, birthYear)
SHAPE(birthyear_out, BIRTHYEAR_OUT)
#define BIRTHDAY_OUT(F, S) F(S, STR, birthday)
SHAPE(birthday_out, BIRTHDAY_OUT)
#define LOCATION_ID_OUT(F, S) F(S, INT, locationId)
SHAPE(location_id_out, LOCATION_ID_OUT)
#define SELF_BIO_OUT(F, S) F(S, STR, selfBio)
SHAPE(self_bio_out, SELF_BIO_OUT)
#define GENDER_CODE_OUT(F, S) F(S, STR, gender)
SHAPE(gender_code_out, GENDER_CODE_OUT)

#define DATING_PROFILE_IN(F, S)                                                                    \
	F(S, STR, name, .max = 100, .trim = true)                                                  \
	F(S, STR, birth_date, .aka = "birthDate", .fmt = FMT_DATE)                                 \
	F(S, STR, location, .max = 255, .trim = true, .keep_empty = true)                          \
	F(S, STR, job, .max = 255, .trim = true, .keep_empty = true)                               \
	F(S, STR, bio, .max = 2000, .lines = true, .keep_empty = true)                             \
	F(S, STR, profile_img_url, .max = 2048, .fmt = FMT_URL, .keep_empty = true)
SHAPE(dating_profile_in, DATING_PROFILE_IN)

#define MESSAGE_OUT(F, S) F(S, STR, message)
SHAPE(message_out, MESSAGE_OUT)

enum { LOCATIONS_MAX = 500, GENDERS_MAX = 10 };

static enum status find(struct ctx *c, uint64_t id, struct user_row *u)
{
	enum status st = user_sql_find(c, id, c->me.user_id, u);

	if (st == E_NO_ROW || (st == OK && u->hidden))
		return fail(c, E_USER_NOT_FOUND, "user %llu", (unsigned long long)id);
	return st;
}

static const struct location_out *location_of(struct ctx *c, const struct user_row *u)
{
	struct location_out *l;

	if (!u->location_id)
		return NULL;
	l = arena_new_of(c->arena, struct location_out);
	if (u->elsewhere) { /* pages show this rather than `residence` */
		l->city = u->residence;
		l->timeZone = u->time_zone;
		return l;
	}
	l->id = u->location_id;
	l->country = u->country;
	l->city = u->city;
	l->timeZone = u->location_zone;
	return l;
}

static const struct native_out *native_of(struct ctx *c, const struct user_row *u)
{
	struct native_out *n;

	if (!u->native_language_id)
		return NULL;
	n = arena_new_of(c->arena, struct native_out);
	n->id = u->native_language_id;
	n->name = u->native_name;
	n->code = u->native_code;
	return n;
}

static enum status fill_languages(struct ctx *c, uint64_t id, struct profile_out *out)
{
	struct list all;
	enum status st = onboarding_languages(c, id, &all);

	if (st != OK)
		return st;
	const struct language_choice *l = all.v;
	size_t n = 0;

	while (n < all.n && l[n].learning) /* those come first */
		n++;
	out->targetLanguages.v = l;
	out->targetLanguages.n = n;
	if (n) {
		out->targetLanguage = l[0].languageName;
		out->languageLevel = l[0].currentLevelName;
	}
	return OK;
}

/* own: the person themselves looks; others see what the privacy settings allow. */
static enum status fill_profile(struct ctx *c, const struct user_row *u, bool own, struct profile_out *out)
{
	const char *birth = user_birth_date(c, u->birth_year, u->birth_monthday);

	out->id = u->id;
	out->email = own || u->show_email ? u->email : NULL;
	out->name = u->name;
	out->englishName = u->english_name;
	if (own || u->show_age) {
		int age = user_age_about(c->now, u->birth_year, birth);

		out->birthday = own ? u->birth_monthday : NULL;
		out->birthYear = u->birth_year;
		out->birthyear = u->birth_year ? arena_printf(c->arena, "%d", (int)u->birth_year) : NULL;
		out->age = age > 0 ? age : 0;
	}
	out->gender = u->gender;
	out->profileImage = u->profile_image;
	out->selfBio = u->bio;
	out->job = u->job;
	if (own || u->show_location) {
		out->residence = u->residence ? u->residence : u->city;
		out->location = location_of(c, u);
		out->timeZone = u->time_zone; /* tells the place, too */
	}
	out->nativeLanguage = native_of(c, u);
	out->onboardingCompleted = u->onboarded;
	out->communicationMethod = u->communication_method;
	out->dailyMinute = u->daily_minute;
	out->partnerGender = u->partner_gender;
	out->onlineStatus = own || u->show_online ? u->online_status : "OFFLINE";
	out->isOnline = !strcmp(out->onlineStatus, "ONLINE") || !strcmp(out->onlineStatus, "STUDYING");
	if (own || u->show_last)
		out->lastActiveTime = u->last_active;
	out->createdAt = u->created_at;
	out->updatedAt = u->updated_at;
	return fill_languages(c, u->id, out);
}

enum status user_profile_show(struct ctx *c, uint64_t id, struct profile_out *out)
{
	struct user_row u;
	enum status st = find(c, id, &u);

	return st == OK ? fill_profile(c, &u, id == c->me.user_id, out) : st;
}

HANDLER(user_name, struct nothing, struct name_out)
{
	struct user_row u;
	enum status st = user_sql_name(&r->ctx, r->ctx.me.user_id, &u);

	if (st == E_NO_ROW)
		return E_USER_NOT_FOUND;
	if (st == OK)
		out->name = *u.name ? u.name : u.english_name;
	return st;
}

HANDLER(user_profile, struct nothing, struct profile_out)
{
	return user_profile_show(&r->ctx, r->ctx.me.user_id, out);
}

HANDLER(user_profile_of, struct user_id_in, struct profile_seen_out)
{
	struct profile_out profile = {0};
	struct profile_figures figures = {0};
	enum status st = user_profile_show(&r->ctx, in->userId, &profile);

	if (st == OK)
		st = user_figures(&r->ctx, in->userId, &figures);

	static_assert(offsetof(struct profile_seen_out, updatedAt) == offsetof(struct profile_out, updatedAt),
		      "a profile and more");
	memcpy(out, &profile, offsetof(struct profile_out, has));
	out->completedSessions = figures.completedSessions;
	out->rating = figures.rating;
	out->responseRate = figures.responseRate;
	out->compatibilityScore = __builtin_nan("");
	if (st == OK && in->userId != r->ctx.me.user_id)
		st = matching_fit(&r->ctx, in->userId, &out->compatibilityScore);
	return st == E_MATCH_NO_USER ? E_USER_NOT_FOUND : st;
}

HANDLER(user_profile_image, struct nothing, struct image_out)
{
	struct user_row u;
	enum status st = find(&r->ctx, r->ctx.me.user_id, &u);

	out->profileImage = st == OK ? u.profile_image : NULL;
	return st;
}

HANDLER(user_profile_image_save, struct image_in, struct image_out)
{
	struct ctx *c = &r->ctx;
	const char *url = in->profileImage;
	enum status st;

	if (!url && !in->file.n) {
		fail_field(c, "file", "required", say(c, "필수 항목입니다", "is required"));
		return E_VALIDATION;
	}
	st = in->file.n ? user_picture_upload(c, in->file.v[0], &url) : user_picture(c, url);
	out->profileImage = url;
	return st;
}

HANDLER(user_profile_image_delete, struct nothing, struct nothing)
{
	return user_picture(&r->ctx, "");
}

const struct study_user_out *user_of_studies(struct ctx *c, const struct user_row *u)
{
	struct study_user_out *s = arena_new_of(c->arena, struct study_user_out);

	*s = (struct study_user_out){
		.id = u->id,
		.email = u->email,
		.name = u->name,
		.avatar = file_upload_url(c, u->profile_image, "avatars"),
		.bio = u->bio ? u->bio : "",
		.role = u->role,
		.status = u->status,
		.createdAt = u->created_at,
		.lastLoginAt = u->active_at,
	};
	return s;
}

HANDLER(user_me, struct nothing, struct me_out)
{
	struct ctx *c = &r->ctx;
	struct user_row u;
	enum status st = find(c, c->me.user_id, &u);

	if (st != OK)
		return st;
	out->id = out->user_id = u.id;
	out->email = u.email;
	out->name = u.name;
	out->englishName = u.english_name;
	out->onboardingCompleted = u.onboarded;
	out->birth_date = user_birth_date(c, u.birth_year, u.birth_monthday);
	if (u.gender && strcmp(u.gender, "NONE") != 0) {
		char *lower = arena_strdup(c->arena, u.gender);

		for (char *p = lower; *p; p++)
			*p = (char)tolower(*p);
		out->gender = lower;
	}
	out->location = u.residence ? u.residence : u.city;
	out->job = u.job;
	out->bio = u.bio;
	out->profile_img_url = u.profile_image;
	out->created_at = u.created_at;
	out->user = user_of_studies(c, &u);
	if (u.admin_role) {
		struct admin_role_out *a = arena_new_of(c->arena, struct admin_role_out);

		a->role = u.admin_role;
		a->expiresAt = u.role_ends;
		a->isExpired = u.role_ends && u.role_ends <= c->now;
		out->adminRole = a;
	}
	return OK;
}

/* "MM-DD" or "YYYY-MM-DD" (which also sets the year). */
static enum status split_birthday(struct ctx *c, const char *s, struct user_patch *p)
{
	if (!s)
		return OK;
	if (fmt_matches(FMT_DATE, s)) {
		p->birth_year = strtol(s, NULL, 10);
		p->birth_monthday = s + 5;
		return user_check_birth(c, "birthday", s, 0);
	}
	p->birth_monthday = s;
	if (fmt_matches(FMT_MONTHDAY, s))
		return OK;
	fail_field(c, "birthday", "format", say(c, "MM-DD 형식이어야 합니다", "must be MM-DD"));
	return E_VALIDATION;
}

static enum status take_year(struct ctx *c, const char *field, int64_t year, struct user_patch *p)
{
	p->birth_year = year;
	return year ? user_check_birth(c, field, user_birth_date(c, year, "01-01"), 0) : OK;
}

/* The first that is filled; an empty one empties it where none is. */
static const char *bio_of(const struct profile_in *in)
{
	const char *const said[] = {in->selfBio, in->bio, in->intro};
	const char *bio = NULL;

	for (size_t i = 0; i < COUNT(said) && !(bio && *bio); i++)
		bio = said[i] ? said[i] : bio;
	return bio;
}

HANDLER(user_profile_save, struct profile_in, struct profile_out)
{
	const struct place_in *place = in->location ? in->location : &(struct place_in){0};
	struct user_patch p = {
		.name = in->name,
		.english_name = in->englishName,
		.gender = in->gender,
		.residence = in->residence ? in->residence : place->text,
		.job = in->job,
		.bio = bio_of(in),
		.profile_image = in->profileImage,
		.communication_method = in->communicationMethod,
		.daily_minute = in->dailyMinute,
		.partner_gender = in->partnerGender,
		.location_id = in->locationId ? in->locationId : place->id,
		.native_language_id = in->nativeLanguageId || !in->nativeLanguage ? in->nativeLanguageId
										  : in->nativeLanguage->id,
	};
	enum status st = take_year(&r->ctx, "birthYear", in->birthYear, &p);

	if (st == OK)
		st = split_birthday(&r->ctx, in->birthday, &p);
	if (st == OK)
		st = onboarding_codes(&r->ctx, &p.communication_method, &p.daily_minute);
	if (st == OK)
		st = user_save(&r->ctx, &p);
	return st == OK ? user_profile(r, NULL, out) : st;
}

HANDLER(user_me_save, struct dating_profile_in, struct message_out)
{
	struct user_patch p = {
		.name = in->name,
		.residence = in->location,
		.job = in->job,
		.bio = in->bio,
		.profile_image = in->profile_img_url,
	};
	enum status st = user_check_birth(&r->ctx, "birth_date", in->birth_date, ADULT_YEARS);

	if (st == OK)
		st = split_birthday(&r->ctx, in->birth_date, &p);
	out->message = "Profile updated successfully";
	return st == OK ? user_save(&r->ctx, &p) : st;
}

HANDLER(user_english_name, struct english_name_in, struct english_name_out)
{
	out->englishName = in->englishName;
	return user_save(&r->ctx, &(struct user_patch){.english_name = in->englishName});
}

HANDLER(user_birthyear, struct birthyear_in, struct birthyear_out)
{
	struct user_patch p = {0};
	enum status st = take_year(&r->ctx, "birthyear", in->birthyear, &p);

	out->birthYear = in->birthyear;
	out->birthyear = arena_printf(r->ctx.arena, "%d", (int)in->birthyear);
	return st == OK ? user_save(&r->ctx, &p) : st;
}

HANDLER(user_birthday, struct birthday_in, struct birthday_out)
{
	struct user_patch p = {0};
	enum status st = split_birthday(&r->ctx, in->birthday, &p);

	out->birthday = p.birth_monthday;
	return st == OK ? user_save(&r->ctx, &p) : st;
}

HANDLER(user_location, struct location_in, struct location_id_out)
{
	out->locationId = in->locationId;
	return user_save(&r->ctx, &(struct user_patch){.location_id = in->locationId});
}

HANDLER(user_self_bio, struct self_bio_in, struct self_bio_out)
{
	out->selfBio = in->selfBio;
	return user_save(&r->ctx, &(struct user_patch){.bio = in->selfBio});
}

HANDLER(user_gender, struct gender_in, struct gender_code_out)
{
	out->gender = in->gender;
	return user_save(&r->ctx, &(struct user_patch){.gender = in->gender});
}

HANDLER(user_gender_types, struct nothing, struct genders_out)
{
	return user_sql_genders(&r->ctx, AS_LIST(&out->items), GENDERS_MAX);
}

HANDLER(user_locations, struct nothing, struct locations_out)
{
	return user_sql_locations(&r->ctx, AS_LIST(&out->items), LOCATIONS_MAX);
}

/* Guide: PATCH /user/x. Client: POST /users/x. Both, and PUT, under every prefix in use. */
#define SAVE(x) {"PATCH,POST,PUT /user" x, "PATCH,POST,PUT /users" x, "PATCH,POST,PUT /users/me" x}
#define PICTURE(m) {m " /users/me/profile-image", m " /users/profile-image", m " /user/profile-image", \
	m " /users/profile/image", m " /user/profile/image", m " /users/me/profile/image"}
#define GET2(x) {"GET /user" x, "GET /users" x, "GET /users/me" x}

static const struct route routes[] = {
	ROUTE(user_me, nothing, me_out, .on = {"GET /users/me", "GET /auth/me", "GET /user/me"},
	      .auth = AUTH_SESSION, .rate = RATE_READ, .envelope = FLAT, .cache = CACHE_PRIVATE,
	      .statements = 1, .doc = "My account, in one body for all three products.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(user_me_save, dating_profile_in, message_out, .on = {"PUT /users/me"}, .auth = AUTH_USER,
	      .rate = RATE_WRITE, .envelope = BARE, .statements = 7,
	      .doc = "Change my profile (dating app).", .fails = {E_USER_NOT_FOUND}),
	ROUTE(user_name, nothing, name_out, .on = GET2("/name"), .auth = AUTH_USER, .rate = RATE_READ,
	      .envelope = FLAT, .cache = CACHE_PRIVATE, .statements = 1, .doc = "My name.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(user_profile, nothing, profile_out,
	      .on = {"GET /user/profile", "GET /users/profile", "GET /users/me/profile", "GET /users/complete-profile",
		     "GET /users/info"},
	      .auth = AUTH_USER,
	      .rate = RATE_READ, .envelope = FLAT, .cache = CACHE_PRIVATE, .statements = 2,
	      .doc = "My profile.", .fails = {E_USER_NOT_FOUND}),
	ROUTE(user_profile_save, profile_in, profile_out,
	      .on = {"PUT,PATCH /user/profile", "PUT,PATCH /users/profile", "PUT,PATCH /users/me/profile",
		     "PUT /users/complete-profile"},
	      .auth = AUTH_USER, .rate = RATE_WRITE, .envelope = FLAT, .statements = 11,
	      .doc = "Change my profile; what is not sent stays as it is. An empty introduction is none, other empty "
		     "texts count as absent.",
	      .fails = {E_USER_NOT_FOUND, E_BAD_COMMUNICATION_METHOD, E_BAD_DAILY_MINUTE}),
	ROUTE(user_profile_of, user_id_in, profile_seen_out, .on = {"GET /users/{userId}/profile"},
	      .auth = AUTH_USER, .rate = RATE_READ, .cache = CACHE_PRIVATE, .statements = 4,
	      .doc = "Somebody's profile, as far as they show it, and how we fit.", .fails = {E_USER_NOT_FOUND}),
	ROUTE(user_profile_image, nothing, image_out, .on = GET2("/profile-image"), .auth = AUTH_USER,
	      .rate = RATE_READ, .envelope = FLAT, .statements = 1, .doc = "My picture's address.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(user_profile_image_save, image_in, image_out, .on = PICTURE("POST,PATCH,PUT"), .auth = AUTH_USER,
	      .rate = RATE_UPLOAD, .envelope = FLAT, .statements = 3, .file_max = STORE_MIB(STORE_IMAGE_MIB),
	      .body_max = STORE_MIB(STORE_IMAGE_MIB + 1),
	      .doc = "Give me another picture: a file, or the address of one. The uploaded one it replaces is deleted.",
	      .fails = {E_USER_NOT_FOUND, E_FILE_TOO_LARGE, E_FILE_TYPE, E_FILE_QUOTA, E_BAD_FORM}),
	ROUTE(user_profile_image_delete, nothing, nothing, .on = PICTURE("DELETE"), .auth = AUTH_USER,
	      .rate = RATE_WRITE, .statements = 2, .doc = "Take my picture away.", .fails = {E_USER_NOT_FOUND}),
	ROUTE(user_english_name, english_name_in, english_name_out, .on = SAVE("/english-name"),
	      .auth = AUTH_USER, .rate = RATE_WRITE, .statements = 1, .doc = "Save my English name.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(user_birthyear, birthyear_in, birthyear_out, .on = SAVE("/birthyear"), .auth = AUTH_USER,
	      .rate = RATE_WRITE, .statements = 5, .doc = "Save my year of birth.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(user_birthday, birthday_in, birthday_out, .on = SAVE("/birthday"), .auth = AUTH_USER,
	      .rate = RATE_WRITE, .statements = 5, .doc = "Save my birthday.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(user_location, location_in, location_id_out, .on = SAVE("/location"), .auth = AUTH_USER,
	      .rate = RATE_WRITE, .statements = 5, .doc = "Save where I live; also sets my time zone.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(user_self_bio, self_bio_in, self_bio_out, .on = SAVE("/self-bio"), .auth = AUTH_USER,
	      .rate = RATE_WRITE, .statements = 1, .doc = "Save my introduction.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(user_gender, gender_in, gender_code_out, .on = SAVE("/gender"), .auth = AUTH_USER,
	      .rate = RATE_WRITE, .statements = 5, .doc = "Save my gender.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(user_gender_types, nothing, genders_out, .on = {"GET /user/gender-type", "GET /users/gender-type"},
	      .unlimited = "the same for everybody, short, and kept by caches", .cache = CACHE_PUBLIC, .statements = 1,
	      .doc = "Genders to choose from."),
	ROUTE(user_locations, nothing, locations_out, .on = {"GET /user/locations", "GET /users/locations"},
	      .unlimited = "the same for everybody, short, and kept by caches", .cache = CACHE_PUBLIC, .statements = 1,
	      .doc = "Cities to choose from."),
};

extern const struct stmt *const user_stmts[];
const struct domain user_domain = {
	.name = "user",
	.doc = "My account and profile",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = user_stmts,
};
