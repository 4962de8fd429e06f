#include "domain/matching/partners.h"
#include "base/buf.h"
#include "base/clock.h"
#include "domain/matching/matching.h"
#include "domain/matching/names.h"
#include "domain/matching/windows.h"
#include "domain/user/user.h"

#include <math.h>

enum {
	WINDOW = 200,          /* people looked at in each direction */
	WINDOW_FILTERED = 500, /* a filter leaves fewer of them */
	WINDOW_MORE = 1000,    /* of them may turn out to be excluded */
	DIRECTIONS = 3,
	SLOTS_A_DAY = 48,
	SLOT_MS = 1800000,
	REASONS_MAX = 8,
};

/* What stays of those who pass the filters. */
struct found {
	uint64_t id;
	int64_t active_at;
	long tenths; /* by which they are ordered, as a number that can be equal to another */
	struct fit fit;
};

struct finding {
	const struct partner_filter *filter;
	struct person me;
	uint64_t target; /* language named in the filter */
	unsigned char times[WEEK_BYTES]; /* the wanted ones, UTC */
	const uint64_t *excluded; /* whom not to recommend, ascending */
	size_t excluded_n;
	struct found *v;
	size_t n, window; /* people looked at in each direction */
};

/* ---- small things ------------------------------------------------------------------------- */

/* The number at *s; *s then stands behind the character that ended it. */
static uint64_t number(const char **s)
{
	uint64_t n = 0;

	while (**s >= '0' && **s <= '9')
		n = n * 10 + (uint64_t)(*(*s)++ - '0');
	*s += **s != '\0';
	return n;
}

/* The text at *s up to the next tab, NULL when empty; *s then stands behind it. */
static const char *cell(char **s)
{
	char *text = *s, *end = strchrnul(text, '\t');

	*s = end + (*end != '\0');
	*end = '\0';
	return *text ? text : NULL;
}

/* The column facts of matching_profiles, in its order. */
void partners_read(uint64_t id, int64_t active_at, const char *facts, struct profile *out)
{
	struct person *p = &out->person;
	const char *at, *tongues;
	char *rest;

	memset(out, 0, offsetof(struct profile, person.tongue));
	p->id = id;
	p->active_at = active_at;
	if (!facts)
		return;
	p->week = (const unsigned char *)facts;
	p->native = (unsigned)strtoull(facts + WEEK_BYTES, &rest, 10);
	at = rest + 1;
	p->topics = number(&at);
	p->motivations = number(&at);
	p->styles = number(&at);
	p->expectations = number(&at);
	p->personalities = number(&at);
	p->group_sizes = number(&at);
	out->birth_year = (int64_t)number(&at);
	out->show_age = number(&at);
	out->show_online = number(&at);
	rest += at - rest;
	out->birth_monthday = cell(&rest);
	p->gender = cell(&rest);
	p->partner_gender = cell(&rest);
	p->communication = cell(&rest);
	tongues = cell(&rest);
	while (tongues && *tongues && p->tongues < TONGUES_MAX) {
		struct tongue *t = &p->tongue[p->tongues++];

		t->id = (unsigned)number(&tongues);
		t->learning = number(&tongues);
		t->level = (unsigned)number(&tongues);
		t->wish = (unsigned)number(&tongues);
	}
}

static int64_t age_of(struct ctx *c, bool show, int64_t year, const char *monthday)
{
	int age = show ? user_age(c->now, user_birth_date(c, year, monthday)) : 0;

	return MAX(age, 0);
}

/* ---- filters ------------------------------------------------------------------------------ */

static const struct {
	const char *word;
	unsigned from, to;
} levels[] = {
	{"beginner", 100, 101}, {"intermediate", 102, 103}, {"advanced", 104, 105}, {"native", 106, 106},
};

/* method: of communication, or HYBRID; groups: option ids of group_size as a mask. */
static const struct {
	const char *word, *method;
	uint64_t groups;
} sessions[] = {
	{"1on1", NULL, 1 << 1 | 1 << 4},  {"group", NULL, 1 << 2 | 1 << 3 | 1 << 4},
	{"text_only", "TEXT", 0},	  {"voice_only", "VOICE", 0},
	{"video", "VIDEO", 0},
};

