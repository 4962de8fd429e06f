/* What a language model is asked for about group sessions; without one, what rules can say. */
#include "base/buf.h"
#include "domain/ai/ai.h"
#include "domain/group_session/group_talk.h"
#include "domain/registry.h"

enum { STRONG = 75, WEAK = 55 }; /* of 100: a strength from, something to work on up to */

#define LANGUAGE_FIELD                                                                             \
	.one_of = "ko en ja zh es fr KOREAN>ko ENGLISH>en JAPANESE>ja CHINESE>zh SPANISH>es FRENCH>fr", .dflt = "en"
#define LEVEL_FIELD .one_of = "BEGINNER INTERMEDIATE ADVANCED", .dflt = "INTERMEDIATE"
#define WHOSE(F, S)                                                                                \
	F(S, STR, model, .max = 100, .doc = "who answered: a language model, or builtin: rules")   \
	F(S, BOOL, fallback, .lax = true, .doc = "true: rules did, as no model is there or it gave nothing of use")

/* Asks the model; false when rules have to answer. *out then is empty again. */
static bool model_says(struct ctx *c, const struct ai_ask *ask, const struct shape *s, void *out)
{
	if (ai_answer(c, ask, s, out) == OK)
		return true;
	memset(out, 0, s->size);
	return false;
}

static const char *who(const struct ctx *c, bool model)
{
	return model ? c->conf->ai_model : AI_BUILTIN;
}

/* What is said about the matter is for the caller. */
static const char *reader(const struct ctx *c)
{
	return c->lang == LANG_EN ? "English" : "Korean";
}

static void add(struct ctx *c, const char ***list, size_t *n, const char *text)
{
	if (!*list)
		*list = arena_array(c->arena, const char *, TALK_LIST_MAX);
	if (*n < TALK_LIST_MAX)
		(*list)[(*n)++] = text;
}

/* ---- topics ------------------------------------------------------------------------------- */

#define TOPICS_IN(F, S)                                                                            \
	F(S, STR, language, LANGUAGE_FIELD)                                                        \
	F(S, STR, level, LEVEL_FIELD)                                                              \
	F(S, STRS, interests, .lax = true, .max = 20)
SHAPE(group_topics_in, TOPICS_IN)
#define TOPICS_OUT(F, S)                                                                           \
	F(S, LIST(group_topic), topics, .required = true, .max = 10)                               \
	F(S, TIME, generatedAt)                                                                    \
	WHOSE(F, S)
SHAPE(group_topics_out, TOPICS_OUT)

static const char *joined(struct ctx *c, const char *const *v, size_t n)
{
	struct buf b = buf_new(c->arena, 256, 64 * 1024);

	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", v[i]);
	return b.len ? b.data : "-";
}

HANDLER(group_topics_post, struct group_topics_in, struct group_topics_out)
{
	struct ctx *c = &r->ctx;
	const struct talk t = {in->language, in->level};
	const struct ai_ask ask = {
		.feature = "group.topics",
		.task = arena_printf(c->arena,
				     "Suggest 3 to 5 topics for people of level %s who practise \"%s\" together; the "
				     "message lists their interests. Member: topics, objects of title, description "
				     "and culturalTips (in %s), difficulty (BEGINNER, INTERMEDIATE or ADVANCED), "
				     "estimatedDuration (minutes), tags (texts), icebreakers (2 or 3 questions in "
				     "the language they practise).",
				     t.level, t.language, reader(c)),
		.text = joined(c, in->interests.v, in->interests.n),
		.temperature = 0.8,
		.tokens = 1200,
	};
	const bool model = model_says(c, &ask, &group_topics_out_shape, out);

	if (!model) {
		struct group_topic *v = arena_array(c->arena, struct group_topic, TALK_TOPICS);

		out->topics.n = talk_topics(c, &t, in->interests.v, in->interests.n, v);
		out->topics.v = v;
	}
	out->generatedAt = c->now;
	out->model = who(c, model);
	out->fallback = !model;
	return OK;
}

/* ---- questions to begin with -------------------------------------------------------------- */

