// Uploading, reading and deleting files: what is taken and what not, whose it is, and what is left on disk.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { announce } from '../harness/announce.mjs';
import { env, get, person, post, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { fastcgi } from '../harness/fcgi.mjs';
import { bigPng, fetchBytes, form, gif, html, jpg, kept, mp3, mp4, pdf, png, stored, svg, upload, wav, webm } from '../harness/files.mjs';
import { startStack, until } from '../harness/stack.mjs';

after(closeDb);
const as = (p) => ({ token: p.access });
const refusal = (res) => [res.status, res.body?.code];
let kim;
let lee;
before(async () => {
  [kim, lee] = [await person('김파일'), await person('이파일')];
});
const image = (p, bytes = png, name = 'a.png', type = 'image/png') => upload('/upload/image', [['file', bytes, name, type]], p);

test('each kind is taken under each field name, and comes back as it was', async () => {
  const cases = [
    ['/upload/image', 'file', png, 'a.png', 'image/png', 'image/png'], ['/upload/image', 'image', jpg, 'b.JPEG', 'image/jpg', 'image/jpeg'],
    ['/chat/upload/image', 'image', gif, 'blob', 'image/gif', 'image/gif', 'blob.gif'], ['/upload/image', 'files', png, 'c.png', undefined, 'image/png'],
    ['/upload/image', 'file', png, 'd.png', 'application/octet-stream', 'image/png'],
    ['/upload/audio', 'audio', wav(), 'a.wav', 'audio/wav', 'audio/wav'], ['/upload/audio', 'file', webm, 'a.webm', 'audio/webm;codecs=opus', 'audio/webm'],
    ['/upload/audio', 'file', mp4, 'a.m4a', 'audio/mp4', 'audio/mp4'], ['/upload/audio', 'file', mp3, 'a.mp3', 'audio/mp3', 'audio/mpeg'],
    ['/upload/video', 'video', mp4, 'a.mp4', 'video/mp4', 'video/mp4'], ['/upload/video', 'file', webm, 'a.webm', 'video/webm', 'video/webm'],
  ];
  for (const [where, field, bytes, name, type, want, shown = name] of cases) {
    const res = await upload(where, [['type', 'speech'], ['roomId', '[object Object]'], [field, bytes, name, type]], kim);
    assert.equal(res.status, 201, `${name}: ${res.text}`);
    const d = res.body.data;
    assert.match(d.key, /^[0-9a-f]{32}\.[a-z0-9]+$/);
    assert.deepEqual([d.url, d.urls, d.size, d.type, res.body.key, res.headers.location], [`/api/v1/upload/file/${d.key}`, [d.url], bytes.length, want, d.key, d.url]);
    assert.equal(d.metadata.fileName, shown);
    assert.equal(d.variants?.thumbnail ?? null, want.startsWith('image/') ? d.url : null);
    const file = await fetchBytes(d.url);
    assert.deepEqual([file.status, file.headers['content-type'], file.bytes.equals(bytes)], [200, want, true], name);
    const [row] = await query('SELECT HEX(sha256) AS sum, size FROM files WHERE storage_key = ?', [d.key]);
    assert.deepEqual([row.sum.toLowerCase(), Number(row.size)], [crypto.createHash('sha256').update(bytes).digest('hex'), bytes.length]);
  }
  await kept(kim);
});

test('bytes, extension and declared type must agree, and fit the address', async () => {
  const count = await kept(kim);
  const cases = [
    [html, 'a.png', 'image/png'], [svg, 'a.svg', 'image/svg+xml'], [svg, 'a.png', 'image/png'], [html, 'a.html', 'text/html'], [png, 'a.html', 'image/png'],
    [png, 'a.jpg', 'image/png'], [png, 'a.png', 'image/jpeg'], [png, 'a.png', 'text/html'], [png, 'a.png.exe', 'image/png'], [Buffer.alloc(0), 'a.png', 'image/png'],
    [wav(), 'a.wav', 'audio/wav'], [mp4, 'a.mp4', 'video/mp4'], [pdf, 'a.pdf', 'application/pdf'], [png, 'a.', 'image/png'], [Buffer.from('MZ\x90\0'), 'a.png', 'image/png'],
  ];
  for (const [bytes, name, type] of cases) assert.deepEqual([name, type, ...refusal(await image(kim, bytes, name, type))], [name, type, 400, 'INVALID_FILE_TYPE']);
  for (const where of ['/upload/audio', '/upload/video']) assert.deepEqual(refusal(await upload(where, [['file', png, 'a.png', 'image/png']], kim)), [400, 'INVALID_FILE_TYPE']);
  assert.equal(await kept(kim), count);
});

test('a name is only a name: no folder of ours or of others, no control characters, never the key', async () => {
  const names = [['../../../etc/passwd.png', 'passwd.png'], ['..\\..\\win.png', 'win.png'], ['/abs.png', 'abs.png'], ['가 나"다.png', '가 나"다.png'],
    ['.png', 'file.png'], [`${'x'.repeat(300)}.png`, `${'x'.repeat(196)}.png`]];
  for (const [sent, shown] of names) {
    const res = await upload('/upload/image', [['file', png, sent.replaceAll('\\', '\\\\').replaceAll('"', '%22'), 'image/png']], kim);
    assert.deepEqual([sent, res.status, res.body.data?.metadata.fileName], [sent, 201, shown]);
  }
  const quoted = (await upload('/upload/image', [['file', png, '가 나%22다.png', 'image/png']], kim)).body.data;
  const saved = await fetchBytes(`${quoted.url}?download=true`);
  assert.equal(saved.headers['content-disposition'], `attachment; filename="${'_'.repeat(3)}${'_'.repeat(1)}${'_'.repeat(3)}_${'_'.repeat(3)}.png"; filename*=UTF-8''%EA%B0%80%20%EB%82%98%22%EB%8B%A4.png`);
});

test('hostile and broken forms are refused and leave nothing', async () => {
  const count = await kept(kim);
  const bad = (raw, type = 'multipart/form-data; boundary=b') => send('POST', '/upload/image', { token: kim.access, raw, headers: { 'content-type': type } });
  const part = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n';
  const cases = [
    ['', 'multipart/form-data'], ['x', 'multipart/form-data'], [`${part}x\r\n--b--`, `multipart/form-data; boundary=${'b'.repeat(71)}`], ['nothing'], [`${part}x`], [`${part}x\r\n--b\r\n`],
    [`--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--`], [`--b\r\nX: ${'y'.repeat(9000)}\r\n\r\nx\r\n--b--`],
    ['--b\r\nContent-Disposition: form-data; name=t\r\n\r\nx\r\n'.repeat(21) + '--b--'], [`--b\r\nContent-Disposition: form-data; name=t\r\n\r\n${'v'.repeat(70000)}\r\n--b--`],
    ['--b\r\nContent-Disposition: form-data; name="file"; filename="a\0.png"\r\n\r\nx\r\n--b--'],
  ];
  for (const [raw, type] of cases) {
    const res = await bad(raw, type);
    assert.deepEqual([raw.slice(0, 80), res.status], [raw.slice(0, 80), 400]);
    if (raw) assert.equal(res.body.code, 'INVALID_FORM_DATA', res.text);
  }
  assert.deepEqual(refusal(await bad('{}', 'application/json')), [400, 'VALIDATION_ERROR']);
  assert.deepEqual(refusal(await bad('a=b', 'application/x-www-form-urlencoded')), [415, 'UNSUPPORTED_MEDIA_TYPE']);
  const none = await upload('/upload/image', [['file', '', '', 'application/octet-stream']], kim); // a form sent without choosing one
  assert.deepEqual([...refusal(none), none.body.error.details.fields[0].rule], [400, 'VALIDATION_ERROR', 'required']);
  const two = await upload('/upload/image', [['file', png, 'a.png'], ['image', png, 'b.png']], kim);
  assert.deepEqual([...refusal(two), two.body.error.details.fields[0].rule], [400, 'VALIDATION_ERROR', 'max']);
  assert.deepEqual(refusal(await send('POST', '/chat/rooms', { token: kim.access, ...form([['name', 'x']]) })), [415, 'UNSUPPORTED_MEDIA_TYPE']);
  assert.deepEqual(refusal(await send('POST', '/upload/image', form([['file', png, 'a.png']]))), [401, 'AUTH_001']);
  assert.equal(await kept(kim), count);
});

test('a file over the limit of its kind is FILE_TOO_LARGE, by its bytes or by its announced length', async () => {
  assert.equal((await image(kim, bigPng(10 << 20))).status, 201);
  assert.deepEqual(refusal(await image(kim, bigPng((10 << 20) + 1))), [400, 'FILE_TOO_LARGE']);
  assert.deepEqual(refusal(await image(kim, bigPng(12 << 20))), [400, 'FILE_TOO_LARGE']);
  for (const where of ['/upload/audio', '/upload/video']) {
    const res = await send('POST', where, { token: kim.access, ...form([['file', Buffer.alloc(102 << 20), 'a.mp4']]) });
    assert.deepEqual([where, ...refusal(res)], [where, 400, 'FILE_TOO_LARGE']);
  }
  // the ordinary limit holds everywhere else
  assert.deepEqual(refusal(await post('/chat/rooms', { roomName: 'x'.repeat(2 << 20) }, as(kim))), [413, 'PAYLOAD_TOO_LARGE']);
  await kept(kim);
});

test('nginx serves ranges, with headers under which nothing in a file can act', async () => {
  const bytes = wav(5000);
  const { url } = (await upload('/upload/audio', [['file', bytes, 'a.wav', 'audio/wav']], kim)).body.data;
  const whole = await fetchBytes(`${url}?w=10&h=&q=85&format=auto&variant=thumbnail`, { headers: { origin: 'https://elsewhere.example.com' } });
  const h = whole.headers;
  assert.deepEqual([whole.status, h['content-type'], h['cache-control'], h['x-content-type-options'], h['access-control-allow-origin'], h['accept-ranges'], h['content-length']],
    [200, 'audio/wav', 'public, max-age=3600', 'nosniff', '*', 'bytes', '5000']);
  assert.match(h['content-disposition'], /^inline; filename="a.wav"/);
  assert.match(h['content-security-policy'], /sandbox/);
  assert.match(h['x-request-id'], /^[0-9a-f]{32}$/);
  const some = await fetchBytes(url, { headers: { range: 'bytes=100-199' } });
  assert.deepEqual([some.status, some.headers['content-range'], some.bytes.equals(bytes.subarray(100, 200))], [206, 'bytes 100-199/5000', true]);
  assert.deepEqual((await fetchBytes(url, { headers: { range: 'bytes=-10' } })).bytes, bytes.subarray(4990));
  const beyond = await get(url, { headers: { range: 'bytes=9000-' } });
  assert.deepEqual(refusal(beyond), [416, 'RANGE_NOT_SATISFIABLE']);
  assert.equal((await fetchBytes(url, { headers: { 'if-none-match': h.etag } })).status, 304);
  const head = await fetchBytes(url, { method: 'HEAD' });
  assert.deepEqual([head.status, head.headers['content-length'], head.bytes.length], [200, '5000', 0]);
  assert.equal((await get(`${url}?download=maybe`)).status, 400);
});

test('only a key of a file that is there gives bytes', async () => {
  const { key } = (await image(kim)).body.data;
  for (const bad of [`${key}x`, key.toUpperCase(), key.slice(0, 32), 'x.png', '..%2f..%2fstudymate.env', '%2e%2e', `..%2f${key.slice(0, 2)}%2f${key}`, '%00', `tmp%2f${key}`, `${key}%20`]) {
    const res = await get(`/upload/file/${bad}`);
    assert.ok([400, 404].includes(res.status) && res.body.code, `${bad}: ${res.status} ${res.text}`);
  }
  assert.deepEqual(refusal(await get(`/upload/file/${key.replace(/^./, 'g')}`)), [404, 'FILE_NOT_FOUND']);
  for (const inner of [`//studymate-files/${key.slice(0, 2)}/${key}`, '//studymate-files/tmp/']) assert.equal((await get(inner)).status, 404, inner);
});

test('mine are listed newest first and only I delete them; then the bytes are gone, too', async () => {
  const me = await person();
  const keys = [];
  for (const name of ['1.png', '2.png', '3.png']) keys.push((await image(me, png, name)).body.data.key);
  const list = (await get('/chat/files/my-files', as(me))).body.data;
  assert.deepEqual(list.map((f) => f.originalFileName), ['3.png', '2.png', '1.png']);
  const f = list[0];
  assert.deepEqual([f.id, f.storageKey, f.downloadUrl, f.fileType, f.fileSize, f.displaySize, f.thumbnailUrl, f.previewable, f.duration, f.roomId, f.messageSeq, f.contentType],
    [f.fileId, `/api/v1/upload/file/${keys[2]}`, f.url, 'IMAGE', png.length, `${png.length} B`, f.url, true, null, null, null, 'image/png']);
  assert.deepEqual((await get('/chat/files/my-files?page=1&size=2', as(me))).body.data.map((x) => x.fileName), ['1.png']);
  assert.deepEqual((await get('/chat/files/my-files', as(lee))).body.data, []);
  for (const target of [`/chat/files/${f.fileId}`, `/upload/file/${keys[1]}`]) {
    assert.deepEqual(refusal(await send('DELETE', target, as(lee))), [404, 'FILE_NOT_FOUND']);
    assert.equal((await send('DELETE', target, as(me))).status, 200);
    assert.deepEqual(refusal(await send('DELETE', target, as(me))), [404, 'FILE_NOT_FOUND']);
  }
  assert.deepEqual((await get('/chat/files/my-files', as(me))).body.data.map((x) => x.fileName), ['1.png']);
  assert.deepEqual(stored().kept.filter((k) => keys.includes(k)), [keys[0]]);
  assert.deepEqual([(await get(`/upload/file/${keys[0]}`)).status, ...refusal(await get(`/upload/file/${keys[1]}`))], [200, 404, 'FILE_NOT_FOUND']);
});

test('a body that is cut short leaves nothing behind', async () => {
  const f = form([['file', Buffer.concat([png, Buffer.alloc(300000)]), 'a.png', 'image/png']]);
  const count = await kept(kim);
  await new Promise((resolve) => {
    const s = net.connect(Number(new URL(env.base).port), '127.0.0.1', () => {
      s.write(`POST /api/v1/upload/image HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${kim.access}\r\nContent-Type: ${f.headers['content-type']}\r\nContent-Length: ${f.raw.length}\r\n\r\n`);
      s.write(f.raw.subarray(0, 200000), () => s.destroy());
    });
    s.on('close', resolve);
  });
  // nginx waits for all of it; a peer that does not shows what the worker does
  const headers = { HTTP_AUTHORIZATION: `Bearer ${kim.access}`, CONTENT_TYPE: f.headers['content-type'] };
  const answer = await fastcgi(path.join(env.run, 'api.sock'), { uri: '/api/v1/upload/image', headers, body: f.raw.subarray(0, 60000), length: f.raw.length });
  assert.match(answer, /INCOMPLETE_BODY/);
  assert.equal(await kept(kim), count);
});

test('what one may store is bounded, two at once do not slip past, and deleting makes room', async () => {
  const stack = await startStack('quota', { STORAGE_QUOTA_MIB: 1 }, 3);
  announce('storage, open: No such file', stack);
  const options = { base: stack.base };
  const p = await person('할당', {}, options);
  const half = bigPng(500000);
  const put = () => upload('/upload/image', [['file', half, 'a.png', 'image/png']], p, options);
  const all = await Promise.all(Array.from({ length: 6 }, put));
  assert.deepEqual(all.map((r) => r.status).sort(), [201, 201, 409, 409, 409, 409]);
  assert.deepEqual([...new Set(all.filter((r) => r.status === 409).map((r) => r.body.code))], ['STORAGE_QUOTA_EXCEEDED']);
  // what was refused is removed after its answer
  await until(() => stored(stack.run).kept.length === 2 && !stored(stack.run).tmp.length);
  const [f] = (await get('/chat/files/my-files', { ...as(p), ...options })).body.data;
  await send('DELETE', `/chat/files/${f.fileId}`, { ...as(p), ...options });
  assert.equal((await put()).status, 201);
  // a storage that cannot be written to is no error of the caller, and no worker's end
  fs.renameSync(path.join(stack.run, 'files/tmp'), path.join(stack.run, 'away'));
  assert.deepEqual(refusal(await put()), [503, 'SERVICE_UNAVAILABLE']);
  fs.renameSync(path.join(stack.run, 'away'), path.join(stack.run, 'files/tmp'));
  assert.deepEqual(refusal(await put()), [409, 'STORAGE_QUOTA_EXCEEDED']);
  // what a killed worker left in tmp goes with the next start, once it is old
  const [stale, fresh] = ['stale', 'fresh'].map((n) => path.join(stack.run, 'files/tmp', n));
  for (const file of [stale, fresh]) fs.writeFileSync(file, 'x');
  fs.utimesSync(stale, 1, 1);
  stack.down();
  stack.up();
  assert.deepEqual([fs.existsSync(stale), fs.existsSync(fresh)], [false, true]);
  stack.down();
});

test('50 MB pass through a worker without staying in it', async () => {
  const stack = await startStack('large', {}, 1);
  const options = { base: stack.base };
  const p = await person('큰파일', {}, options);
  const master = stack.pid('api');
  const pools = () => fs.readFileSync(`/proc/${master}/task/${master}/children`, 'utf8').trim().split(' ');
  const memory = () => Object.fromEntries(pools().map((pid) => [pid, Number(/^RssAnon:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1])]));
  await upload('/upload/audio', [['file', wav(), 'a.wav', 'audio/wav']], p, options); // libmagic's tables are loaded once
  await until(() => stored(stack.run).tmp.length === 0);
  const start = memory();
  const sound = wav(50 << 20);
  const f = form([['file', sound, 'a.wav', 'audio/wav']]);
  const res = await send('POST', '/upload/audio', { token: p.access, ...f, ...options });
  assert.equal(res.status, 201, res.text);
  const end = memory();
  assert.deepEqual(Object.keys(end), Object.keys(start), 'no worker was replaced');
  for (const pid of Object.keys(end)) assert.ok(end[pid] - start[pid] < 8192, `worker ${pid} grew by ${end[pid] - start[pid]} kB`);
  const file = await fetchBytes(res.body.data.url, options);
  assert.ok(file.bytes.equals(sound));
  stack.down();
});
