#include "domain/notification/notification_sql.h"
#include "domain/notification/delivery.h"
#include "domain/notification/notification_wants.h"
#include "domain/outbox/outbox.h"
#include "domain/registry.h"

SHAPE_TABLE(notification_totals_row, NOTIFICATION_TOTALS_ROW)
SHAPE_TABLE(notification_settings_row, NOTIFICATION_SETTINGS_ROW)
SHAPE_TABLE(topics_row, TOPICS_ROW)
SHAPE_TABLE(digest_row, DIGEST_ROW)
SHAPE_TABLE(zone_row, ZONE_ROW)
SHAPE_TABLE(recipients_row, RECIPIENTS_ROW)
SHAPE_TABLE(due_row, DUE_ROW)
SHAPE_TABLE(chat_news_row, CHAT_NEWS_ROW)

enum { PAGE_MAX = 100, CATEGORIES_MAX = 100, HEARERS_MAX = 1000 };

/* A cursor beyond all rows: the last moment a DATETIME can hold. */
#define FOREVER_MS 253402300799000

/* The columns of notification_out; of: "n." or nothing. */
#define ITEM(of)                                                                                   \
	of "id AS notificationId, " of "type, " of "category, " of "title, " of "message,"         \
	" " of "status = 'READ' AS isRead, " of "status, " of "priority,"                          \
	" " of "priority >= 3 AS highPriority, " of "created_at AS createdAt,"                     \
	" " of "read_at AS readAt, " of "scheduled_at AS scheduledAt,"                             \
	" " of "expires_at AS expiresAt,"                                                          \
	" COALESCE(" of "expires_at <= CURRENT_TIMESTAMP(3), FALSE) AS expired,"                   \
	" " of "click_url AS clickUrl, COALESCE(" of "data, '{}') AS data,"                        \
	" " of "image_url AS imageUrl, " of "icon_url AS iconUrl, IF(" of "repeats IS NULL, NULL," \
	" JSON_OBJECT('type', " of "repeats, 'interval', " of "repeat_every,"                      \
	" 'endDate', " of "repeat_until, 'time', " of "repeat_time)) AS recurring"

/* The index is named: by itself the optimizer counts in the one of the join, and reads every row for it. */
#define PUSH                                                                                       \
	ITEM("n.") ", n.user_id AS userId, CURRENT_TIMESTAMP(3) AS timestamp, (SELECT COUNT(*)"          \
	" FROM notifications x FORCE INDEX (notifications_counts)"                                  \
	" WHERE x.user_id = n.user_id AND x.status = 'UNREAD') AS unreadCount"

#define SHOWN " AND n.status IN ('UNREAD', 'READ')"

/* ---- reading ------------------------------------------------------------------------------ */

/* The words of IN come from statuses(). The others are what somebody typed, and MariaDB refuses to
 * compare ASCII with anything else. */
#define FILTER                                                                                     \
	"n.user_id = ? AND n.status IN (?, ?) AND (? IS NULL OR n.type = CONVERT(? USING ascii))"
#define OF_CATEGORY " AND n.category = CONVERT(? USING ascii)"
#define NEWEST(index) " FROM notifications n FORCE INDEX (" index ") WHERE " FILTER
#define WINDOW                                                                                     \
	" AND n.created_at <= ? AND (n.created_at < ? OR n.id < ?)"                                \
	" ORDER BY n.created_at DESC, n.id DESC LIMIT ? OFFSET ?"

READ(NOTIFICATION_LIST, notification_out, "SELECT " ITEM("n.") NEWEST("notifications_newest") WINDOW)
READ(NOTIFICATION_LIST_OF, notification_out,
     "SELECT " ITEM("n.") NEWEST("notifications_category") OF_CATEGORY WINDOW)
READ(NOTIFICATION_TOTALS, notification_totals_row,
     "SELECT COUNT(*) AS total, (SELECT COUNT(*) FROM notifications x WHERE x.user_id = ?"
     "  AND x.status = 'UNREAD') AS unread FROM notifications n WHERE " FILTER
     " AND (? IS NULL OR n.category = CONVERT(? USING ascii))")
READ(NOTIFICATION_UNREAD, unread_count_out,
     "SELECT " NOTIFICATION_UNREAD_OF("?") " AS unreadCount")
READ(NOTIFICATION_COUNTS, category_count_out,
     "SELECT n.category, COUNT(*) AS total, CAST(SUM(n.status = 'UNREAD') AS SIGNED) AS unread"
     " FROM notifications n WHERE n.user_id = ?" SHOWN
     " GROUP BY n.category ORDER BY n.category LIMIT 100")
READ(NOTIFICATION_STATS, notification_stats_out,
     "SELECT CAST(COALESCE(SUM(k.n), 0) AS SIGNED) AS total,"
     " CAST(COALESCE(SUM(k.unread), 0) AS SIGNED) AS unread,"
     " CAST(COALESCE(SUM(k.n - k.unread), 0) AS SIGNED) AS `read`,"
     " (SELECT COUNT(*) FROM notifications n FORCE INDEX (notifications_newest)"
     "  WHERE n.user_id = ?" SHOWN " AND n.created_at >= ?) AS today,"
     " COALESCE(JSON_OBJECTAGG(k.category, k.n), '{}') AS categories"
     " FROM (SELECT n.category, COUNT(*) AS n, SUM(n.status = 'UNREAD') AS unread FROM notifications n"
     "  WHERE n.user_id = ?" SHOWN " GROUP BY n.category) k")
READ(NOTIFICATION_ONE, notification_out,
     "SELECT " ITEM("n.") " FROM notifications n WHERE n.id = ? AND n.user_id = ?")

#define COUP_ITEM                                                                                  \
	"SELECT n.id, UPPER(n.type) AS type, n.message, JSON_VALUE(n.data, '$.studyId') AS studyId," \
	" JSON_VALUE(n.data, '$.studyName') AS studyName, JSON_VALUE(n.data, '$.studyEmoji') AS studyEmoji," \
	" n.data, n.status = 'READ' AS isRead, n.created_at AS createdAt"
