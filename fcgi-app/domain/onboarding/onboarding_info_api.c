/* What people said of themselves, read back. */
#include "domain/leveltest/leveltest.h"
#include "domain/meeting/meeting.h"
#include "domain/onboarding/onboarding_shapes.h"
#include "domain/registry.h"
#include "domain/user/user.h"
#include "domain/user/user_shapes.h"

#include <math.h>

#define MOTIVATION_INFO_OUT(F, S)                                                                  \
	F(S, LIST(onboarding_motivation_out), motivations)                                         \
	F(S, LIST(onboarding_topic_out), topics)                                                   \
	F(S, INTS, learningStyleIds)                                                               \
	F(S, INTS, learningExpectationIds)
SHAPE(onboarding_motivation_info_out, MOTIVATION_INFO_OUT)

#define PARTNER_INFO_OUT(F, S)                                                                     \
	F(S, LIST(onboarding_partner_out), partners, .aka = "partnerPreferences")                  \
	F(S, INTS, groupSizes, .aka = "groupSizeIds")                                              \
	F(S, STR, partnerGender)
SHAPE(onboarding_partner_info_out, PARTNER_INFO_OUT)

#define SCHEDULE_INFO_OUT(F, S) F(S, LIST(onboarding_schedule_item), schedules)
SHAPE(onboarding_schedule_info_out, SCHEDULE_INFO_OUT)

#define SUMMARY_OUT(F, S)                                                                          \
	F(S, LIST(language_choice), languages)                                                     \
	F(S, INTS, topics)                                                                         \
	F(S, LIST(onboarding_motivation_out), motivations)                                         \
	F(S, INTS, learningStyles)                                                                 \
	F(S, INTS, learningExpectations)                                                           \
	F(S, INTS, groupSizes)                                                                     \
	F(S, LIST(onboarding_partner_out), partnerPreferences)                                     \
	F(S, LIST(onboarding_schedule_item), schedules)                                            \
	F(S, STR, communicationMethod)                                                             \
	F(S, STR, dailyMinute)
SHAPE(onboarding_summary_out, SUMMARY_OUT)

#define USER_DATA_OUT(F, S)                                                                        \
	F(S, STR, name)                                                                            \
	F(S, STR, englishName)                                                                     \
	F(S, STR, profileImageUrl, .aka = "profileImage")                                          \
	F(S, STR, residence)                                                                       \
	F(S, STR, intro, .aka = "selfBio bio")                                                     \
	F(S, BOOL, completed)                                                                      \
	F(S, INT, nativeLanguageId, .zero_null = true)                                             \
	F(S, LIST(language_choice), targetLanguages)                                               \
	F(S, INTS, motivationIds)                                                                  \
	F(S, INTS, topicIds)                                                                       \
	F(S, INTS, learningStyleIds)                                                               \
	F(S, INTS, learningExpectationIds)                                                         \
	F(S, INTS, partnerPersonalityIds)                                                          \
	F(S, INTS, groupSizeIds)                                                                   \
	F(S, INTS, scheduleIds)                                                                    \
	F(S, LIST(onboarding_schedule_item), schedules)                                            \
	F(S, STR, communicationMethod)                                                             \
	F(S, STR, dailyMinute)                                                                     \
	F(S, STR, partnerGender)
SHAPE(onboarding_user_data_out, USER_DATA_OUT)

#define AVAILABLE_OUT(F, S)                                                                        \
	F(S, LIST(onboarding_available_item), languages)                                           \
	F(S, LIST(onboarding_available_item), motivations)                                         \
	F(S, LIST(onboarding_available_item), topics)                                              \
	F(S, LIST(onboarding_available_item), learningStyles)                                      \
	F(S, LIST(onboarding_available_item), learningExpectations)                                \
	F(S, LIST(onboarding_available_item), levels)                                              \
	F(S, LIST(onboarding_available_item), partnerPersonalities)                                \
	F(S, LIST(onboarding_available_item), groupSizes)                                          \
	F(S, LIST(onboarding_available_item), schedules)
SHAPE(onboarding_available_out, AVAILABLE_OUT)

#define DATA_OUT(F, S)                                                                             \
	F(S, OBJ(onboarding_user_data_out), userOnboardingData)                                    \
	F(S, OBJ(onboarding_available_out), availableOptions)
