/* Reports: /reports of those who make them, in the words of two clients. */
#include "domain/admin/admin_reports.h"
#include "domain/registry.h"

#define REPORT_IN(F, S)                                                                            \
	F(S, STR, targetType, .required = true, .one_of = "USER STUDY MESSAGE")                    \
	F(S, ID, targetId, .required = true)                                                       \
	F(S, STR, type, .required = true, .one_of = "SPAM HARASSMENT INAPPROPRIATE COPYRIGHT OTHER") \
	F(S, STR, reason, .required = true, .keep_empty = true, .min = 1, .max = REPORT_REASON_MAX, .trim = true, \
	  .lines = true)                                                                           \
	F(S, RAW, evidence, .max = REPORT_EVIDENCE_MAX, .doc = "an object: what the reporter shows of it")
SHAPE(report_in, REPORT_IN)
#define REPORT_OUT(F, S)                                                                           \
	COUP_DONE(F, S)                                                                            \
	F(S, OBJ(report), data)
SHAPE(report_out, REPORT_OUT)

#define REPORT_PERSON_IN(F, S)                                                                     \
	F(S, ID, reportedUserId, .required = true)                                                 \
	F(S, STR, reason, .max = REPORT_REASON_MAX, .trim = true, .lines = true)
SHAPE(report_person_in, REPORT_PERSON_IN)
#define REPORT_PERSON_OUT(F, S) F(S, STR, message)
SHAPE(report_person_out, REPORT_PERSON_OUT)

HANDLER(report_post, struct report_in, struct report_out)
{
	struct report *made = arena_new_of(r->ctx.arena, struct report);
	const struct report_draft d = {
		.target_type = in->targetType,
		.target_id = in->targetId,
		.type = in->type,
		.reason = in->reason,
		.given = in->evidence,
	};

	out->success = true;
	out->message = say(&r->ctx, "신고가 접수되었습니다", "Thank you, it will be looked at");
	out->data = made;
	return report_add(&r->ctx, &d, made);
}

HANDLER(report_person, struct report_person_in, struct report_person_out)
{
	struct report made = {0};
	const struct report_draft d = {
		.target_type = "USER",
		.target_id = in->reportedUserId,
		.type = "OTHER",
		.reason = in->reason ? in->reason : "",
	};

	out->message = "Report received";
	return report_add(&r->ctx, &d, &made);
}

#define FAILS .fails = {E_REPORT_NO_TARGET, E_REPORT_SELF, E_REPORT_OPEN, E_REPORT_MANY}
static const struct route routes[] = {
	ROUTE(report_post, report_in, report_out, .on = {"POST /coup/reports"}, .auth = AUTH_SESSION, .envelope = COUP,
	      .rate = RATE_WRITE, .ok = 201, .once = true, .statements = 3,
	      .doc = "Report somebody, a study group or a message in one: twenty a day, each once until it is closed.",
	      FAILS),
	ROUTE(report_person, report_person_in, report_person_out, .on = {"POST /reports"}, .auth = AUTH_USER,
	      .envelope = BARE, .rate = RATE_WRITE, .ok = 201, .once = true, .statements = 3,
	      .doc = "Report somebody (dating app), likewise.", FAILS),
};

extern const struct stmt *const admin_reports_stmts[];
const struct domain admin_reports_domain = {
	.name = "reports",
	.doc = "What people tell the administrators about",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = admin_reports_stmts,
};
