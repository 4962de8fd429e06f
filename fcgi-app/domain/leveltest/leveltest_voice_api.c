/* Level tests as the shipped client takes them: a text is read aloud, or questions are answered one after the other. */
#include "domain/ai/ai.h"
#include "domain/file/file.h"
#include "domain/leveltest/leveltest_rules.h"
#include "domain/registry.h"
#include "store/store.h"

enum { SOUND_MIB = 25 };

#define ID_IN(F, S) F(S, ID, testId, .aka = "id", .from = FROM_PATH)
SHAPE(leveltest_id_in, ID_IN)

/* Clients say how hard it is to be in words of their own. */
#define AIM                                                                                        \
	"BEGINNER INTERMEDIATE ADVANCED A1>BEGINNER A2>BEGINNER B1>INTERMEDIATE B2>INTERMEDIATE C1>ADVANCED C2>ADVANCED"
#define VOICE_START_IN(F, S)                                                                       \
	F(S, STR, languageCode, .aka = "language targetLanguage", .max = 40, .trim = true, .dflt = "en", \
	  .doc = "by code or name")                                                                \
	F(S, STR, currentLevel, .aka = "testLevel level", .one_of = AIM, .upper = true, .dflt = "INTERMEDIATE")
SHAPE(leveltest_voice_start_in, VOICE_START_IN)

#define UPLOAD_IN(F, S)                                                                            \
	ID_IN(F, S)                                                                                \
	F(S, FILES, audio, .aka = "file recording", .max = 1)                                      \
	F(S, INT, questionId, .aka = "questionNumber", .lax = true, .dflt = "1")                   \
	F(S, NUM, duration, .lax = true, .min = 0, .max = LEVELTEST_SECONDS_MAX, .doc = "s that they spoke")
SHAPE(leveltest_upload_in, UPLOAD_IN)

#define HEAR_IN(F, S)                                                                              \
	F(S, FILES, audio, .aka = "file recording", .max = 1, .doc = "the file; in JSON base64 or a data URL")      \
	F(S, STR, inline_audio, .aka = "audio", .ascii = true, .max = BODY_MAX)                    \
	F(S, STR, mimeType, .max = 100, .doc = "of base64 in JSON")                                \
	F(S, STR, language, .max = 40, .doc = "by code or name, or auto")                          \
	F(S, STR, task, .one_of = "transcribe translate", .dflt = "transcribe", .doc = "translate: into English") \
	F(S, STR, initialPrompt, .max = 1000, .lines = true)
SHAPE(leveltest_hear_in, HEAR_IN)
#define HEAR_OUT(F, S)                                                                             \
	F(S, ID, userId)                                                                           \
	F(S, STR, mimeType)                                                                        \
	F(S, STR, transcription, .aka = "transcript text", .doc = "\"\" for silence")              \
	F(S, INT, wordCount)                                                                       \
	F(S, LIST(ai_word), words)                                                                 \
	F(S, INT, chunks)
SHAPE(leveltest_hear_out, HEAR_OUT)

#define SOUND_IN(F, S)                                                                             \
	ID_IN(F, S)                                                                                \
	F(S, INT, questionId, .from = FROM_PATH)
SHAPE(leveltest_sound_in, SOUND_IN)
#define SOUND_OF_IN(F, S)                                                                          \
	F(S, ID, userId, .from = FROM_PATH)                                                        \
	F(S, INT, questionId, .from = FROM_PATH)
SHAPE(leveltest_sound_of_in, SOUND_OF_IN)

/* ---- speech ------------------------------------------------------------------------------- */

static enum status sound_of(struct ctx *c, const struct leveltest_hear_in *in, struct store_file **out)
{
	enum status st = OK;

	if (in->audio.n)
		*out = in->audio.v[0];
	else if (in->inline_audio)
		st = store_inline(c, in->inline_audio, in->mimeType ? in->mimeType : "audio/webm", out);
	else
		return E_LT_NO_AUDIO;
	if (st != OK)
		return st == E_FILE_TYPE ? E_LT_NO_AUDIO : st;
	return !(*out)->size ? E_LT_NO_AUDIO : (*out)->size > STORE_MIB(SOUND_MIB) ? E_FILE_TOO_LARGE : OK;
}

