// Study groups in the administration: finding, looking at and deleting them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get } from '../harness/client.mjs';
import { MISSING, refusal, site } from '../harness/admin.mjs';
import { until } from '../harness/stack.mjs';
import { fillStudy, study } from '../harness/study.mjs';

let s;
let admin;
before(async () => {
  s = await site('admin studies');
  admin = await s.staff('ADMIN');
});
after(() => s?.down());

const call = (...args) => s.call(...args);
const group = async (owner, fields = {}, members = []) => {
  const id = await study(owner, members, s.sql);
  for (const [k, v] of Object.entries(fields)) await s.sql.query(`UPDATE studies SET ${k} = ?, updated_at = updated_at WHERE id = ?`, [v, id]);
  return id;
};
const listed = async (q) => { const { status, body, text } = await call(admin, 'GET', `/admin/studies?${q}`); assert.equal(status, 200, text); return body; };
const remove = (id, { by = admin, rest = '', reason } = {}) => call(by, 'DELETE', `/admin/studies/${id}${rest}${reason === undefined ? '' : `?reason=${encodeURIComponent(reason)}`}`);

test('one group, in the list and alone: every field', async () => {
  const [owner, m, p, k, l] = [await s.someone('방장'), await s.someone('하나'), await s.someone('대기'), await s.someone('강퇴'), await s.someone('탈퇴')];
  const id = await group(owner, { created_at: '2026-01-02 03:04:05.678', updated_at: '2026-01-03', tags: '["a","b"]', rating: 4.5, review_count: 2, invite_code: 'ABCDEFGH', name: '모든 것' }, [m]);
  for (const [who, status] of [[p, 'PENDING'], [k, 'KICKED'], [l, 'LEFT']]) await s.sql.query('INSERT INTO study_members (study_id, user_id, status) VALUES (?, ?, ?)', [id, who.id, status]);
  await fillStudy(id, owner, 3, undefined, 'SYSDATE(3) - INTERVAL 10 DAY', s.sql);
  await fillStudy(id, m, 3, undefined, 'SYSDATE(3) - INTERVAL 1 DAY', s.sql);
  await fillStudy(id, owner, 1, undefined, 'SYSDATE(3) - INTERVAL 40 DAY', s.sql);
  await s.sql.query('DELETE FROM study_messages WHERE study_id = ? AND seq = 1', [id]);
  const file = "INSERT INTO files (storage_key, owner_id, study_id, name, content_type, kind, purpose, size, sha256, created_at, deleted_at) VALUES (?, ?, ?, 'n', 'text/plain', 'DOCUMENT', 'STUDY', 1, 'x', NOW(3) - INTERVAL ? DAY, ?)";
  for (const [key, days, gone] of [['k1', 1, null], ['k2', 50, null], ['k3', 1, '2026-01-01']]) await s.sql.query(file, [key, owner.id, id, days, gone]);
  await s.sql.query("INSERT INTO study_notices (study_id, author_id, title, content) VALUES (?, ?, 't', 'c')", [id, owner.id]);
  await s.sql.query("INSERT INTO study_events (study_id, created_by, title, date, start_time, end_time) VALUES (?, ?, 't', '2026-01-01', '10:00', '11:00')", [id, owner.id]);
  await s.sql.query("INSERT INTO tasks (user_id, study_id, title) VALUES (?, ?, 't')", [owner.id, id]);
  await s.sql.query("UPDATE studies SET updated_at = '2026-01-03' WHERE id = ?", [id]);
  const one = (await listed(`search=${encodeURIComponent('모든 것')}`));
  const face = (x) => ({ id: x.id, name: x.name, email: x.email, avatar: null, status: 'ACTIVE' });
  const { lastActivityAt, ...item } = one.data[0];
  const want = { id, name: '모든 것', emoji: '📚', description: '함께 공부합니다', category: '어학', subCategory: null, createdAt: '2026-01-02T03:04:05.678Z', updatedAt: '2026-01-03T00:00:00.000Z', tags: ['a', 'b'], owner: face(owner),
    settings: { maxMembers: 20, isPublic: true, autoApprove: true, isRecruiting: true, isHidden: false, isClosed: false }, stats: { memberCount: 2, messageCount: 7, fileCount: 2, noticeCount: 1, rating: 4.5, reviewCount: 2 } };
  assert.deepEqual(item, want);
  assert.deepEqual([one.pagination, Object.keys(one).sort()], [{ page: 1, limit: 20, total: 1, totalPages: 1, hasNext: false, hasPrev: false }, ['data', 'pagination', 'stats', 'success', 'timestamp']]);
  const res = await call(admin, 'GET', `/admin/studies/${id}`);
  const { members, memberStats, activityStats, lastActivityAt: last, ...detail } = res.body.data;
  assert.deepEqual(detail, { ...want, inviteCode: 'ABCDEFGH', rating: 4.5, reviewCount: 2 });
  assert.equal(last, lastActivityAt);
  assert.deepEqual(members.map(({ id: seat, joinedAt, ...x }) => x), [[owner, 'OWNER', 'ACTIVE'], [m, 'MEMBER', 'ACTIVE'], [p, 'MEMBER', 'PENDING'], [k, 'MEMBER', 'KICKED'], [l, 'MEMBER', 'LEFT']]
    .map(([x, role, status]) => ({ user: face(x), role, status, approvedAt: null })));
  assert.deepEqual(memberStats, { total: 5, active: 2, pending: 1, kicked: 1, left: 1 });
  assert.deepEqual(activityStats, { messages: 6, recentMessages: 5, weeklyMessages: 3, avgMessagesPerDay: 0.2, files: 2, recentFiles: 1, notices: 1, events: 1, tasks: 1, studyTasks: 0, activeMembers: 1, lastActivityAt: last });
  assert.deepEqual((await s.logs('STUDY_VIEW', admin)).map((x) => [x.target_type, String(x.target_id)]), [['STUDY', id]]);
  assert.deepEqual(refusal(await call(admin, 'GET', `/admin/studies/${MISSING}`)), [404, 'ADMIN-056', 'string']);
});

