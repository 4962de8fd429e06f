/*
 * Study groups: who is in them, and telling members what happened. What is said in them is study_chat.h.
 */
#ifndef DOMAIN_STUDY_H
#define DOMAIN_STUDY_H

#include "base/ctx.h"
#include "domain/notification/notification.h"

/* In the order of what they may. */
enum study_role { STUDY_MEMBER = 1, STUDY_ADMIN, STUDY_OWNER };

/* The one check of what the caller may in a group: E_STUDY_NOT_MEMBER when they are no active member, which is also
 * the answer for a group that does not exist; E_STUDY_ROLE when they are, with less than `least`. One statement. role
 * may be NULL. */
MUST_USE enum status study_need(struct ctx *c, uint64_t study_id, enum study_role least, enum study_role *role);

/* Tells `to`, or with 0 every active member but the caller, of something in the group: by a notification, once what
 * the transaction did is committed. t: one of the category study; title: its {title}, may be NULL. To be called inside
 * db_tx(). */
MUST_USE enum status study_tell(struct ctx *c, uint64_t study_id, enum notify_template t, uint64_t to,
				const char *title);

/* The same, to the active members of at least that role, but the caller and `but` (0: nobody else). */
MUST_USE enum status study_tell_all(struct ctx *c, uint64_t study_id, enum notify_template t, enum study_role least,
				    uint64_t but, const char *title);

/* Somebody is in the group now, or not any more: their open sockets begin to hear it, or stop, once that is committed.
 * To be called inside db_tx(). */
MUST_USE enum status study_moved(struct ctx *c, uint64_t study_id, uint64_t user_id);
/* Takes a group away, whoever's it is: nobody sees it any more; what it holds goes by the jobs, which tell gateways,
 * too. E_STUDY_NONE. To be called inside db_tx(). */
MUST_USE enum status study_take_away(struct ctx *c, uint64_t study_id);

/* An administrator's word on a group: while there is one it is not public and takes no members, whatever its owner
 * says; afterwards it is again as it was before the first. To be called inside db_tx(). E_STUDY_NONE */
enum study_hold { STUDY_HOLD_HIDDEN = 1, STUDY_HOLD_CLOSED = 2 };
struct study_held {
	bool changed; /* it was not so before */
	bool was_public, was_recruiting;
	uint64_t owner_id;
	int64_t members;
};
MUST_USE enum status study_hold(struct ctx *c, uint64_t study_id, enum study_hold what, bool on,
				struct study_held *out);

/* The same with a message; its group is told once that is committed. E_STUDY_NO_MESSAGE */
struct study_taken {
	uint64_t study_id, author_id;
};
MUST_USE enum status study_take_message(struct ctx *c, uint64_t message_id, struct study_taken *out);
#endif
