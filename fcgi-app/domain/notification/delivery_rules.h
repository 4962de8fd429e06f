/* What the channels share among themselves. */
#ifndef DOMAIN_NOTIFICATION_DELIVERY_RULES_H
#define DOMAIN_NOTIFICATION_DELIVERY_RULES_H

#include "domain/notification/delivery.h"
#include "sec/webpush.h"

/* A browser's PushSubscription. */
struct push_subscription {
	const char *endpoint;
	struct webpush_to to;
};

/* NULL, or the name of what is no good: endpoint, keys.p256dh, keys.auth. Endpoints are https; in
 * development also http on this machine. */
const char *push_subscription_wrong(struct ctx *c, const char *endpoint, const char *p256dh, const char *auth,
				    struct push_subscription *out);

/* Reads its JSON text. */
bool push_subscription_read(struct ctx *c, const char *token, struct push_subscription *out);

/* Fill *out; false: that cannot be sent. ttl: s that it is still worth something. */
bool push_make(struct ctx *c, const struct delivery *d, int64_t ttl, struct outgoing *out);
/* By the person themselves, just now: it waits for no limit of mails. */
bool mail_is_asked_for(const struct delivery *d);
bool mail_make(struct ctx *c, const struct delivery *d, struct outgoing *out);

/* Ms until the quiet hours end that `now` is in; 0: it is in none. "HH:MM" in the zone. */
int64_t quiet_left(const char *start, const char *end, const char *zone, int64_t now);

/* Statements. ids: a JSON array. */
MUST_USE enum status delivery_sql_done(struct ctx *c, const char *ids);
MUST_USE enum status delivery_sql_failed(struct ctx *c, uint64_t id, int64_t wait_s, const char *why);
MUST_USE enum status delivery_sql_forget_device(struct ctx *c, uint64_t id);
MUST_USE enum status delivery_sql_forget_dead(struct ctx *c, int64_t before, int64_t *n);
enum { FORGET_PIECE = 1000 };
#endif
