// A person's data as a ZIP: asking for it, what is in it, and whose it is. Needs a stack whose studymate-jobs runs.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { env, get, person, post, send, unique } from '../harness/client.mjs';
import { closeDb, connect, PEOPLE, query } from '../harness/db.mjs';
import { ask, completed, exported, fetchExport, status } from '../harness/exports.mjs';
import { fetchBytes, png, upload } from '../harness/files.mjs';
import { until } from '../harness/stack.mjs';
import { study } from '../harness/study.mjs';

after(closeDb);
const as = (p) => ({ token: p.access });
const one = async (sql, args) => (await query(sql, args))[0];
const DAY = 86400000;
const iso = (ms) => new Date(ms).toISOString();
// two days ago: the jobs forget some of it after months
const ISO = `${new Date(Date.now() - 2 * 86400000).toISOString().slice(0, 19)}.678Z`;
const AT = ISO.slice(0, -1).replace('T', ' ');
// Until nothing is under way that somebody did: what follows from it is in an export as well.
const quiet = (...people) => until(async () => !(await query('SELECT 1 FROM outbox WHERE actor_id IN (?)', [people.map((p) => p.id)])).length);

test('asking: what the page reads stands at the top and in data; again within thirty days is refused, and says until when', async () => {
  const p = await person('내보내기');
  const none = await get('/settings/export', as(p));
  assert.deepEqual([none.status, none.body.code], [404, 'EXPORT_NOT_FOUND']);
  const headers = { 'idempotency-key': unique('export-') };
  const first = await ask(p, { headers });
  const { requested_at: at, code } = await one('SELECT requested_at, code FROM exports WHERE user_id = ?', [p.id]);
  const message = '데이터 추출이 시작되었습니다. 완료되면 알림으로 다운로드 링크를 알려 드립니다.'; // this stack has no mail
  const fields = {
    exportId: `export_${code}`, requestId: `export_${code}`, status: 'processing', requestedAt: iso(at), estimatedCompletionTime: iso(+at + 300000), email: null, nextRequestAt: iso(+at + 30 * DAY),
  };
  const { meta, ...body } = first.body;
  assert.deepEqual([first.status, body], [200, { success: true, data: { ...fields, message }, message, ...fields }]);
  assert.match(code, /^[0-9a-f]{32}$/);
  assert.ok(meta.requestId && Math.abs(+at - Date.now()) < 60000);
  const same = await ask(p, { headers });
  assert.deepEqual([same.status, same.body.data], [200, first.body.data]); // the answer of then
  const again = await ask(p, { headers: { 'accept-language': 'en' } });
  assert.deepEqual([again.status, again.body.code, again.body.message], [429, 'EXPORT_LIMIT_EXCEEDED', 'You may ask for your data once in 30 days']);
  assert.ok(Math.abs(Number(again.headers['retry-after']) - 30 * 86400) < 120, again.headers['retry-after']);
  assert.equal((await ask(p)).body.message, '데이터 내보내기는 30일에 한 번만 요청할 수 있습니다');
  const done = await completed(p);
  const row = await one('SELECT * FROM exports WHERE user_id = ?', [p.id]);
  assert.deepEqual(done, {
    ...fields, status: 'completed', completedAt: iso(row.ready_at), expiresAt: iso(row.expires_at), fileSize: row.size, downloadUrl: `/api/v1/settings/export/download?link=${row.link}`,
    filename: `studymate-data-${iso(at).slice(0, 10)}.zip`, message: '데이터 내보내기가 완료되었습니다.',
  });
  assert.deepEqual([+row.expires_at - +row.ready_at, /^[0-9a-f]{32}$/.test(row.link), row.link === code, row.storage_key.includes(row.link)], [7 * DAY, true, false, false]);
  assert.equal((await ask(p)).status, 429);
  await query('UPDATE exports SET requested_at = requested_at - INTERVAL 29 DAY WHERE user_id = ?', [p.id]);
  const late = await ask(p);
  assert.deepEqual([late.status, Math.abs(Number(late.headers['retry-after']) - 86400) < 120], [429, true]);
  await query('UPDATE exports SET requested_at = requested_at - INTERVAL 1 DAY WHERE user_id = ?', [p.id]);
  assert.equal((await ask(p)).status, 200);
  assert.equal((await query('SELECT 1 FROM exports WHERE user_id = ?', [p.id])).length, 2);
});

test('of many who ask at once one wins; one that failed does not count; who is suspended gets none', async () => {
  const p = await person('여럿');
  const all = await Promise.all(Array.from({ length: 6 }, () => ask(p)));
  assert.deepEqual(all.map((r) => r.status).sort(), [200, 429, 429, 429, 429, 429]);
  await completed(p);
  assert.deepEqual((await query("SELECT event FROM outbox_seen WHERE actor_id = ? AND event LIKE 'export.%' ORDER BY id", [p.id])).map((e) => e.event), ['export.requested', 'export.ready']);
  // one that is not committed yet: whoever asks waits for it, and sees it
  const slow = await person('느린');
  const db = connect(env.run);
  const other = await db.getConnection();
  await other.beginTransaction();
  await other.query("INSERT INTO exports (user_id, code, status, requested_at) VALUES (?, MD5(?), 'PROCESSING', NOW(3))", [slow.id, slow.id]);
  const waiting = ask(slow);
  await until(async () => Number((await one("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'")).Value)).finally(() => other.commit().then(() => other.release()).then(() => db.end()));
  assert.deepEqual([(await waiting).status, (await waiting).body.code], [429, 'EXPORT_LIMIT_EXCEEDED']);
  const q = await person('실패');
  await query("INSERT INTO exports (user_id, code, status, requested_at) VALUES (?, MD5(?), 'FAILED', NOW(3))", [q.id, q.id]);
  const failed = await status(q);
  assert.deepEqual([failed.status, failed.message, Date.parse(failed.nextRequestAt) <= Date.now() + 1000], ['failed', '데이터를 추출하지 못했습니다. 다시 요청해 주세요.', true]);
  assert.equal((await ask(q)).status, 200);
  assert.equal((await status(q)).requestId, `export_${(await one('SELECT code FROM exports WHERE user_id = ? ORDER BY id DESC', [q.id])).code}`);
  const s = await person('정지');
  await query("UPDATE users SET status = 'SUSPENDED' WHERE id = ?", [s.id]);
  const res = await ask(s);
  assert.deepEqual([res.status, res.body.code, (await query('SELECT 1 FROM exports WHERE user_id = ?', [s.id])).length], [404, 'USER_001', 0], res.text);
  assert.deepEqual([(await send('POST', '/settings/export')).status, (await get('/settings/export')).status], [401, 401]);
});

