// What has reached a device, and who is in a room: the sender learns it, whichever gateway holds the other.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, person, post } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { startGateway } from '../harness/gateway.mjs';
import { internal } from '../harness/internal.mjs';
import { closeAllIo, connectIo } from '../harness/socketio.mjs';
import { until } from '../harness/stack.mjs';
import { closeAll, connect } from '../harness/stomp.mjs';

let gateway;
before(async () => {
  gateway = await startGateway('receipts');
});
after(async () => {
  await closeAll();
  closeAllIo();
  await closeDb();
  await gateway.stop();
});

const as = (p) => ({ token: p.access });
async function room(owner, ...guests) {
  const res = await post('/chat/rooms', { roomName: '방', participantIds: guests.map((g) => g.id), isPublic: false }, as(owner));
  return res.body.data.roomId;
}
const say = async (p, id, message = '안녕') => (await post(`/chat/rooms/${id}/messages`, { message }, as(p))).body.data.seq;
const members = async (viewer, id) => (await get(`/chat/rooms/${id}/members`, as(viewer))).body.data;
const member = async (viewer, id, p) => (await members(viewer, id)).find((m) => m.userId === p.id);
const far = async (viewer, id, p) => {
  const m = await member(viewer, id, p);
  return [m.lastDeliveredSeq, m.lastReadSeq];
};
const reached = (viewer, id, p, seq) => until(async () => (await far(viewer, id, p))[0] === seq);

test('what reached the other is told to the sender: by another gateway, once read, and never of oneself', async () => {
  const [a, b] = [await person('하나'), await person('두리')];
  const id = await room(a, b);
  const [ca, cb] = [await connect(a.access), await connect(b.access, { base: gateway.base })];
  const told = await ca.subscribe(`/sub/chat/room/${id}/delivered`);
  const [mine, theirs] = await Promise.all([ca, cb].map((c) => c.subscribe(`/sub/chat/room/${id}`)));
  for (const message of ['하나', '둘', '셋']) await ca.send('/pub/chat/message', { roomId: id, message });
  await Promise.all([mine, theirs].map((s) => s.count(3)));
  await until(() => told.messages.at(-1)?.lastDeliveredSeq === 3);
  for (const m of told.messages) assert.deepEqual([m.roomId, m.userId, Math.abs(Date.parse(m.deliveredAt) - Date.now()) < 60000], [id, b.id, true]);
  assert.deepEqual([await far(a, id, b), await far(b, id, a)], [[3, 0], [3, 3]]);
  await cb.send('/pub/chat/read', { roomId: id });
  assert.deepEqual(await far(a, id, b), [3, 3]);
});

test('what waits for somebody has not reached them: not offline, not without a subscription; what they catch up on has', async () => {
  const [a, b] = [await person('하나'), await person('두리')];
  const id = await room(a, b);
  await say(a, id);
  const cb = await connect(b.access);
  await cb.subscribe('/user/queue/notifications');
  await say(a, id);
  // a message that did reach them, told later than the others would have been
  const [c, other] = [await person('세리'), await room(a, b)];
  await (await connect(c.access)).subscribe('/user/queue/notifications');
  const sub = await cb.subscribe(`/sub/chat/room/${other}`);
  await say(a, other);
  await sub.count(1);
  await reached(a, other, b, 1);
  assert.deepEqual(await far(a, id, b), [0, 0]);
  await (await cb.subscribe(`/sub/chat/room/${id}`, { after: '0' })).count(2);
  await reached(a, id, b, 2);
});

for (const transport of ['websocket', 'polling']) {
  test(`Socket.IO by ${transport}: what is received has reached them`, async () => {
    const [a, b] = [await person('하나'), await person('두리')];
    const id = await room(a, b);
    const s = await connectIo({ token: b.access }, { transports: [transport] });
    await say(a, id);
    await s.heard('receive_message', 1);
    await reached(a, id, b, 1);
  });
}

