#ifndef DOMAIN_MEETING_SQL_H
#define DOMAIN_MEETING_SQL_H

#include "db/db.h"
#include "domain/meeting/meeting.h"

#define MEETING_ID_ROW(F, S) F(S, ID, id)
SHAPE_STRUCT(meeting_id_row, MEETING_ID_ROW)
#define MEETING_COUNT_ROW(F, S) F(S, INT, n)
SHAPE_STRUCT(meeting_count_row, MEETING_COUNT_ROW)
#define MEETING_ZONE_ROW(F, S) F(S, STR, zone)
SHAPE_STRUCT(meeting_zone_row, MEETING_ZONE_ROW)

#define MEETING_TOLD_ROW(F, S)                                                                     \
	F(S, ID, user_id)                                                                          \
	F(S, STR, role)                                                                            \
	F(S, STR, zone)                                                                            \
	F(S, BOOL, by_mail)                                                                        \
	F(S, STR, title)                                                                           \
	F(S, TIME, starts_at)                                                                      \
	F(S, BOOL, expected)                                                                       \
	F(S, STR, actor)
SHAPE_STRUCT(meeting_told_row, MEETING_TOLD_ROW)

#define MEETING_SUMMARY_ROW(F, S)                                                                  \
	F(S, STR, notes)                                                                           \
	F(S, INT, minutes)                                                                         \
	F(S, INT, rating)                                                                          \
	F(S, STR, comment)                                                                         \
	F(S, INT, partner_rating)                                                                  \
	F(S, STR, partner_comment)                                                                 \
	F(S, RAW, tags)                                                                            \
	F(S, RAW, areas)                                                                           \
	F(S, RAW, recommends)                                                                      \
	F(S, TIME, updated_at)
SHAPE_STRUCT(meeting_summary_row, MEETING_SUMMARY_ROW)

MUST_USE enum status meeting_sql_zone(struct ctx *c, const char **zone);
/* starts: JSON, ids and times (ms) of the first one and its copies. */
MUST_USE enum status meeting_sql_create(struct ctx *c, const struct meeting_plan *p, const char *starts, uint64_t *id);
MUST_USE enum status meeting_sql_item(struct ctx *c, uint64_t id, struct meeting_item *out);

/* To be called inside db_tx(): none of them begins a transaction. */
MUST_USE enum status meeting_sql_join(struct ctx *c, uint64_t id, const char *message);
MUST_USE enum status meeting_sql_leave(struct ctx *c, uint64_t id, const char *reason);
MUST_USE enum status meeting_sql_cancel(struct ctx *c, uint64_t id, const char *reason);
MUST_USE enum status meeting_sql_start(struct ctx *c, uint64_t id);
MUST_USE enum status meeting_sql_end(struct ctx *c, uint64_t id, const struct meeting_end *e);
MUST_USE enum status meeting_sql_move(struct ctx *c, uint64_t id, const struct meeting_move *m);

MUST_USE enum status meeting_sql_invite(struct ctx *c, uint64_t id, const unsigned char *hash, int64_t expires_at);
MUST_USE enum status meeting_sql_accept(struct ctx *c, const unsigned char *hash, uint64_t *id);
MUST_USE enum status meeting_sql_feedback(struct ctx *c, uint64_t id, const struct meeting_opinion *o);

/* For who takes part, else E_SESSION_NONE. */
MUST_USE enum status meeting_sql_participants(struct ctx *c, uint64_t id, struct list *out);
MUST_USE enum status meeting_sql_summary(struct ctx *c, uint64_t id, struct meeting_summary_row *out);
MUST_USE enum status meeting_sql_settings(struct ctx *c, uint64_t id, struct meeting_reminders *out);
struct meeting_reminders_in;
MUST_USE enum status meeting_sql_remind_so(struct ctx *c, uint64_t id, const struct meeting_reminders_in *in);
/* Invitations that expired before that. */
MUST_USE enum status meeting_sql_forget(struct ctx *c, int64_t before, int64_t piece, int64_t *n);

MUST_USE enum status meeting_sql_call(struct ctx *c, uint64_t id, uint64_t account, uint64_t claimed,
				      struct meeting_call *out);

struct meeting_filter {
	const char *states; /* "SCHEDULED,CANCELLED" */
	uint64_t partner_id; /* 0: whoever */
};
MUST_USE enum status meeting_sql_mine(struct ctx *c, const struct meeting_filter *f, int64_t offset, int64_t n,
				      struct list *out, int64_t *total);
MUST_USE enum status meeting_sql_upcoming(struct ctx *c, int64_t n, struct list *out);

/* Those of mine that touch a time, MEETING_EVENTS_MAX at most. */
MUST_USE enum status meeting_sql_events(struct ctx *c, int64_t from, int64_t to, struct list *out);
MUST_USE enum status meeting_sql_bookings(struct ctx *c, int64_t offset, int64_t n, struct list *out, int64_t *total);
MUST_USE enum status meeting_sql_booking(struct ctx *c, uint64_t session_id, struct meeting_booking *out);
/* E_SESSION_NO_BOOKING */
MUST_USE enum status meeting_sql_booked(struct ctx *c, uint64_t booking_id, uint64_t *session_id);

struct meeting_open {
	const char *word; /* of a language, or by_type a type; NULL: any */
	bool by_type, available;
	int64_t offset, n;
};
MUST_USE enum status meeting_sql_open(struct ctx *c, const struct meeting_open *o, struct list *out, int64_t *total);

/* Whoever holds a seat. actor_id: who did something, by name; 0: nobody. */
MUST_USE enum status meeting_sql_people(struct ctx *c, uint64_t id, uint64_t actor_id, struct list *out);
/* Writes the events of reminders that are due, at most n of them; *done: how many. */
MUST_USE enum status meeting_sql_remind(struct ctx *c, int64_t n, int64_t *done);
#endif
