// Addresses that take one file without a token: bound to a person, a login, a type, a size and a name, for a while, once.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { env, get, person, post, send, unique } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { bigPng, fetchBytes, form, html, kept, pdf, png, wav } from '../harness/files.mjs';
import { until } from '../harness/stack.mjs';

after(closeDb);
let kim;
before(async () => { kim = await person('김주소'); });
const refusal = (res) => [res.status, res.body?.code];
const ask = (body, p = kim) => post('/upload/presigned-url', body, { token: p.access });
const signed = async (fileName, contentType, fileSize, p = kim) => {
  const res = await ask({ fileName, contentType, fileSize }, p);
  assert.equal(res.status, 200, res.text);
  return res.body.data.url;
};
const put = (url, raw, headers = { 'content-type': 'application/octet-stream' }, method = 'PUT') => send(method, url, { raw, headers });
const changed = (url, key, value) => {
  const u = new URL(url, 'http://x');
  if (value === undefined) u.searchParams.delete(key);
  else u.searchParams.set(key, value);
  return u.pathname + u.search;
};

test('the bytes go there without a token, by PUT, by POST or in a form, and are a file of whoever asked', async () => {
  const answer = (await ask({ filename: '가 나&다.png', type: 'image/png', size: String(png.length) })).body;
  assert.deepEqual([answer.method, answer.data.contentType, answer.data.maxSize, answer.data.uploadUrl, answer.data.expiresIn], ['PUT', 'image/png', png.length, answer.url, 900]);
  const seconds = (Date.parse(answer.data.expiresAt) - Date.now()) / 1000;
  assert.ok(seconds > 800 && seconds <= 900);
  const cases = [
    [answer.url, png, { 'content-type': 'image/png' }, 'PUT', '가 나&다.png', 'image/png'], [await signed('a.wav', 'audio/wav', 3000), wav(3000), {}, 'POST', 'a.wav', 'audio/wav'],
    [await signed(undefined, 'application/pdf', pdf.length), pdf, { 'content-type': 'application/json' }, 'PUT', 'file.pdf', 'application/pdf'],
  ];
  for (const [url, bytes, headers, method, name, type] of cases) {
    const res = await put(url, bytes, headers, method);
    assert.equal(res.status, 201, res.text);
    assert.deepEqual([res.body.data.metadata.fileName, res.body.type, res.headers.location], [name, type, res.body.url]);
    assert.ok((await fetchBytes(res.body.url)).bytes.equals(bytes));
  }
  const f = form([['image', png, 'other.name', 'text/html']]);
  const res = await put(await signed('b.png', 'image/png', png.length), f.raw, f.headers, 'POST');
  assert.deepEqual([res.status, res.body.data?.metadata.fileName], [201, 'b.png'], res.text);
  const mine = (await get('/chat/files/my-files', { token: kim.access })).body.data;
  assert.deepEqual(mine.map((x) => x.fileName), ['b.png', 'file.pdf', 'a.wav', '가 나&다.png']);
  await kept(kim);
});

test('nothing in the address can be changed', async () => {
  const other = await person();
  const url = await signed('a.png', 'image/png', png.length);
  const count = await kept(kim);
  const far = Math.floor(Date.now() / 1000) + 1e6;
  for (const [key, value] of [['user', other.id], ['login', '1'], ['size', String(png.length + 1)], ['expires', String(far)], ['once', '0'.repeat(32)], ['type', 'image/gif'],
    ['name', 'b.png'], ['signature', '0'.repeat(64)], ['signature', 'x'], ['signature', crypto.createHmac('sha256', '').update('upload').digest('hex')]]) {
    assert.deepEqual([key, ...refusal(await put(changed(url, key, value), png))], [key, 400, 'INVALID_UPLOAD_URL']);
  }
  for (const key of ['user', 'login', 'size', 'expires', 'once', 'type', 'name', 'signature']) assert.deepEqual([key, ...refusal(await put(changed(url, key), png))], [key, 400, 'VALIDATION_ERROR']);
  assert.equal(await kept(kim), count);
  assert.equal((await put(url, png)).status, 201, 'and it is still good');
});

