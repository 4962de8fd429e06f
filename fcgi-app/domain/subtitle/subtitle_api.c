/* Subtitles of calls: what is said, as a text, and its translation. The shipped pages send no token (AI_GUESTS). */
#include "base/buf.h"
#include "domain/ai/ai.h"
#include "domain/registry.h"
#include "http/validate.h"
#include "json/cut.h"
#include "store/store.h"

#include <strings.h>

enum { SOUND_MIB = 25, TEXT_MAX = 5000, LINE_MAX = 2000, CAPTION_MAX = 32 * 1024 };
enum { BATCH_MAX = 100, BATCH_USED = 10, CONTEXT_USED = 3 };

/* ---- languages ---------------------------------------------------------------------------- */

#define LANGUAGE_OUT(F, S) F(S, STR, code) F(S, STR, name) F(S, STR, nativeName)
SHAPE(subtitle_language_out, LANGUAGE_OUT)
#define LANGUAGES_OUT(F, S) F(S, LIST(subtitle_language_out), languages) F(S, INT, total)
SHAPE(subtitle_languages_out, LANGUAGES_OUT)

static const struct subtitle_language_out languages[] = {
	{.code = "ko", .name = "Korean", .nativeName = "한국어"},
	{.code = "en", .name = "English", .nativeName = "English"},
	{.code = "ja", .name = "Japanese", .nativeName = "日本語"},
	{.code = "zh", .name = "Chinese", .nativeName = "中文"},
	{.code = "es", .name = "Spanish", .nativeName = "Español"},
	{.code = "fr", .name = "French", .nativeName = "Français"},
	{.code = "de", .name = "German", .nativeName = "Deutsch"},
	{.code = "ru", .name = "Russian", .nativeName = "Русский"},
	{.code = "ar", .name = "Arabic", .nativeName = "العربية"},
	{.code = "hi", .name = "Hindi", .nativeName = "हिन्दी"},
	{.code = "pt", .name = "Portuguese", .nativeName = "Português"},
	{.code = "it", .name = "Italian", .nativeName = "Italiano"},
	{.code = "nl", .name = "Dutch", .nativeName = "Nederlands"},
	{.code = "sv", .name = "Swedish", .nativeName = "Svenska"},
	{.code = "pl", .name = "Polish", .nativeName = "Polski"},
	{.code = "tr", .name = "Turkish", .nativeName = "Türkçe"},
	{.code = "vi", .name = "Vietnamese", .nativeName = "Tiếng Việt"},
	{.code = "th", .name = "Thai", .nativeName = "ไทย"},
	{.code = "id", .name = "Indonesian", .nativeName = "Bahasa Indonesia"},
	{.code = "ms", .name = "Malay", .nativeName = "Bahasa Melayu"},
};
#define CODES "ko en ja zh es fr de ru ar hi pt it nl sv pl tr vi th id ms"

/* The code of a language that a model names, by code or in English; any other is English, as the pages expect. */
static const char *code_of(const char *language)
{
	for (size_t i = 0; language && i < COUNT(languages); i++)
		if (!strcasecmp(language, languages[i].code) || !strcasecmp(language, languages[i].name))
			return languages[i].code;
	return "en";
}

HANDLER(subtitle_languages, struct nothing, struct subtitle_languages_out)
{
	out->languages.v = languages;
	out->total = (int64_t)(out->languages.n = COUNT(languages));
	return OK;
}

/* ---- speech ------------------------------------------------------------------------------- */

#define HEAR_IN(F, S)                                                                              \
	F(S, FILES, audio, .max = 1, .doc = "the file; in JSON base64 or a data URL")     \
	F(S, STR, inline_audio, .aka = "audio", .ascii = true, .max = BODY_MAX)                    \
	F(S, STR, language, .max = 40, .doc = "two letters, or auto")                              \
	F(S, STR, task, .one_of = "transcribe translate", .dflt = "transcribe", .doc = "translate: into English") \
	F(S, STR, initial_prompt, .max = 1000, .lines = true)
