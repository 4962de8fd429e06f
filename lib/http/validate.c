#include "http/validate.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "http/text.h"
#include "json/jin.h"

#include <ctype.h>
#include <math.h>

enum { STR_MAX = 10000, LIST_MAX = 100, TEXTS_MAX = 64, COMPOSED_MAX = 12 };

/* Where we are in the input, for the names in error details. */
struct at {
	const struct at *up;
	const char *name; /* NULL: element number i of up */
	size_t i;
};

struct reader {
	struct req *r;
	struct ctx *c;
	enum status first; /* public error of the first failing field */
};

/* An input value: a JSON value or a text. */
struct input {
	enum { IN_ABSENT, IN_NULL, IN_JSON, IN_TEXT } kind;
	const struct jval *json;
	const char *text;
};

/* ---- formats ------------------------------------------------------------------------------ */

static bool is_digits(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] < '0' || s[i] > '9')
			return false;
	return true;
}

static int64_t small(const char *s, size_t n)
{
	int64_t v = 0;

	while (n--)
		v = v * 10 + (*s++ - '0');
	return v;
}

/* One @, something on both sides, a dot inside the domain, no spaces or control characters. */
static bool is_email(const char *s)
{
	const char *at = strchr(s, '@'), *dot = at ? strrchr(at, '.') : NULL;

	if (!at || at == s || at - s > 64 || strchr(at + 1, '@') || !dot || dot == at + 1 || !dot[1])
		return false;
	for (const char *p = s; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f || strchr("<>()[]\\,;:\"", *p))
			return false;
	return true;
}

static bool is_url(const char *s)
{
	if (s[0] != '/' && strncmp(s, "https://", 8) != 0 && strncmp(s, "http://", 7) != 0)
		return false;
	if (s[0] == '/' && (s[1] == '/' || s[1] == '\\'))
		return false;
	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || strchr("<>\"'\\`", *s))
			return false;
	return true;
}

static bool is_date(const char *s)
{
	return strlen(s) == 10 && is_digits(s, 4) && s[4] == '-' && is_digits(s + 5, 2) &&
	       s[7] == '-' && is_digits(s + 8, 2) &&
	       clock_valid_date(small(s, 4), (unsigned)small(s + 5, 2), (unsigned)small(s + 8, 2));
}

static bool is_monthday(const char *s)
{
	return strlen(s) == 5 && is_digits(s, 2) && s[2] == '-' && is_digits(s + 3, 2) &&
	       clock_valid_date(2000, (unsigned)small(s, 2), (unsigned)small(s + 3, 2));
}

static bool is_halfhour(const char *s)
{
	return strlen(s) == 5 && is_digits(s, 2) && s[2] == ':' && is_digits(s + 3, 2) &&
	       small(s, 2) < 24 && (s[3] == '0' || s[3] == '3') && s[4] == '0';
}

static bool is_minute(const char *s)
{
	return strlen(s) == 5 && is_digits(s, 2) && s[2] == ':' && is_digits(s + 3, 2) && small(s, 2) < 24 &&
	       small(s + 3, 2) < 60;
}

static bool is_word(const char *s)
{
	return s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-")] == '\0';
}

static bool is_hex(const char *s)
{
	return s[strspn(s, "0123456789abcdef")] == '\0';
}

static const struct {
	const char *name, *pattern;
	bool (*matches)(const char *s);
} formats[FMT_MAX] = {
	[FMT_EMAIL] = {"email", NULL, is_email},
	[FMT_URL] = {"uri-reference", NULL, is_url},
	[FMT_DATE] = {"date", NULL, is_date},
	[FMT_MONTHDAY] = {NULL, "^[0-9]{2}-[0-9]{2}$", is_monthday},
	[FMT_HALFHOUR] = {NULL, "^([01][0-9]|2[0-3]):[03]0$", is_halfhour},
	[FMT_MINUTE] = {NULL, "^([01][0-9]|2[0-3]):[0-5][0-9]$", is_minute},
	[FMT_WORD] = {NULL, "^[A-Za-z0-9_.:-]*$", is_word},
	[FMT_HEX] = {NULL, "^[0-9a-f]*$", is_hex},
};

