// Who is there: what gateways report, what people choose, and what others may see of it.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, before, test } from 'node:test';
import { get, person, post, send, unique } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { internal } from '../harness/internal.mjs';
import { matched } from '../harness/learner.mjs';
import { until } from '../harness/stack.mjs';

after(closeDb);
const as = (p, more = {}) => ({ token: p.access, ...more });
const refusal = (res) => [res.status, res.body.code];
const wrong = (res) => [res.status, res.body.code, res.body.error.details.fields[0].field];
const gateway = () => crypto.randomBytes(8).toString('hex');
const beat = (g, body = {}) => internal('POST', `/gateways/${g}/beat`, body);
const nums = (people) => people.map((p) => Number(p.id));
const statusOf = async (viewer, p) => (await get(`/users/status/${p.id}`, as(viewer))).body.data;
const seen = async (viewer, p) => (await statusOf(viewer, p)).status;
const old = (g, seconds = 31) => query('UPDATE gateways SET beat_at = SYSDATE(3) - INTERVAL ? SECOND WHERE id = ?', [seconds, g]);
const untouched = (p, minutes) => query('UPDATE user_status SET touched_at = SYSDATE(3) - INTERVAL ? MINUTE WHERE user_id = ?', [minutes, p.id]);
const rows = (g) => query('SELECT user_id FROM presence WHERE gateway = ? ORDER BY user_id', [g]).then((r) => r.map((x) => x.user_id));
const block = (who, whom) => query('INSERT INTO blocks (user_id, blocked_id) VALUES (?, ?)', [who.id, whom.id]);
const privacy = (p, fields) => query(`REPLACE INTO user_privacy SET user_id = ?, ${Object.keys(fields).map((k) => `${k} = ?`).join(', ')}`, [p.id, ...Object.values(fields)]);

let me;
before(async () => {
  me = await person('보는이');
});

/* ---- gateways ----------------------------------------------------------------------------- */

test('a gateway is asked for everybody when it is new; who came and went is then told by beats', async () => {
  const [a, b] = [await person(), await person()];
  const g = gateway();
  assert.deepEqual((await beat(g)).body.data, { success: true, known: false });
  assert.deepEqual((await beat(g, { online: nums([a, b, a]), sockets: 3 })).body.data, { success: true, known: true });
  assert.deepEqual([await seen(me, a), await seen(me, b), (await statusOf(me, a)).lastSeenAt], ['ONLINE', 'ONLINE', null]);
  const before_ = Date.now();
  await beat(g, { offline: nums([a]) });
  const gone = await statusOf(me, a);
  assert.deepEqual([gone.status, Math.abs(Date.parse(gone.lastSeenAt) - before_) < 10000, await seen(me, b)], ['OFFLINE', true, 'ONLINE']);
  await beat(g, { online: [...nums([a]), 999999999], offline: [999999998] }); // people who are gone
  assert.deepEqual(await rows(g), nums([a, b]).sort((x, y) => x - y));
});

test('a gateway that dies takes its people along; one that comes back must report them again', async () => {
  const [a, b] = [await person(), await person()];
  const [g, other] = [gateway(), gateway()];
  for (const x of [g, other]) await beat(x);
  await beat(g, { online: nums([a, b]) });
  await beat(other, { online: nums([b]) });
  await old(g);
  assert.deepEqual([await seen(me, a), await seen(me, b)], ['OFFLINE', 'ONLINE']);
  await until(async () => (await rows(g)).length === 0 && (await query('SELECT id FROM gateways WHERE id = ?', [g])).length === 0, 20000);
  assert.ok((await statusOf(me, a)).lastSeenAt);
  assert.equal((await beat(g, { online: nums([a]) })).body.data.known, false);
  assert.equal(await seen(me, a), 'ONLINE');
  await beat(other, { offline: nums([b]) });
});

