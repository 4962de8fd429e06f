#include "sec/totp.h"
#include "sec/digest.h"
#include "sec/random.h"

#include <liboath/oath.h>

enum { BYTES = 20, STEP_S = 30 };

void totp_secret(char out[TOTP_SECRET + 1])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned char raw[TOTP_SECRET];

	random_bytes(raw, sizeof(raw)); /* 32 digits of five bits are any 20 bytes */
	for (size_t i = 0; i < TOTP_SECRET; i++)
		out[i] = digits[raw[i] & 31];
	out[TOTP_SECRET] = '\0';
}

int64_t totp_step(const char *secret, const char *code, int64_t now)
{
	char want[TOTP_DIGITS + 1], *raw = NULL;
	size_t n = 0;
	int64_t found = 0;

	if (strlen(code) != TOTP_DIGITS || oath_base32_decode(secret, strlen(secret), &raw, &n) != OATH_OK)
		return 0;
	for (int64_t step = now / STEP_S - 1; n == BYTES && step <= now / STEP_S + 1; step++)
		if (oath_totp_generate(raw, n, (time_t)(step * STEP_S), STEP_S, 0, TOTP_DIGITS, want) == OATH_OK &&
		    equal_secret(want, code, TOTP_DIGITS))
			found = step;
	free(raw);
	return found;
}
