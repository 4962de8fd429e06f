#include "domain/study/study.h"
#include "base/buf.h"
#include "domain/live/live.h"
#include "domain/outbox/outbox.h"
#include "domain/study/study_rules.h"
#include "domain/study/study_sql.h"

enum { NEWS_MAX = 2000 };

enum status study_need(struct ctx *c, uint64_t study_id, enum study_role least, enum study_role *role)
{
	struct study_role_row row = {0};
	enum status st = study_sql_role(c, study_id, &row);

	if (st != OK)
		return st == E_NO_ROW ? fail(c, E_STUDY_NOT_MEMBER, "study %llu", (unsigned long long)study_id) : st;
	if (role)
		*role = (enum study_role)row.role;
	return row.role < (int64_t)least ? fail(c, E_STUDY_ROLE, "role %d", (int)row.role) : OK;
}

/* ---- telling ------------------------------------------------------------------------------ */

struct news {
	enum notify_template t;
	uint64_t to, but;
	enum study_role least;
	const char *title;
};

static enum status tell(struct ctx *c, uint64_t study_id, const struct news *n)
{
	struct buf b = buf_new(c->arena, 256, NEWS_MAX);

	buf_printf(&b, "{\"to\":%llu,\"but\":%llu,\"least\":%d", (unsigned long long)n->to,
		   (unsigned long long)n->but, (int)n->least);
	buf_member(&b, "template", notify_templates[n->t].id);
	buf_member(&b, "title", n->title);
	buf_char(&b, '}');
	return outbox_add(c, "study.news", study_id, b.data);
}

enum status study_tell(struct ctx *c, uint64_t study_id, enum notify_template t, uint64_t to, const char *title)
{
	return tell(c, study_id, &(struct news){.t = t, .to = to, .least = STUDY_MEMBER, .title = title});
}

enum status study_tell_all(struct ctx *c, uint64_t study_id, enum notify_template t, enum study_role least,
			   uint64_t but, const char *title)
{
	return tell(c, study_id, &(struct news){.t = t, .but = but, .least = least, .title = title});
}

/* ---- who hears it ------------------------------------------------------------------------- */

#define STUDY_MOVED(F, S) F(S, ID, studyId)
SHAPE(study_moved_told, STUDY_MOVED)

void study_post_moved(struct ctx *c, uint64_t study_id, uint64_t user_id)
{
	live_post(c, (struct live){LIVE_USER, user_id, "study.moved", 0}, &study_moved_told_shape,
		  &(struct study_moved_told){.studyId = study_id});
}

struct move {
	struct ctx *c;
	uint64_t study_id, user_id;
};

static void post(const void *arg)
{
	const struct move *m = arg;

	study_post_moved(m->c, m->study_id, m->user_id);
}

enum status study_moved(struct ctx *c, uint64_t study_id, uint64_t user_id)
{
	struct move *m = arena_new_of(c->arena, struct move);

	*m = (struct move){c, study_id, user_id};
	db_after(c, post, m);
	return outbox_add(c, "study.moved", user_id,
			  arena_printf(c->arena, "{\"studyId\":%llu}", (unsigned long long)study_id));
}
