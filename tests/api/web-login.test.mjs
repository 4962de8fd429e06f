// Log-in as NextAuth.js' client does it, for the study groups' pages: /api/auth, a form, a cookie.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, before, test } from 'node:test';
import { EncryptJWT, jwtDecrypt } from 'jose';
import { get, person, post, send } from '../harness/client.mjs';
import { connect } from '../harness/db.mjs';
import { connectIo, closeAllIo } from '../harness/socketio.mjs';
import { startStack, until } from '../harness/stack.mjs';

const SECRET = 'the NEXTAUTH_SECRET of the pages';
const TTL = 600; // of access tokens, s
let stack;
let sql;
before(async () => {
  stack = await startStack('web', { SESSION_SECRET: SECRET, ACCESS_TTL_S: TTL, CORS_ORIGINS: 'https://coup.example.com' }, 2);
  sql = connect(stack.run);
});
after(async () => {
  closeAllIo();
  await sql?.end();
  stack?.down();
});

const at = (more = {}) => ({ base: stack.base, ...more });
const now = () => Math.floor(Date.now() / 1000);
const key = (secret = SECRET) => new Uint8Array(crypto.hkdfSync('sha256', secret, '', 'NextAuth.js Generated Encryption Key', 32)); // as its source has it
const opened = async (cookie) => (await jwtDecrypt(cookie, key(), { clockTolerance: 15 })).payload;
const cookies = (res) => Object.fromEntries((res.headers['set-cookie'] ?? []).map((c) => [c.slice(0, c.indexOf('=')), { value: c.slice(c.indexOf('=') + 1, c.indexOf(';')), rest: c.slice(c.indexOf(';') + 2) }]));
const form = (fields) => new URLSearchParams(fields).toString();
const URLENCODED = 'application/x-www-form-urlencoded';
const jar = (all) => Object.entries(all).map(([k, v]) => `${k}=${v}`).join('; ');
const SESSION = 'next-auth.session-token';
const CSRF = 'next-auth.csrf-token';

async function csrf(before_ = {}) {
  const res = await send('GET', '/api/auth/csrf', at({ headers: before_ }));
  assert.equal(res.status, 200);
  return { token: res.body.csrfToken, cookie: cookies(res)[CSRF].value, res };
}
// As signIn() of next-auth/react does it.
async function submit(action, fields, { jar: more = {}, headers = {}, token } = {}) {
  const c = await csrf();
  const raw = form({ ...fields, csrfToken: token ?? c.token, callbackUrl: fields.callbackUrl ?? `${stack.base}/dashboard`, json: 'true' });
  return send('POST', `/api/auth/${action}`, at({ raw, headers: { 'content-type': URLENCODED, cookie: jar({ [CSRF]: c.cookie, ...more }), ...headers } }));
}
const login = (p, options) => submit('callback/credentials', { email: p.email, password: p.password, redirect: 'false' }, options);
async function enter(p) {
  const res = await login(p);
  assert.equal(res.status, 200, res.text);
  return cookies(res)[SESSION].value;
}
const withCookie = (value, headers = {}) => at({ headers: { cookie: `${SESSION}=${value}`, ...headers } });
const session = async (value) => (await send('GET', '/api/auth/session', withCookie(value))).body;
const errorOf = (res) => [res.status, new URL(res.body.url).searchParams.get('error')];

