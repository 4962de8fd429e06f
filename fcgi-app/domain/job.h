/*
 * Work that follows an event of the outbox, or the clock. Rows of these stand in x_jobs.c of a
 * domain; studymate-jobs runs them.
 *
 * An event is run at least once: a job must leave the same behind however often it runs (a unique
 * key on the event's id, INSERT IGNORE). All jobs of an event run one after the other; if one fails,
 * all are run again later, with growing pauses, and after ten of them (TRIES_MAX) the event becomes a dead letter.
 */
#ifndef DOMAIN_JOB_H
#define DOMAIN_JOB_H

#include "base/ctx.h"
#include "json/jin.h"

struct event {
	uint64_t id;	     /* of the outbox row */
	const char *name;    /* "chat.message" */
	uint64_t subject_id; /* what it happened to */
	uint64_t actor_id;   /* who did it; 0: nobody */
	const struct jval *payload;
	int64_t created_at; /* ms */
	unsigned tries;	    /* this one counts */

	/* A job with much to do handles a piece of at most a second, sets progress to where the next
	 * piece starts and more to true; it is called again after others had their turn. Of an event
	 * whose job does that, no other job may. progress is 0 at first. */
	uint64_t progress;
	bool more;

	unsigned again_s; /* a job that sets it is called again after so many seconds: not all could be done yet */
};

/* An id or number of its payload; 0: none. MariaDB writes variables of a compound statement as texts of digits. */
static inline uint64_t event_number(const struct event *e, const char *key)
{
	const struct jval *v;

	return jin_get(e->payload, key, &v) ? jin_id(v) : 0;
}

/* A text of its payload, in the arena; NULL: none. */
static inline const char *event_text(struct ctx *c, const struct event *e, const char *key)
{
	const struct jval *v;
	size_t n;

	return jin_get(e->payload, key, &v) && jin_type(v) == J_STR ? arena_strdup(c->arena, jin_str(v, &n)) : NULL;
}

/* One of the two. run_all: with all the events of that name that were taken at once; when that fails, with
 * each by itself. */
struct job {
	const char *event;
	enum status (*run)(struct ctx *c, struct event *e);
	enum status (*run_all)(struct ctx *c, struct event *e, size_t n);
};

/* Run by one process at a time. How late or early it may be is up to the rule: it looks at what is due. */
struct schedule {
	const char *name;
	unsigned every_s;
	/* One of the two. A piece says how much it did, and is called until that is less than a full one, for a
	 * second at most: then others have their turn, and the rest has to wait for the next time. */
	enum status (*run)(struct ctx *c);
	enum status (*piece)(struct ctx *c, int64_t *n);
	int64_t full;
};
#endif
