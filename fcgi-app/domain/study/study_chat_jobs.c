/* What follows a message in a study group. */
#include "domain/job.h"
#include "domain/study/study_chat.h"

/* The worker that took it may have died before it told anybody: gateways find out that way. */
static enum status message(struct ctx *c, struct event *e)
{
	study_tell_newest(c, event_number(e, "studyId"), (int64_t)event_number(e, "seq"));
	return OK;
}

const struct job study_chat_jobs[] = {
	{"study.message", message},
	{0},
};