READ(COUP_LIST, coup_notification,
     COUP_ITEM NEWEST("notifications_category") OF_CATEGORY
     " ORDER BY n.created_at DESC, n.id DESC LIMIT ? OFFSET ?")
READ(COUP_ONE, coup_notification,
     COUP_ITEM " FROM notifications n WHERE n.id = ? AND n.user_id = ? AND n.category = 'study'" SHOWN)

#define WAITING "n.user_id = ? AND n.status = 'SCHEDULED'"
READ(SCHEDULED, notification_out,
     "SELECT " ITEM("n.") " FROM notifications n WHERE " WAITING
     " ORDER BY n.scheduled_at, n.id LIMIT ? OFFSET ?")
READ(SCHEDULED_TOTAL, recipients_row, "SELECT COUNT(*) AS count FROM notifications n WHERE " WAITING)

READ(ZONE, zone_row,
     "SELECT COALESCE(s.time_zone, u.time_zone) AS zone FROM users u"
     " LEFT JOIN notification_settings s ON s.user_id = u.id WHERE u.id = ?")

/* ---- changing ----------------------------------------------------------------------------- */

#define INSERTED "(SELECT LAST_INSERT_ID() AS id) l STRAIGHT_JOIN notifications n ON n.id = l.id"

/* Answered from what was written: by the time it were read, it may have been deleted. */
WRITE_ROW(NOTIFICATION_CREATE, notification_out,
	  "BEGIN NOT ATOMIC"
	  " DECLARE to_push, inside BOOL DEFAULT ?;"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE held BIGINT UNSIGNED;"
	  " DECLARE deliver LONGTEXT CHARACTER SET utf8mb4;"
	  " SET inside = @@in_transaction;" /* that of an Idempotency-Key */
	  " IF NOT inside THEN START TRANSACTION; END IF;"
	  " IF ? = 'SCHEDULED' THEN" /* one at a time for each person, or several would be the last */
	  "  SELECT u.id INTO held FROM users u WHERE u.id = me FOR UPDATE;"
	  "  IF (SELECT COUNT(*) FROM notifications n WHERE n.user_id = me AND n.status = 'SCHEDULED') >= ? THEN"
	  "   " REFUSE("SCHEDULED_MANY") "; END IF;"
	  " END IF;"
	  " INSERT INTO notifications (user_id, type, category, title, message, data, click_url, image_url,"
	  "  icon_url, priority, expires_at, repeats, repeat_every, repeat_until, repeat_time, status,"
	  "  scheduled_at, repeat_from) VALUES (me, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
	  "  RETURNING " ITEM("") ";"
	  " IF to_push THEN" DELIVER(DELIVER_PUSH(INSERTED, "TRUE"), "0") " END IF;"
	  " IF NOT inside THEN COMMIT; END IF;"
	  " END")

WRITE(NOTIFICATION_READ,
      "UPDATE notifications n SET n.read_at = IF(n.status = 'UNREAD', ?, n.read_at), n.status = 'READ'"
      " WHERE n.id = ? AND n.user_id = ?" SHOWN)
WRITE(NOTIFICATION_READ_ALL,
      "UPDATE notifications SET read_at = ?, status = 'READ' WHERE user_id = ? AND status = 'UNREAD'"
      " AND category = COALESCE(?, category)")
WRITE(NOTIFICATION_DELETE, "DELETE n FROM notifications n WHERE n.id = ? AND n.user_id = ?" SHOWN)
WRITE(NOTIFICATION_DELETE_BATCH,
      "DELETE n FROM " IDS_OF("?") " j STRAIGHT_JOIN notifications n ON n.id = j.id WHERE n.user_id = ?" SHOWN)
WRITE(NOTIFICATION_DELETE_ALL, "DELETE n FROM notifications n WHERE n.user_id = ?" SHOWN)
WRITE(NOTIFICATION_FORGET, "DELETE FROM notifications WHERE expires_at < ? ORDER BY expires_at LIMIT ?")
WRITE(SCHEDULED_CANCEL,
      "UPDATE notifications SET status = 'CANCELLED' WHERE id = ? AND user_id = ? AND status = 'SCHEDULED'")

/* ---- settings ----------------------------------------------------------------------------- */

#define MY_TOPICS(me)                                                                              \
	"(SELECT GROUP_CONCAT(t.topic ORDER BY t.topic SEPARATOR ' ') FROM notification_topics t"  \
	" WHERE t.user_id = " me ")"

#define SETTINGS(me)                                                                               \
	"SELECT " ON("enabled") " AS notificationsEnabled, " ON("push") " AS pushEnabled,"       \
	" " ON("email") " AS emailEnabled, " OFF("sms") " AS smsEnabled,"                         \
	" " ON("session") " AS sessionNotifications, " ON("reminders") " AS sessionReminders,"   \
	" " ON("matching") " AS matchingNotifications, " ON("chat") " AS chatNotifications,"     \
	" " ON("level_test") " AS levelTestNotifications, " ON("`system`") " AS systemNotifications," \
	" " OFF("marketing") " AS marketingNotifications, " OFF("quiet") " AS quietHoursEnabled,"  \
	" " SET("quiet_start", "'22:00'") " AS quietHoursStart,"                                   \
	" " SET("quiet_end", "'08:00'") " AS quietHoursEnd,"                                       \
	" COALESCE(s.time_zone, u.time_zone) AS timezone,"                                         \
	" " SET("language", "'ko'") " AS notificationLanguage, " OFF("digest") " AS digestEnabled," \
	" " SET("digest_frequency", "'DAILY'") " AS digestFrequency,"                              \
	" " SET("digest_time", "'09:00'") " AS digestTime,"                                        \
	" " ON("achievement") " AS achievementNotifications, " ON("sound") " AS soundEnabled,"   \
	" " ON("vibration") " AS vibrationEnabled, " ON("email_new_match") " AS emailNewMatch,"  \
	" " ON("email_session_reminder") " AS emailSessionReminder,"                               \
	" " ON("email_weekly_summary") " AS emailWeeklySummary,"                                   \
	" " OFF("email_promotions") " AS emailPromotions, " ON("study_messages") " AS studyMessagePush," \
	" " ON("study_members") " AS studyMemberPush, " ON("study_events") " AS studyEventPush," \
	" " ON("study_notices") " AS studyNoticePush, " MY_TOPICS("u.id") " AS topics"         \
	" FROM users u LEFT JOIN notification_settings s ON s.user_id = u.id WHERE u.id = " me

