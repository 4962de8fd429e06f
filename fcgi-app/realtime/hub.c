#include "realtime/hub.h"
#include "base/clock.h"
#include "base/log.h"
#include "json/cut.h"
#include "json/jin.h"
#include "kv/bus.h"
#include "realtime/pool.h"

#include <utlist.h>

enum {
	RECENT = 8192, /* numbers of rooms that went by lately; a power of two */
	HELD_MAX = 64, /* messages of a room that wait for an earlier one */
	GAP_MS = 30,   /* what an earlier one may be late before it is fetched */
	TICK_MS = 10,
	FETCH_MAX = 100,   /* messages in one answer of the pool */
	FETCH_AGAIN_S = 1, /* after a fetch that failed */
	BLIND_S = 3,       /* how often rooms are looked at while the bus is down */
};

/* A message that came before its predecessor. */
struct held {
	struct held *next;
	int64_t seq;
	size_t n;
	char data[];
};

struct seat {
	struct seat *next; /* of the user */
	struct seat *prev_of_room, *next_of_room;
	struct user *user;
	struct room *room;
	bool seen; /* in the answer that is being read */
};

/* A room with somebody of here in it. */
struct room {
	uint64_t id;
	int64_t last;  /* newest number handed on, or that nobody here needed */
	int64_t known; /* newest number that exists, as far as we know */
	struct seat *seats;
	struct sub *subs;
	struct held *held; /* by number */
	size_t n_held;
	struct call *call; /* fetches what is missing */
	int64_t due;       /* monotonic ms: when to fetch; 0: nothing is missing */
	struct hub *hub;
	struct room *prev_gap, *next_gap; /* in the list of those with `due` */
	UT_hash_handle hh;
};

struct recent {
	uint64_t room;
	int64_t seq;
};

struct hub {
	struct gateway *gw;
	struct user *users;
	struct room *rooms;
	struct room *gaps;
	struct sub *broadcast; /* of topics that are of nobody */
	struct recent recent[RECENT];
	uint64_t heard; /* messages of rooms so far; the next slot of recent */
	uv_timer_t tick;
	bool ticking;
	bool ask_again; /* for the seats of some user */
	bool blind;     /* the bus is down */
};

/* ---- handing on --------------------------------------------------------------------------- */

/* What an event is to those who listen. */
static const struct {
	const char *event;
	enum topic topic;
} topics[] = {
	{"chat.message", T_MESSAGES},
	{"chat.typing", T_TYPING},
	{"chat.read", T_READS},
	{"chat.joined", T_ROOMS},
	{"chat.left", T_LEFT},
	{"chat.public_room", T_PUBLIC_ROOMS},
	{"notification.urgent", T_URGENT},
	{"notification.matching", T_MATCHING},
	{"notification.session", T_SESSIONS},
	{"notification.chat", T_CHATS},
	{"notification.system", T_NOTES},
	{"notification", T_NOTES},
};

static enum topic topic_of(const char *event)
{
	for (size_t i = 0; i < COUNT(topics); i++)
		if (!strcmp(topics[i].event, event))
			return topics[i].topic;
	/* categories that have no queue of their own */
	return !strncmp(event, "notification.", 13) ? T_NOTES : TOPICS;
}

static void tell(struct sub *sub, const struct said *what)
{
	if (!sub->sock->closing)
		sub->sock->skin->tell(sub, what);
}

static void tell_room(struct room *r, const struct said *what)
{
	enum topic topic = topic_of(what->event);
	struct sub *sub;

	DL_FOREACH2(r->subs, sub, next_of_room)
		/* what was fetched for a subscription may be ahead of the room */
		if (sub->topic == topic && (topic != T_MESSAGES || (sub->state == SUB_LIVE && what->seq > sub->after)))
			tell(sub, what);
}

static bool tell_topic(struct sock *s, enum topic topic, const struct said *what)
{
	bool told = false;

	for (struct sub *sub = s->subs; sub; sub = sub->next)
		if (sub->topic == topic) {
			tell(sub, what);
			told = true;
		}
	return told;
}

