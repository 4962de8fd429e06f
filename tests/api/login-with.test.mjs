// Log-in with Google and Naver: both are played by a server of the test, the browser by what a browser sends.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { announce } from '../harness/announce.mjs';
import { env, get, person, post, send, unique } from '../harness/client.mjs';
import { connect } from '../harness/db.mjs';
import { startStack } from '../harness/stack.mjs';

const SPA = 'https://spa.example.com';
const CLIENT = { google: 'google-client', naver: 'naver-client' };
const SECRET = { google: 'secret of google', naver: 'secret of naver' };
let stack;
let sql;
let provider;
const grants = new Map(); // code → { by, profile, challenge }
let walksIn; // whom the provider knows by its own cookies
let broken = null; // (res, path) → answers itself

before(async () => {
  provider = http.createServer((req, res) => {
    const chunks = [];
    req.on('data', (c) => chunks.push(c));
    req.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const [, by, what] = new URL(req.url, 'http://x').pathname.split('/');
      const say = (status, body) => { res.writeHead(status, { 'content-type': 'application/json' }); res.end(JSON.stringify(body)); };
      if (broken?.(res, what)) return;
      if (what === 'login') {
        const { code, state, redirect } = agree(by, `http://provider${req.url}`, walksIn);
        res.writeHead(302, { location: `${redirect}?${new URLSearchParams({ code, state })}` });
        return res.end();
      }
      if (what === 'token') {
        const grant = grants.get(form.get('code'));
        const good = grant && grant.by === by && form.get('client_id') === CLIENT[by] && form.get('client_secret') === SECRET[by]
          && form.get('redirect_uri') === grant.redirect && form.get('grant_type') === 'authorization_code'
          && (by === 'naver' || crypto.createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url') === grant.challenge);
        grants.delete(form.get('code'));
        if (good) return say(200, { access_token: `token-${JSON.stringify(grant.profile).length}-${keep(grant.profile)}`, token_type: 'Bearer' });
        return by === 'naver' ? say(200, { error: 'invalid_request' }) : say(400, { error: 'invalid_grant' });
      }
      const profile = profiles[Number(/-(\d+)$/.exec(req.headers.authorization)?.[1])];
      return profile ? say(200, by === 'naver' ? { resultcode: '00', response: profile } : profile) : say(401, {});
    });
  });
  await new Promise((ok) => { provider.listen(0, '127.0.0.1', ok); });
  const base = `http://127.0.0.1:${provider.address().port}`;
  const urls = (by) => ['login', 'token', 'profile'].map((w) => `${base}/${by}/${w}`).join(' ');
  stack = await startStack('login-with', {
    GOOGLE_CLIENT_ID: CLIENT.google, GOOGLE_CLIENT_SECRET: SECRET.google, GOOGLE_URLS: urls('google'),
    NAVER_CLIENT_ID: CLIENT.naver, NAVER_CLIENT_SECRET: SECRET.naver, NAVER_URLS: urls('naver'), CORS_ORIGINS: SPA,
  }, 2);
  sql = connect(stack.run);
});
after(async () => {
  await sql?.end();
  stack?.down();
  provider?.close();
});

const profiles = [];
const keep = (p) => profiles.push(p) - 1;
const at = (more = {}) => ({ base: stack.base, ...more });
const HTML = { accept: 'text/html,application/xhtml+xml' };
const JSON_ = { accept: 'application/json, text/plain, */*' };
const cookieOf = (res) => res.headers['set-cookie'][0].split(';')[0];
const start = (by, target = SPA, headers = HTML) => send('GET', `/login/${by}?target=${encodeURIComponent(target)}`, at({ headers }));
const back = (by, query, cookie, headers = HTML) => send('GET', `/auth/callback/${by}?${new URLSearchParams(query)}`, at({ headers: { ...headers, ...(cookie ? { cookie } : {}) } }));
const subject = () => crypto.randomInt(1e14).toString();
const google = (more = {}) => ({ sub: subject(), email: `${unique('g')}@example.com`, email_verified: true, name: '김구글', picture: 'https://example.com/g.png', ...more });
const naver = (more = {}) => ({ id: subject(), email: `${unique('n')}@example.com`, name: '박네이버', nickname: '별', profile_image: 'https://example.com/n.png', ...more });