test('a form, a cookie that NextAuth.js can read, and who that is', async () => {
  const p = await person('김쿠', {}, at());
  const res = await login(p);
  assert.deepEqual([res.status, res.body], [200, { url: `${stack.base}/dashboard` }]);
  const { value, rest } = cookies(res)[SESSION];
  assert.equal(rest, 'Path=/; HttpOnly; SameSite=Lax; Max-Age=86400');
  const { jti, iat, exp, sm, ...claims } = await opened(value);
  assert.deepEqual(claims, { sub: p.id, id: p.id, email: p.email, name: '김쿠', role: 'USER', status: 'ACTIVE', provider: 'CREDENTIALS', isAdmin: false, adminRole: null, restrictedActions: [], restrictedUntil: null });
  assert.equal(exp - iat, 86400);
  assert.match(jti, /^[0-9a-f]{32}$/);
  assert.ok(sm.startsWith(`${p.id}.`));
  const user = { id: p.id, email: p.email, name: '김쿠', image: null, status: 'ACTIVE', role: 'USER', provider: 'CREDENTIALS', isAdmin: false, adminRole: null, restrictedActions: [], restrictedUntil: null };
  assert.deepEqual(await session(value), { user, expires: new Date(exp * 1000).toISOString() });
  const me = await send('GET', '/api/auth/me', withCookie(value));
  assert.deepEqual([me.status, me.body.user.id, me.body.user.email, me.body.adminRole], [200, p.id, p.email, null]);
  assert.deepEqual((await send('GET', '/api/notifications', withCookie(value))).body.data, []);
  assert.deepEqual((await send('GET', '/api/auth/validate-session', withCookie(value))).body, { valid: true, user: { id: p.id, email: p.email, name: '김쿠', status: 'ACTIVE', avatar: null }, shouldLogout: false });
  await sql.query("UPDATE users SET profile_image = 'data:image/png;base64,AAAA' WHERE id = ?", [p.id]);
  assert.equal((await session(value)).user.image, null);
  await sql.query("UPDATE users SET profile_image = '/uploads/a.png' WHERE id = ?", [p.id]);
  assert.equal((await session(value)).user.image, '/uploads/a.png');
});

test('an administrator is one in the cookie, too; over TLS it is for TLS alone', async () => {
  const admin = { email: 'admin@example.com', password: 'password123' };
  const value = await enter(admin);
  const { role, isAdmin, adminRole } = await opened(value);
  assert.deepEqual([role, isAdmin, adminRole], ['ADMIN', true, 'SUPER_ADMIN']);
  const { user } = await session(value);
  assert.deepEqual([user.role, user.isAdmin, user.adminRole], ['ADMIN', true, 'SUPER_ADMIN']);
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  const c = await fetch(`${stack.https}/api/auth/csrf`);
  const token = (await c.json()).csrfToken;
  const sent = await fetch(`${stack.https}/api/auth/callback/credentials`, { method: 'POST', headers: { 'content-type': URLENCODED, cookie: c.headers.getSetCookie()[0].split(';')[0] }, body: form({ ...admin, csrfToken: token, json: 'true', callbackUrl: '/x' }) });
  delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  assert.deepEqual(await sent.json(), { url: `${stack.https}/x` });
  assert.match(sent.headers.getSetCookie()[0], /; HttpOnly; SameSite=Lax; Secure; Max-Age=86400$/);
});

