/* What level tests ask. */
#include "domain/leveltest/leveltest_rules.h"

static const struct {
	const char *en, *ko, *difficulty;
	int64_t seconds;
} asked[LEVELTEST_QUESTIONS] = {
	{"Please introduce yourself. What is your name, where are you from, and what do you do?",
	 "자기소개를 해 주세요. 이름, 출신지, 하는 일을 말해 주세요.", "A1-A2", 60},
	{"Describe a typical day in your life, from morning to evening.",
	 "아침부터 저녁까지 평범한 하루를 설명해 주세요.", "A2-B1", 90},
	{"Tell me about a memorable experience you had recently. What happened, and how did you feel?",
	 "최근에 기억에 남는 경험을 이야기해 주세요. 무슨 일이 있었고 어떤 기분이었나요?", "B1-B2", 120},
	{"How has technology changed education? Discuss both its advantages and its disadvantages.",
	 "기술은 교육을 어떻게 바꾸었나요? 장점과 단점을 모두 이야기해 주세요.", "B2-C1", 180},
};

/* How hard a text is, and what reading it shows at most: the top of a level (speech.h). */
static const struct {
	const char *aim, *difficulty;
	int top;
} aims[] = {{"BEGINNER", "A1-A2", 54}, {"INTERMEDIATE", "B1-B2", 74}, {"ADVANCED", "C1-C2", 100}};
enum { AIMS = 3, READING_S = 60 };

static const struct {
	const char *language, *text[AIMS];
} passages[] = {
	{"en",
	 {"My name is Anna. I live in a small house near the sea with my brother and two cats. Every morning I "
	  "drink a cup of tea and walk to school. After school I play football with my friends. In the evening we "
	  "cook dinner together and talk about our day.",
	  "Last spring I decided to learn how to bake bread. At first nothing worked: the dough was too wet, and "
	  "the crust was as hard as stone. Instead of giving up, I asked an old baker in our street for advice. "
	  "She told me to be patient and to trust my hands. Now I bake every weekend, and my neighbours often "
	  "knock at the door when they smell it.",
	  "Although remote work has been praised as a remedy for long commutes, its consequences are more "
	  "ambiguous than they first appear. Employees gain autonomy, yet many of them miss the casual "
	  "conversations from which unexpected ideas emerge. Companies, meanwhile, must learn to judge results "
	  "rather than presence. Whether this arrangement will prove sustainable depends largely on how thoroughly "
	  "we reconsider what an office is for."}},
	{"ko",
	 {"저는 지수입니다. 바다 근처에 있는 작은 집에서 동생과 함께 살아요. 아침마다 차를 한 잔 마시고 학교에 "
	  "걸어가요. 수업이 끝나면 친구들과 축구를 해요. 저녁에는 가족과 밥을 먹고 오늘 있었던 일을 이야기해요.",
	  "지난봄에 저는 빵 만드는 법을 배우기로 결심했습니다. 처음에는 반죽이 너무 질고 껍질은 돌처럼 "
	  "딱딱했습니다. 그래도 포기하지 않고 동네에서 오래 빵집을 하신 분께 조언을 구했습니다. 그분은 서두르지 "
	  "말고 손의 감각을 믿으라고 하셨습니다. 이제는 주말마다 빵을 굽고, 냄새를 맡은 이웃들이 자주 찾아옵니다.",
	  "재택근무는 긴 출퇴근의 해결책으로 환영받았지만, 그 영향은 생각보다 복잡합니다. 직원들은 자율성을 얻는 "
	  "대신 뜻밖의 발상이 싹트던 가벼운 대화를 잃었습니다. 기업 또한 자리를 지키는 시간이 아니라 성과로 "
	  "평가하는 법을 배워야 합니다. 이러한 방식이 지속될 수 있을지는 사무실이 왜 필요한지를 우리가 얼마나 깊이 "
	  "다시 묻느냐에 달려 있습니다."}},
	{"ja",
	 {"わたしの名前はゆきです。海の近くの小さい家に弟と住んでいます。毎朝お茶を飲んで、学校まで歩きます。"
	  "学校のあと、友だちとサッカーをします。夜は家族といっしょにご飯を食べて、その日のことを話します。",
	  "去年の春、私はパンの作り方を習うことにしました。最初は生地が柔らかすぎて、皮は石のように固くなりました。"
	  "それでもあきらめずに、近所のパン屋さんに相談しました。急がずに自分の手を信じなさいと教えてくれました。"
	  "今では毎週末パンを焼き、においに気づいた近所の人がよく訪ねてきます。",
	  "在宅勤務は長い通勤を解消する方法として歓迎されましたが、その影響は思ったより複雑です。"
	  "社員は自由を得た一方で、思いがけない発想が生まれる何気ない会話を失いました。企業もまた、席にいる時間で"
	  "はなく成果によって評価することを学ばなければなりません。この働き方が続くかどうかは、職場が何のためにあ"
	  "るのかを私たちがどれほど深く問い直すかにかかっています。"}},
};
static const char speak_freely[] =
	"Please introduce yourself in the language of this test for about one minute: your name, where you live, "
	"and what you like to do.";

static size_t aim_of(const struct leveltest_row *t)
{
	size_t i = 0;

	while (i + 1 < AIMS && strcmp(aims[i].aim, t->aim) != 0)
		i++;
	return i;
}

static const char *passage_of(const struct leveltest_row *t)
{
	for (size_t i = 0; i < COUNT(passages); i++)
		if (!strcmp(passages[i].language, t->language))
			return passages[i].text[aim_of(t)];
	return NULL;
}

static bool is_voice(const struct leveltest_row *t)
{
	return !strcmp(t->mode, "voice");
}

static void voice_question(struct ctx *c, const struct leveltest_row *t, struct list *out)
{
	struct leveltest_question *q = arena_new_of(c->arena, struct leveltest_question);
	const char *passage = passage_of(t);

	*q = (struct leveltest_question){
		.id = 1,
		.text = passage ? passage : speak_freely,
		.korean = passage ? "글을 소리 내어 읽어 주세요." : "1분 정도 자기소개를 해 주세요.",
		.duration = READING_S,
		.difficulty = aims[aim_of(t)].difficulty,
	};
	*out = (struct list){q, 1};
}

void leveltest_questions(struct ctx *c, const struct leveltest_row *t, struct list *out)
{
	size_t n = (size_t)MIN(t->questions, (int64_t)LEVELTEST_QUESTIONS);
	struct leveltest_question *v = arena_array(c->arena, struct leveltest_question, n);

	if (is_voice(t)) {
		voice_question(c, t, out);
		return;
	}
	for (size_t i = 0; i < n; i++)
		v[i] = (struct leveltest_question){
			.id = (int64_t)i + 1,
			.text = !strcmp(t->language, "ko") ? asked[i].ko : asked[i].en,
			.korean = asked[i].ko,
			.duration = asked[i].seconds,
			.difficulty = asked[i].difficulty,
		};
	*out = (struct list){v, n};
}

struct speech leveltest_speech(const struct leveltest_row *t, const struct leveltest_answer *a)
{
	const size_t k = (size_t)MIN(MAX(a->question, (int64_t)1), (int64_t)LEVELTEST_QUESTIONS) - 1;
	const char *passage = is_voice(t) ? passage_of(t) : NULL;

	return (struct speech){
		.language = t->language,
		.text = a->transcript,
		.passage = passage,
		.top = aims[passage ? aim_of(t) : 0].top,
		.seconds = a->seconds,
		.given = is_voice(t) ? READING_S : asked[k].seconds,
	};
}
