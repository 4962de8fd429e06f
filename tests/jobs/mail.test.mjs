// Mails from end to end: a real mail server takes them, and a library that is not ours reads them.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { person as someone, post as postTo, send as sendTo, unique } from '../harness/client.mjs';
import { connect } from '../harness/db.mjs';
import { mailServer } from '../harness/mail.mjs';
import { browser } from '../harness/push.mjs';
import { PATIENCE, startStack, until } from '../harness/stack.mjs';

let stack;
let db;
let server;
before(async () => {
  server = await mailServer();
  stack = await startStack('mail', {
    SMTP_URL: `smtp://127.0.0.1:${server.port}`, MAIL_FROM: '스터디메이트 <no-reply@studymate.example.com>', SITE_URL: 'https://app.example.com/', VAPID_PUBLIC_KEY: '', VAPID_PRIVATE_KEY: '', RATE_PERCENT: 1000,
  }, 2);
  db = connect(stack.run);
});
after(async () => {
  await db?.end();
  stack?.down();
  await server?.close();
});

const person = async (name = unique('사람')) => server.known(db, await someone(name, {}, { base: stack.base }));
const people = (n) => Promise.all(Array.from({ length: n }, () => person()));
const post = (p, target, body) => postTo(target, body, { token: p.access, base: stack.base });
const send = (p, method, target, body) => sendTo(method, target, { token: p.access, body, base: stack.base });
const settings = async (p, body) => assert.equal((await send(p, 'PATCH', '/notifications/settings', body)).status, 200);
const bin = path.join(path.dirname(process.env.API_BIN), 'studymate-jobs');
const jobs = (...args) => {
  const res = spawnSync(bin, ['--config', path.join(stack.run, 'studymate.env'), ...args], { encoding: 'utf8' });
  return { code: res.status, text: res.stdout + res.stderr };
};
const rowsOf = (p) => db.query('SELECT d.*, TIMESTAMPDIFF(SECOND, SYSDATE(3), d.due_at) AS wait FROM deliveries d JOIN notifications n ON n.id = d.notification_id WHERE n.user_id = ?', [p.id]);
const told = (p, n = 1) => until(async () => (await db.query('SELECT id FROM notifications WHERE user_id = ?', [p.id])).length >= n);
const arrived = (p, n = 1) => until(() => server.to(p).length >= n);
const settled = async (...all) => { for (const p of all) await until(async () => !(await rowsOf(p)).length); };
// What the jobs are given when something of that type happened.
const tell = (all, type, title, message, more = {}) => db.query("INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES ('notification.broadcast', 0, 1, ?)",
  [JSON.stringify({ recipients: all.map((p) => Number(p.id)), type, title, message, priority: 2, ...more })]);
const remind = (all, title = '세션 알림', message = "'영어 회화' 세션이 곧 시작합니다") => tell([all].flat(), 'session_reminder', title, message, { clickUrl: '/schedule' });
const stopped = async (id) => until(() => !fs.existsSync(`/proc/${id}/exe`) || !/^State:\s+[^ZX]/m.test(fs.readFileSync(`/proc/${id}/status`, 'utf8')));

