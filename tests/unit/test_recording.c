/* Cleaning WebM, Ogg, MP3 and WAVE, and looking at DOCX: what stays, what goes, and what is refused, on files built by hand. MP4 is in
 * test_mp4.c, real files of all kinds in tests/api/recordings.test.mjs. */
#include "in_place.h"

static unsigned char before[sizeof(file)];
static size_t n_before;

static void begin(void)
{
	n_file = writes = fail_after = 0;
}

static void add_times(int c, size_t n)
{
	while (n--)
		add((char[]){(char)c}, 1);
}

static void add_le32(uint32_t x)
{
	add((char[]){(char)x, (char)(x >> 8), (char)(x >> 16), (char)(x >> 24)}, 4);
}

/* It is good, nothing moves, and there is nothing more to do to it. */
static void clean_well(const char *type)
{
	memcpy(before, file, n_before = n_file);
	assert_int_equal(clean(type), MEDIA_GOOD);
	assert_int_equal(n_file, n_before);
	memcpy(before, file, n_file);
	assert_int_equal(clean(type), MEDIA_GOOD);
	assert_memory_equal(file, before, n_file);
}

#define IS(text) is((text), sizeof(text) - 1)
static void is(const char *p, size_t n)
{
	assert_int_equal(n_file, n);
	assert_memory_equal(file, p, n);
}

static void refused(const char *type, const char *said)
{
	assert_int_equal(clean(type), MEDIA_BROKEN);
	assert_string_equal(why, said);
}

/* ---- WAVE --------------------------------------------------------------------------------- */

static void wave(uint32_t size)
{
	begin();
	ADD("RIFF");
	add_le32(size);
	ADD("WAVEfmt \4\0\0\0form");
}

static void wave_keeps_form_and_samples(void **state)
{
	(void)state;
	wave(0);
	ADD("LIST\5\0\0\0INFOx\0" "data\3\0\0\0abc\0" "id3 \4\0\0\0" "data" "\1\2\3");
	clean_well("audio/wav");
	IS("RIFF\0\0\0\0WAVEfmt \4\0\0\0form" "JUNK\5\0\0\0\0\0\0\0\0\0" "data\3\0\0\0abc\0" "JUNK\4\0\0\0\0\0\0\0" "\0\0\0");
}

static void wave_of_unknown_size(void **state)
{
	static const uint32_t unknown[] = {0, 0xffffffff, 0xffffffff - 36};

	(void)state;
	for (size_t i = 0; i < COUNT(unknown); i++) {
		wave(unknown[i]);
		ADD("data");
		add_le32(i ? unknown[i] : 0);
		ADD("samples that last");
		clean_well("audio/wav");
		assert_true(HAS("samples that last"));
	}
	wave(200); /* where no samples are said to be there are none */
	ADD("data\0\0\0\0" "LIST\4\0\0\0INFO");
	clean_well("audio/wav");
	assert_true(HAS("data\0\0\0\0JUNK\4\0\0\0\0\0\0\0"));
	wave(200); /* cut off */
	ADD("data\xff\0\0\0heard");
	clean_well("audio/wav");
	assert_true(HAS("heard"));
}

static void wave_with_what_is_no_chunk_behind_it(void **state)
{
	(void)state;
	wave(30);
	ADD("data\2\0\0\0ab" "TAGtitle of somebody");
	clean_well("audio/wav");
	assert_true(HAS("data\2\0\0\0abJUNK\x0c\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"));
	wave(30); /* not even if it is called data */
	ADD("data\2\0\0\0ab" "data\x20\0\0\0somebody");
	clean_well("audio/wav");
	assert_false(HAS("somebody"));
}

static void broken_waves(void **state)
{
	(void)state;
	begin();
	ADD("RIFF\0\0\0\0WAV");
	refused("audio/wav", "it ends too early");
	ADD("X");
	refused("audio/wav", "no WAVE");
	wave(0);
	refused("audio/wav", "no samples");
	ADD("LIST\5\0\0\0INFO");
	refused("audio/wav", "a chunk is larger than the file");
}

/* ---- MP3 ---------------------------------------------------------------------------------- */

/* So many bytes, of zeros and a letter. */
static void frame(const char *header, size_t n, int c)
{
	add(header, 4);
	add_times(c, n - 4);
}

