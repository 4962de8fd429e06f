#include "domain/presence/presence.h"
#include "base/buf.h"
#include "base/clock.h"
#include "domain/presence/presence_sql.h"

SHAPE_TABLE(presence_out, PRESENCE_OUT)
SHAPE_TABLE(presences_out, PRESENCES_OUT)
SHAPE_TABLE(presence_count_out, PRESENCE_COUNT_OUT)
SHAPE_TABLE(gateway_row, GATEWAY_ROW)

enum { CLEAR_PIECES = 50, ALIVE_US = 1000000, GATEWAY_ID_SIZE = 17 /* CHAR(16) and a comma */ };

enum status presence_beat(struct ctx *c, const struct presence_beat *b, bool *known)
{
	return presence_sql_beat(c, b, buf_ids(c->arena, b->online.v, b->online.n, sizeof(int64_t)),
				 buf_ids(c->arena, b->offline.v, b->offline.n, sizeof(int64_t)), known);
}

enum status presence_gateways(struct ctx *c, struct list *rows)
{
	return presence_sql_gateways(c, rows);
}

enum status presence_alive(struct ctx *c, const char **ids)
{
	static char known[GATEWAYS_MAX * GATEWAY_ID_SIZE + 1];
	static int64_t until; /* monotonic µs */
	int64_t now = clock_mono();
	struct list rows;

	*ids = known;
	if (now < until)
		return OK;
	enum status st = presence_sql_gateways(c, &rows);
	const struct gateway_row *g = rows.v;
	char *at = known;

	for (size_t i = 0; st == OK && i < rows.n; i++)
		at += snprintf(at, GATEWAY_ID_SIZE + 1, "%s%s", i ? "," : "", g[i].id);
	*at = '\0';
	until = st == OK ? now + ALIVE_US : 0;
	return st;
}

/* The id of a meeting lets one into it, so that is for nobody else. */
static struct presence_out seen(const struct ctx *c, const struct presence_row *row)
{
	bool mine = row->userId == c->me.user_id;
	bool told = mine || row->shows;
	struct presence_out out = {.userId = row->userId, .status = "OFFLINE"};

	if (row->hidden)
		return out;
	out.englishName = row->englishName;
	out.profileImageUrl = row->profileImageUrl;
	out.location = row->location;
	out.nativeLanguage = row->nativeLanguage;
	out.deviceInfo = mine ? row->deviceInfo : NULL;
	out.currentSessionId = mine ? row->currentSessionId : NULL;
	out.status = told ? row->status : "OFFLINE";
	out.isStudying = !strcmp(out.status, "STUDYING");
	out.lastSeenAt = mine || (told && row->shows_last) ? row->lastSeenAt : 0;
	return out;
}

static struct list all_seen(struct ctx *c, const struct list *rows)
{
	struct presence_out *out = arena_array(c->arena, struct presence_out, rows->n);

	for (size_t i = 0; i < rows->n; i++)
		out[i] = seen(c, (const struct presence_row *)rows->v + i);
	return (struct list){out, rows->n};
}

enum status presence_of(struct ctx *c, const int64_t *ids, size_t n, struct list *out)
{
	struct list rows;
	enum status st = presence_sql_of(c, buf_ids(c->arena, ids, n, sizeof(int64_t)), &rows);

	*out = all_seen(c, &rows);
	return st;
}

enum status presence_one(struct ctx *c, uint64_t user_id, struct presence_out *out)
{
	int64_t id = (int64_t)user_id;
	struct list one;
	enum status st = presence_of(c, &id, 1, &one);

	if (st == OK && !one.n)
		st = fail(c, E_USER_NOT_FOUND, "user %llu", (unsigned long long)user_id);
	if (st == OK)
		*out = *(const struct presence_out *)one.v;
	return st;
}

enum status presence_choose(struct ctx *c, const struct presence_choice *p, struct presence_out *out)
{
	enum status st = presence_sql_choose(c, p);

	return st == OK ? presence_one(c, c->me.user_id, out) : st;
}

enum status presence_list(struct ctx *c, const char *status, const char *city, struct list *out)
{
	struct list rows;
	enum status st = presence_sql_list(c, status, city, &rows);

	*out = all_seen(c, &rows);
	return st;
}

enum status presence_count(struct ctx *c, struct presence_count_out *out)
{
	return presence_sql_count(c, out);
}

enum status presence_clear(struct ctx *c)
{
	struct list rows;
	enum status st = presence_sql_dead(c, &rows);
	const struct gateway_row *g = rows.v;
	int64_t gone = 1;

	for (size_t i = 0, piece = 0; i < rows.n && piece < CLEAR_PIECES && st == OK; i += !gone, piece++)
		st = presence_sql_clear(c, g[i].id, &gone);
	return st;
}
