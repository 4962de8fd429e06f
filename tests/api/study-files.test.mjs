// Files of study groups: /api/studies/{id}/files.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { after, test } from 'node:test';
import { call, group, outsiders, refusal, told } from '../harness/board.mjs';
import { env, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { archive, doc, docx, fetchBytes, form, html, jpg, mp3, pdf, png, svg, wav, webm } from '../harness/files.mjs';
import { until } from '../harness/stack.mjs';
import { study } from '../harness/study.mjs';

after(closeDb);

const cookie = (p) => ({ cookie: `next-auth.session-token=${p.access}` });
const files = (p, id, method = 'GET', rest = '', more = {}) => call(p, method, `/studies/${id}/files${rest}`, undefined, more);
function put(p, id, name, bytes, { type = 'application/octet-stream', fields = [], headers = {} } = {}) {
  const f = form([...fields, ['file', bytes, name, type]]);
  return send('POST', `/api/studies/${id}/files`, { ...f, headers: { ...f.headers, ...(p && cookie(p)), ...headers } });
}
const added = async (p, id, name = '계획.txt', bytes = Buffer.from('하나, 둘'), more = {}) => {
  const res = await put(p, id, name, bytes, more);
  assert.equal(res.status, 201, res.text);
  return res.body.data;
};
const fill = (id, p, size) => query("INSERT INTO files (storage_key, owner_id, study_id, name, content_type, kind, purpose, size, sha256) VALUES (?, ?, ?, 'f', 'text/plain', 'DOCUMENT', 'STUDY', ?, '')", [`fill${id}x${Math.random().toString(36).slice(2, 12)}`, p.id, id, size]);
const GIB = 2 ** 30;

test('a file: every field, saved as it was, members alone, and they are told', async () => {
  const g = await group();
  assert.deepEqual((await files(g.member, g.id)).body, { success: true, data: [], pagination: { page: 1, limit: 20, total: 0, totalPages: 0, hasNext: false, hasPrev: false } });
  const bytes = Buffer.from('첫째 날: "읽기" <b>\n');
  const res = await put(g.member, g.id, '계획 1.txt', bytes, { type: 'text/plain' });
  assert.equal(res.status, 201, res.text);
  const { id, createdAt, storage, ...rest } = res.body.data;
  const want = { studyId: g.id, uploaderId: g.member.id, name: '계획 1.txt', size: bytes.length, type: 'text/plain', url: `/api/studies/${g.id}/files/${id}/download`, folderId: null, downloads: 0,
    uploader: { id: g.member.id, name: '하나', avatar: null } };
  assert.deepEqual([rest, typeof id, storage, Object.keys(res.body).sort()], [want, 'string', { used: bytes.length, quota: GIB, usagePercentage: 0 }, ['data', 'message', 'success']]);
  assert.match(createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual((await files(g.owner, g.id)).body.data, [{ id, ...want, createdAt }]);
  assert.deepEqual((await files(g.owner, g.id, 'GET', `/${id}`)).body, { success: true, data: { id, ...want, createdAt } });
  const got = await fetchBytes(want.url, { headers: cookie(g.admin) });
  assert.deepEqual([got.status, got.bytes.equals(bytes), got.headers['content-type'], got.headers['x-content-type-options'], got.headers['content-length'], got.headers['x-file-id'], got.headers['x-uploader'], got.headers['cache-control']],
    [200, true, 'text/plain', 'nosniff', String(bytes.length), id, g.member.id, 'no-store']);
  assert.equal(got.headers['content-disposition'], "attachment; filename=\"_______1.txt\"; filename*=UTF-8''%EA%B3%84%ED%9A%8D%201.txt");
  assert.match(got.headers['content-security-policy'], /sandbox/);
  const part = await fetchBytes(want.url, { headers: { ...cookie(g.admin), range: 'bytes=0-5' } });
  assert.deepEqual([part.status, part.bytes.toString()], [206, '첫째']);
  const [row] = await query('SELECT storage_key AS k, purpose FROM files WHERE id = ?', [id]);
  assert.equal(row.purpose, 'STUDY');
  assert.equal((await fetchBytes(`/api/v1/upload/file/${row.k}`)).status, 404); // no address that others could use
  await until(async () => (await told(g.id, 'file')).length === 2);
  assert.deepEqual(await told(g.id, 'file'), [g.owner, g.admin].map((p) => ({ user: p.id, message: '새 파일: 계획 1.txt' })));
});

test('downloads are counted, each once, also at once', async () => {
  const g = await group();
  const f = await added(g.owner, g.id);
  const all = await Promise.all(Array.from({ length: 9 }, () => fetchBytes(f.url, { headers: cookie(g.member) })));
  assert.deepEqual(all.map((r) => r.status), Array(9).fill(200));
  assert.equal((await files(g.owner, g.id)).body.data[0].downloads, 9);
});

test('by folder, the newest first, page by page', async () => {
  const g = await group();
  const ids = [];
  for (const folderId of [null, 'a', 'a', null, 'A', 'a']) ids.push((await added(g.owner, g.id, 'x.txt', undefined, { fields: folderId ? [['folderId', folderId]] : [] })).id);
  const page = async (q) => { const { body } = await files(g.member, g.id, 'GET', q); return [body.data.map((f) => f.id), body.pagination]; };
  const one = (total) => ({ page: 1, limit: 20, total, totalPages: 1, hasNext: false, hasPrev: false });
  assert.deepEqual(await page(''), [[ids[3], ids[0]], one(2)]);
  assert.deepEqual(await page('?folderId=A'), [[ids[4]], one(1)]);
  assert.deepEqual(await page('?folderId=a&limit=2'), [[ids[5], ids[2]], { page: 1, limit: 2, total: 3, totalPages: 2, hasNext: true, hasPrev: false }]);
  assert.deepEqual(await page('?folderId=a&limit=2&page=2'), [[ids[1]], { page: 2, limit: 2, total: 3, totalPages: 2, hasNext: false, hasPrev: true }]);
  for (const q of ['?page=0', '?limit=0', '?limit=101', '?folderId=a/b', `?folderId=${'a'.repeat(65)}`]) assert.deepEqual([q, ...refusal(await files(g.member, g.id, 'GET', q))], [q, 400, 'VALIDATION_ERROR', 'string']);
  assert.deepEqual(refusal(await put(g.owner, g.id, 'x.txt', Buffer.from('x'), { fields: [['folderId', '../a']] })), [400, 'VALIDATION_ERROR', 'string']);
});

test('name and bytes decide what is taken', async () => {
  const g = await group();
  const tar = Buffer.alloc(1024);
  tar.write('a.txt');
  tar.write('0000644\0', 100);
  tar.write('00000000000\0', 124);
  tar.write('ustar\0' + '00', 257);
  tar.write('        ', 148);
  tar.write(`${tar.subarray(0, 512).reduce((a, b) => a + b, 0).toString(8).padStart(6, '0')}\0 `, 148);
  const bmp = Buffer.alloc(70);
  bmp.write('BM');
  bmp.writeUInt32LE(70, 2);
  bmp.writeUInt32LE(54, 10);
  bmp.writeUInt32LE(40, 14);
  bmp.writeInt32LE(1, 18);
  bmp.writeInt32LE(1, 22);
  bmp.writeUInt16LE(1, 26);
  bmp.writeUInt16LE(24, 28);
  const taken = [['a.png', png, 'image/png', 'IMAGE'], ['a.JPEG', jpg, 'image/jpeg', 'IMAGE'], ['a.svg', svg, 'image/svg+xml', 'IMAGE'], ['a.bmp', bmp, 'image/bmp', 'IMAGE'], ['a.pdf', pdf, 'application/pdf', 'DOCUMENT'],
    ['a.docx', docx, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'DOCUMENT'], ['a.xls', doc, 'application/vnd.ms-excel', 'DOCUMENT'], ['a.hwp', doc, 'application/x-hwp', 'DOCUMENT'], ['a.md', Buffer.from('# 제목'), 'text/plain', 'DOCUMENT'],
    ['a.csv', Buffer.from('a,b\n1,2\n'), 'text/csv', 'DOCUMENT'], ['a.zip', archive(['a.txt']), 'application/zip', 'ARCHIVE'], ['a.tar.gz', zlib.gzipSync(tar), 'application/gzip', 'ARCHIVE'], ['a.tar', tar, 'application/x-tar', 'ARCHIVE'],
    ['a.7z', Buffer.concat([Buffer.from('377abcaf271c0004', 'hex'), Buffer.alloc(40)]), 'application/x-7z-compressed', 'ARCHIVE'], ['a.webm', webm, 'video/webm', 'VIDEO'], ['a.mp3', mp3, 'audio/mpeg', 'AUDIO'], ['a.wav', wav(), 'audio/wav', 'AUDIO'],
    ['a.flac', Buffer.concat([Buffer.from('664c614300000022', 'hex'), Buffer.alloc(60)]), 'audio/flac', 'AUDIO'], ['a.py', Buffer.from('#!/usr/bin/python3\nprint(1)\n'), 'text/plain', 'CODE'], ['a.html', html, 'text/plain', 'CODE'], ['a.json', Buffer.from('{"a":1}'), 'application/json', 'CODE']];
  for (const [name, bytes, type, category] of taken) {
    const res = await put(g.owner, g.id, name, bytes, { fields: [['category', category]] });
    assert.deepEqual([name, res.status, res.body.data?.type], [name, 201, type], res.text);
    const got = await fetchBytes(res.body.data.url, { headers: cookie(g.member) });
    assert.deepEqual([name, got.status, got.headers['content-type'], got.headers['content-disposition'].split(';')[0]], [name, 200, type, 'attachment']);
  }
  for (const { id } of (await files(g.owner, g.id, 'GET', '?limit=50')).body.data) assert.equal((await files(g.owner, g.id, 'DELETE', `/${id}`)).status, 200);
  const elf = Buffer.concat([Buffer.from('7f454c4602010100', 'hex'), Buffer.alloc(56)]);
  const mz = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(62)]);
  const text = Buffer.from('hello');
  const refused = [...'exe bat cmd com scr pif msi dll sys drv sh bash csh vbs js jse wsf ps1 psm1 jar apk iso'.split(' ').map((ext) => [`a.${ext}`, text]), ['a', text], ['a.txt.exe', text], ['.txt', elf], ['a.txt', elf], ['a.zip', mz], ['a.py', Buffer.from('cafebabe00000034', 'hex')], ['a.png', text], ['a.png', jpg],
    ['a.zip', pdf], ['a.txt', png], ['a.txt', Buffer.alloc(0)], ['a.pdf', html], ['a.svg', png]];
  for (const [name, bytes] of refused) assert.deepEqual([name, ...refusal(await put(g.owner, g.id, name, bytes))], [name, 400, 'STUDY-124', 'string']);
  assert.deepEqual(refusal(await put(g.owner, g.id, 'a.txt', text, { fields: [['category', 'IMAGE']] })), [400, 'STUDY-124', 'string']);
  assert.deepEqual(refusal(await put(g.owner, g.id, 'a.txt', text, { fields: [['category', 'X']] })), [400, 'VALIDATION_ERROR', 'string']);
  assert.deepEqual((await files(g.owner, g.id)).body.data, []);
});

