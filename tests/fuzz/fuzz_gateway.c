/*
 * The gateway, all of it but what it stands on: connections, the pool, Redis and time, which are played here. An input
 * is a script of steps, each ended by 0xff: a letter for what happens, a digit for the client it happens to, and text
 * that is that client's. Whatever clients do, what others are sent is well-formed and in nobody else's name, and
 * when all have gone nothing of them is left.
 */
#include "answers.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "formed.h"
#include "json/cut.h"
#include "json/jin.h"
#include "kv/bus.h"
#include "realtime/call.h"
#include "realtime/circle.h"
#include "realtime/engine.h"
#include "realtime/hub.h"
#include "realtime/receipts.h"
#include "realtime/wire.h"
#include "sec/random.h"
#include "sec/token.h"

#include <utlist.h>

enum { STEP_END = 0xff, CLIENTS = 10, USERS = 4, NAMES = 64, SID_HEX = 20 };

extern const struct skin stomp_chat, stomp_notifications, stomp_any, socketio, call_room;
const struct skin *const skins[] = {&stomp_chat, &stomp_notifications, &stomp_any, &socketio, &call_room, NULL};

struct connection {
	struct wire wire;
	const struct skin *skin;
	char *query; /* "name=value&name=value" */
	bool wants, killed, reads_nothing;
	struct seen seen;
};

/* What the pool is asked and has not answered yet, in that order. */
struct call {
	struct call *prev, *next;
	char *uri, *body;
	void (*done)(void *arg, int status, const char *body, size_t n);
	void *arg;
};

struct later {
	struct later *prev, *next;
	int64_t due;
	void (*fn)(void *arg);
	void *arg;
};

/* Something on the bus that was not heard yet. */
struct word {
	struct word *prev, *next;
	size_t n;
	char text[];
};

static struct {
	struct gateway gw;
	struct conf conf;
	int64_t now; /* µs */
	unsigned drawn; /* random numbers so far */
	struct connection *client[CLIENTS];
	char sid[CLIENTS][SID_HEX + 1];
	char *names[NAMES]; /* under which anybody entered a call */
	size_t n_names;
	struct call *calls;
	struct later *laters;
	struct word *words;
	bool bus_down, ended[USERS];
	uv_timer_t *timers[8];
	size_t n_timers;
	int64_t last_seq[PLACES];
} world;

/* ---- time, chance and log ----------------------------------------------------------------- */

int64_t clock_mono(void)
{
	return world.now;
}

int64_t clock_ms(void)
{
	return INT64_C(1700000000000) + world.now / 1000;
}

void clock_iso(int64_t ms, char out[32])
{
	(void)snprintf(out, 32, "%lld", (long long)ms);
}

void random_hex(char *out, size_t n)
{
	(void)snprintf(out, 2 * n + 1, "%0*x", (int)(2 * n), ++world.drawn);
}

void log_write(enum log_level level, const char *msg, const struct log_field *fields, size_t n)
{
	for (size_t i = 1; i < n; i++)
		HOLDS(level <= LOG_ERROR && msg && fields[i].key);
}

int uv_timer_init(uv_loop_t *loop, uv_timer_t *t)
{
	HOLDS(loop == &world.gw.loop && world.n_timers < COUNT(world.timers));
	world.timers[world.n_timers++] = t;
	t->timer_cb = NULL;
	return 0;
}

int uv_timer_start(uv_timer_t *t, uv_timer_cb cb, uint64_t ms, uint64_t repeat)
{
	HOLDS(ms && repeat);
	t->timer_cb = cb;
	return 0;
}

int uv_timer_stop(uv_timer_t *t)
{
	t->timer_cb = NULL;
	return 0;
}

void uv_close(uv_handle_t *h, uv_close_cb cb)
{
	for (size_t i = 0; i < world.n_timers; i++)
		if ((uv_handle_t *)world.timers[i] == h)
			world.timers[i] = world.timers[--world.n_timers];
	cb(h);
}

struct later *gateway_later(struct gateway *gw, uint64_t ms, void (*fn)(void *arg), void *arg)
{
	struct later *l = must(malloc(sizeof(*l)));