SHAPE(subtitle_hear_in, HEAR_IN)
#define HEAR_OPTIONS(F, S)                                                                         \
	F(S, STR, language, .max = 40)                                                             \
	F(S, STR, task, .one_of = "transcribe translate")                                          \
	F(S, STR, initial_prompt, .max = 1000, .lines = true)
SHAPE(subtitle_hear_options, HEAR_OPTIONS)
#define HEAR_JSON_IN(F, S) HEAR_IN(F, S) F(S, OBJ(subtitle_hear_options), options)
SHAPE(subtitle_hear_json_in, HEAR_JSON_IN)
#define HEAR_OUT(F, S)                                                                             \
	F(S, BOOL, success)                                                                        \
	F(S, STR, transcription, .aka = "text transcript", .doc = "\"\" for silence")              \
	F(S, INT, word_count)                                                                      \
	F(S, LIST(ai_word), words)                                                                 \
	F(S, INT, chunks_processed)                                                                \
	F(S, STR, language, .doc = "what was heard, two letters")                                  \
	F(S, STR, task)                                                                            \
	F(S, NUM, confidence, .doc = "null: the service does not tell")                            \
	F(S, NUM, duration, .doc = "s")
SHAPE(subtitle_hear_out, HEAR_OUT)

static int64_t words_in(const char *s)
{
	int64_t n = 0;

	for (; *s; s += strcspn(s, " \t\r\n"), s += strspn(s, " \t\r\n"))
		n++;
	return n;
}

static enum status sound_of(struct ctx *c, const struct subtitle_hear_json_in *in, struct store_file **out)
{
	enum status st = OK;

	if (in->audio.n)
		*out = in->audio.v[0];
	else if (in->inline_audio)
		st = store_inline(c, in->inline_audio, "audio/webm", out);
	else
		st = E_VALIDATION;
	if (st != OK || !(*out)->size) {
		fail_field(c, "audio", st == E_FILE_TYPE ? "format" : "required",
			   say(c, "녹음을 보내 주세요", "send a recording"));
		return E_VALIDATION;
	}
	return (*out)->size > STORE_MIB(SOUND_MIB) ? E_FILE_TOO_LARGE : OK;
}

HANDLER(subtitle_hear, struct subtitle_hear_json_in, struct subtitle_hear_out)
{
	struct ctx *c = &r->ctx;
	const struct subtitle_hear_options *o = in->options ? in->options : &(struct subtitle_hear_options){0};
	const char *language = o->language ? o->language : in->language, *task = o->task ? o->task : in->task;
	struct ai_heard heard = {0};
	struct store_file *f = NULL;
	enum status st = sound_of(c, in, &f);

	if (st != OK)
		return st;
	st = ai_hear(c,
		     &(struct ai_sound){
			     .feature = "subtitle.hear",
			     .path = f->path,
			     .filename = "audio.webm",
			     .type = f->said_type ? f->said_type : "audio/webm",
			     .language = language && strcmp(language, "auto") != 0 ? code_of(language) : NULL,
			     .prompt = o->initial_prompt ? o->initial_prompt : in->initial_prompt,
			     .to_english = !strcmp(task, "translate"),
		     },
		     &heard);
	*out = (struct subtitle_hear_out){
		.success = true,
		.transcription = heard.text,
		.word_count = heard.text ? words_in(heard.text) : 0,
		.words = {heard.words.v, heard.words.n},
		.chunks_processed = 1,
		.language = code_of(heard.language ? heard.language : language),
		.task = task,
		.confidence = __builtin_nan(""),
		.duration = heard.duration,
	};
	return st;
}

