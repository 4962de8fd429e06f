/*
 * Reading JSON, strictly (RFC 8259). The only user of json-c.
 *
 * json-c takes more than JSON even in strict mode (single quotes, NaN, "1.", raw control
 * characters, duplicate keys), so a byte scan refuses those first.
 */
#ifndef JSON_JIN_H
#define JSON_JIN_H

#include "base/arena.h"

/* VALUES: in the whole text; json-c takes some 800 bytes for an empty object. KEYS: of one object. */
enum { JIN_DEPTH = 16, JIN_KEYS = 512, JIN_VALUES = 50000 };

struct jval; /* a value inside a parsed document; lives until the arena's reset */
enum jtype { J_NULL, J_BOOL, J_INT, J_NUM, J_STR, J_OBJ, J_ARR };

/* Parses text (n bytes). Returns NULL and sets *why (and *offset, the byte it failed at) when it is
 * not JSON, deeper or larger than the above, or an object has a key twice. */
const struct jval *jin_parse(struct arena *a, const char *text, size_t n, const char **why,
			     size_t *offset);

/* v may be NULL (JSON null). */
enum jtype jin_type(const struct jval *v);
bool jin_bool(const struct jval *v);
int64_t jin_int(const struct jval *v); /* J_INT only; values past 64 bits have type J_NUM */
uint64_t jin_id(const struct jval *v); /* J_INT, or J_STR of digits; 0: neither */
double jin_num(const struct jval *v);  /* J_INT and J_NUM */
const char *jin_str(const struct jval *v, size_t *len);
const char *jin_text(struct arena *a, const struct jval *v); /* the value written as JSON again */
size_t jin_len(const struct jval *v); /* elements of an array; 0 of anything else, whose jin_at() is NULL */
const struct jval *jin_at(const struct jval *v, size_t i);

/* A JSON array of texts, our own, or NULL: as a list. */
struct list;
void jin_texts(struct arena *a, const char *json, struct list *out);

/* Sets *out (NULL for JSON null) and returns true when the object has the key. */
bool jin_get(const struct jval *v, const char *key, const struct jval **out);
#endif
