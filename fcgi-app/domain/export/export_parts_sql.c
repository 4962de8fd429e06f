/* The files of an export, and what they hold: what the app shows its owner. Passwords, second factors, tokens and what
 * others keep to themselves are in none. Names of entries are ours alone, whatever rooms are called. */
#include "domain/export/export_parts.h"
#include "domain/file/file.h"
#include "domain/registry.h"

/* A time inside JSON that MariaDB writes. */
#define ISO(t) "CONCAT(LEFT(DATE_FORMAT(" t ", '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z')"
#define SEVERAL(json, from) "(SELECT COALESCE(JSON_ARRAYAGG(" json "), '[]') FROM " from ")"
#define PAGE " LIMIT 100"

/* ---- the person --------------------------------------------------------------------------- */

#define PROFILE_PART(F, S)                                                                         \
	F(S, ID, id)                                                                               \
	F(S, STR, email)                                                                           \
	F(S, TIME, emailConfirmedAt)                                                               \
	F(S, STR, name)                                                                            \
	F(S, STR, englishName)                                                                     \
	F(S, STR, role)                                                                            \
	F(S, STR, status)                                                                          \
	F(S, STR, gender)                                                                          \
	F(S, INT, birthYear, .zero_null = true)                                                    \
	F(S, STR, birthday)                                                                        \
	F(S, STR, country)                                                                         \
	F(S, STR, city)                                                                            \
	F(S, STR, residence)                                                                       \
	F(S, STR, timeZone)                                                                        \
	F(S, STR, phoneNumber)                                                                     \
	F(S, STR, job)                                                                             \
	F(S, STR, bio)                                                                             \
	F(S, STR, profileImage)                                                                    \
	F(S, STR, nativeLanguage)                                                                  \
	F(S, STR, communicationMethod)                                                             \
	F(S, STR, dailyMinute)                                                                     \
	F(S, STR, partnerGender)                                                                   \
	F(S, RAW, languages)                                                                       \
	F(S, RAW, testedLevels)                                                                    \
	F(S, RAW, choices)                                                                         \
	F(S, RAW, freeTimes)                                                                       \
	F(S, RAW, logsInWith)                                                                      \
	F(S, BOOL, hasPassword)                                                                    \
	F(S, TIME, twoFactorSince)                                                                 \
	F(S, STR, theme)                                                                           \
	F(S, STR, presence)                                                                        \
	F(S, STR, deviceInfo)                                                                      \
	F(S, TIME, lastSeenAt)                                                                     \
	F(S, INT, hostRatings)                                                                     \
	F(S, NUM, hostRating)                                                                      \
	F(S, TIME, suspendedUntil)                                                                 \
	F(S, STR, suspendReason)                                                                   \
	F(S, TIME, restrictedUntil)                                                                \
	F(S, STR, restrictedActions)                                                               \
	F(S, TIME, onboardedAt)                                                                    \
	F(S, TIME, createdAt)                                                                      \
	F(S, TIME, updatedAt)                                                                      \
	F(S, TIME, activeAt)
SHAPE(profile_part, PROFILE_PART)
READ(EXPORT_PROFILE, profile_part,
     "SELECT u.id, u.email, u.email_confirmed_at AS emailConfirmedAt, u.name, u.english_name AS englishName, u.role,"
     " u.status, u.gender,"
     " u.birth_year AS birthYear, u.birth_monthday AS birthday, l.country_en AS country, l.city_en AS city,"
     " u.residence, u.time_zone AS timeZone, u.phone AS phoneNumber, u.job, u.bio, u.profile_image AS profileImage,"
     " n.code AS nativeLanguage, u.communication_method AS communicationMethod, u.daily_minute AS dailyMinute,"
     " u.partner_gender AS partnerGender,"
     " " SEVERAL("JSON_OBJECT('language', g.code, 'learning', IF(x.learning, 'yes', 'no'),"
		 " 'currentLevelId', x.current_level_id, 'targetLevelId', x.target_level_id,"
		 " 'partnerLevelId', x.partner_level_id, 'since', " ISO("x.created_at") ") ORDER BY g.code",
		 "user_languages x JOIN languages g ON g.id = x.language_id WHERE x.user_id = u.id") " AS languages,"
     " " SEVERAL("JSON_OBJECT('language', x.language, 'level', x.level, 'score', x.score, 'at', " ISO("x.tested_at") ")"
		 " ORDER BY x.language", "language_levels x WHERE x.user_id = u.id") " AS testedLevels,"
     " " SEVERAL("JSON_OBJECT('kind', x.kind, 'code', o.code, 'name', o.name_en, 'detail', x.detail)"
		 " ORDER BY x.kind, x.position",
		 "user_options x JOIN options o ON o.kind = x.kind AND o.id = x.option_id WHERE x.user_id = u.id")
     " AS choices,"
     " " SEVERAL("JSON_OBJECT('day', x.day, 'minute', x.minute) ORDER BY x.day, x.minute",
		 "user_schedules x WHERE x.user_id = u.id") " AS freeTimes,"
     " " SEVERAL("JSON_OBJECT('provider', x.provider, 'since', " ISO("x.created_at") ") ORDER BY x.provider",
		 "user_identities x WHERE x.user_id = u.id") " AS logsInWith,"
     " EXISTS (SELECT 1 FROM user_passwords p WHERE p.user_id = u.id) AS hasPassword, f.enabled_at AS twoFactorSince,"
     " COALESCE(t.theme, 'auto') AS theme, s.status AS presence, s.device_info AS deviceInfo,"
     " s.last_seen_at AS lastSeenAt, COALESCE(h.rating_count, 0) AS hostRatings,"
     " CAST(h.rating_sum / h.rating_count AS DOUBLE) AS hostRating,"
     " u.suspended_until AS suspendedUntil, u.suspend_reason AS suspendReason,"
     " u.restricted_until AS restrictedUntil, u.restricted_actions AS restrictedActions,"
     " u.onboarded_at AS onboardedAt, u.created_at AS createdAt, u.updated_at AS updatedAt, u.active_at AS activeAt"
     " FROM users u LEFT JOIN locations l ON l.id = u.location_id LEFT JOIN languages n ON n.id = u.native_language_id"
     " LEFT JOIN two_factor f ON f.user_id = u.id LEFT JOIN user_status s ON s.user_id = u.id"
     " LEFT JOIN user_preferences t ON t.user_id = u.id"
     " LEFT JOIN group_hosts h ON h.user_id = u.id WHERE u.id = ?")

