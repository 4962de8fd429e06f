// Web push from end to end: a push service and browsers of ours, which read what they are sent with libraries that have
// nothing to do with the server's code.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { importJWK, jwtVerify } from 'jose';
import { announce } from '../harness/announce.mjs';
import { person as someone, post as postTo, send as sendTo, unique } from '../harness/client.mjs';
import { connect } from '../harness/db.mjs';
import { browser, pushService } from '../harness/push.mjs';
import { root, startStack, until } from '../harness/stack.mjs';
import { study } from '../harness/study.mjs';

let stack;
let db;
let service;
before(async () => {
  service = await pushService();
  stack = await startStack('push', { PUSH_PRIVATE: 'yes' }, 2);
  db = connect(stack.run);
});
after(async () => {
  await db?.end();
  stack?.down();
  service?.close();
});

const person = (name = unique('사람')) => someone(name, {}, { base: stack.base });
const people = (n) => Promise.all(Array.from({ length: n }, () => person()));
const post = (p, target, body) => postTo(target, body, { token: p.access, base: stack.base });
const send = (p, method, target, body) => sendTo(method, target, { token: p.access, body, base: stack.base });
const settings = async (p, body) => assert.equal((await send(p, 'PATCH', '/notifications/settings', body)).status, 200);
const jobs = (...args) => {
  const res = spawnSync(path.join(path.dirname(process.env.API_BIN), 'studymate-jobs'), ['--config', path.join(stack.run, 'studymate.env'), ...args], { encoding: 'utf8' });
  return { code: res.status, text: res.stdout + res.stderr };
};

// A browser of that person's, registered.
async function device(p, where = `/${unique('d')}`) {
  const b = browser(service.origin + where);
  assert.equal((await post(p, '/notifications/push-token', { token: b.token })).status, 200);
  return { ...b, where, got: () => service.at(where) };
}
async function room(owner, guests) {
  const res = await post(owner, '/chat/rooms', { roomName: unique('방'), isPublic: false, participantIds: guests.map((g) => g.id), maxParticipants: guests.length + 1 });
  return res.body.data;
}
const say = async (p, r, message) => (await post(p, `/chat/rooms/${r.roomId}/messages`, { message })).body.data.messageId;
const rowsOf = (p) => db.query('SELECT d.*, d.due_at > SYSDATE(3) AS later, TIMESTAMPDIFF(SECOND, SYSDATE(3), d.due_at) AS wait FROM deliveries d JOIN notifications n ON n.id = d.notification_id WHERE n.user_id = ?', [p.id]);
const told = (p, n = 1) => until(async () => (await db.query("SELECT id FROM notifications WHERE user_id = ? AND status <> 'SCHEDULED'", [p.id])).length >= n);
const arrived = (d, n = 1) => until(() => d.got().length >= n);
// everything there was to send to them has been sent or dropped
const settled = async (...all) => { for (const p of all) await until(async () => !(await rowsOf(p)).length); };

