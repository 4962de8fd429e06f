/* Notices of study groups: members read, admins and the owner write. */
#ifndef DOMAIN_STUDY_NOTICES_H
#define DOMAIN_STUDY_NOTICES_H

#include "base/ctx.h"
#include "domain/study/study_chat_shapes.h"

enum {
	NOTICE_TITLE_MIN = 2,
	NOTICE_TITLE_MAX = 100,
	NOTICE_TEXT_MAX = 10000,
	NOTICE_PAGE_MAX = 50,
};

#define NOTICE_FIELDS(F, S)                                                                        \
	F(S, ID, id)                                                                               \
	F(S, ID, studyId)                                                                          \
	F(S, ID, authorId)                                                                         \
	F(S, STR, title, .doc = "plain text")                                                      \
	F(S, STR, content, .doc = "HTML of a few tags without attributes, but for the href of links") \
	F(S, BOOL, isPinned)                                                                       \
	F(S, BOOL, isImportant)                                                                    \
	F(S, INT, views)                                                                           \
	F(S, TIME, createdAt)                                                                      \
	F(S, TIME, updatedAt, .doc = "of title, text and importance")
#define STUDY_NOTICE(F, S)                                                                         \
	NOTICE_FIELDS(F, S)                                                                        \
	F(S, OBJ(study_person), author)
SHAPE_STRUCT(study_notice, STUDY_NOTICE)

struct notice_page {
	uint64_t study_id;
	int64_t page, limit; /* page: from 1 */
	bool pinned;	     /* only those */
};

/* Pinned ones first, then the newest. */
MUST_USE enum status notice_list(struct ctx *c, const struct notice_page *p, struct list *out, int64_t *total);

/* Counts a view. E_STUDY_NO_NOTICE, E_STUDY_ELSEWHERE, as of all below. */
MUST_USE enum status notice_open(struct ctx *c, uint64_t study_id, uint64_t id, struct study_notice *out);

struct notice_draft {
	uint64_t study_id, id;	    /* id 0: a new one */
	const char *title, *text;   /* NULL: as they are */
	const bool *pinned, *important;
};

/* E_VALIDATION when nothing is left of a text, E_STUDY_PINS when three are pinned. */
MUST_USE enum status notice_write(struct ctx *c, const struct notice_draft *d, struct study_notice *out);

/* Pins it, or no more. E_STUDY_PINS. */
MUST_USE enum status notice_turn(struct ctx *c, uint64_t study_id, uint64_t id, struct study_notice *out);
MUST_USE enum status notice_delete(struct ctx *c, uint64_t study_id, uint64_t id);
#endif