#define MPEG1_128 "\xff\xfb\x90\0"    /* layer 3, 44.1 kHz: 417 bytes, padded 418 */
#define MPEG1_128_PAD "\xff\xfb\x92\0"
#define MPEG2_8 "\xff\xf3\x14\xc4"    /* layer 3, 24 kHz: 24 bytes */

static void frames_of_all_kinds(void **state)
{
	/* ISO/IEC 11172-3, 2.4.3.1, worked out by hand: 144 or 72 times bits over Hz, of layer 1 four times 12 */
	static const struct {
		const char *header;
		size_t n;
	} kinds[] = {
		{MPEG1_128, 417},	     {MPEG1_128_PAD, 418},	  {MPEG2_8, 24},
		{"\xff\xfb\xe4\0", 960},     /* 320 kbit/s, 48 kHz */
		{"\xff\xfb\x18\0", 144},     /* 32 kbit/s, 32 kHz */
		{"\xff\xfd\xe4\0", 1152},    /* layer 2, 384 kbit/s, 48 kHz */
		{"\xff\xff\xe4\0", 448},     /* layer 1, 448 kbit/s, 48 kHz */
		{"\xff\xff\xe6\0", 452},
		{"\xff\xf5\xe4\0", 960},     /* MPEG-2, layer 2, 160 kbit/s, 24 kHz */
		{"\xff\xf7\xe4\0", 512},     /* layer 1, 256 kbit/s, 24 kHz */
		{"\xff\xe3\x84\0", 384},     /* MPEG-2.5, layer 3, 64 kbit/s, 12 kHz */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		begin();
		for (size_t k = 0; k < 5; k++)
			frame(kinds[i].header, kinds[i].n, 'a' + (int)k);
		memcpy(before, file, n_file);
		ADD("TAG somebody");
		clean_well("audio/mpeg");
		assert_memory_equal(file + n_file - 12, "\0\0\0\0\0\0\0\0\0\0\0\0", 12);
		for (size_t k = 0; k < 5; k++)
			assert_true(file[(k + 1) * kinds[i].n - 1] == 'a' + (int)k && file[k * kinds[i].n] == 0xff);
	}
}

static void tags_of_mp3_say_nothing_but_how_long_they_are(void **state)
{
	(void)state;
	begin();
	ADD("ID3\4\0\x10\0\0\1\2"); /* 130 bytes and a footer */
	add_times('s', 130);
	ADD("3DI\4\0\x10\0\0\1\2");
	ADD("ID3\3\0\x80\0\0\0\4song");
	for (int i = 0; i < 3; i++)
		frame(MPEG2_8, 24, 'h');
	ADD("ID3\4\0\0\0\0\0\4" "also"); /* between */
	frame(MPEG2_8, 24, 'i');
	ADD("APETAGEX....Cover Art (Front)\xff\xf3\x14\xc4 and no more frames");
	ADD("TAGtitle");
	clean_well("audio/mpeg");
	assert_memory_equal(file, "ID3\4\0\0\0\0\1\x0c\0\0", 12);
	assert_memory_equal(file + 150, "ID3\3\0\0\0\0\0\4\0\0\0\0\xff\xf3", 16);
	assert_memory_equal(file + 164 + 72, "ID3\4\0\0\0\0\0\4\0\0\0\0\xff\xf3\x14\xc4i", 19);
	assert_false(HAS("APE") || HAS("Cover") || HAS("title") || HAS("also") || HAS("sss") || HAS("3DI"));
	assert_true(HAS("hhhhhhhhhhhhhhhhhhhh"));
	for (size_t i = 164 + 72 + 14 + 24; i < n_file; i++)
		assert_int_equal(file[i], 0);
}

static void frames_are_found_again_behind_what_is_none(void **state)
{
	(void)state;
	begin();
	ADD("somebody\xff\xf3\x14\xc4"); /* one by chance */
	for (int i = 0; i < 4; i++)
		frame(MPEG2_8, 24, 'h');
	ADD("somebodyID3\4\0\0\0\0\0\4else");
	for (int i = 0; i < 3; i++)
		frame(MPEG1_128, 417, 'j'); /* of another kind */
	frame(MPEG1_128, 200, 'k');	    /* cut off */
	clean_well("audio/mpeg");
	assert_false(HAS("somebody") || HAS("ID3") || HAS("k"));
	assert_int_equal(file[12], 0xff);
	assert_int_equal(file[12 + 4 * 24 + 22], 0xff);
	assert_int_equal(file[12 + 4 * 24 + 22 + 3 * 417 - 1], 'j');
}

