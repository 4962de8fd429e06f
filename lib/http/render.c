#include "http/render.h"
#include "base/clock.h"

#include <math.h>

void render_time(struct buf *b, int64_t ms)
{
	char text[32];

	if (!ms) {
		buf_str(b, "null");
		return;
	}
	clock_iso(ms, text);
	buf_char(b, '"');
	buf_str(b, text);
	buf_char(b, '"');
}

static void render_num(struct buf *b, double v)
{
	char text[32];

	if (!isfinite(v)) {
		buf_str(b, "null");
		return;
	}
	const double most = 1e6;
	int64_t tenths = fabs(v) < most ? llround(v * 10) : 0;

	if (tenths > 0 && (double)tenths / 10 == v) { /* as most numbers of ours are: printf takes ten times as long */
		buf_int(b, tenths / 10);
		if (tenths % 10)
			buf_add(b, (char[]){'.', (char)('0' + tenths % 10)}, 2);
		return;
	}
	(void)snprintf(text, sizeof(text), "%.10g", v);
	buf_str(b, text);
}

static void render_str(struct buf *b, const char *s)
{
	if (s)
		buf_json(b, s, strlen(s));
	else
		buf_str(b, "null");
}

static void render_id(struct buf *b, const struct field *f, uint64_t v)
{
	if (!v) {
		buf_str(b, "null");
		return;
	}
	if (!f->as_number)
		buf_char(b, '"');
	buf_int(b, (int64_t)v);
	if (!f->as_number)
		buf_char(b, '"');
}

static void render_list(struct buf *b, const struct field *f, const struct list *l)
{
	buf_char(b, '[');
	for (size_t i = 0; i < l->n; i++) {
		if (i)
			buf_char(b, ',');
		if (f->kind == K_INTS)
			buf_int(b, ((const int64_t *)l->v)[i]);
		else if (f->kind == K_STRS)
			render_str(b, ((const char *const *)l->v)[i]);
		else
			render_value(b, f->of, (const char *)l->v + i * f->of->size);
	}
	buf_char(b, ']');
}

static bool is_null(const struct field *f, const void *member)
{
	switch (f->kind) {
	case K_STR:
	case K_RAW:
	case K_OBJ:
		return !*(const void *const *)member;
	case K_ID:
	case K_TIME:
		return !*(const int64_t *)member;
	case K_INT:
		return f->zero_null && !*(const int64_t *)member;
	case K_NUM:
		return !isfinite(*(const double *)member);
	default:
		return false;
	}
}

static void render_member(struct buf *b, const struct field *f, const void *member)
{
	if (is_null(f, member)) {
		buf_str(b, "null");
		return;
	}
	switch (f->kind) {
	case K_STR:
		render_str(b, *(const char *const *)member);
		break;
	case K_RAW:
		buf_str(b, *(const char *const *)member);
		break;
	case K_INT:
		buf_int(b, *(const int64_t *)member);
		break;
	case K_NUM:
		render_num(b, *(const double *)member);
		break;
	case K_BOOL:
		buf_str(b, *(const bool *)member ? "true" : "false");
		break;
	case K_ID:
		render_id(b, f, *(const uint64_t *)member);
		break;
	case K_TIME:
		render_time(b, *(const int64_t *)member);
		break;
	case K_OBJ:
		render_value(b, f->of, *(const void *const *)member);
		break;
	case K_INTS:
	case K_STRS:
	case K_LIST:
		render_list(b, f, member);
		break;
	case K_FILES: /* an input's alone, see registry_check() */
		break;
	}
}

static void comma(struct buf *b, bool *some)
{
	if (*some)
		buf_char(b, ',');
	*some = true;
}

bool render_fields(struct buf *b, const struct shape *s, const void *v, enum place place)
{
	bool some = false;

	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		const void *member = (const char *)v + f->offset;
		const char *words = f->aka, *w;
		size_t len;

		if ((f->place && f->place != place) || (f->skip_null && is_null(f, member)))
			continue;
		comma(b, &some);
		buf_add(b, f->key, f->key_n);
		size_t from = b->len;

		render_member(b, f, member);
		size_t to = b->len;

		while ((w = next_word(&words, &len))) {
			comma(b, &some);
			buf_char(b, '"');
			buf_add(b, w, len);
			buf_add(b, "\":", 2);
			buf_again(b, from, to);
		}
	}
	return some;
}

void render_value(struct buf *b, const struct shape *s, const void *v)
{
	if (shape_is_value(s)) {
		render_member(b, &s->fields[0], (const char *)v + s->fields[0].offset);
		return;
	}
	buf_char(b, '{');
	(void)render_fields(b, s, v, IN_DATA);
	buf_char(b, '}');
}

void render_given(struct buf *b, const struct shape *s, const void *v)
{
	bool some = false;

	buf_char(b, '{');
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		const void *member = (const char *)v + f->offset;

		if (((const unsigned char *)v)[f->has] != GIVEN)
			continue;
		comma(b, &some);
		buf_add(b, f->key, f->key_n);
		if (f->kind == K_OBJ)
			render_given(b, f->of, *(const void *const *)member);
		else
			render_member(b, f, member);
	}
	buf_char(b, '}');
}