READ(SETTINGS_FIND, notification_settings_row, SETTINGS("?"))

#define WORDS(json) "JSON_TABLE(" json ", '$[*]' COLUMNS (topic VARCHAR(40) CHARACTER SET ascii PATH '$'))"
#define ADD_TOPICS                                                                                 \
	" INSERT IGNORE INTO notification_topics (user_id, topic) SELECT me, j.topic"              \
	"  FROM " WORDS("plus") " j;"

#define KEEP(column) column " = COALESCE(?, " column ")"

WRITE_ROW(SETTINGS_SAVE, notification_settings_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE plus TEXT CHARACTER SET utf8mb4 DEFAULT ?;"
	  " START TRANSACTION;"
	  " INSERT INTO notification_settings (user_id) VALUES (me) ON DUPLICATE KEY UPDATE user_id = me;"
	  " UPDATE notification_settings SET " KEEP("enabled") ", " KEEP("push") ", " KEEP("email") ","
	  "  " KEEP("sms") ", " KEEP("session") ", " KEEP("reminders") ", " KEEP("matching") ","
	  "  " KEEP("chat") ", " KEEP("level_test") ", " KEEP("`system`") ", " KEEP("marketing") ","
	  "  " KEEP("quiet") ", " KEEP("quiet_start") ", " KEEP("quiet_end") ", " KEEP("time_zone") ","
	  "  " KEEP("language") ","
	  "  " KEEP("digest") ", " KEEP("digest_frequency") ", " KEEP("digest_time") ","
	  "  digest_at = IF(?, NULL, digest_at),"
	  "  " KEEP("achievement") ", " KEEP("sound") ", " KEEP("vibration") ", " KEEP("email_new_match") ","
	  "  " KEEP("email_session_reminder") ", " KEEP("email_weekly_summary") ", " KEEP("email_promotions") ","
	  "  " KEEP("study_messages") ", " KEEP("study_members") ", " KEEP("study_events") ", " KEEP("study_notices")
	  "  WHERE user_id = me;"
	  " IF plus IS NOT NULL THEN"
	  "  DELETE FROM notification_topics WHERE user_id = me;"
	  ADD_TOPICS
	  " END IF;"
	  " COMMIT;"
	  " " SETTINGS("me") ";"
	  " END")

WRITE_ROW(TOPICS_CHANGE, topics_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE plus TEXT CHARACTER SET utf8mb4 DEFAULT ?;"
	  " DECLARE minus TEXT CHARACTER SET utf8mb4 DEFAULT ?;"
	  ADD_TOPICS
	  " DELETE t FROM " WORDS("minus") " j"
	  "  STRAIGHT_JOIN notification_topics t ON t.user_id = me AND t.topic = j.topic;"
	  " SELECT " MY_TOPICS("me") " AS topics;"
	  " END")

WRITE(PUSH_SAVE,
      "BEGIN NOT ATOMIC"
      " DECLARE me, login BIGINT UNSIGNED DEFAULT ?;"
      " SET login = ?;"
      " INSERT INTO push_subscriptions (user_id, session_id, token_hash, token, device, user_agent)"
      "  VALUES (me, (SELECT s.id FROM sessions s WHERE s.id = login), ?, ?, ?, ?)"
      "  ON DUPLICATE KEY UPDATE user_id = VALUES(user_id), session_id = VALUES(session_id), token = VALUES(token),"
      "  device = VALUES(device), user_agent = VALUES(user_agent), updated_at = CURRENT_TIMESTAMP(3);"
      " IF (SELECT COUNT(*) FROM push_subscriptions WHERE user_id = me) > " DEVICES_MAX " THEN"
      "  DELETE p FROM push_subscriptions p LEFT JOIN (SELECT id FROM push_subscriptions WHERE user_id = me"
      "   ORDER BY updated_at DESC, id DESC LIMIT " DEVICES_MAX ") k ON k.id = p.id"
      "   WHERE p.user_id = me AND k.id IS NULL;"
      " END IF;"
      " END")
WRITE(PUSH_DROP, "DELETE FROM push_subscriptions WHERE token_hash = ? AND user_id = ?")

READ(RECIPIENTS, recipients_row,
     "SELECT COUNT(DISTINCT u.id) AS count FROM " IDS_OF("?") " j STRAIGHT_JOIN users u ON u.id = j.id"
     " WHERE u.status = 'ACTIVE'")

/* ---- jobs --------------------------------------------------------------------------------- */

#define TAKERS                                                                                     \
	"JSON_TABLE(takers, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$.id', ko INT PATH '$.ko',"   \
	" fresh INT PATH '$.fresh'))"
#define TOLD TAKERS " t STRAIGHT_JOIN notifications n ON n.user_id = t.id AND n.source_id = source"
#define TOLD_NOW "(SELECT n.* FROM " TOLD " WHERE t.fresh) n"

/*
 * Who shall be told is found without locks first: INSERT … SELECT would lock what it reads, and
 * people who change their settings would wait. The unique key drops who was told before; nothing is
 * delivered to them again.
 */
