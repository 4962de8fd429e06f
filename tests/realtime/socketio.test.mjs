// Socket.IO with socket.io-client: by WebSocket, by polling, and from one to the other.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { WebSocket } from 'ws';
import { env, get, person, post, send } from '../harness/client.mjs';
import { closeDb } from '../harness/db.mjs';
import { closeAllIo, connectIo } from '../harness/socketio.mjs';
import { closeAll, connect, raw, wsUrl } from '../harness/stomp.mjs';
import { sleep, until } from '../harness/stack.mjs';
import { study } from '../harness/study.mjs';
import { sign } from '../harness/token.mjs';

after(closeAllIo);
after(closeAll);
after(closeDb);

const chat = async (a, b) => {
  const res = await post('/chat/rooms', { participantIds: [b.id], roomType: 'DIRECT' }, { token: a.access });
  assert.equal(res.status, 201, res.text);
  return res.body.data.roomId;
};
const pair = async () => {
  const [a, b] = [await person('가가'), await person('나나')];
  return [a, b, await chat(a, b)];
};

// Who says nothing for 45 seconds is gone: the last test waits for that.
let silent;
test('a connection may break without a word', async () => {
  const [a, b] = [await person('끊긴'), await person('남은')];
  await study(a, [b]);
  const sb = await connectIo({ token: b.access, userId: b.id });
  // neither answers a ping, or asks again
  const ws = await raw('/socket.io/?EIO=4&transport=websocket');
  ws.send(`40${JSON.stringify({ token: a.access })}`);
  const polling = await session();
  await polling.say(`40${JSON.stringify({ token: a.access })}`);
  await sb.heard('user:online');
  const status = async () => (await get(`/users/status/${a.id}`, { token: b.access })).body.data.status;
  await until(async () => await status() === 'ONLINE');
  silent = { a, sb, ws, polling, status };
});

for (const [name, transports] of [['WebSocket', ['websocket']], ['polling', ['polling']], ['polling, then WebSocket', ['polling', 'websocket']]]) {
  test(`two talk by ${name}`, async () => {
    const [a, b, id] = await pair();
    const [sa, sb] = await Promise.all([a, b].map((p) => connectIo({ token: p.access }, { transports })));
    if (transports.length > 1) await until(async () => sa.io.engine.transport.name === 'websocket' && sb.io.engine.transport.name === 'websocket');
    else assert.equal(sa.io.engine.transport.name, transports[0]);
    const ack = await sa.ask('send_message', { chat_id: id, content: '안녕 "하세요"\n둘째 줄' });
    assert.deepEqual(Object.keys(ack).sort(), ['chat_id', 'content', 'message_id', 'sender_id', 'sent_at', 'seq']);
    assert.deepEqual(await sb.heard('receive_message'), [ack]);
    assert.equal(ack.content, '안녕 "하세요"\n둘째 줄');
    assert.equal(ack.sender_id, Number(a.id));
    const stored = await get(`/chats/${id}/messages`, { token: b.access });
    assert.equal(stored.body[0].message_id, ack.message_id);
    await sb.ask('sendMessage', { chat_id: String(id), message: '네' });
    assert.equal((await sa.heard('receive_message'))[0].content, '네');
    for (let i = 0; i < 30; i += 1) sa.emit('send_message', { chat_id: id, content: `${i}` });
    const all = await sb.heard('receive_message', 31);
    assert.deepEqual(all.slice(1).map((m) => m.content), Array.from({ length: 30 }, (_, i) => `${i}`));
    assert.deepEqual(all.map((m) => m.seq), [1, ...Array.from({ length: 30 }, (_, i) => i + 3)]);
    // the socket that sent a message is not told of it
    assert.equal(sa.seen('receive_message').length, 1);
  });
}

