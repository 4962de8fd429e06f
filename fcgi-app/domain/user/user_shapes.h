/* Shapes of the user endpoints. */
#ifndef DOMAIN_USER_SHAPES_H
#define DOMAIN_USER_SHAPES_H

#include "base/shape.h"
#include "domain/onboarding/onboarding.h"

#define LOCATION_OUT(F, S)                                                                         \
	F(S, INT, id, .aka = "locationId location_id", .zero_null = true)                          \
	F(S, STR, country)                                                                         \
	F(S, STR, city, .aka = "name region")                                                      \
	F(S, STR, timeZone, .aka = "timezone")
SHAPE_STRUCT(location_out, LOCATION_OUT)

#define LOCATIONS_OUT(F, S) F(S, LIST(location_out), items, .bare = true)
SHAPE_STRUCT(locations_out, LOCATIONS_OUT)

#define GENDER_OUT(F, S)                                                                           \
	F(S, INT, id)                                                                              \
	F(S, STR, code, .aka = "name")                                                             \
	F(S, STR, description, .aka = "label")
SHAPE_STRUCT(gender_out, GENDER_OUT)

#define GENDERS_OUT(F, S) F(S, LIST(gender_out), items, .bare = true)
SHAPE_STRUCT(genders_out, GENDERS_OUT)

#define NATIVE_OUT(F, S)                                                                           \
	F(S, INT, id, .aka = "languageId")                                                         \
	F(S, STR, name, .aka = "languageName")                                                     \
	F(S, STR, code, .aka = "languageCode")
SHAPE_STRUCT(native_out, NATIVE_OUT)

/* The union of what guide, PRD and the client read. */
#define PROFILE_OUT(F, S)                                                                          \
	F(S, ID, id, .aka = "userId")                                                              \
	F(S, STR, email)                                                                           \
	F(S, STR, name, .aka = "koreanName")                                                       \
	F(S, STR, englishName)                                                                     \
	F(S, STR, birthday, .doc = "MM-DD")                                                        \
	F(S, STR, birthyear)                                                                       \
	F(S, INT, birthYear, .zero_null = true)                                                    \
	F(S, INT, age, .zero_null = true)                                                          \
	F(S, STR, gender)                                                                          \
	F(S, STR, profileImage, .aka = "profileImageUrl")                                          \
	F(S, STR, selfBio, .aka = "bio intro")                                                     \
	F(S, STR, residence)                                                                       \
	F(S, STR, job)                                                                             \
	F(S, OBJ(location_out), location,                                                          \
	  .doc = "the place chosen last; where `residence` was said since, that as its city and no id or country") \
	F(S, OBJ(native_out), nativeLanguage)                                                      \
	F(S, LIST(language_choice), targetLanguages)                                               \
	F(S, STR, languageLevel)                                                                   \
	F(S, STR, targetLanguage)                                                                  \
	F(S, BOOL, onboardingCompleted)                                                            \
	F(S, STR, communicationMethod)                                                             \
	F(S, STR, dailyMinute)                                                                     \
	F(S, STR, partnerGender)                                                                   \
	F(S, STR, timeZone)                                                                        \
	F(S, STR, onlineStatus, .doc = "ONLINE, STUDYING, AWAY or OFFLINE")                        \
	F(S, BOOL, isOnline)                                                                       \
	F(S, TIME, lastActiveTime, .aka = "lastActive")                                            \
	F(S, TIME, createdAt)                                                                      \
	F(S, TIME, updatedAt)
SHAPE_STRUCT(profile_out, PROFILE_OUT)

/* Somebody's profile as far as the caller may see it; two statements. E_USER_NOT_FOUND */
struct ctx;
MUST_USE enum status user_profile_show(struct ctx *c, uint64_t id, struct profile_out *out);

/* What profiles that others look at say besides. */
#define PROFILE_FIGURES(F, S)                                                                      \
	F(S, INT, completedSessions, .aka = "totalSessions")                                       \
	F(S, NUM, rating, .aka = "averageRating",                                                  \
	  .doc = "1 to 5, the mean of what partners gave after sessions of two; null: nobody has") \
	F(S, NUM, responseRate,                                                                    \
	  .doc = "% of the requests for a match they got that they answered; null: they got none")
SHAPE_STRUCT(profile_figures, PROFILE_FIGURES)
MUST_USE enum status user_figures(struct ctx *c, uint64_t id, struct profile_figures *out);

#define ADMIN_ROLE_OUT(F, S)                                                                       \
	F(S, STR, role)                                                                            \
	F(S, TIME, expiresAt)                                                                      \
	F(S, BOOL, isExpired)
SHAPE_STRUCT(admin_role_out, ADMIN_ROLE_OUT)

#define STUDY_USER_OUT(F, S)                                                                       \
	F(S, ID, id)                                                                               \
	F(S, STR, email)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, STR, avatar, .aka = "image")                                                          \
	F(S, STR, bio)                                                                             \
	F(S, STR, role)                                                                            \
	F(S, STR, status)                                                                          \
	F(S, TIME, createdAt)                                                                      \
	F(S, TIME, lastLoginAt)
SHAPE_STRUCT(study_user_out, STUDY_USER_OUT)

/* An account as the study groups' pages know it. */
struct user_row;
const struct study_user_out *user_of_studies(struct ctx *c, const struct user_row *u);

/* One body for three products: StudyMate reads id…onboardingCompleted, CoUp reads user and
 * adminRole, the dating app the snake_case fields. */
#define ME_OUT(F, S)                                                                               \
	F(S, ID, id, .aka = "userId")                                                              \
	F(S, ID, user_id, .as_number = true)                                                       \
	F(S, STR, email)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, STR, englishName)                                                                     \
	F(S, BOOL, onboardingCompleted)                                                            \
	F(S, STR, birth_date)                                                                      \
	F(S, STR, gender, .doc = "male, female, other, or null")                                   \
	F(S, STR, location)                                                                        \
	F(S, STR, job)                                                                             \
	F(S, STR, bio)                                                                             \
	F(S, STR, profile_img_url)                                                                 \
	F(S, TIME, created_at)                                                                     \
	F(S, OBJ(study_user_out), user)                                                            \
	F(S, OBJ(admin_role_out), adminRole)
SHAPE_STRUCT(me_out, ME_OUT)
#endif
