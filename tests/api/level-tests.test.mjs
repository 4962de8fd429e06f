// Level tests that come all at once, results of elsewhere, and what is shown of them.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { person, post } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { ask, evaluated, events, levels, look, six, tea, teaOverall, teaScores } from '../harness/leveltest.mjs';
import { as, verdict, wrongField } from '../harness/sessions.mjs';

after(closeDb);
const none = [404, 'RESULT_NOT_FOUND'];
const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

test('four questions, under both prefixes', async () => {
  const me = await person('학습자');
  const { questions } = (await look(me, 'questions')).body.data;
  assert.deepEqual(questions.map((q) => [q.id, q.duration, q.difficulty]), [[1, 60, 'A1-A2'], [2, 90, 'A2-B1'], [3, 120, 'B1-B2'], [4, 180, 'B2-C1']]);
  assert.deepEqual(questions[0], { id: 1, questionId: 1, questionNumber: 1, duration: 60, difficulty: 'A1-A2', korean: '자기소개를 해 주세요. 이름, 출신지, 하는 일을 말해 주세요.',
    ...Object.fromEntries(['text', 'questionText', 'question'].map((k) => [k, 'Please introduce yourself. What is your name, where are you from, and what do you do?'])) });
  assert.deepEqual((await look(me, 'questions', '/leveltest')).body.data.questions, questions);
});

test('transcripts are judged by the rules, and all of it is shown', async () => {
  const me = await person('학습자');
  const res = await ask(me, 'evaluate', { userId: 'somebody', responses: [{ ...tea, audioUrl: 'https://example.com/a.webm' }, { questionId: 3, duration: 20 }] });
  assert.equal(res.status, 200, res.text);
  const d = res.body.data;
  const summary = 'A1: Uses very basic expressions.';
  const suggestions = ['Read short texts aloud, slowly and word by word', 'Practise joining two short sentences into one', 'Learn five other ways a day of saying what you often say',
    'Link your sentences with words such as because and however', 'Add a reason and an example to each answer'];
  const improvements = ['Grammar: short sentences, or many slips', 'Vocabulary: the same words come again and again', 'Coherence: few words link the ideas', 'Interaction: answers are short for what is asked'];
  assert.match(d.completedAt, iso);
  assert.equal(typeof d.testId, 'number');
  assert.deepEqual(d, {
    testId: d.testId, id: d.testId, userId: me.id, languageCode: 'en', language: 'en', testType: 'SPEAKING', mode: 'standard', testLevel: 'INTERMEDIATE', status: 'completed',
    level: 'A1', overallLevel: 'A1', estimatedLevel: 'A1', cefrLevel: 'A1', overallScore: teaOverall, estimatedScore: teaOverall, scores: teaScores, estimatedSkills: ['pronunciation'],
    strengths: ['Fluency: speaks on without halting'], improvements, weaknesses: improvements, suggestions, recommendations: suggestions,
    feedback: `${summary} Words, sentences and linking words of the transcribed answers were counted by rules. What could not be measured is the mean of the rest.`, feedbackSummary: summary,
    model: 'builtin', fallback: false, startedAt: d.completedAt, completedAt: d.completedAt, analyzedAt: d.completedAt, timestamp: d.completedAt, transcriptText: tea.transcript,
    evaluations: [
      { questionNumber: 1, questionId: 1, question: d.questions[0].text, difficulty: 'A1-A2', transcription: tea.transcript, evaluation: { scores: teaScores, feedback: summary, suggestions, estimatedLevel: 'A1' } },
      { questionNumber: 3, questionId: 3, question: d.questions[2].text, difficulty: 'B1-B2', transcription: null, evaluation: null }],
    questions: (await look(me, 'questions')).body.data.questions,
  });
  for (const at of ['result', `result/${me.id}`]) assert.deepEqual((await look(me, at)).body.data, d);
  assert.deepEqual(await levels(me), [{ language: 'en', level: 'A1', score: teaOverall }]);
  assert.deepEqual(await events(me), [[d.testId, 1]]);
  const korean = await post('/leveltest/evaluate', { responses: [tea] }, as(me));
  assert.match(korean.body.data.feedback, /^A1: 아주 기본적인/);
});

