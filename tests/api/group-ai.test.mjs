// What is said of group sessions without a language model: points, sums, and that there is none.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { person, post } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { did, group } from '../harness/groups.mjs';
import { as, verdict, wrongField } from '../harness/sessions.mjs';

after(closeDb);
const ask = (p, what, body) => post(`/group-sessions/${what}`, body, { ...as(p), headers: { 'accept-language': 'en' } });

test('which session suits whom: every point by its rule, the best first', async () => {
  const me = await person('학습자');
  const userProfile = { nativeLanguage: 'Korean', learningLanguages: ['en', 'Japanese'], level: 'intermediate', interests: ['Travel', 'movies', '음식'], preferredSessionType: 'VIDEO', availability: ['weekday-evening'] };
  const s = (sessionId, language, level, ...tags) => ({ sessionId, title: `t${sessionId}`, language, level, tags });
  const res = await ask(me, 'ai/match-recommendation', { userId: me.id, userProfile, availableSessions: [
    s('g', 'de', 'BEGINNER', 'x'), s('f', 'ko', 'INTERMEDIATE'), s('e', 'ja', 'ADVANCED', '음식'), s('a', 'ENGLISH', 'INTERMEDIATE', 'travel', 'x', 'MOVIES', '음식'), s('d', 'en', 'BEGINNER', 'travel'), s('b', 'en', 'intermediate', 'x'),
    { sessionId: 'h' }] });
  assert.equal(res.status, 200, res.text);
  const d = res.body.data;
  const own = (x) => `A language you learn: ${x}`;
  const [same, above, below] = ['Matches your language level (INTERMEDIATE)', 'Slightly above your current level (good for growth)', 'Slightly below your current level'];
  assert.deepEqual(d.recommendations.map((x) => [x.sessionId, x.matchScore, x.reasons, x.recommendation]), [
    ['a', 100, [own('ENGLISH'), same, 'Includes your interest: travel', 'Includes your interest: MOVIES'], 'Highly recommended'],
    ['b', 75, [own('en'), same], 'Good match'],
    ['d', 75, [own('en'), below, 'Includes your interest: travel'], 'Good match'],
    ['e', 75, [own('ja'), above, 'Includes your interest: 음식'], 'Good match, but challenging'],
    ['f', 45, ['Your native language: ko', same], 'Not a close match'],
    ['g', 15, [below], 'Not a close match'],
    ['h', 0, [], 'Not a close match']]);
  assert.deepEqual(d.recommendations[0], { sessionId: 'a', title: 'ta', matchScore: 100, fitScore: 100, reasons: d.recommendations[0].reasons, reason: own('ENGLISH'), recommendation: 'Highly recommended' });
  assert.deepEqual([d.matches, d.topMatch, d.model, d.fallback, d.strategy], [d.recommendations, { sessionId: 'a', matchScore: 100, message: 'Highly recommended' }, 'builtin', true, 'Language, level and interests were compared by points.']);
  const none = (await ask(me, 'ai/match-recommendation', { userProfile: {}, availableSessions: [] })).body.data;
  assert.deepEqual([none.recommendations, none.topMatch], [[], null]);
  for (const [body, field, rule] of [
    [{ availableSessions: [] }, 'userProfile', 'required'], [{ userProfile }, 'availableSessions', 'required'], [{ userProfile, availableSessions: [{}] }, 'availableSessions[0].sessionId', 'required'],
    [{ userProfile, availableSessions: Array(51).fill({ sessionId: '1' }) }, 'availableSessions', 'max'], [{ userProfile: { level: 'C1' }, availableSessions: [] }, 'userProfile.level', 'one_of'],
  ]) assert.deepEqual(wrongField(await ask(me, 'ai/match-recommendation', body)).slice(2), [field, rule]);
});

test('nothing is translated, and nothing is said to be; what needs no translating is given back', async () => {
  const me = await person('학습자');
  const off = await ask(me, 'ai/translate', { text: '안녕하세요', fromLanguage: 'ko', toLanguage: 'en' });
  assert.deepEqual([...verdict(off), off.body.data], [503, 'AI_NOT_CONFIGURED', undefined]);
  assert.deepEqual((await ask(me, 'ai/translate', { text: '안녕', fromLanguage: 'KO', toLanguage: 'ko' })).body.data,
    { originalText: '안녕', translatedText: '안녕', translation: '안녕', fromLanguage: 'ko', toLanguage: 'ko', confidence: 1, alternatives: [], pronunciation: null, usageNotes: [], examples: [], model: 'builtin', fallback: true });
  for (const [body, field, rule] of [[{ fromLanguage: 'ko', toLanguage: 'en' }, 'text', 'required'], [{ text: 'x'.repeat(5001), fromLanguage: 'ko', toLanguage: 'en' }, 'text', 'max'],
    [{ text: 'x', fromLanguage: 'de', toLanguage: 'en' }, 'fromLanguage', 'one_of'], [{ text: 'x', fromLanguage: 'ko' }, 'toLanguage', 'required']]) assert.deepEqual(wrongField(await ask(me, 'ai/translate', body)).slice(2), [field, rule]);
});

