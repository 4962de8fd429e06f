/* What is said of scores, in Korean and English. */
#include "base/buf.h"
#include "domain/leveltest/leveltest_rules.h"
#include "json/jin.h"

enum { STRONG = 75, WEAK = 55, SUGGESTIONS_MAX = 6, TEXTS_BYTES = 1 << 16 };

struct both {
	const char *ko, *en;
};
static const struct {
	struct both name, strong, weak, advice;
} of_skill[SKILLS] = {
	[PRONUNCIATION] = {{"발음", "Pronunciation"},
			   {"발음: 말한 단어가 잘 전달됩니다", "Pronunciation: nearly all words come through"},
			   {"발음: 전달되지 않은 단어가 많습니다", "Pronunciation: many words do not come through"},
			   {"짧은 글을 천천히 또박또박 소리 내어 읽는 연습을 해 보세요",
			    "Read short texts aloud, slowly and word by word"}},
	[FLUENCY] = {{"유창성", "Fluency"},
		     {"유창성: 막힘없이 말을 이어 갑니다", "Fluency: speaks on without halting"},
		     {"유창성: 말이 짧거나 자주 끊깁니다", "Fluency: says little, or halts often"},
		     {"한 주제로 1분 동안 멈추지 않고 말하는 연습을 해 보세요",
		      "Practise talking about one topic for a minute without stopping"}},
	[GRAMMAR] = {{"문법", "Grammar"},
		     {"문법: 문장을 길고 바르게 만듭니다", "Grammar: long sentences with few slips"},
		     {"문법: 문장이 짧거나 실수가 잦습니다", "Grammar: short sentences, or many slips"},
		     {"짧은 문장 두 개를 하나로 이어 말하는 연습을 해 보세요",
		      "Practise joining two short sentences into one"}},
	[VOCABULARY] = {{"어휘", "Vocabulary"},
			{"어휘: 다양한 단어를 사용합니다", "Vocabulary: a wide range of words"},
			{"어휘: 쉬운 단어를 쓰거나 같은 단어를 반복합니다",
			 "Vocabulary: easy words, or the same ones again"},
			{"같은 뜻의 다른 표현을 하루에 다섯 개씩 익혀 보세요",
			 "Learn five other ways a day of saying what you often say"}},
	[COHERENCE] = {{"구성력", "Coherence"},
		       {"구성력: 생각을 연결어로 잘 이어 갑니다", "Coherence: links ideas well"},
		       {"구성력: 생각을 이어 주는 말이 부족합니다", "Coherence: few words link the ideas"},
		       {"because, however처럼 생각을 잇는 말을 문장마다 넣어 보세요",
			"Link your sentences with words such as because and however"}},
	[INTERACTION] = {{"상호작용", "Interaction"},
			 {"상호작용: 질문에 충분히 답합니다", "Interaction: answers questions at length"},
			 {"상호작용: 답변이 질문에 비해 짧습니다", "Interaction: answers are short for what is asked"},
			 {"질문마다 이유와 예를 하나씩 덧붙여 답해 보세요",
			  "Add a reason and an example to each answer"}},
};
static const struct both of_level[CEFR_LEVELS] = {
	{"아주 기본적인 표현을 사용하는 단계입니다.", "Uses very basic expressions."},
	{"익숙한 일상 주제를 짧게 말할 수 있습니다.", "Speaks briefly about familiar everyday matters."},
	{"익숙한 주제를 이어서 말할 수 있습니다.", "Keeps talking about familiar topics."},
	{"다양한 주제에 대해 명확하고 자세하게 말할 수 있습니다.", "Speaks clearly and in detail about many topics."},
	{"복잡한 내용도 유창하게 말할 수 있습니다.", "Speaks fluently about complex matters."},
	{"거의 모든 내용을 정확하고 자연스럽게 말할 수 있습니다.", "Says almost anything precisely and naturally."},
};

static const char *in(const struct ctx *c, const struct both *b)
{
	return say(c, b->ko, b->en);
}

static void add(struct list *l, const char *text)
{
	((const char **)(uintptr_t)l->v)[l->n++] = text;
}

const char *leveltest_advice(const struct ctx *c, enum skill k)
{
	return in(c, &of_skill[k].advice);
}

/* Of what was measured; which SKILLS: of all of them. */
void leveltest_of_skill(struct ctx *c, const struct judgement *j, enum skill which, struct list *strong,
			struct list *weak)
{
	struct list good = {arena_array(c->arena, const char *, SKILLS), 0};
	struct list bad = {arena_array(c->arena, const char *, SKILLS), 0};

	for (unsigned k = 0; k < SKILLS; k++) {
		if ((which != SKILLS && k != which) || j->estimated & 1u << k)
			continue;
		if (j->scores[k] >= STRONG)
			add(&good, in(c, &of_skill[k].strong));
		if (j->scores[k] <= WEAK)
			add(&bad, in(c, &of_skill[k].weak));
	}
	if (strong)
		*strong = good;
	if (weak)
		*weak = bad;
}

