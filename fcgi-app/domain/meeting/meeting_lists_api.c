/* The calendar, bookings, and sessions that are open to everybody. */
#include "base/clock.h"
#include "domain/meeting/meeting.h"
#include "domain/meeting/meeting_sql.h"
#include "domain/registry.h"

#define HOUR_MS INT64_C(3600000)
#define WEEK_MS (7 * DAY_MS)
enum { RANGE_DAYS_MAX = 400, SLOTS_MAX = 31 * 24 };

#define CALENDAR_IN(F, S)                                                                          \
	F(S, STR, startDate, .from = FROM_QUERY, .max = 40, .doc = "a time, or a day in UTC; absent: now") \
	F(S, STR, endDate, .from = FROM_QUERY, .max = 40,                                          \
	  .doc = "the same, of a day its end; absent: seven days later; 400 at most")
SHAPE(meeting_calendar_in, CALENDAR_IN)

#define SLOT_OUT(F, S)                                                                             \
	F(S, TIME, startTime)                                                                      \
	F(S, TIME, endTime)                                                                        \
	F(S, BOOL, isAvailable, .doc = "no session of mine is then")
SHAPE(meeting_slot, SLOT_OUT)
#define CALENDAR_OUT(F, S)                                                                         \
	F(S, LIST(meeting_event), events, .doc = "500 at most")                                    \
	F(S, LIST(meeting_slot), availableSlots, .doc = "the hours to come, of 31 days at most")
SHAPE(meeting_calendar_out, CALENDAR_OUT)

#define BOOK_IN(F, S)                                                                              \
	F(S, ID, sessionId, .lax = true, .required = true)                                         \
	F(S, STR, bookingMessage, .aka = "message", .max = 500, .trim = true, .lines = true)
SHAPE(meeting_book_in, BOOK_IN)
#define UNBOOK_IN(F, S)                                                                            \
	F(S, ID, bookingId, .from = FROM_PATH)                                                     \
	F(S, STR, reason, .from = FROM_QUERY, .max = MEETING_REASON_MAX, .trim = true)
SHAPE(meeting_unbook_in, UNBOOK_IN)
SHAPE(meeting_page_in, MEETING_PAGE_IN)
#define BOOKINGS_OUT(F, S) F(S, LIST(meeting_booking), items, .bare = true)
SHAPE(meeting_bookings_out, BOOKINGS_OUT)

#define LANGUAGE_IN(F, S)                                                                          \
	MEETING_PAGE_IN(F, S)                                                                      \
	F(S, STR, code, .from = FROM_PATH, .max = 40)
SHAPE(meeting_language_in, LANGUAGE_IN)
#define TYPE_IN(F, S)                                                                              \
	MEETING_PAGE_IN(F, S)                                                                      \
	F(S, STR, type, .from = FROM_PATH, .upper = true, .one_of = "VIDEO AUDIO")
SHAPE(meeting_type_in, TYPE_IN)

/* ---- calendar ----------------------------------------------------------------------------- */

static bool busy(const struct list *events, int64_t from, int64_t to)
{
	const struct meeting_event *e = events->v;

	for (size_t i = 0; i < events->n; i++)
		if (e[i].startTime < to && e[i].endTime > from && strcmp(e[i].status, "CANCELLED") != 0)
			return true;
	return false;
}

static void add_slots(struct ctx *c, int64_t from, int64_t to, const struct list *events, struct list *out)
{
	struct meeting_slot *slot = arena_array(c->arena, struct meeting_slot, SLOTS_MAX);
	int64_t at = (MAX(from, c->now) + HOUR_MS - 1) / HOUR_MS * HOUR_MS;
	size_t n = 0;

	for (; at + HOUR_MS <= to && n < SLOTS_MAX; at += HOUR_MS)
		slot[n++] = (struct meeting_slot){
			.startTime = at, .endTime = at + HOUR_MS, .isAvailable = !busy(events, at, at + HOUR_MS)};
	*out = (struct list){slot, n};
}

HANDLER(meeting_calendar, struct meeting_calendar_in, struct meeting_calendar_out)
{
	struct ctx *c = &r->ctx;
	const struct meeting_said start = {.field = "startDate", .text = in->startDate};
	const struct meeting_said end = {.field = "endDate", .text = in->endDate, .ends = true};
	int64_t from, to;
	enum status st = meeting_moment(c, &start, &from);

	if (st == OK)
		st = meeting_moment(c, &end, &to);
	if (st != OK)
		return st;
	from = in->startDate ? from : c->now;
	to = in->endDate ? to : from + WEEK_MS;
	if (to <= from || to - from > RANGE_DAYS_MAX * DAY_MS) {
		fail_field(c, "endDate", to <= from ? "min" : "max",
			   say(c, "시작일 이후 400일 이내여야 합니다", "must be after startDate, within 400 days"));
		return E_VALIDATION;
	}
	st = meeting_sql_events(c, from, to, AS_LIST(&out->events));

	if (st == OK)
		add_slots(c, from, to, AS_LIST(&out->events), AS_LIST(&out->availableSlots));
	return st;
}

