// Every registered statement is explained on a database with thousands of people: none may scan a table that grows.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { person, send } from '../harness/client.mjs';
import { connect } from '../harness/db.mjs';
import { explainable } from '../harness/explain.mjs';
import { root, startStack } from '../harness/stack.mjs';

const fixed = new Set(['achievements', 'languages', 'locations', 'options', 'schema_migrations']);
let stack;
let sql;
let statements;

before(async () => {
  stack = await startStack('plans', {}, 1);
  const seed = spawnSync('scripts/seed', [], { cwd: root, encoding: 'utf8', env: { ...process.env, RUN_DIR: stack.run, USERS: '4000' } });
  assert.equal(seed.status, 0, seed.stderr);
  sql = connect(stack.run);
  await sql.query("INSERT INTO sessions (id, user_id, issued_at, created_at, expires_at, revoked_at) SELECT u.id, u.id, NOW(3), NOW(3), NOW(3), IF(u.id MOD 50, NULL, NOW(3)) FROM users u");
  await sql.query("INSERT INTO chat_rooms (name, type, is_public, created_by, members) SELECT CONCAT('r', u.id), 'GROUP', u.id MOD 2, u.id, 1 FROM users u LIMIT 2000");
  await sql.query('INSERT INTO chat_members (room_id, user_id) SELECT r.id, r.created_by FROM chat_rooms r');
  await sql.query('INSERT INTO blocks (user_id, blocked_id) SELECT u.id, u.id + s.seq FROM users u JOIN seq_1_to_2 s WHERE u.id + s.seq IN (SELECT id FROM users)');
  await sql.query("INSERT INTO user_privacy (user_id, profile_visibility) SELECT u.id, 'friends' FROM users u WHERE u.id MOD 3 = 0 ON DUPLICATE KEY UPDATE profile_visibility = 'friends'");
  await sql.query("INSERT INTO failed_logins (user_id, at, reason) SELECT u.id, NOW(3) - INTERVAL u.id MOD 100 DAY, 'password' FROM users u");
  await sql.query("INSERT INTO two_factor (user_id, secret) SELECT u.id, 'x' FROM users u");
  await sql.query("INSERT INTO two_factor_codes (user_id, code_hash) SELECT u.id, seq FROM users u JOIN seq_1_to_3");
  await sql.query('INSERT INTO user_preferences (user_id) SELECT u.id FROM users u');
  await sql.query("INSERT INTO studies (owner_id, name, description, category) SELECT u.id, 's', 'd', 'c' FROM users u LIMIT 20");
  await sql.query("INSERT INTO study_messages (study_id, seq, user_id, content, created_at) SELECT s.id, seq, s.owner_id, 'x', SYSDATE(3) - INTERVAL seq HOUR FROM studies s JOIN seq_1_to_500");
  await sql.query("INSERT INTO chat_messages (room_id, seq, sender_id, body) SELECT r.id, 1, r.created_by, 'x' FROM chat_rooms r");
  await sql.query("INSERT INTO matching_requests (sender_id, receiver_id, expires_at, status) SELECT u.id, u.id + 1, NOW(3), 'rejected' FROM users u WHERE u.id + 1 IN (SELECT id FROM users)");
  await sql.query("INSERT INTO user_matches (user1_id, user2_id, matched_at) SELECT u.id, u.id + 1, NOW(3) FROM users u WHERE u.id + 1 IN (SELECT id FROM users)");
  await sql.query("INSERT INTO notifications (user_id, type, category, title, message, status, scheduled_at) SELECT u.id, 'custom', 'general', 't', 'm', IF(u.id MOD 9, 'READ', 'SCHEDULED'), IF(u.id MOD 9, NULL, '2030-01-01') FROM users u JOIN seq_1_to_3");
  await sql.query('INSERT INTO notification_settings (user_id) SELECT u.id FROM users u LIMIT 2000');
  await sql.query("INSERT INTO notification_topics (user_id, topic) SELECT u.id, 'chats' FROM users u LIMIT 2000");
  await sql.query("INSERT INTO gateways (id, started_at, beat_at) SELECT LPAD(HEX(seq), 16, '0'), SYSDATE(3), SYSDATE(3) + INTERVAL 1 DAY FROM seq_1_to_8");
  await sql.query("INSERT INTO rooms (public_id, type, max_participants, listed, metadata, settings, expires_at) SELECT CONCAT('r', seq), 'audio', 4, seq MOD 2, '{}', '{}', IF(seq MOD 5, NULL, '2099-01-01') FROM seq_1_to_3000");
  await sql.query("INSERT INTO room_seats (room_id, user_id, gateway, socket, name, audio, video, screen, joined_at, left_at) SELECT r.id, CONCAT('u', s.seq), LPAD(s.seq, 16, '0'), 's', 'n', 1, 0, 0, SYSDATE(3), IF(r.id MOD 7, NULL, '2099-01-01') FROM rooms r JOIN seq_1_to_2 s");
  await sql.query("INSERT INTO room_kicks (room_id, user_id, address, kicked_at) SELECT r.id, CONCAT('k', s.seq), '192.0.2.1', SYSDATE(3) FROM rooms r JOIN seq_1_to_2 s");
  await sql.query("INSERT INTO presence (user_id, gateway, since) SELECT u.id, LPAD(u.id MOD 8 + 1, 16, '0'), SYSDATE(3) FROM users u");
  await sql.query("INSERT INTO user_status (user_id, touched_at) SELECT u.id, SYSDATE(3) - INTERVAL u.id MINUTE FROM users u");
  await sql.query("INSERT INTO outbox (event, subject_id, actor_id, payload, due_at, tries, error) SELECT 'test.nothing', 1, 1, '{}', IF(seq MOD 10, '2099-01-01', NULL), seq MOD 3, IF(seq MOD 3, 'x', NULL) FROM seq_1_to_3000");
  await sql.query("INSERT INTO deliveries (notification_id, channel, due_at, error) SELECT n.id, IF(n.id MOD 3, 'push', 'mail'), IF(n.id MOD 20, NOW(3), NULL), IF(n.id MOD 7, NULL, 'x') FROM notifications n");
  await sql.query("INSERT INTO files (storage_key, owner_id, room_id, message_seq, name, content_type, kind, size, sha256, created_at, deleted_at) SELECT CONCAT('k', r.id), r.created_by, r.id, 1, 'n', 'image/png', 'IMAGE', 1, 'x', '2030-01-01', IF(r.id MOD 9, NULL, '2030-01-01') FROM chat_rooms r");
  await sql.query("INSERT INTO files (storage_key, owner_id, study_id, folder, name, content_type, kind, purpose, size, sha256) SELECT CONCAT('s', s.id, 'x', q.seq), s.owner_id, s.id, IF(q.seq MOD 2, 'f', NULL), 'n', 'text/plain', 'DOCUMENT', 'STUDY', 1, 'x' FROM studies s JOIN seq_1_to_300 q");
  await sql.query("INSERT INTO request_keys (user_id, key_hash, body_hash, status) SELECT u.id, 'k', 'b', 200 FROM users u");
  await sql.query("INSERT INTO push_subscriptions (user_id, token_hash, token, device) SELECT u.id, LPAD(u.id, 32, '0'), 't', 'web' FROM users u");
  await sql.query("INSERT IGNORE INTO study_members (study_id, user_id, status) SELECT s.id, u.id, 'ACTIVE' FROM studies s JOIN users u WHERE u.id MOD 20 = s.id MOD 20");
  await sql.query('INSERT INTO study_message_readers (study_id, message_id, user_id) SELECT c.study_id, c.id, c.user_id FROM study_messages c');
  await sql.query("INSERT INTO study_attendance (user_id, study_id, day) SELECT m.user_id, m.study_id, CURDATE() - INTERVAL q.seq DAY FROM study_members m JOIN seq_1_to_3 q");
  await sql.query("INSERT INTO learning_sessions (host_id, type, language, starts_at, minutes, seats, taken, is_public, status) SELECT u.id, ELT(1 + u.id MOD 2, 'VIDEO', 'AUDIO'), ELT(1 + u.id MOD 3, 'ko', 'en', 'ja'), NOW(3) + INTERVAL u.id MINUTE, 30, 2, 2, u.id MOD 2, ELT(1 + u.id MOD 4, 'SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED') FROM users u");
  await sql.query("INSERT INTO session_seats (session_id, user_id, role, remind_at) SELECT s.id, s.host_id + n.seq, IF(n.seq, 'GUEST', 'HOST'), IF(s.id MOD 20, NULL, '2099-01-01') FROM learning_sessions s JOIN seq_0_to_1 n WHERE s.host_id + n.seq IN (SELECT id FROM users)");
  await sql.query('INSERT INTO session_feedback (session_id, user_id, rating, updated_at) SELECT x.session_id, x.user_id, 5, NOW(3) FROM session_seats x');
  await sql.query("INSERT INTO session_invites (token_hash, session_id, expires_at) SELECT LPAD(s.id, 32, '0'), s.id, '2099-01-01' FROM learning_sessions s");
  await sql.query("INSERT INTO group_sessions (host_id, title, description, type, language, level, topic, tags, seats, taken, starts_at, minutes, is_public, join_code, status) SELECT u.id, 't', 'd', 'VIDEO', ELT(1 + u.id MOD 3, 'ko', 'en', 'ja'), 'BEGINNER', 'x', '[]', 6, 2, NOW(3) + INTERVAL u.id MINUTE, 30, u.id MOD 2, LPAD(u.id, 6, '0'), ELT(1 + u.id MOD 4, 'SCHEDULED', 'ONGOING', 'COMPLETED', 'CANCELLED') FROM users u");
  await sql.query("INSERT INTO group_seats (session_id, user_id, role, status, invited_until) SELECT s.id, s.host_id + n.seq, IF(n.seq, 'PARTICIPANT', 'HOST'), IF(n.seq AND s.id MOD 20 = 0, 'INVITED', 'JOINED'), IF(n.seq AND s.id MOD 20 = 0, '2099-01-01', NULL) FROM group_sessions s JOIN seq_0_to_1 n WHERE s.host_id + n.seq IN (SELECT id FROM users)");
  await sql.query('INSERT INTO group_hosts (user_id, rating_sum, rating_count) SELECT u.id, 5, 1 FROM users u');
  await sql.query("INSERT INTO group_progress (user_id, session_id, vocabulary, grammar, more, updated_at) SELECT x.user_id, x.session_id, '[]', '[]', '{}', NOW(3) - INTERVAL x.id MOD 1000 HOUR FROM group_seats x");
  await sql.query("INSERT INTO level_tests (user_id, language, type, mode, source, aim, questions, status, outside_id, started_at, expires_at) SELECT u.id, 'en', 'SPEAKING', 'standard', 'SENT', 'BEGINNER', 4, IF(s.seq = 1, 'in-progress', 'completed'), IF(s.seq = 2, 'x', NULL), NOW(3), IF(u.id MOD 50, NOW(3) + INTERVAL u.id MINUTE, NOW(3)) FROM users u JOIN seq_1_to_3 s");
  await sql.query("INSERT INTO level_test_answers (test_id, question, storage_key, transcript, seconds) SELECT t.id, s.seq, IF(s.seq = 2, CONCAT('k', t.id), NULL), 'x', 5 FROM level_tests t JOIN seq_1_to_2 s");
  await sql.query("INSERT INTO level_test_results (test_id, user_id, language, judge, model, level, overall, pronunciation, fluency, grammar, vocabulary, coherence, interaction, completed_at) SELECT t.id, t.user_id, 'en', 'rules', 'builtin', 'B1', 60, 60, 60, 60, 60, 60, 60, NOW(3) FROM level_tests t WHERE t.status = 'completed'");
  await sql.query("INSERT INTO language_levels (user_id, language, level, score, tested_at) SELECT u.id, 'en', 'B1', 60, NOW(3) FROM users u");
  await sql.query("INSERT INTO ai_calls (user_id, kind, feature, model, good, latency_ms, created_at) SELECT u.id, ELT(1 + n.seq MOD 3, 'text', 'translation', 'speech'), 'x', 'm', 1, 10, NOW(3) - INTERVAL n.seq * 40 DAY FROM users u JOIN seq_1_to_5 n");
  await sql.query("INSERT INTO session_records (user_id, session_id) SELECT x.user_id, x.session_id FROM session_seats x");
  await sql.query("INSERT INTO session_records (user_id, group_id) SELECT x.user_id, x.session_id FROM group_seats x");
  await sql.query("INSERT INTO analytics_events (user_id, type, happened_at, received_at) SELECT IF(u.id MOD 3, u.id, NULL), 'page_view', NOW(3), NOW(3) - INTERVAL u.id MINUTE FROM users u");
  await sql.query("INSERT INTO request_hours SELECT '2026-01-01' + INTERVAL h.seq HOUR, CONCAT('r', r.seq), 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM seq_1_to_700 h JOIN seq_1_to_50 r");
  await sql.query("INSERT INTO study_notices (study_id, author_id, title, content, pin) SELECT s.id, s.owner_id, 't', 'c', IF(q.seq < 4, q.seq, NULL) FROM studies s JOIN seq_1_to_300 q");
  await sql.query("INSERT INTO study_events (study_id, created_by, title, date, start_time, end_time) SELECT s.id, s.owner_id, 't', '2026-01-01' + INTERVAL q.seq DAY, '10:00', '11:00' FROM studies s JOIN seq_1_to_300 q");
  await sql.query("INSERT INTO tasks (user_id, title, completed, completed_at) SELECT u.id, 't', q.seq MOD 2, NOW(3) FROM users u JOIN seq_1_to_4 q");
  await sql.query("INSERT INTO study_tasks (study_id, created_by, title) SELECT s.id, s.owner_id, 't' FROM studies s JOIN seq_1_to_300 q");
  await sql.query('INSERT INTO study_task_assignees (task_id, user_id) SELECT t.id, t.created_by FROM study_tasks t');
  await sql.query("INSERT IGNORE INTO matching_taken (user_id, other_id, until) SELECT user1_id, user2_id, '9999-12-31' FROM user_matches");
  await sql.query("INSERT INTO dating_people SELECT u.id, ELT(1 + u.id MOD 3, 'MALE', 'FEMALE', 'OTHER'), u.id MOD 60, u.id MOD 60, u.id MOD 60, u.id FROM users u");
  await sql.query("INSERT INTO dating_picks SELECT u.id, s.seq, u.id + s.seq, 50, '2030-01-01' FROM users u JOIN seq_1_to_3 s WHERE u.id + s.seq IN (SELECT id FROM users)");
  await sql.query('INSERT INTO user_achievements (user_id, achievement_id, progress) SELECT u.id, a.id, u.id MOD 3 FROM users u JOIN achievements a');
  await sql.query("INSERT INTO achievement_events (user_id, what, source_id, amount, day) SELECT u.id, IF(s.seq MOD 2, 'day', 'session'), s.seq, 30, '2026-01-01' + INTERVAL s.seq DAY FROM users u JOIN seq_1_to_20 s");
  await sql.query("INSERT INTO studies (owner_id, name, description, category, is_public, is_recruiting, invite_code) SELECT u.id, 's', 'd', CONCAT('c', u.id MOD 9), u.id MOD 3, u.id MOD 2, LPAD(u.id, 8, '0') FROM users u");
  await sql.query("INSERT INTO admin_logs (admin_id, action, target_type, target_id, created_at) SELECT u.id, ELT(1 + u.id MOD 3, 'USER_VIEW', 'USER_SEARCH', 'STUDY_VIEW'), 'USER', u.id, NOW(3) - INTERVAL u.id HOUR FROM users u");
  await sql.query("INSERT INTO user_identities (provider, subject, user_id) SELECT ELT(1 + u.id MOD 3, 'google', 'naver', 'kakao'), u.id, u.id FROM users u");
  await sql.query("INSERT INTO admin_roles (user_id, role) SELECT u.id, 'VIEWER' FROM users u LIMIT 1000");
  await sql.query("INSERT INTO warnings (user_id, admin_id, reason, created_at) SELECT u.id, 1, 'r', NOW(3) - INTERVAL u.id MINUTE FROM users u JOIN seq_1_to_2");
  await sql.query("INSERT INTO sanctions (user_id, admin_id, type, reason, is_active, expires_at) SELECT u.id, 1, 'SUSPENSION', 'r', u.id MOD 20 = 0, IF(u.id MOD 3, NULL, '2099-01-01') FROM users u");
  await sql.query("INSERT INTO exports (user_id, code, status, link, storage_key, size, requested_at, expires_at) SELECT u.id, MD5(CONCAT(u.id, s.seq)), ELT(s.seq, 'READY', 'EXPIRED', 'FAILED', 'PROCESSING'), IF(s.seq < 3, MD5(CONCAT('l', u.id, s.seq)), NULL), IF(s.seq = 1, MD5(CONCAT('k', u.id)), NULL), 1, NOW(3) - INTERVAL u.id MINUTE, NOW(3) + INTERVAL u.id MINUTE FROM users u JOIN seq_1_to_4 s");
  await sql.query("INSERT INTO reports (reporter_id, target_type, target_id, type, reason, evidence, status, priority, created_at) SELECT u.id, ELT(1 + u.id MOD 3, 'USER', 'STUDY', 'MESSAGE'), u.id + 1, 'SPAM', 'r', '{}', ELT(1 + u.id MOD 20, 'PENDING', 'IN_PROGRESS', 'REJECTED', 'RESOLVED'), ELT(1 + u.id MOD 4, 'LOW', 'MEDIUM', 'HIGH', 'URGENT'), NOW(3) - INTERVAL u.id MINUTE FROM users u WHERE u.id MOD 20 < 4");
  // what the values of harness/explain.mjs find: MariaDB shows no plan of a join when a row by its key is not there
  for (const [table, row] of [
    ['users', { id: 2, email: '2', name: 'n', status: 'ACTIVE' }], ['matching_profiles', { user_id: 2 }], ['user_privacy', { user_id: 2 }],
    ['chat_rooms', { id: 2, name: 'n', type: 'GROUP', created_by: 2, pair: '2', last_seq: 9 }], ['chat_members', { room_id: 2, user_id: 2 }],
    ['chat_messages', { room_id: 2, seq: 2, sender_id: 2, body: 'b', client_key: '2' }],
    ['studies', { id: 2, owner_id: 2, name: 'n', description: 'd', category: 'c' }], ['study_members', { study_id: 2, user_id: 2, status: 'ACTIVE' }],
    ['study_messages', { id: 2, study_id: 2, seq: 501, user_id: 2, content: 'c', client_key: '2', created_at: '2026-01-01' }],
    ['study_notices', { id: 2, study_id: 2, author_id: 2, title: 't', content: 'c' }],
    ['study_events', { id: 2, study_id: 2, created_by: 2, title: 't', date: '2026-01-01', start_time: '10:00', end_time: '11:00' }],
    ['tasks', { id: 2, user_id: 2, title: 't' }],
    ['study_tasks', { id: 2, study_id: 2, created_by: 2, title: 't' }],
    ['gateways', { id: '2', started_at: '2026-01-01', beat_at: '2099-01-01' }],
    ['rooms', { id: 2, public_id: '2', type: 'audio', max_participants: 4, metadata: '{}', settings: '{}' }],
    ['room_seats', { room_id: 2, user_id: '2', gateway: '2', socket: '2', account_id: 2, name: 'n', audio: 1, video: 0, screen: 0, joined_at: '2026-01-01' }],
    ['user_achievements', { id: 2, user_id: 2, achievement_id: 1 }], ['achievement_events', { user_id: 2, what: 'day', source_id: 2, day: '2026-01-01' }],
    ['room_kicks', { room_id: 2, user_id: '2', kicked_at: '2026-01-01' }],
    ['exports', { id: 2, user_id: 2, code: '2', requested_at: '2026-01-01' }],
    ['admin_roles', { user_id: 2, role: 'VIEWER' }], ['warnings', { id: 2, user_id: 2, admin_id: 2, reason: 'r' }],
    ['sanctions', { id: 2, user_id: 2, admin_id: 2, type: 'SUSPENSION', reason: 'r' }],
    ['reports', { id: 2, reporter_id: 2, target_type: 'USER', target_id: 2, type: 'SPAM', reason: 'r', evidence: '{}' }],
    ['learning_sessions', { id: 2, host_id: 2, type: 'VIDEO', starts_at: '2026-01-01', minutes: 30, seats: 2, taken: 1, is_public: 1 }],
    ['group_sessions', { id: 2, host_id: 2, title: 't', description: 'd', type: 'VIDEO', language: 'ko', level: 'BEGINNER', topic: 'x', tags: '[]', seats: 6, starts_at: '2026-01-01', minutes: 30, is_public: 1, join_code: '2' }],
    ['group_seats', { id: 2, session_id: 2, user_id: 2, role: 'PARTICIPANT', status: 'JOINED' }], ['group_progress', { user_id: 2, session_id: 2, vocabulary: '[]', grammar: '[]', more: '{}', updated_at: '2026-01-01' }], ['ai_calls', { id: 2, user_id: 2, kind: 'text', feature: 'x', model: 'm', good: 1, latency_ms: 1 }],
    ['level_tests', { id: 2, user_id: 2, language: 'en', type: 'SPEAKING', mode: 'standard', source: 'SENT', aim: 'BEGINNER', questions: 4, status: 'completed', expires_at: '2099-01-01' }], ['level_test_answers', { test_id: 2, question: 2, transcript: 'x' }],
    ['session_seats', { id: 2, session_id: 2, user_id: 2, role: 'HOST' }],
    ['session_records', { user_id: 2, session_id: 2 }], ['session_records', { user_id: 2, group_id: 2 }], ['analytics_events', { user_id: 2, type: 'x', happened_at: '2026-01-01' }], ['request_hours', { begins_at: '2026-01-01', route: '2' }],
  ]) await sql.query(`INSERT IGNORE INTO ${table} (${Object.keys(row)}) VALUES (?)`, [Object.values(row)]);
  const tables = await sql.query("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'studymate'");
  for (const t of tables) await sql.query(`ANALYZE TABLE ${t.name}`);
  statements = spawnSync(process.env.API_BIN, ['--list-statements'], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean).map((l) => JSON.parse(l));
});
after(async () => {
  await sql?.end();
  stack?.down();
});

