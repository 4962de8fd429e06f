// STOMP on /ws/chat: what one says the others hear, in order and once; what is not allowed stays silent.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { WebSocket } from 'ws';
import { env, get, person, post } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { closeAll, connect, raw, wsUrl } from '../harness/stomp.mjs';
import { until } from '../harness/stack.mjs';
import { sign } from '../harness/token.mjs';

after(closeAll);
after(closeDb);

const room = async (owner, guests, fields = {}) => {
  const res = await post('/chat/rooms', { roomName: '방', participantIds: guests.map((g) => g.id), isPublic: false, ...fields }, { token: owner.access });
  assert.equal(res.status, 201, res.text);
  return res.body.data.roomId;
};
const say = (conn, roomId, message, more = {}) => conn.send('/pub/chat/message', { roomId, message, imageUrls: [], messageType: 'TEXT', ...more });

// Heart-beats are twenty seconds apart: the last test waits for them.
let quiet;
test('who sends no heart-beats need not, and is asked by pings; who wants some gets them', async () => {
  const s = await raw();
  s.pings = 0;
  s.ws.on('ping', () => { s.pings += 1; });
  s.send(`CONNECT\naccept-version:1.2\nAuthorization:Bearer ${(await person()).access}\nheart-beat:0,10000\n\n\0`);
  assert.match(await s.until('CONNECTED'), /heart-beat:20000,0\n/);
  quiet = s;
});

test('what one sends, everybody in the room hears, its sender too', async () => {
  const [a, b, outsider] = [await person('가가'), await person('나나'), await person('다다')];
  const id = await room(a, [b]);
  const [ca, cb, co] = [await connect(a.access), await connect(b.access), await connect(outsider.access)];
  assert.equal(ca.connected.version, '1.2');
  assert.equal(ca.connected['user-name'], a.id);
  const [sa, sb, so] = await Promise.all([ca, cb, co].map((c) => c.subscribe(`/sub/chat/room/${id}`)));
  await say(ca, id, '안녕: 하세요\n"둘째 줄"');
  const [m] = await sb.count(1);
  assert.deepEqual(m.sender, { userId: a.id, name: '가가', profileImage: null });
  assert.equal(m.message, '안녕: 하세요\n"둘째 줄"');
  assert.equal(m.seq, 1);
  assert.equal(m.messageType, 'TEXT');
  assert.deepEqual(m.imageUrls, []);
  assert.deepEqual((await sa.count(1))[0], m);
  const stored = await get(`/chat/rooms/${id}/messages`, { token: b.access });
  assert.deepEqual(stored.body.data, [m]);
  assert.equal(sb.frames[0].headers['content-type'], 'application/json');
  // REST ends in the same place
  await post(`/chat/rooms/${id}/messages`, { message: '둘', clientMessageId: 'mine' }, { token: b.access });
  const second = (await sa.count(2))[1];
  assert.equal(second.message, '둘');
  assert.equal(second.clientMessageId, undefined);
  assert.equal(so.messages.length, 0);
});

test('a hundred messages of five senders come to each in one order', async () => {
  const people = await Promise.all([1, 2, 3, 4, 5].map((i) => person(`사람${i}`)));
  const id = await room(people[0], people.slice(1), { maxParticipants: 5 });
  const conns = await Promise.all(people.map((p) => connect(p.access)));
  const subs = await Promise.all(conns.map((c) => c.subscribe(`/sub/chat/room/${id}`)));
  await Promise.all(conns.map(async (c, who) => {
    for (let i = 0; i < 20; i += 1) await say(c, id, `${who}-${i}`);
  }));
  const lists = await Promise.all(subs.map((s) => s.count(100)));
  const want = Array.from({ length: 100 }, (_, i) => i + 1);
  for (const list of lists) {
    assert.deepEqual(list.map((m) => m.seq), want);
    assert.deepEqual(list.map((m) => m.message), lists[0].map((m) => m.message));
  }
  // and of each sender in the order they were sent
  for (let who = 0; who < 5; who += 1) {
    assert.deepEqual(lists[0].filter((m) => m.message.startsWith(`${who}-`)).map((m) => Number(m.message.split('-')[1])), Array.from({ length: 20 }, (_, i) => i));
  }
});

test('typing goes to the room, with a name nobody can choose', async () => {
  const [a, b] = [await person('타자'), await person('상대')];
  const id = await room(a, [b]);
  const [ca, cb] = [await connect(a.access), await connect(b.access)];
  const typing = await cb.subscribe(`/sub/chat/room/${id}/typing`);
  await ca.subscribe(`/sub/chat/room/${id}`);
  await ca.send('/pub/chat/typing', { roomId: id, isTyping: true, timestamp: '2020-01-01T00:00:00Z', userId: b.id, userName: 'x' });
  await ca.send('/pub/chat/typing', { roomId: String(id), isTyping: false });
  const [on, off] = await typing.count(2);
  assert.equal(on.userId, a.id);
  assert.equal(on.userName, '타자');
  assert.equal(on.userProfileImage, null);
  assert.equal(on.isTyping, true);
  assert.equal(off.isTyping, false);
  assert.ok(Date.now() - Date.parse(on.timestamp) < 60000);
});

