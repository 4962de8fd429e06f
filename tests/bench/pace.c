/*
 * Sends requests when they are due, whether or not the ones before were answered (an open loop), and counts their time
 * from that moment: what a user waits includes the time until a connection was free.
 *
 *	pace LOAD_FILE PORT RATE SECONDS CONNECTIONS [PATIENCE_MS]
 *
 * LOAD_FILE is that of load.lua. Arrivals are Poisson, the same each time, over keep-alive connections that are opened
 * first and used in turn. With PATIENCE_MS, an arrival for which no connection was free that long is given up, and it
 * is looked once a millisecond what came and what is due, since waking for each took twice the processor from the
 * server beside it (latencies are so much longer). A refused request is not repeated. Prints one line of JSON; times are µs.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_MAX = 4096, KEY = 24, EVENTS = 256, GRACE_S = 10, CLIENTS = 40, BREATH_NS = 1000000 };

struct request {
	char *bytes, *key; /* key: where a fresh one goes, or NULL */
	size_t n;
};

enum part { HEAD, SIZED, CHUNK_SIZE, CHUNK_DATA, CHUNK_LINE, LAST_LINE };

struct conn {
	int fd;
	bool busy;
	uint64_t due, sent; /* ns */
	enum part part;
	char head[HEAD_MAX];
	size_t n_head, left; /* left: bytes of the body or of the chunk */
	unsigned answered, good;
};

struct times {
	uint32_t *due, *sent; /* µs from then */
	size_t n;
};

static struct request *requests;
static struct conn *conns;
static size_t n_requests, n_conns, n_arrivals;
static struct conn **idle; /* a ring of those that wait for work, the longest first */
static size_t idle_first, n_idle;
static uint64_t *due; /* the arrivals, ns */
static struct times good, refused;
static size_t next, given_up, bare, other, failed; /* bare: a 503 without Retry-After */
static struct sockaddr_in address;
static int ep;

static void die(const char *what)
{
	fprintf(stderr, "pace: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void *must(void *p)
{
	if (!p)
		die("memory");
	return p;
}

static uint64_t now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* ---- requests ----------------------------------------------------------------------------- */

static void add_request(char *line)
{
	char *field[4], *at = line, *bytes = NULL;
	size_t n = 0;

	for (int i = 0; i < 4; i++)
		if (!(field[i] = strsep(&at, "\t"))) {
			errno = EINVAL;
			die("a line of the load");
		}
	char *key = strstr(field[3], "%K");
	FILE *f = must(open_memstream(&bytes, &n));

	fprintf(f, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n", field[0], field[1]);
	if (*field[2])
		fprintf(f, "Authorization: Bearer %s\r\n", field[2]);
	if (*field[3])
		fprintf(f, "Content-Type: application/json\r\n");
	if (*field[3] || strcmp(field[0], "GET") != 0)
		fprintf(f, "Content-Length: %zu\r\n", strlen(field[3]) + (key ? KEY - 2 : 0));
	fprintf(f, "\r\n");
	if (key)
		fprintf(f, "%.*s%*s%s", (int)(key - field[3]), field[3], KEY, "%K", key + 2);
	else
		fprintf(f, "%s", field[3]);
	if (fclose(f) != 0)
		die("memory");
	requests = must(realloc(requests, (n_requests + 1) * sizeof(*requests)));
	requests[n_requests++] = (struct request){bytes, key ? strstr(bytes, "%K") - (KEY - 2) : NULL, n};
}

static void read_load(const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	if (!f)
		die(path);
	while ((n = getline(&line, &size, f)) > 0) {
		line[n - 1] = '\0';
		add_request(line);
	}
	free(line);
	(void)fclose(f);
	if (!n_requests)
		die("an empty load");
}

/* ---- connections -------------------------------------------------------------------------- */

static void rest(struct conn *c)
{
	c->busy = false;
	idle[(idle_first + n_idle++) % n_conns] = c;
}

/* From many addresses: nginx lets one client have so many requests under way. */
static void connect_again(struct conn *c)
{
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
	struct sockaddr_in from = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)((c - conns) % CLIENTS))};

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &(int){1}, sizeof(int)) != 0 ||
	    bind(c->fd, (struct sockaddr *)&from, sizeof(from)) != 0 || connect(c->fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)) != 0 ||
	    fcntl(c->fd, F_SETFL, O_NONBLOCK) != 0 || epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &e) != 0)
		die("connect");
}

static void lose(struct conn *c)
{
	close(c->fd);
	connect_again(c);
	if (c->busy) {
		failed++;
		rest(c);
	}
}

