// Reports in the administration: finding, sharing out and answering them, with what is done about them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { post } from '../harness/client.mjs';
import { MISSING, refusal, site } from '../harness/admin.mjs';
import { until } from '../harness/stack.mjs';
import { fillStudy, study } from '../harness/study.mjs';

let s;
let admin;
let moderator;
before(async () => {
  s = await site('admin cases');
  [admin, moderator] = [await s.staff('ADMIN'), await s.staff('MODERATOR')];
});
after(() => s?.down());

const call = (...args) => s.call(...args);
const rows = (text, args) => s.sql.query(text, args);
// A report as a row; fields: columns.
const report = async (reporter, target, fields = {}) => {
  const row = { reporter_id: reporter.id, target_type: 'USER', target_id: target.id ?? target, target_name: target.name ?? null, type: 'SPAM', reason: '광고', evidence: '{}', ...fields };
  const { insertId } = await rows(`INSERT INTO reports (${Object.keys(row)}) VALUES (?)`, [Object.values(row)]);
  return String(insertId);
};
const process = (id, body, by = admin, headers = {}) => call(by, 'POST', `/admin/reports/${id}/process`, { resolution: '확인했습니다', ...body }, headers);
const approve = (id, linkedAction, linkedActionDetails, by = admin) => process(id, { action: 'approve', linkedAction, linkedActionDetails }, by);
const assign = (id, body = {}, by = admin) => call(by, 'POST', `/admin/reports/${id}/assign`, body);
const state = async (id) => (await rows('SELECT status, processed_by AS who, processed_at IS NOT NULL AS done, resolution FROM reports WHERE id = ?', [id])).map((r) => ({ ...r, who: r.who && String(r.who) }))[0];
const user = async (p) => (await rows('SELECT status, suspended_until AS until, suspend_reason AS why, restricted_actions AS actions, restricted_until AS ends FROM users WHERE id = ?', [p.id]))[0];
const sanctions = async (p) => (await rows('SELECT type, duration, reason, report_id AS report, is_active AS active, metadata FROM sanctions WHERE user_id = ? ORDER BY id', [p.id])).map((x) => ({ ...x, report: x.report && String(x.report) }));
const messages = async (p) => (await rows("SELECT message FROM notifications WHERE user_id = ? AND category = 'study' ORDER BY id", [p.id])).map((n) => n.message.split('\n')[0]); // for how long: jobs/admin-mail
const told = async (p, want) => { await until(async () => !(await rows("SELECT 1 FROM outbox WHERE event = 'admin.told' AND subject_id = ?", [p.id])).length); assert.deepEqual(await messages(p), want); };
const inDays = (at, n) => assert.ok(Math.abs(new Date(at).getTime() - Date.now() - n * 86400e3) < 120e3, `${at} in ${n} days`);
const face = (p, more = {}) => ({ id: p.id, name: p.name, email: p.email, avatar: null, status: 'ACTIVE', ...more });
// what a failed answer may have changed
const everything = async (...people) => JSON.stringify([await rows('CHECKSUM TABLE reports, warnings, sanctions, admin_logs, studies, study_messages'), await Promise.all(people.map(user))]);

test('a list: every field, in data and beside it', async () => {
  const [a, b] = [await s.someone('신고자'), await s.someone('피신고')];
  const id = await report(a, b, { reason: '유일한 이유', evidence: '{"name":"피신고","given":null}', priority: 'HIGH', created_at: '2026-01-02 03:04:05.678' });
  const { status, body } = await call(admin, 'GET', `/admin/reports?search=${encodeURIComponent('유일한')}`);
  const item = { id, reporterId: a.id, targetType: 'USER', targetId: b.id, targetName: '피신고', type: 'SPAM', reason: '유일한 이유', status: 'PENDING', priority: 'HIGH', createdAt: '2026-01-02T03:04:05.678Z',
    evidence: { name: '피신고', given: null }, processedBy: null, processedAt: null, resolution: null, reporter: face(a) };
  const pagination = { page: 1, limit: 20, total: 1, totalPages: 1, hasNext: false, hasPrev: false };
  assert.equal(status, 200);
  assert.deepEqual(body.data.reports, [item]);
  assert.deepEqual([body.data.pagination, body.pagination], [pagination, pagination]);
  assert.deepEqual([body.data.stats, Object.keys(body).sort()], [body.stats, ['data', 'pagination', 'stats', 'success', 'timestamp']]);
  const [n] = await rows("SELECT SUM(status = 'PENDING') AS pending, SUM(status = 'IN_PROGRESS') AS in_progress, SUM(status = 'RESOLVED') AS resolved, SUM(status = 'REJECTED') AS rejected FROM reports");
  assert.deepEqual(body.stats, { total: 1, ...Object.fromEntries(Object.entries(n).map(([k, v]) => [k, Number(v)])) });
});

