/* Cleaning MP4 and QuickTime: what stays, what goes, and what is refused, on files built by hand. Real ones are in
 * tests/api/recordings.test.mjs. */
#include "in_place.h"

/* ---- building ----------------------------------------------------------------------------- */

static void add32(uint32_t x)
{
	add((char[]){(char)(x >> 24), (char)(x >> 16), (char)(x >> 8), (char)x}, 4);
}

static void set32(size_t at, uint32_t x)
{
	size_t n = n_file;

	n_file = at;
	add32(x);
	n_file = n;
}

/* → where it begins, for end_box() */
static size_t box(const char *type)
{
	size_t at = n_file;

	add32(0);
	add(type, 4);
	return at;
}

static void end_box(size_t at)
{
	set32(at, (uint32_t)(n_file - at));
}

#define BOX(type, text) add_box((type), (text), sizeof(text) - 1)
static void add_box(const char *type, const char *text, size_t n)
{
	size_t at = box(type);

	add(text, n);
	end_box(at);
}

#define TIMES "\1\2\3\4\5\6\7\x08"
static void begin(void)
{
	n_file = writes = fail_after = 0;
	BOX("ftyp", "isom");
}

/* Positions at `place` in the file, two samples of 4 and 6 bytes in one chunk and one of 5 in another. */
static void table_of(const char *handler, uint32_t first, uint32_t second)
{
	size_t trak = box("trak"), mdia, minf, stbl, at;

	BOX("tkhd", "\0\0\0\7" TIMES "rest");
	mdia = box("mdia");
	BOX("mdhd", "\0\0\0\0" TIMES "rest");
	at = box("hdlr");
	ADD("\0\0\0\0mhlr");
	add(handler, 4);
	ADD("CAMR\0\0\0\0\0\0\0\0Camera of somebody");
	end_box(at);
	minf = box("minf");
	stbl = box("stbl");
	at = box("stsd");
	ADD("\0\0\0\0\0\0\0\1");
	BOX("code", "\0\0\0\0\0\0\0\1" "\0\0\0\0" "VEND" "\0\0\0\0\0\0\0\0" "SIZE" "\0H\0\0\0H\0\0" "\0\0\0\0" "\0\1"
		    "\x09" "program of somebody............" "\0\x18\xff\xff" "more");
	end_box(at);
	BOX("stsz", "\0\0\0\0\0\0\0\0\0\0\0\3" "\0\0\0\4" "\0\0\0\6" "\0\0\0\5");
	BOX("stsc", "\0\0\0\0\0\0\0\2" "\0\0\0\1\0\0\0\2\0\0\0\1" "\0\0\0\2\0\0\0\1\0\0\0\1");
	at = box("stco");
	ADD("\0\0\0\0\0\0\0\2");
	add32(first);
	add32(second);
	end_box(at);
	end_box(stbl);
	end_box(minf);
	end_box(mdia);
	end_box(trak);
}

/* ---- tests -------------------------------------------------------------------------------- */

static void metadata_goes_where_it_is_and_nothing_moves(void **state)
{
	(void)state;
	static const char *const gone[] = {"37.5", "apple", "camera", "Seoul",	  TIMES,  "udta",
					   "meta", "uuid",  "VEND",   "somebody", "CAMR"};
	unsigned char before[sizeof(file)];
	size_t moov, n;

	begin();
	moov = box("moov");
	BOX("mvhd", "\0\0\0\0" TIMES "scale");
	BOX("udta", "\0\0\0\x18\xa9xyz+37.5665+126.978/");
	BOX("meta", "com.apple.quicktime.location.ISO6709");
	table_of("vide", 100, 110);
	end_box(moov);
	BOX("uuid", "sixteen bytes idxmp of the camera");
	BOX("free", "left over: Seoul");
	BOX("mdat", "pictures that are to stay, and no others");
	memcpy(before, file, n = n_file);
	assert_int_equal(clean("video/mp4"), MEDIA_GOOD);
	assert_int_equal(n_file, n);
	for (size_t i = 0; i < COUNT(gone); i++)
		assert_false(has(gone[i], strlen(gone[i])));
	assert_true(HAS("pictures that are to stay, and no others"));
	assert_true(HAS("scale") && HAS("vide") && HAS("stco") && HAS("SIZE") && HAS("more"));
	/* the pieces lie where they lay */
	for (size_t i = 0; i < n; i++)
		assert_true(file[i] == before[i] || !file[i] || strchr("fre", file[i]));
}

