// Who is in a study group and who would like to be, as their client calls it: by session cookie.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { person, send, unique } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { study } from '../harness/study.mjs';

after(closeDb);

const call = (p, method, target, body = undefined, headers = {}) => send(method, `/api/studies/${target}`, { body, headers: { ...(p && { cookie: `next-auth.session-token=${p.access}` }), ...headers } });
const refusal = (res) => [res.status, res.body.success, res.body.code, res.body.type === res.body.code, typeof res.body.error];
const no = (status, code) => [status, false, code, true, 'string'];
const people = (...names) => Promise.all(names.map((n) => person(n)));
const set = (id, fields) => query(`UPDATE studies SET ${Object.keys(fields).map((k) => `${k} = ?`)} WHERE id = ?`, [...Object.values(fields), id]);
const rank = (id, p, role) => query('UPDATE study_members SET role = ? WHERE study_id = ? AND user_id = ?', [role, id, p.id]);
const row = async (id, p) => (await query('SELECT role, status, introduction, motivation, level FROM study_members WHERE study_id = ? AND user_id = ?', [id, p.id]))[0];
const status = async (id, p) => (await row(id, p))?.status;
// What the group's row says of its members, and how many there are.
const counts = async (id) => { const [r] = await query("SELECT s.member_count AS said, (SELECT COUNT(*) FROM study_members m WHERE m.study_id = s.id AND m.status = 'ACTIVE') AS n, (SELECT COUNT(*) FROM study_members m WHERE m.study_id = s.id AND m.role = 'OWNER' AND m.status = 'ACTIVE' AND m.user_id = s.owner_id) AS owners FROM studies s WHERE s.id = ?", [id]); return [r.said, r.n, r.owners]; };
const join = (p, id, body = {}, headers = {}) => call(p, 'POST', `${id}/join`, body, headers);
const news = async (id) => (await query("SELECT payload FROM outbox_seen WHERE event = 'study.news' AND subject_id = ? ORDER BY outbox_seen.id", [id])).map((e) => JSON.parse(e.payload)).map((e) => [e.template, String(e.to), String(e.but), e.least, e.title]);
const moves = async (id) => (await query("SELECT subject_id AS p FROM outbox_seen WHERE event = 'study.moved' AND JSON_VALUE(payload, '$.studyId') = ? ORDER BY outbox_seen.id", [id])).map((e) => String(e.p));
const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

test('joining a group that takes everybody: a member at once, every field', async () => {
  const [a, b] = await people('하나', '두리');
  const id = await study(a);
  const res = await join(b, id, { introduction: ' 안녕하세요\n잘 부탁합니다 ', purpose: '취업', level: '초급' });
  const { id: seat, joinedAt, approvedAt, ...rest } = res.body.data;
  assert.deepEqual([res.status, res.body.success, res.body.message, typeof seat], [201, true, '스터디에 가입했습니다', 'string']);
  assert.match(joinedAt, iso);
  assert.match(approvedAt, iso);
  assert.deepEqual(rest, { studyId: id, userId: b.id, role: 'MEMBER', status: 'ACTIVE', introduction: '안녕하세요\n잘 부탁합니다', motivation: '취업', level: '초급', user: { id: b.id, name: '두리', email: b.email, avatar: null }, autoApproved: true });
  assert.deepEqual([await counts(id), await news(id), await moves(id)], [[2, 2, 1], [['study_entry', '0', '0', 1, null]], [b.id]]);
  assert.deepEqual((await call(b, 'GET', `${id}`)).body.data.myRole, 'MEMBER');
});

