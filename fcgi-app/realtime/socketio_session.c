/* Socket.IO on a socket: who connects, what they ask for, what they are told. The events are those of the
 * dating app and of the study groups, whose names do not meet. */
#include "base/buf.h"
#include "base/log.h"
#include "realtime/engine.h"
#include "realtime/hub.h"
#include "realtime/packet.h"
#include "realtime/pool.h"
#include "realtime/room.h"
#include "realtime/socketio.h"
#include "realtime/wire.h"
#include "sec/random.h"
#include "sec/token.h"

#include <utlist.h>

enum {
	FRAMES_MAX = 100, /* a second */
	ROOMS_MAX = 64,   /* joined at once */
	EMIT_MAX = 1 << 20,
};


/* A message of our own user's that came while one is being sent: perhaps that one. */
struct echo {
	struct echo *next;
	size_t n;
	char data[];
};

/* ---- packets out -------------------------------------------------------------------------- */

void socketio_emit(struct sock *s, enum weight w, const char *event, const char *json, size_t n)
{
	sock_send(
	    s, w,
	    (struct iovec[]){TEXT_PART("42[\""), TEXT_PART(event), TEXT_PART("\","), PART(json, n), TEXT_PART("]")},
	    5);
}

void socketio_acknowledge(struct sock *s, uint64_t ack, const char *json, size_t n)
{
	char head[32];

	(void)snprintf(head, sizeof(head), "43%llu[", (unsigned long long)ack);
	sock_send(s, MUST_ARRIVE, (struct iovec[]){TEXT_PART(head), PART(json, n), TEXT_PART("]")}, 3);
}

void socketio_complain(struct sock *s, const struct asked *q, const char *why, size_t n)
{
	struct buf b = buf_new(s->gw->arena, 256, n + 64);

	buf_str(&b, q->wants_ack ? "{\"success\":false,\"error\":" : "{\"message\":");
	buf_add(&b, why, n);
	buf_char(&b, '}');
	if (q->wants_ack)
		socketio_acknowledge(s, q->ack, b.data, b.len);
	else
		socketio_emit(s, MUST_ARRIVE, "error", b.data, b.len);
}

void socketio_refuse(struct sock *s, const struct asked *q, const char *ko, const char *en)
{
	struct buf b = buf_new(s->gw->arena, 256, 4096);
	const char *why = s->lang == LANG_EN ? en : ko;

	buf_json(&b, why, strlen(why));
	socketio_complain(s, q, b.data, b.len);
}

struct cut socketio_why(const struct sock *s, int status, struct cut why)
{
	static const char *const silent[] = {[LANG_KO] = "\"서버가 응답하지 않았습니다. 다시 보내 주세요\"",
					     [LANG_EN] = "\"The server did not answer; send it again\""};

	return status && why.n > 2 ? why : (struct cut){silent[s->lang], strlen(silent[s->lang])};
}

void socketio_failed(struct sock *s, const struct asked *q, int status, struct cut why)
{
	why = socketio_why(s, status, why);
	socketio_complain(s, q, why.s, why.n);
}

static void ask(struct sock *s, const struct asked *q, struct ask *a)
{
	struct session *x = s->own;

	x->wants_ack = q->wants_ack;
	x->ack = q->ack;
	a->token = sock_token(s, s->gw->arena);
	a->client_ip = s->ip;
	a->lang = s->lang;
	a->arg = s;
	x->call = pool_ask(s->gw->pool, a);
	sock_busy(s, true);
}

void socketio_ask(struct sock *s, const struct asked *q, const char *uri, const struct buf *body,
		  socketio_answered *done)
{
	char key[40] = "ws-";

	random_hex(key + 3, 16);
	ask(s, q, &(struct ask){.method = "POST",
				.uri = uri,
				.key = key,
				.body = body ? body->data : "",
				.n = body ? body->len : 0,
				.done = done});
}

void socketio_look(struct sock *s, const struct asked *q, const char *uri, socketio_answered *done)
{
	ask(s, q, &(struct ask){.method = "GET", .uri = uri, .done = done});
}

/* ---- CONNECT ------------------------------------------------------------------------------ */

static void refuse(struct sock *s, const struct packet *p, const char *why)
{
	char text[300];
	int n = snprintf(text, sizeof(text), "44%.*s%s{\"message\":\"%s\"}", (int)MIN(p->n_namespace, 200),
			 p->namespace, p->n_namespace ? "," : "", why);

	LOG(LOG_INFO, "a Socket.IO connection is refused", LOG_TEXT("why", why), LOG_TEXT("ip", s->ip));
	sock_send(s, MUST_ARRIVE, (struct iovec[]){PART(text, (size_t)n)}, 1);
}

