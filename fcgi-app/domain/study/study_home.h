/* What somebody sees of all their study groups: the list of them, and the page they begin with. */
#ifndef DOMAIN_STUDY_HOME_H
#define DOMAIN_STUDY_HOME_H

#include "domain/study/study_group.h"

enum { HOME_STUDIES = 6, HOME_NEWS = 5, HOME_EVENTS = 3, HOME_DAYS = 3 };

#define STUDY_MINE(F, S)                                                                           \
	F(S, ID, id)                                                                               \
	F(S, STR, name)                                                                            \
	F(S, STR, emoji)                                                                           \
	F(S, STR, description)                                                                     \
	F(S, STR, category)                                                                        \
	F(S, STR, subCategory)                                                                     \
	F(S, INT, maxMembers)                                                                      \
	F(S, INT, currentMembers)                                                                  \
	F(S, BOOL, isPublic)                                                                       \
	F(S, BOOL, isRecruiting)                                                                   \
	F(S, STRS, tags)                                                                           \
	F(S, TIME, createdAt)                                                                      \
	F(S, INT, newMessages, .doc = "of the last 24 hours; none of a group I am not in yet")     \
	F(S, INT, newNotices, .doc = "of the last seven days")
SHAPE_STRUCT(study_mine, STUDY_MINE)
#define STUDY_MEMBERSHIP(F, S)                                                                     \
	F(S, ID, membershipId)                                                                     \
	F(S, STR, role)                                                                            \
	F(S, STR, status)                                                                          \
	F(S, TIME, joinedAt)                                                                       \
	F(S, TIME, approvedAt)                                                                     \
	F(S, OBJ(study_mine), study)
SHAPE_STRUCT(study_membership, STUDY_MEMBERSHIP)

enum study_which { STUDY_MINE_ALL, STUDY_MINE_ACTIVE, STUDY_MINE_ADMIN, STUDY_MINE_PENDING };

/* The caller's, those they are in first, the newest first; page: from 1. */
MUST_USE enum status study_mine(struct ctx *c, enum study_which which, int64_t page, int64_t size, struct list *out,
				int64_t *total);

#define HOME_STATS(F, S)                                                                           \
	F(S, INT, activeStudies)                                                                   \
	F(S, INT, pendingTasks)                                                                    \
	F(S, INT, unreadNotifications)                                                             \
	F(S, INT, completedThisMonth)
SHAPE_STRUCT(home_stats, HOME_STATS)
#define HOME_STUDY(F, S)                                                                           \
	F(S, ID, id)                                                                               \
	F(S, STR, name)                                                                            \
	F(S, STR, emoji)                                                                           \
	F(S, STR, category)                                                                        \
	F(S, STR, role)                                                                            \
	F(S, INT, memberCount)                                                                     \
	F(S, TIME, joinedAt)
SHAPE_STRUCT(home_study, HOME_STUDY)
#define HOME_ACTIVITY(F, S)                                                                        \
	F(S, ID, id)                                                                               \
	F(S, STR, type)                                                                            \
	F(S, STR, message)                                                                         \
	F(S, STR, studyName)                                                                       \
	F(S, STR, studyEmoji)                                                                      \
	F(S, BOOL, isRead)                                                                         \
	F(S, TIME, createdAt)
SHAPE_STRUCT(home_activity, HOME_ACTIVITY)
#define HOME_EVENT(F, S)                                                                           \
	F(S, ID, id)                                                                               \
	F(S, STR, title)                                                                           \
	F(S, TIME, date)                                                                           \
	F(S, STR, startTime)                                                                       \
	F(S, STR, endTime)                                                                         \
	F(S, STR, studyName)                                                                       \
	F(S, STR, studyEmoji)
SHAPE_STRUCT(home_event, HOME_EVENT)
#define HOME(F, S)                                                                                 \
	F(S, OBJ(home_stats), stats)                                                               \
	F(S, LIST(home_study), myStudies, .doc = "the newest six")                                 \
	F(S, LIST(home_activity), recentActivities, .doc = "the newest five notifications")        \
	F(S, LIST(home_event), upcomingEvents, .doc = "the next three, of today and three days, in Korea")
SHAPE_STRUCT(home, HOME)

MUST_USE enum status study_home(struct ctx *c, struct home *out);
#endif
