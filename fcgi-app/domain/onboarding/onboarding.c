#include "base/clock.h"
#include "domain/onboarding/onboarding_rules.h"
#include "domain/matching/matching.h"
#include "domain/onboarding/onboarding_sql.h"
#include "domain/user/user.h"

#include <ctype.h>
#include <strings.h>

enum { LEVEL_OWN = 100, LEVEL_PARTNER = 200, LEVEL_END = 300, HALF_HOUR = 30 };

/* ---- saving ------------------------------------------------------------------------------- */

static enum status refuse(struct ctx *c, const char *field)
{
	fail_field(c, field, "unknown", say(c, "존재하지 않는 항목입니다", "does not exist"));
	return E_UNKNOWN_OPTION;
}

static enum status save_all(struct ctx *c, void *arg)
{
	const struct answers *a = arg;
	struct onboarding_refused_row bad = {0};
	enum status st = onboarding_sql_save(c, a, &bad);

	if (st == E_NO_PARENT)
		return refuse(c, a->native_field ? a->native_field : "nativeLanguageId");
	if (st != OK)
		return st;
	if (bad.position && bad.what)
		return refuse(c, arena_printf(c->arena, "%s.%s", a->levels[bad.position - 1].field,
					      bad.what));
	if (bad.position)
		return refuse(c, a->choices[bad.position - 1].field);
	return matching_refresh(c, c->me.user_id);
}

/* Whether there is something that matching keeps a copy of. */
static bool matters(const struct answers *a)
{
	return a->n_choices || a->n_levels || a->n_times || a->native_language_id || a->complete ||
	       a->communication_method || a->partner_gender;
}

enum status onboarding_save(struct ctx *c, const struct answers *a)
{
	struct answers copy = *a;
	struct onboarding_refused_row none;
	/* one row of one table needs no transaction */
	enum status st = matters(a) ? db_tx(c, save_all, &copy) : onboarding_sql_save(c, a, &none);

	/* last: what is refused shall have changed nothing, and what it replaces is deleted */
	return st == OK && a->profile_image ? user_picture(c, a->profile_image) : st;
}

/* The levels of one's own begin with A1. */
enum status onboarding_tested(struct ctx *c, const char *language, int level)
{
	int64_t changed;
	enum status st = onboarding_sql_level(c, language, LEVEL_OWN + level, &changed);

	return st == OK && changed ? matching_refresh(c, c->me.user_id) : st;
}

struct clearing {
	int day;
	const int64_t *ids;
	size_t n;
	int64_t removed;
};

static enum status clear(struct ctx *c, void *arg)
{
	struct clearing *w = arg;
	enum status st = onboarding_sql_clear(c, w->day, w->ids, w->n, &w->removed);

	return st == OK ? matching_refresh(c, c->me.user_id) : st;
}

enum status onboarding_clear_times(struct ctx *c, int day, const int64_t *ids, size_t n, int64_t *removed)
{
	struct clearing w = {.day = day, .ids = ids, .n = n};
	enum status st = db_tx(c, clear, &w);

	*removed = w.removed;
	return st;
}

/* ---- what requests say -------------------------------------------------------------------- */

/* Room for one more element; doubles, so that long lists stay cheap. */
static void *grow(struct ctx *c, void *v, size_t n, size_t size)
{
	if (n && (n & (n - 1)))
		return v;
	char *bigger = arena_alloc(c->arena, MAX(n * 2, (size_t)1) * size);

	if (n)
		memcpy(bigger, v, n * size);
	return bigger;
}

void onboarding_add_choice(struct ctx *c, struct answers *a, const char *kind, const char *field, size_t nth,
			   int64_t id, const char *detail)
{
	a->choices = grow(c, a->choices, a->n_choices, sizeof(*a->choices));
	a->choices[a->n_choices++] = (struct choice){
		.kind = kind,
		.detail = detail,
		.field = arena_printf(c->arena, "%s[%zu]", field, nth),
		.id = id,
		.position = (int64_t)nth + 1,
	};
}

static bool is_own(int64_t level)
{
	return level >= LEVEL_OWN && level < LEVEL_PARTNER;
}

static bool is_partner(int64_t level)
{
	return level >= LEVEL_PARTNER && level < LEVEL_END;
}

void onboarding_add_level(struct ctx *c, struct answers *a, const char *field, size_t nth, int64_t language,
			  int64_t current_id, int64_t target_id, bool learning)
{
	bool wanted = is_partner(target_id) || is_partner(current_id);

	a->levels = grow(c, a->levels, a->n_levels, sizeof(*a->levels));
	a->levels[a->n_levels++] = (struct level){
		.field = arena_printf(c->arena, "%s[%zu]", field, nth),
		.language = language,
		.current_id = current_id,
		.target_id = target_id,
		.spoken = is_own(current_id) ? current_id : 0,
		.goal = is_own(target_id) ? target_id : 0,
		/* a web client sends 201 as the current level of everything it wants to learn */
		.partner = is_partner(target_id) ? target_id : is_partner(current_id) ? current_id : 0,
		.learning = learning || wanted || (target_id && target_id != current_id),
	};
}

