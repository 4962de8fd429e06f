/* Who is there, as the clients see it. */
#ifndef DOMAIN_PRESENCE_SHAPES_H
#define DOMAIN_PRESENCE_SHAPES_H

#include "base/shape.h"

#define PRESENCE_OUT(F, S)                                                                         \
	F(S, ID, userId)                                                                           \
	F(S, STR, englishName, .doc = "or the name, if there is none")                             \
	F(S, STR, profileImageUrl)                                                                 \
	F(S, STR, status, .doc = "ONLINE, OFFLINE, AWAY or STUDYING")                              \
	F(S, TIME, lastSeenAt, .doc = "of who is not there")                                       \
	F(S, STR, deviceInfo, .doc = "one's own only")                                             \
	F(S, BOOL, isStudying)                                                                     \
	F(S, STR, currentSessionId, .doc = "one's own only")                                       \
	F(S, STR, location, .doc = "city, if it is shown")                                         \
	F(S, STR, nativeLanguage)
SHAPE_STRUCT(presence_out, PRESENCE_OUT)

#define PRESENCES_OUT(F, S) F(S, LIST(presence_out), items, .bare = true)
SHAPE_STRUCT(presences_out, PRESENCES_OUT)

#define PRESENCE_COUNT_OUT(F, S)                                                                   \
	F(S, INT, count, .aka = "onlineCount", .doc = "all who are not OFFLINE")                   \
	F(S, INT, studying, .aka = "studyingCount")                                                \
	F(S, INT, away, .aka = "awayCount")
SHAPE_STRUCT(presence_count_out, PRESENCE_COUNT_OUT)

#define GATEWAY_ROW(F, S)                                                                          \
	F(S, STR, id)                                                                              \
	F(S, BOOL, draining)                                                                       \
	F(S, INT, sockets)                                                                         \
	F(S, INT, users)                                                                           \
	F(S, INT, queued_bytes)                                                                    \
	F(S, INT, in_bytes)                                                                        \
	F(S, INT, rooms)                                                                           \
	F(S, INT, calls)                                                                           \
	F(S, INT, pool_waiting)
SHAPE_STRUCT(gateway_row, GATEWAY_ROW)
#endif
