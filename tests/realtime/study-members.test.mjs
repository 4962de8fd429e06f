// Who becomes a member of a study group, or is one no more, hears it from then on, or not, on the sockets that are open.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { person, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { closeAllIo, connectIo } from '../harness/socketio.mjs';
import { until } from '../harness/stack.mjs';
import { study } from '../harness/study.mjs';

after(closeAllIo);
after(closeDb);

const connect = (p) => connectIo({ token: p.access, userId: p.id });
const people = (...names) => Promise.all(names.map((n) => person(n)));
const rest = async (p, method, target, body) => {
  const res = await send(method, `/api/studies/${target}`, { body, headers: { cookie: `next-auth.session-token=${p.access}` } });
  assert.ok(res.status < 300, res.text);
  return res.body.data;
};
const say = (p, id, content) => rest(p, 'POST', `${id}/chat`, { content });
const words = (s, event = 'chat:new-message') => s.seen(event).map((m) => m.content);
const NOBODY = { success: false, error: '스터디 멤버가 아닙니다' };

// `out` ends b's being in the group: the others are told that b has gone, and b hears and says nothing there any more.
async function ends(out) {
  const [a, b] = await people('하나', '두리');
  const [id, other] = [await study(a, [b]), await study(a, [b])];
  const [sa, sb] = [await connect(a), await connect(b)];
  await sb.heard('study:online-users', 2);
  await say(a, id, '아직 함께');
  await sb.heard('chat:new-message');
  assert.deepEqual(await sb.ask('video:join', { roomId: `study-${id}-main` }), { success: true });
  await out(a, b, id);
  const [gone] = await sa.heard('user:offline');
  assert.equal(gone.userId, b.id);
  return { a, b, id, other, sa, sb };
}

async function silent({ a, b, id, other, sa, sb }) {
  await say(a, id, '이제 우리끼리');
  assert.equal((await sa.ask('study:typing', { studyId: id })).success, true);
  await sa.heard('chat:new-message', 2);
  await say(a, other, '여기는 들린다'); // after it
  await sb.heard('chat:new-message', 2);
  assert.deepEqual([words(sb), sb.seen('chat:user-typing')], [['아직 함께', '여기는 들린다'], []]);
  for (const [event, arg] of [['study:join', { studyId: id }], ['study:typing', { studyId: id }], ['video:join', { roomId: `study-${id}-main` }]]) assert.deepEqual([event, await sb.ask(event, arg)], [event, NOBODY]);
  assert.deepEqual((await sb.ask('chat:message', { studyId: id, content: '나도' })).success, false);
  assert.equal((await query('SELECT COUNT(*) AS n FROM study_messages WHERE study_id = ? AND user_id = ?', [id, b.id]))[0].n, 0);
}

test('who is put out, or leaves, hears nothing of the group any more, and is in none of its calls', async () => {
  for (const out of [(a, b, id) => rest(a, 'DELETE', `${id}/members/${b.id}`), (a, b, id) => rest(b, 'POST', `${id}/leave`)]) await silent(await ends(out));
});

test('a group that is deleted is nobody’s any more', async () => {
  const [a, b] = await people('하나', '두리');
  const [id, other] = [await study(a, [b]), await study(a, [b])];
  const sockets = [await connect(a), await connect(b)];
  for (const s of sockets) await s.heard('study:online-users', 2);
  await rest(a, 'DELETE', id);
  for (const s of sockets) {
    await until(async () => !(await s.ask('study:typing', { studyId: id })).success);
    assert.deepEqual([await s.ask('study:join', { studyId: id }), await s.ask('study:join', { studyId: other })], [NOBODY, { success: true }]);
  }
});

test('who is let in hears the group at once', async () => {
  const [a, b, c] = await people('하나', '두리', '세찌');
  const id = await study(a);
  const [sa, sb, sc] = [await connect(a), await connect(b), await connect(c)];
  await sa.heard('study:online-users');
  await rest(b, 'POST', `${id}/join`, {});
  assert.deepEqual((await sb.heard('study:online-users'))[0].users.map((u) => u.userId).sort(), [a.id, b.id].sort());
  await query('UPDATE studies SET auto_approve = FALSE WHERE id = ?', [id]);
  await rest(c, 'POST', `${id}/join`, {});
  assert.deepEqual(await sc.ask('study:join', { studyId: id }), NOBODY);
  await rest(a, 'POST', `${id}/members/${c.id}/approve`);
  await sc.heard('study:online-users');
  await say(a, id, '모두 안녕');
  for (const s of [sb, sc]) await s.heard('chat:new-message');
  const founded = (await rest(b, 'POST', '', { name: '새로운 곳', category: '어학', description: '방금 만든 스터디입니다' })).id;
  await sb.heard('study:online-users', 2);
  assert.deepEqual(await sb.ask('study:join', { studyId: founded }), { success: true });
});
