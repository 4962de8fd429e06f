// Study groups, as their client calls them: /api/studies with a session cookie, or as a guest.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { get, person, send, unique } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { until } from '../harness/stack.mjs';
import { fillStudy, study } from '../harness/study.mjs';
import { claimsOf, sign } from '../harness/token.mjs';

after(closeDb);

const call = (p, method, target = '', body = undefined, headers = {}) => send(method, `/api/studies${target}`, { body, headers: { ...(p && { cookie: `next-auth.session-token=${p.access}` }), ...headers } });
const refusal = (res) => [res.status, res.body.success, res.body.code, res.body.type === res.body.code, typeof res.body.error];
const no = (status, code) => [status, false, code, true, 'string'];
const plan = (fields = {}) => ({ name: unique('스터디'), emoji: '🧮', category: '프로그래밍', subCategory: '알고리즘', description: '매주 문제를 함께 풉니다', ...fields });
const found = async (p, fields = {}) => {
  const res = await call(p, 'POST', '', plan(fields));
  assert.equal(res.status, 201, res.text);
  return res.body.data;
};
const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

test('founding a group: every field; its founder is its owner at once', async () => {
  const a = await person('하나');
  const body = plan({ tags: ['C', ' 한글 ', 'C', ''], maxMembers: 5, isPublic: false, autoApprove: false, description: '첫 줄입니다 <b>굵게</b>\n둘째 줄 "따옴표"' });
  const res = await call(a, 'POST', '', body);
  const { id, createdAt, updatedAt, inviteCode, ...rest } = res.body.data;
  assert.deepEqual([res.status, Object.keys(res.body), typeof id], [201, ['success', 'data'], 'string']);
  assert.match(createdAt, iso);
  assert.equal(createdAt, updatedAt);
  assert.match(inviteCode, /^[A-HJ-NP-Z2-9]{8}$/);
  assert.deepEqual(rest, { ownerId: a.id, name: body.name, emoji: '🧮', description: body.description, category: '프로그래밍', subCategory: '알고리즘', maxMembers: 5, isPublic: false,
    autoApprove: false, isRecruiting: true, rating: 0, reviewCount: 0, tags: ['C', '한글'], currentMembers: 1, _count: { members: 1 }, owner: { id: a.id, name: '하나', avatar: null } });
  const [row] = await query('SELECT role, status, approved_at IS NOT NULL AS approved FROM study_members WHERE study_id = ? AND user_id = ?', [id, a.id]);
  assert.deepEqual([row.role, row.status, row.approved], ['OWNER', 'ACTIVE', 1]);
  const plain = await found(a, { emoji: undefined, subCategory: undefined, description: '열 글자는 되는 설명' });
  assert.deepEqual([plain.emoji, plain.subCategory, plain.maxMembers, plain.isPublic, plain.autoApprove, plain.isRecruiting, plain.tags], ['📚', null, 20, true, true, true, []]);
});

test('what is wrong is refused, each with its code; nothing is made of it', async () => {
  const a = await person();
  const wrong = [['STUDY-002', { name: undefined }, { name: '' }, { name: '가' }, { name: '가'.repeat(51) }, { name: 5 }, { name: 'a\u0001b' }],
    ['STUDY-006', { description: undefined }, { description: '아홉글자인설명' }, { description: 'x'.repeat(2001) }],
    ['STUDY-008', { category: undefined }, { category: '' }, { category: 'x'.repeat(51) }],
    ['STUDY-009', { maxMembers: 1 }, { maxMembers: 101 }, { maxMembers: '많이' }],
    ['STUDY-012', { tags: Array(11).fill('x') }, { tags: ['x'.repeat(21)] }, { tags: 'C' }, { tags: [5] }],
    ['VALIDATION_ERROR', { emoji: 'x'.repeat(17) }, { subCategory: 'x'.repeat(51) }, { isPublic: 'maybe' }, { autoApprove: 2 }, { isRecruiting: 'no' }]];
  for (const [code, ...all] of wrong) for (const fields of all) assert.deepEqual([fields, ...refusal(await call(a, 'POST', '', plan(fields)))], [fields, ...no(400, code)]);
  assert.deepEqual(refusal(await call(null, 'POST', '', plan())), no(401, 'AUTH_001'));
  assert.deepEqual(refusal(await call(a, 'POST', '', plan(), { origin: 'https://evil.example.com' })), no(403, 'USER_002'));
  assert.deepEqual(await query('SELECT id FROM studies WHERE owner_id = ?', [a.id]), []);
});

