/* What happens to a request, in order. */
#ifndef API_PIPELINE_H
#define API_PIPELINE_H

#include "http/req.h"

/* Everything between the description of a request and its finished answer: r->http_status,
 * r->headers and r->out. Returns the outcome for the log. */
enum status pipeline_run(struct req *r);
#endif
