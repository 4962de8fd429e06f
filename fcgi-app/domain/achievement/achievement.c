#include "domain/achievement/achievement.h"
#include "base/buf.h"
#include "base/clock.h"
#include "domain/achievement/achievement_sql.h"

#include <ctype.h>
#include <math.h>

SHAPE_TABLE(achievement_reward, ACHIEVEMENT_REWARD)
SHAPE_TABLE(achievement, ACHIEVEMENT)
SHAPE_TABLE(my_achievement, MY_ACHIEVEMENT)
SHAPE_TABLE(achievement_progress, ACHIEVEMENT_PROGRESS)
SHAPE_TABLE(achievement_claimed, ACHIEVEMENT_CLAIMED)
SHAPE_TABLE(category_counts, CATEGORY_COUNTS)
SHAPE_TABLE(tier_counts, TIER_COUNTS)
SHAPE_TABLE(category_progress, CATEGORY_PROGRESS)
SHAPE_TABLE(categories_progress, CATEGORIES_PROGRESS)
SHAPE_TABLE(tier_progress, TIER_PROGRESS)
SHAPE_TABLE(tiers_progress, TIERS_PROGRESS)
SHAPE_TABLE(recent_completion, RECENT_COMPLETION)
SHAPE_TABLE(near_completion, NEAR_COMPLETION)
SHAPE_TABLE(achievement_stats, ACHIEVEMENT_STATS)

enum { RECENT_MAX = 5, NEAR_MAX = 5, NEAR_PERCENT = 50, CHAIN_MAX = 10, ENTRY_SIZE = 160 };

const char *const achievement_categories[CATEGORIES] = {"STUDY", "SOCIAL", "MILESTONE", "SPECIAL", "STREAK"};

static const struct {
	const char *name, *color;
} tiers[TIERS] = {
	{"BRONZE", "#CD7F32"}, {"SILVER", "#C0C0C0"}, {"GOLD", "#FFD700"},
	{"PLATINUM", "#E5E4E2"}, {"DIAMOND", "#B9F2FF"}, {"LEGENDARY", "#9932CC"},
};

static size_t tier_of(const char *name)
{
	size_t i = 0;

	while (i + 1 < TIERS && strcmp(tiers[i].name, name) != 0)
		i++;
	return i;
}

static size_t category_of(const char *name)
{
	size_t i = 0;

	while (i + 1 < CATEGORIES && strcmp(achievement_categories[i], name) != 0)
		i++;
	return i;
}

/* ---- rows as the clients see them ---------------------------------------------------------- */

static const struct achievement_reward *reward_of(struct ctx *c, int64_t points)
{
	struct achievement_reward *r = arena_new_of(c->arena, struct achievement_reward);

	*r = (struct achievement_reward){.type = "points", .amount = points};
	return r;
}

