/* What people can earn, how far they are, and their rewards. */
#include "domain/achievement/achievement.h"
#include "domain/registry.h"

#define CATEGORIES_WORDS "STUDY SOCIAL MILESTONE SPECIAL STREAK"
#define MOST 1000000000
#define KEY(F, S, ...)                                                                             \
	F(S, STR, achievementKey, .required = true, .min = 1, .max = 40, .fmt = FMT_WORD, .fail = E_ACHIEVEMENT_KEY, \
	  __VA_ARGS__)

#define CATEGORY_IN(F, S) F(S, STR, category, .from = FROM_PATH, .one_of = CATEGORIES_WORDS)
SHAPE(achievement_category_in, CATEGORY_IN)

#define PROGRESS_IN(F, S)                                                                          \
	KEY(F, S, .from = FROM_BODY)                                                               \
	F(S, INT, progress, .required = true, .min = 0, .max = MOST, .fail = E_ACHIEVEMENT_PROGRESS)
SHAPE(achievement_progress_in, PROGRESS_IN)

#define INCREMENT_IN(F, S)                                                                         \
	KEY(F, S, .from = FROM_QUERY)                                                              \
	F(S, INT, increment, .from = FROM_QUERY, .min = 1, .max = MOST, .dflt = "1", .fail = E_ACHIEVEMENT_INCREMENT)
SHAPE(achievement_increment_in, INCREMENT_IN)

#define CLAIM_IN(F, S) F(S, ID, userAchievementId, .from = FROM_PATH)
SHAPE(achievement_claim_in, CLAIM_IN)

#define ACHIEVEMENTS_OUT(F, S) F(S, LIST(achievement), items, .bare = true)
SHAPE(achievements_out, ACHIEVEMENTS_OUT)

#define MY_ACHIEVEMENTS_OUT(F, S) F(S, LIST(my_achievement), items, .bare = true)
SHAPE(my_achievements_out, MY_ACHIEVEMENTS_OUT)

#define UNDER_WAY_OUT(F, S)                                                                        \
	F(S, LIST(my_achievement), items, .bare = true, .place = IN_DATA, .doc = "the nearest to its end first") \
	F(S, INT, total, .place = AT_TOP)
SHAPE(achievements_under_way_out, UNDER_WAY_OUT)

#define COMPLETED_OUT(F, S)                                                                        \
	F(S, LIST(my_achievement), items, .bare = true, .place = IN_DATA, .doc = "the newest first") \
	F(S, INT, total, .place = AT_TOP)                                                          \
	F(S, INT, totalPoints, .place = AT_TOP, .doc = "of their rewards, claimed or not")
SHAPE(achievements_completed_out, COMPLETED_OUT)

#define INITIALIZED_OUT(F, S)                                                                      \
	F(S, ID, userId)                                                                           \
	F(S, INT, totalAchievementsInitialized)                                                    \
	F(S, INT, newlyInitialized, .doc = "how many of them were not there before")               \
	F(S, OBJ(category_counts), categories)                                                     \
	F(S, TIME, initializedAt)
SHAPE(achievements_initialized_out, INITIALIZED_OUT)

#define CHECKED_OUT(F, S)                                                                          \
	F(S, LIST(my_achievement), newlyCompleted, .doc = "since it was last asked, whoever completed them") \
	F(S, INT, totalNewlyCompleted)                                                             \
	F(S, INT, totalPointsEarned, .doc = "the rewards of these, which wait to be claimed")
SHAPE(achievements_checked_out, CHECKED_OUT)

HANDLER(achievements_get, struct nothing, struct achievements_out)
{
	return achievement_catalogue(&r->ctx, NULL, AS_LIST(&out->items));
}

HANDLER(achievements_category_get, struct achievement_category_in, struct achievements_out)
{
	return achievement_catalogue(&r->ctx, in->category, AS_LIST(&out->items));
}

HANDLER(achievements_my_get, struct nothing, struct my_achievements_out)
{
	int64_t made;

	return achievement_mine(&r->ctx, AS_LIST(&out->items), &made);
}

static int64_t points_of(const struct list *l)
{
	const struct my_achievement *m = l->v;
	int64_t sum = 0;

	for (size_t i = 0; i < l->n; i++)
		sum += m[i].achievement->xpReward;
	return sum;
}

HANDLER(achievements_completed_get, struct nothing, struct achievements_completed_out)
{
	enum status st = achievement_completed(&r->ctx, AS_LIST(&out->items));

	out->total = (int64_t)out->items.n;
	out->totalPoints = points_of(AS_LIST(&out->items));
	return st;
}

HANDLER(achievements_under_way_get, struct nothing, struct achievements_under_way_out)
{
	enum status st = achievement_under_way(&r->ctx, AS_LIST(&out->items));

	out->total = (int64_t)out->items.n;
	return st;
}

HANDLER(achievements_stats_get, struct nothing, struct achievement_stats)
{
	return achievement_stats(&r->ctx, out);
}

static enum status step(struct req *r, const struct achievement_step *s, struct achievement_progress *out)
{
	const char *name;
	bool fresh = false;
	enum status st = achievement_progress(&r->ctx, s, out, &name, &fresh);

	if (st == OK && fresh)
		r->message = arena_printf(r->ctx.arena, "%s%s%s",
					  say(&r->ctx, "축하합니다! '", "Congratulations! You have earned \""), name,
					  say(&r->ctx, "' 업적을 달성했습니다!", "\"!"));
	return st;
}

HANDLER(achievement_progress_post, struct achievement_progress_in, struct achievement_progress)
{
	return step(r, &(struct achievement_step){.key = in->achievementKey, .progress = in->progress}, out);
}

