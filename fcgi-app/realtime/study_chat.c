/* What is said in study groups over Socket.IO. The pool keeps it and tells everybody who is there; of what
 * clients say about themselves or about messages nothing is passed on. */
#include "base/buf.h"
#include "realtime/gateway.h"
#include "realtime/hub.h"
#include "realtime/socketio.h"

enum { BODY_ROOM = 32 << 10, TOLD_ROOM = 64 << 10 };

/* ---- answers of the pool ------------------------------------------------------------------- */

/* What was asked, once it is answered. */
static struct asked answer_to(struct sock *s)
{
	struct session *x = s->own;

	x->call = NULL;
	return (struct asked){.wants_ack = x->wants_ack, .ack = x->ack};
}

static void go_on(struct sock *s)
{
	arena_reset(s->gw->arena);
	sock_busy(s, false);
}

/* Of an id in an answer: "7". */
static unsigned long long id_of(struct cut m, const char *name)
{
	struct cut id = cut_member(m, name);

	return id.n > 2 ? strtoull(id.s + 1, NULL, 10) : 0;
}

static bool is_good(int status)
{
	return status >= 200 && status < 300;
}

/* The acknowledgement is what REST answers. */
static void settle(struct sock *s, const struct asked *q, int status, const char *body, size_t n)
{
	if (!is_good(status))
		socketio_failed(s, q, status, cut_member((struct cut){body, n}, "error"));
	else if (q->wants_ack)
		socketio_acknowledge(s, q->ack, body, n);
	go_on(s);
}

/* Nobody else tells of it while Redis is away; then at least those who are here hear it. */
static void tell_here(struct gateway *gw, struct cut data)
{
	if (data.s)
		hub_sent(gw->hub, OF_STUDY, id_of(data, "studyId"), cut_int(cut_member(data, "seq")), data.s, data.n);
}

/* ---- events ------------------------------------------------------------------------------- */

static void on_said(void *arg, int status, const char *body, size_t n)
{
	struct sock *s = arg;
	struct asked q = answer_to(s);

	if (is_good(status))
		tell_here(s->gw, cut_member((struct cut){body, n}, "data"));
	settle(s, &q, status, body, n);
}

static void on_marked(void *arg, int status, const char *body, size_t n)
{
	struct sock *s = arg;
	struct asked q = answer_to(s);

	settle(s, &q, status, body, n);
}

/* As the signalling server answers: by an event. */
static void tell_sent(struct sock *s, const struct asked *q, const struct buf *b)
{
	if (b->over)
		return;
	socketio_emit(s, MUST_ARRIVE, "chat:message-sent", b->data, b->len);
	if (q->wants_ack)
		socketio_acknowledge(s, q->ack, b->data, b->len);
}

static void on_sent(void *arg, int status, const char *body, size_t n)
{
	struct sock *s = arg;
	struct asked q = answer_to(s);
	struct cut all = {body, n};
	unsigned long long id = id_of(cut_member(all, "data"), "id");
	struct buf b = buf_new(s->gw->arena, 256, BODY_ROOM);

	if (is_good(status) && id) {
		tell_here(s->gw, cut_member(all, "data"));
		buf_printf(&b, "{\"success\":true,\"messageId\":\"msg_%llu\"}", id); /* as emit_received() has it */
	} else {
		struct cut why = socketio_why(s, status, cut_member(all, "error"));

		buf_printf(&b, "{\"success\":false,\"error\":%.*s}", (int)why.n, why.s);
	}
	tell_sent(s, &q, &b);
	go_on(s);
}

static void add_value(struct buf *b, struct cut value)
{
	buf_add(b, value.s ? value.s : "null", value.s ? value.n : 4);
}

static void add_given(struct buf *b, struct arena *a, const char *name, const struct jval *v)
{
	if (v)
		buf_printf(b, ",\"%s\":%s", name, jin_text(a, v));
}

static const struct jval *given(const struct jval *arg, const char *name)
{
	const struct jval *v = NULL;

	return jin_get(arg, name, &v) ? v : NULL;
}

/* What is not even asked of the pool, answered the way done() would. */
static void refuse(struct sock *s, const struct asked *q, socketio_answered *done, const char *ko, const char *en)
{
	struct buf b = buf_new(s->gw->arena, 256, 4096);
	const char *why = s->lang == LANG_EN ? en : ko;

	if (done != on_sent) {
		COMPLAIN(s, q, ko, en);
		return;
	}
	buf_str(&b, "{\"success\":false,\"error\":");
	buf_json(&b, why, strlen(why));
	buf_char(&b, '}');
	tell_sent(s, q, &b);
}

static void keep(struct sock *s, const struct asked *q, const struct jval *text, const struct jval *file,
		 socketio_answered *done)
{
	const struct session *x = s->own;
	uint64_t study = study_in(q->arg);
	struct buf body = buf_new(s->gw->arena, 512, BODY_ROOM);
	char uri[64];

	buf_printf(&body, "{\"socketId\":\"%s\"", x->id);
	add_given(&body, s->gw->arena, "content", text);
	add_given(&body, s->gw->arena, "fileId", file);
	buf_char(&body, '}');
	(void)snprintf(uri, sizeof(uri), "/studies/%llu/chat", (unsigned long long)study);
	if (!study)
		refuse(s, q, done, NOT_A_MEMBER);
	else if (body.over)
		refuse(s, q, done, TOO_LARGE);
	else
		socketio_ask(s, q, uri, &body, done);
}

static void on_message(struct sock *s, const struct asked *q)
{
	keep(s, q, given(q->arg, "content"), given(q->arg, "fileId"), on_said);
}

