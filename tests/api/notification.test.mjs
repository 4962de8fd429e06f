// Notifications: lists, counts, reading, deleting, settings, devices, schedules, templates. What the jobs make of
// events is in tests/jobs; here rows are put in by hand where no endpoint makes them.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { get, person, post, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { browser } from '../harness/push.mjs';

after(closeDb);
const as = (p) => ({ token: p.access });
const refusal = (res) => [res.status, res.body.code];
const wrongField = (res) => [res.status, res.body.code, res.body.error.details.fields[0].field, res.body.error.details.fields[0].rule];
const ids = (res) => res.body.data.notifications.map((n) => n.id);
const list = (p, more = '') => get(`/notifications${more}`, as(p));
const unread = async (p) => (await get('/notifications/unread-count', as(p))).body.data.unreadCount;
const both = ['/notifications', '/notification'];
const later = (ms = 3600000) => new Date(Date.now() + ms).toISOString();

let kim;
let lee;
before(async () => {
  [kim, lee] = [await person('김하나'), await person('이두리')];
});

// A row as a job would have written it: its id.
async function put(p, { type = 'match_request', category = 'matching', title = '제목', message = '내용', status = 'UNREAD', ...more } = {}) {
  const row = { user_id: p.id, type, category, title, message, status, ...more };
  const names = Object.keys(row);
  const res = await query(`INSERT INTO notifications (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`, Object.values(row));
  return res.insertId;
}
async function putMany(p, n, fields) {
  const all = [];
  for (let i = 0; i < n; i += 1) all.unshift(await put(p, fields));
  return all; // newest first
}
async function admin() {
  const p = await person('관리자');
  await query("UPDATE users SET role = 'ADMIN' WHERE id = ?", [p.id]);
  p.access = (await post('/auth/login', { email: p.email, password: p.password })).body.accessToken;
  return p;
}

/* ---- lists -------------------------------------------------------------------------------- */

test('one item has every field the clients read, under all its names', async () => {
  const p = await person();
  const id = await put(p, {
    type: 'match_accepted', title: '매칭', message: '성사', priority: 3, click_url: '/matching', data: '{"userId":"7"}', image_url: '/i.png', icon_url: '/c.png',
    expires_at: '2020-01-01 00:00:00', created_at: '2026-01-02 03:04:05.678',
  });
  const item = {
    notificationId: id, id, type: 'match_accepted', category: 'matching', title: '매칭', message: '성사', content: '성사', isRead: false, status: 'UNREAD', priority: 3,
    highPriority: true, createdAt: '2026-01-02T03:04:05.678Z', readAt: null, scheduledAt: null, expiresAt: '2020-01-01T00:00:00.000Z', expired: true,
    clickUrl: '/matching', actionUrl: '/matching', data: { userId: '7' }, actionData: { userId: '7' }, imageUrl: '/i.png', iconUrl: '/c.png',
  };
  for (const where of both) {
    assert.deepEqual((await get(`${where}/${id}`, as(p))).body.data, item);
    for (const path of ['', '/list', '/unread', '/category/matching', '/category/Matching', '/history']) {
      const res = await get(where + path, as(p));
      assert.deepEqual([path, res.status, res.body.data.notifications], [path, 200, [item]]);
    }
  }
  const plain = (await get(`/notifications/${await put(p)}`, as(p))).body.data;
  assert.deepEqual([plain.priority, plain.highPriority, plain.expired, plain.expiresAt, plain.data, plain.clickUrl], [2, false, false, null, {}, null]);
});

test('pages count from 1, newest first, and say all that the clients ask of a page', async () => {
  const p = await person();
  const all = await putMany(p, 5);
  const first = await list(p, '?page=1&size=2');
  assert.deepEqual(first.body.data.pagination, { page: 1, size: 2, limit: 2, totalPages: 3, totalElements: 5, total: 5, hasNext: true });
  assert.deepEqual([ids(first), first.body.data.unreadCount, first.body.meta.total, first.body.meta.totalPages], [all.slice(0, 2), 5, 5, 3]);
  for (const page of [0, -1, -5]) assert.deepEqual(ids(await list(p, `?page=${page}&size=2`)), all.slice(0, 2));
  assert.deepEqual(ids(await list(p, '?page=2&limit=2')), all.slice(2, 4));
  const last = await list(p, '?page=3&size=2');
  assert.deepEqual([ids(last), last.body.data.pagination.hasNext, last.headers['x-next-cursor']], [all.slice(4), false, undefined]);
  const past = await list(p, '?page=4&size=2');
  assert.deepEqual([ids(past), past.body.data.pagination.totalElements], [[], 5]);
  assert.equal((await list(p)).body.data.pagination.size, 20);
  const history = (await get('/notifications/history?page=2&size=2', as(p))).body.data;
  assert.deepEqual([history.data.map((n) => n.id), history.page, history.size, history.total, history.unreadCount], [all.slice(2, 4), 2, 2, 5, 5]);
  assert.equal((await get('/notifications/history', as(p))).body.data.size, 50);
  for (const [more, field, rule] of [['size=0', 'size', 'min'], ['size=101', 'size', 'max'], ['page=10001', 'page', 'max'], ['page=x', 'page', 'type'],
    ['isRead=maybe', 'isRead', 'type'], ['unreadOnly=2', 'unreadOnly', 'type'], ['cursor=7', 'cursor', 'format'], ['cursor=7-', 'cursor', 'format'],
    ['cursor=0-3', 'cursor', 'format'], ['cursor=1-2x', 'cursor', 'format'], [`category=${'x'.repeat(21)}`, 'category', 'max']]) {
    assert.deepEqual([more, ...wrongField(await list(p, `?${more}`))], [more, 400, 'VALIDATION_ERROR', field, rule]);
  }
});

