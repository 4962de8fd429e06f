/* The record of what administrators did, as it is read. */
#ifndef DOMAIN_ADMIN_AUDIT_H
#define DOMAIN_ADMIN_AUDIT_H

#include "domain/admin/admin.h"

/* AUDIT_SEEN_MAX: of the newest so many rows (of an administrator, of an action, of days) those that fit are listed. */
enum { AUDIT_PAGE_MAX = 100, AUDIT_SEEN_MAX = 10000, AUDIT_STAFF_MAX = 200 };

struct audit_filter {
	uint64_t admin_id;	/* 0: any */
	const char *action;	/* NULL: any, here and below */
	const char *begins;	/* the action */
	const char *target_type;
	const char *from, *to; /* days, UTC; both are in */
	int64_t page, size;
};

#define AUDIT_ROW(F, S)                                                                            \
	F(S, INT, total)                                                                           \
	F(S, ID, id)                                                                               \
	F(S, ID, adminId)                                                                          \
	F(S, STR, action)                                                                          \
	F(S, STR, targetType)                                                                      \
	F(S, ID, targetId)                                                                         \
	F(S, RAW, was)                                                                             \
	F(S, RAW, became)                                                                          \
	F(S, STR, reason)                                                                          \
	F(S, STR, ip)                                                                              \
	F(S, STR, userAgent)                                                                       \
	F(S, TIME, createdAt)                                                                      \
	F(S, STR, name)                                                                            \
	F(S, STR, email)                                                                           \
	F(S, STR, avatar)
SHAPE_STRUCT(audit_row, AUDIT_ROW)

#define AUDIT_ADMIN(F, S)                                                                          \
	F(S, ID, id)                                                                               \
	F(S, STR, name)                                                                            \
	F(S, STR, email)                                                                           \
	F(S, STR, avatar)
SHAPE_STRUCT(audit_admin, AUDIT_ADMIN)

#define AUDIT_PAGES(F, S)                                                                          \
	F(S, INT, total)                                                                           \
	F(S, INT, page)                                                                            \
	F(S, INT, limit)                                                                           \
	F(S, INT, totalPages)                                                                      \
	F(S, BOOL, hasMore)
SHAPE_STRUCT(audit_pages, AUDIT_PAGES)

/* rows: of struct audit_row, the newest first; *total: how many there are in all. */
MUST_USE enum status audit_list(struct ctx *c, const struct audit_filter *f, struct list *rows, int64_t *total);

/* In the arena, both. */
const struct audit_admin *audit_admin_of(struct ctx *c, const struct audit_row *row);
const struct audit_pages *audit_pages(struct ctx *c, int64_t page, int64_t limit, int64_t total);
#endif
