// What an operator meets: what the commands say when something is in their way, the printed addresses, people made up by
// the ten thousand, the walk through it, and logs that are rotated while the programs write.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { env, get, person, post } from '../harness/client.mjs';
import { connect } from '../harness/db.mjs';
import { freePort, root, startStack, until } from '../harness/stack.mjs';

const asRoot = process.getuid() === 0;
let stack;
before(async () => { stack = await startStack('an operator', { RATE_PERCENT: 100 }, 2); });
after(() => stack?.down());

const script = (name) => path.join(root, 'scripts', name);
function run(command, args, extra = {}) {
  const res = spawnSync(command, args, { encoding: 'utf8', cwd: root, env: { ...process.env, ...extra } });
  return { code: res.status, out: res.stdout ?? '', err: res.stderr ?? String(res.error) };
}

// The command gives up with this one line and nothing else.
function oneLine(res, line) {
  assert.deepEqual([res.code, res.out], [1, ''], res.err);
  assert.match(res.err, /^[^\n]+\n$/);
  assert.match(res.err, line);
}

test('what is in the way of a start is one line that says what to do, and nothing is started', async () => {
  const dir = path.join(env.run, 'in the way');
  const [free, https] = [await freePort(), await freePort()];
  const up = (extra) => run(script('stack'), ['up'], { RUN_DIR: dir, HTTP_PORT: String(free), HTTPS_PORT: String(https), ...extra });
  const busy = net.createServer().listen(0, '127.0.0.1');
  await once(busy, 'listening');
  const { port } = busy.address();
  for (const key of ['HTTP_PORT', 'HTTPS_PORT']) {
    oneLine(up({ [key]: String(port) }), new RegExp(`^port ${port} is in use; choose another: make run HTTPS_PORT=\\d+ HTTP_PORT=\\d+$`, 'm'));
  }
  busy.close();
  assert.deepEqual(fs.readdirSync(dir).filter((f) => /\.(pid|sock)$|^mysql$/.test(f)), []);
  const long = path.join(env.run, 'l'.repeat(90));
  oneLine(up({ RUN_DIR: long }), /RUN_DIR is too long for a socket path \(\d+ of 89 characters\), set it to a shorter one/);
  assert.ok(!fs.existsSync(long));
  const file = path.join(env.run, 'a file');
  fs.writeFileSync(file, '');
  for (const inner of [file, path.join(file, 'run'), '/proc/run']) oneLine(up({ RUN_DIR: inner }), /^cannot write to .* \(.+\); set RUN_DIR to a folder of yours$/m);
  oneLine(up({ API_BIN: '/nonexistent/studymate-api' }), /^\/nonexistent\/studymate-api is missing; run make$/m);
});

test('a disk that is full, or read-only, is one line as well', { skip: !asRoot && 'mounts a tmpfs, which only root can' }, (t) => {
  const dir = path.join(env.run, 'small disk');
  fs.mkdirSync(dir);
  const mount = (...args) => assert.equal(run('mount', args).code, 0);
  mount('-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', dir);
  t.after(() => run('umount', [dir]));
  const up = () => run(script('stack'), ['up'], { RUN_DIR: path.join(dir, 'run'), HTTP_PORT: '1', HTTPS_PORT: '1' });
  oneLine(up(), /^only \d MiB free at .*small disk\/run, 400 are needed; free some, or set RUN_DIR to another disk$/m);
  run('dd', ['if=/dev/zero', `of=${dir}/fill`, 'bs=1M']); // until there is nothing left
  oneLine(up(), /^only 0 MiB free at .*small disk\/run, 400 are needed; /m);
  mount('-o', 'remount,ro', dir);
  oneLine(up(), /^cannot write to .*small disk\/run \(Read-only file system\); set RUN_DIR to a folder of yours$/m);
});

