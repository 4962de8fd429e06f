/* Settings out of a file: what is taken, and the one line for each mistake. */
#include "base/conf.h"

#include <setjmp.h>
#include <sys/mman.h>
#include <cmocka.h>

#define KEY "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

/* What is read stays for the life of the process, which here is many lives: no leaks to look for. */
/* NOLINTBEGIN(bugprone-reserved-identifier): the sanitizer's name for it */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}
/* NOLINTEND(bugprone-reserved-identifier) */

static char said[4000];

/* Whether these lines are taken; what is said about them goes to said. */
static bool load(struct conf *c, const char *lines)
{
	char path[32];
	int fd = memfd_create("settings", MFD_CLOEXEC);
	FILE *err = fmemopen(said, sizeof(said), "w");

	assert_true(fd >= 0 && err);
	assert_int_equal(write(fd, lines, strlen(lines)), (ssize_t)strlen(lines));
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	memset(said, 0, sizeof(said));
	bool good = conf_load(c, path, err);

	assert_int_equal(fclose(err), 0);
	close(fd);
	return good;
}

static void spaces_comments_and_defaults(void **state)
{
	struct conf c;

	(void)state;
	assert_true(load(&c, "# a comment\n\n  TOKEN_KEYS=k1:" KEY ",k2:" KEY "  \n\tWORKERS=3\n"
			     "CORS_ORIGINS=https://a.example.com,http://localhost:3000"));
	assert_int_equal(c.workers, 3);
	assert_int_equal(c.access_ttl, 3600);
	assert_string_equal(c.token_keys, "k1:" KEY ",k2:" KEY);
	assert_false(c.production);
	assert_true(load(&c, "TOKEN_KEYS=k1:" KEY "\nCORS_ORIGINS=https://[::1]:8443,https://a-b.c_d.e\nSTUN_URLS=stun:[::1],stuns:a:1\n"
			     "TURN_URLS=turn:a:1?transport=udp,turns:b\nSMTP_URL=smtp://[::1]:25\nMAIL_FROM=a@b.c\n"
			     "SITE_URL=https://a.b:8443/c/d"));
	assert_string_equal(said, "");
	assert_true(load(&c, "TOKEN_KEYS=k1:" KEY "\nREDIS_SENTINELS=a:1,b.c:65535,[::1]:3,d:4,e:5,f:6,g:7,h:8"));
	assert_string_equal(c.redis_sentinel_name, "mymaster");
	assert_true(load(&c, "TOKEN_KEYS=k1:" KEY "\nCORS_ORIGINS=https://a.example.com,http://localhost:3000"));
	assert_true(conf_lists_origin(&c, "http://localhost:3000"));
	assert_false(conf_lists_origin(&c, "http://localhost:300"));
	assert_false(conf_lists_origin(&c, "http://localhost:30000"));
	assert_string_equal(said, "");
}

