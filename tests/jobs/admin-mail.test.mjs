// What administrators do to somebody reaches them by mail, also who cannot log in any more.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { site } from '../harness/admin.mjs';
import { send, unique } from '../harness/client.mjs';
import { mailServer } from '../harness/mail.mjs';
import { until } from '../harness/stack.mjs';

let s;
let server;
let admin;
before(async () => {
  server = await mailServer();
  s = await site('admin mail', { SMTP_URL: `smtp://127.0.0.1:${server.port}`, MAIL_FROM: '스터디메이트 <no-reply@studymate.example.com>', SITE_URL: 'https://app.example.com', RATE_PERCENT: 1000 });
  admin = await s.staff('ADMIN');
});
after(async () => {
  await s?.down();
  await server?.close();
});

const someone = async (name) => server.known(s.sql, await s.someone(name));
const wish = async (p, body) => assert.equal((await send('PATCH', '/notifications/settings', { ...s.base, token: p.access, body })).status, 200);
const nothing = { notificationsEnabled: false, emailEnabled: false, systemNotifications: false };
// when nothing of it waits any more
const settled = async (p) => {
  await until(async () => !(await s.sql.query("SELECT 1 FROM outbox WHERE event = 'admin.told' AND subject_id = ?", [p.id])).length);
  await until(async () => !(await s.sql.query('SELECT 1 FROM deliveries d JOIN notifications n ON n.id = d.notification_id WHERE n.user_id = ?', [p.id])).length);
};
const subjects = (p) => server.to(p).map((m) => m.subject);
const edit = async (p, body) => assert.equal((await s.call(admin, 'PATCH', `/admin/users/${p.id}`, body)).status, 200);

test('another address: the old one is told, whatever was switched off, and the new one gets what follows', async () => {
  const [p, en] = [await someone(), await someone('Ann')];
  const [fresh, freshEn] = [p, en].map(() => ({ email: `${unique('new')}@test.example.com`.toLowerCase() }));
  await wish(p, nothing);
  await wish(en, { notificationLanguage: 'en' });
  for (const [x, to] of [[p, fresh], [en, freshEn]]) {
    await edit(x, { name: '바뀐 이름' });
    await edit(x, { email: x.email });
    await settled(x);
    assert.deepEqual(subjects(x), []);
    await edit(x, { email: to.email });
    await settled(x);
  }
  assert.deepEqual([p, en, fresh, freshEn].map(subjects), [['이메일 주소 변경'], ['E-mail address changed'], [], []]);
  const [m] = server.to(p);
  assert.match(m.text, /운영진이 회원님의 이메일 주소를 변경했습니다/);
  assert.doesNotMatch(m.raw + m.text + m.html, new RegExp(fresh.email)); // who reads the old address need not know the new one
  await server.known(s.sql, { ...freshEn, id: en.id });
  await s.sql.query("INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES ('notification.broadcast', 0, 1, ?)", [JSON.stringify({ recipients: [Number(en.id)], type: 'session_reminder', title: '알림', message: 'm', priority: 2 })]);
  await until(() => server.to(freshEn).length);
  assert.deepEqual([subjects(freshEn), subjects(en).length], [['알림'], 1]);
});

test('another address of one\'s own: the old one is told, and a link that went there is good no more', async () => {
  const p = await someone();
  const save = async (body) => (await send('PATCH', '/settings/account', { ...s.base, token: p.access, body })).status;
  const fresh = { email: `${unique('own')}@test.example.com`.toLowerCase() };
  await wish(p, nothing);
  await s.sql.query("INSERT INTO exports (user_id, code, status, link, storage_key, size, requested_at, expires_at) VALUES (?, ?, 'READY', ?, UUID(), 1, NOW(3), NOW(3) + INTERVAL 1 DAY)", [p.id, unique('code').slice(0, 8), 'a'.repeat(32)]);
  const link = async () => (await s.sql.query('SELECT link FROM exports WHERE user_id = ?', [p.id]))[0].link;
  const first = await link();
  assert.deepEqual([await save({ bio: '소개' }), await save({ email: p.email.toUpperCase() }), await link()], [200, 200, first]); // that is none
  assert.equal(await save({ email: fresh.email }), 200);
  await settled(p);
  assert.deepEqual([subjects(p), subjects(fresh), (await link()) === first], [['이메일 주소 변경'], [], false]);
  const [m] = server.to(p);
  assert.match(m.text, /계정의 이메일 주소가 변경되었습니다. 본인이 아니라면/);
  assert.match(m.text, /이의가 있으면 다음 주소로 알려 주세요: no-reply@studymate.example.com/);
});

