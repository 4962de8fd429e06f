/* STOMP on a socket: who connects, what they subscribe to, what they send. Failures that are not the
 * protocol's never answer with ERROR, which the shipped client takes for the end of the connection: they
 * go to /user/queue/errors, for those who listen there. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "json/cut.h"
#include "json/jin.h"
#include "kv/bus.h"
#include "realtime/hub.h"
#include "realtime/pool.h"
#include "realtime/sock.h"
#include "realtime/stomp.h"
#include "realtime/wire.h"
#include "sec/random.h"

#include <utlist.h>

enum {
	CHAT_FRAME_MAX = 17 << 20, /* a voice message inline */
	NOTE_FRAME_MAX = 1 << 20,
	FRAMES_MAX = 100, /* a second */
	SUBS_MAX = 64,
	HEART_S = 20,
	SILENT_S = 65,
	HEART_MS = HEART_S * 1000,
};

struct session {
	char *token; /* of the query, until CONNECT */
	bool connected;
	bool beats, beaten; /* it wants heart-beats; it sends some */
	struct call *call;           /* what was sent and is being answered */
	const struct target *target; /* where it went */
	char *receipt;               /* asked for it */
	uint64_t id;                 /* of the room or notification it is about */
	uint64_t n_messages;
	size_t looked; /* see stomp_read() */
};

/* ---- frames out --------------------------------------------------------------------------- */

#define TEXT_PART(text) PART(text, strlen(text))

/* A frame of one header, whose value is text of anybody. */
static void send_short(struct sock *s, const char *head, const char *value)
{
	size_t n = strlen(value);
	char escaped[STOMP_ESCAPED(200)];

	n = stomp_escape(escaped, n < 200 ? value : "too long");
	sock_send(s, MUST_ARRIVE,
		  (struct iovec[]){TEXT_PART(head), PART(escaped, n), PART("\n\n", 3)}, 3);
}

static void send_receipt(struct sock *s, const char *id)
{
	if (id)
		send_short(s, "RECEIPT\nreceipt-id:", id);
}

/* The end: the protocol allows nothing after it. */
static void refuse(struct sock *s, const char *why)
{
	LOG(LOG_INFO, "a STOMP connection is refused", LOG_TEXT("why", why), LOG_TEXT("ip", s->ip),
	    LOG_NUM("uid", s->who.user_id));
	send_short(s, "ERROR\nmessage:", why);
	sock_close(s, CLOSE_POLICY);
}

static void tell(struct sub *sub, const struct said *what)
{
	struct session *x = sub->sock->own;
	char head[96];
	int n = snprintf(head, sizeof(head), "message-id:%llu\n%scontent-length:%zu\n\n",
			 (unsigned long long)++x->n_messages,
			 !strcmp(what->event, "chat.reload") ? "reload:true\n" : "", what->n);

	sock_send(sub->sock, sub->topic == T_TYPING ? MAY_DROP : MUST_ARRIVE,
		  (struct iovec[]){TEXT_PART(sub->head), PART(head, (size_t)n),
				   PART(what->data, what->n), PART("", 1)},
		  4);
}

/* What became of a frame that could not be done, for those who listen. body: JSON. */
static void complain(struct sock *s, const char *body, size_t n)
{
	for (struct sub *sub = s->subs; sub; sub = sub->next)
		if (sub->topic == T_ERRORS)
			tell(sub, &(struct said){.event = "error", .data = body, .n = n});
}

static void complain_of(struct sock *s, const char *code, const char *ko, const char *en)
{
	char text[300];
	int n = snprintf(text, sizeof(text), "{\"success\":false,\"code\":\"%s\",\"message\":\"%s\"}", code,
			 s->lang == LANG_EN ? en : ko);

	complain(s, text, (size_t)n);
}

/* ---- CONNECT ------------------------------------------------------------------------------ */

static const char *best_version(const char *accepted)
{
	if (!accepted)
		return "1.0";
	return strstr(accepted, "1.2")   ? "1.2"
	       : strstr(accepted, "1.1") ? "1.1"
	       : strstr(accepted, "1.0") ? "1.0"
					 : NULL;
}

/* "10000,10000": what the client can send, and what it wants. Of one that sends none, pongs are heard instead. */
static void agree_on_beats(struct session *x, const char *header)
{
	const char *comma = header ? strchr(header, ',') : NULL;

	x->beats = comma && strtoll(comma + 1, NULL, 10) > 0;
	x->beaten = x->beats && strtoll(header, NULL, 10) > 0;
}