test('joining is looked at in this order: who I am there, whether it is full, whether it takes members', async () => {
  const [a, b, c] = await people('하나', '두리', '세찌');
  const id = await study(a, [b]);
  await set(id, { max_members: 2, is_recruiting: false });
  assert.deepEqual(refusal(await join(b, id)), no(400, 'ALREADY_MEMBER'));
  for (const [was, want] of [['KICKED', [403, 'KICKED_MEMBER']], ['PENDING', [400, 'APPLICATION_ALREADY_EXISTS']], ['LEFT', [400, 'STUDY_FULL']]]) {
    await query("REPLACE INTO study_members (study_id, user_id, status) VALUES (?, ?, ?)", [id, c.id, was]);
    assert.deepEqual([was, ...refusal(await join(c, id))], [was, ...no(...want)]);
    assert.equal(await status(id, c), was);
  }
  await set(id, { max_members: 3 });
  assert.deepEqual(refusal(await join(c, id)), no(400, 'NOT_RECRUITING'));
  await set(id, { is_public: false });
  assert.deepEqual(refusal(await join(c, id)), no(404, 'NOT_FOUND'));
  assert.deepEqual(refusal(await join(c, '999999999')), no(404, 'NOT_FOUND'));
  assert.deepEqual(refusal(await join(null, id)), no(401, 'UNAUTHORIZED'));
  for (const body of [{ introduction: 'x'.repeat(1001) }, { purpose: 'x'.repeat(1001) }, { level: 'x'.repeat(51) }, { inviteCode: 'x'.repeat(9) }, { inviteCode: 'a b' }, { introduction: 5 }]) assert.deepEqual([body, ...refusal(await join(c, id, body))], [body, ...no(400, 'VALIDATION_ERROR')]);
  assert.deepEqual(await counts(id), [2, 2, 1]);
});

test('two seats are taken by two, whoever asks at once; the same key is the same seat', async () => {
  const [a, ...all] = await people('하나', ...Array(7).fill('누구'));
  const id = await study(a);
  await set(id, { max_members: 3 });
  const got = await Promise.all(all.map((p) => join(p, id)));
  assert.deepEqual(got.map((r) => r.status).sort(), [201, 201, 400, 400, 400, 400, 400]);
  for (const r of got.filter((x) => x.status === 400)) assert.equal(r.body.code, 'STUDY_FULL');
  assert.deepEqual(await counts(id), [3, 3, 1]);
  await set(id, { max_members: 5 });
  const late = all[got.findIndex((r) => r.status === 400)];
  const key = { 'idempotency-key': unique('joined-') };
  const twice = await Promise.all([join(late, id, {}, key), join(late, id, {}, key)]);
  assert.deepEqual(twice.map((r) => [r.status, r.body.data.id]), Array(2).fill([201, twice[0].body.data.id]));
  assert.deepEqual(refusal(await join(late, id, { level: '다른' }, key)), no(422, 'IDEMPOTENCY_KEY_REUSED'));
  const again = all[got.findLastIndex((r) => r.status === 400)];
  const bare = await Promise.all(Array.from({ length: 4 }, () => join(again, id)));
  assert.deepEqual(bare.map((r) => r.body.code ?? r.status).sort(), [201, 'ALREADY_MEMBER', 'ALREADY_MEMBER', 'ALREADY_MEMBER']);
  assert.deepEqual(await counts(id), [5, 5, 1]);
});

test('who left comes back as a member like any other; who was put out does not', async () => {
  const [a, b] = await people('하나', '두리');
  const id = await study(a, [b]);
  await rank(id, b, 'ADMIN');
  const seat = (await call(b, 'GET', `${id}/members`)).body.data.find((m) => m.userId === b.id).id;
  for (const method of ['DELETE', 'POST']) {
    assert.deepEqual((await call(b, method, `${id}/leave`)).body, { success: true, message: '스터디에서 탈퇴했습니다' });
    assert.deepEqual([await status(id, b), await counts(id)], ['LEFT', [1, 1, 1]]);
    assert.deepEqual(refusal(await call(b, method, `${id}/leave`)), no(403, 'STUDY_NOT_MEMBER'));
    const back = (await join(b, id, { introduction: '다시' })).body.data;
    assert.deepEqual([back.id, back.role, back.status, back.introduction], [seat, 'MEMBER', 'ACTIVE', '다시']);
  }
  assert.deepEqual(refusal(await call(a, 'POST', `${id}/leave`)), no(400, 'OWNER_CANNOT_LEAVE'));
  assert.deepEqual((await call(a, 'POST', `${id}/leave`, undefined, { 'accept-language': 'en' })).body.error, 'Owner cannot leave study');
  assert.deepEqual((await news(id)).map((n) => n[0]), ['study_exit', 'study_entry', 'study_exit', 'study_entry']);
  assert.deepEqual(await moves(id), Array(4).fill(b.id));
  await call(a, 'DELETE', `${id}/members/${b.id}`);
  assert.deepEqual(refusal(await join(b, id)), no(403, 'KICKED_MEMBER'));
});

