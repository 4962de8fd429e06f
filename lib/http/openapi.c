#include "http/openapi.h"
#include "http/resp.h"
#include "http/validate.h"
#include "sec/token.h"

#include <ctype.h>

static const struct route *(*nth_route)(size_t i, const char **tag, const char **doc);

/* Shapes already described, so that each stands in the document once. */
struct seen {
	const struct shape *shape[1024];
	bool input[1024];
	size_t n, written;
};

void openapi_source(const struct route *(*nth)(size_t i, const char **tag, const char **doc))
{
	nth_route = nth;
}

const struct route *openapi_route(size_t i, const char **tag, const char **doc)
{
	return nth_route(i, tag, doc);
}

static void json(struct buf *b, const char *s)
{
	buf_json(b, s, strlen(s));
}

static void comma(struct buf *b, bool *some)
{
	if (*some)
		buf_char(b, ',');
	*some = true;
}

static void see(struct seen *seen, const struct shape *s, bool input)
{
	for (size_t i = 0; i < seen->n; i++)
		if (seen->shape[i] == s && seen->input[i] == input)
			return;
	assert(seen->n < COUNT(seen->shape));
	seen->shape[seen->n] = s;
	seen->input[seen->n++] = input;
}

static void ref(struct buf *b, struct seen *seen, const struct shape *s, bool input)
{
	see(seen, s, input);
	buf_printf(b, "{\"$ref\":\"#/components/schemas/%s\"}", s->name);
}

static void bounds(struct buf *b, const struct field *f, const char *min, const char *max)
{
	if (f->min)
		buf_printf(b, ",\"%s\":%lld", min, (long long)f->min);
	if (f->max)
		buf_printf(b, ",\"%s\":%lld", max, (long long)f->max);
}

static void enum_words(struct buf *b, const struct field *f)
{
	const char *words = f->one_of, *w;
	size_t len;
	bool some = false;

	buf_str(b, ",\"enum\":[");
	while ((w = next_word(&words, &len))) {
		if (memchr(w, '>', len)) /* synonyms are taken, not advertised */
			continue;
		comma(b, &some);
		buf_json(b, w, len);
	}
	buf_char(b, ']');
}

/* {"type": …} of a value, for inputs with its bounds. */
static void value_schema(struct buf *b, struct seen *seen, const struct field *f, bool input)
{
	static const char *const types[] = {
		[K_STR] = "string", [K_INT] = "integer", [K_NUM] = "number", [K_BOOL] = "boolean",
		[K_ID] = "string",  [K_TIME] = "string",
	};
	bool null = input ? f->nullable
			  : (f->kind == K_STR || f->kind == K_NUM || f->kind == K_TIME || f->kind == K_ID ||
			     (f->kind == K_INT && f->zero_null));
	const char *type = f->kind == K_ID && f->as_number ? "integer" : NULL;

	switch (f->kind) {
	case K_RAW:
		buf_str(b, "{}");
		return;
	case K_OBJ:
		if (!input)
			buf_str(b, "{\"anyOf\":[");
		ref(b, seen, f->of, input);
		if (!input)
			buf_str(b, ",{\"type\":\"null\"}]}");
		return;
	case K_FILES:
		buf_str(b, "{\"type\":\"array\",\"items\":{\"type\":\"string\",\"format\":\"binary\"}");
		bounds(b, f, "minItems", "maxItems");
		break;
	case K_LIST:
	case K_INTS:
	case K_STRS:
		buf_str(b, "{\"type\":\"array\",\"items\":");
		if (f->kind == K_LIST)
			ref(b, seen, f->of, input);
		else
			buf_printf(b, "{\"type\":\"%s\"}", f->kind == K_INTS ? "integer" : "string");
		if (input)
			bounds(b, f, "minItems", "maxItems");
		break;
	default:
		if (!type)
			type = types[f->kind];
		buf_printf(b, null ? "{\"type\":[\"%s\",\"null\"]" : "{\"type\":\"%s\"", type);
		if (f->kind == K_TIME)
			buf_str(b, ",\"format\":\"date-time\"");
		if (f->kind == K_ID && !f->as_number && !input)
			buf_str(b, ",\"pattern\":\"^[1-9][0-9]*$\"");
		if (!input)
			break;
		if (f->kind == K_STR)
			bounds(b, f, "minLength", "maxLength");
		else if (f->kind == K_INT || f->kind == K_NUM)
			bounds(b, f, "minimum", "maximum");
		if (f->fmt && fmt_name(f->fmt))
			buf_member(b, "format", fmt_name(f->fmt));
		if (f->fmt && fmt_pattern(f->fmt))
			buf_member(b, "pattern", fmt_pattern(f->fmt));
		if (f->one_of)
			enum_words(b, f);
		if (f->dflt && f->kind == K_STR)
			buf_member(b, "default", f->dflt);
		else if (f->dflt)
			buf_printf(b, ",\"default\":%s", f->dflt);
		if (f->secret)
			buf_str(b, ",\"writeOnly\":true");
	}
	if (f->doc)
		buf_member(b, "description", f->doc);
	buf_char(b, '}');
}