WRITE_ROW(NOTIFY, notification_push,
	  "BEGIN NOT ATOMIC"
	  " DECLARE source BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE actor BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE kind VARCHAR(40) CHARACTER SET ascii DEFAULT ?;"
	  " DECLARE area VARCHAR(20) CHARACTER SET ascii DEFAULT ?;"
	  " DECLARE weight TINYINT UNSIGNED DEFAULT ?;"
	  " DECLARE to_push BOOL DEFAULT ?;"
	  " DECLARE to_mail BOOL DEFAULT ?;"
	  " DECLARE absent BOOL DEFAULT ?;"
	  " DECLARE state VARCHAR(6) CHARACTER SET ascii DEFAULT ?;"
	  " DECLARE takers, deliver LONGTEXT CHARACTER SET utf8mb4;"
	  " SELECT COALESCE(JSON_ARRAYAGG(JSON_OBJECT('id', u.id,"
	  "   'ko', IF(" SET("language", "'ko'") " = 'ko', 1, 0), 'fresh', IF(EXISTS (SELECT 1 FROM notifications x"
	  "    WHERE x.user_id = u.id AND x.source_id = source), 0, 1))), '[]') INTO takers"
	  "  FROM " IDS_OF("?") " j STRAIGHT_JOIN users u ON u.id = j.id AND (u.status = 'ACTIVE' OR"
	  /* who has deleted themselves has no address any more */
	  "   absent AND (u.status = 'SUSPENDED' OR u.email IS NOT NULL))"
	  "  LEFT JOIN notification_settings s ON s.user_id = u.id"
	  "  WHERE (" PRESSING("area", "weight") " OR " WANTED("kind", "area") ")"
	  "   AND NOT " BLOCKED("u.id", "actor") ";"
	  " START TRANSACTION;"
	  " INSERT IGNORE INTO notifications (user_id, source_id, type, category, priority, title, message,"
	  "  data, click_url, expires_at, status)"
	  "  SELECT t.id, source, kind, area, weight, IF(t.ko, ?, ?), IF(t.ko, ?, ?), ?, ?, ?, state"
	  "  FROM " TAKERS " t;"
	  " IF to_push OR to_mail THEN"
	  DELIVER(DELIVER_PUSH(TOLD_NOW, "to_push") " UNION ALL" DELIVER_MAIL(TOLD_NOW, "to_mail"), "actor")
	  " END IF;"
	  " COMMIT;"
	  " SELECT " PUSH " FROM " TOLD " WHERE n.status <> 'MAILED';"
	  " END")

READ(AUDIENCE_ALL, notify_id,
     "SELECT u.id FROM users u WHERE u.id > ? AND u.status = 'ACTIVE' ORDER BY u.id LIMIT 500")
READ(AUDIENCE_SOME, notify_id,
     "SELECT DISTINCT u.id FROM " IDS_OF("?") " j STRAIGHT_JOIN users u ON u.id = j.id"
     " WHERE u.id > ? AND u.status = 'ACTIVE' ORDER BY u.id LIMIT 500")

/* ---- what is written in rooms ------------------------------------------------------------- */

/* Of each room its newest message. */
READ(CHAT_NEWS, chat_news_row,
     "SELECT c.room_id, c.seq, c.id AS message_id, c.sender_id, u.name AS sender,"
     " IF(r.type = 'DIRECT', NULL, r.name) AS room, NULL AS emoji, c.type, LEFT(c.body, 50) AS text"
     " FROM (SELECT DISTINCT x.id FROM " IDS_OF("?") " x) j STRAIGHT_JOIN chat_rooms r ON r.id = j.id"
     " STRAIGHT_JOIN chat_messages c ON c.room_id = r.id AND c.seq = r.last_seq"
     " STRAIGHT_JOIN users u ON u.id = c.sender_id")

READ(STUDY_NEWS, chat_news_row,
     "SELECT c.study_id AS room_id, c.id AS seq, c.id AS message_id, c.user_id AS sender_id, u.name AS sender,"
     " s.name AS room, s.emoji, 'TEXT' AS type, '' AS text"
     " FROM (SELECT DISTINCT x.id FROM " IDS_OF("?") " x) j STRAIGHT_JOIN studies s ON s.id = j.id"
     " STRAIGHT_JOIN study_messages c ON c.study_id = s.id"
     "  AND c.id = (SELECT y.id FROM study_messages y WHERE y.study_id = s.id ORDER BY y.id DESC LIMIT 1)"
     " STRAIGHT_JOIN users u ON u.id = c.user_id")

#define NEWS                                                                                       \
	"JSON_TABLE(news, '$[*]' COLUMNS (room BIGINT UNSIGNED PATH '$.room', seq BIGINT UNSIGNED PATH '$.seq'," \
	" sender BIGINT UNSIGNED PATH '$.sender', title VARCHAR(200) PATH '$.title',"              \
	" title_en VARCHAR(200) PATH '$.titleEn', ko VARCHAR(1000) PATH '$.ko', en VARCHAR(1000) PATH '$.en'," \
	" data VARCHAR(1000) PATH '$.data')) w"
#define HEARERS                                                                                    \
	"JSON_TABLE(hearers, '$[*]' COLUMNS (room BIGINT UNSIGNED PATH '$.room', seq BIGINT UNSIGNED PATH '$.seq'," \
	" id BIGINT UNSIGNED PATH '$.id', ko INT PATH '$.ko', wants INT PATH '$.wants')) t"
#define HEARD(open) HEARERS " STRAIGHT_JOIN notifications n ON n.user_id = t.id AND n." open " = t.room"

/* Members m who have not read message seq, and have not been told of it. */
#define BEHIND(seq) " m.told_seq < " seq " AND m.last_read_seq < " seq
#define STUDY_BEHIND(seq)                                                                          \
	" m.told_seq < " seq " AND m.status = 'ACTIVE' AND NOT EXISTS (SELECT 1 FROM study_message_readers x" \
	" WHERE x.study_id = m.study_id AND x.message_id = " seq " AND x.user_id = m.user_id)"

/* As NOTIFY does it, of a room or a study group: members, their column chat, notifications' columns chat and open.
 * told_seq decides who does the telling when two processes are at it: whoever finds one told meanwhile
 * leaves all to the next time. */
