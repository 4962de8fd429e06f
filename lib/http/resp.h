/* Puts an outcome into its envelope: r->http_status, r->headers and r->out. */
#ifndef HTTP_RESP_H
#define HTTP_RESP_H

#include "http/route.h"

/* The answer to a handler that returned OK; out: its output struct. Sets 304 when the caller's
 * ETag still holds. */
void resp_success(struct req *r, const void *out);

/* The answer to a failure; r->route may be NULL (then STANDARD). */
void resp_failure(struct req *r, enum status st);

/* Whether its answers have `pagination` beside a list: the page, size, totals, as clients of lists read them. */
bool route_lists_pages(const struct route *route);

/* Headers that every answer carries; the policy once it is known what the answer is. */
void resp_common_headers(struct req *r);
void resp_policy(struct req *r);
#endif
