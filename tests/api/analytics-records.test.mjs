// Analytics: saying that a session is over, what clients report, how long requests took, and calls of AI.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, test } from 'node:test';
import { get, person, post } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { did as groupDid, group } from '../harness/groups.mjs';
import { DAY, ok } from '../harness/analytics.mjs';
import { until } from '../harness/stack.mjs';
import { as, did, events, planned, verdict, wrongField } from '../harness/sessions.mjs';

after(closeDb);
const people = (n) => Promise.all(Array.from({ length: n }, (_, i) => person(['하나', '둘째', '셋째'][i])));
const complete = (p, sessionId, fields = {}, options = {}) => post('/analytics/session-complete', { sessionId, ...fields }, { ...as(p), ...options });
const bad = [400, 'VALIDATION_ERROR'];

/* ---- a session is over ---------------------------------------------------------------------- */

test('the host ends it by that; the guest says the same; once each, and one event', async () => {
  const [host, guest, third] = await people(3);
  const s = await planned(host, guest);
  assert.deepEqual(verdict(await complete(host, s.id)), [409, 'SESSION_INVALID_STATE']); // it has not begun
  await did(host, s, 'start');
  await query('UPDATE learning_sessions SET started_at = NOW(3) - INTERVAL 19 MINUTE - INTERVAL 30 SECOND WHERE id = ?', [s.id]);
  assert.deepEqual(verdict(await complete(guest, s.id)), [409, 'SESSION_INVALID_STATE']); // its host ends it
  assert.deepEqual(verdict(await complete(third, s.id)), [404, 'SESSION_NOT_FOUND']);
  const before = Date.now();
  const res = await complete(host, String(s.id), { durationMinutes: 400, type: 'video', partnerId: guest.id, language: 'en', rating: 5, notes: ' 좋았어요 ' });
  assert.equal(res.status, 200, res.text);
  const { recordedAt, achievements, ...data } = res.body.data;
  const { metrics, data: figures } = (await get('/sessions/stats', as(host))).body;
  assert.deepEqual(data, {
    recorded: true, repeated: false, sessionId: String(s.id), durationMinutes: 20,
    stats: { totalSessions: 1, totalMinutes: 20, currentStreak: figures.streakDays, sessionsThisWeek: metrics.weeklyGoals.current, weeklyGrowth: metrics.weeklyGrowth },
  });
  assert.ok(Date.parse(recordedAt) >= before - 60000 && Date.parse(recordedAt) <= Date.now() + 60000);
  const again = await complete(host, s.id, { rating: 1, notes: '다시' });
  const { achievements: later, ...same } = again.body.data;
  assert.deepEqual(same, { ...data, recordedAt, repeated: true });
  // whether the jobs have counted it already or not: it is told once
  const told = [achievements, later].flatMap((a) => a.newlyCompleted.map((x) => x.achievement.key));
  assert.ok(told.length === new Set(told).size && told.every((k) => k === 'first_session'), `${told}`);
  const [row] = await query('SELECT status, notes FROM learning_sessions WHERE id = ?', [s.id]);
  assert.deepEqual([row.status, row.notes], ['COMPLETED', '좋았어요']);
  const theirs = await complete(guest, s.id, { rating: 4 });
  assert.deepEqual([theirs.body.data.repeated, theirs.body.data.durationMinutes, theirs.body.data.stats.totalSessions], [false, 20, 1]);
  assert.deepEqual((await query('SELECT user_id, rating, notes FROM session_records WHERE session_id = ? ORDER BY id', [s.id])).map((r) => [String(r.user_id), r.rating, r.notes]), [[host.id, 5, '좋았어요'], [guest.id, 4, null]]);
  assert.deepEqual((await query('SELECT user_id, rating FROM session_feedback WHERE session_id = ? ORDER BY rating', [s.id])).map((r) => [String(r.user_id), r.rating]), [[guest.id, 4], [host.id, 5]]);
  assert.deepEqual((await events(s, 'session.completed')).map((e) => [e.event, e.payload.minutes, e.payload.participants]), [['session.completed', 20, [Number(host.id), Number(guest.id)]]]);
  const gone = await planned(host, guest);
  await did(host, gone, 'cancel');
  assert.deepEqual(verdict(await complete(host, gone.id)), [409, 'SESSION_INVALID_STATE']);
});