test('filters, orders and pages', async () => {
  const [x, y, t] = [await s.someone('정렬이'), await s.someone('다른이'), await s.someone()];
  await rows("UPDATE users SET email = 'sorter-x@x.example' WHERE id = ?", [x.id]);
  const a = await report(x, 900001, { reason: '정렬 가', target_name: '나', type: 'SPAM', priority: 'LOW', status: 'PENDING', created_at: '2020-01-01 23:00' });
  const b = await report(y, 900002, { reason: '정렬 나', target_type: 'STUDY', type: 'OTHER', priority: 'URGENT', status: 'IN_PROGRESS', processed_by: admin.id, created_at: '2020-01-02' });
  const c = await report(y, 900003, { reason: '다', target_name: '정렬 대상', target_type: 'MESSAGE', priority: 'MEDIUM', status: 'RESOLVED', processed_by: moderator.id, created_at: '2020-01-03' });
  const d = await report(x, 900004, { reason: '라', priority: 'LOW', status: 'REJECTED', processed_by: admin.id, created_at: '2020-01-04' });
  const far = await report(t, 900005, { reason: '아무것도' });
  const q = async (more, words = '정렬') => { const res = await call(admin, 'GET', `/admin/reports?search=${encodeURIComponent(words)}&${more}`); assert.equal(res.status, 200, res.text); return res.body.data.reports.map((r) => r.id); };
  const want = { '': [d, c, b, a], 'sortOrder=asc': [a, b, c, d], 'sortBy=priority': [b, c, d, a], 'sortBy=priority&sortOrder=asc': [d, a, c, b], 'sortBy=status': [d, c, b, a], 'sortBy=status&sortOrder=asc': [a, b, c, d], 'status=pending': [a], 'status=IN_PROGRESS': [b], 'status=RESOLVED': [c], 'status=REJECTED': [d], 'status=all': [d, c, b, a],
    'type=OTHER': [b], 'type=all&priority=LOW': [d, a], 'targetType=USER': [d, a], 'targetType=STUDY': [b], 'targetType=MESSAGE': [c], 'assignedTo=me': [d, b], 'assignedTo=unassigned': [a], [`assignedTo=${moderator.id}`]: [c], 'assignedTo=all': [d, c, b, a], 'status=REJECTED&assignedTo=me': [d],
    'createdFrom=2020-01-03': [d, c], 'createdTo=2020-01-01': [a], 'createdFrom=2020-01-02&createdTo=2020-01-03': [c, b], 'limit=2&page=2': [b, a], 'status=PENDING&sortBy=priority': [a] };
  for (const [more, all] of Object.entries(want)) assert.deepEqual([more, await q(more)], [more, all]);
  assert.deepEqual([await q('', 'SORTER-x@'), await q('', '정렬 대')], [[d, a], [c]]);
  const all = async (more) => (await call(admin, 'GET', `/admin/reports?${more}&limit=100`)).body.data.reports.map((r) => r.id); // without words: the newest, and those of a status
  assert.deepEqual([(await all('status=REJECTED')).includes(d), (await all('status=PENDING')).includes(far), (await all('')).includes(far)], [true, true, true]);
  const past = (await call(admin, 'GET', `/admin/reports?search=${encodeURIComponent('정렬')}&limit=2&page=7`)).body;
  assert.deepEqual([past.data.reports, past.pagination, past.stats.total], [[], { page: 7, limit: 2, total: 4, totalPages: 2, hasNext: false, hasPrev: true }, 4]);
  assert.match((await call(admin, 'GET', '/admin/reports?sortBy=id')).body.error, /createdAt priority status/);
  for (const [bad, code] of [['status=OPEN', 'ADMIN-044'], ['sortBy=id', 'ADMIN-092'], ['sortOrder=x', 'VALIDATION_ERROR'], ['type=x', 'VALIDATION_ERROR'], ['priority=x', 'VALIDATION_ERROR'], ['targetType=FILE', 'VALIDATION_ERROR'], ['assignedTo=you', 'VALIDATION_ERROR'], ['assignedTo=1x', 'VALIDATION_ERROR'], ['assignedTo=-3', 'VALIDATION_ERROR'], ['page=0', 'VALIDATION_ERROR'], ['limit=101', 'VALIDATION_ERROR'],
    ['createdFrom=x', 'VALIDATION_ERROR'], ['createdTo=2026-02-30', 'VALIDATION_ERROR'], [`search=${'x'.repeat(101)}`, 'VALIDATION_ERROR']]) assert.deepEqual([bad, ...refusal(await call(admin, 'GET', `/admin/reports?${bad}`))], [bad, 400, code, 'string']);
});

test('those of a status are found however many came after them', async () => {
  const p = await s.someone();
  const old = await report(p, 910000, { status: 'IN_PROGRESS', created_at: '2019-01-01' });
  await rows("INSERT INTO reports (reporter_id, target_type, target_id, type, reason, evidence, status) SELECT ?, 'USER', 920000 + seq, 'SPAM', 'r', '{}', 'REJECTED' FROM seq_1_to_10001", [p.id]);
  const found = (await call(admin, 'GET', '/admin/reports?status=IN_PROGRESS&sortOrder=asc&limit=1')).body;
  assert.deepEqual(found.data.reports.map((r) => r.id), [old]);
  const every = (await call(admin, 'GET', '/admin/reports?sortOrder=asc&limit=1')).body;
  assert.deepEqual([every.stats.total, every.data.reports[0].targetId >= '920001'], [10000, true]);
  await rows('DELETE FROM reports WHERE reporter_id = ?', [p.id]);
});

