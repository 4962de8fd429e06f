#include "realtime/room.h"
#include "base/clock.h"
#include "json/cut.h"
#include "realtime/circle.h"
#include "realtime/pool.h"

#include <utlist.h>

enum {
	RECENT = 8192, /* numbers of rooms that went by lately; a power of two */
	HELD_MAX = 64, /* messages of a room that wait for an earlier one */
	GAP_MS = 30,   /* what an earlier one may be late before it is fetched */
	TICK_MS = 10,
	FETCH_MAX = 100,     /* messages in one answer of the pool */
	FETCH_AGAIN_S = 1,   /* after a fetch that failed */
	FETCHING_MAX = 16,   /* rooms at once: others need the pool, too */
	PAST_S = 300,        /* how long a message is kept for those who come back */
	PAST_MAX = 64 << 20, /* bytes of all that are kept */
};

/* How each kind of room speaks. */
static const struct {
	const char *message, *newest, *reload; /* events */
	const char *path, *page, *size;	       /* what is asked for: {path}{id}{page}?after=…&{size}=… */
	const char *id;			       /* its name in a reload, and quotes around it or none */
	const char *quote;
	bool keeps; /* what was said stays as it is: it may be told again from memory */
} kinds[] = {
    [OF_CHAT] = {"chat.message", "chat.newest", "chat.reload", "/chat/rooms/", "/messages", "size", "roomId", "",
		 .keeps = true},
    [OF_STUDY] = {"study.message", "study.newest", "study.reload", "/studies/", "/chat", "limit", "studyId", "\"",
		  .keeps = false},
};

/* A message that was handed on. */
struct past {
	struct past *next;            /* of the room */
	struct past *older, *younger; /* of all rooms */
	struct room *room;
	int64_t seq, at; /* at: monotonic s */
	size_t n;
	char data[];
};

/* A message that came before its predecessor. */
struct held {
	struct held *next;
	int64_t seq;
	size_t n;
	char data[];
};

struct recent {
	enum room_kind kind;
	uint64_t room;
	int64_t seq;
};

struct rooms {
	struct gateway *gw;
	struct room *table[ROOM_KINDS], *gaps;
	struct past *past; /* the oldest first */
	size_t past_bytes;
	struct recent recent[RECENT];
	uint64_t heard; /* messages so far; the next slot of recent */
	size_t n_fetching;
	uv_timer_t tick;
	bool ticking;
};

static void circle_of(const struct room *r, char out[CIRCLE_NAME_MAX + 1])
{
	(void)snprintf(out, CIRCLE_NAME_MAX + 1, "study:%llu", (unsigned long long)r->id);
}

static bool listens(const struct sock *s, const struct room *r)
{
	for (const struct sub *sub = s->subs; sub; sub = sub->next)
		if (sub->room == r && sub->topic == T_MESSAGES)
			return true;
	return false;
}

/* Those who hear all their rooms. */
static void tell_members(struct room *r, const struct said *what)
{
	char circle[CIRCLE_NAME_MAX + 1];
	struct seat *seat;
	struct sock *s;

	if (r->kind == OF_STUDY) {
		circle_of(r, circle);
		circles_told(r->all->gw->circles, circle, what);
		return;
	}
	DL_FOREACH2 (r->seats, seat, next_of_room)
		if (seat->user->n_all)
			DL_FOREACH2 (seat->user->socks, s, next_of_user)
				for (struct sub *sub = s->subs; sub; sub = sub->next)
					if (sub->topic == T_ALL_MESSAGES && !listens(s, r))
						sub_tell(sub, what);
}

static void tell_room(struct room *r, const struct said *what)
{
	enum topic topic = topic_of(what->event);
	struct sub *sub;

	DL_FOREACH2 (r->subs, sub, next_of_room)
		/* it may have seen more, elsewhere */
		if (sub->topic == topic &&
		    (topic != T_MESSAGES || (sub->state == SUB_LIVE && what->seq > sub->after))) {
			sub_tell(sub, what);
			if (topic == T_MESSAGES && sub->after >= 0) /* for when it has to catch up again */
				sub->after = what->seq;
		}
	if (topic == T_MESSAGES)
		tell_members(r, what);
}

