/* Saving what was chosen, and the state of the wizard. */
#include "domain/onboarding/onboarding_shapes.h"
#include "domain/registry.h"
#include "domain/user/user.h"

/* ---- input -------------------------------------------------------------------------------- */

#define NATIVE_IN(F, S)                                                                            \
	F(S, INT, languageId, .aka = "nativeLanguageId native_language_id language_id",            \
	  .required = true, .lax = true, .min = 1, .max = 100000)
SHAPE(onboarding_native_in, NATIVE_IN)

#define LEARNING_IN(F, S)                                                                          \
	F(S, LIST(onboarding_level_in), languages, .aka = "languageIds language_ids targetLanguages", \
	  .required = true, .bare = true, .max = LANGUAGES_MAX)
SHAPE(onboarding_learning_in, LEARNING_IN)

#define LEVELS_IN(F, S)                                                                            \
	F(S, LIST(onboarding_level_in), languages, .required = true, .bare = true, .max = LANGUAGES_MAX)
SHAPE(onboarding_levels_in, LEVELS_IN)

#define PERSONALITIES_IN(F, S)                                                                     \
	F(S, LIST(onboarding_personality_in), personalPartnerIds,                                  \
	  .aka = "partnerPersonalityIds partnerPreferences personalityIds", .required = true, .bare = true)
SHAPE(onboarding_personalities_in, PERSONALITIES_IN)

#define GENDER_IN(F, S)                                                                            \
	F(S, STR, partnerGenderType, .aka = "partnerGender genderType partner_gender gender",      \
	  .required = true, .lax = true, .one_of = ONBOARDING_PARTNER_GENDERS)
SHAPE(onboarding_gender_in, GENDER_IN)

#define METHOD_IN(F, S)                                                                            \
	F(S, STR, communicationMethodType, .aka = "communicationMethod methodCode code value",     \
	  .required = true, .lax = true, .trim = true, .max = 32, .fail = E_BAD_COMMUNICATION_METHOD)
SHAPE(onboarding_method_in, METHOD_IN)

#define MINUTES_IN(F, S)                                                                           \
	F(S, STR, dailyMinutesType,                                                                \
	  .aka = "dailyMinuteType dailyMinutes dailyMinute minutes minute code value", .required = true, \
	  .lax = true, .trim = true, .max = 32, .fail = E_BAD_DAILY_MINUTE)
SHAPE(onboarding_minutes_in, MINUTES_IN)

#define TIMES_IN(F, S)                                                                             \
	F(S, LIST(onboarding_time_in), schedules, .aka = "scheduleIds", .required = true, .bare = true, \
	  .max = TIMES_MAX)
SHAPE(onboarding_times_in, TIMES_IN)

#define CLEAR_IN(F, S)                                                                             \
	F(S, INTS, scheduleIds, .aka = "schedule_ids", .lax = true, .max = TIMES_MAX)              \
	F(S, STR, dayOfWeek, .aka = "day_of_week day", .lax = true, .one_of = ONBOARDING_DAYS)
SHAPE(onboarding_clear_in, CLEAR_IN)

#define STEP_IN(F, S) F(S, INT, step, .from = FROM_PATH, .required = true, .min = 1, .max = STEPS)
SHAPE(onboarding_step_in, STEP_IN)
#define STEP_SAVE_IN(F, S)                                                                         \
	STEP_IN(F, S)                                                                              \
	F(S, OBJ(onboarding_answers_in), stepData, .aka = "data", .required = true)
SHAPE(onboarding_step_save_in, STEP_SAVE_IN)

/* Lists of ids have one struct, and a shape each for the name of the list. */
#define IDS_IN(F, S) F(S, INTS, ids)
SHAPE_STRUCT(onboarding_ids_in, IDS_IN)

struct ids_arg {
	const char *kind, *field;
};

#define IDS(x, wire, other)                                                                        \
	static const struct field x##_ids_fields[] = {                                             \
		{FIELD_NAME(wire),                                                                 \
		 .offset = offsetof(struct onboarding_ids_in, ids),                                \
		 .has = offsetof(struct onboarding_ids_in, has.ids),                               \
		 SHAPE_K_INTS,                                                                     \
		 .aka = other,                                                                     \
		 .required = true,                                                                 \
		 .lax = true,                                                                      \
		 .bare = true},                                                                    \
	};                                                                                         \
	static const struct shape x##_ids_shape = {"onboarding_" #x "_ids_in", x##_ids_fields, 1,  \
						   sizeof(struct onboarding_ids_in)};              \
	static const struct ids_arg x##_ids = {#x, wire};