static void add_time(struct ctx *c, struct answers *a, int64_t day, int64_t minute)
{
	a->times = grow(c, a->times, a->n_times, sizeof(*a->times));
	a->times[a->n_times++] = (struct slot_time){day, minute};
}

/* Minute of the day of "HH:MM". */
static int64_t minute_of(const char *s)
{
	return strtol(s, NULL, 10) * 60 + strtol(s + 3, NULL, 10);
}

static enum status add_slot(struct ctx *c, struct answers *a, const char *field, int64_t id)
{
	enum status st = a->slots.n ? OK : onboarding_sql_slots(c, &a->slots);
	const struct onboarding_slot_item *s = a->slots.v;

	if (st != OK)
		return st;
	for (size_t i = 0; i < a->slots.n; i++) {
		if (s[i].scheduleId != id)
			continue;
		int64_t end = minute_of(s[i].timeSlot + strlen("HH:MM-"));

		for (int64_t m = minute_of(s[i].timeSlot); m < end; m += HALF_HOUR)
			add_time(c, a, onboarding_day(s[i].dayOfWeek), m);
		return OK;
	}
	return refuse(c, field);
}

enum status onboarding_add_time(struct ctx *c, struct answers *a, const char *field, size_t nth,
				int64_t schedule_id, const char *day, const char *class_time)
{
	if (day && class_time) {
		add_time(c, a, onboarding_day(day), minute_of(class_time));
		return OK;
	}
	if (schedule_id && !class_time)
		return add_slot(c, a, arena_printf(c->arena, "%s[%zu].scheduleId", field, nth), schedule_id);
	fail_field(c, arena_printf(c->arena, "%s[%zu].%s", field, nth, day ? "classTime" : "dayOfWeek"),
		   "required", say(c, "필수 항목입니다", "is required"));
	return E_VALIDATION;
}

int onboarding_day(const char *name)
{
	static const char *const days[] = {"MONDAY", "TUESDAY",	 "WEDNESDAY", "THURSDAY",
					   "FRIDAY", "SATURDAY", "SUNDAY"};

	for (int i = 0; i < (int)COUNT(days); i++)
		if (!strcmp(days[i], name))
			return i;
	return -1;
}

static enum status find(struct ctx *c, const char *kind, const char *code, const char *text,
			enum status unknown, struct onboarding_option_item *out)
{
	char *end;
	long id = strtol(text, &end, 10);
	enum status st = onboarding_sql_option(c, kind, code, *end || id < 0 ? 0 : id, out);

	return st == E_NO_ROW ? fail(c, unknown, "%s %s", kind, code) : st;
}

enum status onboarding_method(struct ctx *c, const char *text, enum status unknown,
			      struct onboarding_option_item *out)
{
	bool audio = !strcasecmp(text, "AUDIO_ONLY") || !strcasecmp(text, "AUDIO");

	return find(c, "communication_method", audio ? "VOICE" : text, text, unknown, out);
}

/* "MINUTES_10", "10", 10, "10분", "10 minutes" */
enum status onboarding_minutes(struct ctx *c, const char *text, enum status unknown,
			       struct onboarding_option_item *out)
{
	const char *digits = text + strcspn(text, "0123456789");
	size_t n = strspn(digits, "0123456789");

	return find(c, "daily_minute", arena_printf(c->arena, "MINUTES_%.*s", (int)n, digits), text, unknown,
		    out);
}

enum status onboarding_codes(struct ctx *c, const char **method, const char **minutes)
{
	struct onboarding_option_item o;
	enum status st = OK;

	if (*method) {
		st = onboarding_method(c, *method, E_BAD_COMMUNICATION_METHOD, &o);
		*method = o.code;
	}
	if (*minutes && st == OK) {
		st = onboarding_minutes(c, *minutes, E_BAD_DAILY_MINUTE, &o);
		*minutes = o.code;
	}
	return st;
}

/* ---- progress ----------------------------------------------------------------------------- */

static int page_of(const struct onboarding_person_row *p)
{
	if (!p->english_name)
		return 1;
	if (!p->located)
		return 2;
	return p->bio ? 4 : 3;
}

struct progress onboarding_progress(const struct onboarding_person_row *p)
{
	struct progress g = {
		.done = {p->english_name != NULL, p->languages, p->interests, p->partners,
			 p->communication_method != NULL, p->groups, p->daily_minute != NULL, p->times},
		.page = page_of(p),
	};
	int n = 0;

	for (int i = 0; i < STEPS; i++) {
		g.done[i] |= (p->steps >> i & 1) != 0;
		n += g.done[i];
		if (!g.done[i] && !g.current)
			g.current = i + 1;
	}
	if (!g.current)
		g.current = STEPS;
	g.percent = p->onboarded ? 100 : n * 100 / STEPS;
	return g;
}

const char *onboarding_offset(struct ctx *c, const char *zone, int64_t at)
{
	int64_t offset = clock_zone_offset(zone, at);
	long long minutes = llabs(offset) / 60000;

	return arena_printf(c->arena, "%c%02lld:%02lld", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}
