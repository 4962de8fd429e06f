/* Packets of Socket.IO: nothing outside the text, and what a packet says is all there is to it. */
#include "fuzz.h"
#include "realtime/packet.h"

/* The packet as it would be written from what was understood of it. */
static char *write_again(const struct packet *p, size_t *n)
{
	static const char types[] = {[PACKET_CONNECT] = '0', [PACKET_DISCONNECT] = '1', [PACKET_EVENT] = '2'};
	char *out = must(malloc(p->n_namespace + p->n_data + 40));
	size_t head = 0;

	out[head++] = '4';
	out[head++] = types[p->type];
	memcpy(out + head, p->n_namespace ? p->namespace : "/", MAX(p->n_namespace, (size_t)1));
	head += MAX(p->n_namespace, (size_t)1);
	out[head++] = ',';
	if (p->wants_ack)
		head += (size_t)sprintf(out + head, "%llu", (unsigned long long)p->ack);
	if (p->n_data)
		memcpy(out + head, p->data, p->n_data);
	*n = head + p->n_data;
	return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = exact_copy(bytes, size);
	struct packet p = packet_read(text, size), q;
	size_t n;

	if (p.type == PACKET_CONNECT || p.type == PACKET_DISCONNECT || p.type == PACKET_EVENT) {
		HOLDS(lies_in(p.data, p.n_data, text, size));
		HOLDS(!p.n_namespace || (lies_in(p.namespace, p.n_namespace, text, size) && *p.namespace == '/'));
		HOLDS(p.wants_ack || !p.ack);
		HOLDS(p.ack < 1000000000000000);
		char *again = write_again(&p, &n);

		q = packet_read(again, n);
		HOLDS(q.type == p.type && q.ack == p.ack && q.wants_ack == p.wants_ack && q.n_data == p.n_data &&
		      q.n_namespace == p.n_namespace && !memcmp(q.data, p.data, p.n_data));
		free(again);
	} else if (p.type != PACKET_NOTHING) { /* an acknowledgement has parts, too */
		HOLDS(!p.n_data && !p.n_namespace && !p.wants_ack);
	}
	free(text);
	return 0;
}
