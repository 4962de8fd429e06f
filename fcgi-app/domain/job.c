#include "domain/job.h"
#include "base/clock.h"

enum { PIECES_US = 1000 * 1000 };

enum status job_in_pieces(struct ctx *c, enum status (*piece)(struct ctx *c, int64_t *n), int64_t full)
{
	int64_t end = clock_mono() + PIECES_US, n = full;
	enum status st = OK;

	while (st == OK && n >= full && clock_mono() < end)
		st = piece(c, &n);
	return st;
}