#define ICE_IN(F, S)                                                                               \
	F(S, STR, language, LANGUAGE_FIELD)                                                        \
	F(S, STR, level, LEVEL_FIELD)                                                              \
	F(S, STR, topic, .required = true, .max = 200, .trim = true)
SHAPE(group_ice_in, ICE_IN)
#define ICE_OUT(F, S)                                                                              \
	F(S, LIST(group_question), questions, .required = true, .max = 20)                         \
	F(S, STRS, icebreakers, TEXTS_FIELD, .doc = "the questions alone")                         \
	F(S, STRS, tips, TEXTS_FIELD)                                                              \
	WHOSE(F, S)
SHAPE(group_ice_out, ICE_OUT)

static void builtin_ice(struct ctx *c, const struct talk *t, const char *topic, struct group_ice_out *out)
{
	struct group_question *v = arena_array(c->arena, struct group_question, TALK_QUESTIONS);
	const char **tips = NULL;

	talk_questions(c, t, topic, v);
	add(c, &tips, &out->tips.n, say(c, "모두가 한 번씩 대답하게 하세요", "Let everybody answer once"));
	add(c, &tips, &out->tips.n, say(c, "대답에 이어서 한 가지를 더 물어보세요",
	"Ask one thing more about each answer"));
	add(c, &tips, &out->tips.n, say(c, "틀려도 끝까지 말하게 기다려 주세요",
	"Let people finish, mistakes or not"));
	out->questions.v = v;
	out->questions.n = TALK_QUESTIONS;
	out->tips.v = tips;
}

HANDLER(group_ice_post, struct group_ice_in, struct group_ice_out)
{
	struct ctx *c = &r->ctx;
	const struct talk t = {in->language, in->level};
	const struct ai_ask ask = {
		.feature = "group.icebreakers",
		.task = arena_printf(c->arena,
				     "Write 3 to 6 questions that open a conversation among people of level %s who "
				     "practise \"%s\"; the message names the topic. Members: questions, objects of "
				     "question (in the language they practise), type (open-ended, experience-sharing "
				     "or descriptive), difficulty (BEGINNER, INTERMEDIATE or ADVANCED), "
				     "targetGrammar (in %s) and expectedDuration (minutes); tips (texts for the "
				     "host, in %s).",
				     t.level, t.language, reader(c), reader(c)),
		.text = in->topic,
		.temperature = 0.8,
		.tokens = 900,
	};
	const bool model = model_says(c, &ask, &group_ice_out_shape, out);
	const char **alone = NULL;

	if (!model)
		builtin_ice(c, &t, in->topic, out);
	out->icebreakers.n = 0;
	for (size_t i = 0; i < out->questions.n; i++)
		add(c, &alone, &out->icebreakers.n, out->questions.v[i].question);
	out->icebreakers.v = alone;
	out->model = who(c, model);
	out->fallback = !model;
	return OK;
}

/* ---- a scene to play ---------------------------------------------------------------------- */

#define SCENE_IN(F, S)                                                                             \
	F(S, STR, language, LANGUAGE_FIELD)                                                        \
	F(S, STR, level, LEVEL_FIELD)                                                              \
	F(S, STR, situation, .required = true, .max = 200, .trim = true)
SHAPE(group_scene_in, SCENE_IN)
#define SCENE_OUT(F, S)                                                                            \
	F(S, OBJ(group_scenario), scenario, .required = true)                                      \
	F(S, STR, scenarioTitle, TEXT_FIELD, .doc = "its title")                                   \
	F(S, STR, setting, TEXT_FIELD, .doc = "its description")                                   \
	F(S, LIST(group_role), roles, .required = true, .max = 10)                                 \
	F(S, STRS, vocabulary, TEXTS_FIELD)                                                        \
	F(S, STRS, goals, TEXTS_FIELD)                                                             \
	F(S, STRS, scriptOutline, TEXTS_FIELD)                                                     \
	F(S, STRS, tips, TEXTS_FIELD)                                                              \
	WHOSE(F, S)
SHAPE(group_scene_out, SCENE_OUT)

