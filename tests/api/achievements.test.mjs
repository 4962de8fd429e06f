// What people can earn: the catalogue, how far somebody is, what clients say of it, rewards. What the server counts by
// itself is in jobs/achievements.test.mjs; here new accounts are waited for until their first day is counted.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { env, get, person, post, send, unique } from '../harness/client.mjs';
import { closeDb, connect, query } from '../harness/db.mjs';
import { until } from '../harness/stack.mjs';

after(closeDb);
const as = (p, more = {}) => ({ token: p.access, ...more });
const english = { headers: { 'accept-language': 'en' } };
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const RUNS = ['daily_streak', 'weekly_streak', 'monthly_streak', 'streak_7', 'streak_30']; // one day of each, from the first

// An account whose first day has been counted, so that nothing else changes while a test looks.
async function member() {
  const p = await person();
  await until(async () => (await query('SELECT COUNT(*) AS n FROM user_achievements WHERE user_id = ? AND progress = 1', [p.id]))[0].n === RUNS.length);
  return p;
}
const set = (p, achievementKey, progress, more) => post('/achievements/progress', { achievementKey, progress }, as(p, more));
const add = (p, key, by, more) => send('POST', `/achievements/progress/increment?achievementKey=${key}${by === undefined ? '' : `&increment=${by}`}`, as(p, more));
const check = (p) => send('POST', '/achievements/check-completion', as(p));
const claim = (p, id, more) => send('POST', `/achievements/${id}/claim-reward`, as(p, more));
const mine = async (p) => (await get('/achievements/my', as(p))).body.data;
const of = async (p, key) => (await mine(p)).find((m) => m.achievement.key === key);
const give = async (p, key) => (await set(p, key, 1000000)).body.data.userAchievementId;

const FIRST = {
  id: '1', achievementId: '1', key: 'first_session', achievementKey: 'first_session', name: '첫 세션 완료', title: '첫 세션 완료',
  description: '첫 번째 학습 세션을 완료하세요', category: 'STUDY', type: 'COUNT', icon: '🎓', badgeIconUrl: null, badgeColor: '#CD7F32',
  requiredProgress: 1, targetValue: 1, targetUnit: '세션', reward: { type: 'points', amount: 50 }, xpReward: 50, tier: 'BRONZE', tierKey: 'bronze',
  active: true, isActive: true, isHidden: false, sortOrder: 1, prerequisiteKey: null,
};

test('the catalogue: thirty keys and a hidden one, in order, in the language of the caller', async () => {
  const p = await member();
  const { status, body } = await get('/achievements', as(p));
  const { createdAt, ...first } = body.data[0];
  assert.deepEqual([status, first, ISO.test(createdAt), body.data.length, body.data.map((a) => a.sortOrder)], [200, FIRST, true, 30, Array.from({ length: 30 }, (_, i) => i + 1)]);
  // key, category, tier, what is needed, points: the guide's
  const guide = [
    ['first_session', 'STUDY', 'bronze', 1, 50], ['session_master', 'MILESTONE', 'gold', 100, 500], ['daily_study', 'STUDY', 'silver', 30, 200],
    ['profile_complete', 'SPECIAL', 'bronze', 1, 30], ['daily_streak', 'STREAK', 'silver', 7, 100],
  ];
  for (const row of guide) {
    const a = body.data.find((x) => x.key === row[0]);
    assert.deepEqual([a.key, a.category, a.tierKey, a.requiredProgress, a.reward.amount], row);
  }
  assert.deepEqual(['chat_master', 'helpful_partner'].map((k) => body.data.find((a) => a.key === k).requiredProgress), [1000, 50]);
  assert.deepEqual(body.data.map((a) => a.key).sort(), [
    'accuracy_master', 'assessment_pro', 'chat_master', 'conversation_starter', 'daily_streak', 'daily_study', 'first_friend', 'first_match', 'first_session', 'friends_5',
    'helpful_partner', 'level_10', 'level_5', 'level_up', 'level_up_first', 'mentor', 'monthly_streak', 'perfect_score', 'perfect_week', 'profile_complete', 'session_10',
    'session_50', 'session_master', 'social_butterfly', 'streak_30', 'streak_7', 'study_hours_10', 'study_hours_100', 'study_hours_50', 'weekly_streak']);
  const en = (await get('/achievements', as(p, english))).body.data[0];
  assert.deepEqual([en.name, en.title, en.description, en.targetUnit], ['First session', 'First session', 'Complete your first session', 'sessions']);
});

