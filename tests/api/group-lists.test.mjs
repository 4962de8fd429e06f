// Lists of group sessions, and invitations to them.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { get, person } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { act, did, earlier, group, row, seats, seen } from '../harness/groups.mjs';
import { block } from '../harness/learner.mjs';
import { as, events, later, verdict, wrongField } from '../harness/sessions.mjs';

after(closeDb);
const people = (n) => Promise.all(Array.from({ length: n }, (_, i) => person(['호스트', '손님', '셋째', '넷째'][i] ?? `사람${i}`)));
const list = async (p, target) => {
  const res = await get(`/group-sessions${target}`, as(p));
  assert.equal(res.status, 200, res.text);
  return res.body;
};

test('the public list: every filter, in order of time, with its pages at the top', async () => {
  const [host, other, me] = await people(3);
  const lang = `L${me.id}`; // a language nobody else has sessions in
  const make = (p, minutes, fields) => group(p, { language: lang, scheduledAt: later(minutes), ...fields });
  const a = await make(host, 300, { title: '첫째', level: 'BEGINNER', topic: 'Travel', tags: ['Food', '여행'] });
  const b = await make(host, 100, { title: '둘째', description: '영화 이야기', level: 'ADVANCED', topic: 'Movies', tags: ['film'] });
  const c = await make(other, 200, { title: '셋째', level: 'ADVANCED', topic: 'travel', tags: [] });
  const [hidden, cancelled, past] = [await make(host, 150, { isPublic: false }), await make(other, 150), await make(other, 150)];
  await did(other, cancelled, 'cancel');
  await earlier(past, 250);
  const found = async (q, p = me) => (await list(p, `?language=${lang}${q}`)).data.map((s) => s.id);
  const ids = (...some) => some.map((s) => s.id);
  for (const [q, want] of [
    ['', ids(b, c, a)], ['&level=ADVANCED', ids(b, c)], ['&level=beginner', ids(a)], ['&category=travel', ids(c, a)], ['&category=TRAVEL&level=ADVANCED', ids(c)], ['&tags=food', ids(a)],
    ['&tags=x,%20여행 ,FILM', ids(b, a)], ['&tags=,', ids(b, c, a)], ['&tags=x', []], ['&keyword=영화', ids(b)], ['&keyword=둘째', ids(b)], ['&keyword=movies', ids(b)], ['&keyword=%25', []],
    ['&page=0&size=2', ids(b, c)], ['&page=2&size=2', ids(a)], ['&page=3&size=2', []],
  ]) assert.deepEqual([q, await found(encodeURI(decodeURI(q)))], [q, want]);
  const body = await list(me, `?language=${lang}&size=2`);
  assert.deepEqual(body.pagination, { page: 1, size: 2, limit: 2, totalPages: 2, totalItems: 3, total: 3 });
  assert.deepEqual([body.meta.page, body.meta.limit, body.meta.total, body.meta.totalPages, 'items' in body], [1, 2, 3, 2, false]);
  const { host: _, participants: __, ...detail } = await seen(me, b);
  assert.deepEqual(body.data[0], { ...detail, timeUntilStart: body.data[0].timeUntilStart, myRole: null, joinedAt: null });
  for (const path of ['/available', '/search']) assert.deepEqual((await list(me, `${path}?language=${lang}`)).data.map((s) => s.id), ids(b, c, a));
  // what has begun is shown, until three hours after it should have
  await did(host, b, 'start');
  await earlier(b, 250);
  assert.deepEqual(await found(''), ids(b, c, a));
  await earlier(b, 60);
  assert.deepEqual(await found(''), ids(c, a));
  await block(me, host);
  assert.deepEqual(await found(''), ids(c));
  await query("UPDATE users SET status = 'SUSPENDED' WHERE id = ?", [other.id]);
  assert.deepEqual([await found(''), (await row(hidden)).status], [[], 'SCHEDULED']);
});

test('a language by its code or names; all languages; those I learn', async () => {
  const [host, me] = await people(2);
  const [ja, fr] = [await group(host, { language: 'Japanese', scheduledAt: later(11) }), await group(host, { language: '프랑스어', scheduledAt: later(12) })];
  const has = async (target, g) => (await list(me, `${target}${target.includes('?') ? '&' : '?'}size=100`)).data.some((s) => s.id === g.id);
  for (const q of ['ja', 'JA', 'japanese', '%EC%9D%BC%EB%B3%B8%EC%96%B4']) assert.deepEqual([q, await has(`?language=${q}`, ja), await has(`?language=${q}`, fr)], [q, true, false]);
  assert.deepEqual([await has('', ja), await has('', fr)], [true, true]);
  await query('INSERT INTO user_languages (user_id, language_id, learning) VALUES (?, 5, 1), (?, 3, 0)', [me.id, me.id]);
  for (const path of ['/recommended', '/recommended/list']) assert.deepEqual([await has(path, ja), await has(path, fr)], [false, true]);
});

