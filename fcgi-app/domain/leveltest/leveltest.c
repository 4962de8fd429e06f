#include "domain/leveltest/leveltest.h"
#include "domain/leveltest/leveltest_sql.h"

enum status leveltest_newest(struct ctx *c, uint64_t user_id, int64_t most, struct list *out)
{
	return leveltest_sql_newest(c, user_id, MIN(most, (int64_t)LEVELTEST_KEPT), out);
}
