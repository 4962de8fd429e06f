/* Shapes of the matching endpoints: every name any client reads. */
#ifndef DOMAIN_MATCHING_SHAPES_H
#define DOMAIN_MATCHING_SHAPES_H

#include "base/shape.h"

#define TARGET_LANGUAGE_OUT(F, S)                                                                  \
	F(S, INT, languageId)                                                                      \
	F(S, STR, languageName, .aka = "language")                                                 \
	F(S, STR, languageCode)                                                                    \
	F(S, INT, currentLevelId, .zero_null = true)                                               \
	F(S, STR, currentLevel, .aka = "currentLevelName")                                         \
	F(S, INT, targetLevelId, .zero_null = true)                                                \
	F(S, STR, targetLevel, .aka = "targetLevelName")
SHAPE_STRUCT(target_language_out, TARGET_LANGUAGE_OUT)

#define PARTNER_OUT(F, S)                                                                          \
	F(S, ID, userId, .aka = "id partnerId")                                                    \
	F(S, STR, englishName, .aka = "name", .doc = "the other name when there is no English one") \
	F(S, STR, profileImageUrl, .aka = "profileImage")                                          \
	F(S, STR, selfBio, .aka = "bio intro")                                                     \
	F(S, INT, age, .zero_null = true)                                                          \
	F(S, STR, gender)                                                                          \
	F(S, STR, location)                                                                        \
	F(S, STR, nativeLanguage)                                                                  \
	F(S, LIST(target_language_out), targetLanguages)                                           \
	F(S, STR, targetLanguage)                                                                  \
	F(S, STR, languageLevel)                                                                   \
	F(S, STRS, interests)                                                                      \
	F(S, STRS, commonInterests)                                                                \
	F(S, STRS, partnerPersonalities, .aka = "personalities")                                   \
	F(S, STRS, learningGoals)                                                                  \
	F(S, NUM, compatibilityScore, .doc = "0 to 100")                                           \
	F(S, STR, compatibilityLevel, .doc = "HIGH, MEDIUM or LOW")                                \
	F(S, STRS, reasons, .doc = "why, in the caller's language")                                \
	F(S, STR, onlineStatus, .doc = "ONLINE, STUDYING, AWAY or OFFLINE")                        \
	F(S, TIME, lastActiveTime, .aka = "lastActive")
SHAPE_STRUCT(partner_out, PARTNER_OUT)

#define PARTNERS_OUT(F, S) F(S, LIST(partner_out), items, .bare = true)
SHAPE_STRUCT(partners_out, PARTNERS_OUT)

#define LEVELS                                                                                     \
	"beginner intermediate advanced native a1>beginner a2>beginner b1>intermediate "           \
	"b2>intermediate c1>advanced c2>advanced 100>beginner 101>beginner 102>intermediate "      \
	"103>intermediate 104>advanced 105>advanced 106>native all>any any"
#define GENDERS_WANTED "MALE FEMALE OTHER ANY ALL>ANY 남성>MALE 여성>FEMALE 1>MALE 2>FEMALE 3>ANY"

/* What the search page offers beside parts of South Korea: other countries. */
#define ELSEWHERE "기타 국가"

/* All in the query. Pages count from 1; 0 is the first too. */
#define PARTNERS_IN(F, S)                                                                          \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = -1, .max = 10000)                      \
	F(S, INT, size, .aka = "limit", .from = FROM_QUERY, .dflt = "20", .min = 1, .max = 50)     \
	F(S, STR, nativeLanguage, .from = FROM_QUERY, .max = 40, .trim = true, .doc = "code or name") \
	F(S, STR, targetLanguage, .from = FROM_QUERY, .max = 40, .trim = true, .doc = "code or name") \
	F(S, STR, languageLevel, .aka = "proficiencyLevel", .from = FROM_QUERY, .one_of = LEVELS)  \
	F(S, NUM, minAge, .from = FROM_QUERY, .max = 150, .doc = "rounded")                        \
	F(S, NUM, maxAge, .from = FROM_QUERY, .max = 150, .doc = "rounded")                        \
	F(S, STR, gender, .aka = "partnerGender", .from = FROM_QUERY, .one_of = GENDERS_WANTED)
SHAPE_STRUCT(partners_in, PARTNERS_IN)