/* A notification goes to the queue of its kind, or to the common one: to both would show it twice. */
static void tell_user(struct user *u, const struct said *what)
{
	enum topic topic = topic_of(what->event);
	struct sock *s;

	DL_FOREACH2(u->socks, s, next_of_user)
		if (!tell_topic(s, topic, what) && topic > T_NOTES && topic <= T_CHATS)
			(void)tell_topic(s, T_NOTES, what);
}

/* ---- rooms: numbers without a gap --------------------------------------------------------- */

static void on_tick(uv_timer_t *t);

static void set_due(struct room *r, int64_t due)
{
	struct hub *h = r->hub;

	if (!r->due)
		DL_APPEND2(h->gaps, r, prev_gap, next_gap);
	r->due = due;
	if (!h->ticking && uv_timer_start(&h->tick, on_tick, TICK_MS, TICK_MS) == 0)
		h->ticking = true;
}

static void clear_due(struct room *r)
{
	if (r->due)
		DL_DELETE2(r->hub->gaps, r, prev_gap, next_gap);
	r->due = 0;
}

static bool has_listeners(const struct room *r)
{
	for (const struct sub *sub = r->subs; sub; sub = sub->next_of_room)
		if (sub->topic == T_MESSAGES)
			return true;
	return false;
}

static void drop_held(struct room *r)
{
	while (r->held) {
		struct held *m = r->held;

		LL_DELETE(r->held, m);
		free(m);
	}
	r->n_held = 0;
}

static void hold(struct room *r, int64_t seq, const char *data, size_t n)
{
	struct held **at = &r->held, *m;

	if (r->n_held == HELD_MAX)
		return; /* fetched with the others */
	while (*at && (*at)->seq < seq)
		at = &(*at)->next;
	if (*at && (*at)->seq == seq)
		return;
	m = must(malloc(sizeof(*m) + n));
	*m = (struct held){.next = *at, .seq = seq, .n = n};
	memcpy(m->data, data, n);
	*at = m;
	r->n_held++;
}

static void hand_on(struct room *r, int64_t seq, const char *data, size_t n)
{
	r->last = seq;
	r->known = MAX(r->known, seq);
	tell_room(r, &(struct said){"chat.message", seq, r->id, data, n});
}

/* What waited for the number that was just handed on. */
static void release(struct room *r)
{
	while (r->held && r->held->seq <= r->last + 1) {
		struct held *m = r->held;

		LL_DELETE(r->held, m);
		r->n_held--;
		if (m->seq == r->last + 1)
			hand_on(r, m->seq, m->data, m->n);
		free(m);
	}
	if (r->last >= r->known)
		clear_due(r);
	else if (!r->due)
		set_due(r, clock_mono() / 1000 + GAP_MS);
}

static void message(struct room *r, int64_t seq, const char *data, size_t n)
{
	if (seq <= r->last)
		return; /* again */
	r->known = MAX(r->known, seq);
	if (!has_listeners(r)) {
		r->last = r->known;
		drop_held(r);
	} else if (seq == r->last + 1) {
		hand_on(r, seq, data, n);
	} else {
		hold(r, seq, data, n);
	}
	release(r);
}

/* ---- fetching ----------------------------------------------------------------------------- */

/* Calls fn for each message of the pool's answer; returns how many there were. */
static size_t each_message(const char *body, size_t n,
			   void (*fn)(void *arg, int64_t seq, const char *data, size_t n), void *arg)
{
	struct cut list = cut_member((struct cut){body, n}, "data"), m = {0};
	size_t count = 0;

	while ((m = cut_next(list, m)).s) {
		fn(arg, cut_int(cut_member(m, "seq")), m.s, m.n);
		count++;
	}
	return count;
}

static void leave_room(struct seat *seat);
static void load(struct user *u);

/* Somebody in the room whose token can be used. */
static const struct sock *a_member(const struct room *r)
{
	for (const struct seat *s = r->seats; s; s = s->next_of_room)
		for (const struct sock *k = s->user->socks; k; k = k->next_of_user)
			if (!k->closing)
				return k;
	return NULL;
}