test('the link: anybody who has it, with Range, as an attachment; another is none; an expired one says so', async () => {
  const p = await person('링크');
  await ask(p);
  const { downloadUrl, fileSize } = await completed(p);
  const file = await fetchBytes(downloadUrl);
  assert.deepEqual([file.status, file.bytes.length, file.headers['content-type'], file.headers['cache-control'], file.headers['x-content-type-options'], file.headers['referrer-policy']],
    [200, fileSize, 'application/zip', 'no-store', 'nosniff', 'no-referrer']);
  assert.match(file.headers['content-disposition'], /^attachment; filename="studymate-data-\d{4}-\d\d-\d\d\.zip"/);
  const part = await fetchBytes(downloadUrl, { headers: { range: 'bytes=0-3' } });
  assert.deepEqual([part.status, part.bytes.toString('latin1')], [206, 'PK\x03\x04']);
  const { storage_key: key, code } = await one('SELECT storage_key, code FROM exports WHERE user_id = ?', [p.id]);
  const at = async (link) => { const r = await get(`/settings/export/download?link=${link}`); return [r.status, r.body.code]; };
  assert.deepEqual([await at('0'.repeat(32)), await at(code), await at(key.slice(0, 32))], Array(3).fill([404, 'EXPORT_NOT_FOUND']));
  for (const bad of ['', 'x', 'G'.repeat(32), '0'.repeat(31), '0'.repeat(33), `${downloadUrl.slice(-32)}%20`]) assert.deepEqual([bad, await at(bad)], [bad, [400, 'VALIDATION_ERROR']]);
  assert.equal((await get('/settings/export/download')).status, 400);
  assert.equal((await get(`/upload/file/${key}`)).status, 404); // no other way to it
  await query("UPDATE users SET status = 'SUSPENDED' WHERE id = ?", [p.id]);
  assert.deepEqual(await at(downloadUrl.slice(-32)), [404, 'EXPORT_NOT_FOUND']);
  await query("UPDATE users SET status = 'ACTIVE' WHERE id = ?", [p.id]);
  await query('UPDATE exports SET expires_at = NOW(3) WHERE user_id = ?', [p.id]);
  assert.deepEqual(await at(downloadUrl.slice(-32)), [410, 'EXPORT_EXPIRED']);
  const now = await status(p);
  assert.deepEqual([now.status, now.downloadUrl, now.filename, now.message], ['expired', undefined, undefined, '다운로드 기간이 만료되었습니다.']);
});

test('rooms: all that the chat shows of those one is in, of others only what one wrote, whatever they are called', async () => {
  const [p, mate, stranger] = [await person('나나'), await person('짝 "<b>"'), await person('남남')];
  const room = async (by, name, guests = []) => (await post('/chat/rooms', { roomName: name, isPublic: true, participantIds: guests.map((x) => x.id) }, as(by))).body.data.roomId;
  const say = async (x, id, message) => assert.equal((await post(`/chat/rooms/${id}/messages`, { message }, as(x))).status, 201);
  const hostile = '../../../../etc/passwd\\..\\a:b*?"<>|.json';
  const ours = await room(p, hostile, [mate]);
  const empty = await room(p, 'README.txt');
  const left = await room(mate, '떠난 방', [p, stranger]);
  const foreign = await room(stranger, '남의 방', [mate]);
  await say(p, ours, '첫째\n"줄" \\ 😀');
  await say(mate, ours, '</script>둘째');
  const { url } = (await upload('/upload/image', [['file', png, '사진 1 &<b>.png']], p)).body.data;
  assert.equal((await post(`/chat/rooms/${ours}/messages`, { message: '', imageUrls: [url] }, as(p))).status, 201);
  await say(p, left, '떠나기 전에');
  await say(mate, left, '남은 사람의 숨은말');
  assert.equal((await post(`/chat/rooms/${left}/leave`, undefined, as(p))).status, 200);
  await say(mate, left, '그 뒤의 숨은말');
  await query('INSERT IGNORE INTO user_achievements (user_id, achievement_id) SELECT ?, MIN(id) FROM achievements', [p.id]);
  await say(stranger, foreign, '남의 숨은말');
  const x = await exported(p);
  const names = new Map((await query('SELECT code, name_ko FROM achievements')).map((a) => [a.code, a.name_ko]));
  const earned = x.json['analytics/achievements.json'];
  assert.ok(earned.length && earned.every((a) => a.name === names.get(a.code)), JSON.stringify(earned)); // in the language they are told in
  const rooms = Object.keys(x.files).filter((n) => n.startsWith('chats/'));
  assert.deepEqual(rooms, ['chats/room_001.json', 'chats/room_002.json', 'chats/room_003.json']);
  const rows = await query('SELECT m.*, u.name FROM chat_messages m JOIN users u ON u.id = m.sender_id WHERE room_id IN (?, ?) ORDER BY room_id, seq', [ours, left]);
  const made = (id) => rows.filter((m) => m.room_id === Number(id)).map((m) => ({
    seq: m.seq, messageId: String(m.id), senderId: String(m.sender_id), senderName: m.name, messageType: m.type, message: m.body, attachments: [], sentAt: iso(m.sent_at),
  }));
  const about = async (id, member) => {
    const r = await one('SELECT r.*, m.joined_at FROM chat_rooms r LEFT JOIN chat_members m ON m.room_id = r.id AND m.user_id = ? WHERE r.id = ?', [p.id, id]);
    return { roomId: String(id), name: r.name, type: r.type, member, joinedAt: member ? iso(r.joined_at) : null, createdAt: iso(r.created_at) };
  };
  const messages = made(ours);
  messages[2].attachments = [{ name: '사진 1 &<b>.png', contentType: 'image/png', size: (await one('SELECT size FROM files WHERE owner_id = ?', [p.id])).size, url }];
  assert.deepEqual(messages.map((m) => [m.message, m.messageType]), [['첫째\n"줄" \\ 😀', 'TEXT'], ['</script>둘째', 'TEXT'], ['', 'IMAGE']]);
  assert.deepEqual(x.json['chats/room_001.json'], { ...await about(ours, true), name: hostile, messages });
  assert.deepEqual(x.json['chats/room_002.json'], { ...await about(empty, true), messages: [] });
  assert.deepEqual(x.json['chats/room_003.json'], { ...await about(left, false), messages: made(left).slice(0, 1) });
  for (const [name, text] of Object.entries(x.files)) for (const hidden of ['그 뒤의 숨은말', '남의']) assert.ok(!text.includes(hidden), `${name}: ${hidden}`);
  for (const name of rooms) assert.ok(!x.files[name].includes('숨은말'), name); // they were told of the first one while they were in
  assert.deepEqual(Object.values(x.files).filter((t) => t.includes('떠나기 전에')).length, 1);
});

