/*
 * What somebody did, in figures: of sessions, groups, level tests and matching, counted when it is asked for. Nothing
 * of it is stored a second time. Sums of sessions are those of /sessions/stats (meeting_stats.h).
 */
#ifndef DOMAIN_ANALYTICS_H
#define DOMAIN_ANALYTICS_H

#include "base/ctx.h"
#include "domain/leveltest/leveltest.h"
#include "domain/meeting/meeting.h"

enum { ANALYTICS_MET_MAX = 20000, ANALYTICS_REQUESTS_MAX = 100, ANALYTICS_RECENT_MAX = 20 };

/* A text with figures in it, in the caller's language. */
#define SAID(c, ko, en, ...)                                                                       \
	((c)->lang == LANG_EN ? arena_printf((c)->arena, en, __VA_ARGS__) : arena_printf((c)->arena, ko, __VA_ARGS__))

/* A1 is 0, C2 is 5; 0 for anything else. And back: cefr_names. */
int64_t analytics_level(const char *name);

/* Days with a session among the last thirty, of thirty; two decimals. */
double analytics_consistency(const struct meeting_figures *f);

/* How far the caller is in a language: each they learn, in their order, then those of tests and of sessions. */
struct analytics_language {
	const char *name, *code;
	const char *level, *first, *next; /* by tests, the first of the last ten; else what they chose, or NULL */
	int64_t progress;		  /* %: where the score is between the ends of its level; -1: no test */
	const struct leveltest_result *test; /* the newest; NULL: none */
	int64_t sessions, minutes, last_at;  /* last_at: of a test or session */
};
/* Rows of that. Takes two statements. */
MUST_USE enum status analytics_by_language(const struct meeting_figures *f, struct list *out);

/* One decimal. */
double analytics_hours(int64_t minutes);
#endif
