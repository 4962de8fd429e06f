/* Shapes of the group sessions: every name the guide and the clients have. */
#ifndef DOMAIN_GROUP_SESSION_SHAPES_H
#define DOMAIN_GROUP_SESSION_SHAPES_H

#include "base/shape.h"

#define GROUP_FIELDS(F, S)                                                                         \
	F(S, ID, sessionId, .aka = "id roomId")                                                    \
	F(S, STR, title)                                                                           \
	F(S, STR, description)                                                                     \
	F(S, STR, type, .aka = "sessionType", .doc = "VIDEO, AUDIO or TEXT")                       \
	F(S, STR, status, .doc = "SCHEDULED, ONGOING, COMPLETED or CANCELLED")                     \
	F(S, STR, language, .aka = "targetLanguage", .doc = "its code, where it is one of /onboarding's languages") \
	F(S, STR, level, .aka = "languageLevel", .doc = "BEGINNER, INTERMEDIATE or ADVANCED")      \
	F(S, STR, topic, .aka = "topicCategory")                                                   \
	F(S, ID, hostId, .aka = "hostUserId")                                                      \
	F(S, STR, hostName, .aka = "hostUserName")                                                 \
	F(S, STR, hostProfileImage)                                                                \
	F(S, STR, hostLevel, .doc = "in this language; null: not known")                           \
	F(S, NUM, hostRating, .doc = "mean of what was said of all their sessions; null: nothing") \
	F(S, INT, maxParticipants)                                                                 \
	F(S, INT, currentParticipants, .doc = "with the host")                                     \
	F(S, TIME, scheduledAt)                                                                    \
	F(S, INT, duration, .aka = "sessionDuration", .doc = "minutes, as planned")                \
	F(S, BOOL, isPublic)                                                                       \
	F(S, STR, joinCode, .doc = "null for who does not take part")                              \
	F(S, RAW, tags, .aka = "sessionTags", .doc = "a list of texts")                            \
	F(S, TIME, startedAt)                                                                      \
	F(S, TIME, endedAt)                                                                        \
	F(S, NUM, ratingAverage)                                                                   \
	F(S, INT, ratingCount)                                                                     \
	F(S, BOOL, canJoin, .doc = "joining would work now, if the limit of one's own sessions allows it") \
	F(S, STR, joinMessage, .doc = "why it would not")                                          \
	F(S, INT, timeUntilStart, .doc = "minutes; 0 when that time has come")                     \
	F(S, TIME, createdAt)                                                                      \
	F(S, TIME, updatedAt)

#define GROUP_ITEM(F, S)                                                                           \
	GROUP_FIELDS(F, S)                                                                         \
	F(S, STR, myRole, .doc = "HOST or PARTICIPANT; null for who does not take part")           \
	F(S, TIME, joinedAt)
SHAPE_STRUCT(group_item, GROUP_ITEM)

#define GROUP_PAGES(F, S)                                                                          \
	F(S, INT, page)                                                                            \
	F(S, INT, size, .aka = "limit")                                                            \
	F(S, INT, totalPages)                                                                      \
	F(S, INT, totalItems, .aka = "total")
SHAPE_STRUCT(group_pages, GROUP_PAGES)

#define GROUP_ITEMS(F, S)                                                                          \
	F(S, LIST(group_item), items, .bare = true, .place = IN_DATA)                              \
	F(S, OBJ(group_pages), pagination, .place = AT_TOP)
SHAPE_STRUCT(group_items, GROUP_ITEMS)

#define GROUP_HOST(F, S)                                                                           \
	F(S, ID, userId)                                                                           \
	F(S, STR, userName)                                                                        \
	F(S, STR, profileImage)                                                                    \
	F(S, STR, level)                                                                           \
	F(S, NUM, rating)
SHAPE_STRUCT(group_host, GROUP_HOST)

#define GROUP_PERSON(F, S)                                                                         \
	F(S, ID, participantId, .aka = "id")                                                       \
	F(S, ID, userId)                                                                           \
	F(S, STR, userName, .aka = "name")                                                         \
	F(S, STR, profileImage)                                                                    \
	F(S, STR, role, .doc = "HOST or PARTICIPANT")                                              \
	F(S, STR, status, .doc = "JOINED")                                                         \
	F(S, TIME, joinedAt)                                                                       \
	F(S, BOOL, micEnabled)                                                                     \
	F(S, BOOL, cameraEnabled, .aka = "isVideoEnabled")                                         \
	F(S, BOOL, isMuted)                                                                        \
	F(S, STR, language, .doc = "the code of their native language")                            \
	F(S, STR, level, .doc = "in the session's language; null: not known")
SHAPE_STRUCT(group_person, GROUP_PERSON)

#define GROUP_SESSION(F, S)                                                                        \
	GROUP_FIELDS(F, S)                                                                         \
	F(S, ID, updatedBy, .skip_null = true, .doc = "of an update")                              \
	F(S, OBJ(group_host), host)                                                                \
	F(S, LIST(group_person), participants, .doc = "the others; who does not take part is not shown hidden profiles")
SHAPE_STRUCT(group_session, GROUP_SESSION)

