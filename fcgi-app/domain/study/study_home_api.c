/* All study groups of somebody: /my-studies and /dashboard of their client. */
#include "base/clock.h"
#include "domain/coup.h"
#include "domain/registry.h"
#include "domain/study/study_home.h"

#define MINE_IN(F, S)                                                                              \
	F(S, STR, filter, .from = FROM_QUERY, .one_of = "all active admin pending", .dflt = "all") \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = 1, .max = 10000)                   \
	F(S, INT, limit, .from = FROM_QUERY, .dflt = "100", .min = 1, .max = STUDY_LIST_MAX)
SHAPE(study_mine_in, MINE_IN)
#define MINE_DATA(F, S)                                                                            \
	F(S, LIST(study_membership), studies, .doc = "those I am in, then those I have asked to join") \
	F(S, INT, count, .doc = "on all pages")                                                    \
	F(S, STR, filter)
SHAPE(study_mine_data, MINE_DATA)
#define HOME_META(F, S)                                                                            \
	F(S, INT, duration, .doc = "ms")                                                           \
	F(S, TIME, timestamp)
SHAPE(home_meta, HOME_META)
#define MINE_OUT(F, S)                                                                             \
	F(S, BOOL, success)                                                                        \
	F(S, OBJ(study_mine_data), data)                                                           \
	F(S, OBJ(coup_pages), pagination)                                                          \
	F(S, OBJ(home_meta), meta)
SHAPE(study_mine_out, MINE_OUT)

#define HOME_IN(F, S)                                                                              \
	F(S, STR, period, .from = FROM_QUERY, .max = 20, .doc = "taken and not looked at, as the next two") \
	F(S, STR, startDate, .from = FROM_QUERY, .max = 40)                                        \
	F(S, STR, endDate, .from = FROM_QUERY, .max = 40)
SHAPE(home_in, HOME_IN)
#define HOME_OUT(F, S)                                                                             \
	F(S, BOOL, success)                                                                        \
	F(S, OBJ(home), data)                                                                      \
	F(S, OBJ(home_meta), metadata)
SHAPE(home_out, HOME_OUT)

static const struct home_meta *meta(struct ctx *c)
{
	struct home_meta *m = arena_new_of(c->arena, struct home_meta);

	m->duration = MAX(clock_ms() - c->now, (int64_t)0);
	m->timestamp = c->now;
	return m;
}

static enum study_which which(const char *filter)
{
	static const char *const names[] = {"all", "active", "admin", "pending"};
	enum study_which w = STUDY_MINE_ALL;

	while (strcmp(names[w], filter) != 0)
		w++;
	return w;
}

HANDLER(my_studies_get, struct study_mine_in, struct study_mine_out)
{
	struct study_mine_data *d = arena_new_of(r->ctx.arena, struct study_mine_data);
	enum status st = study_mine(&r->ctx, which(in->filter), in->page, in->limit, AS_LIST(&d->studies), &d->count);

	d->filter = in->filter;
	out->success = true;
	out->data = d;
	out->pagination = coup_pages(&r->ctx, in->page, in->limit, d->count);
	out->meta = meta(&r->ctx);
	return st;
}

HANDLER(dashboard_get, struct home_in, struct home_out)
{
	struct home *h = arena_new_of(r->ctx.arena, struct home);
	enum status st = study_home(&r->ctx, h);

	out->success = true;
	out->data = h;
	out->metadata = meta(&r->ctx);
	return st;
}

static const struct code_row mine_codes[] = {
	{E_VALIDATION, "filter", "MYS-004"},
	{0},
};
static const struct code_row home_codes[] = {
	{E_NO_TOKEN, NULL, "DASH-PERM-001"},
	{E_TOKEN_EXPIRED, NULL, "DASH-PERM-001"},
	{E_TOKEN_INVALID, NULL, "DASH-PERM-001"},
	{0},
};

#define STUDY .auth = AUTH_SESSION, .envelope = COUP, .rate = RATE_READ
static const struct route routes[] = {
	ROUTE(my_studies_get, study_mine_in, study_mine_out, .on = {"GET /my-studies"}, STUDY, .codes = mine_codes,
	      .statements = 2, .doc = "The study groups I am in, or have asked to join."),
	ROUTE(dashboard_get, home_in, home_out, .on = {"GET /dashboard"}, STUDY, .codes = home_codes, .statements = 4,
	      .doc = "The study groups' first page: numbers, groups, news and dates of mine."),
};

extern const struct stmt *const study_home_stmts[];
const struct domain study_home_domain = {
	.name = "my study groups",
	.doc = "What I see of all my study groups, with the session cookie and no Authorization header",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = study_home_stmts,
};
