/* Texts out of queries, paths and fields: URL encoding, UTF-8, moments, formats, and JSON strings on their way out. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "http/validate.h"
#include "json/jin.h"

enum { ARENA = 16 << 20 };

static struct arena *a;

static void check_url(const char *raw, size_t n, const char *text)
{
	struct buf encoded = buf_new(a, 64, 1 << 20);

	for (int plus = 0; plus < 2; plus++) {
		const char *got = url_decode(a, raw, n, plus);

		HOLDS(!got || (strlen(got) <= n && utf8_valid(got, strlen(got))));
	}
	for (size_t i = 0; i < n; i++)
		buf_printf(&encoded, "%%%02X", (unsigned char)raw[i]);
	const char *back = url_decode(a, encoded.data, encoded.len, true);

	HOLDS((back != NULL) == (utf8_valid(raw, n) && !memchr(raw, '\0', n)));
	HOLDS(!back || !strcmp(back, text));
}

static void check_json(const char *raw, size_t n)
{
	struct buf b = buf_new(a, 64, 1 << 20);
	const char *why;
	size_t at, got;

	buf_json(&b, raw, n);
	const struct jval *v = jin_parse(a, b.data, b.len, &why, &at);

	HOLDS((v != NULL) == !memchr(raw, '\0', n));
	if (v && utf8_valid(raw, n)) {
		const char *s = jin_str(v, &got);

		HOLDS(got == n && !memcmp(s, raw, n));
	}
}

static void check_moment(const char *text)
{
	int64_t ms, again;
	char iso[32];

	if (!clock_parse(text, &ms))
		return;
	clock_iso(ms, iso);
	HOLDS(clock_parse(iso, &again) && ms == again);
}

static void check_unicode(const char *text)
{
	size_t n = strlen(text);

	if (!utf8_valid(text, n))
		return;
	const char *nfc = utf8_nfc(a, text);

	HOLDS(utf8_count(text) <= n && utf8_valid(nfc, strlen(nfc)));
	HOLDS(!strcmp(nfc, utf8_nfc(a, nfc)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	if (!a)
		a = arena_new(ARENA);
	char *raw = exact_copy(bytes, size), *text = text_copy(bytes, size);

	check_url(raw, size, text);
	check_json(raw, size);
	check_moment(text);
	check_unicode(text);
	for (enum fmt f = FMT_NONE; f < FMT_MAX; f++)
		(void)fmt_matches(f, text);
	HOLDS(llabs(clock_zone_offset(text, 0)) < 86400 * 1000);
	free(raw);
	free(text);
	arena_reset(a);
	return 0;
}
