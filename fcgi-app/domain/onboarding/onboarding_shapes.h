/* Shapes of the onboarding endpoints that more than one file uses, and what fills them. */
#ifndef DOMAIN_ONBOARDING_SHAPES_H
#define DOMAIN_ONBOARDING_SHAPES_H

#include "domain/onboarding/onboarding_sql.h"

/* AS_LIST for a member of an input. */
#define IN_LIST(member) ((const struct list *)(const void *)(member))

/* ---- input -------------------------------------------------------------------------------- */

#define ONBOARDING_LEVEL_IN(F, S)                                                                  \
	F(S, INT, languageId, .aka = "language_id id", .required = true, .scalar = true,           \
	  .lax = true, .min = 1, .max = 100000)                                                    \
	F(S, INT, currentLevelId, .aka = "current_level_id levelId level_id", .lax = true,         \
	  .min = 1, .max = 100000, .doc = "100-series: how well I speak it")                       \
	F(S, INT, targetLevelId, .aka = "target_level_id", .lax = true, .min = 1, .max = 100000,   \
	  .doc = "100-series: where I want to get; 200-series: the level wanted in a partner")
SHAPE_STRUCT(onboarding_level_in, ONBOARDING_LEVEL_IN)

#define ONBOARDING_PERSONALITY_IN(F, S)                                                            \
	F(S, INT, partnerPersonalityId, .aka = "partner_personality_id personalPartnerId id",      \
	  .required = true, .scalar = true, .lax = true, .min = 1, .max = 100000)                  \
	F(S, STR, partnerGender, .aka = "partner_gender", .lax = true,                             \
	  .one_of = ONBOARDING_PARTNER_GENDERS)
SHAPE_STRUCT(onboarding_personality_in, ONBOARDING_PERSONALITY_IN)

#define ONBOARDING_DAYS                                                                            \
	"MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY SUNDAY MON>MONDAY TUE>TUESDAY "         \
	"WED>WEDNESDAY THU>THURSDAY FRI>FRIDAY SAT>SATURDAY SUN>SUNDAY 1>MONDAY 2>TUESDAY "        \
	"3>WEDNESDAY 4>THURSDAY 5>FRIDAY 6>SATURDAY 7>SUNDAY"

#define ONBOARDING_TIME_IN(F, S)                                                                   \
	F(S, INT, scheduleId, .aka = "schedule_id", .scalar = true, .lax = true, .min = 1,         \
	  .doc = "without a time: a part of a day, from /onboarding/schedule-options")             \
	F(S, STR, dayOfWeek, .aka = "day_of_week day", .lax = true, .one_of = ONBOARDING_DAYS)     \
	F(S, STR, classTime, .aka = "class_time time", .fmt = FMT_HALFHOUR)
SHAPE_STRUCT(onboarding_time_in, ONBOARDING_TIME_IN)

/* Everything onboarding asks, all of it optional: absent, null, "" and [] change nothing. */
#define ONBOARDING_ANSWERS_IN(F, S)                                                                \
	F(S, STR, englishName, .aka = "english_name", .min = 2, .max = 50, .trim = true)           \
	F(S, STR, residence, .max = 255, .trim = true)                                             \
	F(S, STR, profileImage, .aka = "profileImageUrl", .max = 2048, .fmt = FMT_URL)             \
	F(S, STR, intro, .aka = "selfBio bio", .max = 1000, .lines = true)                         \
	F(S, INT, nativeLanguageId, .aka = "native_language_id", .lax = true, .min = 1,            \
	  .max = 100000)                                                                           \
	F(S, LIST(onboarding_level_in), targetLanguages, .max = LANGUAGES_MAX,                     \
	  .doc = "languages to learn")                                                             \
	F(S, LIST(onboarding_level_in), languages, .max = LANGUAGES_MAX,                           \
	  .doc = "languages to speak or to learn, as their levels say")                            \
	F(S, INTS, motivationIds, .aka = "motivation_ids", .lax = true)                            \
	F(S, INTS, topicIds, .aka = "topic_ids", .lax = true)                                      \
	F(S, INTS, learningStyleIds, .aka = "learning_style_ids", .lax = true)                     \
	F(S, INTS, learningExpectationIds, .aka = "learning_expectation_ids", .lax = true)         \
	F(S, LIST(onboarding_personality_in), partnerPersonalityIds,                               \
	  .aka = "personalPartnerIds partnerPreferences partner_personality_ids")                  \
	F(S, INTS, groupSizeIds, .aka = "group_size_ids groupSizes", .lax = true)                  \
	F(S, STR, partnerGender, .aka = "partnerGenderType", .lax = true,                          \
	  .one_of = ONBOARDING_PARTNER_GENDERS)                                                    \
	F(S, LIST(onboarding_time_in), scheduleIds, .aka = "schedules", .max = TIMES_MAX)          \
	F(S, STR, communicationMethod, .aka = "communicationMethodType", .lax = true, .max = 32)   \
	F(S, STR, dailyMinute, .aka = "dailyMinutesType", .lax = true, .max = 32)
SHAPE_STRUCT(onboarding_answers_in, ONBOARDING_ANSWERS_IN)

/* Translates; looks up what is named by a code. */
MUST_USE enum status onboarding_take(struct ctx *c, const struct onboarding_answers_in *in,
				     struct answers *a);

/* The same for one list of it. field: its name on the wire. */
void onboarding_take_ids(struct ctx *c, struct answers *a, const char *kind, const char *field,
			 const struct list *ids);
void onboarding_take_levels(struct ctx *c, struct answers *a, const char *field, const struct list *levels,
			    bool learning);
