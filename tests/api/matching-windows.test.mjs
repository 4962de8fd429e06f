// Windows of the search are kept for a moment, in memory the workers share. Nobody must be able to tell, but by the speed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { env, get, post, send, unique } from '../harness/client.mjs';
import { closeDb, connect, query } from '../harness/db.mjs';
import { internal } from '../harness/internal.mjs';
import { asked, block, learner, matched, reject } from '../harness/learner.mjs';
import { root, startStack, until } from '../harness/stack.mjs';

let stack;
let sql;
before(async () => {
  stack = await startStack('windows', { STATEMENT_TIMEOUT_MS: 50000, REQUEST_TIMEOUT_MS: 60000 });
  sql = connect(stack.run);
});
after(async () => {
  await sql?.end();
  stack?.down();
  await closeDb();
});
const [KO, JA] = [1, 3];
const [MINE, THEIRS, THIRD] = [9, 11, 12]; // nobody else in this run speaks one and learns the other
const asking = 8; // times: all workers have their turn
const list = async (p) => (await get('/matching/partners?size=50', { token: p.access, base: p.base })).body.data;
const found = async (me, other) => (await list(me)).find((x) => x.userId === other.id);
const statements = async (p) => {
  const { headers } = await get('/matching/partners?size=50', { token: p.access });
  const line = await until(() => fs.readFileSync(path.join(env.run, 'log/api.log'), 'utf8').split('\n')
    .find((l) => l.includes(headers['x-request-id']) && l.includes('"msg":"request"')));
  const { db_n: n, login_n: logins } = JSON.parse(line);
  return n - logins;
};
// A viewer and one who fits, both of them in windows that were read just now.
async function couple(more) {
  const [me, other] = [await learner('보는이', MINE, [THEIRS], more), await learner('찾은이', THEIRS, [MINE], more)];
  for (let i = 0; i < asking; i += 1) assert.ok(await found(me, other));
  return { me, other };
}

test('what was read a moment ago is not read again', async () => {
  const { me } = await couple();
  const n = [];
  for (let i = 0; i < asking; i += 1) n.push(await statements(me));
  assert.equal(Math.min(...n), 2, `${n}`); // who asks, and the cards; the names and the gateways of a worker may be due
});

test('somebody new is found at once, and somebody who learns something else is not', async () => {
  const { me, other } = await couple();
  // of a page that is full already only those count who fit both ways
  const total = async () => (await get('/matching/partners?size=1', { token: me.access })).body.meta.total;
  const many = await total();
  const next = await learner('새사람', THEIRS, [MINE]);
  for (let i = 0; i < asking; i += 1) assert.equal(await total(), many + 1);
  assert.ok(await found(me, next));
  const before = (await found(me, other)).compatibilityScore;
  const res = await post('/onboarding/language/native-language', { languageId: THIRD }, { token: other.access });
  assert.equal(res.status, 200, res.text);
  for (let i = 0; i < asking; i += 1) assert.ok(!((await found(me, other))?.compatibilityScore >= before));
  await post('/onboarding/language/learning-language', { languages: [{ languageId: THIRD, currentLevelId: 102, targetLevelId: 106 }] }, { token: next.access });
  for (let i = 0; i < asking; i += 1) assert.ok(!((await found(me, next))?.compatibilityScore >= before));
});

test('what people change about themselves counts at once', async () => {
  const { me, other } = await couple({ topics: [1, 2, 3] });
  const score = async () => (await get(`/matching/compatibility/${other.id}`, { token: me.access })).body.data.compatibilityScore;
  const before = await score();
  await post('/onboarding/interest/topic', { topicIds: [7] }, { token: other.access });
  assert.notEqual(await score(), before);
  for (let i = 0; i < asking; i += 1) assert.equal((await found(me, other)).compatibilityScore, await score());
  // what is refused has changed nothing, and is forgotten for nothing
  assert.equal((await post('/onboarding/interest/topic', { topicIds: [999999] }, { token: other.access })).status, 400);
  assert.equal((await found(me, other)).compatibilityScore, await score());
});

