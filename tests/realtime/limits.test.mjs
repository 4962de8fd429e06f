// What one client can ask of a gateway: floods are slowed down, hoards are given up, silence ends.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import path from 'node:path';
import Redis from 'ioredis';
import { announce } from '../harness/announce.mjs';
import { env, get, person, post } from '../harness/client.mjs';
import { connect as connectDb } from '../harness/db.mjs';
import { startGateway } from '../harness/gateway.mjs';
import { internal } from '../harness/internal.mjs';
import { closeAllIo, connectIo } from '../harness/socketio.mjs';
import { sleep, startStack, until } from '../harness/stack.mjs';
import { closeAll, connect, raw } from '../harness/stomp.mjs';
import { study } from '../harness/study.mjs';

let stack; // for what others must not notice
before(async () => {
  stack = await startStack('bounds', { RATE_PERCENT: 100 }, 2);
  for (const line of ['Redis is not heard', 'Redis refuses messages']) announce(line, stack);
});
after(async () => {
  await closeAll();
  closeAllIo();
  stack.down();
});

const login = (p) => `CONNECT\naccept-version:1.2\nAuthorization:Bearer ${p.access}\n\n\0`;
const enter = async (p, options) => {
  const s = await raw('/ws/chat', options);
  s.send(login(p));
  await s.until('CONNECTED');
  return s;
};
const count = (s, start) => s.texts.filter((t) => t.startsWith(start)).length;

