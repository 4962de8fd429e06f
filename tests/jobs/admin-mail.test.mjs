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
  const [p, en] = [await s.someone(), await s.someone('Ann')];
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
  await s.sql.query("INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES ('notification.broadcast', 0, 1, ?)", [JSON.stringify({ recipients: [Number(en.id)], type: 'session_reminder', title: '알림', message: 'm', priority: 2 })]);
  await until(() => server.to(freshEn).length);
  assert.deepEqual([subjects(freshEn), subjects(en).length], [['알림'], 1]);
});
