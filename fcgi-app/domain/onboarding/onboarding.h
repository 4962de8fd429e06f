/* What people say of themselves when they join: languages and levels, interests, partners, times. */
#ifndef DOMAIN_ONBOARDING_H
#define DOMAIN_ONBOARDING_H

#include "base/ctx.h"
#include "base/shape.h"

/* A language someone speaks or learns; texts in the caller's language. */
#define LANGUAGE_CHOICE(F, S)                                                                      \
	F(S, INT, languageId)                                                                      \
	F(S, STR, languageName)                                                                    \
	F(S, STR, languageCode)                                                                    \
	F(S, INT, currentLevelId, .zero_null = true)                                               \
	F(S, STR, currentLevelName, .aka = "currentLevel")                                         \
	F(S, INT, targetLevelId, .zero_null = true)                                                \
	F(S, STR, targetLevelName, .aka = "targetLevel")                                           \
	F(S, BOOL, learning)
SHAPE_STRUCT(language_choice, LANGUAGE_CHOICE)

/* SQL: the level somebody wants in a language of user_languages: a target of one's own first; else the level wanted in
 * a partner; else the level there is. */
#define ONBOARDING_TARGET(row)                                                                     \
	"COALESCE(NULLIF(" row ".target_level_id, " row ".current_level_id), " row ".partner_level_id," \
	" " row ".target_level_id)"

enum { LANGUAGES_MAX = 12 };

#define ONBOARDING_PARTNER_GENDERS "MALE FEMALE ANY OTHER 1>MALE 2>FEMALE 3>ANY"

/* How clients name a way to talk and a time a day becomes what is stored; NULL stays NULL.
 * E_BAD_COMMUNICATION_METHOD, E_BAD_DAILY_MINUTE */
MUST_USE enum status onboarding_codes(struct ctx *c, const char **method, const char **minutes);

/* What a level test found becomes the caller's level of that language (its code) if they learn it, matching included;
 * level: 0 is A1, 5 is C2. Inside db_tx(). */
MUST_USE enum status onboarding_tested(struct ctx *c, const char *language, int level);

/* Every language the user named, those to be learnt first. out: struct language_choice. */
MUST_USE enum status onboarding_languages(struct ctx *c, uint64_t user_id, struct list *out);
#endif
