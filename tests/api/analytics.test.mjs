// Analytics: one's own sessions, level tests and requests, in figures.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { get, person } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { did as groupDid, group } from '../harness/groups.mjs';
import { DAY, HOUR, day, dayOf, monday, ok, since, tested } from '../harness/analytics.mjs';
import { ask, asked, learner, matched, reject } from '../harness/learner.mjs';
import { as, held, planned, wrongField } from '../harness/sessions.mjs';

after(closeDb);
const people = (n) => Promise.all(Array.from({ length: n }, (_, i) => person(['하나', '둘째', '셋째', '넷째'][i])));
const startOf = async (s) => (await query('SELECT starts_at AS at FROM learning_sessions WHERE id = ?', [s.id]))[0].at;
const iso = (at) => new Date(at).toISOString();
const bare = ({ date, sessions, minutes }) => [date, sessions, minutes];
const dayAfter = (date, n) => new Date(Date.parse(date) + n * DAY).toISOString().slice(0, 10);
// A session at noon in Korea of that day.
const on = async (host, guest, date, fields = {}) => {
  const s = await held(host, guest, fields);
  await query("UPDATE learning_sessions SET starts_at = CONVERT_TZ(?, '+09:00', '+00:00') WHERE id = ?", [`${date} ${fields.at ?? '12:00:00'}`, s.id]);
  return s;
};

test('nobody has met: zeros and empty lists', async () => {
  const p = await person();
  const week = monday();
  const nothing = { totalSessions: 0, totalMinutes: 0, averageMinutes: 0 };
  const { dailyStats, ...weekly } = (await ok(p, 'weekly-stats')).data;
  assert.deepEqual(weekly, {
    weekStart: week, weekEnd: dayAfter(week, 6), ...nothing, streakDays: 0, weeklyGrowth: 0, goal: { current: 0, target: 7 }, weeks: [{ weekStart: week, weekEnd: dayAfter(week, 6), ...nothing }],
  });
  assert.deepEqual(dailyStats.map(bare), Array.from({ length: 7 }, (_, i) => [dayAfter(week, i), 0, 0]));
  const year = (await ok(p, 'monthly-stats?months=12')).data.months.map((m) => m.monthStart);
  assert.deepEqual([year.length, year.every((m, i) => !i || dayAfter(m, 31) >= year[i - 1] && m < year[i - 1] && m.endsWith('-01')), Number(year[0].slice(0, 4)) - Number(year[11].slice(0, 4))], [12, true, year[0].slice(5, 7) === '12' ? 0 : 1]);
  const month = `${day(0).slice(0, 7)}-01`;
  const { dailyStats: days, ...monthly } = (await ok(p, 'monthly-stats')).data;
  const monthEnd = days.at(-1).date;
  assert.deepEqual([monthly, days[0].date, dayAfter(monthEnd, 1).slice(8), days.length], [{
    monthStart: month, monthEnd, ...nothing, streakDays: 0, monthlyGrowth: 0, months: [{ monthStart: month, monthEnd, ...nothing }],
  }, month, '01', Number(monthEnd.slice(8))]);
  const { data, metrics } = await ok(p, 'metrics');
  assert.deepEqual(data, { metrics: [], summary: { totalSessions: 0, totalUniqueUsers: 0, averageDuration: 0 } });
  assert.deepEqual(metrics.dailyStats.map(bare), Array.from({ length: 31 }, (_, i) => [day(30 - i), 0, 0]));
  const board = await ok(p, 'dashboard');
  assert.deepEqual(board.data, { totalSessions: 0, totalHours: 0, currentStreak: 0, levelTests: [], matchingEvents: [], recentActivity: [] });
  assert.deepEqual([board.levelTests, board.matchingEvents, board.totalSessions, board.recentActivity], [[], [], undefined, undefined]);
});