test('orders, filters, pages and sums', async () => {
  const owner = await s.someone();
  const [a, b, c] = [await group(owner, { name: '정렬 가', category: '갑', created_at: '2020-01-01 23:00:00', updated_at: '2020-03-01', member_count: 3, rating: 1 }),
    await group(owner, { name: '정렬 나', category: '을', created_at: '2020-01-02', updated_at: '2020-02-01', member_count: 1, rating: 3, is_public: false }),
    await group(owner, { name: '다', description: '여기도 정렬이 있다', category: '갑', created_at: '2020-01-03', updated_at: '2020-01-01', member_count: 2, rating: 2, is_recruiting: false })];
  const gone = await group(owner, { name: '정렬 라' });
  const sums = (await listed('')).stats;
  await s.sql.query('UPDATE studies SET gone = TRUE, is_public = FALSE, is_recruiting = FALSE WHERE id = ?', [gone]);
  assert.deepEqual((await listed('')).stats, { total: sums.total - 1, public: sums.public - 1, recruiting: sums.recruiting - 1 });
  const q = async (more) => (await listed(`search=${encodeURIComponent('정렬')}&${more}`)).data.map((x) => x.id);
  const want = { '': [c, b, a], 'sortOrder=asc': [a, b, c], 'sortBy=updatedAt': [a, b, c], 'sortBy=updatedAt&sortOrder=asc': [c, b, a], 'sortBy=name': [b, a, c], 'sortBy=name&sortOrder=asc': [c, a, b], 'sortBy=memberCount': [a, c, b], 'sortBy=memberCount&sortOrder=asc': [b, c, a],
    'sortBy=rating': [b, c, a], 'sortBy=rating&sortOrder=asc': [a, c, b], 'category=%EA%B0%91': [c, a], 'isPublic=false': [b], 'isPublic=true': [c, a], 'isRecruiting=false': [c], 'minMembers=2': [c, a], 'maxMembers=2': [c, b], 'minMembers=2&maxMembers=2': [c],
    'createdFrom=2020-01-02': [c, b], 'createdTo=2020-01-01': [a], 'limit=2&page=2': [a] };
  for (const [more, all] of Object.entries(want)) assert.deepEqual([more, await q(more)], [more, all]);
  assert.deepEqual((await listed(`search=${b}`)).data.filter((x) => x.id === b).length, 1);
  const far = await listed(`search=${encodeURIComponent('정렬')}&page=7&limit=2`);
  assert.deepEqual([far.data, far.pagination], [[], { page: 7, limit: 2, total: 3, totalPages: 2, hasNext: false, hasPrev: true }]);
  for (const [bad, code] of [['sortBy=id', 'ADMIN-092'], ['sortOrder=x', 'VALIDATION_ERROR'], ['page=0', 'VALIDATION_ERROR'], ['limit=101', 'VALIDATION_ERROR'], ['isPublic=x', 'VALIDATION_ERROR'], ['isRecruiting=x', 'VALIDATION_ERROR'],
    ['minMembers=-1', 'VALIDATION_ERROR'], ['maxMembers=x', 'VALIDATION_ERROR'], ['createdFrom=x', 'VALIDATION_ERROR'], ['createdTo=x', 'VALIDATION_ERROR'], [`search=${'x'.repeat(101)}`, 'VALIDATION_ERROR'], [`category=${'x'.repeat(51)}`, 'VALIDATION_ERROR']]) {
    assert.deepEqual([bad, ...refusal(await call(admin, 'GET', `/admin/studies?${bad}`))], [bad, 400, code, 'string']);
  }
});

