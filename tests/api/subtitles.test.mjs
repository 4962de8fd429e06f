// Subtitles of calls: recordings become texts, texts are translated. A server of the test plays the service.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { announce } from '../harness/announce.mjs';
import { get, person, post, send } from '../harness/client.mjs';
import { connect } from '../harness/db.mjs';
import { said, startModel } from '../harness/model.mjs';
import { startStack } from '../harness/stack.mjs';

let model;
let stack;
let sql;
before(async () => {
  model = await startModel();
  stack = await startStack('subtitles', { AI_URL: model.url, AI_MODEL: 'words-1', AI_SPEECH_MODEL: 'ears-1', AI_GUESTS: 'yes' }, 2);
  sql = connect(stack.run);
  announce('the AI service gave nothing of use', stack);
});
after(async () => {
  await sql?.end();
  stack?.down();
  model?.close();
});
const at = (more = {}) => ({ base: stack.base, ...more });
const sound = Buffer.from('1a45dfa3 not really webm');
const form = (fields, file = sound) => {
  const b = 'xyzzy';
  const part = (head, body) => Buffer.concat([Buffer.from(`--${b}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`), Buffer.from(body), Buffer.from('\r\n')]);
  return { raw: Buffer.concat([...(file ? [part('name="audio"; filename="audio.webm"\r\nContent-Type: audio/webm;codecs=opus', file)] : []), ...Object.entries(fields).map(([k, v]) => part(`name="${k}"`, v)), Buffer.from(`--${b}--\r\n`)]), headers: { 'content-type': `multipart/form-data; boundary=${b}` } };
};
const hear = (fields, file, more = {}) => send('POST', '/whisper/transcribe', at({ ...form(fields, file), ...more }));
// the parts of what the service got
const parts = (asked) => Object.fromEntries(asked.body.toString('latin1').split(/\r\n?--[^\r]+\r\n|^--[^\r]+\r\n/).filter((p) => p.includes('name="')).map((p) => {
  const [head, ...body] = p.split('\r\n\r\n');
  return [/name="([^"]*)"/.exec(head)[1], body.join('\r\n\r\n').replace(/\r\n--.*$/s, '')];
}));
const heard = { text: ' 안녕하세요 여러분 ', language: 'korean', duration: 2.5, words: [{ word: '안녕하세요', start: 0, end: 1 }], segments: [{}] };
const answer = { success: true, transcription: '안녕하세요 여러분', text: '안녕하세요 여러분', transcript: '안녕하세요 여러분', word_count: 2, words: heard.words, chunks_processed: 1, language: 'ko', task: 'transcribe', confidence: null, duration: 2.5 };

test('a recording is passed on as it came, and what was heard is answered at the top', async () => {
  model.asked.length = 0;
  model.answer = heard;
  const res = await hear({ language: 'auto', task: 'transcribe', vad_filter: 'true', initial_prompt: '인사', prefix: 'x' });
  assert.deepEqual([res.status, res.body], [200, answer], res.text);
  assert.deepEqual([model.asked[0].path, parts(model.asked[0])], ['/v1/audio/transcriptions', { file: sound.toString('latin1'), model: 'ears-1', response_format: 'verbose_json', 'timestamp_granularities[]': 'word', prompt: Buffer.from('인사').toString('latin1') }]);
  // or base64 in JSON, to be translated into English
  for (const other of [{ body: { audio: sound.toString('base64'), options: { task: 'translate', language: 'Korean' } } }, { body: { audio: `data:audio/webm;base64,${sound.toString('base64')}`, task: 'translate', language: 'ko' } }]) {
    const more = await send('POST', '/whisper/transcribe', at(other));
    const asked = model.asked.at(-1);
    assert.deepEqual([more.status, more.body.text, parts(asked).file, asked.path, parts(asked).language], [200, answer.text, sound.toString('latin1'), '/v1/audio/translations', 'ko'], more.text);
  }
  // or alone
  const alone = (type) => send('POST', '/whisper/transcribe', at({ raw: sound, headers: { 'content-type': type } }));
  assert.deepEqual((await alone('Audio/webm;codecs=opus')).body, answer);
  assert.deepEqual([parts(model.asked.at(-1)).file, model.asked.at(-1).path], [sound.toString('latin1'), '/v1/audio/transcriptions']);
  assert.equal((await alone('video/webm')).status, 415);
  const calls = await sql.query("SELECT user_id, kind, characters, seconds, good FROM ai_calls WHERE kind = 'speech' ORDER BY id");
  assert.deepEqual([calls.length, { ...calls[0] }], [4, { user_id: null, kind: 'speech', characters: 9, seconds: 2.5, good: 1 }]);
});