test('a match is mailed to who asked, in Korean, as every mail reader understands it', async () => {
  const [a, b] = [await person('김 <하나> & "둘"'), await person('이두리')];
  const asked = await post(a, '/matching/request', { targetUserId: b.id, message: '안녕하세요' });
  assert.equal((await post(b, `/matching/accept/${asked.body.data.requestId}`, {})).status, 200);
  await arrived(a);
  const [m] = server.to(a);
  const [{ id, at }] = await db.query('SELECT id, CAST(ROUND(UNIX_TIMESTAMP(created_at) * 1000) AS INT) AS at FROM notifications WHERE user_id = ?', [a.id]);
  assert.deepEqual([m.from, m.to, m.subject, m.messageId], ['no-reply@studymate.example.com', [a.email], '매칭 성사', `<n${id}.${at}@studymate.example.com>`]);
  assert.deepEqual(m.headers.get('from').value, [{ name: '스터디메이트', address: 'no-reply@studymate.example.com' }]);
  assert.deepEqual(m.headers.get('to').value.map((v) => v.address), [a.email]);
  assert.ok(Math.abs(m.date - Date.now()) < 60000);
  assert.equal(m.headers.get('list').unsubscribe.url, 'https://app.example.com/settings/notifications');
  assert.equal(m.headers.get('auto-submitted'), 'auto-generated');
  assert.equal(m.text, `${a.name}님, 안녕하세요.\n\n이두리님과 매칭되었습니다\n\nhttps://app.example.com/chat\n\n-- \n알림 설정에 따라 보내 드린 메일입니다.\nhttps://app.example.com/settings/notifications\n`);
  assert.ok(m.html.includes('<html lang="ko">') && m.html.includes('<p>김 &lt;하나&gt; &amp; &quot;둘&quot;님, 안녕하세요.</p>') && m.html.includes('<a href="https://app.example.com/chat">StudyMate 열기</a>'), m.html);
  assert.ok(m.raw.split('\r\n').every((l) => l.length <= 78 && /^[\x20-\x7e]*$/.test(l)), 'ASCII in short lines');
  await settled(a, b);
  assert.deepEqual([server.to(a).length, server.to(b).length], [1, 0]);
});

test('the language is that of the settings; a long subject comes back letter by letter', async () => {
  const p = await person('Ann');
  await settings(p, { notificationLanguage: 'en' });
  const subject = '한국어 제목과 English 😀 '.repeat(9).trim();
  await remind(p, subject, 'line one\nline <two>');
  await arrived(p);
  const [m] = server.to(p);
  assert.equal(m.subject, subject);
  assert.equal(m.text, 'Hello Ann,\n\nline one\nline <two>\n\nhttps://app.example.com/schedule\n\n-- \nYou get this mail because of your notification settings.\nhttps://app.example.com/settings/notifications\n');
  assert.match(m.html, /<p>line one<br>\r?\nline &lt;two&gt;<\/p>/);
});

test('no text becomes a header, a recipient or a command, and no line ends a mail early', async () => {
  const p = await person();
  await db.query('UPDATE users SET name = ? WHERE id = ?', ['X\r\nBcc: evil@example.com\r\n.\r\nMAIL FROM:<x@y.z>', p.id]);
  const tricks = ['세션\r\nBcc: evil@example.com\r\n\r\n<html>', 'a\nBcc: evil@example.com', 'a\rBcc: evil@example.com', '=?UTF-8?Q?a=0D=0ABcc:_evil=40example.com?=', '\u2028Bcc: evil@example.com', '"; filename=x'];
  for (const [i, title] of tricks.entries()) {
    await remind(p, title, `${title}\r\n.\r\nQUIT\r\n.\r\n--=_part_of_two\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>`);
    await arrived(p, i + 1);
    const m = server.to(p)[i];
    assert.deepEqual([m.to, m.headers.get('bcc'), m.headers.get('cc'), m.attachments.length], [[p.email], undefined, undefined, 0]);
    assert.equal(m.subject, title.replace(/[\r\n]/g, ' '));
    assert.ok(m.text.includes('<script>alert(1)</script>') && !m.html.includes('<script>'));
    assert.deepEqual([...m.headers.keys()].sort(), ['auto-submitted', 'content-type', 'date', 'from', 'list', 'message-id', 'mime-version', 'subject', 'to']);
  }
  await settled(p);
  assert.equal(server.to(p).length, tricks.length);
  assert.ok(!server.mails.some((m) => m.to.includes('evil@example.com')));
});

