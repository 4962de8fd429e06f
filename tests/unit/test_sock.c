/* What sockets may hold and have done, without a network: wire and engine are stand-ins. */
#include "realtime/engine.h"
#include "realtime/gateway.h"
#include "realtime/wire.h"
#include "sec/token.h"

#include <setjmp.h>
#include <cmocka.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MIB = 1 << 20, FRAME_MAX = 17 * MIB, A_SECOND = 10, SOCKS = 40, TTL = 600 };

static struct gateway gw;
static struct wire wires[SOCKS];
static struct sock *socks[SOCKS];
static unsigned handled, killed, gone, ahead; /* ahead: s that the clock is set forward */

/* ---- stand-ins ---------------------------------------------------------------------------- */

int clock_gettime(clockid_t clock, struct timespec *t)
{
	long rc = syscall(SYS_clock_gettime, clock, t);

	t->tv_sec += clock == CLOCK_REALTIME ? ahead : 0;
	return (int)rc;
}

void wire_wake(struct wire *w)
{
	(void)w;
}

void wire_flow(struct wire *w, bool on)
{
	(void)w;
	(void)on;
}

void wire_kill(struct wire *w)
{
	(void)w;
	killed++;
}

enum lang wire_language(const struct wire *w)
{
	(void)w;
	return LANG_KO;
}

void engine_flush(struct sock *s)
{
	(void)s;
}

void engine_drained(struct sock *s)
{
	(void)s;
}

void engine_gone(struct sock *s)
{
	s->engine = NULL;
}

static void opened(struct sock *s, const struct wire *asking)
{
	(void)s;
	(void)asking;
}

static size_t read_bytes(struct sock *s, char *data, size_t n)
{
	size_t done = 0;

	(void)data;
	while (done < n && sock_takes(s)) {
		done++;
		handled++;
	}
	return done;
}

static bool beat(struct sock *s)
{
	(void)s;
	return true;
}

static void closed(struct sock *s)
{
	(void)s;
	gone++;
}

static const struct skin skin = {.frame_max = FRAME_MAX,
				 .login = true,
				 .frames_max = A_SECOND,
				 .beat_s = 20,
				 .silent_s = 65,
				 .opened = opened,
				 .read = read_bytes,
				 .beat = beat,
				 .closed = closed};

/* ---- a gateway of sockets ----------------------------------------------------------------- */

static int set_up(void **state)
{
	static const struct conf conf = {
		.sockets_per_address = SOCKS,
		.access_ttl = TTL,
		.token_keys = "a1:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
		.session_secret = "",
		.token_issuer = "studymate",
	};

	(void)state;
	token_init(&conf);
	handled = killed = gone = ahead = 0;
	gw = (struct gateway){.conf = &conf, .second = 1000};
	for (size_t i = 0; i < SOCKS; i++) {
		wires[i] = (struct wire){.gw = &gw};
		socks[i] = sock_open(&skin, &wires[i], NULL, "::1");
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < SOCKS; i++)
		if (socks[i])
			sock_gone(socks[i]);
	assert_int_equal(gw.in_bytes, 0);
	assert_int_equal(gw.out_bytes, 0);
	return 0;
}

static void log_in(struct sock *s)
{
	static char somebody; /* nobody looks */

	s->user = (struct user *)(void *)&somebody;
}

static void receive(struct sock *s, size_t n, bool whole)
{
	char *data = test_calloc(n, 1);

	sock_receive(s, data, n, whole);
	test_free(data);
}

static void allowance_is_of_what_is_handled(void **state)
{
	(void)state;
	receive(socks[0], 25, true);
	assert_int_equal(handled, 10);
	receive(socks[0], 5, true);
	assert_int_equal(handled, 10);
	sock_second(&gw, 1001);
	assert_int_equal(handled, 20);
	receive(socks[1], 3, true); /* another's is its own */
	assert_int_equal(handled, 23);
	sock_second(&gw, 1003); /* late */
	assert_int_equal(handled, 33);
	assert_int_equal(socks[0]->n_in, 0);
}

