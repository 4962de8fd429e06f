// Analytics: how far somebody is, how they learn, and what follows from it.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { get, person } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { did as groupDid, group } from '../harness/groups.mjs';
import { DAY, day, dayOf, ok, since, tested } from '../harness/analytics.mjs';
import { learner } from '../harness/learner.mjs';
import { as, held, wrongField } from '../harness/sessions.mjs';
import { until } from '../harness/stack.mjs';

after(closeDb);
const en = { 'accept-language': 'en' };
const people = (n) => Promise.all(Array.from({ length: n }, (_, i) => person(['하나', '둘째', '셋째', '넷째'][i])));
const NOTHING = { currentLevel: 'A1', startingLevel: 'A1' };

test('nothing is known: the first level, zeros and empty lists', async () => {
  const p = await person();
  assert.deepEqual((await ok(p, 'progress-summary')).data, {
    ...NOTHING, levelProgress: { current: 'A1', nextMilestone: 'A2', progressPercentage: 0 }, skills: [], milestones: [], totalHours: 0, totalSessions: 0, sessionsThisWeek: 0, consistency: 0,
    nextMilestone: 'A2', topStrength: null, topWeakness: null, fallback: true, model: 'builtin',
  });
  const path = { shortTerm: [], mediumTerm: [], longTerm: [] };
  const pattern = {
    preferredTimes: [], preferredDays: [],
    sessionDurationPattern: { avg: 0, median: 0, mode: 0, distribution: { '0-15': 0, '15-20': 0, '20-30': 0, '30-45': 0, '45-60': 0, '60+': 0 } },
    consistency: { weeklyAverage: 0, missedWeeks: 0, longestStreak: 0 },
    studyHabits: { preferredTimeSlots: [], averageSessionDuration: 0, sessionsPerWeek: 0, consistency: 0, mostProductiveTime: 'morning' },
    progress: { ...NOTHING, monthsLearning: 1, improvementRate: 0, projection: { nextLevel: 'A2', estimatedMonths: 0, confidence: 0 } },
    strengths: [], weaknesses: [],
    learningStyle: { primary: [], engagement: { videoSessions: 0, audioSessions: 0, textSessions: 0 }, preferredActivities: [] },
    engagement: { overallScore: 0, activeParticipation: 0, initiativeLevel: 0, motivationFactors: [], riskFactors: [] },
    insights: { keyFindings: [], recommendations: [], milestones: [] }, insightMessages: [], personalizedPath: path, fallback: true, model: 'builtin',
  };
  assert.deepEqual((await ok(p, 'learning-pattern')).data, pattern);
  const { partnerRecommendations, ...advice } = (await ok(p, 'recommendations', en)).data; // of partners there may be some: see below
  assert.ok(partnerRecommendations.length <= 3);
  assert.deepEqual(advice, {
    focusAreas: [], recommendations: [], personalizedPath: path, weaknessesWithSolutions: [], fallback: true, model: 'builtin',
    suggestedActivities: [
      { type: 'level_test', title: 'Level test', description: 'Once it is known how good you are, there is more to recommend', estimatedDuration: 30 },
      { type: 'session', title: 'A session with a partner', description: '7 to go this week', estimatedDuration: 30 },
    ],
    studySchedule: { recommendedFrequency: '3 times a week', recommendedDuration: '30 minutes', bestTimes: [] },
  });
  assert.deepEqual((await ok(p, 'language-progress')).data, []);
  for (const n of ['0', '13', 'x', '-1', '1.5']) {
    const res = await get(`/analytics/learning-pattern?monthsBack=${n}`, { ...as(p), headers: en });
    assert.deepEqual(wrongField(res).slice(0, 3), [400, 'INVALID_MONTHS_BACK', 'monthsBack'], n);
    assert.match(res.body.message, /^monthsBack is 1 to 12/);
  }
});