test('requests: shown to admins with the public groups of who asks; taken or refused, by either path', async () => {
  const [a, b, m, c, d, e, f] = await people('하나', '관리', '멤버', '세찌', '네찌', '다찌', '여찌');
  const id = await study(a, [b, m]);
  await rank(id, b, 'ADMIN');
  await set(id, { auto_approve: false });
  const other = await study(c, [d]);
  await set(other, { name: '공개된 곳' });
  const hidden = await study(c);
  await set(hidden, { is_public: false });
  await query("UPDATE users SET bio = '소개' WHERE id = ?", [c.id]);
  const asked = await join(c, id, { introduction: '첫째', motivation: '동기', level: '상' });
  assert.deepEqual([asked.status, asked.body.message, asked.body.data.status, asked.body.data.autoApproved, asked.body.data.approvedAt], [201, '가입 신청을 보냈습니다', 'PENDING', false, null]);
  assert.equal((await call(d, 'POST', `${id}/join-requests`, { message: '둘째' })).body.data.introduction, '둘째'); // the other path and name
  for (const p of [e, f]) await join(p, id);
  const list = await call(b, 'GET', `${id}/join-requests`);
  assert.deepEqual(list.body.data.map((r) => r.userId), [f, e, d, c].map((p) => p.id));
  assert.deepEqual(list.body.pagination, { page: 1, limit: 50, total: 4, totalPages: 1, hasNext: false, hasPrev: false });
  const { id: request, joinedAt, user: { studyMembers: [group, ...more], ...user }, ...rest } = list.body.data[3];
  const { id: seat, joinedAt: since, ...where } = group;
  for (const at of [joinedAt, since]) assert.match(at, iso);
  assert.deepEqual([rest, user, where, more, typeof seat], [{ studyId: id, userId: c.id, role: 'MEMBER', status: 'PENDING', introduction: '첫째', motivation: '동기', level: '상', approvedAt: null },
    { id: c.id, name: '세찌', email: c.email, avatar: null, bio: '소개' }, { studyId: other, role: 'OWNER', status: 'ACTIVE', study: { id: other, name: '공개된 곳', emoji: '📚', category: '어학' } }, [], 'string']);
  const second = await call(a, 'GET', `${id}/join-requests?limit=3&page=2`);
  assert.deepEqual([second.body.data.map((r) => r.userId), second.body.pagination.total, second.body.pagination.hasPrev], [[c.id], 4, true]);
  for (const q of ['page=0', 'limit=51', 'limit=x']) assert.equal((await call(a, 'GET', `${id}/join-requests?${q}`)).status, 400);
  const requestOf = (p) => list.body.data.find((r) => r.userId === p.id).id;
  const paths = (p, verb) => [`${id}/join-requests/${requestOf(p)}/${verb}`, `${id}/members/${p.id}/${verb}`];
  for (const path of [`${id}/join-requests`, ...paths(c, 'approve'), ...paths(c, 'reject')]) {
    const method = path.endsWith('requests') ? 'GET' : 'POST';
    assert.deepEqual([path, ...refusal(await call(m, method, path))], [path, ...no(403, 'STUDY_FORBIDDEN')]);
    for (const p of [c, await person()]) assert.deepEqual([path, ...refusal(await call(p, method, path))], [path, ...no(403, 'STUDY_NOT_MEMBER')]);
  }
  const yes = await call(b, 'POST', paths(c, 'approve')[0]);
  const { approvedAt, ...seated } = yes.body.data;
  const { approvedAt: before, ...was } = rest;
  assert.match(approvedAt, iso);
  assert.deepEqual([yes.status, before, seated], [200, null, { ...was, id: request, joinedAt, status: 'ACTIVE', user: { id: c.id, name: '세찌', email: c.email, avatar: null } }]);
  assert.equal((await call(a, 'POST', paths(d, 'approve')[1])).body.data.status, 'ACTIVE');
  assert.deepEqual((await call(b, 'POST', paths(e, 'reject')[0], { reason: '다음에' })).body, { success: true, message: '가입을 거절했습니다' });
  assert.equal((await call(a, 'POST', paths(f, 'reject')[1])).status, 200);
  assert.deepEqual([await status(id, e), await status(id, f), await counts(id)], [undefined, undefined, [5, 5, 1]]);
  for (const path of [...paths(c, 'approve'), ...paths(e, 'approve'), ...paths(c, 'reject'), ...paths(e, 'reject'), `${other}/join-requests/${request}/approve`]) assert.deepEqual([path, ...refusal(await call(path.startsWith(other) ? c : a, 'POST', path))], [path, ...no(404, 'JOIN_REQUEST_NOT_FOUND')]);
  assert.deepEqual(refusal(await call(b, 'POST', paths(e, 'reject')[0], { reason: 'x'.repeat(201) })), no(400, 'VALIDATION_ERROR'));
  assert.deepEqual(refusal(await call(b, 'POST', paths(e, 'reject')[1], { reason: 'x'.repeat(201) })), no(400, 'VALIDATION_ERROR'));
  assert.equal((await join(e, id)).status, 201); // again
  assert.deepEqual((await news(id)).slice(0, 8), [...Array(4).fill(['study_request', '0', '0', 2, null]),
    ['study_joined', c.id, '0', 1, null], ['study_entry', '0', c.id, 1, null], ['study_joined', d.id, '0', 1, null], ['study_entry', '0', d.id, 1, null]]);
  assert.deepEqual(await moves(id), [c.id, d.id]);
});