test('reading is told to the room, whichever way it is said', async () => {
  const [a, b] = [await person(), await person()];
  const id = await room(a, [b]);
  const [ca, cb] = [await connect(a.access), await connect(b.access)];
  const reads = await ca.subscribe(`/sub/chat/room/${id}/read`);
  await say(ca, id, '하나');
  await cb.send('/pub/chat/read', { roomId: id });
  const [first] = await reads.count(1);
  assert.equal(first.userId, b.id);
  assert.equal(first.lastReadSeq, 1);
  assert.equal(first.roomId, id);
  assert.ok(first.lastReadMessageId > 0);
  await say(ca, id, '둘');
  await post(`/chat/read-status/rooms/${id}/read-all`, undefined, { token: b.access });
  await post(`/chat/read-status/rooms/${id}/read-all`, undefined, { token: b.access }); // nothing new: nothing said
  await say(ca, id, '셋');
  await cb.send('/pub/chat/read', { roomId: id });
  assert.deepEqual((await reads.count(3)).map((m) => m.lastReadSeq), [1, 2, 3]);
});

test('rooms that open, are joined and are left reach those they concern', async () => {
  const [a, b, c] = [await person('연 사람'), await person('부른 사람'), await person('지나가던 사람')];
  const [ca, cb, cc] = [await connect(a.access), await connect(b.access), await connect(c.access)];
  const [rooms, publicRooms, joined, left] = [await cb.subscribe('/user/queue/rooms'), await cc.subscribe('/sub/chat/public-rooms'),
    await cc.subscribe('/user/queue/rooms'), await cc.subscribe('/user/queue/rooms/leave')];
  const mine = await ca.subscribe('/user/queue/rooms');
  const direct = (await post('/chat/rooms', { roomType: 'DIRECT', participantIds: [b.id] }, { token: a.access })).body.data.roomId;
  const [told] = await rooms.count(1);
  assert.equal(told.roomId, direct);
  assert.equal(told.roomName, '연 사람'); // for the one it is told to, the room is the other person
  assert.equal((await mine.count(1))[0].roomName, '부른 사람');
  assert.deepEqual(told.participants.map((p) => p.userId).sort(), [a.id, b.id].sort());
  const open = await room(a, [], { roomName: '모두의 방', isPublic: true });
  await until(() => publicRooms.messages.some((m) => m.roomId === open && m.isPublic));
  assert.ok(!publicRooms.messages.some((m) => m.roomId === direct));
  // join, and hear at once
  await post(`/chat/rooms/${open}/join`, undefined, { token: c.access });
  const heard = await cc.subscribe(`/sub/chat/room/${open}`);
  assert.equal((await joined.count(1))[0].roomId, open);
  await say(ca, open, '어서 와요');
  assert.equal((await heard.count(1))[0].message, '어서 와요');
  // leave, and hear no more
  await post(`/chat/rooms/${open}/leave`, undefined, { token: c.access });
  assert.equal((await left.count(1))[0].roomId, open);
  const own = await ca.subscribe(`/sub/chat/room/${open}`);
  await say(ca, open, '갔네요');
  await own.count(1);
  assert.equal(heard.messages.length, 1);
});

test('who leaves and comes back while subscribed hears what was said meanwhile, and nothing twice', async () => {
  const [a, c] = [await person('주인'), await person('들락날락')];
  const [ca, cc] = [await connect(a.access), await connect(c.access)];
  const open = await room(a, [], { roomName: '열린 방', isPublic: true });
  const left = await cc.subscribe('/user/queue/rooms/leave');
  await post(`/chat/rooms/${open}/join`, undefined, { token: c.access });
  const heard = await cc.subscribe(`/sub/chat/room/${open}`, { after: '0' });
  for (const t of ['하나', '둘', '셋']) await say(ca, open, t);
  await heard.count(3);
  await post(`/chat/rooms/${open}/leave`, undefined, { token: c.access });
  await left.count(1);
  await say(ca, open, '넷');
  await post(`/chat/rooms/${open}/join`, undefined, { token: c.access });
  await heard.count(4);
  await say(ca, open, '다섯');
  assert.deepEqual((await heard.count(5)).map((m) => m.message), ['하나', '둘', '셋', '넷', '다섯']);
});