test('all at once it is still one end and one record of each; a key gives the first answer again', async () => {
  const [host, guest] = await people(2);
  const s = await planned(host, guest);
  await did(host, s, 'start');
  const all = await Promise.all(Array.from({ length: 6 }, () => complete(host, s.id, { rating: 3 })));
  assert.deepEqual([all.map((r) => r.status), all.filter((r) => !r.body.data.repeated).length], [Array(6).fill(200), 1]);
  assert.deepEqual([(await events(s, 'session.completed')).length, (await query('SELECT COUNT(*) AS n FROM session_records WHERE session_id = ?', [s.id]))[0].n], [1, 1]);
  const other = await planned(host, guest);
  await did(host, other, 'start');
  await did(host, other, 'end', { rating: 2 });
  const headers = { 'idempotency-key': crypto.randomUUID() };
  const [one, two] = [await complete(host, other.id, { rating: 5 }, { headers }), await complete(host, other.id, { rating: 5 }, { headers })];
  assert.deepEqual([one.body.data.repeated, two.text], [false, one.text]);
  assert.equal((await query('SELECT rating FROM session_feedback WHERE session_id = ? AND user_id = ?', [other.id, host.id]))[0].rating, 2); // said before
});

test('of a group: its host ends it, others rate it', async () => {
  const [host, guest, third] = await people(3);
  const g = await group(host);
  await groupDid(guest, g, 'join');
  assert.deepEqual(verdict(await complete(host, g.id)), [409, 'SESSION_INVALID_STATE']);
  await groupDid(host, g, 'start');
  assert.deepEqual([verdict(await complete(guest, g.id)), verdict(await complete(third, g.id))], [[409, 'SESSION_INVALID_STATE'], [404, 'SESSION_NOT_FOUND']]);
  const mine = await complete(host, g.id, { rating: 5 });
  assert.deepEqual([mine.status, mine.body.data.repeated, mine.body.data.durationMinutes, mine.body.data.stats.totalSessions], [200, false, 1, 0], mine.text);
  assert.deepEqual([(await complete(guest, g.id, { rating: 4 })).body.data.repeated, (await complete(guest, g.id, { rating: 1 })).body.data.repeated], [false, true]);
  assert.deepEqual((await query('SELECT rating_sum AS sum, rating_count AS n FROM group_sessions WHERE id = ?', [g.id]))[0], { sum: 4, n: 1 });
  assert.equal((await events(g, 'session.completed')).length, 1);
});

test('what a session-complete must be', async () => {
  const [p] = await people(1);
  for (const [fields, field, rule] of [[{ sessionId: undefined }, 'sessionId', 'required'], [{ sessionId: 'x' }, 'sessionId'], [{ durationMinutes: 0 }, 'durationMinutes', 'min'], [{ durationMinutes: 481 }, 'durationMinutes', 'max'], [{ rating: 6 }, 'rating', 'max'], [{ rating: 0 }, 'rating', 'min'],
    [{ notes: '가'.repeat(2001) }, 'notes', 'max'], [{ type: 'x'.repeat(21) }, 'type', 'max'], [{ language: 'x'.repeat(41) }, 'language', 'max'], [{ partnerId: 'x' }, 'partnerId']]) {
    const got = wrongField(await complete(p, 1, fields));
    assert.deepEqual([...got.slice(0, 3), rule && got[3]], [...bad, field, rule], JSON.stringify(fields));
  }
  assert.deepEqual([(await post('/analytics/session-complete', { sessionId: 1 })).status, verdict(await complete(p, 999999999999))], [401, [404, 'SESSION_NOT_FOUND']]);
});

/* ---- events --------------------------------------------------------------------------------- */

const rows = (type) => query('SELECT user_id, type, path, feature, session, happened_at, more FROM analytics_events WHERE type = ? ORDER BY id', [type]);
const tag = () => `t${crypto.randomUUID().slice(0, 8)}`;