test('Socket.IO: who is connected misses nothing that is said from then on', async () => {
  const a = await person('하나');
  const guests = await Promise.all(Array.from({ length: 30 }, () => person()));
  const ids = await Promise.all(guests.map((g) => room(a, g)));
  await Promise.all(guests.map(async (g, i) => {
    const s = await connectIo({ token: g.access });
    await say(a, ids[i]);
    assert.equal((await s.heard('receive_message', 1))[0].chat_id, ids[i]);
  }));
});

test('receipts never go back; of strangers, unknown rooms and who hides that they are online they mean nothing; at most 256 at once', async () => {
  const [a, b, c] = [await person('하나'), await person('두리'), await person('세리')];
  const id = await room(a, b);
  for (let i = 0; i < 5; i += 1) await say(a, id);
  const tell = (...receipts) => internal('POST', '/chat/delivered', { receipts });
  const of = (p, seq, roomId = id) => ({ roomId: String(roomId), userId: p.id, seq });
  assert.equal((await tell(of(b, 4), of(b, 2), of(c, 4), of(b, 1, 999999999), of({ id: '999999999' }, 1))).status, 200);
  assert.deepEqual(await far(a, id, b), [4, 0]);
  assert.equal((await tell(of(b, 3))).status, 200);
  assert.deepEqual(await far(a, id, b), [4, 0]);
  // that would tell that they are there
  await query('REPLACE INTO user_privacy SET user_id = ?, show_online_status = FALSE', [b.id]);
  assert.equal((await tell(of(b, 5))).status, 200);
  assert.deepEqual(await far(a, id, b), [4, 0]);
  await post(`/chat/rooms/${id}/read`, { seq: 5 }, as(b));
  assert.deepEqual(await far(a, id, b), [5, 5]);
  assert.equal((await query('SELECT COUNT(*) AS n FROM chat_members WHERE room_id = ?', [id]))[0].n, 2);
  for (const wrong of [[], Array.from({ length: 257 }, () => of(b, 1)), [{ roomId: 'x', userId: b.id, seq: 1 }], [of(b, 0)]]) assert.equal((await tell(...wrong)).status, 400);
});

test('members: the owner first, who is there as far as the caller may know; strangers are told nothing', async () => {
  const [a, b, c, d] = [await person('하나'), await person('두리'), await person('세리'), await person('네오')];
  const id = await room(a, b, c, d);
  await Promise.all([b, c, d].map((p) => connect(p.access)));
  await until(async () => (await members(a, id)).filter((m) => m.status === 'ONLINE').length === 3);
  await query('REPLACE INTO user_privacy SET user_id = ?, show_online_status = FALSE', [c.id]);
  await query('INSERT INTO blocks (user_id, blocked_id) VALUES (?, ?)', [d.id, a.id]);
  const list = await members(a, id);
  assert.deepEqual(list.map((m) => [m.userId, m.name, m.isOwner, m.status]), [[a.id, '하나', true, 'OFFLINE'], [b.id, '두리', false, 'ONLINE'],
    [c.id, '세리', false, 'OFFLINE'], [d.id, '네오', false, 'OFFLINE']]);
  assert.deepEqual([list[2].lastSeenAt, list[3].lastSeenAt], [null, null]);
  assert.equal((await member(b, id, c)).status, 'OFFLINE');
  assert.equal((await member(b, id, d)).status, 'ONLINE');
  assert.equal((await member(d, id, a)).isOwner, true);
  const stranger = await get(`/chat/rooms/${id}/members`, as(await person()));
  assert.deepEqual([stranger.status, stranger.body.code], [404, 'CHAT_001']);
  // gone in the meantime: the room is as it was
  await query("UPDATE users SET status = 'DELETED' WHERE id = ?", [b.id]);
  assert.deepEqual((await members(a, id)).map((m) => m.status), ['OFFLINE', 'OFFLINE', 'OFFLINE', 'OFFLINE']);
});
