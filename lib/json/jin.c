#include "json/jin.h"
#include "base/shape.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <errno.h>
#include <json-c/json.h>
#include <math.h>

/* ---- the scan: what json-c would let through ---------------------------------------------- */

struct key {
	const char *s;
	size_t n;
};

struct scan {
	struct arena *arena;
	const char *p, *end, *why;
	int depth;
	size_t values;
	/* of all objects that are open, one behind the other: an array for each would let a body of empty
	 * objects take a hundred times its length */
	struct key *keys;
	size_t n_keys, size_keys;
};

static bool value(struct scan *s);

static bool no(struct scan *s, const char *why)
{
	if (!s->why)
		s->why = why;
	return false;
}

static void space(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r'))
		s->p++;
}

static int hex4(const char *p)
{
	int v = 0;

	for (int i = 0; i < 4; i++) {
		int c = (unsigned char)p[i];
		int d = c >= '0' && c <= '9'   ? c - '0'
			: c >= 'a' && c <= 'f' ? c - 'a' + 10
			: c >= 'A' && c <= 'F' ? c - 'A' + 10
					       : -1;

		if (d < 0)
			return -1;
		v = v * 16 + d;
	}
	return v;
}

static bool escape(struct scan *s)
{
	if (s->end - s->p < 2)
		return no(s, "a string does not end");
	if (s->p[1] != 'u') {
		if (!strchr("\"\\/bfnrt", s->p[1]) || !s->p[1])
			return no(s, "unknown escape in a string");
		s->p += 2;
		return true;
	}
	int u = s->end - s->p >= 6 ? hex4(s->p + 2) : -1;

	if (u < 0)
		return no(s, "bad \\u escape");
	if (u == 0)
		return no(s, "NUL in a string");
	s->p += 6;
	if (u >= 0xdc00 && u <= 0xdfff)
		return no(s, "half of a surrogate pair");
	if (u >= 0xd800 && u <= 0xdbff) {
		int low = s->end - s->p >= 6 && s->p[0] == '\\' && s->p[1] == 'u' ? hex4(s->p + 2) : -1;

		if (low < 0xdc00 || low > 0xdfff)
			return no(s, "half of a surrogate pair");
		s->p += 6;
	}
	return true;
}

static bool string(struct scan *s, struct key *key)
{
	if (s->p >= s->end || *s->p != '"')
		return no(s, "a string in double quotes is expected");
	const char *start = ++s->p;

	while (s->p < s->end && *s->p != '"') {
		unsigned char c = (unsigned char)*s->p;
		size_t len = 1;

		if (c < 0x20)
			return no(s, "control character in a string");
		if (c == '\\') {
			if (!escape(s))
				return false;
			continue;
		}
		if (c >= 0x80 && !(len = utf8_next(s->p, (size_t)(s->end - s->p))))
			return no(s, "not valid UTF-8");
		s->p += len;
	}
	if (s->p >= s->end)
		return no(s, "a string does not end");
	if (key)
		*key = (struct key){start, (size_t)(s->p - start)};
	s->p++;
	return true;
}

static bool digits(struct scan *s)
{
	const char *start = s->p;

	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return s->p > start || no(s, "a digit is expected");
}

static bool number(struct scan *s)
{
	if (*s->p == '-')
		s->p++;
	if (s->p < s->end && *s->p == '0')
		s->p++;
	else if (!digits(s))
		return false;
	if (s->p < s->end && *s->p == '.' && (s->p++, !digits(s)))
		return false;
	if (s->p < s->end && (*s->p == 'e' || *s->p == 'E')) {
		s->p++;
		if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
			s->p++;
		return digits(s);
	}
	return true;
}

static bool word(struct scan *s, const char *w)
{
	size_t n = strlen(w);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, w, n) != 0)
		return no(s, "unknown word");
	s->p += n;
	return true;
}

static int key_cmp(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	return memcmp(x->s, y->s, x->n);
}

/* A key with its escaped letters as they are meant, since "\u0061" is "a" to whoever reads it. What is beyond
 * ASCII stays as it came: no field of ours is called so. */
