/* Accounts as administrators see and suspend them. */
#ifndef DOMAIN_ADMIN_USERS_H
#define DOMAIN_ADMIN_USERS_H

#include "domain/admin/admin_shapes.h"

enum {
	ADMIN_PAGE_MAX = 100,
	ADMIN_SEEN_MAX = 10000, /* of a list: the first in its order; others are neither filtered nor counted */
	ADMIN_FOUND_MAX = 2000, /* that a search finds by the beginning of a name, and as many of an e-mail address */
	ADMIN_RECORD_MAX = 10,	/* sanctions and warnings that are shown of somebody */
	SUSPEND_DAYS_MAX = 365,
	ADMIN_REASON_MAX = 500,
};

/* The pages call one of them by another name. */
#define ADMIN_SEVERITIES "MINOR NORMAL SERIOUS CRITICAL MAJOR>SERIOUS"

/* In the order of the words of admin_users_api.c. */
enum admin_user_order { BY_CREATED, BY_ACTIVE, BY_EMAIL, BY_NAME, BY_STATUS, USER_ORDERS };

struct admin_user_filter {
	const char *words, *status, *provider; /* NULL: any */
	const char *created_from, *created_to, *active_from, *active_to; /* days, or NULL */
	int warned, suspended;	    /* -1: either */
	enum admin_user_order order;
	bool ascending;
	int64_t page, size;
};

/* Of the row itself. */
#define ADMIN_USER_PLAIN(F, S)                                                                     \
	F(S, ID, id)                                                                               \
	F(S, STR, email)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, STR, avatar)                                                                          \
	F(S, STR, bio)                                                                             \
	F(S, STR, role)                                                                            \
	F(S, STR, status)                                                                          \
	F(S, STR, provider, .doc = "what they log in with: CREDENTIALS, GOOGLE, NAVER or KAKAO")   \
	F(S, TIME, suspendedUntil, .doc = "null: until somebody restores it, if it is suspended")  \
	F(S, STR, suspendReason)                                                                   \
	F(S, TIME, restrictedUntil)                                                                \
	F(S, TIME, createdAt)                                                                      \
	F(S, TIME, updatedAt)                                                                      \
	F(S, TIME, lastLoginAt, .doc = "the last sign of them")

#define ADMIN_USER_COUNTS(F, S)                                                                    \
	F(S, INT, ownedStudies)                                                                    \
	F(S, INT, studyMembers)                                                                    \
	F(S, INT, messages)                                                                        \
	F(S, INT, receivedWarnings)                                                                \
	F(S, INT, sanctions, .doc = "that are in force")
SHAPE_STRUCT(admin_user_counts, ADMIN_USER_COUNTS)

#define ADMIN_USER_STATS(F, S)                                                                     \
	F(S, INT, studiesOwned)                                                                    \
	F(S, INT, studiesJoined)                                                                   \
	F(S, INT, messagesCount)                                                                   \
	F(S, INT, warningsCount)                                                                   \
	F(S, INT, activeSanctions)
SHAPE_STRUCT(admin_user_stats, ADMIN_USER_STATS)

#define ADMIN_LAST_WARNING(F, S)                                                                   \
	F(S, ID, id)                                                                               \
	F(S, STR, severity)                                                                        \
	F(S, TIME, createdAt)
SHAPE_STRUCT(admin_last_warning, ADMIN_LAST_WARNING)

#define ADMIN_ACTIVE_SANCTION(F, S)                                                                \
	F(S, ID, id)                                                                               \
	F(S, STR, type)                                                                            \
	F(S, TIME, expiresAt)
SHAPE_STRUCT(admin_active_sanction, ADMIN_ACTIVE_SANCTION)

