// Deleting one's account, as the learners' settings and as the study groups' page do it: who may, what is said, what others
// see from then on, and what competes with it. What goes in pieces: jobs/account-delete.test.mjs.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { env, get, person, post, send } from '../harness/client.mjs';
import { closeDb, connect as connectDb, query } from '../harness/db.mjs';
import { asked, learner, matched, matchRows, requestRows } from '../harness/learner.mjs';
import { until } from '../harness/stack.mjs';
import { closeAll, connect } from '../harness/stomp.mjs';
import { study } from '../harness/study.mjs';

after(async () => {
  await closeAll();
  await closeDb();
});
const as = (p) => ({ token: p.access });
const erase = (p, body, path = '/settings/account') => send('DELETE', path, { ...as(p), ...(body && { body }) });
const cookie = (p) => ({ cookie: `next-auth.session-token=${p.access}` });
const quit = (p, body, more = {}) => send('DELETE', '/api/users/me', { ...(body && { body }), headers: { ...(p && cookie(p)), ...more } });
const refusal = (res) => [res.status, res.body.code];
const status = async (p) => (await query('SELECT status FROM users WHERE id = ?', [p.id]))[0].status;
const login = (p, password = p.password) => post('/auth/login', { email: p.email, password });
const loose = (p) => query('DELETE FROM user_passwords WHERE user_id = ?', [p.id]); // as if it came by OAuth

test('it takes the password, answers as the page reads it, and the address is free again', async () => {
  const p = await person('지운다');
  for (const body of [{ password: 'not the one 7' }, { password: '' }, {}, undefined]) {
    const res = await erase(p, body);
    assert.deepEqual([...refusal(res), res.body.success, res.body.message], [400, 'INVALID_CREDENTIALS', false, '비밀번호가 올바르지 않습니다']);
  }
  assert.deepEqual(refusal(await erase(p, { password: 'x'.repeat(129) })), [400, 'VALIDATION_ERROR']);
  assert.deepEqual([await status(p), (await get('/settings/account', as(p))).status], ['ACTIVE', 200]);
  const socket = await connect(p.access);
  const other = await login(p);
  assert.equal(other.status, 200);
  const res = await erase(p, { password: p.password });
  const { deletedAt, message, success, data } = res.body;
  assert.deepEqual([res.status, success, message, data], [200, true, '계정이 성공적으로 삭제되었습니다.', { deletedAt }], res.text);
  assert.ok(Math.abs(Date.parse(deletedAt) - Date.now()) < 60000);
  await socket.closed();
  assert.equal((await get('/settings/account', as(p))).status, 401);
  assert.equal((await erase(p, { password: p.password })).status, 401);
  for (const token of [p.refresh, other.body.data.refreshToken]) assert.equal((await send('POST', '/auth/refresh', { token })).status, 401);
  assert.deepEqual(refusal(await login(p)), refusal(await login(p, 'not the one 7')));
  await until(async () => (await get('/settings/account', { token: other.body.data.accessToken })).status === 401);
  const again = await post('/auth/signup', { name: '새 사람', email: p.email, password: 'another one 8' });
  assert.deepEqual([again.status, again.body.data.userId === p.id], [201, false], again.text);
  assert.equal((await login(p, 'another one 8')).status, 200);
});

test('an account without a password takes any or none, by either path; a second factor is not asked for', async () => {
  const [a, b, c] = [await person(), await person(), await person()];
  await Promise.all([a, b].map(loose));
  await query("INSERT INTO two_factor (user_id, secret, enabled_at) VALUES (?, 'x', NOW(3))", [c.id]);
  for (const [p, body, path] of [[a, { password: 'whatever' }], [b, undefined, '/users/account'], [c, { password: c.password }, '/users/account']]) {
    const res = await erase(p, body, path);
    assert.deepEqual([res.status, await status(p)], [200, 'DELETED'], res.text);
  }
});

test('nothing of the person is left in the account, whatever columns it has', async () => {
  const p = await learner('자취', 1, [2], { topics: [1], motivations: [1], personalities: [1], groups: [1] });
  const [before] = await query('SELECT * FROM users WHERE id = ?', [p.id]);
  await query("UPDATE users SET email_confirmed_at = NOW(3), email_asked_at = NOW(3), email_asked = 2, english_name = 'E', role = 'ADMIN', gender = 'MALE', birth_year = 1990, birth_monthday = '01-02', location_id = (SELECT MIN(id) FROM locations), residence = 'r', time_zone = 'Europe/Paris', job = 'j', bio = 'b', profile_image = 'https://x.example.com/a.png', phone = '010', communication_method = 'm', daily_minute = 'd', partner_gender = 'g', onboarding_steps = 7, onboarded_at = NOW(3), created_by_key = REPEAT('k', 32), suspended_until = NOW(3), suspend_reason = 's', restricted_until = NOW(3), restricted_actions = 'MESSAGE' WHERE id = ?", [p.id]);
  const full = (await query('SELECT * FROM users WHERE id = ?', [p.id]))[0];
  assert.deepEqual(Object.entries(full).filter(([, v]) => v === null), []); // a new column has to be filled here
  assert.equal((await erase(p, { password: p.password })).status, 200);
  const { id, name, role, status: state, time_zone: zone, onboarding_steps: steps, created_at: created, updated_at: _u, active_at: _a, restricted_actions: actions, email_asked: asks, ...rest } = (await query('SELECT * FROM users WHERE id = ?', [p.id]))[0];
  assert.deepEqual([String(id), name, role, state, zone, steps, actions, asks, created], [p.id, '[삭제된 사용자]', 'USER', 'DELETED', 'Asia/Seoul', 0, [], 0, before.created_at]);
  assert.deepEqual(Object.entries(rest).filter(([, v]) => v !== null), []);
});

