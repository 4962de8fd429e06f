/* The rules of onboarding, for the endpoints of this folder alone. */
#ifndef DOMAIN_ONBOARDING_RULES_H
#define DOMAIN_ONBOARDING_RULES_H

#include "base/ctx.h"
#include "base/shape.h"

struct onboarding_person_row;
struct onboarding_option_item;

/* One chosen option. field: how the request called it, for the answer when it is refused. */
struct choice {
	const char *kind, *detail, *field;
	int64_t id, position;
};

/* What was said of one language, and what it means: see onboarding_add_level(). */
struct level {
	const char *field; /* as in struct choice */
	int64_t language, current_id, target_id; /* as sent; 0: absent */
	int64_t spoken, goal, partner;
	bool learning;
};

struct slot_time {
	int64_t day, minute; /* 0 = Monday; of the day */
};

/* What one request says of its sender. NULL, 0 and empty lists leave things as they are. */
struct answers {
	const char *english_name, *residence, *profile_image, *bio;
	const char *communication_method, *daily_minute, *partner_gender;
	int64_t native_language_id;
	const char *native_field; /* as in struct choice; NULL: nativeLanguageId */
	struct choice *choices; /* each kind that occurs is replaced as a whole */
	size_t n_choices;
	struct level *levels; /* merged into what is known, language by language */
	size_t n_levels;
	bool only_these; /* other languages are learnt no longer */
	struct slot_time *times; /* replace all */
	size_t n_times;
	struct list slots; /* parts of a day, once one of them is named */
	unsigned steps; /* bits of wizard steps saved or skipped */
	bool complete;
};

/* Saves in one transaction, matching included, and the picture after it. E_UNKNOWN_OPTION names the field. */
MUST_USE enum status onboarding_save(struct ctx *c, const struct answers *a);
MUST_USE enum status onboarding_clear_times(struct ctx *c, int day, const int64_t *ids, size_t n,
					    int64_t *removed);

/* The nth element of the request's list `field` chose that option. */
void onboarding_add_choice(struct ctx *c, struct answers *a, const char *kind, const char *field, size_t nth,
			   int64_t id, const char *detail);

/* 100-series ids are levels of one's own, 200-series ids levels wanted in a partner. A partner's
 * level, or a target other than the current level, makes it a language to learn. */
void onboarding_add_level(struct ctx *c, struct answers *a, const char *field, size_t nth, int64_t language,
			  int64_t current_id, int64_t target_id, bool learning);

/* class_time may be NULL: then schedule_id names a slot, and all its half hours are meant. */
MUST_USE enum status onboarding_add_time(struct ctx *c, struct answers *a, const char *field, size_t nth,
					 int64_t schedule_id, const char *day, const char *class_time);

/* How texts and numbers of all clients name an option whose code is stored; otherwise `unknown`. */
MUST_USE enum status onboarding_method(struct ctx *c, const char *text, enum status unknown,
				       struct onboarding_option_item *out);
MUST_USE enum status onboarding_minutes(struct ctx *c, const char *text, enum status unknown,
					struct onboarding_option_item *out);

/* 0 = Monday; -1: no such day. */
int onboarding_day(const char *name);

enum { STEPS = 8 };

struct progress {
	bool done[STEPS]; /* name, languages, interests, partner, method, group size, minutes, times */
	int current;	  /* the first that is not done, from 1 */
	int percent;
	int page; /* where the web client goes on: 1 name, 2 place, 3 introduction, 4 the rest */
};
struct progress onboarding_progress(const struct onboarding_person_row *p);

/* "+09:00": the offset of a zone of the tz database at that moment (ms). */
const char *onboarding_offset(struct ctx *c, const char *zone, int64_t at);
#endif