test('another text has other scores; skills are means over the answers; languages are told apart', async () => {
  const me = await person('학습자');
  const long = 'Although it was raining heavily, we decided to visit the museum, because my favourite painter had an exhibition there. However, when we finally arrived, everybody was already leaving, so we talked with the guide, who explained the most important pictures. In addition, I learned that patience is usually rewarded.';
  const one = await evaluated(me, { responses: [{ questionId: 1, transcript: long }] });
  assert.ok(one.overallScore >= 65 && one.overallScore > teaOverall, `${one.overallScore}`);
  const both = await evaluated(me, { responses: [tea, { questionId: 3, transcript: 'I like tea because it is warm. But coffee is bitter.' }] });
  const [a, b] = both.evaluations.map((e) => e.evaluation.scores);
  assert.deepEqual(a, teaScores);
  for (const k of ['fluency', 'grammar', 'vocabulary', 'coherence', 'interaction']) assert.ok(Math.abs(both.scores[k] - (a[k] + b[k]) / 2) <= 1, k); // of what is not rounded yet
  assert.ok(b.interaction < a.interaction, 'the same words are less for a harder question');
  await evaluated(me, { languageCode: 'Korean', responses: [{ questionId: 1, transcript: '저는 부산에서 온 민수입니다. 그래서 바다를 좋아합니다.' }] });
  await evaluated(me, { language: '일본어', responses: [{ questionId: 1, transcript: '私は学生です。しかし、毎日働いています。' }] });
  assert.deepEqual((await levels(me)).map((l) => l.language), ['en', 'ja', 'ko']);
  const { questions } = (await look(me, 'result')).body.data;
  assert.equal(questions[0].text, 'Please introduce yourself. What is your name, where are you from, and what do you do?');
});

test('without any transcript nothing is made up: placeholders that say so, and change nothing', async () => {
  const me = await person('학습자');
  const d = await evaluated(me, { responses: [{ questionId: 1, audioUrl: '/x', duration: 60 }, { questionId: 2, transcript: ' ' }, { questionId: 3, transcript: '…。?' }] });
  assert.deepEqual([d.fallback, d.level, d.overallScore, d.scores, d.strengths, d.improvements, d.suggestions, d.transcriptText, d.model], [true, 'B1', 70, six(70), [], [], [], null, 'builtin']);
  assert.match(d.feedback, /not judged.*placeholders, not an assessment; your level is unchanged/);
  assert.match((await post('/leveltest/evaluate', { responses: [{ questionId: 1 }] }, as(me))).body.data.feedback, /평가하지 못했습니다.*기본값이며/);
  assert.deepEqual([await levels(me), await events(me)], [[], []]);
  const mine = (await look(me, 'language-level', '/user')).body.data;
  assert.deepEqual([mine.level, mine.score], [null, null]);
});

test('my level follows from the newest result, wherever it is asked for', async () => {
  const me = await person('학습자');
  await query("INSERT INTO user_languages (user_id, language_id, current_level_id, learning) VALUES (?, 2, 103, FALSE), (?, 3, 100, TRUE)", [me.id, me.id]);
  const d = await evaluated(me);
  const saved = await ask(me, 'save', { languageCode: 'ko', level: 'C1', overallScore: 80, completedAt: new Date(Date.now() - 86400000).toISOString() });
  assert.equal(saved.status, 201, saved.text);
  for (const base of ['/user', '/users', '/users/me', '/level-test/user', '/leveltest/user']) {
    const mine = (await look(me, 'language-level', base)).body.data;
    assert.deepEqual([mine.language, mine.level, mine.score, mine.updatedAt], ['en', 'A1', teaOverall, d.completedAt]);
    assert.deepEqual(mine.languages.map((l) => [l.languageCode, l.source, l.cefrLevel, l.testedAt]), [['ja', 'onboarding', null, null], ['en', 'level_test', 'A1', d.completedAt]]);
  }
  // an older one that is saved later is no news
  await ask(me, 'save-result', { languageCode: 'en', level: 'C2', overallScore: 99, completedAt: new Date(Date.now() - 3600000).toISOString() });
  assert.deepEqual(await levels(me), [{ language: 'en', level: 'A1', score: teaOverall }, { language: 'ko', level: 'C1', score: 80 }]);
});