test('somebody else’s room stays silent, and the connection stays open', async () => {
  const [a, b, x] = [await person(), await person(), await person('남남')];
  const id = await room(a, [b]);
  const cx = await connect(x.access);
  const errors = await cx.subscribe('/user/queue/errors');
  const [messages, typing] = [await cx.subscribe(`/sub/chat/room/${id}`), await cx.subscribe(`/sub/chat/room/${id}/typing`)];
  const ca = await connect(a.access);
  const own = await ca.subscribe(`/sub/chat/room/${id}`);
  const ownTyping = await ca.subscribe(`/sub/chat/room/${id}/typing`);
  cx.cast('/pub/chat/message', { roomId: id, message: '끼어들기' });
  cx.cast('/pub/chat/typing', { roomId: id, isTyping: true });
  cx.cast('/pub/chat/read', { roomId: id });
  cx.cast('/pub/chat/message', { roomId: 999999999, message: 'x' });
  const got = await errors.count(5); // two subscriptions, three sends; typing is dropped
  assert.deepEqual(got.map((e) => [e.code, e.message]), got.map(() => ['CHAT_001', '채팅방을 찾을 수 없습니다']));
  const english = await connect(x.access, { options: { headers: { 'Accept-Language': 'en' } } });
  const said = await english.subscribe('/user/queue/errors');
  await english.subscribe(`/sub/chat/room/${id}`);
  assert.deepEqual((await said.count(1)).map((e) => [e.code, e.message]), [['CHAT_001', 'No such room']]);
  await say(ca, id, '우리끼리');
  await own.count(1);
  assert.equal(own.messages[0].message, '우리끼리');
  assert.equal(messages.messages.length + typing.messages.length + ownTyping.messages.length, 0);
});

test('what cannot be sent is said on /user/queue/errors and ends nothing', async () => {
  const [a, b] = [await person(), await person()];
  const id = await room(a, [b]);
  const ca = await connect(a.access);
  const errors = await ca.subscribe('/user/queue/errors');
  const own = await ca.subscribe(`/sub/chat/room/${id}`);
  ca.cast('/pub/chat/message', { roomId: id, message: '   ' });
  ca.cast('/pub/chat/message', 'not json');
  ca.cast('/pub/chat/message', '[]');
  ca.cast('/pub/chat/message', { message: 'no room' });
  ca.cast('/pub/nowhere', {});
  ca.cast('/pub/chat/message', { roomId: id, message: 'x'.repeat(5001) });
  const codes = (await errors.count(6)).map((e) => e.code);
  assert.deepEqual(codes, ['EMPTY_MESSAGE', 'INVALID_JSON', 'INVALID_JSON', 'VALIDATION_ERROR', 'UNKNOWN_DESTINATION', 'VALIDATION_ERROR']);
  const more = await ca.subscribe('/topic/of/nothing');
  assert.equal((await errors.count(7))[6].code, 'UNKNOWN_DESTINATION');
  await say(ca, id, 'still here');
  assert.equal((await own.count(1))[0].message, 'still here');
  assert.equal(more.messages.length, 0);
});

