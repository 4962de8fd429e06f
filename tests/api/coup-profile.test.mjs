// One's own account as the study groups' pages have it: /api without a version, with the session cookie.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import sharp from 'sharp';
import { announce } from '../harness/announce.mjs';
import { call, refusal } from '../harness/board.mjs';
import { env, get, person, post, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { bigPng, fetchBytes, form, gif, html, jpg, kept, pdf, png, stored, upload } from '../harness/files.mjs';
import { until } from '../harness/stack.mjs';
import { study } from '../harness/study.mjs';
import { closeAll, connect } from '../harness/stomp.mjs';

after(closeAll);
after(closeDb);
const as = (p) => ({ token: p.access });
const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const address = (ext) => new RegExp(`^/uploads/avatars/[0-9a-f]{32}\\.${ext}$`);
const keyOf = (url) => url.split('/').pop();
const asOthers = (url) => url?.replace('/uploads/avatars/', '/api/v1/upload/file/') ?? null; // as everybody but the study groups has it
const mine = async (p) => (await call(p, 'GET', '/auth/me')).body.user;
const put = (p, bytes = bigPng(1024), name = 'a.png', type = 'image/png', more = {}) => call(p, 'POST', '/users/avatar', undefined, { ...form([['file', bytes, name, type]]), ...more });
const dataUrl = (bytes, type = 'image/png') => `data:${type};base64,${bytes.toString('base64')}`;

test('a picture: each kind, its address in the answer, told of where it came from, the one before gone with its bytes', async () => {
  const p = await person('하나');
  const pixels = sharp({ create: { width: 64, height: 64, channels: 3, background: '#123456', noise: { type: 'gaussian', mean: 128, sigma: 60 } } });
  const webp = await pixels.clone().webp({ lossless: true }).toBuffer();
  const photo = await pixels.clone().withExif({ IFD0: { Copyright: 'secret maker' } }).jpeg({ quality: 100 }).toBuffer();
  assert.ok(photo.includes('secret maker'));
  const animated = await pixels.clone().gif().toBuffer();
  let before;
  for (const [bytes, name, type, ext] of [[bigPng(1024), 'a.png', 'image/png', 'png'], [photo, 'b.JPG', 'image/jpg', 'jpg'], [photo, 'b.jpeg', 'image/jpeg', 'jpg'], [animated, 'c.gif', 'image/gif', 'gif'], [webp, 'd.webp', 'image/webp', 'webp'], [bigPng(5 << 20), 'e', 'image/png', 'png']]) {
    const res = await put(p, bytes, name, type);
    assert.equal(res.status, 200, `${name}: ${res.text}`);
    const { avatar } = res.body.user;
    assert.match(avatar, address(ext));
    assert.deepEqual(res.body, { success: true, message: '프로필 사진이 변경되었습니다', user: { id: p.id, email: p.email, name: '하나', avatar, bio: null } });
    const file = await fetchBytes(avatar);
    assert.deepEqual([file.status, file.bytes.includes('secret maker'), (await mine(p)).avatar], [200, false, avatar]);
    if (before) assert.deepEqual([(await fetchBytes(before)).status, stored().kept.includes(keyOf(before))], [404, false]);
    before = avatar;
  }
  const gone = await call(p, 'DELETE', '/users/avatar', undefined, { headers: { 'accept-language': 'en' } });
  assert.deepEqual([gone.status, gone.body], [200, { success: true, message: 'Your picture was taken away', user: { id: p.id, email: p.email, name: '하나', avatar: null, bio: null } }]);
  assert.deepEqual([(await fetchBytes(before)).status, stored().kept.includes(keyOf(before)), (await mine(p)).avatar], [404, false, null]);
  assert.equal(await kept(p), 6); // rows that outlive their bytes
});

test('its address is below /uploads/ to the study groups, whose page has no button to take it away else; to others it is as any file', async () => {
  const p = await person();
  const { avatar } = (await put(p)).body.user;
  const known = asOthers(avatar);
  const inTable = async () => (await query('SELECT profile_image AS at FROM users WHERE id = ?', [p.id]))[0].at;
  assert.deepEqual([(await get('/user/profile', { token: p.access })).body.data.profileImage, await inTable()], [known, known]);
  assert.deepEqual([(await call(p, 'GET', '/auth/session')).body.user.image, (await call(p, 'GET', '/user/profile')).body.user.avatar], [avatar, avatar]);
  // what a page sends back is what it was
  for (const way of [avatar, avatar.replace('avatars', 'avatar'), known]) {
    assert.equal((await call(p, 'PATCH', '/users/me', { avatar: way })).body.user.avatar, avatar);
    assert.equal(await inTable(), known);
  }
  for (const other of ['/uploads/avatars/1_12345_old.jpg', `/uploads/studies/${keyOf(avatar)}`, `https://img.example.com${avatar}`]) {
    assert.deepEqual([(await call(p, 'PATCH', '/users/me', { avatar: other })).body.user.avatar, await inTable()], [other, other]);
  }
});

test('Next.js is asked for a smaller one: a picture of ours is the picture itself, any other the site\'s own affair', async () => {
  const p = await person();
  const { avatar } = (await put(p)).body.user;
  const known = asOthers(avatar);
  const ask = (query) => fetch(`${env.base}/_next/${query}`, { redirect: 'manual' });
  const smaller = (url, encoded = encodeURIComponent(url)) => ask(`image?url=${encoded}&w=32&q=75`);
  announce('/_next/image'); // there are no files of Next.js here
  for (const res of [await smaller(avatar), await smaller(known), await smaller(avatar, avatar), await ask(`image?w=32&url=${encodeURIComponent(known.replace('/v1', ''))}`)]) {
    assert.deepEqual([res.status, res.headers.get('location')], [302, `..${known}`]);
    assert.equal((await fetchBytes(new URL(res.headers.get('location'), `${env.base}/_next/image`).pathname)).status, 200);
  }
  for (const url of ['/images/logo.png', '/uploads/studies/1/a.png', `https://img.example.com${avatar}`, `${avatar}/../x`, `/uploads/avatars/${'g'.repeat(32)}.png`]) assert.equal((await smaller(url)).status, 404, url);
  assert.equal((await ask(`images?url=${encodeURIComponent(avatar)}`)).status, 404);
});

test('of many pictures at once one stays; only one that was uploaded here can be taken away', async () => {
  const p = await person();
  assert.deepEqual(refusal(await call(p, 'DELETE', '/users/avatar')), [404, 'PROFILE-032', 'object']);
  for (const url of ['https://img.example.com/a.png', '/default.png']) {
    await call(p, 'PATCH', '/users/me', { avatar: url });
    assert.deepEqual([...refusal(await call(p, 'DELETE', '/users/avatar')), (await mine(p)).avatar], [404, 'PROFILE-032', 'object', url]);
  }
  const other = (await upload('/upload/image', [['file', png, 'mine.png']], p)).body.data.url; // no picture of a person
  await call(p, 'PATCH', '/users/me', { avatar: other });
  assert.deepEqual([refusal(await call(p, 'DELETE', '/users/avatar'))[1], (await fetchBytes(other)).status], ['PROFILE-032', 200]);
  const all = await Promise.all(Array.from({ length: 6 }, () => put(p)));
  assert.deepEqual([...new Set(all.map((r) => r.status))], [200]);
  const { avatar } = await mine(p);
  const rows = await query("SELECT storage_key FROM files WHERE owner_id = ? AND purpose = 'PROFILE' AND deleted_at IS NULL", [p.id]);
  assert.deepEqual([rows.map((r) => r.storage_key), await kept(p)], [[keyOf(avatar)], 7]);
  const thief = await person();
  await call(thief, 'PATCH', '/users/me', { avatar });
  assert.deepEqual([refusal(await call(thief, 'DELETE', '/users/avatar'))[1], (await fetchBytes(avatar)).status], ['PROFILE-032', 200], "somebody else's");
  const twice = await Promise.all([1, 2].map(() => call(p, 'DELETE', '/users/avatar')));
  assert.deepEqual(twice.map((r) => r.status).sort(), [200, 404]);
});

test('what is no picture, too small, too large, or nobody’s is refused and changes nothing', async () => {
  const p = await person();
  const { avatar } = (await put(p)).body.user;
  const big = bigPng(2000);
  for (const [answer, want] of [
    [call(p, 'POST', '/users/avatar', undefined, form([['name', 'x']])), [400, 'PROFILE-021']], [call(p, 'POST', '/users/avatar', {}), [400, 'PROFILE-021']],
    [call(p, 'POST', '/users/avatar', undefined, form([['file', big, 'a.png', 'image/png'], ['file', big, 'b.png', 'image/png']])), [400, 'PROFILE-021']],
    [call(p, 'POST', '/users/avatar', undefined, { raw: 'x', headers: { 'content-type': 'multipart/form-data; boundary=x' } }), [400, 'PROFILE-021']],
    [put(p, pdf, 'a.pdf', 'application/pdf'), [400, 'PROFILE-023']], [put(p, big, 'a.png', 'image/avif'), [400, 'PROFILE-023']], [put(p, big, 'a.png', ''), [400, 'PROFILE-023']],
    [put(p, Buffer.concat([html, Buffer.alloc(2000, 'x')])), [400, 'PROFILE-023']], [put(p, Buffer.concat([jpg, Buffer.alloc(2000)])), [400, 'PROFILE-023']],
    [put(p, big, 'a.jpg'), [400, 'PROFILE-024']], [put(p, big, 'a.avif'), [400, 'PROFILE-024']], [put(p, big.subarray(0, -12)), [400, 'PROFILE-024']], [put(p, bigPng(1023)), [400, 'PROFILE-024']], [put(p, gif, 'a.gif', 'image/gif'), [400, 'PROFILE-024']],
    [put(p, bigPng((5 << 20) + 1)), [413, 'PROFILE-022']], [put(p, bigPng(7 << 20)), [413, 'PROFILE-022']],
    [put(null), [401, 'AUTH_006']], [call(null, 'DELETE', '/users/avatar'), [401, 'AUTH_006']],
  ]) assert.deepEqual(refusal(await answer), [...want, 'object']);
  assert.deepEqual(refusal(await put(p, big, 'a.png', 'image/png', { headers: { ...form([]).headers, origin: 'https://evil.example.com' } })), [403, 'USER_002', 'object']);
  const said = (await get('/openapi.json')).body.paths['/coup/users/avatar'].post.responses;
  assert.deepEqual([/`FILE_TOO_LARGE`/.test(said['413']?.description), /`FILE_TOO_LARGE`/.test(said['400'].description)], [true, false]);
  const en = await put(p, pdf, 'a.pdf', 'application/pdf', { headers: { ...form([]).headers, 'accept-language': 'en' } });
  assert.equal(en.body.error.message, 'This type of file is not taken here, or the file is not what its name says (file: must be a JPEG, PNG, GIF or WebP picture)');
  await query("INSERT INTO files (storage_key, owner_id, name, content_type, kind, size, sha256) VALUES (?, ?, 'x', 'image/png', 'IMAGE', ?, REPEAT('x', 32))", [`full${p.id}`, p.id, 1 << 30]);
  assert.deepEqual(refusal(await put(p)), [409, 'STORAGE_QUOTA_EXCEEDED', 'object']);
  assert.deepEqual(refusal(await call(p, 'PUT', '/user/profile', { avatar: dataUrl(png) })), [409, 'STORAGE_QUOTA_EXCEEDED', 'string']);
  await query('DELETE FROM files WHERE storage_key = ?', [`full${p.id}`]);
  assert.equal((await mine(p)).avatar, avatar);
  await query("UPDATE users SET status = 'DELETED' WHERE id = ?", [p.id]);
  for (const [answer, error] of [[put(p), 'object'], [call(p, 'DELETE', '/users/avatar'), 'object'], [call(p, 'GET', '/user/profile'), 'string'], [call(p, 'PUT', '/user/profile', { name: '다른' }), 'string']]) assert.deepEqual(refusal(await answer), [404, 'PROFILE-015', error]);
  await kept(p);
  assert.deepEqual((await query('SELECT storage_key FROM files WHERE owner_id = ? AND deleted_at IS NULL', [p.id])).map((r) => r.storage_key), [keyOf(avatar)]);
});

test('the page of one’s own: what it shows, what is changed and what stays, the picture inside the body', async () => {
  const p = await person('하나');
  const first = await call(p, 'GET', '/user/profile');
  const { createdAt, lastLoginAt, ...user } = first.body.user;
  assert.deepEqual([first.status, first.body.success, iso.test(createdAt), iso.test(lastLoginAt), user], [200, true, true, true, { id: p.id, email: p.email, name: '하나', avatar: null, image: null, bio: '', role: 'USER', status: 'ACTIVE' }]);
  let now = first.body.user;
  for (const [body, then] of [[{ name: ' 두리 ', bio: '안녕\n반가워요' }, { name: '두리', bio: '안녕\n반가워요' }], [{ avatar: 'https://img.example.com/a.png' }, { avatar: 'https://img.example.com/a.png' }],
    [{ bio: '', avatar: '' }, { bio: '' }], [{ name: '셋', bio: 'x'.repeat(200) }, null], [{ name: '가'.repeat(50), bio: null, avatar: null }, { name: '가'.repeat(50), bio: '', avatar: null }]]) {
    const res = await call(p, 'PUT', '/user/profile', body);
    if (!then) {
      assert.deepEqual(refusal(res), [400, 'PROFILE-002', 'string']);
      continue;
    }
    now = { ...now, ...then, image: 'avatar' in then ? then.avatar : now.image };
    assert.deepEqual([body, res.status, res.body], [body, 200, { success: true, message: '프로필이 수정되었습니다', user: now }]);
    assert.deepEqual((await call(p, 'GET', '/user/profile')).body.user, now);
  }
  for (const [bytes, type, ext] of [[png, 'image/png', 'png'], [jpg, 'image/jpeg', 'jpg'], [bigPng(5 << 20), 'image/png', 'png']]) {
    const res = await call(p, 'PUT', '/user/profile', { name: '두리', bio: '', avatar: dataUrl(bytes, type) });
    assert.equal(res.status, 200, res.text);
    assert.match(res.body.user.avatar, address(ext));
    assert.deepEqual([(await fetchBytes(res.body.user.avatar)).bytes.length, res.body.user.name], [bytes.length, '두리']);
    if (now.avatar) assert.equal((await fetchBytes(now.avatar)).status, 404);
    now = res.body.user;
  }
  const again = await call(p, 'PUT', '/user/profile', { avatar: now.avatar, name: '세나' }); // as the page sends back what it has
  assert.deepEqual([again.body.user, (await fetchBytes(now.avatar)).status], [{ ...now, name: '세나' }, 200]);
  for (const body of [{}, { role: 'ADMIN' }]) assert.deepEqual(refusal(await call(p, 'PUT', '/user/profile', body)), [400, 'PROFILE-001', 'string']);
  for (const [body, want] of [
    [{ name: '' }, [400, 'PROFILE-002']], [{ name: ' ' }, [400, 'PROFILE-002']], [{ name: '하' }, [400, 'PROFILE-002']], [{ name: 'x'.repeat(51) }, [400, 'PROFILE-002']], [{ name: 7 }, [400, 'PROFILE-002']], [{ bio: 'x'.repeat(201) }, [400, 'PROFILE-005']], [{ bio: [] }, [400, 'PROFILE-005']],
    [{ avatar: 'javascript:alert(1)' }, [400, 'PROFILE-034']], [{ avatar: `/${'x'.repeat(2048)}` }, [400, 'PROFILE-034']], [{ avatar: 7 }, [400, 'PROFILE-034']], [{ avatar: '/가.png' }, [400, 'PROFILE-034']],
    [{ avatar: dataUrl(html, 'image/png') }, [400, 'INVALID_FILE_TYPE']], [{ avatar: dataUrl(pdf, 'application/pdf') }, [400, 'INVALID_FILE_TYPE']], [{ avatar: dataUrl(png, 'image/svg+xml') }, [400, 'INVALID_FILE_TYPE']],
    [{ avatar: 'data:image/png,x' }, [400, 'INVALID_FILE_TYPE']], [{ avatar: 'data:image/png;base64,*' }, [400, 'INVALID_FILE_TYPE']], [{ avatar: dataUrl(bigPng((5 << 20) + 1)) }, [400, 'FILE_TOO_LARGE']], [{ avatar: dataUrl(bigPng(6 << 20)) }, [413, 'PAYLOAD_TOO_LARGE']],
  ]) assert.deepEqual(refusal(await call(p, 'PUT', '/user/profile', { name: '바뀐', ...body })), [...want, 'string']);
  assert.deepEqual((await call(p, 'GET', '/user/profile')).body.user, { ...now, name: '세나' });
  for (const method of ['GET', 'PUT']) assert.deepEqual(refusal(await call(null, method, '/user/profile', method === 'PUT' ? {} : undefined)), [401, 'AUTH_006', 'string']);
  await kept(p);
  assert.deepEqual((await get('/user/profile', as(p))).body.data.englishName, null, 'with a token it is the learners’');
});

test('one’s account with how much is one’s own', async () => {
  const [p, other] = [await person('하나'), await person('두리')];
  const mine_ = async () => (await call(p, 'GET', '/users/me')).body;
  const { user: { createdAt, lastLoginAt, ...user }, ...rest } = await mine_();
  const none = { _count: { studyMembers: 0, tasks: 0, notifications: 0 }, stats: { studyCount: 0, taskCount: 0, unreadNotifications: 0 } };
  assert.deepEqual([rest, iso.test(createdAt), iso.test(lastLoginAt), user], [{ success: true }, true, true, { id: p.id, email: p.email, name: '하나', avatar: null, image: null, bio: '', role: 'USER', status: 'ACTIVE', ...none }]);
  for (const [owner, members] of [[p, [other]], [other, [p]], [other, []], [p, []]]) await study(owner, members);
  await query("UPDATE study_members SET status = 'PENDING' WHERE user_id = ? AND role = 'MEMBER'", [p.id]);
  for (const who of [p, p, other]) await query("INSERT INTO tasks (user_id, title) VALUES (?, '읽기')", [who.id]);
  for (const [i, status] of ['READ', 'UNREAD', 'UNREAD'].entries()) await query("INSERT INTO notifications (user_id, type, category, title, message, status, source_id) VALUES (?, 'task', ?, 't', 'm', ?, ?)", [p.id, i === 2 ? 'chat' : 'study', status, i + 1]);
  const { _count, stats } = (await mine_()).user;
  assert.deepEqual([_count, stats], [{ studyMembers: 3, tasks: 2, notifications: 2 }, { studyCount: 2, taskCount: 2, unreadNotifications: 1 }]);
  assert.deepEqual(refusal(await call(null, 'GET', '/users/me')), [401, 'AUTH_006', 'object']);
  await query("UPDATE users SET status = 'DELETED' WHERE id = ?", [p.id]);
  assert.deepEqual(refusal(await call(p, 'GET', '/users/me')), [404, 'PROFILE-015', 'object']);
});

test('others see a new picture at once, however it came', async () => {
  const [a, b] = [await person('가온'), await person('나래')];
  const room = (await post('/chat/rooms', { roomType: 'DIRECT', participantIds: [b.id] }, as(a))).body.data.roomId;
  const [ca, cb] = [await connect(a.access), await connect(b.access)];
  const typing = await cb.subscribe(`/sub/chat/room/${room}/typing`);
  await ca.subscribe(`/sub/chat/room/${room}`);
  const shows = (url) => until(async () => {
    await ca.send('/pub/chat/typing', { roomId: room, isTyping: true });
    return typing.messages.length && typing.messages.at(-1).userProfileImage === asOthers(url);
  });
  await shows(null);
  await shows((await put(a)).body.user.avatar);
  await shows((await call(a, 'PUT', '/user/profile', { avatar: dataUrl(png) })).body.user.avatar);
  await call(a, 'DELETE', '/users/avatar');
  await shows(null);
});

test('the theme is one of all products, and changes nothing else', async () => {
  const p = await person();
  const set = (body, more) => call(p, 'PUT', '/user/settings/theme', body, more);
  const all = async () => (await get('/user/settings', as(p))).body.data;
  const before = await all();
  for (const [theme, want] of [['dark', 'dark'], ['LIGHT', 'light'], ['system', 'auto'], ['dark', 'dark'], ['auto', 'auto']]) {
    const res = await set({ theme });
    assert.deepEqual([res.status, res.body], [200, { success: true, message: '테마가 변경되었습니다', theme: want }]);
    assert.deepEqual(await all(), { ...before, preferences: { ...before.preferences, theme: want } });
  }
  for (const body of [{}, { theme: 'pink' }, { theme: 7 }, { theme: null }]) assert.deepEqual(refusal(await set(body)), [400, 'VALIDATION_ERROR', 'string']);
  assert.deepEqual(refusal(await call(null, 'PUT', '/user/settings/theme', { theme: 'dark' })), [401, 'AUTH_001', 'string']);
  assert.equal((await all()).preferences.theme, 'auto');
  await query("UPDATE users SET status = 'DELETED' WHERE id = ?", [p.id]);
  assert.deepEqual(refusal(await set({ theme: 'dark' })), [404, 'USER_001', 'string']);
});

test('what one is told of groups, and by mail: those of the account, in the words of the page', async () => {
  const p = await person();
  const set = (body, method = 'PUT') => call(p, method, '/user/settings/notifications', body);
  let want = { pushNewMessage: true, pushStudyInvite: true, pushAttendanceReminder: true, pushAnnouncement: true, emailImportant: true, emailWeeklySummary: true, emailMarketing: false };
  assert.deepEqual((await call(p, 'GET', '/user/settings/notifications')).body.settings, want);
  for (const [i, [flag, other]] of Object.entries({ pushNewMessage: 'studyMessagePush', pushStudyInvite: 'studyMemberPush', pushAttendanceReminder: 'studyEventPush', pushAnnouncement: 'studyNoticePush',
    emailImportant: 'emailEnabled', emailWeeklySummary: 'emailWeeklySummary', emailMarketing: 'emailPromotions' }).entries()) {
    want = { ...want, [flag]: !want[flag] };
    const res = await set({ [flag]: want[flag] }, i % 2 ? 'PATCH' : 'PUT');
    assert.deepEqual([res.status, res.body], [200, { success: true, message: '알림 설정이 저장되었습니다', settings: want }]);
    assert.equal((await get('/notifications/settings', as(p))).body.data[other], want[flag], flag);
  }
  assert.deepEqual((await set({})).body.settings, want);
  assert.deepEqual((await call(p, 'GET', '/user/settings/notifications')).body.settings, want);
  assert.deepEqual(refusal(await set({ pushNewMessage: 'maybe' })), [400, 'VALIDATION_ERROR', 'string']);
  assert.deepEqual(refusal(await call(null, 'GET', '/user/settings/notifications')), [401, 'AUTH_001', 'string']);
  await query('DELETE FROM users WHERE id = ?', [p.id]);
  assert.deepEqual(refusal(await call(p, 'GET', '/user/settings/notifications')), [404, 'USER_001', 'string']);
});

test('with a token in the header the profile and the password are changed at the same addresses', async () => {
  const p = await person('하나');
  for (const [path, name] of [['/api/users/me', '두리'], ['/api/v1/users/me', '세나']]) {
    const res = await send('PATCH', path, { ...as(p), body: { name } });
    assert.deepEqual([res.status, res.body.user], [200, { id: p.id, email: p.email, name, avatar: null, bio: null }]);
  }
  const all = [['PATCH', '/api/users/me/password'], ['PATCH', '/api/v1/users/me/password'], ['PUT', '/api/v1/coup/user/password']];
  for (const [i, [method, path]] of all.entries()) {
    const [from, to] = [i ? `another horse 7${i - 1}` : p.password, `another horse 7${i}`];
    const change = (currentPassword) => send(method, path, { ...as(p), body: { currentPassword, newPassword: to } });
    assert.deepEqual(refusal(await change('not this one 7')), [401, 'PROFILE-046', 'object']);
    assert.equal((await change(from)).status, 200);
    assert.equal((await post('/auth/login', { email: p.email, password: to })).status, 200);
  }
  assert.deepEqual(refusal(await send('PATCH', '/api/v1/users/me', { body: { name: '넷' } })), [401, 'AUTH_006', 'object']);
});
