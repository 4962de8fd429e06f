import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, test } from 'node:test';
import { get, person, post, send, unique } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { age, claimsOf, serverKey, sign } from '../harness/token.mjs';

after(closeDb);
const code = (res) => res.body.code;

test('sign-up opens an account, logs in, and keeps only a hash of the password', async () => {
  const email = `${unique()}@Test.Example.com`;
  const res = await post('/auth/signup', { name: '  홍길동  ', email: ` ${email} `, password: 'hunter2hunter2' });
  assert.equal(res.status, 201);
  assert.deepEqual(res.body.user, { id: res.body.data.userId, email: email.toLowerCase(), name: '홍길동' });
  assert.equal(res.body.accessToken, res.body.data.accessToken);
  const [row] = await query('SELECT hash FROM user_passwords WHERE user_id = ?', [res.body.userId]);
  assert.match(row.hash, /^\$argon2id\$v=19\$/);
  const me = await get('/users/me', { token: res.body.accessToken });
  assert.equal(me.body.user_id, Number(res.body.userId));
  assert.equal(me.body.user.role, 'USER');
});

test('one body at /users/me and /auth/me serves all three products', async () => {
  const p = await person('세 제품');
  const [a, b] = [await get('/users/me', { token: p.access }), await get('/auth/me', { token: p.access })];
  assert.deepEqual(a.body.data, b.body.data);
  assert.equal(a.body.data.id, p.id);
  assert.equal(a.body.data.user.email, p.email);
  assert.equal(a.body.adminRole, null);
  assert.equal(a.body.onboardingCompleted, false);
  assert.equal(a.body.data.user_id, Number(p.id));
});

test('sign-up names the first wrong field by the code the study client knows', async () => {
  const base = { name: '김', email: 'x@example.com', password: 'longenough' };
  for (const email of ['no-at-sign', '  ']) { // blanks are trimmed, and what is left is no address either
    const wrong = await post('/auth/signup', { ...base, name: '김철수', email });
    assert.deepEqual([wrong.status, code(wrong), wrong.body.error.details.fields.map((f) => [f.field, f.rule])], [400, 'AUTH_014', [['email', 'format']]]);
  }
  const short = await post('/auth/signup', { ...base, name: '김철수', password: 'short' });
  assert.deepEqual([short.status, code(short)], [400, 'AUTH_015']);
  const both = await post('/auth/signup', { name: '김', password: 'short' });
  assert.deepEqual(both.body.error.details.fields.map((f) => [f.field, f.rule]), [['name', 'min'], ['email', 'required'], ['password', 'min']]);
});