#define TELL(members, chat, open, behind)                                                          \
	"BEGIN NOT ATOMIC"                                                                         \
	" DECLARE news LONGTEXT CHARACTER SET utf8mb4 DEFAULT ?;"                                  \
	" DECLARE pause INT DEFAULT ?;"                                                            \
	" DECLARE kind VARCHAR(40) CHARACTER SET ascii DEFAULT ?;"                                 \
	" DECLARE area VARCHAR(20) CHARACTER SET ascii DEFAULT ?;"                                 \
	" DECLARE weight TINYINT UNSIGNED DEFAULT ?;"                                              \
	" DECLARE to_push BOOL DEFAULT ?;"                                                         \
	" DECLARE hearers, deliver LONGTEXT CHARACTER SET utf8mb4;"                                \
	" SELECT COALESCE(JSON_ARRAYAGG(JSON_OBJECT('room', w.room, 'seq', w.seq, 'id', m.user_id," \
	"   'ko', IF(" SET("language", "'ko'") " = 'ko', 1, 0),"                                   \
	"   'wants', IF(u.status = 'ACTIVE' AND " WANTED("kind", "area")                           \
	"    AND NOT " BLOCKED("u.id", "w.sender") ", 1, 0))"                                      \
	/* with DEVICES_MAX each, that is what DELIVER takes */                                    \
	"   ORDER BY m." chat ", m.user_id LIMIT 1000), '[]') INTO hearers"                        \
	"  FROM " NEWS " STRAIGHT_JOIN " members " m ON m." chat " = w.room AND" behind("w.seq")   \
	"   AND (m.told_at IS NULL OR m.told_at <= SYSDATE(3) - INTERVAL pause SECOND)"            \
	"  STRAIGHT_JOIN users u ON u.id = m.user_id LEFT JOIN notification_settings s ON s.user_id = u.id;" \
	" IF hearers <> '[]' THEN"                                                                 \
	"  START TRANSACTION;"                                                                     \
	"  UPDATE " HEARERS " STRAIGHT_JOIN " members " m ON m." chat " = t.room AND m.user_id = t.id" \
	"   SET m.told_seq = t.seq, m.told_at = SYSDATE(3) WHERE m.told_seq < t.seq;"              \
	"  IF ROW_COUNT() < JSON_LENGTH(hearers) THEN"                                             \
	"   ROLLBACK;"                                                                             \
	"   SET hearers = '[]';"                                                                   \
	"  ELSE"                                                                                   \
	"   INSERT INTO notifications (user_id, " chat ", type, category, priority, title, message, data, click_url)" \
	"    SELECT t.id, w.room, kind, area, weight, IF(t.ko, w.title, w.title_en), IF(t.ko, w.ko, w.en)," \
	"     w.data, ?"                                                                            \
	"    FROM " NEWS " STRAIGHT_JOIN " HEARERS " ON t.room = w.room WHERE t.wants"             \
	"    ON DUPLICATE KEY UPDATE title = VALUES(title), message = VALUES(message), data = VALUES(data)," \
	"    created_at = SYSDATE(3);"                                                             \
	"   IF to_push THEN"                                                                       \
	DELIVER(DELIVER_PUSH("(SELECT n.* FROM " HEARD(open) " WHERE t.wants) n", "TRUE"),         \
		"(SELECT JSON_VALUE(n.data, '$.senderId') FROM notifications n WHERE n.id = j.n)") \
	"   END IF;"                                                                               \
	"   COMMIT;"                                                                               \
	"  END IF;"                                                                                \
	" END IF;"                                                                                 \
	" SELECT " PUSH " FROM " HEARD(open) " WHERE t.wants;"                                     \
	" END"

WRITE_ROW(CHAT_TELL, notification_push, TELL("chat_members", "room_id", "open_room", BEHIND))
WRITE_ROW(STUDY_TELL, notification_push, TELL("study_members", "study_id", "open_study", STUDY_BEHIND))

/* Of those chats the ones where somebody has not been told of the newest yet. */
READ(CHAT_UNTOLD, notify_id,
     "SELECT r.id FROM " IDS_OF("?") " j STRAIGHT_JOIN chat_rooms r ON r.id = j.id"
     " WHERE EXISTS (SELECT 1 FROM chat_members m WHERE m.room_id = r.id AND" BEHIND("r.last_seq") ")")
READ(STUDY_UNTOLD, notify_id,
     "SELECT s.id FROM (SELECT x.id, (SELECT c.id FROM study_messages c WHERE c.study_id = x.id"
     "  ORDER BY c.id DESC LIMIT 1) AS newest FROM " IDS_OF("?") " x) s"
     " WHERE EXISTS (SELECT 1 FROM study_members m WHERE m.study_id = s.id AND" STUDY_BEHIND("s.newest") ")")

READ(DUE, due_row,
     "SELECT n.id, n.scheduled_at, n.repeats, n.repeat_every, n.repeat_from, n.repeat_until, n.repeat_time,"
     " COALESCE(s.time_zone, u.time_zone) AS zone FROM notifications n FORCE INDEX (notifications_due)"
     " STRAIGHT_JOIN users u ON u.id = n.user_id"
     " LEFT JOIN notification_settings s ON s.user_id = u.id WHERE n.due_at <= ?"
     " ORDER BY n.due_at, n.id LIMIT 100")

#define PLAN "JSON_TABLE(plan, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$.id', next BIGINT PATH '$.next')) p"
#define MS(column) "CAST('1970-01-01' AS DATETIME(3)) + INTERVAL " column " DIV 1000 SECOND"
#define NEXT MS("p.next")
#define PLANNED PLAN " STRAIGHT_JOIN notifications n ON n.id = p.id"

/* One cancelled meanwhile stays so: the rows are locked before they are looked at. */
WRITE_ROW(SHOW, notification_push,
	  "BEGIN NOT ATOMIC"
	  " DECLARE plan LONGTEXT CHARACTER SET utf8mb4 DEFAULT ?;"
	  " DECLARE at DATETIME(3) DEFAULT ?;"
	  " DECLARE to_push BOOL DEFAULT ?;"
	  " DECLARE deliver LONGTEXT CHARACTER SET utf8mb4;"
	  " DECLARE held INT;"
	  " START TRANSACTION;"
	  " SELECT COUNT(*) INTO held FROM " PLANNED " FOR UPDATE;"
	  " INSERT INTO notifications (user_id, type, category, title, message, data, click_url, image_url,"
	  "  icon_url, priority, expires_at, status, scheduled_at, repeats, repeat_every, repeat_from,"
	  "  repeat_until, repeat_time)"
	  "  SELECT n.user_id, n.type, n.category, n.title, n.message, n.data, n.click_url, n.image_url,"
	  "   n.icon_url, n.priority,"
	  "   n.expires_at + INTERVAL TIMESTAMPDIFF(SECOND, n.scheduled_at, " NEXT ") SECOND,"
	  "   n.status, " NEXT ", n.repeats, n.repeat_every, n.repeat_from, n.repeat_until, n.repeat_time"
	  "  FROM " PLANNED " WHERE n.status = 'SCHEDULED' AND p.next IS NOT NULL;"
	  " UPDATE " PLANNED " SET n.status = 'UNREAD', n.created_at = at WHERE n.status = 'SCHEDULED';"
	  " IF to_push THEN" DELIVER(DELIVER_PUSH(PLANNED, "TRUE"), "0") " END IF;"
	  " COMMIT;"
	  " SELECT " PUSH " FROM " PLANNED " WHERE n.status = 'UNREAD';"
	  " END")

