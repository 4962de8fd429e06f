/* The only list of domains. Order is the order of the documentation. */
#ifndef DOMAIN_REGISTRY_H
#define DOMAIN_REGISTRY_H

#include "db/db.h"
#include "domain/job.h"
#include "http/route.h"

struct domain {
	const char *name; /* the OpenAPI tag */
	const char *doc;
	const struct route *routes;
	size_t n_routes;
	const struct stmt *const *stmts; /* ends with NULL; may be NULL */
	const struct job *jobs;		 /* ends with an empty one; may be NULL */
	const struct schedule *schedules; /* the same */
};

/* Ends with NULL. */
extern const struct domain *const domains[];

/* Every route of every domain gets a number, in order; NULL past the last. */
const struct route *registry_route(size_t i, const struct domain **of);
/* The same with the name and description of its domain, for openapi_source(). */
const struct route *registry_documented(size_t i, const char **tag, const char **doc);
size_t registry_route_index(const struct route *r);
size_t registry_route_count(void);

/* All statements of all domains: *n of them. */
const struct stmt *const *registry_stmts(size_t *n);

/* Checks every row and writes one line per breach to out: a path parameter no field reads, a secret in an
 * output, a field that would overwrite the envelope, no documentation, settings that do not go together. */
bool registry_check(FILE *out);
#endif