#define LOGIN_PART(F, S)                                                                           \
	F(S, ID, id)                                                                               \
	F(S, STR, method)                                                                          \
	F(S, STR, ipAddress)                                                                       \
	F(S, STR, userAgent)                                                                       \
	F(S, TIME, loginTime)                                                                      \
	F(S, TIME, endedAt)                                                                        \
	F(S, STR, endedBy)
SHAPE(login_part, LOGIN_PART)
READ(EXPORT_LOGINS, login_part,
     "SELECT s.id, s.method, s.ip AS ipAddress, s.user_agent AS userAgent, s.created_at AS loginTime,"
     " s.revoked_at AS endedAt, s.revoked_why AS endedBy"
     " FROM sessions s FORCE INDEX (sessions_history) WHERE s.user_id = ? AND s.id > ? ORDER BY s.id" PAGE)

#define FAILED_PART(F, S)                                                                          \
	F(S, ID, id)                                                                               \
	F(S, STR, reason)                                                                          \
	F(S, STR, ipAddress)                                                                       \
	F(S, STR, userAgent)                                                                       \
	F(S, TIME, at)
SHAPE(failed_part, FAILED_PART)
READ(EXPORT_FAILED_LOGINS, failed_part,
     "SELECT f.id, f.reason, f.ip AS ipAddress, f.user_agent AS userAgent, f.at"
     " FROM failed_logins f FORCE INDEX (failed_logins_user) WHERE f.user_id = ? AND f.id > ? ORDER BY f.id" PAGE)

/* Without what pushes are sent with. */
#define DEVICE_PART(F, S)                                                                          \
	F(S, ID, id)                                                                               \
	F(S, STR, device)                                                                          \
	F(S, STR, userAgent)                                                                       \
	F(S, TIME, updatedAt)
SHAPE(device_part, DEVICE_PART)
READ(EXPORT_DEVICES, device_part,
     "SELECT p.id, p.device, p.user_agent AS userAgent, p.updated_at AS updatedAt"
     " FROM push_subscriptions p FORCE INDEX (push_subscriptions_user) WHERE p.user_id = ? AND p.id > ?"
     " ORDER BY p.id" PAGE)

/* Of administrators what was decided, and not who did. */
#define RECORD_PART(F, S)                                                                          \
	F(S, ID, id)                                                                               \
	F(S, STR, kind)                                                                            \
	F(S, STR, reason)                                                                          \
	F(S, STR, about)                                                                           \
	F(S, TIME, createdAt)                                                                      \
	F(S, TIME, expiresAt)                                                                      \
	F(S, TIME, endedAt)
SHAPE(record_part, RECORD_PART)
READ(EXPORT_WARNINGS, record_part,
     "SELECT w.id, w.severity AS kind, w.reason, w.related_content AS about, w.created_at AS createdAt,"
     " w.expires_at AS expiresAt FROM warnings w FORCE INDEX (warnings_user)"
     " WHERE w.user_id = ? AND w.id > ? ORDER BY w.id" PAGE)
READ(EXPORT_SANCTIONS, record_part,
     "SELECT s.id, s.type AS kind, s.reason, s.duration AS about, s.created_at AS createdAt, s.expires_at AS expiresAt,"
     " s.ended_at AS endedAt FROM sanctions s FORCE INDEX (sanctions_user)"
     " WHERE s.user_id = ? AND s.id > ? ORDER BY s.id" PAGE)
READ(EXPORT_REPORTS, record_part,
     "SELECT r.id, CONCAT(r.target_type, ' ', r.type) AS kind, r.reason, r.target_name AS about,"
     " r.created_at AS createdAt, r.processed_at AS endedAt FROM reports r FORCE INDEX (reports_once)"
     " WHERE r.reporter_id = ? AND r.id > ? ORDER BY r.id" PAGE)
READ(EXPORT_ASKED, record_part,
     "SELECT e.id, e.status AS kind, CONCAT('export_', e.code) AS about, e.requested_at AS createdAt,"
     " e.expires_at AS expiresAt, e.ready_at AS endedAt FROM exports e FORCE INDEX (exports_user)"
     " WHERE e.user_id = ? AND e.id > ? ORDER BY e.id" PAGE)

#define NOTICE_PART(F, S)                                                                          \
	F(S, ID, id)                                                                               \
	F(S, STR, type)                                                                            \
	F(S, STR, category)                                                                        \
	F(S, STR, title)                                                                           \
	F(S, STR, message)                                                                         \
	F(S, STR, status)                                                                          \
	F(S, TIME, createdAt)                                                                      \
	F(S, TIME, readAt)                                                                         \
	F(S, TIME, scheduledAt)                                                                    \
	F(S, TIME, expiresAt)
SHAPE(notice_part, NOTICE_PART)
READ(EXPORT_NOTIFICATIONS, notice_part,
     "SELECT n.id, n.type, n.category, n.title, n.message, n.status, n.created_at AS createdAt, n.read_at AS readAt,"
     " n.scheduled_at AS scheduledAt, n.expires_at AS expiresAt FROM notifications n FORCE INDEX (notifications_newest)"
     " WHERE n.user_id = ? AND n.id > ? ORDER BY n.id" PAGE)

#define FILE_PART(F, S)                                                                            \
	F(S, ID, id)                                                                               \
	F(S, STR, name)                                                                            \
	F(S, STR, contentType)                                                                     \
	F(S, STR, purpose)                                                                         \
	F(S, INT, size)                                                                            \
	F(S, INT, duration, .zero_null = true)                                                     \
	F(S, ID, roomId)                                                                           \
	F(S, ID, studyId)                                                                          \
	F(S, STR, url)                                                                             \
	F(S, TIME, createdAt)