// The tables a statement names, by the names it calls them.
const tablesOf = (text) => Object.fromEntries([...text.matchAll(/\b(?:FROM|JOIN|UPDATE|INTO)\s+([a-z_]+)(?:\s+(?:AS\s+)?(?!SET\b|WHERE\b|ON\b|ORDER\b|LIMIT\b|FORCE\b|USE\b|FOR\b|LEFT\b|JOIN\b|SELECT\b)([a-z0-9_]+))?/gi)]
  .map(([, table, name]) => [name ?? table, table]));

// → what scans a table that grows
async function scans(some) {
  const bad = [];
  for (const s of some) {
    for (const text of explainable(s)) {
      const real = tablesOf(text);
      let plan;
      try {
        plan = await sql.query(`EXPLAIN ${text}`);
      } catch (err) {
        bad.push(`${s.name}: ${err.sqlMessage} ${text}`);
        continue;
      }
      for (const row of plan) {
        const table = real[row.table] ?? row.table;
        if ((row.type === 'ALL' || row.type === 'index') && Object.values(real).includes(table) && !fixed.has(table) && row.rows > 200) bad.push(`${s.name}: ${row.type} of ${table}, ${row.rows} rows: ${text}`);
      }
    }
  }
  return bad;
}

test('the check itself finds a scan', async () => {
  assert.deepEqual((await scans([{ name: 'X', sql: 'SELECT u.id FROM users u WHERE u.bio = ?' }])).length, 1);
  assert.deepEqual((await scans([{ name: 'Y', sql: 'SELECT q.n FROM (SELECT COUNT(*) AS n FROM chat_messages m WHERE m.body = ?) q' }])).length, 1);
  const compound = "BEGIN NOT ATOMIC DECLARE words TEXT DEFAULT ?; DECLARE n INT; IF EXISTS (SELECT 1 FROM users u WHERE u.bio = words) THEN SET n = (SELECT COUNT(*) FROM files f WHERE f.name = words); ELSE UPDATE chat_rooms SET name = words WHERE name = ?; DELETE c FROM chat_messages c WHERE c.body = words; END IF; SELECT n; END";
  assert.deepEqual((await scans([{ name: 'Z', sql: compound }])).map((s) => s.split(',')[0]), ['Z: ALL of users', 'Z: ALL of files', 'Z: index of chat_rooms', 'Z: ALL of chat_messages']);
  const others = (type) => ({ name: 'W', sql: `BEGIN NOT ATOMIC DECLARE door CHAR(6)${type} DEFAULT ?; SELECT s.id FROM group_sessions s WHERE s.join_code = door; END` });
  assert.deepEqual((await scans([others(''), others(' CHARACTER SET ascii COLLATE ascii_bin')])).map((s) => s.split(',')[0]), ['W: index of group_sessions']);
});