static void on_send_message(struct sock *s, const struct asked *q)
{
	keep(s, q, given(q->arg, "message"), NULL, on_sent);
}

/* The file was uploaded before; which one it is says its id, the rest is known. */
static void on_file(struct sock *s, const struct asked *q)
{
	const struct jval *id = given(given(q->arg, "file"), "id");

	if (id)
		keep(s, q, NULL, id, on_said);
	else
		COMPLAIN(s, q, "file.id가 없습니다", "file.id is missing");
}

static void on_video_message(struct sock *s, const struct asked *q)
{
	const struct jval *v = given(q->arg, "message");

	if (!study_of_call(s, q))
		return;
	if (!v || jin_type(v) == J_NULL) {
		COMPLAIN(s, q, "message가 없습니다", "message is missing");
		return;
	}
	const char *text = jin_text(s->gw->arena, v);

	study_call_word(s, q, false, text, strlen(text));
}

/* Of a file in a call what is stored of it is told, not what the client says: a page opens its address. */
static void on_looked(void *arg, int status, const char *body, size_t n)
{
	static const char *const names[] = {"id", "name", "size", "type", "url"};
	struct sock *s = arg;
	struct asked q = answer_to(s);
	struct cut all = {body, n}, data = cut_member(all, "data");
	struct buf b = buf_new(s->gw->arena, 512, BODY_ROOM);

	for (size_t i = 0; i < COUNT(names); i++) {
		buf_printf(&b, "%c\"%s\":", i ? ',' : '{', names[i]);
		add_value(&b, cut_member(data, names[i]));
	}
	buf_char(&b, '}');
	if (status == 404)
		COMPLAIN(s, &q, NO_FILE_OF_IT);
	else if (!is_good(status))
		socketio_failed(s, &q, status, cut_member(all, "error"));
	else
		study_call_word(s, &q, true, b.data, b.len);
	go_on(s);
}

static void on_video_file(struct sock *s, const struct asked *q)
{
	const struct jval *id = given(given(q->arg, "file"), "id");
	uint64_t study = study_of_call(s, q);
	char uri[80];

	if (!study)
		return;
	if (!id || !jin_id(id)) {
		COMPLAIN(s, q, "file.id가 없습니다", "file.id is missing");
		return;
	}
	(void)snprintf(uri, sizeof(uri), "/studies/%llu/files/%llu", (unsigned long long)study,
		       (unsigned long long)jin_id(id));
	socketio_look(s, q, uri, on_looked);
}

static void on_read(struct sock *s, const struct asked *q)
{
	const struct jval *v = given(q->arg, "messageId");
	char uri[64];

	if (!v || !jin_id(v)) {
		COMPLAIN(s, q, "messageId가 없습니다", "messageId is missing");
		return;
	}
	(void)snprintf(uri, sizeof(uri), "/studies/messages/%llu/read", (unsigned long long)jin_id(v));
	socketio_ask(s, q, uri, NULL, on_marked);
}

const struct socketio_event study_chat_events[] = {
    {"chat:message", on_message},
    {"chat:send-message", on_send_message},
    {"chat:file-uploaded", on_file},
    {"chat:read", on_read},
    {"chat:video-message", on_video_message},
    {"chat:video-file", on_video_file},
    {NULL, NULL},
};

/* ---- being told --------------------------------------------------------------------------- */

static void add_member(struct buf *b, const char *name, struct cut value)
{
	buf_printf(b, ",\"%s\":", name);
	add_value(b, value);
}

/* As the signalling server words it: {id: "msg_7", message, type, timestamp, socketId, …}. */
static void emit_received(struct sock *s, struct cut m)
{
	struct buf b = buf_new(s->gw->arena, m.n + 256, TOLD_ROOM);
	struct cut file = cut_member(m, "file");
	bool shows = file.s && *file.s == '{';

	buf_printf(&b, "{\"id\":\"%s_%llu\"", shows ? "file" : "msg", id_of(m, "id"));
	add_member(&b, "seq", cut_member(m, "seq"));
	add_member(&b, "studyId", cut_member(m, "studyId"));
	add_member(&b, "userId", cut_member(m, "userId"));
	add_member(&b, "user", cut_member(m, "user"));
	add_member(&b, "message", cut_member(m, "content"));
	buf_member(&b, "type", shows ? "file" : "text");
	if (shows)
		add_member(&b, "file", file);
	add_member(&b, "timestamp", cut_member(m, "createdAt"));
	add_member(&b, "socketId", cut_member(m, "socketId"));
	buf_char(&b, '}');
	if (!b.over)
		socketio_emit(s, MUST_ARRIVE, "chat:message-received", b.data, b.len);
}

/* By each of the names the shipped pages and servers had for it. The page that listens to study:message shows whatever
 * comes by that name, of whichever group: so it comes only from those it has joined. */
void study_chat_heard(struct sock *s, uint64_t study, const struct said *what)
{
	const struct session *x = s->own;
	static const struct {
		const char *event, *name;
	} names[] = {
	    {"study.message", "chat:new-message"},
	    {"study.message", "study:message"},
	    {"study.message_changed", "study:message:update"},
	    {"study.message_deleted", "study:message:delete"},
	    {"study.message_read", "chat:message-read"},
	};

	for (size_t i = 0; i < COUNT(names); i++)
		if (!strcmp(names[i].event, what->event) &&
		    (strcmp(names[i].name, "study:message") != 0 || ids_has(&x->open, study)))
			socketio_emit(s, MUST_ARRIVE, names[i].name, what->data, what->n);
	if (!strcmp(what->event, "study.message"))
		emit_received(s, (struct cut){what->data, what->n});
}
