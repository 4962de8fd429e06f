#include "domain/coup.h"

SHAPE_TABLE(coup_pages, COUP_PAGES)
SHAPE_TABLE(coup_done, COUP_DONE)

struct coup_pages *coup_pages(struct ctx *c, int64_t page, int64_t limit, int64_t total)
{
	struct coup_pages *p = arena_new_of(c->arena, struct coup_pages);

	*p = (struct coup_pages){
		.page = page,
		.limit = limit,
		.total = total,
		.totalPages = (total + limit - 1) / limit,
		.hasNext = page * limit < total,
		.hasPrev = page > 1,
	};
	return p;
}
