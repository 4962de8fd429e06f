// Rooms, messages and read marks, one caller at a time; races and faults are in chat-races.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import { after, before, test } from 'node:test';
import { get, person, post, send, unique } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { internal } from '../harness/internal.mjs';
import { form, png, wav } from '../harness/files.mjs';
import { fillStudy, study } from '../harness/study.mjs';

after(closeDb);
const as = (p) => ({ token: p.access });
const ids = (list) => list.map((x) => x.roomId);
const seqs = (res) => res.body.data.map((m) => m.seq);
const refusal = (res) => [res.status, res.body.code];
const wrongField = (res) => [res.status, res.body.code, res.body.error.details.fields[0].field, res.body.error.details.fields[0].rule];
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const block = (who, whom) => query('INSERT INTO blocks (user_id, blocked_id) VALUES (?, ?)', [who.id, whom.id]);

let kim;
let lee;
let park;
before(async () => {
  [kim, lee, park] = [await person('김하나'), await person('이두리'), await person('박세찬')];
});

async function open(owner, fields = {}) {
  const res = await post('/chat/rooms', { roomName: unique('방'), isPublic: false, ...fields }, as(owner));
  assert.equal(res.status, 201, res.text);
  return res.body.data;
}
const direct = (a, b) => open(a, { roomType: 'DIRECT', participantIds: [b.id] });
const rooms = async (p) => (await get('/chat/rooms', as(p))).body.data;
const roomOf = async (p, id) => (await rooms(p)).find((r) => r.roomId === id);
const say = (p, id, message, extra, headers) => post(`/chat/rooms/${id}/messages`, { message, ...extra }, { ...as(p), headers });
// n messages of one sender at once, as if they had been sent
async function fill(id, sender, n, body = "CONCAT('m', seq)") {
  await query(`INSERT INTO chat_messages (room_id, seq, sender_id, body) SELECT ?, seq, ?, ${body} FROM seq_1_to_${n}`, [id, sender.id]);
  await query('UPDATE chat_rooms SET last_seq = ? WHERE id = ?', [n, id]);
}

/* ---- rooms -------------------------------------------------------------------------------- */

test('a new room has the defaults of the client, its maker as owner, and everybody who was brought along', async () => {
  const name = unique('스터디');
  const guests = [lee.id, Number(park.id), park.id, kim.id]; // texts, numbers, twice, oneself
  const res = await post('/chat/rooms', { roomName: `  ${name} `, participantIds: guests }, as(kim));
  assert.equal(res.status, 201);
  const d = res.body.data;
  assert.deepEqual(
    [d.roomName, d.roomType, d.isPublic, d.maxParticipants, d.participantCount, d.createdBy, d.isOwner, d.isMember, d.id],
    [name, 'GROUP', true, 4, 3, kim.id, true, true, d.roomId],
  );
  assert.deepEqual(d.participants, [kim, lee, park].map((p) => ({ userId: p.id, name: p.name, profileImage: null })));
  assert.deepEqual([d.lastMessage, d.lastMessageAt, d.lastSeq, d.unreadCount, d.isLastMessageRead], [null, null, 0, 0, true]);
  assert.equal((await roomOf(lee, d.roomId)).isOwner, false);
  await query('UPDATE chat_rooms SET is_public = FALSE WHERE id = ?', [d.roomId]);
});

test('what the maker chooses counts, under both addresses', async () => {
  const res = await post('/chat/room/create', { name: '비밀방', roomType: 'PUBLIC', isPublic: 'false', maxParticipants: '2' }, as(kim));
  assert.deepEqual([res.status, res.body.data.roomName, res.body.data.roomType, res.body.data.isPublic, res.body.data.maxParticipants], [201, '비밀방', 'GROUP', false, 2]);
  const six = await open(kim, { participantIds: (await Promise.all(range(1, 5).map(() => person()))).map((p) => p.id) });
  assert.deepEqual([six.maxParticipants, six.participantCount], [6, 6]);
  assert.equal((await open(kim, { roomName: '가'.repeat(50) })).roomName.length, 50);
});

test('a wrong room is refused by field and none is made', async () => {
  const me = await person();
  const ok = { roomName: '방' };
  const cases = [
    [{}, 'roomName', 'required'], [{ roomName: '' }, 'roomName', 'required'], [{ roomName: ' \t ' }, 'roomName', 'required'],
    [{ roomName: '\u3000\u200b' }, 'roomName', 'required'], [{ roomName: 'x'.repeat(51) }, 'roomName', 'max'], [{ roomName: 5 }, 'roomName', 'type'],
    [{ roomName: 'a\nb' }, 'roomName', 'characters'], [{ ...ok, roomType: 'SECRET' }, 'roomType', 'one_of'],
    [{ ...ok, maxParticipants: 1 }, 'maxParticipants', 'min'], [{ ...ok, maxParticipants: 101 }, 'maxParticipants', 'max'],
    [{ ...ok, isPublic: 'maybe' }, 'isPublic', 'type'], [{ ...ok, participantIds: 'x' }, 'participantIds', 'type'],
    [{ ...ok, participantIds: [lee.id, 'x'] }, 'participantIds[1]', 'type'], [{ ...ok, participantIds: range(1, 101) }, 'participantIds', 'max'],
    [{ roomType: 'DIRECT' }, 'participantIds', 'count'], [{ roomType: 'DIRECT', participantIds: [me.id] }, 'participantIds', 'count'],
    [{ roomType: 'ONE_TO_ONE', participantIds: [lee.id, park.id] }, 'participantIds', 'count'],
  ];
  for (const [body, field, rule] of cases) {
    const res = await post('/chat/rooms', body, as(me));
    assert.deepEqual([body, ...wrongField(res)], [body, 400, 'VALIDATION_ERROR', field, rule]);
  }
  assert.equal((await rooms(me)).filter((r) => r.isMember).length, 0);
});

