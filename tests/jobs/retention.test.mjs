// What the jobs take away when its time has come, and what they leave. On a stack of its own: others count files, too.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { get, person, post, send } from '../harness/client.mjs';
import { connect as connectDb } from '../harness/db.mjs';
import { form, png, stored, upload } from '../harness/files.mjs';
import { startStack, until } from '../harness/stack.mjs';
import { closeAll, connect } from '../harness/stomp.mjs';

let stack;
let sql;
let options;
before(async () => {
  stack = await startStack('retention', {}, 2);
  sql = connectDb(stack.run);
  options = { base: stack.base };
});
after(async () => {
  await sql?.end();
  stack?.down();
});
const as = (p) => ({ token: p.access, ...options });
// Runs a schedule, again and again until that is true: one turn lasts a second at most.
const ran = (name, probe) => until(async () => {
  await sql.query('UPDATE schedules SET due_at = SYSDATE(3) WHERE name = ?', [name]);
  return probe();
}, 30000);
// Runs it once more, and waits until that has happened.
async function once(name) {
  const [{ at }] = await sql.query('SELECT SYSDATE(3) AS at');
  await ran(name, async () => (await sql.query('SELECT 1 FROM schedules WHERE name = ? AND ran_at > ? + INTERVAL 1 SECOND', [name, at])).length);
}
const count = async (table, where = '1 = 1') => Number((await sql.query(`SELECT COUNT(*) AS n FROM ${table} WHERE ${where}`))[0].n);
const rowOf = async (key) => (await sql.query('SELECT * FROM files WHERE storage_key = ?', [key]))[0];
const picture = async (p, where = '/upload/image') => (await upload(where, [['file', png, 'a.png']], p, options)).body;

test('notifications go a month after they expired, however many there are', async () => {
  const p = await person('알림', {}, options);
  const add = (n, expires) => sql.query(`INSERT INTO notifications (user_id, type, category, title, message, expires_at) SELECT ?, 'custom', 'general', 't', 'm', ${expires} FROM seq_1_to_${n}`, [p.id]);
  await add(5000, 'SYSDATE(3) - INTERVAL 31 DAY');
  await add(3, 'SYSDATE(3) - INTERVAL 29 DAY');
  await add(4, 'NULL');
  await add(5, 'SYSDATE(3) + INTERVAL 1 DAY');
  await ran('notification.forget_expired', async () => await count('notifications') <= 12);
  assert.equal(await count('notifications'), 12);
});

test('keys of requests go after a day', async () => {
  const p = await person('열쇠', {}, options);
  await sql.query("INSERT INTO request_keys (user_id, key_hash, body_hash, created_at) SELECT ?, UNHEX(SHA2(seq, 256)), '', SYSDATE(3) - INTERVAL 25 HOUR FROM seq_1_to_1200", [p.id]);
  await sql.query("INSERT INTO request_keys (user_id, key_hash, body_hash, created_at) SELECT ?, UNHEX(SHA2(seq, 256)), '', SYSDATE(3) - INTERVAL 23 HOUR FROM seq_2001_to_2007", [p.id]);
  await ran('once.forget', async () => await count('request_keys') <= 7);
  assert.equal(await count('request_keys'), 7);
});

test('what clients reported goes after 90 days, how long requests took after 31', async () => {
  await sql.query("INSERT INTO analytics_events (type, happened_at, received_at) SELECT 'x', NOW(3), SYSDATE(3) - INTERVAL IF(seq > 1200, 89, 91) DAY FROM seq_1_to_1203");
  await ran('analytics.forget_events', async () => await count('analytics_events') <= 3);
  assert.equal(await count('analytics_events'), 3);
  await sql.query("INSERT INTO request_hours SELECT DATE_FORMAT(SYSDATE(), '%Y-%m-%d %H:00:00') - INTERVAL IF(seq > 1200, 30, 32) DAY, CONCAT('r', seq), 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM seq_1_to_1204");
  const mine = "route REGEXP '^r[0-9]+$'"; // the pool's own are there, too
  await ran('analytics.forget_requests', async () => await count('request_hours', mine) <= 4);
  assert.equal(await count('request_hours', mine), 4);
});

