// A person's picture: uploaded, named by its address, replaced and taken away; and where others see it.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { get, person, post, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { bigPng, fetchBytes, gif, html, kept, jpg, pdf, png, stored, upload } from '../harness/files.mjs';
import { until } from '../harness/stack.mjs';
import { closeAll, connect } from '../harness/stomp.mjs';

after(closeAll);
after(closeDb);
const as = (p) => ({ token: p.access });
const refusal = (res) => [res.status, res.body?.code];
const put = (p, bytes = png, name = 'a.png', more = {}) => upload('/users/me/profile-image', [['file', bytes, name]], p, more);
const keyOf = (url) => url.split('/').pop();
const shown = async (p) => (await get('/users/profile', as(p))).body.data.profileImage;

test('each address and method takes a file or an address, and answers where the clients read', async () => {
  const p = await person();
  for (const where of ['/users/me/profile-image', '/users/profile-image', '/user/profile-image', '/users/profile/image', '/user/profile/image', '/users/me/profile/image']) {
    const res = await upload(where, [['image', jpg, 'camera-photo-2026-01-01T00:00:00.000Z.jpg', 'image/jpeg']], p);
    assert.equal(res.status, 200, `${where}: ${res.text}`);
    assert.match(res.body.url, /^\/api\/v1\/upload\/file\/[0-9a-f]{32}\.jpg$/);
    assert.deepEqual([res.body.data.url, res.body.data.profileImage, await shown(p)], [res.body.url, res.body.url, res.body.url]);
    for (const [method, body] of [['PATCH', { profileImage: 'https://example.com/a.png' }], ['PUT', { profileImageUrl: '/b.png' }], ['POST', { url: 'https://example.com/c.png' }]]) {
      const named = await send(method, where, { ...as(p), body });
      assert.deepEqual([named.status, named.body.url, await shown(p)], [200, Object.values(body)[0], Object.values(body)[0]], `${method} ${where}`);
    }
    assert.equal((await send('DELETE', where, as(p))).status, 200);
    assert.equal(await shown(p), null);
  }
  const large = await put(p, bigPng(5 << 20)); // more than other addresses take
  assert.equal(large.status, 200);
  const file = await fetchBytes(large.body.url);
  assert.deepEqual([file.status, file.headers['content-type'], file.headers['cache-control'], file.bytes.length], [200, 'image/png', 'public, max-age=3600', 5 << 20]);
});

test('the picture before goes with its bytes; other files and the same picture stay', async () => {
  const p = await person();
  const other = (await upload('/upload/image', [['file', png, 'mine.png']], p)).body.data;
  const first = (await put(p)).body.url;
  assert.equal((await send('PATCH', '/user/profile-image', { ...as(p), body: { profileImage: `https://api.example.com${first}?w=80` } })).status, 200);
  assert.equal((await fetchBytes(first)).status, 200, 'named again');
  const second = (await put(p, gif, 'b.gif')).body.url;
  assert.deepEqual([(await fetchBytes(first)).status, (await fetchBytes(second)).status, stored().kept.includes(keyOf(first))], [404, 200, false]);
  await send('PUT', '/user/profile', { ...as(p), body: { profileImageUrl: other.url } });
  assert.deepEqual([(await fetchBytes(second)).status, await shown(p)], [404, other.url]);
  await send('DELETE', '/users/profile-image', as(p));
  assert.deepEqual([await shown(p), (await fetchBytes(other.url)).status], [null, 200], 'it was not uploaded as that');
  const third = (await put(p)).body.url;
  const thief = await person();
  await send('PATCH', '/user/profile-image', { ...as(thief), body: { url: third } });
  await send('DELETE', '/user/profile-image', as(thief));
  assert.equal((await fetchBytes(third)).status, 200, "somebody else's");
  await kept(p);
});

test('onboarding replaces it like any other way', async () => {
  const p = await person();
  const first = (await put(p)).body.url;
  for (const [where, body] of [['/onboarding/steps/1/save', { stepData: { profileImage: '/a.png' } }], ['/users/complete-onboarding', { profileImageUrl: '/b.png', topicIds: [1] }]]) {
    assert.equal((await post(where, body, as(p))).status, 200);
    assert.equal(await shown(p), Object.values(body.stepData ?? body)[0]);
  }
  assert.deepEqual([(await fetchBytes(first)).status, stored().kept.includes(keyOf(first))], [404, false]);
  const refused = await post('/users/complete-onboarding', { profileImageUrl: '/c.png', topicIds: [99999] }, as(p));
  assert.deepEqual([refused.status, await shown(p)], [400, '/b.png']);
});

test('a picture is no file of the chat: it is neither listed nor deleted as one', async () => {
  const p = await person();
  const { url } = (await put(p)).body;
  const sent = (await upload('/upload/image', [['file', png, 'mine.png']], p)).body.data;
  const [row] = await query('SELECT id FROM files WHERE storage_key = ?', [keyOf(url)]);
  assert.deepEqual((await get('/chat/files/my-files', as(p))).body.data.map((f) => f.url), [sent.url]);
  for (const where of [`/chat/files/${row.id}`, `/upload/file/${keyOf(url)}`]) assert.deepEqual(refusal(await send('DELETE', where, as(p))), [404, 'FILE_NOT_FOUND'], where);
  assert.deepEqual([(await fetchBytes(url)).status, await shown(p)], [200, url]);
});

