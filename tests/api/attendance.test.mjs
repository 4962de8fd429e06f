// Being there, once a day and in all groups; and the numbers of one's own page.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call, refusal } from '../harness/board.mjs';
import { person, unique } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { fillStudy, study } from '../harness/study.mjs';

after(closeDb);

const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const people = (...names) => Promise.all(names.map((n) => person(n)));
const checkIn = (p, headers = {}) => call(p, 'POST', '/attendance/check-in', undefined, { headers });
const stats = async (p, path = '/user/stats') => {
  const res = await call(p, 'GET', path);
  assert.deepEqual([res.status, res.body.success], [200, true], res.text);
  return res.body.stats;
};
const TODAY = "DATE(CONVERT_TZ(NOW(3), '+00:00', '+09:00'))"; // of Korea
const joined = (id, p, days) => query('UPDATE study_members SET joined_at = joined_at - INTERVAL ? DAY WHERE study_id = ? AND user_id = ?', [days, id, p.id]);
const member = (id, p, role, status) => query('INSERT INTO study_members (study_id, user_id, role, status) VALUES (?, ?, ?, ?)', [id, p.id, role, status]);
// days ago: how many days before today
const attended = async (id, p, ...ago) => {
  for (const n of ago) await query(`INSERT INTO study_attendance (user_id, study_id, day) VALUES (?, ?, ${TODAY} - INTERVAL ? DAY)`, [p.id, id, n]);
};
const rows = (p) => query(`SELECT study_id AS id, DATEDIFF(${TODAY}, day) AS ago FROM study_attendance WHERE user_id = ? ORDER BY study_id, day`, [p.id]);

test('checking in: a row for each group I am in, once a day; groups that are none of mine have none', async () => {
  const [p, b] = await people('하나', '두리');
  const nobody = await checkIn(p);
  assert.deepEqual([nobody.status, nobody.body], [200, { success: true, message: '참여 중인 스터디가 없습니다', attendedStudies: 0, totalStudies: 0, alreadyAttended: false, studies: [] }]);
  const [own, in_, asked, left] = [await study(p, [b]), await study(b, [p]), await study(b), await study(b)];
  await joined(own, p, 1);
  for (const [id, status] of [[asked, 'PENDING'], [left, 'LEFT']]) await member(id, p, 'MEMBER', status);
  await query("UPDATE studies SET name = '아침', emoji = '🌅' WHERE id = ?", [in_]);
  await attended(own, p, 1);
  const res = await checkIn(p);
  const times = res.body.studies.map((s) => s.attendedAt);
  assert.ok(times.every((t) => iso.test(t)));
  const groups = [{ id: in_, name: '아침', emoji: '🌅', attendedAt: times[0] }, { id: own, name: '스터디', emoji: '📚', attendedAt: times[1] }]; // joined last first
  assert.deepEqual([res.status, res.body], [200, { success: true, message: '출석 체크가 완료되었습니다', attendedStudies: 2, totalStudies: 2, alreadyAttended: false, studies: groups }]);
  const again = await checkIn(p, { 'accept-language': 'en' });
  assert.deepEqual([again.status, again.body], [200, { success: true, message: 'You have checked in today', attendedStudies: 2, totalStudies: 2, alreadyAttended: true, studies: groups }]);
  assert.deepEqual(await rows(p), [[own, 1], [own, 0], [in_, 0]].map(([id, ago]) => ({ id: Number(id), ago })));
  await query("UPDATE study_members SET status = 'ACTIVE' WHERE study_id = ? AND user_id = ?", [asked, p.id]);
  const more = (await checkIn(p)).body; // a group joined since
  assert.deepEqual([more.attendedStudies, more.alreadyAttended, more.studies.length], [3, false, 3]);
  await query("UPDATE study_members SET status = 'LEFT' WHERE study_id = ? AND user_id = ?", [own, p.id]);
  const fewer = (await checkIn(p)).body;
  assert.deepEqual([fewer.totalStudies, fewer.alreadyAttended, fewer.studies.map((s) => s.id).includes(own)], [2, true, false]);
  assert.deepEqual(await rows(b), []);
  assert.deepEqual(refusal(await checkIn(null)), [401, 'AUTH_001', 'string']);
  assert.deepEqual([...refusal(await checkIn(p, { origin: 'https://evil.example.com' }))], [403, 'USER_002', 'string']);
});

test('of many at once one is the first, and the day begins in Korea', async () => {
  const p = await person();
  const id = await study(p);
  const all = await Promise.all(Array.from({ length: 8 }, () => checkIn(p)));
  assert.deepEqual([all.map((r) => r.status), all.filter((r) => !r.body.alreadyAttended).length], [Array(8).fill(200), 1]);
  assert.deepEqual(await rows(p), [{ id: Number(id), ago: 0 }]);
  const [{ right }] = await query("SELECT day = DATE(created_at + INTERVAL 9 HOUR) AS `right` FROM study_attendance WHERE user_id = ?", [p.id]);
  assert.equal(right, 1);
  const gone = await person();
  const other = await study(gone);
  await checkIn(gone);
  await query('DELETE FROM studies WHERE id = ?', [other]);
  assert.deepEqual(await rows(gone), []);
});

