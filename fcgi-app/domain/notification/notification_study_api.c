/* What the study groups' page lets one set of notifications, in its own words. */
#include "domain/coup.h"
#include "domain/notification/notification_rules.h"
#include "domain/registry.h"

/* P(word of the page, the same in notification_settings_row) */
#define PAIRS(P)                                                                                   \
	P(pushNewMessage, studyMessagePush)                                                        \
	P(pushStudyInvite, studyMemberPush)                                                        \
	P(pushAttendanceReminder, studyEventPush)                                                  \
	P(pushAnnouncement, studyNoticePush)                                                       \
	P(emailImportant, emailEnabled)                                                            \
	P(emailWeeklySummary, emailWeeklySummary)                                                  \
	P(emailMarketing, emailPromotions)

#define COUP_TOLD(F, S)                                                                            \
	F(S, BOOL, pushNewMessage, .doc = "messages in groups, on my devices; the list has them all the same") \
	F(S, BOOL, pushStudyInvite, .doc = "who comes, goes or wants to join, and that I may")     \
	F(S, BOOL, pushAttendanceReminder, .doc = "events of groups")                              \
	F(S, BOOL, pushAnnouncement, .doc = "notices of groups")                                   \
	F(S, BOOL, emailImportant, .doc = "all mails: without it the other two are none")          \
	F(S, BOOL, emailWeeklySummary)                                                             \
	F(S, BOOL, emailMarketing)
SHAPE(coup_told, COUP_TOLD)
SHAPE(coup_told_in, COUP_TOLD)
#define COUP_TOLD_OUT(F, S)                                                                        \
	COUP_DONE(F, S)                                                                            \
	F(S, OBJ(coup_told), settings)
SHAPE(coup_told_out, COUP_TOLD_OUT)

static void show(struct ctx *c, const struct notification_settings_row *row, struct coup_told_out *out)
{
	struct coup_told *t = arena_new_of(c->arena, struct coup_told);

#define COPY(here, there) t->here = row->there;
	PAIRS(COPY)
#undef COPY
	out->success = true;
	out->settings = t;
}

HANDLER(coup_told_get, struct nothing, struct coup_told_out)
{
	struct notification_settings_row row;
	enum status st = notification_sql_settings(&r->ctx, &row);

	if (st != OK)
		return st == E_NO_ROW ? E_USER_NOT_FOUND : st;
	show(&r->ctx, &row, out);
	out->message = error_row(OK)->text[r->ctx.lang];
	return OK;
}

HANDLER(coup_told_put, struct coup_told_in, struct coup_told_out)
{
	struct notification_settings_in s = {0};
	struct notification_settings_row row;

#define COPY(here, there)                                                                    \
	s.there = in->here;                                                                        \
	s.has.there = in->has.here;
	PAIRS(COPY)
#undef COPY
	enum status st = notification_sql_settings_save(&r->ctx, &s, NULL, &row);

	if (st != OK)
		return st;
	show(&r->ctx, &row, out);
	out->message = say(&r->ctx, "알림 설정이 저장되었습니다", "Your settings are saved");
	return OK;
}

#define MINE .auth = AUTH_SESSION, .envelope = COUP, .statements = 1
static const struct route routes[] = {
	ROUTE(coup_told_get, nothing, coup_told_out, .on = {"GET /coup/user/settings/notifications"}, MINE,
	      .rate = RATE_READ, .doc = "What I am told of study groups.", .fails = {E_USER_NOT_FOUND}),
	ROUTE(coup_told_put, coup_told_in, coup_told_out, .on = {"PUT,PATCH /coup/user/settings/notifications"}, MINE,
	      .rate = RATE_WRITE, .doc = "Change what of it is given."),
};

const struct domain notification_study_domain = {
	.name = "study group notifications",
	.doc = "As the study groups' client calls them",
	.routes = routes,
	.n_routes = COUNT(routes),
};