test('a cursor goes on where the page before ended, whatever comes or goes meanwhile', async () => {
  const p = await person();
  const all = await putMany(p, 7);
  await query("UPDATE notifications SET created_at = '2026-01-01 00:00:00' WHERE user_id = ?", [p.id]); // told apart by id alone
  const got = [];
  let cursor = '';
  for (let turn = 0; turn < 4; turn += 1) {
    const res = await list(p, `?size=2${cursor && `&cursor=${cursor}`}`);
    got.push(...ids(res));
    cursor = res.headers['x-next-cursor'];
    if (turn === 0) {
      await put(p); // newer: not in pages further down
      await send('DELETE', `/notifications/${got[1]}`, as(p)); // the very one the cursor names
    }
    if (!cursor) break;
  }
  assert.deepEqual(got, all);
});

test('filters: category, type, read or not; scheduled and cancelled ones are never shown', async () => {
  const p = await person();
  const chat = await put(p, { type: 'chat', category: 'chat' });
  const read = await put(p, { status: 'READ', read_at: '2026-01-01 00:00:00' });
  const fresh = await put(p, { type: 'match_accepted' });
  await put(p, { status: 'SCHEDULED', scheduled_at: '2030-01-01 00:00:00' });
  await put(p, { status: 'CANCELLED' });
  const cases = [
    ['', [fresh, read, chat]], ['?category=chat', [chat]], ['?category=CHAT', [chat]], ['?category=', [fresh, read, chat]], ['?category=all', [fresh, read, chat]],
    ['?category=goal', []], ['?category=알림', []], ['?type=match_request', [read]], ['?type=알림', []], ['?type=MATCH_ACCEPTED', [fresh]], ['?isRead=true', [read]], ['?isRead=false', [fresh, chat]],
    ['?unreadOnly=true', [fresh, chat]], ['?unreadOnly=false', [fresh, read, chat]], ['?category=matching&isRead=false', [fresh]],
  ];
  for (const [more, want] of cases) {
    const res = await list(p, more);
    assert.deepEqual([more, ids(res), res.body.data.pagination.total, res.body.data.unreadCount], [more, want, want.length, 2]);
  }
  assert.deepEqual(ids(await get('/notifications/unread', as(p))), [fresh, chat]);
  assert.deepEqual(ids(await get('/notifications/category/matching?isRead=true', as(p))), [read]);
  assert.equal(await unread(p), 2);
  assert.deepEqual((await get('/notification/categories', as(p))).body.data, [{ category: 'chat', total: 1, unread: 1 }, { category: 'matching', total: 2, unread: 1 }]);
  const empty = await person();
  assert.deepEqual([(await get('/notifications/categories', as(empty))).body.data, await unread(empty), ids(await list(empty))], [[], 0, []]);
});

test('the numbers: all, unread, read, and those since midnight where the user is', async () => {
  const p = await person();
  const none = { total: 0, unread: 0, read: 0, today: 0, categories: {} };
  for (const where of both) assert.deepEqual((await get(`${where}/stats`, as(p))).body.data, none);
  await put(p, { category: 'chat' });
  await put(p, { status: 'READ' });
  await put(p, { status: 'SCHEDULED', scheduled_at: '2030-01-01 00:00:00' });
  for (const zone of ['Asia/Seoul', 'America/Los_Angeles', 'UTC']) {
    await send('PATCH', '/notifications/settings', { ...as(p), body: { timezone: zone } });
    const now = new Date();
    const local = Object.fromEntries(new Intl.DateTimeFormat('en-CA', { timeZone: zone, hourCycle: 'h23', hour: '2-digit', minute: '2-digit', second: '2-digit' }).formatToParts(now).map((x) => [x.type, Number(x.value)]));
    const midnight = now.getTime() - ((local.hour * 60 + local.minute) * 60 + local.second) * 1000 - now.getMilliseconds();
    const at = (ms) => put(p, { category: 'chat', created_at: new Date(ms) });
    const made = [await at(midnight - 1000), await at(midnight + 1000)];
    const s = (await get('/notifications/stats', as(p))).body.data;
    assert.deepEqual([zone, s], [zone, { total: 4, unread: 3, read: 1, today: 3 - (midnight + 1000 > Date.now() ? 1 : 0), categories: { chat: 3, matching: 1 } }]);
    await query('DELETE FROM notifications WHERE id IN (?, ?)', made);
  }
});

/* ---- reading and deleting ----------------------------------------------------------------- */

const readWays = both.flatMap((b) => [['PATCH', `${b}/{id}/read`], ['POST', `${b}/{id}/read`], ['POST', `${b}/read/{id}`], ['PATCH', `${b}/read/{id}`]]);
const readAllWays = both.flatMap((b) => [['PATCH', `${b}/read-all`], ['POST', `${b}/read-all`], ['POST', `${b}/mark-all-read`], ['PATCH', `${b}/mark-all-read`]]);

test('reading one, by every way there is; again changes nothing', async () => {
  const p = await person();
  for (const [method, path] of readWays) {
    const id = await put(p);
    const call = () => send(method, path.replace('{id}', id), as(p));
    const first = await call();
    assert.deepEqual([first.status, first.body.data], [200, { success: true, count: 1 }], path);
    const then = (await get(`/notifications/${id}`, as(p))).body.data;
    assert.deepEqual([then.isRead, then.status, Date.now() - Date.parse(then.readAt) < 5000], [true, 'READ', true]);
    assert.equal((await call()).status, 200);
    assert.equal((await get(`/notifications/${id}`, as(p))).body.data.readAt, then.readAt);
  }
  assert.equal(await unread(p), 0);
});