test('late, but not declared dead: what it reported holds again; declared dead, but not cleared yet: nothing does', async () => {
  const [a, b] = [await person(), await person()];
  const g = gateway();
  await beat(g);
  await beat(g, { online: nums([a]) });
  await query('UPDATE gateways SET started_at = NULL WHERE id = ?', [g]);
  assert.equal((await beat(g, { online: nums([b]) })).body.data.known, false);
  assert.deepEqual(await rows(g), nums([b]));
});

test('many gateways report the same thousand people at once, in any order', async () => {
  const people = [await person(), await person(), await person(), await person()];
  const ids = nums(people);
  const all = Array.from({ length: 6 }, gateway);
  for (const g of all) await beat(g);
  const shuffled = (i) => [...ids.slice(i % 4), ...ids.slice(0, i % 4), ...Array.from({ length: 990 }, (_, k) => 900000000 + ((k * 7 + i * 31) % 990))];
  for (let round = 0; round < 3; round += 1) {
    const came = await Promise.all(all.map((g, i) => beat(g, { online: shuffled(i) })));
    const went = await Promise.all(all.map((g, i) => beat(g, { offline: shuffled(i + 1) })));
    assert.deepEqual([...new Set([...came, ...went].map((r) => r.status))], [200]);
  }
  assert.deepEqual(await Promise.all(all.map(rows)), all.map(() => []));
});

test('beats are held to their form', async () => {
  for (const [body, field] of [[{ online: Array(1001).fill(1) }, 'online'], [{ online: ['x'] }, 'online[0]'], [{ sockets: -1 }, 'sockets'], [{ draining: 'x' }, 'draining']]) {
    assert.deepEqual([field, ...wrong(await beat(gateway(), body))], [field, 400, 'VALIDATION_ERROR', field]);
  }
  assert.deepEqual(wrong(await beat('nohex')), [400, 'VALIDATION_ERROR', 'gateway']);
});

test('/metrics tells the figures of gateways that beat, and how the jobs are doing', async () => {
  const [g, dead] = [gateway(), gateway()];
  await beat(g, { sockets: 12, users: 7, queuedBytes: 3000, inBytes: 17, rooms: 4, calls: 2, poolWaiting: 1 });
  await beat(dead, { sockets: 99 });
  await old(dead);
  const { text } = await get('//metrics');
  const value = (name) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  assert.deepEqual(['sockets', 'users', 'queued_bytes', 'in_bytes', 'rooms', 'calls', 'pool_waiting'].map((k) => value(`studymate_gateway_${k}{gateway="${g}"}`)), [12, 7, 3000, 17, 4, 2, 1]);
  assert.ok(!text.includes(dead));
  for (const k of ['waiting', 'retrying', 'dead', 'lag_seconds']) assert.ok(value(`studymate_jobs_${k}`) >= 0, k);
});

/* ---- what people choose ------------------------------------------------------------------- */

test('a touch holds for ten minutes without a socket', async () => {
  const p = await person();
  assert.deepEqual([(await get('/presence/presence/status', as(p))).body.data.status, await seen(me, p)], ['OFFLINE', 'OFFLINE']);
  const touched = (await post('/presence/presence/touch', undefined, as(p))).body.data;
  assert.deepEqual([touched.userId, touched.status, await seen(me, p)], [p.id, 'ONLINE', 'ONLINE']);
  await untouched(p, 11);
  assert.equal(await seen(me, p), 'OFFLINE');
  await post('/presence/touch', undefined, as(p));
  assert.equal(await seen(me, p), 'ONLINE');
});