static struct call *ask_for_messages(struct gateway *gw, const struct sock *s, uint64_t room, int64_t after,
				     void (*done)(void *, int, const char *, size_t), void *arg)
{
	char uri[120];
	struct call *c;

	(void)snprintf(uri, sizeof(uri), "/chat/rooms/%llu/messages?after=%lld&size=%d", (unsigned long long)room,
		       (long long)after, (int)FETCH_MAX);
	c = pool_ask(gw->pool, &(struct ask){.method = "GET",
					     .uri = uri,
					     .token = sock_token(s, gw->arena),
					     .client_ip = s->ip,
					     .done = done,
					     .arg = arg});
	arena_reset(gw->arena);
	return c;
}

static void fetched_one(void *arg, int64_t seq, const char *data, size_t n)
{
	struct room *r = arg;

	if (seq > r->last)
		hand_on(r, seq, data, n);
}

static void on_fetched(void *arg, int status, const char *body, size_t n)
{
	struct room *r = arg;
	int64_t before = r->last;

	r->call = NULL;
	if (status == 200) {
		(void)each_message(body, n, fetched_one, r);
		if (r->last == before) /* there is nothing: what was said to exist does not */
			r->known = r->last;
		clear_due(r);
		release(r);
		if (r->last < r->known)
			set_due(r, clock_mono() / 1000);
		return;
	}
	if (status == 404 && a_member(r)) /* not a member any more, it seems */
		load(a_member(r)->user);
	set_due(r, clock_mono() / 1000 + FETCH_AGAIN_S * 1000);
}

static void fetch(struct room *r)
{
	const struct sock *s = a_member(r);

	if (s && has_listeners(r)) {
		r->call = ask_for_messages(r->hub->gw, s, r->id, r->last, on_fetched, r);
		return;
	}
	r->last = r->known;
	drop_held(r);
	clear_due(r);
}

static void on_tick(uv_timer_t *t)
{
	struct hub *h = t->data;
	struct room *r, *next;
	int64_t now = clock_mono() / 1000;

	DL_FOREACH_SAFE2(h->gaps, r, next, next_gap)
		if (r->due <= now && !r->call)
			fetch(r);
	if (!h->gaps) {
		(void)uv_timer_stop(t);
		h->ticking = false;
	}
}

/* ---- a subscription that starts in the past ----------------------------------------------- */

static void catch_up(struct sub *sub);

static void caught_one(void *arg, int64_t seq, const char *data, size_t n)
{
	struct sub *sub = arg;

	if (seq <= sub->after)
		return;
	sub->after = seq;
	tell(sub, &(struct said){"chat.message", seq, sub->room_id, data, n});
}

static void on_caught_up(void *arg, int status, const char *body, size_t n)
{
	struct sub *sub = arg;

	sub->call = NULL;
	if (sub->sock->closing)
		return;
	if (status != 200 || !each_message(body, n, caught_one, sub)) {
		/* told to look for itself: better than a gap nobody sees */
		sub->after = INT64_MIN;
	}
	catch_up(sub);
}

static void catch_up(struct sub *sub)
{
	struct room *r = sub->room;

	if (sub->after >= r->last) {
		sub->state = SUB_LIVE;
		return;
	}
	if (sub->after < r->last - FETCH_MAX) {
		char text[96];
		int n = snprintf(text, sizeof(text), "{\"type\":\"RELOAD\",\"roomId\":%llu,\"lastSeq\":%lld}",
				 (unsigned long long)r->id, (long long)r->last);

		sub->state = SUB_LIVE;
		tell(sub, &(struct said){"chat.reload", r->last, r->id, text, (size_t)n});
		return;
	}
	sub->state = SUB_CATCHES_UP;
	sub->call = ask_for_messages(r->hub->gw, sub->sock, r->id, sub->after, on_caught_up, sub);
}

/* ---- seats -------------------------------------------------------------------------------- */

static struct seat *find_seat(const struct user *u, uint64_t room_id)
{
	for (struct seat *s = u->seats; s; s = s->next)
		if (s->room->id == room_id)
			return s;
	return NULL;
}

static struct room *find_or_add_room(struct hub *h, uint64_t id)
{
	struct room *r;