IDS(motivation, "motivationIds", "motivation_ids motivations")
IDS(topic, "topicIds", "topic_ids topics")
IDS(learning_style, "learningStyleIds", "learning_style_ids learningStyles")
IDS(learning_expectation, "learningExpectationIds", "learning_expectation_ids learningExpectations")
IDS(group_size, "groupSizeIds", "group_size_ids groupSizes")

/* ---- output ------------------------------------------------------------------------------- */

#define COUNT_OUT(F, S) F(S, INT, count)
SHAPE(onboarding_count_out, COUNT_OUT)

#define LANGUAGE_ID_OUT(F, S) F(S, INT, languageId, .aka = "nativeLanguageId")
SHAPE(onboarding_language_id_out, LANGUAGE_ID_OUT)

#define NATIVE_OUT(F, S) F(S, OBJ(onboarding_language_out), language, .bare = true)
SHAPE(onboarding_native_out, NATIVE_OUT)

#define LEARNING_OUT(F, S) F(S, LIST(language_choice), items, .bare = true)
SHAPE(onboarding_learning_out, LEARNING_OUT)

#define GENDER_OUT(F, S)                                                                           \
	F(S, STR, partnerGender)                                                                   \
	F(S, LIST(onboarding_partner_out), partnerPreferences)
SHAPE(onboarding_gender_out, GENDER_OUT)

#define METHOD_OUT(F, S)                                                                           \
	F(S, STR, communicationMethod)                                                             \
	F(S, STR, label)                                                                           \
	F(S, STR, description)                                                                     \
	F(S, OBJ(onboarding_progress_out), progress)
SHAPE(onboarding_method_out, METHOD_OUT)

#define MINUTES_OUT(F, S)                                                                          \
	F(S, STR, dailyMinute)                                                                     \
	F(S, INT, minutes)                                                                         \
	F(S, STR, label)                                                                           \
	F(S, STR, description)                                                                     \
	F(S, OBJ(onboarding_progress_out), progress)
SHAPE(onboarding_minutes_out, MINUTES_OUT)

#define SCHEDULES_OUT(F, S) F(S, LIST(onboarding_schedule_item), schedules)
SHAPE(onboarding_schedules_out, SCHEDULES_OUT)

#define SAVED_OUT(F, S)                                                                            \
	F(S, BOOL, saved)                                                                          \
	F(S, OBJ(onboarding_progress_out), progress)
SHAPE(onboarding_saved_out, SAVED_OUT)
#define SKIPPED_OUT(F, S)                                                                          \
	F(S, BOOL, skipped)                                                                        \
	F(S, OBJ(onboarding_progress_out), progress)
SHAPE(onboarding_skipped_out, SKIPPED_OUT)
#define CURRENT_OUT(F, S)                                                                          \
	F(S, INT, currentStep)                                                                     \
	F(S, OBJ(onboarding_progress_out), progress)
SHAPE(onboarding_current_out, CURRENT_OUT)
#define COMPLETED_OUT(F, S) F(S, BOOL, completed, .aka = "isCompleted onboardingCompleted")
SHAPE(onboarding_completed_out, COMPLETED_OUT)

/* ---- languages ---------------------------------------------------------------------------- */

HANDLER(onboarding_native, struct nothing, struct onboarding_native_out)
{
	struct onboarding_person_row p;
	enum status st = onboarding_sql_person(&r->ctx, r->ctx.me.user_id, &p);

	if (st == OK)
		out->language = onboarding_native_of(&r->ctx, &p);
	return st;
}

HANDLER(onboarding_native_save, struct onboarding_native_in, struct onboarding_language_id_out)
{
	out->languageId = in->languageId;
	return onboarding_save(&r->ctx, &(struct answers){.native_language_id = in->languageId,
							  .native_field = "languageId"});
}

