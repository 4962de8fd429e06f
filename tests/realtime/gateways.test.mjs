// Two gateways beside one pool: whoever is on one hears whoever is on the other.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { closeCalls, seated } from '../harness/call.mjs';
import { env, get, person, post } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { program, startGateway } from '../harness/gateway.mjs';
import { closeAllIo, connectIo } from '../harness/socketio.mjs';
import { until } from '../harness/stack.mjs';
import { closeAll, connect, raw, wsUrl } from '../harness/stomp.mjs';
import { study } from '../harness/study.mjs';

let gateway;
let other; // its address
before(async () => {
  gateway = await startGateway('second');
  other = gateway.base;
});
after(async () => {
  await closeAll();
  closeAllIo();
  closeCalls();
  await closeDb();
  await gateway.stop();
});

test('a gateway on the socket of another gives way and says why', () => {
  const second = spawnSync(program, ['--config', path.join(env.run, 'studymate.env')], { encoding: 'utf8', timeout: 10000 });
  assert.equal(second.status, 2);
  assert.match(second.stderr, /^studymate-realtime: config: REALTIME_LISTEN="[^"]*realtime\.sock": cannot listen there: another process of ours is running\. Set it to another path/);
});

test('chat: messages of both in one order, once; typing and reading; notifications', async () => {
  const [a, b] = [await person('하나'), await person('두리')];
  const { roomId } = (await post('/chat/rooms', { roomName: '방', participantIds: [b.id], isPublic: false }, { token: a.access })).body.data;
  const [ca, cb] = [await connect(a.access), await connect(b.access, { base: other })];
  const subs = await Promise.all([ca, cb].map((c) => c.subscribe(`/sub/chat/room/${roomId}`)));
  await Promise.all([ca, cb].map(async (c, who) => {
    for (let i = 0; i < 30; i += 1) await c.send('/pub/chat/message', { roomId, message: `${who}-${i}`, messageType: 'TEXT' });
  }));
  const [la, lb] = await Promise.all(subs.map((s) => s.count(60)));
  assert.deepEqual(la.map((m) => m.seq), Array.from({ length: 60 }, (_, i) => i + 1));
  assert.deepEqual(lb, la);
  const typing = await ca.subscribe(`/sub/chat/room/${roomId}/typing`);
  cb.cast('/pub/chat/typing', { roomId, isTyping: true });
  assert.equal((await typing.count(1))[0].userId, b.id);
  const news = await cb.subscribe('/user/queue/notifications');
  await post('/matching/request', { targetUserId: b.id, message: '안녕하세요' }, { token: a.access });
  const asked = await until(() => news.messages.find((m) => m.type === 'match_request')); // a first message may have earned something
  assert.match(asked.message, /하나/);
});

test('read receipts and counts of what is unread: said on one gateway, told on the other, both ways', async () => {
  const [a, b] = [await person('하나'), await person('두리')];
  for (const p of [a, b]) await query('INSERT INTO notification_settings (user_id, achievement) VALUES (?, FALSE)', [p.id]); // a first message, a match
  const { roomId } = (await post('/chat/rooms', { roomName: '방', participantIds: [b.id], isPublic: false }, { token: a.access })).body.data;
  const [ca, cb] = [await connect(a.access), await connect(b.access, { base: other })];
  const [ra, rb] = await Promise.all([ca, cb].map((c) => c.subscribe(`/sub/chat/room/${roomId}/read`)));
  const [na, nb] = await Promise.all([ca, cb].map((c) => c.subscribe('/user/queue/notifications')));
  const unread = async (p) => (await get(`/chat/read-status/rooms/${roomId}/unread-count`, { token: p.access })).body.data;
  for (const message of ['하나', '둘', '셋']) await ca.send('/pub/chat/message', { roomId, message });
  assert.deepEqual([await unread(a), await unread(b)], [0, 3]);
  await cb.send('/pub/chat/read', { roomId });
  const [read] = await ra.count(1);
  assert.deepEqual([read.userId, read.roomId, read.lastReadSeq], [b.id, roomId, 3]);
  assert.deepEqual([await unread(b), await rb.count(1)], [0, [read]]);
  await cb.send('/pub/chat/message', { roomId, message: '넷' });
  await ca.send('/pub/chat/read', { roomId });
  assert.deepEqual((await rb.count(2)).map((m) => [m.userId, m.lastReadSeq]), [[b.id, 3], [a.id, 4]]);
  // what one does on a gateway is counted on the other one's, and the answer goes to who asked
  const matching = (n) => n.messages.filter((m) => m.category === 'matching');
  const res = await post('/matching/request', { targetUserId: b.id, message: '안녕하세요' }, { token: a.access });
  await until(() => matching(nb).length === 1);
  const count = async (c, n) => {
    const before = n.messages.filter((m) => m.type === 'UNREAD_COUNT').length;
    await c.send('/pub/notifications/unread-count', {});
    await until(() => n.messages.filter((m) => m.type === 'UNREAD_COUNT').length > before);
    return n.messages.filter((m) => m.type === 'UNREAD_COUNT').at(-1).count;
  };
  assert.equal(matching(nb)[0].unreadCount, 1);
  assert.equal(await count(cb, nb), 1);
  assert.equal((await post(`/matching/accept/${res.body.data.requestId}`, {}, { token: b.access })).status, 200);
  await until(() => matching(na).length === 1);
  assert.equal(matching(na)[0].unreadCount, await count(ca, na));
  assert.deepEqual([na, nb].map((n) => n.messages.filter((m) => m.type === 'UNREAD_COUNT').length), [1, 1]);
});

