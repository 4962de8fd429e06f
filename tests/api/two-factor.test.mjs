// The second factor: set up, confirmed, asked for at a login, switched off. Codes as an app makes them, by Node's own HMAC.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, test } from 'node:test';
import sharp from 'sharp';
import { get, person, post } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { until } from '../harness/stack.mjs';

after(closeDb);
const as = (p) => ({ token: p.access });
const enable = (p) => post('/settings/two-factor/enable', undefined, as(p));
const toggle = (p, code, path = 'disable') => post(`/settings/two-factor/${path}`, { code }, as(p));
const state = async (p) => (await get('/settings/two-factor', as(p))).body;
const login = (p, more = {}, path = '/auth/login') => post(path, { email: p.email, password: p.password, ...more });
const told = (res) => [res.status, res.body.code];
const base32 = (s) => { let bits = ''; for (const ch of s) bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(ch).toString(2).padStart(5, '0'); return Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2))); };
const codeAt = (secret, step) => {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = crypto.createHmac('sha1', base32(secret)).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1e6).padStart(6, '0');
};
// Far enough from the end of a step that it does not change meanwhile.
async function step() {
  await until(() => (Date.now() / 1000) % 30 < 20);
  return Math.floor(Date.now() / 30000);
}
const row = async (p) => (await query('SELECT * FROM two_factor WHERE user_id = ?', [p.id]))[0];
const forget = (p) => query('UPDATE two_factor SET last_step = 0 WHERE user_id = ?', [p.id]); // as if no code had been used
async function on(p) {
  const made = (await enable(p)).body.data;
  assert.equal((await toggle(p, codeAt(made.secret, await step()))).status, 200);
  await forget(p);
  return made;
}

test('set up, confirmed by a code, off by another: what each step answers', async () => {
  const p = await person();
  const off = await state(p);
  assert.deepEqual([off.data, off.enabled, 'qrCode' in off], [{ enabled: false, method: null, backupCodesRemaining: 0, lastUsedAt: null }, false, false]);
  const first = (await enable(p)).body;
  const res = (await enable(p)).body; // until it is confirmed it is made anew
  const { secret, qrCodeUrl, backupCodes, manualEntryKey, ...rest } = res.data;
  assert.match(secret, /^[A-Z2-7]{32}$/);
  assert.notEqual(secret, first.data.secret);
  assert.deepEqual([manualEntryKey, rest, res.qrCode, 'secret' in res, 'backupCodes' in res], [secret.match(/.{4}/g).join(' '), {}, qrCodeUrl, false, false]);
  assert.equal(new Set(backupCodes).size, 10);
  for (const c of backupCodes) assert.match(c, /^\d{8}$/);
  const picture = await sharp(Buffer.from(qrCodeUrl.replace('data:image/png;base64,', ''), 'base64')).raw().toBuffer({ resolveWithObject: true });
  assert.ok(picture.info.width === picture.info.height && picture.info.width > 150);
  const dot = (x, y) => picture.data[(y * picture.info.width + x) * picture.info.channels]; // white edge, then the ring, gap and eye of a corner
  assert.deepEqual([dot(10, 10), dot(22, 22), dot(27, 27), dot(35, 35)], [255, 0, 255, 0]);
  const waiting = await state(p);
  assert.deepEqual([waiting.enabled, waiting.qrCode, waiting.data.backupCodesRemaining], [false, qrCodeUrl, 0]);
  assert.equal((await login(p)).status, 200); // not asked for yet
  const now = await step();
  assert.deepEqual(told(await toggle(p, backupCodes[0])), [400, 'TWO_FACTOR_INVALID']); // proves no app
  const yes = await toggle(p, codeAt(secret, now - 1));
  assert.deepEqual([yes.status, yes.body.enabled, yes.body.data, yes.body.message], [200, true, { enabled: true }, '2단계 인증이 활성화되었습니다.']);
  const enabled = await state(p);
  const { lastUsedAt, createdAt, ...more } = enabled.data;
  assert.deepEqual([more, 'qrCode' in enabled, Math.abs(Date.parse(createdAt) - Date.now()) < 60000, lastUsedAt !== null], [{ enabled: true, method: 'totp', backupCodesRemaining: 10 }, false, true, true]);
  assert.deepEqual(told(await enable(p)), [409, 'TWO_FACTOR_ENABLED']);
  assert.deepEqual(told(await toggle(p, codeAt(secret, now - 1))), [400, 'TWO_FACTOR_INVALID']); // used
  const no = await toggle(p, codeAt(secret, now), 'verify');
  assert.deepEqual([no.status, no.body.enabled, no.body.success, Math.abs(Date.parse(no.body.disabledAt) - Date.now()) < 60000], [200, false, true, true]);
  assert.deepEqual([(await state(p)).data, await row(p), (await query('SELECT * FROM two_factor_codes WHERE user_id = ?', [p.id])).length], [off.data, undefined, 0]);
  assert.deepEqual(told(await toggle(p, codeAt(secret, now + 1))), [409, 'TWO_FACTOR_DISABLED']);
});