static void subscribe(struct sock *s, const struct sub *what, const struct asked *q)
{
	struct sub *sub = must(malloc(sizeof(*sub)));

	*sub = *what;
	sub->sock = s;
	if (q && q->wants_ack && asprintf(&sub->receipt, "%llu", (unsigned long long)q->ack) < 0)
		abort();
	LL_PREPEND(s->subs, sub);
	hub_subscribe(sub);
}

/* Why it may not, or NULL. */
static const char *identify(struct sock *s, const struct jval *auth)
{
	struct session *x = s->own;
	const struct jval *v = NULL;
	const char *token = NULL;
	uint64_t claimed;
	size_t n;

	if (jin_get(auth, "token", &v) && jin_type(v) == J_STR)
		token = jin_str(v, &n);
	if (token && !strncasecmp(token, "Bearer ", 7))
		token += 7;
	if (!token || !*token)
		token = x->token;
	/* a browser sends the cookie whatever page it is on: that page must know who its user is */
	if (!token && jin_get(auth, "userId", &v) && jin_id(v))
		token = x->cookie;
	if (!token)
		return "Authentication required";
	/* what a client says about itself only has to be true */
	bool claims = jin_get(auth, "userId", &v) && jin_type(v) != J_NULL;

	claimed = claims ? jin_id(v) : 0;
	switch (hub_admit(s, token, claims ? &claimed : NULL)) {
	case NO_LOGIN:
		return "Authentication failed";
	case NOT_THAT_USER:
		return "Invalid user";
	case TOO_MANY:
		return "Too many connections";
	case ADMITTED:
		break;
	}
	return NULL;
}

/* Not before it is known where they sit: from the answer on, nothing that is said there is missed. */
static void welcome(struct sock *s)
{
	struct session *x = s->own;
	char text[64];
	int n = snprintf(text, sizeof(text), "40{\"sid\":\"%s\"}", x->id);

	sock_send(s, MUST_ARRIVE, (struct iovec[]){PART(text, (size_t)n)}, 1);
	subscribe(s, &(struct sub){.topic = T_MATCHES}, NULL);
	subscribe(s, &(struct sub){.topic = T_NOTES}, NULL); /* those with a queue of their own, too */
	study_known(s);
}

static void on_connect(struct sock *s, const struct packet *p)
{
	struct session *x = s->own;
	const struct jval *auth = NULL;
	const char *why = NULL;
	size_t at;

	if (x->connected)
		return; /* the reference server takes no notice either */
	if (p->n_namespace) {
		refuse(s, p, "Invalid namespace");
		return;
	}
	if (p->n_data)
		auth = jin_parse(s->gw->arena, p->data, p->n_data, &why, &at);
	if (jin_type(auth) != J_OBJ)
		auth = NULL;
	why = identify(s, auth);
	if (why) {
		refuse(s, p, why);
		return;
	}
	free(x->token);
	free(x->cookie);
	x->token = x->cookie = NULL;
	x->connected = true;
	random_hex(x->id, SOCKET_ID / 2);
	subscribe(s, &(struct sub){.topic = T_ALL_MESSAGES}, NULL);
	if (s->user->loaded) {
		welcome(s);
	} else {
		x->waits = true;
		sock_busy(s, true);
	}
}

static void known(struct sock *s)
{
	struct session *x = s->own;

	if (!x->connected)
		return;
	if (!x->waits) {
		study_known(s);
	} else if (s->user->loaded) { /* else nobody answered yet: it is asked again */
		x->waits = false;
		welcome(s);
		sock_busy(s, false);
	}
}

/* ---- chats of the dating app -------------------------------------------------------------- */

static void add_member(struct buf *b, const char *name, struct cut value)
{
	bool id = !strcmp(name + strlen(name) - 3, "_id") && value.n > 2; /* those are numbers there */

	buf_printf(b, "%s\"%s\":", b->data[b->len - 1] == '{' ? "" : ",", name);
	if (id && *value.s == '"' && strspn(value.s + 1, "0123456789") == value.n - 2) {
		value.s++;
		value.n -= 2;
	}
	buf_add(b, value.s ? value.s : "null", value.s ? value.n : 4);
}

/* {chat_id, message_id, sender_id, content, sent_at}, as GET /chats/{chat_id}/messages has it. */
static struct buf dating_message(struct arena *a, struct cut m)
{
	struct buf b = buf_new(a, 512, EMIT_MAX);
	struct cut text = cut_member(m, "message"), file = cut_next(cut_member(m, "files"), (struct cut){NULL, 0});