test('approving takes no seat there is not: two at once for the last one', async () => {
  const [a, b, c, d] = await people('하나', '두리', '세찌', '네찌');
  const id = await study(a, [b]);
  await rank(id, b, 'ADMIN');
  await set(id, { auto_approve: false, max_members: 3 });
  for (const p of [c, d]) await join(p, id);
  const got = await Promise.all([call(a, 'POST', `${id}/members/${c.id}/approve`), call(b, 'POST', `${id}/members/${d.id}/approve`)]);
  assert.deepEqual(got.map((r) => r.status).sort(), [200, 400]);
  assert.deepEqual(refusal(got.find((r) => r.status === 400)), no(400, 'STUDY_FULL'));
  const left = got[0].status === 400 ? c : d;
  const seat = (await call(a, 'GET', `${id}/join-requests`)).body.data[0];
  assert.equal(seat.userId, left.id);
  assert.deepEqual(refusal(await call(a, 'POST', `${id}/join-requests/${seat.id}/approve`)), no(400, 'STUDY_FULL'));
  // approved and rejected at once: one of them
  await set(id, { max_members: 4 });
  const both = await Promise.all([call(a, 'POST', `${id}/members/${left.id}/approve`), call(b, 'POST', `${id}/members/${left.id}/reject`)]);
  assert.deepEqual(both.map((r) => r.status).sort(), [200, 404]);
  const n = both[0].status === 200 ? 4 : 3;
  assert.deepEqual([await status(id, left), await counts(id)], [n === 4 ? 'ACTIVE' : undefined, [n, n, 1]]);
});