	HASH_FIND(hh, h->rooms, &id, sizeof(id), r);
	if (r)
		return r;
	r = must(calloc(1, sizeof(*r)));
	r->id = id;
	r->hub = h;
	HASH_ADD(hh, h->rooms, id, sizeof(r->id), r);
	return r;
}

static void free_room(struct room *r)
{
	clear_due(r);
	drop_held(r);
	if (r->call)
		pool_forget(r->call);
	HASH_DEL(r->hub->rooms, r);
	free(r);
}

static void detach(struct sub *sub)
{
	if (sub->call)
		pool_forget(sub->call);
	sub->call = NULL;
	if (sub->room)
		DL_DELETE2(sub->room->subs, sub, prev_of_room, next_of_room);
	sub->room = NULL;
}

static void leave_room(struct seat *seat)
{
	struct user *u = seat->user;
	struct room *r = seat->room;
	struct sock *s;

	DL_FOREACH2(u->socks, s, next_of_user)
		for (struct sub *sub = s->subs; sub; sub = sub->next)
			if (sub->room == r) {
				detach(sub);
				sub->state = SUB_DENIED; /* until there is a seat again */
			}
	LL_DELETE(u->seats, seat);
	DL_DELETE2(r->seats, seat, prev_of_room, next_of_room);
	free(seat);
	if (!r->seats)
		free_room(r);
}

/* last: the room's newest number when the pool read it, which was after message number `since`. */
static void take_seat(struct hub *h, struct user *u, uint64_t room_id, int64_t last, uint64_t since)
{
	struct seat *seat = find_seat(u, room_id);
	struct room *r;

	if (seat) {
		seat->seen = true;
	} else {
		r = find_or_add_room(h, room_id);
		seat = must(calloc(1, sizeof(*seat)));
		*seat = (struct seat){.user = u, .room = r, .seen = true};
		LL_PREPEND(u->seats, seat);
		if (!r->seats) {
			/* what was said while the answer was on its way is newer than the answer */
			r->last = r->known = last;
			if (h->heard - since > RECENT)
				since = h->heard - RECENT;
			for (; since < h->heard; since++)
				if (h->recent[since & (RECENT - 1)].room == room_id)
					r->known = MAX(r->known, h->recent[since & (RECENT - 1)].seq);
		}
		DL_APPEND2(r->seats, seat, prev_of_room, next_of_room);
	}
	r = seat->room;
	r->known = MAX(r->known, last);
	if (r->known > r->last && !r->due)
		set_due(r, clock_mono() / 1000 + GAP_MS);
}

static bool settle(struct sub *sub)
{
	struct seat *seat = find_seat(sub->sock->user, sub->room_id);

	if (!seat)
		return false;
	sub->room = seat->room;
	DL_APPEND2(seat->room->subs, sub, prev_of_room, next_of_room);
	sub->state = SUB_LIVE;
	sub->sock->skin->settled(sub, true);
	if (sub->topic == T_MESSAGES && sub->after >= 0)
		catch_up(sub);
	return true;
}

static void settle_all(struct user *u)
{
	struct sock *s;

	DL_FOREACH2(u->socks, s, next_of_user)
		for (struct sub *sub = s->subs; sub; sub = sub->next)
			if (sub->room_id && !sub->room && !settle(sub) && sub->state == SUB_WAITS) {
				sub->state = SUB_DENIED;
				s->skin->settled(sub, false);
			}
}

static void remember(char **to, const struct jval *person, const char *key)
{
	const struct jval *v;
	size_t n = 0;

	free(*to);
	*to = jin_get(person, key, &v) && jin_type(v) == J_STR ? strdup(jin_str(v, &n)) : NULL;
}