SHAPE(onboarding_data_out, DATA_OUT)

#define LEVEL_OUT(F, S)                                                                            \
	F(S, INT, languageId)                                                                      \
	F(S, STR, languageCode)                                                                    \
	F(S, STR, languageName)                                                                    \
	F(S, STR, currentLevel)                                                                    \
	F(S, STR, targetLevel)                                                                     \
	F(S, BOOL, learning)                                                                       \
	F(S, STR, source, .doc = "level_test once a test says it, else onboarding")                \
	F(S, STR, cefrLevel, .doc = "by the newest level test, A1 to C2")                          \
	F(S, TIME, testedAt)
SHAPE(onboarding_level_out, LEVEL_OUT)

#define LEVELS_OUT(F, S)                                                                           \
	F(S, LIST(onboarding_level_out), languages)                                                \
	F(S, STR, primaryLevel)                                                                    \
	F(S, STR, language, .doc = "of the newest level test, by code; it may be none of `languages`") \
	F(S, STR, level, .doc = "that it showed, A1 to C2")                                        \
	F(S, NUM, score)                                                                           \
	F(S, TIME, updatedAt)
SHAPE(onboarding_levels_out, LEVELS_OUT)

#define MATCHES_OUT(F, S) F(S, INT, total)
SHAPE(onboarding_matches_out, MATCHES_OUT)

#define SESSIONS_OUT(F, S)                                                                         \
	F(S, INT, totalSessions, .doc = "completed")                                               \
	F(S, INT, totalMinutes)                                                                    \
	F(S, INT, streakDays)
SHAPE(onboarding_sessions_out, SESSIONS_OUT)

#define PROFILE_SUMMARY_OUT(F, S)                                                                  \
	F(S, OBJ(profile_out), profile)                                                            \
	F(S, OBJ(onboarding_status_out), onboarding)                                               \
	F(S, OBJ(onboarding_languages_out), languages)                                             \
	F(S, OBJ(onboarding_sessions_out), stats)                                                  \
	F(S, OBJ(onboarding_matches_out), matches)                                                 \
	F(S, INT, unreadNotifications)
SHAPE(onboarding_profile_summary_out, PROFILE_SUMMARY_OUT)

/* ---- by person ---------------------------------------------------------------------------- */

static enum status languages_of(struct ctx *c, uint64_t id, struct onboarding_languages_out *out)
{
	struct onboarding_person_row p;
	struct list all;
	enum status st = onboarding_sql_person(c, id, &p);

	if (st == OK)
		st = onboarding_languages(c, id, &all);
	if (st == OK)
		onboarding_fill_languages(c, &p, &all, out);
	return st;
}

static enum status motivations_of(struct ctx *c, uint64_t id, struct onboarding_motivation_info_out *out)
{
	struct list all;
	enum status st = onboarding_sql_choices(c, id, &all);

	if (st != OK)
		return st;
	onboarding_fill_motivations(c, &all, AS_LIST(&out->motivations));
	onboarding_fill_topics(c, &all, AS_LIST(&out->topics));
	onboarding_chosen_ids(c, &all, "learning_style", AS_LIST(&out->learningStyleIds));
	onboarding_chosen_ids(c, &all, "learning_expectation", AS_LIST(&out->learningExpectationIds));
	return OK;
}

static enum status partners_of(struct ctx *c, uint64_t id, struct onboarding_partner_info_out *out)
{
	struct onboarding_person_row p;
	struct list all;
	enum status st = onboarding_sql_person(c, id, &p);

	if (st == OK)
		st = onboarding_sql_choices(c, id, &all);
	if (st != OK)
		return st;
	onboarding_fill_partners(c, &all, p.partner_gender, AS_LIST(&out->partners));
	onboarding_chosen_ids(c, &all, "group_size", AS_LIST(&out->groupSizes));
	out->partnerGender = p.partner_gender;
	return OK;
}

static enum status times_of(struct ctx *c, uint64_t id, struct onboarding_schedule_info_out *out)
{
	return onboarding_sql_times(c, id, AS_LIST(&out->schedules));
}