test('one name is one group of its owner, also when both are founded at once; the same key is the same group', async () => {
  const [a, b] = [await person(), await person()];
  const body = plan();
  const all = await Promise.all(Array.from({ length: 6 }, () => call(a, 'POST', '', body)));
  assert.deepEqual(all.map((r) => r.status).sort(), [201, 409, 409, 409, 409, 409]);
  assert.deepEqual(refusal(all.find((r) => r.status === 409)), no(409, 'STUDY-004'));
  assert.equal((await call(b, 'POST', '', body)).status, 201);
  const key = { 'idempotency-key': unique('founded-') };
  const other = plan();
  const twice = await Promise.all([call(a, 'POST', '', other, key), call(a, 'POST', '', other, key)]);
  assert.deepEqual(twice.map((r) => r.status), [201, 201]);
  assert.equal(twice[0].body.data.id, twice[1].body.data.id);
  assert.deepEqual(refusal(await call(a, 'POST', '', plan(), key)), no(422, 'IDEMPOTENCY_KEY_REUSED'));
  assert.equal((await query('SELECT id FROM studies WHERE owner_id = ?', [a.id])).length, 2);
});

test('the list: public groups, newest first, by category, words and whether they take members, page by page', async () => {
  const a = await person('하나');
  const category = unique('분류');
  const word = unique('낱말');
  const made = [];
  for (const fields of [{ name: `${word} 하나` }, { description: `설명에 ${word.toUpperCase()} 있음` }, { tags: [word, '둘'] }, { isRecruiting: false }, { isPublic: false, name: `${word} 비밀` }]) made.push(await found(a, { category, ...fields }));
  const full = await found(a, { category, maxMembers: 2 });
  await query("INSERT INTO study_members (study_id, user_id, status) VALUES (?, ?, 'ACTIVE')", [full.id, (await person()).id]);
  await query('UPDATE studies SET member_count = 2 WHERE id = ?', [full.id]);
  const [one, two, three, closed] = made;
  const list = (q) => call(null, 'GET', `?category=${encodeURIComponent(category)}${q}`);
  const ids = async (q) => { const res = await list(q); assert.equal(res.status, 200, res.text); return [res.body.data.map((s) => s.id), res.body.pagination.total]; };
  const all = await list('');
  const { inviteCode, ...seen } = { ...full, currentMembers: 2, _count: { members: 2 }, updatedAt: all.body.data[0].updatedAt };
  assert.deepEqual(all.body.data[0], seen);
  assert.deepEqual(all.body.data.map((s) => s.id), [full, closed, three, two, one].map((s) => s.id));
  assert.deepEqual(all.body.pagination, { page: 1, limit: 10, total: 5, totalPages: 1, hasNext: false, hasPrev: false });
  assert.equal(all.text.includes('@'), false);
  const cases = [['&recruiting=all', [full, closed, three, two, one]], ['&recruiting=recruiting', [three, two, one]], ['&recruiting=closed', [full, closed]],
    [`&search=${encodeURIComponent(word)}`, [three, two, one]], [`&search=${encodeURIComponent(word.slice(0, -1))}`, [two, one]], [`&search=${encodeURIComponent(word)}&recruiting=closed`, []], [`&search=${encodeURIComponent('%')}`, []]];
  for (const [q, want] of cases) assert.deepEqual([q, ...await ids(q)], [q, want.map((s) => s.id), want.length]);
  const second = await list('&limit=2&page=2');
  assert.deepEqual([second.body.data.map((s) => s.id), second.body.pagination], [[three.id, two.id], { page: 2, limit: 2, total: 5, totalPages: 3, hasNext: true, hasPrev: true }]);
  assert.deepEqual(await ids('&page=9'), [[], 5]);
  // of every category
  for (const q of ['', `?category=${encodeURIComponent('전체')}`]) assert.ok((await call(null, 'GET', q)).body.data.some((s) => s.id === full.id), q);
  for (const q of ['recruiting=recruiting', 'recruiting=closed']) assert.equal((await call(null, 'GET', `?${q}`)).status, 200);
  for (const q of ['', '&recruiting=recruiting']) assert.equal((await call(null, 'GET', `?search=${encodeURIComponent(word)}${q}`)).body.data.length, 3);
  for (const q of ['page=0', 'page=x', 'limit=0', 'limit=101', 'recruiting=maybe', `search=${'x'.repeat(101)}`, `category=${'x'.repeat(51)}`]) assert.deepEqual([q, ...refusal(await call(null, 'GET', `?${q}`))], [q, ...no(400, 'VALIDATION_ERROR')]);
});

