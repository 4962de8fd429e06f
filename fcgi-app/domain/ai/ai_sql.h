/* Statements about calls of language models; ai.c explains. */
#ifndef DOMAIN_AI_SQL_H
#define DOMAIN_AI_SQL_H

#include "domain/ai/ai.h"

struct ai_call {
	const char *kind, *feature, *model;
	bool good;
	int64_t tokens, characters;
	double seconds;
	int64_t latency_ms;
};

MUST_USE enum status ai_sql_add(struct ctx *c, const struct ai_call *call);
MUST_USE enum status ai_sql_usage(struct ctx *c, int64_t from, int64_t to, struct list *out);

/* Of those from before that (ms) at most a piece. */
MUST_USE enum status ai_sql_forget(struct ctx *c, int64_t before, int64_t piece, int64_t *n);
#endif
