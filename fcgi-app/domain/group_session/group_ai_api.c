/* AI functions of group sessions that rules and sums answer, and translating, which only a model can. */
#include "base/buf.h"
#include "domain/ai/ai.h"
#include "domain/group_session/group_ai.h"
#include "domain/group_session/group_ai_sql.h"
#include "domain/meeting/meeting.h"
#include "domain/registry.h"

enum { OFFERS_MAX = 50, MORE_BYTES = 2000 * 12 + 200 };

/* ---- which session suits somebody --------------------------------------------------------- */

#define PROFILE_IN(F, S)                                                                           \
	F(S, STR, nativeLanguage, .max = 40, .trim = true)                                         \
	F(S, STRS, learningLanguages, .lax = true, .max = 10)                                      \
	F(S, STR, level, .one_of = "BEGINNER INTERMEDIATE ADVANCED", .upper = true)                \
	F(S, STRS, interests, .lax = true, .max = 20)                                              \
	F(S, STR, preferredSessionType, .max = 20)                                                 \
	F(S, STRS, availability, .lax = true, .max = 20)
SHAPE(group_profile_in, PROFILE_IN)
#define OFFER_IN(F, S)                                                                             \
	F(S, STR, sessionId, .aka = "id", .required = true, .max = 40)                             \
	F(S, STR, title, .max = 200)                                                               \
	F(S, STR, language, .aka = "targetLanguage", .max = 40)                                    \
	F(S, STR, level, .aka = "languageLevel", .one_of = "BEGINNER INTERMEDIATE ADVANCED", .upper = true) \
	F(S, STRS, tags, .aka = "sessionTags", .lax = true, .max = 20)
SHAPE(group_offer_in, OFFER_IN)
#define MATCH_IN(F, S)                                                                             \
	F(S, STR, userId, .max = 40, .doc = "not looked at: the profile is what counts")           \
	F(S, OBJ(group_profile_in), userProfile, .required = true)                                 \
	F(S, LIST(group_offer_in), availableSessions, .keep_empty = true, .required = true, .max = OFFERS_MAX)
SHAPE(group_match_in, MATCH_IN)

#define ADVICE_OUT(F, S)                                                                           \
	F(S, STR, sessionId)                                                                       \
	F(S, STR, title)                                                                           \
	F(S, INT, matchScore, .aka = "fitScore",                                                   \
	  .doc = "45 for a language one learns (15 for one's own), 30 for the same level (15 one step away), " \
		 "15 for an interest among its tags and 10 for a second")                          \
	F(S, STRS, reasons)                                                                        \
	F(S, STR, reason, .doc = "the first of them")                                              \
	F(S, STR, recommendation)
SHAPE(group_advice_out, ADVICE_OUT)
#define TOP_OUT(F, S)                                                                              \
	F(S, STR, sessionId)                                                                       \
	F(S, INT, matchScore)                                                                      \
	F(S, STR, message)
SHAPE(group_top_out, TOP_OUT)
#define MATCH_OUT(F, S)                                                                            \
	F(S, LIST(group_advice_out), recommendations, .aka = "matches", .doc = "the best first") \
	F(S, OBJ(group_top_out), topMatch)                                                         \
	F(S, STR, strategy)                                                                        \
	F(S, STR, model)                                                                           \
	F(S, BOOL, fallback)
SHAPE(group_match_out, MATCH_OUT)

static const char *verdict(const struct ctx *c, const struct group_fit *f)
{
	if (f->score >= 80)
		return say(c, "적극 추천합니다", "Highly recommended");
	if (f->score >= 50)
		return f->above ? say(c, "잘 맞지만 조금 어려울 수 있습니다", "Good match, but challenging")
				: say(c, "잘 맞습니다", "Good match");
	return say(c, "잘 맞지 않습니다", "Not a close match");
}

static int by_score(const void *a, const void *b)
{
	const struct group_advice_out *x = a, *y = b;

	return x->matchScore != y->matchScore ? (x->matchScore < y->matchScore ? 1 : -1)
					      : strcmp(x->sessionId, y->sessionId);
}

static struct group_advice_out advice(struct ctx *c, const struct group_wish *w, const struct group_offer_in *o)
{
	const struct group_offer offer = {o->language, o->level, o->tags.v, o->tags.n};
	struct group_fit *f = arena_new_of(c->arena, struct group_fit);

	group_fit(c, w, &offer, f);
	return (struct group_advice_out){
		.sessionId = o->sessionId,
		.title = o->title,
		.matchScore = f->score,
		.reasons = {f->reasons, f->n},
		.reason = f->n ? f->reasons[0] : NULL,
		.recommendation = verdict(c, f),
	};
}

