/* How Redis is found by Sentinels that hang, refuse, know nothing or are wrong, and who follows it when it moves. */
#include "base/ctx.h"
#include "base/log.h"
#include "kv/bus.h"
#include "kv/kv.h"
#include "kv/reach.h"

#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/syscall.h>

enum { FAKES = 10, CONNS = 200, ARGS = 8, BYTES = 4096, PATIENCE_MS = 15000, ALWAYS = -1 };

/* ---- processes that talk like Redis and like a Sentinel, all in one thread ------------------ */

struct fake {
	_Atomic(const char *) names, eval; /* what it answers SENTINEL and EVALSHA; NULL: nothing, ever */
	_Atomic(const char *) password;	   /* NULL: anybody may ask */
	_Atomic int masters;		   /* so often it answers ROLE as a master */
	_Atomic bool hangs_up;		   /* on who publishes */
	_Atomic bool silent;		   /* takes everything and answers nothing */
	_Atomic bool waits;		   /* for the loop, before it answers SENTINEL; if that stands, it answers nothing */
	_Atomic unsigned asked, roles, posted, heard;
	char place[64]; /* as a Sentinel names it */
	int fd, port;
};

struct conn {
	struct fake *f;
	int fd;
	bool in, mute;
};

static struct fake fakes[FAKES];
static struct conn conns[CONNS];
static _Atomic bool stopping;
static _Atomic unsigned beats; /* of the loop of the test */

/* The clock of this test, which stands while it is not 0. */
static _Atomic int64_t frozen_us;

int clock_gettime(clockid_t id, struct timespec *t)
{
	const int64_t us = frozen_us;

	if (!us || id != CLOCK_MONOTONIC)
		return (int)syscall(SYS_clock_gettime, id, t);
	t->tv_sec = us / 1000000;
	t->tv_nsec = us % 1000000 * 1000;
	return 0;
}

static const char *loop_runs(const char *then)
{
	const unsigned before = beats;

	for (int ms = 0; ms < 80; ms++) {
		if (beats != before)
			return then;
		(void)usleep(1000);
	}
	return NULL;
}

static const char *answer(struct conn *c, char **argv)
{
	struct fake *f = c->f;
	const char *what = argv[0];

	if (!strcmp(what, "AUTH")) {
		c->in = !f->password || !strcmp(f->password, argv[1]);
		return c->in ? "+OK\r\n" : "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
	}
	if (!c->in && f->password)
		return "-NOAUTH Authentication required.\r\n";
	if (!strcmp(what, "SENTINEL")) {
		f->asked++;
		return f->waits ? loop_runs(f->names) : f->names;
	}
	if (!strcmp(what, "ROLE")) {
		f->roles++;
		if (f->masters == ALWAYS || f->masters-- > 0)
			return "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n";
		f->masters = 0;
		return "*5\r\n$5\r\nslave\r\n$1\r\na\r\n:1\r\n$9\r\nconnected\r\n:0\r\n";
	}
	if (!strcmp(what, "PUBLISH")) {
		f->posted++;
		return c->mute ? "" : ":1\r\n";
	}
	if (!strcmp(what, "SUBSCRIBE")) {
		f->heard++;
		return "*3\r\n$9\r\nsubscribe\r\n$4\r\nlive\r\n:1\r\n";
	}
	if (!strcmp(what, "CLIENT")) {
		c->mute = !strcmp(argv[2], "OFF");
		return c->mute ? "" : "+OK\r\n";
	}
	if (!strcmp(what, "SCRIPT"))
		return "$40\r\n0123456789012345678901234567890123456789\r\n";
	return !strcmp(what, "EVALSHA") ? f->eval : "-ERR unknown command\r\n";
}

static void hang_up(struct conn *c)
{
	(void)close(c->fd);
	c->f = NULL;
}

/* Commands come whole: they are short, and this is one machine. */
static void read_commands(struct conn *c)
{
	char bytes[BYTES], none[] = "", *argv[ARGS] = {none, none, none}, *p = bytes;
	const ssize_t n = recv(c->fd, bytes, sizeof(bytes) - 1, 0);

	if (n <= 0) {
		hang_up(c);
		return;
	}
	bytes[n] = '\0';
	while (*p == '*') {
		const long argc = strtol(p + 1, &p, 10);

		for (long i = 0; i < argc && i < ARGS; i++) {
			const long len = strtol(p + 3, &p, 10); /* \r\n$ */

			argv[i] = p + 2;
			p += 2 + len;
			*p = '\0';
		}
		p += 2;
		if (c->f->hangs_up && !strcmp(argv[0], "PUBLISH")) {
			hang_up(c);
			return;
		}
		const char *text = answer(c, argv);

		if (text && !c->f->silent)
			(void)!send(c->fd, text, strlen(text), MSG_NOSIGNAL);
	}
}

