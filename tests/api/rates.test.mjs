// Rate limits of every class over HTTP, on a stack where they are a tenth; which class a route has; what an address is.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { get as getAny, person as personAny, post as postAny, send, unique } from '../harness/client.mjs';
import { connect } from '../harness/db.mjs';
import { form, png } from '../harness/files.mjs';
import { sleep, startStack, until } from '../harness/stack.mjs';

let stack;
let people;
let edge;
const PERCENT = 10;
const at = (o = {}) => ({ ...o, base: stack.base });

// A request from another address of this machine, which limits of 127.0.0.1 do not count.
const from = (address, method, target, o) => send(method, target, at({ ...o, from: address }));

// Writes as fast as it may for two windows and the beginning of a third. It begins shortly before a window of the clock
// ends, where whoever counts by such windows would let it write twice as much.
async function acrossEdges(p) {
  const room = (await from('127.0.0.9', 'POST', '/chat/rooms', { token: p.access, body: { roomName: '가장자리', isPublic: false } })).body.data.roomId;
  const passed = [];
  await sleep((18500 - (Date.now() % 10000)) % 10000);
  for (let n = 0; passed.length < 21; n += 1) {
    const res = await from('127.0.0.9', 'POST', `/chat/rooms/${room}/messages`, { token: p.access, body: { message: `글 ${n}` } });
    if (res.status === 201) passed.push(res.headers['x-request-id']);
    else assert.equal(res.status, 429);
    await sleep(passed.length < 10 ? 20 : 130); // the first at once, those of later windows as soon as there is room
  }
  return passed;
}

before(async () => {
  stack = await startStack('rates', { RATE_PERCENT: PERCENT }, 3);
  people = [await personAny('첫째', {}, at()), await personAny('둘째', {}, at())]; // all that may sign up
  edge = acrossEdges(people[1]);
  edge.catch(() => {}); // awaited below
});
after(async () => {
  await edge?.catch(() => {});
  stack?.down();
});

