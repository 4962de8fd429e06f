/*
 * Parts of the search that were read a moment ago, in memory that the workers of the pool share. Most who look for
 * partners ask for one of a few pairs of languages, and to read the two hundred people of a window was a third of what
 * an answer cost the database.
 *
 * A window is as good as read again: whoever a worker changed is in no older one once that is committed. What others
 * change (another machine's pool; who was active when) is seen after five seconds. Somebody who may no
 * longer be recommended is never shown: the cards ask again, for each answer.
 */
#ifndef DOMAIN_MATCHING_WINDOWS_H
#define DOMAIN_MATCHING_WINDOWS_H

#include "domain/matching/matching_sql.h"

/* matching_sql_search(), of what is kept where it can be. */
MUST_USE enum status windows_search(struct ctx *c, enum partner_tier tier, const struct partner_search *s,
				    struct list *out);

/* pairs: a string, the languages somebody learns and speaks as matching_sql_rebuild() has them, both of before and of
 * now. No window that was read before is used for them any more. For db_after(). */
void windows_forget(const void *pairs);
#endif