SHAPE(file_part, FILE_PART)
READ(EXPORT_FILES, file_part,
     "SELECT f.id, f.name, f.content_type AS contentType, f.purpose, f.size, f.duration, f.room_id AS roomId,"
     " f.study_id AS studyId, " FILE_URL("f") " AS url, f.created_at AS createdAt"
     " FROM files f FORCE INDEX (files_owner) WHERE f.owner_id = ? AND f.deleted_at IS NULL AND f.id > ?"
     " ORDER BY f.id" PAGE)

#define BLOCK_PART(F, S)                                                                           \
	F(S, ID, userId)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, TIME, since)
SHAPE(block_part, BLOCK_PART)
READ(EXPORT_BLOCKS, block_part,
     "SELECT b.blocked_id AS userId, u.name, b.created_at AS since"
     " FROM blocks b STRAIGHT_JOIN users u ON u.id = b.blocked_id WHERE b.user_id = ? AND b.blocked_id > ?"
     " ORDER BY b.blocked_id" PAGE)

/* ---- sessions ----------------------------------------------------------------------------- */

#define SESSION_PART(F, S)                                                                         \
	F(S, ID, id)                                                                               \
	F(S, STR, title)                                                                           \
	F(S, STR, description)                                                                     \
	F(S, STR, type)                                                                            \
	F(S, STR, topic, .skip_null = true)                                                        \
	F(S, STR, language)                                                                        \
	F(S, STR, targetLanguage, .skip_null = true)                                               \
	F(S, STR, level)                                                                           \
	F(S, TIME, scheduledAt)                                                                    \
	F(S, INT, duration)                                                                        \
	F(S, STR, status)                                                                          \
	F(S, STR, recurrence, .skip_null = true)                                                   \
	F(S, RAW, tags)                                                                            \
	F(S, STR, preparation, .skip_null = true)                                                  \
	F(S, STR, meetingUrl, .skip_null = true)                                                   \
	F(S, STR, notes, .skip_null = true)                                                        \
	F(S, TIME, startedAt)                                                                      \
	F(S, TIME, endedAt)                                                                        \
	F(S, INT, actualDuration, .zero_null = true)                                               \
	F(S, STR, cancelReason)                                                                    \
	F(S, STR, role)                                                                            \
	F(S, STR, seat, .skip_null = true)                                                         \
	F(S, STR, message)                                                                         \
	F(S, TIME, joinedAt)                                                                       \
	F(S, TIME, leftAt)                                                                         \
	F(S, STR, leftReason, .skip_null = true)                                                   \
	F(S, RAW, participants)                                                                    \
	F(S, RAW, feedback)                                                                        \
	F(S, RAW, progress, .skip_null = true)
SHAPE(session_part, SESSION_PART)
/* what its people alone see */
#define STILL(what) "IF(s.left_at IS NULL, " what ", NULL)"
READ(EXPORT_SESSIONS, session_part,
     "SELECT l.id, l.title, l.description, l.type, l.language, l.target_language AS targetLanguage, l.level,"
     " l.starts_at AS scheduledAt, l.minutes AS duration, l.status, l.recurrence, l.tags,"
     " " STILL("l.preparation") " AS preparation, " STILL("l.meeting_url") " AS meetingUrl,"
     " " STILL("l.notes") " AS notes, l.started_at AS startedAt, l.ended_at AS endedAt,"
     " l.actual_minutes AS actualDuration, l.cancel_reason AS cancelReason, s.role, s.message, s.joined_at AS joinedAt,"
     " s.left_at AS leftAt, s.left_reason AS leftReason,"
     " " SEVERAL("JSON_OBJECT('userId', CAST(x.user_id AS CHAR), 'name', u.name, 'role', x.role) ORDER BY x.id",
		 "session_seats x JOIN users u ON u.id = x.user_id"
		 " WHERE x.session_id = l.id AND x.left_at IS NULL AND s.left_at IS NULL")
     " AS participants,"
     " (SELECT JSON_OBJECT('rating', f.rating, 'comment', f.comment, 'partnerRating', f.partner_rating,"
     "   'partnerComment', f.partner_comment, 'tags', JSON_COMPACT(f.tags),"
     "   'improvementAreas', JSON_COMPACT(f.improvement_areas), 'at', " ISO("f.updated_at") ")"
     "  FROM session_feedback f WHERE f.session_id = l.id AND f.user_id = s.user_id) AS feedback"
     " FROM session_seats s FORCE INDEX (session_seats_user) STRAIGHT_JOIN learning_sessions l ON l.id = s.session_id"
     " WHERE s.user_id = ? AND s.session_id > ? ORDER BY s.session_id" PAGE)
READ(EXPORT_GROUP_SESSIONS, session_part,
     "SELECT g.id, g.title, g.description, g.type, g.topic, g.language, g.level, g.starts_at AS scheduledAt,"
     " g.minutes AS duration, g.status, g.tags, g.started_at AS startedAt, g.ended_at AS endedAt,"
     " g.actual_minutes AS actualDuration, g.cancel_reason AS cancelReason, s.role, s.status AS seat, s.message,"
     " s.joined_at AS joinedAt, s.left_at AS leftAt,"
     " " SEVERAL("JSON_OBJECT('userId', CAST(x.user_id AS CHAR), 'name', u.name, 'role', x.role) ORDER BY x.id",
		 "group_seats x JOIN users u ON u.id = x.user_id"
		 " WHERE x.session_id = g.id AND x.status = 'JOINED' AND s.status IN ('INVITED', 'JOINED')")
     " AS participants,"
     " IF(s.rating IS NULL, NULL, JSON_OBJECT('rating', s.rating, 'comment', s.feedback, 'at', " ISO("s.rated_at") "))"
     " AS feedback,"
     " (SELECT JSON_OBJECT('speakingTime', p.speaking_time, 'messages', p.messages, 'words', p.words,"
     "   'participation', p.participation, 'vocabulary', JSON_COMPACT(p.vocabulary),"
     "   'grammar', JSON_COMPACT(p.grammar), 'more', JSON_COMPACT(p.more), 'at', " ISO("p.updated_at") ")"
     "  FROM group_progress p WHERE p.user_id = s.user_id AND p.session_id = g.id) AS progress"
     " FROM group_seats s FORCE INDEX (group_seats_user) STRAIGHT_JOIN group_sessions g ON g.id = s.session_id"
     " WHERE s.user_id = ? AND s.session_id > ? ORDER BY s.session_id" PAGE)