static void property(struct buf *b, struct seen *seen, const struct field *f, const char *name, size_t n,
		     bool input, bool *some)
{
	comma(b, some);
	buf_json(b, name, n);
	buf_char(b, ':');
	value_schema(b, seen, f, input);
}

static void properties(struct buf *b, struct seen *seen, const struct shape *s, bool input,
		       enum place place)
{
	bool some = false;
	size_t len;

	buf_str(b, "\"properties\":{");
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		const char *words = f->aka, *w;

		if (input ? f->from != FROM_BODY : f->place && f->place != place)
			continue;
		property(b, seen, f, f->name, strlen(f->name), input, &some);
		while (!input && (w = next_word(&words, &len)))
			property(b, seen, f, w, len, input, &some);
	}
	buf_char(b, '}');
}

static void required(struct buf *b, const struct shape *s, bool input)
{
	bool some = false;
	size_t len;

	buf_str(b, ",\"required\":[");
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		const char *words = f->aka, *w;

		/* an input with other names may come under any of them */
		if (input ? !f->required || f->from != FROM_BODY || f->aka : f->skip_null || f->place == AT_TOP)
			continue;
		comma(b, &some);
		json(b, f->name);
		while (!input && (w = next_word(&words, &len))) {
			comma(b, &some);
			buf_json(b, w, len);
		}
	}
	buf_char(b, ']');
}

static void shape_schema(struct buf *b, struct seen *seen, const struct shape *s, bool input)
{
	if (!input && shape_is_value(s)) {
		value_schema(b, seen, &s->fields[0], false);
		return;
	}
	buf_str(b, "{\"type\":\"object\",");
	properties(b, seen, s, input, IN_DATA);
	required(b, s, input);
	if (!input)
		buf_str(b, ",\"additionalProperties\":false");
	buf_char(b, '}');
}

/* ---- operations --------------------------------------------------------------------------- */

static bool has_body(const struct route *r)
{
	for (size_t i = 0; i < r->in->count; i++)
		if (r->in->fields[i].from == FROM_BODY)
			return true;
	return false;
}

/* Whether only multipart/form-data can be right. */
static bool needs_file(const struct route *r)
{
	for (size_t i = 0; i < r->in->count; i++)
		if (r->in->fields[i].kind == K_FILES && r->in->fields[i].required)
			return true;
	return false;
}

static void content(struct buf *b, struct seen *seen, const struct route *r, const char *type, bool *some)
{
	comma(b, some);
	buf_printf(b, "\"%s\":{\"schema\":", type);
	ref(b, seen, r->in, true);
	buf_char(b, '}');
}

/* The name under which a field stands in a path's braces; NULL: this path has it not. */
static const char *path_name(struct arena *a, const struct field *f, const char *path)
{
	const char *words = f->aka, *name = f->name;
	size_t n = strlen(name);

	for (; name; name = next_word(&words, &n))
		if (strstr(path, arena_printf(a, "{%.*s}", (int)n, name)))
			return arena_strndup(a, name, n);
	return NULL;
}

static void parameters(struct buf *b, struct seen *seen, const struct route *r, const char *path)
{
	bool some = false;

	buf_str(b, ",\"parameters\":[");
	for (size_t i = 0; i < r->in->count; i++) {
		const struct field *f = &r->in->fields[i];
		const char *name = f->name;

		if (f->from != FROM_PATH && f->from != FROM_QUERY)
			continue;
		if (f->from == FROM_PATH && !(name = path_name(b->arena, f, path)))
			continue;
		comma(b, &some);
		buf_str(b, "{\"name\":");
		json(b, name);
		buf_printf(b, ",\"in\":\"%s\",\"required\":%s,\"schema\":",
			   f->from == FROM_PATH ? "path" : "query",
			   f->from == FROM_PATH || f->required ? "true" : "false");
		value_schema(b, seen, f, true);
		buf_char(b, '}');
	}
	if (r->once || r->own_once) {
		comma(b, &some);
		buf_str(b, "{\"$ref\":\"#/components/parameters/IdempotencyKey\"}");
	}
	buf_char(b, ']');
}

