/*
 * Shapes of the settings. The guide reads `data`, the shipped client the top of the body, which it sends back whole
 * when it saves; so the top has the client's names alone, and where both have one for the same thing, the client's
 * counts.
 */
#ifndef DOMAIN_SETTINGS_SHAPES_H
#define DOMAIN_SETTINGS_SHAPES_H

#include "base/shape.h"

#define UPDATED_OUT(F, S) F(S, TIME, updatedAt, .place = IN_DATA, .skip_null = true, .doc = "of a change")

/* Also columns of a row. */
#define PRIVACY_BOTH(F, S)                                                                         \
	F(S, STR, profileVisibility, .doc = "public, friends (partners), private")                 \
	F(S, BOOL, showAge)                                                                        \
	F(S, BOOL, showLocation)                                                                   \
	F(S, BOOL, showOnlineStatus)                                                               \
	F(S, BOOL, showLastSeen)                                                                   \
	F(S, BOOL, allowMatching)                                                                  \
	F(S, STR, matchingRadius, .doc = "km, or unlimited")                                       \
	F(S, BOOL, showInSearch)                                                                   \
	F(S, STR, allowDirectMessage, .doc = "who may open a chat with me: everyone, friends, none") \
	F(S, STR, allowGroupInvite, .doc = "who may bring me into a room: everyone, friends, none") \
	F(S, BOOL, showEmail)                                                                      \
	F(S, BOOL, showPhoneNumber)                                                                \
	F(S, BOOL, showLearningStats)                                                              \
	F(S, BOOL, showAchievements)                                                               \
	F(S, BOOL, showSessionHistory)                                                             \
	F(S, BOOL, allowAnalytics)                                                                 \
	F(S, BOOL, allowPersonalization)                                                           \
	F(S, BOOL, allowMarketing)                                                                 \
	F(S, BOOL, allowThirdPartySharing)

#define DATA_SHARING_OUT(F, S)                                                                     \
	F(S, BOOL, analytics)                                                                      \
	F(S, BOOL, thirdParty)
SHAPE_STRUCT(data_sharing_out, DATA_SHARING_OUT)

#define PRIVACY_OUT(F, S)                                                                          \
	PRIVACY_BOTH(F, S)                                                                         \
	F(S, BOOL, allowGroupInvites, .place = IN_DATA)                                            \
	F(S, STRS, blockList, .place = IN_DATA, .doc = "the newest 500")                           \
	F(S, OBJ(data_sharing_out), dataSharing, .place = IN_DATA)                                 \
	UPDATED_OUT(F, S)
SHAPE_STRUCT(privacy_out, PRIVACY_OUT)

#define DATA_SHARING_IN(F, S)                                                                      \
	F(S, BOOL, analytics, .lax = true)                                                         \
	F(S, BOOL, thirdParty, .lax = true)
SHAPE_STRUCT(data_sharing_in, DATA_SHARING_IN)

#define WHO "everyone friends none"
#define PRIVACY_IN(F, S)                                                                           \
	F(S, STR, profileVisibility, .one_of = "public friends private")                           \
	F(S, BOOL, showAge, .lax = true)                                                           \
	F(S, BOOL, showLocation, .lax = true)                                                      \
	F(S, BOOL, showOnlineStatus, .lax = true)                                                  \
	F(S, BOOL, showLastSeen, .lax = true)                                                      \
	F(S, BOOL, allowMatching, .lax = true)                                                     \
	F(S, STR, matchingRadius, .lax = true, .one_of = "10 25 50 100 unlimited")                 \
	F(S, BOOL, showInSearch, .lax = true)                                                      \
	F(S, STR, allowDirectMessage, .one_of = WHO)                                               \
	F(S, STR, allowGroupInvite, .one_of = WHO)                                                 \
	F(S, BOOL, allowGroupInvites, .lax = true, .doc = "false: none; true: no longer none")     \
	F(S, BOOL, showEmail, .lax = true)                                                         \
	F(S, BOOL, showPhoneNumber, .lax = true)                                                   \
	F(S, BOOL, showLearningStats, .lax = true)                                                 \
	F(S, BOOL, showAchievements, .lax = true)                                                  \
	F(S, BOOL, showSessionHistory, .lax = true)                                                \
	F(S, BOOL, allowAnalytics, .lax = true)                                                    \
	F(S, BOOL, allowPersonalization, .lax = true)                                              \
	F(S, BOOL, allowMarketing, .lax = true)                                                    \
	F(S, BOOL, allowThirdPartySharing, .lax = true)                                            \
	F(S, OBJ(data_sharing_in), dataSharing)
SHAPE_STRUCT(privacy_in, PRIVACY_IN)

/* ---- languages ---------------------------------------------------------------------------- */

/* Also columns of a row. */
#define LANGUAGE_BOTH(F, S)                                                                        \
	F(S, STR, appLanguage)                                                                     \
	F(S, STR, nativeLanguage, .doc = "a code; null: not chosen yet")                           \
	F(S, BOOL, autoTranslate)                                                                  \
	F(S, BOOL, showRomanization)                                                               \
	F(S, STR, translationService, .doc = "google, deepl or papago")                            \
	F(S, STR, speechLanguage)                                                                  \
	F(S, STR, voiceGender, .doc = "female or male")

