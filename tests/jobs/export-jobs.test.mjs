// Exports as the jobs make, bring and take them away: mails, killed processes, much data. On a stack of its own.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { get as getFrom, person as someone, post as postTo, send as sendTo } from '../harness/client.mjs';
import { connect } from '../harness/db.mjs';
import { ask as askAt, completed as completedAt, fetchExport, status as statusAt } from '../harness/exports.mjs';
import { fetchBytes, stored } from '../harness/files.mjs';
import { mailServer } from '../harness/mail.mjs';
import { startStack, until } from '../harness/stack.mjs';

let stack;
let db;
let server;
let at;
const links = [];
before(async () => {
  server = await mailServer();
  stack = await startStack('export', {
    SMTP_URL: `smtp://127.0.0.1:${server.port}`, MAIL_FROM: '스터디메이트 <no-reply@studymate.example.com>', SITE_URL: 'https://app.example.com/', VAPID_PUBLIC_KEY: '', VAPID_PRIVATE_KEY: '',
    STATEMENT_TIMEOUT_MS: 20000, REQUEST_TIMEOUT_MS: 30000,
  }, 2);
  db = connect(stack.run);
  at = { base: stack.base };
});
after(async () => {
  await db?.end();
  stack?.down();
  await server?.close();
});

const person = async (name = '사람') => server.known(db, await someone(name, {}, at));
const ask = (p) => askAt(p, at);
const status = (p) => statusAt(p, at);
const completed = async (p) => {
  const now = await completedAt(p, at);
  links.push(now.downloadUrl.slice(-32));
  return now;
};
const got = async (p) => fetchExport((await completed(p)).downloadUrl, stack.base);
const one = async (sql, args) => (await db.query(sql, args))[0];
const rowOf = (p) => one('SELECT * FROM exports WHERE user_id = ? ORDER BY id DESC', [p.id]);
const draftOf = (code) => path.join(stack.run, 'files/tmp', `export-${code}.zip`);
const event = (p) => one("SELECT * FROM outbox WHERE event = 'export.requested' AND actor_id = ?", [p.id]);
const due = (p) => db.query("UPDATE outbox SET due_at = NOW(3) WHERE event = 'export.requested' AND actor_id = ?", [p.id]);
// Runs a schedule until that is true.
const ran = (name, probe) => until(async () => {
  await db.query('UPDATE schedules SET due_at = SYSDATE(3) WHERE name = ?', [name]);
  return probe();
}, 30000);
const say = '긴 말 '.repeat(100); // 1 KB
async function chatty(p, n) {
  const room = (await postTo('/chat/rooms', { roomName: '긴 방', isPublic: false, participantIds: [] }, { token: p.access, ...at })).body.data.roomId;
  await db.query(`INSERT INTO chat_messages (room_id, seq, sender_id, body) SELECT ?, seq, ?, CONCAT(seq, ' ', ?) FROM seq_1_to_${n}`, [room, p.id, say]);
  await db.query('UPDATE chat_rooms SET last_seq = ? WHERE id = ?', [n, room]);
  return room;
}
const messagesOf = (x) => Object.entries(x.json).filter(([name]) => name.startsWith('chats/')).flatMap(([, room]) => room.messages.map((m) => m.message));
const allOf = (n) => Array.from({ length: n }, (_, i) => `${i + 1} ${say}`);

