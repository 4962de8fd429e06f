// What the jobs make of events: who is told what, once, and when scheduled notifications come. Needs a stack whose
// studymate-jobs runs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Redis from 'ioredis';
import { announce } from '../harness/announce.mjs';
import { env, get, person, post, send, unique } from '../harness/client.mjs';
import { closeDb, connect, query } from '../harness/db.mjs';
import { accept, asked, block, reject } from '../harness/learner.mjs';
import { startStack, until } from '../harness/stack.mjs';

const pushed = []; // what sockets of users would be told
let redis;
before(async () => {
  redis = new Redis(`${env.run}/redis.sock`);
  redis.on('pmessage', (_pattern, _channel, text) => { // "user 5 notification 0\n{…}"
    const [head, data] = text.split('\n');
    const [to, id, name] = head.split(' ');
    if (name?.startsWith('notification.')) pushed.push({ to, id, data: JSON.parse(data) });
  });
  await redis.psubscribe('*');
});
after(async () => {
  redis.disconnect();
  await closeDb();
});

const as = (p) => ({ token: p.access });
// what they earn on the way is another suite's
const rows = (p) => query("SELECT * FROM notifications WHERE user_id = ? AND category <> 'achievement' ORDER BY id", [p.id]);
// Once there are n, gives them as the list shows them, newest first.
async function told(p, n = 1) {
  await until(async () => (await rows(p)).filter((r) => r.status === 'UNREAD').length >= n);
  return (await get('/notifications', as(p))).body.data.notifications.filter((r) => r.category !== 'achievement');
}
const settings = (p, body) => send('PATCH', '/notifications/settings', { ...as(p), body });
async function room(owner, guests, name = unique('방')) {
  return (await post('/chat/rooms', { roomName: name, isPublic: false, participantIds: guests.map((g) => g.id), maxParticipants: guests.length + 1 }, as(owner))).body.data;
}
const say = (p, id, message) => post(`/chat/rooms/${id}/messages`, { message }, as(p));
const event = async (name, subject, actor, payload, id = null) => (await query(
  'INSERT INTO outbox (id, event, subject_id, actor_id, payload) VALUES (?, ?, ?, ?, ?)', [id, name, subject, actor, JSON.stringify(payload)])).insertId;
const done = (id, sql = query) => until(async () => !(await sql('SELECT id FROM outbox WHERE id = ?', [id])).length);
// as if they had been told long ago
const rested = (roomId) => query('UPDATE chat_members SET told_at = told_at - INTERVAL 1 MINUTE WHERE room_id = ?', [roomId]);
const people = (n) => Promise.all(Array.from({ length: n }, () => person()));

test('a request is told to who is asked, the answer to who asked; nobody is told of what they did', async () => {
  const [a, b, c] = await people(3);
  const requestId = await asked(a, b);
  const [got] = await told(b);
  assert.deepEqual([got.type, got.category, got.title, got.message, got.clickUrl, got.data, got.status], [
    'match_request', 'matching', '새로운 매칭 요청', `${a.name}님이 매칭을 요청했습니다`, '/matching/requests/received', { userId: a.id, senderId: a.id, requestId, name: a.name, senderName: a.name }, 'UNREAD']);
  const match = (await accept(b, requestId)).body.data;
  const [yes] = await told(a);
  assert.deepEqual([yes.type, yes.message, yes.clickUrl, yes.data, yes.highPriority], ['match_accepted', `${b.name}님과 매칭되었습니다`, '/chat',
    { userId: b.id, senderId: b.id, requestId, name: b.name, senderName: b.name, matchId: match.matchId, chatRoomId: match.roomId }, true]);
  const second = await asked(a, c);
  await told(c);
  await reject(c, second);
  const [no] = await told(a, 2);
  assert.deepEqual([no.type, no.clickUrl, no.data.userId], ['match_rejected', '/matching', c.id]);
  assert.deepEqual([(await rows(a)).length, (await rows(b)).length, (await rows(c)).length], [2, 1, 1]);
});

