/* Call rooms: raw JSON on /api/v1/room/{roomId}/ws. The pool counts the seats; what peers say to each other goes
 * through the room's circle. Clients offer to everyone they are told of and cannot resolve two offers that cross,
 * so of two peers only the one that came later is told at once. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "json/cut.h"
#include "json/jin.h"
#include "realtime/circle.h"
#include "realtime/gateway.h"
#include "realtime/hub.h"
#include "realtime/pool.h"
#include "realtime/wire.h"
#include "sec/random.h"
#include "sec/token.h"

#include <utlist.h>

enum {
	FRAME_MAX = 128 << 10, /* a session description */
	FRAMES_MAX = 100,      /* a second */
	BEAT_S = 25,
	SILENT_S = 65,
	ROOM_MAX = 128,
	NAME_MAX_CHARS = 100,
	TOKEN_MAX = 2000,
	HOLD_MS = 2000, /* how long a newcomer may take to make an offer */
};

#define ROOM_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-."

/* A seat that is being asked for. Its socket may be gone before the answer comes. */
struct entry {
	struct sock *sock; /* NULL: gone */
	struct gateway *gw;
	char room[ROOM_MAX + 1], seat[PEER_MAX * 6 + 120];
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

struct session {
	char room[ROOM_MAX + 1], socket[17];
	char user[PEER_MAX + 1], name[NAME_MAX_CHARS * 4 + 1];
	struct place *place; /* NULL: no seat (yet) */
	struct entry *entry;
	struct call *call;
	const char *toggled; /* the type of the toggle that is being answered */
	bool listed, again;  /* it has asked who is there; it asks once more */
	bool may_record;
	struct newcomer *newcomers;
	unsigned messages, errors;
};

/* ---- out ---------------------------------------------------------------------------------- */

static void send_json(struct sock *s, const char *json, size_t n)
{
	sock_send(s, MUST_ARRIVE, (struct iovec[]){PART(json, n)}, 1);
}

static struct buf new_buf(const struct sock *s)
{
	return buf_new(s->gw->arena, 1024, FRAME_MAX * 2);
}

static struct buf of_type(const struct sock *s, const char *type)
{
	struct buf b = new_buf(s);

	buf_printf(&b, "{\"type\":\"%s\"", type);
	return b;
}

static void add_text(struct buf *b, const char *name, const char *text)
{
	buf_printf(b, ",\"%s\":", name);
	buf_json(b, text, strlen(text));
}

static void add_cut(struct buf *b, const char *name, struct cut v)
{
	buf_printf(b, ",\"%s\":", name);
	buf_add(b, v.s ? v.s : "null", v.s ? v.n : 4);
}

static void finish(struct sock *s, struct buf *b)
{
	buf_char(b, '}');
	if (!b->over)
		send_json(s, b->data, b->len);
}

static void complain(struct sock *s, const char *ko, const char *en)
{
	struct session *x = s->own;
	struct buf b = of_type(s, "error");

	x->errors++;
	add_text(&b, "message", s->lang == LANG_EN ? en : ko);
	finish(s, &b);
}

/* What every peer gets as it stands, or does something with: see heard(). */
static void tell_peers(struct sock *s, const char *to, const char *event, struct buf *b)
{
	const struct session *x = s->own;

	buf_char(b, '}');
	if (!b->over)
		circle_say(s->gw, circle_name(x->place), x->user, to, event, b->data, b->len);
}

/* ---- asking the pool ---------------------------------------------------------------------- */

static struct buf seat_body(const struct sock *s)
{
	const struct session *x = s->own;
	struct buf b = new_buf(s);

