import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { get, person, post } from '../harness/client.mjs';

const EN = { 'accept-language': 'en-GB,en;q=0.9,ko;q=0.5' };
const rows = (text) => text.trim().split('\n').map((l) => l.trim().split(' | ')).map(([id, code, ...rest]) => [Number(id), code, ...rest]);

const LANGUAGES = rows(`
  6 | de | 독일어 | German
  8 | ru | 러시아어 | Russian
  9 | vi | 베트남어 | Vietnamese
  7 | es | 스페인어 | Spanish
  11 | ar | 아랍어 | Arabic
  2 | en | 영어 | English
  13 | it | 이탈리아어 | Italian
  3 | ja | 일본어 | Japanese
  4 | zh | 중국어 | Chinese
  10 | th | 태국어 | Thai
  12 | pt | 포르투갈어 | Portuguese
  5 | fr | 프랑스어 | French
  1 | ko | 한국어 | Korean`);
const LEVELS_OWN = rows(`
  100 | L100 | 간단한 일상 대화를 할 수 있어요 | I can hold simple everyday conversations
  101 | L101 | 일상 주제는 끊김 없이 대화할 수 있어요 | I can talk about everyday topics without stopping
  102 | L102 | 관심사, 시사 등 조금 복잡한 주제로도 말할 수 있어요 | I can talk about somewhat complex topics such as interests and news
  103 | L103 | 의견 설명, 비교 등 심화 대화도 자연스러워요 | I can explain and compare opinions naturally
  104 | L104 | 현지에서 살면서 자연스럽게 말해요 | I speak naturally from living where it is spoken
  105 | L105 | 해당 언어로 대학을 졸업해 전문 어휘도 활용할 수 있어요 | I graduated in this language and use its technical vocabulary
  106 | L106 | 거의 네이티브처럼 말할 수 있어요 | I speak almost like a native`);
const LEVELS_PARTNER = rows(`
  200 | P200 | 일상 대화를 편하게 이어갈 수 있어요 | Can keep up everyday conversation with ease
  201 | P201 | 복잡한 주제도 자연스럽게 이야기할 수 있어요 | Can talk about complex topics naturally
  202 | P202 | 실제 원어민과 자연스러운 대화를 하고 싶어요 | I want natural conversation with a native speaker
  203 | P203 | 나와 비슷한 실력으로 서로 연습할 수 있어요 | At about my level, so that we can practise together`);
const MOTIVATIONS = rows(`
  1 | CAREER | 취업/진학 | Career or school
  2 | SELF_DEVELOPMENT | 자기 개발 | Self-development
  3 | HOBBY | 취미 생활 | Hobby
  4 | TRAVEL_CULTURE | 여행/문화 교류 | Travel and cultural exchange
  5 | CONFIDENCE | 자존감 향상 | Self-confidence
  6 | EXAM | 영어 시험 준비 (TOEIC, IELTS, OPIC 등) | Preparing for exams (TOEIC, IELTS, OPIc, …)
  7 | FRIENDS | 친구 사귀기 또는 대화 | Making friends and talking
  8 | STUDY_ABROAD | 유학/어학연수 준비 | Preparing to study abroad
  9 | EMIGRATION | 이민 준비 | Preparing to emigrate`);
const TOPICS = rows(`
  1 | TRAVEL | 여행 | Travel
  2 | NEWS | 시사 | Current affairs
  3 | FOOD | 음식 | Food
  4 | BUSINESS | 비즈니스 | Business
  5 | DRAMA_FILM | 드라마/영화 | Drama and film
  6 | CULTURE_LIFESTYLE | 문화/라이프스타일 | Culture and lifestyle
  7 | SPORTS | 운동/스포츠 | Exercise and sports
  8 | ECONOMY | 경제 | Economy
  9 | IT | IT | IT`);
const STYLES = rows(`
  1 | LISTENING | 듣는 걸 좋아해요 | I like listening
  2 | SPEAKING | 말하는 걸 좋아해요 | I like speaking
  3 | BOTH | 둘 다 반반이예요 | Half and half`);
const EXPECTATIONS = rows(`
  1 | HABIT | 매일 조금씩이라도 꾸준히 이어갈 수 있는 습관 | A habit I can keep up, a little every day
  2 | CONFIDENCE | 당당하게 대화할 수 있는 자신감 | The confidence to talk
  3 | CUSTOMIZED_METHOD | 나에게 맞는 속도와 방식 | A pace and method that suit me
  4 | PRACTICAL_CONVERSATION | 실전 상황에서도 바로 쓸 수 있는 회화력 | Conversation skills I can use in real life`);