// The provider's page: the user agrees, and the browser gets a code.
function agree(by, location, profile) {
  const url = new URL(location);
  const q = url.searchParams;
  assert.deepEqual([url.pathname, q.get('client_id'), q.get('response_type')], [`/${by}/login`, CLIENT[by], 'code']);
  const code = crypto.randomBytes(12).toString('base64') + '+/='; // what URLs have to escape
  grants.set(code, { by, profile, redirect: q.get('redirect_uri'), challenge: q.get('code_challenge') });
  return { code, state: q.get('state'), redirect: q.get('redirect_uri') };
}
async function enter(by, profile, target = SPA, headers = HTML) {
  const first = await start(by, target);
  assert.equal(first.status, 302, first.text);
  const { code, state } = agree(by, first.headers.location, profile);
  return { res: await back(by, { code, state }, cookieOf(first), headers), code, state, cookie: cookieOf(first) };
}
const tokens = (res) => Object.fromEntries(new URL(res.headers.location).searchParams);
const failure = (res) => [res.status, res.headers.location?.split('?')[0], new URL(res.headers.location ?? 'http://x').searchParams.get('error')];

for (const [by, make] of [['google', google], ['naver', naver]]) {
  test(`${by}: there and back; the same person is the same account, and nobody else is`, async () => {
    const first = await start(by);
    assert.match(first.headers['set-cookie'][0], /^oauth-\w+=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/);
    const q = new URL(first.headers.location).searchParams;
    assert.equal(q.get('redirect_uri'), `${stack.base}/api/v1/auth/callback/${by}`);
    assert.deepEqual([q.get('scope'), q.get('code_challenge_method')], by === 'google' ? ['openid email profile', 'S256'] : [null, null]);
    const who = make();
    const one = await enter(by, who);
    assert.deepEqual(failure(one.res), [302, `${SPA}/login/oauth2/code/${by}`, null]);
    const got = tokens(one.res);
    assert.deepEqual([Object.keys(got), got.provider, got.state], [['accessToken', 'refreshToken', 'provider', 'state'], by, one.state]);
    assert.match(one.res.headers['set-cookie'][0], /^oauth-\w+=; .*Max-Age=0$/);
    const me = await get('/users/me', at({ token: got.accessToken }));
    assert.equal(me.status, 200, me.text);
    assert.deepEqual([me.body.name, me.body.email], [who.name, who.email]);
    assert.equal((await post('/auth/refresh', { refreshToken: got.refreshToken }, at())).status, 200);
    const history = await get('/settings/login-history', at({ token: got.accessToken }));
    assert.match(history.text, new RegExp(`"oauth_${by}"`));

    const again = await enter(by, { ...who, email: `${unique('x')}@example.com`, name: '다른이름' }, SPA, JSON_);
    assert.equal(again.res.status, 200, again.res.text);
    const b = again.res.body;
    assert.deepEqual([b.isNewUser, b.name, b.userId, b.data.user, b.redirectUri, b.callbackUrl],
      [false, who.name, me.body.id, { id: b.userId, email: who.email, role: 'USER' }, SPA, `${SPA}/login/oauth2/code/${by}`]);
    const other = await enter(by, make(), SPA, JSON_);
    assert.deepEqual([other.res.body.isNewUser, other.res.body.data.isNewUser], [true, true]);
    assert.notEqual(other.res.body.userId, b.userId);
  });
}

