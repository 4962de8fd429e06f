// Who is told what of learning sessions. Needs a stack whose studymate-jobs runs.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { get, person } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { block } from '../harness/learner.mjs';
import { act, as, did, events, later, planned } from '../harness/sessions.mjs';
import { until } from '../harness/stack.mjs';

after(closeDb);
const rows = (p) => query('SELECT type, title, message FROM notifications WHERE user_id = ? ORDER BY id', [p.id]);
const types = async (p) => (await rows(p)).map((r) => r.type);
// Once nothing of these sessions waits.
const settled = (...sessions) => until(async () => !(await query('SELECT id FROM outbox WHERE event LIKE ? AND subject_id IN (?)', ['session.%', sessions.map((s) => s.id)])).length);
const people = (n) => Promise.all(['호스트', '손님', '셋째'].slice(0, n).map((name) => person(name)));

test('the partner is told of a new session, at the time where they live; nobody of what they did', async () => {
  const [host, guest] = await people(2);
  await query("UPDATE users SET time_zone = 'America/New_York' WHERE id = ?", [guest.id]);
  const year = new Date().getUTCFullYear() + 1;
  const s = await planned(host, guest, { scheduledAt: `${year}-01-31T01:05:00Z`, recurrencePattern: 'WEEKLY', recurrenceEndDate: `${year}-03-01T00:00:00Z` });
  await settled(s);
  const [n, ...more] = (await get('/notifications', as(guest))).body.data.notifications;
  assert.deepEqual([n.type, n.category, n.title, n.message, n.clickUrl, n.data, more], [
    'session_invitation', 'session', '새로운 세션', `호스트님이 ${year}-01-30 20:05에 '여행' 세션을 예약했습니다`, '/schedule', { learningSessionId: s.id }, []]);
  assert.deepEqual(await rows(host), []);
});

test('the host is told who comes and who does not; all others when it is moved or cancelled', async () => {
  const [host, guest, third] = await people(3);
  const s = await planned(host, null, { maxParticipants: 3, topic: undefined, scheduledAt: '2027-06-01T00:00:00Z' });
  await did(guest, s, 'join');
  await did(third, s, 'join');
  await did(guest, s, 'leave');
  await settled(s);
  assert.deepEqual((await rows(host)).map((r) => r.message), ["손님님이 'StudyMate' 세션에 참가합니다", "셋째님이 'StudyMate' 세션에 참가합니다", "손님님이 'StudyMate' 세션에 참가하지 않습니다"]);
  assert.equal((await act(host, s, 'reschedule', { scheduledAt: '2027-06-02T03:00:00Z' }, 'PATCH')).status, 200);
  await settled(s);
  await did(host, s, 'cancel');
  await settled(s);
  assert.deepEqual((await rows(third)).map((r) => [r.type, r.message]), [['session_moved', "'StudyMate' 세션이 2027-06-02 12:00(으)로 변경되었습니다"], ['session_cancelled', "'StudyMate' 세션이 취소되었습니다"]]);
  assert.deepEqual([await types(guest), (await rows(host)).length], [[], 3]);
});

test('whoever blocked somebody hears nothing of their coming, and yet that a session is cancelled', async () => {
  const [host, guest] = await people(2);
  const s = await planned(host, guest);
  await settled(s);
  await block(host, guest);
  await did(guest, s, 'join');
  await did(host, s, 'cancel');
  await settled(s);
  assert.deepEqual([await types(host), await types(guest)], [[], ['session_invitation', 'session_cancelled']]);
});

test('an end is an event that somebody else may read: it does not stay', async () => {
  const [host, guest] = await people(2);
  const s = await planned(host, guest);
  await did(host, s, 'start');
  await did(host, s, 'end');
  await settled(s);
  assert.deepEqual((await events(s, 'session.completed')).length, 1);
});