test('what was chosen is shown while one is there; OFFLINE is shown in any case', async () => {
  const p = await person();
  const g = gateway();
  await beat(g);
  await beat(g, { online: nums([p]) });
  const choose = async (body) => (await post('/presence/presence/status', body, as(p))).body.data;
  const mine = await choose({ status: 'studying', deviceInfo: 'Chrome', sessionId: 'room-1', metadata: { x: 1 } });
  assert.deepEqual([mine.status, mine.isStudying, mine.deviceInfo, mine.currentSessionId], ['STUDYING', true, 'Chrome', 'room-1']);
  const shown = await statusOf(me, p);
  assert.deepEqual([shown.status, shown.isStudying, shown.deviceInfo, shown.currentSessionId], ['STUDYING', true, null, null]);
  assert.deepEqual([(await post('/users/status/away', {}, as(p))).body.data.status, (await get('/users/status/me', as(p))).body.data.currentSessionId], ['AWAY', null]);
  await untouched(p, 14);
  assert.equal(await seen(me, p), 'AWAY');
  await untouched(p, 16);
  assert.equal(await seen(me, p), 'OFFLINE');
  assert.equal((await post('/users/status/online', undefined, as(p))).body.data.status, 'ONLINE');
  await untouched(p, 60);
  assert.equal(await seen(me, p), 'ONLINE'); // the socket says so
  for (const path of ['/users/status/offline', '/presence/offline', '/presence/presence/offline']) assert.deepEqual([(await post(path, undefined, as(p))).body.data.status, await seen(me, p)], ['OFFLINE', 'OFFLINE']);
  assert.equal((await post('/presence/touch', undefined, as(p))).body.data.status, 'ONLINE');
  assert.equal((await post('/users/status/studying', { sessionId: 's' }, as(p))).body.data.currentSessionId, 's');
  assert.deepEqual([wrong(await post('/presence/status', { status: 'BUSY' }, as(p))), wrong(await post('/presence/status', {}, as(p)))], [[400, 'VALIDATION_ERROR', 'status'], [400, 'VALIDATION_ERROR', 'status']]);
});

test('who sits in a call with their token is STUDYING, who is merely named there is not', async () => {
  const [p, named] = [await person(), await person()];
  const g = gateway();
  await beat(g);
  const room = unique('call-');
  const sit = (x, more) => internal('POST', `/rooms/${room}/enter`, { gateway: g, socket: `s${x.id}`, userId: x.id, ...more });
  assert.deepEqual([(await sit(p, { loginId: Number(p.id) })).status, (await sit(named)).status], [200, 200]);
  assert.deepEqual([await seen(me, p), await seen(me, named)], ['STUDYING', 'OFFLINE']);
  await post('/presence/offline', undefined, as(p));
  assert.equal(await seen(me, p), 'OFFLINE');
  await post('/presence/touch', undefined, as(p));
  await internal('POST', `/rooms/${room}/leave`, { gateway: g, socket: `s${p.id}`, userId: p.id });
  assert.equal(await seen(me, p), 'ONLINE');
});

/* ---- what others see ---------------------------------------------------------------------- */

test('blocks and privacy: OFFLINE, and no more than they allow', async () => {
  const [p, partner] = [await person('이름'), await person()];
  await send('PUT', '/user/profile', as(p, { body: { englishName: 'Name', locationId: 1, nativeLanguageId: 1 } }));
  await post('/presence/touch', undefined, as(p));
  const [city] = await query('SELECT city_ko, city_en FROM locations WHERE id = 1');
  const full = await statusOf(me, p);
  assert.deepEqual([full.englishName, full.status, full.location, full.nativeLanguage], ['Name', 'ONLINE', city.city_ko, '한국어']);
  assert.equal((await get(`/users/status/${p.id}`, as(me, { headers: { 'accept-language': 'en' } }))).body.data.location, city.city_en);
  const nothing = { userId: p.id, englishName: null, profileImageUrl: null, status: 'OFFLINE', lastSeenAt: null, deviceInfo: null, isStudying: false, currentSessionId: null, location: null, nativeLanguage: null };
  await block(p, me);
  assert.deepEqual(await statusOf(me, p), nothing);
  await query('DELETE FROM blocks WHERE user_id = ?', [p.id]);
  await block(me, p);
  assert.deepEqual(await statusOf(me, p), nothing);
  await query('DELETE FROM blocks WHERE user_id = ?', [me.id]);
  await matched(partner, p);
  await privacy(p, { profile_visibility: 'private' });
  assert.deepEqual([await statusOf(me, p), await seen(p, p)], [nothing, 'ONLINE']);
  await privacy(p, { profile_visibility: 'friends' });
  assert.deepEqual([await statusOf(me, p), await seen(partner, p)], [nothing, 'ONLINE']);
  await privacy(p, { show_online_status: 0, show_location: 0 });
  const shy = await statusOf(me, p);
  assert.deepEqual([shy.status, shy.lastSeenAt, shy.englishName, shy.location, await seen(p, p)], ['OFFLINE', null, 'Name', null, 'ONLINE']);
});

