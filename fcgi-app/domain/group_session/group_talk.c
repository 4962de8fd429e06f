#include "domain/group_session/group_talk.h"
#include <ctype.h>
#include <strings.h>

SHAPE_TABLE(group_topic, GROUP_TOPIC)
SHAPE_TABLE(group_question, GROUP_QUESTION)
SHAPE_TABLE(group_scenario, GROUP_SCENARIO)
SHAPE_TABLE(group_role, GROUP_ROLE)

struct both {
	const char *ko, *en;
};

static const char *in_mine(const struct ctx *c, const struct both *b)
{
	return say(c, b->ko, b->en);
}

static const char *in_theirs(const struct ctx *c, const struct talk *t, const struct both *b)
{
	if (!strcmp(t->language, "ko"))
		return b->ko;
	return !strcmp(t->language, "en") ? b->en : in_mine(c, b);
}

/* Whether a word of s begins with one of the words, which are separated by blanks; Korean ones may stand anywhere. */
static bool mentions(const char *s, const char *words)
{
	const char *w;
	size_t len;

	while ((w = next_word(&words, &len)))
		for (const char *p = s; *p; p++) {
			bool begins = p == s || !isalpha((unsigned char)p[-1]) || !isalpha((unsigned char)*w);

			if (begins && !strncasecmp(p, w, len))
				return true;
		}
	return false;
}

/* ---- topics ------------------------------------------------------------------------------- */

enum { ASKS = 3 }; /* of what was, of what is, of what might be */