test('a destination is what stands there, letter by letter: all else is said to be unknown, and nothing is heard or said', async () => {
  const [a, b, x] = [await person(), await person(), await person('남남')];
  const [mine, secret] = [await room(a, [b]), await room(x, [b])];
  const beyond = (id) => 2n ** 64n + BigInt(id); // the same as id, in 64 bits
  const s = await raw();
  s.send(`CONNECT\naccept-version:1.2\nAuthorization:Bearer ${a.access}\n\n\0SUBSCRIBE\nid:e\ndestination:/user/queue/errors\n\n\0`);
  const codes = () => s.texts.flatMap((t) => (t.includes('subscription:e\n') ? [JSON.parse(t.slice(t.indexOf('\n\n') + 2).replace('\0', '')).code] : []));
  // nowhere, or a room that this user is not in
  const nowhere = ['', '/', '/sub', '/sub/chat/room', '/sub/chat/room/', '/sub/chat/room//typing', `/sub/chat/room//${mine}`, `/sub//chat/room/${mine}`, `//sub/chat/room/${mine}`, `/sub/chat/room/${mine}/`, `/sub/chat/room/${mine}/typing/`,
    `/sub/chat/room/${mine}/../${secret}`, `/sub/chat/room/../room/${mine}`, `/sub/chat/room/%2e%2e/${mine}`, `/sub/chat/room/${mine}%2F..%2F${secret}`, `/sub/chat/room/${mine}%00`, `/sub/chat/room/${mine}\\\\0`, `/sub/chat/room/${mine}\\n`, `/sub/chat/room/${mine}\\r`, `/sub/chat/room/${mine}\\c`,
    `/sub/chat/room/${mine}?a=b`, `/sub/chat/room/${mine}#`, `/sub/chat/room/${mine};${secret}`, `/sub/chat/room/${mine},${secret}`, '/sub/chat/room/0', '/sub/chat/room/0/read', '/topic/chat/000', '/sub/chat/room/#', '/sub/chat/room/*', '/sub/chat/room/>', '/sub/chat/room/**', `/SUB/chat/room/${mine}`, ` /sub/chat/room/${mine}`, `/sub/chat/room/ ${mine}`,
    `/sub/chat/room/-${mine}`, `/sub/chat/room/+${mine}`, `/sub/chat/room/0x${mine.toString(16)}`, `/sub/chat/room/${mine}.0`, `/sub/chat/room/${mine}e0`, `/sub/chat/room/${beyond(mine)}`, `/topic/chat/${beyond(mine)}`, `/sub/chat/room/${'9'.repeat(400)}`, `/sub/chat/room/${[...String(mine)].map((d) => String.fromCodePoint(0xff10 + Number(d))).join('')}`,
    `/user/${x.id}/queue/notifications`, '/user/queue', '/user/queue/', '/user/queue/../queue/rooms', '/user/queue/rooms/leave/x', '/topic', '/topic/*', '/topic/system/'];
  const foreign = [`/sub/chat/room/${secret}`, `/topic/chat/${secret}`, `/sub/chat/room/${secret}/typing`, `/sub/chat/room/${secret}/read`, `/sub/chat/room/${'9'.repeat(19)}`, '/sub/chat/room/18446744073709551'];
  const all = [...nowhere, ...foreign];
  const selectors = ['', 'selector:1=1 OR TRUE\n', "selector:roomId = '1' OR '1' LIKE '%'\n", 'selector:*\n'];
  for (const [i, d] of all.entries()) s.send(`SUBSCRIBE\nid:bad-${i}\nreceipt:b${i}\n${selectors[i % 4]}destination:${d}\n\n\0`);
  // a byte that no text has
  s.ws.send(Buffer.concat([Buffer.from(`SUBSCRIBE\nid:bad-nul\nreceipt:nul\ndestination:/sub/chat/room/${mine}`), Buffer.from([0xc0, 0x80]), Buffer.from('\n\n\0')]));
  await Promise.all([...all.map((_, i) => s.until(`receipt-id:b${i}\n`)), s.until('receipt-id:nul\n')]);
  assert.deepEqual(codes().sort(), [...foreign.map(() => 'CHAT_001'), ...nowhere.map(() => 'UNKNOWN_DESTINATION'), 'UNKNOWN_DESTINATION'].sort());
  // where nothing is sent to; then bodies that name no room
  const known = codes().length;
  const nothing = ['', '/pub', '/pub/chat', '/pub/chat/message/', '/pub/chat/../chat/message', '/pub/chat/%6dessage', '/pub//chat/message', '/pub/chat/message?roomId=1', '/PUB/chat/message', '/pub/chat/message\\\\0', '/pub/chat/message%00', '/pub/chat/typing/', '/app/chat//send', '/app/chat/0/send', '/app/chat/#/send', '/app/chat/*/send', '/app/chat/%31/send',
    `/app/chat/${mine}/../${secret}/send`, `/app/chat/${mine}%2Fsend`, `/app/chat/${mine}/send/`, `/app/chat/${beyond(mine)}/send`, `/app/chat/-${mine}/send`, `/sub/chat/room/${mine}`, `/topic/chat/${mine}`, '/user/queue/notifications', '/user/queue/errors', '/sub/system-notifications'];
  for (const d of nothing) s.send(`SEND\nselector:1=1\ndestination:${d}\n\n${JSON.stringify({ roomId: mine, message: '어디로?' })}\0`);
  const bodies = [`"${beyond(mine)}"`, `"${mine}/../${secret}"`, `"../${mine}"`, `"%${mine}"`, `" ${mine}"`, '""', 'null', '{}', '[1]', 'true', '-1', `${mine}.5`, `"-${mine}"`, `"+${mine}"`, '0'];
  for (const roomId of bodies) for (const d of ['/pub/chat/message', '/pub/chat/read']) s.send(`SEND\ndestination:${d}\n\n{"roomId":${roomId},"message":"어디로?"}\0`);
  const count = known + nothing.length + 2 * bodies.length;
  await until(() => codes().length >= count);
  assert.deepEqual(codes().slice(known), [...nothing.map(() => 'UNKNOWN_DESTINATION'), ...Array(2 * bodies.length).fill('VALIDATION_ERROR')]);
  // a text with a NUL in it is none of ours, and what 64 bits do not hold is not the room either
  for (const roomId of [`"${mine}\\u0000"`, beyond(mine), 10n ** 30n]) s.send(`SEND\ndestination:/pub/chat/message\n\n{"roomId":${roomId},"message":"어디로?"}\0`);
  await until(() => codes().length >= count + 3);
  assert.equal(codes()[count], 'INVALID_JSON');
  for (const code of codes().slice(count + 1)) assert.match(code, /^(VALIDATION_ERROR|INVALID_JSON|CHAT_001)$/);
  // the socket is as good as before: of all it asked for it hears its own room, whatever the selector says
  s.send(`SUBSCRIBE\nid:good\nreceipt:good\nselector:1=0\ndestination:/sub/chat/room/${mine}\n\n\0`);
  await s.until('receipt-id:good\n');
  for (const [p, id] of [[x, secret], [b, mine]]) assert.equal((await post(`/chat/rooms/${id}/messages`, { message: `말 ${id}` }, { token: p.access })).status, 201);
  await post(`/chat/rooms/${secret}/read`, {}, { token: b.access });
  await post('/chat/rooms', { roomName: '모두', isPublic: true }, { token: x.access });
  await post('/matching/request', { targetUserId: a.id, message: '안녕하세요' }, { token: x.access });
  await s.until(`말 ${mine}`);
  s.send(`SEND\nreceipt:last\ndestination:/pub/chat/read\n\n{"roomId":${mine}}\0`);
  await s.until('receipt-id:last\n');
  assert.deepEqual(s.texts.filter((t) => t.startsWith('MESSAGE') && !t.includes('subscription:e\n')).map((t) => /subscription:(.*)/.exec(t)[1]), ['good']);
  assert.equal(s.texts.filter((t) => t.startsWith('ERROR')).length, 0);
  const said = await query('SELECT body FROM chat_messages WHERE room_id IN (?, ?) ORDER BY room_id', [mine, secret]);
  assert.deepEqual(said.map((r) => r.body), [`말 ${mine}`, `말 ${secret}`]);
});