test('who asked is told by mail, in their language and whatever they switched off, and finds it in the list', async () => {
  const [kim, ann] = [await person('김하나'), await person('Ann')];
  for (const p of [kim, ann]) {
    const off = { notificationsEnabled: false, emailEnabled: false, systemNotifications: false, quietHoursEnabled: true, quietHoursStart: '00:00', quietHoursEnd: '23:59', notificationLanguage: p === ann ? 'en' : 'ko' };
    assert.equal((await sendTo('PATCH', '/notifications/settings', { token: p.access, body: off, ...at })).status, 200);
    await db.query("UPDATE users SET time_zone = 'America/New_York' WHERE id = ?", [ann.id]);
    const res = await ask(p);
    assert.deepEqual([res.status, res.body.email, res.body.data.message], [200, p.email, '데이터 추출이 시작되었습니다. 완료되면 이메일로 다운로드 링크를 전송합니다.']);
  }
  for (const [p, zone, subject, text] of [
    [kim, 'Asia/Seoul', '[STUDYMATE] 데이터 내보내기 완료', (day, size, url) => `김하나님, 안녕하세요.\n\n요청하신 데이터 내보내기가 완료되었습니다.\n\n유효기간: 7일 (${day}까지)\n파일 크기: ${size} KB\n\n포함된 데이터:\n- 프로필 정보\n- 세션 기록 (1:1, 그룹)\n- 채팅 메시지\n- 학습 분석 데이터\n`
      + `- 업적 및 통계\n- 설정 정보\n\n※ 보안을 위해 비밀번호는 포함되지 않습니다.\n\n다운로드 링크: ${url}\n\n-- \n알림 설정에 따라 보내 드린 메일입니다.\nhttps://app.example.com/settings/notifications\n`],
    [ann, 'America/New_York', '[STUDYMATE] Your data is ready', (day, size, url) => `Hello Ann,\n\nThe export of your data you asked for is ready.\n\nGood for: 7 days (until ${day})\nSize: ${size} KB\n\nWhat it holds:\n- your profile\n- sessions (of two, of groups)\n- chat messages\n- learning statistics\n`
      + `- achievements\n- settings\n\nPasswords are not in it, so that they stay safe.\n\nDownload: ${url}\n\n-- \nYou get this mail because of your notification settings.\nhttps://app.example.com/settings/notifications\n`],
  ]) {
    await until(() => server.to(p).length);
    const now = await completed(p);
    const url = `https://app.example.com${now.downloadUrl}`;
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(new Date(now.expiresAt));
    const [mail] = server.to(p);
    assert.deepEqual([mail.subject, mail.text], [subject, text(day, (now.fileSize / 1024).toFixed(1), url)]);
    assert.ok(mail.html.includes(`<a href="${url}">${url}</a>`), mail.html);
    const list = (await getFrom('/notifications', { token: p.access, ...at })).body.data.notifications;
    const [note] = list.filter((n) => n.type === 'data_export');
    assert.deepEqual([note.title, note.category, note.priority, note.clickUrl, note.expiresAt, note.data],
      [subject, 'system', 4, '/settings/data', now.expiresAt, { exportId: now.exportId, fileSize: now.fileSize, expiresAt: now.expiresAt, downloadUrl: now.downloadUrl }]);
    const x = await fetchExport(new URL(url).pathname + new URL(url).search, stack.base); // as the mail says, where the site leads here
    assert.equal(x.json['profile.json'].email, p.email);
  }
  // its events once more, as after a process that was killed before it could say that it was done
  const row = await rowOf(kim);
  for (const name of ['export.requested', 'export.ready']) await db.query('INSERT INTO outbox (event, subject_id, actor_id, payload) SELECT ?, ?, ?, ?', [name, row.id, kim.id, JSON.stringify({ code: row.code })]);
  await until(async () => !(await db.query("SELECT 1 FROM outbox WHERE event LIKE 'export.%'")).length);
  assert.deepEqual(await rowOf(kim), row);
  assert.deepEqual(stored(stack.run).tmp, []);
  assert.equal((await fetchBytes((await completed(kim)).downloadUrl, at)).status, 200);
});

test('ten thousand messages come whole and in order, in files of two MiB, since no more is ever in memory', async () => {
  const p = await person();
  await chatty(p, 10000);
  await db.query("INSERT INTO notifications (user_id, type, category, title, message, status) SELECT ?, 'custom', 'general', 't', seq, 'READ' FROM seq_1_to_200", [p.id]); // just two pages
  await ask(p);
  const x = await got(p);
  assert.deepEqual(messagesOf(x), allOf(10000));
  const rooms = Object.entries(x.files).filter(([name]) => name.startsWith('chats/'));
  assert.deepEqual(rooms.map(([name]) => name), ['chats/room_001.json', ...rooms.slice(1).map((_, i) => `chats/room_001_${i + 2}.json`)]);
  assert.ok(rooms.length >= 5, `${rooms.length} files`);
  for (const [name, text] of rooms) assert.ok(Buffer.byteLength(text) < (2 << 20) + 200000, `${name}: ${text.length}`); // and a page
  assert.equal(new Set(rooms.map(([, text]) => text.slice(0, text.indexOf('"messages"')))).size, 1); // each says which room that is
  assert.deepEqual(x.json['notifications.json'].map((n) => n.message), Array.from({ length: 200 }, (_, i) => String(i + 1)));
  assert.ok(!x.files['notifications_2.json']);
  // two pages that just fill a file: no empty one comes after it
  const q = await person();
  const room = await chatty(q, 200);
  await db.query("UPDATE chat_messages SET body = REPEAT('😀', 5000) WHERE room_id = ?", [room]);
  await ask(q);
  const y = await got(q);
  assert.deepEqual(Object.keys(y.files).filter((n) => n.startsWith('chats/')), ['chats/room_001.json']);
  assert.ok(Buffer.byteLength(y.files['chats/room_001.json']) > 4e6 && messagesOf(y).every((m) => m === '😀'.repeat(5000)));
});