test('who did not answer in time is forgotten, who still may or has is not', async () => {
  const [a, b] = [await person('안하나', {}, options), await person('안두리', {}, options)];
  const add = (until) => sql.query(`INSERT INTO matching_taken (user_id, other_id, until) SELECT ?, u.id, ${until} FROM users u WHERE u.id NOT IN (SELECT t.other_id FROM matching_taken t WHERE t.user_id = ?) LIMIT 1`, [a.id, a.id]);
  await add('SYSDATE(3) - INTERVAL 1 SECOND');
  await add('SYSDATE(3) + INTERVAL 1 DAY');
  await sql.query("INSERT INTO matching_taken (user_id, other_id, until) VALUES (?, ?, '9999-12-31')", [b.id, a.id]);
  await ran('matching.forget', async () => await count('matching_taken') < 3);
  assert.equal(await count('matching_taken', 'until > SYSDATE(3)'), 2);
  assert.equal(await count('matching_taken'), 2);
});

test('a login ends with its time, and so do its sockets; it is forgotten three months later', async () => {
  const [p, stays] = [await person('만료', {}, options), await person('계속', {}, options)];
  const [socket, other] = [await connect(p.access, { base: stack.base }), await connect(stays.access, { base: stack.base })];
  const session = () => sql.query('SELECT revoked_why, revoked_at IS NOT NULL AS ended FROM sessions WHERE user_id = ?', [p.id]);
  await sql.query('UPDATE sessions SET expires_at = SYSDATE(3) - INTERVAL 1 SECOND WHERE user_id = ?', [p.id]);
  await ran('auth.expire', async () => (await session())[0].ended);
  assert.equal((await session())[0].revoked_why, 'expired');
  assert.equal((await socket.closed()).code, 1008);
  await until(async () => (await get('/users/name', as(p))).status === 401);
  assert.equal((await get('/users/name', as(stays))).status, 200);
  assert.equal(other.client.connected, true);
  await sql.query('UPDATE sessions SET expires_at = SYSDATE(3) - INTERVAL 89 DAY WHERE user_id = ?', [p.id]);
  await once('auth.forget');
  assert.equal((await session()).length, 1);
  await sql.query('UPDATE sessions SET expires_at = SYSDATE(3) - INTERVAL 91 DAY WHERE user_id = ?', [p.id]);
  await ran('auth.forget', async () => !(await session()).length);
  await sql.query("INSERT INTO failed_logins (user_id, at, reason) SELECT ?, SYSDATE(3) - INTERVAL seq DAY, 'password' FROM seq_89_to_92", [stays.id]);
  await ran('auth.forget_failed', async () => await count('failed_logins') <= 1);
  assert.equal(await count('failed_logins', 'at > SYSDATE(3) - INTERVAL 90 DAY'), 1);
  await closeAll();
});

test('what messages of a room showed goes with the room; what was never sent stays its owner\'s', async () => {
  const [a, b] = [await person('가온', {}, options), await person('나래', {}, options)];
  const open = async () => (await post('/chat/rooms', { roomName: '방', isPublic: false, participantIds: [b.id] }, as(a))).body.data.roomId;
  const [id, other] = [await open(), await open()];
  const sent = async (room) => {
    const url = (await upload(`/chat/rooms/${room}/images`, [['files', png, 'a.png']], a, options)).body.data[0];
    assert.equal((await post(`/chat/rooms/${room}/messages`, { imageUrls: [url] }, as(a))).status, 201);
    return url.split('/').pop();
  };
  const [shown, stays] = [await sent(id), await sent(other)];
  const unsent = (await upload(`/chat/rooms/${id}/images`, [['files', png, 'b.png']], a, options)).body.data[0].split('/').pop();
  for (const p of [b, a]) await post(`/chat/rooms/${id}/leave`, undefined, as(p));
  await until(async () => !await count('chat_rooms', `id = ${id}`));
  await ran('file.unshown', async () => (await rowOf(shown)).deleted_at);
  await until(() => !stored(stack.run).kept.includes(shown));
  for (const key of [stays, unsent]) assert.deepEqual([(await rowOf(key)).deleted_at, stored(stack.run).kept.includes(key)], [null, true]);
  assert.deepEqual((await get('/chat/files/my-files', as(a))).body.data.map((f) => f.url.split('/').pop()).sort(), [stays, unsent].sort());
});

