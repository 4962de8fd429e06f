/* A person's own data: names, birth, place, texts. */
#ifndef DOMAIN_USER_H
#define DOMAIN_USER_H

#include "base/ctx.h"

struct user_brief {
	uint64_t id;
	const char *email, *name, *image, *bio;
	const char *role, *status; /* of users */
	const char *admin_role; /* of enum admin_role, in force now; NULL: none */
	const char *restricted; /* what is closed to them now: words between commas, or "" */
	int64_t restricted_until; /* ms; 0: for good, or nothing is */
};

/* E_USER_NOT_FOUND when there is no such account, or it was deleted. */
MUST_USE enum status user_brief(struct ctx *c, uint64_t id, struct user_brief *out);

/* OK when the caller may see that account: it exists, is active, and neither a block nor its privacy
 * settings are in the way. Otherwise E_USER_NOT_FOUND. */
MUST_USE enum status user_visible(struct ctx *c, uint64_t id);


/* What to change of one's own account: NULL or 0 leaves it, "" clears it. location_id without residence clears that,
 * too: the last thing said of where they live counts. */
struct user_patch {
	const char *name, *english_name, *gender, *birth_monthday, *residence, *job, *bio, *profile_image;
	const char *communication_method, *daily_minute, *partner_gender;
	int64_t birth_year, location_id, native_language_id;
};

/* Gives the caller another picture, or none (""). What it replaces is deleted if it had been uploaded for that. */
MUST_USE enum status user_picture(struct ctx *c, const char *url);

/* The same with an upload of the caller's; url: its address. Fails like file_add_picture(), and E_USER_NOT_FOUND. */
struct store_file;
MUST_USE enum status user_picture_upload(struct ctx *c, struct store_file *f, const char **url);

/* Takes the caller's picture away, but only one that was uploaded here: E_PROFILE_NO_PICTURE. */
MUST_USE enum status user_picture_drop(struct ctx *c);

/* Gateways remember how a person is called and looks: tells them to ask again. */
void user_tell_changed(struct ctx *c, uint64_t user_id);

/* Changes the caller's account; an unknown location or language is E_VALIDATION naming the field. */
MUST_USE enum status user_save(struct ctx *c, const struct user_patch *p);

enum { ADULT_YEARS = 19 };

/* Refuses what is before 1900, after today in Korea, or a birth of somebody with fewer completed years.
 * field: what the request calls it. birth_date: a date that exists, or NULL. */
MUST_USE enum status user_check_birth(struct ctx *c, const char *field, const char *birth_date, int years);

/* Completed years on the day of `now` (ms) in Korea of who was born on "YYYY-MM-DD"; -1: unknown. */
int user_age(int64_t now, const char *birth_date);

/* The same; where the day is unknown this year less that of their birth. */
int user_age_about(int64_t now, int64_t year, const char *birth_date);

/* "YYYY-MM-DD" from the two stored parts; NULL if one is missing, or if they are saved one by one and make no date (29
 * February of another year). */
const char *user_birth_date(struct ctx *c, int64_t year, const char *monthday);

/* The day it is where the caller lives, in days since 1970-01-01 (clock_days()), and when it began. */
struct user_day {
	int64_t day, begin;
};
MUST_USE enum status user_today(struct ctx *c, struct user_day *out);
#endif