test('one report: what it is about as it is now, who has it, others about the same', async () => {
  const [a, b] = [await s.someone('신고자'), await s.someone('피신고')];
  const group = await study(b, [a], s.sql);
  await fillStudy(group, b, 1, "'나쁜 말'", undefined, s.sql);
  const [{ message }] = await rows('SELECT id AS message FROM study_messages WHERE study_id = ?', [group]);
  await rows("INSERT INTO study_notices (study_id, author_id, title, content) VALUES (?, ?, '공지', '내용')", [group, b.id]);
  await rows("INSERT INTO warnings (user_id, admin_id, reason) VALUES (?, ?, 'r'), (?, ?, 'r')", [b.id, admin.id, b.id, admin.id]);
  const counts = (some) => ({ messages: 0, members: 0, notices: 0, ownedStudies: 0, studyMembers: 0, receivedWarnings: 0, ...some });
  const one = async (id, by = admin) => { const res = await call(by, 'GET', `/admin/reports/${id}`); assert.equal(res.status, 200, res.text); return res.body.data; };
  const first = await report(await s.someone('먼저'), b, { status: 'RESOLVED' });
  const id = await report(a, b, { processed_by: moderator.id, status: 'IN_PROGRESS' });
  const got = await one(id);
  const { createdAt, target, relatedReports: _, ...plain } = { ...got.report };
  assert.equal(typeof target.createdAt, 'string');
  delete target.createdAt;
  assert.deepEqual(plain, { id, reporterId: a.id, targetType: 'USER', targetId: b.id, targetName: '피신고', type: 'SPAM', reason: '광고', status: 'IN_PROGRESS', priority: 'MEDIUM', evidence: {}, processedBy: moderator.id, processedAt: null, resolution: null, reporter: face(a),
    processedAdmin: { id: moderator.id, name: 'MODERATOR', email: moderator.email, adminRole: { role: 'MODERATOR' } }, reporterHistory: { totalReports: 1 }, targetReportCount: 2 });
  assert.deepEqual(target, { id: b.id, name: '피신고', email: b.email, status: 'ACTIVE', _count: counts({ messages: 1, ownedStudies: 1, studyMembers: 1, receivedWarnings: 2 }) });
  assert.deepEqual(got.relatedReports.map((r) => [r.id, r.status, r.reporter.name]), [[first, 'RESOLVED', '먼저']]);
  const about = [await report(a, group, { target_type: 'STUDY' }), await report(a, message, { target_type: 'MESSAGE' })];
  const [of, said] = [(await one(about[0])).report, (await one(about[1])).report];
  for (const t of [of.target, said.target]) { assert.equal(typeof t.createdAt, 'string'); delete t.createdAt; }
  assert.deepEqual(of.target, { id: group, name: '스터디', emoji: '📚', category: '어학', description: '함께 공부합니다', ownerId: b.id, owner: face(b), _count: counts({ messages: 1, members: 2, notices: 1 }) });
  assert.deepEqual(said.target, { id: String(message), content: '나쁜 말', studyId: group, userId: b.id, user: face(b), study: { id: group, name: '스터디', emoji: '📚' } });
  await rows("UPDATE users SET profile_image = 'https://img.example.com/b.png', status = 'SUSPENDED', suspended_until = '2099-01-01', suspend_reason = '도배' WHERE id = ?", [b.id]);
  const now = (await one(id)).report.target;
  assert.deepEqual([now.avatar, now.status, now.suspendedUntil, now.suspendReason, (await one(about[0])).report.target.owner.avatar], ['https://img.example.com/b.png', 'SUSPENDED', '2099-01-01T00:00:00.000Z', '도배', now.avatar]);
  assert.deepEqual([of.processedAdmin, of.reporterHistory], [null, { totalReports: 3 }]);
  await rows('DELETE FROM study_messages WHERE id = ?', [message]);
  await rows('UPDATE studies SET gone = TRUE, is_public = FALSE WHERE id = ?', [group]);
  await rows("DELETE FROM admin_roles WHERE user_id = ?", [moderator.id]);
  assert.deepEqual([(await one(about[0])).report.target, (await one(about[1])).report.target, (await one(id)).report.processedAdmin.adminRole], [null, null, null]);
  await rows("INSERT INTO admin_roles (user_id, role) VALUES (?, 'MODERATOR')", [moderator.id]);
  const many = await s.someone();
  for (let i = 0; i < 7; i += 1) await report(await s.someone(), many);
  const last = await report(a, many);
  const related = (await one(last)).relatedReports.map((r) => Number(r.id));
  assert.deepEqual([related.length, related[0]], [5, Number(last) - 1]);
  assert.deepEqual((await s.logs('REPORT_VIEW', admin)).slice(0, 1).map((l) => [l.target_type, String(l.target_id)]), [['REPORT', id]]);
  assert.deepEqual(refusal(await call(admin, 'GET', `/admin/reports/${MISSING}`)), [404, 'ADMIN-041', 'string']);
});