test('events of both clients, of guests as well; those that are none fail alone', async () => {
  const [p] = await people(1);
  const type = tag();
  const at = new Date(Date.now() - 5000).toISOString();
  const res = await post('/analytics/events', { events: [
    { type, path: '/session/video/room-123', timestamp: at, metadata: { referrer: '/main', 'a"b': [1, null, '가'] } },
    { event: type, userId: '1', sessionId: 's-1', feature: 'real_time_transcription', properties: { page: '/', duration: 120 } },
    { path: '/no-type', timestamp: at }, { type: '  ', timestamp: at }, { type, timestamp: 'yesterday' }, { type, timestamp: new Date(Date.now() - 91 * DAY).toISOString() }, { type, timestamp: new Date(Date.now() + 2 * DAY).toISOString() },
    { type, metadata: { x: 'y'.repeat(4096) } },
  ] }, { ...as(p), headers: { 'accept-language': 'en' } });
  assert.equal(res.status, 200, res.text);
  assert.deepEqual([res.body.data, res.body.count, res.body.message, res.body.processed], [{ processed: 2, failed: 6 }, 2, 'Events received', undefined]);
  const json = (v) => (typeof v === 'string' ? JSON.parse(v) : v);
  const [first, second, ...rest] = (await rows(type)).map(({ happened_at: then, more, ...r }) => ({ ...r, user_id: String(r.user_id), then: new Date(then).toISOString(), more: json(more) }));
  assert.deepEqual(first, { user_id: p.id, type, path: '/session/video/room-123', feature: null, session: null, then: at, more: { referrer: '/main', 'a"b': [1, null, '가'] } });
  const { then, ...other } = second;
  assert.deepEqual([other, rest], [{ user_id: p.id, type, path: null, feature: 'real_time_transcription', session: 's-1', more: { page: '/', duration: 120 } }, []]);
  assert.ok(Math.abs(Date.parse(then) - Date.now()) < 60000);
  const guest = tag();
  assert.deepEqual((await post('/analytics/events', { events: [{ type: guest }] })).body.data, { processed: 1, failed: 0 });
  assert.deepEqual((await rows(guest)).map((r) => [r.user_id, r.more]), [[null, null]]);
  assert.deepEqual((await post('/analytics/events', { events: [] })).body.data, { processed: 0, failed: 0 });
  assert.deepEqual((await post('/analytics/events', { events: Array(100).fill({ type: guest }) })).body.data, { processed: 100, failed: 0 });
  assert.equal((await rows(guest)).length, 101);
});

test('one that is ill-typed fails alone, whatever of it is wrong', async () => {
  const type = tag();
  const wrong = [7, null, 'x', [], [{ type }], { type: 5 }, { type, timestamp: Date.now() }, { type, sessionId: 12 }, { type, path: 'x'.repeat(501) }, { type, feature: {} }, { type, metadata: 'x' }, { type: 'x'.repeat(101) }];
  const res = await post('/analytics/events', { events: wrong.flatMap((e, i) => [e, { type, path: `/${i}` }]) });
  assert.deepEqual([res.status, res.body.data, res.body.count], [200, { processed: wrong.length, failed: wrong.length }, wrong.length], res.text);
  assert.deepEqual((await rows(type)).map((r) => r.path), wrong.map((_, i) => `/${i}`));
  assert.deepEqual((await post('/analytics/events', { events: wrong })).body.data, { processed: 0, failed: wrong.length });
});

test('nothing is kept of who shares no analytics', async () => {
  const [p] = await people(1);
  const type = tag();
  await query('INSERT INTO user_privacy (user_id, allow_analytics) VALUES (?, FALSE) ON DUPLICATE KEY UPDATE allow_analytics = FALSE', [p.id]);
  assert.deepEqual((await post('/analytics/events', { events: [{ type }] }, as(p))).body.data, { processed: 1, failed: 0 });
  assert.deepEqual(await rows(type), []);
  await query('UPDATE user_privacy SET allow_analytics = TRUE WHERE user_id = ?', [p.id]);
  await post('/analytics/events', { events: [{ type }] }, as(p));
  assert.equal((await rows(type)).length, 1);
});

