#include "base/clock.h"
#include "domain/ai/ai_sql.h"
#include "domain/registry.h"

enum { FORGET_EVERY_S = 3600, FORGET_PIECE = 1000 };

static enum status forget(struct ctx *c, int64_t *n)
{
	return ai_sql_forget(c, c->now - AI_CALLS_DAYS * DAY_MS, FORGET_PIECE, n);
}

static const struct schedule schedules[] = {
	{"ai.forget_calls", FORGET_EVERY_S, .piece = forget, .full = FORGET_PIECE},
	{0},
};

extern const struct stmt *const ai_stmts[];
const struct domain ai_domain = {
	.name = "AI",
	.doc = "What a language model was asked for",
	.stmts = ai_stmts,
	.schedules = schedules,
};