test('deleting a group of somebody else’s, under both names: gone at once, the rest by the jobs, recorded', async () => {
  for (const rest of ['', '/delete']) {
    const [owner, m] = [await s.someone('방장'), await s.someone()];
    const id = await group(owner, { name: '지울 것' }, [m]);
    await fillStudy(id, m, 3, undefined, undefined, s.sql);
    assert.deepEqual(refusal(await remove(id, { rest, reason: '짧은 이유' })), [400, 'VALIDATION_ERROR', 'string']);
    const reason = rest ? undefined : '운영 원칙을 여러 번 어겼습니다';
    const res = await remove(id, { rest, reason });
    const { createdAt, ...gone } = res.body.data.deletedStudy;
    assert.deepEqual([res.status, res.body.success, res.body.message, gone], [200, true, '스터디를 삭제했습니다', { id, name: '지울 것', ownerId: owner.id, ownerEmail: owner.email, memberCount: 2,
      stats: { memberCount: 2, messageCount: 3, fileCount: 0, noticeCount: 0, rating: 0, reviewCount: 0 } }]);
    assert.equal(typeof createdAt, 'string');
    assert.deepEqual(refusal(await call(m, 'GET', `/studies/${id}`)), [404, 'NOT_FOUND', 'string']);
    assert.deepEqual(refusal(await remove(id, { rest })), [404, 'ADMIN-056', 'string']);
    assert.deepEqual(refusal(await call(admin, 'GET', `/admin/studies/${id}`)), [404, 'ADMIN-056', 'string']);
    const log = (await s.logs('STUDY_DELETE', admin)).at(-1);
    assert.deepEqual([log.target_type, String(log.target_id), log.was, log.reason], ['STUDY', id, { ownerId: owner.id, memberCount: 2, name: '지울 것' }, reason ?? null]);
    await until(async () => !(await s.sql.query('SELECT 1 FROM studies WHERE id = ?', [id])).length);
  }
  const owner = await s.someone();
  const id = await group(owner);
  const all = await Promise.all(Array.from({ length: 5 }, () => remove(id)));
  assert.deepEqual(all.map((r) => r.status).sort(), [200, 404, 404, 404, 404]);
  const empty = await group(owner);
  await s.sql.query('DELETE FROM study_members WHERE study_id = ?', [empty]);
  assert.equal((await remove(empty)).status, 200);
  await until(async () => !(await s.sql.query('SELECT 1 FROM studies WHERE id = ?', [empty])).length);
  assert.equal((await get('/health/ready', s.base)).status, 200);
});