test('others: no partner, no request, no match, no profile, no mail; a room for two stays readable and takes no more', async () => {
  const [p, mate, asker, wanted] = [await learner('파트너', 1, [2]), await learner('짝꿍', 2, [1]), await learner('청한 이', 2, [1]), await learner('받은 이', 2, [1])];
  const { roomId } = await matched(mate, p);
  await asked(asker, p);
  await asked(p, wanted);
  const seen = async (who) => (await get('/matching/partners?size=50', as(who))).body.data.map?.((x) => x.userId ?? x.id) ?? [];
  const said = await post(`/chat/rooms/${roomId}/messages`, { message: '안녕' }, as(p));
  assert.equal(said.status, 201, said.text);
  assert.equal((await get(`/matching/profile/${p.id}`, as(mate))).status, 200);
  assert.equal((await erase(p, { password: p.password })).status, 200);
  assert.equal((await get(`/matching/profile/${p.id}`, as(mate))).status, 404);
  assert.ok(!(await seen(asker)).includes(p.id));
  assert.deepEqual(await query('SELECT learns FROM matching_index WHERE user_id = ?', [p.id]), []);
  assert.deepEqual(await query('SELECT 1 FROM matching_taken WHERE ? IN (user_id, other_id)', [p.id]), []);
  assert.deepEqual((await matchRows(p, mate)).filter((m) => m.is_active), []);
  for (const who of [asker, wanted]) assert.deepEqual((await requestRows(p, who)).filter((r) => r.status === 'pending'), []);
  const lists = await Promise.all([[mate, '/matching/matches'], [asker, '/matching/requests/sent'], [wanted, '/matching/requests/received']].map(async ([who, path]) => (await get(path, as(who))).text));
  for (const text of lists) assert.ok(!text.includes(`"${p.id}"`) && !text.includes('파트너'), text);
  const rooms = await get('/chat/rooms', as(mate));
  assert.deepEqual(rooms.body.data.filter((r) => r.roomId === roomId).map((r) => r.roomName), ['[삭제된 사용자]'], rooms.text);
  const more = await post(`/chat/rooms/${roomId}/messages`, { message: '있어?' }, as(mate));
  assert.ok(more.status >= 400 && more.status < 500 && more.status !== 401, more.text);
  const page = await get(`/chat/rooms/${roomId}/messages`, as(mate));
  assert.deepEqual([page.status, page.body.data.map((m) => m.sender.name ?? m.sender.nickname)], [200, ['[삭제된 사용자]']], page.text);
});

test('study groups: an address, the word DELETE or nothing at all confirms it, owners stay, the cookie goes', async () => {
  const p = await person('회원');
  const id = await study(p);
  assert.deepEqual(refusal(await quit(null)), [401, 'AUTH_006']);
  assert.deepEqual(refusal(await quit({ access: 'nonsense' })), [401, 'AUTH_008']);
  for (const [body, want] of [[{}, [400, 'PROFILE-001']], [{ confirmation: '' }, [400, 'PROFILE-001']], [{ confirmation: ' ' }, [400, 'PROFILE-001']], [{ confirmation: 7 }, [400, 'PROFILE-001']], [{ confirmation: 'x'.repeat(256) }, [400, 'PROFILE-001']],
    [{ confirmation: 'delete' }, [400, 'PROFILE-054']], [{ confirmation: 'other@test.example.com' }, [400, 'PROFILE-054']],
    [{ confirmation: p.email }, [409, 'PROFILE-051']], [{ confirmation: 'DELETE' }, [409, 'PROFILE-051']], [undefined, [409, 'PROFILE-051']]]) {
    const res = await quit(p, body);
    assert.deepEqual([body, ...refusal(res), res.body.error.code], [body, ...want, want[1]]);
  }
  assert.deepEqual(refusal(await quit(p, { confirmation: 'DELETE' }, { origin: 'https://evil.example.com' })).slice(0, 1), [403]);
  assert.equal(await status(p), 'ACTIVE');
  await query("UPDATE study_members SET role = 'MEMBER' WHERE study_id = ?", [id]);
  const [b, c] = [await person(), await person()];
  for (const [who, body] of [[p, { confirmation: ` ${p.email.toUpperCase()} ` }], [b, { confirmation: 'DELETE' }], [c, undefined]]) {
    const res = await quit(who, body);
    assert.deepEqual([res.status, res.body], [200, { success: true, message: '계정이 삭제되었습니다' }]);
    assert.match(String(res.headers['set-cookie']), /next-auth\.session-token=;.*Max-Age=0/);
    assert.deepEqual([refusal(await quit(who)), await status(who)], [[403, 'AUTH_004'], 'DELETED']); // the cookie's owner is told
    assert.deepEqual(refusal(await erase(who, { password: who.password })), [401, 'AUTH_003']);
  }
});

