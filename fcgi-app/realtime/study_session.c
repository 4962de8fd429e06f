/* Study groups over Socket.IO: who is there, who types, and calls among them. Whoever says something is named by
 * us, never by itself. */
#include "base/buf.h"
#include "base/clock.h"
#include "realtime/gateway.h"
#include "realtime/hub.h"
#include "realtime/pair.h"
#include "realtime/room.h"
#include "realtime/socketio.h"

#include <uthash.h>
#include <utlist.h>

enum {
	SPEAKING_MS = 200, /* the least time between two that say the same */
	ROSTER_MS = 150,   /* how long gateways may take to say who is there */
	ROSTER_MAX = 256 << 10,
	SAY_MAX = 256 << 10,
};

/* What is told once it is known who is there. */
enum roster_kind { ONLINE_USERS, STUDY_JOINED, ROOM_STATE, PARTICIPANTS };

/* One who is in a list already. */
struct listed {
	char key[SOCKET_ID + 3]; /* an id of whichever kind, as JSON */
	UT_hash_handle hh;
};

/* A list that is being put together: each gateway says who it has. */
struct roster {
	struct roster *next;
	enum roster_kind kind;
	struct sock *sock;
	struct later *timer;
	char circle[CIRCLE_NAME_MAX + 1];
	char *list; /* JSON, without its brackets */
	size_t n;
	struct listed *listed;
};

/* ---- who says it -------------------------------------------------------------------------- */

static void add_user(struct buf *b, const struct user *u)
{
	buf_printf(b, "{\"userId\":\"%llu\",\"id\":\"%llu\"", (unsigned long long)u->id, (unsigned long long)u->id);
	buf_member(b, "name", u->name);
	buf_member(b, "email", u->email);
	buf_member(b, "avatar", u->picture);
	buf_str(b, ",\"status\":\"ACTIVE\"}");
}

static struct buf new_buf(const struct sock *s)
{
	return buf_new(s->gw->arena, 512, SAY_MAX);
}

/* {"userId": …, "user": …} and room for more. */
static struct buf by(const struct sock *s)
{
	struct buf b = new_buf(s);

	buf_printf(&b, "{\"userId\":\"%llu\",\"user\":", (unsigned long long)s->user->id);
	add_user(&b, s->user);
	return b;
}

static void add_now(struct buf *b)
{
	char at[32];

	clock_iso(clock_ms(), at);
	buf_printf(b, ",\"timestamp\":\"%s\"", at);
}

/* False: it is too large. */
static bool tell_circle(struct sock *s, const char *circle, const char *to, const char *event, struct buf *b)
{
	const struct session *x = s->own;

	buf_char(b, '}');
	return !b->over && circle_say(s->gw, circle, x->id, to, event, b->data, b->len);
}

/* ---- who is there ------------------------------------------------------------------------- */

static void free_roster(struct roster *r)
{
	struct session *x = r->sock->own;
	struct listed *l, *next;

	LL_DELETE(x->rosters, r);
	later_forget(r->timer);
	l = r->listed;
	HASH_CLEAR(hh, r->listed); /* the table alone */
	for (; l; l = next) {
		next = l->hh.next;
		free(l);
	}
	free(r->list);
	free(r);
}

static void on_roster(void *arg)
{
	static const char *const events[] = {[ONLINE_USERS] = "study:online-users",
					     [STUDY_JOINED] = "presence:study-joined",
					     [ROOM_STATE] = "video:room-state",
					     [PARTICIPANTS] = "video:participants"};
	struct roster *r = arg;
	struct buf b = buf_new(r->sock->gw->arena, r->n + 200, ROSTER_MAX + 200);

	buf_char(&b, '{');
	if (r->kind == ONLINE_USERS || r->kind == STUDY_JOINED)
		buf_printf(&b, "\"studyId\":\"%s\",", strchr(r->circle, ':') + 1);
	if (r->kind == STUDY_JOINED)
		buf_printf(&b, "\"onlineCount\":%u}", HASH_COUNT(r->listed));
	else
		buf_printf(&b, "\"%s\":[%.*s]}", r->kind == ONLINE_USERS ? "users" : "participants", (int)r->n,
			   r->n ? r->list : "");
	socketio_emit(r->sock, MUST_ARRIVE, events[r->kind], b.data, b.len);
	r->timer = NULL;
	free_roster(r);
}

