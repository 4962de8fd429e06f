/* A ZIP in steps: what it holds after each, after one that failed, and after its file was spoilt. */
#include "zip/archive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena *a;
static char dir[64], other[80], path[80];

static int begin(void **state)
{
	(void)state;
	a = arena_new(1 << 20);
	(void)snprintf(dir, sizeof(dir), "/tmp/sm-archive-%d", (int)getpid());
	assert_int_equal(mkdir(dir, 0700), 0);
	(void)snprintf(other, sizeof(other), "%s-moved", dir);
	(void)snprintf(path, sizeof(path), "%s/a.zip", dir);
	return 0;
}

static int end(void **state)
{
	(void)state;
	(void)unlink(path);
	(void)rmdir(dir);
	arena_free(a);
	return 0;
}

static struct archive *opened(size_t entries, const char *note)
{
	struct archive *z = archive_open(a, path);

	assert_non_null(z);
	assert_int_equal(archive_entries(z), entries);
	if (note)
		assert_string_equal(archive_note(z), note);
	else
		assert_null(archive_note(z));
	return z;
}

static void grows(void **state)
{
	struct archive *z = opened(0, NULL);

	(void)state;
	assert_true(archive_add(z, "a/one.txt", "one", 3));
	assert_true(archive_add(z, "empty", "", 0));
	assert_true(archive_close(z, "1 2 3"));
	z = opened(2, "1 2 3");
	assert_true(archive_add(z, "two", "two", 3));
	assert_true(archive_add(z, "a/one.txt", "again", 5)); /* takes the place of the first */
	assert_true(archive_close(z, NULL));
	(void)opened(3, NULL);
	arena_reset(a);
}

static void what_is_not_closed_changes_nothing(void **state)
{
	struct archive *z = opened(3, NULL);

	(void)state;
	assert_true(archive_add(z, "three", "three", 5));
	arena_reset(a); /* as when the job failed */
	(void)opened(3, NULL);
	arena_reset(a);
}

static void a_folder_that_is_gone(void **state)
{
	struct archive *z = opened(3, NULL);

	(void)state;
	assert_true(archive_add(z, "three", "three", 5));
	assert_int_equal(rename(dir, other), 0);
	assert_false(archive_close(z, "4"));
	assert_true(*archive_why(z) != '\0');
	assert_int_equal(rename(other, dir), 0);
	assert_null(archive_open(a, dir)); /* that is none, and cannot become one */
	(void)opened(3, NULL);
	arena_reset(a);
}

static void spoilt_begins_anew(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(truncate(path, st.st_size - 30), 0);
	(void)opened(0, NULL);
	arena_reset(a);
	assert_int_equal(stat(path, &st), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows),
		cmocka_unit_test(what_is_not_closed_changes_nothing),
		cmocka_unit_test(a_folder_that_is_gone),
		cmocka_unit_test(spoilt_begins_anew),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