test('a role of the administration is told as it is now, and what is closed to somebody', async () => {
  const grant = (p, role, expires = 'NULL') => sql.query(`INSERT INTO admin_roles (user_id, role, expires_at) VALUES (?, ?, ${expires})`, [p.id, role]);
  const [moderator, lesser, former, once, root, restricted] = await Promise.all(['mod', 'lesser', 'former', 'once', 'root', 'res'].map((n) => person(n, {}, at())));
  for (const p of [lesser, former, root]) await sql.query("UPDATE users SET role = 'ADMIN' WHERE id = ?", [p.id]);
  await grant(moderator, 'MODERATOR', "'2099-01-01'");
  await grant(lesser, 'VIEWER');
  await grant(former, 'ADMIN', "'2020-01-01'");
  await grant(once, 'SUPER_ADMIN', "'2020-01-01'");
  await sql.query("UPDATE users SET restricted_actions = 'STUDY_JOIN,MESSAGE', restricted_until = '2099-01-01' WHERE id = ?", [restricted.id]);
  const ends = '2099-01-01T00:00:00.000Z';
  const past = '2020-01-01T00:00:00.000Z';
  // [who, role, adminRole, that of /auth/me]
  const want = [[moderator, 'USER', 'MODERATOR', { role: 'MODERATOR', expiresAt: ends, isExpired: false }], [lesser, 'ADMIN', 'VIEWER', { role: 'VIEWER', expiresAt: null, isExpired: false }],
    [former, 'ADMIN', null, { role: 'ADMIN', expiresAt: past, isExpired: true }], [once, 'USER', null, { role: 'SUPER_ADMIN', expiresAt: past, isExpired: true }],
    [root, 'ADMIN', 'SUPER_ADMIN', { role: 'SUPER_ADMIN', expiresAt: null, isExpired: false }], [restricted, 'USER', null, null]];
  for (const [p, role, adminRole, mine] of want) {
    const value = await enter(p);
    const closed = p === restricted ? { restrictedActions: ['STUDY_JOIN', 'MESSAGE'], restrictedUntil: ends } : { restrictedActions: [], restrictedUntil: null };
    const shown = ({ role: r, isAdmin, adminRole: a, restrictedActions, restrictedUntil }) => ({ r, isAdmin, a, restrictedActions, restrictedUntil });
    for (const claims of [await opened(value), (await session(value)).user]) assert.deepEqual([p.name, shown(claims)], [p.name, { r: role, isAdmin: adminRole !== null, a: adminRole, ...closed }]);
    assert.deepEqual([p.name, (await send('GET', '/api/auth/me', withCookie(value))).body.adminRole], [p.name, mine]);
    p.value = value;
  }
  // the session says what is true now, whatever the cookie was made with
  await sql.query('DELETE FROM admin_roles WHERE user_id = ?', [moderator.id]);
  await sql.query("UPDATE users SET restricted_until = NOW(3) - INTERVAL 1 SECOND WHERE id = ?", [restricted.id]);
  const [{ user: m }, { user: r }] = [await session(moderator.value), await session(restricted.value)];
  assert.deepEqual([m.isAdmin, m.adminRole, r.restrictedActions, r.restrictedUntil], [false, null, [], null]);
  assert.equal((await send('GET', '/api/auth/me', withCookie(moderator.value))).body.adminRole, null);
  await sql.query('UPDATE users SET restricted_until = NULL WHERE id = ?', [restricted.id]); // for good
  const { user: g } = await session(restricted.value);
  assert.deepEqual([g.restrictedActions, g.restrictedUntil], [['STUDY_JOIN', 'MESSAGE'], null]);
});

test('a refusal is an address with the reason in it, in the language of the page', async () => {
  const p = await person('거절', {}, at());
  const gone = await person('정지', {}, at());
  await sql.query("UPDATE users SET status = 'SUSPENDED' WHERE id = ?", [gone.id]);
  const wrong = [401, '이메일 또는 비밀번호가 올바르지 않습니다'];
  const cases = [
    [{ email: p.email, password: 'not the password' }, wrong], [{ email: 'nobody@example.com', password: p.password }, wrong],
    [{ email: gone.email, password: gone.password }, [401, '정지된 계정입니다']], [{ email: gone.email, password: 'not it at all' }, wrong],
    [{ password: p.password }, [401, '이메일과 비밀번호를 입력해 주세요']], [{ email: p.email }, [401, '이메일과 비밀번호를 입력해 주세요']],
    [{ email: 'no address', password: p.password }, [401, '올바른 이메일 형식이 아닙니다']],
  ];
  for (const [fields, want] of cases) {
    const res = await submit('callback/credentials', fields);
    assert.deepEqual(errorOf(res), want, JSON.stringify(fields));
    assert.ok(!cookies(res)[SESSION]);
    assert.ok(res.body.url.startsWith(`${stack.base}/api/auth/error?`));
  }
  const en = await submit('callback/credentials', { email: p.email, password: 'not the password' }, { headers: { 'accept-language': 'en' } });
  assert.deepEqual(errorOf(en), [401, 'Wrong e-mail or password']);
  const long = await submit('callback/credentials', { email: p.email, password: 'x'.repeat(129) });
  assert.deepEqual([long.status, long.body.details.fields[0].field], [400, 'password']);
  assert.equal((await login({ email: p.email.toUpperCase(), password: p.password })).status, 200);
});