test('one’s other sockets hear what one sends, STOMP and REST end in the same room', async () => {
  const [a, b, id] = await pair();
  const [phone, laptop] = await Promise.all([1, 2].map(() => connectIo({ token: a.access })));
  const stomp = await connect(b.access);
  const sub = await stomp.subscribe(`/sub/chat/room/${id}`);
  const ack = await phone.ask('send_message', { chat_id: id, content: '하나' });
  assert.deepEqual(await laptop.heard('receive_message'), [ack]);
  assert.equal((await sub.count(1))[0].messageId, ack.message_id);
  await stomp.send('/pub/chat/message', { roomId: id, message: '둘' });
  await post(`/chats/${id}/messages`, { content: '셋' }, { token: a.access });
  assert.deepEqual((await phone.heard('receive_message', 2)).map((m) => m.content), ['둘', '셋']);
  assert.equal((await laptop.heard('receive_message', 3)).length, 3);
});

test('a client that comes back joins its room with the last number it saw, and gets what it missed once', async () => {
  const [a, b, id] = await pair();
  for (let i = 0; i < 5; i += 1) await post(`/chats/${id}/messages`, { content: `${i}` }, { token: b.access });
  const s = await connectIo({ token: a.access });
  assert.deepEqual(await s.ask('join_room', { chat_id: id, after: 2 }), { success: true });
  await post(`/chats/${id}/messages`, { content: '5' }, { token: b.access });
  assert.deepEqual((await s.heard('receive_message', 4)).map((m) => m.content), ['2', '3', '4', '5']);
  assert.deepEqual(await s.ask('leave_room', { chat_id: id }), { success: true });
  await post(`/chats/${id}/messages`, { content: '6' }, { token: b.access });
  // one of the user's rooms still
  assert.equal((await s.heard('receive_message', 5))[4].content, '6');
  const far = await chat(a, await person('다다'));
  const c = await person('라라');
  const other = await chat(b, c);
  assert.deepEqual(await s.ask('join_room', far), { success: true });
  assert.deepEqual(await s.ask('join_room', other), { success: false, error: '참여하지 않은 방입니다' });
  assert.deepEqual(await s.ask('join_room', {}), { success: false, error: 'chat_id가 없습니다' });
});

test('who is too far behind is told to reload', async () => {
  const [a, b, id] = await pair();
  await Promise.all(Array.from({ length: 101 }, (_, i) => post(`/chats/${id}/messages`, { content: `${i}` }, { token: b.access })));
  const s = await connectIo({ token: a.access });
  s.emit('join_room', { chat_id: id, after: 0 });
  const [told] = await s.heard('reload');
  assert.equal(told.lastSeq, 101);
  assert.equal(s.seen('receive_message').length, 0);
});

test('a request reaches the other one, a match both, with its chat, whatever they are notified of', async () => {
  const [a, b] = [await person('신청'), await person('수락')];
  assert.equal((await send('PUT', '/user/profile', { token: a.access, body: { profileImage: 'https://img.example.com/a.png' } })).status, 200);
  const off = await send('PATCH', '/notifications/settings', { token: a.access, body: { matchingNotifications: false, achievementNotifications: false } });
  assert.equal(off.status, 200, off.text);
  const [sa, sb] = await Promise.all([a, b].map((p) => connectIo({ token: p.access })));
  const res = await post('/matching/request', { targetUserId: b.id, message: '안녕하세요' }, { token: a.access });
  assert.equal(res.status, 201, res.text);
  const [asked] = await sb.heard('match_requested');
  assert.deepEqual(asked, { match_id: Number(res.body.data.requestId), requester: { user_id: Number(a.id), name: '신청', profile_img_url: 'https://img.example.com/a.png' } });
  assert.equal((await sb.heard('notification'))[0].type, 'match_request');
  const chat = (await post(`/matching/accept/${res.body.data.requestId}`, {}, { token: b.access })).body.data.roomId;
  assert.ok(chat);
  const told = (partner) => [{ match_id: asked.match_id, chat_id: chat, partner }];
  assert.deepEqual(await sa.heard('match_accepted'), told({ user_id: Number(b.id), name: '수락', profile_img_url: null }));
  assert.deepEqual(await sb.heard('match_accepted'), told({ user_id: Number(a.id), name: '신청', profile_img_url: 'https://img.example.com/a.png' }));
  await sleep(300);
  assert.deepEqual([sa.seen('notification').length, sa.seen('match_accepted').length], [0, 1]);
});