test('reading all, by every way there is, touches only what is mine and unread', async () => {
  const [p, other] = [await person(), await person()];
  await put(other);
  const old = await put(p, { status: 'READ', read_at: '2026-01-01 00:00:00' });
  const waits = await put(p, { status: 'SCHEDULED', scheduled_at: '2030-01-01 00:00:00' });
  for (const [method, path] of readAllWays) {
    await putMany(p, 2);
    const res = await send(method, path, as(p));
    assert.deepEqual([path, res.status, res.body.data, await unread(p)], [path, 200, { success: true, count: 2 }, 0]);
  }
  assert.equal((await send('PATCH', '/notifications/read-all', as(p))).body.data.count, 0);
  assert.equal((await get(`/notifications/${old}`, as(p))).body.data.readAt, '2026-01-01T00:00:00.000Z');
  assert.equal((await get(`/notifications/${waits}`, as(p))).body.data.status, 'SCHEDULED');
  assert.equal(await unread(other), 1);
});

test('deleting one, several, all', async () => {
  const p = await person();
  const foreign = await put(lee);
  const waits = await put(p, { status: 'SCHEDULED', scheduled_at: '2030-01-01 00:00:00' });
  const all = await putMany(p, 10);
  for (const where of both) {
    const id = all.pop();
    const gone = await send('DELETE', `${where}/${id}`, as(p));
    assert.deepEqual([gone.status, gone.body.data], [200, { success: true, count: 1 }]);
    const again = await send('DELETE', `${where}/${id}`, as(p));
    assert.deepEqual([again.status, again.body.data], [200, { success: true, count: 0 }]);
  }
  const batch = (body, where = '/notifications') => send('DELETE', `${where}/batch`, { ...as(p), body });
  assert.equal((await batch({ notificationIds: [all.pop(), String(all.pop()), foreign, 999999999] })).body.data.count, 2);
  assert.equal((await batch({ ids: [all.pop()] }, '/notification')).body.data.count, 1);
  const two = [all.pop(), all.pop()];
  assert.equal((await batch([...two, two[0], waits])).body.data.count, 2);
  assert.deepEqual(wrongField(await batch({})), [400, 'VALIDATION_ERROR', 'notificationIds', 'required']);
  assert.deepEqual([(await batch({ notificationIds: [] })).status, (await batch([])).body.data.count], [200, 0]);
  assert.deepEqual(wrongField(await batch({ notificationIds: ['x'] })), [400, 'VALIDATION_ERROR', 'notificationIds[0]', 'type']);
  assert.deepEqual(wrongField(await batch({ notificationIds: Array(501).fill(1) })), [400, 'VALIDATION_ERROR', 'notificationIds', 'max']);
  assert.deepEqual(ids(await list(p)), all);
  for (const where of both) {
    await put(p);
    assert.ok((await send('DELETE', `${where}/all`, as(p))).body.data.count >= 1);
    assert.deepEqual(ids(await list(p)), []);
  }
  assert.equal((await get('/notifications/scheduled', as(p))).body.data.total, 1);
  assert.equal((await get(`/notifications/${foreign}`, as(lee))).status, 200);
});

/* ---- who may ------------------------------------------------------------------------------ */

const document = JSON.parse(spawnSync(process.env.API_BIN, ['--openapi'], { encoding: 'utf8', maxBuffer: 1 << 26 }).stdout);
const routes = Object.entries(document.paths).flatMap(([path, item]) => Object.keys(item).map((m) => [m.toUpperCase(), path]))
  .filter(([, path]) => /^\/notifications?(\/|$)/.test(path));

test('A1: what is not mine does not exist, and nothing of it changes; guests are told to log in', async () => {
  assert.ok(routes.length >= 60);
  const [owner, other] = [await person(), await person()];
  const shown = await put(owner);
  const waits = await put(owner, { status: 'SCHEDULED', scheduled_at: '2030-01-01 00:00:00' });
  const rows = () => query('SELECT * FROM notifications WHERE user_id = ? ORDER BY id', [owner.id]);
  const was = await rows();
  for (const [method, path] of routes) {
    const where = `${method} ${path}`;
    assert.deepEqual([where, ...refusal(await send(method, path.replace(/\{.*?\}/, '1')))], [where, 401, 'AUTH_001']);
    if (!path.includes('{notificationId}')) continue;
    const deleting = method === 'DELETE' && !path.includes('scheduled'); // again and again, as contract N7 says
    const code = path.includes('scheduled') ? 'SCHEDULED_NOTIFICATION_NOT_FOUND' : 'NOTIFICATION_NOT_FOUND';
    for (const id of [shown, waits, 999999999]) {
      const res = await send(method, path.replace('{notificationId}', id), as(other));
      if (deleting) assert.deepEqual([where, id, res.status, res.body.data], [where, id, 200, { success: true, count: 0 }]);
      else assert.deepEqual([where, id, ...refusal(res)], [where, id, 404, code]);
    }
    for (const id of ['abc', '-1', '1.5', '99999999999999999999', "1'--"]) {
      const res = await send(method, path.replace('{notificationId}', id), as(owner));
      assert.deepEqual([where, id, ...wrongField(res)], [where, id, 400, 'VALIDATION_ERROR', 'notificationId', 'type']);
    }
  }
  for (const [method, path] of [['DELETE', '/notifications/all'], ['PATCH', '/notifications/read-all']]) assert.equal((await send(method, path, as(other))).status, 200);
  assert.deepEqual(await rows(), was);
  // what waits is not read or deleted as if it had been shown
  assert.deepEqual(refusal(await send('PATCH', `/notifications/${waits}/read`, as(owner))), [404, 'NOTIFICATION_NOT_FOUND']);
  assert.equal((await send('DELETE', `/notifications/${waits}`, as(owner))).body.data.count, 0);
  assert.deepEqual(await rows(), was);
});

/* ---- making one's own --------------------------------------------------------------------- */