static void broken_mp3(void **state)
{
	(void)state;
	begin();
	ADD("ID3\4\0\0\0\0\0\4song");
	refused("audio/mpeg", "no frames");
	begin();
	for (int i = 0; i < 9; i++)
		frame("\xff\xfb\0\0", 417, 0); /* a bit rate that is not told */
	refused("audio/mpeg", "no frames");
	begin();
	ADD("ID3\4\0\0\x7f\x7f\x7f\x7f");
	refused("audio/mpeg", "no frames");
}

/* ---- Ogg ---------------------------------------------------------------------------------- */

/* Bit by bit, as RFC 3533 describes it. */
static uint32_t crc(const unsigned char *p, size_t n)
{
	uint32_t r = 0;

	for (size_t i = 0; i < n; i++)
		for (int bit = 7; bit >= 0; bit--) {
			bool high = r >> 31 ^ (p[i] >> bit & 1);

			r = r << 1 ^ (high ? 0x04c11db7 : 0);
		}
	return r;
}

static void check_crc(size_t at, size_t n)
{
	unsigned char page[70 * 1000];
	uint32_t sum = (uint32_t)file[at + 22] | (uint32_t)file[at + 23] << 8 | (uint32_t)file[at + 24] << 16 |
		       (uint32_t)file[at + 25] << 24;

	memcpy(page, file + at, n);
	memset(page + 22, 0, 4);
	assert_int_equal(sum, crc(page, n));
}

/* A page of `serial` whose lacing and data are these; → where it begins. */
static size_t page(int flags, int serial, const char *lacing, size_t n_lacing, const char *data, size_t n)
{
	size_t at = n_file, n_now;
	uint32_t sum;

	ADD("OggS\0");
	add((char[]){(char)flags}, 1);
	add_times(0, 8);
	add_le32((uint32_t)serial);
	add_le32(0);
	add_le32(0);
	add((char[]){(char)n_lacing}, 1);
	add(lacing, n_lacing);
	add(data, n);
	sum = crc(file + at, n_file - at);
	n_now = n_file;
	n_file = at + 22;
	add_le32(sum);
	n_file = n_now;
	return at;
}

#define PACKET(flags, serial, text) packet((flags), (serial), (text), sizeof(text) - 1)
static size_t packet(int flags, int serial, const char *data, size_t n)
{
	char lacing[255];

	memset(lacing, 255, sizeof(lacing));
	lacing[n / 255] = (char)(n % 255);
	return page(flags, serial, lacing, n / 255 + 1, data, n);
}

#define COMMENTS "\3\0\0\0" "lib" "\1\0\0\0" "\x0b\0\0\0" "ARTIST=some"
#define NOTHING "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define AS_LONG(said, text) assert_true(HAS(said NOTHING text))

static void comments_of_each_codec(void **state)
{
	size_t at;

	(void)state;
	begin();
	PACKET(2, 1, "OpusHead............");
	at = PACKET(0, 1, "OpusTags" COMMENTS);
	PACKET(0, 1, "ARTIST=heard");
	clean_well("audio/ogg");
	AS_LONG("OpusTags", "OggS");
	assert_true(HAS("ARTIST=heard"));
	check_crc(at, 28 + 8 + 26);
	begin();
	PACKET(2, 1, "\1vorbis............");
	page(0, 1, "\x22\x09", 2, "\3vorbis" COMMENTS "\1" "\5vorbis..", 34 + 9);
	clean_well("audio/ogg");
	assert_true(HAS("\3vorbis\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" "\5vorbis.."));
	begin();
	PACKET(2, 1, "\x80theora............");
	PACKET(2, 2, "Speex   ...");
	PACKET(0, 2, COMMENTS);
	PACKET(0, 1, "\x81theora" COMMENTS);
	PACKET(0, 1, "\x82theora set up");
	PACKET(0, 2, "heard");
	clean_well("audio/ogg");
	AS_LONG("\x81theora", "OggS");
	assert_false(HAS("ARTIST"));
	assert_true(HAS("\x82theora set up") && HAS("heard"));
}