	if (text.n <= 2 && file.s)
		text = cut_member(file, "url");
	buf_char(&b, '{');
	add_member(&b, "chat_id", cut_member(m, "roomId"));
	add_member(&b, "message_id", cut_member(m, "messageId"));
	add_member(&b, "sender_id", cut_member(m, "senderId"));
	add_member(&b, "content", text);
	add_member(&b, "sent_at", cut_member(m, "sentAt"));
	add_member(&b, "seq", cut_member(m, "seq"));
	buf_char(&b, '}');
	return b;
}

static void receive_message(struct sock *s, struct cut m)
{
	struct buf b = dating_message(s->gw->arena, m);

	if (!b.over)
		socketio_emit(s, MUST_ARRIVE, "receive_message", b.data, b.len);
}

/* The socket that sent it is not told: it has its acknowledgement. */
static bool is_echo(struct sock *s, struct cut m)
{
	struct session *x = s->own;
	struct cut sender = cut_member(m, "senderId");
	int64_t id = cut_int(cut_member(m, "messageId"));

	if (!sender.s || strtoull(sender.s + 1, NULL, 10) != s->who.user_id)
		return false;
	for (unsigned i = 0; i < SENT; i++)
		if (x->sent[i] == id)
			return true;
	if (!x->room)
		return false;
	struct echo *e = must(malloc(sizeof(*e) + m.n));

	*e = (struct echo){.n = m.n};
	memcpy(e->data, m.s, m.n);
	LL_APPEND(x->echoes, e);
	return true;
}

static void release_echoes(struct sock *s)
{
	struct session *x = s->own;

	while (x->echoes) {
		struct echo *e = x->echoes;

		LL_DELETE(x->echoes, e);
		if (!is_echo(s, (struct cut){e->data, e->n}))
			receive_message(s, (struct cut){e->data, e->n});
		free(e);
	}
}

static void on_sent(void *arg, int status, const char *body, size_t n)
{
	struct sock *s = arg;
	struct session *x = s->own;
	struct asked q = {.wants_ack = x->wants_ack, .ack = x->ack};
	struct cut all = {body, n}, data = cut_member(all, "data"), text = cut_member(all, "message");
	uint64_t room = x->room;

	x->call = NULL;
	x->room = 0;
	if (status >= 200 && status < 300) {
		x->sent[x->n_sent++ % SENT] = cut_int(cut_member(data, "messageId"));
		hub_sent(s->gw->hub, OF_CHAT, room, cut_int(cut_member(data, "seq")), data.s, data.n);
		if (q.wants_ack) {
			struct buf b = dating_message(s->gw->arena, data);

			socketio_acknowledge(s, q.ack, b.data, b.len);
		}
	} else {
		socketio_failed(s, &q, status, text);
	}
	release_echoes(s);
	arena_reset(s->gw->arena);
	sock_busy(s, false);
}

/* The id of a room in {chat_id: 5}, or in what stands for itself: 5, "5". */
static uint64_t room_in(const struct jval *arg)
{
	static const char *const names[] = {"chat_id", "room_id", "chatId", "roomId"};
	const struct jval *v;

	if (jin_type(arg) != J_OBJ)
		return jin_id(arg);
	for (size_t i = 0; i < COUNT(names); i++)
		if (jin_get(arg, names[i], &v))
			return jin_id(v);
	return 0;
}

static void on_send(struct sock *s, const struct asked *q)
{
	struct session *x = s->own;
	const struct jval *v = NULL;
	struct arena *a = s->gw->arena;
	struct buf body = buf_new(a, 512, EMIT_MAX);
	char uri[64];
	uint64_t room = room_in(q->arg);

	if (!room) {
		COMPLAIN(s, q, "chat_id가 없습니다", "chat_id is missing");
		return;
	}
	if (!jin_get(q->arg, "content", &v))
		(void)jin_get(q->arg, "message", &v);
	buf_printf(&body, "{\"message\":%s}", jin_text(a, v));
	(void)snprintf(uri, sizeof(uri), "/chat/rooms/%llu/messages", (unsigned long long)room);
	x->room = room;
	socketio_ask(s, q, uri, &body, on_sent);
}

void socketio_unfollow(struct sock *s, enum room_kind kind, uint64_t room)
{
	for (struct sub **at = &s->subs, *sub; (sub = *at); at = &sub->next)
		if (sub->room_id == room && sub->kind == kind) {
			/* what came meanwhile was left to the answer that is not waited for now */
			if (sub->state == SUB_CATCHES_UP)
				room_reload(sub);
			hub_unsubscribe(sub);
			*at = sub->next;
			free(sub->receipt);
			free(sub);
			return;
		}
}

