#include "realtime/hub.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "json/cut.h"
#include "json/jin.h"
#include "kv/bus.h"
#include "realtime/call.h"
#include "realtime/circle.h"
#include "realtime/pool.h"
#include "realtime/room.h"
#include "sec/token.h"

#include <utlist.h>

enum {
	BLIND_S = 3,	    /* how often all seats are asked for while the bus is down */
	LOAD_MAX = 64, 	    /* users in one question for their seats, CHAT_SEATED_MAX of the pool */
	LOADS_A_SECOND = 5, /* of one user */
};

/* The question to the pool where users sit. There is one at a time: whoever comes meanwhile gathers for the next, so
 * of thousands that come back at once each costs a part of a statement, and the first of them waits for nobody. */
struct load {
	uint64_t no;  /* of this question, from 1 */
	uint64_t at;  /* number of the bus message after which it was asked */
	size_t n;     /* 0: none is under way */
	uint64_t ids[LOAD_MAX]; /* whoever goes meanwhile is not found when it is answered */
};

struct hub {
	struct gateway *gw;
	struct user *users;
	struct user *queue; /* whose seats are to be asked for */
	struct load load;
	struct rooms *rooms;
	struct sub *broadcast; /* of topics that are of nobody */
	bool ask_again;        /* for the seats of some user */
	bool blind;            /* the bus is down */
	unsigned once_more;    /* all seats, at that tick of the second from now; 0: not */
};

/* ---- handing on --------------------------------------------------------------------------- */

/* What an event is to those who listen. */
static const struct {
	const char *event;
	enum topic topic;
} topics[] = {
    {"chat.message", T_MESSAGES},
    {"study.message", T_MESSAGES},
    {"chat.typing", T_TYPING},
    {"chat.read", T_READS},
    {"chat.delivered", T_DELIVERIES},
    {"chat.joined", T_ROOMS},
    {"chat.left", T_LEFT},
    {"chat.public_room", T_PUBLIC_ROOMS},
    {"match.requested", T_MATCHES},
    {"match.accepted", T_MATCHES},
    {"session.started", T_STARTED},
    {"notification.urgent", T_URGENT},
    {"notification.matching", T_MATCHING},
    {"notification.session", T_SESSIONS},
    {"notification.chat", T_CHATS},
    {"notification.system", T_SYSTEM},
    {"notification", T_NOTES},
};

enum topic topic_of(const char *event)
{
	for (size_t i = 0; i < COUNT(topics); i++)
		if (!strcmp(topics[i].event, event))
			return topics[i].topic;
	/* categories that have no queue of their own */
	return !strncmp(event, "notification.", 13) ? T_NOTES : TOPICS;
}

void sub_tell(struct sub *sub, const struct said *what)
{
	struct sock *s = sub->sock;

	if (s->closing)
		return;
	s->telling = strcmp(what->event, "chat.message") ? NULL : what;
	s->skin->tell(sub, what);
	s->telling = NULL;
}

static bool tell_topic(struct sock *s, enum topic topic, const struct said *what)
{
	bool told = false;

	for (struct sub *sub = s->subs; sub; sub = sub->next)
		if (sub->topic == topic) {
			sub_tell(sub, what);
			told = true;
		}
	return told;
}

/* A notification goes to the queue of its kind, or to the common one: to both would show it twice. */
static void tell_user(struct user *u, const struct said *what)
{
	enum topic topic = topic_of(what->event);
	struct sock *s;

	DL_FOREACH2 (u->socks, s, next_of_user)
		if (!tell_topic(s, topic, what) && ((topic > T_NOTES && topic <= T_CHATS) || topic == T_SYSTEM))
			(void)tell_topic(s, T_NOTES, what);
}

/* ---- seats -------------------------------------------------------------------------------- */

static struct seat *find_seat(const struct user *u, enum room_kind kind, uint64_t room_id)
{
	for (struct seat *s = u->seats; s; s = s->next)
		if (s->room->id == room_id && s->room->kind == kind)
			return s;
	return NULL;
}

static void detach(struct sub *sub)
{
	if (sub->room)
		room_left(sub->room, sub);
	sub->room = NULL;
}

static void leave_room(struct seat *seat)
{
	struct user *u = seat->user;
	struct room *r = seat->room;
	struct sock *s;

	DL_FOREACH2 (u->socks, s, next_of_user)
		for (struct sub *sub = s->subs; sub; sub = sub->next)
			if (sub->room == r) {
				detach(sub);
				sub->state = SUB_DENIED; /* until there is a seat again */
			}
	LL_DELETE(u->seats, seat);
	room_give_up(seat);
	free(seat);
}

