// The stream of figures: who may hear it, that they are true, and sessions that begin.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { person, post } from '../harness/client.mjs';
import { closeDb } from '../harness/db.mjs';
import { did as groupDid, group } from '../harness/groups.mjs';
import { did, planned } from '../harness/sessions.mjs';
import { startStack, until } from '../harness/stack.mjs';
import { closeAll, raw } from '../harness/stomp.mjs';

after(closeDb);
after(closeAll);
const PATH = '/api/v1/analytics/stream';
const watch = async (options, path = PATH) => {
  const c = await raw(path, options);
  c.all = () => c.texts.map((t) => JSON.parse(t));
  c.of = (type) => c.all().filter((m) => m.type === type);
  c.metric = (name) => c.of('metric_update').filter((m) => m.metric === name);
  return c;
};
const authed = async (p, options) => {
  const c = await watch(options);
  c.send(JSON.stringify({ type: 'auth', token: p.access }));
  await until(async () => c.of('metrics_update').length);
  return c;
};
const refused = async (c) => {
  assert.equal(await c.closed(), 1008);
  assert.deepEqual(c.all(), [{ type: 'error', message: 'Unauthorized' }]);
};

test('a token in the first message, the query or a header; without a good one it ends', async () => {
  const p = await person('보는이');
  const first = await authed(p);
  const [users, sockets, rooms] = first.of('metric_update');
  const now = users.timestamp;
  assert.deepEqual([users, sockets, rooms].map((m) => [m.metric, m.timestamp, Number.isInteger(m.value)]), [['active_users', now, true], ['connections', now, true], ['active_rooms', now, true]]);
  assert.deepEqual(first.of('metrics_update'), [{ type: 'metrics_update', timestamp: now, data: { active_users: users.value, connections: sockets.value, active_rooms: rooms.value } }]);
  assert.ok(Math.abs(Date.parse(now) - Date.now()) < 60000);
  for (const c of [await watch({}, `${PATH}?token=${p.access}`), await watch({ options: { headers: { authorization: `Bearer ${p.access}` } } }), await watch({}, '/api/analytics/stream')]) {
    c.send(JSON.stringify({ type: 'auth', token: `Bearer ${p.access}` })); // of who is known, nothing more is asked
    await until(async () => c.of('metrics_update').length === 2, 20000); // the next that comes by itself
    assert.deepEqual([c.all().length, c.of('metrics_update').map((m) => Date.parse(m.timestamp)).reduce((x, y) => y - x) >= 4500], [8, true]);
  }
  await refused(await watch({}, `${PATH}?token=${p.access}x`));
  for (const token of [`${p.access}x`, 5, null, p.refresh]) {
    const c = await watch();
    c.send('nonsense'); // says nothing of who it is
    c.send(JSON.stringify({ type: 'ping' }));
    c.send(JSON.stringify({ type: 'auth', token }));
    await refused(c);
  }
});

test('who has not said in ten seconds who it is may not stay', { timeout: 60000 }, async () => {
  const begun = Date.now();
  await refused(await watch());
  assert.ok(Date.now() - begun >= 9000); // and not at once
});

test('figures are those of the gateway, and come again; a login that ends takes its stream along', { timeout: 60000 }, async () => {
  const stack = await startStack('analytics-stream', {}, 1);
  try {
    const at = { base: stack.base };
    const [a, b] = [await person('하나', {}, at), await person('둘째', {}, at)];
    const first = await authed(a, at);
    assert.deepEqual(first.of('metrics_update')[0].data, { active_users: 1, connections: 1, active_rooms: 0 });
    const second = await authed(b, at);
    assert.deepEqual(second.of('metrics_update')[0].data, { active_users: 2, connections: 2, active_rooms: 0 });
    const third = await authed(b, at); // the same person
    assert.deepEqual(third.of('metrics_update')[0].data, { active_users: 2, connections: 3, active_rooms: 0 });
    await until(async () => first.of('metrics_update').length === 2, 20000); // by itself
    assert.deepEqual([first.of('metrics_update')[1].data, first.metric('active_users').map((m) => m.value)], [{ active_users: 2, connections: 3, active_rooms: 0 }, [1, 2]]);
    const gap = Date.parse(first.of('metrics_update')[1].timestamp) - Date.parse(first.of('metrics_update')[0].timestamp);
    assert.ok(gap >= 4500, `${gap}`);
    assert.equal((await post('/auth/logout', {}, { token: b.access, ...at })).status, 200);
    assert.deepEqual([await second.closed(), await third.closed()], [1008, 1008]);
    await until(async () => first.of('metrics_update').at(-1).data.connections === 1, 20000);
  } finally {
    stack.down();
  }
});

test('a session that begins is told to its people, and to nobody else', async () => {
  const [host, guest, other] = [await person('주인'), await person('손님'), await person('남남')];
  const all = [await authed(host), await authed(guest), await authed(other)];
  const s = await planned(host, guest);
  await did(host, s, 'start');
  const g = await group(host);
  await groupDid(other, g, 'join');
  await groupDid(host, g, 'start');
  const told = (c) => c.of('session_started').map(({ timestamp, ...m }) => [m, Math.abs(Date.parse(timestamp) - Date.now()) < 60000]);
  const of = (id) => [{ type: 'session_started', sessionId: String(id), userId: host.id }, true];
  await until(async () => all[0].of('session_started').length === 2 && all[1].of('session_started').length && all[2].of('session_started').length);
  assert.deepEqual(all.map(told), [[of(s.id), of(g.id)], [of(s.id)], [of(g.id)]]);

});