const PERSONALITIES = rows(`
  1 | FRIEND | 편하게 대화 나누는 친구 같은 파트너 | A partner like a friend to talk with at ease
  2 | TEACHER | 교정과 피드백을 잘 주는 선생님 스타일 | A teacher who corrects and gives feedback
  3 | TOPIC | 함께 주제를 정해 대화할 수 있는 파트너 | A partner to choose topics with
  4 | SHARED_INTEREST | 자신과 비슷한 관심사를 가지고 있는 파트너 | A partner with interests like mine
  5 | GROW_TOGETHER | 서로 도움을 주며 같이 성장할 수 있는 파트너 | A partner to help each other and grow`);
const GROUP_SIZES = rows(`
  1 | ONE_ON_ONE | 1:1 | 1:1
  2 | THREE | 3명 | 3 people
  3 | FOUR | 4명 | 4 people
  4 | ANY | 상관없음 | No preference`);
const GENDERS = rows(`
  1 | MALE | 남성 | Male
  2 | FEMALE | 여성 | Female
  3 | ANY | 상관없음 | No preference`);
const METHODS = rows(`
  1 | TEXT | 텍스트 중심 | Text | 채팅을 위주로 학습합니다. | Learning mainly by chat.
  2 | VOICE | 음성 중심 | Voice | 음성 통화를 중심으로 연습합니다. | Practising mainly by voice call.
  3 | VIDEO | 영상 통화 | Video | 영상 통화로 실시간 대화를 진행합니다. | Talking live by video call.
  4 | HYBRID | 상황에 맞게 | As it suits | 상황에 따라 텍스트와 음성을 혼합합니다. | Mixing text and voice as the situation suits.`);
const MINUTES = rows([10, 15, 20, 25, 30].map((m, i) => `${i + 1} | MINUTES_${m} | ${m}분 | ${m} minutes`).join('\n'));
const DAYS = rows(`
  1 | MONDAY | 월 | Monday
  2 | TUESDAY | 화 | Tuesday
  3 | WEDNESDAY | 수 | Wednesday
  4 | THURSDAY | 목 | Thursday
  5 | FRIDAY | 금 | Friday
  6 | SATURDAY | 토 | Saturday
  7 | SUNDAY | 일 | Sunday`);

// Paths that give one list; the names under which its clients read id, the text for people, and the code.
const NAMED = [
  [['language/languages', 'languages'], LANGUAGES, 'languageId language_id', 'languageName language_name', 'languageCode language_code'],
  [['language/levels'], [...LEVELS_OWN, ...LEVELS_PARTNER], 'levelId level_id langLevelId lang_level_id', 'levelName level_name langLevelName lang_level_name', 'levelCode'],
  [['language/level-types-language'], LEVELS_OWN, 'levelId', 'levelName', 'levelCode'],
  [['language/level-types-partner'], LEVELS_PARTNER, 'levelId', 'levelName', 'levelCode'],
  [['interest/motivations', 'motivation-options'], MOTIVATIONS, 'motivationId motivation_id', 'motivationName motivation_name', 'motivationCode'],
  [['interest/topics'], TOPICS, 'topicId topic_id', 'topicName topic_name', 'topicCode'],
  [['interest/learning-styles'], STYLES, 'learningStyleId learning_style_id', 'learningStyleName learning_style_name', 'learningStyleCode'],
  [['interest/learning-expectations'], EXPECTATIONS, 'learningExpectationId learning_expectation_id', 'learningExpectationName learning_expectation_name', 'learningExpectationCode'],
  [['partner/personalities', 'partner/personality'], PERSONALITIES, 'partnerPersonalityId partner_personality_id', 'partnerPersonality partner_personality', 'partnerPersonalityCode'],
  [['schedule/group-sizes', 'schedule/group-size', 'partner/group-size', 'partner/group-sizes'], GROUP_SIZES, 'groupSizeId group_size_id', 'groupSize group_size', 'groupSizeCode'],
];
const CODED = [
  [['partner/gender-type', 'partner/gender'], GENDERS, 'partnerGenderId', 'partnerGenderName', 'partnerGender partner_gender'],
  [['schedule/communication-methods', 'interest/communication-methods'], METHODS, 'communicationMethodId', 'communicationMethodName', 'communicationMethod methodCode'],
  [['schedule/daily-methods', 'schedule/daily-minutes'], MINUTES, 'dailyMinuteId', 'dailyMinuteName', 'dailyMinute daily_minute'],
  [['schedule/day-of-week'], DAYS, 'dayOfWeekId', 'dayOfWeekName', 'dayOfWeek day_of_week'],
];
const cases = [...NAMED.map((c) => ['name label', 'code', ...c]), ...CODED.map((c) => ['label', 'code name', ...c])];