// Codes as an app makes them (RFC 6238).
function codeOf(secret) {
  const bits = [...secret].map((ch) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(ch).toString(2).padStart(5, '0')).join('');
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now() / 30)));
  const mac = crypto.createHmac('sha1', Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1e6).padStart(6, '0');
}

test('a second factor is asked for here as well', async () => {
  const p = await person('둘째', {}, at());
  const { secret } = (await post('/settings/two-factor/enable', undefined, at({ token: p.access }))).body.data;
  assert.equal((await post('/settings/two-factor/disable', { code: codeOf(secret) }, at({ token: p.access }))).status, 200);
  await sql.query('UPDATE two_factor SET last_step = 0 WHERE user_id = ?', [p.id]);
  const by = (code) => submit('callback/credentials', { email: p.email, password: p.password, ...(code && { code }) });
  for (const [code, en] of [[undefined, /code/], ['000000', /code/]]) {
    const [status, error] = errorOf(await submit('callback/credentials', { email: p.email, password: p.password, ...(code && { code }) }, { headers: { 'accept-language': 'en' } }));
    assert.equal(status, 401);
    assert.match(error, en);
  }
  const res = await by(codeOf(secret));
  assert.equal(res.status, 200, res.text);
  assert.equal((await session(cookies(res)[SESSION].value)).user.id, p.id);
});

test('a form without the token of its cookie does nothing', async () => {
  const p = await person('위조', {}, at());
  const value = await enter(p);
  const [one, two] = [await csrf(), await csrf()];
  assert.notEqual(one.token, two.token);
  assert.equal((await csrf({ cookie: `${CSRF}=${one.cookie}` })).token, one.token);
  const [, signature] = one.cookie.split('%7C');
  const forged = [[undefined, one.token], ['', one.token], [two.cookie, one.token], [one.cookie, ''], [one.cookie, undefined], [one.cookie, two.token], [`${two.token}%7C${signature}`, two.token],
    [`${one.token}%7C`, one.token], [one.token, one.token], [`${'0'.repeat(64)}%7C${crypto.createHash('sha256').update(`${'0'.repeat(64)}${SECRET}`).digest('hex')}`, '0'.repeat(64)]];
  for (const [cookie, token] of forged) {
    const fields = { email: p.email, password: p.password, json: 'true', ...(token !== undefined && { csrfToken: token }) };
    const headers = { 'content-type': URLENCODED, cookie: jar({ ...(cookie !== undefined && { [CSRF]: cookie }), [SESSION]: value }) };
    const res = await send('POST', '/api/auth/callback/credentials', at({ raw: form(fields), headers }));
    assert.deepEqual([res.status, res.body.url, cookies(res)[SESSION]], [200, `${stack.base}/api/auth/signin?csrf=true`, undefined], `${cookie} ${token}`);
    const out = await send('POST', '/api/auth/signout', at({ raw: form(fields), headers }));
    assert.deepEqual([out.status, out.body.url, cookies(out)[SESSION]], [200, `${stack.base}/api/auth/signout?csrf=true`, undefined]);
  }
  assert.equal((await session(value)).user.id, p.id);
  const foreign = await submit('signout', {}, { jar: { [SESSION]: value }, headers: { origin: 'https://evil.example.com' } });
  assert.deepEqual([foreign.status, foreign.body.code], [403, 'USER_002']);
  assert.equal((await session(value)).user.id, p.id);
});

