/*
 * FastCGI records. The first byte says in what pieces an answer arrives: all pieces give the same. What follows it is
 * also a body that is sent, whose records must hold it all again.
 */
#include "fuzz.h"
#include "realtime/records.h"

static int read_answer(const uint8_t *bytes, size_t size, size_t piece, struct answer *a, const char **body, size_t *n)
{
	while (size && !a->ended) {
		size_t room = 0;
		char *to = answer_room(a, &room);

		HOLDS(to);
		size_t take = MIN(MIN(piece, room), size);

		memcpy(to, bytes, take);
		a->n_in += take;
		bytes += take;
		size -= take;
		/* what was read stands in a block of its own length, so that reading past it is seen */
		a->in = must(realloc(a->in, a->size_in = a->n_in));
		if (!answer_take(a))
			return -1;
	}
	return answer_split(a, body, n);
}

static void check_answer(const uint8_t *bytes, size_t size, size_t piece)
{
	struct answer whole = {0}, parts = {0};
	const char *body = NULL, *same = NULL;
	size_t n = 0, m = 0;
	int status = read_answer(bytes, size, size, &whole, &body, &n);

	HOLDS(status == read_answer(bytes, size, piece, &parts, &same, &m));
	HOLDS(n == m && !body == !same && (!body || !same || (!memcmp(body, same, n) && !body[n])));
	answer_free(&whole);
	answer_free(&parts);
}

/* The content of one type of record, one after the other. */
static void check_request(const uint8_t *bytes, size_t size)
{
	char *body = exact_copy(bytes, size);
	size_t n, got = 0, at = 0;
	bool over = false;
	char *out = records_write(&(struct ask){.method = "POST", .uri = "/chat?x=1", .client_ip = "", .body = body, .n = size},
				  &n);

	while (at < n) {
		const unsigned char *head = (unsigned char *)out + at;

		HOLDS(n - at >= 8 && head[0] == 1 && !over);
		size_t len = (size_t)head[4] << 8 | head[5];

		HOLDS(n - at - 8 >= len + head[6]);
		if (head[1] == 5) {
			HOLDS(got + len <= size && !memcmp(head + 8, body + got, len));
			got += len;
			over = !len;
		}
		at += 8 + len + head[6];
	}
	HOLDS(over && got == size);
	free(out);
	free(body);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	if (size < 1)
		return 0;
	check_answer(bytes + 1, size - 1, bytes[0] % 64 + 1U);
	check_request(bytes + 1, size - 1);
	return 0;
}