READ(DIGESTS_DUE, digest_row,
     "SELECT s.user_id, s.digest_frequency = 'WEEKLY' AS weekly, s.digest_time AS at,"
     " COALESCE(s.time_zone, u.time_zone) AS zone, s.digest_at AS due_at"
     " FROM notification_settings s FORCE INDEX (notification_settings_digest)"
     " STRAIGHT_JOIN users u ON u.id = s.user_id"
     " WHERE s.digest = 1 AND (s.digest_at IS NULL OR s.digest_at <= ?) ORDER BY s.digest_at LIMIT 100")

#define DIGESTS                                                                                    \
	"JSON_TABLE(plan, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$.id', next BIGINT PATH '$.next'," \
	" since BIGINT PATH '$.since', time CHAR(5) CHARACTER SET ascii PATH '$.time', weekly INT PATH '$.weekly')) p"
#define UNTOLD                                                                                     \
	"JSON_TABLE(items, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$.id', n INT PATH '$.n', ko INT PATH '$.ko'," \
	" list VARCHAR(1000) PATH '$.list')) t"

#define LABELS                                                                                     \
	"JSON_TABLE(labels, '$[*]' COLUMNS (nth FOR ORDINALITY, category VARCHAR(20) CHARACTER SET ascii" \
	" PATH '$.category', ko VARCHAR(40) PATH '$.ko', en VARCHAR(40) PATH '$.en')) l"

/* Whoever has changed the time meanwhile is planned anew. How many of each category and nothing of what others wrote:
 * that is for the site alone. */
WRITE(DIGEST,
      "BEGIN NOT ATOMIC"
      " DECLARE plan LONGTEXT CHARACTER SET utf8mb4 DEFAULT ?;"
      " DECLARE now DATETIME(3) DEFAULT ?;"
      " DECLARE labels, items, deliver LONGTEXT CHARACTER SET utf8mb4;"
      " SET labels = ?;"
      " SELECT COALESCE(JSON_ARRAYAGG(JSON_OBJECT('id', x.id, 'n', x.n, 'ko', x.ko, 'list', x.list)), '[]') INTO items"
      "  FROM (SELECT k.id, SUM(k.n) AS n, k.ko,"
      "    GROUP_CONCAT(IF(k.ko, l.ko, l.en), ': ', k.n ORDER BY l.nth SEPARATOR '\n') AS list FROM"
      "    (SELECT n.user_id AS id, n.category, COUNT(*) AS n, IF(MAX(" SET("language", "'ko'") ") = 'ko', 1, 0) AS ko"
      "     FROM " DIGESTS " STRAIGHT_JOIN notifications n FORCE INDEX (notifications_newest) ON n.user_id = p.id"
      "      AND n.created_at > " MS("p.since") " AND n.created_at <= now AND n.status = 'UNREAD'"
      /* the last one may have gone later than it was due */
      "     LEFT JOIN notifications d ON d.user_id = p.id AND d.source_id = 0"
      "     LEFT JOIN notification_settings s ON s.user_id = p.id"
      "     WHERE d.id IS NULL OR n.created_at > d.created_at GROUP BY n.user_id, n.category) k"
      "    STRAIGHT_JOIN " LABELS " ON l.category = k.category GROUP BY k.id, k.ko) x;"
      " START TRANSACTION;"
      " UPDATE " DIGESTS " STRAIGHT_JOIN notification_settings s ON s.user_id = p.id SET s.digest_at = " NEXT
      "  WHERE COALESCE(s.digest_at, now) <= now AND s.digest_time = p.time"
      "   AND (s.digest_frequency = 'WEEKLY') = p.weekly;"
      " INSERT INTO notifications (user_id, source_id, type, category, priority, title, message, click_url, status,"
      "  created_at, expires_at)"
      "  SELECT t.id, 0, 'digest', 'general', 1, REPLACE(IF(t.ko, ?, ?), '{count}', t.n), t.list, '/notifications',"
      "   'MAILED', now, now + INTERVAL 7 DAY FROM " UNTOLD
      "  ON DUPLICATE KEY UPDATE title = VALUES(title), message = VALUES(message), created_at = VALUES(created_at),"
      "   expires_at = VALUES(expires_at);"
      DELIVER(DELIVER_MAIL("(SELECT n.* FROM " UNTOLD " STRAIGHT_JOIN notifications n"
			   " ON n.user_id = t.id AND n.source_id = 0) n", "TRUE"), "0")
      " COMMIT;"
      " END")

const struct stmt *const notification_stmts[] = {
	&NOTIFICATION_LIST, &NOTIFICATION_LIST_OF, &NOTIFICATION_TOTALS, &NOTIFICATION_UNREAD, &NOTIFICATION_COUNTS,
	&NOTIFICATION_STATS, &NOTIFICATION_ONE, &COUP_LIST, &COUP_ONE, &SCHEDULED, &SCHEDULED_TOTAL,
	&ZONE, &NOTIFICATION_CREATE,
	&NOTIFICATION_READ, &NOTIFICATION_READ_ALL, &NOTIFICATION_DELETE, &NOTIFICATION_DELETE_BATCH,
	&NOTIFICATION_DELETE_ALL, &SCHEDULED_CANCEL, &NOTIFICATION_FORGET, &SETTINGS_FIND, &SETTINGS_SAVE,
	&TOPICS_CHANGE,
	&PUSH_SAVE, &PUSH_DROP, &RECIPIENTS, &NOTIFY, &AUDIENCE_ALL, &AUDIENCE_SOME, &CHAT_NEWS, &CHAT_TELL,
	&CHAT_UNTOLD, &STUDY_NEWS, &STUDY_TELL, &STUDY_UNTOLD, &DUE, &SHOW, &DIGESTS_DUE, &DIGEST,
	NULL,
};