	HOLDS(gw == &world.gw);
	*l = (struct later){.due = world.now + (int64_t)ms * 1000, .fn = fn, .arg = arg};
	DL_APPEND(world.laters, l);
	return l;
}

void later_forget(struct later *l)
{
	if (!l)
		return;
	DL_DELETE(world.laters, l);
	free(l);
}

/* ---- logins: the token of user 1 is "user1" ----------------------------------------------- */

enum status token_check(const char *token, enum token_type want, int64_t now, struct claims *out, const char **why)
{
	uint64_t id = strncmp(token, "user", 4) == 0 && token[4] && !token[5] ? (uint64_t)(token[4] - '0') : 0;

	*why = "it is none";
	if (want != TOKEN_ACCESS || !id || id >= USERS)
		return E_TOKEN_INVALID;
	*out = (struct claims){.user_id = id, .session_id = id, .expires = now + 900};
	return OK;
}

const char *token_make(struct arena *a, const struct claims *c)
{
	char text[] = "user0";

	text[4] = (char)('0' + c->user_id);
	return arena_strdup(a, text);
}

bool gate_is_revoked(const struct gate *g, uint64_t session_id, int64_t now)
{
	HOLDS(!g && now);
	return world.ended[session_id];
}

/* ---- the bus ------------------------------------------------------------------------------ */

bool bus_say(struct bus *b, const char *text, size_t n)
{
	struct word *w;

	HOLDS(!b && n);
	if (world.bus_down)
		return false;
	w = must(malloc(sizeof(*w) + n + 1));
	*w = (struct word){.n = n};
	memcpy(w->text, text, n);
	w->text[n] = '\0';
	DL_APPEND(world.words, w);
	return true;
}

static void hear_words(void)
{
	while (world.words) {
		struct word *w = world.words;

		DL_DELETE(world.words, w);
		hub_hear(world.gw.hub, w->text, w->n);
		arena_reset(world.gw.arena);
		free(w);
	}
}

/* ---- the pool ----------------------------------------------------------------------------- */

struct call *pool_ask(struct pool *p, const struct ask *a)
{
	struct call *c = must(calloc(1, sizeof(*c)));

	HOLDS(!p && a->method && *a->uri == '/' && !strpbrk(a->uri, " \r\n") && a->client_ip);
	HOLDS(!a->body || strlen(a->body) == a->n);
	*c = (struct call){.uri = must(strdup(a->uri)), .done = a->done, .arg = a->arg,
			   .body = must(strdup(a->body ? a->body : ""))};
	DL_APPEND(world.calls, c);
	return c;
}

void pool_forget(struct call *c)
{
	c->done = NULL;
}

size_t pool_waiting(const struct pool *p)
{
	HOLDS(!p);
	return 0;
}

/* The next message of a room or study group; told to nobody when it is lost. */
static struct buf publish(struct arena *a, size_t place, const char *json, size_t n, bool lost)
{
	struct buf m = buf_new(a, 256, n + 512), w = buf_new(a, 256, n + 1024);
	int64_t seq = ++world.last_seq[place];

	add_message(&m, place, seq, json, n);
	buf_printf(&w, place < ROOMS ? "room %zu chat.message %lld\n%s" : "study %zu study.message %lld\n%s",
		   place < ROOMS ? place : place - ROOMS + 1, (long long)seq, m.data);
	if (!lost)
		(void)bus_say(NULL, w.data, w.len);
	return m;
}

static void answer_seats(struct buf *b, struct cut body)
{
	struct cut users = cut_member(body, "users"), u = {0};
	bool first = true;

	buf_str(b, "{\"data\":{\"users\":[");
	while ((u = cut_next(users, u)).s) {
		buf_printf(b, "%s{\"userId\":%.*s,\"name\":\"N\\\"\",", first ? "" : ",", (int)u.n, u.s);
		first = false;
		add_seats(b, world.last_seq);
		buf_char(b, '}');
	}
	buf_str(b, "]}}");
}

