#include "domain/analytics/analytics_standing.h"
#include "base/clock.h"

#include <math.h>

#define MONTH_DAYS 30

#define SKILL(nm, ko, en, type, ko_a, en_a, ko_h, en_h)                                            \
	{#nm, {ko, en}, type, {ko_a, en_a}, {ko_h, en_h}, offsetof(struct leveltest_result, nm)}
const struct skill skills[SKILLS] = {
	SKILL(pronunciation, "발음", "Pronunciation", "pronunciation_practice", "따라 말하기 연습", "Shadowing",
	      "원어민의 문장을 듣고 바로 따라 말해 보세요", "Repeat a native speaker's sentences right after them"),
	SKILL(fluency, "유창성", "Fluency", "conversation", "자유 대화 세션", "Free conversation",
	      "한 주제로 5분 동안 멈추지 않고 이야기해 보세요", "Talk about one topic for five minutes without a stop"),
	SKILL(grammar, "문법", "Grammar", "grammar_practice", "문법 연습 세션", "Grammar practice",
	      "틀린 문장을 파트너와 함께 고쳐 보세요", "Correct sentences that went wrong together with your partner"),
	SKILL(vocabulary, "어휘", "Vocabulary", "vocabulary_practice", "어휘 늘리기", "New words",
	      "세션마다 새 단어 다섯 개를 문장에 넣어 말해 보세요", "Use five new words in sentences in each session"),
	SKILL(coherence, "일관성", "Coherence", "storytelling", "이야기 들려주기", "Telling a story",
	      "연결어를 써서 겪은 일을 순서대로 이야기해 보세요", "Tell what happened in order, with linking words"),
	SKILL(interaction, "상호작용", "Interaction", "role_play", "역할극 세션", "Role play",
	      "질문과 맞장구를 섞어 대화를 이끌어 보세요", "Lead the talk with questions and reactions"),
};

/* Where a level begins; behind the last one is the end of the scale. */
static int64_t lowest(int64_t level)
{
	return MIN(cefr_from((int)level), 100);
}

int64_t skill_score(size_t skill, const struct leveltest_result *r)
{
	return *(const int64_t *)(const void *)((const char *)r + skills[skill].offset);
}

static void sort_skills(struct standing *s)
{
	for (size_t i = 0; i < SKILLS; i++) {
		size_t k = i;

		for (; k > 0 && skill_score(s->by_score[k - 1], s->test[0]) > skill_score(i, s->test[0]); k--)
			s->by_score[k] = s->by_score[k - 1];
		s->by_score[k] = i;
	}
}

struct standing standing_of(const struct list *rows, const char *language)
{
	const struct leveltest_result *row = rows->v;
	struct standing s = {.n = 0};

	if (!language && rows->n)
		language = row[0].language;
	for (size_t i = 0; i < rows->n && s.n < STANDING_TESTS; i++)
		if (!strcmp(row[i].language, language))
			s.test[s.n++] = &row[i];
	if (s.n)
		sort_skills(&s);
	return s;
}

const char *standing_level(const struct standing *s)
{
	return s->n ? s->test[0]->level : cefr_names[0];
}

const char *standing_first(const struct standing *s)
{
	return s->n ? s->test[s->n - 1]->level : cefr_names[0];
}

const char *standing_next(const struct standing *s)
{
	return cefr_names[MIN(analytics_level(standing_level(s)) + 1, (int64_t)CEFR_LEVELS - 1)];
}

int64_t standing_position(const struct standing *s)
{
	int64_t level = analytics_level(standing_level(s)), from = lowest(level);
	int64_t width = lowest(level + 1) - from;

	if (!s->n || width < 1)
		return 0;
	return MAX(MIN(100 * (s->test[0]->overall - from) / width, INT64_C(100)), INT64_C(0));
}

int64_t standing_missing(const struct standing *s, int64_t levels)
{
	int64_t level = analytics_level(standing_level(s)) + levels;

	return s->n && level < CEFR_LEVELS ? MAX(lowest(level) - s->test[0]->overall, INT64_C(1)) : 0;
}

int64_t standing_target(int64_t score)
{
	int64_t level = 0;

	while (level < CEFR_LEVELS && lowest(level) <= score)
		level++;
	return lowest(level);
}

const char *standing_trend(const struct standing *s, size_t skill)
{
	int64_t more = s->n > 1 ? skill_score(skill, s->test[0]) - skill_score(skill, s->test[1]) : 0;

	if (more >= TREND_POINTS)
		return "improving";
	return more <= -TREND_POINTS ? "declining" : "stable";
}

double standing_rate(const struct standing *s)
{
	if (s->n < 2)
		return 0;
	const struct leveltest_result *last = s->test[0], *first = s->test[s->n - 1];
	double months = (double)(last->completed_at - first->completed_at) / (double)(MONTH_DAYS * DAY_MS);

	return round((double)(last->overall - first->overall) / fmax(months, 1) * 10) / 10;
}

int64_t standing_weeks(int64_t points, double per_week)
{
	return (int64_t)ceil((double)points / fmax(per_week, 1));
}

size_t standing_areas(const struct standing *s, bool weak, size_t out[TOP_AREAS])
{
	size_t n = 0;

	for (size_t i = 0; s->n && i < SKILLS && n < TOP_AREAS; i++) {
		size_t skill = s->by_score[weak ? i : SKILLS - 1 - i];

		if ((skill_score(skill, s->test[0]) < STRONG) == weak)
			out[n++] = skill;
	}
	return n;
}
