/* Privacy, languages, and a few of all settings as the profile page has them. */
#include "base/buf.h"
#include "base/clock.h"
#include "domain/matching/matching.h"
#include "domain/registry.h"
#include "domain/settings/settings.h"
#include "domain/settings/settings_sql.h"

SHAPE_TABLE(data_sharing_out, DATA_SHARING_OUT)
SHAPE_TABLE(privacy_out, PRIVACY_OUT)
SHAPE_TABLE(data_sharing_in, DATA_SHARING_IN)
SHAPE_TABLE(privacy_in, PRIVACY_IN)
SHAPE_TABLE(language_in, LANGUAGE_IN)
SHAPE_TABLE(brief_notifications, BRIEF_NOTIFICATIONS)
SHAPE_TABLE(brief_privacy, BRIEF_PRIVACY)
SHAPE_TABLE(brief_preferences, BRIEF_PREFERENCES)
SHAPE_TABLE(user_settings_out, USER_SETTINGS_OUT)
SHAPE_TABLE(brief_notifications_in, BRIEF_NOTIFICATIONS_IN)
SHAPE_TABLE(brief_privacy_in, BRIEF_PRIVACY_IN)
SHAPE_TABLE(brief_preferences_in, BRIEF_PREFERENCES_IN)
SHAPE_TABLE(user_settings_in, USER_SETTINGS_IN)

static const struct field language_out_fields[] = {
	LANGUAGE_OUT(SHAPE_ROW, language_out)
	{FIELD_NAME("speechSpeed"),
	 .offset = offsetof(struct language_out, speed_word),
	 .has = offsetof(struct language_out, has.speed_word),
	 SHAPE_K_STR,
	 .place = AT_TOP,
	 .doc = "slow, normal or fast"},
};
const struct shape language_out_shape = {"language_out", language_out_fields, COUNT(language_out_fields),
					 sizeof(struct language_out)};

#define SPEED_MIN 0.25
#define SPEED_MAX 4.0

static enum status refuse(struct ctx *c, const char *field, const char *rule, const char *ko, const char *en)
{
	fail_field(c, field, rule, say(c, ko, en));
	return E_VALIDATION;
}

static struct list words_of(struct ctx *c, const char *words)
{
	const char **all = arena_array(c->arena, const char *, words ? strlen(words) / 2 + 1 : 0), *w;
	size_t n = 0, len;

	while (words && (w = next_word(&words, &len)))
		all[n++] = arena_strndup(c->arena, w, len);
	return (struct list){all, n};
}

static enum status known(enum status st)
{
	return st == E_NO_ROW ? E_USER_NOT_FOUND : st;
}

/* ---- privacy ------------------------------------------------------------------------------ */

enum status settings_privacy(struct ctx *c, struct privacy_out *out)
{
	struct data_sharing_out *d = arena_new_of(c->arena, struct data_sharing_out);
	struct privacy_row row;
	enum status st = settings_sql_privacy(c, &row);

	if (st != OK)
		return known(st);
	static_assert(offsetof(struct privacy_out, allowGroupInvites) ==
			      offsetof(struct privacy_row, allowThirdPartySharing) + 1,
		      "the row is the answer but for the guide's own names");
	memcpy(out, &row, offsetof(struct privacy_out, allowGroupInvites));
	out->allowGroupInvites = strcmp(row.allowGroupInvite, "none") != 0;
	*AS_LIST(&out->blockList) = words_of(c, row.blocked);
	d->analytics = row.allowAnalytics;
	d->thirdParty = row.allowThirdPartySharing;
	out->dataSharing = d;
	return OK;
}

HANDLER(settings_privacy_get, struct nothing, struct privacy_out)
{
	return settings_privacy(&r->ctx, out);
}

/* Matching keeps copies, and shows nobody who hides. */
static enum status save_privacy(struct ctx *c, void *arg)
{
	const struct privacy_in *in = arg;
	enum status st = settings_sql_privacy_save(c, in);

	return st == OK ? matching_refresh(c, c->me.user_id) : st;
}

HANDLER(settings_privacy_patch, struct privacy_in, struct privacy_out)
{
	struct privacy_in copy = *in;
	enum status st = db_tx(&r->ctx, save_privacy, &copy);

	if (st == OK)
		st = settings_privacy_get(r, NULL, out);
	out->updatedAt = r->ctx.now;
	return st;
}

/* ---- languages ---------------------------------------------------------------------------- */

static const struct {
	const char *language, *voice;
} voices[] = {
	{"ko", "ko-KR-Wavenet-A"}, {"en", "en-US-Wavenet-D"}, {"ja", "ja-JP-Wavenet-A"},
	{"zh", "cmn-CN-Wavenet-A"}, {"es", "es-ES-Wavenet-B"}, {"fr", "fr-FR-Wavenet-A"},
};

