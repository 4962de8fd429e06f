/* What the answers of the study groups' client have in common, whichever domain gives them. */
#ifndef DOMAIN_COUP_H
#define DOMAIN_COUP_H

#include "base/ctx.h"
#include "base/shape.h"

#define COUP_PAGES(F, S)                                                                           \
	F(S, INT, page)                                                                            \
	F(S, INT, limit)                                                                           \
	F(S, INT, total)                                                                           \
	F(S, INT, totalPages)                                                                      \
	F(S, BOOL, hasNext)                                                                        \
	F(S, BOOL, hasPrev)
SHAPE_STRUCT(coup_pages, COUP_PAGES)

#define COUP_DONE(F, S)                                                                            \
	F(S, BOOL, success)                                                                        \
	F(S, STR, message)
SHAPE_STRUCT(coup_done, COUP_DONE)

/* A text their pages send of a field that was left empty is none; one that was emptied is taken away, as by null. */
static inline const char *coup_text(const char *s)
{
	return s && *s ? s : NULL;
}

/* has: of the field. */
static inline bool coup_empty(unsigned has, const char *s)
{
	return has == GIVEN_NULL || (s && !*s);
}

/* In the arena. page: from 1. */
struct coup_pages *coup_pages(struct ctx *c, int64_t page, int64_t limit, int64_t total);
#endif