test('a note to myself, and everything that is refused in one', async () => {
  const p = await person();
  for (const where of both) {
    const res = await post(where, { title: ' 할 일 ', content: '둘째\n줄', data: { a: [1, { b: 'x/y "z"' }], n: null }, clickUrl: '/matching/profile/5', priority: 'high' }, as(p));
    const d = res.body.data;
    assert.deepEqual([res.status, d.title, d.message, d.type, d.category, d.priority, d.clickUrl, d.data, d.status],
      [201, '할 일', '둘째\n줄', 'custom', 'general', 3, '/matching/profile/5', { a: [1, { b: 'x/y "z"' }], n: null }, 'UNREAD']);
  }
  const ok = { title: 't', message: 'm' };
  const kinds = { chat: 'chat', MATCH_FOUND: 'matching', session_started: 'session', level_test_result: 'level_test', achievement: 'achievement', daily_streak: 'goal', newsletter: 'marketing', account_security: 'system' };
  for (const [type, category] of Object.entries(kinds)) {
    const d = (await post('/notifications', { ...ok, type, priority: 4 }, as(p))).body.data;
    assert.deepEqual([d.type, d.category, d.priority], [type.toLowerCase(), category, 4]);
  }
  assert.equal((await post('/notifications', { ...ok, type: 'chat', category: 'reminder' }, as(p))).body.data.category, 'reminder');
  const cases = [
    [{ message: 'm' }, 'title', 'required'], [{ title: 't', message: ' ' }, 'message', 'min'], [{ title: 'x'.repeat(201), message: 'm' }, 'title', 'max'],
    [{ ...ok, message: 'x'.repeat(1001) }, 'message', 'max'], [{ ...ok, type: 'nonsense' }, 'type', 'one_of'], [{ ...ok, category: 'x' }, 'category', 'one_of'],
    [{ ...ok, priority: 5 }, 'priority', 'one_of'], [{ ...ok, data: 'text' }, 'data', 'type'], [{ ...ok, data: [1] }, 'data', 'type'],
    [{ ...ok, data: { a: 'x'.repeat(4000) } }, 'data', 'max'], [{ ...ok, imageUrl: 'javascript:1' }, 'imageUrl', 'format'], [{ ...ok, expiresAt: '2026-01-01' }, 'expiresAt', 'format'],
  ];
  for (const [body, field, rule] of cases) assert.deepEqual([body, ...wrongField(await post('/notifications', body, as(p)))], [body, 400, 'VALIDATION_ERROR', field, rule]);
});

test('a click leads only to pages the web client has', async () => {
  const p = await person();
  const pages = ['/main', '/chat', '/matching/profile/12', '/settings', '/settings/notifications', '/notifications/center', '/level-test/start', '/session/video/a1B-2_c'];
  const none = ['/chat/5', '/sessions/5', '/group-sessions', '/matching/profile/', '/matching/profile/a/b', 'https://evil.example', '//evil.example', '/', 'main', '/main/', '/settings/../admin', '/main?x=1'];
  for (const clickUrl of pages) assert.deepEqual([clickUrl, (await post('/notifications', { title: 't', message: 'm', clickUrl }, as(p))).status], [clickUrl, 201]);
  for (const clickUrl of none) assert.deepEqual([clickUrl, ...wrongField(await post('/notifications', { title: 't', message: 'm', clickUrl }, as(p)))], [clickUrl, 400, 'VALIDATION_ERROR', 'clickUrl', 'one_of']);
});

test('a test notification is a real one', async () => {
  const p = await person();
  const plain = (await post('/notifications/test', undefined, as(p))).body.data;
  const none = await post('/notifications/test', { type: 'bogus' }, as(p));
  assert.match(none.body.error.details.fields[0].message, /: chat match_request .* newsletter friend_request urgent test scheduled custom$/, 'all of them');
  assert.deepEqual([plain.type, plain.category, plain.title, plain.status], ['test', 'test', '테스트 알림', 'UNREAD']);
  const own = await post('/notification/test', { type: 'CHAT', message: '직접' }, { ...as(p), headers: { 'accept-language': 'en' } });
  assert.deepEqual([own.status, own.body.data.type, own.body.data.message, own.body.data.title], [201, 'chat', '직접', 'Test notification']);
  assert.deepEqual(ids(await list(p)), [own.body.data.id, plain.id]);
});

test('a retried creation with its Idempotency-Key makes one', async () => {
  const p = await person();
  for (const [path, body] of [['', { title: 't', message: 'm' }], ['/test', {}], ['/template/test', {}], ['/schedule', { title: 't', message: 'm', scheduledAt: later() }]]) {
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const [first, again] = [await post(`/notifications${path}`, body, { ...as(p), headers }), await post(`/notifications${path}`, body, { ...as(p), headers })];
    assert.deepEqual([path, first.status, again.headers['idempotent-replay'], again.text], [path, 201, 'true', first.text]);
  }
  assert.equal((await query('SELECT COUNT(*) AS n FROM notifications WHERE user_id = ?', [p.id]))[0].n, 4);
});

