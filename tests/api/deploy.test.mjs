// The three ways the server is run, as the README describes them.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { announce } from '../harness/announce.mjs';
import { env, get, person } from '../harness/client.mjs';
import { connect } from '../harness/db.mjs';
import { startGateway } from '../harness/gateway.mjs';
import { freePort, root, startStack, until } from '../harness/stack.mjs';
import { study } from '../harness/study.mjs';

const runs = (pid) => fs.existsSync(`/proc/${pid}/exe`);
const api = process.env.API_BIN;
function run(command, args, options = {}) {
  const res = spawnSync(command, args, { encoding: 'utf8', cwd: root, ...options });
  return { code: res.status, out: res.stdout ?? '', err: res.stderr ?? String(res.error) };
}

test('local development: workers under spawn-fcgi answer through nginx', async () => {
  process.env.SPAWN_FCGI = '1';
  let stack;
  try {
    stack = await startStack('spawned workers', {}, 2);
  } finally {
    delete process.env.SPAWN_FCGI;
  }
  const p = await person('스폰', {}, { base: stack.base });
  for (let i = 0; i < 20; i += 1) assert.equal((await get('/users/name', { token: p.access, base: stack.base })).body.name, '스폰');
  const out = await get('/users/name', { token: p.access, base: stack.base });
  assert.equal(out.status, 200);
  const sql = connect(stack.run);
  await sql.query('UPDATE sessions SET revoked_at = UTC_TIMESTAMP(3) WHERE user_id = ?', [p.id]);
  await sql.end();
  assert.equal((await get('/users/name', { token: p.access, base: stack.base })).status, 401, 'no keeper: every worker asks MariaDB');
  const pids = fs.readFileSync(path.join(stack.run, 'api.pid'), 'utf8').trim().split(/\s+/);
  assert.equal(pids.length, 3);
  assert.ok(pids.every(runs));
  stack.down();
  assert.ok(!pids.some(runs));
});

// A stack whose command answers what it printed, of a checkout and a RUN_DIR with a space in their names.
async function ownStack(name) {
  const checkout = path.join(env.run, 'a checkout');
  if (!fs.existsSync(checkout)) fs.symlinkSync(root, checkout);
  const dir = path.join(env.run, 'stacks', name);
  fs.mkdirSync(path.join(dir, 'nginx/extra'), { recursive: true });
  fs.writeFileSync(path.join(dir, 'extra.env'), 'ARGON2_MEMORY_KIB=64\nARGON2_PASSES=1\n');
  const [http, https] = [await freePort(), await freePort()];
  const options = { env: { ...process.env, RUN_DIR: dir, HTTP_PORT: String(http), HTTPS_PORT: String(https), WORKERS: '1' } };
  const program = path.join(checkout, 'scripts/stack');
  return { dir, base: `http://127.0.0.1:${http}`, call: (verb) => run(program, [verb], options), start: (verb) => spawn(program, [verb], { ...options, stdio: 'ignore' }) };
}
const allDown = /^(\w+ +down\n){6}/;

test('a process that has the number of one of ours since is not taken for it, nor stopped', async () => {
  const { dir, call } = await ownStack('a restart');
  const stranger = spawn('tail', ['-F', path.join(dir, 'studymate.env'), path.join(dir, 'nginx/nginx.conf')], { stdio: 'ignore' });
  for (const name of ['mysql', 'redis', 'api', 'jobs', 'realtime', 'nginx']) fs.writeFileSync(path.join(dir, `${name}.pid`), `${stranger.pid}\n`);
  assert.match(call('status').out, allDown);
  assert.equal(call('down').code, 0);
  assert.ok(runs(stranger.pid));
  stranger.kill();
});

test('make run: what ends it stops the stack, a start that failed half-way as well as Ctrl-C', async () => {
  const { dir, base, call, start } = await ownStack('a run');
  const bad = path.join(dir, 'nginx/extra/bad.conf');
  announce('unknown directive "nonsense"');
  fs.writeFileSync(bad, 'nonsense;');
  const failed = call('run');
  assert.equal(failed.code, 1);
  assert.match(failed.err, /nginx did not start/);
  assert.match(call('status').out, allDown);
  fs.rmSync(bad);
  const good = start('run');
  await until(() => fs.existsSync(path.join(dir, 'nginx.pid')));
  await until(async () => (await get('//health/ready', { base })).status === 200);
  assert.equal((await get('//docs/', { base })).status, 200);
  good.kill('SIGINT');
  assert.deepEqual(await once(good, 'exit'), [0, null]);
  assert.match(call('status').out, allDown);
});

