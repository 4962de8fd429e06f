#include "domain/study/study.h"
#include "base/buf.h"
#include "domain/outbox/outbox.h"
#include "domain/study/study_sql.h"

enum { NEWS_MAX = 2000 };

enum status study_need(struct ctx *c, uint64_t study_id, enum study_role least, enum study_role *role)
{
	struct study_role_row row = {0};
	enum status st = study_sql_role(c, study_id, &row);

	if (st != OK)
		return st == E_NO_ROW ? fail(c, E_STUDY_NOT_MEMBER, "study %llu", (unsigned long long)study_id) : st;
	if (role)
		*role = (enum study_role)row.role;
	return row.role < (int64_t)least ? fail(c, E_STUDY_ROLE, "role %d", (int)row.role) : OK;
}

enum status study_tell(struct ctx *c, uint64_t study_id, enum notify_template t, uint64_t to, const char *title)
{
	struct buf b = buf_new(c->arena, 256, NEWS_MAX);

	buf_printf(&b, "{\"to\":%llu", (unsigned long long)to);
	buf_member(&b, "template", notify_templates[t].id);
	buf_member(&b, "title", title);
	buf_char(&b, '}');
	return outbox_add(c, "study.news", study_id, b.data);
}