test('nobody is brought along who is gone, unknown, or blocked in either direction', async () => {
  const [me, gone, suspended, blocked, blocker] = await Promise.all(range(1, 5).map(() => person()));
  await query("UPDATE users SET status = IF(id = ?, 'DELETED', 'SUSPENDED') WHERE id IN (?, ?)", [gone.id, gone.id, suspended.id]);
  await block(me, blocked);
  await block(blocker, me);
  for (const id of [gone.id, suspended.id, blocked.id, blocker.id, 999999999, 0, -5]) {
    for (const body of [{ roomName: '방', participantIds: [lee.id, id] }, { roomType: 'DIRECT', participantIds: [id] }]) {
      assert.deepEqual([body, ...refusal(await post('/chat/rooms', body, as(me)))], [body, 404, 'USER_NOT_FOUND']);
    }
  }
  const left = await query('SELECT id FROM chat_rooms WHERE created_by = ?', [me.id]);
  assert.deepEqual(left, []);
});

test('who is not shown to everybody is brought along by partners only, and by whom they wrote with before', async () => {
  const me = await person();
  for (const visibility of ['private', 'friends']) {
    const [other, known, partner] = await Promise.all(range(1, 3).map(() => person()));
    const room = await direct(known, me);
    await query('INSERT INTO user_matches (user1_id, user2_id, matched_at) VALUES (LEAST(?, ?), GREATEST(?, ?), UTC_TIMESTAMP(3))', [me.id, partner.id, me.id, partner.id].map(Number));
    for (const p of [other, known, partner]) await query('INSERT INTO user_privacy (user_id, profile_visibility) VALUES (?, ?)', [p.id, visibility]);
    const ways = (p) => [{ roomName: '방', isPublic: false, participantIds: [lee.id, p.id] }, { roomType: 'DIRECT', participantIds: [p.id] }];
    for (const body of ways(other)) assert.deepEqual([visibility, ...refusal(await post('/chat/rooms', body, as(me)))], [visibility, 404, 'USER_NOT_FOUND']);
    for (const p of [known, partner]) for (const body of ways(p)) assert.equal((await post('/chat/rooms', body, as(me))).status, 201, `${visibility} ${p === known}`);
    assert.equal((await direct(me, known)).roomId, room.roomId);
    assert.equal((await direct(other, me)).roomType, 'DIRECT'); // they may begin
    await query('UPDATE user_matches SET is_active = FALSE WHERE ? IN (user1_id, user2_id)', [partner.id]);
    assert.equal((await direct(me, partner)).roomType, 'DIRECT');
    const stranger = await person();
    await query('INSERT INTO user_privacy (user_id, profile_visibility) VALUES (?, ?)', [stranger.id, visibility]);
    await query('INSERT INTO user_matches (user1_id, user2_id, matched_at, is_active) VALUES (LEAST(?, ?), GREATEST(?, ?), UTC_TIMESTAMP(3), FALSE)', [me.id, stranger.id, me.id, stranger.id].map(Number));
    for (const body of ways(stranger)) assert.deepEqual(refusal(await post('/chat/rooms', body, as(me))), [404, 'USER_NOT_FOUND']);
  }
});

test('a room never begins with more people than seats, at most 100', async () => {
  const over = await post('/chat/rooms', { roomName: '방', maxParticipants: 2, participantIds: [lee.id, park.id] }, as(kim));
  assert.deepEqual(refusal(over), [409, 'CHAT_ROOM_FULL']);
  const mark = unique('crowd');
  await query('INSERT INTO users (email, name) SELECT CONCAT(?, seq, "@test.example.com"), "무리" FROM seq_1_to_100', [mark]);
  const crowd = (await query('SELECT id FROM users WHERE email LIKE ? ORDER BY id', [`${mark}%`])).map((u) => u.id);
  assert.deepEqual(refusal(await post('/chat/rooms', { roomName: '방', participantIds: crowd }, as(kim))), [409, 'CHAT_ROOM_FULL']);
  const full = await open(kim, { participantIds: [...crowd.slice(0, 99), kim.id], isPublic: true });
  assert.deepEqual([full.maxParticipants, full.participants.length], [100, 100]);
  assert.deepEqual(refusal(await post(`/chat/rooms/${full.roomId}/join`, undefined, as(lee))), [409, 'CHAT_ROOM_FULL']);
});

test('a retried creation with its Idempotency-Key gives the first room again', async () => {
  const origin = 'https://app.example.com';
  const headers = { 'idempotency-key': crypto.randomUUID(), origin };
  const make = (body) => post('/chat/rooms', { isPublic: false, participantIds: [lee.id], ...body }, { ...as(kim), headers });
  const name = unique('한번');
  assert.deepEqual(refusal(await make({ roomName: name, participantIds: [999999999] })), [404, 'USER_NOT_FOUND']); // keeps nothing
  const [first, again] = [await make({ roomName: name }), await make({ roomName: name })];
  assert.deepEqual([first.status, again.status, again.headers['idempotent-replay'], again.text], [201, 201, 'true', first.text]);
  assert.deepEqual([first, again].map((r) => r.headers['access-control-allow-origin']), [origin, origin]); // else its page may not read it
  assert.deepEqual(refusal(await make({ roomName: `${name}!` })), [422, 'IDEMPOTENCY_KEY_REUSED']);
  const other = await post('/chat/rooms', { isPublic: false, participantIds: [lee.id], roomName: name }, { ...as(lee), headers });
  assert.notEqual(other.body.data.roomId, first.body.data.roomId);
  assert.equal((await query('SELECT id FROM chat_rooms WHERE name LIKE ? AND created_by = ?', [`${name}%`, kim.id])).length, 1);
});

