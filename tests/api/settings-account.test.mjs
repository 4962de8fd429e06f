// The account in the settings, and passwords: of the learners' page and of the study groups'.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { env, get, person, post, send, unique } from '../harness/client.mjs';
import { closeDb, connect, query } from '../harness/db.mjs';
import { until } from '../harness/stack.mjs';

after(closeDb);
const as = (p) => ({ token: p.access });
const account = (p, body, method = 'PATCH') => send(method, '/settings/account', { ...as(p), body });
const refused = (res) => [res.status, res.body.code, ...(res.body.error?.details?.fields ?? []).flatMap((f) => [f.field, f.rule])];
const login = (email, password) => post('/auth/login', { email, password });
const top = ({ success, data, message, meta, ...rest }) => rest;
const coup = (p, path, body, headers = {}) => send('PATCH', `/api/users/me${path}`, { body, headers: { ...(p && { cookie: `next-auth.session-token=${p.access}` }), ...headers } });

test('account: texts are never null, each field changes by itself, a form that is sent back changes nothing', async () => {
  const p = await person('처음 이름');
  let shown = { email: p.email, phoneNumber: '', englishName: '', residence: '', profileImage: null, bio: '', birthDate: '', gender: '' };
  const first = await get('/settings/account', as(p));
  const [{ created }] = await query("SELECT DATE_FORMAT(created_at, '%Y-%m-%dT%H:%i:%s.') AS created FROM users WHERE id = ?", [p.id]);
  const { createdAt } = first.body.data;
  assert.ok(createdAt.startsWith(created));
  let named = { userId: p.id, displayName: '처음 이름', username: '처음 이름', verified: false, createdAt };
  assert.deepEqual([first.status, first.body.data, top(first.body)], [200, { ...shown, ...named }, shown]);
  const email = `${unique('Other')}@Test.example.com`;
  const steps = [
    [{ displayName: 'John Smith' }, {}, { displayName: 'John Smith', username: 'John Smith' }], [{ englishName: 'John', residence: 'Busan, South Korea', bio: '소개\n둘째 줄', phoneNumber: '+82 (10) 9876-5432' }],
    [{ email }, { email: email.toLowerCase() }], [{ birthDate: '1990-02-28', gender: 'female' }], [{ profileImage: 'https://img.example.com/a.png' }], [{ gender: 'none' }, { gender: '' }], [{ gender: 'Other' }, { gender: 'other' }],
    [{ englishName: '', email: '', birthDate: '', gender: '', displayName: '', profileImage: null }, {}], [{ phoneNumber: '', bio: '', residence: '' }],
  ];
  for (const [i, [body, then = body, more = {}]] of steps.entries()) {
    shown = { ...shown, ...then };
    named = { ...named, ...more };
    const res = await account(p, body, i % 2 ? 'PUT' : 'PATCH');
    const { updatedAt, ...data } = res.body.data ?? {};
    assert.deepEqual([res.status, data, top(res.body)], [200, { ...shown, ...named }, shown], res.text);
    assert.ok(Math.abs(Date.parse(updatedAt) - Date.now()) < 60000);
  }
  const seen = await get('/settings/account', as(p));
  const echo = await account(p, { ...seen.body, bio: '새 소개' });
  assert.deepEqual([echo.status, top(echo.body)], [200, { ...shown, bio: '새 소개' }]);
  const profile = (await get('/users/profile', as(p))).body.data;
  assert.deepEqual([profile.birthYear, profile.birthday, profile.gender, profile.bio, profile.englishName], [1990, '02-28', 'OTHER', '새 소개', 'John']);
  const [m] = await query('SELECT gender, birth_year FROM matching_profiles WHERE user_id = ?', [p.id]);
  assert.deepEqual([m.gender, m.birth_year], ['OTHER', 1990]);
  assert.deepEqual([(await login(p.email, p.password)).status, (await login(email, p.password)).status], [400, 200]);
});

