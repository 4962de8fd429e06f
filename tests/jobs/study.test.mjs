// What follows from what happens in study groups: who is told, and what goes with a group. Needs a stack whose
// studymate-jobs runs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Redis from 'ioredis';
import { env, person, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { png, stored, upload } from '../harness/files.mjs';
import { block } from '../harness/learner.mjs';
import { until } from '../harness/stack.mjs';
import { fillStudy, study } from '../harness/study.mjs';

const posted = []; // what gateways are told: [user, study]
let redis;
before(async () => {
  redis = new Redis(`${env.run}/redis.sock`);
  redis.on('message', (_channel, text) => {
    const [, user, data] = /^user (\d+) study\.moved 0\n(.*)$/s.exec(text) ?? [];
    if (user) posted.push([user, JSON.parse(data).studyId]);
  });
  await redis.subscribe('sm:live');
});
after(async () => {
  redis.disconnect();
  await closeDb();
});

const people = (...names) => Promise.all(names.map((n) => person(n)));
const call = async (p, method, target, body) => {
  const res = await send(method, `/api/studies/${target}`, { body, headers: { cookie: `next-auth.session-token=${p.access}` } });
  assert.ok(res.status < 300, res.text);
  return res.body.data;
};
const rank = (id, p, role) => query('UPDATE study_members SET role = ? WHERE study_id = ? AND user_id = ?', [role, id, p.id]);
const event = async (name, id, actor, payload) => (await query('INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES (?, ?, ?, ?)', [name, id, actor.id, JSON.stringify(payload)])).insertId;
const done = (id) => until(async () => !(await query('SELECT 1 FROM outbox WHERE id = ?', [id])).length);
// when nothing of the group waits any more: [type, message] of each, oldest first
const told = async (id, ...all) => {
  await until(async () => !(await query("SELECT 1 FROM outbox WHERE event LIKE 'study.%' AND (subject_id = ? OR JSON_VALUE(payload, '$.studyId') = ?)", [id, id])).length);
  return Promise.all(all.map(async (p) => (await query("SELECT type, message FROM notifications WHERE user_id = ? AND category = 'study' ORDER BY id", [p.id])).map((n) => [n.type, n.message])));
};

test('news of a group: to one, to all but who did it, to its admins; once however often the job runs', async () => {
  const [a, b, c, d, e] = await people('하나', '관리', '세찌', '네찌', '다찌');
  const id = await study(a, [b, c, d]);
  await rank(id, b, 'ADMIN');
  await query("INSERT INTO study_members (study_id, user_id, status) VALUES (?, ?, 'LEFT')", [id, e.id]);
  await block(c, a);
  const one = await event('study.news', id, a, { to: Number(e.id), but: 0, least: 1, template: 'study_kick_why', title: '불참 {room} "x"' });
  await done(one);
  await event('study.news', id, a, { to: 0, but: Number(d.id), least: 1, template: 'study_notice', title: '모임' });
  await event('study.news', id, d, { to: 0, but: 0, least: 2, template: 'study_request', title: null });
  const again = await event('study.news', id, a, { to: 0, template: 'study_file', title: '자료.pdf' }); // of a version without the others
  assert.deepEqual(await told(id, a, b, c, d, e), [
    [['member', '새 가입 신청이 있습니다']],
    [['notice', '새 공지사항: 모임'], ['member', '새 가입 신청이 있습니다'], ['file', '새 파일: 자료.pdf']],
    [], // has blocked who did it
    [['file', '새 파일: 자료.pdf']],
    [['kick', '스터디 스터디에서 내보내졌습니다: 불참 {room} "x"']]]);
  await query("INSERT INTO outbox (id, event, subject_id, actor_id, payload) VALUES (?, 'study.news', ?, ?, ?)", [again, id, a.id, JSON.stringify({ to: 0, template: 'study_file', title: '자료.pdf' })]);
  assert.equal((await told(id, d))[0].length, 1);
  const [n] = await query("SELECT title, data, priority FROM notifications WHERE user_id = ? AND type = 'notice'", [b.id]);
  assert.deepEqual([n.title, n.data, n.priority], ['스터디', { studyId: id, studyName: '스터디', studyEmoji: '📚' }, 2]);
  await done(await event('study.news', 999999999, a, { to: Number(b.id), template: 'study_joined', title: null })); // gone meanwhile
});

test('who joins, is let in, is put out, leaves, gets another role: each is told to whom it concerns', async () => {
  const [a, b, c, d] = await people('하나', '관리', '세찌', '네찌');
  const id = await study(a, [b]);
  await rank(id, b, 'ADMIN');
  await call(c, 'POST', `${id}/join`, {});
  const entry = ['member', '새 멤버가 가입했습니다'];
  assert.deepEqual(await told(id, a, b, c), [[entry], [entry], []]);
  await query('UPDATE studies SET auto_approve = FALSE WHERE id = ?', [id]);
  await call(d, 'POST', `${id}/join`, {});
  const asked = ['member', '새 가입 신청이 있습니다'];
  assert.deepEqual(await told(id, a, b, c, d), [[entry, asked], [entry, asked], [], []]);
  await call(b, 'POST', `${id}/members/${d.id}/approve`);
  const joined = ['join_approved', '스터디 가입이 승인되었습니다'];
  assert.deepEqual(await told(id, a, b, c, d), [[entry, asked, entry], [entry, asked], [entry], [joined]]);
  await call(a, 'PATCH', `${id}/members/${d.id}/role`, { role: 'ADMIN' });
  const ranked = ['member', '멤버의 역할이 변경되었습니다'];
  assert.deepEqual((await told(id, d))[0], [joined, ranked]);
  await call(c, 'DELETE', `${id}/leave`);
  const left = ['member', '멤버가 탈퇴했습니다'];
  assert.deepEqual((await told(id, a, c)).map((n) => n.at(-1)), [left, entry]);
  await call(a, 'POST', `${id}/transfer-ownership`, { targetUserId: d.id });
  await call(d, 'DELETE', `${id}/members/${b.id}`);
  assert.deepEqual((await told(id, b, d)).map((n) => n.at(-1)), [['kick', '스터디 스터디에서 내보내졌습니다'], ranked]);
  const mine = await send('GET', '/api/notifications?type=KICK', { headers: { cookie: `next-auth.session-token=${b.access}` } });
  const { id: _, createdAt, ...shown } = mine.body.data[0];
  assert.deepEqual(shown, { type: 'KICK', message: '스터디 스터디에서 내보내졌습니다', studyId: id, studyName: '스터디', studyEmoji: '📚', data: { studyId: id, studyName: '스터디', studyEmoji: '📚' }, isRead: false });
});

test('gateways are told once more who has come or gone, since whoever did it may have died before it told them', async () => {
  const [a, b] = await people('하나', '두리');
  const id = await study(a, [b]);
  const told_ = (p) => posted.filter(([user, group]) => user === p.id && group === id).length;
  await done(await event('study.moved', b.id, a, { studyId: Number(id) }));
  await until(() => told_(b) === 1);
  await done(await event('study.deleted', id, a, { members: [a, b].map((p) => Number(p.id)) })); // of a group that is there: it stays
  await until(() => told_(a) === 1 && told_(b) === 2);
  assert.equal((await query('SELECT 1 FROM studies WHERE id = ?', [id])).length, 1);
});

test('what a deleted group held goes, all of it, and nothing else', async () => {
  const [a, b] = await people('하나', '두리');
  const [id, other] = [await study(a, [b]), await study(a)];
  for (const g of [id, other]) await fillStudy(g, a, 450);
  await query('INSERT INTO study_message_readers (study_id, message_id, user_id) SELECT study_id, id, ? FROM study_messages WHERE study_id = ?', [b.id, id]);
  for (const g of [id, other]) await query('INSERT INTO study_attendance (user_id, study_id, day) SELECT ?, ?, CURDATE() - INTERVAL seq DAY FROM seq_1_to_450', [a.id, g]);
  const keys = [];
  for (const g of [id, id, other]) {
    keys.push((await upload('/upload/image', [['file', png, 'a.png', 'image/png']], a)).body.data.key);
    await query('UPDATE files SET study_id = ? WHERE storage_key = ?', [g, keys.at(-1)]);
  }
  await call(a, 'DELETE', id);
  await until(async () => !(await query('SELECT 1 FROM studies WHERE id = ?', [id])).length);
  const n = async (table, g) => (await query(`SELECT COUNT(*) AS n FROM ${table} WHERE study_id = ?`, [g]))[0].n;
  for (const table of ['study_messages', 'study_message_readers', 'study_attendance', 'study_members']) assert.deepEqual([table, await n(table, id)], [table, 0]);
  assert.deepEqual([await n('study_messages', other), await n('study_attendance', other), await n('study_members', other)], [450, 450, 1]);
  const rows = await query('SELECT storage_key AS k, deleted_at IS NOT NULL AS gone FROM files WHERE storage_key IN (?)', [keys]);
  const lying = stored().kept;
  assert.deepEqual(keys.map((k) => [rows.find((f) => f.k === k).gone, lying.includes(k)]), [[1, false], [1, false], [0, true]]);
});
