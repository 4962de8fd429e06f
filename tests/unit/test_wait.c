/* How many of a pool wait for a server that is not ours: a bound that those who died do not take from. */
#include "base/score.h"

#include <setjmp.h>
#include <cmocka.h>
#include <sys/wait.h>

/* In a process of its own, which ends without a word: whether it may wait, too. */
static bool another_may(size_t most)
{
	int how;
	pid_t child = fork();

	if (!child)
		_exit(score_wait_begin(most));
	assert_int_equal(waitpid(child, &how, 0), child);
	return WEXITSTATUS(how);
}

static void a_few_wait(void **state)
{
	(void)state;
	(void)score();
	assert_true(score_wait_begin(1));
	assert_false(another_may(1));
	score_wait_end();
	assert_true(another_may(1));
	assert_true(another_may(1)); /* the one before is dead */
	assert_true(score_wait_begin(1));
	assert_true(another_may(2));
	score_wait_end();
	score_wait_end(); /* of nobody's */
	assert_false(score_wait_begin(0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_few_wait)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
