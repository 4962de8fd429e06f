// D2: whatever two clients do at the same time, the end is that of some order of doing it one after the other.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, test } from 'node:test';
import { get, post, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { accept, ask, asked, block, events, learner, matchRows, matched, reject, requestRows, roomRows, roomsOf } from '../harness/learner.mjs';

after(closeDb);
const ROUNDS = 10;
// run(a, b) with ten pairs of strangers at once.
async function rounds(run) {
  const pairs = await Promise.all(Array.from({ length: ROUNDS }, (_, i) => Promise.all([learner(`경주${i} 가`, 1, [2]), learner(`경주${i} 나`, 2, [1])])));
  await Promise.all(pairs.map(([a, b]) => run(a, b)));
}
const statuses = (all) => all.map((r) => r.status).sort();

// One match, one room, both in it, one accepted request, one event of each kind.
async function oneMatch(a, b, message) {
  const rows = await matchRows(a, b);
  const rooms = await roomRows(a, b);
  const requests = await requestRows(a, b);
  assert.deepEqual([rows.map((r) => r.is_active), rooms.map((r) => Number(r.id)), requests.map((r) => r.status)], [[1], [rows[0]?.room_id], ['accepted']], message);
  assert.deepEqual(await events(a, b), { 'match.requested': 1, 'match.accepted': 1 }, message);
  for (const p of [a, b]) {
    assert.deepEqual((await roomsOf(p)).map((r) => r.roomId), [rows[0].room_id], message);
    assert.equal((await get('/matching/matches', { token: p.access })).body.data.length, 1, message);
  }
}

test('crossing requests are a match', async () => {
  await rounds(async (a, b) => {
    const all = await Promise.all([ask(a, b), ask(b, a)]);
    assert.deepEqual(all.map((r) => r.status), [201, 201], all.map((r) => r.text).join());
    assert.deepEqual(all.map((r) => r.body.data.status).sort(), ['accepted', 'pending']);
    assert.equal(all[0].body.data.requestId, all[1].body.data.requestId);
    await oneMatch(a, b);
  });
});

test('many crossing requests are one match; the rest are told why not', async () => {
  await rounds(async (a, b) => {
    const all = await Promise.all([ask(a, b), ask(b, a), ask(a, b), ask(b, a), ask(a, b), ask(b, a)]);
    assert.deepEqual(statuses(all), [201, 201, 409, 409, 409, 409], all.map((r) => r.text).join());
    for (const r of all.filter((x) => x.status === 409)) assert.match(r.body.code, /^MATCHING_(DUPLICATE_REQUEST|ALREADY_MATCHED)$/);
    await oneMatch(a, b);
  });
});

test('the same request five times at once is one request', async () => {
  await rounds(async (a, b) => {
    const all = await Promise.all([1, 2, 3, 4, 5].map(() => ask(a, b)));
    assert.deepEqual(statuses(all), [201, 409, 409, 409, 409]);
    assert.ok(all.filter((r) => r.status === 409).every((r) => r.body.code === 'MATCHING_DUPLICATE_REQUEST'));
    assert.deepEqual([(await requestRows(a, b)).map((r) => r.status), await events(a, b)], [['pending'], { 'match.requested': 1 }]);
  });
});

test('one Idempotency-Key five times at once is one request and one answer', async () => {
  await rounds(async (a, b) => {
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const all = await Promise.all([1, 2, 3, 4, 5].map(() => ask(a, b, '한 번', { headers })));
    assert.deepEqual(statuses(all), [201, 201, 201, 201, 201], all.map((r) => r.text).join());
    assert.equal(new Set(all.map((r) => r.text)).size, 1);
    assert.deepEqual([(await requestRows(a, b)).length, await events(a, b)], [1, { 'match.requested': 1 }]);
  });
});

test('accepting at the same time in four ways is one match', async () => {
  await rounds(async (a, b) => {
    const id = await asked(a, b);
    const all = await Promise.all([accept(b, id), accept(b, a.id), post('/matching/accept', { requestId: id }, { token: b.access }), accept(b, id)]);
    assert.deepEqual(statuses(all), [200, 200, 200, 200], all.map((r) => r.text).join());
    assert.equal(new Set(all.map((r) => r.body.data.matchId)).size, 1);
    await oneMatch(a, b);
  });
});

test('accepting and rejecting at the same time: one of them happened, for everybody', async () => {
  await rounds(async (a, b) => {
    const id = await asked(a, b);
    const [yes, no, yes2, no2] = await Promise.all([accept(b, id), reject(b, id), accept(b, a.id), reject(b, a.id)]);
    const accepted = yes.status === 200;
    assert.deepEqual([yes, no, yes2, no2].map((r) => r.status), accepted ? [200, 409, 200, 409] : [409, 200, 409, 200]);
    if (accepted) {
      await oneMatch(a, b);
    } else {
      assert.deepEqual([await matchRows(a, b), await roomRows(a, b), (await requestRows(a, b)).map((r) => r.status)], [[], [], ['rejected']]);
      assert.deepEqual(await events(a, b), { 'match.requested': 1, 'match.rejected': 1 });
    }
  });
});

test('accepting while the receiver asks back is one match', async () => {
  await rounds(async (a, b) => {
    const id = await asked(a, b);
    const [yes, back] = await Promise.all([accept(b, id), ask(b, a)]);
    assert.equal(yes.status, 200, yes.text);
    assert.ok(back.status === 201 ? back.body.data.status === 'accepted' : back.body.code === 'MATCHING_ALREADY_MATCHED', back.text);
    await oneMatch(a, b);
  });
});

test('rejecting while the receiver asks back: a match, or a rejected request and a new one', async () => {
  await rounds(async (a, b) => {
    const id = await asked(a, b);
    const [no, back] = await Promise.all([reject(b, id), ask(b, a)]);
    assert.equal(back.status, 201, back.text);
    if (back.body.data.status === 'accepted') {
      assert.equal(no.status, 409);
      await oneMatch(a, b);
    } else {
      assert.deepEqual([no.status, (await requestRows(a, b)).map((r) => [r.status, r.sender_id])], [200, [['rejected', Number(a.id)], ['pending', Number(b.id)]]]);
      assert.deepEqual([await matchRows(a, b), await events(a, b)], [[], { 'match.requested': 2, 'match.rejected': 1 }]);
    }
  });
});

test('a request against a block: whoever came first, the two no longer reach each other', async () => {
  await rounds(async (a, b) => {
    const [res] = await Promise.all([ask(a, b), block(b, a)]);
    assert.ok(res.status === 201 || res.body.code === 'MATCHING_USER_NOT_FOUND', res.text);
    const requests = await requestRows(a, b);
    assert.equal(requests.length, res.status === 201 ? 1 : 0);
    assert.deepEqual(await events(a, b), res.status === 201 ? { 'match.requested': 1 } : {});
    for (const p of [a, b]) assert.deepEqual((await get('/matching/requests?status=all', { token: p.access })).body.data, { received: [], sent: [] });
    assert.equal((await accept(b, a.id)).status, 404);
    assert.deepEqual([(await ask(a, b)).status, (await ask(b, a)).status], [404, 404]);
    assert.deepEqual([await matchRows(a, b), await roomRows(a, b)], [[], []]);
  });
});

test('accepting against a block: a whole match or nothing of it, and neither sees the other', async () => {
  await rounds(async (a, b) => {
    const id = await asked(a, b);
    const [res] = await Promise.all([accept(b, id), block(a, b)]);
    const [rows, rooms, requests] = [await matchRows(a, b), await roomRows(a, b), await requestRows(a, b)];
    if (res.status === 200) {
      assert.deepEqual([rows.length, rooms.map((r) => Number(r.id)), requests[0].status], [1, [rows[0].room_id], 'accepted']);
      assert.equal((await events(a, b))['match.accepted'], 1);
    } else {
      assert.equal(res.status, 404, res.text);
      assert.deepEqual([rows, rooms, requests.map((r) => r.status), await events(a, b)], [[], [], ['pending'], { 'match.requested': 1 }]);
    }
    for (const p of [a, b]) assert.deepEqual((await get('/matching/matches', { token: p.access })).body.data, []);
  });
});

test('ending a match while the other ends it, or asks again, leaves one state', async () => {
  await rounds(async (a, b) => {
    const { matchId } = await matched(a, b);
    const end = (p) => send('DELETE', `/matching/matches/${matchId}`, { token: p.access });
    const [x, y, again] = await Promise.all([end(a), end(b), ask(a, b)]);
    assert.deepEqual([x.status, y.status], [200, 200]);
    assert.ok(again.status === 201 || again.body.code === 'MATCHING_ALREADY_MATCHED', again.text);
    const [row] = await matchRows(a, b);
    assert.ok(row.is_active === 0 && [Number(a.id), Number(b.id)].includes(row.deactivated_by));
    const open = (await requestRows(a, b)).filter((r) => r.status === 'pending');
    assert.equal(open.length, again.status === 201 ? 1 : 0);
  });
});

test('one person asked by ten at once, asking them all back, has ten matches', async () => {
  const me = await learner('인기인', 1, [2]);
  const them = await Promise.all(Array.from({ length: ROUNDS }, (_, i) => learner(`손님${i}`, 2, [1])));
  const all = await Promise.all(them.flatMap((p) => [ask(p, me), ask(me, p)]));
  assert.deepEqual([...new Set(all.map((r) => r.status))], [201], all.find((r) => r.status !== 201)?.text);
  const list = (await get('/matching/matches?size=100', { token: me.access })).body;
  assert.deepEqual(list.data.map((m) => m.partnerId).sort(), them.map((p) => p.id).sort());
  assert.equal(list.meta.total, ROUNDS);
  assert.equal(new Set(list.data.map((m) => m.roomId)).size, ROUNDS);
  const [n] = await query("SELECT COUNT(*) AS n FROM outbox_seen WHERE event = 'match.accepted' AND ? IN (JSON_VALUE(payload, '$.senderId'), JSON_VALUE(payload, '$.receiverId'))", [me.id]);
  assert.equal(n.n, ROUNDS);
});
