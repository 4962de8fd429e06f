// Learning sessions: the calendar, bookings, what is open to everybody, and figures.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, test } from 'node:test';
import { get, person, post, send, unique } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { block, learner } from '../harness/learner.mjs';
import { evaluated } from '../harness/leveltest.mjs';
import { as, did, earlier, held, later, planned, verdict, wrongField } from '../harness/sessions.mjs';

after(closeDb);
const people = (n) => Promise.all(Array.from({ length: n }, (_, i) => person(['호스트', '손님', '셋째', '넷째'][i] ?? `사람${i}`)));
const ok = async (p, target, headers = {}) => {
  const res = await get(`/${target}`, { ...as(p), headers });
  assert.equal(res.status, 200, res.text);
  return res.body;
};
const HOUR = 3600000;
const hour = (n) => new Date((Math.ceil(Date.now() / HOUR) + n) * HOUR).toISOString();
const none = [404, 'SESSION_NOT_FOUND'];

test('the calendar: what touches the time that was asked for, and which hours of it are free', async () => {
  const [host, guest] = await people(2);
  const [a, b, off] = [await planned(host, guest, { scheduledAt: hour(2), duration: 90, description: '설명' }), await planned(guest, host, { scheduledAt: hour(26) }), await planned(host, guest, { scheduledAt: hour(5) })];
  await did(host, off, 'cancel');
  await planned(host, guest, { scheduledAt: hour(24 * 9) });
  const event = (s, isHost) => ({
    sessionId: s.id, title: '여행', description: s.description, startTime: s.scheduledAt, endTime: s.scheduledEndTime, eventType: 'SESSION', status: s === off ? 'CANCELLED' : 'SCHEDULED', isHost, color: isHost ? '#4CAF50' : '#2196F3',
  });
  for (const path of ['sessions/calendar', 'session/schedule']) {
    const { data } = await ok(host, path);
    assert.deepEqual(data.events, [event(a, true), event(off, true), event(b, false)]);
    assert.ok([167, 168].includes(data.availableSlots.length), `${data.availableSlots.length}`);
    assert.deepEqual(data.availableSlots[0], { startTime: hour(0), endTime: hour(1), isAvailable: true });
    assert.deepEqual(data.availableSlots.filter((s) => !s.isAvailable).map((s) => s.startTime), [hour(2), hour(3), hour(26)]);
  }
  const some = await ok(host, `sessions/calendar?startDate=${hour(3)}&endDate=${hour(6)}`); // the first is not over yet
  assert.deepEqual([some.data.events.map((e) => e.sessionId), some.data.availableSlots.map((s) => s.isAvailable)], [[a.id, off.id], [false, true, true]]);
  assert.deepEqual((await ok(host, `sessions/calendar?startDate=${hour(24 * 300)}&endDate=${hour(24 * 400)}`)).data.availableSlots.length, 31 * 24);
  assert.deepEqual((await ok(host, `sessions/calendar?startDate=${later(-600)}&endDate=${later(-60)}`)).data, { events: [], availableSlots: [] });
  for (const [search, rule] of [[`startDate=${hour(3)}&endDate=${hour(3)}`, 'min'], [`endDate=${hour(24 * 401)}`, 'max'], ['endDate=x', 'format']]) {
    assert.deepEqual(wrongField(await get(`/sessions/calendar?${search}`, as(host))), [400, 'VALIDATION_ERROR', 'endDate', rule]);
  }
  assert.deepEqual(wrongField(await get('/sessions/calendar?startDate=x', as(host)))[2], 'startDate');
});