test('assigning: to me, to another, to nobody, to who has the least', async () => {
  const [a, b] = [await s.someone(), await s.someone()];
  const id = await report(a, b);
  const { status, body } = await assign(id, { autoAssign: false });
  assert.deepEqual([status, body.success, body.message, body.data.id, body.data.status, body.data.processedBy, body.data.processedAt, body.data.reporter], [200, true, '신고 담당자를 지정했습니다', id, 'IN_PROGRESS', admin.id, null, face(a)]);
  const other = (await assign(id, { adminId: moderator.id }, moderator)).body.data;
  assert.deepEqual([other.status, other.processedBy], ['IN_PROGRESS', moderator.id]);
  const gone = (await assign(id, { adminId: null })).body;
  assert.deepEqual([gone.data.status, gone.data.processedBy, gone.message], ['PENDING', null, '신고 담당을 해제했습니다']);
  const logs = (await s.logs('REPORT_ASSIGN', admin)).concat(await s.logs('REPORT_ASSIGN', moderator)).filter((l) => String(l.target_id) === id).sort((x, y) => x.id - y.id);
  assert.deepEqual(logs.map((l) => [l.target_type, l.was, l.became]), [
    ['REPORT', { status: 'PENDING', processedBy: null }, { status: 'IN_PROGRESS', processedBy: Number(admin.id) }],
    ['REPORT', { status: 'IN_PROGRESS', processedBy: Number(admin.id) }, { status: 'IN_PROGRESS', processedBy: Number(moderator.id) }],
    ['REPORT', { status: 'IN_PROGRESS', processedBy: Number(moderator.id) }, { status: 'PENDING', processedBy: null }]]);
  // viewers, expired roles and those who left are not asked; whose role is in users.role alone is
  await rows('UPDATE reports SET processed_by = NULL, status = \'PENDING\' WHERE status = \'IN_PROGRESS\'');
  const root = await s.root();
  const others = [await s.staff('VIEWER'), await s.staff('SUPER_ADMIN', 'NOW(3) - INTERVAL 1 SECOND'), await s.someone(), await s.staff('MODERATOR')];
  await rows("UPDATE users SET status = 'SUSPENDED' WHERE id = ?", [others[3].id]);
  const able = await rows("SELECT u.id FROM users u WHERE u.status = 'ACTIVE' AND (u.id IN (?) OR (u.role = 'ADMIN')) ORDER BY u.id", [[admin.id, moderator.id, root.id]]);
  const taken = [];
  for (let i = 0; i < 2 * able.length; i += 1) taken.push((await assign(await report(a, 930000 + i), { autoAssign: true })).body.data.processedBy);
  assert.deepEqual(taken, [...able, ...able].map((u) => String(u.id))); // by turns
  for (const p of others) assert.deepEqual([p.name, ...refusal(await assign(id, { adminId: p.id }))], [p.name, 400, 'VALIDATION_ERROR', 'string']);
  assert.equal((await assign(id, { adminId: root.id })).body.data.processedBy, root.id);
  for (const body_ of [{ adminId: 'x' }, { autoAssign: 7 }]) assert.deepEqual([body_, ...refusal(await assign(id, body_))], [body_, 400, 'VALIDATION_ERROR', 'string']);
  for (const [i, closed] of ['RESOLVED', 'REJECTED'].entries()) assert.deepEqual(refusal(await assign(await report(a, 940000 + i, { status: closed }))), [400, 'ADMIN-042', 'string']);
  assert.deepEqual(refusal(await assign(MISSING)), [404, 'ADMIN-041', 'string']);
});

test('answering: approved, rejected, put off and answered later; who reported is told, once it is closed', async () => {
  const a = await s.someone();
  const [yes, no, later] = [await report(a, 950001, { target_name: '갑' }), await report(a, 950002, { target_name: '을' }), await report(a, 950003, { target_name: '병' })];
  await assign(yes, {}, moderator);
  const res = await process(yes, { action: 'approve', resolution: ' 맞습니다\n정말로 ' });
  const { processedAt, createdAt, evidence, reporter, ...shown } = res.body.data.report;
  assert.deepEqual([res.status, res.body.success, res.body.message, res.body.data.actionResult, typeof processedAt], [200, true, '신고를 승인했습니다', null, 'string']);
  assert.deepEqual(shown, { id: yes, reporterId: a.id, targetType: 'USER', targetId: '950001', targetName: '갑', type: 'SPAM', reason: '광고', status: 'RESOLVED', priority: 'MEDIUM', processedBy: admin.id, resolution: '맞습니다\n정말로' });
  assert.deepEqual((await process(no, { action: 'REJECT', linkedAction: 'suspend_user' })).body.data, { report: { ...(await call(admin, 'GET', `/admin/reports?search=${encodeURIComponent('을')}&status=REJECTED&assignedTo=me&createdFrom=2020-06-01`)).body.data.reports[0] }, actionResult: null });
  const put = await process(later, { action: 'hold', linkedAction: 'warn_user' });
  assert.deepEqual([put.body.message, put.body.data.report.status, await state(later)], ['신고를 보류했습니다', 'PENDING', { status: 'PENDING', who: admin.id, done: 1, resolution: '확인했습니다' }]);
  assert.equal((await process(later, { action: 'reject' }, moderator)).body.data.report.processedBy, moderator.id);
  await told(a, ['신고하신 내용을 확인하고 조치했습니다: 갑', '신고하신 내용을 검토했으나 조치하지 않았습니다: 을', '신고하신 내용을 검토했으나 조치하지 않았습니다: 병']);
  for (const id of [yes, no, later]) {
    const again = await process(id, { action: 'approve' });
    assert.deepEqual([refusal(again), again.body.success, again.body.message], [[400, 'ADMIN-042', 'string'], false, '이미 처리된 신고입니다']);
  }
  const none = await process(MISSING, { action: 'approve' });
  assert.deepEqual([refusal(none), none.body.success, none.body.message], [[404, 'ADMIN-041', 'string'], false, '신고를 찾을 수 없습니다']);
  const log = (action, by) => s.logs(action, by).then((all) => all.filter((l) => [yes, no, later].includes(String(l.target_id))).map((l) => [String(l.target_id), l.was.status, l.became.status, l.reason]));
  assert.deepEqual(await log('REPORT_RESOLVE', admin), [[yes, 'IN_PROGRESS', 'RESOLVED', '맞습니다\n정말로']]);
  assert.deepEqual(await log('REPORT_REJECT', admin), [[no, 'PENDING', 'REJECTED', '확인했습니다'], [later, 'PENDING', 'PENDING', '확인했습니다']]);
  assert.deepEqual(await rows('SELECT 1 FROM sanctions'), []); // no measure without an approval
});