static void tracks_neither_seen_nor_heard_go_with_their_samples(void **state)
{
	(void)state;
	static const char *const kept[] = {"vide", "soun", "text", "sbtl", "subt", "clcp", "auxv"},
			  *const gone[] = {"meta", "tmcd", "camm", "gpmd"};
	size_t moov, mdat;

	for (size_t i = 0; i < COUNT(kept) + COUNT(gone); i++) {
		bool goes = i >= COUNT(kept);

		begin();
		mdat = n_file;
		BOX("mdat", "aaaabbbbbbPICTUREcccccSOUND");
		moov = box("moov");
		table_of(goes ? gone[i - COUNT(kept)] : kept[i], (uint32_t)mdat + 8, (uint32_t)mdat + 25);
		end_box(moov);
		assert_int_equal(clean("video/mp4"), MEDIA_GOOD);
		assert_int_equal(HAS("aaaabbbbbbPICTUREcccccSOUND"), !goes);
		assert_int_equal(HAS("\0\0\0\0\0\0\0\0\0\0PICTURE\0\0\0\0\0SOUND"), goes);
		assert_int_equal(HAS("trak"), !goes);
	}
}

static void samples_of_wide_tables_and_of_one_size(void **state)
{
	(void)state;
	size_t moov, trak, mdia, minf, stbl, at, mdat;

	begin();
	mdat = box("mdat");
	set32(mdat, 1); /* a size of 64 bits */
	add32(0);
	add32(16 + 11);
	ADD("aaabbbbccKE");
	moov = box("moov");
	trak = box("trak");
	mdia = box("mdia");
	BOX("hdlr", "\0\0\0\0\0\0\0\0meta");
	minf = box("minf");
	stbl = box("stbl");
	BOX("stsz", "\0\0\0\0" "\0\0\0\3" "\0\0\0\3"); /* nine bytes */
	BOX("stsc", "\0\0\0\0\0\0\0\1" "\0\0\0\1\0\0\0\x63\0\0\0\1");
	at = box("co64");
	ADD("\0\0\0\0\0\0\0\1");
	add32(0);
	add32((uint32_t)mdat + 16);
	end_box(at);
	end_box(stbl);
	end_box(minf);
	end_box(mdia);
	end_box(trak);
	end_box(moov);
	assert_int_equal(clean("video/mp4"), MEDIA_GOOD);
	assert_true(HAS("\0\0\0\0\0\0\0\0\0KE"));
}

/* Each chunk in an mdat of its own, as some cameras write them. */
static void many_places_of_samples(void **state)
{
	(void)state;
	enum { CHUNKS = 700 };
	size_t moov, trak, mdia, minf, stbl, at, first;

	begin();
	first = n_file;
	for (size_t i = 0; i < CHUNKS; i++)
		BOX("mdat", "x");
	moov = box("moov");
	trak = box("trak");
	mdia = box("mdia");
	BOX("hdlr", "\0\0\0\0\0\0\0\0meta");
	minf = box("minf");
	stbl = box("stbl");
	BOX("stsz", "\0\0\0\0" "\0\0\0\1" "\0\0\2\xbc");
	BOX("stsc", "\0\0\0\0\0\0\0\1" "\0\0\0\1\0\0\0\1\0\0\0\1");
	at = box("stco");
	add32(0);
	add32(CHUNKS);
	for (size_t i = 0; i < CHUNKS; i++)
		add32((uint32_t)(first + 9 * i + 8));
	end_box(at);
	end_box(stbl);
	end_box(minf);
	end_box(mdia);
	end_box(trak);
	end_box(moov);
	assert_int_equal(clean("video/mp4"), MEDIA_GOOD);
	assert_false(HAS("x"));
}

