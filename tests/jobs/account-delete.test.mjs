// What becomes of all that a deleted account has left, table by table. A new column that names a person has to be put into
// the list of decisions below, or this fails. Needs a stack whose studymate-jobs runs.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { get, person, post, send } from '../harness/client.mjs';
import { closeDb, PEOPLE, query } from '../harness/db.mjs';
import { png, stored, upload } from '../harness/files.mjs';
import { until } from '../harness/stack.mjs';
import { fillStudy, study } from '../harness/study.mjs';

after(closeDb);
const as = (p) => ({ token: p.access });
const GONE = '[삭제된 메시지]';
const one = async (sql, args) => (await query(sql, args))[0];
const erase = async (p) => {
  const res = await send('DELETE', '/settings/account', { ...as(p), body: { password: p.password } });
  assert.equal(res.status, 200, res.text);
};
const event = (p) => one("SELECT progress, due_at > NOW(3) + INTERVAL 20 SECOND AS waits FROM outbox WHERE event = 'account.deleted' AND subject_id = ?", [p.id]);
// once all is done that can be, and it waits for requests that were under way
const first = (p) => until(async () => (await event(p))?.waits);
// as if that had been a minute ago
async function second(p) {
  await query("UPDATE outbox SET created_at = created_at - INTERVAL 61 SECOND, due_at = NOW(3) WHERE event = 'account.deleted' AND subject_id = ?", [p.id]);
  await until(async () => !(await event(p)));
}
const settled = (...studies) => until(async () => !(await query("SELECT 1 FROM outbox WHERE event IN ('study.deleted', 'chat.room_emptied') AND subject_id IN (?)", [studies])).length);

// Whom a column names, and what is left of its rows. A text or a list of columns: rows stay, and look like that.
const gone = 'no row';
const ends = 'ids alone; it goes with what it is about';
const record = 'kept: what administrators did, and why';
const group = "the group's, by nobody that can be known";
const decisions = {
  'achievement_events.user_id': gone,
  'admin_logs.admin_id': record,
  'admin_logs.target_id': record,
  'admin_roles.granted_by': ends,
  'admin_roles.user_id': gone,
  'ai_calls.user_id': gone,
  'analytics_events.user_id': gone,
  'blocks.blocked_id': gone,
  'blocks.user_id': gone,
  'chat_members.user_id': gone,
  'chat_messages.sender_id': { body: GONE, type: 'TEXT' },
  'chat_rooms.created_by': { type: 'DIRECT' }, // says nothing there; groups have another owner
  'dating_people.user_id': gone,
  'dating_picks.other_id': gone,
  'dating_picks.user_id': gone,
  'deliveries.actor_id': ends,
  'exports.user_id': gone,
  'failed_logins.user_id': gone,
  'files.owner_id': gone,
  'group_hosts.user_id': gone,
  'group_progress.user_id': gone,
  'group_seats.user_id': { message: null, feedback: null, kick_reason: null },
  'group_sessions.host_id': { title: '[삭제된 세션]', description: '', topic: '', tags: [], cancel_reason: null },
  'language_levels.user_id': gone,
  'learning_sessions.host_id': { title: null, description: null, preparation: null, meeting_url: null, notes: null, tags: null, cancel_reason: null },
  'level_test_results.user_id': gone,
  'level_tests.user_id': gone,
  'matching_index.user_id': gone,
  'matching_profiles.user_id': gone,
  'matching_requests.receiver_id': gone,
  'matching_requests.sender_id': gone,
  'matching_taken.other_id': gone,
  'matching_taken.user_id': gone,
  'notification_settings.user_id': gone,
  'notification_templates.updated_by': record,
  'notification_topics.user_id': gone,
  'notifications.user_id': gone,
  'outbox.actor_id': ends,
  'presence.user_id': gone,
  'push_subscriptions.user_id': gone,
  'reports.processed_by': record,
  'reports.reporter_id': record,
  'reports.target_id': record,
  'request_keys.user_id': gone,
  'room_kicks.user_id': ends,
  'room_seats.account_id': gone,
  'room_seats.user_id': gone,
  'rooms.created_by': gone, // the room stays, nobody's
  'sanctions.admin_id': record,
  'sanctions.ended_by': record,
  'sanctions.user_id': record,
  'session_feedback.user_id': gone,
  'session_invites.used_by': ends,
  'session_records.user_id': gone,
  'session_seats.user_id': { message: null, left_reason: null, remind_at: null },
  'sessions.user_id': { user_agent: null, ip: null, revoked_why: 'account deleted' },
  'site_settings.updated_by': record,
  'studies.owner_id': gone, // another one's
  'study_attendance.user_id': gone,
  'study_events.created_by': group,
  'study_members.user_id': gone,
  'study_message_readers.user_id': gone,
  'study_messages.user_id': gone,
  'study_notices.author_id': group,
  'study_task_assignees.user_id': gone,
  'study_tasks.created_by': group,
  'tasks.user_id': gone,
  'two_factor.user_id': gone,
  'two_factor_codes.user_id': gone,
  'user_achievements.user_id': gone,
  'user_identities.user_id': gone,
  'user_languages.user_id': gone,
  'user_matches.deactivated_by': gone,
  'user_matches.user1_id': gone,
  'user_matches.user2_id': gone,
  'user_options.user_id': gone,
  'user_passwords.user_id': gone,
  'user_preferences.user_id': gone,
  'user_privacy.user_id': gone,
  'user_schedules.user_id': gone,
  'user_status.user_id': gone,
  'warnings.admin_id': record,
  'warnings.user_id': record,
};