	buf_printf(&b, "{\"gateway\":\"%s\",\"socket\":\"%s\"", s->gw->id, x->socket);
	add_text(&b, "userId", x->user);
	return b;
}

static struct call *ask(struct gateway *gw, const char *room, const char *verb, enum lang lang, struct buf *body,
			void (*fn)(void *, int, const char *, size_t), void *arg)
{
	char uri[ROOM_MAX + 40];

	(void)snprintf(uri, sizeof(uri), "/internal/rooms/%s/%s", room, verb);
	buf_char(body, '}');
	return pool_ask(gw->pool, &(struct ask){.method = "POST",
						.uri = uri,
						.client_ip = "",
						.repeatable = true,
						.lang = lang,
						.body = body->data,
						.n = body->len,
						.done = fn,
						.arg = arg});
}

static void nobody_waits(void *arg, int status, const char *body, size_t n)
{
	(void)arg;
	(void)body;
	(void)n;
	if (!status)
		LOG(LOG_WARN, "a seat could not be given back; it ends with this gateway");
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
	struct buf b = of_type(s, "participant-joined");

	if (c)
		forget_newcomer(x, c);
	add_cut(&b, "participant", participant);
	buf_char(&b, '}');
	c = must(malloc(sizeof(*c) + b.len));
	*c = (struct newcomer){.sock = s, .n = b.len};
	(void)snprintf(c->peer, sizeof(c->peer), "%s", peer);
	memcpy(c->told, b.data, b.len);
	c->timer = gateway_later(s->gw, HOLD_MS, tell_newcomer, c);
	LL_PREPEND(x->newcomers, c);
}

static void tell_left(struct sock *s, const char *peer)
{
	struct session *x = s->own;
	struct newcomer *c = find_newcomer(x, peer);
	struct buf b = of_type(s, "participant-left");

	if (c) {
		forget_newcomer(x, c);
		return; /* it was never told of that one */
	}
	add_text(&b, "participantId", peer);
	add_text(&b, "userId", peer);
	finish(s, &b);
}

/* ---- being told --------------------------------------------------------------------------- */

static void read_settings(struct session *x, struct cut settings)
{
	struct cut may = cut_member(settings, "allowRecording"),
		   on = cut_member(cut_member(settings, "recordingSettings"), "enabled");

	x->may_record = may.s && *may.s == 't' && on.s && *on.s == 't';
}

/* Text of a JSON string that is a peer's name; false: it is too long. */
static bool peer_name(const struct sock *s, struct cut v, char out[PEER_MAX + 1])
{
	const char *why;
	size_t at, n;
	const struct jval *j = v.s ? jin_parse(s->gw->arena, v.s, v.n, &why, &at) : NULL;

	if (jin_type(j) != J_STR)
		return false;
	const char *text = jin_str(j, &n);

	return (size_t)snprintf(out, PEER_MAX + 1, "%s", text) == n && n <= PEER_MAX;
}

static void on_joined(struct sock *s, struct cut data)
{
	struct session *x = s->own;
	struct cut who = cut_member(data, "participant"), socket = cut_member(data, "socket"),
		   resumed = cut_member(data, "resumed");
	char peer[PEER_MAX + 1];

	if (!peer_name(s, cut_member(who, "userId"), peer))
		return;
	if (socket.n == strlen(x->socket) + 2 && !memcmp(socket.s + 1, x->socket, socket.n - 2))
		return; /* it is this one */
	if (!strcmp(peer, x->user)) {
		sock_close(s, CLOSE_NORMAL); /* the same person came by another way */
		return;
	}
	if (resumed.s && *resumed.s == 't')
		tell_left(s, peer); /* the connection it had is of no use any more */
	hold_newcomer(s, peer, who);
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
		if (peer_name(s, cut_member(data, "userId"), peer) && strcmp(peer, x->user) != 0)
			tell_left(s, peer);
	} else if (!strcmp(event, "room.updated")) {
		struct buf b = of_type(s, "participant-updated");

		add_cut(&b, "participant", who);
		if (peer_name(s, cut_member(who, "userId"), peer) && strcmp(peer, x->user) != 0)
			finish(s, &b);
	} else if (!strcmp(event, "room.settings")) {
		struct buf b = of_type(s, "settings-updated");

		read_settings(x, cut_member(data, "settings"));
		add_cut(&b, "settings", cut_member(data, "settings"));
		finish(s, &b);
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
	} else {
		send_json(s, what->data, what->n);
		c = !strcmp(what->event, "offer") ? find_newcomer(x, from) : NULL;
		if (c) {
			later_forget(c->timer);
			tell_newcomer(c);
		}
	}
}

/* ---- a seat ------------------------------------------------------------------------------- */