/* Hours of the day and days of the week a word of `availability` means; night runs past midnight. */
static const struct {
	const char *word;
	int from, to;         /* hours */
	int first, last;      /* days, 0 = Monday; -1: the word speaks of hours */
} times[] = {
	{"morning", 6, 12, -1, -1},  {"afternoon", 12, 18, -1, -1}, {"evening", 18, 22, -1, -1},
	{"night", 22, 30, -1, -1},   {"weekdays", 0, 0, 0, 4},	    {"weekends", 0, 0, 5, 6},
};

static void wanted_times(const struct list *words, int64_t offset_ms, unsigned char out[WEEK_BYTES])
{
	bool hour[24] = {0}, day[7] = {0}, hours = false, days = false;

	for (size_t i = 0; i < words->n; i++)
		for (size_t k = 0; k < COUNT(times); k++) {
			if (strcasecmp(((const char *const *)words->v)[i], times[k].word) != 0)
				continue;
			for (int h = times[k].from; h < times[k].to; h++)
				hours = hour[h % 24] = true;
			for (int d = times[k].first; d >= 0 && d <= times[k].last; d++)
				days = day[d] = true;
		}
	for (int slot = 0; slot < WEEK_SLOTS; slot++)
		if ((!days || day[slot / SLOTS_A_DAY]) && (!hours || hour[slot % SLOTS_A_DAY / 2]))
			score_mark(out, slot - (int)(offset_ms / SLOT_MS), 1);
}

static bool level_fits(const struct finding *f, const struct person *p)
{
	size_t k = 0;

	while (k < COUNT(levels) && strcmp(levels[k].word, f->filter->level) != 0)
		k++;
	for (size_t i = 0; k < COUNT(levels) && i < p->tongues; i++) {
		const struct tongue *t = &p->tongue[i];

		if (t->level >= levels[k].from && t->level <= levels[k].to &&
		    (f->target ? t->id == f->target : t->learning))
			return true;
	}
	return k == COUNT(levels);
}

static bool session_fits(const char *word, const struct person *p)
{
	for (size_t k = 0; k < COUNT(sessions); k++) {
		if (strcmp(sessions[k].word, word) != 0)
			continue;
		if (sessions[k].groups)
			return p->group_sizes & sessions[k].groups;
		return p->communication && (!strcmp(p->communication, sessions[k].method) ||
					    !strcmp(p->communication, "HYBRID"));
	}
	return true;
}

/* What the index and the statement did not decide. */
static bool passes(struct ctx *c, const struct finding *f, const struct profile *x, const struct fit *fit)
{
	const struct partner_filter *want = f->filter;

	if (want->min_age || want->max_age) {
		int64_t age = age_of(c, x->show_age, x->birth_year, x->birth_monthday);

		if (!age || age < want->min_age || (want->max_age && age > want->max_age))
			return false;
	}
	if (want->gender && strcmp(want->gender, "ANY") != 0 &&
	    (!x->person.gender || strcmp(want->gender, x->person.gender) != 0))
		return false;
	if (want->online && !x->show_online) /* whether they are, keep_online() asks */
		return false;
	if (want->availability.n && score_overlap(x->person.week, f->times) < 2)
		return false;
	return (!want->level || level_fits(f, &x->person)) &&
	       (!want->session || session_fits(want->session, &x->person)) &&
	       fit->total >= want->min_score;
}

static bool narrows(const struct partner_filter *f)
{
	return f->level || f->gender || f->query || f->place || f->session || f->min_age || f->max_age ||
	       f->nations.n || f->interests.n || f->availability.n || f->online || f->min_score > 0;
}

/* ---- finding ------------------------------------------------------------------------------ */

static const char *json_texts(struct ctx *c, const struct list *l)
{
	struct buf b = buf_new(c->arena, 256, 16384);

	for (size_t i = 0; i < l->n; i++) {
		const char *s = ((const char *const *)l->v)[i];

		buf_char(&b, i ? ',' : '[');
		buf_json(&b, s, strlen(s));
	}
	buf_char(&b, ']');
	return l->n ? b.data : NULL;
}