test('identity comes from a token, never from what a client says', async () => {
  const p = await person('본인');
  const refused = async (auth, options) => (await connectIo(auth, options).then(() => ({ message: 'connected' }), (e) => e)).message;
  assert.equal(await refused({}), 'Authentication required');
  assert.equal(await refused({ userId: p.id }), 'Authentication required');
  assert.equal(await refused({ token: 'nonsense' }), 'Authentication failed');
  assert.equal(await refused({ token: sign({ ...p.claims, exp: 1 }) }), 'Authentication failed');
  assert.equal(await refused({ token: p.access, userId: String(Number(p.id) + 1) }), 'Invalid user');
  assert.equal(await refused({ token: p.refresh }), 'Authentication failed');
  const cookie = { extraHeaders: { Cookie: `next-auth.session-token=${p.access}` } };
  assert.equal(await refused({}, cookie), 'Authentication required');
  assert.equal(await refused({ userId: '1' }, cookie), 'Invalid user');
  for (const [auth, options] of [
    [{ token: `Bearer ${p.access}` }, {}], [{ token: p.access, userId: p.id }, {}], [{ token: p.access, userId: Number(p.id) }, {}],
    [undefined, { query: { token: p.access } }], [undefined, { extraHeaders: { Authorization: `Bearer ${p.access}` } }],
    [{ userId: p.id }, { extraHeaders: { Cookie: `a=b; next-auth.session-token=${p.access}` } }],
    [{ userId: p.id }, { transports: ['polling'], extraHeaders: { Cookie: `next-auth.session-token=${p.access}` } }],
  ]) (await connectIo(auth, options)).disconnect();
  const other = await connectIo({ token: p.access }, { base: `${env.base}/foreign` }).then(() => 'connected', (e) => e.message);
  assert.equal(other, 'Invalid namespace');
});

test('what cannot be done is said to whoever asked', async () => {
  const [a, b, id] = await pair();
  const outsider = await connectIo({ token: (await person('남남')).access }, { extraHeaders: { 'Accept-Language': 'en' } });
  const denied = await outsider.ask('send_message', { chat_id: id, content: '들어간다' });
  assert.equal(denied.success, false);
  assert.match(denied.error, /./);
  const s = await connectIo({ token: a.access });
  assert.equal((await s.ask('send_message', { chat_id: id, content: ' ' })).success, false);
  assert.equal((await s.ask('send_message', { chat_id: id, content: 7 })).success, false);
  assert.deepEqual(await s.ask('send_message', 'x'), { success: false, error: 'chat_id가 없습니다' });
  assert.deepEqual(await s.ask('no:such:event', {}), { success: false, error: '알 수 없는 이벤트입니다' });
  s.emit('send_message', { chat_id: id });
  s.emit('nothing');
  const errors = await s.heard('error', 2);
  assert.equal(errors[1].message, '알 수 없는 이벤트입니다');
  assert.equal((await get(`/chats/${id}/messages`, { token: b.access })).body.length, 0);
});

const api = (query, options = {}) => fetch(`${env.base}/socket.io/?${query}`, options);

test('requests that are no session’s are refused as the reference server refuses them', async () => {
  const body = async (query, options) => {
    const res = await api(query, options);
    return [res.status, JSON.parse(await res.text())];
  };
  assert.deepEqual(await body('EIO=3&transport=polling'), [400, { code: 5, message: 'Unsupported protocol version' }]);
  assert.deepEqual(await body('transport=polling'), [400, { code: 5, message: 'Unsupported protocol version' }]);
  assert.deepEqual(await body('EIO=4&transport=carrier-pigeon'), [400, { code: 0, message: 'Transport unknown' }]);
  assert.deepEqual(await body('EIO=4&transport=polling&sid=nobody'), [400, { code: 1, message: 'Session ID unknown' }]);
  assert.deepEqual(await body('EIO=4&transport=polling&sid=nobody', { method: 'POST', body: '40' }), [400, { code: 1, message: 'Session ID unknown' }]);
  assert.deepEqual(await body('EIO=4&transport=polling', { method: 'POST', body: '40' }), [400, { code: 2, message: 'Bad handshake method' }]);
  await assert.rejects(raw('/socket.io/?EIO=4&transport=websocket&sid=nobody'), /status 400/);
});

