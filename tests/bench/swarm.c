/*
 * The clients of bench/sockets.mjs: many WebSockets in one process, one thread and one clock, cheap enough
 * to stand on the same cores as what it measures. Usage: swarm PROTOCOL ADDRESS[,ADDRESS…] CLIENTS
 *
 * PROTOCOL: stomp, or eio (Engine.IO 4 with Socket.IO 5 on it). ADDRESS: a unix socket's path, or HOST:PORT;
 * of several each is taken in turn. CLIENTS: a file of lines "token room seq"; room 0: the client listens to
 * its notifications only. Those of one room follow each other.
 *
 * Commands come on stdin, one at a time; each is answered by a line of JSON when it is done:
 *   open N        connects everybody, N at once
 *   send N S      N messages a second for S seconds, the rooms in turn, and their members in turn
 *   back S        waits until sockets were lost and everybody is there again, at most S seconds
 *   state         what was counted so far
 * Whoever is lost comes back by itself, with a growing pause. The end of stdin is the end.
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum {
	ROOM_MAX = 32,
	BEAT_MS = 20 * 1000,
	DEADLINE_MS = 15 * 1000, /* to be connected */
	PAUSE_MS = 5000,	 /* before the first try to come back, halved to one and a half; then doubled */
	PAUSE_MAX_MS = 30 * 1000,
	SETTLE_S = 5, /* what is not there so long after the last message is lost */
	BUFFER = 256 * 1024,
	OUT_MAX = 16 * 1024,
};

enum opcode { OP_MORE = 0, OP_TEXT = 1, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };
enum state { AWAY, DIALS, UPGRADES, GREETS, JOINS, LIVE, CLOSES };

struct client {
	union {
		uv_handle_t handle;
		uv_stream_t stream;
		uv_tcp_t tcp;
		uv_pipe_t pipe;
	} u;
	uv_connect_t connect;
	uv_timer_t timer; /* deadline, heart-beat or pause, as the state has it */
	enum state state;
	unsigned tries;
	uint64_t since; /* µs: of the first try, or of being lost */
	char *token;
	uint64_t room, seq;
	unsigned place; /* in its room */
	char *rest;	/* of a frame that is not complete */
	size_t n_rest;
};

struct room {
	struct client *first;
	unsigned n;
};

/* One of the messages of `send`. */
struct message {
	uint64_t sent, taken; /* µs */
	unsigned sender;      /* place */
	uint64_t came[ROOM_MAX];
};

struct times {
	double *v; /* µs */
	size_t n, size;
};

struct protocol {
	const char *name, *path;
	void (*opened)(struct client *c);
	void (*text)(struct client *c, char *data, size_t n);
	void (*say)(struct client *c, size_t number);
	const char *beat; /* NULL: only answers */
};

static struct {
	uv_loop_t loop;
	const struct protocol *protocol;
	char *addresses[8];
	size_t n_addresses;
	struct client *clients;
	struct room *rooms;
	size_t n_clients, n_rooms;

	size_t live, opening, next, at_once;
	size_t dials, refused, lost, errors;
	size_t heard, again, gaps; /* messages of rooms, by their numbers */
	uint64_t first_lost;
	struct times way; /* of those who came (back) */

	struct message *messages;
	size_t first, n_messages, n_sent, n_taken, n_came, n_again, rate;
	uint64_t started;
	uv_timer_t clock, deadline;
	void (*done)(void); /* answers the command under way */
} s;

static void *must(void *p)
{
	if (!p)
		abort();
	return p;
}

static uint64_t now(void)
{
	return uv_hrtime() / 1000;
}

/* ---- answers ------------------------------------------------------------------------------ */