/* last, since: as for room_take(). */
static void take_seat(struct user *u, enum room_kind kind, uint64_t id, int64_t last, uint64_t since)
{
	struct seat *seat = find_seat(u, kind, id);

	if (seat) {
		seat->seen = true;
		room_known(seat->room, last);
		return;
	}
	seat = must(calloc(1, sizeof(*seat)));
	*seat = (struct seat){.user = u, .seen = true};
	LL_PREPEND(u->seats, seat);
	room_take(u->gw->hub->rooms, seat, kind, id, last, since);
}

static bool settle(struct sub *sub)
{
	struct seat *seat = find_seat(sub->sock->user, sub->kind, sub->room_id);

	if (!seat)
		return false;
	sub->room = seat->room;
	DL_APPEND2(seat->room->subs, sub, prev_of_room, next_of_room);
	sub->state = SUB_LIVE;
	sub->sock->skin->settled(sub, true);
	if (sub->topic == T_MESSAGES && sub->after >= 0)
		room_catch_up(sub);
	return true;
}

/* More is asked: who waits may have come after this answer was written. */
static void settle_all(struct user *u)
{
	struct sock *s;

	DL_FOREACH2 (u->socks, s, next_of_user)
		for (struct sub *sub = s->subs; sub; sub = sub->next)
			if (sub->room_id && !sub->room && !settle(sub) && sub->state == SUB_WAITS &&
			    !u->ask_again) {
				sub->state = SUB_DENIED;
				s->skin->settled(sub, false);
			}
}

static void remember(char **to, const struct jval *person, const char *key)
{
	const struct jval *v;
	size_t n = 0;

	free(*to);
	*to = jin_get(person, key, &v) && jin_type(v) == J_STR ? must(strdup(jin_str(v, &n))) : NULL;
}

/* [{name: 5, lastSeq: 7}] */
static void take_seats(struct user *u, enum room_kind kind, const struct jval *list, const char *name, uint64_t since)
{
	const struct jval *v;

	for (size_t i = 0; i < jin_len(list); i++) {
		const struct jval *room = jin_at(list, i);
		uint64_t id = jin_get(room, name, &v) ? jin_id(v) : 0;

		take_seat(u, kind, id, jin_get(room, "lastSeq", &v) ? jin_int(v) : 0, since);
	}
}

static void tell_known(struct user *u)
{
	struct sock *s;

	DL_FOREACH2 (u->socks, s, next_of_user)
		if (s->skin->known)
			s->skin->known(s);
}

static void hear_seats(struct user *u, const struct jval *data, uint64_t since)
{
	const struct jval *rooms = NULL, *studies = NULL;

	remember(&u->name, data, "name");
	remember(&u->picture, data, "profileImage");
	remember(&u->email, data, "email");
	for (struct seat *s = u->seats; s; s = s->next)
		s->seen = false;
	(void)jin_get(data, "rooms", &rooms);
	(void)jin_get(data, "studies", &studies);
	take_seats(u, OF_CHAT, rooms, "roomId", since);
	take_seats(u, OF_STUDY, studies, "studyId", since);
	for (struct seat *s = u->seats, *next; s; s = next) {
		next = s->next;
		if (!s->seen)
			leave_room(s);
	}
	u->loaded = u->answered = true;
	settle_all(u);
}

/* Who waited for it may speak now; that empties the arena. */
static void tell_answered(struct user *u)
{
	bool again = !u->answered || u->ask_again;

	u->loading = 0;
	if (u->answered && again)
		hub_load(u);
	else if (again) /* the account is gone, or nobody answered: known is nothing, or what was before */
		u->ask_again = u->gw->hub->ask_again = true;
	u->answered = false;
	tell_known(u);
}

/* Somebody whose seats the question was to tell, or NULL: they have gone, or came back since. */
static struct user *asked_for(const struct hub *h, uint64_t id)
{
	struct user *u = hub_user(h, id);

	return u && u->loading == h->load.no ? u : NULL;
}

static void load_next(struct hub *h);

static void on_seats(void *arg, int status, const char *body, size_t n)
{
	struct hub *h = arg;
	struct cut users = cut_member(cut_member((struct cut){body, n}, "data"), "users"), entry = {0};

	if (status != 200 || !users.s)
		LOG(status && status < 500 ? LOG_INFO : LOG_WARN, "the rooms of users are not known",
		    LOG_NUM("users", (int64_t)h->load.n), LOG_NUM("status", status));
	/* one by one: all of them may have more values than a document may */
	while (status == 200 && (entry = cut_next(users, entry)).s) {
		const struct jval *doc, *v;
		const char *why;
		size_t at;

		doc = jin_parse(h->gw->arena, entry.s, entry.n, &why, &at);
		struct user *u = doc && jin_get(doc, "userId", &v) ? asked_for(h, jin_id(v)) : NULL;

		if (u && !u->answered)
			hear_seats(u, doc, h->load.at);
		arena_reset(h->gw->arena);
	}
	for (size_t i = 0; i < h->load.n; i++) {
		struct user *u = asked_for(h, h->load.ids[i]);

		if (u)
			tell_answered(u);
	}
	h->load.n = 0;
	load_next(h);
}