#define HEARD_LANGUAGES_OUT(F, S) F(S, LIST(subtitle_language_out), supported_languages)
SHAPE(subtitle_heard_languages_out, HEARD_LANGUAGES_OUT)
HANDLER(subtitle_heard_languages, struct nothing, struct subtitle_heard_languages_out)
{
	out->supported_languages.v = languages;
	out->supported_languages.n = COUNT(languages);
	return OK;
}

#define MODELS_OUT(F, S) F(S, STRS, available_models)
SHAPE(subtitle_models_out, MODELS_OUT)
HANDLER(subtitle_models, struct nothing, struct subtitle_models_out)
{
	out->available_models.v = &r->ctx.conf->ai_speech_model;
	out->available_models.n = *r->ctx.conf->ai_speech_model != '\0';
	return OK;
}

/* ---- translation -------------------------------------------------------------------------- */

#define TRANSLATE_IN(F, S)                                                                         \
	F(S, STR, text, .required = true, .max = TEXT_MAX, .lines = true)                          \
	F(S, STR, target, .aka = "targetLanguage", .required = true, .one_of = CODES, .lower = true) \
	F(S, STR, source, .aka = "sourceLanguage", .max = 10, .doc = "auto or nothing: found out") \
	F(S, BOOL, preserveFormatting, .lax = true, .doc = "not looked at: it is")
SHAPE(subtitle_translate_in, TRANSLATE_IN)
#define TRANSLATE_OUT(F, S)                                                                        \
	F(S, BOOL, success)                                                                        \
	F(S, STR, originalText)                                                                    \
	F(S, STR, translatedText)                                                                  \
	F(S, STR, sourceLanguage)                                                                  \
	F(S, STR, targetLanguage)                                                                  \
	F(S, BOOL, isIdentical)                                                                    \
	F(S, STR, model, .skip_null = true)
SHAPE(subtitle_translate_out, TRANSLATE_OUT)

/* What the model is to answer with. */
#define SAID(F, S)                                                                                 \
	F(S, STRS, translations, .required = true, .max = BATCH_USED, .lines = true)                \
	F(S, STR, sourceLanguage, .max = 40)
SHAPE(subtitle_said, SAID)

struct work {
	const char *const *lines;
	size_t n;
	const char *source, *target; /* source: NULL: to be found out */
	const char *const *before;   /* what was said before: n_before */
	size_t n_before;
	struct subtitle_translate_out *out; /* n */
};

static void add_texts(struct buf *b, const char *name, const char *const *v, size_t n)
{
	buf_printf(b, "\"%s\":", name);
	for (size_t i = 0; i < n; i++) {
		buf_char(b, i ? ',' : '[');
		buf_json(b, v[i], strlen(v[i]));
	}
	buf_str(b, n ? "]" : "[]");
}

static const char *material(struct ctx *c, const struct work *w)
{
	struct buf b = buf_new(c->arena, 1024, (size_t)1 << 20);

	buf_char(&b, '{');
	add_texts(&b, "texts", w->lines, w->n);
	buf_char(&b, ',');
	add_texts(&b, "before", w->before, w->n_before);
	buf_char(&b, '}');
	return b.data;
}

/* Where nothing is to be done nobody is asked. */
static enum status translate(struct ctx *c, const struct work *w)
{
	struct subtitle_said said = {0};
	const bool same = w->source && !strcmp(w->source, w->target);
	const struct ai_ask ask = {
		.feature = "subtitle.translate",
		.translation = true,
		.task = arena_printf(c->arena,
				     "Translate each of the texts in the message%s%s into the language \"%s\"; keep "
				     "line breaks and marks. What was said before them helps to understand. Members: "
				     "translations (as many texts, in the same order), sourceLanguage (two letters).",
				     w->source ? " from the language " : "", w->source ? w->source : "", w->target),
		.text = material(c, w),
		.temperature = 0.3,
		.tokens = 1200,
	};
	enum status st = same ? OK : ai_answer(c, &ask, &subtitle_said_shape, &said);

