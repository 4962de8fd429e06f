/* Call rooms: raw JSON on /api/v1/room/{roomId}/ws. The pool counts the seats; what peers say to each other goes
 * through the room's circle. Clients offer to everyone they are told of and cannot resolve two offers that cross,
 * so of two peers only the one that came later is told at once. */
#include "base/clock.h"
#include "base/utf8.h"
#include "json/jin.h"
#include "realtime/call.h"
#include "realtime/gateway.h"
#include "realtime/hub.h"
#include "realtime/pair.h"
#include "realtime/wire.h"
#include "sec/random.h"

#include <utlist.h>

enum {
	FRAMES_MAX = 100, /* a second */
	BEAT_S = 25,
	SILENT_S = 65,
	HOLD_MS = 2000,   /* how long a newcomer may take to make an offer */
	ANSWER_MS = 5000, /* an offer that is not answered in this time is forgotten */
};

#define ROOM_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-."

/* A seat that is being asked for. Its socket may be gone before the answer comes. */
struct entry {
	struct sock *sock; /* NULL: gone */
	struct gateway *gw;
	struct call_seat seat;
};

/* A newcomer this socket is not told of before its offer has come. */
struct newcomer {
	struct newcomer *next;
	struct sock *sock;
	struct later *timer;
	char peer[PEER_MAX + 1];
	size_t n;
	char told[];
};

/* ---- out ---------------------------------------------------------------------------------- */

static void send_json(struct sock *s, const char *json, size_t n)
{
	sock_send(s, MUST_ARRIVE, (struct iovec[]){PART(json, n)}, 1);
}

struct buf call_buf(const struct sock *s)
{
	return buf_new(s->gw->arena, 1024, CALL_FRAME_MAX * 2);
}

struct buf call_message(const struct sock *s, const char *type)
{
	struct buf b = call_buf(s);

	buf_printf(&b, "{\"type\":\"%s\"", type);
	return b;
}

void call_add_cut(struct buf *b, const char *name, struct cut v)
{
	buf_printf(b, ",\"%s\":", name);
	buf_add(b, v.s ? v.s : "null", v.s ? v.n : 4);
}

void call_send(struct sock *s, struct buf *b)
{
	buf_char(b, '}');
	if (b->over)
		sock_close(s, CLOSE_TOO_BIG);
	else
		send_json(s, b->data, b->len);
}

void call_complain(struct sock *s, const char *ko, const char *en)
{
	struct session *x = s->own;
	struct buf b = call_message(s, "error");

	x->errors++;
	buf_member(&b, "message", s->lang == LANG_EN ? en : ko);
	call_send(s, &b);
}

void call_tell(struct sock *s, const char *to, const char *event, struct buf *b)
{
	const struct session *x = s->own;

	buf_char(b, '}');
	if (b->over || !circle_say(s->gw, circle_name(x->place), x->seat.user, to, event, b->data, b->len))
		call_complain(s, "너무 큽니다", "That is too large");
}

/* ---- newcomers ---------------------------------------------------------------------------- */

static void tell_newcomer(void *arg)
{
	struct newcomer *c = arg;
	struct session *x = c->sock->own;

	send_json(c->sock, c->told, c->n);
	LL_DELETE(x->newcomers, c);
	free(c);
}

static struct newcomer *find_newcomer(const struct session *x, const char *peer)
{
	struct newcomer *c = x->newcomers;

	while (c && strcmp(c->peer, peer) != 0)
		c = c->next;
	return c;
}

static void forget_newcomer(struct session *x, struct newcomer *c)
{
	LL_DELETE(x->newcomers, c);
	later_forget(c->timer);
	free(c);
}

static void hold_newcomer(struct sock *s, const char *peer, struct cut participant)
{
	struct session *x = s->own;
	struct newcomer *c = find_newcomer(x, peer);
	struct buf b = call_message(s, "participant-joined");

	if (c)
		forget_newcomer(x, c);
	call_add_cut(&b, "participant", participant);
	buf_char(&b, '}');
	c = must(malloc(sizeof(*c) + b.len));
	*c = (struct newcomer){.sock = s, .n = b.len};
	(void)snprintf(c->peer, sizeof(c->peer), "%s", peer);
	memcpy(c->told, b.data, b.len);
	c->timer = gateway_later(s->gw, HOLD_MS, tell_newcomer, c);
	LL_PREPEND(x->newcomers, c);
}

/* ---- offers that cross -------------------------------------------------------------------- */

static int64_t now_ms(void)
{
	return clock_mono() / 1000;
}

