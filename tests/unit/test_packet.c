/* Socket.IO packets as the protocol's text gives them. */
#include "realtime/packet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static struct packet of(const char *text)
{
	return packet_read(text, strlen(text));
}

static void test_types(void **state)
{
	static const struct {
		const char *text;
		enum packet_type type;
	} rows[] = {
		{"1", PACKET_CLOSE},	    {"3", PACKET_PONG},	      {"3x", PACKET_PONG},    {"6", PACKET_NOTHING},
		{"40", PACKET_CONNECT},	    {"41", PACKET_DISCONNECT}, {"42[]", PACKET_EVENT}, {"430[]", PACKET_NOTHING},
		{"", PACKET_BAD},	    {"4", PACKET_BAD},	      {"44{}", PACKET_BAD},   {"450-[]", PACKET_BAD},
		{"460-[]", PACKET_BAD},	    {"0", PACKET_BAD},	      {"2", PACKET_BAD},      {"5", PACKET_BAD},
		{"7", PACKET_BAD},	    {"x", PACKET_BAD},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(of(rows[i].text).type, rows[i].type);
}

static void test_parts(void **state)
{
	struct packet p = of("42/chat,17[\"a\",{}]");

	(void)state;
	assert_int_equal(p.type, PACKET_EVENT);
	assert_true(p.n_namespace == 5 && !memcmp(p.namespace, "/chat", 5));
	assert_true(p.wants_ack && p.ack == 17);
	assert_string_equal(p.data, "[\"a\",{}]");
	p = of("42[\"a\"]");
	assert_true(!p.n_namespace && !p.wants_ack && p.n_data == 5);
	p = of("40/,{\"token\":1}"); /* "/" is the main one */
	assert_true(!p.n_namespace && p.n_data == 11);
	p = of("40/chat");
	assert_true(p.n_namespace == 5 && !p.n_data);
	assert_int_equal(of("42999999999999999[]").ack, 999999999999999);
	assert_int_equal(of("421000000000000000[]").type, PACKET_BAD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_types), cmocka_unit_test(test_parts)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