static const struct subject {
	const char *words;
	struct both title, about, ask[ASKS];
} subjects[] = {
	{"travel trip 여행 관광",
	 {"여행 이야기", "Travel stories"},
	 {"기억에 남는 여행과 가 보고 싶은 곳을 나눕니다",
	  "Share trips you remember and places you would like to see"},
	 {{"지금까지 가 본 곳 중 가장 좋았던 곳은 어디예요?",
	   "What is the most interesting place you have ever visited?"},
	  {"여행할 때 꼭 하는 일이 있어요?", "What do you always do when you travel?"},
	  {"지금 어디든 갈 수 있다면 어디로 가고 싶어요?",
	   "If you could travel anywhere right now, where would you go?"}}},
	{"food cook restaurant 음식 요리 맛집",
	 {"음식과 요리", "Food and cooking"},
	 {"좋아하는 음식과 나라마다 다른 식탁을 이야기합니다",
	  "Talk about dishes you like and how people eat elsewhere"},
	 {{"처음 먹어 보고 놀란 음식이 있어요?", "Have you ever been surprised by a dish?"},
	  {"보통 아침에 무엇을 먹어요?", "What do you usually have for breakfast?"},
	  {"외국 친구에게 한 가지 음식을 대접한다면 무엇을 만들래요?",
	   "If you cooked one meal for a guest from abroad, what would it be?"}}},
	{"movie film drama media 영화 드라마 방송",
	 {"영화와 드라마", "Films and series"},
	 {"최근에 본 것과 다시 보고 싶은 것을 나눕니다",
	  "Talk about what you have seen lately and would watch again"},
	 {{"최근에 본 영화 중 무엇이 가장 좋았어요?", "What is the best film you have seen lately?"},
	  {"영화를 볼 때 자막을 켜요? 왜요?", "Do you turn subtitles on? Why?"},
	  {"영화 주인공이 될 수 있다면 누가 되고 싶어요?",
	   "If you could be a character of a film, who would you be?"}}},
	{"music song concert 음악 노래 공연",
	 {"음악", "Music"},
	 {"자주 듣는 음악과 노래에 얽힌 기억을 이야기합니다",
	  "Talk about what you listen to and songs with a memory"},
	 {{"처음 간 공연은 무엇이었어요?", "What was the first concert you went to?"},
	  {"언제 음악을 들어요?", "When do you listen to music?"},
	  {"악기 하나를 바로 연주할 수 있다면 무엇을 고를래요?",
	   "If you could play any instrument at once, which would you choose?"}}},
	{"work job career business 일 직장 취업 회사",
	 {"일과 진로", "Work and plans"},
	 {"하는 일과 하고 싶은 일을 이야기합니다", "Talk about what you do and what you would like to do"},
	 {{"첫 번째 일은 어땠어요?", "What was your first job like?"},
	  {"보통 하루를 어떻게 보내요?", "What does a usual working day look like?"},
	  {"다른 직업을 고를 수 있다면 무엇을 하겠어요?",
	   "If you could choose another profession, what would it be?"}}},
	{"study language school education 공부 언어 학교 교육",
	 {"언어 공부", "Learning languages"},
	 {"공부하는 방법과 어려운 점을 나눕니다", "Share how you study and what is hard"},
	 {{"배우면서 가장 재미있었던 순간은 언제였어요?", "When did you enjoy learning most?"},
	  {"새 단어를 어떻게 외워요?", "How do you learn new words?"},
	  {"한 언어를 하룻밤에 배울 수 있다면 어느 언어를 고를래요?",
	   "If you could learn a language overnight, which would it be?"}}},
	{"hobby sport game fitness 취미 운동 게임 독서 book",
	 {"취미와 운동", "Hobbies and sports"},
	 {"쉬는 시간에 하는 일을 이야기합니다", "Talk about what you do in your free time"},
	 {{"어릴 때 좋아한 놀이는 무엇이었어요?", "What did you like to play as a child?"},
	  {"주말에 보통 무엇을 해요?", "What do you usually do at the weekend?"},
	  {"시간이 더 있다면 무엇을 새로 해 보고 싶어요?", "If you had more time, what would you take up?"}}},
	{"culture holiday tradition 문화 명절 전통",
	 {"문화와 명절", "Culture and holidays"},
	 {"나라마다 다른 관습과 명절을 비교합니다", "Compare customs and holidays of your countries"},
	 {{"다른 나라에서 가장 낯설었던 일은 무엇이었어요?", "What cultural difference have you been surprised by?"},
	  {"명절에 가족과 무엇을 해요?", "What does your family do on holidays?"},
	  {"우리 문화에서 한 가지를 알린다면 무엇을 고를래요?",
	   "If you could show one custom to the world, which would it be?"}}},
	{"technology computer science 기술 과학 컴퓨터 인공지능",
	 {"기술과 생활", "Technology and life"},
	 {"기술이 바꾼 생활을 이야기합니다", "Talk about how technology has changed daily life"},
	 {{"스마트폰이 없을 때는 어떻게 지냈어요?", "How did you get by before you had a phone?"},
	  {"하루에 몇 번 휴대폰을 봐요?", "How often do you look at your phone?"},
	  {"인공지능이 한 가지 일을 대신해 준다면 무엇을 맡기겠어요?",
	   "If a machine could do one thing for you, what would it be?"}}},
	{"family friend daily life 가족 친구 일상 생활",
	 {"가족과 일상", "Family and daily life"},
	 {"하루하루와 가까운 사람들을 이야기합니다", "Talk about your days and the people close to you"},
	 {{"어제 무엇을 했어요?", "What did you do yesterday?"},
	  {"아침에 일어나면 가장 먼저 무엇을 해요?", "What is the first thing you do in the morning?"},
	  {"하루를 자유롭게 쓸 수 있다면 누구와 보내고 싶어요?",
	   "If you had a free day, who would you spend it with?"}}},
};

static int64_t minutes_of(const struct talk *t, int64_t beginner, int64_t step)
{
	static const char *const levels[] = {"BEGINNER", "INTERMEDIATE"};

	for (size_t i = 0; i < COUNT(levels); i++)
		if (!strcmp(t->level, levels[i]))
			return beginner + (int64_t)i * step;
	return beginner + (int64_t)COUNT(levels) * step;
}

static const char **three(struct ctx *c, const struct talk *t, const struct both ask[ASKS])
{
	const char **v = arena_array(c->arena, const char *, ASKS);

	for (size_t i = 0; i < ASKS; i++)
		v[i] = in_theirs(c, t, &ask[i]);
	return v;
}

