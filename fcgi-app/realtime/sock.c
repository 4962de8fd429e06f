#include "realtime/sock.h"
#include "base/clock.h"
#include "base/log.h"
#include "realtime/engine.h"
#include "realtime/gateway.h"
#include "realtime/hub.h"
#include "realtime/receipts.h"
#include "realtime/wire.h"
#include "sec/token.h"

#include <uthash.h>
#include <utlist.h>

enum {
	QUEUE_MAX = 4 << 20,	/* bytes that wait for one slow reader; one larger message alone may */
	DROP_ABOVE = 64 << 10,	/* what may be dropped is, when more than that waits */
	ALL_MAX = 256 << 20,	/* bytes that wait for all sockets to read, and bytes that came and are not done with */
	GUESTS_MAX = ALL_MAX / 4, /* the same of those without a login */
	TYPING_MAX = 10, /* a second; more are dropped */
	CLOSING_S = 5, /* for the rest of the queue and the answer to a close */
};

enum hoard { IN, OUT };

/* Sockets of one client address. */
struct address {
	char ip[46];
	unsigned n;
	UT_hash_handle hh;
};

/* ---- out ---------------------------------------------------------------------------------- */

/* Something is to be done for the one who reads. */
static void wake(struct sock *s)
{
	if (s->wire)
		wire_wake(s->wire);
	else
		engine_flush(s);
}

struct item *sock_next(struct sock *s)
{
	struct item *i = s->first;

	if (i) {
		s->first = i->next;
		s->queued -= i->n;
		s->gw->out_bytes -= i->n;
	}
	return i;
}

void sock_sent(struct sock *s, struct item *i, bool written)
{
	if (written && i->seq && s->user)
		receipts_note(s->gw->receipts, i->room, s->user->id, i->seq);
	free(i);
}

static void drop_queue(struct sock *s)
{
	for (struct item *i; (i = sock_next(s));)
		sock_sent(s, i, false);
}

static void put_in_slot(struct sock *s, int64_t second)
{
	struct gateway *gw = s->gw;

	s->slot = (unsigned)second % WHEEL;
	DL_APPEND2(gw->wheel[s->slot], s, prev_beat, next_beat);
}

static void take_from_slot(struct sock *s)
{
	DL_DELETE2(s->gw->wheel[s->slot], s, prev_beat, next_beat);
}

static void move_to_slot(struct sock *s, int64_t second)
{
	take_from_slot(s);
	put_in_slot(s, second);
}

void sock_close(struct sock *s, enum close_code code)
{
	if (s->closing)
		return;
	s->closing = true;
	s->code = code;
	if (code == CLOSE_LATER) /* it would not read that either */
		drop_queue(s);
	/* nobody who polls is bound to ask once more */
	move_to_slot(s, s->gw->second + (s->wire ? CLOSING_S : 1));
	wake(s);
}

void sock_cut(struct sock *s, enum close_code code)
{
	drop_queue(s);
	sock_close(s, code);
}

/* ---- what they hold -------------------------------------------------------------------------- */

static void resize_in(struct sock *s, size_t size)
{
	s->gw->in_bytes += size - s->size_in;
	s->size_in = size;
	if (size) {
		s->in = must(realloc(s->in, size));
		return;
	}
	free(s->in);
	s->in = NULL;
	s->done = s->n_in = 0;
}

static size_t held(const struct sock *s, enum hoard what)
{
	return what == IN ? s->size_in : s->queued;
}

/* One without a login, when those hold more than their part; NULL: nobody holds anything. */
static struct sock *largest_holder(struct gateway *gw, enum hoard what)
{
	struct sock *largest[2] = {NULL, NULL}; /* without a login, of all */
	size_t guests = 0;

	for (unsigned slot = 0; slot < WHEEL; slot++)
		for (struct sock *s = gw->wheel[slot]; s; s = s->next_beat) {
			guests += s->user ? 0 : held(s, what);
			for (int all = s->user != NULL; all < 2; all++)
				if (held(s, what) > (largest[all] ? held(largest[all], what) : 0))
					largest[all] = s;
		}
	return largest[guests <= GUESTS_MAX];
}