/* Asked again while it is being put together, the same list answers both. */
static void ask_who(struct sock *s, const char *circle, enum roster_kind kind)
{
	struct session *x = s->own;
	struct roster *r;

	for (r = x->rosters; r; r = r->next)
		if (r->kind == kind && !strcmp(r->circle, circle))
			return;
	r = must(calloc(1, sizeof(*r)));
	r->sock = s;
	r->kind = kind;
	(void)snprintf(r->circle, sizeof(r->circle), "%s", circle);
	r->timer = gateway_later(s->gw, ROSTER_MS, on_roster, r);
	LL_PREPEND(x->rosters, r);
	(void)circle_say(s->gw, circle, x->id, TO_ALL, "who", "{}", 2);
}

/* False: it is there already. */
static bool list_once(struct roster *r, struct cut key)
{
	struct listed *l;

	if (!key.s || key.n >= sizeof(l->key))
		return false;
	HASH_FIND(hh, r->listed, key.s, key.n, l);
	if (l)
		return false;
	l = must(calloc(1, sizeof(*l)));
	memcpy(l->key, key.s, key.n);
	HASH_ADD_KEYPTR(hh, r->listed, l->key, key.n, l);
	return true;
}

/* What one gateway has: added, each once. */
static void add_to_roster(struct roster *r, struct cut list)
{
	const char *name = r->kind == ONLINE_USERS || r->kind == STUDY_JOINED ? "userId" : "socketId";
	struct cut m = {0};

	while ((m = cut_next(list, m)).s) {
		if (r->n + m.n + 1 > ROSTER_MAX || !list_once(r, cut_member(m, name)))
			continue;
		r->list = must(realloc(r->list, r->n + m.n + 1));
		if (r->n)
			r->list[r->n++] = ',';
		memcpy(r->list + r->n, m.s, m.n);
		r->n += m.n;
	}
}

static void add_participant(struct buf *b, const struct sock *s)
{
	const struct session *x = s->own;
	const struct video *v = &x->video;
	struct buf u = new_buf(s);

	add_user(&u, s->user);
	buf_printf(b, "{\"socketId\":\"%s\",\"user\":%s,", x->id, u.data);
	buf_add(b, u.data + 1, u.len - 2); /* and once more at the top, as the older of the two hooks reads it */
	buf_printf(b, ",\"isMuted\":%s,\"isVideoOff\":%s,\"isSharingScreen\":%s,\"joinedAt\":\"%s\"}",
		   v->muted ? "true" : "false", v->hidden ? "true" : "false", v->sharing ? "true" : "false",
		   v->since);
}

/* Somebody wants to know who is there: one place answers for all that are here. */
static void answer_who(struct place *p, const char *from)
{
	bool video = !strncmp(circle_name(p), "video:", 6);
	struct buf b = buf_new(p->sock->gw->arena, 1024, ROSTER_MAX);

	if (p != circle_first(p))
		return;
	buf_char(&b, '[');
	for (const struct place *other = p; other; other = other->next) {
		if (!strcmp(other->peer, from) && video)
			continue;
		if (b.len > 1)
			buf_char(&b, ',');
		if (video)
			add_participant(&b, other->sock);
		else
			add_user(&b, other->sock->user);
	}
	buf_char(&b, ']');
	if (!b.over)
		(void)circle_say(p->sock->gw, circle_name(p), p->peer, from, "here", b.data, b.len);
}

static bool is_here(const struct place *p, struct cut user_id)
{
	uint64_t id = user_id.s ? strtoull(user_id.s + 1, NULL, 10) : 0;

	for (const struct place *other = circle_first(p); other; other = other->next)
		if (other->sock->user->id == id)
			return true;
	return false;
}

static void tell_online(struct sock *s, const char *circle, const char *event)
{
	struct buf b = by(s);

	add_now(&b);
	(void)tell_circle(s, circle, TO_OTHERS, event, &b);
}