test('an address that is none is not written to', async () => {
  const bad = ['a@b.c>\r\nRCPT TO:<evil@example.com', 'a b@example.com', 'a@b@example.com', '홍@example.com', 'x'];
  const all = await people(bad.length + 1);
  const none = all.pop();
  for (const [i, email] of bad.entries()) await db.query('UPDATE users SET email = ? WHERE id = ?', [email + (email.includes('@') ? '' : unique()), all[i].id]);
  await db.query('UPDATE users SET email = NULL WHERE id = ?', [none.id]);
  const control = await person();
  const before_ = server.mails.length;
  await remind([...all, none, control]);
  await arrived(control);
  await settled(...all, none, control);
  assert.equal(server.mails.length, before_ + 1);
  assert.equal(stack.logOf('jobs').filter((l) => l.msg.startsWith('no mail can be made of it')).length, bad.length);
});

test('only few kinds are mailed, and only to who takes them', async () => {
  const [yes, all, email, kind, gone, night] = await people(6);
  await settings(all, { notificationsEnabled: false });
  await settings(email, { emailEnabled: false });
  await settings(kind, { emailSessionReminder: false, emailPromotions: true, emailWeeklySummary: false });
  await settings(night, { quietHoursEnabled: true, quietHoursStart: '00:00', quietHoursEnd: '23:59' });
  await db.query("UPDATE users SET status = 'SUSPENDED' WHERE id = ?", [gone.id]);
  const everybody = [yes, all, email, kind, gone, night];
  for (const type of ['chat', 'match_request', 'match_rejected', 'session_cancelled', 'achievement', 'custom', 'urgent', 'password_changed']) await tell(everybody, type, type, 'm');
  await tell(everybody, 'password_reset', 'password_reset', 'm', { data: { passwordId: '1' }, expiresAt: new Date(Date.now() + 86400000).toISOString() }); // asked for by nobody
  await tell(everybody, 'email_confirm', 'email_confirm', 'm');
  await tell(everybody, 'password_changed', 'password_changed', 'm', { priority: 4, data: { decision: 'password_changed' } }); // nobody's was
  for (const type of ['session_reminder', 'match_found', 'weekly_summary', 'newsletter', 'promotional_offer']) await tell(everybody, type, type, 'm');
  await told(yes, 16);
  await settled(yes, all, email, kind, gone, night);
  const subjects = (p) => server.to(p).map((m) => m.subject).sort();
  assert.deepEqual(everybody.map(subjects), [
    ['match_found', 'session_reminder', 'weekly_summary'], [], [], ['match_found', 'newsletter', 'promotional_offer'], [], ['match_found', 'session_reminder', 'weekly_summary'],
  ], 'urgent ones pass by quiet hours');
  // what one writes oneself is never mailed: the address was not confirmed
  await post(yes, '/notifications', { title: 't', message: 'm', type: 'session_reminder' });
  const { id } = (await post(yes, '/notifications/schedule', { title: 't', message: 'm', type: 'session_reminder', scheduledAt: new Date(Date.now() + 60000).toISOString() })).body.data;
  await db.query('UPDATE notifications SET scheduled_at = NOW(3) WHERE id = ?', [id]);
  await db.query("UPDATE schedules SET due_at = NOW(3) WHERE name = 'notification.due'");
  await until(async () => (await db.query("SELECT id FROM notifications WHERE id = ? AND status = 'UNREAD'", [id])).length);
  assert.deepEqual([(await rowsOf(yes)).length, server.to(yes).length], [0, 3]);
});

