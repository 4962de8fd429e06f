// Partners by weights of the caller's own.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { get, person, post } from '../harness/client.mjs';
import { closeDb } from '../harness/db.mjs';
import { block, learner } from '../harness/learner.mjs';
import { claimsOf, sign } from '../harness/token.mjs';

after(closeDb);
const best = (p, body = {}, language = 'en') => post('/matching/ai/best-matches', body, { token: p.access, headers: { 'accept-language': language } });
const found = async (p, body, language) => {
  const res = await best(p, body, language);
  assert.equal(res.status, 200, res.text);
  return res.body.data;
};
const only = (weight) => ({ languageWeight: 0, levelWeight: 0, semanticWeight: 0, scheduleWeight: 0, goalsWeight: 0, personalityWeight: 0, topicsWeight: 0, [weight]: 1, limit: 50 });
const evening = (dayOfWeek) => [{ dayOfWeek, classTime: '20:00' }];

test('every weight alone puts first who is best by it; a card, its scores, why and what to begin with', async () => {
  const me = await learner('나나', 9, [[10, 102]], { topics: [1, 2], motivations: [4], schedules: evening('MONDAY') });
  const [topics, goals, level, schedule] = await Promise.all([
    learner('관심', 10, [[9, 106]], { topics: [1, 2], motivations: [5], schedules: evening('FRIDAY'), profile: { englishName: 'Topic', profileImage: 'https://example.com/t.png' } }),
    learner('목표', 10, [[9, 106]], { topics: [7], motivations: [4], schedules: evening('FRIDAY') }),
    learner('수준', 10, [[9, 102]], { topics: [8], motivations: [6], schedules: evening('SUNDAY') }),
    learner('시간', 10, [[9, 106]], { topics: [9], motivations: [7], schedules: evening('MONDAY') }),
  ]);
  const first = async (weight) => (await found(me, only(weight))).matches[0];
  for (const [weight, who, dimension] of [['topicsWeight', topics, 'topicOverlap'], ['goalsWeight', goals, 'goalAlignment'], ['levelWeight', level, 'levelCompatibility'], ['languageWeight', level, 'languageCompatibility'], ['scheduleWeight', schedule, 'scheduleCompatibility']]) {
    const m = await first(weight);
    assert.deepEqual([m.partner.id, m.overallScore], [who.id, Math.round(m.scores[dimension] * 10) / 10], weight);
    assert.ok(m.overallScore > 50, weight);
  }
  const d = await found(me, {});
  const m = d.matches.find((x) => x.partner.id === topics.id);
  const s = m.scores;
  // levels 102 and 106: four steps, a third of full marks; nothing is said of personalities
  assert.deepEqual(Object.entries(s).map(([k, v]) => [k, Math.round(v * 100) / 100]), [['languageCompatibility', 94.64], ['levelCompatibility', 33], ['semanticSimilarity', (s.goalAlignment + 100) / 2], ['scheduleCompatibility', 0], ['goalAlignment', s.goalAlignment], ['personalityMatch', 67.5], ['topicOverlap', 100]]);
  const weighed = 0.25 * s.languageCompatibility + 0.15 * s.levelCompatibility + 0.15 * s.semanticSimilarity + 0.15 * s.scheduleCompatibility + 0.1 * s.goalAlignment + 0.1 * s.personalityMatch + 0.1 * s.topicOverlap;
  assert.equal(m.overallScore, Math.round(weighed * 10) / 10);
  assert.deepEqual([m.partner.name, m.partner.profileImage, m.partner.targetLanguages[0].language, typeof m.partner.nativeLanguage, m.matchReason, m.conversationStarters.length], ['Topic', 'https://example.com/t.png', m.partner.targetLanguages[0].languageName, 'string', "You learn each other's language", 2]);
  assert.deepEqual(d.matches.map((x) => x.overallScore), d.matches.map((x) => x.overallScore).sort((a, b) => b - a));
  assert.deepEqual([d.message, d.totalCandidates >= 4, d.analyzedCandidates, (await found(me, { limit: '2' })).matches.length], [null, true, d.totalCandidates, 2]);
  const korean = (await found(me, {}, 'ko')).matches.find((x) => x.partner.id === goals.id);
  assert.deepEqual([korean.matchReason, korean.conversationStarters], ['서로의 언어를 배우고 있어요', ['왜 이 언어를 배우기 시작했어요?']]);
  const pair = await post(`/matching/ai/compatibility/${topics.id}`, {}, { token: me.access, headers: { 'accept-language': 'en' } });
  assert.deepEqual([pair.status, pair.body.data.partnerId, pair.body.data.compatibility.userId, pair.body.data.compatibility.overallScore, pair.body.data.compatibility.breakdown], [200, topics.id, topics.id, m.overallScore, s]);
  assert.deepEqual([pair.body.data.compatibility.suggestedTopics.length, pair.body.data.compatibility.aiReasons[0], pair.body.data.compatibility.compatibilityInsights.length > 5], [2, m.matchReason, true]);
  const usual = (await get('/matching/partners?size=50', { token: me.access })).body.data;
  const all = new Set((await found(me, { limit: 50 })).matches.map((x) => x.partner.id)); // in the usual list others follow
  assert.deepEqual(new Set(usual.slice(0, all.size).map((x) => x.id)), all);
});

test('nobody: an empty list and a word; who is not shown to me, and who I am', async () => {
  const [me, other] = [await learner('혼자', 5, [[9, 102]]), await learner('막힘', 9, [[5, 102]])];
  await block(other, me);
  const d = await found(me, {}, 'ko');
  assert.deepEqual([d.matches.filter((m) => m.partner.id === other.id), d.message], [[], d.matches.length ? null : '추천할 파트너가 아직 없습니다']);
  const pair = async (id, body = {}) => { const res = await post(`/matching/ai/compatibility/${id}`, body, { token: me.access }); return [res.status, res.body.code]; };
  assert.deepEqual([await pair(other.id), await pair(999999999), await pair(me.id)], [[404, 'MATCHING_USER_NOT_FOUND'], [404, 'MATCHING_USER_NOT_FOUND'], [400, 'MATCHING_SELF_COMPATIBILITY']]);
  const p = await person();
  const ghost = { access: sign({ ...claimsOf(p.access), sub: '999999999' }) };
  assert.deepEqual([(await best(ghost)).status, (await best(ghost)).body.code], [404, 'USER_001']);
  const weightless = { ...only('topicsWeight'), topicsWeight: 0 };
  for (const [body, field, rule] of [[{ limit: 51 }, 'limit', 'max'], [{ limit: 0 }, 'limit', 'min'], [{ topicsWeight: -1 }, 'topicsWeight', 'min'], [{ topicsWeight: 'x' }, 'topicsWeight', 'type'], [weightless, 'languageWeight', 'min']]) {
    for (const res of [await best(me, body), ...(body.topicsWeight === undefined ? [] : [await post(`/matching/ai/compatibility/${me.id}`, body, { token: me.access })])]) {
      assert.deepEqual([res.status, res.body.error.details?.fields?.[0]?.field, res.body.error.details?.fields?.[0]?.rule], [400, field, rule], JSON.stringify(body));
    }
  }
});