static void blocks_of_flac(void **state)
{
	(void)state;
	begin();
	PACKET(2, 1, "\x7f" "FLAC\1\0\0\3fLaC\0\0\0\x22STREAMINFO");
	PACKET(0, 1, "\4\0\0\x16" COMMENTS);
	PACKET(0, 1, "\6\0\0\5cover");
	PACKET(0, 1, "\3\0\0\4seek");
	page(0, 1, "\x08\0\x08", 3, "\x82\0\0\4prog" "\xff\xf8" "first.", 16); /* one of no bytes between */
	PACKET(0, 1, "\xff\xf8\6\0cover");
	clean_well("audio/ogg");
	assert_true(HAS("STREAMINFO") && HAS("\3\0\0\4seek") && HAS("\xff\xf8\6\0cover"));
	AS_LONG("\4\0\0\x16", "OggS");
	assert_true(HAS("\1\0\0\5\0\0\0\0\0") && HAS("\x81\0\0\4\0\0\0\0\xff\xf8" "first."));
	assert_false(HAS("prog"));
}

static void comments_over_many_pages(void **state)
{
	static char tags[150 * 1000] = "OpusTags" COMMENTS;
	char lacing[255];
	size_t at[4], n = sizeof(tags), most = 255 * 255;

	(void)state;
	memset(tags + 34, 'c', n - 34);
	memset(lacing, 255, sizeof(lacing));
	for (size_t first = 3; first < 20; first += 3) { /* and the name of them over two */
		begin();
		PACKET(2, 1, "OpusHead............");
		lacing[0] = (char)255;
		at[0] = page(0, 1, lacing, 255, tags, most);
		PACKET(2, 2, "OpusHead of another");
		at[1] = page(1, 1, lacing, 255, tags + most, most);
		PACKET(0, 2, "OpusTags" COMMENTS);
		size_t rest = n - 2 * most;

		lacing[rest / 255] = (char)(rest % 255);
		at[2] = page(1, 1, lacing, rest / 255 + 1, tags + 2 * most, rest);
		lacing[rest / 255] = (char)255;
		PACKET(0, 1, "heard by all");
		clean_well("audio/ogg");
		assert_false(HAS("cc") || HAS("ARTIST"));
		assert_true(HAS("heard by all") && HAS("OpusTags\0\0"));
		check_crc(at[0], 27 + 255 + most);
		check_crc(at[1], 27 + 255 + most);
		check_crc(at[2], 27 + rest / 255 + 1 + rest);
	}
}

static void one_stream_after_another(void **state)
{
	(void)state;
	begin();
	for (int i = 0; i < 100; i++) {
		PACKET(2, i % 50, "OpusHead............");
		PACKET(0, i % 50, "OpusTags" COMMENTS);
		PACKET(4, i % 50, "heard");
	}
	clean_well("audio/ogg");
	assert_false(HAS("ARTIST"));
	for (int i = 50; i < 70; i++)
		PACKET(2, i, "OpusHead............");
	refused("audio/ogg", "too many streams");
}

static void broken_ogg(void **state)
{
	size_t whole;

	(void)state;
	begin();
	PACKET(2, 1, "Annodex.");
	refused("audio/ogg", "a stream of a kind that is not taken");
	begin();
	PACKET(0, 1, "OpusHead............");
	refused("audio/ogg", "a page of no stream");
	begin();
	PACKET(2, 1, "OpusHead............");
	whole = n_file;
	PACKET(0, 1, "OpusTags\0\0\0\0\0\0\0");
	refused("audio/ogg", "comments are too short");
	n_file = whole;
	PACKET(0, 1, "OpusTogs" COMMENTS);
	refused("audio/ogg", "no comments where they belong");
	n_file = whole;
	PACKET(1, 1, "OpusTags" COMMENTS);
	refused("audio/ogg", "a packet that goes on nowhere");
	n_file = whole;
	memset(before, 'c', 255);
	page(0, 1, "\xff", 1, (const char *)before, 255);
	for (size_t i = 0; i < 8; i++)
		file[whole + 28 + i] = (unsigned char)"OpusTags"[i];
	PACKET(0, 1, COMMENTS);
	refused("audio/ogg", "a packet that goes on nowhere");
	n_file = whole;
	PACKET(0, 1, "OpusTags" COMMENTS);
	for (size_t all = n_file; n_file > whole + 1; n_file--) {
		if (n_file < all)
			refused("audio/ogg", "it ends too early");
	}
	n_file = whole;
	ADD("TAG of somebody, of more than a page");
	refused("audio/ogg", "no page where one begins");
}