test('a digest tells how much was not read since the last one, at the time that was chosen, and nothing of what others wrote', async () => {
  const [p, en, none, off, weekly] = await people(5);
  const all = [p, en, none, off, weekly];
  const digest = async () => {
    await db.query("UPDATE schedules SET due_at = NOW(3) WHERE name = 'notification.digest'");
    await until(async () => (await db.query("SELECT 1 FROM schedules WHERE name = 'notification.digest' AND due_at > NOW(3)")).length);
  };
  const next = async (q) => (await db.query("SELECT DATE_FORMAT(digest_at, '%H:%i %W') AS at, TIMESTAMPDIFF(HOUR, NOW(3), digest_at) AS h FROM notification_settings WHERE user_id = ?", [q.id]))[0];
  await settings(p, { digestEnabled: true, digestTime: '07:30', timezone: 'Asia/Seoul' });
  await settings(en, { digestEnabled: true, timezone: 'UTC', notificationLanguage: 'en' });
  await settings(none, { digestEnabled: true });
  await settings(off, { digestEnabled: true });
  await settings(weekly, { digestEnabled: true, digestFrequency: 'WEEKLY', digestTime: '09:00', timezone: 'America/New_York' });
  await settings(off, { digestEnabled: false });
  const note = (q, category, n = 1) => db.query("INSERT INTO notifications (user_id, type, category, title, message) SELECT ?, 'x', ?, '비밀', '비밀' FROM seq_1_to_9 LIMIT ?", [q.id, category, n]);
  for (const q of all) for (const [category, n] of [['chat', 3], ['matching', 1], ['general', 1], ['system', 1]]) await note(q, category, n);
  await db.query("UPDATE notifications SET status = 'READ' WHERE user_id = ?", [none.id]);
  await db.query("UPDATE notifications SET created_at = created_at - INTERVAL 30 HOUR WHERE user_id = ? AND category = 'chat' LIMIT 1", [p.id]);
  // nothing goes when it is switched on: only its time is found out
  await digest();
  for (const q of [p, en, none, weekly]) await until(async () => (await next(q)).at); // a schedule is due again from its start on
  assert.deepEqual([(await next(p)).at.slice(0, 5), (await next(en)).at.slice(0, 5), (await next(none)).at.slice(0, 5), (await next(off)).at], ['22:30', '09:00', '00:00', null]);
  assert.match((await next(weekly)).at, /^1[34]:00 Monday$/);
  assert.equal(server.mails.filter((m) => all.some((q) => m.to.includes(q.email))).length, 0);
  // its time has come
  await db.query('UPDATE notification_settings SET digest_at = SYSDATE(3) WHERE user_id IN (?)', [all.map((q) => q.id)]);
  await digest();
  for (const q of [p, en, weekly]) await arrived(q);
  await settled(...all);
  const [mine] = server.to(p);
  assert.equal(mine.subject, '읽지 않은 알림 4개'); // those before the last one are in that
  assert.match(mine.text, /매칭: 1\n채팅: 2\n공지: 1/);
  assert.doesNotMatch(mine.raw + mine.text + mine.html, /비밀/);
  assert.match(mine.text, /https:\/\/app\.example\.com\/notifications\n/);
  assert.deepEqual([server.to(en)[0].subject, /Matches: 1\nChats: 3\nAnnouncements: 1/.test(server.to(en)[0].text)], ['Unread notifications: 5', true]);
  assert.equal(server.to(weekly)[0].subject, '읽지 않은 알림 5개');
  assert.deepEqual([none, off].map((q) => server.to(q).length), [0, 0]);
  const again = await next(p);
  assert.ok(again.at.startsWith('22:30') && again.h >= 0 && again.h < 24, JSON.stringify(again));
  // it is in no list, and the next one is another mail
  const { data } = (await send(p, 'GET', '/notifications')).body;
  assert.ok(!JSON.stringify(data).includes('digest'));
  assert.equal((await send(p, 'GET', '/notifications/unread-count')).body.data.unreadCount, 6);
  await note(p, 'session');
  await db.query('UPDATE notification_settings SET digest_at = SYSDATE(3) WHERE user_id = ?', [p.id]);
  await digest();
  await arrived(p, 2);
  assert.equal(server.to(p)[1].subject, '읽지 않은 알림 1개'); // what the first one told is not told again
  assert.notEqual(server.to(p)[1].messageId, mine.messageId);
  // who switches mail off gets none
  await settings(p, { emailEnabled: false });
  await db.query('UPDATE notification_settings SET digest_at = SYSDATE(3) WHERE user_id = ?', [p.id]);
  await digest();
  await until(async () => (await db.query('SELECT 1 FROM notification_settings WHERE user_id = ? AND digest_at > NOW(3)', [p.id])).length); // the run has had its turn
  await settled(p);
  assert.equal(server.to(p).length, 2);
});

