#ifndef DOMAIN_GROUP_SESSION_GROUP_AI_SQL_H
#define DOMAIN_GROUP_SESSION_GROUP_AI_SQL_H

#include "db/db.h"

#define GROUP_STATS(F, S)                                                                          \
	F(S, INT, totalSessions, .doc = "of the last 90 days, 50 at most, as all of these")        \
	F(S, INT, totalSpeakingTime)                                                               \
	F(S, INT, totalWordsSpoken)                                                                \
	F(S, INT, vocabularySize, .doc = "different words, without regard to case")                \
	F(S, NUM, averageParticipation, .doc = "null: never said")
SHAPE_STRUCT(group_stats, GROUP_STATS)

enum { GROUP_PROGRESS_MAX = 50, GROUP_PROGRESS_DAYS = 90 };

struct group_progress {
	uint64_t session_id;
	int64_t speaking_time, messages, words, participation; /* participation -1: not said */
	const char *vocabulary, *grammar, *more; /* JSON */
};
/* Inside db_tx(). E_SESSION_NONE: the caller did not take part. The oldest go when there are more than 50. */
MUST_USE enum status group_ai_sql_track(struct ctx *c, const struct group_progress *p);
MUST_USE enum status group_ai_sql_stats(struct ctx *c, struct group_stats *out);
MUST_USE enum status group_ai_sql_forget(struct ctx *c, int64_t before, int64_t piece, int64_t *n);
#endif