#define CALL_PART(F, S)                                                                            \
	F(S, ID, id)                                                                               \
	F(S, STR, type)                                                                            \
	F(S, RAW, metadata)                                                                        \
	F(S, INT, participants)                                                                    \
	F(S, TIME, createdAt)                                                                      \
	F(S, TIME, lastActivityAt)
SHAPE(call_part, CALL_PART)
READ(EXPORT_CALLS, call_part,
     "SELECT r.id, r.type, r.metadata, r.total_participants AS participants, r.created_at AS createdAt,"
     " r.last_activity_at AS lastActivityAt FROM rooms r FORCE INDEX (rooms_creator)"
     " WHERE r.created_by = ? AND r.id > ? ORDER BY r.id" PAGE)

/* ---- what was said ------------------------------------------------------------------------ */

/* Rooms they are in, and others they have written in: of those only what is theirs, since the app shows no more. */
#define ROOM_PART(F, S)                                                                            \
	F(S, ID, roomId)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, STR, type)                                                                            \
	F(S, BOOL, member, .doc = "false: they have left, and only their own messages are here")   \
	F(S, TIME, joinedAt)                                                                       \
	F(S, TIME, createdAt)
SHAPE(room_part, ROOM_PART)
#define MESSAGE_PART(F, S)                                                                         \
	F(S, ID, seq, .as_number = true)                                                           \
	F(S, ID, messageId)                                                                        \
	F(S, ID, senderId)                                                                         \
	F(S, STR, senderName)                                                                      \
	F(S, STR, messageType)                                                                     \
	F(S, STR, message)                                                                         \
	F(S, RAW, attachments)                                                                     \
	F(S, TIME, sentAt)
SHAPE(message_part, MESSAGE_PART)
READ(EXPORT_ROOM_LIST, room_part,
     "SELECT r.id AS roomId, r.name, r.type, m.user_id IS NOT NULL AS member, m.joined_at AS joinedAt,"
     " r.created_at AS createdAt FROM"
     " ((SELECT i.room_id FROM chat_members i FORCE INDEX (chat_members_user)"
     "   WHERE i.user_id = ? AND i.room_id > ? ORDER BY i.room_id LIMIT 50)"
     "  UNION (SELECT DISTINCT c.room_id FROM chat_messages c FORCE INDEX (chat_messages_once)"
     "   WHERE c.sender_id = ? AND c.room_id > ? ORDER BY c.room_id LIMIT 50)) x"
     " JOIN chat_rooms r ON r.id = x.room_id LEFT JOIN chat_members m ON m.room_id = r.id AND m.user_id = ?"
     " ORDER BY r.id LIMIT 50")
READ(EXPORT_MESSAGES, message_part,
     "SELECT c.seq, c.id AS messageId, c.sender_id AS senderId, u.name AS senderName, c.type AS messageType,"
     " c.body AS message,"
     " " SEVERAL("JSON_OBJECT('name', f.name, 'contentType', f.content_type, 'size', f.size, 'url', " FILE_URL("f") ")"
		 " ORDER BY f.id",
		 "files f FORCE INDEX (files_message)"
		 " WHERE f.room_id = c.room_id AND f.message_seq = c.seq AND f.deleted_at IS NULL") " AS attachments,"
     " c.sent_at AS sentAt FROM chat_messages c STRAIGHT_JOIN users u ON u.id = c.sender_id"
     " WHERE c.room_id = ? AND c.seq > ? AND (c.sender_id = ?"
     "  OR EXISTS (SELECT 1 FROM chat_members m WHERE m.room_id = ? AND m.user_id = ?)) ORDER BY c.seq" PAGE)

#define STUDY_CHAT_PART(F, S)                                                                      \
	F(S, ID, studyId)                                                                          \
	F(S, STR, name)                                                                            \
	F(S, BOOL, member)                                                                         \
	F(S, TIME, createdAt)
SHAPE(study_chat_part, STUDY_CHAT_PART)
#define STUDY_MESSAGE_PART(F, S)                                                                   \
	F(S, ID, id)                                                                               \
	F(S, ID, userId)                                                                           \
	F(S, STR, userName)                                                                        \
	F(S, STR, content)                                                                         \
	F(S, STR, file)                                                                            \
	F(S, TIME, createdAt)                                                                      \
	F(S, TIME, updatedAt)
SHAPE(study_message_part, STUDY_MESSAGE_PART)
READ(EXPORT_STUDY_CHATS, study_chat_part,
     "SELECT s.id AS studyId, s.name, COALESCE(m.status = 'ACTIVE', FALSE) AS member, s.created_at AS createdAt FROM"
     " ((SELECT i.study_id FROM study_members i FORCE INDEX (study_members_user)"
     "   WHERE i.user_id = ? AND i.status = 'ACTIVE' AND i.study_id > ? ORDER BY i.study_id LIMIT 50)"
     "  UNION (SELECT DISTINCT c.study_id FROM study_messages c FORCE INDEX (study_messages_pace)"
     "   WHERE c.user_id = ? AND c.study_id > ? ORDER BY c.study_id LIMIT 50)) x"
     " JOIN studies s ON s.id = x.study_id"
     " LEFT JOIN study_members m ON m.study_id = s.id AND m.user_id = ? ORDER BY s.id LIMIT 50")