HANDLER(group_match_post, struct group_match_in, struct group_match_out)
{
	struct ctx *c = &r->ctx;
	const struct group_profile_in *p = in->userProfile;
	const struct group_wish w = {p->nativeLanguage, p->learningLanguages.v, p->learningLanguages.n, p->level,
				     p->interests.v, p->interests.n};
	size_t n = in->availableSessions.n;
	struct group_advice_out *all = arena_array(c->arena, struct group_advice_out, n + 1);
	struct group_top_out *top = arena_new_of(c->arena, struct group_top_out);

	for (size_t i = 0; i < n; i++)
		all[i] = advice(c, &w, &in->availableSessions.v[i]);
	qsort(all, n, sizeof(*all), by_score);
	out->recommendations.v = all;
	out->recommendations.n = n;
	if (n) {
		*top = (struct group_top_out){all[0].sessionId, all[0].matchScore, all[0].recommendation, {0}};
		out->topMatch = top;
	}
	out->strategy = say(c, "언어, 레벨, 관심사를 점수로 비교했습니다.",
			    "Language, level and interests were compared by points.");
	out->model = AI_BUILTIN;
	out->fallback = true;
	return OK;
}

/* ---- translating -------------------------------------------------------------------------- */

#define LANGUAGES "ko en ja zh es fr"
#define TRANSLATE_IN(F, S)                                                                         \
	F(S, STR, text, .required = true, .max = 5000, .lines = true)                              \
	F(S, STR, fromLanguage, .required = true, .one_of = LANGUAGES, .lower = true)              \
	F(S, STR, toLanguage, .required = true, .one_of = LANGUAGES, .lower = true)
SHAPE(group_translate_in, TRANSLATE_IN)
#define EXAMPLE(F, S)                                                                              \
	F(S, STR, original, .max = 1000, .lines = true)                                            \
	F(S, STR, translated, .max = 1000, .lines = true)
SHAPE(group_example, EXAMPLE)
#define TRANSLATE_OUT(F, S)                                                                        \
	F(S, STR, originalText)                                                                    \
	F(S, STR, translatedText, .aka = "translation", .required = true, .max = 20000, .lines = true) \
	F(S, STR, fromLanguage)                                                                    \
	F(S, STR, toLanguage)                                                                      \
	F(S, NUM, confidence, .lax = true, .min = 0, .max = 1)                                     \
	F(S, STRS, alternatives, .lax = true, .max = 10)                                           \
	F(S, STR, pronunciation, .max = 20000, .lines = true)                                      \
	F(S, STRS, usageNotes, .lax = true, .max = 10)                                             \
	F(S, LIST(group_example), examples, .max = 10)                                             \
	F(S, STR, model)                                                                           \
	F(S, BOOL, fallback)
SHAPE(group_translate_out, TRANSLATE_OUT)

/* What is in that language already needs nobody to translate it. */
static enum status translate(struct ctx *c, const struct group_translate_in *in, struct group_translate_out *out)
{
	if (!strcmp(in->fromLanguage, in->toLanguage)) {
		out->translatedText = in->text;
		out->confidence = 1;
		out->model = AI_BUILTIN;
		out->fallback = true;
		return OK;
	}
	const struct ai_ask ask = {
		.feature = "group.translate",
		.translation = true,
		.task = arena_printf(c->arena,
				     "Translate from the language \"%s\" to the language \"%s\" for somebody who "
				     "learns it. Members: translatedText; confidence (0 to 1); alternatives (texts, at "
				     "most 3); pronunciation (how to read it, in Latin letters); usageNotes (texts, at "
				     "most 3); examples (objects of original and translated, at most 2).",
				     in->fromLanguage, in->toLanguage),
		.text = in->text,
		.temperature = 0.3,
		.tokens = 1200,
	};
	enum status st = ai_answer(c, &ask, &group_translate_out_shape, out);

	out->model = c->conf->ai_model;
	out->fallback = false;
	return st;
}

HANDLER(group_translate_post, struct group_translate_in, struct group_translate_out)
{
	enum status st = translate(&r->ctx, in, out);

	out->originalText = in->text;
	out->fromLanguage = in->fromLanguage;
	out->toLanguage = in->toLanguage;
	return st;
}

/* ---- progress ----------------------------------------------------------------------------- */

#define METRICS_IN(F, S)                                                                           \
	F(S, INT, speakingTime, .lax = true, .min = 0, .max = 1440, .dflt = "0", .doc = "minutes")  \
	F(S, INT, messagesCount, .lax = true, .min = 0, .max = 100000, .dflt = "0")                \
	F(S, INT, wordsSpoken, .lax = true, .min = 0, .max = 1000000, .dflt = "0")                 \
	F(S, STRS, newVocabularyLearned, .lax = true, .max = MEETING_WORDS_MAX)                    \
	F(S, STRS, grammarPointsPracticed, .lax = true, .max = MEETING_WORDS_MAX)                  \
	F(S, INT, participationScore, .lax = true, .min = 0, .max = 100)                           \
	F(S, INT, rating, .lax = true, .min = 0, .max = 5)                                         \
	F(S, INT, hostRating, .lax = true, .min = 0, .max = 5)                                     \
	F(S, INT, durationSeconds, .lax = true, .min = 0, .max = 86400)
SHAPE(group_metrics_in, METRICS_IN)
#define TRACK_IN(F, S)                                                                             \
	F(S, ID, sessionId, .required = true, .lax = true)                                         \
	F(S, STR, userId, .max = 40, .doc = "not looked at: progress is the caller's own")         \
	F(S, OBJ(group_metrics_in), metrics, .required = true)                                     \
	F(S, STR, notes, .max = 2000, .trim = true, .lines = true)