test('each wrong field changes nothing', async () => {
  const [a, b] = [await s.someone(), await s.someone()];
  const id = await report(a, b);
  const was = await everything(b);
  const good = { action: 'approve', linkedAction: 'warn_user' };
  for (const body of [{ action: 'close' }, { action: undefined }, { resolution: undefined }, { resolution: ' ' }, { resolution: '가'.repeat(2001) }, { linkedAction: 'ban_user' }, { linkedActionDetails: 'x' }, { linkedActionDetails: { severity: 'BAD' } }, { linkedActionDetails: { expiresAt: 'x' } },
    { linkedActionDetails: { expiresAt: '2020-01-01T00:00:00Z' } }, { linkedActionDetails: { reason: 'x'.repeat(501) } }, { linkedActionDetails: { restrictMessage: 'x' } }, { linkedActionDetails: { duration: 'x'.repeat(21) } }, { linkedActionDetails: { restrictType: 'x'.repeat(21) } }]) {
    assert.deepEqual([body, ...refusal(await process(id, { ...good, ...body }))], [body, 400, 'VALIDATION_ERROR', 'string']);
  }
  const group = await study(b, [], s.sql);
  await fillStudy(group, b, 1, undefined, undefined, s.sql);
  const [{ message }] = await rows('SELECT id AS message FROM study_messages WHERE study_id = ?', [group]);
  const [of, said] = [await report(a, group, { target_type: 'STUDY' }), await report(a, message, { target_type: 'MESSAGE' })];
  const then = await everything(b);
  assert.notEqual(was, then);
  for (const [which, measure] of [[of, 'warn_user'], [of, 'suspend_user'], [said, 'restrict_user'], [said, 'warn_user'], [id, 'delete_content']]) {
    assert.deepEqual([measure, ...refusal(await approve(which, measure))], [measure, 400, 'VALIDATION_ERROR', 'string']);
  }
  assert.equal(await everything(b), then);
  // what is not wrong: a long resolution is cut where it is the reason as well
  const long = await process(await report(a, await s.someone()), { action: 'approve', linkedAction: 'warn_user', resolution: '가'.repeat(2000) });
  assert.deepEqual([long.body.data.report.resolution.length, long.body.data.actionResult.warning.reason], [2000, '가'.repeat(500)]);
});