READ(EXPORT_STUDY_MESSAGES, study_message_part,
     "SELECT c.id, c.user_id AS userId, u.name AS userName, c.content, f.name AS file, c.created_at AS createdAt,"
     " c.updated_at AS updatedAt FROM study_messages c STRAIGHT_JOIN users u ON u.id = c.user_id"
     " LEFT JOIN files f ON f.id = c.file_id AND f.deleted_at IS NULL"
     " WHERE c.study_id = ? AND c.id > ? AND (c.user_id = ? OR EXISTS (SELECT 1 FROM study_members m"
     "  WHERE m.study_id = ? AND m.user_id = ? AND m.status = 'ACTIVE')) ORDER BY c.id" PAGE)

/* ---- study groups ------------------------------------------------------------------------- */

#define GROUP_PART(F, S)                                                                           \
	F(S, ID, studyId)                                                                          \
	F(S, STR, name)                                                                            \
	F(S, STR, description)                                                                     \
	F(S, STR, category)                                                                        \
	F(S, STR, role)                                                                            \
	F(S, STR, status)                                                                          \
	F(S, STR, introduction)                                                                    \
	F(S, STR, motivation)                                                                      \
	F(S, STR, level)                                                                           \
	F(S, TIME, joinedAt)                                                                       \
	F(S, TIME, approvedAt)
SHAPE(group_part, GROUP_PART)
READ(EXPORT_GROUPS, group_part,
     "SELECT m.study_id AS studyId, s.name, s.description, s.category, m.role, m.status, m.introduction, m.motivation,"
     " m.level, m.joined_at AS joinedAt, m.approved_at AS approvedAt"
     " FROM study_members m FORCE INDEX (study_members_user) STRAIGHT_JOIN studies s ON s.id = m.study_id"
     " WHERE m.user_id = ? AND m.study_id > ? ORDER BY m.study_id" PAGE)

#define BOARD_PART(F, S)                                                                           \
	F(S, ID, id)                                                                               \
	F(S, ID, studyId)                                                                          \
	F(S, STR, studyName)                                                                       \
	F(S, STR, title)                                                                           \
	F(S, STR, content)                                                                         \
	F(S, STR, status, .skip_null = true)                                                       \
	F(S, STR, priority, .skip_null = true)                                                     \
	F(S, BOOL, mine)                                                                           \
	F(S, STR, day, .skip_null = true)                                                          \
	F(S, STR, startTime, .skip_null = true)                                                    \
	F(S, STR, endTime, .skip_null = true)                                                      \
	F(S, TIME, dueDate, .skip_null = true)                                                     \
	F(S, TIME, completedAt, .skip_null = true)                                                 \
	F(S, TIME, createdAt)                                                                      \
	F(S, TIME, updatedAt, .skip_null = true)
SHAPE(board_part, BOARD_PART)
READ(EXPORT_NOTICES, board_part,
     "SELECT n.id, n.study_id AS studyId, s.name AS studyName, n.title, n.content, TRUE AS mine,"
     " n.created_at AS createdAt, n.updated_at AS updatedAt FROM study_notices n FORCE INDEX (study_notices_author)"
     " STRAIGHT_JOIN studies s ON s.id = n.study_id WHERE n.author_id = ? AND n.id > ? ORDER BY n.id LIMIT 10")
READ(EXPORT_EVENTS, board_part,
     "SELECT e.id, e.study_id AS studyId, s.name AS studyName, e.title, e.location AS content, TRUE AS mine,"
     " CAST(e.date AS CHAR) AS day, e.start_time AS startTime, e.end_time AS endTime, e.created_at AS createdAt"
     " FROM study_events e FORCE INDEX (study_events_author) STRAIGHT_JOIN studies s ON s.id = e.study_id"
     " WHERE e.created_by = ? AND e.id > ? ORDER BY e.id" PAGE)

#define ATTENDANCE_PART(F, S)                                                                      \
	F(S, ID, id)                                                                               \
	F(S, ID, studyId)                                                                          \
	F(S, STR, studyName)                                                                       \
	F(S, STR, day)                                                                             \
	F(S, TIME, createdAt)
SHAPE(attendance_part, ATTENDANCE_PART)
READ(EXPORT_ATTENDANCE, attendance_part,
     "SELECT a.id, a.study_id AS studyId, s.name AS studyName, CAST(a.day AS CHAR) AS day, a.created_at AS createdAt"
     " FROM study_attendance a FORCE INDEX (study_attendance_mine) STRAIGHT_JOIN studies s ON s.id = a.study_id"
     " WHERE a.user_id = ? AND a.id > ? ORDER BY a.id" PAGE)

READ(EXPORT_STUDY_TASKS, board_part,
     "SELECT t.id, t.study_id AS studyId, s.name AS studyName, t.title, t.description AS content, t.status, t.priority,"
     " t.created_by = ? AS mine, t.due_date AS dueDate, t.created_at AS createdAt, t.updated_at AS updatedAt FROM"
     " ((SELECT a.task_id AS id FROM study_task_assignees a FORCE INDEX (study_task_assignees_user)"
     "   STRAIGHT_JOIN study_tasks w ON w.id = a.task_id STRAIGHT_JOIN study_members m"
     "    ON m.study_id = w.study_id AND m.user_id = a.user_id AND m.status = 'ACTIVE'"
     "   WHERE a.user_id = ? AND a.task_id > ? ORDER BY a.task_id LIMIT 100)"
     "  UNION (SELECT w.id FROM study_tasks w FORCE INDEX (study_tasks_author)"
     "   WHERE w.created_by = ? AND w.id > ? ORDER BY w.id LIMIT 100)) x"
     " STRAIGHT_JOIN study_tasks t ON t.id = x.id STRAIGHT_JOIN studies s ON s.id = t.study_id ORDER BY t.id" PAGE)
READ(EXPORT_TASKS, board_part,
     "SELECT t.id, t.study_id AS studyId, s.name AS studyName, t.title, t.description AS content, t.status, t.priority,"
     " TRUE AS mine, t.due_date AS dueDate, t.completed_at AS completedAt, t.created_at AS createdAt"
     " FROM tasks t FORCE INDEX (tasks_created) LEFT JOIN studies s ON s.id = t.study_id"
     " WHERE t.user_id = ? AND t.id > ? ORDER BY t.id" PAGE)