SHAPE(group_track_in, TRACK_IN)
#define MILESTONE_OUT(F, S)                                                                        \
	F(S, STR, type)                                                                            \
	F(S, INT, target)                                                                          \
	F(S, INT, current)                                                                         \
	F(S, INT, remaining)
SHAPE(group_milestone_out, MILESTONE_OUT)
#define TRACK_OUT(F, S)                                                                            \
	F(S, ID, sessionId)                                                                        \
	F(S, ID, userId)                                                                           \
	F(S, BOOL, progressRecorded, .aka = "saved")                                               \
	F(S, OBJ(group_stats), cumulativeStats, .aka = "progress")                                 \
	F(S, STRS, achievements, .doc = "none: GET /achievements/my counts them when a session ends") \
	F(S, OBJ(group_milestone_out), nextMilestone, .doc = "null when none is left")
SHAPE(group_track_out, TRACK_OUT)

struct tracking {
	const struct group_progress *p;
	struct group_stats *stats;
};

static enum status track(struct ctx *c, void *arg)
{
	const struct tracking *w = arg;
	enum status st = group_ai_sql_track(c, w->p);

	return st == OK ? group_ai_sql_stats(c, w->stats) : st;
}

static const struct group_milestone_out *milestone(struct ctx *c, int64_t current)
{
	static const int64_t targets[] = {1, 5, 10, 20, GROUP_PROGRESS_MAX};
	struct group_milestone_out *m = arena_new_of(c->arena, struct group_milestone_out);

	for (size_t i = 0; i < COUNT(targets); i++)
		if (current < targets[i]) {
			*m = (struct group_milestone_out){
				.type = "SESSION_COUNT",
				.target = targets[i],
				.current = current,
				.remaining = targets[i] - current,
			};
			return m;
		}
	return NULL;
}

/* What the shipped page sends beside the figures. */
static const char *more_of(struct ctx *c, const struct group_track_in *in)
{
	struct buf b = buf_new(c->arena, 128, MORE_BYTES);

	buf_printf(&b, "{\"rating\":%lld,\"hostRating\":%lld,\"durationSeconds\":%lld",
		   (long long)in->metrics->rating, (long long)in->metrics->hostRating,
		   (long long)in->metrics->durationSeconds);
	buf_member(&b, "notes", in->notes);
	buf_char(&b, '}');
	return b.data;
}

HANDLER(group_track_post, struct group_track_in, struct group_track_out)
{
	struct ctx *c = &r->ctx;
	const struct group_metrics_in *m = in->metrics;
	struct group_stats *stats = arena_new_of(c->arena, struct group_stats);
	struct group_progress p = {
		.session_id = in->sessionId,
		.speaking_time = m->speakingTime,
		.messages = m->messagesCount,
		.words = m->wordsSpoken,
		.participation = m->has.participationScore ? m->participationScore : -1,
		.more = more_of(c, in),
	};
	enum status st = meeting_words(c, "metrics.newVocabularyLearned", m->newVocabularyLearned.v,
				       m->newVocabularyLearned.n, &p.vocabulary);

	if (st == OK)
		st = meeting_words(c, "metrics.grammarPointsPracticed", m->grammarPointsPracticed.v,
				   m->grammarPointsPracticed.n, &p.grammar);
	p.vocabulary = p.vocabulary ? p.vocabulary : "[]";
	p.grammar = p.grammar ? p.grammar : "[]";
	if (st == OK)
		st = db_tx(c, track, &(struct tracking){&p, stats});
	out->sessionId = in->sessionId;
	out->userId = c->me.user_id;
	out->progressRecorded = true;
	out->cumulativeStats = stats;
	out->nextMilestone = milestone(c, stats->totalSessions);
	return st;
}

#define ASKS .auth = AUTH_USER, .rate = RATE_WRITE
static const struct route routes[] = {
	ROUTE(group_match_post, group_match_in, group_match_out, .on = {"POST /group-sessions/ai/match-recommendation"},
	      ASKS, .doc = "Which of the given sessions suit the given profile, by points."),
	ROUTE(group_translate_post, group_translate_in, group_translate_out,
	      .on = {"POST /group-sessions/ai/translate"}, .auth = AUTH_USER, .rate = RATE_AI, .statements = 1,
	      .doc = "By the language model of AI_MODEL. What is in the wanted language already is given back.",
	      .fails = {E_AI_OFF, E_AI_FAILED}),
	ROUTE(group_track_post, group_track_in, group_track_out, .on = {"POST /group-sessions/progress/track"}, ASKS,
	      .statements = 4,
	      .doc = "What my client measured in a session I took part in; again replaces it. Kept for 90 days, the "
		     "newest 50.",
	      .fails = {E_SESSION_NONE}),
};

extern const struct stmt *const group_ai_stmts[];
const struct domain group_ai_domain = {
	.name = "group sessions",
	.doc = "AI functions of group sessions, and progress",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = group_ai_stmts,
};