/* What a pool in which all goes well says. */
static struct buf answer_to(struct arena *a, const struct call *c)
{
	struct buf b = buf_new(a, 512, 4 << 20);
	size_t place = place_of(c->uri);
	struct cut body = {c->body, strlen(c->body)}, text = cut_member(body, place < ROOMS ? "message" : "content");
	const char *after = strstr(c->uri, "after=");

	if (!strcmp(c->uri, "/internal/chat/seats")) {
		answer_seats(&b, body);
	} else if (!strncmp(c->uri, "/internal/rooms/", 16) || !strncmp(c->uri, "/room/", 6)) {
		add_call(&b, body);
	} else if (after) {
		add_messages(&b, place, strtoll(after + 6, NULL, 10), world.last_seq[place]);
	} else if (place && text.s && strstr(c->uri, place < ROOMS ? "/messages" : "/chat")) {
		struct buf m = publish(a, place, text.s, text.n, false);

		buf_printf(&b, "{\"data\":%s}", m.data);
	} else {
		buf_str(&b, "{\"success\":true,\"data\":{\"id\":\"3\",\"studyId\":\"1\",\"messageId\":\"3\"}}");
	}
	return b;
}

static void pool_answers(char how)
{
	struct call *c = world.calls;

	if (!c)
		return;
	DL_DELETE(world.calls, c);
	struct arena *a = arena_new(16 << 20);
	int status = how == '0' ? 0 : how == '4' ? 404 : how == '5' ? 503 : 200;
	struct buf b = status == 200 ? answer_to(a, c) : buf_new(a, 64, 64);

	if (status > 200)
		buf_str(&b, "{\"success\":false,\"message\":\"no\",\"error\":\"no\"}");
	HOLDS(!b.over);
	for (size_t i = 0; i < CLIENTS && status == 200; i++) /* whoever sent a message knows its number */
		if (world.client[i] && world.client[i]->wire.sock == c->arg && strstr(c->uri, "/messages"))
			memcpy(world.client[i]->seen.seq, world.last_seq, sizeof(world.last_seq));
	if (c->done) /* else nobody waits for it any more, but it was done */
		c->done(c->arg, status, b.len ? b.data : "", b.len);
	arena_reset(world.gw.arena);
	arena_free(a);
	free(c->uri);
	free(c->body);
	free(c);
}

/* ---- what clients are sent ---------------------------------------------------------------- */

static bool is_name(const char *name)
{
	for (size_t i = 0; i < world.n_names; i++)
		if (!strcmp(world.names[i], name))
			return true;
	return false;
}

static void check_text(const struct skin *skin, const char *text, size_t n)
{
	if (skin == &call_room)
		check_call(text, n, is_name);
	else if (skin == &socketio)
		check_packet(text, n);
	else
		check_frame(text, n);
}

/* ---- connections, as wire.c has them ------------------------------------------------------ */

static struct connection *of(const struct wire *w)
{
	return (struct connection *)(uintptr_t)w;
}

void wire_wake(struct wire *w)
{
	of(w)->wants = true;
}

void wire_kill(struct wire *w)
{
	of(w)->killed = true;
}

void wire_flow(struct wire *w, bool on)
{
	HOLDS(w->kind == WIRE_SOCKET || !on);
}

void wire_park(struct wire *w)
{
	HOLDS(w->gw == &world.gw);
}

void wire_end_in(struct wire *w, int seconds)
{
	HOLDS(w->kind == WIRE_PROBE && seconds > 0);
}

/* "sid=" and a digit is what that client was called last. */
bool wire_query(const struct wire *w, const char *name, char *out, size_t size)
{
	const char *at = of(w)->query;

	while (at && strncmp(at, name, strlen(name)) != 0)
		at = (at = strchr(at, '&')) ? at + 1 : NULL;
	if (!at)
		return false;
	at += strlen(name);
	if (!strcmp(name, "sid=") && *at >= '0' && *at < '0' + CLIENTS)
		return (size_t)snprintf(out, size, "%s", world.sid[*at - '0']) < size;
	size_t n = strcspn(at, "&");

	return (size_t)snprintf(out, size, "%.*s", (int)n, at) < size;
}