test('templates: a list in the language of the caller, filled in the language of the settings', async () => {
  const p = await person();
  const ko = (await get('/notifications/templates', as(p))).body.data;
  const en = (await get('/notification/templates', { ...as(p), headers: { 'accept-language': 'en' } })).body.data;
  const of = (all, id) => all.find((t) => t.id === id);
  assert.deepEqual([of(ko, 'match_request').params, of(ko, 'match_request').message, of(en, 'match_request').title], [['name'], '{name}님이 매칭을 요청했습니다', 'New match request']);
  const values = { name: '민지', room: '방', text: '글', title: '이름', time: '오후 3시', count: 5, level: 'B2' };
  for (const t of ko) {
    const res = await post(`/notifications/template/${t.id}`, { variables: values }, as(p));
    const d = res.body.data;
    assert.deepEqual([t.id, res.status, d.type, d.category, /[{}]/.test(d.title + d.message)], [t.id, 201, t.type, t.category, false]);
    for (const name of t.params) {
      assert.ok((d.title + d.message).includes(values[name]), `${t.id} ${name}`);
      const { [name]: _, ...rest } = values;
      assert.deepEqual(wrongField(await post(`/notifications/template/${t.id}`, { variables: rest }, as(p))), [400, 'VALIDATION_ERROR', `variables.${name}`, 'required']);
    }
  }
  await send('PATCH', '/notifications/settings', { ...as(p), body: { notificationLanguage: 'en' } });
  assert.equal((await post('/notification/template/DAILY_STREAK', { params: { count: 5 } }, as(p))).body.data.message, '5 days in a row');
  for (const id of ['nonsense', '%7Bname%7D']) assert.deepEqual(refusal(await post(`/notifications/template/${id}`, {}, as(p))), [404, 'TEMPLATE_NOT_FOUND']);
  // a value is a value, not a template again
  assert.equal((await post('/notifications/template/daily_streak', { variables: { count: '{name}', name: 'x' } }, as(p))).body.data.message, '{name} days in a row');
});

/* ---- settings ----------------------------------------------------------------------------- */

const defaults = {
  notificationsEnabled: true, pushEnabled: true, emailEnabled: true, smsEnabled: false, sessionNotifications: true, sessionReminders: true, matchingNotifications: true,
  chatNotifications: true, levelTestNotifications: true, systemNotifications: true, marketingNotifications: false, quietHoursEnabled: false, quietHoursStart: '22:00',
  quietHoursEnd: '08:00', timezone: 'Asia/Seoul', notificationLanguage: 'ko', digestEnabled: false, digestFrequency: 'DAILY', digestTime: '09:00',
  achievementNotifications: true, soundEnabled: true, vibrationEnabled: true, emailNewMatch: true, emailSessionReminder: true, emailWeeklySummary: true, emailPromotions: false,
  studyMessagePush: true, studyMemberPush: true, studyEventPush: true, studyNoticePush: true, subscriptionTopics: [],
};

test('settings have defaults; what is given changes, under all its names, and all of it comes back', async () => {
  const p = await person();
  const patch = (body, method = 'PATCH', where = '/notifications') => send(method, `${where}/settings`, { ...as(p), body });
  let want = { ...defaults };
  for (const where of both) assert.deepEqual((await get(`${where}/settings`, as(p))).body.data, want);
  assert.deepEqual((await patch({})).body.data, want);
  const steps = [
    [{ notificationsEnabled: false }], [{ notifications: true }, { notificationsEnabled: true }], [{ pushNotifications: 'false' }, { pushEnabled: false }],
    [{ emailNotifications: false }, { emailEnabled: false }], [{ smsNotifications: true }, { smsEnabled: true }],
    [{ sessionReminderNotifications: false }, { sessionReminders: false }], [{ matchRequestNotifications: false }, { matchingNotifications: false }],
    [{ chatMessageNotifications: false }, { chatNotifications: false }], [{ quietHours: { start: '21:15', end: '07:45' } }, { quietHoursStart: '21:15', quietHoursEnd: '07:45' }],
    [{ quietHours: { start: '20:00' }, quietHoursStart: '19:59' }, { quietHoursStart: '19:59' }], [{ quietHoursEnabled: true, digestEnabled: true, digestFrequency: 'weekly', digestTime: '18:30' },
      { quietHoursEnabled: true, digestEnabled: true, digestFrequency: 'WEEKLY', digestTime: '18:30' }],
    [{ timezone: 'Europe/Berlin', notificationLanguage: 'EN' }, { timezone: 'Europe/Berlin', notificationLanguage: 'en' }], [{ sessionNotifications: false, levelTestNotifications: false, systemNotifications: false, marketingNotifications: true }],
    [{ achievementNotifications: false, soundEnabled: false, vibrationEnabled: false }], [{ emailNewMatch: false, emailSessionReminder: false, emailWeeklySummary: false, emailPromotions: true }],
    [{ studyMessagePush: false, studyEventPush: 'false' }, { studyMessagePush: false, studyEventPush: false }], [{ studyMemberPush: false, studyNoticePush: false, studyEventPush: true }],
    [{ subscriptionTopics: ['chats', 'MATCHES', 'chats'] }, { subscriptionTopics: ['chats', 'matches'] }], [{ subscriptionTopics: [] }],
    [{ success: true, data: { pushEnabled: true }, meta: {}, digestTime: null, timezone: '' }, {}], [{ emailEnabled: true, emailNotifications: false }, { emailEnabled: true }],
  ];
  for (const [i, [body, changed = body]] of steps.entries()) {
    want = { ...want, ...changed };
    const res = await patch(body, i % 2 ? 'PUT' : 'PATCH', both[i % 3 ? 0 : 1]);
    assert.deepEqual([body, res.status, res.body.data], [body, 200, want]);
  }
  assert.deepEqual((await get('/notifications/settings', as(p))).body.data, want);
  for (const [body, field, rule] of [[{ pushEnabled: 'maybe' }, 'pushEnabled', 'type'], [{ quietHoursStart: '24:00' }, 'quietHoursStart', 'format'],
    [{ quietHours: { end: '7:00' } }, 'quietHours.end', 'format'], [{ quietHours: 'x' }, 'quietHours', 'type'], [{ digestFrequency: 'HOURLY' }, 'digestFrequency', 'one_of'],
    [{ digestTime: '09:60' }, 'digestTime', 'format'], [{ notificationLanguage: 'xx' }, 'notificationLanguage', 'one_of'], [{ timezone: 'a b' }, 'timezone', 'format'], [{ timezone: 'Mars/Phobos' }, 'timezone', 'format'], [{ timezone: 'Asia' }, 'timezone', 'format'],
    [{ subscriptionTopics: ['x'] }, 'subscriptionTopics[0]', 'one_of']]) {
    assert.deepEqual([body, ...wrongField(await patch(body))], [body, 400, 'VALIDATION_ERROR', field, rule]);
  }
  assert.deepEqual((await get('/notifications/settings', as(p))).body.data, want);
  assert.deepEqual((await get('/notifications/settings', as(await person()))).body.data, defaults);
});

