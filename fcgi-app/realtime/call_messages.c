/* What clients say in a call room. Who says it is the socket's user, whatever the message claims. */
#include "base/clock.h"
#include "json/jin.h"
#include "realtime/call.h"
#include "realtime/gateway.h"
#include "realtime/hub.h"
#include "realtime/pair.h"

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
		struct buf b = call_message(s, "participants-list");

		call_add_cut(&b, "participants", list);
		call_send(s, &b);
	} else {
		call_complain(s, "서버가 응답하지 않았습니다", "The server did not answer");
	}
	while (x->again && (m = cut_next(list, m)).s) {
		struct buf b = call_buf(s);

		if (!call_peer(s, cut_member(m, "userId"), peer) || strcmp(peer, x->seat.user) != 0)
			continue;
		buf_printf(&b, "{\"participant\":%.*s", (int)m.n, m.s);
		call_tell(s, TO_OTHERS, "again", &b);
	}
	x->again = x->listed;
	sock_busy(s, false);
}

/* Asked once more, all peers were dropped: the others are told that it went, and came anew. */
static void on_participants(struct sock *s, const struct jval *msg)
{
	struct session *x = s->own;
	char uri[CALL_ROOM_MAX + 20];

	(void)msg;
	(void)snprintf(uri, sizeof(uri), "/room/%s/info", x->seat.room);
	for (struct pair *p = x->listed ? x->pairs : NULL; p; p = p->next)
		p->sent = p->got = 0; /* how much was relayed counts on */
	x->again = x->listed;
	x->listed = true;
	x->call = pool_ask(
	    s->gw->pool,
	    &(struct ask){
		.method = "GET", .uri = uri, .client_ip = s->ip, .lang = s->lang, .done = on_info, .arg = s});
	sock_busy(s, true);
}

/* To whom it goes; NULL: it complained. */
static const char *target(struct sock *s, const struct jval *data, const struct jval *what)
{
	const struct jval *v = member(data, "to");
	size_t n = 0;
	const char *to = jin_type(v) == J_STR ? jin_str(v, &n) : "";

	if (jin_type(what) == J_OBJ && n > 0 && n <= PEER_MAX && !strpbrk(to, "\n\r") && strcmp(to, TO_ALL) != 0)
		return to;
	call_complain(s, "data.to 또는 전달할 내용이 없습니다", "data.to, or what to relay, is missing");
	return NULL;
}

/* To one peer: {"type", "from", "data": what}. */
static void relay(struct sock *s, const char *type, const char *to, const struct jval *what)
{
	const struct session *x = s->own;
	struct buf b = call_message(s, type);

	buf_member(&b, "from", x->seat.user);
	buf_printf(&b, ",\"data\":%s", jin_text(s->gw->arena, what));
	call_tell(s, to, type, &b);
}

static void on_offer(struct sock *s, const struct jval *msg)
{
	const struct jval *data = member(msg, "data"), *signal = member(data, "signal");
	const char *to = target(s, data, signal ? signal : data);

	if (to && call_may_offer(s, to))
		relay(s, "offer", to, signal ? signal : data);
}

static void on_answer(struct sock *s, const struct jval *msg)
{
	const struct jval *data = member(msg, "data"), *signal = member(data, "signal");
	const char *to = target(s, data, signal ? signal : data);
	struct session *x = s->own;

	if (!to)
		return;
	if (!pair_may_describe(pair_with(&x->pairs, to))) {
		call_complain(s, TOO_MANY_DESCRIPTIONS);
		return;
	}
	call_answered(s, to);
	relay(s, "answer", to, signal ? signal : data);
}

static void on_candidate(struct sock *s, const struct jval *msg)
{
	struct session *x = s->own;
	const struct jval *data = member(msg, "data"), *what = member(data, "candidate");

	if (jin_type(what) != J_OBJ)
		what = member(data, "signal");
	const char *to = target(s, data, what);

	if (to && pair_may_add(pair_with(&x->pairs, to)))
		relay(s, "ice-candidate", to, what);
	else if (to)
		call_complain(s, TOO_MANY_CANDIDATES);
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
	const struct jval *payload = member(msg, "payload"), *text = member(payload, "text"),
			  *at = member(payload, "timestamp");
	char now[32];
	struct buf b = call_message(s, "chat-message");

	if (jin_type(text) != J_STR) {
		call_complain(s, "payload.text가 없습니다", "payload.text is missing");
		return;
	}
	clock_iso(clock_ms(), now);
	buf_str(&b, ",\"payload\":{\"userId\":");
	buf_json(&b, x->seat.user, strlen(x->seat.user));
	buf_member(&b, "userName", x->name);
	buf_printf(&b, ",\"text\":%s,\"timestamp\":", jin_text(a, text));
	if (at)
		buf_str(&b, jin_text(a, at));
	else
		buf_json(&b, now, strlen(now));
	add_inner(&b, a, text);
	buf_char(&b, '}');
	x->messages++;
	call_tell(s, TO_OTHERS, "chat-message", &b);
}