test('silence is an empty text; a language that is none of ours is English, as the pages expect', async () => {
  model.answer = { text: '', language: 'klingon' };
  const { body } = await hear({});
  assert.deepEqual([body.text, body.word_count, body.words, body.language, body.duration], ['', 0, [], 'en', 0]);
});

test('what is no recording, and what the service does not make a text of', async () => {
  const text = (res) => [res.status, res.body.code, typeof res.body.error, typeof res.body.message];
  const bad = [400, 'VALIDATION_ERROR', 'string', 'string'];
  assert.deepEqual(text(await hear({}, null)), bad);
  assert.deepEqual(text(await hear({}, Buffer.alloc(0))), bad);
  assert.deepEqual(text(await send('POST', '/whisper/transcribe', at({ body: {} }))), bad);
  assert.deepEqual(text(await send('POST', '/whisper/transcribe', at({ body: { audio: 'no base64!' } }))), bad);
  assert.deepEqual(text(await hear({ task: 'sing' })), bad);
  assert.deepEqual(text(await send('POST', '/whisper/transcribe', at({ raw: 'x', headers: { 'content-type': 'multipart/form-data; boundary=y' } }))).slice(0, 2), [400, 'INVALID_FORM_DATA']);
  assert.deepEqual(text(await hear({}, Buffer.alloc((25 << 20) + 1))).slice(0, 2), [400, 'FILE_TOO_LARGE']);
  model.answer = 500;
  assert.deepEqual(text(await hear({})), [503, 'AI_UNAVAILABLE', 'string', 'string']);
});

test('a text, ten of them, and a line of a call with what was said before', async () => {
  const me = await person('번역', {}, at());
  model.asked.length = 0;
  model.answer = said({ translations: ['Hello'], sourceLanguage: 'ko' });
  const one = await post('/translate/translate', { text: '안녕', target: 'EN', source: 'auto' }, at({ token: me.access }));
  assert.deepEqual([one.status, one.body], [200, { success: true, originalText: '안녕', translatedText: 'Hello', sourceLanguage: 'ko', targetLanguage: 'en', isIdentical: false, model: 'words-1' }]);
  assert.deepEqual(JSON.parse(model.asked[0].json.messages[1].content), { texts: ['안녕'], before: [] });
  model.answer = said({ translations: ['A\nB', 'C'] });
  const many = await post('/translate/translate/batch', { texts: ['가\n나', '다'], target: 'en', source: 'ko' }, at());
  const line = (originalText, translatedText) => ({ success: true, originalText, translatedText, sourceLanguage: 'ko', targetLanguage: 'en', isIdentical: false, model: 'words-1' });
  assert.deepEqual(many.body, { success: true, translations: [line('가\n나', 'A\nB'), line('다', 'C')], total: 2 });
  model.answer = said({ translations: ['Yes.'] });
  const subtitle = { text: '네.', speaker: '민수', language: 'ko', timestamp: 12.5 };
  const call = await post('/translate/translate/subtitle', { subtitle, targetLanguage: 'en', context: ['1', '2', '3', '4'] }, at());
  const after = { translatedText: 'Yes.', targetLanguage: 'en', sourceLanguage: 'ko' };
  assert.deepEqual(call.body, { success: true, originalSubtitle: subtitle, translatedSubtitle: { ...subtitle, ...after } });
  assert.deepEqual(JSON.parse(model.asked.at(-1).json.messages[1].content), { texts: ['네.'], before: ['2', '3', '4'] });
  // all the page knows of it comes back, with the types it had, and what an earlier translation said of it is replaced
  const rich = { id: 'transcript-1', timestamp: 1795452623016, isFinal: true, confidence: 0.93, duration: null, speaker: { id: 7, translatedText: 'his' }, words: [{ word: '네', start: 0, end: 0.4 }], targetLanguage: 'ja', translatedText: { old: ['"}'] }, text: '네."\n', language: 'ko' };
  const again = await post('/translate/subtitle', { subtitle: rich, targetLanguage: 'en' }, at());
  assert.deepEqual(again.body, { success: true, originalSubtitle: rich, translatedSubtitle: { ...rich, ...after } });
  assert.equal(again.text.match(/"targetLanguage":/g).length, 2); // once in each
  assert.equal((await post('/translate/subtitle', { subtitle: { ...rich, more: 'x'.repeat(33000) }, targetLanguage: 'en' }, at())).status, 400);
  model.answer = said({ translations: Array(10).fill('x') });
  const eleven = await post('/translate/batch', { texts: Array.from({ length: 11 }, (_, i) => `${i}`), target: 'en', source: 'ko' }, at());
  assert.deepEqual([eleven.status, eleven.body.total, eleven.body.translations.map((t) => t.originalText)], [200, 10, [...'0123456789']]);
  assert.deepEqual(JSON.parse(model.asked.at(-1).json.messages[1].content).texts.length, 10);
  assert.match(model.asked.at(-3).json.messages[0].content, /from the language ko into the language "en"/);
});

