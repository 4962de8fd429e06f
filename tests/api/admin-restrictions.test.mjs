// What administrators closed to somebody: founding and joining groups, messages, files; for a time or for good.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call, refusal } from '../harness/board.mjs';
import { person, send, unique } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { form, png } from '../harness/files.mjs';
import { closeAllIo, connectIo } from '../harness/socketio.mjs';
import { fillStudy, study } from '../harness/study.mjs';

after(async () => { closeAllIo(); await closeDb(); });

const NO = [403, 'ACTION_RESTRICTED', 'string'];
const restrict = (p, actions, until = 'NULL') => query(`UPDATE users SET restricted_actions = ?, restricted_until = ${until} WHERE id = ?`, [actions, p.id]);
const ban = async (p, type, more = {}) => {
  const row = { user_id: p.id, admin_id: p.id, type, reason: 'r', ...more };
  await query(`INSERT INTO sanctions (${Object.keys(row)}) VALUES (?)`, [Object.values(row)]);
};

// What one may do: each → 'done', or the refusal. mine: a group of theirs with a message of theirs.
async function able(p, owner) {
  const [open, mine] = [await study(owner), await study(owner, [p])];
  await fillStudy(mine, p, 1);
  const [{ id }] = await query('SELECT id FROM study_messages WHERE study_id = ?', [mine]);
  const file = form([['file', png, 'a.png', 'image/png']]);
  const results = {
    found: await call(p, 'POST', '/studies', { name: unique('스터디'), emoji: '📚', category: '어학', description: '매주 문제를 함께 풉니다' }),
    join: await call(p, 'POST', `/studies/${open}/join`, {}),
    say: await call(p, 'POST', `/studies/${mine}/chat`, { content: '안녕' }),
    edit: await call(p, 'PATCH', `/studies/${mine}/chat/${id}`, { content: '바뀜' }),
    upload: await send('POST', `/api/studies/${mine}/files`, { ...file, headers: { ...file.headers, cookie: `next-auth.session-token=${p.access}` } }),
  };
  const seen = Object.fromEntries(Object.entries(results).map(([k, res]) => [k, res.status < 300 ? 'done' : refusal(res)]));
  const said = (await query('SELECT content FROM study_messages WHERE study_id = ? ORDER BY id', [mine])).map((m) => m.content);
  assert.deepEqual(said, [seen.edit === 'done' ? '바뀜' : 'm1', ...(seen.say === 'done' ? ['안녕'] : [])]);
  assert.equal((await query('SELECT 1 FROM study_members WHERE study_id = ? AND user_id = ?', [open, p.id])).length, seen.join === 'done' ? 1 : 0);
  return seen;
}
const ALL = { found: 'done', join: 'done', say: 'done', edit: 'done', upload: 'done' };

test('each word closes what it says and nothing else, while it holds', async () => {
  const owner = await person('방장');
  const words = { STUDY_CREATE: { found: NO }, STUDY_JOIN: { join: NO }, MESSAGE: { say: NO, edit: NO }, 'STUDY_CREATE,STUDY_JOIN,MESSAGE': { found: NO, join: NO, say: NO, edit: NO }, '': {} };
  for (const [actions, closed] of Object.entries(words)) {
    for (const [until, holds] of [['NULL', true], ['NOW(3) + INTERVAL 1 HOUR', true], ['NOW(3) - INTERVAL 1 SECOND', false]]) {
      const p = await person();
      await restrict(p, actions, until);
      assert.deepEqual([actions, until, await able(p, owner)], [actions, until, { ...ALL, ...(holds ? closed : {}) }]);
    }
  }
});

test('so does each ban, while it is in force', async () => {
  const owner = await person('방장');
  for (const [type, closed] of Object.entries({ CHAT_BAN: { say: NO, edit: NO }, STUDY_CREATE_BAN: { found: NO }, FILE_UPLOAD_BAN: { upload: NO }, RESTRICTION: {}, WARNING: {} })) {
    for (const [more, holds] of [[{}, true], [{ expires_at: '2099-01-01' }, true], [{ expires_at: '2020-01-01' }, false], [{ is_active: false }, false]]) {
      const p = await person();
      await ban(p, type, more);
      assert.deepEqual([type, more, await able(p, owner)], [type, more, { ...ALL, ...(holds ? closed : {}) }]);
    }
  }
});

test('what was asked before, and what is not there, is answered as ever', async () => {
  const [owner, p] = [await person('방장'), await person()];
  const [mine, hidden, kicked] = [await study(owner, [p]), await study(owner), await study(owner)];
  const key = { headers: { 'idempotency-key': 'barred-once-0001' } };
  const first = await call(p, 'POST', `/studies/${mine}/chat`, { content: '먼저' }, key);
  await restrict(p, 'STUDY_CREATE,STUDY_JOIN,MESSAGE');
  const again = await call(p, 'POST', `/studies/${mine}/chat`, { content: '먼저' }, key);
  assert.deepEqual([again.status, again.body.data.id], [201, first.body.data.id]);
  await query('UPDATE studies SET is_public = FALSE WHERE id = ?', [hidden]);
  await query("INSERT INTO study_members (study_id, user_id, status) VALUES (?, ?, 'KICKED')", [kicked, p.id]);
  assert.deepEqual([refusal(await call(p, 'POST', `/studies/${hidden}/join`, {})), refusal(await call(p, 'POST', `/studies/${kicked}/join`, {})), refusal(await call(p, 'POST', `/studies/${mine}/join`, {}))].map(([, code]) => code), ['NOT_FOUND', 'KICKED_MEMBER', 'ALREADY_MEMBER']);
  assert.deepEqual(refusal(await call(p, 'POST', `/studies/${await study(owner)}/join-requests`, { message: '저요' })), NO);
  assert.equal((await call(p, 'GET', `/studies/${mine}/chat`)).body.data.length, 1);
  assert.equal((await call(p, 'DELETE', `/studies/${mine}/chat/${first.body.data.id}`)).status, 200);
  assert.equal((await call(p, 'POST', `/studies/${mine}/leave`)).status, 200);
});

test('a socket is told so, too', async () => {
  const [owner, p] = [await person('방장'), await person()];
  const id = await study(owner, [p]);
  const s = await connectIo({ token: p.access });
  assert.equal((await s.ask('chat:message', { studyId: id, content: '하나' })).success, true);
  await restrict(p, 'MESSAGE');
  const ack = await s.ask('chat:message', { studyId: id, content: '둘' });
  assert.deepEqual(ack, { success: false, error: '운영진이 이 기능의 이용을 제한했습니다' });
  await restrict(p, '');
  assert.equal((await s.ask('chat:message', { studyId: id, content: '셋' })).success, true);
  assert.deepEqual((await query('SELECT content FROM study_messages WHERE study_id = ? ORDER BY id', [id])).map((m) => m.content), ['하나', '셋']);
});
