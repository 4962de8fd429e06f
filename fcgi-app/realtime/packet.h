/*
 * Packets of Engine.IO 4 and, inside its messages, of Socket.IO 5 (github.com/socketio/socket.io-protocol):
 * text only. Pure: no sockets, no memory of its own.
 */
#ifndef REALTIME_PACKET_H
#define REALTIME_PACKET_H

#include "base/base.h"

enum packet_type {
	PACKET_CLOSE,
	PACKET_PONG,
	PACKET_NOTHING, /* known, and of no meaning here */
	PACKET_CONNECT,
	PACKET_DISCONNECT,
	PACKET_EVENT,
	PACKET_BAD, /* none of them, or with binary parts, which no client of ours sends */
};

struct packet {
	enum packet_type type;
	const char *namespace; /* "" stands for "/" */
	size_t n_namespace;
	bool wants_ack;
	uint64_t ack;
	const char *data; /* JSON, not looked at */
	size_t n_data;
};

/* The packet text[0..n); what out points to is inside it. */
struct packet packet_read(const char *text, size_t n);
#endif