static void builtin_scene(struct ctx *c, const struct talk *t, const char *situation, struct group_scene_out *out)
{
	struct scene *s = arena_new_of(c->arena, struct scene);
	const char **goals = NULL, **steps = NULL, **tips = NULL;

	talk_scene(c, t, situation, s);
	out->scenario = &s->scenario;
	out->roles.v = s->roles;
	out->roles.n = COUNT(s->roles);
	out->vocabulary.v = s->words;
	out->vocabulary.n = s->n_words;
	for (size_t i = 0; i < COUNT(s->roles); i++)
		for (size_t k = 0; k < s->roles[i].objectives.n; k++)
			add(c, &goals, &out->goals.n, s->roles[i].objectives.v[k]);
	/* in turns: what the one aims at, and the other */
	for (size_t k = 0; k < s->roles[0].objectives.n; k++)
		for (size_t i = 0; i < COUNT(s->roles); i++)
			add(c, &steps, &out->scriptOutline.n,
			    arena_printf(c->arena, "%s: %s", s->roles[i].role, s->roles[i].objectives.v[k]));
	add(c, &tips, &out->tips.n, say(c, "끝나면 역할을 바꿔 보세요", "Change roles afterwards"));
	add(c, &tips, &out->tips.n, say(c, "핵심 표현을 하나씩 꼭 써 보세요", "Use each key phrase once"));
	out->goals.v = goals;
	out->scriptOutline.v = steps;
	out->tips.v = tips;
}

HANDLER(group_scene_post, struct group_scene_in, struct group_scene_out)
{
	struct ctx *c = &r->ctx;
	const struct talk t = {in->language, in->level};
	const struct ai_ask ask = {
		.feature = "group.roleplay",
		.task = arena_printf(c->arena,
				     "Write a scene to play for people of level %s who practise \"%s\"; the message "
				     "names the situation. Members: scenario, an object of title and description (in "
				     "%s), difficulty (BEGINNER, INTERMEDIATE or ADVANCED), estimatedDuration "
				     "(minutes) and participants (number); roles, objects of role, description, "
				     "objectives (texts, in %s) and keyPhrases (texts in the language they "
				     "practise); vocabulary (texts in that language); goals, scriptOutline and tips "
				     "(texts in %s).",
				     t.level, t.language, reader(c), reader(c), reader(c)),
		.text = in->situation,
		.temperature = 0.8,
		.tokens = 1200,
	};
	const bool model = model_says(c, &ask, &group_scene_out_shape, out);

	if (!model)
		builtin_scene(c, &t, in->situation, out);
	out->scenarioTitle = out->scenario->title;
	out->setting = out->scenario->description;
	out->model = who(c, model);
	out->fallback = !model;
	return OK;
}

/* ---- what was said ------------------------------------------------------------------------ */

#define SCORE_FIELD .lax = true, .min = 0, .max = 100, .zero_null = true
#define ANALYSIS(F, S)                                                                             \
	F(S, INT, grammarScore, SCORE_FIELD, .doc = "null: counting does not show it")             \
	F(S, INT, vocabularyScore, SCORE_FIELD,                                                    \
	  .doc = "builtin: different words by the root of twice all, of 5")                        \
	F(S, INT, fluencyScore, SCORE_FIELD, .doc = "builtin: words a turn, of 20")                \
	F(S, INT, pronunciationScore, SCORE_FIELD, .doc = "null: a text does not show it")         \
	F(S, INT, overallScore, SCORE_FIELD, .doc = "builtin: the mean of the two it has")
SHAPE(group_analysis, ANALYSIS)
#define ANALYZE_IN(F, S)                                                                           \
	F(S, STR, transcript, .required = true, .min = 5, .max = TALK_TRANSCRIPT_MAX, .lines = true) \
	F(S, STR, language, LANGUAGE_FIELD)                                                        \
	F(S, STR, participantId, .lax = true, .max = 40, .doc = "whose lines count, if some begin with it and a colon")