static enum status summary_of(struct ctx *c, uint64_t id, struct onboarding_summary_out *out)
{
	struct onboarding_person_row p;
	struct list all;
	enum status st = onboarding_sql_person(c, id, &p);

	if (st == OK)
		st = onboarding_languages(c, id, AS_LIST(&out->languages));
	if (st == OK)
		st = onboarding_sql_choices(c, id, &all);
	if (st == OK)
		st = onboarding_sql_times(c, id, AS_LIST(&out->schedules));
	if (st != OK)
		return st;
	onboarding_chosen_ids(c, &all, "topic", AS_LIST(&out->topics));
	onboarding_fill_motivations(c, &all, AS_LIST(&out->motivations));
	onboarding_chosen_ids(c, &all, "learning_style", AS_LIST(&out->learningStyles));
	onboarding_chosen_ids(c, &all, "learning_expectation", AS_LIST(&out->learningExpectations));
	onboarding_chosen_ids(c, &all, "group_size", AS_LIST(&out->groupSizes));
	onboarding_fill_partners(c, &all, p.partner_gender, AS_LIST(&out->partnerPreferences));
	out->communicationMethod = p.communication_method;
	out->dailyMinute = p.daily_minute;
	return OK;
}

static enum status save(struct ctx *c, const struct onboarding_answers_in *in)
{
	struct answers a = {0};
	enum status st = onboarding_take(c, in, &a);

	return st == OK ? onboarding_save(c, &a) : st;
}

/* One's own, somebody's, and a change of one's own that answers with what is known now. */
#define MINE(fn, of, Out)                                                                          \
	HANDLER(fn, struct nothing, struct Out)                                                    \
	{                                                                                          \
		return of(&r->ctx, r->ctx.me.user_id, out);                                        \
	}
#define THEIRS(fn, of, Out)                                                                        \
	HANDLER(fn, struct onboarding_user_in, struct Out)                                         \
	{                                                                                          \
		enum status st = user_visible(&r->ctx, in->userId);                                \
                                                                                                   \
		return st == OK ? of(&r->ctx, in->userId, out) : st;                               \
	}
#define SAVED(fn, of, Out)                                                                         \
	HANDLER(fn, struct onboarding_answers_in, struct Out)                                      \
	{                                                                                          \
		enum status st = save(&r->ctx, in);                                                \
                                                                                                   \
		return st == OK ? of(&r->ctx, r->ctx.me.user_id, out) : st;                        \
	}

MINE(onboarding_language_info, languages_of, onboarding_languages_out)
THEIRS(onboarding_language_info_of, languages_of, onboarding_languages_out)
SAVED(onboarding_language_info_save, languages_of, onboarding_languages_out)
MINE(onboarding_motivation_info, motivations_of, onboarding_motivation_info_out)
THEIRS(onboarding_motivation_info_of, motivations_of, onboarding_motivation_info_out)
SAVED(onboarding_motivation_info_save, motivations_of, onboarding_motivation_info_out)
MINE(onboarding_partner_info, partners_of, onboarding_partner_info_out)
SAVED(onboarding_partner_info_save, partners_of, onboarding_partner_info_out)
MINE(onboarding_schedule_info, times_of, onboarding_schedule_info_out)
THEIRS(onboarding_schedule_info_of, times_of, onboarding_schedule_info_out)
SAVED(onboarding_schedule_info_save, times_of, onboarding_schedule_info_out)
MINE(onboarding_summary, summary_of, onboarding_summary_out)
THEIRS(onboarding_summary_of, summary_of, onboarding_summary_out)

/* ---- all of it ---------------------------------------------------------------------------- */

/* The things of one kind; `also`: of two kinds that follow each other. */
static void available(const struct list *all, const char *kind, const char *also, struct list *out)
{
	const struct onboarding_available_item *v = all->v;
	size_t from = 0, to;

	while (from < all->n && strcmp(v[from].kind, kind) != 0)
		from++;
	to = from;
	while (to < all->n && (!strcmp(v[to].kind, kind) || !strcmp(v[to].kind, also)))
		to++;
	*out = (struct list){v ? v + from : NULL, to - from};
}

static enum status available_options(struct ctx *c, struct onboarding_available_out *out)
{
	struct list all;
	enum status st = onboarding_sql_available(c, &all);

