// What a broken peer on the FastCGI socket gets, and that the pool survives it.
import assert from 'node:assert/strict';
import net from 'node:net';
import path from 'node:path';
import { after, test } from 'node:test';
import { env, get, person, post, unique } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { fastcgi, records } from '../harness/fcgi.mjs';

after(closeDb);
const socket = path.join(env.run, 'api.sock');
const signup = (email) => JSON.stringify({ name: '반쪽 요청', email, password: 'hunter2hunter2' });

test('a body shorter than its declared length is refused, and nothing of it is kept', async () => {
  const email = `${unique()}@test.example.com`;
  const body = signup(email);
  const answer = await fastcgi(socket, { uri: '/api/v1/auth/signup', body, length: Buffer.byteLength(body) + 10 });
  assert.match(answer, /^Status: 400\r\n[\s\S]*"code":"INCOMPLETE_BODY"/);
  assert.equal((await query('SELECT id FROM users WHERE email = ?', [email])).length, 0);
  const whole = await fastcgi(socket, { uri: '/api/v1/auth/signup', body });
  assert.match(whole, /^Status: 201\r\n/);
});

test('a length that is no number, negative or enormous is refused before anything is read', async () => {
  for (const length of ['x', '-1', '99999999999999999999', '1e3', ' 5']) {
    const answer = await fastcgi(socket, { uri: '/api/v1/auth/login', body: '{}', length });
    assert.match(answer, /^Status: 413\r\n/, length);
  }
});

test('an address given by the peer is no more trusted than nginx makes it', async () => {
  const answer = await fastcgi(socket, { method: 'GET', uri: '/metrics', headers: { REMOTE_ADDR: '203.0.113.9' } });
  assert.match(answer, /^Status: 401\r\n/);
  const id = await fastcgi(socket, { method: 'GET', uri: '/health/live', headers: { REQUEST_ID: 'x\r\nSet-Cookie: a=b' } });
  assert.match(id, /X-Request-ID: [0-9a-f]{32}\r\n/);
  assert.doesNotMatch(id, /Set-Cookie/);
});

test('peers that connect and say nothing, or half of it, cost the pool nothing lasting', async () => {
  const idle = Array.from({ length: 12 }, () => net.connect(socket));
  await Promise.all(Array.from({ length: 6 }, () => fastcgi(socket, { uri: '/api/v1/auth/login', cut: true })));
  const all = await Promise.all(Array.from({ length: 30 }, () => get('/users/locations')));
  assert.deepEqual([...new Set(all.map((r) => r.status))], [200]);
  idle.forEach((s) => s.destroy());
});

test('a peer that is slow to close holds no worker', async () => {
  const start = Date.now();
  const linger = 1000;
  const all = await Promise.all(Array.from({ length: 60 }, () => fastcgi(socket, { method: 'GET', uri: '/health/live', linger })));
  assert.deepEqual([...new Set(all.map((a) => a.slice(0, 11)))], ['Status: 200']);
  assert.ok(Date.now() - start < linger + 1000, `${Date.now() - start} ms`);
});

test('an answer of any size is whole records and one end', async () => {
  const p = await person();
  const { roomId } = (await post('/chat/rooms', { roomName: '긴 방' }, { token: p.access })).body.data;
  const ask = (method) => fastcgi(socket, { method, uri: `/api/v1/chat/rooms/${roomId}/messages?page=0&size=100`, headers: { HTTP_AUTHORIZATION: `Bearer ${p.access}` }, raw: true });
  // bytes of the answer: what libfcgi sends by itself, one record, one that is just full, several
  const sizes = new Set();
  let said = 0;
  for (const more of [1, 2, 10, 10, 10, 40]) {
    await query("INSERT INTO chat_messages (room_id, seq, sender_id, body) SELECT ?, ? + seq, ?, REPEAT('긴', 500 + seq) FROM seq_1_to_100 WHERE seq <= ?", [roomId, said, p.id, more]);
    said += more;
    await query('UPDATE chat_rooms SET last_seq = ? WHERE id = ?', [said, roomId]);
    for (const method of ['GET', 'HEAD']) {
      const { found, rest } = records(await ask(method));
      const text = Buffer.concat(found.filter((r) => r.type === 6).map((r) => r.content));
      const head = text.subarray(0, text.indexOf('\r\n\r\n')).toString();
      const body = text.subarray(head.length + 4);
      assert.equal(rest, 0);
      assert.ok(found.every((r) => r.id === 1));
      assert.deepEqual(found.slice(-2).map((r) => [r.type, [...r.content]]), [[6, []], [3, [0, 0, 0, 0, 0, 0, 0, 0]]]);
      assert.ok(found.slice(0, -2).every((r) => r.type === 6 && r.content.length));
      assert.ok(found.slice(0, -3).every((r) => r.content.length === 65528));
      if (method === 'HEAD') {
        assert.equal(body.length, 0);
        continue;
      }
      assert.equal(Number(/Content-Length: (\d+)/.exec(head)[1]), body.length);
      assert.equal(JSON.parse(body).data.length, said);
      sizes.add(found.length - 2);
    }
  }
  assert.deepEqual([...sizes], [1, 2, 4]);
});