test('a picture is kept without what it says of its place', async () => {
  const g = await group();
  const exif = Buffer.concat([Buffer.from('ffe1', 'hex'), Buffer.from([0, 16]), Buffer.from('Exif\0\0GPSGPSGP')]);
  const f = await added(g.owner, g.id, 'a.jpg', Buffer.concat([jpg.subarray(0, 2), exif, jpg.subarray(2)]), { type: 'image/jpeg' });
  const { bytes } = await fetchBytes(f.url, { headers: cookie(g.owner) });
  assert.deepEqual([bytes.includes('GPS'), bytes.length, f.size], [false, f.size, jpg.length]);
});

test('fifty megabytes are taken, more are not', async () => {
  const g = await group();
  const big = Buffer.alloc(50 * 2 ** 20 + 1, 'text\n');
  const f = await added(g.owner, g.id, 'a.txt', big.subarray(0, -1));
  assert.deepEqual([f.size, f.storage.usagePercentage], [50 * 2 ** 20, 4]);
  assert.deepEqual(refusal(await put(g.owner, g.id, 'a.txt', big)), [400, 'STUDY-123', 'string']);
  for (const [raw, type] of [[Buffer.from('x'), 'multipart/form-data; boundary=x'], [Buffer.from('--x--\r\n'), 'multipart/form-data; boundary=x'], [Buffer.from('{}'), 'application/json']]) {
    const res = await send('POST', `/api/studies/${g.id}/files`, { raw, headers: { 'content-type': type, ...cookie(g.owner) } });
    assert.equal(res.status, 400, res.text);
  }
});

