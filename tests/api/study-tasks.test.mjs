// Tasks of study groups: /api/studies/{id}/tasks.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call, days, group, outsiders, refusal, refusals, told } from '../harness/board.mjs';
import { env } from '../harness/client.mjs';
import { closeDb, connect, query } from '../harness/db.mjs';
import { until } from '../harness/stack.mjs';
import { study } from '../harness/study.mjs';

after(closeDb);

const tasks = (p, id, method = 'GET', rest = '', body = undefined, more = {}) => call(p, method, `/studies/${id}/tasks${rest}`, body, more);
const added = async (p, id, fields = {}) => {
  const res = await tasks(p, id, 'POST', '', { title: '발표 준비', ...fields });
  assert.equal(res.status, 201, res.text);
  return res.body.data;
};
const brief = (p, name) => ({ id: p.id, name, avatar: null });

test('a task: every field, and whom it is given to are told', async () => {
  const g = await group();
  assert.deepEqual((await tasks(g.member, g.id)).body, { success: true, data: [], pagination: { page: 1, limit: 20, total: 0, totalPages: 0, hasNext: false, hasPrev: false } });
  const res = await tasks(g.admin, g.id, 'POST', '', { title: ' 3장 <정리> ', description: '둘\n씩', status: 'IN_PROGRESS', priority: 'HIGH', dueDate: `${days(3)}T09:00:00+09:00`, assigneeIds: [g.member.id, g.admin.id, g.member.id] });
  assert.equal(res.status, 201, res.text);
  const { id, createdAt, updatedAt, assignees, ...rest } = res.body.data;
  const want = { studyId: g.id, createdById: g.admin.id, title: '3장 <정리>', description: '둘\n씩', status: 'IN_PROGRESS', priority: 'HIGH', dueDate: `${days(3)}T00:00:00.000Z`, createdBy: brief(g.admin, '관리') };
  assert.deepEqual([rest, typeof id, updatedAt, Object.keys(res.body).sort()], [want, 'string', createdAt, ['data', 'message', 'success']]);
  assert.match(createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(assignees.toSorted((a, b) => a.id - b.id), [brief(g.admin, '관리'), brief(g.member, '하나')]);
  const one = await tasks(g.owner, g.id, 'GET', `/${id}`);
  assert.deepEqual([one.status, one.body.data], [200, res.body.data]);
  assert.deepEqual((await tasks(g.member, g.id)).body.data, [res.body.data]);
  const plain = await added(g.owner, g.id, { title: '가'.repeat(100), description: '', dueDate: '', assigneeIds: [] });
  assert.deepEqual(plain, { id: plain.id, studyId: g.id, createdById: g.owner.id, title: '가'.repeat(100), description: null, status: 'TODO', priority: 'MEDIUM', dueDate: null, createdAt: plain.createdAt, updatedAt: plain.createdAt, createdBy: brief(g.owner, '방장'), assignees: [] });
  await until(async () => (await told(g.id, 'task')).length === 1);
  assert.deepEqual(await told(g.id, 'task'), [{ user: g.member.id, message: '새 할일: 3장 <정리>' }]);
  // one more is told, who had it is not told again
  await tasks(g.owner, g.id, 'PATCH', `/${id}`, { assigneeIds: [g.member.id, g.admin.id, g.owner.id] });
  await tasks(g.owner, g.id, 'PATCH', `/${plain.id}`, { title: '파수꾼', assigneeIds: [g.admin.id] });
  await until(async () => (await told(g.id, 'task')).some((n) => n.message.includes('파수꾼')));
  assert.deepEqual((await told(g.id, 'task')).map((n) => n.user), [g.admin.id, g.member.id]);
});

test('by state, the most urgent, then when they are due; of one person; page by page', async () => {
  const g = await group();
  const make = [['a', { status: 'DONE', priority: 'URGENT' }], ['b', { priority: 'LOW', dueDate: days(1) }], ['c', { priority: 'HIGH' }], ['d', { priority: 'HIGH', dueDate: days(2) }], ['e', { priority: 'HIGH', dueDate: days(1) }], ['f', { status: 'CANCELLED' }], ['g', { priority: 'LOW', dueDate: days(1) }]];
  for (const [i, [title, fields]] of make.entries()) {
    const { id } = await added(g.owner, g.id, { title: `${title}${title}`, ...fields, assigneeIds: i % 2 ? [g.member.id] : [g.admin.id, g.owner.id] });
    await query('UPDATE study_tasks SET created_at = created_at - INTERVAL ? MINUTE WHERE id = ?', [20 - i, id]);
  }
  await added(g.owner, await study(g.owner));
  const found = async (q) => { const { body } = await tasks(g.member, g.id, 'GET', q); return [body.data.map((t) => t.title[0]).join(''), body.pagination.total]; };
  for (const [q, want, total] of [['', 'edcgbaf', 7], ['?status=all', 'edcgbaf', 7], ['?status=todo', 'edcgb', 5], ['?status=CANCELLED', 'f', 1], [`?assignee=${g.member.id}`, 'dbf', 3], [`?assignee=${g.owner.id}&status=TODO`, 'ecg', 3], [`?assignee=${g.other.id}`, '', 0], ['?limit=3', 'edc', 7], ['?limit=3&page=3', 'f', 7]]) {
    assert.deepEqual([q, ...await found(q)], [q, want, total]);
  }
  assert.deepEqual((await tasks(g.member, g.id, 'GET', '?limit=3&page=2')).body.pagination, { page: 2, limit: 3, total: 7, totalPages: 3, hasNext: true, hasPrev: true });
  for (const [q, code] of [['?status=x', 'STUDY-136'], ['?page=0', 'STUDY-134'], ['?limit=0', 'STUDY-047'], ['?limit=101', 'STUDY-047'], ['?assignee=x', 'VALIDATION_ERROR']]) assert.deepEqual([q, ...refusal(await tasks(g.member, g.id, 'GET', q))], [q, 400, code, 'string']);
});

test('a state leads to some states and not to others', async () => {
  const g = await group();
  const leads = { TODO: ['IN_PROGRESS', 'CANCELLED'], IN_PROGRESS: ['REVIEW', 'DONE', 'TODO', 'CANCELLED'], REVIEW: ['DONE', 'IN_PROGRESS', 'TODO'], DONE: ['TODO'], CANCELLED: ['TODO'] };
  for (const [from, some] of Object.entries(leads)) {
    for (const to of Object.keys(leads)) {
      const { id } = await added(g.owner, g.id, { status: from });
      const res = to < 'E' ? await tasks(g.owner, g.id, 'PATCH', `/${id}`, { status: to }) : await tasks(g.owner, g.id, 'PATCH', `/${id}/status`, { status: to });
      assert.deepEqual([from, to, res.status, res.body.code ?? res.body.data.status], some.includes(to) || to === from ? [from, to, 200, to] : [from, to, 400, 'STUDY-025']);
    }
  }
});

test('of two steps at once the second begins where the first led', async () => {
  const g = await group();
  const { id } = await added(g.owner, g.id, { status: 'REVIEW' });
  const db = connect(env.run);
  const lock = await db.getConnection();
  try {
    await lock.beginTransaction();
    await lock.query("UPDATE study_tasks SET status = 'DONE' WHERE id = ?", [id]);
    const step = tasks(g.owner, g.id, 'PATCH', `/${id}/status`, { status: 'IN_PROGRESS' });
    await until(async () => (await db.query("SELECT 1 FROM information_schema.processlist WHERE info LIKE '%FROM study_tasks t%FOR UPDATE%' AND info NOT LIKE '%processlist%'")).length);
    await lock.commit();
    assert.deepEqual(refusal(await step), [400, 'STUDY-025', 'string']);
  } finally {
    await lock.rollback();
    lock.release();
    await db.end();
  }
});

test('what is given is changed, what is not stays', async () => {
  const g = await group();
  const t = await added(g.owner, g.id, { description: '설명', dueDate: days(1), assigneeIds: [g.member.id] });
  const change = async (body) => { const { updatedAt, ...rest } = (await tasks(g.admin, g.id, 'PATCH', `/${t.id}`, body)).body.data; assert.ok(updatedAt > t.updatedAt); return rest; };
  const { updatedAt, ...was } = t;
  assert.ok(updatedAt);
  assert.deepEqual(await change({ title: '나중' }), { ...was, title: '나중' });
  const all = { title: '또한', description: '설명 2', priority: 'URGENT', status: 'IN_PROGRESS' };
  assert.deepEqual(await change({ ...all, dueDate: days(0), assigneeIds: [Number(g.owner.id)] }), { ...was, ...all, dueDate: `${days(0)}T00:00:00.000Z`, assignees: [brief(g.owner, '방장')] });
  assert.deepEqual(await change({ description: null, dueDate: null, assigneeIds: [] }), { ...was, ...all, description: null, dueDate: null, assignees: [] });
  assert.deepEqual(await change({}), { ...was, ...all, description: null, dueDate: null, assignees: [] });
  assert.equal((await change({ description: '또', dueDate: `${days(2)}T10:00` })).dueDate, `${days(2)}T10:00:00.000Z`); // no zone: UTC
  assert.deepEqual(await change({ description: '', dueDate: '' }), { ...was, ...all, description: null, dueDate: null, assignees: [] }); // emptied
});

test('each wrong field has its code', async () => {
  const g = await group();
  const wrong = [[{ title: 'x' }, 'STUDY-002'], [{ title: '가'.repeat(101) }, 'STUDY-002'], [{ description: '가'.repeat(1001) }, 'STUDY-111'], [{ status: 'x' }, 'STUDY-136'], [{ priority: 'x' }, 'STUDY-136'], [{ dueDate: 'x' }, 'VALIDATION_ERROR'],
    [{ dueDate: days(-1) }, 'STUDY-103'], [{ dueDate: `${days(-1)}T10:00:00+09:00` }, 'STUDY-103'], [{ assigneeIds: 'x' }, 'STUDY-104'], [{ assigneeIds: [g.other.id] }, 'STUDY-104'], [{ assigneeIds: [g.member.id, '999999999'] }, 'STUDY-104'], [{ assigneeIds: Array(51).fill(g.member.id) }, 'STUDY-104']];
  await refusals(g.owner, 'POST', `/studies/${g.id}/tasks`, [...wrong.map(([b, code]) => [{ title: '제목', ...b }, code]), [{}, 'STUDY-102'], [{ title: '' }, 'STUDY-102']]);
  const t = await added(g.owner, g.id, { assigneeIds: [g.member.id] });
  await refusals(g.owner, 'PATCH', `/studies/${g.id}/tasks/${t.id}`, [...wrong, [{ title: '' }, 'STUDY-002']]);
  await refusals(g.owner, 'PATCH', `/studies/${g.id}/tasks/${t.id}/status`, [[{}, 'STUDY-136'], [{ status: 'x' }, 'STUDY-136']]);
  await query("UPDATE study_members SET status = 'LEFT' WHERE study_id = ? AND user_id = ?", [g.id, g.admin.id]);
  await refusals(g.owner, 'PATCH', `/studies/${g.id}/tasks/${t.id}`, [[{ assigneeIds: [g.admin.id] }, 'STUDY-104']]);
  assert.deepEqual((await tasks(g.owner, g.id)).body.data, [t]);
});

test('today is where one lives, as a day and as a moment', async () => {
  const g = await group();
  for (const [zone, hours] of [['Pacific/Kiritimati', 14], ['Pacific/Pago_Pago', -11]]) {
    await query('UPDATE users SET time_zone = ? WHERE id = ?', [zone, g.owner.id]);
    const moment = (n, time) => new Date(Date.parse(`${days(n, hours)}T${time}Z`) - hours * 3600000).toISOString();
    const due = async (dueDate) => (await tasks(g.owner, g.id, 'POST', '', { title: '제목', dueDate })).status;
    assert.deepEqual([zone, await due(days(0, hours)), await due(days(-1, hours)), await due(moment(0, '00:00:00')), await due(moment(-1, '23:59:59'))], [zone, 201, 400, 201, 400]);
  }
});

test('who leaves or is put out has no task any more, and a form that was filled before says so', async () => {
  const g = await group();
  const everybody = [g.owner, g.admin, g.member].map((p) => p.id);
  const t = await added(g.owner, g.id, { assigneeIds: everybody });
  const away = await study(g.owner, [g.admin, g.member]);
  const other = await added(g.owner, away, { assigneeIds: everybody });
  const have = async (id, task) => (await tasks(g.owner, id, 'GET', `/${task.id}`)).body.data.assignees.map((p) => p.id).sort();
  assert.equal((await call(g.admin, 'POST', `/studies/${g.id}/leave`)).status, 200);
  assert.deepEqual(await have(g.id, t), [g.owner.id, g.member.id].sort());
  assert.equal((await call(g.owner, 'DELETE', `/studies/${g.id}/members/${g.member.id}`)).status, 200);
  assert.deepEqual([await have(g.id, t), await have(away, other)], [[g.owner.id], [...everybody].sort()]);
  const form = (await tasks(g.owner, g.id, 'GET', `/${t.id}`)).body.data;
  assert.equal((await tasks(g.owner, g.id, 'PATCH', `/${t.id}`, { title: '나중', assigneeIds: form.assignees.map((p) => p.id) })).status, 200);
  assert.deepEqual(refusal(await tasks(g.owner, g.id, 'PATCH', `/${t.id}`, { assigneeIds: everybody })), [400, 'STUDY-104', 'string']);
});

test('whoever is given a task while they leave has gone before', async () => {
  const g = await group();
  const t = await added(g.owner, g.id);
  const db = connect(env.run);
  const lock = await db.getConnection();
  try {
    await lock.beginTransaction();
    await lock.query("UPDATE study_members SET status = 'LEFT' WHERE study_id = ? AND user_id = ?", [g.id, g.member.id]);
    const give = tasks(g.owner, g.id, 'PATCH', `/${t.id}`, { assigneeIds: [g.member.id] });
    await until(async () => (await db.query("SELECT 1 FROM information_schema.processlist WHERE info LIKE '%LOCK IN SHARE MODE%' AND info NOT LIKE '%processlist%'")).length);
    await lock.commit();
    assert.deepEqual(refusal(await give), [400, 'STUDY-104', 'string']);
  } finally {
    await lock.rollback();
    lock.release();
    await db.end();
  }
});

test('members read, admins and the owner make, whoever made or has one changes it', async () => {
  const g = await group();
  const t = await added(g.owner, g.id);
  const away = (await added(g.owner, await study(g.owner))).id;
  const body = { title: '제목' };
  await outsiders(g, [['GET', `/studies/${g.id}/tasks`], ['POST', `/studies/${g.id}/tasks`, body], ['GET', `/studies/${g.id}/tasks/${t.id}`], ['PATCH', `/studies/${g.id}/tasks/${t.id}`, body], ['PATCH', `/studies/${g.id}/tasks/${t.id}/status`, { status: 'TODO' }],
    ['DELETE', `/studies/${g.id}/tasks/${t.id}`], ['GET', '/studies/999999999/tasks']]);
  for (const [method, rest, b] of [['POST', '', body], ['PATCH', `/${t.id}`, body], ['PATCH', `/${t.id}/status`, { status: 'TODO' }], ['DELETE', `/${t.id}`]]) {
    assert.deepEqual([method, rest, ...refusal(await tasks(g.member, g.id, method, rest, b))], [method, rest, 403, 'STUDY-028', 'string']);
  }
  for (const [method, rest, b] of [['GET', ''], ['PATCH', '', body], ['PATCH', '/status', { status: 'TODO' }], ['DELETE', '']]) {
    for (const id of [away, '999999999']) assert.deepEqual([method, rest, ...refusal(await tasks(g.owner, g.id, method, `/${id}${rest}`, b))], [method, rest, 404, 'STUDY-114', 'string']);
  }
  assert.deepEqual((await tasks(g.member, g.id)).body.data, [t]);
  await tasks(g.admin, g.id, 'PATCH', `/${t.id}`, { assigneeIds: [g.member.id] });
  assert.equal((await tasks(g.member, g.id, 'PATCH', `/${t.id}/status`, { status: 'IN_PROGRESS' })).body.data.status, 'IN_PROGRESS');
  assert.equal((await tasks(g.member, g.id, 'DELETE', `/${t.id}`)).status, 403);
  const mine = await added(g.admin, g.id);
  await query("UPDATE study_members SET role = 'MEMBER' WHERE study_id = ? AND user_id = ?", [g.id, g.admin.id]);
  assert.equal((await tasks(g.admin, g.id, 'PATCH', `/${mine.id}`, body)).status, 200);
  assert.deepEqual((await tasks(g.admin, g.id, 'DELETE', `/${mine.id}`)).body, { success: true, message: '할일을 삭제했습니다', data: null });
  assert.equal((await tasks(g.owner, g.id, 'DELETE', `/${t.id}`)).status, 200);
  assert.equal((await query('SELECT COUNT(*) AS n FROM study_task_assignees WHERE task_id = ?', [t.id]))[0].n, 0);
});

test('the same key is the same task, told once', async () => {
  const g = await group();
  const more = { headers: { 'idempotency-key': 'study-task-0001' } };
  const body = { title: '한 번만', assigneeIds: [g.member.id] };
  const all = await Promise.all(Array.from({ length: 4 }, () => tasks(g.owner, g.id, 'POST', '', body, more)));
  assert.deepEqual([new Set(all.map((r) => `${r.status} ${r.body.data?.id}`)).size, all[0].status], [1, 201]);
  assert.deepEqual(refusal(await tasks(g.owner, g.id, 'POST', '', { ...body, title: '다른 것' }, more)), [422, 'IDEMPOTENCY_KEY_REUSED', 'string']);
  await added(g.owner, g.id, { title: '파수꾼', assigneeIds: [g.member.id] });
  await until(async () => (await told(g.id, 'task')).some((n) => n.message.includes('파수꾼')));
  assert.equal((await told(g.id, 'task')).length, 2);
});