test('weeks begin on Monday where one lives, months on their first day', async () => {
  const [me, you] = await people(2);
  const week = monday();
  await on(me, you, week, { minutes: 25 });
  await on(me, you, week, { minutes: 30, at: '00:00:00' });
  await on(you, me, dayAfter(week, -1), { minutes: 40, at: '23:59:59' }); // Sunday: the week before
  await on(me, you, dayAfter(week, -8), { minutes: 50 });
  await planned(me, you);
  const { data } = await ok(me, 'weekly-stats?weeks=3');
  assert.deepEqual(data.weeks.map((w) => [w.weekStart, w.totalSessions, w.totalMinutes, w.averageMinutes]), [[week, 2, 55, 28], [dayAfter(week, -7), 1, 40, 40], [dayAfter(week, -14), 1, 50, 50]]);
  assert.deepEqual([data.totalSessions, data.totalMinutes, data.averageMinutes, data.goal], [2, 55, 28, { current: 2, target: 7 }]);
  assert.deepEqual(data.dailyStats.map(bare)[0], [week, 2, 55]);
  const stats = (await get('/sessions/stats', as(me))).body; // the same figures
  assert.deepEqual([data.streakDays, data.weeklyGrowth, data.goal.current], [stats.data.streakDays, stats.metrics.weeklyGrowth, stats.metrics.weeklyGoals.current]);
  const month = `${day(0).slice(0, 7)}-01`;
  const last = dayAfter(month, -1);
  await on(me, you, last, { minutes: 60, at: '23:30:00' });
  const { data: m } = await ok(me, 'monthly-stats?months=2');
  const all = [week, week, dayAfter(week, -1), dayAfter(week, -8), last];
  const minutes = [25, 30, 40, 50, 60];
  const of = (from, to) => all.flatMap((d, i) => (d >= from && d <= to ? [minutes[i]] : []));
  assert.deepEqual(m.months.map((x) => [x.monthStart, x.monthEnd, x.totalSessions, x.totalMinutes]), [[month, m.monthEnd], [`${last.slice(0, 7)}-01`, last]]
    .map(([from, to]) => [from, to, of(from, to).length, of(from, to).reduce((a, b) => a + b, 0)]));
  assert.ok(m.months[1].totalSessions >= 1);
  assert.deepEqual(m.dailyStats.reduce((n, d) => n + d.sessions, 0), m.totalSessions);
  await query('UPDATE learning_sessions SET starts_at = NOW(3) - INTERVAL 40 DAY WHERE host_id = ? AND actual_minutes = 60', [me.id]);
  assert.equal((await ok(me, 'monthly-stats')).data.monthlyGrowth, 300); // four against one
  for (const [path, field] of [['weekly-stats?weeks=0', 'weeks'], ['weekly-stats?weeks=27', 'weeks'], ['monthly-stats?months=13', 'months'], ['monthly-stats?months=x', 'months']]) {
    assert.deepEqual(wrongField(await get(`/analytics/${path}`, as(me))).slice(0, 3), [400, 'VALIDATION_ERROR', field]);
  }
});

test('metrics of days alone: from the beginning of the first to the end of the last, where they live', async () => {
  const [me, you] = await people(2);
  const [before, a, b, after] = [day(12), day(11), day(10), day(9)];
  for (const [d, at, minutes] of [[before, '23:40:00', 5], [a, '00:30:00', 10], [b, '23:30:00', 20], [after, '00:15:00', 40]]) await on(me, you, d, { at, minutes });
  const { data, metrics } = await ok(me, `metrics?start=${a}&end=${b}`);
  assert.deepEqual([data.summary.totalSessions, metrics.dailyStats.map(bare)], [2, [[a, 1, 10], [b, 1, 20]]]);
  assert.deepEqual((await ok(me, `metrics?start=${b}&end=${b}&interval=1h`)).data.metrics.map((m) => m.date), [`${b}T23:00`]);
  assert.equal((await ok(me, `metrics?start=${a}`)).data.summary.totalSessions, 3);
  assert.deepEqual(wrongField(await get('/analytics/metrics?start=2026-02-30', as(me))).slice(2), ['start', 'format']);
  assert.deepEqual(wrongField(await get(`/analytics/metrics?start=${b}&end=${a}`, as(me))).slice(2), ['end', 'min']);
});