test('a login asks for a code, by any of its names, and takes each once', async () => {
  const p = await person();
  const { secret, backupCodes } = await on(p);
  for (const path of ['/auth/login', '/users/login']) {
    const asked = await login(p, {}, path);
    assert.deepEqual([path, ...told(asked), /ey/.test(asked.text)], [path, 400, 'TWO_FACTOR_REQUIRED', false]);
    assert.deepEqual([path, ...told(await login(p, { code: '' }, path))], [path, 400, 'TWO_FACTOR_REQUIRED']);
    const now = await step();
    for (const code of ['000000x', '1', codeAt(secret, now - 2), codeAt(secret, now + 2), '99999999']) assert.deepEqual([path, code, ...told(await login(p, { code }, path))], [path, code, 400, 'TWO_FACTOR_INVALID']);
    for (const [name, k] of [['code', -1], ['twoFactorCode', 0], ['otp', 1]]) {
      const code = codeAt(secret, now + k);
      assert.equal((await login(p, { [name]: code }, path)).status, 200, `${path} ${name}`);
      assert.deepEqual(told(await login(p, { [name]: code }, path)), [400, 'TWO_FACTOR_INVALID']);
    }
    assert.deepEqual(told(await login(p, { code: codeAt(secret, now) }, path)), [400, 'TWO_FACTOR_INVALID']); // older than the last
    await forget(p);
  }
  const wrong = await login({ ...p, password: 'wrong password 1' }, { code: codeAt(secret, await step()) });
  assert.deepEqual(told(wrong), [400, 'INVALID_CREDENTIALS']); // says nothing of a factor
  assert.equal((await login(p, { code: ` ${backupCodes[3]} ` })).status, 200);
  assert.deepEqual(told(await login(p, { code: backupCodes[3] })), [400, 'TWO_FACTOR_INVALID']);
  assert.equal((await state(p)).data.backupCodesRemaining, 9);
  const other = await person();
  await on(other);
  assert.deepEqual(told(await login(other, { code: backupCodes[4] })), [400, 'TWO_FACTOR_INVALID']);
  await until(async () => (await query("SELECT 1 FROM failed_logins WHERE user_id = ? AND reason = 'code'", [other.id])).length);
  assert.equal((await get('/settings/login-history', as(other))).body.data[0].failureReason, '인증 코드 불일치');
  assert.equal((await toggle(p, backupCodes[4])).body.enabled, false); // a lost device
  assert.equal((await login(p)).status, 200);
});

test('of several who use one code at once, one gets in', async () => {
  const p = await person();
  const { secret, backupCodes } = await on(p);
  for (const code of [codeAt(secret, await step()), backupCodes[0]]) {
    const all = await Promise.all(Array.from({ length: 5 }, () => login(p, { code })));
    assert.deepEqual(all.map((r) => r.status).sort(), [200, 400, 400, 400, 400]);
  }
});

test('neither secret nor backup codes can be read from the database, and a secret opens for nobody else', async () => {
  const p = await person();
  const { secret, backupCodes } = await on(p);
  const rows = JSON.stringify([await row(p), await query('SELECT * FROM two_factor_codes WHERE user_id = ?', [p.id])]);
  for (const s of [secret, base32(secret).toString('hex'), ...backupCodes, ...backupCodes.map((b) => crypto.createHash('sha256').update(b).digest('hex'))]) assert.ok(!rows.includes(s));
  const other = await person();
  const { secret: theirs } = (await enable(other)).body.data;
  const stolen = (await row(p)).secret;
  await query('UPDATE two_factor SET secret = ? WHERE user_id = ?', [stolen, other.id]);
  assert.equal((await state(other)).qrCode, undefined);
  assert.ok(theirs !== secret);
});

test('who asks, and what is wrong', async () => {
  const p = await person();
  for (const body of [{}, { code: '' }, { code: '1'.repeat(21) }, { code: [] }]) assert.deepEqual(told(await post('/settings/two-factor/disable', body, as(p))), [400, 'VALIDATION_ERROR']);
  assert.deepEqual(told(await toggle(p, '123456')), [409, 'TWO_FACTOR_DISABLED']);
  const routes = [['GET', ''], ['POST', '/enable'], ['POST', '/disable']];
  const ask = (path, who) => (path ? post(`/settings/two-factor${path}`, path === '/disable' ? { code: '123456' } : undefined, who) : get('/settings/two-factor', who));
  for (const [, path] of routes) assert.deepEqual(told(await ask(path, {})), [401, 'AUTH_001']);
  await query('DELETE FROM users WHERE id = ?', [p.id]);
  for (const [, path] of routes) assert.deepEqual(told(await ask(path, as(p))), [404, 'USER_001']);
});