bool fmt_matches(enum fmt fmt, const char *s)
{
	return !formats[fmt].matches || formats[fmt].matches(s);
}

const char *fmt_name(enum fmt fmt)
{
	return formats[fmt].name;
}

const char *fmt_pattern(enum fmt fmt)
{
	return formats[fmt].pattern;
}

/* ---- failures ----------------------------------------------------------------------------- */

static void write_at(struct buf *b, const struct at *at)
{
	if (!at)
		return;
	write_at(b, at->up);
	if (!at->name) {
		buf_char(b, '[');
		buf_int(b, (int64_t)at->i);
		buf_char(b, ']');
		return;
	}
	if (b->len)
		buf_char(b, '.');
	buf_str(b, at->name);
}

static void bad(struct reader *rd, const struct field *f, const struct at *at, const char *rule,
		const char *text)
{
	struct buf name = buf_new(rd->c->arena, 64, 400);

	write_at(&name, at);
	fail_field(rd->c, name.len ? name.data : "body", rule, text);
	if (rd->first == OK)
		rd->first = f && f->fail ? f->fail : E_VALIDATION;
}

static void bad_range(struct reader *rd, const struct field *f, const struct at *at, const char *rule,
		      const char *ko, const char *en, int64_t bound)
{
	bad(rd, f, at, rule,
	    arena_printf(rd->c->arena, "%s: %lld", say(rd->c, ko, en), (long long)bound));
}

static void bad_type(struct reader *rd, const struct field *f, const struct at *at, const char *ko,
		     const char *en)
{
	bad(rd, f, at, "type", say(rd->c, ko, en));
}

/* ---- values ------------------------------------------------------------------------------- */

const char *url_decode(struct arena *a, const char *s, size_t n, bool plus)
{
	char *out = arena_alloc(a, n + 1), *p = out;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '%') {
			if (n - i < 3 || !isxdigit((unsigned char)s[i + 1]) ||
			    !isxdigit((unsigned char)s[i + 2]))
				return NULL;
			*p = (char)strtoul((char[]){s[i + 1], s[i + 2], '\0'}, NULL, 16);
			i += 2;
			if (!*p++)
				return NULL;
			continue;
		}
		*p++ = plus && s[i] == '+' ? ' ' : s[i];
	}
	return utf8_valid(out, (size_t)(p - out)) ? out : NULL;
}

const char *url_encode(struct arena *a, const char *s)
{
	char *out = arena_alloc(a, 3 * strlen(s) + 1), *p = out;

	for (; *s; s++)
		if (isalnum((unsigned char)*s) || strchr("-._~", *s))
			*p++ = *s;
		else
			p += snprintf(p, 4, "%%%02X", (unsigned)(unsigned char)*s);
	return out;
}

/* The text of an input, or NULL if it is no text (numbers count when lax). */
static const char *as_text(struct reader *rd, const struct field *f, const struct input *in)
{
	size_t n;

	if (in->kind == IN_TEXT)
		return in->text;
	switch (jin_type(in->json)) {
	case J_STR:
		return jin_str(in->json, &n);
	case J_INT:
		return f->lax || f->kind == K_ID
			       ? arena_printf(rd->c->arena, "%lld", (long long)jin_int(in->json))
			       : NULL;
	case J_NUM:
		return f->lax && f->kind == K_STR ? arena_printf(rd->c->arena, "%g", jin_num(in->json)) : NULL;
	case J_BOOL:
		if (!f->yes_no)
			return NULL;
		return jin_bool(in->json) ? "true" : "false";
	default:
		return NULL;
	}
}