test('a message is told to each other member: the room, the sender, the first 50 characters', async () => {
  const [a, b, c] = await people(3);
  const { roomId, roomName } = await room(a, [b, c]);
  const { messageId } = (await say(a, roomId, '😀'.repeat(60))).body.data;
  for (const p of [b, c]) {
    const [n] = await told(p);
    assert.deepEqual([n.type, n.category, n.title, n.message, n.clickUrl, n.data], [
      'chat', 'chat', roomName, `${a.name}: ${'😀'.repeat(50)}`, '/chat', { chatRoomId: roomId, messageId, senderId: a.id }]);
  }
  assert.equal((await rows(a)).length, 0);
  const direct = (await post('/chat/rooms', { roomType: 'DIRECT', participantIds: [b.id] }, as(a))).body.data;
  await say(a, direct.roomId, '둘이');
  const [n] = await told(b, 2);
  assert.deepEqual([n.title, n.message], [a.name, `${a.name}: 둘이`]);
});

test('what is no text is named, in the language of each; a room has one unread notification, of its newest message', async () => {
  const [a, ko, en] = await people(3);
  await settings(en, { notificationLanguage: 'en' });
  const { roomId } = await room(a, [ko, en]);
  const words = { IMAGE: ['사진을 보냈습니다', 'sent a photo'], AUDIO: ['음성 메시지를 보냈습니다', 'sent a voice message'], FILE: ['파일을 보냈습니다', 'sent a file'] };
  let seq = 0;
  for (const [type, [korean, english]] of Object.entries(words)) {
    seq += 1;
    const { insertId } = await query('INSERT INTO chat_messages (room_id, seq, sender_id, body, type) VALUES (?, ?, ?, "", ?)', [roomId, seq, a.id, type]);
    await query('UPDATE chat_rooms SET last_seq = ? WHERE id = ?', [seq, roomId]);
    await query('UPDATE chat_members SET last_read_seq = ? WHERE room_id = ? AND user_id = ?', [seq, roomId, a.id]);
    await rested(roomId);
    await done(await event('chat.message', insertId, a.id, { roomId, seq }));
    const [[k], [e]] = [await told(ko), await told(en)];
    assert.deepEqual([k.message, e.message, k.data.messageId], [`${a.name}: ${korean}`, `${a.name}: ${english}`, insertId]);
  }
  assert.deepEqual([(await rows(ko)).length, (await rows(en)).length, (await rows(a)).length], [1, 1, 0]);
});

test('many messages: told at once of the first, of the newest when the pause is over, of none that was read', async () => {
  const [a, idle, reader] = await people(3);
  const { roomId } = await room(a, [idle, reader]);
  await say(a, roomId, '첫째');
  const [first] = await told(idle);
  await told(reader);
  await until(() => [idle, reader].every((p) => pushed.some((m) => m.id === p.id))); // they are pushed after they can be read
  const before = pushed.length;
  for (let i = 2; i < 30; i += 1) await say(a, roomId, `${i}번째`);
  const last = (await say(a, roomId, '마지막')).body.data;
  await post(`/chat/rooms/${roomId}/read`, {}, as(reader));
  const waiting = () => query("SELECT subject_id, due_at > SYSDATE(3) + INTERVAL 5 SECOND AS later FROM outbox WHERE event = 'chat.message' AND JSON_VALUE(payload, '$.roomId') = ?", [roomId]);
  await until(async () => (await waiting()).every((r) => r.later) && (await waiting()).length); // only what came with the newest waits
  assert.equal((await rows(idle))[0].message, `${a.name}: 첫째`);
  await rested(roomId);
  await query("UPDATE outbox SET due_at = SYSDATE(3) WHERE event = 'chat.message'");
  await until(async () => !(await waiting()).length);
  const [n, ...more] = await told(idle);
  assert.deepEqual([n.id, n.message, n.data.messageId, more.length, n.createdAt > first.createdAt], [first.id, `${a.name}: 마지막`, last.messageId, 0, true]);
  assert.deepEqual((await rows(reader)).map((r) => r.status), ['READ']);
  assert.deepEqual(pushed.slice(before).filter((m) => m.data.type === 'chat').map((m) => m.id).filter((id) => [a.id, idle.id, reader.id].includes(id)), [idle.id]);
  await send('PATCH', `/notifications/${n.id}/read`, as(idle)); // and what comes then is a new one, told at once
  await post(`/chat/rooms/${roomId}/read`, {}, as(idle));
  await say(a, roomId, '새로');
  assert.deepEqual((await told(idle)).map((r) => r.message), [`${a.name}: 새로`, `${a.name}: 마지막`]);
});

