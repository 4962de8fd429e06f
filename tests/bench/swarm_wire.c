/* The wire of bench/swarm.c: coming and going, frames of WebSocket, and what is said in them. */
#include "swarm.h"

#include <math.h>

enum {
	BEAT_MS = 20 * 1000,
	DEADLINE_MS = 15 * 1000, /* to be connected */
	PAUSE_MS = 5000,	 /* before the first try to come back, halved to one and a half; then doubled */
	PAUSE_MAX_MS = 30 * 1000,
	BUFFER = 256 * 1024,
	OUT_MAX = 16 * 1024,
};

enum opcode { OP_MORE = 0, OP_TEXT = 1, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };

static void dial(struct client *c);
/* ---- out ---------------------------------------------------------------------------------- */

static void lose(struct client *c);

static void on_written(uv_write_t *w, int error)
{
	(void)error; /* the reader sees it too */
	free(w);
}

static void write_bytes(struct client *c, const char *data, size_t n)
{
	uv_buf_t buf = {(char *)(uintptr_t)data, n};
	int r = uv_try_write(&c->u.stream, &buf, 1);
	size_t done = r > 0 ? (size_t)r : 0;

	if (done == n)
		return;
	if (r < 0 && r != UV_EAGAIN) {
		lose(c);
		return;
	}
	uv_write_t *w = must(malloc(sizeof(*w) + n - done));

	buf = uv_buf_init((char *)(w + 1), (unsigned)(n - done));
	memcpy(buf.base, data + done, n - done);
	if (uv_write(w, &c->u.stream, &buf, 1, on_written) != 0) {
		free(w);
		lose(c);
	}
}

static void send_frame(struct client *c, enum opcode op, const char *data, size_t n)
{
	static const unsigned char mask[4] = {0x3a, 0x91, 0xc4, 0x5e};
	static unsigned char out[OUT_MAX + 8];
	size_t at = 2;

	if (n > OUT_MAX)
		abort();
	out[0] = (unsigned char)(0x80 | op);
	out[1] = (unsigned char)(0x80 | (n < 126 ? n : 126));
	if (n >= 126) {
		out[at++] = (unsigned char)(n >> 8);
		out[at++] = (unsigned char)n;
	}
	memcpy(out + at, mask, 4);
	at += 4;
	for (size_t i = 0; i < n; i++)
		out[at + i] = (unsigned char)data[i] ^ mask[i & 3];
	write_bytes(c, (char *)out, at + n);
}

#define SAY(c, ...)                                                                                \
	do {                                                                                       \
		char text_[4096];                                                                  \
		int n_ = snprintf(text_, sizeof(text_), __VA_ARGS__);                              \
                                                                                                   \
		if (n_ < 0 || (size_t)n_ >= sizeof(text_))                                         \
			abort();                                                                   \
		send_frame((c), OP_TEXT, text_, (size_t)n_);                                       \
	} while (0)

/* ---- coming and going --------------------------------------------------------------------- */

static void start_timer(struct client *c, uv_timer_cb fn, uint64_t ms, uint64_t repeat)
{
	if (uv_timer_start(&c->timer, fn, ms, repeat) != 0)
		abort();
}

void dial_more(void)
{
	while (s.next < s.n_clients && s.opening < s.at_once)
		dial(&s.clients[s.next++]);
}

static void on_pause_over(uv_timer_t *t)
{
	dial(t->data);
}

static void on_closed(uv_handle_t *h)
{
	struct client *c = h->data;
	double ms = fmin(PAUSE_MS * pow(2, c->tries), PAUSE_MAX_MS) * (0.5 + drand48());

	free(c->rest);
	c->rest = NULL;
	c->n_rest = 0;
	c->state = AWAY;
	c->tries++;
	start_timer(c, on_pause_over, (uint64_t)ms, 0);
}

static void lose(struct client *c)
{
	if (c->state == CLOSES || c->state == AWAY)
		return;
	if (c->state == LIVE) {
		c->since = now();
		if (!s.lost++)
			s.first_lost = c->since;
		s.live--;
		c->tries = 0;
	} else {
		s.refused++;
		s.opening--;
	}
	c->state = CLOSES;
	(void)uv_timer_stop(&c->timer);
	uv_close(&c->u.handle, on_closed);
	dial_more();
}

static void on_deadline(uv_timer_t *t)
{
	lose(t->data);
}

static void on_beat(uv_timer_t *t)
{
	send_frame(t->data, OP_TEXT, s.protocol->beat, strlen(s.protocol->beat));
}

