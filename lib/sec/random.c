#include "sec/random.h"
#include "base/hex.h"

#include <sys/random.h>

void random_bytes(void *p, size_t n)
{
	for (size_t done = 0; done < n;) {
		ssize_t got = getrandom((char *)p + done, n - done, 0);

		if (got < 0 && errno != EINTR)
			abort();
		done += got > 0 ? (size_t)got : 0;
	}
}

uint64_t random_u64(void)
{
	uint64_t v;

	random_bytes(&v, sizeof(v));
	return v;
}

void random_hex(char *out, size_t n)
{
	unsigned char b[64];

	assert(n <= sizeof(b));
	random_bytes(b, n);
	hex_encode(out, b, n);
}
