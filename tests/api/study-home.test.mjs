// All study groups of somebody: the list of them, and the page they begin with.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { get, person, send, unique } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { fillStudy, study } from '../harness/study.mjs';

after(closeDb);

const call = (p, target, headers = {}) => send('GET', `/api/${target}`, { headers: { ...(p && { cookie: `next-auth.session-token=${p.access}` }), ...headers } });
const refusal = (res) => [res.status, res.body.success, res.body.code, typeof res.body.error];
const people = (...names) => Promise.all(names.map((n) => person(n)));
const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const since = (id, p, hours) => query('UPDATE study_members SET joined_at = NOW(3) - INTERVAL ? HOUR WHERE study_id = ? AND user_id = ?', [hours, id, p.id]);
const member = (id, p, role, status) => query('INSERT INTO study_members (study_id, user_id, role, status) VALUES (?, ?, ?, ?)', [id, p.id, role, status]);
const notice = (id, p, hours, pin = null) => query("INSERT INTO study_notices (study_id, author_id, title, content, pin, created_at) VALUES (?, ?, 't', 'c', ?, NOW(3) - INTERVAL ? HOUR)", [id, p.id, pin, hours]);

test('my groups: those I am in, the newest first, then those I have asked; what is new in them; by filter and page', async () => {
  const [a, b] = await people('하나', '두리');
  const [own, led, in_, asked, left, kicked] = [await study(a), await study(b, [a]), await study(b, [a]), await study(b), await study(b), await study(b)];
  await query("UPDATE study_members SET role = 'ADMIN' WHERE study_id = ? AND user_id = ?", [led, a.id]);
  for (const [id, status] of [[asked, 'PENDING'], [left, 'LEFT'], [kicked, 'KICKED']]) await member(id, a, 'MEMBER', status);
  for (const [id, hours] of [[own, 3], [led, 2], [in_, 1], [asked, 0]]) await since(id, a, hours);
  await query("UPDATE studies SET tags = '[\"C\",\"둘\"]', sub_category = '회화' WHERE id = ?", [in_]);
  for (const id of [in_, asked]) {
    await fillStudy(id, b, 3);
    await fillStudy(id, b, 2, "'x'", 'SYSDATE(3) - INTERVAL 25 HOUR');
    for (const [hours, pin] of [[1, null], [24 * 7 - 1, 1], [24 * 7 + 1, null], [24 * 8, 2]]) await notice(id, b, hours, pin);
  }
  const res = await call(a, 'my-studies');
  const { data: { studies, count, filter }, pagination, meta, success } = res.body;
  assert.deepEqual([res.status, success, count, filter, studies.map((s) => s.study.id)], [200, true, 4, 'all', [in_, led, own, asked]]);
  assert.deepEqual(pagination, { page: 1, limit: 100, total: 4, totalPages: 1, hasNext: false, hasPrev: false });
  assert.ok(meta.duration >= 0 && iso.test(meta.timestamp));
  const { membershipId, joinedAt, study: { createdAt, ...group }, ...rest } = studies[0];
  assert.deepEqual([typeof membershipId, iso.test(joinedAt), iso.test(createdAt), rest], ['string', true, true, { role: 'MEMBER', status: 'ACTIVE', approvedAt: null }]);
  assert.deepEqual(group, { id: in_, name: '스터디', emoji: '📚', description: '함께 공부합니다', category: '어학', subCategory: '회화', maxMembers: 20, currentMembers: 2, isPublic: true, isRecruiting: true, tags: ['C', '둘'], newMessages: 3, newNotices: 2 });
  assert.deepEqual(studies.slice(1).map((s) => [s.role, s.status, s.study.newMessages, s.study.newNotices]), [['ADMIN', 'ACTIVE', 0, 0], ['OWNER', 'ACTIVE', 0, 0], ['MEMBER', 'PENDING', 0, 0]]);
  for (const [q, want, n] of [['filter=active', [in_, led, own], 3], ['filter=ADMIN', [led, own], 2], ['filter=pending', [asked], 1], ['limit=3&page=2', [asked], 4], ['page=2', [], 4]]) {
    const { data } = (await call(a, `my-studies?${q}`)).body;
    assert.deepEqual([q, data.studies.map((s) => s.study.id), data.count], [q, want, n]);
  }
  assert.deepEqual((await get('/my-studies', { token: a.access })).body.data, res.body.data);
  for (const [q, code] of [['filter=mine', 'MYS-004'], ['page=0', 'VALIDATION_ERROR'], ['limit=101', 'VALIDATION_ERROR'], ['limit=0', 'VALIDATION_ERROR']]) assert.deepEqual([q, ...refusal(await call(a, `my-studies?${q}`))], [q, 400, false, code, 'string']);
  assert.deepEqual(refusal(await call(null, 'my-studies')), [401, false, 'AUTH_001', 'string']);
});

