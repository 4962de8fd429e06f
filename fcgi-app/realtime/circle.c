#include "realtime/circle.h"
#include "base/buf.h"
#include "kv/bus.h"
#include "realtime/gateway.h"
#include "realtime/hub.h"

#include <uthash.h>
#include <utlist.h>

enum { TOLD_MAX = 1 << 20 };

struct circle {
	char name[CIRCLE_NAME_MAX + 1];
	struct circles *all;
	struct place *places;
	UT_hash_handle hh;
};

struct circles {
	struct circle *table;
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

	if (c)
		tell_places(c, part[2], part[3],
			    &(struct said){.event = part[0], .data = at, .n = (size_t)(end - at)});
}

void circles_told(struct circles *all, const char *name, const struct said *what)
{
	struct circle *c = find(all, name);

	if (c)
		tell_places(c, "", TO_ALL, what);
}

bool circles_has(const struct circles *all, const char *name)
{
	return find(all, name);
}

size_t circles_calls(const struct circles *all)
{
	size_t n = 0;

	for (const struct circle *c = all->table; c; c = c->hh.next)
		n += strncmp(c->name, "study:", 6) != 0;
	return n;
}

struct circles *circles_open(void)
{
	return must(calloc(1, sizeof(struct circles)));
}

void circles_close(struct circles *all)
{
	free(all);
}