test('the same language needs nobody; a model that gives too few is none', async () => {
  model.asked.length = 0;
  const same = await post('/translate', { text: '안녕', target: 'ko', source: 'Korean' }, at());
  assert.deepEqual([same.body, model.asked.length], [{ success: true, originalText: '안녕', translatedText: '안녕', sourceLanguage: 'ko', targetLanguage: 'ko', isIdentical: true }, 0]);
  model.answer = said({ translations: ['x'] });
  for (const [where, body] of [['/translate/batch', { texts: ['a', 'b'], target: 'ko' }]]) assert.deepEqual([(await post(where, body, at())).status, (await post(where, body, at())).body.code], [503, 'AI_UNAVAILABLE']);
  model.answer = 500;
  for (const [where, body] of [['/translate', { text: 'a', target: 'ko' }], ['/translate/subtitle', { subtitle: { text: 'a' }, target: 'ko' }]]) assert.equal((await post(where, body, at())).status, 503);
  for (const [where, body] of [['/translate', { target: 'ko' }], ['/translate', { text: 'a' }], ['/translate', { text: 'a', target: 'xx' }], ['/translate', { text: 'x'.repeat(5001), target: 'ko' }], ['/translate/batch', { texts: [], target: 'ko' }],
    ['/translate/batch', { texts: Array(101).fill('a'), target: 'ko' }], ['/translate/batch', { texts: ['a'] }], ['/translate/subtitle', { targetLanguage: 'ko' }], ['/translate/subtitle', { subtitle: {}, targetLanguage: 'ko' }], ['/translate/subtitle', { subtitle: { text: 'a' } }]]) {
    const res = await post(where, body, at());
    assert.deepEqual([res.status, res.body.code, typeof res.body.error], [400, 'VALIDATION_ERROR', 'string'], `${where} ${JSON.stringify(body).slice(0, 60)}`);
  }
});

test('without a service there are the lists, and 503', async () => {
  const lists = [(await get('/translate/languages')).body, (await get('/whisper/languages')).body, (await get('/whisper/models')).body];
  assert.deepEqual([lists[0].total, lists[0].languages.length, lists[0].languages[0], lists[1].supported_languages[1].code, lists[2]], [20, 20, { code: 'ko', name: 'Korean', nativeName: '한국어' }, 'en', { available_models: [] }]);
  assert.deepEqual((await get('/whisper/models', at())).body, { available_models: ['ears-1'] });
  for (const [where, body] of [['/translate', { text: 'a', target: 'ko' }], ['/translate/batch', { texts: ['a'], target: 'ko' }], ['/translate/subtitle', { subtitle: { text: 'a' }, target: 'ko' }], ['/whisper/transcribe', { audio: 'AAAA' }]]) {
    const res = await post(where, body);
    assert.deepEqual([res.status, res.body.code, typeof res.body.error], [503, 'AI_NOT_CONFIGURED', 'string'], where);
  }
});