static const char *lower(struct ctx *c, const char *s)
{
	char *out = arena_strdup(c->arena, s);

	for (char *p = out; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return out;
}

/* The columns of a kind, of either row. */
#define SHOW_KIND(c, row)                                                                          \
	(struct achievement)                                                                       \
	{                                                                                          \
		.id = (row)->kind, .key = (row)->code, .name = (row)->name, .description = (row)->description, \
		.category = (row)->category, .type = (row)->type, .icon = (row)->icon,             \
		.badgeIconUrl = (row)->badge, .badgeColor = tiers[tier_of((row)->tier)].color,     \
		.requiredProgress = (row)->target, .targetUnit = (row)->unit,                      \
		.reward = reward_of(c, (row)->points), .xpReward = (row)->points, .tier = (row)->tier, \
		.tierKey = lower(c, (row)->tier), .active = true, .isHidden = (row)->hidden,       \
		.sortOrder = (row)->place, .prerequisiteKey = (row)->needs, .createdAt = (row)->created_at, \
	}

enum status achievement_catalogue(struct ctx *c, const char *category, struct list *out)
{
	struct list rows;
	enum status st = achievement_sql_catalogue(c, category, &rows);
	const struct kind_row *row = rows.v;
	struct achievement *items = arena_array(c->arena, struct achievement, rows.n);

	for (size_t i = 0; i < rows.n; i++)
		items[i] = SHOW_KIND(c, &row[i]);
	*out = (struct list){items, rows.n};
	return st;
}

static int64_t percent(int64_t n, int64_t of)
{
	return MIN(n, of) * 100 / of;
}

/* At the pace so far; a day is a day where days in a row count. */
static int64_t days_left(const struct ctx *c, const struct mine_row *row)
{
	int64_t left = row->target - row->progress;

	if (row->completed_at || !row->progress || !row->started_at)
		return 0;
	if (!strcmp(row->category, "STREAK") && strcmp(row->type, "ACCUMULATE") != 0)
		return MAX(left, INT64_C(1));
	int64_t days = (c->now - row->started_at + DAY_MS - 1) / DAY_MS;

	return MAX((left * MAX(days, INT64_C(1)) + row->progress - 1) / row->progress, INT64_C(1));
}

static void show(struct ctx *c, const struct mine_row *row, struct my_achievement *out)
{
	struct achievement *kind = arena_new_of(c->arena, struct achievement);

	*kind = SHOW_KIND(c, row);
	*out = (struct my_achievement){
		.id = row->id,
		.achievement = kind,
		.currentProgress = row->progress,
		.requiredProgress = row->target,
		.progressPercentage = percent(row->progress, row->target),
		.remainingProgress = row->target - row->progress,
		.estimatedCompletionDays = days_left(c, row),
		.completed = row->completed_at != 0,
		.completedAt = row->completed_at,
		.rewardClaimed = row->claimed_at != 0,
		.claimedAt = row->claimed_at,
		.reward = kind->reward,
		.lastUpdatedAt = row->updated_at,
	};
}

static bool any(const struct mine_row *row UNUSED)
{
	return true;
}

static bool is_completed(const struct mine_row *row)
{
	return row->completed_at != 0;
}

static bool is_under_way(const struct mine_row *row)
{
	return !row->completed_at && row->progress > 0;
}

static void show_those(struct ctx *c, const struct list *rows, bool (*which)(const struct mine_row *row),
		       struct list *out)
{
	const struct mine_row *row = rows->v;
	struct my_achievement *items = arena_array(c->arena, struct my_achievement, rows->n);
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++)
		if (which(&row[i]))
			show(c, &row[i], &items[n++]);
	*out = (struct list){items, n};
}

static int newest_first(const void *a, const void *b)
{
	const struct my_achievement *x = a, *y = b;

	if (x->completedAt != y->completedAt)
		return x->completedAt < y->completedAt ? 1 : -1;
	return x->achievement->sortOrder < y->achievement->sortOrder ? -1 : 1;
}

static int nearest_first(const void *a, const void *b)
{
	const struct my_achievement *x = a, *y = b;

	if (x->progressPercentage != y->progressPercentage)
		return x->progressPercentage < y->progressPercentage ? 1 : -1;
	return x->achievement->sortOrder < y->achievement->sortOrder ? -1 : 1;
}

static void sort(const struct list *l, int (*before)(const void *, const void *))
{
	if (l->n) /* the rows are the arena's, made above */
		qsort((void *)(uintptr_t)l->v, l->n, sizeof(struct my_achievement), before);
}

/* ---- lists -------------------------------------------------------------------------------- */

enum status achievement_mine(struct ctx *c, struct list *out, int64_t *made)
{
	struct list rows;
	enum status st = achievement_sql_mine(c, &rows);

	show_those(c, &rows, any, out);
	*made = rows.n ? ((const struct mine_row *)rows.v)->made : 0;
	return st;
}

static enum status sorted(struct ctx *c, bool (*which)(const struct mine_row *row),
			  int (*before)(const void *, const void *), struct list *out)
{
	struct list rows;
	enum status st = achievement_sql_mine(c, &rows);

	show_those(c, &rows, which, out);
	sort(out, before);
	return st;
}

enum status achievement_completed(struct ctx *c, struct list *out)
{
	return sorted(c, is_completed, newest_first, out);
}

enum status achievement_under_way(struct ctx *c, struct list *out)
{
	return sorted(c, is_under_way, nearest_first, out);
}

/* ---- figures ------------------------------------------------------------------------------ */

