/* Shapes of notifications as the clients see them. */
#ifndef DOMAIN_NOTIFICATION_SHAPES_H
#define DOMAIN_NOTIFICATION_SHAPES_H

#include "base/shape.h"

/* Also the row of every statement that reads notifications. */
#define NOTIFICATION_OUT(F, S)                                                                     \
	F(S, ID, notificationId, .aka = "id", .as_number = true)                                   \
	F(S, STR, type)                                                                            \
	F(S, STR, category)                                                                        \
	F(S, STR, title)                                                                           \
	F(S, STR, message, .aka = "content")                                                       \
	F(S, BOOL, isRead)                                                                         \
	F(S, STR, status, .doc = "UNREAD, READ, SCHEDULED or CANCELLED")                           \
	F(S, INT, priority, .doc = "1 low, 2 normal, 3 high, 4 urgent")                            \
	F(S, BOOL, highPriority)                                                                   \
	F(S, TIME, createdAt)                                                                      \
	F(S, TIME, readAt)                                                                         \
	F(S, TIME, scheduledAt)                                                                    \
	F(S, TIME, expiresAt)                                                                      \
	F(S, BOOL, expired)                                                                        \
	F(S, STR, clickUrl, .aka = "actionUrl", .doc = "a page of the web client")                 \
	F(S, RAW, data, .aka = "actionData")                                                       \
	F(S, STR, imageUrl)                                                                        \
	F(S, STR, iconUrl)                                                                         \
	F(S, RAW, recurring, .skip_null = true, .doc = "{type, interval, endDate, time} of a repeating one")
SHAPE_STRUCT(notification_out, NOTIFICATION_OUT)

/* What an open socket is told. */
#define NOTIFICATION_PUSH(F, S)                                                                    \
	NOTIFICATION_OUT(F, S)                                                                     \
	F(S, ID, userId)                                                                           \
	F(S, INT, unreadCount)                                                                     \
	F(S, TIME, timestamp)
SHAPE_STRUCT(notification_push, NOTIFICATION_PUSH)

#define NOTIFICATION_PAGES_OUT(F, S)                                                               \
	F(S, INT, page)                                                                            \
	F(S, INT, size, .aka = "limit")                                                            \
	F(S, INT, totalPages)                                                                      \
	F(S, INT, totalElements, .aka = "total")                                                   \
	F(S, BOOL, hasNext)
SHAPE_STRUCT(notification_pages_out, NOTIFICATION_PAGES_OUT)

#define NOTIFICATIONS_OUT(F, S)                                                                    \
	F(S, LIST(notification_out), notifications)                                                \
	F(S, INT, unreadCount)                                                                     \
	F(S, OBJ(notification_pages_out), pagination)
SHAPE_STRUCT(notifications_out, NOTIFICATIONS_OUT)

/* The same, and once more as an earlier server named it. */
#define NOTIFICATION_HISTORY_OUT(F, S)                                                             \
	F(S, LIST(notification_out), notifications, .aka = "data")                                 \
	F(S, INT, unreadCount)                                                                     \
	F(S, OBJ(notification_pages_out), pagination)                                              \
	F(S, INT, page)                                                                            \
	F(S, INT, size)                                                                            \
	F(S, INT, total)
SHAPE_STRUCT(notification_history_out, NOTIFICATION_HISTORY_OUT)

/* Also a row: one of the category study. */
#define COUP_NOTIFICATION(F, S)                                                                    \
	F(S, ID, id)                                                                               \
	F(S, STR, type)                                                                            \
	F(S, STR, message)                                                                         \
	F(S, STR, studyId)                                                                         \
	F(S, STR, studyName)                                                                       \
	F(S, STR, studyEmoji)                                                                      \
	F(S, RAW, data)                                                                            \
	F(S, BOOL, isRead)                                                                         \
	F(S, TIME, createdAt)
SHAPE_STRUCT(coup_notification, COUP_NOTIFICATION)

#define UNREAD_COUNT_OUT(F, S) F(S, INT, unreadCount)
SHAPE_STRUCT(unread_count_out, UNREAD_COUNT_OUT)

#define CATEGORY_COUNT_OUT(F, S)                                                                   \
	F(S, STR, category)                                                                        \
	F(S, INT, total)                                                                           \
	F(S, INT, unread)
