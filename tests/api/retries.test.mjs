// Lost races are tried again and nothing else is; and what races at once comes out right even where the database does not
// say that a snapshot is outdated (innodb_snapshot_isolation, which DB_SNAPSHOT_ISOLATION=off leaves alone).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { announce } from '../harness/announce.mjs';
import { person, post } from '../harness/client.mjs';
import { connect, keepEvents } from '../harness/db.mjs';
import { root, startStack, until } from '../harness/stack.mjs';

let stack;
let db;
before(async () => {
  process.env.DB_OPTIONS = '--innodb-snapshot-isolation=OFF'; // newer servers have it on by default
  stack = await startStack('retries', { DB_SNAPSHOT_ISOLATION: 'off', REQUEST_TIMEOUT_MS: 20000, STATEMENT_TIMEOUT_MS: 10000 }, 6);
  delete process.env.DB_OPTIONS;
  announce('"lvl":"warn"', stack); // it is refused on purpose
  announce('the message was neither stored nor found', stack); // what should be its own key was none
  await keepEvents(stack.run);
  db = connect(stack.run);
});
after(async () => {
  await db?.end();
  stack?.down();
});

// Statements of three kinds, each of which fails as often as the table says, counted where no rollback reaches.
test('1020, 1213, 1205, 1467 and 1047 are tried four times, each kind of statement; other errors once', async () => {
  await db.query('CREATE TABLE tries (n INT NOT NULL, fails INT NOT NULL, code INT NOT NULL) ENGINE=MyISAM');
  await db.query('INSERT INTO tries VALUES (0, 0, 0)');
  const trap = (name, when) => db.query(`CREATE TRIGGER ${name} BEFORE ${when.on} FOR EACH ROW BEGIN
    DECLARE made, wanted, no INT;
    IF ${when.if} THEN
      UPDATE tries SET n = n + 1;
      SELECT n, fails, code INTO made, wanted, no FROM tries;
      IF made <= wanted THEN SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = no, MESSAGE_TEXT = 'on purpose'; END IF;
    END IF; END`);
  await trap('try_users', { on: 'UPDATE ON users', if: "NEW.bio LIKE 'try %' AND NOT NEW.bio <=> OLD.bio OR NOT NEW.birth_year <=> OLD.birth_year" });
  await trap('try_messages', { on: 'INSERT ON chat_messages', if: "NEW.body LIKE 'try %'" });
  const p = await person('거듭', {}, { base: stack.base });
  const as = { token: p.access, base: stack.base };
  const room = (await post('/chat/rooms', { roomName: '거듭', isPublic: false }, as)).body.data.roomId;
  let turn = 0;
  const kinds = {
    'one statement': () => post('/users/self-bio', { selfBio: `try ${turn += 1}` }, as),
    'a transaction': () => post('/users/birthyear', { birthyear: 1950 + (turn += 1) }, as),
    'a transaction in one statement': () => post(`/chat/rooms/${room}/messages`, { message: `try ${turn += 1}` }, as),
  };
  const failing = async (kind, fails, code) => {
    await db.query('UPDATE tries SET n = 0, fails = ?, code = ?', [fails, code]);
    const res = await kinds[kind]();
    const [{ n }] = await db.query('SELECT n FROM tries');
    const line = await until(() => stack.log().find((l) => l.msg === 'request' && l.rid === res.headers['x-request-id'])); // written after the answer
    return { status: res.status < 300 ? 'done' : res.status, code: res.body.code, after: res.headers['retry-after'] !== undefined, n, retries: line.retries ?? 0 };
  };
  for (const kind of Object.keys(kinds)) {
    for (const code of [1020, 1213, 1205, 1467, 1047]) {
      const { status, n, retries } = await failing(kind, 3, code);
      assert.deepEqual([kind, code, status, n, retries], [kind, code, 'done', 4, 3]);
      assert.deepEqual([kind, code, await failing(kind, 9, code)], [kind, code, { status: 503, code: 'TRY_AGAIN', after: true, n: 4, retries: 3 }]);
    }
    for (const [code, status] of [[1969, 503], [1317, 503], [1290, 503], [1021, 503], [1062, kind === 'a transaction in one statement' ? 500 : 409], [1366, 500]]) {
      announce(`: ${code} on purpose`, stack);
      const { n, retries, ...res } = await failing(kind, 1, code);
      assert.deepEqual([kind, code, res.status, n, retries], [kind, code, status, 1, 0]);
    }
  }
  for (const name of ['try_users', 'try_messages']) await db.query(`DROP TRIGGER ${name}`);
  await db.query('DROP TABLE tries');
});

test('what races at once comes out right without innodb_snapshot_isolation', async () => {
  const [session] = await db.query("SHOW VARIABLES LIKE 'innodb_snapshot_isolation'");
  assert.equal(session.Value, 'OFF');
  const env = { ...process.env, TEST_RUN_DIR: stack.run, TEST_HTTP: stack.base, TEST_HTTPS: stack.https, RUN_DIR: stack.run, RACES_ALONE: '1' };
  delete env.NODE_TEST_CONTEXT; // or it would take itself for one of our files
  const suites = ['chat-races', 'matching-races', 'notification-races'].map((s) => `tests/api/${s}.test.mjs`);
  const child = spawn(process.execPath, ['--test', '--test-concurrency=3', '--test-reporter=tap', ...suites], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let tap = '';
  child.stdout.on('data', (d) => { tap += d; });
  const [code] = await once(child, 'close');
  fs.writeFileSync(path.join(stack.run, 'races.tap'), tap);
  const count = (word) => Number(new RegExp(`^# ${word} (\\d+)`, 'm').exec(tap)[1]);
  assert.equal(code, 0, tap.split('\n').filter((l) => /^\s*not ok|error:|failureType/.test(l)).slice(0, 20).join('\n'));
  assert.ok(count('pass') >= 27 && count('fail') === 0 && count('cancelled') === 0, tap.slice(-300));
});
