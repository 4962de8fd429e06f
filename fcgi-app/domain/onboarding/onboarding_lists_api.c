/* What there is to choose from. */
#include "domain/onboarding/onboarding_sql.h"
#include "domain/registry.h"

#define OPTION_LIST(F, S) F(S, LIST(onboarding_option_item), items, .bare = true)
SHAPE_STRUCT(onboarding_option_list, OPTION_LIST)

#define SLOT_LIST(F, S) F(S, LIST(onboarding_slot_item), items, .bare = true)
SHAPE(onboarding_slot_list, SLOT_LIST)

#define ZONE_LIST(F, S) F(S, LIST(onboarding_zone_item), items, .bare = true)
SHAPE(onboarding_zone_list, ZONE_LIST)

/*
 * The clients read the same item under other names in every list, so a list has a shape of its own
 * over the one struct of all: ITEM() is a field of it, LIST_OF() the array.
 */
#define ITEM(k, wire, member, ...)                                                                 \
	{FIELD_NAME(wire),                                                                         \
	 .offset = offsetof(struct onboarding_option_item, member),                                \
	 .has = offsetof(struct onboarding_option_item, has.member),                               \
	 SHAPE_K_##k,                                                                              \
	 __VA_ARGS__}
#define LIST_OF(x)                                                                                 \
	static const struct shape x##_item_shape = {                                               \
		"onboarding_" #x "_item", x##_item_fields, COUNT(x##_item_fields),                 \
		sizeof(struct onboarding_option_item)};                                            \
	static const struct field x##_list_fields[] = {                                            \
		{FIELD_NAME("items"),                                                              \
		 .offset = offsetof(struct onboarding_option_list, items),                         \
		 .has = offsetof(struct onboarding_option_list, has.items),                        \
		 .kind = K_LIST,                                                                   \
		 .of = &x##_item_shape,                                                            \
		 .bare = true},                                                                    \
	};                                                                                         \
	static const struct shape x##_list_shape = {"onboarding_" #x "_list", x##_list_fields, 1,  \
						    sizeof(struct onboarding_option_list)};

/* `name` is for people. */
#define NAMED(x, ids, names, codes)                                                                \
	static const struct field x##_item_fields[] = {                                            \
		ITEM(INT, "id", id, .aka = ids),                                                   \
		ITEM(STR, "name", name, .aka = "label " names),                                    \
		ITEM(STR, "code", code, .aka = codes),                                             \
		ITEM(STR, "description", description),                                             \
		ITEM(STR, "category", category, .skip_null = true),                                \
		ITEM(INT, "order", position, .zero_null = true, .skip_null = true)};               \
	LIST_OF(x)

/* `name` is the code, which is what saving takes. */
#define CODED(x, ids, names, codes)                                                                \
	static const struct field x##_item_fields[] = {                                            \
		ITEM(INT, "id", id, .aka = ids),                                                   \
		ITEM(STR, "code", code, .aka = "name " codes),                                     \
		ITEM(STR, "label", name, .aka = names),                                            \
		ITEM(STR, "description", description),                                             \
		ITEM(INT, "order", position, .zero_null = true, .skip_null = true)};               \
	LIST_OF(x)

NAMED(language, "languageId language_id", "languageName language_name", "languageCode language_code")
NAMED(level, "levelId level_id langLevelId lang_level_id", "levelName level_name langLevelName lang_level_name",
      "levelCode level_code")
NAMED(motivation, "motivationId motivation_id", "motivationName motivation_name",
      "motivationCode motivation_code")
NAMED(topic, "topicId topic_id", "topicName topic_name", "topicCode topic_code")
NAMED(learning_style, "learningStyleId learning_style_id", "learningStyleName learning_style_name",
      "learningStyleCode learning_style_code")
NAMED(learning_expectation, "learningExpectationId learning_expectation_id",
      "learningExpectationName learning_expectation_name",
      "learningExpectationCode learning_expectation_code")
NAMED(personality, "partnerPersonalityId partner_personality_id personalityId",
      "partnerPersonality partner_personality partnerPersonalityName partner_personality_name",
      "partnerPersonalityCode partner_personality_code")
NAMED(group_size, "groupSizeId group_size_id", "groupSize group_size groupSizeName group_size_name",
      "groupSizeCode group_size_code")
CODED(partner_gender, "partnerGenderId partner_gender_id genderId", "partnerGenderName partner_gender_name",
      "partnerGender partner_gender")
CODED(communication_method, "communicationMethodId communication_method_id",
      "communicationMethodName communication_method_name", "communicationMethod communication_method methodCode")
CODED(daily_minute, "dailyMinuteId daily_minute_id", "dailyMinuteName daily_minute_name",
      "dailyMinute daily_minute")
CODED(day_of_week, "dayOfWeekId day_of_week_id", "dayOfWeekName day_of_week_name", "dayOfWeek day_of_week")

/* The kinds of `options` a list holds. */
struct list_arg {
	const char *kind, *also;
};

HANDLER(onboarding_options, struct nothing, struct onboarding_option_list)
{
	const struct list_arg *a = r->route->arg;

	return onboarding_sql_options(&r->ctx, a->kind, a->also ? a->also : a->kind, AS_LIST(&out->items));
}