/* Whatever a table says, only what may be samples is overwritten. */
static void a_table_reaches_nothing_but_samples(void **state)
{
	(void)state;
	static const uint32_t places[] = {0, 4, 12, 60, 0x7fffffff, 0xffffffff};
	unsigned char head[12];

	for (size_t i = 0; i < COUNT(places); i++) {
		size_t moov;

		begin();
		memcpy(head, file, sizeof(head));
		moov = box("moov");
		table_of("meta", places[i], places[i]);
		BOX("mvhd", "\0\0\0\0" TIMES "scale");
		end_box(moov);
		BOX("mdat", "short");
		assert_int_equal(clean("video/mp4"), MEDIA_GOOD);
		assert_memory_equal(file, head, sizeof(head));
		assert_true(HAS("scale") && HAS("short"));
	}
}

static void fragments(void **state)
{
	(void)state;
	size_t moof, traf;

	begin();
	moof = box("moof");
	BOX("mfhd", "\0\0\0\0\0\0\0\1");
	traf = box("traf");
	BOX("tfhd", "\0\0\0\0\0\0\0\2kept");
	BOX("meta", "where");
	end_box(traf);
	end_box(moof);
	ADD("\0\0\0\0mdat to the end");
	assert_int_equal(clean("video/mp4"), MEDIA_GOOD);
	assert_true(HAS("kept") && HAS(" to the end"));
	assert_false(HAS("where"));
	for (int goes = 0; goes < 2; goes++) { /* the track's id is "rest" */
		begin();
		size_t moov = box("moov");

		table_of(goes ? "camm" : "vide", 0, 0);
		end_box(moov);
		moof = box("moof");
		traf = box("traf");
		BOX("tfhd", "\0\0\0\0rest");
		end_box(traf);
		end_box(moof);
		assert_int_equal(clean("video/mp4"), goes ? MEDIA_BROKEN : MEDIA_GOOD);
		assert_string_equal(goes ? why : "", goes ? "fragments of a track that is neither seen nor heard" : "");
	}
}

static void tracks_that_go(size_t n)
{
	size_t moov;

	begin();
	moov = box("moov");
	while (n--) {
		size_t trak = box("trak");

		BOX("tkhd", "\1\0\0\7" TIMES TIMES "rest"); /* times of 64 bits */
		end_box(trak);
	}
	end_box(moov);
}

static void many_tracks_that_go(void **state)
{
	(void)state;
	tracks_that_go(64);
	size_t moof = box("moof"), traf = box("traf");

	BOX("tfhd", "\0\0\0\0rest");
	end_box(traf);
	end_box(moof);
	assert_int_equal(clean("video/mp4"), MEDIA_BROKEN);
	assert_string_equal(why, "fragments of a track that is neither seen nor heard");
	tracks_that_go(65);
	assert_int_equal(clean("video/mp4"), MEDIA_BROKEN);
	assert_string_equal(why, "too many tracks");
}

static void longer_times_and_what_is_too_short(void **state)
{
	(void)state;
	size_t moov;

	begin();
	moov = box("moov");
	BOX("mvhd", "\1\0\0\0" TIMES "Tag, wo?" "scale");
	ADD("\1\2\3"); /* less than a box */
	end_box(moov);
	assert_int_equal(clean("video/mp4"), MEDIA_GOOD);
	assert_true(HAS("scale\0\0\0"));
	assert_false(HAS("Tag") || HAS(TIMES));
	begin();
	moov = box("moov");
	BOX("mvhd", "\1\0\0\0" TIMES);
	end_box(moov);
	assert_int_equal(clean("video/mp4"), MEDIA_BROKEN);
	assert_string_equal(why, "a header is too short");
}

