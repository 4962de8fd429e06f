/* What a push service is given, and which addresses it may have. */
#include "base/arena.h"
#include "base/b64.h"
#include "sec/webpush.h"
#include "web/address.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <cmocka.h>

/* RFC 8291, section 5 and appendix A */
static const char text[] = "When I grow up, I want to be a watermelon";
static const char as_public[] =
	"BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
static const char as_private[] = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
static const char ua_public[] =
	"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
static const char auth[] = "BTBZMqHH6r4Tts7J_aSIgg";
static const char salt_text[] = "DGv6ra1nlYgDCS1FRnbzlw";
static const char body[] =
	"DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
	"7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

static void the_example_of_rfc_8291(void **state)
{
	struct arena *a = arena_new(1 << 20);
	unsigned char salt[WEBPUSH_SALT], out[WEBPUSH_BODY_MAX];
	struct webpush_keys own;
	struct webpush_to to;

	(void)state;
	assert_true(b64_read(as_public, own.public, sizeof(own.public)));
	assert_true(b64_read(as_private, own.private, sizeof(own.private)));
	assert_true(b64_read(ua_public, to.p256dh, sizeof(to.p256dh)));
	assert_true(b64_read(auth, to.auth, sizeof(to.auth)));
	assert_true(b64_read(salt_text, salt, sizeof(salt)));
	assert_true(webpush_is_pair(&own) && webpush_is_point(to.p256dh));
	size_t n = webpush_seal(&to, &own, salt, text, sizeof(text) - 1, out);

	assert_string_equal(b64_url(a, out, n), body);
	arena_free(a);
}

static void the_largest_text_fills_the_body(void **state)
{
	static const char long_text[WEBPUSH_TEXT_MAX];
	unsigned char one[WEBPUSH_BODY_MAX], two[WEBPUSH_BODY_MAX];
	struct webpush_to to = {0};

	(void)state;
	assert_true(b64_read(ua_public, to.p256dh, sizeof(to.p256dh)));
	assert_int_equal(webpush_body(&to, long_text, sizeof(long_text), one), WEBPUSH_BODY_MAX);
	assert_int_equal(webpush_body(&to, long_text, sizeof(long_text), two), WEBPUSH_BODY_MAX);
	assert_memory_not_equal(one, two, WEBPUSH_SALT);
	assert_memory_not_equal(one + WEBPUSH_SALT + 5, two + WEBPUSH_SALT + 5, WEBPUSH_PUBLIC);
}

static void keys_that_are_none(void **state)
{
	struct webpush_keys a, b;

	(void)state;
	webpush_new_keys(&a);
	webpush_new_keys(&b);
	assert_true(webpush_is_pair(&a) && webpush_is_point(a.public));
	memcpy(a.private, b.private, sizeof(a.private));
	assert_false(webpush_is_pair(&a));
	memset(b.private, 0, sizeof(b.private));
	assert_false(webpush_is_pair(&b));
	memset(b.private, 0xff, sizeof(b.private)); /* past the order of the curve */
	assert_false(webpush_is_pair(&b));
	a.public[64] ^= 1; /* beside the curve */
	assert_false(webpush_is_point(a.public));
	a.public[64] ^= 1;
	a.public[0] = 3; /* the compressed form */
	assert_false(webpush_is_point(a.public));
	memset(a.public, 0, sizeof(a.public)); /* the point at infinity */
	assert_false(webpush_is_point(a.public));
}

static void base64_in_all_its_forms(void **state)
{
	static const unsigned char bytes[] = {0xfb, 0xff, 0xbf, 0x00, 0x10};
	static const char *const plain[] = {"", "+w==", "+/8=", "+/+/", "+/+/AA==", "+/+/ABA="};
	static const char *const bad[] = {"+w=", "+w===", "+w==x", "+", "", "+w==\n", "+,=="};
	struct arena *a = arena_new(1 << 16);
	unsigned char out[8];

	(void)state;
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		assert_string_equal(b64(a, bytes, n), plain[n]);
		assert_true(b64_read(b64_url(a, bytes, n), out, n));
		assert_memory_equal(out, bytes, n);
		assert_true(b64_read(plain[n], out, n));
		assert_false(b64_read(plain[n], out, n + 2));
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(b64_read(bad[i], out, 1));
	arena_free(a);
}

static bool is_public(const char *s)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

	if (inet_pton(AF_INET, s, &v4.sin_addr) == 1)
		return web_is_public((const struct sockaddr *)&v4);
	assert_int_equal(inet_pton(AF_INET6, s, &v6.sin6_addr), 1);
	return web_is_public((const struct sockaddr *)&v6);
}

static void addresses_of_others_only(void **state)
{
	static const char *const closed[] = {
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1",
		"127.9.9.9", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1",
		"192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1",
		"239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
		"::7f00:1", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "fe80::1", "fec0::1", "fc00::1", "fd00::1",
		"ff02::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "4000::1",
	};
	static const char *const open[] = {
		"1.1.1.1", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "126.255.255.255", "128.0.0.1",
		"169.253.0.1", "172.15.0.1", "172.32.0.1", "192.167.0.1", "198.17.0.1", "198.20.0.1", "223.255.255.255",
		"2001:4860:4860::8888", "2606:4700::1111", "2a00:1450::1",
	};
	struct sockaddr other = {.sa_family = AF_UNIX};

	(void)state;
	for (size_t i = 0; i < COUNT(closed); i++)
		if (is_public(closed[i]))
			fail_msg("%s would be called", closed[i]);
	for (size_t i = 0; i < COUNT(open); i++)
		if (!is_public(open[i]))
			fail_msg("%s would not be called", open[i]);
	assert_false(web_is_public(&other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_of_rfc_8291),
		cmocka_unit_test(the_largest_text_fills_the_body),
		cmocka_unit_test(keys_that_are_none),
		cmocka_unit_test(base64_in_all_its_forms),
		cmocka_unit_test(addresses_of_others_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