/* ---- rooms: numbers without a gap --------------------------------------------------------- */

static void on_tick(uv_timer_t *t);

static void set_due(struct room *r, int64_t due)
{
	struct rooms *all = r->all;

	if (!r->due)
		DL_APPEND2(all->gaps, r, prev_gap, next_gap);
	r->due = due;
	if (!all->ticking && uv_timer_start(&all->tick, on_tick, TICK_MS, TICK_MS) == 0)
		all->ticking = true;
}

static void clear_due(struct room *r)
{
	if (r->due)
		DL_DELETE2(r->all->gaps, r, prev_gap, next_gap);
	r->due = 0;
}

static bool has_listeners(const struct room *r)
{
	char circle[CIRCLE_NAME_MAX + 1];

	for (const struct sub *sub = r->subs; sub; sub = sub->next_of_room)
		if (sub->topic == T_MESSAGES)
			return true;
	if (r->kind == OF_STUDY) {
		circle_of(r, circle);
		return circles_has(r->all->gw->circles, circle);
	}
	for (const struct seat *s = r->seats; s; s = s->next_of_room)
		if (s->user->n_all)
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

/* ---- what went by ------------------------------------------------------------------------- */

/* The oldest of its room; all of them keep the order in which they came. */
static void drop_past(struct rooms *all, struct past *p)
{
	struct room *r = p->room;

	r->first = p->next;
	if (!r->first)
		r->newest = NULL;
	r->n_past--;
	all->past_bytes -= p->n;
	DL_DELETE2(all->past, p, older, younger);
	free(p);
}

static void drop_all_past(struct room *r)
{
	while (r->first)
		drop_past(r->all, r->first);
}

static void keep(struct room *r, int64_t seq, const char *data, size_t n)
{
	struct rooms *all = r->all;
	struct past *p;

	if (!kinds[r->kind].keeps)
		return;
	if (r->newest && r->newest->seq != seq - 1)
		drop_all_past(r);
	if (r->n_past == FETCH_MAX)
		drop_past(all, r->first);
	while (all->past && (all->past_bytes + n > PAST_MAX || all->gw->second - all->past->at > PAST_S))
		drop_past(all, all->past);
	p = must(malloc(sizeof(*p) + n));
	*p = (struct past){.room = r, .seq = seq, .at = all->gw->second, .n = n};
	memcpy(p->data, data, n);
	*(r->newest ? &r->newest->next : &r->first) = p;
	r->newest = p;
	r->n_past++;
	all->past_bytes += n;
	DL_APPEND2(all->past, p, older, younger);
}

/* Tells what is kept of what it missed; true: that was all of it. */
static bool tell_past(struct sub *sub)
{
	struct room *r = sub->room;

	if (!r->first || r->first->seq > sub->after + 1 || r->newest->seq < r->last)
		return false;
	for (const struct past *p = r->first; p; p = p->next)
		if (p->seq > sub->after)
			sub_tell(sub, &(struct said){"chat.message", p->seq, r->id, p->data, p->n});
	sub->after = r->newest->seq;
	return true;
}

static void hand_on(struct room *r, int64_t seq, const char *data, size_t n)
{
	keep(r, seq, data, n);
	r->last = seq;
	r->known = MAX(r->known, seq);
	tell_room(r, &(struct said){kinds[r->kind].message, seq, r->id, data, n});
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

void room_message(struct room *r, int64_t seq, const char *data, size_t n)
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

/* Somebody in the room whose token can be used. */
static const struct sock *a_member(const struct room *r)
{
	for (const struct seat *s = r->seats; s; s = s->next_of_room)
		for (const struct sock *k = s->user->socks; k; k = k->next_of_user)
			if (!k->closing)
				return k;
	return NULL;
}

/* The next time another one's: this one's may have been used too often. */
static void next_member(struct room *r)
{
	struct seat *first = r->seats;

	if (!first)
		return;
	DL_DELETE2(r->seats, first, prev_of_room, next_of_room);
	DL_APPEND2(r->seats, first, prev_of_room, next_of_room);
}

static struct call *ask_for_messages(const struct room *r, const struct sock *s, int64_t after,
				     void (*done)(void *, int, const char *, size_t), void *arg)
{
	struct gateway *gw = r->all->gw;
	char uri[120];

	(void)snprintf(uri, sizeof(uri), "%s%llu%s?after=%lld&%s=%d", kinds[r->kind].path,
		       (unsigned long long)r->id, kinds[r->kind].page, (long long)after,
		       kinds[r->kind].size, (int)FETCH_MAX);
	return pool_ask(gw->pool, &(struct ask){.method = "GET",
						.uri = uri,
						.token = sock_token(s, gw->arena),
						.client_ip = s->ip,
						.done = done,
						.arg = arg});
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
	r->all->n_fetching--;
	if (status == 200) {
		(void)each_message(body, n, fetched_one, r);
		if (r->last == before && r->known == r->asked_known) /* what was said to exist does not */
			r->known = r->last;
		clear_due(r);
		release(r);
		if (r->last < r->known)
			set_due(r, clock_mono() / 1000);
		return;
	}
	if ((status == 403 || status == 404) && a_member(r)) /* not a member any more, it seems */
		hub_load(a_member(r)->user);
	next_member(r);
	set_due(r, clock_mono() / 1000 + FETCH_AGAIN_S * 1000);
}

static void fetch(struct room *r)
{
	const struct sock *s = a_member(r);

	if (s && has_listeners(r)) {
		r->asked_known = r->known;
		r->all->n_fetching++;
		r->call = ask_for_messages(r, s, r->last, on_fetched, r);
		return;
	}
	r->last = r->known;
	drop_held(r);
	clear_due(r);
}

static void on_tick(uv_timer_t *t)
{
	struct rooms *all = t->data;
	struct room *r, *next;
	int64_t now = clock_mono() / 1000;

	DL_FOREACH_SAFE2 (all->gaps, r, next, next_gap)
		if (r->due <= now && !r->call && all->n_fetching < FETCHING_MAX)
			fetch(r);
	if (!all->gaps) {
		(void)uv_timer_stop(t);
		all->ticking = false;
	}
}

/* ---- a subscription that starts in the past ----------------------------------------------- */

static void caught_one(void *arg, int64_t seq, const char *data, size_t n)
{
	struct sub *sub = arg;

	if (seq <= sub->after)
		return;
	if (seq > sub->room->last) { /* that is for all who listen, in its turn */
		room_known(sub->room, seq);
		return;
	}
	/* the next who comes back asks for the same */
	if (!sub->room->newest || sub->room->newest->seq == seq - 1)
		keep(sub->room, seq, data, n);
	sub->after = seq;
	sub_tell(sub, &(struct said){kinds[sub->kind].message, seq, sub->room_id, data, n});
}

/* Those who waited for another's answer. */
static void go_on(struct room *r)
{
	struct sub *sub;

	DL_FOREACH2 (r->subs, sub, next_of_room)
		if (sub->state == SUB_CATCHES_UP && !sub->call)
			room_catch_up(sub);
}

void room_left(struct room *r, struct sub *sub)
{
	bool asked = sub->call;

	if (sub->call)
		pool_forget(sub->call);
	sub->call = NULL;
	DL_DELETE2(r->subs, sub, prev_of_room, next_of_room);
	if (asked)
		go_on(r);
}

static void on_caught_up(void *arg, int status, const char *body, size_t n)
{
	struct sub *sub = arg;

	sub->call = NULL;
	if (status != 200 || !each_message(body, n, caught_one, sub)) {
		/* told to look for itself: better than a gap nobody sees */
		sub->after = INT64_MIN;
	}
	room_catch_up(sub);
	go_on(sub->room);
}

static bool is_asking(const struct room *r, int64_t after)
{
	for (const struct sub *sub = r->subs; sub; sub = sub->next_of_room)
		if (sub->call && sub->after <= after)
			return true;
	return false;
}

void room_reload(struct sub *sub)
{
	const struct room *r = sub->room;
	const char *quote = kinds[sub->kind].quote;
	char text[96];
	int n = snprintf(text, sizeof(text), "{\"type\":\"RELOAD\",\"%s\":%s%llu%s,\"lastSeq\":%lld}",
			 kinds[sub->kind].id, quote, (unsigned long long)r->id, quote, (long long)r->last);

	sub_tell(sub, &(struct said){kinds[sub->kind].reload, r->last, r->id, text, (size_t)n});
}

void room_catch_up(struct sub *sub)
{
	struct room *r = sub->room;

	if (sub->after >= r->last || tell_past(sub)) {
		sub->state = SUB_LIVE;
		return;
	}
	if (sub->after < r->last - FETCH_MAX) {
		sub->state = SUB_LIVE;
		room_reload(sub);
		return;
	}
	sub->state = SUB_CATCHES_UP;
	if (!is_asking(r, sub->after)) /* else its answer will do */
		sub->call = ask_for_messages(r, sub->sock, sub->after, on_caught_up, sub);
}

/* ---- coming and going --------------------------------------------------------------------- */

struct room *rooms_find(struct rooms *all, enum room_kind kind, uint64_t id)
{
	struct room *r;

	HASH_FIND(hh, all->table[kind], &id, sizeof(id), r);
	return r;
}

void room_known(struct room *r, int64_t last)
{
	r->known = MAX(r->known, last);
	if (r->known > r->last && !r->due)
		set_due(r, clock_mono() / 1000 + GAP_MS);
}

static struct room *add_room(struct rooms *all, enum room_kind kind, uint64_t id, int64_t last, uint64_t since)
{
	struct room *r = must(calloc(1, sizeof(*r)));

	*r = (struct room){.kind = kind, .id = id, .all = all, .last = last, .known = last};
	HASH_ADD(hh, all->table[kind], id, sizeof(r->id), r);
	/* what was said while the answer was on its way is newer than the answer */
	if (all->heard - since > RECENT)
		since = all->heard - RECENT;
	for (; since < all->heard; since++) {
		const struct recent *m = &all->recent[since & (RECENT - 1)];

		if (m->room == id && m->kind == kind)
			r->known = MAX(r->known, m->seq);
	}
	return r;
}

void room_take(struct rooms *all, struct seat *seat, enum room_kind kind, uint64_t id, int64_t last, uint64_t since)
{
	struct room *r = rooms_find(all, kind, id);

	seat->room = r ? r : add_room(all, kind, id, last, since);
	DL_APPEND2(seat->room->seats, seat, prev_of_room, next_of_room);
	room_known(seat->room, last);
}

void room_give_up(struct seat *seat)
{
	struct room *r = seat->room;

	DL_DELETE2(r->seats, seat, prev_of_room, next_of_room);
	if (r->seats)
		return;
	clear_due(r);
	drop_held(r);
	drop_all_past(r);
	if (r->call) {
		pool_forget(r->call);
		r->all->n_fetching--;
	}
	HASH_DEL(r->all->table[r->kind], r);
	free(r);
}

size_t rooms_count(const struct rooms *all)
{
	return HASH_COUNT(all->table[OF_CHAT]) + HASH_COUNT(all->table[OF_STUDY]);
}

uint64_t rooms_heard(const struct rooms *all)
{
	return all->heard;
}

void rooms_hear(struct rooms *all, enum room_kind kind, const struct said *what)
{
	struct room *r = rooms_find(all, kind, what->room);

	if (what->seq)
		all->recent[all->heard++ & (RECENT - 1)] = (struct recent){kind, what->room, what->seq};
	if (!r)
		return;
	if (!strcmp(what->event, kinds[kind].message)) {
		room_message(r, what->seq, what->data, what->n);
	} else if (!strcmp(what->event, kinds[kind].newest)) { /* of the jobs, in case its sender's worker died */
		r->known = MAX(r->known, what->seq);
		release(r);
	} else if (kind == OF_STUDY) {
		drop_held(r); /* fetched instead: it may be one of those that has changed */
		tell_members(r, what);
	} else {
		tell_room(r, what);
	}
}

struct rooms *rooms_open(struct gateway *gw)
{
	struct rooms *all = must(calloc(1, sizeof(*all)));

	all->gw = gw;
	all->tick.data = all;
	if (uv_timer_init(&gw->loop, &all->tick) != 0)
		abort();
	return all;
}

static void on_closed(uv_handle_t *t)
{
	free(t->data);
}

void rooms_close(struct rooms *all)
{
	uv_close((uv_handle_t *)&all->tick, on_closed);
}
