/* Templates of notifications: the product's (notification.h), and what administrators made of them. */
#ifndef DOMAIN_NOTIFICATION_TEMPLATE_RULES_H
#define DOMAIN_NOTIFICATION_TEMPLATE_RULES_H

#include "domain/notification/notification.h"

enum {
	OWN_TEMPLATES_MAX = 200, /* that administrators may make */
	TEMPLATES_MAX = OWN_TEMPLATES_MAX + NOTIFY_MAX,
	TEMPLATE_ID_MAX = 40,
	TITLE_MAX = 200, /* characters, of a notification as of a template; MESSAGE_MAX likewise */
	MESSAGE_MAX = 1000,
};

#define TEMPLATE_TEXTS(F, S)                                                                       \
	F(S, STR, titleKo)                                                                         \
	F(S, STR, titleEn)                                                                         \
	F(S, STR, messageKo)                                                                       \
	F(S, STR, messageEn)
SHAPE_STRUCT(template_texts, TEMPLATE_TEXTS)

/* A row of notification_templates. Of one of the product's the texts count alone. */
#define KEPT_TEMPLATE(F, S)                                                                        \
	F(S, STR, id)                                                                              \
	F(S, STR, type)                                                                            \
	F(S, STR, category)                                                                        \
	F(S, INT, priority)                                                                        \
	F(S, STR, clickUrl)                                                                        \
	TEMPLATE_TEXTS(F, S)                                                                       \
	F(S, TIME, updatedAt)                                                                      \
	F(S, ID, updatedBy)
SHAPE_STRUCT(kept_template, KEPT_TEMPLATE)

struct template {
	struct template_row now;	    /* as it is used */
	const struct template_row *product; /* as it came; NULL: administrators made it */
	const struct kept_template *kept;   /* NULL: as it came */
};

/* Of struct template, the product's first. hold: until the transaction ends nobody else changes any. */
MUST_USE enum status template_all(struct ctx *c, bool hold, struct list *out);

/* In what template_all() found; NULL: none has that id. */
const struct template *template_find(const struct list *all, const char *id);

/* E_TEMPLATE_NONE. */
MUST_USE enum status template_one(struct ctx *c, const char *id, bool hold, struct template *out);

/* {name}s replaced by values, a missing one by nothing; no longer than a notification may be. */
const char *template_title(struct ctx *c, const struct template_row *t, enum lang lang,
			   const struct notify_param *params);
const char *template_message(struct ctx *c, const struct template_row *t, enum lang lang,
			     const struct notify_param *params);

/* Names of the parameters its texts have, in the arena; NULL: of all there are. That is what those who fill one of the
 * product's give, and what one of the site's own may have. */
struct list template_params(struct ctx *c, const struct template_row *t);

/* Of struct kept_template. */
MUST_USE enum status template_sql_all(struct ctx *c, bool hold, struct list *out);
/* By the caller, in place of what was kept of that id. own: of one of the product's only the texts are. */
MUST_USE enum status template_sql_keep(struct ctx *c, const struct template_row *t, bool own);
MUST_USE enum status template_sql_drop(struct ctx *c, const char *id);
#endif
