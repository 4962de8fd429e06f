/* The calendar: /studies/{id}/calendar of the study groups' client. */
#include "domain/registry.h"
#include "domain/study/study_calendar.h"
#include "domain/study/study_shapes.h"
#include "http/validate.h"

#define CALENDAR_IN(F, S)                                                                          \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, STR, month, .from = FROM_QUERY, .max = 7, .doc = "YYYY-MM")                           \
	F(S, STR, startDate, .from = FROM_QUERY, .fmt = FMT_DATE, .doc = "first day; a year at most") \
	F(S, STR, endDate, .from = FROM_QUERY, .fmt = FMT_DATE, .doc = "last day")
SHAPE(calendar_in, CALENDAR_IN)
#define CALENDAR_OUT(F, S)                                                                         \
	F(S, BOOL, success)                                                                        \
	F(S, LIST(study_event), data, .doc = "in the order of days and times")                     \
	F(S, BOOL, hasMore, .doc = "there are more than 1000 in those days")
SHAPE(calendar_out, CALENDAR_OUT)

#define EVENT_TIMES(F, S, needed)                                                                  \
	F(S, STR, date, .required = (needed), .fmt = FMT_DATE)                                     \
	F(S, STR, startTime, .required = (needed), .fmt = FMT_MINUTE)                              \
	F(S, STR, endTime, .required = (needed), .fmt = FMT_MINUTE)                                \
	F(S, STR, color, .max = 7, .doc = "#RRGGBB")                                               \
	F(S, STR, location, .max = EVENT_PLACE_MAX, .trim = true, .nullable = true, .keep_empty = true)
#define EVENT_POST_IN(F, S)                                                                        \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, STR, title, .required = true, .min = EVENT_TITLE_MIN, .max = EVENT_TITLE_MAX, .trim = true) \
	EVENT_TIMES(F, S, true)
SHAPE(event_post_in, EVENT_POST_IN)
#define EVENT_PATCH_IN(F, S)                                                                       \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, ID, eventId, .from = FROM_PATH)                                                       \
	F(S, STR, title, .min = EVENT_TITLE_MIN, .max = EVENT_TITLE_MAX, .trim = true, .keep_empty = true) \
	EVENT_TIMES(F, S, false)
SHAPE(event_patch_in, EVENT_PATCH_IN)
#define EVENT_IN(F, S)                                                                             \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, ID, eventId, .from = FROM_PATH)
SHAPE(event_in, EVENT_IN)
#define EVENT_OUT(F, S)                                                                            \
	COUP_DONE(F, S)                                                                            \
	F(S, OBJ(study_event), data)
SHAPE(event_out, EVENT_OUT)
#define EVENT_SAVED_OUT(F, S)                                                                      \
	EVENT_OUT(F, S)                                                                            \
	F(S, STR, warning, .doc = "that there are others at that time; null if not")
SHAPE(event_saved_out, EVENT_SAVED_OUT)

HANDLER(study_calendar_get, struct calendar_in, struct calendar_out)
{
	const struct calendar_span s = {in->id, in->month, in->startDate, in->endDate};

	out->success = true;
	return calendar_list(&r->ctx, &s, AS_LIST(&out->data), &out->hasMore);
}

HANDLER(study_event_get, struct event_in, struct event_out)
{
	struct study_event *e = arena_new_of(r->ctx.arena, struct study_event);

	out->success = true;
	out->message = say(&r->ctx, "일정입니다", "The event");
	out->data = e;
	return calendar_event(&r->ctx, in->id, in->eventId, e);
}

static enum status save(struct req *r, const struct event_draft *d, struct event_saved_out *out)
{
	struct ctx *c = &r->ctx;
	struct study_event *e = arena_new_of(c->arena, struct study_event);
	int64_t meets = 0;

	if (d->color && (strlen(d->color) != 7 || d->color[0] != '#' ||
			 strspn(d->color + 1, "0123456789abcdefABCDEF") != 6)) {
		fail_field(c, "color", "format", say(c, "#RRGGBB이어야 합니다", "must be #RRGGBB"));
		return E_VALIDATION;
	}
	enum status st = calendar_write(c, d, e, &meets);