static void each_mistake_has_its_line(void **state)
{
	static const struct {
		const char *lines, *want;
	} bad[] = {
		{"WORKERS=3", ": config: TOKEN_KEYS=\"(secret)\": is required"},
		{"TOKEN_KEYS=:" KEY "0", "every key is kid:64 hex digits"},
		{"TOKEN_KEYS=abcdefghijklmnopq:" KEY, "every key is kid:64 hex digits"},
		{"TOKEN_KEYS=a-b:" KEY, "a kid has letters and digits only"},
		{"TOKEN_KEYS=k1:" KEY "0", "exactly 64 hex digits"},
		{"TOKEN_KEYS=k1:" KEY ",k2:0", "exactly 64 hex digits"},
		{"TOKEN_KEYS=1:" KEY ",2:" KEY ",3:" KEY ",4:" KEY ",5:" KEY ",6:" KEY ",7:" KEY ",8:" KEY ",9:" KEY,
		 "eight keys are the most"},
		{"TOKEN_KEYS=k1:" KEY "\nSITE_URL_FILE=/tmp/x", "is no known KEY=VALUE line"},
		{"TOKEN_KEYS=k1:" KEY "\nCORS_ORIGINS=https://a.b/path", "scheme://host[:port]"},
		{"TOKEN_KEYS=k1:" KEY "\nCORS_ORIGINS=https://a.b,ftp://c.d", "scheme://host[:port]"},
		{"TOKEN_KEYS=k1:" KEY "\nCORS_ORIGINS=https://*.b", "scheme://host[:port]"},
		{"TOKEN_KEYS=k1:" KEY "\nSTATEMENT_TIMEOUT_MS=9000", "must be below REQUEST_TIMEOUT_MS"},
		{"TOKEN_KEYS=k1:" KEY "\nSTATEMENT_TIMEOUT_MS=9000", "STATEMENT_TIMEOUT_MS=\"9000\": "},
		{"TOKEN_KEYS=k1:" KEY "\nSTATEMENT_TIMEOUT_MS=", "STATEMENT_TIMEOUT_MS=\"\": must be a whole number"},
		{"TOKEN_KEYS=k1:" KEY "\nCORS_ORIGINS=https:// bad host", "scheme://host[:port]"},
		{"TOKEN_KEYS=k1:" KEY "\nCORS_ORIGINS=https://a.b:", "scheme://host[:port]"},
		{"TOKEN_KEYS=k1:" KEY "\nCORS_ORIGINS=https://a.b:65536", "scheme://host[:port]"},
		{"TOKEN_KEYS=k1:" KEY "\nCORS_ORIGINS=https://[::1", "scheme://host[:port]"},
		{"TOKEN_KEYS=k1:" KEY "\nSTUN_URLS=stun::", "scheme:host[:port]"},
		{"TOKEN_KEYS=k1:" KEY "\nTURN_URLS=turn:a?transport=udp ,turn:b", "scheme:host[:port]"},
		{"TOKEN_KEYS=k1:" KEY "\nREDIS_SENTINELS=a:1,b", "REDIS_SENTINELS=\"a:1,b\": every Sentinel is host:port"},
		{"TOKEN_KEYS=k1:" KEY "\nREDIS_SENTINELS=a:1,", "every Sentinel is host:port"},
		{"TOKEN_KEYS=k1:" KEY "\nREDIS_SENTINELS=,a:1", "every Sentinel is host:port"},
		{"TOKEN_KEYS=k1:" KEY "\nREDIS_SENTINELS=a:1, b:1", "every Sentinel is host:port"},
		{"TOKEN_KEYS=k1:" KEY "\nREDIS_SENTINELS=a:0", "every Sentinel is host:port"},
		{"TOKEN_KEYS=k1:" KEY "\nREDIS_SENTINELS=a:65536", "every Sentinel is host:port"},
		{"TOKEN_KEYS=k1:" KEY "\nREDIS_SENTINELS=[::1]", "every Sentinel is host:port"},
		{"TOKEN_KEYS=k1:" KEY "\nREDIS_SENTINELS=a:1,a:2,a:3,a:4,a:5,a:6,a:7,a:8,a:9", "eight Sentinels are the most"},
		{"TOKEN_KEYS=k1:" KEY "\nSMTP_URL=smtp://a.b\nMAIL_FROM=a@b.c\nSITE_URL=http://", "SITE_URL=\"http://\": "},
		{"TOKEN_KEYS=k1:" KEY "\nSMTP_URL=smtp://\nMAIL_FROM=a@b.c\nSITE_URL=http://a", "SMTP_URL=\"smtp://\": "},
		{"TOKEN_KEYS=k1:" KEY "\nSMTP_URL=smtp://a\nSMTP_CA=/nonexistent", "SMTP_CA=\"/nonexistent\": cannot be read"},
		{"TOKEN_KEYS=k1:" KEY "\nACCESS_TTL_S=7200\nREFRESH_TTL_S=3600", "ACCESS_TTL_S=\"7200\": must not be above"},
		{"TOKEN_KEYS=k1:" KEY "\nWORKERS=1x", "must be a whole number from 1 to 200"},
		{"TOKEN_KEYS=k1:" KEY "\nLOG_LEVEL=loud", "must be one of: debug info warn error"},
		{"TOKEN_KEYS=k1:" KEY "\nWORKERS 4", "\"WORKERS 4\" is no known KEY=VALUE line"},
		{"TOKEN_KEYS_FILE=/nonexistent", "cannot read /nonexistent: No such file"},
		{"TOKEN_KEYS_FILE=/tmp", "cannot read /tmp"},
	};
	struct conf c;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (load(&c, bad[i].lines))
			fail_msg("taken: %s", bad[i].lines);
		if (!strstr(said, bad[i].want) || strchr(said, '\n') != said + strlen(said) - 1)
			fail_msg("%s: %s", bad[i].lines, said);
		assert_null(strstr(said, KEY));
	}
}

static void a_file_that_is_not_there(void **state)
{
	struct conf c;
	FILE *err = fmemopen(said, sizeof(said), "w");

	(void)state;
	assert_non_null(err);
	assert_false(conf_load(&c, "/nonexistent/file", err));
	assert_int_equal(fclose(err), 0);
	assert_non_null(strstr(said, "cannot read /nonexistent/file: No such file"));
}

static void mistakes_are_told_together(void **state)
{
	struct conf c;

	(void)state;
	assert_false(load(&c, "TOKEN_KEYS=-:" KEY "\nCORS_ORIGINS=ftp://a\nSTUN_URLS=a\nTURN_SECRET=short\nSTATEMENT_TIMEOUT_MS=9000"));
	for (size_t i = 0; i < 5; i++)
		assert_non_null(strstr(said, (const char *const[]){"TOKEN_KEYS", "CORS_ORIGINS", "STUN_URLS",
								   "TURN_SECRET", "STATEMENT_TIMEOUT_MS"}[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spaces_comments_and_defaults),
		cmocka_unit_test(each_mistake_has_its_line),
		cmocka_unit_test(mistakes_are_told_together),
		cmocka_unit_test(a_file_that_is_not_there),
	};

	/* the environment would win */
	(void)clearenv();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