static const char *one_of(struct arena *a, const char *words, const char *s)
{
	const char *w;
	size_t len, n = strlen(s);

	while ((w = next_word(&words, &len))) {
		const char *to = memchr(w, '>', len);
		size_t from = to ? (size_t)(to - w) : len;

		if (from == n && !strncasecmp(w, s, n))
			return to ? arena_strndup(a, to + 1, len - from - 1) : arena_strndup(a, w, len);
	}
	return NULL;
}

/* "one of: A B C", without the synonyms. */
static const char *choices(struct reader *rd, const struct field *f)
{
	struct buf b = buf_new(rd->c->arena, 64, 2000);
	const char *words = f->one_of, *w;
	size_t len;

	buf_str(&b, say(rd->c, "가능한 값:", "one of:"));
	while ((w = next_word(&words, &len)))
		if (!memchr(w, '>', len)) {
			buf_char(&b, ' ');
			buf_add(&b, w, len);
		}
	return b.data;
}

static bool read_str(struct reader *rd, const struct field *f, const struct at *at,
		     const struct input *in, void *member)
{
	struct ctx *c = rd->c;
	const char *s = as_text(rd, f, in);
	int64_t max = f->max ? f->max : STR_MAX, n;

	if (!s) {
		bad_type(rd, f, at, "문자열이어야 합니다", "must be a string");
		return false;
	}
	/* before it is copied: at most that many bytes are composed to one character */
	bool too_long = strnlen(s, (size_t)max * COMPOSED_MAX + 1) > (size_t)max * COMPOSED_MAX;
	bool foreign = f->ascii && s[utf8_ascii(s)];

	if (!too_long && !foreign)
		s = text_tidy(c->arena, f, s);
	n = too_long ? max + 1 : (int64_t)utf8_count(s);
	if (n > max)
		bad_range(rd, f, at, "max", "최대 글자 수", "most characters allowed", max);
	else if (n < f->min)
		bad_range(rd, f, at, "min", "최소 글자 수", "fewest characters allowed", f->min);
	else if (foreign || text_has_control(f, s))
		bad(rd, f, at, "characters",
		    say(c, "사용할 수 없는 문자가 있습니다", "has characters that are not allowed"));
	else if (f->fmt && !(f->keep_empty && !*s) && !fmt_matches(f->fmt, s))
		bad(rd, f, at, "format", say(c, "형식이 올바르지 않습니다", "is not in the right format"));
	else if (f->one_of && !(s = one_of(c->arena, f->one_of, s)))
		bad(rd, f, at, "one_of", choices(rd, f));
	else {
		*(const char **)member = s;
		return true;
	}
	return false;
}

static bool text_to_int(const char *s, int64_t *out)
{
	char *end;

	errno = 0;
	long long v = strtoll(s, &end, 10);

	*out = v;
	return *s && !isspace((unsigned char)*s) && *s != '+' && !*end && !errno;
}

static bool read_int(struct reader *rd, const struct field *f, const struct at *at,
		     const struct input *in, void *member)
{
	int64_t v = 0, max = f->max ? f->max : INT64_MAX;
	int64_t min = f->min || f->max || f->kind == K_ID ? f->min : INT64_MIN;
	bool number = in->kind == IN_JSON && jin_type(in->json) == J_INT;
	const char *s = number ? NULL : as_text(rd, f, in);

	if (number)
		v = jin_int(in->json);
	else if (!s || !(in->kind == IN_TEXT || f->lax || f->kind == K_ID) || !text_to_int(s, &v)) {
		bad_type(rd, f, at, "정수여야 합니다", "must be a whole number");
		return false;
	}
	if (f->kind == K_ID && v <= 0) {
		bad_type(rd, f, at, "올바른 ID가 아닙니다", "is not an id");
		return false;
	}
	if (v < min) {
		bad_range(rd, f, at, "min", "최솟값", "the least allowed is", min);
		return false;
	}
	if (v > max) {
		bad_range(rd, f, at, "max", "최댓값", "the most allowed is", max);
		return false;
	}
	*(int64_t *)member = v;
	return true;
}