/* ---- bookings ----------------------------------------------------------------------------- */

HANDLER(meeting_book, struct meeting_book_in, struct meeting_booking)
{
	struct meeting_item item;
	enum status st = meeting_join(&r->ctx, in->sessionId, in->bookingMessage, &item);

	return st == OK ? meeting_sql_booking(&r->ctx, in->sessionId, out) : st;
}

HANDLER(meeting_unbook, struct meeting_unbook_in, struct meeting_done)
{
	uint64_t session_id;
	enum status st = meeting_sql_booked(&r->ctx, in->bookingId, &session_id);

	out->success = true;
	return st == OK ? meeting_leave(&r->ctx, session_id, in->reason) : st;
}

static struct paging page_of(int64_t page, int64_t size)
{
	return (struct paging){.page = MAX(page, (int64_t)1), .limit = size, .set = true};
}

static enum status paged(struct req *r, const struct paging *p, enum status st)
{
	if (st == OK)
		r->paging = *p;
	return st;
}

HANDLER(meeting_bookings, struct meeting_page_in, struct meeting_bookings_out)
{
	struct paging p = page_of(in->page, in->size);

	return paged(r, &p, meeting_sql_bookings(&r->ctx, (p.page - 1) * p.limit, p.limit, AS_LIST(&out->items),
						 &p.total));
}

/* ---- open to everybody -------------------------------------------------------------------- */

static enum status open_to_all(struct req *r, int64_t page, int64_t size, struct meeting_open o,
			       struct meeting_items *out)
{
	struct paging p = page_of(page, size);

	o.offset = (p.page - 1) * size;
	o.n = size;
	return paged(r, &p, meeting_sql_open(&r->ctx, &o, AS_LIST(&out->items), &p.total));
}

HANDLER(meeting_public, struct meeting_page_in, struct meeting_items)
{
	return open_to_all(r, in->page, in->size, (struct meeting_open){0}, out);
}

HANDLER(meeting_available, struct meeting_page_in, struct meeting_items)
{
	return open_to_all(r, in->page, in->size, (struct meeting_open){.available = true}, out);
}

HANDLER(meeting_of_language, struct meeting_language_in, struct meeting_items)
{
	return open_to_all(r, in->page, in->size, (struct meeting_open){.word = in->code}, out);
}

HANDLER(meeting_of_type, struct meeting_type_in, struct meeting_items)
{
	return open_to_all(r, in->page, in->size, (struct meeting_open){.word = in->type, .by_type = true}, out);
}

#define READS .auth = AUTH_USER, .rate = RATE_READ
#define PAGES READS, .paged = true, .statements = 2
#define WRITES .auth = AUTH_USER, .rate = RATE_WRITE
static const struct route routes[] = {
	ROUTE(meeting_calendar, meeting_calendar_in, meeting_calendar_out,
	      .on = {"GET /sessions/calendar", "GET /session/schedule"}, READS, .statements = 1,
	      .doc = "My sessions of a time, and which hours of it are free."),
	ROUTE(meeting_book, meeting_book_in, meeting_booking, .on = {"POST /sessions/book"}, WRITES, .ok = 201,
	      .once = true, .statements = 5, .doc = "Take a seat of a public session: joining it by another name.",
	      .fails = {E_SESSION_NONE, E_SESSION_STATE, E_SESSION_OVER, E_SESSION_FULL, E_SESSION_BOOKED}),
	ROUTE(meeting_unbook, meeting_unbook_in, meeting_done, .on = {"DELETE /sessions/bookings/{bookingId}"}, WRITES,
	      .statements = 4, .doc = "Give a seat back, as in leaving.",
	      .fails = {E_SESSION_NO_BOOKING, E_SESSION_STATE}),
	ROUTE(meeting_bookings, meeting_page_in, meeting_bookings_out, .on = {"GET /sessions/my-bookings"}, PAGES,
	      .doc = "Seats I took, or that were kept for me, in sessions of others; given back ones, too."),
	ROUTE(meeting_public, meeting_page_in, meeting_items, .on = {"GET /sessions/public"}, PAGES,
	      .doc = "Public sessions to come, the next first, of the next thousand."),
	ROUTE(meeting_available, meeting_page_in, meeting_items, .on = {"GET /sessions/available"}, PAGES,
	      .doc = "Those with a seat for me."),
	ROUTE(meeting_of_language, meeting_language_in, meeting_items, .on = {"GET /sessions/language/{code}"}, PAGES,
	      .doc = "Those in a language, by its code."),
	ROUTE(meeting_of_type, meeting_type_in, meeting_items, .on = {"GET /sessions/type/{type}"}, PAGES,
	      .doc = "Those by video, or by audio."),
};

extern const struct stmt *const meeting_lists_stmts[];
const struct domain meeting_lists_domain = {
	.name = "sessions",
	.doc = "The calendar, bookings, and sessions that are open to everybody",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = meeting_lists_stmts,
};