test('after log-in one stays on this site, or goes to one of ours', async () => {
  const p = await person('이동', {}, at());
  const own = stack.base;
  for (const [wanted, got] of [['/a?b=c#d', `${own}/a?b=c#d`], [`${own}/x`, `${own}/x`], [own, own], ['https://coup.example.com/my-studies', 'https://coup.example.com/my-studies'],
    ['//evil.example.com', own], ['/\\evil.example.com', own], ['https://evil.example.com/', own], [`${own}.evil.example.com/`, own], [`${own}@evil.example.com/`, own], ['javascript:alert(1)', own], ['javascript://x/%0aalert(1)', own],
    ['evil', own], ['https://coup.example.com.evil.example.com', own], [`https://coup.example.com@evil.example.com`, own]]) {
    const res = await submit('callback/credentials', { email: p.email, password: p.password, callbackUrl: wanted });
    assert.deepEqual([res.status, res.body.url], [200, got], wanted);
  }
  const c = await csrf();
  const json = await post('/api/auth/callback/credentials', { email: p.email, password: p.password, csrfToken: c.token }, at({ headers: { cookie: `${CSRF}=${c.cookie}` } }));
  assert.deepEqual([json.status, json.body], [200, { url: own }]);
  const hostile = await send('GET', '/api/auth/providers', at({ headers: { host: 'a"b' } }));
  assert.ok(hostile.status === 400 || hostile.body.credentials.signinUrl.startsWith('http://localhost/'));
  assert.deepEqual((await send('GET', '/api/auth/providers', at())).body, { credentials: { id: 'credentials', name: 'Credentials', type: 'credentials', signinUrl: `${own}/api/auth/signin/credentials`, callbackUrl: `${own}/api/auth/callback/credentials` } });
});

test('log-out ends the login for every page and socket, and takes the cookie away', async () => {
  const p = await person('나감', {}, at());
  const [value, other] = [await enter(p), await enter(p)];
  const socket = await connectIo({ userId: p.id }, { base: stack.base, extraHeaders: { Cookie: `${SESSION}=${value}` } });
  const gone = new Promise((resolve) => { socket.on('disconnect', resolve); });
  const res = await submit('signout', {}, { jar: { [SESSION]: value } });
  assert.deepEqual([res.status, res.body, cookies(res)[SESSION]], [200, { url: `${stack.base}/dashboard` }, { value: '', rest: 'Path=/; HttpOnly; SameSite=Lax; Max-Age=0' }]);
  assert.deepEqual(await session(value), {});
  assert.equal((await send('GET', '/api/notifications', withCookie(value))).status, 401);
  assert.deepEqual((await send('GET', '/api/auth/validate-session', withCookie(value))).body, { valid: false, error: 'AUTH_006', message: '로그인이 필요합니다', shouldLogout: false });
  await gone;
  assert.equal((await session(other)).user.id, p.id);
  assert.equal((await submit('signout', {})).status, 200); // nobody
});

// A session sealed by somebody who has the secret. age: s since it was issued.
const sealed = (user, login_, { age = 0, life = 86400, secret = SECRET, alg = 'dir', enc = 'A256GCM' } = {}) => new EncryptJWT({ sm: `${user}.${login_}.1.${now() - age}.${now() - age + life}`, iat: 1, exp: 2, jti: 'x', name: '이름' })
  .setProtectedHeader({ alg, enc }).encrypt(key(secret));

