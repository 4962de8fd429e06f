/* Cleaning pictures: what stays, what goes, and what is refused, on files built by hand. Real ones are
 * in tests/api/pictures.test.mjs. */
#include "base/base.h"
#include "media/picture.h"

#include <setjmp.h>
#include <cmocka.h>

static unsigned char in[4000], out[4000];
static size_t in_n, out_n, fail_after;
static struct picture got;

static bool read_at(void *arg, uint64_t at, void *p, size_t n)
{
	(void)arg;
	assert_true(at + n <= in_n);
	memcpy(p, in + at, n);
	return true;
}

static bool write_on(void *arg, const void *p, size_t n)
{
	(void)arg;
	if (fail_after && out_n + n > fail_after)
		return false;
	assert_true(out_n + n <= sizeof(out));
	memcpy(out + out_n, p, n);
	out_n += n;
	return true;
}

#define ADD(text) add((text), sizeof(text) - 1)
static void add(const char *p, size_t n)
{
	assert_true(in_n + n <= sizeof(in));
	memcpy(in + in_n, p, n);
	in_n += n;
}

static enum picture_fault clean(const char *type)
{
	struct picture_io io = {.read = read_at, .write = write_on, .size = in_n};

	out_n = 0;
	return picture_clean(&io, type, &got);
}

#define CHECK_OUT(text)                                                                            \
	do {                                                                                       \
		assert_int_equal(out_n, sizeof(text) - 1);                                         \
		assert_memory_equal(out, (text), out_n);                                           \
	} while (0)

/* ---- JPEG --------------------------------------------------------------------------------- */

#define SOI "\xff\xd8"
#define EOI "\xff\xd9"
#define JFIF "\xff\xe0\0\x10" "JFIF\0\1\1\0\0\1\0\1\0\0"
#define FRAME(w, h) "\xff\xc0\0\x0b\x08" h w "\1\1\x11\0"
#define SCAN "\xff\xda\0\x08\1\1\0\0\x3f\0" "ab\xff\0" "cd\xff\xd0" "ef"
#define GPS_EXIF "\xff\xe1\0\x2e" "Exif\0\0II*\0\x08\0\0\0\2\0\x12\1\3\0\1\0\0\0\6\0\0\0\x25\x88\4\0\1\0\0\0\0\0\0\0\0\0\0\0"
#define TURNED "\xff\xe1\0\x22" "Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0"
#define SMALL FRAME("\0\2", "\0\3")

static void jpeg_keeps_what_is_the_picture(void **state)
{
	(void)state;
	in_n = 0;
	ADD(SOI "\xff\xe0\0\x13" "JFIF\0\1\1\0\0\1\0\1\1\1" "rgb" GPS_EXIF GPS_EXIF "\xff\xe1\0\x08" "http:/");
	ADD("\xff\xed\0\5" "8BI" "\xff\xe2\0\x0f" "ICC_PROFILE\0x" "\xff\xe2\0\6" "MPF\0" "\xff\xfe\0\x08" "secret");
	ADD("\xff\xee\0\x0f" "Adobe\0\x64\0\0\0\0\1x" "\xff\xff\xff" SMALL SCAN "\xff\xfe\0\4" "no" SCAN EOI "more");
	assert_int_equal(clean("image/jpeg"), PICTURE_GOOD);
	assert_int_equal(got.orientation, 6);
	assert_int_equal(got.width * 10 + got.height, 23);
	CHECK_OUT(SOI JFIF TURNED "\xff\xe2\0\x0f" "ICC_PROFILE\0x" "\xff\xee\0\x0e" "Adobe\0\x64\0\0\0\0\1" SMALL SCAN SCAN EOI);
}