/* ---- partners ----------------------------------------------------------------------------- */

#define REQUEST_PART(F, S)                                                                         \
	F(S, ID, id)                                                                               \
	F(S, STR, direction)                                                                       \
	F(S, ID, userId)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, STR, message)                                                                         \
	F(S, STR, status)                                                                          \
	F(S, STR, responseMessage)                                                                 \
	F(S, NUM, compatibilityScore)                                                              \
	F(S, TIME, createdAt)                                                                      \
	F(S, TIME, respondedAt)                                                                    \
	F(S, TIME, expiresAt)
SHAPE(request_part, REQUEST_PART)
#define REQUESTS_BY(direction, me, other, index)                                                   \
	"(SELECT r.id, '" direction "' AS direction, r." other " AS other, r.message, r.status, r.response_message," \
	" r.compatibility_score, r.created_at, r.responded_at, r.expires_at"                       \
	" FROM matching_requests r FORCE INDEX (" index ") WHERE r." me " = ? AND r.id > ? ORDER BY r.id LIMIT 100)"
READ(EXPORT_REQUESTS, request_part,
     "SELECT x.id, x.direction, x.other AS userId, u.name, x.message, x.status, x.response_message AS responseMessage,"
     " CAST(x.compatibility_score AS DOUBLE) AS compatibilityScore, x.created_at AS createdAt,"
     " x.responded_at AS respondedAt, x.expires_at AS expiresAt FROM"
     " (" REQUESTS_BY("sent", "sender_id", "receiver_id", "matching_requests_sent")
     "  UNION ALL " REQUESTS_BY("received", "receiver_id", "sender_id", "matching_requests_received") ") x"
     " STRAIGHT_JOIN users u ON u.id = x.other ORDER BY x.id" PAGE)

#define MATCH_PART(F, S)                                                                           \
	F(S, ID, id)                                                                               \
	F(S, ID, userId)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, BOOL, active)                                                                         \
	F(S, NUM, compatibilityScore)                                                              \
	F(S, TIME, matchedAt)                                                                      \
	F(S, TIME, endedAt)
SHAPE(match_part, MATCH_PART)
#define MATCHES_BY(me, other, index)                                                               \
	"(SELECT m.id, m." other " AS other, m.is_active, m.compatibility_score, m.matched_at, m.deactivated_at" \
	" FROM user_matches m FORCE INDEX (" index ") WHERE m." me " = ? AND m.id > ? ORDER BY m.id LIMIT 100)"
READ(EXPORT_MATCHES, match_part,
     "SELECT x.id, x.other AS userId, u.name, x.is_active AS active,"
     " CAST(x.compatibility_score AS DOUBLE) AS compatibilityScore, x.matched_at AS matchedAt,"
     " x.deactivated_at AS endedAt FROM (" MATCHES_BY("user1_id", "user2_id", "user_matches_1") " UNION ALL "
     MATCHES_BY("user2_id", "user1_id", "user_matches_2") ") x STRAIGHT_JOIN users u ON u.id = x.other"
     " ORDER BY x.id" PAGE)

#define DATING_PART(F, S)                                                                          \
	F(S, ID, userId)                                                                           \
	F(S, STR, gender)                                                                          \
	F(S, INT, yearPillar, .doc = "0 to 59, of the sixty of the calendar")                      \
	F(S, INT, monthPillar)                                                                     \
	F(S, INT, dayPillar)                                                                       \
	F(S, RAW, recommended)
SHAPE(dating_part, DATING_PART)
READ(EXPORT_DATING, dating_part,
     "SELECT d.user_id AS userId, d.gender, d.year_pillar AS yearPillar, d.month_pillar AS monthPillar,"
     " d.day_pillar AS dayPillar,"
     " " SEVERAL("JSON_OBJECT('userId', CAST(p.other_id AS CHAR), 'name', u.name, 'score', p.score,"
		 " 'day', CAST(p.day AS CHAR)) ORDER BY p.place",
		 "dating_picks p JOIN users u ON u.id = p.other_id WHERE p.user_id = d.user_id") " AS recommended"
     " FROM dating_people d WHERE d.user_id = ?")

/* ---- sums --------------------------------------------------------------------------------- */

#define STATS_PART(F, S)                                                                           \
	F(S, ID, userId)                                                                           \
	F(S, INT, oneOnOneSessions)                                                                \
	F(S, INT, oneOnOneMinutes)                                                                 \
	F(S, INT, groupSessions)                                                                   \
	F(S, INT, groupMinutes)                                                                    \
	F(S, INT, chatMessages)                                                                    \
	F(S, INT, studyMessages)                                                                   \
	F(S, INT, partners)                                                                        \
	F(S, INT, tasksDone)                                                                       \
	F(S, INT, achievements)                                                                    \
	F(S, INT, points)                                                                          \
	F(S, INT, daysActive)                                                                      \
	F(S, RAW, recentDays, .doc = "on which they were here, by the clock where they live")
SHAPE(stats_part, STATS_PART)
#define OVER_1 "FROM session_seats s JOIN learning_sessions l ON l.id = s.session_id"              \
	       " WHERE s.user_id = u.id AND s.left_at IS NULL AND l.status = 'COMPLETED'"
#define OVER_2 "FROM group_seats s JOIN group_sessions g ON g.id = s.session_id"                   \
	       " WHERE s.user_id = u.id AND s.status = 'JOINED' AND g.status = 'COMPLETED'"