/* ---- devices and topics ------------------------------------------------------------------- */

const devices = (p) => query('SELECT token, device, user_agent FROM push_subscriptions WHERE user_id = ? ORDER BY id', [p.id]);

test('a device belongs to whoever registered it last, and is forgotten by its owner alone', async () => {
  const [a, b] = [await person(), await person()];
  const { token } = browser('https://push.test.invalid/1');
  const register = (p, body, where = '/notifications') => post(`${where}/push-token`, body, as(p));
  assert.deepEqual((await register(a, { token, deviceType: 'WEB', userAgent: 'Firefox' })).body.data, { success: true, count: 1 });
  assert.equal((await register(a, { token, userAgent: 'x'.repeat(1000) }, '/notification')).status, 200);
  assert.deepEqual(await devices(a), [{ token, device: 'web', user_agent: null }]);
  // the browser has new keys: the same endpoint is the same device
  const renewed = browser('https://push.test.invalid/1').token;
  assert.equal((await register(b, { token: renewed, userAgent: 'Chrome' })).status, 200);
  assert.deepEqual([await devices(a), await devices(b)], [[], [{ token: renewed, device: 'web', user_agent: 'Chrome' }]]);
  const drop = (p, text, where = '/notifications') => send('DELETE', `${where}/push-token`, { ...as(p), body: { token: text } });
  assert.equal((await drop(a, token)).body.data.count, 0);
  assert.equal((await devices(b)).length, 1);
  assert.equal((await drop(b, token, '/notification')).body.data.count, 1);
  assert.deepEqual([(await drop(b, token)).status, await devices(b)], [200, []]);
  // other systems name theirs as they like
  assert.equal((await register(b, { token: 'fcm:가나다', deviceType: 'ios', userAgent: 'iPhone' })).status, 200);
  assert.deepEqual(await devices(b), [{ token: 'fcm:가나다', device: 'ios', user_agent: 'iPhone' }]);
  assert.equal((await drop(b, 'fcm:가나다')).body.data.count, 1);
  for (const [body, field, rule] of [[{}, 'token', 'required'], [{ token: 'x'.repeat(4001) }, 'token', 'max'], [{ token, deviceType: 'fridge' }, 'deviceType', 'one_of']]) {
    assert.deepEqual(wrongField(await register(a, body)), [400, 'VALIDATION_ERROR', field, rule]);
  }
  assert.deepEqual(wrongField(await send('DELETE', '/notifications/push-token', { ...as(a), body: {} })), [400, 'VALIDATION_ERROR', 'token', 'required']);
});

test('a browser is taken only with an https endpoint and keys that are some', async () => {
  const p = await person();
  const good = JSON.parse(browser('https://push.test.invalid/keys').token);
  const padded = { p256dh: Buffer.from(good.keys.p256dh, 'base64url').toString('base64'), auth: Buffer.from(good.keys.auth, 'base64url').toString('base64') };
  const beside = Buffer.from(good.keys.p256dh, 'base64url');
  beside[64] ^= 1;
  const text = (change) => JSON.stringify({ ...good, ...change });
  const keys = (change) => text({ keys: { ...good.keys, ...change } });
  const register = (token) => post('/notifications/push-token', { token }, as(p));
  for (const token of [text(), text({ keys: padded }), text({ endpoint: 'http://127.0.0.1:9/x' }), text({ endpoint: 'http://localhost/x' }), text({ endpoint: 'http://[::1]:9/x' })]) {
    assert.deepEqual([token, (await register(token)).status], [token, 200]);
  }
  const endpoints = ['http://push.test.invalid/', 'http://10.0.0.1/', 'http://127.0.0.1.evil.example/', 'http://localhost@evil.example/', 'https://u:p@push.test.invalid/', 'https://', 'https:///x', 'https://:1/',
    'ftp://push.test.invalid/', 'file:///etc/passwd', '/api/v1/health', 'https://push.test.invalid/a b', 'https://push.test.invalid/\r\nX: y', 'https://push.test.invalid/가', '', 7];
  const bad = [...endpoints.map((endpoint) => text({ endpoint })), keys({ p256dh: '' }), keys({ p256dh: good.keys.p256dh.slice(1) }), keys({ p256dh: `${good.keys.p256dh}A` }), keys({ p256dh: beside.toString('base64url') }),
    keys({ p256dh: 'A'.repeat(87) }), keys({ auth: 'AAAA' }), keys({ auth: undefined }), text({ keys: undefined }), text({ keys: 'x' }), text({ keys: [] }), 'x', '{}', '[]', '"x"', 'null', `${text()}x`];
  for (const token of bad) assert.deepEqual([token, ...wrongField(await register(token))], [token, 400, 'VALIDATION_ERROR', 'token', 'format']);
});

test('the twenty most recent devices of a person stay', async () => {
  const p = await person();
  const all = Array.from({ length: 23 }, (_, i) => browser(`https://push.test.invalid/${p.id}/${i}`).token);
  for (const token of all.slice(0, 20)) assert.equal((await post('/notifications/push-token', { token }, as(p))).status, 200);
  assert.equal((await post('/notifications/push-token', { token: all[0] }, as(p))).status, 200); // in use
  for (const token of all.slice(20)) await post('/notifications/push-token', { token }, as(p));
  assert.deepEqual((await devices(p)).map((d) => d.token), [all[0], ...all.slice(4)]);
});