	out->success = true;
	out->message = d->id ? say(c, "일정을 수정했습니다", "The event is changed")
			     : say(c, "일정을 추가했습니다", "The event is added");
	out->data = e;
	if (meets)
		out->warning = arena_printf(c->arena, "%s: %lld", say(c, "같은 시간에 다른 일정이 있습니다",
								       "There are other events at that time"),
					    (long long)meets);
	return st;
}

HANDLER(study_event_post, struct event_post_in, struct event_saved_out)
{
	const struct event_draft d = {
		.study_id = in->id,
		.title = in->title,
		.date = in->date,
		.start = in->startTime,
		.end = in->endTime,
		.place = coup_text(in->location),
		.color = in->color,
	};

	return save(r, &d, out);
}

HANDLER(study_event_patch, struct event_patch_in, struct event_saved_out)
{
	const struct event_draft d = {
		.study_id = in->id,
		.id = in->eventId,
		.title = in->title,
		.date = in->date,
		.start = in->startTime,
		.end = in->endTime,
		.place = in->location,
		.no_place = coup_empty(in->has.location, in->location),
		.color = in->color,
	};

	return save(r, &d, out);
}

HANDLER(study_event_delete, struct event_in, struct study_gone)
{
	out->success = true;
	out->message = say(&r->ctx, "일정을 삭제했습니다", "The event is deleted");
	return calendar_delete(&r->ctx, in->id, in->eventId);
}

#define WRONG                                                                                      \
	{E_VALIDATION, "title", "STUDY-108", "required"}, {E_VALIDATION, "title", "STUDY-099"},    \
	{E_VALIDATION, "date", "STUDY-016", "required"}, {E_VALIDATION, "startTime", "STUDY-016", "required"}, \
	{E_VALIDATION, "endTime", "STUDY-016", "required"}, {E_VALIDATION, NULL, "STUDY-052"}
static const struct code_row codes[] = {WRONG, {0}};
static const struct code_row post_codes[] = {WRONG, {E_STUDY_ROLE, NULL, "STUDY-113"}, {0}};

#define STUDY .auth = AUTH_SESSION, .envelope = COUP
static const struct route routes[] = {
	ROUTE(study_calendar_get, calendar_in, calendar_out, .on = {"GET /studies/{id}/calendar"}, STUDY,
	      .codes = codes, .rate = RATE_READ, .statements = 3,
	      .doc = "A group's events: of a month, of the days from one to another, or of this month.",
	      .fails = {E_STUDY_NOT_MEMBER}),
	ROUTE(study_event_post, event_post_in, event_saved_out, .on = {"POST /studies/{id}/calendar"}, STUDY,
	      .codes = post_codes, .rate = RATE_WRITE, .ok = 201, .once = true, .statements = 6,
	      .doc = "Add an event, as an admin or the owner; not before today where I live. Members are told.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_ROLE, E_STUDY_EVENT_PAST, E_STUDY_EVENT_ORDER}),
	ROUTE(study_event_get, event_in, event_out, .on = {"GET /studies/{id}/calendar/{eventId}"}, STUDY,
	      .codes = codes, .rate = RATE_READ, .statements = 2, .doc = "One of them.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_NO_EVENT}),
	ROUTE(study_event_patch, event_patch_in, event_saved_out, .on = {"PATCH /studies/{id}/calendar/{eventId}"},
	      STUDY, .codes = codes, .rate = RATE_WRITE, .statements = 5,
	      .doc = "Change what is given of an event: mine, or as an admin or the owner anyone's.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_NO_EVENT, E_STUDY_ROLE, E_STUDY_EVENT_PAST, E_STUDY_EVENT_ORDER}),
	ROUTE(study_event_delete, event_in, study_gone, .on = {"DELETE /studies/{id}/calendar/{eventId}"}, STUDY,
	      .codes = codes, .rate = RATE_WRITE, .statements = 2, .doc = "Delete one, likewise.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_NO_EVENT, E_STUDY_ROLE}),
};

extern const struct stmt *const study_calendar_stmts[];
const struct domain study_calendar_domain = {
	.name = "study group calendar",
	.doc = "When a study group meets: /api/studies/{id}/calendar, with the session cookie of its client",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = study_calendar_stmts,
};