static void take(struct fake *f)
{
	for (struct conn *c = conns; c < conns + CONNS; c++)
		if (!c->f) {
			*c = (struct conn){.f = f, .fd = accept(f->fd, NULL, NULL)};
			return;
		}
	abort();
}

static void *talk(void *arg)
{
	while (!stopping) {
		struct pollfd p[FAKES + CONNS];

		for (size_t i = 0; i < FAKES; i++)
			p[i] = (struct pollfd){.fd = fakes[i].fd, .events = POLLIN};
		for (size_t i = 0; i < CONNS; i++)
			p[FAKES + i] = (struct pollfd){.fd = conns[i].f ? conns[i].fd : -1, .events = POLLIN};
		if (poll(p, COUNT(p), 10) <= 0)
			continue;
		for (size_t i = 0; i < CONNS; i++)
			if (p[FAKES + i].revents)
				read_commands(&conns[i]);
		for (size_t i = 0; i < FAKES; i++)
			if (p[i].revents)
				take(&fakes[i]);
	}
	return arg;
}

static pthread_t talker;

static int start_fakes(void **state)
{
	(void)state;
	for (struct fake *f = fakes; f < fakes + FAKES; f++) {
		struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
		socklen_t n = sizeof(a);

		f->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (f->fd < 0 || bind(f->fd, (struct sockaddr *)&a, n) != 0 || listen(f->fd, CONNS) != 0 ||
		    getsockname(f->fd, (struct sockaddr *)&a, &n) != 0)
			return -1;
		f->port = ntohs(a.sin_port);
		(void)snprintf(f->place, sizeof(f->place), "*2\r\n$9\r\n127.0.0.1\r\n$%d\r\n%d\r\n",
			       f->port > 9999 ? 5 : 4, f->port);
	}
	return pthread_create(&talker, NULL, talk, NULL);
}

static int stop_fakes(void **state)
{
	(void)state;
	stopping = true;
	return pthread_join(talker, NULL);
}

/* ---- settings of each test ------------------------------------------------------------------- */

static char list[1000];
static struct conf conf;
static struct fake *const first = &fakes[0], *const second = &fakes[1], *const redis = &fakes[8], *const other = &fakes[9];

/* The first n of them are Sentinels; all silent, but both that are Redis. */
static void use(size_t n)
{
	size_t len = 0;

	frozen_us = 0;
	for (struct fake *f = fakes; f < fakes + FAKES; f++) {
		f->names = NULL;
		f->eval = "*1\r\n:7\r\n";
		f->password = NULL;
		f->masters = ALWAYS;
		f->hangs_up = f->silent = f->waits = false;
		f->asked = f->roles = f->posted = f->heard = 0;
	}
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s127.0.0.1:%d", i ? "," : "", fakes[i].port);
	conf = (struct conf){.redis_sentinels = list,
			     .redis_sentinel_name = "mymaster",
			     .redis_sentinel_password = "",
			     .redis_socket = "/nonexistent",
			     .redis_host = "",
			     .redis_password = "",
			     .redis_prefix = ""};
}

/* The port of what is found, 0: nothing. */
static int find(struct reach *r)
{
	struct redisContext *c = reach_redis(&conf, r);

	if (!c)
		return 0;
	assert_string_equal(r->host, "127.0.0.1");
	redisFree(c);
	return r->port;
}

/* ---- who is asked ---------------------------------------------------------------------------- */