HANDLER(onboarding_learning, struct nothing, struct onboarding_learning_out)
{
	enum status st = onboarding_languages(&r->ctx, r->ctx.me.user_id, AS_LIST(&out->items));
	size_t n = 0;

	while (n < out->items.n && out->items.v[n].learning) /* those come first */
		n++;
	out->items.n = n;
	return st;
}

HANDLER(onboarding_learning_save, struct onboarding_learning_in, struct onboarding_learning_out)
{
	struct answers a = {.only_these = true};

	onboarding_take_levels(&r->ctx, &a, "languages", IN_LIST(&in->languages), true);
	enum status st = onboarding_save(&r->ctx, &a);

	return st == OK ? onboarding_learning(r, NULL, out) : st;
}

HANDLER(onboarding_levels_save, struct onboarding_levels_in, struct onboarding_count_out)
{
	struct answers a = {0};

	onboarding_take_levels(&r->ctx, &a, "languages", IN_LIST(&in->languages), false);
	out->count = (int64_t)a.n_levels;
	return onboarding_save(&r->ctx, &a);
}

/* ---- interests and partners --------------------------------------------------------------- */

HANDLER(onboarding_ids_save, struct onboarding_ids_in, struct onboarding_count_out)
{
	const struct ids_arg *arg = r->route->arg;
	struct answers a = {0};

	onboarding_take_ids(&r->ctx, &a, arg->kind, arg->field, IN_LIST(&in->ids));
	out->count = (int64_t)a.n_choices;
	return onboarding_save(&r->ctx, &a);
}

HANDLER(onboarding_personalities_save, struct onboarding_personalities_in, struct onboarding_count_out)
{
	struct answers a = {0};

	onboarding_take_personalities(&r->ctx, &a, "personalPartnerIds", IN_LIST(&in->personalPartnerIds));
	out->count = (int64_t)a.n_choices;
	return onboarding_save(&r->ctx, &a);
}

HANDLER(onboarding_gender_save, struct onboarding_gender_in, struct onboarding_gender_out)
{
	struct ctx *c = &r->ctx;
	struct list all;
	enum status st = onboarding_save(c, &(struct answers){.partner_gender = in->partnerGenderType});

	if (st == OK)
		st = onboarding_sql_choices(c, c->me.user_id, &all);
	if (st != OK)
		return st;
	out->partnerGender = in->partnerGenderType;
	onboarding_fill_partners(c, &all, in->partnerGenderType, AS_LIST(&out->partnerPreferences));
	return OK;
}

/* ---- schedule ----------------------------------------------------------------------------- */

static enum status my_progress(struct ctx *c, const struct onboarding_progress_out **out)
{
	struct onboarding_person_row p;
	enum status st = onboarding_sql_person(c, c->me.user_id, &p);

	if (st == OK)
		*out = onboarding_progress_of(c, &p);
	return st;
}

HANDLER(onboarding_method_save, struct onboarding_method_in, struct onboarding_method_out)
{
	struct ctx *c = &r->ctx;
	struct onboarding_option_item o;
	enum status st = onboarding_method(c, in->communicationMethodType, E_BAD_COMMUNICATION_METHOD, &o);

	if (st == OK)
		st = onboarding_save(c, &(struct answers){.communication_method = o.code});
	if (st != OK)
		return st;
	out->communicationMethod = o.code;
	out->label = o.name;
	out->description = o.description;
	return my_progress(c, &out->progress);
}

HANDLER(onboarding_minutes_save, struct onboarding_minutes_in, struct onboarding_minutes_out)
{
	struct ctx *c = &r->ctx;
	struct onboarding_option_item o;
	enum status st = onboarding_minutes(c, in->dailyMinutesType, E_BAD_DAILY_MINUTE, &o);

	if (st == OK)
		st = onboarding_save(c, &(struct answers){.daily_minute = o.code});
	if (st != OK)
		return st;
	out->dailyMinute = o.code;
	out->minutes = strtol(o.code + strcspn(o.code, "0123456789"), NULL, 10);
	out->label = o.name;
	out->description = o.description;
	return my_progress(c, &out->progress);
}

HANDLER(onboarding_times, struct nothing, struct onboarding_schedules_out)
{
	return onboarding_sql_times(&r->ctx, r->ctx.me.user_id, AS_LIST(&out->schedules));
}

