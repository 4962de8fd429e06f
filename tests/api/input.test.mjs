// What the pipeline refuses before any handler runs, and how it says so.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, test } from 'node:test';
import { env, get, person, post, send, unique } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { until } from '../harness/stack.mjs';

after(closeDb);
const json = { 'content-type': 'application/json' };

test('bodies that are not JSON are refused with the place and the reason', async () => {
  const bad = {
    '{"email": ': 'the text ends early',
    '{"email": \'a\'}': 'a value is expected',
    '{"a": NaN}': 'a value is expected',
    '{"a": Infinity}': 'a value is expected',
    '{"a": 1.}': 'a digit is expected',
    '{"a": 01}': 'a comma or } is expected',
    '{"a": +1}': 'a value is expected',
    '{"a": tru}': 'unknown word',
    '{"a": 1,}': 'a string in double quotes is expected',
    '{"a": [1,]}': 'a value is expected',
    '{"a": 1} x': 'more text after the value',
    '// c\n{}': 'a value is expected',
    '{"a": "\u0001"}': 'control character in a string',
    '{"a": "\\u0000"}': 'NUL in a string',
    '{"a": "\\ud800"}': 'half of a surrogate pair',
    '{"a": "\\x"}': 'unknown escape in a string',
    '{"a": 1, "a": 2}': 'a key appears twice in an object',
    '{"a": {"b": 1, "c": 2, "b": 3}}': 'a key appears twice in an object',
    [`${'['.repeat(17)}${']'.repeat(17)}`]: 'nested too deep',
    [`{"a":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`]: 'nested too deep',
  };
  for (const [raw, why] of Object.entries(bad)) {
    const res = await send('POST', '/auth/login', { raw, headers: json });
    assert.deepEqual([raw.slice(0, 40), res.status, res.body.code], [raw.slice(0, 40), 400, 'INVALID_PAYLOAD']);
    assert.match(res.body.error.details.fields[0].message, new RegExp(why.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')), raw.slice(0, 40));
  }
  // no body, to those who send JSON: post(url, null) of axios
  for (const raw of ['null', ' null\n']) {
    const res = await send('POST', '/auth/login', { raw, headers: json });
    assert.deepEqual([res.status, res.body.code, res.body.error.details.fields.map((f) => f.rule)], [400, 'VALIDATION_ERROR', ['required', 'required']]);
    assert.equal((await send('POST', '/auth/logout', { raw, headers: { ...json, authorization: `Bearer ${(await person()).access}` } })).status, 200);
  }
  for (const raw of ['null null', 'nul', 'nullx', 'null\0']) assert.equal((await send('POST', '/auth/login', { raw, headers: json })).body.code, 'INVALID_PAYLOAD', raw);
  const utf8 = await send('POST', '/auth/login', { raw: Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]), headers: json });
  assert.match(utf8.body.error.details.fields[0].message, /not valid UTF-8/);
});

test('a megabyte of brackets is refused, and costs no worker', async () => {
  for (const piece of ['{},', '[],', '{"a":0},', '0,']) {
    const res = await send('POST', '/auth/login', { raw: `[${piece.repeat(1e6 / piece.length)}0]`, headers: json });
    assert.deepEqual([piece, res.status, res.body.code], [piece, 400, 'INVALID_PAYLOAD']);
    assert.equal(res.body.error.details.fields[0].message.split(' (')[0], 'too many values');
  }
});

test('a body of the wrong kind', async () => {
  for (const raw of ['[]', '"text"', '5', 'true']) {
    const res = await send('POST', '/auth/login', { raw, headers: json });
    assert.deepEqual([raw, res.status, res.body.error.details.fields[0]?.field], [raw, 400, 'body']);
  }
  for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'application/jsonx', '']) {
    const res = await send('POST', '/auth/login', { raw: '{"email":"a","password":"b"}', headers: { 'content-type': type } });
    assert.deepEqual([type, res.status, res.body.code], [type, 415, 'UNSUPPORTED_MEDIA_TYPE']);
  }
  const res = await send('POST', '/auth/login', { raw: '{"email":"a@b.cc","password":"b"}', headers: { 'content-type': 'application/json; charset=utf-8' } });
  assert.equal(res.body.code, 'INVALID_CREDENTIALS');
});