test('a group’s files are a gibibyte at most, whoever uploads at once', async () => {
  const g = await group();
  const bytes = Buffer.alloc(1000, 'text\n');
  for (const p of [g.owner, g.admin]) await fill(g.id, p, GIB / 2 - 1250); // 2500 are left
  const all = await Promise.all([g.owner, g.admin, g.member, g.owner, g.admin, g.member].map((p) => put(p, g.id, 'a.txt', bytes)));
  assert.deepEqual(all.map((r) => `${r.status} ${r.body.code ?? ''}`).sort(), [...Array(2).fill('201 '), ...Array(4).fill('507 STUDY-090')]);
  assert.equal(Math.max(...all.filter((r) => r.status === 201).map((r) => r.body.data.storage.used)), GIB - 500);
  assert.equal(all.find((r) => r.status === 201).body.data.storage.usagePercentage, 99);
  const mine = all.find((r) => r.status === 201).body.data;
  assert.equal((await files(g.owner, g.id, 'DELETE', `/${mine.id}`)).status, 200);
  assert.equal((await put(g.member, g.id, 'a.txt', bytes)).status, 201);
  const other = await study(g.owner);
  await fill(other, g.owner, GIB / 2 + 1250); // the owner's own storage is as large
  assert.deepEqual(refusal(await put(g.owner, await study(g.owner), 'a.txt', bytes.subarray(0, 2000))), [409, 'STORAGE_QUOTA_EXCEEDED', 'string']);
});