test('metrics: by the day and by the hour, with whom; a person counts once in each', async () => {
  const [me, you, third, fourth] = await people(4);
  const [a, b, c] = [day(3), day(2), day(50)];
  await on(me, you, a, { minutes: 20 });
  await on(third, me, a, { minutes: 41, at: '12:59:59' });
  await on(you, me, a, { minutes: 10, at: '13:00:00' });
  await on(me, you, b, { minutes: 30 });
  await on(me, fourth, c, { minutes: 30 });
  await on(you, third, b, { minutes: 30 }); // not mine
  const { data, metrics } = await ok(me, 'metrics?groupBy=path&interval=1d');
  assert.deepEqual(data, {
    metrics: [{ date: a, sessions: 3, uniqueUsers: 2, averageDuration: 24 }, { date: b, sessions: 1, uniqueUsers: 1, averageDuration: 30 }],
    summary: { totalSessions: 4, totalUniqueUsers: 2, averageDuration: 25 },
  });
  assert.deepEqual(metrics.dailyStats.filter((d) => d.sessions).map((d) => [d.date, d.day, d.sessions, d.minutes, d.totalMinutes]),
    [[a, 3, 71], [b, 1, 30]].map(([d, n, m]) => [d, new Date(`${d}T00:00:00Z`).toUTCString().slice(0, 3), n, m, m]));
  const utc = (date, time) => new Date(Date.parse(`${date}T${time}Z`) - 9 * HOUR).toISOString();
  const hours = await ok(me, `metrics?start=${utc(a, '12:00:00')}&end=${utc(a, '13:00:00.001')}&interval=1h`);
  assert.deepEqual(hours.data, {
    metrics: [{ date: `${a}T12:00`, sessions: 2, uniqueUsers: 2, averageDuration: 31 }, { date: `${a}T13:00`, sessions: 1, uniqueUsers: 1, averageDuration: 10 }],
    summary: { totalSessions: 3, totalUniqueUsers: 2, averageDuration: 24 },
  });
  assert.deepEqual(hours.metrics.dailyStats.map(bare), [[a, 3, 71]]);
  const until = await ok(me, `metrics?start=${utc(a, '12:00:00')}&end=${utc(a, '13:00:00')}&interval=5m`); // what begins at the end is not in it
  assert.deepEqual(until.data.summary, { totalSessions: 2, totalUniqueUsers: 2, averageDuration: 31 });
  assert.equal((await ok(me, `metrics?start=${new Date(Date.now() - 399 * DAY).toISOString()}`)).data.summary.totalSessions, 5);
  const now = new Date().toISOString();
  const ago = (n) => new Date(Date.now() - n * DAY).toISOString();
  for (const [search, field, rule] of [[`start=${now}&end=${now}`, 'end', 'min'], [`start=${ago(401)}`, 'end', 'max'], [`start=${ago(32)}&interval=1h`, 'end', 'max'], ['start=x', 'start', 'format'], ['end=x', 'end', 'format'], ['interval=2d', 'interval', 'one_of'], [`groupBy=${'x'.repeat(21)}`, 'groupBy', 'max']]) {
    assert.deepEqual(wrongField(await get(`/analytics/metrics?${search}`, as(me))), [400, 'VALIDATION_ERROR', field, rule], search);
  }
});

