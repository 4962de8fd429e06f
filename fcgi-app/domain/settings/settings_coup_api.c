/* What the study groups' page lets one set: the theme, which all three products share. */
#include "domain/registry.h"
#include "domain/settings/settings_sql.h"

#define COUP_THEME_IN(F, S)                                                                        \
	F(S, STR, theme, .required = true, .one_of = "light dark auto system>auto")
SHAPE(coup_theme_in, COUP_THEME_IN)
#define COUP_THEME_OUT(F, S)                                                                       \
	F(S, BOOL, success)                                                                        \
	F(S, STR, message)                                                                         \
	F(S, STR, theme, .doc = "light, dark or auto")
SHAPE(coup_theme_out, COUP_THEME_OUT)

static enum status save(struct ctx *c, void *arg)
{
	return settings_sql_user_save(c, arg);
}

HANDLER(coup_theme_put, struct coup_theme_in, struct coup_theme_out)
{
	struct ctx *c = &r->ctx;

	out->success = true;
	out->message = say(c, "테마가 변경되었습니다", "Your theme was changed");
	out->theme = in->theme;
	return db_tx(c, save, &(struct user_settings_patch){.theme = in->theme});
}

static const struct route routes[] = {
	ROUTE(coup_theme_put, coup_theme_in, coup_theme_out, .on = {"PUT /coup/user/settings/theme"},
	      .auth = AUTH_SESSION, .envelope = COUP, .rate = RATE_WRITE, .statements = 3,
	      .doc = "Change the theme, of the learners' pages, too.", .fails = {E_USER_NOT_FOUND}),
};

const struct domain settings_coup_domain = {
	.name = "settings",
	.doc = "What people set for themselves",
	.routes = routes,
	.n_routes = COUNT(routes),
};
