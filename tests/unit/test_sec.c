/* Tokens and passwords. The hostile tokens of other makers are in tests/api/auth.test.mjs. */
#include "base/arena.h"
#include "base/hex.h"
#include "sec/digest.h"
#include "sec/jwe.h"
#include "sec/password.h"
#include "sec/seal.h"
#include "sec/token.h"
#include "sec/totp.h"

#include <setjmp.h>
#include <cmocka.h>

static struct arena *arena;
static struct conf conf = {
	.token_keys = "a1:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff,"
		      "b2:ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
	.session_secret = "",
	.token_issuer = "studymate",
	.argon2_memory = 64,
	.argon2_passes = 1,
};

static int set_up(void **state)
{
	(void)state;
	arena = arena_new(8 << 20);
	token_init(&conf);
	token_share(); /* every test below also holds for tokens that are remembered */
	return 0;
}

static const char *mac_of(const char *key, const char *text)
{
	unsigned char mac[HMAC_SHA1_BYTES];
	char *hex = arena_alloc(arena, 2 * sizeof(mac) + 1);

	hmac_sha1(key, strlen(key), text, strlen(text), mac);
	hex_encode(hex, mac, sizeof(mac));
	return hex;
}

/* RFC 2202 and RFC 4648 */
static void sums_of_others(void **state)
{
	(void)state;
	assert_string_equal(mac_of("Jefe", "what do ya want for nothing?"), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
	assert_string_equal(mac_of("\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b", "Hi There"),
			    "b617318655057264e28bc0b6fb378c8ef146be00");
	assert_string_equal(base64(arena, "", 0), "");
	assert_string_equal(base64(arena, "f", 1), "Zg==");
	assert_string_equal(base64(arena, "foobar", 6), "Zm9vYmFy");
	assert_string_equal(base64(arena, "\xff\xfe", 2), "//4=");
}

/* What was sealed comes out whole, by each key of the ring, and nothing else does. */
static void seals(void **state)
{
	struct conf other = conf;
	char text[JWE_TEXT + 1], longest[JWE_TEXT + 2];

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[JWE_TEXT + 1] = '\0';
	assert_null(jwe_seal(arena, longest));
	longest[JWE_TEXT] = '\0';
	for (const char *const *t = (const char *const[]){"", "{}", "가\n\"", longest, NULL}; *t; t++) {
		const char *s = jwe_seal(arena, *t);

		assert_in_range(strlen(s), 1, JWE_MAX);
		assert_true(jwe_open(s, text));
		assert_string_equal(text, *t);
		assert_string_not_equal(jwe_seal(arena, *t), s);
	}
	char *s = arena_strdup(arena, jwe_seal(arena, "a text of some length"));

	for (char *p = s; *p; p++) {
		const char was = *p;

		*p = was == 'A' ? 'Q' : 'A'; /* Q: the bits that no byte takes stay as they are */
		assert_false(jwe_open(s, text));
		*p = was;
	}
	other.token_keys = "c3:aa112233445566778899aabbccddeeff00112233445566778899aabbccddeeff,"
			   "a1:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	jwe_init(&other);
	assert_true(jwe_open(s, text));
	other.session_secret = "a secret of the pages";
	jwe_init(&other);
	assert_false(jwe_open(s, text));
	jwe_init(&conf);
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static const struct claims claims = {.type = TOKEN_REFRESH, .user_id = 5, .session_id = UINT64_C(9223372036854775807),
				     .role = ROLE_ADMIN, .generation = 3, .issued = 1000, .expires = 2000};

static void what_goes_in_comes_out(void **state)
{
	struct claims got;
	const char *why, *t = token_make(arena, &claims);

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(token_check(t, TOKEN_REFRESH, 1500, &got, &why), OK);
	assert_true(got.type == claims.type && got.role == claims.role);
	assert_true(got.user_id == claims.user_id && got.session_id == claims.session_id);
	assert_true(got.generation == 3 && got.issued == 1000 && got.expires == 2000);
	assert_string_equal(token_make(arena, &claims), t);
}

static void time_and_type_are_checked(void **state)
{
	struct claims got;
	const char *why, *t = token_make(arena, &claims);

	(void)state;
	assert_int_equal(token_check(t, TOKEN_ACCESS, 1500, &got, &why), E_TOKEN_INVALID);
	assert_int_equal(token_check(t, TOKEN_REFRESH, 1999, &got, &why), OK);
	assert_int_equal(token_check(t, TOKEN_REFRESH, 2000, &got, &why), E_TOKEN_EXPIRED);
	assert_int_equal(token_check(t, TOKEN_REFRESH, 1000 - TOKEN_AHEAD_S, &got, &why), OK);
	assert_int_equal(token_check(t, TOKEN_REFRESH, 999 - TOKEN_AHEAD_S, &got, &why), E_TOKEN_INVALID);
}

static void every_changed_byte_is_noticed(void **state)
{
	struct claims got;
	const char *why;
	char *t = arena_strdup(arena, token_make(arena, &claims));
	size_t n = strlen(t);

	(void)state;
	/* the last character of a segment may carry unused bits: every other one counts */
	for (size_t i = 0; i + 1 < n; i++) {
		char was = t[i];

		if (was == '.' || t[i + 1] == '.')
			continue;
		t[i] = was == 'A' ? 'B' : 'A';
		if (token_check(t, TOKEN_REFRESH, 1500, &got, &why) == OK)
			fail_msg("byte %zu of %zu", i, n);
		t[i] = was;
	}
}

static void an_older_key_still_verifies(void **state)
{
	struct conf other = conf;
	struct claims got;
	const char *why, *t = token_make(arena, &claims);

	(void)state;
	other.token_keys = "c3:aa112233445566778899aabbccddeeff00112233445566778899aabbccddeeff,"
			   "a1:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	token_init(&other);
	assert_int_equal(token_check(t, TOKEN_REFRESH, 1500, &got, &why), OK);
	other.token_keys = "c3:aa112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	token_init(&other);
	token_share(); /* other keys come with another process: nothing is remembered */
	assert_int_equal(token_check(t, TOKEN_REFRESH, 1500, &got, &why), E_TOKEN_INVALID);
	token_init(&conf);
}

static void what_is_sealed_opens_for_itself_alone(void **state)
{
	struct conf other = conf;
	const char *hex = seal_text(arena, "a 1", "비밀"), *again = seal_text(arena, "a 1", "비밀");
	char *changed = arena_strdup(arena, hex);

	(void)state;
	assert_string_not_equal(hex, again);
	assert_string_equal(seal_open(arena, "a 1", hex), "비밀");
	assert_null(seal_open(arena, "a 2", hex));
	for (size_t i = 0; changed[i]; i++) {
		char was = changed[i];

		changed[i] = was == '0' ? '1' : '0';
		assert_null(seal_open(arena, "a 1", changed));
		changed[i] = was;
	}
	assert_null(seal_open(arena, "a 1", ""));
	assert_null(seal_open(arena, "a 1", "zz"));
	assert_null(seal_open(arena, "a 1", arena_strndup(arena, hex, strlen(hex) - 2)));
	other.token_keys = arena_printf(arena, "new:%064d,%s", 7, conf.token_keys);
	token_init(&other);
	assert_string_equal(seal_open(arena, "a 1", hex), "비밀");
	hex = seal_text(arena, "a 1", "neu");
	token_init(&conf);
	assert_null(seal_open(arena, "a 1", hex));
}

/* RFC 6238, appendix B, the last six of its eight digits. */
static void codes_of_apps(void **state)
{
	static const char secret[] = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
	static const struct {
		int64_t at;
		const char *code;
	} vectors[] = {{59, "287082"}, {1111111109, "081804"}, {1234567890, "005924"}, {2000000000, "279037"}};
	char own[TOTP_SECRET + 1];

	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		int64_t at = vectors[i].at, step = at / 30;

		for (int64_t k = -2; k <= 2; k++)
			assert_int_equal(totp_step(secret, vectors[i].code, (step + k) * 30), k * k <= 1 ? step : 0);
	}
	assert_int_equal(totp_step(secret, "28708", 59), 0);
	assert_int_equal(totp_step("not base32!", "287082", 59), 0);
	totp_secret(own);
	assert_int_equal(strlen(own), TOTP_SECRET);
	assert_int_equal(strspn(own, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), TOTP_SECRET);
}

static void passwords(void **state)
{
	struct conf stronger = conf;
	const char *a = password_hash(arena, &conf, "비밀번호 하나"), *b = password_hash(arena, &conf, "비밀번호 하나");

	(void)state;
	assert_string_not_equal(a, b);
	assert_true(password_verify(&conf, a, "비밀번호 하나"));
	assert_false(password_verify(&conf, a, "비밀번호 둘"));
	assert_false(password_verify(&conf, NULL, ""));
	assert_false(password_verify(&conf, "$argon2id$broken", "x"));
	assert_false(password_outdated(&conf, a));
	stronger.argon2_passes = 2;
	assert_true(password_outdated(&stronger, a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_in_comes_out),      cmocka_unit_test(time_and_type_are_checked),
		cmocka_unit_test(every_changed_byte_is_noticed), cmocka_unit_test(an_older_key_still_verifies),
		cmocka_unit_test(seals),                       cmocka_unit_test(passwords),
		cmocka_unit_test(sums_of_others),              cmocka_unit_test(codes_of_apps),
		cmocka_unit_test(what_is_sealed_opens_for_itself_alone),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