test('in quiet hours a mail waits until they end', async () => {
  const [a, b] = await people(2);
  await settings(a, { quietHoursEnabled: true, quietHoursStart: '00:00', quietHoursEnd: '23:59', timezone: 'UTC' });
  const asked = await post(a, '/matching/request', { targetUserId: b.id, message: '안녕하세요' });
  await post(b, `/matching/accept/${asked.body.data.requestId}`, {});
  const row = await until(async () => (await rowsOf(a)).find((r) => r.tries === 0 && r.wait > 5));
  const left = (23 * 60 + 59) * 60 - (Date.now() / 1000) % 86400;
  assert.ok(Math.abs(row.wait - left) < 30, `${row.wait} s, ${left} s are left`);
  assert.equal(server.to(a).length, 0);
  await settings(a, { quietHoursEnabled: false });
  await db.query('UPDATE deliveries SET due_at = NOW(3) WHERE id = ?', [row.id]);
  await arrived(a);
});

test('nobody gets more than so many mails in an hour: what is more waits, and is not sent once it was read', async () => {
  const [p, other] = await people(2);
  for (let i = 0; i < 123; i += 1) await remind(p, `${i}`);
  await until(async () => server.to(p).length === 120 && (await rowsOf(p)).every((r) => r.tries === 0 && r.wait > 60));
  const waiting = await rowsOf(p);
  // up to two parts of sixteen are added to the hour: see lib/kv/gate.c
  assert.deepEqual(waiting.map((r) => [r.wait <= 4051, r.error]), Array.from({ length: 3 }, () => [true, null]));
  await remind(other);
  await arrived(other);
  await db.query("UPDATE notifications SET status = 'READ' WHERE user_id = ?", [p.id]);
  await db.query('UPDATE deliveries SET due_at = NOW(3) WHERE id IN (?)', [waiting.map((r) => r.id)]);
  await settled(p);
  assert.equal(server.to(p).length, 120);
});

test('"later" is asked again, "no" is a dead letter at once', async () => {
  const [later, no] = await people(2);
  let times = 0;
  server.on.rcpt = (to) => {
    if (to === no.email) return Object.assign(new Error('no such mailbox'), { responseCode: 550 });
    return to === later.email && (times += 1) === 1 ? Object.assign(new Error('greylisted'), { responseCode: 451 }) : undefined;
  };
  await remind([later, no]);
  await until(async () => (await rowsOf(no))[0]?.due_at === null && (await rowsOf(later))[0]?.error);
  const [[n], [l]] = [await rowsOf(no), await rowsOf(later)];
  assert.deepEqual([n.tries, n.error, l.error, l.wait > 5 && l.wait <= 15], [1, 'answer 550', 'answer 451', true]);
  assert.match(jobs('--status').text, new RegExp(`^push {5}off, .*\nmail {5}on, waiting 1, retrying 1, lag 0 ms, dead 1\n {2}mail ${n.id} .* after 1 tries: answer 550\n`, 'm'));
  await db.query('UPDATE deliveries SET due_at = NOW(3) WHERE id = ?', [l.id]);
  await arrived(later);
  server.on = {};
  assert.deepEqual(jobs('--requeue', 'mail'), { code: 0, text: '1 due again\n' });
  await arrived(no);
  await settled(later, no);
});

test('killed after the server took it and before that was written down: sent again as the same mail', async () => {
  const p = await person();
  let take;
  const taken = new Promise((ok) => { take = ok; });
  server.on.data = async () => { take(); await new Promise(() => {}); };
  await remind(p);
  await taken;
  await stack.die('jobs');
  server.on = {};
  stack.up();
  await db.query('UPDATE deliveries SET due_at = NOW(3)');
  await arrived(p, 2);
  await settled(p);
  const [first, second] = server.to(p);
  assert.deepEqual([second.messageId, second.subject, second.text, server.to(p).length], [first.messageId, first.subject, first.text, 2]);
});

