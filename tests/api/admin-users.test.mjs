// Who may do what in the administration, its numbers, and accounts: finding, suspending and restoring them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, post, send } from '../harness/client.mjs';
import { MISSING, refusal, ROLES, site } from '../harness/admin.mjs';
import { until } from '../harness/stack.mjs';
import { study } from '../harness/study.mjs';

let s;
let admin;
before(async () => {
  s = await site('admin users');
  admin = await s.staff('SUPER_ADMIN');
});
after(() => s?.down());

const call = (...args) => s.call(...args);
const login = (p) => post('/auth/login', { email: p.email, password: p.password }, s.base);
const sees = (p) => get('/users/me', { ...s.base, token: p.access });
const suspend = (p, body, by = admin, headers = {}) => call(by, 'POST', `/admin/users/${p.id ?? p}/suspend`, body, headers);
const restore = (p, body, by = admin, verb = 'restore') => call(by, 'POST', `/admin/users/${p.id ?? p}/${verb}`, body);
const row = async (p) => (await s.sql.query('SELECT status, suspended_until, suspend_reason FROM users WHERE id = ?', [p.id]))[0];
const listed = async (q) => { const { status, body, text } = await call(admin, 'GET', `/admin/users?${q}`); assert.equal(status, 200, text); return body; };
const ids = (body) => body.data.map((u) => u.id);

// A second statement of who may do what, apart from the code: the least role.
const LEAST = {
  'GET /admin/stats': 'VIEWER', 'GET /admin/users': 'VIEWER', 'GET /admin/users/{id}': 'VIEWER', 'POST /admin/users/{id}/suspend': 'ADMIN',
  'POST /admin/users/{id}/restore': 'ADMIN', 'POST /admin/users/{id}/activate': 'ADMIN', 'GET /admin/studies': 'VIEWER', 'GET /admin/studies/{id}': 'VIEWER',
  'DELETE /admin/studies/{id}': 'ADMIN', 'DELETE /admin/studies/{id}/delete': 'ADMIN', 'POST /admin/users/{id}/unsuspend': 'ADMIN', 'DELETE /admin/users/{id}': 'ADMIN', 'PATCH /admin/users/{id}': 'ADMIN',
  'POST /admin/studies/{id}/hide': 'MODERATOR', 'DELETE /admin/studies/{id}/hide': 'MODERATOR', 'POST /admin/studies/{id}/close': 'ADMIN', 'DELETE /admin/studies/{id}/close': 'ADMIN', 'POST /admin/users/{id}/warn': 'MODERATOR',
  'GET /admin/settings': 'SUPER_ADMIN', 'PUT /admin/settings': 'SUPER_ADMIN', 'GET /admin/settings/history': 'SUPER_ADMIN', 'POST /admin/settings/cache/clear': 'SUPER_ADMIN',
  'GET /admin/audit-logs': 'SUPER_ADMIN', 'GET /admin/audit-logs/export': 'SUPER_ADMIN',
  'GET /admin/reports': 'VIEWER', 'GET /admin/reports/{id}': 'VIEWER', 'POST /admin/reports/{id}/assign': 'MODERATOR', 'POST /admin/reports/{id}/process': 'MODERATOR',
  'GET /notifications/templates/{templateId}': 'SUPER_ADMIN', 'PATCH /notifications/templates/{templateId}': 'SUPER_ADMIN', 'PUT /notifications/templates/{templateId}': 'SUPER_ADMIN',
  'DELETE /notifications/templates/{templateId}': 'SUPER_ADMIN', 'POST /notifications/templates': 'SUPER_ADMIN', 'POST /notifications/templates/{templateId}/send': 'SUPER_ADMIN',
  'GET /admin/analytics/overview': 'VIEWER', 'GET /admin/analytics/users': 'VIEWER', 'GET /admin/analytics/studies': 'VIEWER',
};