#define AGE_RANGE_IN(F, S)                                                                         \
	F(S, NUM, min, .lax = true, .max = 150)                                                    \
	F(S, NUM, max, .lax = true, .max = 150)
SHAPE_STRUCT(age_range_in, AGE_RANGE_IN)

#define PARTNERS_ADVANCED_IN(F, S)                                                                 \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = -1, .max = 10000)                      \
	F(S, INT, size, .aka = "limit", .from = FROM_QUERY, .dflt = "20", .min = 1, .max = 50)     \
	F(S, STR, query, .max = 100, .trim = true, .doc = "in names, introduction, job")           \
	F(S, STR, nativeLanguage, .max = 40, .trim = true, .doc = "code or name")                  \
	F(S, STR, targetLanguage, .max = 40, .trim = true, .doc = "code or name")                  \
	F(S, STR, proficiencyLevel, .aka = "languageLevel", .one_of = LEVELS)                      \
	F(S, NUM, minAge, .lax = true, .max = 150, .doc = "rounded, as all ages here")              \
	F(S, NUM, maxAge, .lax = true, .max = 150)                                                 \
	F(S, OBJ(age_range_in), ageRange, .doc = "where minAge or maxAge is missing")              \
	F(S, STR, gender, .aka = "partnerGender", .lax = true, .one_of = GENDERS_WANTED)           \
	F(S, STRS, nationalities, .max = 10, .doc = "names of countries")                          \
	F(S, STRS, interests, .aka = "topics", .max = 20, .doc = "parts of topic names; one must fit") \
	F(S, STRS, availability, .max = 6,                                                         \
	  .doc = "morning, afternoon, evening, night, weekdays, weekends, in the caller's zone")   \
	F(S, STR, sessionType, .one_of = "1on1 group text_only voice_only video all>any any")      \
	F(S, STR, location, .aka = "city country", .max = 60, .trim = true,                        \
	  .doc = "part of a place; " ELSEWHERE ": anywhere but South Korea")                        \
	F(S, BOOL, onlineOnly, .lax = true)                                                        \
	F(S, NUM, minCompatibilityScore, .lax = true, .max = 100)                                  \
	F(S, STR, sortBy, .one_of = "compatibility lastActive joinDate>compatibility "             \
				    "sessionCount>compatibility")
SHAPE_STRUCT(partners_advanced_in, PARTNERS_ADVANCED_IN)

/* A match, in every list of them. */
#define MATCH_OUT(F, S)                                                                            \
	F(S, ID, matchId, .aka = "id")                                                             \
	F(S, ID, partnerId, .aka = "partnerUserId userId")                                         \
	F(S, STR, partnerName, .aka = "partnerUserName userName name")                             \
	F(S, STR, partnerProfileImage,                                                             \
	  .aka = "partnerProfileImageUrl partnerUserProfileImage profileImage profileImageUrl")    \
	F(S, STR, location, .aka = "partnerUserLocation")                                          \
	F(S, STR, nativeLanguage, .aka = "partnerUserNativeLanguage partnerNativeLanguage")        \
	F(S, STR, bio, .aka = "partnerUserBio partnerBio")                                         \
	F(S, STR, status, .doc = "active or inactive")                                             \
	F(S, TIME, matchedAt)                                                                      \
	F(S, TIME, deactivatedAt)                                                                  \
	F(S, ID, roomId, .as_number = true)                                                        \
	F(S, NUM, compatibilityScore, .aka = "score")                                              \
	F(S, STR, compatibilityLevel)                                                              \
	F(S, STR, onlineStatus, .aka = "partnerOnlineStatus")                                      \
	F(S, TIME, lastActiveTime)                                                                 \
	F(S, STRS, commonInterests, .aka = "suggestedTopics")                                      \
	F(S, STRS, favoriteTopics)                                                                 \
	F(S, STR, targetLanguage)                                                                  \
	F(S, STR, languageLevel, .aka = "partnerLevel")                                            \
	F(S, STRS, languages)                                                                      \
	F(S, INT, totalSessionsCompleted, .doc = "sessions of two that both were in until the end")
SHAPE_STRUCT(match_out, MATCH_OUT)