test('a client that comes back with the last number it saw gets what it missed, once', async () => {
  const [a, b] = [await person(), await person()];
  const id = await room(a, [b]);
  const texts = Array.from({ length: 30 }, (_, i) => `m${i + 1}`);
  for (const t of texts.slice(0, 20)) await post(`/chat/rooms/${id}/messages`, { message: t }, { token: a.access });
  const cb = await connect(b.access);
  const sub = await cb.subscribe(`/sub/chat/room/${id}`, { after: '5' });
  for (const t of texts.slice(20)) await post(`/chat/rooms/${id}/messages`, { message: t }, { token: a.access });
  const got = await sub.count(25);
  assert.deepEqual(got.map((m) => m.seq), Array.from({ length: 25 }, (_, i) => i + 6));
  assert.deepEqual(got.map((m) => m.message), texts.slice(5));
  // with the newest: nothing; without any: nothing of the past
  const none = await cb.subscribe(`/sub/chat/room/${id}`, { after: '30' });
  const fresh = await cb.subscribe(`/sub/chat/room/${id}`);
  await post(`/chat/rooms/${id}/messages`, { message: 'new' }, { token: a.access });
  assert.deepEqual((await none.count(1)).map((m) => m.seq), [31]);
  assert.deepEqual((await fresh.count(1)).map((m) => m.seq), [31]);
});

test('what many missed is fetched once', async () => {
  const people = await Promise.all([1, 2, 3, 4, 5].map((i) => person(`사람${i}`)));
  const id = await room(people[0], people.slice(1));
  for (let i = 0; i < 5; i += 1) await post(`/chat/rooms/${id}/messages`, { message: `${i}` }, { token: people[0].access });
  const asked = () => fs.readFileSync(path.join(env.run, 'log/api.log'), 'utf8').split('\n')
    .filter((l) => l.includes('"route":"chat_messages_get"') && l.includes(`"path":"/chat/rooms/${id}/messages"`)).length;
  const conns = await Promise.all(people.map((p) => connect(p.access)));
  const subs = await Promise.all(conns.map((c) => c.subscribe(`/sub/chat/room/${id}`, { after: '2' })));
  for (const s of subs) assert.deepEqual((await s.count(3)).map((m) => m.message), ['2', '3', '4']);
  // and one who comes later, after one more was said
  await say(conns[0], id, '5');
  await subs[0].count(4);
  const late = await conns[1].subscribe(`/sub/chat/room/${id}`, { after: '3' });
  assert.deepEqual((await late.count(3)).map((m) => m.message), ['3', '4', '5']);
  assert.equal(asked(), 1);
});

test('who is too far behind is told to reload', async () => {
  const [a, b] = [await person(), await person()];
  const id = await room(a, [b]);
  for (let i = 0; i < 105; i += 5) {
    await Promise.all([1, 2, 3, 4, 5].map((k) => post(`/chat/rooms/${id}/messages`, { message: `${i + k}` }, { token: a.access })));
  }
  const cb = await connect(b.access);
  const sub = await cb.subscribe(`/sub/chat/room/${id}`, { after: '0' });
  const [told] = await sub.count(1);
  assert.deepEqual(told, { type: 'RELOAD', roomId: id, lastSeq: 105 });
  assert.equal(sub.frames[0].headers.reload, 'true');
  await post(`/chat/rooms/${id}/messages`, { message: 'new' }, { token: a.access });
  assert.equal((await sub.count(2))[1].seq, 106);
});