static struct group_topic topic_of(struct ctx *c, const struct talk *t, const struct subject *s, const char *interest)
{
	const char **tag = arena_array(c->arena, const char *, 1);

	*tag = interest;
	return (struct group_topic){
		.title = in_mine(c, &s->title),
		.description = in_mine(c, &s->about),
		.difficulty = t->level,
		.estimatedDuration = minutes_of(t, 30, 10),
		.tags = {tag, interest != NULL},
		.icebreakers = {three(c, t, s->ask), ASKS},
	};
}

size_t talk_topics(struct ctx *c, const struct talk *t, const char *const *interests, size_t n,
		   struct group_topic out[TALK_TOPICS])
{
	bool taken[COUNT(subjects)] = {false};
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < COUNT(subjects) && found < TALK_TOPICS; k++)
			if (!taken[k] && mentions(interests[i], subjects[k].words)) {
				taken[k] = true;
				out[found++] = topic_of(c, t, &subjects[k], interests[i]);
				break;
			}
	for (size_t k = COUNT(subjects); k-- > 0 && found < TALK_TOPICS;)
		if (!taken[k])
			out[found++] = topic_of(c, t, &subjects[k], NULL);
	return found;
}

static const struct {
	const char *type;
	struct both grammar;
} kinds[ASKS] = {
	{"experience-sharing", {"과거 시제", "Past tense and present perfect"}},
	{"descriptive", {"현재 시제", "Present simple"}},
	{"open-ended", {"가정 표현 (-(으)면)", "Conditional (would)"}},
};

void talk_questions(struct ctx *c, const struct talk *t, const char *about, struct group_question out[TALK_QUESTIONS])
{
	const struct subject *s = &subjects[COUNT(subjects) - 1];
	const bool ko = in_theirs(c, t, &(struct both){"", NULL}) != NULL;
	struct arena *a = c->arena;
	const char *v[TALK_QUESTIONS];

	v[ASKS] = ko ? arena_printf(a, "'%s' 하면 무엇이 먼저 떠올라요?", about)
		     : arena_printf(a, "What comes to your mind first when you hear \"%s\"?", about);
	v[ASKS + 1] = ko ? arena_printf(a, "'%s'에 대해 다른 사람에게 묻고 싶은 것이 있어요?", about)
			 : arena_printf(a, "What would you like to ask the others about \"%s\"?", about);
	for (size_t k = 0; k < COUNT(subjects); k++)
		if (mentions(about, subjects[k].words)) {
			s = &subjects[k];
			break;
		}
	for (size_t i = 0; i < ASKS; i++)
		v[i] = in_theirs(c, t, &s->ask[i]);
	for (size_t i = 0; i < TALK_QUESTIONS; i++)
		out[i] = (struct group_question){
			.question = v[i],
			.type = kinds[i % ASKS].type,
			.difficulty = t->level,
			.targetGrammar = i < ASKS ? in_mine(c, &kinds[i].grammar) : NULL,
			.expectedDuration = minutes_of(t, 3, 2),
		};
}

/* ---- a scene to play ---------------------------------------------------------------------- */

enum { WORDS = 6 };

struct part {
	struct both name, about, aims[ASKS], phrases[ASKS];
};