static void broken_ones_are_told(void **state)
{
	(void)state;
	size_t moov;

	begin();
	ADD("\0\0\0\7mdat");
	assert_int_equal(clean("video/mp4"), MEDIA_BROKEN);
	assert_string_equal(why, "a box is larger than what it lies in");
	begin();
	ADD("\0\0\1\0mdat");
	assert_int_equal(clean("video/mp4"), MEDIA_BROKEN);
	begin();
	ADD("\0\0\0\1mdat\0\0\0");
	assert_int_equal(clean("video/mp4"), MEDIA_BROKEN);
	assert_string_equal(why, "it ends too early");
	begin();
	ADD("\0\0\0\1mdat\xff\xff\xff\xff\xff\xff\xff\xff");
	assert_int_equal(clean("video/mp4"), MEDIA_BROKEN);
	begin();
	moov = box("moov");
	ADD("\0\0\0\0mvhd"); /* to the end of the file, which only the last may be */
	end_box(moov);
	BOX("mdat", "");
	assert_int_equal(clean("video/mp4"), MEDIA_BROKEN);
	for (size_t n = 0; n < 200; n++) { /* of a table */
		begin();
		BOX("mdat", "aaaabbbbbbccccc");
		moov = box("moov");
		table_of("meta", 20, 30);
		n_file -= n;
		set32(moov, (uint32_t)(n_file - moov));
		(void)clean("video/mp4");
	}
}

static void what_cannot_be_written_is_told(void **state)
{
	(void)state;
	size_t moov;
	enum media_fault fault = MEDIA_AWAY;
	size_t n = 1;

	for (; fault == MEDIA_AWAY; n++) {
		begin();
		BOX("mdat", "aaaabbbbbbccccc");
		moov = box("moov");
		BOX("mvhd", "\0\0\0\0" TIMES "scale");
		table_of("meta", 20, 30);
		BOX("udta", "where");
		end_box(moov);
		fail_after = n;
		fault = clean("video/mp4");
	}
	assert_int_equal(fault, MEDIA_GOOD);
	assert_true(n > 7); /* times, two chunks, two boxes and their names */
}

static void too_much_is_refused(void **state)
{
	(void)state;
	size_t moov, mdat;

	begin();
	mdat = box("mdat");
	while (n_file < 2000)
		ADD("abcdefgh");
	end_box(mdat);
	moov = box("moov");
	for (size_t i = 0; i < 8; i++)
		table_of("meta", (uint32_t)mdat + 8, (uint32_t)mdat + 8);
	/* samples as large as all of it, in each other */
	for (unsigned char *p = file; (p = memmem(p, n_file - (size_t)(p - file), "stsz", 4)); p++)
		set32((size_t)(p - file) + 16, 0xf00);
	end_box(moov);
	assert_int_equal(clean("video/mp4"), MEDIA_BROKEN);
	assert_string_equal(why, "pieces lie in each other");
	begin();
	moov = box("moov");
	table_of("meta", 0, 0);
	set32((size_t)((unsigned char *)memmem(file, n_file, "stsz", 4) - file) + 12, 0xff000000);
	end_box(moov);
	assert_int_equal(clean("video/mp4"), MEDIA_BROKEN);
	assert_string_equal(why, "too many samples");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(metadata_goes_where_it_is_and_nothing_moves),
	    cmocka_unit_test(tracks_neither_seen_nor_heard_go_with_their_samples),
	    cmocka_unit_test(samples_of_wide_tables_and_of_one_size),
	    cmocka_unit_test(many_places_of_samples),
	    cmocka_unit_test(a_table_reaches_nothing_but_samples),
	    cmocka_unit_test(fragments),
	    cmocka_unit_test(many_tracks_that_go),
	    cmocka_unit_test(longer_times_and_what_is_too_short),
	    cmocka_unit_test(broken_ones_are_told),
	    cmocka_unit_test(what_cannot_be_written_is_told),
	    cmocka_unit_test(too_much_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
