// Settings of the site, what is switched off by them, what notifications say, and the record of what administrators did.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { post, send } from '../harness/client.mjs';
import { MISSING, refusal, site } from '../harness/admin.mjs';
import { until } from '../harness/stack.mjs';

let s;
let root;
before(async () => {
  s = await site('admin site');
  root = await s.staff('SUPER_ADMIN');
});
after(() => s?.down());

const set = (settings, more = {}, by = root) => s.call(by, 'PUT', '/admin/settings', { settings, ...more });
const fields = (res) => [res.status, res.body.details?.fields?.map((d) => d.field) ?? res.body];
const DEFAULTS = {
  general: { site_name: 'CoUp', site_description: '', contact_email: '' },
  security: { min_password_length: 8, max_login_attempts: 5, session_timeout: 30, enable_ip_blocking: true },
  notification: { enable_email_notification: true, enable_report_alert: true, enable_system_alert: true },
  feature: { allow_signup: true, allow_study_creation: true, allow_file_upload: true, max_file_size: 10, max_study_members: 20 },
};
const values = (data) => Object.fromEntries(Object.entries(data).map(([category, of]) => [category, Object.fromEntries(Object.entries(of).map(([k, v]) => [k, v.value]))]));

test('settings are of their type, say who set them and when, and are kept all or none', async () => {
  const first = await s.call(root, 'GET', '/admin/settings');
  assert.deepEqual([first.status, first.body.success, first.body.cached, values(first.body.data)], [200, true, false, DEFAULTS]);
  assert.deepEqual(first.body.data.feature.allow_signup, { value: true, type: 'boolean', description: '회원가입 허용', heeded: true, updatedAt: null, updatedBy: null });
  const done = await set([{ key: 'site_name', value: '같이 "공부"' }, { key: 'feature.max_study_members', value: '30' }, { key: 'session_timeout', value: 60 }, { key: 'notification.enable_report_alert', value: false }, { key: 'contact_email', value: '' }], { reason: '새 학기' });
  assert.deepEqual([done.status, done.body.success, done.body.updated, done.body.message], [200, true, 5, '설정을 저장했습니다']);
  const { body: { data } } = await s.call(root, 'GET', '/admin/settings?cache=false', undefined, { 'accept-language': 'en' });
  assert.deepEqual(values(data), { ...DEFAULTS, general: { ...DEFAULTS.general, site_name: '같이 "공부"' }, security: { ...DEFAULTS.security, session_timeout: 60 },
    notification: { ...DEFAULTS.notification, enable_report_alert: false }, feature: { ...DEFAULTS.feature, max_study_members: 30 } });
  const { updatedAt, ...name } = data.general.site_name;
  assert.deepEqual(name, { value: '같이 "공부"', type: 'string', description: 'Name of the site', heeded: false, updatedBy: String(root.id) });
  assert.match(updatedAt, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  // what is wrong is named, and of all the rest nothing is kept
  assert.deepEqual(fields(await set([{ key: 'site_name', value: '' }, { key: 'max_file_size', value: '0' }, { key: 'max_file_size', value: '5.5' }, { key: 'allow_signup', value: 'no' }, { key: 'contact_email', value: 'a@b.example' },
    { key: 'allow_signup', value: 1 }, { key: 'max_file_size', value: true }, { key: 'max_file_size', value: '' }, { key: 'max_file_size', value: 5.5 }, { key: 'allow_signup', value: '' }])),
    [400, [0, 1, 2, 3, 5, 6, 7, 8, 9].map((i) => `settings[${i}].value`)]);
  assert.deepEqual(fields(await set([{ key: 'site_name', value: ['x'] }, { key: 'site_name', value: {} }])), [400, ['settings[0].value', 'settings[1].value']]);
  for (const key of ['security.site_name', 'gen.site_name', '.site_name', 'site', 'site_name.']) {
    assert.deepEqual(refusal(await set([{ key: 'contact_email', value: 'a@b.example' }, { key, value: 'x' }])), [404, 'ADMIN-071', 'string'], key);
  }
  for (const bad of [[], undefined, [{ key: 'site_name' }], [{ value: 'x' }], Array(51).fill({ key: 'site_name', value: 'x' })]) assert.equal((await set(bad)).status, 400, JSON.stringify(bad));
  assert.equal((await set([{ key: 'site_name', value: 'x' }], { reason: 'x'.repeat(501) })).status, 400);
  assert.equal(values((await s.call(root, 'GET', '/admin/settings')).body.data).general.contact_email, '');

  await set([{ key: 'site_name', value: 'CoUp' }]);
  assert.equal((await s.call(root, 'POST', '/admin/settings/cache/clear')).body.success, true);
  assert.deepEqual((await s.logs('SETTINGS_CACHE_CLEAR', root)).map((l) => l.target_type), ['SETTINGS']);
  const history = (await s.call(root, 'GET', '/admin/settings/history?limit=1')).body.data;
  assert.deepEqual(history.pagination, { total: 2, page: 1, limit: 1, totalPages: 2, hasMore: true });
  assert.deepEqual(history.logs.map((l) => [l.settings, l.reason]), [[[{ key: 'general.site_name', value: 'CoUp', oldValue: '같이 "공부"' }], null]]);
  const [older] = (await s.call(root, 'GET', '/admin/settings/history?limit=1&page=2')).body.data.logs;
  const { id, createdAt, ...rest } = older;
  assert.deepEqual(rest, {
    admin: { id: String(root.id), name: 'SUPER_ADMIN', email: root.email, avatar: null }, reason: '새 학기', ipAddress: '127.0.0.1',
    settings: [{ key: 'general.site_name', value: '같이 "공부"', oldValue: 'CoUp' }, { key: 'feature.max_study_members', value: 30, oldValue: 20 },
      { key: 'security.session_timeout', value: 60, oldValue: 30 }, { key: 'notification.enable_report_alert', value: false, oldValue: true }, { key: 'general.contact_email', value: '', oldValue: '' }],
  });
  assert.ok(id && createdAt <= new Date(Date.now() + 1000).toISOString());
});

test('of two that set the same at once each leaves what the other says it found', async () => {
  await Promise.all(Array.from({ length: 6 }, (_, i) => set([{ key: 'max_login_attempts', value: 10 + i }]).then((r) => assert.equal(r.status, 200, r.text))));
  const { logs } = (await s.call(root, 'GET', '/admin/settings/history?limit=6')).body.data;
  const steps = logs.map((l) => l.settings[0]).reverse();
  assert.deepEqual(steps.map((x) => x.oldValue), [5, ...steps.slice(0, -1).map((x) => x.value)]);
});

test('what is switched off is off for everybody at once, and on again', async () => {
  const off = [403, 'FEATURE_DISABLED', 'string'];
  const p = await s.someone('이용자');
  const found = (name) => s.call(p, 'POST', '/studies', { name, emoji: '📚', category: '프로그래밍', subCategory: '웹', description: '함께 공부하는 모임입니다.' });
  const upload = (id) => {
    const form = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\ncontent-type: text/plain\r\n\r\nhello\r\n--b--\r\n';
    return send('POST', id ? `/api/studies/${id}/files` : '/api/upload', { ...s.base, raw: form, headers: { cookie: `next-auth.session-token=${p.access}`, 'content-type': 'multipart/form-data; boundary=b' } });
  };
  const first = await found('첫 모임');
  assert.equal(first.status, 201, first.text);
  const { id } = first.body.data;
  assert.equal((await upload(id)).status, 201);
  await set([{ key: 'allow_study_creation', value: false }, { key: 'allow_file_upload', value: 'false' }, { key: 'allow_signup', value: false }]);
  assert.deepEqual(refusal(await found('둘째 모임')), off);
  assert.deepEqual(refusal(await upload(id)), off);
  assert.deepEqual(refusal(await upload()), off); // outside of groups
  const signup = { email: 'late@test.example', password: 'password123', name: '늦은 사람' };
  assert.deepEqual([await post('/auth/signup', signup, s.base), await post('/users/register', { ...signup, birth_date: '1990-05-05', gender: 'female' }, s.base), await post('/api/auth/signup', signup, s.base)].map((r) => [r.status, r.body.code]), Array(3).fill([403, 'FEATURE_DISABLED']));
  assert.deepEqual(await s.sql.query("SELECT id FROM users WHERE email = 'late@test.example'"), []);
  assert.equal((await post('/auth/login', { email: p.email, password: p.password }, s.base)).status, 200); // who has an account may come in
  await set(['allow_study_creation', 'allow_file_upload', 'allow_signup'].map((key) => ({ key, value: true })));
  assert.deepEqual([(await found('둘째 모임')).status, (await upload(id)).status, (await post('/auth/signup', signup, s.base)).status], [201, 201, 201]);
});

// ---- what notifications say

const templates = (method, path = '', body, by = root) => send(method, `/notifications/templates${path}`, { ...s.base, body, token: by?.access });
const wrong = (res) => [res.status, res.body.code, (res.body.error.details?.fields ?? []).map((f) => `${f.field} ${f.rule}`)];
const told = async (p, n) => {
  const list = async () => (await send('GET', '/notifications', { ...s.base, token: p.access })).body.data.notifications;
  await until(async () => (await list()).length >= n);
  return (await list()).map((x) => [x.type, x.category, x.title, x.message, x.priority]);
};
const english = (p) => send('PATCH', '/notifications/settings', { ...s.base, token: p.access, body: { notificationLanguage: 'en' } });
const SHIPPED = { titleKo: '새로운 매칭 요청', titleEn: 'New match request', messageKo: '{name}님이 매칭을 요청했습니다', messageEn: '{name} would like to be your partner' };

test('a template says something else for everybody, and what it came with again', async () => {
  const [a, b, en] = [await s.someone('민지'), await s.someone(), await s.someone()];
  await english(en);
  const ask = async (to) => assert.equal((await post('/matching/request', { targetUserId: to.id }, { ...s.base, token: a.access })).status, 201);
  const plain = (await templates('GET', '/match_request')).body.data;
  assert.deepEqual(plain, {
    id: 'match_request', templateId: 'match_request', type: 'match_request', category: 'matching', priority: 2, title: SHIPPED.titleKo, message: SHIPPED.messageKo, content: SHIPPED.messageKo,
    clickUrl: '/matching/requests/received', params: ['name'], own: false, changed: false, ...SHIPPED, words: ['name'], original: SHIPPED, updatedAt: null, updatedBy: null,
  });
  const other = await templates('PATCH', '/MATCH_REQUEST', { titleKo: '  친구 신청 ', messageEn: 'Say hello to {name},\n{name}!' });
  const [{ updatedAt, ...now }, { updatedAt: _, ...without }] = [other.body.data, plain];
  assert.deepEqual([other.status, now], [200, { ...without, title: '친구 신청', titleKo: '친구 신청', messageEn: 'Say hello to {name},\n{name}!', changed: true, updatedBy: String(root.id) }]);
  assert.match(updatedAt, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.deepEqual((await templates('GET', '/match_request')).body.data, other.body.data);
  // anybody sees what it says, nobody else who changed it
  const seen = (await templates('GET', '', undefined, b)).body.data.find((t) => t.id === 'match_request');
  assert.deepEqual([seen.title, seen.changed, 'updatedBy' in seen], ['친구 신청', true, false]);
  await new Promise((done) => { setTimeout(done, 1100); }); // the jobs look once a second
  await ask(b);
  await ask(en);
  assert.deepEqual([await told(b, 1), await told(en, 1)], [
    [['match_request', 'matching', '친구 신청', '민지님이 매칭을 요청했습니다', 2]], [['match_request', 'matching', 'New match request', 'Say hello to 민지,\n민지!', 2]]]);
  assert.deepEqual((await send('POST', '/notifications/template/match_request', { ...s.base, token: a.access, body: { variables: { name: '나' } } })).body.data.title, '친구 신청');

  for (const change of [1, 2]) assert.equal((await templates('DELETE', '/match_request')).status, 200, change);
  assert.deepEqual((await templates('GET', '/match_request')).body.data, plain);
  const c = await s.someone();
  await new Promise((done) => { setTimeout(done, 1100); });
  await ask(c);
  assert.deepEqual((await told(c, 1))[0].slice(2, 4), [SHIPPED.titleKo, '민지님이 매칭을 요청했습니다']);
  const record = (action) => s.logs(action, root).then((rows) => rows.map((l) => [l.target_type, l.was?.titleKo, l.became?.titleKo]));
  assert.deepEqual([await record('TEMPLATE_UPDATE'), await record('TEMPLATE_DELETE')], [[['TEMPLATE', SHIPPED.titleKo, '친구 신청']], [['TEMPLATE', '친구 신청', SHIPPED.titleKo]]]);
});

test('the title of a chat has a language, too', async () => {
  const [a, ko, en] = [await s.someone('민지'), await s.someone(), await s.someone()];
  await english(en);
  assert.equal((await templates('PUT', '/chat_text', { titleKo: '[채팅] {room}', titleEn: '[Chat] {room}' })).status, 200);
  await new Promise((done) => { setTimeout(done, 1100); });
  const { body: { data: room } } = await post('/chat/rooms', { roomName: '방', isPublic: false, participantIds: [ko.id, en.id], maxParticipants: 3 }, { ...s.base, token: a.access });
  assert.equal((await post(`/chat/rooms/${room.roomId}/messages`, { message: '안녕' }, { ...s.base, token: a.access })).status, 201);
  assert.deepEqual([(await told(ko, 1))[0].slice(2, 4), (await told(en, 1))[0].slice(2, 4)], [['[채팅] 방', '민지: 안녕'], ['[Chat] 방', '민지: 안녕']]);
  assert.equal((await templates('DELETE', '/chat_text')).status, 200);
});

const OWN = { id: 'Event.Spring', category: 'marketing', priority: 'high', clickUrl: '/main', titleKo: '봄 {title}', titleEn: 'Spring {title}', messageKo: '{name}님, {time}에 만나요', messageEn: 'See you {time}, {name}' };

test('templates of one\'s own: made, sent to each in their language unless they want none of it, deleted', async () => {
  const [a, en, out] = [await s.someone(), await s.someone(), await s.someone()];
  await english(en);
  for (const p of [a, en]) assert.equal((await send('PATCH', '/notifications/settings', { ...s.base, token: p.access, body: { marketingNotifications: true } })).status, 200);
  const made = await templates('POST', '', OWN);
  const { id, own, changed, original, words, params, type, priority, titleEn } = made.body.data;
  assert.deepEqual([made.status, id, own, changed, original, words, params, type, priority, titleEn], [201, 'event.spring', true, false, null, ['name', 'room', 'text', 'title', 'time', 'count', 'level'], ['name', 'title', 'time'], 'custom', 3, 'Spring {title}']);
  for (const taken of ['event.spring', 'EVENT.spring', 'match_request']) assert.deepEqual(wrong(await templates('POST', '', { ...OWN, id: taken })), [409, 'TEMPLATE_EXISTS', []]);
  const variables = { title: '모임', time: '오후 3시', name: '회원' };
  const sent = await templates('POST', '/event.spring/send', { recipients: [a.id, en.id, out.id, MISSING], variables });
  assert.deepEqual([sent.status, sent.body.data], [201, { delivered: 3 }]);
  assert.deepEqual([await told(a, 1), await told(en, 1)], [[['custom', 'marketing', '봄 모임', '회원님, 오후 3시에 만나요', 3]], [['custom', 'marketing', 'Spring 모임', 'See you 오후 3시, 회원', 3]]]);
  assert.deepEqual((await send('GET', '/notifications', { ...s.base, token: out.access })).body.data.notifications, []); // marketing is off
  assert.equal((await s.logs('TEMPLATE_SEND', root))[0].became.titleEn, 'Spring 모임');
  const all = await templates('POST', '/system_maintenance/send', { recipients: 'all', variables: { time: '자정' } });
  assert.deepEqual([all.status, all.body.data], [201, { delivered: null }]);
  assert.equal((await told(out, 1))[0][3], '자정에 서비스 점검이 있습니다');
  // what is urgent passes by what was switched off
  assert.equal((await templates('POST', '', { ...OWN, id: 'pressing', priority: 'urgent' })).status, 201);
  assert.equal((await templates('POST', '/pressing/send', { recipients: [out.id], variables })).status, 201);
  assert.deepEqual((await told(out, 2))[0].slice(1, 3), ['marketing', '봄 모임']);
  assert.equal((await templates('DELETE', '/pressing')).status, 200);

  assert.deepEqual(wrong(await templates('POST', '/event.spring/send', { recipients: [a.id], variables: { ...variables, time: undefined } })), [400, 'VALIDATION_ERROR', ['variables.time required']]);
  for (const [recipients, code] of [[[MISSING], 404], [['x'], 400], [undefined, 400], [[], 400]]) assert.equal((await templates('POST', '/event.spring/send', { recipients, variables })).status, code);
  // however long what is filled in: a notification holds as much as it can
  await templates('PATCH', '/event.spring', { messageKo: `${'가'.repeat(990)}{text}` });
  const mine = await send('POST', '/notifications/template/event.spring', { ...s.base, token: a.access, body: { variables: { ...variables, text: '나'.repeat(500) } } });
  assert.deepEqual([mine.status, mine.body.data.message], [201, '가'.repeat(990) + '나'.repeat(10)]);
  assert.equal((await templates('DELETE', '/event.spring')).status, 200);
  for (const [method, path, body] of [['GET', '', undefined], ['PATCH', '', { titleKo: 'x' }], ['DELETE', '', undefined], ['POST', '/send', { recipients: 'all', variables }]]) {
    assert.deepEqual(wrong(await templates(method, `/event.spring${path}`, body)), [404, 'TEMPLATE_NOT_FOUND', []], method);
  }
  assert.deepEqual((await told(a, 2)).length, 3); // what was sent stays
});

test('a template refuses what nothing fills, and says what it may have; two hundred may be there', async () => {
  for (const [change, ...fields] of [[{ titleKo: 'x {nmae}', messageEn: '{name' }, 'titleKo one_of', 'messageEn one_of'], [{ messageKo: '{}' }, 'messageKo one_of'], [{ titleEn: '{{name}}' }, 'titleEn one_of'],
    [{ titleEn: 'a\nb' }, 'titleEn characters'], [{ titleKo: 'x'.repeat(201), messageKo: 'x'.repeat(1001) }, 'titleKo max', 'messageKo max'], [{ titleKo: ' ' }, 'titleKo min'], [{}, 'titleKo required'], [{ titleKo: 5 }, 'titleKo type']]) {
    assert.deepEqual([JSON.stringify(change).slice(0, 60), ...wrong(await templates('PATCH', '/match_request', change))], [JSON.stringify(change).slice(0, 60), 400, 'VALIDATION_ERROR', fields]);
  }
  const { body } = await templates('PATCH', '/password_changed', { titleKo: '{name}' });
  assert.equal(body.error.details.fields[0].message, '중괄호 안에 쓸 수 있는 것: 없음');
  assert.match((await templates('PATCH', '/match_request', { titleKo: '{room}' })).body.error.details.fields[0].message, /: \{name\}$/);
  for (const [change, ...fields] of [[{ id: '한글' }, 'id format'], [{ id: 'x'.repeat(41) }, 'id max'], [{ id: undefined, titleEn: undefined }, 'id required', 'titleEn required'], [{ type: 'x' }, 'type one_of'],
    [{ category: 'study' }, 'category one_of'], [{ priority: 5 }, 'priority one_of'], [{ clickUrl: '/admin' }, 'clickUrl one_of'], [{ clickUrl: '/admin', titleKo: '{who}' }, 'titleKo one_of', 'clickUrl one_of']]) {
    assert.deepEqual([change, ...wrong(await templates('POST', '', { ...OWN, ...change }))], [change, 400, 'VALIDATION_ERROR', fields]);
  }
  assert.equal((await s.sql.query('SELECT COUNT(*) AS n FROM notification_templates'))[0].n, 0);
  await s.sql.query("INSERT INTO notification_templates SELECT CONCAT('own', seq), 'custom', 'general', 2, NULL, REPEAT('😀', 200), REPEAT('😀', 200), REPEAT('😀', 1000), REPEAT('😀', 1000), ?, NOW(3) FROM seq_1_to_199", [root.id]);
  const two = await Promise.all([templates('POST', '', OWN), templates('POST', '', { ...OWN, id: 'other' })]);
  assert.deepEqual(two.map((r) => [r.status, r.body.code ?? null]).toSorted(), [[201, null], [409, 'TOO_MANY_TEMPLATES']]);
  assert.equal((await templates('PATCH', '/match_request', { titleKo: 'x' })).status, 200); // is none of them
  // all as long as can be: a list holds them, and so do the jobs
  const full = (await templates('GET')).body.data;
  assert.deepEqual([full.filter((t) => t.own).length, full.filter((t) => t.own && [...t.message].length === 1000).length], [200, 199]);
  const widest = { titleKo: '😀'.repeat(200), titleEn: '😀'.repeat(200), messageKo: '😀'.repeat(1000), messageEn: '😀'.repeat(1000) };
  for (const { id } of full.filter((t) => !t.own)) assert.equal((await templates('PATCH', `/${id}`, widest)).status, 200, id);
  const [asking, asked] = [await s.someone(), await s.someone()];
  await new Promise((done) => { setTimeout(done, 1100); });
  assert.equal((await post('/matching/request', { targetUserId: asked.id }, { ...s.base, token: asking.access })).status, 201);
  assert.deepEqual((await told(asked, 1))[0].slice(2, 4), [widest.titleKo, widest.messageKo]);
  assert.equal((await templates('GET')).status, 200);
  await s.sql.query('DELETE FROM notification_templates');
});

test('the record: by administrator, action, kind and day; every field; nothing of it is written by looking', async () => {
  const [a, b] = [await s.staff('ADMIN'), await s.staff('ADMIN')];
  const add = (admin, action, type, target, day, more = {}) => s.sql.query('INSERT INTO admin_logs (admin_id, action, target_type, target_id, was, became, reason, ip, user_agent, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    [admin.id, action, type, target, more.was ?? null, more.became ?? null, more.reason ?? null, more.ip ?? null, more.agent ?? null, `${day} 12:00:00`]);
  await add(a, 'USER_SUSPEND', 'USER', 7, '2026-01-10', { was: '{"status":"ACTIVE"}', became: '{"status":"SUSPENDED"}', reason: '=1+1, "스팸"', ip: '10.0.0.1', agent: 'probe' });
  await add(a, 'USER_VIEW', 'USER', 7, '2026-01-11');
  await add(b, 'STUDY_HIDE', 'STUDY', 9, '2026-01-12');
  await add(b, 'USER_VIEW', 'USER', 8, '2026-01-13');
  const seen = async (q) => { const res = await s.call(root, 'GET', `/admin/audit-logs?startDate=2026-01-01&endDate=2026-01-31&${q}`); assert.equal(res.status, 200, res.text); return res.body; };
  const who = (body) => body.data.logs.map((l) => `${l.action} ${l.targetId}`);
  assert.deepEqual(who(await seen('')), ['USER_VIEW 8', 'STUDY_HIDE 9', 'USER_VIEW 7', 'USER_SUSPEND 7']);
  for (const [q, want] of Object.entries({
    [`adminId=${a.id}`]: ['USER_VIEW 7', 'USER_SUSPEND 7'], 'action=USER_VIEW': ['USER_VIEW 8', 'USER_VIEW 7'], 'action=user_*': ['USER_VIEW 8', 'USER_VIEW 7', 'USER_SUSPEND 7'],
    [`adminId=${a.id}&action=USER_VIEW`]: ['USER_VIEW 7'], 'targetType=STUDY': ['STUDY_HIDE 9'], 'startDate=2026-01-11&endDate=2026-01-12': ['STUDY_HIDE 9', 'USER_VIEW 7'],
    'action=_SER*': [], 'limit=2&page=2': ['USER_VIEW 7', 'USER_SUSPEND 7'],
  })) {
    const res = await s.call(root, 'GET', `/admin/audit-logs?${q.includes('startDate') ? q : `startDate=2026-01-01&endDate=2026-01-31&${q}`}`);
    assert.deepEqual(who(res.body), want, q);
  }
  assert.deepEqual((await seen('limit=3')).data.pagination, { total: 4, page: 1, limit: 3, totalPages: 2, hasMore: true });
  assert.deepEqual((await seen('limit=3&page=9')).data.pagination, { total: 4, page: 9, limit: 3, totalPages: 2, hasMore: false });
  const { data } = await seen('action=USER_SUSPEND');
  const { id, ...one } = data.logs[0];
  assert.ok(id);
  assert.deepEqual(one, {
    adminId: String(a.id), action: 'USER_SUSPEND', targetType: 'USER', targetId: '7', before: { status: 'ACTIVE' }, after: { status: 'SUSPENDED' }, reason: '=1+1, "스팸"',
    ipAddress: '10.0.0.1', userAgent: 'probe', createdAt: '2026-01-10T12:00:00.000Z', admin: { id: String(a.id), name: 'ADMIN', email: a.email, avatar: null },
  });
  const seeded = await s.sql.query("SELECT id FROM users WHERE role = 'ADMIN'");
  assert.deepEqual(data.admins.map((x) => x.id).sort(), [root, a, b, ...seeded].map((x) => String(x.id)).sort());
  for (const bad of ['page=0', 'limit=101', 'adminId=x', 'startDate=2026-13-01', `action=${'x'.repeat(25)}`]) assert.equal((await s.call(root, 'GET', `/admin/audit-logs?${bad}`)).status, 400, bad);

  const csv = await s.call(root, 'GET', '/admin/audit-logs/export?startDate=2026-01-01&endDate=2026-01-31&action=USER_*');
  assert.deepEqual([csv.status, csv.headers['content-type'], csv.headers['content-disposition']], [200, 'text/csv; charset=utf-8', `attachment; filename="audit-logs-${new Date().toISOString().slice(0, 10)}.csv"`]);
  assert.equal(csv.text, '\uFEFF"시간","관리자","이메일","액션","대상 유형","대상 ID","IP","사유"\r\n'
    + `"2026-01-13T12:00:00.000Z","ADMIN","${b.email}","USER_VIEW","USER","8","",""\r\n"2026-01-11T12:00:00.000Z","ADMIN","${a.email}","USER_VIEW","USER","7","",""\r\n`
    + `"2026-01-10T12:00:00.000Z","ADMIN","${a.email}","USER_SUSPEND","USER","7","10.0.0.1","'=1+1, ""스팸"""\r\n`);
  assert.equal((await s.logs('AUDIT_EXPORT', root)).length, 1);
  assert.equal((await s.call(root, 'GET', '/admin/audit-logs/export?startDate=yesterday')).status, 400);
});

test('a table is ten thousand rows or four megabytes, whichever is less', async () => {
  const a = await s.staff('ADMIN');
  const fill = (day, n, reason) => s.sql.query(`INSERT INTO admin_logs (admin_id, action, target_type, target_id, reason, created_at) SELECT ?, 'USER_VIEW', 'USER', q.seq, REPEAT(?, 500), ? FROM seq_1_to_${n} q`, [a.id, reason, `${day} 12:00:00`]);
  await fill('2025-06-01', 10001, '');
  const many = (await s.call(root, 'GET', '/admin/audit-logs/export?startDate=2025-06-01&endDate=2025-06-01')).text.trimEnd().split('\r\n');
  const cut = /^"[^"]+","","","","","","","행이 더 있을 수 있습니다/;
  assert.deepEqual([many.length, many[1].split(',')[5], many.at(-2).split(',')[5]], [10002, '"10001"', '"2"']);
  assert.match(many.at(-1), cut);
  await fill('2025-07-01', 5000, '가'); // 1.6 kB a row
  const long = await s.call(root, 'GET', '/admin/audit-logs/export?startDate=2025-07-01&endDate=2025-07-01');
  const lines = long.text.trimEnd().split('\r\n');
  const rows = lines.length - 2;
  assert.match(lines.at(-1), cut);
  assert.ok(rows % 1000 === 0 && rows < 5000 && Buffer.byteLength(long.text) > 4 << 20, `${rows} rows, ${Buffer.byteLength(long.text)} bytes`);
});