// A row of each kind; some of it with a mate, and the same of the mate and a stranger, which is not to be found in it.
// lately: the jobs forget such days after 120
const daysHere = [3, 2].map((n) => new Date(Date.now() - n * 86400000).toISOString().slice(0, 10));
async function fill(p, mate, stranger, word) {
  const q = async (sql) => (await query(sql.replaceAll(':p', p.id).replaceAll(':m', mate.id).replaceAll(':s', stranger.id).replaceAll(':at', `'${AT}'`).replaceAll(':w', `'${word}'`).replaceAll(':d1', daysHere[0]).replaceAll(':d2', daysHere[1]))).insertId;
  const ids = {};
  await q(`UPDATE users SET email_confirmed_at = :at, english_name = :w, gender = 'FEMALE', birth_year = 1999, birth_monthday = '02-03', location_id = (SELECT MIN(id) FROM locations), residence = :w, time_zone = 'America/New_York',
    job = :w, bio = :w, profile_image = 'https://example.com/a.png', phone = '+8210', native_language_id = (SELECT id FROM languages WHERE code = 'ko'), communication_method = 'TEXT', daily_minute = '30',
    partner_gender = 'ANY', onboarded_at = :at, suspended_until = :at, suspend_reason = :w, restricted_until = :at, restricted_actions = 'MESSAGE,STUDY_JOIN', created_at = :at, updated_at = :at, active_at = :at WHERE id = :p`);
  for (const sql of [
    "INSERT INTO user_languages (user_id, language_id, current_level_id, target_level_id, partner_level_id, learning, created_at) SELECT :p, id, 101, 102, 201, TRUE, :at FROM languages WHERE code = 'en'",
    "INSERT INTO user_options (user_id, kind, option_id, position) SELECT :p, kind, id, 1 FROM options WHERE kind = 'topic' ORDER BY id LIMIT 1",
    'INSERT INTO user_schedules (user_id, day, minute) VALUES (:p, 2, 630)',
    "INSERT INTO user_identities (provider, subject, user_id, created_at) VALUES ('naver', CONCAT('SUBJECT', :p), :p, :at)",
    "INSERT INTO two_factor (user_id, secret, enabled_at) VALUES (:p, 'SEALEDSECRET', :at)",
    "INSERT INTO two_factor_codes (user_id, code_hash) VALUES (:p, SHA2('CODEHASH', 256))",
    "INSERT INTO user_status (user_id, status, device_info, last_seen_at) VALUES (:p, 'AWAY', :w, :at)",
    'INSERT INTO group_hosts (user_id, rating_sum, rating_count) VALUES (:p, 9, 2)',
    "INSERT INTO user_preferences (user_id, interface_language, theme) VALUES (:p, 'en', 'dark')",
    "INSERT INTO user_privacy (user_id, show_age, direct_message) VALUES (:p, FALSE, 'none')",
    "INSERT INTO notification_settings (user_id, chat, language) VALUES (:p, FALSE, 'en')",
    "INSERT INTO notification_topics (user_id, topic) VALUES (:p, 'chats')",
    'INSERT INTO blocks (user_id, blocked_id, created_at) VALUES (:p, :s, :at)',
    "INSERT INTO dating_people (user_id, gender, year_pillar, month_pillar, day_pillar, spot) VALUES (:p, 'FEMALE', 1, 2, 3, 4)",
    "INSERT IGNORE INTO dating_people (user_id, gender, year_pillar, month_pillar, day_pillar, spot) VALUES (:m, 'MALE', 1, 2, 3, 4)",
    "INSERT INTO dating_picks (user_id, place, other_id, score, day) VALUES (:p, 1, :m, 77, '2026-01-02')",
    "DELETE FROM achievement_events WHERE user_id = :p",
    "INSERT INTO achievement_events (user_id, what, source_id, day) VALUES (:p, 'day', 1, ':d1'), (:p, 'day', 2, ':d2'), (:p, 'test', 3, '2026-01-04')",
    'DELETE FROM user_achievements WHERE user_id = :p',
  ]) await q(sql);
  ids.failed = await q("INSERT INTO failed_logins (user_id, at, reason, user_agent, ip) VALUES (:p, :at, 'code', :w, '10.0.0.1')");
  ids.device = await q("INSERT INTO push_subscriptions (user_id, token_hash, token, device, user_agent, updated_at) VALUES (:p, UNHEX(SHA2(:p, 256)), 'PUSHTOKEN', 'ios', :w, :at)");
  ids.sent = await q("INSERT INTO matching_requests (sender_id, receiver_id, message, status, response_message, compatibility_score, responded_at, expires_at, created_at) VALUES (:p, :m, :w, 'rejected', :w, 81.5, :at, :at, :at)");
  ids.got = await q("INSERT INTO matching_requests (sender_id, receiver_id, message, status, expires_at, created_at) VALUES (:m, :p, :w, 'expired', :at, :at)");
  ids.match = await q('INSERT INTO user_matches (user1_id, user2_id, compatibility_score, matched_at) VALUES (LEAST(:p, :m), GREATEST(:p, :m), 64.2, :at)');
  ids.ended = await q('INSERT INTO user_matches (user1_id, user2_id, matched_at, is_active, deactivated_at, deactivated_by) VALUES (LEAST(:p, :s), GREATEST(:p, :s), :at, FALSE, :at, :p)');
  ids.meeting = await q("INSERT INTO learning_sessions (host_id, title, description, type, language, target_language, level, starts_at, minutes, seats, taken, is_public, status, tags, preparation, meeting_url, notes, started_at, ended_at, actual_minutes) VALUES (:p, :w, :w, 'AUDIO', 'ko', 'en', 'A1', :at, 30, 2, 2, FALSE, 'COMPLETED', '[\"가\"]', :w, 'https://example.com/m', :w, :at, :at, 25)");
  await q(`INSERT INTO session_seats (session_id, user_id, role, message, joined_at) VALUES (${ids.meeting}, :p, 'HOST', :w, :at), (${ids.meeting}, :m, 'GUEST', 'm', :at)`);
  await q(`INSERT INTO session_feedback (session_id, user_id, rating, comment, partner_rating, partner_comment, tags, improvement_areas, updated_at) VALUES (${ids.meeting}, :p, 5, :w, 4, :w, '["t"]', '["i"]', :at), (${ids.meeting}, :m, 1, CONCAT('of the other ', :w), 1, NULL, NULL, NULL, :at)`);
  ids.quit = await q("INSERT INTO learning_sessions (host_id, title, type, starts_at, minutes, seats, taken, is_public, status, notes, meeting_url) VALUES (:m, :w, 'VIDEO', :at, 60, 3, 1, FALSE, 'SCHEDULED', 'NOTESAFTER', 'https://example.com/NOTESAFTER')");
  await q(`INSERT INTO session_seats (session_id, user_id, role, left_at, left_reason) VALUES (${ids.quit}, :m, 'HOST', NULL, NULL), (${ids.quit}, :p, 'BOOKED', :at, :w)`);
  ids.group = await q("INSERT INTO group_sessions (host_id, title, description, type, language, level, topic, tags, seats, taken, starts_at, minutes, is_public, join_code, status, started_at, ended_at, actual_minutes) VALUES (:p, :w, :w, 'VIDEO', 'en', 'BEGINNER', :w, '[\"a\"]', 4, 2, :at, 30, TRUE, LEFT(SHA2(CONCAT(:p, 'x'), 256), 6), 'COMPLETED', :at, :at, 40)");
  await q(`INSERT INTO group_seats (session_id, user_id, role, status, message, joined_at, rating, feedback, rated_at, kick_reason) VALUES (${ids.group}, :p, 'HOST', 'JOINED', :w, :at, 4, :w, :at, 'KICKREASON'), (${ids.group}, :m, 'PARTICIPANT', 'JOINED', 'm', :at, NULL, 'of the other', NULL, NULL)`);
  await q(`INSERT INTO group_progress (user_id, session_id, speaking_time, messages, words, participation, vocabulary, grammar, more, updated_at) VALUES (:p, ${ids.group}, 1, 2, 3, 4, '["v"]', '["g"]', '{"k":"v"}', :at)`);
  ids.call = await q("INSERT INTO rooms (public_id, type, max_participants, created_by, metadata, settings, total_participants, created_at, last_activity_at) VALUES (CONCAT('PUBLICID', :p), 'audio', 4, :p, '{\"title\":\"w\"}', '{}', 3, :at, :at)");
  ids.study = Number(await study(p, [mate]));
  await q(`UPDATE studies SET created_at = :at WHERE id = ${ids.study}`);
  await q(`UPDATE study_members SET introduction = :w, motivation = :w, level = 'B', joined_at = :at, approved_at = :at WHERE study_id = ${ids.study} AND user_id = :p`);
  ids.other = Number(await study(mate, []));
  await q(`UPDATE studies SET created_at = :at WHERE id = ${ids.other}`);
  const said = (where, seq, who, text) => q(`INSERT INTO study_messages (study_id, seq, user_id, content, created_at, updated_at) VALUES (${where}, ${seq}, ${who}, ${text}, :at, :at)`);
  ids.said = [await said(ids.study, 1, ':p', ':w'), await said(ids.study, 2, ':m', "CONCAT('answer to ', :w)")];
  ids.before = await said(ids.other, 1, ':p', "CONCAT('before I left, ', :w)");
  await said(ids.other, 2, ':m', "'OTHERSTUDY'");
  ids.notice = await q(`INSERT INTO study_notices (study_id, author_id, title, content, created_at, updated_at) VALUES (${ids.study}, :p, :w, '<p>c</p>', :at, :at)`);
  await q(`INSERT INTO study_notices (study_id, author_id, title, content) VALUES (${ids.study}, :m, 'OTHERNOTICE', 'c')`);
  ids.event = await q(`INSERT INTO study_events (study_id, created_by, title, date, start_time, end_time, location, created_at) VALUES (${ids.study}, :p, :w, '2026-01-02', '10:00', '11:00', :w, :at)`);
  ids.there = await q(`INSERT INTO study_attendance (user_id, study_id, day, created_at) VALUES (:p, ${ids.study}, '2026-01-02', :at)`);
  await q(`INSERT INTO study_attendance (user_id, study_id, day) VALUES (:m, ${ids.study}, '2026-01-03')`);
  const job = (where, by, title) => q(`INSERT INTO study_tasks (study_id, created_by, title, description, due_date, created_at, updated_at) VALUES (${where}, ${by}, ${title}, 'd', :at, :at, :at)`);
  ids.made = await job(ids.study, ':p', ':w');
  ids.given = await job(ids.study, ':m', ':w');
  const away = await job(ids.other, ':m', "'OTHERTASK'");
  await q(`INSERT INTO study_task_assignees (task_id, user_id) VALUES (${ids.given}, :p), (${ids.made}, :p), (${away}, :p)`);
  ids.task = await q(`INSERT INTO tasks (user_id, study_id, title, description, status, priority, due_date, completed, completed_at, created_at) VALUES (:p, ${ids.study}, :w, :w, 'DONE', 'HIGH', :at, TRUE, :at, :at)`);
  ids.file = await q("INSERT INTO files (storage_key, owner_id, name, content_type, kind, purpose, size, duration, sha256, created_at) VALUES (CONCAT(MD5(:p), '.mp3'), :p, :w, 'audio/mpeg', 'AUDIO', 'CHAT', 1234, 9, REPEAT('x', 32), :at)");
  await q("INSERT INTO files (storage_key, owner_id, name, content_type, kind, purpose, size, sha256, deleted_at) VALUES (CONCAT(MD5(CONCAT('d', :p)), '.png'), :p, 'DELETEDFILE', 'image/png', 'IMAGE', 'CHAT', 1, REPEAT('x', 32), NOW(3))");
  ids.report = await q("INSERT INTO reports (reporter_id, target_type, target_id, target_name, type, reason, evidence, status, processed_by, processed_at, resolution, created_at) VALUES (:p, 'USER', :m, :w, 'SPAM', :w, '{}', 'RESOLVED', :s, :at, 'RESOLUTION', :at)");
  await q("INSERT INTO reports (reporter_id, target_type, target_id, type, reason, evidence) VALUES (:s, 'USER', :p, 'SPAM', 'REPORTEDBYOTHER', '{}')");
  ids.warning = await q("INSERT INTO warnings (user_id, admin_id, reason, severity, related_content, expires_at, created_at) VALUES (:p, :s, :w, 'SERIOUS', :w, :at, :at)");
  ids.sanction = await q("INSERT INTO sanctions (user_id, admin_id, type, reason, duration, expires_at, is_active, ended_by, ended_at, end_reason, created_at) VALUES (:p, :s, 'RESTRICTION', :w, '7d', :at, FALSE, :s, :at, 'ENDREASON', :at)");
  await q("INSERT INTO language_levels (user_id, language, level, score, tested_at) VALUES (:p, 'en', 'B1', 61, :at)");
  const exam = (expires) => q(`INSERT INTO level_tests (user_id, language, type, mode, source, aim, questions, status, started_at, expires_at) VALUES (:p, 'en', 'SPEAKING', 'standard', 'SENT', 'BEGINNER', 4, 'completed', :at, ${expires})`);
  ids.exam = await exam('NOW(3) + INTERVAL 1 DAY');
  await q(`INSERT INTO level_test_answers (test_id, question, storage_key, transcript, seconds, answered_at) VALUES (${ids.exam}, 1, 'RECORDINGKEY', :w, 7, :at), (${ids.exam}, 2, NULL, NULL, NULL, :at)`);
  await q(`INSERT INTO level_test_results (test_id, user_id, language, judge, model, level, overall, pronunciation, fluency, grammar, vocabulary, coherence, interaction, estimated, texts, completed_at) VALUES (${ids.exam}, :p, 'en', 'rules', 'builtin', 'B1', 61, 62, 63, 64, 65, 66, 67, 'fluency', '{"strengths":["s"]}', :at)`);
  await q(`INSERT INTO level_test_answers (test_id, question, transcript) VALUES (${await exam('NOW(3)')}, 1, 'EXPIREDTEST')`);
  ids.ai = await q("INSERT INTO ai_calls (user_id, kind, feature, model, good, tokens, characters, seconds, latency_ms, created_at) VALUES (:p, 'speech', 'group.topics', :w, TRUE, 1, 2, 3.5, 4, :at)");
  ids.over = await q(`INSERT INTO session_records (user_id, session_id, rating, notes, recorded_at) VALUES (:p, ${ids.meeting}, 4, :w, :at)`);
  ids.reported = await q("INSERT INTO analytics_events (user_id, type, path, feature, session, happened_at, more) VALUES (:p, 'page_view', '/x', :w, 's', :at, '{\"k\":1}')");
  ids.earned = await q('INSERT INTO user_achievements (user_id, achievement_id, progress, points, started_at, completed_at, claimed_at) SELECT :p, MIN(id), 7, 100, :at, :at, :at FROM achievements');
  await q('DELETE FROM notifications WHERE user_id = :p');
  ids.note = await q("INSERT INTO notifications (user_id, type, category, title, message, status, created_at, read_at, expires_at) VALUES (:p, 'custom', 'general', :w, :w, 'READ', :at, :at, :at)");
  return ids;
}

