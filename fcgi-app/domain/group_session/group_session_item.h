/* SQL of a group session as its caller sees it: v is a row with the caller as `me`, s the session, x their seat. */
#ifndef DOMAIN_GROUP_SESSION_ITEM_H
#define DOMAIN_GROUP_SESSION_ITEM_H

#include "domain/lessons.h"

/* How well somebody speaks the session's language: u them, k their row of it, g the language. */
#define LEVEL_OF(u, k)                                                                             \
	"CASE WHEN " k ".current_level_id <= 101 THEN 'BEGINNER'"                                  \
	" WHEN " k ".current_level_id <= 103 THEN 'INTERMEDIATE'"                                  \
	" WHEN " k ".current_level_id IS NOT NULL OR " u ".native_language_id = g.id THEN 'ADVANCED' END"

/* A word of group_session.c; NULL: joining works. */
#define WHY_NOT                                                                                    \
	"CASE WHEN x.status IN ('JOINED', 'KICKED') THEN x.status"                                   \
	" WHEN s.status IN ('CANCELLED', 'COMPLETED') THEN s.status"                               \
	" WHEN s.status = 'SCHEDULED' AND s.ends_at <= NOW(3) THEN 'OVER' WHEN s.taken >= s.seats THEN 'FULL' END"

#define GROUP_ITEM_SQL                                                                             \
	"s.id AS sessionId, s.title, s.description, s.type, s.status, s.language, s.level, s.topic," \
	" s.host_id AS hostId, " NAME_OF("h") " AS hostName, h.profile_image AS hostProfileImage," \
	" " LEVEL_OF("h", "k") " AS hostLevel,"                                                    \
	" CAST(ROUND(r.rating_sum / r.rating_count, 2) AS DOUBLE) AS hostRating, s.seats AS maxParticipants," \
	" s.taken AS currentParticipants, s.starts_at AS scheduledAt, s.minutes AS duration, s.is_public AS isPublic," \
	" IF(x.status = 'JOINED', s.join_code, NULL) AS joinCode, s.tags, s.started_at AS startedAt," \
	" s.ended_at AS endedAt, CAST(ROUND(s.rating_sum / s.rating_count, 2) AS DOUBLE) AS ratingAverage," \
	" s.rating_count AS ratingCount, " WHY_NOT " IS NULL AS canJoin, " WHY_NOT " AS joinMessage," \
	" GREATEST(0, CEIL(TIMESTAMPDIFF(SECOND, NOW(3), s.starts_at) / 60)) AS timeUntilStart,"   \
	" s.created_at AS createdAt, s.updated_at AS updatedAt, IF(x.status = 'JOINED', x.role, NULL) AS myRole," \
	" IF(x.status = 'JOINED', x.joined_at, NULL) AS joinedAt"

#define ITS_HOST                                                                                   \
	" STRAIGHT_JOIN users h ON h.id = s.host_id LEFT JOIN languages g ON g.code = s.language"  \
	" LEFT JOIN user_languages k ON k.user_id = h.id AND k.language_id = g.id"                 \
	" LEFT JOIN group_hosts r ON r.user_id = h.id"
#define MY_SEAT " LEFT JOIN group_seats x ON x.session_id = s.id AND x.user_id = v.me"
#endif
