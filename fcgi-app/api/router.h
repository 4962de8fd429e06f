/* Finds the route of a method and path. Built once from the registry, before fork. */
#ifndef API_ROUTER_H
#define API_ROUTER_H

#include "http/route.h"

/* false, with a line to out for each, when two rows claim the same method and path. */
MUST_USE bool router_init(FILE *out);

/*
 * Sets r->route and r->path_params for r->method and path, which begins after "/api/v1". A literal
 * segment wins over a parameter. E_NO_ROUTE; E_BAD_METHOD with the Allow header added; for OPTIONS
 * always E_BAD_METHOD, since no row declares it.
 */
MUST_USE enum status router_find(struct req *r, const char *path, size_t n);
#endif