static bool read_num(struct reader *rd, const struct field *f, const struct at *at,
		     const struct input *in, void *member)
{
	enum jtype t = in->kind == IN_JSON ? jin_type(in->json) : J_STR;
	const char *s = t == J_STR ? as_text(rd, f, in) : NULL;
	double v = 0;
	char *end = NULL;

	if (t == J_INT || t == J_NUM)
		v = jin_num(in->json);
	else if (s && *s && (in->kind == IN_TEXT || f->lax))
		v = strtod(s, &end);
	if ((t != J_INT && t != J_NUM && (!end || *end)) || !isfinite(v)) {
		bad_type(rd, f, at, "숫자여야 합니다", "must be a number");
		return false;
	}
	if ((f->min || f->max) && (v < (double)f->min || (f->max && v > (double)f->max))) {
		bad_range(rd, f, at, v < (double)f->min ? "min" : "max", "허용 범위", "allowed up to",
			  v < (double)f->min ? f->min : f->max);
		return false;
	}
	*(double *)member = v;
	return true;
}

static bool read_bool(struct reader *rd, const struct field *f, const struct at *at,
		      const struct input *in, void *member)
{
	const char *s = NULL;

	if (in->kind == IN_JSON && jin_type(in->json) == J_BOOL) {
		*(bool *)member = jin_bool(in->json);
		return true;
	}
	if (in->kind == IN_TEXT || f->lax)
		s = as_text(rd, f, in);
	bool yes = s && (!strcasecmp(s, "true") || !strcmp(s, "1"));

	if (!yes && !(s && (!strcasecmp(s, "false") || !strcmp(s, "0")))) {
		bad_type(rd, f, at, "true 또는 false여야 합니다", "must be true or false");
		return false;
	}
	*(bool *)member = yes;
	return true;
}

static bool read_time(struct reader *rd, const struct field *f, const struct at *at,
		      const struct input *in, void *member)
{
	const char *s = as_text(rd, f, in);

	if (s && clock_parse(s, member))
		return true;
	bad(rd, f, at, "format", say(rd->c, "ISO-8601 시각이어야 합니다 (예: 2026-01-31T09:00:00Z)",
				     "must be a time like 2026-01-31T09:00:00Z"));
	return false;
}

static bool read_raw(struct reader *rd, const struct field *f, const struct at *at,
		     const struct input *in, void *member)
{
	int64_t max = f->max ? f->max : STR_MAX;

	if (in->kind != IN_JSON || jin_type(in->json) != J_OBJ) {
		bad_type(rd, f, at, "객체여야 합니다", "must be an object");
		return false;
	}
	const char *s = jin_text(rd->c->arena, in->json);

	if ((int64_t)strlen(s) > max) {
		bad_range(rd, f, at, "max", "최대 바이트 수", "most bytes allowed", max);
		return false;
	}
	*(const char **)member = s;
	return true;
}

static void read_shape(struct reader *rd, const struct shape *s, const struct jval *obj,
		       const struct at *at, void *out);

/* An OBJ or an element of a LIST: an object, or the scalar its shape names. */
static void read_element(struct reader *rd, const struct field *f, const struct at *at,
			 const struct jval *v, void *out)
{
	if (jin_type(v) == J_OBJ) {
		read_shape(rd, f->of, v, at, out);
		return;
	}
	for (size_t i = 0; i < f->of->count; i++) {
		const struct field *e = &f->of->fields[i];
		struct input in = {.kind = IN_JSON, .json = v};

		if (!e->scalar || !v)
			continue;
		bool good = e->kind == K_STR ? read_str(rd, e, at, &in, (char *)out + e->offset)
					     : read_int(rd, e, at, &in, (char *)out + e->offset);

		*((unsigned char *)out + e->has) = good;
		return;
	}
	bad_type(rd, f, at, "객체여야 합니다", "must be an object");
}