SHAPE(group_analyze_in, ANALYZE_IN)
#define ANALYZE_OUT(F, S)                                                                          \
	F(S, STR, participantId, .max = 40)                                                        \
	F(S, OBJ(group_analysis), analysis, .required = true)                                      \
	F(S, INT, overallScore, SCORE_FIELD)                                                       \
	F(S, STRS, strengths, TEXTS_FIELD)                                                         \
	F(S, STRS, improvements, TEXTS_FIELD)                                                      \
	F(S, STRS, suggestions, TEXTS_FIELD)                                                       \
	F(S, STRS, suggestedTopics, TEXTS_FIELD)                                                   \
	F(S, STRS, keyPhrases, TEXTS_FIELD)                                                        \
	F(S, STR, summary, TEXT_FIELD)                                                             \
	F(S, STR, sentiment, .one_of = "positive neutral negative", .doc = "null: counting does not show it") \
	F(S, STR, grammar, TEXT_FIELD)                                                             \
	F(S, STR, vocabulary, TEXT_FIELD)                                                          \
	F(S, STR, pronunciation, TEXT_FIELD)                                                       \
	F(S, TIME, analyzedAt)                                                                     \
	WHOSE(F, S)
SHAPE(group_analyze_out, ANALYZE_OUT)

static const struct speaker *whose(const struct heard *h, const char *name)
{
	for (size_t i = 0; name && i < h->n; i++)
		if (!strcmp(h->each[i].name, name))
			return &h->each[i];
	return &h->all;
}

static const char *counted(struct ctx *c, const struct speaker *s)
{
	const long long turns = s->turns, words = s->words, questions = s->questions;

	if (c->lang == LANG_EN)
		return arena_printf(c->arena, "turns: %lld, words: %lld, questions: %lld", turns, words, questions);
	return arena_printf(c->arena, "%lld번 말하며 %lld단어를 썼고 %lld번 물었습니다", turns, words, questions);
}

static void judge(struct ctx *c, const struct speaker *s, struct group_analyze_out *out)
{
	struct group_analysis *a = arena_new_of(c->arena, struct group_analysis);
	const char **good = NULL, **weak = NULL, **advice = NULL;
	const struct {
		int64_t score;
		const char *strong, *weak, *advice;
	} looks[] = {
		{talk_vocabulary(s), say(c, "다양한 단어를 썼습니다", "Many different words"),
		 say(c, "같은 단어를 자주 썼습니다", "The same words often"),
		 say(c, "자주 쓴 단어를 다른 말로 바꿔 보세요", "Replace the words you use most by others")},
		{talk_fluency(s), say(c, "한 번에 길게 말했습니다", "Long turns"),
		 say(c, "한 번에 짧게 말했습니다", "Short turns"),
		 say(c, "대답에 이유를 한 문장 덧붙여 보세요", "Add a sentence with the reason to your answers")},
	};

	for (size_t i = 0; i < COUNT(looks); i++) {
		if (looks[i].score >= STRONG)
			add(c, &good, &out->strengths.n, looks[i].strong);
		if (looks[i].score > WEAK)
			continue;
		add(c, &weak, &out->improvements.n, looks[i].weak);
		add(c, &advice, &out->suggestions.n, looks[i].advice);
	}
	if (!s->questions)
		add(c, &advice, &out->suggestions.n, say(c, "상대에게 한 가지를 물어보세요",
		"Ask the others something"));
	a->vocabularyScore = looks[0].score;
	a->fluencyScore = looks[1].score;
	a->overallScore = (looks[0].score + looks[1].score + 1) / 2;
	out->analysis = a;
	out->overallScore = a->overallScore;
	out->strengths.v = good;
	out->improvements.v = weak;
	out->suggestions.v = advice;
	out->summary = counted(c, s);
}