test('bookings: taken, listed, given back', async () => {
  const [host, guest, third] = await people(3);
  const s = await planned(host, null, { title: undefined, topic: '열린 세션', language: 'en', scheduledAt: later(59) });
  const headers = { 'idempotency-key': crypto.randomUUID() };
  const book = () => post('/sessions/book', { sessionId: s.id, bookingMessage: ' 반가워요 ' }, { ...as(guest), headers });
  const [first, again] = [await book(), await book()];
  assert.deepEqual([first.status, again.text], [201, first.text]);
  const { bookingId, bookedAt, ...rest } = first.body.data;
  const item = {
    id: bookingId, sessionId: s.id, sessionTitle: '열린 세션', sessionScheduledAt: s.scheduledAt, sessionDurationMinutes: 30, sessionLanguageCode: 'en', hostUserId: host.id, hostUserName: '호스트', hostUserProfileImage: null,
    status: 'CONFIRMED', bookingMessage: '반가워요', cancelledAt: null, cancellationReason: null, attended: false, feedbackRating: null, feedbackComment: null, reminderSent: false, canCancel: false,
  };
  assert.deepEqual(rest, item);
  assert.deepEqual((await ok(guest, 'sessions/my-bookings')).data, [{ bookingId, bookedAt, ...item }]);
  assert.deepEqual((await ok(host, 'sessions/my-bookings')).data, []);
  assert.deepEqual(verdict(await post('/sessions/book', { sessionId: s.id }, as(guest))), [409, 'SESSION_ALREADY_BOOKED']);
  assert.deepEqual(verdict(await post('/sessions/book', { sessionId: String(s.id) }, as(third))), [400, 'SESSION_002']);
  const closed = await planned(host, guest);
  assert.deepEqual(verdict(await post('/sessions/book', { sessionId: closed.id }, as(third))), none);
  const past = await planned(host);
  await earlier(past, 500);
  assert.deepEqual(verdict(await post('/sessions/book', { sessionId: past.id }, as(third))), [410, 'SESSION_001']);
  const off = await planned(host);
  await did(host, off, 'cancel');
  assert.deepEqual(verdict(await post('/sessions/book', { sessionId: off.id }, as(third))), [409, 'SESSION_INVALID_STATE']);
  assert.deepEqual([wrongField(await post('/sessions/book', {}, as(third)))[2], wrongField(await post('/sessions/book', { sessionId: 1, bookingMessage: '가'.repeat(501) }, as(third)))[2]], ['sessionId', 'bookingMessage']);
  // giving back: only one's own, once
  const drop = (p, id) => send('DELETE', `/sessions/bookings/${id}?reason=${encodeURIComponent('바빠요')}`, as(p));
  const no = [404, 'BOOKING_NOT_FOUND'];
  for (const p of [host, third]) assert.deepEqual(verdict(await drop(p, bookingId)), no);
  assert.deepEqual((await drop(guest, bookingId)).body.data, { success: true });
  assert.deepEqual(verdict(await drop(guest, bookingId)), no);
  const [given] = (await ok(guest, 'sessions/my-bookings?size=1&page=2')).data;
  assert.deepEqual([given.bookingId, given.status, given.cancellationReason, given.canCancel, given.cancelledAt !== null], [bookingId, 'CANCELLED', '바빠요', false, true]);
  const list = await ok(guest, 'sessions/my-bookings');
  assert.deepEqual([list.data.map((b) => [b.sessionId, b.status, b.canCancel]), list.meta.total], [[[closed.id, 'CONFIRMED', true], [s.id, 'CANCELLED', false]], 2]);
  // the session goes on, or not: the booking says so
  const seat = list.data[0].bookingId;
  await did(host, closed, 'cancel', { reason: '감기' });
  const [gone] = (await ok(guest, 'sessions/my-bookings')).data;
  assert.deepEqual([gone.status, gone.cancellationReason], ['CANCELLED', '감기']);
  assert.deepEqual(verdict(await drop(guest, seat)), [409, 'SESSION_INVALID_STATE']);
  const done = await held(host, guest);
  assert.deepEqual((await ok(guest, 'sessions/my-bookings')).data.find((b) => b.sessionId === done.id).attended, true);
});

