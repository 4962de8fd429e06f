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

/* One decimal. */
double analytics_hours(int64_t minutes);
#endif