test('account: what is refused changes nothing, and an address is of one person', async () => {
  const [p, other] = [await person(), await person()];
  const before = (await get('/settings/account', as(p))).body.data;
  for (const [body, field, rule] of [[{ email: 'a b@c' }, 'email', 'format'], [{ email: `x@${'y'.repeat(253)}.kr` }, 'email', 'max'], [{ phoneNumber: '010-abc' }, 'phoneNumber', 'format'], [{ phoneNumber: '1'.repeat(33) }, 'phoneNumber', 'max'],
    [{ englishName: 'A' }, 'englishName', 'min'], [{ englishName: 'a'.repeat(51) }, 'englishName', 'max'], [{ displayName: 'x'.repeat(101) }, 'displayName', 'max'], [{ residence: 'x'.repeat(256) }, 'residence', 'max'], [{ bio: 'x'.repeat(1001) }, 'bio', 'max'],
    [{ birthDate: '1990-02-30' }, 'birthDate', 'format'], [{ birthDate: '2999-01-01' }, 'birthDate', 'range'], [{ gender: 'robot' }, 'gender', 'one_of'], [{ profileImage: 'javascript:alert(1)' }, 'profileImage', 'format']]) {
    assert.deepEqual(refused(await account(p, { residence: body.residence ?? '어디', ...body })), [400, 'VALIDATION_ERROR', field, rule]);
  }
  const taken = await account(p, { email: other.email.toUpperCase(), bio: '남의 주소', profileImage: 'https://img.example.com/b.png' });
  assert.deepEqual([taken.status, taken.body.code], [409, 'AUTH_013']);
  assert.deepEqual((await get('/settings/account', as(p))).body.data, before);
  const email = `${unique()}@test.example.com`;
  const race = await Promise.all([account(p, { email }), account(other, { email })]);
  assert.deepEqual(race.map((r) => r.status).sort(), [200, 409]);
  for (const method of ['GET', 'PATCH']) assert.deepEqual(refused(await send(method, '/settings/account', { body: method === 'GET' ? undefined : {} })), [401, 'AUTH_001']);
  await query('DELETE FROM users WHERE id = ?', [p.id]);
  assert.deepEqual([refused(await get('/settings/account', as(p))), refused(await account(p, {}))], [[404, 'USER_001'], [404, 'USER_001']]);
});

const change = (p, currentPassword, newPassword, method = 'PATCH') => send(method, '/settings/password', { ...as(p), body: { currentPassword, newPassword } });
const told = (p) => query("SELECT type, priority, status FROM notifications WHERE user_id = ? AND type = 'password_changed'", [p.id]);

test('password: changed, told of, and every other login ended; the last three are not taken again', async () => {
  const p = await person();
  const others = [(await login(p.email, p.password)).body.data, (await login(p.email, p.password)).body.data];
  const words = [p.password, 'second one 2', '세번째 비밀번호 3!', 'fourth_one_4'];
  const res = await change(p, words[0], words[1]);
  assert.deepEqual([res.status, res.body.success, typeof res.body.message, Math.abs(Date.parse(res.body.changedAt) - Date.now()) < 60000, res.body.data], [200, true, 'string', true, { changedAt: res.body.changedAt }]);
  for (const o of others) {
    await until(async () => (await get('/users/name', { token: o.accessToken })).status === 401);
    assert.equal((await post('/auth/refresh', { refreshToken: o.refreshToken })).status, 401);
  }
  assert.deepEqual([(await get('/users/name', as(p))).status, (await post('/auth/refresh', { refreshToken: p.refresh })).status], [200, 200]);
  assert.deepEqual([(await login(p.email, words[0])).status, (await login(p.email, words[1])).status], [400, 200]);
  await until(async () => (await told(p)).length === 1);
  assert.deepEqual((await told(p)).map((n) => [n.type, n.priority, n.status]), [['password_changed', 4, 'UNREAD']]);
  const code = async (...a) => { const r = await change(p, ...a); return [r.status, r.body.code]; };
  assert.deepEqual([await code(words[1], words[1]), await code(words[1], words[0])], [[400, 'PASSWORD_REUSED'], [400, 'PASSWORD_REUSED']]);
  assert.deepEqual([await code(words[1], words[2], 'PUT'), await code(words[2], words[0]), await code(words[2], words[3])], [[200, undefined], [400, 'PASSWORD_REUSED'], [200, undefined]]);
  assert.equal((await query('SELECT id FROM user_passwords WHERE user_id = ?', [p.id])).length, 3);
  assert.deepEqual(await code(words[3], words[0]), [200, undefined]); // three came since
  assert.equal((await login(p.email, words[0])).status, 200);
});

