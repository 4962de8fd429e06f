#include "domain/dating/dating.h"
#include "base/buf.h"
#include "base/clock.h"
#include "domain/dating/dating_rules.h"
#include "domain/dating/dating_sql.h"
#include "domain/user/user.h"

SHAPE_TABLE(dating_card, DATING_CARD)

enum { PICKS_MAX = 1000 };

static int64_t days_now(const struct ctx *c)
{
	return clock_korea_day(c->now);
}

const char *dating_today(struct ctx *c)
{
	int64_t year;
	unsigned month, day;

	clock_civil(days_now(c), &year, &month, &day);
	return arena_printf(c->arena, "%04d-%02u-%02u", (int)year, month, day);
}

struct pillars dating_pillars(const char *date)
{
	return pillars_of(strtol(date, NULL, 10), (unsigned)strtoul(date + 5, NULL, 10),
			  (unsigned)strtoul(date + 8, NULL, 10));
}

enum status dating_know_me(struct ctx *c, struct dating_me *out)
{
	struct dating_me_row row;
	enum status st = dating_sql_me(c, &row);

	if (st != OK)
		return st == E_NO_ROW ? E_USER_NOT_FOUND : st;
	const char *birth = user_birth_date(c, row.birth_year, row.birth_monthday);

	if (!row.gender || !birth)
		return E_DATING_PROFILE;
	if (user_age(c->now, birth) < ADULT_YEARS)
		return E_DATING_ADULTS;
	*out = (struct dating_me){dating_pillars(birth), row.gender, false};
	out->known = row.known_gender && !strcmp(row.known_gender, row.gender) &&
		     row.year_pillar == out->pillars.year && row.month_pillar == out->pillars.month &&
		     row.day_pillar == out->pillars.day;
	return OK;
}

enum status dating_enter(struct ctx *c, const struct dating_me *me)
{
	return me->known ? OK : dating_sql_enter(c, me->gender, &me->pillars);
}

static int score_of(const struct dating_me *me, const struct dating_person_row *p)
{
	const struct pillars other = {(unsigned)p->year_pillar, (unsigned)p->month_pillar, (unsigned)p->day_pillar};

	return pillars_score(&me->pillars, &other);
}

/* ---- the people of the day ---------------------------------------------------------------- */

struct picking {
	const struct dating_me *me;
	const char *day;
	uint32_t start; /* at which spots of the pillars the day begins to look */
};