/* ---- functions ---------------------------------------------------------------------------- */

/* The two words of IN. */
static const char *status_word(const struct notification_filter *f, int nth)
{
	if (f->unread == f->read)
		return nth ? "READ" : "UNREAD";
	return f->read ? "READ" : "UNREAD";
}

#define FILTER_ARGS P(c->me.user_id), P(status_word(f, 0)), P(status_word(f, 1)), P(f->type), P(f->type)

enum status notification_sql_list(struct ctx *c, const struct notification_filter *f,
				  const struct notification_window *w, struct list *out)
{
	struct db_val at = db_time(w->at ? w->at : FOREVER_MS);

#define WINDOW_ARGS at, at, P(w->id), P(w->size), P(w->offset)
	if (f->category)
		return db_list(c, &NOTIFICATION_LIST_OF, out, PAGE_MAX,
			       ARGS(FILTER_ARGS, P(f->category), WINDOW_ARGS));
	return db_list(c, &NOTIFICATION_LIST, out, PAGE_MAX, ARGS(FILTER_ARGS, WINDOW_ARGS));
#undef WINDOW_ARGS
}

enum status notification_sql_totals(struct ctx *c, const struct notification_filter *f,
				    struct notification_totals_row *out)
{
	return db_one(c, &NOTIFICATION_TOTALS, out,
		      ARGS(P(c->me.user_id), FILTER_ARGS, P(f->category), P(f->category)));
}

enum status notification_sql_coup_list(struct ctx *c, const struct notification_filter *f, int64_t size,
				       int64_t offset, struct list *out)
{
	return db_list(c, &COUP_LIST, out, PAGE_MAX,
		       ARGS(FILTER_ARGS, P(f->category), P(size), P(offset)));
}

enum status notification_sql_coup_one(struct ctx *c, uint64_t id, struct coup_notification *out)
{
	return db_one(c, &COUP_ONE, out, ARGS(P(id), P(c->me.user_id)));
}

enum status notification_sql_unread(struct ctx *c, int64_t *out)
{
	struct unread_count_out row = {0};
	enum status st = db_one(c, &NOTIFICATION_UNREAD, &row, ARGS(P(c->me.user_id)));

	*out = row.unreadCount;
	return st;
}

enum status notification_sql_categories(struct ctx *c, struct list *out)
{
	return db_list(c, &NOTIFICATION_COUNTS, out, CATEGORIES_MAX, ARGS(P(c->me.user_id)));
}

enum status notification_sql_stats(struct ctx *c, int64_t since, struct notification_stats_out *out)
{
	return db_one(c, &NOTIFICATION_STATS, out, ARGS(P(c->me.user_id), db_time(since), P(c->me.user_id)));
}

enum status notification_sql_one(struct ctx *c, uint64_t id, struct notification_out *out)
{
	return db_one(c, &NOTIFICATION_ONE, out, ARGS(P(id), P(c->me.user_id)));
}

enum status notification_sql_create(struct ctx *c, const struct new_notification *n,
				    struct notification_out *out)
{
	const char *status = n->scheduled_at ? "SCHEDULED" : "UNREAD";

	return db_one(c, &NOTIFICATION_CREATE, out,
		      ARGS(P(channel_on(c->conf, CHANNEL_PUSH)), P(c->me.user_id), P(status),
			   P((int)SCHEDULED_MAX), P(n->type), P(n->category), P(n->title), P(n->message),
			   P(n->data), P(n->click_url), P(n->image_url), P(n->icon_url), P(n->priority),
			   db_time(n->expires_at), P(n->repeats), db_id((uint64_t)n->repeat_every),
			   P(n->repeat_until), P(n->repeat_time), P(status), db_time(n->scheduled_at),
			   db_time(n->repeats ? n->scheduled_at : 0)));
}

enum status notification_sql_read(struct ctx *c, uint64_t id, int64_t *n)
{
	return db_exec(c, &NOTIFICATION_READ, n, ARGS(db_time(c->now), P(id), P(c->me.user_id)));
}

enum status notification_sql_read_all(struct ctx *c, const char *category, int64_t *n)
{
	return db_exec(c, &NOTIFICATION_READ_ALL, n, ARGS(db_time(c->now), P(c->me.user_id), P(category)));
}

enum status notification_sql_delete(struct ctx *c, uint64_t id, int64_t *n)
{
	return db_exec(c, &NOTIFICATION_DELETE, n, ARGS(P(id), P(c->me.user_id)));
}

enum status notification_sql_delete_batch(struct ctx *c, const char *ids, int64_t *n)
{
	return db_exec(c, &NOTIFICATION_DELETE_BATCH, n, ARGS(P(ids), P(c->me.user_id)));
}

enum status notification_sql_delete_all(struct ctx *c, int64_t *n)
{
	return db_exec(c, &NOTIFICATION_DELETE_ALL, n, ARGS(P(c->me.user_id)));
}

enum status notification_sql_cancel(struct ctx *c, uint64_t id, int64_t *n)
{
	return db_exec(c, &SCHEDULED_CANCEL, n, ARGS(P(id), P(c->me.user_id)));
}

enum status notification_sql_scheduled(struct ctx *c, int64_t size, int64_t offset, struct list *out)
{
	return db_list(c, &SCHEDULED, out, PAGE_MAX, ARGS(P(c->me.user_id), P(size), P(offset)));
}

static enum status count(struct ctx *c, const struct stmt *s, const struct db_val *args, size_t n,
			 int64_t *out)
{
	struct recipients_row row = {0};
	enum status st = db_one(c, s, &row, args, n);

	*out = row.count;
	return st;
}

enum status notification_sql_scheduled_total(struct ctx *c, int64_t *out)
{
	return count(c, &SCHEDULED_TOTAL, ARGS(P(c->me.user_id)), out);
}

enum status notification_sql_zone(struct ctx *c, const char **zone)
{
	struct zone_row row = {0};
	enum status st = db_one(c, &ZONE, &row, ARGS(P(c->me.user_id)));

