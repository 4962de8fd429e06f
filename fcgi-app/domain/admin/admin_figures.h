/* The site in figures, for its administrators: all of it, its people, its study groups, and how they came over time. */
#ifndef DOMAIN_ADMIN_FIGURES_H
#define DOMAIN_ADMIN_FIGURES_H

#include "domain/admin/admin_shapes.h"

enum {
	FIGURES_RANGE_MAX = 365,                   /* days */
	FIGURES_DAYS_MAX = FIGURES_RANGE_MAX + 30, /* with those of the month in which they begin */
	FIGURES_CATEGORIES_MAX = 50,
};

/* In the order of the words of admin_figures_api.c. */
enum figures_period { FIGURES_DAILY, FIGURES_WEEKLY, FIGURES_MONTHLY };

struct figures_ask {
	enum figures_period period;
	int64_t range; /* days, today among them */
	struct admin_place place;
};

#define FIGURES_POINT(F, S)                                                                        \
	F(S, STR, date, .doc = "its first day, in Korea")                                          \
	F(S, STR, period, .doc = "the same; of a month 2026-01")                                   \
	F(S, INT, count)
SHAPE_STRUCT(figures_point, FIGURES_POINT)

#define GROWTH_DOC                                                                                 \
	"%: those of the last 7 times 24 hours against those of the 7 before; 100 when there were none before, " \
	"0 when there are none now either"
#define FIGURES_USERS(F, S)                                                                        \
	F(S, INT, total)                                                                           \
	F(S, INT, active)                                                                          \
	F(S, INT, suspended)                                                                       \
	F(S, INT, deleted)                                                                         \
	F(S, NUM, growth, .doc = GROWTH_DOC)
SHAPE_STRUCT(figures_users, FIGURES_USERS)
#define FIGURES_STUDIES(F, S)                                                                      \
	F(S, INT, total)                                                                           \
	F(S, INT, public)                                                                          \
	F(S, INT, recruiting)                                                                      \
	F(S, NUM, growth, .doc = GROWTH_DOC)
SHAPE_STRUCT(figures_studies, FIGURES_STUDIES)
#define FIGURES_REPORTS(F, S)                                                                      \
	F(S, INT, total)                                                                           \
	F(S, INT, pending)                                                                         \
	F(S, INT, in_progress)                                                                     \
	F(S, INT, resolved)                                                                        \
	F(S, INT, rejected)                                                                        \
	F(S, NUM, resolution_rate, .doc = "%: resolved ones of all; 0 when there are none")
SHAPE_STRUCT(figures_reports, FIGURES_REPORTS)
#define FIGURES_SUMMARY(F, S)                                                                      \
	F(S, OBJ(figures_users), users)                                                            \
	F(S, OBJ(figures_studies), studies)                                                        \
	F(S, OBJ(figures_reports), reports)
SHAPE_STRUCT(figures_summary, FIGURES_SUMMARY)
#define FIGURES_TRENDS(F, S)                                                                       \
	F(S, LIST(figures_point), dailySignups)                                                    \
	F(S, LIST(figures_point), dailyStudies, .doc = "that are still there")                     \
	F(S, LIST(figures_point), dailyReports)
SHAPE_STRUCT(figures_trends, FIGURES_TRENDS)
#define FIGURES_OVERVIEW(F, S)                                                                     \
	F(S, OBJ(figures_summary), summary)                                                        \
	F(S, OBJ(figures_trends), trends)
SHAPE_STRUCT(figures_overview, FIGURES_OVERVIEW)

#define FIGURES_BY_PROVIDER(F, S)                                                                  \
	F(S, STR, provider)                                                                        \
	F(S, INT, count)                                                                           \
	F(S, STR, name)
SHAPE_STRUCT(figures_by_provider, FIGURES_BY_PROVIDER)
#define FIGURES_BY_STATUS(F, S)                                                                    \
	F(S, STR, status)                                                                          \
	F(S, INT, count)                                                                           \
	F(S, STR, name)