// Other jobs in place of the stack's own, with other settings.
async function instead(env, fn) {
  const own = stack.pid('jobs');
  stack.kill('jobs', 'SIGTERM');
  await stopped(own);
  fs.rmSync(path.join(stack.run, 'jobs.pid'));
  const log = fs.openSync(path.join(stack.run, 'log/jobs.log'), 'a');
  const child = spawn(bin, ['--config', path.join(stack.run, 'studymate.env')], { env: { ...process.env, ...env }, stdio: ['ignore', log, log] });
  try {
    await fn();
  } finally {
    const gone = new Promise((ok) => { child.on('exit', ok); });
    child.kill('SIGTERM');
    assert.equal(await gone, 0);
    fs.closeSync(log);
    stack.up();
  }
}

test('beyond this machine only encrypted, with a certificate that is good, and with a password', async () => {
  const dir = path.join(stack.run, 'tls');
  fs.mkdirSync(dir);
  const openssl = (...args) => assert.equal(spawnSync('openssl', args, { cwd: dir }).status, 0, args.join(' '));
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=mail', '-addext', 'subjectAltName=IP:127.0.0.2', '-keyout', 'key.pem', '-out', 'cert.pem');
  const tls = { key: fs.readFileSync(`${dir}/key.pem`), cert: fs.readFileSync(`${dir}/cert.pem`) };
  const auth = { authOptional: false, onAuth: (a, session, done) => done(a.username === 'studymate' && a.password === 'geheim "1"' ? null : new Error('no'), { user: a.username }) };
  const open = await mailServer({}, '127.0.0.2'); // offers no encryption
  const starts = await mailServer({ ...tls, ...auth, disabledCommands: [] }, '127.0.0.2');
  const whole = await mailServer({ ...tls, ...auth, disabledCommands: [], secure: true }, '127.0.0.2');
  const p = await person();
  const login = { SMTP_USER: 'studymate', SMTP_PASSWORD: 'geheim "1"', SMTP_CA: `${dir}/cert.pem` };
  const failed = async () => (await until(async () => (await rowsOf(p)).find((r) => r.error))).error;
  const again = () => db.query('UPDATE deliveries SET due_at = NOW(3), error = NULL');
  try {
    await instead({ SMTP_URL: `smtp://127.0.0.2:${open.port}`, SMTP_CA: `${dir}/cert.pem` }, async () => {
      await remind(p);
      assert.ok(await failed());
    });
    assert.deepEqual([open.mails.length, open.tries > 0], [0, true]);
    await instead({ ...login, SMTP_URL: `smtp://127.0.0.2:${starts.port}`, SMTP_CA: '' }, async () => { await again(); assert.match(await failed(), /certificate/i); });
    await instead({ ...login, SMTP_URL: `smtp://127.0.0.2:${starts.port}`, SMTP_PASSWORD: 'wrong' }, async () => { await again(); assert.ok(await failed()); });
    assert.ok((await rowsOf(p))[0].due_at, 'a wrong password is no reason to give a mail up');
    await instead({ ...login, SMTP_URL: `smtp://127.0.0.2:${starts.port}` }, async () => { await again(); await until(() => starts.mails.length === 1); await settled(p); });
    await instead({ ...login, SMTP_URL: `smtps://127.0.0.2:${whole.port}` }, async () => { await remind(p); await until(() => whole.mails.length === 1); await settled(p); });
    assert.deepEqual([starts, whole].map((s) => [s.mails.length, s.mails[0].secure, s.mails[0].user, s.mails[0].subject]), Array(2).fill([1, true, 'studymate', '세션 알림']));
  } finally {
    for (const s of [open, starts, whole]) await s.close();
  }
});