static void meta_schema(struct buf *b, bool paged)
{
	buf_printf(b, "{\"$ref\":\"#/components/schemas/%s\"}", paged ? "PagedMeta" : "Meta");
}

static void success_schema(struct buf *b, struct seen *seen, const struct route *r)
{
	if (r->raw) {
		buf_str(b, "{}");
		return;
	}
	if (r->envelope >= BARE) {
		ref(b, seen, r->out, false);
		return;
	}
	buf_str(b, "{\"type\":\"object\",\"properties\":{\"success\":{\"const\":true},\"data\":");
	if (r->other)
		buf_str(b, "{\"oneOf\":[");
	ref(b, seen, r->out, false);
	if (r->other) {
		buf_char(b, ',');
		ref(b, seen, r->other, false);
		buf_str(b, "]}");
	}
	buf_str(b, ",\"message\":{\"type\":\"string\"},\"meta\":");
	meta_schema(b, r->paged);
	if (route_lists_pages(r))
		buf_str(b, ",\"pagination\":{\"$ref\":\"#/components/schemas/Pagination\"}");
	if (r->envelope == FLAT && !(shape_is_value(r->out) && r->out->count == 1)) {
		struct buf inner = buf_new(b->arena, 1024, (size_t)1 << 20);

		properties(&inner, seen, r->out, false, AT_TOP);
		/* the fields again at the top, without the braces around them */
		const char *open = strchr(inner.data, '{');

		if (inner.len > (size_t)(open - inner.data) + 2) {
			buf_char(b, ',');
			buf_add(b, open + 1, inner.len - (size_t)(open - inner.data) - 2);
		}
	}
	buf_printf(b, "},\"required\":[\"success\",\"data\",\"message\",\"meta\"%s],\"additionalProperties\":false}",
		   route_lists_pages(r) && !r->other ? ",\"pagination\"" : "");
}

static int http_of(const struct route *r, enum status st)
{
	const struct code_row *own = route_code(r, st, "", "");

	return own && own->http ? own->http : error_row(st)->http;
}

/* Failures any route of this row's kind can have, and its own; each status once. */
static void failures(struct buf *b, const struct route *r)
{
	static const char *const errors[] = {
		[STANDARD] = "Error", [FLAT] = "Error", [BARE] = "BareError", [COUP] = "BareError",
		[COUP_E2] = "CoupError",
	};
	enum status all[40];
	size_t n = 0;
	bool done[600] = {false};

	for (size_t i = 0; i < ROUTE_FAILS && r->fails[i]; i++)
		all[n++] = r->fails[i];
	if (r->in->count)
		all[n++] = E_VALIDATION;
	if (has_body(r)) {
		all[n++] = E_BAD_JSON;
		all[n++] = E_BODY_CUT;
		all[n++] = r->file_max ? E_FILE_TOO_LARGE : E_TOO_LARGE;
		all[n++] = E_BAD_TYPE;
	}
	if (r->auth != AUTH_NONE && r->auth != AUTH_VISITOR && r->auth != AUTH_REFRESH) {
		all[n++] = r->auth == AUTH_OPTIONAL ? E_TOKEN_EXPIRED : E_NO_TOKEN;
		all[n++] = E_TOKEN_EXPIRED;
		all[n++] = E_TOKEN_INVALID;
	}
	if (r->auth == AUTH_SIGNED)
		all[n++] = E_TOKEN_INVALID;
	if (r->auth == AUTH_SESSION || r->auth == AUTH_STAFF) {
		all[n++] = E_ACCOUNT_SUSPENDED;
		all[n++] = E_ACCOUNT_DELETED;
	}
	if (r->auth == AUTH_ADMIN || r->auth == AUTH_SESSION || r->auth == AUTH_STAFF ||
	    (r->auth == AUTH_VISITOR && strncmp(r->on[0], "GET ", 4) != 0))
		all[n++] = E_FORBIDDEN;
	if (r->once)
		all[n++] = E_KEY_REUSED;
	all[n++] = E_RATE_LIMITED;
	all[n++] = E_OVERLOADED;
	all[n++] = E_UNAVAILABLE;
	all[n++] = E_DEADLINE;
	if (strncmp(r->on[0], "GET ", 4) != 0) { /* may write */
		all[n++] = E_CONFLICT_RETRY;
		all[n++] = E_UNCERTAIN;
	}
	all[n++] = E_INTERNAL;
	for (size_t i = 0; i < n; i++) {
		int http = http_of(r, all[i]);

		if (done[http])
			continue;
		done[http] = true;
		buf_printf(b, ",\"%d\":{\"description\":\"", http);
		for (size_t k = i; k < n; k++)
			if (http_of(r, all[k]) == http)
				buf_printf(b, "%s`%s` %s", k == i ? "" : "; ", error_row(all[k])->code,
					   error_row(all[k])->text[LANG_EN]);
		buf_printf(b, "\",\"content\":{\"application/json\":{\"schema\":{\"$ref\":"
			      "\"#/components/schemas/%s\"}}}}",
			   errors[r->envelope]);
	}
}