test('it is good once, also for many at once; a refused file does not use it up', async () => {
  const url = await signed('a.png', 'image/png', png.length);
  const broken = Buffer.concat([png.subarray(0, -12), Buffer.alloc(12)]);
  assert.deepEqual(refusal(await put(url, broken)), [400, 'INVALID_FILE_TYPE']);
  assert.deepEqual(refusal(await put(url, png.subarray(1))), [400, 'VALIDATION_ERROR']);
  assert.deepEqual(refusal(await put(url, Buffer.concat([png, Buffer.alloc(1)]))), [400, 'VALIDATION_ERROR']);
  assert.deepEqual(refusal(await put(url, Buffer.alloc(200000))), [400, 'FILE_TOO_LARGE']);
  assert.deepEqual(refusal(await put(url, 'x', { 'content-type': 'multipart/form-data; boundary=b' })), [400, 'INVALID_FORM_DATA']);
  assert.deepEqual(refusal(await put(url, Buffer.alloc(0))), [400, 'VALIDATION_ERROR']);
  const count = await kept(kim);
  const all = await Promise.all(Array.from({ length: 6 }, () => put(url, png)));
  assert.deepEqual(all.map((r) => r.status).sort(), [201, 409, 409, 409, 409, 409]);
  assert.deepEqual([...new Set(all.filter((r) => r.status === 409).map((r) => r.body.code))], ['UPLOAD_URL_USED']);
  assert.equal(await kept(kim), count + 1);
});

test('it ends with its time and with the login', async () => {
  const keys = fs.readFileSync(path.join(env.run, 'secrets/token.keys'), 'utf8').trim().split(':')[1];
  const url = new URL(await signed('a.png', 'image/png', png.length), 'http://x');
  const q = Object.fromEntries(url.searchParams);
  const sign = (expires) => crypto.createHmac('sha256', Buffer.from(keys, 'hex')).update(['upload', q.user, q.login, q.size, expires, q.once, q.type, q.name].join('\n')).digest('hex');
  assert.equal(sign(q.expires), q.signature, 'the key is the right one');
  const past = String(Math.floor(Date.now() / 1000) - 1);
  assert.deepEqual(refusal(await put(changed(changed(url.pathname + url.search, 'expires', past), 'signature', sign(past)), png)), [400, 'INVALID_UPLOAD_URL']);
  const p = await person();
  const mine = await signed('a.png', 'image/png', png.length, p);
  await post('/auth/logout', undefined, { token: p.access });
  await until(async () => (await put(mine, png.subarray(1))).status === 401);
  assert.deepEqual(refusal(await put(mine, png)), [401, 'AUTH_003']);
  assert.equal((await query('SELECT id FROM files WHERE owner_id = ?', [p.id])).length, 0);
});

test('no address for what would be refused anyway; the quota holds here, too', async () => {
  for (const [body, code] of [[{ contentType: 'text/html', fileSize: 5 }, 'INVALID_FILE_TYPE'], [{ contentType: 'image/png', fileName: 'a.exe', fileSize: 5 }, 'INVALID_FILE_TYPE'],
    [{ contentType: 'image/png', fileSize: (10 << 20) + 1 }, 'FILE_TOO_LARGE'], [{ contentType: 'image/png', fileSize: 200 << 20 }, 'VALIDATION_ERROR'],
    [{ contentType: 'image/png' }, 'VALIDATION_ERROR'], [{ contentType: 'image/png', fileSize: 0 }, 'VALIDATION_ERROR'], [{ fileSize: 5 }, 'VALIDATION_ERROR']]) {
    assert.deepEqual([body, ...refusal(await ask(body))], [body, 400, code]);
  }
  assert.deepEqual(refusal(await post('/upload/presigned-url', { contentType: 'image/png', fileSize: 5 })), [401, 'AUTH_001']);
  const url = await signed('a.html.png', 'image/png', html.length);
  assert.deepEqual(refusal(await put(url, html, { 'content-type': 'text/html' })), [400, 'INVALID_FILE_TYPE']);
  const large = bigPng(5 << 20);
  const p = await person();
  const key = unique('full');
  const big = await signed('big.png', 'image/png', large.length, p);
  await query("INSERT INTO files (storage_key, owner_id, name, content_type, kind, size, sha256) VALUES (?, ?, 'x', 'image/png', 'IMAGE', ?, REPEAT('x', 32))", [key, p.id, 1 << 30]);
  assert.deepEqual(refusal(await put(big, large)), [409, 'STORAGE_QUOTA_EXCEEDED']);
  await query('DELETE FROM files WHERE storage_key = ?', [key]);
  assert.equal((await put(big, large)).status, 201);
  assert.equal((await put(await signed('a.wav', 'audio/wav', 12 << 20, p), wav(12 << 20))).status, 201);
  const log = fs.readFileSync(path.join(env.run, 'log/api.log'), 'utf8') + fs.readFileSync(path.join(env.run, 'log/nginx-access.log'), 'utf8');
  for (const part of [new URL(big, 'http://x').searchParams.get('signature'), new URL(big, 'http://x').searchParams.get('once')]) assert.ok(!log.includes(part));
});
