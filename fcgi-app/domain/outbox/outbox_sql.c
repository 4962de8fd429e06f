#include "domain/outbox/outbox.h"
#include "domain/registry.h"

WRITE(OUTBOX_ADD, "INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES (?, ?, ?, ?)")

static const struct stmt *const stmts[] = {&OUTBOX_ADD, NULL};
const struct domain outbox_domain = {.name = "outbox", .stmts = stmts};

enum status outbox_add(struct ctx *c, const char *event, uint64_t subject_id, const char *payload)
{
	return db_exec(c, &OUTBOX_ADD, NULL,
		       ARGS(P(event), P(subject_id), P(c->me.user_id), P(payload)));
}
