// What people do counts by itself: matches, messages, days, sessions, level tests. Whoever has earned something is told
// of it once. Needs a stack whose studymate-jobs runs.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import Redis from 'ioredis';
import { env, get, person, post, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { did as inGroup, group } from '../harness/groups.mjs';
import { matched } from '../harness/learner.mjs';
import { held } from '../harness/sessions.mjs';
import { until } from '../harness/stack.mjs';

const pushed = []; // what sockets of users would be told
let redis;
before(async () => {
  redis = new Redis(`${env.run}/redis.sock`);
  redis.on('pmessage', (_pattern, _channel, text) => {
    const [head, data] = text.split('\n');
    const [, id, name] = head.split(' ');
    if (name === 'notification.achievement') pushed.push({ id, data: JSON.parse(data) });
  });
  await redis.psubscribe('*');
});
after(async () => {
  redis.disconnect();
  await closeDb();
});

const as = (p) => ({ token: p.access });
const progress = async (p) => Object.fromEntries((await query(
  'SELECT a.code, x.progress FROM user_achievements x JOIN achievements a ON a.id = x.achievement_id WHERE x.user_id = ?', [p.id])).map((r) => [r.code, r.progress]));
const completed = async (p) => (await query(
  'SELECT a.code FROM user_achievements x JOIN achievements a ON a.id = x.achievement_id WHERE x.user_id = ? AND x.completed_at IS NOT NULL ORDER BY a.id', [p.id])).map((r) => r.code);
const reaches = (p, key, n) => until(async () => (await progress(p))[key] === n);
const at = (p, ...keys) => progress(p).then((now) => keys.map((k) => now[k]));
const event = async (name, subject, actor, payload, { id = null, time = new Date() } = {}) => (await query(
  'INSERT INTO outbox (id, event, subject_id, actor_id, payload, created_at) VALUES (?, ?, ?, ?, ?, ?)', [id, name, subject, actor, JSON.stringify(payload), time])).insertId;
const done = (...ids) => until(async () => !(await query('SELECT id FROM outbox WHERE id IN (?)', [ids])).length);
const earned = (p) => query("SELECT * FROM notifications WHERE user_id = ? AND type = 'achievement' ORDER BY id", [p.id]);
const seen = async (name, p) => (await query('SELECT COUNT(*) AS n FROM outbox_seen WHERE event = ? AND actor_id = ?', [name, p.id]))[0].n;
const day = (text) => new Date(`2026-03-${text}`);
// An account whose days are what a test makes of them.
async function newcomer(zone = 'Asia/Seoul') {
  const p = await person();
  await reaches(p, 'streak_30', 1);
  await query('DELETE FROM achievement_events WHERE user_id = ?', [p.id]);
  await query('UPDATE users SET time_zone = ? WHERE id = ?', [zone, p.id]);
  return p;
}
const here = (p, ...times) => Promise.all(times.map((t) => event('user.active', p.id, p.id, {}, { time: day(t) }))).then((ids) => done(...ids));
const session = (people, minutes, more) => event('session.completed', 1, people[0].id, { participants: people.map((p) => p.id), minutes }, more);

test('a match counts for both', async () => {
  const [a, b, c] = [await person(), await person(), await person()];
  await matched(a, b);
  await reaches(a, 'social_butterfly', 1);
  await reaches(b, 'social_butterfly', 1);
  await matched(c, a);
  await reaches(a, 'social_butterfly', 2);
  await until(async () => (await earned(a)).length === 2 && (await earned(b)).length === 2 && (await earned(c)).length === 2);
  assert.deepEqual([await at(a, 'first_match', 'first_friend', 'friends_5'), await at(b, 'social_butterfly'), await completed(a)], [[1, 1, 2], [1], ['first_match', 'first_friend']]);
});

test('messages: each counts once for whoever sent it, however often and late its event comes', async () => {
  const [a, b] = [await person(), await person()];
  const { roomId } = (await post('/chat/rooms', { roomName: '방', isPublic: false, participantIds: [b.id] }, as(a))).body.data;
  const ids = await Promise.all(Array.from({ length: 30 }, async (_, i) => (await post(`/chat/rooms/${roomId}/messages`, { message: `${i}` }, as(i % 3 ? a : b))).body.data.messageId));
  await reaches(a, 'chat_master', 20);
  await reaches(b, 'chat_master', 10);
  const again = await Promise.all(ids.map((id, i) => event('chat.message', id, (i % 3 ? a : b).id, { roomId, seq: 1 })));
  await done(...again);
  assert.deepEqual([await at(a, 'conversation_starter', 'chat_master'), await at(b, 'conversation_starter', 'chat_master')], [[1, 20], [1, 10]]);
  assert.deepEqual([await completed(a), (await earned(a)).length], [['conversation_starter'], 1]);
});

test('messages of long ago count to what is needed, and no further', async () => {
  const [a, b] = [await person(), await person()];
  const { roomId } = (await post('/chat/rooms', { roomName: '방', isPublic: false, participantIds: [b.id] }, as(a))).body.data;
  await query('INSERT INTO chat_messages (room_id, seq, sender_id, body) SELECT ?, seq, ?, "" FROM seq_1_to_999', [roomId, a.id]);
  await query('INSERT INTO chat_messages (room_id, seq, sender_id, body) SELECT ?, seq, ?, "" FROM seq_1001_to_2200', [roomId, b.id]);
  await done(await event('chat.message', 1, a.id, { roomId: 0, seq: 1 }), await event('chat.message', 1, b.id, { roomId: 0, seq: 1 }));
  assert.deepEqual([await at(a, 'chat_master'), await at(b, 'chat_master'), await completed(a), await completed(b)], [[999], [1000], ['conversation_starter'], ['conversation_starter', 'chat_master']]);
});

test('what clients said and the server counts more of is raised, and never lowered', async () => {
  const [a, b] = [await person(), await person()];
  await post('/achievements/progress', { achievementKey: 'social_butterfly', progress: 4 }, as(a));
  await post('/achievements/progress', { achievementKey: 'friends_5', progress: 0 }, as(a));
  await matched(a, b);
  await reaches(a, 'friends_5', 1);
  assert.deepEqual(await at(a, 'social_butterfly', 'friends_5'), [4, 1]);
});

test('who has finished onboarding has a complete profile; once, and only they', async () => {
  const [p, q] = [await person(), await person()];
  const finish = () => post('/users/complete-onboarding', { completedAt: new Date().toISOString(), allStepsCompleted: true }, as(p));
  assert.deepEqual([(await finish()).status, (await finish()).status], [200, 200]);
  await until(async () => (await completed(p)).includes('profile_complete'));
  assert.deepEqual([await seen('onboarding.completed', p), await seen('onboarding.completed', q), (await progress(q)).profile_complete], [1, 0, undefined]);
});

test('being here is told of at sign-up, at log-in, and when tokens are renewed after a while', async () => {
  const p = await person();
  assert.equal(await seen('user.active', p), 1);
  const login = await post('/auth/login', { email: p.email, password: p.password });
  assert.deepEqual([login.status, await seen('user.active', p)], [200, 2]);
  const renew = () => post('/auth/refresh', { refreshToken: p.refresh });
  assert.deepEqual([(await renew()).status, await seen('user.active', p)], [200, 2]); // a moment ago
  await query('UPDATE users SET active_at = NOW(3) - INTERVAL 6 MINUTE WHERE id = ?', [p.id]);
  const [{ generation }] = await query('SELECT MAX(generation) AS generation FROM sessions WHERE user_id = ?', [p.id]);
  assert.equal(generation, 2);
  const { refreshToken } = login.body.data;
  assert.deepEqual([(await post('/auth/refresh', { refreshToken })).status, await seen('user.active', p)], [200, 3]);
});

test('days in a row: in the order they come or not, each once, anew after a day without', async () => {
  const p = await newcomer();
  await here(p, '10T03:00Z', '11T03:00Z', '11T09:00Z', '12T03:00Z');
  assert.deepEqual(await at(p, 'daily_streak', 'weekly_streak', 'monthly_streak', 'streak_7', 'streak_30'), [3, 3, 3, 3, 3]);
  await here(p, '14T03:00Z');
  assert.deepEqual(await at(p, 'daily_streak', 'streak_30'), [1, 1]);
  await here(p, '13T03:00Z'); // late: the day was there after all
  assert.deepEqual(await at(p, 'daily_streak', 'streak_30'), [5, 5]);
  await here(p, '15T03:00Z', '16T03:00Z');
  assert.deepEqual([await at(p, 'daily_streak', 'streak_30'), await completed(p)], [[7, 7], ['daily_streak', 'streak_7']]);
  await here(p, '20T03:00Z');
  assert.deepEqual([await at(p, 'daily_streak', 'streak_7', 'streak_30'), await completed(p)], [[7, 7, 1], ['daily_streak', 'streak_7']]);
});

test('a day is one of the person’s own time zone', async () => {
  const [seoul, angeles] = [await newcomer(), await newcomer('America/Los_Angeles')];
  for (const p of [seoul, angeles]) await here(p, '10T06:00Z', '10T16:00Z'); // the 10th and 11th in Seoul; the 9th and 10th in Los Angeles
  assert.deepEqual([await at(seoul, 'streak_30'), await at(angeles, 'streak_30')], [[2], [2]]);
  const noon = await newcomer('Europe/London');
  await here(noon, '10T06:00Z', '10T16:00Z');
  assert.deepEqual(await at(noon, 'streak_30'), [1]);
  await query('INSERT INTO notification_settings (user_id, time_zone) VALUES (?, ?)', [noon.id, 'Asia/Seoul']); // what they chose goes before where they live
  await here(noon, '10T16:00Z');
  assert.deepEqual(await at(noon, 'streak_30'), [2]);
});

test('a session counts for everybody in it, once for each event', async () => {
  const [a, b] = [await newcomer(), await newcomer()];
  const gone = { id: '999999999' };
  const id = await session([a, b, gone], 45, { time: day('10T03:00Z') });
  await done(id);
  for (const p of [a, b]) assert.deepEqual(await at(p, 'first_session', 'session_10', 'session_master', 'daily_study', 'study_hours_10', 'perfect_week'), [1, 1, 1, 1, 45, 1]);
  await done(await session([a, b], 45, { id, time: day('10T03:00Z') })); // its job runs once more
  await done(await session([a], 30, { time: day('10T05:00Z') }), await session([a], 1e9, { time: day('11T05:00Z') })); // more than a day is none
  assert.deepEqual(await at(a, 'session_10', 'daily_study', 'perfect_week', 'study_hours_10'), [3, 2, 2, 600]);
  assert.deepEqual(await at(b, 'session_10', 'study_hours_10'), [1, 45]);
  assert.deepEqual([await completed(a), await completed(b)], [['first_session', 'study_hours_10'], ['first_session']]);
});

test('a session on each of seven days is a perfect week; with a day between it is none', async () => {
  const p = await newcomer();
  const all = (...days) => Promise.all(days.map((d) => session([p], 10, { time: day(`${d}T03:00Z`) }))).then((ids) => done(...ids));
  await all('01', '02', '03', '05', '06', '07', '08');
  assert.deepEqual([await at(p, 'perfect_week', 'daily_study'), await completed(p)], [[4, 7], ['first_session']]);
  await all('04', '09');
  assert.deepEqual([await at(p, 'perfect_week'), await completed(p)], [[7], ['first_session', 'perfect_week']]);
});

test('level tests: how many, and the highest; what was reached at once is completed in its order', async () => {
  const p = await newcomer();
  const tested = async (level, more) => done(await event('leveltest.completed', 5, p.id, { level }, more));
  await tested(3);
  await tested(1);
  assert.deepEqual([await at(p, 'level_up', 'assessment_pro', 'level_up_first', 'level_5'), await completed(p)], [[1, 2, 2, 3], ['level_up', 'level_up_first']]);
  const high = await newcomer();
  const id = await event('leveltest.completed', 6, high.id, { level: 10 });
  await done(id);
  await until(async () => (await earned(high)).length === 4);
  assert.deepEqual(await completed(high), ['level_up', 'level_up_first', 'level_5', 'level_10']);
});

test('what those somebody met say of them counts once for each who says it, in sessions of two and in groups', async () => {
  const [me, a, b] = [await newcomer(), await newcomer(), await newcomer()];
  const keys = ['perfect_score', 'accuracy_master', 'helpful_partner', 'mentor'];
  const idle = async () => until(async () => !(await query("SELECT id FROM outbox WHERE event = 'session.rated' AND actor_id IN (?, ?, ?)", [me.id, a.id, b.id])).length);
  const rate = async (p, path, body) => {
    const res = await post(path, body, as(p));
    assert.ok(res.status < 300, res.text);
    await idle();
    return at(me, ...keys);
  };
  const one = await held(me, a, { ago: 60, minutes: 30 });
  const say = (p, s, body) => rate(p, `/sessions/${s.id}/feedback`, body);
  const none = await say(a, one, { rating: 3, partnerRating: 3 });
  assert.deepEqual(none.map((n) => n ?? 0), [0, 0, 0, 0]);
  assert.deepEqual(await say(a, one, { rating: 5, partnerRating: 4 }), [undefined, undefined, 1, 1].map((n, i) => n ?? none[i]));
  assert.deepEqual(await say(a, one, { rating: 1, partnerRating: 5 }), [1, 1, 1, 1]);
  assert.deepEqual(await say(a, one, { rating: 5, partnerRating: 5, comment: 'again' }), [1, 1, 1, 1]);
  assert.deepEqual(await say(a, await held(a, me, { ago: 120, minutes: 30 }), { rating: 5 }), [1, 2, 2, 2]); // without more, the session stands for the partner
  assert.deepEqual(await completed(me).then((all) => all.filter((k) => keys.includes(k))), ['perfect_score']);
  assert.deepEqual((await at(a, ...keys)).map((n) => n ?? 0), [0, 0, 0, 0]);
  await say(me, one, { rating: 3, partnerRating: 4 });
  assert.deepEqual((await at(a, ...keys)).map((n) => n ?? 0), [0, 0, 1, 1]);
  const g = await group(me);
  await inGroup(b, g, 'join');
  await inGroup(me, g, 'start');
  for (const stars of [5, 4]) assert.deepEqual(await rate(b, `/group-sessions/${g.id}/rate?rating=${stars}`), [1, 3, 3, 3]);
});

test('whoever has earned something is told, in their language, once, on open sockets, too', async () => {
  const [ko, en, silent] = [await newcomer(), await newcomer(), await newcomer()];
  await send('PATCH', '/notifications/settings', { ...as(en), body: { notificationLanguage: 'en' } });
  await send('PATCH', '/notifications/settings', { ...as(silent), body: { achievementNotifications: false } });
  await done(await session([ko, en, silent], 10));
  await until(async () => (await earned(ko)).length && (await earned(en)).length);
  const [{ id: item }] = await query('SELECT id FROM user_achievements WHERE user_id = ? AND achievement_id = 1', [ko.id]);
  const [n] = (await get('/notifications?category=achievement', as(ko))).body.data.notifications;
  assert.deepEqual([n.type, n.category, n.priority, n.title, n.message, n.clickUrl, n.data], [
    'achievement', 'achievement', 2, '업적 달성', "'첫 세션 완료' 업적을 달성했습니다", '/achievements', { userAchievementId: String(item), achievementId: '1', achievementKey: 'first_session' }]);
  assert.deepEqual((await earned(en)).map((r) => [r.title, r.message]), [['Achievement', 'You have earned "First session"']]);
  await until(() => pushed.some((x) => x.id === ko.id && x.data.message === n.message));
  const [{ id, subject_id: subject }] = await query("SELECT id, subject_id FROM outbox_seen WHERE event = 'achievement.completed' AND actor_id = ?", [ko.id]);
  await done(await event('achievement.completed', subject, ko.id, {}, { id })); // its job runs once more
  const nobody = await event('achievement.completed', 999999999, ko.id, {});
  await done(nobody);
  assert.deepEqual([(await earned(ko)).length, (await earned(silent)).length, await completed(silent)], [1, 0, ['first_session']]);
});

test('two processes and the people themselves at once: completed once, told once', async () => {
  const bin = path.join(path.dirname(process.env.API_BIN), 'studymate-jobs');
  const second = spawn(bin, ['--config', `${env.run}/studymate.env`], { stdio: 'ignore' });
  try {
    const people = await Promise.all(Array.from({ length: 5 }, () => newcomer()));
    const sessions = Promise.all(Array.from({ length: 12 }, (_, i) => session(people, 60, { time: day(`${10 + i}T03:00Z`) })));
    const own = people.flatMap((p) => [
      post('/achievements/progress', { achievementKey: 'first_session', progress: 1 }, as(p)), send('POST', '/achievements/check-completion', as(p)),
      send('POST', '/achievements/progress/increment?achievementKey=session_10&increment=10', as(p))]);
    assert.deepEqual([...new Set((await Promise.all(own)).map((r) => r.status))], [200]);
    await done(...await sessions);
    for (const p of people) {
      await until(async () => (await earned(p)).length === 4);
      assert.deepEqual([await completed(p), await seen('achievement.completed', p), await at(p, 'session_master', 'daily_study')], [['first_session', 'session_10', 'perfect_week', 'study_hours_10'], 4, [12, 12]]);
    }
  } finally {
    const gone = new Promise((resolve) => { second.on('exit', resolve); });
    second.kill('SIGTERM');
    await gone;
  }
});

test('days are forgotten when no achievement can need them, sessions are not', async () => {
  const p = await newcomer();
  await query("INSERT INTO achievement_events (user_id, what, source_id, day) SELECT ?, 'day', seq, UTC_DATE() - INTERVAL seq DAY FROM seq_110_to_130", [p.id]);
  await query("INSERT INTO achievement_events (user_id, what, source_id, day) VALUES (?, 'session', 1, '2020-01-01')", [p.id]);
  const left = async () => (await query('SELECT what, COUNT(*) AS n FROM achievement_events WHERE user_id = ? GROUP BY what ORDER BY what', [p.id])).map((r) => [r.what, r.n]);
  await until(async () => {
    await query("UPDATE schedules SET due_at = SYSDATE(3) WHERE name = 'achievement.forget'");
    return JSON.stringify(await left()) === '[["session",1],["day",11]]';
  });
});