// ---- decisions about an account

const act = async (p, method, path, body, headers = {}) => {
  const res = await s.call(admin, method, `/admin/users/${p.id}${path}`, body, headers);
  assert.equal(res.status, 200, res.text);
  return res.body.data;
};
const suspend = (p, body, headers) => act(p, 'POST', '/suspend', body, headers);
const restore = (p, body) => act(p, 'POST', '/restore', body);
const warn = (p, body, headers) => act(p, 'POST', '/warn', body, headers);
const report = async (p, linkedAction, linkedActionDetails, key) => {
  const { insertId } = await s.sql.query("INSERT INTO reports (reporter_id, target_type, target_id, type, reason, evidence) VALUES (?, 'USER', ?, 'SPAM', 'r', '{}')", [p.id, p.id]);
  const body = { action: 'approve', resolution: '확인', linkedAction, linkedActionDetails };
  const again = () => s.call(admin, 'POST', `/admin/reports/${insertId}/process`, body, key ? { 'idempotency-key': key } : {});
  assert.equal((await again()).status, 200);
  return again;
};
// "2026-01-31 18:00" in Seoul, or at another offset in hours
const at = (iso, hours = 9) => new Date(new Date(iso).getTime() + hours * 3600e3).toISOString().slice(0, 16).replace('T', ' ');
// What the mails say: without greeting and foot.
const said = (p) => server.to(p).map((m) => m.text.split('\n\n').slice(1, -2).join('\n\n'));
const bell = async (p) => (await s.sql.query("SELECT message FROM notifications WHERE user_id = ? AND type = 'notice' AND category = 'study' ORDER BY id", [p.id])).map((n) => n.message);

test('suspended: what, why, until when and how to object, to them alone, whatever they switched off, and once', async () => {
  const [p, other] = [await someone(), await someone()];
  await wish(p, { ...nothing, quietHoursEnabled: true, quietHoursStart: '00:00', quietHoursEnd: '23:59' });
  const key = { 'idempotency-key': 'suspend-mail-0001' };
  const { suspendedUntil } = await suspend(p, { reason: '스팸 <광고> "x"', duration: 7 }, key);
  await suspend(p, { reason: '스팸 <광고> "x"', duration: 7 }, key);
  assert.equal((await s.call(admin, 'POST', `/admin/users/${p.id}/suspend`, { reason: '또' })).status, 400);
  await settled(p);
  const text = `계정의 이용이 정지되었습니다\n사유: 스팸 <광고> "x"\n기간: ${at(suspendedUntil)}까지`;
  assert.deepEqual([subjects(p), said(p), subjects(other), subjects(admin)], [['계정 이용 정지'], [text], [], []]);
  const [m] = server.to(p);
  assert.equal(m.text, `${p.name}님, 안녕하세요.\n\n${text}\n\n이의가 있으면 다음 주소로 알려 주세요: no-reply@studymate.example.com\n\n-- \n계정에 관한 결정은 알림 설정과 관계없이 보내 드립니다.\n`);
  assert.ok(m.html.includes('사유: 스팸 &lt;광고&gt; &quot;x&quot;<br>') && m.html.includes('<a href="mailto:no-reply@studymate.example.com">no-reply@studymate.example.com</a>'), m.html);
  assert.ok(!m.html.includes('app.example.com') && !m.headers.get('list'), 'nothing to switch off, and no page for who cannot log in');
  // none when nothing changed: a shorter one by a report
  await report(p, 'suspend_user', { duration: '1d', reason: '짧게' });
  await settled(p);
  assert.equal(said(p).length, 1);
  // restored: told as well, and the list has both
  await restore(p, { reason: '충분함' });
  await restore(p, { reason: '또' }); // who is active already
  await settled(p);
  const back = '계정을 다시 이용할 수 있습니다\n사유: 충분함';
  assert.deepEqual([subjects(p), said(p)[1], await bell(p)], [['계정 이용 정지', '계정 복구'], back, [text, back]]);
  const { body } = await s.call({ access: (await send('POST', '/auth/login', { ...s.base, body: { email: p.email, password: p.password } })).body.accessToken }, 'GET', '/notifications?type=NOTICE');
  assert.deepEqual(body.data.map((n) => [n.type, n.message]).slice(0, 2), [['NOTICE', back], ['NOTICE', text]]);
});