test('a session is renewed on the way, asks MariaDB once the pool may have forgotten its end, and ends after a day', async () => {
  const p = await person('갱신', {}, at());
  const { sm, exp } = await opened(await enter(p));
  const [, id] = sm.split('.');
  const ask = (value) => send('GET', '/api/notifications', withCookie(value));
  const young = await ask(await sealed(p.id, id, { age: 10 }));
  assert.deepEqual([young.status, cookies(young)[SESSION]], [200, undefined]);
  for (const [age, asked] of [[TTL / 2 + 5, 0], [TTL + 5, 1], [86000, 1]]) {
    const res = await ask(await sealed(p.id, id, { age }));
    const fresh = cookies(res)[SESSION];
    assert.equal(res.status, 200, `${age}`);
    const claims = await opened(fresh.value);
    const [, , , issued, expires] = claims.sm.split('.').map(Number);
    assert.ok(Math.abs(issued - now()) < 30, `${age}`);
    assert.ok(Math.abs(expires - (now() - age + 86400)) < 30);
    assert.equal(claims.name, '이름');
    assert.match(fresh.rest, new RegExp(`Max-Age=${expires - issued}$|Max-Age=${expires - issued - 1}$`));
    await until(() => stack.log().some((l) => l.rid === res.headers['x-request-id']));
    assert.equal(stack.log().find((l) => l.rid === res.headers['x-request-id']).login_n, asked, `${age}`);
    assert.deepEqual((await ask(fresh.value)).status, 200);
  }
  assert.ok(exp > now());
  const over = await sealed(p.id, id, { age: 86405 });
  assert.deepEqual([(await ask(over)).status, await session(over)], [401, {}]);
  // its end is older than what the pool remembers
  await sql.query('UPDATE sessions SET revoked_at = NOW(3) - INTERVAL 20 HOUR WHERE id = ?', [id]);
  const old = await sealed(p.id, id, { age: TTL + 60 });
  const res = await ask(old);
  assert.deepEqual([res.status, cookies(res)[SESSION], await session(old)], [401, undefined, {}]);
});

test('sockets take young sessions alone: a page has renewed its own', async () => {
  const p = await person('소켓', {}, at());
  const { sm } = await opened(await enter(p));
  const [, id] = sm.split('.');
  const by = (value) => connectIo({ userId: p.id }, { base: stack.base, extraHeaders: { Cookie: `${SESSION}=${value}` } }).then((s) => { s.disconnect(); return 'in'; }, (e) => e.message);
  assert.equal(await by(await sealed(p.id, id, { age: TTL - 60 })), 'in');
  assert.equal(await by(await sealed(p.id, id, { age: TTL + 60 })), 'Authentication failed');
  assert.equal(await by(await sealed(p.id, id, { secret: 'another' })), 'Authentication failed');
});

test('what others sealed, and what was changed, is nothing', async () => {
  const p = await person('훼손', {}, at());
  const value = await enter(p);
  const { sm } = await opened(value);
  const [, id] = sm.split('.');
  const parts = value.split('.');
  const flip = (s, i) => s.slice(0, i) + (s[i] === 'A' ? 'B' : 'A') + s.slice(i + 1);
  const bad = [await sealed(p.id, id, { secret: 'another secret of theirs' }), await sealed(p.id, id, { enc: 'A128CBC-HS256' }).catch(() => 'x.y.z.a.b'), '....', 'a.b.c.d.e', `${'A'.repeat(1900)}....`, `${parts[0]}..${'A'.repeat(16)}..${'A'.repeat(22)}`,
    ...[0, 2, 3, 4].flatMap((n) => [0, 3].map((i) => parts.map((s, k) => (k === n ? flip(s, i) : s)).join('.'))), value.slice(0, -1), `${value}A`, `${parts[0]}.AAAA.${parts.slice(2).join('.')}`, parts.slice(0, 4).join('.'),
    await new EncryptJWT({ name: `"sm":"${p.id}.${id}.2.${now()}.${now() + 999}"` }).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(key()),
    await new EncryptJWT({ a: 1, sm: 'x', jti: 'x' }).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(key()),
    await new EncryptJWT({ sm: `${p.id}.${id}.1.${now()}`, jti: 'x', a: 1 }).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(key())];
  for (const b of bad) {
    assert.deepEqual([(await send('GET', '/api/notifications', withCookie(b))).status, await session(b)], [401, {}], b.slice(0, 80));
    assert.equal((await get('/notifications', at({ token: b }))).status, 401);
  }
  assert.equal((await session(value)).user.id, p.id);
  await sql.query("UPDATE users SET status = 'DELETED' WHERE id = ?", [p.id]); // without ending its logins
  assert.deepEqual([await session(value), (await send('GET', '/api/auth/validate-session', withCookie(value))).body], [{}, { valid: false, error: 'AUTH_004', message: '사용자를 찾을 수 없습니다', shouldLogout: true }]);
});

