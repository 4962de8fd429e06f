#include "http/postman.h"
#include "http/openapi.h"

/* Of the stack that `make up` starts. */
#define BASE_URL "https://localhost:8443/api/v1"

/* Variables that stand in quotes, as all of Postman's do. */
#define TOMORROW "{{tomorrow}}"
static const char set_tomorrow[] =
	"pm.collectionVariables.set('tomorrow', new Date(Date.now() + 86400000).toISOString());";
static const char keep_tokens[] =
	"const type = pm.response.headers.get('Content-Type') || '';\n"
	"const body = type.includes('json') ? pm.response.json() : null;\n"
	"for (const name of ['accessToken', 'refreshToken']) {\n"
	"  const token = body && ((body.data && body.data[name]) || body[name]);\n"
	"  if (typeof token === 'string') pm.collectionVariables.set(name, token);\n"
	"}";

/* ---- examples ----------------------------------------------------------------------------- */

static const char *word_of(struct arena *a, const struct field *f)
{
	static const char *const forms[FMT_MAX] = {
		[FMT_EMAIL] = "kim@example.com", [FMT_URL] = "https://example.com/picture.png",
		[FMT_DATE] = "2000-01-01", [FMT_MONTHDAY] = "01-01", [FMT_HALFHOUR] = "09:00", [FMT_MINUTE] = "09:00",
	};
	const char *words = f->one_of, *w;
	size_t n, most = f->max > 0 ? (size_t)f->max : SIZE_MAX, least = f->min > 0 ? (size_t)f->min : 1;
	struct buf b = buf_new(a, 64, 1 << 16);

	while (f->one_of && (w = next_word(&words, &n)))
		if (!memchr(w, '>', n))
			return arena_strndup(a, w, n);
	if (f->dflt)
		return f->dflt;
	if (!strcmp(f->name, "refreshToken"))
		return "{{refreshToken}}";
	if (f->secret)
		return "password123"; /* of the people that `make up` makes */
	if (!strcmp(f->name, "email")) /* where one logs in any text is asked for */
		return forms[FMT_EMAIL];
	if (forms[f->fmt])
		return forms[f->fmt];
	do
		buf_str(&b, f->fmt == FMT_HEX ? "0a1b2c3d" : f->name);
	while (b.len < least);
	return arena_strndup(a, b.data, MIN(b.len, most));
}

static void object(struct buf *b, const struct shape *s);

/* A value that is let through, of a kind with no more in it. */
static void example(struct buf *b, const struct field *f)
{
	const char *word;

	switch (f->kind) {
	case K_OBJ:
		object(b, f->of);
		return;
	case K_LIST:
		buf_char(b, '[');
		object(b, f->of);
		buf_char(b, ']');
		return;
	case K_RAW:
		buf_str(b, "{}");
		return;
	case K_BOOL:
		buf_str(b, f->dflt ? f->dflt : "true");
		return;
	case K_INT:
	case K_NUM:
		if (f->dflt)
			buf_str(b, f->dflt);
		else
			buf_printf(b, "%lld", (long long)MAX(f->min, (int64_t)1));
		return;
	case K_INTS:
		buf_str(b, "[1]");
		return;
	default:
		word = f->kind == K_ID ? "1" : f->kind == K_TIME ? TOMORROW : word_of(b->arena, f);
		if (f->kind == K_STRS)
			buf_char(b, '[');
		buf_json(b, word, strlen(word));
		if (f->kind == K_STRS)
			buf_char(b, ']');
	}
}

static bool in_body(const struct field *f)
{
	return f->from == FROM_BODY;
}

/* What must be given. */
static void object(struct buf *b, const struct shape *s)
{
	bool some = false;

	buf_char(b, '{');
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];

		if (!in_body(f) || !f->required)
			continue;
		buf_printf(b, "%s\"%s\":", some ? "," : "", f->name);
		example(b, f);
		some = true;
	}
	buf_char(b, '}');
}

