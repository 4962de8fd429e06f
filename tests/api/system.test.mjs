// Health, metrics, and what describes the API: the OpenAPI document, the Postman collection.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { test } from 'node:test';
import { env, get, person, send } from '../harness/client.mjs';
import { misfits } from '../harness/oracle.mjs';
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

// As Postman does it: {{name}} is a variable, :name of a path one of the request's own.
function asPostman(collection, item, variables) {
  const full = (text) => text.replace(/\{\{(\$?\w+)\}\}/g, (_, name) => (name === '$guid' ? crypto.randomUUID() : variables[name]));
  const { url, method, body, auth } = item.request;
  const own = Object.fromEntries(url.variable.map((v) => [v.key, v.value]));
  const given = (all) => all.filter((x) => !x.disabled);
  const path = url.path.map((part) => (part.startsWith(':') ? encodeURIComponent(own[part.slice(1)]) : part)).join('/');
  const query = given(url.query).map((x) => `${x.key}=${encodeURIComponent(full(x.value))}`).join('&');
  return {
    method, target: `//${full(url.host[0])}/${path}${query && `?${query}`}`, body: body?.mode === 'raw' ? JSON.parse(full(body.raw)) : undefined,
    form: body?.formdata && given(body.formdata), token: auth?.type === 'noauth' ? undefined : full((auth ?? collection.auth).bearer[0].value),
  };
}

test('the Postman collection has every route once; its examples fit, and logging in keeps the tokens for the rest', async () => {
  const [{ body: doc }, { body: collection }] = [await get('/openapi.json'), await get('/postman.json')];
  const variables = Object.fromEntries(collection.variable.map((v) => [v.key, v.value]));
  const pm = { collectionVariables: { set: (name, value) => { variables[name] = value; } } };
  const run = (when, response) => new Function('pm', collection.event.find((e) => e.listen === when).script.exec)({ ...pm, response });
  run('prerequest');
  assert.ok(Date.parse(variables.tomorrow) > Date.now());
  variables.baseUrl = 'api/v1';
  const items = new Map(collection.item.flatMap((folder) => folder.item.map((item) => [item.name, item])));
  const routes = Object.entries(doc.paths).flatMap(([path, ops]) => Object.entries(ops).filter(([, op]) => !op.deprecated).map(([method, op]) => [`${method.toUpperCase()} ${path}`, op]));
  assert.deepEqual([...items.keys()].toSorted(), routes.map(([name]) => name).toSorted());
  assert.equal(collection.item.flatMap((folder) => folder.item).length, items.size);
  const why = misfits(doc);
  const wrong = [];
  for (const [name, op] of routes) {
    const { method, target, body, form, token } = asPostman(collection, items.get(name), variables);
    const path = name.split(' ')[1];
    if (`${method} ${target.split('?')[0]}`.split('/').length !== `${name.split(' ')[0]} //api/v1${path}`.split('/').length) wrong.push(`${name}: asks for ${target}`);
    if ((token === undefined) !== (op['x-auth'] === 'none')) wrong.push(`${name}: ${op['x-auth']}`);
    for (const { name: key, in: place, schema, required } of op.parameters.filter((x) => x.in)) {
      const all = items.get(name).request.url[place === 'path' ? 'variable' : 'query'];
      const value = all.find((x) => x.key === key);
      if (!value || (required && value.disabled)) wrong.push(`${name}: ${place} ${key}`);
      else if (schema.enum && !schema.enum.includes(value.value)) wrong.push(`${name}: ${key} is ${value.value}`);
    }
    const types = op.requestBody?.content ?? {};
    if (body) wrong.push(...why(types['application/json'].schema, body).map((problem) => `${name}: ${problem} in ${JSON.stringify(body)}`));
    if (Boolean(types['multipart/form-data']) !== Boolean(form)) wrong.push(`${name}: a form`);
  }
  assert.deepEqual(wrong, []);

  const ask = (name) => {
    const { method, target, ...rest } = asPostman(collection, items.get(name), variables);
    return send(method, target, rest);
  };
  const login = await ask('POST /auth/login');
  assert.equal(login.status, 200);
  run('test', { headers: { get: () => login.headers['content-type'] }, json: () => login.body });
  assert.equal((await ask('GET /users/me')).body.data.email, 'kim@example.com');
  run('test', { headers: { get: () => 'text/plain' } }); // whatever else comes changes nothing
  const renewed = await ask('POST /auth/refresh');
  assert.deepEqual([renewed.status, renewed.body.data.refreshToken !== variables.refreshToken], [200, true]);
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