static const struct {
	const char *word;
	double speed, below; /* what it is shown for */
} speeds[] = {{"slow", 0.75, 0.9}, {"normal", 1.0, 1.1}, {"fast", 1.25, SPEED_MAX + 1}};

static const char *word_of(double speed)
{
	size_t i = 0;

	while (speed >= speeds[i].below)
		i++;
	return speeds[i].word;
}

static void fill_language(struct ctx *c, const struct language_row *row, struct language_out *out)
{
	static_assert(offsetof(struct language_out, targetLanguages) == offsetof(struct language_row, learning),
		      "the row begins as the answer does");
	memcpy(out, row, offsetof(struct language_row, learning));
	*AS_LIST(&out->targetLanguages) = words_of(c, row->learning);
	*AS_LIST(&out->learningLanguages) = *AS_LIST(&out->targetLanguages);
	out->interfaceLanguage = row->appLanguage;
	out->translationEnabled = row->autoTranslate;
	out->autoDetectLanguage = row->autoDetectLanguage;
	out->speechSpeed = row->speed;
	out->speed_word = word_of(row->speed);
	out->preferredVoice = row->voice;
	for (size_t i = 0; !out->preferredVoice && i < COUNT(voices); i++)
		if (!strcmp(voices[i].language, row->appLanguage))
			out->preferredVoice = voices[i].voice;
}

enum status settings_language(struct ctx *c, struct language_out *out)
{
	struct language_row row;
	enum status st = settings_sql_language(c, &row);

	if (st != OK)
		return known(st);
	fill_language(c, &row, out);
	return OK;
}

HANDLER(settings_language_get, struct nothing, struct language_out)
{
	return settings_language(&r->ctx, out);
}

/* A word that is shown for the speed there is leaves it: the client sends back what it was shown. */
static enum status read_speed(struct ctx *c, const char *s, double now, struct db_val *out)
{
	char *end;
	double v = s ? strtod(s, &end) : now;

	if (!s)
		return OK;
	for (size_t i = 0; i < COUNT(speeds); i++)
		if (!strcasecmp(s, speeds[i].word)) {
			*out = db_num(strcmp(word_of(now), speeds[i].word) ? speeds[i].speed : now);
			return OK;
		}
	if (*end || !(v >= SPEED_MIN && v <= SPEED_MAX))
		return refuse(c, "speechSpeed", "range", "slow, normal, fast 또는 0.25~4의 숫자여야 합니다",
			      "must be slow, normal, fast, or a number from 0.25 to 4");
	*out = db_num(v);
	return OK;
}

static uint64_t id_of(const struct list *codes, const char *code)
{
	const struct code_id_row *l = codes->v;

	for (size_t i = 0; i < codes->n; i++)
		if (!strcmp(l[i].code, code))
			return (uint64_t)l[i].id;
	return 0;
}

struct language_change {
	const struct language_in *in;
	struct db_val speed;
	uint64_t native;
	const char *learning; /* JSON, or NULL */
};

static enum status read_languages(struct ctx *c, const struct language_in *in, struct language_change *ch)
{
	struct buf ids = buf_new(c->arena, 64, 400);
	struct list codes;
	enum status st = in->nativeLanguage || in->targetLanguages.n ? settings_sql_codes(c, &codes) : OK;

	if (st != OK)
		return st;
	if (in->nativeLanguage && !(ch->native = id_of(&codes, in->nativeLanguage)))
		return refuse(c, "nativeLanguage", "unknown", "지원하지 않는 언어입니다",
			      "is no language we know");
	for (size_t i = 0; i < in->targetLanguages.n; i++) {
		uint64_t id = id_of(&codes, in->targetLanguages.v[i]);

		if (!id)
			return refuse(c, arena_printf(c->arena, "targetLanguages[%zu]", i), "unknown",
				      "지원하지 않는 언어입니다", "is no language we know");
		buf_printf(&ids, "%s%llu", i ? "," : "[", (unsigned long long)id);
	}
	buf_char(&ids, ']');
	ch->learning = in->targetLanguages.n ? ids.data : NULL;
	return OK;
}

static enum status save_language(struct ctx *c, void *arg)
{
	const struct language_change *ch = arg;
	enum status st = settings_sql_language_save(c, ch->in, &ch->speed, ch->native, ch->learning);

	return st == OK && (ch->native || ch->learning) ? matching_refresh(c, c->me.user_id) : st;
}

HANDLER(settings_language_patch, struct language_in, struct language_out)
{
	struct ctx *c = &r->ctx;
	struct language_change ch = {.in = in};
	struct language_row row;
	enum status st = settings_sql_language(c, &row);

	if (st == OK)
		st = read_speed(c, in->speechSpeed, row.speed, &ch.speed);
	if (st == OK)
		st = read_languages(c, in, &ch);
	if (st == OK)
		st = db_tx(c, save_language, &ch);
	if (st == OK)
		st = settings_language_get(r, NULL, out);
	out->updatedAt = c->now;
	return known(st);
}