test('of many at once one stays, and nothing of the others', async () => {
  const p = await person();
  const all = await Promise.all(Array.from({ length: 8 }, () => put(p)));
  assert.deepEqual([...new Set(all.map((r) => r.status))], [200]);
  const now = await shown(p);
  const there = await Promise.all(all.map(async (r) => [r.body.url, (await fetchBytes(r.body.url)).status]));
  assert.deepEqual(there.filter(([, status]) => status === 200), [[now, 200]]);
  await kept(p);
});

test('an address may be in any script, and is replaced like others', async () => {
  const p = await person();
  for (const url of ['/a.png가😀', 'https://img.example.com/사진.png', '/a.png', `/${'x'.repeat(60)}가`]) {
    const res = await send('PUT', '/user/profile', { token: p.access, body: { profileImage: url } });
    assert.deepEqual([res.status, res.body.data?.profileImage], [200, url], res.text);
  }
});

test('what is no picture, too large, too much or nobody\'s is refused and changes nothing', async () => {
  const p = await person();
  const { url } = (await put(p)).body;
  for (const [bytes, name] of [[pdf, 'a.pdf'], [html, 'a.png'], [png.subarray(0, -12), 'a.png']]) assert.deepEqual(refusal(await put(p, bytes, name)), [400, 'INVALID_FILE_TYPE']);
  assert.deepEqual(refusal(await put(p, bigPng((10 << 20) + 1))), [400, 'FILE_TOO_LARGE']);
  assert.deepEqual(refusal(await send('POST', '/users/me/profile-image', { ...as(p), raw: 'x', headers: { 'content-type': 'multipart/form-data; boundary=x' } })), [400, 'INVALID_FORM_DATA']);
  for (const body of [{}, { url: 'javascript:alert(1)' }, { url: '' }]) assert.deepEqual(refusal(await post('/users/me/profile-image', body, as(p))), [400, 'VALIDATION_ERROR']);
  assert.deepEqual(refusal(await send('POST', '/users/me/profile-image', {})), [401, 'AUTH_001']);
  await query("INSERT INTO files (storage_key, owner_id, name, content_type, kind, size, sha256, deleted_at) VALUES (?, ?, 'x', 'image/png', 'IMAGE', ?, REPEAT('x', 32), NULL)", [`full${p.id}`, p.id, 1 << 30]);
  assert.deepEqual(refusal(await put(p)), [409, 'STORAGE_QUOTA_EXCEEDED']);
  await query('DELETE FROM files WHERE storage_key = ?', [`full${p.id}`]);
  assert.equal(await shown(p), url);
  await query("UPDATE users SET status = 'DELETED' WHERE id = ?", [p.id]);
  assert.deepEqual(refusal(await put(p)), [404, 'USER_001']);
  assert.deepEqual(refusal(await send('DELETE', '/user/profile-image', as(p))), [404, 'USER_001']);
  await kept(p);
  assert.deepEqual((await query('SELECT storage_key FROM files WHERE owner_id = ? AND deleted_at IS NULL', [p.id])).map((r) => r.storage_key), [keyOf(url)]);
});

test('others see the new picture at once: in profiles, rooms, messages, and when somebody types', async () => {
  const [a, b] = [await person('가온'), await person('나래')];
  const id = (await post('/chat/rooms', { roomType: 'DIRECT', participantIds: [b.id] }, as(a))).body.data.roomId;
  await post(`/chat/rooms/${id}/messages`, { message: '안녕' }, as(a));
  const [ca, cb] = [await connect(a.access), await connect(b.access)];
  const typing = await cb.subscribe(`/sub/chat/room/${id}/typing`);
  await ca.subscribe(`/sub/chat/room/${id}`);
  await ca.send('/pub/chat/typing', { roomId: id, isTyping: true });
  assert.deepEqual((await typing.count(1)).map((t) => [t.userName, t.userProfileImage]), [['가온', null]]);
  const { url } = (await put(a)).body;
  await send('PUT', '/user/profile', { ...as(a), body: { name: '가온누리' } });
  const seen = async (q) => (await get(q, as(b))).body.data;
  assert.equal((await seen(`/users/${a.id}/profile`)).profileImage, url);
  assert.equal((await seen('/chat/rooms')).find((r) => r.roomId === id).participants.find((x) => x.userId === a.id).profileImage, url);
  assert.equal((await seen(`/chat/rooms/${id}/messages`))[0].sender.profileImage, url);
  // the gateway hears of it a moment later
  await until(async () => {
    await ca.send('/pub/chat/typing', { roomId: id, isTyping: true });
    const last = typing.messages.at(-1);
    return last.userProfileImage === url && last.userName === '가온누리';
  });
  await send('DELETE', '/user/profile-image', as(a));
  await until(async () => {
    await ca.send('/pub/chat/typing', { roomId: id, isTyping: true });
    return typing.messages.at(-1).userProfileImage === null;
  });
});