// Four tests in English, one in Japanese between them, and one that nobody could judge.
async function fourTests(p) {
  await tested(p, { ago: 100, level: 'A1', overall: 40 });
  await tested(p, { ago: 70, level: 'B1', overall: 58 });
  await tested(p, { ago: 50, level: 'A1', overall: 10, language: 'ja' });
  await tested(p, { ago: 40, level: 'A2', overall: 54 });
  await tested(p, { ago: 10, level: 'B2', overall: 66, scores: { pronunciation: 85, fluency: 72, grammar: 52, vocabulary: 62, coherence: 66, interaction: 54 } });
  await tested(p, { ago: 1, judge: 'nobody', overall: 1 });
}
const at = async (p, overall) => new Date((await query('SELECT completed_at AS at FROM level_test_results WHERE user_id = ? AND overall = ?', [p.id, overall]))[0].at).toISOString();

test('progress: levels, skills and milestones of the tests in the language of the newest', async () => {
  const [me, you] = await people(2);
  await fourTests(me);
  await held(me, you, { ago: 5, minutes: 45 });
  await held(me, you, { ago: since(3), minutes: 30 });
  await held(me, you, { ago: since(3, 20), minutes: 30 });
  await held(me, you, { ago: since(40), minutes: 40 });
  const { data } = await ok(me, 'progress-summary', en);
  const stats = (await get('/sessions/stats', as(me))).body;
  const skill = (name, current, target) => ({ name, current, target, improvement: current - 40 });
  assert.deepEqual(data, {
    currentLevel: 'B2', startingLevel: 'A1', levelProgress: { current: 'B2', nextMilestone: 'C1', progressPercentage: 10 },
    skills: [skill('pronunciation', 85, 100), skill('fluency', 72, 75), skill('grammar', 52, 55), skill('vocabulary', 62, 65), skill('coherence', 66, 75), skill('interaction', 54, 55)],
    milestones: await Promise.all([[40, 'A1'], [58, 'B1'], [66, 'B2']].map(async ([n, level]) => ({ date: dayOf(await at(me, n)), achievement: `Reached level ${level}` }))),
    totalHours: 2.4, totalSessions: 4, sessionsThisWeek: stats.metrics.weeklyGoals.current, consistency: 0.07, nextMilestone: 'C1', topStrength: 'pronunciation', topWeakness: 'grammar', fallback: true, model: 'builtin',
  });
  assert.equal(typeof data.nextMilestone, 'string');
  // the highest level: nothing comes after it
  await tested(me, { ago: 0.01, level: 'C2', overall: 96 });
  await tested(me, { level: 'C2', overall: 97 });
  const top = (await ok(me, 'progress-summary')).data;
  assert.deepEqual([top.levelProgress, top.skills[0], top.milestones.map((m) => m.achievement), top.topWeakness], [{ current: 'C2', nextMilestone: 'C2', progressPercentage: 80 }, skill('pronunciation', 97, 100), ['레벨 A1 도달', '레벨 B1 도달', '레벨 B2 도달', '레벨 C2 도달'], null]);
  // a level that was saved does not fit its score: still between 0 and 100
  await tested(me, { level: 'A1', overall: 90 });
  assert.equal((await ok(me, 'progress-summary')).data.levelProgress.progressPercentage, 100);
});