test('open to everybody: to come, public, not behind a block; by language, type and free seats', async () => {
  const [host, guest, blocked, gone] = await people(4);
  const language = unique('l');
  const [a, b] = [await planned(host, null, { language, scheduledAt: later(30), type: 'audio' }), await planned(host, null, { language, scheduledAt: later(20) })];
  const full = await planned(host, guest, { language, isPublic: true, scheduledAt: later(40) });
  await planned(host, guest, { language }); // private
  const past = await planned(host, null, { language });
  await earlier(past, 500);
  await did(host, await planned(host, null, { language }), 'cancel');
  const theirs = await planned(blocked, null, { language });
  await planned(gone, null, { language });
  await query("UPDATE users SET status = 'SUSPENDED' WHERE id = ?", [gone.id]);
  const reader = await person();
  await block(blocked, reader);
  const of = async (p, path) => (await ok(p, path)).data.filter((s) => s.language === language).map((s) => s.id);
  for (const path of [`sessions/language/${language}`, 'sessions/public?size=100']) assert.deepEqual([path, await of(reader, path)], [path, [b.id, a.id, full.id]]);
  assert.deepEqual(await of(reader, 'sessions/available?size=100'), [b.id, a.id]);
  assert.deepEqual([await of(reader, 'sessions/type/audio?size=100'), await of(reader, 'sessions/type/VIDEO?size=100')], [[a.id], [b.id, full.id]]);
  assert.deepEqual(await of(host, `sessions/language/${language}`), [b.id, a.id, full.id, theirs.id]);
  assert.deepEqual((await of(host, 'sessions/available?size=100')), [theirs.id]);
  const page = await ok(reader, `sessions/language/${language}?size=2&page=2`);
  assert.deepEqual([page.data.map((s) => s.id), page.meta.total, page.meta.totalPages], [[full.id], 3, 2]);
  const [item] = (await ok(reader, `sessions/language/${language}`)).data;
  assert.deepEqual(item, { ...b, canJoin: true, isHost: false, isParticipant: false });
  assert.deepEqual(wrongField(await get('/sessions/type/text', as(reader))).slice(2), ['type', 'one_of']);
  for (const path of ['public', 'available', `language/${language}`, 'type/audio']) assert.deepEqual(wrongField(await get(`/sessions/${path}?size=101`, as(reader)))[2], 'size');
});

/* ---- figures ------------------------------------------------------------------------------ */

// Minutes from local noon (Korea) of the day so many days ago until now; less, so that it is not the morning.
const noon = (days) => {
  const local = Date.now() + 9 * HOUR;
  return Math.floor((local - (Math.floor(local / (24 * HOUR)) - days) * 24 * HOUR - 12 * HOUR) / 60000);
};

test('the calendar takes days alone: from the beginning of the first to the end of the last', async () => {
  const [me, you] = await people(2);
  const day = (n) => new Date(Date.now() + (40 + n) * 24 * HOUR).toISOString().slice(0, 10);
  const at = (n, time) => planned(me, you, { scheduledAt: `${day(n)}T${time}Z`, duration: 15 });
  const before = await at(0, '23:30:00');
  const [first, last, after] = [await at(1, '00:15:00'), await at(2, '23:30:00'), await at(3, '00:15:00')];
  const ask = (query, path = 'sessions/calendar') => get(`/${path}?${query}`, as(me));
  const seen = async (query, path) => (await ask(query, path)).body.data.events.map((e) => e.sessionId);
  for (const path of ['sessions/calendar', 'session/schedule']) assert.deepEqual(await seen(`startDate=${day(1)}&endDate=${day(2)}`, path), [first.id, last.id]);
  assert.deepEqual(await seen(`startDate=${day(0)}T23:00:00Z&endDate=${day(3)}`), [before.id, first.id, last.id, after.id]);
  assert.deepEqual(await seen(`startDate=${day(3)}&endDate=${day(3)}`), [after.id]);
  for (const wrong of ['2027-02-29', '2027-3-1', '2027-03-10T', 'tomorrow', '2027-03-10 ', '02027-03-1']) {
    for (const [query, field] of [['', 'startDate'], [`startDate=${day(0)}&`, 'endDate']]) {
      assert.deepEqual(wrongField(await ask(`${query}${field}=${encodeURIComponent(wrong)}`)).slice(2), [field, 'format'], wrong);
    }
  }
  assert.deepEqual(wrongField(await ask(`startDate=${day(1)}&endDate=${day(0)}`)).slice(2), ['endDate', 'min']);
  // what recurs does so to the end of its last day
  const plan = (fields) => post('/sessions', { title: '매주', type: 'video', scheduledAt: `${day(0)}T23:00:00Z`, duration: 30, isRecurring: true, recurrencePattern: 'WEEKLY', ...fields }, as(me));
  const weekly = await plan({ recurrenceEndDate: day(14) });
  assert.equal(weekly.status, 201, weekly.text);
  assert.equal((await query('SELECT COUNT(*) AS n FROM learning_sessions WHERE host_id = ? AND title = ?', [me.id, '매주']))[0].n, 3);
  assert.equal(weekly.body.data.recurrenceEndDate, `${day(14)}T23:59:59.999Z`);
  assert.deepEqual(wrongField(await plan({ recurrenceEndDate: '2027-04-31' })).slice(2), ['recurrenceEndDate', 'format']);
});

