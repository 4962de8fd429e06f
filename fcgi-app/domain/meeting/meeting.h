/*
 * Learning sessions: two people meet at a time they planned, or one offers a session that others book. (A login is what
 * the rest of the code calls a session, hence the other name of this folder; paths and tables say sessions.)
 *
 * SCHEDULED, started by the host IN_PROGRESS, ended by the host COMPLETED; until then it may be CANCELLED. A session
 * that is not public is known to its people alone: for others there is none.
 */
#ifndef DOMAIN_MEETING_H
#define DOMAIN_MEETING_H

#include "base/ctx.h"
#include "domain/meeting/meeting_shapes.h"
#include "domain/meeting/meeting_stats.h"

enum { MEETING_COPIES_MAX = 52, MEETING_PLANNED_MAX = 200 };

/*
 * A session's id is that of its call room, which is entered without a token: so nobody may find one by counting. It is
 * random, from MEETING_IDS on; those of groups are from GROUP_IDS on, and all of them are numbers to JavaScript. Older
 * ones, which were counted, stay what they are: those of groups began with GROUP_IDS_COUNTED.
 */
#define MEETING_IDS (UINT64_C(1) << 51)
#define GROUP_IDS (UINT64_C(1) << 52)
#define GROUP_IDS_COUNTED UINT64_C(1000000000)
/* first: MEETING_IDS or GROUP_IDS, each as many as the numbers before it. */
uint64_t meeting_new_id(uint64_t first);

struct meeting_plan {
	uint64_t partner_id; /* 0: nobody yet */
	const char *type, *title, *description, *language, *target_language, *level;
	int64_t starts_at, minutes, seats;
	bool is_public;
	const char *recurrence; /* DAILY, WEEKLY, BIWEEKLY, MONTHLY; NULL: once */
	int64_t recurrence_until;
	const char *tags; /* JSON, or NULL */
	const char *preparation, *meeting_url, *room_id, *room_type;
};

/* Also its copies, until recurrence_until. E_USER_NOT_FOUND: no such partner for the caller; E_VALIDATION naming the
 * field, E_SESSION_MANY, E_RATE_LIMITED. */
MUST_USE enum status meeting_create(struct ctx *c, const struct meeting_plan *p, struct meeting_item *out);

/* E_SESSION_NONE, as of all that follow. */
MUST_USE enum status meeting_get(struct ctx *c, uint64_t id, struct meeting_item *out);

/* Takes a seat, or says that the invited partner comes. E_SESSION_STATE, E_SESSION_OVER, E_SESSION_FULL,
 * E_SESSION_BOOKED. */
MUST_USE enum status meeting_join(struct ctx *c, uint64_t id, const char *message, struct meeting_item *out);

/* Gives it back; of the host it is cancelling. E_SESSION_NO_BOOKING, E_SESSION_STATE. */
MUST_USE enum status meeting_leave(struct ctx *c, uint64_t id, const char *reason);

/* For an account that is gone: the same for one of its sessions that is still to come; *n: 0 when there was none. */
MUST_USE enum status meeting_quit(struct ctx *c, uint64_t user_id, int64_t *n);

/* Of the host, else E_SESSION_NOT_HOST; E_SESSION_STATE, and of a start E_SESSION_OVER when its time is over. */
MUST_USE enum status meeting_cancel(struct ctx *c, uint64_t id, const char *reason);
MUST_USE enum status meeting_start(struct ctx *c, uint64_t id);
/* After the commit of a start: tells sockets of those people (live/live.h, "session.started"). */
#define MEETING_STARTED(F, S)                                                                      \
	F(S, ID, sessionId)                                                                        \
	F(S, ID, userId, .doc = "who started it")                                                  \
	F(S, TIME, timestamp)
SHAPE_STRUCT(meeting_started, MEETING_STARTED)
void meeting_tell_started(struct ctx *c, uint64_t id, uint64_t to);
struct meeting_end {
	int64_t minutes, rating; /* 0: not said */
	const char *notes;
};
MUST_USE enum status meeting_end(struct ctx *c, uint64_t id, const struct meeting_end *e);
struct meeting_move {
	int64_t starts_at, minutes; /* minutes 0: as before */
	const char *reason;
};
MUST_USE enum status meeting_move(struct ctx *c, uint64_t id, const struct meeting_move *m, struct meeting_item *out);

/* Who wants to know of a call, or to be let in. */
struct meeting_caller {
	uint64_t account;    /* whose token came with it; 0: none did */
	const char *user_id; /* what the client calls itself, which proves nothing; NULL: it does not say */
};

