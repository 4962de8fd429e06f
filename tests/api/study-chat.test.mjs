// What is said in study groups, as their client calls it: /api/studies/{id}/chat with a session cookie.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { env, person, send } from '../harness/client.mjs';
import { closeDb, connect, query } from '../harness/db.mjs';
import { until } from '../harness/stack.mjs';
import { fillStudy, study } from '../harness/study.mjs';

after(closeDb);

const call = (p, method, target, body, headers = {}) => send(method, `/api/studies/${target}`, { body, headers: { ...(p && { cookie: `next-auth.session-token=${p.access}` }), ...headers } });
const chat = (p, id, method = 'GET', rest = '', body = undefined, headers = {}) => call(p, method, `${id}/chat${rest}`, body, headers);
const group = async (...names) => {
  const people = await Promise.all(names.map((n) => person(n)));
  return [...people, await study(people[0], people.slice(1))];
};
const refusal = (res) => [res.status, res.body.code, typeof res.body.error];
// As if they had been written long ago: the pace is for those who write now.
const past = (id, minutes = 60) => query('UPDATE study_messages SET created_at = created_at - INTERVAL ? MINUTE WHERE study_id = ?', [minutes, id]);
const said = async (p, id, content) => {
  const res = await chat(p, id, 'POST', '', { content });
  assert.equal(res.status, 201, JSON.stringify(res.body));
  return res.body.data;
};
const file = async (p, id, fields = {}) => String((await query("INSERT INTO files (storage_key, owner_id, study_id, name, content_type, kind, size, sha256, deleted_at) VALUES (?, ?, ?, '계획.pdf', 'application/pdf', 'DOCUMENT', 1234, '', ?)", [
  `${id}x${Math.random().toString(36).slice(2, 14)}`, p.id, id, fields.deleted ?? null])).insertId);

test('many speak at once: each has a number of its own, and nobody has to try again', async () => {
  const people = await Promise.all(Array.from({ length: 12 }, (_, i) => person(`사람${i}`)));
  const id = await study(people[0], people.slice(1));
  const all = await Promise.all(people.flatMap((p) => Array.from({ length: 4 }, (_, i) => chat(p, id, 'POST', '', { content: `${i}` }))));
  assert.deepEqual([...new Set(all.map((r) => r.status))], [201]);
  assert.deepEqual(all.map((r) => r.body.data.seq).sort((a, b) => a - b), Array.from({ length: 48 }, (_, i) => i + 1));
  const ids = all.map((r) => r.headers['x-request-id']);
  const lines = await until(() => {
    const found = fs.readFileSync(path.join(env.run, 'log/api.log'), 'utf8').split('\n').filter((l) => ids.some((x) => l.includes(x)));
    return found.length === 48 && found;
  });
  assert.deepEqual(lines.map((l) => JSON.parse(l).retries).filter(Boolean), []);
});