/* ---- WebM --------------------------------------------------------------------------------- */

#define ELEMENT(id, text) element((id), sizeof(id) - 1, (text), sizeof(text) - 1)
static void element(const char *id, size_t n_id, const char *data, size_t n)
{
	add(id, n_id);
	add((char[]){(char)(0x40 | n >> 8), (char)n}, 2);
	add(data, n);
}

/* → for end_element() */
static size_t open_element(const char *id)
{
	add(id, strlen(id));
	ADD("\x20\0\0");
	return n_file;
}

static void end_element(size_t at)
{
	file[at - 2] = (unsigned char)((n_file - at) >> 8);
	file[at - 1] = (unsigned char)(n_file - at);
}

#define UNKNOWN "\x01\xff\xff\xff\xff\xff\xff\xff"
#define SEGMENT "\x18\x53\x80\x67"
#define CLUSTER "\x1f\x43\xb6\x75"
#define TRACKS "\x16\x54\xae\x6b"
#define INFO "\x15\x49\xa9\x66"
#define TAGS "\x12\x54\xc3\x67"

static void webm(void)
{
	begin();
	ELEMENT("\x1a\x45\xdf\xa3", "\x42\x82\x84webm");
}

static void elements_not_on_the_list_are_void(void **state)
{
	size_t segment, in, entry;

	(void)state;
	webm();
	segment = open_element(SEGMENT);
	in = open_element(INFO);
	ELEMENT("\xbf", "sums");
	ELEMENT("\x2a\xd7\xb1", "\x0f\x42\x40");
	ELEMENT("\x4d\x80", "muxer of somebody");
	ELEMENT("\x57\x41", "writer of somebody");
	ELEMENT("\x7b\xa9", "title of somebody");
	ELEMENT("\x44\x61", "12345678");
	end_element(in);
	in = open_element(TRACKS);
	entry = open_element("\xae");
	ELEMENT("\xd7", "\1");
	ELEMENT("\x53\x6e", "name of somebody");
	ELEMENT("\xe0", "width");
	end_element(entry);
	end_element(in);
	in = open_element(CLUSTER);
	ELEMENT("\xe7", "\0");
	ELEMENT("\xa3", "block: title of nobody");
	ELEMENT("\xa0", "group");
	ELEMENT("\xec", "left over from somebody");
	end_element(in);
	ELEMENT(TAGS, "ARTIST=somebody");
	ELEMENT("\x10\x43\xa7\x70", "chapter of somebody");
	ELEMENT("\x19\x41\xa4\x69", "cover of somebody");
	end_element(segment);
	ELEMENT("\xbe", "behind it, somebody");
	clean_well("video/webm");
	assert_false(HAS("somebody") || HAS("sums") || HAS("12345678") || HAS("\x7b\xa9"));
	assert_true(HAS("\xe0\x40\5width") && HAS("block: title of nobody") && HAS("\xa0\x40\5group"));
	assert_true(HAS("\x2a\xd7\xb1\x40\3\x0f\x42\x40\x4d\x80\x40\x11\0"));
	assert_true(HAS("\xec\x01\0\0\0\0\0\0\x0c\0")); /* of tags: 4 + 2 + 15 bytes */
	assert_true(HAS("\xec\4\0\0\0\0\0"));	  /* of sums: 1 + 2 + 4 */
}