test('lists say which page it is beside them, as in meta', async () => {
  const [me, you] = await people(2);
  for (let i = 0; i < 3; i += 1) await held(me, you, { ago: 60 * (i + 1) });
  for (let i = 0; i < 3; i += 1) await evaluated(me);
  for (const path of ['sessions/my-sessions', 'sessions', 'session/list', 'sessions/history', 'sessions/my-bookings', 'sessions/public', 'level-test/history', 'level-test/my-tests']) {
    const { body } = await get(`/${path}?page=2&size=2`, as(me));
    const { page, limit, total, totalPages } = body.meta;
    assert.deepEqual(body.pagination, { page, size: limit, limit, totalPages, totalItems: total, total }, path);
    if (!/public|bookings/.test(path)) assert.deepEqual([body.pagination, body.data.length], [{ page: 2, size: 2, limit: 2, totalPages: 2, totalItems: 3, total: 3 }, 1], path);
  }
  const group = await get('/group-sessions', as(me));
  assert.equal(group.text.match(/"pagination"/g).length, 1); // they have had their own
});

test('nobody has met: every figure is there, and none is invented', async () => {
  const p = await person();
  const { data, metrics } = await ok(p, 'sessions/stats');
  const { sessionsByWeek, dailyStats, ...rest } = data;
  assert.deepEqual(rest, {
    period: 'month', totalSessions: 0, completedSessions: 0, cancelledSessions: 0, upcomingSessions: 0, totalMinutes: 0, monthlyMinutes: 0, averageSessionLength: 0, averageDuration: 0,
    sessionsByType: { video: 0, audio: 0 }, partnerCount: 0, partnersCount: 0, streakDays: 0, currentStreak: 0, lastSessionAt: null, monthlyGoal: 600, monthlyProgress: 0, preferredTime: null, languageProgress: [],
  });
  assert.ok(sessionsByWeek.length >= 4 && sessionsByWeek.every((w, i) => w.week === i + 1 && w.count === 0 && w.minutes === 0));
  assert.ok(dailyStats.length >= 29 && dailyStats.length <= 33);
  const { dailyStats: same, ...m } = metrics;
  assert.deepEqual(same, dailyStats);
  assert.deepEqual(m, {
    totalSessions: 0, totalMinutes: 0, weeklyGrowth: 0, currentStreak: 0, averageSessionTime: 0, partnersCount: 0, languageProgress: [], sessionTypes: [], weeklyGoals: { current: 0, target: 7, streak: 0 }, topPartners: [],
  });
});

