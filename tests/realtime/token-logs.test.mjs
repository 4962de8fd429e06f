// The shipped client must pass its token in the URL of a socket, and addresses end up in logs: here every log of a stack is
// searched after what went well, what was refused and what failed behind nginx; for our own nginx and for one as an operator
// has it, whose log holds whole request lines, with our snippet in it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { after, test } from 'node:test';
import { announce } from '../harness/announce.mjs';
import { person } from '../harness/client.mjs';
import { png, upload } from '../harness/files.mjs';
import { freePort, root, sleep, startStack, until } from '../harness/stack.mjs';
import { closeAll, connect, raw, wsUrl } from '../harness/stomp.mjs';

after(closeAll);

// An operator's nginx: its own log of everything, and one include line.
async function foreign(stack, port) {
  const dir = path.join(stack.run, 'foreign');
  fs.mkdirSync(path.join(dir, 'snippets'), { recursive: true });
  const fill = (text) => text.replaceAll('@SNIPPETS@', `${dir}/snippets`).replaceAll('@ACCESS_LOG@', `${stack.run}/log/foreign-ours.log`).replaceAll('@STORAGE@', `${stack.run}/files`)
    .replaceAll('@API_SOCKET@', `${stack.run}/api.sock`).replaceAll('@LOGIN_SOCKET@', `${stack.run}/login.sock`).replaceAll('@REALTIME_SOCKET@', `${stack.run}/realtime.sock`).replaceAll('@HTML@', dir);
  const snippets = path.join(root, 'nginx/snippets');
  for (const f of fs.readdirSync(snippets)) fs.writeFileSync(path.join(dir, 'snippets', f.replace(/\.in$/, '')), fill(fs.readFileSync(path.join(snippets, f), 'utf8')));
  fs.writeFileSync(path.join(dir, 'http.conf'), fill(fs.readFileSync(path.join(root, 'nginx/studymate-http.conf.in'), 'utf8')));
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((t) => `${t}_temp_path ${dir}/${t};`).join(' ');
  fs.writeFileSync(path.join(dir, 'nginx.conf'), `${process.getuid() === 0 ? 'user root;' : ''} pid ${dir}/pid; error_log ${stack.run}/log/foreign-error.log error; events {}
    http { ${temp} access_log ${stack.run}/log/foreign-access.log combined; include ${dir}/http.conf;
    server { listen 127.0.0.1:${port}; access_log ${stack.run}/log/foreign-server.log combined; location / { return 204; } include ${dir}/snippets/studymate.conf; } }`);
  const nginx = (...args) => spawnSync('nginx', ['-e', `${stack.run}/log/foreign-error.log`, '-c', `${dir}/nginx.conf`, ...args], { encoding: 'utf8', env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } });
  const up = nginx();
  assert.equal(up.status, 0, up.stderr);
  return async () => {
    const pid = fs.readFileSync(path.join(dir, 'pid'), 'utf8').trim();
    nginx('-s', 'quit');
    await until(() => !fs.existsSync(`/proc/${pid}`));
  };
}

const plain = (base, target, headers = {}) => new Promise((resolve, reject) => {
  http.get(new URL(target, base), { headers, agent: false }, (res) => res.resume().on('end', () => resolve(res.statusCode))).on('error', reject);
});
const line = (base, text) => new Promise((resolve) => {
  const s = net.connect(Number(new URL(base).port), '127.0.0.1', () => s.write(text));
  let got = '';
  s.on('data', (d) => { got += d; });
  s.on('error', () => {});
  s.on('close', () => resolve(Number(got.split(' ')[1])));
  s.setTimeout(3000, () => s.destroy());
});
const refused = (promise) => promise.then(() => 'opened', (e) => Number(/\d{3}/.exec(e.message)?.[0]));