/* Each page listens to one of the two; by which name somebody is there again that is said to have gone, or NULL. */
static const char *opposite(const char *event)
{
	if (!strcmp(event, "user:offline"))
		return "user:online";
	return strcmp(event, "presence:user-offline") ? NULL : "presence:user-online";
}

static uint64_t study_of(const struct place *p)
{
	return strtoull(strchr(circle_name(p), ':') + 1, NULL, 10);
}

void study_heard(struct place *p, const char *from, const struct said *what)
{
	struct session *x = p->sock->own;
	struct cut data = {what->data, what->n};
	const char *e = what->event;
	bool may_drop =
	    !strcmp(e, "chat:user-typing") || !strcmp(e, "study:typing") || !strcmp(e, "video:user-speaking");

	/* what it hears in its own time, or what its page would show without asking of which study */
	bool not_now = !strcmp(e, "study.message") ? socketio_follows(p->sock, OF_STUDY, what->room)
						   : !strcmp(e, "study:typing") && !ids_has(&x->open, study_of(p));

	if (not_now)
		return;
	if (!strncmp(e, "study.", 6)) {
		study_chat_heard(p->sock, study_of(p), what);
	} else if (!strcmp(e, "who")) {
		answer_who(p, from);
	} else if (!strcmp(e, "here")) {
		for (struct roster *r = x->rosters; r; r = r->next)
			if (!strcmp(r->circle, circle_name(p)))
				add_to_roster(r, data);
	} else if (opposite(e) && is_here(p, cut_member(data, "userId"))) {
		/* gone elsewhere, but not from here */
		if ((uint64_t)p->sock->user->id == strtoull(cut_member(data, "userId").s + 1, NULL, 10))
			tell_online(p->sock, circle_name(p), opposite(e));
	} else {
		socketio_emit(p->sock, may_drop ? MAY_DROP : MUST_ARRIVE, e, what->data, what->n);
	}
}

/* ---- studies ------------------------------------------------------------------------------ */

uint64_t study_in(const struct jval *arg)
{
	const struct jval *v;

	if (jin_type(arg) != J_OBJ)
		return jin_id(arg);
	return jin_get(arg, "studyId", &v) ? jin_id(v) : 0;
}

static void circle_of(uint64_t study, char out[CIRCLE_NAME_MAX + 1])
{
	(void)snprintf(out, CIRCLE_NAME_MAX + 1, "study:%llu", (unsigned long long)study);
}

/* The study's circle, if its user is a member; else it complains. */
static bool member(struct sock *s, const struct asked *q, char circle[CIRCLE_NAME_MAX + 1])
{
	uint64_t study = study_in(q->arg);

	if (!study || !hub_sits_in(s->user, OF_STUDY, study)) {
		COMPLAIN(s, q, NOT_A_MEMBER);
		return false;
	}
	circle_of(study, circle);
	return true;
}

static void done(struct sock *s, const struct asked *q)
{
	if (q->wants_ack)
		socketio_acknowledge(s, q->ack, "{\"success\":true}", 16);
}

/* False: it is there already. */
static bool enter(struct sock *s, const char *circle)
{
	const struct session *x = s->own;

	if (circle_place(s, circle))
		return false;
	(void)circle_enter(s, circle, x->id);
	return true;
}

/* Messages are heard anyway; whoever names the last number it saw gets what it missed. */
static void follow(struct sock *s, const struct asked *q)
{
	const struct jval *v;

	if (jin_get(q->arg, "after", &v))
		socketio_follow(s, OF_STUDY, study_in(q->arg), q);
	else
		done(s, q);
}

static void on_join(struct sock *s, const struct asked *q)
{
	struct session *x = s->own;
	char circle[CIRCLE_NAME_MAX + 1];

	if (!member(s, q, circle))
		return;
	ids_drop(&x->away, study_in(q->arg));
	ids_add(&x->open, study_in(q->arg));
	if (enter(s, circle)) { /* by both names it was gone */
		tell_online(s, circle, "user:online");
		tell_online(s, circle, "presence:user-online");
	}
	ask_who(s, circle, ONLINE_USERS);
	follow(s, q);
}