// A stack of its own, with ten thousand people.
test('the best of ten thousand are those who have the best scores, one by one', async () => {
  const seed = spawnSync('scripts/seed', [], { cwd: root, encoding: 'utf8', env: { ...process.env, RUN_DIR: stack.run, USERS: '10000' } });
  assert.equal(seed.status, 0, seed.stderr);
  const me = await learner('고르는이', JA, [KO], { topics: [1, 2, 3], motivations: [1, 2], personalities: [1], method: 'VOICE', base: stack.base,
    schedules: [{ dayOfWeek: 'MONDAY', classTime: '19:00' }, { dayOfWeek: 'FRIDAY', classTime: '20:00' }] });
  const best = (await get('/matching/partners?size=10', { token: me.access, base: stack.base })).body;
  const ids = (await sql.query('SELECT user_id AS id FROM matching_index WHERE learns = ? AND speaks = ?', [JA, KO])).map((r) => r.id);
  assert.ok(ids.length > 1000);
  assert.equal(best.meta.total, 1000); // a list ends there
  const scores = [];
  const ask = async () => {
    for (let id = ids.pop(); id; id = ids.pop()) scores.push((await get(`/matching/compatibility/${id}`, { token: me.access, base: stack.base })).body.data.overallScore);
  };
  await Promise.all([1, 2, 3, 4].map(ask));
  assert.deepEqual(best.data.map((x) => x.compatibilityScore), scores.sort((a, b) => b - a).slice(0, 10));
});

test('whose name begins with the words is found however long ago they were here, once, and still not by everybody', async () => {
  const [base, tag] = [stack.base, unique('바다표범')];
  const me = await learner('찾는이', JA, [KO], { base });
  const both = await learner(`${tag} 하나`, KO, [JA], { base, profile: { englishName: 'Sealion One' } });
  const [teaches, neither, recent] = [await learner(`${tag} 둘`, KO, [2], { base }), await learner(`${tag} 셋`, THIRD, [MINE], { base }), await learner(`${tag} 넷`, KO, [JA], { base })];
  for (const p of [both, teaches, neither]) {
    await sql.query("UPDATE users SET active_at = '2020-01-01' WHERE id = ?", [p.id]);
    await sql.query("UPDATE matching_index SET active_at = '2020-01-01' WHERE user_id = ?", [p.id]);
  }
  const search = async (body, by = me) => {
    const res = await post('/matching/partners/advanced?size=50', body, { token: by.access, base });
    assert.equal(res.body.meta.total, res.body.data.length);
    return res.body.data.map((x) => x.userId);
  };
  assert.deepEqual(await search({ query: '하나' }), []); // not what it begins with, and many were here since
  const found = await search({ query: tag });
  assert.deepEqual([found.slice(0, 3).sort(), found.slice(3)], [[both, teaches, recent].map((p) => p.id).sort(), [neither.id]]);
  assert.deepEqual([await search({ query: 'SEALION' }), await search({ query: 'sealion_' }), await search({ query: '%셋' })], [[both.id], [], []]);
  assert.deepEqual([(await search({ query: tag, nativeLanguage: 'ko', targetLanguage: 'ja' })).sort(), await search({ query: tag, nativeLanguage: 'ko', targetLanguage: 'en' })], [[both.id, recent.id].sort(), [teaches.id]]);
  assert.deepEqual((await search({ query: tag }, neither)).sort(), [both, teaches, recent].map((p) => p.id).sort()); // nobody finds themselves
  await sql.query('INSERT INTO blocks (user_id, blocked_id) VALUES (?, ?)', [both.id, me.id]);
  assert.equal((await send('PUT', '/settings/privacy', { token: teaches.access, base, body: { showInSearch: false } })).status, 200);
  assert.deepEqual((await search({ query: tag })).sort(), [neither.id, recent.id].sort());
});

test('where more are found than are kept, newcomers are found at once, and nobody stays who left', async () => {
  const [me, like] = [await couple({ base: stack.base }), await learner('비슷한이', THIRD, [MINE], { base: stack.base })];
  const tag = unique('crowd');
  await sql.query("INSERT INTO users (email, name, native_language_id) SELECT CONCAT(?, seq, '@test.example.com'), '많은이', ? FROM seq_1_to_3500", [tag, THEIRS]);
  await sql.query(`INSERT INTO matching_index (user_id, learns, speaks, visible, active_at, facts) SELECT u.id, ?, ?, TRUE, UTC_TIMESTAMP(3) - INTERVAL 1 DAY, i.facts
    FROM users u JOIN matching_index i ON i.user_id = ? WHERE u.email LIKE CONCAT(?, '%')`, [MINE, THEIRS, like.id, tag]);
  const total = async () => (await get('/matching/partners?size=1', { token: me.me.access, base: stack.base })).body.meta.total;
  await until(async () => await total() === 1000); // read again after ten seconds
  const latest = [];
  for (let i = 0; i < 5; i += 1) {
    const p = await learner('새사람', THEIRS, [MINE], { topics: [1, 2], base: stack.base });
    latest.push(p.id);
    for (let k = 0; k < 3; k += 1) {
      const seen = (await list(me.me)).map((x) => x.userId);
      for (const id of latest) assert.ok(seen.includes(id), `${i}`);
    }
  }
  assert.equal((await send('DELETE', '/settings/account', { token: me.other.access, base: stack.base, body: { password: me.other.password } })).status, 200);
  for (let k = 0; k < asking; k += 1) assert.ok(!(await list(me.me)).some((x) => x.userId === me.other.id));
});

