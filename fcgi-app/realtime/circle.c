#include "realtime/circle.h"
#include "base/buf.h"
#include "kv/bus.h"
#include "realtime/gateway.h"
#include "realtime/hub.h"

#include <uthash.h>
#include <utlist.h>

enum {
	TOLD_MAX = 1 << 20,
	GATEWAY_GONE_S = 4, /* not heard of for so long */
};

struct circle {
	char name[CIRCLE_NAME_MAX + 1];
	struct circles *all;
	struct place *places;
	UT_hash_handle hh;
};

/* Another gateway that hears what is said here. */
struct peer {
	char id[17];   /* of struct gateway */
	int64_t heard; /* monotonic s */
	UT_hash_handle hh;
};

struct circles {
	struct gateway *gw;
	struct circle *table;
	struct peer *peers;
};

static struct circle *find(const struct circles *all, const char *name)
{
	struct circle *c;

	HASH_FIND_STR(all->table, name, c);
	return c;
}

struct place *circle_enter(struct sock *s, const char *name, const char *peer)
{
	struct circles *all = s->gw->circles;
	struct circle *c = find(all, name);
	struct place *p = must(calloc(1, sizeof(*p)));

	if (!c) {
		c = must(calloc(1, sizeof(*c)));
		(void)snprintf(c->name, sizeof(c->name), "%s", name);
		c->all = all;
		HASH_ADD_STR(all->table, name, c);
	}
	p->sock = s;
	p->circle = c;
	(void)snprintf(p->peer, sizeof(p->peer), "%s", peer);
	DL_APPEND(c->places, p);
	LL_PREPEND2(s->places, p, next_of_sock);
	return p;
}

void circle_leave(struct place *p)
{
	struct circle *c = p->circle;

	LL_DELETE2(p->sock->places, p, next_of_sock);
	DL_DELETE(c->places, p);
	free(p);
	if (c->places)
		return;
	HASH_DEL(c->all->table, c);
	free(c);
}

struct place *circle_place(const struct sock *s, const char *name)
{
	for (struct place *p = s->places; p; p = p->next_of_sock)
		if (!strcmp(p->circle->name, name))
			return p;
	return NULL;
}

const char *circle_name(const struct place *p)
{
	return p->circle->name;
}

struct place *circle_first(const struct place *p)
{
	return p->circle->places;
}

/* "~ event\ncircle\nfrom\nto\n{…}" */
bool circle_say(struct gateway *gw, const char *circle, const char *from, const char *to, const char *event,
		const char *json, size_t n)
{
	struct buf b = buf_new(gw->arena, n + 512, TOLD_MAX);

	buf_printf(&b, "~ %s\n%s\n%s\n%s\n", event, circle, from, to);
	buf_add(&b, json, n);
	if (!b.over && !bus_say(gw->bus, b.data, b.len))
		hub_hear(gw->hub, b.data, b.len);
	return !b.over;
}

static void tell_places(struct circle *c, const char *from, const char *to, const struct said *what)
{
	for (struct place *p = c->places, *next; p; p = next) {
		bool self = !strcmp(p->peer, from);
		bool meant = !strcmp(to, TO_ALL) || (!strcmp(to, TO_OTHERS) ? !self : !strcmp(p->peer, to));

		next = p->next;
		if (meant && !p->sock->closing)
			p->sock->skin->heard(p, from, what);
	}
}

/* ---- who else hears it -------------------------------------------------------------------- */

static void announce(struct circles *all)
{
	(void)circle_say(all->gw, "", all->gw->id, TO_ALL, "gateway", "{}", 2);
}

/* A newcomer is answered at once, so that it knows of us, too. */
static void hear_gateway(struct circles *all, const char *id)
{
	size_t n = strlen(id);
	struct peer *p;

	if (!strcmp(id, all->gw->id) || n >= sizeof(all->gw->id))
		return;
	HASH_FIND_STR(all->peers, id, p);
	if (!p) {
		p = must(calloc(1, sizeof(*p)));
		memcpy(p->id, id, n + 1);
		HASH_ADD_STR(all->peers, id, p);
		announce(all);
	}
	p->heard = all->gw->second;
}

void circles_second(struct circles *all)
{
	struct peer *p, *next;

	HASH_ITER (hh, all->peers, p, next)
		if (all->gw->second - p->heard >= GATEWAY_GONE_S) {
			HASH_DEL(all->peers, p);
			free(p);
		}
	announce(all);
}

void circles_bus_up(struct circles *all)
{
	announce(all);
}

size_t circles_gateways(const struct circles *all)
{
	return hub_is_blind(all->gw->hub) ? 1 : HASH_COUNT(all->peers) + 1;
}

/* ---- hearing ------------------------------------------------------------------------------ */

/* Nobody of that circle is here, and who asks waits for every gateway. */
static void answer_nobody(const struct circles *all, const char *circle, const char *from)
{
	struct buf b = buf_new(all->gw->arena, 64, 128);

	buf_printf(&b, "{\"gateway\":\"%s\",\"list\":[]}", all->gw->id);
	(void)circle_say(all->gw, circle, "", from, "here", b.data, b.len);
}

void circles_hear(struct circles *all, const char *text, size_t n)
{
	const char *at = text + 2, *end = text + n;
	char part[4][CIRCLE_NAME_MAX + 1];

	for (size_t i = 0; i < COUNT(part); i++) {
		const char *lf = memchr(at, '\n', (size_t)(end - at));

		if (!lf || (size_t)(lf - at) >= sizeof(part[i]))
			return;
		memcpy(part[i], at, (size_t)(lf - at));
		part[i][lf - at] = '\0';
		at = lf + 1;
	}
	struct circle *c = find(all, part[1]);

	if (!strcmp(part[0], "gateway"))
		hear_gateway(all, part[2]);
	else if (c)
		tell_places(c, part[2], part[3],
			    &(struct said){.event = part[0], .data = at, .n = (size_t)(end - at)});
	else if (!strcmp(part[0], "who"))
		answer_nobody(all, part[1], part[2]);
}

void circles_told(struct circles *all, const char *name, const struct said *what)
{
	struct circle *c = find(all, name);

	if (c)
		tell_places(c, "", TO_ALL, what);
}

size_t circles_calls(const struct circles *all)
{
	size_t n = 0;

	for (const struct circle *c = all->table; c; c = c->hh.next)
		n += strncmp(c->name, "study:", 6) != 0;
	return n;
}

struct circles *circles_open(struct gateway *gw)
{
	struct circles *all = must(calloc(1, sizeof(*all)));

	all->gw = gw;
	return all;
}

void circles_close(struct circles *all)
{
	struct peer *p, *next;

	HASH_ITER (hh, all->peers, p, next) {
		HASH_DEL(all->peers, p);
		free(p);
	}
	free(all);
}