static void on_seats(void *arg, int status, const char *body, size_t n)
{
	struct user *u = arg;
	struct hub *h = u->gw->hub;
	const struct jval *doc, *data, *rooms = NULL, *v;
	const char *why;
	size_t at;

	u->loading = NULL;
	doc = status == 200 ? jin_parse(u->gw->arena, body, n, &why, &at) : NULL;
	if (!doc || !jin_get(doc, "data", &data) || !jin_get(data, "rooms", &rooms)) {
		LOG(status && status < 500 ? LOG_INFO : LOG_WARN, "a user's rooms are not known",
		    LOG_NUM("uid", u->id), LOG_NUM("status", status));
		arena_reset(u->gw->arena);
		u->ask_again = h->ask_again = true;
		return;
	}
	remember(&u->name, data, "name");
	remember(&u->picture, data, "profileImage");
	for (struct seat *s = u->seats; s; s = s->next)
		s->seen = false;
	for (size_t i = 0; i < jin_len(rooms); i++) {
		const struct jval *room = jin_at(rooms, i);
		uint64_t id = jin_get(room, "roomId", &v) ? (uint64_t)jin_int(v) : 0;

		take_seat(h, u, id, jin_get(room, "lastSeq", &v) ? jin_int(v) : 0, u->asked_at);
	}
	arena_reset(u->gw->arena);
	for (struct seat *s = u->seats, *next; s; s = next) {
		next = s->next;
		if (!s->seen)
			leave_room(s);
	}
	u->loaded = true;
	settle_all(u);
}

static void load(struct user *u)
{
	struct gateway *gw = u->gw;

	if (u->loading)
		pool_forget(u->loading);
	u->ask_again = false;
	u->asked_at = gw->hub->heard;
	u->loading = pool_ask(gw->pool, &(struct ask){.method = "GET",
						      .uri = "/chat/seats",
						      .token = sock_token(u->socks, gw->arena),
						      .client_ip = u->socks->ip,
						      .done = on_seats,
						      .arg = u});
	arena_reset(gw->arena);
}

/* ---- users and subscriptions -------------------------------------------------------------- */

bool hub_enter(struct sock *s)
{
	struct hub *h = s->gw->hub;
	uint64_t id = s->who.user_id;
	struct user *u;

	HASH_FIND(hh, h->users, &id, sizeof(id), u);
	if (u && u->n_socks >= (unsigned)s->gw->conf->sockets_per_user)
		return false;
	if (!u) {
		u = must(calloc(1, sizeof(*u)));
		u->id = id;
		u->gw = s->gw;
		HASH_ADD(hh, h->users, id, sizeof(u->id), u);
	}
	s->user = u;
	DL_APPEND2(u->socks, s, prev_of_user, next_of_user);
	u->n_socks++;
	return true;
}

void hub_leave(struct sock *s)
{
	struct user *u = s->user;

	if (!u)
		return;
	DL_DELETE2(u->socks, s, prev_of_user, next_of_user);
	s->user = NULL;
	if (--u->n_socks)
		return;
	if (u->loading)
		pool_forget(u->loading);
	while (u->seats)
		leave_room(u->seats);
	HASH_DEL(s->gw->hub->users, u);
	free(u->name);
	free(u->picture);
	free(u);
}

void hub_subscribe(struct sub *sub)
{
	struct user *u = sub->sock->user;

	sub->state = SUB_LIVE;
	if (sub->topic >= T_PUBLIC_ROOMS)
		DL_APPEND2(sub->sock->gw->hub->broadcast, sub, prev_of_room, next_of_room);
	if (!sub->room_id) {
		sub->sock->skin->settled(sub, true);
		return;
	}
	if (u->loaded && settle(sub))
		return;
	sub->state = SUB_WAITS;
	load(u); /* perhaps it sits there since a moment ago */
}

void hub_unsubscribe(struct sub *sub)
{
	if (sub->topic >= T_PUBLIC_ROOMS)
		DL_DELETE2(sub->sock->gw->hub->broadcast, sub, prev_of_room, next_of_room);
	else
		detach(sub);
}

bool hub_sits_in(const struct user *u, uint64_t room_id)
{
	return find_seat(u, room_id);
}

void hub_login_ended(struct hub *h, uint64_t session_id)
{
	struct user *u, *next;
	struct sock *s;

	HASH_ITER(hh, h->users, u, next)
		DL_FOREACH2(u->socks, s, next_of_user)
			if (s->who.session_id == session_id)
				sock_close(s, CLOSE_POLICY);
}

/* ---- the bus ------------------------------------------------------------------------------ */

struct heading {
	char to[8], event[48];
	unsigned long long id;
	long long seq;
};

