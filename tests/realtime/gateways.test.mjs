// Two gateways beside one pool: whoever is on one hears whoever is on the other.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { env, get, person, post } from '../harness/client.mjs';
import { closeDb } from '../harness/db.mjs';
import { closeAllIo, connectIo } from '../harness/socketio.mjs';
import { until } from '../harness/stack.mjs';
import { closeAll, connect, raw, wsUrl } from '../harness/stomp.mjs';
import { study } from '../harness/study.mjs';

const program = path.join(path.dirname(process.env.API_BIN), 'studymate-realtime');
let gateway;
let door; // a TCP port before its unix socket
let other;
before(async () => {
  const socket = path.join(env.run, 'second.sock');
  gateway = spawn(program, ['--config', path.join(env.run, 'studymate.env')], {
    env: { ...process.env, REALTIME_LISTEN: socket }, stdio: ['ignore', 'ignore', fs.openSync(path.join(env.run, 'second.log'), 'a')],
  });
  await until(() => fs.existsSync(socket));
  door = net.createServer((c) => {
    const s = net.connect(socket);
    for (const [from, to] of [[c, s], [s, c]]) from.pipe(to).on('error', () => from.destroy());
  });
  await new Promise((ok) => { door.listen(0, '127.0.0.1', ok); });
  other = `http://127.0.0.1:${door.address().port}`;
});
after(async () => {
  await closeAll();
  closeAllIo();
  await closeDb();
  const ended = new Promise((ok) => { gateway.on('exit', ok); });
  gateway.kill('SIGTERM');
  assert.equal(await ended, 0);
  door.close();
  assert.doesNotMatch(fs.readFileSync(path.join(env.run, 'second.log'), 'utf8'), /"lvl":"error"|Sanitizer/);
});

test('a gateway on the socket of another gives way and says why', () => {
  const second = spawnSync(program, ['--config', path.join(env.run, 'studymate.env')], { encoding: 'utf8', timeout: 10000 });
  assert.equal(second.status, 2);
  assert.match(second.stderr, /cannot listen on .*realtime\.sock: another process of ours is running there; set REALTIME_LISTEN/);
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
  assert.equal((await news.count(1))[0].type, 'match_request');
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