test('a DIRECT room is one, is named after the other person for each, and has no owner', async () => {
  const [a, b] = [await person('에이'), await person('비이')];
  const room = await direct(a, b);
  assert.equal((await direct(b, a)).roomId, room.roomId);
  assert.equal((await open(b, { roomType: 'one_to_one', participantIds: [Number(a.id)], isPublic: true, maxParticipants: 50 })).roomId, room.roomId);
  for (const [me, other] of [[a, b], [b, a]]) {
    const r = await roomOf(me, room.roomId);
    assert.deepEqual([r.roomName, r.roomType, r.isPublic, r.isOwner, r.maxParticipants, r.participants.map((p) => p.userId)], [other.name, 'DIRECT', false, false, 2, [other.id, me.id]]);
    assert.equal((await get(`/chat/room/${room.roomId}`, as(me))).body.data.roomName, other.name);
  }
  await send('PUT', '/user/profile', { ...as(b), body: { name: '새이름', profileImage: '/api/v1/upload/file/b.png' } });
  const seen = await roomOf(a, room.roomId);
  assert.deepEqual([seen.roomName, seen.participants.find((p) => p.userId === b.id).profileImage], ['새이름', '/api/v1/upload/file/b.png']);
});

test('the list has my rooms, the one with news first, then the public ones I could join', async () => {
  const me = await person();
  const [one, two] = [await open(me), await open(lee, { participantIds: [me.id] })];
  const third = await direct(park, me);
  const [joinable, secret] = [await open(park, { isPublic: true, maxParticipants: 2 }), await open(park)];
  assert.deepEqual(ids((await rooms(me)).filter((r) => r.isMember)), [third.roomId, two.roomId, one.roomId]);
  await say(lee, two.roomId, '첫째');
  const last = (await say(lee, two.roomId, '😀'.repeat(250))).body.data;
  await say(park, joinable.roomId, '손님은 못 보는 글');
  const list = await rooms(me);
  assert.deepEqual(ids(list.filter((r) => r.isMember)), [two.roomId, third.roomId, one.roomId]);
  assert.ok(list.findIndex((r) => !r.isMember) === 3, 'mine come first');
  const news = list[0];
  assert.deepEqual([news.lastMessage, news.lastMessageAt, news.lastSeq, news.unreadCount, news.isLastMessageRead], ['😀'.repeat(200), last.sentAt, 2, 2, false]);
  const sender = await roomOf(lee, two.roomId);
  assert.deepEqual([sender.unreadCount, sender.isLastMessageRead], [0, true]);
  const shop = list.find((r) => r.roomId === joinable.roomId);
  assert.deepEqual([shop.isMember, shop.lastMessage, shop.lastMessageAt, shop.unreadCount, shop.participants.length], [false, null, null, 0, 1]);
  assert.equal(list.some((r) => r.roomId === secret.roomId), false);
  const open2 = (await get('/chat/rooms/public', as(me))).body.data;
  assert.ok(open2.every((r) => r.isPublic && !r.isMember && r.participantCount < r.maxParticipants));
  assert.ok(ids(open2).includes(joinable.roomId) && !ids(open2).includes(one.roomId));
  assert.equal((await post(`/chat/rooms/${joinable.roomId}/join`, undefined, as(lee))).status, 200); // now full
  for (const where of ['/chat/rooms', '/chat/rooms/public']) assert.equal(ids((await get(where, as(me))).body.data).includes(joinable.roomId), false, where);
});

test('a block between me and who made a public room hides it as if it were private, unless I am in it', async () => {
  for (const mine of [true, false]) {
    const [me, owner, member] = await Promise.all(range(1, 3).map(() => person()));
    const { roomId } = await open(owner, { isPublic: true, participantIds: [member.id] });
    const listed = async (p, where = '') => ids((await get(`/chat/rooms${where}`, as(p))).body.data).includes(roomId);
    assert.deepEqual([await listed(me), await listed(me, '/public')], [true, true]);
    await (mine ? block(me, owner) : block(owner, me));
    await (mine ? block(member, owner) : block(owner, member));
    assert.deepEqual([await listed(me), await listed(me, '/public'), await listed(member)], [false, false, true]);
    assert.deepEqual(refusal(await get(`/chat/rooms/${roomId}`, as(me))), [404, 'CHAT_001']);
    assert.deepEqual(refusal(await post(`/chat/rooms/${roomId}/join`, undefined, as(me))), [404, 'CHAT_001']);
    assert.equal((await post(`/chat/rooms/${roomId}/join`, undefined, as(member))).status, 200);
    await query('DELETE FROM blocks WHERE ? IN (user_id, blocked_id)', [owner.id]);
    assert.equal((await post(`/chat/rooms/${roomId}/join`, undefined, as(me))).status, 200);
  }
});

