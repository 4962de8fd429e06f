// Whoever asks for a thing by its id, and how it is answered: generated for every route of the OpenAPI document that takes
// an id. A second statement of the rules, apart from the code: what a kind of thing is, and who may have it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, person, post, send } from '../harness/client.mjs';
import { connect } from '../harness/db.mjs';
import { form, png, upload, wav } from '../harness/files.mjs';
import { startStack } from '../harness/stack.mjs';
import { study } from '../harness/study.mjs';

let stack;
let sql;
let who; // owner (and member of what is shared), friend, other, blocked, admin
const base = () => ({ base: stack.base });
const as = (p) => ({ token: p.access, ...base() });

before(async () => {
  stack = await startStack('access');
  stack.kill('jobs', 'SIGTERM'); // what follows from events would look like a change
  sql = connect(stack.run);
  const names = ['owner', 'friend', 'other', 'blocked', 'blocking'];
  who = Object.fromEntries(await Promise.all(names.map(async (n) => [n, await person(n, {}, base())])));
  const login = await post('/auth/login', { email: 'admin@example.com', password: 'password123' }, base());
  who.admin = { id: login.body.data.userId, access: login.body.data.accessToken };
  await sql.query('INSERT INTO blocks (user_id, blocked_id) VALUES (?, ?), (?, ?)', [who.owner.id, who.blocked.id, who.blocking.id, who.owner.id]);
});
after(async () => {
  await sql?.end();
  stack?.down();
});

const insert = async (text, args) => (await sql.query(text, args)).insertId;
const room = async () => {
  const { body } = await post('/chat/rooms', { roomName: '둘만', participantIds: [who.friend.id], isPublic: false }, as(who.owner));
  await post(`/chat/rooms/${body.data.roomId}/messages`, { message: '안녕' }, as(who.owner));
  return body.data.roomId;
};
const file = async () => {
  const id = await room();
  await upload(`/chat/rooms/${id}/images`, [['files', png, 'a.png', 'image/png']], who.owner, base());
  return (await sql.query('SELECT id, storage_key FROM files WHERE owner_id = ? ORDER BY id DESC LIMIT 1', [who.owner.id]))[0];
};
const note = (status, at = null, category = 'general') => insert("INSERT INTO notifications (user_id, type, category, title, message, status, scheduled_at) VALUES (?, 'notice', ?, 't', 'm', ?, ?)", [who.owner.id, category, status, at]);
const ask = async () => {
  await sql.query("DELETE FROM user_matches WHERE user1_id IN (?, ?) OR user2_id IN (?, ?)", [who.owner.id, who.friend.id, who.owner.id, who.friend.id]);
  await sql.query('DELETE FROM matching_taken');
  await sql.query('DELETE FROM matching_requests WHERE open_pair IS NOT NULL');
  return insert("INSERT INTO matching_requests (sender_id, receiver_id, expires_at) VALUES (?, ?, NOW(3) + INTERVAL 1 DAY)", [who.friend.id, who.owner.id]);
};
const match = async () => {
  await ask();
  return insert('INSERT INTO user_matches (user1_id, user2_id, matched_at) VALUES (LEAST(?, ?), GREATEST(?, ?), NOW(3))', [who.owner.id, who.friend.id, who.owner.id, who.friend.id].map(Number));
};
const group = async () => {
  const id = await study(who.owner, [who.friend], sql);
  const message = await insert("INSERT INTO study_messages (study_id, seq, user_id, content, created_at) VALUES (?, 0, ?, '안녕', NOW(3))", [id, who.owner.id]);
  return { id, message };
};
// of which a friend is a member or more, or would like to be
const seat = async (fields) => {
  const id = await study(who.owner, [who.friend], sql);
  await sql.query('UPDATE study_members SET role = COALESCE(?, role), status = COALESCE(?, status) WHERE study_id = ? AND user_id = ?', [fields.role, fields.status, id, who.friend.id]);
  if (fields.status) await sql.query('UPDATE studies SET member_count = 1, is_public = FALSE WHERE id = ?', [id]);
  const [{ request }] = await sql.query('SELECT id AS request FROM study_members WHERE study_id = ? AND user_id = ?', [id, who.friend.id]);
  return { id, userId: who.friend.id, requestId: request };
};