HANDLER(onboarding_all_languages, struct nothing, struct onboarding_option_list)
{
	return onboarding_sql_languages(&r->ctx, AS_LIST(&out->items));
}

HANDLER(onboarding_slots, struct nothing, struct onboarding_slot_list)
{
	return onboarding_sql_slots(&r->ctx, AS_LIST(&out->items));
}

HANDLER(onboarding_zones, struct nothing, struct onboarding_zone_list)
{
	struct ctx *c = &r->ctx;
	struct list all;
	enum status st = onboarding_sql_zones(c, &all);

	if (st != OK)
		return st;
	struct onboarding_zone_item *z = arena_array(c->arena, struct onboarding_zone_item, all.n);

	for (size_t i = 0; i < all.n; i++) {
		z[i] = ((const struct onboarding_zone_item *)all.v)[i];
		z[i].offset = onboarding_offset(c, z[i].timezone, c->now);
		z[i].label = arena_printf(c->arena, "%s (UTC%s)", z[i].timezone, z[i].offset);
	}
	out->items.v = z;
	out->items.n = all.n;
	return OK;
}

#define SAME_FOR_ALL .unlimited = "the same for everybody, short, and kept by caches"
#define ROW(handler, title, out_s, what, ...)                                                      \
	{.name = "onboarding_" title, .call = handler##_call, .in = &nothing_shape,                \
	 .out = &out_s##_shape, .cache = CACHE_PUBLIC, SAME_FOR_ALL, .statements = 1, .doc = what,         \
	 .on = {__VA_ARGS__}}
#define OPTIONS(title, x, kinds, what, ...)                                                        \
	{.name = "onboarding_" title, .call = onboarding_options_call, .in = &nothing_shape,       \
	 .out = &x##_list_shape, .cache = CACHE_PUBLIC, SAME_FOR_ALL, .statements = 1, .doc = what, \
	 .arg = &(const struct list_arg)kinds, .on = {__VA_ARGS__}}
#define KIND(...) {__VA_ARGS__}

static const struct route routes[] = {
	ROW(onboarding_all_languages, "languages", language_list, "Languages to speak or learn.",
	    "GET /onboarding/language/languages", "GET /onboarding/languages"),
	OPTIONS("levels", level, KIND("level_language", "level_partner"),
		"All levels: of one's own (100-series), and wanted in a partner (200-series).",
		"GET /onboarding/language/levels"),
	OPTIONS("levels_own", level, KIND("level_language"), "Levels of one's own.",
		"GET /onboarding/language/level-types-language"),
	OPTIONS("levels_partner", level, KIND("level_partner"), "Levels wanted in a partner.",
		"GET /onboarding/language/level-types-partner"),
	OPTIONS("motivations", motivation, KIND("motivation"), "Reasons to learn.",
		"GET /onboarding/interest/motivations", "GET /onboarding/motivation-options"),
	OPTIONS("topics", topic, KIND("topic"), "Topics to talk about.",
		"GET /onboarding/interest/topics"),
	OPTIONS("learning_styles", learning_style, KIND("learning_style"), "Ways to learn.",
		"GET /onboarding/interest/learning-styles"),
	OPTIONS("learning_expectations", learning_expectation, KIND("learning_expectation"),
		"What learning should bring.", "GET /onboarding/interest/learning-expectations"),
	OPTIONS("personalities", personality, KIND("personality"), "Kinds of partner.",
		"GET /onboarding/partner/personalities", "GET /onboarding/partner/personality"),
	OPTIONS("partner_genders", partner_gender, KIND("partner_gender"), "Genders wanted in a partner.",
		"GET /onboarding/partner/gender-type", "GET /onboarding/partner/gender"),
	OPTIONS("group_sizes", group_size, KIND("group_size"), "Sizes of study groups.",
		"GET /onboarding/schedule/group-sizes", "GET /onboarding/schedule/group-size",
		"GET /onboarding/partner/group-size", "GET /onboarding/partner/group-sizes"),
	OPTIONS("communication_methods", communication_method, KIND("communication_method"),
		"Ways to talk: text, voice, video.", "GET /onboarding/schedule/communication-methods",
		"GET /onboarding/interest/communication-methods"),
	OPTIONS("daily_minutes", daily_minute, KIND("daily_minute"), "Minutes of study a day.",
		"GET /onboarding/schedule/daily-methods", "GET /onboarding/schedule/daily-minutes"),
	OPTIONS("days", day_of_week, KIND("day_of_week"), "Days of the week.",
		"GET /onboarding/schedule/day-of-week"),
	ROW(onboarding_zones, "time_zones", onboarding_zone_list, "Time zones of the places one can live in.",
	    "GET /onboarding/schedule/time-zones"),
	ROW(onboarding_slots, "schedule_options", onboarding_slot_list, "Parts of the days of a week.",
	    "GET /onboarding/schedule-options"),
};

const struct domain onboarding_lists_domain = {
	.name = "onboarding",
	.doc = "What people say of themselves when they join",
	.routes = routes,
	.n_routes = COUNT(routes),
};