test('the list has up to a thousand rooms of mine, and as many as have ten thousand people', async () => {
  const [me, crowded] = [await person(), await person()];
  const made = (n, p, members) => query(`INSERT INTO chat_rooms (name, type, is_public, max_members, members, created_by) SELECT CONCAT('r', seq), 'GROUP', FALSE, 100, ?, ? FROM seq_1_to_${n}`, [members, p.id]);
  await made(1002, me, 1);
  await query('INSERT INTO chat_members (room_id, user_id) SELECT id, created_by FROM chat_rooms WHERE created_by = ?', [me.id]);
  const list = await rooms(me);
  assert.deepEqual([list.length, list.every((r) => r.isMember && r.participants.length === 1), new Set(ids(list)).size], [1000, true, 1000]);
  const others = await Promise.all(range(1, 98).map(() => person()));
  await made(105, crowded, 100);
  await query(`INSERT INTO chat_members (room_id, user_id) SELECT r.id, u.id FROM chat_rooms r JOIN users u ON u.id IN (?${', ?'.repeat(99)}) WHERE r.created_by = ?`,
    [crowded.id, me.id, ...others.map((p) => p.id), crowded.id]);
  const full = await rooms(crowded);
  assert.deepEqual([full.length, full.every((r) => r.isMember && r.participants.length === r.participantCount)], [100, true]);
  await query('DELETE FROM chat_rooms WHERE created_by IN (?, ?)', [me.id, crowded.id]);
});

test('joining is for public rooms with a free seat, and harmless for members', async () => {
  const room = await open(kim, { isPublic: true, maxParticipants: 2 });
  await say(kim, room.roomId, '오기 전');
  const join = (p, where = 'rooms') => post(`/chat/${where}/${room.roomId}/join`, undefined, as(p));
  const [first, again, alias, owner] = [await join(lee), await join(lee), await join(lee, 'room'), await join(kim)];
  assert.deepEqual([first, again, alias, owner].map((r) => [r.status, r.body.data.participantCount]), Array(4).fill([200, 2]));
  assert.deepEqual([first.body.data.isMember, first.body.data.isOwner, first.body.data.unreadCount, first.body.data.lastMessage], [true, false, 0, '오기 전']);
  assert.deepEqual(first.body.data.participants.map((p) => p.userId), [kim.id, lee.id]);
  assert.deepEqual(refusal(await join(park)), [409, 'CHAT_ROOM_FULL']);
  assert.equal((await post(`/chat/rooms/${room.roomId}/leave`, undefined, as(lee))).status, 200);
  assert.equal((await join(park)).status, 200);
  const secret = await open(kim);
  assert.deepEqual(refusal(await post(`/chat/rooms/${secret.roomId}/join`, undefined, as(lee))), [404, 'CHAT_001']);
  assert.equal((await post(`/chat/rooms/${secret.roomId}/join`, undefined, as(kim))).status, 200);
});

test('the owner leaves last and takes the room along', async () => {
  const room = await open(kim, { participantIds: [lee.id], isPublic: true });
  await say(kim, room.roomId, '남은 말');
  const leave = (p, where = 'rooms') => post(`/chat/${where}/${room.roomId}/leave`, undefined, as(p));
  assert.deepEqual(refusal(await leave(kim)), [409, 'ROOM_CREATOR_CANNOT_LEAVE']);
  assert.equal((await roomOf(kim, room.roomId)).participantCount, 2);
  assert.deepEqual((await leave(lee, 'room')).body.data, { roomId: room.roomId, deleted: false });
  assert.deepEqual(refusal(await leave(lee)), [404, 'CHAT_001']);
  assert.equal((await roomOf(lee, room.roomId)).isMember, false);
  assert.deepEqual((await leave(kim)).body.data, { roomId: room.roomId, deleted: true });
  for (const p of [kim, lee]) assert.deepEqual(refusal(await get(`/chat/rooms/${room.roomId}`, as(p))), [404, 'CHAT_001']);
  assert.deepEqual(await query('SELECT seq FROM chat_messages WHERE room_id = ?', [room.roomId]), []);
});

test('a room with a long history is gone for everybody at once, too', async () => {
  const [me, other] = [await person(), await person()];
  const [group, pair] = [await open(me, { isPublic: true }), await direct(me, other)];
  for (const r of [group, pair]) await fill(r.roomId, me, 2001);
  await post(`/chat/rooms/${pair.roomId}/leave`, undefined, as(other));
  for (const r of [group, pair]) {
    assert.equal((await post(`/chat/rooms/${r.roomId}/leave`, undefined, as(me))).body.data.deleted, true);
    for (const p of [me, lee]) assert.deepEqual(refusal(await get(`/chat/rooms/${r.roomId}`, as(p))), [404, 'CHAT_001']);
    assert.deepEqual(refusal(await post(`/chat/rooms/${r.roomId}/join`, undefined, as(lee))), [404, 'CHAT_001']);
  }
  const fresh = await direct(me, other);
  assert.deepEqual([fresh.roomId === pair.roomId, fresh.lastSeq], [false, 0]);
});

test('who left a DIRECT room is brought back by the next message, or opens it again', async () => {
  const [a, b] = [await person(), await person()];
  const { roomId } = await direct(a, b);
  await say(a, roomId, '하나');
  const leave = (p) => post(`/chat/rooms/${roomId}/leave`, undefined, as(p));
  assert.equal((await leave(b)).body.data.deleted, false);
  assert.equal(await roomOf(b, roomId), undefined);
  assert.deepEqual(refusal(await post(`/chat/rooms/${roomId}/join`, undefined, as(b))), [404, 'CHAT_001']);
  assert.equal((await roomOf(a, roomId)).roomName, b.name);
  assert.equal((await say(a, roomId, '둘')).status, 201);
  const back = await roomOf(b, roomId);
  assert.deepEqual([back.unreadCount, back.lastMessage, back.participantCount], [1, '둘', 2]);
  await leave(b);
  const again = await direct(b, a);
  assert.deepEqual([again.roomId, again.unreadCount, again.participantCount], [roomId, 0, 2]);
  await leave(a);
  assert.equal((await leave(b)).body.data.deleted, true);
});