static const char *commas(struct ctx *c, const struct list *l)
{
	struct buf b = buf_new(c->arena, 256, 4096);

	for (size_t i = 0; i < l->n; i++) {
		if (i)
			buf_char(&b, ',');
		buf_str(&b, ((const char *const *)l->v)[i]);
	}
	return l->n ? b.data : NULL;
}

static bool known(const struct finding *f, size_t n, uint64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (f->v[i].id == id)
			return true;
	return false;
}

static int ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The caller and everybody blocked, matched or asked. */
static void exclude(struct ctx *c, struct finding *f, const char *ids)
{
	size_t n = 1;
	char *end;

	for (const char *s = ids; *s; s++)
		n += *s == ',';
	uint64_t *v = arena_array(c->arena, uint64_t, n + 1);

	n = 0;
	v[n++] = c->me.user_id;
	for (const char *s = ids; *s; s = *end ? end + 1 : end)
		v[n++] = strtoull(s, &end, 10);
	qsort(v, n, sizeof(*v), ascending);
	f->excluded = v;
	f->excluded_n = n;
}

static int newest_row_first(const void *a, const void *b)
{
	const struct candidate_row *x = *(const struct candidate_row *const *)a;
	const struct candidate_row *y = *(const struct candidate_row *const *)b;

	if (x->active_at != y->active_at)
		return x->active_at < y->active_at ? 1 : -1;
	return x->id < y->id ? 1 : x->id > y->id ? -1 : 0;
}

/* The stretches a search gave, as one. Who is there twice stands twice, side by side. */
static const struct candidate_row **by_activity(struct ctx *c, const struct list *rows)
{
	const struct candidate_row **v = arena_array(c->arena, const struct candidate_row *, rows->n);
	bool sorted = true; /* as a single stretch is */

	for (size_t i = 0; i < rows->n; i++) {
		v[i] = (const struct candidate_row *)rows->v + i;
		sorted &= !i || newest_row_first(&v[i - 1], &v[i]) <= 0;
	}
	if (!sorted) /* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are what is sorted */
		qsort(v, rows->n, sizeof(*v), newest_row_first);
	return v;
}

static int id_ascending(const void *id, const void *row)
{
	return ascending(id, &((const struct candidate_row *)row)->id);
}

/* Leaves out who is not there, of those found from `from` on. */
static enum status keep_online(struct ctx *c, struct finding *f, size_t from)
{
	struct list online;
	size_t n = from;

	if (f->n == from)
		return OK;
	const char *ids = buf_ids(c->arena, (const int64_t *)&f->v[from].id, f->n - from, sizeof(*f->v));
	enum status st = matching_sql_online(c, ids, f->n - from, &online);

	for (size_t i = from; st == OK && i < f->n; i++)
		if (online.n && bsearch(&f->v[i].id, online.v, online.n, sizeof(struct candidate_row), id_ascending))
			f->v[n++] = f->v[i];
	f->n = n;
	return st;
}

/* One direction of the search, added to what the others found. */
static long tenths_of(const struct finding *f, const struct fit *fit)
{
	return lround(10 * (f->filter->weights ? score_weigh(fit, f->filter->weights) : fit->total));
}

static enum status look(struct ctx *c, struct finding *f, enum partner_tier tier,
			const struct partner_search *s)
{
	struct list rows;
	enum status st = windows_search(c, tier, s, &rows);
	const struct candidate_row **row = by_activity(c, &rows);
	size_t before = f->n, seen = 0;

	for (size_t i = 0; st == OK && i < rows.n && seen < f->window; i++) {
		struct profile x;
		struct fit fit;

		if (i && row[i]->id == row[i - 1]->id)
			continue;
		if (bsearch(&row[i]->id, f->excluded, f->excluded_n, sizeof(row[i]->id), ascending))
			continue;
		seen++;
		if (known(f, before, row[i]->id))
			continue;
		partners_read(row[i]->id, row[i]->active_at, row[i]->facts, &x);
		score_pair(&f->me, &x.person, c->now, &fit);
		if (passes(c, f, &x, &fit))
			f->v[f->n++] = (struct found){row[i]->id, row[i]->active_at, tenths_of(f, &fit), fit};
	}
	return st == OK && f->filter->online ? keep_online(c, f, before) : st;
}

