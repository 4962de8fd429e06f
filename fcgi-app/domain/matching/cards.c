#include "domain/matching/cards.h"
#include "base/buf.h"
#include "domain/matching/facts.h"
#include "domain/matching/matching_sql.h"
#include "domain/matching/names.h"
#include "domain/user/user.h"

#include <math.h>

enum { REASONS_MAX = 8 };

/* The text at *s up to the next tab, NULL when empty; *s then stands behind it. */
static const char *cell(char **s)
{
	char *text = *s, *end = strchrnul(text, '\t');

	*s = end + (*end != '\0');
	*end = '\0';
	return *text ? text : NULL;
}

int64_t cards_age(struct ctx *c, bool show, int64_t year, const char *monthday)
{
	int age = show ? user_age_about(c->now, year, user_birth_date(c, year, monthday)) : 0;

	return MAX(age, 0);
}

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
		v[n].languageId = (int64_t)facts_number(&s);
		v[n].languageName = names_of(c, NAME_LANGUAGE, (uint64_t)v[n].languageId);
		v[n].languageCode = names_language_code((uint64_t)v[n].languageId);
		v[n].currentLevelId = (int64_t)facts_number(&s);
		v[n].currentLevel = names_of(c, NAME_LEVEL, (uint64_t)v[n].currentLevelId);
		v[n].targetLevelId = (int64_t)facts_number(&s);
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
		uint64_t id = facts_number(&s);
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

struct list cards_reasons(struct ctx *c, const struct fit *f, struct list shared_topics)
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
	out->age = cards_age(c, card->show_age, card->birth_year, card->birth_monthday);
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
	*AS_LIST(&out->reasons) = cards_reasons(c, fit, *AS_LIST(&out->commonInterests));
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

enum status cards_fill(struct ctx *c, const uint64_t *ids, const struct fit *const *fit, size_t n, uint64_t my_topics,
		       struct partners_out *out, struct fit *fits)
{
	struct partner_out *items = arena_array(c->arena, struct partner_out, n);
	struct list cards;
	enum status st = load_cards(c, ids, n, &cards);

	out->items.v = items;
	for (size_t i = 0; st == OK && i < n; i++) {
		const struct card_row *card = card_of(&cards, ids[i]);

		if (!card || !card->listed)
			continue;
		if (fits)
			fits[out->items.n] = *fit[i];
		fill_partner(c, card, fit[i], my_topics, &items[out->items.n++]);
	}
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
	for (size_t i = 0; t && i < targets->n; i++)
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
	out->totalSessionsCompleted = m->sessions;
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

enum status cards_matches(struct ctx *c, bool active_only, int64_t page, int64_t size, struct list *out, int64_t *total)
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