/* What the pages of a call read of its session. All but the times is for who takes part, by their token. */
#define MEETING_CARD(F, S)                                                                         \
	F(S, TIME, scheduledStartTime, .doc = "or when it was started, before that")               \
	F(S, TIME, scheduledEndTime)                                                               \
	F(S, STR, title, .skip_null = true)                                                        \
	F(S, STR, language, .skip_null = true)                                                     \
	F(S, STR, hostName, .skip_null = true)                                                     \
	F(S, STR, partnerName, .skip_null = true)                                                  \
	F(S, STR, partnerAvatar, .skip_null = true)                                                \
	F(S, STR, partnerLevel, .skip_null = true)                                                 \
	F(S, STR, partnerNativeLanguage, .skip_null = true)                                        \
	F(S, STR, partnerLearningLanguage, .skip_null = true)
SHAPE_STRUCT(meeting_card, MEETING_CARD)

/* What a call room is whose id is that of a session, as clients have it; E_SESSION_NONE when there is none such. Asks
 * nothing of ids that cannot be one. going: it is to come or takes place. admits: it is public, or user_id is one of
 * its people, and so is the account where there is one. */
#define MEETING_CALL(F, S)                                                                         \
	F(S, STR, type)                                                                            \
	F(S, INT, seats)                                                                           \
	F(S, ID, host_id)                                                                          \
	F(S, BOOL, going)                                                                          \
	F(S, BOOL, admits)                                                                         \
	MEETING_CARD(F, S)
SHAPE_STRUCT(meeting_call, MEETING_CALL)
MUST_USE enum status meeting_call(struct ctx *c, const char *room_id, const struct meeting_caller *who,
				  struct meeting_call *out);

/* A JSON array of at most MEETING_WORDS_MAX short texts; NULL: none. E_VALIDATION naming the field. */
enum { MEETING_WORDS_MAX = 10 };
MUST_USE enum status meeting_words(struct ctx *c, const char *field, const char *const *word, size_t n,
				   const char **out);

/* Of the host: a token that lets one person in, once. E_SESSION_NOT_HOST, E_SESSION_STATE, E_SESSION_OVER. */
enum { MEETING_TOKEN = 32 };
MUST_USE enum status meeting_invite(struct ctx *c, uint64_t id, int64_t expires_at, char token[MEETING_TOKEN + 1]);
/* Takes a seat by it. E_SESSION_BAD_INVITE, E_SESSION_INVITE_OVER, and as joining. */
MUST_USE enum status meeting_accept(struct ctx *c, const char *token, struct meeting_item *out);

/* What who took part says afterwards; again: instead of what was said before. E_SESSION_STATE before it is over. */
struct meeting_opinion {
	int64_t rating, partner_rating; /* 0: none */
	const char *comment, *partner_comment, *tags, *areas;
	int recommends; /* -1: not said */
};
MUST_USE enum status meeting_feedback(struct ctx *c, uint64_t id, const struct meeting_opinion *o);

/* For statements of other domains. How many sessions somebody was in until they were over; what their partners gave
 * them in those of two, on average (NULL: nothing); and, as a table, with whom they had how many (n) of two. */
#define MEETING_COMPLETED                                                                          \
	" session_seats x STRAIGHT_JOIN learning_sessions s ON s.id = x.session_id AND s.status = 'COMPLETED'"
#define MEETING_COUNT_OF(user)                                                                     \
	"(SELECT COUNT(*) FROM" MEETING_COMPLETED " WHERE x.user_id = " user " AND x.left_at IS NULL)"
#define MEETING_RATING_OF(user)                                                                    \
	"(SELECT CAST(ROUND(AVG(f.partner_rating), 1) AS DOUBLE) FROM" MEETING_COMPLETED " AND s.seats = 2" \
	" STRAIGHT_JOIN session_feedback f ON f.session_id = s.id AND f.user_id <> x.user_id"       \
	" WHERE x.user_id = " user " AND x.left_at IS NULL)"
#define MEETINGS_WITH_PARTNERS_OF(user)                                                            \
	"(SELECT o.user_id AS partner_id, COUNT(*) AS n FROM" MEETING_COMPLETED " AND s.seats = 2"  \
	" STRAIGHT_JOIN session_seats o ON o.session_id = s.id AND o.user_id <> x.user_id AND o.left_at IS NULL" \
	" WHERE x.user_id = " user " AND x.left_at IS NULL GROUP BY o.user_id)"

#endif