/* Not while the other's, which has arrived, is not answered yet. */
bool call_may_offer(struct sock *s, const char *to)
{
	struct session *x = s->own;
	struct pair *p = pair_with(&x->pairs, to);

	if (p && p->got && now_ms() - p->got < ANSWER_MS)
		return false;
	if (!p || !pair_may_describe(p)) {
		call_complain(s, TOO_MANY_DESCRIPTIONS);
		return false;
	}
	p->sent = now_ms();
	return true;
}

/* Both were under way: that of whose name comes first is the one. */
static bool may_hear_offer(struct sock *s, const char *from)
{
	struct session *x = s->own;
	struct pair *p = pair_with(&x->pairs, from);

	if (!p || (p->sent && now_ms() - p->sent < ANSWER_MS && strcmp(x->seat.user, from) < 0))
		return false;
	p->sent = 0;
	p->got = now_ms();
	return true;
}

void call_answered(struct sock *s, const char *peer)
{
	struct session *x = s->own;
	struct pair *p = pair_with(&x->pairs, peer);

	if (p)
		p->sent = p->got = 0;
}

/* ---- who goes ----------------------------------------------------------------------------- */

static void tell_left(struct sock *s, const char *peer)
{
	struct session *x = s->own;
	struct newcomer *c = find_newcomer(x, peer);
	struct buf b = call_message(s, "participant-left");

	pair_forget(&x->pairs, peer);
	if (c) {
		forget_newcomer(x, c);
		return; /* it was never told of that one */
	}
	buf_member(&b, "participantId", peer);
	buf_member(&b, "userId", peer);
	call_send(s, &b);
}

/* ---- being told --------------------------------------------------------------------------- */

static void read_settings(struct session *x, struct cut settings)
{
	struct cut may = cut_member(settings, "allowRecording"),
		   on = cut_member(cut_member(settings, "recordingSettings"), "enabled");

	x->may_record = may.s && *may.s == 't' && on.s && *on.s == 't';
}

bool call_peer(const struct sock *s, struct cut v, char out[PEER_MAX + 1])
{
	const char *why;
	size_t at, n;
	const struct jval *j = v.s ? jin_parse(s->gw->arena, v.s, v.n, &why, &at) : NULL;

	if (jin_type(j) != J_STR)
		return false;
	const char *text = jin_str(j, &n);

	return (size_t)snprintf(out, PEER_MAX + 1, "%s", text) == n && n <= PEER_MAX;
}

static bool is_text(struct cut v, const char *text)
{
	return v.n == strlen(text) + 2 && !memcmp(v.s + 1, text, v.n - 2);
}

static void on_joined(struct sock *s, struct cut data)
{
	struct session *x = s->own;
	struct cut who = cut_member(data, "participant"), resumed = cut_member(data, "resumed");
	char peer[PEER_MAX + 1];

	if (!call_peer(s, cut_member(who, "userId"), peer))
		return;
	if (is_text(cut_member(data, "socket"), x->seat.socket))
		return; /* it is this one */
	if (!strcmp(peer, x->seat.user)) {
		sock_close(s, CLOSE_NORMAL); /* the same person came by another way */
		return;
	}
	if (resumed.s && *resumed.s == 't')
		tell_left(s, peer); /* the connection it had is of no use any more */
	hold_newcomer(s, peer, who);
}

/* Of its own user: the socket whose seat was given back by REST must not stay, unseen and not counted. Not
 * any socket of that user: when a gateway was taken for dead its seats are given away too, and it takes them again. */
static void on_left(struct sock *s, struct cut data)
{
	const struct session *x = s->own;
	char peer[PEER_MAX + 1];

	if (!call_peer(s, cut_member(data, "userId"), peer))
		return;
	if (strcmp(peer, x->seat.user) != 0)
		tell_left(s, peer);
	else if (is_text(cut_member(data, "gateway"), s->gw->id) &&
		 is_text(cut_member(data, "socket"), x->seat.socket))
		sock_close(s, CLOSE_NORMAL);
}

/* From the pool. */
static void told(struct sock *s, const char *event, struct cut data)
{
	struct session *x = s->own;
	struct cut who = cut_member(data, "participant");
	char peer[PEER_MAX + 1];

	if (!strcmp(event, "room.joined")) {
		on_joined(s, data);
	} else if (!strcmp(event, "room.left")) {
		on_left(s, data);
	} else if (!strcmp(event, "room.updated")) {
		struct buf b = call_message(s, "participant-updated");

		call_add_cut(&b, "participant", who);
		if (call_peer(s, cut_member(who, "userId"), peer) && strcmp(peer, x->seat.user) != 0)
			call_send(s, &b);
	} else if (!strcmp(event, "room.settings")) {
		struct buf b = call_message(s, "settings-updated");

		read_settings(x, cut_member(data, "settings"));
		call_add_cut(&b, "settings", cut_member(data, "settings"));
		call_send(s, &b);
	}
}