// Begins an export that stops before the statistics, until resume() is called; → its draft.
async function held(p) {
  const lock = await db.getConnection();
  await lock.query('LOCK TABLES study_messages WRITE');
  await ask(p);
  const { code } = await rowOf(p);
  await until(async () => (await lock.query('SHOW PROCESSLIST')).some((q) => q.State === 'Waiting for table metadata lock'));
  return { draft: draftOf(code), resume: async () => { await lock.query('UNLOCK TABLES'); lock.release(); } };
}

test('killed in the middle: another goes on where it was; what cannot be read begins anew', async () => {
  for (const broken of [false, true]) {
    const p = await person();
    const room = await chatty(p, 10000);
    await until(async () => !(await db.query('SELECT 1 FROM deliveries')).length); // no mail is cut off half-way
    const { draft, resume } = await held(p);
    const { progress } = await event(p);
    assert.ok(progress >= 2, `${progress} pieces`); // ten MB in pieces of four
    assert.ok(fs.statSync(draft).size > 1000);
    await stack.die('jobs');
    await resume();
    if (broken) fs.writeFileSync(draft, fs.readFileSync(draft).subarray(0, 900));
    else await db.query('UPDATE chat_messages SET body = ? WHERE room_id = ? AND seq <= 2000', ['더 늦은 말', room]); // it has those already
    stack.up();
    await due(p); // as if its lease were over
    const x = await got(p);
    assert.deepEqual(messagesOf(x), allOf(10000));
    assert.equal(x.json['analytics/learning_stats.json'].chatMessages, 10000);
    assert.equal((await db.query("SELECT 1 FROM notifications WHERE user_id = ? AND type = 'data_export'", [p.id])).length, 1);
    assert.ok(!fs.existsSync(draft));
  }
});

test('whole but not told of: the next one only has to say so', async () => {
  const [p, q] = [await person(), await person()];
  await ask(q);
  const { storage_key: key } = await completed(q).then(() => rowOf(q));
  stack.kill('jobs', 'SIGSTOP');
  await ask(p);
  const { code } = await rowOf(p);
  fs.copyFileSync(path.join(stack.run, 'files', key.slice(0, 2), key), draftOf(code));
  stack.kill('jobs', 'SIGCONT');
  assert.equal((await got(p)).json['profile.json'].id, q.id); // it was taken as it stood
});

test('more than five GiB is none; what nobody waits for goes; who gets none within a day may ask again', async () => {
  const [p, gone, stuck] = [await person(), await person(), await person()];
  stack.kill('jobs', 'SIGSTOP');
  for (const x of [p, gone, stuck]) await ask(x);
  const [large, none, late] = await Promise.all([p, gone, stuck].map(rowOf));
  fs.writeFileSync(draftOf(large.code), '');
  fs.truncateSync(draftOf(large.code), 5 * 2 ** 30 + 1);
  fs.writeFileSync(draftOf(none.code), 'x');
  await db.query('DELETE FROM exports WHERE id = ?', [none.id]);
  await db.query("DELETE FROM outbox WHERE event = 'export.requested' AND subject_id = ?", [late.id]); // as an operator who deletes a dead letter
  stack.kill('jobs', 'SIGCONT');
  await until(async () => (await status(p)).status === 'failed');
  await until(() => !fs.existsSync(draftOf(none.code)));
  assert.ok(!fs.existsSync(draftOf(large.code)));
  await db.query('UPDATE exports SET requested_at = requested_at - INTERVAL 23 HOUR WHERE id = ?', [late.id]);
  await ran('export.give_up', async () => (await db.query("SELECT 1 FROM schedules WHERE name = 'export.give_up' AND ran_at > NOW(3) - INTERVAL 1 SECOND")).length);
  assert.deepEqual([(await status(stuck)).status, (await ask(stuck)).status], ['processing', 429]);
  await db.query('UPDATE exports SET requested_at = requested_at - INTERVAL 2 HOUR WHERE id = ?', [late.id]);
  await ran('export.give_up', async () => (await status(stuck)).status === 'failed');
  for (const x of [p, stuck]) {
    assert.equal((await ask(x)).status, 200);
    assert.equal((await got(x)).json['profile.json'].id, x.id);
  }
});