test('the dashboard of somebody who is in no group', async () => {
  const res = await call(await person(), 'dashboard');
  assert.deepEqual([res.status, res.body.success, res.body.data], [200, true, { stats: { activeStudies: 0, pendingTasks: 0, unreadNotifications: 0, completedThisMonth: 0 }, myStudies: [], recentActivities: [], upcomingEvents: [] }]);
  assert.ok(res.body.metadata.duration >= 0 && iso.test(res.body.metadata.timestamp));
});

test('the dashboard: numbers of mine, my newest six groups, five notifications, the next three dates of mine', async () => {
  const [a, b] = await people('하나', '두리');
  const mine = [];
  for (let i = 0; i < 7; i += 1) {
    mine.push(await study(i ? b : a, i ? [a] : []));
    await since(mine[i], a, 10 - i);
  }
  const [asked, foreign] = [await study(b), await study(b)];
  await member(asked, a, 'MEMBER', 'PENDING');
  await query("UPDATE studies SET name = '마지막', emoji = '🎯' WHERE id = ?", [mine[6]]);
  const task = (p, completed, at) => query('INSERT INTO tasks (user_id, title, completed, completed_at) VALUES (?, ?, ?, ?)', [p.id, unique(), completed, at]);
  const [{ month }] = await query("SELECT CONVERT_TZ(DATE_FORMAT(CONVERT_TZ(NOW(3), '+00:00', '+09:00'), '%Y-%m-01'), '+09:00', '+00:00') AS month"); // of Korea
  for (const [p, done, at] of [[a, 0, null], [a, 0, null], [b, 0, null], [a, 1, new Date(month)], [a, 1, new Date(new Date(month) - 1)], [b, 1, new Date()]]) await task(p, done, at);
  const note = async (p, i, fields = {}) => Number((await query("INSERT INTO notifications (user_id, type, category, title, message, data, status, created_at) VALUES (?, 'notice', ?, 't', ?, ?, ?, NOW(3) - INTERVAL ? MINUTE)", [p.id, fields.category ?? 'study', `m${i}`, fields.data ?? JSON.stringify({ studyName: 'ㅅ', studyEmoji: '🧮' }), fields.status ?? 'UNREAD', i])).insertId);
  const notes = [];
  for (let i = 1; i <= 6; i += 1) notes.push(await note(a, i, { status: i === 2 ? 'READ' : 'UNREAD' }));
  await note(a, 0, { category: 'chat' });
  await note(a, 0, { status: 'CANCELLED' });
  await note(b, 0);
  const event = async (id, day, start, end = '23:59') => String((await query("INSERT INTO study_events (study_id, created_by, title, date, start_time, end_time) VALUES (?, ?, ?, DATE(CONVERT_TZ(NOW(3), '+00:00', '+09:00')) + INTERVAL ? DAY, ?, ?)", [id, b.id, `${day} ${start}`, day, start, end])).insertId);
  const dates = [await event(mine[6], 3, '09:00', '10:30'), await event(mine[0], 0, '00:01'), await event(mine[6], 0, '00:00')];
  for (const [id, day] of [[mine[6], -1], [mine[6], 4], [asked, 0], [foreign, 0]]) await event(id, day, '00:00');
  const { data } = (await call(a, 'dashboard?period=week&startDate=x&endDate=y')).body;
  assert.deepEqual(data.stats, { activeStudies: 7, pendingTasks: 2, unreadNotifications: 5, completedThisMonth: 1 });
  assert.deepEqual(data.myStudies.map((s) => s.id), mine.slice(1).reverse());
  const { joinedAt, ...newest } = data.myStudies[0];
  assert.deepEqual([iso.test(joinedAt), newest], [true, { id: mine[6], name: '마지막', emoji: '🎯', category: '어학', role: 'MEMBER', memberCount: 2 }]);
  assert.deepEqual(data.recentActivities.map((n) => [Number(n.id), n.isRead]), notes.slice(0, 5).map((id, i) => [id, i === 1]));
  const { createdAt, ...first } = data.recentActivities[0];
  assert.deepEqual([iso.test(createdAt), first], [true, { id: String(notes[0]), type: 'NOTICE', message: 'm1', studyName: 'ㅅ', studyEmoji: '🧮', isRead: false }]);
  assert.deepEqual(data.upcomingEvents.map((e) => e.id), [dates[2], dates[1], dates[0]]);
  const [{ day }] = await query('SELECT DATE_FORMAT(date, \'%Y-%m-%d\') AS day FROM study_events WHERE id = ?', [dates[0]]);
  assert.deepEqual(data.upcomingEvents[2], { id: dates[0], title: '3 09:00', date: `${day}T00:00:00.000Z`, startTime: '09:00', endTime: '10:30', studyName: '마지막', studyEmoji: '🎯' });
  const more = await event(mine[1], 1, '08:00');
  assert.deepEqual((await call(a, 'dashboard')).body.data.upcomingEvents.map((e) => e.id), [dates[2], dates[1], more]);
  assert.deepEqual(refusal(await call(null, 'dashboard')), [401, false, 'DASH-PERM-001', 'string']);
  assert.equal((await call(a, `dashboard?period=${'x'.repeat(21)}`)).status, 400);
});
