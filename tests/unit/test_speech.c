/* How speech is judged. Expected numbers come from the text at the top of speech.h. */
#include "domain/leveltest/speech.h"

#include <setjmp.h>
#include <cmocka.h>
#include <math.h>

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

static struct judgement english(const char *text, int64_t seconds, int64_t given)
{
	return judge((struct speech){.language = "en", .text = text, .seconds = seconds, .given = given});
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
	assert_int_equal(m.n_long, 4); /* example, university, informations, however */
	assert_int_equal(count("ko", "그래서 예를 들어 음 갔다. 그래서").links, 3);
	assert_int_equal(count("ja", "だからたとえばだから").links, 3);
	assert_int_equal(count("en", "Some").links, 0);
	assert_int_equal(count("ko", "아름다운 바다").n_long, 1);
}

/* "and he" begins another, "and the dog" does not; nor does it anywhere but in English. */
static void units(void **state)
{
	static const struct {
		const char *language, *text;
		int64_t sentences, units;
	} rows[] = {
		{"en", "I slept and he's there, but the dog ate.", 1, 2},
		{"en", "I slept. And he ate. So", 3, 3},
		{"en", "We ran then they ran or we ran", 1, 3},
		{"en", "Yes, um. And", 2, 2}, /* what is no word may end a sentence */
		{"fr", "I slept and he ate.", 1, 1},
		{"en", "", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct measures m = count(rows[i].language, rows[i].text);

		assert_int_equal(m.sentences, rows[i].sentences);
		assert_int_equal(m.units, rows[i].units);
	}
}

/* Until less than 72 of a hundred are different; what is left counts for its part of the way: 1 of 3 words for 1/3 / .28. */
static void variety(void **state)
{
	(void)state;
	assert_float_equal(count("en", "").variety, 0, .001);
	assert_float_equal(count("en", "one two three").variety, 3, .001);
	assert_float_equal(count("en", "the the the the").variety, 2, .001);
	assert_float_equal(count("en", "go the go").variety, 3, .001);   /* two of three are less */
	/* from the front "the the" is a stretch and nothing follows, 8; from behind .875, 8/.446 */
	assert_float_equal(count("en", "the the a b c d e f").variety, (8 + 17.92) / 2, .001);
	assert_float_equal(count("en", "a b c d a").variety, 7, .001);	  /* .8: .2/.28 of the way, 5/.714 */
}

/*
 * Eleven words in two units, by the scales in speech.c: 5.5 in a unit, 45 * 4.5/6 = 33.75; 40 letters, 3.636 in a word,
 * 45 * .836/1.15 = 32.73; ten different: 1/11 / .28 of the way, variety 33.88, 45 * 25.88/37 = 31.48; vocabulary
 * .75 * 32.73 + .25 * 31.48 = 32.42; one link in a unit, 85 + 15 * .27/.77 = 90.26; coherence a third of 90.26 + 33.75 +
 * 32.42 = 52.14; 110 a minute, 65 + 10 * 5/20 = 67.5; 11 in the minute that was given, 45 * 11/55 = 9; interaction
 * (9 + 33.75)/2 = 21.375; their mean 41.44
 */
static void an_answer(void **state)
{
	static const char tea[] = "I like tea because it is warm. But coffee is bitter.";
	struct judgement j = english(tea, 6, 60);

	(void)state;
	SCORES(j, 41, 68, 34, 32, 52, 21, 41);
	assert_int_equal(j.estimated, 1u << PRONUNCIATION);
	/* nobody measured the time: fluency is 9; the mean of the others 29.74 */
	SCORES(english(tea, 0, 60), 30, 9, 34, 32, 52, 21, 30);
	/* nor was any given: of three skills nothing is known */
	SCORES(english(tea, 0, 0), 39, 39, 34, 32, 52, 39, 39);
	assert_int_equal(english(tea, 0, 0).estimated, 1u << PRONUNCIATION | 1u << FLUENCY | 1u << INTERACTION);
	/* one of twelve words is "um": nothing but fluency is less, by 2 * 100/11 */
	SCORES(english("Um I like tea because it is warm. But coffee is bitter.", 6, 60), 38, 49, 34, 32, 52, 21, 38);
}

/* 45 * 3/6 = 22.5 of four words, less ten with one slip; no less than nothing with four of them */
static void slips_count(void **state)
{
	(void)state;
	assert_int_equal(english("she likes green tea", 0, 60).scores[GRAMMAR], 23);
	assert_int_equal(english("she don't like tea", 0, 60).scores[GRAMMAR], 13);
	assert_int_equal(english("i is. i is. i is. i is", 0, 60).scores[GRAMMAR], 0);
}

/* six Korean words are nine: 45 * 9/55 = 7.36; two sentences of 4.5: 45 * 3.5/6 = 26.25; variety alone, of six words 0 */
static void korean_words_hold_more(void **state)
{
	struct judgement j = judge((struct speech){.language = "ko", .text = "나는 매일 학교에 간다. 정말 좋다.", .given = 60});

	(void)state;
	assert_int_equal(j.scores[FLUENCY], 7);
	assert_int_equal(j.scores[GRAMMAR], 26);
	assert_int_equal(j.scores[VOCABULARY], 0);
	assert_false(j.estimated & 1u << COHERENCE);
	/* nobody has listed the linking words of Russian */
	assert_true(judge((struct speech){.language = "ru", .text = "Я люблю чай."}).estimated & 1u << COHERENCE);
}

/* Written for this test, from A1 to C2. */
static const char *const graded[CEFR_LEVELS] = {
	"My name is Tomas. I am from Brazil. I am twenty years old. I live in a small flat with my "
	 "sister. She is a nurse. I am a student. I have a dog. His name is Rex. He is big and brown. "
	 "I like my dog very much. In the morning I get up at seven. I drink milk and I eat bread. "
	 "Then I go to school. My school is near my home. I like football and music. I do not like "
	 "fish. My friend is Ana. She is nice. We play games. On Sunday I go to the park. I am happy "
	 "there.",
	"I usually get up at half past six because my train leaves at seven. First I have a shower "
	 "and then I make breakfast for my two children. They like eggs and toast. After breakfast I "
	 "take them to school and I walk to the station. My job is in a bookshop in the centre of the "
	 "city. I start work at nine and I help people who want to buy books. At lunch I often eat a "
	 "sandwich with my friend Lucy in the park. In the evening I cook dinner with my husband and "
	 "we talk about our day. When the children are in bed, I read or watch a film.",
	"About two years ago I decided to change my job, because I was bored and I felt that I was "
	 "not learning anything new. A friend told me about a small company that was looking for "
	 "someone who could design web pages. I had never done that before, so I spent every evening "
	 "watching lessons on the internet. At first it was very difficult and I almost gave up "
	 "twice. However, after three months I showed them some examples of my work, and they offered "
	 "me the position. I still remember how nervous I was on the first morning. Now I enjoy my "
	 "work much more than before, although I sometimes have to work at the weekend when a "
	 "customer needs something quickly.",
	"Technology has changed the way we learn more than most people expected, and I think the "
	 "results are mostly positive. Students who live far from a university can now watch lectures "
	 "by excellent teachers, and they can repeat a difficult explanation as often as they need. "
	 "However, I have noticed that many of my friends find it harder to concentrate, because "
	 "their phones interrupt them every few minutes. There is also the question of money, since "
	 "some families cannot afford a computer or a good connection. If schools want to benefit "
	 "from these tools, they should train their teachers properly and make sure that nobody is "
	 "left behind, instead of buying expensive equipment that nobody uses.",
	"It is tempting to attribute the decline of local newspapers exclusively to the internet, "
	 "but the reality is considerably more complicated. Advertising revenue had already been "
	 "shrinking for a decade when the first news websites appeared, largely because regional "
	 "department stores, which had traditionally been the most generous customers, were being "
	 "replaced by national chains with centralised marketing budgets. What digital platforms did "
	 "was to accelerate an existing development while simultaneously altering the expectations of "
	 "readers, who became accustomed to receiving information immediately and without charge. The "
	 "consequences for democratic participation are difficult to measure, yet several studies "
	 "suggest that municipalities without an independent newspaper experience lower turnout and "
	 "higher administrative costs. Whether public subsidies would alleviate the problem, or "
	 "merely compromise editorial independence, remains a matter of intense controversy.",
	"Notwithstanding the considerable rhetorical investment that successive administrations have "
	 "made in the vocabulary of decentralisation, the institutional architecture inherited from "
	 "the nineteenth century has proved extraordinarily resilient, not least because its "
	 "beneficiaries are distributed across the entire political spectrum. Parliamentary "
	 "representatives who denounce bureaucratic centralism during electoral campaigns discover, "
	 "upon assuming ministerial responsibility, that discretionary control over regional "
	 "expenditure constitutes an indispensable instrument of coalition maintenance. The resulting "
	 "equilibrium, in which ostensibly autonomous municipalities compete for administratively "
	 "allocated resources, generates precisely those dependencies that constitutional reformers "
	 "had undertaken to eliminate. It would nevertheless be misleading to characterise this "
	 "persistence as straightforward hypocrisy; it reflects, rather, a structural asymmetry "
	 "between the diffuse advantages of institutional transformation and the concentrated "
	 "disadvantages which such transformation would inevitably impose upon exceptionally "
	 "well-organised constituencies.",
};

static void better_is_more(void **state)
{
	int last = -1;

	(void)state;
	for (int i = 0; i < CEFR_LEVELS; i++) {
		struct judgement j = english(graded[i], 0, 0);

		assert_in_range(cefr_of(j.overall), MAX(i - 1, 0), i + 1);
		assert_true(j.overall > last);
		last = j.overall;
	}
}

/* Who says the same twice is no better. */
static void length_is_no_level(void **state)
{
	(void)state;
	for (int i = 0; i < CEFR_LEVELS; i++) {
		int once = english(graded[i], 0, 0).overall;

		assert_in_range(english(arena_printf(arena, "%s %s", graded[i], graded[i]), 0, 0).overall, once - 2, once + 2);
	}
}

static const char *with(const char *text, const char *part, const char *instead)
{
	const char *at = strstr(text, part);

	assert_non_null(at);
	return arena_printf(arena, "%.*s%s%s", (int)(at - text), text, instead, at + strlen(part));
}

/* A mistake more never helps, and neither does saying less. */
static void mistakes_cost(void **state)
{
	static const struct {
		int text;
		const char *part, *instead;
	} rows[] = {
		{0, "He is big", "He are big"}, {0, "She is nice", "She have nice"}, {1, "I help people", "I helps peoples is"},
		{2, "someone who could", "an someone who can to"},
		{3, "the question of money", "informations"}, {3, "a computer", "an computer"}, {4, "a decade", "an decade"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *text = graded[rows[i].text];

		struct judgement good = english(text, 60, 60);
		struct judgement bad = english(with(text, rows[i].part, rows[i].instead), 60, 60);

		assert_true(bad.scores[GRAMMAR] <= good.scores[GRAMMAR]);
		assert_true(bad.overall <= good.overall);
	}
}

static void confidence(void **state)
{
	(void)state;
	assert_true(isnan(speech_confidence(19)));
	assert_float_equal(speech_confidence(20), .72, .001);
	assert_float_equal(speech_confidence(149), .87, .001);
	assert_float_equal(speech_confidence(5000), .93, .001);
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

/* fluency 67.5 and 9 with and without a time; a passage shows what nothing else does */
static void several_answers(void **state)
{
	static const char tea[] = "I like tea because it is warm. But coffee is bitter.";
	const struct speech v[] = {
		{.language = "en", .text = tea, .seconds = 6, .given = 60},
		{.language = "en", .text = tea, .given = 60},
		{.language = "en", .text = "One two", .passage = "One two", .top = 54},
	};
	struct judgement j;

	(void)state;
	speech_judge(arena, v, 3, &j);
	SCORES(j, 54, 38, 34, 32, 52, 21, 39);
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
		struct judgement j = judge((struct speech){.language = round & 1 ? "en" : "ko", .text = text, .given = 5,
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
		cmocka_unit_test(an_answer),	cmocka_unit_test(units),	cmocka_unit_test(variety),
		cmocka_unit_test(better_is_more), cmocka_unit_test(length_is_no_level), cmocka_unit_test(mistakes_cost), cmocka_unit_test(confidence),
		       cmocka_unit_test(slips_count),	   cmocka_unit_test(korean_words_hold_more),
		cmocka_unit_test(reading_aloud),       cmocka_unit_test(several_answers),  cmocka_unit_test(bands),
		cmocka_unit_test(any_text),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