test('who leaves a room is not called back to it', async () => {
  const [a, b] = await people(2);
  const { roomId } = await room(a, [b]);
  await say(a, roomId, '안녕');
  await told(b);
  await post(`/chat/rooms/${roomId}/leave`, {}, as(b));
  assert.deepEqual((await rows(b)).map((r) => r.status), ['READ']);
});

test('who switched it off, blocked the sender or was blocked, is left in peace; quiet hours only silence devices', async () => {
  const [a, all, off, none, quiet, blocker, blocked, gone] = await people(8);
  await settings(off, { chatNotifications: false });
  await settings(none, { notificationsEnabled: false });
  await settings(quiet, { quietHoursEnabled: true, quietHoursStart: '00:00', quietHoursEnd: '23:59', matchingNotifications: false });
  const { roomId } = await room(a, [all, off, none, quiet, blocker, blocked, gone]);
  await block(blocker, a);
  await block(a, blocked);
  await query("UPDATE users SET status = 'DELETED' WHERE id = ?", [gone.id]);
  await say(a, roomId, '모두');
  await told(all);
  await told(quiet);
  assert.deepEqual(await Promise.all([off, none, blocker, blocked, gone].map(async (p) => (await rows(p)).length)), [0, 0, 0, 0, 0]);
  await asked(a, off);
  await told(off); // another switch
  await asked(all, quiet);
  await asked(all, none);
  const later = await asked(all, off);
  await until(async () => (await rows(off)).some((r) => JSON.stringify(r.data).includes(later)));
  assert.deepEqual([(await rows(quiet)).length, (await rows(none)).length], [1, 0]);
});

test('an event that is run again tells nobody twice', async () => {
  const [a, b] = await people(2);
  const { roomId } = await room(a, [b]);
  const { messageId } = (await say(a, roomId, '한 번')).body.data;
  const [first] = await told(b);
  await send('PATCH', `/notifications/${first.id}/read`, as(b));
  await rested(roomId);
  await done(await event('chat.message', messageId, a.id, { roomId, seq: 1 }));
  assert.deepEqual((await rows(b)).map((r) => [r.id, r.status]), [[first.id, 'READ']]);
  const requestId = await asked(a, b);
  await told(b);
  await done(await event('match.requested', requestId, a.id, { requestId, senderId: Number(a.id), receiverId: Number(b.id) }, 4000000000));
  assert.equal((await rows(b)).length, 3);
  await event('match.requested', requestId, a.id, { requestId, senderId: Number(a.id), receiverId: Number(b.id) }, 4000000000);
  await done(4000000000);
  assert.equal((await rows(b)).length, 3);
});

test('what is gone when its turn comes is nothing to tell of', async () => {
  const [a, b] = await people(2);
  await done(await event('chat.message', 999999999, a.id, { roomId: 1, seq: 1 }));
  await query("UPDATE users SET status = 'DELETED' WHERE id = ?", [a.id]);
  await done(await event('match.requested', 1, a.id, { requestId: 1, senderId: Number(a.id), receiverId: Number(b.id) }));
  assert.equal((await rows(b)).length, 0);
});

