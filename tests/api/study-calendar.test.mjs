// The calendar of study groups: /api/studies/{id}/calendar.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call, days, group, outsiders, refusal, refusals, told } from '../harness/board.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { until } from '../harness/stack.mjs';
import { study } from '../harness/study.mjs';

after(closeDb);

const calendar = (p, id, method = 'GET', rest = '', body = undefined, more = {}) => call(p, method, `/studies/${id}/calendar${rest}`, body, more);
const plan = (fields = {}) => ({ title: '모임', date: days(3), startTime: '10:00', endTime: '11:30', ...fields });
const added = async (p, id, fields = {}) => {
  const res = await calendar(p, id, 'POST', '', plan(fields));
  assert.equal(res.status, 201, res.text);
  return res.body.data;
};
const past = (id, day) => query('UPDATE study_events SET date = ? WHERE id = ?', [day, id]);

test('an event: every field, and members are told', async () => {
  const g = await group();
  assert.deepEqual((await calendar(g.member, g.id)).body, { success: true, data: [], hasMore: false });
  const res = await calendar(g.admin, g.id, 'POST', '', plan({ title: '  3장 <읽기> ', location: ' 도서관 2층 ', color: '#ff00AA' }));
  assert.equal(res.status, 201, res.text);
  const { id, createdAt, ...rest } = res.body.data;
  const want = { studyId: g.id, createdById: g.admin.id, title: '3장 <읽기>', date: `${days(3)}T00:00:00.000Z`, startTime: '10:00', endTime: '11:30', location: '도서관 2층', color: '#ff00AA',
    createdBy: { id: g.admin.id, name: '관리', avatar: null } };
  assert.deepEqual([rest, typeof id, res.body.warning, Object.keys(res.body).sort()], [want, 'string', null, ['data', 'message', 'success', 'warning']]);
  assert.match(createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const one = await calendar(g.member, g.id, 'GET', `/${id}`);
  assert.deepEqual([one.status, one.body.data], [200, res.body.data]);
  assert.deepEqual((await calendar(g.member, g.id, 'GET', `?month=${days(3).slice(0, 7)}`)).body, { success: true, data: [res.body.data], hasMore: false });
  const plain = await added(g.owner, g.id, { title: '가'.repeat(100), location: '', startTime: '00:00', endTime: '00:01' });
  assert.deepEqual([plain.location, plain.color], [null, '#6366F1']);
  await until(async () => (await told(g.id, 'event')).length === 4);
  assert.deepEqual((await told(g.id, 'event')).filter((n) => n.message.includes('3장')), [g.owner, g.member].map((p) => ({ user: p.id, message: '새 일정: 3장 <읽기>' })));
});

test('by month, by days, and by the month one is in', async () => {
  const g = await group();
  const at = [['2024-01-31', '10:00'], ['2024-02-01', '09:00'], ['2024-02-01', '08:00'], ['2024-02-29', '10:00'], ['2024-03-01', '10:00'], ['2024-12-31', '10:00']];
  const ids = [];
  for (const [day, startTime] of at) {
    ids.push((await added(g.owner, g.id, { startTime })).id);
    await past(ids.at(-1), day);
  }
  const now = (await added(g.owner, g.id, { date: days(0) })).id;
  const found = async (q) => (await calendar(g.member, g.id, 'GET', q)).body.data.map((e) => e.id);
  const all = ids;
  const february = [all[2], all[1], all[3]];
  for (const [q, want] of [['?month=2024-02', february], ['?month=2024-12', [all[5]]], ['?month=2024-04', []], ['?startDate=2024-01-31&endDate=2024-02-01', [all[0], all[2], all[1]]], ['?startDate=2024-02-29&endDate=2024-02-29', [all[3]]],
    ['?startDate=2024-01-01&endDate=2024-12-31', [all[0], ...february, all[4], all[5]]], ['', [now]], ['?month=2024-02&startDate=2024-12-31', february]]) assert.deepEqual([q, await found(q)], [q, want]);
  for (const q of ['?month=2024-13', '?month=2024-1', '?month=202401', '?month=x', '?startDate=2024-02-30&endDate=2024-03-01', '?startDate=2024-02-02', '?endDate=2024-02-02', '?startDate=2024-02-02&endDate=2024-02-01', '?startDate=2024-01-01&endDate=2025-01-02']) {
    assert.deepEqual([q, ...refusal(await calendar(g.member, g.id, 'GET', q))], [q, 400, 'STUDY-052', 'string']);
  }
});

test('an answer holds a thousand, and says when there are more', async () => {
  const g = await group();
  await query("INSERT INTO study_events (study_id, created_by, title, date, start_time, end_time) SELECT ?, ?, 'e', '2030-01-05', '10:00', '11:00' FROM seq_1_to_1000", [g.id, g.owner.id]);
  const full = (await calendar(g.member, g.id, 'GET', '?month=2030-01')).body;
  assert.deepEqual([full.data.length, full.hasMore], [1000, false]);
  await query("INSERT INTO study_events (study_id, created_by, title, date, start_time, end_time) VALUES (?, ?, 'last', '2030-01-31', '10:00', '11:00')", [g.id, g.owner.id]);
  const more = (await calendar(g.member, g.id, 'GET', '?month=2030-01')).body;
  assert.deepEqual([more.data.length, more.hasMore, more.data.at(-1).title], [1000, true, 'e']);
});

test('what meets others is warned of, and made all the same', async () => {
  const g = await group();
  const first = await added(g.owner, g.id, { startTime: '10:00', endTime: '11:00' });
  await added(await g.owner, await study(g.owner));
  const warned = async (fields) => (await calendar(g.owner, g.id, 'POST', '', plan(fields))).body.warning;
  assert.equal(await warned({ startTime: '11:00', endTime: '12:00' }), null);
  assert.equal(await warned({ startTime: '09:00', endTime: '10:00' }), null);
  assert.equal(await warned({ date: days(4), startTime: '10:00', endTime: '11:00' }), null);
  assert.equal(await warned({ startTime: '10:59', endTime: '11:01' }), '같은 시간에 다른 일정이 있습니다: 2');
  const moved = await calendar(g.owner, g.id, 'PATCH', `/${first.id}`, { date: days(4) }, { headers: { 'accept-language': 'en' } });
  assert.equal(moved.body.warning, 'There are other events at that time: 1');
  assert.equal((await calendar(g.owner, g.id, 'PATCH', `/${first.id}`, { date: days(5) })).body.warning, null);
});

test('each wrong field has its code', async () => {
  const g = await group();
  const wrong = [[{ title: 'x' }, 'STUDY-099'], [{ title: '가'.repeat(101) }, 'STUDY-099'], [{ date: '2030-02-30' }, 'STUDY-052'], [{ date: 'x' }, 'STUDY-052'], [{ startTime: '24:00' }, 'STUDY-052'], [{ startTime: '9:00' }, 'STUDY-052'], [{ endTime: '10:60' }, 'STUDY-052'],
    [{ location: '가'.repeat(201) }, 'STUDY-052'], [{ color: 'red' }, 'STUDY-052'], [{ color: '#12345' }, 'STUDY-052'], [{ color: '#12345g' }, 'STUDY-052'], [{ color: '1234567' }, 'STUDY-052'],
    [{ startTime: '11:00', endTime: '11:00' }, 'STUDY-109'], [{ startTime: '11:01', endTime: '11:00' }, 'STUDY-109'], [{ date: days(-1) }, 'STUDY-110']];
  const without = (name) => { const body = plan(); delete body[name]; return body; };
  await refusals(g.owner, 'POST', `/studies/${g.id}/calendar`, [...wrong.map(([b, code]) => [plan(b), code]), [without('title'), 'STUDY-108'], [plan({ title: '' }), 'STUDY-108'], ...['date', 'startTime', 'endTime'].map((name) => [without(name), 'STUDY-016'])]);
  const e = await added(g.owner, g.id);
  await refusals(g.owner, 'PATCH', `/studies/${g.id}/calendar/${e.id}`, [...wrong, [{ title: '' }, 'STUDY-099'], [{ startTime: '11:30' }, 'STUDY-109'], [{ endTime: '09:00' }, 'STUDY-109']]);
  assert.deepEqual((await calendar(g.owner, g.id, 'GET', `?startDate=${days(-2)}&endDate=${days(9)}`)).body.data, [e]);
});

test('what is given is changed, what is not stays; a day that is over may stay', async () => {
  const g = await group();
  const e = await added(g.owner, g.id, { location: '여기' });
  const change = async (body) => (await calendar(g.admin, g.id, 'PATCH', `/${e.id}`, body)).body.data;
  assert.deepEqual(await change({ startTime: '11:00' }), { ...e, startTime: '11:00' });
  const all = { title: '바뀐', startTime: '08:00', endTime: '09:00', color: '#000000', location: '저기' };
  assert.deepEqual(await change({ ...all, date: days(0) }), { ...e, ...all, date: `${days(0)}T00:00:00.000Z` });
  await past(e.id, '2024-02-29');
  assert.deepEqual(await change({ location: null }), { ...e, ...all, location: null, date: '2024-02-29T00:00:00.000Z' });
  assert.deepEqual(await change({}), { ...e, ...all, location: null, date: '2024-02-29T00:00:00.000Z' });
  assert.equal((await change({ location: '거기' })).location, '거기');
  assert.equal((await change({ location: '' })).location, null); // a field that was emptied
});

test('today is where one lives', async () => {
  const g = await group();
  for (const [p, zone] of [[g.owner, 'Pacific/Kiritimati'], [g.admin, 'Pacific/Pago_Pago']]) await query('UPDATE users SET time_zone = ? WHERE id = ?', [zone, p.id]);
  const day = days(0, -11);
  assert.equal((await calendar(g.admin, g.id, 'POST', '', plan({ date: day }))).status, 201);
  assert.deepEqual(refusal(await calendar(g.owner, g.id, 'POST', '', plan({ date: day }))), [400, 'STUDY-110', 'string']);
  assert.equal((await calendar(g.owner, g.id, 'POST', '', plan({ date: days(0, 14) }))).status, 201);
});

test('members read, admins and the owner make, who made one changes it', async () => {
  const g = await group();
  const e = await added(g.owner, g.id);
  const away = (await added(g.owner, await study(g.owner))).id;
  await outsiders(g, [['GET', `/studies/${g.id}/calendar`], ['POST', `/studies/${g.id}/calendar`, plan()], ['GET', `/studies/${g.id}/calendar/${e.id}`], ['PATCH', `/studies/${g.id}/calendar/${e.id}`, { title: '제목' }],
    ['DELETE', `/studies/${g.id}/calendar/${e.id}`], ['GET', '/studies/999999999/calendar']]);
  assert.deepEqual(refusal(await calendar(g.member, g.id, 'POST', '', plan())), [403, 'STUDY-113', 'string']);
  for (const [method, body] of [['PATCH', { title: '제목' }], ['DELETE']]) assert.deepEqual([method, ...refusal(await calendar(g.member, g.id, method, `/${e.id}`, body))], [method, 403, 'STUDY_FORBIDDEN', 'string']);
  for (const [method, body] of [['GET'], ['PATCH', { title: '제목' }], ['DELETE']]) {
    for (const id of [away, '999999999']) assert.deepEqual([method, ...refusal(await calendar(g.owner, g.id, method, `/${id}`, body))], [method, 404, 'STUDY-114', 'string']);
  }
  const mine = await added(g.admin, g.id, { date: days(4) });
  await query("UPDATE study_members SET role = 'MEMBER' WHERE study_id = ? AND user_id = ?", [g.id, g.admin.id]);
  assert.equal((await calendar(g.admin, g.id, 'PATCH', `/${mine.id}`, { title: '내 것' })).body.data.title, '내 것');
  assert.equal((await calendar(g.admin, g.id, 'PATCH', `/${e.id}`, { title: '남의 것' })).status, 403);
  assert.deepEqual((await calendar(g.admin, g.id, 'DELETE', `/${mine.id}`)).body, { success: true, message: '일정을 삭제했습니다', data: null });
  assert.deepEqual((await calendar(g.owner, g.id, 'GET', `?startDate=${days(0)}&endDate=${days(9)}`)).body.data, [e]);
  assert.equal((await calendar(g.owner, g.id, 'DELETE', `/${e.id}`)).status, 200);
  assert.equal((await calendar(g.owner, g.id, 'GET', `/${e.id}`)).status, 404);
});

test('the same key is the same event, told once', async () => {
  const g = await group();
  const more = { headers: { 'idempotency-key': 'study-event-0001' } };
  const all = await Promise.all(Array.from({ length: 4 }, () => calendar(g.owner, g.id, 'POST', '', plan(), more)));
  assert.deepEqual([new Set(all.map((r) => `${r.status} ${r.body.data?.id}`)).size, all[0].status], [1, 201]);
  assert.deepEqual(refusal(await calendar(g.owner, g.id, 'POST', '', plan({ title: '다른 것' }), more)), [422, 'IDEMPOTENCY_KEY_REUSED', 'string']);
  await added(g.owner, g.id, { title: '파수꾼' });
  await until(async () => (await told(g.id, 'event')).filter((n) => n.message.includes('파수꾼')).length === 2);
  assert.equal((await told(g.id, 'event')).length, 4);
});