test('of many at once, in their order, whatever the ids look like', async () => {
  const [a, b] = [await person(), await person()];
  await post('/presence/touch', undefined, as(b));
  const batch = async (body) => (await post('/users/status/batch', body, as(me))).body.data.map((x) => [x.userId, x.status]);
  const want = [[b.id, 'ONLINE'], [a.id, 'OFFLINE']];
  assert.deepEqual([await batch({ userIds: [b.id, Number(a.id), 999999999] }), await batch({ ids: [Number(b.id), a.id] }), await batch([b.id, a.id])], [want, want, want]);
  assert.deepEqual([wrong(await post('/users/status/batch', { userIds: Array(101).fill(1) }, as(me))), wrong(await post('/users/status/batch', {}, as(me)))], [[400, 'VALIDATION_ERROR', 'userIds'], [400, 'VALIDATION_ERROR', 'userIds']]);
  assert.deepEqual([refusal(await get('/users/status/999999999', as(me))), wrong(await get('/users/status/x', as(me)))], [[404, 'USER_001'], [400, 'VALIDATION_ERROR', 'userId']]);
});

test('lists and counts hold who is there and may be seen, the last to come first', async () => {
  const people = [await person('하나'), await person('둘둘'), await person('셋셋'), await person('넷넷'), await person('다섯')];
  const [a, b, c, shy, blocked] = people;
  const g = gateway();
  await beat(g);
  await beat(g, { online: nums([a, shy, blocked]) });
  await post('/users/status/studying', undefined, as(b));
  await post('/users/status/away', undefined, as(c));
  await query("UPDATE users SET location_id = (SELECT id FROM locations WHERE city_en = 'Taipei') WHERE id IN (?, ?)", [a.id, shy.id]);
  await privacy(shy, { show_online_status: 0 });
  await block(blocked, me);
  const list = async (what) => {
    const res = await get(`/users/status/${what}`, as(me));
    assert.equal(res.status, 200, res.text);
    return res.body.data.filter((x) => people.some((p) => p.id === x.userId)).map((x) => [x.userId, x.status]);
  };
  assert.deepEqual((await list('online')).sort(), [[a.id, 'ONLINE'], [b.id, 'STUDYING'], [c.id, 'AWAY']].sort());
  assert.deepEqual([await list('studying'), await list('city/Taipei'), await list(`city/${encodeURIComponent('타이베이')}`), await list('city/Nowhere')], [[[b.id, 'STUDYING']], [[a.id, 'ONLINE']], [[a.id, 'ONLINE']], []]);
  assert.equal((await get('/users/status/online', as(me))).body.data[0].deviceInfo, null);
  const now = (await get('/users/status/count', as(me))).body.data;
  assert.deepEqual([now.count >= 5, now.onlineCount, now.studying >= 1, now.away >= 1], [true, now.count, true, true]);
  assert.deepEqual(wrong(await get(`/users/status/city/${'x'.repeat(41)}`, as(me))), [400, 'VALIDATION_ERROR', 'city']);
});

test('an account that was deleted is nobody, for itself too', async () => {
  const p = await person();
  await query("UPDATE users SET status = 'DELETED' WHERE id = ?", [p.id]);
  const calls = [post('/presence/status', { status: 'ONLINE' }, as(p)), get('/presence/status', as(p)), get(`/users/status/${p.id}`, as(me)),
    ...['/presence/touch', '/presence/offline', '/users/status/online', '/users/status/studying', '/users/status/away'].map((path) => post(path, undefined, as(p)))];
  for (const res of await Promise.all(calls)) assert.deepEqual(refusal(res), [404, 'USER_001']);
});