test('whose account is suspended or deleted is to log out, whether the login has ended or not; a cookie of nobody is refused', async () => {
  const p = await person('정지', {}, at());
  const value = await enter(p);
  const asked = async (cookie) => { const { status, body } = await send('GET', '/api/auth/validate-session', withCookie(cookie)); return [status, body.valid, body.error, body.shouldLogout]; };
  const elsewhere = async () => { const { status, body } = await send('GET', '/api/users/me', withCookie(value)); return [status, body.code, body.success]; };
  assert.deepEqual([await asked(value), await elsewhere()], [[200, true, undefined, false], [200, undefined, true]]);
  for (const ended of [false, true]) {
    if (ended) await sql.query('UPDATE sessions SET revoked_at = NOW(3) WHERE user_id = ?', [p.id]);
    for (const [status, error] of [['SUSPENDED', 'AUTH_005'], ['DELETED', 'AUTH_004']]) {
      await sql.query('UPDATE users SET status = ? WHERE id = ?', [status, p.id]);
      assert.deepEqual(await asked(value), [200, false, error, true]);
      if (ended) assert.deepEqual(await until(async () => { const got = await elsewhere(); return got[0] >= 400 && got; }), [403, error, false]);
    }
    await sql.query("UPDATE users SET status = 'SUSPENDED', suspended_until = NOW(3) - INTERVAL 1 SECOND WHERE id = ?", [p.id]); // it is over
    if (ended) assert.deepEqual([await asked(value), await elsewhere()], [[200, false, 'AUTH_006', false], [401, 'AUTH_008', false]]);
    else assert.deepEqual(await asked(value), [200, true, undefined, false]);
    await sql.query("UPDATE users SET status = 'ACTIVE', suspended_until = NULL WHERE id = ?", [p.id]);
  }
  await until(async () => (await asked(value))[1] === false);
  assert.deepEqual(await asked(value), [200, false, 'AUTH_006', false]);
  const bad = await send('GET', '/api/auth/validate-session', withCookie(`${value.slice(0, -4)}AAAA`));
  assert.deepEqual([bad.status, bad.body.code, bad.body.valid], [401, 'AUTH_008', undefined]);
});

test('update() of the pages’ client gets the session as it is, with the token of its cookie', async () => {
  const p = await person('갱신', {}, at());
  const value = await enter(p);
  const c = await csrf();
  const update = (token, more = {}) => send('POST', '/api/auth/session', at({ body: { csrfToken: token, data: { user: { role: 'ADMIN' } } }, headers: { cookie: jar({ [CSRF]: c.cookie, ...more }) } }));
  const res = await update(c.token, { [SESSION]: value });
  assert.deepEqual([res.status, res.body], [200, await session(value)]);
  assert.equal(res.body.user.role, 'USER');
  assert.deepEqual((await update(c.token)).body, {}); // nobody
  for (const token of [undefined, '', 'x'.repeat(64)]) assert.deepEqual([(await update(token, { [SESSION]: value })).status], [400]);
});

test('a name too long for a cookie is left out of it, not the login', async () => {
  const p = await person('이'.repeat(50), {}, at());
  await sql.query('UPDATE users SET name = ? WHERE id = ?', ['"\\'.repeat(50), p.id]);
  const claims = await opened(await enter(p));
  assert.equal(claims.name, '"\\'.repeat(50));
});