	if (st != OK)
		return st;
	available(&all, "language", "language", AS_LIST(&out->languages));
	available(&all, "motivation", "motivation", AS_LIST(&out->motivations));
	available(&all, "topic", "topic", AS_LIST(&out->topics));
	available(&all, "learning_style", "learning_style", AS_LIST(&out->learningStyles));
	available(&all, "learning_expectation", "learning_expectation", AS_LIST(&out->learningExpectations));
	available(&all, "level_language", "level_partner", AS_LIST(&out->levels));
	available(&all, "personality", "personality", AS_LIST(&out->partnerPersonalities));
	available(&all, "group_size", "group_size", AS_LIST(&out->groupSizes));
	available(&all, "schedule_slot", "schedule_slot", AS_LIST(&out->schedules));
	return OK;
}

static void fill_choices(struct ctx *c, const struct list *all, struct onboarding_user_data_out *out)
{
	onboarding_chosen_ids(c, all, "motivation", AS_LIST(&out->motivationIds));
	onboarding_chosen_ids(c, all, "topic", AS_LIST(&out->topicIds));
	onboarding_chosen_ids(c, all, "learning_style", AS_LIST(&out->learningStyleIds));
	onboarding_chosen_ids(c, all, "learning_expectation", AS_LIST(&out->learningExpectationIds));
	onboarding_chosen_ids(c, all, "personality", AS_LIST(&out->partnerPersonalityIds));
	onboarding_chosen_ids(c, all, "group_size", AS_LIST(&out->groupSizeIds));
}

static void fill_person(const struct onboarding_person_row *p, struct onboarding_user_data_out *out)
{
	out->name = p->name;
	out->englishName = p->english_name;
	out->profileImageUrl = p->profile_image;
	out->residence = p->residence;
	out->intro = p->bio;
	out->completed = p->onboarded;
	out->nativeLanguageId = p->native_language_id;
	out->communicationMethod = p->communication_method;
	out->dailyMinute = p->daily_minute;
	out->partnerGender = p->partner_gender;
}

static enum status user_data(struct ctx *c, struct onboarding_user_data_out *out)
{
	struct onboarding_languages_out languages = {0};
	struct onboarding_person_row p;
	struct list spoken, chosen;
	enum status st = onboarding_sql_person(c, c->me.user_id, &p);

	if (st == OK)
		st = onboarding_languages(c, c->me.user_id, &spoken);
	if (st == OK)
		st = onboarding_sql_choices(c, c->me.user_id, &chosen);
	if (st == OK)
		st = onboarding_sql_times(c, c->me.user_id, AS_LIST(&out->schedules));
	if (st != OK)
		return st;
	int64_t *ids = arena_array(c->arena, int64_t, out->schedules.n);

	for (size_t i = 0; i < out->schedules.n; i++)
		ids[i] = out->schedules.v[i].scheduleId;
	out->scheduleIds.v = ids;
	out->scheduleIds.n = out->schedules.n;
	onboarding_fill_languages(c, &p, &spoken, &languages);
	out->targetLanguages.v = languages.targetLanguages.v;
	out->targetLanguages.n = languages.targetLanguages.n;
	fill_choices(c, &chosen, out);
	fill_person(&p, out);
	return OK;
}

HANDLER(onboarding_data, struct nothing, struct onboarding_data_out)
{
	struct ctx *c = &r->ctx;
	struct onboarding_user_data_out *user = arena_new_of(c->arena, struct onboarding_user_data_out);
	struct onboarding_available_out *options = arena_new_of(c->arena, struct onboarding_available_out);
	enum status st = user_data(c, user);

	out->userOnboardingData = user;
	out->availableOptions = options;
	return st == OK ? available_options(c, options) : st;
}

static void fill_tested(const struct list *tested, struct onboarding_levels_out *out)
{
	const struct leveltest_level *t = tested->v;

	out->score = __builtin_nan("");
	if (!tested->n)
		return;
	out->language = t->language;
	out->level = t->level;
	out->score = (double)t->score;
	out->updatedAt = t->tested_at;
}

static const struct leveltest_level *tested_in(const struct list *tested, const char *language)
{
	const struct leveltest_level *t = tested->v;

	for (size_t i = 0; i < tested->n; i++)
		if (!strcmp(t[i].language, language))
			return &t[i];
	return NULL;
}