test('one group, as each sees it: guests no addresses, members those, its admins the invite code', async () => {
  const [a, b, c, d] = await Promise.all(['하나', '두리', '세찌', '네찌'].map((n) => person(n)));
  const made = await found(a);
  const seat = (p, role, status) => query('INSERT INTO study_members (study_id, user_id, role, status) VALUES (?, ?, ?, ?)', [made.id, p.id, role, status]);
  await seat(b, 'ADMIN', 'ACTIVE');
  await seat(c, 'MEMBER', 'ACTIVE');
  await seat(d, 'MEMBER', 'PENDING');
  await query('UPDATE studies SET member_count = 3, updated_at = updated_at WHERE id = ?', [made.id]);
  const guest = await call(null, 'GET', `/${made.id}`);
  const { members, memberCount, myRole, myJoinedAt, myMembershipStatus, ...rest } = guest.body.data;
  const { inviteCode, ...card } = { ...made, currentMembers: 3, _count: { members: 3 } };
  assert.deepEqual([guest.status, rest, memberCount, myRole, myJoinedAt, myMembershipStatus], [200, card, 3, null, null, null]);
  const joined = members.map((m) => m.joinedAt);
  for (const at of joined) assert.match(at, iso);
  const rows = await query('SELECT CAST(id AS CHAR) AS id FROM study_members WHERE study_id = ? ORDER BY role, joined_at LIMIT 3', [made.id]);
  const expected = (mail) => [[a, 'OWNER'], [b, 'ADMIN'], [c, 'MEMBER']].map(([p, role], i) => ({ id: rows[i].id, userId: p.id, role, status: 'ACTIVE', joinedAt: joined[i], user: { id: p.id, name: p.name, email: mail ? p.email : null, avatar: null } }));
  assert.deepEqual(members, expected(false));
  for (const [p, role, status, mail, code] of [[a, 'OWNER', 'ACTIVE', true, inviteCode], [b, 'ADMIN', 'ACTIVE', true, inviteCode], [c, 'MEMBER', 'ACTIVE', true, undefined], [d, null, 'PENDING', false, undefined]]) {
    const { data } = (await call(p, 'GET', `/${made.id}`)).body;
    assert.deepEqual([p.name, data.myRole, data.myMembershipStatus, data.inviteCode, data.members], [p.name, role, status, code, expected(mail)]);
    assert.equal(data.myJoinedAt !== null, status === 'ACTIVE');
    assert.deepEqual((await get(`/studies/${made.id}`, { token: p.access })).body.data, data); // by the header as by the cookie
  }
  // whatever is no good login is a guest's
  const stale = sign({ ...claimsOf(a.access), exp: Math.floor(Date.now() / 1000) - 60 });
  for (const res of [await call({ access: 'x.y.z' }, 'GET', `/${made.id}`), await call({ access: stale }, 'GET', `/${made.id}`), await get(`/studies/${made.id}`, { token: stale })]) assert.deepEqual(res.body, guest.body);
  const out = await person();
  await query("UPDATE study_members SET status = 'KICKED' WHERE study_id = ? AND user_id = ?", [made.id, d.id]);
  assert.deepEqual([(await call(d, 'GET', `/${made.id}`)).body.data.myMembershipStatus, (await call(out, 'GET', `/${made.id}`)).body], ['KICKED', guest.body]);
});

