/* Reports as administrators find, share out and answer them. */
#ifndef DOMAIN_ADMIN_CASES_H
#define DOMAIN_ADMIN_CASES_H

#include "domain/admin/admin_reports.h"
#include "domain/admin/admin_users.h"

enum {
	CASES_PAGE_MAX = 100,
	CASES_SEEN_MAX = 10000, /* the newest, or the newest of a status, of which a list is made */
	CASES_FOUND_MAX = 2000, /* and those a search looks at */
	CASES_RELATED_MAX = 5,
};

/* In the order of the words of admin_cases_api.c. */
enum admin_case_order { CASE_BY_CREATED, CASE_BY_PRIORITY, CASE_BY_STATUS, CASE_ORDERS };

struct admin_case_filter {
	const char *words, *status, *type, *priority, *target_type, *created_from, *created_to; /* NULL: any */
	int64_t assigned; /* an administrator; 0: nobody, -1: either */
	enum admin_case_order order;
	bool ascending;
	int64_t page, size;
};

#define ADMIN_CASE_PLAIN(F, S)                                                                     \
	REPORT(F, S)                                                                               \
	F(S, RAW, evidence, .doc = "what it was when it was reported, and what the reporter gave") \
	F(S, ID, processedBy, .doc = "who has it, or has answered it")                             \
	F(S, TIME, processedAt)                                                                    \
	F(S, STR, resolution)

#define ADMIN_CASE_ITEM(F, S)                                                                      \
	ADMIN_CASE_PLAIN(F, S)                                                                     \
	F(S, OBJ(admin_person), reporter)
SHAPE_STRUCT(admin_case_item, ADMIN_CASE_ITEM)

#define ADMIN_CASE_SUMS(F, S)                                                                      \
	F(S, INT, total, .doc = "that fit")                                                        \
	F(S, INT, pending, .doc = "this and what follows: of all there are")                       \
	F(S, INT, in_progress)                                                                     \
	F(S, INT, resolved)                                                                        \
	F(S, INT, rejected)
SHAPE_STRUCT(admin_case_sums, ADMIN_CASE_SUMS)

#define ADMIN_CASE_COUNTS(F, S)                                                                    \
	F(S, INT, messages)                                                                        \
	F(S, INT, members, .doc = "this and the next: of a group, otherwise 0")                    \
	F(S, INT, notices)                                                                         \
	F(S, INT, ownedStudies, .doc = "this and what follows: of somebody, otherwise 0")          \
	F(S, INT, studyMembers)                                                                    \
	F(S, INT, receivedWarnings)
SHAPE_STRUCT(admin_case_counts, ADMIN_CASE_COUNTS)
#define ADMIN_CASE_NAMED(F, S)                                                                     \
	F(S, ID, id)                                                                               \
	F(S, STR, name)                                                                            \
	F(S, STR, emoji)
SHAPE_STRUCT(admin_case_named, ADMIN_CASE_NAMED)

/* Somebody, a group, or a message, each with its own fields. */
#define ADMIN_CASE_TARGET_PLAIN(F, S)                                                              \
	F(S, ID, id)                                                                               \
	F(S, STR, name, .skip_null = true)                                                         \
	F(S, STR, email, .skip_null = true)                                                        \
	F(S, STR, avatar, .skip_null = true)                                                       \
	F(S, STR, status, .skip_null = true)                                                       \
	F(S, STR, emoji, .skip_null = true)                                                        \
	F(S, STR, category, .skip_null = true)                                                     \
	F(S, STR, description, .skip_null = true)                                                  \
	F(S, STR, content, .skip_null = true)                                                      \
	F(S, ID, studyId, .skip_null = true)                                                       \
	F(S, ID, userId, .skip_null = true)                                                        \
	F(S, ID, ownerId, .skip_null = true)                                                       \
	F(S, TIME, suspendedUntil, .skip_null = true)                                              \
	F(S, STR, suspendReason, .skip_null = true)                                                \
	F(S, TIME, createdAt)