HANDLER(onboarding_language_level, struct nothing, struct onboarding_levels_out)
{
	struct list all, tested;
	enum status st = onboarding_languages(&r->ctx, r->ctx.me.user_id, &all);

	if (st == OK)
		st = leveltest_levels(&r->ctx, r->ctx.me.user_id, &tested);
	if (st != OK)
		return st;
	fill_tested(&tested, out);
	const struct language_choice *l = all.v;
	struct onboarding_level_out *v = arena_array(r->ctx.arena, struct onboarding_level_out, all.n);

	for (size_t i = 0; i < all.n; i++) {
		const struct leveltest_level *t = tested_in(&tested, l[i].languageCode);

		v[i].languageId = l[i].languageId;
		v[i].languageCode = l[i].languageCode;
		v[i].languageName = l[i].languageName;
		v[i].currentLevel = l[i].currentLevelName;
		v[i].targetLevel = l[i].targetLevelName;
		v[i].learning = l[i].learning;
		v[i].source = t ? "level_test" : "onboarding";
		v[i].cefrLevel = t ? t->level : NULL;
		v[i].testedAt = t ? t->tested_at : 0;
	}
	out->languages.v = v;
	out->languages.n = all.n;
	out->primaryLevel = all.n ? v[0].currentLevel : NULL;
	return OK;
}

HANDLER(onboarding_profile_summary, struct nothing, struct onboarding_profile_summary_out)
{
	struct ctx *c = &r->ctx;
	struct onboarding_status_out *status = arena_new_of(c->arena, struct onboarding_status_out);
	struct onboarding_languages_out *languages = arena_new_of(c->arena, struct onboarding_languages_out);
	struct onboarding_matches_out *matches = arena_new_of(c->arena, struct onboarding_matches_out);
	struct onboarding_sessions_out *sessions = arena_new_of(c->arena, struct onboarding_sessions_out);
	struct meeting_figures figures = {0};
	struct onboarding_person_row p;
	struct onboarding_count_row counts = {0};
	struct profile_out *profile = arena_new_of(c->arena, struct profile_out);
	struct list all;
	enum status st = user_profile_show(c, c->me.user_id, profile);

	if (st == OK)
		st = onboarding_sql_person(c, c->me.user_id, &p);
	if (st == OK)
		st = onboarding_languages(c, c->me.user_id, &all);
	if (st == OK)
		st = onboarding_sql_counts(c, c->me.user_id, &counts);
	if (st == OK)
		st = meeting_figures(c, 0, 0, &figures);
	if (st != OK)
		return st;
	sessions->totalSessions = figures.totals.completed;
	sessions->totalMinutes = figures.totals.minutes;
	sessions->streakDays = figures.streak;
	matches->total = counts.total;
	out->unreadNotifications = counts.unread;
	onboarding_fill_status(c, &p, status);
	onboarding_fill_languages(c, &p, &all, languages);
	out->profile = profile;
	out->onboarding = status;
	out->languages = languages;
	out->stats = sessions;
	out->matches = matches;
	return OK;
}

/* ---- routes ------------------------------------------------------------------------------- */

#define GET3(x) {"GET /users" x, "GET /user" x, "GET /users/me" x}
#define SAVE3(x) {"PATCH,PUT,POST /users" x, "PATCH,PUT,POST /user" x, "PATCH,PUT,POST /users/me" x}

#define READS(fn, out_s, trips, what, ...)                                                         \
	ROUTE(fn, nothing, out_s, .on = __VA_ARGS__, .auth = AUTH_USER, .rate = RATE_READ,         \
	      .cache = CACHE_PRIVATE, .statements = trips, .doc = what, .fails = {E_USER_NOT_FOUND})
/* Lists of one's own; they never look at the account itself. */
#define READS_LISTS(fn, out_s, what, ...)                                                          \
	ROUTE(fn, nothing, out_s, .on = __VA_ARGS__, .auth = AUTH_USER, .rate = RATE_READ,         \
	      .cache = CACHE_PRIVATE, .statements = 1, .doc = what)