test('a picture that never became anybody\'s goes after a day; one in use, and a younger one, stay', async () => {
  const put = async (age, url) => {
    const p = await person('사진', {}, options);
    const key = (await picture(p, '/users/me/profile-image')).url.split('/').pop();
    await sql.query('UPDATE files SET created_at = SYSDATE(3) - INTERVAL ? HOUR WHERE storage_key = ?', [age, key]);
    if (url !== undefined) await sql.query('UPDATE users SET profile_image = REPLACE(?, "KEY", ?) WHERE id = ?', [url, key, p.id]);
    return key;
  };
  const [used, absolute, young] = [await put(30), await put(30, 'https://api.example.com/api/v1/upload/file/KEY?w=80'), await put(20, null)];
  const [gone, other] = [await put(30, null), await put(100, '/elsewhere.png')];
  await ran('file.unused_pictures', async () => (await rowOf(gone)).deleted_at && (await rowOf(other)).deleted_at);
  await until(() => [gone, other].every((k) => !stored(stack.run).kept.includes(k)));
  for (const key of [used, absolute, young]) assert.deepEqual([(await rowOf(key)).deleted_at, stored(stack.run).kept.includes(key)], [null, true]);
});

test('a picture of somebody who never signed up goes after a day, of who did it stays', async () => {
  const put = async (age) => {
    const { url } = (await send('POST', '/api/upload', { ...options, ...form([['type', 'avatar'], ['file', png, 'a.png', 'image/png']]) })).body;
    await sql.query('UPDATE files SET created_at = SYSDATE(3) - INTERVAL ? HOUR WHERE storage_key = ?', [age, url.split('/').pop()]);
    return [url, url.split('/').pop()];
  };
  const [[, gone], [, young], [url, used]] = [await put(30), await put(20), await put(30)];
  await person('가입', { avatar: url }, options);
  await ran('file.unused_pictures', async () => (await rowOf(gone)).deleted_at);
  await until(() => !stored(stack.run).kept.includes(gone));
  for (const key of [young, used]) assert.deepEqual([(await rowOf(key)).deleted_at, stored(stack.run).kept.includes(key)], [null, true]);
});

test('rows of deleted files go after a month, with bytes that were left; a younger one stays', async () => {
  const p = await person('파일', {}, options);
  const keys = [];
  for (let i = 0; i < 2; i += 1) keys.push((await picture(p)).data.key);
  for (const key of keys) await send('DELETE', `/upload/file/${key}`, as(p));
  const left = path.join(stack.run, 'files', keys[0].slice(0, 2), keys[0]);
  fs.writeFileSync(left, 'the process was killed before it removed this');
  await sql.query('UPDATE files SET deleted_at = SYSDATE(3) - INTERVAL 31 DAY WHERE storage_key = ?', [keys[0]]);
  await ran('file.purge', async () => !await rowOf(keys[0]));
  assert.deepEqual([fs.existsSync(left), (await rowOf(keys[1])).deleted_at !== null], [false, true]);
});

test('uploads that were never finished go after a day', async () => {
  const [stale, fresh] = ['stale', 'fresh'].map((n) => path.join(stack.run, 'files/tmp', n));
  for (const [file, hours] of [[stale, 25], [fresh, 23]]) {
    fs.writeFileSync(file, 'x');
    fs.utimesSync(file, Date.now() / 1000 - hours * 3600, Date.now() / 1000 - hours * 3600);
  }
  await ran('file.tmp', () => !fs.existsSync(stale));
  assert.ok(fs.existsSync(fresh));
  fs.rmSync(fresh);
});

test('with nothing to do nothing happens', async () => {
  const files = await count('files');
  for (const name of ['file.unshown', 'file.unused_pictures', 'file.purge', 'file.tmp', 'once.forget', 'notification.forget_expired']) await once(name);
  assert.equal(await count('files'), files);
  assert.deepEqual(stack.logOf('jobs').filter((l) => l.lvl !== 'info'), []);
});