test('dashboard: totals of /sessions/stats, level tests, requests both ways, and what was last', async () => {
  const [me, you] = [await learner('하나', 1, [[2, 102]]), await learner('둘째', 2, [[1, 102]])];
  const [third, fourth] = [await learner('셋째', 2, [[1, 102]]), await person('넷째')];
  await matched(me, you);
  const from = await asked(third, me);
  await reject(me, from);
  await ask(me, fourth);
  await query('UPDATE matching_requests SET responded_at = created_at + INTERVAL 90 SECOND WHERE ? IN (sender_id, receiver_id) AND responded_at IS NOT NULL', [me.id]);
  const late = await held(me, you, { ago: since(1), minutes: 40 });
  const early = await held(you, me, { ago: since(1, 9), minutes: 20, type: 'audio' });
  const g = await group(me);
  await groupDid(me, g, 'start');
  await groupDid(me, g, 'end');
  await query('UPDATE group_sessions SET starts_at = NOW(3) - INTERVAL 10 DAY, actual_minutes = 45 WHERE id = ?', [g.id]);
  const test1 = await tested(me, { ago: 20, level: 'A2', overall: 50 });
  const test2 = await tested(me, { ago: 2, level: 'C1', overall: 78, scores: { grammar: 70 }, language: 'ja' });
  await tested(me, { ago: 1, judge: 'nobody' });
  const body = await ok(me, 'dashboard');
  const { levelTests, matchingEvents, recentActivity, ...totals } = body.data;
  assert.deepEqual([body.levelTests, body.matchingEvents], [levelTests, matchingEvents]);
  assert.deepEqual(totals, { totalSessions: 2, totalHours: 1, currentStreak: 1 });
  const times = Object.fromEntries((await query('SELECT test_id AS id, completed_at AS at FROM level_test_results WHERE user_id = ?', [me.id])).map((r) => [r.id, iso(r.at)]));
  const result = (id, fields) => ({ id, testId: id, date: dayOf(times[id]), testDate: times[id], completedAt: times[id], createdAt: times[id], ...fields });
  const scores = (n) => ({ pronunciation: n, fluency: n, grammar: n, vocabulary: n, coherence: n, interaction: n });
  assert.deepEqual(levelTests, [
    result(test2, { level: 'C1', levelIndex: 4, language: 'ja', scores: { ...scores(78), grammar: 70 }, overallScore: 78 }),
    result(test1, { level: 'A2', levelIndex: 1, language: 'en', scores: scores(50), overallScore: 50 }),
  ]);
  const rows = await query('SELECT created_at AS at FROM matching_requests WHERE ? IN (sender_id, receiver_id) ORDER BY id DESC', [me.id]);
  const event = (i, partner, status, matchType, targetLanguage, properties) => ({
    partnerId: partner.id, status, date: dayOf(iso(rows[i].at)), createdAt: iso(rows[i].at), timestamp: iso(rows[i].at), matchType, targetLanguage,
    properties: { status, matchType, targetLanguage, language: targetLanguage, createdAt: iso(rows[i].at), sessionType: null, ...properties },
  });
  assert.deepEqual(matchingEvents, [
    event(0, fourth, 'pending', 'sent', null, { result: 'PENDING' }),
    event(1, third, 'rejected', 'received', 'en', { result: 'FAILED', waitTimeSeconds: 90 }),
    event(2, you, 'accepted', 'sent', 'en', { result: 'SUCCESS', waitTimeSeconds: 90, sessionDurationMinutes: 30, sessionType: 'VIDEO' }),
  ]);
  const [lateAt, earlyAt] = [iso(await startOf(late)), iso(await startOf(early))];
  const groupAt = iso((await query('SELECT starts_at AS at FROM group_sessions WHERE id = ?', [g.id]))[0].at);
  assert.deepEqual(recentActivity, [
    ['session', String(late.id), lateAt, 40], ['session', String(early.id), earlyAt, 20], ['level_test', test2, times[test2], 0], ['group_session', String(g.id), groupAt, 45], ['level_test', test1, times[test1], 0],
  ].map(([type, id, timestamp, duration]) => ({ type, id, date: dayOf(timestamp), timestamp, duration })));
});

test('lists end: twenty activities', async () => {
  const [me, you] = await people(2);
  const s = await held(me, you);
  await query("INSERT INTO learning_sessions (host_id, type, starts_at, minutes, actual_minutes, seats, taken, is_public, status, ended_at) SELECT ?, 'VIDEO', NOW(3) - INTERVAL seq HOUR, 30, 30, 2, 1, 0, 'COMPLETED', NOW(3) FROM seq_2_to_25", [me.id]);
  await query("INSERT INTO session_seats (session_id, user_id, role) SELECT id, host_id, 'HOST' FROM learning_sessions WHERE host_id = ? AND id <> ?", [me.id, s.id]);
  const id = await tested(me, { ago: 0.02 });
  const { data } = await ok(me, 'dashboard');
  assert.deepEqual([data.totalSessions, data.totalHours, data.recentActivity.length, ...data.recentActivity.slice(0, 2).map((x) => x.id)], [25, 12.5, 20, id, String(s.id)]);
});

test('what was held before its time counts today', async () => {
  const [me, you] = await people(2);
  const s = await held(me, you, { minutes: 15 });
  await query('UPDATE learning_sessions SET starts_at = NOW(3) + INTERVAL 20 DAY WHERE id = ?', [s.id]);
  const { data } = await ok(me, 'weekly-stats');
  assert.deepEqual([data.totalSessions, data.totalMinutes, data.streakDays, data.goal.current], [1, 15, 1, 1]);
  assert.deepEqual(data.dailyStats.filter((d) => d.sessions).map(bare), [[day(0), 1, 15]]);
});