test('presence: here while one of the two has a socket; study groups and their calls reach across', async () => {
  const [a, b] = [await person('하나'), await person('두리')];
  const id = await study(a, [b]);
  const sa = await connectIo({ token: a.access, userId: a.id });
  const sb = await connectIo({ token: b.access, userId: b.id }, { base: other });
  assert.equal((await sa.heard('user:online'))[0].userId, b.id);
  const [there] = await sb.heard('study:online-users');
  assert.deepEqual(there.users.map((u) => u.userId).sort(), [a.id, b.id].sort());
  await sa.ask('video:join-room', { studyId: id, roomId: `study-${id}` });
  await sb.ask('video:join-room', { studyId: id, roomId: `study-${id}` });
  await until(() => sa.seen('video:user-joined').length > 0);
  const state = async () => (await get(`/users/status/${b.id}`, { token: a.access })).body.data?.status;
  await until(async () => (await state()) === 'ONLINE');
  // a second socket on the first gateway: its end is not the user's, by neither name
  const here = await connectIo({ token: b.access, userId: b.id });
  await here.heard('study:online-users');
  await sb.heard('user:online'); // which the second one is told of as well
  const known = ['user:online', 'presence:user-online'].map((e) => [e, sb.seen(e).length]);
  const before = sa.seen('presence:user-online').length;
  assert.equal((await sb.ask('study:leave', id)).success, true);
  await sa.heard('presence:user-online', before + 1);
  assert.equal(sa.seen('user:offline').length + sa.seen('presence:user-offline').length, 0);
  assert.deepEqual(known.map(([e]) => [e, sb.seen(e).length]), known);
  here.disconnect();
  sb.disconnect();
  assert.equal((await sa.heard('user:offline'))[0].userId, b.id);
  await until(async () => (await state()) === 'OFFLINE');
});

test('a call room: an offer, its answer, and that one leaves', async () => {
  const { roomId } = (await post('/room/create', { roomType: 'video', maxParticipants: 4, metadata: { title: '방' } })).body.data;
  const join = async (user, base) => {
    const c = await raw('', { url: wsUrl(`/api/v1/room/${roomId}/ws?userId=${user}&userName=${user}`, base) });
    c.of = (type) => c.texts.map((t) => JSON.parse(t)).filter((m) => m.type === type);
    await until(() => c.of('connected').length);
    return c;
  };
  const a = await join('a');
  const b = await join('b', other);
  assert.deepEqual(b.of('connected')[0].roomData.participants.map((p) => p.userId).sort(), ['a', 'b']);
  b.send(JSON.stringify({ type: 'offer', data: { to: 'a', signal: { type: 'offer', sdp: 'v=0' } } }));
  await until(() => a.of('offer').length && a.of('participant-joined').length);
  a.send(JSON.stringify({ type: 'answer', data: { to: 'b', signal: { type: 'answer', sdp: 'v=1' } } }));
  await until(() => b.of('answer').length);
  assert.deepEqual([a.of('offer')[0].from, b.of('answer')[0].data.sdp], ['b', 'v=1']);
  b.ws.close();
  await until(() => a.of('participant-left').length, 20000);
  a.ws.close();
});

