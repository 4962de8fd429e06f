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

#define MEETING_EVENT(F, S)                                                                        \
	F(S, ID, sessionId, .as_number = true)                                                     \
	F(S, STR, title)                                                                           \
	F(S, STR, description)                                                                     \
	F(S, TIME, startTime)                                                                      \
	F(S, TIME, endTime)                                                                        \
	F(S, STR, eventType)                                                                       \
	F(S, STR, status)                                                                          \
	F(S, BOOL, isHost)                                                                         \
	F(S, STR, color)
SHAPE_STRUCT(meeting_event, MEETING_EVENT)

#define MEETING_BOOKING(F, S)                                                                      \
	F(S, ID, bookingId, .aka = "id", .as_number = true)                                        \
	F(S, ID, sessionId, .as_number = true)                                                     \
	F(S, STR, sessionTitle)                                                                    \
	F(S, TIME, sessionScheduledAt)                                                             \
	F(S, INT, sessionDurationMinutes)                                                          \
	F(S, STR, sessionLanguageCode)                                                             \
	F(S, ID, hostUserId)                                                                       \
	F(S, STR, hostUserName)                                                                    \
	F(S, STR, hostUserProfileImage)                                                            \
	F(S, STR, status, .doc = "CONFIRMED or CANCELLED")                                         \
	F(S, STR, bookingMessage)                                                                  \
	F(S, TIME, bookedAt)                                                                       \
	F(S, TIME, cancelledAt)                                                                    \
	F(S, STR, cancellationReason)                                                              \
	F(S, BOOL, attended, .doc = "the seat was held when the session ended")                    \
	F(S, INT, feedbackRating, .zero_null = true)                                               \
	F(S, STR, feedbackComment)                                                                 \
	F(S, BOOL, reminderSent)                                                                   \
	F(S, BOOL, canCancel, .doc = "more than an hour before the start")
SHAPE_STRUCT(meeting_booking, MEETING_BOOKING)

#define MEETING_PARTICIPANT(F, S)                                                                  \
	F(S, ID, userId)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, STR, role, .doc = "HOST, GUEST or BOOKED")                                            \
	F(S, TIME, joinedAt, .doc = "null: invited, and has not said yet")                         \
	F(S, STR, profileImage)
SHAPE_STRUCT(meeting_participant, MEETING_PARTICIPANT)

#define MEETING_REMINDERS(F, S)                                                                    \
	F(S, INT, reminderBefore, .doc = "minutes")                                                \
	F(S, BOOL, enableEmailReminder)                                                            \
	F(S, BOOL, enablePushReminder, .doc = "without it there is no reminder")                   \
	F(S, BOOL, enableSmsReminder, .doc = "kept, but nothing is sent by it")                    \
	F(S, TIME, updatedAt)
SHAPE_STRUCT(meeting_reminders, MEETING_REMINDERS)

#define MEETING_ID_IN(F, S) F(S, ID, sessionId, .aka = "id", .from = FROM_PATH)
#define MEETING_REMINDERS_IN(F, S)                                                                 \
	MEETING_ID_IN(F, S)                                                                        \
	F(S, INT, reminderBefore, .lax = true, .min = 5, .max = 10080)                             \
	F(S, BOOL, enableEmailReminder, .lax = true)                                               \
	F(S, BOOL, enablePushReminder, .lax = true)                                                \
	F(S, BOOL, enableSmsReminder, .lax = true)
SHAPE_STRUCT(meeting_reminders_in, MEETING_REMINDERS_IN)

#define MEETING_DONE(F, S) F(S, BOOL, success)
SHAPE_STRUCT(meeting_done, MEETING_DONE)

#define MEETING_PAGE_IN(F, S)                                                                      \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = -1, .max = 10000,                   \
	  .doc = "from 1; 0 is the first, too")                                                    \
	F(S, INT, size, .aka = "limit", .from = FROM_QUERY, .dflt = "20", .min = 1, .max = 100)

enum { MEETING_SEATS_MAX = 10, MEETING_EVENTS_MAX = 500, MEETING_REASON_MAX = 500 };
enum { MEETING_MINUTES_MIN = 15, MEETING_MINUTES_MAX = 480 };
#endif