HANDLER(group_analyze_post, struct group_analyze_in, struct group_analyze_out)
{
	struct ctx *c = &r->ctx;
	const struct ai_ask ask = {
		.feature = "group.analyze",
		.task = arena_printf(c->arena,
				     "Judge how %s in this transcript of a conversation in \"%s\". Members: "
				     "analysis, an object of grammarScore, vocabularyScore, fluencyScore and "
				     "overallScore (1 to 100); strengths, improvements, suggestions, suggestedTopics "
				     "and keyPhrases (texts); summary, grammar and vocabulary (a text each); "
				     "sentiment (positive, neutral or negative). Write in %s.",
				     in->participantId ? "the one speaks who is named in its first line"
						       : "people speak",
				     in->language, reader(c)),
		.text = in->participantId ? arena_printf(c->arena, "%s\n\n%s", in->participantId, in->transcript)
					  : in->transcript,
		.temperature = 0.2,
		.tokens = 900,
	};
	const bool model = model_says(c, &ask, &group_analyze_out_shape, out);

	if (!model) {
		struct heard *h = arena_new_of(c->arena, struct heard);

		talk_count(c, in->transcript, h);
		out->keyPhrases.v = h->keywords;
		out->keyPhrases.n = h->n_keywords;
		judge(c, whose(h, in->participantId), out);
	}
	out->overallScore = out->analysis->overallScore;
	out->participantId = in->participantId;
	out->analyzedAt = c->now;
	out->model = who(c, model);
	out->fallback = !model;
	return OK;
}

/* ---- a summary ---------------------------------------------------------------------------- */

#define PERSON_IN(F, S)                                                                            \
	F(S, STR, name, .scalar = true, .aka = "userName", .lax = true, .max = 100)                \
	F(S, STR, role, .max = 40)
SHAPE(group_person_in, PERSON_IN)
#define SUMMARY_IN(F, S)                                                                           \
	F(S, STR, sessionId, .required = true, .lax = true, .max = 40, .doc = "given back")        \
	F(S, STR, transcript, .required = true, .min = 5, .max = TALK_TRANSCRIPT_MAX, .lines = true) \
	F(S, INT, duration, .lax = true, .min = 0, .max = 1440, .doc = "minutes")                  \
	F(S, LIST(group_person_in), participants, .lax = true, .max = TALK_SPEAKERS,               \
	  .doc = "names, or objects with name and role; a number is not looked at")
SHAPE(group_summary_in, SUMMARY_IN)
#define SHARE_OUT(F, S)                                                                            \
	F(S, STR, name, .required = true, .max = 200)                                              \
	F(S, STR, role, .max = 40)                                                                 \
	F(S, STR, contribution, TEXT_FIELD)
SHAPE(group_share, SHARE_OUT)
#define SUMMARY(F, S)                                                                              \
	F(S, STR, overview, .required = true, TEXT_FIELD)                                          \
	F(S, STRS, keyTopics, TEXTS_FIELD)                                                         \
	F(S, STRS, learningPoints, TEXTS_FIELD)                                                    \
	F(S, LIST(group_share), participantContributions, .max = TALK_SPEAKERS)                    \
	F(S, STRS, nextSteps, TEXTS_FIELD)
SHAPE(group_summary, SUMMARY)
#define PHRASE_OUT(F, S)                                                                           \
	F(S, STR, phrase, .required = true, .scalar = true, TEXT_FIELD)                            \
	F(S, STR, meaning, TEXT_FIELD)
SHAPE(group_phrase, PHRASE_OUT)
#define SUMMARY_OUT(F, S)                                                                          \
	F(S, STR, sessionId, .max = 40)                                                            \
	F(S, OBJ(group_summary), summary, .required = true)                                        \
	F(S, STR, summaryText, TEXT_FIELD, .doc = "its overview")                                  \
	F(S, STRS, highlights, TEXTS_FIELD)                                                        \
	F(S, STRS, actionItems, TEXTS_FIELD, .doc = "its nextSteps")                               \
	F(S, STRS, followUpQuestions, TEXTS_FIELD)                                                 \
	F(S, LIST(group_phrase), vocabulary, .max = TALK_LIST_MAX)                                 \
	F(S, TIME, generatedAt)                                                                    \
	WHOSE(F, S)
SHAPE(group_summary_out, SUMMARY_OUT)

static const char *role_of(const struct group_summary_in *in, const char *name)
{
	for (size_t i = 0; i < in->participants.n; i++)
		if (in->participants.v[i].name && !strcmp(in->participants.v[i].name, name))
			return in->participants.v[i].role;
	return NULL;
}