test('open sockets are told, with what is unread', async () => {
  const [a, b] = await people(2);
  await post('/notifications/test', {}, as(b));
  await asked(a, b);
  const [item] = await told(b, 2);
  const mine = await until(() => pushed.filter((m) => m.id === b.id && m.data.type === 'match_request').at(0));
  assert.deepEqual([mine.to, mine.data.unreadCount, mine.data.userId], ['user', 2, b.id]);
  const { unreadCount, userId, timestamp, ...rest } = mine.data;
  assert.deepEqual(rest, item);
  assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 10000);
});

test('urgent: to some, whatever they switched off', async () => {
  const [boss, a, b, c] = await people(4);
  await query("UPDATE users SET role = 'ADMIN' WHERE id = ?", [boss.id]);
  boss.access = (await post('/auth/login', { email: boss.email, password: boss.password })).body.accessToken;
  await settings(b, { notificationsEnabled: false });
  await block(b, boss);
  const body = { recipients: [a.id, b.id, a.id], title: '긴급', message: '점검 "10분"', priority: 'high', expiresAt: '2099-01-01T00:00:00Z', clickUrl: '/notifications' };
  assert.equal((await post('/notifications/urgent', body, as(boss))).status, 201);
  for (const p of [a, b]) {
    const [n] = await told(p);
    assert.deepEqual([n.type, n.category, n.title, n.message, n.priority, n.expiresAt, n.clickUrl, (await rows(p)).length], [
      'urgent', 'urgent', '긴급', '점검 "10분"', 3, '2099-01-01T00:00:00.000Z', '/notifications', 1]);
  }
  assert.equal((await rows(c)).length, 0);
});

test('a scheduled one comes when it is due, and leaves its successor, in the zone of its owner', async () => {
  const p = await person();
  await settings(p, { timezone: 'Europe/Berlin' });
  const at = new Date(Date.now() + 3600000).toISOString();
  const plan = async (recurring, past) => {
    const { id } = (await post('/notifications/schedule', { title: 't', message: 'm', scheduledAt: at, recurring, data: { x: 1 } }, as(p))).body.data;
    await query('UPDATE notifications SET scheduled_at = ?, repeat_from = IF(repeats IS NULL, NULL, ?), expires_at = ? + INTERVAL 2 HOUR WHERE id = ?', [past, past, past, id]);
    return id;
  };
  const once = await plan(undefined, new Date(Date.now() - 1000));
  // missed for months: comes once, and next at the coming Berlin morning
  const daily = await plan({ type: 'daily', time: '08:30' }, new Date('2026-01-31T07:30:00Z'));
  const ended = await plan({ type: 'weekly', endDate: '2026-02-01' }, new Date('2026-01-31T07:30:00Z'));
  const cancelled = await plan({ type: 'daily' }, new Date(Date.now() - 1000));
  await send('DELETE', `/notifications/scheduled/${cancelled}`, as(p));
  const future = (await post('/notifications/schedule', { title: 't', message: 'm', scheduledAt: at }, as(p))).body.data.id;
  await query("UPDATE schedules SET due_at = NOW(3) WHERE name = 'notification.due'");
  const shown = await told(p, 3);
  assert.deepEqual(shown.map((n) => n.id).sort((x, y) => x - y), [once, daily, ended]);
  assert.ok(shown.every((n) => Math.abs(Date.parse(n.createdAt) - Date.now()) < 15000 && n.data.x === 1));
  assert.equal((await get(`/notifications/${cancelled}`, as(p))).body.data.status, 'CANCELLED');
  const waiting = (await get('/notifications/scheduled', as(p))).body.data.data;
  assert.deepEqual(waiting.filter((n) => n.id === future).length, 1);
  const [next, ...more] = waiting.filter((n) => n.id !== future);
  assert.equal(more.length, 0);
  const berlin = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit', minute: '2-digit' }).format(new Date(next.scheduledAt));
  const ahead = Date.parse(next.scheduledAt) - Date.now();
  assert.deepEqual([berlin, ahead > 0 && ahead <= 86400000, next.title, next.data], ['08:30', true, 't', { x: 1 }]);
  assert.equal(Date.parse(next.expiresAt) - Date.parse(next.scheduledAt), 2 * 3600000);
});

