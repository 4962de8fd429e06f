/* Seats in call rooms as the pool has them: each is given back until the pool has heard it, and looked
 * for when the pool may have taken this gateway for dead. */
#include "base/errors.h"
#include "base/log.h"
#include "json/jin.h"
#include "realtime/call.h"
#include "realtime/gateway.h"

#include <utlist.h>

enum {
	AT_ONCE = 32,	  /* seats being given back; looked for in one go */
	OWED_MAX = 16384, /* seats to give back */
	BODY_MAX = 4096,
};

/* A seat to give back. */
struct owed {
	struct owed *prev, *next;
	struct gateway *gw;
	struct call_seat seat;
	struct call_exit how;
	int64_t due; /* monotonic s */
};

static struct {
	struct owed *waiting, *asked;
	unsigned n_waiting, n_asked;
	bool doubts; /* some sessions may have lost their seats */
} seats;

/* ---- asking the pool ---------------------------------------------------------------------- */

struct buf call_body(struct gateway *gw, const struct call_seat *seat)
{
	struct buf b = buf_new(gw->arena, 512, BODY_MAX);

	buf_printf(&b, "{\"gateway\":\"%s\",\"socket\":\"%s\"", gw->id, seat->socket);
	buf_member(&b, "userId", seat->user);
	return b;
}

struct call *call_ask(struct gateway *gw, const char *room, const char *verb, struct buf *body,
		      struct ask more)
{
	char uri[CALL_ROOM_MAX + 40];

	(void)snprintf(uri, sizeof(uri), "/internal/rooms/%s/%s", room, verb);
	buf_char(body, '}');
	more.method = "POST";
	more.uri = uri;
	more.client_ip = "";
	more.body = body->data;
	more.n = body->len;
	return pool_ask(gw->pool, &more);
}

/* ---- giving back -------------------------------------------------------------------------- */

static void ask_next(struct gateway *gw);

static void on_given_back(void *arg, int status, const char *body, size_t n)
{
	struct owed *o = arg;
	struct gateway *gw = o->gw;

	(void)body;
	(void)n;
	DL_DELETE(seats.asked, o);
	seats.n_asked--;
	if (status && status < 500) {
		free(o);
		ask_next(gw);
		return;
	}
	o->due = gw->second + 1;
	DL_APPEND(seats.waiting, o);
	seats.n_waiting++;
}

static void ask_next(struct gateway *gw)
{
	struct owed *o;

	while ((o = seats.waiting) && o->due <= gw->second && seats.n_asked < AT_ONCE) {
		struct buf b = call_body(gw, &o->seat);

		buf_printf(&b, ",\"dropped\":%s,\"messages\":%u,\"errors\":%u", o->how.dropped ? "true" : "false",
			   o->how.messages, o->how.errors);
		DL_DELETE(seats.waiting, o);
		seats.n_waiting--;
		DL_APPEND(seats.asked, o);
		seats.n_asked++;
		(void)call_ask(gw, o->seat.room, "leave", &b,
			       (struct ask){.repeatable = true, .done = on_given_back, .arg = o});
	}
}

void call_give_back(struct gateway *gw, const struct call_seat *seat, const struct call_exit *how)
{
	struct owed *o;

	if (seats.n_waiting == OWED_MAX) {
		LOG(LOG_WARN, "too many seats to give back; one ends with this gateway");
		return;
	}
	o = must(malloc(sizeof(*o)));
	*o = (struct owed){.gw = gw, .seat = *seat, .how = *how};
	DL_APPEND(seats.waiting, o);
	seats.n_waiting++;
	ask_next(gw);
}

bool calls_settled(void)
{
	return !seats.waiting && !seats.asked;
}

/* ---- looking for them --------------------------------------------------------------------- */

static void on_looked_for(void *arg, int status, const char *body, size_t n)
{
	struct sock *s = arg;
	struct session *x = s->own;

	(void)body;
	(void)n;
	x->call = NULL;
	x->doubtful = status != 200;
	if (status == 404) /* it stays doubtful until it has one */
		call_enter(s);
	else
		sock_busy(s, false);
}

static void look_for(struct sock *s)
{
	struct session *x = s->own;
	struct buf b = call_body(s->gw, &x->seat);

	x->call = call_ask(s->gw, x->seat.room, "state", &b,
			   (struct ask){.repeatable = true, .done = on_looked_for, .arg = s});
	sock_busy(s, true);
}

void calls_doubt(struct gateway *gw)
{
	for (unsigned slot = 0; slot < WHEEL; slot++)
		for (struct sock *s = gw->wheel[slot]; s; s = s->next_beat)
			if (s->skin == &call_room)
				((struct session *)s->own)->doubtful = true;
	seats.doubts = true;
}

static void look_for_some(struct gateway *gw)
{
	unsigned n = 0;

	seats.doubts = false;
	for (unsigned slot = 0; slot < WHEEL; slot++)
		for (struct sock *s = gw->wheel[slot]; s; s = s->next_beat) {
			const struct session *x = s->own;

			if (s->skin != &call_room || s->closing || !x->doubtful)
				continue;
			seats.doubts = true;
			if (x->place && !s->busy && n++ < AT_ONCE)
				look_for(s);
		}
}

/* ---- being put out ------------------------------------------------------------------------ */

static const char *text_of(struct gateway *gw, struct cut v)
{
	const char *why;
	size_t at, n;
	const struct jval *j = v.s ? jin_parse(gw->arena, v.s, v.n, &why, &at) : NULL;

	return jin_type(j) == J_STR ? jin_str(j, &n) : "";
}

/* One that is not being closed; NULL: there is none. */
static struct sock *socket_of(struct gateway *gw, const char *room, const char *user)
{
	for (unsigned slot = 0; slot < WHEEL; slot++)
		for (struct sock *s = gw->wheel[slot]; s; s = s->next_beat) {
			const struct session *x = s->own;

			if (s->skin == &call_room && !s->closing && !strcmp(x->seat.room, room) &&
			    !strcmp(x->seat.user, user))
				return s;
		}
	return NULL;
}

/* Searched from the beginning each time: closing moves sockets to other slots. */
void calls_kicked(struct gateway *gw, struct cut told)
{
	const struct error_row *why = error_row(E_ROOM_KICKED);
	const char *room = text_of(gw, cut_member(told, "room")), *user = text_of(gw, cut_member(told, "userId"));
	struct sock *s;

	while ((s = socket_of(gw, room, user))) {
		call_complain(s, why->text[LANG_KO], why->text[LANG_EN]);
		sock_close(s, CLOSE_POLICY);
	}
}

void calls_tick(struct gateway *gw)
{
	ask_next(gw);
	if (seats.doubts)
		look_for_some(gw);
}
