#include "domain/onboarding/onboarding_shapes.h"

SHAPE_TABLE(onboarding_level_in, ONBOARDING_LEVEL_IN)
SHAPE_TABLE(onboarding_personality_in, ONBOARDING_PERSONALITY_IN)
SHAPE_TABLE(onboarding_time_in, ONBOARDING_TIME_IN)
SHAPE_TABLE(onboarding_answers_in, ONBOARDING_ANSWERS_IN)
SHAPE_TABLE(onboarding_language_out, ONBOARDING_LANGUAGE_OUT)
SHAPE_TABLE(onboarding_languages_out, ONBOARDING_LANGUAGES_OUT)
SHAPE_TABLE(onboarding_motivation_out, ONBOARDING_MOTIVATION_OUT)
SHAPE_TABLE(onboarding_topic_out, ONBOARDING_TOPIC_OUT)
SHAPE_TABLE(onboarding_partner_out, ONBOARDING_PARTNER_OUT)
SHAPE_TABLE(onboarding_steps_out, ONBOARDING_STEPS_OUT)
SHAPE_TABLE(onboarding_progress_out, ONBOARDING_PROGRESS_OUT)
SHAPE_TABLE(onboarding_status_out, ONBOARDING_STATUS_OUT)
SHAPE_TABLE(onboarding_user_in, ONBOARDING_USER_IN)

/* ---- from requests ------------------------------------------------------------------------ */

void onboarding_take_ids(struct ctx *c, struct answers *a, const char *kind, const char *field,
			 const struct list *ids)
{
	for (size_t i = 0; i < ids->n; i++)
		onboarding_add_choice(c, a, kind, field, i, ((const int64_t *)ids->v)[i], NULL);
}

void onboarding_take_levels(struct ctx *c, struct answers *a, const char *field, const struct list *levels,
			    bool learning)
{
	const struct onboarding_level_in *l = levels->v;

	for (size_t i = 0; i < levels->n; i++)
		onboarding_add_level(c, a, field, i, l[i].languageId, l[i].currentLevelId, l[i].targetLevelId,
				     learning);
}

void onboarding_take_personalities(struct ctx *c, struct answers *a, const char *field,
				   const struct list *personalities)
{
	const struct onboarding_personality_in *p = personalities->v;

	for (size_t i = 0; i < personalities->n; i++)
		onboarding_add_choice(c, a, "personality", field, i, p[i].partnerPersonalityId,
				      p[i].partnerGender);
}

enum status onboarding_take_times(struct ctx *c, struct answers *a, const char *field,
				  const struct list *times)
{
	const struct onboarding_time_in *t = times->v;
	enum status st = OK;

	for (size_t i = 0; i < times->n && st == OK; i++)
		st = onboarding_add_time(c, a, field, i, t[i].scheduleId, t[i].dayOfWeek, t[i].classTime);
	return st;
}

enum status onboarding_take(struct ctx *c, const struct onboarding_answers_in *in, struct answers *a)
{
	enum status st;

	a->english_name = in->englishName;
	a->residence = in->residence;
	a->profile_image = in->profileImage;
	a->bio = in->intro;
	a->native_language_id = in->nativeLanguageId;
	a->partner_gender = in->partnerGender;
	onboarding_take_levels(c, a, "targetLanguages", IN_LIST(&in->targetLanguages), true);
	onboarding_take_levels(c, a, "languages", IN_LIST(&in->languages), false);
	onboarding_take_ids(c, a, "motivation", "motivationIds", IN_LIST(&in->motivationIds));
	onboarding_take_ids(c, a, "topic", "topicIds", IN_LIST(&in->topicIds));
	onboarding_take_ids(c, a, "learning_style", "learningStyleIds", IN_LIST(&in->learningStyleIds));
	onboarding_take_ids(c, a, "learning_expectation", "learningExpectationIds",
			    IN_LIST(&in->learningExpectationIds));
	onboarding_take_ids(c, a, "group_size", "groupSizeIds", IN_LIST(&in->groupSizeIds));
	onboarding_take_personalities(c, a, "partnerPersonalityIds", IN_LIST(&in->partnerPersonalityIds));
	a->communication_method = in->communicationMethod;
	a->daily_minute = in->dailyMinute;
	st = onboarding_codes(c, &a->communication_method, &a->daily_minute);
	return st == OK ? onboarding_take_times(c, a, "scheduleIds", IN_LIST(&in->scheduleIds)) : st;
}

/* ---- for answers -------------------------------------------------------------------------- */

struct list onboarding_chosen(const struct list *all, const char *kind)
{
	const struct onboarding_choice_row *o = all->v;
	size_t from = 0, to;

	while (from < all->n && strcmp(o[from].kind, kind) != 0)
		from++;
	to = from;
	while (to < all->n && !strcmp(o[to].kind, kind))
		to++;
	return (struct list){o ? o + from : NULL, to - from};
}