test('password: wrong, short and weak ones change nothing; nothing of them is in the answer', async () => {
  const p = await person();
  const [{ hash }] = await query('SELECT hash FROM user_passwords WHERE user_id = ?', [p.id]);
  const tries = [[['not this 1!', 'brand new 1!'], 400, 'INVALID_CREDENTIALS'], [[undefined, 'brand new 1!'], 400, 'INVALID_CREDENTIALS'], [[p.password, 'kurz 1!'], 400, 'AUTH_015'], [[p.password, undefined], 400, 'AUTH_015'],
    [[p.password, `a1!${'x'.repeat(126)}`], 400, 'AUTH_015'], [[p.password, 'onlyletters!'], 400, 'AUTH_016'], [[p.password, 'letters123'], 400, 'AUTH_016'], [[p.password, '12345678!'], 400, 'AUTH_016']];
  for (const [args, status, code] of tries) {
    const res = await change(p, ...args);
    assert.deepEqual([args, res.status, res.body.code], [args, status, code]);
    for (const word of args) assert.ok(!word || !res.text.includes(word));
  }
  assert.deepEqual((await query('SELECT hash FROM user_passwords WHERE user_id = ?', [p.id])).map((r) => r.hash), [hash]);
  assert.equal((await login(p.email, p.password)).status, 200);
  assert.deepEqual(refused(await send('PATCH', '/settings/password', { body: { newPassword: 'brand new 1!' } })), [401, 'AUTH_001']);
  assert.equal((await told(p)).length, 0);
});

test('password: a login that knew the old one and starts after the change does not live', async (t) => {
  const p = await person();
  const pool = connect(env.run);
  t.after(() => pool.end());
  const db = await pool.getConnection();
  const waiting = (text) => until(async () => (await query('SELECT 1 FROM information_schema.processlist WHERE info LIKE ?', [`${text}%${p.id})%`])).length);
  await db.beginTransaction();
  await db.query('SELECT id FROM users WHERE id = ? FOR UPDATE', [p.id]);
  const changing = change(p, p.password, 'brand new 1!');
  await waiting('SELECT u.id INTO found FROM users');
  const late = login(p.email, p.password);
  await waiting('UPDATE users SET active_at');
  await db.rollback();
  assert.equal((await changing).status, 200);
  const res = await late;
  assert.deepEqual([res.status, res.body.code], [400, 'INVALID_CREDENTIALS']);
});

test('password: an account without one gets its first; of two changes at once one is made', async () => {
  const p = await person();
  await query('DELETE FROM user_passwords WHERE user_id = ?', [p.id]);
  assert.deepEqual(refused(await coup(p, '/password', { currentPassword: 'x', newPassword: 'brand new 1!' })), [400, 'PROFILE-048']);
  assert.equal((await change(p, undefined, 'the first 1!')).status, 200);
  const race = await Promise.all(['one of two 1!', 'two of two 2!'].map((w) => change(p, 'the first 1!', w)));
  assert.deepEqual(race.map((r) => [r.status, r.body.code]).sort(), [[200, undefined], [400, 'INVALID_CREDENTIALS']]);
  assert.equal((await login(p.email, race[0].status === 200 ? 'one of two 1!' : 'two of two 2!')).status, 200);
  await query('DELETE FROM users WHERE id = ?', [p.id]);
  assert.deepEqual([refused(await change(p, 'x', 'brand new 1!')), refused(await coup(p, '/password', { currentPassword: 'x', newPassword: 'brand new 1!' }))], [[404, 'USER_001'], [404, 'PROFILE-015']]);
});

test('study groups: another password, by their rules and codes', async () => {
  const p = await person();
  const other = (await login(p.email, p.password)).body.data;
  const tries = [[{}, 400, 'PROFILE-036'], [{ currentPassword: p.password }, 400, 'PROFILE-036'], [{ newPassword: 'brand new 1' }, 400, 'PROFILE-036'], [{ currentPassword: p.password, newPassword: 'x'.repeat(1001) }, 400, 'PROFILE-036'],
    [{ currentPassword: p.password, newPassword: 'brand new 1', confirmPassword: 'brand new 2' }, 400, 'PROFILE-050'], [{ currentPassword: 'wrong one', newPassword: 'brand new 1' }, 401, 'PROFILE-046'],
    [{ currentPassword: p.password, newPassword: p.password }, 400, 'PROFILE-049'],
    ...['a1!', 'onlyletters', 'letters12', 'Password12', 'AAAletter1', 'QWERTY12', `aA1!${'x'.repeat(130)}`].map((newPassword) => [{ currentPassword: p.password, newPassword }, 400, 'PROFILE-039'])];
  for (const [body, status, code] of tries) {
    const res = await coup(p, '/password', body);
    assert.deepEqual([body, res.status, res.body.code, res.body.error.code], [body, status, code, code]);
  }
  assert.deepEqual(refused(await coup(null, '/password', {})), [401, 'AUTH_006']);
  assert.deepEqual(refused(await coup({ access: 'x.y.z' }, '/password', {})), [401, 'AUTH_008']);
  assert.equal((await coup(p, '/password', {}, { origin: 'https://evil.example.com' })).status, 403);
  const good = await coup(p, '/password', { currentPassword: p.password, newPassword: 'letters and 12', confirmPassword: 'letters and 12' });
  assert.deepEqual([good.status, good.body], [200, { success: true, message: '비밀번호가 변경되었습니다' }]);
  await until(async () => (await get('/users/name', { token: other.accessToken })).status === 401);
  assert.deepEqual([(await get('/users/name', as(p))).status, (await login(p.email, 'letters and 12')).status, (await login(p.email, p.password)).status], [200, 200, 400]);
});