test('no array, or too many of them', async () => {
  const [p] = await people(1);
  for (const body of [{}, { events: { type: 'x' } }, { events: 'x' }, { events: null }, { events: Array(101).fill({ type: 'x' }) }]) {
    const res = await post('/analytics/events', body, as(p));
    assert.deepEqual([res.status, res.body.code], [400, 'INVALID_INPUT'], JSON.stringify(body).slice(0, 80));
  }
  assert.equal((await post('/analytics/events', { events: [{ type: 'x' }] }, { token: 'a.b.c' })).status, 401);
});

/* ---- performance ---------------------------------------------------------------------------- */

test('performance: sums of hours, by path whatever the method; quantiles of the buckets', async () => {
  const [p] = await people(1);
  const at = '2031-03-01 10:00:00'; // no requests of this run
  const add = (hour, route, answers, errors, us, buckets) => query(`INSERT INTO request_hours VALUES (?, ?, ?, ?, ?, ${Array.from({ length: 15 }, (_, i) => buckets[i] ?? 0)})`, [hour, route, answers, errors, us]);
  // [ms]: 0.25 0.5 1 2 5 10 20 50 100 200 500 1000 2000 5000 more
  await add(at, 'meeting_post', 80, 1, 400000, { 4: 80 });
  await add('2031-03-01 11:00:00', 'meeting_post', 20, 0, 100000, { 4: 18, 14: 2 });
  await add(at, 'health', 100, 4, 50000, { 0: 50, 1: 50 });
  await add(at, 'ended_logins_get', 1000, 1000, 1000, { 0: 1000 }); // of another machine: unknown here
  await add(at, 'gateway_beat', 1000, 1000, 1000, { 0: 1000 }); // no client asks that
  await add('2031-03-01 12:00:00', 'health', 1, 0, 1, { 0: 1 }); // later
  const { data } = await ok(p, 'performance?start=2031-03-01T10:59:00Z&end=2031-03-01T12:00:00Z&groupBy=path');
  assert.deepEqual(data, {
    byPath: [
      { path: '/health', avgResponseTime: 0.5, p95ResponseTime: 0.5, errorRate: 0.04, requestCount: 100 },
      { path: '/sessions', avgResponseTime: 5, p95ResponseTime: 4.9, errorRate: 0.01, requestCount: 100 },
    ],
    overall: { avgResponseTime: 2.8, p95ResponseTime: 4.8, p99ResponseTime: 5, errorRate: 0.025, totalRequests: 200 },
  });
  assert.deepEqual((await ok(p, 'performance?start=2031-05-01T00:00:00Z&end=2031-05-02T00:00:00Z')).data, { byPath: [], overall: { avgResponseTime: 0, p95ResponseTime: 0, p99ResponseTime: 0, errorRate: 0, totalRequests: 0 } });
  const now = new Date().toISOString();
  for (const [search, field, rule] of [[`start=${now}&end=${now}`, 'end', 'min'], ['start=2031-01-01T00:00:00Z&end=2031-02-02T00:00:00Z', 'end', 'max'], ['start=x', 'start', 'format'], ['end=x', 'end', 'format'], ['groupBy=status', 'groupBy', 'one_of']]) {
    assert.deepEqual(wrongField(await get(`/analytics/performance?${search}`, as(p))), [...bad, field, rule], search);
  }
  assert.equal((await get('/analytics/performance')).status, 401);
});