const shared = async (id) => {
  const f = form([['file', png, 'a.png', 'image/png']]);
  const res = await send('POST', `/api/studies/${id}/files`, { ...base(), ...f, headers: { ...f.headers, cookie: `next-auth.session-token=${who.owner.access}` } });
  return res.body.data.id;
};

const talk = async () => {
  const { roomId } = (await post('/room/create', {}, as(who.owner))).body.data;
  const [gw] = await sql.query("SELECT id FROM gateways WHERE beat_at > NOW(3) - INTERVAL 10 SECOND LIMIT 1");
  await sql.query("INSERT INTO room_seats (room_id, user_id, gateway, socket, name, audio, video, screen, joined_at) SELECT id, 'guest', ?, 's', 'n', 1, 0, 0, NOW(3) FROM rooms WHERE public_id = ?", [gw.id, roomId]);
  return roomId;
};

// The owner as one of the dating app, and everybody able to look.
const single = async () => {
  await sql.query("UPDATE users SET gender = 'OTHER', birth_year = 1990, birth_monthday = '05-15'");
  assert.equal((await get('/matches', as(who.owner))).status, 200);
  return { user_id: who.owner.id };
};

const lesson = async (status = 'SCHEDULED') => {
  const id = await insert("INSERT INTO learning_sessions (host_id, type, starts_at, minutes, seats, taken, is_public, status, started_at) VALUES (?, 'VIDEO', NOW(3) + INTERVAL 1 DAY, 30, 2, 2, 0, ?, NOW(3))", [who.owner.id, status]);
  await sql.query("INSERT INTO session_seats (session_id, user_id, role) VALUES (?, ?, 'HOST'), (?, ?, 'GUEST')", [id, who.owner.id, id, who.friend.id]);
  return id;
};

// A level test of the owner's, with one answer.
const exam = async (status, mode = 'standard') => {
  const id = await insert("INSERT INTO level_tests (user_id, language, type, mode, source, aim, questions, status, expires_at) VALUES (?, 'en', 'SPEAKING', ?, 'GUIDED', 'BEGINNER', 4, ?, NOW(3) + INTERVAL 1 DAY)", [who.owner.id, mode, status]);
  await sql.query("INSERT INTO level_test_answers (test_id, question, transcript) VALUES (?, 1, 'I like tea.')", [id]);
  if (status === 'completed') await sql.query("INSERT INTO level_test_results (test_id, user_id, language, judge, model, level, overall, pronunciation, fluency, grammar, vocabulary, coherence, interaction, completed_at) VALUES (?, ?, 'en', 'rules', 'builtin', 'A1', 9, 9, 9, 9, 9, 9, 9, NOW(3))", [id, who.owner.id]);
  return { id, testId: id };
};

// A private group session of the owner's.
const gathering = async (status = 'SCHEDULED', state = 'JOINED') => {
  await sql.query('DELETE FROM group_sessions');
  const id = await insert("INSERT INTO group_sessions (host_id, title, description, type, language, level, topic, tags, seats, taken, starts_at, minutes, is_public, join_code, status, started_at) VALUES (?, 't', 'd', 'VIDEO', 'ko', 'BEGINNER', 'x', '[]', 6, 2, NOW(3) + INTERVAL 1 DAY, 30, 0, 'ABC123', ?, NOW(3))", [who.owner.id, status]);
  await sql.query("INSERT INTO group_seats (session_id, user_id, role, status, invited_until) VALUES (?, ?, 'HOST', 'JOINED', NULL), (?, ?, 'PARTICIPANT', ?, NOW(3) + INTERVAL 1 DAY)", [id, who.owner.id, id, who.friend.id, state]);
  return { sessionId: id, participantUserId: who.friend.id };
};
// One of the friend's, where the owner has a seat or may take one.
const elsewhere = async (status, state) => {
  const ids = await gathering(status, state);
  await sql.query('UPDATE group_sessions SET host_id = ?', [who.friend.id]);
  await sql.query('DELETE FROM group_seats');
  await sql.query("INSERT INTO group_seats (session_id, user_id, role, status, invited_until) VALUES (?, ?, 'HOST', 'JOINED', NULL), (?, ?, 'PARTICIPANT', ?, NOW(3) + INTERVAL 1 DAY)", [ids.sessionId, who.friend.id, ids.sessionId, who.owner.id, state]);
  return ids;
};