test('two subscriptions to one room on one connection both hear; a cancelled one does not', async () => {
  const [a, b] = [await person(), await person()];
  const id = await room(a, [b]);
  const ca = await connect(a.access);
  const [one, two] = [await ca.subscribe(`/sub/chat/room/${id}`), await ca.subscribe(`/topic/chat/${id}`)];
  await ca.send(`/app/chat/${id}/send`, { message: 'eins' });
  await Promise.all([one.count(1), two.count(1)]);
  assert.notEqual(one.frames[0].headers.subscription, two.frames[0].headers.subscription);
  one.unsubscribe();
  await say(ca, id, 'zwei');
  await two.count(2);
  assert.equal(one.messages.length, 1);
});

test('the token may come by header or query, and nothing else opens a connection', async () => {
  const a = await person();
  const byQuery = await connect(undefined, { path: `/ws/notifications?token=${a.access}` });
  assert.equal(byQuery.connected['user-name'], a.id);
  const any = await connect(a.access, { path: '/ws' });
  assert.equal(any.connected['user-name'], a.id);
  const foreign = sign({ sub: a.id });
  for (const headers of ['', 'Authorization:Bearer nonsense\n', `Authorization:Bearer ${foreign}\n`, `Authorization:Bearer ${a.refresh}\n`, `Authorization:Bearer ${'x'.repeat(5000)}\n`]) {
    const s = await raw('/ws/chat', { options: { headers: { Cookie: `token=${a.access}; next-auth.session-token=${a.access}` } } });
    s.send(`CONNECT\naccept-version:1.2\n${headers}\n\0`);
    assert.match(await s.until('ERROR'), /^ERROR\nmessage:Unauthorized\n\n\0$/);
    assert.equal(await s.closed(), 1008);
  }
});

test('broken frames and frames out of turn end with ERROR and a close code', async () => {
  const a = await person();
  const hello = `CONNECT\naccept-version:1.2\nAuthorization:Bearer ${a.access}\n\n\0`;
  const cases = [
    ['SEND\ndestination:/pub/chat/message\n\n{}\0', 'CONNECT first'],
    ['GET / HTTP/1.1\nHost: x\n\n\0', 'CONNECT first'],
    ['CONNECT\naccept-version:2.0\n\n\0', 'Supported versions are 1.0 to 1.2'],
    [`${hello}${hello}`, 'Already connected'],
    [`${hello}FLY\n\n\0`, 'Unknown command'],
    [`${hello}SEND\n\n{}\0`, 'SEND needs a destination'],
    [`${hello}SUBSCRIBE\ndestination:/user/queue/rooms\n\n\0`, 'SUBSCRIBE needs id and destination'],
    [`${hello}SEND\nbroken\n\n\0`, 'a header without a colon'],
    [`${hello}SEND\na:\\t\n\n\0`, 'an unknown escape in a header'],
    [`${hello}SEND\ncontent-length:x\n\n\0`, 'no number in content-length'],
    [`${hello}SEND\ncontent-length:99999999\n\n`, 'too large a body'],
    [`${hello}${'x'.repeat(20000)}`, 'too long a head'],
  ];
  for (const [text, why] of cases) {
    const s = await raw();
    s.send(text);
    assert.ok((await s.until('ERROR')).includes(`message:${why}`), why);
    assert.equal(await s.closed(), 1008, why);
  }
});

test('a subscription too many is said on /user/queue/errors, and the others go on', async () => {
  const a = await person();
  const s = await raw();
  s.send(`CONNECT\naccept-version:1.2\nAuthorization:Bearer ${a.access}\n\n\0SUBSCRIBE\nid:e\ndestination:/user/queue/errors\n\n\0`);
  s.send(Array.from({ length: 64 }, (_, i) => `SUBSCRIBE\nid:${i}\nreceipt:r${i}\ndestination:/user/queue/rooms\n\n\0`).join(''));
  assert.match(await s.until('TOO_MANY_SUBSCRIPTIONS'), /^MESSAGE\n/);
  await s.until('receipt-id:r63');
  s.send('UNSUBSCRIBE\nid:0\n\n\0SUBSCRIBE\nid:again\nreceipt:again\ndestination:/user/queue/rooms\n\n\0');
  await s.until('receipt-id:again');
  s.send('DISCONNECT\nreceipt:bye\n\n\0');
  await s.until('receipt-id:bye');
  assert.equal(await s.closed(), 1000);
});

test('frames may come in pieces, together, as STOMP or in binary', async () => {
  const a = await person();
  const s = await raw();
  const frame = Buffer.from(`\n\nSTOMP\naccept-version:1.1\nAuthorization:Bearer ${a.access}\nheart-beat:0,0\n\n\0\nSUBSCRIBE\nid:a:b\nreceipt:one\ndestination:/user/queue/rooms\n\n\0\n`.replace('a:b', 'a\\cb'));
  for (let i = 0; i < frame.length; i += 7) s.ws.send(frame.subarray(i, i + 7), { binary: i % 2 === 1 });
  assert.match(await s.until('CONNECTED'), /version:1.1\nheart-beat:0,0\n/);
  await s.until('RECEIPT\nreceipt-id:one\n\n\0');
  s.send('UNSUBSCRIBE\nid:a\\cb\nreceipt:two\n\n\0ACK\nid:1\nreceipt:three\n\n\0DISCONNECT\nreceipt:close-1\n\n\0');
  await s.until('receipt-id:two');
  await s.until('receipt-id:three');
  await s.until('receipt-id:close-1');
  assert.equal(await s.closed(), 1000);
});