/* Closes those who hold the most until there is room for n more; false: there is not. */
static bool make_room(struct gateway *gw, enum hoard what, size_t n)
{
	while ((what == IN ? gw->in_bytes : gw->out_bytes) + n > ALL_MAX) {
		struct sock *s = largest_holder(gw, what);

		if (!s)
			return false;
		LOG(LOG_INFO, "a socket is closed: it holds the most", LOG_TEXT("ip", s->ip),
		    LOG_NUM("uid", s->who.user_id), LOG_NUM("bytes", held(s, what)), LOG_NUM("out", what == OUT));
		if (what == IN)
			resize_in(s, 0);
		sock_close(s, CLOSE_LATER);
		drop_queue(s); /* even if it was closing before */
	}
	return true;
}

bool sock_make_room(struct gateway *gw, size_t n)
{
	return make_room(gw, IN, n);
}

void sock_send(struct sock *s, enum weight w, const struct iovec *parts, size_t n)
{
	size_t all = 0;

	for (size_t k = 0; k < n; k++)
		all += parts[k].iov_len;
	if (s->closing || (w == MAY_DROP && s->queued > DROP_ABOVE))
		return;
	if (s->queued && s->queued + all > QUEUE_MAX)
		sock_close(s, CLOSE_LATER);
	if (!make_room(s->gw, OUT, all) || s->closing)
		return;
	struct item *i = must(malloc(sizeof(*i) + WIRE_ROOM + all));

	*i = s->telling ? (struct item){.room = s->telling->room, .seq = s->telling->seq} : (struct item){0};
	for (size_t k = 0; k < n; k++) {
		memcpy(i->data + WIRE_ROOM + i->n, parts[k].iov_base, parts[k].iov_len);
		i->n += parts[k].iov_len;
	}
	*(s->first ? &s->last->next : &s->first) = i;
	s->last = i;
	s->queued += i->n;
	s->gw->out_bytes += i->n;
	wake(s);
}

/* ---- in ----------------------------------------------------------------------------------- */

static void flow(struct sock *s)
{
	if (s->wire) /* the answer to a close is awaited */
		wire_flow(s->wire, s->closing || !(s->busy || s->held));
	else
		engine_drained(s);
}

/* One more in this second: how many now. */
static unsigned count(struct tally *t, int64_t second)
{
	if (t->second != second)
		*t = (struct tally){.second = second};
	return ++t->n;
}

bool sock_takes(struct sock *s)
{
	if (s->busy || s->held || s->closing)
		return false;
	if (count(&s->frames, s->gw->second) <= s->skin->frames_max)
		return true;
	s->held = true;
	move_to_slot(s, s->gw->second + 1);
	return false;
}

bool sock_may_type(struct sock *s)
{
	return count(&s->typing, s->gw->second) <= TYPING_MAX;
}

size_t sock_frame_max(const struct sock *s)
{
	return s->user || !s->skin->login ? s->skin->frame_max : FIRST_MAX;
}

/* Hands what came to the skin, for as long as it takes any. */
static void pump(struct sock *s)
{
	size_t used = 1;

	if (s->reading)
		return;
	s->reading = true;
	while (s->whole && s->n_in && used && !s->busy && !s->held && !s->closing) {
		used = s->skin->read(s, s->in + s->done, s->n_in);
		assert(used <= s->n_in);
		s->n_in -= used;
		s->done += used;
		if (used && s->done >= s->n_in) { /* a byte is moved once at most */
			memmove(s->in, s->in + s->done, s->n_in);
			s->done = 0;
			resize_in(s, s->n_in);
		}
	}
	s->reading = false;
	if (s->closing)
		resize_in(s, 0);
}

void sock_receive(struct sock *s, const char *data, size_t n, bool whole)
{
	struct gateway *gw = s->gw;
	size_t end = s->skin->marked && whole, /* a byte that ends the message */
		need = s->done + s->n_in + n + end;

	if (s->closing)
		return;
	s->heard = gw->second;
	if (s->n_in + n > sock_frame_max(s)) {
		LOG(LOG_INFO, "a frame is too large", LOG_TEXT("ip", s->ip), LOG_NUM("uid", s->who.user_id));
		sock_close(s, CLOSE_TOO_BIG);
		return;
	}
	if (need > s->size_in) {
		size_t size = MAX(need, MIN(s->size_in * 2, s->skin->frame_max));

		if (!sock_make_room(gw, size - s->size_in) || s->closing)
			return;
		resize_in(s, size);
	}
	if (n)
		memcpy(s->in + need - n - end, data, n);
	if (end)
		s->in[need - 1] = MESSAGE_END;
	s->n_in += n + end;
	s->whole = whole;
	if (whole) {
		pump(s);
		flow(s);
	}
}

