/* What a day holds: the ten god that its stem is to the stem of the day of birth, and a text for each. */
#include "base/clock.h"
#include "domain/dating/dating.h"
#include "domain/dating/dating_rules.h"

static const char *const stem_names[2][STEMS] = {
	[LANG_KO] = {"갑", "을", "병", "정", "무", "기", "경", "신", "임", "계"},
	[LANG_EN] = {"gap", "eul", "byeong", "jeong", "mu", "gi", "gyeong", "sin", "im", "gye"},
};
static const char *const branch_names[2][BRANCHES] = {
	[LANG_KO] = {"자", "축", "인", "묘", "진", "사", "오", "미", "신", "유", "술", "해"},
	[LANG_EN] = {"ja", "chuk", "in", "myo", "jin", "sa", "o", "mi", "sin", "yu", "sul", "hae"},
};

static const struct {
	const char *name[2], *overall[2], *tip[2]; /* by enum lang */
} gods[STEMS] = {
	{{"비견", "bigyeon"},
	 {"나와 닮은 기운이 드는 날입니다. 스스로 정한 속도를 지키면 미뤄 둔 일이 풀립니다.",
	  "A day of your own kind. Keep the pace you chose and what you put off gets done."},
	 {"고집보다 공통점을 먼저 이야기해 보세요. 편한 친구처럼 다가갈 때 마음이 열립니다.",
	  "Speak of what you share before what you want. Come as a friend and hearts open."}},
	{{"겁재", "geopjae"},
	 {"경쟁심이 커지고 씀씀이가 늘기 쉽습니다. 약속과 지출은 한 번 더 확인하세요.",
	  "Rivalry and spending come easily today. Look twice at promises and prices."},
	 {"다른 사람과 비교하는 말은 접어 두세요. 상대의 이야기를 끝까지 듣는 것이 이기는 길입니다.",
	  "Leave comparisons at home. Whoever listens to the end wins today."}},
	{{"식신", "siksin"},
	 {"여유와 먹을 복이 따르는 날입니다. 좋아하는 일을 천천히 즐기면 결과도 좋습니다.",
	  "An easy day with good food in it. Enjoy slowly what you like, and it turns out well."},
	 {"맛있는 한 끼를 함께하자고 해 보세요. 꾸미지 않은 모습이 가장 매력적입니다.",
	  "Suggest a meal together. You are at your best when you pretend nothing."}},
	{{"상관", "sanggwan"},
	 {"생각이 번뜩이고 말솜씨가 빛납니다. 다만 윗사람 앞에서는 한 박자 쉬어 가세요.",
	  "Ideas and words come quickly. Take a breath before you speak to those above you."},
	 {"재치는 좋지만 농담이 지나치면 상처가 됩니다. 칭찬을 하나 더 보태세요.",
	  "Wit is welcome, sharp jokes are not. Add one more kind word."}},
	{{"편재", "pyeonjae"},
	 {"뜻밖의 기회와 만남이 찾아옵니다. 움직인 만큼 얻지만 욕심은 나누어 담으세요.",
	  "Chances and meetings you did not plan. You get as far as you move; do not grab all at once."},
	 {"가벼운 나들이가 인연을 부릅니다. 먼저 장소를 정해 제안해 보세요.",
	  "A short trip brings people together. Be the one who names the place."}},
	{{"정재", "jeongjae"},
	 {"꾸준함이 보상받는 날입니다. 작은 일을 정확하게 끝내면 믿음이 쌓입니다.",
	  "Steadiness pays today. Finish small things exactly and people trust you."},
	 {"화려한 말보다 지킨 약속 하나가 마음을 얻습니다. 시간을 꼭 지키세요.",
	  "One promise kept is worth more than fine words. Be on time."}},
	{{"편관", "pyeongwan"},
	 {"긴장되는 일이 있어도 피하지 않으면 한 단계 올라섭니다. 몸을 먼저 돌보세요.",
	  "Something asks for courage; face it and you rise a step. Look after your body first."},
	 {"단호함이 멋져 보이지만 상대에게 명령하지는 마세요. 쉬어 갈 틈을 함께 두세요.",
	  "Being firm suits you, giving orders does not. Leave room to rest together."}},
	{{"정관", "jeonggwan"},
	 {"질서와 명예의 기운이 듭니다. 예의를 갖추면 도와주는 사람이 나타납니다.",
	  "A day of order and good name. Be courteous and help appears."},
	 {"진지한 대화를 나누기 좋은 날입니다. 앞으로의 계획을 솔직하게 들려주세요.",
	  "A good day for a serious talk. Tell honestly what you plan."}},
	{{"편인", "pyeonin"},
	 {"직감이 예민해집니다. 혼자 생각할 시간을 두면 남들이 못 본 답이 보입니다.",
	  "Your intuition is keen. Time alone shows you an answer others missed."},
	 {"말하지 않으면 오해가 생깁니다. 느낀 것을 짧게라도 표현해 보세요.",
	  "Silence is misread today. Say what you feel, however briefly."}},
	{{"정인", "jeongin"},
	 {"배움과 돌봄의 기운이 듭니다. 믿을 만한 사람의 조언을 그대로 따라 보세요.",
	  "A day of learning and care. Follow the advice of somebody you trust."},
	 {"따뜻한 안부 한마디가 큰 힘이 됩니다. 받기보다 먼저 챙겨 주세요.",
	  "A warm word goes far. Care first, before you are cared for."}},
};

enum status dating_fortune(struct ctx *c, struct fortune *out)
{
	struct dating_me me;
	enum status st = dating_know_me(c, &me);

	if (st == OK)
		st = dating_enter(c, &me);
	if (st != OK)
		return st;
	const char *date = dating_today(c);
	unsigned day = dating_pillars(date).day, self = me.pillars.day % STEMS;
	unsigned god = pillars_god(self, day % STEMS);

	*out = (struct fortune){
		.date = date,
		.day_pillar = arena_printf(c->arena, c->lang == LANG_KO ? "%s%s" : "%s-%s",
					   stem_names[c->lang][day % STEMS], branch_names[c->lang][day % BRANCHES]),
		.day_master = stem_names[c->lang][self],
		.ten_god = gods[god].name[c->lang],
		.overall = gods[god].overall[c->lang],
		.tip = gods[god].tip[c->lang],
	};
	return OK;
}
