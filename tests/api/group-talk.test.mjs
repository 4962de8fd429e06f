// What rules say of group sessions where no language model is: what to talk about, and what counting shows of what was said.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { person, post } from '../harness/client.mjs';
import { closeDb } from '../harness/db.mjs';
import { as, wrongField } from '../harness/sessions.mjs';

after(closeDb);
const ask = (p, what, body, language = 'en') => post(`/group-sessions/ai/${what}`, body, { ...as(p), headers: { 'accept-language': language } });
const good = async (...args) => {
  const res = await ask(...args);
  assert.equal(res.status, 200, res.text);
  assert.deepEqual([res.body.data.model, res.body.data.fallback], ['builtin', true]);
  return res.body.data;
};
const recent = (at) => assert.ok(Math.abs(Date.now() - Date.parse(at)) < 60000, at);

test('topics: interests that are known first, questions in the language that is practised, the rest in the reader\'s', async () => {
  const me = await person('학습자');
  const d = await good(me, 'recommend-topics', { language: 'en', level: 'beginner', interests: ['Travelling', 'xyz', '맛집', 'food'] }, 'ko');
  assert.deepEqual(d.topics.slice(0, 2).map((t) => [t.title, t.difficulty, t.estimatedDuration, t.estimatedDurationMinutes, t.tags, t.icebreakers.length]),
    [['여행 이야기', 'BEGINNER', 30, 30, ['Travelling'], 3], ['음식과 요리', 'BEGINNER', 30, 30, ['맛집'], 3]]);
  assert.deepEqual([d.topics.length, new Set(d.topics.map((t) => t.title)).size, d.topics[2].tags], [5, 5, []]);
  assert.ok(d.topics.every((t) => t.icebreakers.every((q) => /^[\x20-\x7e]+\?$/.test(q)) && /[가-힣]/.test(t.description) && t.followUpQuestions.length === 3));
  recent(d.generatedAt);
  const korean = await good(me, 'recommend-topics', { language: 'Korean', level: 'ADVANCED' });
  assert.deepEqual([/[가-힣]/.test(korean.topics[0].icebreakers[0]), /[가-힣]/.test(korean.topics[0].title), korean.topics[0].estimatedDuration], [true, false, 50]);
  const japanese = await good(me, 'recommend-topics', { language: 'ja' }, 'ko'); // no questions in it: the reader's
  assert.deepEqual([japanese.topics[0].difficulty, /[가-힣]/.test(japanese.topics[0].icebreakers[0])], ['INTERMEDIATE', true]);
});

test('questions to begin with are of the topic, and so are two that name it', async () => {
  const me = await person('학습자');
  const d = await good(me, 'icebreakers', { language: 'en', level: 'INTERMEDIATE', topic: ' K-pop & Music ' });
  assert.deepEqual(d.questions.map((q) => [q.type, q.targetGrammar, q.difficulty, q.expectedDuration]), [
    ['experience-sharing', 'Past tense and present perfect', 'INTERMEDIATE', 5], ['descriptive', 'Present simple', 'INTERMEDIATE', 5], ['open-ended', 'Conditional (would)', 'INTERMEDIATE', 5],
    ['experience-sharing', null, 'INTERMEDIATE', 5], ['descriptive', null, 'INTERMEDIATE', 5]]);
  assert.deepEqual([d.questions[0].question, d.questions[3].question, d.icebreakers, d.tips.length], ['What was the first concert you went to?', 'What comes to your mind first when you hear "K-pop & Music"?', d.questions.map((q) => q.question), 3]);
  assert.equal((await good(me, 'icebreakers', { language: 'ko', topic: '양자역학 %s' })).questions[3].question, "'양자역학 %s' 하면 무엇이 먼저 떠올라요?");
});