static const struct setting {
	const char *words;
	struct both title, about;
	struct part part[2];
	struct both vocabulary[WORDS];
} settings[] = {
	{"restaurant order cafe food 식당 주문 카페 음식점",
	 {"식당에서 주문하기", "Ordering at a restaurant"},
	 {"식당에서 주문하고 계산하는 말을 연습합니다", "Practise what is said when ordering and paying"},
	 {{{"손님", "Customer"},
	   {"식사를 주문하려는 손님입니다", "You would like to order a meal"},
	   {{"인사하기", "Greet the waiter"}, {"메뉴에 대해 묻기", "Ask about the menu"}, {"주문하고 계산하기",
	     "Order, and ask for the bill"}},
	   {{"메뉴판 좀 주시겠어요?", "Could I see the menu, please?"}, {"무엇이 맛있어요?",
	     "What do you recommend?"}, {"계산해 주세요.", "Could we get the bill, please?"}}},
	  {{"종업원", "Waiter"},
	   {"주문을 받는 종업원입니다", "You take the order"},
	   {{"손님 맞이하기", "Welcome the customer"}, {"메뉴 설명하기", "Explain what there is"}, {"주문 확인하기",
	     "Repeat the order"}},
	   {{"어서 오세요. 주문하시겠어요?", "Welcome! Are you ready to order?"}, {"오늘은 이것을 추천합니다.",
	     "I would recommend this today."}, {"더 필요한 것 있으세요?", "Would you like anything else?"}}}},
	 {{"메뉴판", "menu"}, {"전채", "appetizer"}, {"후식", "dessert"}, {"음료", "beverage"}, {"채식",
	   "vegetarian"}, {"계산서", "bill"}}},
	{"shop market store buy 쇼핑 시장 가게 구매",
	 {"가게에서 물건 사기", "Shopping"},
	 {"물건을 찾고 값을 묻는 말을 연습합니다", "Practise looking for something and asking its price"},
	 {{{"손님", "Customer"},
	   {"선물을 사려고 합니다", "You look for a present"},
	   {{"찾는 것 말하기", "Say what you look for"}, {"값 묻기", "Ask for the price"}, {"교환에 대해 묻기",
	     "Ask about exchanges"}},
	   {{"선물을 찾고 있어요.", "I am looking for a present."}, {"이거 얼마예요?", "How much is this?"},
	    {"나중에 바꿀 수 있어요?", "Could I exchange it later?"}}},
	  {{"점원", "Shop assistant"},
	   {"손님을 돕는 점원입니다", "You help the customer"},
	   {{"무엇이 필요한지 묻기", "Ask what is needed"}, {"두 가지 보여 주기", "Show two things"},
	    {"값과 할인 말하기", "Name price and discount"}},
	   {{"무엇을 도와드릴까요?", "How can I help you?"}, {"이건 어떠세요?", "How about this one?"},
	    {"지금 할인 중이에요.", "It is on sale now."}}}},
	 {{"가격", "price"}, {"할인", "discount"}, {"영수증", "receipt"}, {"크기", "size"}, {"교환", "exchange"},
	  {"포장", "wrapping"}}},
	{"interview job hire 면접 취업",
	 {"면접 보기", "A job interview"},
	 {"자기를 소개하고 질문에 답하는 말을 연습합니다", "Practise introducing yourself and answering questions"},
	 {{{"지원자", "Applicant"},
	   {"일자리에 지원했습니다", "You have applied for a job"},
	   {{"자기소개하기", "Introduce yourself"}, {"장점 말하기", "Name a strength"}, {"회사에 질문하기",
	     "Ask about the company"}},
	   {{"저는 책임감이 강합니다.", "I take responsibility."}, {"이 일을 삼 년 했습니다.",
	     "I have done this for three years."}, {"어떤 팀에서 일하게 됩니까?", "Which team would I work in?"}}},
	  {{"면접관", "Interviewer"},
	   {"지원자를 만나는 면접관입니다", "You meet the applicant"},
	   {{"편하게 시작하기", "Begin kindly"}, {"경험 묻기", "Ask about experience"}, {"다음 절차 알리기",
	     "Say what comes next"}},
	   {{"자기소개를 해 주세요.", "Please tell me about yourself."}, {"어려웠던 일은 어떻게 해결했습니까?",
	     "How did you solve something difficult?"}, {"다음 주에 연락드리겠습니다.",
	     "We will call you next week."}}}},
	 {{"경력", "experience"}, {"장점", "strength"}, {"약점", "weakness"}, {"지원", "application"}, {"연봉",
	   "salary"}, {"마감", "deadline"}}},
	{"direction travel hotel station 길 여행 호텔 역 공항",
	 {"길 묻기", "Asking the way"},
	 {"낯선 곳에서 길을 묻고 알려 주는 말을 연습합니다",
	  "Practise asking and telling the way in a place you do not know"},
	 {{{"여행자", "Traveller"},
	   {"역을 찾고 있습니다", "You look for the station"},
	   {{"예의 있게 말 걸기", "Speak to somebody politely"}, {"길 묻기", "Ask the way"}, {"들은 것 확인하기",
	     "Repeat what you heard"}},
	   {{"실례합니다.", "Excuse me."}, {"역까지 어떻게 가요?", "How do I get to the station?"},
	    {"오른쪽으로 가면 되나요?", "So I turn right, don't I?"}}},
	  {{"동네 사람", "Local"},
	   {"길을 잘 아는 사람입니다", "You know the way"},
	   {{"어디로 가는지 묻기", "Ask where they go"}, {"길 설명하기", "Explain the way"}, {"걸리는 시간 말하기",
	     "Say how long it takes"}},
	   {{"어디 가세요?", "Where are you going?"}, {"쭉 가서 왼쪽으로 도세요.", "Go straight on and turn left."},
	    {"걸어서 십 분 걸려요.", "It is ten minutes on foot."}}}},
	 {{"왼쪽", "left"}, {"오른쪽", "right"}, {"횡단보도", "crossing"}, {"정류장", "stop"}, {"건너편", "opposite"},
	  {"모퉁이", "corner"}}},
};