test('a message reaches each device of each other member, readable by that browser alone, from who we say we are', async () => {
  const [a, b, c] = await people(3);
  await db.query('INSERT INTO notification_settings (user_id, achievement) VALUES (?, FALSE)', [a.id]); // for the first message
  const [b1, b2, c1, own] = [await device(b), await device(b), await device(c), await device(a)];
  const r = await room(a, [b, c]);
  const id = await say(a, r, '안녕 "😀"\n둘째 줄');
  for (const d of [b1, b2, c1]) await arrived(d);
  const [{ id: number }] = await db.query('SELECT id FROM notifications WHERE user_id = ?', [b.id]);
  const [got] = b1.got();
  assert.ok(id);
  assert.deepEqual(b1.read(got.body), {
    title: r.roomName, body: `${a.name}: 안녕 "😀"\n둘째 줄`, tag: `n${number}`, type: 'chat',
    data: { url: '/chat', chatUrl: '/chat', notificationId: String(number), roomId: String(r.roomId), userId: a.id },
    requireInteraction: false, silent: false, vibrate: [200, 100, 200],
  });
  assert.throws(() => b2.read(got.body));
  assert.deepEqual(b2.read(b2.got()[0].body), b1.read(got.body));
  const h = got.headers;
  assert.deepEqual([got.method, h['content-encoding'], h['content-type'], h.urgency, h.topic, h.expect], ['POST', 'aes128gcm', 'application/octet-stream', 'normal', `n${number}`, undefined]);
  assert.ok(Number(h.ttl) > 86000 && Number(h.ttl) <= 86400, h.ttl);
  const [, t, k] = /^vapid t=([\w-]+\.[\w-]+\.[\w-]+), k=([\w-]+)$/.exec(h.authorization);
  assert.equal(k, fs.readFileSync(path.join(stack.run, 'secrets/vapid.public'), 'utf8').trim());
  const point = Buffer.from(k, 'base64url');
  const key = await importJWK({ kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') }, 'ES256');
  const { payload, protectedHeader } = await jwtVerify(t, key, { audience: service.origin, algorithms: ['ES256'] });
  assert.deepEqual([protectedHeader, payload.sub, payload.exp > Date.now() / 1000, payload.exp < Date.now() / 1000 + 86400], [{ typ: 'JWT', alg: 'ES256' }, 'mailto:admin@example.com', true, true]);
  await settled(b, c);
  assert.deepEqual([b1, b2, c1, own].map((d) => d.got().length), [1, 1, 1, 0]);
});

test('a match, a note of one\'s own, a scheduled one and a test are pushed too', async () => {
  const p = await person();
  const d = await device(p);
  assert.equal((await post(p, '/notifications/test', {})).status, 201);
  await arrived(d);
  assert.equal(d.read(d.got()[0].body).title, '테스트 알림');
  await post(p, '/notifications', { title: '제목'.repeat(100), message: '글'.repeat(1000), type: 'session_reminder', priority: 4, iconUrl: '/icon.png', clickUrl: '/schedule', data: { learningSessionId: 77, userId: 5 } });
  await arrived(d, 2);
  const own = d.read(d.got()[1].body);
  assert.deepEqual([own.title, own.body, own.icon, own.requireInteraction, own.data.url, own.data.sessionUrl, own.data.sessionId, own.data.userId],
    ['제목'.repeat(50), '글'.repeat(300), '/icon.png', true, '/schedule', '/schedule', '77', '5']);
  assert.equal(d.got()[1].headers.urgency, 'high');
  assert.ok(Number(d.got()[1].headers.ttl) <= 3600);
  const { id } = (await post(p, '/notifications/schedule', { title: '나중', message: 'm', priority: 1, scheduledAt: new Date(Date.now() + 3600000).toISOString(), expiresAt: new Date(Date.now() + 600000).toISOString() })).body.data;
  await db.query('UPDATE notifications SET scheduled_at = NOW(3) WHERE id = ?', [id]);
  await db.query("UPDATE schedules SET due_at = NOW(3) WHERE name = 'notification.due'");
  await arrived(d, 3);
  assert.deepEqual([d.read(d.got()[2].body).title, d.got()[2].headers.urgency, Number(d.got()[2].headers.ttl) <= 600], ['나중', 'low', true]);
  const asker = await person();
  const res = await post(asker, '/matching/request', { targetUserId: p.id, message: '안녕하세요' });
  assert.equal(res.status, 201, res.text);
  await arrived(d, 4);
  const match = d.read(d.got()[3].body);
  assert.deepEqual([match.type, match.data.matchUrl, match.data.userId], ['match_request', '/matching/requests/received', asker.id]);
  await settled(p);
  assert.equal(d.got().length, 4);
});

test('a retried creation with its Idempotency-Key is pushed once', async () => {
  const p = await person();
  const d = await device(p);
  for (let i = 0; i < 3; i += 1) {
    const res = await postTo('/notifications', { title: 't', message: 'm' }, { token: p.access, base: stack.base, headers: { 'idempotency-key': `pushed-once-${p.id}` } });
    assert.equal(res.status, 201, res.text);
  }
  await arrived(d);
  await settled(p);
  assert.equal(d.got().length, 1);
});

test('what was switched off, blocked, silenced, read or left is not pushed', async () => {
  const [a, yes, all, push, chat, quiet, blocker, gone, elsewhere] = await people(9);
  const everybody = [yes, all, push, chat, quiet, blocker, gone, elsewhere];
  const devices = [];
  for (const p of everybody) devices.push(await device(p));
  await settings(all, { notificationsEnabled: false });
  await settings(push, { pushEnabled: false });
  await settings(chat, { chatNotifications: false });
  await settings(quiet, { quietHoursEnabled: true, quietHoursStart: '00:00', quietHoursEnd: '23:59' });
  await settings(yes, { soundEnabled: false });
  await settings(a, { achievementNotifications: false }); // of a first message
  const r = await room(a, everybody);
  await db.query('INSERT INTO blocks (user_id, blocked_id) VALUES (?, ?)', [blocker.id, a.id]);
  stack.kill('jobs', 'SIGSTOP');
  await say(a, r, '하나');
  await db.query("UPDATE users SET status = 'DELETED' WHERE id = ?", [gone.id]);
  // the device went over to somebody who is not in the room
  await db.query('UPDATE push_subscriptions SET user_id = ? WHERE user_id = ?', [a.id, elsewhere.id]);
  stack.kill('jobs', 'SIGCONT');
  await arrived(devices[0]);
  const silent = devices[0].read(devices[0].got()[0].body);
  assert.deepEqual([silent.silent, 'vibrate' in silent], [true, false]);
  await told(quiet);
  await told(push);
  await settled(...everybody);
  assert.deepEqual(devices.map((d) => d.got().length), [1, 0, 0, 0, 0, 0, 0, 0]);
});

test('of study groups devices are told what their people want; the list has all', async () => {
  const [owner, late, all, ...some] = await people(7);
  const flags = ['pushNewMessage', 'pushStudyInvite', 'pushAttendanceReminder', 'pushAnnouncement'];
  const call = async (p, method, target, body) => {
    const res = await sendTo(method, `/api${target}`, { body, base: stack.base, headers: { cookie: `next-auth.session-token=${p.access}` } });
    assert.ok(res.status < 300, res.text);
  };
  const devices = [];
  for (const p of [all, ...some]) devices.push(await device(p));
  for (const [i, p] of some.entries()) await call(p, 'PUT', '/user/settings/notifications', { [flags[i]]: false });
  const id = await study(owner, [all, ...some], db);
  await db.query('UPDATE studies SET auto_approve = TRUE WHERE id = ?', [id]);
  await db.query("UPDATE study_members SET role = 'ADMIN' WHERE study_id = ? AND role = 'MEMBER'", [id]);
  const day = new Date(Date.now() + 5 * 86400000).toISOString().slice(0, 10);
  await call(owner, 'POST', `/studies/${id}/chat`, { content: '안녕하세요' });
  await call(late, 'POST', `/studies/${id}/join`, {});
  await call(owner, 'POST', `/studies/${id}/calendar`, { title: '모임', date: day, startTime: '19:00', endTime: '20:00' });
  await call(owner, 'POST', `/studies/${id}/notices`, { title: '공지사항', content: '모두 읽어 주세요.' });
  const kinds = ['chat', 'member', 'event', 'notice'];
  const listed = async (p) => (await db.query("SELECT type FROM notifications WHERE user_id = ? AND category = 'study'", [p.id])).map((n) => n.type);
  for (const p of [all, ...some]) await until(async () => (await listed(p)).length >= 4);
  for (const p of [all, ...some]) assert.deepEqual((await listed(p)).sort(), [...kinds].sort());
  await arrived(devices[0], 4);
  await settled(all, ...some);
  const got = devices.map((d) => d.got().map((x) => d.read(x.body).type).sort());
  assert.deepEqual(got, [null, ...kinds].map((not) => kinds.filter((k) => k !== not).sort()));
});

test('what changes between writing and sending counts: read, deleted, switched off, blocked, forgotten, expired', async () => {
  const [a, yes, reads, deletes, off, blocker, forgets, late] = await people(8);
  const everybody = [yes, reads, deletes, off, blocker, forgets, late];
  const devices = [];
  for (const p of everybody) devices.push(await device(p));
  service.answer = (where, n) => (n === 1 && devices.some((d) => d.where === where) ? { status: 503, headers: { 'retry-after': '1000' } } : 201);
  const r = await room(a, everybody);
  await say(a, r, '둘');
  await until(async () => (await Promise.all(everybody.map(rowsOf))).every(([row]) => row?.error === 'answer 503'));
  await send(reads, 'PATCH', '/notifications/read-all');
  await send(deletes, 'DELETE', '/notifications/all');
  await settings(off, { chatNotifications: false });
  await db.query('INSERT INTO blocks (user_id, blocked_id) VALUES (?, ?)', [blocker.id, a.id]);
  await send(forgets, 'DELETE', '/notifications/push-token', { token: devices[5].token });
  await db.query('UPDATE notifications SET expires_at = NOW(3) WHERE user_id = ?', [late.id]);
  await db.query('UPDATE deliveries SET due_at = NOW(3)');
  await settled(...everybody);
  service.answer = () => 201;
  assert.deepEqual(devices.map((d) => d.got().length), [2, 1, 1, 1, 1, 1, 1]);
});

test('a browser whose login was ended hears of nothing but that; logged in again, it does', async () => {
  const [a, p] = await people(2);
  const log = async () => ({ ...p, access: (await postTo('/auth/login', { email: p.email, password: p.password }, { base: stack.base })).body.accessToken });
  const [one, two, three] = [await log(), await log(), await log()];
  const [here, home, work] = [await device(one), await device(two), await device(three)];
  const r = await room(a, [p]);
  const heard = async (text) => {
    const had = [here, home, work].map((d) => d.got().length);
    await say(a, r, text);
    await until(async () => (await db.query('SELECT message FROM notifications WHERE user_id = ? AND open_room = ?', [p.id, r.roomId]))[0]?.message.includes(text));
    await settled(p);
    return [here, home, work].map((d, i) => d.got().length - had[i]);
  };
  assert.deepEqual(await heard('하나'), [1, 1, 1]);
  assert.equal((await post(three, '/auth/logout', {})).status, 200);
  await db.query("UPDATE sessions SET revoked_at = NOW(3), revoked_why = 'expired' WHERE id = (SELECT session_id FROM push_subscriptions WHERE token = ?)", [home.token]);
  assert.deepEqual(await heard('둘'), [1, 1, 0], 'a login that nobody ended is no reason');
  await db.query('UPDATE sessions SET revoked_at = NULL, revoked_why = NULL WHERE user_id = ? AND revoked_why = ?', [p.id, 'expired']);
  const had = [here, home, work].map((d) => d.got().length);
  assert.equal((await send(one, 'PATCH', '/settings/password', { currentPassword: p.password, newPassword: 'another word 77!' })).status, 200);
  for (const [i, d] of [here, home, work].entries()) await arrived(d, had[i] + 1);
  assert.equal(home.read(home.got().at(-1).body).type, 'password_changed');
  assert.deepEqual(await heard('셋'), [1, 0, 0]);
  p.password = 'another word 77!';
  assert.equal((await post(await log(), '/notifications/push-token', { token: work.token })).status, 200);
  assert.deepEqual(await heard('넷'), [1, 0, 1]);
});

test('a subscription that has expired is removed, with 410 as with 404; others stay', async () => {
  const [a, b] = await people(2);
  const [gone, unknown, fine] = [await device(b), await device(b), await device(b)];
  service.answer = (where) => ({ [gone.where]: 410, [unknown.where]: 404 })[where] ?? 201;
  const r = await room(a, [b]);
  await say(a, r, '하나');
  for (const d of [gone, unknown, fine]) await arrived(d);
  await settled(b);
  const left = async () => (await db.query('SELECT token FROM push_subscriptions WHERE user_id = ?', [b.id])).map((row) => row.token);
  assert.deepEqual(await left(), [fine.token]);
  await say(a, r, '둘');
  await arrived(fine, 2);
  assert.deepEqual([gone.got().length, unknown.got().length], [1, 1]);
  service.answer = () => 201;
});

test('busy services are asked again after a pause, and after the one they name; what they refuse is dropped', async () => {
  const [a, b] = await people(2);
  const [down, busy, large] = [await device(b), await device(b), await device(b)];
  service.answer = (where, n) => {
    if (where === down.where) return n === 1 ? 503 : 201;
    if (where === busy.where) return n === 1 ? { status: 429, headers: { 'retry-after': '1200' } } : 201;
    return where === large.where ? 413 : 201;
  };
  await say(a, await room(a, [b]), '하나');
  for (const d of [down, busy, large]) await arrived(d);
  await arrived(down, 2); // by itself, when its pause is over
  await until(async () => (await rowsOf(b)).length === 1);
  const [row] = await rowsOf(b);
  assert.deepEqual([row.error, row.tries, row.wait > 1000 && row.wait <= 1200], ['answer 429', 1, true]);
  assert.match(jobs('--status').text, /^push {5}on, waiting 1, retrying 1, lag 0 ms, dead 0$/m);
  await db.query('UPDATE deliveries SET due_at = NOW(3) WHERE id = ?', [row.id]);
  await settled(b);
  assert.deepEqual([down, busy, large].map((d) => d.got().length), [2, 2, 1]);
  assert.deepEqual(down.got().map((g) => g.headers.topic), Array(2).fill(down.got()[0].headers.topic));
  assert.deepEqual(down.read(down.got()[0].body), down.read(down.got()[1].body));
  assert.ok(stack.logOf('jobs').some((l) => l.msg === 'a delivery was refused' && l.code === 413));
  service.answer = () => 201;
});

test('what never gets through becomes a dead letter, which an operator can send again', async () => {
  const [a, b] = await people(2);
  const d = await device(b);
  service.answer = (where) => (where === d.where ? 500 : 201);
  await say(a, await room(a, [b]), '하나');
  await arrived(d);
  await until(async () => (await rowsOf(b))[0].error);
  await db.query('UPDATE deliveries SET tries = 9, due_at = NOW(3) WHERE id = ?', [(await rowsOf(b))[0].id]);
  await until(async () => (await rowsOf(b))[0].due_at === null);
  const [{ id }] = await rowsOf(b);
  assert.match(jobs('--status').text, new RegExp(`^push {5}on, .*dead 1\nmail {5}off, .*\n {2}push ${id} .* after 10 tries: answer 500\nwhen the cause is gone: studymate-jobs --requeue push, or mail\n`, 'm'));
  service.answer = () => 201;
  assert.deepEqual(jobs('--requeue', 'mail'), { code: 0, text: '0 due again\n' });
  assert.deepEqual(jobs('--requeue', 'push'), { code: 0, text: '1 due again\n' });
  await settled(b);
});

test('what was given up is tried again when its chat says more; what waits for its device goes on waiting', async () => {
  const [a, b, c] = await people(3);
  const [gone, busy] = [await device(b), await device(b)];
  let answer = 500;
  service.answer = (where) => ({ [gone.where]: answer, [busy.where]: { status: 429, headers: { 'retry-after': '1200' } } })[where] ?? 201;
  const r = await room(a, [b, c]);
  const of = async (d) => (await rowsOf(b)).find((row) => row.device_id === d.id);
  for (const d of [gone, busy]) [{ id: d.id }] = await db.query('SELECT id FROM push_subscriptions WHERE token = ?', [d.token]);
  await say(a, r, '하나');
  await until(async () => (await of(gone))?.error && (await of(busy))?.error);
  await db.query('UPDATE deliveries SET tries = 9, due_at = NOW(3) WHERE id = ?', [(await of(gone)).id]);
  await until(async () => (await of(gone)).due_at === null);
  const waiting = await of(busy);
  const before_ = gone.got().length;
  await db.query('UPDATE chat_members SET told_at = told_at - INTERVAL 1 MINUTE WHERE room_id = ?', [r.roomId]);
  await say(c, r, '둘');
  await arrived(gone, before_ + 1);
  const again = await until(async () => { const row = await of(gone); return row.error && row; });
  assert.deepEqual([again.tries, again.error, String(again.actor_id), again.due_at !== null], [1, 'answer 500', c.id, true]);
  const still = await of(busy);
  for (const name of ['id', 'tries', 'error', 'actor_id', 'due_at']) assert.deepEqual([name, still[name]], [name, waiting[name]]);
  answer = 201;
  await arrived(gone, before_ + 2);
  await until(async () => !(await of(gone)));
  assert.equal(gone.read(gone.got().at(-1).body).body, `${c.name}: 둘`);
  service.answer = () => 201;
  await db.query('DELETE FROM notifications WHERE user_id = ?', [b.id]);
});

test('dead letters are forgotten after a week', async () => {
  const p = await person();
  await db.query("INSERT INTO notifications (user_id, type, category, title, message) SELECT ?, 'custom', 'general', 't', 'm' FROM seq_1_to_2", [p.id]);
  const [young, old] = await db.query('SELECT id FROM notifications WHERE user_id = ? ORDER BY id', [p.id]);
  for (const [n, days] of [[young.id, 6], [old.id, 8]]) await db.query("INSERT INTO deliveries (notification_id, channel, due_at, created_at) VALUES (?, 'push', NULL, NOW(3) - INTERVAL ? DAY)", [n, days]);
  await db.query("UPDATE schedules SET due_at = NOW(3) WHERE name = 'delivery.forget'");
  await until(async () => (await rowsOf(p)).length === 1);
  assert.equal((await rowsOf(p))[0].notification_id, young.id);
  await db.query('DELETE FROM notifications WHERE user_id = ?', [p.id]);
});

test('a push that was taken is not sent again because the answer was long', async () => {
  const p = await person();
  const d = await device(p);
  service.answer = (where) => (where === d.where ? { status: 201, text: 'x'.repeat(200 * 1024) } : 201);
  await post(p, '/notifications/test', {});
  await arrived(d);
  await until(async () => !(await rowsOf(p)).length);
  service.answer = () => 201;
  assert.equal(d.got().length, 1);
});

test('a push service that never answers holds up neither what people see nor other services', async () => {
  const [a, b, c] = await people(3);
  const dead = [];
  for (let i = 0; i < 10; i += 1) dead.push(await device(b));
  const stuck = new Set(dead.map((d) => d.where));
  service.answer = (where) => (stuck.has(where) ? null : 201);
  const r = await room(a, [b, c]);
  await say(a, r, '하나');
  for (const d of dead) await arrived(d);
  const fine = await device(c);
  await say(a, await room(a, [b, c]), '둘'); // while the first are waited for
  await arrived(fine);
  await told(b, 2);
  assert.ok((await rowsOf(b)).every((row) => !row.error), 'the first are still waited for');
  await until(async () => (await rowsOf(b)).some((row) => row.error === 'Timeout was reached'), 30000);
  service.answer = () => 201;
  await db.query('DELETE FROM notifications WHERE user_id = ?', [b.id]);
});

test('D5: killed while sending: only what was under way is sent again, and shown once', async () => {
  const devices = 3000;
  const [boss] = await people(1);
  const keys = await device(boss, '/many/keys');
  const { keys: theirs } = JSON.parse(keys.token);
  await db.query(`INSERT INTO users (email, name) SELECT CONCAT('many', seq, '@test.example.com'), 'm' FROM seq_1_to_${devices}`);
  await db.query('INSERT INTO push_subscriptions (user_id, token_hash, token, device) SELECT u.id, UNHEX(SHA2(u.email, 256)), JSON_OBJECT("endpoint", CONCAT(?, "/many/", u.id),'
    + ' "keys", JSON_OBJECT("p256dh", ?, "auth", ?)), "web" FROM users u WHERE u.email LIKE "many%@test.example.com"', [service.origin, theirs.p256dh, theirs.auth]);
  await db.query('DELETE FROM push_subscriptions WHERE user_id = ?', [boss.id]);
  const login = await postTo('/auth/login', { email: 'admin@example.com', password: 'password123' }, { base: stack.base });
  const many = () => service.got.filter((g) => g.path.startsWith('/many/'));
  assert.equal((await postTo('/notifications/urgent', { recipients: 'all', title: '긴급', message: '모두' }, { token: login.body.accessToken, base: stack.base })).status, 201);
  let kills = 0;
  for (let turn = 0; turn < 3; turn += 1) {
    const before_ = many().length;
    await until(() => many().length > before_ + 50, 20000);
    await stack.die('jobs');
    kills += 1;
    await db.query('UPDATE outbox SET due_at = NOW(3)'); // their leases end, before others are taken
    await db.query('UPDATE deliveries SET due_at = NOW(3) WHERE due_at IS NOT NULL');
    stack.up();
  }
  await until(async () => new Set(many().map((g) => g.path)).size === devices && !(await db.query("SELECT id FROM deliveries WHERE channel = 'push' LIMIT 1")).length, 60000);
  const twice = many().length - devices;
  assert.ok(twice <= kills * 48, `${twice} were sent again`);
  const shown = many().map((g) => ({ path: g.path, topic: g.headers.topic, tag: keys.read(g.body).tag }));
  assert.equal(new Set(shown.map((g) => `${g.path} ${g.tag}`)).size, devices);
  assert.ok(shown.every((g) => g.topic === g.tag));
});

test('stopped politely, it takes nothing new and waits for what is under way', async () => {
  const [a, b] = await people(2);
  const d = await device(b);
  let answer;
  const later = new Promise((ok) => { answer = ok; });
  service.answer = (where) => (where === d.where ? later : 201);
  await say(a, await room(a, [b]), '하나');
  await arrived(d);
  const id = stack.pid('jobs');
  stack.kill('jobs', 'SIGTERM');
  answer(201);
  await until(() => stack.logOf('jobs').some((l) => l.pid === id && l.msg === 'jobs stopped'));
  assert.deepEqual(await rowsOf(b), []);
  fs.rmSync(path.join(stack.run, 'jobs.pid'));
  stack.up();
  assert.equal(d.got().length, 1);
  service.answer = () => 201;
});

test('logs name no endpoint, no token, no text', async () => {
  const text = fs.readFileSync(path.join(stack.run, 'log/jobs.log'), 'utf8') + fs.readFileSync(path.join(stack.run, 'log/api.log'), 'utf8');
  for (const secret of [service.origin, '/many/', 'p256dh', 'vapid t=', '안녕', '긴급']) assert.ok(!text.includes(secret), secret);
});

test('SSRF: without the setting for tests nothing of this machine or network is called', async () => {
  let calls = 0;
  const trap = net.createServer((s) => { calls += 1; s.destroy(); });
  await new Promise((ok) => { trap.listen(0, '127.0.0.1', ok); });
  const own = await startStack('push-closed', {}, 1);
  const sql = connect(own.run);
  try {
    const p = await someone('셋째', {}, { base: own.base });
    const { port } = trap.address();
    const hosts = [`https://127.0.0.1:${port}`, `https://localhost:${port}`, `https://[::1]:${port}`, `https://[::ffff:127.0.0.1]:${port}`, `https://0.0.0.0:${port}`, `https://2130706433:${port}`, `http://127.0.0.1:${port}`];
    for (const host of hosts) {
      const res = await postTo('/notifications/push-token', { token: browser(`${host}/x`).token }, { token: p.access, base: own.base });
      assert.deepEqual([host, res.status], [host, 200]);
    }
    assert.equal((await postTo('/notifications/test', {}, { token: p.access, base: own.base })).status, 201);
    await until(async () => own.logOf('jobs').filter((l) => l.msg === 'a delivery was refused' && l.why === 'no address it may connect to').length === hosts.length
      && !(await sql.query('SELECT id FROM deliveries')).length, 15000);
    assert.equal(calls, 0);
  } finally {
    await sql.end();
    own.down();
    trap.close();
  }
});

test('without keys there is no channel; with wrong ones nothing starts', async () => {
  const bin = path.join(path.dirname(process.env.API_BIN), 'studymate-jobs');
  const run = (env, ...args) => spawnSync(bin, ['--config', path.join(stack.run, 'studymate.env'), ...args], { encoding: 'utf8', env: { ...process.env, ...env } });
  assert.match(run({ VAPID_PUBLIC_KEY: '', VAPID_PRIVATE_KEY: '' }, '--status').stdout, /^push {5}off, /m);
  const pair = Object.fromEntries(spawnSync(bin, ['--vapid-keys'], { encoding: 'utf8' }).stdout.trim().split('\n').map((l) => l.split('=')));
  assert.deepEqual([Object.keys(pair), Buffer.from(pair.VAPID_PUBLIC_KEY, 'base64url').length, Buffer.from(pair.VAPID_PRIVATE_KEY, 'base64url').length], [['VAPID_PUBLIC_KEY', 'VAPID_PRIVATE_KEY'], 65, 32]);
  assert.equal(run(pair, '--status').status, 0);
  for (const [env, text] of [[{ VAPID_PUBLIC_KEY: pair.VAPID_PUBLIC_KEY }, /VAPID_PUBLIC_KEY="[^"]+": is not the public key/], [{ ...pair, VAPID_SUBJECT: '' }, /VAPID_SUBJECT=/], [{ VAPID_PUBLIC_KEY: 'x' }, /VAPID_PUBLIC_KEY="x": is 87 digits/],
    [{ ...pair, VAPID_PRIVATE_KEY: 'x' }, /VAPID_PRIVATE_KEY="\(secret\)": is 43 digits/], [{ ENVIRONMENT: 'production', PUSH_PRIVATE: 'yes' }, /PUSH_PRIVATE="yes": is refused in production/]]) {
    const res = run(env);
    assert.deepEqual([res.status, text.test(res.stderr)], [2, true], res.stderr);
  }
});