static void jpeg_refuses_what_is_none(void **state)
{
	static const struct {
		const char *s;
		size_t n;
	} bad[] = {
#define BAD(text) {(text), sizeof(text) - 1}
		BAD(""), BAD(SOI), BAD(SOI EOI), BAD("x" SOI SMALL SCAN EOI), BAD(SOI SMALL SCAN), BAD(SOI SMALL EOI),
		BAD(SOI SCAN EOI), BAD(SOI SMALL SMALL SCAN EOI), BAD(SOI SMALL SCAN "\xff"), BAD(SOI "x" SMALL SCAN EOI),
		BAD(SOI FRAME("\0\0", "\0\3") SCAN EOI), BAD(SOI FRAME("\0\2", "\0\0") SCAN EOI),
		BAD(SOI SMALL SCAN SOI SMALL SCAN EOI), BAD(SOI SMALL SCAN "\xff\xdc\0\4\0\2" EOI), BAD(SOI "\xff\xe1\0\1" SMALL SCAN EOI),
		BAD(SOI "\xff\xe1\xff\xff" SMALL SCAN EOI), BAD(SOI "\xff\xc0\0\4ab" SCAN EOI),
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		in_n = 0;
		add(bad[i].s, bad[i].n);
		assert_int_equal(clean("image/jpeg"), PICTURE_BROKEN);
		assert_non_null(got.why);
		assert_int_equal(out_n, 0);
	}
}

static void nonsense_in_exif_is_no_fault(void **state)
{
	static const struct {
		const char *s;
		size_t n;
	} odd[] = {
		BAD("\xff\xe1\0\x08" "Exif\0\0"), BAD("\xff\xe1\0\x0c" "Exif\0\0MM\0*"),
		BAD("\xff\xe1\0\x16" "Exif\0\0MM\0*\xff\xff\xff\xff\0\1\0\0\0\0"),
		BAD("\xff\xe1\0\x18" "Exif\0\0MM\0*\0\0\0\x08\xff\xff\1\x12\0\3\0\0"),
		BAD("\xff\xe1\0\x22" "Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\x09\0\0\0\0\0\0"),
		BAD("\xff\xe1\0\x22" "Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\4\0\0\0\1\0\6\0\0\0\0\0\0"),
		BAD("\xff\xe1\0\x22" "Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\1\0\0\0\0\0\0"),
	};

	(void)state;
	for (size_t i = 0; i < COUNT(odd); i++) {
		in_n = 0;
		ADD(SOI);
		add(odd[i].s, odd[i].n);
		ADD(SMALL SCAN EOI);
		assert_int_equal(clean("image/jpeg"), PICTURE_GOOD);
		assert_int_equal(got.orientation, 0);
		CHECK_OUT(SOI SMALL SCAN EOI);
	}
}

/* ---- the others --------------------------------------------------------------------------- */

#define PNG "\x89PNG\r\n\x1a\n"
#define IHDR(w, h) "\0\0\0\x0dIHDR" w h "\x08\2\0\0\0crc!"
#define IDAT "\0\0\0\4IDATdatacrc!"
#define IEND "\0\0\0\0IENDcrc!"
#define TINY IHDR("\0\0\0\2", "\0\0\0\3")

static void png_keeps_known_chunks(void **state)
{
	(void)state;
	in_n = 0;
	ADD(PNG TINY "\0\0\0\5tEXta\0bcdcrc!" "\0\0\0\2gAMAxxcrc!" IDAT "\0\0\0\3tIMExxxcrc!");
	ADD("\0\0\0\x1a" "eXIfII*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\3\0\0\0\0\0\0\0crc!" IDAT IEND "behind");
	assert_int_equal(clean("image/png"), PICTURE_GOOD);
	assert_int_equal(got.orientation, 3);
	CHECK_OUT(PNG TINY "\0\0\0\2gAMAxxcrc!" IDAT
		  "\0\0\0\x1a" "eXIfMM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\3\0\0\0\0\0\0\x84\x5f\x64\xce" IDAT IEND);
}

static void gif_drops_comments(void **state)
{
	(void)state;
	in_n = 0;
	ADD("GIF89a\2\0\3\0\x80\0\0rgbrgb" "!\xfe\3abc\0" "!\xff\x0bNETSCAPE2.0\3\1\0\0\0" "!\xff\x0bXMP DataXMP\2xy\0");
	ADD("!\xf9\4\0\0\0\0\0" ",\0\0\0\0\2\0\3\0\0\2\2ab\0" "!\xfe\1c\0;behind");
	assert_int_equal(clean("image/gif"), PICTURE_GOOD);
	CHECK_OUT("GIF89a\2\0\3\0\x80\0\0rgbrgb" "!\xff\x0bNETSCAPE2.0\3\1\0\0\0"
		  "!\xf9\4\0\0\0\0\0" ",\0\0\0\0\2\0\3\0\0\2\2ab\0" ";");
}

