#include "domain/contact/contact.h"
#include "base/buf.h"
#include "domain/contact/contact_sql.h"
#include "kv/gate.h"

enum status contact_first(struct ctx *c, const int64_t *people, size_t n)
{
	struct contact_row row = {0};
	struct gate_answer limit;
	const char *who = arena_printf(c->arena, "u%llu", (unsigned long long)c->me.user_id);

	if (!n)
		return OK;
	enum status st = contact_sql_strangers(c, buf_ids(c->arena, people, n, sizeof(*people)), &row);

	if (st != OK || !row.newcomer)
		return st;
	for (int64_t i = 0; i < row.strangers; i++)
		if (!gate_take(c, RATE_NEWCOMER, who, &limit)) {
			c->retry_after = (int)(limit.retry_ms / 1000 + 1);
			return fail(c, E_RATE_LIMITED, "limit NEWCOMER");
		}
	return OK;
}
