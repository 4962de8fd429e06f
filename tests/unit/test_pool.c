/* The gateway's questions to a pool that takes them and never answers: what waits has a bound and an end. */
#include "realtime/pool.h"

#include <setjmp.h>
#include <cmocka.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { AT_ONCE = 48, WAITING_MAX = 8192, MORE = 100 };

static char path[40];
static struct conf conf = {.request_timeout = 8000, .listen = path};
static uv_loop_t loop;
static struct pool *pool;
static int silent;
static size_t refused;

static void done(void *arg, int status, const char *body, size_t n)
{
	(void)arg;
	assert_int_equal(status, 0);
	assert_string_equal(body, "");
	assert_int_equal(n, 0);
	refused++;
}

static struct call *ask(const char *method)
{
	return pool_ask(pool, &(struct ask){.method = method, .uri = "/x", .client_ip = "", .done = done});
}

static int set_up(void **state)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};

	(void)state;
	(void)snprintf(path, sizeof(path), "/tmp/sm-test-pool-%d", (int)getpid());
	memcpy(at.sun_path, path, sizeof(path));
	silent = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (silent < 0 || bind(silent, (struct sockaddr *)&at, sizeof(at)) != 0 || listen(silent, 2 * AT_ONCE) != 0 ||
	    uv_loop_init(&loop) != 0)
		return -1;
	refused = 0;
	pool = pool_open(&conf, &loop);
	for (int i = 0; i < AT_ONCE; i++)
		(void)ask("POST");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	pool_close(pool);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	pool_free(pool);
	return unlink(path) != 0 || uv_loop_close(&loop) != 0 || close(silent) != 0;
}

static void stop(uv_timer_t *t)
{
	uv_stop(t->loop);
	uv_close((uv_handle_t *)t, NULL);
}

static void run_for(uint64_t ms)
{
	uv_timer_t t;

	assert_int_equal(uv_timer_init(&loop, &t), 0);
	assert_int_equal(uv_timer_start(&t, stop, ms, 0), 0);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	(void)uv_run(&loop, UV_RUN_NOWAIT); /* t is closed */
}

static void what_waits_has_a_bound_and_an_end(void **state)
{
	(void)state;
	for (int i = 0; i < WAITING_MAX + MORE; i++)
		(void)ask(i % 2 ? "POST" : "GET");
	assert_int_equal(refused, 0); /* not while it is asked */
	run_for(100);
	assert_int_equal(refused, MORE);
	assert_int_equal(pool_waiting(pool), WAITING_MAX);
	run_for(6200);
	assert_int_equal(refused, MORE + WAITING_MAX);
	assert_int_equal(pool_waiting(pool), 0);
}

static void a_large_body_counts(void **state)
{
	const size_t n = 17 << 20;
	char *body = test_calloc(n, 1);

	(void)state;
	for (int i = 0; i < 20; i++)
		(void)pool_ask(pool, &(struct ask){.method = "POST", .uri = "/x", .client_ip = "", .body = body,
						   .n = n, .done = done});
	run_for(100);
	assert_in_range(refused, 5, 6);
	test_free(body);
}

static void forgotten_questions_are_not_asked(void **state)
{
	struct call *read = ask("GET"), *write = ask("POST");

	(void)state;
	assert_int_equal(pool_waiting(pool), 2);
	pool_forget(read);
	pool_forget(write);
	assert_int_equal(pool_waiting(pool), 1); /* somebody said that */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(what_waits_has_a_bound_and_an_end, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_large_body_counts, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(forgotten_questions_are_not_asked, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