HANDLER(leveltest_hear_post, struct leveltest_hear_in, struct leveltest_hear_out)
{
	struct ctx *c = &r->ctx;
	struct ai_heard heard = {0};
	struct store_file *f = NULL;
	enum status st = sound_of(c, in, &f);

	if (st != OK)
		return st;
	const char *type = f->said_type ? f->said_type : "audio/webm";
	const struct ai_sound sound = {
		.feature = "leveltest.hear",
		.path = f->path,
		.filename = "recording.webm",
		.type = type,
		.language = in->language ? speech_language(in->language) : NULL,
		.prompt = in->initialPrompt,
		.to_english = !strcmp(in->task, "translate"),
	};

	st = ai_hear(c, &sound, &heard);
	*out = (struct leveltest_hear_out){
		.userId = c->me.user_id,
		.mimeType = type,
		.transcription = heard.text,
		.words = {heard.words.v, heard.words.n},
		.chunks = 1,
	};
	out->wordCount = st == OK ? speech_words(c->arena, heard.text) : 0;
	return st;
}

/* ---- the flow ----------------------------------------------------------------------------- */

HANDLER(leveltest_voice_start, struct leveltest_voice_start_in, struct leveltest_begun)
{
	const struct leveltest_begin b = {
		.language = leveltest_language(&r->ctx, in->languageCode),
		.type = "VOICE_SPEAKING_TEST",
		.mode = "voice",
		.aim = in->currentLevel,
		.questions = 1,
	};

	return b.language ? leveltest_start(&r->ctx, &b, out) : E_VALIDATION;
}

HANDLER(leveltest_upload_post, struct leveltest_upload_in, struct leveltest_answered)
{
	const struct leveltest_said s = {
		.id = in->testId,
		.question = in->questionId,
		.seconds = (int64_t)in->duration,
		.sound = in->audio.n && in->audio.v[0]->size ? in->audio.v[0] : NULL,
	};

	return s.sound ? leveltest_answer_one(&r->ctx, &s, out) : E_LT_NO_AUDIO;
}

HANDLER(leveltest_finish_post, struct leveltest_id_in, struct leveltest_result_out)
{
	return leveltest_finish(&r->ctx, in->testId, out);
}

HANDLER(leveltest_result_one, struct leveltest_id_in, struct leveltest_result_out)
{
	return leveltest_result(&r->ctx, in->testId, out);
}

HANDLER(leveltest_get_one, struct leveltest_id_in, struct leveltest_result_out)
{
	struct leveltest_begun *begun = arena_new_of(r->ctx.arena, struct leveltest_begun);
	bool done;
	enum status st = leveltest_look(&r->ctx, in->testId, &done, out, begun);

	if (st == OK && !done)
		r->other = begun;
	return st;
}

/* ---- recordings --------------------------------------------------------------------------- */

static enum status send_sound(struct req *r, uint64_t test, int64_t question)
{
	struct ctx *c = &r->ctx;
	struct file_sent f;
	struct list answers;
	enum status st = leveltest_sql_answers(c, test, &answers);
	const struct leveltest_answer *a = answers.v;

	for (size_t i = 0; st == OK && i < answers.n; i++)
		if (a[i].question == question && a[i].storage_key) {
			st = file_find(c, a[i].storage_key, &f);
			if (st == OK)
				file_send(r, &f, "inline");
			return st == E_NO_FILE ? E_LT_NO_SOUND : st;
		}
	return st == OK ? E_LT_NO_SOUND : st;
}

HANDLER(leveltest_sound, struct leveltest_sound_in, struct nothing)
{
	struct leveltest_row t;
	enum status st = leveltest_sql_one(&r->ctx, in->testId, &t);

	return st == OK ? send_sound(r, t.id, in->questionId) : st == E_NO_ROW ? E_LT_NONE : st;
}

HANDLER(leveltest_sound_of, struct leveltest_sound_of_in, struct nothing)
{
	struct leveltest_row t;
	enum status st = in->userId == r->ctx.me.user_id ? leveltest_sql_standard(&r->ctx, &t) : E_NO_ROW;

	return st == OK ? send_sound(r, t.id, in->questionId) : st == E_NO_ROW ? E_LT_NO_SOUND : st;
}