/* Nobody will sit on it. */
static void give_up_entry(struct entry *e, int status)
{
	struct buf b = buf_new(e->gw->arena, 512, 4096);

	buf_printf(&b, "%s", e->seat);
	if (status == 200)
		(void)ask(e->gw, e->room, "leave", LANG_KO, &b, nobody_waits, NULL);
	free(e);
}

static void on_entered(void *arg, int status, const char *body, size_t n)
{
	struct entry *e = arg;
	struct sock *s = e->sock;
	struct cut all = {body, n}, data = cut_member(all, "data"), room = cut_member(data, "room");
	char circle[CIRCLE_NAME_MAX + 1];

	if (!s) {
		give_up_entry(e, status);
		return;
	}
	struct session *x = s->own;

	x->entry = NULL;
	free(e);
	if (status != 200) {
		struct cut why = cut_member(all, "message");
		struct buf b = of_type(s, "error");

		add_cut(&b, "message", status == 400 || status == 409 ? why : (struct cut){"\"Unavailable\"", 13});
		finish(s, &b);
		sock_close(s, status >= 400 && status < 500 ? CLOSE_POLICY : CLOSE_LATER);
		return;
	}
	(void)snprintf(circle, sizeof(circle), "call:%lld", (long long)cut_int(cut_member(data, "key")));
	x->place = circle_enter(s, circle, x->user);
	read_settings(x, cut_member(room, "settings"));
	struct buf b = of_type(s, "connected");

	add_cut(&b, "roomData", room);
	add_text(&b, "userId", x->user);
	finish(s, &b);
	if (hub_is_blind(s->gw->hub)) {
		struct buf j = new_buf(s);

		buf_printf(&j, "{\"socket\":\"%s\"", x->socket);
		add_cut(&j, "resumed", cut_member(data, "resumed"));
		add_cut(&j, "participant", cut_member(data, "participant"));
		buf_char(&j, '}');
		circles_told(s->gw->circles, circle, &(struct said){.event = "room.joined", .data = j.data, .n = j.len});
	}
	sock_busy(s, false);
}

static void give_back(struct sock *s)
{
	struct session *x = s->own;
	struct buf b = seat_body(s);
	char circle[CIRCLE_NAME_MAX + 1];

	buf_printf(&b, ",\"dropped\":%s,\"messages\":%u,\"errors\":%u", s->left ? "false" : "true", x->messages, x->errors);
	(void)ask(s->gw, x->room, "leave", s->lang, &b, nobody_waits, NULL);
	(void)snprintf(circle, sizeof(circle), "%s", circle_name(x->place));
	circle_leave(x->place);
	x->place = NULL;
	if (hub_is_blind(s->gw->hub)) {
		struct buf j = new_buf(s);

		buf_str(&j, "{\"left\":true");
		add_text(&j, "userId", x->user);
		buf_char(&j, '}');
		circles_told(s->gw->circles, circle, &(struct said){.event = "room.left", .data = j.data, .n = j.len});
	}
}

/* ---- what clients say --------------------------------------------------------------------- */

static const struct jval *member(const struct jval *v, const char *name)
{
	const struct jval *m = NULL;

	return jin_get(v, name, &m) ? m : NULL;
}

static void on_info(void *arg, int status, const char *body, size_t n)
{
	struct sock *s = arg;
	struct session *x = s->own;
	struct cut list = cut_member(cut_member((struct cut){body, n}, "data"), "participants"), m = {0};
	char peer[PEER_MAX + 1];

	x->call = NULL;
	if (status == 200 && list.s) {
		struct buf b = of_type(s, "participants-list");

		add_cut(&b, "participants", list);
		finish(s, &b);
	} else {
		complain(s, "서버가 응답하지 않았습니다", "The server did not answer");
	}
	while (x->again && (m = cut_next(list, m)).s) {
		struct buf b = new_buf(s);

		if (!peer_name(s, cut_member(m, "userId"), peer) || strcmp(peer, x->user) != 0)
			continue;
		buf_printf(&b, "{\"participant\":%.*s", (int)m.n, m.s);
		tell_peers(s, TO_OTHERS, "again", &b);
	}
	x->again = x->listed;
	sock_busy(s, false);
}