test('a reminder comes to each once, when its time has come, and only of what will be', async () => {
  const [host, guest] = await people(2);
  const [soon, off, begun, left, late] = [await planned(host, guest, { topic: '곧' }), await planned(host, guest, { topic: '취소' }), await planned(host, guest, { topic: '시작' }),
    await planned(host, guest, { topic: '없이' }), await planned(host, guest, { topic: '지난' })];
  await did(host, off, 'cancel');
  await did(host, begun, 'start');
  await did(guest, left, 'leave');
  await settled(soon, off, begun, left, late);
  await query("DELETE FROM notifications WHERE user_id IN (?, ?)", [host.id, guest.id]);
  assert.equal((await act(host, soon, 'reschedule', { scheduledAt: later(31) }, 'PATCH')).status, 200);
  await query('UPDATE session_seats SET remind_at = NOW(3) - INTERVAL 1 MINUTE WHERE session_id IN (?) AND user_id IN (?, ?) AND left_at IS NULL', [[soon.id, off.id, begun.id, left.id, late.id], host.id, guest.id]);
  await query('UPDATE learning_sessions SET starts_at = NOW(3) - INTERVAL 1 MINUTE WHERE id = ?', [late.id]);
  await query("UPDATE schedules SET due_at = NOW(3) WHERE name = 'session.remind'");
  await until(async () => !(await query('SELECT id FROM session_seats WHERE session_id = ? AND remind_at IS NOT NULL', [soon.id])).length);
  await settled(soon, off, begun, left, late);
  // both passes of the schedule are over when a later one of somebody else is told
  const [other, o2] = await people(2);
  const sentinel = await planned(other, o2);
  await query('UPDATE session_seats SET remind_at = NOW(3) WHERE session_id = ? AND user_id = ?', [sentinel.id, other.id]);
  await query("UPDATE schedules SET due_at = NOW(3) WHERE name = 'session.remind'");
  await until(async () => (await types(other)).includes('session_reminder'));
  const reminders = async (p) => (await rows(p)).filter((r) => r.type === 'session_reminder').map((r) => r.message.slice(0, 4));
  assert.deepEqual([(await reminders(host)).sort(), await reminders(guest)], [["'곧' ", "'없이'"], ["'곧' "]]);
  assert.deepEqual((await query('SELECT reminded_at IS NOT NULL AS done, remind_at FROM session_seats WHERE session_id = ?', [soon.id])), [{ done: 1, remind_at: null }, { done: 1, remind_at: null }]);
  // moved: a new time has a new reminder
  await act(host, soon, 'reschedule', { scheduledAt: later(300) }, 'PATCH');
  assert.deepEqual((await query('SELECT reminded_at, remind_at IS NOT NULL AS due FROM session_seats WHERE session_id = ?', [soon.id])), [{ reminded_at: null, due: 1 }, { reminded_at: null, due: 1 }]);
});

test('reminders as each wants them: none, later, or without a mail', async () => {
  const [host, guest, third] = await people(3);
  const s = await planned(host, null, { maxParticipants: 3, scheduledAt: later(50) });
  for (const p of [guest, third]) await did(p, s, 'join');
  const patch = (p, body) => act(p, s, 'notifications', body, 'PATCH');
  await patch(host, { enablePushReminder: false });
  await patch(guest, { reminderBefore: 40, enableEmailReminder: false });
  await patch(third, { reminderBefore: 10 });
  // as if 15 minutes had gone by
  await query('UPDATE learning_sessions SET starts_at = starts_at - INTERVAL 15 MINUTE WHERE id = ?', [s.id]);
  await query('UPDATE session_seats SET remind_at = remind_at - INTERVAL 15 MINUTE WHERE session_id = ?', [s.id]);
  await query("UPDATE schedules SET due_at = NOW(3) WHERE name = 'session.remind'");
  await until(async () => (await types(guest)).includes('session_push_reminder'));
  await settled(s);
  const due = await query('SELECT user_id FROM session_seats WHERE session_id = ? AND remind_at IS NOT NULL', [s.id]);
  assert.deepEqual([due.map((r) => String(r.user_id)), await types(third), (await types(host)).filter((t) => t !== 'session_booked')], [[third.id], [], []]);
});

test('an expired invitation is known as one for a day', async () => {
  const [host] = await people(1);
  const s = await planned(host, null, { isPublic: false });
  const tokens = [];
  for (let i = 0; i < 2; i += 1) tokens.push((await act(host, s, 'invite')).body.data.inviteToken);
  await query('UPDATE session_invites SET expires_at = NOW(3) - INTERVAL 25 HOUR WHERE token_hash = UNHEX(SHA2(?, 256))', [tokens[0]]);
  await query('UPDATE session_invites SET expires_at = NOW(3) - INTERVAL 23 HOUR WHERE token_hash = UNHEX(SHA2(?, 256))', [tokens[1]]);
  await query("UPDATE schedules SET due_at = NOW(3) WHERE name = 'session.forget_invites'");
  await until(async () => (await query('SELECT token_hash FROM session_invites WHERE session_id = ?', [s.id])).length < 2);
  assert.equal((await query('SELECT COUNT(*) AS n FROM session_invites WHERE token_hash = UNHEX(SHA2(?, 256))', [tokens[1]]))[0].n, 1);
});