#define ADMIN_USER_ITEM(F, S)                                                                      \
	ADMIN_USER_PLAIN(F, S)                                                                     \
	F(S, STRS, restrictedActions)                                                              \
	F(S, OBJ(admin_user_counts), _count)                                                       \
	F(S, OBJ(admin_user_stats), stats)                                                         \
	F(S, OBJ(admin_last_warning), lastWarning)                                                 \
	F(S, OBJ(admin_active_sanction), activeSanction)
SHAPE_STRUCT(admin_user_item, ADMIN_USER_ITEM)

#define ADMIN_SANCTION(F, S)                                                                       \
	F(S, ID, id)                                                                               \
	F(S, ID, userId)                                                                           \
	F(S, ID, adminId)                                                                          \
	F(S, STR, type)                                                                            \
	F(S, STR, reason)                                                                          \
	F(S, STR, duration)                                                                        \
	F(S, TIME, expiresAt)                                                                      \
	F(S, ID, relatedReportId)                                                                  \
	F(S, BOOL, isActive)                                                                       \
	F(S, ID, unsuspendedBy)                                                                    \
	F(S, STR, unsuspendReason)                                                                 \
	F(S, TIME, unsuspendedAt)                                                                  \
	F(S, TIME, createdAt)
SHAPE_STRUCT(admin_sanction, ADMIN_SANCTION)

#define ADMIN_WARNING(F, S)                                                                        \
	F(S, ID, id)                                                                               \
	F(S, ID, userId)                                                                           \
	F(S, ID, adminId)                                                                          \
	F(S, STR, reason)                                                                          \
	F(S, STR, severity)                                                                        \
	F(S, STR, relatedContent)                                                                  \
	F(S, TIME, expiresAt)                                                                      \
	F(S, TIME, createdAt)
SHAPE_STRUCT(admin_warning, ADMIN_WARNING)

#define ADMIN_GRANT(F, S)                                                                          \
	F(S, STR, role)                                                                            \
	F(S, ID, grantedBy)                                                                        \
	F(S, TIME, grantedAt)                                                                      \
	F(S, TIME, expiresAt)
SHAPE_STRUCT(admin_grant, ADMIN_GRANT)

#define ADMIN_USER_TOTALS(F, S)                                                                    \
	ADMIN_USER_COUNTS(F, S)                                                                    \
	F(S, INT, reports, .doc = "they made")                                                     \
	F(S, INT, notifications)
SHAPE_STRUCT(admin_user_totals, ADMIN_USER_TOTALS)

#define ADMIN_USER_DETAIL(F, S)                                                                    \
	ADMIN_USER_PLAIN(F, S)                                                                     \
	F(S, STRS, restrictedActions)                                                              \
	F(S, OBJ(admin_user_totals), _count)                                                       \
	F(S, LIST(admin_sanction), sanctions, .doc = "the newest ten")                             \
	F(S, LIST(admin_warning), receivedWarnings, .doc = "the newest ten")                       \
	F(S, OBJ(admin_grant), adminRole, .doc = "null: no administrator")
SHAPE_STRUCT(admin_user_detail, ADMIN_USER_DETAIL)

/* total: of at most ADMIN_SEEN_MAX. */
MUST_USE enum status admin_users_list(struct ctx *c, const struct admin_user_filter *f, const struct admin_place *at,
				      struct list *items, int64_t *total);

/* E_USER_NOT_FOUND */
MUST_USE enum status admin_user_get(struct ctx *c, uint64_t id, const struct admin_place *at,
				    struct admin_user_detail *out);

/*
 * Ends the logins of somebody at once; nobody logs in until it is over or undone. days: 0 for good. E_ADMIN_SELF,
 * E_ADMIN_PROTECTED: another administrator, E_ADMIN_SUSPENDED: is already, E_USER_NOT_FOUND
 */
struct admin_suspension {
	uint64_t user_id, report_id; /* report_id: 0 without one */
	const char *reason;
	int64_t days;
	int64_t warnings; /* that led to it by themselves, or 0 */
	const char *last; /* the reason of the last of them, which they are told instead */
	bool again; /* it may replace one that is in force; one that lasts longer stays */
	struct admin_place place;
};
MUST_USE enum status admin_suspend(struct ctx *c, const struct admin_suspension *s, struct admin_user_item *out);