static struct key spelled_out(struct scan *s, struct key key)
{
	size_t n = 0;

	if (!memchr(key.s, '\\', key.n))
		return key;
	char *out = arena_alloc_raw(s->arena, key.n);

	for (const char *p = key.s; p < key.s + key.n;) {
		int u = p[0] == '\\' && p[1] == 'u' ? hex4(p + 2) : -1;

		if (u >= 0 && u < 0x80) {
			out[n++] = (char)u;
			p += 6;
		} else {
			out[n++] = *p++;
		}
	}
	return (struct key){out, n};
}

static void add_key(struct scan *s, struct key key)
{
	if (s->n_keys == s->size_keys) {
		s->size_keys = MAX(s->size_keys * 2, (size_t)16);
		struct key *more = arena_array(s->arena, struct key, s->size_keys);

		if (s->n_keys)
			memcpy(more, s->keys, s->n_keys * sizeof(*more));
		s->keys = more;
	}
	s->keys[s->n_keys++] = spelled_out(s, key);
}

/* Takes the keys from number `first` on, which are those of one object, off the list. */
static bool keys_differ(struct scan *s, size_t first)
{
	struct key *keys = s->keys + first;
	size_t n = s->n_keys - first;

	s->n_keys = first;
	qsort(keys, n, sizeof(*keys), key_cmp);
	for (size_t i = 1; i < n; i++)
		if (!key_cmp(&keys[i - 1], &keys[i]))
			return no(s, "a key appears twice in an object");
	return true;
}

static bool object(struct scan *s)
{
	size_t first = s->n_keys;
	struct key key;

	s->p++;
	space(s);
	if (s->p < s->end && *s->p == '}') {
		s->p++;
		return true;
	}
	for (;;) {
		if (s->n_keys - first == JIN_KEYS)
			return no(s, "too many keys in an object");
		space(s);
		if (!string(s, &key))
			return false;
		add_key(s, key);
		space(s);
		if (s->p >= s->end || *s->p++ != ':')
			return no(s, "a colon is expected");
		if (!value(s))
			return false;
		space(s);
		if (s->p < s->end && *s->p == ',') {
			s->p++;
			continue;
		}
		if (s->p >= s->end || *s->p != '}')
			return no(s, "a comma or } is expected");
		s->p++;
		return keys_differ(s, first);
	}
}

static bool array(struct scan *s)
{
	s->p++;
	space(s);
	if (s->p < s->end && *s->p == ']') {
		s->p++;
		return true;
	}
	for (;;) {
		if (!value(s))
			return false;
		space(s);
		if (s->p < s->end && *s->p == ',') {
			s->p++;
			continue;
		}
		if (s->p >= s->end || *s->p != ']')
			return no(s, "a comma or ] is expected");
		s->p++;
		return true;
	}
}

static bool value(struct scan *s)
{
	bool good;

	space(s);
	if (s->p >= s->end)
		return no(s, "the text ends early");
	if (++s->depth > JIN_DEPTH)
		return no(s, "nested too deep");
	if (++s->values > JIN_VALUES)
		return no(s, "too many values");
	switch (*s->p) {
	case '{':
		good = object(s);
		break;
	case '[':
		good = array(s);
		break;
	case '"':
		good = string(s, NULL);
		break;
	case 't':
		good = word(s, "true");
		break;
	case 'f':
		good = word(s, "false");
		break;
	case 'n':
		good = word(s, "null");
		break;
	case '-':
	case '0' ... '9':
		good = number(s);
		break;
	default:
		good = no(s, "a value is expected");
	}
	s->depth--;
	return good;
}

/* ---- json-c ------------------------------------------------------------------------------- */

static void put(void *obj)
{
	json_object_put(obj);
}