test('study groups: name, introduction and picture, by their rules and codes', async () => {
  const p = await person('처음');
  const user = { id: p.id, email: p.email, name: '처음', avatar: null, bio: null };
  const steps = [[{ name: '김 철수-_.1' }], [{ bio: '둘째 줄\n까지' }], [{ avatar: 'https://img.example.com/a.png' }], [{ name: 'Kim', bio: null }, { name: 'Kim', bio: null }], [{ bio: '다시' }], [{ bio: '' }, { bio: null }], [{ avatar: null }], [{ avatar: '/uploads/avatars/a.png', name: '나다' }],
    [{ bio: 'oranges and bananas on 5 inputs' }], [{ bio: 'a < b, selected, updates, preselect' }]];
  for (const [body, then = body] of steps) {
    Object.assign(user, then);
    const res = await coup(p, '', body);
    assert.deepEqual([body, res.status, res.body], [body, 200, { success: true, message: '프로필이 수정되었습니다', user }]);
  }
  const wrong = [[{}, 'PROFILE-001'], [{ name: '' }, 'PROFILE-001'], [{ role: 'ADMIN' }, 'PROFILE-001'], [{ name: '가' }, 'PROFILE-002'], [{ name: 'x'.repeat(51) }, 'PROFILE-002'], [{ name: ' Kim' }, 'PROFILE-002'], [{ name: 'Kim ' }, 'PROFILE-002'],
    [{ name: 'a  b' }, 'PROFILE-002'], [{ name: 'Kim!' }, 'PROFILE-002'], [{ name: '金さん' }, 'PROFILE-002'], [{ name: 5 }, 'PROFILE-002'], [{ bio: 'x'.repeat(201) }, 'PROFILE-005'], [{ bio: 'a\u0007' }, 'PROFILE-005'], [{ bio: 5 }, 'PROFILE-005'],
    [{ avatar: 'picture.png' }, 'PROFILE-034'], [{ avatar: 'data:image/png;base64,AA' }, 'PROFILE-034'],
    ...['<script>x', '< / IMG src=x>', '<svg/onload=x>', 'javascript:alert(1)', 'x onclick =1', 'eval(x)', 'EXPRESSION(x)', 'vbscript:x', 'data:text/html,x'].map((bio) => [{ bio }, 'PROFILE-012']),
    ...["x'; DROP table y", 'Select all', 'a -- b', 'C# 공부', 'a /* b', "' OR 1=1", 'this and x = 5', 'a union b'].map((bio) => [{ bio }, 'PROFILE-013']), [{ name: 'drop it' }, 'PROFILE-013'], [{ name: '<script>' }, 'PROFILE-012']];
  for (const [body, code] of wrong) {
    const res = await coup(p, '', body);
    assert.deepEqual([body, res.status, res.body.code, res.body.error.code], [body, 400, code, code]);
  }
  const { name, bio, avatar } = user;
  const [row] = await query('SELECT name, bio, profile_image AS avatar FROM users WHERE id = ?', [p.id]);
  assert.deepEqual({ ...row }, { name, bio, avatar });
  const { timestamp, ...error } = (await coup(p, '', { name: '가' })).body.error; // as the page of the settings reads it
  assert.deepEqual([error, Math.abs(Date.parse(timestamp) - Date.now()) < 60000], [{ code: 'PROFILE-002', message: '입력값을 확인해 주세요 (name: 이름은 2~50자의 한글, 영문, 숫자, 공백, -_. 만 사용할 수 있습니다)', retryable: false }, true]);
  assert.deepEqual(refused(await coup(null, '', { name: '김김' })), [401, 'AUTH_006']);
  await query('DELETE FROM users WHERE id = ?', [p.id]);
  assert.deepEqual(refused(await coup(p, '', { name: '김김' })), [404, 'PROFILE-015']);
});