test('in English for who has it in English, with the time of their clock; the site can name who to write to', async () => {
  const p = await someone('Ann');
  await wish(p, { notificationLanguage: 'en', timezone: 'America/Bogota' });
  const contact = (value) => s.sql.query("INSERT INTO site_settings (name, value, updated_by, updated_at) VALUES ('contact_email', ?, ?, NOW(3)) ON DUPLICATE KEY UPDATE value = VALUES(value)", [value, admin.id]);
  await contact('help@site.example');
  const { suspendedUntil } = await suspend(p, { reason: 'spam', duration: 3 });
  await settled(p);
  await contact('nobody at all');
  await restore(p);
  await settled(p);
  await s.sql.query("DELETE FROM site_settings WHERE name = 'contact_email'");
  await suspend(p, { reason: 'spam again' });
  await settled(p);
  assert.deepEqual(said(p), [`Your account is suspended\nReason: spam\nHow long: until ${at(suspendedUntil, -5)}`, 'You can use your account again\nReason: none was given', 'Your account is suspended\nReason: spam again\nHow long: for good']);
  assert.deepEqual(subjects(p), ['Your account is suspended', 'Your account is restored', 'Your account is suspended']);
  assert.deepEqual(server.to(p).map((m) => /If you object, write to: (\S+)\n\n-- \nWhat is decided about an account is mailed whatever its settings say.\n$/.exec(m.text)?.[1]), ['help@site.example', 'no-reply@studymate.example.com', 'no-reply@studymate.example.com']);
});

test('an account an administrator deletes is written to once more, and when it is restored; one that deleted itself is not', async () => {
  const [p, self] = [await someone(), await someone()];
  await wish(p, nothing);
  await act(p, 'DELETE', '?reason=%EC%82%AC%EC%B9%AD');
  assert.equal((await s.call(admin, 'DELETE', `/admin/users/${p.id}`)).status, 404);
  await settled(p);
  await restore(p);
  await settled(p);
  assert.deepEqual([subjects(p), said(p)], [['계정 삭제', '계정 복구'], ['운영진이 계정을 삭제했습니다\n사유: 사칭\n기간: 영구', '계정을 다시 이용할 수 있습니다\n사유: 밝히지 않음']]);
  await act(p, 'PATCH', '', { status: 'DELETED', reason: '다시' });
  await settled(p);
  assert.equal(said(p).at(-1), '운영진이 계정을 삭제했습니다\n사유: 다시\n기간: 영구');
  await suspend(self, { reason: '도배' });
  await restore(self);
  await settled(self);
  const access = (await send('POST', '/auth/login', { ...s.base, body: { email: self.email, password: self.password } })).body.accessToken;
  assert.equal((await send('DELETE', '/settings/account', { ...s.base, token: access, body: { password: self.password } })).status, 200);
  await s.sql.query("INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES ('admin.told', ?, 1, '{\"template\":\"admin_suspended\",\"title\":\"r\"}')", [self.id]);
  await settled(self);
  assert.deepEqual([subjects(self), (await bell(self)).filter((m) => m.includes('사유: r'))], [['계정 이용 정지', '계정 복구'], []]);
});