/* ---- who may ------------------------------------------------------------------------------ */

const document = JSON.parse(spawnSync(process.env.API_BIN, ['--openapi'], { encoding: 'utf8', maxBuffer: 1 << 26 }).stdout);
const roomRoutes = Object.entries(document.paths).filter(([path]) => path.startsWith('/chat/') && path.includes('{roomId}'))
  .flatMap(([path, item]) => Object.keys(item).map((method) => [method.toUpperCase(), path]));
const input = { 'POST /chat/rooms/{roomId}/messages': { message: '글' }, 'POST /chat/room/{roomId}/messages': { message: '글' } };
const files = { audio: ['file', wav(), 'a.wav'], images: ['files', png, 'a.png'], upload: ['files', png, 'a.png'] };
const call = ([method, path], id, p) => {
  const file = method === 'POST' && files[path.split('/').at(-1)];
  const target = path.replace('{roomId}', id) + (path.endsWith('/search') ? '?keyword=x' : '');
  return send(method, target, { token: p?.access, ...(file ? form([file]) : { body: input[`${method} ${path}`] }) });
};
const state = async (id) => JSON.stringify([await query('SELECT * FROM chat_rooms WHERE id = ?', [id]), await query('SELECT user_id, last_read_seq, joined_at FROM chat_members WHERE room_id = ?', [id])]);

test('A1: a private room is for its members; for all others it does not exist, and nothing of it changes', async () => {
  assert.ok(roomRoutes.length >= 13);
  const [owner, member, stranger, blocked, admin] = await Promise.all(range(1, 5).map(() => person()));
  await block(owner, blocked);
  await query("UPDATE users SET role = 'ADMIN' WHERE id = ?", [admin.id]);
  admin.access = (await post('/auth/login', { email: admin.email, password: admin.password })).body.accessToken;
  for (const route of roomRoutes) {
    const where = route.join(' ');
    const { roomId } = await open(owner, { participantIds: [member.id] });
    await say(owner, roomId, '비밀');
    const was = await state(roomId);
    for (const p of [stranger, blocked, admin]) assert.deepEqual([where, ...refusal(await call(route, roomId, p))], [where, 404, 'CHAT_001']);
    assert.deepEqual([where, ...refusal(await call(route, roomId))], [where, 401, 'AUTH_001']);
    assert.equal(await state(roomId), was, where);
    const byOwner = await call(route, roomId, owner);
    if (where.endsWith('/leave')) assert.deepEqual(refusal(byOwner), [409, 'ROOM_CREATOR_CANNOT_LEAVE']);
    else assert.ok(byOwner.status < 300, `${where}: ${byOwner.text}`);
    const byMember = await call(route, roomId, member);
    assert.ok(byMember.status < 300, `${where}: ${byMember.text}`);
    assert.deepEqual([where, ...refusal(await call(route, 999999999, owner))], [where, 404, 'CHAT_001']);
    for (const id of ['abc', '0', '-1', '1.5', '99999999999999999999', '1%20', "1'--"]) {
      assert.deepEqual([where, id, ...wrongField(await call(route, id, owner))], [where, id, 400, 'VALIDATION_ERROR', 'roomId', 'type']);
    }
  }
  for (const where of ['/chat/rooms', '/chat/rooms/public', '/chat/read-status/total-unread-count']) assert.deepEqual(refusal(await get(where)), [401, 'AUTH_001']);
  assert.deepEqual(refusal(await post('/chat/rooms', { roomName: '방' })), [401, 'AUTH_001']);
});

test('a public room shows itself to strangers, not what is said in it', async () => {
  const { roomId } = await open(kim, { isPublic: true });
  await say(kim, roomId, '안에서만');
  for (const route of roomRoutes.filter(([, path]) => !path.endsWith('/join'))) {
    const res = await call(route, roomId, park);
    if (/\{roomId\}$/.test(route[1])) assert.deepEqual([res.status, res.body.data.lastMessage, res.body.data.isMember], [200, null, false]);
    else assert.deepEqual([route, ...refusal(res)], [route, 404, 'CHAT_001']);
  }
});

test('one who was in the room and left is a stranger again', async () => {
  const { roomId } = await open(kim, { participantIds: [lee.id] });
  const { messageId } = (await say(lee, roomId, '있을 때', { clientMessageId: 'kept' })).body.data;
  await post(`/chat/rooms/${roomId}/leave`, undefined, as(lee));
  for (const route of roomRoutes) assert.deepEqual([route, ...refusal(await call(route, roomId, lee))], [route, 404, 'CHAT_001']);
  assert.equal((await say(lee, roomId, '있을 때', { clientMessageId: 'kept' })).body.data.messageId, messageId);
  assert.equal((await get(`/chat/rooms/${roomId}/messages`, as(kim))).body.data[0].sender.name, lee.name);
});

test('ids of a client that differ at their very end are two messages', async () => {
  const { roomId } = await open(kim);
  const long = (end) => '😀'.repeat(127) + end;
  for (const end of ['😀', '😁', '😀']) assert.equal((await say(kim, roomId, '같은 글', { clientMessageId: long(end) })).status, 201);
  assert.equal((await get(`/chat/rooms/${roomId}/messages`, as(kim))).body.data.length, 2);
});