test('a message: every field, in the order it was said, page by page', async () => {
  const [a, b, id] = await group('하나', '두리');
  assert.deepEqual((await chat(a, id)).body, { success: true, data: [], hasMore: false, nextCursor: null });
  const res = await chat(a, id, 'POST', '', { content: '  안녕 <b>모두</b>, 3 < 5 > 2 <script src=x>\n"; DROP TABLE -- `\'  ' });
  assert.deepEqual([res.status, res.body.success, typeof res.body.message], [201, true, 'string']);
  const { id: first, createdAt, updatedAt, ...rest } = res.body.data;
  assert.match(createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.equal(createdAt, updatedAt);
  assert.equal(typeof first, 'string');
  assert.deepEqual(rest, { seq: 1, studyId: id, userId: a.id, content: '안녕 모두, 3 < 5 > 2 \n"; DROP TABLE -- `\'', fileId: null, readers: [a.id], user: { id: a.id, name: '하나', avatar: null }, file: null });
  const ids = [first];
  for (const text of ['둘', '셋', '넷']) ids.push((await said(b, id, text)).id);
  const all = await chat(a, id);
  assert.deepEqual([all.body.data.map((m) => m.id), all.body.hasMore, all.body.nextCursor], [ids, false, first]);
  assert.deepEqual(all.body.data[0], res.body.data);
  const newest = await chat(b, id, 'GET', '?limit=3');
  assert.deepEqual([newest.body.data.map((m) => m.id), newest.body.hasMore, newest.body.nextCursor], [ids.slice(1), true, ids[1]]);
  const older = await chat(b, id, 'GET', `?limit=3&cursor=${ids[1]}`);
  assert.deepEqual([older.body.data.map((m) => m.id), older.body.hasMore, older.body.nextCursor], [[first], false, first]);
  assert.equal((await chat(b, id, 'GET', `?cursor=${first}`)).body.nextCursor, null);
});

test('messages are numbered within their group; what came after a number, page by page', async () => {
  const [a, b, id] = await group('하나', '두리');
  const other = await study(b);
  const all = [];
  for (const text of ['하나', '둘', '셋']) all.push(await said(a, id, text));
  assert.equal((await said(b, other, '따로')).seq, 1);
  assert.equal((await chat(a, id, 'POST', '', { content: '' })).status, 400); // takes no number
  await chat(a, id, 'DELETE', `/${all.pop().id}`);
  all.push(await said(b, id, '넷'));
  assert.deepEqual(all.map((m) => m.seq), [1, 2, 4]);
  const page = async (q) => { const { data, hasMore } = (await chat(b, id, 'GET', q)).body; return [data.map((m) => m.seq), hasMore]; };
  assert.deepEqual(await page('?after=0&limit=2'), [[1, 2], true]);
  assert.deepEqual(await page(`?after=2&limit=2&cursor=${all[0].id}`), [[4], false]);
  assert.deepEqual(await page('?after=4'), [[], false]);
  assert.deepEqual((await chat(b, id, 'GET', '?after=1')).body.data[1], (await chat(b, id)).body.data[2]);
  for (const q of ['?after=-1', '?after=x', '?after=9223372036854775807']) assert.equal((await chat(b, id, 'GET', q)).status, 400, q);
  assert.equal((await chat(await person('남남'), id, 'GET', '?after=0')).status, 403);
});

test('two thousand characters are a message, more are not; nothing is none', async () => {
  const [a, id] = await group('하나');
  assert.equal((await said(a, id, '가'.repeat(2000))).content.length, 2000);
  for (const [body, code] of [[{ content: '가'.repeat(2001) }, 'CHAT-MSG-004'], [{ content: 5 }, 'CHAT-MSG-004'], [{}, 'CHAT-MSG-003'], [{ content: ' \u3000 ' }, 'CHAT-MSG-003'],
    [{ content: '<br><i></i>' }, 'CHAT-MSG-003'], [{ content: null, fileId: null }, 'CHAT-MSG-003']]) assert.deepEqual([code, ...refusal(await chat(a, id, 'POST', '', body))], [code, 400, code, 'string']);
  for (const q of ['?limit=0', '?limit=101', '?limit=x']) assert.deepEqual([q, ...refusal(await chat(a, id, 'GET', q))], [q, 400, 'INVALID_LIMIT', 'string']);
  assert.equal((await chat(a, id, 'GET', '?cursor=x')).status, 400);
  assert.equal((await chat(a, id)).body.data.length, 1);
});

test('cutting a tag out makes no new one', async () => {
  const [a, id] = await group('하나');
  const cases = [['<<b>script>alert(1)<<b>/script>', 'alert(1)'], ['1<<<b>i>b>2', '12'], ['a < b, <3, <<3 > 2, <>', 'a < b, <3, <<3 > 2, <>'], ['x < <b>b> y', 'x < b> y'], [`${'<b'.repeat(400)}${'>'.repeat(400)}.`, `${'>'.repeat(399)}.`]];
  for (const [content, want] of cases) {
    assert.deepEqual([content, (await said(a, id, content)).content], [content, want]);
    await past(id, 1);
  }
  assert.deepEqual(refusal(await chat(a, id, 'POST', '', { content: '<<b>i>' })), [400, 'CHAT-MSG-003', 'string']);
});

test('five in ten seconds, also when all are sent at once; others and other groups are not counted', async () => {
  const [a, b, id] = await group('하나', '두리');
  const other = await study(a);
  const all = await Promise.all(Array.from({ length: 12 }, (_, i) => chat(a, id, 'POST', '', { content: `${i}` })));
  assert.deepEqual(all.map((r) => r.status).sort(), [...Array(5).fill(201), ...Array(7).fill(429)]);
  const fast = await chat(a, id, 'POST', '', { content: '더' });
  assert.deepEqual([...refusal(fast), fast.headers['retry-after']], [429, 'CHAT-MSG-005', 'string', '10']);
  await said(b, id, '나는 아직');
  await said(a, other, '여기는 아직');
  await past(id, 1);
  await said(a, id, '이제 다시');
});

test('who is no active member reads nothing and says nothing', async () => {
  const [a, id] = await group('하나');
  const m = await said(a, id, '우리끼리');
  const outsiders = [await person('남남')];
  for (const status of ['PENDING', 'LEFT', 'KICKED']) {
    const p = await person(status);
    await query('INSERT INTO study_members (study_id, user_id, status) VALUES (?, ?, ?)', [id, p.id, status]);
    outsiders.push(p);
  }
  for (const p of outsiders) {
    for (const [method, rest, body] of [['GET', ''], ['POST', '', { content: 'x' }], ['GET', '/search?q=x'], ['PATCH', `/${m.id}`, { content: 'x' }], ['DELETE', `/${m.id}`], ['POST', `/${m.id}/read`]]) {
      assert.deepEqual([method, rest, ...refusal(await chat(p, id, method, rest, body))], [method, rest, 403, 'STUDY_NOT_MEMBER', 'string']);
    }
    assert.deepEqual(refusal(await send('POST', `/api/studies/messages/${m.id}/read`, { headers: { cookie: `next-auth.session-token=${p.access}` } })), [403, 'STUDY_NOT_MEMBER', 'string']);
  }
  assert.deepEqual(refusal(await chat(a, '999999999')), [403, 'STUDY_NOT_MEMBER', 'string']);
  assert.deepEqual(refusal(await chat(null, id)), [401, 'AUTH_001', 'string']);
  assert.deepEqual((await chat(a, id)).body.data.map((x) => [x.content, x.readers]), [['우리끼리', [a.id]]]);
  assert.equal((await chat(outsiders[0], id, 'GET', '', undefined, { 'accept-language': 'en' })).body.error, 'You are not a member of this study');
});

test('changing is for its author, deleting for admins and the owner, too', async () => {
  const [owner, admin, a, b, id] = await group('방장', '관리', '하나', '두리');
  await query("UPDATE study_members SET role = 'ADMIN' WHERE study_id = ? AND user_id = ?", [id, admin.id]);
  const m = await said(a, id, '처음');
  for (const p of [owner, admin, b]) assert.deepEqual(refusal(await chat(p, id, 'PATCH', `/${m.id}`, { content: '바꿔' })), [403, 'CHAT-MSG-008', 'string']);
  const changed = await chat(a, id, 'PATCH', `/${m.id}`, { content: '<i>나중</i>' });
  assert.deepEqual([changed.status, changed.body.data.content, changed.body.data.createdAt], [200, '나중', m.createdAt]);
  assert.ok(changed.body.data.updatedAt > m.updatedAt);
  for (const body of [{}, { content: '' }, { content: '<p>' }]) assert.deepEqual(refusal(await chat(a, id, 'PATCH', `/${m.id}`, body)), [400, 'CHAT-MSG-003', 'string']);
  assert.deepEqual(refusal(await chat(a, id, 'PATCH', `/${m.id}`, { content: 'x'.repeat(2001) })), [400, 'CHAT-MSG-004', 'string']);
  assert.deepEqual(refusal(await chat(b, id, 'DELETE', `/${m.id}`)), [403, 'CHAT-MSG-009', 'string']);
  assert.deepEqual((await chat(admin, id, 'DELETE', `/${m.id}`)).body.success, true);
  for (const [p, text] of [[owner, '하나'], [a, '둘']]) assert.equal((await chat(p, id, 'DELETE', `/${(await said(a, id, text)).id}`)).status, 200);
  const elsewhere = await said(b, await study(b, [a]), '다른 곳');
  for (const [method, rest, body] of [['PATCH', '', { content: 'x' }], ['DELETE', ''], ['POST', '/read']]) {
    for (const of of [m.id, elsewhere.id, '999999999']) assert.deepEqual([method, ...refusal(await chat(a, id, method, `/${of}${rest}`, body))], [method, 404, 'CHAT-MSG-010', 'string']);
  }
  assert.deepEqual(refusal(await send('POST', '/api/studies/messages/999999999/read', { headers: { cookie: `next-auth.session-token=${a.access}` } })), [404, 'CHAT-MSG-010', 'string']);
  assert.deepEqual((await chat(a, id)).body.data, []);
  assert.equal((await query('SELECT COUNT(*) AS n FROM study_message_readers WHERE study_id = ?', [id]))[0].n, 0);
});

test('readers: each once, in the order they read', async () => {
  const [a, b, c, id] = await group('하나', '두리', '셋이');
  const [first, second] = [await said(a, id, '하나'), await said(a, id, '둘')];
  for (const p of [c, b, c, a]) assert.equal((await chat(p, id, 'POST', `/${first.id}/read`)).status, 200);
  const res = await send('POST', `/api/studies/messages/${second.id}/read`, { headers: { cookie: `next-auth.session-token=${b.access}` } });
  assert.deepEqual([res.status, res.body.data], [200, { messageId: second.id, userId: b.id, readers: [a.id, b.id] }]);
  assert.deepEqual((await chat(a, id)).body.data.map((m) => m.readers), [[a.id, c.id, b.id], [a.id, b.id]]);
});

test('a file of the group shows with its message and outlives nothing', async () => {
  const [a, b, id] = await group('하나', '두리');
  const f = await file(a, id);
  const res = await chat(b, id, 'POST', '', { fileId: f });
  assert.deepEqual([res.status, res.body.data.content, res.body.data.fileId], [201, '', f]);
  const { url, ...shown } = res.body.data.file;
  assert.deepEqual(shown, { id: f, name: '계획.pdf', type: 'application/pdf', size: 1234 });
  assert.match(url, /^\/api\/v1\/upload\/file\//);
  const foreign = await file(a, await study(a));
  const gone = await file(a, id, { deleted: '2026-01-01' });
  for (const fileId of [foreign, gone, '999999999']) assert.deepEqual(refusal(await chat(a, id, 'POST', '', { content: '여기', fileId })), [400, 'INVALID_FILE', 'string']);
  await query('UPDATE files SET deleted_at = NOW(3) WHERE id = ?', [f]);
  const [m] = (await chat(a, id)).body.data;
  assert.deepEqual([m.fileId, m.file], [null, null]);
});

test('the same key is the same message', async () => {
  const [a, b, id] = await group('하나', '두리');
  const key = { 'idempotency-key': 'study-chat-0001' };
  const all = await Promise.all(Array.from({ length: 6 }, () => chat(a, id, 'POST', '', { content: '한 번' }, key)));
  assert.deepEqual(new Set(all.map((r) => `${r.status} ${r.body.data.id}`)).size, 1);
  assert.equal(all.filter((r) => r.headers['idempotent-replay'] === 'true').length, 5);
  assert.deepEqual(refusal(await chat(a, id, 'POST', '', { content: '다른 말' }, key)), [422, 'IDEMPOTENCY_KEY_REUSED', 'string']);
  assert.deepEqual(refusal(await chat(a, await study(a), 'POST', '', { content: '한 번' }, key)), [422, 'IDEMPOTENCY_KEY_REUSED', 'string']);
  assert.equal((await chat(b, id, 'POST', '', { content: '한 번' }, key)).status, 201);
  assert.equal((await chat(a, id)).body.data.length, 2);
});

test('the fifth message sent again and again at once is one message, and not too fast', async () => {
  const [a, id] = await group('하나');
  for (const text of ['하나', '둘', '셋', '넷']) await said(a, id, text);
  const key = { 'idempotency-key': 'study-chat-0005' };
  const db = connect(env.run);
  const lock = await db.getConnection();
  try {
    await lock.beginTransaction();
    await lock.query('SELECT 1 FROM study_members WHERE study_id = ? AND user_id = ? FOR UPDATE', [id, a.id]);
    const all = Promise.all(Array.from({ length: 3 }, () => chat(a, id, 'POST', '', { content: '다섯' }, key)));
    await until(async () => (await db.query("SELECT 1 FROM information_schema.processlist WHERE info LIKE '%INSERT INTO study_messages%' AND time_ms > 200")).length >= 3);
    await lock.commit();
    assert.deepEqual((await all).map((r) => r.status), [201, 201, 201]);
    assert.equal(new Set((await all).map((r) => r.body.data.id)).size, 1);
  } finally {
    await lock.rollback();
    lock.release();
    await db.end();
  }
  assert.equal((await chat(a, id, 'POST', '', { content: '다섯' }, key)).headers['idempotent-replay'], 'true');
  assert.equal((await chat(a, id, 'POST', '', { content: '여섯' })).status, 429);
});

test('a key in two groups at once is a message in one of them', async () => {
  const [a, first] = await group('하나');
  const second = await study(a);
  for (let i = 0; i < 3; i += 1) {
    const key = { 'idempotency-key': `study-chat-both-${i}` };
    const all = await Promise.all([first, second, first, second].map((id) => chat(a, id, 'POST', '', { content: '한 곳' }, key)));
    assert.deepEqual(all.map((r) => r.status).sort(), [201, 201, 422, 422]);
  }
  assert.equal((await chat(a, first)).body.data.length + (await chat(a, second)).body.data.length, 3);
});

test('whoever was removed is refused what they had sent, too', async () => {
  const [, b, id] = await group('하나', '두리');
  const key = { 'idempotency-key': 'study-chat-gone' };
  assert.equal((await chat(b, id, 'POST', '', { content: '잘 있어' }, key)).status, 201);
  await query("UPDATE study_members SET status = 'KICKED' WHERE study_id = ? AND user_id = ?", [id, b.id]);
  assert.deepEqual(refusal(await chat(b, id, 'POST', '', { content: '잘 있어' }, key)), [403, 'STUDY_NOT_MEMBER', 'string']);
});

test('whoever is removed while deleting somebody else’s message is no admin', async () => {
  const [a, b, id] = await group('하나', '두리');
  const m = await said(a, id, '남의 것');
  const db = connect(env.run);
  const lock = await db.getConnection();
  try {
    await lock.query('LOCK TABLES study_messages WRITE'); // b is known as a member, the author is not known yet
    const deleting = chat(b, id, 'DELETE', `/${m.id}`);
    await until(async () => (await db.query("SELECT 1 FROM information_schema.processlist WHERE state LIKE 'Waiting for table%' AND info LIKE '%DELETE FROM study_messages%'")).length);
    await db.query("UPDATE study_members SET status = 'KICKED' WHERE study_id = ? AND user_id = ?", [id, b.id]);
    await lock.query('UNLOCK TABLES');
    assert.deepEqual(refusal(await deleting), [403, 'CHAT-MSG-009', 'string']);
  } finally {
    await lock.query('UNLOCK TABLES');
    lock.release();
    await db.end();
  }
  assert.deepEqual((await chat(a, id)).body.data.map((x) => x.id), [m.id]);
});

test('searching by word, person and day, newest first', async () => {
  const [a, b, id] = await group('하나', '두리');
  const other = await study(a);
  await said(a, other, '사과 다른 곳');
  const old = await said(a, id, '사과 하나');
  await past(id, 3 * 24 * 60);
  const ids = [];
  for (const [p, text] of [[b, '사과 둘'], [a, '100% 배'], [b, 'Apple 사과']]) ids.push((await said(p, id, text)).id);
  const found = async (q) => (await chat(b, id, 'GET', `/search${q}`)).body;
  const all = await found(`?q=${encodeURIComponent('사과')}`);
  assert.deepEqual([all.success, all.query, all.data.map((m) => m.id)], [true, '사과', [ids[2], ids[0], old.id]]);
  assert.deepEqual(all.pagination, { page: 1, limit: 20, total: 3, totalPages: 1 });
  assert.deepEqual(all.data[0].user, { id: b.id, name: '두리', avatar: null });
  const paged = await found(`?q=${encodeURIComponent('사과')}&limit=2&page=2`);
  assert.deepEqual([paged.data.map((m) => m.id), paged.pagination], [[old.id], { page: 2, limit: 2, total: 3, totalPages: 2 }]);
  const day = (days) => new Date(Date.now() + (9 * 3600 + days * 86400) * 1000).toISOString().slice(0, 10);
  for (const [q, want] of [['?q=APPLE', [ids[2]]], ['?q=%25', [ids[1]]], ['?q=_', []], [`?userId=${a.id}`, [ids[1], old.id]], [`?endDate=${day(-2)}`, [old.id]],
    [`?startDate=${day(-1)}`, [ids[2], ids[1], ids[0]]], [`?startDate=${day(-3)}&endDate=${day(-3)}`, [old.id]], ['', [ids[2], ids[1], ids[0], old.id]]]) {
    assert.deepEqual([q, (await found(q)).data.map((m) => m.id)], [q, want]);
  }
  assert.equal((await chat(b, id, 'GET', '/search?startDate=2026-13-01')).status, 400);
});

test('a search looks at the newest 20,000 messages: of all, or of the days that are asked for', async () => {
  const [a, id] = await group('하나');
  const day = (days) => new Date(Date.now() + (9 * 3600 + days * 86400) * 1000).toISOString().slice(0, 10);
  const fill = (n) => fillStudy(id, a, n, "'hay'");
  const found = async (q) => (await chat(a, id, 'GET', `/search?q=needle${q}`)).body.data.map((m) => m.id);
  const oldest = await said(a, id, 'needle 1');
  await fill(20000);
  await past(id, 3 * 24 * 60);
  const old = await said(a, id, 'needle 2');
  await past(id, 24 * 60);
  await fill(20001);
  assert.deepEqual([await found(''), await found(`&endDate=${day(-1)}`), await found(`&startDate=${day(-1)}&endDate=${day(-1)}`)], [[], [old.id], [old.id]]);
  assert.deepEqual([await found(`&endDate=${day(-2)}`), await found(`&startDate=${day(0)}`), await found(`&startDate=${day(-9)}`)], [[], [], []]);
  await query("DELETE FROM study_messages WHERE study_id = ? AND content = 'hay' ORDER BY id LIMIT 2", [id]); // two fewer of the old days
  assert.deepEqual([await found(`&endDate=${day(-2)}`), (await found(`&endDate=${day(-1)}`)).length], [[oldest.id], 2]);
});

test('whoever has not read it has one notification of the group, whatever is said', async () => {
  const [a, b, c, id] = await group('하나', '두리', '셋이');
  await query("INSERT INTO notification_settings (user_id, language) VALUES (?, 'en')", [c.id]);
  const mine = (p) => query("SELECT title, message, status, data FROM notifications WHERE user_id = ? AND type = 'chat' AND category = 'study'", [p.id]);
  const first = await said(a, id, '처음');
  await until(async () => (await mine(b)).length && (await mine(c)).length);
  for (const text of ['둘', '셋']) await said(a, id, text);
  const list = await send('GET', '/api/notifications', { headers: { cookie: `next-auth.session-token=${b.access}` } });
  const { id: nid, createdAt, ...n } = list.body.data[0];
  assert.deepEqual(n, { type: 'CHAT', message: '하나님이 메시지를 보냈습니다', studyId: id, studyName: '스터디', studyEmoji: '📚', isRead: false,
    data: { studyId: id, messageId: n.data.messageId, senderId: a.id, studyName: '스터디', studyEmoji: '📚' } });
  assert.equal((await mine(c))[0].message, '하나 sent a message');
  assert.equal((await mine(a)).length, 0);
  // an older one read changes nothing, the newest one reads the notification
  await chat(b, id, 'POST', `/${first.id}/read`);
  assert.deepEqual((await mine(b)).map((x) => x.status), ['UNREAD']);
  const newest = (await chat(b, id)).body.data.at(-1);
  await chat(b, id, 'POST', `/${newest.id}/read`);
  assert.deepEqual((await mine(b)).map((x) => x.status), ['READ']);
  const answer = await said(b, id, '읽었어요');
  await until(async () => (await mine(a)).some((x) => JSON.parse(JSON.stringify(x.data)).messageId === answer.id));
  assert.deepEqual([(await mine(a)).length, (await mine(b)).length, (await mine(c)).length], [1, 1, 1]);
});