static void hear_user(struct hub *h, const struct heading *g, const struct said *what)
{
	uint64_t id = g->id;
	struct user *u;

	HASH_FIND(hh, h->users, &id, sizeof(id), u);
	if (!u)
		return;
	tell_user(u, what);
	if ((!strcmp(g->event, "chat.joined") || !strcmp(g->event, "user.changed")) && (u->loaded || u->loading)) {
		load(u);
	} else if (!strcmp(g->event, "chat.left")) {
		struct seat *seat =
			find_seat(u, (uint64_t)cut_int(cut_member((struct cut){what->data, what->n}, "roomId")));

		if (seat)
			leave_room(seat);
	}
}

static void hear_room(struct hub *h, const struct heading *g, const struct said *what)
{
	uint64_t id = g->id;
	struct room *r;

	if (what->seq)
		h->recent[h->heard++ & (RECENT - 1)] = (struct recent){id, what->seq};
	HASH_FIND(hh, h->rooms, &id, sizeof(id), r);
	if (!r)
		return;
	if (!strcmp(g->event, "chat.message")) {
		message(r, what->seq, what->data, what->n);
	} else if (!strcmp(g->event, "chat.newest")) { /* of the jobs, in case its sender's worker died */
		r->known = MAX(r->known, what->seq);
		release(r);
	} else {
		tell_room(r, what);
	}
}

void hub_hear(struct hub *h, const char *text, size_t n)
{
	const char *lf = memchr(text, '\n', n);
	struct heading g;
	struct sub *sub;

	if (!lf || sscanf(text, "%7s %llu %47s %lld", g.to, &g.id, g.event, &g.seq) != 4)
		return;
	struct said what = {.event = g.event, .seq = g.seq, .data = lf + 1, .n = n - (size_t)(lf + 1 - text)};

	if (!strcmp(g.to, "room")) {
		what.room = g.id;
		hear_room(h, &g, &what);
	} else if (!strcmp(g.to, "user")) {
		hear_user(h, &g, &what);
	} else {
		enum topic topic = !strcmp(g.event, "notification.system") ? T_SYSTEM : topic_of(g.event);

		DL_FOREACH2(h->broadcast, sub, next_of_room)
			if (sub->topic == topic)
				tell(sub, &what);
	}
}

/* Looks for what was said while nobody heard it. */
static void look_into_rooms(struct hub *h)
{
	struct room *r, *next;

	HASH_ITER(hh, h->rooms, r, next)
		if (!r->call && has_listeners(r))
			set_due(r, clock_mono() / 1000);
}

void hub_bus_changed(struct hub *h, bool up)
{
	struct user *u, *next;

	LOG(up ? LOG_INFO : LOG_WARN, up ? "Redis is heard" : "Redis is not heard; rooms are asked for instead");
	h->blind = !up;
	if (!up)
		return;
	look_into_rooms(h);
	/* whoever was put out of a room meanwhile must not go on hearing it */
	HASH_ITER(hh, h->users, u, next)
		if (u->loaded && !u->loading)
			load(u);
}

void hub_sent(struct hub *h, uint64_t room_id, int64_t seq, const char *data, size_t n)
{
	struct room *r;

	HASH_FIND(hh, h->rooms, &room_id, sizeof(room_id), r);
	if (h->blind && r)
		message(r, seq, data, n);
}

void hub_second(struct hub *h)
{
	struct user *u, *next;

	if (h->ask_again)
		HASH_ITER(hh, h->users, u, next)
			if (u->ask_again && !u->loading)
				load(u);
	h->ask_again = false;
	if (h->blind && h->gw->second % BLIND_S == 0)
		look_into_rooms(h);
}

struct hub *hub_open(struct gateway *gw)
{
	struct hub *h = must(calloc(1, sizeof(*h)));

	h->gw = gw;
	h->blind = true;
	h->tick.data = h;
	if (uv_timer_init(&gw->loop, &h->tick) != 0)
		abort();
	return h;
}

static void on_hub_closed(uv_handle_t *t)
{
	free(t->data);
}

void hub_close(struct hub *h)
{
	uv_close((uv_handle_t *)&h->tick, on_hub_closed);
}
