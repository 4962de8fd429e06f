// Who is told what of group sessions. Needs a stack whose studymate-jobs runs.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { get, person, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { did, group } from '../harness/groups.mjs';
import { block } from '../harness/learner.mjs';
import { as } from '../harness/sessions.mjs';
import { until } from '../harness/stack.mjs';

after(closeDb);
const rows = async (p) => (await query('SELECT type, category, priority, message FROM notifications WHERE user_id = ? AND type LIKE ? ORDER BY id', [p.id, 'group_%'])).map((r) => [r.type.slice(14), r.priority, r.message]);
const settled = (...some) => until(async () => !(await query('SELECT id FROM outbox WHERE subject_id IN (?)', [some.map((s) => s.id)])).length);
const people = (n) => Promise.all(['호스트', '손님', '셋째', '넷째'].slice(0, n).map((name) => person(name)));

test('the host hears who comes; its people that it is changed, begins or is cancelled', async () => {
  const [host, guest, third, asked] = await people(4);
  const g = await group(host);
  await did(host, g, 'invite', [Number(asked.id)]);
  await did(guest, g, 'join');
  await did(third, g, 'join');
  await did(third, g, 'leave');
  await settled(g);
  assert.equal((await send('PUT', `/group-sessions/${g.id}`, { ...as(host), body: { title: '새 제목' } })).status, 200);
  await settled(g);
  await did(host, g, 'start');
  await settled(g);
  await did(host, g, 'cancel');
  await settled(g);
  assert.deepEqual(await rows(host), [['joined', 1, "손님님이 '영어 회화' 그룹 세션에 참가했습니다"], ['joined', 1, "셋째님이 '영어 회화' 그룹 세션에 참가했습니다"]]);
  assert.deepEqual(await rows(guest), [['updated', 2, "'새 제목' 그룹 세션의 정보가 변경되었습니다"], ['started', 3, "'새 제목' 그룹 세션이 시작되었습니다"], ['cancelled', 2, "'새 제목' 그룹 세션이 취소되었습니다"]]);
  assert.deepEqual([await rows(third), (await rows(asked)).map(([t]) => t)], [[], ['invite']]);
  const [n] = (await get('/notifications?type=group_session_invite', as(asked))).body.data.notifications;
  assert.deepEqual([n.category, n.title, n.message, n.data, n.clickUrl], ['session', '그룹 세션 초대', "호스트님이 '영어 회화' 그룹 세션에 초대했습니다", { groupSessionId: g.id }, '/sessions']);
});

test('an invitation that was taken back by a block, or answered, is not told', async () => {
  const [host, guest, third] = await people(3);
  const [quiet, g] = [await group(host), await group(host)];
  await block(guest, host);
  await query("INSERT INTO group_seats (session_id, user_id, role, status, invited_until) VALUES (?, ?, 'PARTICIPANT', 'INVITED', NOW(3) + INTERVAL 1 DAY)", [quiet.id, guest.id]);
  for (const p of [guest, third]) await query("INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES ('group_session.invited', ?, ?, ?)", [quiet.id, host.id, JSON.stringify({ userId: Number(p.id) })]);
  await did(host, g, 'invite', [Number(third.id)]);
  await settled(quiet, g);
  assert.deepEqual([await rows(guest), (await rows(third)).length], [[], 1]);
});

test('an end counts for those who were there: once, in their achievements', async () => {
  const [host, guest] = await people(2);
  const g = await group(host);
  await did(guest, g, 'join');
  await did(host, g, 'start');
  await did(host, g, 'end');
  await settled(g);
  assert.deepEqual(await query("SELECT user_id, amount FROM achievement_events WHERE what = 'session' AND user_id IN (?, ?) ORDER BY user_id", [host.id, guest.id]),
    [host, guest].map((p) => ({ user_id: Number(p.id), amount: 1 })).sort((a, b) => a.user_id - b.user_id));
});

test('invitations that are over go; who sits stays', async () => {
  const [host, guest, third, late] = await people(4);
  const g = await group(host);
  await did(host, g, 'invite', [guest, third, late].map((p) => Number(p.id)));
  await did(late, g, 'join');
  await query('UPDATE group_seats SET invited_until = NOW(3) - INTERVAL 1 MINUTE WHERE session_id = ? AND user_id IN (?, ?)', [g.id, guest.id, late.id]);
  await query("UPDATE schedules SET due_at = NOW(3) WHERE name = 'group_session.forget_invites'");
  const left = async () => (await query('SELECT user_id FROM group_seats WHERE session_id = ? ORDER BY id', [g.id])).map((r) => String(r.user_id));
  await until(async () => !(await left()).includes(guest.id));
  assert.deepEqual(await left(), [host.id, third.id, late.id]);
});

test('progress is kept for ninety days', async () => {
  const [host, guest] = await people(2);
  const g = await group(host);
  await query("INSERT INTO group_progress (user_id, session_id, vocabulary, grammar, more, updated_at) VALUES (?, ?, '[]', '[]', '{}', NOW(3) - INTERVAL 91 DAY), (?, ?, '[]', '[]', '{}', NOW(3) - INTERVAL 89 DAY)", [host.id, g.id, guest.id, g.id]);
  await query("UPDATE schedules SET due_at = NOW(3) WHERE name = 'group_session.forget_progress'");
  const left = async () => (await query('SELECT user_id FROM group_progress WHERE session_id = ?', [g.id])).map((r) => String(r.user_id));
  await until(async () => (await left()).length < 2);
  assert.deepEqual(await left(), [guest.id]);
});
