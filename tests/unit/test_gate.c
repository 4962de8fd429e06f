/* The set of ended logins, and limits counted without Redis. What machines share is in tests/api/limits.test.mjs. */
#include "base/clock.h"
#include "kv/gate.h"
#include "kv/kv.h"

#include <setjmp.h>
#include <cmocka.h>
#include <sys/syscall.h>

enum { MANY = 80000, LATER = 3600 };

static const struct conf conf = {.rate_percent = 100, .redis_sentinels = "", .redis_socket = "/nonexistent",
				 .redis_password = "", .redis_prefix = ""};

/* The clock of this test, which stands while it is not 0. */
static int64_t frozen_us;

int clock_gettime(clockid_t id, struct timespec *t)
{
	if (!frozen_us || id != CLOCK_MONOTONIC)
		return (int)syscall(SYS_clock_gettime, id, t);
	t->tv_sec = frozen_us / 1000000;
	t->tv_nsec = frozen_us % 1000000 * 1000;
	return 0;
}

static void an_ended_login_stays_ended_until_its_tokens_expired(void **state)
{
	struct gate *g = gate_new(&conf);
	int64_t now = clock_ms() / 1000;

	(void)state;
	assert_false(gate_is_revoked(g, 7, now));
	gate_revoke(g, 7, now + 10);
	gate_revoke(g, 7, now + 20);
	assert_true(gate_is_revoked(g, 7, now + 19));
	assert_false(gate_is_revoked(g, 7, now + 20));
	assert_false(gate_is_revoked(g, 8, now));
}

/* More logins end than there is room for: then the set is no longer believed. */
static void a_full_set_is_not_trusted(void **state)
{
	struct gate *g = gate_new(&conf);
	int64_t now = clock_ms() / 1000;
	uint64_t id = 1;

	(void)state;
	gate_mark_current(g);
	assert_true(gate_is_current(g));
	for (; id <= MANY; id++) {
		gate_revoke(g, id, now + LATER);
		gate_mark_current(g);
		if (!gate_is_current(g))
			break;
		assert_true(gate_is_revoked(g, id, now));
	}
	assert_true(id > 1000 && id < MANY);
	assert_false(gate_is_revoked(g, id, now));
	for (uint64_t before = 1; before < id; before++)
		assert_true(gate_is_revoked(g, before, now));
}

static void places_of_expired_ones_are_used_again(void **state)
{
	struct gate *g = gate_new(&conf);
	int64_t now = clock_ms() / 1000;

	(void)state;
	for (uint64_t id = 1; id <= MANY; id++)
		gate_revoke(g, id, now - 1);
	gate_mark_current(g);
	assert_true(gate_is_current(g));
}

static void strict_limits_are_a_quarter_without_redis(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct ctx c = {.conf = &conf, .gate = gate_new(&conf), .kv = kv_open(&conf), .arena = a};
	struct gate_answer out;
	int64_t taken = 0, others = 0;

	(void)state;
	while (gate_take(&c, RATE_LOGIN, "192.0.2.1", &out) && taken < 1000)
		taken++;
	assert_int_equal(taken, rate_row(RATE_LOGIN)->limit / 4);
	assert_true(out.retry_ms > 0 && out.retry_ms <= rate_row(RATE_LOGIN)->window * 17 / 16 && !out.remaining);
	assert_true(gate_take(&c, RATE_LOGIN, "192.0.2.2", &out));
	while (gate_take(&c, RATE_WRITE, "u1", &out) && others < 1000)
		others++;
	assert_int_equal(others, rate_row(RATE_WRITE)->limit);
	kv_close(c.kv);
	arena_free(a);
}

/* Whatever the first letter of a name and the number of its class have in common. */
static void classes_and_names_are_not_mixed_up(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct ctx c = {.conf = &conf, .gate = gate_new(&conf), .kv = kv_open(&conf), .arena = a};
	struct gate_answer out;

	(void)state;
	while (gate_take(&c, RATE_UPLOAD, "u6", &out))
		;
	for (enum rate r = RATE_NONE + 1; r < RATE_MAX; r++)
		for (char name[] = " 6"; name[0] < 0x7f; name[0]++)
			if (r != RATE_UPLOAD || name[0] != 'u')
				assert_true(gate_take(&c, r, name, &out));
	kv_close(c.kv);
	arena_free(a);
}

/* Bursts on both sides of where a sub-bucket or the window ends, begun anywhere in a sub-bucket: whichever stretch as
 * long as the window is looked at, it holds no more than the limit; and what is free again can be had. */
static void no_window_of_any_alignment_holds_more(void **state)
{
	enum { BURSTS = 7, ALL = 4000 };
	static const int at[BURSTS] = {0, 1, 8, 15, 16, 17, 33}; /* sub-buckets */
	static int64_t when[ALL];
	const struct rate_row *row = rate_row(RATE_CHAT);
	const int64_t part = row->window * 1000 / 16, first = INT64_C(1000000000000) / part * part;
	struct arena *a = arena_new(1 << 20);
	struct gate_answer out;

	(void)state;
	for (int64_t shift = 0; shift < part; shift += part / 9) {
		struct ctx c = {.conf = &conf, .gate = gate_new(&conf), .kv = kv_open(&conf), .arena = a};
		int n = 0;

		for (int i = 0; i < 2 * BURSTS; i++) {
			/* of every two the first shortly before the edge, the second shortly after it */
			frozen_us = first + shift + at[i / 2] * part + (i % 2 ? 1000 : -1000);
			for (int k = 0; k < (i ? 200 : 60) && n < ALL; k++) {
				if (gate_take(&c, RATE_CHAT, "u1", &out))
					when[n++] = frozen_us;
				else
					assert_true(out.retry_ms > 0 && out.retry_ms <= row->window * 17 / 16 + 1);
				frozen_us++;
			}
		}
		assert_true(n >= 2 * row->limit);
		for (int from = 0, to = 0; from < n; from++) {
			while (to < n && when[to] - when[from] < row->window * 1000)
				to++;
			assert_true(to - from <= row->limit);
		}
		kv_close(c.kv);
	}
	frozen_us = 0;
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ended_login_stays_ended_until_its_tokens_expired),
		cmocka_unit_test(a_full_set_is_not_trusted),
		cmocka_unit_test(places_of_expired_ones_are_used_again),
		cmocka_unit_test(strict_limits_are_a_quarter_without_redis),
		cmocka_unit_test(classes_and_names_are_not_mixed_up),
		cmocka_unit_test(no_window_of_any_alignment_holds_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
