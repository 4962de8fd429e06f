// Uploads outside of groups, and pictures of people who are signing up: /api/upload of the study groups' pages.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call, refusal } from '../harness/board.mjs';
import { get, person, post, send, unique } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { bigPng, fetchBytes, form, gif, html, jpg, kept, pdf, png, stored, upload } from '../harness/files.mjs';

after(closeDb);
// of what was uploaded, once it is somebody's picture
const shown = (url) => url.replace(/^\/uploads\/avatar\//, '/uploads/avatars/');
const keyOf = (url) => url.split('/').pop();
const put = (p, type, bytes = png, name = 'a.png', said = 'image/png', more = {}) => {
  const f = form([...(type ? [['type', type]] : []), ['file', bytes, name, said]]);
  return call(p, 'POST', '/upload', undefined, { ...f, ...more, headers: { ...f.headers, ...more.headers } });
};
const rowOf = async (url) => (await query('SELECT owner_id, purpose, deleted_at FROM files WHERE storage_key = ?', [keyOf(url)]))[0];
// as the page does it, which logs in then
const signUp = async (avatar, more = {}) => {
  const body = { name: '새내기', email: `${unique()}@test.example.com`, password: 'correct horse 7', avatar, ...more };
  const { status, body: { user } } = await send('POST', '/api/auth/signup', { body });
  return { status, body: user && { userId: user.id, accessToken: (await post('/auth/login', { email: body.email, password: body.password })).body.accessToken } };
};

test('who is signing up uploads a picture, signs up with it and has it, as any picture of a person', async () => {
  const res = await put(null, 'avatar', jpg, 'me.jpg', 'image/jpeg');
  const { url } = res.body;
  assert.match(url, /^\/uploads\/avatar\/[0-9a-f]{32}\.jpg$/);
  assert.deepEqual([res.status, res.body], [200, { success: true, url, fileName: 'me.jpg', size: jpg.length, type: 'image/jpeg' }]);
  assert.deepEqual([(await fetchBytes(url)).status, await rowOf(url)], [200, { owner_id: null, purpose: 'PROFILE', deleted_at: null }]);
  const [p, other] = await Promise.all([signUp(url), signUp(url)]); // one of them has it, the other just names it
  assert.deepEqual([p.status, other.status], [201, 201]);
  const owner = String((await rowOf(url)).owner_id);
  const [mine, theirs] = owner === p.body.userId ? [p.body, other.body] : [other.body, p.body];
  assert.equal(owner, mine.userId);
  const as = (x) => ({ id: x.userId, access: x.accessToken });
  assert.deepEqual([(await call(as(mine), 'GET', '/auth/me')).body.user.avatar, (await call(as(theirs), 'DELETE', '/users/avatar')).status, (await fetchBytes(url)).status], [shown(url), 404, 200]);
  assert.equal((await call(as(mine), 'DELETE', '/users/avatar')).status, 200);
  assert.deepEqual([(await fetchBytes(url)).status, stored().kept.includes(keyOf(url))], [404, false]);
});

test('a sign-up takes no file that is somebody’s, is gone or was no such picture; a refused one leaves it', async () => {
  const p = await person();
  const own = (await put(p, 'avatar')).body.url;
  const [gone, refused, absolute] = [(await put(null, 'avatar')).body.url, (await put(null, 'avatar')).body.url, (await put(null, 'avatar')).body.url];
  await query('UPDATE files SET deleted_at = NOW(3) WHERE storage_key = ?', [keyOf(gone)]);
  for (const url of [own, gone, 'https://img.example.com/upload/file/x', '/elsewhere.png']) {
    const res = await signUp(url);
    assert.deepEqual([url, res.status, (await call({ access: res.body.accessToken }, 'GET', '/auth/me')).body.user.avatar], [url, 201, shown(url)]);
  }
  assert.deepEqual([String((await rowOf(own)).owner_id), (await rowOf(gone)).owner_id], [p.id, null]);
  assert.deepEqual([(await signUp(refused, { email: p.email })).status, (await rowOf(refused)).owner_id], [409, null]);
  const later = await signUp(`${process.env.TEST_HTTP}${absolute}?w=80`); // as pages put an address together
  assert.deepEqual([later.status, String((await rowOf(absolute)).owner_id)], [201, later.body.userId]);
  await query('UPDATE files SET deleted_at = NULL WHERE storage_key = ?', [keyOf(gone)]); // its bytes are there
});

test('with a login: a picture of mine, or any file that is taken here; each counts as mine', async () => {
  const p = await person();
  const { url, ...picture } = (await put(p, 'AVATAR', gif, 'a.gif', 'image/gif')).body;
  assert.deepEqual([picture, await rowOf(url)], [{ success: true, fileName: 'a.gif', size: gif.length, type: 'image/gif' }, { owner_id: Number(p.id), purpose: 'PROFILE', deleted_at: null }]);
  assert.equal((await call(p, 'PATCH', '/users/me', { avatar: url })).body.user.avatar, shown(url));
  for (const type of [undefined, 'general']) {
    const res = await put(p, type, pdf, '자료 1.pdf', 'application/pdf');
    const { url: at, ...rest } = res.body;
    assert.deepEqual([res.status, rest, await rowOf(at)], [200, { success: true, fileName: '자료 1.pdf', size: pdf.length, type: 'application/pdf' }, { owner_id: Number(p.id), purpose: 'CHAT', deleted_at: null }]);
  }
  assert.deepEqual((await get('/chat/files/my-files', { token: p.access })).body.data.map((f) => f.fileName), ['자료 1.pdf', '자료 1.pdf']);
  assert.equal((await put(p, 'general', bigPng(5 << 20))).status, 200);
  assert.equal((await upload('/coup/upload', [['file', png, 'a.png', 'image/png']], p)).status, 200, 'with a token');
});

test('what is refused, and by whom', async () => {
  const p = await person();
  for (const [answer, want] of [
    [put(null, 'general'), [401, 'AUTH_001']], [put(null, undefined), [401, 'AUTH_001']], [put({ access: 'no.such.token' }, 'general'), [401, 'AUTH_001']],
    [put(null, '../avatars'), [400, 'VALIDATION_ERROR']], [put(p, 'studies'), [400, 'VALIDATION_ERROR']], [call(p, 'POST', '/upload', undefined, form([['type', 'general']])), [400, 'VALIDATION_ERROR']],
    [call(p, 'POST', '/upload', undefined, form([['file', png, 'a.png'], ['file', png, 'b.png']])), [400, 'VALIDATION_ERROR']], [call(p, 'POST', '/upload', undefined, { raw: 'x', headers: { 'content-type': 'multipart/form-data; boundary=x' } }), [400, 'INVALID_FORM_DATA']],
    [put(null, 'avatar', pdf, 'a.pdf', 'application/pdf'), [400, 'INVALID_FILE_TYPE']], [put(p, 'avatar', pdf, 'a.pdf', 'application/pdf'), [400, 'INVALID_FILE_TYPE']], [put(null, 'avatar', html), [400, 'INVALID_FILE_TYPE']], [put(p, 'general', html, 'a.html', 'text/html'), [400, 'INVALID_FILE_TYPE']],
    [put(null, 'avatar', bigPng((5 << 20) + 1)), [400, 'FILE_TOO_LARGE']], [put(p, 'general', bigPng((5 << 20) + 1)), [400, 'FILE_TOO_LARGE']], [put(p, 'general', bigPng(7 << 20)), [400, 'FILE_TOO_LARGE']],
    [put(p, 'general', png, 'a.png', 'image/png', { headers: { origin: 'https://evil.example.com' } }), [403, 'USER_002']],
  ]) assert.deepEqual(refusal(await answer), [...want, 'string']);
  const full = (owner) => query("INSERT INTO files (storage_key, owner_id, name, content_type, kind, purpose, size, sha256) VALUES (?, ?, 'x', 'image/png', 'IMAGE', 'PROFILE', ?, REPEAT('x', 32))", [`full${owner}`, owner, 1 << 30]);
  await full(null);
  const none = await put(null, 'avatar', png, 'a.png', 'image/png', { headers: { 'accept-language': 'en' } });
  assert.deepEqual([none.status, none.body.code, none.body.error, none.headers['retry-after']], [503, 'UPLOADS_FULL', 'No pictures are taken for the moment; try again later', '3600']);
  assert.equal((await put(p, 'avatar')).status, 200, 'who has an account is not concerned');
  await query("DELETE FROM files WHERE storage_key = 'fullnull'");
  await full(p.id);
  for (const type of ['avatar', 'general']) assert.deepEqual(refusal(await put(p, type)), [409, 'STORAGE_QUOTA_EXCEEDED', 'string']);
  assert.equal((await put(null, 'avatar')).status, 200);
  await query('DELETE FROM files WHERE storage_key = ?', [`full${p.id}`]);
  await query("INSERT INTO sanctions (user_id, admin_id, type, reason) VALUES (?, ?, 'FILE_UPLOAD_BAN', 'r')", [p.id, p.id]);
  assert.deepEqual([refusal(await put(p, 'general')), (await put(p, 'avatar')).status], [[403, 'ACTION_RESTRICTED', 'string'], 200]);
  await query('DELETE FROM sanctions WHERE user_id = ?', [p.id]);
  assert.equal(await kept(p), 2);
  assert.equal((await post('/upload', {}, { token: p.access })).status, 404, 'with a version it is nothing');
});