static void elements_of_unknown_size(void **state)
{
	(void)state;
	webm();
	for (int i = 0; i < 2; i++) { /* one recording after another */
		ADD(SEGMENT UNKNOWN);
		ELEMENT(TRACKS, "");
		for (int k = 0; k < 3; k++) {
			ADD(CLUSTER "\xff");
			ELEMENT("\xa3", "block");
			ELEMENT("\xa7", "");
		}
		ELEMENT(TAGS, "somebody");
		ADD(CLUSTER UNKNOWN);
		ELEMENT("\xa3", "block");
		if (!i)
			ELEMENT("\x1a\x45\xdf\xa3", "header");
	}
	memcpy(before, file, n_before = n_file);
	clean_well("audio/webm");
	assert_false(HAS("somebody"));
	assert_true(HAS("header"));
	for (size_t i = 0, n = 0; i < n_file; i++)
		if (!memcmp(file + i, "block", 5))
			assert_true(++n <= 8);
	webm(); /* tags in a segment of known size end a cluster of unknown size */
	size_t segment = open_element(SEGMENT);

	ADD(CLUSTER "\xff");
	ELEMENT("\xa3", "block");
	ELEMENT(TAGS, "somebody");
	ADD(CLUSTER "\xff");
	end_element(segment);
	clean_well("audio/webm");
	assert_true(HAS("block\xec") && !HAS("somebody"));
}

static void comments_in_private_data_of_vorbis(void **state)
{
	static const char good[] = "\2\7\x22" "\1vorbis" "\3vorbis" COMMENTS "\1" "\5vorbis setup",
			  *const other[] = {"\1\7\x22" "\1vorbis" "\3vorbis" COMMENTS, "\2\7\x22" "\1vorbis" "\3verbis" COMMENTS,
					    "\2\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
					    "\2\xff\xff\xff\1\1 and nothing there", "OpusHead and what there is", "\2 short"};

	(void)state;
	for (size_t i = 0; i <= COUNT(other); i++) {
		webm();
		size_t segment = open_element(SEGMENT), tracks = open_element(TRACKS), entry = open_element("\xae");
		const char *data = i ? other[i - 1] : good;

		element("\x63\xa2", 2, data, i ? strlen(data) : sizeof(good) - 1);
		end_element(entry);
		end_element(tracks);
		end_element(segment);
		memcpy(before, file, n_file);
		clean_well("audio/webm");
		if (i)
			assert_true(has(data, strlen(data)));
		else
			assert_true(HAS("\1vorbis" "\3vorbis\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" "\5vorbis setup"));
	}
	webm();
	size_t segment = open_element(SEGMENT), tracks = open_element(TRACKS), entry = open_element("\xae");

	ELEMENT("\x63\xa2", "\2\7\xf0" "\1vorbis" "\3vorbis" "\0\0\0\0\0\0\0");
	end_element(entry);
	end_element(tracks);
	end_element(segment);
	refused("audio/webm", "comments are too short");
}

static void what_was_cut_off_is_good_so_far(void **state)
{
	size_t segment, tags, whole;

	(void)state;
	webm();
	segment = open_element(SEGMENT);
	size_t cluster = open_element(CLUSTER);

	ELEMENT("\xa3", "a block that is kept");
	end_element(cluster);
	tags = n_file;
	ELEMENT(TAGS, "ARTIST=somebody and more");
	end_element(segment);
	whole = n_file;
	memcpy(before, file, whole);
	for (n_file = whole; n_file > cluster; n_file--) {
		memcpy(file, before, whole);
		size_t n = n_file;
		unsigned char was[sizeof(before)];

		memcpy(was, before, whole);
		clean_well("audio/webm");
		memcpy(before, was, whole);
		assert_int_equal(n_file, n);
		assert_false(HAS("ARTIST"));
		if (n <= tags)
			assert_memory_equal(file, was, n);
	}
}

static void broken_webm(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *why;
	} cases[] = {
#define CASE(bytes, why) {bytes, sizeof(bytes) - 1, why}
		CASE("\0\x81x", "no element where one begins"),
		CASE("\x0f\x81xxxxxxxxxx", "no element where one begins"),
		CASE("\x81\0xxxxxxxxxxxx", "no element where one begins"),
		CASE("\xff\xff", "an element without a size"),
		CASE(SEGMENT "\x86" TRACKS "\x81" "xx", "an element is larger than what it lies in"),
		CASE(SEGMENT "\x83" "\x16\x54\xae" "xx", "an element is larger than what it lies in"),
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		webm();
		add(cases[i].bytes, cases[i].n);
		refused("audio/webm", cases[i].why);
	}
}

/* ---- DOCX --------------------------------------------------------------------------------- */