bool socketio_follows(const struct sock *s, enum room_kind kind, uint64_t room)
{
	for (const struct sub *sub = s->subs; sub; sub = sub->next)
		if (sub->room_id == room && sub->kind == kind)
			return true;
	return false;
}

void socketio_follow(struct sock *s, enum room_kind kind, uint64_t room, const struct asked *q)
{
	const struct jval *v = NULL;
	bool since = jin_get(q->arg, "after", &v) && jin_type(v) != J_NULL;
	int64_t after = since && jin_type(v) == J_INT ? jin_int(v) : -1;
	size_t n = 0;

	if (since && after < 0) {
		COMPLAIN(s, q, "after는 마지막으로 본 번호여야 합니다", "after must be the last number seen");
		return;
	}
	socketio_unfollow(s, kind, room);
	for (const struct sub *sub = s->subs; sub; sub = sub->next)
		n++;
	if (n == ROOMS_MAX)
		COMPLAIN(s, q, "참여한 방이 너무 많습니다", "Too many rooms");
	else
		subscribe(s, &(struct sub){.topic = T_MESSAGES, .kind = kind, .room_id = room, .after = after}, q);
}

/* All rooms are heard anyway; whoever names the last number it saw gets what it missed. */
static void on_join_room(struct sock *s, const struct asked *q)
{
	uint64_t room = room_in(q->arg);

	if (room)
		socketio_follow(s, OF_CHAT, room, q);
	else
		COMPLAIN(s, q, "chat_id가 없습니다", "chat_id is missing");
}

static void on_leave_room(struct sock *s, const struct asked *q)
{
	uint64_t room = room_in(q->arg);

	if (!room) {
		COMPLAIN(s, q, "chat_id가 없습니다", "chat_id is missing");
		return;
	}
	socketio_unfollow(s, OF_CHAT, room);
	if (q->wants_ack)
		socketio_acknowledge(s, q->ack, "{\"success\":true}", 16);
}

static void settled(struct sub *sub, bool granted)
{
	struct asked q = {.wants_ack = sub->receipt, .ack = sub->receipt ? strtoull(sub->receipt, NULL, 10) : 0};

	if (!sub->room_id)
		return;
	if (!granted)
		COMPLAIN(sub->sock, &q, "참여하지 않은 방입니다", "You are not in that room");
	else if (q.wants_ack)
		socketio_acknowledge(sub->sock, q.ack, "{\"success\":true}", 16);
	free(sub->receipt);
	sub->receipt = NULL;
}

/* ---- being told --------------------------------------------------------------------------- */

/* {match_id, chat_id, whom: {user_id, name, profile_img_url}}; a request has no chat yet. */
static void tell_match(struct sock *s, const char *event, const char *whom, struct cut m)
{
	struct buf b = buf_new(s->gw->arena, 256, 4096);
	struct cut room = cut_member(m, "chatRoomId"), partner = cut_member(m, "partner");

	buf_char(&b, '{');
	add_member(&b, "match_id", cut_member(m, "requestId"));
	if (room.s)
		add_member(&b, "chat_id", room);
	buf_printf(&b, ",\"%s\":{", whom);
	add_member(&b, "user_id", cut_member(partner, "userId"));
	add_member(&b, "name", cut_member(partner, "name"));
	add_member(&b, "profile_img_url", cut_member(partner, "profileImage"));
	buf_str(&b, "}}");
	if (!b.over)
		socketio_emit(s, MUST_ARRIVE, event, b.data, b.len);
}

static void tell(struct sub *sub, const struct said *what)
{
	struct sock *s = sub->sock;
	struct cut m = {what->data, what->n};

	if (!strcmp(what->event, "study.message")) {
		study_chat_heard(s, sub->room_id, what);
	} else if (!strcmp(what->event, "chat.reload") || !strcmp(what->event, "study.reload")) {
		socketio_emit(s, MUST_ARRIVE, "reload", what->data, what->n);
	} else if (!strcmp(what->event, "match.requested")) {
		tell_match(s, "match_requested", "requester", m);
	} else if (!strcmp(what->event, "match.accepted")) {
		tell_match(s, "match_accepted", "partner", m);
	} else if (strcmp(what->event, "chat.message") != 0) {
		socketio_emit(s, MUST_ARRIVE, "notification", m.s, m.n);
	} else if (!is_echo(s, m)) {
		receive_message(s, m);
	}
}

/* ---- an event ----------------------------------------------------------------------------- */

