/*
 * What people earn. The catalogue is in MariaDB (seed/reference.sql). How far somebody is comes from two sides: clients
 * say it, and the server counts what it knows of by itself when an event tells that it changed.
 */
#ifndef DOMAIN_ACHIEVEMENT_H
#define DOMAIN_ACHIEVEMENT_H

#include "base/ctx.h"
#include "domain/achievement/achievement_shapes.h"

/* The catalogue, or one category of it; what is hidden only when the caller has it. Rows of achievement. */
MUST_USE enum status achievement_catalogue(struct ctx *c, const char *category, struct list *out);

/* All that the caller can have, in the order of the catalogue: rows of my_achievement. made: how many were missing. */
MUST_USE enum status achievement_mine(struct ctx *c, struct list *out, int64_t *made);

/* Only those completed, the newest first; only those begun and not completed, the nearest to their end first. */
MUST_USE enum status achievement_completed(struct ctx *c, struct list *out);
MUST_USE enum status achievement_under_way(struct ctx *c, struct list *out);

MUST_USE enum status achievement_stats(struct ctx *c, struct achievement_stats *out);

/* Sets the caller's progress, or (progress < 0) adds to it; past what is required it ends there, and what is completed
 * stays. *name: the achievement's. *fresh: it was completed just now. */
struct achievement_step {
	const char *key;
	int64_t progress, plus;
};
MUST_USE enum status achievement_progress(struct ctx *c, const struct achievement_step *s,
					  struct achievement_progress *out, const char **name, bool *fresh);

/* Once. */
MUST_USE enum status achievement_claim(struct ctx *c, uint64_t id, struct achievement_claimed *out);

/* Counts again all that the server knows of the caller, and gives what was completed since it was last asked: rows of
 * my_achievement. */
MUST_USE enum status achievement_check(struct ctx *c, struct list *out);

/* What an event tells: something of these people is to be counted again. */
enum achievement_source {
	SOURCE_MESSAGES = 1,
	SOURCE_MATCHES = 2,
	SOURCE_PROFILE = 4,
	SOURCE_DAYS = 8,
	SOURCE_SESSIONS = 16,
	SOURCE_TESTS = 32,
	SOURCE_PRAISES = 64,
	SOURCE_HELPS = 128,
	SOURCE_ALL = 255,
};

/* Something to keep, each source_id once for each user and source: a day, a session, a test, or what somebody said of
 * them. */
struct achievement_entry {
	uint64_t user_id, source_id;
	enum achievement_source source;
	int64_t amount; /* minutes, or a level */
	int64_t at;	/* ms */
};

/* Counts for those users. exact: days in a row that were broken begin anew; otherwise nothing goes back. */
MUST_USE enum status achievement_count(struct ctx *c, const int64_t *users, size_t n, unsigned sources, bool exact);

/* Keeps entries first, of those users; a day's source_id is found out. */
MUST_USE enum status achievement_keep(struct ctx *c, const struct achievement_entry *e, size_t n);
#endif