/* What joining tells of the session, beside its data. */
#define GROUP_DOOR(F, S)                                                                           \
	F(S, STR, title)                                                                           \
	F(S, STR, joinCode)                                                                        \
	F(S, ID, hostId)                                                                           \
	F(S, INT, currentParticipants)                                                             \
	F(S, INT, maxParticipants)                                                                 \
	F(S, STR, status)
SHAPE_STRUCT(group_door, GROUP_DOOR)

#define GROUP_ENTRY(F, S)                                                                          \
	F(S, ID, sessionId, .aka = "id", .place = IN_DATA)                                         \
	F(S, ID, participantId, .place = IN_DATA)                                                  \
	F(S, ID, userId, .place = IN_DATA)                                                         \
	F(S, STR, userName, .place = IN_DATA)                                                      \
	F(S, STR, role, .place = IN_DATA)                                                          \
	F(S, TIME, joinedAt, .place = IN_DATA)                                                     \
	F(S, BOOL, micEnabled, .place = IN_DATA)                                                   \
	F(S, BOOL, cameraEnabled, .place = IN_DATA)                                                \
	F(S, STR, message, .place = IN_DATA)                                                       \
	F(S, OBJ(group_door), session, .place = AT_TOP)
SHAPE_STRUCT(group_entry, GROUP_ENTRY)

#define GROUP_LEFT(F, S)                                                                           \
	F(S, ID, sessionId)                                                                        \
	F(S, ID, userId)                                                                           \
	F(S, ID, hostId, .skip_null = true, .doc = "only of the host, with whom it ends")          \
	F(S, TIME, leftAt)                                                                         \
	F(S, INT, sessionDuration, .doc = "minutes there since the start; 0: it had not begun")    \
	F(S, INT, remainingParticipants)                                                           \
	F(S, BOOL, sessionEnded)                                                                   \
	F(S, STR, reason, .skip_null = true, .doc = "HOST_LEFT")
SHAPE_STRUCT(group_left, GROUP_LEFT)

#define GROUP_STARTED(F, S)                                                                        \
	F(S, ID, sessionId)                                                                        \
	F(S, STR, status)                                                                          \
	F(S, TIME, startedAt)                                                                      \
	F(S, ID, hostId)                                                                           \
	F(S, LIST(group_person), participants, .doc = "with the host")                             \
	F(S, INT, totalParticipants)
SHAPE_STRUCT(group_started, GROUP_STARTED)

#define GROUP_FIGURES(F, S)                                                                        \
	F(S, INT, totalSpeakingTime, .doc = "as its people's clients have reported it")            \
	F(S, NUM, averageSpeakingTime, .doc = "of those who have; null: nobody")                   \
	F(S, INT, messagesExchanged)                                                               \
	F(S, RAW, aiInteractions, .doc = "null: what is asked of the AI functions is not counted by session")
SHAPE_STRUCT(group_figures, GROUP_FIGURES)
#define GROUP_ENDED(F, S)                                                                          \
	F(S, ID, sessionId)                                                                        \
	F(S, STR, status)                                                                          \
	F(S, TIME, startedAt)                                                                      \
	F(S, TIME, endedAt)                                                                        \
	F(S, INT, duration, .doc = "minutes")                                                      \
	F(S, INT, participants)                                                                    \
	F(S, OBJ(group_figures), statistics)
SHAPE_STRUCT(group_ended, GROUP_ENDED)

#define GROUP_CANCELLED(F, S)                                                                      \
	F(S, ID, sessionId)                                                                        \
	F(S, STR, status)                                                                          \
	F(S, TIME, cancelledAt)                                                                    \
	F(S, ID, cancelledBy)                                                                      \
	F(S, STR, reason)                                                                          \
	F(S, TIME, scheduledAt)                                                                    \
	F(S, INT, notifiedParticipants, .doc = "who is to be told: those with a seat")
SHAPE_STRUCT(group_cancelled, GROUP_CANCELLED)

#define GROUP_KICKED(F, S)                                                                         \
	F(S, ID, sessionId)                                                                        \
	F(S, ID, kickedUserId)                                                                     \
	F(S, STR, kickedUserName)                                                                  \
	F(S, ID, kickedBy)                                                                         \
	F(S, TIME, kickedAt)                                                                       \
	F(S, STR, reason)                                                                          \
	F(S, BOOL, bannedFromSession)
SHAPE_STRUCT(group_kicked, GROUP_KICKED)

#define GROUP_RATED(F, S)                                                                          \
	F(S, ID, sessionId)                                                                        \
	F(S, ID, userId)                                                                           \
	F(S, INT, rating)                                                                          \
	F(S, STR, feedback)                                                                        \
	F(S, TIME, submittedAt)
SHAPE_STRUCT(group_rated, GROUP_RATED)

#define GROUP_ID_IN(F, S) F(S, ID, sessionId, .aka = "id", .from = FROM_PATH)

enum { GROUP_SEATS_MAX = 10, GROUP_MINUTES_MIN = 15, GROUP_MINUTES_MAX = 180, GROUP_REASON_MAX = 500 };
enum { GROUP_CODE = 6, GROUP_INVITED_MAX = 50 };
#endif
