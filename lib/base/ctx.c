#include "base/ctx.h"

enum status fail(struct ctx *c, enum status st, const char *why, ...)
{
	va_list ap;

	va_start(ap, why);
	c->why = arena_vprintf(c->arena, why, ap);
	va_end(ap);
	return st;
}

void fail_field(struct ctx *c, const char *field, const char *rule, const char *text)
{
	struct bad_field *f = arena_new_of(c->arena, struct bad_field);
	struct bad_field **end = &c->bad_fields;

	f->field = field;
	f->rule = rule;
	f->text = text;
	while (*end)
		end = &(*end)->next;
	*end = f;
}

const char *say(const struct ctx *c, const char *ko, const char *en)
{
	return c->lang == LANG_EN ? en : ko;
}