/*
 * Three warnings that have not expired suspend somebody for a week, four for two, more for a month; a suspension that
 * is longer stays. E_ADMIN_SELF, E_ADMIN_PROTECTED, E_USER_NOT_FOUND
 */
struct admin_warning_draft {
	uint64_t user_id, report_id; /* report_id: 0 without one */
	const char *reason, *severity, *related; /* related: what it is about, or NULL */
	int64_t expires_at; /* ms; 0: never */
	struct admin_place place;
};
#define ADMIN_WARNED(F, S)                                                                         \
	F(S, OBJ(admin_warning), warning, .skip_null = true)                                       \
	F(S, INT, totalWarnings, .zero_null = true, .skip_null = true, .doc = "that have not expired") \
	F(S, INT, suspendedDays, .zero_null = true, .skip_null = true,                             \
	  .doc = "what so many warnings led to by themselves")                                     \
	F(S, OBJ(admin_user_item), user, .skip_null = true, .doc = "the account as it is from now on")
SHAPE_STRUCT(admin_warned, ADMIN_WARNED)
/* Refuses a time (ms, 0: never) that is over. field: what the request calls it. */
MUST_USE enum status admin_warning_ends(struct ctx *c, const char *field, int64_t at);
MUST_USE enum status admin_warn(struct ctx *c, const struct admin_warning_draft *w, struct admin_warned *out);

/* The order is that of users.restricted_actions. */
enum restriction { NO_STUDY_CREATE = 1, NO_STUDY_JOIN = 2, NO_MESSAGE = 4, NO_EVERYTHING = 7 };

/* What is restricted already stays so, at least as long as before. The failures are those of a warning. */
struct admin_restriction {
	uint64_t user_id, report_id;
	int64_t actions; /* of enum restriction */
	const char *reason;
	int64_t days; /* 0: for good */
	struct admin_place place;
};
MUST_USE enum status admin_restrict(struct ctx *c, const struct admin_restriction *r, struct admin_user_item *out);

/* Nobody logs in to it any more; all of it stays, and it can be restored. reason: or NULL. E_ADMIN_SELF,
 * E_ADMIN_PROTECTED, E_USER_NOT_FOUND, E_ADMIN_OWNER: of a study group */
MUST_USE enum status admin_delete(struct ctx *c, uint64_t id, const char *reason, const struct admin_place *at,
				  struct admin_user_item *out);

/*
 * NULL: as it is, and so is what is the same. Who had the address before is told there. status: as if suspended for
 * good, deleted or restored. role: USER, or ADMIN, which only somebody gives who has it, as a SUPER_ADMIN: it opens
 * what no role of the administration does. Logins end with another role. E_ADMIN_SELF, E_ADMIN_PROTECTED,
 * E_USER_NOT_FOUND (also of one that is deleted, unless it is restored), E_EMAIL_TAKEN, E_ADMIN_OWNER, E_FORBIDDEN
 */
struct admin_edit {
	uint64_t user_id;
	const char *name, *email, *role, *status;
	const char *reason; /* or NULL */
	struct admin_place place;
};
MUST_USE enum status admin_edit(struct ctx *c, const struct admin_edit *e, struct admin_user_item *out);

/* Also an account that an administrator deleted. Of one that is active nothing changes or is recorded. */
MUST_USE enum status admin_restore(struct ctx *c, uint64_t id, const char *reason, const struct admin_place *at,
				   struct admin_user_item *out);
/* The same; of one that is active the restrictions end, if there are any. */
MUST_USE enum status admin_unsuspend(struct ctx *c, uint64_t id, const char *reason, const struct admin_place *at,
				     struct admin_user_item *out);
#endif
