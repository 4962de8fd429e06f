/* Study groups themselves: making, finding, changing and deleting them. */
#ifndef DOMAIN_STUDY_GROUP_H
#define DOMAIN_STUDY_GROUP_H

#include "domain/study/study.h"
#include "domain/study/study_chat_shapes.h"

enum {
	STUDY_LIST_MAX = 100,	   /* groups of a page */
	STUDY_COUNTED_MAX = 10000, /* of a list: more are not counted, nor paged to */
	STUDY_SEARCH_MAX = 2000,   /* newest groups a search looks at */
	STUDY_SEATS_MAX = 100,	   /* members of a group */
	STUDY_TAGS_MAX = 10,
	STUDY_TAG_MAX = 20,
};

#define STUDY_COUNT(F, S) F(S, INT, members)
SHAPE_STRUCT(study_count, STUDY_COUNT)

/* Of a group's row, as it stands. */
#define STUDY_PLAIN(F, S)                                                                          \
	F(S, ID, id)                                                                               \
	F(S, ID, ownerId)                                                                          \
	F(S, STR, name)                                                                            \
	F(S, STR, emoji)                                                                           \
	F(S, STR, description)                                                                     \
	F(S, STR, category)                                                                        \
	F(S, STR, subCategory)                                                                     \
	F(S, INT, maxMembers)                                                                      \
	F(S, BOOL, isPublic)                                                                       \
	F(S, BOOL, autoApprove)                                                                    \
	F(S, BOOL, isRecruiting)                                                                   \
	F(S, NUM, rating)                                                                          \
	F(S, INT, reviewCount)                                                                     \
	F(S, TIME, createdAt)                                                                      \
	F(S, TIME, updatedAt)                                                                      \
	F(S, STR, inviteCode, .skip_null = true, .doc = "for admins and the owner alone")

#define STUDY_CARD(F, S)                                                                           \
	STUDY_PLAIN(F, S)                                                                          \
	F(S, STRS, tags)                                                                           \
	F(S, INT, currentMembers, .doc = "active ones")                                            \
	F(S, OBJ(study_count), _count)                                                             \
	F(S, OBJ(study_person), owner)
SHAPE_STRUCT(study_card, STUDY_CARD)

#define STUDY_FACE(F, S)                                                                           \
	F(S, ID, id)                                                                               \
	F(S, STR, name)                                                                            \
	F(S, STR, email, .doc = "null but for members of the group")                               \
	F(S, STR, avatar)
SHAPE_STRUCT(study_face, STUDY_FACE)

#define STUDY_SEAT(F, S)                                                                           \
	F(S, ID, id)                                                                               \
	F(S, ID, userId)                                                                           \
	F(S, STR, role)                                                                            \
	F(S, STR, status)                                                                          \
	F(S, TIME, joinedAt)                                                                       \
	F(S, OBJ(study_face), user)
SHAPE_STRUCT(study_seat, STUDY_SEAT)

#define STUDY_DETAIL(F, S)                                                                         \
	STUDY_CARD(F, S)                                                                           \
	F(S, INT, memberCount)                                                                     \
	F(S, LIST(study_seat), members, .doc = "active ones: owner, admins, others")               \
	F(S, STR, myRole, .doc = "null: I am no active member")                                    \
	F(S, TIME, myJoinedAt)                                                                     \
	F(S, STR, myMembershipStatus, .doc = "null: I never asked to join")
SHAPE_STRUCT(study_detail, STUDY_DETAIL)

enum study_recruiting { STUDY_ALL, STUDY_RECRUITING, STUDY_NOT_RECRUITING };

struct study_filter {
	const char *category; /* NULL: any */
	const char *words;    /* NULL: any */
	enum study_recruiting recruiting;
	int64_t page, size; /* page: from 1 */
};

/* Public groups, newest first; total: how many there are, of at most STUDY_COUNTED_MAX. */
MUST_USE enum status study_list(struct ctx *c, const struct study_filter *f, struct list *out, int64_t *total);

/* What is given is set; NULL and -1 leave it as it is, an empty sub_category takes that away. */
struct study_plan {
	const char *name, *emoji, *description, *category, *sub_category;
	const char *tags; /* a JSON array of texts */
	int64_t max_members;
	int is_public, auto_approve, is_recruiting;
};

/* The caller becomes its owner. E_STUDY_NAME_TAKEN: they have one of that name. */
MUST_USE enum status study_create(struct ctx *c, const struct study_plan *p, struct study_card *out);

/* By its owner: E_STUDY_NOT_MEMBER, E_STUDY_ROLE, E_STUDY_NAME_TAKEN, E_STUDY_TOO_SMALL. */
MUST_USE enum status study_change(struct ctx *c, uint64_t study_id, const struct study_plan *p, struct study_card *out);

/* For the caller, or a guest. E_STUDY_NONE, also of a private group the caller is neither in nor has asked to join. */
MUST_USE enum status study_get(struct ctx *c, uint64_t study_id, struct study_detail *out);

/* By its owner. At once nobody is in it and nobody sees it; what it holds goes in pieces, by the jobs. */
MUST_USE enum status study_delete(struct ctx *c, uint64_t study_id);
#endif
