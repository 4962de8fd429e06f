// A forgotten password: whoever asks learns nothing, the mail's link is good once, and the page does it all in a browser.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { get as getAny, person as someone, post as postAny, unique } from '../harness/client.mjs';
import { connect } from '../harness/db.mjs';
import { mailServer } from '../harness/mail.mjs';
import { startStack, until } from '../harness/stack.mjs';

const PAGE = 'https://app.example.com/account/new-password';
let stack;
let db;
let server;
before(async () => {
  server = await mailServer();
  stack = await startStack('reset', {
    SMTP_URL: `smtp://127.0.0.1:${server.port}`, MAIL_FROM: 'no-reply@studymate.example.com', SITE_URL: 'https://app.example.com', RESET_URL: PAGE, RATE_PERCENT: 500,
  }, 2);
  db = connect(stack.run);
});
after(async () => {
  await db?.end();
  stack?.down();
  await server?.close();
});

const person = async (name = unique('사람')) => server.known(db, await someone(name, {}, { base: stack.base }));
const get = (p, target) => getAny(target, { token: p.access, base: stack.base });
const post = (target, body, options = {}) => postAny(target, body, { base: stack.base, ...options });
const forgot = (email, options) => post('/auth/password/forgot', { email }, options);
const reset = (token, newPassword) => post('/auth/password/reset', { token, newPassword });
const login = (email, password) => post('/auth/login', { email, password });
const tokenIn = (m) => m.text.match(/#token=(\S+)/)[1];
// Asks for a link, and waits for its mail.
async function link(p) {
  const had = server.to(p).length;
  assert.equal((await forgot(p.email)).status, 200);
  await until(() => server.to(p).length > had);
  return tokenIn(server.to(p).at(-1));
}
const dead = async (token) => {
  const res = await reset(token, 'brand new words 9');
  return [res.status, res.body.code];
};
const DEAD = [400, 'LINK_INVALID'];
const handled = () => until(async () => !(await db.query("SELECT id FROM outbox WHERE event = 'auth.password_forgotten'")).length && !(await db.query('SELECT id FROM deliveries')).length);
// What the server would have signed.
function signed(p, claim) {
  const key = fs.readFileSync(path.join(stack.run, 'secrets/token.keys'), 'utf8').trim().split(':')[1];
  return `${claim}.${crypto.createHmac('sha256', Buffer.from(key, 'hex')).update(`password reset\n${claim}\n${p.email}`).digest('hex')}`;
}

test('asked for, mailed, used: the new password is good, the old one and every login are over', async () => {
  const p = await person('김잊음');
  const res = await forgot(`  ${p.email.toUpperCase()} `);
  assert.deepEqual([res.status, res.body.success, res.body.data], [200, true, { expiresIn: 3600 }]);
  await until(() => server.to(p).length);
  const [m] = server.to(p);
  const token = tokenIn(m);
  assert.deepEqual([m.subject, m.to, m.headers.get('list')], ['비밀번호 재설정', [p.email], undefined]);
  assert.equal(m.text, '김잊음님, 안녕하세요.\n\n아래 링크에서 새 비밀번호를 정할 수 있습니다. 링크는 한 시간 동안, 한 번만 쓸 수 있습니다.\n요청하신 적이 없다면 이 메일을 무시해 주세요. 비밀번호는 그대로입니다.\n\n'
    + `새 비밀번호 정하기: ${PAGE}#token=${token}\n\n-- \n이 주소로 비밀번호 재설정이 요청되어 보내 드린 메일입니다.\n`);
  assert.ok(m.html.includes(`<a href="${PAGE}#token=${token}">`), m.html);
  // in no list, to no device, and nothing that is stored opens anything
  const list = await get(p, '/notifications');
  assert.deepEqual([list.body.data.notifications ?? list.body.data.content ?? list.body.data, (await get(p, '/notifications/unread-count')).body.data.unreadCount], [[], 0]);
  const [row] = await db.query("SELECT n.*, TIMESTAMPDIFF(SECOND, created_at, expires_at) AS s FROM notifications n WHERE user_id = ? AND type = 'password_reset'", [p.id]);
  assert.deepEqual([row.status, Number(row.s) > 3590 && Number(row.s) <= 3600, JSON.stringify(row).includes(token.split('.')[4])], ['MAILED', true, false]);

  const done = await reset(token, 'brand new words 9');
  assert.deepEqual([done.status, done.body.success, Math.abs(Date.parse(done.body.data.changedAt) - Date.now()) < 60000], [200, true, true]);
  const [old, fresh] = [await login(p.email, p.password), await login(p.email, 'brand new words 9')];
  assert.deepEqual([old.status, old.body.code, fresh.status], [400, 'INVALID_CREDENTIALS', 200]);
  await until(async () => (await get(p, '/users/me')).status === 401);
  assert.equal((await post('/auth/refresh', { refreshToken: p.refresh })).status, 401);
  assert.deepEqual(await dead(token), DEAD, 'once');
  await until(async () => (await get({ access: fresh.body.data.accessToken }, '/notifications/unread-count')).body.data.unreadCount === 1);
});

test('an address without an account is answered alike, and nobody is written to; what is no address is named', async () => {
  const p = await person();
  const gone = await person();
  await db.query("UPDATE users SET status = 'DELETED' WHERE id = ?", [gone.id]);
  const same = ({ status, headers, body }) => {
    const { meta, ...rest } = body;
    return { status, rest, headers: Object.keys(headers).sort() };
  };
  const had = server.mails.length;
  const answers = [await forgot(p.email), await forgot(`${unique()}@test.example.com`), await forgot(gone.email)].map(same);
  assert.deepEqual(answers[1], answers[0]);
  assert.deepEqual(answers[2], answers[0]);
  await until(() => server.to(p).length);
  await handled();
  assert.equal(server.mails.length, had + 1);
  assert.deepEqual(await db.query("SELECT id FROM notifications WHERE user_id = ?", [gone.id]), []);
  for (const email of ['', 'x', 7, null, undefined, `${'a'.repeat(250)}@b.cd`]) {
    const res = await forgot(email);
    assert.deepEqual([email, res.status, res.body.error.details.fields.map((f) => f.field)], [email, 400, ['email']]);
  }
});

test('nothing but the very link opens an account', async () => {
  const [p, other] = [await person(), await person()];
  const token = await link(p);
  const theirs = await link(other);
  const [user, password, until_, mailed, mac] = token.split('.');
  assert.deepEqual([user, mailed, signed(p, `${user}.${password}.${until_}.1`)], [p.id, '1', token], 'as this test signs');
  const forged = [[other.id, password, until_, 1, mac], [user, Number(password) + 1, until_, 1, mac], [user, password, Number(until_) + 1, 1, mac], [user, password, until_, 0, mac], [user, password, until_, 1, mac.replace(/^./, (c) => (c === '0' ? '1' : '0'))],
    [user, password, until_, 1, theirs.split('.')[4]], [user, password, until_, 1, ''], [user, password, until_, 1, mac.slice(1)], ['0', '0', until_, 1, mac], [user, '0', until_, 1, mac], [user, password, until_, mac]].map((a) => a.join('.'));
  for (const text of [...forged, '.', '...', 'x', `${user}.`, `-1.${password}.${until_}.1.${mac}`, `${'9'.repeat(30)}.${password}.${until_}.1.${mac}`, p.access.slice(0, 200), signed(other, token.slice(0, -65))]) {
    assert.deepEqual([text, ...await dead(text)], [text, ...DEAD]);
  }
  assert.deepEqual(await dead(signed(p, `${user}.${password}.${Date.now() - 1}.1`)), DEAD, 'too late');
  for (const [body, field] of [[{ newPassword: 'brand new words 9' }, 'token'], [{ token }, 'newPassword'], [{ token: 7, newPassword: 'brand new words 9' }, 'token'], [{ token: 'x'.repeat(201), newPassword: 'brand new words 9' }, 'token']]) {
    const res = await post('/auth/password/reset', body);
    assert.deepEqual([res.status, res.body.error.details.fields.map((f) => f.field)], [400, [field]]);
  }
  // passwords that are refused cost nothing
  for (const [word, code] of [['short', 'AUTH_015'], ['password1', 'AUTH_016'], [p.password, 'PASSWORD_REUSED']]) {
    const res = await reset(token, word);
    assert.deepEqual([word, res.status, res.body.code], [word, 400, code]);
  }
  assert.equal((await login(p.email, p.password)).status, 200);
  assert.equal((await reset(signed(p, `${user}.${password}.${Date.now() + 60000}.1`), 'brand new words 9')).status, 200);
  assert.deepEqual(await dead(token), DEAD, 'of the password before');
});

test('a link ends with the password, the address or the account it was made for', async () => {
  const [changed, moved, erased] = [await person(), await person(), await person()];
  const [a, b, c] = [await link(changed), await link(moved), await link(erased)];
  assert.equal((await post('/auth/password/reset', { token: await link(changed), newPassword: 'another word 77' })).status, 200);
  await db.query('UPDATE users SET email = ? WHERE id = ?', [`${unique()}@test.example.com`, moved.id]);
  await db.query("UPDATE users SET status = 'DELETED' WHERE id = ?", [erased.id]);
  for (const token of [a, b, c]) assert.deepEqual(await dead(token), DEAD);
  assert.equal((await login(changed.email, 'another word 77')).status, 200);
});

test('two at once with one link: one of them', async () => {
  const p = await person();
  const token = await link(p);
  const words = ['first of two 11', 'second of two 22', 'third of two 33'];
  const all = await Promise.all(words.map((w) => reset(token, w)));
  assert.deepEqual(all.map((r) => r.status).sort(), [200, 400, 400]);
  for (const [i, w] of words.entries()) assert.equal((await login(p.email, w)).status, all[i].status);
});

test('a suspension and a second factor stay; an account without a password gets one', async () => {
  const [p, guest] = [await person(), await person()];
  await db.query("UPDATE users SET status = 'SUSPENDED' WHERE id = ?", [p.id]);
  assert.equal((await reset(await link(p), 'brand new words 9')).status, 200);
  const held = await login(p.email, 'brand new words 9');
  assert.deepEqual([held.status, held.body.code], [403, 'AUTH_005']);
  await db.query('DELETE FROM user_passwords WHERE user_id = ?', [guest.id]);
  await post('/settings/two-factor/enable', {}, { token: guest.access });
  await db.query('UPDATE two_factor SET enabled_at = NOW(3) WHERE user_id = ?', [guest.id]);
  const token = await link(guest);
  assert.equal(token.split('.')[1], '0');
  assert.equal((await reset(token, 'my first word 1')).status, 200);
  assert.deepEqual(await dead(token), DEAD);
  const second = await login(guest.email, 'my first word 1');
  assert.deepEqual([second.status, second.body.code], [400, 'TWO_FACTOR_REQUIRED']);
});

test('one address is written to so often, known or not, and waits for no other mails', async () => {
  const [p, other] = [await person(), await person()];
  for (const email of [p.email, `${unique()}@test.example.com`]) {
    const said = [];
    for (let i = 0; i < 26; i += 1) said.push(await forgot(i % 2 ? email : email.toUpperCase()));
    assert.deepEqual(said.map((r) => r.status), [...Array(25).fill(200), 429]);
    assert.ok(Number(said[25].headers['retry-after']) > 60 && said[25].body.code === 'TOO_MANY_REQUESTS');
  }
  await until(() => server.to(p).length === 25);
  const many = JSON.stringify({ recipients: [Number(other.id)], type: 'session_reminder', title: '세션 알림', message: 'm', priority: 2 });
  for (let i = 0; i < 61; i += 1) await db.query("INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES ('notification.broadcast', 0, 1, ?)", [many]);
  await until(() => server.to(other).length === 60);
  await link(other);
});

test('the page: asks for a mail, takes its link out of the address, says what is wrong, and changes the password', async () => {
  const p = await person();
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
  try {
    const problems = [];
    const open = async (locale, hash = '') => {
      const page = await (await browser.newContext({ locale, viewport: { width: 480, height: 640 } })).newPage();
      page.on('pageerror', (e) => problems.push(String(e)));
      await page.goto(`${stack.base}/reset-password${hash}`);
      return page;
    };
    const said = async (page, want) => {
      await page.waitForFunction((text) => document.getElementById('said').textContent === text, want);
    };
    const asks = await open('en-GB');
    assert.deepEqual([await asks.title(), await asks.locator('#use').isVisible(), await asks.locator('a').isVisible()], ['Choose another password', false, false]);
    await asks.fill('[name=email]', p.email);
    await asks.click('#ask button');
    await said(asks, 'If there is an account with that address, a mail with a link is on its way to it');
    assert.equal(await asks.locator('#ask').isVisible(), false);
    await until(() => server.to(p).length);

    const page = await open('ko-KR', `/#token=${tokenIn(server.to(p)[0])}`);
    assert.deepEqual([await page.title(), page.url(), await page.locator('#ask').isVisible()], ['비밀번호 재설정', `${stack.base}/reset-password/`, false]);
    const choose = async (one, two) => {
      await page.fill('[name=newPassword]', one);
      await page.fill('[name=again]', two);
      await page.click('#use button');
    };
    await choose('brand new words 9', 'brand new words 8');
    await said(page, '두 비밀번호가 서로 다릅니다');
    await choose('password1', 'password1');
    await said(page, '너무 쉬운 비밀번호입니다');
    if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
    await choose('brand new words 9', 'brand new words 9');
    await said(page, '비밀번호가 변경되었습니다. 새 비밀번호로 로그인해 주세요');
    assert.equal(await page.locator('#use').isVisible(), false);
    assert.equal((await login(p.email, 'brand new words 9')).status, 200);

    const late = await open('ko-KR', `/#token=${tokenIn(server.to(p)[0])}`);
    await late.fill('[name=newPassword]', 'and yet another 5');
    await late.fill('[name=again]', 'and yet another 5');
    await late.click('#use button');
    await said(late, '사용할 수 없는 링크입니다. 다시 요청해 주세요');
    await late.click('a');
    await late.locator('#ask').waitFor();
    assert.deepEqual(problems, []);
  } finally {
    await browser.close();
  }
});

test('no log holds an address or a link', async () => {
  for (const name of ['api.log', 'jobs.log', 'nginx-access.log']) {
    const text = fs.readFileSync(path.join(stack.run, 'log', name), 'utf8');
    for (const m of server.mails) assert.ok(!text.includes(tokenIn({ text: `${m.text} #token=${'0'.repeat(80)}` })), name);
    assert.ok(!text.includes('@test.example.com'), name);
  }
});