/* Asked once more, all peers were dropped: the others are told that it went, and came anew. */
static void on_participants(struct sock *s, const struct jval *msg)
{
	struct session *x = s->own;
	char uri[ROOM_MAX + 20];

	(void)msg;
	(void)snprintf(uri, sizeof(uri), "/room/%s/info", x->room);
	x->again = x->listed;
	x->listed = true;
	x->call = pool_ask(s->gw->pool, &(struct ask){.method = "GET",
						      .uri = uri,
						      .client_ip = s->ip,
						      .lang = s->lang,
						      .done = on_info,
						      .arg = s});
	sock_busy(s, true);
}

/* To one peer: {"type", "from", "data": what}. */
static void relay(struct sock *s, const char *type, const struct jval *data, const struct jval *what)
{
	const struct session *x = s->own;
	const struct jval *to = member(data, "to");
	size_t n = 0;

	if (jin_type(to) != J_STR || !*jin_str(to, &n) || n > PEER_MAX || strpbrk(jin_str(to, &n), "\n\r") ||
	    jin_type(what) != J_OBJ || !strcmp(jin_str(to, &n), TO_ALL)) {
		complain(s, "data.to 또는 전달할 내용이 없습니다", "data.to, or what to relay, is missing");
		return;
	}
	struct buf b = of_type(s, type);

	add_text(&b, "from", x->user);
	buf_printf(&b, ",\"data\":%s", jin_text(s->gw->arena, what));
	tell_peers(s, jin_str(to, &n), type, &b);
}

static void on_description(struct sock *s, const struct jval *msg)
{
	const struct jval *data = member(msg, "data"), *signal = member(data, "signal");
	size_t n;

	relay(s, jin_str(member(msg, "type"), &n), data, signal ? signal : data);
}

static void on_candidate(struct sock *s, const struct jval *msg)
{
	const struct jval *data = member(msg, "data"), *what = member(data, "candidate");

	if (jin_type(what) != J_OBJ)
		what = member(data, "signal");
	relay(s, "ice-candidate", data, what);
}

/* The page puts some messages into another's text, and looks for their type outside. */
static void add_inner(struct buf *b, struct arena *a, const struct jval *text)
{
	static const char ours[] = "\"userId\"\"userName\"\"text\"\"timestamp\"";
	const char *why, *t;
	size_t n, at;
	const struct jval *inner;

	if (jin_type(text) != J_STR)
		return;
	t = jin_str(text, &n);
	inner = *t == '{' ? jin_parse(a, t, n, &why, &at) : NULL;
	if (jin_type(inner) != J_OBJ || jin_type(member(inner, "type")) != J_STR)
		return;
	const char *again = jin_text(a, inner);
	struct cut whole = {again, strlen(again)}, value;

	/* all of it but the names that we say */
	for (const char *p = again + 1, *end = again + whole.n;;) {
		struct cut name = cut_value(p, end);

		if (!name.s)
			return;
		value = cut_value(name.s + name.n + 1, end);
		if (!value.s)
			return;
		p = value.s + value.n;
		if (memmem(ours, sizeof(ours), name.s, name.n))
			continue;
		buf_char(b, ',');
		buf_add(b, name.s, name.n);
		buf_char(b, ':');
		buf_add(b, value.s, value.n);
	}
}

static void on_chat_message(struct sock *s, const struct jval *msg)
{
	struct session *x = s->own;
	struct arena *a = s->gw->arena;
	const struct jval *payload = member(msg, "payload"), *text = member(payload, "text"), *at = member(payload, "timestamp");
	char now[32];
	struct buf b = of_type(s, "chat-message");

	if (jin_type(text) != J_STR) {
		complain(s, "payload.text가 없습니다", "payload.text is missing");
		return;
	}
	clock_iso(clock_ms(), now);
	buf_str(&b, ",\"payload\":{\"userId\":");
	buf_json(&b, x->user, strlen(x->user));
	add_text(&b, "userName", x->name);
	buf_printf(&b, ",\"text\":%s,\"timestamp\":", jin_text(a, text));
	if (at)
		buf_str(&b, jin_text(a, at));
	else
		buf_json(&b, now, strlen(now));
	add_inner(&b, a, text);
	buf_char(&b, '}');
	x->messages++;
	tell_peers(s, TO_OTHERS, "chat-message", &b);
}