test('a block, or the end of the other account, closes a DIRECT room for both; the history stays', async () => {
  const [a, b] = [await person(), await person()];
  const { roomId } = await direct(a, b);
  const first = (await say(a, roomId, '아직', { clientMessageId: 'early' })).body.data;
  for (const [who, whom] of [[a, b], [b, a]]) {
    await block(who, whom);
    for (const p of [a, b]) {
      assert.deepEqual(refusal(await say(p, roomId, '닫힘')), [409, 'CHAT_ROOM_CLOSED']);
      assert.deepEqual(seqs(await get(`/chat/rooms/${roomId}/messages`, as(p))), [1]);
    }
    assert.equal((await say(a, roomId, '아직', { clientMessageId: 'early' })).body.data.messageId, first.messageId);
    await query('DELETE FROM blocks WHERE user_id = ?', [who.id]);
  }
  assert.equal((await say(b, roomId, '다시')).body.data.seq, 2);
  await query("UPDATE users SET status = 'DELETED' WHERE id = ?", [b.id]);
  assert.deepEqual(refusal(await say(a, roomId, '거기?')), [409, 'CHAT_ROOM_CLOSED']);
  const group = await open(kim, { participantIds: [lee.id, park.id] });
  await block(lee, park);
  assert.equal((await say(park, group.roomId, '모두에게')).status, 201); // groups are not private talk
  await query('DELETE FROM blocks WHERE user_id = ?', [lee.id]);
});

/* ---- messages ----------------------------------------------------------------------------- */

test('a message comes back as the client renders it, to the sender and to the others', async () => {
  const { roomId } = await open(kim, { participantIds: [lee.id] });
  await send('PUT', '/user/profile', { ...as(kim), body: { profileImage: 'https://example.com/k.png' } });
  const res = await say(kim, roomId, ' \n 안녕\n둘째 줄\t ', { clientMessageId: 'c-1' });
  const d = res.body.data;
  assert.equal(res.status, 201);
  assert.deepEqual(
    { ...d, messageId: 0, id: 0, sentAt: '', createdAt: '' },
    {
      messageId: 0, id: 0, roomId, seq: 1, sender: { userId: kim.id, name: kim.name, profileImage: 'https://example.com/k.png' }, senderId: kim.id,
      message: '안녕\n둘째 줄', content: '안녕\n둘째 줄', imageUrls: [], audioUrl: null, audioDuration: null, files: [], messageType: 'TEXT',
      clientMessageId: 'c-1', sentAt: '', createdAt: '',
    },
  );
  const { clientMessageId, ...seen } = d;
  for (const where of ['rooms', 'room']) assert.deepEqual((await get(`/chat/${where}/${roomId}/messages`, as(lee))).body.data, [seen]);
});

test('texts are kept letter by letter, from 1 to 5000 characters', async () => {
  const { roomId } = await open(kim);
  const texts = ['ㅋ', '👩‍👧😀', `'"; DROP TABLE chat_messages; -- \\ %s %00 \u2028`, '<script>alert(1)</script>', 'null', '가'.repeat(5000), '😀'.repeat(5000), 'a\u200bb'];
  for (const t of texts) assert.equal((await say(kim, roomId, `  ${t}\n`)).body.data.message, t);
  assert.equal((await post(`/chat/room/${roomId}/messages`, { content: '다른 이름' }, as(kim))).body.data.message, '다른 이름');
  assert.equal((await say(kim, roomId, '\u1112\u1161\u11ab')).body.data.message, '한');
  const all = (await get(`/chat/rooms/${roomId}/messages`, as(kim))).body.data.map((m) => m.message);
  assert.deepEqual(all, [...texts, '다른 이름', '한']);
});

test('what a word processor has for a line break is one', async () => {
  const { roomId } = await open(kim);
  assert.equal((await say(kim, roomId, '첫 줄\u000b둘째\u000c셋째')).body.data.message, '첫 줄\n둘째\n셋째');
});

test('what is no message is refused and takes no number', async () => {
  const { roomId } = await open(kim);
  for (const message of [undefined, null, '', ' \r\n\t ', '\u00a0\u3000', '\u200b\ufeff \u2060']) assert.deepEqual([message, ...refusal(await say(kim, roomId, message))], [message, 400, 'EMPTY_MESSAGE']);
  const cases = [
    [{ message: 'x'.repeat(5001) }, 'message', 'max'], [{ message: '😀'.repeat(5001) }, 'message', 'max'], [{ message: 'a\u0007' }, 'message', 'characters'],
    [{ message: 5 }, 'message', 'type'], [{ message: ['a'] }, 'message', 'type'], [{ message: 'a', messageType: 'SECRET' }, 'messageType', 'one_of'],
    [{ message: 'a', clientMessageId: 'x'.repeat(129) }, 'clientMessageId', 'max'], [{ message: 'a', clientMessageId: 7 }, 'clientMessageId', 'type'],
  ];
  for (const [body, field, rule] of cases) assert.deepEqual(wrongField(await post(`/chat/rooms/${roomId}/messages`, body, as(kim))), [400, 'VALIDATION_ERROR', field, rule]);
  const first = await post(`/chat/rooms/${roomId}/messages`, { message: 'a', seq: 77, senderId: lee.id, roomId: 1, sentAt: '2000-01-01T00:00:00Z' }, as(kim));
  assert.deepEqual([first.body.data.seq, first.body.data.senderId, first.body.data.roomId], [1, kim.id, roomId]); // read-only fields stay ours
  assert.ok(first.body.data.sentAt > '2020');
});