#define READS_OF(fn, out_s, trips, what, ...)                                                      \
	ROUTE(fn, onboarding_user_in, out_s, .on = {__VA_ARGS__}, .auth = AUTH_USER, .rate = RATE_READ, \
	      .cache = CACHE_PRIVATE, .statements = trips, .doc = what, .fails = {E_USER_NOT_FOUND})
/* BEGIN, save, matching (3), COMMIT, the picture; three look-ups of codes and slots before, `trips` after. */
#define SAVES(fn, out_s, trips, what, ...)                                                         \
	ROUTE(fn, onboarding_answers_in, out_s, .on = __VA_ARGS__, .auth = AUTH_USER,              \
	      .rate = RATE_WRITE, .statements = 10 + (trips), .doc = what,                          \
	      .fails = {E_UNKNOWN_OPTION, E_BAD_COMMUNICATION_METHOD, E_BAD_DAILY_MINUTE, E_USER_NOT_FOUND})

static const struct route routes[] = {
	READS(onboarding_language_info, onboarding_languages_out, 2, "My languages and levels.",
	      GET3("/language-info")),
	READS_OF(onboarding_language_info_of, onboarding_languages_out, 3, "Somebody's languages and levels.",
		 "GET /users/{userId}/language-info", "GET /user/{userId}/language-info"),
	SAVES(onboarding_language_info_save, onboarding_languages_out, 2,
	      "Change my languages; those not sent stay as they are.", SAVE3("/language-info")),
	READS_LISTS(onboarding_motivation_info, onboarding_motivation_info_out, "My reasons to learn, and topics.",
		    {"GET /users/motivation-info", "GET /user/motivation-info",
		     "GET /users/me/motivation-info", "GET /onboarding/interests"}),
	READS_OF(onboarding_motivation_info_of, onboarding_motivation_info_out, 2,
		 "Somebody's reasons to learn, and topics.", "GET /users/{userId}/motivation-info",
		 "GET /user/{userId}/motivation-info"),
	SAVES(onboarding_motivation_info_save, onboarding_motivation_info_out, 1,
	      "Change my reasons to learn, and topics.", SAVE3("/motivation-info")),
	READS(onboarding_partner_info, onboarding_partner_info_out, 2, "What partners I look for.",
	      {"GET /users/partner-info", "GET /user/partner-info", "GET /users/me/partner-info",
	       "GET /onboarding/partner-preferences"}),
	SAVES(onboarding_partner_info_save, onboarding_partner_info_out, 2,
	      "Change what partners I look for.", SAVE3("/partner-info")),
	READS_LISTS(onboarding_schedule_info, onboarding_schedule_info_out, "My free times.",
		    GET3("/schedule-info")),
	READS_OF(onboarding_schedule_info_of, onboarding_schedule_info_out, 2,
		 "Somebody's free times, in their own time zone.", "GET /users/{userId}/schedule-info",
		 "GET /user/{userId}/schedule-info"),
	SAVES(onboarding_schedule_info_save, onboarding_schedule_info_out, 1, "Replace my free times.",
	      SAVE3("/schedule-info")),
	READS(onboarding_summary, onboarding_summary_out, 4, "All my answers, by id.",
	      {"GET /onboarding/summary"}),
	READS_OF(onboarding_summary_of, onboarding_summary_out, 5, "Somebody's answers, by id.",
		 "GET /onboarding/{userId}/summary"),
	READS(onboarding_data, onboarding_data_out, 5, "All my answers, and everything there is to choose.",
	      {"GET /onboarding/data"}),
	ROUTE(onboarding_language_level, nothing, onboarding_levels_out,
	      .on = {"GET /users/language-level", "GET /user/language-level", "GET /users/me/language-level",
		     "GET /leveltest/user/language-level", "GET /level-test/user/language-level"},
	      .auth = AUTH_USER, .rate = RATE_READ, .cache = CACHE_PRIVATE, .statements = 2,
	      .doc = "My levels, language by language: as I said them, and as level tests showed them."),
	READS(onboarding_profile_summary, onboarding_profile_summary_out, 7, "All of me at one glance.",
	      GET3("/profile-summary")),
};

const struct domain onboarding_info_domain = {
	.name = "onboarding",
	.doc = "What people say of themselves when they join",
	.routes = routes,
	.n_routes = COUNT(routes),
};