static void load_next(struct hub *h)
{
	struct load *l = &h->load;
	struct buf b = buf_new(h->gw->arena, 256, LOAD_MAX * 24 + 64);

	if (l->n || !h->queue)
		return;
	l->no++;
	l->at = rooms_heard(h->rooms);
	while (h->queue && l->n < LOAD_MAX) {
		struct user *u = h->queue;

		DL_DELETE2(h->queue, u, prev_queued, next_queued);
		u->queued = false;
		u->loading = l->no;
		buf_printf(&b, "%s%llu", l->n ? "," : "{\"users\":[", (unsigned long long)u->id);
		l->ids[l->n++] = u->id;
	}
	buf_str(&b, "]}");
	(void)pool_ask(h->gw->pool, &(struct ask){.method = "POST",
						  .uri = "/internal/chat/seats",
						  .client_ip = "",
						  .repeatable = true,
						  .body = b.data,
						  .n = b.len,
						  .done = on_seats,
						  .arg = h});
}

void hub_load(struct user *u)
{
	struct hub *h = u->gw->hub;

	u->ask_again = u->loading; /* one at a time, however often something changes */
	if (u->loading || u->queued)
		return;
	u->loads = u->load_second == h->gw->second ? u->loads + 1 : 1;
	u->load_second = h->gw->second;
	if (u->loads > LOADS_A_SECOND) {
		u->ask_again = h->ask_again = true; /* see hub_second() */
		return;
	}
	u->queued = true;
	DL_APPEND2(h->queue, u, prev_queued, next_queued);
	load_next(h);
}

/* ---- users and subscriptions -------------------------------------------------------------- */

bool hub_is_blind(const struct hub *h)
{
	return h->blind;
}

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
		presence_came(h->gw->presence, u);
	}
	s->user = u;
	DL_APPEND2(u->socks, s, prev_of_user, next_of_user);
	u->n_socks++;
	return true;
}

enum admission hub_admit(struct sock *s, const char *token, const uint64_t *claimed)
{
	int64_t now = clock_ms() / 1000;
	const char *why;
	struct claims t;

	if (!token || strlen(token) > TOKEN_MAX || token_check(token, TOKEN_ACCESS, now, &t, &why) != OK ||
	    gate_is_revoked(s->gw->gate, t.session_id, now))
		return NO_LOGIN;
	if (claimed && *claimed != t.user_id)
		return NOT_THAT_USER;
	s->who = (struct identity){t.user_id, t.session_id, t.role, t.expires};
	return hub_enter(s) ? ADMITTED : TOO_MANY;
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
	if (u->queued)
		DL_DELETE2(s->gw->hub->queue, u, prev_queued, next_queued);
	while (u->seats)
		leave_room(u->seats);
	HASH_DEL(s->gw->hub->users, u);
	presence_went(s->gw->presence, u);
	free(u->name);
	free(u->picture);
	free(u->email);
	free(u);
}

void hub_subscribe(struct sub *sub)
{
	struct user *u = sub->sock->user;

	sub->state = SUB_LIVE;
	if (sub->topic >= T_PUBLIC_ROOMS)
		DL_APPEND2(sub->sock->gw->hub->broadcast, sub, prev_of_room, next_of_room);
	if (sub->topic == T_ALL_MESSAGES) {
		u->n_all++;
		if (!u->loaded && !u->loading && !u->queued)
			hub_load(u);
	}
	if (!sub->room_id) {
		sub->sock->skin->settled(sub, true);
		return;
	}
	if (u->loaded && settle(sub))
		return;
	sub->state = SUB_WAITS;
	hub_load(u); /* perhaps it sits there since a moment ago */
}

void hub_unsubscribe(struct sub *sub)
{
	if (sub->topic >= T_PUBLIC_ROOMS)
		DL_DELETE2(sub->sock->gw->hub->broadcast, sub, prev_of_room, next_of_room);
	else if (sub->topic == T_ALL_MESSAGES)
		sub->sock->user->n_all--;
	else
		detach(sub);
}

bool hub_sits_in(const struct user *u, enum room_kind kind, uint64_t room_id)
{
	return find_seat(u, kind, room_id);
}

void hub_login_ended(struct hub *h, uint64_t session_id)
{
	struct user *u, *next;
	struct sock *s;

	HASH_ITER (hh, h->users, u, next)
		DL_FOREACH2 (u->socks, s, next_of_user)
			if (s->who.session_id == session_id)
				sock_cut(s, CLOSE_POLICY);
}