test('who is put out of a call room is closed at whichever gateway, and those at both hear of it', async () => {
  const host = await person('방장');
  const { roomId } = (await post('/room/create', {}, { token: host.access })).body.data;
  const [h, b] = [await seated(roomId, host.id, '방장', `&token=${host.access}`), await seated(roomId, 'b', 'b', '', { base: other })];
  const a = await seated(roomId, 'a', 'a', '', { base: other });
  for (const to of [host.id, 'b']) a.say('offer', { data: { to, signal: { type: 'offer', sdp: '1' } } });
  for (const c of [h, b]) await until(() => c.of('participant-joined').some((m) => m.participant.userId === 'a'));
  assert.equal((await post(`/room/${roomId}/kick`, { userId: 'a' }, { token: host.access })).status, 200);
  assert.equal(await a.closed(), 1008);
  for (const c of [h, b]) assert.equal((await c.next('participant-left')).userId, 'a');
});

test('a gateway that is stopped sends everybody away with 1012, and they go on at another one', async (t) => {
  const leaving = await startGateway('leaving');
  t.after(() => leaving.stop());
  const { base } = leaving;
  const [a, b] = [await person('하나'), await person('두리')];
  const id = await study(a, [b]);
  const { roomId } = (await post('/chat/rooms', { roomName: '방', participantIds: [b.id], isPublic: false }, { token: a.access })).body.data;
  const call = (await post('/room/create', { roomType: 'video', maxParticipants: 2 })).body.data.roomId;
  const say = async (message) => assert.equal((await post(`/chat/rooms/${roomId}/messages`, { message }, { token: b.access })).status, 201);
  const stomp = await connect(a.access, { base });
  const heard = await stomp.subscribe(`/sub/chat/room/${roomId}`);
  const back = { reconnection: true, reconnectionDelay: 50, reconnectionAttempts: 100 };
  const io = await connectIo({ token: a.access, userId: a.id }, { base, ...back });
  const polling = await connectIo({ token: a.access, userId: a.id }, { base, ...back, transports: ['polling'] });
  const silent = await raw('/socket.io/?EIO=4&transport=websocket', { base }); // has not said who it is
  const room = await seated(call, 'a', 'a', '', { base });
  const friend = await connectIo({ token: b.access, userId: b.id }); // stays where it is
  await say('하나');
  await heard.count(1);
  await Promise.all([io, polling].map((s) => s.heard('receive_message')));
  // one that polls, by hand: the poll that waits is told of the end
  const poll = (target) => fetch(`${base}/socket.io/?EIO=4&transport=polling${target}`).then((res) => res.text());
  const waiting = poll(`&sid=${JSON.parse((await poll('')).slice(1)).sid}`);
  const code = new Promise((ok) => { io.once('disconnect', (_, how) => ok(how?.context?.code)); });
  const again = Promise.all([io, polling].map((s) => new Promise((ok) => { s.once('connect', ok); })));
  leaving.signal('SIGTERM');
  assert.deepEqual([(await stomp.closed()).code, await silent.closed(), await room.closed(), await code], [1012, 1012, 1012, 1012]);
  assert.equal(await waiting, '1');
  assert.equal(await leaving.ended(), 0);
  leaving.send(gateway.socket);
  // those come back by themselves, the others with what they saw last
  await again;
  await say('둘');
  const comes = await (await connect(a.access, { base })).subscribe(`/sub/chat/room/${roomId}`, { after: '1' });
  assert.deepEqual((await comes.count(1)).map((m) => m.message), ['둘']);
  const seat = await seated(call, 'a', 'a', '', { base });
  assert.deepEqual(seat.hello.roomData.participants.map((p) => p.userId), ['a']);
  await say('셋');
  assert.deepEqual((await comes.count(2)).map((m) => m.message), ['둘', '셋']);
  for (const s of [io, polling]) await until(() => s.seen('receive_message').at(-1).content === '셋');
  friend.emit('chat:typing', { studyId: id, isTyping: true });
  await Promise.all([io, polling].map((s) => s.heard('chat:user-typing')));
});