const rowsRead = async () => (await sql.query("SHOW GLOBAL STATUS LIKE 'Handler_read_%'")).reduce((sum, row) => sum + Number(row.Value), 0);

test('taking what is due, and counting what somebody just wrote, reads no more than that', async () => {
  const [{ study, author }] = await sql.query('SELECT id AS study, owner_id AS author FROM studies LIMIT 1');
  await sql.query("REPLACE INTO study_members (study_id, user_id, role, status) VALUES (?, ?, 'OWNER', 'ACTIVE')", [study, author]);
  for (const [name, values] of [['OUTBOX_TAKE', [5, 30]], ['DELIVERY_TAKE', ['mail', 5, 30]], ['STUDY_SAY', [study, author, '또', null, null, 10, 5, 5]]]) {
    const text = statements.find((s) => s.name === name).sql;
    const least = [];
    for (let i = 0; i < 30 && !(Math.min(...least) < 300); i += 1) { // the jobs read some meanwhile
      const before_ = await rowsRead();
      await sql.execute(text, [...values, ...Array(text.split('?').length - 1 - values.length).fill(0)]);
      least.push(await rowsRead() - before_);
    }
    assert.ok(Math.min(...least) < 300, `${name}: ${least} rows`);
  }
});

test('a list of one category reads that category alone', async () => {
  const p = await person('많은', {}, { base: stack.base });
  await sql.query("INSERT INTO notifications (user_id, type, category, status, title, message) SELECT ?, 'notice', IF(seq MOD 1000, 'general', 'study'), IF(seq MOD 1000, 'READ', 'UNREAD'), 't', 'm' FROM seq_1_to_20000", [p.id]);
  for (const more of ['', '&type=notice', '&isRead=false', '&page=2', '&cursor=4000000000000-1']) {
    for (const [path, headers] of [['/api/v1/notifications?category=study', { authorization: `Bearer ${p.access}` }], ['/api/notifications?limit=5', { cookie: `next-auth.session-token=${p.access}` }]]) {
      const rows = [];
      while (rows.length < 3) { // the jobs read some meanwhile
        const before_ = await rowsRead();
        const res = await send('GET', `${path}${more}`, { base: stack.base, headers });
        assert.deepEqual([path, more, res.status], [path, more, 200]);
        rows.push((await rowsRead()) - before_);
      }
      assert.ok(Math.min(...rows) < 5000, `${path}${more}: ${rows} rows`);
    }
  }
});

test('no statement scans a table that grows', async () => {
  assert.deepEqual(await scans(statements), []);
});