HANDLER(onboarding_times_save, struct onboarding_times_in, struct onboarding_count_out)
{
	struct answers a = {0};
	enum status st = onboarding_take_times(&r->ctx, &a, "schedules", IN_LIST(&in->schedules));

	out->count = (int64_t)a.n_times;
	return st == OK ? onboarding_save(&r->ctx, &a) : st;
}

HANDLER(onboarding_times_clear, struct onboarding_clear_in, struct onboarding_count_out)
{
	return onboarding_clear_times(&r->ctx, in->dayOfWeek ? onboarding_day(in->dayOfWeek) : -1,
				      in->scheduleIds.v, in->scheduleIds.n, &out->count);
}

/* ---- the wizard --------------------------------------------------------------------------- */

HANDLER(onboarding_step_save, struct onboarding_step_save_in, struct onboarding_saved_out)
{
	struct answers a = {.steps = 1U << (in->step - 1)};
	enum status st = onboarding_take(&r->ctx, in->stepData, &a);

	if (st == OK)
		st = onboarding_save(&r->ctx, &a);
	out->saved = true;
	return st == OK ? my_progress(&r->ctx, &out->progress) : st;
}

HANDLER(onboarding_step_skip, struct onboarding_step_in, struct onboarding_skipped_out)
{
	enum status st = onboarding_save(&r->ctx, &(struct answers){.steps = 1U << (in->step - 1)});

	out->skipped = true;
	return st == OK ? my_progress(&r->ctx, &out->progress) : st;
}

HANDLER(onboarding_current, struct nothing, struct onboarding_current_out)
{
	enum status st = my_progress(&r->ctx, &out->progress);

	if (st == OK)
		out->currentStep = out->progress->currentStep;
	return st;
}

HANDLER(onboarding_progress_get, struct nothing, struct onboarding_progress_out)
{
	const struct onboarding_progress_out *p;
	enum status st = my_progress(&r->ctx, &p);

	if (st == OK)
		*out = *p;
	return st;
}

HANDLER(onboarding_status, struct nothing, struct onboarding_status_out)
{
	struct onboarding_person_row p;
	enum status st = onboarding_sql_person(&r->ctx, r->ctx.me.user_id, &p);

	if (st == OK)
		onboarding_fill_status(&r->ctx, &p, out);
	return st;
}

HANDLER(onboarding_complete, struct onboarding_answers_in, struct onboarding_completed_out)
{
	struct answers a = {.complete = true};
	enum status st = onboarding_take(&r->ctx, in, &a);

	out->completed = true;
	return st == OK ? onboarding_save(&r->ctx, &a) : st;
}

HANDLER(onboarding_answers_save, struct onboarding_answers_in, struct onboarding_saved_out)
{
	struct answers a = {0};
	enum status st = onboarding_take(&r->ctx, in, &a);

	if (st == OK)
		st = onboarding_save(&r->ctx, &a);
	out->saved = true;
	return st == OK ? my_progress(&r->ctx, &out->progress) : st;
}

/* BEGIN, the statement, what matching does, COMMIT. */
enum { SAVE_TRIPS = 6 };

#define IDS_ROW(x, title, what, ...)                                                               \
	{.name = "onboarding_" title, .call = onboarding_ids_save_call, .in = &x##_ids_shape,      \
	 .out = &onboarding_count_out_shape, .arg = &x##_ids, .auth = AUTH_USER, .rate = RATE_WRITE, \
	 .statements = SAVE_TRIPS, .doc = what, .fails = {E_UNKNOWN_OPTION, E_USER_NOT_FOUND},     \
	 .on = {__VA_ARGS__}}

