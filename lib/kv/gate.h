/*
 * The gate: what is decided before a handler runs, from memory the whole pool shares.
 *
 * Rate limits are sliding windows of sub-buckets: no window of any alignment holds more than the
 * limit, on one machine or many. The truth between machines is in Redis; the pool leases tokens
 * from it in batches, so the usual request makes no trip. Strict limits (logins) lease one at a
 * time. Without Redis the pool counts alone, strict limits at a quarter of their rate.
 *
 * Revoked logins are a set in the same memory, kept current from MariaDB by the keeper process
 * (api/keeper.c). While it is current, a login that is not in the set is good; when it is not
 * (gate_is_current() false) the worker asks MariaDB itself.
 */
#ifndef KV_GATE_H
#define KV_GATE_H

#include "base/conf.h"
#include "base/ctx.h"

enum rate_by { BY_IP, BY_USER };

/* R(name, limit, window in ms, per, strict) */
#define RATE_TABLE(R)                                                                              \
	R(NONE, 0, 0, BY_IP, false)                                                                \
	R(ADDRESS, 3000, 60000, BY_IP, false) /* every request; kept by this machine alone */      \
	R(READ, 600, 60000, BY_USER, false)                                                        \
	R(WRITE, 120, 60000, BY_USER, false)                                                       \
	R(CHAT, 100, 10000, BY_USER, false)                                                        \
	R(UPLOAD, 30, 60000, BY_USER, false)                                                       \
	R(SEARCH, 60, 60000, BY_USER, false)                                                       \
	R(AI, 20, 60000, BY_USER, false) /* what a language model or a recogniser of speech is asked for */ \
	R(SUBTITLE, 400, 60000, BY_USER, false) /* a call page sends up to four recordings every three seconds */ \
	R(EVENTS, 20, 60000, BY_USER, false) /* batches of what clients report; guests may, too */ \
	R(CONTACT, 30, 60000, BY_USER, false) /* first contact with strangers */                   \
	R(NEWCOMER, 50, 86400000, BY_USER, false) /* strangers, for an account in its first week */ \
	R(VISITOR, 10, 3600000, BY_IP, true) /* pictures of people who are signing up */          \
	R(MAIL, 12, 3600000, BY_USER, false) /* to one person; what is more comes later */         \
	R(CALL, 60, 60000, BY_USER, false) /* opening and joining calls, credentials for their relays */ \
	R(REFRESH, 240, 60000, BY_USER, false)                                                     \
	R(LOGIN, 30, 60000, BY_IP, true)                                                           \
	R(SIGNUP, 20, 60000, BY_IP, true)                                                          \
	R(ACCOUNT, 8, 60000, BY_IP, true) /* tries at one account, from wherever */                \
	R(FORGOT, 5, 3600000, BY_IP, true) /* mails with a link that were asked for, to one address */ \
	R(CODE, 20, 3600000, BY_IP, true) /* codes of one account's second factor: three of a million are good */

#define RATE_ENUM(name, ...) RATE_##name,
enum rate { RATE_TABLE(RATE_ENUM) RATE_MAX };
#undef RATE_ENUM

struct rate_row {
	const char *name;
	int64_t limit, window; /* ms */
	enum rate_by by;
	bool strict;
};
const struct rate_row *rate_row(enum rate r);

struct gate_answer {
	int64_t limit, remaining, retry_ms; /* retry_ms: 0 when allowed */
};

/* Maps the shared memory; before fork, so that the pool shares it. */
struct gate *gate_new(const struct conf *conf);

/* Takes one token of who under r. false: refused, *out says until when. */
bool gate_take(struct ctx *c, enum rate r, const char *who, struct gate_answer *out);

/* Revoked logins. until: s since 1970, when the last access token of that login has expired. */
void gate_revoke(struct gate *g, uint64_t session_id, int64_t until);
bool gate_is_revoked(const struct gate *g, uint64_t session_id, int64_t now_s);

/* The keeper calls gate_mark_current() after each look at MariaDB; it holds for one second. */
void gate_mark_current(struct gate *g);
bool gate_is_current(const struct gate *g);
#endif