#define DOCX "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
static void add_le16(size_t x)
{
	add((char[]){(char)x, (char)(x >> 8)}, 2);
}

/* An archive whose list has n files of so many bytes, with names, notes and comments of three bytes each. */
static void archive(size_t n, uint32_t unpacked)
{
	size_t list;

	begin();
	ADD("PK\3\4 and files");
	list = n_file;
	for (size_t i = 0; i < n; i++) {
		ADD("PK\1\2....................");
		add_le32(unpacked);
		ADD("\3\0\3\0\3\0............" "one" "two" "six");
	}
	ADD("PK\5\6\0\0\0\0");
	add_le16(n);
	add_le16(n);
	add_le32(0);
	add_le32((uint32_t)list);
	add_le16(0);
}

static void archives_that_may_be_unpacked(void **state)
{
	(void)state;
	archive(3, 1000);
	clean_well(DOCX);
	archive(500, 1 << 20);
	clean_well(DOCX);
	archive(500, (1 << 20) + 1);
	refused(DOCX, "too much when unpacked");
	archive(2, UINT32_MAX);
	refused(DOCX, "too much when unpacked");
	archive(0, 0);
	file[n_file - 11] = 0x27;
	file[n_file - 12] = 0x11;
	refused(DOCX, "too many files");
	file[n_file - 12] = 0x10; /* 10,000 that are not there */
	refused(DOCX, "it ends too early");
	archive(3, 1000);
	file[n_file - 12]--;
	refused(DOCX, "a list of another length");
	file[n_file - 12] += 2;
	refused(DOCX, "it ends too early");
	archive(3, 1000);
	file[n_file - 6]++;
	refused(DOCX, "no file where the list says so");
	ADD("and more");
	refused(DOCX, "an archive without its list");
	n_file = 21;
	refused(DOCX, "it ends too early");
}

/* ------------------------------------------------------------------------------------------- */

static void what_cannot_be_read_or_written_is_told(void **state)
{
	static const char *const types[] = {"audio/wav", "audio/mpeg", "audio/ogg", "audio/webm"};

	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		enum media_fault fault = MEDIA_AWAY;
		size_t n = 0;

		while (fault == MEDIA_AWAY) {
			begin();
			if (i == 0) {
				wave(0);
				ADD("data\2\0\0\0ab" "LIST\4\0\0\0INFO");
			} else if (i == 1) {
				ADD("ID3\4\0\0\0\0\0\4song");
				for (int k = 0; k < 3; k++)
					frame(MPEG2_8, 24, 'h');
				ADD("TAG");
			} else if (i == 2) {
				PACKET(2, 1, "\1vorbis............");
				PACKET(0, 1, "\3vorbis" COMMENTS "\1");
			} else {
				webm();
				ADD(SEGMENT "\xff");
				ELEMENT(TAGS, "somebody");
			}
			fail_after = ++n;
			fault = clean(types[i]);
		}
		assert_int_equal(fault, MEDIA_GOOD);
		assert_true(n > 2);
	}
	refused("audio/flac", "no format that is known");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wave_keeps_form_and_samples),
		cmocka_unit_test(wave_of_unknown_size),
		cmocka_unit_test(wave_with_what_is_no_chunk_behind_it),
		cmocka_unit_test(broken_waves),
		cmocka_unit_test(frames_of_all_kinds),
		cmocka_unit_test(tags_of_mp3_say_nothing_but_how_long_they_are),
		cmocka_unit_test(frames_are_found_again_behind_what_is_none),
		cmocka_unit_test(broken_mp3),
		cmocka_unit_test(comments_of_each_codec),
		cmocka_unit_test(blocks_of_flac),
		cmocka_unit_test(comments_over_many_pages),
		cmocka_unit_test(one_stream_after_another),
		cmocka_unit_test(broken_ogg),
		cmocka_unit_test(elements_not_on_the_list_are_void),
		cmocka_unit_test(elements_of_unknown_size),
		cmocka_unit_test(comments_in_private_data_of_vorbis),
		cmocka_unit_test(what_was_cut_off_is_good_so_far),
		cmocka_unit_test(broken_webm),
		cmocka_unit_test(archives_that_may_be_unpacked),
		cmocka_unit_test(what_cannot_be_read_or_written_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
