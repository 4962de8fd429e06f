// A login and its sockets: they live as long as it does, whatever becomes of the token they came with.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { after, test } from 'node:test';
import { closeCalls, seated } from '../harness/call.mjs';
import { env, get, person, post, send } from '../harness/client.mjs';
import { closeDb, connect as connectDb } from '../harness/db.mjs';
import { closeAllIo, connectIo } from '../harness/socketio.mjs';
import { until } from '../harness/stack.mjs';
import { closeAll, connect } from '../harness/stomp.mjs';
import { age, claimsOf, sign } from '../harness/token.mjs';

after(async () => {
  await closeAll();
  closeAllIo();
  closeCalls();
  await closeDb();
});

const renewed = async (refresh) => (await send('POST', '/auth/refresh', { token: refresh })).body;

// Sockets of each kind of one login, in a chat room and in a call with somebody else; tokens: what each came with.
async function everywhere(p, friend, tokens) {
  const { roomId } = (await post('/chat/rooms', { roomName: '방', isPublic: false, participantIds: [friend.id] }, { token: p.access })).body.data;
  const call = (await post('/room/create', { roomType: 'video', maxParticipants: 4 })).body.data.roomId;
  const stomp = await connect(tokens[0]);
  const sub = await stomp.subscribe(`/sub/chat/room/${roomId}`);
  const errors = await stomp.subscribe('/user/queue/errors');
  const io = await connectIo({ token: tokens[1] });
  const polling = await connectIo({ token: tokens[1] }, { transports: ['polling'] });
  const room = await seated(call, p.id, p.name, `&token=${tokens[2]}`);
  const guest = await seated(call, 'friend');
  const friendly = await (await connect(friend.access)).subscribe(`/sub/chat/room/${roomId}`);
  // what each has heard of what was said, by either way
  const heard = () => [sub.messages.map((m) => m.message), ...[io, polling].map((s) => s.seen('receive_message').map((m) => m.content)), room.of('chat').map((m) => m.message)];
  // told to the others, of which one has it in the end
  let said = 0;
  const say = async (message) => {
    const n = friendly.messages.length;
    said += 1;
    await post(`/chat/rooms/${roomId}/messages`, { message }, { token: friend.access });
    guest.say('chat', { data: { message } });
    await friendly.count(n + 1);
    guest.say('ping');
    await guest.next('pong', said);
  };
  const all = [
    stomp.closed().then((e) => e.code),
    new Promise((ok) => { io.on('disconnect', (why, how) => ok(how?.context?.code ?? why)); }),
    // whose next poll comes more than a second later is told that there is no such session: to its client an error
    new Promise((ok) => { polling.on('disconnect', (why) => ok(why.replace('error', 'close'))); }),
    room.closed(),
  ];
  let left = all.length;
  all.forEach((c) => c.then(() => { left -= 1; }));
  return { roomId, stomp, errors, io, polling, room, guest, friendly, heard, say, closes: Promise.all(all), open: () => left };
}

const LATE = 2000; // ms; what is asked for is a second, and this machine may be slow

for (const [how, end] of [
  ['logs out', (p) => post('/auth/logout', undefined, { token: p.access })],
  ['shows a replaced refresh token again', async (p) => {
    await age(p.refresh, 61);
    assert.equal((await send('POST', '/auth/refresh', { token: p.refresh })).status, 401);
  }],
]) {
  test(`who ${how} hears nothing more a second later, on no socket of that login`, async () => {
    const [p, friend] = [await person('떠날'), await person('남을')];
    const two = await renewed(p.refresh);
    const three = await renewed(two.refreshToken);
    const other = (await post('/auth/login', { email: p.email, password: p.password })).body.data.accessToken;
    const x = await everywhere(p, friend, [p.access, two.accessToken, three.accessToken]);
    const stays = await (await connect(other)).subscribe(`/sub/chat/room/${x.roomId}`);
    await x.say('처음');
    await until(() => x.heard().every((h) => h.length === 1));
    await end(p);
    // somebody goes on talking, and says when
    const start = Date.now();
    const at = [];
    while (x.open() && Date.now() - start < 3 * LATE) {
      at.push(Date.now() - start);
      await x.say(`${at.length - 1}`);
    }
    assert.equal(x.open(), 0, 'sockets are closed');
    assert.deepEqual(await x.closes, [1008, 1008, 'transport close', 1008]);
    const last = x.heard().map((h) => h.length);
    for (const h of x.heard()) assert.ok((at[h.slice(1).at(-1)] ?? 0) < LATE, `still told ${at[h.at(-1)]} ms later`);
    await x.say('끝');
    await stays.count(x.friendly.messages.length);
    assert.equal(stays.messages.at(-1).message, '끝');
    assert.deepEqual(x.heard().map((h) => h.length), last);
  });
}

const account = (...args) => {
  const res = spawnSync(process.env.API_BIN, ['--config', path.join(env.run, 'studymate.env'), '--account', ...args], { encoding: 'utf8' });
  return [res.status, res.stdout || res.stderr];
};