test('what one WebSocket message holds is slowed down as well, whatever is spoken, and not lost', async () => {
  const [a, b] = [await person(), await person()];
  const stomp = await enter(a);
  const io = await raw('/socket.io/?EIO=4&transport=websocket');
  io.send(`40${JSON.stringify({ token: b.access })}`);
  await io.until('40{');
  const call = await raw(`/api/v1/room/flood-${process.pid}/ws?userId=flooder`);
  await call.until('connected');
  const start = Date.now();
  const numbers = Array.from({ length: 400 }, (_, i) => i);
  stomp.send(numbers.map((i) => `ACK\nid:1\nreceipt:n${i}\n\n\0`).join(''));
  io.send(numbers.map((i) => `42${i}["x"]`).join('\x1e'));
  call.send(`${numbers.map(() => '{"type":"x"}').join('\x1e')}\x1e{"type":"ping","timestamp":77}`);
  await Promise.all([stomp.until('receipt-id:n399\n', 15000), io.until('43399[', 15000), call.until('"pong"', 15000)].map(async (done) => {
    await done;
    assert.ok(Date.now() - start > 2000, `${Date.now() - start} ms`);
  }));
  assert.deepEqual(stomp.texts.flatMap((t) => /^RECEIPT\nreceipt-id:n(\d+)/.exec(t)?.[1] ?? []), numbers.map(String));
  assert.deepEqual(io.texts.flatMap((t) => /^43(\d+)\[/.exec(t)?.[1] ?? []), numbers.map(String));
  assert.equal(count(call, '{"type":"error"'), 400);
});

test('however often one subscribes, one question for the seats is under way', async () => {
  const { base } = stack;
  const [a, b] = [await person('가가', {}, { base }), await person('나나', {}, { base })];
  const s = await enter(a, { base });
  const { roomId } = (await post('/chat/rooms', { roomName: '남의 방', isPublic: false }, { token: b.access, base })).body.data;
  const questions = () => stack.log().filter((l) => l.route === 'chat_seats_post').length;
  const before = questions();
  const subscribe = (id) => `SUBSCRIBE\nid:${id}\nreceipt:r${id}\ndestination:/sub/chat/room/${roomId}\n\n\0`;
  s.send(`SUBSCRIBE\nid:e\ndestination:/user/queue/errors\n\n\0${Array.from({ length: 50 }, (_, i) => subscribe(i)).join('')}`);
  await s.until('receipt-id:r49\n');
  await s.until('receipt-id:r0\n');
  assert.equal(count(s, 'RECEIPT'), 50);
  assert.equal(s.texts.filter((t) => t.includes('CHAT_001')).length, 50);
  const asked = questions() - before;
  assert.ok(asked >= 1 && asked <= 3, `${asked} questions`);
  // one after the other: five a second at most, and each is answered
  const start = performance.now();
  for (let i = 50; i < 62; i += 1) {
    s.send(subscribe(i));
    await s.until(`receipt-id:r${i}\n`);
  }
  const seconds = Math.ceil((performance.now() - start) / 1000) + 1;
  assert.ok(questions() - before - asked <= 5 * seconds, `${questions() - before - asked} questions in ${seconds} s`);
});

test('little is read of whoever has not said who it is', async () => {
  const s = await raw();
  s.ws.send('A'.repeat(33 << 10), { fin: false });
  assert.equal(await s.closed(), 1009);
  const polling = `${env.base}/socket.io/?EIO=4&transport=polling`;
  const { sid } = JSON.parse((await (await fetch(polling)).text()).slice(1));
  assert.equal((await fetch(`${polling}&sid=${sid}`, { method: 'POST', body: 'A'.repeat(33 << 10) })).status, 413);
  const user = await enter(await person());
  user.ws.send(`SUBSCRIBE\nid:e\ndestination:/user/queue/errors\n\n\0SEND\ndestination:/pub/chat/read\n\n${'A'.repeat(33 << 10)}`, { fin: false });
  user.ws.send('\0');
  await user.until('INVALID_JSON');
});

test('a login that ends takes along who does not read', async () => {
  const [a, b] = [await person(), await person()];
  const { roomId } = (await post('/chat/rooms', { roomName: '방', isPublic: false, participantIds: [b.id] }, { token: a.access })).body.data;
  // not through nginx, which takes what its clients do not
  const s = await enter(b, { url: `ws+unix:${path.join(env.run, 'realtime.sock')}:/ws/chat` });
  let end;
  s.closed().then((code) => { end = code; });
  s.send(`SUBSCRIBE\nid:1\nreceipt:r\ndestination:/sub/chat/room/${roomId}\n\n\0`);
  await s.until('receipt-id:r');
  s.ws._socket.pause();
  for (let i = 0; i < 60; i += 1) await post(`/chat/rooms/${roomId}/messages`, { message: '가'.repeat(4900) }, { token: a.access });
  await post('/auth/logout', undefined, { token: b.access });
  await until(() => {
    s.ws.ping(() => {});
    return end;
  }, 12000);
  assert.equal(end, 1006);
});

const heard = (text) => stack.logOf('realtime').filter((l) => l.msg.startsWith(text)).length;

test('a Redis that hangs, or refuses, is not heard, until it is again', async () => {
  const { base } = stack;
  const redis = new Redis({ path: path.join(stack.run, 'redis.sock') });
  try {
    const [a, b] = [await person('가가', {}, { base }), await person('나나', {}, { base })];
    const { roomId } = (await post('/chat/rooms', { roomName: '방', isPublic: false, participantIds: [b.id] }, { token: a.access, base })).body.data;
    const db = connectDb(stack.run);
    const id = await study(a, [b], db).finally(() => db.end());
    const [ca, cb] = [await connect(a.access, { base }), await connect(b.access, { base })];
    await ca.subscribe(`/sub/chat/room/${roomId}`);
    const typing = await cb.subscribe(`/sub/chat/room/${roomId}/typing`);
    const types = () => ca.send('/pub/chat/typing', { roomId, isTyping: true });
    const [sa, sb] = [await connectIo({ token: a.access }, { base }), await connectIo({ token: b.access }, { base })];
    await sb.heard('study:online-users');
    await until(() => heard('Redis is heard') === 1);
    await types();
    await typing.count(1);
    stack.kill('redis', 'SIGSTOP');
    try {
      await until(() => heard('Redis is not heard') === 1, 6000);
      await types();
      await typing.count(2); // those of the same gateway
      assert.equal((await sa.ask('chat:message', { studyId: id, content: '들려요?' })).success, true);
      assert.deepEqual((await sb.heard('chat:new-message')).map((m) => m.content), ['들려요?']);
    } finally {
      stack.kill('redis', 'SIGCONT');
    }
    await until(() => heard('Redis is heard') === 2, 6000);
    // it takes what is said for a failure, and says so once
    await redis.call('ACL', 'SETUSER', 'default', '-publish');
    await until(() => heard('Redis refuses') === 1);
    await until(async () => {
      const before = typing.messages.length;
      await types();
      return typing.messages.length > before;
    });
    await redis.call('ACL', 'SETUSER', 'default', '+publish', '-subscribe');
    await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await until(() => heard('Redis is not heard') === 2);
    await until(() => heard('Redis refuses') === 2);
    await sleep(1000);
    assert.equal(heard('Redis refuses'), 2);
    await redis.call('ACL', 'SETUSER', 'default', '+subscribe');
    await until(() => heard('Redis is heard') === 3);
  } finally {
    redis.disconnect();
  }
});

test('of thousands of logins that end in one moment, each ends', async () => {
  const { base } = stack;
  const db = connectDb(stack.run);
  try {
    const p = await person('마지막', {}, { base });
    const s = await enter(p, { base });
    const at = new Date().toISOString().replace('T', ' ').replace('Z', '');
    await db.query(`INSERT INTO sessions (id, user_id, issued_at, created_at, expires_at, revoked_at) SELECT seq, ?, '${at}', '${at}', '${at}', '${at}' FROM seq_1_to_12000`, [p.id]);
    await db.query(`UPDATE sessions SET revoked_at = '${at}' WHERE user_id = ? AND id > 12000`, [p.id]);
    assert.equal(await Promise.race([s.closed(), sleep(5000)]), 1008);
    await until(async () => (await get('/auth/verify', { token: p.access, base })).status === 401, 3000);
    const ended = new Set();
    let [since, after, pages] = [new Date(`${at}Z`).getTime(), '', 0];
    for (; after !== null; pages += 1) {
      const { data } = (await internal('GET', `/ended-logins?since=${since}${after && `&after=${after}`}`, undefined, { run: stack.run })).body;
      data.ended.forEach((id) => ended.add(id));
      [since, after] = [data.upTo, data.after];
    }
    assert.deepEqual([ended.size, pages], [12001, 3]);
  } finally {
    await db.end();
  }
});

test('a gap is closed although one who sits in the room has asked too much', async () => {
  const { base } = stack;
  const db = connectDb(stack.run);
  const redis = new Redis({ path: path.join(stack.run, 'redis.sock') });
  try {
    const [a, b] = [await person('가가', {}, { base }), await person('나나', {}, { base })];
    const { roomId } = (await post('/chat/rooms', { roomName: '방', isPublic: false, participantIds: [b.id] }, { token: a.access, base })).body.data;
    const subs = [];
    for (const p of [a, b]) subs.push(await (await connect(p.access, { base })).subscribe(`/sub/chat/room/${roomId}`));
    await until(async () => (await Promise.all(Array.from({ length: 50 }, () => get('/chat/rooms', { token: a.access, base })))).some((r) => r.status === 429));
    // said, and never posted
    await db.query("INSERT INTO chat_messages (room_id, seq, sender_id, body) VALUES (?, 1, ?, '늦게')", [roomId, b.id]);
    await db.query('UPDATE chat_rooms SET last_seq = 1 WHERE id = ?', [roomId]);
    await redis.publish('sm:live', `room ${roomId} chat.newest 1\n{}`);
    for (const sub of subs) assert.equal((await sub.count(1))[0].message, '늦게');
  } finally {
    redis.disconnect();
    await db.end();
  }
});

test('an address has so many sockets, of whatever kind, until one of them goes; other addresses notice nothing', async (t) => {
  const gateway = await startGateway('addresses', { SOCKETS_PER_ADDRESS: '4' });
  t.after(() => gateway.stop());
  const { base } = gateway;
  // as nginx says whose request it is
  const from = (ip) => ({ base, options: { headers: { 'X-Real-IP': ip } } });
  const polling = async (ip, target = '', options = {}) => {
    const res = await fetch(`${base}/socket.io/?EIO=4&transport=polling${target}`, { ...options, headers: { 'X-Real-IP': ip } });
    return [res.status, await res.text()];
  };
  const room = `/api/v1/room/address-${process.pid}/ws?userId=`;
  const io = '/socket.io/?EIO=4&transport=websocket';
  const p = await person();
  const stomp = await enter(p, from('192.0.2.1'));
  const call = await raw(`${room}a`, from('192.0.2.1'));
  await raw(io, from('192.0.2.1'));
  const [, hello] = await polling('192.0.2.1');
  const { sid } = JSON.parse(hello.slice(1));
  // one that is refused does not count
  for (let i = 0; i < 2; i += 1) {
    for (const target of ['/ws', '/ws/chat', '/ws/notifications', io, `${room}b`]) await assert.rejects(raw(target, from('192.0.2.1')), /status 429/);
    assert.deepEqual(await polling('192.0.2.1'), [429, '{"code":4,"message":"Forbidden"}']);
  }
  // a socket that polls may move, which is no second one
  const moved = await raw(`${io}&sid=${sid}`, from('192.0.2.1'));
  moved.send('2probe');
  await moved.until('3probe');
  moved.send('5');
  // those that are there, and those of others, go on
  stomp.send('ACK\nid:1\nreceipt:still\n\n\0');
  await stomp.until('receipt-id:still');
  await call.until('"connected"');
  call.send('{"type":"ping"}');
  await call.until('"pong"');
  for (const ip of ['192.0.2.2', '2001:db8::1']) await enter(p, from(ip));
  await raw(`${room}c`, from('192.0.2.2'));
  // each that goes makes room for one
  for (const [gone, next] of [[stomp, '/ws/chat'], [call, io], [moved, `${room}d`]]) {
    gone.ws.close();
    await gone.closed();
    await until(() => raw(next, from('192.0.2.1')).then(() => true, () => false));
    await assert.rejects(raw('/ws', from('192.0.2.1')), /status 429/);
  }
});

test('who writes too much is told, by each protocol, and hears the others all the while', async () => {
  const { base } = stack;
  const [a, b, c] = [await person('가가', {}, { base }), await person('나나', {}, { base }), await person('다다', {}, { base })];
  const { roomId } = (await post('/chat/rooms', { roomName: '방', isPublic: false, participantIds: [b.id, c.id] }, { token: a.access, base })).body.data;
  const refusal = '요청이 너무 많습니다. 잠시 후 다시 시도해 주세요';
  const [ca, cc] = [await connect(a.access, { base }), await connect(c.access, { base })];
  const sub = await ca.subscribe(`/sub/chat/room/${roomId}`);
  const other = await cc.subscribe(`/sub/chat/room/${roomId}`);
  const errors = await ca.subscribe('/user/queue/errors');
  const tries = 10; // a slow machine takes some while the window moves on
  for (let n = 120; n <= tries * 120 && !errors.messages.length; n += 120) {
    for (let i = 0; i < 120; i += 1) ca.cast('/pub/chat/message', { roomId, message: `${i}` });
    await until(() => errors.messages.length || sub.messages.length === n);
  }
  const [told] = await errors.count(1);
  assert.deepEqual([told.success, told.code, told.message], [false, 'TOO_MANY_REQUESTS', refusal]);
  const io = await connectIo({ token: b.access }, { base });
  const answers = [];
  const isRefused = (r) => r.success === false;
  for (let i = 0; i < tries && !answers.some(isRefused); i += 1) answers.push(...await Promise.all(Array.from({ length: 120 }, (_, k) => io.ask('send_message', { chat_id: roomId, content: `io ${k}` }))));
  const refused = answers.filter(isRefused);
  assert.ok(refused.length > 0 && refused.length < answers.length, `${refused.length}`);
  assert.deepEqual(refused[0], { success: false, error: refusal });
  io.emit('send_message', { chat_id: roomId, content: '그래도' });
  // who waits for no acknowledgement is told by an event, unless the window has moved on
  await until(() => io.seen('error').length || other.messages.some((m) => m.message === '그래도'));
  assert.deepEqual(io.seen('error'), io.seen('error').map(() => ({ message: refusal })));
  // a third one is as free as before, and both hear
  await cc.send('/pub/chat/message', { roomId, message: '조용히' });
  await until(() => sub.messages.some((m) => m.message === '조용히'));
  await until(() => io.seen('receive_message').some((m) => m.content === '조용히'));
  // each that was taken came to everybody, and only those
  const stored = other.messages.map((m) => m.seq);
  assert.deepEqual(stored, stored.map((_, i) => i + 1));
  assert.equal(other.messages.filter((m) => m.message.startsWith('io ')).length, answers.length - refused.length);
  await ca.send('/pub/notifications/ping', {});
});

test('what the worker never told of is told by the jobs: the last message of a room as well', async () => {
  const { base } = stack;
  const db = connectDb(stack.run);
  try {
    const [a, b] = [await person('가가', {}, { base }), await person('나나', {}, { base })];
    const { roomId } = (await post('/chat/rooms', { roomName: '방', isPublic: false, participantIds: [b.id] }, { token: a.access, base })).body.data;
    const sub = await (await connect(a.access, { base })).subscribe(`/sub/chat/room/${roomId}`);
    const io = await connectIo({ token: a.access }, { base });
    await post(`/chat/rooms/${roomId}/messages`, { message: '하나' }, { token: b.access, base });
    await sub.count(1);
    const questions = () => stack.log().filter((l) => l.route === 'chat_seats_post').length;
    // seats that are asked for meanwhile find it as well: then once more
    for (let seq = 2, before = -1; before !== questions(); seq += 1) {
      before = questions();
      // what a worker has written when it dies before it posts: the message and its event
      const c = await db.getConnection();
      await c.beginTransaction();
      await c.query('UPDATE chat_rooms SET last_seq = ? WHERE id = ?', [seq, roomId]);
      const { insertId } = await c.query("INSERT INTO chat_messages (room_id, seq, sender_id, body) VALUES (?, ?, ?, '마지막')", [roomId, seq, b.id]);
      await c.query("INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES ('chat.message', ?, ?, JSON_OBJECT('roomId', ?, 'seq', ?))", [insertId, b.id, roomId, seq]);
      await c.commit();
      c.release();
      assert.deepEqual((await sub.count(seq)).slice(1).map((m) => m.message), Array(seq - 1).fill('마지막'));
      assert.equal((await io.heard('receive_message', seq)).at(-1).content, '마지막');
    }
  } finally {
    await db.end();
  }
});
