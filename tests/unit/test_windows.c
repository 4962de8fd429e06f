/* What workers keep of the search in the memory they share. The database is played: it says what the test wants, and
 * things happen while it answers. */
#include "domain/matching/matching.h"
#include "domain/matching/windows.h"

#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

enum { ARENA = 64 << 20, SECOND = 1000000 };

/* Time passes by this alone, µs. */
static int64_t passed;

int clock_gettime(clockid_t id, struct timespec *t)
{
	if (id != CLOCK_MONOTONIC)
		return (int)syscall(SYS_clock_gettime, id, t);
	t->tv_sec = 1000 + passed / SECOND;
	t->tv_nsec = passed % SECOND * 1000;
	return 0;
}

/* ---- the database ------------------------------------------------------------------------- */

static struct {
	struct candidate_row row[2 * WINDOW_ROWS];
	size_t n;
	int asked; /* times */
	int64_t limit[PARTNER_TONGUES];
	const struct moved *moves; /* while it answers */
} db;


static void answers(size_t n, uint64_t first_id, uint64_t speaks)
{
	for (size_t i = 0; i < n; i++)
		db.row[db.n++] = (struct candidate_row){.id = first_id + i, .speaks = speaks};
}

enum status matching_sql_search(struct ctx *c, enum partner_tier tier, const struct partner_search *s,
				const int64_t limit[PARTNER_TONGUES], struct list *out)
{
	(void)c;
	(void)tier;
	(void)s;
	db.asked++;
	memcpy(db.limit, limit, sizeof(db.limit));
	*out = (struct list){db.row, db.n};
	if (db.moves)
		windows_move(db.moves);
	db.moves = NULL;
	return OK;
}

enum status matching_sql_filter(struct ctx *c, enum partner_tier tier, const struct partner_search *s, int64_t limit,
				struct list *out)
{
	(void)c;
	(void)tier;
	(void)s;
	(void)limit;
	*out = (struct list){db.row, db.n};
	return OK;
}

/* ---- small things ------------------------------------------------------------------------- */

static struct ctx ctx;
static uint64_t languages; /* each test has its own */

static int begin(void **state)
{
	(void)state;
	memset(&db, 0, sizeof(db));
	arena_reset(ctx.arena);
	ctx.later = NULL;
	ctx.later_arg = NULL;
	languages += 3;
	return 0;
}

static int share(void **state)
{
	(void)state;
	ctx.arena = arena_new(ARENA);
	matching_share();
	return 0;
}

static int unshare(void **state)
{
	(void)state;
	arena_free(ctx.arena);
	return 0;
}

/* Who learns the first language of the test and speaks the second, or one of the second and the third. */
static struct crowd search(size_t parts, struct crowd v[PARTNER_TONGUES])
{
	struct crowd own[PARTNER_TONGUES] = {0}, *all = v ? v : own;
	struct partner_search s = {.learns = (int64_t)languages};
	size_t n = 0;

	for (size_t i = 0; i < parts; i++)
		s.speaks[i] = (int64_t)(languages + 1 + i);
	assert_int_equal(windows_search(&ctx, TIER_MUTUAL, &s, WINDOW_ROWS, all, &n), OK);
	assert_int_equal(n, parts);
	return all[0];
}

static bool is_in(const struct crowd *v, uint64_t id)
{
	size_t i = 0;

	while (i < v->n && v->person[i].id != id)
		i++;
	assert_true(i == v->n || v->glance[i].id == id);
	return i < v->n;
}

static const char *pair(void)
{
	return arena_printf(ctx.arena, "%llu %llu", (unsigned long long)languages, (unsigned long long)languages + 1);
}

static void moves(uint64_t id, const char *before, const char *now)
{
	windows_move(&(struct moved){.before = before, .now = now, .person = {.id = id}});
}

/* ---- what is kept ------------------------------------------------------------------------- */

static void what_was_read_is_not_asked_for_again(void **state)
{
	(void)state;
	answers(3, 10, languages + 1);
	struct crowd first = search(1, NULL), again = search(1, NULL);

	assert_int_equal(db.asked, 1);
	assert_int_equal(first.n, 3);
	assert_int_equal(again.n, 3);
	assert_true(is_in(&again, 12));
	assert_int_equal(again.speaks, languages + 1);
}