SHAPE_STRUCT(category_count_out, CATEGORY_COUNT_OUT)
#define CATEGORY_COUNTS_OUT(F, S) F(S, LIST(category_count_out), items, .bare = true)
SHAPE_STRUCT(category_counts_out, CATEGORY_COUNTS_OUT)

#define NOTIFICATION_STATS_OUT(F, S)                                                               \
	F(S, INT, total)                                                                           \
	F(S, INT, unread)                                                                          \
	F(S, INT, read)                                                                            \
	F(S, INT, today, .doc = "since midnight where the user is")                                \
	F(S, RAW, categories, .doc = "how many of each category")
SHAPE_STRUCT(notification_stats_out, NOTIFICATION_STATS_OUT)

#define NOTIFICATION_DONE_OUT(F, S)                                                                \
	F(S, BOOL, success)                                                                        \
	F(S, INT, count, .doc = "how many there were")
SHAPE_STRUCT(notification_done_out, NOTIFICATION_DONE_OUT)

/* In the database the same, with the topics as one text. */
#define NOTIFICATION_SETTINGS(F, S)                                                                \
	F(S, BOOL, notificationsEnabled)                                                           \
	F(S, BOOL, pushEnabled)                                                                    \
	F(S, BOOL, emailEnabled)                                                                   \
	F(S, BOOL, smsEnabled)                                                                     \
	F(S, BOOL, sessionNotifications)                                                           \
	F(S, BOOL, sessionReminders)                                                               \
	F(S, BOOL, matchingNotifications)                                                          \
	F(S, BOOL, chatNotifications)                                                              \
	F(S, BOOL, levelTestNotifications)                                                         \
	F(S, BOOL, systemNotifications)                                                            \
	F(S, BOOL, marketingNotifications)                                                         \
	F(S, BOOL, quietHoursEnabled, .doc = "no push and no mail meanwhile; the list goes on")    \
	F(S, STR, quietHoursStart)                                                                 \
	F(S, STR, quietHoursEnd)                                                                   \
	F(S, STR, timezone)                                                                        \
	F(S, STR, notificationLanguage)                                                            \
	F(S, BOOL, digestEnabled, .doc = "a mail of what came since the last one and was not read") \
	F(S, STR, digestFrequency, .doc = "WEEKLY: on Mondays")                                    \
	F(S, STR, digestTime, .doc = "in the time zone")                                           \
	F(S, BOOL, achievementNotifications)                                                       \
	F(S, BOOL, soundEnabled, .doc = "of pushes, as is vibrationEnabled")                       \
	F(S, BOOL, vibrationEnabled)                                                               \
	F(S, BOOL, emailNewMatch)                                                                  \
	F(S, BOOL, emailSessionReminder)                                                           \
	F(S, BOOL, emailWeeklySummary)                                                             \
	F(S, BOOL, emailPromotions)                                                                \
	F(S, BOOL, studyMessagePush, .doc = "of study groups, on devices, as the next three; the list has all") \
	F(S, BOOL, studyMemberPush)                                                                \
	F(S, BOOL, studyEventPush)                                                                 \
	F(S, BOOL, studyNoticePush)
#define NOTIFICATION_SETTINGS_OUT(F, S)                                                            \
	NOTIFICATION_SETTINGS(F, S)                                                                \
	F(S, STRS, subscriptionTopics)
SHAPE_STRUCT(notification_settings_out, NOTIFICATION_SETTINGS_OUT)

#define TOPICS "matches sessions chats system"
#define LANGUAGES "ko en ja zh es fr de it pt ru"

