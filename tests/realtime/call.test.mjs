// Call rooms: raw JSON as the shipped client speaks it, and what it may not do. Two pages that call each other: browser-call.test.mjs.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { WebSocket } from 'ws';
import { address, closeCalls, join, seated } from '../harness/call.mjs';
import { env, get, person, post, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { until } from '../harness/stack.mjs';
import { raw, wsUrl } from '../harness/stomp.mjs';

after(closeDb);
after(closeCalls);

const create = async (fields = {}) => (await post('/room/create', { roomType: 'video', maxParticipants: 4, metadata: { title: '방' }, ...fields })).body.data.roomId;
const pause = (ms) => new Promise((ok) => { setTimeout(ok, ms); });
const names = (list) => list.map((p) => p.userId).sort();

test('a newcomer gets the list and makes the offers; who was there is told when its offer has come', async () => {
  const room = await create();
  const a = await seated(room, 'guest-a', '가 나');
  assert.deepEqual([a.hello.userId, a.hello.roomData.roomId, a.hello.roomData.roomType, names(a.hello.roomData.participants)], ['guest-a', room, 'video', ['guest-a']]);
  const b = await seated(room, 'guest-b');
  const list = b.hello.roomData.participants;
  assert.deepEqual(names(list), ['guest-a', 'guest-b']);
  const { joinedAt, ...first } = list.find((p) => p.userId === 'guest-a');
  assert.deepEqual(first, { userId: 'guest-a', id: 'guest-a', userName: '가 나', name: '가 나', avatar: null, level: null, nativeLanguage: null, learningLanguage: null, audioEnabled: true, videoEnabled: true, isScreenSharing: false });
  assert.match(joinedAt, /Z$/);
  b.say('get-participants');
  assert.deepEqual(names((await b.next('participants-list')).participants), ['guest-a', 'guest-b']);
  await pause(100);
  assert.equal(a.of('participant-joined').length, 0);
  b.say('offer', { data: { to: 'guest-a', from: 'x', signal: { type: 'offer', sdp: 'v=0\r\n' } } });
  await a.next('participant-joined');
  // in that order
  assert.deepEqual(a.all().slice(1), [
    { type: 'offer', from: 'guest-b', data: { type: 'offer', sdp: 'v=0\r\n' } },
    { type: 'participant-joined', participant: list.find((p) => p.userId === 'guest-b') },
  ]);
  a.say('answer', { data: { to: 'guest-b', signal: { type: 'answer', sdp: 'v=0' } } });
  assert.deepEqual(await b.next('answer'), { type: 'answer', from: 'guest-a', data: { type: 'answer', sdp: 'v=0' } });
  for (let i = 0; i < 30; i += 1) a.say('ice-candidate', { data: i % 2 ? { to: 'guest-b', candidate: { candidate: `c${i}`, sdpMid: '0' } } : { to: 'guest-b', signal: { candidate: `c${i}`, sdpMid: '0' } } });
  await b.next('ice-candidate', 30);
  assert.deepEqual(b.of('ice-candidate'), Array.from({ length: 30 }, (_, i) => ({ type: 'ice-candidate', from: 'guest-a', data: { candidate: `c${i}`, sdpMid: '0' } })));
});

test('a newcomer without an offer is told of two seconds later, and one that is gone by then never', async () => {
  const room = await create();
  const a = await seated(room, 'a');
  await seated(room, 'b');
  const c = await seated(room, 'c');
  c.ws.close();
  await a.next('participant-joined');
  assert.deepEqual(a.of('participant-joined').map((m) => m.participant.userId), ['b']);
  assert.equal(a.of('participant-left').length, 0);
});

test('of two offers that cross one arrives', async () => {
  const room = await create();
  const [a, b] = [await seated(room, 'a'), await seated(room, 'b')];
  const offer = (from, to, sdp) => from.say('offer', { data: { to, signal: { type: 'offer', sdp } } });
  offer(a, 'b', '1');
  offer(b, 'a', '2');
  await pause(200);
  assert.equal(a.of('offer').length + b.of('offer').length, 1);
  const [heard, other] = a.of('offer').length ? [a, b] : [b, a];
  const [me, peer] = heard === a ? ['a', 'b'] : ['b', 'a'];
  // one that comes before the answer is dropped, one after it is not
  offer(heard, peer, '3');
  heard.say('answer', { data: { to: peer, signal: { type: 'answer', sdp: '4' } } });
  await other.next('answer');
  assert.equal(other.of('offer').length, 0);
  offer(heard, peer, '5');
  assert.deepEqual(await other.next('offer'), { type: 'offer', from: me, data: { type: 'offer', sdp: '5' } });
});

test('what connects two is bounded: 128 candidates with each offer or answer, and twenty of those a minute', async () => {
  const room = await create();
  const [a, b, c] = [await seated(room, 'a'), await seated(room, 'b'), await seated(room, 'c')];
  const candidates = (n, to = 'b') => { for (let i = 0; i < n; i += 1) a.say('ice-candidate', { data: { to, candidate: { candidate: `c${i}` } } }); };
  const describe = (type, n = 1) => { for (let i = 0; i < n; i += 1) a.say(type, { data: { to: 'b', signal: { type, sdp: `${i}` } } }); };
  let words = 0;
  const heard = async () => { // whatever a has said before, and what a was told of it
    a.say('chat', { data: { message: 'x' } });
    words += 1;
    for (const one of [a, b]) await one.next('chat', words);
    return [b.of('ice-candidate').length, b.of('offer').length + b.of('answer').length];
  };
  const refused = () => a.of('error').map((m) => m.message);
  describe('offer');
  candidates(129);
  assert.deepEqual([await heard(), refused()], [[128, 1], ['ICE 후보가 너무 많습니다']]);
  candidates(1, 'c');
  await c.next('ice-candidate');
  // having dropped everybody is no way to begin anew
  a.say('get-participants');
  a.say('get-participants');
  candidates(1);
  assert.deepEqual([(await heard())[0], refused().length], [128, 2]);
  for (const type of ['offer', 'answer']) {
    describe(type);
    candidates(1);
  }
  assert.deepEqual([await heard(), refused().length], [[130, 3], 2]);
  describe('answer', 18);
  assert.deepEqual([await heard(), refused().slice(2)], [[130, 20], ['연결 요청이 너무 많습니다']]);
  describe('offer');
  candidates(1); // the last answer that was relayed has some left
  assert.deepEqual([await heard(), refused().slice(3)], [[131, 20], ['연결 요청이 너무 많습니다']]);
  // nor are others' names, which are forgotten after a minute; nothing of it ends the connection
  for (let i = 0; i < 63; i += 1) candidates(1, `nobody-${i}`);
  assert.deepEqual([await heard(), refused().slice(4), a.ws.readyState], [[131, 20], ['ICE 후보가 너무 많습니다'], 1]);
});

test('asking again for who is there means having dropped everybody', async () => {
  const room = await create();
  const [a, b] = [await seated(room, 'a'), await seated(room, 'b')];
  b.say('offer', { data: { to: 'a', signal: { type: 'offer', sdp: '1' } } });
  await a.next('participant-joined');
  b.say('get-participants');
  await b.next('participants-list');
  assert.equal(a.of('participant-left').length, 0);
  b.say('get-participants');
  await b.next('participants-list', 2);
  assert.deepEqual(await a.next('participant-left'), { type: 'participant-left', participantId: 'b', userId: 'b' });
  b.say('offer', { data: { to: 'a', signal: { type: 'offer', sdp: '2' } } });
  await a.next('participant-joined', 2);
  assert.deepEqual(a.all().slice(-2).map((m) => m.type), ['offer', 'participant-joined']);
});

test('sound, picture, screen and words reach the others', async () => {
  const room = await create();
  const [a, b] = [await seated(room, 'a', '에이'), await seated(room, 'b')];
  a.say('toggle-audio', { data: { enabled: false } });
  a.say('toggle-video', { data: { enabled: false } });
  a.say('toggle-screen-share', { data: { enabled: true } });
  await b.next('participant-updated', 3);
  assert.deepEqual(b.of('participant-updated').map((m) => [m.participant.userId, m.participant.audioEnabled, m.participant.videoEnabled, m.participant.isScreenSharing]),
    [['a', false, true, false], ['a', false, false, false], ['a', false, false, true]]);
  assert.deepEqual(await b.next('screen-share-changed'), { type: 'screen-share-changed', userId: 'a', isSharing: true });
  a.say('chat-message', { payload: { userId: 'b', userName: '거짓', text: 'screen-share-started', timestamp: 5 } });
  assert.deepEqual(await b.next('chat-message'), { type: 'chat-message', payload: { userId: 'a', userName: '에이', text: 'screen-share-started', timestamp: 5 } });
  const text = JSON.stringify({ type: 'language-change', language: 'ko', userId: 'b', nested: { text: [1, '}'] } });
  a.say('chat-message', { payload: { text, timestamp: 't' } });
  assert.deepEqual((await b.next('chat-message', 2)).payload, { userId: 'a', userName: '에이', text, timestamp: 't', type: 'language-change', language: 'ko', nested: { text: [1, '}'] } });
  for (const plain of ['{"a":1}', '{"type":7}', '{broken', '[1]', '7']) a.say('chat-message', { payload: { text: plain, timestamp: 0 } });
  await b.next('chat-message', 7);
  assert.deepEqual(b.of('chat-message').slice(2).map((m) => Object.keys(m.payload).length), [4, 4, 4, 4, 4]);
  b.say('chat', { data: { message: '둘 다' } });
  assert.deepEqual(await a.next('chat'), { type: 'chat', userId: 'b', userName: 'b', message: '둘 다' });
  a.say('ping');
  await a.next('pong');
  assert.equal(a.of('participant-updated').length + a.of('chat-message').length + a.of('screen-share-changed').length, 0);
  // recording is announced where it is allowed
  a.say('start-recording', { data: {} });
  a.say('recording-chunk', { data: { filename: 'a.webm' } });
  await a.next('error', 2);
  assert.deepEqual(a.of('error').map((m) => m.message), Array(2).fill('이 방에서는 녹화할 수 없습니다'));
  assert.equal((await send('PATCH', `/room/${room}/settings`, { body: { allowRecording: true } })).status, 200);
  assert.equal((await b.next('settings-updated')).settings.allowRecording, true);
  a.say('start-recording', { data: {} });
  a.say('stop-recording', { data: {} });
  assert.deepEqual([await b.next('recording-started'), await b.next('recording-stopped')], [{ type: 'recording-started', userId: 'a' }, { type: 'recording-stopped', userId: 'a' }]);
  a.say('recording-chunk', { data: { filename: 'a.webm', size: 5, duration: 2 } });
  assert.deepEqual(await a.next('recording-chunk-saved'), { type: 'recording-chunk-saved', filename: 'a.webm', size: 5, duration: 2 });
  for (const c of [a, b]) c.ws.close();
  await until(async () => (await get(`/room/${room}/metrics`)).body.data.metrics.messagesExchanged === 8);
});

test('what is too large to be told is refused', async () => {
  const room = await create();
  const [a, b] = [await seated(room, 'a', '가'.repeat(100)), await seated(room, 'b')];
  // its text is told twice: as it is, and with its members beside it
  const say = (n) => a.say('chat-message', { payload: { text: JSON.stringify({ type: 'subtitle', subtitle: 'x'.repeat(n) }) } });
  say(130900);
  await a.next('error');
  say(130000);
  await b.next('chat-message');
  assert.equal(b.of('chat-message').length, 1);
});

test('leaving frees the seat, and a room has no more seats than it has', async () => {
  const room = await create({ maxParticipants: 2 });
  const [a, b] = [await seated(room, 'a'), await seated(room, 'b')];
  b.say('offer', { data: { to: 'a', signal: { type: 'offer', sdp: '1' } } });
  await a.next('participant-joined');
  const c = await join(room, 'c');
  assert.equal((await c.next('error')).message, (await post(`/room/${room}/join`, { userId: 'c', userName: 'c' })).body.message);
  assert.equal(await c.closed(), 1008);
  await post(`/room/${room}/leave`, { userId: 'b' });
  assert.equal(await b.closed(), 1000); // it would hear the others, unseen and beyond the number of seats
  assert.deepEqual(await a.next('participant-left'), { type: 'participant-left', participantId: 'b', userId: 'b' });
  const d = await seated(room, 'd');
  assert.deepEqual(names(d.hello.roomData.participants), ['a', 'd']);
  assert.equal(a.of('participant-left').length, 1);
});

test('who is put out hears why and is closed, the others hear that they left, and there is no way back in', async () => {
  const host = await person('방장');
  const { roomId: room } = (await post('/room/create', { roomType: 'video' }, { token: host.access })).body.data;
  const elsewhere = { options: { localAddress: '127.0.0.2' } };
  const h = await seated(room, host.id, '방장', `&token=${host.access}`);
  const b = await seated(room, 'b');
  const a = await seated(room, 'a', 'a', '', elsewhere);
  for (const to of [host.id, 'b']) a.say('offer', { data: { to, signal: { type: 'offer', sdp: '1' } } });
  for (const c of [h, b]) await until(() => c.of('participant-joined').some((m) => m.participant.userId === 'a'));
  const from = Date.now();
  assert.equal((await post(`/room/${room}/kick`, { userId: 'a' }, { token: host.access })).status, 200);
  assert.equal(await a.closed(), 1008);
  assert.ok(Date.now() - from < 3000); // within a second, and not by the next heart-beat
  assert.deepEqual(a.all().slice(-1), [{ type: 'error', message: '방장이 이 방에서 내보냈습니다' }]);
  for (const c of [h, b]) assert.deepEqual(await c.next('participant-left'), { type: 'participant-left', participantId: 'a', userId: 'a' });
  assert.deepEqual(names((await get(`/room/${room}/info`)).body.data.participants), ['b', host.id].sort());
  for (const name of ['a', 'somebody-new']) {
    const again = await join(room, name, name, '', elsewhere);
    assert.equal((await again.next('error')).message, '방장이 이 방에서 내보냈습니다');
    assert.equal(await again.closed(), 1008);
    assert.equal(again.of('connected').length, 0);
  }
  // others come in, from there too when they show who they are
  assert.deepEqual(names((await seated(room, 'c')).hello.roomData.participants), ['b', 'c', host.id].sort());
  await seated(room, host.id, '방장', `&token=${host.access}`, elsewhere);
  assert.deepEqual([b.of('participant-left').filter((m) => m.userId === 'a').length, b.ws.readyState], [1, 1]);
});

test('a dropped socket may come back to its seat, though others want it', async () => {
  const room = await create({ maxParticipants: 2 });
  const [a, b] = [await seated(room, 'a'), await seated(room, 'b')];
  b.ws.terminate();
  await until(async () => (await get(`/room/${room}/info`)).body.data.participants.length === 1);
  const c = await join(room, 'c');
  assert.equal(await c.closed(), 1008);
  const again = await seated(room, 'b');
  assert.deepEqual(names(again.hello.roomData.participants), ['a', 'b']);
  // the same person from elsewhere takes the seat over
  const other = await seated(room, 'b');
  assert.equal(await again.closed(), 1000);
  assert.deepEqual(names(other.hello.roomData.participants), ['a', 'b']);
  await pause(100);
  assert.equal((await get(`/room/${room}/info`)).body.data.participants.length, 2);
});

test('a seat that was asked for is given back when its socket has gone meanwhile', async () => {
  const room = await create({ maxParticipants: 2 });
  for (let i = 0; i < 20; i += 1) {
    const ws = new WebSocket(wsUrl(address(room, `g${i}`)));
    await new Promise((ok) => { ws.on('open', ok); });
    if (i % 2) ws.close();
    else ws.terminate();
  }
  await until(async () => (await query('SELECT COUNT(*) AS n FROM room_seats s JOIN rooms r ON r.id = s.room_id WHERE r.public_id = ? AND s.left_at IS NULL', [room]))[0].n === 0);
});

test('who shows a token is who it says; who calls themselves an account without one is a guest', async () => {
  const p = await person('계정');
  const room = await create();
  const a = await seated(room, p.id, '계정', `&token=${p.access}`);
  assert.equal(a.hello.roomData.participants[0].userId, p.id);
  assert.equal(await (await join(room, String(Number(p.id) + 1), 'x', `&token=${p.access}`)).closed(), 1008);
  assert.equal(await (await join(room, p.id, 'x', '&token=nonsense')).closed(), 1008);
  // whose seat a token has proved, nobody takes over without it
  assert.equal(await (await join(room, p.id, '거짓')).closed(), 1008);
  await post('/auth/logout', {}, { token: p.access });
  assert.equal(await a.closed(), 1008);
});

test('what is not a room’s ends nothing, or never begins', async () => {
  const room = await create();
  const refused = (path) => assert.rejects(raw(path), /status 400/);
  await refused(`/api/v1/room/${room}/ws`);
  await refused(address(room, ''));
  await refused(address(room, '*'));
  await assert.rejects(raw(address(room, 'a\nb')), /status 4\d\d/);
  await refused(`/api/v1/room/${room}/ws?userId=a%FF`);
  await refused(address('x'.repeat(129), 'a'));
  await refused(address('a%20b', 'a'));
  await assert.rejects(raw(address(room, 'x', 'x').replace('/ws?', '/ws/x?')), /status 404/);
  assert.equal((await fetch(`${env.base}/api/v1/room/${room}/ws?userId=a`)).status, 426);
  const [a, b] = [await seated(room, 'a'), await seated(room, 'b')];
  const bad = ['{', '7', '[]', '{}', '{"type":7}', '{"type":"no-such"}', '{"type":"offer"}', '{"type":"offer","data":{"to":"b"}}'.replace('}}', ',"signal":7}}'),
    '{"type":"offer","data":{"to":"*","signal":{}}}', '{"type":"offer","data":{"to":"b\\nc","signal":{}}}', '{"type":"ice-candidate","data":{"to":"b"}}',
    '{"type":"chat-message","payload":{}}', '{"type":"chat","data":{}}', '{"type":"toggle-audio","data":{"enabled":"x"}}', '{"type":"a","type":"a"}', '\x1e'];
  for (const text of bad) a.send(text);
  await a.next('error', bad.length);
  a.say('offer', { data: { to: 'nobody', signal: { type: 'offer', sdp: '1' } } });
  a.say('join', { userId: 'b' });
  a.say('ping');
  await a.next('pong');
  const [c, elsewhere] = [await create(), await create()];
  const far = await seated(c, 'far');
  a.say('offer', { data: { to: 'far', signal: { type: 'offer', sdp: '1' } } });
  assert.notEqual(c, elsewhere);
  a.send(JSON.stringify({ type: 'chat', data: { message: 'x'.repeat(140000) } }));
  assert.equal(await a.closed(), 1009);
  b.say('ping');
  await b.next('pong');
  assert.equal(far.of('offer').length, 0);
});

test('/api without a version is the same place', async () => {
  const c = await raw(address('lazy-room', 'a', 'a').replace('/api/v1/', '/api/'));
  await c.until('"connected"');
  assert.match(c.texts[0], /"roomId":"lazy-room"/);
  c.ws.close();
});

test('sockets make their users present, and take that along', async () => {
  const [p, q] = [await person('보이는'), await person('보는')];
  const status = async () => (await get(`/users/status/${p.id}`, { token: q.access })).body.data.status;
  assert.equal(await status(), 'OFFLINE');
  const c = await raw(`/ws/chat?token=${p.access}`);
  c.send('CONNECT\naccept-version:1.2\n\n\0');
  await until(async () => await status() === 'ONLINE');
  const call = await seated(await create(), p.id, 'x', `&token=${p.access}`);
  await until(async () => await status() === 'STUDYING');
  call.ws.close();
  await until(async () => await status() === 'ONLINE');
  c.ws.close();
  await until(async () => await status() === 'OFFLINE');
  const metrics = (await get('/metrics')).text ?? '';
  assert.match(metrics, /gateway/);
});