static void only_the_part_that_is_missing_is_asked_for(void **state)
{
	struct crowd v[PARTNER_TONGUES];

	(void)state;
	answers(2, 10, languages + 1);
	search(1, NULL);
	db.n = 0;
	answers(3, 20, languages + 2);
	search(2, v);
	assert_int_equal(db.asked, 2);
	assert_int_equal(db.limit[0], 0);
	assert_int_equal(db.limit[1], WINDOW_ROWS);
	assert_int_equal(v[0].n, 2);
	assert_int_equal(v[1].n, 3);
	assert_true(is_in(&v[0], 11) && is_in(&v[1], 22) && !is_in(&v[1], 11));
}

static void who_stands_twice_is_one(void **state)
{
	(void)state;
	answers(2, 10, languages + 1);
	answers(1, 11, languages + 1); /* learns another language, too */
	assert_int_equal(search(1, NULL).n, 2);
}

static void answer_is_sent(void)
{
	if (ctx.later)
		ctx.later(&ctx, ctx.later_arg);
	ctx.later = NULL;
	ctx.later_arg = NULL;
}

static void what_is_old_is_read_again_by_one_when_the_answer_was_sent(void **state)
{
	struct crowd v;

	(void)state;
	answers(3, 10, languages + 1);
	search(1, NULL);
	passed += 99 * SECOND / 10;
	search(1, NULL);
	answer_is_sent();
	assert_int_equal(db.asked, 1);
	passed += 2 * SECOND / 10;
	db.n = 0;
	answers(4, 10, languages + 1);
	v = search(1, NULL);
	assert_true(v.n == 3 && db.asked == 1);
	struct ctx other = ctx; /* asks as well, and reads nothing */

	ctx.later = NULL;
	search(1, NULL);
	assert_null(ctx.later);
	ctx = other;
	answer_is_sent();
	assert_int_equal(db.asked, 2);
	v = search(1, NULL);
	assert_int_equal(v.n, 4);
	assert_null(ctx.later);
	assert_int_equal(db.asked, 2);
}

static void what_is_very_old_is_read_before_it_is_used(void **state)
{
	(void)state;
	answers(3, 10, languages + 1);
	search(1, NULL);
	passed += 301 * (int64_t)SECOND;
	db.n = 0;
	answers(4, 10, languages + 1);
	assert_int_equal(search(1, NULL).n, 4);
	assert_null(ctx.later);
}

/* What is asked anyway asks for what is old, too; what several searches of one request want is read by all of them. */
static void old_parts_are_read_with_missing_ones_and_all_of_a_request(void **state)
{
	struct crowd v[PARTNER_TONGUES];

	(void)state;
	answers(2, 10, languages + 1);
	search(1, NULL);
	passed += 11 * SECOND;
	answers(3, 20, languages + 2);
	search(2, v);
	assert_int_equal(db.asked, 2);
	assert_int_equal(db.limit[0], WINDOW_ROWS);
	assert_null(ctx.later);
	passed += 11 * SECOND;
	search(1, NULL);
	search(2, v); /* the first is being read already */
	assert_int_equal(db.asked, 2);
	answer_is_sent();
	assert_int_equal(db.asked, 4);
}

static void whoever_wanted_to_read_again_and_died_is_not_waited_for(void **state)
{
	(void)state;
	answers(3, 10, languages + 1);
	search(1, NULL);
	passed += 11 * SECOND;
	search(1, NULL);
	assert_non_null(ctx.later);
	ctx.later = NULL;
	passed += 9 * SECOND / 10;
	search(1, NULL);
	assert_null(ctx.later);
	passed += 2 * SECOND / 10;
	search(1, NULL);
	answer_is_sent();
	assert_int_equal(db.asked, 2);
}

/* ---- what changes ------------------------------------------------------------------------- */

static void who_comes_changes_and_goes_is_seen_at_once(void **state)
{
	(void)state;
	answers(3, 10, languages + 1);
	search(1, NULL);
	moves(50, NULL, pair());
	struct crowd v = search(1, NULL);

	assert_true(is_in(&v, 50) && v.n == 4);
	windows_move(&(struct moved){.before = pair(), .now = pair(), .person = {.id = 11, .topics = 6}});
	v = search(1, NULL);
	assert_int_equal(v.n, 4);
	assert_int_equal(v.person[1].topics, 6);
	assert_int_equal(v.glance[1].topics, 6);
	moves(10, pair(), NULL);
	v = search(1, NULL);
	assert_true(v.n == 3 && !is_in(&v, 10) && is_in(&v, 50));
	moves(10, pair(), NULL);
	moves(99, "1000 1001", "1001 1000"); /* elsewhere */
	v = search(1, NULL);
	assert_int_equal(v.n, 3);
	assert_int_equal(db.asked, 1);
}