test('every route asks for the role: nobody below it gets in, by cookie or token, and nobody else', async () => {
  const { body: doc } = await get('/openapi.json', s.base);
  const routes = Object.entries(doc.paths).flatMap(([path, item]) => Object.entries(item).map(([method, op]) => [`${method.toUpperCase()} ${path}`, op]))
    .filter(([key, op]) => op['x-auth'] === 'staff' || /^\S+ \/admin/.test(key));
  assert.deepEqual(routes.map(([key]) => key).sort(), Object.keys(LEAST).sort());
  assert.deepEqual(routes.filter(([, op]) => op['x-auth'] !== 'staff'), []);
  const people = { guest: [null, -1], user: [await s.someone(), -1], expired: [await s.staff('SUPER_ADMIN', 'NOW(3) - INTERVAL 1 SECOND'), -1], root: [await s.root(), 3] };
  for (const [i, role] of ROLES.entries()) people[role] = [await s.staff(role, 'NOW(3) + INTERVAL 1 DAY'), i];
  // whose row says less than users.role, or nothing any more
  for (const [name, role, expires, rank] of [['lesser', 'VIEWER', 'NULL', 0], ['former', 'ADMIN', 'NOW(3)', -1]]) {
    const p = await s.root();
    await s.sql.query(`INSERT INTO admin_roles (user_id, role, expires_at) VALUES (?, ?, ${expires})`, [p.id, role]);
    people[name] = [p, rank];
  }
  const wrong = [];
  for (const [key] of routes) {
    const [method, path] = key.replace(/\{\w+\}/, String(MISSING)).split(' ');
    for (const [name, [p, rank]] of Object.entries(people)) {
      const body = method === 'GET' ? undefined : {};
      const ways = [await call(p, method, path, body), ...p ? [await send(method, path, { ...s.base, body, token: p.access })] : []];
      for (const res of ways) {
        const refused = res.status === 401 ? 401 : res.status === 403 && ['ADMIN-002', 'USER_002'].includes(res.body.code) ? 403 : 0;
        const want = !p ? 401 : rank < ROLES.indexOf(LEAST[key]) ? 403 : 0;
        if (refused !== want) wrong.push(`${key} as ${name}: ${res.status} ${res.text.slice(0, 100)}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
  assert.deepEqual((await s.sql.query('SELECT 1 FROM sanctions')), []);
});

test('a role that was taken away is gone with the next request', async () => {
  const p = await s.staff('ADMIN');
  assert.equal((await call(p, 'GET', '/admin/stats')).status, 200);
  await s.sql.query('DELETE FROM admin_roles WHERE user_id = ?', [p.id]);
  assert.deepEqual(refusal(await call(p, 'GET', '/admin/stats')), [403, 'ADMIN-002', 'string']);
});

test('the cookie is good for these routes from our pages alone; for those of a token alone it is none', async () => {
  const [root, p] = [await s.root(), await s.someone()];
  assert.deepEqual(refusal(await suspend(p, { reason: '도배' }, root, { origin: 'https://evil.example' })), [403, 'ADMIN-002', 'string']);
  assert.equal((await row(p)).status, 'ACTIVE');
  assert.equal((await suspend(p, { reason: '도배' }, root, { origin: s.base.base })).status, 200);
  const cookie = await send('POST', '/api/v1/notifications/urgent', { ...s.base, body: {}, headers: { cookie: `next-auth.session-token=${root.access}` } });
  assert.deepEqual([cookie.status, cookie.body.code], [401, 'AUTH_001']);
  assert.equal((await send('POST', '/api/v1/notifications/urgent', { ...s.base, body: {}, token: root.access })).status, 400);
  const viewer = await s.staff('SUPER_ADMIN'); // a role here is none there
  assert.equal((await send('POST', '/api/v1/notifications/urgent', { ...s.base, body: {}, token: viewer.access })).status, 403);
});

test('the numbers of the site, what happened lately, and seven days', async () => {
  const before_ = (await call(admin, 'GET', '/admin/stats')).body.data.summary;
  const people = [];
  for (const name of ['하나', '두리', '세찌']) people.push(await s.someone(name));
  const [a, b, c] = people;
  await s.sql.query('UPDATE users SET created_at = NOW(3) - INTERVAL 3 DAY WHERE id = ?', [b.id]);
  await s.sql.query("UPDATE users SET status = 'SUSPENDED' WHERE id = ?", [c.id]);
  await s.sql.query("INSERT INTO studies (owner_id, name, description, category, is_recruiting, created_at) VALUES (?, 'a', 'd', 'c', TRUE, NOW(3)), (?, 'b', 'd', 'c', FALSE, NOW(3) - INTERVAL 2 DAY), (?, 'c', 'd', 'c', TRUE, NOW(3) - INTERVAL 20 DAY)", [a.id, a.id, a.id]);
  await s.sql.query("INSERT INTO studies (owner_id, name, description, category, gone) VALUES (?, 'd', 'd', 'c', TRUE)", [a.id]);
  const report = "INSERT INTO reports (reporter_id, target_type, target_id, type, reason, evidence, status, priority) VALUES (?, 'USER', ?, 'SPAM', 'r', '{}', ?, ?)";
  for (const [i, [status, priority]] of [['PENDING', 'URGENT'], ['PENDING', 'LOW'], ['IN_PROGRESS', 'URGENT'], ['RESOLVED', 'URGENT']].entries()) await s.sql.query(report, [a.id, 1000 + i, status, priority]);
  await s.sql.query("INSERT INTO warnings (user_id, admin_id, reason, severity) VALUES (?, ?, '욕설', 'SERIOUS')", [b.id, admin.id]);
  await s.sql.query("INSERT INTO sanctions (user_id, admin_id, type, reason, is_active, expires_at) VALUES (?, ?, 'SUSPENSION', 'r', TRUE, NULL), (?, ?, 'RESTRICTION', 'r', TRUE, NOW(3) - INTERVAL 1 DAY), (?, ?, 'RESTRICTION', 'r', FALSE, NULL)", [c.id, admin.id, c.id, admin.id, c.id, admin.id]);
  const { status, body } = await call(admin, 'GET', '/admin/stats');
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body), ['success', 'data', 'timestamp']);
  const more = (group) => Object.fromEntries(Object.entries(body.data.summary[group]).map(([k, v]) => [k, v - before_[group][k]]));
  assert.deepEqual(Object.keys(body.data.summary).map(more), [
    { total: 3, active: 2, suspended: 1, newToday: 2, newThisWeek: 3 }, { total: 3, active: 2, newToday: 1, newThisWeek: 2 },
    { total: 4, pending: 2, urgent: 1, newToday: 4 }, { totalWarnings: 1, warningsToday: 1, activeSanctions: 1 }]);
  const { users, reports, warnings } = body.data.recentActivity;
  assert.deepEqual(users.slice(0, 2).map((u) => [u.id, u.name, u.email, u.avatar, typeof u.createdAt]), [c, b].map((p) => [p.id, p.name, p.email, null, 'string']));
  assert.equal(users.length, 5);
  assert.deepEqual(reports.map(({ id, createdAt, ...r }) => r), ['LOW', 'URGENT'].map((priority) => ({ type: 'SPAM', targetType: 'USER', priority, reporter: { name: a.name, email: a.email } })));
  assert.deepEqual(warnings.map(({ id, createdAt, ...w }) => w), [{ reason: '욕설', severity: 'SERIOUS', user: { name: b.name, email: b.email } }]);
  const day = (n) => new Date(Date.now() + 9 * 3600e3 - n * 86400e3).toISOString().slice(0, 10);
  const { userGrowth, reportTrends } = body.data.charts;
  assert.deepEqual(reportTrends, [6, 5, 4, 3, 2, 1, 0].map((n) => ({ date: day(n), count: n ? 0 : 4 })));
  assert.deepEqual([userGrowth.map((d) => d.date), userGrowth[3].count], [reportTrends.map((d) => d.date), 1]);
  await s.sql.query('DELETE FROM reports');
});

test('a list of accounts: every field, and whoever looks is recorded', async () => {
  const [p, other] = [await s.someone('가나다라'), await s.someone()];
  await s.sql.query("UPDATE users SET created_at = '2026-01-02 03:04:05.678', active_at = '2026-02-02', updated_at = '2026-02-03', bio = '안녕', restricted_actions = 'STUDY_JOIN,MESSAGE', restricted_until = '2099-01-01' WHERE id = ?", [p.id]);
  const study = async (owner, status) => {
    const { insertId } = await s.sql.query("INSERT INTO studies (owner_id, name, description, category) VALUES (?, 's', 'd', 'c')", [owner.id]);
    await s.sql.query('INSERT INTO study_members (study_id, user_id, status) VALUES (?, ?, ?)', [insertId, p.id, status]);
    await s.sql.query("INSERT INTO study_messages (study_id, seq, user_id, content, created_at) VALUES (?, 1, ?, 'x', NOW(3))", [insertId, p.id]);
  };
  await study(p, 'ACTIVE');
  await study(other, 'ACTIVE');
  await study(other, 'LEFT');
  const { insertId: sanction } = await s.sql.query("INSERT INTO sanctions (user_id, admin_id, type, reason, expires_at) VALUES (?, ?, 'RESTRICTION', 'r', '2099-01-01')", [p.id, admin.id]);
  await s.sql.query("INSERT INTO warnings (user_id, admin_id, reason) VALUES (?, ?, 'r')", [p.id, admin.id]);
  const { insertId: warning } = await s.sql.query("INSERT INTO warnings (user_id, admin_id, reason, severity, created_at) VALUES (?, ?, 'r', 'MINOR', '2026-03-01')", [p.id, admin.id]);
  const looked = (await s.logs('USER_SEARCH', admin)).length;
  const body = await listed(`search=${p.id}`);
  const plain = { id: p.id, email: p.email, name: '가나다라', avatar: null, bio: '안녕', role: 'USER', status: 'ACTIVE', suspendedUntil: null, suspendReason: null, restrictedUntil: '2099-01-01T00:00:00.000Z',
    createdAt: '2026-01-02T03:04:05.678Z', lastLoginAt: '2026-02-02T00:00:00.000Z', provider: 'CREDENTIALS', restrictedActions: ['STUDY_JOIN', 'MESSAGE'] };
  const counts = { ownedStudies: 1, studyMembers: 2, messages: 3, receivedWarnings: 2, sanctions: 1 };
  const [{ updatedAt, ...item }] = body.data;
  assert.deepEqual(item, { ...plain, _count: counts, stats: { studiesOwned: 1, studiesJoined: 2, messagesCount: 3, warningsCount: 2, activeSanctions: 1 },
    lastWarning: { id: String(warning), severity: 'MINOR', createdAt: '2026-03-01T00:00:00.000Z' }, activeSanction: { id: String(sanction), type: 'RESTRICTION', expiresAt: '2099-01-01T00:00:00.000Z' } });
  assert.deepEqual(body.pagination, { page: 1, limit: 20, total: 1, totalPages: 1, hasNext: false, hasPrev: false });
  assert.deepEqual(body.filters, { search: p.id, status: null, provider: null, hasWarnings: null, isSuspended: null, createdFrom: null, createdTo: null, lastLoginFrom: null, lastLoginTo: null, sortBy: 'createdAt', sortOrder: 'desc' });
  assert.deepEqual(Object.keys(body).sort(), ['data', 'filters', 'pagination', 'success', 'timestamp']);
  const logs = await s.logs('USER_SEARCH', admin);
  assert.equal(logs.length, looked + 1);
  assert.deepEqual([logs.at(-1).target_type, logs.at(-1).target_id, typeof logs.at(-1).ip], [null, null, 'string']);

  const one = await call(admin, 'GET', `/admin/users/${p.id}`);
  const { updatedAt: _, sanctions, receivedWarnings, ...detail } = one.body.data;
  assert.deepEqual(detail, { ...plain, _count: { ...counts, reports: 0, notifications: 0 }, adminRole: null });
  const { createdAt: at, ...shown } = sanctions[0];
  assert.deepEqual(shown, { id: String(sanction), userId: p.id, adminId: admin.id, type: 'RESTRICTION', reason: 'r', duration: null, expiresAt: '2099-01-01T00:00:00.000Z', relatedReportId: null, isActive: true, unsuspendedBy: null, unsuspendReason: null, unsuspendedAt: null });
  assert.deepEqual(receivedWarnings[0], { id: String(warning), userId: p.id, adminId: admin.id, reason: 'r', severity: 'MINOR', relatedContent: null, expiresAt: null, createdAt: '2026-03-01T00:00:00.000Z' });
  assert.deepEqual([sanctions.length, receivedWarnings.length], [1, 2]);
  assert.deepEqual((await s.logs('USER_VIEW', admin)).map((l) => [l.target_type, String(l.target_id)]), [['USER', p.id]]);
  assert.doesNotMatch(one.text + JSON.stringify(body), /hash|argon|password/);
  assert.deepEqual(refusal(await call(admin, 'GET', `/admin/users/${MISSING}`)), [404, 'ADMIN-021', 'string']);
  const boss = await call(admin, 'GET', `/admin/users/${admin.id}`);
  assert.deepEqual([boss.body.data.adminRole.role, boss.body.data.adminRole.expiresAt], ['SUPER_ADMIN', null]);
});

test('orders, filters and pages', async () => {
  const all = [];
  for (const name of ['정렬나', '정렬가', '정렬다']) all.push(await s.someone(name));
  const [b, a, c] = all;
  await s.sql.query("UPDATE users SET email = CONCAT('sort-', IF(id = ?, 'b', IF(id = ?, 'a', 'c')), '_%@x.example'), created_at = '2020-05-05' + INTERVAL id MOD 7 HOUR, active_at = IF(id = ?, '2020-06-06', '2020-07-07') WHERE id IN (?)", [b.id, a.id, c.id, all.map((p) => p.id)]);
  await s.sql.query("UPDATE users SET created_at = '2020-05-06 23:59:59' WHERE id = ?", [c.id]);
  await s.sql.query("UPDATE users SET status = 'SUSPENDED' WHERE id = ?", [a.id]);
  await s.sql.query("INSERT INTO warnings (user_id, admin_id, reason) VALUES (?, ?, 'r')", [b.id, admin.id]);
  await s.sql.query("INSERT INTO user_identities (provider, subject, user_id) VALUES ('naver', 'n', ?)", [b.id]);
  const q = async (more) => ids(await listed(`search=${encodeURIComponent('정렬')}&${more}`));
  const want = { 'sortBy=name&sortOrder=asc': [a, b, c], 'sortBy=name': [c, b, a], 'sortBy=email&sortOrder=ASC': [a, b, c], 'sortBy=status&sortOrder=desc': [a, c, b], 'sortBy=status&sortOrder=asc': [b, c, a], 'status=SUSPENDED': [a],
    'isSuspended=true': [a], 'isSuspended=false&sortBy=email': [c, b], 'hasWarnings=true': [b], 'hasWarnings=false&sortBy=name': [c, a], 'createdFrom=2020-05-06': [c], 'createdTo=2020-05-05&sortBy=name': [b, a],
    'createdFrom=2020-05-06&createdTo=2020-05-06': [c], 'lastLoginTo=2020-06-06': [c], 'lastLoginFrom=2020-06-07&sortBy=name': [b, a], 'sortBy=lastLoginAt&sortOrder=asc&limit=1': [c], 'provider=GOOGLE': [], 'provider=github': [],
    'provider=NAVER': [b], 'provider=CREDENTIALS&sortBy=name': [c, a],
    'sortBy=name&limit=2&page=2': [a] };
  assert.deepEqual([(await listed('provider=NAVER')).data, (await call(admin, 'GET', `/admin/users/${b.id}`)).body.data].map((x) => [x].flat().map((u) => u.provider)), [['NAVER'], ['NAVER']]);
  for (const [more, people] of Object.entries(want)) assert.deepEqual([more, await q(more)], [more, people.map((p) => p.id)]);
  // the same orders without words, over all accounts
  const db = { createdAt: 'created_at', lastLoginAt: 'active_at', email: 'email', name: 'name', status: 'status' };
  for (const [key, column] of Object.entries(db)) {
    for (const dir of ['asc', 'desc']) {
      const rows = await s.sql.query(`SELECT id FROM users ORDER BY ${column} ${dir}, id ${dir} LIMIT 8 OFFSET 4`);
      assert.deepEqual([key, dir, ids(await listed(`sortBy=${key}&sortOrder=${dir}&limit=4&page=2`)).concat(ids(await listed(`sortBy=${key}&sortOrder=${dir}&limit=4&page=3`)))], [key, dir, rows.map((r) => String(r.id))]);
    }
  }
  const suspended = await listed('status=SUSPENDED&limit=100');
  const [{ n }] = await s.sql.query("SELECT COUNT(*) AS n FROM users WHERE status = 'SUSPENDED'");
  assert.deepEqual([suspended.pagination.total, suspended.data.every((u) => u.status === 'SUSPENDED')], [n, true]);
  const far = await listed(`search=${encodeURIComponent('정렬')}&page=9&limit=2`);
  assert.deepEqual([far.data, far.pagination], [[], { page: 9, limit: 2, total: 3, totalPages: 2, hasNext: false, hasPrev: true }]);
  assert.deepEqual(ids(await listed('search=sort-a_%25%40')), [a.id]); // what LIKE would take for anything
  assert.deepEqual(ids(await listed('search=sort-a%25')), []);
  assert.deepEqual(ids(await listed('search=SORT-A')), [a.id]);
  for (const [bad, code] of [['sortBy=password', 'ADMIN-092'], ['sortOrder=up', 'VALIDATION_ERROR'], ['status=GONE', 'VALIDATION_ERROR'], ['provider=x', 'VALIDATION_ERROR'], ['page=0', 'VALIDATION_ERROR'], ['limit=101', 'VALIDATION_ERROR'],
    ['hasWarnings=x', 'VALIDATION_ERROR'], ['isSuspended=2', 'VALIDATION_ERROR'], ['createdFrom=x', 'VALIDATION_ERROR'], ['createdTo=2026-02-30', 'VALIDATION_ERROR'], ['lastLoginFrom=1', 'VALIDATION_ERROR'], ['lastLoginTo=1', 'VALIDATION_ERROR'], [`search=${'x'.repeat(101)}`, 'VALIDATION_ERROR']]) {
    assert.deepEqual([bad, ...refusal(await call(admin, 'GET', `/admin/users?${bad}`))], [bad, 400, code, 'string']);
  }
});

test('suspended for a time: logins end at once, nobody logs in, the record says it; when it is over a log-in lifts it', async () => {
  const p = await s.someone();
  const res = await suspend(p, { reason: ' 스팸 광고 ', duration: 7 });
  assert.equal(res.status, 200, res.text);
  const ends = new Date(res.body.data.suspendedUntil).getTime();
  assert.ok(Math.abs(ends - Date.now() - 7 * 86400e3) < 60e3);
  assert.deepEqual([res.body.success, res.body.message, res.body.data.status, res.body.data.suspendReason, res.body.data.activeSanction.type], [true, '사용자를 정지했습니다', 'SUSPENDED', '스팸 광고', 'SUSPENSION']);
  await until(async () => (await sees(p)).status === 401);
  assert.deepEqual([(await login(p)).status, (await login(p)).body.code], [403, 'AUTH_005']);
  const [sanction] = (await call(admin, 'GET', `/admin/users/${p.id}`)).body.data.sanctions;
  assert.deepEqual([sanction.type, sanction.adminId, sanction.reason, sanction.duration, sanction.expiresAt, sanction.isActive], ['SUSPENSION', admin.id, '스팸 광고', '7d', res.body.data.suspendedUntil, true]);
  const log = (await s.logs('USER_SUSPEND', admin)).at(-1);
  assert.deepEqual([log.target_type, String(log.target_id), log.reason, log.was, log.became], ['USER', p.id, '스팸 광고', { status: 'ACTIVE', suspendedUntil: null }, { status: 'SUSPENDED', suspendedUntil: ends }]);
  assert.deepEqual(refusal(await suspend(p, { reason: '또' })), [400, 'ADMIN-024', 'string']);
  await s.sql.query("UPDATE users SET suspended_until = NOW(3) + INTERVAL 1 SECOND WHERE id = ?", [p.id]);
  assert.equal((await login(p)).status, 403);
  await s.sql.query("UPDATE users SET suspended_until = NOW(3) - INTERVAL 1 SECOND, restricted_until = NOW(3) - INTERVAL 1 SECOND, restricted_actions = 'MESSAGE' WHERE id = ?", [p.id]);
  await s.sql.query("INSERT INTO sanctions (user_id, admin_id, type, reason) VALUES (?, ?, 'RESTRICTION', 'r')", [p.id, admin.id]);
  assert.equal((await post('/auth/login', { email: p.email, password: 'wrong password 1' }, s.base)).status, 400);
  assert.equal((await row(p)).status, 'SUSPENDED'); // a wrong password lifts nothing
  const again = await login(p);
  assert.equal(again.status, 200, again.text);
  assert.deepEqual(await row(p), { status: 'ACTIVE', suspended_until: null, suspend_reason: null });
  const now = (await call(admin, 'GET', `/admin/users/${p.id}`)).body.data;
  assert.deepEqual([now.sanctions.map((x) => x.isActive), now.restrictedActions, now.restrictedUntil], [[false, false], [], null]);
  p.access = again.body.data.accessToken;
  assert.equal((await sees(p)).status, 200);
});

test('for good, until it is restored, under both names; again changes nothing', async () => {
  for (const [verb, duration] of [['restore', undefined], ['activate', null], ['unsuspend', 'permanent'], ['activate', '30d']]) {
    const p = await s.someone();
    const off = await suspend(p, { reason: '도배', duration });
    assert.deepEqual([off.status, off.body.data.suspendedUntil === null], [200, duration !== '30d'], off.text);
    const on = await restore(p, { reason: '풀어 줌' }, admin, verb);
    assert.deepEqual([on.status, on.body.message, on.body.data.status, on.body.data.suspendedUntil, on.body.data.suspendReason, on.body.data.activeSanction], [200, '사용자를 복구했습니다', 'ACTIVE', null, null, null]);
    const [sanction] = (await call(admin, 'GET', `/admin/users/${p.id}`)).body.data.sanctions;
    assert.deepEqual([sanction.isActive, sanction.unsuspendedBy, sanction.unsuspendReason, typeof sanction.unsuspendedAt, sanction.duration], [false, admin.id, '풀어 줌', 'string', duration ?? 'permanent']);
    assert.equal((await login(p)).status, 200);
    const n = (await s.logs('USER_UNSUSPEND', admin)).length;
    assert.deepEqual([(await restore(p, undefined, admin, verb)).body.data.status, (await s.logs('USER_UNSUSPEND', admin)).length], ['ACTIVE', n]);
  }
  const gone = await s.someone();
  await s.sql.query("UPDATE users SET status = 'DELETED' WHERE id = ?", [gone.id]);
  assert.deepEqual(refusal(await suspend(gone, { reason: '도배' })), [404, 'ADMIN-021', 'string']);
  assert.equal((await restore(gone)).body.data.status, 'ACTIVE');
  assert.deepEqual((await s.logs('USER_RESTORE', admin)).map((l) => [String(l.target_id), l.was.status]), [[gone.id, 'DELETED']]);
  const left = await s.someone();
  assert.equal((await send('DELETE', '/settings/account', { ...s.base, token: left.access, body: { password: left.password } })).status, 200);
  assert.deepEqual(refusal(await restore(left)), [404, 'ADMIN-021', 'string']);
  for (const verb of ['restore', 'activate']) assert.deepEqual(refusal(await restore(MISSING, undefined, admin, verb)), [404, 'ADMIN-021', 'string']);
});

test('deleted: nobody logs in, what they wrote stays, and it can be undone; not who owns a group', async () => {
  const [p, owner] = [await s.someone('지움'), await s.someone()];
  const remove = (who, by = admin, reason) => call(by, 'DELETE', `/admin/users/${who.id ?? who}${reason ? `?reason=${encodeURIComponent(reason)}` : ''}`);
  await study(owner, [p], s.sql);
  const res = await remove(p, admin, '요청에 따라');
  assert.deepEqual([res.status, res.body.success, res.body.message, res.body.data.id, res.body.data.status, res.body.data.name], [200, true, '사용자를 삭제했습니다', p.id, 'DELETED', '지움']);
  await until(async () => (await sees(p)).status === 401);
  assert.deepEqual([(await login(p)).status, (await login(p)).body.code], [400, 'INVALID_CREDENTIALS']);
  const log = (await s.logs('USER_DELETE', admin)).map((l) => [l.target_type, String(l.target_id), l.was.status, l.became.status, l.reason]);
  assert.deepEqual(log, [['USER', p.id, 'ACTIVE', 'DELETED', '요청에 따라']]);
  assert.deepEqual(refusal(await remove(p)), [404, 'ADMIN-021', 'string']);
  assert.equal((await restore(p)).body.data.status, 'ACTIVE');
  assert.equal((await login(p)).status, 200);
  const off = await s.someone(); // also who is suspended
  await suspend(off, { reason: '도배', duration: 3 });
  assert.deepEqual([(await remove(off)).body.data.status, (await restore(off)).body.data.suspendedUntil], ['DELETED', null]);
  assert.deepEqual(refusal(await remove(owner)), [400, 'ADMIN-029', 'string']);
  assert.deepEqual([(await row(owner)).status, (await sees(owner)).status], ['ACTIVE', 200]);
  await s.sql.query("UPDATE study_members SET status = 'LEFT' WHERE user_id = ?", [owner.id]);
  assert.equal((await remove(owner)).status, 200);
  assert.deepEqual(refusal(await remove(admin)), [400, 'ADMIN-025', 'string']);
  assert.deepEqual(refusal(await remove(await s.staff('VIEWER'))), [403, 'ADMIN-026', 'string']);
  assert.deepEqual(refusal(await remove(MISSING)), [404, 'ADMIN-021', 'string']);
  assert.deepEqual(refusal(await remove(await s.someone(), admin, 'x'.repeat(501))), [400, 'ADMIN-023', 'string']);
  const both = await s.someone();
  const all = await Promise.all(Array.from({ length: 4 }, () => remove(both)));
  assert.deepEqual(all.map((r) => r.status).sort(), [200, 404, 404, 404]);
});

test('restoring somebody who is active leaves what is closed to them; lifting the suspension there is not ends it', async () => {
  const p = await s.someone();
  await s.sql.query("UPDATE users SET restricted_actions = 'STUDY_JOIN,MESSAGE' WHERE id = ?", [p.id]);
  await s.sql.query("INSERT INTO sanctions (user_id, admin_id, type, reason) VALUES (?, ?, 'RESTRICTION', 'r'), (?, ?, 'CHAT_BAN', 'r')", [p.id, admin.id, p.id, admin.id]);
  for (const verb of ['restore', 'activate']) {
    const same = (await restore(p, { reason: '그대로' }, admin, verb)).body.data;
    assert.deepEqual([same.status, same.restrictedActions, (await s.sql.query("SELECT is_active AS active FROM sanctions WHERE user_id = ? AND type = 'RESTRICTION'", [p.id]))[0].active], ['ACTIVE', ['STUDY_JOIN', 'MESSAGE'], 1]);
  }
  const { body } = await restore(p, { reason: '충분함' }, admin, 'unsuspend');
  assert.deepEqual([body.data.status, body.data.restrictedActions, body.data.restrictedUntil, body.data.activeSanction.type], ['ACTIVE', [], null, 'CHAT_BAN']);
  const [, sanction] = (await call(admin, 'GET', `/admin/users/${p.id}`)).body.data.sanctions;
  assert.deepEqual([sanction.isActive, sanction.unsuspendedBy, sanction.unsuspendReason], [false, admin.id, '충분함']);
  const logs = (await s.logs('USER_UNSUSPEND', admin)).filter((l) => String(l.target_id) === p.id).map((l) => [l.was, l.became, l.reason]);
  assert.deepEqual(logs, [[{ restrictedActions: ['STUDY_JOIN', 'MESSAGE'], restrictedUntil: null }, { restrictedActions: [], restrictedUntil: null }, '충분함']]);
});

test('what cannot be: oneself, another administrator, without a reason, a time that is none', async () => {
  const p = await s.someone();
  assert.deepEqual(refusal(await suspend(admin, { reason: '실수' })), [400, 'ADMIN-025', 'string']);
  for (const other of [await s.root(), await s.staff('VIEWER'), await s.staff('VIEWER', 'NOW(3) - INTERVAL 1 DAY')]) assert.deepEqual(refusal(await suspend(other, { reason: '다툼' })), [403, 'ADMIN-026', 'string']);
  assert.deepEqual(refusal(await suspend(MISSING, { reason: '없음' })), [404, 'ADMIN-021', 'string']);
  for (const [body, code] of [[{}, 'ADMIN-023'], [{ reason: '  ' }, 'ADMIN-023'], [{ reason: 'x'.repeat(501) }, 'ADMIN-023'], [{ reason: 7 }, 'ADMIN-023'],
    ...[0, 366, 7.5, -1, '7x', 'd', '400d', true, []].map((duration) => [{ reason: '도배', duration }, 'ADMIN-027'])]) assert.deepEqual([body, ...refusal(await suspend(p, body))], [body, 400, code, 'string']);
  assert.deepEqual(refusal(await restore(p, { reason: 'x'.repeat(501) })), [400, 'ADMIN-023', 'string']);
  assert.deepEqual(await row(p), { status: 'ACTIVE', suspended_until: null, suspend_reason: null });
  assert.deepEqual(await s.sql.query('SELECT 1 FROM sanctions WHERE user_id = ?', [p.id]), []);
});

test('of several at once one suspends; the same key is the same suspension', async () => {
  const [p, q] = [await s.someone(), await s.someone()];
  const all = await Promise.all(Array.from({ length: 6 }, () => suspend(p, { reason: '동시에', duration: 3 })));
  assert.deepEqual(all.map((r) => `${r.status} ${r.body.code ?? ''}`).sort(), ['200 ', ...Array(5).fill('400 ADMIN-024')]);
  const key = { 'idempotency-key': 'suspend-once-0001' };
  const twice = [await suspend(q, { reason: '한 번' }, admin, key), await suspend(q, { reason: '한 번' }, admin, key)];
  assert.deepEqual(twice.map((r) => r.status), [200, 200]);
  assert.deepEqual(refusal(await suspend(q, { reason: '다른 것' }, admin, key)), [422, 'IDEMPOTENCY_KEY_REUSED', 'string']);
  assert.equal((await s.sql.query('SELECT COUNT(*) AS n FROM sanctions WHERE user_id IN (?, ?)', [p.id, q.id]))[0].n, 2);
});

const edit = (p, body, by = admin, headers = {}) => call(by, 'PATCH', `/admin/users/${p.id ?? p}`, body, headers);
const updates = async (p) => (await s.sql.query("SELECT was, became, reason FROM admin_logs WHERE action = 'USER_UPDATE' AND target_id = ? ORDER BY id", [p.id])).map((l) => [l.was, l.became, l.reason]);
const actions = async (p) => (await s.sql.query("SELECT action FROM admin_logs WHERE target_type = 'USER' AND target_id = ? AND action <> 'USER_VIEW' ORDER BY id", [p.id])).map((l) => l.action);
const account = async (p) => (await s.sql.query('SELECT name, email, role, status FROM users WHERE id = ?', [p.id]))[0];
const masked = (a) => `${a[0]}***@test.example.com`; // the record outlives accounts
const address = () => `new-${Math.random().toString(36).slice(2)}@test.example.com`;

test('changed: name and address; what is the same or absent stays, and only what changed is recorded', async () => {
  const [p, by] = [await s.someone('처음'), await s.staff('ADMIN')];
  const email = address();
  const res = await edit(p, { name: ' 나중 ', email: ` ${email.toUpperCase()}`, reason: '본인 요청' }, by);
  assert.deepEqual([res.status, res.body.success, res.body.message, res.body.data.id, res.body.data.name, res.body.data.email, res.body.data.role, res.body.data.status], [200, true, '사용자 정보를 변경했습니다', p.id, '나중', email, 'USER', 'ACTIVE'], res.text);
  assert.deepEqual(await account(p), { name: '나중', email, role: 'USER', status: 'ACTIVE' });
  assert.deepEqual(await updates(p), [[{ name: '처음', email: masked(p.email) }, { name: '나중', email: masked(email) }, '본인 요청']]);
  assert.deepEqual([(await login(p)).status, (await login({ ...p, email })).status, (await sees(p)).status], [400, 200, 200]); // logins go on
  // all of it sent back as it is: nothing happens, and what is closed to them stays closed
  await s.sql.query("UPDATE users SET restricted_actions = 'MESSAGE' WHERE id = ?", [p.id]);
  assert.equal((await edit(p, { name: '나중', email, role: 'USER', status: 'ACTIVE' }, by)).status, 200);
  assert.deepEqual([(await actions(p)), (await s.sql.query('SELECT restricted_actions AS x FROM users WHERE id = ?', [p.id]))[0].x], [['USER_UPDATE'], ['MESSAGE']]);
  assert.equal((await edit(p, { name: '또', email: null, status: null }, by)).body.data.email, email);
  assert.deepEqual((await updates(p)).at(-1), [{ name: '나중' }, { name: '또' }, null]);
  const far = `가${address()}`;
  assert.deepEqual([(await edit(p, { email: far })).status, (await updates(p)).at(-1)], [200, [{ email: masked(email) }, { email: masked(far) }, null]]);
  const off = await s.someone(); // of who is suspended, too, and they stay so
  await suspend(off, { reason: '도배' });
  assert.deepEqual([(await edit(off, { name: '정지된', status: 'SUSPENDED' })).body.data.status, (await actions(off))], ['SUSPENDED', ['USER_SUSPEND', 'USER_UPDATE']]);
});

test('an address that somebody has is refused by name, and of two who want one address one gets it', async () => {
  const [p, other] = [await s.someone(), await s.someone()];
  const taken = await edit(p, { name: '바뀜', email: other.email.toUpperCase() });
  assert.deepEqual([...refusal(taken), taken.body.details.fields.map((f) => [f.field, f.rule])], [409, 'AUTH_013', 'string', [['email', 'unique']]], taken.text);
  assert.deepEqual([await account(p), await updates(p)], [{ name: p.name, email: p.email, role: 'USER', status: 'ACTIVE' }, []]);
  const email = address();
  assert.deepEqual((await Promise.all([edit(p, { email }), edit(other, { email })])).map((r) => r.status).sort(), [200, 409]);
});

test('who had the address is told, and the link of an export that went there is good no more', async () => {
  const [p, q] = [await s.someone(), await s.someone()];
  for (const x of [p, q]) await s.sql.query("INSERT INTO exports (user_id, code, status, link, storage_key, size, requested_at, ready_at, expires_at) VALUES (?, MD5(?), 'READY', MD5(CONCAT('link', ?)), ?, 1, NOW(3), NOW(3), NOW(3) + INTERVAL 1 DAY)", [x.id, x.id, x.id, `x${x.id}`]);
  const link = async (x) => (await get('/settings/export', { ...s.base, token: x.access })).body.data.downloadUrl;
  const [was, others] = [await link(p), await link(q)];
  assert.equal((await edit(p, { name: '이름만' })).status, 200);
  assert.equal(await link(p), was);
  assert.equal((await edit(p, { email: address() })).status, 200);
  assert.notEqual(await link(p), was);
  assert.equal(await link(q), others);
  const notes = async (x) => (await s.sql.query("SELECT data FROM notifications WHERE user_id = ? AND type = 'email_changed'", [x.id])).map((n) => n.data);
  await until(async () => (await notes(p)).length);
  assert.deepEqual([await notes(p), await notes(q)], [[{ decision: 'email_changed', formerEmail: p.email }], []]);
});

test('another status is what the routes for it do: logins end, it is recorded, and it can be undone', async () => {
  const [p, by] = [await s.someone(), await s.staff('ADMIN')];
  const off = await edit(p, { status: 'suspended', reason: '도배', name: '정지' }, by);
  assert.deepEqual([off.status, off.body.data.status, off.body.data.name, off.body.data.suspendedUntil, off.body.data.suspendReason, off.body.data.activeSanction?.type], [200, 'SUSPENDED', '정지', null, '도배', 'SUSPENSION'], off.text);
  await until(async () => (await sees(p)).status === 401);
  assert.equal((await login(p)).status, 403);
  assert.deepEqual((await updates(p)).at(-1), [{ name: p.name, status: 'ACTIVE' }, { name: '정지', status: 'SUSPENDED' }, '도배']);
  const gone = await edit(p, { status: 'DELETED' }, by);
  assert.deepEqual([gone.status, gone.body.data.status, (await login(p)).status], [200, 'DELETED', 400]);
  for (const body of [{ name: '없음' }, { status: 'DELETED' }, { status: 'SUSPENDED' }]) assert.deepEqual([body, ...refusal(await edit(p, body, by))], [body, 404, 'ADMIN-021', 'string']);
  const back = await edit(p, { status: 'ACTIVE', name: '돌아옴' }, by);
  assert.deepEqual([back.status, back.body.data.status, back.body.data.name, (await login(p)).status], [200, 'ACTIVE', '돌아옴', 200]);
  assert.deepEqual(await actions(p), ['USER_SUSPEND', 'USER_UPDATE', 'USER_DELETE', 'USER_UPDATE', 'USER_RESTORE', 'USER_UPDATE']);
  const plain = await edit(await s.someone(), { status: 'SUSPENDED' }, by);
  assert.deepEqual([plain.status, plain.body.data.suspendReason], [200, null], plain.text);
  const owner = await s.someone();
  await study(owner, [], s.sql);
  assert.deepEqual(refusal(await edit(owner, { name: '바뀜', status: 'DELETED' }, by)), [400, 'ADMIN-029', 'string']);
  assert.deepEqual([await account(owner), await actions(owner)], [{ name: owner.name, email: owner.email, role: 'USER', status: 'ACTIVE' }, []]); // all of it or nothing
  const left = await s.someone();
  assert.equal((await send('DELETE', '/settings/account', { ...s.base, token: left.access, body: { password: left.password } })).status, 200);
  assert.deepEqual(refusal(await edit(left, { status: 'ACTIVE', email: address() }, by)), [404, 'ADMIN-021', 'string']);
});

test('the role ADMIN is given only by who has it, with the permission to grant; it is no way round either', async () => {
  const root = await s.root();
  const lesser = await s.root(); // whose row says less
  await s.sql.query("INSERT INTO admin_roles (user_id, role) VALUES (?, 'ADMIN')", [lesser.id]);
  const p = await s.someone();
  for (const by of [await s.staff('ADMIN'), await s.staff('SUPER_ADMIN'), lesser]) {
    assert.deepEqual(refusal(await edit(p, { role: 'ADMIN', name: '승격' }, by)), [403, 'ADMIN-002', 'string']);
    assert.equal((await edit(p, { role: 'user' }, by)).status, 200); // which they have already
  }
  assert.deepEqual([await account(p), await actions(p), (await sees(p)).status], [{ name: p.name, email: p.email, role: 'USER', status: 'ACTIVE' }, [], 200]);
  assert.deepEqual(refusal(await call(p, 'GET', '/admin/stats')), [403, 'ADMIN-002', 'string']);
  const res = await edit(p, { role: 'ADMIN' }, root);
  assert.deepEqual([res.status, res.body.data.role, await updates(p)], [200, 'ADMIN', [[{ role: 'USER' }, { role: 'ADMIN' }, null]]], res.text);
  await until(async () => (await sees(p)).status === 401); // a token says the role
  p.access = (await login(p)).body.accessToken;
  assert.equal((await call(p, 'GET', '/admin/stats')).status, 200);
  assert.deepEqual(refusal(await edit(p, { role: 'USER' }, root)), [403, 'ADMIN-026', 'string']);
  const gone = await s.someone(); // all of it at once
  await s.sql.query("UPDATE users SET status = 'DELETED' WHERE id = ?", [gone.id]);
  const all = { name: '모두', email: address(), role: 'ADMIN', status: 'ACTIVE' };
  assert.equal((await edit(gone, all, root)).status, 200);
  assert.deepEqual(await account(gone), all);
});

test('what cannot be changed: oneself, another administrator, nobody, nothing, what is no name or address', async () => {
  const p = await s.someone();
  assert.deepEqual(refusal(await edit(admin, { name: '나' })), [400, 'ADMIN-025', 'string']);
  for (const other of [await s.root(), await s.staff('VIEWER'), await s.staff('VIEWER', 'NOW(3) - INTERVAL 1 DAY')]) {
    assert.deepEqual(refusal(await edit(other, { email: address() })), [403, 'ADMIN-026', 'string']);
    assert.equal((await account(other)).email, other.email);
  }
  assert.deepEqual(refusal(await edit(MISSING, { name: '없음' })), [404, 'ADMIN-021', 'string']);
  for (const [body, code] of [[{}, 'VALIDATION_ERROR'], [{ reason: '이유만' }, 'VALIDATION_ERROR'], [{ name: null }, 'VALIDATION_ERROR'], [{ name: '' }, 'VALIDATION_ERROR'], [{ name: ' ' }, 'VALIDATION_ERROR'], [{ name: 'x'.repeat(101) }, 'VALIDATION_ERROR'], [{ name: 7 }, 'VALIDATION_ERROR'],
    [{ email: '' }, 'VALIDATION_ERROR'], [{ email: 'a b@c' }, 'VALIDATION_ERROR'], [{ email: `x@${'y'.repeat(253)}.kr` }, 'VALIDATION_ERROR'], [{ role: 'SUPER_ADMIN' }, 'VALIDATION_ERROR'], [{ role: 'MODERATOR' }, 'VALIDATION_ERROR'], [{ status: 'GONE' }, 'VALIDATION_ERROR'], [{ name: 'a', reason: 'x'.repeat(501) }, 'ADMIN-023']]) {
    assert.deepEqual([body, ...refusal(await edit(p, body))], [body, 400, code, 'string']);
  }
  assert.deepEqual(await account(p), { name: p.name, email: p.email, role: 'USER', status: 'ACTIVE' });
});

test('matching forgets somebody with the suspension, and knows them again with its end', async () => {
  const visible = async (p) => (await s.sql.query('SELECT MAX(visible) AS v FROM matching_index WHERE user_id = ?', [p.id]))[0].v;
  const p = await s.someone();
  await s.sql.query('UPDATE users SET native_language_id = 1 WHERE id = ?', [p.id]);
  await suspend(p, { reason: '도배' });
  assert.equal(await visible(p), 0);
  await restore(p);
  assert.equal(await visible(p), 1);
  await suspend(p, { reason: '도배', duration: 1 });
  await s.sql.query('UPDATE users SET suspended_until = NOW(3) WHERE id = ?', [p.id]);
  assert.deepEqual([(await login(p)).status, await visible(p)], [200, 1]);
});

test('the pages are told until when and why', async () => {
  const p = await s.someone();
  const { body } = await suspend(p, { reason: '스팸 광고', duration: 5 });
  const form = async () => {
    const csrf = await send('GET', '/api/auth/csrf', s.base);
    const cookie = csrf.headers['set-cookie'].map((c) => c.split(';')[0]).join('; ');
    const raw = new URLSearchParams({ email: p.email, password: p.password, csrfToken: csrf.body.csrfToken, json: 'true' }).toString();
    const res = await send('POST', '/api/auth/callback/credentials', { ...s.base, raw, headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' } });
    return [res.status, new URL(res.body.url).searchParams.get('error')];
  };
  assert.deepEqual(await form(), [401, `정지된 계정입니다 (해제일: ${body.data.suspendedUntil.slice(0, 10)}) (사유: 스팸 광고)`]);
  await s.sql.query('UPDATE users SET suspended_until = NULL, suspend_reason = NULL WHERE id = ?', [p.id]);
  assert.deepEqual(await form(), [401, '정지된 계정입니다']);
});