test('a result of elsewhere is kept as it came, once', async () => {
  const me = await person('학습자');
  const at = new Date(Date.now() - 86400000).toISOString();
  const body = { testId: 'b0a1-uuid', userId: 7, languageCode: 'English', testType: 'VOICE_SPEAKING_TEST', mode: 'voice', testLevel: 'advanced', estimatedLevel: 'b2', estimatedScore: '68.4',
    scores: { fluency: 71.5, grammar: 60 }, strengths: ['"clear"'], weaknesses: 'tenses', recommendations: ['read'], feedback: '좋아요\n"good"', timestamp: at };
  const [first, second] = await Promise.all([ask(me, 'save', body), ask(me, 'save-result', { ...body, level: 'A1' })]);
  assert.deepEqual([first.status, second.status, first.body.data], [201, 201, second.body.data]);
  const { id } = first.body.data;
  assert.deepEqual(first.body.data, { saved: true, id, testId: id });
  assert.equal((await query('SELECT COUNT(*) AS n FROM level_tests WHERE user_id = ?', [me.id]))[0].n, 1);
  const again = await ask(me, 'save', { testId: 'b0a1-uuid', level: 'A1', overallScore: 1 });
  assert.deepEqual(again.body.data, first.body.data);
  await query('DELETE FROM level_tests WHERE user_id = ?', [me.id]);
  assert.notEqual((await ask(me, 'save', body)).body.data.id, id);
  const d = (await look(me, 'result')).body.data;
  assert.deepEqual([d.level, d.overallScore, d.scores, d.estimatedSkills, d.strengths, d.improvements, d.suggestions, d.feedback, d.model, d.fallback, d.completedAt, d.mode, d.testType, d.testLevel, d.evaluations, d.questions, d.transcriptText], [
    'B2', 68, { ...six(68), fluency: 72, grammar: 60 }, ['pronunciation', 'vocabulary', 'coherence', 'interaction'], ['"clear"'], ['tenses'], ['read'], '좋아요\n"good"', 'client', false, at, 'voice', 'VOICE_SPEAKING_TEST', 'ADVANCED', [], [], null]);
  // what is missing follows: the level from the score, the score from the skills
  const bare = await person('학습자');
  await ask(bare, 'save', { scores: { grammar: 80, fluency: 71 } });
  const b = (await look(bare, 'result')).body.data;
  assert.deepEqual([b.level, b.overallScore, b.scores.vocabulary, b.feedback], ['C1', 76, 76, 'C1: Speaks fluently about complex matters.']);
});

test('levels by their lowest score', async () => {
  const me = await person('학습자');
  for (const [overallScore, level] of [[0, 'A1'], [44, 'A1'], [45, 'A2'], [54.4, 'A2'], [54.5, 'B1'], [65, 'B2'], [75, 'C1'], [84, 'C1'], [85, 'C2'], [100, 'C2']]) {
    const { id } = (await ask(me, 'save', { overallScore })).body.data;
    assert.deepEqual([overallScore, (await query('SELECT level FROM level_test_results WHERE test_id = ?', [id]))[0].level], [overallScore, level]);
  }
  assert.deepEqual((await events(me)).map(([, step]) => step), [1, 1, 2, 2, 5, 7, 10, 10, 10, 10]);
});

test('saving what was judged here changes nothing; what is not judged yet cannot be saved; others\' ids mean nothing', async () => {
  const [me, other] = [await person('학습자'), await person('다른이')];
  const d = await evaluated(me);
  const res = await ask(me, 'save', { ...d, level: 'C2', overallScore: 100 });
  assert.deepEqual([res.status, res.body.data], [201, { saved: true, id: d.testId, testId: d.testId }]);
  assert.deepEqual((await look(me, 'result')).body.data, d);
  const theirs = (await ask(other, 'save', { testId: d.testId, level: 'B1', overallScore: 60 })).body.data;
  assert.notEqual(theirs.id, d.testId);
  const open = (await query("INSERT INTO level_tests (user_id, language, type, mode, source, aim, questions, expires_at) VALUES (?, 'en', 'SPEAKING', 'standard', 'GUIDED', 'BEGINNER', 4, NOW(3) + INTERVAL 1 DAY)", [me.id])).insertId;
  assert.deepEqual(verdict(await ask(me, 'save', { testId: open, level: 'B1', overallScore: 60 })), [400, 'TEST_NOT_COMPLETED']);
  assert.equal((await events(me)).length, 1);
});

test('twenty are kept, and shown by pages', async () => {
  const me = await person('학습자');
  const made = [];
  for (let i = 0; i < 22; i += 1) made.unshift((await ask(me, 'save', { testId: `t${i}`, overallScore: i })).body.data.id);
  const page = await look(me, 'history?page=0&size=3');
  assert.deepEqual(page.body.data.map((x) => [x.id, x.overallScore, 'evaluations' in x]), made.slice(0, 3).map((id, i) => [id, 21 - i, false]));
  assert.deepEqual([page.body.meta.page, page.body.meta.limit, page.body.meta.total, page.body.meta.totalPages], [1, 3, 20, 7]);
  const last = await look(me, 'history?page=7&size=3', '/leveltest');
  assert.deepEqual(last.body.data.map((x) => x.id), made.slice(18, 20));
  assert.deepEqual((await look(me, 'history?page=8&size=3')).body.data, []);
  assert.equal((await look(me, 'history')).body.data.length, 10);
  const full = (await look(me, 'history?size=20')).body.data;
  assert.deepEqual(full.map((x) => x.id), made.slice(0, 20));
  const { evaluations, questions, transcriptText, ...head } = (await look(me, 'result')).body.data;
  assert.deepEqual(full[0], head);
  assert.deepEqual([evaluations, questions, transcriptText], [[], [], null]);
});

