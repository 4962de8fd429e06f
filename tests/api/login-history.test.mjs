// What people see of their logins: those that were, and those that failed.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { get, person, post } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { until } from '../harness/stack.mjs';

after(closeDb);
const history = async (p, headers) => (await get('/settings/login-history', { token: p.access, headers })).body.data;
const login = (p, agent, password = p.password, path = '/auth/login') => post(path, { email: p.email, password }, { headers: { 'user-agent': agent } });
const failures = async (p) => Number((await query('SELECT COUNT(*) AS n FROM failed_logins WHERE user_id = ?', [p.id]))[0].n);
const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';

test('a login and one that failed, newest first, with every field; nobody else sees them', async () => {
  const [p, other] = [await person(), await person()];
  assert.equal((await login(p, WINDOWS)).status, 200);
  assert.equal((await login(p, `${WINDOWS} Edg/121.0`, 'wrong password 1')).status, 400);
  await until(async () => await failures(p) === 1); // written after the answer
  const list = await history(p);
  assert.equal(list.length, 3);
  const [failed, good, signup] = list;
  const same = (o) => { const { id, loginTime, timestamp, ...rest } = o; assert.match(id, /^(login|failed)_\d+$/); assert.equal(loginTime, timestamp); assert.ok(Math.abs(Date.now() - Date.parse(loginTime)) < 60000); return rest; };
  const plain = { ipAddress: '127.0.0.1', location: null, countryCode: null, suspicious: false, suspiciousReason: null, method: 'password' };
  assert.deepEqual(same(good), { ...plain, userAgent: WINDOWS, device: 'Chrome 120 on Windows', browser: 'Chrome 120', os: 'Windows', status: 'success', failureReason: null });
  assert.deepEqual(same(failed), { ...plain, userAgent: `${WINDOWS} Edg/121.0`, device: 'Edge 121 on Windows', browser: 'Edge 121', os: 'Windows', status: 'failed', failureReason: '비밀번호 불일치' });
  assert.deepEqual(same(signup).device, '알 수 없는 기기');
  const [en] = await history(p, { 'accept-language': 'en' });
  assert.deepEqual([en.failureReason, (await history(p, { 'accept-language': 'en' }))[2].device], ['Invalid password', 'Unknown device']);
  assert.deepEqual((await history(other)).map((l) => l.status), ['success']);
  const none = await get('/settings/login-history');
  assert.deepEqual([none.status, none.body.code], [401, 'AUTH_001']);
});

test('devices are named so that the page finds their pictures', async () => {
  const p = await person();
  const agents = [
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 Mobile/15E148 Safari/604.1', 'Safari 17 on iPhone'],
    ['Mozilla/5.0 (iPad; CPU OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/119.0 Mobile Safari/604.1', 'Chrome 119 on iPad'],
    ['Mozilla/5.0 (Linux; Android 14; SM-S918N) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 Chrome/115.0 Mobile Safari/537.36', 'Samsung Internet 23 on Android'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:121.0) Gecko/20100101 Firefox/121.0', 'Firefox 121 on macOS'],
    ['Mozilla/5.0 (X11; CrOS x86_64) AppleWebKit/537.36 Chrome/118.0 Safari/537.36 OPR/104.0', 'Opera 104 on ChromeOS'], ['Mozilla/5.0 (X11; Linux x86_64) Firefox/x', 'Firefox on Linux'], ['Chrome/7', 'Chrome 7'], ['okhttp Android', 'Android'],
  ];
  for (const [agent] of agents) assert.equal((await login(p, agent)).status, 200);
  assert.deepEqual((await history(p)).slice(0, agents.length).map((l) => l.device).reverse(), agents.map(([, name]) => name));
});

test('a login after five that failed within an hour is marked; one after four, or long after, is not', async () => {
  const fail = (p, n, minutes) => query(`INSERT INTO failed_logins (user_id, at, reason) SELECT ?, NOW(3) - INTERVAL ${minutes} MINUTE, 'password' FROM seq_1_to_${n}`, [p.id]);
  for (const [n, minutes, want] of [[5, 30, true], [4, 30, false], [5, 61, false]]) {
    const p = await person();
    await fail(p, n, minutes);
    await login(p, WINDOWS);
    const [newest] = await history(p);
    assert.deepEqual([n, minutes, newest.suspicious, newest.suspiciousReason], [n, minutes, want, want ? '여러 번 실패한 뒤의 로그인입니다' : null]);
  }
});

test('a suspended account\'s tries are kept, an unknown one\'s are not; a hundred at most, of three months', async () => {
  const p = await person();
  await query("UPDATE users SET status = 'SUSPENDED' WHERE id = ?", [p.id]);
  assert.equal((await login(p, WINDOWS)).status, 403);
  assert.equal((await login(p, WINDOWS, 'wrong password 1', '/users/login')).status, 401);
  await until(async () => await failures(p) === 2);
  await query("UPDATE users SET status = 'ACTIVE' WHERE id = ?", [p.id]);
  assert.deepEqual((await history(p)).map((l) => [l.status, l.failureReason]), [['failed', '비밀번호 불일치'], ['failed', '정지된 계정'], ['success', null]]);
  await query("INSERT INTO failed_logins (user_id, at, reason) SELECT ?, NOW(3) - INTERVAL seq DAY, 'password' FROM seq_85_to_95", [p.id]);
  assert.deepEqual((await history(p)).length, 3 + 5); // of day 85 to 89
  await query('DELETE FROM failed_logins WHERE user_id = ?', [p.id]);
  await query("INSERT INTO failed_logins (user_id, at, reason) SELECT ?, NOW(3) - INTERVAL seq MINUTE, 'password' FROM seq_1_to_100", [p.id]);
  await login(p, WINDOWS, 'wrong password 1');
  const oldest = async () => Number((await query('SELECT TIMESTAMPDIFF(MINUTE, MIN(at), NOW(3)) AS m FROM failed_logins WHERE user_id = ?', [p.id]))[0].m);
  await until(async () => await oldest() === 99);
  assert.deepEqual([await failures(p), (await history(p)).length], [100, 100]);
  const strangers = async () => Number((await query('SELECT COUNT(*) AS n FROM failed_logins f LEFT JOIN users u ON u.id = f.user_id WHERE u.id IS NULL'))[0].n);
  assert.equal((await login({ email: 'nobody@test.example.com' }, WINDOWS, 'wrong password 1')).status, 400);
  assert.equal(await strangers(), 0);
});