test('requests of this pool arrive there by themselves, each once', async () => {
  const [p] = await people(1);
  const count = async () => (await ok(p, 'performance')).data.byPath.find((x) => x.path === '/analytics/monthly-stats')?.requestCount ?? 0;
  const before = await count();
  for (let i = 0; i < 7; i += 1) await ok(p, 'monthly-stats');
  await until(async () => await count() >= before + 7, 30000);
  // what /metrics counts is there once, sooner or later: others ask as well
  const told = async () => Number((await get('/metrics')).text.match(/studymate_request_seconds_count\{route="analytics_monthly"\} (\d+)/)[1]);
  const kept = async () => (await query("SELECT SUM(b0+b1+b2+b3+b4+b5+b6+b7+b8+b9+b10+b11+b12+b13+b14) AS n, SUM(us) AS us, SUM(answers) AS answers FROM request_hours WHERE route = 'analytics_monthly'"))[0];
  for (let i = 0, last = Number((await kept()).n); i < 2; i += 1) { // what was saved once is not saved again
    await ok(p, 'monthly-stats');
    await until(async () => Number((await kept()).n) > last, 30000);
    last = Number((await kept()).n);
    assert.ok(last <= await told(), `${last}`);
  }
  await until(async () => Number((await kept()).n) === await told(), 30000);
  const { n, us, answers } = await kept();
  assert.deepEqual([Number(n), Number(us) > 0], [Number(answers), true]);
});

test('events: no more at once than 128 KiB', async () => {
  const big = { events: Array.from({ length: 40 }, () => ({ type: 'x', properties: { a: 'y'.repeat(4000) } })) };
  const res = await post('/analytics/events', big);
  assert.deepEqual([res.status, res.body.code], [413, 'PAYLOAD_TOO_LARGE']);
  assert.equal((await post('/analytics/events', { events: big.events.slice(0, 25) })).body.data.processed, 25);
});

/* ---- AI ------------------------------------------------------------------------------------- */

test('calls of AI: one\'s own that were answered, in that time', async () => {
  const [p, other] = await people(2);
  const add = (who, kind, fields, ago = 1) => query('INSERT INTO ai_calls (user_id, kind, feature, model, good, tokens, characters, seconds, latency_ms, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NOW(3) - INTERVAL ? DAY)',
    [who.id, kind, 'x', 'm', fields.good ?? 1, fields.tokens ?? 0, fields.characters ?? 0, fields.seconds ?? 0, fields.latency ?? 100, ago]);
  const none = {
    whisperUsage: { totalRequests: 0, totalSeconds: 0, averageLatency: 0 }, llamaUsage: { totalRequests: 0, totalTokens: 0, averageLatency: 0 }, translationUsage: { totalRequests: 0, totalCharacters: 0 },
    costEstimate: { whisper: 0, llama: 0, translation: 0, total: 0, currency: 'USD' },
  };
  assert.deepEqual((await ok(p, 'ai-usage')).data, none);
  await add(p, 'speech', { seconds: 1000.5, latency: 2000 });
  await add(p, 'speech', { seconds: 799.5, latency: 3001 });
  await add(p, 'text', { tokens: 125000, latency: 1200 });
  await add(p, 'translation', { characters: 15000, tokens: 7 });
  await add(p, 'text', { good: 0, tokens: 5 });
  await add(other, 'text', { tokens: 5 });
  await add(p, 'text', { tokens: 1000 }, 40);
  assert.deepEqual((await ok(p, 'ai-usage')).data, {
    whisperUsage: { totalRequests: 2, totalSeconds: 1800, averageLatency: 2501 }, llamaUsage: { totalRequests: 1, totalTokens: 125000, averageLatency: 1200 }, translationUsage: { totalRequests: 1, totalCharacters: 15000 },
    costEstimate: none.costEstimate, // nobody has said what they cost; tests/api/ai.test.mjs has
  });
  const ago = (n) => new Date(Date.now() - n * DAY).toISOString();
  assert.deepEqual((await ok(p, `ai-usage?start=${ago(60)}&end=${ago(30)}`)).data.llamaUsage, { totalRequests: 1, totalTokens: 1000, averageLatency: 100 });
  for (const [search, field, rule] of [[`start=${ago(0)}&end=${ago(1)}`, 'end', 'min'], [`start=${ago(367)}`, 'end', 'max'], ['start=x', 'start', 'format'], ['end=x', 'end', 'format']]) {
    assert.deepEqual(wrongField(await get(`/analytics/ai-usage?${search}`, as(p))), [...bad, field, rule], search);
  }
  assert.equal((await get('/analytics/ai-usage')).status, 401);
});