test('all that are due are shown in one go, however many', async () => {
  const p = await person();
  await query("INSERT INTO notifications (user_id, type, category, title, message, status, scheduled_at) SELECT ?, 'custom', 'general', 't', 'm', 'SCHEDULED', NOW(3) - INTERVAL 1 SECOND FROM seq_1_to_350", [p.id]);
  await query("UPDATE schedules SET due_at = NOW(3) WHERE name = 'notification.due'");
  await until(async () => (await rows(p)).every((r) => r.status === 'UNREAD'));
  await until(() => pushed.filter((m) => m.id === p.id).length === 350);
});

test('D5: urgent to all ten thousand, while jobs and Redis are killed again and again: everybody is told once, others meanwhile', async () => {
  const stack = await startStack('notification', {}, 2);
  announce('Redis is not heard', stack);
  const sql = connect(stack.run);
  try {
    await sql.query("INSERT INTO users (email, name, status) SELECT CONCAT('u', seq, '@test.example.com'), 'u', IF(seq MOD 10, 'ACTIVE', 'SUSPENDED') FROM seq_1_to_11200");
    const [a, b] = [await person('하나', {}, { base: stack.base }), await person('두리', {}, { base: stack.base })];
    const { roomId } = (await post('/chat/rooms', { roomName: '둘이서', isPublic: false, participantIds: [b.id] }, { token: a.access, base: stack.base })).body.data;
    const login = await post('/auth/login', { email: 'admin@example.com', password: 'password123' }, { base: stack.base });
    const res = await post('/notifications/urgent', { recipients: 'all', title: '긴급', message: '모두' }, { token: login.body.accessToken, base: stack.base });
    assert.deepEqual([res.status, res.body.data], [201, { delivered: null }]);
    const count = async () => (await sql.query('SELECT COUNT(*) AS n FROM notifications'))[0].n;
    const waiting = async () => (await sql.query("SELECT id FROM outbox WHERE event = 'notification.broadcast'")).length > 0;
    await until(async () => await count() > 0);
    assert.equal((await post(`/chat/rooms/${roomId}/messages`, { message: '바빠요?' }, { token: a.access, base: stack.base })).status, 201);
    await until(async () => (await sql.query("SELECT id FROM notifications WHERE user_id = ? AND category = 'chat'", [b.id])).length > 0);
    assert.ok(await waiting(), 'it was told before everybody else was');
    let interrupted = 0;
    for (let turn = 0; turn < 5; turn += 1) {
      const before = await count();
      await until(async () => (await count()) > before || !(await waiting()));
      for (const victim of turn % 2 ? ['redis', 'jobs'] : ['jobs']) await stack.die(victim);
      interrupted += await waiting();
      await sql.query('UPDATE outbox SET due_at = NOW(3)'); // its lease ends
      stack.up();
    }
    assert.ok(interrupted > 0);
    await until(async () => !(await waiting()), 30000);
    const [{ people: active }] = await sql.query("SELECT COUNT(*) AS people FROM users WHERE status = 'ACTIVE'");
    const [got] = await sql.query("SELECT COUNT(*) AS n, COUNT(DISTINCT user_id) AS people FROM notifications WHERE category NOT IN ('chat', 'achievement')");
    assert.ok(active > 10000);
    assert.deepEqual(got, { n: active, people: active });
  } finally {
    await sql.end();
    stack.down();
  }
});
