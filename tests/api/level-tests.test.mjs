// Level tests that come all at once, results of elsewhere, and what is shown of them.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { get, person, post, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { fetchBytes, png, upload, wav } from '../harness/files.mjs';
import { ask, evaluated, events, levels, look, six, tea, teaEvidence, teaOverall, teaScores } from '../harness/leveltest.mjs';
import { learner } from '../harness/learner.mjs';
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
  const improvements = ['Grammar: short sentences, or many slips', 'Vocabulary: easy words, or the same ones again', 'Coherence: few words link the ideas', 'Interaction: answers are short for what is asked'];
  assert.match(d.completedAt, iso);
  assert.equal(typeof d.testId, 'number');
  assert.deepEqual(d, {
    testId: d.testId, id: d.testId, userId: me.id, languageCode: 'en', language: 'en', testType: 'SPEAKING', mode: 'standard', testLevel: 'INTERMEDIATE', status: 'completed',
    level: 'A1', overallLevel: 'A1', estimatedLevel: 'A1', cefrLevel: 'A1', overallScore: teaOverall, estimatedScore: teaOverall, scores: teaScores, estimatedSkills: ['pronunciation'],
    strengths: [], improvements, weaknesses: improvements, suggestions, recommendations: suggestions,
    feedback: `${summary} Words, sentences and linking words of the transcribed answers were counted by rules. What could not be measured is the mean of the rest. That was too little for more than a guess. (words: 11)`, feedbackSummary: summary,
    model: 'builtin', fallback: false, startedAt: d.completedAt, completedAt: d.completedAt, analyzedAt: d.completedAt, timestamp: d.completedAt, transcriptText: tea.transcript, words: 11, enoughText: false, confidence: null,
    evaluations: [
      { questionNumber: 1, questionId: 1, question: d.questions[0].text, difficulty: 'A1-A2', transcription: tea.transcript, evaluation: { scores: teaScores, evidence: teaEvidence, feedback: summary, suggestions, estimatedLevel: 'A1' } },
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
  const one = await evaluated(me, { responses: [{ questionId: 1, transcript: long, duration: 22 }] });
  assert.deepEqual([one.level, one.words, one.enoughText, one.confidence], ['B2', 49, false, 0.83]);
  const enough = await evaluated(me, { responses: [{ questionId: 1, transcript: long }, { questionId: 2, transcript: long }] });
  assert.deepEqual([enough.words, enough.enoughText, enough.confidence, /guess/.test(enough.feedback)], [98, true, 0.85, false]);
  const french = await evaluated(me, { languageCode: 'fr', responses: [{ questionId: 1, transcript: long }, { questionId: 2, transcript: long }] });
  assert.deepEqual([french.enoughText, french.confidence], [true, null]); // nobody measured that
  const both = await evaluated(me, { responses: [tea, { questionId: 3, transcript: 'I like tea because it is warm. But coffee is bitter.' }] });
  const [a, b] = both.evaluations.map((e) => e.evaluation.scores);
  assert.deepEqual(a, teaScores);
  for (const k of ['fluency', 'grammar', 'vocabulary', 'coherence', 'interaction']) assert.ok(Math.abs(both.scores[k] - (a[k] + b[k]) / 2) <= 1, k); // of what is not rounded yet
  assert.ok(b.interaction < a.interaction, 'the same words are less for a harder question');
  await evaluated(me, { languageCode: 'Korean', responses: [{ questionId: 1, transcript: '저는 부산에서 온 민수입니다. 그래서 바다를 좋아합니다.' }] });
  await evaluated(me, { language: '일본어', responses: [{ questionId: 1, transcript: '私は学生です。しかし、毎日働いています。' }] });
  assert.deepEqual((await levels(me)).map((l) => l.language), ['en', 'fr', 'ja', 'ko']);
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
  const { evaluations, questions, transcriptText, words, enoughText, confidence, ...head } = (await look(me, 'result')).body.data;
  assert.deepEqual(full[0], head);
  assert.deepEqual([evaluations, questions, transcriptText, words, enoughText, confidence], [[], [], null, 0, true, null]);
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

test('one answer looked at closely: what was counted, and what follows', async () => {
  const me = await person('학습자');
  const d = await evaluated(me, { responses: [tea, { questionId: 2 }] });
  const res = await look(me, `${d.testId}/answer/1/detailed`);
  assert.equal(res.status, 200, res.text);
  const { evaluation, ...head } = res.body.data;
  const { comprehensiveData, ...close } = evaluation;
  const [reason, ways, join] = ['Add a reason and an example to each answer', 'Learn five other ways a day of saying what you often say', 'Practise joining two short sentences into one'];
  const weak = ['Grammar: short sentences, or many slips', 'Vocabulary: easy words, or the same ones again', 'Coherence: few words link the ideas', 'Interaction: answers are short for what is asked'];
  const E = {
    overallLevel: 'A1', subLevel: 'high', // 41 of 0 to 45
    confidenceScore: 0.7, // 41 68 34 32 52 21: deviation 15.2
    detailedScores: teaScores, estimatedSkills: ['pronunciation'],
    pronunciationAnalysis: { overallScore: teaScores.pronunciation, strengths: [], improvements: [] },
    grammarAnalysis: { overallScore: teaScores.grammar, strengths: [], errors: [], commonErrors: [] },
    vocabularyAnalysis: { overallScore: teaScores.vocabulary, advancedWords: ['because'], keyVocabulary: ['because'], improvements: [weak[1]] },
    fluencyAnalysis: { overallScore: teaScores.fluency, speakingRate: 110, pauseCount: null, analysis: 'words: 11, said twice: 0, um and the like: 0' },
    coherenceAnalysis: { overallScore: teaScores.coherence, structure: 'sentences: 2, linking words: 2', linkingWords: ['because', 'but'], linkingDevices: ['because', 'but'] },
    strengths: [], weaknesses: weak,
    priorityImprovements: [['interaction', 21, reason], ['vocabulary', 32, ways], ['grammar', 34, join]].map(([area, n, action]) => ({ area, currentLevel: n, targetLevel: n + 20, actionItems: [action] })),
    studyPlan: { shortTerm: [reason], mediumTerm: [ways], longTerm: [join] },
    nextLevelStrategy: { targetLevel: 'A2', estimatedTimeMonths: 2, keyMilestones: ['Overall score: 45'], recommendedResources: [] },
    model: 'builtin',
  };
  assert.deepEqual(head, { testId: d.testId, questionId: 1, question: d.questions[0].text, transcription: tea.transcript });
  for (const skill of ['pronunciation', 'grammar', 'vocabulary', 'fluency', 'coherence']) E[skill] = E[`${skill}Analysis`];
  assert.deepEqual(close, E);
  assert.deepEqual(comprehensiveData, E);
  const wrong = await evaluated(me, { responses: [{ questionId: 1, transcript: "He don't have a apple." }] });
  const { errors } = (await look(me, `${wrong.testId}/answer/1/detailed`, '/leveltest')).body.data.evaluation.grammarAnalysis;
  assert.deepEqual(errors, [["he don't", "he doesn't"], ['a apple', 'an apple']].map(([said, better]) => ({ type: 'grammar', description: said, example: said, correction: better })));
  const other = await person('다른이');
  const open = (await ask(me, 'voice/start', {})).body.data.testId;
  for (const [p, path, code] of [[me, `${d.testId}/answer/2/detailed`, 'DETAILED_EVALUATION_NOT_FOUND'], [me, `${d.testId}/answer/3/detailed`, 'ANSWER_NOT_FOUND'], [other, `${d.testId}/answer/1/detailed`, 'LEVEL_TEST_NOT_FOUND'], [me, '999999999/answer/1/detailed', 'LEVEL_TEST_NOT_FOUND']]) {
    assert.deepEqual(verdict(await look(p, path)), [404, code]);
  }
  assert.deepEqual(verdict(await look(me, `${open}/answer/1/detailed`)), [400, 'TEST_NOT_COMPLETED']);
  assert.deepEqual(wrongField(await look(me, `${d.testId}/answer/0/detailed`)).slice(2), ['questionId', 'min']);
  assert.deepEqual(wrongField(await look(me, `${d.testId}/answer/11/detailed`)).slice(2), ['questionId', 'max']);
});

test('a standard test, question by question, in words', async () => {
  const me = await person('학습자');
  const res = await ask(me, 'start', { testType: 'SPEAKING', languageCode: 'en', testLevel: 'INTERMEDIATE', totalQuestions: 5 });
  const d = res.body.data;
  const { questions } = (await look(me, 'questions')).body.data;
  assert.deepEqual([res.status, d], [200, { testId: d.testId, id: d.testId, testType: 'SPEAKING', mode: 'standard', languageCode: 'en', language: 'en', testLevel: 'INTERMEDIATE', currentLevel: 'INTERMEDIATE', status: 'in-progress',
    prompts: questions.map((q) => q.text), instructions: 'Read each question and answer it aloud within its time.', estimatedDurationMinutes: 8, totalQuestions: 4, questions, startedAt: d.startedAt }]);
  const put = (body) => ask(me, 'submit', { testId: d.testId, questionNumber: 1, userAnswer: tea.transcript, ...body });
  const first = await put({ userAnswer: 'no', responseTimeSeconds: 3 });
  const { submittedAt } = first.body.data;
  assert.deepEqual([first.status, first.body.data], [200, { testId: d.testId, questionId: 1, questionNumber: 1, transcription: 'no', audioUrl: null, saved: true, submittedAt }]);
  await Promise.all([put({ responseTimeSeconds: 6.2 }), put({ responseTimeSeconds: 6.2 })]); // again replaces it
  const steps = (await look(me, `progress/${me.id}`)).body.data;
  assert.deepEqual(steps, { userId: me.id, testId: d.testId, completedQuestions: 1, totalQuestions: 4, answers: [{ questionNumber: 1, audioKey: null, transcription: tea.transcript, timestamp: steps.answers[0].timestamp }] });
  const [done, again] = await Promise.all([ask(me, `${d.testId}/complete`), ask(me, `${d.testId}/complete`)]);
  assert.deepEqual([done.status, done.body.data.scores, done.body.data.overallScore, done.body.data.level, again.body.data], [200, teaScores, teaOverall, 'A1', done.body.data]);
  assert.deepEqual((await look(me, `${d.testId}`)).body.data, done.body.data);
  assert.deepEqual([await events(me), await levels(me)], [[[d.testId, 1]], [{ language: 'en', level: 'A1', score: teaOverall }]]);
  assert.deepEqual(verdict(await put({})), [400, 'LEVEL_TEST_ALREADY_COMPLETED']);
  assert.deepEqual((await look(me, `progress/${me.id}`)).body.data, { userId: me.id, testId: null, completedQuestions: 0, totalQuestions: 4, answers: [] });
});

test('answers without a test go to the one under way; two are needed to complete it', async () => {
  const [me, other] = [await person('학습자'), await person('다른이')];
  const few = async () => {
    const res = await ask(me, 'complete', { userId: me.id });
    return [...verdict(res), res.body.error.details];
  };
  assert.deepEqual(await few(), [400, 'INSUFFICIENT_SUBMISSIONS', { minRequired: 2, submitted: 0 }]);
  const refused = (...part) => upload('/level-test/submit', [['audio', ...part], ['questionNumber', '1']], me);
  assert.deepEqual(verdict(await refused(png, 'a.png', 'image/png')), [400, 'INVALID_FILE_TYPE']);
  assert.deepEqual(verdict(await refused(Buffer.alloc(0), 'recording.webm', 'audio/webm')), [400, 'LEVEL_TEST_INVALID_SUBMISSION']);
  assert.deepEqual((await look(me, 'my-tests')).body.data, []); // none of them began a test
  const put = (questionNumber, more = {}) => ask(me, 'submit', { questionNumber, userAnswer: tea.transcript, ...more });
  const [a, b] = await Promise.all([put('3'), put(3)]); // one of them begins it
  assert.deepEqual([a.status, b.body.data.testId], [200, a.body.data.testId]);
  assert.deepEqual(await few(), [400, 'INSUFFICIENT_SUBMISSIONS', { minRequired: 2, submitted: 1 }]);
  const sound = await upload('/leveltest/submit', [['audio', wav(), 'a.wav', 'audio/wav'], ['questionNumber', '1'], ['userId', me.id]], me);
  assert.deepEqual([sound.status, sound.body.data.testId, sound.body.data.questionNumber, sound.body.data.transcription, sound.body.data.saved], [200, a.body.data.testId, 1, null, true]);
  const late = await upload(`/level-test/${a.body.data.testId}/audio-answer`, [['audio', wav(2600), 'a.wav', 'audio/wav'], ['questionId', '2']], me);
  assert.equal(late.body.data.questionId, 2, late.text);
  const { testId } = a.body.data;
  for (const path of [`/api/v1/level-test/${testId}/audio/2`, `/api/v1/leveltest/audio/${me.id}/2`]) {
    const got = await fetchBytes(path, { headers: { authorization: `Bearer ${me.access}` } });
    assert.deepEqual([got.status, got.bytes.length, got.headers['content-type'].slice(0, 6)], [200, 2600, 'audio/'], path);
  }
  for (const path of [`${testId}/audio/3`, `${testId}/audio/4`, `audio/${me.id}/3`, `audio/${other.id}/2`]) assert.deepEqual(verdict(await look(me, path)), [404, 'LEVEL_TEST_AUDIO_NOT_FOUND'], path);
  for (const path of [`${testId}/audio/2`, `audio/${me.id}/2`, `progress/${me.id}`]) assert.equal((await look(other, path)).status, 404, path);
  assert.deepEqual(verdict(await look(other, `progress/${me.id}`)), [404, 'LEVEL_TEST_NOT_FOUND']);
  assert.equal((await send('DELETE', late.body.data.audioUrl.replace('/api/v1', ''), as(me))).status, 200);
  assert.deepEqual(verdict(await look(me, `${testId}/audio/2`)), [404, 'LEVEL_TEST_AUDIO_NOT_FOUND']);
  const done = await ask(me, 'complete', { userId: me.id });
  assert.deepEqual([done.status, done.body.data.testId, done.body.data.fallback, done.body.data.evaluations.map((e) => [e.questionNumber, e.transcription])], [200, testId, false, [[1, null], [2, null], [3, tea.transcript]]]);
  assert.deepEqual(wrongField(await ask(me, 'complete', {})).slice(2), ['userId', 'required']);
});

test('the level a test finds is their level of that language, for matching as well', async () => {
  const me = await learner('학습자', 9, [[2, 104], [11, 106]]);
  const [seeker] = [await learner('찾는이', 2, [[9, 102]])];
  const profile = async () => (await get('/users/profile', as(me))).body.data.targetLanguages.map((l) => [l.languageCode, l.currentLevelId]);
  const found = async (level) => (await get(`/matching/partners?size=50&nativeLanguage=vi&targetLanguage=en&languageLevel=${level}`, as(seeker))).body.data.some((c) => c.userId === me.id);
  assert.deepEqual([await profile(), await found('advanced'), await found('beginner')], [[['en', 104], ['ar', 106]], true, false]);
  await evaluated(me); // A1
  assert.deepEqual([await profile(), await found('advanced'), await found('beginner')], [[['en', 100], ['ar', 106]], false, true]);
  const save = (body) => ask(me, 'save-result', { overallScore: 50, ...body });
  const one = await save({ language: 'ar', level: 'C2' });
  assert.deepEqual([one.status, await profile()], [201, [['en', 100], ['ar', 105]]]);
  // neither an older result, nor one that is there already, nor a language they do not learn
  await save({ language: 'ar', level: 'A2', completedAt: new Date(Date.now() - 86400000).toISOString() });
  await query('UPDATE user_languages SET current_level_id = 103 WHERE user_id = ? AND language_id = 11', [me.id]);
  await save({ language: 'ar', level: 'C2', testId: `${one.body.data.id}` });
  await save({ language: 'fr', level: 'B1' });
  await query('INSERT INTO user_languages (user_id, language_id, current_level_id, learning) VALUES (?, 9, 106, FALSE)', [me.id]);
  await save({ language: 'vi', level: 'A1' });
  assert.deepEqual([await profile(), (await query('SELECT current_level_id AS l FROM user_languages WHERE user_id = ? AND NOT learning', [me.id])).map((r) => r.l)], [[['en', 100], ['ar', 103]], [106]]);
  // one that was answered here, question by question; what nobody judged says nothing
  const { testId } = (await ask(me, 'start', { languageCode: 'ar' })).body.data;
  await ask(me, 'submit', { testId, questionNumber: 1, userAnswer: 'كلمة واحدة فقط' });
  const done = await ask(me, `${testId}/complete`);
  assert.deepEqual([done.body.data.level, await profile()], ['A1', [['en', 100], ['ar', 100]]], done.text);
  await query('UPDATE user_languages SET current_level_id = 104 WHERE user_id = ? AND language_id = 11', [me.id]);
  const silent = (await ask(me, 'start', { languageCode: 'ar' })).body.data.testId;
  assert.equal((await upload('/level-test/submit', [['audio', wav(), 'a.wav', 'audio/wav'], ['questionNumber', '1'], ['testId', `${silent}`]], me)).status, 200);
  assert.equal((await ask(me, `${silent}/complete`)).body.data.fallback, true);
  assert.deepEqual(await profile(), [['en', 100], ['ar', 104]]);
});

test('what cannot be submitted', async () => {
  const [me, other] = [await person('학습자'), await person('다른이')];
  const { testId } = (await ask(me, 'start', { totalQuestions: 2 })).body.data;
  const put = (body, p = me) => ask(p, 'submit', { testId, questionNumber: 1, userAnswer: 'yes', ...body });
  assert.deepEqual(verdict(await put({}, other)), [404, 'LEVEL_TEST_NOT_FOUND']);
  for (const questionNumber of [0, 3, 5]) assert.deepEqual(verdict(await put({ questionNumber })), [400, 'LEVEL_TEST_INVALID_QUESTION']);
  for (const userAnswer of [undefined, '', ' …']) assert.deepEqual(verdict(await put({ userAnswer })), [400, 'LEVEL_TEST_INVALID_SUBMISSION']);
  for (const [body, field, rule] of [[{ questionNumber: undefined }, 'questionNumber', 'required'], [{ userAnswer: 'x'.repeat(4001) }, 'userAnswer', 'max'], [{ responseTimeSeconds: 3601 }, 'responseTimeSeconds', 'max'], [{ testId: 'x' }, 'testId', 'type']]) {
    assert.deepEqual(wrongField(await put(body)).slice(2), [field, rule]);
  }
  const sound = (bytes, name = 'a.wav', type = 'audio/wav') => upload('/level-test/submit', [['audio', bytes, name, type], ['questionNumber', '1']], me);
  assert.deepEqual(verdict(await sound(png, 'a.png', 'image/png')), [400, 'INVALID_FILE_TYPE']);
  assert.deepEqual(verdict(await sound(wav(25 * 1048576 + 1))), [400, 'FILE_TOO_LARGE']);
  assert.deepEqual(verdict(await send('POST', '/level-test/submit', { ...as(me), raw: 'x', headers: { 'content-type': 'multipart/form-data; boundary=x' } })), [400, 'INVALID_FORM_DATA']);
  await query("INSERT INTO files (storage_key, owner_id, name, content_type, kind, size, sha256) VALUES (?, ?, 'n', 'image/png', 'IMAGE', 1 << 50, 'x')", [`much${me.id}`, me.id]);
  assert.deepEqual(verdict(await sound(wav())), [409, 'STORAGE_QUOTA_EXCEEDED']);
  for (const what of ['start', 'restart']) {
    for (const [body, field, rule] of [[{ languageCode: 'xx' }, 'languageCode', 'one_of'], [{ testLevel: 'x' }, 'testLevel', 'one_of'], [{ totalQuestions: 0 }, 'totalQuestions', 'min'], [{ totalQuestions: 11 }, 'totalQuestions', 'max'], [{ testType: 'a b' }, 'testType', 'format']]) {
      assert.deepEqual(wrongField(await ask(me, what, body)).slice(2), [field, rule]);
    }
  }
});

test('my tests, their sums, what there is to choose; beginning anew cancels those of the language', async () => {
  const me = await person('학습자');
  const nothing = { totalTests: 0, completedTests: 0, totalCompletedTests: 0, averageScore: null, latestLevel: null, latestCompletedAt: null, testedLanguages: [], latestLevels: {}, averageAccuracies: {}, recentTests: [] };
  for (const at of ['summary', 'stats']) assert.deepEqual((await look(me, at)).body.data, nothing);
  const english = (await ask(me, 'start', {})).body.data;
  const korean = (await ask(me, 'start', { languageCode: 'ko' })).body.data;
  assert.equal(korean.prompts[0], '자기소개를 해 주세요. 이름, 출신지, 하는 일을 말해 주세요.');
  const again = await ask(me, 'restart', { targetLanguage: 'English' });
  const anew = again.body.data;
  assert.deepEqual([again.status, anew.status, anew.testType, anew.questions.length], [200, 'in-progress', 'SPEAKING', 4]);
  const judged = await evaluated(me);
  const day = (n) => new Date(Date.now() - n * 86400000).toISOString();
  await ask(me, 'save', { languageCode: 'en', overallScore: 61, completedAt: day(2) });
  await ask(me, 'save', { languageCode: 'ja', overallScore: 90, completedAt: day(1) });
  const none = await evaluated(me, { responses: [{ questionId: 1 }] });
  const s = (await look(me, 'summary')).body.data;
  assert.deepEqual({ ...s, recentTests: s.recentTests.map((t) => [t.languageCode, t.overallScore, t.fallback]) }, {
    totalTests: 7, completedTests: 3, totalCompletedTests: 3, averageScore: 64, latestLevel: 'A1', latestCompletedAt: judged.completedAt, testedLanguages: ['en', 'ja'],
    latestLevels: { en: 'A1', ja: 'C2' }, averageAccuracies: { en: 51, ja: 90 }, recentTests: [['en', 70, true], ['en', teaOverall, false], ['ja', 90, false], ['en', 61, false]] });
  const page = await look(me, 'my-tests?page=0&size=5');
  assert.deepEqual(page.body.data.map((t) => [t.languageCode, t.status, t.overallScore]), [['en', 'completed', 70], ['ja', 'completed', 90], ['en', 'completed', 61], ['en', 'completed', teaOverall], ['en', 'in-progress', null]]);
  assert.deepEqual(page.body.data[3], { testId: judged.testId, id: judged.testId, languageCode: 'en', testType: 'SPEAKING', status: 'completed', level: 'A1', overallScore: teaOverall, fallback: false, completedAt: judged.completedAt, startedAt: judged.startedAt });
  assert.deepEqual(page.body.data[4], { testId: anew.testId, id: anew.testId, languageCode: 'en', testType: 'SPEAKING', status: 'in-progress', level: null, overallScore: null, fallback: false, completedAt: null, startedAt: anew.startedAt });
  assert.deepEqual([page.body.meta.total, page.body.data[0].testId], [7, none.testId]);
  assert.deepEqual((await look(me, 'my-tests?page=2&size=5')).body.data.map((t) => [t.testId, t.status]), [[korean.testId, 'in-progress'], [english.testId, 'cancelled']]);
  assert.deepEqual(wrongField(await look(me, 'my-tests?size=21')).slice(2), ['size', 'max']);
  assert.deepEqual((await look(me, 'settings')).body.data, { questionCount: 4, timeLimits: [60, 90, 120, 180], languages: ['en', 'ko', 'ja', 'zh', 'fr', 'de', 'es', 'ru', 'vi', 'th', 'ar', 'pt'], levels: ['A1', 'A2', 'B1', 'B2', 'C1', 'C2'] });
  for (const what of ['start', 'restart']) {
    const key = { 'idempotency-key': `level-${what}-${me.id}` };
    assert.deepEqual((await ask(me, what, {}, key)).body.data, (await ask(me, what, {}, key)).body.data);
  }
});
