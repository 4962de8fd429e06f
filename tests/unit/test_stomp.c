/* STOMP frames: what is read from any split of the bytes, and what is refused. */
#include "realtime/stomp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

enum { BODY_MAX = 1000 };

/* Parses text in a buffer of exactly its size, so that reading past it is seen by the sanitizer. */
static enum stomp_result read_text(const char *text, size_t n, struct stomp_frame *f, size_t *used, char **copy)
{
	const char *why = NULL;

	*copy = malloc(n ? n : 1);
	assert_non_null(*copy);
	memcpy(*copy, text, n);
	size_t looked = 0;
	enum stomp_result r = stomp_read(*copy, n, BODY_MAX, f, used, &looked, &why);

	assert_int_equal(r == STOMP_BAD, why != NULL);
	return r;
}

#define TEXT(s) s, sizeof(s) - 1

static void looks_at_no_byte_of_a_body_twice(void **state)
{
	static const char text[] = "\n\nSEND\ndestination:/a\n\nhello\0";
	const char *why = NULL;
	struct stomp_frame f;
	size_t used, looked = 0, all = sizeof(text) - 1, n = all - 3;
	char data[sizeof(text)];

	(void)state;
	memcpy(data, text, n);
	assert_int_equal(stomp_read(data, n, BODY_MAX, &f, &used, &looked, &why), STOMP_MORE);
	assert_int_equal(used, 2);
	assert_int_equal(looked, n - used);
	memcpy(data, text + used, all - used);
	data[looked - 1] = '\0'; /* it would be seen */
	assert_int_equal(stomp_read(data, all - 2, BODY_MAX, &f, &used, &looked, &why), STOMP_FRAME);
	assert_int_equal(used, all - 2);
	assert_int_equal(looked, 0);
	assert_int_equal(f.n_body, 5);
}

static void reads_a_frame(void **state)
{
	(void)state;
	static const char text[] = "SEND\ndestination:/pub/a\\cb\nreceipt:1\r\nx:\n\nhello\0rest";
	struct stomp_frame f;
	size_t used;
	char *copy;

	assert_int_equal(read_text(TEXT(text), &f, &used, &copy), STOMP_FRAME);
	assert_string_equal(f.command, "SEND");
	assert_string_equal(stomp_header(&f, "destination"), "/pub/a:b");
	assert_string_equal(stomp_header(&f, "receipt"), "1");
	assert_string_equal(stomp_header(&f, "x"), "");
	assert_null(stomp_header(&f, "y"));
	assert_string_equal(f.body, "hello");
	assert_int_equal(used, sizeof(text) - 1 - 4);
	free(copy);
}

static void waits_for_the_rest(void **state)
{
	(void)state;
	static const char text[] = "\n\r\nSEND\ncontent-length:5\n\na\0b\0c\0";
	size_t n = sizeof(text) - 1;
	struct stomp_frame f;
	size_t used;
	char *copy;

	for (size_t i = 0; i < n; i++) {
		assert_int_equal(read_text(text, i, &f, &used, &copy), STOMP_MORE);
		assert_true(used <= 3);
		free(copy);
	}
	assert_int_equal(read_text(text, n, &f, &used, &copy), STOMP_FRAME);
	assert_int_equal(f.n_body, 5);
	assert_memory_equal(f.body, "a\0b\0c", 5);
	assert_int_equal(used, n);
	free(copy);
}

static void connect_is_not_escaped(void **state)
{
	(void)state;
	struct stomp_frame f;
	size_t used;
	char *copy;

	assert_int_equal(read_text(TEXT("CONNECT\nlogin:a\\b\n\n\0"), &f, &used, &copy), STOMP_FRAME);
	assert_string_equal(stomp_header(&f, "login"), "a\\b");
	free(copy);
}

static void the_first_of_two_headers_counts(void **state)
{
	(void)state;
	struct stomp_frame f;
	size_t used;
	char *copy;

	assert_int_equal(read_text(TEXT("SEND\na:1\na:2\n\n\0"), &f, &used, &copy), STOMP_FRAME);
	assert_string_equal(stomp_header(&f, "a"), "1");
	free(copy);
}

static void refuses(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t n;
	} bad[] = {
		{TEXT("SEND\nno colon\n\n\0")},
		{TEXT("SEND\n:no name\n\n\0")},
		{TEXT("SEND\na:\\t\n\n\0")},
		{TEXT("SEND\na:\\\n\n\0")},
		{TEXT("SEND\na\0b:1\n\n\0")},
		{TEXT("SEND\ncontent-length:x\n\n\0")},
		{TEXT("SEND\ncontent-length:-1\n\n\0")},
		{TEXT("SEND\ncontent-length:0\rb\n\n\0")},
		{TEXT("SEND\ncontent-length:9999999999\n\n\0")},
		{TEXT("SEND\ncontent-length:1001\n\n")},
		{TEXT("SEND\ncontent-length:1\n\nab\0")},
	};
	struct stomp_frame f;
	size_t used;
	char *copy;

	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(read_text(bad[i].text, bad[i].n, &f, &used, &copy), STOMP_BAD);
		free(copy);
	}
}

static void refuses_what_is_too_long(void **state)
{
	(void)state;
	size_t n = STOMP_HEAD_MAX + 10, used;
	char *text = malloc(n), *copy;
	struct stomp_frame f;

	assert_non_null(text);
	memset(text, 'a', n);
	assert_int_equal(read_text(text, n, &f, &used, &copy), STOMP_BAD);
	free(copy);
	memcpy(text, "SEND\n\n", 6);
	assert_int_equal(read_text(text, n, &f, &used, &copy), STOMP_BAD);
	free(copy);
	text[n - 1] = '\0'; /* complete, and still longer than a body may be */
	assert_int_equal(read_text(text, n, &f, &used, &copy), STOMP_BAD);
	free(copy);
	for (size_t i = 0; i < 40; i++) /* one header more than there may be */
		memcpy(text + 5 + 4 * i, "a:b\n", 4);
	memcpy(text + 5 + 4 * 40, "\n\0", 2);
	assert_int_equal(read_text(text, 5 + 4 * 40 + 2, &f, &used, &copy), STOMP_BAD);
	free(copy);
	free(text);
}

static void escapes(void **state)
{
	(void)state;
	char out[32];
	size_t n = stomp_escape(out, "a:b\\c\r\n");

	assert_int_equal(n, 11);
	assert_memory_equal(out, "a\\cb\\\\c\\r\\n", 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(looks_at_no_byte_of_a_body_twice),
		cmocka_unit_test(reads_a_frame),	cmocka_unit_test(waits_for_the_rest),
		cmocka_unit_test(connect_is_not_escaped), cmocka_unit_test(the_first_of_two_headers_counts),
		cmocka_unit_test(refuses),		cmocka_unit_test(refuses_what_is_too_long),
		cmocka_unit_test(escapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
