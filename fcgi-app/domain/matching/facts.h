/* The column facts of matching_profiles, as one person. */
#ifndef DOMAIN_MATCHING_FACTS_H
#define DOMAIN_MATCHING_FACTS_H

#include "domain/matching/score.h"

/* facts: NULL when there is nothing yet. */
void facts_read(uint64_t id, int64_t active_at, const char *facts, struct person *out);

/* The number at *s, which then stands behind the character that ended it. */
uint64_t facts_number(const char **s);
#endif