static void read_item(struct reader *rd, const struct field *f, const struct at *at, const struct jval *v, void *out)
{
	const bool good = rd->first == OK;

	read_element(rd, f, at, v, out);
	if (f->apart && good && rd->first != OK) {
		rd->first = OK;
		rd->c->bad_fields = NULL;
		memset(out, 0, f->of->size);
	}
}

static bool read_list(struct reader *rd, const struct field *f, const struct at *at,
		      const struct input *in, void *member)
{
	struct arena *a = rd->c->arena;
	int64_t max = f->max ? f->max : LIST_MAX;
	bool alone = f->kind == K_STRS && f->lax && in->kind == IN_JSON && jin_type(in->json) == J_STR;

	if (!alone && (in->kind != IN_JSON || jin_type(in->json) != J_ARR)) {
		if (f->kind == K_LIST && f->lax)
			return false;
		bad_type(rd, f, at, "배열이어야 합니다", "must be an array");
		return false;
	}
	size_t n = alone ? 1 : jin_len(in->json);

	if ((int64_t)n > max) {
		bad_range(rd, f, at, "max", "최대 개수", "most elements allowed", max);
		return false;
	}
	if ((int64_t)n < f->min) {
		bad_range(rd, f, at, "min", "최소 개수", "fewest elements allowed", f->min);
		return false;
	}
	static_assert(sizeof(int64_t) == sizeof(const char *), "INTS and STRS share a stride");
	size_t size = f->kind == K_LIST ? f->of->size : sizeof(int64_t);
	char *items = arena_alloc(a, n * size);
	struct field one = *f;

	one.min = 0;
	one.max = 0;
	one.kind = f->kind == K_INTS ? K_INT : K_STR;
	for (size_t i = 0; i < n; i++) {
		struct at here = {.up = at, .i = i};
		struct input el = {.kind = IN_JSON, .json = alone ? in->json : jin_at(in->json, i)};

		if (f->kind == K_LIST)
			read_item(rd, f, &here, el.json, items + i * size);
		else if (f->kind == K_INTS)
			(void)read_int(rd, &one, &here, &el, items + i * size);
		else
			(void)read_str(rd, &one, &here, &el, items + i * size);
	}
	*AS_LIST(member) = (struct list){items, n};
	return true;
}

static void read_value(struct reader *rd, const struct field *f, const struct at *at,
		       const struct input *in, char *out)
{
	void *member = out + f->offset;
	bool good = false;

	switch (f->kind) {
	case K_STR:
		good = read_str(rd, f, at, in, member);
		break;
	case K_INT:
	case K_ID:
		good = read_int(rd, f, at, in, member);
		break;
	case K_NUM:
		good = read_num(rd, f, at, in, member);
		break;
	case K_BOOL:
		good = read_bool(rd, f, at, in, member);
		break;
	case K_OBJ:
		if (in->kind != IN_JSON) {
			bad_type(rd, f, at, "객체여야 합니다", "must be an object");
			break;
		}
		void *obj = arena_alloc(rd->c->arena, f->of->size);

		read_element(rd, f, at, in->json, obj);
		*(void **)member = obj;
		good = true;
		break;
	case K_LIST:
	case K_INTS:
	case K_STRS:
		good = read_list(rd, f, at, in, member);
		break;
	case K_TIME:
		good = read_time(rd, f, at, in, member);
		break;
	case K_RAW:
		good = read_raw(rd, f, at, in, member);
		break;
	case K_FILES:
		bad_type(rd, f, at, "지원하지 않는 형식입니다", "cannot be read");
		break;
	}
	*((unsigned char *)out + f->has) = good ? GIVEN : ABSENT;
}

/* ---- where values come from --------------------------------------------------------------- */

static bool name_is(const struct text *t, const char *name, size_t n)
{
	return t->n == n && !memcmp(t->s, name, n);
}