/* The failures a row declares, by their names in the error table: the tests must reach each. */
static void own_failures(struct buf *b, const struct route *r)
{
	bool some = false;

	buf_str(b, ",\"x-fails\":[");
	for (size_t i = 0; i < ROUTE_FAILS && r->fails[i]; i++) {
		comma(b, &some);
		json(b, error_row(r->fails[i])->name);
	}
	buf_char(b, ']');
}

static void operation(struct buf *b, struct seen *seen, const struct route *r, const char *tag,
		      const char *method, size_t method_n, const char *path, bool canonical)
{
	static const char *const kinds[] = {
		[AUTH_NONE] = "[]", [AUTH_USER] = "[{\"bearer\":[]}]",
		[AUTH_SESSION] = "[{\"session\":[]},{\"bearer\":[]}]", [AUTH_ADMIN] = "[{\"bearer\":[]}]",
		[AUTH_OPTIONAL] = "[{},{\"bearer\":[]}]",
		[AUTH_VISITOR] = "[{},{\"session\":[]},{\"bearer\":[]}]",
		[AUTH_STAFF] = "[{\"session\":[]},{\"bearer\":[]}]",
		[AUTH_REFRESH] = "[{},{\"bearer\":[]}]", [AUTH_OPERATOR] = "[{},{\"bearer\":[]}]", [AUTH_SIGNED] = "[]",
	};
	static const char *const auths[] = {
		[AUTH_NONE] = "none", [AUTH_OPTIONAL] = "optional", [AUTH_VISITOR] = "visitor",
		[AUTH_USER] = "user",
		[AUTH_SESSION] = "session", [AUTH_ADMIN] = "admin",
		[AUTH_STAFF] = "staff",
		[AUTH_REFRESH] = "refresh", [AUTH_OPERATOR] = "operator", [AUTH_SIGNED] = "signed",
	};
	char *id = canonical ? arena_strdup(b->arena, r->name)
			     : arena_printf(b->arena, "%s_%.*s%s", r->name, (int)method_n, method, path);

	for (char *p = id; *p; p++) /* two paths may differ in '-' and '/' alone */
		*p = isalnum((unsigned char)*p) || *p == '-' ? *p : '_';
	buf_char(b, '"');
	for (size_t i = 0; i < method_n; i++)
		buf_char(b, (char)tolower(method[i]));
	buf_str(b, "\":{\"operationId\":");
	json(b, id);
	buf_str(b, ",\"tags\":[");
	json(b, tag);
	buf_char(b, ']');
	buf_member(b, "summary", r->doc);
	if (!canonical)
		buf_str(b, ",\"deprecated\":true");
	buf_printf(b, ",\"security\":%s", kinds[r->auth]);
	buf_printf(b, ",\"x-handler\":\"%s\",\"x-auth\":\"%s\",\"x-statements\":%u,\"x-rate\":\"%s\"", r->name,
		   auths[r->auth], r->statements, rate_row(r->rate)->name);
	own_failures(b, r);
	parameters(b, seen, r, path);
	if (has_body(r)) {
		bool some = false;

		buf_str(b, ",\"requestBody\":{\"content\":{");
		if (r->file_max)
			content(b, seen, r, "multipart/form-data", &some);
		if (!needs_file(r))
			content(b, seen, r, "application/json", &some);
		if (r->form)
			content(b, seen, r, "application/x-www-form-urlencoded", &some);
		if (r->file_raw)
			buf_printf(b,
				   ",\"%s\":{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}}",
				   *r->file_raw ? arena_printf(b->arena, "%s*", r->file_raw)
						: "application/octet-stream");
		buf_str(b, "}}");
	}
	buf_printf(b, ",\"responses\":{\"%d\":{\"description\":\"Success\",\"content\":{\"%s\":{\"schema\":",
		   r->ok ? r->ok : 200, r->media ? r->media : "application/json");
	success_schema(b, seen, r);
	buf_str(b, "}");
	if (r->sends_on)
		buf_str(b, ",\"text/html\":{}");
	buf_str(b, "}}");
	if (r->sends_on)
		buf_str(b, ",\"302\":{\"description\":\"A browser, which does not ask for JSON, is sent on\"}");
	if (r->cache != CACHE_NO)
		buf_str(b, ",\"304\":{\"description\":\"Nothing changed since the ETag of If-None-Match\"}");
	failures(b, r);
	buf_str(b, "}}");
}