bool wire_path(const struct wire *w, char *out, size_t size)
{
	char room[CALL_ROOM_MAX + 2] = "r";

	(void)wire_query(w, "room=", room, sizeof(room));
	return (size_t)snprintf(out, size, "/api/v1/room/%s/ws", room) < size;
}

bool wire_authorization(const struct wire *w, char *out, size_t size)
{
	return wire_query(w, "authorization=", out, size);
}

bool wire_cookie(const struct wire *w, const char *name, char *out, size_t size)
{
	return !strcmp(name, SESSION_COOKIE) && wire_query(w, "cookie=", out, size);
}

enum lang wire_language(const struct wire *w)
{
	char lang[8];

	return wire_query(w, "lang=", lang, sizeof(lang)) ? LANG_EN : LANG_KO;
}

void wire_answer(struct wire *w, int status, const char *body, size_t n)
{
	HOLDS(w->kind == WIRE_REQUEST && (status == 200 || (status >= 400 && status <= 503)));
	if (w->status)
		return;
	w->status = status;
	w->out = exact_copy(body, n);
	w->n_out = n;
	w->sock = NULL;
	wire_wake(w);
}

static size_t index_of(const struct connection *c)
{
	size_t i = 0;

	while (world.client[i] != c)
		i++;
	return i;
}

static void drop(struct connection *c)
{
	struct wire *w = &c->wire;
	struct sock *s = w->sock;

	world.client[index_of(c)] = NULL;
	w->sock = NULL;
	if (s && w->kind == WIRE_SOCKET)
		sock_gone(s);
	else if (s)
		engine_lost(s, w);
	world.gw.in_bytes -= w->n_in;
	free(w->in);
	free(w->out);
	free(c->query);
	free(c);
}

/* What a request is answered with: packets, MESSAGE_END between them. */
static void check_answer(const struct wire *w, char sid[SID_HEX + 1])
{
	const char *at = w->out, *end = w->out + w->n_out;

	if (w->status != 200) {
		is_json(at, w->n_out, json_type_object);
		return;
	}
	if (w->post) {
		HOLDS(w->n_out == 2 && !memcmp(at, "ok", 2));
		return;
	}
	if (w->n_out > 8 + SID_HEX && !memcmp(at, "0{\"sid\":\"", 9))
		(void)snprintf(sid, SID_HEX + 1, "%.*s", (int)SID_HEX, at + 9);
	while (at <= end) {
		const char *stop = memchr(at, MESSAGE_END, (size_t)(end - at));

		if (!stop)
			stop = end;
		check_packet(at, (size_t)(stop - at));
		at = stop + 1;
	}
}

/* false: it has gone. */
static bool send_one(struct connection *c)
{
	struct wire *w = &c->wire;
	struct item *i;

	if (w->kind == WIRE_REQUEST) {
		if (!w->status)
			return true;
		check_answer(w, world.sid[index_of(c)]);
		drop(c);
		return false;
	}
	if (w->kind == WIRE_PROBE)
		return true;
	i = sock_next(w->sock);
	if (i) {
		check_text(c->skin, i->data + WIRE_ROOM, i->n);
		if (c->skin == &socketio)
			check_gap(&c->seen, world.last_seq, i->data + WIRE_ROOM, i->n);
		sock_sent(w->sock, i, true);
		c->wants = w->sock->first || w->sock->closing || w->sock->ping;
		return true;
	}
	w->sock->ping = false;
	c->killed = w->sock->closing;
	return true;
}

/* Everything that can go on without anybody doing anything does. */
static void settle(void)
{
	bool more;

	do {
		hear_words();
		more = false;
		for (size_t i = 0; i < CLIENTS; i++) {
			struct connection *c = world.client[i];

			if (c && c->killed) {
				drop(c);
				more = true;
			} else if (c && c->wants && !c->reads_nothing) {
				c->wants = false;
				more |= !send_one(c) || c->wants || c->killed;
			}
			arena_reset(world.gw.arena);
		}
	} while (more || world.words);
}

/* ---- steps -------------------------------------------------------------------------------- */