const installed = path.join(env.run, 'installed');
const snippets = path.join(installed, 'etc/nginx/snippets');
// An operator's nginx with our snippet in their server block. → nginx(argument…)
function foreign(port, inServer) {
  const conf = path.join(env.run, 'foreign.conf');
  fs.writeFileSync(conf, `${process.getuid() === 0 ? 'user root;' : ''} pid ${env.run}/foreign.pid; error_log ${env.run}/foreign.log; events {} http { access_log off; client_body_temp_path ${env.run}/t; proxy_temp_path ${env.run}/t; fastcgi_temp_path ${env.run}/t; uwsgi_temp_path ${env.run}/t; scgi_temp_path ${env.run}/t; include ${installed}/etc/nginx/conf.d/*.conf;
    server { listen 127.0.0.1:${port}; server_name shop.example.com; ${inServer} include ${snippets}/studymate.conf; } }`);
  return (...args) => run('nginx', ['-e', `${env.run}/foreign.log`, '-c', conf, ...args], { env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } });
}

test('production: make install lays out everything, and nginx takes the snippet in a foreign server block', () => {
  const done = run('make', ['-s', 'install', `DESTDIR=${installed}`, 'PREFIX=/opt/studymate']);
  assert.equal(done.code, 0, done.err);
  for (const f of ['opt/studymate/bin/studymate-api', 'opt/studymate/share/studymate/sql/migrations/0001_identity.sql', 'opt/studymate/share/studymate/turnserver.conf', 'etc/studymate/studymate.env',
    'etc/nginx/snippets/studymate.conf', 'lib/systemd/system/studymate-api.service', 'lib/systemd/system/studymate-jobs.service', 'lib/systemd/system/studymate-realtime.service', 'lib/systemd/system/studymate-realtime@.service', 'opt/studymate/bin/studymate-jobs', 'opt/studymate/bin/studymate-realtime', 'etc/nginx/snippets/studymate-websocket.conf', 'etc/logrotate.d/studymate', 'usr/lib/tmpfiles.d/studymate.conf', 'opt/studymate/share/studymate/html/docs/index.html']) {
    assert.ok(fs.existsSync(path.join(installed, f)), f);
  }
  for (const f of fs.readdirSync(snippets).map((n) => path.join(snippets, n))) {
    fs.writeFileSync(f, fs.readFileSync(f, 'utf8').replaceAll('/etc/nginx/snippets', snippets).replaceAll('/var/log/nginx', env.run));
  }
  const nginx = foreign(1, 'root /var/www; error_page 404 /mine.html; location / { try_files $uri =404; }')('-t');
  assert.equal(nginx.code, 0, nginx.err);
});

