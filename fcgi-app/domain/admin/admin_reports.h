/* Reports: what people tell the administrators about. */
#ifndef DOMAIN_ADMIN_REPORTS_H
#define DOMAIN_ADMIN_REPORTS_H

#include "domain/admin/admin_shapes.h"

enum { REPORTS_A_DAY = 20, REPORT_REASON_MAX = 2000, REPORT_EVIDENCE_MAX = 4000 };

struct report_draft {
	const char *target_type; /* USER, STUDY, MESSAGE */
	uint64_t target_id;
	const char *type, *reason, *given; /* given: what the reporter shows of it, JSON, or NULL */
};

#define REPORT(F, S)                                                                               \
	F(S, ID, id)                                                                               \
	F(S, ID, reporterId)                                                                       \
	F(S, STR, targetType)                                                                      \
	F(S, ID, targetId)                                                                         \
	F(S, STR, targetName)                                                                      \
	F(S, STR, type)                                                                            \
	F(S, STR, reason)                                                                          \
	F(S, STR, status)                                                                          \
	F(S, STR, priority)                                                                        \
	F(S, TIME, createdAt)
SHAPE_STRUCT(report, REPORT)

/*
 * With a snapshot of what is reported, so that it stays when somebody deletes it. E_REPORT_NO_TARGET, also for what the
 * caller cannot see; E_REPORT_SELF: the caller's own, E_REPORT_OPEN: their last one about it is not answered yet,
 * E_REPORT_MANY
 */
MUST_USE enum status report_add(struct ctx *c, const struct report_draft *d, struct report *out);
#endif