test('the same number at the other provider is somebody else; an address that somebody has stays theirs', async () => {
  const id = subject();
  const [a] = [await enter('google', google({ sub: id }), SPA, JSON_)];
  const b = await enter('naver', naver({ id }), SPA, JSON_);
  assert.notEqual(a.res.body.userId, b.res.body.userId);
  const p = await person('주소주인', {}, at());
  const c = await enter('google', google({ email: p.email.toUpperCase() }), SPA, JSON_);
  assert.deepEqual([c.res.body.isNewUser, c.res.body.user.email], [true, null]);
  assert.notEqual(c.res.body.userId, p.id);
  assert.equal((await get('/users/me', at({ token: c.res.body.accessToken }))).status, 200);
  const d = await enter('google', google({ email_verified: false }), SPA, JSON_);
  assert.equal(d.res.body.user.email, null);
});

test('an address is confirmed by who vouches for it, now or later, and by nobody who only names it', async () => {
  const confirmed = async ({ res }) => (await sql.query('SELECT email_confirmed_at IS NOT NULL AS it FROM users WHERE id = ?', [res.body.userId]))[0].it;
  const who = google({ email_verified: true });
  const first = await enter('google', who, SPA, JSON_);
  const p = await person('주소주인', {}, at());
  const others = [naver(), google({ email_verified: undefined }), google({ email_verified: true, email: p.email })];
  const entered = [];
  for (const [i, o] of others.entries()) entered.push(await enter(i ? 'google' : 'naver', o, SPA, JSON_));
  assert.deepEqual([await confirmed(first), ...await Promise.all(entered.map(confirmed)), await confirmed({ res: { body: { userId: p.id } } })], [1, 0, 0, 0, 0]);
  await sql.query('UPDATE users SET email_confirmed_at = NULL WHERE id = ?', [first.res.body.userId]);
  assert.equal(await confirmed(await enter('google', { ...who, email: `${unique('x')}@example.com` }, SPA, JSON_)), 0, 'of another address');
  assert.equal(await confirmed(await enter('google', who, SPA, JSON_)), 1);
});

test('two who come back at once with one number are one account', async () => {
  const who = google();
  const all = await Promise.all(Array.from({ length: 6 }, () => enter('google', who, SPA, JSON_)));
  assert.deepEqual(all.map((x) => x.res.status), Array(6).fill(200));
  assert.equal(new Set(all.map((x) => x.res.body.userId)).size, 1);
  assert.equal(all.filter((x) => x.res.body.isNewUser).length, 1);
});

test('only the browser that went can come back, within ten minutes, with a state of that log-in', async () => {
  const mine = await start('google');
  const theirs = await start('google');
  const { code, state } = agree('google', mine.headers.location, google());
  const home = `${stack.base}/login/oauth2/code/google`;
  const refused = [302, home, 'INVALID_OAUTH_CALLBACK'];
  const cookie = cookieOf(mine);
  const [name, value] = cookie.split('=');
  const parts = value.split('.');
  for (const [query, jar] of [[{ code, state }, undefined], [{ code, state }, cookieOf(theirs)], [{ code }, cookie], [{ code, state: `${state.slice(0, -1)}${state.endsWith('0') ? 1 : 0}` }, cookie],
    [{ code, state }, `${name}=${parts[0]}.${Number(parts[1]) + 1}.${parts[2]}`], [{ code, state }, `${name}=${parts[0]}.${parts[1]}.https%3A%2F%2Fevil.example.com`], [{ code, state }, `${name}=..`],
    [{ error: 'access_denied' }, cookie]]) assert.deepEqual(failure(await back('google', query, jar)), refused, JSON.stringify([query, jar]));
  assert.deepEqual(failure(await back('naver', { code, state }, cookie.replace('google', 'naver'))), [302, home.replace('google', 'naver'), 'INVALID_OAUTH_CALLBACK']);
  for (const headers of [HTML, JSON_]) {
    const res = await back('google', { state }, cookie, headers);
    assert.deepEqual([res.status, res.body.code], [400, 'INVALID_OAUTH_CALLBACK']);
  }
  const script = await back('google', { code, state }, undefined, JSON_);
  assert.deepEqual([script.status, script.body.code], [400, 'INVALID_OAUTH_CALLBACK']);
  assert.equal((await back('google', { code, state }, cookie, JSON_)).status, 200); // nothing of that has used it up
  assert.deepEqual(failure(await back('google', { code, state }, cookie)), [302, `${SPA}/login/oauth2/code/google`, 'INVALID_OAUTH_CALLBACK']); // the code was used
});