test('members: owner, admins, others, by when they came; others than active ones for admins', async () => {
  const [a, b, c, d, e] = await people('하나', '두리', '세찌', '네찌', '다찌');
  const id = await study(a, [b, c, d]);
  await query('UPDATE study_members SET joined_at = joined_at + INTERVAL 1 SECOND WHERE study_id = ? AND user_id = ?', [id, c.id]);
  await rank(id, d, 'ADMIN');
  await query("INSERT INTO study_members (study_id, user_id, status, introduction) VALUES (?, ?, 'PENDING', '나도')", [id, e.id]);
  const res = await call(b, 'GET', `${id}/members`);
  const { id: seat, joinedAt, ...owner } = res.body.data[0];
  assert.deepEqual([res.status, typeof seat, res.body.data.map((m) => m.userId)], [200, 'string', [a, d, b, c].map((p) => p.id)]);
  assert.match(joinedAt, iso);
  assert.deepEqual(owner, { studyId: id, userId: a.id, role: 'OWNER', status: 'ACTIVE', introduction: null, motivation: null, level: null, approvedAt: null, user: { id: a.id, name: '하나', email: a.email, avatar: null } });
  assert.deepEqual(res.body.pagination, { page: 1, limit: 50, total: 4, totalPages: 1, hasNext: false, hasPrev: false });
  const ids = async (p, q) => { const { data, pagination } = (await call(p, 'GET', `${id}/members?${q}`)).body; return [data.map((m) => m.userId), pagination.total]; };
  for (const [q, want] of [['role=ADMIN', [d]], ['role=member', [b, c]], ['limit=1&page=2', [d]], ['page=3', []]]) assert.deepEqual([q, await ids(b, q)], [q, [want.map((p) => p.id), q.includes('role') ? want.length : 4]]);
  assert.deepEqual(await ids(d, 'status=PENDING'), [[e.id], 1]);
  assert.deepEqual(refusal(await call(b, 'GET', `${id}/members?status=PENDING`)), no(403, 'STUDY_FORBIDDEN'));
  for (const p of [e, await person()]) assert.deepEqual(refusal(await call(p, 'GET', `${id}/members`)), no(403, 'STUDY_NOT_MEMBER'));
  for (const q of ['page=0', 'limit=0', 'limit=51', 'role=BOSS', 'status=GONE']) assert.deepEqual([q, ...refusal(await call(b, 'GET', `${id}/members?${q}`))], [q, ...no(400, 'VALIDATION_ERROR')]);
});