static void is_live(struct client *c)
{
	c->state = LIVE;
	s.opening--;
	s.live++;
	add_time(&s.way, (double)(now() - c->since));
	(void)uv_timer_stop(&c->timer);
	if (s.protocol->beat)
		start_timer(c, on_beat, BEAT_MS, BEAT_MS);
	dial_more();
	if (s.live == s.n_clients && s.done)
		s.done();
}

/* ---- STOMP -------------------------------------------------------------------------------- */

static void stomp_opened(struct client *c)
{
	SAY(c, "CONNECT\naccept-version:1.2\nheart-beat:%d,%d\nAuthorization:Bearer %s\n\n%c", BEAT_MS, BEAT_MS,
	    c->token, 0);
}

static void stomp_joins(struct client *c)
{
	c->state = JOINS;
	if (c->room)
		SAY(c, "SUBSCRIBE\nid:0\ndestination:/sub/chat/room/%llu\nafter:%llu\nreceipt:joined\n\n%c",
		    (unsigned long long)c->room, (unsigned long long)c->seq, 0);
	else
		SAY(c, "SUBSCRIBE\nid:0\ndestination:/user/queue/notifications\nreceipt:joined\n\n%c", 0);
}

static bool begins(const char *data, size_t n, const char *with)
{
	return n >= strlen(with) && !memcmp(data, with, strlen(with));
}

static void stomp_frame(struct client *c, const char *data, size_t n)
{
	static const char receipt[] = "RECEIPT\nreceipt-id:";

	if (begins(data, n, "MESSAGE\n"))
		came(c, data, n);
	else if (begins(data, n, "CONNECTED\n") && c->state == GREETS)
		stomp_joins(c);
	else if (begins(data, n, receipt) && c->state == JOINS)
		is_live(c);
	else if (begins(data, n, receipt))
		taken(strtoul(data + strlen(receipt), NULL, 10));
	else
		complain(data, n);
}

static void stomp_text(struct client *c, char *data, size_t n)
{
	while (n) {
		if (*data == '\n') { /* a heart-beat, or what may stand between frames */
			data++;
			n--;
			continue;
		}
		char *end = memchr(data, '\0', n);
		size_t all = end ? (size_t)(end - data) : n;

		stomp_frame(c, data, all);
		if (!end)
			break;
		data += all + 1;
		n -= all + 1;
	}
}

static void stomp_say(struct client *c, size_t number)
{
	SAY(c,
	    "SEND\ndestination:/pub/chat/message\nreceipt:%zu\ncontent-type:application/json\n\n"
	    "{\"roomId\":%llu,\"message\":\"bench %zu 안녕하세요! 내일 저녁에 시간 괜찮으세요?\"}%c",
	    number, (unsigned long long)c->room, number, 0);
}

/* What the gateway does alone: it takes a frame, and answers. */
static void echo_say(struct client *c, size_t number)
{
	SAY(c, "UNSUBSCRIBE\nid:none\nreceipt:%zu\n\n%c", number, 0);
}

/* ---- Engine.IO 4, Socket.IO 5 ------------------------------------------------------------- */

static void eio_opened(struct client *c)
{
	(void)c; /* the server speaks first */
}

static void eio_text(struct client *c, char *data, size_t n)
{
	if (begins(data, n, "42[\"message\""))
		came(c, data, n);
	else if (begins(data, n, "430[") && c->state == JOINS)
		is_live(c);
	else if (begins(data, n, "43"))
		taken(strtoul(data + 2, NULL, 10));
	else if (begins(data, n, "2"))
		send_frame(c, OP_TEXT, "3", 1);
	else if (begins(data, n, "0{") && c->state == GREETS)
		SAY(c, "40{\"token\":\"%s\"}", c->token);
	else if (begins(data, n, "40") && c->state == GREETS) {
		c->state = JOINS;
		SAY(c, "420[\"join\",%llu]", (unsigned long long)c->room);
	} else {
		complain(data, n);
	}
}

static void eio_say(struct client *c, size_t number)
{
	SAY(c,
	    "42%zu[\"message\",{\"roomId\":%llu,"
	    "\"message\":\"bench %zu 안녕하세요! 내일 저녁에 시간 괜찮으세요?\"}]",
	    number, (unsigned long long)c->room, number);
}

const struct protocol protocols[] = {
	{"stomp", "/ws/chat", stomp_opened, stomp_text, stomp_say, "\n", false},
	{"echo", "/ws/chat", stomp_opened, stomp_text, echo_say, "\n", true},
	{"eio", "/socket.io/?EIO=4&transport=websocket", eio_opened, eio_text, eio_say, NULL, false},
	{0},
};