test('production: in a foreign server block our locations answer in JSON, and those of others as they did', async () => {
  const silent = net.createServer().listen(path.join(env.run, 'silent.sock')); // a pool that never answers
  for (const [file, from, to] of [['studymate.conf', '/run/studymate/api.sock', path.join(env.run, 'silent.sock')], ['studymate.conf', '/opt/', `${installed}/opt/`], ['studymate-fastcgi.conf', 'read_timeout 40s', 'read_timeout 1s'], ['studymate-fastcgi.conf', 'limit_conn studymate 900', 'limit_conn studymate 1']]) {
    const text = fs.readFileSync(path.join(snippets, file), 'utf8');
    assert.ok(text.includes(from), from);
    fs.writeFileSync(path.join(snippets, file), text.replaceAll(from, to));
  }
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const nginx = foreign(port, `location / { root ${env.run}; client_max_body_size 1k; } location /gone { proxy_pass http://127.0.0.1:1; } location ~* \\.(png|js|css)$ { return 418; }`);
  const up = nginx();
  assert.equal(up.code, 0, up.err);
  const answer = async (target, options) => {
    const res = await fetch(base + target, options);
    const text = await res.text();
    return [res.status, res.headers.get('content-type').startsWith('application/json') ? JSON.parse(text).code : text.match(/<title>.*<\/title>/)[0]];
  };
  const large = { method: 'POST', body: 'x'.repeat(1100000) };
  try {
    for (const target of ['/api/v1/internal/x', '/docs/none', '/studymate-files/x', '/studymate-error/404']) assert.deepEqual(await answer(target), [404, 'NOT_FOUND'], target);
    // expressions for pictures and scripts, as many blocks have them, do not take ours
    assert.equal((await fetch(`${base}/docs/swagger-ui.css`)).status, 200);
    for (const target of ['/api/v1/internal/x.png', '/studymate-files/ab/x.png']) assert.deepEqual(await answer(target), [404, 'NOT_FOUND'], target);
    assert.equal((await fetch(`${base}/mine.png`)).status, 418);
    // whoever asks from another origin can read what nginx says
    const other = await fetch(`${base}/api/v1/internal/x`, { headers: { origin: 'https://app.example.com' } });
    assert.deepEqual(['access-control-allow-origin', 'access-control-allow-credentials', 'vary'].map((h) => other.headers.get(h)), ['https://app.example.com', 'true', 'Origin']);
    assert.equal((await fetch(`${base}/api/v1/internal/x`)).headers.get('access-control-allow-credentials'), null);
    assert.deepEqual(await answer('/docs/index.html', { method: 'POST' }), [405, 'METHOD_NOT_ALLOWED']);
    assert.deepEqual(await answer('/api/v1/users/me', large), [413, 'PAYLOAD_TOO_LARGE']);
    for (const target of ['/api/v1/auth/login', '/ws/chat']) assert.deepEqual(await answer(target), [503, 'SERVICE_UNAVAILABLE'], target); // 502
    // of two at once one waits for a second, and gets the 504, the other the limit's 503; on a slow machine not at the first try
    const two = async () => (await Promise.all([answer('/api/v1/users/me'), answer('/health')])).map(String).toSorted().join(' ');
    await until(async () => await two() === '503,SERVER_BUSY 503,TIMEOUT');
    assert.match(run('curl', ['-s', '-H', 'Host: a/b', base]).out, /"code":"INVALID_REQUEST"/);
    assert.deepEqual(await answer('/none'), [404, '<title>404 Not Found</title>']);
    assert.deepEqual(await answer('/foreign.conf', { method: 'POST' }), [405, '<title>405 Not Allowed</title>']);
    assert.deepEqual(await answer('/none', large), [413, '<title>413 Request Entity Too Large</title>']);
    assert.deepEqual(await answer('/gone'), [502, '<title>502 Bad Gateway</title>']);
  } finally {
    nginx('-s', 'stop');
    silent.close();
  }
  await until(() => !fs.existsSync(path.join(env.run, 'foreign.pid')));
  assert.doesNotMatch(fs.readFileSync(path.join(env.run, 'studymate-access.log'), 'utf8'), /"path":"\/(none|gone)"/);
});

test('production: of two gateways a client keeps to one, and gets to the other once that is gone', async () => {
  const gateways = [await startGateway('first'), await startGateway('second')];
  const zone = path.join(installed, 'etc/nginx/conf.d/studymate.conf');
  fs.writeFileSync(zone, fs.readFileSync(zone, 'utf8').replaceAll('/run/studymate-realtime/realtime.sock', gateways[0].socket).replaceAll('/etc/nginx/snippets', snippets));
  fs.writeFileSync(path.join(snippets, 'studymate-gateway-2.conf'), `server unix:${gateways[1].socket};\n`);
  const port = await freePort();
  const nginx = foreign(port, '');
  const up = nginx();
  assert.equal(up.code, 0, up.err);
  const poll = (from, sid, body) => new Promise((ok, failed) => {
    http.request({ port, localAddress: from, agent: false, method: body ? 'POST' : 'GET', path: `/socket.io/?EIO=4&transport=polling${sid ? `&sid=${sid}` : ''}` }, async (res) => {
      ok([res.statusCode, (await res.toArray()).join('')]);
    }).on('error', failed).end(body);
  });
  const open = async (from) => {
    const [status, text] = await poll(from);
    assert.equal(status, 200, text);
    return JSON.parse(text.slice(1)).sid;
  };
  try {
    const clients = Array.from({ length: 16 }, (_, i) => `127.0.0.${i + 2}`);
    const sids = await Promise.all(clients.map(open));
    for (let i = 0; i < 3; i += 1) assert.deepEqual(await Promise.all(clients.map((c, k) => poll(c, sids[k], '3'))), clients.map(() => [200, 'ok']));
    const own = await Promise.all(gateways.map((g) => Promise.all(sids.map(async (sid) => (await fetch(`${g.base}/socket.io/?EIO=4&transport=polling&sid=${sid}`, { method: 'POST', body: '3' })).status))));
    assert.deepEqual(own[0].map((s) => 600 - s), own[1]); // 200 or 400
    assert.ok(own.every((o) => o.includes(200)), JSON.stringify(own));
    await gateways[0].stop();
    await Promise.all(clients.map(open));
  } finally {
    nginx('-s', 'stop');
    await gateways[1].stop();
  }
});

