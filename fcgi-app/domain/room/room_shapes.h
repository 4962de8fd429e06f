/* Call rooms and who is in them, as the clients see them. */
#ifndef DOMAIN_ROOM_SHAPES_H
#define DOMAIN_ROOM_SHAPES_H

#include "base/shape.h"

#define ROOM_PERSON_OUT(F, S)                                                                      \
	F(S, STR, userId, .aka = "id", .doc = "as the client calls itself")                        \
	F(S, STR, userName, .aka = "name")                                                         \
	F(S, STR, avatar, .doc = "this and the next three are null unless a token proved the account") \
	F(S, STR, level)                                                                           \
	F(S, STR, nativeLanguage)                                                                  \
	F(S, STR, learningLanguage)                                                                \
	F(S, BOOL, audioEnabled)                                                                   \
	F(S, BOOL, videoEnabled)                                                                   \
	F(S, BOOL, isScreenSharing)                                                                \
	F(S, TIME, joinedAt)
SHAPE_STRUCT(room_person_out, ROOM_PERSON_OUT)

#define ROOM_COUNTS_OUT(F, S)                                                                      \
	F(S, INT, totalParticipants, .doc = "how often somebody came")                             \
	F(S, INT, peakParticipants)                                                                \
	F(S, INT, messagesExchanged, .doc = "known when a socket closes")                          \
	F(S, INT, connectionErrors)                                                                \
	F(S, TIME, lastActivity)                                                                   \
	F(S, INT, sessionDuration, .doc = "s since it was created; of an empty room, until the last one left")
SHAPE_STRUCT(room_counts_out, ROOM_COUNTS_OUT)

#define ROOM_OUT(F, S)                                                                             \
	F(S, STR, roomId, .aka = "id")                                                             \
	F(S, STR, roomType, .aka = "type", .doc = "audio or video")                                \
	F(S, INT, maxParticipants)                                                                 \
	F(S, TIME, createdAt)                                                                      \
	F(S, LIST(room_person_out), participants, .doc = "who is connected")                       \
	F(S, RAW, metadata)                                                                        \
	F(S, RAW, settings)                                                                        \
	F(S, OBJ(room_counts_out), metrics)
SHAPE_STRUCT(room_out, ROOM_OUT)

#define ROOM_ENTERED_OUT(F, S)                                                                     \
	F(S, INT, key, .doc = "of the room on the bus")                                            \
	F(S, BOOL, resumed, .doc = "came back in time, or replaced a socket of the same userId")   \
	F(S, OBJ(room_person_out), participant)                                                    \
	F(S, OBJ(room_out), room)
SHAPE_STRUCT(room_entered_out, ROOM_ENTERED_OUT)

/* Names, as whoever created the room gave them; all are optional. */
#define ROOM_METADATA(F, S)                                                                        \
	F(S, STR, title, .max = 200, .trim = true)                                                 \
	F(S, STR, description, .max = 2000, .lines = true)                                         \
	F(S, STR, language, .max = 20)                                                             \
	F(S, BOOL, isPrivate, .lax = true, .doc = "not shown in the list of rooms")                \
	F(S, BOOL, allowRecording, .lax = true)                                                    \
	F(S, BOOL, autoTranscription, .lax = true)                                                 \
	F(S, STR, scheduledStartTime, .max = 40, .doc = "kept as it came: local time, without a zone") \
	F(S, STR, scheduledEndTime, .max = 40)                                                     \
	F(S, STR, createdBy, .max = 64, .doc = "a userId, as the client says")                     \
	F(S, STR, hostName, .max = 100)                                                            \
	F(S, STR, createdByName, .max = 100)                                                       \
	F(S, STR, createdAt, .max = 40)                                                            \
	F(S, INT, waitlistCount, .lax = true, .max = 1000000)
SHAPE_STRUCT(room_metadata, ROOM_METADATA)

#define ROOM_CREATED_OUT(F, S)                                                                     \
	F(S, STR, roomId, .aka = "id")                                                             \
	F(S, STR, roomType, .aka = "type")                                                         \
	F(S, INT, maxParticipants)                                                                 \
	F(S, RAW, metadata)                                                                        \
	F(S, STR, websocketUrl, .doc = "a path on this server")                                    \
	F(S, STR, joinUrl)                                                                         \
	F(S, TIME, createdAt)