	if (st == OK && !same && said.translations.n != w->n)
		st = fail(c, E_AI_FAILED, "%zu translations of %zu", said.translations.n, w->n);
	for (size_t i = 0; i < w->n && st == OK; i++) {
		const char *source = w->source ? w->source : code_of(said.sourceLanguage);

		w->out[i] = (struct subtitle_translate_out){
			.success = true,
			.originalText = w->lines[i],
			.translatedText = same ? w->lines[i] : said.translations.v[i],
			.sourceLanguage = source,
			.targetLanguage = w->target,
			.isIdentical = !strcmp(source, w->target),
			.model = same ? NULL : c->conf->ai_model,
		};
	}
	return st;
}

static const char *source_of(const char *source)
{
	return source && strcasecmp(source, "auto") != 0 ? code_of(source) : NULL;
}

HANDLER(subtitle_translate, struct subtitle_translate_in, struct subtitle_translate_out)
{
	return translate(&r->ctx, &(struct work){&in->text, 1, source_of(in->source), in->target, .out = out});
}

#define BATCH_IN(F, S)                                                                             \
	F(S, STRS, texts, .required = true, .min = 1, .max = BATCH_MAX, .lines = true,             \
	  .doc = "the first ten are translated")                                                   \
	F(S, STR, target, .aka = "targetLanguage", .required = true, .one_of = CODES, .lower = true) \
	F(S, STR, source, .aka = "sourceLanguage", .max = 10)
SHAPE(subtitle_batch_in, BATCH_IN)
#define BATCH_OUT(F, S)                                                                            \
	F(S, BOOL, success)                                                                        \
	F(S, LIST(subtitle_translate_out), translations)                                           \
	F(S, INT, total)
SHAPE(subtitle_batch_out, BATCH_OUT)
HANDLER(subtitle_batch, struct subtitle_batch_in, struct subtitle_batch_out)
{
	const size_t n = MIN(in->texts.n, (size_t)BATCH_USED);
	struct subtitle_translate_out *v = arena_array(r->ctx.arena, struct subtitle_translate_out, n);

	out->success = true;
	out->translations.v = v;
	out->total = (int64_t)(out->translations.n = n);
	return translate(&r->ctx, &(struct work){in->texts.v, n, source_of(in->source), in->target, .out = v});
}

#define LINE_IN(F, S)                                                                              \
	F(S, STR, text, .required = true, .max = LINE_MAX, .lines = true)                          \
	F(S, STR, language, .max = 10)
SHAPE(subtitle_line_in, LINE_IN)
#define CAPTION_IN(F, S)                                                                           \
	F(S, OBJ(subtitle_line_in), subtitle, .required = true)                                    \
	F(S, RAW, whole, .aka = "subtitle", .max = CAPTION_MAX, .doc = "all of it: the answer has it again") \
	F(S, STR, targetLanguage, .aka = "target", .required = true, .one_of = CODES, .lower = true) \
	F(S, STRS, context, .lax = true, .max = 50, .lines = true, .doc = "texts before it; the last three help")
SHAPE(subtitle_caption_in, CAPTION_IN)
#define CAPTION_OUT(F, S)                                                                          \
	F(S, BOOL, success)                                                                        \
	F(S, RAW, originalSubtitle, .doc = "as it was sent")                                       \
	F(S, RAW, translatedSubtitle, .doc = "the same and translatedText, targetLanguage, sourceLanguage")
SHAPE(subtitle_caption_out, CAPTION_OUT)