const columns = async () => (await query(PEOPLE)).map((c) => `${c.t}.${c.n}`).sort();

const later = 'NOW(3) + INTERVAL 1 DAY';
// A row for each of them, of p; some with the mate. Whatever endpoints would need a hundred calls for.
async function fill(p, mate, stranger) {
  const q = async (sql) => (await query(sql.replaceAll(':p', p.id).replaceAll(':m', mate.id).replaceAll(':s', stranger.id).replaceAll(':later', later))).insertId;
  const language = (await one('SELECT MIN(id) AS id FROM languages')).id;
  const choice = await one("SELECT kind, id FROM options WHERE kind = 'topic' LIMIT 1");
  const achievement = (await one('SELECT MIN(id) AS id FROM achievements')).id;
  await upload('/upload/image', [['file', png, 'a.png']], p);
  for (const sql of [
    "INSERT INTO achievement_events (user_id, what, source_id, day) SELECT :p, 'test', seq, CURDATE() FROM seq_1_to_1200",
    'INSERT INTO blocks (user_id, blocked_id) VALUES (:p, :s), (:s, :p)',
    "INSERT INTO dating_people (user_id, gender, year_pillar, month_pillar, day_pillar, spot) VALUES (:p, 'MALE', 1, 2, 3, 4)",
    "INSERT IGNORE INTO dating_people (user_id, gender, year_pillar, month_pillar, day_pillar, spot) VALUES (:m, 'MALE', 1, 2, 3, 4)",
    'INSERT INTO dating_picks (user_id, place, other_id, score, day) VALUES (:p, 1, :m, 50, CURDATE())',
    "INSERT INTO exports (user_id, code, requested_at) VALUES (:p, MD5(:p), NOW(3))",
    "INSERT INTO analytics_events (user_id, type, happened_at) SELECT :p, 'page_view', NOW(3) FROM seq_1_to_600",
    "INSERT INTO failed_logins (user_id, at, reason, user_agent, ip) VALUES (:p, NOW(3), 'password', 'agent', '10.0.0.1')",
    "INSERT INTO matching_requests (sender_id, receiver_id, status, expires_at) VALUES (:p, :m, 'rejected', :later), (:m, :p, 'expired', :later)",
    'INSERT INTO user_matches (user1_id, user2_id, matched_at, is_active, deactivated_by) VALUES (LEAST(:p, :m), GREATEST(:p, :m), NOW(3), FALSE, :p)',
    "INSERT INTO matching_taken (user_id, other_id, until) VALUES (:p, :m, :later), (:m, :p, :later)",
    'INSERT INTO notification_settings (user_id) VALUES (:p)',
    "INSERT INTO notification_topics (user_id, topic) VALUES (:p, 'x')",
    "INSERT INTO notifications (user_id, type, category, title, message) SELECT :p, 'custom', 'general', 't', 'm' FROM seq_1_to_600",
    "INSERT INTO presence (user_id, gateway, since) VALUES (:p, 'nowhere', NOW(3))",
    "INSERT INTO push_subscriptions (user_id, token_hash, token, device) VALUES (:p, UNHEX(SHA2(:p, 256)), 't', 'ios')",
    "INSERT INTO request_keys (user_id, key_hash, body_hash) VALUES (:p, UNHEX(SHA2('k', 256)), '')",
    "INSERT INTO language_levels (user_id, language, level, score, tested_at) VALUES (:p, 'en', 'B1', 60, NOW(3))",
    "INSERT INTO tasks (user_id, title) VALUES (:p, 'mine')",
    "INSERT INTO two_factor (user_id, secret) VALUES (:p, 's')",
    "INSERT INTO two_factor_codes (user_id, code_hash) VALUES (:p, SHA2('c', 256))",
    `INSERT IGNORE INTO user_achievements (user_id, achievement_id) VALUES (:p, ${achievement})`,
    "INSERT INTO user_identities (provider, subject, user_id) VALUES ('google', :p, :p)",
    "INSERT INTO admin_roles (user_id, role, granted_by) VALUES (:p, 'VIEWER', :p)",
    "INSERT INTO admin_logs (admin_id, action, target_type, target_id) VALUES (:p, 'X', 'USER', :p)",
    "INSERT INTO site_settings VALUES (CONCAT('probe', :p), 'x', :p, NOW(3))",
    "INSERT INTO notification_templates VALUES (CONCAT('probe', :p), 'custom', 'general', 2, NULL, 'x', 'x', 'x', 'x', :p, NOW(3))",
    "INSERT INTO warnings (user_id, admin_id, reason) VALUES (:p, :p, 'r')",
    "INSERT INTO sanctions (user_id, admin_id, type, reason, ended_by) VALUES (:p, :p, 'WARNING', 'r', :p)",
    "INSERT INTO reports (reporter_id, target_type, target_id, type, reason, evidence, processed_by) VALUES (:p, 'USER', :p, 'SPAM', 'r', '{}', :p)",
    'INSERT INTO group_hosts (user_id, rating_sum, rating_count) VALUES (:p, 5, 1)',
    `INSERT INTO user_languages (user_id, language_id, learning) VALUES (:p, ${language}, TRUE)`,
    `INSERT INTO user_options (user_id, kind, option_id, position) VALUES (:p, '${choice.kind}', ${choice.id}, 1)`,
    'INSERT INTO user_schedules (user_id, day, minute) VALUES (:p, 1, 600)',
    'INSERT INTO user_preferences (user_id) VALUES (:p)',
    'INSERT INTO user_privacy (user_id) VALUES (:p)',
    "INSERT INTO user_status (user_id, device_info) VALUES (:p, 'phone')",
    'INSERT IGNORE INTO matching_profiles (user_id) VALUES (:p)',
    "INSERT IGNORE INTO matching_index (user_id, learns, speaks, visible, active_at, facts) VALUES (:p, 0, 0, FALSE, NOW(3), REPEAT('x', 50))",
    "UPDATE sessions SET user_agent = 'agent', ip = '10.0.0.1' WHERE user_id = :p",
    "INSERT INTO chat_rooms (name, type, members, max_members, created_by, pair, last_seq) VALUES ('', 'DIRECT', 2, 2, :p, CONCAT(LEAST(:p, :m), '-', GREATEST(:p, :m)), 3)",
    'INSERT INTO chat_members (room_id, user_id) SELECT r.id, u.id FROM chat_rooms r JOIN users u ON u.id IN (:p, :m) WHERE r.created_by = :p',
    "INSERT INTO chat_messages (room_id, seq, sender_id, type, body, client_key) SELECT r.id, seq, :p, 'IMAGE', 'secret words', IF(seq = 1, NULL, UNHEX(SHA2(seq, 256))) FROM chat_rooms r JOIN seq_1_to_3 s WHERE r.created_by = :p",
  ]) await q(sql);
  await query('UPDATE dating_people SET spot = 5 WHERE user_id = ?', [mate.id]);
  await q('INSERT INTO dating_picks (user_id, place, other_id, score, day) SELECT :m, COALESCE(MAX(place), 0) + 1, :p, 50, CURDATE() FROM dating_picks WHERE user_id = :m');
  const note = await q("INSERT INTO notifications (user_id, type, category, title, message) VALUES (:m, 'custom', 'general', 't', 'm')");
  await q(`INSERT INTO deliveries (notification_id, channel, device_id, actor_id, due_at) VALUES (${note}, 'push', 1, :p, NULL)`);
  const call = await q("INSERT INTO rooms (public_id, type, max_participants, created_by, metadata, settings) VALUES (SHA2(:p, 256), 'audio', 4, :p, '{}', '{}')");
  // of a gateway that beats: seats of others are cleared away
  await q(`INSERT INTO room_seats (room_id, user_id, account_id, gateway, socket, name, audio, video, screen, joined_at) VALUES (${call}, ':p', :p, (SELECT g.id FROM gateways g ORDER BY g.beat_at DESC LIMIT 1), 's', 'n', 1, 0, 0, NOW(3))`);
  await q(`INSERT INTO room_kicks (room_id, user_id, kicked_at) VALUES (${call}, ':p', NOW(3))`);
  const meeting = await q("INSERT INTO learning_sessions (host_id, title, description, preparation, meeting_url, notes, tags, cancel_reason, type, starts_at, minutes, seats, taken, is_public, status) VALUES (:p, 't', 'd', 'p', 'u', 'n', '[]', 'c', 'AUDIO', NOW(3) - INTERVAL 1 DAY, 30, 2, 2, FALSE, 'COMPLETED')");
  await q(`INSERT INTO session_seats (session_id, user_id, role, message, left_reason) VALUES (${meeting}, :p, 'HOST', 'm', 'r'), (${meeting}, :m, 'GUEST', 'm', 'r')`);
  await q(`INSERT INTO session_feedback (session_id, user_id, comment, updated_at) VALUES (${meeting}, :p, 'c', NOW(3)), (${meeting}, :m, 'c', NOW(3))`);
  await q(`INSERT INTO session_records (session_id, user_id, notes) VALUES (${meeting}, :p, 'n'), (${meeting}, :m, 'n')`);
  await q(`INSERT INTO session_invites (token_hash, session_id, expires_at, used_by) VALUES (UNHEX(SHA2(:p, 256)), ${meeting}, :later, :p)`);
  const exam = await q("INSERT INTO level_tests (user_id, language, type, mode, source, aim, questions, status, expires_at) VALUES (:p, 'en', 'SPEAKING', 'standard', 'SENT', 'BEGINNER', 4, 'completed', :later)");
  await q(`INSERT INTO level_test_answers (test_id, question, transcript) VALUES (${exam}, 1, 'secret words')`);
  await q(`INSERT INTO level_test_results (test_id, user_id, language, judge, model, level, overall, pronunciation, fluency, grammar, vocabulary, coherence, interaction, completed_at) VALUES (${exam}, :p, 'en', 'rules', 'builtin', 'B1', 60, 60, 60, 60, 60, 60, 60, NOW(3))`);
  const many = (state, code) => q(`INSERT INTO group_sessions (host_id, title, description, type, language, level, topic, tags, seats, starts_at, minutes, is_public, join_code, status, cancel_reason) VALUES (:p, 't', 'd', 'VIDEO', 'en', 'BEGINNER', 'x', '["a"]', 4, :later, 30, TRUE, LEFT(SHA2(CONCAT(:p, '${code}'), 256), 6), '${state}', 'c')`);
  for (const group_ of [await many('CANCELLED', 'a'), await many('SCHEDULED', 'b')]) {
    await q(`INSERT INTO group_seats (session_id, user_id, role, status, message, feedback, kick_reason) VALUES (${group_}, :p, 'HOST', 'JOINED', 'm', 'f', 'r'), (${group_}, :m, 'PARTICIPANT', 'JOINED', 'm', 'f', 'r')`);
    await q(`INSERT INTO group_progress (user_id, session_id, vocabulary, grammar, more, updated_at) VALUES (:p, ${group_}, '[]', '[]', '{}', NOW(3))`);
  }
  await q("INSERT INTO ai_calls (user_id, kind, feature, model, good, latency_ms) VALUES (:p, 'text', 'x', 'm', 1, 10)");
  const id = await study(p, [mate]);
  await fillStudy(id, p, 700);
  await q(`INSERT INTO study_message_readers (study_id, message_id, user_id) SELECT ${id}, m.id, u.id FROM study_messages m JOIN users u ON u.id IN (:p, :m) WHERE m.study_id = ${id} LIMIT 20`);
  await q(`INSERT INTO study_notices (study_id, author_id, title, content) VALUES (${id}, :p, 't', 'c')`);
  await q(`INSERT INTO study_events (study_id, created_by, title, date, start_time, end_time) VALUES (${id}, :p, 't', CURDATE(), '10:00', '11:00')`);
  await q(`INSERT INTO study_attendance (user_id, study_id, day) SELECT :p, ${id}, CURDATE() - INTERVAL seq DAY FROM seq_1_to_600`);
  const job = await q(`INSERT INTO study_tasks (study_id, created_by, title) VALUES (${id}, :p, 't')`);
  await q(`INSERT INTO study_task_assignees (task_id, user_id) VALUES (${job}, :p)`);
  return id;
}
const count = async (at, p) => {
  const [table, column] = at.split('.');
  return (await one(`SELECT COUNT(*) AS n FROM ${table} WHERE ${column} = ?`, [p.id])).n;
};
const counts = async (p) => Object.fromEntries(await Promise.all(Object.keys(decisions).map(async (at) => [at, await count(at, p)])));