test('a warning, and what the third, fourth and fifth lead to', async () => {
  const [a, b] = [await s.someone(), await s.someone('경고')];
  const id = await report(a, b);
  const ends = new Date(Date.now() + 5 * 86400e3).toISOString();
  const { status, body } = await approve(id, 'warn_user', { severity: 'MAJOR', expiresAt: ends, reason: '도배' }, moderator);
  const { action, warning, totalWarnings, user: now, ...rest } = body.data.actionResult;
  assert.deepEqual([status, body.data.report.status, action, totalWarnings, rest], [200, 'RESOLVED', 'warn_user', 1, { deleted: null }]);
  const { id: made, createdAt, ...w } = warning;
  assert.deepEqual(w, { userId: b.id, adminId: moderator.id, reason: '도배', severity: 'SERIOUS', relatedContent: `report:${id}`, expiresAt: ends });
  assert.deepEqual([now.id, now.status, now.stats.warningsCount, now.lastWarning], [b.id, 'ACTIVE', 1, { id: made, severity: 'SERIOUS', createdAt }]);
  const warn = (body_ = {}, by = moderator, headers) => call(by, 'POST', `/admin/users/${b.id}/warn`, { reason: '욕설', ...body_ }, headers);
  const second = await warn({ relatedContent: 'message:1', severity: 'minor' });
  assert.deepEqual([second.status, second.body.message, second.body.data.totalWarnings, second.body.data.suspendedDays, second.body.data.warning.relatedContent, second.body.data.warning.severity, second.body.data.user.status], [200, '사용자에게 경고했습니다', 2, undefined, 'message:1', 'MINOR', 'ACTIVE']);
  await rows('UPDATE warnings SET expires_at = NOW(3) - INTERVAL 1 SECOND WHERE id = ?', [made]); // what is over counts no more
  assert.deepEqual([(await warn()).body.data.totalWarnings, (await user(b)).status], [2, 'ACTIVE']);
  await told(b, ['경고를 받았습니다: 도배', '경고를 받았습니다: 욕설', '경고를 받았습니다: 욕설']);
  for (const [n, days] of [[3, 7], [4, 14], [5, 30], [6, 30]]) {
    const res = await warn();
    assert.deepEqual([res.body.data.totalWarnings, res.body.data.suspendedDays, res.body.data.user.status, res.body.data.user.suspendReason], [n, days, 'SUSPENDED', `경고 ${n}회 누적: 욕설`]);
    inDays(res.body.data.user.suspendedUntil, days);
  }
  assert.deepEqual((await sanctions(b)).map(({ type, duration, reason, active }) => [type, duration, reason, active]), [['7d', 3, 0], ['14d', 4, 0], ['30d', 5, 0], ['30d', 6, 1]].map(([duration, n, active]) => ['SUSPENSION', duration, `경고 ${n}회 누적: 욕설`, active]));
  assert.equal((await post('/auth/login', { email: b.email, password: b.password }, s.base)).status, 403);
  // what they will find once they are back: no suspension that is no longer than the one before
  const [warned, off] = ['경고를 받았습니다: 욕설', '계정의 이용이 정지되었습니다'];
  await told(b, ['경고를 받았습니다: 도배', warned, warned, warned, off, warned, off, warned, off, warned, off]);
  const logs = (await s.logs('USER_WARN', moderator)).filter((l) => String(l.target_id) === b.id);
  assert.deepEqual(logs.slice(0, 2).map((l) => [l.target_type, l.was, l.became, l.reason]), [['USER', { warnings: 0 }, { warnings: 1, severity: 'SERIOUS' }, '도배'], ['USER', { warnings: 1 }, { warnings: 2, severity: 'MINOR' }, '욕설']]);
  for (const [body_, code] of [[{ reason: undefined }, 'ADMIN-023'], [{ reason: ' ' }, 'ADMIN-023'], [{ reason: 'x'.repeat(501) }, 'ADMIN-023'], [{ severity: 'x' }, 'VALIDATION_ERROR'], [{ expiresAt: 'x' }, 'VALIDATION_ERROR'], [{ expiresAt: '2020-01-01T00:00:00Z' }, 'VALIDATION_ERROR'], [{ relatedContent: 'x'.repeat(101) }, 'VALIDATION_ERROR']]) {
    assert.deepEqual([body_, ...refusal(await warn(body_))], [body_, 400, code, 'string']);
  }
  assert.deepEqual(refusal(await call(moderator, 'POST', `/admin/users/${MISSING}/warn`, { reason: 'r' })), [404, 'ADMIN-021', 'string']);
  assert.deepEqual(refusal(await call(moderator, 'POST', `/admin/users/${moderator.id}/warn`, { reason: 'r' })), [400, 'ADMIN-025', 'string']);
  assert.deepEqual(refusal(await call(moderator, 'POST', `/admin/users/${admin.id}/warn`, { reason: 'r' })), [403, 'ADMIN-026', 'string']);
});

test('suspended by a report: each duration, and none shortens one in force', async () => {
  const a = await s.someone();
  for (const [duration, days] of [['1d', 1], ['3d', 3], ['7d', 7], ['14d', 14], ['30d', 30], ['90d', 90], [undefined, 7], ['2d', 7], ['soon', 7], [14, 14], ['permanent', 0]]) {
    const b = await s.someone();
    const id = await report(a, b);
    const { status, body } = await approve(id, 'suspend_user', { duration });
    assert.deepEqual([duration, status, body.data.actionResult?.action, body.data.actionResult?.user.status, body.data.actionResult?.user.suspendReason], [duration, 200, 'suspend_user', 'SUSPENDED', '확인했습니다']);
    if (days) inDays(body.data.actionResult.user.suspendedUntil, days);
    else assert.equal(body.data.actionResult.user.suspendedUntil, null);
    assert.deepEqual(await sanctions(b), [{ type: 'SUSPENSION', duration: days ? `${days}d` : 'permanent', reason: '확인했습니다', report: id, active: 1, metadata: null }]);
  }
  const b = await s.someone();
  const suspend = async (duration) => (await approve(await report(await s.someone(), b), 'suspend_user', { duration })).body.data.actionResult.user.suspendedUntil;
  inDays(await suspend('14d'), 14);
  inDays(await suspend('3d'), 14);
  inDays(await suspend('30d'), 30);
  assert.equal(await suspend('permanent'), null);
  assert.equal(await suspend('90d'), null);
  assert.deepEqual((await sanctions(b)).map((x) => [x.duration, x.active]), [['14d', 0], ['30d', 0], ['permanent', 1]]);
  const over = await s.someone(); // whose time is over, but who has not come back
  await rows("UPDATE users SET status = 'SUSPENDED', suspended_until = NOW(3) - INTERVAL 1 DAY WHERE id = ?", [over.id]);
  inDays((await approve(await report(a, over), 'suspend_user', { duration: '1d' })).body.data.actionResult.user.suspendedUntil, 1);
  const logs = (await s.logs('USER_SUSPEND', admin)).filter((l) => String(l.target_id) === b.id);
  assert.deepEqual(logs.map((l) => l.became.status), ['SUSPENDED', 'SUSPENDED', 'SUSPENDED']);
});