void onboarding_chosen_ids(struct ctx *c, const struct list *all, const char *kind, struct list *out)
{
	struct list of = onboarding_chosen(all, kind);
	int64_t *ids = arena_array(c->arena, int64_t, of.n);

	for (size_t i = 0; i < of.n; i++)
		ids[i] = ((const struct onboarding_choice_row *)of.v)[i].id;
	*out = (struct list){ids, of.n};
}

void onboarding_fill_motivations(struct ctx *c, const struct list *all, struct list *out)
{
	struct list of = onboarding_chosen(all, "motivation");
	struct onboarding_motivation_out *m = arena_array(c->arena, struct onboarding_motivation_out, of.n);
	const struct onboarding_choice_row *o = of.v;

	for (size_t i = 0; i < of.n; i++)
		m[i] = (struct onboarding_motivation_out){
			.motivationId = o[i].id, .priority = o[i].position, .name = o[i].name};
	*out = (struct list){m, of.n};
}

void onboarding_fill_topics(struct ctx *c, const struct list *all, struct list *out)
{
	struct list of = onboarding_chosen(all, "topic");
	struct onboarding_topic_out *t = arena_array(c->arena, struct onboarding_topic_out, of.n);
	const struct onboarding_choice_row *o = of.v;

	for (size_t i = 0; i < of.n; i++)
		t[i] = (struct onboarding_topic_out){.topicId = o[i].id, .name = o[i].name};
	*out = (struct list){t, of.n};
}

void onboarding_fill_partners(struct ctx *c, const struct list *all, const char *gender, struct list *out)
{
	struct list of = onboarding_chosen(all, "personality");
	struct onboarding_partner_out *p = arena_array(c->arena, struct onboarding_partner_out, of.n);
	const struct onboarding_choice_row *o = of.v;

	for (size_t i = 0; i < of.n; i++)
		p[i] = (struct onboarding_partner_out){.partnerPersonalityId = o[i].id,
						       .partnerGender = o[i].detail ? o[i].detail : gender,
						       .name = o[i].name};
	*out = (struct list){p, of.n};
}

const struct onboarding_language_out *onboarding_native_of(struct ctx *c, const struct onboarding_person_row *p)
{
	if (!p->native_language_id)
		return NULL;
	struct onboarding_language_out *native = arena_new_of(c->arena, struct onboarding_language_out);

	native->languageId = p->native_language_id;
	native->languageName = p->native_name;
	native->languageCode = p->native_code;
	return native;
}

void onboarding_fill_languages(struct ctx *c, const struct onboarding_person_row *p, const struct list *all,
			       struct onboarding_languages_out *out)
{
	const struct language_choice *l = all->v;
	size_t n = 0;

	out->nativeLanguage = onboarding_native_of(c, p);
	while (n < all->n && l[n].learning) /* those come first */
		n++;
	out->targetLanguages.v = out->languages.v = l;
	out->targetLanguages.n = n;
	out->languages.n = all->n;
}

const struct onboarding_progress_out *onboarding_progress_of(struct ctx *c,
							      const struct onboarding_person_row *p)
{
	struct onboarding_progress_out *out = arena_new_of(c->arena, struct onboarding_progress_out);
	struct onboarding_steps_out *s = arena_new_of(c->arena, struct onboarding_steps_out);
	struct progress g = onboarding_progress(p);

	*s = (struct onboarding_steps_out){
		.step1 = g.done[0], .step2 = g.done[1], .step3 = g.done[2], .step4 = g.done[3],
		.step5 = g.done[4], .step6 = g.done[5], .step7 = g.done[6], .step8 = g.done[7],
	};
	out->completedSteps = s;
	out->currentStep = g.current;
	out->progressPercentage = g.percent;
	out->totalSteps = STEPS;
	out->completed = p->onboarded;
	out->lastUpdatedAt = p->updated_at;
	return out;
}

void onboarding_fill_status(struct ctx *c, const struct onboarding_person_row *p,
			    struct onboarding_status_out *out)
{
	struct progress g = onboarding_progress(p);
	int64_t *done = arena_array(c->arena, int64_t, STEPS);
	size_t n = 0;

	for (int i = 0; i < STEPS; i++)
		if (g.done[i])
			done[n++] = i + 1;
	out->completedSteps.v = done;
	out->completedSteps.n = n;
	out->isCompleted = p->onboarded;
	out->currentStep = g.current;
	out->nextStep = g.page;
	out->totalSteps = STEPS;
	out->progressPercentage = g.percent;
	out->basicInfoCompleted = p->introduced;
	out->languageInfoCompleted = p->languages;
	out->interestInfoCompleted = p->interests;
	out->partnerInfoCompleted = p->partners;
	out->scheduleInfoCompleted = p->times;
}