const session = async () => {
  const res = await api('EIO=4&transport=polling');
  assert.equal(res.status, 200);
  assert.equal(res.headers.get('content-type'), 'text/plain; charset=UTF-8');
  assert.equal(res.headers.get('cache-control'), 'no-store');
  const text = await res.text();
  assert.equal(text[0], '0');
  const hello = JSON.parse(text.slice(1));
  assert.deepEqual({ ...hello, sid: '' }, { sid: '', upgrades: ['websocket'], pingInterval: 25000, pingTimeout: 20000, maxPayload: 1000000 });
  const q = `EIO=4&transport=polling&sid=${hello.sid}`;
  return { sid: hello.sid, q, poll: async () => (await api(q)).text(), say: async (body) => (await api(q, { method: 'POST', body })).text() };
};

test('polling by hand: packets together, two requests at once, and the end', async () => {
  const p = await person('손으로');
  const a = await session();
  assert.equal(await a.say(`40${JSON.stringify({ token: p.access })}`), 'ok');
  assert.match(await a.poll(), /^40\{"sid":"\w{20}"\}$/);
  assert.equal(await a.say('421["x"]\x1e422["join_room",{}]\x1e423["y"]'), 'ok');
  assert.equal(await a.poll(), ['431[{"success":false,"error":"알 수 없는 이벤트입니다"}]', '432[{"success":false,"error":"chat_id가 없습니다"}]', '433[{"success":false,"error":"알 수 없는 이벤트입니다"}]'].join('\x1e'));
  // a poll waits until there is something
  const waiting = a.poll();
  await a.say('424["z"]');
  assert.match(await waiting, /^434\[/);
  // two polls at once end the session, whichever of them came first
  const both = await Promise.all([api(a.q), api(a.q)]);
  const [kept, refused] = both.sort((x, y) => x.status - y.status);
  assert.deepEqual([kept.status, await kept.text(), refused.status], [200, '1', 400]);
  await until(async () => (await api(a.q)).status === 400);
  // goodbye
  const b = await session();
  await b.say('1');
  await until(async () => (await (await api(b.q)).text()).includes('Session ID unknown'));
});

test('pages of other origins are refused, those on the list may read the answer', async () => {
  const p = await person('원천');
  const a = await session();
  const from = (Origin) => ({ headers: { Origin } });
  for (const evil of ['https://evil.example', 'null', 'https://app.example.com.evil.example', 'http://app.example.com']) {
    assert.equal((await api('EIO=4&transport=polling', from(evil))).status, 403);
    // nor may they take, give, or move what is another page's
    assert.equal((await api(a.q, from(evil))).status, 403);
    assert.equal((await api(a.q, { method: 'POST', body: '1', ...from(evil) })).status, 403);
    await assert.rejects(raw(`/socket.io/?EIO=4&transport=websocket&sid=${a.sid}`, { options: { origin: evil } }), /status 403/);
    await assert.rejects(raw('/socket.io/?EIO=4&transport=websocket', { options: { origin: evil } }), /status 403/);
  }
  for (const Origin of ['https://app.example.com', 'http://localhost:3000', env.base]) {
    const res = await api('EIO=4&transport=polling', from(Origin));
    assert.equal(res.status, 200);
    assert.equal(res.headers.get('access-control-allow-origin'), Origin === env.base ? null : Origin);
    assert.equal(res.headers.get('access-control-allow-credentials'), Origin === env.base ? null : 'true');
  }
  assert.equal((await api(a.q, { method: 'POST', body: `40${JSON.stringify({ token: p.access })}`, ...from('https://app.example.com') })).status, 200);
  assert.match(await a.poll(), /^40/);
});

test('broken packets end the connection, and only that', async () => {
  const p = await person('깨짐');
  const others = await connectIo({ token: p.access });
  for (const text of ['', 'x', '9', '4', '49', '45-["x"]', '42{"a":1}', '42["x"', '42[]', '42[7]', '421234567890123456["x"]', '2probe', '5', `4${'2'.repeat(1000)}`, '42["\x1e"]', '40{"token":7}\x1e42["x"]']) {
    const s = await raw('/socket.io/?EIO=4&transport=websocket');
    if (!text.startsWith('40')) s.send(`40${JSON.stringify({ token: p.access })}`);
    s.send(text);
    await s.closed();
  }
  const big = await raw('/socket.io/?EIO=4&transport=websocket');
  big.send(`42["x","${'a'.repeat(1000001)}"]`);
  assert.equal(await big.closed(), 1009);
  const long = await session();
  const tooLong = await api(long.q, { method: 'POST', body: 'a'.repeat(1000001) });
  assert.deepEqual([tooLong.status, (await tooLong.json()).code], [413, 'PAYLOAD_TOO_LARGE']);
  const silent = await raw('/socket.io/?EIO=4&transport=websocket');
  silent.send('42["x"]');
  assert.equal(await silent.closed(), 1008);
  assert.deepEqual(await others.ask('x'), { success: false, error: '알 수 없는 이벤트입니다' });
});

test('moving to a WebSocket: the poll is let go, a broken or stalled one leaves the session polling', async () => {
  const p = await person('이사');
  const a = await session();
  await a.say(`40${JSON.stringify({ token: p.access })}`);
  await a.poll();
  const ws = `/socket.io/?EIO=4&transport=websocket&sid=${a.sid}`;
  const bad = await raw(ws);
  bad.send('2wrong');
  await bad.closed();
  // one that stalls holds up the next for ten seconds
  const stalled = await raw(ws);
  stalled.send('2probe');
  await stalled.until('3probe');
  const start = Date.now();
  await Promise.race([stalled.closed(), new Promise((ok) => { setTimeout(ok, 15000).unref(); })]);
  assert.ok(Date.now() - start > 8000 && Date.now() - start < 13000, `${Date.now() - start} ms`);
  const poll = a.poll();
  const good = await raw(ws);
  await assert.rejects(raw(ws), /status 400/); // one move at a time
  good.send('2probe');
  await good.until('3probe');
  assert.equal(await poll, '6');
  good.send('5');
  good.send('421["x"]');
  await good.until('431[{"success":false,"error":"알 수 없는 이벤트입니다"}]');
  assert.equal((await api(a.q)).status, 400);
  good.ws.close();
});

test('a login that ends takes its sockets along, polling or not', async () => {
  const p = await person('끝끝');
  const ws = await connectIo({ token: p.access });
  const polling = await connectIo({ token: p.access }, { transports: ['polling'] });
  const gone = Promise.all([ws, polling].map((s) => new Promise((ok) => { s.on('disconnect', ok); })));
  await post('/auth/logout', {}, { token: p.access });
  assert.deepEqual(await gone, ['transport close', 'transport close']);
  assert.equal(await connectIo({ token: p.access }).then(() => '', (e) => e.message), 'Authentication failed');
});

test('clients come back by themselves after their connection broke', async () => {
  const [a, b, id] = await pair();
  const s = await connectIo({ token: a.access }, { reconnection: true, reconnectionDelay: 50 });
  const back = new Promise((ok) => { s.on('connect', ok); });
  s.io.engine.transport.ws.terminate?.();
  s.io.engine.close();
  await back;
  await post(`/chats/${id}/messages`, { content: '돌아왔다' }, { token: b.access });
  assert.equal((await s.heard('receive_message'))[0].content, '돌아왔다');
});

test('leaving no room is refused, and notifications go on', async () => {
  const [a, b, id] = await pair();
  const s = await connectIo({ token: a.access });
  for (const arg of [undefined, {}, { chat_id: 'x' }]) assert.equal((await s.ask('leave_room', arg)).success, false);
  await post(`/chats/${id}/messages`, { content: '들려요?' }, { token: b.access });
  assert.equal((await s.heard('receive_message'))[0].content, '들려요?');
  await s.heard('notification');
});

test('who no longer answers is gone for everybody else', async () => {
  const { a, sb, ws, polling, status } = silent;
  assert.equal((await sb.heard('user:offline', 1, 80000))[0].userId, a.id);
  await until(async () => await status() === 'OFFLINE');
  assert.ok(ws.texts.includes('2'));
  assert.equal(await ws.closed(), 1006); // there is nobody to say why to
  assert.equal((await api(polling.q)).status, 400);
  assert.equal(sb.connected, true); // who answers stays
});