static void add_time(struct times *t, double us)
{
	if (t->n == t->size) {
		t->size = t->size ? 2 * t->size : 1024;
		t->v = must(realloc(t->v, t->size * sizeof(*t->v)));
	}
	t->v[t->n++] = us;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double share(const struct times *t, double p)
{
	size_t k = (size_t)ceil(p * (double)t->n);

	return t->n ? t->v[k ? k - 1 : 0] : 0;
}

static void put_times(const char *name, struct times *t)
{
	if (t->n)
		qsort(t->v, t->n, sizeof(*t->v), by_size);
	printf(",\"%s\":{\"n\":%zu,\"p50\":%.0f,\"p99\":%.0f,\"most\":%.0f}", name, t->n, share(t, 0.5),
	       share(t, 0.99), share(t, 1));
	free(t->v);
	*t = (struct times){0};
}

/* Those of the answer that every command has, and its end. */
static void answer_ends(void)
{
	printf(",\"clients\":%zu,\"live\":%zu,\"dials\":%zu,\"refused\":%zu,\"lost\":%zu,\"errors\":%zu,"
	       "\"heard\":%zu,\"again\":%zu,\"gaps\":%zu}\n",
	       s.n_clients, s.live, s.dials, s.refused, s.lost, s.errors, s.heard, s.again, s.gaps);
	(void)fflush(stdout);
	s.done = NULL;
	(void)uv_timer_stop(&s.deadline);
}

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

static void dial(struct client *c);

static void start_timer(struct client *c, uv_timer_cb fn, uint64_t ms, uint64_t repeat)
{
	if (uv_timer_start(&c->timer, fn, ms, repeat) != 0)
		abort();
}

static void dial_more(void)
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
	double ms = fmin(PAUSE_MS * pow(2, c->tries), PAUSE_MAX_MS) * (0.5 + (double)rand() / RAND_MAX);

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

/* ---- a message that came ------------------------------------------------------------------ */

static uint64_t number_behind(const char *data, size_t n, const char *mark)
{
	const char *at = memmem(data, n, mark, strlen(mark));

	return at ? strtoull(at + strlen(mark), NULL, 10) : 0;
}

static void send_is_done(void);

/* data: JSON of a message in the client's room. */
static void came(struct client *c, const char *data, size_t n)
{
	uint64_t seq = number_behind(data, n, "\"seq\":"), number = number_behind(data, n, "bench ");

	s.heard++;
	if (seq && seq <= c->seq)
		s.again++;
	else if (seq > c->seq + 1)
		s.gaps++;
	if (seq > c->seq)
		c->seq = seq;
	if (number <= s.first || number > s.first + s.n_messages)
		return;
	uint64_t *at = &s.messages[number - s.first - 1].came[c->place];

	if (*at) {
		s.n_again++;
		return;
	}
	*at = now();
	s.n_came++;
	send_is_done();
}

static void taken(size_t number)
{
	if (number <= s.first || number > s.first + s.n_messages)
		return;
	struct message *m = &s.messages[number - s.first - 1];

	if (!m->taken)
		s.n_taken++;
	m->taken = now();
	send_is_done();
}

static void complain(const char *data, size_t n)
{
	if (s.errors++ < 5)
		fprintf(stderr, "swarm: %.*s\n", (int)n, data);
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
	SAY(c, "42%zu[\"message\",{\"roomId\":%llu,\"message\":\"bench %zu 안녕하세요! 내일 저녁에 시간 괜찮으세요?\"}]",
	    number, (unsigned long long)c->room, number);
}

static const struct protocol protocols[] = {
	{"stomp", "/ws/chat", stomp_opened, stomp_text, stomp_say, "\n"},
	{"eio", "/socket.io/?EIO=4&transport=websocket", eio_opened, eio_text, eio_say, NULL},
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

/* ---- open --------------------------------------------------------------------------------- */

static void opened_all(void)
{
	double seconds = (double)(now() - s.started) / 1e6;

	printf("{\"seconds\":%.3f,\"per_second\":%.0f", seconds, (double)s.live / seconds);
	put_times("way", &s.way);
	answer_ends();
}

static void on_command_deadline(uv_timer_t *t)
{
	(void)t;
	if (s.done)
		s.done();
}

static void deadline_in(uint64_t seconds)
{
	if (uv_timer_start(&s.deadline, on_command_deadline, seconds * 1000, 0) != 0)
		abort();
}

static void cmd_open(size_t at_once)
{
	s.at_once = at_once;
	s.started = now();
	s.done = opened_all;
	deadline_in(120);
	dial_more();
}

/* ---- send --------------------------------------------------------------------------------- */

static void sent_all(void)
{
	struct times whole = {0}, after = {0}, receipt = {0};
	size_t lost = 0;

	for (size_t i = 0; i < s.n_sent; i++) {
		const struct message *m = &s.messages[i];
		unsigned n = s.rooms[i % s.n_rooms].n;

		if (m->taken)
			add_time(&receipt, (double)(m->taken - m->sent));
		for (unsigned place = 0; place < n; place++) {
			if (!m->came[place]) {
				lost++;
			} else if (place != m->sender) {
				add_time(&whole, (double)(m->came[place] - m->sent));
				/* whose receipt comes behind the message itself waits for nothing */
				if (m->taken)
					add_time(&after, fmax(0, (double)m->came[place] - (double)m->taken));
			}
		}
	}
	printf("{\"sent\":%zu,\"taken\":%zu,\"came\":%zu,\"twice\":%zu,\"missing\":%zu,\"seconds\":%.3f", s.n_sent,
	       s.n_taken, s.n_came, s.n_again, lost, (double)(now() - s.started) / 1e6);
	put_times("whole", &whole);
	put_times("receipt", &receipt);
	put_times("after", &after);
	answer_ends();
}

static void send_is_done(void)
{
	if (s.done == sent_all && s.n_sent == s.n_messages && s.n_taken == s.n_sent &&
	    s.n_came == s.n_sent * s.rooms[0].n)
		s.done();
}

static void send_one(size_t i)
{
	const struct room *r = &s.rooms[i % s.n_rooms];
	struct message *m = &s.messages[i];
	struct client *c = r->first + i / s.n_rooms % r->n;

	m->sender = c->place;
	m->sent = now();
	if (c->state == LIVE)
		s.protocol->say(c, s.first + i + 1);
}

static void on_clock(uv_timer_t *t)
{
	size_t due = (size_t)((double)(now() - s.started) * (double)s.rate / 1e6);

	for (; s.n_sent < due && s.n_sent < s.n_messages; s.n_sent++)
		send_one(s.n_sent);
	if (s.n_sent < s.n_messages)
		return;
	(void)uv_timer_stop(t);
	deadline_in(SETTLE_S);
}

static void cmd_send(size_t rate, size_t seconds)
{
	s.first += s.n_messages;
	s.n_messages = rate * seconds;
	free(s.messages);
	s.messages = must(calloc(s.n_messages, sizeof(*s.messages)));
	s.n_sent = s.n_taken = s.n_came = s.n_again = 0;
	s.rate = rate;
	s.started = now();
	s.done = sent_all;
	if (uv_timer_start(&s.clock, on_clock, 1, 1) != 0)
		abort();
}

/* ---- back and state ----------------------------------------------------------------------- */

static void all_back(void)
{
	printf("{\"seconds\":%.3f", s.lost ? (double)(now() - s.first_lost) / 1e6 : 0);
	put_times("way", &s.way);
	answer_ends();
}

static void cmd_back(size_t seconds)
{
	free(s.way.v);
	s.way = (struct times){0};
	s.lost = s.refused = s.dials = 0;
	s.done = all_back;
	deadline_in(seconds);
}

static void cmd_state(void)
{
	printf("{\"rooms\":%zu", s.n_rooms);
	answer_ends();
}

static void command(const char *line)
{
	size_t a = 0, b = 0;

	if (sscanf(line, "open %zu", &a) == 1 && a)
		cmd_open(a);
	else if (sscanf(line, "send %zu %zu", &a, &b) == 2 && s.n_rooms)
		cmd_send(a, b);
	else if (sscanf(line, "back %zu", &a) == 1)
		cmd_back(a);
	else if (!strcmp(line, "state"))
		cmd_state();
	else {
		fprintf(stderr, "swarm: no such command: %s\n", line);
		exit(2);
	}
}

static void on_stdin(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
	static char line[200];
	static size_t n;

	(void)stream;
	if (got < 0)
		exit(0);
	for (ssize_t i = 0; i < got; i++) {
		if (buf->base[i] == '\n') {
			line[n] = '\0';
			n = 0;
			command(line);
		} else if (n < sizeof(line) - 1) {
			line[n++] = buf->base[i];
		}
	}
}

/* ---- start -------------------------------------------------------------------------------- */

static void read_clients(const char *file)
{
	FILE *f = must(fopen(file, "r"));
	char token[2000];
	unsigned long long room, seq;

	while (fscanf(f, "%1999s %llu %llu", token, &room, &seq) == 3) {
		if (!(s.n_clients & (s.n_clients - 1)))
			s.clients = must(realloc(s.clients, (2 * s.n_clients + 1) * sizeof(*s.clients)));
		s.clients[s.n_clients++] =
			(struct client){.token = must(strdup(token)), .room = room, .seq = seq};
	}
	(void)fclose(f);
	s.rooms = must(calloc(s.n_clients + 1, sizeof(*s.rooms)));
	for (size_t i = 0; i < s.n_clients; i++) {
		struct client *c = &s.clients[i];

		c->timer.data = c;
		if (uv_timer_init(&s.loop, &c->timer) != 0)
			abort();
		c->timer.data = c;
		if (!c->room)
			continue;
		if (!s.n_rooms || s.rooms[s.n_rooms - 1].first->room != c->room)
			s.rooms[s.n_rooms++].first = c;
		c->place = s.rooms[s.n_rooms - 1].n++;
		if (c->place >= ROOM_MAX)
			abort();
	}
}

int main(int argc, char **argv)
{
	static uv_pipe_t in;

	if (argc != 4 || uv_loop_init(&s.loop) != 0)
		return 2;
	for (size_t i = 0; i < sizeof(protocols) / sizeof(*protocols); i++)
		if (!strcmp(protocols[i].name, argv[1]))
			s.protocol = &protocols[i];
	for (char *a = strtok(argv[2], ","); a && s.n_addresses < 8; a = strtok(NULL, ","))
		s.addresses[s.n_addresses++] = a;
	if (!s.protocol || !s.n_addresses)
		return 2;
	srand((unsigned)uv_hrtime());
	read_clients(argv[3]);
	if (!s.n_clients || uv_timer_init(&s.loop, &s.clock) != 0 || uv_timer_init(&s.loop, &s.deadline) != 0 ||
	    uv_pipe_init(&s.loop, &in, 0) != 0 || uv_pipe_open(&in, 0) != 0 ||
	    uv_read_start((uv_stream_t *)&in, give_room, on_stdin) != 0)
		return 2;
	return uv_run(&s.loop, UV_RUN_DEFAULT);
}