test('hidden and closed: off the lists until both are over, whatever its owner says, and then as before', async () => {
  const why = { reason: '운영 원칙을 여러 번 어겼습니다' };
  const [owner, m, guest] = [await s.someone('방장'), await s.someone(), await s.someone()];
  const hold = (id, what, body = why, by = admin) => call(by, 'POST', `/admin/studies/${id}/${what}`, body);
  const release = (id, what, by = admin) => call(by, 'DELETE', `/admin/studies/${id}/${what}`);
  const flags = (res) => { assert.equal(res.status, 200, res.text); const { maxMembers, autoApprove, ...f } = res.body.data.study.settings; return Object.entries(f).filter(([, v]) => v).map(([k]) => k).join(' '); };
  const change = (id, body) => call(owner, 'PATCH', `/studies/${id}`, body);
  const messages = async (p) => (await s.sql.query("SELECT message FROM notifications WHERE user_id = ? ORDER BY id", [p.id])).map((n) => n.message);
  const quiet = (id) => until(async () => !(await s.sql.query("SELECT 1 FROM outbox WHERE event = 'study.news' AND subject_id = ?", [id])).length);
  for (const [one, other, log] of [['hide', 'close', ['STUDY_HIDE', 'STUDY_UNHIDE']], ['close', 'hide', ['STUDY_CLOSE', 'STUDY_REOPEN']]]) {
    const word = { hide: 'isHidden', close: 'isClosed' };
    const id = await group(owner, { name: '지킬 것' }, [m]);
    const first = await hold(id, one, { ...why, notifyMembers: true });
    assert.deepEqual([flags(first), first.body.data.notificationsSent, first.body.success, typeof first.body.message, first.body.data.study.id], [word[one], 2, true, 'string', id]);
    await quiet(id); // by the name it has
    assert.deepEqual(refusal(await hold(id, one)), [400, one === 'hide' ? 'ADMIN-058' : 'ADMIN-059', 'string']);
    assert.deepEqual(refusal(await call(guest, 'GET', `/studies/${id}`)), [404, 'NOT_FOUND', 'string']);
    assert.deepEqual(refusal(await call(guest, 'POST', `/studies/${id}/join`, {})), [404, 'NOT_FOUND', 'string']);
    assert.equal((await call(m, 'GET', `/studies/${id}`)).status, 200);
    for (const body of [{ isPublic: true }, { isRecruiting: true }, { name: '딴이름', isPublic: true }]) assert.deepEqual(refusal(await change(id, body)), [403, 'ACTION_RESTRICTED', 'string']);
    assert.deepEqual([(await change(id, { name: `고침 ${one}`, isPublic: false, isRecruiting: false })).status, (await call(owner, 'GET', `/studies/${id}`)).body.data.name], [200, `고침 ${one}`]);
    const both = await hold(id, other, { ...why, notifyOwner: false });
    assert.deepEqual([flags(both), both.body.data.notificationsSent], ['isHidden isClosed', 0]);
    assert.equal(flags(await release(id, one)), word[other]);
    const last = await release(id, other);
    assert.deepEqual([flags(last), last.body.data.notificationsSent], ['isPublic isRecruiting', 1]);
    const idle = await release(id, one);
    assert.deepEqual([flags(idle), idle.body.data.notificationsSent], ['isPublic isRecruiting', 0]);
    assert.equal((await call(guest, 'GET', `/studies/${id}`)).status, 200);
    const said = one === 'hide' ? '운영진이 지킬 것 스터디를 숨겼습니다: ' : '운영진이 지킬 것 스터디를 종료했습니다: ';
    assert.deepEqual((await messages(m)).at(-1), said + why.reason);
    const mine = (all) => all.filter((l) => String(l.target_id) === id).map((l) => [l.was, l.became, l.reason]);
    const now = (extra) => ({ isPublic: false, isRecruiting: false, isHidden: false, isClosed: false, ...extra });
    assert.deepEqual([mine(await s.logs(log[0], admin)), mine(await s.logs(log[1], admin))], [
      [[now({ isPublic: true, isRecruiting: true }), now({ [word[one]]: true }), why.reason]], [[now({ isHidden: true, isClosed: true }), now({ [word[other]]: true }), null]]]);
    assert.deepEqual([refusal(await hold(MISSING, one)), refusal(await release(MISSING, one))], Array(2).fill([404, 'ADMIN-056', 'string']));
    for (const bad of [{}, { reason: '짧다' }, { reason: 'x'.repeat(501) }, { ...why, notifyOwner: 'x' }, { ...why, notifyMembers: 7 }]) assert.deepEqual([bad, ...refusal(await hold(id, one, bad))], [bad, 400, 'VALIDATION_ERROR', 'string']);
  }
  const quietly = await group(owner, { is_public: false, is_recruiting: false }); // what was private does not become public
  await hold(quietly, 'hide');
  assert.equal(flags(await release(quietly, 'hide')), '');
  const id = await group(owner);
  const all = await Promise.all(Array.from({ length: 5 }, () => hold(id, 'hide')));
  assert.deepEqual(all.map((r) => `${r.status} ${r.body.code ?? ''}`).sort(), ['200 ', ...Array(4).fill('400 ADMIN-058')]);
  await assert.rejects(s.sql.query('UPDATE studies SET is_public = TRUE WHERE id = ?', [id]), /studies_held/);
  assert.deepEqual((await messages(owner)).length > 0, true);
});
