/* What holds for a person, as pieces of SQL. s: their row of notification_settings, or none. */
#ifndef DOMAIN_NOTIFICATION_WANTS_H
#define DOMAIN_NOTIFICATION_WANTS_H

#include "domain/sql.h"

/* Without a row the defaults of the table hold, since DEFAULT() of a row that is not there gives NULL. */
#define SET(column, otherwise) "COALESCE(s." column ", " otherwise ")"
#define ON(column) SET(column, "TRUE")
#define OFF(column) SET(column, "FALSE")

/* Whether they take notifications of a type and category. */
#define WANTED(type, category)                                                                     \
	"(" ON("enabled") " AND (RIGHT(" type ", 9) <> '_reminder' OR " ON("reminders") ")"      \
	" AND CASE " category " WHEN 'chat' THEN " ON("chat") " WHEN 'matching' THEN " ON("matching") \
	"  WHEN 'session' THEN " ON("session") " WHEN 'level_test' THEN " ON("level_test")       \
	"  WHEN 'achievement' THEN " ON("achievement") " WHEN 'system' THEN " ON("`system`")     \
	"  WHEN 'marketing' THEN " OFF("marketing") " ELSE TRUE END)"

/* Whether those pass by what was switched off. */
#define PRESSING(category, priority) "(" category " = 'urgent' OR " priority " = 4)"

/* Of study groups the list has all, devices what they want. */
#define PUSHED_OF_STUDY                                                                            \
	"(n.category <> 'study' OR CASE n.type WHEN 'chat' THEN " ON("study_messages")             \
	" WHEN 'join_approved' THEN " ON("study_members") " WHEN 'member' THEN " ON("study_members") \
	" WHEN 'event' THEN " ON("study_events") " WHEN 'notice' THEN " ON("study_notices") " ELSE TRUE END)"

/* Whether a notification n goes to their devices, and to their mailbox: of mails there are few kinds, two that
 * they asked for, and what was decided about their account or done to its login, which nobody can switch off (its data
 * says so). */
#define DECISION                                                                                   \
	"(n.priority = 4 AND n.type IN ('notice', 'email_changed', 'password_changed')"           \
	" AND JSON_EXISTS(n.data, '$.decision'))"
/* Its status keeps those out that somebody else only calls so. */
#define RESET "(n.type = 'password_reset' AND n.status = 'MAILED')"
#define CONFIRM "(n.type = 'email_confirm' AND n.status = 'MAILED' AND u.email_confirmed_at IS NULL)"
#define PUSHED                                                                                     \
	"(" ON("enabled") " AND " ON("push") " AND (" PRESSING("n.category", "n.priority")        \
	"  OR " WANTED("n.type", "n.category") " AND " PUSHED_OF_STUDY "))"
/* u: the person. News go to no mailbox that may be a stranger's. */
#define MAILED                                                                                     \
	"(" RESET " OR " CONFIRM " OR " DECISION                                                   \
	" OR u.email_confirmed_at IS NOT NULL AND (n.type = 'data_export'"                         \
	" OR " ON("enabled") " AND " ON("email") " AND CASE n.type"                                \
	"  WHEN 'match_found' THEN " ON("email_new_match")                                         \
	"  WHEN 'match_accepted' THEN " ON("email_new_match")                                      \
	"  WHEN 'session_reminder' THEN " ON("email_session_reminder")                             \
	"  WHEN 'digest' THEN " OFF("digest")                                                      \
	"  WHEN 'weekly_summary' THEN " ON("email_weekly_summary")                                 \
	"  WHEN 'promotional_offer' THEN " OFF("email_promotions")                                 \
	"  WHEN 'newsletter' THEN " OFF("email_promotions") " ELSE FALSE END))"

/* Where a mail goes: who has lost an account's address hears of that. */
#define MAILED_TO "IF(n.type = 'email_changed', JSON_VALUE(n.data, '$.formerEmail'), u.email)"

/*
 * Writes the deliveries of notifications that are new, in their transaction. fresh: a FROM with the
 * notifications as n; to_push and to_mail: whether there is such a channel; `deliver` must be declared.
 * Read without locks first, as those who are told are. What still waits for its device stays as it is; what was
 * given up has its turn again, since a chat's notification is used for what comes next (due_at is assigned last: the
 * others look at it). The LIMIT keeps the inner SELECT by itself:
 * merged into the outer one, MariaDB 10.11 refuses it the second time it runs (1140).
 */
#define DELIVER_PUSH(fresh, to_push)                                                               \
	" SELECT n.id AS n, 'push' AS c, d.id AS d FROM " fresh                                    \
	"  STRAIGHT_JOIN push_subscriptions d ON d.user_id = n.user_id AND d.device = 'web'"       \
	"  LEFT JOIN notification_settings s ON s.user_id = n.user_id"                             \
	"  WHERE " to_push " AND n.status = 'UNREAD' AND " PUSHED
#define DELIVER_MAIL(fresh, to_mail)                                                               \
	" SELECT n.id AS n, 'mail' AS c, 0 AS d FROM " fresh                                       \
	"  STRAIGHT_JOIN users u ON u.id = n.user_id AND u.email IS NOT NULL"                      \
	"  LEFT JOIN notification_settings s ON s.user_id = n.user_id WHERE " to_mail " AND " MAILED
#define DELIVER(some, actor)                                                                       \
	" SELECT COALESCE(JSON_ARRAYAGG(JSON_OBJECT('n', x.n, 'c', x.c, 'd', x.d)), '[]')"         \
	"  INTO deliver FROM (" some " LIMIT 20000) x;"                                            \
	" INSERT INTO deliveries (notification_id, channel, device_id, actor_id)"                  \
	"  SELECT j.n, j.c, j.d, " actor " FROM JSON_TABLE(deliver, '$[*]' COLUMNS ("              \
	"   n BIGINT UNSIGNED PATH '$.n', c VARCHAR(4) CHARACTER SET ascii PATH '$.c',"            \
	"   d BIGINT UNSIGNED PATH '$.d')) j"                                                      \
	"  ON DUPLICATE KEY UPDATE tries = IF(due_at IS NULL, 0, tries), error = IF(due_at IS NULL, NULL, error)," \
	"   actor_id = IF(due_at IS NULL, VALUES(actor_id), actor_id), due_at = COALESCE(due_at, SYSDATE(3));"

/* Devices one person may have: the least recent go. */
#define DEVICES_MAX "20"
#endif