test('a category: its own alone, in either case; another word is refused', async () => {
  const p = await member();
  const all = (await get('/achievements', as(p))).body.data;
  for (const word of ['STUDY', 'SOCIAL', 'MILESTONE', 'SPECIAL', 'STREAK', 'streak']) {
    const { body } = await get(`/achievements/category/${word}`, as(p));
    assert.deepEqual(body.data, all.filter((a) => a.category === word.toUpperCase()));
  }
  const bad = await get('/achievements/category/OTHER', as(p));
  assert.deepEqual([bad.status, bad.body.code, bad.body.error.details.fields[0].field], [400, 'VALIDATION_ERROR', 'category']);
});

test('mine: each with an id that stays, nothing of anybody else', async () => {
  const [p, q] = [await member(), await member()];
  const items = await mine(p);
  assert.equal(items.length, 30);
  const { achievement, lastUpdatedAt, id, ...rest } = items[0];
  delete achievement.createdAt;
  assert.deepEqual([achievement, rest, ISO.test(lastUpdatedAt)], [FIRST, {
    userAchievementId: id, currentProgress: 0, requiredProgress: 1, targetValue: 1, progressPercentage: 0, remainingProgress: 1, estimatedCompletionDays: null,
    completed: false, isCompleted: false, completedAt: null, rewardClaimed: false, isRewardClaimed: false, claimedAt: null, reward: { type: 'points', amount: 50 }, autoClaimReward: false,
  }, true]);
  await set(p, 'mentor', 40);
  assert.deepEqual((await mine(p)).map((m) => m.id), items.map((m) => m.id));
  assert.equal((await of(q, 'mentor')).currentProgress, 0);
});

test('the first look of ten at once makes each item once', async () => {
  const p = await person();
  const all = await Promise.all(Array.from({ length: 10 }, () => get('/achievements/my', as(p))));
  assert.deepEqual([all.every((r) => r.status === 200), new Set(all.map((r) => JSON.stringify(r.body.data.map((m) => m.id)))).size], [true, 1]);
  assert.equal((await query('SELECT COUNT(*) AS n FROM user_achievements WHERE user_id = ?', [p.id]))[0].n, 31);
});

test('progress is set, at most to what is required; reaching it completes, and stays', async () => {
  const p = await member();
  const first = await set(p, 'session_master', 47);
  const { updatedAt, userAchievementId, ...data } = first.body.data;
  assert.deepEqual([first.status, data, ISO.test(updatedAt)], [200, { achievementKey: 'session_master', previousProgress: 0, currentProgress: 47, requiredProgress: 100, progressPercentage: 47, completed: false }, true]);
  assert.equal(first.body.message, '성공');
  const less = (await set(p, 'session_master', 50)).body.data;
  assert.deepEqual([less.userAchievementId, less.previousProgress, less.currentProgress], [userAchievementId, 47, 50]);
  assert.deepEqual((await set(p, 'session_master', 20)).body.data.currentProgress, 20);

  const done = await set(p, 'daily_streak', 99);
  const { updatedAt: at, completedAt, userAchievementId: id, ...won } = done.body.data;
  assert.deepEqual([won, ISO.test(completedAt), at === completedAt, done.body.message], [{
    achievementKey: 'daily_streak', previousProgress: 1, currentProgress: 7, requiredProgress: 7, progressPercentage: 100, completed: true, reward: { type: 'points', amount: 100 },
  }, true, true, "축하합니다! '연속 학습 스트릭' 업적을 달성했습니다!"]);
  const again = await set(p, 'daily_streak', 2);
  assert.deepEqual([again.body.data.currentProgress, again.body.data.completed, again.body.data.completedAt, again.body.data.reward.amount, again.body.message], [7, true, completedAt, 100, '성공']);
  assert.deepEqual((await of(p, 'daily_streak')).id, id);
  const told = await set(p, 'perfect_score', 1, english);
  assert.equal(told.body.message, 'Congratulations! You have earned "Perfect score"!');
});