test('every column that names a person: decided, filled, and as decided; others keep theirs', async () => {
  assert.deepEqual(await columns(), Object.keys(decisions).sort()); // a new one? decide what becomes of it
  const [early, p, late, bystander, mate] = [await person('먼저'), await person('지운다'), await person('나중'), await person('남는다'), await person('친구')];
  for (const x of [p, bystander]) await fill(x, mate, early);
  for (const other of [early, late]) await query('INSERT INTO user_matches (user1_id, user2_id, matched_at) VALUES (LEAST(?, ?), GREATEST(?, ?), NOW(3))', [p.id, other.id, p.id, other.id].map(Number));
  for (const other of [early, late]) await query('INSERT INTO user_matches (user1_id, user2_id, matched_at) VALUES (LEAST(?, ?), GREATEST(?, ?), NOW(3))', [bystander.id, other.id, bystander.id, other.id].map(Number));
  const passing = (n) => !['outbox.actor_id'].includes(n);
  await until(async () => !(await query('SELECT 1 FROM outbox WHERE actor_id IN (?, ?)', [p.id, bystander.id])).length);
  const before = await counts(bystander);
  assert.deepEqual(Object.entries(await counts(p)).filter(([at, n]) => passing(at) && !n), []); // each has a row
  const keys = (await query('SELECT storage_key FROM files WHERE owner_id = ?', [p.id])).map((f) => f.storage_key);
  assert.ok(keys.length && keys.every((k) => stored().kept.includes(k)));
  await erase(p);
  await first(p);
  await second(p);
  for (const [at, want] of Object.entries(decisions)) {
    const [table, column] = at.split('.');
    const rows = await query(`SELECT * FROM ${table} WHERE ${column} = ?`, [p.id]);
    if (want === gone) assert.deepEqual([at, rows], [at, []]);
    else if (want === group) assert.deepEqual([at, rows.length], [at, 1]);
    else if (typeof want === 'object') {
      assert.ok(rows.length, at);
      for (const r of rows) assert.deepEqual([at, Object.fromEntries(Object.keys(want).map((k) => [k, r[k]]))], [at, want]);
    }
  }
  assert.ok(!keys.some((k) => stored().kept.includes(k)));
  assert.deepEqual(await counts(bystander), before);
  const text = await get(`/chat/rooms/${(await one('SELECT id FROM chat_rooms WHERE created_by = ?', [p.id])).id}/messages`, as(mate));
  assert.deepEqual([text.status, text.body.data.map((m) => m.message)], [200, [GONE, GONE, GONE]], text.text);
  assert.equal((await one("SELECT COUNT(*) AS n FROM group_sessions WHERE host_id = ? AND status = 'CANCELLED'", [p.id])).n, 2); // the one to come as well
  assert.equal((await one("SELECT COUNT(*) AS n FROM session_seats s JOIN users u ON u.id = s.user_id WHERE u.id = ? AND s.message = 'm'", [mate.id])).n, 2); // of both sessions
});

