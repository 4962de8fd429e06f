// Settings of the site, what is switched off by them, and the record of what administrators did.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { post, send } from '../harness/client.mjs';
import { refusal, site } from '../harness/admin.mjs';

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