#define VP8L "VP8L\6\0\0\0\x2f\1\x80\0\0x"

static void webp_gets_a_new_size_and_flags(void **state)
{
	(void)state;
	in_n = 0;
	ADD("RIFF\x46\0\0\0WEBPVP8X\x0a\0\0\0\x1c\0\0\0\1\0\0\2\0\0" VP8L "EXIF\4\0\0\0abcd" "XMP \3\0\0\0xyz\0" "odd.\1\0\0\0q\0");
	assert_int_equal(clean("image/webp"), PICTURE_GOOD);
	CHECK_OUT("RIFF\x24\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0\1\0\0\2\0\0" VP8L);
	in_n = 0;
	ADD("RIFF\x1a\0\0\0WEBP" VP8L "XMP \0\0\0\0 ");
	assert_int_equal(clean("image/webp"), PICTURE_GOOD);
	CHECK_OUT("RIFF\x12\0\0\0WEBP" VP8L);
}

/* ---- all ---------------------------------------------------------------------------------- */

static void size_is_known_before_anything_is_decoded(void **state)
{
	(void)state;
	in_n = 0;
	ADD(PNG IHDR("\0\0\x1f\x40", "\0\0\x13\x88") IDAT IEND); /* 8000 x 5000 */
	assert_int_equal(clean("image/png"), PICTURE_GOOD);
	in_n = 0;
	ADD(PNG IHDR("\0\0\x1f\x40", "\0\0\x13\x89") IDAT IEND);
	assert_int_equal(clean("image/png"), PICTURE_TOO_BIG);
	in_n = 0;
	ADD(PNG IHDR("\xff\xff\xff\xff", "\xff\xff\xff\xff") IDAT IEND);
	assert_int_equal(clean("image/png"), PICTURE_TOO_BIG);
	in_n = 0;
	ADD(SOI FRAME("\xff\xff", "\xff\xff") SCAN EOI);
	assert_int_equal(clean("image/jpeg"), PICTURE_TOO_BIG);
	in_n = 0;
	ADD("GIF89a\1\0\1\0\0\0\0,\xff\xff\xff\xff\xff\xff\xff\xff\0\2\0;");
	assert_int_equal(clean("image/gif"), PICTURE_TOO_BIG);
	in_n = 0;
	ADD("RIFF\x24\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff" VP8L);
	assert_int_equal(clean("image/webp"), PICTURE_TOO_BIG);
	assert_int_equal(out_n, 0);
}

static void a_file_cut_anywhere_is_refused(void **state)
{
	static const char *const types[] = {"image/jpeg", "image/png", "image/gif", "image/webp"};
	static const struct {
		const char *s;
		size_t n;
	} good[] = {
		BAD(SOI JFIF GPS_EXIF SMALL SCAN EOI), BAD(PNG TINY IDAT IEND),
		BAD("GIF89a\2\0\3\0\x80\0\0rgbrgb,\0\0\0\0\2\0\3\0\0\2\2ab\0;"),
		BAD("RIFF\x24\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\1\0\0\2\0\0" VP8L),
	};

	(void)state;
	for (size_t t = 0; t < COUNT(types); t++)
		for (size_t n = 0; n <= good[t].n; n++) {
			in_n = 0;
			add(good[t].s, n);
			assert_int_equal(clean(types[t]), n == good[t].n ? PICTURE_GOOD : PICTURE_BROKEN);
		}
}

