/*
 * The same settings as the page of the web client has them (/settings/notifications). The guide reads `data`, the
 * client the top of the body, which it sends back whole: so the top has the client's names alone.
 */
#include "domain/notification/notification_rules.h"
#include "domain/registry.h"

#define PAGE_BOTH(F, S)                                                                            \
	F(S, BOOL, pushEnabled)                                                                    \
	F(S, BOOL, pushChat)                                                                       \
	F(S, BOOL, pushMatching)                                                                   \
	F(S, BOOL, pushSession, .doc = "sessions, and reminders of them")                          \
	F(S, BOOL, pushLevelTest)                                                                  \
	F(S, BOOL, pushAchievements)                                                               \
	F(S, BOOL, emailEnabled)                                                                   \
	F(S, BOOL, emailWeeklySummary)                                                             \
	F(S, BOOL, emailSessionReminder)                                                           \
	F(S, BOOL, emailNewMatch)                                                                  \
	F(S, BOOL, emailPromotions)                                                                \
	F(S, BOOL, soundEnabled)                                                                   \
	F(S, BOOL, vibrationEnabled)                                                               \
	F(S, BOOL, quietHoursEnabled)                                                              \
	F(S, STR, quietHoursStart)                                                                 \
	F(S, STR, quietHoursEnd)
#define PAGE_OUT(F, S)                                                                             \
	PAGE_BOTH(F, S)                                                                            \
	F(S, BOOL, chatMessages, .place = IN_DATA)                                                 \
	F(S, BOOL, matchingNotifications, .place = IN_DATA)                                        \
	F(S, BOOL, sessionReminders, .place = IN_DATA)                                             \
	F(S, BOOL, achievementUpdates, .place = IN_DATA)                                           \
	F(S, BOOL, weeklyReport, .place = IN_DATA)                                                 \
	F(S, BOOL, systemAnnouncements, .place = IN_DATA)                                          \
	F(S, TIME, updatedAt, .place = IN_DATA, .skip_null = true, .doc = "of a change")
SHAPE(notification_page_out, PAGE_OUT)

#define PAGE_IN(F, S)                                                                              \
	F(S, BOOL, pushEnabled, .lax = true)                                                       \
	F(S, BOOL, pushChat, .aka = "chatMessages", .lax = true)                                   \
	F(S, BOOL, pushMatching, .aka = "matchingNotifications", .lax = true)                      \
	F(S, BOOL, pushSession, .aka = "sessionReminders", .lax = true)                            \
	F(S, BOOL, pushLevelTest, .lax = true)                                                     \
	F(S, BOOL, pushAchievements, .aka = "achievementUpdates", .lax = true)                     \
	F(S, BOOL, emailEnabled, .lax = true)                                                      \
	F(S, BOOL, emailWeeklySummary, .aka = "weeklyReport", .lax = true)                         \
	F(S, BOOL, emailSessionReminder, .lax = true)                                              \
	F(S, BOOL, emailNewMatch, .lax = true)                                                     \
	F(S, BOOL, emailPromotions, .lax = true)                                                   \
	F(S, BOOL, soundEnabled, .lax = true)                                                      \
	F(S, BOOL, vibrationEnabled, .lax = true)                                                  \
	F(S, BOOL, systemAnnouncements, .lax = true)                                               \
	F(S, BOOL, quietHoursEnabled, .lax = true)                                                 \
	F(S, STR, quietHoursStart, .fmt = FMT_MINUTE)                                              \
	F(S, STR, quietHoursEnd, .fmt = FMT_MINUTE)
SHAPE(notification_page_in, PAGE_IN)

/* P(here, there): flags by their names on the page and in the store. */
#define PAIRS(P)                                                                                   \
	P(pushEnabled, pushEnabled)                                                                \
	P(pushChat, chatNotifications)                                                             \
	P(pushMatching, matchingNotifications)                                                     \
	P(pushLevelTest, levelTestNotifications)                                                   \
	P(pushAchievements, achievementNotifications)                                              \
	P(emailEnabled, emailEnabled)                                                              \
	P(emailWeeklySummary, emailWeeklySummary)                                                  \
	P(emailSessionReminder, emailSessionReminder)                                              \
	P(emailNewMatch, emailNewMatch)                                                            \
	P(emailPromotions, emailPromotions)                                                        \
	P(soundEnabled, soundEnabled)                                                              \
	P(vibrationEnabled, vibrationEnabled)                                                      \
	P(quietHoursEnabled, quietHoursEnabled)                                                    \
	P(systemAnnouncements, systemNotifications)

static bool sessions_on(const struct notification_settings_row *row)
{
	return row->sessionNotifications && row->sessionReminders;
}

static void fill(const struct notification_settings_row *row, struct notification_page_out *out)
{
#define COPY(here, there) out->here = row->there;
	PAIRS(COPY)
#undef COPY
	out->pushSession = out->sessionReminders = sessions_on(row);
	out->quietHoursStart = row->quietHoursStart;
	out->quietHoursEnd = row->quietHoursEnd;
	out->chatMessages = out->pushChat;
	out->matchingNotifications = out->pushMatching;
	out->achievementUpdates = out->pushAchievements;
	out->weeklyReport = out->emailWeeklySummary;
}

HANDLER(settings_notifications_get, struct nothing, struct notification_page_out)
{
	struct notification_settings_row row;
	enum status st = notification_sql_settings(&r->ctx, &row);

	if (st == OK)
		fill(&row, out);
	return st == E_NO_ROW ? E_USER_NOT_FOUND : st;
}

HANDLER(settings_notifications_patch, struct notification_page_in, struct notification_page_out)
{
	struct notification_settings_in s = {
		.quietHoursStart = in->quietHoursStart,
		.quietHoursEnd = in->quietHoursEnd,
	};
	struct notification_settings_row row;
	enum status st = notification_sql_settings(&r->ctx, &row);

	if (st != OK)
		return st == E_NO_ROW ? E_USER_NOT_FOUND : st;
#define COPY(here, there)                                                                          \
	s.there = in->here;                                                                        \
	s.has.there = in->has.here;
	PAIRS(COPY)
#undef COPY
	/* two flags of the store: the page sends back what it was shown, which changes neither */
	if (in->has.pushSession && in->pushSession != sessions_on(&row)) {
		s.sessionNotifications = s.sessionReminders = in->pushSession;
		s.has.sessionNotifications = s.has.sessionReminders = GIVEN;
	}
	st = notification_sql_settings_save(&r->ctx, &s, NULL, &row);
	if (st == OK)
		fill(&row, out);
	out->updatedAt = r->ctx.now;
	return st;
}

static const struct route routes[] = {
	ROUTE(settings_notifications_get, nothing, notification_page_out, .on = {"GET /settings/notifications"}, READS,
	      .envelope = FLAT, .statements = 1, .doc = "What I want to be told, as the page of the settings has it.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(settings_notifications_patch, notification_page_in, notification_page_out,
	      .on = {"PATCH,PUT /settings/notifications"}, WRITES, .envelope = FLAT, .statements = 2,
	      .doc = "Change what is given; the answer is all of it. /notifications/settings has the same.",
	      .fails = {E_USER_NOT_FOUND}),
};

const struct domain notification_page_domain = {
	.name = "settings",
	.doc = "What people set for themselves",
	.routes = routes,
	.n_routes = COUNT(routes),
};
