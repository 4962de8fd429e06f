/* Effects outside SQL, written in the transaction of their cause and carried out later by the jobs. */
#ifndef DOMAIN_OUTBOX_H
#define DOMAIN_OUTBOX_H

#include "base/ctx.h"

/* event: "match.requested" and the like, at most 40 characters. payload: JSON text. To be called
 * inside db_tx(); statements that write their own outbox row use the same columns. */
MUST_USE enum status outbox_add(struct ctx *c, const char *event, uint64_t subject_id,
				const char *payload);
#endif