// What a route's ids stand for, how to make one that is the owner's, and who gets what: `mine` is answered, `none` as if
// there were nothing (or it were not allowed), `some` with what anybody may know; a number: that status.
const PRIVATE = { owner: 'mine', other: 'none', blocked: 'none', blocking: 'none', admin: 'none' };
const PERSON = { owner: 'mine', other: 'some', blocked: 'none', blocking: 'none', admin: 'some' };
const kinds = [
  [/^\/matches\/\{match_id\}\//, PRIVATE, async () => ({ match_id: await ask() })],
  [/^\/matches\/\{user_id\}\//, { ...PERSON, owner: 400 }, single],
  [/^\/chat\/request\//, { owner: 400, blocked: 'none', blocking: 'none' }, single], // asking is open to all others
  [/^\/chat\/files\/\{fileId\}$/, PRIVATE, async () => ({ fileId: (await file()).id })],
  [/^\/upload\/file\/\{key\}$/, PRIVATE, async () => ({ key: (await file()).storage_key })],
  [/^\/chat\/.*\/leave$/, { ...PRIVATE, owner: 409 }, async () => ({ roomId: await room() })], // with somebody else in it
  [/^\/chat/, PRIVATE, async () => { const id = await room(); return { roomId: id, chat_id: id }; }],
  [/^\/notifications?\/scheduled\//, PRIVATE, async () => ({ notificationId: await note('SCHEDULED', '2099-01-01') })],
  // deleting is answered with the number of what was deleted
  ['delete', /^\/notifications?\/\{notificationId\}/, { ...PRIVATE, other: 'some', blocked: 'some', blocking: 'some', admin: 'some' }, async () => ({ notificationId: await note('UNREAD') })],
  [/^\/notifications?\/(read\/)?\{notificationId\}/, PRIVATE, async () => ({ notificationId: await note('UNREAD') })],
  [/^\/coup\/notifications\//, PRIVATE, async () => ({ id: await note('UNREAD', null, 'study') })],
  [/^\/matching\/(accept|reject)\//, PRIVATE, async () => ({ requestId: await ask() })],
  [/^\/matching\/matches\//, PRIVATE, async () => ({ matchId: await match() })],
  [/^\/sessions?\/\{sessionId\}\/join$/, { ...PRIVATE, owner: 409 }, async () => ({ sessionId: await lesson() })], // its host sits there
  [/^\/sessions\/\{sessionId\}\/end$/, PRIVATE, async () => ({ sessionId: await lesson('IN_PROGRESS') })],
  [/^\/sessions\/\{sessionId\}\/feedback$/, PRIVATE, async () => ({ sessionId: await lesson('COMPLETED') })],
  [/^\/sessions\/bookings\//, PRIVATE, async () => { // a session of the friend's, where the owner has a seat
    const id = await lesson();
    await sql.query('UPDATE learning_sessions SET host_id = ? WHERE id = ?', [who.friend.id, id]);
    await sql.query("UPDATE session_seats SET role = IF(user_id = ?, 'BOOKED', 'HOST') WHERE session_id = ?", [who.owner.id, id]);
    return { bookingId: (await sql.query('SELECT id FROM session_seats WHERE session_id = ? AND user_id = ?', [id, who.owner.id]))[0].id };
  }],
  [/^\/sessions?\/\{sessionId\}/, PRIVATE, async () => ({ sessionId: await lesson() })],
  [/^\/group-sessions\/.*\/(join|respond)$/, PRIVATE, () => elsewhere('SCHEDULED', 'INVITED')],
  [/^\/group-sessions\/.*\/rate$/, PRIVATE, () => elsewhere('COMPLETED', 'JOINED')],
  [/^\/group-sessions\/.*\/end$/, PRIVATE, () => gathering('ONGOING')],
  [/^\/group-sessions\/\{sessionId\}/, PRIVATE, () => gathering()],
  [/^\/studies\/messages\//, PRIVATE, async () => ({ messageId: (await group()).message })],
  ['get', /^\/studies\/\{id\}$/, { ...PERSON, blocked: 'some', blocking: 'some' }, group], // a public one
  ['post', /^\/studies\/\{id\}\/join(-requests)?$/, { ...PRIVATE, owner: 400 }, () => seat({ status: 'PENDING' })], // a private one
  [/^\/studies\/\{id\}\/leave$/, { ...PRIVATE, owner: 400 }, group],
  [/^\/studies\/.*\/(approve|reject)$/, PRIVATE, () => seat({ status: 'PENDING' })],
  [/^\/studies\/.*(\/members\/\{userId\}|transfer-ownership)/, PRIVATE, () => seat({ role: 'ADMIN' })],
  [/^\/studies\/.*\/notices/, PRIVATE, async () => { const { id } = await group(); return { id, noticeId: await insert("INSERT INTO study_notices (study_id, author_id, title, content) VALUES (?, ?, 't', 'c')", [id, who.owner.id]) }; }],
  [/^\/studies\/.*\/calendar/, PRIVATE, async () => { const { id } = await group(); return { id, eventId: await insert("INSERT INTO study_events (study_id, created_by, title, date, start_time, end_time) VALUES (?, ?, 't', '2099-01-01', '10:00', '11:00')", [id, who.owner.id]) }; }],
  [/^\/studies\/.*\/files/, PRIVATE, async () => { const { id } = await group(); return { id, fileId: await shared(id) }; }],
  [/^\/studies\/.*\/tasks/, PRIVATE, async () => { const { id } = await group(); return { id, taskId: await insert("INSERT INTO study_tasks (study_id, created_by, title) VALUES (?, ?, 't')", [id, who.owner.id]) }; }],
  [/^\/studies\//, PRIVATE, async () => { const g = await group(); return { id: g.id, messageId: g.message }; }],
  [/^\/tasks\//, PRIVATE, async () => ({ id: await insert("INSERT INTO tasks (user_id, title) VALUES (?, 't')", [who.owner.id]) })],
  [/^\/room\/.*\/kick$/, PRIVATE, async () => ({ roomId: await talk() })],
  [/^\/level-?test\/(voice\/.*\/result|.*\/detailed)$/, PRIVATE, async () => ({ ...await exam('completed', 'voice'), questionId: 1 })],
  [/^\/level-?test\/(audio\/|.*\/audio\/)/, PRIVATE, async () => {
    const { id } = await exam('in-progress');
    await upload(`/level-test/${id}/audio-answer`, [['audio', wav(), 'a.wav', 'audio/wav']], who.owner, base());
    return { testId: id, userId: who.owner.id, questionId: 1 };
  }],
  [/^\/level-?test\/progress\//, PRIVATE, async () => ({ userId: who.owner.id })],
  [/^\/level-?test\/(voice\/)?\{testId\}/, PRIVATE, () => exam('in-progress', 'voice')],
  [/^\/level-?test\/result\//, PRIVATE, async () => {
    await exam('completed');
    return { userId: who.owner.id };
  }],
  [/^\/achievements\//, PRIVATE, async () => {
    await sql.query('DELETE FROM user_achievements WHERE user_id = ?', [who.owner.id]);
    return { userAchievementId: await insert('INSERT INTO user_achievements (user_id, achievement_id, progress, completed_at) VALUES (?, 1, 1, NOW(3))', [who.owner.id]) };
  }],
  // presence shows an id and OFFLINE to whom it shows nothing
  [/^\/users\/status\/\{userId\}$/, { ...PERSON, blocked: 'some', blocking: 'some' }, async () => ({ userId: who.owner.id })],
  [/^\/matching\/(ai\/)?compatibility\//, { ...PERSON, owner: 400 }, async () => ({ partnerId: who.owner.id })],
  [/\{userId\}/, PERSON, async () => ({ userId: who.owner.id })],
];
// no ids of anybody's: names of steps and lists; calls, which the contract leaves open to guests; what gateways ask; codes,
// whose holder may come in. What administrators may do goes by their role, not by whose it is (admin-users.test.mjs)
const open = /^\/(internal|admin)\/|^\/room\/(?!.*\/kick$)|\/(category|templates?|steps|state|city)\/|^\/sessions\/(language|type)\/|^\/group-sessions\/join\//;

const bodies = [
  [/\/images$/, () => form([['files', png, 'a.png', 'image/png']])],
  [/\/audio$/, () => form([['file', wav(), 'a.wav', 'audio/wav']])],
  [/^\/level-?test\/.*\/(upload|audio-answer)$/, () => form([['audio', wav(), 'a.wav', 'audio/wav']])],
  [/\/upload$/, () => form([['file', png, 'a.png', 'image/png']])],
  [/\/chat\/rooms\/\{roomId\}\/messages$|\/chat\/room\/|\/chats\//, { message: '안녕', content: '안녕' }],
  [/^\/studies\/.*\/chat/, { content: '안녕' }],
  [/^\/studies\/.*\/role$/, { role: 'MEMBER' }],
  [/^\/studies\/.*\/transfer-ownership$/, () => ({ body: { targetUserId: who.friend.id } })],
  [/^\/studies\/.*\/notices/, { title: '제목', content: '안녕' }],
  [/^\/studies\/.*\/files$/, () => form([['file', png, 'a.png', 'image/png']])],
  [/^\/studies\/.*\/tasks/, { title: '제목', status: 'TODO' }],
  [/^\/studies\/.*\/calendar/, { title: '모임', date: '2099-01-01', startTime: '10:00', endTime: '11:00' }],
  [/^\/room\/.*\/kick$/, { userId: 'guest' }],
  [/^\/group-sessions\/.*\/invite$/, () => ({ body: [Number(who.friend.id)] })],
  [/^\/sessions\/.*\/feedback$/, { rating: 5 }],
  [/^\/sessions\/.*\/reschedule$/, { scheduledAt: '2027-12-31T00:00:00Z' }],
];
const tables = async () => (await sql.query('SHOW TABLES')).map((t) => Object.values(t)[0])
  .filter((t) => !['sessions', 'users', 'matching_index', 'request_keys', 'outbox', 'schedules', 'presence', 'gateways', 'user_status', 'deliveries', 'request_hours'].includes(t));

async function call(method, template, op, ids, p) {
  const path = template.replace(/\{([^}]+)\}/g, (_, name) => encodeURIComponent(ids[name]));
  const query = op.parameters.filter((q) => q.in === 'query' && q.required).map((q) => `${q.name}=${encodeURIComponent([q.schema.type].flat().includes('integer') ? 5 : '안녕')}`).join('&');
  const login = p && (['session', 'visitor'].includes(op['x-auth']) ? { headers: { cookie: `next-auth.session-token=${p.access}` } } : { token: p.access });
  const made = op.requestBody ? bodies.find(([re]) => re.test(template))?.[1] ?? {} : undefined;
  const body = typeof made === 'function' ? made() : { body: made };
  return send(method.toUpperCase(), (/^\/(studies|tasks)/.test(path) ? `/api${path}` : path) + (query && `?${query}`), { ...base(), ...login, ...body, headers: { ...login?.headers, ...body.headers } });
}

const kindOf = (method, template) => kinds.find(([first, second]) => (first.test ? first.test(template) : first === method && second.test(template)));

test('who may not have a thing is told there is none, and changes nothing; who may, may', async () => {
  const { body: document } = await get('/openapi.json', base());
  const names = await tables();
  const wrong = [];
  let n = 0;
  for (const [template, item] of Object.entries(document.paths)) {
    for (const [method, op] of Object.entries(item)) {
      if (!template.includes('{') || open.test(template) || op['x-auth'] === 'none') continue;
      const kind = kindOf(method, template);
      if (!kind) {
        wrong.push(`${template}: whose is it?`);
        continue;
      }
      const [rights, make] = kind.slice(-2);
      const ids = await make();
      const state = async () => JSON.stringify(await sql.query(`CHECKSUM TABLE ${names}`));
      const before_ = await state();
      const sees = async (role, right) => {
        const res = await call(method, template, op, ids, who[role]);
        const got = res.status < 300 ? (role === 'owner' ? 'mine' : 'some') : [403, 404].includes(res.status) ? 'none' : res.status;
        n += 1;
        if (got !== right) wrong.push(`${method} ${template} as ${role}: ${got}, not ${right}: ${res.text.slice(0, 200)}`);
        else if (got === 'some' && /@|password/.test(res.text)) wrong.push(`${method} ${template} as ${role} tells too much: ${res.text.slice(0, 300)}`);
      };
      const guest = await call(method, template, op, ids);
      if (guest.status !== (op['x-auth'] === 'visitor' ? 200 : 401)) wrong.push(`${method} ${template} as guest: ${guest.status}`);
      for (const [role, right] of Object.entries(rights)) if (role !== 'owner') await sees(role, right);
      if (await state() !== before_) wrong.push(`${method} ${template}: something was changed`);
      await sees('owner', rights.owner);
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(n > 200, `${n}`);
});