#define MATCHES_OUT(F, S) F(S, LIST(match_out), items, .bare = true)
SHAPE_STRUCT(matches_out, MATCHES_OUT)
/* The form one reader of the list needs, for the size only it asks for. */
#define MATCHES_PAGE_OUT(F, S)                                                                     \
	F(S, LIST(match_out), content)                                                             \
	F(S, INT, totalElements)                                                                   \
	F(S, INT, totalPages)                                                                      \
	F(S, INT, number, .doc = "of this page, counted from 0")                                   \
	F(S, INT, currentPage, .doc = "the same, counted from 1")                                  \
	F(S, INT, limit)                                                                           \
	F(S, BOOL, last)
SHAPE_STRUCT(matches_page_out, MATCHES_PAGE_OUT)
#define MY_MATCHES_OUT(F, S) F(S, LIST(match_out), matches, .aka = "content")
SHAPE_STRUCT(my_matches_out, MY_MATCHES_OUT)

#define REQUEST_PERSON_OUT(F, S)                                                                   \
	F(S, ID, userId, .aka = "id")                                                              \
	F(S, STR, name, .aka = "englishName")                                                      \
	F(S, STR, profileImageUrl, .aka = "profileImage")
SHAPE_STRUCT(request_person_out, REQUEST_PERSON_OUT)

#define REQUEST_OUT(F, S)                                                                          \
	F(S, ID, requestId, .aka = "id")                                                           \
	F(S, ID, senderId)                                                                         \
	F(S, ID, receiverId, .aka = "targetUserId")                                                \
	F(S, STR, status, .doc = "pending, accepted, rejected, cancelled or expired")              \
	F(S, STR, message)                                                                         \
	F(S, STR, responseMessage)                                                                 \
	F(S, TIME, respondedAt)                                                                    \
	F(S, TIME, expiresAt)                                                                      \
	F(S, TIME, createdAt)                                                                      \
	F(S, OBJ(request_person_out), partner)                                                     \
	F(S, OBJ(request_person_out), sender)                                                      \
	F(S, OBJ(request_person_out), receiver)                                                    \
	F(S, STR, senderName)                                                                      \
	F(S, STR, senderProfileImage)                                                              \
	F(S, STR, receiverName)                                                                    \
	F(S, STR, receiverProfileImage)                                                            \
	F(S, NUM, compatibilityScore)
SHAPE_STRUCT(request_out, REQUEST_OUT)

#define CATEGORY_SCORES_OUT(F, S)                                                                  \
	F(S, NUM, language)                                                                        \
	F(S, NUM, personality)                                                                     \
	F(S, NUM, goals)                                                                           \
	F(S, NUM, interests)                                                                       \
	F(S, NUM, schedule)                                                                        \
	F(S, NUM, activity)
SHAPE_STRUCT(category_scores_out, CATEGORY_SCORES_OUT)

#define CATEGORY_DETAIL_OUT(F, S)                                                                  \
	F(S, STR, category)                                                                        \
	F(S, NUM, score)                                                                           \
	F(S, STR, description)
SHAPE_STRUCT(category_detail_out, CATEGORY_DETAIL_OUT)

#define INSIGHTS_OUT(F, S)                                                                         \
	F(S, STRS, mutualExchangeLanguages)                                                        \
	F(S, STRS, sharedTargetLanguages)                                                          \
	F(S, STRS, sharedInterests)                                                                \
	F(S, STRS, sharedGoals)                                                                    \
	F(S, STRS, personalityOverlap)                                                             \
	F(S, NUM, sharedHours, .doc = "free at the same time, a week")
SHAPE_STRUCT(insights_out, INSIGHTS_OUT)

#define COMPATIBILITY_OUT(F, S)                                                                    \
	F(S, ID, partnerId)                                                                        \
	F(S, NUM, overallScore, .aka = "compatibilityScore")                                       \
	F(S, STR, compatibilityLevel)                                                              \
	F(S, STR, recommendation)                                                                  \
	F(S, STRS, reasons)                                                                        \
	F(S, OBJ(category_scores_out), categoryScores)                                             \
	F(S, LIST(category_detail_out), categoryDetails)                                           \
	F(S, OBJ(insights_out), sharedInsights)
SHAPE_STRUCT(compatibility_out, COMPATIBILITY_OUT)
#endif