test('tokens go to no site that the operator did not name', async () => {
  for (const target of ['https://evil.example.com', `${SPA}.evil.example.com`, 'http://spa.example.com', `${SPA}@evil.example.com`, '//evil.example.com', 'javascript:alert(1)', `https://evil.example.com/?${SPA}`, 'evil']) {
    const res = await start('google', target);
    assert.deepEqual([res.status, res.body.error.details.fields?.[0].field, res.headers['set-cookie']], [400, 'target', undefined], target);
  }
  for (const target of [SPA, `${SPA}/`, `${SPA}/deep?x=1`, stack.base, '']) assert.equal((await start('google', target)).status, 302, target);
  const script = await start('naver', SPA, JSON_);
  assert.deepEqual([script.status, new URL(script.body.data.url).searchParams.get('state')], [200, script.body.data.state]);
  for (const by of ['kakao', 'x'.repeat(30)]) assert.equal((await start(by)).status, 400, by);
});

test('a cancelled log-in, a provider that fails or says nonsense, an account that is suspended', async () => {
  const come = async (by, query, headers) => {
    const first = await start(by);
    const { code, state } = agree(by, first.headers.location, by === 'google' ? google() : naver());
    return back(by, { ...(query ?? { code }), state }, cookieOf(first), headers);
  };
  const page = `${SPA}/login/oauth2/code/google`;
  const cancelled = await come('google', { error: 'access_denied' });
  assert.deepEqual(failure(cancelled), [302, page, 'access_denied']);
  assert.equal(tokens(cancelled).error_description, '로그인이 취소되었습니다');
  assert.deepEqual(failure(await come('google', { error: 'server_error' })), [302, page, 'AUTH_PROVIDER_FAILED']);
  assert.deepEqual(failure(await come('naver', { code: 'made up' })), [302, page.replace('google', 'naver'), 'INVALID_OAUTH_CALLBACK']);
  for (const by of ['google', 'naver']) {
    for (const [query, code] of [[{ error: 'access_denied' }, 'access_denied'], [{ code: 'made up' }, 'INVALID_OAUTH_CALLBACK']]) {
      const res = await come(by, query, JSON_);
      assert.deepEqual([res.status, res.body.code], [400, code]);
    }
  }
  announce('PROVIDER_FAILED', stack);
  announce('/api/v1/auth/callback/', stack);
  const answers = [(res) => { res.writeHead(500); res.end(); }, (res) => { res.end('not JSON'); }, (res) => { res.end('[]'); }, (res) => { res.destroy(); }, (res) => { res.end('x'.repeat(70000)); },
    (res) => { res.writeHead(302, { location: 'http://127.0.0.1:1/' }); res.end(); }];
  for (const what of ['token', 'profile']) {
    for (const answer of answers) {
      broken = (res, at_) => at_ === what && (answer(res), true);
      for (const by of ['google', 'naver']) {
        const res = await come(by, undefined, JSON_);
        assert.deepEqual([res.status, res.body.code], [502, 'AUTH_PROVIDER_FAILED'], `${what} ${by} ${answer}`);
      }
    }
  }
  broken = null;
  for (const wrong of [{}, { sub: 5 }, { sub: '' }, { sub: '김' }, { sub: 'x'.repeat(256) }]) {
    const { res } = await enter('google', { name: 'x', ...wrong }, SPA, JSON_);
    assert.deepEqual([res.status, res.body.code], [502, 'AUTH_PROVIDER_FAILED'], JSON.stringify(wrong));
  }
  for (const [by, who] of [['google', google()], ['naver', naver()]]) {
    const { res } = await enter(by, who, SPA, JSON_);
    await sql.query("UPDATE users SET status = 'SUSPENDED' WHERE id = ?", [res.body.userId]);
    assert.deepEqual(failure((await enter(by, who)).res), [302, `${SPA}/login/oauth2/code/${by}`, 'AUTH_005']);
    const script = (await enter(by, who, SPA, JSON_)).res;
    assert.deepEqual([script.status, script.body.code], [403, 'AUTH_005']);
  }
});

