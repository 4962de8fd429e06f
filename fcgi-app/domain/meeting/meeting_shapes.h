/* Shapes of the learning sessions: every name the guide and the clients have. */
#ifndef DOMAIN_MEETING_SHAPES_H
#define DOMAIN_MEETING_SHAPES_H

#include "base/shape.h"

/* No `participants` and no `date`: the web client shows the one as text and calls methods of the other. */
#define MEETING_ITEM(F, S)                                                                         \
	F(S, ID, sessionId, .aka = "id", .as_number = true)                                        \
	F(S, ID, hostUserId)                                                                       \
	F(S, STR, hostUserName)                                                                    \
	F(S, STR, hostUserProfileImage)                                                            \
	F(S, ID, guestUserId, .doc = "the partner, or who booked first; null for who takes no part") \
	F(S, STR, guestUserName)                                                                   \
	F(S, STR, guestUserProfileImage)                                                           \
	F(S, STR, title, .aka = "topic")                                                           \
	F(S, STR, description)                                                                     \
	F(S, STR, sessionType, .doc = "VIDEO or AUDIO")                                            \
	F(S, STR, type, .doc = "video or audio")                                                   \
	F(S, STR, languageCode, .aka = "language")                                                 \
	F(S, STR, skillFocus, .aka = "targetLanguage")                                             \
	F(S, STR, levelRequirement)                                                                \
	F(S, TIME, scheduledAt, .aka = "scheduledStartTime")                                       \
	F(S, TIME, scheduledEndTime)                                                               \
	F(S, INT, durationMinutes, .aka = "duration")                                              \
	F(S, INT, maxParticipants)                                                                 \
	F(S, INT, currentParticipants, .doc = "with the host, and the partner it was made for")    \
	F(S, STR, status, .doc = "SCHEDULED, IN_PROGRESS, COMPLETED or CANCELLED")                 \
	F(S, STR, meetingUrl)                                                                      \
	F(S, BOOL, isRecurring)                                                                    \
	F(S, STR, recurrencePattern)                                                               \
	F(S, TIME, recurrenceEndDate)                                                              \
	F(S, BOOL, isPublic)                                                                       \
	F(S, RAW, tags, .doc = "a list of texts")                                                  \
	F(S, STR, preparationNotes)                                                                \
	F(S, TIME, startedAt)                                                                      \
	F(S, TIME, endedAt)                                                                        \
	F(S, BOOL, canJoin, .doc = "joining would work now")                                       \
	F(S, BOOL, isHost)                                                                         \
	F(S, BOOL, isParticipant)                                                                  \
	F(S, ID, partnerId, .doc = "the other one of the two, as the caller sees it")              \
	F(S, STR, partnerName)                                                                     \
	F(S, STR, partnerImage)                                                                    \
	F(S, INT, rating, .zero_null = true, .doc = "the caller's own, 1 to 5")                    \
	F(S, STR, webRtcRoomId)                                                                    \
	F(S, STR, webRtcRoomType)
SHAPE_STRUCT(meeting_item, MEETING_ITEM)

#define MEETING_ITEMS(F, S) F(S, LIST(meeting_item), items, .bare = true)
SHAPE_STRUCT(meeting_items, MEETING_ITEMS)

#define MEETING_DONE(F, S) F(S, BOOL, success)
SHAPE_STRUCT(meeting_done, MEETING_DONE)

#define MEETING_ID_IN(F, S) F(S, ID, sessionId, .aka = "id", .from = FROM_PATH)
#define MEETING_PAGE_IN(F, S)                                                                      \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = -1, .max = 10000,                   \
	  .doc = "from 1; 0 is the first, too")                                                    \
	F(S, INT, size, .aka = "limit", .from = FROM_QUERY, .dflt = "20", .min = 1, .max = 100)

enum { MEETING_SEATS_MAX = 10, MEETING_REASON_MAX = 500, MEETING_MINUTES_MIN = 15, MEETING_MINUTES_MAX = 480 };
#endif