test('rooms of others stay, with an owner; one of nobody goes; whatever was written under way goes, too', async () => {
  const [p, b, c] = [await person('방주인'), await person('첫째'), await person('둘째')];
  const room = async (guests, by = p, fields = {}) => (await post('/chat/rooms', { roomName: '방', isPublic: true, participantIds: guests.map((x) => x.id), ...fields }, as(by))).body.data.roomId;
  const say = (x, id, message) => post(`/chat/rooms/${id}/messages`, { message }, as(x));
  const own = await room([c, b]);
  await query('UPDATE chat_members SET joined_at = joined_at - INTERVAL 1 HOUR WHERE room_id = ? AND user_id = ?', [own, c.id]); // longer there than b
  const alone = await room([]);
  const guest = await room([p], b);
  for (const id of [own, alone, guest]) assert.equal((await say(p, id, '내 말')).status, 201);
  assert.equal((await say(b, own, '네 말')).status, 201);
  const file = (await upload('/upload/image', [['file', png, 'a.png'], ['roomId', String(own)]], p)).body.data;
  await erase(p);
  await first(p);
  await settled(alone);
  assert.deepEqual(await query('SELECT id, members, created_by FROM chat_rooms WHERE id IN (?, ?, ?) ORDER BY id', [own, alone, guest]),
    [{ id: Number(own), members: 2, created_by: Number(c.id) }, { id: Number(guest), members: 1, created_by: Number(b.id) }]);
  const page = await get(`/chat/rooms/${own}/messages`, as(b));
  assert.deepEqual(page.body.data.map((m) => [m.seq, m.message]), [[1, GONE], [2, '네 말']], page.text);
  assert.ok(!file || !(await query('SELECT 1 FROM files WHERE owner_id = ?', [p.id])).length);
  assert.deepEqual([(await say(b, own, '계속')).status, (await say(b, guest, '혼자')).status], [201, 201]);
  // as requests do that were let in before
  await query("INSERT INTO chat_messages (room_id, seq, sender_id, body) VALUES (?, 100, ?, '늦은 말')", [guest, p.id]);
  await query('INSERT INTO chat_members (room_id, user_id) VALUES (?, ?)', [own, p.id]);
  await query('UPDATE chat_rooms SET members = members + 1 WHERE id = ?', [own]);
  await query("UPDATE users SET bio = '늦은 소개', phone = '010' WHERE id = ?", [p.id]);
  await query('INSERT INTO notification_settings (user_id) VALUES (?)', [p.id]);
  await query("INSERT INTO notifications (user_id, type, category, title, message) VALUES (?, 'custom', 'general', 't', 'm')", [p.id]);
  await second(p);
  assert.deepEqual(await one('SELECT bio, phone, name FROM users WHERE id = ?', [p.id]), { bio: null, phone: null, name: '[삭제된 사용자]' });
  assert.deepEqual(await one('SELECT members FROM chat_rooms WHERE id = ?', [own]), { members: 2 });
  assert.deepEqual((await query('SELECT body FROM chat_messages WHERE sender_id = ? ORDER BY room_id, seq', [p.id])).map((m) => m.body), [GONE, GONE, GONE]);
  for (const table of ['chat_members', 'notification_settings', 'notifications']) assert.deepEqual([table, await query(`SELECT 1 FROM ${table} WHERE user_id = ?`, [p.id])], [table, []]);
});