void leveltest_suggest(struct ctx *c, const int *scores, struct list *out)
{
	int lowest = 0;

	*out = (struct list){arena_array(c->arena, const char *, SUGGESTIONS_MAX), 0};
	for (int k = 0; k < SKILLS; k++) {
		if (scores[k] <= WEAK)
			add(out, in(c, &of_skill[k].advice));
		if (scores[k] < scores[lowest])
			lowest = k;
	}
	if (!out->n)
		add(out, in(c, &of_skill[lowest].advice));
}

const char *leveltest_remark(struct ctx *c, const struct judgement *j)
{
	int level = cefr_of(j->overall);

	return arena_printf(c->arena, "%s: %s", cefr_names[level], in(c, &of_level[level]));
}

static void by_rules(struct ctx *c, const struct leveltest_row *t, const int *scores, struct leveltest_words *out)
{
	int level = MAX(cefr_called(t->level), 0);
	const char *guess = *t->estimated ? say(c, " 측정하지 못한 항목은 다른 항목의 평균입니다.",
						" What could not be measured is the mean of the rest.")
					  : "";

	struct judgement j = {0};

	memcpy(j.scores, scores, sizeof(j.scores));
	for (unsigned k = 0; k < SKILLS; k++)
		j.estimated |= strstr(t->estimated, skill_names[k]) ? 1u << k : 0;
	leveltest_of_skill(c, &j, SKILLS, &out->strengths, &out->improvements);
	leveltest_suggest(c, scores, &out->suggestions);
	out->summary = arena_printf(c->arena, "%s: %s", t->level, in(c, &of_level[level]));
	out->feedback = arena_printf(
		c->arena, "%s %s%s", out->summary,
		say(c, "점수는 받아쓴 답변의 단어, 문장, 연결어를 세어 규칙으로 계산했습니다.",
		    "Words, sentences and linking words of the transcribed answers were counted by rules."),
		guess);
}

static void by_nobody(struct ctx *c, struct leveltest_words *out)
{
	out->summary = say(c, "음성을 글로 옮길 수 없어 평가하지 못했습니다.",
			   "The recording could not be transcribed, so it was not judged.");
	out->feedback = arena_printf(
		c->arena, "%s %s", out->summary,
		say(c, "표시된 점수와 레벨은 실제 평가가 아닌 기본값이며, 언어 레벨에 반영되지 않습니다.",
		    "The scores and the level shown are placeholders, not an assessment; your level is unchanged."));
}

static void texts_at(struct ctx *c, const struct jval *doc, const char *key, struct list *out)
{
	const struct jval *v = NULL;

	if (jin_get(doc, key, &v) && v)
		jin_texts(c->arena, jin_text(c->arena, v), out);
}

/* As whoever judged it put it: {strengths, improvements, suggestions, feedback}. */
static void by_others(struct ctx *c, const struct leveltest_row *t, struct leveltest_words *out)
{
	const char *why;
	size_t at;
	const struct jval *doc = jin_parse(c->arena, t->texts, strlen(t->texts), &why, &at), *v = NULL;

	texts_at(c, doc, "strengths", &out->strengths);
	texts_at(c, doc, "improvements", &out->improvements);
	texts_at(c, doc, "suggestions", &out->suggestions);
	out->feedback = jin_get(doc, "feedback", &v) && v ? jin_str(v, &at) : NULL;
	out->summary = arena_printf(c->arena, "%s: %s", t->level, in(c, &of_level[MAX(cefr_called(t->level), 0)]));
	out->feedback = out->feedback ? out->feedback : out->summary;
}

static void texts_member(struct buf *b, const char *name, const struct list *texts)
{
	const char *const *v = texts->v;

	buf_printf(b, "%c\"%s\":[", b->len ? ',' : '{', name);
	for (size_t i = 0; i < texts->n; i++) {
		if (i)
			buf_char(b, ',');
		buf_json(b, v[i], strlen(v[i]));
	}
	buf_char(b, ']');
}

const char *leveltest_texts(struct ctx *c, const struct leveltest_words *w)
{
	struct buf b = buf_new(c->arena, 256, TEXTS_BYTES);

	texts_member(&b, "strengths", &w->strengths);
	texts_member(&b, "improvements", &w->improvements);
	texts_member(&b, "suggestions", &w->suggestions);
	buf_member(&b, "feedback", w->feedback);
	buf_char(&b, '}');
	return b.over ? NULL : b.data;
}

void leveltest_say(struct ctx *c, const struct leveltest_row *t, struct leveltest_words *out)
{
	const int scores[SKILLS] = {(int)t->pronunciation, (int)t->fluency, (int)t->grammar,
				    (int)t->vocabulary, (int)t->coherence, (int)t->interaction};

	*out = (struct leveltest_words){
		.strengths = {arena_array(c->arena, const char *, SKILLS), 0},
		.improvements = {arena_array(c->arena, const char *, SKILLS), 0},
	};
	if (!strcmp(t->judge, "nobody"))
		by_nobody(c, out);
	else if (t->texts)
		by_others(c, t, out);
	else
		by_rules(c, t, scores, out);
}