static void on_chat(struct sock *s, const struct jval *msg)
{
	struct session *x = s->own;
	const struct jval *text = member(member(msg, "data"), "message");
	struct buf b = of_type(s, "chat");

	if (jin_type(text) != J_STR) {
		complain(s, "data.message가 없습니다", "data.message is missing");
		return;
	}
	add_text(&b, "userId", x->user);
	add_text(&b, "userName", x->name);
	buf_printf(&b, ",\"message\":%s", jin_text(s->gw->arena, text));
	x->messages++;
	tell_peers(s, TO_ALL, "chat", &b);
}

static void on_toggled(void *arg, int status, const char *body, size_t n)
{
	struct sock *s = arg;
	struct session *x = s->own;
	struct cut who = cut_member(cut_member((struct cut){body, n}, "data"), "participant");

	x->call = NULL;
	if (status != 200) {
		complain(s, "상태를 바꾸지 못했습니다", "That could not be changed");
	} else if (hub_is_blind(s->gw->hub)) {
		struct buf j = new_buf(s);

		buf_printf(&j, "{\"participant\":%.*s}", (int)who.n, who.s);
		circles_told(s->gw->circles, circle_name(x->place),
			     &(struct said){.event = "room.updated", .data = j.data, .n = j.len});
	}
	if (status == 200 && !strcmp(x->toggled, "toggle-screen-share")) {
		struct buf b = of_type(s, "screen-share-changed");

		add_text(&b, "userId", x->user);
		add_cut(&b, "isSharing", cut_member(who, "isScreenSharing"));
		tell_peers(s, TO_OTHERS, "screen-share-changed", &b);
	}
	sock_busy(s, false);
}

static void on_toggle(struct sock *s, const struct jval *msg)
{
	static const struct {
		const char *type, *field;
	} toggles[] = {
		{"toggle-audio", "audioEnabled"},
		{"toggle-video", "videoEnabled"},
		{"toggle-screen-share", "isScreenSharing"},
	};
	struct session *x = s->own;
	const struct jval *on = member(member(msg, "data"), "enabled");
	struct buf b = seat_body(s);
	size_t n;

	if (jin_type(on) != J_BOOL) {
		complain(s, "data.enabled가 없습니다", "data.enabled is missing");
		return;
	}
	for (size_t i = 0; i < COUNT(toggles); i++)
		if (!strcmp(toggles[i].type, jin_str(member(msg, "type"), &n))) {
			x->toggled = toggles[i].type;
			buf_printf(&b, ",\"%s\":%s", toggles[i].field, jin_bool(on) ? "true" : "false");
		}
	x->call = ask(s->gw, x->room, "state", s->lang, &b, on_toggled, s);
	sock_busy(s, true);
}

static void on_recording(struct sock *s, const struct jval *msg)
{
	const struct session *x = s->own;
	size_t n;
	bool start = !strcmp(jin_str(member(msg, "type"), &n), "start-recording");

	if (!x->may_record) {
		complain(s, "이 방에서는 녹화할 수 없습니다", "This room may not be recorded");
		return;
	}
	struct buf b = of_type(s, start ? "recording-started" : "recording-stopped");

	add_text(&b, "userId", x->user);
	tell_peers(s, TO_ALL, "recording", &b);
}

static void on_ping(struct sock *s, const struct jval *msg)
{
	struct buf b = of_type(s, "pong");

	(void)msg;
	finish(s, &b);
}

static void on_nothing(struct sock *s, const struct jval *msg)
{
	(void)s;
	(void)msg;
}

static const struct {
	const char *type;
	void (*run)(struct sock *s, const struct jval *msg);
} types[] = {
	{"get-participants", on_participants},
	{"offer", on_description},
	{"answer", on_description},
	{"ice-candidate", on_candidate},
	{"chat-message", on_chat_message},
	{"chat", on_chat},
	{"toggle-audio", on_toggle},
	{"toggle-video", on_toggle},
	{"toggle-screen-share", on_toggle},
	{"start-recording", on_recording},
	{"stop-recording", on_recording},
	{"ping", on_ping},
	{"join", on_nothing}, /* it has joined by connecting */
	{"quality-report", on_nothing},
};

