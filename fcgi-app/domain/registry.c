#include "domain/registry.h"

/* In the order of the documentation. */
#define DOMAINS(D)                                                                                 \
	D(system) \
	D(auth) \
	D(auth_password) \
	D(auth_link) \
	D(auth_web) \
	D(auth_oauth) \
	D(user) \
	D(user_coup) \
	D(erase) \
	D(onboarding_lists) \
	D(onboarding) \
	D(onboarding_info) \
	D(matching) \
	D(matching_best) \
	D(chat) \
	D(chat_files) \
	D(chat_dating) \
	D(dating) \
	D(file) \
	D(file_image) \
	D(file_coup) \
	D(notification) \
	D(notification_template) \
	D(notification_settings) \
	D(notification_coup) \
	D(notification_study) \
	D(study_group) \
	D(study_member) \
	D(study_home) \
	D(study_attendance) \
	D(study) \
	D(study_chat) \
	D(study_notices) \
	D(study_calendar) \
	D(study_files) \
	D(study_tasks) \
	D(task) \
	D(once) \
	D(outbox) \
	D(delivery) \
	D(room) \
	D(room_internal) \
	D(presence) \
	D(contact) \
	D(meeting) \
	D(meeting_lists) \
	D(meeting_stats) \
	D(meeting_people) \
	D(meeting_recording) \
	D(group_session) \
	D(group_lists) \
	D(group_ai) \
	D(group_talk) \
	D(leveltest) \
	D(leveltest_voice) \
	D(leveltest_detail) \
	D(leveltest_tests) \
	D(ai) \
	D(subtitle) \
	D(achievement) \
	D(analytics) \
	D(analytics_progress) \
	D(analytics_learning) \
	D(analytics_records) \
	D(notification_page) \
	D(settings) \
	D(settings_account) \
	D(settings_coup) \
	D(export) \
	D(export_parts) \
	D(auth_history) \
	D(auth_factor) \
	D(admin) \
	D(admin_users) \
	D(admin_studies) \
	D(admin_cases) \
	D(admin_figures) \
	D(admin_site) \
	D(admin_audit) \
	D(admin_reports)

#define EXTERN(name) extern const struct domain name##_domain;
DOMAINS(EXTERN)

#define ADDRESS(name) &name##_domain,
const struct domain *const domains[] = {DOMAINS(ADDRESS) NULL};

const struct route *registry_route(size_t i, const struct domain **of)
{
	for (const struct domain *const *d = domains; *d; d++) {
		if (i < (*d)->n_routes) {
			if (of)
				*of = *d;
			return &(*d)->routes[i];
		}
		i -= (*d)->n_routes;
	}
	return NULL;
}

const struct route *registry_documented(size_t i, const char **tag, const char **doc)
{
	const struct domain *d = NULL;
	const struct route *r = registry_route(i, &d);

	if (r && tag)
		*tag = d->name;
	if (r && doc)
		*doc = d->doc;
	return r;
}

size_t registry_route_index(const struct route *r)
{
	size_t before = 0;

	for (const struct domain *const *d = domains; *d; d++) {
		if ((*d)->n_routes && r >= (*d)->routes && r < (*d)->routes + (*d)->n_routes)
			return before + (size_t)(r - (*d)->routes);
		before += (*d)->n_routes;
	}
	abort();
}

size_t registry_route_count(void)
{
	size_t n = 0;

	for (const struct domain *const *d = domains; *d; d++)
		n += (*d)->n_routes;
	return n;
}

const struct stmt *const *registry_stmts(size_t *n)
{
	static const struct stmt *all[1024];
	size_t count = 0;

	for (const struct domain *const *d = domains; *d; d++)
		for (const struct stmt *const *s = (*d)->stmts; s && *s; s++) {
			assert(count < COUNT(all));
			all[count++] = *s;
		}
	*n = count;
	return all;
}

/* ---- the rules a row keeps ---------------------------------------------------------------- */

struct checker {
	const struct route *route;
	FILE *out;
	bool good;
};

static void breach(struct checker *c, const char *what, const char *which)
{
	fprintf(c->out, "route %s: %s%s%s\n", c->route->name, what, which ? ": " : "", which ? which : "");
	c->good = false;
}

static bool one_word(const char *words, const char *w)
{
	size_t n = strlen(w), len;
	const char *p;

	while ((p = next_word(&words, &len)))
		if (len == n && !memcmp(p, w, n))
			return true;
	return false;
}

static void check_output(struct checker *c, const struct shape *s, bool top)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];

		if (f->secret)
			breach(c, "a secret in the output", f->name);
		if (f->kind == K_FILES)
			breach(c, "FILES in the output", f->name);
		if (top && c->route->envelope == FLAT && one_word("success data meta error code", f->name))
			breach(c, "FLAT output would overwrite the envelope", f->name);
		if (f->of)
			check_output(c, f->of, false);
	}
}

static void check_path(struct checker *c, const char *on)
{
	const char *path = strchr(on, ' ');

	if (!path || path[1] != '/') {
		breach(c, "a path must read \"METHOD[,METHOD] /path\"", on);
		return;
	}
	for (const char *p = path; (p = strchr(p, '{')); p++) {
		size_t n = strcspn(p + 1, "}");
		const struct field *f = shape_find(c->route->in, p + 1, n);

		if (!f || f->from != FROM_PATH)
			breach(c, "no path field reads a parameter of", on);
	}
}

static bool takes_files(const struct shape *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->fields[i].kind == K_FILES)
			return true;
	return false;
}

bool registry_check(FILE *out)
{
	struct checker c = {.out = out, .good = true};
	const struct route *r;

	for (size_t i = 0; (c.route = r = registry_route(i, NULL)); i++) {
		if (!r->on[0] || !r->call || !r->in || !r->out)
			breach(&c, "incomplete row", NULL);
		if (!r->doc || !*r->doc)
			breach(&c, "no documentation", NULL);
		if (r->once && r->auth != AUTH_USER && r->auth != AUTH_SESSION && r->auth != AUTH_ADMIN &&
		    r->auth != AUTH_STAFF)
			breach(&c, "Idempotency-Key needs a user", NULL);
		if ((r->auth == AUTH_STAFF) != (r->need != 0))
			breach(&c, "AUTH_STAFF names what it needs, and nobody else does", NULL);
		if (!r->file_max != !takes_files(r->in))
			breach(&c, "FILES and file_max go together", NULL);
		if ((r->auth == AUTH_SIGNED) != (r->admit != NULL) || (r->file_raw && !r->file_max))
			breach(&c, "admit() goes with AUTH_SIGNED, file_raw with file_max", NULL);
		if (r->auth != AUTH_OPERATOR && (r->rate == RATE_NONE) != (r->unlimited && *r->unlimited))
			breach(&c, "no rate is named, nor why it is unlimited; or both", NULL);
		check_output(&c, r->out, true);
		if (r->other)
			check_output(&c, r->other, true);
		FOR_EACH_PATH(r, p)
			check_path(&c, r->on[p]);
	}
	return c.good;
}
