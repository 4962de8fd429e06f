/* What follows a message in a study group. */
#include "domain/job.h"
#include "domain/study/study_chat.h"
#include "json/jin.h"

static int64_t number(const struct event *e, const char *key)
{
	const struct jval *v;

	return jin_get(e->payload, key, &v) ? (int64_t)jin_id(v) : 0;
}

/* The worker that took it may have died before it told anybody: gateways find out that way. */
static enum status message(struct ctx *c, struct event *e)
{
	study_tell_newest(c, (uint64_t)number(e, "studyId"), number(e, "seq"));
	return OK;
}

const struct job study_chat_jobs[] = {
	{"study.message", message},
	{0},
};
