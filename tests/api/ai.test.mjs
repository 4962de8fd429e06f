// Asking a language model, which a server of the test plays: what it is asked, what is made of its answers, and what of none.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { announce } from '../harness/announce.mjs';
import { get, person, post } from '../harness/client.mjs';
import { connect } from '../harness/db.mjs';
import { said, startModel } from '../harness/model.mjs';
import { verdict } from '../harness/sessions.mjs';
import { startStack } from '../harness/stack.mjs';

const KEY = 'a key that nobody may read';
let model;
let stack;
let sql;
before(async () => {
  model = await startModel();
  stack = await startStack('ai', { AI_URL: model.url, AI_KEY: KEY, AI_MODEL: 'words-1', AI_SPEECH_MODEL: 'ears-1', AI_TIMEOUT_MS: '2500', AI_TEXT_CENTS: '200', AI_SPEECH_CENTS: '108' }, 4);
  sql = connect(stack.run);
  announce('the AI service gave nothing of use', stack);
});
after(async () => {
  await sql?.end();
  stack?.down();
  model?.close();
});
const somebody = () => person('학습자', {}, { base: stack.base });
const ask = (p, what, body) => post(`/group-sessions/ai/${what}`, body, { base: stack.base, token: p.access, headers: { 'accept-language': 'en' } });
const hello = { text: '안녕하세요!', fromLanguage: 'ko', toLanguage: 'en' };
const calls = async (p) => (await sql.query('SELECT kind, feature, model, good, tokens, characters, seconds FROM ai_calls WHERE user_id = ? ORDER BY id', [p.id])).map((x) => ({ ...x }));
const row = { kind: 'translation', feature: 'group.translate', model: 'words-1', good: 1, tokens: 42, characters: 6, seconds: 0 };
const down = [503, 'AI_UNAVAILABLE'];

test('a translation is the model\'s, asked for with our key, and accounted for', async () => {
  const me = await somebody();
  model.asked.length = 0;
  model.answer = said({ translatedText: 'Hello!', confidence: '0.9', alternatives: ['Hi!'], pronunciation: 'he-lo', usageNotes: [], examples: [{ original: '안녕', translated: 'Hi' }], originalText: 'forged', model: 'forged', fallback: true });
  const res = await ask(me, 'translate', hello);
  assert.deepEqual([res.status, res.body.data], [200, {
    originalText: '안녕하세요!', translatedText: 'Hello!', translation: 'Hello!', fromLanguage: 'ko', toLanguage: 'en', confidence: 0.9, alternatives: ['Hi!'], pronunciation: 'he-lo',
    usageNotes: [], examples: [{ original: '안녕', translated: 'Hi' }], model: 'words-1', fallback: false }]);
  const [asked, ...more] = model.asked;
  assert.deepEqual([asked.method, asked.path, asked.headers.authorization, more.length], ['POST', '/v1/chat/completions', `Bearer ${KEY}`, 0]);
  const [system, user] = asked.json.messages;
  assert.deepEqual([asked.json.model, asked.json.response_format, asked.json.messages.length, system.role, user], ['words-1', { type: 'json_object' }, 2, 'system', { role: 'user', content: hello.text }]);
  assert.match(system.content, /from the language "ko" to the language "en"/);
  assert.deepEqual(await calls(me), [row]);
});

test('what models put around their JSON does not matter', async () => {
  const me = await somebody();
  for (const around of ['```json\n%\n```', 'Sure! Here it is: % Anything else?', '\n %']) {
    model.answer = said(around.replace('%', '{"translatedText":"Hello {there}!","confidence":1}'));
    assert.equal((await ask(me, 'translate', hello)).body.data?.translatedText, 'Hello {there}!', around);
  }
});

test('who is not logged in costs nothing, unless AI_GUESTS says so; what needs no model they get', async () => {
  model.asked.length = 0;
  const translate = (body) => post('/translate', body, { base: stack.base });
  const no = await translate({ text: 'x', target: 'ko', source: 'en' });
  assert.deepEqual([no.status, typeof no.body.error, typeof no.body.message, model.asked.length], [401, 'string', 'string', 0]);
  assert.equal((await translate({ text: 'x', target: 'en', source: 'en' })).body.translatedText, 'x');
  for (const [where, body] of [['/translate/batch', { texts: ['x'], target: 'ko' }], ['/translate/subtitle', { subtitle: { text: 'x' }, target: 'ko' }], ['/whisper/transcribe', { audio: 'AAAA' }]]) {
    assert.equal((await post(where, body, { base: stack.base })).status, 401, where);
  }
  assert.equal(model.asked.length, 0);
});

test('what it cost, by the prices of the settings', async () => {
  const me = await somebody();
  for (const [kind, tokens, seconds] of [['text', 125000, 0], ['translation', 60000, 0], ['speech', 0, 1800]]) {
    await sql.query("INSERT INTO ai_calls (user_id, kind, feature, model, good, tokens, seconds, latency_ms) VALUES (?, ?, 'x', 'm', 1, ?, ?, 1)", [me.id, kind, tokens, seconds]);
  }
  assert.deepEqual((await get('/analytics/ai-usage', { base: stack.base, token: me.access })).body.data.costEstimate, { whisper: 0.54, llama: 0.25, translation: 0.12, total: 0.91, currency: 'USD' });
});