/* speechSpeed is a number in `data` and a word at the top: the second row of that name stands in the .c file. */
#define LANGUAGE_OUT(F, S)                                                                         \
	LANGUAGE_BOTH(F, S)                                                                        \
	F(S, STRS, targetLanguages)                                                                \
	F(S, STR, interfaceLanguage, .place = IN_DATA)                                             \
	F(S, STRS, learningLanguages, .place = IN_DATA)                                            \
	F(S, BOOL, translationEnabled, .place = IN_DATA)                                           \
	F(S, BOOL, autoDetectLanguage, .place = IN_DATA)                                           \
	F(S, STR, preferredVoice, .place = IN_DATA)                                                \
	F(S, NUM, speechSpeed, .place = IN_DATA)                                                   \
	UPDATED_OUT(F, S)
struct language_out {
	LANGUAGE_OUT(SHAPE_MEMBER, _)
	const char *speed_word;
	struct {
		LANGUAGE_OUT(SHAPE_HAS, _)
		unsigned char speed_word;
	} has;
};
extern const struct shape language_out_shape;

enum { LEARNT_MAX = 12 };
#define LANGUAGE_IN(F, S)                                                                          \
	F(S, STR, appLanguage, .aka = "interfaceLanguage", .one_of = "ko en ja zh es fr")          \
	F(S, STR, nativeLanguage, .max = 8, .lower = true)                                         \
	F(S, STRS, targetLanguages, .aka = "learningLanguages", .max = LEARNT_MAX, .lower = true)  \
	F(S, BOOL, autoTranslate, .aka = "translationEnabled", .lax = true)                        \
	F(S, BOOL, autoDetectLanguage, .lax = true)                                                \
	F(S, BOOL, showRomanization, .lax = true)                                                  \
	F(S, STR, preferredVoice, .max = 64, .fmt = FMT_WORD)                                      \
	F(S, STR, speechSpeed, .lax = true, .max = 10, .doc = "slow, normal, fast, or a number from 0.25 to 4") \
	F(S, STR, translationService, .one_of = "google deepl papago")                             \
	F(S, STR, speechLanguage, .one_of = "en-US en-GB ko-KR ja-JP zh-CN")                       \
	F(S, STR, voiceGender, .one_of = "female male")
SHAPE_STRUCT(language_in, LANGUAGE_IN)

/* ---- a few of all, as the profile page has them -------------------------------------------- */

#define BRIEF_NOTIFICATIONS(F, S)                                                                  \
	F(S, BOOL, email)                                                                          \
	F(S, BOOL, push)                                                                           \
	F(S, BOOL, sms)
SHAPE_STRUCT(brief_notifications, BRIEF_NOTIFICATIONS)
#define BRIEF_PRIVACY(F, S)                                                                        \
	F(S, BOOL, profilePublic)                                                                  \
	F(S, BOOL, showOnlineStatus)                                                               \
	F(S, BOOL, allowMessages)
SHAPE_STRUCT(brief_privacy, BRIEF_PRIVACY)
#define BRIEF_PREFERENCES(F, S)                                                                    \
	F(S, STR, language)                                                                        \
	F(S, STR, timezone)                                                                        \
	F(S, STR, theme, .doc = "light, dark or auto")
SHAPE_STRUCT(brief_preferences, BRIEF_PREFERENCES)
#define USER_SETTINGS_OUT(F, S)                                                                    \
	F(S, OBJ(brief_notifications), notifications)                                              \
	F(S, OBJ(brief_privacy), privacy)                                                          \
	F(S, OBJ(brief_preferences), preferences)
SHAPE_STRUCT(user_settings_out, USER_SETTINGS_OUT)

#define BRIEF_NOTIFICATIONS_IN(F, S)                                                               \
	F(S, BOOL, email, .lax = true)                                                             \
	F(S, BOOL, push, .lax = true)                                                              \
	F(S, BOOL, sms, .lax = true)
SHAPE_STRUCT(brief_notifications_in, BRIEF_NOTIFICATIONS_IN)
#define BRIEF_PRIVACY_IN(F, S)                                                                     \
	F(S, BOOL, profilePublic, .lax = true)                                                     \
	F(S, BOOL, showOnlineStatus, .lax = true)                                                  \
	F(S, BOOL, allowMessages, .lax = true)
SHAPE_STRUCT(brief_privacy_in, BRIEF_PRIVACY_IN)
#define APP_LANGUAGE_IN .one_of = "ko en ja zh es fr"
#define ZONE_IN .aka = "timeZone", .max = 64, .trim = true, .doc = "IANA name"
#define BRIEF_PREFERENCES_IN(F, S)                                                                 \
	F(S, STR, language, APP_LANGUAGE_IN)                                                       \
	F(S, STR, timezone, ZONE_IN)                                                               \
	F(S, STR, theme, .one_of = "light dark auto")
SHAPE_STRUCT(brief_preferences_in, BRIEF_PREFERENCES_IN)
#define USER_SETTINGS_IN(F, S)                                                                     \
	F(S, OBJ(brief_notifications_in), notifications, .aka = "notificationPreferences")         \
	F(S, OBJ(brief_privacy_in), privacy)                                                       \
	F(S, OBJ(brief_preferences_in), preferences)                                               \
	F(S, STR, language, APP_LANGUAGE_IN, .doc = "as an earlier server had it, as is timezone here") \
	F(S, STR, timezone, ZONE_IN)
SHAPE_STRUCT(user_settings_in, USER_SETTINGS_IN)
#endif
