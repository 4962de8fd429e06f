/* What people do counts by itself, and who has earned something is told. */
#include "base/buf.h"
#include "base/clock.h"
#include "domain/achievement/achievement_sql.h"
#include "domain/job.h"
#include "domain/notification/notification.h"

/* Longer than any achievement asks for days in a row. */
enum { DAYS_KEPT = 120, FORGET_EVERY_S = 3600, FORGET_PIECE = 500, PARTICIPANTS_MAX = 100, LEVEL_MAX = 1000 };
enum { MINUTES_MAX = 24 * 60, STARS_PERFECT = 5, STARS_HELPED = 4 };

static enum status of_actors(struct ctx *c, const struct event *e, size_t n, unsigned source)
{
	int64_t *ids = arena_array(c->arena, int64_t, n);

	for (size_t i = 0; i < n; i++)
		ids[i] = (int64_t)e[i].actor_id;
	return achievement_count(c, ids, n, source, true);
}

static enum status on_messages(struct ctx *c, struct event *e, size_t n)
{
	return of_actors(c, e, n, SOURCE_MESSAGES);
}

static enum status on_onboarded(struct ctx *c, struct event *e)
{
	return of_actors(c, e, 1, SOURCE_PROFILE);
}

static enum status on_match(struct ctx *c, struct event *e)
{
	int64_t both[] = {(int64_t)event_number(e, "senderId"), (int64_t)event_number(e, "receiverId")};

	return achievement_count(c, both, 2, SOURCE_MATCHES, true);
}

static enum status on_active(struct ctx *c, struct event *e, size_t n)
{
	struct achievement_entry *entries = arena_array(c->arena, struct achievement_entry, n);

	for (size_t i = 0; i < n; i++)
		entries[i] = (struct achievement_entry){
			.user_id = e[i].actor_id,
			.source = SOURCE_DAYS,
			.at = e[i].created_at,
		};
	return achievement_keep(c, entries, n);
}

static enum status on_session(struct ctx *c, struct event *e)
{
	const struct jval *people = NULL;
	int64_t minutes = (int64_t)MIN(event_number(e, "minutes"), (uint64_t)MINUTES_MAX);

	(void)jin_get(e->payload, "participants", &people);
	size_t n = MIN(jin_len(people), (size_t)PARTICIPANTS_MAX);
	struct achievement_entry *entries = arena_array(c->arena, struct achievement_entry, n);

	for (size_t i = 0; i < n; i++)
		entries[i] = (struct achievement_entry){
			.user_id = jin_id(jin_at(people, i)),
			.source_id = e->id,
			.source = SOURCE_SESSIONS,
			.amount = minutes,
			.at = e->created_at,
		};
	return achievement_keep(c, entries, n);
}

static enum status on_level_test(struct ctx *c, struct event *e)
{
	const struct achievement_entry entry = {
		.user_id = e->actor_id,
		.source_id = e->id,
		.source = SOURCE_TESTS,
		.amount = (int64_t)MIN(event_number(e, "level"), (uint64_t)LEVEL_MAX),
		.at = e->created_at,
	};

	return achievement_keep(c, &entry, 1);
}

/* Somebody rated those they met. source_id is the rater's seat: whoever changes their mind counts once. */
static enum status on_rated(struct ctx *c, struct event *e)
{
	const struct jval *people = NULL;
	const uint64_t stars = event_number(e, "stars"), seat = event_number(e, "seat");

	(void)jin_get(e->payload, "people", &people);
	size_t n = MIN(jin_len(people), (size_t)PARTICIPANTS_MAX), k = 0;
	struct achievement_entry *entries = arena_array(c->arena, struct achievement_entry, 2 * n);

	for (size_t i = 0; i < n; i++) {
		const struct achievement_entry entry = {
			.user_id = jin_id(jin_at(people, i)),
			.source_id = seat,
			.source = SOURCE_HELPS,
			.at = e->created_at,
		};

		if (stars >= STARS_HELPED)
			entries[k++] = entry;
		if (stars >= STARS_PERFECT) {
			entries[k] = entry;
			entries[k++].source = SOURCE_PRAISES;
		}
	}
	return achievement_keep(c, entries, k);
}

static struct notice notice_of(struct ctx *c, const char *title)
{
	return notify_notice(c, NOTIFY_ACHIEVEMENT, (const struct notify_param[]){{"title", title}, {0}});
}

static enum status on_completed(struct ctx *c, struct event *e)
{
	struct earned_row row;
	enum status st = achievement_sql_earned(c, e->subject_id, &row);

	if (st != OK)
		return st == E_NO_ROW ? OK : st; /* the account is gone */
	struct notice n = notice_of(c, row.name_ko), en = notice_of(c, row.name_en);
	struct buf data = buf_new(c->arena, 256, 1000);

	n.title[LANG_EN] = en.title[LANG_EN];
	n.message[LANG_EN] = en.message[LANG_EN];
	buf_printf(&data, "{\"userAchievementId\":\"%llu\",\"achievementId\":\"%llu\"",
		   (unsigned long long)e->subject_id, (unsigned long long)row.kind);
	buf_member(&data, "achievementKey", row.code);
	buf_char(&data, '}');
	n.data = data.data;
	return notify_user(c, e->id, row.user_id, &n);
}

static enum status forget(struct ctx *c, int64_t *n)
{
	char day[32];

	clock_iso(c->now - DAYS_KEPT * DAY_MS, day);
	day[10] = '\0';
	return achievement_sql_forget(c, day, FORGET_PIECE, n);
}

const struct job achievement_jobs[] = {
	{"chat.message", .run_all = on_messages},
	{"match.accepted", on_match},
	{"onboarding.completed", on_onboarded},
	{"user.active", .run_all = on_active},
	{"session.completed", on_session},
	{"leveltest.completed", on_level_test},
	{"session.rated", on_rated},
	{"achievement.completed", on_completed},
	{0},
};

const struct schedule achievement_schedules[] = {
	{"achievement.forget", FORGET_EVERY_S, .piece = forget, .full = FORGET_PIECE},
	{0},
};