static void on_chat(struct sock *s, const struct jval *msg)
{
	struct session *x = s->own;
	const struct jval *text = member(member(msg, "data"), "message");
	struct buf b = call_message(s, "chat");

	if (jin_type(text) != J_STR) {
		call_complain(s, "data.message가 없습니다", "data.message is missing");
		return;
	}
	buf_member(&b, "userId", x->seat.user);
	buf_member(&b, "userName", x->name);
	buf_printf(&b, ",\"message\":%s", jin_text(s->gw->arena, text));
	x->messages++;
	call_tell(s, TO_ALL, "chat", &b);
}

static const struct toggle {
	const char *type, *field, *event, *said; /* event: what the others get besides the participant, or NULL */
} toggles[] = {
    {"toggle-audio", "audioEnabled", NULL, NULL},
    {"toggle-video", "videoEnabled", NULL, NULL},
    {"toggle-screen-share", "isScreenSharing", "screen-share-changed", "isSharing"},
};

static void on_toggled(void *arg, int status, const char *body, size_t n)
{
	struct sock *s = arg;
	struct session *x = s->own;
	const struct toggle *t = x->toggle;
	struct cut who = cut_member(cut_member((struct cut){body, n}, "data"), "participant");

	x->call = NULL;
	if (status != 200) {
		call_complain(s, "상태를 바꾸지 못했습니다", "That could not be changed");
	} else if (hub_is_blind(s->gw->hub)) {
		struct buf j = call_buf(s);

		buf_printf(&j, "{\"participant\":%.*s}", (int)who.n, who.s);
		circles_told(s->gw->circles, circle_name(x->place),
			     &(struct said){.event = "room.updated", .data = j.data, .n = j.len});
	}
	if (status == 200 && t->event) {
		struct buf b = call_message(s, t->event);

		buf_member(&b, "userId", x->seat.user);
		call_add_cut(&b, t->said, cut_member(who, t->field));
		call_tell(s, TO_OTHERS, t->event, &b);
	}
	sock_busy(s, false);
}

static void on_toggle(struct sock *s, const struct jval *msg)
{
	struct session *x = s->own;
	const struct jval *on = member(member(msg, "data"), "enabled");
	struct buf b = call_body(s->gw, &x->seat);
	size_t n;

	if (jin_type(on) != J_BOOL) {
		call_complain(s, "data.enabled가 없습니다", "data.enabled is missing");
		return;
	}
	for (x->toggle = toggles; strcmp(x->toggle->type, jin_str(member(msg, "type"), &n)) != 0;)
		x->toggle++;
	buf_printf(&b, ",\"%s\":%s", x->toggle->field, jin_bool(on) ? "true" : "false");
	x->call = call_ask(s->gw, x->seat.room, "state", &b,
			   (struct ask){.repeatable = true, .lang = s->lang, .done = on_toggled, .arg = s});
	sock_busy(s, true);
}

static bool may_record(struct sock *s)
{
	const struct session *x = s->own;

	if (!x->may_record)
		call_complain(s, "이 방에서는 녹화할 수 없습니다", "This room may not be recorded");
	return x->may_record;
}

static void on_recording(struct sock *s, const struct jval *msg)
{
	const struct session *x = s->own;
	size_t n;
	bool start = !strcmp(jin_str(member(msg, "type"), &n), "start-recording");

	if (!may_record(s))
		return;
	struct buf b = call_message(s, start ? "recording-started" : "recording-stopped");

	buf_member(&b, "userId", x->seat.user);
	call_tell(s, TO_ALL, "recording", &b);
}

/* It only says that there is one: a recording itself is uploaded by REST. */
static void on_chunk(struct sock *s, const struct jval *msg)
{
	static const char *const names[] = {"filename", "size", "duration"};
	struct buf b = call_message(s, "recording-chunk-saved");

	if (!may_record(s))
		return;
	for (size_t i = 0; i < COUNT(names); i++) {
		const struct jval *v = member(member(msg, "data"), names[i]);

		if (v)
			buf_printf(&b, ",\"%s\":%s", names[i], jin_text(s->gw->arena, v));
	}
	call_send(s, &b);
}

static void on_ping(struct sock *s, const struct jval *msg)
{
	struct buf b = call_message(s, "pong");

	(void)msg;
	call_send(s, &b);
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
    {"offer", on_offer},
    {"answer", on_answer},
    {"ice-candidate", on_candidate},
    {"chat-message", on_chat_message},
    {"chat", on_chat},
    {"toggle-audio", on_toggle},
    {"toggle-video", on_toggle},
    {"toggle-screen-share", on_toggle},
    {"start-recording", on_recording},
    {"stop-recording", on_recording},
    {"recording-chunk", on_chunk},
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
		call_complain(s, "JSON 객체와 type이 필요합니다", "A JSON object with a type is needed");
	} else {
		type = jin_str(t, &len);
		while (i < COUNT(types) && strcmp(types[i].type, type) != 0)
			i++;
		if (i < COUNT(types))
			types[i].run(s, msg);
		else
			call_complain(s, "알 수 없는 type입니다", "Unknown type");
	}
}

size_t call_read(struct sock *s, char *data, size_t n)
{
	size_t done = 0;
	const char *end;

	while ((end = memchr(data + done, MESSAGE_END, n - done)) && sock_takes(s)) {
		handle(s, data + done, (size_t)(end - data) - done);
		arena_reset(s->gw->arena);
		done = (size_t)(end - data) + 1;
	}
	return done;
}
