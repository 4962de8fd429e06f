// Reports: what people tell the administrators about, in the words of two clients.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call, refusal } from '../harness/board.mjs';
import { person, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { fillStudy, study } from '../harness/study.mjs';

after(closeDb);

const MISSING = '999999999';
const report = (p, body, more = {}) => call(p, 'POST', '/reports', { type: 'SPAM', reason: '광고', ...body }, more);
const dating = (p, body, headers = {}) => send('POST', '/api/v1/reports', { body, token: p.access, headers });
const rows = (p) => query('SELECT id, target_type, target_id, target_name, type, reason, evidence, status, priority FROM reports WHERE reporter_id = ? ORDER BY id', [p.id]);

test('somebody, a group, a message: what it was is kept when it changes or goes', async () => {
  const [me, other] = [await person('나나'), await person('남남')];
  const id = await study(other, [me]);
  await fillStudy(id, other, 1, "'나쁜 말'");
  const [{ message }] = await query('SELECT id AS message FROM study_messages WHERE study_id = ?', [id]);
  await query("UPDATE users SET bio = '광고 문의' WHERE id = ?", [other.id]);
  const kinds = [['USER', other.id, '남남'], ['STUDY', id, '스터디'], ['MESSAGE', String(message), '남남']];
  for (const [targetType, targetId, targetName] of kinds) {
    const res = await report(me, { targetType, targetId, type: 'HARASSMENT', reason: ' 계속 욕을 합니다 ', evidence: { screenshot: '/a.png' } });
    assert.equal(res.status, 201, res.text);
    const { id: made, createdAt, ...data } = res.body.data;
    assert.deepEqual([typeof made, typeof createdAt, Object.keys(res.body)], ['string', 'string', ['success', 'message', 'data']]);
    assert.deepEqual(data, { reporterId: me.id, targetType, targetId, targetName, type: 'HARASSMENT', reason: '계속 욕을 합니다', status: 'PENDING', priority: 'MEDIUM' });
  }
  await query("UPDATE users SET name = '딴이름', bio = NULL WHERE id = ?", [other.id]);
  await query('DELETE FROM study_messages WHERE study_id = ?', [id]);
  const given = { screenshot: '/a.png' };
  const [user, group, said] = (await rows(me)).map((r) => r.evidence);
  assert.deepEqual(user, { name: '남남', bio: '광고 문의', avatar: null, given });
  assert.deepEqual(group, { name: '스터디', description: '함께 공부합니다', ownerId: Number(other.id), given });
  const { createdAt, ...words } = said;
  assert.deepEqual(words, { content: '나쁜 말', userId: Number(other.id), userName: '남남', studyId: Number(id), fileId: null, given });
});

test('the dating app’s words: a person, a reason or none', async () => {
  const [me, a, b] = [await person(), await person('가가'), await person('나나')];
  const res = await dating(me, { reportedUserId: Number(a.id), reason: '사진이 다릅니다' });
  assert.deepEqual([res.status, res.body], [201, { message: 'Report received' }]);
  assert.equal((await dating(me, { reportedUserId: b.id })).status, 201);
  assert.deepEqual((await rows(me)).map((r) => [r.target_type, String(r.target_id), r.type, r.reason, r.evidence.name, r.evidence.given]), [['USER', a.id, 'OTHER', '사진이 다릅니다', '가가', null], ['USER', b.id, 'OTHER', '', '나나', null]]);
  assert.deepEqual([(await dating(me, { reportedUserId: a.id })).status, (await dating(me, { reportedUserId: me.id })).status, (await dating(me, { reportedUserId: MISSING })).status], [409, 400, 404]);
  for (const body of [{}, { reportedUserId: 'x' }, { reportedUserId: a.id, reason: 'x'.repeat(2001) }]) assert.deepEqual([body, (await dating(me, body)).status], [body, 400]);
});

test('nothing to report: unknown, deleted, not to be seen, one’s own', async () => {
  const [me, other, gone] = [await person(), await person(), await person()];
  const [mine, hidden, over, theirs] = [await study(me), await study(other), await study(other), await study(other)];
  await query('UPDATE studies SET is_public = FALSE WHERE id = ?', [hidden]);
  await query('UPDATE studies SET gone = TRUE, is_public = FALSE WHERE id = ?', [over]);
  await query("UPDATE users SET status = 'DELETED' WHERE id = ?", [gone.id]);
  for (const [id, who] of [[mine, me], [theirs, other]]) await fillStudy(id, who, 1);
  const [own, foreign] = (await query('SELECT id FROM study_messages WHERE study_id IN (?, ?) ORDER BY study_id', [mine, theirs])).map((r) => String(r.id));
  for (const [targetType, targetId] of [['USER', MISSING], ['USER', gone.id], ['STUDY', MISSING], ['STUDY', hidden], ['STUDY', over], ['MESSAGE', MISSING], ['MESSAGE', foreign]]) {
    assert.deepEqual([targetType, targetId, ...refusal(await report(me, { targetType, targetId }))], [targetType, targetId, 404, 'REPORT_TARGET_NOT_FOUND', 'string']);
  }
  await query("INSERT INTO study_members (study_id, user_id, status) VALUES (?, ?, 'PENDING')", [theirs, me.id]);
  assert.deepEqual(refusal(await report(me, { targetType: 'MESSAGE', targetId: foreign })), [404, 'REPORT_TARGET_NOT_FOUND', 'string']);
  for (const [targetType, targetId] of [['USER', me.id], ['STUDY', mine], ['MESSAGE', own]]) assert.deepEqual([targetType, ...refusal(await report(me, { targetType, targetId }))], [targetType, 400, 'CANNOT_REPORT_SELF', 'string']);
  assert.deepEqual(await rows(me), []);
  await query("UPDATE study_members SET status = 'KICKED' WHERE study_id = ? AND user_id = ?", [theirs, me.id]); // who was in it may say why
  assert.equal((await report(me, { targetType: 'MESSAGE', targetId: foreign })).status, 201);
  assert.equal((await report(null, { targetType: 'USER', targetId: other.id })).status, 401);
});

test('each wrong field', async () => {
  const [me, other] = [await person(), await person()];
  const good = { targetType: 'USER', targetId: other.id };
  for (const body of [{ targetType: 'FILE' }, { targetType: undefined }, { targetId: 'x' }, { targetId: undefined }, { type: 'BORING' }, { type: undefined }, { reason: undefined }, { reason: ' ' }, { reason: '가'.repeat(2001) }, { evidence: 'x' }, { evidence: { a: 'x'.repeat(4000) } }]) {
    assert.deepEqual([body, ...refusal(await report(me, { ...good, ...body }))], [body, 400, 'VALIDATION_ERROR', 'string']);
  }
  assert.deepEqual(await rows(me), []);
});

test('once until it is closed, also of several at once; the same key is the same report', async () => {
  const [me, other, third] = [await person(), await person(), await person()];
  const all = await Promise.all(Array.from({ length: 6 }, () => report(me, { targetType: 'USER', targetId: other.id })));
  assert.deepEqual(all.map((r) => `${r.status} ${r.body.code ?? ''}`).sort(), ['201 ', ...Array(5).fill('409 REPORT_EXISTS')]);
  await query("UPDATE reports SET status = 'IN_PROGRESS' WHERE reporter_id = ?", [me.id]);
  assert.equal((await report(me, { targetType: 'USER', targetId: other.id })).status, 409);
  for (const status of ['RESOLVED', 'REJECTED']) {
    await query('UPDATE reports SET status = ? WHERE reporter_id = ?', [status, me.id]);
    assert.equal((await report(me, { targetType: 'USER', targetId: other.id })).status, 201);
  }
  const key = { headers: { 'idempotency-key': 'report-once-0001' } };
  const twice = [await report(third, { targetType: 'USER', targetId: other.id }, key), await report(third, { targetType: 'USER', targetId: other.id }, key)];
  assert.deepEqual(twice.map((r) => r.status), [201, 201]);
  assert.equal(twice[0].body.data.id, twice[1].body.data.id);
  assert.deepEqual(refusal(await report(third, { targetType: 'USER', targetId: me.id }, key)), [422, 'IDEMPOTENCY_KEY_REUSED', 'string']);
  const same = { 'idempotency-key': 'report-once-0002' };
  assert.deepEqual([(await dating(third, { reportedUserId: me.id }, same)).status, (await dating(third, { reportedUserId: me.id }, same)).status, (await dating(third, { reportedUserId: other.id }, same)).status], [201, 201, 422]);
});

test('twenty a day', async () => {
  const [me, other] = [await person(), await person()];
  await query("INSERT INTO reports (reporter_id, target_type, target_id, type, reason, evidence, created_at) SELECT ?, 'USER', seq, 'SPAM', 'r', '{}', NOW(3) - INTERVAL IF(seq = 900001, 25, 23) HOUR FROM seq_900001_to_900021", [me.id]);
  const res = await report(me, { targetType: 'USER', targetId: other.id });
  assert.deepEqual([...refusal(res), res.headers['retry-after']], [429, 'TOO_MANY_REPORTS', 'string', '86400']);
  assert.equal((await dating(me, { reportedUserId: other.id })).status, 429);
  await query('DELETE FROM reports WHERE reporter_id = ? AND target_id = 900002', [me.id]);
  assert.equal((await report(me, { targetType: 'USER', targetId: other.id })).status, 201);
});
