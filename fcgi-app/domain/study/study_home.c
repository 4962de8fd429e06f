#include "domain/study/study_home.h"
#include "domain/study/study_home_sql.h"
#include "domain/study/study_rules.h"
#include "json/jin.h"

SHAPE_TABLE(study_mine, STUDY_MINE)
SHAPE_TABLE(study_membership, STUDY_MEMBERSHIP)
SHAPE_TABLE(home_stats, HOME_STATS)
SHAPE_TABLE(home_study, HOME_STUDY)
SHAPE_TABLE(home_activity, HOME_ACTIVITY)
SHAPE_TABLE(home_event, HOME_EVENT)
SHAPE_TABLE(home, HOME)

static void show(struct ctx *c, const struct study_mine_row *row, struct study_membership *out)
{
	struct study_mine *s = arena_new_of(c->arena, struct study_mine);

	*s = (struct study_mine){
		.id = row->id,
		.name = row->name,
		.emoji = row->emoji,
		.description = row->description,
		.category = row->category,
		.subCategory = row->subCategory,
		.maxMembers = row->maxMembers,
		.currentMembers = row->currentMembers,
		.isPublic = row->isPublic,
		.isRecruiting = row->isRecruiting,
		.createdAt = row->createdAt,
		.newMessages = row->newMessages,
		.newNotices = row->newNotices,
	};
	jin_texts(c->arena, row->tags, AS_LIST(&s->tags));
	*out = (struct study_membership){
		.membershipId = row->membershipId,
		.role = row->role,
		.status = row->status,
		.joinedAt = row->joinedAt,
		.approvedAt = row->approvedAt,
		.study = s,
	};
}

enum status study_mine(struct ctx *c, enum study_which which, int64_t page, int64_t size, struct list *out,
		       int64_t *total)
{
	struct list rows;
	enum status st = study_sql_mine(c, which, page, size, &rows);

	if (st == OK)
		st = study_sql_mine_total(c, which, total);
	if (st != OK)
		return st;
	const struct study_mine_row *row = rows.v;
	struct study_membership *items = arena_array(c->arena, struct study_membership, rows.n);

	for (size_t i = 0; i < rows.n; i++)
		show(c, &row[i], &items[i]);
	*out = (struct list){items, rows.n};
	return OK;
}

enum status study_home(struct ctx *c, struct home *out)
{
	struct home_stats *stats = arena_new_of(c->arena, struct home_stats);
	enum status st = study_sql_home_stats(c, stats);

	out->stats = stats;
	if (st == OK)
		st = study_sql_home_studies(c, AS_LIST(&out->myStudies));
	if (st == OK)
		st = study_sql_home_news(c, AS_LIST(&out->recentActivities));
	return st == OK ? study_sql_home_events(c, AS_LIST(&out->upcomingEvents)) : st;
}