test('results are their owner\'s, and there may be none', async () => {
  const [me, other] = [await person('학습자'), await person('다른이')];
  await evaluated(me);
  for (const at of ['result', `result/${me.id}`, `result/${other.id}`, 'result/999999999']) assert.deepEqual(verdict(await look(other, at)), none);
  assert.deepEqual(verdict(await look(me, `result/${other.id}`)), none);
  assert.deepEqual((await look(other, 'history')).body.data, []);
  await query('UPDATE level_tests SET expires_at = NOW(3) WHERE user_id = ?', [me.id]);
  assert.deepEqual([verdict(await look(me, 'result')), (await look(me, 'history')).body.data], [none, []]);
});

test('what is wrong in a request is named', async () => {
  const me = await person('학습자');
  const good = { questionId: 1, transcript: 'x' };
  for (const [responses, field, rule] of [[undefined, 'responses', 'required'], [[], 'responses', 'required'], [Array(5).fill(good), 'responses', 'max'], [[{ transcript: 'x' }], 'responses[0].questionId', 'required'],
    [[{ questionId: 5 }], 'responses[0].questionId', 'max'], [[{ questionId: 0 }], 'responses[0].questionId', 'min'], [[{ questionId: 1, transcript: 'x'.repeat(4001) }], 'responses[0].transcript', 'max'],
    [[{ questionId: 1, duration: -1 }], 'responses[0].duration', 'min'], [[{ questionId: 1, duration: 3601 }], 'responses[0].duration', 'max'],
    [[{ questionId: 1, audioUrl: 'x'.repeat(501) }], 'responses[0].audioUrl', 'max']]) assert.deepEqual(wrongField(await ask(me, 'evaluate', { responses })).slice(2), [field, rule]);
  assert.deepEqual(wrongField(await ask(me, 'evaluate', { responses: [good], languageCode: 'Klingon' })).slice(2), ['languageCode', 'one_of']);
  assert.deepEqual(verdict(await ask(me, 'evaluate', { responses: [good, good] })), [400, 'LEVEL_TEST_INVALID_QUESTION']);
  const soon = new Date(Date.now() + 60000).toISOString();
  const long = new Date(Date.now() - 91 * 86400000).toISOString();
  for (const [body, field, rule] of [[{ level: 'B1' }, 'overallScore', 'required'], [{ level: 'B3', overallScore: 1 }, 'level', 'one_of'], [{ overallScore: 101 }, 'overallScore', 'max'], [{ overallScore: 'x' }, 'overallScore', 'type'],
    [{ overallScore: 1, scores: { grammar: -1 } }, 'scores.grammar', 'min'], [{ overallScore: 1, testId: 'a b' }, 'testId', 'format'], [{ overallScore: 1, testId: 'x'.repeat(65) }, 'testId', 'max'],
    [{ overallScore: 1, mode: 'x' }, 'mode', 'one_of'], [{ overallScore: 1, testLevel: 'x' }, 'testLevel', 'one_of'], [{ overallScore: 1, testType: 'a b' }, 'testType', 'format'], [{ overallScore: 1, languageCode: 'xx' }, 'languageCode', 'one_of'],
    [{ overallScore: 1, strengths: Array(21).fill('x') }, 'strengths', 'max'], [{ overallScore: 1, feedback: 'x'.repeat(4001) }, 'feedback', 'max'], [{ overallScore: 1, completedAt: soon }, 'completedAt', 'max'],
    [{ overallScore: 1, completedAt: long }, 'completedAt', 'min'], [{ overallScore: 1, completedAt: 'x' }, 'completedAt', 'format'], [{ overallScore: 1, strengths: Array(20).fill('x'.repeat(4000)) }, 'strengths', 'max'],
  ]) assert.deepEqual(wrongField(await ask(me, 'save', body)).slice(2), [field, rule], JSON.stringify(body).slice(0, 100));
  assert.deepEqual(wrongField(await look(me, 'history?size=21')).slice(2), ['size', 'max']);
  assert.deepEqual((await look(me, 'history')).body.data, []);
});

test('a retry is answered as the first try was', async () => {
  const me = await person('학습자');
  const key = { 'idempotency-key': `level-test-${me.id}-1` };
  const [a, b] = await Promise.all([ask(me, 'evaluate', { responses: [tea] }, key), ask(me, 'evaluate', { responses: [tea] }, key)]);
  assert.deepEqual([a.status, b.status, a.body.data], [200, 200, b.body.data]);
  assert.deepEqual(verdict(await ask(me, 'evaluate', { responses: [{ ...tea, questionId: 2 }] }, key)), [422, 'IDEMPOTENCY_KEY_REUSED']);
  assert.equal((await events(me)).length, 1);
  const save = { 'idempotency-key': `level-test-${me.id}-2` };
  assert.deepEqual((await ask(me, 'save', { overallScore: 5 }, save)).body.data, (await ask(me, 'save', { overallScore: 5 }, save)).body.data);
});
