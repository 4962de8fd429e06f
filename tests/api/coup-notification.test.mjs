// Notifications as the study groups' client calls them: /api without a version, a session cookie, no header with a token.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { announce } from '../harness/announce.mjs';
import { get, person, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';

after(closeDb);
const call = (p, method, target, body, headers = {}) => send(method, `/api/notifications${target}`, { body, headers: { ...(p && { cookie: `theme=dark; next-auth.session-token=${p.access}; x=1` }), ...headers } });
const put = async (p, type, fields = {}) => Number((await query("INSERT INTO notifications (user_id, type, category, title, message, data, status) VALUES (?, ?, ?, 't', ?, ?, ?)", [
  p.id, type, fields.category ?? 'study', fields.message ?? '새 공지사항: 모임', 'data' in fields ? fields.data : JSON.stringify({ studyId: '7', studyName: '알고리즘', studyEmoji: '📚', noticeId: '3' }), fields.status ?? 'UNREAD'])).insertId);
const ids = (res) => res.body.data.map((n) => Number(n.id));
const refusal = (res) => [res.status, res.body.code, typeof res.body.error];

test('the list: every field, newest first, by page, type and state; nothing of other products', async () => {
  const p = await person();
  const first = await put(p, 'notice');
  const second = await put(p, 'kick', { data: null, status: 'READ' });
  await put(p, 'chat', { category: 'chat' });
  await put(p, 'notice', { status: 'CANCELLED' });
  const third = await put(await person(), 'notice');
  const all = await call(p, 'GET', '');
  assert.equal(all.status, 200);
  const { createdAt, ...kick } = all.body.data[0];
  assert.match(createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(kick, { id: String(second), type: 'KICK', message: '새 공지사항: 모임', studyId: null, studyName: null, studyEmoji: null, data: null, isRead: true });
  const { id, studyId, studyName, studyEmoji, data, isRead } = all.body.data[1];
  assert.deepEqual([id, studyId, studyName, studyEmoji, data.noticeId, isRead], [String(first), '7', '알고리즘', '📚', '3', false]);
  assert.deepEqual(all.body.pagination, { page: 1, limit: 20, total: 2, totalPages: 1, hasNext: false, hasPrev: false });
  for (const [q, want] of [['?isRead=false', [first]], ['?isRead=true', [second]], ['?type=NOTICE', [first]], ['?type=notice', [first]], ['?limit=1', [second]], ['?limit=1&page=2', [first]], ['?page=3', []]]) {
    assert.deepEqual([q, ids(await call(p, 'GET', q))], [q, want]);
  }
  assert.deepEqual((await call(p, 'GET', '?limit=1&page=2')).body.pagination, { page: 2, limit: 1, total: 2, totalPages: 2, hasNext: false, hasPrev: true });
  assert.equal((await call(p, 'GET', '/count')).body.count, 1);
  assert.deepEqual((await call(p, 'GET', `/${first}`)).body.data, all.body.data[1]);
  for (const [method, target] of [['GET', ''], ['POST', '/read'], ['DELETE', '']]) {
    assert.deepEqual([method, ...refusal(await call(p, method, `/${third}${target}`))], [method, 404, 'NOTI-BIZ-001', 'string']);
  }
});

test('reading one and all, deleting one and several, by each method there is', async () => {
  const p = await person();
  const made = [];
  for (let i = 0; i < 6; i += 1) made.push(await put(p, 'task'));
  const other = await put(p, 'match_found', { category: 'matching' });
  const state = async () => (await query('SELECT id, status FROM notifications WHERE user_id = ? ORDER BY id', [p.id])).map((r) => [Number(r.id), r.status]);
  for (const method of ['POST', 'PATCH', 'POST']) assert.deepEqual([(await call(p, method, `/${made[0]}/read`)).body.success], [true]);
  assert.deepEqual((await state())[0], [made[0], 'READ']);
  assert.deepEqual([(await call(p, 'PATCH', '/mark-all-read')).body.count, (await call(p, 'POST', '/mark-all-read')).body.count], [5, 0]);
  assert.deepEqual((await state()).at(-1), [other, 'UNREAD']);
  assert.equal((await call(p, 'DELETE', `/${made[0]}`)).body.success, true);
  assert.deepEqual((await call(p, 'DELETE', '/bulk', { ids: [String(made[1]), made[2]] })).body, { success: 2, failed: 0, total: 2 });
  const foreign = await put(await person(), 'task');
  announce('/api/notifications/bulk');
  assert.deepEqual(refusal(await call(p, 'DELETE', '/bulk', { ids: [String(made[3]), String(foreign)] })), [500, 'NOTI-BIZ-011', 'string']);
  assert.deepEqual((await state()).map(([id]) => id), [made[4], made[5], other]);
  assert.equal((await query('SELECT id FROM notifications WHERE id = ?', [foreign])).length, 1);
});

test('who has no session, whom another page sends, and what is wrong', async () => {
  const p = await person();
  for (const headers of [{}, { cookie: 'next-auth.session-token=x.y.z' }, { cookie: 'next-auth.session-token=' }, { cookie: `a-next-auth.session-token=${p.access}` }]) {
    assert.deepEqual(refusal(await call(null, 'GET', '', undefined, headers)), [401, 'NOTI-PERM-001', 'string']);
  }
  const ko = await call(null, 'GET', '');
  const en = await call(null, 'GET', '', undefined, { 'accept-language': 'en' });
  assert.deepEqual([ko.body.error, en.body.error], ['로그인이 필요합니다', 'Please log in']);
  const wrong = [['?page=0', 'NOTI-VAL-012'], ['?limit=101', 'NOTI-VAL-013'], ['?type=LIKE', 'NOTI-VAL-002'], ['?isRead=maybe', 'VALIDATION_ERROR']];
  for (const [q, code] of wrong) assert.deepEqual([q, ...refusal(await call(p, 'GET', q))], [q, 400, code, 'string']);
  for (const body of [{}, { ids: [] }, { ids: ['x'] }]) assert.deepEqual(refusal(await call(p, 'DELETE', '/bulk', body)), [400, 'NOTI-BIZ-023', 'string']);
  const id = await put(p, 'event');
  assert.deepEqual(refusal(await call(p, 'POST', `/${id}/read`, undefined, { origin: 'https://evil.example.com' })), [403, 'USER_002', 'string']);
  assert.equal((await query('SELECT status FROM notifications WHERE id = ?', [id]))[0].status, 'UNREAD');
  const own = new URL(process.env.TEST_HTTP).origin;
  assert.equal((await call(p, 'POST', `/${id}/read`, undefined, { origin: own })).status, 200);
  assert.equal((await call(p, 'GET', '', undefined, { origin: 'https://evil.example.com' })).status, 200); // nobody lets that page read it
});

test('with a version or a token in the header the same address is the learners’', async () => {
  const p = await person();
  await put(p, 'notice');
  for (const res of [await get('/notifications', { token: p.access }), await send('GET', '/api/notifications', { token: p.access })]) {
    assert.deepEqual([res.status, res.body.data.notifications.length, res.body.data.unreadCount], [200, 1, 1]);
  }
  assert.deepEqual(refusal(await send('GET', '/api/v1/notifications', { headers: { cookie: `next-auth.session-token=${p.access}` } })), [401, 'AUTH_001', 'object']);
  assert.deepEqual([(await get('/coup/notifications', { token: p.access })).body.data.length, (await call(null, 'PUT', '')).status], [1, 405]);
});