/* What stands under a name in name=value&…; a later one of the same name wins. */
static bool query_get(const char *query, const char *name, size_t n, struct text *out)
{
	bool found = false;

	for (const char *p = query; p && *p; p += *p == '&') {
		size_t len = strcspn(p, "&"), key = strcspn(p, "=&");
		struct text k = {p, key};

		if (name_is(&k, name, n)) {
			*out = key < len ? (struct text){p + key + 1, len - key - 1} : (struct text){p, 0};
			found = true;
		}
		p += len;
	}
	return found;
}

static bool raw_text(struct req *r, const struct field *f, const char *name, size_t n, struct text *out)
{
	if (f->from == FROM_QUERY || f->from == FROM_BODY)
		return query_get(f->from == FROM_BODY ? r->fields : r->query, name, n, out);
	if (f->from == FROM_COOKIE) {
		const char *s = req_cookie(r, arena_strndup(r->ctx.arena, name, n));

		*out = (struct text){s, s ? strlen(s) : 0};
		return s;
	}
	for (size_t i = 0; f->from == FROM_PATH && i < r->n_path_params; i++)
		if (name_is(&r->path_params[i].name, name, n)) {
			*out = r->path_params[i].value;
			return true;
		}
	if (f->from == FROM_HEADER && r->authorization && n == 6 && !memcmp(name, "bearer", 6) &&
	    !strncasecmp(r->authorization, "Bearer ", 7)) {
		*out = (struct text){r->authorization + 7, strlen(r->authorization + 7)};
		return true;
	}
	return false;
}

/* How many there may be was checked while they arrived. */
static void read_files(struct reader *rd, const struct field *f, const struct at *at, char *out)
{
	const struct form *form = rd->r->form;
	size_t n = 0;
	struct store_file **files = arena_array(rd->c->arena, struct store_file *, MULTIPART_PARTS_MAX);

	for (size_t i = 0; form && i < form->n_files; i++)
		if (!strcmp(form->files[i].field, f->name))
			files[n++] = form->files[i].file;
	*AS_LIST(out + f->offset) = (struct list){files, n};
	*((unsigned char *)out + f->has) = n ? GIVEN : ABSENT;
	if (!n && f->required)
		bad(rd, f, at, "required", say(rd->c, "파일을 첨부해 주세요", "a file is required"));
}

/* "" and [] mean absent, unless the field says otherwise. */
static bool is_empty(const struct field *f, const struct input *in)
{
	size_t n;

	if (f->keep_empty)
		return false;
	if (in->kind == IN_TEXT)
		return !*in->text;
	if (in->kind != IN_JSON)
		return false;
	if (jin_type(in->json) == J_STR)
		return jin_str(in->json, &n), n == 0;
	bool list = f->kind == K_LIST || f->kind == K_INTS || f->kind == K_STRS;

	return list && jin_type(in->json) == J_ARR && !jin_len(in->json);
}

/* A text of multipart/form-data: as it came, without URL encoding. A later one of the same name wins. */
static const struct text *form_text(const struct form *form, const char *name, size_t n)
{
	for (size_t i = form->n_texts; i > 0; i--)
		if (name_is(&form->texts[i - 1].name, name, n))
			return &form->texts[i - 1].value;
	return NULL;
}

/* What came under one of a field's names. False: nothing, or what cannot be read, which is noted. */
static bool input_called(struct reader *rd, const struct field *f, const struct at *at, const struct jval *obj,
			 const struct text *name, struct input *in)
{
	const char *s;
	struct text t;

	if (f->from == FROM_BODY && rd->r->form && !at->up) {
		const struct text *v = form_text(rd->r->form, name->s, name->n);

		if (v && (!utf8_valid(v->s, v->n) || memchr(v->s, '\0', v->n)))
			bad(rd, f, at, "format", say(rd->c, "올바른 UTF-8이 아닙니다", "is not valid UTF-8"));
		else if (v)
			*in = (struct input){.kind = IN_TEXT, .text = v->s};
		return v && in->kind == IN_TEXT;
	}
	if (f->from == FROM_BODY && !rd->r->fields) {
		const struct jval *v;

		if (!obj || !jin_get(obj, arena_strndup(rd->c->arena, name->s, name->n), &v))
			return false;
		*in = (struct input){.kind = v ? IN_JSON : IN_NULL, .json = v};
		return true;
	}
	if (!raw_text(rd->r, f, name->s, name->n, &t))
		return false;
	s = f->from == FROM_HEADER ? arena_strndup(rd->c->arena, t.s, t.n)
				   : url_decode(rd->c->arena, t.s, t.n, f->from == FROM_QUERY || f->from == FROM_BODY);
	if (!s) {
		bad(rd, f, at, "format", say(rd->c, "URL 인코딩이 올바르지 않습니다", "is not properly URL-encoded"));
		return false;
	}
	*in = (struct input){.kind = IN_TEXT, .text = s};
	return true;
}