test('progress is added to, by one or by more', async () => {
  const p = await member();
  const one = await add(p, 'chat_master');
  const { updatedAt, userAchievementId, ...data } = one.body.data;
  assert.deepEqual([one.status, data], [200, { achievementKey: 'chat_master', previousProgress: 0, currentProgress: 1, requiredProgress: 1000, progressPercentage: 0, incrementAmount: 1, completed: false }]);
  await set(p, 'helpful_partner', 8);
  const five = (await add(p, 'helpful_partner', 5)).body.data;
  assert.deepEqual([five.previousProgress, five.currentProgress, five.progressPercentage, five.incrementAmount], [8, 13, 26, 5]);
  const over = (await add(p, 'helpful_partner', 1000000000)).body;
  assert.deepEqual([over.data.currentProgress, over.data.completed, over.message], [50, true, "축하합니다! '도움이 되는 파트너' 업적을 달성했습니다!"]);
  assert.equal((await add(p, 'mentor', 1, { headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': 0 } })).body.data.currentProgress, 1); // as the client's axios sends null
});

test('what is wrong with a request is said by a code of its own', async () => {
  const p = await member();
  const code = (r) => [r.status, r.body.code];
  for (const key of [undefined, '', 'no spaces', 'x'.repeat(41), 5]) assert.deepEqual(code(await set(p, key, 1)), [400, 'INVALID_ACHIEVEMENT_KEY'], `${key}`);
  for (const n of [undefined, -1, 1.5, '3', 1000000001, null]) assert.deepEqual(code(await set(p, 'mentor', n)), [400, 'INVALID_PROGRESS'], `${n}`);
  for (const n of ['0', '-1', '1.5', 'x', '1000000001']) assert.deepEqual(code(await add(p, 'mentor', n)), [400, 'INVALID_INCREMENT'], n);
  assert.deepEqual(code(await send('POST', '/achievements/progress/increment', as(p))), [400, 'INVALID_ACHIEVEMENT_KEY']);
  assert.deepEqual(code(await set(p, 'nothing_such', 1)), [404, 'ACHIEVEMENT_NOT_FOUND']);
  assert.deepEqual(code(await add(p, 'nothing_such')), [404, 'ACHIEVEMENT_NOT_FOUND']);
  assert.equal((await of(p, 'mentor')).currentProgress, 0);
});

test('twenty increments at once all count, and one of them completes', async () => {
  const p = await member();
  await set(p, 'accuracy_master', 0);
  const all = await Promise.all(Array.from({ length: 20 }, () => add(p, 'mentor')));
  assert.deepEqual([[...new Set(all.map((r) => r.status))], (await of(p, 'mentor')).currentProgress], [[200], 20]);
  const ten = await Promise.all(Array.from({ length: 12 }, () => add(p, 'accuracy_master')));
  assert.equal(ten.filter((r) => r.body.message !== '성공').length, 1);
  assert.deepEqual(ten.map((r) => r.body.data.previousProgress).sort((x, y) => x - y), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10]);
});

test('the same key adds once', async () => {
  const p = await member();
  const key = { headers: { 'idempotency-key': unique('achievement-') } };
  const two = await Promise.all([add(p, 'mentor', 5, key), add(p, 'mentor', 5, key)]);
  assert.deepEqual([two.map((r) => r.body.data.currentProgress), (await of(p, 'mentor')).currentProgress], [[5, 5], 5]);
  assert.deepEqual([(await add(p, 'mentor', 6, key)).status, (await of(p, 'mentor')).currentProgress], [422, 5]);
  const claimed = { headers: { 'idempotency-key': unique('achievement-') } };
  const id = await give(p, 'first_session');
  const answers = [await claim(p, id, claimed), await claim(p, id, claimed)];
  assert.deepEqual(answers.map((r) => [r.status, r.body.data.claimed, r.body.data.newTotalPoints]), [[200, true, 50], [200, true, 50]]);
});

test('what must come first: reached is not completed until that is, and then by itself', async () => {
  const p = await member();
  const waiting = (await set(p, 'level_10', 10)).body;
  assert.deepEqual([waiting.data.currentProgress, waiting.data.completed, waiting.message], [10, false, '성공']);
  assert.equal((await of(p, 'level_10')).achievement.prerequisiteKey, 'level_5');
  await set(p, 'level_5', 5);
  assert.deepEqual([(await of(p, 'level_5')).completed, (await of(p, 'level_10')).completed], [false, false]);
  await set(p, 'level_up_first', 2);
  assert.deepEqual([(await of(p, 'level_up_first')).completed, (await of(p, 'level_5')).completed, (await of(p, 'level_10')).completed], [true, true, true]);
});

test('a hidden one is shown to nobody but who has it', async () => {
  const [p, q] = [await member(), await member()];
  await set(p, 'early_adopter', 0);
  assert.equal(await of(p, 'early_adopter'), undefined);
  await give(p, 'early_adopter');
  const got = await of(p, 'early_adopter');
  assert.deepEqual([got.achievement.isHidden, got.achievement.tier, got.achievement.tierKey, got.completed], [true, 'LEGENDARY', 'legendary', true]);
  const has = async (who, path) => (await get(path, as(who))).body.data.some((a) => a.key === 'early_adopter');
  assert.deepEqual([await has(p, '/achievements'), await has(p, '/achievements/category/SPECIAL'), await has(q, '/achievements'), await has(q, '/achievements/category/SPECIAL')], [true, true, false, false]);
  const total = async (who) => (await get('/achievements/my/stats', as(who))).body.data.totalAchievements;
  assert.deepEqual([await total(p), await total(q)], [31, 30]);
});

test('lists of those completed and under way: newest and nearest first, with sums at the top', async () => {
  const p = await member();
  await give(p, 'profile_complete');
  const id = await give(p, 'first_session');
  await query('UPDATE user_achievements SET completed_at = completed_at - INTERVAL 1 DAY WHERE user_id = ? AND id <> ?', [p.id, id]);
  await claim(p, id);
  const done = (await get('/achievements/my/completed', as(p))).body;
  assert.deepEqual([done.total, done.totalPoints, done.data.map((m) => [m.achievement.key, m.currentProgress, m.requiredProgress, m.rewardClaimed, m.claimedAt !== null, m.reward.amount])], [
    2, 80, [['first_session', 1, 1, true, true, 50], ['profile_complete', 1, 1, false, false, 30]]]);
  assert.deepEqual(Object.keys(done).sort(), ['data', 'message', 'meta', 'success', 'total', 'totalPoints']);

  await set(p, 'session_master', 47);
  await query("UPDATE user_achievements SET started_at = NOW(3) - INTERVAL 470 HOUR WHERE user_id = ? AND achievement_id = 4", [p.id]); // 20 days, the last one not over
  const begun = (await get('/achievements/my/in-progress', as(p))).body;
  assert.deepEqual(Object.keys(begun).sort(), ['data', 'message', 'meta', 'success', 'total']);
  assert.deepEqual([begun.total, begun.data.map((m) => [m.achievement.key, m.currentProgress, m.progressPercentage, m.remainingProgress, m.estimatedCompletionDays])], [6, [
    ['session_master', 47, 47, 53, 23], ['daily_streak', 1, 14, 6, 6], ['streak_7', 1, 14, 6, 6], ['weekly_streak', 1, 3, 27, 27], ['streak_30', 1, 3, 29, 29], ['monthly_streak', 1, 1, 89, 89]]]);
  assert.ok(begun.data.every((m) => ISO.test(m.lastUpdatedAt) && m.achievement.description));
});

test('figures: of all, by category, by tier, the newest and the nearest', async () => {
  const p = await member();
  const ids = {};
  for (const key of ['first_session', 'profile_complete', 'first_match', 'level_up', 'conversation_starter', 'perfect_score']) ids[key] = await give(p, key);
  await query('UPDATE user_achievements SET completed_at = NOW(3) - INTERVAL achievement_id HOUR WHERE user_id = ? AND completed_at IS NOT NULL', [p.id]);
  await claim(p, ids.first_session);
  await claim(p, ids.perfect_score);
  await set(p, 'daily_streak', 4);
  await set(p, 'helpful_partner', 45);
  await set(p, 'mentor', 49);
  const s = (await get('/achievements/my/stats', as(p))).body.data;
  const { recentCompletions, nearCompletion, ...figures } = s;
  assert.deepEqual(figures, {
    totalAchievements: 30, completedAchievements: 6, inProgressAchievements: 7, notStartedAchievements: 17, completionRate: 20,
    totalPointsEarned: 150, totalXpEarned: 150, totalPointsAvailable: 28860, unclaimedRewards: 4,
    achievementsByCategory: { STUDY: 2, SOCIAL: 2, MILESTONE: 1, SPECIAL: 1, STREAK: 0 },
    achievementsByTier: { BRONZE: 5, bronze: 5, SILVER: 1, silver: 1, GOLD: 0, gold: 0, PLATINUM: 0, platinum: 0, DIAMOND: 0, diamond: 0, LEGENDARY: 0, legendary: 0 },
    categoriesProgress: {
      STUDY: { total: 8, completed: 2, completionRate: 25 }, SOCIAL: { total: 8, completed: 2, completionRate: 25 }, MILESTONE: { total: 4, completed: 1, completionRate: 25 },
      SPECIAL: { total: 1, completed: 1, completionRate: 100 }, STREAK: { total: 9, completed: 0, completionRate: 0 },
    },
    tiersProgress: Object.fromEntries(Object.entries({ bronze: [8, 5], silver: [11, 1], gold: [9, 0], platinum: [2, 0], diamond: [0, 0], legendary: [0, 0] })
      .flatMap(([k, [total, completed]]) => [[k, { total, completed }], [k.toUpperCase(), { total, completed }]])),
  });
  assert.deepEqual(recentCompletions.map((r) => [r.achievementKey, r.name, r.achievementTitle, ISO.test(r.completedAt)]), [
    ['first_session', '첫 세션 완료', '첫 세션 완료', true], ['first_match', '첫 매칭', '첫 매칭', true], ['conversation_starter', '대화의 시작', '대화의 시작', true],
    ['level_up', '레벨 테스트 완료', '레벨 테스트 완료', true], ['perfect_score', '완벽한 점수', '완벽한 점수', true]]);
  assert.deepEqual(nearCompletion.map((n) => [n.achievementKey, n.name, n.achievement.title, n.id === n.userAchievementId, n.currentProgress, n.requiredProgress, n.progressPercentage]), [
    ['helpful_partner', '도움이 되는 파트너', '도움이 되는 파트너', true, 45, 50, 90], ['daily_streak', '연속 학습 스트릭', '연속 학습 스트릭', true, 4, 7, 57]]);
  await give(p, 'accuracy_master');
  assert.equal((await get('/achievements/my/stats', as(p))).body.data.completionRate, 23.33);
});

test('a reward is taken once, of what is completed, by whose it is', async () => {
  const [p, q] = [await member(), await member()];
  const id = await give(p, 'first_session');
  const other = await claim(q, id);
  assert.deepEqual([other.status, other.body.code], [404, 'USER_ACHIEVEMENT_NOT_FOUND']);
  assert.equal((await claim(p, '999999999')).body.code, 'USER_ACHIEVEMENT_NOT_FOUND');
  assert.equal((await claim(p, 'x')).status, 400);
  const two = await Promise.all([claim(p, id), claim(p, id)]);
  const [yes, no] = two.sort((a, b) => a.status - b.status);
  const { claimedAt, ...data } = yes.body.data;
  assert.deepEqual([yes.status, data, yes.body.message], [200, {
    userAchievementId: id, achievementKey: 'first_session', achievementName: '첫 세션 완료', reward: { type: 'points', amount: 50 }, claimed: true, newTotalPoints: 50 }, '50 포인트를 획득했습니다!']);
  const { meta, ...refused } = no.body;
  assert.deepEqual([no.status, refused], [400, {
    success: false, code: 'REWARD_ALREADY_CLAIMED', message: '이미 보상을 수령한 업적입니다.', claimedAt,
    error: { code: 'REWARD_ALREADY_CLAIMED', message: '이미 보상을 수령한 업적입니다.', details: { claimedAt } },
  }]);
  await set(p, 'session_master', 47);
  const early = await claim(p, (await of(p, 'session_master')).id);
  delete early.body.meta;
  assert.deepEqual([early.status, early.body], [400, {
    success: false, code: 'ACHIEVEMENT_NOT_COMPLETED', message: '업적을 먼저 완료해야 보상을 받을 수 있습니다.', currentProgress: 47, requiredProgress: 100,
    error: { code: 'ACHIEVEMENT_NOT_COMPLETED', message: '업적을 먼저 완료해야 보상을 받을 수 있습니다.', details: { currentProgress: 47, requiredProgress: 100 } },
  }]);
  const second = await claim(p, await give(p, 'profile_complete'));
  assert.deepEqual([second.body.data.newTotalPoints, (await of(p, 'first_session')).claimedAt], [80, claimedAt]);
});

test('points stay what they were when they were taken, whatever the catalogue says later', async () => {
  const p = await member();
  await claim(p, await give(p, 'helpful_partner'));
  await query("UPDATE achievements SET points = points + 5 WHERE code = 'helpful_partner'");
  try {
    const second = await claim(p, await give(p, 'first_session'));
    assert.equal(second.body.data.newTotalPoints, 350);
  } finally {
    await query("UPDATE achievements SET points = points - 5 WHERE code = 'helpful_partner'");
  }
});

test('initializing makes what is missing, and changes nothing of what is there', async () => {
  const p = await member();
  await set(p, 'mentor', 7);
  const call = async () => (await send('POST', '/achievements/initialize', as(p))).body;
  const first = await call();
  const { initializedAt, ...data } = first.data;
  assert.deepEqual([data, ISO.test(initializedAt), first.message], [{
    userId: p.id, totalAchievementsInitialized: 30, newlyInitialized: 25, categories: { STUDY: 8, SOCIAL: 8, MILESTONE: 4, SPECIAL: 1, STREAK: 9 },
  }, true, '업적 시스템이 성공적으로 초기화되었습니다.']);
  const second = (await call()).data;
  assert.deepEqual([second.totalAchievementsInitialized, second.newlyInitialized, second.categories, (await of(p, 'mentor')).currentProgress], [30, 0, data.categories, 7]);
  await query('INSERT INTO achievements (id, code, name_ko, name_en, description_ko, description_en, category, type, tier, icon, target, unit_ko, unit_en, points, sort_order)'
    + " VALUES (900, 'new_one', '새', 'New', '새', 'New', 'SPECIAL', 'COUNT', 'DIAMOND', 'x', 3, '회', 'times', 1, 900)");
  try {
    assert.deepEqual([(await call()).data.newlyInitialized, (await of(p, 'new_one')).achievement.badgeColor], [1, '#B9F2FF']);
    await query("UPDATE achievements SET active = FALSE WHERE code = 'new_one'");
    assert.deepEqual([await of(p, 'new_one'), (await set(p, 'new_one', 1)).status], [undefined, 404]);
  } finally {
    await query('DELETE FROM user_achievements WHERE achievement_id = 900');
    await query('DELETE FROM achievements WHERE id = 900');
  }
});

test('checking tells what was completed since, once, whoever asks at the same time', async () => {
  const p = await member();
  const none = await check(p);
  assert.deepEqual([none.status, none.body.data, none.body.message], [200, { newlyCompleted: [], totalNewlyCompleted: 0, totalPointsEarned: 0 }, '완료된 업적이 없습니다.']);
  await set(p, 'daily_streak', 7);
  const all = await Promise.all(Array.from({ length: 4 }, () => check(p)));
  const got = all.map((r) => r.body.data.totalNewlyCompleted).sort();
  assert.deepEqual([all.map((r) => r.status), got], [[200, 200, 200, 200], [0, 0, 0, 1]]);
  const { data, message } = all.find((r) => r.body.data.totalNewlyCompleted).body;
  const [item] = data.newlyCompleted;
  assert.deepEqual([item.achievement.key, item.achievement.icon, item.achievement.tierKey, ISO.test(item.completedAt), item.reward, item.autoClaimReward, data.totalPointsEarned, message], [
    'daily_streak', '🔥', 'silver', true, { type: 'points', amount: 100 }, false, 100, '1개의 업적을 새로 달성했습니다!']);
  assert.equal((await of(p, 'daily_streak')).rewardClaimed, false);
});

test('what several find reached at the same moment is completed by one of them', async () => {
  const p = await member();
  await mine(p);
  await query('UPDATE user_achievements SET progress = 1 WHERE user_id = ? AND achievement_id = 1', [p.id]);
  const pool = connect(env.run);
  const other = await pool.getConnection();
  try {
    await other.beginTransaction();
    await other.query('SELECT id FROM user_achievements WHERE user_id = ? AND achievement_id = 1 FOR UPDATE', [p.id]);
    const all = Array.from({ length: 3 }, () => check(p));
    await until(async () => (await query("SELECT COUNT(*) AS n FROM information_schema.processlist WHERE command = 'Execute' AND info LIKE '%fresh%FOR UPDATE%'"))[0].n >= 3);
    await other.commit();
    assert.deepEqual((await Promise.all(all)).map((r) => [r.status, r.body.data.totalNewlyCompleted]).sort(), [[200, 0], [200, 0], [200, 1]]);
  } finally {
    await other.release();
    await pool.end();
  }
  assert.equal((await query("SELECT COUNT(*) AS n FROM outbox_seen WHERE event = 'achievement.completed' AND actor_id = ?", [p.id]))[0].n, 1);
});

test('checking counts what the server knows of, though no event told', async () => {
  const p = await member();
  await set(p, 'session_master', 3); // what clients said is not taken back
  await query('UPDATE users SET onboarded_at = NOW(3) WHERE id = ?', [p.id]);
  await query("INSERT INTO achievement_events (user_id, what, source_id, amount, day) SELECT ?, 'session', seq, 60, '2026-01-01' + INTERVAL seq DAY FROM seq_1_to_2", [p.id]);
  const { data } = (await check(p)).body;
  assert.deepEqual(data.newlyCompleted.map((m) => m.achievement.key), ['first_session', 'profile_complete']);
  const now = Object.fromEntries((await mine(p)).map((m) => [m.achievement.key, m.currentProgress]));
  assert.deepEqual([now.session_master, now.session_10, now.daily_study, now.study_hours_10, now.perfect_week], [3, 2, 2, 120, 2]);
});

test('nothing without a login', async () => {
  for (const [method, path] of [['GET', ''], ['GET', '/category/STUDY'], ['GET', '/my'], ['GET', '/my/completed'], ['GET', '/my/in-progress'], ['GET', '/my/stats'],
    ['POST', '/progress'], ['POST', '/progress/increment?achievementKey=mentor'], ['POST', '/1/claim-reward'], ['POST', '/initialize'], ['POST', '/check-completion']]) {
    const res = await send(method, `/achievements${path}`, { ...(path === '/progress' && { body: {} }) });
    assert.deepEqual([path, res.status, res.body.code], [path, 401, 'AUTH_001']);
  }
});