test('a mail server that is silent holds up neither what people see nor the jobs', async () => {
  const sockets = [];
  const silent = net.createServer((s) => { s.on('error', () => {}); sockets.push(s); });
  await new Promise((ok) => { silent.listen(0, '127.0.0.1', ok); });
  const all = await people(8);
  await instead({ SMTP_URL: `smtp://127.0.0.1:${silent.address().port}` }, async () => {
    await remind(all);
    await until(() => sockets.length > 0);
    await tell(all, 'custom', 'while waiting', 'm');
    for (const p of all) await told(p, 2);
    assert.ok((await rowsOf(all[0])).every((r) => !r.error), 'the mails are still waited for');
    for (const s of sockets) s.destroy();
  });
  silent.close();
  await db.query('UPDATE deliveries SET due_at = NOW(3)');
  for (const p of all) await arrived(p);
});

test('a mail server that has gone silent does not hold up who is to stop', async () => {
  const p = await person();
  await remind(p);
  await arrived(p);
  await settled(p);
  const id = stack.pid('jobs');
  stack.kill('jobs', 'SIGTERM');
  // the mail server is this very process, which hears nobody take leave while it stands here
  assert.equal(spawnSync('tail', ['-s', '0.1', '--pid', id, '-f', '/dev/null'], { timeout: PATIENCE }).status, 0);
  assert.ok(stack.logOf('jobs').some((l) => l.pid === id && l.msg === 'jobs stopped'));
  fs.rmSync(path.join(stack.run, 'jobs.pid'));
  stack.up();
});

test('a forgotten password is replaced on our own page, unless another one is named', async () => {
  const p = await person();
  assert.equal((await postTo('/auth/password/forgot', { email: p.email }, { base: stack.base })).status, 200);
  await arrived(p);
  assert.match(server.to(p)[0].text, /^새 비밀번호 정하기: https:\/\/app\.example\.com\/reset-password\/#token=\d+\.\d+\.\d+\.1\.[0-9a-f]{64}$/m);
});

test('without settings there is no channel: no rows are made, and the log says so', async () => {
  const p = await person();
  assert.equal((await post(p, '/notifications/push-token', { token: browser('https://push.test.invalid/x').token })).status, 200);
  await instead({ SMTP_URL: '' }, async () => {
    await remind(p);
    await post(p, '/notifications/test', {});
    await told(p, 2);
    assert.deepEqual(await rowsOf(p), []);
  });
  for (const channel of ['push', 'mail']) assert.ok(stack.logOf('jobs').some((l) => l.channel === channel && l.msg === 'channel is off: it has no settings'));
});

test('settings that cannot work are named', () => {
  const run = (env) => spawnSync(bin, ['--config', path.join(stack.run, 'studymate.env'), '--status'], { encoding: 'utf8', env: { ...process.env, ...env } });
  assert.equal(run({}).status, 0);
  for (const [env, text] of [[{ SMTP_URL: 'http://mail.example.com' }, /SMTP_URL=.*must be smtp:/], [{ SMTP_URL: 'smtp://u:p@mail.example.com' }, /SMTP_URL=/], [{ MAIL_FROM: '' }, /MAIL_FROM=.*must be an address/],
    [{ MAIL_FROM: 'X <a@b.c' }, /^studymate-jobs: config: MAIL_FROM="[^\n]*": must read a@b.c or Name <a@b.c>\. Correct it[^\n]*\n$/], [{ MAIL_FROM: 'a@b.c\r\nBcc: x@y.z' }, /^studymate-jobs: config: MAIL_FROM="[^\n]*": must read a@b.c or Name <a@b.c>\. Correct it[^\n]*\n$/], [{ SITE_URL: '' }, /SITE_URL=/], [{ SITE_URL: 'https://a.example/"x' }, /SITE_URL=/],
    [{ ENVIRONMENT: 'production', SITE_URL: 'http://a.example.com' }, /SITE_URL=.*https in production/]]) {
    const res = run(env);
    assert.deepEqual([env, res.status, text.test(res.stderr)], [env, 2, true], res.stderr);
  }
});

test('logs name no address and no text', () => {
  const text = fs.readFileSync(path.join(stack.run, 'log/jobs.log'), 'utf8');
  for (const secret of ['@test.example.com', 'evil', '세션 알림', 'geheim', 'RCPT']) assert.ok(!text.includes(secret), secret);
});