test('a scene: its two roles, and for what is none of ours one of asking and helping', async () => {
  const me = await person('학습자');
  const d = await good(me, 'roleplay', { language: 'en', level: 'BEGINNER', situation: 'Restaurant ordering' });
  assert.deepEqual([d.scenario, d.scenarioTitle, d.setting], [{ title: 'Ordering at a restaurant', description: 'Practise what is said when ordering and paying', difficulty: 'BEGINNER', estimatedDuration: 10, participants: 2 }, d.scenario.title, d.scenario.description]);
  assert.deepEqual(d.roles[0], { role: 'Customer', description: 'You would like to order a meal', objectives: ['Greet the waiter', 'Ask about the menu', 'Order, and ask for the bill'], keyPhrases: ['Could I see the menu, please?', 'What do you recommend?', 'Could we get the bill, please?'] });
  assert.deepEqual([d.vocabulary, d.goals, d.scriptOutline[1], d.scriptOutline.length, d.tips.length], [['menu', 'appetizer', 'dessert', 'beverage', 'vegetarian', 'bill'], [...d.roles[0].objectives, ...d.roles[1].objectives], 'Waiter: Welcome the customer', 6, 2]);
  const any = await good(me, 'roleplay', { language: 'ko', situation: '분실물 찾기' });
  assert.deepEqual([any.scenario.title, any.roles[0].role, any.roles[0].keyPhrases[0], any.vocabulary[0]], ['분실물 찾기', 'The one who asks', '좀 도와주시겠어요?', '부탁']);
});

const talk = "Alice: Hi, how are you today?\nBob: I'm good.\nAlice: I'm doing great; the weather is nice.\nBob: Really nice\nAlice: the end";
test('what counting shows of somebody: different words, words a turn, questions', async () => {
  const me = await person('학습자');
  const d = await good(me, 'analyze-conversation', { transcript: talk, language: 'en', participantId: 'Alice' });
  // Alice: hi how are you today / I'm doing great the weather is nice / the end = 14 words, 13 different, 3 turns
  const vocabulary = Math.round((100 * (13 / Math.sqrt(28))) / 5);
  const fluency = Math.round((100 * (14 / 3)) / 20);
  assert.deepEqual(d, {
    participantId: 'Alice', analysis: { grammarScore: null, vocabularyScore: vocabulary, fluencyScore: fluency, pronunciationScore: null, overallScore: Math.round((vocabulary + fluency) / 2) },
    overallScore: d.analysis.overallScore, strengths: [], improvements: ['The same words often', 'Short turns'], suggestions: ['Replace the words you use most by others', 'Add a sentence with the reason to your answers'],
    suggestedTopics: [], keyPhrases: ['nice'], summary: 'turns: 3, words: 14, questions: 1', sentiment: null, grammar: null, vocabulary: null, pronunciation: null, analyzedAt: d.analyzedAt, model: 'builtin', fallback: true });
  recent(d.analyzedAt);
  assert.deepEqual((await good(me, 'analyze-conversation', { transcript: talk, participantId: 'Bob' }, 'ko')).suggestions.at(-1), '상대에게 한 가지를 물어보세요');
  assert.equal((await good(me, 'analyze-conversation', { transcript: talk, participantId: 5 })).summary, 'turns: 5, words: 18, questions: 1'); // all of them
  // long turns of many words, in Korean; signs are no words
  const rich = Array.from({ length: 60 }, (_, i) => `낱말${i}`).join(' … “ ”, ');
  const full = await good(me, 'analyze-conversation', { transcript: `김: ${rich}`, language: 'ko', participantId: '김' });
  assert.deepEqual([full.analysis.vocabularyScore, full.analysis.fluencyScore, full.overallScore, full.strengths.length, full.summary], [100, 100, 100, 2, 'turns: 1, words: 60, questions: 0']);
  // no blanks between words: a character is one, full-width signs are none
  assert.equal((await good(me, 'analyze-conversation', { transcript: '私は元気です。あなたは？', language: 'ja' })).summary, 'turns: 1, words: 10, questions: 1');
});