test('every failing field is named, with numbers out of range and texts too long', async () => {
  const p = await person();
  const cases = [
    ['birthyear', { birthyear: 1899 }, 'min'], ['birthyear', { birthyear: 99999999999999999999 }, 'type'],
    ['birthyear', { birthyear: 1990.5 }, 'type'], ['birthyear', { birthyear: true }, 'type'],
    ['birthyear', { birthyear: '19x' }, 'type'], ['birthyear', { birthyear: [1990] }, 'type'],
    ['birthyear', {}, 'required'], ['birthyear', { birthyear: null }, 'required'], ['birthyear', { birthyear: '' }, 'required'],
    ['english-name', { englishName: 'x'.repeat(51) }, 'max'], ['english-name', { englishName: { a: 1 } }, 'type'],
  ];
  for (const [field, body, rule] of cases) {
    const res = await send('POST', `/users/${field}`, { token: p.access, body });
    assert.deepEqual([JSON.stringify(body).slice(0, 50), res.status, res.body.code, res.body.error.details.fields[0].rule], [JSON.stringify(body).slice(0, 50), 400, 'VALIDATION_ERROR', rule]);
  }
});

test('unknown addresses and methods', async () => {
  for (const path of ['/nope', '/users/me/nope', '/', '', '/users//me']) {
    const res = await get(path);
    assert.deepEqual([path, res.status, res.body.code], [path, 404, 'NOT_FOUND']);
  }
  const del = await send('DELETE', '/users/name');
  assert.deepEqual([del.status, del.body.code, del.headers.allow], [405, 'METHOD_NOT_ALLOWED', 'GET, HEAD, OPTIONS']);
  for (const method of ['TRACE', 'PROPFIND', 'FOO']) assert.equal((await send(method, '/users/name')).status, 405, method);
  assert.equal((await get('/users/me/', { token: (await person()).access })).status, 200);
});

test('path parameters that are no ids', async () => {
  const p = await person();
  for (const id of ['abc', '0', '-1', '1.5', '99999999999999999999', '%ff', "1'%20OR%201=1"]) {
    const res = await get(`/users/${id}/profile`, { token: p.access });
    assert.deepEqual([id, res.status, res.body.error.details.fields[0].field], [id, 400, 'userId']);
  }
});

test('oversized bodies, addresses and headers get JSON, from nginx too', async () => {
  const big = await send('POST', '/auth/login', { raw: `{"a":"${'x'.repeat(1100000)}"}`, headers: json });
  assert.deepEqual([big.status, big.body.code], [413, 'PAYLOAD_TOO_LARGE']);
  const almost = await send('POST', '/auth/login', { raw: `{"email":"${'x'.repeat(1000000)}","password":"y"}`, headers: json });
  assert.deepEqual([almost.status, almost.body.error.details.fields[0].rule], [400, 'max']);
  assert.equal((await get(`/users/name?${'q'.repeat(7000)}`)).body.code, 'AUTH_001');
});

// Talks to nginx by hand: things no client library would send.
function raw(text) {
  return new Promise((resolve, reject) => {
    const url = new URL(env.base);
    const s = net.connect(Number(url.port), url.hostname, () => s.write(text));
    let got = '';
    s.setTimeout(5000, () => s.destroy());
    s.on('data', (d) => { got += d; });
    s.on('end', () => s.end());
    s.on('close', () => resolve(got));
    s.on('error', reject);
  });
}