static void on_connect(struct sock *s, const struct stomp_frame *f)
{
	struct session *x = s->own;
	const char *token = stomp_header(f, "Authorization"), *version;
	enum admission answered;
	char answer[160];

	if (x->connected) {
		refuse(s, "Already connected");
		return;
	}
	if (!token)
		token = stomp_header(f, "authorization");
	if (token && !strncasecmp(token, "Bearer ", 7))
		token += 7;
	if (!token || !*token)
		token = x->token;
	version = best_version(stomp_header(f, "accept-version"));
	if (!version) {
		refuse(s, "Supported versions are 1.0 to 1.2");
		return;
	}
	answered = hub_admit(s, token, NULL);
	if (answered != ADMITTED) {
		refuse(s, answered == TOO_MANY ? "Too many connections" : "Unauthorized");
		return;
	}
	free(x->token);
	x->token = NULL;
	x->connected = true;
	agree_on_beats(x, stomp_header(f, "heart-beat"));
	int n = snprintf(answer, sizeof(answer),
			 "CONNECTED\nversion:%s\nheart-beat:%d,%d\nserver:studymate\nuser-name:%"
			 "llu\n\n",
			 version, x->beats ? HEART_MS : 0, x->beaten ? HEART_MS : 0,
			 (unsigned long long)s->who.user_id);

	sock_send(s, MUST_ARRIVE, (struct iovec[]){PART(answer, (size_t)n + 1)}, 1);
}

/* ---- SUBSCRIBE ---------------------------------------------------------------------------- */

static const struct {
	const char *name;
	enum topic topic;
} destinations[] = {
	/* "#" stands for the id of a room */
	{"/sub/chat/room/#", T_MESSAGES},
	{"/topic/chat/#", T_MESSAGES},
	{"/sub/chat/room/#/typing", T_TYPING},
	{"/sub/chat/room/#/read", T_READS},
	{"/sub/chat/room/#/delivered", T_DELIVERIES},
	{"/sub/chat/public-rooms", T_PUBLIC_ROOMS},
	{"/user/queue/rooms", T_ROOMS},
	{"/user/queue/rooms/leave", T_LEFT},
	{"/user/queue/errors", T_ERRORS},
	{"/user/queue/notifications", T_NOTES},
	{"/user/queue/matching-notifications", T_MATCHING},
	{"/user/queue/matching", T_MATCHING},
	{"/user/queue/session-notifications", T_SESSIONS},
	{"/user/queue/session", T_SESSIONS},
	{"/user/queue/chat-notifications", T_CHATS},
	{"/user/queue/messages", T_CHATS},
	{"/sub/system-notifications", T_SYSTEM},
	{"/topic/system", T_SYSTEM},
	{"/sub/urgent-notifications", T_URGENT},
};

/* Reads s by the pattern; *id is the number in the place of "#", which is nobody's when it is 0. */
static bool fits(const char *pattern, const char *s, uint64_t *id)
{
	for (; *pattern && *s; pattern++) {
		if (*pattern != '#') {
			if (*pattern != *s++)
				return false;
			continue;
		}
		size_t digits = strspn(s, "0123456789");

		*id = digits <= 19 ? strtoull(s, NULL, 10) : 0;
		if (!*id)
			return false;
		s += digits;
	}
	return !*pattern && !*s;
}

static void free_sub(struct sub *sub)
{
	free(sub->id);
	free(sub->head);
	free(sub->receipt);
	free(sub);
}

static void unsubscribe(struct sock *s, const char *id)
{
	for (struct sub **at = &s->subs, *sub; (sub = *at); at = &sub->next)
		if (!strcmp(sub->id, id)) {
			hub_unsubscribe(sub);
			*at = sub->next;
			free_sub(sub);
			return;
		}
}

static void settled(struct sub *sub, bool granted)
{
	const struct error_row *none = error_row(E_CHAT_NO_ROOM); /* as SEND is answered */

	if (!granted)
		complain_of(sub->sock, none->code, none->text[LANG_KO], none->text[LANG_EN]);
	send_receipt(sub->sock, sub->receipt);
	free(sub->receipt);
	sub->receipt = NULL;
}

static char *escaped_copy(const char *s)
{
	char *copy = must(malloc(STOMP_ESCAPED(strlen(s)) + 1));

	copy[stomp_escape(copy, s)] = '\0';
	return copy;
}

/* What every MESSAGE of the subscription begins with. */
static char *head_of(const char *id, const char *destination)
{
	char *e_id = escaped_copy(id), *e_destination = escaped_copy(destination), *head;

	if (asprintf(&head,
		     "MESSAGE\nsubscription:%s\ndestination:%s\ncontent-type:application/json\n",
		     e_id, e_destination) < 0)
		abort();
	free(e_id);
	free(e_destination);
	return head;
}

