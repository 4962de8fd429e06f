#include "domain/admin/admin_reports.h"
#include "domain/admin/admin_reports_sql.h"

SHAPE_TABLE(report, REPORT)

enum { DAY_S = 86400 };

struct adding {
	const struct report_draft *draft;
	struct report *out;
};

static enum status add(struct ctx *c, void *arg)
{
	const struct adding *w = arg;

	return report_sql_add(c, w->draft, w->out);
}

enum status report_add(struct ctx *c, const struct report_draft *d, struct report *out)
{
	struct adding w = {d, out};
	enum status st = db_tx(c, add, &w);

	if (st == E_REPORT_MANY)
		c->retry_after = DAY_S; /* by then in any case */
	return st;
}