test('D8: a message sent again, by its own id or by Idempotency-Key, is the first one', async () => {
  const { roomId } = await open(kim, { participantIds: [lee.id] });
  const other = await open(kim);
  const ways = [(id) => [{ clientMessageId: id }], (id) => [{}, { 'idempotency-key': id }]];
  for (const way of ways) {
    const same = way('k'.repeat(100) + unique());
    const first = await say(kim, roomId, '한 번만', ...same);
    assert.deepEqual([first.status, first.headers['idempotent-replay']], [201, undefined]);
    await say(lee, roomId, '그 사이');
    const again = await say(kim, roomId, ' 한 번만 ', ...same);
    assert.deepEqual([again.status, again.headers['idempotent-replay'], again.body.data], [201, 'true', first.body.data]);
    for (const [id, text] of [[roomId, '한 번만!'], [roomId, 'ㅎ'], [other.roomId, '한 번만']]) assert.deepEqual(refusal(await say(kim, id, text, ...same)), [422, 'IDEMPOTENCY_KEY_REUSED']);
    const byLee = await say(lee, roomId, '한 번만', ...same);
    assert.equal(byLee.headers['idempotent-replay'], undefined); // the id is each sender's own
  }
  const [x, y] = [unique(), crypto.randomUUID()];
  const both = await say(kim, roomId, '둘 다', { clientMessageId: x }, { 'idempotency-key': y });
  const moved = await say(kim, roomId, '둘 다', { clientMessageId: x }, { 'idempotency-key': crypto.randomUUID() });
  assert.equal(moved.body.data.messageId, both.body.data.messageId);
  const list = await get(`/chat/rooms/${roomId}/messages`, as(lee));
  assert.deepEqual(seqs(list), range(1, 7));
  assert.deepEqual((await query('SELECT seq FROM chat_messages WHERE room_id = ?', [other.roomId])), []);
});

test('pages: the newest first, oldest first within, and where they end', async () => {
  const { roomId } = await open(kim, { participantIds: [lee.id] });
  const page = (q) => get(`/chat/rooms/${roomId}/messages?${q}`, as(lee));
  const empty = await page('');
  assert.deepEqual([empty.body.data, empty.body.meta.total, empty.headers['x-next-cursor']], [[], 0, undefined]);
  await fill(roomId, kim, 120);
  const cases = [
    ['', range(71, 120), '71'], ['page=0&size=50', range(71, 120), '71'], ['page=1', range(21, 70), '21'], ['page=2', range(1, 20), undefined], ['page=3', [], undefined],
    ['page=1000000000&size=200', [], undefined], ['size=200', range(1, 120), undefined], ['limit=1&page=119', [1], undefined], ['size=1&page=118', [2], '2'],
    ['before=71', range(21, 70), '21'], ['cursor=11&size=5', range(6, 10), '6'], ['before=6&size=5', range(1, 5), undefined], ['before=1', [], undefined],
    ['before=9000&size=2', [119, 120], '119'], ['before=3&page=7&size=50', [1, 2], undefined],
    ['after=0&size=50', range(1, 50), '50'], ['after=110&size=5', range(111, 115), '115'], ['after=115&size=5', range(116, 120), undefined],
    ['after=120', [], undefined], ['after=9000', [], undefined], ['after=4611686018427387903&size=200', [], undefined], ['after=118&before=5', [119, 120], undefined],
  ];
  for (const [q, want, next] of cases) {
    const res = await page(q);
    assert.deepEqual([q, res.status, seqs(res), res.headers['x-next-cursor'], res.body.meta.total], [q, 200, want, next, 120]);
  }
  const { meta } = (await page('page=1&size=50')).body;
  assert.deepEqual([meta.page, meta.limit, meta.totalPages], [1, 50, 3]);
  for (const [q, field, rule] of [['page=-1', 'page', 'min'], ['size=0', 'size', 'min'], ['size=201', 'size', 'max'], ['page=x', 'page', 'type'], ['before=0', 'before', 'min'], ['after=-1', 'after', 'min'], ['after=9223372036854775807', 'after', 'max']]) {
    assert.deepEqual([q, ...wrongField(await page(q))], [q, 400, 'VALIDATION_ERROR', field, rule]);
  }
});

test('walking back and forward has no gap and no overlap while new messages arrive', async () => {
  const { roomId } = await open(kim, { participantIds: [lee.id] });
  await fill(roomId, kim, 43);
  let back = [];
  for (let q = 'size=10'; q;) {
    const res = await get(`/chat/rooms/${roomId}/messages?${q}`, as(lee));
    back = [...seqs(res), ...back];
    await say(kim, roomId, '새 글');
    q = res.headers['x-next-cursor'] && `size=10&before=${res.headers['x-next-cursor']}`;
  }
  assert.deepEqual(back, range(1, 43));
  let forward = [];
  for (let from = 43, more = 6; from;) {
    const res = await get(`/chat/rooms/${roomId}/messages?size=2&after=${from}`, as(lee));
    forward = [...forward, ...seqs(res)];
    if (more) await say(kim, roomId, '더 새 글');
    more = Math.max(more - 1, 0);
    from = res.headers['x-next-cursor'];
  }
  assert.deepEqual(forward, range(44, 43 + forward.length));
  assert.ok(forward.length > 5);
});

test('the largest page there can be is served whole', async () => {
  const { roomId } = await open(kim);
  await fill(roomId, kim, 200, "REPEAT('😀', 5000)");
  const res = await get(`/chat/rooms/${roomId}/messages?size=200`, as(kim));
  assert.deepEqual([res.status, seqs(res)], [200, range(1, 200)]);
  assert.ok(res.body.data.every((m) => m.message.length === 10000));
});