/* All days of birth, those first that fit mine best. */
static const char *best_days(struct ctx *c, unsigned mine)
{
	int64_t order[PILLARS];

	for (unsigned i = 0; i < PILLARS; i++) {
		unsigned at = i;

		for (; at && pillars_days(mine, (unsigned)order[at - 1]) < pillars_days(mine, i); at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
	return buf_ids(c->arena, order, PILLARS, sizeof(*order));
}

/* Moves the best of some people to the first `places` of best; of equals the earlier. */
static void keep_best(const struct dating_me *me, const struct list *some, const struct dating_person_row *best[],
		      size_t places)
{
	const struct dating_person_row *p = some->v;

	for (size_t i = 0; i < some->n; i++) {
		const struct dating_person_row *next = &p[i];

		for (size_t at = 0; next && at < places; at++)
			if (!best[at] || score_of(me, next) > score_of(me, best[at])) {
				const struct dating_person_row *less = best[at];

				best[at] = next;
				next = less;
			}
	}
}

static enum status fill_places(struct ctx *c, const struct picking *w, int64_t taken)
{
	const struct dating_person_row *best[DATING_A_DAY] = {0};
	size_t places = (size_t)(DATING_A_DAY - taken);
	const char *days = best_days(c, w->me->pillars.day);
	struct buf picks = buf_new(c->arena, 256, PICKS_MAX);
	struct list some;
	enum status st = dating_sql_window(c, w->me->gender, days, w->day, w->start, UINT32_MAX, &some);

	if (st != OK)
		return st;
	keep_best(w->me, &some, best, places);
	if (some.n < DATING_WINDOW && w->start) { /* round the end, to where it began */
		st = dating_sql_window(c, w->me->gender, days, w->day, 0, w->start - 1, &some);
		if (st != OK)
			return st;
		keep_best(w->me, &some, best, places);
	}
	for (size_t i = 0; i < places && best[i]; i++)
		buf_printf(&picks, "%c{\"place\":%lld,\"id\":%llu,\"score\":%d}", i ? ',' : '[',
			   (long long)taken + (long long)i + 1, (unsigned long long)best[i]->user_id,
			   score_of(w->me, best[i]));
	if (!picks.len)
		return OK;
	buf_char(&picks, ']');
	return dating_sql_pick(c, w->day, picks.data);
}

static enum status pick(struct ctx *c, void *arg)
{
	const struct picking *w = arg;
	int64_t taken = 0;
	enum status st = dating_sql_enter(c, w->me->gender, &w->me->pillars); /* one look of theirs at a time */

	if (st == OK)
		st = dating_sql_places(c, w->day, &taken);
	return st == OK && taken < DATING_A_DAY ? fill_places(c, w, taken) : st;
}

/* Any number that changes with the day and differs between people. */
static uint32_t start_of(uint64_t user_id, int64_t days)
{
	uint64_t x = (user_id << 20) + (uint64_t)days;

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)(x >> 32);
}

static void show(struct ctx *c, const struct list *rows, struct list *cards)
{
	const struct dating_pick_row *p = rows->v;
	struct dating_card *card = arena_array(c->arena, struct dating_card, rows->n);
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++) {
		if (!p[i].shown)
			continue;
		int age = user_age(c->now, user_birth_date(c, p[i].birth_year, p[i].birth_monthday));

		card[n++] = (struct dating_card){
			.user_id = p[i].user_id,
			.name = p[i].name,
			.age = age > 0 ? age : 0,
			.location = p[i].location,
			.bio = p[i].bio,
			.profile_img_url = p[i].image,
			.compatibility_score = p[i].score,
		};
	}
	*cards = (struct list){card, n};
}

enum status dating_recommend(struct ctx *c, struct list *cards)
{
	const char *day = dating_today(c);
	struct list rows;
	struct dating_me me;
	enum status st = dating_sql_picks(c, day, &rows);
	const struct dating_pick_row *p = rows.v;

	if (st == OK && (!rows.n || p[rows.n - 1].place < DATING_A_DAY)) {
		st = dating_know_me(c, &me);
		if (st == OK)
			st = db_tx(c, pick, &(struct picking){&me, day, start_of(c->me.user_id, days_now(c))});
		if (st == OK)
			st = dating_sql_picks(c, day, &rows);
	}
	if (st == OK)
		show(c, &rows, cards);
	return st;
}

/* ---- two people --------------------------------------------------------------------------- */

enum status dating_fit(struct ctx *c, uint64_t other, int64_t *score)
{
	struct dating_person_row row;
	struct dating_me me;

	if (other == c->me.user_id)
		return E_MATCH_SELF_SCORE;
	enum status st = dating_know_me(c, &me);

	if (st == OK)
		st = dating_sql_person(c, other, &row);
	if (st != OK)
		return st == E_NO_ROW ? E_MATCH_NO_USER : st;
	*score = score_of(&me, &row);
	return OK;
}

enum status dating_ask(struct ctx *c, uint64_t other, struct match_state *out)
{
	int64_t score;
	enum status st = dating_fit(c, other, &score);

	if (st == E_MATCH_SELF_SCORE)
		return E_MATCH_SELF;
	if (st == OK)
		st = matching_request(c, other, "", &(double){(double)score}, out);
	return st == E_MATCH_DUPLICATE || st == E_MATCH_DONE ? E_DATING_ASKED : st;
}