test('warned and restricted: mailed as well, with how long; the third warning says that it suspends', async () => {
  const [p, en] = [await someone(), await someone('Bob')];
  await wish(p, nothing);
  await wish(en, { notificationLanguage: 'en' });
  const expiresAt = new Date(Date.now() + 5 * 86400e3).toISOString();
  const key = { 'idempotency-key': 'warn-mail-0001' };
  await warn(p, { reason: '도배', expiresAt }, key);
  await warn(p, { reason: '도배', expiresAt }, key);
  await settled(p);
  await warn(p, { reason: '욕설' });
  await settled(p);
  assert.deepEqual([subjects(p), said(p)], [['운영진 안내', '운영진 안내'], [`경고를 받았습니다: 도배\n유효 기간: ${at(expiresAt)}까지`, '경고를 받았습니다: 욕설\n유효 기간: 영구']]);
  const { user } = await warn(p, { reason: '또 욕설' });
  await settled(p);
  assert.deepEqual(said(p).slice(2).sort(), ['경고를 받았습니다: 또 욕설\n유효 기간: 영구', `계정의 이용이 정지되었습니다\n사유: 경고 3회 누적: 또 욕설\n기간: ${at(user.suspendedUntil)}까지`]);
  const again = await report(en, 'restrict_user', { restrictStudyJoin: true, restrictMessage: true, duration: '3d', reason: 'spam' }, 'restrict-mail-0001');
  assert.equal((await again()).status, 200);
  await settled(en);
  const [{ until }] = await s.sql.query('SELECT restricted_until AS until FROM users WHERE id = ?', [en.id]);
  assert.deepEqual(said(en), [`Some things are closed to you: spam\nWhich: joining study groups, sending messages\nHow long: until ${at(until)}`]);
  const lift = () => act(en, 'POST', '/unsuspend', { reason: 'enough' });
  await lift();
  await lift();
  await settled(en);
  assert.deepEqual(said(en).slice(1), ['What was closed to you is open again\nReason: enough']);
  for (let i = 0; i < 3; i += 1) await warn(en, { reason: `no ${i}` });
  await settled(en);
  assert.ok(said(en).some((t) => t.startsWith('Your account is suspended\nReason: 3 warnings, the last one: no 2\nHow long: until ')), said(en).join('\n'));
});

test('other news of administrators, and notices of groups, are not mailed; read before it was sent, a decision still is', async () => {
  const p = await someone();
  let hold;
  server.on.rcpt = () => hold;
  hold = Object.assign(new Error('later'), { responseCode: 451 });
  await warn(p, { reason: '도배' });
  const rows = () => s.sql.query('SELECT d.id, d.error FROM deliveries d JOIN notifications n ON n.id = d.notification_id WHERE n.user_id = ?', [p.id]);
  await until(async () => (await rows())[0]?.error);
  await s.sql.query("UPDATE notifications SET status = 'READ' WHERE user_id = ?", [p.id]);
  hold = undefined;
  await s.sql.query('UPDATE deliveries SET due_at = NOW(3) WHERE id = ?', [(await rows())[0].id]);
  await settled(p);
  server.on = {};
  assert.equal(said(p).length, 1);
  for (const [template, title] of [['report_resolved', '갑'], ['admin_deleted_message', '욕설'], ['study_notice', '공지']]) await s.sql.query("INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES ('admin.told', ?, 1, ?)", [p.id, JSON.stringify({ template, title })]);
  await settled(p);
  assert.deepEqual([(await bell(p)).length, said(p).length], [4, 1]);
});
