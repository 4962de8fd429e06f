/* Frames of STOMP: no text outside the buffer, no frame out of half of one, and what is written again reads the same. */
#include "fuzz.h"
#include "realtime/stomp.h"

enum { BODY_MAX = 2048, CUTS = 12 };

static void check_text(const char *s, const char *data, size_t n)
{
	HOLDS(lies_in(s, 1, data, n) && memchr(s, '\0', n - (size_t)(s - data)));
}

static void check_frame(const struct stomp_frame *f, const char *data, size_t used)
{
	HOLDS(f->n_headers <= STOMP_HEADERS && f->n_body <= BODY_MAX);
	HOLDS(lies_in(f->body, f->n_body + 1, data, used) && !f->body[f->n_body]);
	check_text(f->command, data, used);
	for (size_t i = 0; i < f->n_headers; i++) {
		check_text(f->header[i].name, data, used);
		check_text(f->header[i].value, data, used);
		HOLDS(stomp_header(f, f->header[i].name));
	}
}

/* A frame that was whole is not one without its last bytes, and is the same once they have come. */
static void check_cuts(const uint8_t *bytes, size_t used)
{
	for (size_t i = 0; i < CUTS; i++) {
		size_t n = i ? used * i / CUTS : used - 1, taken, rest, looked = 0;
		char *part = exact_copy(bytes, n);
		struct stomp_frame f;
		const char *why;

		HOLDS(stomp_read(part, n, BODY_MAX, &f, &taken, &looked, &why) == STOMP_MORE && taken <= n);
		HOLDS(looked <= n - taken);
		free(part);
		part = exact_copy(bytes + taken, used - taken);
		HOLDS(stomp_read(part, used - taken, BODY_MAX, &f, &rest, &looked, &why) == STOMP_FRAME);
		HOLDS(rest == used - taken && !looked);
		free(part);
	}
}

static char *write_again(const struct stomp_frame *f, size_t *n)
{
	size_t size = strlen(f->command) + f->n_body + 3;

	for (size_t i = 0; i < f->n_headers; i++)
		size += STOMP_ESCAPED(strlen(f->header[i].name) + strlen(f->header[i].value)) + 2;
	char *out = must(malloc(size)), *p = stpcpy(out, f->command);

	*p++ = '\n';
	for (size_t i = 0; i < f->n_headers; i++) {
		p += stomp_escape(p, f->header[i].name);
		*p++ = ':';
		p += stomp_escape(p, f->header[i].value);
		*p++ = '\n';
	}
	*p++ = '\n';
	memcpy(p, f->body, f->n_body + 1);
	*n = (size_t)(p + f->n_body + 1 - out);
	return out;
}

static void check_again(const struct stomp_frame *f)
{
	struct stomp_frame g;
	const char *why;
	size_t n, used, looked = 0;
	char *again = write_again(f, &n);

	HOLDS(stomp_read(again, n, BODY_MAX, &g, &used, &looked, &why) == STOMP_FRAME && used == n);
	HOLDS(!strcmp(f->command, g.command) && f->n_headers == g.n_headers && f->n_body == g.n_body);
	HOLDS(!memcmp(f->body, g.body, f->n_body));
	for (size_t i = 0; i < f->n_headers; i++)
		HOLDS(!strcmp(f->header[i].name, g.header[i].name) &&
		      !strcmp(f->header[i].value, g.header[i].value));
	free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	enum stomp_result got = STOMP_FRAME;
	size_t used;

	for (size_t at = 0; got == STOMP_FRAME; at += used) {
		char *data = exact_copy(bytes + at, size - at);
		struct stomp_frame f;
		const char *why = NULL;
		size_t looked = 0;

		got = stomp_read(data, size - at, BODY_MAX, &f, &used, &looked, &why);
		HOLDS(used <= size - at && (got == STOMP_BAD) == (why != NULL));
		if (got == STOMP_FRAME) {
			check_frame(&f, data, used);
			check_cuts(bytes + at, used);
			/* CONNECT knows no escapes, and a command that ends with CR loses it */
			if (strcmp(f.command, "CONNECT") != 0 && strcmp(f.command, "STOMP") != 0 &&
			    !strchr(f.command, '\r'))
				check_again(&f);
		}
		free(data);
	}
	return 0;
}