test('the pattern: hours, days, lengths and weeks of the sessions; what tests show', async () => {
  const [me, b, c, d] = await people(4);
  await fourTests(me);
  const evening = (days, fields) => ({ ago: since(days, 20), ...fields });
  await held(me, b, evening(1, { minutes: 20 }));
  await held(me, c, evening(2, { minutes: 30 }));
  await held(d, me, evening(3, { minutes: 30, type: 'audio' }));
  await held(me, b, { ago: since(24, 9), minutes: 61 });
  await held(me, b, { ago: since(120), minutes: 10 }); // before the three months
  const g = await group(me, { type: 'TEXT' });
  await groupDid(me, g, 'start');
  await groupDid(me, g, 'end');
  const { data } = await ok(me, 'learning-pattern?monthsBack=3', en);
  const names = [1, 2, 3, 24].map((n) => new Date(`${day(n)}T00:00:00Z`).toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' }));
  assert.deepEqual(data.preferredTimes, [{ hour: 20, frequency: 3 }, { hour: 9, frequency: 1 }]);
  const count = (n) => names.filter((x) => x === n).length;
  const week = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
  assert.deepEqual(data.preferredDays, [...new Set(names)].sort((x, y) => count(y) - count(x) || week.indexOf(x) - week.indexOf(y)).map((n) => ({ day: n, frequency: count(n) })));
  assert.deepEqual(data.sessionDurationPattern, { avg: 35, median: 30, mode: 30, distribution: { '0-15': 0, '15-20': 0, '20-30': 25, '30-45': 50, '45-60': 0, '60+': 25 } });
  const mondays = [1, 2, 3, 24].map((n) => { const t = Date.parse(day(n)); return t - ((new Date(t).getUTCDay() + 6) % 7) * DAY; });
  const thisMonday = (() => { const t = Date.parse(day(0)); return t - ((new Date(t).getUTCDay() + 6) % 7) * DAY; })();
  const weeks = (thisMonday - mondays[3]) / (7 * DAY) + 1;
  const empty = Array.from({ length: weeks - 1 }, (_, i) => thisMonday - (i + 1) * 7 * DAY).filter((m) => !mondays.includes(m)).length;
  // what comes before the first of the latest ones, but not this week, is missed
  assert.deepEqual(data.consistency, { weeklyAverage: Math.round(40 / weeks) / 10, missedWeeks: empty, longestStreak: 3 });
  assert.deepEqual(data.studyHabits, { preferredTimeSlots: ['20:00-21:00', '09:00-10:00'], averageSessionDuration: 35, sessionsPerWeek: 1, consistency: 0.13, mostProductiveTime: 'evening' });
  assert.deepEqual(data.progress, {
    currentLevel: 'B2', startingLevel: 'A1', monthsLearning: 1, improvementRate: 8.7, projection: { nextLevel: 'C1', estimatedMonths: 2, confidence: 66 },
  });
  assert.deepEqual(data.strengths.map((s) => [s.area, s.score, s.trend, s.details]), [['pronunciation', 85, 'improving', 'Pronunciation: 85 points, +31 since the last test'], ['fluency', 72, 'improving', 'Fluency: 72 points, +18 since the last test']]);
  assert.deepEqual(data.weaknesses.map((s) => [s.area, s.score, s.trend, s.details]), [
    ['grammar', 52, 'stable', 'Grammar: 52 points, -2 since the last test'], ['interaction', 54, 'stable', 'Interaction: 54 points, +0 since the last test'], ['vocabulary', 62, 'improving', 'Vocabulary: 62 points, +8 since the last test'],
  ]);
  assert.deepEqual(data.weaknesses[0].recommendations, ['Grammar practice', 'Correct sentences that went wrong together with your partner']);
  assert.deepEqual(data.learningStyle, { primary: ['Video sessions'], engagement: { videoSessions: 3, audioSessions: 1, textSessions: 1 }, preferredActivities: ['Video sessions', ...data.learningStyle.preferredActivities.slice(1, 3), 'Group sessions'] });
  assert.deepEqual(data.learningStyle.preferredActivities.slice(1, 3).sort(), ['Audio sessions', 'Text sessions']);
  assert.deepEqual(data.engagement, {
    overallScore: 13, activeParticipation: 10, initiativeLevel: 75,
    motivationFactors: ['Learning for 3 days in a row', 'Has met 3 partners', 'Level tests go up'], riskFactors: ['Learnt on 4 of the last 30 days'],
  });
  const { milestones, ...insights } = data.insights;
  assert.deepEqual(insights, {
    keyFindings: ['The busiest hour: 20:00', `The favourite day: ${data.preferredDays[0].day}`, 'A session takes 35 minutes on average', 'Level tests: +26 points'],
    recommendations: ['Correct sentences that went wrong together with your partner', 'Lead the talk with questions and reactions', 'Use five new words in sentences in each session', 'Learn more often, if only for a short while'],
  });
  assert.deepEqual(data.insightMessages, insights.keyFindings);
  assert.deepEqual(milestones.map(({ targetDate, ...m }) => [m, Math.round((Date.parse(targetDate) - Date.now()) / DAY)]), [
    [{ title: 'Reach level C1', description: '9 points to go', priority: 'high' }, 63], [{ title: 'Seven days in a row', description: '4 days to go', priority: 'medium' }, 4],
  ]);
  assert.deepEqual(data.personalizedPath, {
    shortTerm: [{ goal: 'Grammar: 55 points', activities: ['Grammar practice'], estimatedWeeks: 3 }, { goal: 'Interaction: 55 points', activities: ['Role play'], estimatedWeeks: 1 }, { goal: 'Vocabulary: 65 points', activities: ['New words'], estimatedWeeks: 3 }],
    mediumTerm: [{ goal: 'Reach level C1', activities: ['Grammar practice', 'Role play', 'New words'], estimatedMonths: 3 }],
    longTerm: [{ goal: 'Reach level C2', activities: ['Grammar practice', 'Role play', 'New words'], estimatedMonths: 5 }],
  });
  assert.equal((await ok(me, 'learning-pattern?monthsBack=12')).data.sessionDurationPattern.avg, 30); // all five
  const ko = (await ok(me, 'learning-pattern?monthsBack=1')).data;
  assert.deepEqual([ko.insights.keyFindings[2], ko.strengths[0].details, ko.engagement.riskFactors], ['평균 세션 길이: 35분', '발음 85점, 지난 테스트보다 +31점', ['최근 30일 중 4일만 학습']]);
});

test('the pattern is that of the last hundred sessions; an even number has its median in the middle', async () => {
  const p = await person();
  const add = (from, to, minutes) => query("INSERT INTO learning_sessions (host_id, type, starts_at, minutes, actual_minutes, seats, taken, is_public, status, ended_at) SELECT ?, 'VIDEO', NOW(3) - INTERVAL seq HOUR, 30, ?, 2, 1, 0, 'COMPLETED', NOW(3) FROM seq_1_to_200 WHERE seq BETWEEN ? AND ?", [p.id, minutes, from, to]);
  await add(1, 50, 20);
  await add(51, 100, 25);
  await add(101, 103, 400);
  await query("INSERT INTO session_seats (session_id, user_id, role) SELECT id, host_id, 'HOST' FROM learning_sessions WHERE host_id = ?", [p.id]);
  const { data } = await ok(p, 'learning-pattern');
  assert.deepEqual([data.sessionDurationPattern.median, data.sessionDurationPattern.mode, data.sessionDurationPattern.avg, data.learningStyle.engagement.videoSessions, data.engagement.activeParticipation, data.engagement.initiativeLevel], [22, 20, 23, 100, 100, 100]);
  assert.ok(data.insights.keyFindings.includes('주 5회 이상 학습 중'));
});

test('three points are a trend, two are none; what came within a month is what a month brings', async () => {
  const [me] = await people(1);
  await tested(me, { ago: 12, level: 'B2', overall: 70 });
  await tested(me, { ago: 2, level: 'B2', overall: 76, scores: { pronunciation: 73, fluency: 67, grammar: 68, vocabulary: 69, coherence: 72, interaction: 71 } });
  const { data } = await ok(me, 'learning-pattern', en);
  assert.deepEqual(data.strengths.map((s) => [s.area, s.trend]), [['pronunciation', 'improving'], ['coherence', 'stable'], ['interaction', 'stable']]);
  assert.deepEqual(data.weaknesses.map((s) => [s.area, s.trend]), [['fluency', 'declining'], ['grammar', 'stable'], ['vocabulary', 'stable']]);
  assert.equal(data.progress.improvementRate, 6);
});

test('recommendations: the weakest skills, who fits, and when', async () => {
  const [me, you] = [await learner('하나', 1, [[2, 102]], { topics: [1, 2] }), await learner('둘째', 2, [[1, 102]], { topics: [1, 2] })];
  await tested(me, { ago: 30, level: 'B1', overall: 60, scores: { grammar: 70 } });
  await tested(me, { ago: 3, level: 'B1', overall: 62, scores: { grammar: 50, coherence: 64, pronunciation: 80, fluency: 75 } });
  await held(me, you, { ago: since(1, 19), minutes: 50 });
  const { data } = await ok(me, 'recommendations', en);
  assert.deepEqual(data.focusAreas, [
    { skill: 'grammar', currentScore: 50, reason: 'Lower than in the test before', priority: 'high' }, { skill: 'vocabulary', currentScore: 62, reason: 'Lower than the other skills', priority: 'medium' }, { skill: 'interaction', currentScore: 62, reason: 'Lower than the other skills', priority: 'medium' },
  ]);
  const left = 7 - (await ok(me, 'weekly-stats')).data.goal.current;
  assert.deepEqual(data.suggestedActivities.map((a) => [a.type, a.title, a.estimatedDuration]), [['grammar_practice', 'Grammar practice', 50], ['vocabulary_practice', 'New words', 50], ['role_play', 'Role play', 50], ['session', 'A session with a partner', 50]]);
  assert.equal(data.suggestedActivities[3].description, `${left} to go this week`);
  // people of other suites come and go between two questions
  let [said, partners] = [null, []];
  await until(async () => {
    said = (await ok(me, 'recommendations', en)).data.partnerRecommendations;
    partners = (await get('/matching/partners?size=3', { ...as(me), headers: en })).body.data;
    return said.map((p) => p.userId).join() === partners.map((p) => p.userId).join();
  });
  assert.ok(partners.length > 0 && partners.some((p) => p.userId === you.id) || partners.length === 3);
  assert.deepEqual(said, partners.map((p) => ({ userId: p.userId, name: p.englishName, compatibilityScore: p.compatibilityScore, reason: p.reasons[0] ?? null })));
  assert.deepEqual(data.studySchedule, { recommendedFrequency: '3 times a week', recommendedDuration: '50 minutes', bestTimes: ['19:00-20:00'] });
  assert.deepEqual(data.weaknessesWithSolutions.map((w) => [w.area, w.solutions]), [
    ['grammar', ['Grammar practice', 'Correct sentences that went wrong together with your partner']], ['vocabulary', ['New words', 'Use five new words in sentences in each session']], ['interaction', ['Role play', 'Lead the talk with questions and reactions']],
  ]);
  assert.deepEqual([data.recommendations.length, data.personalizedPath.mediumTerm[0].goal, data.fallback], [4, 'Reach level B2', true]);
  // nothing is weak: the level after is reached by what is weakest; at the top nothing is left
  await tested(me, { level: 'B2', overall: 74, scores: { vocabulary: 73 } });
  const strong = (await ok(me, 'recommendations', en)).data;
  assert.deepEqual([strong.focusAreas.map((f) => [f.skill, f.priority]), strong.weaknessesWithSolutions, strong.personalizedPath.shortTerm, strong.personalizedPath.mediumTerm], [
    [['vocabulary', 'low'], ['pronunciation', 'low'], ['fluency', 'low']], [], [], [{ goal: 'Reach level C1', activities: ['New words'], estimatedMonths: 1 }]]);
  await tested(me, { level: 'C2', overall: 99 });
  assert.deepEqual((await ok(me, 'recommendations')).data.personalizedPath, { shortTerm: [], mediumTerm: [], longTerm: [] });
});

test('each language: what tests and sessions say of it, else what was chosen', async () => {
  const me = await learner('하나', 1, [[2, 102], [3, 101], [4, 101]]);
  const you = await person('둘째');
  await fourTests(me);
  const last = await held(me, you, { ago: 30, minutes: 25, language: 'en' });
  await held(me, you, { ago: since(30), minutes: 30, language: 'en' });
  await held(me, you, { ago: 90, language: 'ko' });
  const { data } = await ok(me, 'language-progress', en);
  const lastAt = new Date((await query('SELECT starts_at AS at FROM learning_sessions WHERE id = ?', [last.id]))[0].at).toISOString();
  const [english, japanese, chinese] = data;
  assert.deepEqual(english, {
    language: 'English', languageCode: 'en', currentLevel: 'B2', startingLevel: 'A1', nextLevel: 'C1', progress: 10, sessions: 2, minutes: 55, updatedAt: lastAt,
    skills: { pronunciation: 85, fluency: 72, grammar: 52, vocabulary: 62, coherence: 66, interaction: 54 },
  });
  assert.deepEqual([japanese.languageCode, japanese.currentLevel, japanese.startingLevel, japanese.nextLevel, japanese.progress], ['ja', 'A1', 'A1', 'A2', 22]);
  const stats = (await get('/sessions/stats', { ...as(me), headers: en })).body;
  const [first, , chosen] = stats.data.languageProgress;
  assert.deepEqual(first, { language: 'English', languageCode: 'en', level: 'B2', currentLevel: 'B2', nextLevel: 'C1', progress: 10, sessions: 2, skills: { speaking: 66, listening: null, reading: null, writing: null } });
  assert.deepEqual([chosen.progress, chosen.skills.speaking, stats.metrics.languageProgress], [0, null, stats.data.languageProgress]);
  assert.ok(chosen.level && chosen.nextLevel);
  assert.deepEqual(chinese, {
    language: 'Chinese', languageCode: 'zh', currentLevel: chosen.level, startingLevel: null, nextLevel: chosen.nextLevel, progress: null, sessions: 0, minutes: 0, skills: null, updatedAt: null,
  });
  assert.equal(data.length, 3);
});

test('languages nobody chose: those of tests, and of sessions but for what one speaks anyway', async () => {
  const [me, you] = [await learner('하나', 1, [[2, 102]]), await person('둘째')];
  await tested(me, { language: 'ar', level: 'A2', overall: 50, ago: 1 });
  for (const [language, minutes] of [['fr', 20], ['ko', 30], ['en', 10]]) await held(me, you, { ago: 60, minutes, language });
  const { data } = await ok(me, 'language-progress', en);
  assert.deepEqual(data.map((l) => [l.language, l.languageCode, l.currentLevel, l.nextLevel, l.progress, l.sessions, l.minutes]).slice(1), [
    ['Arabic', 'ar', 'A2', 'B1', 50, 0, 0], ['French', 'fr', null, null, null, 1, 20]]);
  assert.deepEqual([data[0].languageCode, data.length], ['en', 3]);
  const page = await get('/sessions/stats', as(me));
  assert.deepEqual(page.body.data.languageProgress.map((l) => [l.language, l.level, l.progress]).slice(1), [['아랍어', 'A2', 50], ['프랑스어', null, 0]]);
  assert.deepEqual((await ok(you, 'language-progress')).data.map((l) => [l.languageCode, l.sessions]).sort(), [['en', 1], ['fr', 1], ['ko', 1]]);
  await query('INSERT INTO user_languages (user_id, language_id, learning) VALUES (?, 5, FALSE)', [me.id]); // and what one said to speak
  assert.deepEqual((await ok(me, 'language-progress')).data.map((l) => l.languageCode), ['en', 'ar']);
});

test('no analytics without a login', async () => {
  for (const path of ['dashboard', 'weekly-stats', 'monthly-stats', 'metrics', 'learning-pattern', 'progress-summary', 'recommendations', 'language-progress']) {
    assert.deepEqual([(await get(`/analytics/${path}`)).status, wrongField(await get(`/analytics/${path}`))[1]], [401, 'AUTH_001']);
  }
});
