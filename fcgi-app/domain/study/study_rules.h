/* What the rules and the jobs of study groups share. */
#ifndef DOMAIN_STUDY_RULES_H
#define DOMAIN_STUDY_RULES_H

#include "base/ctx.h"
#include "base/shape.h"
#include "domain/sql.h"

/* Tells gateways to ask again which groups the user is in. */
void study_post_moved(struct ctx *c, uint64_t study_id, uint64_t user_id);

/* The same for all that were in a group; ids: a JSON array. */
void study_post_gone(struct ctx *c, uint64_t study_id, const char *ids);

/* SQL: what day it is; KOREA_DAY() is in domain/sql.h. */
#define STUDY_TODAY KOREA_DAY("NOW(3)")

enum { STUDY_CODE = 8 };
void study_new_code(char out[STUDY_CODE + 1]);
#endif
