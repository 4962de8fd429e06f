/* Those who run the site: what each role may do, and the record of what was done. */
#ifndef DOMAIN_ADMIN_H
#define DOMAIN_ADMIN_H

#include "base/ctx.h"
#include "base/shape.h"
#include "domain/notification/notification.h"
#include "domain/sql.h"

/* Each may do what those before it may. Named as in admin_roles.role. */
#define ADMIN_ROLES(R) R(VIEWER) R(MODERATOR) R(ADMIN) R(SUPER_ADMIN)
#define ADMIN_ROLE_ENUM(name) ADMIN_##name,
enum admin_role { ADMIN_NOBODY, ADMIN_ROLES(ADMIN_ROLE_ENUM) };

/* P(what, the least role that may). What is not in this table nobody may. */
#define PERMISSIONS(P)                                                                             \
	P(ANALYTICS_VIEW, VIEWER)                                                                  \
	P(USER_VIEW, VIEWER)                                                                       \
	P(USER_SEARCH, VIEWER)                                                                     \
	P(STUDY_VIEW, VIEWER)                                                                      \
	P(REPORT_VIEW, VIEWER)                                                                     \
	P(USER_WARN, MODERATOR)                                                                    \
	P(REPORT_ASSIGN, MODERATOR)                                                                \
	P(REPORT_RESOLVE, MODERATOR)                                                               \
	P(CONTENT_DELETE, MODERATOR)                                                               \
	P(USER_SUSPEND, ADMIN)                                                                     \
	P(USER_UNSUSPEND, ADMIN)                                                                   \
	P(USER_UPDATE, ADMIN)                                                                      \
	P(STUDY_HIDE, MODERATOR)                                                                   \
	P(STUDY_CLOSE, ADMIN)                                                                      \
	P(USER_DELETE, ADMIN)                                                                      \
	P(STUDY_DELETE, ADMIN)                                                                     \
	P(SETTINGS_VIEW, SUPER_ADMIN)                                                              \
	P(SETTINGS_UPDATE, SUPER_ADMIN)                                                            \
	P(AUDIT_VIEW, SUPER_ADMIN)                                                                 \
	P(AUDIT_EXPORT, SUPER_ADMIN)                                                               \
	P(ADMIN_GRANT, SUPER_ADMIN)
#define PERMISSION_ENUM(what, least) MAY_##what,
enum permission { MAY_NOTHING, PERMISSIONS(PERMISSION_ENUM) MAY_MAX };

bool admin_may(enum admin_role role, enum permission what);

/* What somebody is now, of a row r of admin_roles or none: a row that has expired is no role. */
#define ADMIN_ROLE_OF(u, r)                                                                        \
	"CASE WHEN " r ".user_id IS NULL THEN IF(" u ".role = 'ADMIN', 'SUPER_ADMIN', NULL)"       \
	" WHEN " r ".expires_at <= NOW(3) THEN NULL ELSE " r ".role END"

/* Of an account that is active; ADMIN_NOBODY: it has none now. */
MUST_USE enum status admin_role_of(struct ctx *c, uint64_t user_id, enum admin_role *out);

/* E_FORBIDDEN: the caller has no role now that may do it. Asks MariaDB, so that a role that was taken away, or has
 * expired, is gone with the next request. */
MUST_USE enum status admin_need(struct ctx *c, enum permission what);

/*
 * The one check of what was closed to somebody: a word of users.restricted_actions, or the type of a sanction ('' where
 * there is none). BARRED in the SQL of other domains, as a condition on a row of users; in compounds REFUSE_BARRED, for
 * which `barred` must be declared: whoever may not do it gets E_RESTRICTED.
 */
#define BARRED(u, action, ban)                                                                     \
	"((FIND_IN_SET('" action "', " u ".restricted_actions) AND COALESCE(" u ".restricted_until > NOW(3), TRUE))" \
	" OR EXISTS (SELECT 1 FROM sanctions bs WHERE bs.user_id = " u ".id AND bs.is_active = TRUE" \
	" AND bs.type = '" ban "' AND COALESCE(bs.expires_at > NOW(3), TRUE)))"
#define REFUSE_BARRED(user, action, ban)                                                           \
	" SELECT COUNT(*) INTO barred FROM users bu WHERE bu.id = " user " AND " BARRED("bu", action, ban) ";" \
	" IF barred > 0 THEN " REFUSE("RESTRICTED") "; END IF;"
/* What is switched off for all, a BOOLEAN of domain/admin/admin_site.h; in compounds E_SITE_OFF, `barred` as above. */
#define SITE_OFF(setting)                                                                          \
	"EXISTS (SELECT 1 FROM site_settings ss WHERE ss.name = '" setting "' AND ss.value = 'false')"
#define REFUSE_OFF(setting)                                                                        \
	" SELECT " SITE_OFF(setting) " INTO barred;"                                               \
	" IF barred > 0 THEN " REFUSE("SITE_OFF") "; END IF;"
/* Both for files, of which there is no statement to put it into. */
MUST_USE enum status admin_may_upload(struct ctx *c);

/* The words of a SET, of at most three. */
struct list admin_words_of(struct ctx *c, const char *set);

/* Who did it from where: the same for all rows of a request. */
struct admin_place {
	const char *ip, *user_agent;
};
struct req; /* http/route.h */
struct admin_place admin_place(struct req *r);

struct admin_act {
	const char *action;	 /* USER_SUSPEND and the like */
	const char *target_type; /* USER, STUDY, REPORT, or NULL */
	uint64_t target_id;
	const char *was, *became; /* JSON, or NULL */
	const char *reason;	  /* or NULL */
	struct admin_place place;
};

/* In the transaction of what is done. */
MUST_USE enum status admin_record(struct ctx *c, const struct admin_act *a);

struct admin_told {
	uint64_t user_id;
	enum notify_template template;
	const char *title;   /* its {title}, or NULL */
	const char *address; /* where that is mailed to, if not to the account's address */
	/* of decisions about an account, whose title is the reason */
	int64_t until;	     /* ms; 0: for good */
	int64_t warnings;    /* that led to it by themselves: the reason is that of the last one */
	const struct list *closed; /* words of enum restriction, or NULL */
};

/* Whether it is a decision about an account: such are mailed as well, whatever mails they want and whether they can
 * log in or not. */
bool admin_decides(enum notify_template t);
/* Tells somebody of it by a notification, whoever they have blocked. Likewise. */
MUST_USE enum status admin_tell(struct ctx *c, const struct admin_told *t);

/* An account has another address than `former` (NULL: had none), which is told by that template. What went there is
 * good no more: of what is mailed that is the link of an export. Likewise. */
MUST_USE enum status admin_address_left(struct ctx *c, uint64_t user_id, const char *former, enum notify_template t);
#endif
