/* Joining study groups, and what becomes of their members. Each rule is one transaction that locks the group first. */
#ifndef DOMAIN_STUDY_MEMBER_H
#define DOMAIN_STUDY_MEMBER_H

#include "domain/study/study_group.h"

enum { STUDY_WORDS_MAX = 1000, STUDY_LEVEL_MAX = 50, STUDY_REASON_MAX = 200, STUDY_OTHERS_MAX = 5 };

/* A row of study_members, as it stands. */
#define STUDY_MEMBER_PLAIN(F, S)                                                                   \
	F(S, ID, id)                                                                               \
	F(S, ID, studyId)                                                                          \
	F(S, ID, userId)                                                                           \
	F(S, STR, role)                                                                            \
	F(S, STR, status)                                                                          \
	F(S, STR, introduction)                                                                    \
	F(S, STR, motivation)                                                                      \
	F(S, STR, level)                                                                           \
	F(S, TIME, joinedAt)                                                                       \
	F(S, TIME, approvedAt)

#define STUDY_MEMBER_OUT(F, S)                                                                     \
	STUDY_MEMBER_PLAIN(F, S)                                                                   \
	F(S, OBJ(study_face), user)
SHAPE_STRUCT(study_member_out, STUDY_MEMBER_OUT)

#define STUDY_JOINED_OUT(F, S)                                                                     \
	STUDY_MEMBER_OUT(F, S)                                                                     \
	F(S, BOOL, autoApproved)
SHAPE_STRUCT(study_joined_out, STUDY_JOINED_OUT)

#define STUDY_NAMED(F, S)                                                                          \
	F(S, ID, id)                                                                               \
	F(S, STR, name)                                                                            \
	F(S, STR, emoji)                                                                           \
	F(S, STR, category)
SHAPE_STRUCT(study_named, STUDY_NAMED)

#define STUDY_ELSEWHERE(F, S)                                                                      \
	F(S, ID, id)                                                                               \
	F(S, ID, studyId)                                                                          \
	F(S, STR, role)                                                                            \
	F(S, STR, status)                                                                          \
	F(S, TIME, joinedAt)                                                                       \
	F(S, OBJ(study_named), study)
SHAPE_STRUCT(study_elsewhere, STUDY_ELSEWHERE)

#define STUDY_APPLICANT(F, S)                                                                      \
	F(S, ID, id)                                                                               \
	F(S, STR, name)                                                                            \
	F(S, STR, email)                                                                           \
	F(S, STR, avatar)                                                                          \
	F(S, STR, bio)                                                                             \
	F(S, LIST(study_elsewhere), studyMembers, .doc = "public groups they are in, the newest five")
SHAPE_STRUCT(study_applicant, STUDY_APPLICANT)

#define STUDY_REQUEST_OUT(F, S)                                                                    \
	STUDY_MEMBER_PLAIN(F, S)                                                                   \
	F(S, OBJ(study_applicant), user)
SHAPE_STRUCT(study_request_out, STUDY_REQUEST_OUT)

#define STUDY_HEIR(F, S)                                                                           \
	F(S, ID, userId)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, STR, role)
SHAPE_STRUCT(study_heir, STUDY_HEIR)
#define STUDY_TRANSFER(F, S)                                                                       \
	F(S, OBJ(study_heir), newOwner)                                                            \
	F(S, OBJ(study_heir), oldOwner)
SHAPE_STRUCT(study_transfer, STUDY_TRANSFER)

#define STUDY_INVITE(F, S)                                                                         \
	F(S, ID, studyId)                                                                          \
	F(S, STR, studyName)                                                                       \
	F(S, STR, inviteCode)                                                                      \
	F(S, STR, inviteUrl)                                                                       \
	F(S, TIME, expiresAt, .doc = "null: never")                                                \
	F(S, INT, maxUses, .zero_null = true, .doc = "null: as many as there are seats")           \
	F(S, INT, usedCount)                                                                       \
	F(S, INT, availableSlots)                                                                  \
	F(S, BOOL, isActive)                                                                       \
	F(S, STR, status, .doc = "active, expired or exhausted")
SHAPE_STRUCT(study_invite, STUDY_INVITE)

/* What somebody says who wants to join; all may be NULL. A private group takes who has its invite code alone. */
struct study_wish {
	const char *introduction, *motivation, *level, *code;
};

/* In this order: E_STUDY_NONE, E_STUDY_JOINED, E_STUDY_KICKED, E_STUDY_ASKED, E_STUDY_FULL, E_STUDY_CLOSED. */
MUST_USE enum status study_join(struct ctx *c, uint64_t study_id, const struct study_wish *w,
				struct study_joined_out *out);

/* Whose request: by its number, or by the user (the other is 0). By an admin or the owner, as are the next ones:
 * E_STUDY_NOT_MEMBER, E_STUDY_ROLE. E_STUDY_NO_REQUEST, E_STUDY_FULL. */
MUST_USE enum status study_approve(struct ctx *c, uint64_t study_id, uint64_t request_id, uint64_t user_id,
				   struct study_member_out *out);
MUST_USE enum status study_reject(struct ctx *c, uint64_t study_id, uint64_t request_id, uint64_t user_id);

struct study_members_query {
	const char *role, *status; /* role NULL: any */
	int64_t page, size;	   /* page: from 1 */
};
/* Who is no active member is shown to admins and the owner alone. */
MUST_USE enum status study_members(struct ctx *c, uint64_t study_id, const struct study_members_query *q,
				   struct list *out, int64_t *total);
MUST_USE enum status study_requests(struct ctx *c, uint64_t study_id, int64_t page, int64_t size, struct list *out,
				    int64_t *total);

/* By the owner. E_STUDY_NOBODY, E_STUDY_OWNER_ROLE. The same role again changes nothing: *changed says so. */
MUST_USE enum status study_set_role(struct ctx *c, uint64_t study_id, uint64_t user_id, const char *role,
				    struct study_member_out *out, bool *changed);

/* For good. reason: may be NULL. E_STUDY_KICK_SELF, E_STUDY_NOBODY, E_STUDY_KICK_OWNER, E_STUDY_RANK. */
MUST_USE enum status study_kick(struct ctx *c, uint64_t study_id, uint64_t user_id, const char *reason);

/* E_STUDY_NOT_MEMBER, E_STUDY_OWNER_STAYS. */
MUST_USE enum status study_leave(struct ctx *c, uint64_t study_id);

/* The owner makes an admin the owner, and is an admin then. E_STUDY_NOBODY, E_STUDY_NO_HEIR. */
MUST_USE enum status study_hand_over(struct ctx *c, uint64_t study_id, uint64_t to, struct study_transfer *out);

MUST_USE enum status study_invite_show(struct ctx *c, uint64_t study_id, struct study_invite *out);
/* A new code instead of the one before; at most as many uses as there are seats. E_STUDY_FULL. */
MUST_USE enum status study_invite_new(struct ctx *c, uint64_t study_id, int64_t hours, int64_t uses,
				      struct study_invite *out);
#endif