static void little_is_read_before_a_login(void **state)
{
	(void)state;
	log_in(socks[1]);
	for (int i = 0; i < 2; i++)
		receive(socks[i], FIRST_MAX, false);
	assert_false(socks[0]->closing || socks[1]->closing);
	for (int i = 0; i < 2; i++)
		receive(socks[i], 1, false);
	assert_true(socks[0]->closing && socks[0]->code == CLOSE_TOO_BIG);
	assert_false(socks[1]->closing);
}

/* Who holds the most goes, not who comes last; it gives back what it held at once. */
static void the_largest_goes_when_all_is_full(void **state)
{
	(void)state;
	for (int i = 0; i < SOCKS; i++)
		log_in(socks[i]);
	receive(socks[1], 16 * MIB, false);
	for (int i = 2; i < 17; i++)
		receive(socks[i], 15 * MIB, false);
	receive(socks[0], 100, true);
	assert_int_equal(handled, 10);
	for (int i = 0; i < 17; i++)
		assert_false(socks[i]->closing);
	receive(socks[0], 16 * MIB, false);
	assert_false(socks[0]->closing);
	assert_true(socks[1]->closing && socks[1]->code == CLOSE_LATER && !socks[1]->size_in);
	for (int i = 2; i < 17; i++)
		assert_false(socks[i]->closing);
}

/* What nobody is done with counts by the room it takes. */
static void a_rest_does_not_keep_the_room_of_the_whole(void **state)
{
	(void)state;
	struct skin wide = skin;

	wide.frames_max = 4 * MIB;
	socks[0]->skin = &wide;
	log_in(socks[0]);
	receive(socks[0], 4 * MIB + 2, true);
	assert_int_equal(socks[0]->n_in, 2);
	assert_true(gw.in_bytes < 100);
	socks[0]->skin = &skin;
}

static void tell(struct sock *s, size_t n)
{
	char *text = test_calloc(n, 1);

	sock_send(s, MUST_ARRIVE, (struct iovec[]){PART(text, n)}, 1);
	test_free(text);
}

/* The same of what they do not read; those who do read hear what is said. */
static void the_largest_queue_goes_when_all_are_full(void **state)
{
	(void)state;
	for (int i = 0; i < SOCKS; i++)
		log_in(socks[i]);
	tell(socks[1], 16 * MIB);
	for (int i = 2; i < 18; i++)
		tell(socks[i], 15 * MIB);
	assert_false(socks[1]->closing);
	tell(socks[0], MIB);
	assert_false(socks[0]->closing);
	assert_int_equal(socks[0]->queued, MIB);
	assert_true(socks[1]->closing && socks[1]->code == CLOSE_LATER && !socks[1]->queued);
	for (int i = 2; i < 18; i++)
		assert_false(socks[i]->closing);
	for (int i = 18; i < SOCKS; i++)
		tell(socks[i], 16 * MIB);
	assert_true(gw.out_bytes <= 256 * MIB);
}

/* Who does not read, and so never answers a close, is cut. */
static void closing_has_an_end(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++)
		tell(socks[i], 10);
	sock_close(socks[0], CLOSE_POLICY);
	assert_int_equal(socks[0]->queued, 10); /* why it is closed, perhaps */
	sock_cut(socks[1], CLOSE_POLICY);
	assert_int_equal(socks[1]->queued, 0);
	sock_second(&gw, 1004);
	assert_int_equal(killed, 0);
	sock_second(&gw, 1005);
	assert_int_equal(killed, 2);
}