static const struct socketio_event dating_events[] = {
    {"join_room", on_join_room},
    {"leave_room", on_leave_room},
    {"send_message", on_send},
    {"sendMessage", on_send},
    {NULL, NULL},
};

static const struct socketio_event *find_event(const struct socketio_event *e, const char *name)
{
	while (e->name && strcmp(e->name, name) != 0)
		e++;
	return e->name ? e : NULL;
}

static void on_event(struct sock *s, const struct packet *p)
{
	struct session *x = s->own;
	const struct socketio_event *e;
	const char *why = "", *name;
	size_t at, n = 0;
	const struct jval *list = jin_parse(s->gw->arena, p->data, p->n_data, &why, &at);
	struct asked q = {.wants_ack = p->wants_ack, .ack = p->ack};

	if (jin_type(list) != J_ARR || !jin_len(list) || jin_type(jin_at(list, 0)) != J_STR || !x->connected ||
	    p->n_namespace) {
		sock_close(s, CLOSE_POLICY); /* as the reference server does with what it cannot read */
		return;
	}
	q.event = name = jin_str(jin_at(list, 0), &n);
	q.arg = jin_len(list) > 1 ? jin_at(list, 1) : NULL;
	e = find_event(dating_events, name);
	if (!e)
		e = find_event(study_events, name);
	if (!e)
		e = find_event(study_chat_events, name);
	if (e)
		e->run(s, &q);
	else
		COMPLAIN(s, &q, "알 수 없는 이벤트입니다", "Unknown event");
}

static void handle(struct sock *s, const char *text, size_t n)
{
	struct packet p = packet_read(text, n);

	switch (p.type) {
	case PACKET_CONNECT:
		on_connect(s, &p);
		break;
	case PACKET_EVENT:
		on_event(s, &p);
		break;
	case PACKET_DISCONNECT:
	case PACKET_CLOSE:
		sock_close(s, CLOSE_NORMAL);
		break;
	case PACKET_BAD:
		sock_close(s, CLOSE_POLICY);
		break;
	case PACKET_PONG:
	case PACKET_NOTHING:
		break;
	}
	arena_reset(s->gw->arena);
}

static size_t read_packets(struct sock *s, char *data, size_t n)
{
	size_t done = 0;
	const char *end;

	while ((end = memchr(data + done, MESSAGE_END, n - done)) && sock_takes(s)) {
		handle(s, data + done, (size_t)(end - data) - done);
		done = (size_t)(end - data) + 1;
	}
	return done;
}

/* ---- a session ---------------------------------------------------------------------------- */

static void opened(struct sock *s, const struct wire *asking)
{
	struct session *x = must(calloc(1, sizeof(*x)));
	char token[TOKEN_MAX + 1], greeting[256];

	s->own = x;
	if (wire_authorization(asking, token, sizeof(token)) || wire_query(asking, "token=", token, sizeof(token)))
		x->token = must(strdup(token));
	if (wire_cookie(asking, SESSION_COOKIE, token, sizeof(token)))
		x->cookie = must(strdup(token));
	sock_send(s, MUST_ARRIVE, (struct iovec[]){PART(greeting, engine_greeting(s, greeting))}, 1);
}

static bool beat(struct sock *s)
{
	const struct session *x = s->own;

	if (!x->connected)
		sock_close(s, CLOSE_POLICY); /* CONNECT took too long */
	else if (x->waits)
		sock_close(s, CLOSE_LATER); /* nobody knows where they sit */
	else
		sock_send(s, MUST_ARRIVE, (struct iovec[]){TEXT_PART("2")}, 1);
	return true;
}

static void closed(struct sock *s)
{
	struct session *x = s->own;

	if (s->user)
		study_closed(s);
	while (s->subs) {
		struct sub *sub = s->subs;

		hub_unsubscribe(sub);
		s->subs = sub->next;
		free(sub->receipt);
		free(sub);
	}
	hub_leave(s);
	if (x->call)
		pool_forget(x->call);
	while (x->echoes) {
		struct echo *e = x->echoes;

		LL_DELETE(x->echoes, e);
		free(e);
	}
	free(x->token);
	free(x->cookie);
	free(x);
}

const struct skin socketio = {
    .path = "/socket.io",
    .engine = true,
    .marked = true,
    .frame_max = ENGINE_PAYLOAD,
    .login = true,
    .frames_max = FRAMES_MAX,
    .beat_s = ENGINE_PING_S,
    .silent_s = ENGINE_PING_S + ENGINE_PATIENCE_S,
    .opened = opened,
    .read = read_packets,
    .beat = beat,
    .tell = tell,
    .settled = settled,
    .closed = closed,
    .heard = study_heard,
    .known = known,
};