test('a login that has ended is a guest’s at once', async () => {
  const a = await person();
  const made = await found(a, { isPublic: false });
  assert.equal((await call(a, 'GET', `/${made.id}`)).status, 200);
  await send('POST', '/auth/logout', { token: a.access });
  await until(async () => (await call(a, 'GET', `/${made.id}`)).status === 404);
});

test('a private group is there for its members and who asked; there is none for others', async () => {
  const [a, b, c, d] = await Promise.all(['하나', '두리', '세찌', '네찌'].map((n) => person(n)));
  const made = await found(a, { isPublic: false });
  for (const [p, status] of [[b, 'PENDING'], [c, 'LEFT'], [d, 'KICKED']]) await query('INSERT INTO study_members (study_id, user_id, status) VALUES (?, ?, ?)', [made.id, p.id, status]);
  for (const [p, status] of [[a, 200], [b, 200], [c, 404], [d, 404], [await person(), 404], [null, 404]]) assert.equal((await call(p, 'GET', `/${made.id}`)).status, status);
  for (const id of [made.id, '999999999']) assert.deepEqual(refusal(await call(null, 'GET', `/${id}`)), no(404, 'NOT_FOUND'));
  assert.equal((await call(null, 'GET', '/x')).status, 400);
});

test('changing is for the owner: what is given and nothing else', async () => {
  const [a, b, c] = await Promise.all(['하나', '두리', '세찌'].map((n) => person(n)));
  const made = await found(a, { tags: ['하나'] });
  for (const [p, role] of [[b, 'ADMIN'], [c, 'MEMBER']]) await query("INSERT INTO study_members (study_id, user_id, role, status) VALUES (?, ?, ?, 'ACTIVE')", [made.id, p.id, role]);
  await query('UPDATE studies SET member_count = 3 WHERE id = ?', [made.id]);
  const patch = (p, body, id = made.id) => call(p, 'PATCH', `/${id}`, body);
  const now = (await call(a, 'GET', `/${made.id}`)).body.data;
  const one = await patch(a, { name: '새 이름' });
  const { updatedAt, ...rest } = one.body.data;
  assert.ok(updatedAt > now.updatedAt);
  const { updatedAt: before, ...was } = { ...made, name: '새 이름', currentMembers: 3, _count: { members: 3 } };
  assert.deepEqual([one.status, rest], [200, was]);
  const change = { emoji: '🎯', description: '완전히 다른 설명입니다', category: '어학', subCategory: null, tags: ['둘', '셋'], maxMembers: 3, isPublic: false, autoApprove: false, isRecruiting: false };
  const { updatedAt: later, ...all } = (await patch(a, change)).body.data;
  assert.deepEqual(all, { ...was, ...change });
  assert.deepEqual((await patch(a, { tags: [] })).body.data.tags, []);
  assert.deepEqual((await patch(a, { subCategory: '회화', ownerId: b.id, memberCount: 9, rating: 5 })).body.data, { ...all, tags: [], subCategory: '회화', updatedAt: (await call(a, 'GET', `/${made.id}`)).body.data.updatedAt });
  assert.deepEqual(refusal(await patch(a, { maxMembers: 2 })), no(400, 'STUDY-010'));
  for (const [code, ...bad] of [['STUDY-002', { name: '' }, { name: 'x' }], ['STUDY-006', { description: '짧음' }], ['STUDY-008', { category: '' }], ['STUDY-009', { maxMembers: 1 }, { maxMembers: 101 }], ['STUDY-012', { tags: ['x'.repeat(21)] }],
    ['VALIDATION_ERROR', { isPublic: 'x' }, { subCategory: 'x'.repeat(51) }]]) for (const body of bad) assert.deepEqual([body, ...refusal(await patch(a, body))], [body, ...no(400, code)]);
  const other = await found(a);
  assert.deepEqual(refusal(await patch(a, { name: '새 이름' }, other.id)), no(409, 'STUDY-004'));
  assert.equal((await patch(a, { name: '새 이름' })).status, 200); // its own
  const both = await Promise.all([made.id, other.id].map((id) => patch(a, { name: '같은 이름' }, id)));
  assert.deepEqual(both.map((r) => r.status).sort(), [200, 409]);
  for (const p of [b, c]) assert.deepEqual(refusal(await patch(p, { name: '내 이름' })), no(403, 'STUDY_FORBIDDEN'));
  for (const id of [made.id, '999999999']) assert.deepEqual(refusal(await patch(await person(), { name: '내 이름' }, id)), no(403, 'STUDY_NOT_MEMBER'));
});