static void on_subscribe(struct sock *s, const struct stomp_frame *f)
{
	const char *id = stomp_header(f, "id"), *destination = stomp_header(f, "destination");
	const char *after = stomp_header(f, "after"), *receipt = stomp_header(f, "receipt");
	enum topic topic = TOPICS;
	uint64_t room = 0;
	size_t n = 0;

	if (!id || !destination) {
		refuse(s, "SUBSCRIBE needs id and destination");
		return;
	}
	for (size_t i = 0; i < COUNT(destinations) && topic == TOPICS; i++)
		if (fits(destinations[i].name, destination, &room))
			topic = destinations[i].topic;
	unsubscribe(s, id);
	for (const struct sub *sub = s->subs; sub; sub = sub->next)
		n++;
	if (n == SUBS_MAX) {
		complain_of(s, "TOO_MANY_SUBSCRIPTIONS", "구독이 너무 많습니다", "give one back first");
		send_receipt(s, receipt);
		return;
	}
	if (topic == TOPICS) {
		complain_of(s, "UNKNOWN_DESTINATION", "없는 구독 경로입니다", "nothing is sent there");
		send_receipt(s, receipt);
		return;
	}
	struct sub *sub = must(calloc(1, sizeof(*sub)));

	sub->sock = s;
	sub->topic = topic;
	sub->room_id = room;
	sub->after = after && strspn(after, "0123456789") == strlen(after) && strlen(after) < 18
			     ? strtoll(after, NULL, 10)
			     : -1;
	sub->receipt = receipt ? must(strdup(receipt)) : NULL;
	sub->id = must(strdup(id));
	sub->head = head_of(id, destination);
	LL_PREPEND(s->subs, sub);
	hub_subscribe(sub);
}

/* ---- SEND --------------------------------------------------------------------------------- */

/* Where a SEND goes: a request to the pool, with the body as it came. */
struct target {
	const char *destination; /* "#": the id; else `key` of the body names it */
	const char *key;
	const char *method, *uri; /* "#": the id again */
	bool keyed; /* sends a message: with an Idempotency-Key, so that it may be asked again */
	/* told on /user/queue/notifications when it is done: {"type":reply, "success":true, as: …}, with the
	 * answer's data or the member `part` of it; without `as`, the id */
	const char *reply, *as, *part;
};

static const struct target targets[] = {
	{"/pub/chat/message", "roomId", "POST", "/chat/rooms/#/messages", true, NULL, NULL, NULL},
	{"/app/chat/#/send", NULL, "POST", "/chat/rooms/#/messages", true, NULL, NULL, NULL},
	{"/pub/chat/read", "roomId", "POST", "/chat/rooms/#/read", false, NULL, NULL, NULL},
	{"/pub/notifications/mark-read", "notificationId", "PATCH", "/notifications/#/read", false,
	 "READ_CONFIRMATION", NULL, NULL},
	{"/pub/notifications/update-settings", NULL, "PATCH", "/notifications/settings", false,
	 "SETTINGS_UPDATED", "settings", NULL},
	{"/pub/notifications/unread-count", NULL, "GET", "/notifications/unread-count", false,
	 "UNREAD_COUNT", "count", "unreadCount"},
	{"/pub/notifications/recent", NULL, "GET", "/notifications?size=20", false,
	 "RECENT_NOTIFICATIONS", "notifications", "notifications"},
};

static uint64_t id_in(const struct jval *body, const char *key)
{
	const struct jval *v;

	return jin_get(body, key, &v) ? jin_id(v) : 0;
}

static void reply(struct sock *s, const char *text, size_t n)
{
	for (struct sub *sub = s->subs; sub; sub = sub->next)
		if (sub->topic == T_NOTES)
			tell(sub, &(struct said){.event = "reply", .data = text, .n = n});
}

static void reply_to(struct sock *s, const struct target *t, uint64_t id, struct cut data)
{
	struct buf b = buf_new(s->gw->arena, 512, 1 << 20);

	buf_printf(&b, "{\"type\":\"%s\",\"success\":true,\"%s\":", t->reply,
		   t->as ? t->as : t->key);
	if (t->part)
		data = cut_member(data, t->part);
	if (t->as)
		buf_add(&b, data.s ? data.s : "null", data.s ? data.n : 4);
	else
		buf_printf(&b, "%llu", (unsigned long long)id);
	buf_char(&b, '}');
	if (!b.over)
		reply(s, b.data, b.len);
	arena_reset(s->gw->arena);
}