test('production: the systemd units verify and are confined', () => {
  for (const name of ['studymate-api', 'studymate-jobs', 'studymate-realtime', 'studymate-realtime@2']) {
    const unit = path.join(env.run, `${name}.service`);
    const text = fs.readFileSync(path.join(installed, `lib/systemd/system/${name.replace('@2', '@')}.service`), 'utf8');
    assert.match(text, new RegExp(`^ExecStart=/opt/studymate/bin/${name.replace('@2', '')}$`, 'm'));
    // what a killed gateway leaves behind ends its sockets, and by itself
    assert.match(text, name.startsWith('studymate-realtime') ? /^KillMode=process$/m : /^KillMode=mixed$/m);
    fs.writeFileSync(unit, text.replaceAll('/opt/studymate/bin', `${installed}/opt/studymate/bin`));
    const verify = run('systemd-analyze', ['verify', '--man=no', unit]);
    assert.deepEqual(verify.err.split('\n').filter((l) => l.includes(name)), []);
    const security = run('systemd-analyze', ['security', '--offline=true', '--threshold=25', unit]);
    assert.equal(security.code, 0, security.out.split('\n').slice(-3).join('\n'));
  }
});

test('production: what systemd-tmpfiles creates is every log the units append to, as logrotate needs it', () => {
  const host = path.join(env.run, 'host');
  const [uid, gid] = process.getuid() === 0 ? [4711, 4712] : [process.getuid(), process.getgid()]; // who is not root may only give to themselves
  fs.mkdirSync(path.join(host, 'etc'), { recursive: true });
  fs.writeFileSync(path.join(host, 'etc/passwd'), `studymate:x:${uid}:${gid}::/nonexistent:/usr/sbin/nologin\n`);
  fs.writeFileSync(path.join(host, 'etc/group'), `www-data:x:${gid}:\n`);
  fs.cpSync(path.join(installed, 'usr/lib'), path.join(host, 'usr/lib'), { recursive: true });
  fs.mkdirSync(path.join(host, 'var/log/studymate'), { recursive: true });
  fs.writeFileSync(path.join(host, 'var/log/studymate/api.log'), '', { mode: 0o600 }); // as a unit leaves it that had none
  const made = run('systemd-tmpfiles', [`--root=${host}`, '--create', 'studymate.conf']);
  assert.equal(made.code, 0, made.err);
  const owner = (file) => {
    const { mode, ...stat } = fs.statSync(path.join(host, file));
    return [file, (mode & 0o777).toString(8), stat.uid, stat.gid];
  };
  const units = path.join(installed, 'lib/systemd/system');
  const logs = fs.readdirSync(units).map((f) => /^StandardError=append:(.*)$/m.exec(fs.readFileSync(path.join(units, f), 'utf8'))[1]);
  assert.equal(new Set(logs).size, 3);
  for (const log of logs) assert.deepEqual(owner(log), [log, '640', uid, gid]);
  assert.deepEqual(owner('/var/log/studymate'), ['/var/log/studymate', '750', uid, gid]);
  const rotate = fs.readFileSync(path.join(installed, 'etc/logrotate.d/studymate'), 'utf8');
  assert.match(rotate, /^\/var\/log\/studymate\/\*\.log \{$[^}]*^\tsu studymate www-data$/m);
});