static void come(size_t i, enum wire_kind kind, const struct skin *skin, const char *query)
{
	struct connection *c = must(calloc(1, sizeof(*c)));

	if (world.client[i])
		drop(world.client[i]);
	c->wire = (struct wire){.gw = &world.gw, .kind = kind};
	c->skin = skin;
	c->seen.seq[1] = -1;
	c->query = must(strdup(query));
	world.client[i] = c;
}

/* text: the number of a skin, then the query. */
static void opens(size_t i, const char *text)
{
	size_t skin = (size_t)(*text - '0');
	char ip[24], name[PEER_MAX + 1];

	if (skin >= COUNT(skins) - 1)
		return;
	come(i, WIRE_SOCKET, skins[skin], text + 1);
	struct connection *c = world.client[i];
	struct wire *w = &c->wire;
	bool named = c->skin->engine && engine_has_name(w);

	(void)snprintf(ip, sizeof(ip), "ip%zu", i / 2);
	if (named ? !engine_may_upgrade(w)
		  : world.n_names == NAMES || !sock_may_open(&world.gw, ip) || (c->skin->refuse && c->skin->refuse(w))) {
		drop(c);
		return;
	}
	if (named) {
		engine_probed(w);
		return;
	}
	if (c->skin == &call_room && wire_query(w, "userId=", name, sizeof(name)))
		world.names[world.n_names++] = must(strdup(name));
	(void)sock_open(c->skin, w, NULL, ip);
}

/* text: the query, and behind a line break the body of one that has any. */
static void requests(size_t i, const char *text, size_t n)
{
	const char *lf = memchr(text, '\n', n);
	struct connection *c;
	struct wire *w;

	come(i, WIRE_REQUEST, &socketio, "");
	c = world.client[i];
	w = &c->wire;
	free(c->query);
	c->query = text_copy(text, lf ? (size_t)(lf - text) : n);
	w->post = lf;
	w->in_max = engine_body_max(w);
	engine_request(w, c->skin, "ip0");
	if (!lf)
		return;
	w->n_in = n - (size_t)(lf + 1 - text);
	if (w->n_in > w->in_max) {
		w->n_in = 0;
		drop(c);
		return;
	}
	w->in = exact_copy(lf + 1, w->n_in);
	world.gw.in_bytes += w->n_in;
	engine_posted(w, c->skin, "ip0");
}

static void says(size_t i, const char *text, size_t n, bool whole)
{
	struct connection *c = world.client[i];

	if (!c || c->killed)
		return;
	c->seen.chose |= memmem(text, n, "leave", 5) || memmem(text, n, "after", 5) || memchr(text, '\\', n);
	if (c->wire.kind == WIRE_PROBE)
		engine_probe(&c->wire, text, n, whole);
	else if (c->wire.kind == WIRE_SOCKET && c->wire.sock)
		sock_receive(c->wire.sock, text, n, whole);
}

static void goes(struct connection *c, bool says_so)
{
	if (c->wire.sock && c->wire.kind == WIRE_SOCKET)
		c->wire.sock->left = says_so;
	drop(c);
}

/* Of others of us: words, whatever they are, and JSON. */
static void bus_says(const char *text, size_t n)
{
	const char *lf = memchr(text, '\n', n), *why;
	size_t at;

	if (lf && !world.bus_down && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_. ") == (size_t)(lf - text) &&
	    jin_type(jin_parse(world.gw.arena, lf + 1, n - (size_t)(lf + 1 - text), &why, &at)) == J_OBJ)
		(void)bus_say(NULL, text, n);
}

static void second_passes(void)
{
	struct later *l, *next;

	for (size_t quarter = 0; quarter < 4; quarter++) {
		world.now += 250000;
		for (size_t i = 0; i < world.n_timers; i++)
			if (world.timers[i]->timer_cb)
				world.timers[i]->timer_cb(world.timers[i]);
		DL_FOREACH_SAFE (world.laters, l, next)
			if (l->due <= world.now) {
				l->fn(l->arg);
				later_forget(l);
				break; /* it may have ended another */
			}
	}
	sock_second(&world.gw, world.now / 1000000);
	hub_second(world.gw.hub);
	receipts_second(world.gw.receipts);
	arena_reset(world.gw.arena);
	settle();
}