static void heard(struct place *p, const char *from, const struct said *what)
{
	struct sock *s = p->sock;
	struct session *x = s->own;
	struct cut data = {what->data, what->n};
	struct newcomer *c;

	if (!*from) {
		told(s, what->event, data);
	} else if (!strcmp(what->event, "again")) {
		tell_left(s, from);
		hold_newcomer(s, from, cut_member(data, "participant"));
	} else if (strcmp(what->event, "offer") != 0) {
		if (!strcmp(what->event, "answer"))
			call_answered(s, from);
		send_json(s, what->data, what->n);
	} else if (may_hear_offer(s, from)) {
		send_json(s, what->data, what->n);
		c = find_newcomer(x, from);
		if (c) {
			later_forget(c->timer);
			tell_newcomer(c);
		}
	}
}

/* ---- a seat ------------------------------------------------------------------------------- */

static void tell_here(struct sock *s, const char *circle, struct cut data)
{
	const struct session *x = s->own;
	struct buf j = call_buf(s);

	buf_printf(&j, "{\"socket\":\"%s\"", x->seat.socket);
	call_add_cut(&j, "resumed", cut_member(data, "resumed"));
	call_add_cut(&j, "participant", cut_member(data, "participant"));
	buf_char(&j, '}');
	circles_told(s->gw->circles, circle, &(struct said){.event = "room.joined", .data = j.data, .n = j.len});
}

/* For the others it is a newcomer again, so it makes new offers to all of them. */
static void tell_all_anew(struct sock *s, struct cut list)
{
	const struct session *x = s->own;
	struct buf b = call_message(s, "participants-list");
	struct cut who = {0};
	char peer[PEER_MAX + 1];

	while ((who = cut_next(list, who)).s)
		if (call_peer(s, cut_member(who, "userId"), peer) && strcmp(peer, x->seat.user) != 0)
			tell_left(s, peer);
	call_add_cut(&b, "participants", list);
	call_send(s, &b);
}

static void refuse_seat(struct sock *s, int status, struct cut why)
{
	struct buf b = call_message(s, "error");

	call_add_cut(&b, "message",
		     status == 400 || status == 403 || status == 404 || status == 409 || status == 429
			     ? why : (struct cut){"\"Unavailable\"", 13});
	call_send(s, &b);
	sock_close(s, status >= 400 && status < 500 && status != 429 ? CLOSE_POLICY : CLOSE_LATER);
}

static void on_entered(void *arg, int status, const char *body, size_t n)
{
	struct entry *e = arg;
	struct sock *s = e->sock;
	struct session *x = s ? s->own : NULL;
	struct cut all = {body, n}, data = cut_member(all, "data"), room = cut_member(data, "room");
	bool unknown = status == 0 || status >= 500, again = s && x->place;
	char circle[CIRCLE_NAME_MAX + 1];

	if (s ? unknown && !again : unknown || status == 200)
		call_give_back(e->gw, &e->seat, &(struct call_exit){0});
	free(e);
	if (!s)
		return;
	x->entry = NULL;
	x->doubtful = unknown && again;
	if (status != 200) {
		if (!x->doubtful)
			refuse_seat(s, status, cut_member(all, "message"));
		sock_busy(s, false);
		return;
	}
	if (again)
		circle_leave(x->place);
	(void)snprintf(circle, sizeof(circle), "call:%lld", (long long)cut_int(cut_member(data, "key")));
	x->place = circle_enter(s, circle, x->seat.user);
	read_settings(x, cut_member(room, "settings"));
	if (again) {
		tell_all_anew(s, cut_member(room, "participants"));
	} else {
		struct buf b = call_message(s, "connected");

		call_add_cut(&b, "roomData", room);
		buf_member(&b, "userId", x->seat.user);
		call_send(s, &b);
	}
	if (hub_is_blind(s->gw->hub))
		tell_here(s, circle, data);
	sock_busy(s, false);
}

