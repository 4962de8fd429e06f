/* multipart/form-data: what comes out does not depend on how the bytes came in, and each malformed
 * body is refused for its reason. */
#include "http/multipart.h"

#include <setjmp.h>
#include <cmocka.h>

static char out[200000];
static size_t out_n;
static size_t stop_after; /* events; 0: never */

static bool note(const char *s, size_t n)
{
	assert_true(out_n + n < sizeof(out));
	memcpy(out + out_n, s, n);
	out_n += n;
	out[out_n] = '\0';
	return true;
}

static bool event(const char *s)
{
	if (stop_after && !--stop_after)
		return false;
	return note(s, strlen(s));
}

static bool begin(void *arg, const struct multipart_part *p)
{
	char line[600];

	(void)arg;
	(void)snprintf(line, sizeof(line), "[%s|%s|%s:", p->name, p->filename ? p->filename : "-",
		       p->content_type ? p->content_type : "-");
	return event(line);
}

static bool data(void *arg, const char *s, size_t n)
{
	(void)arg;
	return note(s, n);
}

static bool end(void *arg)
{
	(void)arg;
	return event("]");
}

static struct multipart m;

static bool parse(const char *type, const char *body, size_t n, size_t chunk)
{
	out_n = 0;
	out[0] = '\0';
	if (!multipart_init(&m, type, (struct multipart_sink){begin, data, end, NULL}))
		return false;
	for (size_t i = 0; i < n; i += chunk)
		if (!multipart_feed(&m, body + i, MIN(chunk, n - i)))
			return false;
	return multipart_finish(&m);
}

#define TYPE "multipart/form-data; boundary=AaB"
#define HEAD "Content-Disposition: form-data; name=\"a\"\r\n\r\n"

static void gives(const char *body, const char *want)
{
	size_t n = strlen(body);

	for (size_t chunk = 1; chunk <= n; chunk++) {
		if (!parse(TYPE, body, n, chunk))
			fail_msg("%s: %s", body, m.why);
		assert_string_equal(out, want);
	}
}

static void refuses(const char *body, const char *why)
{
	size_t n = strlen(body);

	for (size_t chunk = 1; chunk <= n; chunk++) {
		if (parse(TYPE, body, n, chunk))
			fail_msg("taken: %s", body);
		assert_non_null(m.why);
		if (!strstr(m.why, why))
			fail_msg("%s: %s", body, m.why);
		assert_false(multipart_feed(&m, "x", 1));
	}
}

static void every_split_gives_the_same_parts(void **state)
{
	(void)state;
	gives("--AaB\r\n" HEAD "one\r\n--AaB\r\nContent-Type: image/png\r\ncontent-disposition: form-data; "
	      "name=f; filename=\"x y.png\"\r\n\r\n\r\n--Aa\r\n--\r\r\n-\r\n--AaC\r\n\r\n--AaB--\r\n",
	      "[a|-|-:one][f|x y.png|image/png:\r\n--Aa\r\n--\r\r\n-\r\n--AaC\r\n]");
	gives("ignored\r\n--AaB \t\r\n" HEAD "\r\n--AaB--ignored\r\n--AaB\r\n", "[a|-|-:]");
	gives("--AaB--", "");
	gives("--AaB\r\nContent-Disposition: form-data; name=\"q\\\"%22\\\\\"; filename=\"C:\\dir\\" "가.png\"\r\n\r\n"
	      "x\r\n--AaB--", "[q\"\"\\|C:\\dir\\가.png|-:x]");
	gives("--AaB\r\nContent-Disposition:form-data ; name=a ;filename=\"\" ; x=y;\r\n\r\n\r\n--AaB--", "[a||-:]");
}