/* ---- routes ------------------------------------------------------------------------------- */

#define BOTH(method, path) method " /leveltest" path, method " /level-test" path
#define READS .auth = AUTH_USER, .rate = RATE_READ
#define UPLOADS                                                                                    \
	.auth = AUTH_USER, .rate = RATE_UPLOAD, .file_max = STORE_MIB(SOUND_MIB), .body_max = STORE_MIB(SOUND_MIB + 1)
static const struct route routes[] = {
	ROUTE(leveltest_hear_post, leveltest_hear_in, leveltest_hear_out, .on = {BOTH("POST", "/voice/transcribe")},
	      .auth = AUTH_USER, .rate = RATE_SUBTITLE, .file_max = STORE_MIB(SOUND_MIB),
	      .body_max = STORE_MIB(SOUND_MIB + 1), .statements = 1,
	      .doc = "What is said in a recording, by AI_SPEECH_MODEL.",
	      .fails = {E_LT_NO_AUDIO, E_AI_OFF, E_AI_FAILED, E_FILE_TOO_LARGE, E_BAD_FORM}),
	ROUTE(leveltest_voice_start, leveltest_voice_start_in, leveltest_begun, .on = {BOTH("POST", "/voice/start")},
	      .auth = AUTH_USER, .rate = RATE_WRITE, .once = true, .statements = 2,
	      .doc = "Begins a voice test: a text to be read aloud (English, Korean, Japanese), else a minute of free "
		     "speech. It lasts 14 days; of those under way the newest five stay."),
	ROUTE(leveltest_upload_post, leveltest_upload_in, leveltest_answered,
	      .on = {BOTH("POST", "/voice/{testId}/upload"), BOTH("POST", "/{testId}/audio-answer")},
	      UPLOADS, .statements = 8,
	      .doc = "The recording of an answer; again replaces it. Transcribed where AI_SPEECH_MODEL is set.",
	      .fails = {E_LT_NONE, E_LT_OVER, E_LT_QUESTION, E_LT_NO_AUDIO, E_FILE_TYPE, E_FILE_TOO_LARGE, E_FILE_QUOTA,
			E_BAD_FORM}),
	ROUTE(leveltest_finish_post, leveltest_id_in, leveltest_result_out,
	      .on = {BOTH("POST", "/voice/{testId}/analyze"), BOTH("POST", "/{testId}/complete")},
	      .auth = AUTH_USER, .rate = RATE_WRITE, .statements = 13,
	      .doc = "Judges what was said, at once; again gives the same result. By whom: see evaluate.",
	      .fails = {E_LT_NONE, E_LT_OVER, E_LT_EMPTY}),
	ROUTE(leveltest_result_one, leveltest_id_in, leveltest_result_out,
	      .on = {BOTH("GET", "/voice/{testId}/result")}, READS, .statements = 2,
	      .doc = "The result of a test of mine.", .fails = {E_LT_NONE, E_LT_NOT_READY}),
	ROUTE(leveltest_get_one, leveltest_id_in, leveltest_result_out, .on = {BOTH("GET", "/{testId}")}, READS,
	      .other = &leveltest_begun_shape, .statements = 2,
	      .doc = "A test of mine: its result, or what it asks while it is under way (or cancelled).",
	      .fails = {E_LT_NONE}),
	ROUTE(leveltest_sound, leveltest_sound_in, nothing, .on = {BOTH("GET", "/{testId}/audio/{questionId}")}, READS,
	      .raw = true, .media = "audio/webm", .statements = 3,
	      .doc = "The recording of an answer of mine; Range is served.", .fails = {E_LT_NONE, E_LT_NO_SOUND}),
	ROUTE(leveltest_sound_of, leveltest_sound_of_in, nothing, .on = {BOTH("GET", "/audio/{userId}/{questionId}")},
	      READS, .raw = true, .media = "audio/webm", .statements = 3,
	      .doc = "The same of my newest standard test, by my id; there is none of others.",
	      .fails = {E_LT_NO_SOUND}),
};

const struct domain leveltest_voice_domain = {
	.name = "level tests",
	.doc = "How well somebody speaks a language",
	.routes = routes,
	.n_routes = COUNT(routes),
};