test('study groups go to the eldest admin, else to the eldest member, else they go', async () => {
  const [p, old, admin, young, waiting, ghost] = [await person('방장'), await person('오래된'), await person('관리'), await person('새내기'), await person('대기'), await person('떠난이')];
  const age = (id, x, hours) => query('UPDATE study_members SET joined_at = joined_at - INTERVAL ? HOUR WHERE study_id = ? AND user_id = ?', [hours, id, x.id]);
  const led = await study(p, [old, admin, young]);
  await query("UPDATE study_members SET role = 'ADMIN' WHERE study_id = ? AND user_id = ?", [led, admin.id]);
  await age(led, old, 5);
  const plain = await study(p, [young, old, ghost]);
  await age(plain, old, 5);
  await age(plain, ghost, 9);
  await query("UPDATE users SET status = 'SUSPENDED' WHERE id = ?", [ghost.id]);
  const lonely = await study(p);
  await fillStudy(lonely, p, 3);
  await query("INSERT INTO study_members (study_id, user_id, status) VALUES (?, ?, 'PENDING')", [lonely, waiting.id]);
  const joined = await study(old, [p]);
  const left = await study(old, []);
  await query("INSERT INTO study_members (study_id, user_id, status) VALUES (?, ?, 'LEFT')", [left, p.id]);
  await erase(p);
  await first(p);
  await settled(lonely);
  const rows = await query('SELECT id, owner_id, member_count FROM studies WHERE id IN (?, ?, ?, ?, ?) ORDER BY id', [led, plain, lonely, joined, left]);
  assert.deepEqual(rows, [[led, admin, 3], [plain, old, 3], [joined, old, 1], [left, old, 1]].map(([id, who, n]) => ({ id: Number(id), owner_id: Number(who.id), member_count: n })));
  assert.deepEqual(await query("SELECT study_id, user_id FROM study_members WHERE role = 'OWNER' AND study_id IN (?, ?) ORDER BY study_id", [led, plain]),
    [{ study_id: Number(led), user_id: Number(admin.id) }, { study_id: Number(plain), user_id: Number(old.id) }]);
  assert.deepEqual(await query('SELECT 1 FROM study_members WHERE user_id = ? OR study_id = ?', [p.id, lonely]), []);
});

