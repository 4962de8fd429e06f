#include "realtime/sock.h"
#include "base/clock.h"
#include "base/log.h"
#include "realtime/gateway.h"
#include "sec/token.h"

#include <grp.h>
#include <libwebsockets.h>
#include <sys/stat.h>
#include <uthash.h>
#include <utlist.h>

enum {
	QUEUE_MAX = 4 << 20, /* bytes that wait for one slow reader; one larger message alone may */
	QUEUES_MAX =
		256 << 20, /* for all of them; then whoever has more than FAIR waiting is cut */
	FAIR = 64 << 10,
	DROP_ABOVE = FAIR,      /* what may be dropped is, when more than that waits */
	IN_ALL_MAX = 256 << 20, /* incomplete frames of all sockets together */
	BUFFER = 4096,          /* of lws, for the whole process */
	HEADERS_AT_ONCE = 512,  /* handshakes under way */
};

struct item {
	struct item *next;
	size_t n;
	unsigned char data[]; /* LWS_PRE bytes of room, then the message */
};

/* Sockets of one client address. */
struct address {
	char ip[46];
	unsigned n;
	UT_hash_handle hh;
};

/* ---- out ---------------------------------------------------------------------------------- */

void sock_send(struct sock *s, enum weight w, const struct iovec *parts, size_t n)
{
	size_t all = 0;

	for (size_t k = 0; k < n; k++)
		all += parts[k].iov_len;
	if (s->closing || (w == MAY_DROP && s->queued > DROP_ABOVE))
		return;
	if ((s->queued && s->queued + all > QUEUE_MAX) ||
	    (s->queued > FAIR && s->gw->out_bytes + all > QUEUES_MAX)) {
		sock_close(s, CLOSE_LATER);
		return;
	}
	struct item *i = must(malloc(sizeof(*i) + LWS_PRE + all));

	*i = (struct item){0};
	for (size_t k = 0; k < n; k++) {
		memcpy(i->data + LWS_PRE + i->n, parts[k].iov_base, parts[k].iov_len);
		i->n += parts[k].iov_len;
	}
	*(s->first ? &s->last->next : &s->first) = i;
	s->last = i;
	s->queued += i->n;
	s->gw->out_bytes += i->n;
	(void)lws_callback_on_writable(s->wsi);
}

static void drop_queue(struct sock *s)
{
	while (s->first) {
		struct item *i = s->first;

		s->first = i->next;
		free(i);
	}
	s->gw->out_bytes -= s->queued;
	s->queued = 0;
}

void sock_close(struct sock *s, enum close_code code)
{
	if (s->closing)
		return;
	s->closing = true;
	s->code = code;
	if (code == CLOSE_LATER) /* it would not read that either */
		drop_queue(s);
	(void)lws_callback_on_writable(s->wsi);
}

/* Not by returning -1: Debian's lws is a debug build, which on libuv closes twice then, and the second time
 * cuts the connection before the close frame is sent. */