test('my own lists: by state and role', async () => {
  const [host, me] = await people(2);
  const [a, b] = [await group(host, { scheduledAt: later(50) }), await group(host, { scheduledAt: later(60) })];
  const c = await group(me, { scheduledAt: later(55) });
  for (const g of [a, b]) await did(me, g, 'join');
  await did(host, a, 'start');
  const found = async (q, path = '/my') => (await list(me, `${path}?${q}`)).data.map((s) => [s.id, s.myRole]);
  const [A, B, C] = [[a.id, 'PARTICIPANT'], [b.id, 'PARTICIPANT'], [c.id, 'HOST']];
  for (const [q, want] of [['', [B, C, A]], ['status=ALL', [B, C, A]], ['status=scheduled', [B, C]], ['status=ONGOING', [A]], ['status=ACTIVE', [A]], ['status=COMPLETED', []], ['role=HOST', [C]],
    ['role=PARTICIPANT&status=SCHEDULED', [B]], ['page=2&size=2', [A]]]) assert.deepEqual([q, await found(q)], [q, want]);
  assert.deepEqual([await found('', '/my-sessions'), await found('', '/hosted')], [[B, C, A], [C]]);
  const body = await list(me, '/my?role=PARTICIPANT&status=SCHEDULED');
  assert.deepEqual([body.pagination.totalItems, body.data[0].joinedAt > b.createdAt, body.data[0].hostName, body.data[0].joinCode], [1, true, '호스트', b.joinCode]);
  await did(me, b, 'leave');
  await did(host, a, 'end');
  assert.deepEqual(await found(''), [C, A]);
  assert.deepEqual(await found('status=COMPLETED'), [A]);
});

test('what is wrong in lists', async () => {
  const [me] = await people(1);
  for (const [target, field, rule] of [
    ['?page=x', 'page', 'type'], ['?size=101', 'size', 'max'], ['?size=0', 'size', 'min'], ['?level=C1', 'level', 'one_of'], [`?language=${'x'.repeat(41)}`, 'language', 'max'], [`?category=${'x'.repeat(201)}`, 'category', 'max'],
    [`?tags=${'x'.repeat(41)}`, 'tags[0]', 'max'], [`?tags=${'x'.repeat(451)}`, 'tags', 'max'], [`?keyword=${'x'.repeat(101)}`, 'keyword', 'max'], ['/my?status=x', 'status', 'one_of'], ['/my?role=x', 'role', 'one_of'],
  ]) assert.deepEqual([target, ...wrongField(await get(`/group-sessions${target}`, as(me))).slice(2)], [target, field, rule]);
});