static void a_full_disk_is_not_the_pictures_fault(void **state)
{
	(void)state;
	in_n = 0;
	ADD(SOI SMALL SCAN EOI);
	for (fail_after = 1; fail_after < in_n; fail_after++)
		assert_int_equal(clean("image/jpeg"), PICTURE_AWAY);
	fail_after = 0;
	assert_int_equal(clean("image/jpeg"), PICTURE_GOOD);
	assert_int_equal(clean("image/tiff"), PICTURE_BROKEN);
}

/* ---- AVIF --------------------------------------------------------------------------------- */

static size_t begin(const char *type)
{
	add("\0\0\0\0", 4);
	add(type, 4);
	return in_n - 8;
}

static void end(size_t at)
{
	size_t n = in_n - at;

	memcpy(in + at, (unsigned char[]){0, 0, (unsigned char)(n >> 8), (unsigned char)n}, 4);
}

/* Item 1 is the picture, item 2 a small one of it; a table of places whose sizes are `sizes`. */
static void avif(const char *sizes, const char *places, size_t n_places)
{
	size_t meta, box, inner;

	in_n = 0;
	ADD("\0\0\0\x10" "ftypavif\0\0\0\0");
	ADD("\0\0\0\x10" "mdat" "WHOLcrop");
	meta = begin("meta");
	ADD("\0\0\0\0");
	box = begin("hdlr");
	ADD("\0\0\0\0\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0" "by secret\0");
	end(box);
	box = begin("iinf");
	ADD("\0\0\0\0\0\2" "\0\0\0\x1cinfe\2\0\0\0\0\1\0\0av01secret1\0" "\0\0\0\x15infe\2\0\0\0\0\2\0\0av01\0");
	end(box);
	box = begin("iref");
	ADD("\0\0\0\0" "\0\0\0\x0ethmb\0\2\0\1\0\1");
	end(box);
	box = begin("iprp");
	inner = begin("ipco");
	ADD("\0\0\0\x14ispe\0\0\0\0\0\0\0\2\0\0\0\3" "\0\0\0\x10" "altt" "secret!!");
	end(inner);
	end(box);
	box = begin("iloc");
	ADD("\0\0\0\0");
	add(sizes, 2);
	add(places, n_places);
	end(box);
	end(meta);
}
#define AVIF(sizes, places) avif(sizes, places, sizeof(places) - 1)

static bool holds(const char *text)
{
	return memmem(out, out_n, text, strlen(text)) != NULL;
}

static void avif_keeps_the_picture_and_nothing_said_of_it(void **state)
{
	(void)state;
	AVIF("\x44\0", "\0\2" "\0\1\0\0\0\1\0\0\0\x18\0\0\0\4" "\0\2\0\0\0\1\0\0\0\x1c\0\0\0\4");
	assert_int_equal(clean("image/avif"), PICTURE_GOOD);
	assert_int_equal(got.width * 10 + got.height, 23);
	assert_int_equal(out_n, in_n);
	assert_true(holds("WHOL") && holds("av01") && holds("ispe") && holds("pict") && holds("free"));
	assert_false(holds("crop") || holds("secret") || holds("altt"));
}

static void avif_refuses_places_without_an_end(void **state)
{
	(void)state;
	AVIF("\0\0", "\0\1" "\0\1\0\0\xff\xff");
	assert_int_equal(clean("image/avif"), PICTURE_BROKEN);
	AVIF("\0\0", "\0\1" "\0\1\0\0\0\1");
	assert_int_equal(clean("image/avif"), PICTURE_GOOD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jpeg_keeps_what_is_the_picture),
		cmocka_unit_test(jpeg_refuses_what_is_none),
		cmocka_unit_test(nonsense_in_exif_is_no_fault),
		cmocka_unit_test(png_keeps_known_chunks),
		cmocka_unit_test(gif_drops_comments),
		cmocka_unit_test(webp_gets_a_new_size_and_flags),
		cmocka_unit_test(size_is_known_before_anything_is_decoded),
		cmocka_unit_test(a_file_cut_anywhere_is_refused),
		cmocka_unit_test(a_full_disk_is_not_the_pictures_fault),
		cmocka_unit_test(avif_keeps_the_picture_and_nothing_said_of_it),
		cmocka_unit_test(avif_refuses_places_without_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