test('sessions to come: one of mine is cancelled, a seat is given back, and their people are told; one that is over stays', async () => {
  const [p, b] = [await person('주최'), await person('상대')];
  const add = async (host, guest, at, status) => {
    const { insertId: id } = await query("INSERT INTO learning_sessions (host_id, title, type, starts_at, minutes, seats, taken, is_public, status) VALUES (?, '제목', 'AUDIO', NOW(3) + INTERVAL ? MINUTE, 30, 2, 2, FALSE, ?)", [host.id, at, status]);
    await query("INSERT INTO session_seats (session_id, user_id, role, joined_at) VALUES (?, ?, 'HOST', NOW(3)), (?, ?, 'GUEST', NOW(3))", [id, host.id, id, guest.id]);
    return id;
  };
  const mine = await add(p, b, 60, 'SCHEDULED');
  const live = await add(p, b, -5, 'IN_PROGRESS');
  const theirs = await add(b, p, 60, 'SCHEDULED');
  const over = await add(p, b, -60, 'COMPLETED');
  const missed = await add(p, b, -60, 'SCHEDULED');
  await erase(p);
  await first(p);
  const ids = [mine, live, theirs, over, missed];
  assert.deepEqual((await query(`SELECT id, status, taken, title FROM learning_sessions WHERE id IN (${ids}) ORDER BY id`)).map((s) => [s.id, s.status, s.taken, s.title]),
    [[mine, 'CANCELLED', 2, null], [live, 'CANCELLED', 2, null], [theirs, 'SCHEDULED', 1, '제목'], [over, 'COMPLETED', 2, null], [missed, 'SCHEDULED', 2, null]]);
  await until(async () => (await query("SELECT type FROM notifications WHERE user_id = ? AND category = 'session'", [b.id])).length === 3);
  assert.deepEqual((await query("SELECT event, subject_id AS id FROM outbox_seen WHERE actor_id = ? AND event LIKE 'session.%' ORDER BY subject_id", [p.id])).map((e) => [e.event, e.id]),
    [['session.cancelled', mine], ['session.cancelled', live], ['session.left', theirs]]);
});