test('the handshake names no protocol unasked, and a STOMP version when asked', async () => {
  const plain = new WebSocket(wsUrl('/ws/chat'));
  const answered = await new Promise((ok) => { plain.on('upgrade', (res) => ok(res.headers)); });
  assert.equal(answered['sec-websocket-protocol'], undefined);
  assert.equal(answered['sec-websocket-extensions'], undefined);
  plain.terminate();
  const asked = new WebSocket(wsUrl('/ws/chat'), ['v12.stomp', 'v11.stomp']);
  const got = await new Promise((ok) => { asked.on('upgrade', (res) => ok(res.headers)); });
  assert.equal(got['sec-websocket-protocol'], 'v12.stomp');
  asked.terminate();
});

test('pages of other origins are refused, those on the list and our own are not, wherever they knock', async () => {
  const status = (headers, target) => new Promise((ok) => {
    const ws = new WebSocket(wsUrl(target), { headers });
    ws.on('unexpected-response', (req, res) => ok(res.statusCode));
    ws.on('open', () => { ws.terminate(); ok(101); });
    ws.on('error', () => {});
  });
  const { host } = new URL(wsUrl('/'));
  const foreign = ['https://evil.example.com', 'null', `http://${host}.evil.example.com`, 'https://app.example.com.evil.example.com', 'https://evil.app.example.com', 'http://app.example.com', 'https://app.example.com:444', 'https://app.example.com/', 'https://app.example.com,http://localhost:3000', '*'];
  for (const target of ['/ws/chat', '/ws/notifications', '/ws', '/socket.io/?EIO=4&transport=websocket', `/api/v1/room/origin-${process.pid}/ws?userId=a`, `/api/room/origin-${process.pid}/ws?userId=a`]) {
    for (const Origin of foreign) assert.equal(await status({ Origin }, target), 403, `${target} ${Origin}`);
    for (const Origin of ['https://app.example.com', 'http://localhost:3000', `http://${host}`]) assert.equal(await status({ Origin }, target), 101, `${target} ${Origin}`);
    assert.equal(await status({}, target), 101, target);
  }
  assert.equal(await status({}, '/ws/elsewhere'), 404);
});

test('what will be no socket is told so in JSON, as the API does', async () => {
  const body = (code, message) => ({ success: false, message, code, error: { code, message, details: {} } });
  const handshake = (target, headers) => new Promise((ok, no) => {
    const ws = new WebSocket(wsUrl(target), { headers });
    ws.on('unexpected-response', (req, res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (more) => { text += more; }).on('end', () => ok([res.statusCode, res.headers['content-type'], JSON.parse(text)]));
    });
    ws.on('open', () => no(new Error('it is open')));
    ws.on('error', no);
  });
  const plain = async (target, headers = {}) => {
    const res = await fetch(`${env.base}${target}`, { headers });
    return [res.status, res.headers.get('content-type'), await res.json(), res.headers.get('upgrade')];
  };
  const en = { 'accept-language': 'en' };
  assert.deepEqual(await plain('/ws/chat', en), [426, 'application/json', body('UPGRADE_REQUIRED', 'This address is for WebSockets'), 'websocket']);
  assert.deepEqual((await plain('/ws/elsewhere')).slice(0, 3), [404, 'application/json', body('NOT_FOUND', '요청한 주소를 찾을 수 없습니다')]);
  assert.deepEqual(await handshake('/ws/elsewhere', en), [404, 'application/json', body('NOT_FOUND', 'No such address')]);
  assert.deepEqual(await handshake('/ws/chat', { ...en, Origin: 'https://evil.example.com' }), [403, 'application/json', body('USER_002', 'You may not do this')]);
  assert.deepEqual(await handshake('/api/v1/room/a/ws?userId=*', en), [400, 'application/json', body('VALIDATION_ERROR', 'Please check the marked fields')]);
});

test('a login that ends takes its sockets along within a second, other logins stay', async () => {
  const a = await person();
  const again = (await post('/auth/login', { email: a.email, password: a.password })).body.data.accessToken;
  const [one, two] = [await connect(a.access), await connect(again)];
  const rooms = await two.subscribe('/user/queue/rooms');
  const start = Date.now();
  await post('/auth/logout', undefined, { token: a.access });
  assert.equal((await one.closed()).code, 1008);
  assert.ok(Date.now() - start < 2000);
  const s = await raw();
  s.send(`CONNECT\naccept-version:1.2\nAuthorization:Bearer ${a.access}\n\n\0`);
  await s.until('Unauthorized');
  await post('/chat/rooms', { roomName: 'x', isPublic: false }, { token: again });
  await rooms.count(1);
});