	*zone = row.zone;
	return st;
}

enum status notification_sql_settings(struct ctx *c, struct notification_settings_row *out)
{
	return db_one(c, &SETTINGS_FIND, out, ARGS(P(c->me.user_id)));
}

#define FLAG(name) (in->has.name == GIVEN ? db_int(in->name) : (struct db_val){0})

enum status notification_sql_settings_save(struct ctx *c, const struct notification_settings_in *in,
					   const char *topics, struct notification_settings_row *out)
{
	return db_one(c, &SETTINGS_SAVE, out,
		      ARGS(P(c->me.user_id), P(topics), FLAG(notificationsEnabled), FLAG(pushEnabled),
			   FLAG(emailEnabled), FLAG(smsEnabled), FLAG(sessionNotifications),
			   FLAG(sessionReminders), FLAG(matchingNotifications), FLAG(chatNotifications),
			   FLAG(levelTestNotifications), FLAG(systemNotifications),
			   FLAG(marketingNotifications), FLAG(quietHoursEnabled), P(in->quietHoursStart),
			   P(in->quietHoursEnd), P(in->timezone), P(in->notificationLanguage),
			   FLAG(digestEnabled), P(in->digestFrequency), P(in->digestTime),
			   P(in->has.digestEnabled == GIVEN || in->digestFrequency || in->digestTime || in->timezone),
			   FLAG(achievementNotifications), FLAG(soundEnabled), FLAG(vibrationEnabled),
			   FLAG(emailNewMatch), FLAG(emailSessionReminder), FLAG(emailWeeklySummary),
			   FLAG(emailPromotions), FLAG(studyMessagePush), FLAG(studyMemberPush), FLAG(studyEventPush),
			   FLAG(studyNoticePush)));
}

enum status notification_sql_topics(struct ctx *c, const char *add, const char *drop, const char **topics)
{
	struct topics_row row = {0};
	enum status st = db_one(c, &TOPICS_CHANGE, &row, ARGS(P(c->me.user_id), P(add), P(drop)));

	*topics = row.topics;
	return st;
}

enum status notification_sql_push_save(struct ctx *c, const unsigned char hash[32], const char *token,
				       const char *device, const char *user_agent)
{
	return db_exec(c, &PUSH_SAVE, NULL,
		       ARGS(P(c->me.user_id), P(c->me.session_id), db_bin(hash, 32), P(token), P(device),
			    P(user_agent)));
}

enum status notification_sql_push_drop(struct ctx *c, const unsigned char hash[32], int64_t *n)
{
	return db_exec(c, &PUSH_DROP, n, ARGS(db_bin(hash, 32), P(c->me.user_id)));
}

enum status notification_sql_recipients(struct ctx *c, const char *ids, int64_t *out)
{
	return count(c, &RECIPIENTS, ARGS(P(ids)), out);
}

enum status notification_sql_notify(struct ctx *c, uint64_t source, const char *people,
				    const struct notice *n, struct list *out)
{
	return db_list(c, &NOTIFY, out, NOTIFY_BATCH,
		       ARGS(P(source), P(n->actor_id), P(n->type), P(n->category), P(n->priority),
			    P(channel_on(c->conf, CHANNEL_PUSH)), P(channel_on(c->conf, CHANNEL_MAIL)), P(n->absent),
			    P(n->mail_alone ? "MAILED" : "UNREAD"), P(people), P(n->title[LANG_KO]),
			    P(n->title[LANG_EN]), P(n->message[LANG_KO]), P(n->message[LANG_EN]),
			    P(n->data), P(n->click_url), db_time(n->expires_at)));
}

enum status notification_sql_audience(struct ctx *c, const char *ids, uint64_t after, struct list *out)
{
	return ids ? db_list(c, &AUDIENCE_SOME, out, NOTIFY_BATCH, ARGS(P(ids), P(after)))
		   : db_list(c, &AUDIENCE_ALL, out, NOTIFY_BATCH, ARGS(P(after)));
}

enum status notification_sql_news(struct ctx *c, bool study, const char *chats, struct list *out)
{
	return db_list(c, study ? &STUDY_NEWS : &CHAT_NEWS, out, OUTBOX_BATCH, ARGS(P(chats)));
}

enum status notification_sql_tell(struct ctx *c, bool study, const char *news, int pause_s, struct list *out)
{
	const struct template_row *t = &notify_templates[study ? NOTIFY_STUDY_CHAT : NOTIFY_CHAT_TEXT];

	return db_list(c, study ? &STUDY_TELL : &CHAT_TELL, out, HEARERS_MAX,
		       ARGS(P(news), P(pause_s), P(t->type), P(t->category), P(t->priority),
			    P(channel_on(c->conf, CHANNEL_PUSH)), P(t->page)));
}

enum status notification_sql_untold(struct ctx *c, bool study, const char *chats, struct list *out)
{
	return db_list(c, study ? &STUDY_UNTOLD : &CHAT_UNTOLD, out, OUTBOX_BATCH, ARGS(P(chats)));
}

enum status notification_sql_due(struct ctx *c, struct list *out)
{
	return db_list(c, &DUE, out, DUE_MAX, ARGS(db_time(c->now)));
}

enum status notification_sql_show(struct ctx *c, const char *plan, struct list *out)
{
	return db_list(c, &SHOW, out, DUE_MAX, ARGS(P(plan), db_time(c->now), P(channel_on(c->conf, CHANNEL_PUSH))));
}

enum status notification_sql_digests(struct ctx *c, struct list *out)
{
	return db_list(c, &DIGESTS_DUE, out, DIGESTS_MAX, ARGS(db_time(c->now)));
}

enum status notification_sql_digest(struct ctx *c, const char *plan, const char *labels, const char *const titles[2])
{
	return db_exec(c, &DIGEST, NULL,
		       ARGS(P(plan), db_time(c->now), P(labels), P(titles[LANG_KO]), P(titles[LANG_EN])));
}

enum status notification_sql_forget(struct ctx *c, int64_t before, int64_t most, int64_t *n)
{
	return db_exec(c, &NOTIFICATION_FORGET, n, ARGS(db_time(before), P(most)));
}