/* As a text of its own: a text without the quotes. */
static const char *text_of(struct arena *a, const struct field *f)
{
	struct buf b = buf_new(a, 64, 1 << 16);

	if (f->kind == K_STR)
		return word_of(a, f);
	if (f->kind == K_ID)
		return "1";
	if (f->kind == K_TIME)
		return TOMORROW;
	example(&b, f);
	return b.data;
}

/* ---- requests ----------------------------------------------------------------------------- */

/* {"key": …, "value": …} with what else it is; on: not only there to be switched on. */
static void pair(struct buf *b, bool *some, const char *key, const char *value, const char *doc, bool on)
{
	buf_str(b, *some ? ",{\"type\":\"text\"" : "{\"type\":\"text\"");
	*some = true;
	buf_member(b, "key", key);
	buf_member(b, "value", value);
	if (doc)
		buf_member(b, "description", doc);
	buf_str(b, on ? "}" : ",\"disabled\":true}");
}

static const struct field *in_path(const struct shape *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++) {
		const char *words = s->fields[i].aka, *w = s->fields[i].name;
		size_t n = strlen(w);

		for (; w && s->fields[i].from == FROM_PATH; w = next_word(&words, &n))
			if (strlen(name) == n && !memcmp(w, name, n))
				return &s->fields[i];
	}
	return NULL;
}

/* {name} in a path is :name to Postman. */
static void url(struct buf *b, const struct route *r, const char *path)
{
	bool some = false;

	buf_str(b, ",\"url\":{\"raw\":\"{{baseUrl}}");
	for (const char *p = path; *p; p++)
		if (*p != '}')
			buf_char(b, *p == '{' ? ':' : *p);
	buf_str(b, "\",\"host\":[\"{{baseUrl}}\"],\"path\":[");
	for (const char *p = path + 1; *p; p += strcspn(p, "/"), p += *p == '/') {
		size_t n = strcspn(p, "/");
		bool name = *p == '{';

		buf_printf(b, name ? "%s\":%.*s\"" : "%s\"%.*s\"", some ? "," : "", (int)(name ? n - 2 : n), p + name);
		some = true;
	}
	buf_str(b, "],\"variable\":[");
	some = false;
	for (const char *p = strchr(path, '{'); p; p = strchr(p + 1, '{')) {
		const char *name = arena_strndup(b->arena, p + 1, strcspn(p, "}") - 1);
		const struct field *f = in_path(r->in, name);

		pair(b, &some, name, f ? text_of(b->arena, f) : "1", f ? f->doc : NULL, true);
	}
	buf_str(b, "],\"query\":[");
	some = false;
	for (const struct field *f = r->in->fields; f < r->in->fields + r->in->count; f++)
		if (f->from == FROM_QUERY)
			pair(b, &some, f->name, text_of(b->arena, f), f->doc, f->required);
	buf_str(b, "]}");
}

static void form(struct buf *b, const struct shape *s)
{
	bool some = false;

	buf_str(b, ",\"body\":{\"mode\":\"formdata\",\"formdata\":[");
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];

		if (!in_body(f))
			continue;
		if (f->kind != K_FILES) {
			pair(b, &some, f->name, text_of(b->arena, f), f->doc, f->required);
			continue;
		}
		buf_printf(b, "%s{\"type\":\"file\",\"key\":\"%s\",\"src\":[]}", some ? "," : "", f->name);
		some = true;
	}
	buf_str(b, "]}");
}

static void body(struct buf *b, const struct route *r)
{
	struct buf text = buf_new(b->arena, 256, 1 << 20);
	size_t n = 0;

	for (size_t i = 0; i < r->in->count; i++)
		n += in_body(&r->in->fields[i]);
	if (!n)
		return;
	if (r->file_max) {
		form(b, r->in);
		return;
	}
	object(&text, r->in);
	buf_str(b, ",\"body\":{\"mode\":\"raw\",\"options\":{\"raw\":{\"language\":\"json\"}}");
	buf_member(b, "raw", text.data);
	buf_char(b, '}');
}

