/* What is in an export, file by file. */
#ifndef DOMAIN_EXPORT_PARTS_H
#define DOMAIN_EXPORT_PARTS_H

#include "base/buf.h"
#include "db/db.h"

/* A page and what becomes of it are a few MiB at most, so that a piece fits into the arena of a job. */
enum { EXPORT_PAGE = 100, EXPORT_LONG_PAGE = 10, EXPORT_ROOMS = 50 };

/*
 * A file of the archive: rows of a statement as a list, page by page, or (one) its only row as an object, or what
 * write() says. of: the file is one of many, one for each row of that statement (EXPORT_ROOMS of them at once), and the
 * rows of `rows` are its member `items`. The first field of each row is a number by which they are in order, and after
 * which the next page comes. args: the placeholders of a statement in order, u the account, a the number after which
 * rows come, r the number of the row of `of`.
 */
struct export_part {
	const char *name;
	const struct stmt *rows, *of;
	const char *args, *of_args, *items;
	size_t page; /* rows of a page; 0: EXPORT_PAGE */
	bool one;
	enum status (*write)(struct ctx *c, struct buf *b);
};
extern const struct export_part export_parts[];
extern const size_t export_parts_n;

/* Written by hand. */
enum status export_readme(struct ctx *c, struct buf *b);
enum status export_preferences(struct ctx *c, struct buf *b);
enum status export_privacy(struct ctx *c, struct buf *b);

/* A page of a part; rows: of the shape of the statement. */
MUST_USE enum status export_page(struct ctx *c, const struct stmt *s, const char *args, uint64_t after, uint64_t room,
				 size_t most, struct list *rows);
#endif
