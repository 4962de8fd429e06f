/* Rooms and messages. */
#ifndef DOMAIN_CHAT_H
#define DOMAIN_CHAT_H

#include "base/ctx.h"

/* The DIRECT room of the caller and other, made if there is none; both are members afterwards.
 * Joins the caller's transaction. */
MUST_USE enum status chat_open_direct(struct ctx *c, uint64_t other, uint64_t *room_id);
#endif