test('restricted: some things or all, for a time or for good; more is added, nothing taken away', async () => {
  const b = await s.someone();
  const reports = async () => report(await s.someone(), b);
  const first = await reports();
  const one = (await approve(first, 'restrict_user', { restrictStudyJoin: true, duration: '3d', reason: '무단 가입' })).body.data.actionResult;
  assert.deepEqual([one.action, one.user.status, one.user.restrictedActions, one.user.activeSanction.type, one.warning, one.deleted], ['restrict_user', 'ACTIVE', ['STUDY_JOIN'], 'RESTRICTION', undefined, null]);
  inDays(one.user.restrictedUntil, 3);
  const two = (await approve(await reports(), 'restrict_user', { restrictMessage: true, restrictType: 'partial', duration: '1d' })).body.data.actionResult.user;
  assert.deepEqual(two.restrictedActions, ['STUDY_JOIN', 'MESSAGE']);
  inDays(two.restrictedUntil, 3);
  const three = (await approve(await reports(), 'restrict_user', { restrictStudyCreate: true, restrictType: 'all' })).body.data.actionResult.user;
  assert.deepEqual(three.restrictedActions, ['STUDY_CREATE', 'STUDY_JOIN', 'MESSAGE']);
  inDays(three.restrictedUntil, 7);
  for (const duration of ['permanent', '90d']) assert.equal((await approve(await reports(), 'restrict_user', { restrictMessage: true, duration })).body.data.actionResult.user.restrictedUntil, null);
  assert.deepEqual((await sanctions(b)).map((x) => [x.type, x.duration, x.metadata.restrictions]), [['3d', ['STUDY_JOIN']], ['1d', ['MESSAGE']], ['7d', ['STUDY_CREATE', 'STUDY_JOIN', 'MESSAGE']], ['permanent', ['MESSAGE']], ['90d', ['MESSAGE']]].map((x) => ['RESTRICTION', ...x]));
  assert.equal((await sanctions(b))[0].report, first);
  const log = (await s.logs('USER_UPDATE', admin)).filter((l) => String(l.target_id) === b.id)[0];
  assert.deepEqual([log.was, log.became, log.reason], [{ restrictedActions: [], restrictedUntil: null }, { restrictedActions: ['STUDY_JOIN'], restrictedUntil: new Date(one.user.restrictedUntil).getTime() }, '무단 가입']);
  await told(b, ['일부 기능의 이용이 제한되었습니다: 무단 가입', ...Array(4).fill('일부 기능의 이용이 제한되었습니다: 확인했습니다')]);
  const c = await s.someone(); // without any word of them: all
  assert.deepEqual((await approve(await report(b, c), 'restrict_user')).body.data.actionResult.user.restrictedActions, ['STUDY_CREATE', 'STUDY_JOIN', 'MESSAGE']);
  const d = await s.someone(); // what was restricted once and is over is not added
  await rows("UPDATE users SET restricted_actions = 'STUDY_CREATE', restricted_until = NOW(3) - INTERVAL 1 SECOND WHERE id = ?", [d.id]);
  const fresh = (await approve(await report(b, d), 'restrict_user', { restrictMessage: true, duration: '1d' })).body.data.actionResult.user;
  assert.deepEqual(fresh.restrictedActions, ['MESSAGE']);
  inDays(fresh.restrictedUntil, 1);
});

test('a message or a group is taken away; what is gone already stays so', async () => {
  const [a, b] = [await s.someone(), await s.someone()];
  const group = await study(b, [a], s.sql);
  await fillStudy(group, b, 2, undefined, undefined, s.sql);
  const [{ message }, { message: stays }] = await rows('SELECT id AS message FROM study_messages WHERE study_id = ? ORDER BY id', [group]);
  const said = await report(a, message, { target_type: 'MESSAGE', target_name: b.name });
  const one = await approve(said, 'delete_content', { reason: '욕설' }, moderator);
  assert.deepEqual([one.status, one.body.data.actionResult, one.body.data.report.status], [200, { action: 'delete_content', deleted: { targetType: 'MESSAGE', targetId: String(message) } }, 'RESOLVED']);
  assert.deepEqual((await call(a, 'GET', `/studies/${group}/chat`)).body.data.map((m) => m.id), [String(stays)]);
  await told(b, ['운영 원칙에 어긋나는 메시지가 삭제되었습니다: 욕설']);
  const again = await approve(await report(a, message, { target_type: 'MESSAGE' }), 'delete_content', undefined, moderator);
  assert.deepEqual([again.status, again.body.data.actionResult], [200, { action: 'delete_content', deleted: null }]);
  const of = await report(a, group, { target_type: 'STUDY', target_name: '스터디' });
  assert.deepEqual((await approve(of, 'delete_content')).body.data.actionResult, { action: 'delete_content', deleted: { targetType: 'STUDY', targetId: group } });
  assert.deepEqual(refusal(await call(a, 'GET', `/studies/${group}`)), [404, 'NOT_FOUND', 'string']);
  await until(async () => !(await rows('SELECT 1 FROM studies WHERE id = ?', [group])).length);
  await told(b, ['운영 원칙에 어긋나는 메시지가 삭제되었습니다: 욕설', '운영 원칙에 어긋나는 스터디가 삭제되었습니다: 스터디']);
  assert.deepEqual((await approve(await report(a, group, { target_type: 'STUDY' }), 'delete_content')).body.data.actionResult, { action: 'delete_content', deleted: null });
  const logs = [...await s.logs('CONTENT_DELETE', moderator), ...await s.logs('CONTENT_DELETE', admin)].map((l) => [l.target_type, String(l.target_id), l.was, l.reason]);
  assert.deepEqual(logs, [['MESSAGE', String(message), { userId: Number(b.id) }, '욕설'], ['STUDY', group, { userId: Number(b.id) }, '확인했습니다']]);
});

