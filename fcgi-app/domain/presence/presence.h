/*
 * Who is there. Three things say so: open sockets, which gateways report with each beat; what people
 * chose to be; and touches of clients without a socket, which hold for ten minutes.
 *
 * A gateway whose last beat is 30 s old is dead: what it reported counts no more, at once for readers
 * (PRESENCE_AMONG(): within a second), and a job clears it away.
 */
#ifndef DOMAIN_PRESENCE_H
#define DOMAIN_PRESENCE_H

#include "base/ctx.h"
#include "domain/presence/presence_shapes.h"

enum { PRESENCE_BATCH = 1000, PRESENCE_LIST_MAX = 100, GATEWAYS_MAX = 200 };

/* ---- gateways ----------------------------------------------------------------------------- */

struct presence_ids {
	const int64_t *v;
	size_t n;
};

struct presence_beat {
	const char *gateway;
	int64_t sockets, users, queued_bytes, in_bytes, rooms, calls, pool_waiting;
	bool draining;
	struct presence_ids online, offline; /* what changed */
};

/* *known: false for a gateway that is new or was declared dead. What was known of it is forgotten; it
 * must report everybody again. */
MUST_USE enum status presence_beat(struct ctx *c, const struct presence_beat *b, bool *known);

/* Those that are alive. */
MUST_USE enum status presence_gateways(struct ctx *c, struct list *rows);

/* Their ids, separated by commas, as of at most a second ago: for PRESENCE_AMONG(). *ids is good until the next call;
 * a statement at most once a second. */
MUST_USE enum status presence_alive(struct ctx *c, const char **ids);

/* ---- people ------------------------------------------------------------------------------- */

/* What the caller says of itself; texts may be NULL: as before. */
struct presence_choice {
	const char *status; /* NULL: here, so OFFLINE ends */
	const char *device_info, *session_id;
};
MUST_USE enum status presence_choose(struct ctx *c, const struct presence_choice *p, struct presence_out *out);

/*
 * As the caller may see them. Who has blocked the caller, was blocked, or shows themselves to partners
 * only or to nobody, is OFFLINE and no more than an id; who hides when they are online is OFFLINE.
 * presence_of() leaves unknown ids out; E_USER_NOT_FOUND for an unknown one.
 */
MUST_USE enum status presence_one(struct ctx *c, uint64_t user_id, struct presence_out *out);
MUST_USE enum status presence_of(struct ctx *c, const int64_t *ids, size_t n, struct list *out);

/* Of the 2,000 who came last, those the caller may see online; at most PRESENCE_LIST_MAX. status: only
 * those that are (NULL: any). city: in either language (NULL: any). */
MUST_USE enum status presence_list(struct ctx *c, const char *status, const char *city, struct list *out);

MUST_USE enum status presence_count(struct ctx *c, struct presence_count_out *out);

/* ---- in statements of other domains ------------------------------------------------------- */

#define PRESENCE_TOUCHED(s) s ".touched_at > NOW(3) - INTERVAL 10 MINUTE"
#define PRESENCE_CONNECTED(id)                                                                     \
	"EXISTS (SELECT 1 FROM presence p JOIN gateways g ON g.id = p.gateway"                     \
	" WHERE p.user_id = " id " AND " BEATS("g") ")"
#define PRESENCE_IN_CALL(id)                                                                       \
	"EXISTS (SELECT 1 FROM room_seats c JOIN gateways g ON g.id = c.gateway"                   \
	" WHERE c.account_id = " id " AND c.left_at IS NULL AND " BEATS("g") ")"

/* Of a user with their row s of user_status, if there is one; and when they were last active, besides
 * what the account says. Who hides it is for the reader to see. */
#define PRESENCE_CASE(in_call, connected)                                                          \
	"CASE WHEN s.status = 'OFFLINE' THEN 'OFFLINE' WHEN " in_call " THEN 'STUDYING'"           \
	" WHEN NOT (COALESCE(" PRESENCE_TOUCHED("s") ", FALSE) OR " connected ") THEN 'OFFLINE'"   \
	" WHEN s.status = 'AWAY' AND s.touched_at <= NOW(3) - INTERVAL 15 MINUTE THEN 'OFFLINE'"   \
	" ELSE COALESCE(s.status, 'ONLINE') END"
#define PRESENCE_STATUS(id) PRESENCE_CASE(PRESENCE_IN_CALL(id), PRESENCE_CONNECTED(id))
/* The same for statements that ask of many: gateways is what presence_alive() gave, twice. To join their table for
 * each took half as long again. */
#define PRESENCE_AMONG(id, gateways)                                                               \
	PRESENCE_CASE("EXISTS (SELECT 1 FROM room_seats c WHERE c.account_id = " id                \
		      " AND c.left_at IS NULL AND FIND_IN_SET(c.gateway, " gateways "))",          \
		      "EXISTS (SELECT 1 FROM presence p WHERE p.user_id = " id                     \
		      " AND FIND_IN_SET(p.gateway, " gateways "))")
#define PRESENCE_LAST(account)                                                                     \
	"GREATEST(" account ", COALESCE(s.last_seen_at, " account "), COALESCE(s.touched_at, " account "))"

/* ---- for jobs ----------------------------------------------------------------------------- */

/* Forgets what dead gateways had reported. */
MUST_USE enum status presence_clear(struct ctx *c);
#endif