/* Those that poll change their slot when they are closed: the others of it are not passed over. */
static void draining_passes_nobody_over(void **state)
{
	(void)state;
	for (int i = 0; i < SOCKS; i++)
		socks[i]->wire = NULL;
	sock_drain(&gw, SOCKS - 1);
	for (int i = 0; i < SOCKS; i++)
		assert_int_equal(socks[i]->closing, i < SOCKS - 1);
	sock_second(&gw, 1001);
	assert_int_equal(gw.n_socks, 1);
	for (int i = 0; i < SOCKS - 1; i++)
		socks[i] = NULL;
}

/* One more than allowed may not come, until one of the same address has gone; others are not counted with them. */
static void an_address_has_its_number(void **state)
{
	struct wire more = {.gw = &gw};
	struct sock *s;

	(void)state;
	assert_false(sock_may_open(&gw, "::1"));
	assert_true(sock_may_open(&gw, "::2"));
	s = sock_open(&skin, &more, NULL, "::2");
	sock_gone(s);
	assert_false(sock_may_open(&gw, "::1"));
	sock_close(socks[0], CLOSE_NORMAL); /* it is there until it has gone */
	assert_false(sock_may_open(&gw, "::1"));
	sock_gone(socks[0]);
	assert_true(sock_may_open(&gw, "::1"));
	socks[0] = sock_open(&skin, &wires[0], NULL, "::1");
	assert_false(sock_may_open(&gw, "::1"));
}

/* Anything that is heard keeps it; who is silent goes at the next heart-beat, by whichever way it came. */
static void who_is_silent_goes(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		tell(socks[i], 10);
	socks[1]->wire = NULL; /* polls */
	for (int64_t now = gw.second + 1; now <= 1080; now++) {
		assert_int_equal(killed + gone, 0);
		if (now % 20 == 5)
			for (int i = 2; i < SOCKS; i++)
				receive(socks[i], 1, true);
		sock_second(&gw, now);
	}
	assert_int_equal(killed, 1);
	assert_true(socks[0]->closing && socks[1]->closing);
	for (int i = 2; i < SOCKS; i++)
		assert_false(socks[i]->closing);
	tell(socks[0], 10); /* nothing more is kept for it */
	assert_int_equal(socks[0]->queued, 10);
	sock_second(&gw, 1081); /* there is nothing to cut of the one that polled */
	assert_int_equal(gone, 1);
	assert_int_equal(gw.n_socks, SOCKS - 1);
	socks[1] = NULL;
	for (int64_t now = 1082; now <= 1130; now++)
		sock_second(&gw, now);
	assert_int_equal(gone, 1); /* the others have been silent for 65 s, or less */
	for (int i = 2; i < SOCKS; i++)
		assert_false(socks[i]->closing);
}

/* Whatever it came with has expired long since: it has a token of its login that is good for a while. */
static void a_token_for_as_long_as_it_lives(void **state)
{
	struct arena *a = arena_new(1 << 20);
	const char *before = "", *text, *why;
	unsigned renewed = 0;
	struct claims c;

	(void)state;
	socks[0]->who = (struct identity){7, 8, ROLE_USER};
	for (ahead = 0; ahead < 5 * TTL; ahead += 30) {
		int64_t now = time(NULL) + ahead;

		text = sock_token(socks[0], a);
		assert_int_equal(token_check(text, TOKEN_ACCESS, now + TTL / 2 - 2, &c, &why), OK);
		assert_true(c.user_id == 7 && c.session_id == 8 && c.issued <= now + 1 && c.expires <= now + TTL + 1);
		renewed += strcmp(text, before) != 0;
		before = text;
	}
	assert_in_range(renewed, 9, 12); /* twice in its time: the pool knows it otherwise */
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(allowance_is_of_what_is_handled, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(little_is_read_before_a_login, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_largest_goes_when_all_is_full, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_rest_does_not_keep_the_room_of_the_whole, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_largest_queue_goes_when_all_are_full, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(closing_has_an_end, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(draining_passes_nobody_over, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(an_address_has_its_number, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(who_is_silent_goes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_token_for_as_long_as_it_lives, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