/* Those who stay are told only if no other socket of the same user is left there. */
static void leave(struct place *p)
{
	struct sock *s = p->sock;
	const struct session *x = s->own;
	char circle[CIRCLE_NAME_MAX + 1];
	bool last = true;

	for (const struct place *other = circle_first(p); other && last; other = other->next)
		last = other == p || other->sock->user != s->user;
	(void)snprintf(circle, sizeof(circle), "%s", circle_name(p));
	circle_leave(p);
	if (!last)
		return;
	for (int i = 0; i < 2; i++) {
		struct buf b = new_buf(s);

		buf_printf(&b, "{\"userId\":\"%llu\"", (unsigned long long)s->user->id);
		add_now(&b);
		buf_char(&b, '}');
		(void)circle_say(s->gw, circle, x->id, TO_OTHERS, i ? "presence:user-offline" : "user:offline", b.data,
			   b.len);
	}
}

static void on_leave(struct sock *s, const struct asked *q)
{
	struct session *x = s->own;
	char circle[CIRCLE_NAME_MAX + 1];
	struct place *p;

	circle_of(study_in(q->arg), circle);
	p = circle_place(s, circle);
	if (p) {
		leave(p);
		ids_add(&x->away, study_in(q->arg));
		ids_drop(&x->open, study_in(q->arg));
		socketio_unfollow(s, OF_STUDY, study_in(q->arg));
	}
	done(s, q);
}

static void on_presence_join(struct sock *s, const struct asked *q)
{
	struct session *x = s->own;
	char circle[CIRCLE_NAME_MAX + 1];

	if (!member(s, q, circle))
		return;
	ids_drop(&x->away, study_in(q->arg));
	if (enter(s, circle))
		tell_online(s, circle, "user:online");
	tell_online(s, circle, "presence:user-online");
	ask_who(s, circle, STUDY_JOINED);
	follow(s, q);
}

static void on_status(struct sock *s, const struct asked *q)
{
	const struct jval *v = NULL;
	size_t n = 0;

	if (!jin_get(q->arg, "status", &v) || jin_type(v) != J_STR || !*jin_str(v, &n) || n > 30) {
		COMPLAIN(s, q, "status가 없거나 너무 깁니다", "status is missing or too long");
		return;
	}
	for (const struct place *p = s->places; p; p = p->next_of_sock) {
		struct buf b = by(s);

		if (strncmp(circle_name(p), "study:", 6) != 0)
			continue;
		buf_str(&b, ",\"status\":");
		buf_json(&b, jin_str(v, &n), n);
		(void)tell_circle(s, circle_name(p), TO_OTHERS, "presence:user-status-changed", &b);
	}
	done(s, q);
}

/* Both names of it, for both of the shipped pages. */
static void on_typing(struct sock *s, const struct asked *q)
{
	char circle[CIRCLE_NAME_MAX + 1];
	const struct jval *v = NULL;

	if (!member(s, q, circle))
		return;
	done(s, q); /* also what is too much: it is not worth asking again */
	if (!sock_may_type(s))
		return;
	bool off = jin_get(q->arg, "isTyping", &v) && jin_type(v) == J_BOOL && !jin_bool(v);
	struct buf b = by(s), page = new_buf(s);

	buf_printf(&b, ",\"isTyping\":%s", off ? "false" : "true");
	(void)tell_circle(s, circle, TO_OTHERS, "chat:user-typing", &b);
	if (off)
		return;
	buf_printf(&page, "{\"userId\":\"%llu\"", (unsigned long long)s->user->id);
	buf_member(&page, "userName", s->user->name);
	(void)tell_circle(s, circle, TO_OTHERS, "study:typing", &page);
}

/* ---- calls -------------------------------------------------------------------------------- */

static void leave_call(struct sock *s)
{
	struct session *x = s->own;
	char circle[CIRCLE_NAME_MAX + 1];

	if (!x->video.place)
		return;
	(void)snprintf(circle, sizeof(circle), "%s", circle_name(x->video.place));
	circle_leave(x->video.place);
	x->video = (struct video){0};
	struct buf b = new_buf(s);

	buf_printf(&b, "{\"socketId\":\"%s\",\"userId\":\"%llu\"", x->id, (unsigned long long)s->user->id);
	(void)tell_circle(s, circle, TO_OTHERS, "video:user-left", &b);
}