SHAPE_STRUCT(room_created_out, ROOM_CREATED_OUT)

#define ROOM_JOINED_OUT(F, S)                                                                      \
	F(S, BOOL, success)                                                                        \
	F(S, OBJ(room_out), roomData)                                                              \
	F(S, STR, websocketUrl)
SHAPE_STRUCT(room_joined_out, ROOM_JOINED_OUT)

#define ROOM_ACTIVE_OUT(F, S)                                                                      \
	F(S, STR, roomId, .aka = "id")                                                             \
	F(S, STR, roomType, .aka = "type")                                                         \
	F(S, INT, currentParticipants)                                                             \
	F(S, INT, maxParticipants)                                                                 \
	F(S, STR, status, .doc = "active when somebody is connected, else waiting")                \
	F(S, TIME, createdAt)                                                                      \
	F(S, TIME, updatedAt)                                                                      \
	F(S, RAW, metadata)
SHAPE_STRUCT(room_active_out, ROOM_ACTIVE_OUT)

#define ROOMS_OUT(F, S) F(S, LIST(room_active_out), items, .bare = true)
SHAPE_STRUCT(rooms_out, ROOMS_OUT)

#define ROOM_RECORDING(F, S)                                                                       \
	F(S, BOOL, enabled)                                                                        \
	F(S, BOOL, autoStart)                                                                      \
	F(S, INT, maxDuration, .lax = true, .min = 1, .max = 1440, .doc = "minutes")               \
	F(S, STR, format, .one_of = "webm mp4")                                                    \
	F(S, STR, quality, .one_of = "low medium high")                                            \
	F(S, BOOL, audioOnly)
SHAPE_STRUCT(room_recording, ROOM_RECORDING)

/* What may be changed. The room also shows stunServers and turnServers, which are always empty: the
 * servers of a call are the operator's business, not that of whoever knows the room. */
#define ROOM_SETTINGS_IN(F, S)                                                                     \
	F(S, STR, roomId, .from = FROM_PATH, .min = 1, .max = 128, .fmt = FMT_WORD)                \
	F(S, BOOL, allowScreenShare)                                                               \
	F(S, BOOL, allowRecording)                                                                 \
	F(S, BOOL, autoMuteOnJoin)                                                                 \
	F(S, OBJ(room_recording), recordingSettings)
SHAPE_STRUCT(room_settings_in, ROOM_SETTINGS_IN)

#define ROOM_PRESENT_OUT(F, S)                                                                     \
	F(S, STR, id)                                                                              \
	F(S, STR, name)                                                                            \
	F(S, TIME, joinedAt)                                                                       \
	F(S, BOOL, audioEnabled)                                                                   \
	F(S, BOOL, videoEnabled)                                                                   \
	F(S, BOOL, isScreenSharing)
SHAPE_STRUCT(room_present_out, ROOM_PRESENT_OUT)

#define ROOM_KIND_OUT(F, S)                                                                        \
	F(S, STR, type)                                                                            \
	F(S, INT, maxParticipants)                                                                 \
	F(S, TIME, createdAt)
SHAPE_STRUCT(room_kind_out, ROOM_KIND_OUT)

#define ROOM_ANALYTICS_OUT(F, S)                                                                   \
	F(S, NUM, uptimeHours)                                                                     \
	F(S, NUM, averageParticipants, .doc = "over the whole time")                               \
	F(S, NUM, messagesPerMinute)
SHAPE_STRUCT(room_analytics_out, ROOM_ANALYTICS_OUT)

#define ROOM_METRICS_OUT(F, S)                                                                     \
	F(S, STR, roomId)                                                                          \
	F(S, INT, currentParticipants)                                                             \
	F(S, OBJ(room_counts_out), metrics)                                                        \
	F(S, OBJ(room_kind_out), roomSettings)                                                     \
	F(S, LIST(room_present_out), participants)                                                 \
	F(S, OBJ(room_analytics_out), analytics)
SHAPE_STRUCT(room_metrics_out, ROOM_METRICS_OUT)
#endif