static double rate(int64_t n, int64_t of)
{
	return of ? round((double)n * 10000 / (double)of) / 100 : 0;
}

static void by_category(struct ctx *c, const struct category_progress *p, struct achievement_stats *out)
{
	struct category_counts *counts = arena_new_of(c->arena, struct category_counts);
	struct categories_progress *all = arena_new_of(c->arena, struct categories_progress);

	*counts = (struct category_counts){.STUDY = p[0].completed, .SOCIAL = p[1].completed,
					   .MILESTONE = p[2].completed, .SPECIAL = p[3].completed,
					   .STREAK = p[4].completed};
	*all = (struct categories_progress){.STUDY = &p[0], .SOCIAL = &p[1], .MILESTONE = &p[2], .SPECIAL = &p[3],
					    .STREAK = &p[4]};
	out->achievementsByCategory = counts;
	out->categoriesProgress = all;
}

static void by_tier(struct ctx *c, const struct tier_progress *p, struct achievement_stats *out)
{
	struct tier_counts *counts = arena_new_of(c->arena, struct tier_counts);
	struct tiers_progress *all = arena_new_of(c->arena, struct tiers_progress);

	*counts = (struct tier_counts){.BRONZE = p[0].completed, .SILVER = p[1].completed,
				       .GOLD = p[2].completed, .PLATINUM = p[3].completed,
				       .DIAMOND = p[4].completed, .LEGENDARY = p[5].completed};
	*all = (struct tiers_progress){.BRONZE = &p[0], .SILVER = &p[1], .GOLD = &p[2], .PLATINUM = &p[3],
				       .DIAMOND = &p[4], .LEGENDARY = &p[5]};
	out->achievementsByTier = counts;
	out->tiersProgress = all;
}

static void count_all(struct ctx *c, const struct list *rows, struct achievement_stats *out)
{
	struct category_progress *categories = arena_array(c->arena, struct category_progress, CATEGORIES);
	struct tier_progress *of_tier = arena_array(c->arena, struct tier_progress, TIERS);
	const struct mine_row *row = rows->v;

	for (size_t i = 0; i < rows->n; i++, row++) {
		struct category_progress *category = &categories[category_of(row->category)];
		struct tier_progress *tier = &of_tier[tier_of(row->tier)];
		bool done = is_completed(row), begun = is_under_way(row);

		category->total++;
		tier->total++;
		category->completed += done;
		tier->completed += done;
		out->completedAchievements += done;
		out->inProgressAchievements += begun;
		out->notStartedAchievements += !done && !begun;
		out->unclaimedRewards += done && !row->claimed_at;
		out->totalPointsEarned += row->earned;
		out->totalPointsAvailable += row->points;
	}
	for (size_t i = 0; i < CATEGORIES; i++)
		categories[i].completionRate = rate(categories[i].completed, categories[i].total);
	out->totalAchievements = (int64_t)rows->n;
	out->completionRate = rate(out->completedAchievements, out->totalAchievements);
	by_category(c, categories, out);
	by_tier(c, of_tier, out);
}

static void recent(struct ctx *c, const struct list *rows, struct list *out)
{
	struct recent_completion *items = arena_array(c->arena, struct recent_completion, RECENT_MAX);
	struct list done;

	show_those(c, rows, is_completed, &done);
	sort(&done, newest_first);
	const struct my_achievement *m = done.v;

	out->n = MIN(done.n, (size_t)RECENT_MAX);
	for (size_t i = 0; i < out->n; i++)
		items[i] = (struct recent_completion){
			.achievementKey = m[i].achievement->key,
			.name = m[i].achievement->name,
			.completedAt = m[i].completedAt,
		};
	out->v = items;
}

static void near_end(struct ctx *c, const struct list *rows, struct list *out)
{
	struct near_completion *items = arena_array(c->arena, struct near_completion, NEAR_MAX);
	struct list begun;

	show_those(c, rows, is_under_way, &begun);
	sort(&begun, nearest_first);
	const struct my_achievement *m = begun.v;

	out->n = 0;
	while (out->n < MIN(begun.n, (size_t)NEAR_MAX) && m->progressPercentage >= NEAR_PERCENT) {
		items[out->n++] = (struct near_completion){
			.id = m->id,
			.achievement = m->achievement,
			.achievementKey = m->achievement->key,
			.name = m->achievement->name,
			.currentProgress = m->currentProgress,
			.requiredProgress = m->requiredProgress,
			.progressPercentage = m->progressPercentage,
		};
		m++;
	}
	out->v = items;
}

