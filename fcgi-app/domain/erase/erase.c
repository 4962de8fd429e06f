#include "domain/erase/erase.h"
#include "domain/auth/auth.h"
#include "domain/erase/erase_sql.h"
#include "domain/matching/matching.h"
#include "domain/user/user.h"

static enum status erase(struct ctx *c, const struct erase_terms *t)
{
	struct erased_row row = {0};
	enum status st = erase_sql_account(c, t, &row);

	if (st != OK)
		return st;
	auth_ended_by_me(c);
	matching_forget(c, c->me.user_id, row.pairs);
	user_tell_changed(c, c->me.user_id);
	return OK;
}

enum status erase_me(struct ctx *c, const char *password)
{
	struct erase_terms t = {.owners_too = true, .by_password = true};
	enum status st = auth_confirm(c, password, &t.password_id);

	return st == OK ? erase(c, &t) : st;
}

enum status erase_member(struct ctx *c, const char *words)
{
	struct user_brief me;
	enum status st = words ? user_brief(c, c->me.user_id, &me) : OK;

	if (st != OK)
		return st;
	if (words && strcmp(words, "DELETE") != 0 && (!me.email || strcasecmp(words, me.email) != 0))
		return E_ERASE_MISMATCH;
	return erase(c, &(struct erase_terms){0});
}