READ(EXPORT_STATS, stats_part,
     "SELECT u.id AS userId, (SELECT COUNT(*) " OVER_1 ") AS oneOnOneSessions,"
     " (SELECT COALESCE(SUM(l.actual_minutes), 0) " OVER_1 ") AS oneOnOneMinutes,"
     " (SELECT COUNT(*) " OVER_2 ") AS groupSessions,"
     " (SELECT COALESCE(SUM(g.actual_minutes), 0) " OVER_2 ") AS groupMinutes,"
     " (SELECT COUNT(*) FROM chat_messages c WHERE c.sender_id = u.id) AS chatMessages,"
     " (SELECT COUNT(*) FROM study_messages c WHERE c.user_id = u.id) AS studyMessages,"
     " (SELECT COUNT(*) FROM user_matches m WHERE m.user1_id = u.id AND m.is_active)"
     "  + (SELECT COUNT(*) FROM user_matches m WHERE m.user2_id = u.id AND m.is_active) AS partners,"
     " (SELECT COUNT(*) FROM tasks t WHERE t.user_id = u.id AND t.completed) AS tasksDone,"
     " (SELECT COUNT(a.completed_at) FROM user_achievements a WHERE a.user_id = u.id) AS achievements,"
     " (SELECT COALESCE(SUM(a.points), 0) FROM user_achievements a WHERE a.user_id = u.id) AS points,"
     " (SELECT COUNT(*) FROM achievement_events e WHERE e.user_id = u.id AND e.what = 'day') AS daysActive,"
     " " SEVERAL("CAST(e.day AS CHAR) ORDER BY e.day",
		 "achievement_events e WHERE e.user_id = u.id AND e.what = 'day'") " AS recentDays"
     " FROM users u WHERE u.id = ?")

#define EARNED_PART(F, S)                                                                          \
	F(S, ID, id)                                                                               \
	F(S, STR, code)                                                                            \
	F(S, STR, name)                                                                            \
	F(S, INT, progress)                                                                        \
	F(S, INT, target)                                                                          \
	F(S, INT, points, .zero_null = true)                                                       \
	F(S, TIME, startedAt)                                                                      \
	F(S, TIME, completedAt)                                                                    \
	F(S, TIME, claimedAt)
SHAPE(earned_part, EARNED_PART)
READ(EXPORT_EARNED, earned_part,
     "SELECT e.id, a.code, IF(COALESCE((SELECT s.language FROM notification_settings s WHERE s.user_id = e.user_id),"
     " 'ko') = 'ko', a.name_ko, a.name_en) AS name, e.progress, a.target, e.points, e.started_at AS startedAt,"
     " e.completed_at AS completedAt, e.claimed_at AS claimedAt"
     " FROM user_achievements e FORCE INDEX (user_achievements_once) STRAIGHT_JOIN achievements a"
     "  ON a.id = e.achievement_id WHERE e.user_id = ? AND e.id > ? ORDER BY e.id" PAGE)

#define LEVEL_TEST_PART(F, S)                                                                      \
	F(S, ID, id)                                                                               \
	F(S, STR, language)                                                                        \
	F(S, STR, type)                                                                            \
	F(S, STR, mode)                                                                            \
	F(S, STR, testLevel)                                                                       \
	F(S, STR, status)                                                                          \
	F(S, RAW, answers)                                                                         \
	F(S, RAW, result)                                                                          \
	F(S, TIME, startedAt)
SHAPE(level_test_part, LEVEL_TEST_PART)
READ(EXPORT_LEVEL_TESTS, level_test_part,
     "SELECT t.id, t.language, t.type, t.mode, t.aim AS testLevel, t.status,"
     " " SEVERAL("JSON_OBJECT('question', a.question, 'transcript', a.transcript, 'seconds', a.seconds,"
		 " 'at', " ISO("a.answered_at") ") ORDER BY a.question",
		 "level_test_answers a WHERE a.test_id = t.id") " AS answers,"
     " (SELECT JSON_OBJECT('judge', r.judge, 'model', r.model, 'level', r.level, 'overall', r.overall,"
     "   'pronunciation', r.pronunciation, 'fluency', r.fluency, 'grammar', r.grammar, 'vocabulary', r.vocabulary,"
     "   'coherence', r.coherence, 'interaction', r.interaction, 'estimated', r.estimated,"
     "   'texts', JSON_COMPACT(r.texts), 'at', " ISO("r.completed_at") ")"
     "  FROM level_test_results r WHERE r.test_id = t.id) AS result, t.started_at AS startedAt"
     " FROM level_tests t FORCE INDEX (level_tests_user)"
     " WHERE t.user_id = ? AND t.expires_at > NOW(3) AND t.id > ? ORDER BY t.id LIMIT 10")

#define AI_PART(F, S)                                                                              \
	F(S, ID, id)                                                                               \
	F(S, STR, kind, .doc = "text, translation or speech")                                      \
	F(S, STR, feature)                                                                         \
	F(S, STR, model)                                                                           \
	F(S, BOOL, success)                                                                        \
	F(S, INT, tokens)                                                                          \
	F(S, INT, characters)                                                                      \
	F(S, NUM, seconds)                                                                         \
	F(S, INT, latencyMs)                                                                       \
	F(S, TIME, createdAt)
SHAPE(ai_part, AI_PART)
READ(EXPORT_AI, ai_part,
     "SELECT a.id, a.kind, a.feature, a.model, a.good AS success, a.tokens, a.characters, a.seconds,"
     " a.latency_ms AS latencyMs, a.created_at AS createdAt FROM ai_calls a FORCE INDEX (ai_calls_user)"
     " WHERE a.user_id = ? AND a.id > ? ORDER BY a.id" PAGE)

#define OVER_PART(F, S)                                                                            \
	F(S, ID, id)                                                                               \
	F(S, ID, sessionId)                                                                        \
	F(S, ID, groupSessionId)                                                                   \
	F(S, INT, rating, .zero_null = true)                                                       \
	F(S, STR, notes)                                                                           \
	F(S, TIME, recordedAt)
SHAPE(over_part, OVER_PART)
READ(EXPORT_OVER, over_part,
     "SELECT r.id, COALESCE(r.session_id, 0) AS sessionId, COALESCE(r.group_id, 0) AS groupSessionId,"
     " COALESCE(r.rating, 0) AS rating, r.notes, r.recorded_at AS recordedAt"
     " FROM session_records r FORCE INDEX (session_records_session)"
     " WHERE r.user_id = ? AND r.id > ? ORDER BY r.id" PAGE)

