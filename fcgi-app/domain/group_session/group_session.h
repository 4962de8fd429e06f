/*
 * Group sessions: a host and up to nine others. SCHEDULED, started by the host ONGOING, ended by the host COMPLETED;
 * until then it may be CANCELLED. Without its host there is no session: one that leaves ends it. One that is not public
 * is known to its people and those it invited; others get in by its code.
 */
#ifndef DOMAIN_GROUP_SESSION_H
#define DOMAIN_GROUP_SESSION_H

#include "base/ctx.h"
#include "domain/group_session/group_session_shapes.h"
#include "domain/meeting/meeting.h"

enum { GROUP_HOSTED_MAX = 3, GROUP_JOINED_MAX = 2, GROUP_NOTICE_MINUTES = 10 };

/* Of an update: what is NULL, 0 or -1 stays. */
struct group_plan {
	const char *title, *description, *type, *language, *level, *topic;
	const char *tags; /* JSON */
	int64_t starts_at, minutes, seats;
	int is_public;
};

/* E_VALIDATION naming the field, E_GROUP_HOSTED. */
MUST_USE enum status group_create(struct ctx *c, const struct group_plan *p, struct group_session *out);

/* E_SESSION_NONE, as of all that follow. */
MUST_USE enum status group_get(struct ctx *c, uint64_t id, struct group_session *out);

struct group_entrance {
	const char *code; /* NULL: by id */
	const char *message;
	bool mic, camera;
	bool invited; /* only by invitation */
};

/* E_SESSION_STATE, E_SESSION_OVER, E_SESSION_FULL, E_SESSION_BOOKED, E_GROUP_KICKED, E_GROUP_JOINED; by code
 * E_GROUP_BAD_CODE instead of E_SESSION_NONE, and E_RATE_LIMITED; by invitation E_GROUP_NO_INVITE. */
MUST_USE enum status group_join(struct ctx *c, uint64_t id, const struct group_entrance *e, struct group_entry *out);

/* E_GROUP_NO_INVITE */
MUST_USE enum status group_decline(struct ctx *c, uint64_t id);

/* E_GROUP_NOBODY, E_SESSION_STATE */
MUST_USE enum status group_leave(struct ctx *c, uint64_t id, struct group_left *out);

/* For an account that is gone: leaves one of its sessions that are not over; *n: 0 when there was none. */
MUST_USE enum status group_quit(struct ctx *c, uint64_t user_id, int64_t *n);

/* Of the host, else E_GROUP_NOT_HOST; E_SESSION_STATE, and of a start E_SESSION_OVER when its time is over. */
MUST_USE enum status group_start(struct ctx *c, uint64_t id, struct group_started *out);
MUST_USE enum status group_end(struct ctx *c, uint64_t id, struct group_ended *out);
MUST_USE enum status group_cancel(struct ctx *c, uint64_t id, const char *reason, struct group_cancelled *out);
/* E_GROUP_NOBODY, E_ROOM_KICK_SELF */
MUST_USE enum status group_kick(struct ctx *c, uint64_t id, uint64_t user_id, const char *reason,
				struct group_kicked *out);
/* E_GROUP_TOO_SMALL */
MUST_USE enum status group_update(struct ctx *c, uint64_t id, const struct group_plan *p, struct group_session *out);
/* Those of the people who can be asked: *n of them. E_GROUP_INVITED: too many wait already; E_RATE_LIMITED. */
MUST_USE enum status group_invite(struct ctx *c, uint64_t id, const int64_t *people, size_t n, struct list *out);

/* Of who took part, once it has begun: E_SESSION_STATE, E_GROUP_NOBODY; the host E_GROUP_OWN. Again: instead. */
MUST_USE enum status group_rate(struct ctx *c, uint64_t id, int64_t rating, const char *feedback,
				struct group_rated *out);

/* NULL: any. */
struct group_filter {
	const char *language, *level, *topic;
	const char *tags; /* JSON: any of them */
	const char *keyword;
	bool learning; /* in a language the caller learns */
	int64_t offset, n;
};
MUST_USE enum status group_list(struct ctx *c, const struct group_filter *f, struct list *out, int64_t *total);
MUST_USE enum status group_mine(struct ctx *c, const char *states, const char *roles, int64_t offset, int64_t n,
				struct list *out, int64_t *total);

/* As meeting_call(), but everybody is admitted; group_is() tells whose id it is. */
bool group_is(const char *room_id);
MUST_USE enum status group_call(struct ctx *c, const char *room_id, const struct meeting_caller *who,
				struct meeting_call *out);
#endif
