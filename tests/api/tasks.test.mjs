// One's own tasks: /api/tasks.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call, days, refusal, refusals } from '../harness/board.mjs';
import { person } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { study } from '../harness/study.mjs';

after(closeDb);

const tasks = (p, method = 'GET', rest = '', body = undefined, more = {}) => call(p, method, `/tasks${rest}`, body, more);
const added = async (p, fields = {}) => {
  const res = await tasks(p, 'POST', '', { title: '읽기', ...fields });
  assert.equal(res.status, 201, res.text);
  return res.body.data;
};
const found = async (p, q = '') => {
  const res = await tasks(p, 'GET', q);
  assert.equal(res.status, 200, res.text);
  return res.body.data.map((t) => t.title);
};

test('a task: every field, for a group or for none', async () => {
  const a = await person('하나');
  const id = await study(a);
  assert.deepEqual((await tasks(a)).body, { success: true, data: [], pagination: { page: 1, limit: 20, total: 0, totalPages: 0, hasNext: false, hasPrev: false } });
  const res = await tasks(a, 'POST', '', { title: ' <b>3장</b> ', studyId: id, description: '다\n읽기', status: 'IN_PROGRESS', priority: 'URGENT', dueDate: '2030-01-31T09:00:00+09:00', assigneeIds: ['1'] });
  assert.equal(res.status, 201, res.text);
  const { id: task, createdAt, ...rest } = res.body.data;
  const want = { studyId: id, userId: a.id, title: '<b>3장</b>', description: '다\n읽기', status: 'IN_PROGRESS', priority: 'URGENT', dueDate: '2030-01-31T00:00:00.000Z', completed: false, completedAt: null, study: { id, name: '스터디', emoji: '📚' } };
  assert.deepEqual([rest, typeof task, Object.keys(res.body).sort()], [want, 'string', ['data', 'message', 'success']]);
  assert.match(createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual((await tasks(a, 'GET', `/${task}`)).body.data, res.body.data);
  assert.deepEqual((await tasks(a)).body.data, [res.body.data]);
  const plain = await added(a, { title: '가'.repeat(200), dueDate: '', description: '', studyId: null });
  assert.deepEqual(plain, { id: plain.id, studyId: null, userId: a.id, title: '가'.repeat(200), description: null, status: 'TODO', priority: 'MEDIUM', dueDate: null, completed: false, completedAt: null, createdAt: plain.createdAt, study: null });
  assert.equal((await added(a, { dueDate: '2030-02-28' })).dueDate, '2030-02-28T00:00:00.000Z');
});

test('the pages’ field without a zone is UTC, and saving it again moves nothing', async () => {
  const a = await person('하나');
  const t = await added(a, { dueDate: '2030-11-26T10:00' });
  assert.equal(t.dueDate, '2030-11-26T10:00:00.000Z');
  const field = new Date(t.dueDate).toISOString().slice(0, 16); // as the modal fills it
  assert.equal((await tasks(a, 'PATCH', `/${t.id}`, { title: '읽기', description: null, studyId: '', dueDate: field, priority: 'LOW', assigneeIds: ['1'] })).body.data.dueDate, t.dueDate);
  for (const [dueDate, want] of [['2030-11-26T10:00:30', '2030-11-26T10:00:30.000Z'], ['2030-11-26T10:00:30.5', '2030-11-26T10:00:30.500Z'], ['2030-11-26T10:00+09:00', '2030-11-26T01:00:00.000Z']]) assert.equal((await tasks(a, 'PATCH', `/${t.id}`, { dueDate })).body.data.dueDate, want);
});

test('lists: in three orders, by state, by group, page by page', async () => {
  const a = await person('하나');
  const id = await study(a);
  await added(await person('두리'), { title: '남의 것' });
  const make = [['a', { dueDate: '2030-01-03', priority: 'LOW' }], ['b', { dueDate: '2030-01-01', priority: 'HIGH', studyId: id }], ['c', { priority: 'URGENT', status: 'REVIEW' }], ['d', { dueDate: '2030-01-02', priority: 'HIGH' }], ['e', { priority: 'LOW', dueDate: '2029-01-01' }]];
  const ids = [];
  for (const [title, fields] of make) {
    ids.push((await added(a, { title, ...fields })).id);
    await query('UPDATE tasks SET created_at = created_at - INTERVAL ? MINUTE WHERE id = ?', [10 - ids.length, ids.at(-1)]);
  }
  await tasks(a, 'PATCH', `/${ids[4]}/toggle`);
  for (const [q, want] of [['', 'bdace'], ['?sortBy=deadline', 'bdace'], ['?sortBy=created', 'bdace'], ['?sortBy=study', 'bdace'], ['?sortBy=priority', 'cbdea'], ['?sortBy=createdAt', 'edcba'], ['?status=all', 'bdace'], ['?status=REVIEW', 'c'], ['?status=DONE', 'e'],
    ['?status=incomplete', 'bdac'], ['?status=completed', 'e'], ['?completed=true', 'e'], ['?completed=false', 'bdac'], [`?studyId=${id}`, 'b'], [`?studyId=${id}&completed=true`, ''], ['?limit=2', 'bd'], ['?limit=2&page=2', 'ac'], ['?limit=2&page=3', 'e']]) {
    assert.deepEqual([q, (await found(a, q)).join('')], [q, want]);
  }
  assert.deepEqual((await tasks(a, 'GET', '?limit=2&page=2')).body.pagination, { page: 2, limit: 2, total: 5, totalPages: 3, hasNext: true, hasPrev: true });
  assert.deepEqual((await tasks(a, 'GET', '?status=incomplete&limit=2&page=2')).body.pagination, { page: 2, limit: 2, total: 4, totalPages: 2, hasNext: false, hasPrev: true });
  for (const q of ['?status=x', '?status=CANCELLED', '?completed=x', '?sortBy=x', '?page=0', '?limit=0', '?limit=101', '?studyId=x']) assert.deepEqual([q, ...refusal(await tasks(a, 'GET', q))], [q, 400, 'VALIDATION_ERROR', 'string']);
});

test('what is given is changed, what is not stays', async () => {
  const a = await person('하나');
  const t = await added(a, { description: '설명', dueDate: '2030-01-01', priority: 'LOW' });
  const change = async (body, method = 'PATCH') => (await tasks(a, method, `/${t.id}`, body)).body.data;
  assert.deepEqual(await change({ title: '나중' }), { ...t, title: '나중' });
  assert.deepEqual(await change({ status: 'DONE', priority: 'HIGH' }), { ...t, title: '나중', status: 'DONE', priority: 'HIGH' }); // says nothing of completed
  assert.deepEqual(await change({ description: null, dueDate: null }, 'PUT'), { ...t, title: '나중', status: 'DONE', priority: 'HIGH', description: null, dueDate: null });
  const last = { ...t, title: '나중', status: 'REVIEW', priority: 'HIGH', description: '또', dueDate: '2031-01-01T00:00:00.000Z' };
  assert.deepEqual(await change({ description: '또', dueDate: '2031-01-01', status: 'REVIEW' }), last);
  assert.deepEqual(await change({}), last);
  assert.deepEqual(await change({ description: ' ' }), { ...last, description: null }); // a field that was emptied
  assert.deepEqual(await change({ dueDate: '' }), { ...last, description: null, dueDate: null });
});

test('turning it couples status, done and when; two at once leave it as it was', async () => {
  const a = await person('하나');
  const t = await added(a, { status: 'REVIEW' });
  const turn = async () => (await tasks(a, 'PATCH', `/${t.id}/toggle`)).body.data;
  const done = await turn();
  assert.deepEqual([done.completed, done.status, Math.abs(Date.parse(done.completedAt) - Date.now()) < 60000], [true, 'DONE', true]);
  assert.deepEqual(await turn(), { ...t, status: 'TODO' });
  await Promise.all(Array.from({ length: 8 }, turn));
  assert.equal((await tasks(a, 'GET', `/${t.id}`)).body.data.completed, false);
  await Promise.all(Array.from({ length: 7 }, turn));
  const odd = (await tasks(a, 'GET', `/${t.id}`)).body.data;
  assert.deepEqual([odd.completed, odd.status, odd.completedAt === null], [true, 'DONE', false]);
});

test('somebody else’s task is none; a group one is not in is refused', async () => {
  const [a, b] = await Promise.all([person('하나'), person('두리')]);
  const t = await added(a);
  const calls = [['GET', ''], ['PATCH', '', { title: 'x' }], ['PUT', '', { title: 'x' }], ['PATCH', '/toggle'], ['DELETE', '']];
  for (const [method, rest, body] of calls) {
    for (const id of [t.id, '999999999']) assert.deepEqual([method, rest, ...refusal(await tasks(b, method, `/${id}${rest}`, body))], [method, rest, 404, 'TASK_NOT_FOUND', 'string']);
    assert.deepEqual([method, rest, ...refusal(await tasks(null, method, `/${t.id}${rest}`, body))], [method, rest, 401, 'AUTH_001', 'string']);
  }
  for (const [method, rest] of [['GET', ''], ['POST', ''], ['GET', '/stats']]) assert.equal((await tasks(null, method, rest, method === 'POST' ? { title: 'x' } : undefined)).status, 401);
  const id = await study(a);
  await query("INSERT INTO study_members (study_id, user_id, status) VALUES (?, ?, 'PENDING')", [id, b.id]);
  for (const studyId of [id, '999999999']) assert.deepEqual(refusal(await tasks(b, 'POST', '', { title: 'x', studyId })), [403, 'STUDY_NOT_MEMBER', 'string']);
  assert.deepEqual((await tasks(a, 'GET', `/${t.id}`)).body.data, t);
  assert.deepEqual((await tasks(a, 'DELETE', `/${t.id}`)).body, { success: true, message: '할일을 삭제했습니다' });
  assert.equal((await tasks(a, 'DELETE', `/${t.id}`, undefined, { headers: { 'accept-language': 'en' } })).body.error, 'No such task');
});

test('each wrong field is refused', async () => {
  const a = await person('하나');
  const wrong = [{ title: '가'.repeat(201) }, { title: 5 }, { title: '' }, { title: '  ' }, { description: '가'.repeat(2001) }, { status: 'CANCELLED' }, { priority: 'x' }, { dueDate: 'x' }, { dueDate: '2030-02-30' }, { dueDate: '2030-01-01T24:00' }, { dueDate: '2030-01-01T' }, { dueDate: '2030-01-01T10:00+9' }, { dueDate: '1960-01-01' }];
  const all = (bodies) => bodies.map((b) => [b, 'VALIDATION_ERROR']);
  await refusals(a, 'POST', '/tasks', all([...wrong.map((b) => ({ title: '읽기', ...b })), {}, { title: '읽기', studyId: 'x' }]));
  assert.deepEqual(await found(a), []);
  const t = await added(a);
  await refusals(a, 'PATCH', `/tasks/${t.id}`, all(wrong));
  assert.deepEqual((await tasks(a)).body.data, [t]);
});

test('numbers by day, week and month where one lives', async () => {
  const a = await person('하나');
  const none = { summary: { total: 0, completed: 0, pending: 0, completionRate: 0 }, timeline: { today: 0, thisWeek: 0, thisMonth: 0, overdue: 0 },
    byPriority: { URGENT: 0, HIGH: 0, MEDIUM: 0, LOW: 0 }, byStatus: { TODO: 0, IN_PROGRESS: 0, REVIEW: 0, DONE: 0 }, recentCompleted: [] };
  assert.deepEqual((await tasks(a, 'GET', '/stats')).body, { success: true, data: none });
  for (const [zone, hours] of [['Pacific/Kiritimati', 14], ['Pacific/Pago_Pago', -11]]) {
    const p = await person('두리');
    await query('UPDATE users SET time_zone = ? WHERE id = ?', [zone, p.id]);
    const local = (day, time) => new Date(Date.parse(`${day}T${time}Z`) - hours * 3600000).toISOString();
    const today = days(0, hours);
    const step = (day, n) => new Date(Date.parse(`${day}T00:00:00Z`) + n * 86400000).toISOString().slice(0, 10);
    const sunday = step(today, -new Date(`${today}T00:00:00Z`).getUTCDay());
    const first = `${today.slice(0, 8)}01`;
    const next = `${step(first, 31).slice(0, 8)}01`;
    const due = [local(step(today, -1), '23:59:59.999'), local(today, '00:00:00'), local(today, '23:59:59.999'), local(step(today, 1), '00:00:00'), local(sunday, '00:00:00'), local(step(sunday, -1), '23:59:59'), local(step(sunday, 6), '23:59:59'),
      local(step(sunday, 7), '00:00:00'), local(first, '00:00:00'), local(step(first, -1), '23:59:59'), local(step(next, -1), '23:59:59'), local(next, '00:00:00')];
    for (const dueDate of due) await added(p, { dueDate });
    await added(p);
    await tasks(p, 'PATCH', `/${(await added(p, { dueDate: due[1] })).id}/toggle`);
    const within = (from, to) => due.filter((d) => d >= local(from, '00:00:00') && d < local(to, '00:00:00')).length;
    const want = { today: within(today, step(today, 1)), thisWeek: within(sunday, step(sunday, 7)), thisMonth: within(first, next), overdue: within('2000-01-01', today) };
    assert.deepEqual([zone, (await tasks(p, 'GET', '/stats')).body.data.timeline], [zone, want]);
  }
  const names = [];
  for (const [i, [status, priority]] of [['TODO', 'URGENT'], ['TODO', 'URGENT'], ['IN_PROGRESS', 'HIGH'], ['REVIEW', 'MEDIUM'], ['DONE', 'LOW']].entries()) await added(a, { title: `열린 ${i}`, status, priority });
  for (let i = 0; i < 6; i += 1) {
    const { id } = await added(a, { title: `끝 ${i}`, priority: 'HIGH' });
    await tasks(a, 'PATCH', `/${id}/toggle`);
    await query('UPDATE tasks SET completed_at = completed_at + INTERVAL ? SECOND WHERE id = ?', [i, id]);
    names.unshift(`끝 ${i}`);
  }
  const { summary, timeline, byPriority, byStatus, recentCompleted } = (await tasks(a, 'GET', '/stats')).body.data;
  assert.deepEqual({ summary, timeline, byPriority, byStatus }, { summary: { total: 11, completed: 6, pending: 5, completionRate: 55 }, timeline: none.timeline,
    byPriority: { URGENT: 2, HIGH: 1, MEDIUM: 1, LOW: 1 }, byStatus: { TODO: 2, IN_PROGRESS: 1, REVIEW: 1, DONE: 7 } });
  assert.deepEqual(recentCompleted.map((t) => [t.title, t.priority, Object.keys(t).sort().join()]), names.slice(0, 5).map((n) => [n, 'HIGH', 'completedAt,id,priority,title']));
});

test('the same key is the same task', async () => {
  const a = await person('하나');
  const more = { headers: { 'idempotency-key': 'task-0001' } };
  const all = await Promise.all(Array.from({ length: 4 }, () => tasks(a, 'POST', '', { title: '한 번' }, more)));
  assert.deepEqual([new Set(all.map((r) => `${r.status} ${r.body.data?.id}`)).size, all[0].status], [1, 201]);
  assert.deepEqual(refusal(await tasks(a, 'POST', '', { title: '두 번' }, more)), [422, 'IDEMPOTENCY_KEY_REUSED', 'string']);
  assert.deepEqual(await found(a), ['한 번']);
});