test('no token that came in a URL stands in any log, whatever becomes of the request', async () => {
  announce('"upstream_status":"502"');
  process.env.DB_OPTIONS = '--general-log=1 --general-log-file=../log/mariadb-general.log';
  let stack;
  try {
    stack = await startStack('tokens', {}, 2);
  } finally {
    delete process.env.DB_OPTIONS;
  }
  const port = await freePort();
  const stop = await foreign(stack, port);
  const bases = [stack.base, `http://127.0.0.1:${port}`];
  const p = await person('토큰', {}, { base: stack.base });
  const t = p.access;
  const file = (await upload('/upload/image', [['file', png, 'a.png']], p, { base: stack.base })).body.data.url;
  const query = (base, target) => wsUrl(`${target}?token=${t}`, base);

  for (const base of bases) {
    // what goes well
    for (const target of ['/ws/notifications', '/ws/chat', '/ws']) assert.ok((await connect(t, { url: query(base, target) })).connected.version);
    assert.equal(await plain(base, `${file}?token=${t}&download=true`), 200);
    assert.equal(await plain(base, `/api/v1/users/locations?accessToken=${t}`, { referer: `https://app.example.com/cb?accessToken=${t}` }), 200);
    // what is refused: by the gateway, by the pool, by nginx
    assert.equal(await refused(raw(null, { url: query(base, '/ws/nowhere') })), 404);
    assert.equal(await refused(raw(null, { url: query(base, '/ws/chat'), options: { origin: 'https://evil.example.com' } })), 403);
    assert.equal(await plain(base, `/ws/chat?token=${t}`), 426);
    assert.equal(await plain(base, `/api/v1/users/name?token=${t}`), 401);
    assert.equal(await plain(base, `/api/v1/upload/file/none?token=${t}`), 404);
    assert.equal(await plain(base, `/api/v1/none?token=${t}`), 404);
    assert.equal(await line(base, `GET /ws/chat?token=${t} HTTP/9.9\r\nHost: x\r\n\r\n`), 400);
    assert.equal(await line(base, `GET /ws/chat?token=${t} HTTP/1.1\r\n\r\n`), 400);
    assert.equal(await line(base, `GET /api/v1/users/name?token=${t} HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(40000)}\r\n\r\n`), 431);
    assert.equal(await line(base, `GET /ws/chat?token=${t}&x=${'x'.repeat(40000)} HTTP/1.1\r\nHost: x\r\n\r\n`), 414);
    assert.equal(await line(base, `POST /api/v1/users/name?token=${t} HTTP/1.1\r\nHost: x\r\nContent-Length: 200000000\r\n\r\n`), 413);
  }
  // what fails: the gateway dies with sockets open, then nobody listens, then there is no socket; and the same for the pool
  await stack.die('realtime');
  for (const base of bases) assert.equal(await refused(raw(null, { url: query(base, '/ws/notifications') })), 503);
  fs.rmSync(path.join(stack.run, 'realtime.sock'));
  for (const base of bases) assert.equal(await refused(raw(null, { url: query(base, '/ws/notifications') })), 503);
  stack.kill('api', 'SIGTERM');
  await until(() => stack.log().some((l) => l.msg === 'stopped'));
  for (const base of bases) assert.equal(await plain(base, `/api/v1/users/locations?token=${t}`, { referer: `https://app.example.com/cb?accessToken=${t}` }), 503);
  await sleep(1100); // nginx writes its log once a second
  await stop();
  fs.rmSync(path.join(stack.run, 'api.pid'), { force: true });
  stack.down();

  const logs = fs.readdirSync(path.join(stack.run, 'log')).map((f) => [f, fs.readFileSync(path.join(stack.run, 'log', f), 'latin1')]);
  const text = (name) => logs.find(([f]) => f === name)[1];
  // the logs that matter are there and tell of these requests
  for (const name of ['nginx-access.log', 'foreign-ours.log']) {
    const seen = text(name).split('\n').filter(Boolean).map((l) => JSON.parse(l));
    for (const [uri, status] of [['/ws/notifications', 101], ['/ws/nowhere', 404], ['/ws/chat', 403], ['/ws/chat', 426], [file, 200], ['/api/v1/users/name', 401], ['/ws/notifications', 503], ['/api/v1/users/locations', 503]]) {
      assert.ok(seen.some((l) => l.path === uri && l.status === status), `${name}: ${uri} ${status}`);
    }
    assert.ok(seen.filter((l) => l.upstream_status === '502').length >= 3, `${name}: failures behind nginx`);
  }
  assert.match(text('mariadb-general.log'), /INSERT INTO users/);
  assert.match(text('api.log'), /\/users\/name/);
  const [, claims, signature] = t.split('.');
  for (const [name, all] of logs) for (const part of [t, claims, signature, encodeURIComponent(t)]) assert.ok(!all.includes(part), `${name} holds it: ${all.slice(Math.max(0, all.indexOf(part) - 200), all.indexOf(part) + 40)}`);
});