test('the rate: days I was there of those since I joined, thirty at most; days in a row up to today or yesterday', async () => {
  const [p, b] = await people('하나', '두리');
  const shown = async () => {
    const s = await stats(p);
    return [s.total.averageAttendance, s.streak];
  };
  assert.deepEqual(await shown(), [0, 0]);
  const first = await study(b, [p]);
  assert.deepEqual(await shown(), [0, 0]);
  await joined(first, p, 3); // four days with today
  await attended(first, p, 1);
  assert.deepEqual(await shown(), [25, 1]);
  await checkIn(p);
  assert.deepEqual(await shown(), [50, 2]);
  await attended(first, p, 3);
  assert.deepEqual(await shown(), [75, 2]);
  await attended(first, p, 4, 5); // before I joined, as I may have left in between
  assert.deepEqual(await shown(), [75, 2]);
  const second = await study(b, [p]);
  await joined(second, p, 99);
  assert.deepEqual(await shown(), [Math.round(100 * 3 / 34), 2]);
  await attended(second, p, 2, 29, 30, 40);
  assert.deepEqual(await shown(), [Math.round(100 * 5 / 34), 6], 'days in a row are of all groups');
  await query("UPDATE study_members SET status = 'LEFT' WHERE study_id = ? AND user_id = ?", [second, p.id]);
  assert.deepEqual(await shown(), [75, 6]);
  await query(`DELETE FROM study_attendance WHERE user_id = ? AND day = ${TODAY}`, [p.id]);
  assert.deepEqual(await shown(), [50, 5], 'today is not over');
  await query(`DELETE FROM study_attendance WHERE user_id = ? AND day >= ${TODAY} - INTERVAL 1 DAY`, [p.id]);
  assert.deepEqual((await shown())[1], 0);
  await attended(first, b, 0, 1, 2);
  assert.deepEqual((await shown())[1], 0, "somebody else's");
});

test('the numbers of my own page: this week from Sunday or Monday, and at all', async () => {
  const [p, b] = await people('하나', '두리');
  const empty = { thisWeek: { completedTasks: 0, createdNotices: 0, uploadedFiles: 0, chatMessages: 0 }, total: { studyCount: 0, managingStudies: 0, completedTasks: 0, averageAttendance: 0, joinedDays: 1 }, badges: [], streak: 0 };
  assert.deepEqual(await stats(p), empty);
  assert.deepEqual(await stats(p, '/users/me/stats'), { ...empty, total: { ...empty.total, joinedDays: 0 } });
  const [own, led, in_, asked, left] = [await study(p), await study(b, [p]), await study(b, [p]), await study(b), await study(b)];
  await query("UPDATE study_members SET role = 'ADMIN' WHERE study_id = ? AND user_id = ?", [led, p.id]);
  for (const [id, status] of [[asked, 'PENDING'], [left, 'LEFT']]) await member(id, p, 'ADMIN', status);
  await query('UPDATE users SET created_at = NOW(3) - INTERVAL 47 HOUR WHERE id = ?', [p.id]);
  const [{ sunday, monday }] = await query(`SELECT CONVERT_TZ(${TODAY} - INTERVAL DAYOFWEEK(${TODAY}) - 1 DAY, '+09:00', '+00:00') AS sunday, CONVERT_TZ(${TODAY} - INTERVAL WEEKDAY(${TODAY}) DAY, '+09:00', '+00:00') AS monday`);
  const starts = [sunday, monday].map((t) => +new Date(t)).sort((x, y) => x - y); // the one a day after the other, or six before
  const at = [starts[0] - 1, starts[0], starts[1] - 1, starts[1]].map((t) => new Date(t));
  const add = async (who, time, id) => {
    await query('INSERT INTO tasks (user_id, title, completed, completed_at) VALUES (?, ?, TRUE, ?)', [who.id, unique(), time]);
    await query('INSERT INTO tasks (user_id, title, completed, completed_at) VALUES (?, ?, FALSE, NULL)', [who.id, unique()]);
    await query("INSERT INTO study_notices (study_id, author_id, title, content, created_at) VALUES (?, ?, 't', 'c', ?)", [id, who.id, time]);
    for (const purpose of ['STUDY', 'CHAT']) await query("INSERT INTO files (storage_key, owner_id, study_id, name, content_type, kind, purpose, size, sha256, created_at) VALUES (?, ?, ?, 'n', 'image/png', 'IMAGE', ?, 1, 'x', ?)", [unique('s'), who.id, id, purpose, time]);
    await fillStudy(id, who, 2, "'x'", `FROM_UNIXTIME(${+time / 1000})`);
  };
  for (const time of at) await add(p, time, in_);
  await add(p, at[3], left);
  await add(b, at[3], own);
  await query("UPDATE files SET deleted_at = NOW(3) WHERE owner_id = ? AND study_id = ? AND purpose = 'STUDY'", [p.id, left]);
  const of = (n) => ({ completedTasks: n, createdNotices: n, uploadedFiles: n - 1, chatMessages: 2 * n }); // one of the files is deleted
  const want = (n, joinedDays) => ({ thisWeek: of(n), total: { studyCount: 3, managingStudies: 2, completedTasks: 5, averageAttendance: 0, joinedDays }, badges: [], streak: 0 });
  const first = +new Date(sunday) === starts[0];
  assert.deepEqual(await stats(p), want(first ? 4 : 2, 2));
  assert.deepEqual(await stats(p, '/users/me/stats'), want(first ? 2 : 4, 1));
  await checkIn(p);
  assert.deepEqual([(await stats(p)).total.averageAttendance, (await stats(p)).streak], [100, 1]);
  for (const path of ['/user/stats', '/users/me/stats']) assert.deepEqual(refusal(await call(null, 'GET', path)), [401, 'AUTH_001', 'string']);
  await query("UPDATE users SET status = 'DELETED' WHERE id = ?", [p.id]);
  for (const path of ['/user/stats', '/users/me/stats']) assert.deepEqual(refusal(await call(p, 'GET', path)), [404, 'USER_001', 'string']);
});