/* All operations of one path stand together; it is written where it occurs first. */
static bool first_use(const struct route *r, size_t p)
{
	const char *path = strchr(r->on[p], ' ') + 1;
	const struct route *other;

	for (size_t i = 0; (other = nth_route(i, NULL, NULL)); i++)
		FOR_EACH_PATH(other, k) {
			if (other == r && k == p)
				return true;
			if (!strcmp(strchr(other->on[k], ' ') + 1, path))
				return false;
		}
	return true;
}

static void path_item(struct buf *b, struct seen *seen, const char *path)
{
	const struct route *r;
	const char *tag;
	bool some = false;

	json(b, path);
	buf_str(b, ":{");
	for (size_t i = 0; (r = nth_route(i, &tag, NULL)); i++)
		FOR_EACH_PATH(r, k) {
			const char *space = strchr(r->on[k], ' ');

			if (strcmp(space + 1, path) != 0)
				continue;
			for (const char *m = r->on[k]; m < space;) {
				size_t n = strcspn(m, ", ");

				comma(b, &some);
				operation(b, seen, r, tag, m, n, path, k == 0 && m == r->on[k]);
				m += n + (m[n] == ',');
			}
		}
	buf_char(b, '}');
}

static void tags(struct buf *b)
{
	const char *tag, *doc, *last = "";
	bool some = false;

	buf_str(b, ",\"tags\":[");
	for (size_t i = 0; nth_route(i, &tag, &doc); i++) {
		if (!strcmp(tag, last))
			continue;
		last = tag;
		comma(b, &some);
		buf_str(b, "{\"name\":");
		json(b, tag);
		buf_member(b, "description", doc);
		buf_char(b, '}');
	}
	buf_char(b, ']');
}

/* What ctx.details may say. */
#define MORE                                                                                       \
	"\"claimedAt\":{\"type\":\"string\",\"format\":\"date-time\"},"                            \
	"\"currentProgress\":{\"type\":\"integer\"},\"requiredProgress\":{\"type\":\"integer\"},"  \
	"\"minRequired\":{\"type\":\"integer\"},\"submitted\":{\"type\":\"integer\"}"
#define BARE_MORE                                                                                  \
	"\"type\":{\"type\":\"string\"},\"url\":{\"type\":\"string\"},\"code\":{\"type\":\"string\"},"  \
	"\"message\":{\"type\":\"string\"},\"field\":{\"type\":\"string\"},"                       \
	"\"details\":{\"$ref\":\"#/components/schemas/Details\"},\"retryAfter\":{\"type\":\"integer\"}"