test('subscribe takes topics, a push subscription in three forms, or both', async () => {
  const p = await person();
  const subscribe = (body, where = '/notifications') => post(`${where}/subscribe`, body, as(p));
  assert.deepEqual((await subscribe({ topics: ['matches', 'sessions'] })).body.data, { topics: ['matches', 'sessions'] });
  assert.deepEqual((await subscribe({ topics: ['sessions', 'chats'] }, '/notification')).body.data, { topics: ['chats', 'matches', 'sessions'] });
  const leave = (body, where = '/notifications') => post(`${where}/unsubscribe`, body, as(p));
  assert.deepEqual((await leave({ topics: ['matches', 'system'] })).body.data, { topics: ['chats', 'sessions'] });
  assert.deepEqual((await leave({ topics: ['chats', 'sessions'] }, '/notification')).body.data, { topics: [] });
  assert.deepEqual(await devices(p), []);
  const { expirationTime, ...sub } = JSON.parse(browser(`https://push.test.invalid/${p.id}/1`).token);
  const text = JSON.stringify({ endpoint: sub.endpoint, expirationTime, keys: sub.keys });
  for (const body of [{ ...sub, expirationTime: null }, { subscription: sub }, { token: text }]) {
    assert.deepEqual([(await subscribe(body)).body.data, (await devices(p)).map((d) => d.token)], [{ topics: [] }, [text]]);
  }
  assert.deepEqual((await subscribe({ ...sub, endpoint: `https://push.test.invalid/${p.id}/2`, topics: ['system'] })).body.data, { topics: ['system'] });
  assert.equal((await devices(p)).length, 2);
  for (const [body, field, rule] of [[{}, 'topics', 'required'], [{ topics: [] }, 'topics', 'required'], [{ topics: ['x'] }, 'topics[0]', 'one_of'], [{ endpoint: sub.endpoint }, 'keys', 'required'],
    [{ endpoint: 'ftp://x', keys: sub.keys }, 'endpoint', 'format'], [{ endpoint: 'http://10.0.0.1/', keys: sub.keys }, 'endpoint', 'format'],
    [{ subscription: { endpoint: '/api/v1/health', keys: sub.keys } }, 'endpoint', 'format'], [{ subscription: { endpoint: sub.endpoint } }, 'subscription.keys', 'required'], [{ ...sub, keys: { auth: 'a' } }, 'keys.p256dh', 'required'],
    [{ ...sub, keys: { ...sub.keys, auth: 'a' } }, 'keys.auth', 'format'], [{ ...sub, keys: { ...sub.keys, p256dh: 'a' } }, 'keys.p256dh', 'format'], [{ token: 'x' }, 'token', 'format']]) {
    assert.deepEqual([body, ...wrongField(await subscribe(body))], [body, 400, 'VALIDATION_ERROR', field, rule]);
  }
  assert.deepEqual(wrongField(await leave({})), [400, 'VALIDATION_ERROR', 'topics', 'required']);
});

/* ---- schedules ---------------------------------------------------------------------------- */

test('a note for later waits out of sight until it is cancelled', async () => {
  const p = await person();
  const schedule = (body, where = '/notifications') => post(`${where}/schedule`, body, as(p));
  const at = later();
  const res = await schedule({ title: '복습', message: '단어', type: 'session_reminder', data: { x: 1 }, scheduledAt: at, recurring: { type: 'Weekly', interval: '2', endDate: '2099-12-31T15:00:00Z', time: '09:15' } });
  const d = res.body.data;
  assert.deepEqual([res.status, d.status, d.scheduledAt, d.type, d.category, d.recurring], [201, 'SCHEDULED', at, 'session_reminder', 'session', { type: 'weekly', interval: 2, endDate: '2099-12-31', time: '09:15' }]);
  const sooner = (await schedule({ title: 'a', message: 'b', scheduledAt: later(60000).replace('Z', '+00:00') }, '/notification')).body.data;
  assert.deepEqual([sooner.type, sooner.category, sooner.recurring], ['scheduled', 'scheduled', undefined]);
  assert.deepEqual([ids(await list(p)), await unread(p)], [[], 0]);
  for (const where of both) {
    const waiting = (await get(`${where}/scheduled`, as(p))).body.data;
    assert.deepEqual([waiting.data.map((n) => n.id), waiting.page, waiting.size, waiting.total, waiting.pagination.totalPages], [[sooner.id, d.id], 1, 20, 2, 1]);
  }
  const second = (await get('/notifications/scheduled?page=2&size=1', as(p))).body.data;
  assert.deepEqual([second.data.map((n) => n.id), second.pagination.hasNext, second.total], [[d.id], false, 2]);
  const cancel = (id, where = '/notifications') => send('DELETE', `${where}/scheduled/${id}`, as(p));
  assert.deepEqual((await cancel(d.id)).body.data, { success: true, count: 1 });
  assert.deepEqual(refusal(await cancel(d.id)), [404, 'SCHEDULED_NOTIFICATION_NOT_FOUND']);
  assert.equal((await cancel(sooner.id, '/notification')).status, 200);
  assert.equal((await get(`/notifications/${d.id}`, as(p))).body.data.status, 'CANCELLED');
  assert.equal((await get('/notifications/scheduled', as(p))).body.data.total, 0);
  const shown = await put(p);
  assert.deepEqual(refusal(await cancel(shown)), [404, 'SCHEDULED_NOTIFICATION_NOT_FOUND']);
  const ok = { title: 't', message: 'm', scheduledAt: later() };
  for (const [body, field, rule] of [[{ title: 't', message: 'm' }, 'scheduledAt', 'required'], [{ ...ok, scheduledAt: new Date(Date.now() - 1000).toISOString() }, 'scheduledAt', 'min'],
    [{ ...ok, scheduledAt: '2099-01-01T09:00:00' }, 'scheduledAt', 'format'], [{ ...ok, scheduledAt: '2099-02-30T09:00:00Z' }, 'scheduledAt', 'format'], [{ ...ok, scheduledAt: 5 }, 'scheduledAt', 'format'],
    [{ ...ok, recurring: {} }, 'recurring.type', 'required'], [{ ...ok, recurring: { type: 'hourly' } }, 'recurring.type', 'one_of'], [{ ...ok, recurring: { type: 'daily', interval: 0 } }, 'recurring.interval', 'min'],
    [{ ...ok, recurring: { type: 'daily', interval: 366 } }, 'recurring.interval', 'max'], [{ ...ok, recurring: { type: 'daily', time: '9:00' } }, 'recurring.time', 'format'],
    [{ ...ok, recurring: { type: 'daily', endDate: '2026-13-01' } }, 'recurring.endDate', 'format'], [{ ...ok, recurring: { type: 'daily', endDate: '2026' } }, 'recurring.endDate', 'format'], [{ ...ok, recurring: 'daily' }, 'recurring', 'type'], [{ ...ok, clickUrl: '/x' }, 'clickUrl', 'one_of']]) {
    assert.deepEqual([body, ...wrongField(await schedule(body))], [body, 400, 'VALIDATION_ERROR', field, rule]);
  }
});

