#include "domain/user/user.h"
#include "base/clock.h"
#include "domain/file/file.h"
#include "domain/live/live.h"
#include "domain/matching/matching.h"
#include "domain/user/user_sql.h"

enum status user_brief(struct ctx *c, uint64_t id, struct user_brief *out)
{
	struct user_row u;
	enum status st = user_sql_find(c, id, id, &u);

	if (st != OK)
		return st == E_NO_ROW ? E_USER_NOT_FOUND : st;
	*out = (struct user_brief){
		.id = u.id,
		.email = u.email,
		.name = u.name,
		.image = u.profile_image,
		.bio = u.bio,
		.role = u.role,
		.status = u.status,
		.admin_role = u.role_ends && u.role_ends <= c->now ? NULL : u.admin_role,
		.restricted = u.restricted,
		.restricted_until = *u.restricted ? u.restricted_until : 0,
	};
	return OK;
}

enum status user_visible(struct ctx *c, uint64_t id)
{
	struct user_row u;
	enum status st = user_sql_find(c, id, c->me.user_id, &u);

	if (st == E_NO_ROW || (st == OK && u.hidden))
		return fail(c, E_USER_NOT_FOUND, "user %llu", (unsigned long long)id);
	return st;
}

/* Whether it changes something that matching keeps a copy of. */
static bool matters(const struct user_patch *p)
{
	return p->location_id || p->native_language_id || p->gender || p->birth_year || p->birth_monthday ||
	       p->communication_method || p->partner_gender;
}

static enum status save(struct ctx *c, void *arg)
{
	const struct user_patch *p = arg;
	enum status st = user_sql_update(c, c->me.user_id, p);

	if (st == E_NO_ROW)
		return E_USER_NOT_FOUND;
	if (st == E_NO_PARENT) {
		fail_field(c, p->location_id ? "locationId" : "nativeLanguageId", "unknown",
			   say(c, "존재하지 않는 항목입니다", "does not exist"));
		return E_VALIDATION;
	}
	if (st != OK || !matters(p))
		return st;
	return matching_refresh(c, c->me.user_id);
}

void user_tell_changed(struct ctx *c, uint64_t user_id)
{
	live_post(c, (struct live){LIVE_USER, user_id, "user.changed", 0}, &nothing_shape, &(struct nothing){0});
}

static enum status change_picture(struct ctx *c, const char *url, bool ours)
{
	const char *gone;
	enum status st = user_sql_picture(c, file_kept_url(c, url), ours, &gone);

	if (st != OK)
		return st;
	user_tell_changed(c, c->me.user_id);
	if (gone)
		store_remove(c, gone);
	return OK;
}

enum status user_picture(struct ctx *c, const char *url)
{
	return change_picture(c, url, false);
}

enum status user_picture_drop(struct ctx *c)
{
	return change_picture(c, "", true);
}

enum status user_picture_upload(struct ctx *c, struct store_file *f, const char **url)
{
	enum status st = file_add_picture(c, f, url);

	if (st == OK)
		st = user_picture(c, *url);
	if (st == E_USER_NOT_FOUND)
		(void)!file_delete_picture(c, file_key_of(c, *url)); /* if that fails, a job finds it */
	return st;
}

/* The picture last: what is refused shall have changed nothing. */
enum status user_save(struct ctx *c, const struct user_patch *p)
{
	struct user_patch copy = *p;

	copy.profile_image = NULL;
	enum status st = matters(p) ? db_tx(c, save, &copy) : save(c, &copy);

	if (st == OK && p->profile_image)
		st = user_picture(c, p->profile_image);
	if (st == OK && p->name && !p->profile_image)
		user_tell_changed(c, c->me.user_id);
	return st;
}

int user_age(int64_t now, const char *birth_date)
{
	int64_t year;
	unsigned month, day;
	char *rest;

	if (!birth_date || strlen(birth_date) != 10)
		return -1;
	long y = strtol(birth_date, &rest, 10), m = strtol(birth_date + 5, &rest, 10),
	     d = strtol(birth_date + 8, &rest, 10);

	clock_civil(clock_korea_day(now), &year, &month, &day);
	return (int)(year - y - ((long)month < m || ((long)month == m && (long)day < d)));
}

enum status user_check_birth(struct ctx *c, const char *field, const char *birth_date, int years)
{
	int64_t year;
	unsigned month, day;

	if (!birth_date)
		return OK;
	clock_civil(clock_korea_day(c->now), &year, &month, &day);
	if (strcmp(birth_date, "1900-01-01") < 0 ||
	    strcmp(birth_date, arena_printf(c->arena, "%04d-%02u-%02u", (int)year, month, day)) > 0) {
		fail_field(c, field, "range",
			   say(c, "1900년 1월 1일부터 오늘까지여야 합니다", "must be from 1900-01-01 to today"));
		return E_VALIDATION;
	}
	if (user_age(c->now, birth_date) < years) {
		fail_field(c, field, "age",
			   say(c, "만 19세 이상이어야 합니다", "only adults may join"));
		return E_VALIDATION;
	}
	return OK;
}

int user_age_about(int64_t now, int64_t year, const char *birth_date)
{
	int64_t this_year;
	unsigned month, day;

	if (birth_date || !year)
		return user_age(now, birth_date);
	clock_civil(clock_korea_day(now), &this_year, &month, &day);
	return (int)(this_year - year);
}

const char *user_birth_date(struct ctx *c, int64_t year, const char *monthday)
{
	if (!year || !monthday)
		return NULL;
	unsigned month = (unsigned)strtoul(monthday, NULL, 10);
	unsigned day = (unsigned)strtoul(monthday + 3, NULL, 10);

	return clock_valid_date(year, month, day) ? arena_printf(c->arena, "%04d-%s", (int)year, monthday) : NULL;
}

enum status user_today(struct ctx *c, struct user_day *out)
{
	struct user_row row = {0};
	enum status st = user_sql_zone(c, &row);
	int64_t ahead = st == OK ? clock_zone_offset(row.time_zone, c->now) : 0;

	out->day = (c->now + ahead) / DAY_MS;
	out->begin = out->day * DAY_MS - ahead;
	return st;
}