static void handle(struct sock *s, const char *data, size_t n)
{
	const char *why = "", *type;
	size_t at, len;
	const struct jval *msg = jin_parse(s->gw->arena, data, n, &why, &at);
	const struct jval *t = jin_type(msg) == J_OBJ ? member(msg, "type") : NULL;
	size_t i = 0;

	if (jin_type(t) != J_STR) {
		complain(s, "JSON 객체와 type이 필요합니다", "A JSON object with a type is needed");
	} else {
		type = jin_str(t, &len);
		while (i < COUNT(types) && strcmp(types[i].type, type) != 0)
			i++;
		if (i < COUNT(types))
			types[i].run(s, msg);
		else
			complain(s, "알 수 없는 type입니다", "Unknown type");
	}
}

static size_t read_messages(struct sock *s, char *data, size_t n)
{
	size_t done = 0;
	const char *end;

	while (!s->busy && !s->closing && (end = memchr(data + done, MESSAGE_END, n - done))) {
		handle(s, data + done, (size_t)(end - data) - done);
		arena_reset(s->gw->arena);
		done = (size_t)(end - data) + 1;
	}
	return done;
}

/* ---- a session ---------------------------------------------------------------------------- */

/* "/api/v1/room/{roomId}/ws" */
static bool read_room(const struct wire *asking, char out[ROOM_MAX + 1])
{
	char path[300];
	const char *at;
	size_t n;

	if (!wire_path(asking, path, sizeof(path)))
		return false;
	at = strstr(path, "/room/") + strlen("/room/");
	n = strcspn(at, "/");
	if (!n || n > ROOM_MAX || strspn(at, ROOM_CHARS) != n)
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
	return true;
}

static int refuse(const struct wire *asking)
{
	char room[ROOM_MAX + 1], user[PEER_MAX + 1];

	return read_room(asking, room) && read_user(asking, user) ? 0 : 400;
}

/* A token is not asked for, but what comes must be good. */
static bool identify(struct sock *s, const struct wire *asking)
{
	char token[TOKEN_MAX + 1];
	const char *why = NULL;
	struct claims t;

	if (!wire_query(asking, "token=", token, sizeof(token)) && !wire_authorization(asking, token, sizeof(token)))
		return true;
	if (token_check(token, TOKEN_ACCESS, clock_ms() / 1000, &t, &why) != OK ||
	    gate_is_revoked(s->gw->gate, t.session_id, clock_ms() / 1000))
		return false;
	s->who = (struct identity){t.user_id, t.session_id, t.role};
	return hub_enter(s);
}

static void opened(struct sock *s, const struct wire *asking)
{
	struct session *x = must(calloc(1, sizeof(*x)));

	s->own = x;
	(void)read_room(asking, x->room);
	(void)read_user(asking, x->user);
	if (!wire_query(asking, "userName=", x->name, sizeof(x->name)) || !*x->name)
		(void)snprintf(x->name, sizeof(x->name), "Anonymous");
	random_hex(x->socket, 8);
	if (!identify(s, asking)) {
		complain(s, "로그인이 필요합니다", "Unauthorized");
		sock_close(s, CLOSE_POLICY);
		return;
	}
	struct buf b = seat_body(s), seat = seat_body(s);

	add_text(&b, "userName", x->name);
	if (s->who.user_id)
		buf_printf(&b, ",\"loginId\":%llu", (unsigned long long)s->who.user_id);
	struct entry *e = must(calloc(1, sizeof(*e)));

	*e = (struct entry){.sock = s, .gw = s->gw};
	memcpy(e->room, x->room, sizeof(e->room));
	(void)snprintf(e->seat, sizeof(e->seat), "%s", seat.data);
	x->entry = e;
	(void)ask(s->gw, x->room, "enter", s->lang, &b, on_entered, e);
	sock_busy(s, true);
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
		give_back(s);
	while (x->newcomers)
		forget_newcomer(x, x->newcomers);
	hub_leave(s);
	free(x);
}

const struct skin call_room = {
	.path = "/api/v1/room/*/ws",
	.frame_max = FRAME_MAX,
	.frames_max = FRAMES_MAX,
	.beat_s = BEAT_S,
	.silent_s = SILENT_S,
	.refuse = refuse,
	.opened = opened,
	.marked = true,
	.read = read_messages,
	.beat = beat,
	.closed = closed,
	.heard = heard,
};