const struct jval *jin_parse(struct arena *a, const char *text, size_t n, const char **why,
			     size_t *offset)
{
	struct scan s = {.arena = a, .p = text, .end = text + n};

	if (value(&s)) {
		space(&s);
		if (s.p < s.end)
			(void)no(&s, "more text after the value");
	}
	if (s.why || n > INT32_MAX) {
		*why = s.why ? s.why : "too long";
		*offset = (size_t)(s.p - text);
		return NULL;
	}
	struct json_tokener *tok = json_tokener_new_ex(JIN_DEPTH + 2);

	if (!tok)
		out_of_memory("json_tokener_new failed");
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	struct json_object *root = json_tokener_parse_ex(tok, text, (int)n);
	enum json_tokener_error err = json_tokener_get_error(tok);

	/* a bare number at the end of the text is only complete once something follows it */
	if (err == json_tokener_continue) {
		root = json_tokener_parse_ex(tok, " ", 1);
		err = json_tokener_get_error(tok);
	}
	*offset = json_tokener_get_parse_end(tok);
	json_tokener_free(tok);
	if (err != json_tokener_success || !root) {
		json_object_put(root);
		*why = err == json_tokener_success ? "null is not a body" : json_tokener_error_desc(err);
		return NULL;
	}
	arena_defer(a, put, root);
	return (const struct jval *)root;
}

static struct json_object *obj(const struct jval *v)
{
	union {
		const struct jval *in;
		struct json_object *out; /* json-c's getters take no const */
	} u = {.in = v};

	return u.out;
}

enum jtype jin_type(const struct jval *v)
{
	switch (json_object_get_type(obj(v))) {
	case json_type_boolean:
		return J_BOOL;
	case json_type_int: {
		/* json-c clamps what does not fit in 64 bits: believe only what prints as it was read */
		int64_t i = json_object_get_int64(obj(v));

		return i == INT64_MAX || i == INT64_MIN ? J_NUM : J_INT;
	}
	case json_type_double:
		return J_NUM;
	case json_type_string:
		return J_STR;
	case json_type_object:
		return J_OBJ;
	case json_type_array:
		return J_ARR;
	case json_type_null:
		break;
	}
	return J_NULL;
}

bool jin_bool(const struct jval *v)
{
	return json_object_get_boolean(obj(v));
}

int64_t jin_int(const struct jval *v)
{
	return json_object_get_int64(obj(v));
}

uint64_t jin_id(const struct jval *v)
{
	size_t n = 0;

	if (jin_type(v) == J_INT)
		return (uint64_t)MAX(jin_int(v), INT64_C(0));
	const char *s = jin_type(v) == J_STR ? jin_str(v, &n) : "";

	return n && n < 20 && strspn(s, "0123456789") == n ? strtoull(s, NULL, 10) : 0;
}

double jin_num(const struct jval *v)
{
	return json_object_get_double(obj(v));
}

const char *jin_str(const struct jval *v, size_t *len)
{
	*len = (size_t)json_object_get_string_len(obj(v));
	return json_object_get_string(obj(v));
}

const char *jin_text(struct arena *a, const struct jval *v)
{
	return arena_strdup(a, json_object_to_json_string_ext(obj(v), JSON_C_TO_STRING_PLAIN |
								      JSON_C_TO_STRING_NOSLASHESCAPE));
}

size_t jin_len(const struct jval *v)
{
	return jin_type(v) == J_ARR ? json_object_array_length(obj(v)) : 0; /* json-c ends the process */
}

const struct jval *jin_at(const struct jval *v, size_t i)
{
	return jin_type(v) == J_ARR ? (const struct jval *)json_object_array_get_idx(obj(v), i) : NULL;
}

bool jin_get(const struct jval *v, const char *key, const struct jval **out)
{
	struct json_object *found;

	if (!json_object_object_get_ex(obj(v), key, &found))
		return false;
	*out = (const struct jval *)found;
	return true;
}

void jin_texts(struct arena *a, const char *json, struct list *out)
{
	const char *why;
	size_t at, n;
	const struct jval *doc = json ? jin_parse(a, json, strlen(json), &why, &at) : NULL;
	const char **v = arena_array(a, const char *, jin_len(doc));

	for (size_t i = 0; i < jin_len(doc); i++)
		v[i] = jin_str(jin_at(doc, i), &n);
	*out = (struct list){v, jin_len(doc)};
}