static void send_on(struct conn *c, size_t nth)
{
	static char fresh[64];
	static uint64_t run;
	const struct request *r = &requests[nth % n_requests];

	if (r->key) {
		if (!run)
			run = now();
		(void)snprintf(fresh, sizeof(fresh), "%016llx%08x", (unsigned long long)run, (unsigned)nth);
		memcpy(r->key, fresh, KEY);
	}
	c->busy = true;
	c->due = due[nth];
	c->part = HEAD;
	c->n_head = 0;
	c->sent = now();
	if (send(c->fd, r->bytes, r->n, MSG_NOSIGNAL) != (ssize_t)r->n)
		lose(c);
}

/* ---- answers ------------------------------------------------------------------------------ */

static void add_time(struct times *t, const struct conn *c)
{
	uint64_t at = now();

	t->due[t->n] = (uint32_t)((at - c->due) / 1000);
	t->sent[t->n++] = (uint32_t)((at - c->sent) / 1000);
}

static void answered(struct conn *c)
{
	int status = atoi(c->head + strlen("HTTP/1.1 "));

	c->answered++;
	if (status >= 200 && status < 300) {
		c->good++;
		add_time(&good, c);
	} else if (status != 503) {
		if (!other++)
			fprintf(stderr, "pace: %.*s\n", (int)c->n_head, c->head);
	} else if (strcasestr(c->head, "\r\nRetry-After:")) {
		add_time(&refused, c);
	} else {
		bare++;
	}
	rest(c);
}

/* Takes what belongs to the head; returns how much that was. */
static size_t take_head(struct conn *c, const char *p, size_t n)
{
	size_t before = c->n_head, room = sizeof(c->head) - 1 - before, more = n < room ? n : room;

	memcpy(c->head + before, p, more);
	c->head[before + more] = '\0';
	char *end = strstr(c->head + (before > 3 ? before - 3 : 0), "\r\n\r\n");

	if (!end) {
		c->n_head += more;
		return more;
	}
	end[2] = '\0';
	c->n_head = (size_t)(end + 4 - c->head);
	const char *length = strcasestr(c->head, "\r\nContent-Length:");

	c->part = length ? SIZED : CHUNK_SIZE;
	c->left = length ? strtoull(length + strlen("\r\nContent-Length:"), NULL, 10) : 0;
	return c->n_head - before;
}

static size_t take_size(struct conn *c, const char *p)
{
	if (*p == '\n')
		c->part = c->left ? CHUNK_DATA : LAST_LINE;
	else if (*p != '\r')
		c->left = c->left * 16 + (size_t)(*p <= '9' ? *p - '0' : (*p | 32) - 'a' + 10);
	return 1;
}

static size_t take_line(struct conn *c, const char *p)
{
	if (*p == '\n')
		c->part = CHUNK_SIZE;
	return 1;
}

static size_t take_data(struct conn *c, size_t n)
{
	size_t some = n < c->left ? n : c->left;

	c->left -= some;
	if (!c->left && c->part == CHUNK_DATA)
		c->part = CHUNK_LINE;
	return some;
}

/* Whether these bytes end the answer. */
static bool take(struct conn *c, const char *p, size_t n)
{
	bool last = false;

	while (n && !last) {
		size_t some = 0;

		switch (c->part) {
		case HEAD:
			some = take_head(c, p, n);
			if (!some)
				return false; /* larger than any of ours: a failure at the deadline */
			break;
		case CHUNK_SIZE:
			some = take_size(c, p);
			break;
		case CHUNK_LINE:
			some = take_line(c, p);
			break;
		case LAST_LINE:
			last = *p == '\n';
			some = 1;
			break;
		case SIZED:
		case CHUNK_DATA:
			some = take_data(c, n);
			break;
		}
		p += some;
		n -= some;
		last |= c->part == SIZED && !c->left;
	}
	return last;
}

static void on_readable(struct conn *c)
{
	static char buf[65536];
	ssize_t n = recv(c->fd, buf, sizeof(buf), 0);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0)
		lose(c);
	else if (c->busy && take(c, buf, (size_t)n))
		answered(c);
}

/* ---- the clock ---------------------------------------------------------------------------- */

static void send_due(uint64_t patience)
{
	uint64_t at = now();

	while (next < n_arrivals && due[next] <= at) {
		if (patience && at - due[next] > patience) {
			given_up++;
			next++;
		} else if (n_idle) {
			struct conn *c = idle[idle_first];

			idle_first = (idle_first + 1) % n_conns;
			n_idle--;
			send_on(c, next);
			next++;
		} else {
			break;
		}
	}
}

