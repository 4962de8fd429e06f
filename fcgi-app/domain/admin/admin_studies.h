/* Study groups as administrators see and delete them. */
#ifndef DOMAIN_ADMIN_STUDIES_H
#define DOMAIN_ADMIN_STUDIES_H

#include "domain/admin/admin_shapes.h"
#include "domain/study/study.h"

enum {
	STUDIES_PAGE_MAX = 100,
	STUDIES_SEEN_MAX = 10000, /* the newest groups, of which a list is made */
	STUDIES_FOUND_MAX = 2000, /* and those a search looks at */
	STUDIES_SEATS_MAX = 200,  /* that are shown of one */
	STUDIES_REASON_MIN = 10,
};

/* In the order of the words of admin_studies_api.c. */
enum admin_study_order {
	STUDY_BY_CREATED,
	STUDY_BY_UPDATED,
	STUDY_BY_NAME,
	STUDY_BY_MEMBERS,
	STUDY_BY_RATING,
	STUDY_ORDERS
};

struct admin_study_filter {
	const char *words, *category, *created_from, *created_to; /* NULL: any */
	int is_public, is_recruiting; /* -1: either */
	int64_t min_members, max_members;
	enum admin_study_order order;
	bool ascending;
	int64_t page, size;
};

#define ADMIN_STUDY_PLAIN(F, S)                                                                    \
	F(S, ID, id)                                                                               \
	F(S, STR, name)                                                                            \
	F(S, STR, emoji)                                                                           \
	F(S, STR, description)                                                                     \
	F(S, STR, category)                                                                        \
	F(S, STR, subCategory)                                                                     \
	F(S, TIME, lastActivityAt, .doc = "of its newest message, or change")                      \
	F(S, TIME, createdAt)                                                                      \
	F(S, TIME, updatedAt)

#define ADMIN_STUDY_SETTINGS(F, S)                                                                 \
	F(S, INT, maxMembers)                                                                      \
	F(S, BOOL, isPublic)                                                                       \
	F(S, BOOL, autoApprove)                                                                    \
	F(S, BOOL, isRecruiting)                                                                   \
	F(S, BOOL, isHidden, .doc = "by an administrator")                                         \
	F(S, BOOL, isClosed, .doc = "likewise")
SHAPE_STRUCT(admin_study_settings, ADMIN_STUDY_SETTINGS)

#define ADMIN_STUDY_STATS(F, S)                                                                    \
	F(S, INT, memberCount, .doc = "active ones")                                               \
	F(S, INT, messageCount, .doc = "that were ever said")                                      \
	F(S, INT, fileCount)                                                                       \
	F(S, INT, noticeCount)                                                                     \
	F(S, NUM, rating)                                                                          \
	F(S, INT, reviewCount)
SHAPE_STRUCT(admin_study_stats, ADMIN_STUDY_STATS)

#define ADMIN_STUDY_ITEM(F, S)                                                                     \
	ADMIN_STUDY_PLAIN(F, S)                                                                    \
	F(S, STRS, tags)                                                                           \
	F(S, OBJ(admin_person), owner)                                                             \
	F(S, OBJ(admin_study_settings), settings)                                                  \
	F(S, OBJ(admin_study_stats), stats)
SHAPE_STRUCT(admin_study_item, ADMIN_STUDY_ITEM)

#define ADMIN_STUDY_SUMS(F, S)                                                                     \
	F(S, INT, total)                                                                           \
	F(S, INT, public)                                                                          \
	F(S, INT, recruiting)
SHAPE_STRUCT(admin_study_sums, ADMIN_STUDY_SUMS)

#define ADMIN_STUDY_SEAT(F, S)                                                                     \
	F(S, ID, id)                                                                               \
	F(S, OBJ(admin_person), user)                                                              \
	F(S, STR, role)                                                                            \
	F(S, STR, status)                                                                          \
	F(S, TIME, joinedAt)                                                                       \
	F(S, TIME, approvedAt)
SHAPE_STRUCT(admin_study_seat, ADMIN_STUDY_SEAT)

#define ADMIN_STUDY_SEATS(F, S)                                                                    \
	F(S, INT, total)                                                                           \
	F(S, INT, active)                                                                          \
	F(S, INT, pending)                                                                         \
	F(S, INT, kicked)                                                                          \
	F(S, INT, left)
SHAPE_STRUCT(admin_study_seats, ADMIN_STUDY_SEATS)

#define ADMIN_STUDY_ACTIVITY(F, S)                                                                 \
	F(S, INT, messages, .doc = "that were not deleted")                                        \
	F(S, INT, recentMessages, .doc = "of thirty days")                                         \
	F(S, INT, weeklyMessages)                                                                  \
	F(S, NUM, avgMessagesPerDay, .doc = "of thirty days")                                      \
	F(S, INT, files)                                                                           \
	F(S, INT, recentFiles, .doc = "of thirty days")                                            \
	F(S, INT, notices)                                                                         \
	F(S, INT, events)                                                                          \
	F(S, INT, tasks)                                                                           \
	F(S, INT, studyTasks)                                                                      \
	F(S, INT, activeMembers, .doc = "who said something in seven days")                        \
	F(S, TIME, lastActivityAt)
SHAPE_STRUCT(admin_study_activity, ADMIN_STUDY_ACTIVITY)

#define ADMIN_STUDY_DETAIL(F, S)                                                                   \
	ADMIN_STUDY_ITEM(F, S)                                                                     \
	F(S, STR, inviteCode)                                                                      \
	F(S, NUM, rating)                                                                          \
	F(S, INT, reviewCount)                                                                     \
	F(S, LIST(admin_study_seat), members, .doc = "by status, 200 at most")                     \
	F(S, OBJ(admin_study_seats), memberStats)                                                  \
	F(S, OBJ(admin_study_activity), activityStats)
SHAPE_STRUCT(admin_study_detail, ADMIN_STUDY_DETAIL)

#define ADMIN_STUDY_GONE(F, S)                                                                     \
	F(S, ID, id)                                                                               \
	F(S, STR, name)                                                                            \
	F(S, ID, ownerId)                                                                          \
	F(S, STR, ownerEmail)                                                                      \
	F(S, INT, memberCount)                                                                     \
	F(S, OBJ(admin_study_stats), stats)                                                        \
	F(S, TIME, createdAt)
SHAPE_STRUCT(admin_study_gone, ADMIN_STUDY_GONE)

MUST_USE enum status admin_studies_list(struct ctx *c, const struct admin_study_filter *f, struct list *items,
					int64_t *total, struct admin_study_sums *sums);
/* E_STUDY_NONE */
MUST_USE enum status admin_study_get(struct ctx *c, uint64_t id, const struct admin_place *at,
				     struct admin_study_detail *out);
/* Hides or closes a group, or ends that (on: false, and again changes nothing). E_STUDY_NONE, E_STUDY_HIDDEN,
 * E_STUDY_SHUT: it is so already */
struct admin_holding {
	uint64_t id;
	enum study_hold what;
	bool on;
	const char *reason; /* NULL: none was given */
	bool tell_owner, tell_members;
	struct admin_place place;
};
/* told: how many people are notified. */
MUST_USE enum status admin_study_hold(struct ctx *c, const struct admin_holding *h, struct admin_study_item *out,
				      int64_t *told);
/* reason: or NULL. E_STUDY_NONE */
MUST_USE enum status admin_study_delete(struct ctx *c, uint64_t id, const char *reason, const struct admin_place *at,
					struct admin_study_gone *out);
#endif
