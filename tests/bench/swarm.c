/*
 * The clients of bench/sockets.mjs: many WebSockets in one process, one thread and one clock, cheap enough
 * to stand on the same cores as what it measures. Usage: swarm PROTOCOL ADDRESS[,ADDRESS…] CLIENTS
 *
 * PROTOCOL: stomp, eio (Engine.IO 4 with Socket.IO 5 on it), or echo (STOMP whose `send` asks for a receipt alone). ADDRESS: a unix socket's path, or HOST:PORT;
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
#include "swarm.h"

#include <math.h>

enum { SETTLE_S = 5 }; /* what is not there so long after the last message is lost */

struct swarm s;

void *must(void *p)
{
	if (!p)
		abort();
	return p;
}

uint64_t now(void)
{
	return uv_hrtime() / 1000;
}

/* ---- answers ------------------------------------------------------------------------------ */

void add_time(struct times *t, double us)
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

/* ---- a message that came ------------------------------------------------------------------ */

static uint64_t number_behind(const char *data, size_t n, const char *mark)
{
	const char *at = memmem(data, n, mark, strlen(mark));

	return at ? strtoull(at + strlen(mark), NULL, 10) : 0;
}

static void send_is_done(void);

/* data: JSON of a message in the client's room. */
void came(struct client *c, const char *data, size_t n)
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

void taken(size_t number)
{
	if (number <= s.first || number > s.first + s.n_messages)
		return;
	struct message *m = &s.messages[number - s.first - 1];

	if (!m->taken)
		s.n_taken++;
	m->taken = now();
	send_is_done();
}

void complain(const char *data, size_t n)
{
	if (s.errors++ < 5)
		fprintf(stderr, "swarm: %.*s\n", (int)n, data);
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
		for (unsigned place = 0; place < n && !s.protocol->echo; place++) {
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
	    (s.protocol->echo || s.n_came == s.n_sent * s.rooms[0].n))
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

static void give_line(uv_handle_t *h, size_t suggested, uv_buf_t *buf)
{
	static char in[200];

	(void)h;
	(void)suggested;
	*buf = uv_buf_init(in, sizeof(in));
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
	for (const struct protocol *p = protocols; p->name; p++)
		if (!strcmp(p->name, argv[1]))
			s.protocol = p;
	for (char *a = strtok(argv[2], ","); a && s.n_addresses < 8; a = strtok(NULL, ","))
		s.addresses[s.n_addresses++] = a;
	if (!s.protocol || !s.n_addresses)
		return 2;
	srand((unsigned)uv_hrtime());
	read_clients(argv[3]);
	if (!s.n_clients || uv_timer_init(&s.loop, &s.clock) != 0 || uv_timer_init(&s.loop, &s.deadline) != 0 ||
	    uv_pipe_init(&s.loop, &in, 0) != 0 || uv_pipe_open(&in, 0) != 0 ||
	    uv_read_start((uv_stream_t *)&in, give_line, on_stdin) != 0)
		return 2;
	return uv_run(&s.loop, UV_RUN_DEFAULT);
}
