/*
 * What somebody did, in figures: of sessions, groups, level tests and matching, counted when it is asked for. Nothing
 * of it is stored a second time. Sums of sessions are those of /sessions/stats (meeting_stats.h).
 */
#ifndef DOMAIN_ANALYTICS_H
#define DOMAIN_ANALYTICS_H

#include "base/ctx.h"
#include "domain/meeting/meeting.h"

enum { ANALYTICS_MET_MAX = 20000, ANALYTICS_REQUESTS_MAX = 100, ANALYTICS_RECENT_MAX = 20 };

/* A1 is 0, C2 is 5; 0 for anything else. And back. */
enum { ANALYTICS_LEVELS = 6 };
extern const char *const analytics_levels[ANALYTICS_LEVELS];
int64_t analytics_level(const char *name);

/* One decimal. */
double analytics_hours(int64_t minutes);
#endif