void onboarding_take_personalities(struct ctx *c, struct answers *a, const char *field,
				   const struct list *personalities);
MUST_USE enum status onboarding_take_times(struct ctx *c, struct answers *a, const char *field,
					   const struct list *times);

/* ---- output ------------------------------------------------------------------------------- */

#define ONBOARDING_LANGUAGE_OUT(F, S)                                                              \
	F(S, INT, languageId, .aka = "id")                                                         \
	F(S, STR, languageName, .aka = "name")                                                     \
	F(S, STR, languageCode, .aka = "code")
SHAPE_STRUCT(onboarding_language_out, ONBOARDING_LANGUAGE_OUT)

#define ONBOARDING_LANGUAGES_OUT(F, S)                                                             \
	F(S, OBJ(onboarding_language_out), nativeLanguage)                                         \
	F(S, LIST(language_choice), targetLanguages, .doc = "those to be learnt")                  \
	F(S, LIST(language_choice), languages, .doc = "all, those to be learnt first")
SHAPE_STRUCT(onboarding_languages_out, ONBOARDING_LANGUAGES_OUT)

#define ONBOARDING_MOTIVATION_OUT(F, S)                                                            \
	F(S, INT, motivationId, .aka = "id")                                                       \
	F(S, INT, priority)                                                                        \
	F(S, STR, name)
SHAPE_STRUCT(onboarding_motivation_out, ONBOARDING_MOTIVATION_OUT)

#define ONBOARDING_TOPIC_OUT(F, S)                                                                 \
	F(S, INT, topicId, .aka = "id")                                                            \
	F(S, STR, name)
SHAPE_STRUCT(onboarding_topic_out, ONBOARDING_TOPIC_OUT)

#define ONBOARDING_PARTNER_OUT(F, S)                                                               \
	F(S, INT, partnerPersonalityId, .aka = "id")                                               \
	F(S, STR, partnerGender)                                                                   \
	F(S, STR, name)
SHAPE_STRUCT(onboarding_partner_out, ONBOARDING_PARTNER_OUT)

#define ONBOARDING_STEPS_OUT(F, S)                                                                 \
	F(S, BOOL, step1)                                                                          \
	F(S, BOOL, step2)                                                                          \
	F(S, BOOL, step3)                                                                          \
	F(S, BOOL, step4)                                                                          \
	F(S, BOOL, step5)                                                                          \
	F(S, BOOL, step6)                                                                          \
	F(S, BOOL, step7)                                                                          \
	F(S, BOOL, step8)
SHAPE_STRUCT(onboarding_steps_out, ONBOARDING_STEPS_OUT)

#define ONBOARDING_PROGRESS_OUT(F, S)                                                              \
	F(S, OBJ(onboarding_steps_out), completedSteps)                                            \
	F(S, INT, currentStep, .doc = "the first that is open")                                    \
	F(S, INT, progressPercentage)                                                              \
	F(S, INT, totalSteps)                                                                      \
	F(S, BOOL, completed)                                                                      \
	F(S, TIME, lastUpdatedAt)
SHAPE_STRUCT(onboarding_progress_out, ONBOARDING_PROGRESS_OUT)

#define ONBOARDING_STATUS_OUT(F, S)                                                                \
	F(S, BOOL, isCompleted, .aka = "completed onboardingCompleted")                            \
	F(S, INT, currentStep, .aka = "current_step", .doc = "the first of totalSteps that is open") \
	F(S, INT, nextStep, .aka = "next_step",                                                    \
	  .doc = "the page to go on with: 1 name, 2 place, 3 introduction, 4 all else")            \
	F(S, INT, totalSteps, .aka = "total_steps")                                                \
	F(S, INT, progressPercentage)                                                              \
	F(S, INTS, completedSteps)                                                                 \
	F(S, BOOL, basicInfoCompleted)                                                             \
	F(S, BOOL, languageInfoCompleted)                                                          \
	F(S, BOOL, interestInfoCompleted)                                                          \
	F(S, BOOL, partnerInfoCompleted)                                                           \
	F(S, BOOL, scheduleInfoCompleted)
SHAPE_STRUCT(onboarding_status_out, ONBOARDING_STATUS_OUT)

#define ONBOARDING_USER_IN(F, S) F(S, ID, userId, .from = FROM_PATH, .required = true)
SHAPE_STRUCT(onboarding_user_in, ONBOARDING_USER_IN)

/* The choices of one kind, in order. all: struct onboarding_choice_row, sorted by kind. */
struct list onboarding_chosen(const struct list *all, const char *kind);
void onboarding_chosen_ids(struct ctx *c, const struct list *all, const char *kind, struct list *out);
void onboarding_fill_motivations(struct ctx *c, const struct list *all, struct list *out);
void onboarding_fill_topics(struct ctx *c, const struct list *all, struct list *out);
/* gender: what the person wants of any partner. */
void onboarding_fill_partners(struct ctx *c, const struct list *all, const char *gender, struct list *out);
/* NULL: none. */
const struct onboarding_language_out *onboarding_native_of(struct ctx *c, const struct onboarding_person_row *p);
void onboarding_fill_languages(struct ctx *c, const struct onboarding_person_row *p, const struct list *all,
			       struct onboarding_languages_out *out);
const struct onboarding_progress_out *onboarding_progress_of(struct ctx *c,
							      const struct onboarding_person_row *p);
void onboarding_fill_status(struct ctx *c, const struct onboarding_person_row *p,
			    struct onboarding_status_out *out);
#endif
