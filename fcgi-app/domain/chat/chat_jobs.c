/* What follows a change of rooms. All of it may be done again: sockets are told twice, nothing else. */
#include "domain/chat/chat.h"
#include "domain/job.h"

static enum status opened(struct ctx *c, struct event *e)
{
	return chat_tell_opened(c, e->subject_id);
}

static enum status joined(struct ctx *c, struct event *e)
{
	return chat_tell_joined(c, e->subject_id, event_number(e, "userId"));
}

static enum status left(struct ctx *c, struct event *e)
{
	chat_tell_left(c, e->subject_id, event_number(e, "userId"));
	return OK;
}

static enum status emptied(struct ctx *c, struct event *e)
{
	chat_tell_left(c, e->subject_id, event_number(e, "userId"));
	return chat_clear(c, e->subject_id, &e->more);
}

/* The worker that took it may have died before it told anybody: gateways find out that way. */
static enum status message(struct ctx *c, struct event *e)
{
	chat_tell_newest(c, event_number(e, "roomId"), (int64_t)event_number(e, "seq"));
	return OK;
}

const struct job chat_jobs[] = {
	{"chat.room_created", opened},
	{"chat.joined", joined},
	{"chat.left", left},
	{"chat.room_emptied", emptied},
	{"chat.message", message},
	{0},
};
