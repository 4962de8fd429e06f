/* What is attached to messages; inside the chat domain. */
#ifndef DOMAIN_CHAT_MEDIA_H
#define DOMAIN_CHAT_MEDIA_H

#include "domain/chat/chat.h"

struct chat_attached {
	const char *keys; /* JSON array of n keys, or NULL */
	size_t n;
	struct list added; /* file_out of those that are new with this message */
};

/* Stores what is new, and names all of it. */
MUST_USE enum status chat_attach(struct ctx *c, const struct chat_draft *d, struct chat_attached *a);

/* The message was not sent now: what came with it goes. */
void chat_detach(struct ctx *c, const struct chat_attached *a);

/* Fills files, imageUrls and audioUrl of n messages, in one statement for those that have any. */
MUST_USE enum status chat_show_files(struct ctx *c, uint64_t room_id, struct chat_message_out *m, size_t n);
#endif