test('roles are the owner’s to give; who is the owner changes by handing over alone', async () => {
  const [a, b, c] = await people('하나', '두리', '세찌');
  const id = await study(a, [b, c]);
  const role = (p, of, to) => call(p, 'PATCH', `${id}/members/${of.id}/role`, { role: to });
  const up = await role(a, b, 'ADMIN');
  assert.deepEqual([up.status, up.body.success, up.body.data.userId, up.body.data.role, up.body.data.user.name], [200, true, b.id, 'ADMIN', '두리']);
  const again = await role(a, b, 'ADMIN'); // nobody is told
  assert.deepEqual([up.body.message, again.status, again.body.message, again.body.data], ['역할을 변경했습니다', 200, '이미 그 역할입니다. 변경된 내용이 없습니다', up.body.data]);
  assert.deepEqual(await news(id), [['study_rank', b.id, '0', 1, null]]);
  for (const [of, to] of [[b, 'OWNER'], [a, 'MEMBER'], [a, 'OWNER']]) assert.deepEqual([to, ...refusal(await role(a, of, to))], [to, ...no(400, 'STUDY-032')]);
  for (const to of ['BOSS', '', undefined, 5]) assert.deepEqual([to, ...refusal(await role(a, b, to))], [to, ...no(400, 'STUDY-034')]);
  const out = await person();
  assert.deepEqual(refusal(await role(a, out, 'ADMIN')), no(404, 'STUDY-036'));
  for (const p of [b, c]) assert.deepEqual(refusal(await role(p, c, 'ADMIN')), no(403, 'STUDY-029'));
  assert.deepEqual(refusal(await role(out, c, 'ADMIN')), no(403, 'STUDY_NOT_MEMBER'));
  assert.equal((await role(a, b, 'MEMBER')).body.data.role, 'MEMBER');

  const give = (p, to) => call(p, 'POST', `${id}/transfer-ownership`, { targetUserId: to });
  assert.deepEqual(refusal(await give(a, b.id)), no(400, 'INVALID_TRANSFER_TARGET')); // no admin
  assert.deepEqual(refusal(await give(a, a.id)), no(400, 'INVALID_TRANSFER_TARGET'));
  assert.deepEqual(refusal(await give(a, out.id)), no(404, 'MEMBER_NOT_FOUND'));
  for (const to of [undefined, 'x', 0]) assert.deepEqual(refusal(await give(a, to)), no(400, 'VALIDATION_ERROR'));
  await rank(id, b, 'ADMIN');
  for (const p of [b, c]) assert.deepEqual(refusal(await give(p, b.id)), no(403, 'STUDY_FORBIDDEN'));
  assert.deepEqual(refusal(await give(out, b.id)), no(403, 'STUDY_NOT_MEMBER'));
  const res = await give(a, b.id);
  assert.deepEqual([res.status, res.body.data], [200, { newOwner: { userId: b.id, name: '두리', role: 'OWNER' }, oldOwner: { userId: a.id, name: '하나', role: 'ADMIN' } }]);
  assert.deepEqual([(await row(id, a)).role, (await row(id, b)).role, await counts(id)], ['ADMIN', 'OWNER', [3, 3, 1]]);
  assert.deepEqual((await news(id)).at(-1), ['study_rank', b.id, '0', 1, null]);
});

test('handing over, leaving, putting out and demoting at once leave one owner and a right number', async () => {
  for (let i = 0; i < 5; i += 1) {
    const [a, b, c] = await people('하나', '두리', '세찌');
    const id = await study(a, [b, c]);
    for (const p of [b, c]) await rank(id, p, 'ADMIN');
    const got = await Promise.all([call(a, 'POST', `${id}/transfer-ownership`, { targetUserId: b.id }), call(b, 'POST', `${id}/leave`), call(a, 'DELETE', `${id}/members/${c.id}`), call(a, 'PATCH', `${id}/members/${c.id}/role`, { role: 'MEMBER' }), call(c, 'DELETE', `${id}/members/${b.id}`)]);
    for (const r of got) assert.ok(r.status < 500, r.text);
    const [said, n, owners] = await counts(id);
    assert.deepEqual([said, owners], [n, 1], JSON.stringify(got.map((r) => r.body)));
    const gave = got[0].status === 200;
    assert.deepEqual([(await row(id, b)).role === 'OWNER', await status(id, b)], [gave, gave ? 'ACTIVE' : await status(id, b)]);
  }
});