#define REPORTED_PART(F, S)                                                                        \
	F(S, ID, id)                                                                               \
	F(S, STR, type)                                                                            \
	F(S, STR, path)                                                                            \
	F(S, STR, feature)                                                                         \
	F(S, STR, session)                                                                         \
	F(S, RAW, properties)                                                                      \
	F(S, TIME, at)
SHAPE(reported_part, REPORTED_PART)
READ(EXPORT_REPORTED, reported_part,
     "SELECT e.id, e.type, e.path, e.feature, e.session, e.more AS properties, e.happened_at AS at"
     " FROM analytics_events e FORCE INDEX (analytics_events_user)"
     " WHERE e.user_id = ? AND e.id > ? ORDER BY e.id" PAGE)

/* ------------------------------------------------------------------------------------------- */

#define LIST_OF(file, stmt) {.name = file, .rows = &stmt, .args = "ua"}
#define LONG_LIST_OF(file, stmt) {.name = file, .rows = &stmt, .args = "ua", .page = EXPORT_LONG_PAGE}
const struct export_part export_parts[] = {
	{.name = "README.txt", .write = export_readme},
	{.name = "profile.json", .rows = &EXPORT_PROFILE, .args = "u", .one = true},
	LIST_OF("sessions/one_on_one.json", EXPORT_SESSIONS),
	LIST_OF("sessions/group.json", EXPORT_GROUP_SESSIONS),
	LIST_OF("sessions/calls.json", EXPORT_CALLS),
	{.name = "chats/room.json", .rows = &EXPORT_MESSAGES, .args = "rauru", .of = &EXPORT_ROOM_LIST,
	 .of_args = "uauau", .items = "messages"},
	{.name = "analytics/learning_stats.json", .rows = &EXPORT_STATS, .args = "u", .one = true},
	LONG_LIST_OF("analytics/level_tests.json", EXPORT_LEVEL_TESTS),
	LIST_OF("analytics/ai_usage.json", EXPORT_AI),
	LIST_OF("analytics/achievements.json", EXPORT_EARNED),
	LIST_OF("analytics/session_records.json", EXPORT_OVER),
	LIST_OF("analytics/events.json", EXPORT_REPORTED),
	{.name = "settings/preferences.json", .write = export_preferences},
	{.name = "settings/privacy.json", .write = export_privacy},
	LIST_OF("settings/blocked.json", EXPORT_BLOCKS),
	{.name = "matching/requests.json", .rows = &EXPORT_REQUESTS, .args = "uaua"},
	{.name = "matching/matches.json", .rows = &EXPORT_MATCHES, .args = "uaua"},
	{.name = "saju/profile.json", .rows = &EXPORT_DATING, .args = "u", .one = true},
	LIST_OF("studies/groups.json", EXPORT_GROUPS),
	{.name = "studies/chat.json", .rows = &EXPORT_STUDY_MESSAGES, .args = "rauru", .of = &EXPORT_STUDY_CHATS,
	 .of_args = "uauau", .items = "messages"},
	LONG_LIST_OF("studies/notices.json", EXPORT_NOTICES),
	LIST_OF("studies/attendance.json", EXPORT_ATTENDANCE),
	LIST_OF("studies/events.json", EXPORT_EVENTS),
	{.name = "studies/tasks.json", .rows = &EXPORT_STUDY_TASKS, .args = "uuaua"},
	LIST_OF("tasks.json", EXPORT_TASKS),
	LIST_OF("files.json", EXPORT_FILES),
	LIST_OF("notifications.json", EXPORT_NOTIFICATIONS),
	LIST_OF("account/logins.json", EXPORT_LOGINS),
	LIST_OF("account/failed_logins.json", EXPORT_FAILED_LOGINS),
	LIST_OF("account/devices.json", EXPORT_DEVICES),
	LIST_OF("account/reports.json", EXPORT_REPORTS),
	LIST_OF("account/warnings.json", EXPORT_WARNINGS),
	LIST_OF("account/sanctions.json", EXPORT_SANCTIONS),
	LIST_OF("account/exports.json", EXPORT_ASKED),
};
const size_t export_parts_n = COUNT(export_parts);

const struct stmt *const export_part_stmts[] = {
	&EXPORT_PROFILE,  &EXPORT_SESSIONS, &EXPORT_GROUP_SESSIONS, &EXPORT_CALLS,	    &EXPORT_ROOM_LIST,
	&EXPORT_MESSAGES, &EXPORT_STATS,    &EXPORT_EARNED,	    &EXPORT_BLOCKS,	    &EXPORT_REQUESTS,
	&EXPORT_MATCHES,  &EXPORT_DATING,   &EXPORT_GROUPS,	    &EXPORT_STUDY_CHATS,    &EXPORT_STUDY_MESSAGES,
	&EXPORT_NOTICES,  &EXPORT_EVENTS,   &EXPORT_STUDY_TASKS,    &EXPORT_TASKS,	    &EXPORT_FILES,
	&EXPORT_LOGINS,	  &EXPORT_DEVICES,  &EXPORT_FAILED_LOGINS,  &EXPORT_NOTIFICATIONS,  &EXPORT_REPORTS,
	&EXPORT_WARNINGS, &EXPORT_ASKED,    &EXPORT_SANCTIONS,	    &EXPORT_AI,		    &EXPORT_LEVEL_TESTS,
	&EXPORT_OVER,	  &EXPORT_REPORTED, &EXPORT_ATTENDANCE,	    NULL,
};

enum status export_page(struct ctx *c, const struct stmt *s, const char *args, uint64_t after, uint64_t room,
			size_t most, struct list *rows)
{
	struct db_val v[8];
	size_t n = 0;

	for (; args[n]; n++)
		v[n] = db_uint(args[n] == 'u' ? c->me.user_id : args[n] == 'a' ? after : room);
	return db_list(c, s, rows, most, v, n);
}
