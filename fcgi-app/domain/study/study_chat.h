/* What is said in study groups. Only active members read and write; E_STUDY_NOT_MEMBER for all others. */
#ifndef DOMAIN_STUDY_CHAT_H
#define DOMAIN_STUDY_CHAT_H

#include "base/ctx.h"
#include "domain/study/study_chat_shapes.h"

enum {
	STUDY_TEXT_MAX = 2000,    /* characters */
	STUDY_PAGE_MAX = 100,     /* messages */
	STUDY_SEARCH_SPAN = 20000, /* messages one search looks at */
	STUDY_PACE_N = 5,         /* own messages in one group … */
	STUDY_PACE_S = 10,        /* … in so many seconds */
};

/* The newest n messages older than the one with the id before (0: of all), oldest first. */
MUST_USE enum status study_messages(struct ctx *c, uint64_t study_id, uint64_t before, int64_t n, struct list *out);

/* The oldest n messages with a greater seq than after, oldest first. */
MUST_USE enum status study_missed(struct ctx *c, uint64_t study_id, int64_t after, int64_t n, struct list *out);

struct study_query {
	const char *words;	     /* NULL: any */
	const char *from, *to;	     /* days YYYY-MM-DD in Korea, both included; NULL: any */
	uint64_t author;	     /* 0: any */
	int64_t page, size;	     /* page: from 1 */
};

/* Newest first, of the newest STUDY_SEARCH_SPAN messages (of those days); total: how many there are. */
MUST_USE enum status study_search(struct ctx *c, uint64_t study_id, const struct study_query *q, struct list *out,
				  int64_t *total);

struct study_draft {
	uint64_t study_id;
	const char *text;      /* NULL: a file alone */
	uint64_t file_id;      /* of the same group; 0: none */
	const char *socket_id; /* which socket says it, for the others; NULL: none */
	const char *key;       /* what makes it the same message again, or NULL */
};

/* again: it had been sent before, and out is the first one. Tags are cut out of the text (contract/coup.md §11).
 * E_CHAT_EMPTY, E_STUDY_FILE, E_STUDY_CHAT_FAST, E_KEY_REUSED. */
MUST_USE enum status study_say(struct ctx *c, const struct study_draft *d, struct study_message *out, bool *again);

/* Tells gateways how far the group's numbers go: whoever has missed one fetches it. */
void study_tell_newest(struct ctx *c, uint64_t study_id, int64_t seq);

/* By its author. E_STUDY_NO_MESSAGE, E_STUDY_NOT_AUTHOR, E_CHAT_EMPTY. */
MUST_USE enum status study_edit(struct ctx *c, uint64_t study_id, uint64_t message_id, const char *text,
				struct study_message *out);

/* By its author, or an admin or the owner of the group. E_STUDY_NO_MESSAGE, E_STUDY_MAY_NOT_DELETE. */
MUST_USE enum status study_delete_message(struct ctx *c, uint64_t study_id, uint64_t message_id);

/* study_id 0: whichever group the message is of. Again changes nothing. E_STUDY_NO_MESSAGE. */
MUST_USE enum status study_read(struct ctx *c, uint64_t study_id, uint64_t message_id, struct study_message_read *out);
#endif