HANDLER(achievement_increment_post, struct achievement_increment_in, struct achievement_progress)
{
	out->incrementAmount = in->increment;
	return step(r, &(struct achievement_step){in->achievementKey, .progress = -1, .plus = in->increment}, out);
}

HANDLER(achievement_claim_post, struct achievement_claim_in, struct achievement_claimed)
{
	enum status st = achievement_claim(&r->ctx, in->userAchievementId, out);

	if (st == OK)
		r->message = arena_printf(r->ctx.arena, "%lld%s", (long long)out->reward->amount,
					  say(&r->ctx, " 포인트를 획득했습니다!", " points are yours!"));
	return st;
}

HANDLER(achievements_initialize_post, struct nothing, struct achievements_initialized_out)
{
	struct category_counts *n = arena_new_of(r->ctx.arena, struct category_counts);
	int64_t *const by[CATEGORIES] = {&n->STUDY, &n->SOCIAL, &n->MILESTONE, &n->SPECIAL, &n->STREAK};
	struct list all = {0};
	enum status st = achievement_mine(&r->ctx, &all, &out->newlyInitialized);
	const struct my_achievement *m = all.v;

	for (size_t i = 0; i < all.n; i++)
		for (size_t k = 0; k < CATEGORIES; k++)
			*by[k] += !strcmp(m[i].achievement->category, achievement_categories[k]);
	out->userId = r->ctx.me.user_id;
	out->totalAchievementsInitialized = (int64_t)all.n;
	out->categories = n;
	out->initializedAt = r->ctx.now;
	r->message = say(&r->ctx, "업적 시스템이 성공적으로 초기화되었습니다.", "Your achievements are ready.");
	return st;
}

HANDLER(achievements_check_post, struct nothing, struct achievements_checked_out)
{
	struct list *fresh = AS_LIST(&out->newlyCompleted);
	enum status st = achievement_check(&r->ctx, fresh);

	out->totalNewlyCompleted = (int64_t)fresh->n;
	out->totalPointsEarned = points_of(fresh);
	r->message = fresh->n ? arena_printf(r->ctx.arena, "%zu%s", fresh->n,
					     say(&r->ctx, "개의 업적을 새로 달성했습니다!", " newly completed!"))
			      : say(&r->ctx, "완료된 업적이 없습니다.", "Nothing new was completed.");
	return st;
}

#define READS .auth = AUTH_USER, .rate = RATE_READ, .statements = 1
#define WRITES .auth = AUTH_USER, .rate = RATE_WRITE
static const struct route routes[] = {
	ROUTE(achievements_get, nothing, achievements_out, .on = {"GET /achievements"}, READS,
	      .doc = "All achievements; a hidden one only if I have it."),
	ROUTE(achievements_category_get, achievement_category_in, achievements_out,
	      .on = {"GET /achievements/category/{category}"}, READS, .doc = "The achievements of a category."),
	ROUTE(achievements_my_get, nothing, my_achievements_out, .on = {"GET /achievements/my"}, READS,
	      .doc = "How far I am with each."),
	ROUTE(achievements_completed_get, nothing, achievements_completed_out, .on = {"GET /achievements/my/completed"},
	      READS, .envelope = FLAT, .doc = "Those I have completed."),
	ROUTE(achievements_under_way_get, nothing, achievements_under_way_out,
	      .on = {"GET /achievements/my/in-progress"}, READS, .envelope = FLAT,
	      .doc = "Those I have begun and not completed."),
	ROUTE(achievements_stats_get, nothing, achievement_stats, .on = {"GET /achievements/my/stats"}, READS,
	      .doc = "My achievements in numbers."),
	ROUTE(achievement_progress_post, achievement_progress_in, achievement_progress,
	      .on = {"POST /achievements/progress"}, WRITES, .once = true, .statements = 7,
	      .doc = "Set my progress, to what is required at most; what is reached is completed, and stays so. What "
		     "the server counts by itself it raises again when it is more.",
	      .fails = {E_ACHIEVEMENT_KEY, E_ACHIEVEMENT_PROGRESS, E_ACHIEVEMENT_NONE}),
	ROUTE(achievement_increment_post, achievement_increment_in, achievement_progress,
	      .on = {"POST /achievements/progress/increment"}, WRITES, .once = true, .statements = 7,
	      .doc = "Add to my progress.", .fails = {E_ACHIEVEMENT_KEY, E_ACHIEVEMENT_INCREMENT, E_ACHIEVEMENT_NONE}),
	ROUTE(achievement_claim_post, achievement_claim_in, achievement_claimed,
	      .on = {"POST /achievements/{userAchievementId}/claim-reward"}, WRITES, .once = true, .statements = 1,
	      .doc = "Take the reward of one I have completed, once.",
	      .fails = {E_ACHIEVEMENT_NOT_MINE, E_ACHIEVEMENT_OPEN, E_ACHIEVEMENT_CLAIMED}),
	ROUTE(achievements_initialize_post, nothing, achievements_initialized_out,
	      .on = {"POST /achievements/initialize"}, WRITES, .statements = 1,
	      .doc = "Make what is missing of mine; changes nothing of what is there."),
	ROUTE(achievements_check_post, nothing, achievements_checked_out, .on = {"POST /achievements/check-completion"},
	      WRITES, .statements = 6,
	      .doc = "Count again all that the server knows of, and say what was completed since I last asked."),
};

extern const struct stmt *const achievement_stmts[];
extern const struct job achievement_jobs[];
extern const struct schedule achievement_schedules[];
const struct domain achievement_domain = {
	.name = "achievements",
	.doc = "What people earn",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = achievement_stmts,
	.jobs = achievement_jobs,
	.schedules = achievement_schedules,
};