test('one user has at most twenty sockets', async () => {
  const a = await person();
  const conns = [];
  for (let i = 0; i < 20; i += 1) conns.push(await connect(a.access));
  await assert.rejects(connect(a.access), /Too many connections/);
  await conns[0].close();
  await until(async () => connect(a.access).then(() => true, () => false));
});

test('a flood is slowed down, not lost', async () => {
  const a = await person();
  const s = await raw();
  s.send(`CONNECT\naccept-version:1.2\nAuthorization:Bearer ${a.access}\n\n\0`);
  await s.until('CONNECTED');
  for (let i = 0; i < 400; i += 1) s.send(`ACK\nid:1\nreceipt:n${i}\n\n\0`);
  await s.until('receipt-id:n399\n');
  assert.equal(s.texts.filter((t) => t.startsWith('RECEIPT')).length, 400);
});

test('a frame of sixteen megabytes is taken, a larger one ends the connection', async () => {
  const a = await person();
  const s = await raw();
  s.send(`CONNECT\naccept-version:1.2\nAuthorization:Bearer ${a.access}\n\n\0`);
  await s.until('CONNECTED');
  s.send(`SEND\nreceipt:big\ndestination:/pub/nowhere\n\n${JSON.stringify({ audioData: 'A'.repeat(16 << 20) })}\0`);
  s.send('ACK\nid:1\nreceipt:after\n\n\0');
  await s.until('receipt-id:after', 20000);
  s.send(`SEND\ndestination:/pub/nowhere\n\n${'A'.repeat(18 << 20)}\0`);
  assert.equal(await s.closed(), 1009);
  const n = await raw('/ws/notifications');
  n.send(`SEND\ndestination:/pub/nowhere\n\n${'A'.repeat(2 << 20)}\0`);
  assert.equal(await n.closed(), 1009);
});

test('who does not read is cut, and the others notice nothing', async () => {
  const [a, b, c] = [await person(), await person('느림'), await person()];
  const id = await room(a, [b, c]);
  const slow = await raw();
  slow.send(`CONNECT\naccept-version:1.2\nAuthorization:Bearer ${b.access}\n\n\0SUBSCRIBE\nid:1\nreceipt:r\ndestination:/sub/chat/room/${id}\n\n\0`);
  await slow.until('receipt-id:r');
  slow.ws._socket.pause();
  const cc = await connect(c.access);
  const sub = await cc.subscribe(`/sub/chat/room/${id}`);
  const text = '가'.repeat(4900);
  const n = 900; // × 15 kB: more than the queue and all buffers on the way
  const start = performance.now();
  for (let i = 0; i < n; i += 30) {
    const res = await Promise.all(Array.from({ length: 30 }, () => post(`/chat/rooms/${id}/messages`, { message: text }, { token: a.access })));
    assert.ok(res.every((r) => r.status === 201), res.find((r) => r.status !== 201)?.text);
    await sub.count(i + 30); // who reads keeps up
  }
  slow.ws._socket.resume();
  // the gateway says why, to whoever reads it within five seconds
  assert.ok([1013, ...(performance.now() - start > 5000 ? [1006] : [])].includes(await slow.closed()));
  assert.ok(slow.texts.length < n);
  // what it has is without a gap, so it knows where to go on
  const seqs = slow.texts.filter((t) => t.startsWith('MESSAGE')).map((t) => Number(/"seq":(\d+)/.exec(t)[1]));
  assert.deepEqual(seqs, seqs.map((_, i) => i + 1));
});

test('what the system tells people comes where that is listened for, or with everything else; a ping has its receipt', async () => {
  const [a, b] = [await person(), await person()];
  const all = await Promise.all([a, a, b].map((p) => connect(p.access, { path: '/ws/notifications' })));
  const system = await all[0].subscribe('/sub/system-notifications');
  const topic = await all[1].subscribe('/topic/system');
  const [beside, alone] = await Promise.all([all[0], all[2]].map((c) => c.subscribe('/user/queue/notifications')));
  await query("INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES ('notification.broadcast', 0, ?, ?)",
    [a.id, JSON.stringify({ recipients: [a.id, b.id].map(Number), type: 'system_maintenance', title: '점검', message: '오늘 밤', priority: 2 })]);
  for (const sub of [system, topic, alone]) assert.deepEqual((await sub.count(1)).map((m) => [m.category, m.title]), [['system', '점검']]);
  await all[0].send('/pub/notifications/ping', {});
  assert.deepEqual((await beside.count(1)).map((m) => m.type), ['PONG']);
});

test('the heart-beat of who sends none is one, and a ping that is answered', async () => {
  await until(() => quiet.pings > 0, 25000);
  assert.deepEqual([quiet.texts.at(-1), quiet.ws.readyState], ['\n', 1]);
});