test('a login that nobody has ended finds no account', async () => {
  const [a, b] = [await person(), await person()];
  await query("UPDATE users SET status = 'DELETED' WHERE id IN (?, ?)", [a.id, b.id]);
  assert.deepEqual(refusal(await erase(a, { password: a.password })), [404, 'USER_001']);
  assert.deepEqual(refusal(await quit(b)), [404, 'PROFILE-015']);
});

test('two at once: one deletes, the other finds nothing to delete; one event follows', async () => {
  for (let i = 0; i < 5; i += 1) {
    const p = await person();
    const all = await Promise.all([erase(p, { password: p.password }), erase(p, { password: p.password }), quit(p), quit(p)]);
    const codes = all.map((r) => r.status).sort();
    assert.equal(codes[0], 200);
    for (const code of codes.slice(1)) assert.ok([401, 403, 404].includes(code), String(codes));
    assert.equal((await query("SELECT COUNT(*) AS n FROM outbox_seen WHERE event = 'account.deleted' AND subject_id = ?", [p.id]))[0].n, 1);
  }
});

test('against logins, renewals and another password: no login outlives it', async () => {
  for (let i = 0; i < 12; i += 1) {
    const p = await person();
    const [done, ...rest] = await Promise.all([erase(p, { password: p.password }), ...Array.from({ length: 3 }, () => login(p)), send('POST', '/auth/refresh', { token: p.refresh }),
      send('PATCH', '/settings/password', { ...as(p), body: { currentPassword: p.password, newPassword: 'quite another 9!' } })]);
    assert.deepEqual(refusal(done), rest.at(-1).status === 200 ? [400, 'INVALID_CREDENTIALS'] : [200, undefined]); // was it another by then?
    for (const r of rest.slice(0, 3)) assert.ok([200, 400].includes(r.status), r.text);
    if (done.status !== 200) continue;
    assert.deepEqual(await query('SELECT id FROM sessions WHERE user_id = ? AND revoked_at IS NULL', [p.id]), []);
    assert.deepEqual(await query('SELECT id FROM user_passwords WHERE user_id = ?', [p.id]), []);
  }
});

test('a password that is another by the time the account is locked does not delete it', async () => {
  const p = await person();
  const db = connectDb(env.run);
  try {
    const held = await db.getConnection();
    await held.beginTransaction();
    await held.query('SELECT id FROM users WHERE id = ? FOR UPDATE', [p.id]);
    const going = erase(p, { password: p.password });
    await until(async () => (await query("SELECT 1 FROM information_schema.processlist WHERE info LIKE '%u.status = ''ACTIVE'' FOR UPDATE%' AND info LIKE '%SELECT u.id INTO found%' AND id <> CONNECTION_ID()")).length);
    await held.query("INSERT INTO user_passwords (user_id, hash) VALUES (?, 'another')", [p.id]);
    await held.commit();
    held.release();
    assert.deepEqual([...refusal(await going), await status(p)], [400, 'INVALID_CREDENTIALS', 'ACTIVE']);
  } finally {
    await db.end();
  }
});

test('against requests to the person: whoever wins, none is open in the end', async () => {
  for (let i = 0; i < 5; i += 1) {
    const [p, a, b] = [await learner('하나', 1, [2]), await learner('두리', 2, [1]), await learner('세찌', 2, [1])];
    const id = await asked(p, b);
    const [done, sent, taken] = await Promise.all([erase(p, { password: p.password }), post('/matching/request', { targetUserId: p.id, message: 'm' }, as(a)), post(`/matching/accept/${id}`, {}, as(b))]);
    assert.equal(done.status, 200, done.text);
    assert.ok([201, 404].includes(sent.status), sent.text);
    assert.ok([200, 404, 409].includes(taken.status), taken.text);
    await until(async () => !(await query("SELECT 1 FROM matching_requests WHERE ? IN (sender_id, receiver_id) AND status = 'pending'", [p.id])).length
      && !(await query('SELECT 1 FROM user_matches WHERE ? IN (user1_id, user2_id) AND is_active', [p.id])).length);
  }
});