test('packages that apt does not install, or that cannot be asked for, are named in one line', () => {
  const bin = path.join(env.run, 'no apt');
  fs.mkdirSync(bin);
  const put = (name, text) => fs.writeFileSync(path.join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  for (const name of ['bash', 'env', 'cat', 'dirname', 'grep', 'id', 'rm', 'tee', 'chmod', 'sh']) fs.symlinkSync(run('sh', ['-c', `command -v ${name}`]).out.trim(), path.join(bin, name));
  put('dpkg-query', 'for p; do :; done; [ "$p" = redis-server ] || [ "$p" = openssl ] || echo install ok installed');
  const install = () => run(script('install-packages'), ['run'], { PATH: bin });
  const words = 'openssl redis-server';
  if (asRoot) {
    oneLine(install(), new RegExp(`^packages are missing, and this is no Debian with apt-get; install what is called there: ${words}$`, 'm'));
    put('apt-get', 'echo "E: of $1" >&2; exit 100');
    const res = install();
    assert.equal(res.code, 1);
    assert.deepEqual(res.err.split('\n'), ['E: of update', 'apt-get update failed; trying with the lists at hand', 'E: of install',
      `apt could not install ${words}; mend what it says above, then run the same command again`, '']);
    assert.equal(res.out, `installing 2 packages with apt: ${words}\n`);
  }
  fs.rmSync(path.join(bin, 'id'));
  put('id', 'echo 1000');
  oneLine(install(), new RegExp(`^packages are missing, and there is no sudo; install them as root: apt-get install ${words}$`, 'm'));
  put('dpkg-query', 'echo install ok installed');
  assert.deepEqual(install(), { code: 0, out: '', err: '' });
});

test('RUN_DIR and its secrets are their owner’s alone, though the folder was there before', () => {
  const mode = (f) => (fs.statSync(f).mode & 0o777).toString(8);
  assert.equal(mode(stack.run), '700');
  const secrets = path.join(stack.run, 'secrets');
  assert.equal(mode(secrets), '700');
  const files = fs.readdirSync(secrets);
  for (const f of ['token.keys', 'db.password', 'vapid.private', 'tls.key']) assert.ok(files.includes(f), f);
  for (const f of files) assert.deepEqual([f, mode(path.join(secrets, f))], [f, '600']);
  assert.equal(mode(path.join(stack.run, 'studymate.env')), '600');
});

test('the addresses and accounts that a start prints work as they stand there', () => {
  const curl = (...args) => {
    const res = run('curl', ['-sS', '-w', '\\n%{http_code}', ...args]);
    assert.equal(res.code, 0, res.err);
    const at = res.out.lastIndexOf('\n');
    return { status: Number(res.out.slice(at + 1)), text: res.out.slice(0, at) };
  };
  const [docs, plain] = stack.said.match(/https?:\S+/g);
  assert.match(docs, /^https:.*\/docs\/$/);
  const page = curl('-k', docs);
  assert.deepEqual([page.status, /swagger/i.test(page.text)], [200, true]);
  assert.equal(curl(`${plain}users/locations`).status, 200);
  const password = /password of all: (\S+)/.exec(stack.said)[1];
  const accounts = stack.said.match(/\S+@example\.com/g);
  assert.equal(accounts.length, 4);
  const learns = { English: 2, Korean: 1 };
  for (const email of accounts) {
    const login = curl('-H', 'Content-Type: application/json', '-d', JSON.stringify({ email, password }), `${plain}auth/login`);
    assert.deepEqual([email, login.status], [email, 200]);
    const { accessToken } = JSON.parse(login.text).data;
    const me = (what) => curl('-H', `Authorization: Bearer ${accessToken}`, `${plain}${what}`);
    const said = new RegExp(`${email.replace('.', '\\.')} \\(learns (\\w+)\\)`).exec(stack.said);
    if (said) assert.ok(me('onboarding/language/learning-language').text.includes(`"languageId":${learns[said[1]]},`), email);
    if (email.startsWith('admin')) assert.match(me('users/me').text, /ADMIN/);
  }
  assert.match(stack.said, /logs: \S.*\/log /);
  assert.ok(fs.existsSync(path.join(/logs: (.*\/log) /.exec(stack.said)[1], 'api.log')));
});

test('figures rise with use: answers, latency, what MariaDB and Redis took, and how many workers are busy', async () => {
  const at = { base: stack.base };
  const p = await person('숫자', {}, at);
  const figures = async () => {
    const { text } = await get('//metrics', at);
    return (name) => Number(new RegExp(`^${name.replace(/[{}"+.]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
  };
  const busy = 'studymate_workers{state="busy"}';
  const slow = (what) => `studymate_request_seconds_${what}{route="user_english_name"${what === 'bucket' ? ',le="0.25"' : ''}}`;
  await post('/users/english-name', { englishName: 'Before' }, { ...at, token: p.access });
  const before = await figures();
  const db = connect(stack.run);
  const hold = await db.getConnection();
  try {
    await hold.beginTransaction();
    await hold.query('SELECT id FROM users WHERE id = ? FOR UPDATE', [p.id]);
    const waits = post('/users/english-name', { englishName: 'After' }, { ...at, token: p.access });
    await until(async () => (await figures())(busy) >= 2); // it, and who asks
    const [{ ms }] = await hold.query('SELECT SLEEP(0.4) + 400 AS ms');
    await hold.commit();
    assert.equal((await waits).status, 200);
    const login = await post('/auth/login', { email: p.email, password: p.password }, at); // asks Redis each time
    assert.equal(login.status, 200);
    await until(async () => (await figures())(busy) === 1);
    const now = await figures();
    const rose = (name) => now(name) - before(name);
    assert.equal(rose('studymate_requests_total{route="user_english_name",status="2xx"}'), 1);
    assert.equal(rose(slow('count')), 1);
    assert.equal(rose(slow('bucket')), 0);
    assert.ok(rose(slow('sum')) >= ms / 1000 && rose('studymate_db_seconds_total') >= ms / 1000);
    assert.ok(rose('studymate_db_trips_total') >= 2);
    assert.ok(rose('studymate_redis_trips_total') >= 1 && rose('studymate_redis_seconds_total') > 0);
  } finally {
    await hold.release();
    await db.end();
  }
});

test('the walk through it tells the whole story', () => {
  const told = run(process.execPath, [script('demo.mjs')], { RUN_DIR: stack.run, HTTPS_PORT: new URL(stack.https).port });
  assert.deepEqual([told.code, told.out.trimEnd().split('\n').at(-1)], [0, 'the story is complete'], told.out.slice(-2000) + told.err);
  for (const status of [201, 200, 400, 404, 401, 429]) assert.match(told.out, new RegExp(`^${status} `, 'm'));
  const none = run(process.execPath, [script('demo.mjs')], { RUN_DIR: path.join(env.run, 'no stack') });
  assert.equal(none.code, 1);
  assert.match(none.err, /^no stack in .*; start one with make up \(or set RUN_DIR\)\n$/);
});

test('growing people that is killed is taken up by the next one: as many as wanted, each whole', async () => {
  const settings = { RUN_DIR: stack.run, USERS: '160', BATCH: '20' };
  const seed = (extra = {}) => run(script('seed'), [], { ...settings, ...extra });
  const db = connect(stack.run);
  const count = async () => {
    const [row] = await db.query("SELECT COUNT(*) AS n, COUNT(DISTINCT email) AS d, COALESCE(MAX(0 + SUBSTRING(email, 5)), 0) AS last FROM users WHERE email LIKE 'user%@seed.example.com'");
    assert.deepEqual([row.n, row.d], [Number(row.last), Number(row.last)]);
    return row.n;
  };
  // of each table that a person has rows in: how many of them have some
  const whole = async () => Promise.all(['user_passwords', 'user_languages', 'user_options', 'user_schedules', 'matching_profiles', 'matching_index'].map(async (table) => {
    const [{ n }] = await db.query(`SELECT COUNT(DISTINCT t.user_id) AS n FROM ${table} t JOIN users u ON u.id = t.user_id WHERE u.email LIKE 'user%@seed.example.com'`);
    return [table, n];
  }));
  try {
    const killed = spawn(script('seed'), [], { env: { ...process.env, ...settings }, stdio: ['ignore', 'pipe', 'ignore'], detached: true });
    killed.stdout.once('data', () => process.kill(-killed.pid, 'SIGKILL')); // with all that it started
    await once(killed, 'close');
    const [{ ended }] = await db.query("SELECT GET_LOCK('studymate seed', 30) + RELEASE_LOCK('studymate seed') AS ended"); // what it left at work
    assert.equal(Number(ended), 2);
    const had = await count();
    assert.ok(had >= 20 && had < 160 && had % 20 === 0, String(had));
    assert.deepEqual((await whole()).filter(([, n]) => n > had), []);
    assert.deepEqual((await whole()).find(([t]) => t === 'user_passwords'), ['user_passwords', had]);
    const second = seed();
    assert.equal(second.code, 0, second.err);
    // not on a terminal: a line for each batch, how far it is
    const steps = [];
    for (let n = had + 20; n <= 160; n += 20) steps.push(`${n} of 160 users`);
    assert.deepEqual(second.out.split('\n').slice(0, -2), steps);
    assert.match(second.out.split('\n').at(-2), new RegExp(`^${160 - had} users added in \\d+ s; they log in as `));
    assert.equal(await count(), 160);
    const { user_languages: speak, user_schedules: free, ...each } = Object.fromEntries(await whole());
    assert.deepEqual(new Set(Object.values(each)), new Set([160]));
    assert.equal(free, 160);
    assert.ok(speak > 120);
    const again = seed();
    assert.deepEqual(again, { code: 0, out: '160 users are there already\n', err: '' });
    assert.equal(await count(), 160);
    const tty = run('script', ['-qec', script('seed'), '/dev/null'], { ...settings, USERS: '190' });
    assert.match(tty.out, /\r\[#+ *\] +\d+ % {2}180 of 190 users\r\[#{40}\] 100 % {2}190 of 190 users\r?\n/);
    const login = run('curl', ['-sS', '-H', 'Content-Type: application/json', '-d', '{"email":"user190@seed.example.com","password":"password123"}', `${stack.base}/api/v1/auth/login`]);
    assert.equal(JSON.parse(login.out).success, true, login.out);
  } finally {
    await db.end();
  }
});

test('logrotate as we ship it, while the programs write: no line is lost or doubled, and they go on in the new files', async () => {
  const logs = path.join(stack.run, 'log');
  const conf = path.join(env.run, 'rotate.conf');
  const [user, group] = ['-un', '-gn'].map((f) => run('id', [f]).out.trim());
  const shipped = fs.readFileSync(path.join(root, 'scripts/systemd/studymate.logrotate'), 'utf8');
  fs.writeFileSync(conf, shipped.replace('/var/log/studymate', `"${logs}"`).replace(/"(.*)"(\/\S+)/, '"$1$2"').replaceAll('studymate www-data', `${user} ${group}`), { mode: 0o600 });
  fs.chmodSync(logs, 0o700);
  const rotate = () => {
    const res = run('logrotate', ['-f', '-s', path.join(env.run, 'rotate.state'), conf], { PATH: `${process.env.PATH}:/usr/sbin` });
    assert.deepEqual([res.code, res.err], [0, '']);
  };
  const people = await Promise.all(Array.from({ length: 8 }, () => person('돌림', {}, { base: stack.base })));
  const asked = [];
  let stop = false;
  const load = Promise.all(people.map(async (p) => {
    while (!stop) asked.push((await get('/users/gender-type', { token: p.access, base: stack.base })).headers['x-request-id']);
  }));
  const before = fs.statSync(path.join(logs, 'api.log')).ino;
  rotate();
  assert.equal(fs.statSync(path.join(logs, 'api.log.1')).ino, before, 'renamed, not copied');
  // each worker writes into the new one, the last line perhaps at this moment
  const pids = () => new Set(fs.readFileSync(path.join(logs, 'api.log'), 'utf8').split('\n').slice(0, -1).map((l) => JSON.parse(l).pid));
  await until(() => pids().size >= 2);
  rotate(); // the first is compressed now
  await until(() => pids().size >= 2);
  stop = true;
  await load;
  const timesOf = () => {
    const text = run('zcat', [path.join(logs, 'api.log.2.gz')]).out + ['api.log.1', 'api.log'].map((f) => fs.readFileSync(path.join(logs, f), 'utf8')).join('');
    const times = new Map();
    for (const l of text.slice(0, text.lastIndexOf('\n')).split('\n').filter((t) => t.includes('"msg":"request"'))) times.set(JSON.parse(l).rid, (times.get(JSON.parse(l).rid) ?? 0) + 1);
    return times;
  };
  await until(() => { // the line comes after the answer
    const times = timesOf();
    return asked.every((rid) => times.has(rid));
  });
  const times = timesOf();
  assert.ok(asked.length > 50);
  assert.deepEqual(asked.filter((rid) => times.get(rid) !== 1), []);
  assert.equal((fs.statSync(path.join(logs, 'api.log')).mode & 0o777).toString(8), '640');
  stack.down();
  for (const name of ['api', 'jobs', 'realtime']) assert.ok(stack.logOf(name).some((l) => /stopped$/.test(l.msg)), name);
});
