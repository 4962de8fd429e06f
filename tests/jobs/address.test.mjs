// Whose an address is: asked by mail, answered by its link, and what is mailed nowhere before that.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { get as getAny, person as someone, post as postAny, send as sendAny, unique } from '../harness/client.mjs';
import { connect } from '../harness/db.mjs';
import { mailServer } from '../harness/mail.mjs';
import { startStack, until } from '../harness/stack.mjs';

let stack;
let db;
let server;
before(async () => {
  server = await mailServer();
  stack = await startStack('address', {
    SMTP_URL: `smtp://127.0.0.1:${server.port}`, MAIL_FROM: 'no-reply@studymate.example.com', SITE_URL: 'https://app.example.com', VAPID_PUBLIC_KEY: '', VAPID_PRIVATE_KEY: '', RATE_PERCENT: 500,
  }, 2);
  db = connect(stack.run);
});
after(async () => {
  await db?.end();
  stack?.down();
  await server?.close();
});

const person = (name = unique('사람'), fields = {}) => someone(name, fields, { base: stack.base });
const get = (p, target) => getAny(target, { token: p.access, base: stack.base });
const post = (target, body, options = {}) => postAny(target, body, { base: stack.base, ...options });
const save = async (p, body) => (await sendAny('PATCH', '/settings/account', { token: p.access, base: stack.base, body })).status;
const confirm = (token) => post('/auth/email/confirm', { token });
const again = (email) => post('/auth/email/send', { email });
const verified = async (p) => (await get(p, '/settings/account')).body.data.verified;
const asked = (p) => server.asks.filter((m) => m.to.includes(p.email)).length;
const handled = () => until(async () => !(await db.query("SELECT id FROM outbox WHERE event LIKE 'auth.%' OR event IN ('user.active', 'notification.broadcast')")).length && !(await db.query('SELECT id FROM deliveries')).length);
const remind = async (p) => {
  await db.query("INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES ('notification.broadcast', 0, 1, ?)", [JSON.stringify({ recipients: [Number(p.id)], type: 'session_reminder', title: '세션 알림', message: 'm', priority: 2 })]);
  await handled();
};
const login = (email, password) => post('/auth/login', { email, password });
const dead = async (token) => {
  const res = await confirm(token);
  return [res.status, res.body.code];
};
const DEAD = [400, 'LINK_INVALID'];
// What the server would have signed.
function signed(claim, email, use = 'address') {
  const key = fs.readFileSync(path.join(stack.run, 'secrets/token.keys'), 'utf8').trim().split(':')[1];
  return `${claim}.${crypto.createHmac('sha256', Buffer.from(key, 'hex')).update(`${use}\n${claim}\n${email}`).digest('hex')}`;
}
const resetLink = async (p) => {
  const had = server.to(p).length;
  assert.equal((await post('/auth/password/forgot', { email: p.email })).status, 200);
  await until(() => server.to(p).length > had);
  return server.to(p).at(-1).text.match(/#token=(\S+)/)[1];
};
const reset = async (token, newPassword) => (await post('/auth/password/reset', { token, newPassword })).status;

test('who signs up is asked, says yes, and gets news from then on', async () => {
  const [p, en] = [await person('김확인'), await person('Ann')];
  await db.query("INSERT INTO notification_settings (user_id, language) VALUES (?, 'en')", [en.id]);
  const token = await server.asked(p);
  const [m] = server.asks.filter((a) => a.to.includes(p.email));
  assert.deepEqual([m.subject, m.to, m.headers.get('list')], ['이메일 주소 확인', [p.email], undefined]);
  assert.ok(!(m.text + m.html).includes('김확인'), 'what somebody else may have written');
  assert.equal(m.text, '안녕하세요.\n\nStudyMate 계정에 이 이메일 주소가 등록되었습니다. 회원님의 계정이라면 아래 링크에서 주소를 확인해 주세요. 링크는 일주일 동안 쓸 수 있습니다.\n가입하신 적이 없다면 이 메일을 무시해 주세요. 확인하지 않은 주소로는 소식을 보내지 않습니다.\n\n'
    + `제 이메일 주소가 맞습니다: https://app.example.com/confirm-email/#token=${token}\n\n-- \n아직 확인되지 않은 이메일 주소여서 보내 드린 메일입니다.\n`);
  const [user, end] = token.split('.').map(Number);
  assert.deepEqual([String(user), end > Date.now() + 6.9 * 86400000, end < Date.now() + 7 * 86400000], [p.id, true, true]);
  await handled();
  // in no list, and nothing that is stored opens anything
  assert.deepEqual([(await get(p, '/notifications/unread-count')).body.data.unreadCount, JSON.stringify(await db.query('SELECT * FROM notifications WHERE user_id = ?', [p.id])).includes(token.split('.')[2])], [0, false]);

  await remind(p);
  assert.deepEqual([await verified(p), server.to(p)], [false, []]);
  const res = await confirm(token);
  assert.deepEqual([res.status, res.body.data, res.body.message], [200, { email: p.email, verified: true }, '이메일 주소가 확인되었습니다']);
  assert.equal(await verified(p), true);
  const when = async () => (await db.query('SELECT CAST(email_confirmed_at AS CHAR) AS at FROM users WHERE id = ?', [p.id]))[0].at;
  const first = await when();
  assert.deepEqual([(await confirm(token)).status, await when()], [200, first]);
  await remind(p);
  assert.deepEqual([server.to(p).map((x) => x.subject), asked(p)], [['세션 알림'], 1]);
  assert.equal(await verified(en), false);
});

test('before that: no news, no data, but what keeps an account safe', async () => {
  const p = await person();
  await server.asked(p);
  const wanted = await post('/settings/export', {}, { token: p.access });
  assert.deepEqual([wanted.status, wanted.body.data.email ?? null], [200, null]);
  await until(async () => (await get(p, '/settings/export')).body.data.status === 'completed');
  assert.match((await get(p, '/settings/export')).body.data.downloadUrl, /\/settings\/export\/download\?link=/);
  await handled();
  assert.deepEqual(server.to(p), []);
  const res = await sendAny('PATCH', '/settings/password', { token: p.access, base: stack.base, body: { currentPassword: p.password, newPassword: 'another word 77!' } });
  assert.equal(res.status, 200);
  await until(() => server.to(p).length);
  const [m] = server.to(p);
  assert.deepEqual([m.subject, (m.text + m.html).includes(p.name)], ['비밀번호 변경', false]);
  assert.ok(m.text.includes('\n\n본인이 아니라면 비밀번호를 재설정해 주세요: https://app.example.com/reset-password/\n\n-- \n계정 보안에 관한 안내는 알림 설정과 관계없이 보내 드립니다.\n'), m.text);
});

test('nothing but the very link confirms an address, for a week', async () => {
  const [p, other] = [await person(), await person()];
  const [token, theirs] = [await server.asked(p), await server.asked(other)];
  const [user, end, mac] = token.split('.');
  assert.equal(signed(`${user}.${end}`, p.email), token, 'as this test signs');
  const forged = [[other.id, end, mac], [user, Number(end) + 1, mac], [user, end, theirs.split('.')[2]], [user, end, ''], [user, end, mac.slice(1)], [0, end, mac], [user, mac]].map((a) => a.join('.'));
  for (const text of [...forged, '.', '..', 'x', `-1.${end}.${mac}`, `${'9'.repeat(30)}.${end}.${mac}`, signed(`${user}.${end}`, other.email), signed(`${user}.${end}`, p.email, 'password reset'), signed(`${user}.${Date.now() - 1}`, p.email), await resetLink(p)]) {
    assert.deepEqual([text, ...await dead(text)], [text, ...DEAD]);
  }
  assert.equal(await reset(token, 'brand new words 9'), 400);
  for (const body of [{}, { token: 7 }, { token: null }, { token: 'x'.repeat(201) }]) {
    const res = await post('/auth/email/confirm', body);
    assert.deepEqual([res.status, res.body.error.details.fields.map((f) => f.field)], [400, ['token']]);
  }
  assert.deepEqual([await verified(p), await verified(other)], [false, false]);
  assert.equal((await confirm(token)).status, 200);
  assert.deepEqual([await verified(p), await verified(other)], [true, false]);
  await db.query("UPDATE users SET status = 'DELETED' WHERE id = ?", [other.id]);
  assert.deepEqual(await dead(theirs), DEAD);
});

test('another address is nobody\'s again: its owner is asked, and the link of the one before is good for nothing', async () => {
  const p = await person();
  const old = await server.asked(p);
  assert.equal((await confirm(old)).status, 200);
  assert.deepEqual([await save(p, { email: p.email.toUpperCase(), bio: '같은 주소' }), await verified(p)], [200, true]);
  const fresh = { ...p, email: `${unique('new')}@test.example.com`.toLowerCase() };
  assert.deepEqual([await save(p, { email: fresh.email }), await verified(p), await dead(old)], [200, false, DEAD]);
  const token = await server.asked(fresh);
  await handled();
  assert.deepEqual([asked(p), asked(fresh), server.to(p).map((m) => m.subject)], [1, 1, ['이메일 주소 변경']]);
  assert.deepEqual([(await confirm(token)).status, await verified(p)], [200, true]);
  assert.equal(await save(p, { email: p.email }), 200);
  assert.deepEqual([await verified(p), await dead(token)], [false, DEAD]);
});

test('who does not answer is asked again when they are there a week later, three times in all; who has, never', async () => {
  const [p, done] = [await person(), await person()];
  for (const x of [p, done]) await server.asked(x);
  assert.equal((await confirm(await server.asked(done))).status, 200);
  const visit = async () => {
    for (const x of [p, done]) assert.equal((await login(x.email, x.password)).status, 200);
    await handled();
    return [asked(p), asked(done)];
  };
  const later = (days) => db.query('UPDATE users SET email_asked_at = email_asked_at - INTERVAL ? DAY WHERE id IN (?, ?)', [days, p.id, done.id]);
  assert.deepEqual(await visit(), [1, 1]);
  await later(6);
  assert.deepEqual(await visit(), [1, 1]);
  for (const n of [2, 3, 3]) {
    await later(8);
    assert.deepEqual(await visit(), [n, 1]);
  }
  assert.equal((await confirm(await server.asked(p))).status, 200);
});

test('asked for once more: known, confirmed or not, the answer is the same, and each address is written to so often', async () => {
  const [p, done, gone] = [await person(), await person(), await person()];
  for (const x of [p, done, gone]) await server.asked(x);
  assert.equal((await confirm(await server.asked(done))).status, 200);
  await db.query("UPDATE users SET status = 'DELETED' WHERE id = ?", [gone.id]);
  const answers = [];
  for (const email of [` ${p.email.toUpperCase()} `, done.email, gone.email, `${unique()}@test.example.com`]) {
    const { status, headers, body: { meta, ...rest } } = await again(email);
    answers.push({ status, rest, headers: Object.keys(headers).sort() });
  }
  assert.deepEqual([answers[0].status, answers[0].rest.data], [200, { expiresIn: 604800 }]);
  for (const a of answers) assert.deepEqual(a, answers[0]);
  await handled();
  assert.deepEqual([p, done, gone].map(asked), [2, 1, 1]);
  for (const email of ['', 'x', 7, null, undefined]) {
    const res = await again(email);
    assert.deepEqual([res.status, res.body.error.details.fields.map((f) => f.field)], [400, ['email']]);
  }
  const said = [];
  for (let i = 0; i < 25; i += 1) said.push((await again(p.email)).status);
  assert.deepEqual(said, [...Array(24).fill(200), 429]);
  assert.equal((await post('/auth/password/forgot', { email: p.email })).status, 429, 'mails of both kinds');
});

test('a forgotten password confirms the address; who came in otherwise stays out if nobody had, unless an operator handed the link over', async () => {
  const [unknown, known, helped] = [await person(), await person(), await person()];
  const ways = async (p) => (await db.query('SELECT provider FROM user_identities WHERE user_id = ?', [p.id])).length;
  for (const p of [unknown, known, helped]) {
    await server.asked(p);
    await db.query("INSERT INTO user_identities (provider, subject, user_id) VALUES ('naver', ?, ?)", [unique('n'), p.id]);
  }
  assert.equal((await confirm(await server.asked(known))).status, 200);
  for (const p of [unknown, known]) assert.equal(await reset(await resetLink(p), 'brand new words 9'), 200);
  const tool = spawnSync(process.env.API_BIN, ['--config', path.join(stack.run, 'studymate.env'), '--account', helped.email, 'reset-link'], { encoding: 'utf8' });
  assert.equal(await reset(tool.stdout.match(/#token=(\S+)/)[1], 'brand new words 9'), 200);
  const state = async (p) => {
    const res = await login(p.email, 'brand new words 9');
    return [await verified({ access: res.body.data.accessToken }), await ways(p)];
  };
  assert.deepEqual([await state(unknown), await state(known), await state(helped)], [[true, 0], [true, 1], [false, 1]]);
});

test('who names one address after the other reaches no more than so many an hour', async () => {
  const p = await person();
  const all = [p.email, ...Array.from({ length: 40 }, () => `${unique('many')}@test.example.com`.toLowerCase())];
  for (const email of all.slice(1)) assert.equal(await save(p, { email }), 200);
  const waiting = () => db.query('SELECT d.due_at > SYSDATE(3) + INTERVAL 1 MINUTE AS later FROM deliveries d JOIN notifications n ON n.id = d.notification_id WHERE n.user_id = ?', [p.id]);
  await until(async () => !(await db.query("SELECT id FROM outbox WHERE event <> 'x'")).length && (await waiting()).length && (await waiting()).every((d) => d.later));
  assert.equal([...server.asks, ...server.mails].filter((m) => all.includes(m.to[0])).length, 60);
  await db.query('DELETE d FROM deliveries d JOIN notifications n ON n.id = d.notification_id WHERE n.user_id = ?', [p.id]);
});

test('without a mail server nobody is asked, and asking says so', async () => {
  const own = await startStack('address-none', {}, 2);
  const there = connect(own.run);
  try {
    const p = await someone(unique('사람'), {}, { base: own.base });
    const res = await postAny('/auth/email/send', { email: p.email }, { base: own.base });
    assert.deepEqual([res.status, res.body.code], [503, 'MAIL_NOT_CONFIGURED']);
    await until(async () => !(await there.query('SELECT id FROM outbox')).length);
    const [row] = await there.query('SELECT email_asked, email_confirmed_at FROM users WHERE id = ?', [p.id]);
    assert.deepEqual({ ...row }, { email_asked: 0, email_confirmed_at: null });
  } finally {
    await there.end();
    own.down();
  }
});

test('the page: a click says yes, a link that is dead leads to another one', async () => {
  const p = await person();
  const token = await server.asked(p);
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
  try {
    const problems = [];
    const open = async (locale, hash) => {
      const page = await (await browser.newContext({ locale, viewport: { width: 480, height: 480 } })).newPage();
      page.on('pageerror', (e) => problems.push(String(e)));
      page.on('console', (m) => { if (m.type() === 'error' && !/400/.test(m.text())) problems.push(m.text()); });
      await page.goto(`${stack.base}/confirm-email${hash}`);
      return page;
    };
    const said = (page, want) => page.waitForFunction((text) => document.getElementById('said').textContent === text, want);
    const page = await open('ko-KR', `/#token=${token}`);
    assert.deepEqual([await page.title(), page.url(), await page.locator('#ask').isVisible(), await verified(p)], ['이메일 주소 확인', `${stack.base}/confirm-email/`, false, false]);
    if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
    await page.click('#use button');
    await said(page, '이메일 주소가 확인되었습니다');
    assert.deepEqual([await page.locator('#use').isVisible(), await verified(p)], [false, true]);

    const fresh = { ...p, email: `${unique('new')}@test.example.com`.toLowerCase() };
    assert.equal(await save(p, { email: fresh.email }), 200);
    await server.asked(fresh);
    const late = await open('en-GB', `#token=${token}`); // as /confirm-email, too
    await late.click('#use button');
    await said(late, 'This link cannot be used any more; ask for another one');
    await late.click('a');
    await late.fill('[name=email]', fresh.email);
    await late.click('#ask button');
    await said(late, 'If that address waits to be confirmed, a mail with a link is on its way to it');
    assert.equal((await confirm(await server.asked(fresh, 2))).status, 200);
    assert.deepEqual(problems, []);
  } finally {
    await browser.close();
  }
});

test('no log holds an address or a link', async () => {
  for (const name of ['api.log', 'jobs.log', 'nginx-access.log']) {
    const text = fs.readFileSync(path.join(stack.run, 'log', name), 'utf8');
    for (const m of server.asks) assert.ok(!text.includes(m.text.match(/#token=(\S+)/)[1]), name);
    assert.ok(!text.includes('@test.example.com'), name);
  }
});