void call_enter(struct sock *s)
{
	struct session *x = s->own;
	struct buf b = call_body(s->gw, &x->seat);

	buf_member(&b, "userName", x->name);
	if (s->who.user_id)
		buf_printf(&b, ",\"loginId\":%llu", (unsigned long long)s->who.user_id);
	buf_member(&b, "address", s->ip);
	if (x->place)
		buf_str(&b, ",\"again\":true");
	x->entry = must(malloc(sizeof(*x->entry)));
	*x->entry = (struct entry){.sock = s, .gw = s->gw, .seat = x->seat};
	(void)call_ask(s->gw, x->seat.room, "enter", &b,
		       (struct ask){.repeatable = true, .lang = s->lang, .done = on_entered, .arg = x->entry});
	sock_busy(s, true);
}

static void leave(struct sock *s)
{
	struct session *x = s->own;
	char circle[CIRCLE_NAME_MAX + 1];

	call_give_back(s->gw, &x->seat,
		       &(struct call_exit){.dropped = !s->left, .messages = x->messages, .errors = x->errors});
	(void)snprintf(circle, sizeof(circle), "%s", circle_name(x->place));
	circle_leave(x->place);
	x->place = NULL;
	if (hub_is_blind(s->gw->hub)) {
		struct buf j = call_buf(s);

		buf_str(&j, "{\"left\":true");
		buf_member(&j, "userId", x->seat.user);
		buf_char(&j, '}');
		circles_told(s->gw->circles, circle,
			     &(struct said){.event = "room.left", .data = j.data, .n = j.len});
	}
}

/* ---- a session ---------------------------------------------------------------------------- */

/* "/api/v1/room/{roomId}/ws" */
static bool read_room(const struct wire *asking, char out[CALL_ROOM_MAX + 1])
{
	char path[300];
	const char *at;
	size_t n;

	if (!wire_path(asking, path, sizeof(path)))
		return false;
	at = strstr(path, "/room/") + strlen("/room/");
	n = strcspn(at, "/");
	if (!n || n > CALL_ROOM_MAX || strspn(at, ROOM_CHARS) != n)
		return false;
	memcpy(out, at, n);
	out[n] = '\0';
	return true;
}

static bool read_user(const struct wire *asking, char out[PEER_MAX + 1])
{
	if (!wire_query(asking, "userId=", out, PEER_MAX + 1) || !*out || !strcmp(out, TO_ALL))
		return false;
	for (const char *p = out; *p; p++)
		if ((unsigned char)*p < ' ')
			return false;
	return utf8_valid(out, strlen(out)); /* else the pool would know it by another name */
}

static enum status refuse(const struct wire *asking)
{
	char room[CALL_ROOM_MAX + 1], user[PEER_MAX + 1];

	return read_room(asking, room) && read_user(asking, user) ? OK : E_VALIDATION;
}

/* A token is not asked for, but what comes must be good. */
static bool identify(struct sock *s, const struct wire *asking)
{
	char token[TOKEN_MAX + 1];

	if (!wire_query(asking, "token=", token, sizeof(token)) &&
	    !wire_authorization(asking, token, sizeof(token)))
		return true;
	return hub_admit(s, token, NULL) == ADMITTED;
}

static void opened(struct sock *s, const struct wire *asking)
{
	struct session *x = must(calloc(1, sizeof(*x)));

	s->own = x;
	(void)read_room(asking, x->seat.room);
	(void)read_user(asking, x->seat.user);
	if (!wire_query(asking, "userName=", x->name, sizeof(x->name)) || !*x->name)
		(void)snprintf(x->name, sizeof(x->name), "Anonymous");
	random_hex(x->seat.socket, 8);
	if (!identify(s, asking)) {
		call_complain(s, "로그인이 필요합니다", "Unauthorized");
		sock_close(s, CLOSE_POLICY);
		return;
	}
	call_enter(s);
}

static bool beat(struct sock *s)
{
	(void)s;
	return false;
}

static void closed(struct sock *s)
{
	struct session *x = s->own;

	if (x->entry)
		x->entry->sock = NULL;
	if (x->call)
		pool_forget(x->call);
	if (x->place)
		leave(s);
	while (x->newcomers)
		forget_newcomer(x, x->newcomers);
	pair_forget(&x->pairs, NULL);
	hub_leave(s);
	free(x);
}

const struct skin call_room = {
    .path = "/api/v1/room/*/ws",
    .frame_max = CALL_FRAME_MAX,
    .frames_max = FRAMES_MAX,
    .beat_s = BEAT_S,
    .silent_s = SILENT_S,
    .refuse = refuse,
    .opened = opened,
    .marked = true,
    .read = call_read,
    .beat = beat,
    .closed = closed,
    .heard = heard,
};
