#ifndef DOMAIN_ONBOARDING_SQL_H
#define DOMAIN_ONBOARDING_SQL_H

#include "db/db.h"
#include "domain/onboarding/onboarding.h"
#include "domain/onboarding/onboarding_rules.h"

/* One thing to choose: a language or a row of `options`; texts in the caller's language. */
#define OPTION_ITEM(F, S)                                                                          \
	F(S, STR, kind)                                                                            \
	F(S, INT, id)                                                                              \
	F(S, STR, code)                                                                            \
	F(S, STR, name)                                                                            \
	F(S, STR, description)                                                                     \
	F(S, STR, category)                                                                        \
	F(S, INT, position)
SHAPE_STRUCT(onboarding_option_item, OPTION_ITEM)

#define PERSON_ROW(F, S)                                                                           \
	F(S, ID, id)                                                                               \
	F(S, STR, name)                                                                            \
	F(S, STR, english_name)                                                                    \
	F(S, STR, profile_image)                                                                   \
	F(S, STR, residence)                                                                       \
	F(S, STR, bio)                                                                             \
	F(S, STR, communication_method)                                                            \
	F(S, STR, daily_minute)                                                                    \
	F(S, STR, partner_gender)                                                                  \
	F(S, INT, native_language_id)                                                              \
	F(S, STR, native_name)                                                                     \
	F(S, STR, native_code)                                                                     \
	F(S, INT, steps)                                                                           \
	F(S, BOOL, onboarded)                                                                      \
	F(S, BOOL, located)                                                                        \
	F(S, BOOL, introduced)                                                                     \
	F(S, BOOL, languages)                                                                      \
	F(S, BOOL, interests)                                                                      \
	F(S, BOOL, partners)                                                                       \
	F(S, BOOL, groups)                                                                         \
	F(S, BOOL, times)                                                                          \
	F(S, TIME, updated_at)
SHAPE_STRUCT(onboarding_person_row, PERSON_ROW)

/* An option someone chose; detail: the gender wanted in a partner of that personality. */
#define CHOICE_ROW(F, S)                                                                           \
	F(S, STR, kind)                                                                            \
	F(S, INT, id)                                                                              \
	F(S, INT, position)                                                                        \
	F(S, STR, detail)                                                                          \
	F(S, STR, name)
SHAPE_STRUCT(onboarding_choice_row, CHOICE_ROW)

#define SCHEDULE_ITEM(F, S)                                                                        \
	F(S, INT, scheduleId, .aka = "id")                                                         \
	F(S, STR, dayOfWeek)                                                                       \
	F(S, STR, classTime)
SHAPE_STRUCT(onboarding_schedule_item, SCHEDULE_ITEM)

#define SLOT_ITEM(F, S)                                                                            \
	F(S, INT, scheduleId, .aka = "schedule_id id")                                             \
	F(S, STR, dayOfWeek, .aka = "day_of_week")                                                 \
	F(S, STR, scheduleName, .aka = "schedule_name name label")                                 \
	F(S, STR, timeSlot, .aka = "time_slot description", .doc = "HH:MM-HH:MM")
SHAPE_STRUCT(onboarding_slot_item, SLOT_ITEM)

#define ZONE_ITEM(F, S)                                                                            \
	F(S, INT, id, .aka = "timeZoneId time_zone_id")                                            \
	F(S, STR, timezone, .aka = "timeZone name code timeZoneName")                              \
	F(S, STR, offset, .doc = "from UTC, now: +09:00")                                          \
	F(S, STR, label, .aka = "description")
SHAPE_STRUCT(onboarding_zone_item, ZONE_ITEM)

#define AVAILABLE_ITEM(F, S)                                                                       \
	F(S, STR, kind)                                                                            \
	F(S, INT, id)                                                                              \
	F(S, STR, name)
SHAPE_STRUCT(onboarding_available_item, AVAILABLE_ITEM)

#define COUNT_ROW(F, S) F(S, INT, total) F(S, INT, unread)
SHAPE_STRUCT(onboarding_count_row, COUNT_ROW)

/* What a save refused: element number `position` (from 1) of `part`, and which member of it. */
#define REFUSED_ROW(F, S)                                                                          \
	F(S, INT, position)                                                                        \
	F(S, STR, part)                                                                            \
	F(S, STR, what)
SHAPE_STRUCT(onboarding_refused_row, REFUSED_ROW)

enum {
	OPTIONS_MAX = 100,   /* of one kind, or of two */
	AVAILABLE_MAX = 300, /* of all */
	CHOICES_MAX = 300,
	TIMES_MAX = 336, /* half hours of a week */
	ZONES_MAX = 200,
};

MUST_USE enum status onboarding_sql_languages(struct ctx *c, struct list *out);
/* also: a second kind for the same list, or the same again. */
MUST_USE enum status onboarding_sql_options(struct ctx *c, const char *kind, const char *also,
					    struct list *out);
/* The option with that code or id (0: none); E_NO_ROW. */
MUST_USE enum status onboarding_sql_option(struct ctx *c, const char *kind, const char *code, int64_t id,
					   struct onboarding_option_item *out);
MUST_USE enum status onboarding_sql_slots(struct ctx *c, struct list *out);
MUST_USE enum status onboarding_sql_zones(struct ctx *c, struct list *out);
/* Everything there is to choose, by kind; languages have the kind `language`. */
MUST_USE enum status onboarding_sql_available(struct ctx *c, struct list *out);

/* E_USER_NOT_FOUND: none, or deleted. */
MUST_USE enum status onboarding_sql_person(struct ctx *c, uint64_t id, struct onboarding_person_row *out);
/* By kind and position. */
MUST_USE enum status onboarding_sql_choices(struct ctx *c, uint64_t id, struct list *out);
MUST_USE enum status onboarding_sql_times(struct ctx *c, uint64_t id, struct list *out);
/* Active matches, and unread notifications. */
MUST_USE enum status onboarding_sql_counts(struct ctx *c, uint64_t id, struct onboarding_count_row *out);

/* Everything in `a` at once, for the caller. out->position is 0 if nothing was refused; otherwise
 * the transaction must not be committed. E_NO_PARENT: there is no such native language. */
MUST_USE enum status onboarding_sql_save(struct ctx *c, const struct answers *a,
					 struct onboarding_refused_row *out);

/* Removes the caller's times: those of a day (or day -1), of these ids (or all, n 0). */
MUST_USE enum status onboarding_sql_clear(struct ctx *c, int day, const int64_t *ids, size_t n,
					  int64_t *removed);

/* The caller's level of a language they learn. changed: rows, none if that was it. */
MUST_USE enum status onboarding_sql_level(struct ctx *c, const char *language, int64_t level, int64_t *changed);
#endif