test('a hundred may wait for their time, also when more are asked for at once', async () => {
  const p = await person();
  const schedule = (headers = {}) => post('/notifications/schedule', { title: 't', message: 'm', scheduledAt: later() }, { ...as(p), headers });
  await query("INSERT INTO notifications (user_id, type, category, title, message, status, scheduled_at) SELECT ?, 'custom', 'general', 't', 'm', 'SCHEDULED', '2099-01-01' FROM seq_1_to_95", [p.id]);
  const all = await Promise.all(Array.from({ length: 12 }, (_, i) => schedule(i % 2 ? { 'idempotency-key': crypto.randomUUID() } : {})));
  assert.deepEqual(all.map((r) => r.status).sort(), [...Array(5).fill(201), ...Array(7).fill(409)]);
  assert.deepEqual(refusal(await schedule()), [409, 'TOO_MANY_SCHEDULED']);
  assert.equal((await post('/notifications', { title: 't', message: 'm' }, as(p))).status, 201);
  const waiting = (await get('/notifications/scheduled', as(p))).body.data;
  assert.equal(waiting.total, 100);
  await send('DELETE', `/notifications/scheduled/${waiting.data[0].id}`, as(p));
  assert.equal((await schedule()).status, 201);
});

/* ---- urgent ------------------------------------------------------------------------------- */

// To all: in tests/jobs, on a stack of its own, since it would turn up in everybody's list.
test('urgent ones are for administrators, and are left to the jobs', async () => {
  const [boss, a, b, gone] = [await admin(), await person(), await person(), await person()];
  await query("UPDATE users SET status = 'DELETED' WHERE id = ?", [gone.id]);
  const urgent = (body, who = boss, where = '/notifications') => post(`${where}/urgent`, body, as(who));
  const body = { title: '긴급', message: '"점검"', priority: 'high', expiresAt: '2099-01-01T00:00:00Z', clickUrl: '/notifications' };
  const some = await urgent({ ...body, recipients: [a.id, Number(b.id), gone.id, a.id, 999999999] });
  assert.deepEqual([some.status, some.body.data], [201, { delivered: 2 }]);
  assert.deepEqual((await urgent({ title: 't', message: 'm', recipients: a.id }, boss, '/notification')).body.data, { delivered: 1 });
  const events = await query("SELECT payload FROM outbox WHERE event = 'notification.broadcast' AND actor_id = ? ORDER BY id", [boss.id]);
  const payloads = events.map(({ payload }) => (typeof payload === 'string' ? JSON.parse(payload) : payload));
  for (const first of payloads.filter((p) => p.title === body.title)) { // none: the jobs were faster
    assert.deepEqual(first, {
      title: '긴급', titleEn: '긴급', message: '"점검"', messageEn: '"점검"', type: 'urgent', category: null, clickUrl: '/notifications', priority: 3, expiresAt: Date.parse('2099-01-01T00:00:00Z'),
      recipients: [a.id, b.id, gone.id, a.id, '999999999'].map(Number),
    });
  }
  for (const where of both) assert.deepEqual(refusal(await urgent({ ...body, recipients: 'all' }, kim, where)), [403, 'USER_002']);
  assert.deepEqual(refusal(await urgent({ ...body, recipients: [999999999, gone.id] })), [404, 'USER_001']);
  for (const [change, field, rule] of [[{ recipients: undefined }, 'recipients', 'required'], [{ recipients: 'everybody' }, 'recipients', 'type'], [{ recipients: [a.id, 'x'] }, 'recipients', 'type'],
    [{ recipients: [-1] }, 'recipients', 'type'], [{ recipients: [] }, 'recipients', 'required'], [{ recipients: {} }, 'recipients', 'type'], [{ recipients: Array(1001).fill('1') }, 'recipients', 'max'],
    [{ title: undefined }, 'title', 'required'], [{ message: undefined }, 'message', 'required'], [{ type: 'x' }, 'type', 'one_of'], [{ priority: 'top' }, 'priority', 'one_of'],
    [{ clickUrl: '/admin' }, 'clickUrl', 'one_of'], [{ expiresAt: 'soon' }, 'expiresAt', 'format']]) {
    assert.deepEqual([change, ...wrongField(await urgent({ ...body, recipients: [a.id], ...change }))], [change, 400, 'VALIDATION_ERROR', field, rule]);
  }
});