static void say_bye(struct sock *s)
{
	if (s->said_bye)
		return;
	s->said_bye = true;
	lws_close_reason(s->wsi, (enum lws_close_status)s->code, NULL, 0);
	lws_set_timeout(s->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
}

/* One message a call, says lws. -1 ends the connection. */
static int write_one(struct sock *s)
{
	struct item *i = s->first;

	if (!i && s->closing) {
		say_bye(s);
		return 0;
	}
	if (!i) { /* asked for by nobody who had something to say: the heart-beat */
		unsigned char empty[LWS_PRE];

		return lws_write(s->wsi, empty + LWS_PRE, 0, LWS_WRITE_PING) < 0 ? -1 : 0;
	}
	s->first = i->next;
	s->queued -= i->n;
	s->gw->out_bytes -= i->n;
	int sent = lws_write(s->wsi, i->data + LWS_PRE, i->n, LWS_WRITE_TEXT);

	free(i);
	if (s->first || s->closing)
		(void)lws_callback_on_writable(s->wsi);
	return sent < 0 ? -1 : 0;
}

/* ---- in ----------------------------------------------------------------------------------- */

static void flow(struct sock *s)
{
	/* the answer to a close is awaited */
	(void)lws_rx_flow_control(s->wsi, s->closing || !(s->busy || s->held));
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

/* Hands what came to the skin, for as long as it takes any. */
static void pump(struct sock *s)
{
	while (s->whole && s->n_in && !s->busy && !s->held && !s->closing) {
		size_t used = s->skin->read(s, s->in, s->n_in);

		assert(used <= s->n_in);
		s->n_in -= used;
		s->gw->in_bytes -= used;
		memmove(s->in, s->in + used, s->n_in);
		if (!used)
			break;
	}
	if (!s->n_in && s->in) { /* most sockets are silent most of the time */
		free(s->in);
		s->in = NULL;
		s->size_in = 0;
	}
}

static void count_frame(struct sock *s)
{
	if (s->counted != s->gw->second) {
		s->counted = s->gw->second;
		s->frames = 0;
	}
	if (++s->frames < s->skin->frames_max || s->held)
		return;
	s->held = true;
	take_from_slot(s);
	put_in_slot(s, s->gw->second + 1);
}

static void receive(struct sock *s, const char *data, size_t n)
{
	struct gateway *gw = s->gw;

	if (s->closing)
		return;
	s->heard = gw->second;
	if (s->n_in + n > s->skin->frame_max) {
		LOG(LOG_INFO, "a frame is too large", LOG_TEXT("ip", s->ip),
		    LOG_NUM("uid", s->who.user_id));
		sock_close(s, CLOSE_TOO_BIG);
		return;
	}
	if (gw->in_bytes + n > IN_ALL_MAX) {
		sock_close(s, CLOSE_LATER);
		return;
	}
	if (s->n_in + n > s->size_in) {
		s->size_in = MAX(s->n_in + n, MIN(s->size_in * 2, s->skin->frame_max));
		s->in = must(realloc(s->in, s->size_in));
	}
	memcpy(s->in + s->n_in, data, n);
	s->n_in += n;
	gw->in_bytes += n;
	s->whole = lws_is_final_fragment(s->wsi) && !lws_remaining_packet_payload(s->wsi);
	if (s->whole) {
		count_frame(s);
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

/* nginx says who it is; without nginx (tests, benchmarks) they share one. */
static void client_ip(struct lws *wsi, char out[46])
{
	if (lws_hdr_copy(wsi, out, 46, WSI_TOKEN_HTTP_X_REAL_IP) <= 0)
		(void)snprintf(out, 46, "local");
}

static const struct skin *skin_for(const char *path)
{
	size_t n = strlen(path);

	if (n > 1 && path[n - 1] == '/')
		n--;
	for (const struct skin *const *s = skins; *s; s++)
		if (strlen((*s)->path) == n && !memcmp((*s)->path, path, n))
			return *s;
	return NULL;
}

/* Browsers say where a page came from, and only pages of ours may connect; programs say nothing. */
static bool origin_allowed(const struct gateway *gw, struct lws *wsi)
{
	char origin[300], host[300];
	int n = lws_hdr_total_length(wsi, WSI_TOKEN_ORIGIN);

	if (n <= 0)
		return true;
	if (lws_hdr_copy(wsi, origin, sizeof(origin), WSI_TOKEN_ORIGIN) <= 0)
		return false;
	const char *name = strstr(origin, "://");

	if (name && lws_hdr_copy(wsi, host, sizeof(host), WSI_TOKEN_HOST) > 0 &&
	    !strcmp(name + 3, host))
		return true; /* the page of this very host */
	return conf_lists_origin(gw->conf, origin);
}

/* The status to refuse the handshake with, or 0. */
static int refuse(const struct gateway *gw, struct lws *wsi)
{
	char path[200], ip[46];
	struct address *a;

	if (lws_hdr_copy(wsi, path, sizeof(path), WSI_TOKEN_GET_URI) <= 0 || !skin_for(path))
		return 404;
	if (!origin_allowed(gw, wsi))
		return 403;
	client_ip(wsi, ip);
	HASH_FIND_STR(gw->addresses, ip, a);
	if (a && a->n >= (unsigned)gw->conf->sockets_per_address)
		return 429;
	return gw->draining ? 503 : 0;
}

static void opened(struct gateway *gw, struct lws *wsi, struct sock *s)
{
	char path[200] = "";
	struct address *a;

	(void)lws_hdr_copy(wsi, path, sizeof(path), WSI_TOKEN_GET_URI);
	*s = (struct sock){.gw = gw, .wsi = wsi, .skin = skin_for(path), .heard = gw->second};
	client_ip(wsi, s->ip);
	HASH_FIND_STR(gw->addresses, s->ip, a);
	if (!a) {
		a = must(calloc(1, sizeof(*a)));
		memcpy(a->ip, s->ip, sizeof(a->ip));
		HASH_ADD_STR(gw->addresses, ip, a);
	}
	a->n++;
	gw->n_socks++;
	s->beat_at = gw->second + BEAT_S;
	put_in_slot(s, s->beat_at);
	s->skin->opened(s);
}

static void gone(struct sock *s)
{
	struct gateway *gw = s->gw;
	struct address *a;

	s->closing = true;
	s->skin->closed(s);
	take_from_slot(s);
	drop_queue(s);
	gw->in_bytes -= s->n_in;
	free(s->in);
	gw->n_socks--;
	HASH_FIND_STR(gw->addresses, s->ip, a);
	if (a && !--a->n) {
		HASH_DEL(gw->addresses, a);
		free(a);
	}
}

static int callback(struct lws *wsi, enum lws_callback_reasons why, void *user, void *in, size_t n)
{
	struct gateway *gw = lws_context_user(lws_get_context(wsi));
	struct sock *s = user;
	int status;

	switch (why) {
	case LWS_CALLBACK_HTTP:
		(void)lws_return_http_status(wsi, 426, NULL);
		return -1;
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
		status = refuse(gw, wsi);
		if (!status)
			return 0;
		(void)lws_return_http_status(wsi, (unsigned)status, NULL);
		return -1;
	case LWS_CALLBACK_ESTABLISHED:
		opened(gw, wsi, s);
		return 0;
	case LWS_CALLBACK_RECEIVE:
		receive(s, in, n);
		return 0;
	case LWS_CALLBACK_RECEIVE_PONG:
		s->heard = gw->second;
		return 0;
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return write_one(s);
	case LWS_CALLBACK_CLOSED:
		if (s && s->gw) /* also called for a handshake that was refused */
			gone(s);
		return 0;
	default:
		return 0;
	}
}

/* ---- time --------------------------------------------------------------------------------- */

static void look_at(struct sock *s, int64_t now)
{
	take_from_slot(s);
	if (s->held) {
		s->held = false;
		pump(s);
		flow(s);
	}
	if (now >= s->beat_at) {
		if (now - s->heard > SILENT_S && !s->closing) {
			s->closing = true; /* half open: there is nobody to say why to */
			s->code = CLOSE_LATER;
			lws_set_timeout(s->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
		} else if (!s->skin->beat(s)) {
			(void)lws_callback_on_writable(s->wsi);
		}
		s->beat_at = now + BEAT_S;
	}
	put_in_slot(s, s->held ? now + 1 : s->beat_at);
}

void sock_second(struct gateway *gw)
{
	int64_t now = clock_mono() / 1000000;

	/* late timers skip no slot */
	for (; gw->second < now; gw->second++) {
		struct sock *s, *next;
		unsigned slot = (unsigned)(gw->second + 1) % WHEEL;

		DL_FOREACH_SAFE2(gw->wheel[slot], s, next, next_beat)
			look_at(s, now);
	}
}

void sock_drain(struct gateway *gw, size_t n)
{
	struct sock *s;

	for (unsigned slot = 0; slot < WHEEL; slot++)
		DL_FOREACH2(gw->wheel[slot], s, next_beat) {
			if (!n)
				return;
			if (s->closing)
				continue;
			sock_close(s, CLOSE_RESTART);
			n--;
		}
}

/* ---- lws ---------------------------------------------------------------------------------- */

/* Clients that name a STOMP version get one; those that name none get no header back. */
static const struct lws_protocols protocols[] = {
	{.name = "studymate", .callback = callback, .per_session_data_size = sizeof(struct sock)},
	{.name = "v12.stomp", .callback = callback, .per_session_data_size = sizeof(struct sock)},
	{.name = "v11.stomp", .callback = callback, .per_session_data_size = sizeof(struct sock)},
	{.name = "v10.stomp", .callback = callback, .per_session_data_size = sizeof(struct sock)},
	{0},
};

static void lws_says(int level, const char *line)
{
	if (level & LLL_ERR)
		LOG(LOG_WARN, "libwebsockets", LOG_TEXT("says", line));
}

bool sock_listen(struct gateway *gw)
{
	static const lws_retry_bo_t no_timers = {
		0}; /* the wheel is ours: lws' list of timers is sorted */
	void *loops[] = {&gw->loop};
	struct lws_context_creation_info info = {
		.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_UNIX_SOCK |
			   LWS_SERVER_OPTION_DISABLE_IPV6,
		.iface = gw->conf->realtime_listen,
		.protocols = protocols,
		.foreign_loops = loops,
		.gid = -1,
		.uid = -1,
		.user = gw,
		.pt_serv_buf_size = BUFFER,
		.max_http_header_pool = HEADERS_AT_ONCE,
		.retry_and_idle_policy = &no_timers,
		.timeout_secs = 10,
	};

	lws_set_log_level(LLL_ERR, lws_says);
	if (unlink(gw->conf->realtime_listen) != 0 && errno != ENOENT) {
		fprintf(stderr, "REALTIME_LISTEN: %s: %s; remove it or choose another path\n",
			gw->conf->realtime_listen, strerror(errno));
		return false;
	}
	mode_t mask = umask(0117); /* 0660: nginx is of our group */

	gw->lws = lws_create_context(&info);
	(void)umask(mask);
	if (!gw->lws)
		fprintf(stderr, "REALTIME_LISTEN: cannot listen on %s: %s\n",
			gw->conf->realtime_listen, strerror(errno));
	return gw->lws;
}

void sock_stop(struct gateway *gw)
{
	lws_context_destroy(gw->lws);
	(void)unlink(gw->conf->realtime_listen);
}

bool sock_query(const struct sock *s, const char *name, char *out, size_t size)
{
	const char *value = lws_get_urlarg_by_name(s->wsi, name, out, (int)size);

	if (value) /* stands behind its name */
		memmove(out, value, strlen(value) + 1);
	return value;
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