test('seats are not taken away under who takes one', async () => {
  const a = await person();
  const made = await found(a, { maxMembers: 3 });
  const b = await person();
  await query("INSERT INTO study_members (study_id, user_id, status) VALUES (?, ?, 'ACTIVE')", [made.id, b.id]);
  await query('UPDATE studies SET member_count = 2 WHERE id = ?', [made.id]);
  await assert.rejects(query('UPDATE studies SET member_count = 4 WHERE id = ?', [made.id]), /studies_seats/);
  await assert.rejects(query("UPDATE study_members SET role = 'OWNER' WHERE study_id = ? AND user_id = ?", [made.id, b.id]), /study_members_owner/);
  assert.equal((await call(a, 'PATCH', `/${made.id}`, { maxMembers: 2 })).status, 200);
});

test('deleting is for the owner: at once nobody is in it and nobody sees it', async () => {
  const [a, b, c] = await Promise.all(['하나', '두리', '세찌'].map((n) => person(n)));
  const id = await study(a, [b]);
  await query("INSERT INTO study_members (study_id, user_id, status) VALUES (?, ?, 'PENDING')", [id, c.id]);
  await fillStudy(id, a, 3);
  assert.deepEqual(refusal(await call(b, 'DELETE', `/${id}`)), no(403, 'STUDY_FORBIDDEN'));
  assert.deepEqual(refusal(await call(c, 'DELETE', `/${id}`)), no(403, 'STUDY_NOT_MEMBER'));
  const all = await Promise.all([call(a, 'DELETE', `/${id}`), call(a, 'DELETE', `/${id}`)]);
  assert.deepEqual(all.map((r) => r.status).sort(), [200, 403]);
  assert.deepEqual(all.find((r) => r.status === 200).body, { success: true, message: '스터디를 삭제했습니다' });
  for (const p of [a, b, c, null]) assert.equal((await call(p, 'GET', `/${id}`)).status, 404);
  assert.equal((await call(a, 'GET', `/${id}/chat`)).status, 403);
  const [event] = await query("SELECT payload FROM outbox_seen WHERE event = 'study.deleted' AND subject_id = ?", [id]);
  assert.deepEqual(JSON.parse(event.payload).members.sort((x, y) => x - y), [a, b].map((p) => Number(p.id)).sort((x, y) => x - y));
  const named = await found(a, { name: '다시 쓰는 이름' });
  await call(a, 'DELETE', `/${named.id}`);
  await found(a, { name: '다시 쓰는 이름' });
});