static const struct route routes[] = {
	ROUTE(onboarding_native, nothing, onboarding_native_out,
	      .on = {"GET /onboarding/language/native-language"}, .auth = AUTH_USER, .rate = RATE_READ,
	      .cache = CACHE_PRIVATE, .statements = 1,
	      .doc = "My native language, or null.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(onboarding_native_save, onboarding_native_in, onboarding_language_id_out,
	      .on = {"POST,PUT,PATCH /onboarding/language/native-language"}, .auth = AUTH_USER,
	      .rate = RATE_WRITE, .statements = SAVE_TRIPS, .doc = "Save my native language.",
	      .fails = {E_UNKNOWN_OPTION, E_USER_NOT_FOUND}),
	ROUTE(onboarding_learning, nothing, onboarding_learning_out,
	      .on = {"GET /onboarding/language/learning-language"}, .auth = AUTH_USER, .rate = RATE_READ,
	      .cache = CACHE_PRIVATE, .statements = 1, .doc = "The languages I learn."),
	ROUTE(onboarding_learning_save, onboarding_learning_in, onboarding_learning_out,
	      .on = {"POST,PUT,PATCH /onboarding/language/learning-language"}, .auth = AUTH_USER,
	      .rate = RATE_WRITE, .statements = SAVE_TRIPS + 1,
	      .doc = "Learn these languages and no others; those I speak remain.",
	      .fails = {E_UNKNOWN_OPTION, E_USER_NOT_FOUND}),
	ROUTE(onboarding_levels_save, onboarding_levels_in, onboarding_count_out,
	      .on = {"POST,PUT,PATCH /onboarding/language/language-level", "POST /onboarding/languages"},
	      .auth = AUTH_USER, .rate = RATE_WRITE, .statements = SAVE_TRIPS,
	      .doc = "Save levels, language by language; languages that are not sent stay as they are. "
		     "Levels of the 100-series are one's own, those of the 200-series are wanted in a "
		     "partner; those, and a target other than the current level, make it a language to "
		     "learn.",
	      .fails = {E_UNKNOWN_OPTION, E_USER_NOT_FOUND}),
	IDS_ROW(motivation, "motivations_save", "Replace my reasons to learn; the order is their priority.",
		"POST,PUT,PATCH /onboarding/interest/motivation", "POST /onboarding/motivations"),
	IDS_ROW(topic, "topics_save", "Replace my topics.", "POST,PUT,PATCH /onboarding/interest/topic"),
	IDS_ROW(learning_style, "learning_styles_save", "Replace my ways to learn.",
		"POST,PUT,PATCH /onboarding/interest/learning-style"),
	IDS_ROW(learning_expectation, "learning_expectations_save", "Replace what learning should bring.",
		"POST,PUT,PATCH /onboarding/interest/learning-expectation"),
	ROUTE(onboarding_personalities_save, onboarding_personalities_in, onboarding_count_out,
	      .on = {"POST,PUT,PATCH /onboarding/partner/personality"}, .auth = AUTH_USER,
	      .rate = RATE_WRITE, .statements = SAVE_TRIPS, .doc = "Replace the kinds of partner I look for.",
	      .fails = {E_UNKNOWN_OPTION, E_USER_NOT_FOUND}),
	ROUTE(onboarding_gender_save, onboarding_gender_in, onboarding_gender_out,
	      .on = {"POST,PUT,PATCH /onboarding/partner/gender"}, .auth = AUTH_USER, .rate = RATE_WRITE,
	      .statements = SAVE_TRIPS, .doc = "Save the gender I want in a partner.", .fails = {E_USER_NOT_FOUND}),
	IDS_ROW(group_size, "group_sizes_save", "Replace the sizes of group I like.",
		"POST,PUT,PATCH /onboarding/schedule/group-size",
		"POST,PUT,PATCH /onboarding/partner/group-size"),
	ROUTE(onboarding_method_save, onboarding_method_in, onboarding_method_out,
	      .on = {"POST,PUT,PATCH /onboarding/schedule/communication-method",
		     "POST,PUT,PATCH /onboarding/interest/communication-method"},
	      .auth = AUTH_USER, .rate = RATE_WRITE, .statements = SAVE_TRIPS + 1, .doc = "Save how I like to talk.",
	      .fails = {E_BAD_COMMUNICATION_METHOD, E_USER_NOT_FOUND}),
	ROUTE(onboarding_minutes_save, onboarding_minutes_in, onboarding_minutes_out,
	      .on = {"POST,PUT,PATCH /onboarding/schedule/daily-minute"}, .auth = AUTH_USER,
	      .rate = RATE_WRITE, .statements = 3, .doc = "Save how long I study a day.",
	      .fails = {E_BAD_DAILY_MINUTE, E_USER_NOT_FOUND}),
	ROUTE(onboarding_times, nothing, onboarding_schedules_out, .on = {"GET /onboarding/schedule/schedule"},
	      .auth = AUTH_USER, .rate = RATE_READ, .cache = CACHE_PRIVATE, .statements = 1,
	      .doc = "My free times, in my own time zone."),
	ROUTE(onboarding_times_save, onboarding_times_in, onboarding_count_out,
	      .on = {"POST,PUT /onboarding/schedule", "POST,PUT /onboarding/schedule/schedule",
		     "POST /onboarding/schedules"},
	      .auth = AUTH_USER, .rate = RATE_WRITE, .statements = SAVE_TRIPS + 1,
	      .doc = "Replace my free times.", .fails = {E_UNKNOWN_OPTION, E_USER_NOT_FOUND}),
	ROUTE(onboarding_times_clear, onboarding_clear_in, onboarding_count_out,
	      .on = {"DELETE /onboarding/schedule/schedule", "DELETE /onboarding/schedule"},
	      .auth = AUTH_USER, .rate = RATE_WRITE, .statements = SAVE_TRIPS,
	      .doc = "Remove free times: those named, those of a day, or all."),
	ROUTE(onboarding_step_save, onboarding_step_save_in, onboarding_saved_out,
	      .on = {"POST,PUT /onboarding/steps/{step}/save", "POST /onboarding/state/{step}"},
	      .auth = AUTH_USER, .rate = RATE_WRITE, .statements = SAVE_TRIPS + 5,
	      .doc = "Save a step of the wizard, and what it says of me.",
	      .fails = {E_UNKNOWN_OPTION, E_BAD_COMMUNICATION_METHOD, E_BAD_DAILY_MINUTE, E_USER_NOT_FOUND}),
	ROUTE(onboarding_step_skip, onboarding_step_in, onboarding_skipped_out,
	      .on = {"POST /onboarding/steps/{step}/skip"}, .auth = AUTH_USER, .rate = RATE_WRITE,
	      .statements = 2, .doc = "Leave out a step of the wizard.", .fails = {E_USER_NOT_FOUND}),
	ROUTE(onboarding_current, nothing, onboarding_current_out, .on = {"GET /onboarding/steps/current"},
	      .auth = AUTH_USER, .rate = RATE_READ, .statements = 1, .doc = "The first open step.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(onboarding_progress_get, nothing, onboarding_progress_out,
	      .on = {"GET /onboarding/progress", "GET /onboarding/state/progress"}, .auth = AUTH_USER,
	      .rate = RATE_READ, .statements = 1, .doc = "How far I am with the wizard.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(onboarding_status, nothing, onboarding_status_out,
	      .on = {"GET /users/onboarding-status", "GET /user/onboarding-status",
		     "GET /users/me/onboarding-status"},
	      .auth = AUTH_USER, .rate = RATE_READ, .cache = CACHE_PRIVATE, .statements = 1,
	      .doc = "Whether I am through with onboarding, and where to go on.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(onboarding_complete, onboarding_answers_in, onboarding_completed_out,
	      .on = {"POST,PUT,PATCH /users/complete-onboarding", "POST,PUT,PATCH /user/complete-onboarding",
		     "POST /users/me/complete-onboarding", "POST /onboarding/complete"},
	      .auth = AUTH_USER, .rate = RATE_WRITE, .statements = SAVE_TRIPS + 4,
	      .doc = "End onboarding, as often as you like; saves what is sent and nothing else.",
	      .fails = {E_UNKNOWN_OPTION, E_BAD_COMMUNICATION_METHOD, E_BAD_DAILY_MINUTE, E_USER_NOT_FOUND}),
	ROUTE(onboarding_answers_save, onboarding_answers_in, onboarding_saved_out,
	      .on = {"POST /onboarding/interests", "POST /onboarding/partner-preferences"},
	      .auth = AUTH_USER, .rate = RATE_WRITE, .statements = SAVE_TRIPS + 5,
	      .doc = "Save several answers at once.",
	      .fails = {E_UNKNOWN_OPTION, E_BAD_COMMUNICATION_METHOD, E_BAD_DAILY_MINUTE, E_USER_NOT_FOUND}),
};

extern const struct stmt *const onboarding_stmts[];
const struct domain onboarding_domain = {
	.name = "onboarding",
	.doc = "What people say of themselves when they join",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = onboarding_stmts,
};