/* "study-5-main": 5. */
static uint64_t study_named(const struct jval *room)
{
	size_t n = 0;
	const char *name = room && jin_type(room) == J_STR ? jin_str(room, &n) : "";

	return strncmp(name, "study-", 6) ? 0 : strtoull(name + 6, NULL, 10);
}

/* "study-5-main" is a call of study 5; with studyId it may have any name. */
static bool call_in(struct sock *s, const struct asked *q, char circle[CIRCLE_NAME_MAX + 1], uint64_t *study)
{
	const struct jval *v = NULL;
	size_t n = 0;
	const char *name = jin_get(q->arg, "roomId", &v) && jin_type(v) == J_STR ? jin_str(v, &n) : "";

	*study = study_in(q->arg);
	if (!*study)
		*study = study_named(v);
	if (!n || n > 100 ||
	    strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-") != n) {
		COMPLAIN(s, q, "roomId가 없거나 A-Z a-z 0-9 _ . - 외의 문자가 있습니다",
			 "roomId is missing or has other characters than A-Z a-z 0-9 _ . -");
		return false;
	}
	if (!*study || !hub_sits_in(s->user, OF_STUDY, *study)) {
		COMPLAIN(s, q, NOT_A_MEMBER);
		return false;
	}
	/* a call belongs to its study, whatever its name says */
	(void)snprintf(circle, CIRCLE_NAME_MAX + 1, "video:%llu:%s", (unsigned long long)*study, name);
	return true;
}

static bool join_call(struct sock *s, const struct asked *q, enum roster_kind kind, uint64_t *study)
{
	struct session *x = s->own;
	char circle[CIRCLE_NAME_MAX + 1];

	if (!call_in(s, q, circle, study))
		return false;
	leave_call(s);
	x->video.place = circle_enter(s, circle, x->id);
	clock_iso(clock_ms(), x->video.since);
	struct buf b = by(s);

	buf_printf(&b, ",\"socketId\":\"%s\"", x->id);
	(void)tell_circle(s, circle, TO_OTHERS, "video:user-joined", &b);
	ask_who(s, circle, kind);
	done(s, q);
	return true;
}

static void on_video_join(struct sock *s, const struct asked *q)
{
	uint64_t study;

	(void)join_call(s, q, strcmp(q->event, "video:join") ? ROOM_STATE : PARTICIPANTS, &study);
}

/* Those who are told have no more than its name to join it by, so that has to lead there. */
static void on_video_start(struct sock *s, const struct asked *q)
{
	const struct jval *v = NULL;
	char circle[CIRCLE_NAME_MAX + 1];
	uint64_t study;

	if (!call_in(s, q, circle, &study))
		return;
	(void)jin_get(q->arg, "roomId", &v);
	if (study_named(v) != study) {
		COMPLAIN(s, q, "roomId는 study-{studyId}-main과 같아야 합니다",
			 "roomId must be like study-{studyId}-main");
		return;
	}
	if (!join_call(s, q, PARTICIPANTS, &study))
		return;
	struct buf b = new_buf(s);

	buf_printf(&b, "{\"roomId\":%s,\"startedBy\":", jin_text(s->gw->arena, v));
	add_user(&b, s->user);
	add_now(&b);
	circle_of(study, circle);
	(void)tell_circle(s, circle, TO_OTHERS, "video:started", &b);
}

static void on_video_leave(struct sock *s, const struct asked *q)
{
	leave_call(s);
	done(s, q);
}

static bool in_call(struct sock *s, const struct asked *q)
{
	const struct session *x = s->own;

	if (!x->video.place)
		COMPLAIN(s, q, "통화에 참여하고 있지 않습니다", "You are in no call");
	return x->video.place;
}

uint64_t study_of_call(struct sock *s, const struct asked *q)
{
	const struct session *x = s->own;

	return in_call(s, q) ? study_of(x->video.place) : 0;
}