static void what_was_read_before_a_change_is_not_kept(void **state)
{
	const struct moved m = {.before = pair(), .person = {.id = 11}};

	(void)state;
	answers(3, 10, languages + 1);
	db.moves = &m; /* the answer does not know */
	search(1, NULL);
	db.n = 0;
	answers(1, 10, languages + 1);
	assert_int_equal(search(1, NULL).n, 1);
	assert_int_equal(db.asked, 2);
	search(1, NULL);
	assert_int_equal(db.asked, 2);
}

/* Those who were active last come first, so the last ones give way. */
static void newcomers_find_a_place_where_there_is_none(void **state)
{
	struct crowd v;

	(void)state;
	answers(WINDOW_ROWS, 1000, languages + 1);
	search(1, NULL);
	for (uint64_t id = 1; id <= 20; id++)
		moves(id, NULL, pair());
	v = search(1, NULL);
	assert_int_equal(v.n, WINDOW_ROWS);
	for (uint64_t id = 1; id <= 20; id++)
		assert_true(is_in(&v, id));
	assert_true(is_in(&v, 1000) && is_in(&v, 1000 + WINDOW_ROWS - 100));
	for (uint64_t id = 100; id < 900; id++)
		moves(id, NULL, pair());
	v = search(1, NULL);
	assert_int_equal(v.n, WINDOW_ROWS);
	assert_true(is_in(&v, 1000) && is_in(&v, 1000 + WINDOW_ROWS - 100) && is_in(&v, 899));
}

static void whoever_looked_meanwhile_is_told(void **state)
{
	(void)state;
	answers(3, 10, languages + 1);
	struct crowd own = search(1, NULL), shared = search(1, NULL);

	assert_true(windows_stood(&own) && windows_stood(&shared));
	moves(50, NULL, pair());
	assert_true(windows_stood(&own) && !windows_stood(&shared));
}

/* The child dies as it reads who has moved, which is on a page that is not there, with the window in its hands. */
static void one_who_died_writing_is_not_waited_for_for_ever(void **state)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE), head = offsetof(struct moved, person);
	char *two = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct moved *m = (struct moved *)(void *)(two + page - head);
	int status, asked;

	(void)state;
	answers(3, 10, languages + 1);
	search(1, NULL);
	m->now = pair();
	assert_int_equal(munmap(two + page, page), 0);
	pid_t child = fork();

	if (!child) {
		signal(SIGSEGV, SIG_DFL);
		windows_move(m);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	munmap(two, page);

	asked = db.asked;
	assert_int_equal(search(1, NULL).n, 3);
	assert_int_equal(db.asked, asked + 1);
	search(1, NULL);
	assert_int_equal(db.asked, asked + 2);
	passed += 11 * SECOND / 10;
	search(1, NULL);
	search(1, NULL);
	assert_int_equal(db.asked, asked + 3);
	moves(50, NULL, pair());
	struct crowd v = search(1, NULL);

	assert_true(is_in(&v, 50) && v.n == 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_was_read_is_not_asked_for_again, begin),
		cmocka_unit_test_setup(only_the_part_that_is_missing_is_asked_for, begin),
		cmocka_unit_test_setup(who_stands_twice_is_one, begin),
		cmocka_unit_test_setup(what_is_old_is_read_again_by_one_when_the_answer_was_sent, begin),
		cmocka_unit_test_setup(what_is_very_old_is_read_before_it_is_used, begin),
		cmocka_unit_test_setup(old_parts_are_read_with_missing_ones_and_all_of_a_request, begin),
		cmocka_unit_test_setup(whoever_wanted_to_read_again_and_died_is_not_waited_for, begin),
		cmocka_unit_test_setup(who_comes_changes_and_goes_is_seen_at_once, begin),
		cmocka_unit_test_setup(what_was_read_before_a_change_is_not_kept, begin),
		cmocka_unit_test_setup(newcomers_find_a_place_where_there_is_none, begin),
		cmocka_unit_test_setup(whoever_looked_meanwhile_is_told, begin),
		cmocka_unit_test_setup(one_who_died_writing_is_not_waited_for_for_ever, begin),
	};

	return cmocka_run_group_tests(tests, share, unshare);
}