test('the study groups’ page signs up and reads a text of what failed, and of which field', async () => {
  const sign = (fields, more = {}) => send('POST', '/api/auth/signup', { body: { name: '김철수', email: `${unique()}@test.example.com`, password: 'longenough', ...fields }, ...more });
  const email = `${unique()}@test.example.com`;
  const good = await sign({ email: ` ${email.toUpperCase()} `, avatar: null, studentId: '20260001' });
  assert.match(good.body.user.id, /^\d+$/);
  assert.deepEqual([good.status, good.body], [201, { success: true, message: '회원가입이 완료되었습니다', user: { id: good.body.user.id, email, name: '김철수' } }]);
  assert.equal((await post('/auth/login', { email, password: 'longenough' })).status, 200);
  for (const [fields, status, code_, error, field] of [[{ email }, 409, 'AUTH_013', '이미 사용 중인 이메일입니다'], [{ email: 'no-at-sign' }, 400, 'AUTH_014', /^올바른 이메일 형식이 아닙니다/, 'email'], [{ password: 'short' }, 400, 'AUTH_015', /^비밀번호는 8자/, 'password'],
    [{ name: '김' }, 400, 'VALIDATION_ERROR', /^입력값을 확인해 주세요 \(name: /, 'name'], [{ avatar: 'x' }, 400, 'VALIDATION_ERROR', /^입력값/, 'avatar']]) {
    const { status: was, body } = await sign(fields);
    assert.deepEqual([was, body.success, body.code, body.field, body.message], [status, false, code_, field, body.error]);
    assert.match(body.error, typeof error === 'string' ? new RegExp(`^${error}$`) : error);
  }
});

test('an e-mail belongs to one account, also in a race', async () => {
  const email = `${unique()}@test.example.com`;
  const all = await Promise.all(Array.from({ length: 8 }, () => post('/auth/signup', { name: '경주', email, password: 'hunter2hunter2' })));
  assert.deepEqual(all.map((r) => r.status).sort(), [201, 409, 409, 409, 409, 409, 409, 409]);
  assert.ok(all.filter((r) => r.status === 409).every((r) => code(r) === 'AUTH_013'));
  const rows = await query('SELECT u.id, (SELECT COUNT(*) FROM sessions s WHERE s.user_id = u.id) AS logins FROM users u WHERE email = ?', [email]);
  assert.deepEqual(rows.map((r) => r.logins), [1]);
});

for (const [where, extra] of [['/auth/signup', {}], ['/api/auth/signup', {}], ['/users/register', { birth_date: '1990-05-05', gender: 'male' }]]) {
  test(`a retried ${where} with its Idempotency-Key gives the first account again`, async () => {
    const key = crypto.randomUUID();
    const body = { name: '재시도', email: `${unique()}@test.example.com`, password: 'hunter2hunter2', ...extra };
    const headers = { 'idempotency-key': key };
    const first = await post(where, body, { headers });
    const again = await post(where, body, { headers });
    assert.deepEqual([first.status, again.status], [201, 201]);
    const id = (r) => r.body.userId ?? r.body.user_id ?? r.body.user.id;
    assert.equal(id(again), id(first));
    if (!where.startsWith('/api')) assert.equal((await get('/auth/verify', { token: again.body.accessToken })).body.data.user.email, body.email);
    const other = await post(where, { ...body, password: 'another password' }, { headers });
    assert.deepEqual([other.status, code(other)], [422, 'IDEMPOTENCY_KEY_REUSED']);
    const noKey = await post(where, body);
    assert.deepEqual([noKey.status, code(noKey)], [409, 'AUTH_013']);
  });
}

test('the dating app registers and logs in with bare bodies', async () => {
  const body = { email: `${unique()}@test.example.com`, password: 'hunter2hunter2', name: '사주', birth_date: '1991-12-31', gender: 'FEMALE' };
  const res = await post('/users/register', body);
  assert.equal(res.status, 201);
  assert.equal(typeof res.body.user_id, 'number');
  assert.deepEqual([res.body.name, res.body.email, res.body.success], ['사주', body.email, undefined]);
  const login = await post('/users/login', { email: body.email, password: body.password });
  assert.equal(login.status, 200);
  assert.equal(login.body.access_token, login.body.token);
  assert.deepEqual(login.body.user, { user_id: res.body.user_id, name: '사주', email: body.email });
  const wrong = await post('/users/login', { email: body.email, password: 'not it at all' });
  assert.deepEqual([wrong.status, wrong.body.error], [401, 'Invalid credentials']);
  const me = await get('/users/me', { token: login.body.access_token });
  assert.deepEqual([me.body.birth_date, me.body.gender], ['1991-12-31', 'female']);
  const put = await send('PUT', '/users/me', { token: login.body.access_token, body: { location: '서울', job: '개발자', bio: '안녕', profile_img_url: 'https://example.com/a.png' } });
  assert.deepEqual(put.body, { message: 'Profile updated successfully' });
  const now = async () => { const { job, bio, name, profile_img_url: picture } = (await get('/users/me', { token: login.body.access_token })).body; return [job, bio, name, picture]; };
  assert.deepEqual(await now(), ['개발자', '안녕', '사주', 'https://example.com/a.png']);
  // what is said to be nothing is taken away, but for the name
  assert.equal((await send('PUT', '/users/me', { token: login.body.access_token, body: { name: '', bio: '', profile_img_url: '' } })).status, 200);
  assert.deepEqual(await now(), ['개발자', null, '사주', null]);
  const child = await post('/users/register', { ...body, email: `${unique()}@test.example.com`, birth_date: `${new Date().getFullYear() - 10}-01-01` });
  assert.deepEqual([child.status, child.body.details.fields[0].field], [400, 'birth_date']);
});

test('a day of birth lies between 1900 and today, and of the dating app with an adult', async () => {
  const fresh = () => ({ email: `${unique()}@test.example.com`, password: 'hunter2hunter2', name: '생일' });
  const refused = (res) => [res.status, (res.body.error?.details ?? res.body.details)?.fields.map((f) => f.field)];
  const tomorrow = new Date(Date.now() + 9 * 3600e3 + 86400e3).toISOString().slice(0, 10); // in Korea
  const p = await person();
  for (const day of ['2999-12-31', '0000-05-05', '1899-12-31', tomorrow]) {
    assert.deepEqual(refused(await post('/auth/signup', { ...fresh(), birth_date: day })), [400, ['birth_date']], day);
    assert.deepEqual(refused(await post('/users/register', { ...fresh(), gender: 'male', birth_date: day })), [400, ['birth_date']], day);
    assert.deepEqual(refused(await send('PATCH', '/users/birthday', { token: p.access, body: { birthday: day } })), [400, ['birthday']], day);
    assert.deepEqual(refused(await send('PUT', '/users/profile', { token: p.access, body: { birthday: day } })), [400, ['birthday']], day);
    assert.deepEqual(refused(await send('PUT', '/users/me', { token: p.access, body: { birth_date: day } })), [400, ['birth_date']], day);
  }
  assert.deepEqual(refused(await send('PUT', '/users/profile', { token: p.access, body: { birthYear: 2099 } })), [400, ['birthYear']]);
  assert.deepEqual(refused(await send('PATCH', '/users/birthyear', { token: p.access, body: { birthyear: 2099 } })), [400, ['birthyear']]);
  assert.equal((await post('/auth/signup', { ...fresh(), birth_date: '1900-01-01' })).status, 201);
  const child = `${new Date().getFullYear() - 10}-01-01`;
  assert.equal((await send('PATCH', '/users/birthday', { token: p.access, body: { birthday: child } })).status, 200);
  assert.deepEqual(refused(await send('PUT', '/users/me', { token: p.access, body: { birth_date: child } })), [400, ['birth_date']]);
  assert.equal((await send('PUT', '/users/me', { token: p.access, body: { birth_date: '1991-12-31' } })).status, 200);
});

test('the dating app may register under the path of its PRD, too', async () => {
  const body = { email: `${unique()}@test.example.com`, password: 'hunter2hunter2', name: '피알디', birthDate: '1991-12-31', gender: 'female' };
  const res = await post('/auth/register', body);
  assert.deepEqual([res.status, typeof res.body.userId, res.body.userId], [201, 'number', res.body.user_id], res.text);
  assert.equal((await get('/users/me', { token: res.body.accessToken })).body.birth_date, body.birthDate);
});

test('log-in tells nothing about which accounts exist', async () => {
  const p = await person();
  const wrong = await post('/auth/login', { email: p.email, password: 'wrong password' });
  const nobody = await post('/auth/login', { email: `${unique()}@test.example.com`, password: 'wrong password' });
  assert.deepEqual([wrong.status, code(wrong)], [400, 'INVALID_CREDENTIALS']);
  assert.equal(nobody.status, wrong.status);
  const strip = (r) => JSON.stringify({ ...r.body, meta: null });
  assert.equal(strip(nobody), strip(wrong));
  assert.equal((await post('/auth/login', { email: p.email.toUpperCase(), password: p.password })).status, 200);
});

for (const where of ['/auth/login', '/users/login']) {
  test(`a suspended account is told so at ${where}, but only with its password`, async () => {
    const p = await person();
    await query("UPDATE users SET status = 'SUSPENDED' WHERE id = ?", [p.id]);
    const res = await post(where, { email: p.email, password: p.password });
    assert.deepEqual([res.status, code(res)], [403, 'AUTH_005']);
    const wrong = await post(where, { email: p.email, password: 'wrong password' });
    assert.equal(code(wrong), 'INVALID_CREDENTIALS');
  });
}

test('a login ends when its account gets another role, since its tokens say the old one', async () => {
  for (const [from, to] of [['USER', 'ADMIN'], ['ADMIN', 'USER']]) {
    const p = await person();
    await query('UPDATE users SET role = ? WHERE id = ?', [from, p.id]);
    const first = (await post('/auth/login', { email: p.email, password: p.password })).body;
    const second = (await post('/auth/refresh', { refreshToken: first.refreshToken })).body.data;
    await query('UPDATE users SET role = ? WHERE id = ?', [to, p.id]);
    for (const refreshToken of [second.refreshToken, first.refreshToken]) {
      const res = await post('/auth/refresh', { refreshToken });
      assert.deepEqual([res.status, code(res)], [401, 'AUTH_003'], `${from} to ${to}`);
    }
    assert.equal((await get('/users/name', { token: second.accessToken })).status, 401);
    assert.equal((await post('/auth/login', { email: p.email, password: p.password })).status, 200);
  }
});

test('whose account is suspended or deleted gets no new tokens, by whatever way', async () => {
  for (const status of ['SUSPENDED', 'DELETED']) {
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const body = { name: '정지', email: `${unique()}@test.example.com`, password: 'hunter2hunter2' };
    const first = (await post('/auth/signup', body, { headers })).body;
    const second = (await post('/auth/refresh', { refreshToken: first.refreshToken })).body.data;
    await query('UPDATE users SET status = ? WHERE id = ?', [status, first.userId]);
    for (const refreshToken of [second.refreshToken, first.refreshToken]) { // the current one, and the one before it
      const res = await post('/auth/refresh', { refreshToken });
      assert.deepEqual([res.status, code(res)], [401, 'AUTH_003']);
    }
    const again = await post('/auth/signup', body, { headers });
    assert.deepEqual([again.status, code(again)], [409, 'AUTH_013']);
    await query("UPDATE users SET status = 'ACTIVE' WHERE id = ?", [first.userId]);
    assert.equal((await post('/auth/refresh', { refreshToken: second.refreshToken })).status, 200); // nothing was used up
  }
});

test('refresh takes the Bearer header with an empty form body, or JSON, and rotates', async () => {
  const p = await person();
  const one = await send('POST', '/auth/refresh', { token: p.refresh, raw: '', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  assert.equal(one.status, 200);
  assert.equal(one.body.refreshToken, one.body.data.refreshToken);
  assert.notEqual(one.body.refreshToken, p.refresh);
  const two = await post('/auth/refresh', { refreshToken: one.body.refreshToken });
  assert.equal(two.status, 200);
  assert.notEqual(two.body.refreshToken, one.body.refreshToken);
  assert.equal((await get('/auth/verify', { token: two.body.accessToken })).body.data.valid, true);
  const none = await post('/auth/refresh', {});
  assert.deepEqual([none.status, code(none)], [401, 'AUTH_001']);
});

test('who refreshes was active, noted every five minutes at most', async () => {
  const p = await person();
  await post('/onboarding/language/native-language', { languageId: 1 }, { token: p.access });
  const ago = () => query('SELECT TIMESTAMPDIFF(MINUTE, u.active_at, UTC_TIMESTAMP(3)) AS account, TIMESTAMPDIFF(MINUTE, i.active_at, UTC_TIMESTAMP(3)) AS found FROM users u JOIN matching_index i ON i.user_id = u.id WHERE u.id = ?', [p.id]).then(([r]) => [Number(r.account), Number(r.found)]);
  let token = p.refresh;
  for (const [minutes, want] of [[4, 4], [60, 0]]) {
    await query('UPDATE users SET active_at = UTC_TIMESTAMP(3) - INTERVAL ? MINUTE WHERE id = ?', [minutes, p.id]);
    await query('UPDATE matching_index SET active_at = UTC_TIMESTAMP(3) - INTERVAL ? MINUTE WHERE user_id = ?', [minutes, p.id]);
    token = (await send('POST', '/auth/refresh', { token })).body.refreshToken;
    assert.deepEqual(await ago(), [want, want]);
  }
  await query('UPDATE users SET active_at = UTC_TIMESTAMP(3) - INTERVAL 60 MINUTE WHERE id = ?', [p.id]);
  assert.equal((await send('POST', '/auth/refresh', { token: p.refresh })).status, 200); // a replaced one: nothing is rotated
  assert.equal((await ago())[0], 60);
});

test('I1: a hundred parallel refreshes with one token all get the same successor', async () => {
  const p = await person();
  const all = await Promise.all(Array.from({ length: 100 }, () => send('POST', '/auth/refresh', { token: p.refresh })));
  assert.deepEqual([...new Set(all.map((r) => r.status))], [200]);
  assert.equal(new Set(all.map((r) => r.body.refreshToken)).size, 1);
  const [row] = await query('SELECT generation FROM sessions WHERE id = ?', [claimsOf(p.refresh).sid]);
  assert.equal(row.generation, 2);
  assert.equal((await send('POST', '/auth/refresh', { token: all[0].body.refreshToken })).status, 200);
});

test('a replaced token stays good for a minute, the parent of the unused current one for ever', async () => {
  const p = await person();
  const t2 = (await send('POST', '/auth/refresh', { token: p.refresh })).body.refreshToken;
  await age(p.refresh, 86400); // the reply was lost a day ago
  assert.equal((await send('POST', '/auth/refresh', { token: p.refresh })).body.refreshToken, t2);
  const t3 = (await send('POST', '/auth/refresh', { token: t2 })).body.refreshToken;
  const grace = (await send('POST', '/auth/refresh', { token: t2 })).body.refreshToken;
  assert.equal(grace, t3);
});

test('I2: reuse of an old token ends the login with all its descendants at once', async () => {
  const p = await person();
  const t2 = (await send('POST', '/auth/refresh', { token: p.refresh })).body;
  const t3 = (await send('POST', '/auth/refresh', { token: t2.refreshToken })).body;
  await age(p.refresh, 61);
  const reuse = await send('POST', '/auth/refresh', { token: p.refresh });
  assert.deepEqual([reuse.status, code(reuse)], [401, 'AUTH_003']);
  for (const access of [p.access, t2.accessToken, t3.accessToken]) {
    const res = await get('/users/me', { token: access });
    assert.deepEqual([res.status, code(res)], [401, 'AUTH_003']);
  }
  assert.equal((await send('POST', '/auth/refresh', { token: t3.refreshToken })).status, 401);
  const [row] = await query('SELECT revoked_why FROM sessions WHERE id = ?', [claimsOf(p.refresh).sid]);
  assert.equal(row.revoked_why, 'token reuse');
});

test('within the minute even the grandparent is forgiven', async () => {
  const p = await person();
  const t2 = (await send('POST', '/auth/refresh', { token: p.refresh })).body;
  const t3 = (await send('POST', '/auth/refresh', { token: t2.refreshToken })).body;
  const res = await send('POST', '/auth/refresh', { token: p.refresh });
  assert.equal(res.status, 200);
  assert.equal(res.body.refreshToken, t3.refreshToken);
});

test('an expired login refuses its refresh token', async () => {
  const p = await person();
  const c = claimsOf(p.refresh);
  const expired = await post('/auth/refresh', { refreshToken: sign({ ...c, iat: c.iat - 800000, exp: c.iat - 10 }) });
  assert.deepEqual([expired.status, code(expired)], [401, 'AUTH_002']);
  await query("UPDATE sessions SET expires_at = '2020-01-01' WHERE id = ?", [c.sid]);
  const ended = await post('/auth/refresh', { refreshToken: p.refresh });
  assert.deepEqual([ended.status, code(ended)], [401, 'AUTH_003']);
});

test('a forgotten password where no mail can be sent: said to everybody alike, and no link is any good', async () => {
  const p = await person();
  for (const email of [p.email, `${unique()}@test.example.com`]) {
    const res = await post('/auth/password/forgot', { email }, { headers: { 'accept-language': 'en' } });
    assert.deepEqual([res.status, code(res), res.body.message], [503, 'MAIL_NOT_CONFIGURED', 'No mail can be sent here; ask whoever runs this site']);
  }
  const res = await post('/auth/password/reset', { token: `${p.id}.1.${Date.now() + 60000}.${'0'.repeat(64)}`, newPassword: 'brand new words 9' });
  assert.deepEqual([res.status, code(res)], [400, 'LINK_INVALID']);
});

test('log-out ends this login at once and no other', async () => {
  const p = await person();
  const other = (await post('/auth/login', { email: p.email, password: p.password })).body;
  const out = await send('POST', '/auth/logout', { token: p.access });
  assert.deepEqual([out.status, out.body.success], [200, true]);
  const calls = await Promise.all(Array.from({ length: 30 }, () => get('/users/name', { token: p.access })));
  assert.deepEqual([...new Set(calls.map((r) => r.status))], [401]);
  assert.equal((await send('POST', '/auth/refresh', { token: p.refresh })).status, 401);
  assert.equal((await get('/users/name', { token: other.accessToken })).status, 200);
});

test('a login ended by another machine is refused within a second', async () => {
  const p = await person();
  assert.equal((await get('/users/name', { token: p.access })).status, 200);
  await query('UPDATE sessions SET revoked_at = UTC_TIMESTAMP(3) WHERE id = ?', [claimsOf(p.access).sid]);
  const end = Date.now() + 1000;
  let res;
  do res = await get('/users/name', { token: p.access });
  while (res.status === 200 && Date.now() < end);
  assert.equal(res.status, 401);
});

test('hostile tokens are 401 with a JSON body', async () => {
  const p = await person();
  const good = claimsOf(p.access);
  const now = Math.floor(Date.now() / 1000);
  const { key } = serverKey();
  const pem = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' });
  const none = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${Buffer.from(JSON.stringify(good)).toString('base64url')}.`;
  const hostile = {
    none: [none, 'AUTH_003'],
    'other key': [sign(good, { key: crypto.randomBytes(32) }), 'AUTH_003'],
    HS512: [sign(good, { header: { alg: 'HS512' }, hash: 'sha512' }), 'AUTH_003'],
    'RS256 with a PEM as secret': [sign(good, { header: { alg: 'RS256' }, key: pem }), 'AUTH_003'],
    'signed by nobody we know': [sign(good, { header: { kid: '../../etc/passwd' }, key: 'x' }), 'AUTH_003'],
    expired: [sign({ ...good, iat: now - 7200, exp: now - 3600 }), 'AUTH_002'],
    'from the future': [sign({ ...good, iat: now + 3800, exp: now + 7400 }), 'AUTH_003'],
    'another issuer': [sign({ ...good, iss: 'someone' }), 'AUTH_003'],
    'another audience': [sign({ ...good, aud: 'mail' }), 'AUTH_003'],
    'a refresh token': [p.refresh, 'AUTH_003'],
    'no subject': [sign({ ...good, sub: undefined }), 'AUTH_003'],
    'no expiry': [sign({ ...good, exp: undefined }), 'AUTH_003'],
    'not a token': ['abc', 'AUTH_003'],
    'three empty parts': ['..', 'AUTH_003'],
    long: ['a.'.repeat(2) + 'a'.repeat(5000), 'AUTH_003'],
    'cut off': [p.access.slice(0, -1), 'AUTH_003'],
  };
  for (const [what, [token, want]] of Object.entries(hostile)) {
    const res = await get('/users/me', { token });
    assert.deepEqual([what, res.status, code(res), res.headers['www-authenticate']], [what, 401, want, 'Bearer']);
  }
  assert.equal(code(await get('/users/me')), 'AUTH_001');
  assert.equal(code(await get('/users/me', { headers: { authorization: 'Basic abc' } })), 'AUTH_001');
  const kidless = sign(good, { header: { kid: undefined }, key });
  assert.equal((await get('/users/me', { token: kidless })).status, 200);
  // the clock was set back by an hour
  assert.equal((await get('/users/me', { token: sign({ ...good, iat: now + 3600, exp: now + 7200 }) })).status, 200);
});

test('tokens decode with plain base64, as the shipped client does it', async () => {
  const p = await person('한글 이름 ~?>');
  for (const t of [p.access, p.refresh]) {
    assert.doesNotMatch(t.split('.')[1], /[-_]/);
    assert.ok(JSON.parse(atob(t.split('.')[1])).exp > Date.now() / 1000);
  }
});

test('an account that is gone is 404 to its own token', async () => {
  const p = await person();
  await query("UPDATE users SET status = 'DELETED' WHERE id = ?", [p.id]);
  for (const path of ['/users/me', '/users/name', '/users/profile', '/users/profile-image', '/auth/verify']) {
    const res = await get(path, { token: p.access });
    assert.deepEqual([path, res.status, code(res)], [path, 404, 'USER_001']);
  }
  const saves = { 'english-name': { englishName: 'Gone' }, birthyear: { birthyear: 1990 }, birthday: { birthday: '01-02' }, location: { locationId: 1 }, 'self-bio': { selfBio: 'x' }, gender: { gender: 'MALE' }, profile: { name: 'x' } };
  for (const [field, body] of Object.entries(saves)) {
    const res = await send('PATCH', `/user/${field}`, { token: p.access, body });
    assert.deepEqual([field, res.status, code(res)], [field, 404, 'USER_001']);
  }
  assert.equal((await send('PUT', '/users/me', { token: p.access, body: { job: 'x' } })).status, 404);
});