test('progress is of who took part, adds up, and one of a session replaces the one before', async () => {
  const [host, me, other] = [await person('호스트'), await person('학습자'), await person('다른이')];
  const [a, b] = [await group(host), await group(host)];
  for (const g of [a, b]) await did(me, g, 'join');
  const track = (p, g, metrics) => ask(p, 'progress/track', { sessionId: g.id, userId: other.id, metrics });
  const res = await track(me, a, { speakingTime: 12, messagesCount: 15, wordsSpoken: 245, newVocabularyLearned: ['commute', 'Grab lunch'], grammarPointsPracticed: ['present simple'], participationScore: 85 });
  const one = { totalSessions: 1, totalSpeakingTime: 12, totalWordsSpoken: 245, vocabularySize: 2, averageParticipation: 85 };
  assert.deepEqual([res.status, res.body.data], [200, {
    sessionId: a.id, userId: me.id, progressRecorded: true, saved: true, cumulativeStats: one, progress: one, achievements: [], nextMilestone: { type: 'SESSION_COUNT', target: 5, current: 1, remaining: 4 } }]);
  const two = (await track(me, b, { speakingTime: 3, wordsSpoken: 55, newVocabularyLearned: ['COMMUTE', '출근'], participationScore: 60 })).body.data;
  assert.deepEqual(two.cumulativeStats, { totalSessions: 2, totalSpeakingTime: 15, totalWordsSpoken: 300, vocabularySize: 3, averageParticipation: 72.5 });
  const again = (await track(me, a, { wordsSpoken: 1 })).body.data;
  assert.deepEqual(again.cumulativeStats, { totalSessions: 2, totalSpeakingTime: 3, totalWordsSpoken: 56, vocabularySize: 2, averageParticipation: 60 });
  const none = [404, 'SESSION_NOT_FOUND'];
  assert.deepEqual([verdict(await track(other, a, {})), verdict(await track(other, { id: '999999998' }, {}))], [none, none]);
  assert.equal((await track(host, a, {})).body.data.cumulativeStats.averageParticipation, null);
  for (const [metrics, field, rule] of [
    [undefined, 'metrics', 'required'], [{ speakingTime: 1441 }, 'metrics.speakingTime', 'max'], [{ messagesCount: -1 }, 'metrics.messagesCount', 'min'], [{ wordsSpoken: 'x' }, 'metrics.wordsSpoken', 'type'],
    [{ participationScore: 101 }, 'metrics.participationScore', 'max'], [{ newVocabularyLearned: ['x'.repeat(41)] }, 'metrics.newVocabularyLearned[0]', 'max'],
    [{ grammarPointsPracticed: Array(11).fill('x') }, 'metrics.grammarPointsPracticed', 'max'],
  ]) assert.deepEqual(wrongField(await track(me, a, metrics)).slice(2), [field, rule]);
  assert.deepEqual(wrongField(await ask(me, 'progress/track', { metrics: {} })).slice(2), ['sessionId', 'required']);
  // what the shipped page sends
  assert.equal((await ask(me, 'progress/track', { sessionId: Number(a.id), userId: me.id, metrics: { rating: 5, hostRating: 4, durationSeconds: 900, suggestions: [], highlights: [], vocabulary: [] }, notes: '"좋음"\n', completedAt: new Date().toISOString(), durationMinutes: 15 })).status, 200);
  const [kept] = await query('SELECT more FROM group_progress WHERE user_id = ? AND session_id = ?', [me.id, a.id]);
  assert.deepEqual(typeof kept.more === 'string' ? JSON.parse(kept.more) : kept.more, { rating: 5, hostRating: 4, durationSeconds: 900, notes: '"좋음"' });
});

test('the newest fifty are kept', async () => {
  const [host, me] = [await person('호스트'), await person('학습자')];
  const g = await group(host);
  await did(me, g, 'join');
  const made = await query("INSERT INTO group_sessions (host_id, title, description, type, language, level, topic, tags, seats, starts_at, minutes, is_public, join_code, status) SELECT ?, 't', 'd', 'VIDEO', 'ko', 'BEGINNER', 'x', '[]', 6, NOW(3), 30, 0, LPAD(CONV(seq + ? * 100, 10, 36), 6, '0'), 'COMPLETED' FROM seq_1_to_50", [host.id, host.id]);
  await query("INSERT INTO group_progress (user_id, session_id, words, vocabulary, grammar, more, updated_at) SELECT ?, s.id, 1, '[]', '[]', '{}', NOW(3) - INTERVAL s.id - ? HOUR FROM group_sessions s WHERE s.id BETWEEN ? AND ?", [me.id, made.insertId - 1, made.insertId, made.insertId + 49]);
  const d = (await ask(me, 'progress/track', { sessionId: g.id, metrics: { wordsSpoken: 100 } })).body.data;
  assert.deepEqual([d.cumulativeStats.totalSessions, d.cumulativeStats.totalWordsSpoken, d.nextMilestone], [50, 149, null]);
  assert.deepEqual(await query('SELECT session_id FROM group_progress WHERE session_id = ?', [made.insertId + 49]), []); // the oldest
});