/* Of a field's names the first that holds a value; if none does, null before "" and [], since it may clear. */
static struct input find_input(struct reader *rd, const struct field *f, const struct at *at,
			       const struct jval *obj)
{
	const char *words = f->aka;
	struct text name = {f->name, strlen(f->name)};
	struct input in = {.kind = IN_ABSENT};

	for (; name.s; name.s = next_word(&words, &name.n)) {
		struct input one = {.kind = IN_ABSENT};

		if (!input_called(rd, f, at, obj, &name, &one))
			continue;
		if (one.kind != IN_NULL && !is_empty(f, &one))
			return one;
		if (in.kind != IN_NULL)
			in = one;
	}
	return in;
}

static void read_shape(struct reader *rd, const struct shape *s, const struct jval *obj,
		       const struct at *up, void *out)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		const struct at at = {.up = up, .name = f->name};

		if (f->kind == K_FILES) {
			read_files(rd, f, &at, out);
			continue;
		}
		struct input in = f->bare && obj && jin_type(obj) == J_ARR
					  ? (struct input){.kind = IN_JSON, .json = obj}
					  : find_input(rd, f, &at, obj && jin_type(obj) == J_OBJ ? obj : NULL);

		if (in.kind == IN_NULL && f->nullable) {
			*((unsigned char *)out + f->has) = GIVEN_NULL;
			continue;
		}
		if (in.kind == IN_NULL || is_empty(f, &in))
			in.kind = IN_ABSENT;
		if (in.kind == IN_ABSENT && f->dflt) {
			in = (struct input){.kind = IN_TEXT, .text = f->dflt};
			read_value(rd, f, &at, &in, out);
			*((unsigned char *)out + f->has) = ABSENT;
		} else if (in.kind != IN_ABSENT) {
			read_value(rd, f, &at, &in, out);
		} else if (f->required) {
			bad(rd, f, &at, "required", say(rd->c, "필수 항목입니다", "is required"));
		}
	}
}

static bool takes_array(const struct shape *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->fields[i].bare)
			return true;
	return false;
}

enum status shape_read(struct req *r, const struct shape *s, void *out)
{
	struct reader rd = {.r = r, .c = &r->ctx};
	enum jtype t = jin_type(r->json);

	if (r->json && t != J_OBJ && !(t == J_ARR && takes_array(s)))
		bad_type(&rd, NULL, NULL, "본문은 JSON 객체여야 합니다", "the body must be an object");
	else
		read_shape(&rd, s, r->json, NULL, out);
	return rd.first;
}

const struct bad_field *shape_fill(struct ctx *c, const struct shape *s, const struct jval *v, void *out)
{
	struct bad_field *const asked = c->bad_fields, *first;
	struct reader rd = {.r = arena_new_of(c->arena, struct req), .c = c};

	c->bad_fields = NULL;
	if (jin_type(v) == J_OBJ)
		read_shape(&rd, s, v, NULL, out);
	else
		bad_type(&rd, NULL, NULL, "JSON 객체가 아닙니다", "is no object");
	first = c->bad_fields;
	c->bad_fields = asked;
	return first;
}