/* video:signal carries both. */
static bool is_description(const struct asked *q, const struct jval *what)
{
	const struct jval *sdp;

	if (strcmp(q->event, "video:signal") != 0)
		return strcmp(q->event, "video:ice-candidate") != 0;
	return jin_type(what) == J_OBJ && jin_get(what, "sdp", &sdp);
}

static bool may_relay(struct sock *s, const struct asked *q, const char *peer, const struct jval *what)
{
	struct session *x = s->own;
	struct pair *p = pair_with(&x->pairs, peer);
	bool description = is_description(q, what), may = description ? pair_may_describe(p) : pair_may_add(p);

	if (!may && description)
		COMPLAIN(s, q, TOO_MANY_DESCRIPTIONS);
	else if (!may)
		COMPLAIN(s, q, TOO_MANY_CANDIDATES);
	return may;
}

/* To one socket of the same call: what WebRTC needs to say. */
static void on_relay(struct sock *s, const struct asked *q)
{
	const struct session *x = s->own;
	const char *part = strcmp(q->event, "video:ice-candidate") ? strchr(q->event, ':') + 1 : "candidate";
	const struct jval *to = NULL, *v = NULL;
	size_t n = 0;

	if (!in_call(s, q))
		return;
	if (!jin_get(q->arg, "to", &to) || jin_type(to) != J_STR || !jin_get(q->arg, part, &v)) {
		COMPLAIN(s, q, "to 또는 전달할 내용이 없습니다", "to, or what to relay, is missing");
		return;
	}
	const char *peer = jin_str(to, &n);
	struct buf b = new_buf(s);

	buf_printf(&b, "{\"from\":\"%s\",\"%s\":%s", x->id, part, jin_text(s->gw->arena, v));
	/* nobody's: nothing is told of who is not there */
	bool somebody = n == SOCKET_ID && strspn(peer, "0123456789abcdef") == n;

	if (somebody && !may_relay(s, q, peer, v))
		return;
	if (b.over || (somebody && !tell_circle(s, circle_name(x->video.place), peer, q->event, &b)))
		COMPLAIN(s, q, TOO_LARGE);
	else
		done(s, q);
}

static bool flag_in(const struct jval *arg, const char *name)
{
	const struct jval *v = NULL;

	return jin_get(arg, name, &v) && jin_type(v) == J_BOOL && jin_bool(v);
}

/* {"socketId": …, "userId": …, name: value} to the others of the call. */
static void tell_state(struct sock *s, const char *event, const char *name, bool value)
{
	const struct session *x = s->own;
	struct buf b = new_buf(s);

	buf_printf(&b, "{\"socketId\":\"%s\",\"userId\":\"%llu\",\"%s\":%s", x->id, (unsigned long long)s->user->id,
		   name, value ? "true" : "false");
	(void)tell_circle(s, circle_name(x->video.place), TO_OTHERS, event, &b);
}

static void on_toggle(struct sock *s, const struct asked *q)
{
	struct session *x = s->own;
	bool audio = !strcmp(q->event, "video:toggle-audio");
	const char *name = audio ? "isMuted" : "isVideoOff";

	if (!in_call(s, q))
		return;
	*(audio ? &x->video.muted : &x->video.hidden) = flag_in(q->arg, name);
	tell_state(s, audio ? "video:peer-audio-changed" : "video:peer-video-changed", name, flag_in(q->arg, name));
	done(s, q);
}

/* By the name the server had, and by the one the page listens to. */
static void on_share(struct sock *s, const struct asked *q)
{
	struct session *x = s->own;
	bool on = !strcmp(q->event, "video:screen-share-start");

	if (!in_call(s, q))
		return;
	x->video.sharing = on;
	tell_state(s, "video:peer-screen-share", "isSharing", on);
	tell_state(s, on ? "video:screen-share-started" : "video:screen-share-stopped", "isSharing", on);
	done(s, q);
}