test('while nobody may sign up, who has an account comes in, and nobody else', async () => {
  const known = google();
  await enter('google', known);
  const before = await sql.query('SELECT COUNT(*) AS n FROM users');
  await sql.query("INSERT INTO site_settings VALUES ('allow_signup', 'false', (SELECT MAX(id) FROM users), NOW(3))");
  const fresh = google();
  assert.deepEqual(failure((await enter('google', fresh)).res), [302, `${SPA}/login/oauth2/code/google`, 'FEATURE_DISABLED']);
  for (const [by, who] of [['naver', naver()], ['google', fresh]]) {
    const script = (await enter(by, who, SPA, JSON_)).res;
    assert.deepEqual([script.status, script.body.code], [403, 'FEATURE_DISABLED']);
  }
  assert.equal((await enter('google', known, SPA, JSON_)).res.body.isNewUser, false);
  assert.deepEqual(await sql.query('SELECT COUNT(*) AS n FROM users'), before);
  await sql.query('DELETE FROM site_settings');
  assert.equal((await enter('google', fresh, SPA, JSON_)).res.body.isNewUser, true);
});

test('a provider that the operator did not set up', async () => {
  const own = { accept: 'application/json' };
  const res = await get('/login/google', { headers: own });
  assert.deepEqual([res.status, res.body.code], [400, 'AUTH_PROVIDER_UNAVAILABLE']);
  assert.deepEqual(failure(await get('/login/google', { headers: HTML })), [302, `${env.base}/login/oauth2/code/google`, 'AUTH_PROVIDER_UNAVAILABLE']);
});

test('what a profile holds is taken as far as it is good', async () => {
  const named = async (more) => (await enter('naver', naver(more), SPA, JSON_)).res.body;
  assert.equal((await named({ name: undefined })).name, '별');
  assert.equal((await named({ name: '  긴이름 ' })).name, '긴이름');
  assert.equal((await named({ name: '가'.repeat(80) })).name, '가'.repeat(50));
  assert.equal((await named({ name: ' ', nickname: '' })).name, '이름 없음');
  assert.equal((await named({ email: 'no address' })).user.email, null);
  for (const [profile_image, kept] of [['https://example.com/a.png', 'https://example.com/a.png'], ['javascript:alert(1)', null], ['http://example.com/a.png', null], [7, null]]) {
    const { userId } = await named({ profile_image });
    const [row] = await sql.query('SELECT profile_image FROM users WHERE id = ?', [userId]);
    assert.equal(row.profile_image, kept);
  }
});

test('on the own site a browser learns in localStorage who it is, and goes on with its tokens', async () => {
  const who = walksIn = google();
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.route(/\/login\/oauth2\/code\/google|favicon/, (route) => route.fulfill({ contentType: 'text/html', body: '<title>client</title>' }));
    await page.goto(`${stack.base}/api/v1/login/google?target=${encodeURIComponent(stack.base)}`);
    await page.waitForURL('**/login/oauth2/code/google*');
    const q = new URL(page.url()).searchParams;
    const id = await page.evaluate(() => localStorage.getItem('userId'));
    assert.match(id, /^\d+$/);
    assert.equal((await get('/users/me', at({ token: q.get('accessToken') }))).body.id, id);
    assert.equal((await enter('google', who, SPA, JSON_)).res.body.userId, id);
  } finally {
    await browser.close();
  }
});