test('each route has the class of its kind', async () => {
  const { body: doc } = await getAny('/openapi.json');
  const exact = { // by POST, but it is reading
    'POST /users/status/batch': 'READ', 'POST /studies/messages/{messageId}/read': 'READ', 'POST /studies/{id}/chat/{messageId}/read': 'READ',
    'POST /upload/presigned-url': 'UPLOAD', 'PUT /upload/signed': 'UPLOAD', 'PUT /coup/user/profile': 'UPLOAD', 'POST /matching/request': 'CONTACT', 'POST /room/create': 'CALL',
    'GET /studies': 'READ', // by address: what it shows costs as much as other lists
    'GET /upload/file/{key}': 'NONE', 'POST /coup/auth/_log': 'NONE', 'POST /coup/auth/{nextauth}': 'NONE', 'GET /health': 'NONE', 'GET /health/live': 'NONE',
    'POST /matches/request': 'CONTACT', 'POST /chat/request/{user_id}': 'CONTACT', 'GET /matches/recommendations': 'SEARCH',
    'GET /users/status/count': 'SEARCH', 'GET /matching/partners': 'SEARCH', 'POST /matching/partners/advanced': 'SEARCH',
    'POST /matching/ai/best-matches': 'SEARCH', 'POST /matching/ai/compatibility/{partnerId}': 'SEARCH', 'POST /group-sessions/ai/match-recommendation': 'WRITE',
    'POST /analytics/events': 'EVENTS', 'GET /analytics/recommendations': 'SEARCH', 'GET /analytics/performance': 'SEARCH',
    'GET /admin/audit-logs/export': 'SEARCH', // megabytes of rows
    'GET /admin/analytics/overview': 'SEARCH', 'GET /admin/analytics/users': 'SEARCH', 'GET /admin/analytics/studies': 'SEARCH',
  };
  const kinds = [
    [(o) => o['x-auth'] === 'operator', 'NONE'],
    [(o) => o['x-auth'] === 'refresh', 'REFRESH'],
    [(o, k) => /^POST .*\/(login|callback\/credentials|password\/(forgot|reset)|email\/(send|confirm))$/.test(k), 'LOGIN'],
    [(o, k) => /^GET \/auth\/callback\//.test(k), 'LOGIN'], // with the code of a provider
    [(o, k) => /^POST .*\/(signup|register)$/.test(k), 'SIGNUP'],
    [(o, k) => /^POST \/(chats?\/.*\/messages|studies\/\{id\}\/chat)$/.test(k), 'CHAT'],
    [(o, k) => /^(GET|POST) \/room\/\{roomId\}\/(ice-servers|join)$/.test(k), 'CALL'],
    [(o, k) => /^POST \/(whisper|translate|leveltest\/voice\/transcribe)(\/|$)/.test(k), 'SUBTITLE'],
    [(o, k) => /^POST \/group-sessions\/ai\//.test(k), 'AI'],
    [(o, k) => /\/search$/.test(k), 'SEARCH'],
    [(o) => Boolean(o.requestBody?.content['multipart/form-data']), 'UPLOAD'],
    [(o, k) => k.startsWith('GET ') && o['x-auth'] === 'none', 'NONE'], // the same for everybody
    [(o, k) => k.startsWith('GET '), 'READ'],
    [() => true, 'WRITE'],
  ];
  const wrong = [];
  const seen = new Set();
  for (const [route, item] of Object.entries(doc.paths)) {
    for (const [method, op] of Object.entries(item).filter(([, o]) => !o.deprecated)) {
      const key = `${method.toUpperCase()} ${route}`;
      const want = exact[key] ?? kinds.find(([fits]) => fits(op, key))[1];
      seen.add(key);
      if (op['x-rate'] !== want) wrong.push(`${key}: ${op['x-rate']}, should be ${want}`);
    }
  }
  assert.deepEqual(wrong, []);
  assert.deepEqual(Object.keys(exact).filter((k) => !seen.has(k)), []);
});

test('strangers: in its first week an account reaches so many a day; who is known does not count, and later it is not asked', async () => {
  const [p, other] = people;
  const db = connect(stack.run);
  const open = () => postAny('/chat/rooms', { roomName: '낯선 이와', participantIds: [other.id], isPublic: false }, at({ token: p.access }));
  const said = [];
  for (let i = 0; i < 6; i += 1) said.push(await open());
  assert.deepEqual(said.map((r) => r.status), [201, 201, 201, 201, 201, 429]);
  assert.deepEqual([said[5].body.code, said[5].body.retryAfter > 3600, said[5].body.retryAfter <= 97201], ['TOO_MANY_REQUESTS', true, true]);
  await db.query('INSERT INTO user_matches (user1_id, user2_id, matched_at) VALUES (?, ?, NOW(3))', [p.id, other.id]);
  assert.equal((await open()).status, 201);
  await db.query('DELETE FROM user_matches');
  await db.query('UPDATE users SET created_at = NOW(3) - INTERVAL 8 DAY WHERE id = ?', [p.id]);
  assert.equal((await open()).status, 201);
  await db.end();
});

test('codes of group sessions: two tries of a person, on this stack, right or wrong; joining by id is not asked', async () => {
  const token = people[1].access; // whose WRITE nobody else counts
  const made = await postAny('/group-sessions', { title: 't', description: 'd', language: 'en', level: 'BEGINNER', topic: 'x', scheduledAt: new Date(Date.now() + 3600000).toISOString() }, at({ token }));
  assert.equal(made.status, 201, made.text);
  const { id, joinCode } = made.body.data;
  const tried = [];
  for (const where of ['join/000000', 'join/000001', `join/${joinCode}`, `${id}/join`]) tried.push(await postAny(`/group-sessions/${where}`, {}, at({ token })));
  assert.deepEqual(tried.map((r) => [r.status, r.body.code]), [[400, 'INVALID_JOIN_CODE'], [400, 'INVALID_JOIN_CODE'], [429, 'TOO_MANY_REQUESTS'], [409, 'SESSION_ALREADY_BOOKED']]);
});

test('pictures of people who are signing up: ten an hour and address, one on this stack', async () => {
  const put = () => send('POST', '/api/upload', at(form([['type', 'avatar'], ['file', png, 'a.png', 'image/png']])));
  const res = [await put(), await put()];
  assert.deepEqual(res.map((r) => [r.status, r.body.code]), [[200, undefined], [429, 'TOO_MANY_REQUESTS']]);
  assert.ok(res[1].body.retryAfter > 3000 && res[1].body.retryAfter <= 4051, `${res[1].body.retryAfter}`);
});

test('each class can be used up over HTTP, and says so as documented', async () => {
  const [p, other] = people;
  const token = p.access;
  const room = (await postAny('/chat/rooms', { roomName: '한도', isPublic: false }, at({ token }))).body.data.roomId; // one WRITE
  const login = (email) => () => from('127.0.0.1', 'POST', '/auth/login', { body: { email: email ?? `${unique()}@test.example.com`, password: 'wrong password' } });
  const classes = { // rooms were opened before: eight of WRITE
    SIGNUP: [0, () => postAny('/auth/signup', { name: '셋째', email: `${unique()}@test.example.com`, password: 'hunter2hunter2' }, at())], // two signed up before
    READ: [60, () => getAny('/users/name', at({ token }))],
    WRITE: [3, () => postAny('/users/english-name', { englishName: unique() }, at({ token }))],
    CHAT: [10, () => postAny(`/chat/rooms/${room}/messages`, { message: '글' }, at({ token }))],
    UPLOAD: [3, () => postAny('/upload/presigned-url', { fileName: 'a.png', fileType: 'image/png', fileSize: 10 }, at({ token }))],
    EVENTS: [2, () => postAny('/analytics/events', { events: [] }, at())], // by a guest
    AI: [2, () => postAny('/group-sessions/ai/icebreakers', { topic: 'x' }, at({ token }))],
    SUBTITLE: [40, () => postAny('/leveltest/voice/transcribe', {}, at({ token }))],
    SEARCH: [6, () => getAny('/users/status/count', at({ token }))],
    CONTACT: [3, () => postAny('/matching/request', { targetUserId: p.id }, at({ token: other.access }))],
    CALL: [6, () => getAny('/room/nowhere/ice-servers', at({ token }))],
    REFRESH: [24, () => postAny('/auth/refresh', { refreshToken: 'none of ours' }, at())],
    LOGIN: [3, login()],
    ACCOUNT: [1, () => from('127.0.0.20', 'POST', '/auth/login', { body: { email: 'alex@example.com', password: 'wrong password' } })],
    ADDRESS: [300, () => from('127.0.0.21', 'GET', '/health/live')],
  };
  for (const [name, [limit, one]] of Object.entries(classes)) {
    let good = 0;
    let res;
    while ((res = await one()).status !== 429 && good <= limit) good += 1;
    assert.deepEqual([name, res.status, good], [name, 429, limit]);
    assert.deepEqual([name, res.body.success, res.body.code, res.body.retryAfter], [name, false, 'TOO_MANY_REQUESTS', Number(res.headers['retry-after'])]);
    assert.ok(res.body.retryAfter >= 1 && res.body.retryAfter <= 69, `${name}: ${res.body.retryAfter}`);
    const line = await until(() => stack.log().find((l) => l.rid === res.headers['x-request-id'])); // written after the answer
    assert.deepEqual([line.code, line.why, line.lvl], ['RATE_LIMITED', name === 'ACCOUNT' ? 'too many tries at one account' : `limit ${name}`, 'info']);
  }
  // every class of the server stands here, but the one that is none
  const { body: doc } = await getAny('/openapi.json');
  const used = new Set(Object.values(doc.paths).flatMap((i) => Object.values(i)).map((o) => o['x-rate']));
  assert.deepEqual([...used].filter((r) => r !== 'NONE' && !classes[r]), []);
});

test('what a client says about its address is not believed: limits and logs have the real one', async () => {
  let n = 0;
  const spoof = () => ({ 'x-forwarded-for': `198.51.100.${n += 1}`, 'x-real-ip': `198.51.100.${n}`, 'remote-addr': `198.51.100.${n}`, forwarded: `for=198.51.100.${n}`, 'client-ip': `198.51.100.${n}` });
  const tries = [];
  for (let i = 0; i < 5; i += 1) {
    tries.push(await from('127.0.0.30', 'POST', '/auth/login', { body: { email: `${unique()}@test.example.com`, password: 'wrong password' }, headers: spoof() }));
  }
  assert.deepEqual(tries.map((t) => t.status), [400, 400, 400, 429, 429]);
  const rids = new Set(tries.map((t) => t.headers['x-request-id']));
  assert.deepEqual([...new Set(stack.log().filter((l) => rids.has(l.rid)).map((l) => l.ip))], ['127.0.0.30']);
  const access = () => fs.readFileSync(path.join(stack.run, 'log/nginx-access.log'), 'utf8').split('\n').filter((l) => [...rids].some((r) => l.includes(r)));
  await until(() => access().length === tries.length);
  for (const l of access()) assert.ok(l.includes('127.0.0.30') && !l.includes('198.51.100.'), l);
  // and the gateway's: a CONNECT that is refused is logged with its address
  const ws = new WebSocket(`${stack.base.replace('http', 'ws')}/ws/chat`, ['v12.stomp'], { headers: spoof(), localAddress: '127.0.0.31' });
  ws.on('error', () => {});
  ws.on('open', () => ws.send('CONNECT\naccept-version:1.2\nhost:x\nAuthorization:Bearer nonsense\n\n\0'));
  const refused = () => stack.logOf('realtime').filter((l) => l.msg === 'a STOMP connection is refused');
  await until(() => refused().length > 0);
  ws.terminate();
  assert.deepEqual([...new Set(refused().map((l) => l.ip))], ['127.0.0.31']);
});

test('no stretch as long as a window, wherever it begins, holds more than the limit and one', async () => {
  const passed = new Set(await edge);
  const when = stack.log().filter((l) => passed.has(l.rid)).map((l) => Date.parse(l.ts) - l.us / 1000).sort((a, b) => a - b);
  assert.equal(when.length, 21);
  const limit = 100 * PERCENT / 100;
  for (const t of when) {
    const n = when.filter((u) => u >= t && u < t + 10000 - 20).length;
    assert.ok(n <= limit + 1, `${n} within 10 s`);
  }
});