/* The object with that member, in the place of one it has. */
static const char *with_member(struct ctx *c, const char *object, const char *key, const char *text)
{
	const size_t n = strlen(object);
	const struct cut old = cut_member((struct cut){object, n}, key);
	struct buf b = buf_new(c->arena, n + 64, (size_t)1 << 20);

	if (old.s) {
		buf_add(&b, object, (size_t)(old.s - object));
		buf_json(&b, text, strlen(text));
		buf_str(&b, old.s + old.n);
		return b.data;
	}
	buf_add(&b, object, n - 1);
	buf_member(&b, key, text);
	buf_char(&b, '}');
	return b.data;
}
HANDLER(subtitle_caption, struct subtitle_caption_in, struct subtitle_caption_out)
{
	struct ctx *c = &r->ctx;
	const struct subtitle_line_in *line = in->subtitle;
	const size_t n = in->context.n, used = MIN(n, (size_t)CONTEXT_USED);
	struct subtitle_translate_out t = {0};
	const struct work w = {
		.lines = &line->text,
		.n = 1,
		.source = source_of(line->language),
		.target = in->targetLanguage,
		.before = used ? in->context.v + n - used : NULL,
		.n_before = used,
		.out = &t,
	};
	enum status st = translate(c, &w);

	if (st != OK)
		return st;
	out->success = true;
	out->originalSubtitle = out->translatedSubtitle = in->whole;
	out->translatedSubtitle = with_member(c, out->translatedSubtitle, "translatedText", t.translatedText);
	out->translatedSubtitle = with_member(c, out->translatedSubtitle, "targetLanguage", t.targetLanguage);
	out->translatedSubtitle = with_member(c, out->translatedSubtitle, "sourceLanguage", t.sourceLanguage);
	return OK;
}

#define OPEN .auth = AUTH_OPTIONAL, .rate = RATE_SUBTITLE, .envelope = BARE
#define LIST_OF                                                                                    \
	.unlimited = "the same for everybody, short, and kept by caches", .envelope = BARE, .cache = CACHE_PUBLIC
#define ASKS .statements = 1, .fails = {E_AI_OFF, E_AI_FAILED, E_NO_TOKEN}
static const struct route routes[] = {
	ROUTE(subtitle_hear, subtitle_hear_json_in, subtitle_hear_out, .on = {"POST /whisper/transcribe"}, OPEN,
	      .file_max = STORE_MIB(SOUND_MIB), .body_max = STORE_MIB(SOUND_MIB + 1), .file_raw = "audio/",
	      .statements = 1, .doc = "What is said in a recording. Guests only where AI_GUESTS lets them.",
	      .fails = {E_AI_OFF, E_AI_FAILED, E_NO_TOKEN, E_FILE_TOO_LARGE, E_BAD_FORM}),
	ROUTE(subtitle_heard_languages, nothing, subtitle_heard_languages_out, .on = {"GET /whisper/languages"},
	      LIST_OF, .doc = "Languages that are understood."),
	ROUTE(subtitle_models, nothing, subtitle_models_out, .on = {"GET /whisper/models"}, LIST_OF,
	      .doc = "The model that listens; none: there is none."),
	ROUTE(subtitle_translate, subtitle_translate_in, subtitle_translate_out,
	      .on = {"POST /translate/translate", "POST /translate"}, OPEN, ASKS, .doc = "Translate a text."),
	ROUTE(subtitle_batch, subtitle_batch_in, subtitle_batch_out,
	      .on = {"POST /translate/translate/batch", "POST /translate/batch"}, OPEN, ASKS,
	      .doc = "Translate the first ten of some texts of one language."),
	ROUTE(subtitle_caption, subtitle_caption_in, subtitle_caption_out,
	      .on = {"POST /translate/translate/subtitle", "POST /translate/subtitle"}, OPEN, ASKS,
	      .doc = "Translate a line of a call, knowing those before it."),
	ROUTE(subtitle_languages, nothing, subtitle_languages_out, .on = {"GET /translate/languages"}, LIST_OF,
	      .doc = "Languages to translate from and into."),
};

const struct domain subtitle_domain = {
	.name = "subtitles",
	.doc = "Speech as text, and its translation, for calls",
	.routes = routes,
	.n_routes = COUNT(routes),
};