/* What it does, and what the body may have besides. */
static const char *description(struct arena *a, const struct route *r)
{
	struct buf b = buf_new(a, 512, 1 << 16);
	const char *before = "\n\nMay have: ";

	buf_str(&b, r->doc);
	for (size_t i = 0; i < r->in->count; i++) {
		const struct field *f = &r->in->fields[i];

		if (!in_body(f) || f->required)
			continue;
		buf_printf(&b, "%s`%s`", before, f->name);
		if (f->doc)
			buf_printf(&b, " (%s)", f->doc);
		before = ", ";
	}
	return b.data;
}

static void bearer(struct buf *b, const char *token)
{
	buf_str(b, ",\"auth\":{\"type\":\"bearer\",\"bearer\":[{\"type\":\"string\",\"key\":\"token\"");
	buf_member(b, "value", token);
	buf_str(b, "}]}");
}

static void request(struct buf *b, const struct route *r)
{
	const char *path = strchr(r->on[0], ' ') + 1;
	const char *method = arena_strndup(b->arena, r->on[0], strcspn(r->on[0], ", "));
	bool some = false;

	buf_printf(b, "{\"name\":\"%s %s\",\"request\":{\"method\":\"%s\"", method, path, method);
	buf_member(b, "description", description(b->arena, r));
	if (r->auth == AUTH_NONE)
		buf_str(b, ",\"auth\":{\"type\":\"noauth\"}");
	if (r->auth == AUTH_REFRESH)
		bearer(b, "{{refreshToken}}");
	buf_str(b, ",\"header\":[");
	if (r->once || r->own_once)
		pair(b, &some, "Idempotency-Key", "{{$guid}}", "The same key and body gives the first answer again",
		     true);
	buf_char(b, ']');
	url(b, r, path);
	body(b, r);
	buf_str(b, "}}");
}

static void script(struct buf *b, const char *when, const char *text)
{
	buf_printf(b, "{\"listen\":\"%s\",\"script\":{\"type\":\"text/javascript\"", when);
	buf_member(b, "exec", text);
	buf_str(b, "}}");
}

void postman_write(struct buf *b, const char *version)
{
	const struct route *r;
	const char *tag, *doc, *last = NULL;

	buf_str(b, "{\"info\":{\"name\":\"StudyMate Server\",\"schema\":"
		   "\"https://schema.getpostman.com/json/collection/v2.1.0/collection.json\"");
	buf_member(b, "version", version);
	buf_member(b, "description", "One backend for StudyMate, CoUp and the dating app. Set baseUrl to where it is; "
				     "logging in keeps the tokens for all other requests.");
	buf_str(b, "},\"variable\":[{\"key\":\"baseUrl\",\"value\":\"" BASE_URL "\"},"
		   "{\"key\":\"accessToken\",\"value\":\"\"},{\"key\":\"refreshToken\",\"value\":\"\"}]");
	bearer(b, "{{accessToken}}");
	buf_str(b, ",\"event\":[");
	script(b, "prerequest", set_tomorrow);
	buf_char(b, ',');
	script(b, "test", keep_tokens);
	buf_str(b, "],\"item\":[");
	for (size_t i = 0; (r = openapi_route(i, &tag, &doc)); i++) {
		bool folder = !last || strcmp(tag, last) != 0;

		if (folder) {
			buf_printf(b, "%s{\"name\":\"%s\"", last ? "]}," : "", tag);
			buf_member(b, "description", doc);
			buf_str(b, ",\"item\":[");
		} else {
			buf_char(b, ',');
		}
		last = tag;
		request(b, r);
	}
	buf_str(b, last ? "]}]}" : "]}");
}