static void whoever_does_not_help_is_passed_over(void **state)
{
	static const struct {
		const char *names, *why;
	} bad[] = {
		{NULL, "temporarily unavailable"}, /* a timeout, in hiredis' words */
		{"*-1\r\n", "names no master"},
		{"*0\r\n", "names no master"},
		{":1\r\n", "names no master"},
		{"*2\r\n:1\r\n:2\r\n", "names no master"},
		{"*2\r\n$-1\r\n$-1\r\n", "names no master"},
		{"*2\r\n$9\r\n127.0.0.1\r\n$1\r\n0\r\n", "names no master"},
		{"*2\r\n$9\r\n127.0.0.1\r\n$5\r\n65536\r\n", "names no master"},
		{"*2\r\n$9\r\n127.0.0.1\r\n$1\r\n1\r\n", "127.0.0.1:1: Connection refused"},
		{"-IDONTKNOW I have not enough information to reply.\r\n", "IDONTKNOW"},
		{"HTTP/1.1 400 Bad Request\r\n\r\n", "Protocol error"},
		{"*2\r\n$9\r\n127.0.0", "temporarily unavailable"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct reach r = {.port = 0};

		use(2);
		first->names = bad[i].names;
		second->names = redis->place;
		assert_int_equal(find(&r), redis->port);
		assert_int_equal(r.first, 1);
		/* who answered last is asked first */
		assert_int_equal(find(&r), redis->port);
		assert_int_equal(first->asked, 1);
		use(1);
		first->names = bad[i].names;
		r.first = 0;
		assert_int_equal(find(&r), 0);
		if (!strstr(r.why, bad[i].why))
			fail_msg("%zu: %s", i, r.why);
	}
}

static void a_replica_is_not_taken_for_a_master(void **state)
{
	struct reach r = {.port = 0};

	(void)state;
	use(2);
	first->names = other->place;
	second->names = redis->place;
	other->masters = 0;
	assert_int_equal(find(&r), redis->port);
	assert_int_equal(other->roles, 1);
	second->names = other->place;
	assert_int_equal(find(&r), 0);
	assert_non_null(strstr(r.why, "is named, and is no master"));
	assert_int_equal(other->roles, 2); /* not asked again because another one says so, too */
}

static void nobody_waits_for_all_who_are_silent(void **state)
{
	struct reach r = {.port = 0};
	unsigned asked = 0;
	int tries = 0;

	(void)state;
	use(8);
	assert_int_equal(find(&r), 0);
	for (size_t i = 0; i < 8; i++)
		asked += fakes[i].asked;
	assert_in_range(asked, 1, 4); /* 300 ms, of which each takes 100 */
	/* but in the end everybody's turn comes */
	fakes[7].names = redis->place;
	while (find(&r) != redis->port)
		assert_true(++tries < 8);
	assert_int_equal(r.first, 7);
}

static void both_have_their_own_password(void **state)
{
	struct reach r = {.port = 0};

	(void)state;
	use(1);
	first->names = redis->place;
	first->password = "of the sentinel";
	redis->password = "of redis";
	assert_int_equal(find(&r), 0);
	assert_non_null(strstr(r.why, "NOAUTH"));
	conf.redis_sentinel_password = conf.redis_password = "of redis";
	assert_int_equal(find(&r), 0);
	assert_non_null(strstr(r.why, "WRONGPASS"));
	assert_int_equal(first->asked, 0);
	conf.redis_sentinel_password = conf.redis_password = "of the sentinel";
	assert_int_equal(find(&r), 0);
	assert_int_equal(redis->roles, 0);
	conf.redis_password = "of redis";
	assert_int_equal(find(&r), redis->port);
}

static void settings_may_name_names_and_addresses_of_ipv6(void **state)
{
	struct reach r = {.port = 0};

	(void)state;
	use(1);
	first->names = redis->place;
	/* nobody listens there: what was tried says how it was read */
	(void)snprintf(list, sizeof(list), "[::1]:1,localhost:%d", first->port);
	assert_int_equal(find(&r), redis->port);
	assert_int_equal(strncmp(r.why, "::1:1: ", 7), 0);
}

/* ---- who was connected ------------------------------------------------------------------------ */

static struct ctx c;

static void open_kv(void)
{
	use(1);
	first->names = redis->place;
	frozen_us = INT64_C(1000000000000);
	c = (struct ctx){.conf = &conf, .kv = kv_open(&conf), .arena = arena_new(1 << 20)};
}

static void close_kv(void)
{
	kv_close(c.kv);
	arena_free(c.arena);
	frozen_us = 0;
}

static bool counts(void)
{
	static struct kv_script script = {.text = "return {7}"};
	int64_t out = 0;

	return kv_script(&c, &script, "k", (const char *[]){""}, 0, &out, 1) == OK && out == 7;
}

static void a_demoted_one_is_left_when_it_says_so(void **state)
{
	(void)state;
	open_kv();
	assert_true(counts());
	redis->eval = "-READONLY You can't write against a read only replica.\r\n";
	first->names = other->place;
	assert_false(counts());
	assert_false(counts()); /* not at once */
	frozen_us += 201 * 1000;
	assert_true(counts());
	assert_int_equal(other->roles, 1);
	close_kv();
}

static void comes_to(_Atomic unsigned *count, unsigned n)
{
	for (int ms = 0; *count < n; ms++) {
		assert_true(ms < PATIENCE_MS);
		(void)usleep(1000);
	}
	assert_int_equal(*count, n);
}

static void post(void)
{
	kv_post(&c, "live", "text", 4);
	kv_post_flush(&c);
}

static void who_posts_notices_a_master_that_is_none_any_more_or_silent(void **state)
{
	(void)state;
	for (int silent = 0; silent < 2; silent++) {
		open_kv();
		for (int i = 0; i < 50; i++)
			post();
		comes_to(&redis->posted, 50);
		assert_int_equal(redis->roles, 1); /* no answer is waited for, but now and then: */
		frozen_us += 1001 * 1000;
		post();
		comes_to(&redis->posted, 51);
		assert_int_equal(redis->roles, 2);
		assert_int_equal(first->asked, 1);
		first->names = other->place;
		redis->silent = silent;
		redis->masters = silent ? ALWAYS : 0;
		frozen_us += 1001 * 1000;
		post();
		comes_to(&other->posted, 1);
		assert_int_equal(redis->posted, 51);
		close_kv();
	}
}

/* ---- the bus ---------------------------------------------------------------------------------- */

static uv_loop_t loop;
static uv_timer_t beat;
static int ups, downs;

static void on_message(void *arg, const char *text, size_t n)
{
	(void)arg;
	(void)text;
	(void)n;
}

static void on_change(void *arg, bool up)
{
	(void)arg;
	*(up ? &ups : &downs) += 1;
}

static void on_beat(uv_timer_t *t)
{
	(void)t;
	beats++;
}

static struct bus *bus; /* closed in the end, also of a test that failed */

static struct bus *open_bus(void)
{
	return bus_open(&conf, &loop, "live", (struct bus_ears){on_message, on_change, NULL});
}

static int start_loop(void **state)
{
	(void)state;
	ups = downs = 0;
	return uv_loop_init(&loop) != 0 || uv_timer_init(&loop, &beat) != 0 ||
	       uv_timer_start(&beat, on_beat, 2, 2) != 0;
}

/* Fails when anything of a closed bus is left. */
static int stop_loop(void **state)
{
	(void)state;
	if (bus)
		bus_close(bus);
	bus = NULL;
	uv_close((uv_handle_t *)&beat, NULL);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	return uv_loop_close(&loop) != 0;
}

static void run_until(const _Atomic unsigned *count, unsigned n, const int *what)
{
	for (uint64_t end = uv_hrtime() + PATIENCE_MS * 1000000ULL; count ? *count < n : !*what;) {
		assert_true(uv_hrtime() < end);
		(void)uv_run(&loop, UV_RUN_ONCE);
	}
}

static void looking_does_not_hold_up_the_loop(void **state)
{
	(void)state;
	use(2); /* the first is silent */
	second->names = redis->place;
	second->waits = true;
	bus = open_bus();
	run_until(NULL, 0, &ups);
}

static void it_is_closed_while_somebody_is_asked(void **state)
{
	struct bus *b[3];

	(void)state;
	use(3);
	for (size_t i = 0; i < COUNT(b); i++)
		b[i] = open_bus();
	/* one asks, the others wait for the thread */
	run_until(&first->asked, 1, NULL);
	for (size_t i = 0; i < COUNT(b); i++)
		bus_close(b[i]);
	bus = open_bus(); /* which is closed before it has begun */
}

static void whom_it_comes_to_too_late_is_not_spoken_to(void **state)
{
	(void)state;
	use(1);
	first->names = redis->place;
	redis->masters = 1; /* as long as it is looked for, but no more when the bus comes */
	bus = open_bus();
	run_until(&first->asked, 3, NULL);
	assert_int_equal(ups, 0);
	redis->masters = ALWAYS;
	run_until(NULL, 0, &ups);
}

static void both_sides_go_where_the_master_is(void **state)
{
	(void)state;
	use(1);
	first->names = redis->place;
	bus = open_bus();
	run_until(NULL, 0, &ups);
	assert_int_equal(downs, 0);
	first->names = other->place;
	redis->hangs_up = true; /* on the one that speaks; the other one hears nothing of it */
	ups = 0;
	run_until(NULL, 0, &ups);
	assert_int_equal(downs, 1);
	run_until(&other->posted, 1, NULL);
	assert_true(other->heard >= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whoever_does_not_help_is_passed_over),
		cmocka_unit_test(a_replica_is_not_taken_for_a_master),
		cmocka_unit_test(nobody_waits_for_all_who_are_silent),
		cmocka_unit_test(both_have_their_own_password),
		cmocka_unit_test(settings_may_name_names_and_addresses_of_ipv6),
		cmocka_unit_test(a_demoted_one_is_left_when_it_says_so),
		cmocka_unit_test(who_posts_notices_a_master_that_is_none_any_more_or_silent),
		cmocka_unit_test_setup_teardown(looking_does_not_hold_up_the_loop, start_loop, stop_loop),
		cmocka_unit_test_setup_teardown(it_is_closed_while_somebody_is_asked, start_loop, stop_loop),
		cmocka_unit_test_setup_teardown(whom_it_comes_to_too_late_is_not_spoken_to, start_loop, stop_loop),
		cmocka_unit_test_setup_teardown(both_sides_go_where_the_master_is, start_loop, stop_loop),
	};

	if (setenv("UV_THREADPOOL_SIZE", "1", 1) != 0)
		return 1;
	log_init("test", LOG_ERROR);
	return cmocka_run_group_tests(tests, start_fakes, stop_fakes);
}