/* Present ones change. The client sends what it was given, envelope and all. */
#define NOTIFICATION_SETTINGS_IN(F, S)                                                             \
	F(S, BOOL, notificationsEnabled, .aka = "notifications", .lax = true)                      \
	F(S, BOOL, pushEnabled, .aka = "pushNotifications", .lax = true)                           \
	F(S, BOOL, emailEnabled, .aka = "emailNotifications", .lax = true)                         \
	F(S, BOOL, smsEnabled, .aka = "smsNotifications", .lax = true)                             \
	F(S, BOOL, sessionNotifications, .lax = true)                                              \
	F(S, BOOL, sessionReminders, .aka = "sessionReminderNotifications", .lax = true)           \
	F(S, BOOL, matchingNotifications, .aka = "matchRequestNotifications", .lax = true)         \
	F(S, BOOL, chatNotifications, .aka = "chatMessageNotifications", .lax = true)              \
	F(S, BOOL, levelTestNotifications, .lax = true)                                            \
	F(S, BOOL, systemNotifications, .lax = true)                                               \
	F(S, BOOL, marketingNotifications, .lax = true)                                            \
	F(S, BOOL, quietHoursEnabled, .lax = true)                                                 \
	F(S, STR, quietHoursStart, .fmt = FMT_MINUTE)                                              \
	F(S, STR, quietHoursEnd, .fmt = FMT_MINUTE)                                                \
	F(S, OBJ(quiet_hours_in), quietHours)                                                      \
	F(S, STR, timezone, .max = 64, .trim = true, .doc = "IANA name")                           \
	F(S, STR, notificationLanguage, .one_of = LANGUAGES, .doc = "texts are Korean or English") \
	F(S, BOOL, digestEnabled, .lax = true)                                                     \
	F(S, STR, digestFrequency, .one_of = "DAILY WEEKLY")                                       \
	F(S, STR, digestTime, .fmt = FMT_MINUTE)                                                   \
	F(S, BOOL, achievementNotifications, .lax = true)                                          \
	F(S, BOOL, soundEnabled, .lax = true)                                                      \
	F(S, BOOL, vibrationEnabled, .lax = true)                                                  \
	F(S, BOOL, emailNewMatch, .lax = true)                                                     \
	F(S, BOOL, emailSessionReminder, .lax = true)                                              \
	F(S, BOOL, emailWeeklySummary, .lax = true)                                                \
	F(S, BOOL, emailPromotions, .lax = true)                                                   \
	F(S, BOOL, studyMessagePush, .lax = true)                                                  \
	F(S, BOOL, studyMemberPush, .lax = true)                                                   \
	F(S, BOOL, studyEventPush, .lax = true)                                                    \
	F(S, BOOL, studyNoticePush, .lax = true)                                                   \
	F(S, STRS, subscriptionTopics, .max = 20, .keep_empty = true, .one_of = TOPICS)
#define QUIET_HOURS_IN(F, S)                                                                       \
	F(S, STR, start, .fmt = FMT_MINUTE)                                                        \
	F(S, STR, end, .fmt = FMT_MINUTE)
SHAPE_STRUCT(quiet_hours_in, QUIET_HOURS_IN)
SHAPE_STRUCT(notification_settings_in, NOTIFICATION_SETTINGS_IN)

#define TOPICS_OUT(F, S) F(S, STRS, topics)
SHAPE_STRUCT(topics_out, TOPICS_OUT)

/* ---- what a client may create ------------------------------------------------------------- */

#define NOTIFICATION_TYPES                                                                         \
	"chat match_request match_accepted match_rejected match_found session_reminder "           \
	"session_invitation session_cancelled session_started session_completed "                  \
	"level_test_available level_test_result level_test_reminder daily_streak achievement "     \
	"learning_milestone weekly_summary system_maintenance system_update account_security "     \
	"password_changed feature_announcement promotional_offer newsletter friend_request "       \
	"urgent test scheduled custom"
#define NOTIFICATION_CATEGORIES                                                                    \
	"chat matching session system achievement level_test marketing urgent reminder goal test " \
	"scheduled general"
#define PRIORITIES "1 2 3 4 low>1 normal>2 high>3 urgent>4"

#define NOTIFICATION_IN(F, S)                                                                      \
	F(S, STR, title, .required = true, .min = 1, .max = 200, .trim = true)                               \
	F(S, STR, message, .aka = "content", .required = true, .min = 1, .max = 1000, .trim = true, \
	  .lines = true)                                                                           \
	F(S, STR, type, .one_of = NOTIFICATION_TYPES)                                              \
	F(S, STR, category, .one_of = NOTIFICATION_CATEGORIES, .doc = "absent: that of the type")  \
	F(S, STR, priority, .lax = true, .one_of = PRIORITIES, .doc = "or low, normal, high, urgent") \
	F(S, RAW, data, .aka = "actionData", .max = 4000)                                          \
	F(S, STR, clickUrl, .aka = "actionUrl", .max = 500, .doc = "a page of the web client")     \
	F(S, STR, imageUrl, .max = 2048, .fmt = FMT_URL)                                           \
	F(S, STR, iconUrl, .max = 2048, .fmt = FMT_URL)                                            \
	F(S, TIME, expiresAt)