#define ADMIN_CASE_TARGET(F, S)                                                                    \
	ADMIN_CASE_TARGET_PLAIN(F, S)                                                              \
	F(S, OBJ(admin_person), owner, .skip_null = true, .doc = "of a group")                     \
	F(S, OBJ(admin_person), user, .skip_null = true, .doc = "who wrote a message")             \
	F(S, OBJ(admin_case_named), study, .skip_null = true, .doc = "in which group")             \
	F(S, OBJ(admin_case_counts), _count, .skip_null = true, .doc = "not of a message")
SHAPE_STRUCT(admin_case_target, ADMIN_CASE_TARGET)

#define ADMIN_CASE_RANK(F, S) F(S, STR, role)
SHAPE_STRUCT(admin_case_rank, ADMIN_CASE_RANK)
#define ADMIN_CASE_HANDLER(F, S)                                                                   \
	F(S, ID, id)                                                                               \
	F(S, STR, name)                                                                            \
	F(S, STR, email)                                                                           \
	F(S, OBJ(admin_case_rank), adminRole, .doc = "null: no administrator any more")
SHAPE_STRUCT(admin_case_handler, ADMIN_CASE_HANDLER)
#define ADMIN_CASE_HISTORY(F, S) F(S, INT, totalReports)
SHAPE_STRUCT(admin_case_history, ADMIN_CASE_HISTORY)

#define ADMIN_CASE_DETAIL(F, S)                                                                    \
	ADMIN_CASE_ITEM(F, S)                                                                      \
	F(S, OBJ(admin_case_target), target, .doc = "as it is now; null: it is gone")              \
	F(S, OBJ(admin_case_handler), processedAdmin)                                              \
	F(S, OBJ(admin_case_history), reporterHistory)                                             \
	F(S, INT, targetReportCount)
SHAPE_STRUCT(admin_case_detail, ADMIN_CASE_DETAIL)

#define ADMIN_CASE_REMOVED(F, S)                                                                   \
	F(S, STR, targetType)                                                                      \
	F(S, ID, targetId)
SHAPE_STRUCT(admin_case_removed, ADMIN_CASE_REMOVED)
#define ADMIN_CASE_RESULT(F, S)                                                                    \
	F(S, STR, action)                                                                          \
	ADMIN_WARNED(F, S)                                                                         \
	F(S, OBJ(admin_case_removed), deleted, .doc = "null: nothing was, it was gone already")
SHAPE_STRUCT(admin_case_result, ADMIN_CASE_RESULT)

MUST_USE enum status admin_cases_list(struct ctx *c, const struct admin_case_filter *f, struct list *items,
				      struct admin_case_sums *sums);
/* related: others about the same. E_REPORT_NONE */
MUST_USE enum status admin_case_get(struct ctx *c, uint64_t id, const struct admin_place *at,
				    struct admin_case_detail *out, struct list *related);

/* Whose it is from now on. E_REPORT_NONE, E_REPORT_CLOSED, E_VALIDATION: to somebody who may not answer reports */
enum { ASSIGN_TO_NOBODY = 0, ASSIGN_TO_LEAST_LOADED = -1 };
MUST_USE enum status admin_case_assign(struct ctx *c, uint64_t id, int64_t to, const struct admin_place *at,
				       struct admin_case_item *out);

enum verdict { VERDICT_APPROVE, VERDICT_REJECT, VERDICT_HOLD };
enum measure { MEASURE_NONE, MEASURE_WARN, MEASURE_SUSPEND, MEASURE_RESTRICT, MEASURE_DELETE, MEASURES };

/* The measure is taken with an approval alone, and needs the permission it needs by itself. */
struct admin_decision {
	uint64_t report_id;
	enum verdict verdict;
	enum measure measure;
	const char *resolution, *reason; /* reason: of the measure and the record */
	const char *severity;
	int64_t warning_ends; /* ms; 0: never */
	int64_t days;	      /* 0: for good */
	int64_t actions;      /* of enum restriction */
	struct admin_place place;
};

/* All of it or nothing. result: NULL if there was no measure. E_REPORT_NONE, E_REPORT_CLOSED, E_FORBIDDEN,
 * E_VALIDATION: the measure is none for that kind of target; those of the measures. */
MUST_USE enum status admin_case_decide(struct ctx *c, const struct admin_decision *d, struct admin_case_item *out,
				       struct admin_case_result **result);
#endif