test('an operator suspends an account: all its logins and sockets end, nobody logs in until it is restored', async () => {
  const [p, friend] = [await person('멈출'), await person('친구')];
  const login = () => post('/auth/login', { email: p.email, password: p.password });
  const other = (await login()).body.data;
  const x = await everywhere(p, friend, [p.access, p.access, p.access]);
  const second = await connect(other.accessToken);
  assert.deepEqual(account(p.id), [0, `${p.id} ACTIVE USER ${p.email} 멈출, logins ended: 0\n`]);
  assert.deepEqual(account(p.id, 'suspend'), [0, `${p.id} SUSPENDED USER ${p.email} 멈출, logins ended: 2\n`]);
  assert.deepEqual(await x.closes, [1008, 1008, 'transport close', 1008]);
  assert.equal((await second.closed()).code, 1008);
  for (const token of [p.access, other.accessToken]) await until(async () => (await get('/users/me', { token })).status === 401);
  assert.equal((await send('POST', '/auth/refresh', { token: other.refreshToken })).status, 401);
  const refused = await login();
  assert.deepEqual([refused.status, refused.body.code], [403, 'AUTH_005']);
  assert.deepEqual(account(p.email, 'suspend'), [0, `${p.id} SUSPENDED USER ${p.email} 멈출, logins ended: 0\n`]);
  assert.equal(account(p.id, 'restore')[0], 0);
  assert.equal((await get('/users/me', { token: p.access })).status, 401);
  const anew = (await login()).body.data.accessToken;
  assert.equal((await get('/users/me', { token: anew })).status, 200);
  assert.deepEqual(account(p.id, 'log-out'), [0, `${p.id} ACTIVE USER ${p.email} 멈출, logins ended: 1\n`]);
  await until(async () => (await get('/users/me', { token: anew })).status === 401);
  const user = (await login()).body.data.accessToken;
  assert.deepEqual(account(p.id, 'admin'), [0, `${p.id} ACTIVE ADMIN ${p.email} 멈출, logins ended: 1\n`]);
  await until(async () => (await get('/users/me', { token: user })).status === 401);
  assert.equal(claimsOf((await login()).body.data.accessToken).role, 'ADMIN');
  assert.match(account(p.id, 'user')[1], / USER .*logins ended: 1\n/);
});

test('a login that is under way while its account is suspended is refused', async () => {
  const p = await person();
  const db = connectDb(env.run);
  const sql = await db.getConnection();
  try {
    await sql.beginTransaction();
    await sql.query("UPDATE users SET status = 'SUSPENDED' WHERE id = ?", [p.id]);
    const login = post('/auth/login', { email: p.email, password: p.password });
    // the password was good, and the account as well
    await until(async () => (await db.query("SELECT 1 FROM information_schema.processlist WHERE info LIKE 'UPDATE users SET active_at%' AND time_ms > 200")).length);
    await sql.query('UPDATE sessions SET revoked_at = SYSDATE(3) WHERE user_id = ? AND revoked_at IS NULL', [p.id]);
    await sql.commit();
    const refused = await login;
    assert.deepEqual([refused.status, refused.body.code], [403, 'AUTH_005']);
    assert.deepEqual(await sql.query('SELECT id FROM sessions WHERE user_id = ? AND revoked_at IS NULL', [p.id]), []);
  } finally {
    await sql.release();
    await db.end();
  }
});

test('an operator hands over a link for another password, where no mail can', async () => {
  const p = await person();
  const [code, text] = account(p.email, 'reset-link');
  assert.equal(code, 0);
  const [, token] = text.match(/^\/reset-password\/#token=(\S+)\n$/);
  assert.equal((await post('/auth/password/reset', { token, newPassword: 'brand new words 9' })).status, 200);
  assert.equal((await post('/auth/password/reset', { token, newPassword: 'brand new words 8' })).body.code, 'LINK_INVALID');
  assert.equal((await post('/auth/login', { email: p.email, password: 'brand new words 9' })).status, 200);
  const db = connectDb(env.run);
  await db.query('UPDATE users SET email = NULL WHERE id = ?', [p.id]);
  await db.end();
  for (const who of [p.id, '999999999', 'nobody@test.example.com']) assert.deepEqual(account(who, 'reset-link'), [1, `studymate-api: there is no account ${who}\n`]);
});

test('the operator’s tool says what it cannot do', () => {
  for (const args of [[], ['1', 'ban'], ['1', 'suspend', 'now']]) {
    const [code, text] = account(...args);
    assert.equal(code, 64, `${args}`);
    assert.match(text, /--account ID\|EMAIL \[suspend\|restore\|log-out\|admin\|user\|reset-link\]/);
  }
  for (const who of ['999999999', '0', '', 'x', '1x', 'nobody@test.example.com']) assert.deepEqual(account(who, 'suspend'), [1, `studymate-api: there is no account ${who}\n`]);
});

test('sockets outlive the token they came with, and end with its login', async () => {
  const [p, friend] = [await person('오래'), await person('친구')];
  const claims = claimsOf(p.access);
  const short = sign({ ...claims, exp: Math.floor(Date.now() / 1000) + 8 });
  const x = await everywhere(p, friend, [short, short, short]);
  await until(async () => (await get('/users/me', { token: short })).body.code === 'AUTH_002');
  await assert.rejects(connect(short), /Unauthorized/);
  // each may still speak, and hears
  x.stomp.cast('/pub/chat/message', { roomId: x.roomId, message: '하나' });
  await x.friendly.count(1);
  assert.equal((await x.io.ask('send_message', { chat_id: x.roomId, content: '둘' })).content, '둘');
  assert.equal((await x.polling.ask('send_message', { chat_id: x.roomId, content: '셋' })).content, '셋');
  assert.deepEqual((await x.friendly.count(3)).map((m) => m.message), ['하나', '둘', '셋']);
  x.room.say('chat', { data: { message: '넷' } });
  assert.equal((await x.guest.next('chat')).message, '넷');
  await x.say('다섯');
  await until(() => x.heard().every((h) => h.at(-1) === '다섯'));
  assert.deepEqual([x.errors.messages.length, x.open()], [0, 4]);
  await post('/auth/logout', undefined, { token: p.access });
  await until(() => !x.open());
  assert.deepEqual(await x.closes, [1008, 1008, 'transport close', 1008]);
});