test('ten thousand headers, a broken request line, a body cut short', async () => {
  const headers = Array.from({ length: 10000 }, (_, i) => `X-H${i}: ${i}`).join('\r\n');
  const many = await raw(`GET /api/v1/health HTTP/1.1\r\nHost: x\r\n${headers}\r\nConnection: close\r\n\r\n`);
  assert.match(many, /^HTTP\/1\.1 431 /);
  assert.match(many, /Content-Type: application\/json[\s\S]*"code":"HEADERS_TOO_LARGE"/);
  const broken = await raw('GET /api/v1/health HTTP/9.x\r\n\r\n');
  assert.match(broken, /"code":"INVALID_REQUEST"/);
  const email = `${unique()}@test.example.com`;
  const body = JSON.stringify({ name: '반쪽', email, password: 'hunter2hunter2' });
  const url = new URL(env.base);
  await new Promise((resolve) => {
    const s = net.connect(Number(url.port), url.hostname, () => {
      s.write(`POST /api/v1/auth/signup HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body) + 50}\r\n\r\n${body}`);
      s.end();
    });
    s.on('close', resolve);
    s.resume();
  });
  assert.equal((await query('SELECT id FROM users WHERE email = ?', [email])).length, 0);
});

test('an address longer than nginx takes is refused in JSON', async () => {
  const long = await raw(`GET /api/v1/users/name?${'q'.repeat(17000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  assert.match(long, /^HTTP\/1\.1 414 /);
  assert.match(long, /Content-Type: application\/json/);
  const [head, body] = long.split('\r\n\r\n');
  const { success, code, error, meta } = JSON.parse(body);
  assert.deepEqual([success, code, error.code], [false, 'URI_TOO_LONG', 'URI_TOO_LONG']);
  assert.match(meta.requestId, /^[0-9a-f]{32}$/);
  assert.ok(head.includes(`X-Request-ID: ${meta.requestId}`));
});

test('several wrong fields at once are all named', async () => {
  const p = await person();
  const named = async (method, target, body, want) => {
    const res = await send(method, target, { token: p.access, body });
    assert.deepEqual([target, res.status, res.body.code], [target, 400, 'VALIDATION_ERROR']);
    assert.deepEqual([target, ...res.body.error.details.fields.map((f) => `${f.field} ${f.rule}`).sort()], [target, ...want]);
    assert.ok(res.body.error.details.fields.every((f) => f.message));
  };
  await named('PUT', '/user/profile', { englishName: 'x'.repeat(51), birthyear: 1, selfBio: 5, gender: {} }, ['birthYear min', 'englishName max', 'gender type', 'selfBio type']);
  await named('POST', '/chat/rooms', { roomName: 7, isPublic: 'maybe', maxParticipants: -1, participantIds: ['x'] },
    ['isPublic type', 'maxParticipants min', 'participantIds[0] type', 'roomName type']);
  await named('POST', '/onboarding/schedule', { schedules: [{ dayOfWeek: 'NEVERDAY', classTime: '25:99' }, { dayOfWeek: 'MONDAY', classTime: '21:00' }, 'x'] },
    ['schedules[0].classTime format', 'schedules[0].dayOfWeek one_of', 'schedules[2] type']);
});

test('one id of a request: in the answer, in the log of the API and in that of nginx', async () => {
  const fs = await import('node:fs');
  const ids = async () => {
    const p = await person();
    const all = [await get('/users/me', { token: p.access }), await get('/users/me'), await get('/nope'), await post('/auth/login', { email: 5 })];
    return all.map((r) => [r.headers['x-request-id'], (r.body.meta ?? r.body).requestId ?? r.headers['x-request-id']]);
  };
  const linesOf = (file, id) => fs.readFileSync(`${env.run}/log/${file}`, 'utf8').split('\n').filter((l) => l.includes(id)).map((l) => JSON.parse(l));
  for (const [id, said] of await ids()) {
    assert.match(id, /^[0-9a-f]{32}$/);
    assert.equal(said, id);
    const [line, ...more] = await until(() => linesOf('api.log', id).length && linesOf('api.log', id)); // written after the answer
    assert.deepEqual([line.rid, line.msg, more.length], [id, 'request', 0]);
    await until(() => linesOf('nginx-access.log', id).length === 1); // nginx writes once a second
    const [access] = linesOf('nginx-access.log', id);
    assert.deepEqual([Number(access.status), access.path], [line.status, line.path]);
  }
});

test('texts are Korean unless the caller prefers another language', async () => {
  const ask = async (lang) => (await get('/users/name', { headers: lang ? { 'accept-language': lang } : {} })).body.message;
  assert.equal(await ask(), '로그인이 필요합니다');
  assert.equal(await ask('ko-KR,ko;q=0.9,en;q=0.8'), '로그인이 필요합니다');
  assert.equal(await ask('*'), '로그인이 필요합니다');
  assert.equal(await ask('en-US,en;q=0.9'), 'Please log in');
  assert.equal(await ask('fr'), 'Please log in');
  assert.equal(await ask('en;q=0.2, ko;q=0.9'), '로그인이 필요합니다');
});

test('CORS: origins on the list, with credentials; no other', async () => {
  const origin = 'https://app.example.com';
  const pre = await send('OPTIONS', '/users/me', { headers: { origin, 'access-control-request-method': 'GET' } });
  assert.deepEqual([pre.status, pre.headers['access-control-allow-origin'], pre.headers['access-control-allow-credentials']], [204, origin, 'true']);
  assert.match(pre.headers['access-control-allow-headers'], /Authorization.*Idempotency-Key/);
  const res = await get('/users/name', { headers: { origin } });
  assert.equal(res.headers['access-control-allow-origin'], origin);
  for (const evil of ['https://evil.example.com', 'https://app.example.com.evil.com', 'null', 'http://app.example.com']) {
    const no = await send('OPTIONS', '/users/me', { headers: { origin: evil, 'access-control-request-method': 'GET' } });
    assert.equal(no.headers['access-control-allow-origin'], undefined, evil);
  }
});

test('every answer carries a request id and its security headers; HEAD has no body', async () => {
  const res = await get('/users/locations');
  assert.match(res.headers['x-request-id'], /^[0-9a-f]{32}$/);
  assert.equal(res.body.meta.requestId, res.headers['x-request-id']);
  assert.deepEqual([res.headers['x-content-type-options'], res.headers['x-frame-options']], ['nosniff', 'DENY']);
  const own = await get('/users/name', { headers: { 'x-request-id': 'mine' } });
  assert.notEqual(own.headers['x-request-id'], 'mine');
  assert.equal(own.headers['cache-control'], 'no-store');
  const head = await send('HEAD', '/users/locations');
  assert.deepEqual([head.status, head.text, head.headers.etag], [200, '', res.headers.etag]);
});

test('an Idempotency-Key must look like one', async () => {
  for (const key of ['short', 'x'.repeat(129), 'has space in it']) {
    const res = await post('/auth/signup', { name: '키키', email: `${unique()}@test.example.com`, password: 'hunter2hunter2' }, { headers: { 'idempotency-key': key } });
    assert.deepEqual([key.slice(0, 20), res.status, res.body.error.details.fields[0].field], [key.slice(0, 20), 400, 'Idempotency-Key']);
  }
});

test('the same paths answer under /api', async () => {
  assert.equal((await get('/api/users/locations')).body.data.length, 46);
});

test('no secret reaches the log', async () => {
  const fs = await import('node:fs');
  const password = 'very secret password 9';
  const p = await person();
  await post('/auth/login', { email: p.email, password });
  await get(`/users/name?token=${p.access}`, { token: p.access });
  const text = fs.readFileSync(`${env.run}/log/api.log`, 'utf8') + fs.readFileSync(`${env.run}/log/nginx-access.log`, 'utf8');
  for (const secret of [password, p.password, p.access, p.refresh]) assert.ok(!text.includes(secret));
});
