/* Being there, and the numbers of one's own page: what the study groups' client asks of oneself. */
#include "domain/registry.h"
#include "domain/study/study_attendance.h"

#define CHECK_IN_OUT(F, S)                                                                         \
	F(S, BOOL, success)                                                                        \
	F(S, STR, message)                                                                         \
	F(S, INT, attendedStudies)                                                                 \
	F(S, INT, totalStudies)                                                                    \
	F(S, BOOL, alreadyAttended)                                                                \
	F(S, LIST(attended_study), studies, .doc = "the newest hundred of mine")
SHAPE(check_in_out, CHECK_IN_OUT)

#define MY_STATS_OUT(F, S)                                                                         \
	F(S, BOOL, success)                                                                        \
	F(S, OBJ(my_stats), stats)
SHAPE(my_stats_out, MY_STATS_OUT)

HANDLER(attendance_check_in, struct nothing, struct check_in_out)
{
	struct ctx *c = &r->ctx;
	struct attendance_today today;
	enum status st = study_check_in(c, &today);

	if (st != OK)
		return st;
	out->success = true;
	out->message = !today.total	? say(c, "참여 중인 스터디가 없습니다", "You are in no study yet")
		       : today.already ? say(c, "오늘은 이미 출석했습니다", "You have checked in today")
				       : say(c, "출석 체크가 완료되었습니다", "You are checked in");
	out->attendedStudies = out->totalStudies = today.total;
	out->alreadyAttended = today.already;
	*AS_LIST(&out->studies) = today.studies;
	return OK;
}

HANDLER(my_stats_get, struct nothing, struct my_stats_out)
{
	struct my_stats *s = arena_new_of(r->ctx.arena, struct my_stats);

	out->success = true;
	out->stats = s;
	return study_my_stats(&r->ctx, *(const bool *)r->route->arg, s);
}

#define STUDY .auth = AUTH_SESSION, .envelope = COUP
static const bool from_sunday = true, from_monday = false;
#define MY_NUMBERS(how, path, what)                                                                  \
	{.name = "my_stats_" #how, .call = my_stats_get_call, .in = &nothing_shape, .out = &my_stats_out_shape, \
	 .on = {path}, STUDY, .arg = &how, .rate = RATE_READ, .statements = 3,                     \
	 .doc = "What I did in study groups, this week and at all. " what, .fails = {E_USER_NOT_FOUND}}

static const struct route routes[] = {
	ROUTE(attendance_check_in, nothing, check_in_out, .on = {"POST /coup/attendance/check-in"}, STUDY,
	      .rate = RATE_WRITE, .statements = 1,
	      .doc = "I am there today, in Korea, in all the study groups I am in. Again changes nothing."),
	MY_NUMBERS(from_sunday, "GET /coup/user/stats", "Weeks begin on Sunday; the day I joined counts as one."),
	MY_NUMBERS(from_monday, "GET /coup/users/me/stats", "Weeks begin on Monday; joinedDays are whole ones."),
};

extern const struct stmt *const study_attendance_stmts[];
const struct domain study_attendance_domain = {
	.name = "my study groups",
	.doc = "What I see of all my study groups, with the session cookie and no Authorization header",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = study_attendance_stmts,
};
