/* What the endpoints and the jobs of exports share. */
#ifndef DOMAIN_EXPORT_RULES_H
#define DOMAIN_EXPORT_RULES_H

#include "base/ctx.h"

/* The address of what is behind a link, on this server, and the name it is saved by. */
const char *export_url(struct ctx *c, const char *link);
const char *export_name(struct ctx *c, int64_t requested_at);
#endif