SHAPE_STRUCT(figures_by_status, FIGURES_BY_STATUS)
#define FIGURES_BY_CATEGORY(F, S)                                                                  \
	F(S, STR, category)                                                                        \
	F(S, INT, count)                                                                           \
	F(S, STR, name)
SHAPE_STRUCT(figures_by_category, FIGURES_BY_CATEGORY)
#define FIGURES_BY_TYPE(F, S)                                                                      \
	F(S, STR, type)                                                                            \
	F(S, STR, name)                                                                            \
	F(S, INT, count)
SHAPE_STRUCT(figures_by_type, FIGURES_BY_TYPE)

#define FIGURES_ACTIVITY(F, S)                                                                     \
	F(S, INT, dau, .doc = "accounts seen in the last 24 hours: at log-in, or a renewal of tokens") \
	F(S, INT, wau, .doc = "in 7 days")                                                         \
	F(S, INT, mau, .doc = "in 30 days")
SHAPE_STRUCT(figures_activity, FIGURES_ACTIVITY)
#define FIGURES_SANCTIONS(F, S)                                                                    \
	F(S, INT, warnings, .doc = "given on the days of range, as all of these")                  \
	F(S, INT, suspensions, .doc = "with an end")                                               \
	F(S, INT, bans, .doc = "suspensions without one, and all that is called a ban")
SHAPE_STRUCT(figures_sanctions, FIGURES_SANCTIONS)
#define FIGURES_PEOPLE(F, S)                                                                       \
	F(S, LIST(figures_point), signupTrend)                                                     \
	F(S, LIST(figures_by_provider), providerDistribution, .doc = "accounts that are not deleted") \
	F(S, OBJ(figures_activity), activityMetrics)                                               \
	F(S, OBJ(figures_sanctions), sanctions)                                                    \
	F(S, LIST(figures_by_status), statusDistribution)                                          \
	F(S, NUM, avgSessionTime, .doc = "null: how long somebody stays is not kept")
SHAPE_STRUCT(figures_people, FIGURES_PEOPLE)

#define FIGURES_MEMBERS(F, S)                                                                      \
	F(S, NUM, avg, .doc = "active members of a group; one decimal")                            \
	F(S, INT, min)                                                                             \
	F(S, INT, max)                                                                             \
	F(S, INT, total, .doc = "of all groups")
SHAPE_STRUCT(figures_members, FIGURES_MEMBERS)
#define FIGURES_ALIVE(F, S)                                                                        \
	F(S, INT, total)                                                                           \
	F(S, INT, active, .doc = "with a message of the last 30 days")                             \
	F(S, INT, inactive)                                                                        \
	F(S, NUM, ratio, .doc = "%: active ones of all; 0 when there are none")
SHAPE_STRUCT(figures_alive, FIGURES_ALIVE)
#define FIGURES_GROUPS(F, S)                                                                       \
	F(S, LIST(figures_point), creationTrend, .doc = "of groups that are still there")          \
	F(S, LIST(figures_by_category), categoryDistribution, .doc = "the 50 with the most groups") \
	F(S, OBJ(figures_members), membershipStats)                                                \
	F(S, OBJ(figures_alive), activeRatio)                                                      \
	F(S, LIST(figures_by_type), visibilityDistribution)                                        \
	F(S, LIST(figures_by_type), recruitmentStatus)
SHAPE_STRUCT(figures_groups, FIGURES_GROUPS)

/* Each is put on record. */
MUST_USE enum status admin_figures_overview(struct ctx *c, const struct figures_ask *ask, struct figures_overview *out);
MUST_USE enum status admin_figures_people(struct ctx *c, const struct figures_ask *ask, struct figures_people *out);
MUST_USE enum status admin_figures_groups(struct ctx *c, const struct figures_ask *ask, struct figures_groups *out);
#endif