// The commits of everybody wait, so also that of the gateway's beat, and each keeps a worker.
test('what is read while somebody changes is not taken for what they are afterwards', async () => {
  const db = await sql.getConnection();
  try {
    const { me, other } = await couple({ topics: [1, 2, 3], base: stack.base });
    const score = async () => (await found(me, other)).compatibilityScore;
    const before = await score();
    for (const stage of ['START', 'FLUSH', 'BLOCK_DDL', 'BLOCK_COMMIT']) await db.query(`BACKUP STAGE ${stage}`);
    const saved = post('/onboarding/interest/topic', { topicIds: [7] }, { token: other.access, base: stack.base });
    await until(() => db.query("SELECT id FROM information_schema.processlist WHERE info = 'COMMIT'").then((r) => r.length));
    for (let i = 0; i < asking; i += 1) assert.equal(await score(), before);
    await db.query('BACKUP STAGE END');
    assert.equal((await saved).status, 200);
    for (let i = 0; i < asking; i += 1) assert.notEqual(await score(), before);
  } finally {
    await db.release();
  }
});

const gone = {
  'they hide': (me, other) => query('INSERT INTO user_privacy (user_id, show_in_search) VALUES (?, FALSE)', [other.id]),
  'they are for friends': (me, other) => query("INSERT INTO user_privacy (user_id, profile_visibility) VALUES (?, 'friends')", [other.id]),
  'they are suspended': (me, other) => query("UPDATE users SET status = 'SUSPENDED' WHERE id = ?", [other.id]),
  'they are deleted': (me, other) => query('DELETE FROM users WHERE id = ?', [other.id]),
  'I block them': (me, other) => block(me, other),
  'they block me': (me, other) => block(other, me),
  'I ask them': (me, other) => asked(me, other),
  'they ask me': (me, other) => asked(other, me),
  'we match': (me, other) => matched(me, other),
};
for (const [why, happens] of Object.entries(gone)) {
  test(`who was found a moment ago is not shown any more when ${why}`, async () => {
    const { me, other } = await couple();
    await happens(me, other);
    for (let i = 0; i < asking; i += 1) assert.equal(await found(me, other), undefined);
  });
}

test('who was rejected is shown again, and what others than this pool change is seen after a few seconds', async () => {
  const { me, other } = await couple();
  await reject(other, await asked(me, other));
  assert.ok(await found(me, other));
  await query('UPDATE matching_index SET visible = FALSE WHERE user_id = ?', [other.id]);
  await until(async () => !(await found(me, other)));
  await query('UPDATE matching_index SET visible = TRUE WHERE user_id = ?', [other.id]);
  await until(async () => found(me, other));
});

test('a card says who is there, as gateways tell', async () => {
  const { me, other } = await couple();
  const g = crypto.randomBytes(8).toString('hex');
  const beat = (body = {}) => internal('POST', `/gateways/${g}/beat`, body);
  const status = async (want) => until(async () => (await found(me, other)).onlineStatus === want); // each worker learns of gateways within a second
  await beat();
  await query('DELETE FROM user_status WHERE user_id = ?', [other.id]);
  await status('OFFLINE');
  await beat({ online: [Number(other.id)] });
  await status('ONLINE');
  const online = async () => (await post('/matching/partners/advanced', { onlineOnly: true }, { token: me.access })).body.data.some((x) => x.userId === other.id);
  await until(online);
  const room = `call-${g}`;
  await internal('POST', `/rooms/${room}/enter`, { gateway: g, socket: 's', userId: other.id, loginId: Number(other.id) });
  await status('STUDYING');
  await internal('POST', `/rooms/${room}/leave`, { gateway: g, socket: 's', userId: other.id });
  await status('ONLINE');
  await query('UPDATE gateways SET beat_at = SYSDATE(3) - INTERVAL 31 SECOND WHERE id = ?', [g]);
  await status('OFFLINE');
  await until(async () => !(await online()));
});