/* ---- in ----------------------------------------------------------------------------------- */

static void take_frame(struct client *c, enum opcode op, char *data, size_t n)
{
	switch (op) {
	case OP_TEXT:
	case OP_MORE: /* neither server splits what is as small as this */
		s.protocol->text(c, data, n);
		break;
	case OP_PING:
		send_frame(c, OP_PONG, data, n);
		break;
	case OP_CLOSE:
		lose(c);
		break;
	default:
		break;
	}
}

/* Returns what is done with. */
static size_t take_frames(struct client *c, char *data, size_t n)
{
	size_t done = 0;

	while (n - done >= 2 && c->state != CLOSES) {
		const unsigned char *head = (const unsigned char *)data + done;
		size_t len = head[1] & 0x7f, at = 2;

		if (len >= 126) {
			size_t bytes = len == 126 ? 2 : 8;

			if (n - done < at + bytes)
				break;
			len = 0;
			for (size_t i = 0; i < bytes; i++)
				len = len << 8 | head[at + i];
			at += bytes;
		}
		if (n - done < at + len)
			break;
		take_frame(c, (enum opcode)(head[0] & 0x0f), data + done + at, len);
		done += at + len;
	}
	return done;
}

static size_t take_upgrade(struct client *c, const char *data, size_t n)
{
	const char *end = memmem(data, n, "\r\n\r\n", 4);

	if (!end)
		return 0;
	if (!begins(data, n, "HTTP/1.1 101")) {
		lose(c);
		return n;
	}
	c->state = GREETS;
	s.protocol->opened(c);
	return (size_t)(end - data) + 4;
}

static void give_room(uv_handle_t *h, size_t suggested, uv_buf_t *buf)
{
	static char in[BUFFER];

	(void)h;
	(void)suggested;
	*buf = uv_buf_init(in, sizeof(in));
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
	struct client *c = stream->data;
	char *data = buf->base;
	size_t n = got > 0 ? (size_t)got : 0, done = 0;

	if (got < 0) {
		lose(c);
		return;
	}
	if (c->n_rest) {
		c->rest = must(realloc(c->rest, c->n_rest + n));
		memcpy(c->rest + c->n_rest, data, n);
		data = c->rest;
		n += c->n_rest;
	}
	if (c->state == UPGRADES)
		done = take_upgrade(c, data, n);
	if (c->state > UPGRADES && c->state != CLOSES)
		done += take_frames(c, data + done, n - done);
	if (c->state == CLOSES)
		return;
	char *rest = n > done ? must(malloc(n - done)) : NULL;

	if (rest)
		memcpy(rest, data + done, n - done);
	free(c->rest);
	c->rest = rest;
	c->n_rest = n - done;
}

static void on_connected(uv_connect_t *r, int error)
{
	struct client *c = r->data;
	char head[400];
	int n = snprintf(head, sizeof(head),
			 "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
			 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
			 s.protocol->path);

	if (c->state == CLOSES)
		return;
	if (error || uv_read_start(&c->u.stream, give_room, on_read) != 0) {
		lose(c);
		return;
	}
	c->state = UPGRADES;
	write_bytes(c, head, (size_t)n);
}

static int start_connect(struct client *c, const char *address)
{
	struct sockaddr_in to;
	char host[64];
	const char *colon = strrchr(address, ':');

	c->connect.data = c->u.handle.data = c;
	if (*address == '/') {
		uv_pipe_connect(&c->connect, &c->u.pipe, address, on_connected);
		return 0;
	}
	(void)snprintf(host, sizeof(host), "%.*s", (int)(colon - address), address);
	if (uv_ip4_addr(host, atoi(colon + 1), &to) != 0)
		return -1;
	(void)uv_tcp_nodelay(&c->u.tcp, 1);
	return uv_tcp_connect(&c->connect, &c->u.tcp, (const struct sockaddr *)&to, on_connected);
}

static void dial(struct client *c)
{
	const char *address = s.addresses[(size_t)(c - s.clients) % s.n_addresses];

	s.dials++;
	s.opening++;
	c->state = DIALS;
	if (!c->since)
		c->since = now();
	if ((*address == '/' ? uv_pipe_init(&s.loop, &c->u.pipe, 0) : uv_tcp_init(&s.loop, &c->u.tcp)) != 0)
		abort();
	start_timer(c, on_deadline, DEADLINE_MS, 0);
	if (start_connect(c, address) != 0)
		lose(c);
}