/* ---- a few of all ------------------------------------------------------------------------- */

HANDLER(user_settings_get, struct nothing, struct user_settings_out)
{
	struct arena *a = r->ctx.arena;
	struct brief_notifications *n = arena_new_of(a, struct brief_notifications);
	struct brief_privacy *p = arena_new_of(a, struct brief_privacy);
	struct brief_preferences *f = arena_new_of(a, struct brief_preferences);
	struct user_settings_row row;
	enum status st = settings_sql_user(&r->ctx, &row);

	if (st != OK)
		return known(st);
	*n = (struct brief_notifications){.email = row.email, .push = row.push, .sms = row.sms};
	*p = (struct brief_privacy){
		.profilePublic = !strcmp(row.visibility, "public"),
		.showOnlineStatus = row.shows,
		.allowMessages = strcmp(row.messages, "none") != 0,
	};
	*f = (struct brief_preferences){.language = row.language, .timezone = row.zone, .theme = row.theme};
	out->notifications = n;
	out->privacy = p;
	out->preferences = f;
	return OK;
}

static enum status save_user(struct ctx *c, void *arg)
{
	enum status st = settings_sql_user_save(c, arg);

	return st == OK ? matching_refresh(c, c->me.user_id) : st;
}

#define FLAG(o, name) ((o) && (o)->has.name == GIVEN ? db_int((o)->name) : (struct db_val){0})

HANDLER(user_settings_put, struct user_settings_in, struct user_settings_out)
{
	const struct brief_preferences_in *f = in->preferences;
	struct user_settings_patch p = {
		.email = FLAG(in->notifications, email),
		.push = FLAG(in->notifications, push),
		.sms = FLAG(in->notifications, sms),
		.shows = FLAG(in->privacy, showOnlineStatus),
		.profile_public = FLAG(in->privacy, profilePublic),
		.messages = FLAG(in->privacy, allowMessages),
		.language = f && f->language ? f->language : in->language,
		.zone = f && f->timezone ? f->timezone : in->timezone,
		.theme = f ? f->theme : NULL,
	};
	enum status st;

	if (p.zone && !clock_is_zone(p.zone))
		return refuse(&r->ctx, f && f->timezone ? "preferences.timezone" : "timezone", "format",
			      "형식이 올바르지 않습니다", "is no IANA time zone");
	st = db_tx(&r->ctx, save_user, &p);
	return st == OK ? user_settings_get(r, NULL, out) : st;
}

#define USER_PATHS(m) {m " /user/settings", m " /users/settings", m " /users/me/settings"}

static const struct route routes[] = {
	ROUTE(settings_privacy_get, nothing, privacy_out, .on = {"GET /settings/privacy"}, .auth = AUTH_USER,
	      .rate = RATE_READ, .envelope = FLAT, .statements = 1, .doc = "What I show of myself, and to whom.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(settings_privacy_patch, privacy_in, privacy_out, .on = {"PATCH,PUT /settings/privacy"}, .auth = AUTH_USER,
	      .rate = RATE_WRITE, .envelope = FLAT, .statements = 6,
	      .doc = "Change what is given; the answer is all of it.", .fails = {E_USER_NOT_FOUND}),
	ROUTE(settings_language_get, nothing, language_out, .on = {"GET /settings/language"}, .auth = AUTH_USER,
	      .rate = RATE_READ, .envelope = FLAT, .statements = 1, .doc = "My languages, and those of the app.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(settings_language_patch, language_in, language_out, .on = {"PATCH,PUT /settings/language"},
	      .auth = AUTH_USER, .rate = RATE_WRITE, .envelope = FLAT, .statements = 8,
	      .doc = "Change what is given; the answer is all of it. With another language of the app come another "
		     "voice, if none is given, and another language of notifications.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(user_settings_get, nothing, user_settings_out, .on = USER_PATHS("GET"), .auth = AUTH_USER,
	      .rate = RATE_READ, .statements = 1, .doc = "The settings the profile page has: a few of all.",
	      .fails = {E_USER_NOT_FOUND}),
	ROUTE(user_settings_put, user_settings_in, user_settings_out, .on = USER_PATHS("PUT,PATCH"), .auth = AUTH_USER,
	      .rate = RATE_WRITE, .statements = 6, .doc = "Change what is given; the answer is all of it.",
	      .fails = {E_USER_NOT_FOUND}),
};

extern const struct stmt *const settings_stmts[];
const struct domain settings_domain = {
	.name = "settings",
	.doc = "What people set for themselves",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = settings_stmts,
};