void sock_busy(struct sock *s, bool busy)
{
	if (s->busy == busy)
		return;
	s->busy = busy;
	pump(s);
	flow(s);
}

/* ---- coming and going --------------------------------------------------------------------- */

bool sock_may_open(const struct gateway *gw, const char *ip)
{
	struct address *a;

	HASH_FIND_STR(gw->addresses, ip, a);
	return !a || a->n < (unsigned)gw->conf->sockets_per_address;
}

struct sock *sock_open(const struct skin *skin, struct wire *asking, struct engine *engine, const char *ip)
{
	struct gateway *gw = asking->gw;
	struct sock *s = must(calloc(1, sizeof(*s)));
	struct address *a;

	*s = (struct sock){.gw = gw, .engine = engine, .skin = skin, .heard = gw->second,
			   .lang = wire_language(asking)};
	(void)snprintf(s->ip, sizeof(s->ip), "%s", ip);
	if (!engine) {
		s->wire = asking;
		asking->sock = s;
	}
	HASH_FIND_STR(gw->addresses, s->ip, a);
	if (!a) {
		a = must(calloc(1, sizeof(*a)));
		memcpy(a->ip, s->ip, sizeof(a->ip));
		HASH_ADD_STR(gw->addresses, ip, a);
	}
	a->n++;
	gw->n_socks++;
	s->beat_at = gw->second + skin->beat_s;
	put_in_slot(s, s->beat_at);
	skin->opened(s, asking);
	return s;
}

void sock_gone(struct sock *s)
{
	struct gateway *gw = s->gw;
	struct address *a;

	s->closing = true;
	s->skin->closed(s);
	if (s->engine)
		engine_gone(s);
	take_from_slot(s);
	drop_queue(s);
	resize_in(s, 0);
	gw->n_socks--;
	HASH_FIND_STR(gw->addresses, s->ip, a);
	if (a && !--a->n) {
		HASH_DEL(gw->addresses, a);
		free(a);
	}
	free(s);
}

/* ---- time --------------------------------------------------------------------------------- */

static void look_at(struct sock *s, int64_t now)
{
	if (s->closing && !s->wire) {
		sock_gone(s);
		return;
	}
	move_to_slot(s, now + 1);
	if (s->closing) { /* it had its time */
		wire_kill(s->wire);
		return;
	}
	if (s->held) {
		s->held = false;
		pump(s);
		flow(s);
	}
	if (s->closing)
		return;
	if (now >= s->beat_at && now - s->heard > s->skin->silent_s) {
		s->closing = true; /* half open: there is nobody to say why to */
		s->code = CLOSE_LATER;
		if (s->wire)
			wire_kill(s->wire);
		return;
	}
	if (now >= s->beat_at) {
		s->beat_at = now + s->skin->beat_s;
		if (!s->skin->beat(s)) {
			s->ping = true;
			wake(s);
		}
	}
	if (!s->closing)
		move_to_slot(s, s->held ? now + 1 : s->beat_at);
}

void sock_second(struct gateway *gw, int64_t now)
{
	/* late timers skip no slot; whoever is looked at goes to another, or to the end of this one */
	while (gw->second < now) {
		gw->second++;
		for (struct sock *s; (s = gw->wheel[gw->second % WHEEL]) && s->looked != gw->second;) {
			s->looked = gw->second;
			look_at(s, now);
		}
	}
}

void sock_drain(struct gateway *gw, size_t n)
{
	for (unsigned slot = 0; slot < WHEEL; slot++)
		for (struct sock *s = gw->wheel[slot], *next; s; s = next) {
			next = s->next_beat;
			if (!n)
				return;
			if (s->closing)
				continue;
			sock_close(s, CLOSE_RESTART);
			n--;
		}
}

const char *sock_token(const struct sock *s, struct arena *a)
{
	/* whole hours, so that many calls send the same text, which the pool has verified before */
	int64_t ttl = s->gw->conf->access_ttl, now = clock_ms() / 1000, half = ttl / 2,
		issued = now - now % half;

	return token_make(a, &(struct claims){.type = TOKEN_ACCESS,
					      .user_id = s->who.user_id,
					      .session_id = s->who.session_id,
					      .role = s->who.role,
					      .issued = issued,
					      .expires = issued + ttl});
}
