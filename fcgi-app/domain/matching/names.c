#include "domain/matching/names.h"
#include "domain/matching/matching_sql.h"

enum { IDS = 256 };
static struct name_row *all; /* by kind and id */
static size_t count;
static uint16_t place[NAME_KINDS][IDS]; /* in `all`, from 1: where small ids stand, as nearly all are */

static char *keep(const char *s)
{
	char *copy = strdup(s);

	if (!copy)
		abort();
	return copy;
}

enum status names_load(struct ctx *c)
{
	struct list rows;
	enum status st = all ? OK : matching_sql_names(c, &rows);

	if (all || st != OK || !rows.n)
		return st;
	all = calloc(rows.n, sizeof(*all));
	if (!all)
		abort();
	count = rows.n;
	memcpy(all, rows.v, count * sizeof(*all));
	for (size_t i = 0; i < count; i++) {
		all[i].code = keep(all[i].code);
		all[i].ko = keep(all[i].ko);
		all[i].en = keep(all[i].en);
		if (all[i].id < IDS)
			place[all[i].kind][all[i].id] = (uint16_t)(i + 1);
	}
	return OK;
}

static int by_key(const void *a, const void *b)
{
	const struct name_row *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static const struct name_row *find(enum name_kind kind, uint64_t id)
{
	const struct name_row key = {.kind = kind, .id = (int64_t)id};

	if (id < IDS)
		return place[kind][id] ? &all[place[kind][id] - 1] : NULL;
	return all ? bsearch(&key, all, count, sizeof(*all), by_key) : NULL;
}

const char *names_of(const struct ctx *c, enum name_kind kind, uint64_t id)
{
	const struct name_row *n = find(kind, id);

	return n ? say(c, n->ko, n->en) : NULL;
}

const char *names_language_code(uint64_t id)
{
	const struct name_row *n = find(NAME_LANGUAGE, id);

	return n ? n->code : NULL;
}

unsigned names_language(const char *text)
{
	for (size_t i = 0; i < count && all[i].kind == NAME_LANGUAGE; i++)
		if (!strcasecmp(all[i].code, text) || !strcasecmp(all[i].en, text) || !strcmp(all[i].ko, text))
			return (unsigned)all[i].id;
	return 0;
}

struct list names_of_mask(struct ctx *c, enum name_kind kind, uint64_t mask)
{
	const char **v = arena_array(c->arena, const char *, count);
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		if (all[i].kind == (int64_t)kind && mask >> (all[i].id & 63) & 1)
			v[n++] = say(c, all[i].ko, all[i].en);
	return (struct list){v, n};
}
