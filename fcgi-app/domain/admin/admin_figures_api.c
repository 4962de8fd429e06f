/* Figures over time: /admin/analytics of the administrators' pages. */
#include "domain/admin/admin_figures.h"
#include "domain/registry.h"

#define FIGURES_IN(F, S)                                                                           \
	F(S, STR, period, .from = FROM_QUERY, .one_of = "daily weekly monthly", .dflt = "daily",   \
	  .doc = "what a trend counts by: days of Korea, weeks from Monday, months")               \
	F(S, INT, range, .from = FROM_QUERY, .dflt = "30", .min = 1, .max = FIGURES_RANGE_MAX,     \
	  .doc = "days, today among them; the week or month in which they begin is counted as a whole")
SHAPE(figures_in, FIGURES_IN)

#define OUT(F, S, data_s)                                                                          \
	F(S, BOOL, success)                                                                        \
	F(S, OBJ(data_s), data)                                                                    \
	F(S, TIME, timestamp)
#define OVERVIEW_OUT(F, S) OUT(F, S, figures_overview)
SHAPE(figures_overview_out, OVERVIEW_OUT)
#define PEOPLE_OUT(F, S) OUT(F, S, figures_people)
SHAPE(figures_people_out, PEOPLE_OUT)
#define GROUPS_OUT(F, S) OUT(F, S, figures_groups)
SHAPE(figures_groups_out, GROUPS_OUT)

static struct figures_ask asked(struct req *r, const struct figures_in *in)
{
	static const char *const words[] = {"daily", "weekly", "monthly"};

	return (struct figures_ask){.period = (enum figures_period)admin_word(in->period, words, COUNT(words)),
				    .range = in->range,
				    .place = admin_place(r)};
}

/* The three differ in what they show alone. */
#define FIGURES(what)                                                                              \
	HANDLER(admin_figures_##what##_get, struct figures_in, struct figures_##what##_out)        \
	{                                                                                          \
		const struct figures_ask ask = asked(r, in);                                       \
		struct figures_##what *data = arena_new_of(r->ctx.arena, struct figures_##what);   \
                                                                                                   \
		out->success = true;                                                               \
		out->data = data;                                                                  \
		out->timestamp = r->ctx.now;                                                       \
		return admin_figures_##what(&r->ctx, &ask, data);                                  \
	}
FIGURES(overview)
FIGURES(people)
FIGURES(groups)

static const struct code_row codes[] = {ADMIN_CODES, {0}};
#define FOR_STAFF                                                                                  \
	.auth = AUTH_STAFF, .need = MAY_ANALYTICS_VIEW, .envelope = COUP, .codes = codes, .rate = RATE_SEARCH
static const struct route routes[] = {
	ROUTE(admin_figures_overview_get, figures_in, figures_overview_out, .on = {"GET /admin/analytics/overview"},
	      FOR_STAFF, .statements = 6, .doc = "The site in figures, and what came over time."),
	ROUTE(admin_figures_people_get, figures_in, figures_people_out, .on = {"GET /admin/analytics/users"},
	      FOR_STAFF, .statements = 4,
	      .doc = "Accounts in figures: how they came, who was here, what they log in with."),
	ROUTE(admin_figures_groups_get, figures_in, figures_groups_out, .on = {"GET /admin/analytics/studies"},
	      FOR_STAFF, .statements = 5,
	      .doc = "Study groups in figures: how they came, what they are about, which are alive."),
};

extern const struct stmt *const admin_figures_stmts[];
const struct domain admin_figures_domain = {
	.name = "administration",
	.doc = "For those who run the study groups' site",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = admin_figures_stmts,
};
