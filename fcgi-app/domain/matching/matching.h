/* Partners: who fits whom, requests between people, and the pairs that come of them. */
#ifndef DOMAIN_MATCHING_H
#define DOMAIN_MATCHING_H

#include "base/ctx.h"

/* Rebuilds what matching knows of a user from the other tables. To be called in the transaction of
 * every change to languages, chosen options, schedule, time zone, privacy or status. */
MUST_USE enum status matching_refresh(struct ctx *c, uint64_t user_id);
#endif