test('production: another STORAGE is known to all, also to a later make install, and make uninstall leaves what is not ours', () => {
  const to = path.join(env.run, 'another host');
  const make = (target, ...args) => {
    const done = run('make', ['-s', target, `DESTDIR=${to}`, 'PREFIX=/opt/studymate', ...args]);
    assert.equal(done.code, 0, done.err);
    return done.err;
  };
  const known = (storage) => {
    for (const [file, line] of [['etc/nginx/snippets/studymate.conf', `\talias "${storage}/";`], ['usr/lib/tmpfiles.d/studymate.conf', `d "${storage}" 0750 studymate www-data -`],
      ['lib/systemd/system/studymate-api.service', `ReadWritePaths="-${storage}"`], ['lib/systemd/system/studymate-jobs.service', `ReadWritePaths="-${storage}"`]]) {
      assert.ok(fs.readFileSync(path.join(to, file), 'utf8').split('\n').includes(line), `${file}: ${line}`);
    }
  };
  const settings = path.join(to, 'etc/studymate/studymate.env');
  assert.equal(make('install', 'STORAGE=/srv/the files'), '');
  known('/srv/the files');
  fs.writeFileSync(settings, fs.readFileSync(settings, 'utf8').replace(/^STORAGE_DIR=\/srv\/the files$/m, 'STORAGE_DIR=/srv/others'));
  assert.equal(make('install'), '');
  known('/srv/others');
  assert.match(make('install', 'STORAGE=/srv/third'), /STORAGE_DIR in .* is not/);
  const kept = ['etc/nginx/snippets/studymate-own.conf', 'etc/studymate/token.keys', 'opt/studymate/bin/own', 'srv/others/ab/file', 'var/log/studymate/api.log'];
  for (const f of kept) {
    fs.mkdirSync(path.dirname(path.join(to, f)), { recursive: true });
    fs.writeFileSync(path.join(to, f), '');
  }
  make('uninstall');
  const left = fs.readdirSync(to, { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).map((e) => path.relative(to, path.join(e.parentPath ?? e.path, e.name)));
  assert.deepEqual(left.toSorted(), [...kept, 'etc/studymate/studymate.env'].toSorted());
});

test('messages of study groups that had no numbers get theirs, in the order they were said', async () => {
  const stack = await startStack('numbered', {}, 1);
  announce('"events cannot be taken"', stack); // while what they read is not there
  const migrate = (...args) => run(api, ['--config', path.join(stack.run, 'studymate.env'), '--migrate', ...args]);
  const p = await person('하나', {}, { base: stack.base });
  const sql = connect(stack.run);
  const groups = [await study(p, [], sql), await study(p, [], sql), await study(p, [], sql)];
  assert.equal(migrate('to', '18').code, 0);
  for (const i of [0, 1, 0, 0]) await sql.query("INSERT INTO study_messages (study_id, user_id, content) VALUES (?, ?, 'x')", [groups[i], p.id]);
  assert.equal(migrate('up').code, 0);
  assert.deepEqual(await sql.query("SELECT study_id - ? AS g, GROUP_CONCAT(seq ORDER BY id) AS n FROM study_messages GROUP BY study_id", [groups[0]]), [{ g: 0, n: '1,2,3' }, { g: 1, n: '1' }]);
  assert.deepEqual((await sql.query('SELECT last_seq FROM studies WHERE id >= ? ORDER BY id', [groups[0]])).map((r) => r.last_seq), [3, 1, 0]);
  await sql.end();
  stack.down();
});

test('migrations go down and up again, refuse changed files, and can be repeated', async () => {
  announce(': 1146 Table'); // gateway and pool go on meanwhile
  const stack = await startStack('up and down', {}, 1);
  announce('"lvl":"warn"', stack);
  const config = ['--config', path.join(stack.run, 'studymate.env')];
  const migrate = (args, extra = {}) => run(api, [...config, '--migrate', ...args], { env: { ...process.env, ...extra } });
  assert.match(migrate(['status']).out, /^applied 0001_identity/m);
  const schema = async () => {
    const sql = connect(stack.run);
    const rows = await sql.query("SELECT table_name, column_name, column_type FROM information_schema.columns WHERE table_schema = 'studymate' ORDER BY 1, 2");
    await sql.end();
    return JSON.stringify(rows);
  };
  const before = await schema();
  assert.equal(migrate(['to', '0']).code, 0);
  assert.doesNotMatch(await schema(), /users/);
  const locations = () => get('/users/locations', { base: stack.base });
  assert.equal((await locations()).status, 500);
  assert.equal(migrate(['up']).code, 0);
  assert.equal(await schema(), before);
  assert.equal((await locations()).status, 200); // of the same worker, which could not prepare that statement before
  assert.equal(migrate(['up']).out, '');
  assert.match(migrate(['down']).out, /^revert 00/);
  assert.equal(migrate([]).code, 0);
  const copy = path.join(env.run, 'sql-copy');
  fs.cpSync(path.join(root, 'sql'), copy, { recursive: true });
  fs.appendFileSync(path.join(copy, 'migrations/0001_identity.sql'), '-- changed\n');
  const changed = migrate(['up'], { SQL_DIR: copy });
  assert.equal(changed.code, 1);
  assert.match(changed.err, /0001_identity was changed after it had been applied/);
  fs.cpSync(path.join(root, 'sql'), copy, { recursive: true });
  fs.writeFileSync(path.join(copy, 'migrations/9999_broken.sql'), '-- up\nCREATE TABLE IF NOT EXISTS half_way (id INT);\nBROKEN;\n-- down\nDROP TABLE IF EXISTS half_way;\n');
  const broken = migrate(['up'], { SQL_DIR: copy });
  assert.equal(broken.code, 1);
  assert.match(broken.err, /9999_broken, statement 2: 1064/);
  fs.writeFileSync(path.join(copy, 'migrations/9999_broken.sql'), '-- up\nCREATE TABLE IF NOT EXISTS half_way (id INT);\n-- down\nDROP TABLE IF EXISTS half_way;\n');
  assert.equal(migrate(['up'], { SQL_DIR: copy }).code, 0);
  const check = run(api, [...config, '--check-statements']);
  assert.equal(check.code, 0, check.err);
  stack.down();
});

test('E2: every wrong setting gives one line that names key, value, reason and next step', () => {
  const keys = run(api, ['--document-config']).out.split('\n').flatMap((l) => /^\| `([A-Z_0-9]+)`/.exec(l)?.[1] ?? []);
  assert.ok(keys.length > 25);
  const good = { TOKEN_KEYS: `k1:${'0123456789abcdef'.repeat(4)}`, PATH: process.env.PATH, ASAN_OPTIONS: process.env.ASAN_OPTIONS ?? '' };
  assert.equal(run(api, ['--check-config'], { env: good }).code, 0);
  // in every way that fits what it is: the one line begins with who speaks, KEY="value", and ends with what to do
  const mail = { SMTP_URL: 'smtp://mail.example.com', MAIL_FROM: 'a@b.c', SITE_URL: 'https://app.example.com' };
  const push = { VAPID_PUBLIC_KEY: 'x'.repeat(87), VAPID_PRIVATE_KEY: 'x'.repeat(43), VAPID_SUBJECT: 'mailto:a@b.c' };
  const long = (n) => 'x'.repeat(n);
  const paths = ['', long(108)];
  const breaks = {
    ENVIRONMENT: ['', 'prod', 'Production'], LISTEN: paths, LOGIN_LISTEN: paths, REALTIME_LISTEN: paths, DB_SOCKET: [long(108)], REDIS_SOCKET: [long(108)],
    DB_HOST: ['', long(256)], DB_NAME: ['', long(65)], DB_USER: ['', long(81)], DB_SNAPSHOT_ISOLATION: ['', 'maybe'], REDIS_HOST: ['', long(256)], REDIS_PREFIX: ['', long(33)],
    REDIS_SENTINELS: ['a', 'a:1,', ',a:1', 'a:1, b:1', 'a:1;b:1', 'a:0', 'a:65536', 'a:b', '[::1]', 'redis://a:1', Array(9).fill('a:1').join(), `${long(999)}:1`],
    REDIS_SENTINEL_NAME: ['', long(65)], REDIS_SENTINEL_PASSWORD: [long(256)],
    DB_PASSWORD: [long(256)], REDIS_PASSWORD: [long(256)], TOKEN_KEYS: ['', 'k1:00', `k1:${'g'.repeat(64)}`, `k-1:${'0a'.repeat(32)}`, `${good.TOKEN_KEYS},`], TOKEN_ISSUER: ['', long(65)],
    ACCESS_TTL_S: [{ REFRESH_TTL_S: '3600', ACCESS_TTL_S: '3601' }], STATEMENT_TIMEOUT_MS: [{ REQUEST_TIMEOUT_MS: '3000', STATEMENT_TIMEOUT_MS: '3000' }],
    CORS_ORIGINS: ['*', 'https://', 'https:// bad host', 'a.example.com', 'https://a.example.com/', 'https://a:b', 'https://a,,https://b'],
    STORAGE_DIR: ['', long(401)], IMAGE_HOSTS: [long(1001)], STUN_URLS: ['stun::', 'stun.example.com:3478', 'stun:a:1, stun:b:1', 'turn:a', 'stun:a:99999'], TURN_URLS: ['turn:', 'stun:a:1', 'turn:a b'],
    TURN_SECRET: ['short', long(201)], SESSION_SECRET: ['short', long(201)], METRICS_TOKEN: [long(201)],
    VAPID_PUBLIC_KEY: [{ ...push, VAPID_PUBLIC_KEY: 'x' }, push], VAPID_PRIVATE_KEY: [{ ...push, VAPID_PRIVATE_KEY: 'x' }], VAPID_SUBJECT: [{ ...push, VAPID_SUBJECT: '' }, { ...push, VAPID_SUBJECT: 'a@b.c' }],
    PUSH_PRIVATE: ['maybe'], SMTP_URL: ['mail.example.com', 'http://mail.example.com', 'smtp://', 'smtp://u:p@a'].map((v) => ({ ...mail, SMTP_URL: v })),
    SMTP_USER: [long(201)], SMTP_PASSWORD: [long(201)], SMTP_CA: [{ ...mail, SMTP_CA: '/nonexistent' }], MAIL_FROM: ['', 'X', 'X <a@b.c', 'a@b.c\nBcc: x@y.z'].map((v) => ({ ...mail, MAIL_FROM: v })),
    GOOGLE_CLIENT_ID: [long(201)], NAVER_CLIENT_ID: [long(201)], GOOGLE_CLIENT_SECRET: [{ GOOGLE_CLIENT_ID: 'x', GOOGLE_CLIENT_SECRET: '' }, long(201)],
    NAVER_CLIENT_SECRET: [{ NAVER_CLIENT_ID: 'x', NAVER_CLIENT_SECRET: '' }], GOOGLE_URLS: ['', 'https://a/', 'https://a/ https://b/', 'https://a/ https://b/ https://c/ https://d/', 'https://a/ ftp://b/ https://c/'],
    NAVER_URLS: ['', 'https://a/ https://b/ c'], LOGIN_RETURN_URL: ['https://a/login', 'a/', 'https://'],
    AI_URL: [{ AI_URL: '', AI_MODEL: 'm' }, ...['https://a/', 'a.example.com', 'ftp://a', 'https://', `https://${long(300)}`].map((v) => ({ AI_URL: v, AI_MODEL: 'm' }))], AI_KEY: [long(301)],
    AI_MODEL: [{ AI_URL: 'https://a/v1', AI_MODEL: '' }, long(101)], AI_SPEECH_MODEL: [long(101)], AI_GUESTS: ['', 'maybe'],
    SITE_URL: ['', 'http://', 'https://a b', 'app.example.com', 'https:///x'].map((v) => ({ ...mail, SITE_URL: v })), RESET_URL: ['http://', 'x', 'https://a.b/c#d', 'https://a.b/?c'].map((v) => ({ ...mail, RESET_URL: v })), CONFIRM_URL: ['https://', 'y', 'http://a.b/?c', 'ftp://a.b'].map((v) => ({ ...mail, CONFIRM_URL: v })), SQL_DIR: ['', long(501)], LOG_LEVEL: ['', 'loud', '1'],
  };
  const numbers = run(api, ['--print-config'], { env: good }).out.split('\n').flatMap((l) => /^([A-Z_0-9]+)=\d+$/.exec(l)?.[1] ?? []);
  assert.ok(numbers.length > 15);
  const noNumbers = ['many', '1.5', '-1', '99999999999', '7x']; // each of them somewhere
  for (const [i, key] of numbers.entries()) breaks[key] = [...breaks[key] ?? [], '', noNumbers[i % noNumbers.length]];
  assert.deepEqual(keys.filter((k) => !breaks[k]), []);
  const secret = /_(PASSWORD|KEYS|SECRET|TOKEN|PRIVATE_KEY)$|^AI_KEY$/;
  for (const [key, ways] of Object.entries(breaks)) {
    for (const way of ways) {
      const set = typeof way === 'string' ? { [key]: way } : way;
      const bad = run(api, ['--check-config'], { env: { ...good, ...set } });
      assert.deepEqual([key, way, bad.code], [key, way, 2]);
      const shown = secret.test(key) ? '(secret)' : set[key].replaceAll('\n', '?');
      assert.match(bad.err, /^[^\n]*\n$/, `${key}: ${bad.err.slice(0, 300)}`);
      assert.ok(bad.err.startsWith(`studymate-api: config: ${key}="${shown}": `), `${JSON.stringify(set)}: ${bad.err.slice(0, 200)}`);
      assert.match(bad.err, /\. (Correct it and start again \(studymate-api --check-config\)|Make a pair \(studymate-jobs --vapid-keys\))\n$/);
    }
  }
  const production = { ...good, ENVIRONMENT: 'production', DB_PASSWORD: 'x' };
  assert.equal(run(api, ['--check-config'], { env: production }).code, 0);
  for (const [key, value] of [['TOKEN_KEYS', `k1:${'00'.repeat(32)}`], ['CORS_ORIGINS', 'http://a.example.com'], ['DB_PASSWORD', '']]) {
    const res = run(api, ['--check-config'], { env: { ...production, [key]: value } });
    assert.deepEqual([key, res.code], [key, 2]);
    assert.ok(res.err.includes(key));
    assert.ok(!res.err.includes('00'.repeat(32)));
  }
  for (const [key, value] of [['STUN_URLS', 'stun.example.com:3478'], ['STUN_URLS', 'stun:a:1, stun:b:1'], ['TURN_URLS', 'stun:a:1'], ['TURN_URLS', 'turn:'], ['TURN_SECRET', 'short'], ['TURN_TTL', '601']]) {
    const res = run(api, ['--check-config'], { env: { ...good, [key]: value } });
    assert.deepEqual([key, res.code, res.err.includes(key)], [key, 2, true]);
  }
  const open = path.join(env.run, 'open.key');
  fs.writeFileSync(open, `k1:${'0123456789abcdef'.repeat(4)}\n`, { mode: 0o644 });
  const readable = run(api, ['--check-config'], { env: { ...production, TOKEN_KEYS: undefined, TOKEN_KEYS_FILE: open } });
  assert.match(readable.err, /can be read by others/);
  // secrets in a settings file that anybody can read
  for (const [key, value] of [['TOKEN_KEYS', good.TOKEN_KEYS], ['DB_PASSWORD', 'quite a secret']]) {
    const settings = path.join(env.run, `${key}.env`);
    fs.writeFileSync(settings, `${key}=${value}\n`);
    const check = (mode, environment) => {
      fs.chmodSync(settings, mode);
      return run(api, ['--config', settings, '--check-config'], { env: { ...production, [key]: undefined, ENVIRONMENT: environment } });
    };
    const refused = check(0o644, 'production');
    assert.equal(refused.code, 2);
    assert.match(refused.err, new RegExp(`^studymate-api: config: ${key}="\\(secret\\)": stands in ${settings}, which anybody can read; chmod o= that, or name a file in ${key}_FILE`));
    assert.doesNotMatch(refused.err, new RegExp(value));
    assert.deepEqual([check(0o640, 'production').code, check(0o644, 'development').code], [0, 0]);
  }
  // what only shows when it is used, by whichever program uses it
  const beside = (name) => path.join(path.dirname(api), name);
  const nowhere = path.join(env.run, 'nowhere/x.sock');
  const files = path.join(env.run, 'usable');
  for (const [program, key, value, set] of [[api, 'STORAGE_DIR', '/dev/null/files', {}], [api, 'LISTEN', nowhere, { STORAGE_DIR: files, LOGIN_LISTEN: path.join(env.run, 'tried.sock') }], [api, 'LOGIN_LISTEN', nowhere, { STORAGE_DIR: files, LISTEN: path.join(env.run, 'tried.sock') }], [beside('studymate-realtime'), 'REALTIME_LISTEN', nowhere, {}]]) {
    const res = run(program, [], { env: { ...good, ...set, [key]: value }, timeout: 20000 });
    assert.deepEqual([key, res.code === 0 || res.code === null], [key, false], res.err);
    assert.match(res.err, new RegExp(`^${path.basename(program)}: config: ${key}="${value}": [^\\n]+\\. [^\\n]+\\n$`));
  }
  const file = path.join(env.run, 'bad.env');
  fs.writeFileSync(file, 'WORKERS=4\nWORKRES=5\n');
  assert.match(run(api, ['--config', file, '--check-config'], { env: good }).err, /bad\.env:2: "WORKRES"/);
  const printed = run(api, ['--print-config'], { env: good }).out;
  assert.match(printed, /TOKEN_KEYS=\(set\)/);
});