test('who uploaded it deletes it, as admins do; its bytes go, messages stay', async () => {
  const g = await group();
  const f = await added(g.member, g.id, 'a.png', png, { type: 'image/png' });
  const [{ k }] = await query('SELECT storage_key AS k FROM files WHERE id = ?', [f.id]);
  const said = await call(g.owner, 'POST', `/studies/${g.id}/chat`, { content: '이것', fileId: f.id });
  assert.deepEqual([said.status, said.body.data.file], [201, { id: f.id, name: 'a.png', url: f.url, type: 'image/png', size: png.length }]);
  const away = await study(g.owner, [g.admin, g.member]);
  const elsewhere = await added(g.owner, away);
  await outsiders(g, [['GET', `/studies/${g.id}/files`], ['GET', `/studies/${g.id}/files/${f.id}`], ['GET', `/studies/${g.id}/files/${f.id}/download`], ['DELETE', `/studies/${g.id}/files/${f.id}`], ['GET', '/studies/999999999/files']]);
  assert.deepEqual([refusal(await put(g.other, g.id, 'a.png', png)), refusal(await put(null, g.id, 'a.png', png))], [[403, 'STUDY_NOT_MEMBER', 'string'], [401, 'AUTH_001', 'string']]);
  const third = await added(g.owner, g.id);
  assert.deepEqual(refusal(await files(g.member, g.id, 'DELETE', `/${third.id}`)), [403, 'STUDY-094', 'string']);
  for (const id of [elsewhere.id, '999999999']) {
    assert.deepEqual(refusal(await files(g.owner, g.id, 'DELETE', `/${id}`)), [404, 'STUDY-093', 'string']);
    for (const what of ['', '/download']) assert.deepEqual(refusal(await files(g.owner, g.id, 'GET', `/${id}${what}`)), [404, 'STUDY-093', 'string']);
  }
  assert.equal((await send('DELETE', `/chat/files/${f.id}`, { token: g.member.access })).status, 404); // no file of a chat
  assert.ok(fs.existsSync(path.join(env.run, 'files', k.slice(0, 2), k)));
  assert.deepEqual((await files(g.member, g.id, 'DELETE', `/${f.id}`)).body, { success: true, message: '파일을 삭제했습니다', data: null });
  assert.ok(!fs.existsSync(path.join(env.run, 'files', k.slice(0, 2), k)));
  for (const method of ['DELETE', 'GET']) assert.deepEqual(refusal(await files(g.member, g.id, method, `/${f.id}`)), [404, 'STUDY-093', 'string']);
  const [m] = (await call(g.member, 'GET', `/studies/${g.id}/chat`)).body.data;
  assert.deepEqual([m.content, m.fileId, m.file], ['이것', null, null]);
  assert.equal((await files(g.admin, g.id, 'DELETE', `/${third.id}`)).status, 200);
  assert.deepEqual((await files(g.admin, g.id)).body.data, []);
});
