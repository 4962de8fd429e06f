/* What the endpoints and jobs of notifications share. */
#ifndef DOMAIN_NOTIFICATION_RULES_H
#define DOMAIN_NOTIFICATION_RULES_H

#include "domain/notification/notification_sql.h"

/* The next time of a repeating notification after `after`; 0: that was the last. from: the first
 * time; until: last day or NULL; at: "HH:MM" or NULL for that of `from`; both in zone. */
struct repetition {
	const char *type; /* daily, weekly, monthly */
	int64_t every, from;
	const char *until, *at, *zone;
};
int64_t notification_next(const struct repetition *r, int64_t after);

/* E_VALIDATION: clickUrl, unless it is NULL or a page that notify_page_exists(). */
MUST_USE enum status notification_page(struct ctx *c, const char *url);

/* Of a text that PRIORITIES lets through, or NULL: normal. */
int64_t notification_priority(const char *digit);
/* The category of a type. */
const char *notification_category(const char *type);

/* type may be NULL: custom. category NULL: that of the type. */
MUST_USE enum status notification_create(struct ctx *c, struct new_notification *n,
					 struct notification_out *out);

/* A JSON array. */
const char *notification_json_words(struct ctx *c, const char *const *v, size_t n);

/* What became new is told to the open sockets of its people: rows of notification_push. */
void notification_push_all(struct ctx *c, const struct list *rows);

/* words: ids of users, or "all" alone. *ids: a JSON array, NULL for all; *told: how many of them there are, 0 for
 * all. E_VALIDATION, E_USER_NOT_FOUND: none is there. */
MUST_USE enum status notification_recipients(struct ctx *c, const char *const *words, size_t n, const char **ids,
					     int64_t *told);

/* Leaves it to the jobs to tell them; ids as above, the category may be NULL: urgent, or system by its type.
 * E_VALIDATION: click_url. */
MUST_USE enum status notification_broadcast(struct ctx *c, const struct notice *n, const char *ids);

/* E_VALIDATION, and which field it was. */
enum status notification_refuse(struct ctx *c, const char *field, const char *rule, const char *ko,
				const char *en);

/* The guide says /notification, PRD and client say /notifications. */
#define BOTH(methods, path) methods " /notifications" path, methods " /notification" path

#define READS .auth = AUTH_USER, .rate = RATE_READ
#define WRITES .auth = AUTH_USER, .rate = RATE_WRITE
#endif