enum status achievement_stats(struct ctx *c, struct achievement_stats *out)
{
	struct list rows;
	enum status st = achievement_sql_mine(c, &rows);

	if (st != OK)
		return st;
	count_all(c, &rows, out);
	recent(c, &rows, AS_LIST(&out->recentCompletions));
	near_end(c, &rows, AS_LIST(&out->nearCompletion));
	return OK;
}

/* ---- progress ----------------------------------------------------------------------------- */

static const char *one_user(struct ctx *c, uint64_t id)
{
	return buf_ids(c->arena, &(int64_t){(int64_t)id}, 1, 0);
}

/* What was waiting for one of those that were completed comes in the next round. id: one to look for, or 0. */
static enum status complete(struct ctx *c, const char *users, uint64_t id, bool *found)
{
	struct list fresh = {.n = 1};
	enum status st = OK;

	for (int i = 0; i < CHAIN_MAX && fresh.n && st == OK; i++) {
		st = achievement_sql_complete(c, users, &fresh);
		for (size_t k = 0; st == OK && k < fresh.n; k++)
			if (((const struct earned_id *)fresh.v)[k].id == id)
				*found = true;
	}
	return st;
}

struct stepping {
	const struct achievement_step *step;
	struct step_row row;
	bool fresh;
};

static enum status take_step(struct ctx *c, void *arg)
{
	struct stepping *w = arg;

	w->fresh = false;
	enum status st = achievement_sql_step(c, w->step, &w->row);

	if (st != OK || w->row.completed_at || w->row.progress < w->row.target)
		return st;
	return complete(c, one_user(c, c->me.user_id), w->row.id, &w->fresh);
}

enum status achievement_progress(struct ctx *c, const struct achievement_step *s, struct achievement_progress *out,
				 const char **name, bool *fresh)
{
	struct stepping w = {.step = s};
	enum status st = db_tx(c, take_step, &w);

	if (st != OK)
		return st;
	*fresh = w.fresh;
	*name = w.row.name;
	*out = (struct achievement_progress){
		.incrementAmount = out->incrementAmount,
		.userAchievementId = w.row.id,
		.achievementKey = s->key,
		.previousProgress = w.row.was,
		.currentProgress = w.row.progress,
		.requiredProgress = w.row.target,
		.progressPercentage = percent(w.row.progress, w.row.target),
		.completedAt = w.fresh ? c->now : w.row.completed_at,
		.updatedAt = w.row.updated_at,
	};
	out->completed = out->completedAt != 0;
	out->reward = out->completed ? reward_of(c, w.row.points) : NULL;
	return OK;
}

enum status achievement_claim(struct ctx *c, uint64_t id, struct achievement_claimed *out)
{
	struct claim_row row;
	char at[32];
	enum status st = achievement_sql_claim(c, id, &row);

	if (st != OK)
		return st == E_NO_ROW ? fail(c, E_ACHIEVEMENT_NOT_MINE, "item %llu", (unsigned long long)id) : st;
	if (!row.completed_at) {
		c->details = arena_printf(c->arena, "\"currentProgress\":%lld,\"requiredProgress\":%lld",
					  (long long)row.progress, (long long)row.target);
		return E_ACHIEVEMENT_OPEN;
	}
	if (!row.fresh) {
		clock_iso(row.claimed_at, at);
		c->details = arena_printf(c->arena, "\"claimedAt\":\"%s\"", at);
		return E_ACHIEVEMENT_CLAIMED;
	}
	*out = (struct achievement_claimed){
		.userAchievementId = id,
		.achievementKey = row.code,
		.achievementName = row.name,
		.reward = reward_of(c, row.points),
		.claimed = true,
		.claimedAt = row.claimed_at,
		.newTotalPoints = row.total,
	};
	return OK;
}

/* ---- counting ----------------------------------------------------------------------------- */