test('messages that are sent meanwhile: none keeps its words, and the room has no gap', async () => {
  const [p, b] = [await person('말많은'), await person('듣는이')];
  const id = (await post('/chat/rooms', { roomName: '방', isPublic: false, participantIds: [b.id] }, as(p))).body.data.roomId;
  const group = await study(b, [p]);
  let stop = false;
  const sent = [];
  const talk = async (n) => {
    for (let i = 0; !stop; i += 1) {
      const res = n % 2 ? await send('POST', `/api/studies/${group}/chat`, { body: { content: `말 ${i}` }, headers: { cookie: `next-auth.session-token=${p.access}` } })
        : await post(`/chat/rooms/${id}/messages`, { message: `말 ${i}` }, as(p));
      sent.push(res.status);
      if (![200, 201, 429].includes(res.status)) return res;
    }
    return undefined;
  };
  const talking = Promise.all(Array.from({ length: 6 }, (_, n) => talk(n)));
  await until(() => sent.filter((s) => s === 201).length > 30);
  await erase(p);
  const ends = await talking;
  stop = true;
  for (const res of ends) assert.ok([400, 401, 403, 404].includes(res.status), res.text);
  await first(p);
  await second(p);
  const rows = await query('SELECT seq, sender_id, body FROM chat_messages WHERE room_id = ? ORDER BY seq', [id]);
  assert.deepEqual(rows.map((m) => m.seq), Array.from({ length: (await one('SELECT last_seq AS n FROM chat_rooms WHERE id = ?', [id])).n }, (_, i) => i + 1));
  assert.ok(rows.length > 20 && rows.every((m) => m.body === GONE));
  assert.deepEqual(await query('SELECT 1 FROM study_messages WHERE user_id = ?', [p.id]), []);
});