/* For what no setting is of. */
static const struct setting any = {
	NULL,
	{NULL, NULL},
	{"한 사람은 도움을 청하고 한 사람은 돕습니다. 끝나면 역할을 바꿉니다",
	 "One asks for help and the other gives it; then change roles"},
	{{{"묻는 사람", "The one who asks"},
	  {"도움이 필요합니다", "You need something"},
	  {{"상황 설명하기", "Explain the situation"}, {"두 가지 묻기", "Ask two questions"}, {"고맙다고 말하기",
	    "Thank the other"}},
	  {{"좀 도와주시겠어요?", "Could you help me, please?"}, {"다시 말씀해 주시겠어요?",
	    "Could you say that again?"}, {"도와주셔서 고맙습니다.", "Thank you for your help."}}},
	 {{"돕는 사람", "The one who helps"},
	  {"상대를 돕습니다", "You help the other"},
	  {{"무엇이 필요한지 묻기", "Ask what is needed"}, {"방법 제안하기", "Suggest something"},
	   {"이해했는지 확인하기", "Make sure it was understood"}},
	  {{"무엇을 도와드릴까요?", "How can I help you?"}, {"이렇게 해 보시겠어요?", "Would you like to try this?"},
	   {"이해되셨어요?", "Does that make sense?"}}}},
	{{"부탁", "request"}, {"도움", "help"}, {"문제", "problem"}, {"방법", "way"}, {"이유", "reason"}, {"감사",
	  "thanks"}},
};

static struct group_role role_of(struct ctx *c, const struct talk *t, const struct part *p)
{
	const char **aims = arena_array(c->arena, const char *, ASKS);

	for (size_t i = 0; i < ASKS; i++)
		aims[i] = in_mine(c, &p->aims[i]);
	return (struct group_role){
		.role = in_mine(c, &p->name),
		.description = in_mine(c, &p->about),
		.objectives = {aims, ASKS},
		.keyPhrases = {three(c, t, p->phrases), ASKS},
	};
}

void talk_scene(struct ctx *c, const struct talk *t, const char *situation, struct scene *out)
{
	const struct setting *s = &any;
	const char **words = arena_array(c->arena, const char *, WORDS);

	for (size_t i = COUNT(settings); i-- > 0;)
		if (mentions(situation, settings[i].words))
			s = &settings[i];
	for (size_t i = 0; i < WORDS; i++)
		words[i] = in_theirs(c, t, &s->vocabulary[i]);
	*out = (struct scene){
		.scenario = {
			.title = s == &any ? situation : in_mine(c, &s->title),
			.description = in_mine(c, &s->about),
			.difficulty = t->level,
			.estimatedDuration = minutes_of(t, 10, 5),
			.participants = COUNT(s->part),
		},
		.roles = {role_of(c, t, &s->part[0]), role_of(c, t, &s->part[1])},
		.words = words,
		.n_words = WORDS,
	};
}
