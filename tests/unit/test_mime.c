/* Mails: what may stand in a header. That real readers understand them is in tests/jobs/mail.test.mjs. */
#include "mail/mime.h"

#include <setjmp.h>
#include <cmocka.h>

static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = arena_new(1 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static const char *mail(const char *from, const char *to, const char *subject)
{
	struct buf b = buf_new(arena, 1024, 100000);
	const struct mime m = {.from = from, .to = to, .subject = subject, .id = "n1", .text = "t", .html = "h"};

	return mime_write(&b, &m) ? b.data : NULL;
}

static void a_header_stays_one(void **state)
{
	static const char *const subjects[] = {
		"a\r\nBcc: x@y.z", "a\nBcc: x@y.z", "a\rBcc: x@y.z", "\r\n\r\nbody", "=?UTF-8?Q?a=0D=0ABcc:_x@y.z?=",
		"가\r\nBcc: x@y.z", "\x80\xff\r\nBcc: x@y.z",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(subjects); i++) {
		const char *m = mail("a@b.c", "d@e.f", subjects[i]);
		const char *end = strstr(m, "\r\n\r\n"), *type = strstr(m, "\r\nContent-Type: multipart");

		assert_null(strstr(m, "\nBcc"));
		assert_null(strstr(m, "\rBcc"));
		assert_true(type && type < end);
		assert_null(strstr(m, "=?UTF-8?Q?"));
	}
	assert_non_null(strstr(mail("a@b.c", "d@e.f", "It is a match"), "\r\nSubject: It is a match\r\n"));
}

static void lines_are_short_and_characters_whole(void **state)
{
	char subject[601] = "", *p = subject;

	(void)state;
	for (int i = 0; i < 150; i++, p += 3)
		memcpy(p, "가", 3);
	for (const char *line = mail("a@b.c", "d@e.f", subject); *line;) {
		size_t n = strcspn(line, "\r");

		assert_true(n <= 78);
		assert_memory_equal(line + n, "\r\n", 2);
		if (!strncmp(line, " =?", 3)) /* whole characters: a multiple of three bytes, so no padding */
			assert_memory_not_equal(line + n - 3, "=?=", 3);
		line += n + 2;
	}
}

static void addresses(void **state)
{
	static const char *const bad[] = {
		"", "a", "@", "a@", "@b", "a@b@c", "a b@c.d", "a@b.c\r\nDATA", "a@b.c>", "<a@b.c>", "a@b.c,d@e.f", "가@b.c",
		"a@나.다", "a@b.c\n", "\"a\"@b.c", ".a@b.c", "a@b.c.", "a\t@b.c", "a@[127.0.0.1]",
	};
	char long_one[300];

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (mime_is_address(bad[i]) || mail("a@b.c", bad[i], "s"))
			fail_msg("taken: %s", bad[i]);
	memset(long_one, 'a', sizeof(long_one));
	memcpy(long_one + 60, "@b.c", 5);
	assert_true(mime_is_address(long_one));
	memset(long_one, 'a', sizeof(long_one));
	memcpy(long_one + 65, "@b.c", 5);
	assert_false(mime_is_address(long_one));
	assert_true(mime_is_address("o'neil+x@mail-1.example.co.kr"));
	assert_string_equal(mime_address(arena, "a@b.c"), "a@b.c");
	assert_string_equal(mime_address(arena, "스터디 <a@b.c>"), "a@b.c");
	assert_null(mime_address(arena, "X <a@b.c> Y"));
	assert_null(mime_address(arena, "X <a@b.c"));
	assert_null(mail("X\r\nBcc: x@y.z", "d@e.f", "s"));
	assert_null(strstr(mail("X\r\nBcc: <x@y.z>", "d@e.f", "s"), "\nBcc"));
	assert_non_null(strstr(mail("Study Mate <a@b.c>", "d@e.f", "s"), "From: Study Mate\r\n <a@b.c>\r\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_header_stays_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lines_are_short_and_characters_whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(addresses, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