static void step(const char *text, size_t n)
{
	size_t i = n > 1 ? (size_t)(text[1] - '0') : CLIENTS;

	if (i >= CLIENTS)
		return;
	char how = text[2]; /* NUL behind the last */

	switch (*text) {
	case 'o': /* opens a WebSocket */
		if (n > 2)
			opens(i, text + 2);
		break;
	case 'q': /* sends a request */
		requests(i, text + 2, n - 2);
		break;
	case 'd': /* sends a message */
	case 'D': /* or a part of one */
		says(i, text + 2, n - 2, *text == 'd');
		break;
	case 'z': /* stops reading, or reads again */
		if (world.client[i])
			world.client[i]->reads_nothing = !world.client[i]->reads_nothing;
		break;
	case 'x': /* goes, and says so or not */
		if (world.client[i])
			goes(world.client[i], how == 'n');
		break;
	case 't': /* seconds pass */
		while (i--)
			second_passes();
		break;
	case 'a': /* the pool answers so many questions */
		while (i--)
			pool_answers(how);
		break;
	case 'm': /* somebody elsewhere says something in that room or group */
		if (i && i < PLACES)
			(void)publish(world.gw.arena, i, "\"hello\"", 7, how == 'l');
		break;
	case 'h': /* something is said on the bus */
		bus_says(text + 2, n - 2);
		break;
	case 'b': /* Redis goes or comes back */
		world.bus_down = !world.bus_down;
		hub_bus_changed(world.gw.hub, !world.bus_down);
		break;
	case 'e': /* a login ends */
		if (i < USERS) {
			world.ended[i] = true;
			hub_login_ended(world.gw.hub, i);
		}
		break;
	default:
		break;
	}
	arena_reset(world.gw.arena);
	settle();
}

/* ---- the beginning and the end ------------------------------------------------------------ */

static void begin(void)
{
	static struct arena *arena;

	if (!arena)
		arena = arena_new(64 << 20);
	memset(&world, 0, sizeof(world));
	world.now = INT64_C(5000000000);
	world.conf = (struct conf){.sockets_per_user = 4, .sockets_per_address = 6, .access_ttl = 900};
	world.gw = (struct gateway){.conf = &world.conf, .arena = arena, .second = world.now / 1000000, .id = "gw"};
	world.gw.hub = hub_open(&world.gw);
	world.gw.circles = circles_open();
	world.gw.presence = presence_open(&world.gw);
	world.gw.receipts = receipts_open(&world.gw);
	world.names[world.n_names++] = must(strdup("b")); /* who is there already: see answer_call() */
	hub_bus_changed(world.gw.hub, true);
}

static void end(void)
{
	for (size_t i = 0; i < CLIENTS; i++)
		if (world.client[i])
			drop(world.client[i]);
	/* those that poll are missed after a while, and what they had is given back */
	for (size_t i = 0; world.gw.n_socks || !presence_settled(world.gw.presence); i++) {
		HOLDS(i < 200);
		second_passes();
		while (world.calls)
			pool_answers('2');
	}
	HOLDS(!world.gw.in_bytes && !world.gw.out_bytes && !world.gw.engines && !world.gw.addresses && !world.laters);
	HOLDS(!hub_n_users(world.gw.hub) && !hub_n_rooms(world.gw.hub) && !circles_calls(world.gw.circles));
	while (world.calls)
		pool_answers('2');
	hear_words();
	hub_close(world.gw.hub);
	circles_close(world.gw.circles);
	presence_close(world.gw.presence);
	receipts_close(world.gw.receipts);
	HOLDS(!world.n_timers);
	for (size_t i = 0; i < world.n_names; i++)
		free(world.names[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const uint8_t *end_of_step;

	begin();
	while ((end_of_step = size ? memchr(bytes, STEP_END, size) : NULL)) {
		size_t n = (size_t)(end_of_step - bytes);
		char *text = text_copy(bytes, n);

		step(text, n);
		free(text);
		size -= n + 1;
		bytes += n + 1;
	}
	end();
	return 0;
}
