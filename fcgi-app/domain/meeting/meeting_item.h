/* SQL of a session as its caller sees it: v is a row with the caller as `me`, s the session, x the caller's seat. */
#ifndef DOMAIN_MEETING_ITEM_H
#define DOMAIN_MEETING_ITEM_H

#include "domain/lessons.h"

/* Who does not take part is not told who else does. */
#define TO_ITS_PEOPLE(what) "IF(x.id IS NULL, NULL, " what ")"
#define OF_THE_OTHER(host, guest) "IF(s.host_id = v.me, " guest ", IF(x.id IS NULL, NULL, " host "))"

#define ITEM                                                                                       \
	"s.id AS sessionId, s.host_id AS hostUserId, " NAME_OF("h") " AS hostUserName,"            \
	" h.profile_image AS hostUserProfileImage, " TO_ITS_PEOPLE("g.id") " AS guestUserId,"      \
	" " TO_ITS_PEOPLE(NAME_OF("g")) " AS guestUserName,"                                       \
	" " TO_ITS_PEOPLE("g.profile_image") " AS guestUserProfileImage,"                          \
	" s.title, s.description, s.type AS sessionType, LOWER(s.type) AS type, s.language AS languageCode," \
	" s.target_language AS skillFocus, s.level AS levelRequirement, s.starts_at AS scheduledAt," \
	" s.ends_at AS scheduledEndTime, s.minutes AS durationMinutes, s.seats AS maxParticipants," \
	" s.taken AS currentParticipants, s.status,"                                               \
	" COALESCE(s.meeting_url, CONCAT('webrtc:', s.room_id)) AS meetingUrl,"                    \
	" s.recurrence IS NOT NULL AS isRecurring, s.recurrence AS recurrencePattern,"             \
	" s.recurrence_until AS recurrenceEndDate, s.is_public AS isPublic, s.tags,"               \
	" s.preparation AS preparationNotes, s.started_at AS startedAt, s.ended_at AS endedAt,"    \
	" s.status = 'SCHEDULED' AND s.ends_at > NOW(3) AND IF(x.id IS NULL, s.taken < s.seats,"   \
	"  x.role = 'GUEST' AND x.joined_at IS NULL) AS canJoin,"                                  \
	" s.host_id = v.me AS isHost, x.id IS NOT NULL AS isParticipant,"                          \
	" " OF_THE_OTHER("s.host_id", "g.id") " AS partnerId,"                                     \
	" " OF_THE_OTHER(NAME_OF("h"), NAME_OF("g")) " AS partnerName,"                            \
	" " OF_THE_OTHER("h.profile_image", "g.profile_image") " AS partnerImage,"                 \
	" (SELECT f.rating FROM session_feedback f WHERE f.session_id = s.id AND f.user_id = v.me) AS rating," \
	" s.room_id AS webRtcRoomId, s.room_type AS webRtcRoomType"

/* The first of the others: the partner it was made for, else who booked first. */
#define ITS_PEOPLE                                                                                 \
	" STRAIGHT_JOIN users h ON h.id = s.host_id"                                               \
	" LEFT JOIN session_seats y ON y.id = (SELECT z.id FROM session_seats z WHERE z.session_id = s.id" \
	"  AND z.role <> 'HOST' AND z.left_at IS NULL ORDER BY z.role, z.id LIMIT 1)"              \
	" LEFT JOIN users g ON g.id = y.user_id"
#define MY_SEAT                                                                                    \
	" LEFT JOIN session_seats x ON x.session_id = s.id AND x.user_id = v.me AND x.left_at IS NULL"
#define MINE                                                                                       \
	CALLER " STRAIGHT_JOIN session_seats x ON x.user_id = v.me AND x.left_at IS NULL"          \
	" STRAIGHT_JOIN learning_sessions s ON s.id = x.session_id"
#endif