test('a summary: who said how much, those who said nothing, the words said most', async () => {
  const me = await person('학습자');
  const transcript = 'Kim: travel travel travel and food\nhttp://x.example: y\n\nLee: food travel? 여행은 여행은';
  const d = await good(me, 'generate-summary', { sessionId: 'gsess_1', transcript, duration: 65, participants: ['Lee', 'Park', { name: 'Kim', role: 'HOST' }] });
  assert.deepEqual(d, {
    sessionId: 'gsess_1', summary: { overview: 'turns: 3, words: 13, questions: 1 (65 minutes)', keyTopics: ['travel', ...d.summary.keyTopics.slice(1)], learningPoints: [],
      participantContributions: [{ name: 'Kim', role: 'HOST', contribution: 'turns: 1, words: 5, questions: 0' }, { name: 'Lee', role: null, contribution: 'turns: 1, words: 4, questions: 1' }, { name: 'Park', role: null, contribution: 'Says nothing in the transcript' }],
      nextSteps: ['Make a sentence with each of the words said most'] },
    summaryText: d.summary.overview, highlights: [], actionItems: d.summary.nextSteps, followUpQuestions: [], vocabulary: [], generatedAt: d.generatedAt, model: 'builtin', fallback: true });
  assert.deepEqual(d.summary.keyTopics.slice(1).sort(), ['food', '여행은']);
  const shipped = await good(me, 'generate-summary', { sessionId: 7, transcript, duration: '12', participants: 3 }, 'ko'); // a number, as the shipped page sends it
  assert.deepEqual([shipped.sessionId, shipped.summary.participantContributions.length, shipped.summaryText], ['7', 2, '3번 말하며 13단어를 썼고 1번 물었습니다 (12분)']);
  const crowd = Array.from({ length: 25 }, (_, i) => `P${i}: hello there`).join('\n'); // after twenty names, nobody's
  const many = (await good(me, 'generate-summary', { sessionId: 's', transcript: crowd })).summary;
  assert.deepEqual([many.participantContributions.length, many.overview], [20, 'turns: 25, words: 50, questions: 0']);
});

test('what is asked wrongly', async () => {
  const me = await person('학습자');
  const long = 'x'.repeat(20001);
  for (const [what, body, field, rule] of [
    ['recommend-topics', { language: 'xx' }, 'language', 'one_of'], ['recommend-topics', { level: 'C1' }, 'level', 'one_of'], ['recommend-topics', { interests: Array(21).fill('a') }, 'interests', 'max'],
    ['icebreakers', {}, 'topic', 'required'], ['icebreakers', { topic: 'x'.repeat(201) }, 'topic', 'max'], ['icebreakers', { topic: 'x', language: 1 }, 'language', 'type'], ['icebreakers', { topic: 'x', level: 'x' }, 'level', 'one_of'],
    ['roleplay', {}, 'situation', 'required'], ['roleplay', { situation: 'x'.repeat(201) }, 'situation', 'max'], ['roleplay', { situation: 'x', level: 'x' }, 'level', 'one_of'], ['roleplay', { situation: 'x', language: 'x' }, 'language', 'one_of'],
    ['analyze-conversation', {}, 'transcript', 'required'], ['analyze-conversation', { transcript: 'abcd' }, 'transcript', 'min'], ['analyze-conversation', { transcript: long }, 'transcript', 'max'],
    ['analyze-conversation', { transcript: talk, participantId: 'x'.repeat(41) }, 'participantId', 'max'], ['analyze-conversation', { transcript: talk, language: 'x' }, 'language', 'one_of'],
    ['generate-summary', { transcript: talk }, 'sessionId', 'required'], ['generate-summary', { sessionId: '1' }, 'transcript', 'required'], ['generate-summary', { sessionId: '1', transcript: long }, 'transcript', 'max'],
    ['generate-summary', { sessionId: '1', transcript: talk, duration: 1441 }, 'duration', 'max'], ['generate-summary', { sessionId: '1', transcript: talk, participants: Array(21).fill('a') }, 'participants', 'max'],
  ]) assert.deepEqual(wrongField(await ask(me, what, body)).slice(2), [field, rule], `${what} ${JSON.stringify(body).slice(0, 60)}`);
});