for (const [text, code, paths, list, ids, names, codes] of cases) {
  test(`/onboarding/${paths[0]} is the contract's list in both languages, under every name in use`, async () => {
    const tags = new Set();
    for (const path of paths) {
      for (const [english, headers] of [[0, {}], [1, EN]]) {
        const res = await get(`/onboarding/${path}`, { headers });
        assert.equal(res.status, 200, path);
        const order = path.endsWith('languages') && english ? [...list].sort((a, b) => (a[3] < b[3] ? -1 : 1)) : list;
        const got = res.body.data.map((x) => [x.id, x.code, x[text.split(' ')[0]], x.description]);
        assert.deepEqual(got, order.map((r) => [r[0], r[1], r[2 + english], r[4 + english] ?? r[2 + english]]), path);
        for (const item of res.body.data) {
          for (const [words, value] of [[`${text} ${names}`, item.label], [`${code} ${codes}`, item.code], [ids, item.id]]) {
            for (const w of words.split(' ')) assert.equal(item[w], value, `${path}: ${w}`);
          }
        }
        tags.add(res.headers.etag);
        assert.match(res.headers['cache-control'], /^public, max-age=\d+$/);
        assert.match(res.headers.vary, /Accept-Language/);
        const same = await get(`/onboarding/${path}`, { headers: { ...headers, 'if-none-match': res.headers.etag } });
        assert.deepEqual([same.status, same.text, same.headers.etag], [304, '', res.headers.etag]);
      }
    }
    assert.equal(tags.size, 2, 'one validator per language, the same for every path');
  });
}

test('levels say whose they are, and count from one in each half', async () => {
  const all = (await get('/onboarding/language/levels')).body.data;
  assert.deepEqual(all.map((l) => [l.category, l.order]), [...LEVELS_OWN.map((_, i) => ['LANGUAGE', i + 1]), ...LEVELS_PARTNER.map((_, i) => ['PARTNER', i + 1])]);
});

test('the `name` of gender, method, minutes and day is the code that saving takes', async () => {
  const p = await person();
  for (const [list, save, field] of [
    ['partner/gender-type', 'partner/gender', 'partnerGenderType'],
    ['schedule/communication-methods', 'schedule/communication-method', 'communicationMethodType'],
    ['schedule/daily-methods', 'schedule/daily-minute', 'dailyMinutesType'],
  ]) {
    for (const { name } of (await get(`/onboarding/${list}`, { headers: EN })).body.data) {
      assert.match(name, /^[A-Z0-9_]+$/);
      const { status } = await post(`/onboarding/${save}`, { [field]: name }, { token: p.access });
      assert.equal(status, 200, name);
    }
  }
});

test('schedule options: three parts of each day, Monday first', async () => {
  const parts = [['오전', 'Morning', '09:00-12:00'], ['오후', 'Afternoon', '13:00-18:00'], ['저녁', 'Evening', '19:00-22:00']];
  for (const [english, headers] of [[0, {}], [1, EN]]) {
    const res = await get('/onboarding/schedule-options', { headers });
    const want = DAYS.flatMap(([, day], d) => parts.map((p, i) => {
      const [id, name, slot] = [d * 3 + i + 1, p[english], p[2]];
      return { scheduleId: id, schedule_id: id, id, dayOfWeek: day, day_of_week: day, scheduleName: name, schedule_name: name, name, label: name, timeSlot: slot, time_slot: slot, description: slot };
    }));
    assert.deepEqual(res.body.data, want);
    assert.equal((await get('/onboarding/schedule-options', { headers: { ...headers, 'if-none-match': res.headers.etag } })).status, 304);
  }
});

test('time zones: each once, with the offset it has today', async () => {
  const zones = (await get('/onboarding/schedule/time-zones')).body.data;
  const cities = (await get('/users/locations')).body.data;
  assert.deepEqual(zones.map((z) => z.timezone), [...new Set(cities.map((l) => l.timeZone))]);
  for (const z of zones) {
    // not Node's: its rules may be of another year than the system's
    assert.equal(z.offset, execFileSync('date', ['+%:z'], { env: { TZ: z.timezone }, encoding: 'utf8' }).trim(), z.timezone);
    assert.deepEqual([z.name, z.code, z.timeZone, z.timeZoneId], [z.timezone, z.timezone, z.timezone, z.id]);
    assert.equal(z.label, `${z.timezone} (UTC${z.offset})`);
  }
  assert.equal(zones[0].offset, '+09:00');
});