/*
 * Exchange partners first. The one-sided directions are asked only when those do not fill the page,
 * and then both of them, so that people keep their place from one page to the next.
 */
static enum status look_everywhere(struct ctx *c, struct finding *f, const struct partner_search *s,
				   size_t needed)
{
	bool speaks = s->speaks[0], both = s->learns && speaks;
	enum status st = both ? look(c, f, TIER_MUTUAL, s) : OK;

	if (st == OK && f->n < needed && speaks && !f->filter->target)
		st = look(c, f, TIER_TEACHES, s);
	if (st == OK && f->n < needed && s->learns && !f->filter->native)
		st = look(c, f, TIER_LEARNS, s);
	/* who has not said what they speak and learn sees who is around */
	if (st == OK && !both && f->n < needed && !f->filter->native && !f->filter->target)
		st = look(c, f, TIER_RECENT, s);
	return st;
}

static int newest_first(const struct found *x, const struct found *y)
{
	if (x->active_at != y->active_at)
		return x->active_at < y->active_at ? 1 : -1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static int best_first(const struct found *x, const struct found *y)
{
	return x->tenths != y->tenths ? (x->tenths < y->tenths ? 1 : -1) : newest_first(x, y);
}

/* The first of those found, in order; to sort all of them took several times as long. */
static const struct found **first_of(struct ctx *c, const struct finding *f, size_t max)
{
	int (*compare)(const struct found *, const struct found *) =
		f->filter->newest_first ? newest_first : best_first;
	const struct found **v = arena_array(c->arena, const struct found *, max + 1);

	for (size_t i = 0, n = 0; i < f->n; i++) {
		size_t low = 0, high = n;

		if (n == max && compare(&f->v[i], v[n - 1]) >= 0)
			continue;
		while (low < high) {
			size_t mid = (low + high) / 2;

			if (compare(&f->v[i], v[mid]) < 0)
				high = mid;
			else
				low = mid + 1;
		}
		for (size_t at = n; at > low; at--)
			v[at] = v[at - 1];
		v[low] = &f->v[i];
		n = MIN(n + 1, max);
	}
	return v;
}

/* ---- cards -------------------------------------------------------------------------------- */

/* The column card of matching_profiles in its parts: ids separated by spaces, or NULL. */
struct card_parts {
	const char *targets, *topics, *personalities, *motivations;
};

static struct card_parts parts_of(struct ctx *c, const struct card_row *card)
{
	char *rest = arena_strdup(c->arena, card->card ? card->card : "");
	struct card_parts p;

	p.targets = cell(&rest);
	p.topics = cell(&rest);
	p.personalities = cell(&rest);
	p.motivations = cell(&rest);
	return p;
}

static size_t words_in(const char *s)
{
	size_t n = s && *s;

	for (; s && *s; s++)
		n += *s == ' ';
	return n;
}

static void fill_targets(struct ctx *c, const char *ids, struct list *out)
{
	struct target_language_out *v = arena_array(c->arena, struct target_language_out, words_in(ids));
	size_t n = 0;

	for (const char *s = ids; s && *s; n++) {
		v[n].languageId = (int64_t)number(&s);
		v[n].languageName = names_of(c, NAME_LANGUAGE, (uint64_t)v[n].languageId);
		v[n].languageCode = names_language_code((uint64_t)v[n].languageId);
		v[n].currentLevelId = (int64_t)number(&s);
		v[n].currentLevel = names_of(c, NAME_LEVEL, (uint64_t)v[n].currentLevelId);
		v[n].targetLevelId = (int64_t)number(&s);
		v[n].targetLevel = names_of(c, NAME_LEVEL, (uint64_t)v[n].targetLevelId);
	}
	*out = (struct list){v, n};
}

/* Names of those ids whose bits are set in mask. */
static struct list chosen_of(struct ctx *c, enum name_kind kind, const char *ids, uint64_t mask)
{
	const char **v = arena_array(c->arena, const char *, words_in(ids));
	size_t n = 0;

	for (const char *s = ids; s && *s;) {
		uint64_t id = number(&s);
		const char *name = names_of(c, kind, id);

		if (name && mask >> (id & 63) & 1)
			v[n++] = name;
	}
	return (struct list){v, n};
}

static const char *place_of(const struct ctx *c, const struct card_row *card)
{
	return card->residence && *card->residence ? card->residence
						   : names_of(c, NAME_PLACE, card->location);
}

static const char *comma_text(struct ctx *c, const struct list *l)
{
	struct buf b = buf_new(c->arena, 128, 2048);

	for (size_t i = 0; i < l->n; i++) {
		if (i)
			buf_str(&b, ", ");
		buf_str(&b, ((const char *const *)l->v)[i]);
	}
	return b.data;
}

struct list partners_reasons(struct ctx *c, const struct fit *f, struct list shared_topics)
{
	const char **v = arena_array(c->arena, const char *, REASONS_MAX);
	size_t n = 0;

	if (f->they_teach && f->i_teach)
		v[n++] = say(c, "서로의 언어를 배우고 있어요", "You learn each other's language");
	else if (f->they_teach)
		v[n++] = say(c, "내가 배우는 언어를 모국어로 써요", "Speaks the language you learn");
	else if (f->i_teach)
		v[n++] = say(c, "내 모국어를 배우고 있어요", "Learns your language");
	if (shared_topics.n)
		v[n++] = arena_printf(c->arena, "%s: %s", say(c, "공통 관심사", "Shared interests"),
				      comma_text(c, &shared_topics));
	if (f->shared_slots >= 2)
		v[n++] = c->lang == LANG_EN
				 ? arena_printf(c->arena, "%u free hour%s in common", f->shared_slots / 2,
						f->shared_slots / 2 == 1 ? "" : "s")
				 : arena_printf(c->arena, "겹치는 시간 %u개", f->shared_slots / 2);
	if (f->shared_motivations)
		v[n++] = say(c, "학습 목표가 비슷해요", "Similar goals");
	if (f->personality >= 80)
		v[n++] = say(c, "서로 원하는 파트너 조건이 잘 맞아요", "Your wishes for a partner fit");
	return (struct list){v, n};
}

static void fill_partner(struct ctx *c, const struct card_row *card, const struct fit *fit, uint64_t my_topics,
			 struct partner_out *out)
{
	const struct card_parts has = parts_of(c, card);

	out->userId = card->id;
	out->englishName = card->name;
	out->profileImageUrl = card->profile_image;
	out->selfBio = card->bio;
	out->age = age_of(c, card->show_age, card->birth_year, card->birth_monthday);
	out->gender = card->gender;
	out->location = place_of(c, card);
	out->nativeLanguage = names_of(c, NAME_LANGUAGE, card->native);
	fill_targets(c, has.targets, AS_LIST(&out->targetLanguages));
	if (out->targetLanguages.n) {
		out->targetLanguage = out->targetLanguages.v[0].languageName;
		out->languageLevel = out->targetLanguages.v[0].currentLevel;
	}
	*AS_LIST(&out->interests) = chosen_of(c, NAME_TOPIC, has.topics, UINT64_MAX);
	*AS_LIST(&out->commonInterests) = chosen_of(c, NAME_TOPIC, has.topics, my_topics);
	*AS_LIST(&out->partnerPersonalities) = chosen_of(c, NAME_PERSONALITY, has.personalities, UINT64_MAX);
	*AS_LIST(&out->learningGoals) = chosen_of(c, NAME_MOTIVATION, has.motivations, UINT64_MAX);
	out->compatibilityScore = fit->total;
	out->compatibilityLevel = score_level(fit->total);
	*AS_LIST(&out->reasons) = partners_reasons(c, fit, *AS_LIST(&out->commonInterests));
	out->onlineStatus = card->show_online ? card->status : "OFFLINE";
	out->lastActiveTime = card->show_last ? card->active_at : 0;
}

static enum status load_cards(struct ctx *c, const uint64_t *ids, size_t n, struct list *out)
{
	*out = (struct list){0};
	if (!n)
		return OK;
	enum status st = names_load(c);

	if (st != OK)
		return st;
	return matching_sql_cards(c, buf_ids(c->arena, (const int64_t *)ids, n, sizeof(*ids)), n, out);
}

static const struct card_row *card_of(const struct list *cards, uint64_t id)
{
	const struct card_row *card = cards->v;

	for (size_t i = 0; i < cards->n; i++)
		if (card[i].id == id)
			return &card[i];
	return NULL;
}

/* Cards of the page. Whose account or privacy changed since the search is left out. */
static enum status fill_page(struct ctx *c, const struct found **v, size_t n, uint64_t my_topics,
			     struct partners_out *out, struct fit *fits)
{
	struct partner_out *items = arena_array(c->arena, struct partner_out, n);
	uint64_t *ids = arena_array(c->arena, uint64_t, n);
	struct list cards;

	for (size_t i = 0; i < n; i++)
		ids[i] = v[i]->id;
	enum status st = load_cards(c, ids, n, &cards);

	out->items.v = items;
	for (size_t i = 0; st == OK && i < n; i++) {
		const struct card_row *card = card_of(&cards, v[i]->id);

		if (!card || !card->listed)
			continue;
		if (fits)
			fits[out->items.n] = v[i]->fit;
		fill_partner(c, card, &v[i]->fit, my_topics, &items[out->items.n++]);
	}
	return st;
}

/* Which languages to look for; false: the filter names one that does not exist. */
static bool aim(const struct partner_filter *want, struct finding *f, struct partner_search *s)
{
	unsigned native = want->native ? names_language(want->native) : 0;

	f->target = want->target ? names_language(want->target) : 0;
	s->learns = want->target ? (int64_t)f->target : (int64_t)f->me.native;
	s->speaks[0] = native;
	for (size_t i = 0, n = 0; !want->native && i < f->me.tongues && n < PARTNER_TONGUES; i++)
		if (f->me.tongue[i].learning)
			s->speaks[n++] = f->me.tongue[i].id;
	return !(want->native && !native) && !(want->target && !f->target);
}

static enum status find(struct ctx *c, const struct partner_filter *want, int64_t page, int64_t size,
			struct partners_out *out, struct fit *fits, int64_t *total)
{
	struct finding f = {.filter = want, .window = narrows(want) ? WINDOW_FILTERED : WINDOW};
	struct partner_search s = {
		.query = want->query,
		.place = want->place,
		.nations = commas(c, &want->nations),
		.words = json_texts(c, &want->interests),
	};
	size_t from = (size_t)((page - 1) * size);
	struct profile me;
	struct viewer_row v;
	enum status st = matching_sql_viewer(c, c->me.user_id, &v);

	if (st != OK)
		return st == E_NO_ROW ? E_USER_NOT_FOUND : st;
	st = names_load(c);
	if (st != OK)
		return st;
	partners_read(v.id, c->now, v.facts, &me);
	f.me = me.person;
	exclude(c, &f, v.excluded);
	s.window = (int64_t)f.window;
	s.more = (int64_t)MIN(f.excluded_n, (size_t)WINDOW_MORE);
	f.v = arena_alloc_raw(c->arena, sizeof(*f.v) * DIRECTIONS * f.window);
	if (want->availability.n)
		wanted_times(&want->availability, clock_zone_offset(v.time_zone, c->now), f.times);
	if (aim(want, &f, &s))
		st = look_everywhere(c, &f, &s, from + (size_t)size);
	*total = (int64_t)f.n;
	if (st != OK || from >= f.n)
		return st;
	size_t to = MIN(from + (size_t)size, f.n);

	return fill_page(c, first_of(c, &f, to) + from, to - from, f.me.topics, out, fits);
}

enum status partners_find(struct ctx *c, const struct partner_filter *f, int64_t page, int64_t size,
			  struct partners_out *out, int64_t *total)
{
	return find(c, f, page, size, out, NULL, total);
}

enum status partners_best(struct ctx *c, const struct partner_filter *f, int64_t size, struct partners_out *out,
			  struct fit *fits, int64_t *total)
{
	return find(c, f, 1, size, out, fits, total);
}

enum status matching_best(struct ctx *c, int64_t n, struct list *out)
{
	struct partners_out found = {0};
	int64_t total;
	enum status st = partners_find(c, &(struct partner_filter){0}, 1, n, &found, &total);

	*out = *AS_LIST(&found.items);
	return st;
}

/* ---- matches ------------------------------------------------------------------------------ */

static struct list languages_of(struct ctx *c, const char *native, const struct list *targets)
{
	const struct target_language_out *t = targets->v;
	const char **v = arena_array(c->arena, const char *, targets->n + 1);
	size_t n = 0;

	if (native)
		v[n++] = native;
	for (size_t i = 0; i < targets->n; i++)
		v[n++] = t[i].languageName;
	return (struct list){v, n};
}

static void fill_match(struct ctx *c, const struct match_row *m, const struct card_row *card, uint64_t my_topics,
		       struct match_out *out)
{
	const struct card_parts has = parts_of(c, card);
	struct list targets;

	fill_targets(c, has.targets, &targets);
	const struct target_language_out *first = targets.n ? targets.v : NULL;

	out->matchId = m->id;
	out->partnerId = m->partner_id;
	out->partnerName = card->name;
	out->partnerProfileImage = card->profile_image;
	out->location = place_of(c, card);
	out->nativeLanguage = names_of(c, NAME_LANGUAGE, card->native);
	out->bio = card->bio;
	out->status = m->is_active ? "active" : "inactive";
	out->matchedAt = m->matched_at;
	out->deactivatedAt = m->deactivated_at;
	out->roomId = m->room_id;
	out->compatibilityScore = m->score;
	out->compatibilityLevel = isnan(m->score) ? NULL : score_level(m->score);
	out->onlineStatus = card->show_online ? card->status : "OFFLINE";
	out->lastActiveTime = card->show_last ? card->active_at : 0;
	*AS_LIST(&out->commonInterests) = chosen_of(c, NAME_TOPIC, has.topics, my_topics);
	*AS_LIST(&out->favoriteTopics) = chosen_of(c, NAME_TOPIC, has.topics, UINT64_MAX);
	out->targetLanguage = first ? first->languageName : NULL;
	out->languageLevel = first ? first->currentLevel : NULL;
	*AS_LIST(&out->languages) = languages_of(c, out->nativeLanguage, &targets);
}

enum status partners_matches(struct ctx *c, bool active_only, int64_t page, int64_t size,
			     struct list *out, int64_t *total)
{
	struct list rows, cards;
	enum status st = matching_sql_matches(c, active_only, (page - 1) * size, size, &rows);
	const struct match_row *m = rows.v;

	*total = rows.n ? m[0].total : 0;
	if (st == OK && !rows.n && page > 1) { /* past the end the rows do not tell how many there are */
		st = matching_sql_matches(c, active_only, 0, 1, &rows);
		*total = rows.n ? ((const struct match_row *)rows.v)->total : 0;
		return st;
	}
	if (st != OK)
		return st;
	struct match_out *items = arena_array(c->arena, struct match_out, rows.n);
	uint64_t *ids = arena_array(c->arena, uint64_t, rows.n + 1);

	for (size_t i = 0; i < rows.n; i++)
		ids[i] = m[i].partner_id;
	ids[rows.n] = c->me.user_id; /* the caller's, for what both are interested in */
	st = load_cards(c, ids, rows.n ? rows.n + 1 : 0, &cards);
	const struct card_row *mine = card_of(&cards, c->me.user_id);
	size_t n = 0;

	for (size_t i = 0; st == OK && i < rows.n; i++) {
		const struct card_row *card = card_of(&cards, m[i].partner_id);

		if (card)
			fill_match(c, &m[i], card, mine ? mine->topics : 0, &items[n++]);
	}
	*out = (struct list){items, n};
	return st;
}