/* words: of achievements.counts. kept: of achievement_events.what. */
static const struct {
	enum achievement_source source;
	const char *words, *kept;
} source_rows[] = {
	{SOURCE_MESSAGES, ",messages", NULL},
	{SOURCE_MATCHES, ",matches", NULL},
	{SOURCE_PROFILE, ",profile", NULL},
	{SOURCE_DAYS, ",days", "day"},
	{SOURCE_SESSIONS, ",sessions,session_days,session_run,minutes", "session"},
	{SOURCE_TESTS, ",tests,level", "test"},
	{SOURCE_PRAISES, ",praises", "praise"},
	{SOURCE_HELPS, ",helps", "help"},
};

static const char *words_of(struct ctx *c, unsigned sources)
{
	struct buf b = buf_new(c->arena, 128, 256);

	for (size_t i = 0; i < COUNT(source_rows); i++)
		if (sources & source_rows[i].source)
			buf_str(&b, source_rows[i].words);
	return b.data + 1;
}

static const char *kept_as(enum achievement_source source)
{
	for (size_t i = 0; i < COUNT(source_rows); i++)
		if (source_rows[i].source == source && source_rows[i].kept)
			return source_rows[i].kept;
	abort();
}

static enum status count(struct ctx *c, const char *entries, const char *users, unsigned sources, bool exact)
{
	int64_t ripe;
	bool unused = false;
	enum status st = achievement_sql_raise(c, entries, users, words_of(c, sources), exact, &ripe);

	return st == OK && ripe ? complete(c, users, 0, &unused) : st;
}

enum status achievement_count(struct ctx *c, const int64_t *users, size_t n, unsigned sources, bool exact)
{
	return n ? count(c, "[]", buf_ids(c->arena, users, n, sizeof(*users)), sources, exact) : OK;
}

static const char *zone_of(const struct list *zones, uint64_t user_id)
{
	const struct user_zone *z = zones->v;

	for (size_t i = 0; i < zones->n; i++)
		if (z[i].id == user_id)
			return z[i].zone;
	return NULL;
}

static void add_entry(struct buf *b, const struct achievement_entry *e, const char *zone)
{
	int64_t day = (e->at + clock_zone_offset(zone, e->at)) / DAY_MS, year;
	unsigned month, of_month;

	clock_civil(day, &year, &month, &of_month);
	buf_printf(b, "%c{\"u\":%llu,\"w\":\"%s\",\"s\":%llu,\"n\":%lld,\"d\":\"%04d-%02u-%02u\"}", b->len ? ',' : '[',
		   (unsigned long long)e->user_id, kept_as(e->source),
		   (unsigned long long)(e->source == SOURCE_DAYS ? (uint64_t)day : e->source_id), (long long)e->amount,
		   (int)year, month, of_month);
}

enum status achievement_keep(struct ctx *c, const struct achievement_entry *e, size_t n)
{
	struct buf b = buf_new(c->arena, 1024, n * ENTRY_SIZE + 2);
	const char *users = buf_ids(c->arena, (const int64_t *)&e->user_id, n, sizeof(*e));
	unsigned sources = 0;
	struct list zones;
	enum status st = n ? achievement_sql_zones(c, users, n, &zones) : OK;

	if (st != OK || !n)
		return st;
	for (size_t i = 0; i < n; i++) {
		const char *zone = zone_of(&zones, e[i].user_id);

		if (zone) /* otherwise the account is gone */
			add_entry(&b, &e[i], zone);
		sources |= e[i].source;
	}
	if (!b.len)
		return OK;
	buf_char(&b, ']');
	return count(c, b.data, users, sources, true);
}

enum status achievement_check(struct ctx *c, struct list *out)
{
	struct list rows;
	bool unused = false;
	int64_t ripe;
	const char *me = one_user(c, c->me.user_id);
	enum status st = achievement_sql_raise(c, "[]", me, words_of(c, SOURCE_ALL), false, &ripe);

	if (st == OK) /* also what only clients count, and what waited for another */
		st = complete(c, me, 0, &unused);
	if (st == OK)
		st = achievement_sql_report(c, &rows);
	if (st == OK)
		show_those(c, &rows, any, out);
	return st;
}