test('figures are those of the rows', async () => {
  const host = await learner('배우는이', 1, [[2, 102]]);
  const [guest, other] = await people(2);
  await query("UPDATE users SET daily_minute = 'MINUTES_10' WHERE id = ?", [host.id]);
  await held(host, guest, { ago: noon(1), minutes: 20 });
  await held(guest, host, { ago: noon(1) - 60, minutes: 10, type: 'audio' });
  const last = await held(host, other, { ago: noon(2), minutes: 30, language: 'ja' });
  await held(host, guest, { ago: noon(10), minutes: 40 });
  await held(host, guest, { ago: noon(100), minutes: 50 });
  await held(guest, other, { ago: noon(1) }); // not theirs
  await planned(host, guest);
  await did(host, await planned(host, guest), 'cancel');
  await query('INSERT INTO session_feedback (session_id, user_id, partner_rating, updated_at) VALUES (?, ?, 4, NOW(3))', [last.id, host.id]);
  const { data: d, metrics: m } = await ok(host, 'sessions/stats?period=month', { 'accept-language': 'en' });
  assert.deepEqual([d.totalSessions, d.completedSessions, d.cancelledSessions, d.upcomingSessions, d.totalMinutes, d.monthlyMinutes, d.averageSessionLength], [4, 5, 1, 1, 150, 100, 25]);
  assert.deepEqual([d.sessionsByType, d.partnerCount, d.streakDays, d.monthlyGoal, d.monthlyProgress, d.preferredTime], [{ video: 3, audio: 1 }, 2, 2, 300, 33, 'Afternoon']);
  assert.deepEqual([d.sessionsByWeek.reduce((n, w) => n + w.count, 0), d.sessionsByWeek.reduce((n, w) => n + w.minutes, 0)], [4, 100]);
  const days = d.dailyStats.filter((x) => x.count);
  assert.deepEqual(days.map((x) => [x.sessions, x.minutes, x.totalMinutes, x.totalSessions]), [[1, 40, 40, 1], [1, 30, 30, 1], [2, 30, 30, 2]]);
  const yesterday = new Date(Date.now() + 9 * HOUR - 24 * HOUR);
  assert.deepEqual([days[2].date, days[2].day], [yesterday.toISOString().slice(0, 10), yesterday.toUTCString().slice(0, 3)]);
  const skills = { speaking: null, listening: null, reading: null, writing: null };
  assert.deepEqual(d.languageProgress.map(({ level, nextLevel, currentLevel, ...l }) => [l, Boolean(level), level === currentLevel, Boolean(nextLevel)]),
    [[{ language: 'English', languageCode: 'en', progress: 0, sessions: 4, skills }, true, true, true], [{ language: 'Japanese', languageCode: 'ja', progress: 0, sessions: 1, skills }, false, true, false]]);
  assert.deepEqual([m.totalSessions, m.totalMinutes, m.currentStreak, m.averageSessionTime, m.partnersCount, m.languageProgress, m.weeklyGrowth], [4, 100, 2, 25, 2, d.languageProgress, 200]);
  assert.deepEqual(m.sessionTypes, [{ name: 'Video', value: 75, color: '#4CAF50' }, { name: 'Audio', value: 25, color: '#2196F3' }]);
  assert.deepEqual(m.topPartners, [{ name: '호스트', flag: null, sessions: 4, rating: null }, { name: '손님', flag: null, sessions: 1, rating: 4 }]);
  assert.deepEqual([m.weeklyGoals.target, m.weeklyGoals.streak], [7, 2]);
  const week = (await ok(host, 'sessions/stats?period=week')).data;
  assert.deepEqual([week.period, week.totalSessions, week.monthlyMinutes, week.sessionsByWeek, week.dailyStats.length, week.preferredTime], ['week', 3, 60, [{ week: 1, count: 3, minutes: 60 }], 8, '오후']);
  const year = (await ok(host, 'sessions/stats?period=YEAR')).data;
  assert.deepEqual([year.period, year.totalSessions, year.sessionsByWeek.length], ['year', 5, 53]);
  assert.equal((await ok(host, 'sessions/stats?period=day')).data.period, 'month');
  assert.equal(wrongField(await get(`/sessions/stats?period=${'x'.repeat(21)}`, as(host)))[2], 'period');
});

test('a streak counts days where one lives, with today or until yesterday', async () => {
  const [host] = await people(1);
  const streak = async () => (await ok(host, 'sessions/stats')).data.streakDays;
  const on = async (days) => {
    const s = await held(host, null);
    await query("UPDATE learning_sessions SET starts_at = NOW(3) + INTERVAL ? MINUTE WHERE id = ?", [-noon(days), s.id]);
  };
  await on(3);
  await on(2);
  assert.equal(await streak(), 0); // neither today nor yesterday
  await on(1);
  assert.equal(await streak(), 3);
  await on(1);
  await on(0);
  assert.equal(await streak(), 4);
  await on(5);
  assert.equal(await streak(), 4); // a gap ends it
  // 12:00 of a day in Korea is the evening before in Honolulu: all of them are a day earlier
  await query("UPDATE users SET time_zone = 'Pacific/Honolulu' WHERE id = ?", [host.id]);
  const { data } = await ok(host, 'sessions/stats?period=week');
  const there = new Date(Date.now() - 10 * HOUR).toISOString().slice(0, 10);
  assert.equal(data.dailyStats.at(-1).date, there);
  assert.equal(data.dailyStats.reduce((n, x) => n + x.count, 0), 6);
});