test('their client speaks to /api/v1/auth as well; what is no action of it is refused, what is none of its ways is not', async () => {
  const p = await person('김둘', {}, at());
  const { body: { csrfToken }, headers } = await send('GET', '/api/v1/auth/csrf', at());
  const own = headers['set-cookie'][0].split(';')[0];
  const to = (action, fields, cookie = own) => send('POST', `/api/v1/auth/${action}`, at({ raw: form({ ...fields, csrfToken, json: 'true' }), headers: { 'content-type': URLENCODED, cookie } }));
  const res = await to('callback/credentials', { email: p.email, password: p.password });
  assert.deepEqual([res.status, res.body], [200, { url: stack.base }]);
  const cookie = `${own}; ${SESSION}=${cookies(res)[SESSION].value}`;
  assert.equal((await send('GET', '/api/v1/auth/session', at({ headers: { cookie } }))).body.user.id, p.id);
  assert.equal((await to('session', {}, cookie)).body.user.id, p.id);
  assert.deepEqual([(await to('_log', {})).body, (await send('GET', '/api/v1/auth/providers', at())).body.credentials.id], [{}, 'credentials']);
  assert.equal(cookies(await to('signout', {}, cookie))[SESSION].value, '');
  assert.deepEqual((await send('GET', '/api/v1/auth/session', at({ headers: { cookie } }))).body, {});
  for (const path of ['/api/auth', '/api/v1/auth']) {
    assert.deepEqual((await send('POST', `${path}/signin`, at({ raw: form({ csrfToken }), headers: { 'content-type': URLENCODED } }))).body, { url: `${stack.base}/api/auth/signin?csrf=true` });
    const unknown = await send('POST', `${path}/fly`, at({ raw: form({ csrfToken }), headers: { 'content-type': URLENCODED } }));
    assert.deepEqual([unknown.status, unknown.body.error], [400, '지원하지 않는 로그인 요청입니다']);
  }
  for (const [method, path, status] of [['POST', '/api/v1/auth/verify', 405], ['GET', '/api/v1/auth/fly', 405], ['POST', '/api/v1/auth/fly/away', 404]]) assert.deepEqual([path, (await send(method, path, at({ body: {} }))).status], [path, status]);
});

test('pages of theirs, what their client has to say, and nobody', async () => {
  for (const [path, to] of [['signin', '/sign-in'], ['signin?error=A%26b%20%EA%B0%80', '/sign-in?error=A%26b%20%EA%B0%80'], ['error?error=x', '/sign-in?error=x'], ['signout?csrf=true', '/sign-out?csrf=true']]) {
    const res = await fetch(`${stack.base}/api/auth/${path}`, { redirect: 'manual' }); // of nginx itself
    assert.deepEqual([res.status, new URL(res.headers.get('location'), stack.base).href], [302, stack.base + to]);
  }
  for (const [raw, type] of [[form({ level: 'error', code: 'CLIENT_FETCH_ERROR' }), `${URLENCODED};charset=UTF-8`], ['{"level":"error"}', 'application/json'], [undefined, undefined]]) {
    const res = await send('POST', '/api/auth/_log', at({ raw, headers: type ? { 'content-type': type } : {} }));
    assert.deepEqual([res.status, res.body], [200, {}]);
  }
  assert.deepEqual((await send('GET', '/api/auth/session', at())).body, {});
  assert.deepEqual((await send('GET', '/api/auth/validate-session', at())).body, { valid: false, error: 'AUTH_006', message: '로그인이 필요합니다', shouldLogout: false });
  assert.equal((await send('GET', '/api/auth/me', at())).status, 401);
  const c = await csrf();
  for (const [raw, field] of [['email=%zz', 'email'], ['email=%00a', 'email'], ['password=%ff', 'password']]) {
    const res = await send('POST', '/api/auth/callback/credentials', at({ raw: `${raw}&csrfToken=${c.token}`, headers: { 'content-type': URLENCODED, cookie: `${CSRF}=${c.cookie}` } }));
    assert.deepEqual([res.status, res.body.details.fields[0].field], [400, field]);
  }
});