test('an invitation opens a private session, for three days; it can be declined', async () => {
  const [host, fourth, guest, third] = (await people(4)).sort((a, b) => a.id - b.id);
  const g = await group(host, { isPublic: false });
  const ask = (...some) => did(host, g, 'invite', some.map((p) => Number(p.id)));
  await block(fourth, host);
  assert.deepEqual(await ask(guest, third, fourth, host, { id: '999999998' }), { sessionId: g.id, invited: [guest, third].map((p) => ({ id: p.id, userId: p.id })), invitedCount: 2 });
  assert.deepEqual(await events(g, 'group_session.invited'), [guest, third].map((p) => ({ event: 'group_session.invited', actor: host.id, payload: { userId: Number(p.id) } })));
  // who is asked again while they may still answer has more time, and is told once
  await query('UPDATE group_seats SET invited_until = invited_until - INTERVAL 2 DAY WHERE session_id = ?', [g.id]);
  for (let i = 0; i < 2; i += 1) assert.deepEqual((await ask(third, guest, guest)).invitedCount, 2);
  assert.equal((await query('SELECT MIN(TIMESTAMPDIFF(HOUR, NOW(3), invited_until)) AS h FROM group_seats WHERE session_id = ? AND invited_until IS NOT NULL', [g.id]))[0].h, 71);
  assert.equal((await events(g, 'group_session.invited')).length, 2);
  const d = await seen(guest, g);
  assert.deepEqual([d.canJoin, d.joinCode, d.currentParticipants], [true, null, 1]);
  const yes = await did(guest, g, 'invitation/respond?accept=true');
  assert.deepEqual([yes.sessionId, yes.accepted, yes.entry.userId, yes.entry.role, (await row(g)).taken], [g.id, true, guest.id, 'PARTICIPANT', 2]);
  assert.deepEqual(verdict(await act(guest, g, 'invitation/respond')), [409, 'SESSION_ALREADY_BOOKED']);
  assert.deepEqual(verdict(await act(guest, g, 'invitation/respond?accept=false')), [404, 'INVITATION_NOT_FOUND']);
  assert.deepEqual(await did(third, g, 'invitation/respond?accept=false'), { sessionId: g.id, accepted: false, entry: null });
  assert.deepEqual(verdict(await get(`/group-sessions/${g.id}`, as(third))), [404, 'SESSION_NOT_FOUND']);
  await ask(third);
  await did(third, g, 'join'); // that way as well
  await did(third, g, 'leave');
  assert.deepEqual((await ask(third)).invitedCount, 1); // who left may be asked again
  const over = () => query('UPDATE group_seats SET invited_until = invited_until - INTERVAL 3 DAY WHERE session_id = ? AND user_id = ?', [g.id, third.id]);
  const told = async () => (await events(g, 'group_session.invited')).filter((e) => e.payload.userId === Number(third.id)).length;
  await over();
  assert.deepEqual([await told(), (await ask(third)).invitedCount, await told()], [3, 1, 4]); // as is whoever let it pass
  await over();
  assert.deepEqual([verdict(await act(third, g, 'invitation/respond')), verdict(await act(third, g, 'join'))], [[404, 'SESSION_NOT_FOUND'], [404, 'SESSION_NOT_FOUND']]);
  assert.deepEqual(await seats(g), [[host.id, 'JOINED'], [guest.id, 'JOINED'], [third.id, 'INVITED']]);
  for (const [body, rule] of [[undefined, 'required'], [['x'], 'type'], [Array(21).fill(1), 'max']]) assert.deepEqual(wrongField(await act(host, g, 'invite', body))[3], rule);
  assert.deepEqual(wrongField(await act(guest, g, 'invitation/respond?accept=x')).slice(2), ['accept', 'type']);
});

test('by an invitation a seat is a seat: full, over, cancelled, too many', async () => {
  const [host, guest, third, late] = await people(4);
  const g = await group(host, { maxParticipants: 2 });
  await did(host, g, 'invite', [guest, third, late].map((p) => Number(p.id)));
  await did(guest, g, 'invitation/respond');
  assert.deepEqual(verdict(await act(third, g, 'invitation/respond')), [400, 'SESSION_002']);
  await did(guest, g, 'leave');
  await earlier(g, 200);
  assert.deepEqual(verdict(await act(third, g, 'invitation/respond')), [410, 'SESSION_001']);
  await did(host, g, 'cancel');
  assert.deepEqual(verdict(await act(third, g, 'invitation/respond')), [409, 'SESSION_INVALID_STATE']);
  const [x, y, z] = [await group(host), await group(host), await group(host)];
  for (const s of [x, y]) await did(third, s, 'join');
  await did(host, z, 'invite', [Number(third.id)]);
  assert.deepEqual(verdict(await act(third, z, 'invitation/respond')), [409, 'TOO_MANY_SESSIONS_JOINED']);
  await did(guest, z, 'join');
  await did(host, z, `kick/${guest.id}`);
  assert.deepEqual(verdict(await act(guest, z, 'invitation/respond')), [404, 'INVITATION_NOT_FOUND']);
  // fifty wait at most
  await query("INSERT INTO group_seats (session_id, user_id, role, status, invited_until) SELECT ?, u.id, 'PARTICIPANT', 'INVITED', '2099-01-01' FROM users u WHERE u.id NOT IN (?, ?, ?, ?) LIMIT 49", [x.id, host.id, guest.id, third.id, late.id]);
  const n = (await seats(x)).filter(([, s]) => s === 'INVITED').length;
  await query('UPDATE users SET created_at = NOW(3) - INTERVAL 30 DAY WHERE id = ?', [host.id]);
  const full = await act(host, x, 'invite', Array.from({ length: 20 }, (_, i) => 900000000 + i));
  if (n > 30) assert.deepEqual(verdict(full), [409, 'TOO_MANY_INVITATIONS']);
  else assert.fail(`only ${n} people to invite`);
});