test('every file holds what was made, and nothing of what is somebody else\'s or secret', async () => {
  const [p, mate, stranger] = [await person('주인'), await person('짝꿍'), await person('남남')];
  await quiet(p, mate, stranger);
  const word = unique('내것');
  const ids = await fill(p, mate, stranger, word);
  await fill(stranger, await person('남의 짝'), mate, 'FOREIGN');
  await quiet(p, mate, stranger);
  const login = await one('SELECT * FROM sessions WHERE user_id = ?', [p.id]);
  const location = await one('SELECT * FROM locations ORDER BY id LIMIT 1');
  const topic = await one("SELECT * FROM options WHERE kind = 'topic' ORDER BY id LIMIT 1");
  const earned = await one('SELECT * FROM achievements ORDER BY id LIMIT 1');
  const settings = (await get('/notifications/settings', as(p))).body.data;
  const language = (await get('/settings/language', as(p))).body.data;
  const privacy = (await get('/settings/privacy', as(p))).body.data;
  const { code, requested_at: asked } = await ask(p).then(() => one('SELECT code, requested_at FROM exports WHERE user_id = ?', [p.id]));
  const x = await fetchExport((await completed(p)).downloadUrl);
  const [me, other] = [{ userId: p.id, name: '주인' }, { userId: mate.id, name: '짝꿍' }];
  const inStudy = { studyId: String(ids.study), studyName: '스터디' };
  const both = [{ ...me, role: 'HOST' }, { ...other, role: 'GUEST' }];
  const want = {
    'profile.json': {
      id: p.id, email: p.email, emailConfirmedAt: ISO, name: '주인', englishName: word, role: 'USER', status: 'ACTIVE', gender: 'FEMALE', birthYear: 1999, birthday: '02-03', country: location.country_en, city: location.city_en, residence: word,
      timeZone: 'America/New_York', phoneNumber: '+8210', job: word, bio: word, profileImage: 'https://example.com/a.png', nativeLanguage: 'ko', communicationMethod: 'TEXT', dailyMinute: '30', partnerGender: 'ANY',
      languages: [{ language: 'en', learning: 'yes', currentLevelId: 101, targetLevelId: 102, partnerLevelId: 201, since: ISO }], testedLevels: [{ language: 'en', level: 'B1', score: 61, at: ISO }], choices: [{ kind: 'topic', code: topic.code, name: topic.name_en, detail: null }],
      freeTimes: [{ day: 2, minute: 630 }], logsInWith: [{ provider: 'naver', since: ISO }], hasPassword: true, twoFactorSince: ISO, theme: 'dark', presence: 'AWAY', deviceInfo: word, lastSeenAt: ISO, hostRatings: 2, hostRating: 4.5,
      suspendedUntil: ISO, suspendReason: word, restrictedUntil: ISO, restrictedActions: 'STUDY_JOIN,MESSAGE', onboardedAt: ISO, createdAt: ISO, updatedAt: ISO, activeAt: ISO,
    },
    'sessions/one_on_one.json': [
      {
        id: String(ids.meeting), title: word, description: word, type: 'AUDIO', language: 'ko', targetLanguage: 'en', level: 'A1', scheduledAt: ISO, duration: 30, status: 'COMPLETED', tags: ['가'], preparation: word,
        meetingUrl: 'https://example.com/m', notes: word, startedAt: ISO, endedAt: ISO, actualDuration: 25, cancelReason: null, role: 'HOST', message: word, joinedAt: ISO, leftAt: null, participants: both,
        feedback: { rating: 5, comment: word, partnerRating: 4, partnerComment: word, tags: ['t'], improvementAreas: ['i'], at: ISO },
      },
      {
        id: String(ids.quit), title: word, description: null, type: 'VIDEO', language: null, level: null, scheduledAt: ISO, duration: 60, status: 'SCHEDULED', tags: null, startedAt: null, endedAt: null, actualDuration: null,
        cancelReason: null, role: 'BOOKED', message: null, joinedAt: null, leftAt: ISO, leftReason: word, participants: [], feedback: null,
      },
    ],
    'sessions/group.json': [{
      id: String(ids.group), title: word, description: word, type: 'VIDEO', topic: word, language: 'en', level: 'BEGINNER', scheduledAt: ISO, duration: 30, status: 'COMPLETED', tags: ['a'], startedAt: ISO, endedAt: ISO, actualDuration: 40,
      cancelReason: null, role: 'HOST', seat: 'JOINED', message: word, joinedAt: ISO, leftAt: null, participants: [both[0], { ...other, role: 'PARTICIPANT' }], feedback: { rating: 4, comment: word, at: ISO },
      progress: { speakingTime: 1, messages: 2, words: 3, participation: 4, vocabulary: ['v'], grammar: ['g'], more: { k: 'v' }, at: ISO },
    }],
    'sessions/calls.json': [{ id: String(ids.call), type: 'audio', metadata: { title: 'w' }, participants: 3, createdAt: ISO, lastActivityAt: ISO }],
    'analytics/learning_stats.json': {
      userId: p.id, oneOnOneSessions: 1, oneOnOneMinutes: 25, groupSessions: 1, groupMinutes: 40, chatMessages: 0, studyMessages: 2, partners: 1, tasksDone: 1, achievements: 1, points: 100, daysActive: 2, recentDays: daysHere,
    },
    'analytics/level_tests.json': [{
      id: String(ids.exam), language: 'en', type: 'SPEAKING', mode: 'standard', testLevel: 'BEGINNER', status: 'completed',
      answers: [{ question: 1, transcript: word, seconds: 7, at: ISO }, { question: 2, transcript: null, seconds: null, at: ISO }],
      result: { judge: 'rules', model: 'builtin', level: 'B1', overall: 61, pronunciation: 62, fluency: 63, grammar: 64, vocabulary: 65, coherence: 66, interaction: 67, estimated: 'fluency', texts: { strengths: ['s'] }, at: ISO }, startedAt: ISO,
    }],
    'analytics/ai_usage.json': [{ id: String(ids.ai), kind: 'speech', feature: 'group.topics', model: word, success: true, tokens: 1, characters: 2, seconds: 3.5, latencyMs: 4, createdAt: ISO }],
    'analytics/achievements.json': [{ id: String(ids.earned), code: earned.code, name: earned.name_en, progress: 7, target: earned.target, points: 100, startedAt: ISO, completedAt: ISO, claimedAt: ISO }],
    'analytics/session_records.json': [{ id: String(ids.over), sessionId: String(ids.meeting), groupSessionId: null, rating: 4, notes: word, recordedAt: ISO }],
    'analytics/events.json': [{ id: String(ids.reported), type: 'page_view', path: '/x', feature: word, session: 's', properties: { k: 1 }, at: ISO }],
    'settings/preferences.json': { language, notifications: settings },
    'settings/privacy.json': privacy,
    'settings/blocked.json': [{ userId: stranger.id, name: '남남', since: ISO }],
    'matching/requests.json': [
      { id: String(ids.sent), direction: 'sent', ...other, message: word, status: 'rejected', responseMessage: word, compatibilityScore: 81.5, createdAt: ISO, respondedAt: ISO, expiresAt: ISO },
      { id: String(ids.got), direction: 'received', ...other, message: word, status: 'expired', responseMessage: null, compatibilityScore: null, createdAt: ISO, respondedAt: null, expiresAt: ISO },
    ],
    'matching/matches.json': [
      { id: String(ids.match), ...other, active: true, compatibilityScore: 64.2, matchedAt: ISO, endedAt: null },
      { id: String(ids.ended), userId: stranger.id, name: '남남', active: false, compatibilityScore: null, matchedAt: ISO, endedAt: ISO },
    ],
    'saju/profile.json': { userId: p.id, gender: 'FEMALE', yearPillar: 1, monthPillar: 2, dayPillar: 3, recommended: [{ ...other, score: 77, day: '2026-01-02' }] },
    'studies/groups.json': [{ studyId: String(ids.study), name: '스터디', description: '함께 공부합니다', category: '어학', role: 'OWNER', status: 'ACTIVE', introduction: word, motivation: word, level: 'B', joinedAt: ISO, approvedAt: ISO }],
    'studies/chat_001.json': {
      studyId: String(ids.study), name: '스터디', member: true, createdAt: ISO, messages: [
        { id: String(ids.said[0]), userId: p.id, userName: '주인', content: word, file: null, createdAt: ISO, updatedAt: ISO }, { id: String(ids.said[1]), userId: mate.id, userName: '짝꿍', content: `answer to ${word}`, file: null, createdAt: ISO, updatedAt: ISO },
      ],
    },
    'studies/chat_002.json': { studyId: String(ids.other), name: '스터디', member: false, createdAt: ISO, messages: [{ id: String(ids.before), userId: p.id, userName: '주인', content: `before I left, ${word}`, file: null, createdAt: ISO, updatedAt: ISO }] },
    'studies/notices.json': [{ id: String(ids.notice), ...inStudy, title: word, content: '<p>c</p>', mine: true, createdAt: ISO, updatedAt: ISO }],
    'studies/events.json': [{ id: String(ids.event), ...inStudy, title: word, content: word, mine: true, day: '2026-01-02', startTime: '10:00', endTime: '11:00', createdAt: ISO }],
    'studies/attendance.json': [{ id: String(ids.there), ...inStudy, day: '2026-01-02', createdAt: ISO }],
    'studies/tasks.json': [ids.made, ids.given].map((id, i) => ({ id: String(id), ...inStudy, title: word, content: 'd', status: 'TODO', priority: 'MEDIUM', mine: i === 0, dueDate: ISO, createdAt: ISO, updatedAt: ISO })),
    'tasks.json': [{ id: String(ids.task), ...inStudy, title: word, content: word, status: 'DONE', priority: 'HIGH', mine: true, dueDate: ISO, completedAt: ISO, createdAt: ISO }],
    'files.json': [{
      id: String(ids.file), name: word, contentType: 'audio/mpeg', purpose: 'CHAT', size: 1234, duration: 9, roomId: null, studyId: null,
      url: `/api/v1/upload/file/${(await one('SELECT storage_key AS k FROM files WHERE id = ?', [ids.file])).k}`, createdAt: ISO,
    }],
    'notifications.json': [{ id: String(ids.note), type: 'custom', category: 'general', title: word, message: word, status: 'READ', createdAt: ISO, readAt: ISO, scheduledAt: null, expiresAt: ISO }],
    'account/logins.json': [{ id: (await one('SELECT CAST(id AS CHAR) AS id FROM sessions WHERE user_id = ?', [p.id])).id, method: 'password', ipAddress: login.ip, userAgent: login.user_agent, loginTime: iso(login.created_at), endedAt: null, endedBy: null }],
    'account/failed_logins.json': [{ id: String(ids.failed), reason: 'code', ipAddress: '10.0.0.1', userAgent: word, at: ISO }],
    'account/devices.json': [{ id: String(ids.device), device: 'ios', userAgent: word, updatedAt: ISO }],
    'account/reports.json': [{ id: String(ids.report), kind: 'USER SPAM', reason: word, about: word, createdAt: ISO, expiresAt: null, endedAt: ISO }],
    'account/warnings.json': [{ id: String(ids.warning), kind: 'SERIOUS', reason: word, about: word, createdAt: ISO, expiresAt: ISO, endedAt: null }],
    'account/sanctions.json': [{ id: String(ids.sanction), kind: 'RESTRICTION', reason: word, about: '7d', createdAt: ISO, expiresAt: ISO, endedAt: ISO }],
    'account/exports.json': [{ id: String((await one('SELECT id FROM exports WHERE code = ?', [code])).id), kind: 'PROCESSING', reason: null, about: `export_${code}`, createdAt: iso(asked), expiresAt: null, endedAt: null }],
  };
  assert.deepEqual(Object.keys(x.json).sort(), Object.keys(want).sort());
  for (const [name, value] of Object.entries(want)) assert.deepEqual([name, x.json[name]], [name, value]);
  const readme = x.files['README.txt'];
  for (const folder of new Set(Object.keys(x.json).map((n) => n.replace(/[^/]*$/, '') || n))) assert.equal(readme.split(folder).length, 3, `README.txt names ${folder} in both languages`);
  const { hash } = await one('SELECT hash FROM user_passwords WHERE user_id = ?', [p.id]);
  const secrets = [hash, p.access, p.refresh, 'SUBJECT', 'SEALEDSECRET', 'PUSHTOKEN', 'PUBLICID', 'KICKREASON', 'NOTESAFTER', 'of the other', 'OTHERSTUDY', 'OTHERNOTICE', 'OTHERTASK', 'DELETEDFILE', 'RESOLUTION', 'REPORTEDBYOTHER', 'ENDREASON', 'FOREIGN', 'RECORDINGKEY', 'EXPIREDTEST',
    (await one("SELECT SHA2('CODEHASH', 256) AS h")).h, (await one('SELECT join_code AS c FROM group_sessions WHERE id = ?', [ids.group])).c];
  for (const [name, text] of Object.entries(x.files)) for (const s of secrets) assert.ok(!text.includes(s), `${name}: ${s}`);
  for (const text of Object.values(x.files)) assert.ok(!/\d{4}-\d\d-\d\d \d\d:\d\d/.test(text), 'times are ISO');
});

