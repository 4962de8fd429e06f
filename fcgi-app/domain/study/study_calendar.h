/* The calendar of a study group: members read, admins and the owner make events, who made one may change it. */
#ifndef DOMAIN_STUDY_CALENDAR_H
#define DOMAIN_STUDY_CALENDAR_H

#include "base/ctx.h"
#include "domain/study/study_chat_shapes.h"

enum {
	EVENT_TITLE_MIN = 2,
	EVENT_TITLE_MAX = 100,
	EVENT_PLACE_MAX = 200,
	CALENDAR_DAYS_MAX = 366,
	CALENDAR_MAX = 1000, /* events of an answer */
};

#define EVENT_FIELDS(F, S)                                                                         \
	F(S, ID, id)                                                                               \
	F(S, ID, studyId)                                                                          \
	F(S, ID, createdById)                                                                      \
	F(S, STR, title)                                                                           \
	F(S, TIME, date, .doc = "a day alone: midnight in UTC")                                    \
	F(S, STR, startTime, .doc = "HH:MM")                                                       \
	F(S, STR, endTime)                                                                         \
	F(S, STR, location)                                                                        \
	F(S, STR, color)                                                                           \
	F(S, TIME, createdAt)
#define STUDY_EVENT(F, S)                                                                          \
	EVENT_FIELDS(F, S)                                                                         \
	F(S, OBJ(study_person), createdBy)
SHAPE_STRUCT(study_event, STUDY_EVENT)

/* By month ("2026-01"), or by the first and last day; without any the month the caller is in. more: there are others
 * in those days. E_VALIDATION. */
struct calendar_span {
	uint64_t study_id;
	const char *month, *from, *to;
};
MUST_USE enum status calendar_list(struct ctx *c, const struct calendar_span *s, struct list *out, bool *more);

/* E_STUDY_NO_EVENT, as of those below. */
MUST_USE enum status calendar_event(struct ctx *c, uint64_t study_id, uint64_t id, struct study_event *out);

struct event_draft {
	uint64_t study_id, id; /* id 0: a new one */
	const char *title, *date, *start, *end, *place, *color; /* NULL: as they are */
	bool no_place;
};

/* meets: how many others there are at that time. E_STUDY_EVENT_PAST, E_STUDY_EVENT_ORDER, E_STUDY_ROLE. */
MUST_USE enum status calendar_write(struct ctx *c, const struct event_draft *d, struct study_event *out,
				    int64_t *meets);
MUST_USE enum status calendar_delete(struct ctx *c, uint64_t study_id, uint64_t id);
#endif