test('after seven days the file goes, after ninety all that told of it; others stay', async () => {
  const [p, q] = [await person(), await person()];
  for (const x of [p, q]) await ask(x);
  const { downloadUrl } = await completed(p);
  const other = (await completed(q)).downloadUrl;
  const key = (await rowOf(p)).storage_key;
  assert.ok(stored(stack.run).kept.includes(key));
  await db.query('UPDATE exports SET expires_at = expires_at - INTERVAL 7 DAY, requested_at = requested_at - INTERVAL 89 DAY WHERE user_id = ?', [p.id]);
  await ran('export.expire', async () => !(await rowOf(p)).storage_key);
  assert.ok(!stored(stack.run).kept.includes(key));
  const after_ = await getFrom(downloadUrl, at);
  assert.deepEqual([after_.status, after_.body.code, (await status(p)).status], [410, 'EXPORT_EXPIRED', 'expired']);
  await ran('export.forget', async () => (await db.query("SELECT 1 FROM schedules WHERE name = 'export.forget' AND ran_at > NOW(3) - INTERVAL 1 SECOND")).length);
  assert.ok(await rowOf(p));
  await db.query('UPDATE exports SET requested_at = requested_at - INTERVAL 2 DAY WHERE user_id = ?', [p.id]);
  await ran('export.forget', async () => !(await rowOf(p)));
  assert.deepEqual([(await getFrom(downloadUrl, at)).status, (await fetchBytes(other, at)).status, (await status(q)).status], [404, 200, 'completed']);
});

test('with the account everything of it goes, the link at once, and what is being written', async () => {
  const [p, q] = [await person(), await person()];
  for (const x of [p, q]) await ask(x);
  const { downloadUrl } = await completed(p);
  const { storage_key: key } = await rowOf(p);
  await completed(q);
  stack.kill('jobs', 'SIGSTOP');
  await db.query("INSERT INTO exports (user_id, code, requested_at) VALUES (?, REPEAT('a', 32), NOW(3))", [p.id]);
  fs.writeFileSync(draftOf('a'.repeat(32)), 'x');
  assert.equal((await sendTo('DELETE', '/settings/account', { token: p.access, body: { password: p.password }, ...at })).status, 200);
  const dead = await getFrom(downloadUrl, at);
  assert.deepEqual([dead.status, dead.body.code], [404, 'EXPORT_NOT_FOUND']);
  stack.kill('jobs', 'SIGCONT');
  await until(async () => !(await rowOf(p)));
  assert.deepEqual([stored(stack.run).kept.includes(key), fs.existsSync(draftOf('a'.repeat(32))), stored(stack.run).kept.includes((await rowOf(q)).storage_key)], [false, false, true]);
});

test('no log holds a link', async () => {
  assert.ok(links.length > 5);
  const last = (await getFrom(`/settings/export/download?link=${links[0]}`, at)).headers['x-request-id'];
  let text;
  await until(() => { // nginx and the pool have both written down the last of them
    text = fs.readdirSync(path.join(stack.run, 'log')).map((f) => fs.readFileSync(path.join(stack.run, 'log', f), 'utf8')).join('\n');
    return text.split(last).length >= 3;
  });
  assert.ok(text.includes('/settings/export/download'));
  for (const link of links) assert.ok(!text.includes(link), link);
});