static const char fixed[] =
	"\"Meta\":{\"type\":\"object\",\"properties\":{\"requestId\":{\"type\":\"string\"},"
	"\"timestamp\":{\"type\":\"string\",\"format\":\"date-time\"}},"
	"\"required\":[\"requestId\",\"timestamp\"],\"additionalProperties\":false},"
	"\"PagedMeta\":{\"type\":\"object\",\"properties\":{\"requestId\":{\"type\":\"string\"},"
	"\"timestamp\":{\"type\":\"string\",\"format\":\"date-time\"},\"page\":{\"type\":\"integer\"},"
	"\"limit\":{\"type\":\"integer\"},\"total\":{\"type\":\"integer\"},"
	"\"totalPages\":{\"type\":\"integer\"}},\"required\":[\"requestId\",\"timestamp\",\"page\","
	"\"limit\",\"total\",\"totalPages\"],\"additionalProperties\":false},"
	"\"Pagination\":{\"type\":\"object\",\"properties\":{\"page\":{\"type\":\"integer\"},"
	"\"size\":{\"type\":\"integer\"},\"limit\":{\"type\":\"integer\"},\"totalPages\":{\"type\":\"integer\"},"
	"\"totalItems\":{\"type\":\"integer\"},\"total\":{\"type\":\"integer\"}},\"required\":[\"page\",\"size\","
	"\"limit\",\"totalPages\",\"totalItems\",\"total\"],\"additionalProperties\":false},"
	"\"Details\":{\"type\":\"object\",\"properties\":{\"fields\":{\"type\":\"array\",\"items\":"
	"{\"type\":\"object\",\"properties\":{\"field\":{\"type\":\"string\"},"
	"\"rule\":{\"type\":\"string\"},\"message\":{\"type\":\"string\"}},"
	"\"required\":[\"field\",\"rule\",\"message\"],\"additionalProperties\":false}}," MORE "},"
	"\"additionalProperties\":false},"
	"\"Error\":{\"type\":\"object\",\"properties\":{\"success\":{\"const\":false},"
	"\"message\":{\"type\":\"string\"},\"code\":{\"type\":\"string\"},\"error\":{\"type\":\"object\","
	"\"properties\":{\"code\":{\"type\":\"string\"},\"message\":{\"type\":\"string\"},"
	"\"details\":{\"$ref\":\"#/components/schemas/Details\"}},"
	"\"required\":[\"code\",\"message\",\"details\"],\"additionalProperties\":false},"
	"\"retryAfter\":{\"type\":\"integer\"}," MORE ",\"meta\":{\"$ref\":\"#/components/schemas/Meta\"}},"
	"\"required\":[\"success\",\"message\",\"code\",\"error\",\"meta\"],"
	"\"additionalProperties\":false},"
	"\"BareError\":{\"type\":\"object\",\"properties\":{\"success\":{\"const\":false},"
	"\"error\":{\"type\":\"string\"}," BARE_MORE "},"
	"\"required\":[\"error\",\"code\",\"message\"],\"additionalProperties\":false},"
	"\"CoupError\":{\"type\":\"object\",\"properties\":{\"success\":{\"const\":false},"
	"\"error\":{\"type\":\"object\",\"properties\":{\"code\":{\"type\":\"string\"},"
	"\"message\":{\"type\":\"string\"},\"retryable\":{\"type\":\"boolean\"},"
	"\"timestamp\":{\"type\":\"string\",\"format\":\"date-time\"}},"
	"\"required\":[\"code\",\"message\",\"retryable\",\"timestamp\"],\"additionalProperties\":false},"
	BARE_MORE "},\"required\":[\"success\",\"error\",\"code\",\"message\"],"
	"\"additionalProperties\":false}";

void openapi_write(struct buf *b, const char *version)
{
	struct seen *seen = arena_new_of(b->arena, struct seen);
	const struct route *r;
	bool some = false;

	buf_str(b, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"StudyMate Server\",\"description\":"
		   "\"One backend for StudyMate, CoUp and the dating app.\",\"license\":{\"name\":\"MIT\","
		   "\"identifier\":\"MIT\"},\"version\":");
	json(b, version);
	buf_str(b, "},\"servers\":[{\"url\":\"/api/v1\"}]");
	tags(b);
	buf_str(b, ",\"paths\":{");
	for (size_t i = 0; (r = nth_route(i, NULL, NULL)); i++)
		FOR_EACH_PATH(r, k) {
			if (!first_use(r, k))
				continue;
			comma(b, &some);
			path_item(b, seen, strchr(r->on[k], ' ') + 1);
		}
	buf_str(b, "},\"components\":{\"securitySchemes\":{\"bearer\":{\"type\":\"http\",\"scheme\":"
		   "\"bearer\",\"bearerFormat\":\"JWT\"},\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\""
		   SESSION_COOKIE "\"}},\"parameters\":{\"IdempotencyKey\":{\"name\":"
		   "\"Idempotency-Key\",\"in\":\"header\",\"description\":\"The same key and body gives the "
		   "first answer again\",\"schema\":{\"type\":\"string\",\"minLength\":8,"
		   "\"maxLength\":128}}},\"schemas\":{");
	buf_str(b, fixed);
	for (; seen->written < seen->n; seen->written++) {
		buf_char(b, ',');
		json(b, seen->shape[seen->written]->name);
		buf_char(b, ':');
		shape_schema(b, seen, seen->shape[seen->written], seen->input[seen->written]);
	}
	buf_str(b, "}}}");
}