test('what a role may not do it may not do by a report either; nothing of it stays', async () => {
  const [a, b] = [await s.someone(), await s.someone()];
  const group = await study(b, [], s.sql);
  const [of, whom] = [await report(a, group, { target_type: 'STUDY' }), await report(a, b)];
  const was = await everything(b);
  for (const [id, measure] of [[whom, 'suspend_user'], [whom, 'restrict_user'], [of, 'delete_content']]) assert.deepEqual([measure, ...refusal(await approve(id, measure, {}, moderator))], [measure, 403, 'ADMIN-002', 'string']);
  for (const [target, code] of [[admin, [400, 'ADMIN-025', 'string']], [moderator, [403, 'ADMIN-026', 'string']], [{ id: MISSING }, [404, 'ADMIN-021', 'string']]]) {
    const id = await report(a, target);
    const before_ = await everything(b);
    for (const measure of ['warn_user', 'suspend_user', 'restrict_user']) assert.deepEqual([measure, ...refusal(await approve(id, measure))], [measure, ...code]);
    assert.equal(await everything(b), before_);
    assert.equal((await approve(id, 'none')).status, 200);
  }
  assert.notEqual(await everything(b), was);
  assert.deepEqual([await state(of), await state(whom)], Array(2).fill({ status: 'PENDING', who: null, done: 0, resolution: null }));
});

test('of several who answer at once one does, and once; the same key is the same answer', async () => {
  const [a, b, c] = [await s.someone(), await s.someone(), await s.someone()];
  const id = await report(a, b);
  const all = await Promise.all(Array.from({ length: 8 }, (_, i) => approve(id, 'warn_user', { reason: `${i}` }, i % 2 ? admin : moderator)));
  assert.deepEqual(all.map((r) => `${r.status} ${r.body.code ?? ''}`).sort(), ['200 ', ...Array(7).fill('400 ADMIN-042')]);
  const [{ n }] = await rows('SELECT COUNT(*) AS n FROM warnings WHERE user_id = ?', [b.id]);
  assert.equal(n, 1);
  const key = { 'idempotency-key': 'process-once-0001' };
  let again = await report(a, c);
  const twice = [];
  for (let i = 0; i < 2; i += 1) twice.push(await process(again, { action: 'approve', linkedAction: 'warn_user' }, admin, key));
  assert.deepEqual(twice.map((r) => [r.status, r.body.data.actionResult.totalWarnings]), [[200, 1], [200, 1]]);
  assert.deepEqual(refusal(await process(again, { action: 'reject' }, admin, key)), [422, 'IDEMPOTENCY_KEY_REUSED', 'string']);
  const once = { 'idempotency-key': 'warn-once-0001' };
  for (let i = 0; i < 2; i += 1) assert.equal((await call(admin, 'POST', `/admin/users/${c.id}/warn`, { reason: 'r' }, once)).body.data.totalWarnings, 2);
  again = await report(c, b);
  const both = await Promise.all([assign(again), assign(again, {}, moderator), process(again, { action: 'reject' })]);
  assert.ok(both.every((r) => r.status === 200 || r.body.code === 'ADMIN-042'));
  assert.equal((await state(again)).status, 'REJECTED');
});

test('warnings at once: each counts, one of them is the third', async () => {
  const b = await s.someone();
  const ids = [];
  for (let i = 0; i < 3; i += 1) ids.push(await report(await s.someone(), b));
  await rows("INSERT INTO warnings (user_id, admin_id, reason) VALUES (?, ?, 'r')", [b.id, admin.id]);
  const key = { 'idempotency-key': 'warn-race-0001' };
  const all = await Promise.all([...ids.map((id) => process(id, { action: 'approve', linkedAction: 'warn_user' }, admin, { 'idempotency-key': `warn-race-${id}` })), call(moderator, 'POST', `/admin/users/${b.id}/warn`, { reason: 'r' }, key)]);
  assert.deepEqual(all.map((r) => r.status), Array(4).fill(200), all.map((r) => r.text).join());
  const results = all.map((r) => r.body.data.actionResult ?? r.body.data);
  assert.deepEqual(results.map((r) => [r.totalWarnings, r.suspendedDays]).sort(([x], [y]) => x - y), [[2, undefined], [3, 7], [4, 14], [5, 30]]);
  assert.deepEqual((await sanctions(b)).map((x) => [x.duration, x.active]), [['7d', 0], ['14d', 0], ['30d', 1]]);
});