const material = {
  'recommend-topics': [{ language: 'en', interests: ['tea'] }, { topics: [{ title: 'Tea', description: 'd', difficulty: 'beginner', estimatedDuration: '20', icebreakers: ['Green?'] }, { title: 'Cups' }] }],
  icebreakers: [{ topic: 'tea' }, { questions: [{ question: 'Green or black?', type: 'open-ended', expectedDuration: 3 }], tips: 'Smile', icebreakers: ['forged'] }],
  roleplay: [{ situation: 'tea house' }, { scenario: { title: 'Tea', participants: 2 }, roles: [{ role: 'Guest', keyPhrases: ['Tea, please'] }, { role: 'Host' }], scenarioTitle: 'forged' }],
  'analyze-conversation': [{ transcript: 'A: hello', participantId: 'A' }, { analysis: { grammarScore: 80, overallScore: 70 }, strengths: ['s'], sentiment: 'POSITIVE', grammar: 'fine', participantId: 'forged', overallScore: 1 }],
  'generate-summary': [{ sessionId: '5', transcript: 'A: hello' }, { summary: { overview: 'They greeted.', nextSteps: ['Greet again'], participantContributions: [{ name: 'A', contribution: 'greeted' }] }, vocabulary: [{ phrase: 'hello', meaning: '안녕' }, 'bye'] }],
};
test('what rules answer without a model is the model\'s where there is one, and the rules\' again when it fails', async () => {
  const me = await somebody();
  const got = {};
  for (const [what, [body, answer]] of Object.entries(material)) {
    model.asked.length = 0;
    model.answer = said(answer);
    const res = await ask(me, what, body);
    assert.deepEqual([res.status, res.body.data?.model, res.body.data?.fallback], [200, 'words-1', false], res.text);
    got[what] = res.body.data;
    const [system, user] = model.asked[0].json.messages;
    assert.match(user.content, /tea|A: hello/);
    assert.match(system.content, /Answer with one JSON object/);
    model.answer = said({ nothing: 'of use' });
    const rules = await ask(me, what, body);
    assert.deepEqual([rules.status, rules.body.data?.model, rules.body.data?.fallback], [200, 'builtin', true], rules.text);
  }
  const [topics, ice, scene, analysis, summary] = Object.values(got);
  assert.deepEqual(topics.topics.map((t) => [t.title, t.difficulty, t.estimatedDuration, t.followUpQuestions]), [['Tea', 'BEGINNER', 20, ['Green?']], ['Cups', null, null, []]]);
  assert.deepEqual([ice.icebreakers, ice.tips, ice.questions[0].expectedDuration], [['Green or black?'], ['Smile'], 3]);
  assert.deepEqual([scene.scenarioTitle, scene.roles.map((r) => r.role), scene.roles[0].keyPhrases], ['Tea', ['Guest', 'Host'], ['Tea, please']]);
  assert.deepEqual([analysis.participantId, analysis.analysis, analysis.overallScore, analysis.sentiment, analysis.grammar], ['A', { grammarScore: 80, vocabularyScore: null, fluencyScore: null, pronunciationScore: null, overallScore: 70 }, 70, 'positive', 'fine']);
  assert.deepEqual([summary.sessionId, summary.summaryText, summary.actionItems, summary.vocabulary, summary.summary.participantContributions], ['5', 'They greeted.', ['Greet again'], [{ phrase: 'hello', meaning: '안녕' }, { phrase: 'bye', meaning: null }], [{ name: 'A', role: null, contribution: 'greeted' }]]);
  assert.deepEqual((await calls(me)).map((x) => [x.kind, x.feature, x.good]), ['topics', 'icebreakers', 'roleplay', 'analyze', 'summary'].flatMap((f) => [1, 0].map((ok) => ['text', `group.${f}`, ok])));
});

test('an answer that is none is nobody\'s: 503, and the call is noted', async () => {
  const me = await somebody();
  const bad = [500, 404, 302, '', 'no JSON', '[]', '{}', '{"choices":[]}', said('no object'), said('} {'), said('{"translatedText":'), said({}), said({ translatedText: 5, confidence: 2 }),
    said({ translatedText: 'x', confidence: 2 }), said({ translatedText: 'x'.repeat(20001) }), `{"choices":"${'x'.repeat(1 << 20)}"}`, (asked, res) => res.destroy()];
  for (const answer of bad) {
    model.answer = answer;
    assert.deepEqual(verdict(await ask(me, 'translate', hello)), down, String(JSON.stringify(answer)).slice(0, 80));
  }
  const all = await calls(me);
  assert.deepEqual([all.length, all.filter((x) => x.good)], [bad.length, []]);
});

test('nobody waits for it longer than it is given', async () => {
  const me = await somebody();
  model.answer = () => {};
  assert.deepEqual(verdict(await ask(me, 'translate', hello)), down);
});

test('a quarter of the workers wait for it at most; others get their answer at once', async () => {
  const [a, b] = [await somebody(), await somebody()];
  const waiting = Promise.withResolvers();
  model.answer = (asked, res) => waiting.resolve(res);
  let ended = false;
  const first = ask(a, 'translate', hello).then((res) => { ended = true; return res; });
  const res = await waiting.promise;
  assert.deepEqual([verdict(await ask(b, 'translate', hello)), ended], [down, false]);
  res.end(JSON.stringify(said({ translatedText: 'late' })));
  assert.equal((await first).body.data.translatedText, 'late');
  model.answer = said({ translatedText: 'next' });
  assert.equal((await ask(b, 'translate', hello)).body.data.translatedText, 'next');
});