static void run(uint64_t patience)
{
	struct epoll_event events[EVENTS];
	uint64_t end = due[n_arrivals - 1] + (uint64_t)GRACE_S * 1000000000;

	while (now() < end && !(next == n_arrivals && n_idle == n_conns)) {
		uint64_t at = now(), until = next < n_arrivals && n_idle ? due[next] : end;
		uint64_t ns = until > at ? until - at : 0;

		if (patience) {
			(void)clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){.tv_nsec = BREATH_NS}, NULL);
			ns = 0;
		}
		int n = epoll_pwait2(ep, events, EVENTS,
				     &(struct timespec){(time_t)(ns / 1000000000), (long)(ns % 1000000000)}, NULL);

		for (int i = 0; i < n; i++)
			on_readable(events[i].data.ptr);
		send_due(patience);
	}
}

static void plan(double rate, double seconds)
{
	uint64_t start = now() + 10000000;
	double at = 0;

	n_arrivals = (size_t)(rate * seconds);
	due = must(calloc(n_arrivals, sizeof(*due)));
	srand48(1);
	for (size_t i = 0; i < n_arrivals; i++) {
		at -= log(1 - drand48()) / rate;
		due[i] = start + (uint64_t)(at * 1e9);
	}
}

/* ---- the result --------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void print_times(const char *name, uint32_t *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_value);
	printf("\"%s\":{\"p50\":%u,\"p99\":%u,\"max\":%u},", name, n ? v[n / 2] : 0, n ? v[n * 99 / 100] : 0,
	       n ? v[n - 1] : 0);
}

/* Connections without any success, and how many there would be if each request had the same chance. */
static void print_starved(void)
{
	size_t starved = 0, all = 0;
	double by_chance = 0;

	for (size_t i = 0; i < n_conns; i++)
		all += conns[i].answered;
	for (size_t i = 0; i < n_conns; i++) {
		starved += !conns[i].good;
		by_chance += pow(1 - (all ? (double)good.n / (double)all : 0), conns[i].answered);
	}
	printf("\"starved\":%zu,\"starved_by_chance\":%.1f,", starved, by_chance);
}

static void make_times(struct times *t)
{
	t->due = must(calloc(n_arrivals, sizeof(*t->due)));
	t->sent = must(calloc(n_arrivals, sizeof(*t->sent)));
}

int main(int argc, char **argv)
{
	if (argc != 6 && argc != 7)
		return 64;
	n_conns = strtoul(argv[5], NULL, 10);
	read_load(argv[1]);
	address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2])),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct rlimit files = {n_conns + 64, n_conns + 64};

	(void)prctl(PR_SET_TIMERSLACK, 1UL);
	if ((ep = epoll_create1(EPOLL_CLOEXEC)) < 0 || setrlimit(RLIMIT_NOFILE, &files) != 0)
		die("files");
	conns = must(calloc(n_conns, sizeof(*conns)));
	idle = must(calloc(n_conns, sizeof(struct conn *)));
	for (size_t i = 0; i < n_conns; i++) {
		connect_again(&conns[i]);
		rest(&conns[i]);
	}
	plan(atof(argv[3]), atof(argv[4]));
	make_times(&good);
	make_times(&refused);
	uint64_t start = now();

	run(argc == 7 ? strtoull(argv[6], NULL, 10) * 1000000 : 0);
	uint64_t took = now() - start;
	struct rusage used;

	(void)getrusage(RUSAGE_SELF, &used);
	size_t unanswered = n_arrivals - given_up - good.n - refused.n - bare - other - failed;

	printf("{\"arrivals\":%zu,\"good\":%zu,\"refused\":%zu,\"bare\":%zu,\"other\":%zu,\"failed\":%zu,"
	       "\"given_up\":%zu,\"unanswered\":%zu,\"us\":%llu,\"cpu_us\":%lld,",
	       n_arrivals, good.n, refused.n, bare, other, failed, given_up, unanswered,
	       (unsigned long long)(took / 1000),
	       (long long)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 + used.ru_utime.tv_usec +
		       used.ru_stime.tv_usec);
	print_starved();
	print_times("good_due", good.due, good.n);
	print_times("good_sent", good.sent, good.n);
	print_times("refused_due", refused.due, refused.n);
	print_times("refused_sent", refused.sent, refused.n);
	printf("\"connections\":%zu}\n", n_conns);
	return 0;
}
