#ifndef DOMAIN_USER_SQL_H
#define DOMAIN_USER_SQL_H

#include "db/db.h"
#include "domain/user/user.h"

/* A whole account. Texts of lists come in the caller's language. elsewhere: they said where they live in words that do
 * not name the chosen place. admin_role: also one that has expired; restricted: the words of what is closed to them
 * now, between commas. */
#define USER_ROW(F, S)                                                                             \
	F(S, ID, id)                                                                               \
	F(S, STR, email)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, STR, english_name)                                                                    \
	F(S, STR, role)                                                                            \
	F(S, STR, status)                                                                          \
	F(S, STR, gender)                                                                          \
	F(S, INT, birth_year)                                                                      \
	F(S, STR, birth_monthday)                                                                  \
	F(S, STR, residence)                                                                       \
	F(S, BOOL, elsewhere)                                                                      \
	F(S, STR, time_zone)                                                                       \
	F(S, STR, job)                                                                             \
	F(S, STR, bio)                                                                             \
	F(S, STR, profile_image)                                                                   \
	F(S, STR, communication_method)                                                            \
	F(S, STR, daily_minute)                                                                    \
	F(S, STR, partner_gender)                                                                  \
	F(S, INT, location_id)                                                                     \
	F(S, STR, country)                                                                         \
	F(S, STR, city)                                                                            \
	F(S, STR, location_zone)                                                                   \
	F(S, INT, native_language_id)                                                              \
	F(S, STR, native_name)                                                                     \
	F(S, STR, native_code)                                                                     \
	F(S, BOOL, onboarded)                                                                      \
	F(S, BOOL, show_age)                                                                       \
	F(S, BOOL, show_location)                                                                  \
	F(S, BOOL, show_email)                                                                     \
	F(S, BOOL, show_online)                                                                    \
	F(S, BOOL, show_last)                                                                      \
	F(S, BOOL, hidden)                                                                         \
	F(S, STR, admin_role)                                                                      \
	F(S, TIME, role_ends)                                                                      \
	F(S, STR, restricted)                                                                      \
	F(S, TIME, restricted_until)                                                               \
	F(S, TIME, created_at)                                                                     \
	F(S, TIME, updated_at)                                                                     \
	F(S, TIME, active_at)                                                                      \
	F(S, STR, online_status)                                                                   \
	F(S, TIME, last_active)
SHAPE_STRUCT(user_row, USER_ROW)

/* What somebody has in the study groups; told: notifications of groups. */
#define USER_NUMBERS_ROW(F, S)                                                                     \
	F(S, INT, seats)                                                                           \
	F(S, INT, studies)                                                                         \
	F(S, INT, tasks)                                                                           \
	F(S, INT, told)                                                                            \
	F(S, INT, unread)
SHAPE_STRUCT(user_numbers_row, USER_NUMBERS_ROW)

#define REPLACED_ROW(F, S) F(S, STR, storage_key)
SHAPE_STRUCT(replaced_row, REPLACED_ROW)

/* row.hidden: the viewer may not see this account (block either way, private, or for partners only);
 * E_NO_ROW: none, or deleted. */
MUST_USE enum status user_sql_find(struct ctx *c, uint64_t id, uint64_t viewer, struct user_row *out);
/* name and english_name alone: the most frequent read. */
MUST_USE enum status user_sql_name(struct ctx *c, uint64_t id, struct user_row *out);
/* Of the caller. */
MUST_USE enum status user_sql_numbers(struct ctx *c, struct user_numbers_row *out);
/* The caller's time_zone alone. */
MUST_USE enum status user_sql_zone(struct ctx *c, struct user_row *out);
MUST_USE enum status user_sql_update(struct ctx *c, uint64_t id, const struct user_patch *p);
/* gone: key of the file whose bytes have to go now, or NULL; ours: otherwise E_PROFILE_NO_PICTURE. E_USER_NOT_FOUND */
MUST_USE enum status user_sql_picture(struct ctx *c, const char *url, bool ours, const char **gone);
MUST_USE enum status user_sql_locations(struct ctx *c, struct list *out, size_t max);
MUST_USE enum status user_sql_genders(struct ctx *c, struct list *out, size_t max);
#endif
