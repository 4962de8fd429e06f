#include "realtime/packet.h"

enum { ACK_DIGITS = 15 }; /* a JavaScript number holds them all */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The message's type, then [/namespace,][ack id][JSON]. */
static struct packet message(const char *p, const char *end)
{
	static const enum packet_type types[] = {PACKET_CONNECT, PACKET_DISCONNECT, PACKET_EVENT, PACKET_NOTHING};
	struct packet out = {.type = PACKET_BAD, .namespace = ""};
	size_t digits = 0;

	if (p == end || *p < '0' || *p > '3')
		return out;
	out.type = types[*p++ - '0'];
	if (p < end && *p == '/') {
		const char *comma = memchr(p, ',', (size_t)(end - p));

		out.namespace = p;
		out.n_namespace = (size_t)((comma ? comma : end) - p);
		p = comma ? comma + 1 : end;
		if (out.n_namespace == 1)
			out.n_namespace = 0;
	}
	for (; p < end && is_digit(*p); p++, digits++) {
		if (digits == ACK_DIGITS)
			return (struct packet){.type = PACKET_BAD, .namespace = ""};
		out.ack = out.ack * 10 + (uint64_t)(*p - '0');
	}
	out.wants_ack = digits;
	out.data = p;
	out.n_data = (size_t)(end - p);
	return out;
}

struct packet packet_read(const char *text, size_t n)
{
	static const enum packet_type types[] = {PACKET_BAD, PACKET_CLOSE, PACKET_BAD, PACKET_PONG,
						 PACKET_BAD, PACKET_BAD,   PACKET_NOTHING};

	if (!n || *text < '0' || *text > '6')
		return (struct packet){.type = PACKET_BAD, .namespace = ""};
	if (*text == '4')
		return message(text + 1, text + n);
	return (struct packet){.type = types[*text - '0'], .namespace = ""};
}
