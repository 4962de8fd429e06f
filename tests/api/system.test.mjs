import assert from 'node:assert/strict';
import { test } from 'node:test';
import { env, get, person, send } from '../harness/client.mjs';
import { until } from '../harness/stack.mjs';

test('health names each dependency with its latency', async () => {
  for (const path of ['/health', '/health/ready', '//health', '//health/ready']) {
    const res = await get(path);
    assert.equal(res.status, 200, path);
    assert.deepEqual(res.body.data.services.map((s) => [s.name, s.status]), [['mariadb', 'up'], ['redis', 'up']]);
    assert.ok(res.body.data.services.every((s) => s.latencyMs >= 0));
  }
  assert.equal((await get('/health/live')).body.data.status, 'ok');
});

test('metrics count what all workers did', async () => {
  const value = async () => {
    const { text } = await get('//metrics');
    return Number(/studymate_requests_total\{route="user_gender_types",status="2xx"\} (\d+)/.exec(text)?.[1] ?? 0);
  };
  const before = await value();
  await Promise.all(Array.from({ length: 50 }, () => get('/users/gender-type')));
  await until(async () => await value() >= before + 50); // a worker counts an answer when it has sent it
  const { text } = await get('/metrics');
  for (const name of ['studymate_workers{state="idle"}', 'studymate_request_seconds_bucket', 'studymate_db_seconds_total', 'studymate_redis_trips_total'])
    assert.ok(text.includes(name), name);
});

test('metrics are for loopback and the operator only', async () => {
  const res = await send('GET', '/metrics', { headers: { authorization: 'Bearer wrong' } });
  assert.equal(res.status, 200); // loopback
});

test('the OpenAPI document describes every path, cacheable', async () => {
  const res = await get('/openapi.json');
  assert.equal(res.body.openapi, '3.1.0');
  assert.ok(res.body.paths['/auth/login'].post.responses[400]);
  const same = await get('/openapi.json', { headers: { 'if-none-match': res.headers.etag } });
  assert.equal(same.status, 304);
});

test('A1: every route that needs a login refuses guests and wrong tokens', async () => {
  const { body: doc } = await get('/openapi.json');
  const p = await person();
  let routes = 0;
  for (const [template, item] of Object.entries(doc.paths)) {
    for (const [method, op] of Object.entries(item)) {
      if (!['user', 'session', 'staff', 'admin'].includes(op['x-auth'])) continue;
      routes += 1;
      const path = template.replace(/\{[^}]+\}/g, '1');
      const own = ['session', 'staff'].includes(op['x-auth']); // with codes of its own
      const guest = await send(method.toUpperCase(), path);
      assert.deepEqual([method, path, guest.status, own ? 'AUTH_001' : guest.body.code], [method, path, 401, 'AUTH_001']);
      const wrong = await send(method.toUpperCase(), path, { token: `${p.access}x` });
      assert.deepEqual([method, path, wrong.status, own ? 'AUTH_003' : wrong.body.code], [method, path, 401, 'AUTH_003']);
    }
  }
  assert.ok(routes > 20);
});

test('TLS serves the same API, with the page that documents it', async () => {
  assert.ok(env.tls);
  assert.equal((await get('/health/live', { tls: true })).status, 200);
  const docs = await get('//docs/', { tls: true });
  assert.equal(docs.status, 200);
  assert.match(docs.headers['content-security-policy'], /default-src 'self'/);
});