static void malformed_bodies_are_refused(void **state)
{
	(void)state;
	refuses("--AaB\r\n" HEAD "x", "last boundary");
	refuses("--AaB\r\n" HEAD "x\r\n--AaB\r\n", "last boundary");
	refuses("nothing of the kind", "last boundary");
	refuses("--AaBx\r\n" HEAD "x\r\n--AaB--", "text after a boundary");
	refuses("--AaB-x", "text after a boundary");
	refuses("--AaB\rx", "CR LF");
	refuses("--AaB\r\n\r\nx\r\n--AaB--", "no Content-Disposition");
	refuses("--AaB\r\nContent-Type: a/b\r\n\r\nx\r\n--AaB--", "no Content-Disposition");
	refuses("--AaB\r\nContent-Disposition: form-data; name=a\n\r\n\r\nx\r\n--AaB--", "CR LF");
	refuses("--AaB\r\nContent-Disposition form-data\r\n\r\nx\r\n--AaB--", "header line");
	refuses("--AaB\r\nContent-Disposition: form-data; name=a\r\n folded\r\n\r\nx\r\n--AaB--", "header line");
	refuses("--AaB\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--AaB--", "not form-data");
	refuses("--AaB\r\nContent-Disposition: form-data\r\n\r\nx\r\n--AaB--", "not form-data");
	refuses("--AaB\r\nContent-Disposition: form-data; filename=a\r\n\r\nx\r\n--AaB--", "no name");
	refuses("--AaB\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--AaB--", "malformed");
	refuses("--AaB\r\nContent-Disposition: form-data; name=a b\r\n\r\nx\r\n--AaB--", "malformed");
	refuses("--AaB\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\nx\r\n--AaB--", "twice");
	refuses("--AaB\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b\r\n\r\nx",
		"two Content-Disposition");
	refuses("--AaB\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\nx\r\n--AaB--", "UTF-8");
	refuses("--AaB\r\nContent-Disposition: form-data; name=\"\x01\"\r\n\r\nx\r\n--AaB--", "control");
	assert_false(parse(TYPE, "--AaB\r\nX\0: y\r\n", 15, 1));
	assert_non_null(strstr(m.why, "NUL"));
}

static void the_boundary_is_checked(void **state)
{
	static const char *const bad[] = {
		"", "text/plain", "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-datax; boundary=a",
		"multipart/mixed; boundary=a", "multipart/form-data; boundary=a; boundary=b",
		"multipart/form-data; boundary=\"a", "multipart/form-data; boundary=\"a \"",
		"multipart/form-data; boundary=a<b", "multipart/form-data; boundary=a b",
	};
	char seventy[120];

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(parse(bad[i], "", 0, 1));
	assert_false(parse(NULL, "", 0, 1));
	assert_true(parse("Multipart/Form-Data; charset=utf-8; Boundary=\"a b\"", "--a b--", 7, 1));
	(void)snprintf(seventy, sizeof(seventy), "multipart/form-data; boundary=%070d", 1);
	assert_true(multipart_init(&m, seventy, (struct multipart_sink){0}));
	(void)snprintf(seventy, sizeof(seventy), "multipart/form-data; boundary=%071d", 1);
	assert_false(multipart_init(&m, seventy, (struct multipart_sink){0}));
}

static void everything_is_bounded(void **state)
{
	static char body[160000];
	size_t n = 0;

	(void)state;
	for (int i = 0; i <= MULTIPART_PARTS_MAX; i++) {
		n += (size_t)snprintf(body + n, sizeof(body) - n, "--AaB\r\n" HEAD "x\r\n");
		size_t whole = n + (size_t)snprintf(body + n, sizeof(body) - n, "--AaB--");

		assert_int_equal(parse(TYPE, body, whole, 7), i < MULTIPART_PARTS_MAX);
	}
	for (size_t extra = 0; extra < 2; extra++) { /* a field's value */
		n = (size_t)snprintf(body, sizeof(body), "--AaB\r\n" HEAD);
		memset(body + n, 'v', MULTIPART_VALUE_MAX + extra);
		n += MULTIPART_VALUE_MAX + extra;
		n += (size_t)snprintf(body + n, sizeof(body) - n, "\r\n--AaB--");
		assert_int_equal(parse(TYPE, body, n, 1000), !extra);
	}
	n = (size_t)snprintf(body, sizeof(body), "--AaB\r\nX: ");
	memset(body + n, 'h', MULTIPART_HEADERS_MAX);
	assert_false(parse(TYPE, body, n + MULTIPART_HEADERS_MAX, 1000));
	assert_non_null(strstr(m.why, "too long"));
}

static void the_sink_may_stop_it(void **state)
{
	static const char body[] = "--AaB\r\n" HEAD "x\r\n--AaB--";

	(void)state;
	for (size_t event_no = 1; event_no <= 2; event_no++) {
		stop_after = event_no;
		assert_false(parse(TYPE, body, sizeof(body) - 1, 3));
		assert_null(m.why);
	}
	stop_after = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_split_gives_the_same_parts),
		cmocka_unit_test(malformed_bodies_are_refused),
		cmocka_unit_test(the_boundary_is_checked),
		cmocka_unit_test(everything_is_bounded),
		cmocka_unit_test(the_sink_may_stop_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