static void on_answer(void *arg, int status, const char *body, size_t n)
{
	struct sock *s = arg;
	struct session *x = s->own;
	const struct target *t = x->target;
	struct cut data = cut_member((struct cut){body, n}, "data");
	char *receipt = x->receipt;

	x->call = NULL;
	x->receipt = NULL;
	if (status >= 200 && status < 300) {
		send_receipt(s, receipt);
		if (t->keyed)
			hub_sent(s->gw->hub, OF_CHAT, x->id, cut_int(cut_member(data, "seq")), data.s,
				 data.n);
		if (t->reply)
			reply_to(s, t, x->id, data);
	} else if (status) {
		complain(s, body, n);
	} else {
		complain_of(s, "UNAVAILABLE", "서버가 응답하지 않았습니다. 다시 보내 주세요",
			    "the server did not answer; send it again");
	}
	free(receipt);
	sock_busy(s, false);
}

static void typing(struct sock *s, const struct jval *body)
{
	const struct user *u = s->user;
	const struct jval *v = NULL;
	uint64_t room = id_in(body, "roomId");
	bool on = jin_get(body, "isTyping", &v) && jin_type(v) == J_BOOL && jin_bool(v);
	char at[32];

	if (!room || !hub_sits_in(u, OF_CHAT, room) || !sock_may_type(s))
		return;
	struct buf b = buf_new(s->gw->arena, 512, 8192);

	clock_iso(clock_ms(), at);
	buf_printf(&b, "room %llu chat.typing 0\n{\"userId\":\"%llu\"", (unsigned long long)room,
		   (unsigned long long)u->id);
	buf_member(&b, "userName", u->name ? u->name : "");
	buf_member(&b, "userProfileImage", u->picture);
	buf_printf(&b, ",\"isTyping\":%s,\"timestamp\":\"%s\"}", on ? "true" : "false", at);
	if (!b.over && !bus_say(s->gw->bus, b.data, b.len))
		hub_hear(s->gw->hub, b.data, b.len);
}

static void forward(struct sock *s, const struct target *t, uint64_t id,
		    const struct stomp_frame *f)
{
	struct session *x = s->own;
	struct gateway *gw = s->gw;
	const char *receipt = stomp_header(f, "receipt");
	bool get = !strcmp(t->method, "GET");
	char uri[120], key[40] = "ws-";

	int before = (int)strcspn(t->uri, "#");

	if (t->uri[before])
		(void)snprintf(uri, sizeof(uri), "%.*s%llu%s", before, t->uri,
			       (unsigned long long)id, t->uri + before + 1);
	else
		(void)snprintf(uri, sizeof(uri), "%s", t->uri);
	random_hex(key + 3, 16);
	x->target = t;
	x->id = id;
	x->receipt = receipt ? must(strdup(receipt)) : NULL;
	x->call = pool_ask(gw->pool, &(struct ask){.method = t->method,
						   .uri = uri,
						   .token = sock_token(s, gw->arena),
						   .client_ip = s->ip,
						   .lang = s->lang,
						   .key = t->keyed ? key : NULL,
						   .body = get ? NULL : f->body,
						   .n = get ? 0 : f->n_body,
						   .done = on_answer,
						   .arg = s});
	sock_busy(s, true);
}

static void on_send(struct sock *s, const struct stomp_frame *f)
{
	const char *destination = stomp_header(f, "destination"), *why = "",
		   *body = f->n_body ? f->body : "{}";
	struct arena *a = s->gw->arena;
	const struct target *t = NULL;
	uint64_t id = 0;
	size_t at;

	if (!destination) {
		refuse(s, "SEND needs a destination");
		return;
	}
	const struct jval *json = jin_parse(a, body, f->n_body ? f->n_body : 2, &why, &at);

	if (!json || jin_type(json) != J_OBJ) {
		complain_of(s, "INVALID_JSON", "본문은 JSON 객체여야 합니다", "the body must be a JSON object");
		return;
	}
	if (!strcmp(destination, "/pub/chat/typing")) {
		typing(s, json);
		send_receipt(s, stomp_header(f, "receipt"));
		return;
	}
	if (!strcmp(destination, "/pub/notifications/ping")) {
		char text[96], now[32];

		clock_iso(clock_ms(), now);
		int n = snprintf(text, sizeof(text),
				 "{\"type\":\"PONG\",\"timestamp\":\"%s\",\"userId\":\"%llu\"}",
				 now, (unsigned long long)s->who.user_id);

		reply(s, text, (size_t)n);
		send_receipt(s, stomp_header(f, "receipt"));
		return;
	}
	for (size_t i = 0; i < COUNT(targets) && !t; i++)
		if (fits(targets[i].destination, destination, &id))
			t = &targets[i];
	if (!t) {
		complain_of(s, "UNKNOWN_DESTINATION", "없는 전송 경로입니다", "nothing is taken there");
		return;
	}
	if (t->key)
		id = id_in(json, t->key);
	if (!id && strchr(t->uri, '#')) {
		complain_of(s, "VALIDATION_ERROR", "본문에 방이나 알림의 번호가 없습니다",
			    "the body names no room or notification");
		return;
	}
	forward(s, t, id, f);
}