/* Who spoke, in the order they first did, and after them who is only said to have been there. */
static size_t shares(struct ctx *c, const struct group_summary_in *in, const struct heard *h, struct group_share *v)
{
	size_t n = 0;

	for (; n < h->n; n++)
		v[n] = (struct group_share){
			.name = h->each[n].name,
			.role = role_of(in, h->each[n].name),
			.contribution = counted(c, &h->each[n]),
		};
	for (size_t i = 0; i < in->participants.n && n < TALK_SPEAKERS; i++) {
		const char *name = in->participants.v[i].name;

		if (name && whose(h, name) == &h->all)
			v[n++] = (struct group_share){
				.name = name,
				.role = in->participants.v[i].role,
				.contribution = say(c, "기록에 말이 없습니다", "Says nothing in the transcript"),
			};
	}
	return n;
}

static void builtin_summary(struct ctx *c, const struct group_summary_in *in, struct group_summary_out *out)
{
	struct heard *h = arena_new_of(c->arena, struct heard);
	struct group_summary *s = arena_new_of(c->arena, struct group_summary);
	struct group_share *v = arena_array(c->arena, struct group_share, TALK_SPEAKERS);
	const char **next = NULL;

	talk_count(c, in->transcript, h);
	s->overview = counted(c, &h->all);
	if (in->duration)
		s->overview = arena_printf(c->arena, "%s (%lld%s)", s->overview, (long long)in->duration,
					   say(c, "분", " minutes"));
	s->keyTopics.v = h->keywords;
	s->keyTopics.n = h->n_keywords;
	s->participantContributions.n = shares(c, in, h, v);
	s->participantContributions.v = v;
	add(c, &next, &s->nextSteps.n,
	    say(c, "자주 나온 단어로 문장을 하나씩 만들어 보세요",
		   "Make a sentence with each of the words said most"));
	s->nextSteps.v = next;
	out->summary = s;
}

HANDLER(group_summary_post, struct group_summary_in, struct group_summary_out)
{
	struct ctx *c = &r->ctx;
	const struct ai_ask ask = {
		.feature = "group.summary",
		.task = arena_printf(c->arena,
				     "Sum up this transcript of a group that practises a language. Members: summary, "
				     "an object of overview (a text), keyTopics, learningPoints and nextSteps "
				     "(texts) and participantContributions (objects of name and contribution); "
				     "highlights and followUpQuestions (texts); vocabulary (objects of phrase and "
				     "meaning). Write in %s.",
				     reader(c)),
		.text = in->transcript,
		.temperature = 0.5,
		.tokens = 1200,
	};
	const bool model = model_says(c, &ask, &group_summary_out_shape, out);

	if (!model)
		builtin_summary(c, in, out);
	out->sessionId = in->sessionId;
	out->summaryText = out->summary->overview;
	out->actionItems.v = out->summary->nextSteps.v;
	out->actionItems.n = out->summary->nextSteps.n;
	out->generatedAt = c->now;
	out->model = who(c, model);
	out->fallback = !model;
	return OK;
}

#define ASKS .auth = AUTH_USER, .rate = RATE_AI, .statements = 1
static const struct route routes[] = {
	ROUTE(group_topics_post, group_topics_in, group_topics_out, .on = {"POST /group-sessions/ai/recommend-topics"},
	      ASKS, .doc = "Topics to talk about."),
	ROUTE(group_ice_post, group_ice_in, group_ice_out, .on = {"POST /group-sessions/ai/icebreakers"}, ASKS,
	      .doc = "Questions that open a conversation."),
	ROUTE(group_scene_post, group_scene_in, group_scene_out, .on = {"POST /group-sessions/ai/roleplay"}, ASKS,
	      .doc = "A scene to play, with its roles."),
	ROUTE(group_analyze_post, group_analyze_in, group_analyze_out,
	      .on = {"POST /group-sessions/ai/analyze-conversation"}, ASKS,
	      .doc = "How somebody speaks in a transcript. Without a model: what counting shows."),
	ROUTE(group_summary_post, group_summary_in, group_summary_out,
	      .on = {"POST /group-sessions/ai/generate-summary"}, ASKS,
	      .doc = "What a transcript is about. Without a model: who said how much, and the words said most."),
};

const struct domain group_talk_domain = {
	.name = "group sessions",
	.doc = "AI functions of group sessions, and progress",
	.routes = routes,
	.n_routes = COUNT(routes),
};