// Where each column that names a person is, of what it says about them; a text in brackets: why it is not.
const passing = '(of the moment)';
const derived = '(computed from the profile)';
const staff = '(what administrators did, and why)';
const theirs = "(the other one's)";
const secret = '(a secret)';
const where = {
  'achievement_events.user_id': 'analytics/learning_stats.json', 'admin_logs.admin_id': staff, 'admin_logs.target_id': staff, 'admin_roles.granted_by': staff, 'admin_roles.user_id': staff, 'ai_calls.user_id': 'analytics/ai_usage.json',
  'analytics_events.user_id': 'analytics/events.json', 'blocks.blocked_id': theirs, 'blocks.user_id': 'settings/blocked.json', 'chat_members.user_id': 'chats/room.json', 'chat_messages.sender_id': 'chats/room.json', 'chat_rooms.created_by': '(a room says it to nobody)',
  'dating_people.user_id': 'saju/profile.json', 'dating_picks.other_id': theirs, 'dating_picks.user_id': 'saju/profile.json', 'deliveries.actor_id': passing, 'exports.user_id': 'account/exports.json',
  'failed_logins.user_id': 'account/failed_logins.json', 'files.owner_id': 'files.json', 'group_hosts.user_id': 'profile.json', 'group_progress.user_id': 'sessions/group.json', 'group_seats.user_id': 'sessions/group.json',
  'group_sessions.host_id': 'sessions/group.json', 'language_levels.user_id': 'profile.json', 'learning_sessions.host_id': 'sessions/one_on_one.json', 'level_test_results.user_id': 'analytics/level_tests.json',
  'level_tests.user_id': 'analytics/level_tests.json', 'matching_index.user_id': derived, 'matching_profiles.user_id': derived, 'matching_requests.receiver_id': 'matching/requests.json',
  'matching_requests.sender_id': 'matching/requests.json', 'matching_taken.other_id': theirs, 'matching_taken.user_id': '(kept from requests and matches)', 'notification_settings.user_id': 'settings/preferences.json',
  'notification_topics.user_id': 'settings/preferences.json', 'notifications.user_id': 'notifications.json', 'outbox.actor_id': passing, 'presence.user_id': passing, 'push_subscriptions.user_id': 'account/devices.json',
  'reports.processed_by': staff, 'reports.reporter_id': 'account/reports.json', 'reports.target_id': theirs, 'request_keys.user_id': passing, 'room_kicks.user_id': passing, 'room_seats.account_id': passing, 'room_seats.user_id': passing,
  'rooms.created_by': 'sessions/calls.json', 'sanctions.admin_id': staff, 'site_settings.updated_by': staff, 'notification_templates.updated_by': staff, 'sanctions.ended_by': staff, 'sanctions.user_id': 'account/sanctions.json', 'session_records.user_id': 'analytics/session_records.json', 'session_feedback.user_id': 'sessions/one_on_one.json', 'session_invites.used_by': '(says no more than the seat)',
  'session_seats.user_id': 'sessions/one_on_one.json', 'sessions.user_id': 'account/logins.json', 'studies.owner_id': 'studies/groups.json', 'study_attendance.user_id': 'studies/attendance.json', 'study_events.created_by': 'studies/events.json', 'study_members.user_id': 'studies/groups.json',
  'study_message_readers.user_id': '(only that the next one may be shown as unread)', 'study_messages.user_id': 'studies/chat.json', 'study_notices.author_id': 'studies/notices.json', 'study_task_assignees.user_id': 'studies/tasks.json',
  'study_tasks.created_by': 'studies/tasks.json', 'tasks.user_id': 'tasks.json', 'two_factor.user_id': 'profile.json', 'two_factor_codes.user_id': secret, 'user_achievements.user_id': 'analytics/achievements.json', 'user_identities.user_id': 'profile.json',
  'user_languages.user_id': 'profile.json', 'user_matches.deactivated_by': theirs, 'user_matches.user1_id': 'matching/matches.json', 'user_matches.user2_id': 'matching/matches.json', 'user_options.user_id': 'profile.json',
  'user_passwords.user_id': secret, 'user_preferences.user_id': 'settings/preferences.json', 'user_privacy.user_id': 'settings/privacy.json', 'user_schedules.user_id': 'profile.json', 'user_status.user_id': 'profile.json',
  'warnings.admin_id': staff, 'warnings.user_id': 'account/warnings.json',
};

test('every column that names a person stands in a file, or has a reason why not', async () => {
  const columns = (await query(PEOPLE)).map((c) => `${c.t}.${c.n}`).sort();
  assert.deepEqual(columns, Object.keys(where).sort()); // a new one? export it (export_parts_sql.c), or say why not
});
