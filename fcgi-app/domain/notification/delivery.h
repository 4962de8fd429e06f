/*
 * What brings notifications to people who are not looking: web push and mail. Rows of deliveries are
 * written with their notification (notification_wants.h); studymate-jobs takes them, sends what
 * delivery_prepare() makes of them, and tells here how that ended. At least once: a process that dies
 * in between sends again what it had taken, under the same tag, topic and Message-ID.
 */
#ifndef DOMAIN_NOTIFICATION_DELIVERY_H
#define DOMAIN_NOTIFICATION_DELIVERY_H

#include "base/conf.h"
#include "base/ctx.h"
#include "base/shape.h"

enum channel { CHANNEL_PUSH, CHANNEL_MAIL, CHANNEL_MAX };
extern const char *const channel_names[CHANNEL_MAX];

/* Whether its settings are there. Without, no deliveries are written. */
bool channel_on(const struct conf *conf, enum channel ch);

/* Whether what is set can be used: keys that belong together, a sender that is an address. One line to
 * err if not. */
MUST_USE bool channels_check(const struct conf *conf, FILE *err);

/* longer than a transfer may take */
enum { DELIVERY_LEASE_S = 60, PUSH_TIMEOUT_MS = 10000, MAIL_TIMEOUT_MS = 30000 };

#define DELIVERY(F, S)                                                                             \
	F(S, ID, id)                                                                               \
	F(S, ID, notification_id)                                                                  \
	F(S, ID, device_id)                                                                        \
	F(S, INT, tries, .doc = "this one counts")                                                 \
	F(S, BOOL, wanted, .doc = "still: not read, not switched off, nobody blocked, somewhere to go") \
	F(S, BOOL, quiet)                                                                          \
	F(S, STR, quiet_start)                                                                     \
	F(S, STR, quiet_end)                                                                       \
	F(S, STR, zone)                                                                            \
	F(S, BOOL, korean)                                                                         \
	F(S, BOOL, sound)                                                                          \
	F(S, BOOL, vibration)                                                                      \
	F(S, ID, user_id)                                                                          \
	F(S, STR, name, .doc = "of the person")                                                    \
	F(S, BOOL, confirmed, .doc = "whether their address is")                                   \
	F(S, STR, address, .doc = "the device's token, or an e-mail address")                      \
	F(S, STR, type)                                                                            \
	F(S, STR, category)                                                                        \
	F(S, INT, priority)                                                                        \
	F(S, STR, title)                                                                           \
	F(S, STR, message)                                                                         \
	F(S, RAW, data)                                                                            \
	F(S, STR, click_url)                                                                       \
	F(S, STR, icon_url)                                                                        \
	F(S, TIME, shown_at)                                                                       \
	F(S, TIME, expires_at)
SHAPE_STRUCT(delivery, DELIVERY)

/* Takes up to n that are due, oldest first, for DELIVERY_LEASE_S. */
MUST_USE enum status delivery_take(struct ctx *c, enum channel ch, size_t n, struct list *rows);

struct outgoing {
	const char *url;
	const char *const *headers; /* of a push; NULL at the end */
	const char *from, *to;	    /* of a mail */
	const void *body;
	size_t n;
};

enum delivery_fate { DELIVERY_SEND, DELIVERY_DROP, DELIVERY_LATER };

/* What to do with it: send *out (in the arena), nothing any more, or nothing for *wait_s. */
enum delivery_fate delivery_prepare(struct ctx *c, enum channel ch, const struct delivery *d,
				    struct outgoing *out, int64_t *wait_s);

/* Due again in wait_s, as if it had not been taken. */
MUST_USE enum status delivery_put_off(struct ctx *c, uint64_t id, int64_t wait_s);

struct delivery_end {
	uint64_t id, device_id;
	enum channel channel;
	unsigned tries;
	bool dropped;	     /* it was not to be sent; the rest is then 0 */
	bool delivered;	     /* the server took it, or at least answered */
	bool refused;	     /* no address it may connect to */
	bool rejected;	     /* the mail server will not take this mail */
	long code;	     /* HTTP's or SMTP's; 0: none */
	int64_t retry_after; /* s */
	const char *why;
};

/* Forgets what is done, sends again later what may still come through, keeps as dead letters what was
 * tried often enough, and removes devices that are gone. */
MUST_USE enum status delivery_ended(struct ctx *c, const struct delivery_end *all, size_t n);

#define DELIVERY_STATE(F, S)                                                                       \
	F(S, INT, waiting)                                                                         \
	F(S, INT, retrying, .doc = "that failed at least once")                                    \
	F(S, INT, dead)                                                                            \
	F(S, INT, lag_ms, .doc = "age of the oldest that is due")
SHAPE_STRUCT(delivery_state, DELIVERY_STATE)
MUST_USE enum status delivery_state(struct ctx *c, enum channel ch, struct delivery_state *out);

#define DELIVERY_DEAD(F, S)                                                                        \
	F(S, ID, id)                                                                               \
	F(S, STR, channel)                                                                         \
	F(S, INT, tries)                                                                           \
	F(S, TIME, created_at)                                                                     \
	F(S, STR, error)
SHAPE_STRUCT(delivery_dead, DELIVERY_DEAD)

/* The newest 20 dead letters. */
MUST_USE enum status delivery_dead(struct ctx *c, struct list *rows);

/* Makes the dead letters of a channel due again. */
MUST_USE enum status delivery_requeue(struct ctx *c, enum channel ch, int64_t *n);
#endif