test('putting somebody out: a member as an admin, an admin as the owner', async () => {
  const [a, b, c, d, e] = await people('하나', '두리', '세찌', '네찌', '다찌');
  const id = await study(a, [b, c, d, e]);
  for (const p of [b, c]) await rank(id, p, 'ADMIN');
  const kick = (p, of, body) => call(p, 'DELETE', `${id}/members/${of.id}`, body);
  const out = await person();
  assert.deepEqual(refusal(await kick(a, a)), no(400, 'CANNOT_KICK_SELF'));
  assert.deepEqual(refusal(await kick(b, a)), no(400, 'CANNOT_KICK_OWNER'));
  assert.deepEqual(refusal(await kick(b, c)), no(403, 'ROLE_HIERARCHY_VIOLATION'));
  assert.deepEqual(refusal(await kick(b, out)), no(404, 'MEMBER_NOT_FOUND'));
  assert.deepEqual(refusal(await kick(d, e)), no(403, 'STUDY_FORBIDDEN'));
  assert.deepEqual(refusal(await kick(out, e)), no(403, 'STUDY_NOT_MEMBER'));
  assert.deepEqual(refusal(await kick(a, e, { reason: 'x'.repeat(201) })), no(400, 'VALIDATION_ERROR'));
  assert.deepEqual((await kick(b, d, { reason: '불참' })).body, { success: true, message: '멤버를 내보냈습니다' });
  assert.equal((await kick(a, c)).status, 200);
  const twice = await Promise.all([kick(a, e), kick(b, e)]);
  assert.deepEqual(twice.map((r) => r.status).sort(), [200, 404]);
  assert.deepEqual([await status(id, c), await status(id, d), await status(id, e), await counts(id)], ['KICKED', 'KICKED', 'KICKED', [2, 2, 1]]);
  assert.deepEqual(await news(id), [['study_kick_why', d.id, '0', 1, '불참'], ['study_kick', c.id, '0', 1, null], ['study_kick', e.id, '0', 1, null]]);
  assert.deepEqual(await moves(id), [d.id, c.id, e.id]);
  assert.equal((await call(d, 'GET', `${id}/chat`)).status, 403);
});

test('an invite code lets into a private group, until it is old or used up', async () => {
  const [a, b, c, d, e, m] = await people('하나', '두리', '세찌', '네찌', '다찌', '멤버');
  const id = await study(a, [m]);
  await set(id, { is_public: false, max_members: 5 });
  const invite = (p, body) => call(p, 'POST', `${id}/invite`, body);
  const res = await invite(a, { expiresIn: 2, maxUses: 2 });
  const { inviteCode, expiresAt, ...rest } = res.body.data;
  assert.deepEqual([res.status, rest], [201, { studyId: id, studyName: '스터디', inviteUrl: `/studies/${id}/join?code=${inviteCode}`, maxUses: 2, usedCount: 0, availableSlots: 3, isActive: true, status: 'active' }]);
  assert.ok(Math.abs(Date.parse(expiresAt) - Date.now() - 2 * 3600e3) < 60e3);
  for (const code of [undefined, '', 'WRONGONE']) assert.deepEqual(refusal(await join(b, id, { inviteCode: code })), no(404, 'NOT_FOUND'));
  assert.equal((await join(b, id, { inviteCode: inviteCode.toLowerCase() })).status, 201);
  const last = await Promise.all([c, d].map((p) => join(p, id, { code: inviteCode })));
  assert.deepEqual(last.map((r) => r.status).sort(), [201, 404]);
  const seen = async () => { const { status: s, isActive, usedCount } = (await call(a, 'GET', `${id}/invite`)).body.data; return [s, isActive, usedCount]; };
  assert.deepEqual(await seen(), ['exhausted', false, 2]);
  const next = (await invite(a, {})).body.data;
  assert.notEqual(next.inviteCode, inviteCode);
  assert.deepEqual([next.maxUses, next.availableSlots], [1, 1]); // no more than there are seats
  await query('UPDATE studies SET invite_expires_at = NOW(3) - INTERVAL 1 SECOND WHERE id = ?', [id]);
  assert.deepEqual([await seen(), refusal(await join(e, id, { inviteCode: next.inviteCode }))], [['expired', false, 0], no(404, 'NOT_FOUND')]);
  for (const body of [{ expiresIn: 0 }, { expiresIn: 721 }, { maxUses: 0 }, { maxUses: 101 }, { maxUses: 'x' }]) assert.deepEqual(refusal(await invite(a, body)), no(400, 'VALIDATION_ERROR'));
  for (const method of ['GET', 'POST']) {
    assert.deepEqual(refusal(await call(m, method, `${id}/invite`)), no(403, 'STUDY_FORBIDDEN'));
    assert.deepEqual(refusal(await call(e, method, `${id}/invite`)), no(403, 'STUDY_NOT_MEMBER'));
  }
  await set(id, { max_members: 4 });
  assert.deepEqual(refusal(await invite(a, {})), no(400, 'STUDY_FULL'));
});