/* Said up to sixty times a second while somebody is loud. */
static void on_speaking(struct sock *s, const struct asked *q)
{
	struct session *x = s->own;
	int64_t now = clock_mono() / 1000;
	bool on = flag_in(q->arg, "speaking");

	if (!x->video.place && !q->wants_ack) /* a page that has just left may go on for a while */
		return;
	if (!in_call(s, q))
		return;
	done(s, q);
	if (on == x->video.speaking && now - x->video.spoke < SPEAKING_MS)
		return;
	x->video.speaking = on;
	x->video.spoke = now;
	tell_state(s, "video:user-speaking", "speaking", on);
}

/* Not stored. */
void study_call_word(struct sock *s, const struct asked *q, bool file, const char *json, size_t n)
{
	const struct session *x = s->own;

	if (!in_call(s, q))
		return;
	struct buf b = by(s);
	const char *room = strchr(strchr(circle_name(x->video.place), ':') + 1, ':') + 1;

	buf_printf(&b, ",\"id\":\"%s_%lld_%s\",\"roomId\":\"%s\",\"socketId\":\"%s\",\"type\":\"%s\",\"%s\":",
		   file ? "vfile" : "vmsg", (long long)clock_ms(), x->id, room, x->id, file ? "file" : "text",
		   file ? "file" : "message");
	buf_add(&b, json, n);
	add_now(&b);
	if (tell_circle(s, circle_name(x->video.place), TO_ALL,
			file ? "chat:video-file-received" : "chat:video-message-received", &b))
		done(s, q);
	else
		COMPLAIN(s, q, TOO_LARGE);
}

/* What the page relays after a REST call: the server tells of that itself. */
static void on_nothing(struct sock *s, const struct asked *q)
{
	done(s, q);
}

const struct socketio_event study_events[] = {
    {"study:join", on_join},
    {"study:leave", on_leave},
    {"study:typing", on_typing},
    {"study:message", on_nothing},
    {"study:message:update", on_nothing},
    {"chat:typing", on_typing},
    {"chat:mark-read", on_nothing},
    {"presence:join-study", on_presence_join},
    {"presence:leave-study", on_leave},
    {"presence:status-change", on_status},
    {"video:start", on_video_start},
    {"video:join", on_video_join},
    {"video:join-room", on_video_join},
    {"video:leave", on_video_leave},
    {"video:leave-room", on_video_leave},
    {"video:signal", on_relay},
    {"video:offer", on_relay},
    {"video:answer", on_relay},
    {"video:ice-candidate", on_relay},
    {"video:toggle-audio", on_toggle},
    {"video:toggle-video", on_toggle},
    {"video:screen-share-start", on_share},
    {"video:screen-share-stop", on_share},
    {"video:speaking", on_speaking},
    {NULL, NULL},
};

/* ---- coming and going --------------------------------------------------------------------- */

/* Its studies are known, or have changed: it is in each of them from the beginning, until it leaves one, and in no
 * other. */
void study_known(struct sock *s)
{
	struct session *x = s->own;
	char circle[CIRCLE_NAME_MAX + 1];

	for (struct place *p = s->places, *next; p; p = next) {
		uint64_t study = study_of(p);

		next = p->next_of_sock;
		if (hub_sits_in(s->user, OF_STUDY, study))
			continue;
		ids_drop(&x->open, study);
		if (p == x->video.place)
			leave_call(s);
		else
			leave(p);
	}
	for (size_t i = x->away.n; i > 0; i--)
		if (!hub_sits_in(s->user, OF_STUDY, x->away.v[i - 1]))
			ids_drop(&x->away, x->away.v[i - 1]); /* as a member again it begins anew */
	for (const struct seat *seat = s->user->seats; seat; seat = seat->next) {
		const struct room *r = seat->room;

		circle_of(r->id, circle);
		if (r->kind != OF_STUDY || ids_has(&x->away, r->id) || !enter(s, circle))
			continue;
		tell_online(s, circle, "user:online");
		ask_who(s, circle, ONLINE_USERS);
	}
}

void study_closed(struct sock *s)
{
	struct session *x = s->own;

	leave_call(s);
	while (s->places)
		leave(s->places);
	for (struct roster *r = x->rosters, *next; r; r = next) {
		next = r->next;
		free_roster(r);
	}
	pair_forget(&x->pairs, NULL);
	ids_free(&x->away);
	ids_free(&x->open);
}