/* ---- the bus ------------------------------------------------------------------------------ */

struct heading {
	char to[8], event[48];
	unsigned long long id;
	long long seq;
};

static void load_known(struct user *u)
{
	if (u->loaded || u->loading || u->queued)
		hub_load(u);
}

/* Their rooms' last numbers come with the seats, so what was missed in a room is found as well. */
static void load_all(struct hub *h)
{
	struct user *u, *next;

	HASH_ITER (hh, h->users, u, next)
		load_known(u);
}

static void hear_user(struct hub *h, const struct heading *g, const struct said *what)
{
	uint64_t id = g->id;
	struct user *u;

	HASH_FIND(hh, h->users, &id, sizeof(id), u);
	if (!u)
		return;
	tell_user(u, what);
	if (!strcmp(g->event, "chat.left")) {
		struct seat *seat =
		    find_seat(u, OF_CHAT, (uint64_t)cut_int(cut_member((struct cut){what->data, what->n}, "roomId")));

		if (seat)
			leave_room(seat);
	} else if (strcmp(g->event, "chat.joined") != 0 && strcmp(g->event, "user.changed") != 0 &&
		   strncmp(g->event, "study.", 6) != 0) {
		return;
	}
	/* also who left: an answer may be older than that, and who came back since may have been told first */
	load_known(u);
}

void hub_hear(struct hub *h, const char *text, size_t n)
{
	const char *lf = memchr(text, '\n', n);
	struct heading g;
	struct sub *sub;

	if (lf && *text == '~') {
		circles_hear(h->gw->circles, text, n);
		return;
	}
	if (!lf || sscanf(text, "%7s %llu %47s %lld", g.to, &g.id, g.event, &g.seq) != 4)
		return;
	struct said what = {.event = g.event, .seq = g.seq, .data = lf + 1, .n = n - (size_t)(lf + 1 - text)};

	if (!strcmp(g.to, "room") || !strcmp(g.to, "study")) {
		what.room = g.id;
		rooms_hear(h->rooms, *g.to == 's' ? OF_STUDY : OF_CHAT, &what);
	} else if (!strcmp(g.to, "user")) {
		hear_user(h, &g, &what);
	} else if (!strcmp(g.to, "call")) {
		char name[40];

		if (!strcmp(g.event, "room.kicked"))
			calls_kicked(h->gw, (struct cut){what.data, what.n});
		(void)snprintf(name, sizeof(name), "call:%llu", g.id);
		circles_told(h->gw->circles, name, &what);
	} else {
		enum topic topic = topic_of(g.event);

		DL_FOREACH2 (h->broadcast, sub, next_of_room)
			if (sub->topic == topic)
				sub_tell(sub, &what);
	}
}

/* What is missed while Redis is away: news of rooms, and who was put out of a call. */
static void ask_for_all(struct hub *h)
{
	load_all(h);
	calls_doubt(h->gw);
}

void hub_bus_changed(struct hub *h, bool up)
{
	LOG(up ? LOG_INFO : LOG_WARN, up ? "Redis is heard" : "Redis is not heard; rooms are asked for instead");
	h->blind = !up;
	if (!up)
		return;
	ask_for_all(h);
	/* others may notice later that Redis is back, and publish nothing until then; the next tick may be now */
	h->once_more = 2;
}

void hub_sent(struct hub *h, enum room_kind kind, uint64_t room_id, int64_t seq, const char *data, size_t n)
{
	struct room *r = rooms_find(h->rooms, kind, room_id);

	if (h->blind && r)
		room_message(r, seq, data, n);
}

void hub_second(struct hub *h)
{
	struct user *u, *next;

	bool ask = h->ask_again, all = h->blind ? h->gw->second % BLIND_S == 0 : h->once_more == 1;

	h->ask_again = false;
	h->once_more -= h->once_more > 0;
	if (ask)
		HASH_ITER (hh, h->users, u, next)
			if (u->ask_again && !u->loading)
				hub_load(u);
	if (all)
		ask_for_all(h);
}

struct user *hub_users(const struct hub *h)
{
	return h->users;
}

struct user *hub_user(const struct hub *h, uint64_t id)
{
	struct user *u;

	HASH_FIND(hh, h->users, &id, sizeof(id), u);
	return u;
}

size_t hub_n_users(const struct hub *h)
{
	return HASH_COUNT(h->users);
}

size_t hub_n_rooms(const struct hub *h)
{
	return rooms_count(h->rooms);
}

struct hub *hub_open(struct gateway *gw)
{
	struct hub *h = must(calloc(1, sizeof(*h)));

	h->gw = gw;
	h->blind = true;
	h->rooms = rooms_open(gw);
	return h;
}

void hub_close(struct hub *h)
{
	rooms_close(h->rooms);
	free(h);
}
