/* How speech is judged. Expected numbers come from the text at the top of speech.h. */
#include "domain/leveltest/speech.h"

#include <setjmp.h>
#include <cmocka.h>

static struct arena *arena;

static int begin(void **state)
{
	(void)state;
	arena = arena_new((size_t)16 << 20);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static struct measures count(const char *language, const char *text)
{
	struct measures m;

	speech_measure(arena, &(struct speech){.language = language, .text = text}, &m);
	return m;
}

static struct judgement judge(struct speech s)
{
	struct judgement j;

	speech_judge(arena, &s, 1, &j);
	return j;
}

static struct judgement english(const char *text, int64_t seconds, int64_t expected)
{
	return judge((struct speech){.language = "en", .text = text, .seconds = seconds, .expected = expected});
}

#define SCORES(j, ...)                                                                             \
	do {                                                                                       \
		const int want[SKILLS + 1] = {__VA_ARGS__};                                        \
		for (int k = 0; k < SKILLS; k++)                                                   \
			assert_int_equal((j).scores[k], want[k]);                                  \
		assert_int_equal((j).overall, want[SKILLS]);                                       \
	} while (0)

static void words_and_sentences(void **state)
{
	static const struct {
		const char *language, *text;
		int64_t words, sentences, distinct;
	} rows[] = {
		{"en", "", 0, 0, 0},
		{"en", "... !?", 0, 0, 0},
		{"en", "One two. Two three", 4, 2, 3},
		{"en", "It's 3.5 km, isn\u2019t it?!  Well-known e.g. ISN'T", 10, 3, 9},
		{"ko", "안녕하세요. 저는 민수입니다", 3, 2, 3},
		{"ja", "私は学生です。はい", 4, 2, 4}, /* two characters each */
		{"ja", "日本no日本", 3, 1, 2},
		{"zh", "你好吗？好", 3, 2, 3},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct measures m = count(rows[i].language, rows[i].text);

		assert_int_equal(m.words, rows[i].words);
		assert_int_equal(m.sentences, rows[i].sentences);
		assert_int_equal(m.distinct, rows[i].distinct);
	}
}

/* Without stops forty words are one sentence, forty-one are three of twelve. */
static void run_on_sentences(void **state)
{
	char text[41 * 2 + 1];

	(void)state;
	for (size_t n = 40; n <= 41; n++) {
		for (size_t i = 0; i < n; i++)
			memcpy(text + 2 * i, "a ", 3);
		assert_int_equal(count("xx", text).sentences, n == 40 ? 1 : 3);
	}
}

static void what_is_found(void **state)
{
	struct measures m = count("en", "Um, for example, he don't don't like a apple, an university or an hour. "
					"Does he have informations? However he have two.");

	(void)state;
	assert_int_equal(m.fillers, 1);
	assert_int_equal(m.repeats, 1);
	assert_int_equal(m.links, 2);
	assert_string_equal(m.link_words[0], "however");
	assert_string_equal(m.link_words[1], "for example");
	assert_int_equal(m.slips, 5);
	assert_string_equal(m.slip[0].said, "he don't");
	assert_string_equal(m.slip[0].better, "he doesn't");
	assert_string_equal(m.slip[1].better, "an apple");
	assert_string_equal(m.slip[2].better, "a university");
	assert_string_equal(m.slip[3].said, "informations");
	assert_string_equal(m.slip[4].said, "he have");
	assert_int_equal(m.longer, 4); /* example, university, informations, however */
	assert_int_equal(count("ko", "그래서 예를 들어 음 갔다. 그래서").links, 2);
	assert_int_equal(count("ja", "だからたとえば").links, 2);
	assert_int_equal(count("en", "Some").links, 0);
	assert_int_equal(count("ko", "아름다운 바다").longer, 1);
}

/* development 11/60, and so on: tests/harness/leveltest.mjs has it step by step */
static void an_answer(void **state)
{
	static const char tea[] = "I like tea because it is warm. But coffee is bitter.";
	struct judgement j = english(tea, 6, 60);

	(void)state;
	SCORES(j, 40, 85, 31, 34, 27, 24, 40);
	assert_int_equal(j.estimated, 1u << PRONUNCIATION);
	/* nobody measured the time: fluency is development, 18.33; the mean of the others 26.87 */
	SCORES(english(tea, 0, 60), 27, 18, 31, 34, 27, 24, 27);
	/* one of twelve words is "um": nothing but fluency is less, by 2 * 100/11 */
	SCORES(english("Um I like tea because it is warm. But coffee is bitter.", 6, 60), 36, 66, 31, 34, 27, 24, 36);
}

/* grammar 4/18 - 5 = 17.22 of four words with one slip; no less than nothing with four of them */
static void slips_count(void **state)
{
	(void)state;
	assert_int_equal(english("she likes green tea", 0, 60).scores[GRAMMAR], 22);
	assert_int_equal(english("she don't like tea", 0, 60).scores[GRAMMAR], 17);
	assert_int_equal(english("i is. i is. i is. i is", 0, 60).scores[GRAMMAR], 0);
}

/* six Korean words are nine: 9/60 = 15; two sentences of 4.5: 25 */
static void korean_words_hold_more(void **state)
{
	struct judgement j = judge((struct speech){.language = "ko", .text = "나는 매일 학교에 간다. 정말 좋다.", .expected = 60});

	(void)state;
	assert_int_equal(j.scores[FLUENCY], 15);
	assert_int_equal(j.scores[GRAMMAR], 25);
}

static void reading_aloud(void **state)
{
	static const char passage[] = "The sun is warm. We walk by the sea.";
	struct speech s = {.language = "en", .passage = passage, .text = "the sun it is warm we walk the sea", .top = 74};
	struct judgement j = judge(s);

	(void)state;
	/* eight of nine came through, in order: .74 * 88.89 = 65.78, and nothing else is known */
	SCORES(j, 66, 66, 66, 66, 66, 66, 66);
	assert_int_equal(j.estimated, ((1u << SKILLS) - 1) & ~(1u << PRONUNCIATION));
	s.seconds = 8; /* sixty a minute: .74 * 60/110 = 40.36; the others 53.07 */
	SCORES(judge(s), 66, 40, 53, 53, 53, 53, 53);
	s.text = "sea the walk warm"; /* out of order: "the walk", two of nine */
	assert_int_equal(judge(s).scores[PRONUNCIATION], 16);
	s.text = "the the the the"; /* each word of the text counts once: two of nine */
	assert_int_equal(judge(s).scores[PRONUNCIATION], 16);
	s.text = passage;
	s.top = 54;
	assert_int_equal(cefr_of(judge(s).scores[PRONUNCIATION]), 1);
	s = (struct speech){.language = "ja", .passage = "今日は暖かい。", .text = "今日暖かい", .top = 100};
	assert_int_equal(judge(s).scores[PRONUNCIATION], 83); /* five of six characters */
}

/* 18.33 and 84.62 with and without a time; a passage shows what nothing else does */
static void several_answers(void **state)
{
	static const char tea[] = "I like tea because it is warm. But coffee is bitter.";
	const struct speech v[] = {
		{.language = "en", .text = tea, .seconds = 6, .expected = 60},
		{.language = "en", .text = tea, .expected = 60},
		{.language = "en", .text = "One two", .passage = "One two", .top = 54},
	};
	struct judgement j;

	(void)state;
	speech_judge(arena, v, 3, &j);
	SCORES(j, 54, 51, 31, 34, 27, 24, 37);
	assert_int_equal(j.estimated, 0);
	speech_judge(arena, v, 0, &j);
	SCORES(j, 0, 0, 0, 0, 0, 0, 0);
}

static void bands(void **state)
{
	static const int lowest[] = {0, 45, 55, 65, 75, 85};

	(void)state;
	for (int i = 0; i < CEFR_LEVELS; i++) {
		assert_int_equal(cefr_from(i), lowest[i]);
		assert_int_equal(cefr_of(lowest[i]), i);
		assert_int_equal(cefr_of(cefr_from(i + 1) - 1), i);
		assert_int_equal(cefr_called(cefr_names[i]), i);
	}
	assert_int_equal(cefr_called("D1"), -1);
	assert_string_equal(speech_language("english"), "en");
	assert_string_equal(speech_language("한국어"), "ko");
	assert_null(speech_language("Klingon"));
	assert_true(speech_says_something("...a"));
	assert_false(speech_says_something(" .。!"));
	assert_false(speech_says_something(NULL));
}

/* Whatever is said, scores are scores. */
static void any_text(void **state)
{
	static const char *const pieces[] = {"a", " ", ".", "an", "um", "그래서", "日本", "’", "-", "he have", "because", "\n", "é", "🙂"};
	char text[400];
	unsigned dice = 1;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		size_t n = 0;

		for (int i = 0; i < round % 20; i++) {
			dice = dice * 1103515245u + 12345u;
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", pieces[(dice >> 16) % COUNT(pieces)]);
		}
		text[n] = '\0';
		struct judgement j = judge((struct speech){.language = round & 1 ? "en" : "ko", .text = text, .expected = 5,
							   .seconds = round % 3, .passage = round % 5 ? NULL : "an hour",
							   .top = 74});

		for (int k = 0; k < SKILLS; k++)
			assert_in_range(j.scores[k], 0, 100);
		arena_reset(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_and_sentences), cmocka_unit_test(run_on_sentences), cmocka_unit_test(what_is_found),
		cmocka_unit_test(an_answer),	       cmocka_unit_test(slips_count),	   cmocka_unit_test(korean_words_hold_more),
		cmocka_unit_test(reading_aloud),       cmocka_unit_test(several_answers),  cmocka_unit_test(bands),
		cmocka_unit_test(any_text),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