test('gateways learn of many users at once who they are, where they sit and where each room stands', async () => {
  const [me, other, gone] = [await person('앉은 이'), await person('둘째'), await person()];
  await query("UPDATE users SET status = 'DELETED' WHERE id = ?", [gone.id]);
  const seats = async (...users) => (await internal('POST', '/chat/seats', { users: users.map((p) => Number(p.id)) })).body.data.users;
  const mine = { userId: me.id, name: '앉은 이', profileImage: null, email: me.email, studies: [], rooms: [] };
  assert.deepEqual(await seats(me), [mine]);
  const id = await study(me);
  const { roomId } = await open(me, { participantIds: [other.id] });
  for (const t of ['하나', '둘']) await say(other, roomId, t);
  const rooms = [{ roomId, lastSeq: 2 }];
  assert.deepEqual(await seats(me, gone, other), [{ ...mine, studies: [{ studyId: Number(id), lastSeq: 0 }], rooms }, { ...mine, userId: other.id, name: '둘째', email: other.email, rooms }]);
  await fillStudy(id, me, 3);
  await query('DELETE FROM study_messages WHERE study_id = ? AND seq = 3', [id]);
  assert.deepEqual((await seats(me))[0].studies, [{ studyId: Number(id), lastSeq: 2 }]);
  for (const users of [[], Array(65).fill(1), ['x']]) assert.equal((await internal('POST', '/chat/seats', { users })).status, 400, `${users}`);
  assert.equal((await send('POST', '/internal/chat/seats', { body: { users: [Number(me.id)] } })).status, 404);
});

test('ended logins are for the gateways of this machine', async () => {
  const me = await person();
  const since = Date.now() - 60000;
  await post('/auth/logout', undefined, as(me));
  const { data } = (await internal('GET', `/ended-logins?since=${since}`)).body;
  const { sid } = JSON.parse(Buffer.from(me.access.split('.')[1], 'base64url'));
  assert.ok(data.ended.includes(sid), JSON.stringify([sid, data]));
  assert.ok(data.upTo <= Date.now() + 1000 && data.upTo > since);
});

/* ---- read marks --------------------------------------------------------------------------- */

test('read marks move forward only, by number, by message, or to the end', async () => {
  const [me, other] = [await person(), await person()];
  const { roomId } = await open(me, { participantIds: [other.id] });
  const elsewhere = await direct(me, other);
  const stray = (await say(other, elsewhere.roomId, '다른 방')).body.data.messageId;
  const sent = [];
  for (const t of ['하나', '둘', '셋', '넷']) sent.push((await say(other, roomId, t)).body.data);
  const counts = async (p) => [
    (await get(`/chat/read-status/rooms/${roomId}/unread-count`, as(p))).body.data,
    (await get('/chat/read-status/total-unread-count', as(p))).body.data,
    (await roomOf(p, roomId)).unreadCount, (await get(`/chat/rooms/${roomId}`, as(p))).body.data.isLastMessageRead,
  ];
  const read = (body) => post(`/chat/rooms/${roomId}/read`, body, as(me));
  assert.deepEqual(await counts(me), [4, 5, 4, false]);
  assert.deepEqual(await counts(other), [0, 0, 0, true]);
  assert.deepEqual((await read({ seq: 2 })).body.data, { roomId, lastReadSeq: 2, lastReadMessageId: sent[1].messageId, unreadCount: 2 });
  assert.deepEqual((await read({ lastReadSeq: '1' })).body.data, { roomId, lastReadSeq: 2, lastReadMessageId: sent[1].messageId, unreadCount: 2 });
  assert.deepEqual((await read({ messageId: sent[0].messageId })).body.data.lastReadSeq, 2);
  assert.deepEqual((await read({ messageId: String(sent[2].messageId), seq: 4 })).body.data, { roomId, lastReadSeq: 3, lastReadMessageId: sent[2].messageId, unreadCount: 1 });
  assert.deepEqual(await counts(me), [1, 2, 1, false]);
  for (const [body, field, rule] of [[{ messageId: stray }, 'messageId', 'unknown'], [{ messageId: 999999999 }, 'messageId', 'unknown'], [{ seq: 0 }, 'seq', 'min'], [{ seq: 'x' }, 'seq', 'type']]) {
    assert.deepEqual(wrongField(await read(body)), [400, 'VALIDATION_ERROR', field, rule]);
  }
  assert.deepEqual((await read({ seq: 4000 })).body.data, { roomId, lastReadSeq: 4, lastReadMessageId: sent[3].messageId, unreadCount: 0 });
  const fifth = (await say(other, roomId, '다섯')).body.data.messageId;
  assert.deepEqual(await counts(me), [1, 2, 1, false]); // not read in advance
  assert.deepEqual((await read({})).body.data, { roomId, lastReadSeq: 5, lastReadMessageId: fifth, unreadCount: 0 });
  const sixth = (await say(other, roomId, '여섯')).body.data.messageId;
  assert.deepEqual((await post(`/chat/read-status/rooms/${roomId}/read-all`, undefined, as(me))).body.data, { roomId, lastReadSeq: 6, lastReadMessageId: sixth, unreadCount: 0 });
  assert.deepEqual(await counts(me), [0, 1, 0, true]); // the other room's is left
  assert.equal((await say(me, roomId, '나도')).status, 201);
  assert.deepEqual([await counts(me), await counts(other)], [[0, 1, 0, true], [1, 1, 1, false]]);
});