/* ---- a frame ------------------------------------------------------------------------------ */

static void handle(struct sock *s, const struct stomp_frame *f)
{
	struct session *x = s->own;
	const char *c = f->command, *id;
	bool first = !strcmp(c, "CONNECT") || !strcmp(c, "STOMP");

	if (first) {
		on_connect(s, f);
	} else if (!x->connected) {
		refuse(s, "CONNECT first");
	} else if (!strcmp(c, "SEND")) {
		on_send(s, f); /* its receipt is sent when it is done */
	} else if (!strcmp(c, "SUBSCRIBE")) {
		on_subscribe(s, f); /* the same */
	} else if (!strcmp(c, "UNSUBSCRIBE")) {
		if ((id = stomp_header(f, "id")))
			unsubscribe(s, id);
		send_receipt(s, stomp_header(f, "receipt"));
	} else if (!strcmp(c, "DISCONNECT")) {
		send_receipt(s, stomp_header(f, "receipt"));
		sock_close(s, CLOSE_NORMAL);
	} else if (!strcmp(c, "ACK") || !strcmp(c, "NACK")) {
		send_receipt(s, stomp_header(f, "receipt")); /* nothing waits for them */
	} else {
		refuse(s, "Unknown command");
	}
}

static size_t read_frames(struct sock *s, char *data, size_t n)
{
	struct session *x = s->own;
	size_t done = 0, used;
	const char *why = "";
	struct stomp_frame f;

	/* what is no frame yet counts as well: looking for its end is work, too */
	while (done < n && sock_takes(s)) {
		enum stomp_result r =
			stomp_read(data + done, n - done, s->skin->frame_max, &f, &used, &x->looked, &why);

		done += used;
		if (r == STOMP_MORE)
			break;
		if (r == STOMP_BAD)
			refuse(s, why);
		else
			handle(s, &f);
		arena_reset(s->gw->arena);
	}
	return done;
}

/* ---- a session ---------------------------------------------------------------------------- */

static void opened(struct sock *s, const struct wire *asking)
{
	struct session *x = must(calloc(1, sizeof(*x)));
	char token[TOKEN_MAX + 1];

	s->own = x;
	if (wire_query(asking, "token=", token, sizeof(token)))
		x->token = must(strdup(token));
}

static bool beat(struct sock *s)
{
	const struct session *x = s->own;

	if (!x->connected) {
		refuse(s, "CONNECT took too long");
		return true;
	}
	if (x->beats)
		sock_send(s, MUST_ARRIVE, (struct iovec[]){PART("\n", 1)}, 1);
	return x->beaten;
}

static void closed(struct sock *s)
{
	struct session *x = s->own;

	while (s->subs) {
		struct sub *sub = s->subs;

		hub_unsubscribe(sub);
		s->subs = sub->next;
		free_sub(sub);
	}
	hub_leave(s);
	if (x->call)
		pool_forget(x->call);
	free(x->receipt);
	free(x->token);
	free(x);
}

#define STOMP_SKIN(name, at, max)                                                                  \
	const struct skin name = {.path = (at),                                                    \
				  .frame_max = (max),                                              \
				  .login = true,                                                   \
				  .frames_max = FRAMES_MAX,                                        \
				  .beat_s = HEART_S,                                              \
				  .silent_s = SILENT_S,                                           \
				  .opened = opened,                                                \
				  .read = read_frames,                                             \
				  .beat = beat,                                                    \
				  .tell = tell,                                                    \
				  .settled = settled,                                              \
				  .closed = closed}
STOMP_SKIN(stomp_chat, "/ws/chat", CHAT_FRAME_MAX);
STOMP_SKIN(stomp_notifications, "/ws/notifications", NOTE_FRAME_MAX);
STOMP_SKIN(stomp_any, "/ws", CHAT_FRAME_MAX);