SHAPE_STRUCT(notification_in, NOTIFICATION_IN)

#define RECURRING_IN(F, S)                                                                         \
	F(S, STR, type, .required = true, .one_of = "daily weekly monthly")                        \
	F(S, INT, interval, .lax = true, .dflt = "1", .min = 1, .max = 365)                        \
	F(S, STR, endDate, .max = 30, .doc = "last day, in the user's zone; a time in it is ignored") \
	F(S, STR, time, .fmt = FMT_MINUTE, .doc = "in the user's zone; absent: that of scheduledAt")
SHAPE_STRUCT(recurring_in, RECURRING_IN)

#define SCHEDULE_IN(F, S)                                                                          \
	NOTIFICATION_IN(F, S)                                                                      \
	F(S, TIME, scheduledAt, .required = true)                                                  \
	F(S, OBJ(recurring_in), recurring)
SHAPE_STRUCT(schedule_in, SCHEDULE_IN)

/* The parameters of all templates. */
#define TEMPLATE_PARAMS(P) P(name) P(room) P(text) P(title) P(time) P(count) P(level)
#define TEMPLATE_VARIABLES_IN(F, S)                                                                \
	F(S, STR, name, .lax = true, .max = 100)                                                   \
	F(S, STR, room, .lax = true, .max = 100)                                                   \
	F(S, STR, text, .lax = true, .max = 500, .lines = true)                                    \
	F(S, STR, title, .lax = true, .max = 150)                                                  \
	F(S, STR, time, .lax = true, .max = 60)                                                    \
	F(S, STR, count, .lax = true, .max = 20)                                                   \
	F(S, STR, level, .lax = true, .max = 40)
SHAPE_STRUCT(template_variables_in, TEMPLATE_VARIABLES_IN)

/* Whom administrators tell something. */
#define RECIPIENTS_IN(F, S)                                                                        \
	F(S, STRS, recipients, .required = true, .lax = true, .max = 1000, .doc = "ids of users, or \"all\"")
#define TOLD_OUT(F, S) F(S, INT, delivered, .zero_null = true, .doc = "how many are told; null: everybody")

/* ---- where to push ------------------------------------------------------------------------ */

#define PUSH_KEYS_IN(F, S)                                                                         \
	F(S, STR, p256dh, .required = true, .max = 200)                                            \
	F(S, STR, auth, .required = true, .max = 100)
SHAPE_STRUCT(push_keys_in, PUSH_KEYS_IN)
#define PUSH_SUBSCRIPTION_IN(F, S)                                                                 \
	F(S, STR, endpoint, .required = true, .max = 2000, .fmt = FMT_URL)                         \
	F(S, OBJ(push_keys_in), keys, .required = true)
SHAPE_STRUCT(push_subscription_in, PUSH_SUBSCRIPTION_IN)
#define PUSH_DEVICE_IN(F, S)                                                                       \
	F(S, STR, deviceType, .one_of = "web ios android", .dflt = "web")                          \
	F(S, STR, userAgent, .max = 1000)
#define PUSH_TOKEN_IN(F, S)                                                                        \
	F(S, STR, token, .required = true, .max = 4000,                                            \
	  .doc = "of a browser: the JSON text of its PushSubscription")                            \
	PUSH_DEVICE_IN(F, S)
SHAPE_STRUCT(push_token_in, PUSH_TOKEN_IN)
#define SUBSCRIBE_IN(F, S)                                                                         \
	F(S, STRS, topics, .max = 20, .one_of = TOPICS)                                            \
	F(S, STR, token, .max = 4000)                                                              \
	F(S, STR, endpoint, .max = 2000, .fmt = FMT_URL)                                           \
	F(S, OBJ(push_keys_in), keys)                                                              \
	F(S, OBJ(push_subscription_in), subscription)                                              \
	PUSH_DEVICE_IN(F, S)
SHAPE_STRUCT(subscribe_in, SUBSCRIBE_IN)
#endif
